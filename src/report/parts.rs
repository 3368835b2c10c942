//! Several parts of a rule in words: how the rows stand in each, and what a failing row lacks.

use super::Words;
use super::{numbers, view};
use crate::eval::{CheckOutcome, Failure, PartCount, PartFailure};
use serde::Serialize;

/// One of several things asked of a row, with how the rows stand in it.
#[derive(Debug, Serialize)]
pub struct PartView {
    pub label: String,
    pub rule: String,
    pub met: usize,
    pub not_met: usize,
    /// Absent where nothing asks for it.
    pub below: Option<usize>,
    pub open: usize,
}

/// The parts of a check.
pub fn views(c: &CheckOutcome) -> Vec<PartView> {
    let of = |p: &PartCount| PartView {
        label: p.label.to_string(),
        rule: p.rule.to_string(),
        met: p.met,
        not_met: p.not_met,
        below: p.below_floor,
        open: p.undetermined,
    };
    c.parts.iter().map(of).collect()
}

/// The rule of a check before its parts begin.
pub fn head<'a>(rule: &'a str, c: &CheckOutcome) -> &'a str {
    c.parts.first().and_then(|p| rule.find(p.rule.as_str())).and_then(|at| rule.get(..at)).unwrap_or(rule).trim_end()
}

/// What a failing row lacks in each part that it does not meet.
pub fn lacking(w: &Words, f: &Failure) -> String {
    f.parts.iter().map(|p| part(w, p)).collect::<Vec<_>>().join("；")
}

fn part(w: &Words, p: &PartFailure) -> String {
    let unit = p.unit.as_deref();
    let bound = p.threshold.as_deref().and_then(|t| numbers::bound(t, None));
    let over = bound.as_ref().is_some_and(|b| matches!(b.op, "≤" | "<"));
    let value = p.value.as_deref().map(|v| view::printed(w, v, bound.as_ref(), true, unit, p.places)).unwrap_or_default();
    let threshold = p.threshold.as_deref().map(|t| numbers::show_bound(t, None, unit)).unwrap_or_default();
    let size = p.shortfall.as_deref().map(|s| {
        let size = numbers::amount(s, p.shortfall_unit.as_deref());
        format!("，{}", w.fill(if over { "over_by" } else { "short_by" }, &[("amount", &size)]))
    });
    let floor = p.floor.as_deref().filter(|_| p.below_floor).map(|t| {
        let floor = numbers::show_bound(t, None, unit);
        w.fill("part_floor", &[("floor", &floor)])
    });
    let (size, floor) = (size.unwrap_or_default(), floor.unwrap_or_default());
    let pairs = [("label", p.label.as_str()), ("value", &value), ("threshold", &threshold), ("size", &size), ("floor", &floor)];
    w.fill("part_lacks", &pairs)
}
