//! An audit: what was planted is found, told word for word, and the cells on which a verdict hangs turn it indeed.

use crate::golden;
use crate::specs::plan_of;
use biaochi::audit::{Audit, CellRef, Suspects, audit};
use biaochi::data::{Dataset, load};
use biaochi::eval::{RunOptions, Verdict, run};
use biaochi::plan::Plan;
use biaochi::report::{self, DifferenceFormat, Options};
use std::path::{Path, PathBuf};

const FOLDER: &str = "tests/fixtures/audit";

fn read(plan: &Plan, folder: &Path) -> Dataset {
    let (data, found) = load(plan, &[folder.to_path_buf()]);
    assert_eq!(found, []);
    data
}

fn example() -> (Plan, Audit) {
    let plan = plan_of(&format!("{FOLDER}/standard"));
    let data = read(&plan, &Path::new(FOLDER).join("data"));
    let found = audit(&plan, &data, &RunOptions::default());
    (plan, found)
}

/// The cells of every slot, and what would repair them.
fn cells(suspects: &[Suspects]) -> Vec<(String, String, Option<String>)> {
    let slots = suspects.iter().flat_map(|s| &s.slots).flat_map(|s| &s.cells);
    slots.map(|c| (c.cell.name.clone().unwrap_or_default(), c.cell.field.clone(), c.repair.as_ref().map(|r| r.value.clone()))).collect()
}

fn holds(suspects: &[Suspects], name: &str, field: &str, repair: Option<&str>) -> bool {
    cells(suspects).iter().any(|(n, f, r)| n == name && f == field && repair.is_none_or(|wanted| r.as_deref() == Some(wanted)))
}

#[test]
fn the_example_is_told_word_for_word() {
    let (plan, found) = example();
    let formats = [
        (DifferenceFormat::Text, "txt"),
        (DifferenceFormat::Markdown, "md"),
        (DifferenceFormat::Html, "html"),
        (DifferenceFormat::Json, "json"),
    ];
    for (format, ext) in formats {
        let text = report::audit(&plan, &found, format, &Options::default()).unwrap();
        let again = report::audit(&plan, &example().1, format, &Options::default()).unwrap();
        assert_eq!(text, again);
        let shown = text.find("<body>").map_or(text.as_str(), |at| &text[at..]);
        golden::compare(&Path::new(FOLDER).join(format!("expected.{ext}")), shown);
    }
}

#[test]
fn what_was_planted_is_found() {
    let (_, found) = example();
    let [group] = found.suspects.as_slice() else { panic!("{}", found.suspects.len()) };
    assert_eq!((group.size, group.proven, group.failures.len()), (4, true, 6));
    // Two digits swapped, a sum that does not add up, a point moved, a row copied.
    assert!(holds(&found.suspects, "第2小学 1班", "学生数", Some("45")));
    assert!(holds(&found.suspects, "第5小学", "在校生数", Some("292")));
    assert!(holds(&found.suspects, "第7小学", "用房面积", Some("1063.11")));
    assert!(holds(&found.suspects, "第10小学", "藏书", None));
    assert_eq!(group.slots.iter().map(|s| s.explains).sum::<usize>(), 6);
}

/// Copies a folder of texts, changed by `edit`.
fn planted(from: &str, name: &str, edit: impl Fn(&str, &str) -> String) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("biaochi-audit-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten().filter(|e| e.path().extension().is_some_and(|e| e == "csv")) {
        let file = entry.file_name().into_string().unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        std::fs::write(folder.join(&file), edit(&file, &text)).unwrap();
    }
    folder
}

/// A text with one cell of one line (both counted from 0) replaced.
fn with(text: &str, line: usize, column: usize, change: impl Fn(&str) -> String) -> String {
    let lines = text.lines().enumerate().map(|(at, l)| {
        let cell = |(c, v): (usize, &str)| if (at, c) == (line, column) { change(v) } else { v.to_owned() };
        l.split(',').enumerate().map(cell).collect::<Vec<_>>().join(",")
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn column(text: &str, name: &str) -> usize {
    text.lines().next().unwrap().split(',').position(|c| c == name).unwrap()
}

fn audited(folder: &Path) -> Audit {
    let plan = plan_of("specs/changjiang-2026");
    let found = audit(&plan, &read(&plan, folder), &RunOptions { round: plan.rounds.first().cloned(), ..RunOptions::default() });
    std::fs::remove_dir_all(folder).unwrap();
    found
}

#[test]
fn slips_in_a_shipped_county_are_found() {
    let county = "specs/changjiang-2026/示例数据";
    let before = audited(&planted(county, "plain", |_, text| text.to_owned()));
    let failing = |a: &Audit, text: &str| a.checks.iter().find(|c| c.text == text).unwrap().failed;
    let sum = "各班学生数之和等于在校生数";
    let (point, copy) = ("音乐、美术教室面积与同类教室相近", "各校填的数不雷同");
    assert_eq!((failing(&before, sum), failing(&before, copy)), (0, 0));

    // A class of 41 written as 14.
    let classes = std::fs::read_to_string(format!("{county}/班级.csv")).unwrap();
    let number = column(&classes, "学生数");
    let line = classes.lines().position(|l| l.split(',').nth(number) == Some("41")).unwrap();
    let class = classes.lines().nth(line).unwrap().split(',').nth(2).unwrap().to_owned();
    let found = audited(&planted(county, "swapped", |file, text| {
        if file == "班级.csv" { with(text, line, number, |_| "14".into()) } else { text.to_owned() }
    }));
    assert_eq!(failing(&found, sum), 1);
    let hit = cells(&found.suspects).into_iter().find(|(n, f, r)| n.ends_with(&class) && f == "学生数" && r.as_deref() == Some("41"));
    assert!(hit.is_some(), "{:?}", cells(&found.suspects));

    // The point of a room's size one place to the right.
    let found = audited(&planted(county, "point", |file, text| {
        let size = column(text, if file == "专用教室.csv" { "面积" } else { text.lines().next().unwrap().split(',').next().unwrap() });
        if file == "专用教室.csv" { with(text, 30, size, |v| v.replacen('.', "", 1) + ".0") } else { text.to_owned() }
    }));
    assert_eq!(failing(&found, point), failing(&before, point) + 1);
    let rooms = std::fs::read_to_string(format!("{county}/专用教室.csv")).unwrap();
    let size: f64 = rooms.lines().nth(30).unwrap().split(',').nth(4).unwrap().parse().unwrap();
    assert!(cells(&found.suspects).iter().any(|(_, f, r)| f == "面积" && r.as_deref() == Some(format!("{size}").as_str())));

    // A school's row copied from another's.
    let found = audited(&planted(county, "copied", |file, text| {
        if file != "学段.csv" {
            return text.to_owned();
        }
        let source: Vec<String> = text.lines().nth(10).unwrap().split(',').map(str::to_owned).collect();
        let copied = text.lines().enumerate().map(|(at, l)| {
            let head: Vec<&str> = l.split(',').take(2).collect();
            if at == 12 { format!("{},{}", head.join(","), source[2..].join(",")) } else { l.to_owned() }
        });
        copied.collect::<Vec<_>>().join("\n") + "\n"
    }));
    assert_eq!(failing(&found, copy), 1);
    assert!(failing(&found, sum) >= 1, "and its classes do not add up any more");

    // A sum that does not add up.
    let found = audited(&planted(county, "sum", |file, text| {
        if file == "学段.csv" {
            with(text, 12, column(text, "在校生数"), |v| (v.parse::<u32>().unwrap() + 7).to_string())
        } else {
            text.to_owned()
        }
    }));
    assert!(failing(&found, sum) == 1 && cells(&found.suspects).iter().any(|(_, f, _)| f == "在校生数"), "{:?}", cells(&found.suspects));
}

/// Finds the line and the column of a cell, both counted from 0.
fn place(cell: &CellRef, folder: &Path) -> (String, usize, usize) {
    let text = std::fs::read_to_string(folder.join(&cell.file)).unwrap();
    (cell.file.clone(), usize::try_from(cell.line.unwrap()).unwrap() - 1, column(&text, cell.column.as_deref().unwrap()))
}

#[test]
fn a_verdict_that_hangs_on_a_cell_turns_with_it() {
    let folder = Path::new(FOLDER).join("data");
    let (plan, found) = example();
    let [hanging] = found.hanging.as_slice() else { panic!() };
    assert!(!hanging.verdicts.is_empty());
    for flip in hanging.verdicts.iter().chain(&hanging.items) {
        let (file, line, at) = place(&flip.cell, &folder);
        let turned = planted(folder.to_str().unwrap(), "turned", |name, text| {
            if name == file { with(text, line, at, |_| flip.value.clone()) } else { text.to_owned() }
        });
        let outcome = run(&plan, &read(&plan, &turned), &RunOptions::default());
        std::fs::remove_dir_all(&turned).unwrap();
        let subject = &outcome.subjects[0];
        assert_eq!(subject.verdict, flip.verdict.unwrap_or(hanging.verdict), "{} {}", flip.cell.place, flip.value);
        for item in &flip.turned {
            let point = subject.indicators.iter().flat_map(|i| &i.points).find(|p| p.id == item.id).unwrap();
            assert_eq!(point.verdict, item.to);
            assert_ne!(item.from, item.to);
        }
    }
    assert_eq!(hanging.verdict, Verdict::NotMet);
}

#[test]
fn the_reports_of_a_run_tell_the_quality_of_data() {
    let plan = plan_of(&format!("{FOLDER}/standard"));
    let data = read(&plan, &Path::new(FOLDER).join("data"));
    let outcome = run(&plan, &data, &RunOptions::default());
    let line = "核验：警告 4 处、提示 2 处不符合，0 处无法核验；不影响评定结论。";
    assert!(report::summary(&plan, &outcome).contains(line));
    for format in [report::Format::Markdown, report::Format::Html] {
        let (_, page) = report::render(&plan, &outcome, format, &Options::default()).unwrap().remove(0);
        assert!(page.contains(line) && page.contains("第7小学：61.8087 "), "{page}");
    }
}

#[test]
fn the_exit_code_tells_of_errors() {
    let audited = |folder: &str| {
        let standard = format!("{FOLDER}/standard");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_biaochi"))
            .args(["audit", &standard, "--data", folder])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let folder = format!("{FOLDER}/data");
    assert_eq!(audited(&folder).0, Some(0), "warnings are no errors");
    let wrong =
        planted(&folder, "errors", |file, text| if file == "学校.csv" { with(text, 1, 3, |_| "0".into()) } else { text.to_owned() });
    let (code, told) = audited(wrong.to_str().unwrap());
    std::fs::remove_dir_all(&wrong).unwrap();
    assert!(code == Some(1) && told.contains("[错误] 每校有学生"), "{told}");
    let book = std::env::temp_dir().join(format!("biaochi-audit-{}.xlsx", std::process::id()));
    let standard = format!("{FOLDER}/standard");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_biaochi"))
        .args(["audit", &standard, "--data", &folder, "--annotate", book.to_str().unwrap()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(std::fs::read(&book).unwrap().starts_with(b"PK"));
    std::fs::remove_file(&book).unwrap();
    let found = biaochi::audit::marks(&example().1);
    assert!(found.iter().any(|d| d.help.iter().any(|h| h.contains("改为 45 即都符合（相邻两位数字颠倒）"))));
    assert_eq!(audited("tests/nowhere"), (Some(2), String::new()));
}
