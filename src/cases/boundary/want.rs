//! Rows for which a condition holds or fails.

use super::solve::{At, Solver, WAYS, each};
use super::world::{World, field};
use crate::plan::{Aggregate, CompareOp, Expr, FieldType, TableId};
use crate::value::num;

impl Solver<'_> {
    /// Makes a condition hold or fail.
    pub fn want(&self, world: World, expr: &Expr, at: At, truth: bool) -> Vec<World> {
        if self.holds(&world, expr, at) == Some(truth) && !matches!(expr, Expr::Aggregate { .. } | Expr::Series { .. }) {
            return vec![world];
        }
        let one_of = |parts: &[Expr], truth: bool| -> Vec<World> {
            parts.iter().flat_map(|p| self.want(world.clone(), p, at, truth)).take(WAYS).collect()
        };
        let all_of =
            |parts: &[Expr], truth: bool| parts.iter().fold(vec![world.clone()], |ways, p| each(ways, |w| self.want(w, p, at, truth)));
        match expr {
            Expr::And(parts) => {
                if truth {
                    all_of(parts, true)
                } else {
                    one_of(parts, false)
                }
            }
            Expr::Or(parts) => {
                if truth {
                    one_of(parts, true)
                } else {
                    all_of(parts, false)
                }
            }
            Expr::Not(inner) => self.want(world, inner, at, !truth),
            Expr::Compare { op, left, right } => self.compare(world, *op, (left, right), at, truth),
            Expr::In { value, options } => self.membership(world, (value, options), at, truth),
            Expr::If { condition, then, otherwise } => {
                let mut ways = each(self.want(world.clone(), condition, at, true), |w| self.want(w, then, at, truth));
                match otherwise {
                    Some(other) => ways.extend(each(self.want(world, condition, at, false), |w| self.want(w, other, at, truth))),
                    None if truth => ways.extend(self.want(world, condition, at, false)),
                    None => {}
                }
                ways
            }
            Expr::Aggregate { function: Aggregate::Any | Aggregate::All, scope, arguments } => {
                let Some(condition) = arguments.first() else { return Vec::new() };
                let rows = self.in_scope(world, scope, at);
                rows.into_iter().flat_map(|(w, row)| self.want(w, condition, At::Row(row), truth)).take(WAYS).collect()
            }
            Expr::Series { table, filter, value, years, .. } => {
                self.years(world, (*table, filter.as_deref(), value), i64::from(*years), at, if truth { 1 } else { -1 })
            }
            Expr::Field { .. } | Expr::SubjectField { .. } => self.put_point(world, expr, &Expr::Bool(truth), at),
            _ => Vec::new(),
        }
    }

    /// Yearly values of which the last stands above (1), at (0) or below (−1) the one before, the earlier ones rising.
    pub fn years(
        &self,
        world: World,
        (table, filter, value): (TableId, Option<&Expr>, &Expr),
        years: i64,
        at: At,
        last: i64,
    ) -> Vec<World> {
        let mut ways = vec![world];
        for back in (1..=years).rev() {
            let of_year = |back: i64| num(1000) + num(years - back) * num(10);
            let amount = if back == 1 { of_year(2) + num(last * 10) } else { of_year(back) };
            ways = ways
                .into_iter()
                .flat_map(|w| self.year_row(w, table, filter, back, at))
                .flat_map(|(w, row)| self.set(w, value, At::Row(row), &amount))
                .take(1)
                .collect();
        }
        ways
    }

    fn membership(&self, world: World, (value, options): (&Expr, &[Expr]), at: At, truth: bool) -> Vec<World> {
        if truth {
            return options.iter().flat_map(|o| self.put_point(world.clone(), value, o, at)).take(WAYS).collect();
        }
        let others = (0..self.options(value)).filter(|i| !options.iter().any(|o| matches!(o, Expr::Choice(x) if x == i)));
        others.flat_map(|i| self.put_point(world.clone(), value, &Expr::Choice(i), at)).take(WAYS).collect()
    }

    /// How many options a field has.
    fn options(&self, expr: &Expr) -> usize {
        match expr {
            Expr::Field { table, field: f, .. } | Expr::SubjectField { table, field: f } => {
                match field(self.plan, *table, f.0).map(|f| &f.ty) {
                    Some(FieldType::Choice { options, .. }) => options.len(),
                    _ => 0,
                }
            }
            _ => 0,
        }
    }

    fn compare(&self, world: World, op: CompareOp, (left, right): (&Expr, &Expr), at: At, truth: bool) -> Vec<World> {
        if let Expr::Choice(_) | Expr::Month(_) | Expr::Date(_) | Expr::Bool(_) | Expr::Text(_) = right {
            let mut ways = self.put_point(world.clone(), left, right, at);
            if let Expr::Choice(_) = right {
                ways.extend((0..self.options(left)).flat_map(|i| self.put_point(world.clone(), left, &Expr::Choice(i), at)));
            } else {
                for ahead in [false, true] {
                    ways.extend(self.put_beside(world.clone(), left, right, at, ahead));
                }
            }
            ways.retain(|w| {
                self.holds(w, &Expr::Compare { op, left: Box::new(left.clone()), right: Box::new(right.clone()) }, at) == Some(truth)
            });
            return ways;
        }
        if let Expr::Choice(_) | Expr::Month(_) | Expr::Date(_) | Expr::Bool(_) | Expr::Text(_) = left {
            return self.compare(world, turned(op), (right, left), at, truth);
        }
        let upwards = matches!(op, CompareOp::Ge | CompareOp::Gt | CompareOp::Ne) == truth;
        let mut ways = Vec::new();
        for world in self.fill(world.clone(), right, at).into_iter().take(2) {
            let Some(bound) = self.known(&world, right, at) else { continue };
            let beyond = if upwards {
                vec![&bound * num(2), &bound + num(1), &bound + num(10), bound.clone()]
            } else {
                vec![&bound / num(2), &bound - num(1), bound.clone(), num(0)]
            };
            for value in
                if matches!(op, CompareOp::Eq) && truth || matches!(op, CompareOp::Ne) && !truth { vec![bound.clone()] } else { beyond }
            {
                let held =
                    |w: &World| self.holds(w, &Expr::Compare { op, left: Box::new(left.clone()), right: Box::new(right.clone()) }, at);
                ways.extend(self.set(world.clone(), left, at, &value).into_iter().filter(|w| held(w) == Some(truth)));
                if ways.len() >= 2 {
                    return ways;
                }
            }
        }
        ways
    }
}

/// The same comparison with its sides exchanged.
fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        same => same,
    }
}
