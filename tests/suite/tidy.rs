//! Walls and budgets of the source tree, held by reading it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in pass order: each imports only those before it. The plan's types stand before the rooms that write them.
const ROOMS: [&str; 19] = [
    "source",
    "diagnostic",
    "value",
    "syntax",
    "layers",
    "builtins",
    "plan",
    "resolve",
    "check",
    "lint",
    "data",
    "form",
    "eval",
    "cases",
    "strict",
    "sql",
    "diff",
    "audit",
    "report",
];

/// Words of the domain: tables, fields, options, indicator titles and bodies of the shipped standards. None belongs in `src`.
/// A table or field whose name is also a keyword of the language (评定, 否决事项, 条目, 轮次, 结论, 得分, 存在, 说明, 年份) is not listed.
const DOMAIN: &str = "
    区县 区县年度 区县指标 学校 学段 班级 专用教室 居民区 质量监测 社会认可度调查 设区市 申报年份 基本均衡认定年份
    一般公共预算教育支出 在校学生数 公用经费 基准定额 平均工资 公务员 应完成培训教师数 360学时 交流轮岗 优质高中 招生计划 分配名额
    随迁子女 就读 入学学生 转入学生 转出学生 死亡学生 毕业学生 残疾儿童 适龄 培训经费 师生 网络学习空间 教研员 校长 信息化
    数字资源 名师 名校 网络课堂 办学类型 举办者 城乡 寄宿 中心小学 建成年月 教室 多媒体 智慧校园 专递课堂 课时 在校生 班级数 招生
    划片 教职工 编制 专任教师 学历 骨干教师 体育 艺术 音乐 美术 教学及辅助用房 运动场馆 教学仪器 学生数 规划人口 科目
    学业水平 校际差异 调查对象 问卷 备注 小学 初中 初级中学 九年一贯 十二年一贯 完全中学 教学点 特殊教育 公办 民办 城区 镇区 乡村
    家长 教师 人大代表 政协 自评 市级复核 省级评估 教育局 教体局 编办 人社局 财政局 住建局 自规局 督导 昌江 义务教育 优质均衡
    资源配置 政府保障 教育质量 均衡 办学条件 达标率 巩固率 认可度 生均
    county school pupil teacher classroom";

/// Words of the language that are also of the domain: units of measure.
const LANGUAGE: &[(&str, &str)] = &[("value/unit.rs", "课时"), ("value/unit.rs", "school")];

/// Files that may hold machine numbers, each with its reason.
const FLOATS: &[(&str, &str)] = &[
    ("data/workbook/sheet.rs", "a spreadsheet stores doubles: each becomes its shortest decimal at once"),
    ("data/workbook/ods.rs", "the same of OpenDocument's numbers"),
    ("form/cell.rs", "and writes only those that read back as the same digits"),
];

/// Files over the budgets, each with its reason.
const LONG: &[(&str, &str)] =
    &[("plan/mod.rs", "the plan's types, plain data without code"), ("syntax/words.rs", "one exhaustive match over the grammar's rules")];

struct Source {
    /// From `src/`, with `/`.
    path: String,
    text: String,
    /// The text without its `#[cfg(test)]` items.
    code: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    files(&root().join("src"), &mut paths);
    let rust = paths.into_iter().filter(|p| p.extension().is_some_and(|e| e == "rs"));
    rust.map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root().join("src")).unwrap().to_str().unwrap().replace('\\', "/");
        let code = if name.ends_with("/tests.rs") { String::new() } else { without_tests(&text) };
        Source { path: name, text, code }
    })
    .collect()
}

/// Blanks every item under `#[cfg(test)]`, keeping the lines so that numbers stay right.
fn without_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut skip: Option<String> = None;
    for line in text.lines() {
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        match &skip {
            None if line.trim() == "#[cfg(test)]" => skip = Some(indent),
            None => kept.push_str(line),
            // rustfmt closes an item at the indent it opened with.
            Some(outer) if *outer == indent && (line.trim() == "}" || line.trim_end().ends_with(';')) => skip = None,
            Some(_) => {}
        }
        kept.push('\n');
    }
    kept
}

/// The code of a line: no comment. A `//` inside a text would cut too much, which hides nothing that matters here.
fn bare(line: &str) -> &str {
    line.split("//").next().unwrap_or("")
}

fn check(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn room(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The rooms that a line names after `crate::`, also in `use crate::{a, b::c}`.
fn imported(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, word) in code.match_indices("crate::") {
        let rest = &code[at + word.len()..];
        let heads = if let Some(group) = rest.strip_prefix('{') { top_level(group) } else { vec![rest.to_owned()] };
        for head in heads {
            names.insert(head.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
}

/// The parts of a brace group up to its closing brace, split at its own commas.
fn top_level(group: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => parts.push(String::new()),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                parts.last_mut().unwrap().push(c);
            }
        }
    }
    parts
}

#[test]
fn rooms_import_only_earlier_rooms() {
    let place = |name: &str| ROOMS.iter().position(|r| *r == name);
    let mut complaints = Vec::new();
    for source in sources().iter().filter(|s| !["lib.rs", "main.rs"].contains(&s.path.as_str())) {
        let here = room(&source.path);
        let names = imported(&source.code);
        if here == "cli" {
            let foreign = names.iter().filter(|n| place(n).is_some());
            complaints.extend(foreign.map(|n| format!("{}: reaches into crate::{n}; the CLI sees the public API only", source.path)));
            continue;
        }
        let Some(own) = place(here) else {
            complaints.push(format!("{}: `{here}` is not a room; add it to ROOMS in its place", source.path));
            continue;
        };
        for name in names {
            match place(&name) {
                Some(other) if other > own => complaints.push(format!("{}: `{here}` imports the later room `{name}`", source.path)),
                None => complaints.push(format!("{}: `crate::{name}` is not a room", source.path)),
                Some(_) => {}
            }
        }
    }
    check(&complaints);
}

#[test]
fn no_word_of_the_domain_stands_in_the_source() {
    let mut complaints = Vec::new();
    for source in sources() {
        for (number, line) in source.code.lines().enumerate() {
            let line = line.to_lowercase();
            let words = DOMAIN.split_whitespace().filter(|w| if w.is_ascii() { has_word(&line, w) } else { line.contains(w) });
            let foreign = words.filter(|w| !LANGUAGE.contains(&(source.path.as_str(), w)));
            complaints.extend(foreign.map(|w| format!("{}:{}: {w}", source.path, number + 1)));
        }
    }
    check(&complaints);
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| w == word || w.strip_suffix('s') == Some(word))
}

#[test]
fn files_and_functions_keep_their_budgets() {
    let mut complaints = Vec::new();
    for source in sources() {
        if LONG.iter().any(|(path, _)| *path == source.path) {
            continue;
        }
        let lines = source.text.lines().count();
        if lines > 500 {
            complaints.push(format!("{}: {lines} lines, more than 500", source.path));
        }
        complaints.extend(
            functions(&source.code)
                .into_iter()
                .filter(|(_, n)| *n > 70)
                .map(|(name, n)| format!("{}: {name} has {n} lines, more than 70", source.path)),
        );
    }
    check(&complaints);
}

/// Each function's opening line and how many lines it takes, by the indent of its closing brace.
fn functions(code: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let opens =
            ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "const fn ", "pub const fn "].iter().any(|p| trimmed.starts_with(p));
        if !opens {
            continue;
        }
        let close = format!("{}}}", " ".repeat(line.len() - trimmed.len()));
        let length = lines.iter().skip(start).position(|l| *l == close).map_or(1, |n| n + 1);
        found.push((trimmed.chars().take(60).collect(), length));
    }
    found
}

#[test]
fn nothing_in_the_source_can_panic_by_choice() {
    let forbidden = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "dbg!(", ".unwrap_err("];
    let mut complaints = Vec::new();
    for source in sources() {
        for (number, line) in source.code.lines().enumerate() {
            let found = forbidden.iter().filter(|f| bare(line).contains(**f));
            complaints.extend(found.map(|f| format!("{}:{}: {f}", source.path, number + 1)));
        }
    }
    check(&complaints);
}

#[test]
fn machine_numbers_stay_where_they_are_allowed() {
    let mut complaints = Vec::new();
    for source in sources().iter().filter(|s| !FLOATS.iter().any(|(path, _)| *path == s.path)) {
        for (number, line) in source.code.lines().enumerate() {
            let words = bare(line).split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.into_iter().any(|w| w.ends_with("f64") || w.ends_with("f32")) {
                complaints.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    check(&complaints);
}

#[test]
fn no_room_is_a_drawer() {
    let drawers = ["utils", "util", "common", "helpers", "helper", "misc"];
    let paths = sources().into_iter().map(|s| s.path);
    let found: Vec<String> = paths.filter(|p| p.split('/').any(|part| drawers.contains(&part.trim_end_matches(".rs")))).collect();
    check(&found);
}

#[test]
fn every_room_says_what_it_is() {
    let doors = sources().into_iter().filter(|s| s.path.ends_with("/mod.rs") || s.path == "lib.rs");
    let silent: Vec<String> = doors.filter(|s| !s.text.starts_with("//! ")).map(|s| format!("{}: no opening doc", s.path)).collect();
    check(&silent);
}

/// `CONSTANT` and code of each line `pub const CONSTANT: Self = Self("E0101");`.
fn codes() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("src/diagnostic/codes.rs")).unwrap();
    let lines = text.lines().filter_map(|l| l.trim().strip_prefix("pub const ")?.split_once(": Self = Self(\""));
    lines.map(|(name, rest)| (name.to_owned(), rest.trim_end_matches("\");").to_owned())).collect()
}

#[test]
fn the_table_lists_every_code_once_in_order() {
    let table: Vec<&str> = biaochi::diagnostic::CODES.iter().map(|(c, _)| c.0).collect();
    let declared: Vec<String> = codes().into_iter().map(|(_, code)| code).collect();
    assert_eq!(table, declared);
    let digits: Vec<&str> = table.iter().map(|c| &c[1..]).collect();
    assert!(digits.is_sorted() && digits.iter().collect::<BTreeSet<_>>().len() == digits.len(), "{digits:?}");
}

#[test]
fn every_code_is_raised_somewhere() {
    let sources = sources();
    let raised = |name: &str| {
        let word = format!("Code::{name}");
        sources.iter().filter(|s| s.path != "diagnostic/codes.rs").any(|s| {
            s.code.match_indices(&word).any(|(at, _)| !s.code[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    };
    let idle: Vec<String> =
        codes().into_iter().filter(|(name, _)| !raised(name)).map(|(n, c)| format!("{c} {n} is never raised")).collect();
    check(&idle);
}

/// Codes that no spec or data file alone can bring about: they need an option of the command line.
const ELSEWHERE: &[(&str, &str)] = &[
    ("E0101", "a missing file: cli.rs"),
    ("E0201", "a broken manifest: cli.rs"),
    ("E0408", "needs --date: cli.rs"),
    ("E0617", "needs --subject: cli.rs"),
    ("E0701", "a wrong option: cli.rs"),
    ("E0702", "needs --round: cli.rs"),
    ("E0703", "needs --template: cli.rs"),
    ("E0704", "a folder that cannot be written: src/cli/output.rs"),
    ("E0705", "needs explain: cli.rs"),
    ("E0708", "needs --since: cli.rs"),
    ("E0802", "results of an engine: sql.rs"),
];

#[test]
fn every_code_has_a_case() {
    let mut paths = Vec::new();
    files(&root().join("tests/diagnostics"), &mut paths);
    let expected: Vec<String> =
        paths.iter().filter(|p| p.extension().is_some_and(|e| e == "stderr")).map(|p| fs::read_to_string(p).unwrap()).collect();
    assert!(expected.len() > 80);
    let covered = |code: &str| expected.iter().any(|t| t.contains(&format!("[{code}]"))) || ELSEWHERE.iter().any(|(c, _)| *c == code);
    let bare: Vec<String> = codes().into_iter().filter(|(_, c)| !covered(c)).map(|(n, c)| format!("{c} {n} has no case")).collect();
    check(&bare);
}

#[test]
fn the_readers_of_this_file_read_rightly() {
    assert_eq!(imported("use crate::{a::b, c::{d, e}};\nlet x = crate::f::g();").into_iter().collect::<Vec<_>>(), ["a", "c", "f"]);
    assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nc\n"), "a\n\n\n\n\n\nc\n");
    assert_eq!(functions("    fn a() {\n        b\n    }\n"), [("fn a() {".to_owned(), 3)]);
    assert!(has_word("let schools = 1;", "school") && !has_word("preschooling", "school"));
}
