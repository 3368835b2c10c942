//! A case's rows → a data set: the same reading of cells, the same checks, and keys where a case leaves them out.

use super::cell::{CellReader, is_missing};
use super::complaints::{Complaints, Spot};
use super::dataset::{Dataset, InputFile, TableData};
use super::header::{self, Slot, Units};
use super::records::CellKind;
use super::table::TableRead;
use super::{items, keys};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Case, FieldId, FieldType, Given, Plan, Reference, Table, TableId};
use std::collections::BTreeMap;

/// A cell as written, with what its header says.
#[derive(Debug, Clone)]
struct Cell {
    text: String,
    slot: Slot,
}

impl Cell {
    /// As if under a header without a unit.
    fn plain(text: impl Into<String>, field: usize, table: &Table) -> Self {
        let of = table.fields.get(field);
        let header = of.map(|f| f.name.clone()).unwrap_or_default();
        let unit = of.and_then(|f| header::unit_of(&f.ty)).cloned();
        Self { text: text.into(), slot: Slot { field, header, factor: (1, 1), unit } }
    }
}

/// A row on its way into a table.
#[derive(Debug, Clone, Default)]
struct Draft {
    cells: BTreeMap<usize, Cell>,
    line: usize,
    /// Cells of the rows that references lead to: by the references to follow.
    above: Vec<(Vec<usize>, usize, Cell)>,
}

struct Builder<'p> {
    plan: &'p Plan,
    case: &'p Case,
    units: Units,
    drafts: Vec<Vec<Draft>>,
    complaints: Vec<Complaints>,
}

/// Reads the rows of a case against the plan's tables.
pub fn of_case(plan: &Plan, case: &Case) -> (Dataset, Vec<Diagnostic>) {
    let complaints = plan.tables.iter().map(|_| Complaints::new(&case.file, None)).collect();
    let drafts = plan.tables.iter().map(|_| Vec::new()).collect();
    let mut builder = Builder { plan, case, units: Units::of(plan), drafts, complaints };
    for given in &case.given {
        builder.take(given);
    }
    builder.fill_keys();
    builder.add_parents();
    builder.finish()
}

impl<'p> Builder<'p> {
    fn given(&self, table: TableId) -> Option<&'p Given> {
        self.case.given.iter().find(|g| g.table == table)
    }

    fn rows(&self, table: TableId) -> &[Draft] {
        self.drafts.get(table.0).map_or(&[], Vec::as_slice)
    }

    fn take(&mut self, given: &Given) {
        let plan = self.plan;
        let mut slots = Vec::new();
        for column in &given.columns {
            let Some(table) = plan.tables.get(column.table.0) else { return };
            let Some(complaints) = self.complaints.get_mut(given.table.0) else { return };
            let line = u64::try_from(column.line).unwrap_or(u64::MAX);
            slots.push(header::slot(&column.header, line, table, &self.units, complaints));
        }
        for row in &given.rows {
            let mut draft = Draft { line: row.line, ..Draft::default() };
            for ((column, slot), text) in given.columns.iter().zip(&slots).zip(&row.cells) {
                let Some(slot) = slot else { continue };
                let cell = Cell { text: text.clone(), slot: Slot { header: column.written.clone(), ..slot.clone() } };
                if !column.path.is_empty() {
                    draft.above.push((column.path.iter().map(|r| r.0).collect(), slot.field, cell));
                } else if let Some(again) = draft.cells.insert(slot.field, cell) {
                    self.twice(given.table, row.line, &again.slot.header);
                }
            }
            if let Some(rows) = self.drafts.get_mut(given.table.0) {
                rows.push(draft);
            }
        }
    }

    fn twice(&mut self, table: TableId, line: usize, header: &str) {
        let Some(complaints) = self.complaints.get_mut(table.0) else { return };
        complaints.error(Code::DUPLICATE_COLUMN, || {
            let spot = Spot { line: u64::try_from(line).ok(), column: Some(header.into()), ..Spot::default() };
            (spot, format!("列“{header}”重复"), vec!["只留一列，删去另一列".into()])
        });
    }

    /// Fills keys and references that no column gives; a table after those it refers to.
    fn fill_keys(&mut self) {
        let subject = self.plan.subject.table;
        if self.given(subject).is_none()
            && let Some(rows) = self.drafts.get_mut(subject.0)
        {
            rows.push(Draft { line: self.case.line, ..Draft::default() });
        }
        let mut done: Vec<TableId> = Vec::new();
        for _ in 0..=self.plan.tables.len() {
            for (id, table) in self.plan.tables.iter().enumerate().map(|(i, t)| (TableId(i), t)) {
                let ready = table.references.iter().all(|r| r.table == id || done.contains(&r.table));
                if !done.contains(&id) && ready {
                    self.fill(id, table);
                    done.push(id);
                }
            }
        }
    }

    fn fill(&mut self, id: TableId, table: &'p Table) {
        for row in 0..self.rows(id).len() {
            self.fill_row(id, table, row);
        }
    }

    fn fill_row(&mut self, id: TableId, table: &'p Table, row: usize) {
        for field in 0..table.fields.len() {
            let linked = table.references.iter().any(|r| r.fields.contains(&FieldId(field)));
            let keyed = table.key.contains(&FieldId(field));
            let has = self.rows(id).get(row).is_none_or(|d| d.cells.contains_key(&field));
            if has || !(linked || keyed) {
                continue;
            }
            let Some(text) = self.default(id, table, field, row) else { continue };
            if let Some(draft) = self.drafts.get_mut(id.0).and_then(|rows| rows.get_mut(row)) {
                draft.cells.insert(field, Cell::plain(text, field, table));
            }
        }
    }

    /// The subject's code, the only row referred to, the round, or the row's own number.
    fn default(&self, id: TableId, table: &Table, field: usize, row: usize) -> Option<String> {
        let number = || Some((row + 1).to_string());
        let mut refers_to_subject = false;
        for reference in &table.references {
            let Some(at) = reference.fields.iter().position(|f| f.0 == field) else { continue };
            refers_to_subject |= reference.table == self.plan.subject.table;
            if let [only] = self.rows(reference.table) {
                let key = self.plan.tables.get(reference.table.0).and_then(|t| t.key.get(at))?;
                if let Some(cell) = only.cells.get(&key.0) {
                    return Some(cell.text.clone());
                }
            }
        }
        if refers_to_subject {
            return None;
        }
        let rounds = self.plan.judgements.iter().map(|j| (j.table, j.round)).chain(self.plan.events.iter().map(|e| (e.table, e.round)));
        if rounds.into_iter().any(|r| r == (id, Some(FieldId(field)))) {
            return self.case.round.clone().or_else(|| self.plan.rounds.first().cloned());
        }
        match table.fields.get(field).map(|f| &f.ty) {
            Some(FieldType::Text) => number(),
            Some(FieldType::Integer(_)) if table.year != Some(FieldId(field)) => number(),
            _ => None,
        }
    }

    /// Adds the rows that are referred to, in tables that the case does not give, and puts cells there that were written below.
    fn add_parents(&mut self) {
        let mut queue: Vec<(TableId, usize)> =
            (0..self.plan.tables.len()).flat_map(|t| (0..self.rows(TableId(t)).len()).map(move |r| (TableId(t), r))).collect();
        let mut next = 0;
        while let Some((id, row)) = queue.get(next).copied() {
            next += 1;
            let Some(table) = self.plan.tables.get(id.0) else { continue };
            let above = self.rows(id).get(row).map(|d| d.above.clone()).unwrap_or_default();
            for (at, reference) in table.references.iter().enumerate() {
                let Some(parent) = self.parent(id, row, reference, &mut queue) else { continue };
                for (path, field, cell) in above.iter().filter(|(path, ..)| path.first() == Some(&at)) {
                    self.put_above(reference.table, parent, path.get(1..).unwrap_or_default(), *field, cell, &mut queue);
                }
            }
        }
    }

    fn parent(&mut self, id: TableId, row: usize, reference: &Reference, queue: &mut Vec<(TableId, usize)>) -> Option<usize> {
        let target = self.plan.tables.get(reference.table.0)?;
        let draft = self.rows(id).get(row)?;
        let wanted: Option<Vec<Cell>> = reference.fields.iter().map(|f| draft.cells.get(&f.0).cloned()).collect();
        let wanted = wanted?;
        if wanted.iter().any(|c| is_missing(&c.text)) {
            return None;
        }
        let is_same = |d: &Draft| target.key.iter().zip(&wanted).all(|(k, w)| d.cells.get(&k.0).is_some_and(|c| c.text == w.text));
        if let Some(found) = self.rows(reference.table).iter().position(is_same) {
            return Some(found);
        }
        if self.given(reference.table).is_some() {
            return None;
        }
        let line = draft.line;
        let cells = target.key.iter().zip(wanted).map(|(k, w)| (k.0, w)).collect();
        Some(self.add(reference.table, target, Draft { cells, line, above: Vec::new() }, queue))
    }

    fn add(&mut self, id: TableId, table: &'p Table, draft: Draft, queue: &mut Vec<(TableId, usize)>) -> usize {
        let at = self.rows(id).len();
        if let Some(rows) = self.drafts.get_mut(id.0) {
            rows.push(draft);
        }
        self.fill_row(id, table, at);
        queue.push((id, at));
        at
    }

    fn put_above(&mut self, id: TableId, row: usize, path: &[usize], field: usize, cell: &Cell, queue: &mut Vec<(TableId, usize)>) {
        let Some(table) = self.plan.tables.get(id.0) else { return };
        if let Some((first, rest)) = path.split_first() {
            let Some(reference) = table.references.get(*first) else { return };
            if let Some(parent) = self.parent(id, row, reference, queue) {
                self.put_above(reference.table, parent, rest, field, cell, queue);
            }
            return;
        }
        let Some(draft) = self.drafts.get_mut(id.0).and_then(|rows| rows.get_mut(row)) else { return };
        match draft.cells.get(&field) {
            Some(before) if before.text != cell.text => {
                // Two rows that say different things of one parent: the doubled key will be told.
                let mut other = draft.clone();
                other.cells.insert(field, cell.clone());
                if let Some(rows) = self.drafts.get_mut(id.0) {
                    rows.push(other);
                }
            }
            _ => {
                draft.cells.insert(field, cell.clone());
            }
        }
    }

    fn finish(mut self) -> (Dataset, Vec<Diagnostic>) {
        let (mut reads, mut inputs) = (Vec::new(), Vec::new());
        for (id, table) in self.plan.tables.iter().enumerate() {
            let drafts = self.drafts.get(id).map(Vec::as_slice).unwrap_or_default();
            let supplied = !drafts.is_empty() || self.case.given.iter().any(|g| g.table.0 == id);
            let input = u32::try_from(id).unwrap_or(u32::MAX);
            if let Some(complaints) = self.complaints.get_mut(id) {
                complaints.headers = vec![None; table.fields.len()];
                let data = TableData { supplied, ..read(table, &self.units, input, drafts, complaints) };
                reads.push(TableRead { data, lost: 0 });
            }
            let name = self.case.file.clone();
            inputs.push(InputFile {
                table: TableId(id),
                name,
                sheet: None,
                encoding: "UTF-8",
                rows: drafts.len(),
                sha256: String::new(),
                headers: Vec::new(),
            });
        }
        keys::join(self.plan, &mut reads, &mut self.complaints);
        items::check(self.plan, &reads, &mut self.complaints);
        let data = Dataset { tables: reads.into_iter().map(|r| r.data).collect(), inputs, left_out: Vec::new(), partial: false };
        (data, self.complaints.into_iter().flat_map(Complaints::finish).collect())
    }
}

fn read(table: &Table, units: &Units, input: u32, drafts: &[Draft], complaints: &mut Complaints) -> TableData {
    let mut columns = Vec::with_capacity(table.fields.len());
    for (at, field) in table.fields.iter().enumerate() {
        let key = table.key.iter().any(|k| k.0 == at);
        let code = key || table.references.iter().any(|r| r.fields.iter().any(|f| f.0 == at));
        let absent = Cell::plain("", at, table);
        let mut column = CellReader::new(field, &absent.slot, code, units).column();
        for draft in drafts {
            let cell = draft.cells.get(&at).unwrap_or(&absent);
            let written = cell.text.trim();
            // A column that a case leaves out may be missing, but for the key.
            let needed = key || field.required && draft.cells.contains_key(&at);
            let fault = match CellReader::new(field, &cell.slot, code, units).push(&mut column, written, CellKind::Text) {
                Ok(()) if needed && is_missing(written) => Some(super::table::empty(key)),
                Ok(()) => None,
                Err(fault) => Some(fault),
            };
            let Some(fault) = fault else { continue };
            complaints.error(fault.code, || {
                let spot = Spot { line: u64::try_from(draft.line).ok(), column: Some(cell.slot.header.clone()), ..Spot::default() };
                let stood = if written.is_empty() {
                    "这里是空的".into()
                } else {
                    format!("这里写的是“{}”", super::table::cut(written))
                };
                (spot, format!("“{}”{stood}，{}", field.name, fault.expected), fault.help)
            });
        }
        columns.push(column);
    }
    let places = drafts.iter().map(|d| (input, u32::try_from(d.line).unwrap_or(u32::MAX))).collect();
    TableData { rows: drafts.len(), columns, places, ..TableData::default() }
}
