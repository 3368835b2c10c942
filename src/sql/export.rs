//! Data that were read → the CSV files that a script fills its tables from.

use super::lower::WHOLE;
use super::tables;
use crate::data::{Column, Dataset, TableData};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::plan::{FieldId, FieldType, Plan, Table, TableId};
use crate::value::Decimal;
use std::collections::BTreeMap;

/// The files by name, and which of the plan's tables has one.
pub struct CsvTables {
    pub files: Vec<(String, String)>,
    pub of_tables: Vec<Option<String>>,
    /// Where numbers have more places than their field declares: how many.
    pub places: BTreeMap<(usize, usize), usize>,
}

/// Writes every table that was given; complains of numbers that are larger than what comparisons were proven for.
pub fn csv_tables(plan: &Plan, data: &Dataset) -> Result<CsvTables, Vec<Diagnostic>> {
    let (mut files, mut of_tables, mut found, mut places) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
    let mut given = String::from("表\n");
    for (index, table) in plan.tables.iter().enumerate() {
        let Some(rows) = data.table(TableId(index)).filter(|t| t.supplied) else {
            of_tables.push(None);
            continue;
        };
        given += &format!("{}\n", field(&table.name));
        let name = format!("数据/{}.csv", table.name);
        found.extend(too_large(data, table, rows));
        places.extend(deeper(table, rows).map(|(field, deep)| ((index, field), deep)));
        files.push((name.clone(), text(data, table, rows)));
        of_tables.push(Some(name));
    }
    files.push(("数据/交表.csv".into(), given));
    if found.is_empty() { Ok(CsvTables { files, of_tables, places }) } else { Err(found) }
}

fn origin(data: &Dataset, rows: &TableData, row: usize) -> String {
    let place = rows.places.get(row).and_then(|(input, line)| Some((data.inputs.get(input as usize)?, line)));
    let Some((file, line)) = place else { return String::new() };
    let sheet = file.sheet.as_ref().map(|s| format!("!{s}")).unwrap_or_default();
    format!("{}{sheet}:{line}", file.name)
}

/// Numbers with more digits before the point than comparisons were proven for.
fn too_large(data: &Dataset, table: &Table, rows: &TableData) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, declared) in table.fields.iter().enumerate() {
        let Column::Number(cells) = rows.column(FieldId(index)) else { continue };
        for (row, number) in cells.iter().enumerate().filter_map(|(i, c)| Some((i, c?))) {
            let digits = number.mantissa.unsigned_abs().to_string().len();
            if digits > WHOLE + usize::from(number.scale) {
                let at = origin(data, rows, row);
                let message = format!("{at}：数据表“{}”的“{}”是 {}，整数部分超过 {WHOLE} 位", table.name, declared.name, plain(number));
                found.push(
                    Diagnostic::at(Code::OUT_OF_RANGE, Place::None, message).help("检查单位是否写错；这样大的数请用 biaochi run 评定"),
                );
            }
        }
    }
    found
}

/// The fields whose numbers have more places than declared.
fn deeper<'t>(table: &'t Table, rows: &'t TableData) -> impl Iterator<Item = (usize, usize)> + 't {
    table.fields.iter().enumerate().filter_map(|(index, declared)| {
        let (FieldType::Decimal { places, .. }, Column::Number(cells)) = (&declared.ty, rows.column(FieldId(index))) else { return None };
        let deep = cells.iter().flatten().map(|n| usize::from(n.scale)).max()?;
        (deep > usize::from(*places)).then_some((index, deep))
    })
}

fn text(data: &Dataset, table: &Table, rows: &TableData) -> String {
    let mut names = vec![tables::ORDER.to_owned(), tables::ORIGIN.to_owned()];
    names.extend(table.fields.iter().map(|f| field(&f.name)));
    let mut text = names.join(",") + "\n";
    for row in 0..rows.rows {
        let mut cells = vec![row.to_string(), field(&origin(data, rows, row))];
        for (index, declared) in table.fields.iter().enumerate() {
            let cell = match rows.column(FieldId(index)) {
                Column::Absent => None,
                Column::Number(cells) => cells.get(row).map(plain),
                Column::Text(cells) => cells.get(row).map(str::to_owned),
                Column::Bool(cells) => cells.get(row).copied().flatten().map(|b| b.to_string()),
                Column::Choice(cells) => cells.get(row).and_then(|c| option(&declared.ty, c)),
                Column::Month(cells) => cells.get(row).map(|m| format!("{:04}-{:02}", m.div_euclid(12), m.rem_euclid(12) + 1)),
                Column::Date(cells) => cells.get(row).map(|d| format!("{:04}-{:02}-{:02}", d / 10_000, d / 100 % 100, d % 100)),
            };
            cells.push(field(&cell.unwrap_or_default()));
        }
        text += &(cells.join(",") + "\n");
    }
    text
}

fn option(ty: &FieldType, index: u16) -> Option<String> {
    match ty {
        FieldType::Choice { options, .. } => options.get(usize::from(index)).cloned(),
        _ => None,
    }
}

fn plain(number: Decimal) -> String {
    crate::value::format_decimal(&number.to_num(), usize::from(number.scale))
}

/// A field of a CSV line.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
