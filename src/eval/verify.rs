//! Holds every row against the checks of plausibility.

use super::Engine;
use super::aggregate::quantile;
use super::columns::{Columns, Screened};
use super::context::{Context, Frame};
use super::truth::{Truth, gaps_of};
use super::value::{Gaps, Value};
use crate::data::Dataset;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::plan::{Expr, FieldId, GroupKey, Plan, Requirement, Rows, TableId, Verification};
use crate::value::{Num, Real, num};
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
    let is_error = |v: &&Verification| v.level == Severity::Error;
    if !plan.verifications.iter().any(|v| is_error(&v)) {
        return Vec::new();
    }
    let context = Context::verifying(plan, data, engine, is_error);
    let mut found = Vec::new();
    for check in plan.verifications.iter().filter(is_error) {
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
    /// A context for some checks of plausibility.
    pub(super) fn verifying<'p>(
        plan: &'p Plan,
        data: &'p Dataset,
        engine: Engine,
        wanted: impl FnMut(&&'p Verification) -> bool,
    ) -> Context<'p> {
        let indexes = Arc::default();
        let columns = match engine {
            Engine::Columns => Some(Arc::new(Columns::of_verifications(plan, data, plan.verifications.iter().filter(wanted), &indexes))),
            Engine::Reference => None,
        };
        let mut context = Context::sharing(plan, data, None, indexes);
        context.columns = columns;
        context
    }

    /// Holds the rows of all subjects against a check; what is missing makes a row unknown, never right.
    pub fn verified(&self, check: &Verification) -> Verified {
        let mut verified = Verified::default();
        let mut members = Vec::new();
        let rows = self.data.table(check.rows.table).map_or(0, |t| t.rows);
        let columns = self.columns.as_deref();
        for row in (0..rows).filter_map(|r| u32::try_from(r).ok()) {
            match columns.map_or(Screened::Open, |c| c.screened(check, row)) {
                Screened::Outside => continue,
                Screened::Met(_) => {
                    verified.held.push(row);
                    continue;
                }
                Screened::Open => {}
            }
            match self.belongs(&check.rows, row) {
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
        let mut groups: BTreeMap<Vec<String>, Vec<(u32, Num)>> = BTreeMap::new();
        for row in members {
            let frame = self.frame_of(rows.table, row);
            let shown = keys.iter().map(|k| self.known(&k.value, frame)).collect::<Result<Vec<String>, Gaps>>();
            match (shown, self.value(value, frame)) {
                (Ok(key), Value::Number(Real::Rational(n))) => groups.entry(key).or_default().push((row, n)),
                (Ok(_), Value::Empty) => verified.add(row, Truth::Vacuous),
                (Err(gaps), _) => verified.add(row, Truth::Unknown(gaps)),
                (_, other) => verified.add(row, Truth::Unknown(gaps_of(&other).cloned().unwrap_or_default())),
            }
        }
        for peers in groups.into_values() {
            let values: Vec<Num> = peers.iter().map(|(_, n)| n.clone()).collect();
            let band = if peers.len() >= least { band(&values, limit) } else { None };
            let is_above = values.iter().all(|v| *v >= num(0));
            for (row, value) in peers {
                match &band {
                    // Too few to say what is usual.
                    None => verified.add(row, Truth::Unknown(Gaps::new())),
                    Some((median, low, high)) => {
                        let truth = Truth::of(*low <= value && value <= *high);
                        // Where nothing is below 0, nothing below it is to be expected.
                        let low = if is_above && *low < num(0) { num(0) } else { low.clone() };
                        let (median, high) = (median.clone(), high.clone());
                        verified.add(row, truth);
                        verified.peers.insert(row, Peers { value, median, low, high, count: values.len() });
                    }
                }
            }
        }
        verified.failed.sort_by_key(|v| v.row);
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
pub fn band(values: &[Num], limit: &Num) -> Option<(Num, Num, Num)> {
    let middle = |values: &[Num]| {
        let values = values.iter().cloned().map(Real::Rational).collect();
        quantile(values, &(num(1) / num(2))).and_then(|m| m.rational().cloned())
    };
    let median = middle(values)?;
    let off: Vec<Num> = values.iter().map(|v| if *v < median { &median - v } else { v - &median }).collect();
    let deviation = match middle(&off)? {
        zero if zero == num(0) => {
            let count = Num::from(off.len());
            off.into_iter().fold(num(0), |a, b| a + b) / count * num(12_533) / num(10_000)
        }
        deviation => deviation * num(14_826) / num(10_000),
    };
    let reach = deviation * limit;
    Some((median.clone(), &median - &reach, median + reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[i64], limit: i64) -> (Num, Num, Num) {
        band(&values.iter().map(|v| num(*v)).collect::<Vec<_>>(), &num(limit)).unwrap()
    }

    #[test]
    fn the_band_is_exact() {
        // Median 3, deviations 2 1 0 1 97: median 1, so 1.4826 each.
        assert_eq!(of(&[1, 2, 3, 4, 100], 5), (num(3), num(3) - num(7_413) / num(1_000), num(3) + num(7_413) / num(1_000)));
        // Five of six equal: the mean deviation 9 / 6 takes its place.
        let reach = num(9) / num(6) * num(12_533) / num(10_000) * num(2);
        assert_eq!(of(&[45, 45, 45, 45, 45, 54], 2), (num(45), num(45) - reach.clone(), num(45) + reach));
        assert_eq!(of(&[7, 7, 7], 5), (num(7), num(7), num(7)));
        assert!(band(&[], &num(5)).is_none());
    }
}
