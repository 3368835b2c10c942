//! Names that would be markup, formulas or turned text if they could: text in every document and every form.

use crate::documents::{small, write};
use calamine::{Data, Reader, Xlsx};
use std::io::{Cursor, Read};

/// What to call the failing rows, and what must be read instead where the direction of the text would turn.
const NAMES: [(&str, &str); 8] = [
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("<svg onload=alert(1)>", "<svg onload=alert(1)>"),
    ("**粗**_斜_`码`~~删~~", "**粗**_斜_`码`~~删~~"),
    ("[点我](javascript:alert(1)) ![图](x)", "[点我](javascript:alert(1)) ![图](x)"),
    ("=HYPERLINK(\"http://x\",\"y\")", "=HYPERLINK(\"http://x\",\"y\")"),
    ("@SUM(A1)|管道<br>换行", "@SUM(A1)|管道<br>换行"),
    ("- 项 # 题", "- 项 # 题"),
    ("馆\u{202E}gnp.exe\u{2066}", "馆[U+202E]gnp.exe[U+2066]"),
];

fn unescaped(html: &str) -> String {
    let mut text = html.to_string();
    for (from, to) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")] {
        text = text.replace(from, to);
    }
    text
}

fn word_text(bytes: &[u8]) -> String {
    let mut xml = String::new();
    zip::ZipArchive::new(Cursor::new(bytes)).unwrap().by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
    let runs = xml.split("<w:t xml:space=\"preserve\">").skip(1).map(|r| r.split("</w:t>").next().unwrap());
    unescaped(&runs.collect::<Vec<_>>().join(""))
}

fn cells(bytes: &[u8]) -> Vec<Data> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name}: no cell is a formula");
    }
    book.worksheets().into_iter().flat_map(|(_, range)| range.rows().flatten().cloned().collect::<Vec<_>>()).collect()
}

#[test]
fn what_would_be_markup_is_text_in_every_document_and_form() {
    for (name, shown) in NAMES {
        let (plan, mut outcome) = small("failing");
        let mut renamed = 0;
        for subject in &mut outcome.subjects {
            subject.name = name.to_string();
            for check in subject.indicators.iter_mut().flat_map(|i| &mut i.points).flat_map(|p| &mut p.checks) {
                let rows = check.failures.iter_mut().chain(check.working.rows.iter_mut().map(|r| &mut r.row));
                for row in rows {
                    row.name = Some(name.to_string());
                    renamed += 1;
                }
            }
        }
        assert!(renamed > 5);
        for (document, (file, bytes)) in write(&plan, &outcome, None) {
            let text = || String::from_utf8(bytes.clone()).unwrap();
            match file.rsplit('.').next().unwrap() {
                "md" => {
                    let text = text();
                    assert!(
                        !text.contains("<s") && !text.replace("\\]", "").contains("](javascript") && !text.contains("**粗"),
                        "{file}\n{text}"
                    );
                    assert!(!text.contains('\u{202E}'), "{file}");
                }
                "html" => {
                    let body = text().split("</style>").nth(1).unwrap().to_string();
                    assert!(
                        !["<script", "<svg", "<em>", "<a ", "<img", "<code>", "<del>"].iter().any(|t| body.contains(t)),
                        "{file}\n{body}"
                    );
                    assert!(unescaped(&body).contains(shown), "{document:?} {file}: {shown}\n{body}");
                }
                "docx" => assert!(word_text(&bytes).contains(shown), "{file}: {shown}\n{}", word_text(&bytes)),
                _ => {
                    let cells = cells(&bytes);
                    let found = cells.iter().any(|c| matches!(c, Data::String(t) if t.contains(shown)));
                    assert!(found || document.key() != "rectification", "{file}: {shown} in {cells:?}");
                }
            }
        }
    }
}

#[test]
fn a_workbook_holds_numbers_as_numbers_and_codes_as_text() {
    let (plan, outcome) = small("failing");
    let files = write(&plan, &outcome, None);
    let (_, (_, bytes)) = files.iter().find(|(d, (name, _))| d.key() == "ranking" && name.ends_with(".xlsx")).unwrap();
    let cells = cells(bytes);
    assert!(cells.contains(&Data::String("01".into())), "a code keeps its zero: {cells:?}");
    assert!(cells.contains(&Data::Float(3.5)) && cells.contains(&Data::Float(5.5)), "{cells:?}");
}
