//! Keys, references between tables, and whose row is whose.

use super::columns::{Cells, Column};
use super::complaints::{Complaints, Spot};
use super::dataset::TableData;
use super::table::{TableRead, cut, named};
use crate::diagnostic::{Code, did_you_mean, nearest};
use crate::plan::{FieldId, FieldType, Plan, Reference, Table, TableId};
use crate::value::Decimal;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many keys are looked at for a near one.
const NEAR: usize = 5000;

/// One cell of a key, compared by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part<'a> {
    Number(Decimal),
    /// A text, or an option by its name: two tables may list their options differently.
    Text(&'a str),
    Bool(bool),
    Month(i32),
    Date(i32),
}

pub(super) fn part<'a>(table: &'a Table, data: &'a TableData, field: FieldId, row: usize) -> Option<Part<'a>> {
    match data.column(field) {
        Column::Absent => None,
        Column::Number(cells) => cells.get(row).map(Part::Number),
        Column::Text(cells) => cells.get(row).map(Part::Text),
        Column::Bool(cells) => cells.get(row).copied().flatten().map(Part::Bool),
        Column::Month(cells) => cells.get(row).map(Part::Month),
        Column::Date(cells) => cells.get(row).map(Part::Date),
        Column::Choice(cells) => {
            let option = cells.get(row)?;
            let FieldType::Choice { options, .. } = &table.fields.get(field.0)?.ty else { return None };
            options.get(usize::from(option)).map(|o| Part::Text(o.as_str()))
        }
    }
}

pub(super) fn show(part: Part<'_>) -> String {
    match part {
        Part::Number(value) => crate::value::format_decimal(&value.to_num(), usize::from(value.scale)),
        Part::Text(text) => cut(text),
        Part::Bool(value) => if value { "是" } else { "否" }.into(),
        Part::Month(value) => format!("{:04}-{:02}", value.div_euclid(12), value.rem_euclid(12) + 1),
        Part::Date(value) => format!("{:04}-{:02}-{:02}", value / 10000, value / 100 % 100, value % 100),
    }
}

/// `None` where a part is missing.
pub(super) fn hash(table: &Table, data: &TableData, fields: &[FieldId], row: usize) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    for field in fields {
        part(table, data, *field, row)?.hash(&mut hasher);
    }
    Some(hasher.finish())
}

/// A table's rows by key: hashes alone, so that a nation's keys are not held twice.
#[derive(Debug, Default)]
pub(super) struct Index {
    #[expect(clippy::disallowed_types, reason = "looked up only, never walked: its order reaches no output")]
    rows: std::collections::HashMap<u64, u32>,
    /// Rows whose hash another key has taken.
    others: Vec<(u64, u32)>,
}

impl Index {
    fn find(&self, hash: u64, is_same: impl Fn(usize) -> bool) -> Option<u32> {
        let first = self.rows.get(&hash).copied().filter(|r| is_same(*r as usize));
        first.or_else(|| self.others.iter().find(|(h, r)| *h == hash && is_same(*r as usize)).map(|(_, r)| *r))
    }

    /// Adds a row; gives the earlier row of the same key where there is one.
    pub fn insert(&mut self, hash: u64, row: u32, is_same: impl Fn(usize) -> bool) -> Option<u32> {
        let first = match self.rows.entry(hash) {
            Entry::Vacant(place) => {
                place.insert(row);
                return None;
            }
            Entry::Occupied(first) => *first.get(),
        };
        if is_same(first as usize) {
            return Some(first);
        }
        let other = self.others.iter().find(|(h, r)| *h == hash && is_same(*r as usize)).map(|(_, r)| *r);
        if other.is_none() {
            self.others.push((hash, row));
        }
        other
    }
}

/// Checks keys, links references and finds each row's subject.
pub(super) fn join(plan: &Plan, reads: &mut [TableRead], complaints: &mut [Complaints]) {
    let indexes: Vec<Index> = plan.tables.iter().zip(reads.iter()).map(|(t, r)| index(t, r, complaints)).collect();
    let mut links = Vec::with_capacity(reads.len());
    for (table, read) in plan.tables.iter().zip(reads.iter()) {
        let of = |r: &Reference| link(plan, table, read, r, reads, &indexes, complaints);
        links.push(table.references.iter().map(of).collect::<Vec<_>>());
    }
    let subjects: Vec<_> = plan.tables.iter().enumerate().map(|(id, t)| subjects(plan, id, t, reads, &links)).collect();
    for ((read, links), subjects) in reads.iter_mut().zip(links).zip(subjects) {
        read.data.links = links;
        read.data.subjects = subjects;
    }
}

/// Whether every column of these fields was read.
fn has(read: &TableRead, fields: &[FieldId]) -> bool {
    !fields.is_empty() && fields.iter().all(|f| !matches!(read.data.column(*f), Column::Absent))
}

fn index(table: &Table, read: &TableRead, complaints: &mut [Complaints]) -> Index {
    let mut index = Index::default();
    if !has(read, &table.key) {
        return index;
    }
    let data = &read.data;
    index.rows.reserve(data.rows);
    for row in 0..data.rows {
        let Some(hash) = hash(table, data, &table.key, row) else { continue };
        let same = |other: usize| table.key.iter().all(|k| part(table, data, *k, other) == part(table, data, *k, row));
        let Some(first) = index.insert(hash, u32::try_from(row).unwrap_or(u32::MAX), same) else { continue };
        let earlier = earlier(data, first as usize, row, complaints);
        let Some(complaints) = place(data, row, complaints) else { continue };
        complaints.error(Code::DUPLICATE_KEY, || {
            let key = row_text(table, data, row);
            let message = format!("主键重复：{} 在{earlier}已经有了", key.clone().unwrap_or_default());
            (spot(read, table.key.first(), row, key), message, vec!["两行只留一行，或改正其中一行的主键".into()])
        });
    }
    index
}

/// Where the first of two rows stands, with its file where that is another.
fn earlier(data: &TableData, first: usize, row: usize, complaints: &[Complaints]) -> String {
    let (Some((input, line)), Some((here, _))) = (data.places.get(first), data.places.get(row)) else { return String::new() };
    let file = complaints.get(input as usize).filter(|_| input != here).map(|c| format!(" {} ", c.origin()));
    format!("{}第 {line} 行", file.unwrap_or_default())
}

fn place<'c>(data: &TableData, row: usize, complaints: &'c mut [Complaints]) -> Option<&'c mut Complaints> {
    complaints.get_mut(data.places.get(row)?.0 as usize)
}

/// The input and line that a cell came from: its row's, or another share's.
pub(super) fn place_of(data: &TableData, row: usize, field: FieldId) -> Option<(u32, u32)> {
    let at = (u32::try_from(row).ok()?, field.0);
    data.moved.get(&at).copied().or_else(|| data.places.get(row))
}

/// Where a cell stands, for complaints made after the reading.
pub(super) fn spot(read: &TableRead, field: Option<&FieldId>, row: usize, key: Option<String>) -> Spot {
    let place = field.map_or_else(|| read.data.places.get(row), |f| place_of(&read.data, row, *f));
    let line = place.map(|p| u64::from(p.1));
    Spot { line, field: field.map(|f| f.0), row: key, ..Spot::default() }
}

/// `代码=S01，批次=大筐`, then the row's name.
pub(super) fn row_text(table: &Table, data: &TableData, row: usize) -> Option<String> {
    let key = fields_text(table, &table.key, |key| part(table, data, key, row))?;
    named(vec![key], table.display.filter(|f| !table.key.contains(f)).and_then(|f| part(table, data, f, row)).map(show))
}

fn fields_text<'a>(table: &Table, fields: &[FieldId], value: impl Fn(FieldId) -> Option<Part<'a>>) -> Option<String> {
    let text = |f: &FieldId| Some(format!("{}={}", table.fields.get(f.0)?.name, show(value(*f)?)));
    let parts: Vec<String> = fields.iter().filter_map(text).collect();
    (!parts.is_empty()).then(|| parts.join("，"))
}

fn link(
    plan: &Plan,
    table: &Table,
    read: &TableRead,
    reference: &Reference,
    reads: &[TableRead],
    indexes: &[Index],
    complaints: &mut [Complaints],
) -> Cells<u32> {
    let data = &read.data;
    let mut found = Cells::missing(data.rows);
    let TableId(id) = reference.table;
    let (Some(to), Some(target), Some(index)) = (plan.tables.get(id), reads.get(id), indexes.get(id)) else { return found };
    let fits = has(read, &reference.fields) && has(target, &to.key) && reference.fields.len() == to.key.len();
    if !target.data.supplied || !fits {
        return found;
    }
    let mut last: Option<u32> = None;
    for row in 0..data.rows {
        let is_whole = reference.fields.iter().all(|f| part(table, data, *f, row).is_some());
        if !is_whole {
            continue;
        }
        let same = |other: usize| {
            let mut pairs = reference.fields.iter().zip(&to.key);
            pairs.all(|(f, k)| part(table, data, *f, row) == part(to, &target.data, *k, other))
        };
        // Rows of one parent mostly stand together.
        let to_row = last.filter(|r| same(*r as usize)).or_else(|| {
            let hash = hash(table, data, &reference.fields, row)?;
            index.find(hash, same)
        });
        match to_row {
            Some(other) => {
                last = to_row;
                found.set(row, other);
            }
            None => dangling(table, read, reference, to, target, row, complaints),
        }
    }
    found
}

fn dangling(
    table: &Table,
    read: &TableRead,
    reference: &Reference,
    to: &Table,
    target: &TableRead,
    row: usize,
    complaints: &mut [Complaints],
) {
    let data = &read.data;
    let Some(complaints) = place(data, row, complaints) else { return };
    complaints.error(Code::DANGLING_REFERENCE, || {
        let wanted = fields_text(table, &reference.fields, |f| part(table, data, f, row)).unwrap_or_default();
        let values = |table: &Table, data: &TableData, fields: &[FieldId], row: usize| {
            fields.iter().filter_map(|f| part(table, data, *f, row)).map(show).collect::<Vec<_>>().join("，")
        };
        let here = values(table, data, &reference.fields, row);
        let keys: Vec<String> = (0..target.data.rows.min(NEAR)).map(|r| values(to, &target.data, &to.key, r)).collect();
        let near = nearest(&here, keys.iter().map(String::as_str));
        // Codes that run on are all alike: three of them say nothing.
        let mut help: Vec<String> = did_you_mean(if near.len() < 3 { &near } else { &[] }).into_iter().collect();
        help.push(format!("改正这里，或在表“{}”中补上这一行", to.name));
        if target.lost > 0 {
            help.push(format!("表“{}”有 {} 行的列数或主键有误，请先改好那里", to.name, target.lost));
        }
        let message = format!("表“{}”中没有“{wanted}”这一行", to.name);
        (spot(read, reference.fields.last(), row, row_text(table, data, row)), message, help)
    });
}

/// Per row of the table, the subject's row.
fn subjects(plan: &Plan, id: usize, table: &Table, reads: &[TableRead], links: &[Vec<Cells<u32>>]) -> Cells<u32> {
    let (Some(path), Some(read)) = (&table.subject_path, reads.get(id)) else { return Cells::default() };
    let mut rows: Vec<Option<u32>> = (0..read.data.rows).map(|r| u32::try_from(r).ok()).collect();
    let mut at = id;
    for step in path {
        let Some(reference) = plan.tables.get(at).and_then(|t| t.references.get(step.0)) else {
            return Cells::missing(rows.len());
        };
        let link = links.get(at).and_then(|l| l.get(step.0));
        for row in &mut rows {
            *row = row.and_then(|r| link?.get(r as usize));
        }
        at = reference.table.0;
    }
    rows.into_iter().collect()
}
