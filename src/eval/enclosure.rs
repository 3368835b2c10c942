//! Bounds for coefficients of variation, in whole numbers: where they decide what is asked, no root is taken exactly.
//!
//! For `x = a/u` with `a ≥ 0`, `u > 0` and weights `p > 0`, all in whole multiples of units that cancel, `CV² = P·S/X² − 1` with `P = Σp`,
//! `X = Σa/u` and `S = Σ a²/(u²·p)`. `P` is exact. Each term of `S` is taken as `⌊2⁶⁴·a²/(u²·p)⌋`, which is below `2⁶⁴·a²/(u²·p)` by less
//! than 1, so that with `n` terms `2⁶⁴·S` lies in `[s, s + n]`; of `X` likewise, where only terms with `u > 1` are inexact. The lower bound
//! of `CV²` takes the lower `S` and the upper `X`, the upper bound the others; the quotient and the root are rounded down for the lower
//! bound and up for the upper. Both bounds are multiples of `2^-BITS`. A comparison is decided where the bounds lie apart, and a decimal
//! where both round to it: rounding never turns the order of two numbers, so what is between them rounds to the same. All else is left to
//! exact roots.

use super::columns::Weighted;
use super::context::{Context, Frame};
use super::truth::ordered;
use crate::plan::{Aggregate, CompareOp, Comparison, Expr, Function, Judged, Scope};
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

    /// The coefficient of variation of `x/p` with weights `p`, of `x = a/u` given as `(a, u, p)`; `None` where one is not
    /// clear, where they are not positive, or too large.
    pub fn variation(terms: impl Iterator<Item = Option<(u64, u64, u64)>>) -> Option<Self> {
        let (mut x, mut inexact, mut all_p, mut squares, mut count) = (0u128, 0u128, 0u128, 0u128, 0u128);
        for term in terms {
            let (a, u, p) = term?;
            let share = u128::from(a) << FINER;
            x = x.checked_add(if u == 1 { share } else { share.checked_div(u128::from(u))? })?;
            inexact += u128::from(u != 1);
            squares = squares.checked_add(square(a, u, p)?)?;
            all_p += u128::from(p);
            count += 1;
        }
        if x == 0 {
            return None;
        }
        let over = |squares: u128| IBig::from(UBig::from(all_p) * UBig::from(squares)) << FINER;
        let mean = |x: u128| UBig::from(x) * UBig::from(x);
        let (most, least) = (mean(x.checked_add(inexact)?), mean(x));
        // The square cannot be below 0, whatever the bound is.
        let low = UBig::try_from(over(squares) - IBig::from(most.clone())).unwrap_or_default();
        let high = UBig::try_from(over(squares.checked_add(count)?) - IBig::from(least.clone())).ok()?;
        let root = |n: UBig, mean: &UBig| ((n << (2 * BITS)) / mean).sqrt();
        Some(Self { low: IBig::from(root(low, &most)), high: IBig::from(root(high, &least) + UBig::ONE) })
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
        let scale = UBig::from(10u8).pow(PLACES);
        // Half a place more, and what is beyond the place is cut off: no bound is below 0.
        let rounded = |n: &IBig| (((n * &scale) << 1) + (IBig::ONE << BITS)) >> (BITS + 1);
        let low = rounded(&self.low);
        (low == rounded(&self.high)).then(|| format_decimal(&Num::from_parts(low, scale), PLACES))
    }
}

impl Context<'_> {
    /// Whether a condition on coefficients of variation holds, and the decimal that is measured, where bounds tell both.
    pub(super) fn enclosed(&self, judged: &Judged, frame: Frame<'_>) -> Option<(bool, Option<String>)> {
        let Comparison { value, op, threshold, unit, .. } = judged.comparison.as_ref()?;
        if self.columns.is_none() || !unit.is_plain() || !is_variation(value) || !is_of(&judged.condition, value, *op, threshold) {
            return None;
        }
        let (value, threshold) = (self.enclosure(value, frame)?, self.enclosure(threshold, frame)?);
        Some((ordered(*op, value.against(&threshold)?), Some(value.shown()?)))
    }

    fn enclosure(&self, expr: &Expr, frame: Frame<'_>) -> Option<Enclosure> {
        match expr {
            Expr::Number(n) => Some(Enclosure::of(n)),
            Expr::Function { function: Function::Mean, arguments } => {
                let parts: Option<Vec<Enclosure>> = arguments.iter().map(|a| self.enclosure(a, frame)).collect();
                Enclosure::mean(&parts?)
            }
            Expr::Aggregate { function: Aggregate::Variation, scope, arguments } => {
                let weighted = self.columns.as_ref()?.weighted(arguments)?;
                let Some(key) = frame.subject.zip(weighted.alike) else { return self.variation(&weighted, scope, frame) };
                if let Some(known) = self.variations.borrow().get(&key) {
                    return known.clone();
                }
                let found = self.variation(&weighted, scope, frame);
                self.variations.borrow_mut().insert(key, found.clone());
                found
            }
            _ => None,
        }
    }

    fn variation(&self, of: &Weighted<'_>, scope: &Scope, frame: Frame<'_>) -> Option<Enclosure> {
        let members = self.scope(scope, frame);
        if members.is_empty() || members.iter().any(|m| m.unknown.is_some()) {
            return None;
        }
        Enclosure::variation(members.iter().map(|m| of.term(m.row)))
    }
}

/// `⌊2^FINER·a²/(u²·p)⌋`
fn square(a: u64, u: u64, p: u64) -> Option<u128> {
    let (square, under) = (u128::from(a) * u128::from(a), (u128::from(u) * u128::from(u)).checked_mul(u128::from(p)));
    if let (Ok(square), Some(under)) = (u64::try_from(square), under) {
        return (u128::from(square) << FINER).checked_div(under);
    }
    let of = |n: u64| UBig::from(u128::from(n) * u128::from(n));
    let under = of(u) * UBig::from(p);
    if under == UBig::ZERO { None } else { u128::try_from((of(a) << FINER) / under).ok() }
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

    fn exact(terms: &[(u64, u64, u64)]) -> Real {
        let of = |n: u64| num(i64::try_from(n).unwrap());
        let (xs, ps): (Vec<Num>, Vec<Num>) = terms.iter().map(|(a, u, p)| (of(*a) / of(*u), of(*p))).unzip();
        let squares = xs.iter().zip(&ps).map(|(x, p)| x * x / p).collect();
        spread(false, xs, ps, squares).unwrap()
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
            let over = [1, 1, 400_000][usize::try_from(next(3)).unwrap()];
            let terms: Vec<(u64, u64, u64)> = (0..count).map(|_| (next(largest), 1 + next(over), 1 + next(3_000))).collect();
            let Some(found) = Enclosure::variation(terms.iter().copied().map(Some)) else { continue };
            let root = exact(&terms);
            let bound = |n: &IBig| Real::Rational(Num::from_parts(n.clone(), UBig::ONE << BITS));
            assert!(bound(&found.low) <= root && root <= bound(&found.high), "{terms:?}");
            // Small sums leave fewer places to the bounds.
            let small = over > 1 && largest < 1_000_000;
            assert!(small || root.to_decimal(3) == "0" || &found.high - &found.low < IBig::ONE << (BITS - 40), "{terms:?}");
            assert!(found.shown().is_none_or(|text| text == root.to_decimal(PLACES)), "{terms:?}");
        }
    }

    #[test]
    fn what_is_equal_is_not_decided() {
        // All shares alike: the coefficient is 0, which no bound tells from a little more.
        let none = Enclosure::variation([(2, 1, 10), (3, 1, 15), (8, 2, 20)].into_iter().map(Some)).unwrap();
        assert_eq!((none.against(&Enclosure::of(&num(0))), none.shown()), (None, None));
        assert_eq!(none.against(&Enclosure::of(&(num(1) / num(2)))), Some(Ordering::Less));
        // Shares 1 and 3 with equal weights: the coefficient is 1/2 exactly.
        let half = Enclosure::variation([(10, 1, 10), (30, 1, 10)].into_iter().map(Some)).unwrap();
        assert_eq!(half.against(&Enclosure::of(&(num(1) / num(2)))), None);
    }
}
