//! What an expression gives: a value, or the cells that are missing for it.

use crate::plan::{FieldId, TableId};
use crate::value::{Num, Real};

/// A value at run time.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(Real),
    /// Somewhere between the two; the gaps say why it is not known better.
    Range(Real, Real, Gaps),
    Text(String),
    Bool(bool),
    Choice(i64),
    Month(i64),
    Date(i64),
    /// A statistic over no rows: not applicable.
    Empty,
    Missing(Gaps),
}

impl Value {
    /// A rational number.
    pub fn num(value: Num) -> Self {
        Self::Number(Real::Rational(value))
    }

    /// The number, where it is known.
    pub fn number(&self) -> Option<&Real> {
        match self {
            Self::Number(value) => Some(value),
            _ => None,
        }
    }
}

/// Missing cells, in the order they were met.
pub type Gaps = Vec<Missing>;

/// A missing cell, row or table, by ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    pub table: TableId,
    pub spot: Spot,
    pub field: Option<FieldId>,
    pub reason: Reason,
}

/// Where in a table something is missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    Table,
    Row(u32),
    /// The row that should be there, by field names and values.
    Key(Vec<(String, String)>),
}

/// Why something is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    Cell,
    Row,
    Table,
    ZeroDenominator,
}

impl Reason {
    /// The word of the outcome.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cell => "missing_cell",
            Self::Row => "missing_row",
            Self::Table => "missing_table",
            Self::ZeroDenominator => "zero_denominator",
        }
    }
}

impl Missing {
    /// A whole table that was not given.
    pub fn table(table: TableId) -> Self {
        Self { table, spot: Spot::Table, field: None, reason: Reason::Table }
    }
}
