//! The plain forms that nearly all cells of text files have, read at once. `None` is no complaint: the careful reading decides.

use crate::value::Decimal;

/// The same as `str::trim`.
pub(super) fn trim(cell: &str) -> &str {
    match cell.as_bytes() {
        [only] if only.is_ascii_graphic() => cell,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        _ => cell.trim(),
    }
}

/// `1200` and `54.80`, of at most 18 digits, in the shortest form.
pub(super) fn number(cell: &str) -> Option<Decimal> {
    let mut bytes = cell.as_bytes();
    if bytes.len() > 18 || !bytes.first()?.is_ascii_digit() || !bytes.last()?.is_ascii_digit() {
        return None;
    }
    let mut scale = 0;
    if let Some(point) = bytes.iter().position(|b| *b == b'.') {
        while let [kept @ .., b'0'] = bytes {
            bytes = kept;
        }
        scale = u8::try_from(bytes.len().checked_sub(point + 1)?).ok()?;
    }
    let mut mantissa = 0i64;
    let mut points = 0;
    for byte in bytes {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            b'.' => points += 1,
            _ => return None,
        }
    }
    (points <= 1).then_some(Decimal { mantissa, scale })
}

/// `是` and `否`.
pub(super) fn truth(cell: &str) -> Option<bool> {
    match cell {
        "是" => Some(true),
        "否" => Some(false),
        _ => None,
    }
}

/// The numbers of `2018-09` and `2018-09-01`; the day is 0 where there is none.
pub(super) fn day(cell: &str) -> Option<(i32, i32, i32)> {
    let two = |tens: &u8, ones: &u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
    };
    match cell.as_bytes() {
        [a, b, c, d, b'-', e, f] => Some((two(a, b)? * 100 + two(c, d)?, two(e, f)?, 0)),
        [a, b, c, d, b'-', e, f, b'-', g, h] => Some((two(a, b)? * 100 + two(c, d)?, two(e, f)?, two(g, h)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_what_the_careful_reading_makes_of_them() {
        let texts = [
            "0",
            "00",
            "007",
            "12",
            "12.50",
            "0.50",
            "12.0",
            "100",
            "1.",
            ".5",
            "",
            "-1",
            "1e3",
            "1.2.3",
            "1..2",
            "１",
            "12人",
            "1,234",
            "0.0000000000000001",
            "999999999999999999",
            "1000000000000000000",
            "0.12345678901234567",
            "10.00",
            "1 2",
            "..",
            "0.",
            "0.0",
        ];
        for text in texts {
            if let Some(read) = number(text) {
                assert_eq!(Ok(read), Decimal::parse(text), "{text}");
            }
        }
        assert_eq!(number("54.80"), Some(Decimal { mantissa: 548, scale: 1 }));
        assert_eq!(number("0.0"), Some(Decimal { mantissa: 0, scale: 0 }));
        assert_eq!(number("1200"), Some(Decimal { mantissa: 1200, scale: 0 }));
    }

    #[test]
    fn cells_are_trimmed_as_anywhere() {
        for cell in ["", " ", "a", " a", "a ", "甲", "\u{3000}甲 ", "\u{a0}1", "1\u{3000}", "\t"] {
            assert_eq!(trim(cell), cell.trim());
        }
    }
}
