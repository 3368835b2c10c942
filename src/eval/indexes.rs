//! Rows of a table by the row of another that they lead to: worked out once for the data, whatever the round and the thread.

use crate::plan::TableId;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Rows of a table per row of another.
pub type RowIndex = Arc<Vec<Vec<u32>>>;

/// What an index is of: a table, and the references that lead to the other; `None` leads to the subject.
pub type Key = (TableId, Option<Vec<usize>>);

/// The indexes so far, shared by all that judge the same data.
#[derive(Debug, Default)]
pub struct Indexes(RwLock<BTreeMap<Key, RowIndex>>);

impl Indexes {
    /// The index of a key, built where it is not there yet.
    pub fn get(&self, key: Key, build: impl FnOnce() -> Vec<Vec<u32>>) -> RowIndex {
        // A thread that died while it held the lock left a map that is still whole.
        if let Some(index) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(index);
        }
        // Built without the lock: another thread that does the same at once loses its work, and nothing else.
        let built = Arc::new(build());
        Arc::clone(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(built))
    }
}
