//! The list of what is to be mended: each row, value or gap with what is asked, how far it is from it, and whose it is; with an earlier
//! outcome, what is closed, open and new.

use super::super::{Words, lists, view};
use super::findings::{Finding, Identity, Owned, findings, key};
use super::head::Head;
use super::since::Since;
use crate::eval::{Outcome, PointOutcome, SubjectOutcome, Verdict};
use crate::plan::Plan;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Debug, Serialize)]
pub struct Page {
    pub head: Head,
    /// What is not met.
    pub problems: Vec<ProblemRow>,
    /// What is not known for want of data.
    pub gaps: Vec<ProblemRow>,
    pub since: Option<Comparison>,
}

/// What has become of the findings of an earlier run.
#[derive(Debug, Serialize)]
pub struct Comparison {
    pub round: Option<String>,
    pub date: Option<String>,
    /// Whether the earlier run was by other rules.
    pub other_standard: bool,
    /// Whether the earlier run judged this subject.
    pub known: bool,
    pub closed: Vec<ProblemRow>,
    pub closed_count: usize,
    pub open_count: usize,
    pub new_count: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct ProblemRow {
    pub number: usize,
    pub id: String,
    pub indicator: String,
    pub text: String,
    pub label: String,
    pub row: String,
    pub value: String,
    pub threshold: String,
    pub gap: String,
    pub departments: String,
    pub deadline: String,
    pub source: String,
    /// Closed, open or new, in a word; empty without an earlier run.
    pub status: String,
}

/// Every item with what it belongs to.
pub fn owned(plan: &Plan, s: &SubjectOutcome) -> Vec<Owned> {
    lists::items(s).into_iter().map(|p| (view::owner_title(plan, &p.id), p.into_owned())).collect()
}

pub fn page(w: &Words, plan: &Plan, outcome: &Outcome, s: &SubjectOutcome, since: Option<&Since>, head: Head) -> Page {
    let now = findings(w, plan, &owned(plan, s));
    let before = since.and_then(|o| o.findings(w, plan, &s.code));
    let known: Option<BTreeSet<Identity>> = before.as_ref().map(|f| f.iter().map(|f| f.identity.clone()).collect());
    let is_new = |f: &Finding| known.as_ref().is_some_and(|k| !k.contains(&f.identity));
    let status = |f: &Finding| match (since, is_new(f)) {
        (None, _) => String::new(),
        (Some(_), _) if known.is_none() => String::new(),
        (Some(_), new) => w.get(if new { "status_new" } else { "status_open" }).to_string(),
    };
    let rows = |missing: bool| {
        let of_kind = now.iter().filter(|f| f.missing == missing);
        of_kind.enumerate().map(|(n, f)| row(plan, f, n + 1, &head.deadline, status(f))).collect::<Vec<_>>()
    };
    let (problems, gaps) = (rows(false), rows(true));
    let since = since.map(|old| {
        let still: BTreeSet<&Identity> = now.iter().map(|f| &f.identity).collect();
        let gone = before.iter().flatten().filter(|f| !still.contains(&f.identity));
        let closed: Vec<ProblemRow> =
            gone.enumerate().map(|(n, f)| row(plan, f, n + 1, "", w.get(became(s, f, &now)).to_string())).collect();
        let new_count = now.iter().filter(|f| is_new(f)).count();
        Comparison {
            round: old.round.clone(),
            date: old.date.clone(),
            other_standard: old.standard.digest != outcome.standard.digest,
            known: before.is_some(),
            closed_count: closed.iter().filter(|r| r.status == w.get("status_closed")).count(),
            open_count: if known.is_some() { now.len() - new_count } else { 0 },
            new_count,
            closed,
        }
    });
    Page { head, problems, gaps, since }
}

fn row(plan: &Plan, f: &Finding, number: usize, deadline: &str, status: String) -> ProblemRow {
    ProblemRow {
        number,
        id: f.id.clone(),
        indicator: f.indicator.clone(),
        text: f.text.clone(),
        label: f.label.clone(),
        row: f.row.clone(),
        value: f.value.clone(),
        threshold: f.threshold.clone(),
        gap: f.gap.clone(),
        departments: view::departments(plan, &f.id).join("、"),
        deadline: deadline.to_string(),
        source: f.source.clone(),
        status,
    }
}

/// What became of a finding that is no longer there: only what is known to be met is closed.
fn became(s: &SubjectOutcome, f: &Finding, now: &[Finding]) -> &'static str {
    let items = lists::items(s);
    let Some(point) = items.iter().find(|p| p.id == f.id) else { return "status_no_item" };
    if f.missing || point.verdict == Verdict::Met {
        return if row_is_there(point, f) { "status_closed" } else { "status_no_row" };
    }
    if !row_is_there(point, f) {
        return "status_no_row";
    }
    // The row has become one of which data are missing.
    let waits = now.iter().any(|g| g.missing && g.id == f.id && (f.identity.row.is_empty() || g.identity.row == f.identity.row));
    let counts_open = point.checks.iter().any(|c| c.label == f.identity.check && c.verdict == Verdict::Undetermined && c.rows.is_none());
    if waits || counts_open || row_is_open(point, f) { "status_waits" } else { "status_closed" }
}

fn row_is_there(point: &PointOutcome, f: &Finding) -> bool {
    let mut of_check = point.checks.iter().filter(|c| c.label == f.identity.check).flat_map(|c| &c.working.rows).peekable();
    f.missing || f.identity.row.is_empty() || of_check.peek().is_none() || of_check.any(|r| key(&r.row.key) == f.identity.row)
}

fn row_is_open(point: &PointOutcome, f: &Finding) -> bool {
    let rows = point.checks.iter().filter(|c| c.label == f.identity.check).flat_map(|c| &c.working.rows);
    let mut open = rows.filter(|r| r.verdict == Verdict::Undetermined);
    open.any(|r| key(&r.row.key) == f.identity.row)
}
