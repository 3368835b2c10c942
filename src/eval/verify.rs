//! The checks that tables declare on their own rows.

use super::context::{Context, Frame};
use super::truth::Truth;
use crate::data::Dataset;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::plan::{Plan, TableId};

/// How many failing rows of one check are told one by one.
const TOLD: usize = 200;

/// Every row that fails a check of its table (`核验`); a row whose cells are missing fails none.
pub fn verify(plan: &Plan, data: &Dataset) -> Vec<Diagnostic> {
    let context = Context::new(plan, data, None);
    let mut found = Vec::new();
    for (index, table) in plan.tables.iter().enumerate() {
        let id = TableId(index);
        let rows = data.table(id).map_or(0, |t| u32::try_from(t.rows).unwrap_or(u32::MAX));
        for check in &table.checks {
            let fails = |row: &u32| {
                let frame = Frame { subject: context.subject_of(id, *row), ..Frame::default() };
                matches!(context.truth(&check.condition, frame.at(id, *row)), Truth::False)
            };
            let failing: Vec<u32> = (0..rows).filter(fails).collect();
            found.extend(failing.iter().take(TOLD).map(|row| complaint(&context, id, *row, &check.text)));
            if failing.len() > TOLD {
                let message = format!("数据表“{}”另有 {} 行不符合“{}”", table.name, failing.len() - TOLD, check.text);
                found.push(Diagnostic::at(Code::FAILED_CHECK, Place::None, message));
            }
        }
    }
    found
}

fn complaint(context: &Context<'_>, table: TableId, row: u32, text: &str) -> Diagnostic {
    let place = context.table(table).and_then(|_| context.data.table(table)).and_then(|t| t.places.get(row as usize));
    let input = place.and_then(|(input, _)| context.data.inputs.get(*input as usize));
    let (file, sheet) = input.map(|f| (f.name.clone(), f.sheet.clone())).unwrap_or_default();
    let key: Vec<String> = context.key_of(table, row).iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default())).collect();
    let line = place.map(|(_, line)| u64::from(*line));
    let place = Place::Cell { file, sheet, line, cell: None, column: None, row: Some(key.join("，")) };
    Diagnostic::at(Code::FAILED_CHECK, place, format!("这一行不符合“{text}”")).help("核对这一行的各项数据，改正后重新运行")
}
