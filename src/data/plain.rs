//! The plain forms that nearly all cells of text files have, read at once. `None` is no complaint: the careful reading decides.

use super::calendar::days;
use super::columns::shortest;
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
    digits(cell.as_bytes()).filter(|(_, length)| *length == cell.len()).map(|(number, _)| shortest(number))
}

/// The number of such a form with which a text begins, zeros behind it kept, and its length.
#[inline]
pub(super) fn digits(text: &[u8]) -> Option<(Decimal, usize)> {
    const MOST: usize = 18;
    let (mut mantissa, mut point, mut length) = (0i64, None, 0usize);
    for byte in text.iter().take(MOST + 1) {
        match byte {
            // One digit too many is told by the length.
            b'0'..=b'9' => mantissa = mantissa.wrapping_mul(10).wrapping_add(i64::from(byte - b'0')),
            b'.' if point.is_none() => point = Some(length),
            _ => break,
        }
        length += 1;
    }
    let behind = point.map_or(Some(0), |point| length.checked_sub(point + 1).filter(|behind| point > 0 && *behind > 0))?;
    let number = Decimal { mantissa, scale: u8::try_from(behind).ok()? };
    (1..=MOST).contains(&length).then_some((number, length))
}

/// The same of a text that begins with these bytes, where what follows the number is among them.
#[inline]
pub(super) fn short(head: u64) -> Option<(Decimal, usize)> {
    const ONES: u64 = u64::MAX / 0xff;
    // Each digit as its value; the highest bit of all other bytes is set in `others`.
    let values = head ^ (ONES * u64::from(b'0'));
    let others = (((values & (ONES * 0x7f)) + ONES * 0x76) | values) & (ONES << 7);
    let first = others.trailing_zeros() / 8;
    if first == 0 || first == 8 {
        return None;
    }
    if values >> (8 * first) & 0xff != u64::from(b'.' ^ b'0') {
        let number = Decimal { mantissa: eight(values << (64 - 8 * first)), scale: 0 };
        return Some((number, first as usize));
    }
    let end = (others & (others - 1)).trailing_zeros() / 8;
    if end == 8 || end == first + 1 {
        return None;
    }
    let before = (1 << (8 * first)) - 1;
    let joined = values & before | values >> 8 & !before;
    let number = Decimal { mantissa: eight(joined << (72 - 8 * end)), scale: u8::try_from(end - first - 1).ok()? };
    Some((number, end as usize))
}

/// The number of eight digits, the first of them in the lowest byte.
#[inline]
fn eight(values: u64) -> i64 {
    const PAIRS: u64 = u64::MAX / 0xffff;
    const FOURS: u64 = u64::MAX / 0xffff_ffff;
    let pairs = (values * 10 + (values >> 8)) & (PAIRS * 0xff);
    let fours = (pairs * 100 + (pairs >> 16)) & (FOURS * 0xffff);
    ((fours * 10_000 + (fours >> 32)) & 0xffff_ffff).cast_signed()
}

/// `是` and `否`.
pub(super) fn truth(cell: &str) -> Option<bool> {
    match cell {
        "是" => Some(true),
        "否" => Some(false),
        _ => None,
    }
}

/// `2018-09`, as a column keeps it.
pub(super) fn month(cell: &[u8; 7]) -> Option<i32> {
    match day(cell)? {
        (year, month @ 1..=12, 0) => Some(year * 12 + month - 1),
        _ => None,
    }
}

/// `2018-09-01`, as a column keeps it.
pub(super) fn date(cell: &[u8; 10]) -> Option<i32> {
    match day(cell)? {
        (year, month @ 1..=12, day) if (1..=days(year, month)).contains(&day) => Some(year * 10000 + month * 100 + day),
        _ => None,
    }
}

/// The numbers of `2018-09` and `2018-09-01`; the day is 0 where there is none.
fn day(cell: &[u8]) -> Option<(i32, i32, i32)> {
    let two = |tens: &u8, ones: &u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
    };
    match cell {
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
            for end in [",", "\n", "甲", "\u{ff}12345", ".", ".5", ""] {
                let all = format!("{text}{end}\0\0\0\0\0\0\0\0");
                let head = u64::from_le_bytes(*all.as_bytes().first_chunk().unwrap());
                if let Some(read) = short(head) {
                    assert_eq!(Some(read), digits(all.as_bytes()), "{all}");
                }
            }
        }
        assert_eq!(number("54.80"), Some(Decimal { mantissa: 548, scale: 1 }));
        assert_eq!(number("0.0"), Some(Decimal { mantissa: 0, scale: 0 }));
        assert_eq!(short(u64::from_le_bytes(*b"12.50,7,")), Some((Decimal { mantissa: 1250, scale: 2 }, 5)));
        assert_eq!(short(u64::from_le_bytes(*b"1234567\n")), Some((Decimal { mantissa: 1_234_567, scale: 0 }, 7)));
        assert_eq!(number("1200"), Some(Decimal { mantissa: 1200, scale: 0 }));
    }

    #[test]
    fn cells_are_trimmed_as_anywhere() {
        for cell in ["", " ", "a", " a", "a ", "甲", "\u{3000}甲 ", "\u{a0}1", "1\u{3000}", "\t"] {
            assert_eq!(trim(cell), cell.trim());
        }
    }
}
