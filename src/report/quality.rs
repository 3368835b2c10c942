//! What the checks of plausibility say of a subject's data.

use super::Words;
use crate::eval::{Outcome, VerificationOutcome};
use serde::Serialize;

/// How many rows of one check are told.
const ROWS: usize = 20;

/// The warnings and notes of a subject.
#[derive(Debug, Serialize)]
pub struct Quality {
    pub sum: String,
    pub checks: Vec<QualityCheck>,
}

/// A check that some rows fail.
#[derive(Debug, Serialize)]
pub struct QualityCheck {
    pub word: String,
    pub text: String,
    pub failed: usize,
    pub rows: Vec<QualityRow>,
    pub more: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct QualityRow {
    pub name: String,
    pub place: String,
    pub said: String,
}

/// What is told of a subject: its own rows, and those of none; `None` where the standard checks nothing.
pub fn quality(w: &Words, outcome: &Outcome, code: &str) -> Option<Quality> {
    let checks: Vec<QualityCheck> = outcome.verifications.iter().filter_map(|v| check(w, v, code)).collect();
    Some(Quality { sum: sum(w, outcome, code)?, checks })
}

/// How many rows fail and how many could not be checked, in a line.
pub fn sum(w: &Words, outcome: &Outcome, code: &str) -> Option<String> {
    if outcome.verifications.is_empty() {
        return None;
    }
    let of = |v: &VerificationOutcome| v.findings.iter().filter(|f| is_of(f.subject.as_deref(), code)).count();
    let level = |level: &str| outcome.verifications.iter().filter(|v| v.level == level).map(of).sum::<usize>().to_string();
    let unknown = outcome.verifications.iter().flat_map(|v| &v.unknown).filter(|s| is_of(s.as_deref(), code)).count().to_string();
    let (warnings, notes) = (level("warning"), level("note"));
    Some(w.fill("quality_sum", &[("warnings", &warnings), ("notes", &notes), ("unknown", &unknown)]))
}

fn is_of(subject: Option<&str>, code: &str) -> bool {
    subject.is_none_or(|s| s == code)
}

fn check(w: &Words, of: &VerificationOutcome, code: &str) -> Option<QualityCheck> {
    let findings: Vec<_> = of.findings.iter().filter(|f| is_of(f.subject.as_deref(), code)).collect();
    let rows = findings.iter().take(ROWS).map(|f| QualityRow {
        name: f.name.clone().unwrap_or_else(|| of.over.clone()),
        place: f.source.as_ref().map(ToString::to_string).unwrap_or_default(),
        said: f.said().unwrap_or_default(),
    });
    let more = findings.len().checked_sub(ROWS).filter(|n| *n > 0).map(|n| w.fill("and_more", &[("n", &n.to_string())]));
    (!findings.is_empty()).then(|| QualityCheck {
        word: w.get(if of.level == "warning" { "quality_warning" } else { "quality_note" }).to_string(),
        text: of.text.clone(),
        failed: findings.len(),
        rows: rows.collect(),
        more,
    })
}
