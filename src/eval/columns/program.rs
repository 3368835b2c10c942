//! Programs over the columns of tables: every step gives, for each row of its table, a whole number or a truth, or says that it is not clear.

use super::super::indexes::Key;
use crate::plan::{FieldId, TableId};
use std::collections::BTreeMap;

/// A step of a program; equal steps are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(usize);

/// A step whose results are kept for all rows of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept(pub usize);

/// Another row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum From {
    /// The one that references lead to, in turn.
    Path(Vec<usize>),
    /// The first of a table that belongs to this row of the subject's table.
    First(TableId),
    /// The first of a table that belongs to the same subject and whose year is so many before another.
    Year { table: TableId, year: FieldId, before: Step, back: i64 },
}

/// How two numbers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    Equal,
    Less,
    AtMost,
}

/// What is made of the rows that belong to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Statistic {
    Count,
    /// How many of them hold.
    Held,
    Sum,
    Least,
    Greatest,
    Any,
    /// All of them; of none at all only where that counts as all.
    All {
        of_none: bool,
    },
}

/// What a step does. Numbers are `i64`, and every operation on them is exact: where a result does not fit it is not clear.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Op {
    /// A number that is never clear.
    Nothing,
    Constant(i64),
    /// The number of another row.
    Row(From),
    /// A number cell times `10^scale`; an option, a truth, a month or a day as it is kept. Of this row where no other is given.
    Cell {
        row: Option<Step>,
        table: TableId,
        field: FieldId,
        scale: u8,
    },
    /// What was kept for the subject that the row belongs to.
    OfSubject(Kept),
    Add(Step, Step),
    Sub(Step, Step),
    Mul(Step, Step),
    /// The number where it is above 0.
    Positive(Step),
    Abs(Step),
    /// The greatest whole number that is not above the quotient.
    Quotient(Step, Step),
    Choose(Step, Step, Step),
    /// 1 or 0.
    Indicator(Step),
    Related {
        statistic: Statistic,
        index: Key,
        /// Which rows count; all where absent.
        members: Option<Kept>,
        argument: Option<Kept>,
    },
    Unclear,
    Fixed(bool),
    Compare(Order, Step, Step),
    /// Whether a cell of this row, as a number like that of [`Op::Cell`], lies between two others, these included.
    Within {
        table: TableId,
        field: FieldId,
        scale: u8,
        low: i64,
        high: i64,
    },
    /// Whether a number is not 0.
    Holds(Step),
    /// Whether a text is this one.
    Reads {
        row: Option<Step>,
        table: TableId,
        field: FieldId,
        text: String,
    },
    All(Vec<Step>),
    Any(Vec<Step>),
    Not(Step),
    Branch(Step, Step, Step),
    /// Of a row: `False` where it does not belong (the first), `True` where it surely belongs and holds (the second).
    Screen(Step, Step),
    /// Of a row by several parts: below 0 where it does not belong; which parts it meets, bit by bit, where it surely belongs, every part is
    /// clear, enough are met and every floor is reached.
    Parts {
        members: Step,
        met: Vec<Step>,
        floors: Vec<Step>,
        least: usize,
    },
}

impl Op {
    /// Whether the results are numbers.
    pub fn is_number(&self) -> bool {
        match self {
            Self::Related { statistic, .. } => !matches!(statistic, Statistic::Any | Statistic::All { .. }),
            Self::Nothing
            | Self::Constant(_)
            | Self::Row(_)
            | Self::Cell { .. }
            | Self::OfSubject(_)
            | Self::Add(..)
            | Self::Sub(..)
            | Self::Mul(..)
            | Self::Positive(_)
            | Self::Abs(_)
            | Self::Quotient(..)
            | Self::Choose(..)
            | Self::Indicator(_)
            | Self::Parts { .. } => true,
            _ => false,
        }
    }

    /// The steps of the same table that it reads.
    pub fn reads(&self) -> Vec<Step> {
        match self {
            Self::Add(a, b) | Self::Sub(a, b) | Self::Mul(a, b) | Self::Quotient(a, b) | Self::Compare(_, a, b) | Self::Screen(a, b) => {
                vec![*a, *b]
            }
            Self::Positive(a) | Self::Abs(a) | Self::Indicator(a) | Self::Holds(a) | Self::Not(a) => vec![*a],
            Self::Choose(a, b, c) | Self::Branch(a, b, c) => vec![*a, *b, *c],
            Self::All(parts) | Self::Any(parts) => parts.clone(),
            Self::Cell { row, .. } | Self::Reads { row, .. } => row.iter().copied().collect(),
            Self::Row(From::Year { before, .. }) => vec![*before],
            Self::Parts { members, met, floors, .. } => std::iter::once(members).chain(met).chain(floors).copied().collect(),
            _ => Vec::new(),
        }
    }

    /// The kept steps that it reads.
    fn fetches(&self) -> Vec<Kept> {
        match self {
            Self::OfSubject(kept) => vec![*kept],
            Self::Related { members, argument, .. } => members.iter().chain(argument).copied().collect(),
            _ => Vec::new(),
        }
    }
}

/// A step at its table.
#[derive(Debug, Clone)]
pub struct Placed {
    pub table: TableId,
    pub op: Op,
    /// How many passes must be over before it can be worked out.
    pub pass: usize,
}

/// Steps, each after those that it reads.
#[derive(Debug, Default)]
pub struct Program {
    steps: Vec<Placed>,
    known: BTreeMap<(TableId, Op), Step>,
    kept: Vec<Step>,
    kept_of: BTreeMap<Step, Kept>,
}

impl Program {
    /// The step that does this at a table.
    pub fn add(&mut self, table: TableId, op: Op) -> Step {
        if let Some(step) = self.known.get(&(table, op.clone())) {
            return *step;
        }
        let of_step = |s: &Step| self.get(*s).map_or(0, |p| p.pass);
        let own = op.reads().iter().map(of_step).max().unwrap_or(0);
        let kept = op.fetches().iter().filter_map(|k| self.kept.get(k.0)).map(|s| of_step(s) + 1).max().unwrap_or(0);
        let step = Step(self.steps.len());
        self.steps.push(Placed { table, op: op.clone(), pass: own.max(kept) });
        self.known.insert((table, op), step);
        step
    }

    /// Keeps the results of a step.
    pub fn keep(&mut self, step: Step) -> Kept {
        let next = Kept(self.kept.len());
        let kept = *self.kept_of.entry(step).or_insert(next);
        if kept == next {
            self.kept.push(step);
        }
        kept
    }

    /// A step by its number.
    pub fn get(&self, step: Step) -> Option<&Placed> {
        self.steps.get(step.0)
    }

    /// What is kept, in the order in which it was asked for.
    pub fn kept(&self) -> impl Iterator<Item = (Kept, Step, &Placed)> {
        self.kept.iter().enumerate().filter_map(|(i, s)| Some((Kept(i), *s, self.get(*s)?)))
    }

    /// The steps that these rest on, in order, they themselves among them.
    pub fn closure(&self, targets: &[Step]) -> Vec<Step> {
        let mut needed = vec![false; self.steps.len()];
        let mut open: Vec<Step> = targets.to_vec();
        while let Some(step) = open.pop() {
            if let Some(flag) = needed.get_mut(step.0).filter(|flag| !**flag) {
                *flag = true;
                open.extend(self.get(step).map(|p| p.op.reads()).unwrap_or_default());
            }
        }
        needed.iter().enumerate().filter(|(_, flag)| **flag).map(|(i, _)| Step(i)).collect()
    }

    /// Whether all that a step rests on is expressed.
    pub fn is_whole(&self, step: Step) -> bool {
        let (mut open, mut seen) = (vec![step], std::collections::BTreeSet::new());
        while let Some(step) = open.pop() {
            let Some(Placed { op, .. }) = self.get(step).filter(|_| seen.insert(step)) else { continue };
            if matches!(op, Op::Unclear | Op::Nothing) {
                return false;
            }
            open.extend(op.reads());
            open.extend(op.fetches().iter().filter_map(|k| self.kept.get(k.0)).copied());
        }
        true
    }

    /// Every index that a step reads.
    pub fn indexes(&self) -> impl Iterator<Item = Key> {
        self.steps.iter().filter_map(|placed| match &placed.op {
            Op::Related { index, .. } => Some(index.clone()),
            Op::Row(From::First(table) | From::Year { table, .. }) => Some((*table, None)),
            _ => None,
        })
    }
}

impl Step {
    /// Its place in the program.
    pub fn index(self) -> usize {
        self.0
    }
}
