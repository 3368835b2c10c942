//! Thresholds by which a row counts among those that a rule is about: shown by an item of which the row decides the verdict.

use super::solve::{At, TOGETHER, filters};
use super::targets::{Atom, Step, Target, of_condition, so_many_met};
use super::{Aim, Made, Maker, NO_DIFFERENCE, NO_STEPS, Sides};
use crate::plan::{Check, CheckKind, Expr, ItemRef, Part, Plan, PopulationId, Rows};

/// How many items are tried for one threshold.
const ITEMS: usize = 12;

/// A rule that goes over rows, or counts them in.
pub(super) struct Over<'p> {
    aim: Aim,
    check: &'p Check,
    rows: &'p Rows,
    /// The rows are judged one by one, not together.
    by_row: bool,
}

impl<'p> Maker<'p> {
    /// Those of named populations.
    pub(super) fn populations(&mut self) {
        let plan = self.plan();
        for (id, population) in plan.populations.iter().enumerate().map(|(i, p)| (PopulationId(i), p)) {
            let Some(filter) = &population.filter else { continue };
            let over = self.over(id);
            let before = ancestors(plan, population.parent);
            let index = before.iter().filter(|p| plan.populations.get(p.0).is_some_and(|p| p.filter.is_some())).count();
            for target in of_condition(filter) {
                self.member(&format!("总体 {}", population.name), &over, index, &target);
            }
        }
    }

    /// Those of the rows of a statistic within a rule.
    pub(super) fn of_statistics(&mut self, of: &ItemRef, at: usize, check: &'p Check) {
        let mut scopes = Vec::new();
        check.expressions().into_iter().for_each(|e| scopes_of(e, &mut scopes));
        for rows in scopes {
            let Some(filter) = rows.filter.as_deref() else { continue };
            let index = filters(self.plan(), rows, None).len().saturating_sub(1);
            let over = Over { aim: self.aim(of, at, check), check, rows, by_row: false };
            let over = [over];
            for target in of_condition(filter) {
                self.member(of.id(), &over, index, &target);
            }
        }
    }

    /// The thresholds by which rows count for one rule, each with the place of its filter among those of the rows.
    pub(super) fn counted_by(&self, of: &ItemRef, at: usize, check: &'p Check) -> Vec<(Over<'p>, usize, Target<'p>)> {
        let mut ways: Vec<(&'p Rows, bool)> = Vec::new();
        if let CheckKind::Each { rows, .. } | CheckKind::Several { rows, .. } | CheckKind::Group { rows, .. } = &check.kind {
            ways.push((rows, true));
        }
        let mut scopes = Vec::new();
        check.expressions().into_iter().for_each(|e| scopes_of(e, &mut scopes));
        ways.extend(scopes.into_iter().map(|rows| (rows, false)));
        let mut found = Vec::new();
        for (rows, by_row) in ways {
            for (index, filter) in filters(self.plan(), rows, None).into_iter().enumerate() {
                let over = || Over { aim: self.aim(of, at, check), check, rows, by_row };
                found.extend(of_condition(filter).into_iter().map(|target| (over(), index, target)));
            }
        }
        found
    }

    /// The rules that go over a population or a part of it.
    fn over(&self, id: PopulationId) -> Vec<Over<'p>> {
        let plan = self.plan();
        let (mut one_by_one, mut together) = (Vec::new(), Vec::new());
        for (of, item) in super::super::mutate::refs(plan) {
            for (at, check) in item.checks.iter().enumerate() {
                let is_over = |rows: &Rows| ancestors(plan, rows.population).contains(&id);
                let over = |rows, by_row| Over { aim: self.aim(&of, at, check), check, rows, by_row };
                if let CheckKind::Each { rows, .. } | CheckKind::Several { rows, .. } | CheckKind::Group { rows, .. } = &check.kind {
                    one_by_one.extend(is_over(rows).then(|| over(rows, true)));
                    continue;
                }
                let mut scopes = Vec::new();
                check.expressions().into_iter().for_each(|e| scopes_of(e, &mut scopes));
                together.extend(scopes.into_iter().find(|r| is_over(r)).map(|rows| over(rows, false)));
            }
        }
        one_by_one.into_iter().chain(together).take(ITEMS).collect()
    }

    /// Data on one threshold of a filter, by the first rule that shows it.
    fn member(&mut self, name: &str, over: &[Over<'p>], index: usize, target: &Target<'p>) {
        let value = match &target.atom {
            // The rest say themselves what they compare.
            Atom::Number { left, right: Expr::Number(_), .. } => format!(" {}", super::text::plain(self.plan(), left)),
            _ => String::new(),
        };
        let name = format!("{name}{value}");
        let mut reason = if over.is_empty() { NO_ITEM } else { NO_STEPS };
        for rule in over {
            match self.by_rule(rule, index, target) {
                Ok(sides) => return self.write(&rule.aim, &name, target, Ok(sides)),
                Err(NO_DIFFERENCE) => reason = NO_DIFFERENCE,
                Err(_) => {}
            }
        }
        self.write(&Aim::whole(), &name, target, Err(reason));
    }

    pub(super) fn by_rule(&self, rule: &Over<'p>, index: usize, target: &Target<'p>) -> Made {
        let mut reason = NO_STEPS;
        for decided in decided(rule) {
            let entered = std::iter::once(Step::Enter(rule.rows, Some(index)));
            let steps: Vec<Step<'_>> = entered.chain(target.steps.iter().cloned()).chain(decided).collect();
            self.solver.left.set(TOGETHER / 4);
            let on = self.solver.together(&self.start(), &steps, &target.atom);
            if let Some(Sides { worlds, said, .. }) = self.shown(on.into_iter(), &rule.aim, &mut reason) {
                return Ok(Sides { worlds, said, at: At::Subject });
            }
        }
        Err(reason)
    }
}

const NO_ITEM: &str = "没有条目只由这些行决定";

/// Ways in which a row that counts decides the rule: it fails where the row would, and holds where it would not fail.
fn decided<'p>(rule: &Over<'p>) -> Vec<Vec<Step<'p>>> {
    match &rule.check.kind {
        CheckKind::Each { judged, .. } => {
            let reliefs = judged.reliefs.iter().map(|r| Step::Wish(r.filter.as_ref().unwrap_or(&r.condition), false));
            let fails = std::iter::once(Step::Want(&judged.condition, false)).chain(reliefs).collect();
            vec![fails, vec![Step::Want(&judged.condition, true)]]
        }
        CheckKind::Several { least, parts, .. } => {
            let parts: Vec<&Part> = parts.iter().collect();
            vec![so_many_met(&parts, least.saturating_sub(1))]
        }
        CheckKind::Group { keys, having, judged, .. } => {
            let way = |truth: bool| {
                let wants = having.iter().map(|h| Step::Want(h, true)).chain([Step::Want(&judged.condition, truth)]);
                std::iter::once(Step::Group(keys)).chain(wants).collect()
            };
            vec![way(false), way(true)]
        }
        CheckKind::Condition(judged) | CheckKind::Trigger(judged) if !rule.by_row => {
            vec![vec![Step::Whole(&judged.condition, false)], vec![Step::Whole(&judged.condition, true)]]
        }
        _ => Vec::new(),
    }
}

/// The rows of every statistic within an expression.
fn scopes_of<'e>(expr: &'e Expr, found: &mut Vec<&'e Rows>) {
    if let Expr::Aggregate { scope, .. } = expr
        && !found.contains(&&scope.rows)
    {
        found.push(&scope.rows);
    }
    expr.parts().into_iter().for_each(|part| scopes_of(part, found));
}

/// A population and those that it is a part of.
fn ancestors(plan: &Plan, population: Option<PopulationId>) -> Vec<PopulationId> {
    std::iter::successors(population, |id| plan.populations.get(id.0).and_then(|p| p.parent)).collect()
}
