//! The zip around a workbook: which kind it is, and whether it unpacks to a bearable size.

use super::Refusal;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// How a zip begins.
pub(super) const ZIP: &[u8] = b"PK\x03\x04";

/// What a workbook may unpack to, all its parts together.
const LARGEST: u64 = 384 * 1024 * 1024;
/// Strings are held in memory all at once.
const STRINGS: u64 = 96 * 1024 * 1024;
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
        let limit = if name.ends_with("sharedStrings.xml") { STRINGS } else { LARGEST };
        let left = limit.min(LARGEST.saturating_sub(total));
        let size = std::io::copy(&mut part.take(left.saturating_add(1)), &mut std::io::sink());
        let size = size.map_err(|_| Refusal::damaged(&format!("“{name}”解不开")))?;
        if size > left {
            let mib = limit / (1024 * 1024);
            return Err(Refusal::too_large(format!("工作簿解开后超过 {mib} MiB（“{name}”），可能是压缩炸弹")));
        }
        total += size;
    }
    kind.ok_or_else(|| Refusal::damaged("压缩包里没有工作簿"))
}
