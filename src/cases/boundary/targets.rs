//! The thresholds of an item: each comparison that can decide it, and what must hold for it to do so.

use super::solve::{At, Solver, each, filters};
use super::world::{World, field};
use crate::plan::{Aggregate, Check, CheckKind, CompareOp, Expr, FieldType, Judged, Part, Plan, Rows, Tolerance};
use crate::value::Unit;

/// The most combinations of branches of one comparison.
const MOST: usize = 16;

/// What is done before the threshold itself is approached.
#[derive(Debug, Clone)]
pub(super) enum Step<'e> {
    Want(&'e Expr, bool),
    /// The same, of the subject.
    Whole(&'e Expr, bool),
    /// The same, where it can be had.
    Wish(&'e Expr, bool),
    /// A row that counts, but for the condition at this index.
    Enter(&'e Rows, Option<usize>),
    /// The row just entered is a group by itself.
    Group(&'e [crate::plan::GroupKey]),
    /// Rows that fail already.
    Failing(&'e Rows, &'e Expr, usize),
    /// A comparison exactly on its bound.
    Bound(&'e Expr),
    /// A row of which nothing is said yet.
    Bare(&'e Rows),
    /// What makes such a row count, but for the condition at this index.
    Filters(&'e Rows, Option<usize>),
}

#[derive(Debug, Clone)]
pub(super) enum Atom<'e> {
    /// Two numbers.
    Number { op: CompareOp, left: &'e Expr, right: &'e Expr },
    /// A day, a month or a level.
    Point { op: CompareOp, left: &'e Expr, right: &'e Expr },
    /// Yearly values.
    Series(&'e Expr),
    /// A threshold that chooses between the branches of another comparison.
    Switch { steps: Vec<Step<'e>>, inner: Box<Atom<'e>>, of: (CompareOp, &'e Expr, &'e Expr) },
    /// How many rows may fail.
    Tolerance { rows: &'e Rows, condition: &'e Expr, tolerance: &'e Tolerance },
    /// How many parts must be met.
    Least { parts: Vec<&'e Part>, least: usize },
}

#[derive(Debug, Clone)]
pub(super) struct Target<'e> {
    pub steps: Vec<Step<'e>>,
    /// What may be done instead.
    pub or: Vec<Vec<Step<'e>>>,
    pub atom: Atom<'e>,
    /// What the value is shown in, where the rule is one comparison.
    pub unit: Option<&'e Unit>,
    /// Of which part or relief it is.
    pub of: String,
}

impl<'e> Target<'e> {
    /// The steps that only make rows, and what is wanted of them after the threshold has been approached; `None` where the threshold
    /// itself is one of rows.
    pub fn atom_first(&self) -> Option<(Vec<Step<'e>>, Vec<Step<'e>>)> {
        if matches!(self.atom, Atom::Tolerance { .. } | Atom::Least { .. } | Atom::Switch { .. }) {
            return None;
        }
        let mut rows = Vec::new();
        let mut wants = Vec::new();
        for step in &self.steps {
            match step {
                Step::Enter(of, without) => {
                    rows.push(Step::Bare(of));
                    wants.push(Step::Filters(of, *without));
                }
                Step::Group(_) | Step::Failing(..) | Step::Bare(_) => rows.push(step.clone()),
                Step::Want(..) | Step::Whole(..) | Step::Wish(..) | Step::Bound(_) | Step::Filters(..) => wants.push(step.clone()),
            }
        }
        Some((rows, wants))
    }
}

/// Collects targets while it walks down a condition.
#[derive(Default)]
struct Walk<'e> {
    /// Fields that are one option in every row that counts.
    facts: Vec<(&'e Expr, usize)>,
    steps: Vec<Step<'e>>,
    unit: Option<&'e Unit>,
    of: String,
    found: Vec<Target<'e>>,
}

/// Every threshold of a check.
pub(super) fn of_check<'e>(plan: &'e Plan, check: &'e Check) -> Vec<Target<'e>> {
    let mut walk = Walk::default();
    if let CheckKind::Each { rows, .. } | CheckKind::Several { rows, .. } = &check.kind {
        walk.facts = facts(filters(plan, rows, None));
    }
    match &check.kind {
        CheckKind::Condition(judged) | CheckKind::Trigger(judged) => walk.judged(judged),
        CheckKind::Each { rows, judged } => {
            if let Some(tolerance) = &judged.tolerance {
                walk.push(Atom::Tolerance { rows, condition: &judged.condition, tolerance });
            }
            if let Some(Tolerance::Exceptions(count)) = &judged.tolerance {
                walk.steps.push(Step::Failing(rows, &judged.condition, *count));
            }
            walk.counted(plan, rows, &judged.condition);
            walk.within(vec![Step::Enter(rows, None)], |walk| walk.judged(judged));
        }
        CheckKind::Group { rows, keys, having, judged } => {
            let enter = vec![Step::Enter(rows, None), Step::Group(keys)];
            if let Some(having) = having {
                let mut steps = enter.clone();
                steps.push(Step::Want(&judged.condition, false));
                walk.within(steps, |walk| walk.condition(having));
                // A group that meets what is asked shows it as well, by not being one at all.
                for target in &mut walk.found {
                    let met = |s: &Step<'e>| match s {
                        Step::Want(c, false) if std::ptr::eq(*c, &judged.condition) => Step::Want(c, true),
                        other => other.clone(),
                    };
                    target.or.push(target.steps.iter().map(met).collect());
                }
            }
            let mut steps = enter;
            steps.extend(having.iter().map(|h| Step::Want(h, true)));
            walk.within(steps, |walk| walk.judged(judged));
        }
        CheckKind::Several { rows, least, parts } => walk.several(rows, *least, (parts, finest_last(plan, parts))),
        CheckKind::Points { value } => walk.branches_of(value),
        CheckKind::Judgement { .. } | CheckKind::Event => {}
    }
    walk.found
}

/// Every threshold of a condition on the subject.
pub(super) fn of_condition(condition: &Expr) -> Vec<Target<'_>> {
    let mut walk = Walk::default();
    walk.condition(condition);
    walk.found
}

impl<'e> Walk<'e> {
    fn push(&mut self, atom: Atom<'e>) {
        self.found.push(Target { steps: self.steps.clone(), or: Vec::new(), atom, unit: self.unit, of: self.of.clone() });
    }

    /// Walks on with more to be done before, and forgets that again.
    fn within(&mut self, steps: Vec<Step<'e>>, walk: impl FnOnce(&mut Self)) {
        let before = self.steps.len();
        self.steps.extend(steps);
        walk(self);
        self.steps.truncate(before);
    }

    /// The thresholds by which a row counts at all: the row fails, so that it shows whether it does.
    fn counted(&mut self, plan: &Plan, rows: &'e Rows, condition: &'e Expr) {
        let own = rows.filter.iter().count();
        let all = filters(plan, rows, None).len();
        for at in all - own..all {
            let Some(filter) = rows.filter.as_deref() else { continue };
            self.within(vec![Step::Enter(rows, Some(at)), Step::Want(condition, false)], |walk| walk.condition(filter));
        }
    }

    fn judged(&mut self, judged: &'e Judged) {
        self.unit = judged.comparison.as_ref().map(|c| &c.unit);
        let unrelieved = unrelieved(judged).into_iter().map(|c| Step::Wish(c, false)).collect();
        self.within(unrelieved, |walk| walk.condition(&judged.condition));
        for (at, relief) in judged.reliefs.iter().enumerate() {
            let others =
                judged.reliefs.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, r)| r.filter.as_ref().unwrap_or(&r.condition));
            let others: Vec<Step<'e>> = others.map(|c| Step::Wish(c, false)).collect();
            let of = std::mem::replace(&mut self.of, format!("宽限“{}”", relief.label));
            let unit = std::mem::replace(&mut self.unit, relief.comparison.as_ref().map(|c| &c.unit));
            let only_by_relief = Step::Wish(&judged.condition, false);
            let steps = relief.filter.iter().map(|f| Step::Want(f, true)).chain([only_by_relief.clone()]).chain(others.clone());
            self.within(steps.collect(), |walk| walk.condition(&relief.condition));
            self.unit = None;
            if let Some(filter) = &relief.filter {
                let steps = [Step::Bound(&relief.condition), only_by_relief].into_iter().chain(others);
                self.within(steps.collect(), |walk| walk.condition(filter));
            }
            (self.of, self.unit) = (of, unit);
        }
        self.unit = None;
    }

    fn several(&mut self, rows: &'e Rows, least: usize, (parts, finest_last): (&'e [Part], Vec<&'e Part>)) {
        self.within(vec![Step::Enter(rows, None)], |walk| walk.push(Atom::Least { parts: finest_last.clone(), least }));
        for part in parts {
            let others: Vec<&Part> = finest_last.iter().copied().filter(|p| !std::ptr::eq(*p, part)).collect();
            let arranged =
                |met: usize| -> Vec<Step<'e>> { std::iter::once(Step::Enter(rows, None)).chain(so_many_met(&others, met)).collect() };
            self.of = format!("分项“{}”", part.label);
            self.within(arranged(least.saturating_sub(1)), |walk| walk.judged(&part.judged));
            let Some(floor) = part.floor.as_ref().filter(|_| least < parts.len()) else { continue };
            self.of = format!("分项“{}”的底线", part.label);
            self.unit = part.judged.comparison.as_ref().map(|c| &c.unit);
            let unrelieved = unrelieved(&part.judged).into_iter().map(|c| Step::Want(c, false));
            self.within(arranged(least).into_iter().chain(unrelieved).collect(), |walk| walk.condition(&floor.condition));
            for relief in &part.judged.reliefs {
                let Some(of) = &relief.floor else { continue };
                self.of = format!("分项“{}” 宽限“{}”的底线", part.label, relief.label);
                let steps = relief.filter.iter().map(|f| Step::Want(f, true)).chain([Step::Want(&floor.condition, false)]);
                self.within(arranged(least).into_iter().chain(steps).collect(), |walk| walk.condition(&of.condition));
            }
            (self.of, self.unit) = (String::new(), None);
        }
    }

    fn condition(&mut self, expr: &'e Expr) {
        match expr {
            Expr::And(parts) | Expr::Or(parts) => {
                let others_hold = matches!(expr, Expr::And(_));
                for (at, part) in parts.iter().enumerate() {
                    let others = parts.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, p)| Step::Want(p, others_hold));
                    self.within(others.collect(), |walk| walk.condition(part));
                }
            }
            Expr::Not(inner) => self.condition(inner),
            Expr::If { condition, then, otherwise } => {
                self.within(vec![Step::Want(condition, true)], |walk| walk.condition(then));
                if let Some(otherwise) = otherwise {
                    self.within(vec![Step::Want(condition, false)], |walk| walk.condition(otherwise));
                }
                let arms = |then_holds: bool| {
                    let other = otherwise.iter().map(|o| Step::Want(o, !then_holds));
                    std::iter::once(Step::Want(then, then_holds)).chain(other).collect::<Vec<_>>()
                };
                self.within(arms(false), |walk| walk.condition(condition));
                if otherwise.is_some() {
                    self.within(arms(true), |walk| walk.condition(condition));
                }
            }
            Expr::Compare { op, left, right } => self.comparison(*op, left, right),
            Expr::Aggregate { function: Aggregate::Any | Aggregate::All, scope, arguments } => {
                for argument in arguments {
                    self.within(vec![Step::Enter(&scope.rows, None)], |walk| walk.condition(argument));
                }
            }
            Expr::Series { .. } => self.push(Atom::Series(expr)),
            _ => {}
        }
    }

    fn comparison(&mut self, op: CompareOp, left: &'e Expr, right: &'e Expr) {
        match right {
            Expr::Month(_) | Expr::Date(_) => return self.push(Atom::Point { op, left, right }),
            // Equal or not is no threshold; a level is.
            Expr::Choice(_) if !matches!(op, CompareOp::Eq | CompareOp::Ne) => return self.push(Atom::Point { op, left, right }),
            Expr::Choice(_) | Expr::Bool(_) | Expr::Text(_) => return,
            Expr::Field { .. } | Expr::SubjectField { .. } if matches!(op, CompareOp::Eq | CompareOp::Ne) => return,
            _ => {}
        }
        let known = |condition: &Expr| decided(&self.facts, condition);
        let mut reached = joined(&branches(left), &branches(right));
        reached.retain(|branch| branch.iter().all(|s| !matches!(s, Step::Want(c, truth) if known(c).is_some_and(|k| k != *truth))));
        reached.iter_mut().for_each(|branch| branch.retain(|s| !matches!(s, Step::Want(c, _) if known(c).is_some())));
        for branch in reached {
            self.within(branch, |walk| walk.push(Atom::Number { op, left, right }));
        }
        let mut conditions: Vec<&Expr> = Vec::new();
        choices(left, &mut conditions);
        choices(right, &mut conditions);
        conditions.retain(|c| decided(&self.facts, c).is_none());
        for condition in conditions {
            let mut inner = Walk::default();
            inner.condition(condition);
            for target in inner.found {
                self.push(Atom::Switch { steps: target.steps, inner: Box::new(target.atom), of: (op, left, right) });
            }
        }
    }

    /// The conditions that choose between scores.
    fn branches_of(&mut self, value: &'e Expr) {
        if let Expr::If { condition, then, otherwise } = value {
            self.condition(condition);
            self.within(vec![Step::Want(condition, true)], |walk| walk.branches_of(then));
            if let Some(otherwise) = otherwise {
                self.within(vec![Step::Want(condition, false)], |walk| walk.branches_of(otherwise));
            }
            return;
        }
        if let Expr::Arithmetic { .. } | Expr::Function { .. } | Expr::Negate(_) = value {
            value.children().into_iter().for_each(|part| self.branches_of(part));
        }
    }
}

/// Parts with those of fractional amounts last: they can lie between a floor and what is asked however small the amounts are.
fn finest_last<'e>(plan: &Plan, parts: &'e [Part]) -> Vec<&'e Part> {
    fn is_fractional(plan: &Plan, expr: &Expr) -> bool {
        let own = match expr {
            Expr::Field { table, field: f, .. } | Expr::SubjectField { table, field: f } => field(plan, *table, f.0),
            _ => None,
        };
        own.is_some_and(|f| matches!(f.ty, FieldType::Decimal { .. })) || expr.children().into_iter().any(|part| is_fractional(plan, part))
    }
    let mut sorted: Vec<&Part> = parts.iter().collect();
    sorted.sort_by_key(|p| is_fractional(plan, &p.judged.condition));
    sorted
}

/// So many parts met, and the others not but above their floors.
pub(super) fn so_many_met<'e>(parts: &[&'e Part], met: usize) -> Vec<Step<'e>> {
    let of = |(at, part): (usize, &&'e Part)| -> Vec<Step<'e>> {
        if at < met {
            return vec![Step::Want(&part.judged.condition, true)];
        }
        let unmet = std::iter::once(&part.judged.condition).chain(unrelieved(&part.judged)).map(|c| Step::Want(c, false));
        unmet.chain(part.floor.iter().map(|f| Step::Want(&f.condition, true))).collect()
    };
    parts.iter().enumerate().flat_map(of).collect()
}

/// What must fail so that no relief is taken.
fn unrelieved(judged: &Judged) -> Vec<&Expr> {
    judged.reliefs.iter().map(|r| r.filter.as_ref().unwrap_or(&r.condition)).collect()
}

/// The fields that conditions fix to one option.
fn facts<'e>(conditions: Vec<&'e Expr>) -> Vec<(&'e Expr, usize)> {
    let of = |condition: &'e Expr| match condition {
        Expr::And(parts) => facts(parts.iter().collect()),
        Expr::Compare { op: CompareOp::Eq, left, right } => match &**right {
            Expr::Choice(at) => vec![(&**left, *at)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    conditions.into_iter().flat_map(of).collect()
}

/// Whether a condition holds by what is fixed already.
fn decided(facts: &[(&Expr, usize)], condition: &Expr) -> Option<bool> {
    let Expr::Compare { op: op @ (CompareOp::Eq | CompareOp::Ne), left, right } = condition else { return None };
    let Expr::Choice(at) = &**right else { return None };
    let fixed = facts.iter().find(|(of, _)| **of == **left).map(|(_, fixed)| fixed)?;
    Some((fixed == at) == (*op == CompareOp::Eq))
}

/// The ways through the branches of a number.
fn branches(expr: &Expr) -> Vec<Vec<Step<'_>>> {
    match expr {
        Expr::If { condition, then, otherwise } => {
            let mut ways: Vec<Vec<Step<'_>>> =
                branches(then).into_iter().map(|b| [vec![Step::Want(condition, true)], b].concat()).collect();
            if let Some(otherwise) = otherwise {
                ways.extend(branches(otherwise).into_iter().map(|b| [vec![Step::Want(condition, false)], b].concat()));
            }
            ways
        }
        Expr::Arithmetic { .. } | Expr::Negate(_) | Expr::Function { .. } => {
            expr.children().into_iter().fold(vec![Vec::new()], |ways, part| joined(&ways, &branches(part)))
        }
        _ => vec![Vec::new()],
    }
}

/// Each way of the one with each of the other, but for those that want a condition both to hold and to fail; what is wanted twice is
/// wanted once.
fn joined<'e>(some: &[Vec<Step<'e>>], others: &[Vec<Step<'e>>]) -> Vec<Vec<Step<'e>>> {
    let mut ways = Vec::new();
    for way in some {
        for other in others {
            let mut all = way.clone();
            let agrees = other.iter().all(|step| {
                let Step::Want(condition, holds) = step else { return true };
                let same = way.iter().find(|s| matches!(s, Step::Want(c, _) if c == condition));
                if same.is_none() {
                    all.push(step.clone());
                }
                !matches!(same, Some(Step::Want(_, before)) if before != holds)
            });
            if agrees && ways.len() < MOST {
                ways.push(all);
            }
        }
    }
    ways
}

/// The conditions that choose between the branches of a number.
fn choices<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    if let Expr::If { condition, then, otherwise } = expr {
        if !found.contains(&&**condition) {
            found.push(condition);
        }
        choices(then, found);
        otherwise.iter().for_each(|o| choices(o, found));
    } else if let Expr::Arithmetic { .. } | Expr::Negate(_) | Expr::Function { .. } = expr {
        expr.children().into_iter().for_each(|part| choices(part, found));
    }
}

impl Solver<'_> {
    /// Does the steps one after the other; gives where the threshold then stands.
    pub fn prepare(&self, world: World, steps: &[Step<'_>], at: At) -> Vec<(World, At)> {
        let mut ways = vec![(world, at)];
        for step in steps {
            ways = ways.into_iter().flat_map(|(world, at)| self.step(world, step, at)).take(super::solve::WAYS).collect();
        }
        ways
    }

    /// Sees to what is wanted besides, once the threshold has been approached; the ways off it stay as they are.
    pub fn settle(&self, world: World, wants: &[Step<'_>], at: At) -> Vec<(World, At)> {
        let moves = world.moves.clone();
        let settled = self.prepare(world, wants, at);
        settled.into_iter().map(|(w, at)| (World { moves: moves.clone(), ..w }, at)).collect()
    }

    pub(super) fn step(&self, world: World, step: &Step<'_>, at: At) -> Vec<(World, At)> {
        let stay = |ways: Vec<World>| ways.into_iter().map(|w| (w, at)).collect::<Vec<_>>();
        match step {
            Step::Want(condition, truth) => stay(self.want(world, condition, at, *truth)),
            Step::Whole(condition, truth) => stay(self.want(world, condition, At::Subject, *truth)),
            Step::Wish(condition, truth) => {
                let ways = self.want(world.clone(), condition, at, *truth);
                stay(if ways.is_empty() { vec![world] } else { ways })
            }
            Step::Enter(rows, without) => self.enter(world, rows, at, *without).into_iter().map(|(w, row)| (w, At::Row(row))).collect(),
            Step::Bare(rows) => {
                let mut world = world;
                let row = world.add(rows.table);
                vec![(world, At::Row(row))]
            }
            Step::Filters(rows, without) => {
                let (At::Row(row) | At::Group(row)) = at else { return Vec::new() };
                stay(
                    self.filters(rows, *without)
                        .into_iter()
                        .fold(vec![world], |ways, f| each(ways, |w| self.want(w, f, At::Row(row), true))),
                )
            }
            Step::Group(keys) => {
                let At::Row(row) = at else { return Vec::new() };
                let keyed = keys.iter().fold(vec![world], |ways, key| each(ways, |w| self.keyed(w, &key.value, at)));
                keyed.into_iter().map(|w| (w, At::Group(row))).collect()
            }
            Step::Failing(rows, condition, count) => stay(self.alike(world, rows, condition, *count, false).into_iter().collect()),
            Step::Bound(condition) => match condition {
                Expr::Compare { left, right, .. } => stay(self.on_bound(world, (left, right), at)),
                other => stay(self.want(world, other, at, true)),
            },
        }
    }

    /// A key by which rows are grouped has some value.
    fn keyed(&self, world: World, key: &Expr, at: At) -> Vec<World> {
        for option in [Expr::Choice(0), Expr::Bool(true), Expr::Text("1".into())] {
            let ways = self.put_point(world.clone(), key, &option, at);
            if !ways.is_empty() {
                return ways;
            }
        }
        // It stands already, by a filter.
        vec![world]
    }
}
