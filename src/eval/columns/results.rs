//! What is kept of a program for all rows, as small as it can be held: a step's results chunk by chunk, each in the narrowest form that it has.

use super::cells::NONE;
use crate::data::Narrow;
use std::ops::Range;

/// Rows that are worked on at a time: the columns of a few hundred steps then fit the cache.
pub const CHUNK: usize = 1024;

/// A truth in a column.
pub const UNCLEAR: u8 = 0;
pub const TRUE: u8 = 1;
pub const FALSE: u8 = 2;

/// The results of one step in one chunk of rows, as they are worked with.
#[derive(Debug, Default)]
pub enum Buffer {
    /// Not worked out.
    #[default]
    Blank,
    Numbers(Vec<i64>),
    Truths(Vec<u8>),
}

/// The results of one step, row by row.
#[derive(Debug)]
pub enum Results<'d> {
    /// Cells, as the data hold them.
    Cells(&'d Narrow),
    Numbers(Vec<Chunk>),
    Truths(Vec<Chunk>),
}

/// Of no row.
pub static NOTHING: Results<'_> = Results::Numbers(Vec::new());

/// One chunk of results.
#[derive(Debug)]
pub enum Chunk {
    /// The same in every row.
    Same(i64),
    Narrow(Box<[i32]>),
    Wide(Box<[i64]>),
    Truths(Box<[u8]>),
}

impl Buffer {
    /// The numbers; none where they are truths.
    pub fn numbers(&self) -> &[i64] {
        if let Self::Numbers(numbers) = self { numbers } else { &[] }
    }

    /// The truths; none where they are numbers.
    pub fn truths(&self) -> &[u8] {
        if let Self::Truths(truths) = self { truths } else { &[] }
    }

    /// Made empty, to be filled with numbers.
    pub fn for_numbers(self) -> Vec<i64> {
        let Self::Numbers(mut numbers) = self else { return Vec::with_capacity(CHUNK) };
        numbers.clear();
        numbers
    }

    /// Made empty, to be filled with truths.
    pub fn for_truths(self) -> Vec<u8> {
        let Self::Truths(mut truths) = self else { return Vec::with_capacity(CHUNK) };
        truths.clear();
        truths
    }
}

impl Chunk {
    /// What a buffer holds.
    pub fn of(buffer: &Buffer) -> Self {
        match buffer {
            Buffer::Blank => Self::Same(NONE),
            Buffer::Numbers(numbers) => match numbers.split_first() {
                None => Self::Same(NONE),
                Some((first, rest)) if rest.iter().all(|n| n == first) => Self::Same(*first),
                // The least number that is narrow stands for what is not clear.
                Some(_) if numbers.iter().all(|n| *n == NONE || i32::try_from(*n).is_ok_and(|n| n != i32::MIN)) => {
                    Self::Narrow(numbers.iter().map(|n| i32::try_from(*n).unwrap_or(i32::MIN)).collect())
                }
                Some(_) => Self::Wide(numbers.as_slice().into()),
            },
            Buffer::Truths(truths) => match truths.split_first() {
                Some((first, rest)) if rest.iter().all(|t| t == first) => Self::Same(i64::from(*first)),
                _ => Self::Truths(truths.as_slice().into()),
            },
        }
    }

    #[inline]
    fn number(&self, at: usize) -> Option<i64> {
        match self {
            Self::Same(n) => Some(*n).filter(|n| *n != NONE),
            Self::Narrow(numbers) => numbers.get(at).filter(|n| **n != i32::MIN).map(|n| i64::from(*n)),
            Self::Wide(numbers) => numbers.get(at).copied().filter(|n| *n != NONE),
            Self::Truths(_) => None,
        }
    }

    #[inline]
    fn truth(&self, at: usize) -> u8 {
        match self {
            Self::Same(truth) => u8::try_from(*truth).unwrap_or(UNCLEAR),
            Self::Truths(truths) => truths.get(at).copied().unwrap_or(UNCLEAR),
            Self::Narrow(_) | Self::Wide(_) => UNCLEAR,
        }
    }
}

impl Results<'_> {
    /// Of chunks in the order of their rows.
    pub fn new(is_number: bool, chunks: Vec<Chunk>) -> Self {
        if is_number { Self::Numbers(chunks) } else { Self::Truths(chunks) }
    }

    /// The truths; `None` where they are numbers.
    fn truths(&self) -> Option<&[Chunk]> {
        if let Self::Truths(chunks) = self { Some(chunks) } else { None }
    }

    /// Whether these are truths.
    pub fn are_truths(&self) -> bool {
        self.truths().is_some()
    }

    /// The number of a row, where it is clear; none where they are truths.
    #[inline]
    pub fn number(&self, row: u32) -> Option<i64> {
        let row = row as usize;
        match self {
            Self::Cells(cells) => cells.get(row),
            Self::Numbers(chunks) => chunks.get(row / CHUNK)?.number(row % CHUNK),
            Self::Truths(_) => None,
        }
    }

    /// The truth of a row; not clear where they are numbers.
    #[inline]
    pub fn truth(&self, row: u32) -> u8 {
        let row = row as usize;
        self.truths().and_then(|chunks| chunks.get(row / CHUNK)).map_or(UNCLEAR, |chunk| chunk.truth(row % CHUNK))
    }

    /// How many of some rows that stand together are true; none where they are numbers.
    pub fn count_true(&self, rows: Range<u32>) -> usize {
        let of = |(at, within): (usize, Range<usize>)| match self.truths().and_then(|chunks| chunks.get(at)) {
            Some(Chunk::Same(truth)) if *truth == i64::from(TRUE) => within.len(),
            Some(Chunk::Truths(truths)) => truths.iter().take(within.end).skip(within.start).filter(|t| **t == TRUE).count(),
            _ => 0,
        };
        blocks(rows).map(of).sum()
    }

    /// Those of some rows that stand together that are not clear.
    pub fn unclear(&self, rows: Range<u32>) -> impl Iterator<Item = u32> {
        let open = move |(at, within): (usize, Range<usize>)| {
            let chunk = self.truths().and_then(|chunks| chunks.get(at));
            let is_clear = match chunk {
                Some(Chunk::Same(truth)) => *truth != i64::from(UNCLEAR),
                Some(Chunk::Truths(truths)) => truths.get(within.clone()).is_some_and(|truths| !truths.contains(&UNCLEAR)),
                _ => false,
            };
            let is_open = move |row: &usize| chunk.is_none_or(|chunk| chunk.truth(*row) == UNCLEAR);
            let open = if is_clear { 0..0 } else { within };
            open.filter(is_open).filter_map(move |row| u32::try_from(at * CHUNK + row).ok())
        };
        blocks(rows).flat_map(open)
    }
}

/// The chunks of rows that stand together, each by its number, and which of its rows are among them.
fn blocks(rows: Range<u32>) -> impl Iterator<Item = (usize, Range<usize>)> {
    let (start, end) = (rows.start as usize, rows.end as usize);
    (start / CHUNK..end.div_ceil(CHUNK)).map(move |at| {
        let first = at * CHUNK;
        (at, start.max(first) - first..end.min(first + CHUNK) - first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_whatever_their_form() {
        let cells: Narrow = [Some(3), None].into_iter().collect();
        let results = Results::Cells(&cells);
        assert_eq!([results.number(0), results.number(1), results.number(2)], [Some(3), None, None]);
        assert_eq!((results.truth(0), results.count_true(0..2), results.unclear(0..2).count()), (UNCLEAR, 0, 2));
        let wide = [i64::from(i32::MIN), i64::from(i32::MAX) + 1, i64::MAX, -1];
        for numbers in [vec![], vec![7, 7, 7], vec![NONE, NONE], vec![1, NONE, -3], [&[NONE], wide.as_slice()].concat(), vec![NONE, 5]] {
            let results = Results::new(true, vec![Chunk::of(&Buffer::Numbers(numbers.clone()))]);
            for (row, number) in (0..).zip(&numbers) {
                assert_eq!(results.number(row), Some(*number).filter(|n| *n != NONE));
                assert_eq!(results.truth(row), UNCLEAR);
            }
            assert_eq!(results.number(u32::try_from(CHUNK).unwrap()), None);
        }
    }

    #[test]
    fn truths_come_back_whatever_their_form() {
        for truths in [vec![], vec![TRUE, TRUE], vec![UNCLEAR; 3], vec![TRUE, FALSE, UNCLEAR]] {
            let results = Results::new(false, vec![Chunk::of(&Buffer::Truths(truths.clone()))]);
            for (row, truth) in (0..).zip(&truths) {
                assert_eq!((results.truth(row), results.number(row)), (*truth, None));
            }
            assert_eq!(results.truth(u32::try_from(CHUNK).unwrap()), UNCLEAR);
        }
    }

    #[test]
    fn truths_are_counted_as_they_are_read() {
        let rows = u32::try_from(3 * CHUNK - 5).unwrap();
        let mixed: Vec<u8> = (0..CHUNK).map(|at| [TRUE, FALSE, UNCLEAR][at % 3]).collect();
        let last: Vec<u8> = (0..CHUNK - 5).map(|at| [FALSE, TRUE][at % 2]).collect();
        let chunks = [vec![TRUE; CHUNK], mixed, last].map(|truths| Chunk::of(&Buffer::Truths(truths)));
        let results = Results::new(false, chunks.into());
        let chunk = u32::try_from(CHUNK).unwrap();
        for some in
            [0..rows, 0..0, 5..5, 3..chunk, chunk..2 * chunk, chunk - 1..chunk + 1, 7..2 * chunk + 9, 2 * chunk..rows, 100..rows + 3]
        {
            assert_eq!(results.count_true(some.clone()), some.clone().filter(|row| results.truth(*row) == TRUE).count());
            let unclear: Vec<u32> = some.clone().filter(|row| results.truth(*row) == UNCLEAR).collect();
            assert_eq!(results.unclear(some).collect::<Vec<_>>(), unclear);
        }
        assert!(results.unclear(0..rows).count() > 300);
        assert_eq!((NOTHING.count_true(0..7), NOTHING.unclear(0..7).count()), (0, 7));
    }
}
