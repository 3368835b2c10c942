//! What can be settled for all rows of all subjects at once: expressions over the columns of whole tables, in whole numbers.
//!
//! It screens, and the evaluator settles: a row that surely meets what is asked of it is only counted, and every other row (failing, missing
//! something, relieved, or not expressed here) is judged by [`Context`](super::Context) as if there were no columns, so that what is said
//! of it is the same. All numbers are `i64` and every operation on them is exact; what does not fit is not clear, and nothing is rounded.

mod cells;
mod compile;
mod functions;
mod machine;
mod program;
mod related;
mod results;
mod ways;
mod years;

use super::context::{Context, Shared};
use super::indexes::{Indexes, Key};
use crate::data::Dataset;
use crate::plan::{
    Aggregate, Check, CheckKind, Comparison, Expr, Extent, Judged, Part, Plan, Population, PopulationId, Relief, Requirement, Rows, Scope,
    TableId, Verification,
};
use crate::value::{Num, num};
use compile::{Compiler, Settled};
use dashu_int::IBig;
use machine::Machine;
use program::{Kept, Step};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use results::Results;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
pub use ways::Ways;

/// How a row stands to what is asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screened {
    /// It does not belong.
    Outside,
    /// It surely belongs and surely meets what is asked; the parts that it meets, bit by bit, where there are several.
    Met(u64),
    /// To be settled by the evaluator.
    Open,
}

/// Whether a row belongs to some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    Yes,
    No,
    Open,
}

/// What was worked out for all rows.
#[derive(Debug, Default)]
pub struct Columns<'d> {
    /// By their numbers; what is kept for others only is absent.
    results: Vec<Option<Arc<Results<'d>>>>,
    sources: Sources,
}

/// Where the results for a part of the plan are kept; the parts are known by where they stand in memory, which the plan keeps.
#[derive(Debug, Default)]
struct Sources {
    populations: BTreeMap<PopulationId, Kept>,
    rows: BTreeMap<usize, Kept>,
    screens: BTreeMap<usize, Kept>,
    arguments: BTreeMap<usize, (Num, Kept)>,
    /// What tells rows apart.
    codes: BTreeMap<usize, Kept>,
    /// A factor, what it is times, and what that is divided by.
    quotients: BTreeMap<usize, (Num, Kept, Option<Kept>)>,
    conditions: BTreeMap<usize, Settled>,
    /// By what is weighted in statistics over the rows of a subject: equal ones have the same number.
    alike: BTreeMap<usize, usize>,
}

impl Sources {
    /// All that is kept for them.
    fn kept(&self) -> impl Iterator<Item = Kept> {
        let by_place = [&self.rows, &self.screens, &self.codes].into_iter().flat_map(BTreeMap::values);
        let arguments = self.arguments.values().map(|(_, kept)| kept);
        let values = self.conditions.values().filter_map(|settled| settled.value.as_ref());
        let quotients = self.quotients.values().chain(values).flat_map(|(_, over, under)| std::iter::once(over).chain(under));
        let holds = self.conditions.values().map(|settled| &settled.holds);
        self.populations.values().chain(by_place).chain(holds).chain(arguments).chain(quotients).copied()
    }
}

fn place<T>(of: &T) -> usize {
    std::ptr::from_ref(of).addr()
}

impl<'d> Columns<'d> {
    /// For checks of plausibility.
    pub fn of_verifications(plan: &'d Plan, data: &'d Dataset, checks: &[&Verification], indexes: &Arc<Indexes>) -> Self {
        let mut builder = Builder::new(plan, data);
        let sources = builder.verifications(checks);
        let results = builder.run(indexes);
        Self::of(&results, sources)
    }

    /// For checks of plausibility, and for the checks of all items: what both need is worked out once.
    pub fn of_both(plan: &'d Plan, data: &'d Dataset, checks: &[&Verification], indexes: &Arc<Indexes>) -> (Self, Self) {
        let mut builder = Builder::new(plan, data);
        let (verifications, items) = (builder.verifications(checks), builder.items());
        let results = builder.run(indexes);
        (Self::of(&results, verifications), Self::of(&results, items))
    }

    fn of(results: &[Arc<Results<'d>>], sources: Sources) -> Self {
        let mut own = vec![None; results.len()];
        for kept in sources.kept() {
            if let Some(place) = own.get_mut(kept.0) {
                *place = results.get(kept.0).cloned();
            }
        }
        Self { results: own, sources }
    }

    fn results(&self, kept: Kept) -> Option<&Results<'d>> {
        self.results.get(kept.0)?.as_deref()
    }

    /// How rows stand to a condition, to parts that are asked of every row, or to a check of plausibility.
    pub fn screen<T>(&self, asked: &T) -> Option<Screen<'_>> {
        self.sources.screens.get(&place(asked)).and_then(|kept| self.results(*kept)).map(Screen)
    }

    /// Whether a condition on a subject holds and the number that it measures, where it measures one; `None` where they are not clear.
    pub fn settled(&self, judged: &Judged, subject: u32) -> Option<(bool, Option<Num>)> {
        let Settled { holds, value } = self.sources.conditions.get(&place(judged))?;
        let number = |kept: Kept| self.results(kept)?.number(subject);
        let holds = match self.results(*holds)?.truth(subject) {
            results::TRUE => true,
            results::FALSE => false,
            _ => return None,
        };
        let Some((factor, over, under)) = value else { return Some((holds, None)) };
        let under = under.map_or(Some(1), number).filter(|n| *n > 0)?;
        Some((holds, Some(factor * Num::from_parts(number(*over)?.into(), under.unsigned_abs().into()))))
    }

    /// What tells rows apart by some expressions; `None` where one of them is not expressed here.
    pub fn identity<'e>(&self, of: impl Iterator<Item = &'e Expr>) -> Option<Identity<'_>> {
        of.map(|e| self.results(*self.sources.codes.get(&place(e))?)).collect::<Option<_>>().map(Identity)
    }

    /// The numbers that an expression is in every row; `None` where they are not expressed here or their unit is not above 0.
    pub fn quotients(&self, expr: &Expr) -> Option<Quotients<'_>> {
        let (unit, over, under) = self.sources.quotients.get(&place(expr)).filter(|(unit, ..)| *unit > num(0))?;
        let under = match under {
            Some(under) => Some(self.results(*under)?),
            None => None,
        };
        Some(Quotients { unit, over: self.results(*over)?, under })
    }

    /// Whether rows of a population are known.
    pub fn population(&self, id: PopulationId) -> Option<Membership<'_>> {
        self.sources.populations.get(&id).and_then(|kept| self.results(*kept)).map(Membership)
    }

    /// The same of rows as they stand in the plan.
    pub fn rows(&self, rows: &Rows) -> Option<Membership<'_>> {
        self.sources.rows.get(&place(rows)).and_then(|kept| self.results(*kept)).map(Membership)
    }

    /// The sum of an argument of a statistic over some rows; `None` where one of them is not clear.
    pub fn sum(&self, argument: &Expr, rows: impl Iterator<Item = u32>) -> Option<Num> {
        let (factor, kept) = self.sources.arguments.get(&place(argument))?;
        let numbers = self.results(*kept)?;
        let mut sum = 0i128;
        for row in rows {
            sum = sum.checked_add(i128::from(numbers.number(row)?))?;
        }
        Some(factor * Num::from(IBig::from(sum)))
    }

    /// The columns of a weighted statistic; `None` where their units are not above 0.
    pub fn weighted(&self, arguments: &[Expr]) -> Option<Weighted<'_>> {
        let [x, p] = arguments else { return None };
        let (_, weights) = self.sources.arguments.get(&place(p)).filter(|(unit, _)| *unit > num(0))?;
        let alike = self.sources.alike.get(&place(x)).copied();
        Some(Weighted { weighted: self.quotients(x)?, weights: self.results(*weights)?, alike })
    }
}

/// What tells rows apart.
pub struct Identity<'c>(Vec<&'c Results<'c>>);

impl Identity<'_> {
    /// A row's codes, which another row has just where it is the same; `false` where one of them is not clear.
    pub fn read(&self, row: u32, codes: &mut Vec<i64>) -> bool {
        codes.clear();
        codes.extend(self.0.iter().map_while(|results| results.number(row)));
        codes.len() == self.0.len()
    }

    /// Whether two rows have the same codes.
    pub fn is_same(&self, row: u32, other: u32) -> bool {
        self.0.iter().all(|results| results.number(row) == results.number(other))
    }
}

/// Numbers as so many times a unit: whole numbers, divided by others where there are such.
pub struct Quotients<'c> {
    pub unit: &'c Num,
    over: &'c Results<'c>,
    under: Option<&'c Results<'c>>,
}

impl Quotients<'_> {
    /// The number of a row over another above 0; `None` where it is not clear.
    pub fn of(&self, row: u32) -> Option<(i64, i64)> {
        let under = self.under.map_or(Some(1), |under| under.number(row).filter(|n| *n > 0))?;
        Some((self.over.number(row)?, under))
    }
}

/// The columns of a statistic that is weighted.
pub struct Weighted<'c> {
    weighted: Quotients<'c>,
    weights: &'c Results<'c>,
    /// The same for statistics over the rows of a subject that are the same.
    pub alike: Option<usize>,
}

impl Weighted<'_> {
    /// Of a row: what is weighted, as a quotient of two, and the weight; `None` where one is below 0 or a divisor or weight is 0.
    pub fn term(&self, row: u32) -> Option<(u64, u64, u64)> {
        let (over, under) = self.weighted.of(row)?;
        let weight = self.weights.number(row).filter(|n| *n > 0)?;
        Some((u64::try_from(over).ok()?, u64::try_from(under).ok()?, u64::try_from(weight).ok()?))
    }
}

/// How rows stand to what is asked of them.
#[derive(Clone, Copy)]
pub struct Screen<'c>(&'c Results<'c>);

impl<'c> Screen<'c> {
    /// Whether rows are told apart by nothing but whether they are met.
    pub fn is_plain(self) -> bool {
        self.0.are_truths()
    }

    /// Of rows that stand together, how many are surely met, and which are to be settled; only where it is plain.
    pub fn settled(self, rows: Range<u32>) -> (usize, impl Iterator<Item = u32> + use<'c>) {
        (self.0.count_true(rows.clone()), self.0.unclear(rows))
    }

    /// How one row stands.
    pub fn of(self, row: u32) -> Screened {
        match self.0 {
            results if results.are_truths() => match results.truth(row) {
                results::TRUE => Screened::Met(0),
                results::FALSE => Screened::Outside,
                _ => Screened::Open,
            },
            results => match results.number(row) {
                Some(bits) => u64::try_from(bits).map_or(Screened::Outside, Screened::Met),
                None => Screened::Open,
            },
        }
    }
}

/// Which rows belong.
#[derive(Clone, Copy)]
pub struct Membership<'c>(&'c Results<'c>);

impl Membership<'_> {
    /// Whether a row does.
    pub fn of(self, row: u32) -> Belongs {
        match self.0.truth(row) {
            results::TRUE => Belongs::Yes,
            results::FALSE => Belongs::No,
            _ => Belongs::Open,
        }
    }
}

/// Compiles what is asked for.
struct Builder<'a> {
    plan: &'a Plan,
    data: &'a Dataset,
    compiler: Compiler<'a>,
    sources: Sources,
    /// The indexes that are asked for whatever the columns tell.
    read: BTreeSet<Key>,
    /// The weighted statistics that are told apart by their numbers.
    weighted: Vec<(Scope, Vec<Expr>)>,
}

impl<'a> Builder<'a> {
    fn new(plan: &'a Plan, data: &'a Dataset) -> Self {
        Self {
            plan,
            data,
            compiler: Compiler::new(plan, Some(data)),
            sources: Sources::default(),
            read: BTreeSet::new(),
            weighted: Vec::new(),
        }
    }

    fn keep(&mut self, step: Step) -> Kept {
        self.compiler.program.keep(step)
    }

    fn check(&mut self, check: &Check) {
        match &check.kind {
            CheckKind::Condition(judged) | CheckKind::Trigger(judged) => {
                if let Some(settled) = self.compiler.condition(judged) {
                    self.sources.conditions.insert(place(judged), settled);
                }
                self.judged(judged);
            }
            CheckKind::Each { rows, judged } => {
                self.filters(rows);
                let step = self.compiler.screen(rows, &judged.condition);
                let kept = self.keep(step);
                self.sources.screens.insert(place(judged), kept);
                self.judged(judged);
            }
            CheckKind::Several { rows, least, parts } => {
                self.filters(rows);
                if let Some(step) = self.compiler.parts(rows, parts, *least) {
                    let kept = self.keep(step);
                    self.sources.screens.insert(place(parts), kept);
                }
                parts.iter().for_each(|part| self.part(part));
            }
            CheckKind::Group { rows, keys, having, judged } => {
                self.members(rows);
                keys.iter().map(|k| &k.value).chain(having).for_each(|e| self.statistics(e));
                self.judged(judged);
            }
            CheckKind::Points { value } => self.statistics(value),
            CheckKind::Judgement { .. } => self.read.extend(self.plan.judgements.as_ref().map(|of| (of.table, None))),
            CheckKind::Event => self.read.extend(self.plan.events.as_ref().map(|of| (of.table, None))),
        }
    }

    fn part(&mut self, part: &Part) {
        self.judged(&part.judged);
        part.floor.iter().flat_map(|f| [&f.condition, &f.threshold]).for_each(|e| self.statistics(e));
    }

    fn judged(&mut self, judged: &Judged) {
        self.statistics(&judged.condition);
        judged.comparison.iter().for_each(|c| self.comparison(c));
        for Relief { filter, condition, comparison, floor, .. } in &judged.reliefs {
            filter.iter().chain([condition]).for_each(|e| self.statistics(e));
            comparison.iter().for_each(|c| self.comparison(c));
            floor.iter().for_each(|f| self.statistics(&f.condition));
        }
    }

    fn comparison(&mut self, comparison: &Comparison) {
        self.statistics(&comparison.value);
        self.statistics(&comparison.threshold);
        let parts = comparison.shortfall.iter().flat_map(|s| std::iter::once(&s.numerator).chain(&s.rest));
        parts.for_each(|e| self.statistics(e));
    }

    fn verification(&mut self, check: &Verification) {
        match &check.requirement {
            Requirement::Holds(judged) => {
                let step = self.compiler.screen(&check.rows, &judged.condition);
                let kept = self.keep(step);
                self.sources.screens.insert(place(check), kept);
                self.judged(judged);
            }
            Requirement::Near { keys, value, .. } => {
                self.belonging(check);
                keys.iter().for_each(|key| self.identity(check.rows.table, &key.value));
                if let Some(quotient) = self.compiler.quotient(check.rows.table, value) {
                    self.sources.quotients.insert(place(value.as_ref()), quotient);
                }
            }
            Requirement::Distinct(fields) => {
                self.belonging(check);
                fields.iter().for_each(|field| self.identity(check.rows.table, field));
            }
        }
    }

    /// What tells rows apart.
    fn identity(&mut self, table: TableId, expr: &Expr) {
        if let Some(kept) = self.compiler.code(table, expr) {
            self.sources.codes.insert(place(expr), kept);
        }
    }

    /// Which rows a check of plausibility is of.
    fn belonging(&mut self, check: &Verification) {
        let step = self.compiler.members(&check.rows);
        let kept = self.keep(step);
        self.sources.rows.insert(place(&check.rows), kept);
    }

    /// The statistics over the rows of a subject or of a group that stand in an expression.
    fn statistics(&mut self, expr: &Expr) {
        if let Expr::Aggregate { scope, arguments, function } = expr {
            // A cell is the same wherever its row is seen from; what else is related to a row may be of another subject.
            let is_cell = |of: &Expr| matches!(of, Expr::Field { table, path, .. } if *table == scope.rows.table && path.is_empty());
            match scope.extent {
                Extent::Subject => self.members(&scope.rows),
                Extent::Group => {}
                Extent::Related(_) if arguments.iter().all(is_cell) => {}
                Extent::Related(_) => return expr.parts().into_iter().for_each(|e| self.statistics(e)),
            }
            for argument in arguments {
                if let Some(source) = self.compiler.argument(scope.rows.table, argument) {
                    self.sources.arguments.insert(place(argument), source);
                }
            }
            if let (Aggregate::Variation, Some(weighted)) = (function, arguments.first())
                && let Some(quotient) = self.compiler.quotient(scope.rows.table, weighted)
            {
                self.sources.quotients.insert(place(weighted), quotient);
                self.number(scope, arguments);
            }
        }
        expr.parts().into_iter().for_each(|e| self.statistics(e));
    }

    /// Numbers a weighted statistic over the rows of a subject.
    fn number(&mut self, scope: &Scope, arguments: &[Expr]) {
        let Some(first) = arguments.first().filter(|_| matches!(scope.extent, Extent::Subject)) else { return };
        let known = self.weighted.iter().position(|(of, with)| of == scope && with == arguments);
        let number = known.unwrap_or(self.weighted.len());
        if known.is_none() {
            self.weighted.push((scope.clone(), arguments.to_vec()));
        }
        self.sources.alike.insert(place(first), number);
    }

    fn members(&mut self, rows: &Rows) {
        self.filters(rows);
        if rows.filter.is_some() {
            let step = self.compiler.members(rows);
            let kept = self.keep(step);
            self.sources.rows.insert(place(rows), kept);
        }
    }

    /// What the rows are chosen by.
    fn filters(&mut self, rows: &Rows) {
        rows.filter.iter().for_each(|f| self.statistics(f));
        let Some((id, population)) = rows.population.and_then(|id| Some((id, self.plan.populations.get(id.0)?))) else { return };
        if self.sources.populations.contains_key(&id) {
            return;
        }
        let Population { table, .. } = population;
        let step = self.compiler.population(*table, id);
        let kept = self.keep(step);
        self.sources.populations.insert(id, kept);
        self.plan.population_filters(Some(id)).into_iter().for_each(|f| self.statistics(f));
    }

    /// Where the results for checks of plausibility will be.
    fn verifications(&mut self, checks: &[&Verification]) -> Sources {
        checks.iter().for_each(|check| self.verification(check));
        std::mem::take(&mut self.sources)
    }

    /// Where the results for the checks of all items will be.
    fn items(&mut self) -> Sources {
        let plan = self.plan;
        plan.items().flat_map(|i| &i.checks).for_each(|check| self.check(check));
        plan.items().flat_map(|i| &i.cross_checks).for_each(|c| self.statistics(&c.condition));
        let conditions = plan.verdict.iter().flat_map(|v| &v.conditions).map(|c| &c.condition);
        conditions.for_each(|c| self.statistics(c));
        std::mem::take(&mut self.sources)
    }

    /// The results by the numbers under which they are kept.
    fn run(self, indexes: &Arc<Indexes>) -> Vec<Arc<Results<'a>>> {
        let program = self.compiler.program;
        let keys: BTreeSet<Key> = program.indexes().chain(self.read).collect();
        let context = || Context::sharing(self.plan, self.data, None, &Shared { indexes: Arc::clone(indexes), columns: None });
        let by_key = keys.into_par_iter().map(|key| (key.clone(), context().index(&key))).collect();
        Machine::new(self.plan, self.data, by_key).run(&program).into_iter().map(Arc::new).collect()
    }
}
