//! The shipped standards: they compile clean, say what their documents say, and judge the samples as computed elsewhere.

use crate::outcomes::differences;
use biaochi::data::load;
use biaochi::diagnostic::{Severity, human};
use biaochi::eval::{RunOptions, run};
use biaochi::plan::Plan;
use biaochi::report::annex_json;
use biaochi::{CompileOptions, Compiled, compile, compile_texts, flatten};
use serde_json::Value;
use std::path::{Path, PathBuf};

const FIRST: &str = "specs/changjiang-2026";
const BELOW: &str = "specs/jiangxi-2018";

/// The plan of a shipped standard, which compiles without a finding.
pub fn plan_of(path: &str) -> Plan {
    let Compiled { sources, plan, diagnostics } = compile(Path::new(path), &CompileOptions::default());
    assert!(diagnostics.is_empty(), "{}", human(&diagnostics, &sources, false));
    plan.unwrap()
}

/// The outcome of a plan over the data at a path, as other programs read it.
pub fn outcome_of(plan: &Plan, data: &Path) -> Value {
    let (dataset, found) = load(plan, &[data.to_path_buf()]);
    assert!(found.iter().all(|d| d.severity != Severity::Error), "{found:#?}");
    let options = RunOptions { round: plan.rounds.first().cloned(), ..RunOptions::default() };
    serde_json::to_value(run(plan, &dataset, &options)).unwrap()
}

fn read_json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn samples() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("tests/fixtures/samples").unwrap().flatten().map(|e| e.path()).collect();
    found.sort();
    assert_eq!(found.len(), 7);
    found
}

#[test]
fn every_shipped_standard_compiles_clean() {
    for entry in std::fs::read_dir("specs").unwrap().flatten().filter(|e| e.path().join("biaochi.toml").exists()) {
        plan_of(entry.path().to_str().unwrap());
    }
}

#[test]
fn the_annex_says_what_the_document_says() {
    let expected = read_json("tests/fixtures/annex.json");
    let annex = annex_json(&plan_of(FIRST));
    let items = |v: &Value, key: &str| v[key].as_array().unwrap().clone();
    let (wanted, found) = (items(&expected, "indicators"), items(&annex, "indicators"));
    assert_eq!((wanted.len(), found.len()), (38, 38));
    let mut points = 0;
    for (want, have) in wanted.iter().zip(&found) {
        assert_eq!(have["id"].as_str().unwrap(), want["no"].to_string());
        for (key, name) in [("category", "category"), ("title", "name"), ("kind", "kind"), ("departments", "departments")] {
            assert_eq!(have[key], want[name], "{} {key}", have["id"]);
        }
        assert_eq!(have["full"].as_f64(), want["full"].as_f64(), "{}", have["id"]);
        let (wanted, found) = (items(want, "points"), items(have, "points"));
        assert_eq!(wanted.len(), found.len(), "{}", have["id"]);
        for (want, have) in wanted.iter().zip(&found) {
            points += 1;
            assert!(have["id"].as_str().unwrap().ends_with(&format!(".{}", want["no"])), "{have}");
            assert_eq!(have["text"], want["text"]);
            assert_eq!(have["full"].as_f64(), want["full"].as_f64(), "{}", have["id"]);
        }
    }
    assert_eq!(points, 94);
    let vetoes: Vec<Value> = items(&annex, "vetoes").iter().map(|v| v["text"].clone()).collect();
    assert_eq!(Value::Array(vetoes), expected["veto"]["items"]);
    assert_eq!(annex["veto_departments"], expected["veto"]["departments"]);
    assert_eq!(items(&annex, "qualifications").len(), 5);
}

#[test]
fn the_samples_are_judged_as_computed_elsewhere() {
    let plan = plan_of(FIRST);
    for sample in samples() {
        let expected = read_json(sample.join("expected.json"));
        let found = differences(&expected, &outcome_of(&plan, &sample));
        assert_eq!(found, Vec::<String>::new(), "{}", sample.display());
    }
}

#[test]
fn the_flattened_standard_is_the_same_standard() {
    let (compiled, text) = flatten(Path::new(FIRST), &CompileOptions::default());
    let layered = compiled.plan.unwrap();
    assert_eq!(layered.standard.layers, ["江西", "昌江"]);
    let text = text.unwrap();
    let flat = compile_texts(&layered.standard.id, &[("flat.biao", &text)], &CompileOptions::default());
    let mut flat = flat.plan.unwrap_or_else(|| panic!("{}", human(&flat.diagnostics, &flat.sources, false)));
    for sample in samples() {
        let [mut one, mut other] = [outcome_of(&layered, &sample), outcome_of(&flat, &sample)];
        one["standard"] = Value::Null;
        other["standard"] = Value::Null;
        assert_eq!(one.to_string(), other.to_string(), "{}", sample.display());
    }
    flat.standard.digest.clone_from(&layered.standard.digest);
    flat.standard.layers.clone_from(&layered.standard.layers);
    flat.history.clone_from(&layered.history);
    assert_eq!(biaochi::plan::text(&flat), biaochi::plan::text(&layered));
}

#[test]
fn a_wrong_expectation_is_noticed() {
    let plan = plan_of(FIRST);
    let sample = Path::new("tests/fixtures/samples/sample-missing");
    let outcome = outcome_of(&plan, sample);
    let right = read_json(sample.join("expected.json"));
    let changes: [(&str, Value); 4] = [
        ("/subjects/0/verdict", "met".into()),
        ("/subjects/0/score/min", "74.5".into()),
        ("/subjects/0/indicators/5/points/0/checks/0/met", 12.into()),
        ("/subjects/0/indicators/5/points/0/checks/0/failures/0/value", "1319.35".into()),
    ];
    for (place, wrong) in changes {
        let mut expected = right.clone();
        *expected.pointer_mut(place).unwrap() = wrong;
        assert_eq!(differences(&expected, &outcome).len(), 1, "{place}");
    }
}

/// The shipped standard with one edit, as an official would make it.
fn edited(file: &str, from: &str, to: &str) -> (Option<Plan>, Vec<&'static str>) {
    let folder = std::env::temp_dir().join(format!("biaochi-edit-{}-{:p}", std::process::id(), from.as_ptr()));
    for entry in [FIRST, BELOW].iter().flat_map(|f| std::fs::read_dir(f).unwrap().flatten()).filter(|e| e.path().is_file()) {
        let own = folder.join(entry.path().parent().unwrap());
        std::fs::create_dir_all(&own).unwrap();
        let mut text = std::fs::read_to_string(entry.path()).unwrap();
        if entry.file_name() == file {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        std::fs::write(own.join(entry.file_name()), text).unwrap();
    }
    let compiled = compile(&folder.join(FIRST), &CompileOptions::default());
    std::fs::remove_dir_all(&folder).unwrap();
    (compiled.plan, compiled.diagnostics.iter().map(|d| d.code.0).collect())
}

#[test]
fn a_change_of_rule_is_an_edit_of_a_spec_file() {
    let sample = Path::new("tests/fixtures/samples/sample-boundary");
    let failing = |plan: &Plan| -> usize {
        let outcome = outcome_of(plan, sample);
        let subjects = outcome["subjects"].as_array().unwrap();
        subjects.iter().map(|s| s["indicators"][0]["points"][0]["checks"][0]["failures"].as_array().unwrap().len()).sum()
    };
    let before = failing(&plan_of(FIRST));
    let file = "01-资源配置.biao";
    let (plan, codes) = edited(file, "≥ 4.2 人", "≥ 4.5 人");
    assert_eq!(codes, ["W0501"], "the text still says 4.2");
    assert!(failing(&plan.unwrap()) > before);
    let (plan, codes) = edited("02-政府保障程度.biao", "（5分）；”（5分）", "（5分）；”（6分）");
    assert!(plan.is_none() && codes.contains(&"E0403"), "{codes:?}");
    let (plan, codes) = edited("departments.biao", "指标 1 责任单位：区委编办、", "指标 1 责任单位：区委编制办、");
    assert!(plan.is_none() && codes == ["E0305"], "{codes:?}");
    let (plan, codes) = edited("vetoes.biao", "否决 7 “有弄虚作假行为”", "");
    // The totals no longer agree, and a case names what is gone.
    assert!(plan.is_none() && codes == ["E0404", "E0705"], "{codes:?}");
}

/// A standard over one table of one subject, with the rule to try.
fn inline(table: &str, rules: &str) -> Plan {
    let text = format!(
        "标准 “试算” 版本 “1”\n性质 A 必达\n评估对象 对象 代码 代码\n数据表 对象\n  主键 代码\n  字段 代码 文本\n{table}\n类别 一\n\
         指标 1 “试算” A\n  要点 1 “试算”\n{rules}\n结论 “是” 否则 “否” 未定 “未定”\n  条件 “全部”：全部达到(A)\n"
    );
    let compiled = compile_texts("试算", &[("试算.biao", &text)], &CompileOptions::default());
    assert!(compiled.diagnostics.is_empty(), "{}", human(&compiled.diagnostics, &compiled.sources, false));
    compiled.plan.unwrap()
}

fn checks_over(plan: &Plan, files: &[(&str, String)]) -> Vec<Value> {
    let folder = std::env::temp_dir().join(format!("biaochi-inline-{}-{:p}", std::process::id(), files.as_ptr()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("对象.csv"), "代码\n1\n").unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let outcome = outcome_of(plan, &folder);
    std::fs::remove_dir_all(&folder).unwrap();
    outcome["subjects"][0]["indicators"][0]["points"][0]["checks"].as_array().unwrap().clone()
}

/// The lines of a published file that are neither comments nor blank.
pub fn published(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(format!("tests/fixtures/cv/{name}")).unwrap();
    let lines = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    lines.map(|l| l.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn the_published_worked_example_comes_out() {
    let plan = inline(
        "数据表 行\n  主键 名\n  字段 名 文本\n  字段 归属 文本，引用 对象\n  字段 人数 整数 人\n  字段 册数 整数 册",
        "    差异系数(行：册数，人数) ≤ 0.52\n    保留(差异系数(行：册数，人数)，2) = 0.52",
    );
    let rows: Vec<String> = published("cv-worked-example.csv").iter().skip(1).map(|r| format!("{},1,{},{}", r[0], r[1], r[2])).collect();
    assert_eq!(rows.len(), 5);
    let checks = checks_over(&plan, &[("行.csv", format!("名,归属,人数,册数\n{}\n", rows.join("\n")))]);
    assert_eq!(checks[0]["value"], "0.515256629884");
    assert!(checks.iter().all(|c| c["verdict"] == "met"), "{checks:?}");
}

#[test]
fn a_published_county_fails_where_rounding_would_pass_it() {
    let columns: Vec<String> = (1..=7).map(|n| format!("系数{n}")).collect();
    let fields: String = columns.iter().map(|c| format!("\n  字段 {c} 小数 6 位")).collect();
    let paths: Vec<String> = columns.iter().map(|c| format!("公布.{c}")).collect();
    let plan = inline(
        &format!("数据表 公布\n  主键 代码\n  字段 代码 文本，引用 对象{fields}"),
        &format!("    均值({}) ≤ 0.50\n    公布.系数2 ≤ 0.50\n    保留(公布.系数2，2) ≤ 0.50", paths.join("，")),
    );
    let table = published("cv-published-2017.csv");
    let row = table.iter().find(|r| r[3] == "cv" && !r[11].is_empty()).unwrap();
    let text = format!("代码,{}\n1,{}\n", columns.join(","), row[4..11].join(","));
    let checks = checks_over(&plan, &[("公布.csv", text)]);
    let verdicts: Vec<&str> = checks.iter().map(|c| c["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["met", "not_met", "met"]);
    let composite: String = checks[0]["value"].as_str().unwrap().into();
    let rounded = biaochi::value::round_half_up(&biaochi::value::parse_num(&composite).unwrap(), 6);
    assert_eq!(biaochi::value::format_decimal(&rounded, 6), row[11]);
    assert_eq!(checks[1]["value"], "0.501787");
}
