//! The documents that are handed in: lists, reports and pages for members, each from one template.
//!
//! A template writes Markdown. HTML, Word and workbooks are made of the tree that Markdown reads as, so that a change of the template
//! changes all of them, and a cell's text can be markup in none.

mod assessment;
mod duties;
mod evidence;
mod findings;
mod head;
mod layout;
mod markdown;
mod matrix;
mod members;
mod pages;
mod places;
mod qualification;
mod ranking;
mod rectification;
mod since;
mod standing;
#[cfg(test)]
pub mod tests;
mod word;
mod workbook;

use super::{Options, Shop, Words, filters};
use crate::diagnostic::{Code, Diagnostic, Place, did_you_mean, nearest};
use crate::eval::{Outcome, SubjectOutcome};
use crate::plan::Plan;
use serde::Serialize;

pub use since::Since;

/// A document by what it is for; its name and its words stand in the locale and in its template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Document {
    Assessment,
    Duties,
    Rectification,
    Members,
    Evidence,
    Qualification,
    /// Of all subjects together.
    Ranking,
}

/// What a document is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentFormat {
    Markdown,
    Html,
    /// A Word file in the layout of official documents.
    Docx,
    /// Every table a sheet; for those documents that are lists.
    Xlsx,
}

/// Which documents are wanted.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    pub names: &'a [String],
    /// What each is written as; every form that suits it where none is given.
    pub formats: &'a [DocumentFormat],
    /// The outcome of an earlier run.
    pub since: Option<&'a Since>,
}

/// A file's name and bytes.
pub type File = (String, Vec<u8>);

/// The templates of the documents.
pub const TEMPLATES: [(&str, &str); 16] = [
    ("document.html", include_str!("../templates/document.html")),
    ("document.css", include_str!("../templates/document.css")),
    ("word-document.xml", include_str!("../templates/word-document.xml")),
    ("word-styles.xml", include_str!("../templates/word-styles.xml")),
    ("word-settings.xml", include_str!("../templates/word-settings.xml")),
    ("word-fonts.xml", include_str!("../templates/word-fonts.xml")),
    ("word-footer-odd.xml", include_str!("../templates/word-footer-odd.xml")),
    ("word-footer-even.xml", include_str!("../templates/word-footer-even.xml")),
    ("word-properties.xml", include_str!("../templates/word-properties.xml")),
    ("assessment.md", include_str!("../templates/assessment.md")),
    ("duties.md", include_str!("../templates/duties.md")),
    ("rectification.md", include_str!("../templates/rectification.md")),
    ("members.md", include_str!("../templates/members.md")),
    ("evidence.md", include_str!("../templates/evidence.md")),
    ("qualification.md", include_str!("../templates/qualification.md")),
    ("ranking.md", include_str!("../templates/ranking.md")),
];

/// Markdown as written, and the page that its HTML is.
#[derive(Debug, Serialize)]
struct Sheet {
    title: String,
    sections: Vec<layout::Section>,
}

impl Document {
    pub const ALL: [Self; 7] =
        [Self::Assessment, Self::Duties, Self::Rectification, Self::Members, Self::Evidence, Self::Qualification, Self::Ranking];

    /// The stem of its template, and of its words in the locale.
    pub fn key(self) -> &'static str {
        match self {
            Self::Assessment => "assessment",
            Self::Duties => "duties",
            Self::Rectification => "rectification",
            Self::Members => "members",
            Self::Evidence => "evidence",
            Self::Qualification => "qualification",
            Self::Ranking => "ranking",
        }
    }

    /// The forms that suit it: a list also suits a workbook.
    fn formats(self) -> &'static [DocumentFormat] {
        use DocumentFormat::{Docx, Html, Markdown, Xlsx};
        match self {
            Self::Duties | Self::Rectification | Self::Ranking => &[Markdown, Html, Docx, Xlsx],
            _ => &[Markdown, Html, Docx],
        }
    }

    fn title(self, words: &Words) -> String {
        words.get(&format!("document_{}", self.key())).to_string()
    }
}

/// The documents of these names, each once, in their own order; a name that is none is an error.
fn chosen(words: &Words, names: &[String]) -> Result<Vec<Document>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let mut wanted = Vec::new();
    for name in names {
        match Document::ALL.into_iter().find(|d| d.key() == name || d.title(words) == *name) {
            Some(document) => wanted.push(document),
            None => found.push(unknown(words, name)),
        }
    }
    let each = Document::ALL.into_iter().filter(|d| wanted.contains(d)).collect();
    if found.is_empty() { Ok(each) } else { Err(found) }
}

fn unknown(words: &Words, name: &str) -> Diagnostic {
    let titles: Vec<String> = Document::ALL.into_iter().map(|d| d.title(words)).collect();
    let finding = Diagnostic::at(Code::BAD_OPTION, Place::None, format!("没有名为“{name}”的文件可出"));
    let finding = match did_you_mean(&nearest(name, titles.iter().map(String::as_str))) {
        Some(help) => finding.help(help),
        None => finding,
    };
    finding.help(format!("可以写：{}", titles.join("、")))
}

/// Writes the documents that were asked for, of every subject.
pub fn documents(plan: &Plan, outcome: &Outcome, request: &Request<'_>, options: &Options) -> Result<Vec<File>, Vec<Diagnostic>> {
    let shop = Shop::open(options)?;
    let chosen = chosen(&shop.words, request.names)?;
    let desk = Desk { shop: &shop, plan, outcome, since: request.since };
    let stems = filters::distinct(outcome.subjects.iter().map(|s| filters::file_stem(&s.code, &s.name)));
    let mut files = Vec::new();
    for document in chosen {
        let title = document.title(&shop.words);
        let formats = if request.formats.is_empty() { document.formats() } else { request.formats };
        if document == Document::Ranking {
            let text = shop.render("ranking.md", &ranking::page(&shop.words, plan, outcome, &title))?;
            files.extend(desk.files(&filters::file_stem(&title, ""), &markdown::numbered(&text), formats)?);
            continue;
        }
        for (subject, stem) in outcome.subjects.iter().zip(&stems) {
            let text = desk.markdown(document, subject)?;
            files.extend(desk.files(&format!("{stem}-{}", filters::file_stem(&title, "")), &text, formats)?);
        }
    }
    Ok(files)
}

/// What the documents are written from.
struct Desk<'a> {
    shop: &'a Shop<'a>,
    plan: &'a Plan,
    outcome: &'a Outcome,
    since: Option<&'a Since>,
}

impl Desk<'_> {
    fn markdown(&self, document: Document, subject: &SubjectOutcome) -> Result<String, Vec<Diagnostic>> {
        let (w, name) = (&self.shop.words, format!("{}.md", document.key()));
        let head = head::head(w, self.plan, self.outcome, subject, &document.title(w));
        let text = match document {
            Document::Assessment => {
                let others = Document::ALL.into_iter().filter(|d| *d != document).map(|d| d.title(w)).collect();
                self.shop.render(&name, &assessment::page(w, self.plan, self.outcome, subject, head, others))
            }
            Document::Duties => self.shop.render(&name, &duties::page(w, self.plan, subject, head)),
            Document::Members => self.shop.render(&name, &members::page(w, self.plan, subject, head)),
            Document::Evidence => self.shop.render(&name, &evidence::page(w, self.plan, self.outcome, subject, head)),
            Document::Qualification => self.shop.render(&name, &qualification::page(w, self.plan, subject, head)),
            Document::Ranking => self.shop.render(&name, &ranking::page(w, self.plan, self.outcome, &document.title(w))),
            Document::Rectification => self.shop.render(&name, &rectification::page(w, self.plan, self.outcome, subject, self.since, head)),
        };
        Ok(markdown::numbered(&text?))
    }

    fn files(&self, stem: &str, text: &str, formats: &[DocumentFormat]) -> Result<Vec<File>, Vec<Diagnostic>> {
        let blocks = markdown::parse(text);
        let title = markdown::title(&blocks).unwrap_or_default();
        let book = formats.contains(&DocumentFormat::Xlsx).then(|| workbook::file(&title, &blocks)).transpose()?;
        let sheet = Sheet { title, sections: layout::sections(pages::fitted(blocks)) };
        let mut files = Vec::new();
        for format in formats {
            files.push(match format {
                DocumentFormat::Markdown => (format!("{stem}.md"), text.as_bytes().to_vec()),
                DocumentFormat::Html => (format!("{stem}.html"), self.shop.render("document.html", &sheet)?.into_bytes()),
                DocumentFormat::Docx => (format!("{stem}.docx"), word::file(self.shop, &sheet)?),
                DocumentFormat::Xlsx => continue,
            });
        }
        files.extend(book.map(|bytes| (format!("{stem}.xlsx"), bytes)));
        Ok(files)
    }
}
