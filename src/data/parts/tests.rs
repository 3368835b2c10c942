//! However a text is cut into pieces, what is read of it and all complaints are the same.

use super::super::load::{Sizes, load_sources};
use super::super::records::Pieces;
use super::super::tests::{HUBS, STATIONS, plan};
use crate::data::{Column, Dataset, LoadOptions, TableData};

/// All that is read, in words.
fn told(files: &[(&str, &[u8])], size: usize, chunk: usize, swift: bool) -> String {
    let sizes = Sizes { pieces: Pieces { size, swift }, chunk: chunk as u64 };
    let (data, found) = load_sources(&plan(), files.iter().copied(), Vec::new(), &LoadOptions::default(), sizes);
    format!("{}{found:#?}", of_data(&data))
}

fn of_data(data: &Dataset) -> String {
    let table = |t: &TableData| {
        let columns: Vec<String> = t.columns.iter().map(cells).collect();
        let places: Vec<(u32, u32)> = t.places.iter().collect();
        let links: Vec<Vec<Option<u32>>> = t.links.iter().map(|l| l.iter().collect()).collect();
        let subjects: Vec<Option<u32>> = t.subjects.iter().collect();
        format!("{} {} {columns:?} {places:?} {links:?} {subjects:?} {:?}\n", t.rows, t.supplied, t.moved)
    };
    data.tables.iter().map(table).collect::<String>() + &format!("{:?}\n", data.inputs)
}

fn cells(column: &Column) -> String {
    match column {
        Column::Absent => "-".into(),
        Column::Number(cells) => format!("{:?} {:?}", cells.iter().collect::<Vec<_>>(), cells.scaled()),
        Column::Text(cells) => format!("{:?}", cells.iter().collect::<Vec<_>>()),
        Column::Bool(cells) => format!("{cells:?}"),
        Column::Choice(cells) => format!("{cells:?}"),
        Column::Month(cells) | Column::Date(cells) => format!("{cells:?}"),
    }
}

fn alike(counts: &[u8]) {
    alike_among(&[(HUBS.0, HUBS.1.as_bytes()), (STATIONS.0, STATIONS.1.as_bytes())], "计数.csv", counts);
}

fn alike_among(others: &[(&str, &[u8])], name: &str, counts: &[u8]) {
    let files: Vec<(&str, &[u8])> = others.iter().copied().chain([(name, counts)]).collect();
    let whole = told(&files, usize::MAX, usize::MAX, false);
    let swift = told(&files, usize::MAX, usize::MAX, true);
    assert!(swift == whole, "at once:\n{swift}\ncarefully:\n{whole}\nof:\n{}", String::from_utf8_lossy(counts));
    // A piece of each line, where that does not take long.
    let most = if counts.len() < 2000 { counts.len() } else { 25 };
    for pieces in [2, 7, most] {
        let size = counts.len() / pieces + 1;
        let cut = told(&files, size, usize::MAX, true);
        assert!(cut == whole, "in {pieces} pieces:\n{cut}\nin one:\n{whole}\nof:\n{}", String::from_utf8_lossy(counts));
        // Long enough for a header and what stands below it.
        let chunk = size.max(400);
        let cut = told(&files, size, chunk, true);
        assert!(cut == whole, "in chunks of {chunk}:\n{cut}\nin one:\n{whole}\nof:\n{}", String::from_utf8_lossy(counts));
    }
}

const HEADER: &str = "站号,年份,人数,面积,经费,差异率,增减\n";

#[test]
fn every_kind_of_line_reads_alike_in_pieces() {
    let good: String = (0..40).map(|i| format!("S{},{},{i},{i}.50,1,0.5,-3\n", i % 3 + 1, 2000 + i)).collect();
    let odd = "\n , ,,,,,\r\nS1,1990,\"1,\n234\",1,1,0,0\r\"S2\",1990,\"1\r\n\"\"2\",,,,\rS9,1991,x,1,1,0,0\r\nS1,1990,1\n\"S3\"\"\",1,1,1,1,0,0\n";
    let wide = "S1,1992,1,0.000000000000000001,1,0,0\nS1,1993,1,999999999999999999,1,0,0\n";
    let total = "合计,,780,,,,\n";
    let open = "S1,1994,1,1,1,0,\"0\nS1,1995,1,1,1,0,0\nS1,1996,1,1,1,0,0\n";
    for tail in [
        String::new(),
        odd.into(),
        wide.into(),
        total.into(),
        open.into(),
        format!("{total}\n\n"),
        format!("{total}{good}{odd}"),
        format!("{odd}{open}{total}"),
    ] {
        let text = format!("{HEADER}{good}{tail}");
        alike(text.as_bytes());
        alike(format!("\u{feff}{text}").as_bytes());
        alike(text.replace('\n', "\r\n").as_bytes());
        alike(text.replace('\n', "\r").as_bytes());
        let (bytes, ..) = encoding_rs::GB18030.encode(&text);
        alike(&bytes);
    }
}

#[test]
fn what_is_not_shown_is_counted_alike_in_pieces() {
    let rows: String = (0..5000).map(|i| format!("S1,{i},{},1,1,0,0\n", if i % 2 == 0 { "x" } else { "1" })).collect();
    alike(format!("{HEADER}{rows}").as_bytes());
    let rows: String = (0..2500).map(|i| format!("S1,{i},{},1,1,0,0\n", if i < 300 { "1" } else { "-1" })).collect();
    alike(format!("{HEADER}{rows}合计,,1,,,,\n").as_bytes());
}

#[test]
fn whatever_is_written_reads_alike_in_pieces() {
    const BITS: [&str; 24] = [
        "S1",
        "S2",
        "S3",
        ",",
        ",",
        ",",
        ",",
        ",",
        ",",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "\"\"",
        "12",
        "0.50",
        "2024",
        "合计",
        "x",
        " ",
        "S1,2024,1,1,1,0,0\n",
        "\"S2\",2023,\"1\",2.25,1,0,0\r\n",
    ];
    let mut below = random();
    for _ in 0..150 {
        let bits = 20 + below(160);
        let text: String = (0..bits).map(|_| BITS[below(BITS.len())]).collect();
        alike(format!("{HEADER}{text}").as_bytes());
    }
}

/// Below a number, whichever.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 2026u64;
    move |n| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % n
    }
}

/// Per column of a table, cells that are plain; any of them may also hold one of [`ODD`].
type Kinds<'a> = &'a [&'a [&'a str]];

const ODD: [&str; 42] = [
    "",
    "",
    " ",
    "-",
    "—",
    "无数据",
    "/",
    "合计",
    "总 计",
    "合计：",
    "：",
    ":",
    "小学",
    "#",
    "#N/A",
    "####",
    "1.2E+10",
    "\"S1\"",
    "\"S1,Z1\"",
    "\"S1\nZ1\"",
    "\"I\"\"\"",
    "\"",
    "S1 ",
    "\u{3000}S1",
    "S1\u{a0}",
    "\tS1",
    "１２",
    "Ⅲ",
    "III",
    "iI",
    "1,2",
    "12人",
    "-3",
    ".5",
    "5.",
    "007",
    "00",
    "0.00",
    "1234567890123456789",
    "123456789012345.670",
    "第一实验小学东区分校部",
    "2018年9月",
];

#[test]
fn rows_read_at_once_are_what_the_careful_reading_makes_of_them() {
    let codes: &[&str] =
        &["S1", "S2", "S10", "S1-", "一实验小学东区分校部甲", "一实验小学东区分校部乙", "ABCDEFGHIJKLMNOP", "ABCDEFGHIJKLMNOPQ", "X合计"];
    let hubs: &[&str] = &["Z1", "Z1", "Z2"];
    let stations: Kinds<'_> =
        &[codes, hubs, &["是", "否"], &["I", "II", "III"], &["2018-09", "1999-12", "2018-13"], &["2020-02-29", "2018-09-01"]];
    let numbers: &[&str] = &["0", "1", "12", "12.50", "0.05", "100.00", "123456789", "999999999999999999", "0.0000000000000001"];
    let counts: Kinds<'_> = &[codes, &["2020", "2021", "2022"], &["1", "20", "300"], numbers, numbers, &["0.5", "0.25", "1", "2"], numbers];
    let mut below = random();
    for (name, header, kinds) in [("站.csv", "站号,总站号,开放,等级,建成,验收\n", stations), ("计数.csv", HEADER, counts)] {
        for round in 0..24 {
            let mut text = header.to_owned();
            let mut before = vec![""; kinds.len()];
            // From all plain rows to few.
            let odd = [0, 200, 40, 8][round % 4];
            for _ in 0..10 + below(60) {
                for (at, (kind, before)) in kinds.iter().zip(&mut before).enumerate() {
                    text.push_str(if at == 0 { "" } else { "," });
                    if odd > 0 && below(odd) == 0 {
                        text.push_str(ODD[below(ODD.len())]);
                        continue;
                    }
                    if before.is_empty() || below(3) == 0 {
                        *before = kind[below(kind.len())];
                    }
                    text.push_str(before);
                }
                text.push_str(["\n", "\n", "\n", "\r\n", if round % 8 == 7 { "\r" } else { "\n" }][below(5)]);
            }
            if below(2) == 0 {
                text.truncate(text.trim_end().len());
            }
            alike_among(&[(HUBS.0, HUBS.1.as_bytes())], name, text.as_bytes());
            alike_among(&[(HUBS.0, HUBS.1.as_bytes())], name, text.replace(',', "\t").as_bytes());
        }
    }
}
