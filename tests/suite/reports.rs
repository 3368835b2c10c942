//! Golden reports: a small county that is good, one that fails, one with gaps, one whose cells would be markup if they could.

use crate::golden;
use biaochi::data::load;
use biaochi::diagnostic::{Diagnostic, Severity};
use biaochi::eval::{RunOptions, heading, run};
use biaochi::report::{Format, Options, Sink, publish, render};
use biaochi::{CompileOptions, compile_texts};
use std::collections::BTreeMap;
use std::path::Path;

const ROOT: &str = "tests/reports";
const CASES: [&str; 4] = ["good", "failing", "missing", "hostile"];
/// The cases that are run on a day.
const DATED: [&str; 2] = ["failing", "missing"];

/// What a run would write, by name.
#[derive(Default)]
pub struct Folder(pub BTreeMap<String, String>);

impl Sink for Folder {
    type Error = Vec<Diagnostic>;

    fn file(&mut self, name: &str, text: &str) -> Result<(), Self::Error> {
        assert!(self.0.insert(name.to_owned(), text.to_owned()).is_none(), "{name} is written twice");
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.entry(name.to_owned()).or_default().push_str(std::str::from_utf8(bytes).unwrap());
        Ok(())
    }
}

fn produce(case: &str) -> Vec<(&'static str, String)> {
    let text = std::fs::read_to_string(format!("{ROOT}/standard.biao")).unwrap();
    let compiled = compile_texts("样本", &[("standard.biao", &text)], &CompileOptions::default());
    assert_eq!(compiled.diagnostics, []);
    let plan = compiled.plan.unwrap();
    let (data, found) = load(&plan, &[Path::new(ROOT).join(case).join("data")]);
    assert!(found.iter().all(|d| d.severity != Severity::Error), "{case}: {found:?}");
    let options =
        RunOptions { round: plan.rounds.first().cloned(), date: DATED.contains(&case).then(|| "2026-07-05".into()), ..Default::default() };
    let mut folder = Folder::default();
    publish(
        &plan,
        &data,
        &options,
        &heading(&plan, &data, &options),
        &[Format::Html, Format::Markdown, Format::Json],
        &Options::default(),
        &mut folder,
    )
    .unwrap();
    let mut files = folder.0;
    assert_eq!(files.len(), 3);
    let whole = render(&plan, &run(&plan, &data, &options), Format::Json, &Options::default()).unwrap().remove(0).1;
    assert_eq!(files["outcome.json"], whole, "{case}: written in pieces, the outcome is what it is as a whole");
    let mut take = |end: &str| {
        let name = files.keys().find(|name| name.ends_with(end)).unwrap().clone();
        files.remove(&name).unwrap()
    };
    vec![("report.html", take(".html")), ("report.md", take(".md")), ("outcome.json", take(".json"))]
}

#[test]
fn reports_read_as_agreed_and_come_out_the_same_twice() {
    for case in CASES {
        let first = produce(case);
        assert_eq!(first, produce(case), "{case}: the same inputs give the same bytes");
        for (name, text) in first {
            golden::compare(&Path::new(ROOT).join(case).join(name), &text);
        }
    }
}

#[test]
fn no_cell_becomes_markup() {
    for (name, text) in produce("hostile") {
        let tags = ["<script>alert", "<script src", "<img", "<iframe", "A&<b>", "</table><h1>", "<svg onload"];
        match name {
            "report.html" => assert!(tags.iter().all(|t| !text.contains(t)), "{name}"),
            "report.md" => {
                assert!(tags.iter().all(|t| !text.contains(t)), "{name}");
                assert!(!text.contains("[点我](") && !text.contains("**甲**") && !text.contains("`rm`"), "{name}");
            }
            _ => {}
        }
    }
}
