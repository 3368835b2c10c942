//! The findings of one file, at most so many in detail.

use crate::diagnostic::{Code, Diagnostic, Place, Severity};

/// More than this of one file would bury the reader.
const SHOWN: usize = 200;

/// Where in a file a complaint stands.
#[derive(Debug, Default)]
pub(super) struct Spot {
    pub line: Option<u64>,
    pub column: Option<String>,
    pub row: Option<String>,
}

/// Collects what is wrong with one file.
#[derive(Debug)]
pub(super) struct Complaints {
    pub file: String,
    shown: Vec<Diagnostic>,
    hidden: usize,
    hidden_errors: Option<Code>,
    hidden_any: Option<Code>,
}

impl Complaints {
    /// None yet about `file`.
    pub fn new(file: &str) -> Self {
        Self { file: file.into(), shown: Vec::new(), hidden: 0, hidden_errors: None, hidden_any: None }
    }

    /// Adds an error; `tell` gives place, message and mends, and is called only where there is room to show it.
    pub fn error(&mut self, code: Code, tell: impl FnOnce() -> (Spot, String, Vec<String>)) {
        self.add(code, Severity::Error, tell);
    }

    /// Adds a warning.
    pub fn warning(&mut self, code: Code, tell: impl FnOnce() -> (Spot, String, Vec<String>)) {
        self.add(code, Severity::Warning, tell);
    }

    fn add(&mut self, code: Code, severity: Severity, tell: impl FnOnce() -> (Spot, String, Vec<String>)) {
        if self.shown.len() >= SHOWN {
            self.hidden += 1;
            self.hidden_any.get_or_insert(code);
            if severity == Severity::Error {
                self.hidden_errors.get_or_insert(code);
            }
            return;
        }
        let (spot, message, help) = tell();
        let place = Place::Cell { file: self.file.clone(), sheet: None, line: spot.line, cell: None, column: spot.column, row: spot.row };
        let mut found = Diagnostic::at(code, place, message);
        found.severity = severity;
        found.help = help;
        self.shown.push(found);
    }

    /// All findings by line, with a closing word on those not shown.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.shown.sort_by_key(|d| match &d.place {
            Place::Cell { line, .. } => *line,
            _ => None,
        });
        let Some(code) = self.hidden_errors.or(self.hidden_any) else { return self.shown };
        let place = Place::Cell { file: self.file, sheet: None, line: None, cell: None, column: None, row: None };
        let mut rest = Diagnostic::at(code, place, format!("另有 {} 处未逐一列出", self.hidden));
        // A hidden error must still fail the run.
        rest.severity = if self.hidden_errors.is_some() { Severity::Error } else { Severity::Note };
        rest.help.push("先改好上面列出的，再运行一次".into());
        self.shown.push(rest);
        self.shown
    }
}
