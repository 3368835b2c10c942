//! Whether one condition can only hold where another does: by trying, for everything that varies, every value that could matter.
//!
//! A number that is compared with constants matters only by where it lies among them; an option only by which it is. What is
//! compared with what varies itself (`甲 ≤ 乙`) matters by which is greater. All these are taken to vary freely but for what
//! [`Order`] knows of them, so that an implication that is found to hold does hold.

use super::order::Order;
use crate::eval::{Truth, Value, compare};
use crate::plan::{ArithmeticOp, CompareOp, Expr, FieldType, Function};
use crate::value::{Num, Unit, num};
use std::cmp::Ordering;

/// How many combinations are tried.
const MOST: usize = 200_000;
/// How many values a threshold may take by conditions.
const BRANCHES: usize = 64;

/// A value to try, and the open interval in which any other would do as well.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub value: Value,
    pub between: Option<(Option<Num>, Option<Num>)>,
}

/// Something that varies.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub term: Expr,
    constants: Vec<Value>,
    samples: Vec<Sample>,
}

/// Values for which the one holds and the other does not.
#[derive(Debug, Clone)]
pub(super) struct Counter {
    pub values: Vec<(Expr, Sample)>,
}

/// What is known of two variables by their terms alone.
struct Known {
    high: usize,
    low: usize,
    /// Whether there may be nothing to compare in the one alone.
    only_low: bool,
    only_high: bool,
}

pub(super) enum Answer {
    Proven,
    Counter(Counter),
    /// Too many combinations.
    Open,
}

pub(super) struct Logic<'p> {
    order: Order<'p>,
    variables: Vec<Variable>,
    /// A threshold takes more values by its conditions than can be tried.
    too_many: bool,
}

impl<'p> Logic<'p> {
    pub fn over(order: Order<'p>) -> Self {
        Self { order, variables: Vec::new(), too_many: false }
    }

    /// Looks for values for which `one` holds and `other` does not; the most ordinary ones found.
    pub fn search(mut self, one: &Expr, other: &Expr) -> Answer {
        for expr in [one, other] {
            self.collect(expr);
        }
        self.share_constants();
        let plan = self.order.plan;
        for variable in &mut self.variables {
            variable.samples = samples(plan, variable, &self.order);
        }
        let count = self.variables.iter().try_fold(1usize, |n, v| n.checked_mul(v.samples.len()).filter(|n| *n <= MOST));
        if self.too_many || count.is_none() {
            return Answer::Open;
        }
        let known = self.known();
        let mut best: Option<(usize, Vec<usize>)> = None;
        let mut chosen = vec![0usize; self.variables.len()];
        loop {
            if self.agrees(&known, &chosen) && self.truth(one, &chosen).holds() && !self.truth(other, &chosen).holds() {
                let rank = self.oddness(&chosen);
                if best.as_ref().is_none_or(|(r, _)| rank < *r) {
                    best = Some((rank, chosen.clone()));
                }
            }
            if !self.next(&mut chosen) {
                break;
            }
        }
        match best {
            None => Answer::Proven,
            Some((_, chosen)) => {
                let values = self.variables.iter().zip(&chosen).filter_map(|(v, i)| Some((v.term.clone(), v.samples.get(*i)?.clone())));
                Answer::Counter(Counter { values: values.collect() })
            }
        }
    }

    fn next(&self, chosen: &mut [usize]) -> bool {
        for (at, variable) in chosen.iter_mut().zip(&self.variables) {
            *at += 1;
            if *at < variable.samples.len() {
                return true;
            }
            *at = 0;
        }
        false
    }

    /// How far values are from what a table would hold: nothing to compare, then what cannot be written into one cell.
    fn oddness(&self, chosen: &[usize]) -> usize {
        let of = |(variable, at): (&Variable, &usize)| match variable.samples.get(*at).map(|s| &s.value) {
            Some(Value::Empty) => 100,
            // Right on a bound says less than beside it, and no number at all looks like a slip.
            Some(Value::Number(n)) if n.is_zero() => 3,
            Some(_) if matches!(variable.term, Expr::Compare { .. } | Expr::Aggregate { .. } | Expr::Series { .. }) => 1,
            _ => 0,
        };
        self.variables.iter().zip(chosen).map(of).sum()
    }

    fn variable(&mut self, term: &Expr, constants: Vec<Value>) {
        self.too_many |= constants.len() > BRANCHES;
        match self.variables.iter_mut().find(|v| v.term == *term) {
            Some(known) => known.constants.extend(constants),
            None => self.variables.push(Variable { term: term.clone(), constants, samples: Vec::new() }),
        }
    }

    /// Notes what a condition varies by.
    fn collect(&mut self, expr: &Expr) {
        match expr {
            Expr::And(parts) | Expr::Or(parts) => parts.iter().for_each(|p| self.collect(p)),
            Expr::Not(inner) => self.collect(inner),
            Expr::If { condition, then, otherwise } => {
                self.collect(condition);
                self.collect(then);
                otherwise.iter().for_each(|o| self.collect(o));
            }
            Expr::Compare { left, right, .. } => match (is_settled(left), is_settled(right)) {
                (true, true) => [left, right].into_iter().for_each(|e| self.collect_settled(e)),
                (false, true) => {
                    self.collect_settled(right);
                    self.variable(left, constants(right));
                }
                (true, false) => {
                    self.collect_settled(left);
                    self.variable(right, constants(left));
                }
                (false, false) => {
                    if self.pair(left, right).is_none() {
                        self.variable(&pair(left, right), vec![Value::num(num(0))]);
                    }
                }
            },
            Expr::In { value, options } => self.variable(value, options.iter().flat_map(constants).collect()),
            Expr::Bool(_) => {}
            truth => self.variable(truth, vec![Value::Bool(true), Value::Bool(false)]),
        }
    }

    /// The conditions inside a threshold.
    fn collect_settled(&mut self, expr: &Expr) {
        match expr {
            Expr::If { condition, then, otherwise } => {
                self.collect(condition);
                self.collect_settled(then);
                otherwise.iter().for_each(|o| self.collect_settled(o));
            }
            Expr::Arithmetic { left, right, .. } => [left, right].into_iter().for_each(|e| self.collect_settled(e)),
            Expr::Negate(inner) => self.collect_settled(inner),
            Expr::Function { arguments, .. } => arguments.iter().for_each(|a| self.collect(a)),
            _ => {}
        }
    }

    /// The variable that says how two varying sides stand, and whether they stand the other way round in it.
    fn pair(&self, left: &Expr, right: &Expr) -> Option<(usize, bool)> {
        self.variables.iter().enumerate().find_map(|(i, v)| match &v.term {
            Expr::Compare { left: l, right: r, .. } if **l == *left && **r == *right => Some((i, false)),
            Expr::Compare { left: l, right: r, .. } if **l == *right && **r == *left => Some((i, true)),
            _ => None,
        })
    }

    /// Pairs of variables of which the first is known never to be below the second (of truths: holds wherever the second does).
    fn known(&self) -> Vec<Known> {
        let mut known = Vec::new();
        for (high, a) in self.variables.iter().enumerate() {
            for (low, b) in self.variables.iter().enumerate().filter(|(j, _)| *j != high) {
                if self.above(&a.term, &b.term) {
                    let (only_low, only_high) = self.order.empties(&b.term, &a.term);
                    known.push(Known { high, low, only_low, only_high });
                }
            }
        }
        known
    }

    fn above(&self, a: &Expr, b: &Expr) -> bool {
        match (a, b) {
            (Expr::Compare { left: l, right: r, .. }, Expr::Compare { left: m, right: s, .. }) => {
                self.order.ge(l, m) && self.order.ge(s, r)
            }
            (Expr::Field { .. } | Expr::SubjectField { .. }, Expr::Field { .. } | Expr::SubjectField { .. }) => false,
            _ => self.order.ge(a, b) || self.order.implies(b, a),
        }
    }

    fn agrees(&self, known: &[Known], chosen: &[usize]) -> bool {
        let value = |i: usize| self.variables.get(i).zip(chosen.get(i)).and_then(|(v, at)| v.samples.get(*at)).map(|s| &s.value);
        known.iter().all(|k| match (value(k.high), value(k.low)) {
            (Some(Value::Number(h)), Some(Value::Number(l))) => h >= l,
            (Some(Value::Bool(h)), Some(Value::Bool(l))) => h >= l,
            (Some(Value::Empty), Some(Value::Empty)) => true,
            (Some(Value::Empty), _) => k.only_high,
            (_, Some(Value::Empty)) => k.only_low,
            _ => true,
        })
    }

    /// Variables that are known to stand above one another lie among the same constants.
    fn share_constants(&mut self) {
        let known = self.known();
        for _ in 0..self.variables.len() {
            for Known { high, low, .. } in &known {
                let both: Vec<Value> =
                    [high, low].into_iter().filter_map(|i| self.variables.get(*i)).flat_map(|v| v.constants.clone()).fold(Vec::new(), with);
                for i in [high, low] {
                    if let Some(variable) = self.variables.get_mut(*i) {
                        variable.constants.clone_from(&both);
                    }
                }
            }
        }
    }

    fn at(&self, term: &Expr, chosen: &[usize]) -> Option<Value> {
        let (index, variable) = self.variables.iter().enumerate().find(|(_, v)| v.term == *term)?;
        variable.samples.get(*chosen.get(index)?).map(|s| s.value.clone())
    }

    fn truth(&self, expr: &Expr, chosen: &[usize]) -> Truth {
        match expr {
            Expr::Bool(b) => Truth::of(*b),
            Expr::And(parts) => Truth::all(parts.iter().map(|p| self.truth(p, chosen))),
            Expr::Or(parts) => Truth::any(parts.iter().map(|p| self.truth(p, chosen))),
            Expr::Not(inner) => !self.truth(inner, chosen),
            Expr::If { condition, then, otherwise } => {
                if self.truth(condition, chosen).holds() {
                    self.truth(then, chosen)
                } else {
                    otherwise.as_ref().map_or(Truth::True, |o| self.truth(o, chosen))
                }
            }
            Expr::Compare { op, left, right } if is_settled(left) || is_settled(right) => {
                compare(*op, &self.value(left, chosen), &self.value(right, chosen))
            }
            Expr::Compare { op, left, right } => match self.pair(left, right) {
                Some((index, reversed)) => {
                    let stands = self.variables.get(index).zip(chosen.get(index)).and_then(|(v, at)| v.samples.get(*at));
                    let (zero, stands) = (Value::num(num(0)), stands.map_or(Value::Empty, |s| s.value.clone()));
                    if reversed { compare(*op, &zero, &stands) } else { compare(*op, &stands, &zero) }
                }
                None => Truth::Unknown(Vec::new()),
            },
            Expr::In { value, options } => {
                let value = self.value(value, chosen);
                Truth::any(options.iter().map(|o| compare(CompareOp::Eq, &value, &self.value(o, chosen))))
            }
            other => match self.at(other, chosen) {
                Some(Value::Bool(b)) => Truth::of(b),
                Some(Value::Empty) => Truth::Vacuous,
                _ => Truth::Unknown(Vec::new()),
            },
        }
    }

    fn value(&self, expr: &Expr, chosen: &[usize]) -> Value {
        if let Some(constant) = constant(expr) {
            return constant;
        }
        if !is_settled(expr) {
            return self.at(expr, chosen).unwrap_or(Value::Missing(Vec::new()));
        }
        match expr {
            Expr::If { condition, then, otherwise: Some(other) } => {
                self.value(if self.truth(condition, chosen).holds() { then } else { other }, chosen)
            }
            Expr::Arithmetic { op, left, right } => arithmetic(*op, &self.value(left, chosen), &self.value(right, chosen)),
            Expr::Negate(inner) => arithmetic(ArithmeticOp::Sub, &Value::num(num(0)), &self.value(inner, chosen)),
            Expr::Function { arguments, .. } => Value::num(Num::from(arguments.iter().filter(|a| self.truth(a, chosen).holds()).count())),
            _ => Value::Missing(Vec::new()),
        }
    }
}

fn pair(left: &Expr, right: &Expr) -> Expr {
    Expr::Compare { op: CompareOp::Eq, left: Box::new(left.clone()), right: Box::new(right.clone()) }
}

fn with(mut all: Vec<Value>, more: Value) -> Vec<Value> {
    if !all.contains(&more) {
        all.push(more);
    }
    all
}

pub(super) fn constant(expr: &Expr) -> Option<Value> {
    Some(match expr {
        Expr::Number(n) => Value::num(n.clone()),
        Expr::Text(t) => Value::Text(t.clone()),
        Expr::Bool(b) => Value::Bool(*b),
        Expr::Month(m) => Value::Month(*m),
        Expr::Date(d) => Value::Date(*d),
        Expr::Choice(c) => Value::Choice(i64::try_from(*c).ok()?),
        _ => return None,
    })
}

/// Whether an expression is a constant once its conditions are decided.
fn is_settled(expr: &Expr) -> bool {
    match expr {
        Expr::If { then, otherwise: Some(other), .. } => is_settled(then) && is_settled(other),
        Expr::Arithmetic { left, right, .. } => is_settled(left) && is_settled(right),
        Expr::Negate(inner) => below_is_none(expr) && is_settled(inner),
        Expr::Function { function: Function::Holding, .. } => true,
        other => constant(other).is_some(),
    }
}

fn below_is_none(expr: &Expr) -> bool {
    super::order::below(expr).is_none()
}

/// Every value that a settled expression can take.
fn constants(expr: &Expr) -> Vec<Value> {
    let found: Vec<Value> = match expr {
        Expr::If { then, otherwise: Some(other), .. } => [then, other].into_iter().flat_map(|e| constants(e)).collect(),
        Expr::Arithmetic { op, left, right } => {
            let right = constants(right);
            constants(left).iter().flat_map(|l| right.iter().map(|r| arithmetic(*op, l, r)).collect::<Vec<_>>()).collect()
        }
        Expr::Negate(inner) => constants(inner).iter().map(|v| arithmetic(ArithmeticOp::Sub, &Value::num(num(0)), v)).collect(),
        Expr::Function { arguments, .. } => (0..=arguments.len()).map(|n| Value::num(Num::from(n))).collect(),
        other => constant(other).into_iter().collect(),
    };
    found.into_iter().fold(Vec::new(), with).into_iter().take(BRANCHES + 1).collect()
}

/// The numbers that an expression can be, where it is one of several by conditions; none where it varies otherwise.
pub(super) fn steps(expr: &Expr) -> Vec<Num> {
    if !is_settled(expr) {
        return Vec::new();
    }
    let found = constants(expr);
    if found.len() > BRANCHES {
        return Vec::new();
    }
    found.iter().filter_map(|v| v.number().and_then(|n| n.rational()).cloned()).collect()
}

pub(super) fn arithmetic(op: ArithmeticOp, left: &Value, right: &Value) -> Value {
    let (Some(l), Some(r)) = (left.number().and_then(|n| n.rational()), right.number().and_then(|n| n.rational())) else {
        return if *left == Value::Empty || *right == Value::Empty { Value::Empty } else { Value::Missing(Vec::new()) };
    };
    Value::num(match op {
        ArithmeticOp::Add => l + r,
        ArithmeticOp::Sub => l - r,
        ArithmeticOp::Mul => l * r,
        ArithmeticOp::Div if *r == Num::ZERO => return Value::Missing(Vec::new()),
        ArithmeticOp::Div => l / r,
    })
}

/// The values of a variable that could matter.
fn samples(plan: &crate::plan::Plan, variable: &Variable, order: &Order<'_>) -> Vec<Sample> {
    let plain = |value: Value| Sample { value, between: None };
    let field = match &variable.term {
        Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => {
            plan.tables.get(table.0).and_then(|t| t.fields.get(field.0))
        }
        _ => None,
    };
    let constants: Vec<&Value> = variable.constants.iter().collect();
    match field.map(|f| &f.ty) {
        Some(FieldType::Choice { options, ordered }) => {
            let all = (0..options.len()).filter_map(|i| i64::try_from(i).ok()).map(Value::Choice);
            // Options that no condition names are all alike, where there is no order among them.
            let other = all.clone().find(|v| !constants.contains(&v));
            return all.filter(|v| *ordered || constants.contains(&v) || other.as_ref() == Some(v)).map(plain).collect();
        }
        Some(FieldType::Bool) => return [true, false].map(|b| plain(Value::Bool(b))).to_vec(),
        Some(FieldType::Text) => {
            let other =
                constants.iter().filter_map(|c| if let Value::Text(t) = c { Some(t.as_str()) } else { None }).collect::<String>() + "…";
            return constants.into_iter().cloned().chain([Value::Text(other)]).fold(Vec::new(), with).into_iter().map(plain).collect();
        }
        _ => {}
    }
    // What is no field may have nothing to compare: a statistic over no rows.
    let empty = field.is_none().then(|| plain(Value::Empty));
    if constants.iter().any(|c| matches!(c, Value::Bool(_))) {
        return [true, false].map(|b| plain(Value::Bool(b))).into_iter().chain(empty).collect();
    }
    let mut days: Vec<&Value> = constants.iter().copied().filter(|c| matches!(c, Value::Month(_) | Value::Date(_))).collect();
    if !days.is_empty() {
        days.dedup();
        let around = days.into_iter().flat_map(|d| [beside(d, false), d.clone(), beside(d, true)]);
        return around.fold(Vec::new(), with).into_iter().map(plain).chain(empty).collect();
    }
    if constants.iter().any(|c| matches!(c, Value::Choice(_))) {
        let most = constants.iter().filter_map(|c| if let Value::Choice(i) = c { Some(*i) } else { None }).max().unwrap_or(0);
        return (0..=most + 1).map(|i| plain(Value::Choice(i))).chain(empty).collect();
    }
    let mut numbers: Vec<Num> = constants.iter().filter_map(|c| c.number().and_then(|n| n.rational()).cloned()).collect();
    numbers.sort();
    numbers.dedup();
    let step = field.and_then(|f| match &f.ty {
        FieldType::Integer(unit) => Some(unit.clone()),
        _ => None,
    });
    let low = order.is_positive(&variable.term).then(|| num(0));
    numeric(&numbers, step.as_ref(), low).into_iter().chain(empty).collect()
}

/// The day or month before or after.
fn beside(day: &Value, after: bool) -> Value {
    let by = if after { 1 } else { -1 };
    match day {
        Value::Month(m) => Value::Month(m + by),
        Value::Date(d) if (if after { 1..31 } else { 2..32 }).contains(&(d % 100)) => Value::Date(d + by),
        Value::Date(d) => {
            let months = d / 10_000 * 12 + d / 100 % 100 - 1 + by;
            Value::Date(months.div_euclid(12) * 10_000 + (months.rem_euclid(12) + 1) * 100 + if after { 1 } else { 31 })
        }
        other => other.clone(),
    }
}

/// Each number, and one between each two and beyond the ends; of whole units only what there is.
fn numeric(numbers: &[Num], whole: Option<&Unit>, low: Option<Num>) -> Vec<Sample> {
    let is_there = |n: &Num| whole.is_none_or(|unit| (n / &unit.factor).is_int()) && low.as_ref().is_none_or(|l| n >= l);
    let mut found: Vec<Sample> =
        numbers.iter().filter(|n| is_there(n)).map(|n| Sample { value: Value::num(n.clone()), between: None }).collect();
    let ends = |i: usize| (i.checked_sub(1).and_then(|j| numbers.get(j)).cloned(), numbers.get(i).cloned());
    for (from, to) in (0..=numbers.len()).map(ends) {
        let Some(value) = between(from.as_ref(), to.as_ref(), whole).filter(|n| low.as_ref().is_none_or(|l| n >= l)).or_else(|| {
            // Below the least number there may still be nothing at all.
            low.clone().filter(|l| from.is_none() && to.as_ref().is_none_or(|t| l < t))
        }) else {
            continue;
        };
        found.push(Sample { value: Value::num(value), between: Some((from, to)) });
    }
    found
}

/// The shortest number strictly between two, near the greater; whole units where asked.
pub(super) fn between(from: Option<&Num>, to: Option<&Num>, whole: Option<&Unit>) -> Option<Num> {
    let unit = whole.map_or_else(|| num(1), |u| u.factor.clone());
    match (from, to) {
        (None, None) => Some(num(0)),
        (Some(from), None) => Some(crate::value::ceil_to(from, &unit, true)),
        (from, Some(to)) => {
            let places = if whole.is_some() { 0..=0 } else { 0..=12 };
            places.into_iter().find_map(|p| {
                let step = (0..p).fold(unit.clone(), |n, _| n / num(10));
                let below = crate::value::ceil_to(to, &step, false) - &step;
                from.is_none_or(|f| below > *f).then_some(below)
            })
        }
    }
}

/// How two numbers of samples stand.
pub(super) fn inside(value: &Num, sample: &Sample) -> bool {
    match (&sample.between, &sample.value) {
        (Some((from, to)), _) => from.as_ref().is_none_or(|f| value > f) && to.as_ref().is_none_or(|t| value < t),
        (None, Value::Number(n)) => n.rational().is_some_and(|n| n.cmp(value) == Ordering::Equal),
        _ => false,
    }
}
