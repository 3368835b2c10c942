//! Typed columns against the plan's tables; every row knows its file and line.

use super::columns::{Cells, Column};
use super::row_places::Places;
use super::workbook::cell_name;
use crate::diagnostic::Place;
use crate::plan::{FieldId, TableId};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use std::collections::BTreeMap;

/// All tables of a run, in the plan's order.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// One per table of the plan.
    pub tables: Vec<TableData>,
    pub inputs: Vec<InputFile>,
    /// Whether tables with errors were left out instead of failing the run.
    pub partial: bool,
    /// Tables that a partial run did not use because of errors in them.
    pub left_out: Vec<TableId>,
}

/// A file that was read, or a sheet of one.
#[derive(Debug, Clone)]
pub struct InputFile {
    pub table: TableId,
    /// As given on the command line or found in the folder.
    pub name: String,
    /// In a workbook.
    pub sheet: Option<String>,
    /// What its text was written in, such as `GB18030`; for a workbook its format.
    pub encoding: &'static str,
    pub rows: usize,
    /// Hexadecimal.
    pub sha256: String,
    /// Per field of the table, its 0-based column and the header as written.
    pub headers: Vec<Option<(usize, String)>>,
}

/// The rows of one table.
#[derive(Debug, Clone, Default)]
pub struct TableData {
    /// Whether a file for this table was given.
    pub supplied: bool,
    pub rows: usize,
    /// One per field of the plan's table.
    pub columns: Vec<Column>,
    /// Per reference of the plan's table, the row it leads to in the other table (`None` where a part is empty or that table was not given).
    pub links: Vec<Cells<u32>>,
    /// Per row, the row of the subject's table that it belongs to; empty for tables of no subject.
    pub subjects: Cells<u32>,
    /// Per row: index into [`Dataset::inputs`] and 1-based line (of the row's start).
    pub places: Places,
    /// By row and field, the place of a cell that another file or sheet than its row's gave.
    pub moved: BTreeMap<(u32, usize), (u32, u32)>,
}

impl Dataset {
    /// The data of a table; `None` for an id of another plan.
    pub fn table(&self, id: TableId) -> Option<&TableData> {
        self.tables.get(id.0)
    }

    /// Where a row stands, or one of its cells; the row is still to be named.
    pub fn place(&self, id: TableId, row: u32, field: Option<FieldId>) -> Place {
        let data = self.table(id);
        let moved = field.and_then(|f| data?.moved.get(&(row, f.0)));
        let Some((input, line)) = moved.copied().or_else(|| data?.places.get(row as usize)) else { return Place::None };
        let Some(file) = self.inputs.get(input as usize) else { return Place::None };
        let line = u64::from(line);
        let header = field.and_then(|f| file.headers.get(f.0)?.as_ref());
        Place::Cell {
            file: file.name.clone(),
            sheet: file.sheet.clone(),
            line: Some(line),
            cell: header.map(|(column, _)| cell_name(*column, line)),
            column: header.map(|(_, name)| name.clone()),
            row: None,
        }
    }
}

impl TableData {
    /// Leaves out the rows that are not to be kept; before rows are linked.
    pub(super) fn retain(&mut self, keep: &[bool]) {
        let mut at = 0;
        let numbers: Vec<Option<u32>> = keep
            .iter()
            .map(|kept| {
                at += u32::from(*kept);
                kept.then(|| at - 1)
            })
            .collect();
        let moved = std::mem::take(&mut self.moved).into_iter();
        let now = |row: u32| numbers.get(row as usize).copied().flatten();
        self.moved = moved.filter_map(|((row, field), place)| Some(((now(row)?, field), place))).collect();
        self.columns.iter_mut().for_each(|c| c.retain(keep));
        self.places.retain(keep);
        self.rows = self.places.len();
    }

    /// Gives back the room that is needed for further rows only.
    pub(super) fn settle(&mut self) {
        self.columns.par_iter_mut().for_each(Column::settle);
    }

    /// How many bytes the cells and places take.
    pub(super) fn size(&self) -> usize {
        self.columns.iter().map(Column::size).sum::<usize>() + self.places.size()
    }

    /// Adds the rows that follow, before rows are linked.
    pub(super) fn append(&mut self, after: Self) {
        let (before, rows) = (self.rows, self.rows + after.rows);
        self.columns.par_iter_mut().zip(after.columns).for_each(|(column, more)| {
            column.append(more, before);
            column.pad(rows);
        });
        self.places.append(&after.places);
        self.rows = rows;
        self.supplied |= after.supplied;
    }

    /// The column of a field.
    pub fn column(&self, id: FieldId) -> &Column {
        self.columns.get(id.0).unwrap_or(&Column::Absent)
    }
}
