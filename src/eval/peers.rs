//! What is usual among rows of a kind, and which of them are out of the ordinary.
//!
//! Values are quotients of whole numbers where the columns have them: those are ordered by multiplying crosswise, and one fraction is made of
//! what was chosen. Where a product does not fit, and for values that are no such quotients, the same is done in fractions throughout.

use crate::value::{Num, num};
use dashu_int::IBig;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What is usual among peers.
#[derive(Debug, Clone, PartialEq)]
pub struct Usual {
    pub median: Num,
    pub low: Num,
    pub high: Num,
    pub count: usize,
}

/// A whole number over another above 0.
pub type Quotient = (i64, i64);

/// Rows of a kind.
#[derive(Debug, Default)]
pub struct Peers {
    /// Those whose values are quotients, so many times a unit.
    pub rows: Vec<u32>,
    /// The others, with their values in base units.
    pub numbers: Vec<(u32, Num)>,
}

impl Peers {
    /// How many rows.
    pub fn count(&self) -> usize {
        self.rows.len() + self.numbers.len()
    }

    /// All rows.
    pub fn all(&self) -> impl Iterator<Item = u32> {
        self.rows.iter().copied().chain(self.numbers.iter().map(|(row, _)| *row))
    }

    /// What is usual, and each row with whether it is so. The unit is above 0, and the rows without a number have a quotient. Nothing where
    /// there are no rows.
    pub fn judged(self, (unit, quotient): (&Num, impl Fn(u32) -> Option<Quotient>), limit: &Num) -> Option<(Usual, Vec<(u32, bool)>)> {
        let quotients: Vec<Quotient> = self.rows.iter().filter_map(|row| quotient(*row)).collect();
        if self.numbers.is_empty()
            && let Some(usual) = usual_quotients(&quotients, limit)
        {
            let within = Band::of(&usual);
            let rows = self.rows.iter().zip(quotients).map(|(row, of)| (*row, within.holds(&usual, of))).collect();
            let Usual { median, low, high, count } = usual;
            return Some((Usual { median: median * unit, low: low * unit, high: high * unit, count }, rows));
        }
        let numbers = self.rows.iter().zip(quotients).map(|(row, of)| (*row, ratio(of) * unit));
        let numbers: Vec<(u32, Num)> = numbers.chain(self.numbers).collect();
        let usual = usual(numbers.iter().map(|(_, n)| n), limit)?;
        let rows = numbers.iter().map(|(row, n)| (*row, usual.low <= *n && *n <= usual.high)).collect();
        Some((usual, rows))
    }
}

fn ratio((over, under): Quotient) -> Num {
    Num::from(over) / Num::from(under)
}

/// The median of the values, and the least and greatest that lie within so many robust deviations of it: 1.4826 times the median
/// absolute deviation, which for normal values is the standard deviation; where most values are equal, 1.2533 times the mean absolute
/// deviation (Iglewicz and Hoaglin 1993, chapter 3). `None` where there are no values.
pub fn usual<'v>(values: impl Iterator<Item = &'v Num> + Clone, limit: &Num) -> Option<Usual> {
    let median = middle(values.clone().cloned())?;
    let off: Vec<Num> = values.clone().map(|v| if *v < median { &median - v } else { v - &median }).collect();
    let count = off.len();
    let deviation = middle(off.iter().cloned())?;
    let mean = || off.into_iter().fold(num(0), |a, b| a + b) / Num::from(count);
    let nonnegative = || values.clone().all(|v| *v >= num(0));
    Some(band(median, deviation, mean, nonnegative, limit, count))
}

/// The same of quotients; `None` also where they do not fit.
fn usual_quotients(values: &[Quotient], limit: &Num) -> Option<Usual> {
    let median = middle_quotient(values.to_vec())?;
    let (over, under) = (i64::try_from(median.numerator()).ok()?, i64::try_from(median.denominator()).ok()?);
    // |a ÷ b − over ÷ under| is |a × under − over × b| ÷ (b × under): the last factor is the same for all.
    let apart = |(a, b): &Quotient| {
        let (a, b) = (*a, *b);
        let off = i128::from(a) * i128::from(under) - i128::from(over) * i128::from(b);
        Some((i64::try_from(off.unsigned_abs()).ok()?, b))
    };
    let off = values.iter().map(apart).collect::<Option<Vec<Quotient>>>()?;
    let count = off.len();
    let deviation = middle_quotient(off)? / Num::from(under);
    let mean = || {
        let mut sums: BTreeMap<i64, i128> = BTreeMap::new();
        // As many rows as there can be stay far below what does not fit.
        values.iter().filter_map(apart).for_each(|(over, under)| *sums.entry(under).or_default() += i128::from(over));
        let sum = sums.into_iter().fold(num(0), |sum, (under, over)| sum + Num::from(IBig::from(over)) / Num::from(under));
        sum / Num::from(count) / Num::from(under)
    };
    Some(band(median, deviation, mean, || values.iter().all(|of| of.0 >= 0), limit, count))
}

fn band(median: Num, deviation: Num, mean: impl FnOnce() -> Num, nonnegative: impl FnOnce() -> bool, limit: &Num, count: usize) -> Usual {
    let deviation = if deviation == num(0) { mean() * num(12_533) } else { deviation * num(14_826) } / num(10_000);
    let reach = deviation * limit;
    let (low, high) = (&median - &reach, &median + reach);
    // Where nothing is below 0, nothing below it is to be expected.
    let low = if low < num(0) && nonnegative() { num(0) } else { low };
    Usual { median, low, high, count }
}

/// The value in the middle, or halfway between the two that are.
fn middle(values: impl Iterator<Item = Num>) -> Option<Num> {
    let (low, high) = middles(values.map(|v| (rank(&v), v)).collect(), Ord::cmp)?;
    Some(match high {
        Some((_, high)) => (low.1 + high) / num(2),
        None => low.1,
    })
}

fn middle_quotient(values: Vec<Quotient>) -> Option<Num> {
    let (low, high) = middles(values, |a, b| crosswise(*a, *b))?;
    Some(match high {
        Some(high) => (ratio(low) + ratio(high)) / num(2),
        None => ratio(low),
    })
}

/// The one in the middle, or the two.
fn middles<T: Clone>(mut values: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> Option<(T, Option<T>)> {
    let count = values.len();
    let half = count.checked_sub(1)? / 2;
    let (_, low, above) = values.select_nth_unstable_by(half, &order);
    let high = if count % 2 == 1 { None } else { above.iter().min_by(|a, b| order(a, b)).cloned() };
    Some((low.clone(), high))
}

/// The order of two quotients.
fn crosswise((a, b): Quotient, (c, d): Quotient) -> Ordering {
    (i128::from(a) * i128::from(d)).cmp(&(i128::from(c) * i128::from(b)))
}

/// A whole number that rises with the value: most values are told apart by it alone.
fn rank(value: &Num) -> IBig {
    (value.numerator() << 32usize) / value.denominator()
}

/// The least and the greatest that are usual, where they fit: each a whole number over another above 0.
struct Band {
    low: Option<(i128, i128)>,
    high: Option<(i128, i128)>,
}

impl Band {
    fn of(usual: &Usual) -> Self {
        let parts = |n: &Num| Some((i128::try_from(n.numerator()).ok()?, i128::try_from(n.denominator()).ok()?));
        Self { low: parts(&usual.low), high: parts(&usual.high) }
    }

    /// Whether a value lies within, ends included.
    fn holds(&self, usual: &Usual, of: Quotient) -> bool {
        self.low.and_then(|low| against(of, low)).unwrap_or_else(|| ratio(of).cmp(&usual.low)).is_ge()
            && self.high.and_then(|high| against(of, high)).unwrap_or_else(|| ratio(of).cmp(&usual.high)).is_le()
    }
}

/// A value against a bound, where the products fit.
fn against((a, b): Quotient, (over, under): (i128, i128)) -> Option<Ordering> {
    let (a, b) = (i128::from(a), i128::from(b));
    if let (Ok(over), Ok(under)) = (i64::try_from(over), i64::try_from(under)) {
        // The product of two that fit half the room has room.
        return Some((a * i128::from(under)).cmp(&(i128::from(over) * b)));
    }
    Some(a.checked_mul(under)?.cmp(&over.checked_mul(b)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[i64], limit: i64) -> (Num, Num, Num) {
        let values: Vec<Num> = values.iter().map(|v| num(*v)).collect();
        let usual = usual(values.iter(), &num(limit)).unwrap();
        (usual.median, usual.low, usual.high)
    }

    #[test]
    fn the_band_is_exact() {
        // Median 3, deviations 2 1 0 1 97: median 1, so 1.4826 each, and not below 0 where nothing is.
        assert_eq!(of(&[1, 2, 3, 4, 100], 5), (num(3), num(0), num(3) + num(7_413) / num(1_000)));
        assert_eq!(of(&[-1, 2, 3, 4, 100], 5), (num(3), num(3) - num(7_413) / num(1_000), num(3) + num(7_413) / num(1_000)));
        // Five of six equal: the mean deviation 9 / 6 takes its place.
        let reach = num(9) / num(6) * num(12_533) / num(10_000) * num(2);
        assert_eq!(of(&[45, 45, 45, 45, 45, 54], 2), (num(45), num(45) - reach.clone(), num(45) + reach));
        assert_eq!(of(&[7, 7, 7], 5), (num(7), num(7), num(7)));
        assert!(usual([].iter(), &num(5)).is_none());
    }

    /// Numbers that repeat in every run.
    fn drawn(seed: &mut u64) -> i64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::from(u32::try_from(*seed >> 40).unwrap())
    }

    type Judged = (Usual, Vec<(u32, bool)>);

    fn both_ways(quotients: &[(u32, Quotient)], unit: &Num, limit: &Num) -> (Judged, Judged) {
        let of = |row: u32| quotients.get(row as usize).map(|(_, of)| *of);
        let as_quotients = Peers { rows: quotients.iter().map(|(row, _)| *row).collect(), numbers: Vec::new() };
        let as_fractions = Peers { rows: Vec::new(), numbers: quotients.iter().map(|(row, of)| (*row, ratio(*of) * unit)).collect() };
        (as_quotients.judged((unit, of), limit).unwrap(), as_fractions.judged((unit, of), limit).unwrap())
    }

    #[test]
    fn quotients_are_judged_as_fractions_are() {
        let (mut seed, limit, unit) = (7, num(3) / num(2), num(2) / num(7));
        let mut told = [0, 0];
        for round in 0..400 {
            let (wide, spread) = ([1, 3, 50, 1 << 10][round % 4], [2, 9, 1000, 1 << 24][round / 4 % 4]);
            let mut one = |row: usize| {
                let sign = if round.is_multiple_of(3) && row.is_multiple_of(5) { -1 } else { 1 };
                (u32::try_from(row).unwrap(), (sign * (drawn(&mut seed) % spread), 1 + drawn(&mut seed) % wide))
            };
            let quotients: Vec<(u32, Quotient)> = (0..1 + round % 23).map(&mut one).collect();
            assert!(usual_quotients(&quotients.iter().map(|(_, of)| *of).collect::<Vec<_>>(), &limit).is_some());
            let (as_quotients, as_fractions) = both_ways(&quotients, &unit, &limit);
            assert_eq!(as_quotients, as_fractions);
            as_fractions.1.iter().for_each(|(_, holds)| told[usize::from(*holds)] += 1);
        }
        assert!(told[0] > 500 && told[1] > 500, "{told:?}");
    }

    #[test]
    fn quotients_that_do_not_fit_are_judged_as_fractions() {
        let quotients = vec![(0, (i64::MAX, 3)), (1, (i64::MAX - 1, 7)), (2, (5, i64::MAX)), (3, (i64::MAX, i64::MAX - 1))];
        assert!(usual_quotients(&quotients.iter().map(|(_, of)| *of).collect::<Vec<_>>(), &num(2)).is_none());
        let (as_quotients, as_fractions) = both_ways(&quotients, &num(1), &num(2));
        assert_eq!(as_quotients, as_fractions);
        assert!(Peers::default().judged((&num(1), |_| None), &num(2)).is_none());
    }
}
