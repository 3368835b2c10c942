//! The difference between two standards, as a page.

use super::{Options, Shop};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::diff::Difference;
use serde::Serialize;

/// What a difference is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceFormat {
    Text,
    Markdown,
    Html,
    Json,
}

/// Renders a difference.
pub fn difference(of: &Difference, format: DifferenceFormat, options: &Options) -> Result<String, Vec<Diagnostic>> {
    let template = match format {
        DifferenceFormat::Text => "diff.txt",
        DifferenceFormat::Markdown => "diff.md",
        DifferenceFormat::Html => "diff.html",
        DifferenceFormat::Json => return json(of),
    };
    Ok(plain(Shop::open(options)?.render(template, of)?, format))
}

pub(super) fn json(of: &impl Serialize) -> Result<String, Vec<Diagnostic>> {
    let text = serde_json::to_string_pretty(of);
    text.map(|t| t + "\n").map_err(|e| vec![Diagnostic::at(Code::WRITE, Place::None, format!("结果写不成 JSON：{e}"))])
}

/// Text from a file must not steer the terminal.
pub(super) fn plain(text: String, format: DifferenceFormat) -> String {
    let clean = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    if format == DifferenceFormat::Text { text.chars().map(clean).collect() } else { text }
}
