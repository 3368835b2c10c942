//! Word files read back: layout of an official document, heads of tables repeated, text as text.

use crate::documents::{small, word, write};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

type Parts = BTreeMap<String, String>;

fn parts(bytes: &[u8]) -> Parts {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|n| n.unwrap().to_string()).collect();
    let read = |name: String| {
        let mut text = String::new();
        zip.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// Every element's name with its attributes, and all text; fails where the XML is not well formed.
fn elements(xml: &str) -> (Vec<(String, String)>, String) {
    let mut reader = Reader::from_str(xml);
    let (mut found, mut text, mut open) = (Vec::new(), String::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) => {
                let name = e.name().as_ref().to_string();
                found.push((name.clone(), e.attributes_raw().to_string()));
                open.push(name);
            }
            Event::Empty(e) => {
                let name = e.name().as_ref().to_string();
                found.push((name, e.attributes_raw().to_string()));
            }
            Event::End(e) => assert_eq!(open.pop().unwrap(), e.name().as_ref()),
            Event::Text(t) => text.push_str(&t),
            Event::GeneralRef(r) => {
                let name = r.to_string();
                text.push(match (name.as_str(), r.resolve_char_ref().unwrap()) {
                    (_, Some(c)) => c,
                    ("lt", _) => '<',
                    ("gt", _) => '>',
                    ("amp", _) => '&',
                    ("quot", _) => '"',
                    other => panic!("{other:?}"),
                });
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    (found, text)
}

/// The attributes of all elements of a name.
fn all<'a>(found: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    found.iter().filter(|(n, _)| n == name).map(|(_, a)| a.as_str()).collect()
}

fn style<'a>(styles: &'a str, id: &str) -> &'a str {
    let from = styles.find(&format!("w:styleId=\"{id}\"")).unwrap_or_else(|| panic!("no style {id}"));
    styles[from..].split("</w:style>").next().unwrap()
}

#[test]
fn the_layout_is_that_of_official_documents() {
    let (plan, outcome) = small("failing");
    let (mut files, mut numbered) = (0, 0);
    for file in word(&plan, &outcome) {
        files += 1;
        let parts = parts(&file);
        for (name, xml) in &parts {
            elements(xml);
            assert!(xml.starts_with("<?xml"), "{name}");
        }
        let styles = &parts["word/styles.xml"];
        // Body: 16 pt, 28 pt from line to line, two characters in.
        assert!(styles.contains("w:eastAsia=\"仿宋_GB2312\"") && styles.contains("<w:sz w:val=\"32\"/>"));
        assert!(styles.contains("w:line=\"560\" w:lineRule=\"exact\"") && style(styles, "Normal").contains("w:firstLineChars=\"200\""));
        let title = style(styles, "Title");
        assert!(title.contains("方正小标宋简体") && title.contains("<w:sz w:val=\"44\"/>") && title.contains("w:val=\"center\""));
        assert!(style(styles, "Heading1").contains("黑体") && style(styles, "Heading2").contains("楷体_GB2312"));
        for (font, instead) in [("仿宋_GB2312", "仿宋"), ("方正小标宋简体", "华文中宋"), ("楷体_GB2312", "楷体")] {
            assert!(parts["word/fontTable.xml"].contains(&format!("<w:font w:name=\"{font}\"><w:altName w:val=\"{instead}\"/>")));
        }
        // A4, 37 and 28 mm at the head and the left; on its side the same paper turned.
        let (found, text) = elements(&parts["word/document.xml"]);
        let (sizes, margins) = (all(&found, "w:pgSz"), all(&found, "w:pgMar"));
        assert!(!sizes.is_empty() && sizes.len() == margins.len());
        for (size, margin) in sizes.iter().zip(margins) {
            let (paper, edges) = if size.contains("landscape") {
                (["w:w=\"16838\"", "w:h=\"11906\""], ["w:top=\"1587\"", "w:left=\"1984\""])
            } else {
                (["w:w=\"11906\"", "w:h=\"16838\""], ["w:top=\"2098\"", "w:left=\"1587\""])
            };
            assert!(paper.iter().all(|p| size.contains(p)) && edges.iter().all(|e| margin.contains(e)), "{size} {margin}");
        }
        // Page numbers: right on odd pages, left on even ones.
        assert!(parts["word/settings.xml"].contains("<w:evenAndOddHeaders/>"));
        for (part, side) in [("word/footer1.xml", "right"), ("word/footer2.xml", "left")] {
            assert!(
                parts[part].contains(" PAGE ") && parts[part].contains(&format!("<w:jc w:val=\"{side}\"/>")) && parts[part].contains("— ")
            );
        }
        // Every table repeats its head, has lines, and as many cells in each row as columns.
        let tables = parts["word/document.xml"].split("<w:tbl>").skip(1).map(|t| t.split("</w:tbl>").next().unwrap());
        let mut count = 0;
        for table in tables {
            count += 1;
            let columns = table.matches("<w:gridCol ").count();
            let rows: Vec<&str> = table.split("<w:tr>").skip(1).collect();
            assert!(columns > 1 && rows.len() > 1);
            let over_all = format!("<w:gridSpan w:val=\"{columns}\"/>");
            let whole = |r: &&str| r.matches("<w:tc>").count() == if r.contains(&over_all) { 1 } else { columns };
            assert!(rows.iter().all(whole));
            assert_eq!((table.matches("<w:tblHeader/>").count(), rows[0].contains("<w:tblHeader/>")), (1, true));
            assert!(table.contains("w:val=\"TableGrid\""));
        }
        assert!(count > 0 && style(styles, "TableGrid").contains("<w:insideH w:val=\"single\""));
        assert!(text.contains("甲县"));
        numbered += usize::from(text.contains("一、"));
    }
    assert!(files > 2 && numbered > 2, "{files} {numbered}");
}

#[test]
fn names_that_would_be_markup_are_text() {
    let (plan, outcome) = small("hostile");
    let mut titled = 0;
    for file in word(&plan, &outcome) {
        let parts = parts(&file);
        let (found, text) = elements(&parts["word/document.xml"]);
        assert!(text.contains("<script>alert(1)</script>|**甲**县"), "{text}");
        assert!(found.iter().all(|(name, _)| name.starts_with("w:")));
        titled += usize::from(elements(&parts["docProps/core.xml"]).1.contains("<script>alert(1)</script>|**甲**县"));
    }
    assert!(titled > 1);
}

#[test]
fn workbooks_keep_their_head_in_sight_and_show_whole_texts() {
    let (plan, outcome) = small("failing");
    let books: Vec<Vec<u8>> =
        write(&plan, &outcome, None).into_iter().filter(|(_, (name, _))| name.ends_with(".xlsx")).map(|(_, (_, b))| b).collect();
    assert_eq!(books.len(), 7);
    let mut high = 0;
    for book in books {
        for (name, xml) in parts(&book).into_iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")) {
            let (found, _) = elements(&xml);
            let panes = all(&found, "pane");
            assert!(panes.iter().all(|p| p.contains("ySplit=\"1\"") && p.contains("frozen")) && !panes.is_empty(), "{name}: {panes:?}");
            let broad = |c: &&str| c.split("width=\"").nth(1).and_then(|w| w.split('"').next()).unwrap().parse::<f64>().unwrap();
            assert!(all(&found, "col").iter().map(broad).all(|w| (6.0..27.5).contains(&w)), "{name}");
            // Rows of several lines are as high as they need.
            high += all(&found, "row").iter().filter(|r| r.contains("customHeight=\"1\"")).count();
        }
    }
    assert!(high > 3, "{high} rows of several lines");
}
