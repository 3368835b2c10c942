//! Exact numbers as SQL: products and sums of decimals over products and sums of decimals, each with a proven bound.

use super::dialect::Speech;
use crate::value::{Num, num};
use dashu_base::{Abs, Gcd, Signed};
use dashu_int::{IBig, UBig};

/// An exact decimal in SQL.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// Without brackets where it is a product; `1` where it is one.
    pub sql: String,
    /// What its absolute value never exceeds.
    pub bound: Num,
    /// Digits after the point.
    pub places: usize,
    pub is_sum: bool,
}

/// `factor × over / under`.
#[derive(Debug, Clone)]
pub(super) struct Exact {
    pub factor: Num,
    pub over: Part,
    /// Above 0 wherever nothing is missing.
    pub under: Option<Part>,
    /// SQL: what is missing; NULL where nothing is.
    pub gap: Option<String>,
    /// SQL: whether there is nothing to say.
    pub empty: Option<String>,
    pub nonnegative: bool,
}

/// A number that needs more digits than the engine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooWide {
    pub digits: usize,
}

impl Part {
    pub fn one() -> Self {
        Self { sql: "1".into(), bound: num(1), places: 0, is_sum: false }
    }

    pub fn is_one(&self) -> bool {
        self.sql == "1"
    }

    fn bracketed(&self) -> String {
        if self.is_sum { format!("({})", self.sql) } else { self.sql.clone() }
    }

    /// Digits before the point.
    pub fn whole(&self) -> usize {
        let whole: IBig = self.bound.clone().abs().floor();
        whole.to_string().len()
    }
}

impl Exact {
    pub fn constant(value: &Num) -> Self {
        Self { factor: value.clone(), over: Part::one(), under: None, gap: None, empty: None, nonnegative: *value >= num(0) }
    }
}

/// Arithmetic in one engine's words.
#[derive(Clone, Copy)]
pub(super) struct Arithmetic {
    pub speech: &'static dyn Speech,
}

impl Arithmetic {
    fn fits(self, part: Part) -> Result<Part, TooWide> {
        let digits = part.whole() + part.places;
        match self.speech.digits() {
            Some(most) if digits > most => Err(TooWide { digits }),
            _ if part.is_one() => Ok(part),
            _ => Ok(Part { sql: self.speech.step(part.sql.clone(), part.whole(), part.places), ..part }),
        }
    }

    /// The first operand of what comes to `bound` with `places`.
    fn first(self, a: &Part, sql: String, (bound, places): (&Num, usize)) -> String {
        let whole = Part { bound: bound.clone(), ..Part::one() }.whole();
        self.speech.operand(sql, (a.whole(), a.places), whole + places)
    }

    /// The product.
    pub fn times(self, a: &Part, b: &Part) -> Result<Part, TooWide> {
        if a.is_one() {
            return Ok(b.clone());
        }
        if b.is_one() {
            return Ok(a.clone());
        }
        let (bound, places) = (&a.bound * &b.bound, a.places + b.places);
        let sql = format!("{} * {}", self.first(a, a.bracketed(), (&bound, places)), b.bracketed());
        self.fits(Part { sql, bound, places, is_sum: false })
    }

    /// The multiple by a whole number.
    pub fn multiple(self, a: &Part, by: &IBig) -> Result<Part, TooWide> {
        if *by == IBig::ONE {
            return Ok(a.clone());
        }
        let literal = self.speech.whole(&by.to_string());
        let literal = if by.is_negative() { format!("({literal})") } else { literal };
        let size = Num::from(by.clone().abs());
        if a.is_one() {
            return Ok(Part { sql: literal, bound: size, places: 0, is_sum: false });
        }
        let bound = &a.bound * size;
        let sql = format!("{} * {literal}", self.first(a, a.bracketed(), (&bound, a.places)));
        self.fits(Part { sql, bound, places: a.places, is_sum: false })
    }

    /// The sum, or the difference.
    pub fn plus(self, a: &Part, sign: char, b: &Part) -> Result<Part, TooWide> {
        let one = |p: &Part| if p.is_one() { self.speech.whole("1") } else { p.bracketed() };
        let (bound, places) = (&a.bound + &b.bound, a.places.max(b.places));
        let sql = format!("{} {sign} {}", self.first(a, one(a), (&bound, places)), one(b));
        let part = Part { sql, bound, places, is_sum: true };
        let held = self.fits(part)?;
        Ok(Part { is_sum: !held.sql.starts_with("CAST("), ..held })
    }

    /// Both over one denominator with whole factors: `(a, b, under, factor)`.
    pub fn common(self, a: &Exact, b: &Exact) -> Result<(Part, Part, Option<Part>, Num), TooWide> {
        let (mut over_a, mut over_b) = (a.over.clone(), b.over.clone());
        let under = match (&a.under, &b.under) {
            (None, None) => None,
            (Some(u), Some(v)) if u == v => Some(u.clone()),
            (u, v) => {
                if let Some(v) = v {
                    over_a = self.times(&over_a, v)?;
                }
                if let Some(u) = u {
                    over_b = self.times(&over_b, u)?;
                }
                let one = Part::one();
                Some(self.times(u.as_ref().unwrap_or(&one), v.as_ref().unwrap_or(&one))?)
            }
        };
        let (ka, kb, factor) = whole_factors(&a.factor, &b.factor);
        Ok((self.multiple(&over_a, &ka)?, self.multiple(&over_b, &kb)?, under, factor))
    }

    /// `a op b` where nothing is missing: multiplied out, never divided.
    pub fn compare(self, a: &Exact, sign: &str, b: &Exact) -> Result<String, TooWide> {
        let (left, right, _, _) = self.common(a, b)?;
        let wide = left.whole().max(right.whole()) + left.places.max(right.places);
        if self.speech.digits().is_some_and(|most| wide > most) {
            return Err(TooWide { digits: wide });
        }
        Ok(format!("{} {sign} {}", self.plain(&left), self.plain(&right)))
    }

    /// A part by itself.
    pub fn plain(self, part: &Part) -> String {
        if part.is_one() { self.speech.whole("1") } else { part.sql.clone() }
    }
}

/// Whole numbers in the proportion of two factors, and what both are multiplied by; the second is above 0 where it can be.
fn whole_factors(a: &Num, b: &Num) -> (IBig, IBig, Num) {
    if a == b && *a > num(0) {
        return (IBig::ONE, IBig::ONE, a.clone());
    }
    let (na, da) = a.clone().into_parts();
    let (nb, db) = b.clone().into_parts();
    let (ka, kb) = (na * IBig::from(db.clone()), nb * IBig::from(da.clone()));
    let common: UBig = if ka.is_zero() && kb.is_zero() { UBig::ONE } else { (&ka).gcd(&kb) };
    let divisor = IBig::from(common);
    let factor = Num::from(divisor.clone()) / (Num::from(da) * Num::from(db));
    (ka / &divisor, kb / &divisor, factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse_num;

    fn ratio(a: &str, b: &str) -> Exact {
        let part = |sql: &str| Part { sql: sql.into(), bound: num(1_000_000), places: 0, is_sum: false };
        Exact { factor: num(100), over: part(a), under: Some(part(b)), gap: None, empty: None, nonnegative: true }
    }

    #[test]
    fn comparisons_are_multiplied_out() {
        let arithmetic = Arithmetic { speech: crate::sql::Dialect::Duckdb.speech() };
        let limit = Exact::constant(&parse_num("4.2").unwrap());
        assert_eq!(arithmetic.compare(&ratio("x", "p"), ">=", &limit).unwrap(), "x * 500 >= p * 21");
        let other = ratio("y", "q");
        assert_eq!(arithmetic.compare(&ratio("x", "p"), "<", &other).unwrap(), "x * q < y * p");
    }

    #[test]
    fn products_of_narrow_decimals_are_wide_where_they_must_be() {
        let arithmetic = Arithmetic { speech: crate::sql::Dialect::Duckdb.speech() };
        let money = Part { sql: "x".into(), bound: Num::from(UBig::from(10u8).pow(10)), places: 2, is_sum: false };
        let people = Part { sql: "p".into(), places: 0, ..money.clone() };
        assert_eq!(arithmetic.times(&money, &people).unwrap().sql, "CAST(x AS DECIMAL(19, 2)) * p");
        assert_eq!(arithmetic.multiple(&money, &IBig::from(21)).unwrap().sql, "x * 21");
        let all = arithmetic.multiple(&money, &IBig::from(1_000_000)).unwrap();
        assert_eq!(all.sql, "CAST(x AS DECIMAL(19, 2)) * 1000000");
        assert_eq!(arithmetic.times(&all, &people).unwrap().sql, "CAST(x AS DECIMAL(19, 2)) * 1000000 * p");
    }

    #[test]
    fn what_is_too_wide_is_told() {
        let arithmetic = Arithmetic { speech: crate::sql::Dialect::Duckdb.speech() };
        let wide = Part { sql: "x".into(), bound: Num::from(UBig::from(10u8).pow(20)), places: 2, is_sum: false };
        assert_eq!(arithmetic.times(&wide, &wide), Err(TooWide { digits: 45 }));
        let postgres = Arithmetic { speech: crate::sql::Dialect::Postgres.speech() };
        assert!(postgres.times(&wide, &wide).is_ok());
    }
}
