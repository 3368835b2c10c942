//! A whole run on paper, subject by subject: each is judged, written and let go, so that many take no more room than one.

use super::fault::broken;
use super::layout::Layout;
use super::page::IndexRow;
use super::rounds::Round;
use super::{Format, Options, Shop, filters, index, view};
use crate::data::Dataset;
use crate::diagnostic::Diagnostic;
use crate::eval::{self, GroupSubject, Judge, Outcome, RunOptions, SubjectOutcome, SubjectRow};
use crate::plan::Plan;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where files go.
pub trait Sink {
    type Error: From<Vec<Diagnostic>>;

    /// A file as a whole.
    fn file(&mut self, name: &str, text: &str) -> Result<(), Self::Error>;

    /// The next piece of a file that is too long to be held.
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), Self::Error>;

    /// A subject that is done; nothing by default.
    fn done(&mut self, _subject: &SubjectOutcome) {}
}

/// What is written of a run.
struct Press<'a> {
    shop: Shop<'static>,
    plan: &'a Plan,
    /// The outcome without its subjects.
    head: &'a Outcome,
    formats: &'a [Format],
    /// By the row of a subject.
    stems: BTreeMap<u32, String>,
    subjects: usize,
}

/// What is written of one subject.
struct Sheet {
    row: u32,
    subject: SubjectOutcome,
    files: Vec<(String, String)>,
    json: Option<Vec<u8>>,
    /// For the index of each text format.
    index: Vec<IndexRow>,
}

const JSON: &str = "outcome.json";
/// Where the subjects go in the JSON of an outcome without any: a line that cannot stand inside a text.
const SUBJECTS: &str = "\n  \"subjects\": []";

/// Judges every subject and writes it in every format, and what leads to all of them; `head` is the outcome before any is judged.
pub fn publish<S: Sink>(
    plan: &Plan,
    data: &Dataset,
    run: &RunOptions,
    head: &Outcome,
    formats: &[Format],
    options: &Options,
    sink: &mut S,
) -> Result<(), S::Error> {
    let subjects = eval::subjects(plan, data, run);
    let rounds: Vec<String> = eval::rounds(plan, data);
    let rounds = if rounds.len() > 1 { rounds } else { Vec::new() };
    let stems = filters::distinct(subjects.iter().map(|s| filters::file_stem(&s.code, &s.name)));
    let stems = subjects.iter().map(|s| s.row).zip(stems).collect();
    let press = Press { shop: Shop::open(options)?, plan, head, formats, stems, subjects: subjects.len() };
    let texts = formats.iter().any(|f| *f != Format::Json);
    let asked = RunOptions { working: run.working || texts, ..run.clone() };
    let others: &[String] = if texts { &rounds } else { &[] };
    let json = formats.contains(&Format::Json);
    if json {
        let (before, _) = split(head, subjects.len())?;
        sink.append(JSON, format!("{before}\n  \"subjects\": [").as_bytes())?;
    }
    let (mut judged, mut rows, mut first) = (Vec::new(), vec![Vec::new(); formats.len()], true);
    let work = |judge: &Judge<'_>, of: &SubjectRow| press.sheet(judge, of);
    eval::for_each(plan, data, &asked, others, work, |sheet: Result<Sheet, Vec<Diagnostic>>| {
        let sheet = sheet?;
        for (name, text) in &sheet.files {
            sink.file(name, text)?;
        }
        if let Some(bytes) = &sheet.json {
            sink.append(JSON, if first { b"\n    " } else { b",\n    " })?;
            sink.append(JSON, bytes)?;
            first = false;
        }
        rows.iter_mut().zip(sheet.index).for_each(|(list, row)| list.push(row));
        let s = &sheet.subject;
        judged.push((sheet.row, GroupSubject { code: s.code.clone(), name: s.name.clone(), verdict: s.verdict }));
        sink.done(s);
        Ok::<(), S::Error>(())
    })?;
    let shop = press.shop;
    let head = Outcome { groups: eval::superiors(plan, data, run, &judged), ..head.clone() };
    if json {
        let (_, after) = split(&head, subjects.len())?;
        sink.append(JSON, format!("{}]{after}\n", if first { "" } else { "\n  " }).as_bytes())?;
    }
    for (format, rows) in formats.iter().filter_map(|f| f.extension()).zip(rows).filter(|_| judged.len() > 1) {
        let name = format!("index.{format}");
        let page = index::index(&shop.words, plan, &head, rows);
        sink.file(&name, &shop.render(&name, &page)?)?;
    }
    Ok(())
}

impl Press<'_> {
    fn sheet(&self, judge: &Judge<'_>, of: &SubjectRow) -> Result<Sheet, Vec<Diagnostic>> {
        let subject = judge.subject(of);
        let rounds: Vec<Round> = judge.rounds(of);
        let stem = self.stems.get(&of.row).map_or("", String::as_str);
        let mut sheet = Sheet { row: of.row, files: Vec::new(), json: None, index: Vec::new(), subject };
        let mut page = None;
        for format in self.formats {
            let Some(extension) = format.extension() else {
                sheet.json = Some(laid_out(&sheet.subject, Layout::of(self.subjects).inside())?);
                continue;
            };
            let name = format!("{stem}.{extension}");
            sheet.index.push(index::row(&self.shop.words, self.plan, &sheet.subject, &name));
            let page = page.get_or_insert_with(|| view::page(&self.shop.words, self.plan, self.head, &sheet.subject, &rounds));
            sheet.files.push((name, self.shop.render(&format!("subject.{extension}"), page)?));
        }
        Ok(sheet)
    }
}

impl Format {
    /// Of the formats that are read by people.
    fn extension(self) -> Option<&'static str> {
        match self {
            Self::Html => Some("html"),
            Self::Markdown => Some("md"),
            Self::Json => None,
        }
    }
}

fn laid_out(value: &impl Serialize, layout: Layout) -> Result<Vec<u8>, Vec<Diagnostic>> {
    layout.bytes(value).map_err(|e| vec![broken(JSON, 0, &format!("结果写不成 JSON：{e}"))])
}

/// The JSON of an outcome without subjects, before them and after them.
fn split(head: &Outcome, subjects: usize) -> Result<(String, String), Vec<Diagnostic>> {
    let text = String::from_utf8_lossy(&laid_out(head, Layout::of(subjects))?).into_owned();
    let (before, after) = text.split_once(SUBJECTS).unwrap_or((&text, ""));
    Ok((before.to_string(), after.to_string()))
}
