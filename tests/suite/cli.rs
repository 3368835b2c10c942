//! The command line as a script sees it: exit codes, streams, nothing written on a refusal.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::golden;

const COMMANDS: [&str; 5] = ["check", "run", "plan", "explain", "annex"];

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
