//! Statistics that an engine cannot give exactly, or not in one step: places in an order, quotients, spreads.
//!
//! The bounds are those of `rough`: values x/d of nonnegative parts, rounded, have at most 3u each, a sum of n of them (n + 2)u more; an order
//! keeps its errors, as the k-th of rounded values is no farther from the k-th exact one than the farthest of them. `(n + 10)·10⁻¹⁵` is more
//! than twice that, and covers the few operations that follow.

use super::aggregate::Joined;
use super::exact::{Exact, Part};
use super::expression::Quantity;
use super::lower::{Lower, Said, Unsayable};
use super::rough::{Rough, Shape};
use super::scope::{Kind, Scope};
use crate::plan::{Aggregate, Expr, Scope as Over};
use crate::value::Num;
use dashu_int::IBig;

/// The places around a share of the sorted rows, as steps.
struct Places {
    /// The place of the row itself.
    rank: String,
    /// How many rows there are.
    count: String,
    /// The place at or below the share.
    below: String,
    /// What is left above it, in parts of `of`.
    rest: String,
    of: IBig,
}

impl Lower<'_> {
    /// `百分位`, exact where the values are no quotients.
    pub(super) fn quantile(&mut self, over: &Over, arguments: &[Expr], outer: &mut Scope) -> Said<Quantity> {
        let rows = self.scope_rows(over, outer)?;
        let mut inner = Scope::new(Kind::Row(over.rows.table), rows);
        let [x, Expr::Number(share)] = arguments else { return self.unsayable("要算的百分位") };
        let value = self.argument(x, &mut inner)?;
        let is_kept = super::rough::keeps_order(&value.factor);
        if value.under.is_some() {
            return self.listed_statistic(Aggregate::Quantile, over, (value, inner), arguments, outer);
        }
        if !is_kept {
            return self.unsayable("乘了负数的百分位");
        }
        let sorted = self.arithmetic.plain(&value.over);
        let places = self.places_of_share(&sorted, share, over, outer, &mut inner)?;
        let Places { rank, count, below, rest, of } = places;
        let low = format!("max(CASE WHEN {rank} = {below} + 1 THEN {sorted} END)");
        let high = format!("max(CASE WHEN {rank} = least({below} + 2, {count}) THEN {sorted} END)");
        let bound = &value.over.bound * Num::from(of.clone());
        let part = Part { sql: String::new(), bound, places: value.over.places, is_sum: false };
        if self.speech.digits().is_some_and(|most| part.whole() + part.places > most) {
            return self.unsayable("这样宽的百分位");
        }
        let whole = self.speech.whole(&of.to_string());
        let between = self.speech.hold(&format!("{low} * ({whole} - max({rest})) + {high} * max({rest})"), part.whole(), part.places);
        let columns = [(between, "n".to_owned()), (self.gathered_gaps(std::slice::from_ref(&value.gap)), "g".to_owned())];
        let what = self.worded(Aggregate::Quantile, over, arguments);
        let joined = self.joined(&what, over, (&inner, &columns), false, outer)?;
        let (gap, empty) = self.joined_gap(&joined, outer);
        let part = Part { sql: self.id(&format!("{}n", joined.alias)), ..part };
        let factor = value.factor / Num::from(of);
        Ok(Quantity::Exact(Exact { factor, over: part, under: None, gap, empty, nonnegative: value.nonnegative }))
    }

    /// Sorts the rows of each group, and finds the place `1 + (n − 1)·share` among them.
    fn places_of_share(&mut self, sorted: &str, share: &Num, over: &Over, outer: &Scope, inner: &mut Scope) -> Said<Places> {
        let (by, _) = self.gathered_by(over, outer)?;
        let (p, q) = share.clone().into_parts();
        let of = IBig::from(q);
        let digits = of.to_string().len() + p.to_string().len();
        if digits > 12 {
            return self.unsayable("这样的百分位");
        }
        let order = self.id("$行");
        let whole = |lower: &Self, sql: &str, digits: usize| lower.speech.hold(sql, digits, 0);
        let rank = inner.step(&whole(self, &format!("row_number() OVER (PARTITION BY {by} ORDER BY {sorted}, {order})"), 7));
        let count = inner.step(&whole(self, &format!("count(*) OVER (PARTITION BY {by})"), 7));
        let place = inner.step(&whole(self, &format!("({count} - 1) * {}", self.speech.whole(&p.to_string())), 7 + digits));
        let part = self.speech.whole(&of.to_string());
        let below = inner.step(&whole(self, &self.speech.whole_quotient(&place, &part), 7));
        let rest = inner.step(&whole(self, &format!("{place} - {below} * {part}"), digits));
        Ok(Places { rank, count, below, rest, of })
    }

    /// A statistic of quotients, or a sample's spread: between two machine numbers, with the values for biaochi to settle it by.
    pub(super) fn listed_statistic(
        &mut self,
        function: Aggregate,
        over: &Over,
        (value, mut inner): (Exact, Scope),
        arguments: &[Expr],
        outer: &mut Scope,
    ) -> Said<Quantity> {
        let share = match arguments.get(1) {
            Some(Expr::Number(share)) => Some(share),
            _ => None,
        };
        if !value.nonnegative || !super::rough::keeps_order(&value.factor) {
            return self.unsayable("可以为负的数的这种统计");
        }
        let x = inner.step(&self.machine(&value));
        let list = self.speech.joined(&format!("concat_ws('', {}, ' ')", self.over_under(&value)), &self.id("$行"));
        let gaps = self.gathered_gaps(std::slice::from_ref(&value.gap));
        let mut columns = vec![(list, "list".to_owned()), ("count(*)".to_owned(), "n".to_owned())];
        let mut gap = gaps;
        match function {
            Aggregate::Sum | Aggregate::Mean => columns.push((format!("sum({x})"), "x".to_owned())),
            Aggregate::Min => columns.push((format!("min({x})"), "x".to_owned())),
            Aggregate::Max => columns.push((format!("max({x})"), "x".to_owned())),
            Aggregate::Quantile => {
                let share = share.ok_or(Unsayable)?;
                let Places { rank, count, below, rest, of } = self.places_of_share(&x, share, over, outer, &mut inner)?;
                let low = format!("max(CASE WHEN {rank} = {below} + 1 THEN {x} END)");
                let high = format!("max(CASE WHEN {rank} = least({below} + 2, {count}) THEN {x} END)");
                let rest = format!("{} / {}", self.speech.double(&format!("max({rest})")), self.speech.double(&of.to_string()));
                let one = self.speech.double("1");
                columns.push((format!("{low} * ({one} - {rest}) + {high} * {rest}"), "x".to_owned()));
            }
            _ => {
                columns.push((format!("sum({x})"), "x".to_owned()));
                columns.push((format!("sum({x} * {x})"), "s".to_owned()));
                let nothing = format!("max({}) = 0 OR count(*) <= 1", self.arithmetic.plain(&value.over));
                gap = format!("coalesce({gap}, CASE WHEN {nothing} THEN 'Z|{}||;' END)", over.rows.table.0);
            }
        }
        columns.push((gap, "g".to_owned()));
        let what = self.worded(function, over, arguments);
        let joined = self.joined(&what, over, (&inner, &columns), false, outer)?;
        let (low, high) = self.listed_bounds(function, &value.factor, &joined, outer);
        let (gap, empty) = self.joined_gap(&joined, outer);
        let list = self.id(&format!("{}list", joined.alias));
        let shape = Shape::Listed { list, function, share: share.cloned(), factor: value.factor };
        Ok(Quantity::Rough(Box::new(Rough { low, high, gap, empty, shape })))
    }

    /// `x/d` as text.
    pub(super) fn over_under(&self, exact: &Exact) -> String {
        let under = exact.under.as_ref().map_or("'1'".into(), |u| self.speech.as_text(&u.sql));
        format!("{}, '/', {under}", self.speech.as_text(&self.arithmetic.plain(&exact.over)))
    }

    /// `x/d` as a machine number, without its factor.
    pub(super) fn machine(&self, exact: &Exact) -> String {
        let over = self.speech.double(&format!("({})", self.arithmetic.plain(&exact.over)));
        match &exact.under {
            Some(under) => format!("CASE WHEN {u} <> 0 THEN {over} / {u} END", u = self.speech.double(&format!("({})", under.sql))),
            None => over,
        }
    }

    /// A rational number as a machine number.
    fn ratio(&self, of: &Num) -> String {
        let (p, q) = of.clone().into_parts();
        format!("({} / {})", self.speech.double(&p.to_string()), self.speech.double(&q.to_string()))
    }

    fn listed_bounds(&self, function: Aggregate, factor: &Num, joined: &Joined, outer: &mut Scope) -> (String, String) {
        let column = |c: &str| self.id(&format!("{}{c}", joined.alias));
        let (n, x, s) = (self.speech.double(&column("n")), column("x"), column("s"));
        let (one, zero) = (self.speech.double("1"), self.speech.double("0"));
        let slack = outer.step(&format!("({n} + {}) * {}", self.speech.double("10"), self.speech.double("1e-15")));
        let mut bound = |sign: &str| {
            let sql = match function {
                Aggregate::SampleVariation => format!(
                    "CASE WHEN {x} > 0 AND {n} > 1 THEN sqrt(greatest({n} * {s} / ({x} * {x}) * ({one} {sign} {slack}) - {one}, {zero}) * {n} / ({n} - {one})) \
                     * ({one} {sign} {slack}) END"
                ),
                Aggregate::Mean => format!("{x} / {n} * {} * ({one} {sign} {slack})", self.ratio(factor)),
                _ => format!("{x} * {} * ({one} {sign} {slack})", self.ratio(factor)),
            };
            outer.step(&sql)
        };
        (bound("-"), bound("+"))
    }

    /// The deviation CV·X/P from the bounds of the coefficient of variation.
    pub(super) fn deviation_bounds(
        &self,
        (low, high): (String, String),
        factor: &Num,
        joined: &Joined,
        outer: &mut Scope,
    ) -> (String, String) {
        let column = |c: &str| self.id(&format!("{}{c}", joined.alias));
        let (one, tiny) = (self.speech.double("1"), self.speech.double("1e-15"));
        let slack = outer.step(&format!("({} + {}) * {tiny}", self.speech.double(&column("n")), self.speech.double("10")));
        let (x, p, factor) = (column("x"), column("p"), self.ratio(factor));
        let mean = outer.step(&format!("CASE WHEN {p} > 0 THEN {x} / {p} * {factor} END"));
        let mut of = |end: &str, sign: &str| outer.step(&format!("{end} * {mean} * ({one} {sign} {slack})"));
        (of(&low, "-"), of(&high, "+"))
    }
}
