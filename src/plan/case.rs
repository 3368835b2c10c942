//! Cases as data: rows to be read like a file's, and what is expected of them.

use super::{Origin, ReferenceId, TableId};
use crate::value::Num;

pub use crate::syntax::ast::{Checked, Wanted};

/// Rows given, and what the standard has to say of them.
#[derive(Debug, Clone)]
pub struct Case {
    pub title: String,
    pub date: Option<String>,
    pub round: Option<String>,
    pub given: Vec<Given>,
    pub expected: Vec<Expectation>,
    pub origin: Origin,
    /// The spec file it stands in, and the line of its title.
    pub file: String,
    pub line: usize,
}

/// The rows of one table; a table without any stands for one that is supplied and empty.
#[derive(Debug, Clone)]
pub struct Given {
    pub table: TableId,
    pub columns: Vec<GivenColumn>,
    pub rows: Vec<GivenRow>,
}

/// A column of the table itself, or of the row that references lead to.
#[derive(Debug, Clone)]
pub struct GivenColumn {
    /// As written, with its unit.
    pub written: String,
    pub path: Vec<ReferenceId>,
    pub table: TableId,
    /// The header cell without the table's name.
    pub header: String,
    pub line: usize,
}

#[derive(Debug, Clone)]
pub struct GivenRow {
    pub cells: Vec<String>,
    pub line: usize,
}

#[derive(Debug, Clone)]
pub struct Expectation {
    pub kind: ExpectationKind,
    /// As written.
    pub text: String,
    pub line: usize,
}

#[derive(Debug, Clone)]
pub enum ExpectationKind {
    /// Of an item, or of one of its checks.
    Item {
        of: ItemRef,
        check: Option<usize>,
        wanted: Wanted,
    },
    /// The value of a check, times `factor` the number as written, to so many places.
    Value {
        of: ItemRef,
        check: usize,
        value: Num,
        places: usize,
        factor: Num,
    },
    Verdict(VerdictWord),
    /// A grade by its label.
    Grade(String),
    /// Of a check of plausibility, by its text.
    Verification(String, Checked),
    /// A code of the data.
    BadData(String),
}

/// An item by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemRef {
    Indicator(String),
    Point(String),
    Veto(String),
    Qualification(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerdictWord {
    Met,
    NotMet,
    Undetermined,
}

impl ItemRef {
    /// The item of a section, as the language calls it.
    pub fn of(section: &str, item: &super::Item) -> Self {
        match section {
            "否决" => Self::Veto(item.id.to_string()),
            "资格" => Self::Qualification(item.id.to_string()),
            _ => Self::Point(item.id.to_string()),
        }
    }

    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Self::Indicator(id) | Self::Point(id) | Self::Veto(id) | Self::Qualification(id) => id,
        }
    }
}
