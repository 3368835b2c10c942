//! The cells of data files as they stand, before anything is made of them.

use super::files::{self, Found};
use super::header::Names;
use super::records::{CellKind, Record, Records, Rows};
use super::workbook;
use super::{aside, encoding, layout, naming};
use crate::plan::Plan;
use crate::value::{Decimal, format_decimal, num};
use std::path::PathBuf;

/// More cells than this are not taken up again.
const CELLS: usize = 1_000_000;

/// A sheet of a workbook, or a text file.
#[derive(Debug, Default)]
pub struct RawSheet {
    /// As shown to the reader.
    pub file: String,
    pub sheet: Option<String>,
    /// Its table, where the name tells.
    pub table: Option<String>,
    /// In order: each row's 1-based line and its cells, each with its 0-based column.
    pub rows: Vec<(u32, Vec<(u32, RawCell)>)>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawCell {
    Text(String),
    /// Decimal digits.
    Number(String),
    /// A ratio shown as a percentage, in decimal digits: 0.95 for 95%.
    Percent(String),
    /// Year, month, day.
    Day(i32, i32, i32),
}

/// Every sheet that can be read, in the order of the files; `None` where they hold too much.
pub fn raw(plan: &Plan, paths: &[PathBuf]) -> Option<Vec<RawSheet>> {
    let mut found = Vec::new();
    let mut left = CELLS;
    for Found { path, name } in files::find(paths).0 {
        let Ok(bytes) = files::bytes(&path) else { continue };
        if workbook::is_workbook(&bytes) {
            let Ok(book) = workbook::open(&bytes) else { continue };
            let of_file = naming::table_of(plan, &naming::stem(&name)).ok().flatten();
            for sheet in book.sheets.iter().filter(|s| !s.is_empty() && !aside::is_aside(&s.name)) {
                let of_sheet = naming::table_of(plan, &naming::fold(&sheet.name)).ok().flatten();
                let table = of_sheet.or(of_file).and_then(|id| plan.tables.get(id.0)).map(|t| t.name.clone());
                let rows = rows(sheet.walk(), &mut left)?;
                found.push(RawSheet { file: name.clone(), sheet: Some(sheet.name.clone()), table, rows });
            }
            continue;
        }
        let Ok(text) = encoding::decode(&bytes) else { continue };
        let table = naming::table_of(plan, &naming::stem(&name)).ok().flatten().and_then(|id| plan.tables.get(id.0));
        let separator = table.and_then(|t| layout::separator(&text.text, &Names::of(t)).ok()).unwrap_or(b',');
        let rows = rows(Records::new(&text.text, separator), &mut left)?;
        found.push(RawSheet { file: name, sheet: None, table: table.map(|t| t.name.clone()), rows });
    }
    Some(found)
}

type RawRow = (u32, Vec<(u32, RawCell)>);

fn rows<'a>(mut rows: impl Rows<'a>, left: &mut usize) -> Option<Vec<RawRow>> {
    let (mut found, mut record) = (Vec::new(), Record::default());
    // What follows an open quote cannot be told apart.
    while let Ok(true) = rows.read(&mut record) {
        let line = u32::try_from(record.line).ok()?;
        let filled = record.cells.iter().enumerate().filter(|(at, cell)| !cell.is_empty() || record.kind(*at) == CellKind::Uncached);
        let mut cells = Vec::new();
        for (at, cell) in filled {
            cells.push((u32::try_from(at).ok()?, of(cell, record.kind(at))));
        }
        *left = left.checked_sub(cells.len() + 1)?;
        found.push((line, cells));
    }
    Some(found)
}

fn of(cell: &str, kind: CellKind) -> RawCell {
    match kind {
        CellKind::Number => match cell.strip_suffix('%').map(Decimal::parse) {
            Some(Ok(percent)) => RawCell::Percent(format_decimal(&(percent.to_num() / num(100)), 24)),
            _ => RawCell::Number(cell.to_owned()),
        },
        CellKind::Day => {
            let parts: Vec<i32> = cell.split('-').filter_map(|p| p.parse().ok()).collect();
            match parts.as_slice() {
                [year, month, day] => RawCell::Day(*year, *month, *day),
                _ => RawCell::Text(cell.to_owned()),
            }
        }
        CellKind::Uncached => RawCell::Text("（公式还没有算出值）".to_owned()),
        CellKind::Text | CellKind::Bool | CellKind::Error => RawCell::Text(cell.to_owned()),
    }
}
