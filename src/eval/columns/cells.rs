//! Cells as whole numbers.

use crate::data::Column;

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

/// Numbers times `10^scale`, the indexes of options, 1 or 0, months or days, at the rows given; [`NONE`] where missing or not whole so;
/// added to `out`.
pub fn numbers(column: &Column, scale: u8, rows: impl Iterator<Item = Option<usize>>, out: &mut Vec<i64>) {
    fn read(rows: impl Iterator<Item = Option<usize>>, out: &mut Vec<i64>, cell: impl Fn(usize) -> Option<i64>) {
        out.extend(rows.map(|row| row.and_then(&cell).unwrap_or(NONE)));
    }
    match column {
        Column::Absent | Column::Text(_) => read(rows, out, |_| None),
        Column::Number(cells) => match cells.scaled() {
            Some((mantissas, own)) if own == scale => mantissas.add_to(out, rows, NONE),
            _ => read(rows, out, |row| {
                let number = cells.get(row)?;
                number.mantissa.checked_mul(10i64.checked_pow(u32::from(scale.checked_sub(number.scale)?))?)
            }),
        },
        Column::Bool(cells) => read(rows, out, |row| cells.get(row).copied().flatten().map(i64::from)),
        Column::Choice(cells) => cells.stored().add_to(out, rows, NONE),
        Column::Month(cells) | Column::Date(cells) => cells.stored().add_to(out, rows, NONE),
    }
}
