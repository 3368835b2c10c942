//! Rows that give an expression a value: a numerator is chosen against a fixed denominator, and so on down.
//!
//! Each function gives a few ways to do so, best first; whether one does is for the evaluation to say.

use super::arrange::Goal;
use super::rows::Rows as Wanted;
use super::world::{Cell, Key, Move, Row, World, factor, field};
use crate::data::Dataset;
use crate::eval::{Vantage, number_at, truth_at};
use crate::plan::{Aggregate, ArithmeticOp, Expr, FieldId, FieldType, Function, Plan, ReferenceId, Rows, Scope, TableId};
use crate::value::{Num, num};
use std::collections::BTreeSet;
use std::rc::Rc;

/// How many ways of one thing are followed up.
pub(super) const WAYS: usize = 6;

/// Where an expression stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Subject,
    Row(usize),
    /// A group that consists of this row.
    Group(usize),
}

/// Rows, the tables without any, and the data set that they are.
type Seen = (Vec<Row>, BTreeSet<TableId>, Option<Rc<Dataset>>);

pub(super) struct Solver<'p> {
    pub plan: &'p Plan,
    /// How many data sets may still be looked at for the threshold at hand.
    pub left: std::cell::Cell<usize>,
    /// Whether what is guessed decides how many rows there are.
    pub few: std::cell::Cell<bool>,
    /// The rows looked at last.
    pub seen: std::cell::RefCell<Option<Seen>>,
}

/// The most data sets that are looked at for one threshold.
pub(super) const LOOKS: usize = 250;

/// The same, where several conditions are brought about together.
pub(super) const TOGETHER: usize = 1500;

/// What each way leads to, cut to the first few.
pub(super) fn each(ways: Vec<World>, then: impl Fn(World) -> Vec<World>) -> Vec<World> {
    ways.into_iter().flat_map(then).take(WAYS).collect()
}

impl<'p> Solver<'p> {
    pub fn new(plan: &'p Plan) -> Self {
        Self { plan, left: std::cell::Cell::new(0), few: std::cell::Cell::new(false), seen: std::cell::RefCell::new(None) }
    }
}

impl Solver<'_> {
    /// The rows as a data set, while there are looks left.
    fn look(&self, world: &World) -> Option<Rc<Dataset>> {
        if let Some((rows, empty, data)) = &*self.seen.borrow()
            && *rows == world.rows
            && *empty == world.empty
        {
            return data.clone();
        }
        self.left.set(self.left.get().checked_sub(1)?);
        let data = world.data(self.plan).map(Rc::new);
        *self.seen.borrow_mut() = Some((world.rows.clone(), world.empty.clone(), data.clone()));
        data
    }

    /// The number an expression is, as far as the rows say.
    pub fn known(&self, world: &World, expr: &Expr, at: At) -> Option<Num> {
        if let Expr::Number(n) = expr {
            return Some(n.clone());
        }
        let data = self.look(world)?;
        number_at(self.plan, &data, expr, standing(world, at)?)?.rational().cloned()
    }

    pub fn holds(&self, world: &World, expr: &Expr, at: At) -> Option<bool> {
        truth_at(self.plan, &*self.look(world)?, expr, standing(world, at)?)
    }

    /// The cell that a field reads.
    pub fn cell(&self, world: &mut World, at: At, table: TableId, path: &[ReferenceId], index: usize) -> Option<(usize, Key)> {
        let own = |row: usize| Some((row, (Vec::new(), table, index)));
        if table == self.plan.subject.table && (at == At::Subject || !path.is_empty()) {
            return own(world.sole(table)?);
        }
        let At::Row(row) = at else { return own(world.sole(table)?) };
        if path.is_empty() {
            return own(row);
        }
        match world.of(table).as_slice() {
            [] => Some((row, (path.iter().map(|r| r.0).collect(), table, index))),
            [only] => own(*only),
            _ => None,
        }
    }

    pub fn put(&self, world: World, at: At, expr: &Expr, value: impl Fn(&crate::plan::Field) -> Option<Cell>) -> Vec<World> {
        let mut world = world;
        let (table, path, index): (TableId, &[ReferenceId], usize) = match expr {
            Expr::Field { table, path, field } => (*table, path, field.0),
            Expr::SubjectField { table, field } => {
                let Some(row) = world.sole(*table) else { return Vec::new() };
                return self.write(world, row, (Vec::new(), *table, field.0), value);
            }
            _ => return Vec::new(),
        };
        let Some((row, key)) = self.cell(&mut world, at, table, path, index) else { return Vec::new() };
        self.write(world, row, key, value)
    }

    fn write(&self, mut world: World, row: usize, key: Key, value: impl Fn(&crate::plan::Field) -> Option<Cell>) -> Vec<World> {
        let Some(cell) = field(self.plan, key.1, key.2).and_then(value) else { return Vec::new() };
        if !world.put(self.plan, row, key.clone(), cell) {
            return Vec::new();
        }
        world.moves = vec![Move::Cell { row, key, with: true }];
        vec![world]
    }

    /// Makes an expression a number.
    pub fn set(&self, world: World, expr: &Expr, at: At, value: &Num) -> Vec<World> {
        match expr {
            Expr::Number(n) => {
                if n == value {
                    vec![world]
                } else {
                    Vec::new()
                }
            }
            Expr::Field { .. } | Expr::SubjectField { .. } => self.put(world, at, expr, |of| {
                matches!(of.ty, FieldType::Integer(_) | FieldType::Decimal { .. }).then(|| Cell::Number(value / factor(of)))
            }),
            Expr::BaseYear => {
                let subject = &self.plan.subject;
                let (Some(year), mut world) = (subject.base_year, world) else { return Vec::new() };
                let Some(row) = world.sole(subject.table) else { return Vec::new() };
                self.write(world, row, (Vec::new(), subject.table, year.0), |_| Some(Cell::Number(value.clone())))
            }
            Expr::Arithmetic { op, left, right } => self.arithmetic(world, *op, (left, right), at, value),
            Expr::Negate(inner) => flipped(self.set(world, inner, at, &(num(0) - value))),
            Expr::If { condition, then, otherwise } => {
                let mut ways = each(self.want(world.clone(), condition, at, true), |w| self.set(w, then, at, value));
                if let Some(otherwise) = otherwise {
                    ways.extend(each(self.want(world, condition, at, false), |w| self.set(w, otherwise, at, value)));
                }
                ways
            }
            Expr::Aggregate { function, scope, arguments } => self.aggregate(world, *function, (scope, arguments), at, value),
            Expr::YearValue { table, filter, value: inner, back } => {
                let ways = self.year_row(world, *table, filter.as_deref(), i64::from(*back), at);
                ways.into_iter().flat_map(|(w, row)| self.set(w, inner, At::Row(row), value)).collect()
            }
            Expr::Function { function, arguments } => self.function(world, *function, arguments, at, value),
            _ => Vec::new(),
        }
    }

    fn arithmetic(&self, world: World, op: ArithmeticOp, (left, right): (&Expr, &Expr), at: At, value: &Num) -> Vec<World> {
        use ArithmeticOp::{Add, Div, Mul, Sub};
        let zero = num(0);
        if let Some(known) = self.known(&world, right, at) {
            let wanted = match op {
                Add => value - known,
                Sub => value + known,
                Mul if known != zero => value / known,
                Div => value * known,
                Mul => return Vec::new(),
            };
            return self.set(world, left, at, &wanted);
        }
        if let Some(known) = self.known(&world, left, at) {
            return match op {
                Add => self.set(world, right, at, &(value - known)),
                Sub => flipped(self.set(world, right, at, &(known - value))),
                Mul if known != zero => self.set(world, right, at, &(value / known)),
                Div if *value != zero => flipped(self.set(world, right, at, &(known / value))),
                _ => Vec::new(),
            };
        }
        let mut ways = Vec::new();
        for guess in self.guesses(right) {
            for world in self.set(world.clone(), right, at, &guess) {
                // Where that could not be seen, looking again would not end.
                if self.known(&world, right, at).is_some() {
                    ways.extend(self.arithmetic(world, op, (left, right), at, value));
                }
            }
            if ways.len() >= WAYS {
                break;
            }
        }
        ways
    }

    /// Numbers worth trying for what stands below a stroke or behind a sign.
    fn guesses(&self, expr: &Expr) -> Vec<Num> {
        let field = match expr {
            Expr::Field { table, field: f, .. } | Expr::SubjectField { table, field: f } => field(self.plan, *table, f.0),
            _ => None,
        };
        match field.map(|f| (f, factor(f))) {
            _ if self.few.get() => [24, 12, 36, 10, 1].map(num).to_vec(),
            Some((of, _)) if is_year(of) => [2020, 2021, 2019].map(num).to_vec(),
            Some((_, by)) => [100, 1000, 10, 20, 10_000, 12, 50, 40, 24, 1, 3, 7].iter().map(|n| num(*n) * &by).collect(),
            None => [1000, 100, 10_000, 100_000, 10, 20, 1, 12, 3].map(num).to_vec(),
        }
    }

    /// Gives an expression some number, whatever it is.
    pub fn fill(&self, world: World, expr: &Expr, at: At) -> Vec<World> {
        if self.known(&world, expr, at).is_some() {
            return vec![world];
        }
        match expr {
            Expr::Arithmetic { left, right, .. } => each(self.fill(world, left, at), |w| self.fill(w, right, at)),
            Expr::Function { arguments, .. } => arguments.iter().fold(vec![world], |ways, a| each(ways, |w| self.fill(w, a, at))),
            Expr::If { condition, then, otherwise } => {
                let mut ways = each(self.want(world.clone(), condition, at, true), |w| self.fill(w, then, at));
                ways.extend(otherwise.iter().flat_map(|o| each(self.want(world.clone(), condition, at, false), |w| self.fill(w, o, at))));
                ways
            }
            _ => {
                let mut ways: Vec<World> = Vec::new();
                for guess in self.guesses(expr) {
                    ways.extend(self.set(world.clone(), expr, at, &guess));
                    if !ways.is_empty() {
                        break;
                    }
                }
                ways
            }
        }
    }

    fn function(&self, world: World, function: Function, arguments: &[Expr], at: At, value: &Num) -> Vec<World> {
        match (function, arguments) {
            (Function::Holding, _) => self.holding(world, arguments, at, value),
            (Function::Round, [inner, places]) => {
                let places = self.known(&world, places, at).and_then(|p| usize::try_from(p.floor()).ok()).unwrap_or(0);
                let half = (0..places).fold(num(1) / num(2), |n, _| n / num(10));
                let mut ways = self.set(world.clone(), inner, at, &(value - half));
                ways.extend(self.set(world, inner, at, value));
                ways
            }
            (Function::Min | Function::Max, [_, _, ..]) => {
                let mut ways = self.all_of(world.clone(), arguments, at, value);
                // Else one decides and the others lie beyond it.
                let beyond = if function == Function::Min { value * num(2) } else { value / num(2) };
                for (index, deciding) in arguments.iter().enumerate() {
                    let others = arguments.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, a)| a);
                    let filled = others.fold(vec![world.clone()], |ways, a| {
                        each(ways, |w| if self.known(&w, a, at).is_some() { vec![w] } else { self.set(w, a, at, &beyond) })
                    });
                    ways.extend(each(filled, |w| self.set(w, deciding, at, value)));
                }
                ways
            }
            _ => self.all_of(world, arguments, at, value),
        }
    }

    fn all_of(&self, world: World, arguments: &[Expr], at: At, value: &Num) -> Vec<World> {
        let mut steps: Vec<Vec<Move>> = Vec::new();
        let mut ways = vec![world];
        for argument in arguments {
            ways = each(ways, |w| self.set(w, argument, at, value));
            steps.extend(ways.first().map(|w| w.moves.clone()));
        }
        // Any of them may take the step.
        let done = ways.first().cloned();
        let stepping = |moves: Vec<Move>| done.clone().map(|world| World { moves, ..world });
        ways.extend(steps.into_iter().filter_map(stepping));
        ways
    }

    /// So many of the conditions, the first ones.
    fn holding(&self, world: World, conditions: &[Expr], at: At, value: &Num) -> Vec<World> {
        let so_many = |count: i64| -> Vec<World> {
            let each_in_turn = conditions.iter().zip(1i64..);
            each_in_turn.fold(vec![world.clone()], |ways, (c, i)| each(ways, |w| self.want(w, c, at, i <= count)))
        };
        let Ok(count) = i64::try_from(value.floor()) else { return Vec::new() };
        let one = |count: i64| so_many(count).into_iter().next().map(Box::new);
        let moves = vec![Move::Rows { down: one(count - 1), up: one(count + 1) }];
        so_many(count).into_iter().map(|w| World { moves: moves.clone(), ..w }).collect()
    }

    fn aggregate(&self, world: World, function: Aggregate, (scope, arguments): (&Scope, &[Expr]), at: At, value: &Num) -> Vec<World> {
        match (function, arguments) {
            (Aggregate::Count | Aggregate::Share, _) => {
                let condition = arguments.first();
                self.so_many(world, &Wanted { scope, condition, whole: function == Aggregate::Share }, at, value)
            }
            (Aggregate::Variation | Aggregate::Deviation | Aggregate::SampleVariation, [amount, ..]) => {
                let weight = arguments.get(1);
                let mut ways = Vec::new();
                for middle in [1000, 100, 10_000, 100_000, 10].map(num) {
                    ways.extend(self.spread(&world, function, (scope, amount, weight), at, (&middle, value)));
                    if !ways.is_empty() {
                        break;
                    }
                }
                ways
            }
            (_, [argument, ..]) => {
                let rows = self.in_scope(world, scope, at);
                rows.into_iter().flat_map(|(w, row)| self.set(w, argument, At::Row(row), value)).take(WAYS).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Rows as far to both sides of the middle as the statistic says: two, or three where it divides by n − 1.
    fn spread(
        &self,
        world: &World,
        function: Aggregate,
        (scope, amount, weight): (&Scope, &Expr, Option<&Expr>),
        at: At,
        (middle, value): (&Num, &Num),
    ) -> Vec<World> {
        let far = if function == Aggregate::Deviation { value.clone() } else { middle * value };
        let weights = num(1000);
        let per = |amount: Num| if function == Aggregate::Deviation { amount * &weights } else { amount };
        let mut parts = vec![(per(middle - &far), false), (per(middle + &far), true)];
        if function == Aggregate::SampleVariation {
            parts.insert(1, (middle.clone(), true));
        }
        let (mut world, mut moves) = (world.clone(), Vec::new());
        let there = world.of(scope.rows.table);
        for (index, (part, with)) in parts.into_iter().enumerate() {
            // Another statistic of the same rows has made them already.
            let again = there.get(index).map(|row| self.counting(world.clone(), &scope.rows, *row));
            let entered = again.filter(|ways| !ways.is_empty()).unwrap_or_else(|| self.enter(world, &scope.rows, at, None));
            let Some((entered, row)) = entered.into_iter().next() else { return Vec::new() };
            let weighted = match weight {
                Some(weight) if self.known(&entered, weight, At::Row(row)).is_none() => self.set(entered, weight, At::Row(row), &weights),
                _ => vec![entered],
            };
            let given = |w: World| {
                let ways = self.set(w.clone(), amount, At::Row(row), &part);
                let goal = || Goal::on(amount, &Expr::Number(part.clone()), At::Row(row));
                if ways.is_empty() { self.arrange(&w, &[goal()]).into_iter().filter(|w| !w.beside).collect() } else { ways }
            };
            let Some(next) = each(weighted, given).into_iter().next() else { return Vec::new() };
            if function != Aggregate::SampleVariation || index != 1 {
                moves.extend(next.moves.iter().map(|m| match m {
                    Move::Cell { row, key, with: up } => Move::Cell { row: *row, key: key.clone(), with: *up == with },
                    other => other.clone(),
                }));
            }
            world = next;
        }
        vec![World { moves, ..world }]
    }

    /// Rows of a scope that are there already, and then a new one.
    pub fn in_scope(&self, world: World, scope: &Scope, at: At) -> Vec<(World, usize)> {
        if let At::Group(row) = at {
            let ways = scope.rows.filter.as_deref().map_or(vec![world.clone()], |f| self.want(world, f, At::Row(row), true));
            return ways.into_iter().map(|w| (w, row)).collect();
        }
        let mut found = Vec::new();
        for row in world.of(scope.rows.table) {
            found.extend(self.counting(world.clone(), &scope.rows, row));
        }
        found.extend(self.enter(world, &scope.rows, at, None));
        found.truncate(WAYS);
        found
    }

    /// A row that is there is made to count.
    fn counting(&self, world: World, rows: &Rows, row: usize) -> Vec<(World, usize)> {
        let ways = self.filters(rows, None).into_iter().fold(vec![world], |ways, f| each(ways, |w| self.want(w, f, At::Row(row), true)));
        ways.into_iter().map(|w| (w, row)).collect()
    }

    /// The conditions that a row must meet to count.
    pub fn filters<'r>(&'r self, rows: &'r Rows, without: Option<usize>) -> Vec<&'r Expr> {
        filters(self.plan, rows, without)
    }

    /// A new row that counts; of one of the conditions nothing is said where it is left out.
    pub fn enter(&self, world: World, rows: &Rows, at: At, without: Option<usize>) -> Vec<(World, usize)> {
        let mut world = world;
        if let At::Row(parent) = at {
            // The new row belongs to the only one there is.
            let is_only = world.rows.get(parent).is_some_and(|p| world.of(p.table).len() == 1);
            if !is_only {
                return Vec::new();
            }
        }
        let row = world.add(rows.table);
        let filters = self.filters(rows, without);
        let ways = filters.iter().fold(vec![world.clone()], |ways, f| each(ways, |w| self.want(w, f, At::Row(row), true)));
        let ways = if ways.is_empty() {
            // What they ask for hangs together.
            let goals: Vec<Goal> = filters.iter().flat_map(|f| Goal::of(f, At::Row(row), true)).collect();
            self.arrange(&world, &goals).into_iter().collect()
        } else {
            ways
        };
        ways.into_iter().map(|w| (w, row)).collect()
    }

    /// The row of a year before the base year.
    pub fn year_row(&self, world: World, table: TableId, filter: Option<&Expr>, back: i64, at: At) -> Vec<(World, usize)> {
        let base = 2026;
        let Some(FieldId(year)) = self.plan.tables.get(table.0).and_then(|t| t.year) else { return Vec::new() };
        let mut world = world;
        if self.known(&world, &Expr::BaseYear, At::Subject).is_none() {
            let Some(next) = self.set(world, &Expr::BaseYear, At::Subject, &num(base)).into_iter().next() else { return Vec::new() };
            world = next;
        }
        let base = self.known(&world, &Expr::BaseYear, At::Subject).unwrap_or(num(base));
        let key: Key = (Vec::new(), table, year);
        let wanted = Cell::Number(base - num(back));
        let there = world.of(table).into_iter().find(|r| world.rows.get(*r).and_then(|r| r.cells.get(&key)) == Some(&wanted));
        let row = there.unwrap_or_else(|| world.add(table));
        if !world.put(self.plan, row, key, wanted) {
            return Vec::new();
        }
        let _ = at;
        let ways = filter.map_or(vec![world.clone()], |f| self.want(world, f, At::Row(row), true));
        ways.into_iter().map(|w| (w, row)).collect()
    }
}

/// What moves the data up moves the value down.
pub(super) fn flipped(ways: Vec<World>) -> Vec<World> {
    let flip = |change: Move| match change {
        Move::Cell { row, key, with } => Move::Cell { row, key, with: !with },
        Move::Rows { down, up } => Move::Rows { down: up, up: down },
    };
    ways.into_iter().map(|w| World { moves: w.moves.into_iter().map(flip).collect(), ..w }).collect()
}

/// The conditions that a row must meet to count, the population's first.
pub(super) fn filters<'r>(plan: &'r Plan, rows: &'r Rows, without: Option<usize>) -> Vec<&'r Expr> {
    let mut found: Vec<&Expr> = rows.filter.as_deref().into_iter().collect();
    let mut next = rows.population;
    while let Some(population) = next.and_then(|id| plan.populations.get(id.0)) {
        found.extend(population.filter.as_ref());
        next = population.parent;
    }
    found.reverse();
    found.into_iter().enumerate().filter(|(i, _)| Some(*i) != without).map(|(_, f)| f).collect()
}

/// Whether a field holds years.
pub(super) fn is_year(of: &crate::plan::Field) -> bool {
    matches!(&of.ty, FieldType::Integer(unit) if unit.dimension.keys().any(|d| d == "年"))
}

/// What an expression is evaluated for.
fn standing(world: &World, at: At) -> Option<Vantage> {
    Some(match at {
        At::Subject => Vantage::Subject,
        At::Row(row) => world.place(row).map(|(table, row)| Vantage::Row(table, row))?,
        At::Group(row) => world.place(row).map(|(table, row)| Vantage::Group(table, row))?,
    })
}
