//! Rows of plain cells, read from the text straight into the columns, so that no cell is gone over twice.
//!
//! Whatever is not plain (a quote, a space at a cell's edge, a unit behind a number, an empty key) leaves its whole row to the careful reading,
//! which tells what it is. Of a plain row the careful reading would make just the same, without a complaint.

use super::cell::is_missing;
use super::columns::Column;
use super::parts::Part;
use super::plain;
use super::records::Records;
use super::table::{Reader, Reading};
use super::totals;
use crate::plan::FieldType;
use memchr::memchr3;

/// Rows that are passed by at most, where rows before them were not plain.
const PATIENCE: u32 = 64;
/// Words that a column of texts remembers.
const WORDS: usize = 1 << WORDS_LOG;
const WORDS_LOG: u32 = 9;

/// Reads the plain rows of one part of a text.
pub(super) struct Lanes<'r> {
    lanes: Vec<Lane<'r>>,
    separator: u8,
    /// Rows still to be passed by, and how many that will be after the next that is not plain.
    waits: u32,
    patience: u32,
}

/// Reads the cells of one column of the text.
struct Lane<'r> {
    /// Where the column is read.
    reading: Option<&'r Reading<'r>>,
    field: usize,
    /// The options, where the cells are such.
    options: Vec<Word>,
    /// The option, or the word, of the last cell.
    last: Word,
    /// By their first bytes, words whose number is known.
    words: Vec<(u128, u32)>,
}

/// A word without separators or line ends, ready to be looked for at a cell's beginning.
#[derive(Default)]
struct Word {
    /// Its first bytes, and a mask of them.
    head: u128,
    mask: u128,
    /// The bytes after those.
    tail: Vec<u8>,
    length: usize,
    number: u32,
}

/// The bytes of a [`Word`]'s head.
const HEAD: usize = 16;

impl Word {
    fn new(text: &[u8], number: u32) -> Self {
        let mut head = [0; HEAD];
        head.iter_mut().zip(text).for_each(|(place, byte)| *place = *byte);
        let mut word = Self::default();
        word.become_(u128::from_le_bytes(head), text, number);
        word
    }

    /// Becomes another word, whose first bytes are these.
    fn become_(&mut self, head: u128, text: &[u8], number: u32) {
        self.mask = mask(text.len());
        self.head = head & self.mask;
        self.tail.clear();
        self.tail.extend_from_slice(text.get(HEAD..).unwrap_or_default());
        (self.length, self.number) = (text.len(), number);
    }

    /// Whether it is the whole cell at the beginning of this text.
    fn is(&self, head: u128, text: &[u8], separator: u8) -> bool {
        head & self.mask == self.head
            && self.length > 0
            && (self.tail.is_empty() || text.get(HEAD..self.length) == Some(self.tail.as_slice()))
            && text.get(self.length).is_some_and(|byte| ends(*byte, separator))
    }
}

/// Of the first so many bytes.
fn mask(bytes: usize) -> u128 {
    if bytes < HEAD { (1 << (8 * bytes)) - 1 } else { u128::MAX }
}

fn ends(byte: u8, separator: u8) -> bool {
    byte == separator || matches!(byte, b'\n' | b'\r')
}

/// How many bytes stand before the first that may end a cell: the separator, or any that is less than a space.
fn length(head: u128, text: &[u8], separator: u8) -> Option<usize> {
    // Bytes after the first one found may be taken for such by a borrow; they do not matter.
    const ONES: u128 = u128::MAX / 0xff;
    let of_separator = head ^ (ONES * u128::from(separator));
    let found = of_separator.wrapping_sub(ONES) & !of_separator | head.wrapping_sub(ONES * 0x20) & !head;
    match (found & (ONES << 7)).trailing_zeros() as usize / 8 {
        HEAD => Some(HEAD + memchr3(separator, b'\n', b'\r', text.get(HEAD..)?)?),
        within => Some(within),
    }
}

impl<'r> Lanes<'r> {
    /// For the part that a reader reads; `None` where rows need more than their cells looked at.
    pub fn new(reader: &'r Reader<'_>, separator: u8) -> Option<Self> {
        if !reader.is_plain() {
            return None;
        }
        let lane = |(slot, reading): (&Option<_>, &'r Option<Reading<'r>>)| {
            let (slot, reading): (&Option<super::header::Slot>, _) = (slot, reading.as_ref());
            let options = reading.map_or_else(Vec::new, |r| options(r, separator));
            let field = slot.as_ref().map_or(usize::MAX, |s| s.field);
            Lane { reading: reading.filter(|_| slot.is_some()), field, options, last: Word::default(), words: Vec::new() }
        };
        let lanes = reader.slots.iter().zip(&reader.readings).map(lane).collect();
        Some(Self { lanes, separator, waits: 0, patience: 0 })
    }

    /// Reads the plain rows that stand next, at most so many; tells whether it read so many.
    pub fn read(&mut self, records: &mut Records<'_>, part: &mut Part, most: usize) -> bool {
        if self.waits > 0 {
            self.waits -= 1;
            return false;
        }
        let (text, line) = records.rest();
        let data = &mut part.read.data;
        let (mut at, mut rows) = (0, 0);
        while rows < most {
            let Some(length) = text.get(at..).and_then(|rest| self.row(rest, &mut data.columns)) else {
                // The cells before the one that is not plain.
                data.columns.iter_mut().for_each(|column| column.truncate(data.rows + rows));
                break;
            };
            at += length;
            rows += 1;
        }
        if rows > 0 {
            data.rows += rows;
            data.places.push_lines((0, u32::try_from(line).unwrap_or(u32::MAX)), rows);
            records.pass(at, rows);
            part.begin();
            self.patience = 0;
        } else {
            self.patience = (2 * self.patience + 1).min(PATIENCE);
            self.waits = self.patience;
        }
        rows == most
    }

    /// Appends the cells of the first row of a text, and tells its length with its line's end; `None` where it is not plain.
    fn row(&mut self, text: &str, columns: &mut [Column]) -> Option<usize> {
        if !opens(text, self.separator) {
            return None;
        }
        let last = self.lanes.len().checked_sub(1)?;
        let mut at = 0;
        for (position, lane) in self.lanes.iter_mut().enumerate() {
            let rest = text.get(at..)?;
            at += lane.cell(rest, self.separator, columns)?;
            let end = text.as_bytes().get(at)?;
            at += 1;
            if position < last {
                if *end != self.separator {
                    return None;
                }
            } else {
                return match end {
                    b'\n' => Some(at),
                    b'\r' if text.as_bytes().get(at) == Some(&b'\n') => Some(at + 1),
                    _ => None,
                };
            }
        }
        None
    }
}

/// Whether a row begins with a cell by which it is neither blank nor a row of totals.
fn opens(text: &str, separator: u8) -> bool {
    match text.as_bytes().first() {
        Some(byte) if byte.is_ascii() => byte.is_ascii_graphic() && *byte != b':' && *byte != separator,
        _ => text.chars().next().is_some_and(|first| !totals::may_begin(first)),
    }
}

/// The options of a column that may stand plainly in a cell.
fn options(reading: &Reading<'_>, separator: u8) -> Vec<Word> {
    let FieldType::Choice { options, .. } = &reading.cells.field().ty else { return Vec::new() };
    let is_plain = |option: &str| {
        let wild = |b: u8| ends(b, separator) || b < b' ';
        option.trim() == option && !option.starts_with(['"', '#']) && !is_missing(option) && !option.bytes().any(wild)
    };
    let numbered = (0u32..).zip(options).filter(|(at, option)| is_plain(option) && *at < u32::from(u16::MAX));
    numbered.map(|(at, option)| Word::new(option.as_bytes(), at)).collect()
}

impl Lane<'_> {
    /// Appends the cell at the beginning of a text, and tells its length; `None` where it is not plain.
    fn cell(&mut self, text: &str, separator: u8, columns: &mut [Column]) -> Option<usize> {
        let bytes = text.as_bytes();
        let first = *bytes.first()?;
        let Some(reading) = self.reading else {
            return memchr3(separator, b'\n', b'\r', bytes).filter(|_| first != b'"');
        };
        let column = columns.get_mut(self.field)?;
        if ends(first, separator) {
            if reading.is_needed() {
                return None;
            }
            column.push_missing();
            return Some(0);
        }
        match column {
            Column::Number(cells) => {
                let short = bytes.first_chunk().and_then(|head| plain::short(u64::from_le_bytes(*head)));
                let (number, length) = short.or_else(|| plain::digits(bytes))?;
                (reading.cells.takes(number) && cells.push_fitting(number)).then_some(length)
            }
            Column::Text(cells) => {
                let head = u128::from_le_bytes(*bytes.first_chunk()?);
                if self.last.is(head, bytes, separator) {
                    cells.push_number(self.last.number);
                    return Some(self.last.length);
                }
                if first == b'"' {
                    return None;
                }
                let length = length(head, bytes, separator)?;
                let number = self.word(head, text.get(..length)?, reading, |word| cells.number(word))?;
                cells.push_number(number);
                Some(length)
            }
            Column::Choice(cells) => {
                let head = u128::from_le_bytes(*bytes.first_chunk()?);
                let is = |word: &&Word| word.is(head, bytes, separator);
                let before = self.options.get(self.last.number as usize).filter(is);
                let option = before.or_else(|| self.options.iter().find(is))?;
                cells.push(u16::try_from(option.number).ok());
                self.last.number = option.number;
                Some(option.length)
            }
            Column::Bool(cells) => {
                cells.push(Some(plain::truth(text.get(..3)?)?));
                Some(3)
            }
            Column::Month(cells) => {
                cells.push(Some(plain::month(bytes.first_chunk::<7>()?)?));
                Some(7)
            }
            Column::Date(cells) => {
                cells.push(Some(plain::date(bytes.first_chunk::<10>()?)?));
                Some(10)
            }
            Column::Absent => None,
        }
    }

    /// The number of a word, which is added where it is new; `None` where it does not stand for itself alone.
    fn word(&mut self, head: u128, word: &str, reading: &Reading<'_>, add: impl FnOnce(&str) -> u32) -> Option<u32> {
        let key = (word.len() <= HEAD).then(|| head & mask(word.len()));
        let at = key.map(|key| {
            let folded = (key as u64 ^ (key >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            usize::try_from(folded >> (64 - WORDS_LOG)).unwrap_or(0)
        });
        let known = at.and_then(|at| self.words.get(at)).filter(|(known, _)| Some(*known) == key && key != Some(0));
        let number = match known {
            Some((_, number)) => *number,
            None => {
                if plain::trim(word).len() != word.len() || !reading.cells.keeps(word) {
                    return None;
                }
                let number = add(word);
                if self.words.is_empty() {
                    self.words = vec![(0, 0); WORDS];
                }
                if let (Some(place), Some(key)) = (at.and_then(|at| self.words.get_mut(at)), key) {
                    *place = (key, number);
                }
                number
            }
        };
        self.last.become_(head, word.as_bytes(), number);
        Some(number)
    }
}
