//! The rows of a text as its writer laid them out: which belong to one logical line, which hold a comment, which are blank.

use super::layout::{Layout, LogicalLine};
use crate::source::{FileId, Span};

/// One physical line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub start: usize,
    /// Where its code ends: at the comment or at the line break.
    pub code_end: usize,
    /// Where it ends, without the line break.
    pub end: usize,
}

impl Row {
    /// Its comment from the `#` on, without blanks at the end.
    pub fn comment<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.code_end..self.end).unwrap_or("").trim_end()
    }
}

/// A logical line with its rows, or a row between logical lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    Line(LogicalLine, Vec<Row>),
    Comment(Row),
    Blank,
}

/// The rows of a text, in order.
pub(super) fn blocks(text: &str, laid: &Layout) -> Vec<Block> {
    let mut lines = laid.lines.iter().copied().peekable();
    let mut blocks: Vec<Block> = Vec::new();
    for row in rows(text, &laid.text) {
        if let Some(Block::Line(line, rows)) = blocks.last_mut()
            && row.start < line.end
        {
            rows.push(row);
        } else if let Some(line) = lines.next_if(|l| l.start < row.end || l.start == row.start && l.end > l.start) {
            blocks.push(Block::Line(line, vec![row]));
        } else if row.comment(text).is_empty() {
            blocks.push(Block::Blank);
        } else {
            blocks.push(Block::Comment(row));
        }
    }
    blocks
}

fn rows(text: &str, laid: &str) -> Vec<Row> {
    let mut start = 0;
    let mut rows = Vec::new();
    for line in text.split('\n') {
        let end = start + line.len();
        // The layout blanks comments, and only them.
        let comment = line.match_indices('#').map(|(at, _)| start + at).find(|at| laid.as_bytes().get(*at) == Some(&b' '));
        rows.push(Row { start, code_end: comment.unwrap_or(end), end });
        start = end + 1;
    }
    rows
}

/// A comment and what it stands by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the end of the row.
    pub span: Span,
    /// What stands behind the `#`.
    pub text: String,
    /// The declaration on its row, else the next one below it; nothing where none follows.
    pub beside: Option<Span>,
}

/// The comments of a text, in order.
pub fn comments(file: FileId, text: &str) -> Vec<Comment> {
    let laid = super::layout::layout(file, text);
    let blocks = blocks(text, &laid);
    let mut found = Vec::new();
    let mut below: Option<Span> = None;
    for block in blocks.iter().rev() {
        let rows: &[Row] = match block {
            Block::Line(line, rows) => {
                below = Some(Span::new(file, line.start, line.end));
                rows
            }
            Block::Comment(row) => std::slice::from_ref(row),
            Block::Blank => continue,
        };
        for row in rows.iter().rev() {
            let written = row.comment(text);
            if let Some(said) = written.strip_prefix('#') {
                let span = Span::new(file, row.code_end, row.code_end + written.len());
                found.push(Comment { span, text: said.trim().to_owned(), beside: below });
            }
        }
    }
    found.reverse();
    found
}
