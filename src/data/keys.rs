//! Keys, references between tables, and whose row is whose.

use super::columns::{Cells, Column};
use super::complaints::{Complaints, Spot};
use super::dataset::TableData;
use super::index::{Key, LazyIndex, Part, part, show};
use super::narrow::Narrow;
use super::table::{TableRead, named};
use crate::diagnostic::{Code, did_you_mean, nearest};
use crate::plan::{FieldId, Plan, Reference, Table, TableId};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

/// How many keys are looked at for a near one.
const NEAR: usize = 5000;
/// Rows that one processor links at a time.
const ROWS: usize = 1 << 15;

/// Checks keys, links references and finds each row's subject.
pub(super) fn join(plan: &Plan, reads: &mut [TableRead], complaints: &mut [Complaints]) {
    let tables = || plan.tables.par_iter().zip(reads.par_iter());
    let indexes: Vec<LazyIndex> = tables().map(|(t, r)| index(t, r)).collect();
    for ((table, read), index) in plan.tables.iter().zip(reads.iter()).zip(&indexes) {
        index.repeated.iter().for_each(|pair| duplicate(table, read, *pair, complaints));
    }
    let of_table = |(table, read): (&Table, &TableRead)| {
        table.references.iter().map(|reference| link(plan, table, read, reference, reads, &indexes)).collect()
    };
    let found: Vec<Vec<Links>> = tables().map(of_table).collect();
    for ((table, read), found) in plan.tables.iter().zip(reads.iter()).zip(&found) {
        for (reference, links) in table.references.iter().zip(found) {
            links.dangling.iter().for_each(|row| dangling(plan, table, read, reference, reads, *row as usize, complaints));
        }
    }
    let links: Vec<Vec<Cells<u32>>> = found.into_iter().map(|of| of.into_iter().map(|l| l.rows).collect()).collect();
    drop(indexes);
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

/// The rows of a table by key, and those whose key an earlier row has.
fn index(table: &Table, read: &TableRead) -> LazyIndex {
    let repeated = if has(read, &table.key) { Key::new(table, &read.data, &table.key).repeated() } else { Vec::new() };
    LazyIndex::new(repeated)
}

fn duplicate(table: &Table, read: &TableRead, (first, row): (u32, u32), complaints: &mut [Complaints]) {
    let (data, row) = (&read.data, row as usize);
    let earlier = earlier(data, first as usize, row, complaints);
    let Some(complaints) = place(data, row, complaints) else { return };
    complaints.error(Code::DUPLICATE_KEY, || {
        let key = row_text(table, data, row);
        let message = format!("主键重复：{} 在{earlier}已经有了", key.clone().unwrap_or_default());
        (spot(read, table.key.first(), row, key), message, vec!["两行只留一行，或改正其中一行的主键".into()])
    });
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

/// Where the rows of a table lead by one reference, and those that should lead somewhere and do not.
#[derive(Default)]
struct Links {
    rows: Cells<u32>,
    dangling: Vec<u32>,
}

fn link(plan: &Plan, table: &Table, read: &TableRead, reference: &Reference, reads: &[TableRead], indexes: &[LazyIndex]) -> Links {
    let TableId(id) = reference.table;
    let nothing = Links { rows: Cells::missing(read.data.rows), dangling: Vec::new() };
    let (Some(to), Some(target), Some(index)) = (plan.tables.get(id), reads.get(id), indexes.get(id)) else { return nothing };
    let fits = has(read, &reference.fields) && has(target, &to.key) && reference.fields.len() == to.key.len();
    if !target.data.supplied || !fits {
        return nothing;
    }
    let (from, key) = (Key::new(table, &read.data, &reference.fields), Key::new(to, &target.data, &to.key));
    let is_unique = index.repeated.is_empty();
    let (rows, dangling) = Narrow::in_chunks((read.data.rows, target.data.rows, ROWS), |rows, put| {
        let (mut last, mut dangling) = (0, Vec::new());
        // Rows of one parent mostly stand together, and parents in the order of their rows.
        for rows in from.alike(rows) {
            let row = rows.start;
            let is_whole = from.is_whole(row);
            let next = |other: &u32| is_unique && from.is_same(row, key, *other as usize);
            let near = || Some(last + 1).filter(next).or_else(|| index.get(key).find(key, from, row));
            let found = if is_whole { near() } else { None };
            put(found, rows.len());
            match found {
                Some(other) => last = other,
                None if is_whole => dangling.extend(rows.filter_map(|row| u32::try_from(row).ok())),
                None => {}
            }
        }
        dangling
    });
    Links { rows: rows.into(), dangling: dangling.concat() }
}

fn dangling(
    plan: &Plan,
    table: &Table,
    read: &TableRead,
    reference: &Reference,
    reads: &[TableRead],
    row: usize,
    complaints: &mut [Complaints],
) {
    let (Some(to), Some(target)) = (plan.tables.get(reference.table.0), reads.get(reference.table.0)) else { return };
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
    let (mut steps, mut at) = (Vec::new(), id);
    for step in path {
        let reference = plan.tables.get(at).and_then(|t| t.references.get(step.0));
        let (Some(reference), Some(link)) = (reference, links.get(at).and_then(|l| l.get(step.0))) else {
            return Cells::missing(read.data.rows);
        };
        steps.push(link);
        at = reference.table.0;
    }
    let subjects = reads.get(plan.subject.table.0).map_or(0, |of| of.data.rows);
    let (found, _) = Narrow::in_chunks((read.data.rows, subjects, ROWS), |rows, put| {
        for row in rows {
            let row = u32::try_from(row).ok();
            put(steps.iter().fold(row, |row, link| link.get(row? as usize)), 1);
        }
    });
    found.into()
}
