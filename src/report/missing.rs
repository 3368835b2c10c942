//! What is missing, as a list to chase: by table and field, and by who answers for the items that wait for it.

use super::lists::{canonical, items, reason, row_name, table_title};
use super::{Words, view};
use crate::eval::{Gap, SubjectOutcome};
use crate::plan::Plan;
use crate::value::Text;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// All missing cells, by table.
#[derive(Debug, Serialize)]
pub struct Missing {
    pub count: usize,
    pub intro: String,
    pub tables: Vec<MissingTable>,
    /// The same by who answers for the items that wait; a cell may stand with several.
    pub departments: Vec<MissingOf>,
}

#[derive(Debug, Serialize)]
pub struct MissingTable {
    pub name: String,
    pub title: String,
    pub count: usize,
    pub fields: Vec<MissingField>,
}

/// One field of a table, missing for one reason in one or several rows.
#[derive(Debug, Serialize)]
pub struct MissingField {
    pub field: String,
    pub reason: String,
    /// The items that wait for it.
    pub items: String,
    pub rows: Vec<MissingRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct MissingRow {
    pub row: String,
    pub source: String,
}

/// What a department has to chase: fields of tables, with how many cells.
#[derive(Debug, Serialize)]
pub struct MissingOf {
    pub name: String,
    pub count: usize,
    pub lines: Vec<MissingLine>,
}

#[derive(Debug, Serialize)]
pub struct MissingLine {
    pub table: String,
    pub field: String,
    pub count: usize,
    pub items: String,
}

fn gap_key(g: &Gap) -> (String, String, String, &'static str) {
    let key = Value::Object(g.key.clone()).to_string();
    (g.table.clone(), key, g.field.clone().unwrap_or_default(), g.reason)
}

/// What is missing, each cell once, with the items that wait for it.
pub fn missing(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Missing {
    let mut order: Vec<Gap> = Vec::new();
    let mut users: BTreeMap<_, Vec<Text>> = BTreeMap::new();
    for p in items(s) {
        for g in p.checks.iter().flat_map(|c| &c.missing) {
            let ids = users.entry(gap_key(g)).or_insert_with(|| {
                order.push(g.clone());
                Vec::new()
            });
            if !ids.contains(&p.id) {
                ids.push(p.id.clone());
            }
        }
    }
    let cells: Vec<(&Gap, &[Text])> = order.iter().map(|g| (g, users.get(&gap_key(g)).map_or(&[][..], Vec::as_slice))).collect();
    let mut tables: Vec<MissingTable> = Vec::new();
    for (g, ids) in &cells {
        let title = || MissingTable { name: g.table.clone(), title: table_title(plan, &g.table), count: 0, fields: Vec::new() };
        let table = found_or(&mut tables, |t| t.name == g.table, title);
        let (field, reason, items) = (field_name(w, g), reason(w, g.reason), ids.join("、"));
        if let Some(table) = table {
            table.count += 1;
            let same = |f: &MissingField| f.field == field && f.reason == reason && f.items == items;
            let blank = || MissingField { field: field.clone(), reason: reason.clone(), items: items.clone(), rows: Vec::new() };
            let row = MissingRow {
                row: row_name(&g.key, g.name.as_deref()),
                source: g.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            };
            found_or(&mut table.fields, same, blank).into_iter().for_each(|f| f.rows.push(row.clone()));
        }
    }
    let count = order.len();
    let intro = w.fill("missing_intro", &[("n", &count.to_string())]);
    Missing { count, intro, tables, departments: chased(w, plan, &cells) }
}

/// The one that is wanted, or a new one at the end.
fn found_or<T>(list: &mut Vec<T>, wanted: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> Option<&mut T> {
    let at = list.iter().position(wanted).unwrap_or_else(|| {
        list.push(new());
        list.len() - 1
    });
    list.get_mut(at)
}

fn field_name(w: &Words, g: &Gap) -> String {
    g.field.clone().unwrap_or_else(|| w.get("whole_table").to_string())
}

/// Missing cells by department, in the plan's order.
fn chased(w: &Words, plan: &Plan, cells: &[(&Gap, &[Text])]) -> Vec<MissingOf> {
    let mut found: Vec<MissingOf> =
        plan.departments.iter().map(|d| MissingOf { name: d.name.clone(), count: 0, lines: Vec::new() }).collect();
    for (g, ids) in cells {
        let mut own: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for id in *ids {
            for spelled in view::departments(plan, id) {
                own.entry(canonical(plan, spelled).to_string()).or_default().push(id.to_string());
            }
        }
        let (table, field) = (table_title(plan, &g.table), field_name(w, g));
        for (name, ids) in own {
            let of = found_or(&mut found, |d| d.name == name, || MissingOf { name: name.clone(), count: 0, lines: Vec::new() });
            let Some(of) = of else { continue };
            of.count += 1;
            let items = ids.join("、");
            let same = |l: &MissingLine| l.table == table && l.field == field && l.items == items;
            let blank = || MissingLine { table: table.clone(), field: field.clone(), count: 0, items: items.clone() };
            found_or(&mut of.lines, same, blank).into_iter().for_each(|l| l.count += 1);
        }
    }
    found.retain(|d| d.count > 0);
    found
}
