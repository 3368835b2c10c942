//! The tokens of a line in their canonical form, and which of them stand apart.

use super::parser::{Rule, normal};
use pest::iterators::Pair;

/// Which marks a file is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Chinese,
    English,
}

/// A token as it is to be written.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub rule: Rule,
    /// The rule that it is a part of.
    parent: Rule,
    /// Where it stands in the file.
    pub start: usize,
    pub text: String,
}

/// The tokens of a matched line; `None` where something of the line is in no token, or a token reaches over a line break.
pub(super) fn tokens(line: Pair<'_, Rule>, text: &str, offset: usize, language: Language) -> Option<Vec<Token>> {
    let mut leaves = Vec::new();
    let rule = line.as_rule();
    flatten(line, rule, &mut leaves);
    let mut tokens = Vec::new();
    let mut at = 0;
    for (pair, parent) in leaves {
        let span = pair.as_span();
        let written = pair.as_str().trim_end();
        if written.contains(['\u{0C}', '\n']) || !text.get(at..span.start())?.chars().all(is_blank) {
            return None;
        }
        at = span.start() + written.len();
        let rule = pair.as_rule();
        let is_idle = rule == Rule::colon && matches!(parent, Rule::line_note | Rule::judged);
        if !written.is_empty() && !is_idle {
            let text = canonical(rule, parent, written, language);
            tokens.push(Token { rule, parent, start: offset + span.start(), text });
        }
    }
    text.get(at..)?.chars().all(is_blank).then_some(tokens)
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

fn flatten<'t>(pair: Pair<'t, Rule>, parent: Rule, leaves: &mut Vec<(Pair<'t, Rule>, Rule)>) {
    let rule = pair.as_rule();
    let whole = matches!(rule, Rule::unit | Rule::path | Rule::define_target | Rule::raw_name | Rule::text | Rule::EOI);
    let inner: Vec<Pair<'t, Rule>> = if whole { Vec::new() } else { pair.clone().into_inner().collect() };
    if inner.is_empty() {
        if rule != Rule::EOI {
            leaves.push((pair, parent));
        }
        return;
    }
    for part in inner {
        flatten(part, rule, leaves);
    }
}

fn canonical(rule: Rule, parent: Rule, written: &str, language: Language) -> String {
    let chinese = language == Language::Chinese;
    match rule {
        Rule::text => quoted(written, chinese),
        Rule::unit | Rule::unit_atom => written.replace('％', "%").replace('／', "/"),
        Rule::raw_name => written.to_owned(),
        Rule::colon => if chinese { "：" } else { ":" }.to_owned(),
        Rule::comma | Rule::list_sep | Rule::enum_sep => {
            let enumerates = match rule {
                Rule::enum_sep => true,
                Rule::list_sep => parent != Rule::parameters,
                _ => matches!(parent, Rule::type_choice | Rule::type_ordered | Rule::option_aka),
            };
            let mark = match (enumerates, chinese) {
                (true, _) => "、",
                (false, true) => "，",
                (false, false) => ",",
            };
            mark.to_owned()
        }
        Rule::open => if parent == Rule::full_score && chinese { "（" } else { "(" }.to_owned(),
        Rule::close => if parent == Rule::full_score && chinese { "）" } else { ")" }.to_owned(),
        Rule::lbrace => "{".to_owned(),
        Rule::rbrace => "}".to_owned(),
        Rule::ge => "≥".to_owned(),
        Rule::le => "≤".to_owned(),
        Rule::ne => "≠".to_owned(),
        Rule::eq => "=".to_owned(),
        Rule::lt => "<".to_owned(),
        Rule::gt => ">".to_owned(),
        Rule::add => "+".to_owned(),
        Rule::sub | Rule::negative => "−".to_owned(),
        Rule::mul => "×".to_owned(),
        Rule::div => "/".to_owned(),
        _ => normal(written),
    }
}

/// A text in the quotes of its language, where its own quotes allow it.
fn quoted(written: &str, chinese: bool) -> String {
    let inner = written.strip_prefix(['“', '"']).unwrap_or(written);
    let inner = inner.strip_suffix(['”', '"']).unwrap_or(inner);
    if chinese {
        super::print::quoted(inner)
    } else if inner.contains('"') {
        written.to_owned()
    } else {
        format!("\"{inner}\"")
    }
}

impl Token {
    /// Whether it closes a bracket.
    pub fn closes(&self) -> bool {
        matches!(self.rule, Rule::close | Rule::rbrace)
    }

    /// Whether a space stands between this token and the next.
    pub fn is_apart(&self, next: &Self, language: Language) -> bool {
        let is_mark = |t: &Self| matches!(t.rule, Rule::comma | Rule::list_sep | Rule::enum_sep | Rule::colon | Rule::dot);
        let is_tilde = |t: &Self| t.rule == Rule::score_until && matches!(t.text.as_str(), "～" | "~");
        if is_tilde(self) || is_tilde(next) {
            return false;
        }
        if matches!(self.rule, Rule::open | Rule::lbrace | Rule::negative) || next.closes() || is_mark(next) {
            return false;
        }
        if is_mark(self) {
            return matches!(self.text.as_str(), "," | ":");
        }
        match next.rule {
            Rule::percent => false,
            Rule::unit => !matches!(next.text.as_str(), "%" | "‰"),
            // `5分` in a score, but `38 项` in the totals.
            Rule::kw_points if matches!(next.parent, Rule::full_score | Rule::score) => next.text.is_ascii(),
            Rule::open => match next.parent {
                Rule::call | Rule::parameters => false,
                Rule::full_score => language == Language::English,
                _ => true,
            },
            _ => true,
        }
    }
}
