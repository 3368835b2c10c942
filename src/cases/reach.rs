//! What of a plan an edit has changed, and which cases that can reach.

use crate::plan::{Case, ExpectationKind, Expr, Item, ItemRef, Plan, PopulationId, Requirement, Rows};
use std::collections::BTreeSet;

/// What differs between a plan and the one that an edit made of it.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// The reading of data: every case may differ, its rows are read anew.
    pub reading: bool,
    verdict: bool,
    items: BTreeSet<String>,
}

impl Reach {
    /// What differs; `None` where nothing does.
    pub fn between(old: &Plan, new: &Plan) -> Option<Self> {
        let mut reach = Self::default();
        let fulls = |p: &Plan| -> Vec<_> { p.items().map(|i| i.full.clone()).chain(p.indicators.iter().map(|i| i.full.clone())).collect() };
        let populations = Populations::changed(old, new);
        let is_verified_alike =
            old.verifications.iter().zip(&new.verifications).all(|(a, b)| a.rows == b.rows && a.requirement == b.requirement);
        let is_read_alike = old.tables == new.tables && is_verified_alike && old.judgements == new.judgements && fulls(old) == fulls(new);
        reach.reading = !is_read_alike || populations.reach_reading();
        reach.verdict = old.verdict != new.verdict || populations.reach_verdict();
        for (before, after) in old.items().zip(new.items()) {
            if !is_same(before, after) || populations.reach_item(after) {
                reach.items.insert(after.id.to_string());
            }
        }
        (reach.reading || reach.verdict || !reach.items.is_empty()).then_some(reach)
    }

    /// Whether a case asks for something that may differ.
    pub fn touches(&self, case: &Case) -> bool {
        let asks = |e: &ExpectationKind| match e {
            ExpectationKind::Item { .. } | ExpectationKind::Value { .. } => self.is_asked(e),
            ExpectationKind::Verdict(_) | ExpectationKind::Grade(_) | ExpectationKind::Verification(..) => true,
            ExpectationKind::BadData(_) => false,
        };
        self.reading || case.expected.iter().any(|e| asks(&e.kind))
    }

    /// Whether a case asks for a changed item itself: such a case is tried first.
    pub fn is_asked_by(&self, case: &Case) -> bool {
        case.expected.iter().any(|e| self.is_asked(&e.kind))
    }

    fn is_asked(&self, expectation: &ExpectationKind) -> bool {
        match expectation {
            ExpectationKind::Item { of, .. } | ExpectationKind::Value { of, .. } => {
                self.items.iter().any(|id| id == of.id() || matches!(of, ItemRef::Indicator(i) if is_point_of(id, i)))
            }
            ExpectationKind::Verdict(_) | ExpectationKind::Grade(_) => self.verdict,
            ExpectationKind::BadData(_) | ExpectationKind::Verification(..) => false,
        }
    }
}

/// Whether a point is one of the indicator's.
pub(super) fn is_point_of(point: &str, indicator: &str) -> bool {
    point.strip_prefix(indicator).is_some_and(|rest| rest.starts_with('.'))
}

/// Whether two items judge alike, wherever and in whatever words they are written.
fn is_same(a: &Item, b: &Item) -> bool {
    let checks = a.checks.len() == b.checks.len() && a.checks.iter().zip(&b.checks).all(|(a, b)| a.kind == b.kind && a.score == b.score);
    let crossed = |i: &Item| -> Vec<Expr> { i.cross_checks.iter().map(|c| c.condition.clone()).collect() };
    checks && a.full == b.full && crossed(a) == crossed(b)
}

/// Whether an item or its like reaches a population that has changed.
struct Populations<'p> {
    plan: &'p Plan,
    changed: BTreeSet<PopulationId>,
}

impl<'p> Populations<'p> {
    /// The populations that are not what they were, with those that are taken from them or count their rows.
    fn changed(old: &Plan, new: &'p Plan) -> Self {
        let mut found = Self { plan: new, changed: BTreeSet::new() };
        loop {
            let before = found.changed.len();
            for (at, population) in new.populations.iter().enumerate() {
                let is_below = population.parent.is_some_and(|p| found.changed.contains(&p));
                if is_below || old.populations.get(at) != Some(population) || population.filter.as_ref().is_some_and(|f| found.reach(f)) {
                    found.changed.insert(PopulationId(at));
                }
            }
            if found.changed.len() == before {
                break;
            }
        }
        found
    }

    fn holds(&self, rows: &Rows) -> bool {
        rows.population.is_some_and(|p| self.changed.contains(&p))
    }

    fn reach(&self, expr: &Expr) -> bool {
        let own = matches!(expr, Expr::Aggregate { scope, .. } if self.holds(&scope.rows));
        own || expr.parts().into_iter().any(|e| self.reach(e))
    }

    fn reach_item(&self, item: &Item) -> bool {
        item.rows().any(|r| self.holds(r)) || item.expressions().into_iter().any(|e| self.reach(e))
    }

    fn reach_verdict(&self) -> bool {
        let verdict = self.plan.verdict.iter();
        let conditions = verdict.clone().flat_map(|v| &v.conditions).map(|c| &c.condition);
        conditions.chain(verdict.flat_map(|v| &v.grades).filter_map(|g| g.condition.as_ref())).any(|e| self.reach(e))
    }

    fn reach_reading(&self) -> bool {
        self.plan.verifications.iter().any(|v| {
            let conditions = match &v.requirement {
                Requirement::Holds(judged) => vec![&judged.condition],
                Requirement::Near { value, .. } => vec![&**value],
                Requirement::Distinct(fields) => fields.iter().collect(),
            };
            self.holds(&v.rows) || v.rows.filter.as_deref().into_iter().chain(conditions).any(|e| self.reach(e))
        })
    }
}
