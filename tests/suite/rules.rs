//! The richer rules: each case is a small standard with its data and the outcome it earns, read and kept beside it.

use crate::golden;
use biaochi::data::load;
use biaochi::diagnostic::{Severity, human};
use biaochi::eval::{RunOptions, run};
use biaochi::plan::Plan;
use biaochi::report::{Format, Options, render};
use biaochi::syntax::{format, parse, print::print};
use biaochi::{CompileOptions, Compiled, compile_texts};
use serde_json::Value;
use std::path::{Path, PathBuf};

const ROOT: &str = "tests/rules";
/// What every outcome repeats of its standard.
const LEFT_OUT: [&str; 14] = [
    "text",
    "rule",
    "departments",
    "source",
    "member",
    "title",
    "category",
    "vetoes",
    "qualifications",
    "flags",
    "kind",
    "nature",
    "key",
    "evidence",
];

fn cases() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(ROOT).unwrap().flatten().map(|e| e.path()).filter(|p| p.join("spec.biao").exists()).collect();
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn compiled(case: &Path, date: Option<&str>) -> Plan {
    let (tables, spec) = (read(&Path::new(ROOT).join("tables.biao")), read(&case.join("spec.biao")));
    let files = [("tables.biao", tables.as_str()), ("spec.biao", spec.as_str())];
    let files = if spec.starts_with("# 独立") { &files[1..] } else { &files[..] };
    let Compiled { sources, plan, diagnostics } = compile_texts("用例", files, &CompileOptions { date: date.map(str::to_owned) });
    assert!(diagnostics.is_empty(), "{}\n{}", case.display(), human(&diagnostics, &sources, false));
    plan.unwrap()
}

fn pruned(value: &mut Value) {
    match value {
        Value::Object(parts) => {
            parts.retain(|key, part| !LEFT_OUT.contains(&key.as_str()) && !part.is_null() && *part != Value::Array(Vec::new()));
            parts.values_mut().for_each(pruned);
        }
        Value::Array(parts) => parts.iter_mut().for_each(pruned),
        _ => {}
    }
}

/// The days to judge a case by: those of its `days` file, or none given.
fn days(case: &Path) -> Vec<Option<String>> {
    match std::fs::read_to_string(case.join("days")) {
        Ok(text) => text.lines().map(|day| Some(day.to_owned())).collect(),
        Err(_) => vec![None],
    }
}

#[test]
fn every_case_earns_its_outcome() {
    let cases = cases();
    assert!(!cases.is_empty());
    for case in cases {
        for day in days(&case) {
            let plan = compiled(&case, day.as_deref());
            assert!(plan.undated.is_empty(), "{}: {:?}", case.display(), plan.undated);
            let (data, found) = load(&plan, &[case.join("data")]);
            assert!(found.iter().all(|d| d.severity != Severity::Error), "{found:#?}");
            let outcome = run(&plan, &data, &RunOptions { date: day.clone(), ..RunOptions::default() });
            let mut shown = serde_json::to_value(&outcome).unwrap();
            pruned(&mut shown);
            let mut kept = shown["subjects"].take();
            if !shown["groups"].is_null() {
                kept = serde_json::json!({ "subjects": kept, "groups": shown["groups"] });
            }
            let name = day.map(|d| format!(".{d}")).unwrap_or_default();
            golden::compare(&case.join(format!("outcome{name}.json")), &(serde_json::to_string_pretty(&kept).unwrap() + "\n"));
            for (file, text) in render(&plan, &outcome, Format::Markdown, &Options::default()).unwrap() {
                assert!(!text.contains("{{") && !text.contains("更多位数") && !text.is_empty(), "{file}");
            }
        }
        let text = biaochi::plan::text(&compiled(&case, days(&case).first().cloned().flatten().as_deref()));
        golden::compare(&case.join("plan.txt"), &text);
    }
}

#[test]
fn limited_values_and_reliefs_ask_for_the_day() {
    let undated = compiled(&Path::new(ROOT).join("reliefs"), None).undated;
    assert_eq!(undated.len(), 2, "{undated:?}");
    assert!(undated[0].contains("校额上限") && undated[0].contains("自 2018-09-01 至 2026-12-31"), "{undated:?}");
    assert!(undated[1].contains("2010年以前建成的") && undated[1].contains("2027-12-31"), "{undated:?}");
    let case = Path::new(ROOT).join("reliefs");
    let (tables, spec) = (read(&Path::new(ROOT).join("tables.biao")), read(&case.join("spec.biao")));
    let options = CompileOptions { date: Some("2018-08-31".into()) };
    let found = compile_texts("用例", &[("tables.biao", &tables), ("spec.biao", &spec)], &options).diagnostics;
    assert_eq!(found.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["E0408"]);
}

#[test]
fn cases_print_to_what_they_mean() {
    use biaochi::source::{FileId, LayerId};
    for case in cases() {
        let text = read(&case.join("spec.biao"));
        golden::compare(&case.join("spec.biao"), &format(&text));
        let (tree, found) = parse(FileId(0), LayerId(0), &text);
        assert_eq!(found, []);
        let once = print(&tree.items);
        let (again, found) = parse(FileId(0), LayerId(0), &once);
        assert_eq!(found, [], "{once}");
        assert_eq!(print(&again.items), once);
    }
}
