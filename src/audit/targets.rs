//! Where in a rule a single cell may decide: the failing row, the rows nearest to failing, or the rule as a whole.

use super::cells::is_movable;
use crate::eval::{Cell, Context, Frame, Member, Truth, Verdict};
use crate::plan::{Check, CheckKind, Comparison, Item, Judged, Part, Tolerance};
use crate::value::{Num, Real, num};
use std::collections::BTreeSet;

/// How many rows of a rule that is met are looked at, the nearest to what is asked.
const ROWS: usize = 5;

/// What a change of one cell is to turn.
pub(super) enum Target<'t> {
    /// A row, by a condition.
    Row {
        judged: &'t Judged,
        table: crate::plan::TableId,
        row: u32,
    },
    /// A row, by several parts.
    Parts {
        parts: &'t [Part],
        least: usize,
        table: crate::plan::TableId,
        row: u32,
    },
    Group {
        judged: &'t Judged,
        members: Vec<Member>,
    },
    Whole {
        item: &'t Item,
        check: &'t Check,
    },
}

impl Target<'_> {
    /// Whether it is met as things are supposed to stand; `None` where that is not known.
    pub fn holds(&self, context: &Context<'_>, subject: u32) -> Option<bool> {
        let frame = Frame::subject(subject);
        let truth = match self {
            Self::Row { judged, table, row } => context.ruled(judged, frame.at(*table, *row)),
            Self::Parts { parts, least, table, row } => context.ruled_by_parts(parts, *least, frame.at(*table, *row)),
            Self::Group { judged, members } => context.ruled(judged, frame.within(members)),
            Self::Whole { item, check } => {
                return match context.check(item, check, subject).verdict {
                    Verdict::Met => Some(true),
                    Verdict::NotMet => Some(false),
                    Verdict::Undetermined => None,
                };
            }
        };
        known(&truth)
    }
}

fn known(truth: &Truth) -> Option<bool> {
    match truth {
        Truth::True | Truth::Vacuous => Some(true),
        Truth::False => Some(false),
        Truth::Unknown(_) => None,
    }
}

/// The targets of a check, each with the cells it rests on.
pub(super) fn targets<'t>(context: &Context<'_>, item: &'t Item, check: &'t Check, subject: u32) -> Vec<(Target<'t>, Vec<Cell>)> {
    let outcome = context.check(item, check, subject);
    if outcome.verdict == Verdict::Undetermined || !outcome.applicable {
        return Vec::new();
    }
    let whole = || Target::Whole { item, check };
    let frame = Frame::subject(subject);
    let (rows, tolerance): (Vec<(Target<'t>, Option<Num>)>, _) = match &check.kind {
        CheckKind::Each { rows, judged } => {
            let members = context.members(rows, frame).into_iter().filter(|m| m.unknown.is_none());
            let of = |m: Member| {
                let margin = margin(context, judged.comparison.as_ref(), frame.at(rows.table, m.row));
                (Target::Row { judged, table: rows.table, row: m.row }, margin)
            };
            (members.map(of).collect(), judged.tolerance.as_ref())
        }
        CheckKind::Several { rows, least, parts } => {
            let members = context.members(rows, frame).into_iter().filter(|m| m.unknown.is_none());
            let of = |m: Member| {
                let at = frame.at(rows.table, m.row);
                let near = parts.iter().filter_map(|p| margin(context, p.judged.comparison.as_ref(), at)).min();
                // Parts to spare keep a row further from failing.
                let met = parts.iter().filter(|p| context.ruled(&p.judged, at).holds()).count();
                let margin = near.map(|n| n + Num::from(met.saturating_sub(*least)));
                (Target::Parts { parts, least: *least, table: rows.table, row: m.row }, margin)
            };
            (members.map(of).collect(), None)
        }
        CheckKind::Group { rows, keys, judged, .. } => {
            let members = context.members(rows, frame);
            let (groups, _) = context.groups(rows.table, &members, keys, frame);
            let of = |group: crate::eval::Group| {
                let margin = margin(context, judged.comparison.as_ref(), frame.within(&group.members));
                (Target::Group { judged, members: group.members }, margin)
            };
            (groups.into_iter().map(of).collect(), judged.tolerance.as_ref())
        }
        _ => return vec![with_support(context, whole(), subject)],
    };
    let failing = outcome.not_met.unwrap_or(0);
    let allowed = allowed(tolerance, outcome.rows.unwrap_or(0));
    if outcome.verdict == Verdict::NotMet {
        let failed: Vec<Target<'t>> = rows.into_iter().map(|(t, _)| t).filter(|t| t.holds(context, subject) == Some(false)).collect();
        if failing == allowed + 1 {
            return failed.into_iter().map(|t| (whole(), support(context, &t, subject))).collect();
        }
        // One cell can mend several rows only where all of them rest on it.
        let mut shared: Option<BTreeSet<Cell>> = None;
        for target in &failed {
            let own: BTreeSet<Cell> = support(context, target, subject).into_iter().collect();
            shared = Some(shared.map_or(own.clone(), |s| s.intersection(&own).copied().collect()));
            if shared.as_ref().is_some_and(BTreeSet::is_empty) {
                break;
            }
        }
        return vec![(whole(), shared.unwrap_or_default().into_iter().collect())];
    }
    if failing < allowed {
        return Vec::new();
    }
    let mut near: Vec<(Target<'t>, Option<Num>)> = rows.into_iter().filter(|(t, _)| t.holds(context, subject) == Some(true)).collect();
    near.sort_by(|a, b| (a.1.is_none(), &a.1).cmp(&(b.1.is_none(), &b.1)));
    near.truncate(ROWS);
    near.into_iter().map(|(target, _)| with_support(context, target, subject)).collect()
}

/// How many rows may fail.
fn allowed(tolerance: Option<&Tolerance>, rows: usize) -> usize {
    match tolerance {
        None => 0,
        Some(Tolerance::Exceptions(most)) => *most,
        Some(Tolerance::Share(share)) => usize::try_from(((num(1) - share) * Num::from(rows)).floor()).unwrap_or(0),
    }
}

fn with_support<'t>(context: &Context<'_>, target: Target<'t>, subject: u32) -> (Target<'t>, Vec<Cell>) {
    let support = support(context, &target, subject);
    (target, support)
}

fn support(context: &Context<'_>, target: &Target<'_>, subject: u32) -> Vec<Cell> {
    let (_, reads) = context.traced(|| target.holds(context, subject));
    reads.into_iter().filter(|c| is_movable(context.plan, *c)).collect()
}

/// How far a value is from what is asked, as a share of that; `None` where it is no plain comparison.
fn margin(context: &Context<'_>, comparison: Option<&Comparison>, frame: Frame<'_>) -> Option<Num> {
    let comparison = comparison?;
    let side = |e| context.value(e, frame).number().and_then(Real::rational).cloned();
    let (value, asked) = (side(&comparison.value)?, side(&comparison.threshold)?);
    let apart = if value > asked { &value - &asked } else { &asked - &value };
    let size = if asked < num(0) { -asked } else { asked };
    Some(if size == num(0) { apart } else { apart / size })
}
