//! Golden reports: a small county that is good, one that fails, one with gaps, one whose cells would be markup if they could.

use crate::golden;
use biaochi::data::load;
use biaochi::diagnostic::Severity;
use biaochi::eval::{RunOptions, run};
use biaochi::report::{Format, Options, render};
use biaochi::{CompileOptions, compile_texts};
use std::path::Path;

const ROOT: &str = "tests/reports";
const CASES: [&str; 4] = ["good", "failing", "missing", "hostile"];

fn produce(case: &str) -> Vec<(&'static str, String)> {
    let text = std::fs::read_to_string(format!("{ROOT}/standard.biao")).unwrap();
    let compiled = compile_texts("样本", &[("standard.biao", &text)], &CompileOptions::default());
    assert_eq!(compiled.diagnostics, []);
    let plan = compiled.plan.unwrap();
    let (data, found) = load(&plan, &[Path::new(ROOT).join(case).join("data")]);
    assert!(found.iter().all(|d| d.severity != Severity::Error), "{case}: {found:?}");
    let outcome = run(&plan, &data, &RunOptions { round: plan.rounds.first().cloned(), ..RunOptions::default() });
    let named = [(Format::Html, "report.html"), (Format::Markdown, "report.md"), (Format::Json, "outcome.json")];
    named
        .into_iter()
        .map(|(format, name)| {
            let mut files = render(&plan, &outcome, format, &Options::default()).unwrap();
            assert_eq!(files.len(), 1);
            (name, files.remove(0).1)
        })
        .collect()
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
        let tags = ["<script", "<img", "<iframe", "A&<b>", "</table><h1>"];
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
