//! How every row stands, not only those that fail, and what a coefficient of variation is made of. Worked out only where it was asked for.

use super::check::{is_constant, nameless, shown, unit_name, verdict};
use super::context::{Context, Frame};
use super::outcome::{CheckOutcome, PartStanding, Spread, SpreadRow, Standing, Verdict};
use super::rows::{Group, Member};
use crate::plan::{Aggregate, Check, CheckKind, Comparison, Expr, Indicator, Item, Judged, Part, Rows, Scope, TableId};
use crate::value::{Num, Real, Text, num};

/// `value = factor × x / p`: how the rules of an indicator show a ratio.
struct Shown<'p> {
    factor: Num,
    comparison: Option<&'p Comparison>,
}

impl Context<'_> {
    /// Adds the working of a check to what was found.
    pub(super) fn work(&self, item: &Item, check: &Check, frame: Frame<'_>, outcome: &mut CheckOutcome) {
        outcome.working.operands = self.operands_of(item, check, frame);
        match &check.kind {
            CheckKind::Group { rows, keys, having, judged } => {
                let members = self.members(rows, frame);
                let (groups, keyless) = self.groups(rows.table, &members, keys, frame);
                let wanted = |group: &&Group| having.as_ref().is_none_or(|h| !self.truth(h, frame.within(&group.members)).fails());
                let standing = |group: &Group| {
                    let mut standing = self.plain_standing(judged, None, frame.within(&group.members));
                    if !keyless.is_empty() || group.members.iter().any(|m| m.unknown.is_some()) {
                        standing.verdict = Verdict::Undetermined;
                    }
                    standing.row.key = self.group_key(rows.table, group, keys);
                    standing
                };
                outcome.working.rows = groups.iter().filter(wanted).map(standing).collect();
            }
            CheckKind::Each { rows, judged } => {
                let limit = judged.comparison.as_ref().filter(|c| is_constant(&c.threshold)).and_then(|c| self.threshold(c, frame));
                outcome.working.rows = self.standings(rows, frame, |at| self.plain_standing(judged, limit.as_ref(), at));
            }
            CheckKind::Several { rows, least, parts } => {
                outcome.working.rows = self.standings(rows, frame, |at| self.parts_standing(parts, *least, at));
            }
            CheckKind::Condition(judged) => {
                if let Some(Expr::Aggregate { function: Aggregate::Variation | Aggregate::Deviation, scope, arguments }) =
                    judged.comparison.as_ref().map(|c| &c.value)
                {
                    outcome.working.spread = self.spread_of(item, scope, arguments, frame).map(Box::new);
                }
            }
            _ => {}
        }
    }

    fn standings(&self, rows: &Rows, frame: Frame<'_>, judge: impl Fn(Frame<'_>) -> Standing) -> Vec<Standing> {
        let of = |member: &Member| {
            let mut standing = match member.unknown {
                Some(_) => Standing { verdict: Verdict::Undetermined, relieved: false, row: nameless(), parts: Vec::new() },
                None => judge(frame.at(rows.table, member.row)),
            };
            self.name_row(&mut standing.row, rows.table, member.row);
            standing
        };
        self.members(rows, frame).iter().map(of).collect()
    }

    /// `limit` is what is asked of every row alike.
    fn plain_standing(&self, judged: &Judged, limit: Option<&Text>, at: Frame<'_>) -> Standing {
        let (truth, relief) = self.ruling(judged, at);
        let mut row = self.measured(judged, at);
        if let Some(limit) = limit {
            row.threshold = Some(limit.clone());
        }
        Standing { verdict: verdict(&truth), relieved: relief.is_some(), row, parts: Vec::new() }
    }

    fn parts_standing(&self, parts: &[Part], least: usize, at: Frame<'_>) -> Standing {
        let (standings, truth) = self.row_by_parts(parts, least, at);
        let part = |(part, standing): (&Part, &super::several::Standing<'_>)| PartStanding {
            verdict: verdict(&standing.met),
            floor: part.floor.as_ref().map(|_| verdict(&standing.floor)),
            relieved: standing.relief.is_some(),
            part: self.part_failure(part, standing, at),
        };
        let shown: Vec<PartStanding> = parts.iter().zip(&standings).map(part).collect();
        let mut row = nameless();
        let met = shown.iter().filter(|p| p.verdict == Verdict::Met).count();
        row.value = shown.iter().all(|p| p.verdict != Verdict::Undetermined).then(|| met.to_string());
        row.threshold = Some(format!("≥ {least}").into());
        Standing { verdict: verdict(&truth), relieved: shown.iter().any(|p| p.relieved), row, parts: shown }
    }

    /// What a weighted coefficient of variation is made of; `None` where it cannot be told.
    fn spread_of(&self, item: &Item, scope: &Scope, arguments: &[Expr], frame: Frame<'_>) -> Option<Spread> {
        let [x, p] = arguments else { return None };
        let table = scope.rows.table;
        let members = self.scope(scope, frame);
        if members.is_empty() || members.iter().any(|m| m.unknown.is_some()) {
            return None;
        }
        let known = |expr: &Expr, row: u32| self.value(expr, frame.at(table, row)).number().and_then(Real::rational).cloned();
        let pairs: Option<Vec<(u32, Num, Num)>> = members.iter().map(|m| Some((m.row, known(x, m.row)?, known(p, m.row)?))).collect();
        let pairs = pairs.filter(|pairs| pairs.iter().all(|(_, _, p)| *p > num(0)))?;
        let sum = |of: fn(&(u32, Num, Num)) -> &Num| pairs.iter().map(of).fold(num(0), |total, n| total + n);
        let (all_x, all_p) = (sum(|(_, x, _)| x), sum(|(_, _, p)| p));
        let mean = &all_x / &all_p;
        let squares: Vec<Num> = pairs.iter().map(|(_, x, p)| (x / p - &mean) * (x / p - &mean) * p).collect();
        let total = squares.iter().fold(num(0), |total, n| total + n);
        let as_shown = self.as_shown(item, table, &pairs, frame);
        let unit = as_shown.comparison.map(|c| &c.unit);
        let text = |ratio: Num| {
            let value = Real::Rational(&as_shown.factor * ratio);
            unit.map_or_else(|| Some(value.to_decimal(12)), |u| shown(&super::value::Value::Number(value.clone()), u))
        };
        let mut rows = Vec::with_capacity(pairs.len());
        for ((row, x, p), square) in pairs.iter().zip(squares) {
            let mut named = nameless();
            self.name_row(&mut named, table, *row);
            let share = if total == num(0) { num(0) } else { square / &total };
            rows.push(SpreadRow {
                key: named.key,
                name: named.name,
                member: named.member,
                value: text(x / p)?,
                weight: Real::Rational(p.clone()).to_decimal(12),
                share: Real::Rational(share).to_decimal(12),
            });
        }
        Some(Spread { mean: text(mean)?, unit: unit.and_then(unit_name), rows })
    }

    /// The comparison of the same indicator whose value is a fixed multiple of x / p, in rows that a relief counts in another way that of
    /// the relief.
    fn as_shown(&self, item: &Item, table: TableId, pairs: &[(u32, Num, Num)], frame: Frame<'_>) -> Shown<'_> {
        let owner = self.plan.indicators.iter().find(|i| i.points.iter().any(|p| p.id == item.id));
        let candidates = owner.map_or_else(Vec::new, |i| comparisons(i, table));
        let known = |c: &Comparison, row: u32| self.value(&c.value, frame.at(table, row)).number().and_then(Real::rational).cloned();
        let fits = |comparison: &&Comparison| {
            let (row, x, p) = pairs.iter().find(|(_, x, _)| *x != num(0))?;
            let factor = known(comparison, *row)? * p / x;
            let counts = |c: &&Comparison, (row, x, p): &(u32, Num, Num)| known(c, *row).is_some_and(|value| value * p == &factor * x);
            let alike: Vec<&Comparison> = candidates.iter().filter(|c| c.unit == comparison.unit).copied().collect();
            pairs.iter().all(|pair| alike.iter().any(|c| counts(c, pair))).then_some(factor)
        };
        let found = candidates.iter().copied().find_map(|c| fits(&c).map(|factor| Shown { factor, comparison: Some(c) }));
        found.unwrap_or(Shown { factor: num(1), comparison: None })
    }
}

/// The comparisons of every row of a table that an indicator makes, those of reliefs last.
fn comparisons(indicator: &Indicator, table: TableId) -> Vec<&Comparison> {
    let judged = indicator.points.iter().flat_map(|p| &p.checks).filter_map(|c| match &c.kind {
        CheckKind::Each { rows, judged } if rows.table == table => Some(judged),
        _ => None,
    });
    let judged: Vec<&Judged> = judged.collect();
    let plain = judged.iter().filter_map(|j| j.comparison.as_ref());
    plain.chain(judged.iter().flat_map(|j| &j.reliefs).filter_map(|r| r.comparison.as_ref())).collect()
}
