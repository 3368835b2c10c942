//! What is wrong, where, and how to mend it.
//!
//! Takes findings of every pass; gives text for people, JSON for programs. Knows no pass and no grammar.

mod codes;
mod group;
mod render;

pub use codes::{CODES, Code, describe};
pub use group::by_kind;
pub use render::{cell_place, excerpt, human, json, sarif};

use crate::source::Span;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// Where a finding stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a spec file: the first label is the primary one.
    Spec(Span),
    /// In a data file. `line` is 1-based, header included; `column` is the header as written; `cell` is like `C12`, in a workbook.
    Cell { file: String, sheet: Option<String>, line: Option<u64>, cell: Option<String>, column: Option<String>, row: Option<String> },
    /// Nowhere in particular (a missing folder, an option).
    None,
}

/// A second place that explains the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// One finding, in the reader's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub place: Place,
    /// A sentence that says what is wrong.
    pub message: String,
    /// What stands beside the caret of the primary place.
    pub here: String,
    pub labels: Vec<Label>,
    pub help: Vec<String>,
    /// What stands in a cell of the data, and what should.
    pub found: Option<String>,
    pub expected: Option<String>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            place: Place::Spec(span),
            message: message.into(),
            here: String::new(),
            labels: Vec::new(),
            help: Vec::new(),
            found: None,
            expected: None,
        }
    }

    /// A warning at `span`.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// An error at a place that is not in a spec.
    pub fn at(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self { place, ..Self::error(code, Span::default(), message) }
    }

    /// Says what stands at the primary place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        self.here = text.into();
        self
    }

    /// Shows a second place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Offers a mend.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }
}

/// Whether any finding is an error.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

/// The names nearest to `wanted` (edit distance at most a third of its length, or containing one another), best first, at most three.
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let len = wanted.chars().count();
    let mut found: Vec<(usize, &str)> = known
        .into_iter()
        .filter(|k| *k != wanted)
        .filter_map(|k| {
            let distance = edit_distance(wanted, k);
            let contains = len >= 2 && (k.contains(wanted) || wanted.contains(k) && k.chars().count() >= 2);
            let longer = len.max(k.chars().count());
            // Any one character is one edit from any other: that is no likeness.
            (longer > 1 && distance <= longer.div_ceil(3) || contains).then_some((distance, k))
        })
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, k)| k).take(3).collect()
}

/// `是否想写“甲”或“乙”？`, or nothing where no name is near.
pub fn did_you_mean(candidates: &[&str]) -> Option<String> {
    if candidates.is_empty() {
        return None;
    }
    let quoted: Vec<String> = candidates.iter().map(|c| format!("“{c}”")).collect();
    Some(format!("是否想写{}？", quoted.join("或")))
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, cb) in row.iter_mut().skip(1).zip(&b) {
            let best = (diagonal + usize::from(ca != *cb)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            left = best;
            *cell = best;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
