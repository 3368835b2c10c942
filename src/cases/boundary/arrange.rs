//! Rows on which several conditions stand as wanted together.
//!
//! Every cell that the conditions read is given; then one condition after the other is brought to where it should stand by changing a
//! cell that the others read least. What the number in a cell must be is worked out from what three others give: the values of
//! standards are linear in each of their amounts, or a quotient of such.

use super::solve::{At, Solver, is_year};
use super::targets::{Atom, Step};
use super::world::{Cell, Key, Move, World, field, fits, neighbour, step};
use crate::plan::{ArithmeticOp, CompareOp, Expr, FieldType};
use crate::value::{Num, num};

/// Sizes of what others are divided by, the more readable first; of the last nearly every share is whole.
const SCALES: [i64; 8] = [100, 1000, 200, 2000, 500, 10_000, 20_000, 60];

/// How often the conditions are gone through.
const ROUNDS: usize = 3;

/// A condition, and how it is to stand.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    pub condition: Expr,
    pub at: At,
    pub truth: bool,
    /// A comparison exactly on its bound, written as an equality; stepping off it is what the data are for.
    pub bound: bool,
}

/// A cell of the rows in the making.
type Spot = (usize, Key);

/// How a value depends on a cell: where it meets its bound, and whether it rises.
struct Crossing {
    spot: Spot,
    root: Num,
    rises: bool,
}

impl Goal {
    pub fn of(condition: &Expr, at: At, truth: bool) -> Vec<Self> {
        match (condition, truth) {
            (Expr::And(parts), true) | (Expr::Or(parts), false) => parts.iter().flat_map(|p| Self::of(p, at, truth)).collect(),
            (Expr::Not(inner), _) => Self::of(inner, at, !truth),
            _ => vec![Self { condition: condition.clone(), at, truth, bound: false }],
        }
    }

    /// Whether it is of a day or an option rather than of numbers.
    fn is_point(&self) -> bool {
        let Expr::Compare { right, .. } = &self.condition else { return false };
        matches!(&**right, Expr::Choice(_) | Expr::Month(_) | Expr::Date(_))
    }

    pub fn on(left: &Expr, right: &Expr, at: At) -> Self {
        let condition = Expr::Compare { op: CompareOp::Eq, left: Box::new(left.clone()), right: Box::new(right.clone()) };
        Self { condition, at, truth: true, bound: true }
    }
}

impl Solver<'_> {
    /// Data on a threshold, where all that must hold besides is brought about together with it.
    pub fn together(&self, start: &World, steps: &[Step<'_>], atom: &Atom<'_>) -> Vec<(World, At)> {
        let (Atom::Number { left, right, .. } | Atom::Point { left, right, .. }) = atom else { return Vec::new() };
        let ways = self.laid(start, steps);
        let found = ways.into_iter().filter_map(|(world, at, besides)| {
            let mut goals = vec![Goal::on(left, right, at)];
            goals.extend(besides);
            Some((self.arrange(&world, &goals)?, at))
        });
        found.take(1).collect()
    }

    /// Data on which so much holds and fails, without a threshold.
    pub fn standing_so(&self, start: &World, steps: &[Step<'_>]) -> Option<World> {
        self.laid(start, steps).into_iter().find_map(|(world, _, goals)| self.arrange(&world, &goals))
    }

    /// The rows that the steps make, and what the steps ask for besides.
    fn laid(&self, start: &World, steps: &[Step<'_>]) -> Vec<(World, At, Vec<Goal>)> {
        let mut ways = vec![(start.clone(), At::Subject, Vec::new())];
        for step in steps {
            ways = ways
                .into_iter()
                .flat_map(|(world, at, goals): (World, At, Vec<Goal>)| {
                    let with = |more: Vec<Goal>| [goals.clone(), more].concat();
                    match step {
                        Step::Want(condition, truth) | Step::Wish(condition, truth) => {
                            vec![(world, at, with(Goal::of(condition, at, *truth)))]
                        }
                        Step::Whole(condition, truth) => vec![(world, at, with(Goal::of(condition, At::Subject, *truth)))],
                        Step::Bound(condition) => vec![(world, at, with(Goal::of(condition, at, true)))],
                        Step::Enter(rows, without) => {
                            let kept = |row| self.filters(rows, *without).into_iter().flat_map(move |f| Goal::of(f, At::Row(row), true));
                            let entered = self.enter(world, rows, at, *without).into_iter().take(2);
                            entered.map(|(w, row)| (w, At::Row(row), with(kept(row).collect()))).collect()
                        }
                        other => self.step(world, other, at).into_iter().take(2).map(|(w, at)| (w, at, goals.clone())).collect(),
                    }
                })
                .collect();
        }
        ways
    }

    /// Brings all the conditions to where they should stand.
    pub fn arrange(&self, start: &World, goals: &[Goal]) -> Option<World> {
        let mut seen: Vec<World> = Vec::new();
        for scale in SCALES {
            let given = self.given(start, goals, scale);
            if seen.iter().any(|w| w.rows == given.rows) {
                continue;
            }
            seen.push(given.clone());
            if let Some(done) = self.arranged(given, goals, scale) {
                return Some(self.without_needless(start, done, goals));
            }
            if self.left.get() == 0 {
                return None;
            }
        }
        goals.first().filter(|g| g.bound).and_then(|_| self.nearest(start, goals))
    }

    /// The two data nearest to the bound where none lie on it, since the cells take whole steps only.
    fn nearest(&self, start: &World, goals: &[Goal]) -> Option<World> {
        let (target, besides) = goals.split_first()?;
        let Expr::Compare { left, right, .. } = &target.condition else { return None };
        for scale in SCALES {
            let given = self.given(start, goals, scale);
            let Some(world) = self.arranged(given, besides, scale) else { continue };
            for spot in self.by_readers(&world, goals, target) {
                let crossing = self.crossing(&world, (left, right), target.at, &spot, scale);
                let least = field(self.plan, spot.1.1, spot.1.2).map(step);
                let Some((crossing, least)) = crossing.zip(least) else { continue };
                let low = Num::from((crossing.root / &least).floor()) * &least;
                let beside = |n: Num| {
                    let changed = self.with_number(&world, &spot, &n)?;
                    besides.iter().all(|g| self.stands(&changed, g)).then(|| Box::new(changed))
                };
                let (Some(under), Some(over)) = (beside(low.clone()), beside(low + &least)) else { continue };
                let (down, up) = if crossing.rises { (under, over) } else { (over, under) };
                return Some(World { moves: vec![Move::Rows { down: Some(down), up: Some(up) }], beside: true, ..world });
            }
        }
        None
    }

    /// The cells that a condition reads, those that the others read least first.
    fn by_readers(&self, world: &World, goals: &[Goal], of: &Goal) -> Vec<Spot> {
        let spots = |goal: &Goal| self.spots(&mut world.clone(), &goal.condition, goal.at);
        let read: Vec<Vec<Spot>> = goals.iter().map(spots).collect();
        let mut found = spots(of);
        found.sort_by_key(|s| read.iter().filter(|of| of.contains(s)).count());
        found
    }

    fn arranged(&self, given: World, goals: &[Goal], scale: i64) -> Option<World> {
        let mut world = given;
        for _ in 0..ROUNDS {
            let mut done = true;
            for at in 0..goals.len() {
                let goal = goals.get(at)?;
                if !self.stands(&world, goal) || goal.bound && world.moves.is_empty() {
                    done = false;
                    world = self.mended(&world, goals, at, scale)?;
                }
            }
            if done {
                return Some(world);
            }
        }
        None
    }

    fn stands(&self, world: &World, goal: &Goal) -> bool {
        // Two sides of which there is nothing are not on their bound.
        let is_there = || match &goal.condition {
            Expr::Compare { left, .. } if goal.bound && !goal.is_point() => self.known(world, left, goal.at).is_some(),
            _ => true,
        };
        self.holds(world, &goal.condition, goal.at) == Some(goal.truth) && is_there()
    }

    /// Rows with every cell that the conditions read: amounts are nothing until they are needed.
    fn given(&self, start: &World, goals: &[Goal], scale: i64) -> World {
        let mut world = start.clone();
        world.moves.clear();
        for goal in goals {
            self.make_rows(&mut world, &goal.condition, goal.at);
        }
        for goal in goals {
            for (row, key) in self.spots(&mut world, &goal.condition, goal.at) {
                let Some(of) = field(self.plan, key.1, key.2) else { continue };
                let cell = match &of.ty {
                    FieldType::Integer(_) | FieldType::Decimal { .. } => {
                        let low = of.range.as_ref().map_or(num(0), |(low, _)| low.clone());
                        Cell::Number(if is_year(of) { num(2020) } else { low })
                    }
                    FieldType::Choice { .. } => Cell::Choice(0),
                    FieldType::Bool => Cell::Bool(false),
                    FieldType::Month => Cell::Month(2020 * 12),
                    FieldType::Date => Cell::Date(20_200_101),
                    FieldType::Text => Cell::Text("1".into()),
                };
                world.put(self.plan, row, key, cell);
            }
        }
        for goal in goals {
            self.divide(&mut world, &goal.condition, goal.at, scale);
        }
        world
    }

    /// Where something would be divided by nothing, one of the amounts that it is divided by is given.
    fn divide(&self, world: &mut World, expr: &Expr, at: At, scale: i64) {
        if let Expr::Aggregate { scope, arguments, .. } = expr {
            let rows = if let At::Group(row) = at { vec![row] } else { world.of(scope.rows.table) };
            for (row, part) in rows.into_iter().flat_map(|row| arguments.iter().map(move |a| (row, a))) {
                self.divide(world, part, At::Row(row), scale);
            }
            return;
        }
        expr.children().into_iter().for_each(|part| self.divide(world, part, at, scale));
        let Expr::Arithmetic { op: ArithmeticOp::Div, right, .. } = expr else { return };
        let is_something = |world: &World| self.known(world, right, at).is_some_and(|n| n != num(0));
        if is_something(world) {
            return;
        }
        let changed = self.spots(world, right, at).into_iter().filter_map(|spot| self.with_number(world, &spot, &num(scale)));
        if let Some(changed) = changed.into_iter().find(is_something) {
            *world = changed;
        }
    }

    fn make_rows(&self, world: &mut World, expr: &Expr, at: At) {
        if let Expr::Aggregate { scope, .. } = expr
            && !matches!(at, At::Group(_))
            && world.of(scope.rows.table).is_empty()
            && let Some((next, _)) = self.enter(world.clone(), &scope.rows, at, None).into_iter().next()
        {
            *world = next;
        }
        expr.children().into_iter().for_each(|part| self.make_rows(world, part, at));
    }

    /// The cells that an expression reads, in its order.
    fn spots(&self, world: &mut World, expr: &Expr, at: At) -> Vec<Spot> {
        let mut found = Vec::new();
        self.spots_into(world, expr, at, &mut found);
        found
    }

    fn spots_into(&self, world: &mut World, expr: &Expr, at: At, found: &mut Vec<Spot>) {
        let spot = match expr {
            Expr::Field { table, path, field } => self.cell(world, at, *table, path, field.0),
            Expr::SubjectField { table, field } => world.sole(*table).map(|row| (row, (Vec::new(), *table, field.0))),
            Expr::BaseYear => {
                let subject = &self.plan.subject;
                subject.base_year.and_then(|f| Some((world.sole(subject.table)?, (Vec::new(), subject.table, f.0))))
            }
            Expr::Aggregate { scope, arguments, .. } => {
                let rows = if let At::Group(row) = at { vec![row] } else { world.of(scope.rows.table) };
                for row in rows {
                    arguments.iter().for_each(|a| self.spots_into(world, a, At::Row(row), found));
                }
                return;
            }
            // Yearly rows are made as the years are gone through.
            Expr::Series { .. } | Expr::YearValue { .. } | Expr::FormerYear { .. } => return,
            _ => {
                expr.children().into_iter().for_each(|part| self.spots_into(world, part, at, found));
                return;
            }
        };
        found.extend(spot.filter(|s| !found.contains(s)));
    }

    /// One cell changed, so that the condition stands as it should and all those before it still do.
    fn mended(&self, world: &World, goals: &[Goal], index: usize, scale: i64) -> Option<World> {
        let goal = goals.get(index)?;
        let before: Vec<&Goal> = goals.iter().take(index).filter(|g| self.stands(world, g)).collect();
        let keeps = |changed: &World| self.stands(changed, goal) && before.iter().all(|g| self.stands(changed, g));
        let mut ends = Vec::new();
        for spot in self.by_readers(world, goals, goal) {
            let Some(of) = field(self.plan, spot.1.1, spot.1.2) else { continue };
            let ways = match &of.ty {
                FieldType::Integer(_) | FieldType::Decimal { .. } => self.numbers(world, goal, &spot, scale),
                _ if goal.bound && !goal.is_point() => Vec::new(),
                _ => self.others(world, goal, &spot),
            };
            // Data from which a step can be taken to both sides go before those at the end of what a cell can hold.
            let (inner, outer): (Vec<World>, Vec<World>) =
                ways.into_iter().partition(|w| !goal.bound || [false, true].iter().all(|up| w.moved(self.plan, *up).is_some()));
            if let Some(changed) = inner.into_iter().find(&keeps) {
                return Some(changed);
            }
            ends.extend(outer.into_iter().find(&keeps));
        }
        ends.into_iter().next()
    }

    /// Ways to change a number: to where a comparison of the condition meets its bound, or well beyond.
    fn numbers(&self, world: &World, goal: &Goal, spot: &Spot, scale: i64) -> Vec<World> {
        let mut compared = Vec::new();
        comparisons(&goal.condition, &mut compared);
        let mut ways = Vec::new();
        for (left, right) in compared {
            let Some(crossing) = self.crossing(world, (left, right), goal.at, spot, scale) else { continue };
            if goal.bound {
                let moved = self.with_number(world, spot, &crossing.root);
                let (row, key) = crossing.spot;
                let change = Move::Cell { row, key, with: crossing.rises };
                ways.extend(moved.map(|w| World { moves: vec![change], ..w }));
                continue;
            }
            let Some(least) = field(self.plan, spot.1.1, spot.1.2).map(step) else { continue };
            let down = |n: Num| Num::from((n / &least).floor()) * &least;
            let root = &crossing.root;
            let near = [root * num(2), root / num(2), root * num(11) / num(10), root * num(19) / num(20)];
            let near = near.into_iter().map(down);
            let on = Num::from((root / &least).ceil()) * &least;
            let on_or_beside = [on.clone(), &on - &least, &on + &least];
            ways.extend(near.chain(on_or_beside).filter_map(|n| self.with_number(world, spot, &n)));
        }
        if !goal.bound {
            ways.extend([num(0), num(scale)].iter().filter_map(|n| self.with_number(world, spot, n)));
        }
        ways
    }

    /// Another option, truth or day; those that the condition names among them.
    fn others(&self, world: &World, goal: &Goal, spot: &Spot) -> Vec<World> {
        let Some(of) = field(self.plan, spot.1.1, spot.1.2) else { return Vec::new() };
        let cells: Vec<Cell> = match &of.ty {
            FieldType::Bool => vec![Cell::Bool(true), Cell::Bool(false)],
            FieldType::Choice { options, .. } => (0..options.len()).map(Cell::Choice).collect(),
            _ => {
                let mut days = Vec::new();
                literals(&goal.condition, &mut days);
                days
            }
        };
        let put = |cell: Cell| {
            let mut changed = world.clone();
            changed.rows.get_mut(spot.0)?.cells.insert(spot.1.clone(), cell);
            if goal.bound {
                changed.moves = vec![Move::Cell { row: spot.0, key: spot.1.clone(), with: true }];
            }
            Some(changed)
        };
        cells.into_iter().filter_map(put).collect()
    }

    /// Where the two sides meet, by the cell: from their difference at three numbers.
    fn crossing(&self, world: &World, (left, right): (&Expr, &Expr), at: At, spot: &Spot, scale: i64) -> Option<Crossing> {
        let difference = |x: &Num| {
            let changed = self.with_number(world, spot, x)?;
            Some(self.known(&changed, left, at)? - self.known(&changed, right, at)?)
        };
        let by = [num(scale), num(1), num(1) / num(4)].into_iter().find(|by| self.with_number(world, spot, &(by * num(3))).is_some())?;
        let [x1, x2, x3] = [by.clone(), &by * num(2), &by * num(3)];
        let (f1, f2) = (difference(&x1)?, difference(&x2)?);
        if f1 == f2 {
            return None;
        }
        let f3 = difference(&x3)?;
        let rises = f2 > f1;
        let linear = &f3 - &f2 == &f2 - &f1;
        let root = if linear {
            &x1 - &f1 * &by / (&f2 - &f1)
        } else {
            // f = (a x + b) / (x + c)
            let (p1, p2, p3) = (&f1 * &x1, &f2 * &x2, &f3 * &x3);
            let bend = (&f2 - &f1) - (&f3 - &f2);
            let c = ((&p3 - &p2) - (&p2 - &p1)) / bend;
            let a = ((&p2 - &p1) + &c * (&f2 - &f1)) / &by;
            if a == num(0) {
                return None;
            }
            let b = &f1 * (&x1 + &c) - &a * &x1;
            (num(0) - b) / a
        };
        Some(Crossing { spot: spot.clone(), root, rises })
    }

    /// The rows with another number in a cell, in the field's own unit; `None` where the field cannot hold it.
    fn with_number(&self, world: &World, spot: &Spot, number: &Num) -> Option<World> {
        field(self.plan, spot.1.1, spot.1.2).filter(|of| fits(of, number))?;
        let mut changed = world.clone();
        changed.rows.get_mut(spot.0)?.cells.insert(spot.1.clone(), Cell::Number(number.clone()));
        Some(changed)
    }

    /// The rows without the cells that nothing hangs on.
    fn without_needless(&self, start: &World, world: World, goals: &[Goal]) -> World {
        let mut world = world;
        let spots: Vec<Spot> = world.rows.iter().enumerate().flat_map(|(row, r)| r.cells.keys().map(move |k| (row, k.clone()))).collect();
        for (row, key) in spots {
            let was_there = start.rows.get(row).is_some_and(|r| r.cells.contains_key(&key));
            let moves = world.moves.iter().any(|m| matches!(m, Move::Cell { row: r, key: k, .. } if *r == row && *k == key));
            if was_there || moves {
                continue;
            }
            let mut without = world.clone();
            if let Some(of) = without.rows.get_mut(row) {
                of.cells.remove(&key);
            }
            if goals.iter().all(|g| self.stands(&without, g)) {
                world = without;
            }
        }
        world
    }
}

/// The comparisons of numbers within a condition.
fn comparisons<'e>(expr: &'e Expr, found: &mut Vec<(&'e Expr, &'e Expr)>) {
    if let Expr::Compare { left, right, .. } = expr {
        found.push((left, right));
    }
    expr.children().into_iter().for_each(|part| comparisons(part, found));
}

/// The days and months that a condition names, and those beside them.
fn literals(expr: &Expr, found: &mut Vec<Cell>) {
    match expr {
        Expr::Month(n) => found.extend([*n, n - 1, n + 1].map(Cell::Month)),
        Expr::Date(n) => found.extend([*n, neighbour(*n, false), neighbour(*n, true)].map(Cell::Date)),
        Expr::Text(text) => found.push(Cell::Text(text.clone())),
        _ => {}
    }
    expr.children().into_iter().for_each(|part| literals(part, found));
}
