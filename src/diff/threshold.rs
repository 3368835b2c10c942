//! Comparisons with a number, old against new.

use super::{Detail, Strictness};
use crate::plan::{Aggregate, CompareOp, Comparison, Expr, Judged, Plan, Relief, Tally, Written, expression};
use crate::value::{Num, Unit, format_decimal};

/// A condition, and how its numbers are written.
pub(super) struct Asked<'a> {
    condition: &'a Expr,
    comparison: Option<&'a Comparison>,
    written: &'a [Written],
}

impl<'a> From<&'a Judged> for Asked<'a> {
    fn from(judged: &'a Judged) -> Self {
        Self { condition: &judged.condition, comparison: judged.comparison.as_ref(), written: &judged.written }
    }
}

impl<'a> From<&'a Relief> for Asked<'a> {
    fn from(relief: &'a Relief) -> Self {
        Self { condition: &relief.condition, comparison: relief.comparison.as_ref(), written: &[] }
    }
}

impl<'a> From<&'a Expr> for Asked<'a> {
    fn from(condition: &'a Expr) -> Self {
        Self { condition, comparison: None, written: &[] }
    }
}

/// A comparison of something with a number, in base units.
struct Bound {
    /// What is compared, printed.
    value: String,
    /// What must hold for this number to be the one; empty where it always is.
    when: String,
    op: CompareOp,
    number: Num,
    unit: Unit,
}

impl Bound {
    fn shown(&self) -> String {
        let number = format_decimal(&(&self.number / &self.unit.factor), 12);
        let name = &self.unit.name;
        let gap = if name.is_empty() || matches!(name.as_str(), "%" | "‰") { "" } else { " " };
        format!("{} {number}{gap}{name}", self.op.sign())
    }
}

/// A condition in words: one comparison in the unit that it is written with, anything else as it is computed.
pub(super) fn shown(plan: &Plan, asked: &Asked<'_>) -> String {
    match bounds(plan, asked).as_slice() {
        [only] if only.when.is_empty() && matches!(asked.condition, Expr::Compare { .. }) => format!("{} {}", only.value, only.shown()),
        _ => expression(plan, asked.condition),
    }
}

/// The thresholds that moved between two conditions that must hold.
pub(super) fn moved((old_plan, before): (&Plan, Asked<'_>), (new_plan, after): (&Plan, Asked<'_>), what: &str) -> Vec<Detail> {
    let (old, new) = (bounds(old_plan, &before), bounds(new_plan, &after));
    let mut details = Vec::new();
    let alike = |a: &Bound, b: &Bound| a.value == b.value && a.when == b.when;
    for (index, bound) in new.iter().enumerate() {
        // One comparison each is one threshold, whatever its left side has become.
        let alone = old.len() == 1 && new.len() == 1;
        let same = old.iter().filter(|o| alike(o, bound)).nth(new.iter().take(index).filter(|n| alike(n, bound)).count());
        let Some(other) = same.or_else(|| old.first().filter(|_| alone)) else { continue };
        if other.op == bound.op && other.number == bound.number {
            continue;
        }
        let strictness = if alike(other, bound) { compare(other, bound) } else { None };
        let when = if bound.when.is_empty() { String::new() } else { format!("（{}）", bound.when) };
        details.push(Detail::new(format!("{what}阈值{when}"), Some(other.shown()), Some(bound.shown())).strict(strictness));
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

fn bounds(plan: &Plan, asked: &Asked<'_>) -> Vec<Bound> {
    let mut walk = Walk { plan, asked, found: Vec::new() };
    walk.condition(asked.condition);
    walk.found
}

struct Walk<'a> {
    plan: &'a Plan,
    asked: &'a Asked<'a>,
    found: Vec<Bound>,
}

impl Walk<'_> {
    /// The comparisons that a condition asks for, all of them or under conditions of their own.
    fn condition(&mut self, expr: &Expr) {
        match expr {
            Expr::Compare { op, left, right } => {
                let value = expression(self.plan, left);
                self.limit(&value, left, *op, right, &mut Vec::new());
            }
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|p| self.condition(p)),
            Expr::Aggregate { function: Aggregate::Any | Aggregate::All, arguments, .. } => {
                arguments.iter().for_each(|p| self.condition(p));
            }
            Expr::If { then, otherwise, .. } => std::iter::once(then).chain(otherwise).for_each(|p| self.condition(p)),
            _ => {}
        }
    }

    /// A number that something is compared with, or each that it may be.
    fn limit(&mut self, value: &str, left: &Expr, op: CompareOp, limit: &Expr, when: &mut Vec<String>) {
        match limit {
            Expr::Number(number) => {
                let unit = self.unit(left, number);
                let bound = Bound { value: value.to_owned(), when: when.join("，"), op, number: number.clone(), unit };
                self.found.push(bound);
            }
            Expr::If { condition, then, otherwise: Some(other) } => {
                let said = expression(self.plan, condition);
                when.push(said.clone());
                self.limit(value, left, op, then, when);
                when.pop();
                when.push(format!("非 {said}"));
                self.limit(value, left, op, other, when);
                when.pop();
            }
            _ => {}
        }
    }

    /// The unit that a number is written with.
    fn unit(&self, left: &Expr, number: &Num) -> Unit {
        if let Some(comparison) = self.asked.comparison {
            return comparison.unit.clone();
        }
        if is_score(left) {
            return Unit::base("分");
        }
        // As often as this number has come, and the last time from then on.
        let before = self.found.iter().filter(|b| b.number == *number).count();
        let mut written = self.asked.written.iter().filter(|w| w.number == *number).map(|w| &w.unit).peekable();
        let last = written.clone().last();
        written.nth(before).or(last).cloned().unwrap_or_default()
    }
}

/// Whether total scores are in it.
fn is_score(expr: &Expr) -> bool {
    matches!(expr, Expr::Tally { tally: Tally::TotalScore, .. }) || expr.parts().into_iter().any(is_score)
}
