//! Numbers that may hold square roots: rationals, and sums of roots of rationals, compared without rounding.

use super::number::{Num, format_decimal, num, round_half_up};
use dashu_base::{Signed, SquareRoot};
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

/// A rational, or a rational plus rational multiples of square roots.
#[derive(Debug, Clone, PartialEq)]
pub enum Real {
    Rational(Num),
    Roots(Roots),
}

/// `rational + Σ coefficient·√radicand`: at least one term, no radicand a square, no two whose product is a square.
///
/// Such roots are linearly independent over the rationals, so a value of this form is never rational and a comparison ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Roots {
    rational: Num,
    terms: Vec<(Num, UBig)>,
}

impl Real {
    /// The square root; `None` for a negative number.
    pub fn sqrt(value: &Num) -> Option<Self> {
        if value.is_negative() {
            return None;
        }
        let (n, d) = value.clone().into_parts();
        let (_, n) = n.into_parts();
        let coefficient = Num::from_parts(IBig::ONE, d.clone());
        Some(normalise(num(0), vec![(coefficient, n * d)]))
    }

    /// The number itself where it is rational.
    pub fn rational(&self) -> Option<&Num> {
        match self {
            Self::Rational(value) => Some(value),
            Self::Roots(_) => None,
        }
    }

    /// The quotient; `None` where the divisor is 0 or holds a root.
    pub fn checked_div(&self, divisor: &Self) -> Option<Self> {
        let divisor = divisor.rational().filter(|d| **d != num(0))?;
        Some(self * &Self::Rational(num(1) / divisor))
    }

    /// Whether this is 0.
    pub fn is_zero(&self) -> bool {
        self.rational().is_some_and(|r| *r == num(0))
    }

    /// How the number stands to 0.
    pub fn sign(&self) -> Ordering {
        match self {
            Self::Rational(value) => value.cmp(&num(0)),
            Self::Roots(roots) => roots.sign(),
        }
    }

    /// The absolute value.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.sign() == Ordering::Less { -self } else { self.clone() }
    }

    /// The number rounded to `places` decimals, half away from zero, exactly.
    pub fn rounded(&self, places: usize) -> Num {
        match self {
            Self::Rational(value) => round_half_up(value, places),
            Self::Roots(roots) => roots.settle(|lo, hi| {
                let (lo, hi) = (round_half_up(lo, places), round_half_up(hi, places));
                (lo == hi).then_some(lo)
            }),
        }
    }

    /// The greatest whole number that is not above.
    pub fn floor(&self) -> Num {
        match self {
            Self::Rational(value) => Num::from(value.floor()),
            Self::Roots(roots) => roots.settle(|lo, hi| (lo.floor() == hi.floor()).then(|| Num::from(lo.floor()))),
        }
    }

    /// The decimal string of [`Real::rounded`], trailing zeros dropped.
    pub fn to_decimal(&self, places: usize) -> String {
        match self {
            Self::Rational(value) => format_decimal(value, places),
            Self::Roots(_) => format_decimal(&self.rounded(places), places),
        }
    }

    fn parts(&self) -> (Num, Vec<(Num, UBig)>) {
        match self {
            Self::Rational(value) => (value.clone(), Vec::new()),
            Self::Roots(roots) => (roots.rational.clone(), roots.terms.clone()),
        }
    }
}

impl Roots {
    fn sign(&self) -> Ordering {
        if let [(c, r)] = self.terms.as_slice() {
            return self.sign_of_single(c, r);
        }
        let zero = num(0);
        self.settle(|lo, hi| if *lo > zero { Some(Ordering::Greater) } else { (*hi < zero).then_some(Ordering::Less) })
    }

    /// `a + c√r`: where the signs differ, the squares decide.
    fn sign_of_single(&self, c: &Num, r: &UBig) -> Ordering {
        let (a, c_sign) = (&self.rational, c.cmp(&num(0)));
        let a_sign = a.cmp(&num(0));
        if a_sign == Ordering::Equal || a_sign == c_sign {
            return c_sign;
        }
        let root = c * c * Num::from(r.clone());
        if root > a * a { c_sign } else { a_sign }
    }

    /// Narrows bounds around the value until `decide` has an answer; the value is irrational, so it always comes.
    fn settle<T>(&self, decide: impl Fn(&Num, &Num) -> Option<T>) -> T {
        let mut digits = 24usize;
        loop {
            let (lo, hi) = self.bounds(digits);
            if let Some(answer) = decide(&lo, &hi) {
                return answer;
            }
            digits = digits.saturating_mul(2);
        }
    }

    fn bounds(&self, digits: usize) -> (Num, Num) {
        let scale = UBig::from(10u8).pow(digits);
        let (mut lo, mut hi) = (self.rational.clone(), self.rational.clone());
        for (c, r) in &self.terms {
            let floor = (r * &scale * &scale).sqrt();
            let under = c * Num::from_parts(IBig::from(floor.clone()), scale.clone());
            let over = c * Num::from_parts(IBig::from(floor + UBig::ONE), scale.clone());
            let (under, over) = if under <= over { (under, over) } else { (over, under) };
            lo += under;
            hi += over;
        }
        (lo, hi)
    }
}

fn exact_root(n: &UBig) -> Option<UBig> {
    let root = n.sqrt();
    (&root * &root == *n).then_some(root)
}

/// Moves square radicands to the rational part and joins terms whose radicands differ by a square.
fn normalise(mut rational: Num, terms: Vec<(Num, UBig)>) -> Real {
    let mut kept: Vec<(Num, UBig)> = Vec::new();
    for (c, r) in terms {
        if let Some(root) = exact_root(&r) {
            rational += c * Num::from(root);
            continue;
        }
        let mut same = kept.iter_mut().find_map(|(k, s)| exact_root(&(&*s * &r)).map(|root| (k, s, root)));
        if let Some((k, s, root)) = &mut same {
            **k += c * Num::from_parts(IBig::from(root.clone()), s.clone());
        } else {
            kept.push((c, r));
        }
    }
    kept.retain(|(c, _)| *c != num(0));
    if kept.is_empty() { Real::Rational(rational) } else { Real::Roots(Roots { rational, terms: kept }) }
}

impl From<Num> for Real {
    fn from(value: Num) -> Self {
        Self::Rational(value)
    }
}

impl Add for &Real {
    type Output = Real;
    fn add(self, other: &Real) -> Real {
        if let (Real::Rational(a), Real::Rational(b)) = (self, other) {
            return Real::Rational(a + b);
        }
        let ((a, mut terms), (b, more)) = (self.parts(), other.parts());
        terms.extend(more);
        normalise(a + b, terms)
    }
}

impl Neg for &Real {
    type Output = Real;
    fn neg(self) -> Real {
        match self {
            Real::Rational(value) => Real::Rational(-value),
            Real::Roots(_) => self * &Real::Rational(num(-1)),
        }
    }
}

impl Sub for &Real {
    type Output = Real;
    fn sub(self, other: &Real) -> Real {
        self + &-other
    }
}

impl Mul for &Real {
    type Output = Real;
    fn mul(self, other: &Real) -> Real {
        if let (Real::Rational(a), Real::Rational(b)) = (self, other) {
            return Real::Rational(a * b);
        }
        let ((a, left), (b, right)) = (self.parts(), other.parts());
        let mut terms: Vec<(Num, UBig)> = left.iter().map(|(c, r)| (c * &b, r.clone())).collect();
        terms.extend(right.iter().map(|(c, r)| (c * &a, r.clone())));
        for (c, r) in &left {
            terms.extend(right.iter().map(|(d, s)| (c * d, r * s)));
        }
        normalise(a * b, terms)
    }
}

impl Eq for Real {}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Rational(a), Self::Rational(b)) => a.cmp(b),
            _ => (self - other).sign(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(n: i64) -> Real {
        Real::sqrt(&num(n)).unwrap()
    }

    fn whole(n: i64) -> Real {
        Real::Rational(num(n))
    }

    #[test]
    fn squares_become_rational() {
        assert_eq!(Real::sqrt(&(num(9) / num(4))), Some(Real::Rational(num(3) / num(2))));
        assert_eq!(Real::sqrt(&num(-1)), None);
        assert_eq!(&root(2) * &root(8), whole(4));
        assert!((&root(8) - &(&root(2) * &whole(2))).is_zero());
    }

    #[test]
    fn sums_of_roots_compare_exactly() {
        assert!(&root(2) + &root(3) > root(9));
        assert_eq!((&root(2) + &root(3)).cmp(&(&root(3) + &root(2))), Ordering::Equal);
        assert!(root(2) < Real::Rational(num(141_421_357) / num(100_000_000)));
        assert!(-&root(2) < Real::Rational(num(-1)));
        assert_eq!((&root(10) + &root(11)).cmp(&(&root(5) + &root(18))), Ordering::Greater);
    }

    #[test]
    fn rounding_is_exact() {
        assert_eq!(root(2).to_decimal(12), "1.414213562373");
        assert_eq!((-&root(2)).to_decimal(3), "-1.414");
        assert_eq!(root(2).floor(), num(1));
        assert_eq!(root(2).checked_div(&whole(2)).unwrap().to_decimal(4), "0.7071");
        assert_eq!(root(2).checked_div(&root(3)), None);
    }
}
