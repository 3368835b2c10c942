//! What the verdict asks for: its pass mark, conditions and grades, old against new.

use super::items::{least, pairs};
use super::threshold::{Asked, moved, shown};
use super::{Detail, Strictness, differs};
use crate::plan::{Expr, Plan, Verdict};
use crate::value::format_decimal;

/// A condition or a grade.
struct Clause {
    label: String,
    condition: Option<Expr>,
}

impl Clause {
    fn text(&self, plan: &Plan) -> String {
        self.condition.as_ref().map_or_else(|| self.label.clone(), |c| format!("{}（{}）", self.label, shown(plan, &Asked::from(c))))
    }
}

/// What differs in what the verdict asks.
pub(super) fn asked(old: &Plan, new: &Plan) -> Vec<Detail> {
    let (Some(a), Some(b)) = (&old.verdict, &new.verdict) else { return Vec::new() };
    let mark = |v: &Verdict| v.pass.as_ref().map(|p| format!("{}分", format_decimal(p, 12))).unwrap_or_default();
    let passes = differs("及格分", &mark(a), &mark(b)).map(|d| d.strict(least(a.pass.as_ref(), b.pass.as_ref())));
    let mut found = Vec::new();
    let of = |v: &Verdict| -> Vec<Clause> {
        v.conditions.iter().map(|c| Clause { label: c.label.to_string(), condition: Some(c.condition.clone()) }).collect()
    };
    // More to be met is more that is asked.
    clauses((old, new), "条件", (&of(a), &of(b)), Some(Strictness::Tightened), &mut found);
    if passes.is_some() {
        // It is one of the conditions, and told once.
        let same = |d: &Detail| d.what.ends_with("阈值") && d.new.as_deref().is_some_and(|n| n.replace(' ', "").ends_with(&mark(b)));
        found.retain(|d| !same(d));
    }
    let of = |v: &Verdict| -> Vec<Clause> {
        v.grades.iter().map(|g| Clause { label: g.label.clone(), condition: g.condition.clone() }).collect()
    };
    clauses((old, new), "等级", (&of(a), &of(b)), None, &mut found);
    let order = |v: &Verdict| v.grades.iter().map(|g| g.label.as_str()).collect::<Vec<_>>().join("、");
    found.extend(differs("等级的次序", &order(a), &order(b)));
    passes.into_iter().chain(found).collect()
}

/// Conditions by their labels, which may say a number that has changed; `more` is what another one does.
fn clauses(plans: (&Plan, &Plan), word: &str, (old, new): (&[Clause], &[Clause]), more: Option<Strictness>, found: &mut Vec<Detail>) {
    let (a, b): (Vec<&Clause>, Vec<&Clause>) = (old.iter().collect(), new.iter().collect());
    let decides = |detail: Detail, way: Option<Strictness>| if way.is_some() { detail.strict(way) } else { detail.unclear() };
    for pair in pairs(&a, &b, |_| "", |c| c.label.as_str()) {
        let called = |c: &Clause| format!("{word}“{}”", c.label);
        match pair {
            (Some(a), Some(b)) => {
                let Some(detail) = differs(&called(b), &a.text(plans.0), &b.text(plans.1)) else { continue };
                let (Some(x), Some(y)) = (&a.condition, &b.condition) else {
                    found.push(detail.unclear());
                    continue;
                };
                let thresholds = moved((plans.0, Asked::from(x)), (plans.1, Asked::from(y)), &called(b));
                let same = shown(plans.0, &Asked::from(x)) == shown(plans.1, &Asked::from(y));
                found.push(if same || !thresholds.is_empty() { detail } else { detail.unclear() });
                found.extend(thresholds);
            }
            (Some(a), None) => {
                let detail = Detail::new(called(a), Some(a.text(plans.0)), None);
                found.push(decides(detail, more.map(Strictness::reversed)));
            }
            (None, Some(b)) => found.push(decides(Detail::new(called(b), None, Some(b.text(plans.1))), more)),
            (None, None) => {}
        }
    }
}
