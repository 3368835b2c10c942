//! Bounds for coefficients of variation, in whole numbers: where they decide what is asked, no root is taken exactly.
//!
//! For `x ≥ 0` and `p > 0` in whole multiples of units that cancel, `CV² = P·S/X² − 1` with `P = Σp`, `X = Σx` and `S = Σ x²/p`.
//! `P` and `X` are exact. Each term of `S` is taken as `⌊x²·2⁶⁴/p⌋`, which is below `x²·2⁶⁴/p` by less than 1, so that with `n` terms
//! `S·2⁶⁴` lies in `[s, s + n]`. The quotient and the root are rounded down for the lower bound and up for the upper. Both bounds are
//! multiples of `2^-BITS`. A comparison is decided where the bounds lie apart, and a decimal where both round to it: rounding never
//! turns the order of two numbers, so what is between them rounds to the same. All else is left to exact roots.

use super::columns::Pairs;
use super::context::{Context, Frame};
use super::truth::ordered;
use crate::plan::{Aggregate, CompareOp, Comparison, Expr, Function, Judged};
use crate::value::{Num, format_decimal};
use dashu_base::SquareRoot;
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;

/// Binary places of a bound.
const BITS: usize = 80;
/// Binary places of a sum of squares.
const FINER: usize = 64;
/// Decimal places that are shown.
const PLACES: usize = 12;

/// A number between two, in units of `2^-BITS`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enclosure {
    low: IBig,
    high: IBig,
}

impl Enclosure {
    /// A rational number.
    fn of(value: &Num) -> Self {
        let scaled = value * Num::from(IBig::ONE << BITS);
        Self { low: scaled.floor(), high: scaled.ceil() }
    }

    /// The coefficient of variation of `x/p` with weights `p`; `None` where it is not of positive numbers, or too large.
    pub fn variation(pairs: impl Iterator<Item = (u64, u64)>) -> Option<Self> {
        let (mut all_x, mut all_p, mut squares, mut terms) = (0u128, 0u128, 0u128, 0u128);
        for (x, p) in pairs {
            let square = u64::try_from(u128::from(x) * u128::from(x)).ok()?;
            let term = (u128::from(square) << FINER).checked_div(u128::from(p))?;
            squares = squares.checked_add(term)?;
            all_x += u128::from(x);
            all_p += u128::from(p);
            terms += 1;
        }
        if all_x == 0 {
            return None;
        }
        let (x, p) = (UBig::from(all_x), UBig::from(all_p));
        let mean = IBig::from(&x * &x) << FINER;
        let over = |squares: u128| IBig::from(&p * UBig::from(squares)) - &mean;
        let (low, high) = (over(squares), over(squares.checked_add(terms)?));
        // The square cannot be below 0, whatever the bound is.
        let low = UBig::try_from(low).unwrap_or_default();
        let high = UBig::try_from(high).ok()?;
        let mean = UBig::try_from(mean).ok()?;
        let root = |n: UBig| ((n << (2 * BITS)) / &mean).sqrt();
        Some(Self { low: IBig::from(root(low)), high: IBig::from(root(high) + UBig::ONE) })
    }

    /// The mean of some.
    fn mean(parts: &[Self]) -> Option<Self> {
        let count = Num::from(parts.len());
        let sum = |of: fn(&Self) -> &IBig| parts.iter().map(of).fold(IBig::ZERO, |sum, n| sum + n);
        let quotient = |n: IBig| Num::from(n) / &count;
        (!parts.is_empty()).then(|| Self { low: quotient(sum(|p| &p.low)).floor(), high: quotient(sum(|p| &p.high)).ceil() })
    }

    /// How it stands to another, where the bounds tell.
    fn against(&self, other: &Self) -> Option<Ordering> {
        if self.high < other.low { Some(Ordering::Less) } else { (self.low > other.high).then_some(Ordering::Greater) }
    }

    /// The decimal string, where both bounds round to it.
    fn shown(&self) -> Option<String> {
        let text = |n: &IBig| format_decimal(&Num::from_parts(n.clone(), UBig::ONE << BITS), PLACES);
        Some(text(&self.low)).filter(|low| *low == text(&self.high))
    }
}

impl Context<'_> {
    /// Whether a condition on coefficients of variation holds, and the decimal that is measured, where bounds tell both.
    pub(super) fn enclosed(&self, judged: &Judged, frame: Frame<'_>) -> Option<(bool, String)> {
        let Comparison { value, op, threshold, unit, .. } = judged.comparison.as_ref()?;
        if self.columns.is_none() || !unit.is_plain() || !is_variation(value) || !is_of(&judged.condition, value, *op, threshold) {
            return None;
        }
        let (value, threshold) = (self.enclosure(value, frame)?, self.enclosure(threshold, frame)?);
        let holds = ordered(*op, value.against(&threshold)?);
        if !holds && !judged.reliefs.is_empty() {
            return None;
        }
        Some((holds, value.shown()?))
    }

    fn enclosure(&self, expr: &Expr, frame: Frame<'_>) -> Option<Enclosure> {
        match expr {
            Expr::Number(n) => Some(Enclosure::of(n)),
            Expr::Function { function: Function::Mean, arguments } => {
                let parts: Option<Vec<Enclosure>> = arguments.iter().map(|a| self.enclosure(a, frame)).collect();
                Enclosure::mean(&parts?)
            }
            Expr::Aggregate { function: Aggregate::Variation, scope, arguments } => {
                let members = self.scope(scope, frame);
                if members.is_empty() || members.iter().any(|m| m.unknown.is_some()) {
                    return None;
                }
                let Pairs { xs, ps } = self.columns.as_ref()?.pairs(arguments)?;
                let positive = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
                let pair = |row: u32| Some((positive(xs.number(row))?, positive(ps.number(row)).filter(|p| *p > 0)?));
                let pairs: Option<Vec<(u64, u64)>> = members.iter().map(|m| pair(m.row)).collect();
                Enclosure::variation(pairs?.into_iter())
            }
            _ => None,
        }
    }
}

/// Whether an expression is a coefficient of variation or a mean of such.
pub(super) fn is_variation(expr: &Expr) -> bool {
    match expr {
        Expr::Aggregate { function: Aggregate::Variation, .. } => true,
        Expr::Function { function: Function::Mean, arguments } => arguments.iter().all(is_variation),
        _ => false,
    }
}

fn is_of(condition: &Expr, value: &Expr, op: CompareOp, threshold: &Expr) -> bool {
    matches!(condition, Expr::Compare { op: own, left, right } if *own == op && **left == *value && **right == *threshold)
}

#[cfg(test)]
mod tests {
    use super::super::aggregate::spread;
    use super::*;
    use crate::value::{Real, num};

    fn exact(pairs: &[(u64, u64)]) -> Real {
        let of = |n: u64| num(i64::try_from(n).unwrap());
        let (xs, ps): (Vec<Num>, Vec<Num>) = pairs.iter().map(|(x, p)| (of(*x), of(*p))).unzip();
        let terms = xs.iter().zip(&ps).map(|(x, p)| x * x / p).collect();
        spread(false, xs, ps, terms).unwrap()
    }

    #[test]
    fn the_bounds_hold_the_root_and_are_narrow() {
        let mut state = 7u64;
        let mut next = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        for _ in 0..300 {
            let count = 2 + next(40);
            let largest = [5, 100, 3_000, 20_000_000][usize::try_from(next(4)).unwrap()];
            let pairs: Vec<(u64, u64)> = (0..count).map(|_| (next(largest), 1 + next(3_000))).collect();
            let Some(found) = Enclosure::variation(pairs.iter().copied()) else { continue };
            let root = exact(&pairs);
            let bound = |n: &IBig| Real::Rational(Num::from_parts(n.clone(), UBig::ONE << BITS));
            assert!(bound(&found.low) <= root && root <= bound(&found.high), "{pairs:?}");
            assert!(root.to_decimal(3) == "0" || &found.high - &found.low < IBig::ONE << (BITS - 44), "{pairs:?}");
            assert!(found.shown().is_none_or(|text| text == root.to_decimal(PLACES)), "{pairs:?}");
        }
    }

    #[test]
    fn what_is_equal_is_not_decided() {
        // All shares alike: the coefficient is 0, which no bound tells from a little more.
        let none = Enclosure::variation([(2, 10), (3, 15), (4, 20)].into_iter()).unwrap();
        assert_eq!((none.against(&Enclosure::of(&num(0))), none.shown()), (None, None));
        assert_eq!(none.against(&Enclosure::of(&(num(1) / num(2)))), Some(Ordering::Less));
        // Shares 1 and 3 with equal weights: the coefficient is 1/2 exactly.
        let half = Enclosure::variation([(10, 10), (30, 10)].into_iter()).unwrap();
        assert_eq!(half.against(&Enclosure::of(&(num(1) / num(2)))), None);
    }
}
