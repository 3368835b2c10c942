//! .xls: the records are bounded and looked through here, the values come through calamine.

use super::super::records::CellKind;
use super::Refusal;
use super::biff;
use super::sheet::{Area, Epoch, Sheet, moment, percent, shortest};
use calamine::{Data, Reader, SheetType, SheetVisible, Xls, XlsError};
use std::io::Cursor;

/// How a compound file begins.
pub(super) const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

const LARGEST: usize = 48 * 1024 * 1024;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    // An encrypted .xlsx is a compound file around a stream of this name.
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(name.len()).any(|w| w == name.as_slice()) {
        return Err(Refusal::encrypted());
    }
    if bytes.len() > LARGEST {
        return Err(Refusal::too_large(format!(".xls 文件超过 {} MiB", LARGEST / (1024 * 1024))));
    }
    // Before calamine lays the cells out in a rectangle, its size must be known to be bearable.
    let biff::Scan { mut sheets_marks, from_1904 } = biff::scan(bytes)?;
    let mut book: Xls<Cursor<&[u8]>> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|e| match e {
        XlsError::Password => Refusal::encrypted(),
        _ => Refusal::damaged("不是完整的 .xls 文件"),
    })?;
    let listed = book.sheets_metadata().to_vec();
    sheets_marks.resize_with(listed.len(), biff::Marks::default);
    let mut sheets: Vec<Sheet> = Vec::new();
    for (found, marks) in listed.iter().zip(sheets_marks).filter(|(s, _)| s.typ == SheetType::WorkSheet) {
        let before = sheets.last().map_or(0, Sheet::counted);
        let mut sheet = Sheet::new(&found.name, found.visible != SheetVisible::Visible, before);
        sheet.epoch = Some(if from_1904 { Epoch::Y1904 } else { Epoch::Y1900 });
        let range = book.worksheet_range(&found.name).map_err(|_| Refusal::damaged("工作表读不出").within(&found.name))?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let at = |start: u32, step: usize| start.saturating_add(u32::try_from(step).unwrap_or(u32::MAX));
        for (row, column, value) in range.used_cells() {
            let (row, column) = (at(top, row), at(left, column));
            let (kind, text) = match value {
                Data::Empty => continue,
                Data::String(text) => (CellKind::Text, text.clone()),
                Data::Float(value) if marks.is_percent(row, column) => (CellKind::Number, percent(*value)),
                Data::Float(value) => (CellKind::Number, shortest(*value)),
                Data::Int(value) => (CellKind::Number, value.to_string()),
                Data::Bool(value) => (CellKind::Bool, if *value { "TRUE" } else { "FALSE" }.to_owned()),
                Data::DateTime(date) => moment(*date),
                Data::DateTimeIso(text) | Data::DurationIso(text) => (CellKind::Day, text.clone()),
                Data::Error(error) => (CellKind::Error, error.to_string()),
            };
            sheet.push(row, column, kind, &text)?;
        }
        let merged = book.merge_cells_by_sheet_name(&found.name).unwrap_or_default();
        sheet.hidden_rows = marks.hidden;
        sheet.merged = merged.iter().map(area).collect();
        sheet.settle();
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn area(found: &calamine::Dimensions) -> Area {
    let rows = (u64::from(found.start.0) + 1, u64::from(found.end.0) + 1);
    Area { rows, columns: (found.start.1 as usize, found.end.1 as usize) }
}
