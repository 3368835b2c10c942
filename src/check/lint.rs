//! Text against rule: a quoted text that holds one number while its rule holds another.

use super::parameters::date_parts;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Item, ItemKind, Point, Rule, RuleKind, Tolerance};
use crate::value::{Num, format_decimal, num, parse_num};

/// Looks at every point with computed rules.
pub(super) fn check(items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    for item in items {
        match &item.kind {
            ItemKind::Indicator(indicator) => {
                for point in &indicator.points {
                    numbers_agree(&point.text.node, point.text.span, &point.body.rules, diagnostics);
                    worth_agrees(point, diagnostics);
                }
            }
            ItemKind::Qualification { text, body, .. } | ItemKind::Veto { text, body, .. } => {
                numbers_agree(&text.node, text.span, &body.rules, diagnostics);
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Written {
    /// Every number of the rules.
    all: Vec<Num>,
    /// Numbers that something is compared with.
    thresholds: Vec<(Num, Span)>,
}

fn numbers_agree(text: &str, place: Span, rules: &[Rule], diagnostics: &mut Vec<Diagnostic>) {
    let said = numbers_of(text);
    let mut written = Written::default();
    for rule in rules {
        // What suffices by way of relief may stand in the text, but need not.
        let mut relieved = Written::default();
        rule.reliefs.iter().flat_map(|r| r.filter.iter().chain([&r.condition])).for_each(|e| collect(e, &mut relieved));
        written.all.append(&mut relieved.all);
        match &rule.kind {
            RuleKind::Condition(e) | RuleKind::Trigger(e) | RuleKind::CrossCheck { condition: e, .. } => collect(e, &mut written),
            RuleKind::Each { filter, tolerance, condition, .. } => {
                written.all.extend(tolerance.iter().map(|(Tolerance::Share(n) | Tolerance::Exceptions(n))| n.node.clone()));
                filter.iter().chain([condition]).for_each(|e| collect(e, &mut written));
            }
            RuleKind::Several(several) => {
                written.all.extend([Some(&several.count), several.floor.as_ref()].into_iter().flatten().map(|n| n.node.clone()));
                let reliefs = several.parts.iter().flat_map(|p| &p.reliefs).flat_map(|r| r.filter.iter().chain([&r.condition]));
                reliefs.for_each(|e| collect(e, &mut relieved));
                written.all.append(&mut relieved.all);
                let parts = several.parts.iter().map(|p| &p.condition);
                several.filter.iter().chain(parts).for_each(|e| collect(e, &mut written));
            }
            RuleKind::Group { filter, having, tolerance, condition, .. } => {
                written.all.extend(tolerance.iter().map(|(Tolerance::Share(n) | Tolerance::Exceptions(n))| n.node.clone()));
                filter.iter().chain(having).chain([condition]).for_each(|e| collect(e, &mut written));
            }
            RuleKind::Judged { .. } => {}
        }
    }
    let unmatched: Vec<&Num> = said.iter().filter(|n| !written.all.contains(n)).collect();
    for (threshold, span) in &written.thresholds {
        // 0 and 1 ask whether there is any, which texts put in words.
        if *threshold == num(0) || *threshold == num(1) || said.contains(threshold) {
            continue;
        }
        let Some(other) = nearest_number(threshold, &unmatched) else { continue };
        let (rule, text) = (format_decimal(threshold, 12), format_decimal(other, 12));
        let warning = Diagnostic::warning(Code::TEXT_NUMBER, *span, format!("原文写的是 {text}，规则写的是 {rule}"));
        diagnostics.push(warning.here("规则").also(place, "原文").help("以原文为准改规则；原文确已修改的，先改原文"));
    }
}

/// A text that says what it is worth, `（5分）`, in one place or in parts.
fn worth_agrees(point: &Point, diagnostics: &mut Vec<Diagnostic>) {
    let (said, Some(full)) = (scores_of(&point.text.node), &point.full) else { return };
    let sum = said.iter().fold(num(0), |a, b| a + b);
    if said.is_empty() || sum == full.node || said.contains(&full.node) {
        return;
    }
    let (text, rule) = (format_decimal(&sum, 12), format_decimal(&full.node, 12));
    let warning = Diagnostic::warning(Code::TEXT_NUMBER, full.span, format!("原文写的是 {text} 分，要点的分值是 {rule} 分"));
    diagnostics.push(warning.here("分值").also(point.text.span, "原文").help("以原文为准改分值；原文确已修改的，先改原文"));
}

/// The scores in brackets of a text, such as `（5分）`.
fn scores_of(text: &str) -> Vec<Num> {
    let brackets = text.split(['（', '(']).skip(1).filter_map(|t| t.split_once('分'));
    brackets.filter(|(_, after)| after.starts_with(['）', ')'])).filter_map(|(digits, _)| parse_num(digits.trim())).collect()
}

fn nearest_number<'n>(to: &Num, among: &[&'n Num]) -> Option<&'n Num> {
    let distance = |n: &Num| if n > to { n - to } else { to - n };
    among.iter().copied().min_by(|a, b| distance(a).cmp(&distance(b)))
}

/// The decimals in a text, but not scores in brackets such as `（5分）`, nor years such as `2018年`.
fn numbers_of(text: &str) -> Vec<Num> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let before = rest.get(..start).and_then(|b| b.chars().last());
        let tail = rest.get(start..).unwrap_or("");
        let length = tail.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tail.len());
        let (digits, after) = tail.split_at(length);
        let is_score = matches!(before, Some('（' | '(')) && after.starts_with('分');
        // A year in a text tells when, not how much.
        let is_year = digits.len() == 4 && after.starts_with('年');
        if !is_score
            && !is_year
            && let Some(n) = parse_num(digits.trim_end_matches('.'))
        {
            found.push(n);
        }
        rest = after;
    }
    found
}

fn collect(expr: &Expr, written: &mut Written) {
    match &expr.kind {
        ExprKind::Number { value, .. } => written.all.push(value.clone()),
        ExprKind::LastYears(n) | ExprKind::YearsBefore(n) => written.all.push(n.node.clone()),
        ExprKind::Date(date) => written.all.extend(date_parts(*date)),
        ExprKind::Text(_) | ExprKind::Bool(_) | ExprKind::Path(_) => {}
        ExprKind::Call { scope, arguments, .. } => {
            scope.iter().filter_map(|s| s.filter.as_deref()).chain(arguments).for_each(|e| collect(e, written));
        }
        ExprKind::Negate(e) | ExprKind::Not(e) => collect(e, written),
        ExprKind::Binary { op, left, right } => {
            let compares = matches!(op.node, BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge | BinaryOp::Eq | BinaryOp::Ne);
            if compares {
                limits(right, &mut written.thresholds);
            }
            collect(left, written);
            collect(right, written);
        }
        ExprKind::In { value, options, .. } => std::iter::once(&**value).chain(options).for_each(|e| collect(e, written)),
        ExprKind::If { condition, then, otherwise } => {
            [Some(condition), Some(then), otherwise.as_ref()].into_iter().flatten().for_each(|e| collect(e, written));
        }
    }
}

/// The numbers that a limit begins with: `4.2 人 × 底线`, `若 … 则 2500 人 否则 2000 人`.
fn limits(limit: &Expr, found: &mut Vec<(Num, Span)>) {
    match &limit.kind {
        ExprKind::Number { value, .. } => found.push((value.clone(), limit.span)),
        ExprKind::Binary { op, left, .. } if op.node == BinaryOp::Mul => limits(left, found),
        ExprKind::If { then, otherwise, .. } => [Some(then), otherwise.as_ref()].into_iter().flatten().for_each(|e| limits(e, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_what_brackets_hold() {
        assert_eq!(scores_of("甲（1.5分）；乙(2分)，满分（分）、（3 分以上）、（4）。"), vec![parse_num("1.5").unwrap(), num(2)]);
    }

    #[test]
    fn scores_in_brackets_are_no_thresholds() {
        assert_eq!(numbers_of("达到4.2人以上，为1:13.5（5分）。"), vec![parse_num("4.2").unwrap(), num(1), parse_num("13.5").unwrap()]);
    }
}
