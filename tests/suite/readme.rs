//! What the README shows is what the program has and prints.

use std::path::{Path, PathBuf};
use std::process::Command;

const SPEC: &str = "specs/changjiang-2026";
const PROVINCE: &str = "specs/jiangxi-2018";

/// The fenced blocks of the README, in order.
fn blocks() -> Vec<String> {
    let readme = std::fs::read_to_string("README.md").unwrap();
    readme.split("```").skip(1).step_by(2).map(|b| b.split_once('\n').map_or("", |(_, text)| text).to_owned()).collect()
}

#[track_caller]
fn block(start: &str) -> String {
    blocks().into_iter().find(|b| b.starts_with(start)).unwrap_or_else(|| panic!("README shows no block that starts with {start}"))
}

fn scratch() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join(PROVINCE)).unwrap();
    folder
}

#[test]
fn the_excerpt_stands_in_the_standard_and_its_misspelling_earns_the_shown_error() {
    let folder = scratch();
    let file = format!("{PROVINCE}/01-资源配置.biao");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut rest = text.as_str();
    for line in block("指标 1").lines().filter(|l| !l.is_empty()) {
        rest = rest.split_once(&format!("{line}\n")).unwrap_or_else(|| panic!("{line} does not stand in {file}, or not there")).1;
    }
    for entry in std::fs::read_dir(PROVINCE).unwrap().flatten().filter(|e| e.path().is_file()) {
        std::fs::copy(entry.path(), folder.join(PROVINCE).join(entry.file_name())).unwrap();
    }
    let wrong = text.replacen("每百名学生(大专及以上学历教师数) ≥", "每百名学生(大专以上学历教师数) ≥", 1);
    assert_ne!(wrong, text);
    std::fs::write(folder.join(&file), wrong).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_biaochi")).args(["check", PROVINCE]).current_dir(&folder).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8(output.stderr).unwrap().trim_end(), block("错误[").trim_end(), "README's error is out of date");
}

#[test]
fn the_shown_report_is_the_head_of_the_sample_s() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme-report");
    let data = format!("{SPEC}/示例数据");
    let args = ["run", SPEC, "--data", &data, "--format", "md", "--out", folder.to_str().unwrap()];
    let _ = std::fs::remove_dir_all(&folder);
    assert_eq!(Command::new(env!("CARGO_BIN_EXE_biaochi")).args(args).output().unwrap().status.code(), Some(0));
    let report = std::fs::read_dir(&folder).unwrap().flatten().next().unwrap().path();
    let report = std::fs::read_to_string(report).unwrap();
    let shown = block("# ");
    assert!(
        report.starts_with(&shown),
        "README's report is out of date; its head is now\n{}",
        report.chars().take(900).collect::<String>()
    );
}
