//! Plan + Outcome → report files.
//!
//! Takes a plan and an outcome; gives named texts. Knows no folder and no rule.

use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::eval::Outcome;
use crate::plan::Plan;

/// A kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Html,
    Markdown,
    Json,
}

/// How to render.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A folder of templates that stand in for the built-in ones.
    pub templates: Option<PathBuf>,
}

/// Renders the files of one format: names and texts.
pub fn render(_plan: &Plan, outcome: &Outcome, _format: Format, _options: &Options) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    Ok(vec![("outcome.json".to_owned(), serde_json::to_string_pretty(outcome).unwrap_or_default())])
}

/// Says the outcome in a few lines.
pub fn summary(_plan: &Plan, _outcome: &Outcome) -> String {
    String::new()
}

/// Writes the official table as JSON.
pub fn annex_json(_plan: &Plan) -> String {
    String::new()
}

/// Writes the official table as Markdown.
pub fn annex_markdown(_plan: &Plan) -> String {
    String::new()
}

/// Writes the official table as HTML.
pub fn annex_html(_plan: &Plan) -> String {
    String::new()
}
