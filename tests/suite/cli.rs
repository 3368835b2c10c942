//! The command line as a script sees it: exit codes, streams, nothing written on a refusal.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::golden;

const COMMANDS: [&str; 13] =
    ["audit", "check", "run", "plan", "explain", "annex", "fmt", "lint", "diff", "template", "sql", "report", "template-dir"];

fn biaochi(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_biaochi")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn help_is_chinese_with_an_example_for_each_command() {
    for command in COMMANDS {
        let output = biaochi(&[command, "--help"]);
        let text = stdout(&output);
        assert_eq!(output.status.code(), Some(0), "{command}");
        assert!(text.contains("用法：") && text.contains(&format!("示例：\n  biaochi {command} ")), "{text}");
        for english in ["Usage:", "Options:", "Arguments:", "Print help", "[default", "[possible"] {
            assert!(!text.contains(english), "{english} in\n{text}");
        }
    }
    let text = stdout(&biaochi(&["--help"]));
    assert!(COMMANDS.iter().all(|c| text.contains(&format!("  {c} "))), "{text}");
    assert!(stdout(&biaochi(&["--version"])).starts_with("biaochi "));
}

#[test]
fn usage_mistakes_exit_2_in_chinese() {
    let cases: [(&[&str], &str); 7] = [
        (&["chekc", "x"], "check"),
        (&["check"], "缺少"),
        (&["check", "x", "--format", "xml"], "human、json、sarif"),
        (&["run", "x", "--data", "y", "--ronud", "z"], "--round"),
        (&["run", "x"], "--data"),
        (&["run", "x", "--data", "y", "--require", "no"], "met"),
        (&["run", "x", "--data"], "缺少取值"),
    ];
    for (args, wanted) in cases {
        let output = biaochi(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(stdout(&output), "", "{args:?}");
        let text = stderr(&output);
        assert!(text.starts_with("错误[E0701]") && text.contains(wanted), "{args:?}\n{text}");
    }
    assert_eq!(biaochi(&[]).status.code(), Some(2));
}

#[test]
fn bad_dates_and_targets_are_refused_before_any_work() {
    let date = biaochi(&["run", "x", "--data", "y", "--date", "2026-02-30"]);
    assert_eq!(date.status.code(), Some(2));
    assert!(stderr(&date).contains("E0701") && stderr(&date).contains("2026-02-30"));
    let target = biaochi(&["run", "x", "--data", "y", "--out", "-", "--format", "html,json"]);
    assert_eq!(target.status.code(), Some(2));
    assert!(stderr(&target).contains("--format json --out -"));
}

#[test]
fn a_missing_standard_writes_nothing_and_exits_2() {
    let folder = scratch("missing");
    let out = folder.join("out");
    let spec = folder.join("none");
    let (spec, shown) = (spec.to_str().unwrap(), out.to_str().unwrap());
    let output = biaochi(&["run", spec, "--data", spec, "--out", shown]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("错误["), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    assert!(!out.exists());
    for args in [vec!["check", spec], vec!["plan", spec], vec!["annex", spec], vec!["explain", spec, "--data", spec, "1.1"]] {
        assert_eq!(biaochi(&args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn check_reports_as_json_and_sarif_on_stdout() {
    let folder = scratch("machine");
    let spec = folder.join("none");
    let spec = spec.to_str().unwrap();
    let json: serde_json::Value = serde_json::from_str(&stdout(&biaochi(&["check", spec, spec, "--format", "json"]))).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(json[0]["severity"], "error");
    let output = biaochi(&["check", spec, spec, "--format", "sarif"]);
    assert_eq!(output.status.code(), Some(2));
    let sarif: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(sarif["runs"].as_array().unwrap().len(), 2);
}

#[test]
fn colour_follows_the_option() {
    let always = biaochi(&["--color", "always", "check", "no-such-folder"]);
    assert!(stderr(&always).contains('\u{1b}'));
    let auto = biaochi(&["check", "no-such-folder"]);
    assert!(!stderr(&auto).contains('\u{1b}'));
}

#[test]
fn a_usage_mistake_reads_as_agreed() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/unknown_command.stderr");
    golden::compare(&golden, &stderr(&biaochi(&["chekc", "x"])));
}

const SPEC: &str = "specs/changjiang-2026";
const DATA: &str = "specs/changjiang-2026/示例数据";

#[test]
fn a_run_gives_a_summary_or_files_or_the_outcome() {
    let summary = biaochi(&["run", SPEC, "--data", DATA]);
    assert_eq!(summary.status.code(), Some(0), "{}", stderr(&summary));
    assert!(stdout(&summary).contains("评估结论") && stderr(&summary).is_empty(), "{}", stderr(&summary));
    let json = biaochi(&["run", SPEC, "--data", DATA, "--format", "json", "--out", "-"]);
    let outcome: serde_json::Value = serde_json::from_str(&stdout(&json)).unwrap();
    assert_eq!(
        (outcome["schema"].as_str(), outcome["round"].as_str(), &outcome["date"]),
        (Some("biaochi.outcome/1"), Some("自评"), &serde_json::Value::Null)
    );
    let folder = scratch("run");
    let shown = folder.to_str().unwrap();
    let files = |args: &[&str]| {
        let output = biaochi(&[&["run", SPEC, "--data", DATA, "--out", shown], args].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let mut names: Vec<(String, Vec<u8>)> = std::fs::read_dir(&folder)
            .unwrap()
            .flatten()
            .map(|e| (e.file_name().into_string().unwrap(), std::fs::read(e.path()).unwrap()))
            .collect();
        names.sort();
        names
    };
    let first = files(&["--format", "html,md,json", "--date", "2026-06-30"]);
    assert_eq!(first.len(), 3, "{:?}", first.iter().map(|(n, _)| n).collect::<Vec<_>>());
    assert_eq!(first, files(&["--format", "html,md,json", "--date", "2026-06-30"]), "the same inputs give the same bytes");
    let by_row = files(&["--format", "html,md,json", "--date", "2026-06-30", "--engine", "reference"]);
    assert_eq!(first, by_row, "whatever the rows are judged by");
}

#[test]
fn the_answer_no_exits_1() {
    let required = biaochi(&["run", SPEC, "--data", DATA, "--require", "met"]);
    assert_eq!(required.status.code(), Some(1), "{}", stderr(&required));
    let good = biaochi(&["run", SPEC, "--data", "tests/fixtures/samples/sample-good", "--require", "met"]);
    assert_eq!(good.status.code(), Some(0), "{}", stderr(&good));
}

#[test]
fn what_cannot_be_run_is_refused_with_the_mend() {
    let folder = scratch("refused");
    std::fs::write(folder.join("biaochi.toml"), "名字 = \"甲\"\n").unwrap();
    std::fs::create_dir_all(folder.join("模板")).unwrap();
    std::fs::write(folder.join("模板/subject.html"), "{% for %}").unwrap();
    let broken = folder.to_str().unwrap();
    let templates = folder.join("模板");
    let out = folder.join("报告");
    let dated = folder.join("dated");
    std::fs::create_dir_all(&dated).unwrap();
    std::fs::write(dated.join("biaochi.toml"), "id = \"甲\"\n").unwrap();
    let prelude = std::fs::read_to_string("tests/diagnostics/prelude.biao").unwrap();
    let rule = "参数 校额上限 = 2000 人 自 2018-09-01，2500 人 自 2027-01-01\n类别 甲\n指标 1 “规模” A\n  责任单位：区教体局\n  要点 1 “规模”\n    每个 学校：在校生数 ≤ 校额上限\n";
    std::fs::write(dated.join("a.biao"), prelude + rule).unwrap();
    let data = "tests/diagnostics/data/unknown_item/data";
    let (template, out_shown, dated) = (templates.to_str().unwrap(), out.to_str().unwrap(), dated.to_str().unwrap());
    let old = folder.join("biaochi.toml");
    let report = |name, old| vec!["run", SPEC, "--data", DATA, "--report", name, "--since", old, "--out", out_shown];
    let cases: [(Vec<&str>, &str, &str); 13] = [
        (report("整改清单", old.to_str().unwrap()), "E0708", "biaochi.toml:1"),
        (report("整改清单", "no-such-file.json"), "E0708", "no-such-file.json"),
        (vec!["run", SPEC, "--data", DATA, "--report", "整改单子", "--out", out_shown], "E0701", "整改清单"),
        (vec!["run", SPEC, "--data", DATA, "--report", "整改清单", "--out", "-"], "E0701", "--out"),
        (vec!["run", SPEC, "--data", DATA, "--report", "整改清单"], "E0701", "--out"),
        (vec!["check", "no-such-folder"], "E0101", "biaochi.toml"),
        (vec!["check", broken], "E0201", "id"),
        (vec!["run", SPEC, "--data", DATA, "--round", "自平"], "E0702", "自评"),
        (vec!["run", SPEC, "--data", DATA, "--subject", "110102"], "E0617", "110101"),
        (vec!["explain", SPEC, "--data", DATA, "6.11"], "E0705", "6.1"),
        (vec!["run", SPEC, "--data", DATA, "--template", template, "--out", out_shown, "--format", "html"], "E0703", "subject.html"),
        (vec!["run", dated, "--data", data], "E0408", "--date"),
        (vec!["run", dated, "--data", data, "--date", "2010-01-01"], "E0408", "2018-09-01"),
    ];
    for (args, code, wanted) in cases {
        let output = biaochi(&args);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{args:?}\n{text}");
        assert!(text.contains(&format!("错误[{code}]")) && text.contains(wanted), "{args:?}\n{text}");
        assert_eq!(stdout(&output), "", "{args:?}");
    }
    assert!(!out.exists(), "nothing is written on a refusal");
    assert_eq!(biaochi(&["check", dated]).status.code(), Some(0));
}

#[test]
fn explain_names_the_cell_and_plan_and_annex_print() {
    let explained = stdout(&biaochi(&["explain", SPEC, "--data", DATA, "6.1", "--row", "1101010017"]));
    for wanted in ["所有小学生均教学仪器设备值达到2000元以上", "≥ 2000 元/人", "学段.csv:21", "17.5608 万元"] {
        assert!(explained.contains(wanted), "{wanted} in\n{explained}");
    }
    assert!(stdout(&biaochi(&["plan", SPEC])).contains("指标 38"));
    assert!(stdout(&biaochi(&["plan", SPEC, "--format", "dot"])).starts_with("digraph"));
    let plan: serde_json::Value = serde_json::from_str(&stdout(&biaochi(&["plan", SPEC, "--format", "json"]))).unwrap();
    assert_eq!(plan["indicators"].as_array().unwrap().len(), 38);
    let ways = |point: usize| plan["indicators"][0]["points"][point]["checks"][0]["way"].as_str();
    assert_eq!((ways(0), ways(2)), (Some("columns"), Some("bounds")));
    let annex: serde_json::Value = serde_json::from_str(&stdout(&biaochi(&["annex", SPEC, "--format", "json"]))).unwrap();
    assert_eq!(annex["vetoes"].as_array().unwrap().len(), 7);
    assert!(stdout(&biaochi(&["annex", SPEC])).contains("评估要点"));
    assert!(stdout(&biaochi(&["annex", SPEC, "--format", "html"])).contains("rowspan"));
}

#[test]
fn bad_data_exits_2_and_writes_nothing() {
    let folder = scratch("bad-data");
    let out = folder.join("out");
    let spec = folder.join("spec");
    std::fs::create_dir_all(&spec).unwrap();
    std::fs::write(spec.join("biaochi.toml"), "id = \"甲\"\nfiles = [\"a.biao\"]\n").unwrap();
    std::fs::copy("tests/diagnostics/data.biao", spec.join("a.biao")).unwrap();
    let output = biaochi(&[
        "run",
        spec.to_str().unwrap(),
        "--data",
        "tests/diagnostics/data/many_errors/data",
        "--out",
        out.to_str().unwrap(),
        "--format",
        "html,json",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stderr(&output).matches("错误[").count(), 5, "{}", stderr(&output));
    assert!(!out.exists());
}

#[test]
fn fmt_lists_what_it_would_change_and_then_changes_it() {
    let folder = scratch("fmt");
    std::fs::write(folder.join("biaochi.toml"), "id = \"x\"\n").unwrap();
    std::fs::write(folder.join("a.biao"), "参数 甲=1 人 # 注\n").unwrap();
    std::fs::write(folder.join("b.biao"), "参数 乙 = 2 人\n").unwrap();
    let spec = folder.to_str().unwrap();
    let check = biaochi(&["fmt", spec, "--check"]);
    assert_eq!(check.status.code(), Some(1));
    let text = stdout(&check);
    assert!(
        text.contains("a.biao 没有整理：\n第 1 行\n- 参数 甲=1 人 # 注\n+ 参数 甲 = 1 人  # 注\n") && !text.contains("b.biao"),
        "{text}"
    );
    assert_eq!(std::fs::read_to_string(folder.join("a.biao")).unwrap(), "参数 甲=1 人 # 注\n");
    let done = biaochi(&["fmt", spec]);
    assert_eq!((done.status.code(), stdout(&done).lines().count()), (Some(0), 1));
    assert_eq!(std::fs::read_to_string(folder.join("a.biao")).unwrap(), "参数 甲 = 1 人  # 注\n");
    let again = biaochi(&["fmt", folder.join("a.biao").to_str().unwrap(), "--check"]);
    assert_eq!((again.status.code(), stdout(&again)), (Some(0), String::new()));
    assert_eq!(biaochi(&["fmt", folder.join("no.biao").to_str().unwrap()]).status.code(), Some(2));
}

#[test]
fn lint_finds_mends_and_answers() {
    let folder = scratch("lint");
    let spec = folder.to_str().unwrap();
    let prelude = std::fs::read_to_string("tests/diagnostics/prelude.biao").unwrap();
    let rules = std::fs::read_to_string("tests/diagnostics/lint/full_width_digits.biao").unwrap();
    let idle = std::fs::read_to_string("tests/diagnostics/lint/exemption_idle.biao").unwrap().replace("类别 资源配置\n指标 1", "指标 2");
    let write = |lint: &str| {
        std::fs::write(folder.join("biaochi.toml"), format!("id = \"x\"\nfiles = [\"a.biao\", \"b.biao\"]\n[lint]\n{lint}")).unwrap();
    };
    write("unused-field = \"off\"\n");
    std::fs::write(folder.join("a.biao"), prelude).unwrap();
    std::fs::write(folder.join("b.biao"), format!("{rules}{idle}")).unwrap();
    let text = || std::fs::read_to_string(folder.join("b.biao")).unwrap();
    let before = text();
    let found = biaochi(&["lint", spec]);
    assert_eq!(found.status.code(), Some(1));
    assert!(stderr(&found).contains("警告[W0510]") && stderr(&found).contains("警告[W0512]"), "{}", stderr(&found));
    let dry = biaochi(&["lint", spec, "--fix", "--dry-run"]);
    assert_eq!((dry.status.code(), text()), (Some(1), before));
    assert!(stdout(&dry).contains("+   要点 1 “学校规模不超过2000人”") && stdout(&dry).contains("-     # 豁免"), "{}", stdout(&dry));
    let fixed = biaochi(&["lint", spec, "--fix"]);
    assert_eq!(fixed.status.code(), Some(0), "{}", stderr(&fixed));
    assert!(text().contains("不超过2000人") && !text().contains("豁免"));
    write("unused-field = \"note\"\n");
    let sarif = biaochi(&["lint", spec, "--format", "sarif"]);
    assert_eq!(sarif.status.code(), Some(0));
    assert!(stdout(&sarif).contains("\"ruleId\": \"W0506\"") && stdout(&sarif).contains("\"level\": \"note\""));
    write("unused = \"off\"\n");
    let wrong = biaochi(&["lint", spec]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("没有“unused”这条写法规则"), "{}", stderr(&wrong));
    assert_eq!(biaochi(&["lint", spec, "--dry-run"]).status.code(), Some(2));
}

#[test]
fn diff_compares_and_judges_by_both() {
    let folder = "tests/fixtures/diff";
    let (old, new) = (format!("{folder}/old"), format!("{folder}/new"));
    let expected = |ext: &str| std::fs::read_to_string(format!("{folder}/expected.{ext}")).unwrap();
    let (data, old_data) = (format!("{folder}/data"), format!("{folder}/old-data"));
    let both = biaochi(&["diff", &old, &new, "--data", &data, "--old-data", &old_data, "--format", "json"]);
    assert_eq!((both.status.code(), stdout(&both)), (Some(0), expected("json")));
    let alone = biaochi(&["diff", &old, &new]);
    assert!(expected("txt").starts_with(stdout(&alone).trim_end()) && alone.status.success());
    assert_eq!(biaochi(&["diff", &old, "tests/fixtures/none"]).status.code(), Some(2));
    assert_eq!(biaochi(&["diff", &old, &new, "--old-data", &old_data]).status.code(), Some(2));
}

#[test]
fn documents_are_written_in_the_formats_asked_for() {
    let out = scratch("documents");
    let folder = out.to_str().unwrap();
    let run = |more: &[&str]| biaochi(&[&["run", SPEC, "--data", DATA, "--out", folder, "--report", "责任清单,整改清单"], more].concat());
    let done = run(&["--format", "md,json"]);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    let names = || {
        let mut names: Vec<String> = std::fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["110101-高江市-整改清单.md", "110101-高江市-责任清单.md", "outcome.json"]);
    let old = out.join("outcome.json");
    let again = run(&["--format", "md", "--since", old.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    let text = std::fs::read_to_string(out.join("110101-高江市-整改清单.md")).unwrap();
    assert!(text.contains("已销号 0 项") && text.contains("新增 0 项"), "{text}");
}

#[test]
fn the_templates_are_written_out_once() {
    let folder = scratch("template-dir").join("模板");
    let out = folder.to_str().unwrap();
    let done = biaochi(&["template-dir", "-o", out]);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    assert!(folder.join("README.md").is_file() && folder.join("rectification.md").is_file() && folder.join("locale.json").is_file());
    std::fs::write(folder.join("duties.md"), "改过").unwrap();
    let again = biaochi(&["template-dir", "-o", out]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("错误[E0704]"), "{}", stderr(&again));
    assert_eq!(std::fs::read_to_string(folder.join("duties.md")).unwrap(), "改过");
}
