//! What an evaluation reads, and what it would give if one cell held another number.

use super::context::Context;
use super::value::Value;
use crate::plan::{FieldId, TableId};
use crate::value::Num;
use std::collections::BTreeSet;

/// A cell of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub table: TableId,
    pub row: u32,
    pub field: FieldId,
}

/// What is looked at while evaluating.
#[derive(Default)]
pub(super) struct Probe {
    reads: Option<BTreeSet<Cell>>,
    supposed: Option<(Cell, Num)>,
}

impl Context<'_> {
    /// What `work` gives, and every cell it reads; evaluation that never reads a cell does not depend on it.
    pub fn traced<R>(&self, work: impl FnOnce() -> R) -> (R, BTreeSet<Cell>) {
        self.members.borrow_mut().clear();
        self.probe.borrow_mut().reads = Some(BTreeSet::new());
        self.probing.set(true);
        let result = work();
        self.probing.set(self.probe.borrow().supposed.is_some());
        let reads = self.probe.borrow_mut().reads.take().unwrap_or_default();
        (result, reads)
    }

    /// What `work` gives where a cell that leads nowhere holds this number, in base units. `kept` says that no population depends on it.
    pub fn supposing<R>(&self, cell: Cell, number: Num, kept: bool, work: impl FnOnce() -> R) -> R {
        if !kept {
            self.members.borrow_mut().clear();
        }
        self.probe.borrow_mut().supposed = Some((cell, number));
        self.probing.set(true);
        let result = work();
        self.probe.borrow_mut().supposed = None;
        self.probing.set(self.probe.borrow().reads.is_some());
        if !kept {
            self.members.borrow_mut().clear();
        }
        result
    }

    /// Notes that a cell is read; gives its value where another is supposed.
    pub(super) fn probed(&self, cell: Cell) -> Option<Value> {
        let mut probe = self.probe.borrow_mut();
        if let Some(reads) = &mut probe.reads {
            reads.insert(cell);
        }
        let supposed = probe.supposed.as_ref().filter(|(of, _)| *of == cell);
        supposed.map(|(_, number)| Value::num(number.clone()))
    }
}
