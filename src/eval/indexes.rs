//! Rows of a table by the row of another that they lead to: worked out once for the data, whatever the round and the thread.

use crate::data::{Cells, Dataset};
use crate::plan::{Plan, TableId};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::BTreeMap;
use std::ops::Range;
use std::slice;
use std::sync::{Arc, PoisonError, RwLock};

/// Rows of a table per row of another, in the data's order.
#[derive(Debug, Default)]
pub struct Grouped {
    /// Where each group starts, and where the last ends.
    starts: Vec<u32>,
    /// The rows, group by group; absent where they stand so in the table already.
    rows: Option<Vec<u32>>,
}

/// The same, shared.
pub type RowIndex = Arc<Grouped>;

/// Rows of one group, in the data's order.
#[derive(Debug, Clone)]
pub enum Rows<'i> {
    /// They stand together.
    Together(Range<u32>),
    Apart(slice::Iter<'i, u32>),
}

/// The rows of one group, held by their index.
#[derive(Debug, Clone, Default)]
pub struct GroupRows {
    index: RowIndex,
    parent: u32,
}

/// How many rows are looked at together for where their parents change.
const STRETCH: u32 = 1 << 14;

impl Grouped {
    /// Groups so many rows by their parents, into so many groups; rows without a parent are in none.
    pub fn new(groups: usize, rows: u32, parent: impl Fn(u32) -> Option<u32> + Sync) -> Self {
        // Rows of one parent mostly stand together: they are taken as runs, each with its first row.
        let runs = runs(rows, |row| parent(row).filter(|p| (*p as usize) < groups));
        let ends = runs.iter().skip(1).map(|(first, _)| *first).chain([rows]);
        let runs = runs.iter().zip(ends).map(|((first, parent), end)| (*parent, *first..end));
        let mut starts = vec![0u32; groups + 1];
        let (mut last, mut in_place) = (0, true);
        for (parent, rows) in runs.clone() {
            in_place &= parent.is_some_and(|parent| parent >= last);
            let Some(parent) = parent else { continue };
            last = parent;
            if let Some(count) = (parent as usize).checked_add(1).and_then(|at| starts.get_mut(at)) {
                *count += rows.end - rows.start;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        if in_place {
            return Self { starts, rows: None };
        }
        let mut next = starts.clone();
        let mut placed = vec![0u32; total as usize];
        for (parent, rows) in runs {
            let Some(slot) = parent.and_then(|parent| next.get_mut(parent as usize)) else { continue };
            let places = placed.get_mut(*slot as usize..).unwrap_or_default();
            *slot += rows.end - rows.start;
            places.iter_mut().zip(rows).for_each(|(place, row)| *place = row);
        }
        Self { starts, rows: Some(placed) }
    }

    /// The rows of one group.
    pub fn of(&self, parent: u32) -> Rows<'_> {
        let at = parent as usize;
        let (start, end) = self.starts.get(at).zip(self.starts.get(at + 1)).map_or((0, 0), |(start, end)| (*start, *end));
        let Some(rows) = &self.rows else { return Rows::Together(start..end) };
        let rows = rows.get(start as usize..end as usize).unwrap_or_default();
        match rows.first().zip(rows.last()) {
            // In order, and as many as there can be between the first and the last.
            Some((first, last)) if last - first == end - start - 1 => Rows::Together(*first..last + 1),
            _ => Rows::Apart(rows.iter()),
        }
    }
}

/// The first rows of runs with the same parent, in order; a run may be told in several parts.
fn runs(rows: u32, parent: impl Fn(u32) -> Option<u32> + Sync) -> Vec<(u32, Option<u32>)> {
    let stretch = |at: u32| {
        let first = at * STRETCH;
        let mut found: Vec<(u32, Option<u32>)> = Vec::new();
        for row in first..rows.min(first.saturating_add(STRETCH)) {
            let parent = parent(row);
            if found.last().is_none_or(|(_, last)| *last != parent) {
                found.push((row, parent));
            }
        }
        found
    };
    let stretches: Vec<_> = (0..rows.div_ceil(STRETCH)).into_par_iter().map(stretch).collect();
    stretches.concat()
}

impl Iterator for Rows<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Together(rows) => rows.next(),
            Self::Apart(rows) => rows.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Together(rows) => rows.size_hint(),
            Self::Apart(rows) => rows.size_hint(),
        }
    }
}

impl ExactSizeIterator for Rows<'_> {}

impl GroupRows {
    /// Those of a parent.
    pub fn new(index: RowIndex, parent: u32) -> Self {
        Self { index, parent }
    }

    pub fn iter(&self) -> Rows<'_> {
        self.index.of(self.parent)
    }

    /// All of them, where they stand together.
    pub fn together(&self) -> Option<Range<u32>> {
        if let Rows::Together(rows) = self.iter() { Some(rows) } else { None }
    }

    /// The first of them.
    pub fn first(&self) -> Option<u32> {
        self.iter().next()
    }
}

/// The cells by which references lead on from the rows of a table, one after another, and the table at their end; `None` where one is none.
pub fn links<'d>(plan: &Plan, data: &'d Dataset, table: TableId, path: &[usize]) -> Option<(Vec<&'d Cells<u32>>, TableId)> {
    let (mut links, mut at) = (Vec::with_capacity(path.len()), table);
    for step in path {
        links.push(data.table(at)?.links.get(*step)?);
        at = plan.tables.get(at.0)?.references.get(*step)?.table;
    }
    Some((links, at))
}

/// The row at the end of such cells.
pub fn follow(links: &[&Cells<u32>], row: u32) -> Option<u32> {
    links.iter().try_fold(row, |row, link| link.get(row as usize))
}

/// What an index is of: a table, and the references that lead to the other; `None` leads to the subject.
pub type Key = (TableId, Option<Vec<usize>>);

/// The indexes so far, shared by all that judge the same data.
#[derive(Debug, Default)]
pub struct Indexes(RwLock<BTreeMap<Key, RowIndex>>);

impl Indexes {
    /// The index of a key, built where it is not there yet.
    pub fn get(&self, key: Key, build: impl FnOnce() -> Grouped) -> RowIndex {
        // A thread that died while it held the lock left a map that is still whole.
        if let Some(index) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(index);
        }
        // Built without the lock: another thread that does the same at once loses its work, and nothing else.
        let built = Arc::new(build());
        Arc::clone(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(built))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(index: &Grouped, parents: u32) -> Vec<Vec<u32>> {
        (0..parents).map(|parent| index.of(parent).collect()).collect()
    }

    #[test]
    fn rows_are_grouped_in_their_order() {
        let parents = [Some(2), Some(0), None, Some(2), Some(7)];
        let index = Grouped::new(3, 5, |row| parents[row as usize]);
        assert_eq!(groups(&index, 4), [vec![1], vec![], vec![0, 3], vec![]]);
        let index = Grouped::new(4, 4, |row| Some([0, 0, 2, 3][row as usize]));
        assert_eq!(groups(&index, 5), [vec![0, 1], vec![], vec![2], vec![3], vec![]]);
        assert_eq!((index.rows, groups(&Grouped::default(), 1)), (None, vec![vec![]]));
    }

    #[test]
    fn rows_that_stand_together_are_told_whatever_the_order_of_their_parents() {
        let parents = [3, 3, 0, 1, 2, 2, 2, 1];
        let index = Grouped::new(4, 8, |row| Some(parents[row as usize]));
        let together = |parent| GroupRows { index: Arc::new(Grouped::new(4, 8, |row| Some(parents[row as usize]))), parent }.together();
        assert_eq!([0, 1, 2, 3].map(together), [Some(2..3), None, Some(4..7), Some(0..2)]);
        assert_eq!(groups(&index, 4), [vec![2], vec![3, 7], vec![4, 5, 6], vec![0, 1]]);
    }

    #[test]
    fn rows_are_grouped_however_many_there_are() {
        let rows = 3 * STRETCH + 5;
        let orders: [&(dyn Fn(u32) -> Option<u32> + Sync); 4] =
            [&|row| Some(row / 5000), &|row| Some(row / 5000).filter(|p| *p != 4), &|row| Some(row / 5 % 11), &|row| {
                Some(9 - row / 5000).filter(|_| row % 7 != 0)
            }];
        for parent in orders {
            let index = Grouped::new(11, rows, parent);
            let wanted: Vec<Vec<u32>> = (0..11).map(|of| (0..rows).filter(|row| parent(*row) == Some(of)).collect()).collect();
            assert_eq!(groups(&index, 11), wanted);
            assert!((0..11).all(|of| index.of(of).len() == wanted[of as usize].len()));
        }
    }
}
