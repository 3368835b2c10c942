//! What the outcome says of the checks of plausibility.

use super::check::{shown, unit_name};
use super::context::{Context, Shared};
use super::outcome::Source;
use super::peers::Usual;
use super::verify::{Asked, Verified, Violation};
use crate::data::Dataset;
use crate::plan::{Plan, Requirement, Verification};
use crate::value::{Num, Real, Unit, num, parse_num};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelBridge, ParallelIterator};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A check of plausibility, held against the rows of the subjects judged.
#[derive(Debug, Clone, Serialize)]
pub struct VerificationOutcome {
    pub text: String,
    /// `error`, `warning` or `note`
    pub level: &'static str,
    /// The table or population whose rows are checked.
    pub over: String,
    pub rule: String,
    pub rows: usize,
    pub held: usize,
    pub failed: usize,
    /// Rows of which something is missing, or that have too few peers.
    pub not_checkable: usize,
    pub inapplicable: usize,
    pub findings: Vec<VerificationFinding>,
    /// Codes of the subjects whose rows could not be checked; `None` for rows of none.
    #[serde(skip)]
    pub unknown: Vec<Option<String>>,
}

/// A row that fails a check.
#[derive(Debug, Clone, Serialize)]
pub struct VerificationFinding {
    /// Code of the subject; `null` for rows of none.
    pub subject: Option<String>,
    pub key: serde_json::Map<String, serde_json::Value>,
    pub name: Option<String>,
    pub value: Option<String>,
    /// `≤ 45`
    pub threshold: Option<String>,
    pub unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers: Option<PeersOutcome>,
    /// Where the row stands that is alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<Source>,
    pub source: Option<Source>,
    pub member: Option<String>,
}

/// What is usual among the peers of a row, in the unit of its value.
#[derive(Debug, Clone, Serialize)]
pub struct PeersOutcome {
    pub count: usize,
    pub median: String,
    pub low: String,
    pub high: String,
}

impl VerificationFinding {
    /// What stands there and what was to be expected, for people.
    pub fn said(&self) -> Option<String> {
        let unit = self.unit.as_ref().map(|u| format!(" {u}")).unwrap_or_default();
        if self.unit.as_deref() == Some("%") {
            // Ratios stand as ratios; people read them in hundredths.
            let percent = |text: &str| parse_num(text).map(|n| format!("{}%", Real::Rational(n * num(100)).to_decimal(2)));
            let (sign, asked) = self.threshold.as_ref()?.split_once(' ')?;
            return Some(format!("{}，应 {sign} {}", percent(self.value.as_ref()?)?, percent(asked)?));
        }
        match (&self.value, &self.threshold, &self.peers, &self.like) {
            (_, _, _, Some(like)) => Some(format!("与 {like} 雷同")),
            (Some(value), _, Some(p), _) => {
                Some(format!("{value}{unit}，同类 {} 行的中位数是 {}，常在 {} 至 {} 之间", p.count, p.median, p.low, p.high))
            }
            (Some(value), Some(threshold), ..) => Some(format!("{value}{unit}，应 {threshold}{unit}")),
            _ => None,
        }
    }
}

/// Findings that a processor writes in one go.
const FINDINGS: usize = 64;

/// Checks over the rows of these subjects (of all where none is named) and of no subject.
pub(super) fn verifications<'d>(
    plan: &'d Plan,
    data: &'d Dataset,
    checks: &[&Verification],
    subjects: &[String],
    shared: &Shared<'d>,
) -> Vec<VerificationOutcome> {
    let context = || Context::sharing(plan, data, None, shared);
    let outcome = |at: usize| {
        let (check, context_of_rows) = (*checks.get(at)?, context());
        let verified = context_of_rows.verified(check, Asked { subjects, every: false });
        let finding = |context: &mut Context<'_>, of: &Violation| context.finding(check, of, verified.usual_of(of));
        let findings = verified.failed.par_iter().with_min_len(FINDINGS).map_init(context, finding).collect();
        Some((at, VerificationOutcome { findings, ..context_of_rows.counted(check, &verified) }))
    };
    // Those over many rows first: then no processor is left with a long one at the end.
    let rows = |at: &usize| checks.get(*at).and_then(|check| data.table(check.rows.table)).map_or(0, |t| t.rows);
    let mut order: Vec<usize> = (0..checks.len()).collect();
    order.sort_by_key(|at| Reverse(rows(at)));
    order.into_iter().par_bridge().filter_map(outcome).collect::<BTreeMap<_, _>>().into_values().collect()
}

impl Context<'_> {
    fn subject_code(&self, check: &Verification, row: u32) -> Option<String> {
        let of = &self.plan.subject;
        self.shown(of.table, self.subject_of(check.rows.table, row)?, of.code)
    }

    /// A check with the rows that fail it.
    pub fn verification(&self, check: &Verification, verified: &Verified) -> VerificationOutcome {
        let findings = verified.failed.iter().map(|of| self.finding(check, of, verified.usual_of(of))).collect();
        VerificationOutcome { findings, ..self.counted(check, verified) }
    }

    /// The same without those rows.
    fn counted(&self, check: &Verification, verified: &Verified) -> VerificationOutcome {
        VerificationOutcome {
            text: check.text.clone(),
            level: check.id(),
            over: check.rows.name.clone(),
            rule: check.rule.clone(),
            rows: verified.rows(),
            held: verified.held,
            failed: verified.failed.len(),
            not_checkable: verified.unknown.len(),
            inapplicable: verified.inapplicable,
            findings: Vec::new(),
            unknown: verified.unknown.iter().map(|(row, _)| self.subject_code(check, *row)).collect(),
        }
    }

    /// A failing row, with what stands there.
    pub fn finding(&self, check: &Verification, violation: &Violation, usual: Option<&Usual>) -> VerificationFinding {
        let (table, row) = (check.rows.table, violation.row);
        let (mut value, mut threshold, mut unit, mut peers) = (None, None, None, None);
        match (&check.requirement, usual) {
            (Requirement::Holds(judged), _) => {
                if let Some(comparison) = &judged.comparison {
                    let frame = self.frame_of(table, row);
                    value = shown(&self.value(&comparison.value, frame), &comparison.unit);
                    threshold = self.threshold(comparison, frame).map(String::from);
                    unit = unit_name(&comparison.unit).map(String::from);
                }
            }
            (Requirement::Near { unit: of, value: held, .. }, Some(usual)) => {
                let say = |n: &Num| in_unit(n, of).to_decimal(4);
                value = self.value(held, self.frame_of(table, row)).number().and_then(Real::rational).map(say);
                unit = unit_name(of).map(String::from);
                peers = Some(PeersOutcome { count: usual.count, median: say(&usual.median), low: say(&usual.low), high: say(&usual.high) });
            }
            _ => {}
        }
        let key = self.key_of(table, row);
        VerificationFinding {
            subject: self.subject_code(check, row),
            source: self.source_by(table, row, &key),
            key,
            name: self.name_of(table, row),
            value,
            threshold,
            unit,
            peers,
            like: violation.like.and_then(|r| self.source_of(table, r)),
            member: self.member_of(table, row),
        }
    }
}

/// A quantity in base units, in the unit it is shown in.
pub(super) fn in_unit(value: &Num, unit: &Unit) -> Real {
    Real::Rational(if unit.is_plain() { value.clone() } else { value / &unit.factor })
}
