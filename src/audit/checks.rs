//! The checks held against the data, and what becomes of them if a cell is changed.

use super::cells::is_movable;
use crate::eval::{Asked, Cell, Context, Truth, Value, Verified};
use crate::plan::{Plan, Requirement};
use crate::value::{Num, Real};
use std::collections::{BTreeMap, BTreeSet};

/// A check and a row.
pub(super) type Place = (usize, u32);

/// Every check with its rows.
pub(super) struct Checks<'a> {
    pub context: &'a Context<'a>,
    /// One per check of the plan.
    pub verified: Vec<Verified>,
    /// The cells that a failing row was checked by.
    supports: BTreeMap<Place, Vec<Cell>>,
    /// The rows that hold, by the cells they rest on.
    held: BTreeMap<Cell, Vec<Place>>,
    /// The row that a failing row is like.
    like: BTreeMap<Place, u32>,
}

impl<'a> Checks<'a> {
    /// Holds the data against every check; of rows of other subjects than these (where some are named) nothing fails.
    pub fn new(context: &'a Context<'a>, subjects: &[String]) -> Self {
        let plan = context.plan;
        let verified = plan.verifications.iter().map(|v| context.verified(v, Asked { subjects, every: true })).collect();
        let mut checks = Self { context, verified, supports: BTreeMap::new(), held: BTreeMap::new(), like: BTreeMap::new() };
        for index in 0..plan.verifications.len() {
            checks.note(index);
        }
        checks
    }

    pub fn plan(&self) -> &'a Plan {
        self.context.plan
    }

    fn note(&mut self, index: usize) {
        let Some(verified) = self.verified.get(index).cloned() else { return };
        for violation in &verified.failed {
            let place = (index, violation.row);
            let mut support = self.reads(place);
            if let Some(like) = violation.like {
                self.like.insert(place, like);
                support.extend(self.reads((index, like)));
            }
            self.supports.insert(place, support);
        }
        for row in verified.holding {
            for cell in self.reads((index, row)) {
                self.held.entry(cell).or_default().push((index, row));
            }
        }
    }

    /// The cells that a row's own check reads and that may be wrong.
    fn reads(&self, (index, row): Place) -> Vec<Cell> {
        let Some(check) = self.plan().verifications.get(index) else { return Vec::new() };
        let frame = self.context.frame_of(check.rows.table, row);
        let (_, reads) = self.context.traced(|| match &check.requirement {
            Requirement::Holds(judged) => {
                self.context.truth(&judged.condition, frame);
            }
            Requirement::Near { value, .. } => {
                self.context.value(value, frame);
            }
            Requirement::Distinct(fields) => fields.iter().for_each(|f| {
                self.context.value(f, frame);
            }),
        });
        reads.into_iter().filter(|c| is_movable(self.plan(), *c)).collect()
    }

    /// The cells that a failing row was checked by, those of its own row first.
    pub fn support(&self, place: Place) -> &[Cell] {
        self.supports.get(&place).map_or(&[], Vec::as_slice)
    }

    /// Whether a row fails by being like another.
    pub fn is_likeness(&self, place: Place) -> bool {
        self.like.contains_key(&place)
    }

    /// Every row that fails.
    pub fn failing(&self) -> Vec<Place> {
        self.supports.keys().copied().collect()
    }

    /// How many rows that hold rest on a cell.
    pub fn holding(&self, cell: Cell) -> usize {
        self.held.get(&cell).map_or(0, Vec::len)
    }

    /// Whether a number in a cell makes no row fail that holds.
    pub fn keeps(&self, cell: Cell, number: &Num) -> bool {
        let places = self.held.get(&cell).map_or(&[][..], Vec::as_slice);
        self.context.supposing(cell, number.clone(), false, || places.iter().all(|p| self.holds(*p) != Some(false)))
    }

    /// Whether a number in a cell makes all these failing rows hold.
    pub fn mends(&self, cell: Cell, number: &Num, places: &BTreeSet<Place>) -> bool {
        self.context.supposing(cell, number.clone(), false, || places.iter().all(|p| self.holds(*p) == Some(true)))
    }

    /// Whether a row holds as things are supposed to stand; what is usual among peers stays what it is.
    fn holds(&self, place @ (index, row): Place) -> Option<bool> {
        let check = self.plan().verifications.get(index)?;
        let frame = self.context.frame_of(check.rows.table, row);
        match &check.requirement {
            Requirement::Holds(judged) => match self.context.truth(&judged.condition, frame) {
                Truth::True | Truth::Vacuous => Some(true),
                Truth::False => Some(false),
                Truth::Unknown(_) => None,
            },
            Requirement::Near { value, .. } => {
                let usual = self.verified.get(index)?.usual.get(&row)?;
                match self.context.value(value, frame) {
                    Value::Number(Real::Rational(n)) => Some(usual.low <= n && n <= usual.high),
                    _ => None,
                }
            }
            Requirement::Distinct(fields) => {
                let Some(like) = self.like.get(&place) else { return Some(true) };
                let other = self.context.frame_of(check.rows.table, *like);
                Some(fields.iter().any(|f| self.context.value(f, frame) != self.context.value(f, other)))
            }
        }
    }

    /// The two sides of a failing comparison as one difference; `None` where there is no comparison of known numbers.
    pub fn difference(&self, (index, row): Place) -> Option<Num> {
        let check = self.plan().verifications.get(index)?;
        let Requirement::Holds(judged) = &check.requirement else { return None };
        let comparison = judged.comparison.as_ref()?;
        let frame = self.context.frame_of(check.rows.table, row);
        let side = |e| self.context.value(e, frame).number().and_then(Real::rational).cloned();
        Some(side(&comparison.value)? - side(&comparison.threshold)?)
    }
}
