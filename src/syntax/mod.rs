//! Text → Ast: pest pairs to the tree as written.
//!
//! Takes one file's text; gives its items and every complaint about its form. Knows no name's meaning.

mod assemble;
pub mod ast;
mod case;
mod change;
mod declaration;
mod expression;
mod format;
mod item;
mod layered;
mod layout;
mod line;
mod parser;
pub mod print;
mod print_change;
mod rows;
mod rule;
#[cfg(test)]
mod tests;
mod token;
mod verification;
mod words;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, LayerId, Span};
use assemble::Assembly;
use ast::ItemKind;
use layout::LogicalLine;
use parser::{Reader, Rule};

pub use format::format;
pub use parser::normal;
pub use rows::{Comment, comments};
pub use words::keywords;

/// The largest file that is read, in bytes.
const MAX_FILE: usize = 4 << 20;
/// After so many complaints the rest of a file is not read: it is not a specification.
const MAX_COMPLAINTS: usize = 1_000;

/// Reads one file: its items, and every complaint about its form.
pub fn parse(file: FileId, layer: LayerId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    read(file, layer, text, true)
}

/// The same without the cases, which show the rules and are none: what stands in them is not read.
pub fn parse_rules(file: FileId, layer: LayerId, text: &str) -> (ast::File, Vec<Diagnostic>) {
    let (mut tree, found) = read(file, layer, text, false);
    tree.items.retain(|i| !i.is_case());
    (tree, found)
}

fn read(file: FileId, layer: LayerId, text: &str, with_cases: bool) -> (ast::File, Vec<Diagnostic>) {
    let start = Span::new(file, 0, 0);
    if text.len() > MAX_FILE {
        let found = Diagnostic::error(Code::TOO_LARGE, start, "文件超过 4 MB，不像是标准文件")
            .help("请检查是否放错了文件；标准可以分成几个文件来写");
        return (ast::File::default(), vec![found]);
    }
    let laid = layout::layout(file, text);
    let mut diagnostics = laid.diagnostics;
    let mut assembly = Assembly::new(layer);
    for line in &laid.lines {
        if diagnostics.len() >= MAX_COMPLAINTS {
            let span = Span::new(file, line.start, line.start);
            let message = format!("错误已有 {MAX_COMPLAINTS} 处，后面的不再检查");
            diagnostics.push(Diagnostic::error(Code::TOO_LARGE, span, message).help("请先改正前面的错误"));
            break;
        }
        let reader = Reader::new(file, line.start, laid.text.get(line.start..line.end).unwrap_or(""));
        let rule = line::rule_for(reader.lead().unwrap_or(Rule::line_rule));
        if with_cases || line.broken || !(line::is_only_of_case(rule) && assembly.is_in_case()) {
            read_line(reader, rule, *line, &mut assembly, &mut diagnostics);
        }
    }
    diagnostics.sort_by_key(|d| match d.place {
        crate::diagnostic::Place::Spec(span) => span.start,
        _ => 0,
    });
    (assembly.finish(), diagnostics)
}

fn read_line(reader: Reader<'_>, rule: Rule, line: LogicalLine, assembly: &mut Assembly, diagnostics: &mut Vec<Diagnostic>) {
    let span = reader.line_span();
    if rule == Rule::change && !line.broken {
        read_change(&reader, line, assembly, diagnostics);
        diagnostics.extend(reader.into_diagnostics());
        return;
    }
    // A broken line is looked at only for what it was to be.
    let row = if rule == Rule::line_row && !line.broken { case::row(&reader) } else { None };
    let read = match row {
        _ if line.broken => None,
        Some(row) => Some(line::Line::Sub(line::Sub::Row(row))),
        None => reader.read(rule).and_then(|pair| line::build(&reader, pair)),
    };
    match read {
        Some(found) if reader.is_clean() => {
            let first = parser::token_at(reader.text);
            let lead = Span::new(reader.file, line.start, line.start + first.len());
            if let Some(misplaced) = assembly.add(found, span, lead) {
                let help = if reader.lead().is_none() { parser::keyword_help(first) } else { None };
                diagnostics.push(match help {
                    Some(help) => misplaced.help(help),
                    None => misplaced,
                });
            }
        }
        _ if line::opens_item(rule) => assembly.open(ItemKind::Broken, span),
        _ => assembly.skip(span, rule == Rule::line_point),
    }
    diagnostics.extend(reader.into_diagnostics());
}

fn read_change(reader: &Reader<'_>, line: LogicalLine, assembly: &mut Assembly, diagnostics: &mut Vec<Diagnostic>) {
    let span = reader.line_span();
    let Some(change::Read { change, under }) = change::read(reader) else {
        assembly.open(ItemKind::Broken, span);
        return;
    };
    assembly.open(ItemKind::Change(Box::new(change)), span);
    let lead = Span::new(reader.file, line.start, line.start + parser::token_at(reader.text).len());
    diagnostics.extend(under.and_then(|sub| assembly.add(line::Line::Sub(sub), span, lead)));
}
