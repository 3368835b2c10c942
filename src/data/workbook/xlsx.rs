//! .xlsx: values through calamine; hidden rows and formulas without a value, which it passes over, from the sheet's own XML.

use super::super::records::CellKind;
use super::Refusal;
use super::archive::{Archive, unzip};
use super::sheet::{Area, COLUMNS, Epoch, ROWS, Sheet, is_percent, moment, percent, shortest};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Cursor};

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    let mut book: Book<'_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| Refusal::damaged("不是完整的 .xlsx 文件"))?;
    let mut archive = unzip(bytes)?;
    let (paths, epoch) = paths(&mut archive)?;
    let listed = book.sheets_metadata().to_vec();
    let mut sheets: Vec<Sheet> = Vec::new();
    for found in listed.iter().filter(|s| s.typ == SheetType::WorkSheet) {
        let before = sheets.last().map_or(0, Sheet::counted);
        let mut sheet = Sheet::new(&found.name, found.visible != SheetVisible::Visible, before);
        let marks = match paths.get(&found.name) {
            Some(path) => marks(&mut archive, path)?,
            None => Marks::default(),
        };
        sheet.epoch = Some(epoch);
        cells(&mut book, &mut sheet, &marks)?;
        sheet.hidden_rows = marks.hidden.iter().map(|r| u64::from(*r) + 1).collect();
        sheet.merged = marks.merged;
        sheet.settle();
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn cells(book: &mut Book<'_>, sheet: &mut Sheet, marks: &Marks) -> Result<(), Refusal> {
    let name = sheet.name.clone();
    let broken = |_: calamine::XlsxError| Refusal::damaged("工作表读不出").within(&name);
    let mut reader = book.worksheet_cells_reader(&name).map_err(broken)?;
    let styles: Vec<bool> = reader.styles().iter().map(|s| s.number_format.as_ref().is_some_and(|f| is_percent(&f.format_code))).collect();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(broken)? {
        let (row, column) = cell.get_position();
        let in_percent = styles.get(style).copied().unwrap_or(false);
        let (kind, text) = match cell.get_value() {
            DataRef::Empty if marks.bare.contains(&(row, column)) => (CellKind::Uncached, String::new()),
            DataRef::Empty => continue,
            DataRef::String(text) => (CellKind::Text, text.clone()),
            DataRef::SharedString(text) => (CellKind::Text, (*text).to_owned()),
            DataRef::Float(value) if in_percent => (CellKind::Number, percent(*value)),
            DataRef::Float(value) => (CellKind::Number, shortest(*value)),
            DataRef::Int(value) => (CellKind::Number, value.to_string()),
            DataRef::Bool(value) => (CellKind::Bool, if *value { "TRUE" } else { "FALSE" }.to_owned()),
            DataRef::DateTime(date) => moment(*date),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (CellKind::Day, text.clone()),
            DataRef::Error(error) => (CellKind::Error, error.to_string()),
        };
        sheet.push(row, column, kind, &text)?;
    }
    Ok(())
}

/// What calamine does not tell of a sheet.
#[derive(Debug, Default)]
struct Marks {
    /// 0-based.
    hidden: Vec<u32>,
    /// Formulas without a value.
    bare: BTreeSet<(u32, u32)>,
    merged: Vec<Area>,
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok().flatten()?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

fn marks(archive: &mut Archive<'_>, path: &str) -> Result<Marks, Refusal> {
    let Ok(part) = archive.by_name(path) else { return Ok(Marks::default()) };
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(part));
    let (mut found, mut buffer) = (Marks::default(), Vec::new());
    let (mut row, mut column) = (0u32, 0u32);
    let (mut formula, mut value) = (false, false);
    loop {
        buffer.clear();
        if [found.hidden.len(), found.bare.len(), found.merged.len()].iter().any(|n| *n > ROWS) {
            return Err(Refusal::too_large("工作表里隐藏的行、合并的单元格或公式多得不正常".into()));
        }
        match reader.read_event_into(&mut buffer).map_err(|_| Refusal::damaged("里面的文字读不出"))? {
            Event::Start(e) | Event::Empty(e) => match e.local_name().as_ref() {
                "row" => {
                    row = attribute(&e, "r").and_then(|r| r.parse::<u32>().ok()).map_or(row, |r| r.saturating_sub(1));
                    column = 0;
                    if attribute(&e, "hidden").is_some_and(|h| h == "1" || h == "true") {
                        found.hidden.push(row);
                    }
                }
                "c" => {
                    (formula, value) = (false, false);
                    if let Some((r, c)) = attribute(&e, "r").as_deref().and_then(position) {
                        (row, column) = (r, c);
                    }
                }
                "f" => formula = true,
                "v" | "is" => value = true,
                "mergeCell" => found.merged.extend(attribute(&e, "ref").as_deref().and_then(area)),
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "row" => row = row.saturating_add(1),
                "c" => {
                    if formula && !value {
                        found.bare.insert((row, column));
                    }
                    column = column.saturating_add(1);
                }
                _ => {}
            },
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// 0-based row and column of `C12`.
fn position(name: &str) -> Option<(u32, u32)> {
    let at = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = name.split_at_checked(at)?;
    let mut column = 0u32;
    for letter in letters.bytes() {
        let digit = u32::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?.min(COLUMNS)))
}

fn area(text: &str) -> Option<Area> {
    let (from, to) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (position(from)?, position(to)?);
    Some(Area { rows: (u64::from(top) + 1, u64::from(bottom) + 1), columns: (left as usize, right as usize) })
}

/// Per sheet, the part that holds its cells; and the workbook's epoch.
fn paths(archive: &mut Archive<'_>) -> Result<(BTreeMap<String, String>, Epoch), Refusal> {
    let mut targets = BTreeMap::new();
    elements(archive, "xl/_rels/workbook.xml.rels", |e| {
        if let (Some(id), Some(target)) = (attribute(e, "Id"), attribute(e, "Target")) {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
    })?;
    let (mut paths, mut epoch) = (BTreeMap::new(), Epoch::Y1900);
    elements(archive, "xl/workbook.xml", |e| {
        if e.local_name().as_ref() == "workbookPr" && attribute(e, "date1904").is_some_and(|d| d == "1" || d == "true") {
            epoch = Epoch::Y1904;
        }
        if e.local_name().as_ref() == "sheet"
            && let (Some(name), Some(path)) = (attribute(e, "name"), attribute(e, "r:id").and_then(|id| targets.get(&id)))
        {
            paths.insert(name, path.clone());
        }
    })?;
    Ok((paths, epoch))
}

fn elements(archive: &mut Archive<'_>, path: &str, mut each: impl FnMut(&BytesStart<'_>)) -> Result<(), Refusal> {
    let Ok(part) = archive.by_name(path) else { return Ok(()) };
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| Refusal::damaged("里面的文字读不出"))? {
            Event::Start(e) | Event::Empty(e) => each(&e),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
