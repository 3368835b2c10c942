//! Holds every row against the checks of plausibility.

use super::Engine;
use super::columns::{Belongs, Columns, Screened};
use super::context::{Context, Frame, Shared};
use super::truth::{Truth, gaps_of};
use super::value::{Gaps, Value};
use crate::data::Dataset;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::plan::{Checked, Expr, FieldId, GroupKey, Plan, Requirement, Rows, TableId, Verification};
use crate::value::{Num, Real, num};
use dashu_int::IBig;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many failing rows of one check are told one by one.
const TOLD: usize = 200;

/// What became of the rows of one check.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    pub held: Vec<u32>,
    /// Rows that the check says nothing of.
    pub inapplicable: Vec<u32>,
    pub failed: Vec<Violation>,
    /// What is usual for each row whose value is held against its peers.
    pub peers: BTreeMap<u32, Peers>,
    /// Rows that could not be checked, and what is missing for it.
    pub unknown: Vec<(u32, Gaps)>,
}

/// A row that fails a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    pub row: u32,
    /// The first row that is alike.
    pub like: Option<u32>,
}

/// A value and its peers, in base units.
#[derive(Debug, Clone, PartialEq)]
pub struct Peers {
    pub value: Num,
    pub usual: Arc<Usual>,
}

/// What is usual among peers.
#[derive(Debug, Clone, PartialEq)]
pub struct Usual {
    pub median: Num,
    pub low: Num,
    pub high: Num,
    pub count: usize,
}

/// Every row that fails a check at the level of errors.
pub fn verify(plan: &Plan, data: &Dataset) -> Vec<Diagnostic> {
    verify_by(plan, data, Engine::Reference)
}

/// The same, by columns or row by row.
pub fn verify_by(plan: &Plan, data: &Dataset, engine: Engine) -> Vec<Diagnostic> {
    let errors: Vec<&Verification> = plan.verifications.iter().filter(|v| v.level == Severity::Error).collect();
    let shared = verifying(plan, data, engine, &errors);
    let context = Context::sharing(plan, data, None, &shared);
    let mut found = Vec::new();
    for check in errors {
        let verified = context.verified(check);
        let failed = &verified.failed;
        found.extend(failed.iter().take(TOLD).map(|violation| complaint(&context, check, &verified, violation)));
        if failed.len() > TOLD {
            let table = context.table(check.rows.table).map_or("", |t| t.name.as_str());
            let message = format!("数据表“{table}”另有 {} 行不符合“{}”", failed.len() - TOLD, check.text);
            found.push(Diagnostic::at(Code::FAILED_CHECK, Place::None, message));
        }
    }
    found
}

/// What is shared by those that hold data against some checks of plausibility.
pub(super) fn verifying(plan: &Plan, data: &Dataset, engine: Engine, checks: &[&Verification]) -> Shared {
    let mut shared = Shared::default();
    if engine == Engine::Columns && !checks.is_empty() {
        shared.columns = Some(Arc::new(Columns::of_verifications(plan, data, checks, &shared.indexes)));
    }
    shared
}

/// How the rows of all subjects stand in a check of plausibility.
pub fn checked(plan: &Plan, data: &Dataset, check: &Verification) -> Checked {
    let verified = Context::new(plan, data, None).verified(check);
    match (verified.failed.is_empty(), verified.unknown.is_empty()) {
        (false, _) => Checked::Fails,
        (true, false) => Checked::NotCheckable,
        (true, true) => Checked::Holds,
    }
}

fn complaint(context: &Context<'_>, check: &Verification, verified: &Verified, violation: &Violation) -> Diagnostic {
    let (table, row) = (check.rows.table, violation.row);
    let key: Vec<String> = context.key_of(table, row).iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default())).collect();
    let finding = context.finding(check, violation, verified.peers.get(&violation.row));
    let name = finding.name.clone().filter(|name| !key.iter().any(|k| k.split_once('=').is_some_and(|(_, value)| value == name)));
    let named: Vec<String> = std::iter::once(key.join("，")).chain(name).collect();
    let mut place = context.data.place(table, row, first_cell(check));
    if let Place::Cell { row, .. } = &mut place {
        *row = Some(named.join(" "));
    }
    let said = finding.said().map(|s| format!("：{s}")).unwrap_or_default();
    let found = Diagnostic::at(Code::FAILED_CHECK, place, format!("这一行不符合“{}”{said}", check.text));
    found.help("核对这一行的各项数据，改正后重新运行")
}

/// The first field of the row itself that the check reads: where one begins to look.
fn first_cell(check: &Verification) -> Option<FieldId> {
    fn first(expr: &Expr) -> Option<FieldId> {
        match expr {
            Expr::Field { path, field, .. } if path.is_empty() => Some(*field),
            _ => expr.children().into_iter().find_map(first),
        }
    }
    match &check.requirement {
        Requirement::Holds(judged) => first(&judged.condition),
        Requirement::Near { value, .. } => first(value),
        _ => None,
    }
}

impl Context<'_> {
    /// Holds the rows of all subjects against a check; what is missing makes a row unknown, never right.
    pub fn verified(&self, check: &Verification) -> Verified {
        let mut verified = Verified::default();
        let mut members = Vec::new();
        let rows = self.data.table(check.rows.table).map_or(0, |t| t.rows);
        let screen = self.columns.as_deref().and_then(|c| c.screen(check));
        let membership = self.columns.as_deref().and_then(|c| c.rows(&check.rows));
        for row in (0..rows).filter_map(|r| u32::try_from(r).ok()) {
            match screen.map_or(Screened::Open, |s| s.of(row)) {
                Screened::Outside => continue,
                Screened::Met(_) => {
                    verified.held.push(row);
                    continue;
                }
                Screened::Open => {}
            }
            let belongs = match membership.map(|m| m.of(row)) {
                Some(Belongs::Yes) => Truth::True,
                Some(Belongs::No) => continue,
                _ => self.belongs(&check.rows, row),
            };
            match belongs {
                Truth::False => {}
                Truth::Unknown(gaps) => verified.unknown.push((row, gaps)),
                Truth::True | Truth::Vacuous => members.push(row),
            }
        }
        match &check.requirement {
            Requirement::Holds(judged) => {
                for row in members {
                    let truth = self.truth(&judged.condition, self.frame_of(check.rows.table, row));
                    verified.add(row, truth);
                }
            }
            Requirement::Near { keys, least, limit, value, .. } => {
                self.near(&check.rows, members, (keys, *least, limit), value, &mut verified)
            }
            Requirement::Distinct(fields) => self.distinct(&check.rows, members, fields, &mut verified),
        }
        verified.unknown.sort_by_key(|(row, _)| *row);
        verified
    }

    /// Where an expression of a row stands.
    pub fn frame_of(&self, table: TableId, row: u32) -> Frame<'_> {
        Frame { subject: self.subject_of(table, row), ..Frame::default() }.at(table, row)
    }

    fn near(
        &self,
        rows: &Rows,
        members: Vec<u32>,
        (keys, least, limit): (&[GroupKey], usize, &Num),
        value: &Expr,
        verified: &mut Verified,
    ) {
        for peers in self.peers(rows, members, keys, value, verified) {
            let usual = if peers.len() >= least { usual(peers.iter().map(|(_, n)| n), limit).map(Arc::new) } else { None };
            for (row, value) in peers {
                // Too few do not say what is usual.
                let Some(usual) = &usual else {
                    verified.add(row, Truth::Unknown(Gaps::new()));
                    continue;
                };
                verified.add(row, Truth::of(usual.low <= value && value <= usual.high));
                verified.peers.insert(row, Peers { value, usual: Arc::clone(usual) });
            }
        }
        verified.failed.sort_by_key(|v| v.row);
    }

    /// Rows with their values by equal keys; those of which something is missing are noted.
    fn peers(&self, rows: &Rows, members: Vec<u32>, keys: &[GroupKey], value: &Expr, verified: &mut Verified) -> Vec<Vec<(u32, Num)>> {
        let (mut groups, mut by_key, mut by_code) = (Vec::<Vec<(u32, Num)>>::new(), BTreeMap::new(), BTreeMap::new());
        for row in members {
            let columns = self.columns.as_deref();
            let (code, quotient) = (columns.and_then(|c| c.codes(keys, row)), columns.and_then(|c| c.quotient(value, row)));
            let known = code.as_ref().and_then(|code| by_code.get(code)).and_then(|at: &usize| groups.get_mut(*at));
            if let (Some(group), Some(n)) = (known, &quotient) {
                group.push((row, n.clone()));
                continue;
            }
            let frame = self.frame_of(rows.table, row);
            let shown = keys.iter().map(|k| self.known(&k.value, frame)).collect::<Result<Vec<String>, Gaps>>();
            match (shown, quotient.map_or_else(|| self.value(value, frame), Value::num)) {
                (Ok(key), Value::Number(Real::Rational(n))) => {
                    let next = groups.len();
                    let at = *by_key.entry(key).or_insert(next);
                    if at == next {
                        groups.push(Vec::new());
                    }
                    groups.get_mut(at).into_iter().for_each(|group| group.push((row, n.clone())));
                    by_code.extend(code.map(|code| (code, at)));
                }
                (Ok(_), Value::Empty) => verified.add(row, Truth::Vacuous),
                (Err(gaps), _) => verified.add(row, Truth::Unknown(gaps)),
                (_, other) => verified.add(row, Truth::Unknown(gaps_of(&other).cloned().unwrap_or_default())),
            }
        }
        groups
    }

    /// A value as a text, to group by.
    fn known(&self, expr: &Expr, frame: Frame<'_>) -> Result<String, Gaps> {
        match self.value(expr, frame) {
            Value::Missing(gaps) => Err(gaps),
            value => Ok(self.show(&value, None)),
        }
    }

    fn distinct(&self, rows: &Rows, members: Vec<u32>, fields: &[Expr], verified: &mut Verified) {
        let mut first: BTreeMap<Vec<String>, u32> = BTreeMap::new();
        for row in members {
            let frame = self.frame_of(rows.table, row);
            match fields.iter().map(|f| self.known(f, frame)).collect::<Result<Vec<String>, Gaps>>() {
                Err(gaps) => verified.add(row, Truth::Unknown(gaps)),
                Ok(key) => match first.get(&key) {
                    Some(like) => verified.failed.push(Violation { row, like: Some(*like) }),
                    None => {
                        first.insert(key, row);
                        verified.add(row, Truth::True);
                    }
                },
            }
        }
    }
}

impl Verified {
    /// How many rows the check is of.
    pub fn rows(&self) -> usize {
        self.held.len() + self.inapplicable.len() + self.failed.len() + self.unknown.len()
    }

    fn add(&mut self, row: u32, truth: Truth) {
        match truth {
            Truth::True => self.held.push(row),
            Truth::Vacuous => self.inapplicable.push(row),
            Truth::False => self.failed.push(Violation { row, like: None }),
            Truth::Unknown(gaps) => self.unknown.push((row, gaps)),
        }
    }
}

/// The median of the values, and the least and greatest that lie within so many robust deviations of it: 1.4826 times the median
/// absolute deviation, which for normal values is the standard deviation; where most values are equal, 1.2533 times the mean absolute
/// deviation (Iglewicz and Hoaglin 1993, chapter 3). `None` where there are no values.
pub fn usual<'v>(values: impl Iterator<Item = &'v Num> + Clone, limit: &Num) -> Option<Usual> {
    let median = middle(values.clone().cloned())?;
    let off: Vec<Num> = values.clone().map(|v| if *v < median { &median - v } else { v - &median }).collect();
    let count = off.len();
    let deviation = match middle(off.iter().cloned())? {
        zero if zero == num(0) => off.into_iter().fold(num(0), |a, b| a + b) / Num::from(count) * num(12_533) / num(10_000),
        deviation => deviation * num(14_826) / num(10_000),
    };
    let reach = deviation * limit;
    let (low, high) = (&median - &reach, &median + reach);
    // Where nothing is below 0, nothing below it is to be expected.
    let low = if low < num(0) && values.clone().all(|v| *v >= num(0)) { num(0) } else { low };
    Some(Usual { median, low, high, count })
}

/// The value in the middle, or halfway between the two that are.
fn middle(values: impl Iterator<Item = Num>) -> Option<Num> {
    let mut ranked: Vec<(IBig, Num)> = values.map(|v| (rank(&v), v)).collect();
    let count = ranked.len();
    let half = count.checked_sub(1)? / 2;
    let (_, (_, low), above) = ranked.select_nth_unstable(half);
    if count % 2 == 1 {
        return Some(low.clone());
    }
    let (_, high) = above.iter().min()?;
    Some((&*low + high) / num(2))
}

/// A whole number that rises with the value: most values are told apart by it alone.
fn rank(value: &Num) -> IBig {
    (value.numerator() << 32usize) / value.denominator()
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
}
