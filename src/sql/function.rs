//! Plain functions of exact numbers.

use super::exact::{Exact, Part};
use super::expression::Quantity;
use super::lower::{Lower, Said};
use super::scope::Scope;
use crate::plan::{ArithmeticOp, Expr, Function};
use crate::value::{Num, num};
use dashu_int::{IBig, UBig};

impl Lower<'_> {
    pub(super) fn function(&mut self, function: Function, arguments: &[Expr], scope: &mut Scope) -> Said<Quantity> {
        if function == Function::Holding {
            return self.held(arguments, scope).map(Quantity::Exact);
        }
        if arguments.iter().any(super::points::counts_conditions) {
            return self.unsayable("成立个数的这种用法");
        }
        let values: Said<Vec<Quantity>> = arguments.iter().map(|a| self.number(a, scope)).collect();
        let values = values?;
        if function == Function::Mean && values.iter().any(|v| matches!(v, Quantity::Rough(_))) {
            return self.rough_mean(&values, scope).map(|r| Quantity::Rough(Box::new(r)));
        }
        let exact: Option<Vec<Exact>> = values.into_iter().map(|v| if let Quantity::Exact(e) = v { Some(e) } else { None }).collect();
        let Some(exact) = exact else { return self.unsayable("开方值、商的统计的这个函数") };
        let made = match (function, exact.as_slice()) {
            (Function::Mean, [first, rest @ ..]) => {
                let mut sum = first.clone();
                for next in rest {
                    sum = self.exact(ArithmeticOp::Add, &sum, next, &Expr::BaseYear, scope)?;
                }
                Exact { factor: sum.factor / Num::from(exact.len()), ..sum }
            }
            (Function::Min | Function::Max, [first, rest @ ..]) => {
                let mut found = first.clone();
                for next in rest {
                    found = self.outer(if function == Function::Min { "least" } else { "greatest" }, &found, next, scope)?;
                }
                found
            }
            (Function::Abs, [only]) => {
                let factor = if only.factor < num(0) { -only.factor.clone() } else { only.factor.clone() };
                let sql = scope.step(&format!("abs({})", self.arithmetic.plain(&only.over)));
                Exact { factor, over: Part { sql, is_sum: false, ..only.over.clone() }, nonnegative: true, ..only.clone() }
            }
            (Function::Ceil | Function::Floor, [only]) => self.whole_part(function, only, scope)?,
            (Function::Round, [of, _]) => match arguments.get(1) {
                Some(Expr::Number(places)) => self.rounded_to(of, places, scope)?,
                _ => return self.unsayable("位数要算的“保留”"),
            },
            _ => return self.unsayable("这个函数"),
        };
        Ok(Quantity::Exact(made))
    }

    /// The lesser or the greater.
    fn outer(&mut self, which: &str, a: &Exact, b: &Exact, scope: &mut Scope) -> Said<Exact> {
        let common = self.arithmetic.common(a, b);
        let (left, right, under, factor) = self.fit(common)?;
        let sql = format!("{which}({}, {})", self.arithmetic.plain(&left), self.arithmetic.plain(&right));
        let over = self.one_of(&left, &right, &sql, scope);
        let (gap, empty) = (self.gaps(scope, [&a.gap, &b.gap]), super::expression::either(&a.empty, &b.empty));
        let nonnegative = if which == "greatest" { a.nonnegative || b.nonnegative } else { a.nonnegative && b.nonnegative };
        Ok(Exact { factor, over, under, gap, empty, nonnegative })
    }

    /// SQL that is one of two decimals, as a step.
    pub(super) fn one_of(&self, a: &Part, b: &Part, sql: &str, scope: &mut Scope) -> Part {
        let places = a.places.max(b.places);
        let bound = if a.bound > b.bound { a.bound.clone() } else { b.bound.clone() };
        let over = Part { sql: String::new(), bound, places, is_sum: false };
        Part { sql: scope.step(&self.speech.hold(sql, over.whole(), places)), ..over }
    }

    /// The value times ten to a power, as a quotient of whole numbers.
    pub(super) fn whole_ratio(&mut self, of: &Exact, power: usize) -> Said<(Part, Part)> {
        let under = of.under.clone().unwrap_or_else(Part::one);
        let (p, q) = of.factor.clone().into_parts();
        let places = of.over.places.max(under.places);
        let ten = |n: usize| IBig::from(UBig::from(10u8).pow(n));
        let over = self.fit(self.arithmetic.multiple(&of.over, &(p * ten(power + places))))?;
        let under = self.fit(self.arithmetic.multiple(&under, &(IBig::from(q) * ten(places))))?;
        let whole = |part: Part| {
            let sql = self.arithmetic.plain(&part);
            // Places that are all 0 by now.
            let sql = if part.places > 0 { self.speech.hold(&sql, part.whole(), 0) } else { sql };
            Part { sql, places: 0, is_sum: false, ..part }
        };
        Ok((whole(over), whole(under)))
    }

    /// The whole part of a quotient, as a step; NULL where there is nothing to divide by.
    fn divided(&mut self, over: &str, under: &str, bound: &Num, scope: &mut Scope) -> Said<Part> {
        let part = Part { sql: String::new(), bound: bound.clone(), places: 0, is_sum: false };
        if self.speech.digits().is_some_and(|most| part.whole() > most) {
            return self.unsayable("这样大的数取整");
        }
        let quotient = self.speech.whole_quotient(&format!("({over})"), &format!("({under})"));
        let sql = self.speech.hold(&format!("CASE WHEN {under} > 0 THEN {quotient} END"), part.whole(), 0);
        Ok(Part { sql: scope.step(&sql), ..part })
    }

    /// Up or down to a whole number, by whole division.
    fn whole_part(&mut self, function: Function, of: &Exact, scope: &mut Scope) -> Said<Exact> {
        if !of.nonnegative {
            return self.unsayable("可以为负的数取整");
        }
        let bound = self.largest(of);
        let (over, under) = self.whole_ratio(of, 0)?;
        let (o, u) = (scope.step(&over.sql), scope.step(&under.sql));
        let o = if function == Function::Ceil { format!("{o} + {u} - 1") } else { o };
        let over = self.divided(&o, &u, &(bound + num(1)), scope)?;
        Ok(Exact { factor: num(1), over, under: None, ..of.clone() })
    }

    /// Half up, to so many places.
    fn rounded_to(&mut self, of: &Exact, places: &Num, scope: &mut Scope) -> Said<Exact> {
        let places = usize::try_from(places.floor()).ok().filter(|p| *p <= 6);
        let places = self.must(places, "六位以上小数的“保留”")?;
        if !of.nonnegative {
            return self.unsayable("可以为负的数的“保留”");
        }
        let scale = Num::from(UBig::from(10u8).pow(places));
        let bound = (self.largest(of) + num(1)) * &scale;
        let (over, under) = self.whole_ratio(of, places)?;
        let (o, u) = (scope.step(&over.sql), scope.step(&under.sql));
        let doubled =
            (self.fit(self.arithmetic.multiple(&over, &IBig::from(2)))?, self.fit(self.arithmetic.multiple(&under, &IBig::from(2)))?);
        let sum = self.fit(self.arithmetic.plus(&doubled.0, '+', &under))?;
        let wide = [sum.whole(), doubled.1.whole()].into_iter().max().unwrap_or_default();
        let held = |sql: &str| self.speech.hold(sql, wide, 0);
        let (o, u) = (scope.step(&held(&format!("{o} * 2 + {u}"))), scope.step(&held(&format!("{u} * 2"))));
        let over = self.divided(&o, &u, &bound, scope)?;
        Ok(Exact { factor: num(1) / scale, over, under: None, ..of.clone() })
    }

    /// What the value never exceeds where its denominator is a whole number or one of so many places.
    fn largest(&self, of: &Exact) -> Num {
        let least = of.under.as_ref().map_or(num(1), |u| Num::from(UBig::from(10u8).pow(u.places)));
        &of.over.bound * least * &of.factor
    }
}
