//! The canonical form: reached at once, kept for good, and without a change of meaning.

use biaochi::source::{FileId, LayerId};
use biaochi::syntax::{comments, format, parse, print::print};
use biaochi::{CompileOptions, compile_texts};
use std::path::{Path, PathBuf};

fn biao_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            biao_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "biao") {
            found.push(path);
        }
    }
}

fn every_text() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    biao_files(Path::new("specs"), &mut paths);
    biao_files(Path::new("tests"), &mut paths);
    assert!(paths.len() > 60);
    paths.into_iter().filter_map(|p| Some((p.display().to_string(), std::fs::read_to_string(p).ok()?))).collect()
}

fn meaning(text: &str) -> (String, usize) {
    let (tree, found) = parse(FileId(0), LayerId(0), text);
    (print(&tree.items), found.len())
}

fn said(text: &str) -> Vec<String> {
    comments(FileId(0), text).into_iter().map(|c| c.text).collect()
}

fn holds(name: &str, text: &str) {
    let once = format(text);
    assert_eq!(format(&once), once, "{name}");
    assert_eq!(meaning(&once), meaning(text), "{name}");
    assert_eq!(said(&once), said(text), "{name}");
}

#[test]
fn every_spec_keeps_its_meaning_and_its_comments() {
    for (name, text) in every_text() {
        holds(&name, &text);
        // The same, as a careless hand would have typed it.
        let careless = text.replace(" ≥ ", ">=").replace("  ", "\t ").replace('\n', " \r\n");
        holds(&name, &careless);
        if name.starts_with("specs") {
            assert_eq!(format(&careless), text, "{name}");
        }
        let sparse: String = text.lines().map(|l| format!("{l}  # 注\n\n\n")).collect();
        if parse(FileId(0), LayerId(0), &sparse).1.is_empty() {
            holds(&name, &sparse);
        }
    }
}

#[test]
fn a_slip_anywhere_is_left_alone_or_formatted_around() {
    for (name, text) in every_text().into_iter().filter(|(n, _)| n.starts_with("specs")) {
        let letters: Vec<char> = text.chars().collect();
        for at in (7..letters.len()).step_by(letters.len() / 6 + 1) {
            let without: String = letters.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c).collect();
            holds(&name, &without);
            let doubled: String = letters.iter().enumerate().flat_map(|(i, c)| if i == at { vec![*c, '“'] } else { vec![*c] }).collect();
            holds(&name, &doubled);
        }
    }
}

#[test]
fn parts_and_reliefs_stand_under_their_rule() {
    let text = "类别 一\n指标 1 “一” A\n要点 1 “一”\n每个 甲 至少 1 项达到\n分项 “一”：a ≥ 1\n宽限 “旧” 其中 b = 是：a ≥ 0\n每个 甲：a ≥ 2\n宽限 “旧”：a ≥ 1\n口径 “话”\n";
    let wanted = "类别 一\n指标 1 “一” A\n  要点 1 “一”\n    每个 甲 至少 1 项达到\n      分项 “一”：a ≥ 1\n        宽限 “旧” 其中 b = 是：a ≥ 0\n    每个 甲：a ≥ 2\n      宽限 “旧”：a ≥ 1\n    口径 “话”\n";
    assert_eq!(format(text), wanted);
}

#[test]
fn the_round_of_a_case_stands_under_it() {
    let text = "替换 用例 “甲”\n轮次 自评\n期望 指标 1：达到\n轮次 自评、复核\n增加 轮次 自评\n";
    assert_eq!(format(text), "替换 用例 “甲”\n  轮次 自评\n  期望 指标 1：达到\n轮次 自评、复核\n增加 轮次 自评\n");
}

#[test]
fn shipped_standards_are_formatted() {
    let mut paths = Vec::new();
    biao_files(Path::new("specs"), &mut paths);
    let uneven: Vec<String> = paths
        .iter()
        .filter(|p| std::fs::read_to_string(p).is_ok_and(|text| format(&text) != text))
        .map(|p| p.display().to_string())
        .collect();
    assert!(uneven.is_empty(), "biaochi fmt these: {uneven:?}");
}

#[test]
fn a_formatted_standard_compiles_to_the_same_plan() {
    let mut paths = Vec::new();
    biao_files(Path::new("specs/jiangxi-2018"), &mut paths);
    let texts: Vec<String> = paths.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect();
    let spoiled: Vec<String> = texts.iter().map(|t| t.replace("  ", "").replace('，', ",").replace('：', ":")).collect();
    let plan = |texts: &[String]| {
        let files: Vec<(&str, &str)> = texts.iter().map(|t| ("a.biao", t.as_str())).collect();
        let compiled = compile_texts("x", &files, &CompileOptions::default());
        compiled.plan.map(|p| biaochi::plan::text(&p))
    };
    let mended: Vec<String> = spoiled.iter().map(|t| format(t)).collect();
    assert_eq!(plan(&mended), plan(&spoiled));
}

#[test]
fn one_form() {
    let text = "﻿# 头\r\n\n\n参数 甲=１０％   # 尾\n指标 1 \"名\"   A(10 分)\n# 下面是要点\n要点 ８.2 “文”（5分）\n每个 总:若 a>=2人 且 b<> 3 则\n # 说明\n c = 是 否则 f( x,y )\n口径:“话”\n责任单位:甲（乙）,丙\n\n\n字段 学段 选项 小学,初中,必填\n坏行 “没有完\n总体 乙=丙 其中 −(a+b)÷2人/间>0\n\n";
    let wanted = "# 头\n\n参数 甲 = 10%  # 尾\n指标 1 “名” A（10分）\n  # 下面是要点\n  要点 8.2 “文”（5分）\n    每个 总：若 a ≥ 2 人 且 b ≠ 3 则\n      # 说明\n      c = 是 否则 f(x，y)\n    口径 “话”\n    责任单位：甲（乙）、丙\n\n  字段 学段 选项 小学、初中，必填\n坏行 “没有完\n总体 乙 = 丙 其中 −(a + b) / 2 人/间 > 0\n";
    assert_eq!(format(text), wanted);
    let english =
        "indicator 1 “Size” core (10points)\npoint 1 \"Small\"(4 points)\n score 1 points:share(stages where a = yes：b，c)>=80 %\n";
    let wanted = "indicator 1 \"Size\" core (10 points)\n  point 1 \"Small\" (4 points)\n    score 1 points: share(stages where a = yes: b, c) ≥ 80%\n";
    assert_eq!(format(english), wanted);
}
