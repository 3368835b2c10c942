//! Statistics over rows: strict about missing cells, exact, summed in pairs.

use super::context::{Context, Frame};
use super::rows::Member;
use super::truth::Truth;
use super::value::{Gaps, Missing, Reason, Spot, Value};
use crate::plan::{Aggregate, Expr, Extent, Scope, TableId};
use crate::value::{Num, Real, num};
use std::cmp::Ordering;

impl Context<'_> {
    /// A statistic that is a number.
    pub(super) fn aggregate(&self, function: Aggregate, scope: &Scope, arguments: &[Expr], frame: Frame<'_>) -> Value {
        let members = self.scope(scope, frame);
        if members.is_empty() {
            return self.over_nothing(function, scope, frame);
        }
        let mut gaps: Gaps = unknown(&members);
        let table = scope.rows.table;
        if function == Aggregate::Share {
            return self.share(&members, scope, arguments, frame);
        }
        if let Some(value) = self.at_once(function, arguments, &members) {
            return value;
        }
        let mut columns: Vec<Vec<Real>> = vec![Vec::with_capacity(members.len()); arguments.len()];
        for member in &members {
            for (argument, column) in arguments.iter().zip(&mut columns) {
                match self.value(argument, frame.at(table, member.row)) {
                    Value::Number(number) => column.push(number),
                    Value::Missing(more) | Value::Range(_, _, more) => gaps.extend(more),
                    _ => return Value::Empty,
                }
            }
        }
        if !gaps.is_empty() || members.iter().any(|m| m.unknown.is_some()) {
            return Value::Missing(gaps);
        }
        if columns.iter().any(|c| c.len() != members.len()) {
            return Value::Missing(gaps);
        }
        let mut columns = columns.into_iter();
        let first = columns.next().unwrap_or_default();
        let result = match function {
            Aggregate::Count => Some(Real::Rational(Num::from(members.len()))),
            Aggregate::Sum => Some(sum(first)),
            Aggregate::Mean => sum(first).checked_div(&Real::Rational(Num::from(members.len()))),
            Aggregate::Min => first.into_iter().min(),
            Aggregate::Max => first.into_iter().max(),
            Aggregate::Quantile => {
                let share = columns.next().and_then(|c| c.first().and_then(Real::rational).cloned());
                share.and_then(|share| quantile(first, &share))
            }
            Aggregate::SampleVariation => return self.sample_variation(&first, scope.rows.table),
            Aggregate::Variation | Aggregate::Deviation => {
                let second = columns.next().unwrap_or_default();
                return self.spread(function, (&first, &second), (&members, scope, arguments), frame);
            }
            Aggregate::Share | Aggregate::Any | Aggregate::All => None,
        };
        result.map_or(Value::Missing(gaps), Value::Number)
    }

    /// A statistic that the columns give, over rows that are all known to belong.
    fn at_once(&self, function: Aggregate, arguments: &[Expr], members: &[Member]) -> Option<Value> {
        let (columns, [argument]) = (self.columns.as_ref()?, arguments) else { return None };
        if members.iter().any(|m| m.unknown.is_some()) {
            return None;
        }
        let sum = || columns.sum(argument, members.iter().map(|m| m.row));
        match function {
            Aggregate::Sum => sum().map(Value::num),
            Aggregate::Mean => sum().map(|sum| Value::num(sum / Num::from(members.len()))),
            _ => None,
        }
    }

    fn share(&self, members: &[Member], scope: &Scope, arguments: &[Expr], frame: Frame<'_>) -> Value {
        let mut gaps: Gaps = unknown(members);
        let (mut held, mut open) = (0usize, !gaps.is_empty());
        for member in members {
            open |= member.unknown.is_some();
            let truth = arguments.first().map(|a| self.truth(a, frame.at(scope.rows.table, member.row)));
            match truth {
                Some(Truth::True | Truth::Vacuous) => held += 1,
                Some(Truth::Unknown(more)) => {
                    open = true;
                    gaps.extend(more);
                }
                Some(Truth::False) | None => {}
            }
        }
        if open { Value::Missing(gaps) } else { Value::num(Num::from(held) / Num::from(members.len())) }
    }

    /// No row: nothing to say of a subject, but a row that should have related rows lacks them.
    fn over_nothing(&self, function: Aggregate, scope: &Scope, frame: Frame<'_>) -> Value {
        let absent = self.unsupplied(&scope.rows);
        if !absent.is_empty() {
            return Value::Missing(absent);
        }
        if function == Aggregate::Count {
            return Value::num(num(0));
        }
        match (&scope.extent, frame.row) {
            (Extent::Related(path), Some((parent, row))) => {
                let table = scope.rows.table;
                let before = path.len().saturating_sub(1);
                let start = path.get(..before).and_then(|p| self.end_of(table, p)).and_then(|t| self.table(t).map(|d| (t, d)));
                let reference = path.last().and_then(|r| start.and_then(|(_, d)| d.references.get(r.0)));
                let key = self.table(parent).map(|t| t.key.as_slice()).unwrap_or_default();
                let fields = reference.map(|r| r.fields.as_slice()).unwrap_or_default();
                let named = fields.iter().zip(key).map(|(name, field)| {
                    let name = start.map(|(t, _)| self.field_name(t, *name)).unwrap_or_default();
                    (name, self.shown(parent, row, *field).unwrap_or_default())
                });
                Value::Missing(vec![Missing { table, spot: Spot::Key(named.collect()), field: None, reason: Reason::Row }])
            }
            // A whole table without a row of this subject was not filled in; only a population may rightly be empty.
            (Extent::Subject, _) if scope.rows.population.is_none() && scope.rows.filter.is_none() => match frame.subject {
                Some(subject) => Value::Missing(vec![self.absent_row(scope.rows.table, subject, &[])]),
                None => Value::Empty,
            },
            _ => Value::Empty,
        }
    }

    /// `CV² = P·Σ(x²/p)/X² − 1`, and the deviation CV·|X/P|.
    fn spread(
        &self,
        function: Aggregate,
        (xs, ps): (&[Real], &[Real]),
        (members, scope, arguments): (&[Member], &Scope, &[Expr]),
        frame: Frame<'_>,
    ) -> Value {
        let mut gaps = Gaps::new();
        let mut terms = Vec::with_capacity(xs.len());
        let (mut all_x, mut all_p) = (Vec::with_capacity(xs.len()), Vec::with_capacity(xs.len()));
        for (member, (x, p)) in members.iter().zip(xs.iter().zip(ps)) {
            let (Some(x), Some(p)) = (x.rational(), p.rational()) else { return Value::Missing(gaps) };
            if *p == num(0) {
                if let Some(weight) = arguments.get(1) {
                    gaps.extend(self.zero_denominator(weight, frame.at(scope.rows.table, member.row)));
                }
                continue;
            }
            terms.push(x * x / p);
            all_x.push(x.clone());
            all_p.push(p.clone());
        }
        if !gaps.is_empty() {
            return Value::Missing(gaps);
        }
        let reason = Reason::ZeroDenominator;
        let nothing = || Value::Missing(vec![Missing { table: scope.rows.table, spot: Spot::Table, field: None, reason }]);
        spread(function == Aggregate::Deviation, all_x, all_p, terms).map_or_else(nothing, Value::Number)
    }

    /// `CV² = (n·Σx²/X² − 1)·n/(n − 1)`: the sample deviation over the mean.
    fn sample_variation(&self, values: &[Real], table: TableId) -> Value {
        let known: Option<Vec<Num>> = values.iter().map(|v| v.rational().cloned()).collect();
        let Some(known) = known else { return Value::Missing(Gaps::new()) };
        let nothing = || Value::Missing(vec![Missing { table, spot: Spot::Table, field: None, reason: Reason::ZeroDenominator }]);
        sample_spread(known).map_or_else(nothing, Value::Number)
    }

    /// Whether any or all rows hold; a row that decides needs no other.
    pub(super) fn quantified(&self, function: Aggregate, scope: &Scope, arguments: &[Expr], frame: Frame<'_>) -> Truth {
        let members = self.scope(scope, frame);
        let any = function == Aggregate::Any;
        if members.is_empty() {
            let absent = self.unsupplied(&scope.rows);
            return match (absent.is_empty(), any, &scope.extent) {
                (false, ..) => Truth::Unknown(absent),
                (true, true, _) => Truth::False,
                (true, false, Extent::Related(_)) => Truth::True,
                (true, false, _) => Truth::Vacuous,
            };
        }
        let truths = members.iter().map(|member| {
            let at = frame.at(scope.rows.table, member.row);
            let holds = arguments.first().map_or(Truth::True, |a| self.truth(a, at));
            match &member.unknown {
                None => holds,
                // A row that may not belong decides nothing by itself, and matters only where it could.
                Some(_) if holds.fails() == any && !matches!(holds, Truth::Unknown(_)) => holds,
                Some(gaps) => Truth::Unknown(gaps.as_ref().clone()),
            }
        });
        if any { Truth::any(truths) } else { Truth::all(truths) }
    }
}

/// The weighted coefficient of variation, or the deviation, of values `x/p`; `terms` are `x²/p`. `None` where there is nothing to divide by.
pub(crate) fn spread(deviation: bool, xs: Vec<Num>, ps: Vec<Num>, terms: Vec<Num>) -> Option<Real> {
    let (x, p, squares) = (pairwise(xs), pairwise(ps), pairwise(terms));
    if p == num(0) || (x == num(0) && !deviation) {
        return None;
    }
    // The deviation is taken without dividing by X, which may be 0.
    let mean = &x / &p;
    let square = if deviation { squares / &p - &mean * &mean } else { &p * squares / (&x * &x) - num(1) };
    let root = Real::sqrt(&square)?;
    Some(if !deviation && x.cmp(&num(0)) == Ordering::Less { -&root } else { root })
}

/// `CV` of a sample; `None` where there is nothing to divide by.
fn sample_spread(values: Vec<Num>) -> Option<Real> {
    let (count, squares) = (Num::from(values.len()), pairwise(values.iter().map(|x| x * x).collect()));
    let sum = pairwise(values);
    if sum == num(0) || count <= num(1) {
        return None;
    }
    let root = Real::sqrt(&((&count * squares / (&sum * &sum) - num(1)) * &count / (&count - num(1))))?;
    Some(if sum < num(0) { -&root } else { root })
}

/// A statistic of values that are all there; `None` where it says nothing of them.
pub(crate) fn statistic(function: Aggregate, values: Vec<Num>, share: Option<&Num>) -> Option<Real> {
    let count = Num::from(values.len());
    let real = |values: Vec<Num>| values.into_iter().map(Real::Rational);
    match function {
        Aggregate::Sum => Some(Real::Rational(pairwise(values))),
        Aggregate::Mean => Real::Rational(pairwise(values)).checked_div(&Real::Rational(count)),
        Aggregate::Min => real(values).min(),
        Aggregate::Max => real(values).max(),
        Aggregate::Quantile => quantile(real(values).collect(), share?),
        Aggregate::SampleVariation => sample_spread(values),
        _ => None,
    }
}

/// At place `1 + (n − 1)·share` of the sorted values, between neighbours in proportion.
pub(super) fn quantile(mut values: Vec<Real>, share: &Num) -> Option<Real> {
    values.sort();
    let place = Num::from(values.len().checked_sub(1)?) * share;
    let below = place.floor();
    let rest = place - Num::from(below.clone());
    let index = usize::try_from(below).ok()?;
    let low = values.get(index)?;
    let Some(high) = values.get(index + 1) else { return Some(low.clone()) };
    Some(low + &(&(high - low) * &Real::Rational(rest)))
}

fn unknown(members: &[Member]) -> Gaps {
    members.iter().filter_map(|m| m.unknown.as_ref()).flat_map(|gaps| gaps.iter().cloned()).collect()
}

fn sum(values: Vec<Real>) -> Real {
    let (mut rational, mut rest) = (Vec::with_capacity(values.len()), Real::Rational(num(0)));
    for value in values {
        match value {
            Real::Rational(value) => rational.push(value),
            other @ Real::Roots(_) => rest = &rest + &other,
        }
    }
    &rest + &Real::Rational(pairwise(rational))
}

/// Adds neighbours until one is left, so that denominators grow only with the depth.
fn pairwise(mut values: Vec<Num>) -> Num {
    while values.len() > 1 {
        values = values
            .chunks(2)
            .map(|pair| match pair {
                [a, b] => a + b,
                [a] => a.clone(),
                _ => num(0),
            })
            .collect();
    }
    values.pop().unwrap_or_else(|| num(0))
}
