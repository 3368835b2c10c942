//! The findings of one file or sheet, at most so many in detail.

use super::workbook::cell_name;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};

/// More than this of one file would bury the reader.
const SHOWN: usize = 2000;

/// Where in a file a complaint stands.
#[derive(Debug, Default)]
pub(super) struct Spot {
    pub line: Option<u64>,
    /// The field, whose column the header tells.
    pub field: Option<usize>,
    /// The 0-based column, where it is no field's.
    pub position: Option<usize>,
    pub column: Option<String>,
    pub row: Option<String>,
    /// What stands in the cell, and what should.
    pub found: Option<String>,
    pub expected: Option<String>,
}

/// Collects what is wrong with one file or sheet.
#[derive(Debug)]
pub(super) struct Complaints {
    pub file: String,
    pub sheet: Option<String>,
    /// Per field, the 0-based column and the header as written.
    pub headers: Vec<Option<(usize, String)>>,
    shown: Vec<Diagnostic>,
    /// How many are shown at most.
    most: usize,
    hidden: usize,
    hidden_errors: Option<Code>,
    hidden_any: Option<Code>,
}

impl Complaints {
    /// None yet about `file`.
    pub fn new(file: &str, sheet: Option<&str>) -> Self {
        let (file, sheet) = (file.into(), sheet.map(str::to_owned));
        Self { file, sheet, headers: Vec::new(), shown: Vec::new(), most: SHOWN, hidden: 0, hidden_errors: None, hidden_any: None }
    }

    /// Adds an error; `tell` gives place, message and mends, and is called only where there is room to show it.
    pub fn error(&mut self, code: Code, tell: impl FnOnce() -> (Spot, String, Vec<String>)) {
        self.add(code, Severity::Error, tell);
    }

    /// Adds a warning.
    pub fn warning(&mut self, code: Code, tell: impl FnOnce() -> (Spot, String, Vec<String>)) {
        self.add(code, Severity::Warning, tell);
    }

    /// Adds what the reader should know, though nothing is wrong.
    pub fn note(&mut self, code: Code, tell: impl FnOnce() -> (Spot, String, Vec<String>)) {
        self.add(code, Severity::Note, tell);
    }

    /// None yet about the same file or sheet, under the same header: room for as many as may still be shown.
    pub fn beside(&self) -> Self {
        let most = self.most.saturating_sub(self.shown.len());
        Self { headers: self.headers.clone(), most, ..Self::new(&self.file, self.sheet.as_deref()) }
    }

    /// Adds those of what follows in the file, as if they had been added one after another.
    pub fn append(&mut self, after: Self) {
        for found in after.shown {
            if self.shown.len() < self.most {
                self.shown.push(found);
            } else {
                self.hide(found.code, found.severity);
            }
        }
        self.hidden += after.hidden;
        self.hidden_errors = self.hidden_errors.or(after.hidden_errors);
        self.hidden_any = self.hidden_any.or(after.hidden_any);
    }

    fn hide(&mut self, code: Code, severity: Severity) {
        self.hidden += 1;
        self.hidden_any.get_or_insert(code);
        if severity == Severity::Error {
            self.hidden_errors.get_or_insert(code);
        }
    }

    fn add(&mut self, code: Code, severity: Severity, tell: impl FnOnce() -> (Spot, String, Vec<String>)) {
        if self.shown.len() >= self.most {
            self.hide(code, severity);
            return;
        }
        let (mut spot, message, help) = tell();
        let (stood, expected) = (spot.found.take(), spot.expected.take());
        let mut found = Diagnostic::at(code, self.place(spot), message);
        (found.severity, found.help, found.found, found.expected) = (severity, help, stood, expected);
        self.shown.push(found);
    }

    fn place(&self, spot: Spot) -> Place {
        let header = spot.field.and_then(|f| self.headers.get(f)).and_then(Option::as_ref);
        let position = spot.position.or(header.map(|h| h.0));
        let column = spot.column.or_else(|| header.map(|h| h.1.clone()));
        let cell = position.zip(spot.line).map(|(column, line)| cell_name(column, line));
        Place::Cell { file: self.file.clone(), sheet: self.sheet.clone(), line: spot.line, cell, column, row: spot.row }
    }

    /// Adds to each row that is named by its key whose it is; `name` is asked for by the row's line.
    pub fn name_rows(&mut self, name: impl Fn(u64) -> Option<String>) {
        for found in &mut self.shown {
            let Place::Cell { line: Some(line), row: Some(row), .. } = &mut found.place else { continue };
            if let Some(name) = name(*line) {
                row.push(' ');
                row.push_str(&name);
            }
        }
    }

    /// Where a field's cell stands, in words.
    pub fn cell(&self, field: usize, line: u64) -> String {
        let column = self.headers.get(field).and_then(Option::as_ref).map(|h| h.0);
        match (&self.sheet, column) {
            (Some(_), Some(column)) => format!("{}!{}", self.origin(), cell_name(column, line)),
            _ => format!("{} 第 {line} 行", self.origin()),
        }
    }

    /// The file, and the sheet where it has several.
    pub fn origin(&self) -> String {
        origin(&self.file, self.sheet.as_deref())
    }

    pub fn has_errors(&self) -> bool {
        self.hidden_errors.is_some() || crate::diagnostic::has_errors(&self.shown)
    }

    /// All findings by line, with a closing word on those not shown.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.shown.sort_by_key(|d| match &d.place {
            Place::Cell { line, .. } => *line,
            _ => None,
        });
        let Some(code) = self.hidden_errors.or(self.hidden_any) else { return self.shown };
        let place = self.place(Spot::default());
        let mut rest = Diagnostic::at(code, place, format!("另有 {} 处未逐一列出", self.hidden));
        // A hidden error must still fail the run.
        rest.severity = if self.hidden_errors.is_some() { Severity::Error } else { Severity::Note };
        rest.help.push("先改好上面列出的，再运行一次".into());
        self.shown.push(rest);
        self.shown
    }
}

/// `填报.xlsx!表`, or the file alone.
pub(super) fn origin(file: &str, sheet: Option<&str>) -> String {
    sheet.map_or_else(|| file.to_owned(), |s| format!("{file}!{s}"))
}
