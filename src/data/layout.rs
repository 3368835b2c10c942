//! How a table is laid out: which character separates its cells, and where its header stands.

use super::complaints::{Complaints, Spot};
use super::header::{Names, Units};
use super::records::{Record, Records, Rows};
use crate::diagnostic::Code;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A header stands within this many rows that are not blank.
pub(super) const HEAD: usize = 12;
/// Longer rows are no headers: their further cells are not looked at.
const WIDE: usize = 4000;
/// Bytes of a text that are looked at for its separator: rows that go on behind them are no headers.
pub(super) const NEAR_TOP: usize = 1 << 20;

const SEPARATORS: [(u8, &str); 3] = [(b',', "逗号"), (b'\t', "制表符"), (b';', "分号")];

/// Two separators that both find columns of the table.
#[derive(Debug)]
pub(super) struct Ambiguous {
    pub line: u64,
    pub words: Vec<&'static str>,
}

/// The separator by which a row near the top names most of the table's columns.
pub(super) fn separator(text: &str, names: &Names) -> Result<u8, Ambiguous> {
    let text = (0..4).find_map(|back| text.get(..NEAR_TOP - back)).unwrap_or(text);
    let readings = SEPARATORS.map(|(separator, word)| (separator, word, best(text, separator, names)));
    // A separator that does not occur reads a lone column as well as any other does.
    let mut right = readings.iter().filter(|(_, _, b)| b.known > 0 && b.cells > 1);
    match (right.next(), right.next()) {
        (Some((_, word, first)), Some((_, other, _))) => Err(Ambiguous { line: first.line, words: vec![word, other] }),
        (Some((separator, ..)), None) => Ok(*separator),
        (None, _) => Ok(b','),
    }
}

/// Whether a text has as many rows that are not blank as a header is looked for in.
pub(super) fn has_head(text: &str, separator: u8) -> bool {
    let (mut records, mut record, mut seen) = (Records::new(text, separator), Record::default(), 0);
    while seen < HEAD && matches!(records.read(&mut record), Ok(true)) {
        seen += usize::from(!record.is_blank());
    }
    seen == HEAD
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

/// Tells that a text can be cut into cells in two ways.
pub(super) fn ambiguous(found: &Ambiguous, complaints: &mut Complaints) {
    complaints.error(Code::AMBIGUOUS, || {
        let spot = Spot { line: Some(found.line), ..Spot::default() };
        let message = format!("这一行按{}分列也通，判断不了用的是哪一种分隔符", found.words.join("分列也通，按"));
        (spot, message, vec!["整个文件只用一种分隔符；列名里的标点请去掉".into()])
    });
}

/// The header among the first rows.
#[derive(Debug)]
pub(super) struct Header<'a> {
    /// Rows above it: a title block.
    pub above: usize,
    /// One row, or two where groups stand over columns.
    pub height: usize,
    pub line: u64,
    pub cells: Vec<Cow<'a, str>>,
    /// Columns that two rows of header name differently.
    pub unclear: Vec<usize>,
}

/// Finds the header: the row, or two rows, that name most of the table's columns; the first row where none names any.
pub(super) fn header<'a>(head: &[Record<'a>], names: &Names) -> Option<Header<'a>> {
    let mut best: Option<(usize, Header<'a>)> = None;
    for (above, row) in head.iter().enumerate() {
        let count = known(row, names);
        // One column alone could be a word of the title, or of the data under a header full of slips.
        let likely = above == 0 || count > 1 || names.len() == 1 && count == 1;
        if likely && best.as_ref().is_none_or(|(most, _)| count > *most) {
            best = Some((count, Header { above, height: 1, line: row.line, cells: row.cells.clone(), unclear: Vec::new() }));
        }
    }
    // Two rows must name more than one does, or a row of data above the header would pass for its groups.
    for (above, pair) in head.windows(2).enumerate() {
        let [row, under] = pair else { continue };
        let (cells, unclear) = combine(row, under, names);
        let two = Record { line: row.line, cells, ..Record::default() };
        let count = known(&two, names) + unclear.len();
        let more = best.as_ref().is_none_or(|(most, one)| {
            let units = count == *most && one.height == 1 && one.above == above && is_units(under);
            count > *most || units
        });
        if more && count > 1 {
            best = Some((count, Header { above, height: 2, line: under.line, cells: two.cells, unclear }));
        }
    }
    best.map(|(_, header)| header)
}

/// Whether a row holds nothing but units in parentheses.
fn is_units(row: &Record<'_>) -> bool {
    row.cells.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).all(|c| c.starts_with(['(', '（']) && c.ends_with([')', '）']))
}

/// One row of names out of a row of groups over a row of columns.
fn combine<'a>(top: &Record<'a>, bottom: &Record<'a>, names: &Names) -> (Vec<Cow<'a, str>>, Vec<usize>) {
    let width = top.cells.len().max(bottom.cells.len()).min(WIDE);
    let (mut cells, mut unclear, mut group) = (Vec::with_capacity(width), Vec::new(), "");
    for column in 0..width {
        let over = top.cells.get(column).map_or("", |c| c.trim());
        let under = bottom.cells.get(column).map_or("", |c| c.trim());
        if !over.is_empty() {
            group = over;
        }
        if under.is_empty() {
            cells.push(Cow::Owned(over.to_owned()));
            continue;
        }
        let joined = format!("{group}{under}");
        let (alone, together) = (names.find(under), names.find(&joined));
        if let (Some((one, _)), Some((other, _))) = (&alone, &together)
            && one != other
        {
            unclear.push(column);
        }
        cells.push(Cow::Owned(if alone.is_some() { under.to_owned() } else { joined }));
    }
    (cells, unclear)
}

/// What stands above the header must be a title: few cells, and no unit that would hold for the whole table.
pub(super) fn check_title(above: &[Record<'_>], units: &Units, complaints: &mut Complaints) {
    const TITLE: usize = 4;
    for row in above {
        let filled: Vec<(usize, &str)> = row.cells.iter().enumerate().map(|(i, c)| (i, c.trim())).filter(|(_, c)| !c.is_empty()).collect();
        if filled.len() > TITLE {
            complaints.error(Code::AMBIGUOUS, || {
                let message = format!("表头上方的这一行有 {} 格，不像标题，也认不出列名", filled.len());
                let spot = Spot { line: Some(row.line), ..Spot::default() };
                (spot, message, vec!["表头放在数据的正上方；表头上方只留标题和说明".into()])
            });
        }
        for (column, text) in filled {
            if let Some(unit) = units.declared_in(text) {
                complaints.error(Code::HEADER_UNIT, || {
                    let spot = Spot { line: Some(row.line), position: Some(column), ..Spot::default() };
                    let message = format!("表头上方写着单位“{unit}”，看不出说的是哪几列");
                    (spot, message, vec![format!("把单位写进各列的表头，如“列名（{unit}）”，再删去这里的")])
                });
            }
        }
    }
}
