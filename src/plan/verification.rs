//! Checks of plausibility (`核验`).

use super::{Expr, GroupKey, Judged, Origin, Rows};
use crate::diagnostic::Severity;
use crate::value::{Num, Unit};

/// What is asked of every one of some rows.
#[derive(Debug, Clone)]
pub struct Verification {
    pub text: String,
    /// How grave it is when a row fails.
    pub level: Severity,
    pub rows: Rows,
    pub requirement: Requirement,
    /// As written in the spec, one line.
    pub rule: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Requirement {
    /// In the context of the row.
    Holds(Box<Judged>),
    /// The value lies within `limit` robust deviations of the median of its peers: the rows with equal keys, at least `least` of them.
    Near { keys: Vec<GroupKey>, least: usize, limit: Num, value: Box<Expr>, unit: Unit },
    /// No two rows are alike in all of these.
    Distinct(Vec<Expr>),
}

impl Verification {
    /// The level as it is written.
    pub fn word(&self) -> &'static str {
        match self.level {
            Severity::Error => "错误",
            Severity::Warning => "警告",
            Severity::Note => "提示",
        }
    }

    /// The level for programs.
    pub fn id(&self) -> &'static str {
        match self.level {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}
