//! Escapes and names: what keeps a cell's text from becoming markup or a path.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Error, Output, State};
use std::collections::BTreeSet;

/// The escape mode of Markdown templates.
const MARKDOWN: AutoEscape = AutoEscape::Custom(std::borrow::Cow::Borrowed("markdown"));

/// Text that Markdown shows as it stands, on one line.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c if turns(c) => out.push_str(&format!("\\[U+{:04X}\\]", u32::from(c))),
            c => out.push(c),
        }
    }
    // What would begin a list or underline a heading.
    match out.chars().next() {
        Some('-' | '+' | '=') => format!("\\{out}"),
        _ => out,
    }
}

/// Whether a character turns the direction of what follows it, so that a text reads as another: it is shown by its number.
pub fn turns(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A file name made of what every file system takes.
pub fn file_stem(code: &str, name: &str) -> String {
    let joined = if name.is_empty() { code.to_string() } else { format!("{code}-{name}") };
    let hostile = |c: char| c.is_control() || c.is_whitespace() || "/\\:*?\"<>|#%&".contains(c);
    let stem: String = joined.chars().map(|c| if hostile(c) { '_' } else { c }).take(60).collect();
    let stem = stem.trim_matches(['.', '_', '-']).to_string();
    if stem.is_empty() || stem == "index" { format!("_{stem}") } else { stem }
}

/// Stems in order, made distinct by a number.
pub fn distinct(stems: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    stems
        .into_iter()
        .map(|stem| {
            let mut candidate = stem.clone();
            let mut n = 2;
            // Some file systems fold case.
            while !taken.insert(candidate.to_lowercase()) {
                candidate = format!("{stem}-{n}");
                n += 1;
            }
            candidate
        })
        .collect()
}

/// A relative link to a file.
pub fn href(file: &str) -> String {
    let mut out = String::new();
    for b in file.bytes() {
        if b.is_ascii_alphanumeric() || b"-._".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// An id for an anchor: letters, digits, `-` and `.`.
pub fn anchor(prefix: &str, id: &str) -> String {
    let clean: String = id.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' }).collect();
    format!("{prefix}-{clean}")
}

/// Text inside quotes of a style sheet.
fn css(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || c == ' ' { c.to_string() } else { format!("\\{:x} ", u32::from(c)) }).collect()
}

/// What one template may use up: a subject of some hundred members takes a fiftieth, and using it all takes seconds.
const FUEL: u64 = 200_000_000;
/// How deep templates may nest.
const DEPTH: usize = 60;

/// An environment that escapes by the template's name and takes no unknown name for nothing.
pub fn environment<'a>() -> Environment<'a> {
    let mut env = Environment::new();
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(syntax);
    }
    // A template without end stops, and says so.
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(DEPTH);
    env.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|name| match name.rsplit_once('.').map(|(_, ext)| ext) {
        Some("html" | "xml") => AutoEscape::Html,
        Some("md") => MARKDOWN,
        _ => AutoEscape::None,
    });
    env.add_filter("css", |text: String| css(&text));
    env.set_formatter(format_value);
    env
}

fn format_value(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if *state.auto_escape() != MARKDOWN {
        return minijinja::escape_formatter(out, state, value);
    }
    let text = value.to_string();
    let text = if value.is_safe() { text } else { markdown(&text) };
    std::fmt::Write::write_str(out, &text).map_err(Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_harmless() {
        assert_eq!(file_stem("../..", "a/b"), "a_b");
        assert_eq!(file_stem("01", "甲 乙"), "01-甲_乙");
        assert_eq!(distinct(["a".into(), "A".into(), "a".into()]), ["a", "A-2", "a-3"]);
        assert_eq!(markdown("a|b\n<x>"), "a\\|b &lt;x&gt;");
        assert_eq!(css("甲\"}</style>"), "甲\\22 \\7d \\3c \\2f style\\3e ");
        assert_eq!(markdown("- a\u{202E}b"), "\\- a\\[U+202E\\]b");
    }
}
