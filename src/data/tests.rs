//! The room as a whole, against a small plan: hubs, their stations, the stations' yearly counts, and marks.

use super::*;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::plan::*;
use crate::value::{Decimal, Text, Unit, builtin_units, num};
use load::{Sizes, Source, load_sources};
use records::Pieces;

fn unit(name: &str) -> Unit {
    builtin_units().get(name).unwrap().clone()
}

fn field(name: &str, ty: FieldType) -> Field {
    let (help, source) = (String::new(), String::new());
    Field { name: name.into(), ty, required: false, signed: false, additive: false, range: None, help, source, aliases: Vec::new() }
}

fn decimal(name: &str, of: Unit) -> Field {
    field(name, FieldType::Decimal { places: 2, unit: of })
}

fn choice(name: &str, options: &[&str]) -> Field {
    let options = options.iter().map(ToString::to_string).collect();
    field(name, FieldType::Choice { options, ordered: true })
}

fn table(name: &str, fields: Vec<Field>, key: &[usize], references: &[(usize, usize)], path: &[usize]) -> Table {
    Table {
        name: name.into(),
        title: String::new(),
        fields,
        key: key.iter().map(|k| FieldId(*k)).collect(),
        references: references.iter().map(|(f, t)| Reference { fields: vec![FieldId(*f)], table: TableId(*t) }).collect(),
        display: None,
        subject_path: Some(path.iter().map(|p| ReferenceId(*p)).collect()),
        one_per_subject: false,
        year: None,
        notes: Vec::new(),
    }
}

fn item(id: &str, full: Option<i64>) -> Item {
    Item {
        id: Text::kept(id),
        text: Text::default(),
        full: full.map(num),
        departments: Vec::new(),
        checks: Vec::new(),
        cross_checks: Vec::new(),
        notes: Vec::new(),
        origin: Origin::default(),
    }
}

fn tables() -> Vec<Table> {
    let text = |name| field(name, FieldType::Text);
    let mut station = vec![text("站号"), text("总站号"), field("开放", FieldType::Bool), choice("等级", &["I", "II", "III"])];
    station.extend([field("建成", FieldType::Month), field("验收", FieldType::Date)]);
    let mut rate = decimal("差异率", Unit::none());
    rate.range = Some((num(0), num(1)));
    rate.aliases = vec!["差率".into()];
    let mut change = decimal("增减", unit("元"));
    change.signed = true;
    let mut count = vec![text("站号"), field("年份", FieldType::Integer(unit("年"))), field("人数", FieldType::Integer(unit("人")))];
    count.extend([decimal("面积", unit("平方米")), decimal("经费", unit("万元")), rate, change]);
    let mark = vec![text("总站号"), text("条目"), decimal("得分", unit("分"))];
    let event = vec![text("总站号"), text("条目"), field("存在", FieldType::Bool)];
    vec![
        table("总站", vec![text("总站号"), text("名称")], &[0], &[], &[]),
        table("站", station, &[0], &[(1, 0)], &[0]),
        table("计数", count, &[0, 1], &[(0, 1)], &[0, 0]),
        table("打分", mark, &[0, 1], &[(0, 0)], &[0]),
        table("事项", event, &[0, 1], &[(0, 0)], &[0]),
    ]
}

pub(super) fn plan() -> Plan {
    let (id, title, version, digest) = (String::new(), String::new(), String::new(), String::new());
    let indicator = Indicator {
        id: "1".into(),
        title: Text::default(),
        category: Text::default(),
        nature: NatureId(0),
        full: Some(num(5)),
        departments: Vec::new(),
        points: vec![item("1.1", Some(5)), item("1.2", None)],
        notes: Vec::new(),
        origin: Origin::default(),
    };
    let judgements = Judgements {
        table: TableId(3),
        item: FieldId(1),
        round: None,
        conclusion: None,
        met_option: 0,
        or_better: false,
        score: Some(FieldId(2)),
        evidence: None,
    };
    let events = Events { table: TableId(4), item: FieldId(1), round: None, exists: FieldId(2), description: None };
    Plan {
        standard: Standard { id, title, version, layers: Vec::new(), digest, notes: Vec::new() },
        natures: Vec::new(),
        rounds: Vec::new(),
        tables: tables(),
        subject: Subject { table: TableId(0), code: FieldId(0), name: None, members: None, base_year: None, superior: None },
        judgements: Some(judgements),
        events: Some(events),
        populations: Vec::new(),
        parameters: Vec::new(),
        definitions: Vec::new(),
        undated: Vec::new(),
        departments: Vec::new(),
        categories: Vec::new(),
        indicators: vec![indicator],
        vetoes: vec![item("否决.1", None)],
        qualifications: Vec::new(),
        verdict: None,
        history: crate::plan::History::default(),
        steps: Vec::new(),
        verifications: Vec::new(),
        cases: Vec::new(),
    }
}

impl Source for (&str, &[u8]) {
    fn name(&self) -> &str {
        self.0
    }

    fn length(&self) -> u64 {
        self.1.len() as u64
    }

    fn bytes(&self) -> Result<Vec<u8>, (Code, String)> {
        Ok(self.1.to_vec())
    }

    fn longer_than(&self, bytes: u64) -> Option<impl std::io::Read + Send> {
        (self.1.len() as u64 > bytes).then_some(self.1)
    }
}

fn load_bytes(files: &[(&str, &[u8])]) -> (Dataset, Vec<Diagnostic>) {
    let whole = Sizes { pieces: Pieces { size: usize::MAX, swift: true }, chunk: u64::MAX };
    load_sources(&plan(), files.iter().copied(), Vec::new(), &LoadOptions::default(), whole)
}

pub(super) const HUBS: (&str, &str) = ("总站.csv", "总站号,名称\nZ1,甲\nZ2,乙\n");
pub(super) const STATIONS: (&str, &str) = (
    "站.csv",
    "站号,总站号,开放,等级,建成,验收\nS1,Z2,√,Ⅲ,2018-09,2018-09-01\nS2,Z1,否,ＩＩ,2018年9月,2020/2/29\nS3,Z1,FALSE,-,—,无数据\n",
);
const COUNT: &str = "站号,年份,人数,面积,经费,差异率,增减\n";

fn load_text(files: &[(&str, &str)]) -> (Dataset, Vec<Diagnostic>) {
    load_bytes(&files.iter().map(|(n, t)| (*n, t.as_bytes())).collect::<Vec<_>>())
}

fn counts(text: &str) -> (Dataset, Vec<Diagnostic>) {
    load_text(&[HUBS, STATIONS, ("计数.csv", text)])
}

fn codes(found: &[Diagnostic]) -> Vec<Code> {
    found.iter().map(|d| d.code).collect()
}

fn numbers(data: &Dataset, table: usize, field: usize) -> Vec<Option<Decimal>> {
    let Column::Number(cells) = data.table(TableId(table)).unwrap().column(FieldId(field)) else { panic!("no numbers") };
    cells.iter().collect()
}

fn links(table: &TableData) -> Vec<Vec<Option<u32>>> {
    table.links.iter().map(|cells| cells.iter().collect()).collect()
}

fn is(mantissa: i64, scale: u8) -> Option<Decimal> {
    Some(Decimal { mantissa, scale })
}

#[test]
fn good_files_are_read_linked_and_given_to_their_subjects() {
    let text = format!("\u{feff}{COUNT}S1,2024,\"1,234\",45.50,1,0.5,-3\r\n\r\n,,,,,,\r\nS3,2024.0,４５．０,-,/,,\r\n");
    let (data, found) = counts(&text);
    assert_eq!(found, []);
    assert_eq!(numbers(&data, 2, 2), [is(1234, 0), is(45, 0)]);
    assert_eq!(numbers(&data, 2, 3), [is(455, 1), None]);
    assert_eq!(numbers(&data, 2, 6), [is(-3, 0), None]);
    let table = data.table(TableId(2)).unwrap();
    assert_eq!(links(table), [[Some(0), Some(2)]]);
    assert!(table.subjects.iter().eq([Some(1), Some(0)]));
    assert!(table.places.iter().eq([(2, 2), (2, 5)]));
    assert!(!data.tables[3].supplied && data.tables[3].rows == 0);
    assert_eq!(data.inputs[0].sha256.len(), 64);
    assert_eq!((data.inputs[2].rows, data.inputs[2].name.as_str()), (2, "计数.csv"));
    let stations = data.table(TableId(1)).unwrap();
    let Column::Bool(open) = stations.column(FieldId(2)) else { panic!() };
    assert_eq!(open, &[Some(true), Some(false), Some(false)]);
    let Column::Choice(level) = stations.column(FieldId(3)) else { panic!() };
    assert!(level.iter().eq([Some(2), Some(1), None]));
    let Column::Month(built) = stations.column(FieldId(4)) else { panic!() };
    assert!(built.iter().eq([Some(2018 * 12 + 8), Some(2018 * 12 + 8), None]));
    let Column::Date(day) = stations.column(FieldId(5)) else { panic!() };
    assert!(day.iter().eq([Some(20180901), Some(20200229), None]));
    assert!(data.table(TableId(0)).unwrap().subjects.iter().eq([Some(0), Some(1)]));
}

#[test]
fn header_units_are_converted_exactly_or_refused() {
    let (data, found) = counts("人数（人）,站号,差率(%),年份,面积 （ ㎡ ）,经费（元）,增减(万元)\n1,S1,11.29,2024,2.5,12345,0.5\n");
    assert_eq!(found, []);
    assert_eq!(numbers(&data, 2, 5), [is(1129, 4)]);
    assert_eq!(numbers(&data, 2, 4), [is(12345, 4)]);
    assert_eq!(numbers(&data, 2, 6), [is(5000, 0)]);
    let (data, found) = counts("站号,年份,人数,面积（亩）,经费,差异率,增减\nS1,2024,1,3,1,0,1\nS2,2024,1,1,1,0,1\n");
    assert_eq!(codes(&found), [Code::BAD_CELL]);
    assert!(found[0].message.contains("有限小数"), "{}", found[0].message);
    assert_eq!(numbers(&data, 2, 3), [is(2000, 0), None]);
    let (_, found) = counts("站号(人),年份,人数（元）,面积(斗),经费,差异率,增减\n");
    assert_eq!(codes(&found), [Code::HEADER_UNIT; 3]);
    assert!(found[1].message.contains("单位应是“人”"), "{}", found[1].message);
}

#[test]
fn wrong_columns_are_all_told() {
    let (_, found) = counts("站号,年分,人数,人数（人）,面积,经费,差异率,\nS1,1,1,1,1,1,0,\n");
    let expected = [Code::UNKNOWN_COLUMN, Code::DUPLICATE_COLUMN, Code::UNKNOWN_COLUMN, Code::MISSING_COLUMN, Code::MISSING_COLUMN];
    assert_eq!(codes(&found), expected);
    assert_eq!(found[0].help[0], "是否想写“年份”？");
    assert_eq!(found[4].help, ["补上“增减”这一列，没有数据就留空"]);
}

#[test]
fn each_wrong_cell_says_what_stood_there() {
    let rows = "S1,2020,1e3,1,1,0,0\nS1,2021,1.5,1,1,0,0\nS1,2022,-1,1,1,0,0\nS1,2023,12元,1,1,0,0\nS1,2024,1,\"1,23\",1,0,0\n\
                S1,2025,1,5²,1,0,0\nS1,2026,1,1,1,95,0\nS1,2027,1,1,1,95%%,0\nS1,2028,1,1,1234567890123456789,0,0\n";
    let (data, found) = counts(&format!("{COUNT}{rows}"));
    let mut expected = [Code::BAD_CELL; 9];
    expected[2] = Code::OUT_OF_RANGE;
    expected[6] = Code::OUT_OF_RANGE;
    assert_eq!(codes(&found), expected);
    assert_eq!(data.table(TableId(2)).unwrap().rows, 9);
    assert_eq!(found[0].message, "“人数”这里写的是“1e3”，应是整数（单位：人）");
    let row = Some("站号=S1，年份=2020".to_string());
    let place =
        Place::Cell { file: "计数.csv".into(), sheet: None, line: Some(2), cell: Some("C2".into()), column: Some("人数".into()), row };
    assert_eq!(found[0].place, place);
    assert!(found.iter().all(|d| !d.help.is_empty() && d.severity == Severity::Error));
    let bad = "站号,总站号,开放,等级,建成,验收\nS1,Z1,是的,I,2018-13,2019-02-29\nS2,Z1,是,IV,2018-09-01,2018-09\n";
    let (_, found) = load_text(&[HUBS, ("站.csv", bad)]);
    assert_eq!(codes(&found), [Code::BAD_CELL; 6]);
    assert!(found[3].message.ends_with("应是其中一项：I、II、III"), "{}", found[3].message);
    assert_eq!(found[4].help, ["只写到月：2018-09"]);
}

#[test]
fn keys_references_and_row_lengths_are_checked() {
    let rows = "S1,2020,1,1,1,0,0\nS1,2020.0,1,1,1,0,0\n,2020,1,1,1,0,0\ns1,2020,1,1,1,0,0\nS1,2021,1\n";
    let (data, found) = counts(&format!("{COUNT}{rows}"));
    let expected = [Code::DUPLICATE_KEY, Code::MISSING_KEY, Code::DANGLING_REFERENCE, Code::ROW_LENGTH];
    assert_eq!(codes(&found), expected);
    assert!(found[0].message.contains("第 2 行"), "{}", found[0].message);
    assert!(found[2].help[0].contains("“S1”"), "{:?}", found[2].help);
    assert_eq!(links(data.table(TableId(2)).unwrap()), [[Some(0), Some(0), None, None]]);
    let (_, found) = load_text(&[HUBS, ("站.csv", "站号,总站号,开放,等级,建成,验收\nS1,,是,I,,\n")]);
    assert_eq!(codes(&found), [Code::BAD_CELL]);
}

#[test]
fn a_reference_to_a_table_not_given_links_to_nothing() {
    let (data, found) = load_text(&[("计数.csv", &format!("{COUNT}S1,2020,1,1,1,0,0\n"))]);
    assert_eq!(codes(&found), [Code::NO_DATA]);
    assert_eq!(links(data.table(TableId(2)).unwrap()), [[None]]);
    assert!(data.table(TableId(2)).unwrap().subjects.iter().eq([None]));
}

#[test]
fn items_must_exist_and_scores_stay_within_full() {
    let marks = "总站号,条目,得分\nZ1,1.1,5\nZ2,1.1,5.5\nZ1,1.3,1\nZ1,1.2,\n";
    let (_, found) = load_text(&[HUBS, ("打分.csv", marks), ("事项.csv", "总站号,条目,存在\nZ1,否决.1,否\nZ1,否决.2,否\n")]);
    assert_eq!(codes(&found), [Code::SCORE_ABOVE_FULL, Code::UNKNOWN_ITEM, Code::UNKNOWN_ITEM]);
    assert_eq!(found[2].severity, Severity::Warning);
    assert_eq!(found[2].help, ["是否想写“否决.1”？"]);
}

#[test]
fn files_that_are_no_text_are_refused() {
    let cases: [(&[u8], &str); 5] = [
        (b"\xd7\xdc\xd5\xff", "第 1 行"),
        (b"a,b\n\0", "NUL"),
        (b"PK\x03\x04\0", "损坏"),
        (b"", "空的"),
        ("总站号,名称\nZ1,甲\nZ2,\"乙\nZ3,丙\n".as_bytes(), "双引号"),
    ];
    for (bytes, word) in cases {
        let (_, found) = load_bytes(&[("总站.csv", bytes)]);
        assert_eq!(found[0].code, Code::DATA_UNREADABLE);
        assert!(found[0].message.contains(word), "{}", found[0].message);
    }
}

#[test]
fn files_are_matched_with_tables_by_name() {
    let (_, found) = load_text(&[HUBS, ("总占.csv", "x"), HUBS]);
    assert_eq!(codes(&found), [Code::UNKNOWN_FILE, Code::DATA_UNREADABLE]);
    assert_eq!(found[0].help[0], "是否想写“总站”？");
    assert!(found[1].message.contains("内容完全相同"));
}

#[test]
fn two_thousand_are_shown_and_the_rest_counted() {
    let rows: String = (0..2100).map(|i| format!("S1,{i},x,1,1,0,0\n")).collect();
    let (_, found) = counts(&format!("{COUNT}{rows}"));
    assert_eq!(found.len(), 2001);
    assert_eq!(found[2000].message, "另有 100 处未逐一列出");
    assert_eq!(found[2000].severity, Severity::Error);
}

#[test]
fn folders_and_files_are_opened() {
    let folder = std::env::temp_dir().join(format!("biaochi-data-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in [HUBS, ("expected.json", "{}"), (".x.csv", "?")] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let (data, found) = load(&plan(), std::slice::from_ref(&folder));
    let (one, alone) = load(&plan(), &[folder.join(HUBS.0)]);
    let (_, absent) = load(&plan(), &[folder.join("无.csv")]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((found, alone), (Vec::new(), Vec::new()));
    assert_eq!((data.inputs.len(), one.inputs.len()), (1, 1));
    assert_eq!(codes(&absent), [Code::DATA_UNREADABLE]);
}
