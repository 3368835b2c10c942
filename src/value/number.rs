//! Exact rationals, and their decimal forms.

use dashu_base::{Abs, Signed};
use dashu_int::{IBig, UBig};
use dashu_ratio::RBig;
use std::fmt::Write;

/// An exact rational number.
pub type Num = RBig;

/// `n` as a number.
pub fn num(n: i64) -> Num {
    RBig::from(n)
}

/// Reads a plain decimal such as `-4.20`; at most 40 digits; `None` for anything else.
pub fn parse_num(text: &str) -> Option<Num> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let fits = !whole.is_empty() && whole.len() + part.len() <= 40 && !(part.is_empty() && digits.contains('.'));
    if !fits || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = match small_mantissa(whole, part) {
        Some((mantissa, scale)) => RBig::from_parts(IBig::from(mantissa), UBig::from(scale)),
        None => RBig::from_parts(format!("{whole}{part}").parse().ok()?, UBig::from(10u8).pow(part.len())),
    };
    Some(if negative { -value } else { value })
}

/// The digits as one number, and the power of ten that they are to be divided by, where both are small.
fn small_mantissa(whole: &str, part: &str) -> Option<(u64, u64)> {
    let part = part.trim_end_matches('0');
    let scale = 10u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let digits = whole.bytes().chain(part.bytes());
    let mantissa = digits.into_iter().try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(u64::from(digit.checked_sub(b'0')?)))?;
    Some((mantissa, scale))
}

/// Rounds to `places` decimals, half away from zero.
pub fn round_half_up(value: &Num, places: usize) -> Num {
    if has_places(value, places) {
        return value.clone();
    }
    let scale = UBig::from(10u8).pow(places);
    RBig::from_parts(scaled_half_up(value, &scale), scale)
}

/// Whether a number is surely one of so many decimals, as nearly all are.
fn has_places(value: &Num, places: usize) -> bool {
    let scale = u32::try_from(places).ok().and_then(|places| 10u64.checked_pow(places));
    let under = u64::try_from(value.denominator()).ok();
    scale.zip(under).is_some_and(|(scale, under)| scale.checked_rem(under) == Some(0))
}

fn scaled_half_up(value: &Num, scale: &UBig) -> IBig {
    let (sign, n) = value.numerator().clone().into_parts();
    let d = value.denominator();
    let magnitude: UBig = (n * scale * UBig::from(2u8) + d) / (d * UBig::from(2u8));
    IBig::from_parts(sign, magnitude)
}

/// A decimal string with at most `places` digits after the point, rounded half up, trailing zeros dropped.
pub fn format_decimal(value: &Num, places: usize) -> String {
    if let Some(text) = format_small(value, places) {
        return text;
    }
    let scaled = scaled_half_up(value, &UBig::from(10u8).pow(places));
    let digits = scaled.clone().abs().to_string();
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let part = part.trim_end_matches('0');
    let sign = if scaled.is_negative() { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// The same where numerator, denominator and scale are small, as nearly all are.
fn format_small(value: &Num, places: usize) -> Option<String> {
    let over = i64::try_from(value.numerator()).ok()?;
    let under = u64::try_from(value.denominator()).ok()?;
    let (mut whole, rest) = (over.unsigned_abs() / under, over.unsigned_abs() % under);
    let mut part = 0;
    if rest > 0 {
        let scale = u128::from(10u64.checked_pow(u32::try_from(places).ok()?)?);
        let rounded = (u128::from(rest) * scale * 2 + u128::from(under)) / (u128::from(under) * 2);
        (whole, part) = if rounded == scale { (whole.checked_add(1)?, 0) } else { (whole, u64::try_from(rounded).ok()?) };
    }
    let sign = if over < 0 && (whole > 0 || part > 0) { "-" } else { "" };
    if part == 0 {
        return Some(if sign.is_empty() { whole.to_string() } else { format!("-{whole}") });
    }
    let mut places = places;
    while part % 10 == 0 {
        (part, places) = (part / 10, places.saturating_sub(1));
    }
    // Room for any number, so that it is allocated once.
    let mut text = String::with_capacity(44);
    write!(text, "{sign}{whole}.{part:0>places$}").ok()?;
    Some(text)
}

/// The least multiple of `step` (> 0) that is at least `value`; with `strict`, above it.
pub fn ceil_to(value: &Num, step: &Num, strict: bool) -> Num {
    let quotient = value / step;
    let floor = quotient.floor();
    let whole = if RBig::from(floor.clone()) == quotient && !strict { floor } else { floor + IBig::ONE };
    RBig::from(whole) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_round_half_up_and_drop_zeros() {
        let third = num(1) / num(3);
        assert_eq!(format_decimal(&third, 12), "0.333333333333");
        assert_eq!(format_decimal(&(num(2) / num(3)), 2), "0.67");
        assert_eq!(format_decimal(&parse_num("-0.125").unwrap(), 2), "-0.13");
        assert_eq!(format_decimal(&parse_num("4.20").unwrap(), 12), "4.2");
        assert_eq!(format_decimal(&num(-3), 12), "-3");
        assert_eq!(format_decimal(&parse_num("-0.001").unwrap(), 2), "0");
    }

    #[test]
    fn small_numbers_are_rounded_as_large_ones_are() {
        for over in [0, 1, 4, 5, 7, 99, 100, 995, 9_995, 123_456_789, i64::MAX] {
            for under in [1, 2, 3, 7, 8, 10, 100, 999, 1_000, 1 << 40, i64::MAX] {
                let value = num(over) / num(under);
                for places in [0, 1, 2, 12, 18] {
                    let text = format_decimal(&value, places);
                    assert_eq!(parse_num(&text), Some(round_half_up(&value, places)), "{over}/{under} {places}");
                    let negative = format_decimal(&-value.clone(), places);
                    assert_eq!(negative, if text == "0" { text } else { format!("-{text}") });
                }
            }
        }
        assert_eq!(format_decimal(&num(i64::MIN), 12), i64::MIN.to_string());
    }

    #[test]
    fn only_plain_decimals_are_read() {
        for bad in ["", "1e3", ".5", "1.", "--1", "1,000", "１"] {
            assert_eq!(parse_num(bad), None, "{bad}");
        }
        assert_eq!(parse_num("0.50"), Some(num(1) / num(2)));
        let long =
            [("18446744073709551615", 0), ("18446744073709551616", 0), ("0.0000000000000000001", 19), ("1.00000000000000000000", 20)];
        for (text, places) in long {
            let digits: IBig = text.replace('.', "").parse().unwrap();
            assert_eq!(parse_num(text), Some(RBig::from_parts(digits, UBig::from(10u8).pow(places))), "{text}");
        }
    }

    #[test]
    fn the_least_step_that_reaches() {
        assert_eq!(ceil_to(&(num(5) / num(2)), &num(1), false), num(3));
        assert_eq!(ceil_to(&num(3), &num(1), false), num(3));
        assert_eq!(ceil_to(&num(3), &num(1), true), num(4));
        let cent = num(1) / num(100);
        assert_eq!(ceil_to(&(num(1) / num(3)), &cent, false), num(34) / num(100));
    }
}
