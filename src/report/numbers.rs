//! Numbers as people read them: short, yet never on the wrong side of their threshold.

use crate::value::{Num, format_decimal, num, parse_num};

/// A threshold such as `≥ 4.2`, taken apart.
#[derive(Debug, Clone)]
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
    match sided(&exact, (threshold.op, &limit), failing, decimals(&limit).clamp(least, 4), format_decimal) {
        Some(digits) => with_unit(&digits, unit),
        None => format!("{}{beyond}", with_unit(&format_decimal(&exact, 12), unit)),
    }
}

/// The digits from so many places on, as many as it takes to see on which side of the limit the value lies.
fn sided(exact: &Num, (op, limit): (&str, &Num), failing: bool, from: usize, print: fn(&Num, usize) -> String) -> Option<String> {
    let mut each = (from..=12).map(|places| print(exact, places));
    each.find(|digits| parse_num(digits).is_some_and(|shown| holds(op, &shown, limit) != failing))
}

/// Exactly `places` decimals.
fn fixed(value: &Num, places: usize) -> String {
    let digits = format_decimal(value, places);
    let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
    if places == 0 { digits } else { format!("{whole}.{part:0<places$}") }
}

/// A value as a form prints it, to a fixed number of places (ratios in per cent: one); a failing one with as many more as it takes.
pub fn form(value: &str, threshold: Option<&Bound>, failing: bool, unit: Option<&str>, places: usize, beyond: &str) -> String {
    let Some(exact) = parse_num(value) else { return value.to_string() };
    with_unit(&digits(&exact, threshold, failing, unit, places, beyond), unit)
}

/// The same without its unit, for a column that names it.
pub fn form_digits(value: &str, threshold: Option<&Bound>, failing: bool, unit: Option<&str>, places: usize, beyond: &str) -> String {
    parse_num(value).map_or_else(|| value.to_string(), |exact| digits(&exact, threshold, failing, unit, places, beyond))
}

fn digits(exact: &Num, threshold: Option<&Bound>, failing: bool, unit: Option<&str>, places: usize, beyond: &str) -> String {
    let (exact, places) = (scaled(exact, unit), if matches!(unit, Some("%" | "‰")) { 1 } else { places });
    let Some(threshold) = threshold else { return fixed(&exact, places) };
    let limit = scaled(&threshold.value, unit);
    sided(&exact, (threshold.op, &limit), failing, places, fixed).unwrap_or_else(|| format!("{}{beyond}", format_decimal(&exact, 12)))
}

/// How far a value is from its threshold, never shown as nothing where there is something; whether it is above.
pub fn distance(value: &str, threshold: &Bound, unit: Option<&str>, places: usize) -> Option<(bool, String)> {
    let distance = scaled(&(parse_num(value)? - &threshold.value), unit);
    let above = distance > num(0);
    let size = if above { distance } else { -distance };
    let digits = (places..=12).map(|n| format_decimal(&size, n)).find(|digits| digits != "0")?;
    Some((above, with_unit(&digits, unit)))
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
    fn forms_have_fixed_places_unless_that_would_hide_a_failure() {
        let form =
            |value, threshold, failing, unit, places| super::form(value, bound(threshold, None).as_ref(), failing, unit, places, "*");
        assert_eq!(form("4.2", "≥ 4.2", false, Some("人"), 2), "4.20 人");
        assert_eq!(form("4.1999", "≥ 4.2", true, None, 2), "4.1999");
        assert_eq!(form("0.501787", "≤ 0.5", true, None, 3), "0.502");
        assert_eq!(form("0.5000001", "≤ 0.5", true, None, 3), "0.5000001");
        assert_eq!(form("0.4", "≤ 0.5", false, None, 3), "0.400");
        assert_eq!(form("0.95", "≥ 0.95", false, Some("%"), 3), "95.0%");
        assert_eq!(form("45", "≤ 45", false, Some("人"), 0), "45 人");
        assert_eq!(form("III", "≥ III", false, None, 2), "III");
        let far = |value, threshold, unit, places| distance(value, &bound(threshold, None).unwrap(), unit, places);
        assert_eq!(far("0.5000001", "≤ 0.5", None, 3), Some((true, "0.0000001".into())));
        assert_eq!(far("0.9", "≥ 0.95", Some("%"), 1), Some((false, "5%".into())));
        assert_eq!(far("0.5", "≤ 0.5", None, 3), None);
    }

    #[test]
    fn bare_row_thresholds_take_the_sign_of_the_check() {
        assert_eq!(show_bound("2400", Some("≤ 2000"), Some("人")), "≤ 2400 人");
        assert_eq!(show_bound("≥ 0.95", None, Some("%")), "≥ 95%");
        assert_eq!(against("89", "94.75", "90"), None);
        assert_eq!(against("94.75", "94.75", "90").as_deref(), Some("≥ 90"));
    }
}
