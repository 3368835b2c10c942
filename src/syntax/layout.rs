//! The layout pass: which physical lines make one logical line.

use super::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// The deepest nesting that is read; beyond it the readers' recursion could exhaust a small stack.
const MAX_DEPTH: usize = 64;
/// The longest logical line in bytes.
const MAX_LINE: usize = 20_000;

/// One logical line of the cleaned text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LogicalLine {
    pub start: usize,
    pub end: usize,
    /// A complaint about it has been made already; it is not read further.
    pub broken: bool,
}

/// A text of the same length in bytes, with comments and continued line ends blanked.
#[derive(Debug)]
pub(super) struct Layout {
    pub text: String,
    pub lines: Vec<LogicalLine>,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Copy)]
struct Bracket {
    at: usize,
    mark: char,
    /// How many `若` were open outside it.
    ifs: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    /// An operator, a colon or an operator word: the line goes on.
    Operator,
    /// `，` or `、`: the line goes on, and what follows may look like a declaration.
    Separator,
    Other,
}

struct Scanner<'a> {
    file: FileId,
    source: &'a str,
    bytes: Vec<u8>,
    lines: Vec<LogicalLine>,
    diagnostics: Vec<Diagnostic>,
    leading: &'static [&'static str],
    start: usize,
    brackets: Vec<Bracket>,
    ifs: usize,
    prefixes: usize,
    last: Last,
    broken: bool,
}

/// Finds the logical lines of a text.
pub(super) fn layout(file: FileId, source: &str) -> Layout {
    let mut scanner = Scanner {
        file,
        source,
        bytes: source.as_bytes().to_vec(),
        lines: Vec::new(),
        diagnostics: Vec::new(),
        leading: words::leading_keywords(),
        start: 0,
        brackets: Vec::new(),
        ifs: 0,
        prefixes: 0,
        last: Last::Nothing,
        broken: false,
    };
    scanner.run();
    // Only whole characters are replaced, so the bytes stay valid.
    let text = String::from_utf8(scanner.bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Layout { text, lines: scanner.lines, diagnostics: scanner.diagnostics }
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        let mut at = 0;
        while let Some(c) = self.rest(at).chars().next() {
            at = self.step(at, c);
        }
        self.unclosed();
        self.finish(self.source.len());
    }

    fn rest(&self, at: usize) -> &'a str {
        self.source.get(at..).unwrap_or("")
    }

    /// Takes the token at `at`; gives where the next one starts.
    fn step(&mut self, at: usize, c: char) -> usize {
        let next = at + c.len_utf8();
        match c {
            '\n' => {
                self.newline(at);
                next
            }
            '\r' => {
                self.blank(at, next, b' ');
                next
            }
            '#' => {
                let end = at + self.rest(at).find('\n').unwrap_or(self.rest(at).len());
                self.blank(at, end, b' ');
                end
            }
            '“' | '"' => self.string(at, c),
            '（' | '(' | '｛' | '{' => {
                self.open(at, c);
                next
            }
            '）' | ')' | '｝' | '}' => {
                if let Some(bracket) = self.brackets.pop() {
                    self.ifs = bracket.ifs;
                }
                self.prefixes = 0;
                self.last = Last::Other;
                next
            }
            '|' | '｜' if self.last == Last::Nothing && self.brackets.is_empty() => self.row(at),
            _ if c.is_whitespace() || c == '\u{FEFF}' => next,
            _ if is_word(c) => self.word(at),
            _ => {
                self.mark(at, c);
                next
            }
        }
    }

    /// A row of a case: its cells hold any character up to the last bar; what follows that may be a comment.
    fn row(&mut self, at: usize) -> usize {
        let line_len = self.rest(at).find('\n').unwrap_or(self.rest(at).len());
        let line = self.rest(at).get(..line_len).unwrap_or("");
        self.last = Last::Other;
        at + line.char_indices().rev().find(|(_, c)| matches!(c, '|' | '｜')).map_or(line_len, |(i, c)| i + c.len_utf8())
    }

    fn mark(&mut self, at: usize, c: char) {
        match c {
            '-' | '－' | '−' => {
                self.prefix(at);
                self.last = Last::Operator;
                return;
            }
            '：' | ':' | '，' | ',' => self.ifs = self.brackets.last().map_or(0, |b| b.ifs),
            _ => {}
        }
        self.prefixes = 0;
        self.last = match c {
            '，' | ',' | '、' => Last::Separator,
            '：' | ':' | '+' | '＋' | '×' | '*' | '＊' | '÷' | '/' | '／' | '≥' | '≤' | '≧' | '≦' | '≠' | '=' | '＝' | '<' | '>' | '＜'
            | '＞' => Last::Operator,
            _ => Last::Other,
        };
    }

    fn prefix(&mut self, at: usize) {
        self.prefixes += 1;
        if self.prefixes > MAX_DEPTH {
            let len = self.rest(at).chars().next().map_or(0, char::len_utf8);
            self.too_deep(at, at + len);
        }
    }

    fn word(&mut self, at: usize) -> usize {
        let rest = self.rest(at);
        let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let text = rest.get(..len).unwrap_or("");
        self.last = if matches!(text, "且" | "或" | "非" | "则" | "否则" | "and" | "or" | "not" | "then" | "else") {
            Last::Operator
        } else {
            Last::Other
        };
        let (is_if, is_not) = (matches!(text, "若" | "if"), matches!(text, "非" | "not"));
        if is_not {
            self.prefix(at);
        } else {
            self.prefixes = 0;
        }
        if is_if {
            self.ifs += 1;
            if self.brackets.len() + self.ifs > MAX_DEPTH {
                self.too_deep(at, at + len);
            }
        }
        at + len
    }

    fn open(&mut self, at: usize, mark: char) {
        self.brackets.push(Bracket { at, mark, ifs: self.ifs });
        self.prefixes = 0;
        self.last = Last::Other;
        if self.brackets.len() + self.ifs > MAX_DEPTH {
            self.too_deep(at, at + mark.len_utf8());
        }
    }

    fn too_deep(&mut self, start: usize, end: usize) {
        let message = format!("这里嵌套超过 {MAX_DEPTH} 层");
        let found = Diagnostic::error(Code::TOO_DEEP, Span::new(self.file, start, end), message)
            .help("请用“定义”把里层的算式另取名称，再在这里引用");
        self.complain(found);
    }

    /// One line gets one complaint of the layout; what follows it there is mostly its echo.
    fn complain(&mut self, found: Diagnostic) {
        if !self.broken {
            self.diagnostics.push(found);
            self.broken = true;
        }
    }

    fn string(&mut self, at: usize, quote: char) -> usize {
        self.last = Last::Other;
        self.prefixes = 0;
        let line_len = self.rest(at).find('\n').unwrap_or(self.rest(at).len());
        let line = self.rest(at).get(..line_len).unwrap_or("");
        let mut depth = 0usize;
        let mut deepest = 0usize;
        for (i, c) in line.char_indices() {
            match (quote, c) {
                ('“', '“') => depth += 1,
                ('“', '”') => depth -= 1,
                ('"', '"') => depth = usize::from(i == 0),
                _ => {}
            }
            deepest = deepest.max(depth);
            if depth == 0 {
                if deepest > MAX_DEPTH {
                    self.too_deep(at, at + quote.len_utf8());
                }
                return at + i + c.len_utf8();
            }
        }
        let other = if quote == '“' { "”" } else { "\"" };
        let found = Diagnostic::error(Code::OPEN_STRING, Span::new(self.file, at, at + quote.len_utf8()), "这里的引号没有闭合")
            .here("从这里起的文字没有结束")
            .help(format!("请在这一行内补上 {other} ；文字不能跨行"));
        self.complain(found);
        // The brackets before it cannot be judged any more: the line ends here.
        self.brackets.clear();
        self.last = Last::Other;
        at + line_len
    }

    fn newline(&mut self, at: usize) {
        let empty = self.last == Last::Nothing && self.brackets.is_empty();
        let continues = match (self.brackets.is_empty(), self.last) {
            (false, _) | (true, Last::Operator) => !self.declaration_follows(at + 1),
            (true, last) => last == Last::Separator,
        };
        if continues && !empty {
            self.blank(at, at + 1, 0x0C);
            return;
        }
        self.unclosed();
        self.finish(at);
        self.start = at + 1;
    }

    /// Whether the next line that says anything is clearly a new declaration.
    fn declaration_follows(&self, at: usize) -> bool {
        // Only one physical line is looked at; blank and comment lines are continued one by one.
        let rest = self.rest(at).trim_start_matches([' ', '\t', '\r', '\u{3000}']);
        if rest.starts_with(['|', '｜']) {
            return true;
        }
        let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(len).unwrap_or(("", ""));
        if matches!(word, "引用" | "名称" | "reference" | "display" | "得" | "score") || !self.leading.contains(&word) {
            return false;
        }
        let trimmed = after.trim_start_matches([' ', '\t', '\u{3000}']);
        let spaced = trimmed.len() < after.len();
        let next_len = trimmed.find(|c| !is_word(c)).unwrap_or(trimmed.len());
        let next = trimmed.get(..next_len).unwrap_or("");
        let reserved = matches!(
            next,
            "且" | "或"
                | "非"
                | "属于"
                | "不属于"
                | "则"
                | "否则"
                | "其中"
                | "and"
                | "or"
                | "not"
                | "in"
                | "not_in"
                | "then"
                | "else"
                | "where"
        );
        trimmed.starts_with(['“', '"']) || (spaced && !next.is_empty() && !reserved)
    }

    fn unclosed(&mut self) {
        let Some(bracket) = self.brackets.first().copied() else { return };
        self.brackets.clear();
        let span = Span::new(self.file, bracket.at, bracket.at + bracket.mark.len_utf8());
        let closing = match bracket.mark {
            '（' => '）',
            '(' => ')',
            '｛' => '｝',
            _ => '}',
        };
        let found = Diagnostic::error(Code::OPEN_BRACKET, span, format!("括号“{}”没有闭合", bracket.mark))
            .here("这个括号没有对应的另一半")
            .help(format!("请补上“{closing}”"));
        self.complain(found);
    }

    fn finish(&mut self, end: usize) {
        let text = self.source.get(self.start..end).unwrap_or("");
        let cleaned = self.bytes.get(self.start..end).unwrap_or(&[]);
        if self.last != Last::Nothing || self.broken {
            // The ends are trimmed by the cleaned bytes: comments there are spaces by now.
            let cleaned = std::str::from_utf8(cleaned).unwrap_or(text);
            let is_blank = |c: char| c.is_whitespace() || c == '\u{FEFF}';
            let head = cleaned.len() - cleaned.trim_start_matches(is_blank).len();
            let tail = cleaned.len() - cleaned.trim_end_matches(is_blank).len();
            let (start, end) = (self.start + head, end.saturating_sub(tail));
            if text.len() > head + tail + MAX_LINE && !self.broken {
                let message = format!("这一条超过 {MAX_LINE} 字节，太长了");
                let span = Span::new(self.file, start, start + self.rest(start).chars().next().map_or(0, char::len_utf8));
                self.complain(Diagnostic::error(Code::TOO_LARGE, span, message).help("请拆成几条，或用“定义”把其中的算式另取名称"));
            }
            self.lines.push(LogicalLine { start, end: end.max(start), broken: self.broken });
        }
        self.last = Last::Nothing;
        self.broken = false;
        self.ifs = 0;
        self.prefixes = 0;
    }

    fn blank(&mut self, start: usize, end: usize, with: u8) {
        if let Some(range) = self.bytes.get_mut(start..end) {
            range.fill(with);
        }
    }
}

/// Whether a character belongs to a word; everything that is not a mark, as the grammar's names have it.
pub(super) fn is_word(c: char) -> bool {
    is_unified(c) || c.is_alphanumeric() || c == '_' || c == '·'
}

/// Whether a character is of the block that most of a text is of: all of it are letters that stand for themselves, which takes no table.
pub(super) fn is_unified(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}
