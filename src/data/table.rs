//! One file's records → the columns of its table.

use super::cell::{CellReader, Fault, is_missing};
use super::complaints::{Complaints, Spot};
use super::dataset::{Column, TableData};
use super::header::{self, Names, Slot, Units};
use super::layout;
use super::records::{OpenQuote, Record, Records};
use crate::diagnostic::Code;
use crate::plan::Table;
use std::borrow::Cow;

/// A table as read, and what later complaints need to know of its file.
#[derive(Debug)]
pub(super) struct TableRead {
    pub data: TableData,
    /// Per field, the header as written.
    pub headers: Vec<Option<String>>,
    /// Records that could not be kept or have no full key.
    pub lost: usize,
}

/// Reads the text of the file that stands at `input` among the inputs.
pub(super) fn read(table: &Table, units: &Units, input: u32, text: &str, complaints: &mut Complaints) -> TableRead {
    let names = Names::of(table);
    let data = TableData { supplied: true, columns: table.fields.iter().map(|_| Column::Absent).collect(), ..TableData::default() };
    let mut found = TableRead { data, headers: table.fields.iter().map(|_| None).collect(), lost: 0 };
    let separator = match layout::separator(text, &names) {
        Ok(separator) => separator,
        Err(found_two) => {
            ambiguous(&found_two, complaints);
            return found;
        }
    };
    let mut records = Records::new(text, separator);
    let mut record = Record::default();
    match next(&mut records, &mut record) {
        Ok(true) => {}
        Ok(false) => {
            complaints.error(Code::DATA_UNREADABLE, || {
                (Spot::default(), "文件是空的，没有表头".into(), vec!["第一行写列名，以下逐行写数据".into()])
            });
            return found;
        }
        Err(open) => {
            open_quote(&open, complaints);
            return found;
        }
    }
    let slots = header::read(&record.cells, record.line, table, &names, units, complaints).slots;
    let readers = prepare(table, &slots, &mut found);
    loop {
        match next(&mut records, &mut record) {
            Ok(true) => {}
            Ok(false) => return found,
            Err(open) => {
                open_quote(&open, complaints);
                found.lost += 1;
                return found;
            }
        }
        if record.cells.len() == slots.len() {
            row(table, &slots, &readers, input, &record, &mut found, complaints);
        } else {
            found.lost += 1;
            row_length(table, &slots, &record, complaints);
        }
    }
}

/// The next record that is not blank.
fn next<'a>(records: &mut Records<'a>, record: &mut Record<'a>) -> Result<bool, OpenQuote> {
    while records.read(record)? {
        if !record.is_blank() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn prepare<'p>(table: &'p Table, slots: &[Option<Slot>], found: &mut TableRead) -> Vec<Option<Reading<'p>>> {
    let mut readers = Vec::with_capacity(slots.len());
    for slot in slots {
        let made = slot.as_ref().and_then(|s| {
            let field = table.fields.get(s.field)?;
            let reader = CellReader::new(field, s.factor);
            *found.data.columns.get_mut(s.field)? = reader.column();
            *found.headers.get_mut(s.field)? = Some(s.header.clone());
            let key = table.key.iter().any(|k| k.0 == s.field);
            let refers = table.references.iter().any(|r| r.fields.iter().any(|f| f.0 == s.field));
            Some(Reading { reader, key, required: field.required || refers })
        });
        readers.push(made);
    }
    readers
}

struct Reading<'p> {
    reader: CellReader<'p>,
    key: bool,
    required: bool,
}

fn row(
    table: &Table,
    slots: &[Option<Slot>],
    readers: &[Option<Reading<'_>>],
    input: u32,
    record: &Record<'_>,
    found: &mut TableRead,
    complaints: &mut Complaints,
) {
    let mut whole = true;
    for ((slot, reading), cell) in slots.iter().zip(readers).zip(&record.cells) {
        let (Some(slot), Some(reading)) = (slot, reading) else { continue };
        let Some(column) = found.data.columns.get_mut(slot.field) else { continue };
        let cell = cell.trim();
        let fault = match reading.reader.push(column, cell) {
            Ok(()) if (reading.key || reading.required) && is_missing(cell) => Some(empty(reading.key)),
            Ok(()) => None,
            Err(fault) => Some(fault),
        };
        let Some(fault) = fault else { continue };
        whole &= !reading.key;
        complaints.error(fault.code, || {
            let row = key_text(table, slots, &record.cells);
            let spot = Spot { line: Some(record.line), column: Some(slot.header.clone()), row };
            let name = table.fields.get(slot.field).map_or("", |f| f.name.as_str());
            let stood = if cell.is_empty() { "这里是空的".into() } else { format!("这里写的是“{}”", cut(cell)) };
            (spot, format!("“{name}”{stood}，{}", fault.expected), fault.help)
        });
    }
    found.lost += usize::from(!whole);
    found.data.rows += 1;
    found.data.places.push((input, u32::try_from(record.line).unwrap_or(u32::MAX)));
}

fn empty(key: bool) -> Fault {
    if key {
        let help = vec!["补上这一格；如整行无用，请删去整行".into()];
        return Fault { code: Code::MISSING_KEY, expected: "主键不能为空".into(), help };
    }
    Fault { code: Code::BAD_CELL, expected: "这一列必须填写".into(), help: vec!["补上这一格".into()] }
}

fn row_length(table: &Table, slots: &[Option<Slot>], record: &Record<'_>, complaints: &mut Complaints) {
    let (had, wanted) = (record.cells.len(), slots.len());
    complaints.error(Code::ROW_LENGTH, || {
        let help = if had < wanted {
            "补上缺少的格；空格子也要留着逗号"
        } else {
            "删去多余的格；格内有逗号的，整格加上双引号，千位分隔符可以不写"
        };
        let spot = Spot { line: Some(record.line), column: None, row: key_text(table, slots, &record.cells) };
        (spot, format!("这一行有 {had} 格，表头有 {wanted} 列"), vec![help.into()])
    });
}

fn ambiguous(found: &layout::Ambiguous, complaints: &mut Complaints) {
    complaints.error(Code::AMBIGUOUS, || {
        let spot = Spot { line: Some(found.line), ..Spot::default() };
        let message = format!("这一行按{}分列也通，判断不了用的是哪一种分隔符", found.words.join("分列也通，按"));
        (spot, message, vec!["整个文件只用一种分隔符；列名里的标点请去掉".into()])
    });
}

fn open_quote(open: &OpenQuote, complaints: &mut Complaints) {
    complaints.error(Code::DATA_UNREADABLE, || {
        let spot = Spot { line: Some(open.line), ..Spot::default() };
        let message = "从这一行起有一个双引号没有闭合，以下各行都没有读".into();
        (spot, message, vec!["补上闭合的双引号；格内的双引号要写两个".into()])
    });
}

/// `代码=S01，批次=大筐`, as far as the record has it.
fn key_text(table: &Table, slots: &[Option<Slot>], cells: &[Cow<'_, str>]) -> Option<String> {
    let part = |key: usize| {
        let at = slots.iter().position(|s| s.as_ref().is_some_and(|s| s.field == key))?;
        let cell = cells.get(at)?.trim();
        Some(format!("{}={}", table.fields.get(key)?.name, cut(cell)))
    };
    let parts: Vec<String> = table.key.iter().filter_map(|k| part(k.0)).collect();
    (!parts.is_empty()).then(|| parts.join("，"))
}

/// A cell short enough to show.
pub(super) fn cut(cell: &str) -> String {
    const SHOWN: usize = 40;
    let mut text: String = cell.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cell.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}
