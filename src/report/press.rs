//! A whole run on paper, subject by subject: each is judged, written and let go, so that many take no more room than one.

use super::fault::broken;
use super::layout::Layout;
use super::page::IndexRow;
use super::rounds::Round;
use super::{Format, Options, Shop, filters, index, view};
use crate::data::Dataset;
use crate::diagnostic::Diagnostic;
use crate::eval::{self, GroupSubject, Heading, Judge, Outcome, RunOptions, SubjectOutcome, SubjectRow};
use crate::plan::Plan;
use serde::Serialize;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Where files go.
pub trait Sink {
    type Error: From<Vec<Diagnostic>>;

    /// A file as a whole.
    fn file(&mut self, name: &str, text: &str) -> Result<(), Self::Error>;

    /// The next piece of a file that is too long to be held.
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), Self::Error>;

    /// How many subjects, from the first on, it is told of as a whole.
    fn told(&self) -> usize {
        0
    }

    /// A subject that is done; nothing by default.
    fn done(&mut self, _subject: &GroupSubject, _whole: Option<&SubjectOutcome>) {}
}

/// What is written of a run.
struct Press<'a> {
    shop: Shop<'static>,
    plan: &'a Plan,
    /// The outcome without its subjects.
    head: &'a Outcome,
    formats: &'a [Format],
    /// By the row of a subject, its place among all and the name of its files.
    places: BTreeMap<u32, (usize, String)>,
    subjects: usize,
    /// How many subjects are kept as a whole.
    told: usize,
    /// The bytes that the JSON of the last subject took: the next takes about as many.
    last: AtomicUsize,
}

/// What is written of one subject.
struct Sheet {
    row: u32,
    subject: GroupSubject,
    /// Where it is told of: the rest is let go by the thread that made it.
    whole: Option<SubjectOutcome>,
    files: Vec<(String, String)>,
    json: Option<Vec<u8>>,
    /// For the index of each text format.
    index: Vec<IndexRow>,
}

const JSON: &str = "outcome.json";
/// Where the subjects go in the JSON of an outcome without any: a line that cannot stand inside a text.
const SUBJECTS: &str = "\n  \"subjects\": []";
/// How the JSON of an outcome ends.
const END: &str = "\n}";

/// Judges every subject and writes it in every format, and what leads to all of them; `heading` is what stands before any is judged.
pub fn publish<S: Sink>(
    plan: &Plan,
    data: &Dataset,
    run: &RunOptions,
    heading: &Heading<'_>,
    formats: &[Format],
    options: &Options,
    sink: &mut S,
) -> Result<(), S::Error> {
    let (subjects, head) = (eval::subjects(plan, data, run), &heading.outcome);
    let rounds: Vec<String> = eval::rounds(plan, data);
    let rounds = if rounds.len() > 1 { rounds } else { Vec::new() };
    let stems = filters::distinct(subjects.iter().map(|s| filters::file_stem(&s.code, &s.name)));
    let places = subjects.iter().zip(stems).enumerate().map(|(at, (s, stem))| (s.row, (at, stem))).collect();
    let (shop, last) = (Shop::open(options)?, AtomicUsize::new(0));
    let press = Press { shop, plan, head, formats, places, subjects: subjects.len(), told: sink.told(), last };
    let texts = formats.iter().any(|f| *f != Format::Json);
    let asked = RunOptions { working: run.working || texts, ..run.clone() };
    let others: &[String] = if texts { &rounds } else { &[] };
    let json = formats.contains(&Format::Json);
    let title = eval::title(plan, data, run);
    if json {
        let (before, _) = split(&title, subjects.len())?;
        sink.append(JSON, format!("{before}\n  \"subjects\": [").as_bytes())?;
    }
    let (mut judged, mut rows, mut first) = (Vec::new(), vec![Vec::new(); formats.len()], true);
    let work = |judge: &Judge<'_>, of: &SubjectRow| press.sheet(judge, of);
    let take = |sheet: Result<Sheet, Vec<Diagnostic>>| {
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
        sink.done(&sheet.subject, sheet.whole.as_ref());
        judged.push((sheet.row, sheet.subject));
        Ok::<(), S::Error>(())
    };
    // What was found on plausibility stands after the subjects; it may be long, and is laid out while they are judged.
    let found = thread::scope(|scope| {
        let found = json.then(|| scope.spawn(|| split(head, subjects.len())));
        eval::for_each((plan, data), &asked, heading, others, work, take)?;
        let found = found.map(|found| found.join().unwrap_or_else(|panic| resume_unwind(panic))).transpose();
        Ok::<_, S::Error>(found?)
    })?;
    let shop = press.shop;
    let title = Outcome { groups: eval::superiors(plan, data, run, &judged), ..title };
    if let Some((_, found)) = found {
        let (_, groups) = split(&title, subjects.len())?;
        sink.append(JSON, if first { b"]" } else { b"\n  ]" })?;
        sink.append(JSON, found.strip_suffix(END).unwrap_or_default().as_bytes())?;
        sink.append(JSON, groups.as_bytes())?;
        sink.append(JSON, b"\n")?;
    }
    for (format, rows) in formats.iter().filter_map(|f| f.extension()).zip(rows).filter(|_| judged.len() > 1) {
        let name = format!("index.{format}");
        let page = index::index(&shop.words, plan, &title, rows);
        sink.file(&name, &shop.render(&name, &page)?)?;
    }
    Ok(())
}

impl Press<'_> {
    fn sheet(&self, judge: &Judge<'_>, of: &SubjectRow) -> Result<Sheet, Vec<Diagnostic>> {
        let subject = judge.subject(of);
        let rounds: Vec<Round> = judge.rounds(of);
        let (at, stem) = self.places.get(&of.row).map_or((0, ""), |(at, stem)| (*at, stem.as_str()));
        let (mut files, mut index, mut json) = (Vec::new(), Vec::new(), None);
        let mut page = None;
        for format in self.formats {
            let Some(extension) = format.extension() else {
                let bytes = Vec::with_capacity(self.last.load(Ordering::Relaxed));
                let bytes = laid_out(&subject, Layout::of(self.subjects).inside(), bytes)?;
                self.last.store(bytes.len() + bytes.len() / 16, Ordering::Relaxed);
                json = Some(bytes);
                continue;
            };
            let name = format!("{stem}.{extension}");
            index.push(index::row(&self.shop.words, self.plan, &subject, &name));
            let page = page.get_or_insert_with(|| view::page(&self.shop.words, self.plan, self.head, &subject, &rounds));
            files.push((name, self.shop.render(&format!("subject.{extension}"), page)?));
        }
        let named = GroupSubject { code: subject.code.clone(), name: subject.name.clone(), verdict: subject.verdict };
        Ok(Sheet { row: of.row, subject: named, whole: (at < self.told).then_some(subject), files, json, index })
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

/// The JSON of a value after the bytes given.
fn laid_out(value: &impl Serialize, layout: Layout, bytes: Vec<u8>) -> Result<Vec<u8>, Vec<Diagnostic>> {
    layout.add(value, bytes).map_err(|e| vec![broken(JSON, 0, &format!("结果写不成 JSON：{e}"))])
}

/// The JSON of an outcome without subjects, before them and after them.
fn split(head: &Outcome, subjects: usize) -> Result<(String, String), Vec<Diagnostic>> {
    let bytes = laid_out(head, Layout::of(subjects), Vec::new())?;
    let text = String::from_utf8(bytes).map_err(|e| vec![broken(JSON, 0, &format!("结果写不成 JSON：{e}"))])?;
    let (before, after) = text.split_once(SUBJECTS).unwrap_or((&text, ""));
    Ok((before.to_string(), after.to_string()))
}
