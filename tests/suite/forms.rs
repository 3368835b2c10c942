//! The workbook to fill in: what it writes is read back, empty, filled in, whole or in shares.

use biaochi::data::{Dataset, GUIDE, load, raw};
use biaochi::diagnostic::{Code, Severity, has_errors, human};
use biaochi::eval::{RunOptions, run};
use biaochi::form::{FormOptions, annotate, form, forms};
use biaochi::plan::Plan;
use biaochi::source::SourceMap;
use biaochi::{CompileOptions, compile, compile_texts};
use calamine::{Reader, Xlsx};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

/// The shipped standards with data, and those data.
const SHIPPED: [(&str, &str); 4] = [
    ("specs/changjiang-2026", "specs/changjiang-2026/示例数据"),
    ("specs/national-2017", "specs/national-2017/示例数据"),
    ("specs/basic-2012", "specs/basic-2012/示例数据"),
    ("specs/rio-claro", "specs/rio-claro/data"),
];

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("forms-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn plan(spec: &str) -> Plan {
    compile(Path::new(spec), &CompileOptions { date: Some("2026-06-30".into()) }).plan.unwrap()
}

fn read(plan: &Plan, path: &Path) -> Dataset {
    let (data, found) = load(plan, &[path.to_path_buf()]);
    assert_eq!(found, [], "{}: {}", path.display(), human(&found, &SourceMap::default(), false));
    data
}

/// The outcome without the inputs.
fn outcome(plan: &Plan, data: &Dataset) -> Value {
    let options = RunOptions { round: plan.rounds.first().cloned(), date: Some("2026-06-30".into()), ..Default::default() };
    let mut value = serde_json::to_value(run(plan, data, &options)).unwrap();
    value.as_object_mut().unwrap().remove("inputs").unwrap();
    value
}

/// The two are the same, or the first place where they are not is told.
fn same(a: &Value, b: &Value, at: &str) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let keys = |map: &serde_json::Map<String, Value>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(a), keys(b), "{at}");
            a.iter().for_each(|(key, value)| same(value, &b[key], &format!("{at}.{key}")));
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{at}: {a:?}\n{b:?}");
            a.iter().zip(b).enumerate().for_each(|(i, (x, y))| same(x, y, &format!("{at}.{i}")));
        }
        _ => assert_eq!(a, b, "{at}"),
    }
}

fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut found = BTreeMap::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        found.insert(part.name().unwrap().into_owned(), text);
    }
    found
}

fn packed(parts: &BTreeMap<String, String>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn letters(mut column: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + u8::try_from(column % 26).unwrap()));
        if column < 26 {
            return name;
        }
        column = column / 26 - 1;
    }
}

/// Fills in an empty form as a person would: everything below the headers, column by column under the right name.
fn filled(bytes: &[u8], plan: &Plan, folder: &str) -> Vec<u8> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    let mut parts = parts(bytes);
    for table in &plan.tables {
        let Ok(text) = std::fs::read_to_string(format!("{folder}/{}.csv", table.name)) else { continue };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let rows: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        let range = book.worksheet_range(&table.name).unwrap();
        let bare = |text: &str| text.split(['（', '(']).next().unwrap().trim().to_owned();
        let cells = |row: usize| -> Vec<String> { range.rows().nth(row).unwrap().iter().map(|c| bare(&c.to_string())).collect() };
        let header = (0..range.height()).find(|r| cells(*r).contains(&table.fields[0].name)).unwrap();
        let titles = cells(header);
        let mut added = String::new();
        for (index, row) in rows[1..].iter().enumerate() {
            let line = header + 2 + index;
            added.push_str(&format!("<row r=\"{line}\">"));
            let mut found: Vec<(usize, &String)> = Vec::new();
            for (title, cell) in rows[0].iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
                found.push((titles.iter().position(|t| *t == bare(title)).unwrap(), cell));
            }
            found.sort();
            for (column, cell) in found {
                let text = cell.replace('&', "&amp;").replace('<', "&lt;");
                added.push_str(&format!("<c r=\"{}{line}\" t=\"inlineStr\"><is><t>{text}</t></is></c>", letters(column)));
            }
            added.push_str("</row>");
        }
        let part = format!("xl/worksheets/sheet{}.xml", names.iter().position(|n| *n == table.name).unwrap() + 1);
        let xml = parts.get_mut(&part).unwrap();
        let at = xml.find(&format!("<row r=\"{}\"", header + 2)).unwrap();
        let end = xml.find("</sheetData>").unwrap();
        xml.replace_range(at..end, &added);
    }
    packed(&parts)
}

#[test]
fn a_form_that_is_filled_in_reads_as_the_data_do() {
    for (spec, folder) in SHIPPED {
        let plan = plan(spec);
        let path = scratch("filled").join("填报.xlsx");
        std::fs::write(&path, filled(&form(&plan, &FormOptions::default()).unwrap(), &plan, folder)).unwrap();
        let (data, found) = load(&plan, std::slice::from_ref(&path));
        assert!(found.iter().all(|d| d.code == Code::NOT_FILLED), "{spec}: {}", human(&found, &SourceMap::default(), false));
        same(&outcome(&plan, &data), &outcome(&plan, &load(&plan, &[folder.into()]).0), spec);
    }
}

#[test]
fn given_data_stand_in_it_and_read_back_the_same() {
    for (spec, folder) in SHIPPED {
        let plan = plan(spec);
        let data = load(&plan, &[folder.into()]).0;
        let options = FormOptions { data: Some(&data), ..FormOptions::default() };
        let path = scratch("given").join("填报.xlsx");
        std::fs::write(&path, form(&plan, &options).unwrap()).unwrap();
        let back = read(&plan, &path);
        let said = |d: &Dataset| format!("{:?}", d.tables.iter().map(|t| (t.supplied, t.rows)).collect::<Vec<_>>());
        // Every item has its row, whether it was judged or not.
        let untouched = plan.judgements.iter().map(|j| j.table.0).chain(plan.events.iter().map(|e| e.table.0)).collect::<Vec<_>>();
        for (id, (a, b)) in data.tables.iter().zip(&back.tables).enumerate().filter(|(id, _)| !untouched.contains(id)) {
            assert_eq!((a.supplied, a.rows), (b.supplied, b.rows), "{spec} {id} {}", said(&back));
            for (x, y) in a.columns.iter().zip(&b.columns).filter(|_| a.rows > 0) {
                assert_eq!(format!("{x:?}"), format!("{y:?}"), "{spec}");
            }
        }
        same(&outcome(&plan, &back), &outcome(&plan, &data), spec);
        assert_eq!(form(&plan, &options).unwrap(), std::fs::read(&path).unwrap());
    }
}

#[test]
fn shares_of_departments_come_together_again() {
    let (spec, folder) = SHIPPED[0];
    let plan = plan(spec);
    let data = load(&plan, &[folder.into()]).0;
    let shares = forms(&plan, &FormOptions { data: Some(&data), ..FormOptions::default() }).unwrap();
    let place = scratch("shares");
    for (name, bytes) in &shares.files {
        std::fs::write(place.join(format!("{name}.xlsx")), bytes).unwrap();
    }
    assert!(shares.files.len() > 10 && shares.idle.is_empty(), "{:?}", shares.idle);
    same(&outcome(&plan, &read(&plan, &place)), &outcome(&plan, &data), spec);
    // Each holds what it owes only.
    let sheets = |name: &str| {
        let bytes = &shares.files.iter().find(|(n, _)| n == name).unwrap().1;
        calamine::open_workbook_from_rs::<Xlsx<_>, _>(Cursor::new(bytes.clone())).unwrap().sheet_names()
    };
    assert_eq!(sheets("昌江公安分局")[..], [GUIDE, "区县", "否决事项"]);
    assert!(!sheets("区残联").contains(&"学校".to_owned()) && sheets("区教体局").contains(&"班级".to_owned()));
    let nobody = compile(Path::new("specs/jiangxi-2018"), &CompileOptions::default()).plan.unwrap();
    assert_eq!(forms(&nobody, &FormOptions::default()).unwrap_err().code, Code::BAD_OPTION);
}

#[test]
fn an_empty_form_is_not_taken_for_an_answer() {
    let plan = plan(SHIPPED[0].0);
    let path = scratch("empty").join("填报.xlsx");
    let codes = ["360202".to_owned()];
    std::fs::write(&path, form(&plan, &FormOptions { subjects: &codes, ..FormOptions::default() }).unwrap()).unwrap();
    let (data, found) = load(&plan, &[path]);
    assert!(!has_errors(&found), "{}", human(&found, &SourceMap::default(), false));
    assert!(found.iter().all(|d| d.code == Code::NOT_FILLED && d.severity == Severity::Note));
    let subject = plan.subject.table.0;
    let rows: Vec<usize> = data.tables.iter().map(|t| t.rows).collect();
    assert_eq!(rows[subject], 1);
    let judged = plan.judgements.as_ref().unwrap().table.0;
    assert!(rows[judged] > 10 && rows[judged].is_multiple_of(plan.rounds.len()));
    for (table, data) in plan.tables.iter().zip(&data.tables).filter(|(_, d)| d.rows == 0) {
        assert!(!data.supplied, "{}", table.name);
    }
}

#[test]
fn departments_that_a_file_cannot_tell_apart_have_files_of_their_own() {
    let text = KINDS
        .replace("数据表 站\n", "部门 甲·乙、甲丙、甲1、闲着\n数据表 站\n")
        .replace("  要点 1 “戊” \n", "  责任单位：甲丙\n  要点 1 “戊” \n");
    let plan = compile_texts("填报", &[("填报.biao", &text)], &CompileOptions::default()).plan.unwrap();
    let shares = forms(&plan, &FormOptions::default()).unwrap();
    assert_eq!(shares.files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["甲丙"]);
    assert_eq!(shares.idle, ["甲·乙", "甲1", "闲着"]);
    let mut plan = plan;
    plan.departments = ["甲/乙", "甲_乙", "甲:乙"].map(|name| biaochi::plan::Department { name: name.into(), aliases: Vec::new() }).into();
    plan.indicators[0].departments = plan.departments.iter().map(|d| biaochi::value::Text::kept(&d.name)).collect();
    let shares = forms(&plan, &FormOptions::default()).unwrap();
    assert_eq!(shares.files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["甲_乙", "甲_乙-2", "甲_乙-3"]);
}

/// A small standard with every kind of field, and names that have to be minded.
const KINDS: &str = "标准 “填报”
性质 甲 必达
评估对象 站 代码 编号
轮次 初评
数据表 站
  主键 编号
  字段 编号 文本
  字段 说明文字 文本，说明 “照实写”，来源 “台账”
  字段 人数 整数 人，可为负
  字段 面积 小数 4 位 平方米
  字段 比率 小数 4 位，范围 0 至 1
  字段 建成 年月
  字段 启用 日期
  字段 开放 是否
  字段 档次 选项 一二三四五六七八九十甲、一二三四五六七八九十乙、一二三四五六七八九十丙、一二三四五六七八九十丁、一二三四五六七八九十戊、一二三四五六七八九十己、一二三四五六七八九十庚、一二三四五六七八九十辛、一二三四五六七八九十壬、一二三四五六七八九十癸、一二三四五六七八九十子、一二三四五六七八九十丑、一二三四五六七八九十寅、一二三四五六七八九十卯、一二三四五六七八九十辰、一二三四五六七八九十巳、一二三四五六七八九十午、一二三四五六七八九十未、一二三四五六七八九十申、一二三四五六七八九十酉、一二三四五六七八九十戌、一二三四五六七八九十亥、二二三四五六七八九十甲、二二三四五六七八九十乙
类别 丙
指标 1 “丁” 甲
  要点 1 “戊” 
    站.人数 ≥ 1 人
结论 “好” 否则 “差” 未定 “未定”
  条件 “都达到”：全部达到(甲)
";

#[test]
fn every_kind_of_value_comes_back_and_no_text_becomes_a_formula() {
    let plan = compile_texts("填报", &[("填报.biao", KINDS)], &CompileOptions::default()).plan.unwrap();
    let place = scratch("kinds");
    let rows = [
        "编号,说明文字,人数,面积,比率,建成,启用,开放,档次",
        "007,=cmd|'/C calc'!A0,-3,0.0001,0.95,1998-01,2018-09-01,是,二二三四五六七八九十乙",
        "+86,@SUM(1),123456789012345678,1.1,1,0001-12,1899-12-31,否,一二三四五六七八九十甲",
        "-x,\"_x0041_ 甲\n乙\",0,99999999999999.9999,0,,,,",
        "=1,−5,,,,,,,",
    ];
    std::fs::write(place.join("站.csv"), rows.join("\n")).unwrap();
    let data = read(&plan, &place);
    let bytes = form(&plan, &FormOptions { data: Some(&data), ..FormOptions::default() }).unwrap();
    let path = scratch("kinds-back").join("填报.xlsx");
    std::fs::write(&path, &bytes).unwrap();
    let back = read(&plan, &path);
    assert_eq!(format!("{:?}", back.tables[0].columns), format!("{:?}", data.tables[0].columns));
    let parts = parts(&bytes);
    let sheets = parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")).map(|(_, xml)| xml);
    assert!(sheets.clone().all(|xml| !xml.contains("<f>")), "a formula");
    assert!(parts["xl/styles.xml"].contains("quotePrefix=\"1\""));
    // What the form says and checks.
    let all: String = sheets.cloned().collect();
    for part in ["type=\"list\"", "type=\"whole\"", "type=\"decimal\"", "type=\"date\"", "type=\"custom\"", "※选项", "应填日期"] {
        assert!(all.contains(part), "{part}");
    }
    let notes: String = parts.iter().filter(|(name, _)| name.starts_with("xl/comments")).map(|(_, xml)| xml.as_str()).collect();
    assert!(notes.contains("说明：照实写") && notes.contains("来源：台账"));
}

#[test]
fn the_command_line_writes_whole_files_and_spares_what_was_filled_in() {
    let place = scratch("command");
    let out = place.join("填报.xlsx");
    let template = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_biaochi"));
        let output = command.args(["template", SHIPPED[3].0]).args(more).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let path = out.to_str().unwrap();
    assert_eq!(template(&["-o", path]).0, 0);
    // Once more the same: nothing is lost.
    assert_eq!(template(&["-o", path]).0, 0);
    std::fs::write(&out, "填过的").unwrap();
    let (code, text, complaint) = template(&["-o", path]);
    assert!(code == 2 && text.is_empty() && complaint.contains("--force"), "{complaint}");
    assert_eq!(std::fs::read(&out).unwrap(), "填过的".as_bytes());
    assert_eq!(template(&["-o", path, "--force"]).0, 0);
    assert_eq!(template(&["-o", place.join("填报").to_str().unwrap()]).0, 2);
    assert_eq!(template(&["-o", path, "--round", "没有这一轮"]).0, 2);
    let (code, _, complaint) = template(&["-o", path, "--with", place.join("没有").to_str().unwrap()]);
    assert!(code == 2 && complaint.contains("E0601"), "{complaint}");
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 1);
}

/// Runs the program and gives its exit code, what it printed, and what it complained of.
fn biaochi(args: &[&str]) -> (i32, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_biaochi")).args(args).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn good_data_come_through_an_annotated_workbook_unchanged() {
    for (spec, folder) in SHIPPED {
        let plan = plan(spec);
        let data = load(&plan, &[folder.into()]).0;
        let path = scratch("unchanged").join("核对.xlsx");
        std::fs::write(&path, annotate(&raw(&plan, &[folder.into()]).unwrap(), &[]).unwrap()).unwrap();
        same(&outcome(&plan, &read(&plan, &path)), &outcome(&plan, &data), spec);
        // And once more, from a workbook.
        let again = scratch("again").join("核对.xlsx");
        std::fs::write(&again, annotate(&raw(&plan, &[path]).unwrap(), &[]).unwrap()).unwrap();
        same(&outcome(&plan, &read(&plan, &again)), &outcome(&plan, &data), spec);
    }
}

#[test]
fn complaints_stand_at_their_cells_and_nothing_else_is_written() {
    let (spec, folder) = SHIPPED[0];
    let (data, place) = (scratch("broken"), scratch("annotated"));
    for entry in std::fs::read_dir(folder).unwrap().flatten().filter(|e| e.path().extension().is_some_and(|x| x == "csv")) {
        std::fs::copy(entry.path(), data.join(entry.file_name())).unwrap();
    }
    let text = std::fs::read_to_string(data.join("学段.csv")).unwrap();
    let (column, school) = (text.lines().next().unwrap().split(',').position(|c| c == "在校生数").unwrap(), text.lines().nth(2).unwrap());
    let mut cells: Vec<&str> = school.split(',').collect();
    cells[column] = "=1+1";
    std::fs::write(data.join("学段.csv"), text.replace(school, &cells.join(","))).unwrap();
    let (out, report) = (place.join("核对.xlsx"), place.join("报告"));
    let (input, output) = (data.to_str().unwrap(), out.to_str().unwrap());
    let run = ["run", spec, "--data", input, "--out", report.to_str().unwrap(), "--annotate", output];
    let (code, text, complaint) = biaochi(&run);
    assert!(code == 2 && text.is_empty() && complaint.contains("已写出带批注的数据"), "{complaint}");
    let names =
        |folder: &Path| std::fs::read_dir(folder).unwrap().flatten().map(|e| e.file_name().into_string().unwrap()).collect::<Vec<_>>();
    assert_eq!(names(&place), ["核对.xlsx"]);
    let bytes = std::fs::read(&out).unwrap();
    let parts = parts(&bytes);
    let cell = format!("{}3", letters(column));
    let (list, sheets) = (&parts["xl/worksheets/sheet1.xml"], calamine::open_workbook::<Xlsx<_>, _>(&out).unwrap().sheet_names());
    assert!(sheets[0] == "※核对结果" && sheets.contains(&"学段".to_owned()), "{sheets:?}");
    assert!(list.contains(&format!("location=\"'学段'!{cell}\"")), "no link to {cell}");
    let comments: String = parts.iter().filter(|(name, _)| name.starts_with("xl/comments")).map(|(_, xml)| xml.as_str()).collect();
    assert!(comments.contains(&format!("ref=\"{cell}\"")) && comments.contains("应是整数"), "{comments}");
    assert!(!parts.values().any(|xml| xml.contains("<f>")) && parts["xl/styles.xml"].contains("quotePrefix"));
    assert!(parts["xl/styles.xml"].contains("FFFFC7CE"));
    // The same again gives the same bytes; mended in it, it runs.
    assert_eq!(biaochi(&run).0, 2);
    assert_eq!(std::fs::read(&out).unwrap(), bytes);
    let (code, json, _) = biaochi(&["check", spec, "--data", input, "--format", "json"]);
    let told: Value = serde_json::from_str(&json).unwrap();
    let first = &told[0];
    assert_eq!((code, first["found"].as_str(), first["cell"].as_str()), (2, Some("=1+1"), Some(cell.as_str())), "{first}");
    assert!(first["expected"].as_str().unwrap().contains("应是整数") && first["row"].as_str().unwrap().contains("学校"), "{first}");
    // Not among the data, where it would be read the next time.
    let inside = data.join("核对.xlsx");
    assert_eq!(biaochi(&["check", spec, "--data", input, "--annotate", inside.to_str().unwrap()]).0, 2);
    assert!(!inside.exists());
    let (code, text, _) = biaochi(&["check", spec, "--data", folder, "--annotate", output]);
    assert!(code == 0 && text.contains("数据：检查通过"));
}
