//! Numbers as people read them: short, yet never on the wrong side of their threshold.

use crate::value::{Num, format_decimal, num, parse_num};

/// A threshold such as `≥ 4.2`, taken apart.
pub struct Bound {
    pub op: &'static str,
    pub value: Num,
}

const OPS: [(&str, &str); 9] =
    [("≥", "≥"), ("≤", "≤"), (">=", "≥"), ("<=", "≤"), (">", ">"), ("<", "<"), ("≠", "≠"), ("!=", "≠"), ("=", "=")];

/// Reads `≥ 4.2`; a bare number takes `op` from `otherwise`, the threshold of the whole check.
pub fn bound(text: &str, otherwise: Option<&str>) -> Option<Bound> {
    let text = text.trim();
    let split = |t: &str| OPS.iter().find_map(|(sign, op)| t.strip_prefix(sign).map(|rest| (*op, rest.trim().to_string())));
    if let Some((op, rest)) = split(text) {
        return parse_num(&rest).map(|value| Bound { op, value });
    }
    let (op, _) = split(otherwise?.trim())?;
    parse_num(text).map(|value| Bound { op, value })
}

fn holds(op: &str, left: &Num, right: &Num) -> bool {
    match op {
        "≥" => left >= right,
        "≤" => left <= right,
        ">" => left > right,
        "<" => left < right,
        "≠" => left != right,
        _ => left == right,
    }
}

fn decimals(value: &Num) -> usize {
    format_decimal(value, 12).split_once('.').map_or(0, |(_, part)| part.len())
}

fn scaled(value: &Num, unit: Option<&str>) -> Num {
    match unit {
        Some("%") => value * num(100),
        Some("‰") => value * num(1000),
        _ => value.clone(),
    }
}

fn with_unit(digits: &str, unit: Option<&str>) -> String {
    match unit {
        Some(u @ ("%" | "‰")) => format!("{digits}{u}"),
        Some(u) if !u.is_empty() => format!("{digits} {u}"),
        _ => digits.to_string(),
    }
}

/// A value beside its threshold; a failing value is printed with as many digits as it takes to see that it fails.
///
/// `beyond` is appended where even all digits of the outcome don't show the difference.
pub fn show(value: &str, threshold: Option<&Bound>, failing: bool, unit: Option<&str>, beyond: &str) -> String {
    let Some(exact) = parse_num(value) else { return value.to_string() };
    let exact = scaled(&exact, unit);
    let least = if matches!(unit, Some("%" | "‰")) { 1 } else { 2 };
    let Some(threshold) = threshold else { return with_unit(&format_decimal(&exact, least), unit) };
    let limit = scaled(&threshold.value, unit);
    for places in decimals(&limit).clamp(least, 4)..=12 {
        let digits = format_decimal(&exact, places);
        if parse_num(&digits).is_some_and(|shown| holds(threshold.op, &shown, &limit) != failing) {
            return with_unit(&digits, unit);
        }
    }
    format!("{}{beyond}", with_unit(&format_decimal(&exact, 12), unit))
}

/// A threshold for people: `≥ 95%`, `≥ 4.2 人`; other texts as they are.
pub fn show_bound(text: &str, otherwise: Option<&str>, unit: Option<&str>) -> String {
    let Some(b) = bound(text, otherwise) else { return text.to_string() };
    format!("{} {}", b.op, with_unit(&format_decimal(&scaled(&b.value, unit), 6), unit))
}

/// A plain amount with its unit.
pub fn amount(text: &str, unit: Option<&str>) -> String {
    parse_num(text).map_or_else(|| text.to_string(), |n| with_unit(&format_decimal(&scaled(&n, unit), 6), unit))
}

/// A value (`0.515257`) or a threshold (`≥ 0.95`) with all its digits and its unit; ratios as percentages.
pub fn exact(text: &str, unit: &str) -> String {
    let (sign, digits) = text.rsplit_once(' ').map_or((String::new(), text), |(sign, digits)| (format!("{sign} "), digits));
    let shown = parse_num(digits).map(|n| format_decimal(&scaled(&n, Some(unit)), 12));
    format!("{sign}{}", with_unit(shown.as_deref().unwrap_or(digits), Some(unit)))
}

/// `9`, or `9～10` where the ends differ.
pub fn interval(min: &str, max: &str) -> String {
    if min == max { min.to_string() } else { format!("{min}～{max}") }
}

/// How a total stands to its pass mark: `≥ 90`, `< 90`; `None` while open.
pub fn against(min: &str, max: &str, pass: &str) -> Option<String> {
    let (low, high, mark) = (parse_num(min)?, parse_num(max)?, parse_num(pass)?);
    if low >= mark {
        Some(format!("≥ {pass}"))
    } else if high < mark {
        Some(format!("< {pass}"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str, threshold: &str, failing: bool, unit: Option<&str>) -> String {
        show(value, bound(threshold, None).as_ref(), failing, unit, "*")
    }

    #[test]
    fn a_failing_value_never_looks_like_a_passing_one() {
        assert_eq!(shown("4.196", "≥ 4.2", true, None), "4.196");
        assert_eq!(shown("4.166666666667", "≥ 4.2", true, None), "4.17");
        assert_eq!(shown("0.500000000001", "≤ 0.5", true, None), "0.500000000001");
        assert_eq!(shown("0.5", "≤ 0.5", true, None), "0.5*");
        assert_eq!(shown("0.1499", "< 0.15", false, None), "0.1499");
        assert_eq!(shown("0.94999", "≥ 0.95", true, Some("%")), "94.999%");
        assert_eq!(shown("0.94", "≥ 0.95", true, Some("%")), "94%");
        assert_eq!(shown("2000", "≥ 2000", false, Some("元/人")), "2000 元/人");
        assert_eq!(shown("III", "≥ III", false, None), "III");
    }

    #[test]
    fn exact_amounts_keep_their_digits() {
        assert_eq!(exact("≥ 0.8", "%"), "≥ 80%");
        assert_eq!(exact("0.949999", "%"), "94.9999%");
        assert_eq!(exact("4.19999", "人"), "4.19999 人");
        assert_eq!(exact("III", ""), "III");
    }

    #[test]
    fn bare_row_thresholds_take_the_sign_of_the_check() {
        assert_eq!(show_bound("2400", Some("≤ 2000"), Some("人")), "≤ 2400 人");
        assert_eq!(show_bound("≥ 0.95", None, Some("%")), "≥ 95%");
        assert_eq!(against("89", "94.75", "90"), None);
        assert_eq!(against("94.75", "94.75", "90").as_deref(), Some("≥ 90"));
    }
}
