//! A text in its one canonical form: indentation, spaces, marks and quotes, with every comment and line break kept.
//!
//! A line that cannot be read stays byte for byte as it is, and so does one with tokens that this file does not know.

use super::ast::Item;
use super::case;
use super::layout::{LogicalLine, layout};
use super::line;
use super::parser::{Reader, Rule};
use super::rows::{Block, Row, blocks};
use super::token::{Language, Token, tokens};
use super::{parse, print};
use crate::source::{FileId, LayerId};

/// Gives the canonical form of a text; the text itself where that form would not mean the same.
pub fn format(text: &str) -> String {
    let formatted = Formatter::new(text).run();
    if meaning(&formatted) == meaning(text) { formatted } else { text.to_owned() }
}

/// What a text says, and how many complaints there are about it.
fn meaning(text: &str) -> (String, usize) {
    let (tree, found) = parse(FileId(0), LayerId(0), text);
    let items: Vec<Item> = tree.items;
    (print::print(&items), found.len())
}

struct Formatter<'t> {
    text: &'t str,
    laid: String,
    blocks: Vec<Block>,
    language: Language,
    out: String,
    /// How deep the lines under the latest head stand; unknown under a head that this file does not know.
    depth: Option<usize>,
    /// The latest head is a case's, under which `轮次` says its round.
    in_case: bool,
    /// Whether the latest rule's lines have come to its parts.
    in_part: bool,
}

impl<'t> Formatter<'t> {
    fn new(text: &'t str) -> Self {
        let laid = layout(FileId(0), text);
        let blocks = blocks(text, &laid);
        let language = language(&laid.text, &laid.lines);
        Self { text, laid: laid.text, blocks, language, out: String::new(), depth: Some(1), in_case: false, in_part: false }
    }

    fn run(mut self) -> String {
        let blocks = std::mem::take(&mut self.blocks);
        // Comments stand as deep as the line they stand above; they wait until that line is known.
        let mut waiting: Vec<Option<Row>> = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            match block {
                Block::Blank => waiting.push(None),
                Block::Comment(row) => waiting.push(Some(*row)),
                Block::Line(line, rows) => {
                    let (depth, written) = match self.row_of_case(&blocks, index) {
                        Some(row) => (2, row),
                        None => self.line(*line, rows),
                    };
                    self.release(&mut waiting, depth);
                    self.out.push_str(&written);
                }
            }
        }
        while waiting.last().is_some_and(Option::is_none) {
            waiting.pop();
        }
        self.release(&mut waiting, 0);
        self.out
    }

    /// Writes the comments that waited, with one blank line for any run of them, and none at the top.
    fn release(&mut self, waiting: &mut Vec<Option<Row>>, depth: usize) {
        let mut was_blank = self.out.is_empty();
        for row in waiting.drain(..) {
            let Some(row) = row else {
                if !was_blank {
                    self.out.push('\n');
                }
                was_blank = true;
                continue;
            };
            self.out.push_str(&"  ".repeat(depth));
            self.out.push_str(row.comment(self.text));
            self.out.push('\n');
            was_blank = false;
        }
    }

    /// A row of a case, as wide in each column as the rows it stands among.
    fn row_of_case(&self, blocks: &[Block], index: usize) -> Option<String> {
        let cells = |block: &Block| match block {
            Block::Line(line, _) if !line.broken => case::cells(self.laid.get(line.start..line.end)?),
            _ => None,
        };
        cells(blocks.get(index)?)?;
        let before = blocks.iter().take(index).rev().map_while(cells).count();
        let table: Vec<Vec<&str>> = blocks.iter().skip(index - before).map_while(cells).collect();
        let mut written = case::table(&table).into_iter().nth(before)?;
        if let Some(Block::Line(_, rows)) = blocks.get(index) {
            let comment = rows.last().map(|r| r.comment(self.text)).unwrap_or("");
            if !comment.is_empty() {
                written = format!("{written}  {comment}");
            }
        }
        Some(written + "\n")
    }

    /// A logical line as it is to be written, and how deep it stands.
    fn line(&mut self, line: LogicalLine, rows: &[Row]) -> (usize, String) {
        let read = if line.broken { None } else { self.read(line) };
        let Some((rule, innermost, tokens)) = read else {
            let raw = rows.iter().filter_map(|r| self.text.get(r.start..r.end));
            let first = rows.first().and_then(|r| self.text.get(r.start..line.start)).unwrap_or("");
            return (width(first) / 2, raw.map(|r| format!("{r}\n")).collect());
        };
        let place = self.place(rule);
        if line::opens_item(innermost) {
            self.in_case = innermost == Rule::line_case;
        }
        let Some(depth) = place else {
            // Below a head of a kind unknown here, the writer's own indentation stands.
            let first = rows.first().and_then(|r| self.text.get(r.start..line.start)).unwrap_or("");
            let own = width(first) / 2;
            return (own, self.write(&tokens, rows, own));
        };
        (depth, self.write(&tokens, rows, depth))
    }

    /// The rule of a line, that of the declaration in it where the line is a change, and its tokens.
    fn read(&self, line: LogicalLine) -> Option<(Rule, Rule, Vec<Token>)> {
        let text = self.laid.get(line.start..line.end)?;
        let reader = Reader::new(FileId(0), line.start, text);
        let rule = line::rule_for(reader.lead().unwrap_or(Rule::line_rule));
        if rule == Rule::change {
            let (mut found, mut innermost) = (Vec::new(), rule);
            for (start, end, rule) in super::change::pieces(&reader)? {
                let piece = text.get(start..end)?;
                let reader = Reader::new(FileId(0), line.start + start, piece.trim_end());
                found.extend(tokens(reader.read(rule)?, piece, line.start + start, self.language)?);
                innermost = if rule == Rule::line_case { rule } else { innermost };
            }
            return Some((rule, innermost, found));
        }
        let tokens = tokens(reader.read(rule)?, text, line.start, self.language)?;
        Some((rule, rule, tokens))
    }

    /// How deep a line of this kind stands here.
    fn place(&mut self, rule: Rule) -> Option<usize> {
        self.in_part = rule == Rule::line_part || rule == Rule::line_relief && self.in_part;
        match rule {
            Rule::line_part => self.depth.map(|depth| depth + 1),
            Rule::line_relief => self.depth.map(|depth| depth + 1 + usize::from(self.in_part)),
            Rule::line_point => {
                self.depth = Some(2);
                Some(1)
            }
            Rule::line_key
            | Rule::line_reference
            | Rule::line_display
            | Rule::line_field
            | Rule::line_verify
            | Rule::line_condition
            | Rule::line_grade => Some(1),
            Rule::line_rounds if self.in_case => Some(1),
            rule if line::opens_item(rule) => {
                self.depth = Some(1);
                Some(0)
            }
            _ => self.depth,
        }
    }

    fn write(&self, tokens: &[Token], rows: &[Row], depth: usize) -> String {
        let mut out = String::new();
        for (index, row) in rows.iter().enumerate() {
            let here: Vec<&Token> = tokens.iter().filter(|t| row.start <= t.start && t.start < row.end).collect();
            let comment = row.comment(self.text);
            let closes = here.first().is_some_and(|t| t.closes());
            let depth = if index == 0 || closes { depth } else { depth + 1 };
            let mut written = String::new();
            let mut previous: Option<&Token> = None;
            for token in &here {
                if previous.is_some_and(|p| p.is_apart(token, self.language)) {
                    written.push(' ');
                }
                written.push_str(&token.text);
                previous = Some(token);
            }
            if !comment.is_empty() {
                written.push_str(if written.is_empty() { "" } else { "  " });
                written.push_str(comment);
            }
            if !written.is_empty() {
                out.push_str(&"  ".repeat(depth));
                out.push_str(&written);
            }
            out.push('\n');
        }
        out
    }
}

/// How wide white space is, a full-width space counting two.
fn width(blank: &str) -> usize {
    blank.chars().map(|c| if c == '\u{3000}' || c == '\t' { 2 } else { 1 }).sum()
}

/// The language that most leading keywords of a text are in.
fn language(text: &str, lines: &[LogicalLine]) -> Language {
    let mut balance = 0i64;
    for line in lines.iter().filter(|l| !l.broken) {
        let text = text.get(line.start..line.end).unwrap_or("");
        if !text.starts_with(['|', '｜']) && Reader::new(FileId(0), line.start, text).lead().is_some() {
            balance += if text.starts_with(|c: char| c.is_ascii()) { 1 } else { -1 };
        }
    }
    if balance > 0 { Language::English } else { Language::Chinese }
}
