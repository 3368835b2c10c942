//! The same data in every form that it arrives in, and workbooks that are wrong.

use crate::golden;
use biaochi::data::{LoadOptions, load, load_with};
use biaochi::diagnostic::{Diagnostic, has_errors, human};
use biaochi::eval::{RunOptions, run};
use biaochi::plan::{FieldType, Plan, Table};
use biaochi::source::SourceMap;
use biaochi::{CompileOptions, compile, compile_texts};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use serde_json::Value;
use std::path::{Path, PathBuf};

const SPEC: &str = "specs/changjiang-2026";
const SAMPLE: &str = "specs/changjiang-2026/示例数据";

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("workbooks-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Rows of a CSV file that quotes nothing but whole cells.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Writes a table as an official's spreadsheet holds it: numbers as numbers, months as dates, codes as text.
fn fill(sheet: &mut Worksheet, table: &Table, rows: &[Vec<String>]) {
    let month = Format::new().set_num_format("yyyy-mm");
    let header = &rows[0];
    for (r, row) in rows.iter().enumerate() {
        let at = u32::try_from(r).unwrap();
        for (c, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let column = u16::try_from(c).unwrap();
            let field = table.fields.iter().find(|f| header[c].starts_with(&f.name));
            let ty = field.map(|f| &f.ty).filter(|_| r > 0);
            match ty {
                Some(FieldType::Integer(_) | FieldType::Decimal { .. }) => match cell.parse::<f64>() {
                    Ok(number) => sheet.write_number(at, column, number).unwrap(),
                    Err(_) => sheet.write_string(at, column, cell).unwrap(),
                },
                Some(FieldType::Month) if cell.len() == 7 => {
                    let (year, month_of) = (cell[..4].parse().unwrap(), cell[5..].parse().unwrap());
                    sheet.write_with_format(at, column, ExcelDateTime::from_ymd(year, month_of, 1).unwrap(), &month).unwrap()
                }
                _ => sheet.write_string(at, column, cell).unwrap(),
            };
        }
    }
}

fn tables_of(plan: &Plan, folder: &str) -> Vec<(Table, Vec<Vec<String>>)> {
    let read = |t: &Table| std::fs::read_to_string(format!("{folder}/{}.csv", t.name)).ok().map(|text| (t.clone(), rows(&text)));
    plan.tables.iter().filter_map(read).collect()
}

fn outcome(plan: &Plan, paths: &[PathBuf]) -> Value {
    let (data, found) = load(plan, paths);
    assert!(!has_errors(&found), "{}", human(&found, &SourceMap::default(), false));
    let options = RunOptions { round: plan.rounds.first().cloned(), ..Default::default() };
    let mut value = serde_json::to_value(run(plan, &data, &options)).unwrap();
    value.as_object_mut().unwrap().remove("inputs").unwrap();
    value
}

#[test]
fn one_county_reads_alike_in_every_form() {
    let plan = compile(Path::new(SPEC), &CompileOptions::default()).plan.unwrap();
    let expected = outcome(&plan, &[SAMPLE.into()]);
    let tables = tables_of(&plan, SAMPLE);
    let (gbk, utf16, parts) = (scratch("gbk"), scratch("utf16"), scratch("parts"));
    let (book, departments) = (scratch("book"), scratch("departments"));
    let mut workbook = Workbook::new();
    for (table, rows) in &tables {
        let text = std::fs::read_to_string(format!("{SAMPLE}/{}.csv", table.name)).unwrap();
        std::fs::write(gbk.join(format!("{}.csv", table.name)), encoding_rs::GB18030.encode(&text.replace('\n', "\r\n")).0).unwrap();
        let quote = |c: &String| if c.contains('\t') { format!("\"{c}\"") } else { c.clone() };
        let tabs: String = rows.iter().map(|r| r.iter().map(quote).collect::<Vec<_>>().join("\t") + "\r").collect();
        let wide: Vec<u8> = std::iter::once(0xfeff).chain(tabs.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        std::fs::write(utf16.join(format!("{}.csv", table.name)), wide).unwrap();
        // Each half of a table in a folder of its own.
        let half = rows.len().div_ceil(2);
        for (name, of) in [("东片", &rows[1..half]), ("西片", &rows[half..])] {
            std::fs::create_dir_all(parts.join(name)).unwrap();
            let mut writer = csv::Writer::from_path(parts.join(name).join(format!("{}-{name}.csv", table.name))).unwrap();
            for row in std::iter::once(&rows[0]).chain(of) {
                writer.write_record(row).unwrap();
            }
        }
        fill(workbook.add_worksheet().set_name(&table.name).unwrap(), table, rows);
    }
    workbook.save(book.join("填报.xlsx")).unwrap();
    let half = tables.len() / 2;
    for (name, of) in [("教体", &tables[..half]), ("其他部门", &tables[half..])] {
        let mut workbook = Workbook::new();
        for (table, rows) in of {
            fill(workbook.add_worksheet().set_name(&table.name).unwrap(), table, rows);
        }
        workbook.save(departments.join(format!("{name}.xlsx"))).unwrap();
    }
    for folder in [&gbk, &utf16, &parts, &book, &departments] {
        assert!(outcome(&plan, std::slice::from_ref(folder)) == expected, "{}", folder.display());
    }
    // Made from these workbooks by LibreOffice.
    for files in [vec!["填报.ods"], vec!["教体.xls", "其他部门.xls"]] {
        let paths: Vec<PathBuf> = files.iter().map(|f| Path::new("tests/fixtures/workbooks").join(f)).collect();
        assert!(outcome(&plan, &paths) == expected, "{files:?}");
    }
}

#[test]
fn the_written_outcome_is_the_same_to_the_byte_but_for_the_inputs() {
    let folder = scratch("bytes");
    let plan = compile(Path::new(SPEC), &CompileOptions::default()).plan.unwrap();
    let mut workbook = Workbook::new();
    // Rows that fail and cells that are missing, so that there is something to point at.
    let spoiled = |rows: &[Vec<String>], table: &Table| -> Vec<Vec<String>> {
        let field = table.fields.iter().position(|f| matches!(f.ty, FieldType::Integer(_)) && !f.required);
        let spoil = |(at, row): (usize, &Vec<String>)| {
            let cell = |(c, cell): (usize, &String)| match at {
                3 if Some(c) == field => String::new(),
                4 if Some(c) == field => "1".into(),
                _ => cell.clone(),
            };
            row.iter().enumerate().map(cell).collect()
        };
        rows.iter().enumerate().map(spoil).collect()
    };
    let (utf8, gbk, book) = (folder.join("utf8"), folder.join("gbk"), folder.join("book"));
    [&utf8, &gbk, &book].iter().for_each(|f| std::fs::create_dir_all(f).unwrap());
    for (table, rows) in tables_of(&plan, SAMPLE) {
        let rows = spoiled(&rows, &table);
        let mut writer = csv::Writer::from_writer(Vec::new());
        rows.iter().for_each(|r| writer.write_record(r).unwrap());
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        std::fs::write(utf8.join(format!("{}.csv", table.name)), &text).unwrap();
        std::fs::write(gbk.join(format!("{}.csv", table.name)), encoding_rs::GB18030.encode(&text).0).unwrap();
        fill(workbook.add_worksheet().set_name(&table.name).unwrap(), &table, &rows);
    }
    workbook.save(book.join("填报.xlsx")).unwrap();
    let written = |data: &Path| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_biaochi"));
        let output = command.args(["run", SPEC, "--format", "json", "--out", "-", "--data"]).arg(data).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let (from, until) = (text.find("\"inputs\": [").unwrap(), text.find("\"subjects\": [").unwrap());
        format!("{}{}", &text[..from], &text[until..])
    };
    let expected = written(&utf8);
    assert!(expected.contains("\"source\": \"学段[学校代码="), "no row is pointed at");
    assert!(written(&gbk) == expected);
    assert!(written(&book) == expected);
}

#[test]
fn percentages_and_days_stored_as_numbers_are_read_where_they_are_certain() {
    // S1 holds 95.0% under a header of per cent, S2 the number 98.5; both a month as the number of a day.
    let (data, found) = load(&plan(), &["tests/fixtures/workbooks/百分比.xls".into()]);
    assert_eq!(found, []);
    let biaochi::data::Column::Number(rates) = &data.tables[2].columns[10] else { panic!() };
    let exact: Vec<String> = rates.iter().map(|r| biaochi::value::format_decimal(&r.unwrap().to_num(), 12)).collect();
    assert_eq!(exact, ["0.95", "0.985"]);
    let biaochi::data::Column::Month(months) = &data.tables[2].columns[9] else { panic!() };
    assert!(months.iter().eq([Some(2018 * 12 + 8); 2]));
}

const HEADER: [&str; 11] =
    ["学校代码", "区县代码", "学校名称", "城乡", "等级", "在校生数", "大专及以上学历教师数", "校舍面积", "寄宿制", "建成年月", "合格率"];

/// A sheet of schools with two good rows, header in row 1.
fn schools(book: &mut Workbook) -> &mut Worksheet {
    let sheet = book.add_worksheet().set_name("学校").unwrap();
    sheet.write_row(0, 0, HEADER).unwrap();
    good(sheet, 1, "S1", "第一小学", 1000.0);
    good(sheet, 2, "S2", "第二小学", 1200.5 - 0.5);
    sheet
}

fn good(sheet: &mut Worksheet, row: u32, code: &str, name: &str, pupils: f64) {
    sheet.write_row(row, 0, [code, "1", name, "城区", "一级"]).unwrap();
    sheet.write_row(row, 5, [pupils, 42.0, 4500.1]).unwrap();
    sheet.write_boolean(row, 8, false).unwrap();
    let month = Format::new().set_num_format("yyyy\"年\"m\"月\"");
    sheet.write_with_format(row, 9, ExcelDateTime::from_ymd(2018, 9, 1).unwrap(), &month).unwrap();
    sheet.write_number_with_format(row, 10, 0.98, &Format::new().set_num_format("0.0%")).unwrap();
}

fn county(book: &mut Workbook) {
    let sheet = book.add_worksheet().set_name("区县").unwrap();
    sheet.write_row_matrix(0, 0, [["区县代码", "区县名称", "申报年份"], ["1", "示范区", "2026年"]]).unwrap();
}

fn plan() -> Plan {
    let text = std::fs::read_to_string("tests/diagnostics/data.biao").unwrap();
    compile_texts("用例", &[("data.biao", &text)], &CompileOptions::default()).plan.unwrap()
}

fn loaded(path: &Path) -> Vec<Diagnostic> {
    load(&plan(), &[path.to_path_buf()]).1
}

fn told(name: &str, found: &[Diagnostic]) {
    assert!(!found.is_empty(), "{name} earns no complaint");
    golden::compare(&Path::new("tests/diagnostics/workbooks").join(format!("{name}.stderr")), &human(found, &SourceMap::default(), false));
}

/// A workbook with one thing wrong.
fn case(name: &str, spoil: impl FnOnce(&mut Worksheet)) {
    let path = scratch(name).join("填报.xlsx");
    let mut book = Workbook::new();
    county(&mut book);
    spoil(schools(&mut book));
    book.save(&path).unwrap();
    told(name, &loaded(&path));
}

#[test]
fn a_good_workbook_is_read_without_a_word() {
    let path = scratch("good").join("填报.xlsx");
    let mut book = Workbook::new();
    county(&mut book);
    schools(&mut book);
    book.save(&path).unwrap();
    assert_eq!(loaded(&path), []);
}

#[test]
fn titles_groups_and_totals_are_understood() {
    let path = scratch("groups").join("学校.xlsx");
    let mut book = Workbook::new();
    let centred = Format::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 10, "学校情况表（2026年）", &centred).unwrap();
    sheet.write_string(1, 0, "填报单位：示范区教体局").unwrap();
    for (column, name) in HEADER.iter().enumerate().filter(|(c, _)| ![5, 6, 7].contains(c)) {
        sheet.merge_range(2, u16::try_from(column).unwrap(), 3, u16::try_from(column).unwrap(), name, &centred).unwrap();
    }
    sheet.merge_range(2, 5, 2, 6, "人员", &centred).unwrap();
    sheet.write_row(3, 5, ["在校生数", "大专及以上学历教师数"]).unwrap();
    sheet.write_row_matrix(2, 7, [["校舍面积"], ["（亩）"]]).unwrap();
    good(sheet, 4, "S1", "第一小学", 1000.0);
    good(sheet, 5, "S2", "第二小学", 300.0);
    sheet.write_number(4, 7, 3.0).unwrap();
    sheet.write_number(5, 7, 6.0).unwrap();
    sheet.write_string(4, 5, "１，０００人").unwrap();
    sheet.merge_range(6, 0, 6, 4, "合　计", &centred).unwrap();
    sheet.write_row(6, 5, [1300.0, 84.0, 9.0]).unwrap();
    book.save(&path).unwrap();
    let beside = path.with_file_name("区县.csv");
    std::fs::write(&beside, "区县代码;区县名称;申报年份\n1;示范区;2026\n").unwrap();
    let (data, found) = load(&plan(), &[path.parent().unwrap().to_path_buf()]);
    assert_eq!(found, []);
    assert_eq!((data.tables[2].rows, data.tables[2].places.iter().collect()), (2, vec![(1, 5), (1, 6)]));
    assert_eq!(data.inputs[1].sheet.as_deref(), Some("Sheet1"));
    let biaochi::data::Column::Number(areas) = &data.tables[2].columns[7] else { panic!() };
    assert_eq!(areas.get(0).unwrap().mantissa, 2000);
}

#[test]
fn every_bad_workbook_earns_its_complaint() {
    case("code_as_a_number", |s| drop(s.write_number(1, 0, 12_000_000_000.0)));
    case("code_as_a_date", |s| {
        let format = Format::new().set_num_format("m\"月\"d\"日\"");
        s.write_with_format(1, 0, ExcelDateTime::from_ymd(2026, 3, 1).unwrap(), &format).unwrap();
    });
    case("county_code_as_a_number", |s| drop(s.write_number(2, 1, 1.0)));
    case("error_value", |s| drop(s.write_formula(1, 5, Formula::new("1/0").set_result("#DIV/0!"))));
    case("number_as_words", |s| drop(s.write_string(1, 5, "一千")));
    case("not_whole", |s| drop(s.write_number(1, 5, 1000.1)));
    case("date_among_numbers", |s| {
        let format = Format::new().set_num_format("yyyy-mm-dd");
        s.write_with_format(1, 5, ExcelDateTime::from_ymd(2026, 3, 1).unwrap(), &format).unwrap();
    });
    case("month_as_a_number", |s| drop(s.write_number(1, 9, 201_809.0)));
    case("month_as_the_number_of_a_day_within_it", |s| drop(s.write_number(1, 9, 43_345.0)));
    case("merged_cells", |s| drop(s.merge_range(1, 5, 2, 5, "1000", &Format::new())));
    case("column_without_a_name", |s| drop(s.write_string(2, 12, "备注")));
    case("total_is_wrong", |s| drop(s.write_row(3, 0, ["合计", "", "", "", "", "2300"])));
    case("hidden_row", |s| drop(s.set_row_hidden(2)));
    case("hidden_sheet", |s| _ = s.set_hidden(true));
    case("same_key", |s| good(s, 3, "S1", "第三小学", 5.0));
    case("key_is_empty", |s| drop(s.write_string(2, 0, " ")));
    case("truth_among_numbers", |s| drop(s.write_boolean(1, 5, true)));
    case("out_of_range_percent", |s| drop(s.write_number_with_format(1, 10, 9.8, &Format::new().set_num_format("0%"))));
    case("huge_number", |s| drop(s.write_number(1, 7, 1e300)));
    case("unknown_sheet", |s| _ = s.set_name("学效").unwrap());
    case("fields_twice", |s| drop(s.write_string(0, 11, "在校生数（人）")));
}

#[test]
fn a_formula_that_was_never_worked_out_is_no_empty_cell() {
    let path = scratch("uncached").join("填报.xlsx");
    let mut book = Workbook::new();
    county(&mut book);
    schools(&mut book).write_formula(1, 5, Formula::new("777+1").set_result("777777")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for index in 0..from.len() {
        let part = from.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let text = std::io::read_to_string(part).unwrap().replace("<v>777777</v>", "");
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut to, text.as_bytes()).unwrap();
    }
    to.finish().unwrap();
    told("formula_without_a_value", &loaded(&path));
}

#[test]
fn two_row_headers_that_can_be_read_two_ways_are_refused() {
    let text = std::fs::read_to_string("tests/diagnostics/data.biao").unwrap();
    let text =
        text.replace("  字段 合格率 小数 4 位，范围 0 至 1\n", "  字段 合格率 小数 4 位，范围 0 至 1\n  字段 男生在校生数 整数 人\n");
    let plan = compile_texts("用例", &[("data.biao", &text)], &CompileOptions::default()).plan.unwrap();
    let folder = scratch("two_ways");
    let top = "学校代码,区县代码,学校名称,城乡,等级,男生,大专及以上学历教师数,校舍面积,寄宿制,建成年月,合格率,男生在校生数\n,,,,,在校生数,,,,,,\n";
    std::fs::write(folder.join("学校.csv"), top).unwrap();
    told("two_row_header", &load(&plan, &[folder]).1);
}

#[test]
fn hostile_files_are_refused_within_bounds() {
    let folder = scratch("hostile");
    let path = folder.join("填报.xlsx");
    // Zeros pack a thousandfold.
    bomb(&path, &[("xl/workbook.xml", 10), ("xl/worksheets/sheet1.xml", 500 << 20)]);
    told("zip_bomb", &loaded(&path));
    bomb(&path, &[("xl/workbook.xml", 10), ("xl/sharedStrings.xml", 100 << 20)]);
    told("zip_bomb_of_strings", &loaded(&path));
    bomb(&path, &[("word/document.xml", 10)]);
    told("another_kind_of_document", &loaded(&path));
    let mut book = Workbook::new();
    county(&mut book);
    schools(&mut book);
    let whole = book.save_to_buffer().unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    told("cut_short", &loaded(&path));
    let mut locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    locked.resize(512, 0);
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    std::fs::write(&path, locked).unwrap();
    told("encrypted", &loaded(&path));
    std::fs::write(folder.join("填报.xls"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more").unwrap();
    told("broken_xls", &loaded(&folder.join("填报.xls")));
    // A cell in the furthest corner would make a rectangle of millions.
    let mut old = std::fs::read("tests/fixtures/workbooks/隐藏.xls").unwrap();
    let at = old.windows(4).position(|w| w == b"\xfd\x00\x0a\x00").unwrap();
    old[at + 4..at + 8].copy_from_slice(b"\xff\xff\xff\x00");
    std::fs::write(folder.join("填报.xls"), &old).unwrap();
    told("xls_with_a_far_cell", &loaded(&folder.join("填报.xls")));
    for at in (0..old.len()).step_by(61) {
        let mut bytes = old.clone();
        bytes[at] ^= 0x55;
        std::fs::write(folder.join("填报.xls"), bytes).unwrap();
        loaded(&folder.join("填报.xls"));
    }
    // A thousand bytes that stand for sixteen milliards of cells.
    let cell = "<table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"float\" office:value=\"1\"/>";
    let row = format!("<table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row>");
    let content = format!("<office:body><table:table table:name=\"学校\">{row}</table:table></office:body>");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(folder.join("填报.ods")).unwrap());
    archive.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, content.as_bytes()).unwrap();
    archive.finish().unwrap();
    told("ods_that_repeats", &loaded(&folder.join("填报.ods")));
    // One byte wrong anywhere must do no harm.
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&path, bytes).unwrap();
        loaded(&path);
    }
}

fn bomb(path: &Path, parts: &[(&str, usize)]) {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let zeros = vec![b' '; 1 << 20];
    for (name, size) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        let mut left = *size;
        while left > 0 {
            let now = left.min(zeros.len());
            archive.write_all(&zeros[..now]).unwrap();
            left -= now;
        }
    }
    archive.finish().unwrap();
}

#[test]
fn hidden_rows_are_told_of_every_format() {
    for format in ["ods", "xls"] {
        told(&format!("hidden_row_{format}"), &loaded(Path::new(&format!("tests/fixtures/workbooks/隐藏.{format}"))));
    }
}

/// The sample, with one file as given.
fn sample_with(name: &str, file: &str, text: &str) -> PathBuf {
    let folder = scratch(name);
    for entry in std::fs::read_dir(SAMPLE).unwrap().flatten().filter(|e| e.path().extension().is_some_and(|x| x == "csv")) {
        std::fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    std::fs::write(folder.join(file), text).unwrap();
    folder
}

#[test]
fn the_command_line_says_on_top_what_a_partial_run_left_out() {
    let folder = sample_with("allow", "班级.csv", "学校代码\n");
    std::fs::remove_file(folder.join("居民区.csv")).unwrap();
    let out = folder.join("报告");
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_biaochi"));
        command.args(["run", SPEC, "--data"]).arg(&folder).arg("--out").arg(&out).args(more).output().unwrap()
    };
    assert_eq!(run(&[]).status.code(), Some(2));
    assert!(!out.exists());
    let output = run(&["--allow-partial"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("部分评定：") && text.lines().next().unwrap().contains("没有给出"), "{text}");
    for entry in std::fs::read_dir(&out).unwrap().flatten() {
        let written = std::fs::read_to_string(entry.path()).unwrap();
        assert!(written.contains("部分评定：") || written.contains("\"left_out\""), "{}", entry.path().display());
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_not_followed() {
    let folder = scratch("links");
    let data = folder.join("数据");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(folder.join("外面.csv"), "学校代码\n").unwrap();
    std::fs::write(data.join("区县.csv"), "区县代码,区县名称,申报年份\n1,示范区,2026\n").unwrap();
    std::os::unix::fs::symlink("../外面.csv", data.join("学校.csv")).unwrap();
    std::os::unix::fs::symlink("区县.csv", data.join("学校-里面.csv")).unwrap();
    let found = load(&plan(), &[data]).1;
    told("link_out_of_the_folder", &found[..1]);
}

#[test]
fn a_partial_run_says_what_it_left_out() {
    let folder = scratch("partial");
    std::fs::write(folder.join("区县.csv"), "区县代码,区县名称,申报年份\n1,示范区,2026\n").unwrap();
    std::fs::write(folder.join("学校.csv"), "学校代码,区县代码\nS1,2\n").unwrap();
    std::fs::write(folder.join("评定.csv"), "区县代码,轮次,条目,结论,得分\n1,自评,2.1,,5\n").unwrap();
    let (data, found) = load_with(&plan(), std::slice::from_ref(&folder), &LoadOptions { partial: true, ..Default::default() });
    assert!(!has_errors(&found));
    assert_eq!((data.left_out.len(), data.tables[2].supplied, data.tables[3].rows), (1, false, 1));
    told("partial", &found[..2]);
    std::fs::write(folder.join("区县.csv"), "区县代码,区县名称\n1,示范区\n").unwrap();
    assert!(has_errors(&load_with(&plan(), &[folder], &LoadOptions { partial: true, ..Default::default() }).1));
}

#[test]
fn a_million_empty_columns_take_little_memory() {
    let folder = scratch("wide");
    let commas = ",".repeat(1_000_000);
    std::fs::write(folder.join("学校.csv"), format!("{}{commas}\nS1,1{commas}\n", HEADER.join(","))).unwrap();
    let found = load(&plan(), &[folder]).1;
    let widths: Vec<&Diagnostic> = found.iter().filter(|d| d.message.contains("1000011 格")).collect();
    told("million_columns", &[widths[0].clone()]);
    assert!(found.len() < 2100, "{}", found.len());
}
