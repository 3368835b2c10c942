//! A layer proven on every day on which something changes.

use super::places::{Places, report};
use super::{Found, compare, incomparable};
use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use crate::syntax::ast::{Date, Item, ItemKind, Relief, Rule, RuleKind};
use crate::syntax::print::date as date_text;
use std::collections::BTreeSet;

/// Everything that is looser, or not shown not to be, on any day; `plans` compiles the base and the layer as they are on a day, where they are
/// anything.
pub fn prove(places: &Places<'_>, layer: &[Item], plans: impl Fn(Option<Date>) -> (Option<Plan>, Option<Plan>)) -> Vec<Diagnostic> {
    let mut seen: Vec<Found> = Vec::new();
    let mut diagnostics = Vec::new();
    let mut compared = false;
    for day in days(places.base.iter().chain(layer)) {
        // On a day on which one of the two says nothing there is nothing to compare.
        let (Some(base), Some(over)) = plans(day) else { continue };
        let first = !std::mem::replace(&mut compared, true);
        for found in compare(&base, &over) {
            let known =
                seen.iter().any(|s| s.called == found.called && s.doubt.why == found.doubt.why && s.doubt.looser == found.doubt.looser);
            if !known {
                let shown = day.filter(|_| !first).map(date_text);
                diagnostics.push(report(&found, places, shown.as_deref()));
                seen.push(found);
            }
        }
    }
    if !compared {
        diagnostics.push(report(&incomparable(), places, None));
    }
    diagnostics
}

/// A day out of each span of days on which everything stays as it is; no day where nothing hangs on one.
fn days<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<Option<Date>> {
    let mut starts: BTreeSet<Date> = BTreeSet::new();
    for item in items {
        match &item.kind {
            ItemKind::Parameter { values, .. } => {
                starts.extend(values.iter().filter_map(|v| v.from.as_ref()).map(|d| d.node));
                starts.extend(values.iter().filter_map(|v| v.until.as_ref()).map(|d| d.node.next()));
            }
            ItemKind::Indicator(indicator) => {
                indicator.points.iter().flat_map(|p| &p.body.rules).flat_map(reliefs).for_each(|r| ends(r, &mut starts));
            }
            ItemKind::Veto { body, .. } | ItemKind::Qualification { body, .. } => {
                body.rules.iter().flat_map(reliefs).for_each(|r| ends(r, &mut starts));
            }
            _ => {}
        }
    }
    if starts.is_empty() {
        return vec![None];
    }
    // Before all of them.
    let long_ago = Date { year: 1000, month: 1, day: 1 };
    std::iter::once(long_ago).chain(starts).map(Some).collect()
}

fn reliefs(rule: &Rule) -> Vec<&Relief> {
    let parts = match &rule.kind {
        RuleKind::Several(several) => several.parts.iter().flat_map(|p| &p.reliefs).collect(),
        _ => Vec::new(),
    };
    rule.reliefs.iter().chain(parts).collect()
}

fn ends(relief: &Relief, starts: &mut BTreeSet<Date>) {
    starts.extend(relief.until.as_ref().map(|d| d.node.next()));
}
