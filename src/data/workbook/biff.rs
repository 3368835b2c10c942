//! The records of an .xls, looked through before they are read in earnest: how far its cells reach, which rows are hidden, and which
//! numbers are shown as percentages.

use super::Refusal;
use super::sheet::is_percent;
use std::collections::{BTreeMap, BTreeSet};

/// The cells of a sheet are laid out as a rectangle in memory: this is the largest.
const AREA: u64 = 6_000_000;

const FREE: u32 = 0xffff_fffa;

/// What the records of one sheet say.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// 1-based.
    pub hidden: Vec<u64>,
    /// Cells shown as percentages, row and column, in order.
    percents: Vec<(u16, u16)>,
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

/// What the records of a workbook say.
#[derive(Debug)]
pub(super) struct Scan {
    /// In the workbook's order of sheets.
    pub sheets_marks: Vec<Marks>,
    /// Whether days are counted from 1904.
    pub from_1904: bool,
}

/// The number formats: those with a percent sign, and the format of each style.
#[derive(Debug)]
struct Formats {
    percents: BTreeSet<u16>,
    styles: Vec<u16>,
}

impl Formats {
    fn read(&mut self, kind: u16, body: &[u8]) {
        match kind {
            // FORMAT: its number, then the code, whose length takes one byte or two.
            0x041e | 0x001e => {
                let wide = body.get(4).is_some_and(|flags| flags & 1 != 0);
                let text = match body.get(5..) {
                    Some(rest) if wide => String::from_utf16_lossy(&rest.chunks_exact(2).filter_map(|c| u16_at(c, 0)).collect::<Vec<_>>()),
                    _ => body.get(2..).unwrap_or_default().iter().map(|b| char::from(*b)).collect(),
                };
                self.percents.extend(u16_at(body, 0).filter(|_| is_percent(&text)));
            }
            // XF: a style's font, then its format.
            0x00e0 => self.styles.extend(u16_at(body, 2)),
            _ => {}
        }
    }

    fn is_percent(&self, style: Option<u16>) -> bool {
        style.and_then(|s| self.styles.get(usize::from(s))).is_some_and(|format| self.percents.contains(format))
    }
}

impl Marks {
    /// Whether a number is shown as a percentage.
    pub fn is_percent(&self, row: u32, column: u32) -> bool {
        let at = u16::try_from(row).ok().zip(u16::try_from(column).ok());
        at.is_some_and(|at| self.percents.binary_search(&at).is_ok())
    }

    fn percents(&mut self, kind: u16, body: &[u8], formats: &Formats) {
        let (Some(row), Some(first)) = (u16_at(body, 0), u16_at(body, 2)) else { return };
        match kind {
            // FORMULA, NUMBER, RK, and their older forms: the style follows.
            0x0006 | 0x0206 | 0x0406 | 0x0203 | 0x027e if formats.is_percent(u16_at(body, 4)) => self.percents.push((row, first)),
            // Several numbers side by side, each with its style before it.
            0x00bd => {
                let cells = body.get(4..).unwrap_or_default().chunks_exact(6);
                let columns = (first..).zip(cells).filter(|(_, cell)| formats.is_percent(u16_at(cell, 0)));
                self.percents.extend(columns.map(|(column, _)| (row, column)));
            }
            _ => {}
        }
    }

    fn cell(&mut self, row: u16, column: u16) {
        let wider = |range: Option<(u16, u16)>, at: u16| range.map_or((at, at), |(low, high)| (low.min(at), high.max(at)));
        self.rows = Some(wider(self.rows, row));
        self.columns = Some(wider(self.columns, column));
    }

    fn area(&self) -> u64 {
        let length = |range: Option<(u16, u16)>| range.map_or(0, |(low, high)| u64::from(high - low) + 1);
        length(self.rows) * length(self.columns)
    }
}

/// Looks through the records; the formats stand before all sheets.
pub(super) fn scan(bytes: &[u8]) -> Result<Scan, Refusal> {
    let stream = Compound::open(bytes).and_then(|c| c.workbook()).ok_or_else(|| Refusal::damaged("里面没有工作簿"))?;
    let (mut starts, mut found) = (Vec::new(), BTreeMap::new());
    let (mut at, mut sheet, mut from_1904) = (0usize, 0usize, false);
    // Formats 9 and 10 are percentages by definition.
    let mut formats = Formats { percents: BTreeSet::from([9, 10]), styles: Vec::new() };
    while let (Some(kind), Some(length)) = (u16_at(&stream, at), u16_at(&stream, at + 2)) {
        let body = stream.get(at + 4..at + 4 + usize::from(length)).unwrap_or_default();
        match kind {
            // A sheet begins, or another part of the workbook.
            0x0809 | 0x0409 | 0x0209 | 0x0009 => sheet = at,
            // The list of sheets: each with the place it begins at.
            0x0085 => starts.extend(u32_at(body, 0)),
            0x0022 => from_1904 = u16_at(body, 0) == Some(1),
            0x041e | 0x001e | 0x00e0 => formats.read(kind, body),
            _ => {
                let marks: &mut Marks = found.entry(sheet).or_default();
                mark(kind, body, marks);
                marks.percents(kind, body, &formats);
                if marks.area() > AREA {
                    return Err(Refusal::too_large(format!("工作表的数据散布在超过 {AREA} 格的范围里")));
                }
            }
        }
        at += 4 + usize::from(length);
    }
    let mut sheets_marks: Vec<Marks> = starts.into_iter().map(|start| found.remove(&(start as usize)).unwrap_or_default()).collect();
    for marks in &mut sheets_marks {
        marks.percents.sort_unstable();
    }
    Ok(Scan { sheets_marks, from_1904 })
}

fn mark(kind: u16, body: &[u8], marks: &mut Marks) {
    let (Some(row), Some(second)) = (u16_at(body, 0), u16_at(body, 2)) else { return };
    match kind {
        // ROW: its flags say whether it is hidden.
        0x0208 if u16_at(body, 12).is_some_and(|flags| flags & 0x20 != 0) => marks.hidden.push(u64::from(row) + 1),
        // Several cells side by side; the last two bytes tell the last column.
        0x00bd | 0x00be => {
            marks.cell(row, second);
            marks.cell(row, u16_at(body, body.len().saturating_sub(2)).unwrap_or(second));
        }
        // FORMULA, LABEL, NUMBER, BOOLERR, RK, LABELSST, RSTRING, and their older forms.
        0x0006 | 0x0206 | 0x0406 | 0x0204 | 0x0203 | 0x0205 | 0x027e | 0x00fd | 0x00d6 | 0x0201 => marks.cell(row, second),
        _ => {}
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

/// The file system inside a compound file ([MS-CFB]).
struct Compound<'b> {
    bytes: &'b [u8],
    sector: usize,
    table: Vec<u32>,
}

impl<'b> Compound<'b> {
    fn open(bytes: &'b [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 30).filter(|s| matches!(s, 9 | 12))?;
        let mut compound = Self { bytes, sector: 1usize << shift, table: Vec::new() };
        let mut places: Vec<u32> = (0..109).filter_map(|i| u32_at(bytes, 76 + i * 4)).collect();
        let mut next = u32_at(bytes, 68)?;
        // The list of the table's own sectors goes on in sectors of its own.
        for _ in 0..=bytes.len() / compound.sector {
            let Some(sector) = (next < FREE).then(|| compound.at(next)).flatten() else { break };
            let count = compound.sector / 4 - 1;
            places.extend((0..count).filter_map(|i| u32_at(sector, i * 4)));
            next = u32_at(sector, count * 4)?;
        }
        for place in places.into_iter().filter(|p| *p < FREE) {
            let Some(sector) = compound.at(place) else { continue };
            let entries: Vec<u32> = sector.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect();
            compound.table.extend(entries);
        }
        Some(compound)
    }

    fn at(&self, sector: u32) -> Option<&'b [u8]> {
        let start = (sector as usize).checked_add(1)?.checked_mul(self.sector)?;
        // The last sector may be cut short.
        self.bytes.get(start..start.checked_add(self.sector)?.min(self.bytes.len()))
    }

    /// The bytes of a chain of sectors, which never are more than the file's.
    fn chain(&self, start: u32) -> Vec<u8> {
        let (mut found, mut next) = (Vec::new(), start);
        while next < FREE && found.len() <= self.bytes.len() {
            let Some(sector) = self.at(next) else { break };
            found.extend_from_slice(sector);
            next = self.table.get(next as usize).copied().unwrap_or(u32::MAX);
        }
        found
    }

    fn workbook(&self) -> Option<Vec<u8>> {
        let directory = self.chain(u32_at(self.bytes, 48)?);
        let named = |entry: &&[u8], name: &str| {
            let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            entry.starts_with(&wide)
        };
        let entry = directory.chunks_exact(128).find(|e| named(e, "Workbook") || named(e, "Book"))?;
        let (start, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
        if size >= u32_at(self.bytes, 56)? as usize {
            let mut stream = self.chain(start);
            stream.truncate(size);
            return Some(stream);
        }
        // Small streams share sectors of 64 bytes inside the root's stream.
        let shared = self.chain(u32_at(directory.get(..128)?, 116)?);
        let chain = self.chain(u32_at(self.bytes, 60)?);
        let (mut found, mut next) = (Vec::new(), start);
        while next < FREE && found.len() < size {
            let at = (next as usize).checked_mul(64)?;
            found.extend_from_slice(shared.get(at..at.checked_add(64)?)?);
            next = u32_at(&chain, (next as usize).checked_mul(4)?)?;
        }
        found.truncate(size);
        Some(found)
    }
}
