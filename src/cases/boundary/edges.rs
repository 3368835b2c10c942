//! Data around the thresholds of one rule, for whoever looks for data on which two rules differ.

use super::targets::of_check;
use super::world::World;
use super::{Boundary, Maker, Sides};
use crate::cases::boundary::solve::Solver;
use crate::plan::{Case, Check, ItemRef, Plan};

/// The most thresholds of one rule that are gone through: a standard is compiled while its reader waits.
const MOST: usize = 16;

/// The first data around the thresholds of a check that are what is looked for: those of the rows that count come first.
pub(crate) fn around(plan: &Plan, of: &ItemRef, at: usize, found: impl Fn(&Case) -> bool) -> Option<Case> {
    let check: &Check = plan.item(of)?.checks.get(at)?;
    let maker = Maker { solver: Solver::new(plan), date: None, made: Boundary::default(), titles: Vec::new() };
    let aim = maker.aim(of, at, check);
    let own = of_check(plan, check);
    let own = own.iter().take(MOST).filter_map(|target| maker.sides(maker.start(), &aim, target, maker.is_several(check)).ok());
    let counted = maker.counted_by(of, at, check);
    let counted = counted.iter().filter_map(|(over, index, target)| maker.by_rule(over, *index, target).ok());
    counted.chain(own).flat_map(|Sides { worlds, .. }| worlds).flatten().map(|w: World| w.case(plan)).find(|case| found(case))
}
