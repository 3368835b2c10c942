//! Counts and shares: so many rows, of which so many meet a condition.

use super::solve::{At, Solver, WAYS};
use super::world::{Move, World};
use crate::plan::{Expr, Scope};
use crate::value::{Num, num};

/// The most rows that are made.
const MOST: i64 = 120;

/// What is counted.
pub(super) struct Rows<'e> {
    pub scope: &'e Scope,
    pub condition: Option<&'e Expr>,
    /// A share of all rows rather than a number of them.
    pub whole: bool,
}

impl Solver<'_> {
    /// Makes the count or the share a number; one row more or less is the step.
    pub fn so_many(&self, world: World, rows: &Rows<'_>, at: At, value: &Num) -> Vec<World> {
        let (numerator, denominator) = value.clone().into_parts();
        let (Ok(mut met), Ok(mut all)) = (i64::try_from(numerator), i64::try_from(denominator)) else { return Vec::new() };
        if rows.whole && all <= MOST && met >= 0 {
            // So many rows that one of them is not more than a tenth.
            let times = (10 + all - 1) / all;
            (met, all) = (met * times, all * times);
        } else if rows.whole || all != 1 || !(0..=MOST).contains(&met) {
            return Vec::new();
        } else {
            all = met;
        }
        let made = |met: i64, all: i64| -> Option<World> {
            let unmet = rows.condition.map_or(0, |_| all - met);
            let mut world = self.so_many_alike(world.clone(), rows, at, (all - unmet, true))?;
            world = self.so_many_alike(world, rows, at, (unmet, false))?;
            if all == 0 {
                world.empty.insert(rows.scope.rows.table);
            }
            Some(world)
        };
        let Some(exact) = made(met, all) else { return Vec::new() };
        let beside = |by: i64| -> Option<Box<World>> {
            let (met, all) = if rows.whole { (met + by, all) } else { (met + by, all + by) };
            (met >= 0 && met <= all).then(|| made(met, all)).flatten().map(Box::new)
        };
        let moves = vec![Move::Rows { down: beside(-1), up: beside(1) }];
        vec![World { moves, ..exact }].into_iter().take(WAYS).collect()
    }

    /// So many rows that meet the condition or fail it: where they change nothing besides, the first one is repeated.
    fn so_many_alike(&self, world: World, rows: &Rows<'_>, at: At, (count, truth): (i64, bool)) -> Option<World> {
        let mut world = world;
        let mut done = 0;
        while done < count {
            let before = world.rows.clone();
            let (next, row) = self.enter(world, &rows.scope.rows, at, None).into_iter().next()?;
            world = match rows.condition {
                Some(condition) => self.want(next, condition, At::Row(row), truth).into_iter().next()?,
                None => next,
            };
            done += 1;
            let (old, new) = world.rows.split_at_checked(before.len())?;
            if old == before.as_slice() && done < count {
                let new = new.to_vec();
                for _ in done..count {
                    world.rows.extend(new.iter().cloned());
                }
                done = count;
            }
        }
        Some(world)
    }

    /// Rows that all fail or all meet a condition.
    pub fn alike(&self, world: World, rows: &crate::plan::Rows, condition: &Expr, count: usize, truth: bool) -> Option<World> {
        let mut world = world;
        for _ in 0..count {
            let (next, row) = self.enter(world, rows, At::Subject, None).into_iter().next()?;
            world = self.want(next, condition, At::Row(row), truth).into_iter().next()?;
        }
        Some(world)
    }
}

/// A number of rows as a number.
pub(super) fn count(n: usize) -> Num {
    num(i64::try_from(n).unwrap_or(i64::MAX))
}
