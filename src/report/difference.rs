//! The difference between two standards, as a page.

use super::{Options, Shop};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::diff::Difference;

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
        DifferenceFormat::Json => {
            let text = serde_json::to_string_pretty(of);
            return text.map(|t| t + "\n").map_err(|e| vec![Diagnostic::at(Code::WRITE, Place::None, format!("结果写不成 JSON：{e}"))]);
        }
    };
    let text = Shop::open(options)?.render(template, of)?;
    // Text from a file must not steer the terminal.
    let clean = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    Ok(if format == DifferenceFormat::Text { text.chars().map(clean).collect() } else { text })
}
