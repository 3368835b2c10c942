//! Two standards side by side, and what their difference does to data.

use crate::golden;
use crate::specs::plan_of;
use biaochi::data::load;
use biaochi::diff::{Difference, Kind, Strictness, diff, effect};
use biaochi::eval::{Outcome, RunOptions, run};
use biaochi::plan::Plan;
use biaochi::report::{DifferenceFormat, Options, difference};
use biaochi::{CompileOptions, compile, compile_texts};
use std::path::{Path, PathBuf};

const FOLDER: &str = "tests/fixtures/diff";

fn outcome(plan: &Plan, data: &str) -> Outcome {
    let (dataset, found) = load(plan, &[PathBuf::from(format!("{FOLDER}/{data}"))]);
    assert_eq!(found, []);
    run(plan, &dataset, &RunOptions::default())
}

fn example() -> Difference {
    let (old, new) = (plan_of(&format!("{FOLDER}/old")), plan_of(&format!("{FOLDER}/new")));
    let (before, after) = (outcome(&old, "old-data"), outcome(&new, "data"));
    diff(&old, &new, Some(effect((&old, &before), (&new, &after))))
}

#[test]
fn the_example_is_told_word_for_word() {
    told_as_expected(&example(), FOLDER);
}

/// Parts, tolerances, floors, grades, reliefs, populations, dated values, thresholds inside a condition: each moved one way, the other,
/// or neither.
#[test]
fn every_kind_of_rule_is_told_word_for_word() {
    let plan = |which: &str| {
        let folder = Path::new(FOLDER).join("rules").join(which);
        let compiled = compile(&folder, &CompileOptions { date: Some("2026-06-30".into()) });
        assert_eq!(compiled.diagnostics, [], "{which}");
        compiled.plan.unwrap()
    };
    let (there, back) = (diff(&plan("old"), &plan("new"), None), diff(&plan("new"), &plan("old"), None));
    told_as_expected(&there, &format!("{FOLDER}/rules"));
    let printed = difference(&there, DifferenceFormat::Text, &Options::default()).unwrap();
    let reference = std::fs::read_to_string("specs/README.md").unwrap();
    let block = reference.split("```text\n").find(|b| b.starts_with("修改 参数")).unwrap().split("```").next().unwrap();
    assert!(printed.contains(block), "{block}");
    // The other way round, what was tightened is loosened.
    assert_eq!((back.totals.tightened, back.totals.loosened), (there.totals.loosened, there.totals.tightened));
}

fn told_as_expected(found: &Difference, folder: &str) {
    let formats = [
        (DifferenceFormat::Text, "txt"),
        (DifferenceFormat::Markdown, "md"),
        (DifferenceFormat::Html, "html"),
        (DifferenceFormat::Json, "json"),
    ];
    for (format, ext) in formats {
        let text = difference(found, format, &Options::default()).unwrap();
        // The style is every page's, and held with them.
        let shown = text.find("<body>").map_or(text.as_str(), |at| &text[at..]);
        golden::compare(&Path::new(folder).join(format!("expected.{ext}")), shown);
    }
}

#[test]
fn the_reference_shows_what_is_printed() {
    let text = std::fs::read_to_string("specs/README.md").unwrap();
    let printed = difference(&example(), DifferenceFormat::Text, &Options::default()).unwrap();
    let block = text.split("```text\n").find(|b| b.starts_with("修改 要点")).unwrap().split("```").next().unwrap();
    assert!(printed.contains(block), "{block}");
}

#[test]
fn a_standard_does_not_differ_from_itself() {
    for entry in std::fs::read_dir("specs").unwrap().flatten().filter(|e| e.path().join("biaochi.toml").exists()) {
        let plan = plan_of(entry.path().to_str().unwrap());
        assert!(diff(&plan, &plan, None).changes.is_empty());
    }
}

#[test]
fn two_standards_of_different_make_can_be_compared() {
    let (a, b) = (plan_of("specs/changjiang-2026"), plan_of("specs/rio-claro"));
    let found = diff(&a, &b, None);
    let count = |kind, section: &str| found.changes.iter().filter(|c| c.kind == kind && c.section == section).count();
    assert_eq!((count(Kind::Removed, "指标"), count(Kind::Added, "指标")), (38, 4));
}

/// A standard with one rule over one table.
fn with(rule: &str) -> Plan {
    let text = format!(
        "标准 “试” 版本 “1”\n性质 A 必达\n性质 否决 否决\n评估对象 对象 代码 代码\n数据表 对象\n  主键 代码\n  字段 代码 文本\n  字段 甲 整数 人\n  \
         字段 乙 整数 人\n{rule}\n结论 “是” 否则 “否” 未定 “未定”\n  条件 “全部”：全部达到(A)\n"
    );
    let compiled = compile_texts("试", &[("a.biao", &text)], &CompileOptions::default());
    assert!(compiled.diagnostics.is_empty(), "{rule}: {:?}", compiled.diagnostics);
    compiled.plan.unwrap()
}

#[test]
fn thresholds_are_tightened_or_loosened_by_the_way_they_look() {
    let point = |rule: &str| with(&format!("类别 一\n指标 1 “试” A\n  要点 1 “试”\n    {rule}"));
    let veto = |rule: &str| with(&format!("否决 1 “试”\n  触发：{rule}"));
    let (tight, loose) = (Some(Strictness::Tightened), Some(Strictness::Loosened));
    let cases = [
        ("对象.甲 ≥ 4 人", "对象.甲 ≥ 5 人", vec![tight]),
        ("对象.甲 ≥ 4 人", "对象.甲 ≥ 3 人", vec![loose]),
        ("对象.甲 ≤ 4 人", "对象.甲 ≤ 5 人", vec![loose]),
        ("对象.甲 < 4 人", "对象.甲 < 3 人", vec![tight]),
        ("对象.甲 ≥ 4 人", "对象.甲 > 4 人", vec![tight]),
        ("对象.甲 < 4 人", "对象.甲 ≤ 4 人", vec![loose]),
        // Another thing is asked: neither one nor the other.
        ("对象.甲 ≥ 4 人", "对象.甲 ≤ 4 人", vec![None]),
        ("对象.甲 ≥ 4 人", "对象.乙 ≥ 5 人", vec![None]),
        ("对象.甲 ≥ 4 人 且 对象.乙 < 9 人", "对象.甲 ≥ 5 人 且 对象.乙 < 10 人", vec![tight, loose]),
        ("对象.甲 ≥ 4 人", "对象.甲 ≥ 4 人", vec![]),
    ];
    let found = |old: &Plan, new: &Plan| -> Vec<Option<Strictness>> {
        let details = diff(old, new, None).changes.into_iter().flat_map(|c| c.details);
        details.filter(|d| d.what.ends_with("阈值")).map(|d| d.strictness).collect()
    };
    for (old, new, wanted) in cases {
        assert_eq!(found(&point(old), &point(new)), wanted, "{old} → {new}");
        let reversed: Vec<Option<Strictness>> = wanted
            .iter()
            .map(|s| s.map(|s| if s == Strictness::Tightened { Strictness::Loosened } else { Strictness::Tightened }))
            .collect();
        assert_eq!(found(&veto(old), &veto(new)), reversed, "触发 {old} → {new}");
    }
}
