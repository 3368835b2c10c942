//! Where a declaration can be written wrongly.

use super::edit::{Finder, Sort, Step};
use crate::source::Span;
use crate::syntax::ast::{
    Body, ItemKind, JudgementSource, Level, Part, Relief, Requirement, Rule, RuleKind, Several, Tolerance, Verdict, Verification,
};
use crate::value::num;

/// Every edit of one item, in the order of its text.
pub(super) fn item(finder: &mut Finder<'_>, kind: &ItemKind) {
    match kind {
        ItemKind::Judgements(source) => judgements(finder, source),
        ItemKind::Unit { value: Some(value), .. } => finder.expression(value, Step::Whole),
        ItemKind::Table(table) => {
            for (low, high) in table.fields.iter().filter_map(|f| f.range.as_ref()) {
                finder.expression(low, Step::Digit);
                finder.expression(high, Step::Digit);
            }
            table.checks.iter().for_each(|c| verification(finder, c));
        }
        ItemKind::Verification(found) => verification(finder, found),
        ItemKind::Population { source, filter: Some(filter), .. } => finder.filter(source.span, filter),
        ItemKind::Parameter { values, .. } => {
            for value in values {
                finder.expression(&value.value, Step::Digit);
                value.from.iter().chain(&value.until).for_each(|d| finder.date(d.span, d.node));
            }
        }
        ItemKind::Definition { body, .. } => finder.expression(body, Step::Digit),
        // A full score that is the sum of others is no rule of its own: `check` holds the sum.
        ItemKind::Indicator(indicator) => {
            for point in &indicator.points {
                let is_sum = point.body.rules.iter().any(|r| r.score.is_some());
                point.full.iter().filter(|_| !is_sum).for_each(|f| finder.number(f.span, &f.node, Step::Score));
                self::body(finder, &point.body);
            }
        }
        ItemKind::Veto { body, .. } | ItemKind::Qualification { body, .. } => self::body(finder, body),
        ItemKind::Verdict(found) => verdict(finder, found),
        ItemKind::Change(change) => item(finder, &change.what),
        _ => {}
    }
}

/// `结论 等级 ≥ 良好` ↔ `结论 等级 = 良好`
fn judgements(finder: &mut Finder<'_>, source: &JudgementSource) {
    let Some((field, option)) = &source.conclusion else { return };
    let between = Finder::between(field.span, option.span);
    let written = finder.slice(between).trim().to_owned();
    let at = between.range().start + finder.slice(between).find(&written).unwrap_or(0);
    let sign = Span::new(between.file, at, at + written.len());
    finder.push(sign, if source.or_better { "=" } else { "≥" }, Sort::Slip);
}

/// Warnings and notes are let be: a case can expect an error of the data alone.
fn verification(finder: &mut Finder<'_>, verification: &Verification) {
    if verification.level.as_ref().is_some_and(|l| l.node != Level::Error) {
        return;
    }
    let filter = verification.rows.as_ref().zip(verification.filter.as_ref());
    filter.iter().for_each(|(rows, filter)| finder.filter(rows.span, filter));
    match &verification.requirement {
        Some(Requirement::Holds(condition)) => finder.expression(condition, Step::Digit),
        Some(Requirement::Near { least, limit, value, .. }) => {
            finder.number(least.span, &least.node, Step::Whole);
            finder.number(limit.span, &limit.node, Step::Whole);
            finder.expression(value, Step::Digit);
        }
        Some(Requirement::Distinct(_)) | None => {}
    }
}

fn body(finder: &mut Finder<'_>, body: &Body) {
    body.rules.iter().for_each(|r| rule(finder, r));
}

fn rule(finder: &mut Finder<'_>, rule: &Rule) {
    rule.score.iter().for_each(|s| finder.number(s.span, &s.node, Step::Score));
    match &rule.kind {
        RuleKind::Condition(condition) | RuleKind::Trigger(condition) | RuleKind::CrossCheck { condition, .. } => {
            finder.expression(condition, Step::Digit);
        }
        RuleKind::Each { population, filter, tolerance, condition } => {
            filter.iter().for_each(|f| finder.filter(population.span, f));
            tolerance.iter().for_each(|t| self::tolerance(finder, t));
            finder.expression(condition, Step::Digit);
        }
        RuleKind::Several(several) => self::several(finder, several),
        RuleKind::Group { population, filter, keys, having, tolerance, condition } => {
            let mut before = keys.last().map_or(population.span, |k| k.span);
            for filter in filter.iter().chain(having) {
                finder.filter(before, filter);
                before = filter.span;
            }
            for (key, next) in keys.iter().zip(keys.iter().skip(1)) {
                finder.push(Span { end: next.span.start, ..key.span }, "", Sort::Slip);
            }
            if let [.., before, last] = keys.as_slice() {
                finder.drop_after(before.span, last.span, Sort::Slip);
            }
            tolerance.iter().for_each(|t| self::tolerance(finder, t));
            finder.expression(condition, Step::Digit);
        }
        RuleKind::Judged { .. } => {}
    }
    rule.reliefs.iter().for_each(|r| relief(finder, r));
}

fn tolerance(finder: &mut Finder<'_>, tolerance: &Tolerance) {
    match tolerance {
        Tolerance::Share(share) => finder.count(share.span, &share.node, &num(0), &num(100)),
        Tolerance::Exceptions(count) => finder.count(count.span, &count.node, &num(0), &num(1_000_000)),
    }
}

fn several(finder: &mut Finder<'_>, several: &Several) {
    several.filter.iter().for_each(|f| finder.filter(several.population.span, f));
    let parts = num(i64::try_from(several.parts.len()).unwrap_or(i64::MAX));
    finder.count(several.count.span, &several.count.node, &num(0), &parts);
    several.floor.iter().for_each(|f| finder.count(f.span, &f.node, &num(0), &num(100)));
    for Part { condition, reliefs, .. } in &several.parts {
        finder.expression(condition, Step::Digit);
        reliefs.iter().for_each(|r| relief(finder, r));
    }
}

/// The whole relief is taken away, too.
fn relief(finder: &mut Finder<'_>, relief: &Relief) {
    finder.push(relief.span, "", Sort::Clause);
    relief.filter.iter().for_each(|f| finder.filter(relief.label.span, f));
    relief.until.iter().for_each(|d| finder.date(d.span, d.node));
    finder.expression(&relief.condition, Step::Digit);
}

fn verdict(finder: &mut Finder<'_>, verdict: &Verdict) {
    for (label, condition) in &verdict.conditions {
        let from = label.as_ref().map_or(condition.span, |l| l.span);
        let line = finder.line_of(from).to(condition.span);
        finder.push(line, "", Sort::Slip);
        finder.expression(condition, Step::Digit);
    }
    for condition in verdict.grades.iter().filter_map(|(_, c)| c.as_ref()) {
        finder.expression(condition, Step::Digit);
    }
}
