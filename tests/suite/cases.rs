//! Cases: those of the reference and of every shipped standard hold.

use biaochi::cases::{Edit, Suite, Written};
use biaochi::plan::Plan;
use biaochi::source::SourceMap;
use biaochi::{CompileOptions, compile, compile_rules, compile_texts, written, written_texts};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What fails, told with its case.
pub fn failures(suite: &Suite) -> Vec<String> {
    let each = suite.cases().iter().zip(suite.run());
    each.flat_map(|(case, trial)| {
        let told =
            trial.mismatches.into_iter().map(|m| format!("{}:{} {}: {}", case.file, case.line, case.expected[m.expectation].text, m.got));
        told.collect::<Vec<_>>()
    })
    .collect()
}

/// The suite of a standard in a folder, each dated case with the plan of its day.
pub fn suite_of(path: &Path) -> Suite {
    let plan_on = |date: Option<String>| -> Plan { compile(path, &CompileOptions { date }).plan.unwrap() };
    let plan = plan_on(None);
    let days: BTreeSet<String> = plan.cases.iter().filter_map(|c| c.date.clone()).collect();
    let dated: BTreeMap<String, Plan> = days.into_iter().map(|d| (d.clone(), plan_on(Some(d)))).collect();
    Suite::new(plan, dated, written(path))
}

pub fn shipped() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("specs").unwrap().flatten().map(|e| e.path()).collect();
    found.retain(|p| p.join("biaochi.toml").exists());
    found.sort();
    found
}

fn reference() -> Suite {
    let text = std::fs::read_to_string("specs/README.md").unwrap();
    let block = |word: &str| {
        let (_, rest) = text.split_once(&format!("\n```{word}\n")).unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let compiled = compile_texts("例", &[("例.biao", &block("biao")), ("用例.biao", &block("biao-用例"))], &CompileOptions::default());
    assert_eq!(compiled.diagnostics, []);
    Suite::new(compiled.plan.unwrap(), BTreeMap::new(), Written::default())
}

/// The suite of texts that stand beside each other as one standard.
fn suite_of_texts(files: &[(&str, &str)]) -> Suite {
    let compiled = compile_texts("s", files, &CompileOptions::default());
    assert_eq!(compiled.diagnostics, []);
    Suite::new(compiled.plan.unwrap(), BTreeMap::new(), written_texts("s", files))
}

/// An edit as it reads: `before → after`.
fn told_edit(edit: &Edit, sources: &SourceMap) -> String {
    format!("{} → {}", sources.slice(edit.span), edit.with)
}

#[test]
fn the_cases_of_the_reference_hold() {
    let suite = reference();
    assert_eq!(suite.cases().len(), 5);
    assert_eq!(failures(&suite), Vec::<String>::new());
}

#[test]
fn the_cases_of_every_shipped_standard_hold() {
    for path in shipped() {
        assert_eq!(failures(&suite_of(&path)), Vec::<String>::new(), "{}", path.display());
    }
}

/// All edits of the small standards; of the others one in so many, for all of them `.ci/run` asks with the release build.
#[test]
fn the_cases_of_every_shipped_standard_notice_nearly_every_change() {
    let small = ["basic-2012", "rio-claro"];
    for path in shipped() {
        let (one_in, wanted) = if small.iter().any(|s| path.ends_with(s)) { (1, 95) } else { (9, 90) };
        let suite = suite_of(&path);
        let found = suite.mutate_one_in(one_in);
        let missed: Vec<String> = found.survivors.iter().map(|s| told_edit(s, suite.written().sources())).collect();
        assert!(
            found.changes > 50 && found.percent() >= wanted,
            "{}: {} of {}\n{}",
            path.display(),
            found.survivors.len(),
            found.changes,
            missed.join("\n")
        );
    }
}

#[test]
fn what_no_case_decides_is_listed() {
    let case = "case \"a\"\n  given site\n    | kind | desks |\n    | big | 10 |\n  expect indicator 1 point 1: met\n";
    let suite = suite_of_texts(&[("s.biao", SPEC), ("case.biao", case)]);
    let found = suite.coverage(&suite.run());
    let rules: Vec<_> = found.rules.iter().map(|(id, _, lacking)| (id.as_str(), *lacking)).collect();
    assert_eq!(rules, [("1.1", "没有不达到的用例"), ("1.2", "没有用例")]);
    let sources = suite.written().sources();
    let line = |edit: &Edit| sources.line_column(edit.span).0;
    let of_second = SPEC.lines().position(|l| l.contains("each site")).unwrap() + 1;
    assert!(found.thresholds.iter().any(|e| line(e) == of_second));
    let mutation = suite.mutate();
    assert!(mutation.percent() < 95);
    // The case lies on the threshold: raising it is noticed, lowering it is not.
    let missed: Vec<String> = mutation.survivors.iter().map(|e| told_edit(e, sources)).collect();
    assert!(missed.iter().any(|e| e == "10 → 9") && !missed.iter().any(|e| e == "10 → 11"), "{missed:?}");
}

/// Every edit that no case notices, as it reads; without cases that is every edit.
fn edits(spec: &str) -> Vec<String> {
    let suite = suite_of_texts(&[("s.biao", spec)]);
    suite.mutate().survivors.iter().map(|e| told_edit(e, suite.written().sources())).collect()
}

#[test]
fn each_place_of_the_text_is_edited_once() {
    let rules = |lines: &str| SPEC.replace("    each site where kind = big: desks ≥ 2\n", lines);
    let added = |lines: &str| edits(&rules(lines));
    let has = |found: &[String], wanted: &[&str]| {
        for edit in wanted {
            assert!(found.iter().any(|f| f == edit), "{edit}: {found:#?}");
        }
    };
    has(&added("    each site at_least 90% met: desks ≥ 2.0\n"), &["90 → 91", "90 → 89", "≥ → >", "2.0 → 2.01"]);
    has(&added("    each site allow 2 exceptions: desks > 3\n"), &["2 → 3", "2 → 1", "> → ≥", "3 → 4"]);
    let parts = "    each site at_least 1 met, rest_at_least 85%\n      part \"a\": desks ≥ 3\n      part \"b\": people ≥ 4 people\n";
    has(&added(parts), &["1 → 2", "85 → 86", "3 → 4", "4 → 5"]);
    let relief = "    each site: desks ≥ 3\n      relief \"old\" where kind = small: desks ≥ 2\n";
    has(&added(relief), &["relief \"old\" where kind = small: desks ≥ 2 → ", " where kind = small → "]);
    has(&added("    each site: desks ≥ 3 and (people ≥ 4 people or kind = big)\n"), &["desks ≥ 3 and  → ", " or kind = big → "]);
    has(&added("    each site: kind in {big, small} or desks ≥ 3\n"), &["big,  → ", ", small → "]);
    has(&added("    cv(site: desks, people) ≤ 0.50\n"), &["cv(site: desks, people) → plain_cv(site: desks / people)", "0.50 → 0.51"]);
    has(&added("    round(sum(site: desks), 1) ≥ 7\n"), &["1 → 2", "1 → 0"]);
    has(&added("    min(site: desks) ≥ 3\n    all(site: desks ≥ 4)\n"), &["min → max", "all → any"]);
    has(&edits(SPEC), &["condition: all_met(core) → ", " where kind = big → "]);
}

#[test]
fn a_definition_is_edited_where_it_stands_and_equal_plans_are_no_change() {
    let defined = SPEC
        .replace("category c\n", "define site.spare(n) = n / people × 7 people\nparameter bound = 3 from 2020-01-01\ncategory c\n")
        .replace("desks ≥ 2\n", "spare(desks) ≥ 2 and spare(desks) ≤ 5\n");
    let found = edits(&defined);
    assert!(
        !found.iter().any(|e| e.starts_with("3 ") || e.starts_with("2020")),
        "a parameter that nothing uses changes nothing: {found:#?}"
    );
    assert_eq!(found.iter().filter(|e| *e == "7 → 8").count(), 1);
}

#[test]
fn a_survivor_is_shown_at_its_place() {
    let folder = std::env::temp_dir().join(format!("biaochi-edits-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("base")).unwrap();
    std::fs::create_dir_all(folder.join("top")).unwrap();
    std::fs::write(folder.join("base/biaochi.toml"), "id = \"base\"\n").unwrap();
    std::fs::write(folder.join("base/s.biao"), SPEC).unwrap();
    std::fs::write(folder.join("top/biaochi.toml"), "id = \"top\"\nbase = \"../base\"\n").unwrap();
    std::fs::write(folder.join("top/t.biao"), "修订 指标 1 要点 2\n  每个 site：desks ≥ 5\n").unwrap();
    let (code, text) = biaochi(&["test", folder.join("top").to_str().unwrap(), "--mutate"]);
    assert_eq!(code, Some(1), "{text}");
    let top = folder.join("top/t.biao").display().to_string();
    assert!(
        text.contains("没有察觉：5 → 6\n") && text.contains(&format!("{top}:2:")) && text.contains("2 │   每个 site：desks ≥ 5\n"),
        "{text}"
    );
    assert!(text.contains("base/s.biao") && !text.contains("each site where"), "what a layer replaces is not edited: {text}");
    std::fs::remove_dir_all(folder).unwrap();
}

const SPEC: &str = r#"standard "s" version "1"
nature core must
subject city code code
departments Office
table city
  key code
  field code text
  field name text
table site
  key id
  field id text
  field city text, reference city
  field kind choice big、small
  field people integer people
  field desks decimal 1 places
category c
indicator 1 "i" core
  responsible: Office
  point 1 "p"
    "sum": sum(site where kind = big: desks) ≥ 10
  point 2 "q"
    each site where kind = big: desks ≥ 2
verdict "good" else "bad" undetermined "open"
  condition: all_met(core)
"#;

fn told(case: &str) -> Vec<String> {
    failures(&suite_of_texts(&[("s.biao", SPEC), ("case.biao", case)]))
}

#[test]
fn english_words_and_every_kind_of_expectation() {
    let case = "case \"a\"
  given site
    | kind  | desks |
    | big   | 10    |
    | small | -     | # 备注
  expect indicator 1 point 1: met
  expect indicator 1 point 1 \"sum\": met
  expect value indicator 1 point 1 \"sum\" = 10.0
  expect indicator 1: met
  expect verdict: good
case \"b\"
  given site none
  expect indicator 1 point 2: inapplicable
case \"c\"
  given site
    | kind |
    | none such |
  expect bad_data E0605
case \"d\"
  expect verdict: \"open\"
";
    assert_eq!(told(case), Vec::<String>::new());
}

#[test]
fn a_failing_case_says_what_came_instead() {
    let case = "用例 “甲”
  给定 site
    | kind | desks |
    | big  | 9.9   |
  期望 指标 1 要点 1：达到
  期望 值 指标 1 要点 1 = 10.0
  期望 结论：good
  期望 数据有误 E0605
用例 “乙”
  给定 site
    | desks |
    | 多    |
  期望 指标 1 要点 1：达到
";
    let expected = [
        "case.biao:1 指标 1 要点 1：达到: 未达到",
        "case.biao:1 值 指标 1 要点 1 = 10.0: 值 = 9.9",
        "case.biao:1 结论：“good”: bad",
        "case.biao:1 数据有误 E0605: 数据没有错误",
        "case.biao:9 指标 1 要点 1：达到: 数据有误：E0605 “desks”这里写的是“多”，应是数",
    ];
    assert_eq!(told(case), expected);
}

#[test]
fn what_is_met_by_a_relief_can_be_expected() {
    let spec = SPEC.replace("desks ≥ 2\n", "desks ≥ 2\n      relief \"light\" where people < 10 people: desks ≥ 1\n");
    let case = "用例 “甲”
  给定 site
    | id | kind | people | desks |
    | a  | big  | 9      | 1     |
    | b  | big  | 20     | 2     |
  期望 指标 1 要点 2：按宽限达到
case \"b\"
  given site
    | kind | people | desks |
    | big  | 9      | 2     |
  expect indicator 1 point 2: met_by_relief
case \"c\"
  given site
    | kind | people | desks |
    | big  | 9      | 0     |
  expect indicator 1 point 2: met_by_relief
";
    let expected = ["case.biao:7 指标 1 要点 2：按宽限达到: 达到，没有靠宽限的", "case.biao:12 指标 1 要点 2：按宽限达到: 未达到"];
    let compiled = compile_texts("s", &[("s.biao", &spec), ("case.biao", case)], &CompileOptions::default());
    assert_eq!(compiled.diagnostics, []);
    assert_eq!(failures(&Suite::new(compiled.plan.unwrap(), BTreeMap::new(), Written::default())), expected);
}

#[test]
fn rows_referred_to_are_added_and_filled() {
    // The same parent said twice in two ways is a doubled row; one that a given table lacks dangles.
    let twice =
        "case \"a\"\n  given site\n    | city.name | city | desks |\n    | A | x | 1 |\n    | B | x | 1 |\n  expect bad_data E0607\n";
    assert_eq!(told(twice), Vec::<String>::new());
    let lacks =
        "case \"a\"\n  given city\n    | code |\n    | x |\n  given site\n    | city | desks |\n    | y | 1 |\n  expect bad_data E0609\n";
    assert_eq!(told(lacks), Vec::<String>::new());
}

fn biaochi(args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_biaochi")).args(args).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_command_shows_given_expected_and_got() {
    let folder = std::env::temp_dir().join(format!("biaochi-cases-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let case = "用例 “差一点”\n  给定 site\n    | kind | desks |\n    | big  | 9.9   |\n  期望 指标 1 要点 1：达到\n";
    std::fs::write(folder.join("biaochi.toml"), "id = \"s\"\n").unwrap();
    std::fs::write(folder.join("s.biao"), format!("{SPEC}{case}")).unwrap();
    let spec = folder.to_str().unwrap();
    let (code, text) = biaochi(&["test", spec]);
    assert_eq!(code, Some(1), "{text}");
    for part in
        ["不通过：用例“差一点”", "| big  | 9.9   |", "期望 指标 1 要点 1：达到", "得到 未达到", "值：9.9", "用例 1 个，通过 0，不通过 1"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let (code, xml) = biaochi(&["test", spec, "--format", "junit"]);
    assert_eq!(code, Some(1));
    assert!(
        xml.contains("<testsuite name=") && xml.contains("failures=\"1\"") && xml.contains("期望 指标 1 要点 1：达到，得到 未达到"),
        "{xml}"
    );
    std::fs::write(folder.join("s.biao"), SPEC).unwrap();
    assert_eq!(biaochi(&["test", spec]).0, Some(0));
    std::fs::remove_dir_all(folder).unwrap();
}

/// The cases that `--boundary` prints, in a copy of the standard beside its own.
fn with_boundary(path: &Path) -> (biaochi::cases::Boundary, Suite, Vec<String>) {
    let made = suite_of(path).boundary(None);
    let folder = std::env::temp_dir().join(format!("biaochi-boundary-{}-{}", path.file_name().unwrap().display(), std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let base = std::fs::canonicalize(path).unwrap();
    std::fs::write(folder.join("biaochi.toml"), format!("id = \"copy\"\nbase = {:?}\n", base.display().to_string())).unwrap();
    std::fs::write(folder.join("boundary.biao"), &made.text).unwrap();
    let suite = suite_of(&folder);
    let failing = failures(&suite);
    std::fs::remove_dir_all(&folder).unwrap();
    (made, suite, failing)
}

#[test]
fn the_cases_of_every_threshold_pass_where_they_are_pasted() {
    for (path, least) in [("basic-2012", 36), ("changjiang-2026", 95), ("jiangxi-2018", 95), ("national-2017", 130), ("rio-claro", 16)] {
        let path = Path::new("specs").join(path);
        let own = suite_of(&path).cases().len();
        let (made, suite, failing) = with_boundary(&path);
        assert_eq!(failing, Vec::<String>::new(), "{}", path.display());
        assert_eq!(suite.cases().len(), own + made.cases, "{}", path.display());
        assert_eq!(biaochi::syntax::format(&made.text), made.text, "{}", path.display());
        assert!(made.thresholds >= least, "{}: {} thresholds; {:#?}", path.display(), made.thresholds, made.unmade);
        assert!(made.unmade.iter().all(|(what, why)| !what.is_empty() && !why.is_empty()));
    }
}

#[test]
fn a_threshold_that_no_item_shows_by_itself_is_listed() {
    let spec = SPEC
        .replace("category c", "population larger = site where people ≥ 50 people\nparameter least = 10 from 2020-01-01\ncategory c")
        .replace("sum(site where kind = big: desks) ≥ 10", "sum(larger where desks > 1: desks) ≥ least")
        .replace("  field desks decimal 1 places", "  field desks decimal 1 places\n  verify \"room\": desks ≤ 99");
    let made =
        suite_of_texts(&[("s.biao", &spec), ("case.biao", "case \"day\"\n  date 2026-01-01\n  expect verdict: open\n")]).boundary(None);
    let listed: Vec<String> = made.unmade.iter().map(|(what, why)| format!("{what}：{why}")).collect();
    assert!(listed.iter().any(|l| l.starts_with("参数 least 自 2020-01-01：")), "{listed:#?}");
    for (side, desks, said) in [("正好", "99 ", "符合"), ("高一步", "99.1", "不符合")] {
        let case = made
            .text
            .split("用例 ")
            .find(|c| c.starts_with(&format!("“核验“room” ≤ 99：{side}”")))
            .unwrap_or_else(|| panic!("{}", made.text));
        assert!(case.contains(&format!("| {desks}")) && case.contains(&format!("期望 核验 “room”：{said}\n")), "{case}");
    }
    // A row that counts decides the item, one that does not leaves nothing to judge.
    for (what, on) in [("总体 larger people ≥ 50 people", "未达到"), ("1.1 desks > 1", "不适用")] {
        let case = made.text.split("用例 ").find(|c| c.contains(&format!("{what}：正好"))).unwrap_or_else(|| panic!("{}", made.text));
        assert!(case.contains(&format!("期望 指标 1 要点 1：{on}\n")), "{case}");
    }
}

#[test]
fn a_grade_can_be_expected_and_its_cut_off_is_met_from_both_sides() {
    let text = std::fs::read_to_string("specs/README.md").unwrap();
    let (_, rest) = text.split_once("标准 “等级示例”").unwrap();
    let spec = format!("标准 “等级示例”{}", rest.split_once("```").unwrap().0);
    let case = |second: &str, grade: &str| {
        format!("用例 “{grade}”\n  给定 评定\n    | 条目 | 得分 |\n    | 1.1 | 6 |\n    | 2.1 | {second} |\n  期望 等级：“{grade}”\n")
    };
    let cases = format!("{}{}", case("6", "合格"), case("5.9", "不合格"));
    let suite = suite_of_texts(&[("s.biao", &spec), ("case.biao", &cases)]);
    assert_eq!(failures(&suite), Vec::<String>::new());
    let wrong = suite_of_texts(&[("s.biao", &spec), ("case.biao", &case("6", "优秀"))]);
    assert!(failures(&wrong)[0].ends_with("等级：“优秀”: 合格"), "{:?}", failures(&wrong));
    let made = suite.boundary(Some("结论"));
    for (side, said) in [("差一步", "不合格"), ("正好", "合格")] {
        let of_side = made.text.split("用例 ").find(|c| c.starts_with(&format!("“等级“合格” ≥ 12 分：{side}”")));
        assert!(of_side.is_some_and(|c| c.contains(&format!("期望 等级：{said}\n"))), "{}", made.text);
    }
}

const PARTS: &str = r#"    each site at_least 2 met, rest_at_least 80%
      part "desks": desks / people ≥ 0.5
      part "rooms": rooms / people ≥ 0.3
      part "books": books / people ≥ 4
"#;

#[test]
fn parts_that_share_a_denominator_are_put_on_their_thresholds_and_floors() {
    let spec = SPEC
        .replace("    each site where kind = big: desks ≥ 2\n", PARTS)
        .replace("  field desks decimal 1 places", "  field desks integer\n  field rooms integer\n  field books integer")
        .replace("desks ≥ 10", "desks ≥ 10.0")
        .replace("integer people\n", "integer\n");
    let made = suite_of_texts(&[("s.biao", &spec)]).boundary(Some("1.2"));
    assert_eq!((made.thresholds, &made.unmade), (7, &Vec::new()), "{}", made.text);
    let said = |title: &str| {
        let case = made.text.split("用例 ").find(|c| c.starts_with(&format!("“1.2 {title}”"))).unwrap_or_else(|| panic!("{}", made.text));
        case.rsplit_once('：').map(|(_, said)| said.trim().to_owned()).unwrap()
    };
    for what in ["3 项中至少 2 项：少一项", "分项“rooms” ≥ 0.3：低一步", "分项“books”的底线 ≥ 3.2：低一步"]
    {
        assert_eq!(said(what), "未达到", "{what}");
    }
    for what in ["3 项中至少 2 项：正好", "分项“rooms” ≥ 0.3：正好", "分项“books”的底线 ≥ 3.2：正好"] {
        assert_eq!(said(what), "达到", "{what}");
    }
}

#[test]
fn a_threshold_is_met_from_both_sides() {
    let made = suite_of_texts(&[("s.biao", SPEC)]).boundary(Some("1.1"));
    assert_eq!((made.thresholds, made.cases, made.unmade.len()), (1, 3, 0), "{}", made.text);
    for (side, desks, said) in [("低一步", "9.9", "未达到"), ("正好", "10", "达到"), ("高一步", "10.1", "达到")] {
        let case = made.text.split("用例 ").find(|c| c.contains(side)).unwrap();
        assert!(case.contains(&format!("| {desks}")) && case.contains(&format!("期望 指标 1 要点 1：{said}\n")), "{case}");
    }
    let other = suite_of_texts(&[("s.biao", SPEC)]).boundary(Some("1.2"));
    assert!(other.text.contains("指标 1 要点 2") && !other.text.contains("指标 1 要点 1："), "{}", other.text);
}

#[test]
fn who_only_judges_reads_no_cases() {
    let folder = std::env::temp_dir().join(format!("biaochi-no-cases-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let rules = ["tests/rules/tables.biao", "tests/rules/definitions/spec.biao"].map(|p| std::fs::read_to_string(p).unwrap()).join("\n");
    let plan_with = |more: &str| {
        std::fs::write(folder.join("biaochi.toml"), "id = \"试\"\n").unwrap();
        std::fs::write(folder.join("甲.biao"), format!("{rules}\n{more}")).unwrap();
        let options = CompileOptions::default();
        let told = |p: Option<Plan>| p.map(|p| biaochi::plan::text(&p));
        (told(compile(&folder, &options).plan), told(compile_rules(&folder, &options).plan))
    };
    let (checked, judged) = plan_with("");
    assert!(checked.is_some() && checked == judged);
    // What only a case says wrongly is nothing to who judges by the rules.
    let broken = "用例 “坏”\n  日期 2026-13-40\n  给定 没有的表\n    | 甲\n    | 甲 | 乙 |\n  期望 指标 99：也许\n  口径 没有引号\n";
    assert_eq!(plan_with(broken), (None, judged.clone()));
    // But a case is no place to hide in: what is no line of a case is read, and so is what its quotes and brackets leave open.
    for more in ["用例 “坏”\n指标 9 “又一个”\n", "用例 “坏”\n  期望 结论：“合格\n", "用例 “坏”\n  每个 学校：教师数 > 0 人\n"]
    {
        assert_eq!(plan_with(more), (None, None), "{more}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
