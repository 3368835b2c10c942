//! The row of totals that people leave under a table: held against the sums, and never counted as a row.

use super::columns::Column;
use super::complaints::{Complaints, Spot};
use super::dataset::TableData;
use super::header::unit_of;
use super::plain;
use super::records::Record;
use super::table::{Reader, cut};
use crate::diagnostic::Code;
use crate::plan::FieldType;
use crate::value::{Num, format_decimal, num};

const WORDS: [&str; 5] = ["合计", "总计", "共计", "小计", "总合计"];

/// Whether the first cell that is filled says so.
pub(super) fn is_total(record: &Record<'_>) -> bool {
    let first = record.cells.iter().map(|c| plain::trim(c)).find(|c| !c.is_empty());
    let is_word = |text: &&str| text.as_bytes().first().is_some_and(|b| !b.is_ascii() || *b == b':');
    first.filter(is_word).is_some_and(|text| {
        WORDS.iter().any(|word| text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '：')).eq(word.chars()))
    })
}

/// Whether a row of totals may begin with this character.
pub(super) fn may_begin(first: char) -> bool {
    first.is_whitespace() || first == '：' || WORDS.iter().any(|word| word.starts_with(first))
}

/// A total in the midst of the rows: of what, nobody can say.
pub(super) fn not_last(record: &Record<'_>, complaints: &mut Complaints) {
    complaints.error(Code::TOTAL_ROW, || {
        let spot = Spot { line: Some(record.line), ..Spot::default() };
        let message = "合计行后面还有数据，看不出合计的是哪些行".into();
        (spot, message, vec!["合计行只能放在最后；中间的小计请删去".into()])
    });
}

/// Compares the totals with the sums of the rows.
pub(super) fn check(reader: &Reader<'_>, record: &Record<'_>, data: &TableData, complaints: &mut Complaints) {
    for (position, (slot, reading)) in reader.slots.iter().zip(&reader.readings).enumerate() {
        let (Some(slot), Some(reading)) = (slot, reading) else { continue };
        let Some(field) = reader.table.fields.get(slot.field) else { continue };
        // Ratios and years do not add up.
        let adds = match &field.ty {
            FieldType::Integer(_) => reader.table.year.is_none_or(|y| y.0 != slot.field),
            FieldType::Decimal { unit, .. } => !unit.is_plain(),
            _ => false,
        };
        let cell = record.cells.get(position).map_or("", |c| c.trim());
        let mut given = reading.cells.column();
        let pushed = reading.cells.push(&mut given, cell, record.kind(position));
        let Column::Number(given) = given else { continue };
        if !adds {
            continue;
        }
        let spot = || Spot { line: Some(record.line), field: Some(slot.field), row: Some("合计".into()), ..Spot::default() };
        if let Err(fault) = pushed {
            complaints
                .error(fault.code, || (spot(), format!("合计行的“{}”写的是“{}”，{}", field.name, cut(cell), fault.expected), fault.help));
            continue;
        }
        let Some(given) = given.get(0) else { continue };
        let sum = sum(data.columns.get(slot.field));
        if given.to_num() == sum {
            continue;
        }
        complaints.error(Code::TOTAL_ROW, || {
            let unit = unit_of(&field.ty).map_or("", |u| u.name.as_str());
            let (given, sum) = (format_decimal(&given.to_num(), 12), format_decimal(&sum, 12));
            let message = format!("“{}”的合计是 {given} {unit}，各行之和是 {sum} {unit}", field.name);
            (spot(), message, vec!["核对各行与合计，改正错的一处；不能相加的列，合计行留空".into()])
        });
    }
}

fn sum(column: Option<&Column>) -> Num {
    let Some(Column::Number(cells)) = column else { return num(0) };
    cells.iter().flatten().fold(num(0), |sum, cell| sum + cell.to_num())
}
