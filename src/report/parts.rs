//! Several parts of a rule in words: how the rows stand in each, and what a failing row lacks.

use super::Words;
use super::numbers;
use crate::eval::{CheckOutcome, Failure, PartFailure};

/// Each part with how many rows meet it, for the line of the whole check.
pub fn counts(w: &Words, c: &CheckOutcome) -> String {
    let lines = c.parts.iter().map(|p| {
        let below = p.below_floor.map(|n| w.fill("part_below", &[("n", &n.to_string())])).unwrap_or_default();
        let (met, not_met, open) = (p.met.to_string(), p.not_met.to_string(), p.undetermined.to_string());
        let pairs = [("label", p.label.as_str()), ("met", &met), ("not_met", &not_met), ("open", &open), ("below", &below)];
        w.fill("part_counts", &pairs)
    });
    lines.collect()
}

/// What a failing row lacks in each part that it does not meet.
pub fn lacking(w: &Words, f: &Failure) -> String {
    f.parts.iter().map(|p| part(w, p)).collect::<Vec<_>>().join("；")
}

fn part(w: &Words, p: &PartFailure) -> String {
    let unit = p.unit.as_deref();
    let bound = p.threshold.as_deref().and_then(|t| numbers::bound(t, None));
    let over = bound.as_ref().is_some_and(|b| matches!(b.op, "≤" | "<"));
    let value = p.value.as_deref().map(|v| numbers::show(v, bound.as_ref(), true, unit, w.get("beyond"))).unwrap_or_default();
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
