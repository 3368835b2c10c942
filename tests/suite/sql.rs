//! Scripts for engines and what is made of their results. The engines themselves run in tests/engines.

use crate::golden;
use biaochi::data::load;
use biaochi::diagnostic::{Diagnostic, human};
use biaochi::eval::{self, Outcome, RunOptions};
use biaochi::plan::Plan;
use biaochi::source::SourceMap;
use biaochi::sql::{Dialect, Script, ScriptOptions, lower, outcome, read_results};
use biaochi::{CompileOptions, compile};
use std::path::{Path, PathBuf};

const ROOT: &str = "tests/sql";

fn plan() -> Plan {
    compile(&Path::new(ROOT).join("standard"), &CompileOptions::default()).plan.unwrap()
}

fn script(plan: &Plan, dialect: Dialect) -> Script {
    let options = ScriptOptions { round: Some("初评".into()), ..ScriptOptions::default() };
    lower(plan, dialect, &options).unwrap_or_else(|found| panic!("{}", human(&found, &SourceMap::default(), false)))
}

fn options() -> RunOptions {
    RunOptions { round: Some("初评".into()), ..RunOptions::default() }
}

fn read(plan: &Plan, folder: &Path) -> Result<Outcome, Vec<Diagnostic>> {
    outcome(plan, &script(plan, Dialect::Duckdb), &read_results(folder)?, &options(), None)
}

/// The results with one file changed.
fn changed(name: &str, file: &str, change: impl Fn(String) -> String) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("results").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for entry in std::fs::read_dir(Path::new(ROOT).join("results")).unwrap().flatten() {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let own = entry.file_name();
        let text = if own.to_str() == Some(file) { change(text) } else { text };
        std::fs::write(folder.join(own), text).unwrap();
    }
    folder
}

fn complaint(plan: &Plan, folder: &Path) -> String {
    human(&read(plan, folder).expect_err("should be refused"), &SourceMap::default(), false)
}

/// `results` are what DuckDB handed back for `data`.
#[test]
fn what_an_engine_hands_back_is_the_outcome_of_a_run() {
    let plan = plan();
    let (data, found) = load(&plan, &[Path::new(ROOT).join("data")]);
    assert_eq!(found, []);
    let mut native = eval::run(&plan, &data, &options());
    let mut engine = read(&plan, &Path::new(ROOT).join("results")).unwrap();
    (native.inputs, engine.inputs) = (Vec::new(), Vec::new());
    native.verifications.clear();
    let text = |outcome: &Outcome| serde_json::to_string_pretty(outcome).unwrap();
    assert_eq!(text(&engine), text(&native));
    assert!(text(&native).contains("zero_denominator") && text(&native).contains("missing_row"));
}

#[test]
fn a_root_too_near_its_limit_is_settled_exactly() {
    let results = std::fs::read_to_string(Path::new(ROOT).join("results/检查.csv")).unwrap();
    assert!(results.contains("1.2#1,0,open") || results.contains("\"1.2#1\",0,open"), "{results}");
    let outcome = read(&plan(), &Path::new(ROOT).join("results")).unwrap();
    let check = &outcome.subjects[0].indicators[0].points[1].checks[0];
    assert_eq!((check.verdict, check.value.as_deref()), (eval::Verdict::Met, Some("0.5")));
}

#[test]
fn scripts_stand_as_they_are_read() {
    let plan = plan();
    for dialect in [Dialect::Duckdb, Dialect::Postgres, Dialect::Spark] {
        golden::compare(&Path::new(ROOT).join(format!("{}.sql", dialect.name())), &script(&plan, dialect).text);
    }
}

#[test]
fn with_the_data_beside_them_results_make_every_byte_of_a_run() {
    let plan = plan();
    let (data, _) = load(&plan, &[Path::new(ROOT).join("data")]);
    let results = read_results(&Path::new(ROOT).join("results")).unwrap();
    let script = script(&plan, Dialect::Duckdb);
    let engine = outcome(&plan, &script, &results, &options(), Some(&data)).unwrap();
    let native = eval::run(&plan, &data, &options());
    let text = |outcome: &Outcome| serde_json::to_string_pretty(outcome).unwrap();
    assert_eq!(text(&engine), text(&native));
    assert!(native.verifications.iter().any(|v| v.failed > 0));
    let refused = |data| human(&outcome(&plan, &script, &results, &options(), Some(data)).unwrap_err(), &SourceMap::default(), false);
    let mut other = data.clone();
    other.tables[plan.subject.table.0].rows = 2;
    assert!(refused(&other).contains("数据表“片区”在引擎里有 3 行，在数据里有 2 行"));
    let mut other = data;
    other.tables[plan.subject.table.0].columns.swap(0, 2);
    assert!(refused(&other).contains("引擎评定的“01”，在数据的同一行是“东片”"));
}

#[test]
fn results_that_cannot_be_right_are_refused() {
    let plan = plan();
    let other = changed("other", "标准.csv", |text| text.replace("sha256:", "sha256:0"));
    assert!(complaint(&plan, &other).contains("[E0802]: 结果是按另一个标准算的"));
    let round = outcome(
        &plan,
        &script(&plan, Dialect::Duckdb),
        &read_results(&Path::new(ROOT).join("results")).unwrap(),
        &RunOptions { round: Some("复评".into()), ..RunOptions::default() },
        None,
    );
    assert!(human(&round.unwrap_err(), &SourceMap::default(), false).contains("另一个轮次"));
    let part = changed("part", "检查.csv", |text| text.lines().take(9).map(|l| format!("{l}\n")).collect());
    assert!(complaint(&plan, &part).contains("结果不全"));
    let verdict = changed("verdict", "结论.csv", |text| text.replace("not_met", "met"));
    assert!(complaint(&plan, &verdict).contains("引擎算出“met”，由同样的检查应得“not_met”"));
    let wrong = changed("wrong", "问题.csv", |text| text + "站点,主键重复,3\n");
    assert!(complaint(&plan, &wrong).contains("[E0612]: 数据表“站点”第 3 行：主键重复"));
    let lost = changed("lost", "检查.csv", |text| text);
    std::fs::remove_file(lost.join("检查.csv")).unwrap();
    assert!(complaint(&plan, &lost).contains("没有结果“检查.csv”"));
    let grade = changed("grade", "结论.csv", |text| text.replace("二等|三等", "一等"));
    assert!(complaint(&plan, &grade).contains("等级：引擎算出“一等”，由同样的检查应得“二等|三等”"));
    let points = changed("points", "条目.csv", |text| text.replace("2.866666,2.866667,1", "2.866667,2.866667,1"));
    assert!(complaint(&plan, &points).contains("5.1：引擎算出“2.866667 至 2.866667”，由同样的检查应得“2.866666666667”"));
    let garbled = changed("garbled", "检查.csv", |text| text.replace(",met,", ",gar,"));
    assert!(complaint(&plan, &garbled).contains("结论“gar”读不懂"));
}

#[test]
fn shipped_standards_can_be_judged_by_every_engine() {
    for folder in std::fs::read_dir("specs").unwrap().flatten().map(|e| e.path()).filter(|p| p.join("biaochi.toml").exists()) {
        let plan = compile(&folder, &CompileOptions { date: Some("2026-06-30".into()) }).plan.unwrap();
        let round = plan.rounds.first().cloned();
        for dialect in [Dialect::Duckdb, Dialect::Postgres, Dialect::Spark] {
            let lowered = lower(&plan, dialect, &ScriptOptions { round: round.clone(), ..ScriptOptions::default() });
            assert!(lowered.is_ok(), "{} {}", folder.display(), dialect.name());
        }
    }
}
