//! Evaluates expressions to values and truths.

use super::context::{Context, Frame};
use super::truth::{Truth, bounds, compare, gaps_of};
use super::value::{Gaps, Missing, Reason, Spot, Value};
use crate::plan::{Aggregate, ArithmeticOp, CompareOp, Expr, FieldId, Function, ReferenceId, Series, TableId};
use crate::value::{Num, Real, num};

impl Context<'_> {
    /// The truth of a condition.
    pub fn truth(&self, expr: &Expr, frame: Frame<'_>) -> Truth {
        match expr {
            Expr::And(parts) => Truth::all(parts.iter().map(|p| self.truth(p, frame))),
            Expr::Or(parts) => Truth::any(parts.iter().map(|p| self.truth(p, frame))),
            Expr::Not(inner) => !self.truth(inner, frame),
            Expr::Compare { op, left, right } => compare(*op, &self.value(left, frame), &self.value(right, frame)),
            Expr::In { value, options } => {
                let value = self.value(value, frame);
                let gaps = gaps_of(&value).cloned();
                match value {
                    Value::Missing(gaps) => Truth::Unknown(gaps),
                    Value::Empty => Truth::Vacuous,
                    value => match Truth::any(options.iter().map(|o| compare(CompareOp::Eq, &value, &self.value(o, frame)))) {
                        Truth::Unknown(_) => Truth::Unknown(gaps.unwrap_or_default()),
                        truth => truth,
                    },
                }
            }
            Expr::If { condition, then, otherwise } => self.branch(condition, then, otherwise.as_deref(), frame),
            Expr::Aggregate { function: function @ (Aggregate::Any | Aggregate::All), scope, arguments } => {
                self.quantified(*function, scope, arguments, frame)
            }
            Expr::Series { function, table, filter, value, years } => {
                self.series(*function, (*table, filter.as_deref(), value), *years, frame)
            }
            Expr::Tally { tally, over } => match frame.tallies {
                Some(tallies) => tallies.truth(*tally, *over),
                None => Truth::Unknown(Gaps::new()),
            },
            _ => match self.value(expr, frame) {
                Value::Bool(truth) => Truth::of(truth),
                Value::Empty => Truth::Vacuous,
                Value::Missing(gaps) => Truth::Unknown(gaps),
                _ => Truth::Unknown(Gaps::new()),
            },
        }
    }

    fn branch(&self, condition: &Expr, then: &Expr, otherwise: Option<&Expr>, frame: Frame<'_>) -> Truth {
        let other = || otherwise.map_or(Truth::True, |o| self.truth(o, frame));
        match self.truth(condition, frame) {
            Truth::True | Truth::Vacuous => self.truth(then, frame),
            Truth::False => other(),
            Truth::Unknown(gaps) => {
                let (a, b) = (self.truth(then, frame), other());
                if a.holds() && b.holds() {
                    return Truth::True;
                }
                if a.fails() && b.fails() {
                    return Truth::False;
                }
                Truth::all([Truth::Unknown(gaps), unless_known(a), unless_known(b)])
            }
        }
    }

    /// The value of an expression.
    pub fn value(&self, expr: &Expr, frame: Frame<'_>) -> Value {
        match expr {
            Expr::Number(n) => Value::num(n.clone()),
            Expr::Text(t) => Value::Text(t.clone()),
            Expr::Bool(b) => Value::Bool(*b),
            Expr::Month(m) => Value::Month(*m),
            Expr::Date(d) => Value::Date(*d),
            Expr::Choice(c) => i64::try_from(*c).map_or(Value::Empty, Value::Choice),
            Expr::Field { table, path, field } => self.field(*table, path, *field, frame),
            Expr::SubjectField { table, field } => self.subject_field(*table, *field, frame),
            Expr::Arithmetic { op, left, right } => {
                let (a, b) = (self.value(left, frame), self.value(right, frame));
                arithmetic(*op, &a, &b, || self.zero_denominator(right, frame))
            }
            Expr::Negate(inner) => arithmetic(ArithmeticOp::Sub, &Value::num(num(0)), &self.value(inner, frame), Gaps::new),
            Expr::If { condition, then, otherwise: Some(otherwise) } => self.choose(condition, then, otherwise, frame),
            Expr::Aggregate { function, scope, arguments } if !matches!(function, Aggregate::Any | Aggregate::All) => {
                self.aggregate(*function, scope, arguments, frame)
            }
            Expr::YearValue { table, filter, value, back } => match self.base_year(frame.subject) {
                Ok(year) => self.year_value((*table, filter.as_deref(), value), year - i64::from(*back), frame),
                Err(gaps) => Value::Missing(gaps),
            },
            Expr::FormerYear { table, value } => self.former_year(*table, value, frame),
            Expr::Function { function: Function::Holding, arguments } => self.holding(arguments, frame),
            Expr::Function { function, arguments } => {
                let values = arguments.iter().map(|a| self.value(a, frame)).collect::<Vec<_>>();
                apply(*function, &values)
            }
            Expr::BaseYear => match self.base_year(frame.subject) {
                Ok(year) => Value::num(num(year)),
                Err(gaps) => Value::Missing(gaps),
            },
            Expr::Tally { tally, over } => match frame.tallies {
                Some(tallies) => tallies.value(*tally, *over),
                None => Value::Missing(Gaps::new()),
            },
            _ => match self.truth(expr, frame) {
                Truth::True => Value::Bool(true),
                Truth::False => Value::Bool(false),
                Truth::Vacuous => Value::Empty,
                Truth::Unknown(gaps) => Value::Missing(gaps),
            },
        }
    }

    fn choose(&self, condition: &Expr, then: &Expr, otherwise: &Expr, frame: Frame<'_>) -> Value {
        match self.truth(condition, frame) {
            Truth::True | Truth::Vacuous => self.value(then, frame),
            Truth::False => self.value(otherwise, frame),
            Truth::Unknown(mut gaps) => {
                let (a, b) = (self.value(then, frame), self.value(otherwise, frame));
                if a == b && gaps_of(&a).is_none() {
                    return a;
                }
                // A value is strict: which branch holds is a missing cell of it, even where either would do.
                gaps.extend([&a, &b].into_iter().filter_map(gaps_of).flatten().cloned());
                Value::Missing(gaps)
            }
        }
    }

    fn field(&self, table: TableId, path: &[ReferenceId], field: FieldId, frame: Frame<'_>) -> Value {
        let Some(at) = self.start(table, path, frame) else { return Value::Missing(Gaps::new()) };
        match self.follow(at.0, at.1, path) {
            Ok((end, row)) => self.cell(end, row, field),
            Err(gap) => Value::Missing(vec![gap]),
        }
    }

    /// The row a path starts from: the current one, or the subject's.
    fn start(&self, table: TableId, path: &[ReferenceId], frame: Frame<'_>) -> Option<(TableId, u32)> {
        let of_subject = frame.subject.map(|s| (self.plan.subject.table, s));
        let Some(row) = frame.row else { return of_subject };
        let fits = row.0 == table || self.end_of(row.0, path) == Some(table);
        if fits || Some(table) != of_subject.map(|s| s.0) { Some(row) } else { of_subject }
    }

    fn subject_field(&self, table: TableId, field: FieldId, frame: Frame<'_>) -> Value {
        let Some(subject) = frame.subject else { return Value::Missing(Gaps::new()) };
        if table == self.plan.subject.table {
            return self.cell(table, subject, field);
        }
        match self.rows_of(table, subject).first() {
            Some(row) => self.cell(table, row, field),
            None => {
                let mut gap = self.absent_row(table, subject, &[]);
                if gap.reason == Reason::Row {
                    gap.field = Some(field);
                }
                Value::Missing(vec![gap])
            }
        }
    }

    /// Names a denominator of 0: its cell where it is one, else the row or the subject.
    pub(super) fn zero_denominator(&self, expr: &Expr, frame: Frame<'_>) -> Gaps {
        let cell = match expr {
            Expr::Field { table, path, field } => {
                self.start(*table, path, frame).and_then(|at| self.follow(at.0, at.1, path).ok()).map(|(t, r)| (t, Some(r), Some(*field)))
            }
            Expr::SubjectField { table, field } => {
                frame.subject.and_then(|s| self.rows_of(*table, s).first()).map(|r| (*table, Some(r), Some(*field)))
            }
            Expr::Aggregate { scope, arguments, .. } => {
                let field = arguments.first().and_then(|a| match a {
                    Expr::Field { path, field, .. } if path.is_empty() => Some(*field),
                    _ => None,
                });
                Some((scope.rows.table, None, field))
            }
            _ => None,
        };
        let here = || match frame.row {
            Some((t, r)) => (t, Some(r), None),
            None => (self.plan.subject.table, frame.subject, None),
        };
        let (table, row, field) = cell.unwrap_or_else(here);
        let spot = row.map_or(Spot::Table, Spot::Row);
        vec![Missing { table, spot, field, reason: Reason::ZeroDenominator }]
    }

    /// How many conditions hold; those not decided leave a range.
    fn holding(&self, conditions: &[Expr], frame: Frame<'_>) -> Value {
        let (mut held, mut open, mut gaps) = (0usize, 0usize, Gaps::new());
        for condition in conditions {
            match self.truth(condition, frame) {
                Truth::True | Truth::Vacuous => held += 1,
                Truth::False => {}
                Truth::Unknown(more) => {
                    open += 1;
                    gaps.extend(more);
                }
            }
        }
        let (low, high) = (Num::from(held), Num::from(held + open));
        if open == 0 { Value::num(low) } else { Value::Range(low.into(), high.into(), gaps) }
    }

    fn year_value(&self, (table, filter, value): (TableId, Option<&Expr>, &Expr), year: i64, frame: Frame<'_>) -> Value {
        let Some(subject) = frame.subject else { return Value::Missing(Gaps::new()) };
        let Some(field) = self.table(table).and_then(|t| t.year) else { return Value::Missing(Gaps::new()) };
        let wanted = Value::num(num(year));
        let mut gaps = Gaps::new();
        for row in self.rows_of(table, subject).iter() {
            let at = frame.at(table, row);
            let of_year = compare(CompareOp::Eq, &self.cell(table, row, field), &wanted);
            let truth = Truth::all([of_year, filter.map_or(Truth::True, |f| self.truth(f, at))]);
            match truth {
                Truth::True | Truth::Vacuous => return self.value(value, at),
                Truth::Unknown(more) => gaps.extend(more),
                Truth::False => {}
            }
        }
        if gaps.is_empty() {
            gaps.push(self.absent_row(table, subject, &[(self.field_name(table, field), year.to_string())]));
        }
        Value::Missing(gaps)
    }

    /// Compares adjacent years; one known fall decides.
    fn series(&self, kind: Series, of: (TableId, Option<&Expr>, &Expr), years: u32, frame: Frame<'_>) -> Truth {
        let base = match self.base_year(frame.subject) {
            Ok(year) => year,
            Err(gaps) => return Truth::Unknown(gaps),
        };
        let first = base - i64::from(years);
        let values: Vec<Value> = (first..base).map(|year| self.year_value(of, year, frame)).collect();
        let op = match kind {
            Series::NeverFalls => CompareOp::Ge,
            Series::Rises => CompareOp::Gt,
        };
        if let [only] = values.as_slice() {
            return gaps_of(only).map_or(Truth::True, |gaps| Truth::Unknown(gaps.clone()));
        }
        Truth::all(values.iter().zip(values.iter().skip(1)).map(|(before, after)| compare(op, after, before)))
    }
}

fn unless_known(truth: Truth) -> Truth {
    if matches!(truth, Truth::Unknown(_)) { truth } else { Truth::True }
}

/// Arithmetic on numbers and ranges; what is missing or empty stays so.
pub fn arithmetic(op: ArithmeticOp, left: &Value, right: &Value, zero: impl Fn() -> Gaps) -> Value {
    let gaps: Gaps = [left, right].into_iter().filter_map(gaps_of).flatten().cloned().collect();
    if matches!(left, Value::Missing(_)) || matches!(right, Value::Missing(_)) {
        return Value::Missing(gaps);
    }
    let (Some(a), Some(b)) = (bounds(left), bounds(right)) else { return Value::Empty };
    if let (Value::Number(a), Value::Number(b)) = (left, right) {
        return match pair(op, a, b) {
            Some(value) => Value::Number(value),
            None => Value::Missing(zero()),
        };
    }
    if op == ArithmeticOp::Div && b.0.sign() != b.1.sign() {
        return Value::Missing(gaps);
    }
    let corners = [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)];
    let results: Vec<Real> = corners.into_iter().filter_map(|(x, y)| pair(op, x, y)).collect();
    match (results.iter().min(), results.iter().max()) {
        (Some(low), Some(high)) => Value::Range(low.clone(), high.clone(), gaps),
        _ => Value::Missing(gaps),
    }
}

fn pair(op: ArithmeticOp, a: &Real, b: &Real) -> Option<Real> {
    Some(match op {
        ArithmeticOp::Add => a + b,
        ArithmeticOp::Sub => a - b,
        ArithmeticOp::Mul => a * b,
        ArithmeticOp::Div => return a.checked_div(b),
    })
}

/// A plain function of numbers; one missing argument makes the result missing.
fn apply(function: Function, values: &[Value]) -> Value {
    let gaps: Gaps = values.iter().filter_map(gaps_of).flatten().cloned().collect();
    if values.iter().any(|v| matches!(v, Value::Missing(_))) {
        return Value::Missing(gaps);
    }
    if values.contains(&Value::Empty) {
        return Value::Empty;
    }
    let Some(ends) = values.iter().map(bounds).collect::<Option<Vec<_>>>() else { return Value::Missing(gaps) };
    let low: Vec<&Real> = ends.iter().map(|e| e.0).collect();
    let high: Vec<&Real> = ends.iter().map(|e| e.1).collect();
    let (Some(a), Some(b)) = (apply_exact(function, &low), apply_exact(function, &high)) else {
        return Value::Missing(gaps);
    };
    if values.iter().all(|v| matches!(v, Value::Number(_))) {
        return Value::Number(a);
    }
    // All but the absolute value rise with their arguments.
    let (mut a, b) = if a <= b { (a, b) } else { (b, a) };
    if function == Function::Abs && low.iter().zip(&high).any(|(l, h)| l.sign() != h.sign()) {
        a = num(0).into();
    }
    Value::Range(a, b, gaps)
}

fn apply_exact(function: Function, values: &[&Real]) -> Option<Real> {
    let first = *values.first()?;
    Some(match function {
        Function::Abs => first.abs(),
        Function::Min => (*values.iter().min()?).clone(),
        Function::Max => (*values.iter().max()?).clone(),
        Function::Mean => {
            let sum = values.iter().fold(Real::Rational(num(0)), |sum, v| &sum + *v);
            sum.checked_div(&Real::Rational(Num::from(values.len())))?
        }
        Function::Holding => return None,
        Function::Floor => first.floor().into(),
        Function::Ceil => (-(-first).floor()).into(),
        Function::Round => {
            let places = values.get(1)?.rational()?.floor();
            first.rounded(usize::try_from(places).ok().filter(|p| *p <= 100)?).into()
        }
    })
}
