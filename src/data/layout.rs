//! How a text is laid out: which character separates its cells.

use super::header::Names;
use super::records::{Record, Records};
use std::collections::BTreeSet;

/// A header stands within this many rows that are not blank.
pub(super) const HEAD: usize = 12;
/// Longer rows are no headers: their further cells are not looked at.
const WIDE: usize = 4000;

const SEPARATORS: [(u8, &str); 3] = [(b',', "逗号"), (b'\t', "制表符"), (b';', "分号")];

/// Two separators that both find columns of the table.
#[derive(Debug)]
pub(super) struct Ambiguous {
    pub line: u64,
    pub words: Vec<&'static str>,
}

/// The separator by which a row near the top names most of the table's columns.
pub(super) fn separator(text: &str, names: &Names) -> Result<u8, Ambiguous> {
    let readings = SEPARATORS.map(|(separator, word)| (separator, word, best(text, separator, names)));
    // A separator that does not occur reads a lone column as well as any other does.
    let mut right = readings.iter().filter(|(_, _, b)| b.known > 0 && b.cells > 1);
    match (right.next(), right.next()) {
        (Some((_, word, first)), Some((_, other, _))) => Err(Ambiguous { line: first.line, words: vec![word, other] }),
        (Some((separator, ..)), None) => Ok(*separator),
        (None, _) => Ok(b','),
    }
}

/// The likeliest header under one separator.
#[derive(Debug, Default)]
struct Best {
    known: usize,
    cells: usize,
    line: u64,
}

fn best(text: &str, separator: u8, names: &Names) -> Best {
    let mut records = Records::new(text, separator);
    let mut record = Record::default();
    let mut best = Best::default();
    let mut seen = 0;
    while seen < HEAD && matches!(records.read(&mut record), Ok(true)) {
        if record.is_blank() {
            continue;
        }
        seen += 1;
        let known = known(&record, names);
        if known > best.known || best.cells == 0 {
            best = Best { known, cells: record.cells.len(), line: record.line };
        }
    }
    best
}

/// How many of the table's columns a row names.
fn known(record: &Record<'_>, names: &Names) -> usize {
    let found = record.cells.iter().take(WIDE).filter_map(|c| names.find(c.trim()));
    found.map(|(field, _)| field).collect::<BTreeSet<_>>().len()
}
