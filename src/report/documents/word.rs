//! The tree → a Word file, laid out as official documents are (GB/T 9704): the parts from templates, packed the same every time.
//!
//! The crates that write Word files cannot repeat the head of a table on every page, which a list of many pages needs.

use super::super::Shop;
use super::Sheet;
use crate::diagnostic::{Code, Diagnostic, Place};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The parts of the package that are made of templates: where each stands, and its template.
const PARTS: [(&str, &str); 7] = [
    ("word/document.xml", "word-document.xml"),
    ("word/styles.xml", "word-styles.xml"),
    ("word/settings.xml", "word-settings.xml"),
    ("word/fontTable.xml", "word-fonts.xml"),
    ("word/footer1.xml", "word-footer-odd.xml"),
    ("word/footer2.xml", "word-footer-even.xml"),
    ("docProps/core.xml", "word-properties.xml"),
];

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>
"#;

const PACKAGE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>
"#;

const DOCUMENT: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer2.xml"/></Relationships>
"#;

/// The whole file.
pub fn file(shop: &Shop<'_>, sheet: &Sheet) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let mut parts = vec![
        ("[Content_Types].xml", TYPES.to_string()),
        ("_rels/.rels", PACKAGE.to_string()),
        ("word/_rels/document.xml.rels", DOCUMENT.to_string()),
    ];
    for (name, template) in PARTS {
        parts.push((name, shop.render(template, sheet)?));
    }
    pack(&parts).map_err(|e| vec![Diagnostic::at(Code::WRITE, Place::None, format!("文件写不成 docx：{e}"))])
}

/// Packs without any time, so that the same parts give the same bytes.
fn pack(parts: &[(&str, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default());
    for (name, text) in parts {
        zip.start_file(*name, plain)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
