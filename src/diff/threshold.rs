//! Comparisons with a number, old against new.

use super::{Detail, Strictness};
use crate::plan::{Aggregate, CheckKind, CompareOp, Expr, Judged, Plan, expression, sign};
use crate::value::{Num, Unit, format_decimal};

/// A comparison of something with a number, in base units.
struct Bound {
    /// What is compared, printed.
    value: String,
    op: CompareOp,
    number: Num,
    unit: Unit,
}

impl Bound {
    fn shown(&self) -> String {
        let number = format_decimal(&(&self.number / &self.unit.factor), 12);
        let name = &self.unit.name;
        let gap = if name.is_empty() || matches!(name.as_str(), "%" | "‰") { "" } else { " " };
        format!("{} {number}{gap}{name}", sign(self.op))
    }
}

/// What a check judges, if it judges by a condition.
pub(super) fn judged(kind: &CheckKind) -> Option<&Judged> {
    match kind {
        CheckKind::Condition(judged) | CheckKind::Trigger(judged) => Some(judged),
        CheckKind::Each { judged, .. } | CheckKind::Group { judged, .. } => Some(judged),
        _ => None,
    }
}

/// The thresholds that moved between two checks.
pub(super) fn moved(old_plan: &Plan, old: &CheckKind, new_plan: &Plan, new: &CheckKind, what: &str) -> Vec<Detail> {
    let (Some(before), Some(after)) = (judged(old), judged(new)) else { return Vec::new() };
    let must_not = matches!(new, CheckKind::Trigger(_));
    let (old, new) = (bounds(old_plan, before), bounds(new_plan, after));
    let mut details = Vec::new();
    for (index, bound) in new.iter().enumerate() {
        // One comparison each is one threshold, whatever its left side has become.
        let alone = old.len() == 1 && new.len() == 1;
        let same = old.iter().filter(|o| o.value == bound.value).nth(new.iter().take(index).filter(|n| n.value == bound.value).count());
        let Some(other) = same.or_else(|| old.first().filter(|_| alone)) else { continue };
        if other.op == bound.op && other.number == bound.number {
            continue;
        }
        let comparable = other.value == bound.value;
        let strictness = if comparable { compare(other, bound) } else { None };
        let strictness = if must_not { strictness.map(Strictness::reversed) } else { strictness };
        details.push(Detail::new(format!("{what}阈值"), Some(other.shown()), Some(bound.shown())).strict(strictness));
    }
    details
}

/// Which way a threshold moved; nothing where the two ask for different things.
fn compare(old: &Bound, new: &Bound) -> Option<Strictness> {
    let above = |op: CompareOp| match op {
        CompareOp::Ge | CompareOp::Gt => Some(true),
        CompareOp::Le | CompareOp::Lt => Some(false),
        CompareOp::Eq | CompareOp::Ne => None,
    };
    let up = above(new.op)?;
    if above(old.op)? != up {
        return None;
    }
    let excludes = |op: CompareOp| matches!(op, CompareOp::Gt | CompareOp::Lt);
    let tighter = if old.number == new.number { excludes(new.op) } else { (new.number > old.number) == up };
    Some(if tighter { Strictness::Tightened } else { Strictness::Loosened })
}

fn bounds(plan: &Plan, judged: &Judged) -> Vec<Bound> {
    let mut found = Vec::new();
    if let Some(comparison) = &judged.comparison
        && let Expr::Number(number) = &comparison.threshold
    {
        let value = expression(plan, &comparison.value);
        found.push(Bound { value, op: comparison.op, number: number.clone(), unit: comparison.unit.clone() });
        return found;
    }
    collect(plan, &judged.condition, &mut found);
    found
}

/// The comparisons that a condition asks for, all of them or under conditions of their own.
fn collect(plan: &Plan, expr: &Expr, found: &mut Vec<Bound>) {
    match expr {
        Expr::Compare { op, left, right } => {
            if let Expr::Number(number) = &**right {
                found.push(Bound { value: expression(plan, left), op: *op, number: number.clone(), unit: Unit::none() });
            }
        }
        Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|p| collect(plan, p, found)),
        Expr::Aggregate { function: Aggregate::Any | Aggregate::All, arguments, .. } => {
            arguments.iter().for_each(|p| collect(plan, p, found));
        }
        Expr::If { then, otherwise, .. } => std::iter::once(then).chain(otherwise).for_each(|p| collect(plan, p, found)),
        _ => {}
    }
}
