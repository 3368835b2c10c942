//! Cells as whole numbers.

use crate::data::{Column, Narrow};

/// What is not clear among numbers.
pub const NONE: i64 = i64::MIN;

/// How many decimals the cells of a column have at the most.
pub fn scale(column: &Column) -> u8 {
    match column {
        Column::Number(cells) => match cells.scaled() {
            Some((_, scale)) => scale,
            None => cells.iter().flatten().map(|d| d.scale).max().unwrap_or(0),
        },
        _ => 0,
    }
}

/// The cells as they are stored, where those are numbers times `10^scale`, the indexes of options, months or days.
pub fn stored(column: &Column, scale: u8) -> Option<&Narrow> {
    match column {
        Column::Number(cells) => cells.scaled().filter(|(_, own)| *own == scale).map(|(mantissas, _)| mantissas),
        Column::Choice(cells) => Some(cells.stored()),
        Column::Month(cells) | Column::Date(cells) => Some(cells.stored()),
        Column::Absent | Column::Text(_) | Column::Bool(_) => None,
    }
}

/// The same of one row, and 1 or 0 for a truth; `None` where missing or not whole so.
pub fn number(column: &Column, scale: u8, row: usize) -> Option<i64> {
    match column {
        Column::Number(cells) => {
            let number = cells.get(row)?;
            number.mantissa.checked_mul(10i64.checked_pow(u32::from(scale.checked_sub(number.scale)?))?)
        }
        Column::Bool(cells) => cells.get(row).copied().flatten().map(i64::from),
        _ => stored(column, scale)?.get(row),
    }
}
