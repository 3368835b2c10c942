//! The page on what templates are given is held to what they are given.

use crate::eval::{Outcome, RunOptions, run};
use crate::plan::Plan;
use crate::report::{DifferenceFormat, Format, Options, Request, Since, annex_html, difference, documents, render};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Seen = BTreeMap<String, Vec<Value>>;

thread_local! {
    static SEEN: RefCell<Seen> = const { RefCell::new(Seen::new()) };
}

/// Takes down what a template is given.
pub fn note(template: &str, page: &impl serde::Serialize) {
    let page = serde_json::to_value(page).unwrap();
    SEEN.with(|seen| seen.borrow_mut().entry(template.to_string()).or_default().push(page));
}

const README: &str = "src/report/templates/README.md";
const MARK: &str = "<!-- 以下由";
const NOTHING: &str = "（未说明）";

/// A field's type, in the reader's words; several where it differs.
type Types = BTreeMap<String, BTreeSet<&'static str>>;

/// What only draws charts: worked out by the program, of no use to other templates.
const CHARTS: [&str; 4] = ["bar", "chart", "shares", "strip"];

fn walk(path: &str, value: &Value, found: &mut Types) {
    let mut is = |what| found.entry(path.to_string()).or_default().insert(what);
    if CHARTS.contains(&path.rsplit('.').next().unwrap()) && !value.is_null() {
        is("图");
        return;
    }
    match value {
        Value::Null => {
            is("可空");
        }
        Value::Bool(_) => {
            is("是否");
        }
        Value::Number(_) => {
            is("个数");
        }
        Value::String(_) => {
            is("文字");
        }
        Value::Array(list) => {
            is("列表");
            list.iter().for_each(|v| walk(&format!("{path}[]"), v, found));
        }
        Value::Object(fields) => {
            for (name, v) in fields {
                walk(&if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, v, found);
            }
        }
    }
}

fn plan_of(spec: &str) -> Plan {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(spec);
    if spec.ends_with(".biao") {
        let text = std::fs::read_to_string(path).unwrap();
        return crate::compile_texts("样本", &[("standard.biao", &text)], &crate::CompileOptions::default()).plan.unwrap();
    }
    crate::compile(&path, &crate::CompileOptions::default()).plan.unwrap()
}

fn outcome_of(plan: &Plan, data: &str) -> Outcome {
    let (dataset, _) = crate::data::load(plan, &[Path::new(env!("CARGO_MANIFEST_DIR")).join(data)]);
    let date = Some("2026-06-30".to_string());
    run(plan, &dataset, &RunOptions { round: plan.rounds.first().cloned(), date, working: true, ..RunOptions::default() })
}

/// Everything that the built-in templates are given for data of every kind.
fn seen() -> BTreeMap<String, Types> {
    SEEN.with(|seen| seen.borrow_mut().clear());
    let small = "tests/reports/standard.biao";
    let mut cases: Vec<(String, String)> =
        ["good", "failing", "missing", "hostile"].map(|c| (small.to_string(), format!("tests/reports/{c}/data"))).to_vec();
    cases.push(("specs/national-2017".into(), "specs/national-2017/示例数据".into()));
    cases.push(("specs/changjiang-2026".into(), "specs/changjiang-2026/示例数据".into()));
    cases.push(("specs/basic-2012".into(), "specs/basic-2012/示例数据".into()));
    let options = Options::default();
    let mut earlier = None;
    for (spec, data) in cases {
        let plan = plan_of(&spec);
        let outcome = outcome_of(&plan, &data);
        for format in [Format::Html, Format::Markdown] {
            render(&plan, &outcome, format, &options).unwrap();
        }
        annex_html(&plan, &options).unwrap();
        let names: Vec<String> = super::Document::ALL.map(|d| d.key().to_string()).to_vec();
        documents(&plan, &outcome, &Request { names: &names, ..Request::default() }, &options).unwrap();
        if spec == small {
            let formats = [crate::report::DocumentFormat::Markdown];
            documents(&plan, &outcome, &Request { names: &names, formats: &formats, since: earlier.as_ref() }, &options).unwrap();
        }
        earlier = Some(Since::read("old", &serde_json::to_string(&outcome).unwrap()).unwrap());
    }
    let (old, new) = (plan_of("tests/fixtures/diff/old"), plan_of("tests/fixtures/diff/new"));
    let (a, b) = (outcome_of(&old, "tests/fixtures/diff/data"), outcome_of(&new, "tests/fixtures/diff/data"));
    let found = crate::diff::diff(&old, &new, Some(crate::diff::effect((&old, &a), (&new, &b))));
    difference(&found, DifferenceFormat::Html, &options).unwrap();
    SEEN.with(|seen| {
        let mut types: BTreeMap<String, Types> = BTreeMap::new();
        for (template, pages) in seen.borrow().iter() {
            let stem = template.split('.').next().unwrap();
            let stem = if stem.starts_with("word-") { "document" } else { stem };
            let found = types.entry(stem.to_string()).or_default();
            pages.iter().for_each(|page| walk("page", page, found));
        }
        types
    })
}

/// What was said of each field, by template and path, and by its bare name.
fn said(text: &str) -> BTreeMap<(String, String), String> {
    let (mut template, mut found) = (String::new(), BTreeMap::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("### ") {
            template = name.trim_matches('`').to_string();
        }
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if let [path, _, what] = cells.as_slice()
            && let Some(path) = path.strip_prefix('`').and_then(|p| p.strip_suffix('`'))
            && *what != NOTHING
        {
            found.insert((template.clone(), path.to_string()), (*what).to_string());
            found.entry((String::new(), path.rsplit('.').next().unwrap().to_string())).or_insert_with(|| (*what).to_string());
        }
    }
    found
}

fn written(types: &BTreeMap<String, Types>, said: &BTreeMap<(String, String), String>) -> String {
    let mut out = String::new();
    for (template, fields) in types {
        out.push_str(&format!("\n### `{template}`\n\n| 字段 | 类型 | 说明 |\n|---|---|---|\n"));
        for (path, kinds) in fields {
            // What a list holds is told by its fields.
            if kinds.is_empty() || path == "page" {
                continue;
            }
            let mut kinds: Vec<&str> = kinds.iter().copied().collect();
            if kinds == ["可空"] {
                kinds.push("文字");
            }
            let name = path.rsplit('.').next().unwrap();
            let told = said.get(&(template.clone(), path.clone())).or_else(|| said.get(&(String::new(), name.to_string())));
            out.push_str(&format!("| `{path}` | {} | {} |\n", kinds.join("，"), told.map_or(NOTHING, String::as_str)));
        }
    }
    out
}

#[test]
fn every_field_that_a_template_is_given_is_explained() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(README);
    let text = std::fs::read_to_string(&path).unwrap();
    let mark = text.find(MARK).unwrap();
    let (head, table) = text.split_at(mark + text[mark..].find('\n').unwrap() + 1);
    let wanted = format!("{head}{}", written(&seen(), &said(table)));
    if std::env::var_os("UPDATE").is_some_and(|v| v == "1") {
        std::fs::write(&path, &wanted).unwrap();
    } else {
        let new: Vec<&str> = wanted.lines().filter(|l| !text.contains(l)).collect();
        assert!(
            wanted == text,
            "{README} is not what templates are given; UPDATE=1 cargo test --lib report rewrites it. New:\n{}",
            new.join("\n")
        );
    }
    let bare: Vec<&str> = wanted.lines().filter(|l| l.contains(NOTHING)).collect();
    assert!(bare.is_empty(), "say in {README} what these are:\n{}", bare.join("\n"));
}
