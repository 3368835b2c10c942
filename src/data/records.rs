//! CSV text → records of cells that borrow from it.
//!
//! Written here because a reader must know each record's first line under any line ending and must not swallow an unclosed quote in silence.

use super::{cuts, plain};
use memchr::{memchr, memchr3};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::borrow::Cow;
use std::ops::Range;

/// The cells of one record; reused from record to record.
#[derive(Debug, Default, Clone)]
pub(super) struct Record<'a> {
    /// 1-based line of the record's start.
    pub line: u64,
    pub cells: Vec<Cow<'a, str>>,
    /// What each cell was stored as; all are text where this is shorter.
    pub kinds: Vec<CellKind>,
    /// How many cells beyond [`WIDEST`] were passed over.
    pub more: usize,
}

/// No spreadsheet is wider.
pub(super) const WIDEST: usize = 16_384;

/// What a spreadsheet stored a cell as. A text file has text only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum CellKind {
    #[default]
    Text,
    /// A number, in decimal digits, or a percentage with its sign.
    Number,
    /// A date, written `2018-09-01`.
    Day,
    Bool,
    /// An error value such as `#N/A`.
    Error,
    /// A formula without a value.
    Uncached,
}

/// Gives one row after another.
pub(super) trait Rows<'a>: Sized + Send {
    /// Whether columns that the table does not have are passed over.
    const PROJECTED: bool = false;

    /// Reads the next row; `false` at the end.
    fn read(&mut self, record: &mut Record<'a>) -> Result<bool, BrokenOff>;

    /// The rows that are left, in parts that can be read at the same time; at least one.
    fn parts(self) -> Vec<Self> {
        vec![self]
    }

    /// The text whose plain rows may be read at once.
    fn text(&mut self) -> Option<&mut Records<'a>> {
        None
    }
}

impl Record<'_> {
    /// Whether no cell holds anything but spaces.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|c| plain::trim(c).is_empty()) && !self.kinds.contains(&CellKind::Uncached)
    }

    /// The same, to be kept longer than its text.
    pub fn owned(&self) -> Record<'static> {
        let cells = self.cells.iter().map(|cell| Cow::Owned(cell.clone().into_owned())).collect();
        Record { line: self.line, cells, kinds: self.kinds.clone(), more: self.more }
    }

    /// What a cell was stored as.
    pub fn kind(&self, at: usize) -> CellKind {
        self.kinds.get(at).copied().unwrap_or_default()
    }
}

/// Why there are no further rows before the end; with the line where the row starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BrokenOff {
    /// The end of the text leaves a quote open.
    OpenQuote { line: u64 },
    /// The file is damaged from here on.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "text and workbooks are found damaged as a whole"))]
    Damaged { line: u64 },
}

/// Walks the records of a text; LF, CRLF and CR all end a line.
#[derive(Debug)]
pub(super) struct Records<'a> {
    rest: &'a str,
    line: u64,
    separator: u8,
    /// The size of its parts.
    piece: usize,
    /// Whether plain rows may be read at once.
    swift: bool,
}

/// How much of a text one processor reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pieces {
    /// Bytes, about.
    pub size: usize,
    /// Whether plain rows may be read at once; the careful reading makes the same of them.
    pub swift: bool,
}

impl<'a> Rows<'a> for Records<'a> {
    fn parts(self) -> Vec<Self> {
        let pieces = cuts::cut(self.rest.as_bytes(), self.separator, self.piece).into_par_iter();
        let counted = |piece: Range<usize>| self.rest.get(piece).map(|text| (text, cuts::lines(text.as_bytes())));
        self.numbered(pieces.filter_map(counted).collect()).0
    }

    fn text(&mut self) -> Option<&mut Self> {
        self.swift.then_some(self)
    }

    fn read(&mut self, record: &mut Record<'a>) -> Result<bool, BrokenOff> {
        self.next(record)
    }
}

impl<'a> Records<'a> {
    /// Starts at the first line; `separator` is an ASCII character other than a quote or a line's end.
    pub fn new(text: &'a str, separator: u8) -> Self {
        Self { rest: text, line: 1, separator, piece: usize::MAX, swift: false }
    }

    /// To be read in parts.
    pub fn in_pieces(self, Pieces { size, swift }: Pieces) -> Self {
        Self { piece: size, swift, ..self }
    }

    /// The parts of a text of whole lines that stands further down in its file, from a line on, and the line after it; `None` where it is no
    /// text.
    pub fn further(bytes: &'a [u8], separator: u8, pieces: Pieces, line: u64) -> Option<(Vec<Self>, u64)> {
        let counted = |piece: Range<usize>| {
            let bytes = bytes.get(piece)?;
            let text = simdutf8::basic::from_utf8(bytes).ok()?;
            memchr(0, bytes).is_none().then(|| (text, cuts::lines(bytes)))
        };
        let cut = cuts::cut(bytes, separator, pieces.size).into_par_iter().map(counted);
        let first = Self { line, ..Self::new("", separator).in_pieces(pieces) };
        Some(first.numbered(cut.collect::<Option<_>>()?))
    }

    /// Parts like this, with these texts and their lines, and the line after them.
    fn numbered(&self, pieces: Vec<(&'a str, u64)>) -> (Vec<Self>, u64) {
        let mut line = self.line;
        let part = |(rest, lines)| {
            let part = Self { rest, line, ..*self };
            line += lines;
            part
        };
        (pieces.into_iter().map(part).collect(), line)
    }

    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// The text from the next record on, and its line.
    pub fn rest(&self) -> (&'a str, u64) {
        (self.rest, self.line)
    }

    /// Passes by so many bytes, which are so many lines.
    pub fn pass(&mut self, bytes: usize, lines: usize) {
        self.take(bytes);
        self.line += u64::try_from(lines).unwrap_or(u64::MAX);
    }

    fn next(&mut self, record: &mut Record<'a>) -> Result<bool, BrokenOff> {
        record.cells.clear();
        (record.line, record.more) = (self.line, 0);
        if self.rest.is_empty() {
            return Ok(false);
        }
        loop {
            let Some(cell) = self.cell() else { return Err(BrokenOff::OpenQuote { line: record.line }) };
            if record.cells.len() < WIDEST {
                record.cells.push(cell);
            } else {
                record.more += 1;
            }
            let end = match self.rest.as_bytes() {
                [byte, ..] if *byte == self.separator => {
                    self.take(1);
                    continue;
                }
                [b'\r', b'\n', ..] => 2,
                _ => 1,
            };
            self.take(end);
            self.line += 1;
            return Ok(true);
        }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (head, tail) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = tail;
        head
    }

    fn plain(&mut self) -> &'a str {
        let end = memchr3(self.separator, b'\n', b'\r', self.rest.as_bytes());
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// `None` where a quote is left open.
    fn cell(&mut self) -> Option<Cow<'a, str>> {
        let Some(rest) = self.rest.strip_prefix('"') else { return Some(Cow::Borrowed(self.plain())) };
        self.rest = rest;
        let mut cell = Cow::Borrowed("");
        loop {
            let end = self.rest.find('"')?;
            let part = self.take(end);
            self.line += lines(part);
            join(&mut cell, part);
            self.take(1);
            if self.rest.starts_with('"') {
                cell.to_mut().push('"');
                self.take(1);
                continue;
            }
            let tail = self.plain();
            join(&mut cell, tail);
            return Some(cell);
        }
    }
}

fn join<'a>(cell: &mut Cow<'a, str>, part: &'a str) {
    if cell.is_empty() {
        *cell = Cow::Borrowed(part);
    } else if !part.is_empty() {
        cell.to_mut().push_str(part);
    }
}

fn lines(text: &str) -> u64 {
    let ends = text.bytes().filter(|b| matches!(b, b'\n' | b'\r')).count() - text.matches("\r\n").count();
    u64::try_from(ends).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<(u64, Vec<String>)>, BrokenOff> {
        let mut records = Records::new(text, b',');
        let mut record = Record::default();
        let mut found = Vec::new();
        while records.read(&mut record)? {
            found.push((record.line, record.cells.iter().map(ToString::to_string).collect()));
        }
        Ok(found)
    }

    #[test]
    fn every_line_ending_and_quoted_newlines_keep_the_lines_right() {
        let row = |line: u64, cells: &[&str]| (line, cells.iter().map(ToString::to_string).collect::<Vec<_>>());
        let text = "a,b\r\n\"x\r\ny\",\"say \"\"hi\"\"\"\r1,\n,";
        let expected = vec![row(1, &["a", "b"]), row(2, &["x\r\ny", "say \"hi\""]), row(4, &["1", ""]), row(5, &["", ""])];
        assert_eq!(all(text), Ok(expected));
    }

    #[test]
    fn an_open_quote_is_told_with_its_first_line() {
        assert_eq!(all("a,b\n1,2\n3,\"4\n5,6\n"), Err(BrokenOff::OpenQuote { line: 3 }));
    }

    #[test]
    fn a_doubled_quote_at_the_start_is_kept() {
        assert_eq!(all("\"\"\"a\"\"\"").unwrap().first().unwrap().1, ["\"a\""]);
    }
}
