//! One value → one cell: what a spreadsheet would take for a formula stays a text, and no digit is lost.

use crate::value::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

/// What a cell is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Blank,
    Text(String),
    /// Decimal digits.
    Number(String),
    /// A ratio that is shown as a percentage, in decimal digits: 0.95 for 95%.
    Percent(String),
    /// Year, month, day.
    Day(i32, i32, i32),
}

/// Writes a cell in this format; a text is marked as such whatever it begins with.
pub(crate) fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Blank => sheet.write_blank(row, column, format)?,
        Cell::Text(text) if is_risky(text) => {
            sheet.write_string_with_format(row, column, text, &format.clone().set_num_format("@").set_quote_prefix())?
        }
        Cell::Text(text) => sheet.write_string_with_format(row, column, text, format)?,
        Cell::Number(digits) => match double(digits) {
            Some(number) => sheet.write_number_with_format(row, column, number, format)?,
            None => sheet.write_string_with_format(row, column, digits, format)?,
        },
        Cell::Percent(digits) => match double(digits) {
            Some(number) => sheet.write_number_with_format(row, column, number, &format.clone().set_num_format("0.##%"))?,
            None => sheet.write_string_with_format(row, column, digits, format)?,
        },
        Cell::Day(year, month, day) => match date(*year, *month, *day) {
            Some(at) => sheet.write_with_format(row, column, &at, &format.clone().set_num_format("yyyy-mm-dd"))?,
            None => sheet.write_string_with_format(row, column, format!("{year:04}-{month:02}-{day:02}"), format)?,
        },
    };
    Ok(())
}

/// Whether a spreadsheet might take a text for a formula once it is touched or saved as CSV.
pub(crate) fn is_risky(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// The double that reads back as these very digits.
fn double(digits: &str) -> Option<f64> {
    let number: f64 = digits.parse().ok()?;
    let (back, given) = (Decimal::parse(&number.to_string()).ok()?, Decimal::parse(digits).ok()?);
    (back.to_num() == given.to_num()).then_some(number)
}

/// Spreadsheets count a day in 1900 that never was: days before March 1900 stay texts.
fn date(year: i32, month: i32, day: i32) -> Option<ExcelDateTime> {
    let year = u16::try_from(year).ok().filter(|y| *y > 1900)?;
    ExcelDateTime::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_doubles_are_numbers() {
        assert_eq!(double("1.1"), Some(1.1));
        assert_eq!(double("-0.000001"), Some(-0.000_001));
        assert_eq!(double("123456789012345678"), None);
        assert_eq!(double("0.1234567890123456789"), None);
        assert_eq!(double("x"), None);
    }

    #[test]
    fn what_looks_like_a_formula_is_known() {
        for text in ["=1+1", "+86", "-", "@SUM(A1)", "\t=1", "＝1"] {
            assert!(is_risky(text), "{text}");
        }
        assert!(!is_risky("1=1") && !is_risky(""));
    }
}
