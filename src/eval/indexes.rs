//! Rows of a table by the row of another that they lead to: worked out once for the data, whatever the round and the thread.

use crate::data::{Cells, Dataset};
use crate::plan::{Plan, TableId};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Rows of a table per row of another, in the data's order.
#[derive(Debug, Default)]
pub struct Grouped {
    /// Where each group starts in `rows`, and where the last ends.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

/// The same, shared.
pub type RowIndex = Arc<Grouped>;

/// The rows of one group, held by their index.
#[derive(Debug, Clone, Default)]
pub struct GroupRows {
    index: RowIndex,
    parent: u32,
}

impl Grouped {
    /// Groups so many rows by their parents, into so many groups; rows without a parent are in none.
    pub fn new(groups: usize, rows: u32, parent: impl Fn(u32) -> Option<u32> + Sync) -> Self {
        let parent_of = |row| parent(row).filter(|p| (*p as usize) < groups).unwrap_or(u32::MAX);
        let parents: Vec<u32> = (0..rows).into_par_iter().map(parent_of).collect();
        let mut starts = vec![0u32; groups + 1];
        for parent in &parents {
            // That of a row without one is beyond the last.
            if let Some(count) = (*parent as usize).checked_add(1).and_then(|at| starts.get_mut(at)) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        // Rows that stand in the order of their parents are in place already.
        if total == rows && parents.is_sorted() {
            return Self { starts, rows: (0..rows).collect() };
        }
        let mut next = starts.clone();
        let mut placed = vec![0u32; total as usize];
        for (row, parent) in (0u32..).zip(parents) {
            let Some(slot) = next.get_mut(parent as usize).filter(|_| parent != u32::MAX) else { continue };
            if let Some(place) = placed.get_mut(*slot as usize) {
                *place = row;
            }
            *slot += 1;
        }
        Self { starts, rows: placed }
    }

    /// The rows of one group.
    pub fn of(&self, parent: u32) -> &[u32] {
        let at = parent as usize;
        let bounds = self.starts.get(at).zip(self.starts.get(at + 1));
        bounds.and_then(|(start, end)| self.rows.get(*start as usize..*end as usize)).unwrap_or_default()
    }
}

impl GroupRows {
    /// Those of a parent.
    pub fn new(index: RowIndex, parent: u32) -> Self {
        Self { index, parent }
    }
}

impl std::ops::Deref for GroupRows {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        self.index.of(self.parent)
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

    #[test]
    fn rows_are_grouped_in_their_order() {
        let parents = [Some(2), Some(0), None, Some(2), Some(7)];
        let index = Grouped::new(3, 5, |row| parents[row as usize]);
        assert_eq!([index.of(0), index.of(1), index.of(2), index.of(3)], [&[1][..], &[], &[0, 3], &[]]);
        let index = Grouped::new(4, 4, |row| Some([0, 0, 2, 3][row as usize]));
        assert_eq!([index.of(0), index.of(1), index.of(2), index.of(3)], [&[0, 1][..], &[], &[2], &[3]]);
    }
}
