//! What is known of two expressions without knowing their values: that one is never below the other, that one implies the other.

use super::logic::{Answer, Logic};
use crate::plan::{Aggregate, ArithmeticOp, Expr, FieldType, Function, Plan, Rows, Scope, Series};
use crate::value::{Num, num};

/// How deep statistics inside statistics are looked into.
const DEPTH: usize = 4;

#[derive(Clone, Copy)]
pub(super) struct Order<'p> {
    pub plan: &'p Plan,
    pub depth: usize,
}

impl<'p> Order<'p> {
    pub fn new(plan: &'p Plan) -> Self {
        Self { plan, depth: 0 }
    }

    /// Whether one condition on a row can only hold where the other does.
    fn entails(&self, one: &Expr, other: &Expr) -> bool {
        if one == other {
            return true;
        }
        let deeper = Self { depth: self.depth + 1, ..*self };
        deeper.depth <= DEPTH && matches!(Logic::over(deeper).search(one, other), Answer::Proven)
    }

    /// Whether the rows of one are among those of the other.
    pub fn within(&self, inner: &Rows, outer: &Rows) -> bool {
        let all = Expr::Bool(true);
        let condition = |rows: &Rows| rows.filter.as_deref().unwrap_or(&all).clone();
        inner.table == outer.table && self.entails(&condition(inner), &condition(outer))
    }

    /// Whether both are the same rows.
    pub fn same(&self, a: &Rows, b: &Rows) -> bool {
        a == b || a.population == b.population && self.within(a, b) && self.within(b, a)
    }

    fn same_scope(&self, a: &Scope, b: &Scope) -> bool {
        a.extent == b.extent && self.same(&a.rows, &b.rows)
    }

    /// Whether a truth that is no comparison can only hold where the other does.
    pub fn implies(&self, one: &Expr, other: &Expr) -> bool {
        if one == other {
            return true;
        }
        match (one, other) {
            (Expr::Aggregate { function: f, scope: s, arguments: a }, Expr::Aggregate { function: g, scope: t, arguments: b })
                if f == g && s.extent == t.extent && s.rows.table == t.rows.table =>
            {
                let (Some(a), Some(b)) = (a.first(), b.first()) else { return false };
                match f {
                    Aggregate::All => self.entails(&asked(&s.rows, a), &asked(&t.rows, b)),
                    Aggregate::Any => self.entails(&found(&s.rows, a), &found(&t.rows, b)),
                    _ => false,
                }
            }
            (
                Expr::Series { function: f, table: t, filter: p, value: v, years: n },
                Expr::Series { function: g, table: u, filter: q, value: w, years: m },
            ) => t == u && p == q && v == w && n >= m && (f == g || *f == Series::Rises && *g == Series::NeverFalls),
            // A tally of the layer against the same of its base, which counts fewer items.
            (Expr::Tally { .. }, other) => below(other) == Some(one),
            _ => false,
        }
    }

    /// Whether the first is never below the second, wherever both have a value.
    pub fn ge(&self, x: &Expr, y: &Expr) -> bool {
        if x == y || below(x) == Some(y) {
            return true;
        }
        match (x, y) {
            (Expr::Number(a), Expr::Number(b)) => a >= b,
            (Expr::If { condition: c, then: t, otherwise: Some(o) }, Expr::If { condition: d, then: u, otherwise: Some(p) }) if c == d => {
                self.ge(t, u) && self.ge(o, p)
            }
            (Expr::If { then, otherwise: Some(other), .. }, _) => self.ge(then, y) && self.ge(other, y),
            (_, Expr::If { then, otherwise: Some(other), .. }) => self.ge(x, then) && self.ge(x, other),
            (Expr::Arithmetic { op: o, left: a, right: b }, Expr::Arithmetic { op: p, left: c, right: d }) if o == p => match o {
                ArithmeticOp::Add => self.ge(a, c) && self.ge(b, d),
                ArithmeticOp::Sub => self.ge(a, c) && self.ge(d, b),
                ArithmeticOp::Mul => self.is_positive(c) && self.is_positive(d) && self.ge(a, c) && self.ge(b, d),
                ArithmeticOp::Div => self.is_positive(c) && self.is_positive(b) && self.ge(a, c) && self.ge(d, b),
            },
            (Expr::Negate(a), Expr::Negate(b)) => self.ge(b, a),
            (Expr::Function { function: f, arguments: a }, Expr::Function { function: g, arguments: b })
                if f == g && a.len() == b.len() =>
            {
                let pairs = || a.iter().zip(b);
                match f {
                    Function::Min | Function::Max | Function::Mean | Function::Ceil | Function::Floor => {
                        pairs().all(|(a, b)| self.ge(a, b))
                    }
                    Function::Round => pairs().enumerate().all(|(i, (a, b))| if i == 0 { self.ge(a, b) } else { a == b }),
                    Function::Holding => pairs().all(|(a, b)| self.entails(b, a)),
                    Function::Abs => false,
                }
            }
            (Expr::Aggregate { function: f, scope: s, arguments: a }, Expr::Aggregate { function: g, scope: t, arguments: b })
                if f == g =>
            {
                self.statistic_ge(*f, (s, a), (t, b))
            }
            _ => false,
        }
    }

    fn statistic_ge(&self, function: Aggregate, (s, a): (&Scope, &[Expr]), (t, b): (&Scope, &[Expr])) -> bool {
        if function == Aggregate::Count {
            return s.extent == t.extent && self.within(&t.rows, &s.rows);
        }
        let (Some(first), Some(second)) = (a.first(), b.first()) else { return false };
        // The rest are weights and shares. More rows would change what no row at all means, so they are to be the same.
        if !self.same_scope(s, t) || a.get(1..) != b.get(1..) {
            return false;
        }
        match function {
            Aggregate::Sum | Aggregate::Mean | Aggregate::Min | Aggregate::Max | Aggregate::Quantile => self.ge(first, second),
            Aggregate::Share => self.entails(second, first),
            _ => false,
        }
    }

    /// Whether of two terms, the first never above the second, the first alone may be over no rows, and whether the second alone may.
    pub fn empties(&self, low: &Expr, high: &Expr) -> (bool, bool) {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        if scopes(low, &mut a) && scopes(high, &mut b) && a == b {
            return (false, false);
        }
        match (low, high) {
            // Where the wider rows are none, the narrower are none either.
            (Expr::Aggregate { function: Aggregate::All, scope: s, .. }, Expr::Aggregate { function: Aggregate::All, scope: t, .. }) => {
                (!self.within(&t.rows, &s.rows), true)
            }
            _ => (true, true),
        }
    }

    /// Whether a number is never below nothing.
    pub fn is_positive(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Number(n) => *n >= Num::ZERO,
            Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => {
                let of = self.plan.tables.get(table.0).and_then(|t| t.fields.get(field.0));
                of.is_some_and(|f| {
                    let number = matches!(f.ty, FieldType::Integer(_) | FieldType::Decimal { .. });
                    number && f.range.as_ref().map_or(!f.signed, |(low, _)| *low >= num(0))
                })
            }
            Expr::Arithmetic { op: ArithmeticOp::Sub, .. } | Expr::Negate(_) => false,
            Expr::Arithmetic { left, right, .. } => self.is_positive(left) && self.is_positive(right),
            Expr::If { then, otherwise: Some(other), .. } => self.is_positive(then) && self.is_positive(other),
            Expr::Aggregate { function, arguments, .. } => match function {
                Aggregate::Count | Aggregate::Share | Aggregate::Deviation => true,
                Aggregate::Sum | Aggregate::Mean | Aggregate::Min | Aggregate::Max | Aggregate::Quantile => {
                    arguments.first().is_some_and(|a| self.is_positive(a))
                }
                Aggregate::Variation | Aggregate::SampleVariation => arguments.iter().all(|a| self.is_positive(a)),
                Aggregate::Any | Aggregate::All => false,
            },
            Expr::Function { function: Function::Abs | Function::Holding, .. } => true,
            Expr::Function { function: Function::Round, arguments } => arguments.first().is_some_and(|a| self.is_positive(a)),
            Expr::Function { arguments, .. } => arguments.iter().all(|a| self.is_positive(a)),
            Expr::YearValue { value, .. } => self.is_positive(value),
            Expr::Tally { .. } => true,
            _ => false,
        }
    }
}

/// The direct parts of an expression, filters among them.
pub(super) fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Arithmetic { left, right, .. } | Expr::Compare { left, right, .. } => vec![left, right],
        Expr::Negate(inner) | Expr::Not(inner) | Expr::FormerYear { value: inner, .. } => vec![inner],
        Expr::And(list) | Expr::Or(list) | Expr::Function { arguments: list, .. } => list.iter().collect(),
        Expr::In { value, options } => std::iter::once(&**value).chain(options).collect(),
        Expr::If { condition, then, otherwise } => [&**condition, &**then].into_iter().chain(otherwise.as_deref()).collect(),
        Expr::Aggregate { scope, arguments, .. } => scope.rows.filter.as_deref().into_iter().chain(arguments).collect(),
        Expr::Series { filter, value, .. } | Expr::YearValue { filter, value, .. } => {
            filter.as_deref().into_iter().chain([&**value]).collect()
        }
        _ => Vec::new(),
    }
}

/// The rows that a term is taken over, in order; whether all of them are always taken.
fn scopes<'e>(expr: &'e Expr, found: &mut Vec<&'e Scope>) -> bool {
    match expr {
        Expr::If { .. } | Expr::Function { function: Function::Holding, .. } | Expr::Or(_) | Expr::And(_) => false,
        Expr::Aggregate { scope, .. } => {
            found.push(scope);
            true
        }
        other => parts(other).into_iter().all(|p| scopes(p, found)),
    }
}

/// What is asked of a row at all: that it is none of these rows, or that the condition holds.
pub(super) fn asked(rows: &Rows, condition: &Expr) -> Expr {
    match rows.filter.as_deref() {
        Some(filter) => Expr::If { condition: Box::new(filter.clone()), then: Box::new(condition.clone()), otherwise: None },
        None => condition.clone(),
    }
}

/// That a row is one of these and the condition holds.
fn found(rows: &Rows, condition: &Expr) -> Expr {
    match rows.filter.as_deref() {
        Some(filter) => Expr::And(vec![filter.clone(), condition.clone()]),
        None => condition.clone(),
    }
}

/// A tally of the base, which is at least that of the layer: written so that the two are told apart.
pub(super) fn of_base(tally: Expr) -> Expr {
    Expr::Negate(Box::new(Expr::Negate(Box::new(tally))))
}

/// The layer's tally that a tally of the base is never below.
pub(super) fn below(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::Negate(inner) => match &**inner {
            Expr::Negate(tally) if matches!(**tally, Expr::Tally { .. }) => Some(tally),
            _ => None,
        },
        _ => None,
    }
}
