//! Comparisons exactly on their bounds.

use super::solve::{At, Solver, each, flipped};
use super::world::{Cell, World, neighbour};
use crate::plan::{Aggregate, Expr, FieldType};

impl Solver<'_> {
    /// Puts a comparison exactly on its bound; gives the bound too.
    pub fn on_bound(&self, world: World, (left, right): (&Expr, &Expr), at: At) -> Vec<World> {
        self.few.set(has_count(left) || has_count(right));
        let ways = self.ways_on_bound(world, (left, right), at);
        self.few.set(false);
        ways
    }

    fn ways_on_bound(&self, world: World, (left, right): (&Expr, &Expr), at: At) -> Vec<World> {
        if let Some(bound) = self.known(&world, right, at) {
            return self.set(world, left, at, &bound);
        }
        if let Some(bound) = self.known(&world, left, at) {
            return flipped(self.set(world, right, at, &bound));
        }
        let mut ways = each(self.fill(world.clone(), right, at), |w| match self.known(&w, right, at) {
            Some(bound) => self.set(w, left, at, &bound),
            None => Vec::new(),
        });
        ways.extend(each(self.fill(world, left, at), |w| match self.known(&w, left, at) {
            Some(bound) => flipped(self.set(w, right, at, &bound)),
            None => Vec::new(),
        }));
        ways
    }

    /// Puts an option or a day that a comparison is with.
    pub fn put_point(&self, world: World, left: &Expr, point: &Expr, at: At) -> Vec<World> {
        let cell = match point {
            Expr::Choice(at) => Cell::Choice(*at),
            Expr::Month(n) => Cell::Month(*n),
            Expr::Date(n) => Cell::Date(*n),
            Expr::Bool(truth) => Cell::Bool(*truth),
            Expr::Text(text) => Cell::Text(text.clone()),
            _ => return Vec::new(),
        };
        self.put(world, at, left, |_| Some(cell.clone()))
    }

    /// Another point: the next or the one before, another option, the other truth.
    pub fn put_beside(&self, world: World, left: &Expr, point: &Expr, at: At, ahead: bool) -> Vec<World> {
        let beside = |of: &crate::plan::Field| match (point, &of.ty) {
            (Expr::Choice(at), FieldType::Choice { options, .. }) => {
                let next = if ahead { Some(*at + 1) } else { at.checked_sub(1) };
                next.filter(|n| *n < options.len()).map(Cell::Choice)
            }
            (Expr::Month(n), _) => Some(Cell::Month(if ahead { n + 1 } else { n - 1 })),
            (Expr::Date(n), _) => Some(Cell::Date(neighbour(*n, ahead))),
            (Expr::Bool(truth), _) => Some(Cell::Bool(!truth)),
            _ => None,
        };
        self.put(world, at, left, beside)
    }
}

/// Whether rows are counted.
fn has_count(expr: &Expr) -> bool {
    matches!(expr, Expr::Aggregate { function: Aggregate::Count, .. }) || expr.children().into_iter().any(has_count)
}
