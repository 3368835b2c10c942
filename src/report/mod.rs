//! Outcome → HTML, Markdown, JSON, and the summary for a terminal.
//!
//! Takes a plan and an outcome; gives files as texts, made from templates that a user may replace. Knows no data file
//! and no rule: what it prints was found by others.

mod annex;
mod audit;
mod board;
mod chart;
mod difference;
mod documents;
mod fault;
mod filters;
mod first;
mod headline;
mod index;
mod layers;
mod layout;
mod lists;
mod missing;
mod numbers;
mod page;
mod parts;
mod plots;
mod policy;
mod press;
mod procedure;
mod quality;
mod reliefs;
mod rounds;
mod summary;
#[cfg(test)]
mod tests;
mod view;

pub use annex::{annex_html, annex_json, annex_markdown};
pub use audit::audit;
pub use difference::{DifferenceFormat, difference};
pub use documents::{Document, DocumentFormat, File, Request, Since, documents};
pub use numbers::exact;
pub use press::{Sink, publish};
pub use summary::{summary, summary_head, summary_of};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::eval::Outcome;
use crate::plan::Plan;
use minijinja::Environment;
use minijinja::value::{Serde, Value};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Html,
    Markdown,
    Json,
}

/// What the user may ask of a report.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A folder whose files stand in for the templates of the same name.
    pub templates: Option<PathBuf>,
}

const TEMPLATES: [(&str, &str); 16] = [
    ("head.html", include_str!("templates/head.html")),
    ("base.js", include_str!("templates/base.js")),
    ("charts.html", include_str!("templates/charts.html")),
    ("base.css", include_str!("templates/base.css")),
    ("subject.html", include_str!("templates/subject.html")),
    ("subject.md", include_str!("templates/subject.md")),
    ("index.html", include_str!("templates/index.html")),
    ("index.md", include_str!("templates/index.md")),
    ("annex.html", include_str!("templates/annex.html")),
    ("annex.md", include_str!("templates/annex.md")),
    ("audit.txt", include_str!("templates/audit.txt")),
    ("audit.md", include_str!("templates/audit.md")),
    ("audit.html", include_str!("templates/audit.html")),
    ("diff.txt", include_str!("templates/diff.txt")),
    ("diff.md", include_str!("templates/diff.md")),
    ("diff.html", include_str!("templates/diff.html")),
];
const LOCALE: &str = include_str!("templates/locale.json");

/// The words of the report, by key.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
struct Words(BTreeMap<String, String>);

impl Words {
    fn builtin() -> Self {
        Self(serde_json::from_str(LOCALE).unwrap_or_default())
    }

    /// The text of `key`; the key itself shows a gap in the table.
    fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key).map_or(key, String::as_str)
    }

    /// The text of `key` with `{name}` replaced, in one pass so that no value is taken for a placeholder.
    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.get(key);
        let mut out = String::new();
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            out.push_str(values.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v));
            rest = tail;
        }
        out.push_str(rest);
        out
    }
}

/// The templates and words in force.
struct Shop<'a> {
    env: Environment<'a>,
    words: Words,
    folder: Option<PathBuf>,
}

impl Shop<'_> {
    fn open(options: &Options) -> Result<Self, Vec<Diagnostic>> {
        let mut shop = Self { env: filters::environment(), words: Words::builtin(), folder: options.templates.clone() };
        let mut found = Vec::new();
        shop.env.set_loader(|name| Ok(builtin(name).map(str::to_owned)));
        if let Some(folder) = &options.templates {
            shop.take_folder(folder, &mut found);
        }
        if found.is_empty() { Ok(shop) } else { Err(found) }
    }

    fn take_folder(&mut self, folder: &Path, found: &mut Vec<Diagnostic>) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) => return found.push(fault::unreadable(folder, &e)),
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| p.is_file()).collect();
        paths.sort();
        for path in paths {
            let Some(name) = path.file_name().and_then(|n| n.to_str()).map(str::to_string) else { continue };
            let known = [".html", ".md", ".css", ".js", ".txt", ".xml"].iter().any(|ext| name.ends_with(ext));
            if name == "README.md" || !known && name != "locale.json" {
                continue;
            }
            let text = match std::fs::read_to_string(&path) {
                Ok(text) => text,
                Err(e) => {
                    found.push(fault::unreadable(&path, &e));
                    continue;
                }
            };
            if known {
                if let Err(e) = self.env.add_template_owned(name, text) {
                    found.push(self.complaint(&e));
                }
                continue;
            }
            match serde_json::from_str::<BTreeMap<String, String>>(&text) {
                Ok(words) => self.words.0.extend(words),
                Err(e) => found.push(fault::broken(&path.display().to_string(), e.line(), "不是“键: 文字”的 JSON")),
            }
        }
    }

    fn render(&self, name: &str, page: &impl Serialize) -> Result<String, Vec<Diagnostic>> {
        #[cfg(test)]
        documents::tests::note(name, page);
        let page = Value::from(Serde(page));
        let context = BTreeMap::from([("t", Value::from(Serde(&self.words))), ("page", page), ("csp", Value::from(policy::PLACE))]);
        let text = self.env.get_template(name).and_then(|t| t.render(Value::from(context)));
        let mut text = policy::fill(text.map_err(|e| vec![self.complaint(&e)])?);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(text)
    }

    fn complaint(&self, error: &minijinja::Error) -> Diagnostic {
        fault::complaint(self.folder.as_deref(), error)
    }
}

/// The text of a built-in template; it is read where a page first asks for it. A template of the user's may extend the one that it stands in
/// for, under another name.
fn builtin(name: &str) -> Option<&'static str> {
    let wanted = name.strip_prefix(fault::BUILTIN).unwrap_or(name);
    TEMPLATES.into_iter().chain(documents::TEMPLATES).find(|(name, _)| *name == wanted).map(|(_, text)| text)
}

/// Every built-in template with its text, the words, and the page that says what templates are given.
pub fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    let words = [("locale.json", LOCALE), ("README.md", include_str!("templates/README.md"))];
    TEMPLATES.into_iter().chain(documents::TEMPLATES).chain(words)
}

/// Renders an outcome: one file for each subject, and an index where there are several.
pub fn render(plan: &Plan, outcome: &Outcome, format: Format, options: &Options) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    let ext = match format {
        Format::Html => "html",
        Format::Markdown => "md",
        Format::Json => return json(outcome),
    };
    let shop = Shop::open(options)?;
    let stems = outcome.subjects.iter().map(|s| filters::file_stem(&s.code, &s.name));
    let names: Vec<String> = filters::distinct(stems).into_iter().map(|s| format!("{s}.{ext}")).collect();
    let mut files = Vec::new();
    if outcome.subjects.len() > 1 {
        let rows = outcome.subjects.iter().zip(&names).map(|(s, file)| index::row(&shop.words, plan, s, file)).collect();
        let page = index::index(&shop.words, plan, outcome, rows);
        files.push((format!("index.{ext}"), shop.render(&format!("index.{ext}"), &page)?));
    }
    for (subject, name) in outcome.subjects.iter().zip(names) {
        let page = view::page(&shop.words, plan, outcome, subject, &[]);
        files.push((name, shop.render(&format!("subject.{ext}"), &page)?));
    }
    Ok(files)
}

fn json(outcome: &Outcome) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    let bytes = layout::Layout::of(outcome.subjects.len())
        .bytes(outcome)
        .map_err(|e| vec![Diagnostic::at(Code::WRITE, Place::None, format!("结果写不成 JSON：{e}"))])?;
    Ok(vec![("outcome.json".into(), format!("{}\n", String::from_utf8_lossy(&bytes)))])
}
