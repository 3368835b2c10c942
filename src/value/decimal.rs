//! A cell's number: an exact decimal in two words.

use super::number::Num;
use dashu_int::{IBig, UBig};

/// `mantissa / 10^scale`, as read from a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    pub mantissa: i64,
    pub scale: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseDecimalError {
    /// Not a plain decimal.
    Malformed,
    /// More than 18 significant digits.
    TooLong,
}

impl Decimal {
    /// Reads `-12.50`; the text has been trimmed and made half-width. Exponents, signs other than a leading `-` and separators are refused.
    pub fn parse(text: &str) -> Result<Self, ParseDecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let malformed = whole.is_empty() || digits.ends_with('.') || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
        if malformed {
            return Err(ParseDecimalError::Malformed);
        }
        let whole = whole.trim_start_matches('0');
        let part = part.trim_end_matches('0');
        if whole.len() + part.len() > 18 {
            return Err(ParseDecimalError::TooLong);
        }
        let mut mantissa = 0i64;
        for b in whole.bytes().chain(part.bytes()) {
            mantissa = mantissa * 10 + i64::from(b - b'0');
        }
        let scale = u8::try_from(part.len()).map_err(|_| ParseDecimalError::TooLong)?;
        Ok(Self { mantissa: if negative { -mantissa } else { mantissa }, scale })
    }

    /// Whether there is nothing after the point.
    pub fn is_whole(self) -> bool {
        self.scale == 0
    }

    /// The exact number.
    pub fn to_num(self) -> Num {
        if self.scale == 0 {
            return Num::from(self.mantissa);
        }
        Num::from_parts(IBig::from(self.mantissa), UBig::from(10u8).pow(usize::from(self.scale)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::num;

    #[test]
    fn cells_are_read_exactly() {
        assert_eq!(Decimal::parse("45.0"), Ok(Decimal { mantissa: 45, scale: 0 }));
        assert_eq!(Decimal::parse("-0.05").map(Decimal::to_num), Ok(num(-1) / num(20)));
        assert_eq!(Decimal::parse("1e3"), Err(ParseDecimalError::Malformed));
        assert_eq!(Decimal::parse("1."), Err(ParseDecimalError::Malformed));
        assert_eq!(Decimal::parse(&"9".repeat(400)), Err(ParseDecimalError::TooLong));
    }
}
