//! Wording against comparison: a bound that the text includes and the rule leaves out, or the other way round.

use super::texts::worded;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Item, Rule, RuleKind};
use crate::value::{Num, format_decimal, parse_num};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    /// The value is to be above the number; else below it.
    above: bool,
    /// The number itself will do.
    inclusive: bool,
}

/// Holds each comparison with a number against what the text says of that number.
pub(super) fn check(items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    for (text, body) in items.iter().flat_map(worded) {
        let said = said(&text.node);
        for rule in &body.rules {
            for (bound, sign, number) in compared_all(rule) {
                let of_number: Vec<&(Bound, String, Num)> = said.iter().filter(|(_, _, n)| *n == number).collect();
                let agrees = of_number.is_empty() || of_number.iter().any(|(b, _, _)| *b == bound || b.above != bound.above);
                let Some((other, words, _)) = of_number.first().filter(|_| !agrees) else { continue };
                let includes = |b: &Bound| if b.inclusive { "含本数" } else { "不含本数" };
                let shown = format_decimal(&number, 12);
                let message = format!("原文写“{words}”（{}），规则写 {sign} {shown}（{}）", includes(other), includes(&bound));
                let finding = Diagnostic::warning(Code::TEXT_BOUND, rule.span, message).here("规则").also(text.span, "原文");
                let right = match (other.above, other.inclusive) {
                    (true, true) => "≥",
                    (true, false) => ">",
                    (false, true) => "≤",
                    (false, false) => "<",
                };
                diagnostics.push(finding.help(format!("按原文应写 {right} {shown}；原文另有说法的，写明口径并加豁免")));
            }
        }
    }
}

/// The bounds that a text puts in words, each with the words.
fn said(text: &str) -> Vec<(Bound, String, Num)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|r| r.find(|c: char| c.is_ascii_digit())).map(|s| at + s) {
        let rest = text.get(start..).unwrap_or("");
        let len = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let digits = rest.get(..len).unwrap_or("");
        at = start + len;
        let (before, after) = (text.get(..start).unwrap_or(""), rest.get(len..).unwrap_or(""));
        if let (Some(number), Some((bound, words))) = (parse_num(digits.trim_end_matches('.')), worded_bound(before, digits, after)) {
            found.push((bound, words, number));
        }
    }
    found
}

/// Words that stand right before a number, and the bound they set.
const BEFORE: [(&str, bool, bool); 13] = [
    ("大于或等于", true, true),
    ("小于或等于", false, true),
    ("达到", true, true),
    ("至少", true, true),
    ("至多", false, true),
    ("低于", false, false),
    ("小于", false, false),
    ("少于", false, false),
    ("不足", false, false),
    ("超过", true, false),
    ("高于", true, false),
    ("大于", true, false),
    ("多于", true, false),
];

fn worded_bound(before: &str, digits: &str, after: &str) -> Option<(Bound, String)> {
    if let Some((word, above, inclusive)) = BEFORE.iter().find(|(w, _, _)| before.ends_with(w)) {
        let lead = before.strip_suffix(word).unwrap_or("");
        let negated = ["不", "不得", "不能", "不应", "不可", "未"].iter().find(|n| lead.ends_with(**n));
        let bound = Bound { above: above ^ negated.is_some(), inclusive: inclusive ^ negated.is_some() };
        // “达到4.5平方米以上” says it twice.
        return Some((bound, format!("{}{word}{digits}", negated.unwrap_or(&""))));
    }
    for (word, above) in [("以上", true), ("以下", false), ("以内", false)] {
        let Some(unit) = after.find(word).and_then(|end| after.get(..end)) else { continue };
        if unit.chars().count() <= 6 && unit.chars().all(|c| c.is_alphabetic() || matches!(c, '%' | '％' | '‰')) {
            return Some((Bound { above, inclusive: true }, format!("{digits}{unit}{word}")));
        }
    }
    None
}

/// The comparisons of a rule and of its parts; a relief asks for less than the text by its nature.
fn compared_all(rule: &Rule) -> Vec<(Bound, char, Num)> {
    let asked: Vec<&Expr> = match &rule.kind {
        RuleKind::Condition(e) | RuleKind::Trigger(e) | RuleKind::CrossCheck { condition: e, .. } => vec![e],
        RuleKind::Each { filter, condition, .. } => filter.iter().chain([condition]).collect(),
        RuleKind::Several(several) => several.filter.iter().chain(several.parts.iter().map(|p| &p.condition)).collect(),
        RuleKind::Group { filter, having, condition, .. } => filter.iter().chain(having).chain([condition]).collect(),
        RuleKind::Judged { .. } => Vec::new(),
    };
    let mut found = Vec::new();
    asked.into_iter().for_each(|e| compared(e, &mut found));
    found
}

/// The comparisons with a number, wherever they stand in an expression.
fn compared(expr: &Expr, found: &mut Vec<(Bound, char, Num)>) {
    match &expr.kind {
        ExprKind::Binary { op, left, right } => {
            let side = match op.node {
                BinaryOp::Ge => Some(('≥', true, true)),
                BinaryOp::Le => Some(('≤', false, true)),
                BinaryOp::Gt => Some(('>', true, false)),
                BinaryOp::Lt => Some(('<', false, false)),
                _ => None,
            };
            if let Some((sign, above, inclusive)) = side {
                limits(right, &mut |number| found.push((Bound { above, inclusive }, sign, number.clone())));
            }
            compared(left, found);
            compared(right, found);
        }
        ExprKind::Call { scope, arguments, .. } => {
            scope.iter().filter_map(|s| s.filter.as_deref()).chain(arguments).for_each(|e| compared(e, found));
        }
        ExprKind::Negate(inner) | ExprKind::Not(inner) => compared(inner, found),
        ExprKind::In { value, options, .. } => std::iter::once(&**value).chain(options).for_each(|e| compared(e, found)),
        ExprKind::If { condition, then, otherwise } => {
            [Some(condition), Some(then), otherwise.as_ref()].into_iter().flatten().for_each(|e| compared(e, found));
        }
        ExprKind::Number { .. }
        | ExprKind::Text(_)
        | ExprKind::Bool(_)
        | ExprKind::Date(_)
        | ExprKind::Path(_)
        | ExprKind::LastYears(_)
        | ExprKind::YearsBefore(_) => {}
    }
}

/// The numbers that a limit begins with: `4.2 人 × 底线`, `若 … 则 2500 人 否则 2000 人`.
fn limits(limit: &Expr, tell: &mut impl FnMut(&Num)) {
    match &limit.kind {
        ExprKind::Number { value, .. } => tell(value),
        ExprKind::Binary { op: Spanned { node: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div, .. }, left, .. } => {
            limits(left, tell);
        }
        ExprKind::If { then, otherwise, .. } => [Some(then), otherwise.as_ref()].into_iter().flatten().for_each(|e| limits(e, tell)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_set_bounds() {
        let bounds: Vec<(bool, bool, String)> =
            said("不低于6000元，不足100名，达到4.5平方米以上，低于0.15，10%以上，不得超过45人，120%以内，每12个班")
                .into_iter()
                .map(|(b, _, n)| (b.above, b.inclusive, format_decimal(&n, 4)))
                .collect();
        let wanted = [
            (true, true, "6000"),
            (false, false, "100"),
            (true, true, "4.5"),
            (false, false, "0.15"),
            (true, true, "10"),
            (false, true, "45"),
            (false, true, "120"),
        ];
        assert_eq!(bounds, wanted.map(|(a, i, n)| (a, i, n.to_owned())));
    }
}
