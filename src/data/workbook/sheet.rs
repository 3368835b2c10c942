//! The cells of one sheet, row by row, as far as they are stored.

use super::super::records::{BrokenOff, CellKind, Record, Rows};
use super::Refusal;
use crate::value::{Decimal, format_decimal};
use std::borrow::Cow;

/// More cells than this would not fit in an office computer's memory.
const CELLS: usize = 4_000_000;
/// The same of the text in them: one text may stand in many cells.
const TEXT: usize = 128 * 1024 * 1024;
/// Spreadsheets end at 32,767 characters.
pub(super) const CELL: usize = 128 * 1024;
/// Spreadsheets end at 1,048,576 rows.
pub(super) const ROWS: usize = 1 << 20;
/// No spreadsheet program writes a wider sheet.
pub(super) const COLUMNS: u32 = 16_384;

/// A rectangle of merged cells, 1-based rows, 0-based columns, both ends included.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Area {
    pub rows: (u64, u64),
    pub columns: (usize, usize),
}

/// The day from which a workbook counts its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Epoch {
    /// Day 61 is 1 March 1900.
    Y1900,
    /// Day 0 is 1 January 1904.
    Y1904,
}

impl Epoch {
    /// Year, month and day of a day that a workbook counts; `None` before March 1900, where programs disagree.
    pub fn date(self, serial: i64) -> Option<(i32, i32, i32)> {
        // Days since 1 March of year 0, in cycles of 400 years.
        let days = match self {
            Self::Y1900 => serial.checked_add(693_899)?,
            Self::Y1904 => serial.checked_add(695_361)?,
        };
        let first = 693_960;
        if !(first..=first + 2_958_465).contains(&days) {
            return None;
        }
        let (cycle, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (day, year) = (day - (153 * month + 2) / 5 + 1, year + cycle * 400);
        let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
        Some((i32::try_from(year).ok()?, i32::try_from(month).ok()?, i32::try_from(day).ok()?))
    }
}

#[derive(Debug, Default)]
pub(in super::super) struct Sheet {
    pub name: String,
    pub hidden: bool,
    /// Where days are counted, the day from which they are.
    pub epoch: Option<Epoch>,
    /// In order.
    rows: Vec<SheetRow>,
    cells: usize,
    text: usize,
    /// 1-based.
    pub hidden_rows: Vec<u64>,
    pub merged: Vec<Area>,
}

#[derive(Debug)]
struct SheetRow {
    line: u32,
    cells: Vec<Stored>,
}

#[derive(Debug)]
struct Stored {
    column: u32,
    kind: CellKind,
    text: Box<str>,
}

impl Sheet {
    /// `before`: how many cells the workbook's earlier sheets have.
    pub fn new(name: &str, hidden: bool, before: usize) -> Self {
        Self { name: name.into(), hidden, cells: before, ..Self::default() }
    }

    /// The cells of the workbook up to here.
    pub fn counted(&self) -> usize {
        self.cells
    }

    /// Adds a cell that is not empty; `row` is 0-based.
    pub fn push(&mut self, row: u32, column: u32, kind: CellKind, text: &str) -> Result<(), Refusal> {
        if text.is_empty() && kind == CellKind::Text {
            return Ok(());
        }
        self.cells += 1;
        self.text += text.len();
        if self.text > TEXT || text.len() > CELL {
            return Err(Refusal::too_large("工作表里的文字太多".into()).within(&self.name));
        }
        if self.cells > CELLS || column >= COLUMNS {
            let what = format!("工作表里的数据超过 {COLUMNS} 列或 {CELLS} 格");
            return Err(Refusal::too_large(what).within(&self.name));
        }
        let line = row.saturating_add(1);
        let cell = Stored { column, kind, text: text.into() };
        match self.rows.last_mut() {
            Some(last) if last.line == line => last.cells.push(cell),
            _ => self.rows.push(SheetRow { line, cells: vec![cell] }),
        }
        Ok(())
    }

    /// Rows and their cells in order, whatever order the file had them in.
    pub fn settle(&mut self) {
        self.rows.sort_by_key(|r| r.line);
        for row in &mut self.rows {
            row.cells.sort_by_key(|c| c.column);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The hidden rows that hold something.
    pub fn hidden_and_filled(&self) -> Vec<u64> {
        let filled = |line: &&u64| self.rows.binary_search_by_key(*line, |r| u64::from(r.line)).is_ok();
        self.hidden_rows.iter().filter(filled).copied().collect()
    }

    pub fn walk(&self) -> SheetRows<'_> {
        SheetRows { rows: self.rows.iter() }
    }
}

/// Walks the rows of a sheet that hold anything.
pub(in super::super) struct SheetRows<'s> {
    rows: std::slice::Iter<'s, SheetRow>,
}

impl<'s> Rows<'s> for SheetRows<'s> {
    fn read(&mut self, record: &mut Record<'s>) -> Result<bool, BrokenOff> {
        record.cells.clear();
        record.kinds.clear();
        let Some(row) = self.rows.next() else { return Ok(false) };
        record.line = u64::from(row.line);
        for cell in &row.cells {
            let at = cell.column as usize;
            // A second cell of one place, which no program writes, is passed over.
            if at < record.cells.len() {
                continue;
            }
            record.cells.resize(at, Cow::Borrowed(""));
            record.kinds.resize(at, CellKind::Text);
            record.cells.push(Cow::Borrowed(&cell.text));
            record.kinds.push(cell.kind);
        }
        Ok(true)
    }
}

/// `C12` of a 0-based column and a 1-based row.
pub(in super::super) fn cell_name(column: usize, line: u64) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    let mut name: String = letters.into_iter().rev().collect();
    name.push_str(&line.to_string());
    name
}

/// The shortest decimal that reads back as the same double; never with an exponent.
pub(in super::super) fn shortest(value: f64) -> String {
    value.to_string()
}

/// The same of a ratio shown as a percentage: `0.95` is `95%`.
pub(super) fn percent(value: f64) -> String {
    let text = shortest(value);
    let hundred = crate::value::num(100);
    Decimal::parse(&text).map_or(text, |d| format!("{}%", format_decimal(&(d.to_num() * hundred), 18)))
}

/// Whether a number format shows a ratio as a percentage; a percent sign in quotes is but a letter.
pub(super) fn is_percent(format: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    format.chars().any(|c| {
        let plain = !quoted && !escaped;
        escaped = plain && matches!(c, '\\' | '_' | '*');
        quoted ^= c == '"' && (plain || quoted);
        plain && c == '%'
    })
}

/// `2018-09-01`, with the time of day where there is one.
pub(super) fn moment(date: calamine::ExcelDateTime) -> (CellKind, String) {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if date.is_duration() || date.as_f64() < 1.0 {
        return (CellKind::Text, format!("{hour:02}:{minute:02}:{second:02}"));
    }
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) != (0, 0, 0) {
        text.push_str(&format!(" {hour:02}:{minute:02}:{second:02}"));
    }
    (CellKind::Day, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_a_spreadsheet_names_them() {
        assert_eq!(
            [cell_name(0, 1), cell_name(25, 2), cell_name(26, 3), cell_name(701, 4), cell_name(702, 5)],
            ["A1", "Z2", "AA3", "ZZ4", "AAA5"]
        );
    }

    #[test]
    fn days_are_counted_from_either_epoch() {
        let dates = [61, 62, 36_526, 36_585, 36_586, 43_344, 73_050].map(|n| Epoch::Y1900.date(n).unwrap());
        let expected = [(1900, 3, 1), (1900, 3, 2), (2000, 1, 1), (2000, 2, 29), (2000, 3, 1), (2018, 9, 1), (2099, 12, 31)];
        assert_eq!(dates, expected);
        assert_eq!([Epoch::Y1904.date(0), Epoch::Y1904.date(41_882)], [Some((1904, 1, 1)), Some((2018, 9, 1))]);
        assert_eq!([Epoch::Y1900.date(60), Epoch::Y1900.date(-1), Epoch::Y1900.date(i64::MAX)], [None, None, None]);
    }

    #[test]
    fn percent_formats_are_told_from_percent_signs() {
        assert!(["0%", "0.00%", "0.0%;[Red]-0.0%", "\"约\"0%"].iter().all(|f| is_percent(f)));
        assert!(["0", "0\"%\"", "0\\%", "General", "yyyy\"年%\"m"].iter().all(|f| !is_percent(f)));
    }

    #[test]
    fn doubles_become_their_shortest_decimal() {
        assert_eq!([shortest(1.1), shortest(1e-6), shortest(45.0), shortest(1.2e10)], ["1.1", "0.000001", "45", "12000000000"]);
        assert_eq!([percent(0.95), percent(0.07), percent(1.0)], ["95%", "7%", "100%"]);
    }
}
