//! The walk-through of the reference, `一个省改了标准怎么办`, done as a new user does it: every file written, every command run, and what it
//! prints held against what the reference says it prints.

use biaochi::{CompileOptions, compile_texts};
use std::path::{Path, PathBuf};
use std::process::Command;

const SECTION: &str = "## 一个省改了标准怎么办";

/// The section's code blocks, each with the word after its fence, indentation of lists taken off.
fn blocks() -> Vec<(String, String)> {
    let text = std::fs::read_to_string("specs/README.md").unwrap();
    let (_, rest) = text.split_once(SECTION).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let mut found = Vec::new();
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(word) = line.trim().strip_prefix("```") else { continue };
        let depth = line.len() - line.trim_start().len();
        let body: Vec<&str> = lines.by_ref().take_while(|l| l.trim() != "```").map(|l| l.get(depth..).unwrap_or("")).collect();
        found.push((word.to_owned(), body.join("\n") + "\n"));
    }
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &target) } else { std::fs::copy(entry.path(), target).map(|_| ()).unwrap() }
    }
}

/// What a command of the reference prints, or writes into the file it names.
fn run(folder: &Path, command: &str) -> String {
    let (command, into) = command.split_once(" > ").map_or((command, None), |(c, f)| (c, Some(f.trim())));
    let words: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(words[0], "biaochi", "{command}");
    let done = Command::new(env!("CARGO_BIN_EXE_biaochi")).args(&words[1..]).current_dir(folder).output().unwrap();
    let printed = String::from_utf8(done.stdout).unwrap();
    match into {
        Some(file) => std::fs::write(folder.join(file), printed).map(|()| String::new()).unwrap(),
        None => printed + &String::from_utf8(done.stderr).unwrap(),
    }
}

/// Whether the lines are those, `…` standing for any number of others.
fn reads(printed: &[&str], wanted: &[&str]) -> bool {
    match wanted.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line.trim() == "…" => (0..=printed.len()).any(|n| reads(&printed[n..], rest)),
        Some((line, rest)) => printed.first() == Some(line) && reads(&printed[1..], rest),
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).filter(|l| !l.is_empty()).collect()
}

#[test]
fn the_walk_through_is_as_it_says() {
    let folder: PathBuf = std::env::temp_dir().join(format!("biaochi-walk-through-{}", std::process::id()));
    copy(Path::new("specs/jiangxi-2018"), &folder.join("specs/jiangxi-2018"));
    copy(Path::new("specs/changjiang-2026/示例数据"), &folder.join("数据"));
    std::fs::create_dir_all(folder.join("specs/province-2027")).unwrap();
    let mut commands = 0;
    for (word, body) in blocks() {
        match word.as_str() {
            "toml" => std::fs::write(folder.join("specs/province-2027/biaochi.toml"), body).unwrap(),
            "biao-省" => std::fs::write(folder.join("specs/province-2027/changes.biao"), body).unwrap(),
            "csv" => std::fs::write(folder.join("数据/午休.csv"), body).unwrap(),
            "text" => {
                for said in body.split("$ ").skip(1) {
                    let (command, wanted) = said.split_once('\n').unwrap();
                    let printed = run(&folder, command);
                    assert!(reads(&lines(&printed), &lines(wanted)), "$ {command}\n{printed}\nthe reference says\n{wanted}");
                    commands += 1;
                }
            }
            other => panic!("{other}"),
        }
    }
    assert!(commands >= 7, "{commands}");
    let flat = std::fs::read_to_string(folder.join("全文.biao")).unwrap();
    let options = CompileOptions { date: Some("2027-06-30".into()) };
    let one = compile_texts("province-2027", &[("全文.biao", &flat)], &options).plan.unwrap();
    let mut layered = biaochi::compile(&folder.join("specs/province-2027"), &options).plan.unwrap();
    layered.history = one.history.clone();
    assert_eq!(biaochi::plan::text(&one), biaochi::plan::text(&layered));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn other_words_would_be_noticed() {
    assert!(reads(&["a", "b", "c"], &["a", "…", "c"]) && reads(&["a"], &["a", "…"]));
    assert!(!reads(&["a", "b"], &["a", "c"]) && !reads(&["a", "b"], &["a"]) && !reads(&["a"], &["a", "b"]));
}
