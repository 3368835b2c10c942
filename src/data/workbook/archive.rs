//! The zip around a workbook: which kind it is, and whether it unpacks to a bearable size.

use super::Refusal;
use std::io::{Cursor, Read, Write};
use zip::ZipArchive;

/// How a zip begins.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";

/// What a workbook may unpack to, all its parts together.
const LARGEST: u64 = 256 * 1024 * 1024;
/// Strings are held in memory all at once.
const STRINGS: u64 = 48 * 1024 * 1024;
/// Parts that are neither cells nor strings, and are held whole.
const OTHER: u64 = 8 * 1024 * 1024;
/// A format that no cell could use: spreadsheets end at 64,000.
const FORMATS: usize = 140_000;
const TAGS: usize = 1_000_000;
/// No text in a cell is as long; a reader of XML would hold it whole.
const RUN: usize = 1024 * 1024;
const PARTS: usize = 5000;

#[derive(Debug)]
pub(super) enum Kind {
    Xlsx,
    Ods,
}

pub(super) type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

pub(super) fn unzip(bytes: &[u8]) -> Result<Archive<'_>, Refusal> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::damaged("压缩包的目录读不出"))
}

/// Unpacks every part once, keeping nothing: what a part says of its own size need not be true.
pub(super) fn check(bytes: &[u8]) -> Result<Kind, Refusal> {
    let mut archive = unzip(bytes)?;
    if archive.len() > PARTS {
        return Err(Refusal::too_large(format!("工作簿里有 {} 个部分，多得不正常", archive.len())));
    }
    let (mut total, mut kind) = (0u64, None);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| Refusal::damaged("压缩包里的一个部分读不出"))?;
        let name = part.name().map_err(|_| Refusal::damaged("压缩包里的名称读不出"))?.into_owned();
        kind = match name.as_str() {
            "xl/workbook.xml" => Some(Kind::Xlsx),
            "content.xml" => Some(Kind::Ods),
            _ => kind,
        };
        let limit = limit(&name);
        let left = limit.min(LARGEST.saturating_sub(total));
        let mut meter = Meter::default();
        let size = std::io::copy(&mut part.take(left.saturating_add(1)), &mut meter);
        let size = size.map_err(|_| Refusal::damaged(&format!("“{name}”解不开")))?;
        if size > left {
            let mib = limit / (1024 * 1024);
            return Err(Refusal::too_large(format!("工作簿解开后超过 {mib} MiB（“{name}”），可能是压缩炸弹")));
        }
        let is_text = name.ends_with(".xml") || name.ends_with(".rels");
        if is_text && meter.longest > RUN {
            return Err(Refusal::too_large(format!("“{name}”里有一段文字超过 {} MiB", RUN / (1024 * 1024))));
        }
        if name.ends_with("styles.xml") && (meter.formats > FORMATS || meter.tags > TAGS) {
            return Err(Refusal::too_large("工作簿里的单元格格式多得不正常".into()));
        }
        total += size;
    }
    kind.ok_or_else(|| Refusal::damaged("压缩包里没有工作簿"))
}

fn limit(name: &str) -> u64 {
    match name {
        "content.xml" => LARGEST,
        _ if name.starts_with("xl/worksheets/") && !name.ends_with(".rels") => LARGEST,
        _ if name.ends_with("sharedStrings.xml") => STRINGS,
        _ if name.ends_with(".xml") || name.ends_with(".rels") => OTHER,
        _ => LARGEST,
    }
}

/// Measures XML that passes through, and keeps none of it.
#[derive(Debug, Default)]
struct Meter {
    tags: usize,
    /// Elements named `xf`, whose opening has been seen as far as this many characters.
    formats: usize,
    matched: usize,
    run: usize,
    longest: usize,
}

impl Write for Meter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        for byte in bytes {
            match (byte, self.matched) {
                (b'<', _) => {
                    self.tags += 1;
                    self.run = 0;
                    self.matched = 1;
                }
                (b'x', 1) => self.matched = 2,
                (b'f', 2) => {
                    self.formats += 1;
                    self.matched = 0;
                }
                _ => self.matched = 0,
            }
            self.run += 1;
            self.longest = self.longest.max(self.run);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
