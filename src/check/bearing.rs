//! Which way a parameter bears on what is judged by it: whether more of it asks for more.

use crate::syntax::ast::{BinaryOp, Body, Expr, ExprKind, Item, ItemKind, Relief, Rule, RuleKind};
use std::collections::BTreeSet;

/// `true` where a parameter is nothing but a limit from below, of whatever is compared with it in rules; `false` where it is nothing but one
/// from above; nothing where it is both, or anything else, or not used.
pub(super) fn of(name: &str, items: &[Item]) -> Option<bool> {
    let mut uses = Uses { name, found: BTreeSet::new() };
    items.iter().for_each(|item| uses.item(item));
    let mut found = uses.found.into_iter();
    found.next().filter(|_| found.next().is_none()).flatten()
}

struct Uses<'a> {
    name: &'a str,
    /// The ways that it bears; nothing stands for a use that is no plain limit.
    found: BTreeSet<Option<bool>>,
}

impl Uses<'_> {
    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Indicator(indicator) => indicator.points.iter().for_each(|p| self.body(&p.body)),
            ItemKind::Veto { body, .. } | ItemKind::Qualification { body, .. } => self.body(body),
            ItemKind::Population { filter, .. } => self.elsewhere(filter.iter()),
            ItemKind::Parameter { values, .. } => self.elsewhere(values.iter().map(|v| &v.value)),
            ItemKind::Definition { body, .. } => self.elsewhere([body]),
            ItemKind::Verdict(verdict) => {
                self.elsewhere(verdict.conditions.iter().map(|(_, c)| c).chain(verdict.grades.iter().filter_map(|(_, c)| c.as_ref())));
            }
            _ => {}
        }
    }

    fn body(&mut self, body: &Body) {
        body.rules.iter().for_each(|rule| self.rule(rule));
    }

    fn rule(&mut self, rule: &Rule) {
        self.reliefs(&rule.reliefs);
        match &rule.kind {
            RuleKind::Condition(condition) if rule.score.is_none() => self.asked(condition, true),
            RuleKind::Condition(value) => self.elsewhere([value]),
            RuleKind::Trigger(condition) => self.asked(condition, false),
            RuleKind::Each { filter, condition, .. } => {
                self.elsewhere(filter.iter());
                self.asked(condition, true);
            }
            RuleKind::Several(several) => {
                self.elsewhere(several.filter.iter());
                for part in &several.parts {
                    self.asked(&part.condition, true);
                    self.reliefs(&part.reliefs);
                }
            }
            RuleKind::Group { filter, having, keys, condition, .. } => {
                self.elsewhere(filter.iter().chain(having).chain(keys));
                self.asked(condition, true);
            }
            // A contradiction is told of, and decides nothing.
            RuleKind::CrossCheck { .. } | RuleKind::Judged { .. } => {}
        }
    }

    /// What suffices instead: the harder that is, the more is asked.
    fn reliefs(&mut self, reliefs: &[Relief]) {
        for relief in reliefs {
            self.elsewhere(relief.filter.iter());
            self.asked(&relief.condition, true);
        }
    }

    /// A condition that must hold, or that must not.
    fn asked(&mut self, condition: &Expr, holds: bool) {
        let ExprKind::Binary { op, left, right } = &condition.kind else { return self.elsewhere([condition]) };
        let from_below = match op.node {
            BinaryOp::And | BinaryOp::Or => {
                self.asked(left, holds);
                return self.asked(right, holds);
            }
            BinaryOp::Ge | BinaryOp::Gt => true,
            BinaryOp::Le | BinaryOp::Lt => false,
            _ => return self.elsewhere([condition]),
        };
        match &right.kind {
            ExprKind::Path(path) if matches!(path.as_slice(), [only] if only.node == self.name) => {
                self.found.insert(Some(from_below == holds));
            }
            _ => self.elsewhere([&**right]),
        }
        self.elsewhere([&**left]);
    }

    fn elsewhere<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        if exprs.into_iter().any(|e| mentions(e, self.name)) {
            self.found.insert(None);
        }
    }
}

fn mentions(expr: &Expr, name: &str) -> bool {
    match &expr.kind {
        ExprKind::Path(path) => path.iter().any(|n| n.node == name),
        ExprKind::Number { .. }
        | ExprKind::Text(_)
        | ExprKind::Bool(_)
        | ExprKind::Date(_)
        | ExprKind::LastYears(_)
        | ExprKind::YearsBefore(_) => false,
        ExprKind::Call { name: called, scope, arguments } => {
            called.node == name || scope.iter().filter_map(|s| s.filter.as_deref()).chain(arguments).any(|e| mentions(e, name))
        }
        ExprKind::Negate(inner) | ExprKind::Not(inner) => mentions(inner, name),
        ExprKind::Binary { left, right, .. } => mentions(left, name) || mentions(right, name),
        ExprKind::In { value, options, .. } => mentions(value, name) || options.iter().any(|o| mentions(o, name)),
        ExprKind::If { condition, then, otherwise } => {
            [Some(condition), Some(then), otherwise.as_ref()].into_iter().flatten().any(|e| mentions(e, name))
        }
    }
}
