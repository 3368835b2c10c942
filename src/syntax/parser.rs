//! The pest parser, and its complaints in the reader's words.

use super::layout::{is_unified, is_word};
use super::words;
use crate::diagnostic::{Code, Diagnostic, did_you_mean, nearest};
use crate::source::{FileId, Span, Spanned};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;
use pest::unicode::XID_CONTINUE;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/lexical.pest"]
#[grammar = "../grammar/expression.pest"]
#[grammar = "../grammar/standard.pest"]
#[grammar = "../grammar/layers.pest"]
struct BiaoParser;

/// One logical line being read: where it stands, and the complaints about it.
pub(super) struct Reader<'a> {
    pub file: FileId,
    /// Byte offset of the line in its file.
    pub offset: usize,
    pub text: &'a str,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl<'a> Reader<'a> {
    /// A reader of the line `text` that starts at `offset`.
    pub fn new(file: FileId, offset: usize, text: &'a str) -> Self {
        Self { file, offset, text, diagnostics: RefCell::new(Vec::new()) }
    }

    /// The whole line.
    pub fn line_span(&self) -> Span {
        Span::new(self.file, self.offset, self.offset + self.text.len())
    }

    /// Stands for what the line leaves out: an empty place at its end.
    pub fn unwritten(&self) -> Spanned<String> {
        let end = self.offset + self.text.len();
        Spanned::new(String::new(), Span::new(self.file, end, end))
    }

    /// Where a pair stands in the file.
    pub fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        Span::new(self.file, self.offset + span.start(), self.offset + span.end())
    }

    /// Notes a complaint.
    pub fn complain(&self, found: Diagnostic) {
        self.diagnostics.borrow_mut().push(found);
    }

    /// The complaints so far.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics.into_inner()
    }

    /// Whether the line was read without complaint.
    pub fn is_clean(&self) -> bool {
        self.diagnostics.borrow().is_empty()
    }

    /// The keyword that leads the line, if one does. The grammar is asked only where what follows the word has a say in it.
    pub fn lead(&self) -> Option<Rule> {
        if self.text.starts_with(['|', '｜']) {
            return Some(Rule::bar);
        }
        let (word, after) = leading_word(self.text);
        let rule = *LEADS.get(word)?;
        let after = after.trim_start();
        let is_plain = match leading_word(after).0 {
            "" => after.is_empty() || after.starts_with(['“', '"', '：', ':', '|', '｜']),
            next => !OPERATOR_WORDS.contains(&next),
        };
        if is_plain && rule != Rule::kw_verify { Some(rule) } else { grammar_lead(self.text) }
    }

    /// Matches the line against a rule; a failure is reported.
    pub fn read(&self, rule: Rule) -> Option<Pair<'a, Rule>> {
        match BiaoParser::parse(rule, self.text) {
            Ok(mut pairs) => pairs.next(),
            Err(error) => {
                let at = match error.location {
                    InputLocation::Pos(p) | InputLocation::Span((p, _)) => p,
                };
                let expected = match error.variant {
                    ErrorVariant::ParsingError { positives, .. } => positives,
                    ErrorVariant::CustomError { .. } => Vec::new(),
                };
                let found = self.unexpected(at.min(self.text.len()), &expected);
                self.complain(found);
                None
            }
        }
    }

    fn unexpected(&self, at: usize, expected: &[Rule]) -> Diagnostic {
        let (before, after) = self.text.split_at_checked(at).unwrap_or((self.text, ""));
        let token = token_at(after);
        let span = Span::new(self.file, self.offset + at, self.offset + at + token.len());
        let expected = expectation(expected);
        if let Some(found) = glued(before, token, span, self) {
            return found;
        }
        if let Some(found) = stray(token, span) {
            return found;
        }
        // A line of unknown kind is read as a condition: its first word may be a keyword misspelt.
        let first = token_at(self.text);
        let at_start = before.trim().is_empty() || before.trim() == first;
        if at_start
            && !first.is_empty()
            && self.lead().is_none()
            && let Some(help) = keyword_help(first)
        {
            let span = Span::new(self.file, self.offset, self.offset + first.len());
            if !first.starts_with(|c: char| c.is_alphanumeric()) {
                let message = format!("一行不能以“{first}”开头");
                return Diagnostic::error(Code::UNEXPECTED, span, message).help(format!("算式要换行的，把“{first}”留在上一行的末尾"));
            }
            return Diagnostic::error(Code::UNEXPECTED, span, format!("“{first}”不是行首的关键词")).help(help);
        }
        let message = if token.is_empty() {
            "这一行没有写完".to_owned()
        } else if matches!(token, "“" | "\"") {
            "此处不应是引号".to_owned()
        } else {
            format!("此处不应是“{token}”")
        };
        let mut found = Diagnostic::error(Code::UNEXPECTED, span, message);
        if !expected.is_empty() {
            found = found.here(format!("此处应为{expected}"));
        }
        if matches!(token, "<" | ">" | "＜" | "＞" | "=" | "＝" | "≥" | "≤" | "≠") {
            found = found.help("比较的两边都要有值；几个比较之间用“且”或“或”连接");
        }
        found
    }
}

/// What each leading keyword is where nothing follows it.
static LEADS: LazyLock<BTreeMap<&str, Rule>> =
    LazyLock::new(|| words::leading_keywords().iter().filter_map(|word| Some((*word, grammar_lead(word)?))).collect());

/// The operators that are words; a keyword that one follows is a name.
const OPERATOR_WORDS: [&str; 8] = ["且", "and", "或", "or", "属于", "in", "不属于", "not_in"];

fn grammar_lead(text: &str) -> Option<Rule> {
    let lead = BiaoParser::parse(Rule::lead, text).ok()?.next()?;
    lead.into_inner().next().map(|p| p.as_rule())
}

/// The word that a text starts with, by the characters that the grammar takes for one, and what follows it.
fn leading_word(text: &str) -> (&str, &str) {
    let end = text.find(|c| !XID_CONTINUE(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// What to write instead of an unknown leading word.
pub(super) fn keyword_help(word: &str) -> Option<String> {
    let known = words::leading_keywords().iter().copied();
    let glued = known.clone().filter(|k| word.strip_prefix(*k).is_some_and(|r| r.starts_with(char::is_numeric)));
    if let Some(keyword) = glued.max_by_key(|k| k.len()) {
        return Some(format!("“{keyword}”与编号之间要有空格"));
    }
    did_you_mean(&nearest(word, known))
}

/// The word or the single mark that a text starts with.
pub(super) fn token_at(text: &str) -> &str {
    let word = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let len = if word > 0 { word } else { text.chars().next().map_or(0, char::len_utf8) };
    text.get(..len).unwrap_or("")
}

fn expectation(rules: &[Rule]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in rules.iter().map(|r| words::word(*r)) {
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{}或{last}", rest.join("、")),
        Some((last, _)) => (*last).to_owned(),
        None => String::new(),
    }
}

const OPERATORS: [&str; 8] = ["不属于", "属于", "否则", "其中", "且", "或", "则", "若"];

/// `18且科室` and `大筐且 年龄`: the operator word has grown onto its neighbour.
fn glued(before: &str, token: &str, span: Span, reader: &Reader<'_>) -> Option<Diagnostic> {
    let trimmed = before.trim_end();
    let start = trimmed.char_indices().rev().take_while(|(_, c)| is_word(*c)).last().map_or(trimmed.len(), |(i, _)| i);
    let previous = trimmed.get(start..).unwrap_or("");
    let (operator, span) = OPERATORS.iter().find_map(|o| {
        let leads = token.len() > o.len() && token.starts_with(o);
        // Right after another word with no space between, even the bare operator is glued.
        let bare = token == *o && trimmed.len() == before.len() && !previous.is_empty();
        let trails = previous.len() > o.len() && (previous.ends_with(o) || previous.starts_with(o));
        if leads || bare {
            Some((*o, span))
        } else if trails {
            let at = reader.offset + start;
            Some((*o, Span::new(reader.file, at, at + previous.len())))
        } else {
            None
        }
    })?;
    Some(
        Diagnostic::error(Code::GLUED_OPERATOR, span, format!("“{operator}”与前后的字连在一起，读不出是运算词"))
            .help(format!("请在“{operator}”前后各加一个空格")),
    )
}

fn stray(token: &str, span: Span) -> Option<Diagnostic> {
    let c = token.chars().next()?;
    let help = match c {
        '。' | '.' | '．' if token.len() == c.len_utf8() && c == '。' => "规则末尾不加句号，请删去",
        '；' | ';' => "请删去；一行只写一条，不用分号",
        '【' | '】' | '〔' | '〕' | '[' | ']' | '［' | '］' => "请改用圆括号（）",
        '‘' | '’' | '\'' | '「' | '」' | '『' | '』' | '《' | '》' | '＂' => "文字请用成对的“”括起",
        '”' => "这个引号没有对应的“",
        '！' | '!' => "“不等于”请写作 ≠",
        '？' | '?' | '…' | '—' | '～' | '~' | '@' | '$' | '&' | '|' | '^' | '`' | '\\' => "请删去这个字符",
        c if c.is_control() => "这里有一个看不见的控制字符，请删去",
        c if !is_word(c) && !known_mark(c) => "请删去这个字符",
        _ => return None,
    };
    let shown = if c.is_control() { format!("U+{:04X}", u32::from(c)) } else { c.to_string() };
    Some(Diagnostic::error(Code::STRAY_CHARACTER, span, format!("此处不能有字符“{shown}”")).help(help))
}

fn known_mark(c: char) -> bool {
    "（）(){}｛｝：:，,、.．/／÷×*＊+＋-－−=＝<>＜＞≥≤≧≦≠%％‰㎡“\"#".contains(c) || c.is_whitespace()
}

/// NFKC, as all names are compared.
pub fn normal(text: &str) -> String {
    // What most names are written in needs no table.
    let is_plain = |c: char| c.is_ascii() || is_unified(c);
    if text.chars().all(is_plain) || is_nfkc_quick(text.chars()) == IsNormalized::Yes { text.to_owned() } else { text.nfkc().collect() }
}

/// A name, normalised, with its place.
pub(super) fn name(reader: &Reader<'_>, pair: &Pair<'_, Rule>) -> Spanned<String> {
    Spanned::new(normal(pair.as_str()), reader.span(pair))
}

/// A quoted text without its quotes.
pub(super) fn text(reader: &Reader<'_>, pair: &Pair<'_, Rule>) -> Spanned<String> {
    let raw = pair.as_str();
    let inner = raw.strip_prefix(['“', '"']).unwrap_or(raw);
    let inner = inner.strip_suffix(['”', '"']).unwrap_or(inner);
    Spanned::new(inner.to_owned(), reader.span(pair))
}
