//! What a workbook to fill in holds beside its data: written by the room `form`, known again here.

use super::complaints::{Complaints, Spot};
use super::header::squeeze;
use super::records::Record;
use super::table::cut;
use crate::diagnostic::Code;

/// Sheets and columns whose name begins so are for people and are not read. No name of the language can begin so.
pub const ASIDE: char = '※';
/// The sheet that says how to fill in the others.
pub const GUIDE: &str = "填表说明";
/// The column beside an item's number that says what the item is.
pub const TEXT: &str = "※原文";
/// Above the header: stands before the cell that says that a table has no rows.
pub const NOTHING: &str = "本表确无数据";
/// Above the header: the sheet holds some of its table's columns only, those of whoever is named behind it.
pub const SHARE: &str = "分工填报";

/// Whether a sheet or a column of this name is not to be read.
pub(super) fn is_aside(name: &str) -> bool {
    name.trim_start().starts_with(ASIDE) || name.trim() == GUIDE
}

/// What the rows above a header say of the sheet.
#[derive(Debug, Default)]
pub(super) struct Notices {
    /// Where the sheet asks whether its table has no rows, and what was answered.
    nothing: Option<(Spot, bool)>,
    pub share: bool,
}

impl Notices {
    /// Looks for them in the rows above the header.
    pub fn read(above: &[Record<'_>], complaints: &mut Complaints) -> Self {
        let mut found = Self::default();
        for row in above {
            let mut cells = row.cells.iter().enumerate().map(|(at, cell)| (at, squeeze(cell)));
            while let Some((at, text)) = cells.next() {
                found.share |= text.starts_with(SHARE);
                if !text.starts_with(NOTHING) {
                    continue;
                }
                let answer = cells.find(|(_, cell)| !cell.is_empty());
                let spot = Spot { line: Some(row.line), position: Some(answer.as_ref().map_or(at, |a| a.0)), ..Spot::default() };
                let says = match answer.as_ref().map_or("否", |a| a.1.as_str()) {
                    "是" => true,
                    "否" => false,
                    other => {
                        let message = format!("“{NOTHING}”后面写的是“{}”，应是“是”，或者留空", cut(other));
                        let mend = vec!["表里确实一行也没有的，填“是”；有数据的，清空这一格".into()];
                        complaints.error(Code::BAD_CELL, || {
                            (Spot { line: spot.line, position: spot.position, ..Spot::default() }, message, mend)
                        });
                        false
                    }
                };
                found.nothing = Some((spot, says));
            }
        }
        found
    }

    /// Whether the sheet was made to be filled in.
    pub fn is_form(&self) -> bool {
        self.nothing.is_some()
    }

    /// Whether the sheet counts as given: one to fill in that is still empty does not, unless it says that there is nothing.
    pub fn given(self, rows: usize, complaints: &mut Complaints) -> bool {
        match self.nothing {
            Some((spot, true)) if rows > 0 => {
                complaints.error(Code::AMBIGUOUS, || {
                    let message = format!("“{NOTHING}”填了“是”，下面却有 {rows} 行数据");
                    (spot, message, vec!["有数据的，清空这一格；没有数据的，删去下面的行".into()])
                });
                true
            }
            Some((spot, false)) if rows == 0 => {
                complaints.note(Code::NOT_FILLED, || {
                    let message = "这张表一行也没有填，按没有给出算".into();
                    (spot, message, vec![format!("确实没有数据的，在“{NOTHING}”后面选“是”")])
                });
                false
            }
            _ => true,
        }
    }
}
