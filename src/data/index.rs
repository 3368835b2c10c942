//! A table's rows by key: no key is stored twice, so that a nation's rows fit.

use super::columns::Column;
use super::dataset::TableData;
use super::narrow::Narrow;
use super::table::cut;
use crate::plan::{FieldId, FieldType, Table};
use crate::value::Decimal;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::OnceLock;

/// Parents whose rows one processor compares at a time.
const PARENTS: usize = 4096;

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

/// The fields of a table by which its rows are told apart, or by which they refer to others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key<'a> {
    table: &'a Table,
    data: &'a TableData,
    fields: &'a [FieldId],
}

impl<'a> Key<'a> {
    pub fn new(table: &'a Table, data: &'a TableData, fields: &'a [FieldId]) -> Self {
        Self { table, data, fields }
    }

    fn parts(self, row: usize) -> impl Iterator<Item = Option<Part<'a>>> {
        self.fields.iter().map(move |field| part(self.table, self.data, *field, row))
    }

    /// Whether no part is missing.
    pub fn is_whole(self, row: usize) -> bool {
        self.parts(row).all(|part| part.is_some())
    }

    /// Whether two rows, perhaps of two tables, have the same parts.
    pub fn is_same(self, row: usize, other: Key<'_>, to: usize) -> bool {
        self.parts(row).zip(other.parts(to)).all(|(one, other)| one == other)
    }

    /// Whether a row is stored with the parts that the row before it has.
    fn repeats(self, row: usize) -> bool {
        self.fields.iter().all(|field| self.data.column(*field).repeats(row))
    }

    /// `None` where a part is missing.
    fn hash(self, row: usize) -> Option<u64> {
        let mut hasher = FixedState::with_seed(0).build_hasher();
        for part in self.parts(row) {
            part?.hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    /// Of rows that stand together, those that are not stored with the parts that the row before them has.
    pub fn changes(self, rows: Range<usize>) -> Vec<bool> {
        match self.stored() {
            Some(stored) => {
                let mut told = vec![false; rows.len()];
                stored.iter().for_each(|cells| cells.changes(rows.clone(), &mut told));
                told
            }
            None => rows.map(|row| !self.repeats(row)).collect(),
        }
    }

    /// Rows that stand together, taken apart where they are not stored with the same parts.
    pub fn alike(self, rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let changes = self.changes(rows.clone());
        let mut start = rows.start;
        std::iter::from_fn(move || {
            let (_, rest) = changes.get(start - rows.start..)?.split_first()?;
            let next = rest.iter().position(|differs| *differs).map_or(rows.end, |same| start + 1 + same);
            Some(std::mem::replace(&mut start, next)..next)
        })
    }

    /// The parts where each is stored as a number, one for each value.
    fn stored(self) -> Option<Vec<&'a Narrow>> {
        self.fields.iter().map(|field| self.data.column(*field).stored()).collect()
    }

    /// The rows whose key an earlier row has, each after the first row of that key, in order.
    pub fn repeated(self) -> Vec<(u32, u32)> {
        let Some(starts) = self.runs() else {
            return self.repeated_in(self.stored().as_deref(), (0, number(self.data.rows)), &mut Vec::new());
        };
        let ends = starts.get(1..).unwrap_or_default().iter().copied().chain([number(self.data.rows)]);
        let runs: Vec<(u32, u32)> = starts.iter().copied().zip(ends).collect();
        let rest = Self { fields: self.fields.get(1..).unwrap_or_default(), ..self };
        let parent = Self { fields: self.fields.get(..1).unwrap_or_default(), ..self };
        let stored = rest.stored();
        let of = |runs: &[(u32, u32)]| {
            let runs = runs.iter().filter(|(start, _)| parent.is_whole(*start as usize));
            let mut mixed = Vec::new();
            runs.flat_map(|run| rest.repeated_in(stored.as_deref(), *run, &mut mixed)).collect::<Vec<_>>()
        };
        runs.par_chunks(PARENTS).flat_map_iter(of).collect()
    }

    /// Of some rows; `mixed` is room to work in.
    fn repeated_in(self, stored: Option<&[&Narrow]>, (start, end): (u32, u32), mixed: &mut Vec<u64>) -> Vec<(u32, u32)> {
        if end - start < 2 || stored.is_some_and(|stored| all_differ(stored, start as usize..end as usize, mixed)) {
            return Vec::new();
        }
        let mut index = Index::for_rows((end - start) as usize);
        (start..end).filter_map(|row| Some((index.insert(self, row)?, row))).collect()
    }

    /// Where the rows of each parent begin, if those of one parent all stand together, as they mostly do: a parent is what the first part
    /// of the key says. Then rows of equal keys can only be of one run.
    fn runs(self) -> Option<Vec<u32>> {
        let parent = Self { fields: self.fields.get(..1).filter(|_| self.fields.len() > 1)?, ..self };
        let goes_on = |row: usize| row.checked_sub(1).is_some_and(|before| parent.is_same(row, parent, before));
        let changes = parent.changes(0..self.data.rows).into_iter().enumerate();
        let is_stored = parent.stored().is_some();
        let starts: Vec<u32> =
            changes.filter(|(row, differs)| *differs && (is_stored || !goes_on(*row))).map(|(row, _)| number(row)).collect();
        if starts.len() > self.data.rows / 4 {
            return None;
        }
        // Rows without a parent are no keys, but they may stand in the midst of a run.
        let stored = parent.stored().unwrap_or_default();
        if let [only] = stored.as_slice()
            && starts.iter().filter_map(|row| only.get(*row as usize)).is_sorted_by(|one, next| one < next)
        {
            return Some(starts);
        }
        let mut index = Index::for_rows(starts.len());
        starts.iter().all(|row| index.insert(parent, *row).is_none()).then_some(starts)
    }
}

/// Whether surely none of these rows lacks a part and no two are stored alike.
fn all_differ(stored: &[&Narrow], rows: Range<usize>, mixed: &mut Vec<u64>) -> bool {
    mixed.clear();
    mixed.resize(rows.len(), 0);
    if !stored.iter().all(|cells| cells.mix(rows.clone(), mixed)) {
        return false;
    }
    // Mostly they are in order.
    mixed.is_sorted_by(|one, next| one < next) || {
        mixed.sort_unstable();
        mixed.is_sorted_by(|one, next| one < next)
    }
}

fn number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

/// What is known of a table's keys.
pub(super) struct LazyIndex {
    /// The rows whose key an earlier row has, each after the first row of that key, in order.
    pub repeated: Vec<(u32, u32)>,
    /// Made where it is asked for: where rows lead to others in their order it is not.
    index: OnceLock<Index>,
}

impl LazyIndex {
    pub fn new(repeated: Vec<(u32, u32)>) -> Self {
        Self { repeated, index: OnceLock::new() }
    }

    /// The rows by this key.
    pub fn get(&self, key: Key<'_>) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::for_rows(key.data.rows);
            for row in 0..number(key.data.rows) {
                index.insert(key, row);
            }
            index
        })
    }
}

/// The rows of one key each: where several rows have a key, the first.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: HashTable<u32>,
}

impl Index {
    pub fn for_rows(rows: usize) -> Self {
        Self { rows: HashTable::with_capacity(rows) }
    }

    /// Adds a row; gives the earlier row of the same key where there is one.
    pub fn insert(&mut self, key: Key<'_>, row: u32) -> Option<u32> {
        let hash = key.hash(row as usize)?;
        let is_same = |other: &u32| key.is_same(row as usize, key, *other as usize);
        match self.rows.entry(hash, is_same, |other| key.hash(*other as usize).unwrap_or(0)) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(row);
                None
            }
        }
    }

    /// The row whose key is what a row of another table, or of this one, refers to.
    pub fn find(&self, key: Key<'_>, reference: Key<'_>, row: usize) -> Option<u32> {
        let hash = reference.hash(row)?;
        self.rows.find(hash, |other| reference.is_same(row, key, *other as usize)).copied()
    }
}
