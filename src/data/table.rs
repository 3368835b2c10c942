//! One file's or sheet's rows → the columns of its table.

use super::aside::{Notices, TEXT};
use super::cell::{CellReader, Fault, is_missing};
use super::columns::Column;
use super::complaints::{Complaints, Spot};
use super::dataset::TableData;
use super::header::{self, Names, Slot, Units};
use super::items::Listed;
use super::layout;
use super::parts::Part;
use super::plain;
use super::records::{BrokenOff, CellKind, Record, Rows, WIDEST};
use super::totals;
use super::workbook::{Area, Epoch, Sheet, cell_name};
use crate::diagnostic::Code;
use crate::plan::{FieldId, Table};
use std::borrow::Cow;

/// A table as read.
#[derive(Debug)]
pub(super) struct TableRead {
    pub data: TableData,
    /// Records that could not be kept or have no full key.
    pub lost: usize,
}

/// Reads one part of a table.
pub(super) struct Reader<'p> {
    pub table: &'p Table,
    names: &'p Names,
    units: &'p Units,
    /// How many bytes the cells may take.
    pub room: usize,
    /// Whether rows may end early, as they do in a workbook.
    ragged: bool,
    epoch: Option<Epoch>,
    pub slots: Vec<Option<Slot>>,
    /// Columns that have a name, whether they are read or not.
    named: Vec<bool>,
    /// The items that a form lists in the table, and whether this sheet is one.
    listed: Option<&'p Listed<'p>>,
    is_form: bool,
    /// The column that says what the items are.
    text: Option<usize>,
    /// The first row of data, where the header was found, and the row of totals.
    body: Option<u64>,
    total: Option<u64>,
    pub readings: Vec<Option<Reading<'p>>>,
}

/// How one column is read.
pub(super) struct Reading<'p> {
    pub cells: CellReader<'p>,
    key: bool,
    required: bool,
}

impl Reading<'_> {
    /// Whether a cell without a value is wrong.
    pub fn is_needed(&self) -> bool {
        self.key || self.required
    }
}

impl<'p> Reader<'p> {
    pub fn new(table: &'p Table, names: &'p Names, units: &'p Units, room: usize, sheet: Option<&Sheet>) -> Self {
        let (ragged, epoch) = (sheet.is_some(), sheet.and_then(|s| s.epoch));
        let (slots, named, readings) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            table,
            names,
            units,
            room,
            ragged,
            epoch,
            slots,
            named,
            listed: None,
            is_form: false,
            text: None,
            body: None,
            total: None,
            readings,
        }
    }

    /// Reads all rows; `listed` are the items that a form lists in the table. Tells whether they hold only a share of the columns.
    /// `more` adds what follows elsewhere.
    pub fn read<'a, R: Rows<'a>>(
        &mut self,
        mut rows: R,
        more: impl FnOnce(&Self, &mut Part),
        listed: &'p Listed<'p>,
        complaints: &mut Complaints,
    ) -> (TableRead, bool) {
        let (head, end) = self.head(&mut rows);
        let Some(header) = layout::header(&head, self.names) else {
            match end {
                Some(Err(why)) => broken_off(why, complaints),
                _ => complaints.error(Code::DATA_UNREADABLE, || {
                    (Spot::default(), "文件是空的，没有表头".into(), vec!["第一行写列名，以下逐行写数据".into()])
                }),
            }
            let mut nothing = TableRead::absent(self.table.fields.len());
            nothing.data.supplied = true;
            return (nothing, false);
        };
        if let Some(wide) = head.iter().find(|row| row.more > 0) {
            too_wide(wide, complaints);
        }
        let above = head.get(..header.above).unwrap_or_default();
        layout::check_title(above, self.units, complaints);
        let notices = Notices::read(above, complaints);
        let share = notices.share;
        (self.listed, self.is_form) = (Some(listed), notices.is_form());
        self.text = header.cells.iter().position(|c| c.trim() == TEXT).filter(|_| listed.item().is_some());
        self.named = header.cells.iter().map(|c| !c.trim().is_empty()).collect();
        self.slots = header::read(&header, self.table, self.names, self.units, (self.ragged, share, R::PROJECTED), complaints);
        complaints.headers = vec![None; self.table.fields.len()];
        self.prepare(complaints);
        self.body = Some(header.line + 1);
        let mut whole = Part::new(self.columns(), complaints.beside());
        for record in head.iter().skip(header.above + header.height) {
            self.record(record, &mut whole);
        }
        match end {
            None => self.body(rows.parts(), &mut whole),
            Some(Ok(())) => {}
            Some(Err(why)) => whole.broken_off(why),
        }
        more(self, &mut whole);
        whole.finish();
        let Part { mut read, complaints: more, total, .. } = whole;
        complaints.append(more);
        if let Some(total) = &total {
            self.total = Some(total.line);
            totals::check(self, total, &read.data, complaints);
        }
        read.data.supplied = notices.given(read.data.rows, complaints);
        (read, share)
    }

    /// Whether there is nothing to a row but its cells: no form whose rows may be untouched, no texts beside items, no rows that end early.
    pub fn is_plain(&self) -> bool {
        !self.is_form && self.text.is_none() && !self.ragged
    }

    /// The first rows that are not blank, and how the file ended where it did.
    fn head<'a>(&self, rows: &mut impl Rows<'a>) -> (Vec<Record<'a>>, Option<Result<(), BrokenOff>>) {
        let mut head = Vec::new();
        while head.len() < layout::HEAD {
            let mut record = Record::default();
            match next(rows, &mut record) {
                Ok(true) => head.push(record),
                Ok(false) => return (head, Some(Ok(()))),
                Err(open) => return (head, Some(Err(open))),
            }
        }
        (head, None)
    }

    /// A column for each field that the header names.
    pub fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = self.table.fields.iter().map(|_| Column::Absent).collect();
        for (slot, reading) in self.slots.iter().zip(&self.readings) {
            if let (Some(slot), Some(reading)) = (slot, reading)
                && let Some(column) = columns.get_mut(slot.field)
            {
                *column = reading.cells.column();
            }
        }
        columns
    }

    fn prepare(&mut self, complaints: &mut Complaints) {
        let (table, units) = (self.table, self.units);
        self.readings = Vec::with_capacity(self.slots.len());
        for (position, slot) in self.slots.iter().enumerate() {
            let made = slot.as_ref().and_then(|s| {
                let field = table.fields.get(s.field)?;
                let key = table.key.iter().any(|k| k.0 == s.field);
                let refers = table.references.iter().any(|r| r.fields.iter().any(|f| f.0 == s.field));
                let cells = CellReader::new(field, s, key || refers, units).counting(self.epoch);
                *complaints.headers.get_mut(s.field)? = Some((position, s.header.clone()));
                Some(Reading { cells, key, required: field.required || refers })
            });
            self.readings.push(made);
        }
    }

    pub fn record(&self, record: &Record<'_>, part: &mut Part) {
        part.begin();
        if totals::is_total(record) {
            part.total = Some(record.owned());
            return;
        }
        let Part { read: found, complaints, .. } = part;
        if self.is_form && self.listed.is_some_and(|listed| self.is_untouched(record, listed)) {
            return;
        }
        let wide = record.cells.len() > self.slots.len() || record.more > 0;
        if !self.ragged && (wide || record.cells.len() < self.slots.len()) {
            found.lost += 1;
            self.row_length(record, complaints);
            return;
        }
        if self.ragged {
            self.unheaded(record, complaints);
        }
        self.row(record, found, complaints);
    }

    /// Whether a row of a form still holds only what was there from the beginning.
    fn is_untouched(&self, record: &Record<'_>, listed: &Listed<'_>) -> bool {
        let is_given = |at: usize| match self.slots.get(at) {
            Some(Some(slot)) => listed.is_given(slot.field),
            Some(None) => self.named.get(at).is_some_and(|named| *named),
            None => false,
        };
        let mut cells = record.cells.iter().enumerate();
        listed.item().is_some() && cells.all(|(at, cell)| is_given(at) || cell.trim().is_empty() && record.kind(at) == CellKind::Text)
    }

    fn row(&self, record: &Record<'_>, found: &mut TableRead, complaints: &mut Complaints) {
        let mut whole = true;
        for (position, (slot, reading)) in self.slots.iter().zip(&self.readings).enumerate() {
            let (Some(slot), Some(reading)) = (slot, reading) else { continue };
            let Some(column) = found.data.columns.get_mut(slot.field) else { continue };
            let cell = record.cells.get(position).map_or("", |c| plain::trim(c));
            let kind = record.kind(position);
            let fault = match reading.cells.push(column, cell, kind) {
                Ok(()) if reading.is_needed() && is_missing(cell) => Some(empty(reading.key)),
                Ok(()) => None,
                Err(fault) => Some(fault),
            };
            let Some(fault) = fault else { continue };
            whole &= !reading.key;
            complaints.error(fault.code, || {
                let row = self.key_text(&record.cells);
                let (found, expected) = (Some(cut(cell)), Some(fault.expected.clone()));
                let spot = Spot { line: Some(record.line), field: Some(slot.field), row, found, expected, ..Spot::default() };
                let name = self.table.fields.get(slot.field).map_or("", |f| f.name.as_str());
                (spot, format!("“{name}”{}，{}", stood(cell, kind), fault.expected), fault.help)
            });
        }
        if let (Some(at), Some(listed)) = (self.text, self.listed) {
            self.beside(at, listed, record, complaints);
        }
        found.lost += usize::from(!whole);
        found.data.rows += 1;
        found.data.places.push((0, u32::try_from(record.line).unwrap_or(u32::MAX)));
    }

    /// A text beside an item's number must be that item's: people sort some columns and forget others.
    fn beside(&self, at: usize, listed: &Listed<'_>, record: &Record<'_>, complaints: &mut Complaints) {
        let text = |at: usize| record.cells.get(at).map_or("", |c| c.trim());
        let item = self.slots.iter().position(|s| s.as_ref().is_some_and(|s| Some(s.field) == listed.item()));
        let Some((is_certain, message, mend)) = item.filter(|_| !text(at).is_empty()).and_then(|item| listed.beside(text(item), text(at)))
        else {
            return;
        };
        let spot = Spot { line: Some(record.line), position: Some(at), row: self.key_text(&record.cells), ..Spot::default() };
        let tell = || (spot, message, vec![mend.to_owned()]);
        if is_certain { complaints.error(Code::AMBIGUOUS, tell) } else { complaints.warning(Code::AMBIGUOUS, tell) }
    }

    /// Cells in columns without a name, in a workbook.
    fn unheaded(&self, record: &Record<'_>, complaints: &mut Complaints) {
        for (position, cell) in record.cells.iter().enumerate() {
            if self.named.get(position).is_some_and(|named| *named) || cell.trim().is_empty() {
                continue;
            }
            complaints.error(Code::ROW_LENGTH, || {
                let spot = Spot { line: Some(record.line), position: Some(position), row: self.key_text(&record.cells), ..Spot::default() };
                let message = format!("这一列没有列名，这里却写着“{}”", cut(cell.trim()));
                (spot, message, vec!["在表头写上列名，或删去这一格".into()])
            });
        }
    }

    /// Merged cells among the data: whose value it is, nobody can say.
    pub fn merged(&self, areas: &[Area], complaints: &mut Complaints) {
        let Some(body) = self.body else { return };
        let read = |area: &&Area| {
            let (left, right) = area.columns;
            let columns = self.slots.get(left..=right.min(self.slots.len().saturating_sub(1))).unwrap_or_default();
            let is_total = self.total.is_some_and(|t| area.rows.0 >= t);
            area.rows.1 >= body && !is_total && columns.iter().any(Option::is_some)
        };
        for area in areas.iter().filter(read) {
            complaints.error(Code::MERGED, || {
                let spot = Spot { line: Some(area.rows.0), position: Some(area.columns.0), ..Spot::default() };
                let (from, to) = (cell_name(area.columns.0, area.rows.0), cell_name(area.columns.1, area.rows.1));
                (spot, format!("数据里的 {from}:{to} 合并成了一格，看不出值归哪一格"), vec!["取消合并，逐格填写".into()])
            });
        }
    }

    fn row_length(&self, record: &Record<'_>, complaints: &mut Complaints) {
        let (had, wanted) = (record.cells.len() + record.more, self.slots.len());
        complaints.error(Code::ROW_LENGTH, || {
            let help = if had < wanted {
                "补上缺少的格；空格子也要留着逗号"
            } else {
                "删去多余的格；格内有逗号的，整格加上双引号，千位分隔符可以不写"
            };
            let spot = Spot { line: Some(record.line), row: self.key_text(&record.cells), ..Spot::default() };
            (spot, format!("这一行有 {had} 格，表头有 {wanted} 列"), vec![help.into()])
        });
    }

    /// `代码=S01，批次=大筐`, then the row's name, as far as the record has them.
    fn key_text(&self, cells: &[Cow<'_, str>]) -> Option<String> {
        let text = |field: usize| {
            let at = self.slots.iter().position(|s| s.as_ref().is_some_and(|s| s.field == field))?;
            cells.get(at).map(|c| cut(c.trim()))
        };
        let part = |key: &FieldId| Some(format!("{}={}", self.table.fields.get(key.0)?.name, text(key.0)?));
        let parts: Vec<String> = self.table.key.iter().filter_map(part).collect();
        named(parts, self.table.display.filter(|f| !self.table.key.contains(f)).and_then(|f| text(f.0)))
    }
}

/// A row's key and its name.
pub(super) fn named(parts: Vec<String>, name: Option<String>) -> Option<String> {
    let key = parts.join("，");
    match name.filter(|n| !n.is_empty()) {
        _ if key.is_empty() => None,
        Some(name) => Some(format!("{key} {name}")),
        None => Some(key),
    }
}

/// The next record that is not blank.
pub(super) fn next<'a>(rows: &mut impl Rows<'a>, record: &mut Record<'a>) -> Result<bool, BrokenOff> {
    while rows.read(record)? {
        if !record.is_blank() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a cell holds, for a complaint.
fn stood(cell: &str, kind: CellKind) -> String {
    match kind {
        CellKind::Uncached => "这里有公式".into(),
        _ if cell.is_empty() => "这里是空的".into(),
        CellKind::Day => format!("这里存成了日期“{}”", cut(cell)),
        _ => format!("这里写的是“{}”", cut(cell)),
    }
}

pub(super) fn empty(key: bool) -> Fault {
    if key {
        let help = vec!["补上这一格；如整行无用，请删去整行".into()];
        return Fault { code: Code::MISSING_KEY, expected: "主键不能为空".into(), help };
    }
    Fault { code: Code::BAD_CELL, expected: "这一列必须填写".into(), help: vec!["补上这一格".into()] }
}

fn too_wide(record: &Record<'_>, complaints: &mut Complaints) {
    complaints.error(Code::ROW_LENGTH, || {
        let spot = Spot { line: Some(record.line), ..Spot::default() };
        let message = format!("这一行有 {} 格，超过 {WIDEST} 列，后面的没有读", record.cells.len() + record.more);
        (spot, message, vec!["删去多余的列；多半是行末多出的逗号".into()])
    });
}

pub(super) fn broken_off(why: BrokenOff, complaints: &mut Complaints) {
    let (line, message, mend) = match why {
        BrokenOff::OpenQuote { line } => {
            (line, "从这一行起有一个双引号没有闭合，以下各行都没有读", "补上闭合的双引号；格内的双引号要写两个")
        }
        BrokenOff::Damaged { line } => (line, "文件从这一行起已损坏，以下各行都没有读", "重新导出这个文件"),
    };
    complaints.error(Code::DATA_UNREADABLE, || (Spot { line: Some(line), ..Spot::default() }, message.into(), vec![mend.into()]));
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
