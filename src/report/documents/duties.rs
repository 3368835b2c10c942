//! Each department's items: how they stand, what is lacking, what evidence is owed, and until when.

use super::super::page::State;
use super::super::{Words, headline, lists, view};
use super::evidence;
use super::findings::findings;
use super::head::Head;
use super::standing;
use crate::eval::{PointOutcome, SubjectOutcome, Verdict};
use crate::plan::Plan;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Page {
    pub head: Head,
    pub departments: Vec<Department>,
}

#[derive(Debug, Serialize)]
pub struct Department {
    pub name: String,
    /// How many items in which state, in words.
    pub line: String,
    /// How many are not as the standard asks.
    pub open_count: usize,
    pub items: Vec<DutyRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct DutyRow {
    pub id: String,
    pub indicator: String,
    pub text: String,
    pub state: State,
    pub value: String,
    pub gap: String,
    /// What the standard asks for by way of evidence and the judgements do not name.
    pub evidence: String,
    /// Empty where nothing is left to do.
    pub deadline: String,
}

/// How many gaps of an item are told before the rest is counted.
const TOLD: usize = 3;

pub fn page(w: &Words, plan: &Plan, s: &SubjectOutcome, head: Head) -> Page {
    let departments = lists::by_department(plan, s).into_iter().map(|(name, points)| {
        let items: Vec<DutyRow> = points.iter().map(|p| duty(w, plan, s, p, &head.deadline)).collect();
        Department {
            line: lists::department_line(w, &points),
            open_count: items.iter().filter(|i| i.state.class != "ok" && i.state.class != "na").count(),
            items,
            name,
        }
    });
    let departments = departments.collect();
    Page { head, departments }
}

fn duty(w: &Words, plan: &Plan, s: &SubjectOutcome, p: &PointOutcome, deadline: &str) -> DutyRow {
    let state = lists::item_state(w, s, p);
    let found = findings(w, plan, &[(view::owner_title(plan, &p.id), p.clone())]);
    let sizes: Vec<String> = found.iter().filter(|f| !f.gap.is_empty()).map(|f| named(&[&f.row, &f.label], &f.gap)).collect();
    let mut gap = sizes.iter().take(TOLD).cloned().collect::<Vec<_>>().join("；");
    if sizes.len() > TOLD {
        gap += &w.fill("and_others", &[("n", &sizes.len().to_string())]);
    }
    let owed = evidence::owed(plan, p).join("、");
    let done = matches!(state.class, "ok" | "na") && owed.is_empty();
    DutyRow {
        id: p.id.to_string(),
        indicator: view::owner_title(plan, &p.id),
        text: p.text.to_string(),
        state,
        value: if p.verdict == Verdict::Met { met(w, plan, s, p) } else { headline::headline(w, plan, p) },
        gap,
        evidence: owed,
        deadline: if done { String::new() } else { deadline.to_string() },
    }
}

/// The values of an item that is met, or its points.
fn met(w: &Words, plan: &Plan, s: &SubjectOutcome, p: &PointOutcome) -> String {
    let row = standing::item(w, plan, s, p);
    if row.value.is_empty() { row.score.unwrap_or_default() } else { row.value }
}

fn named(parts: &[&str], size: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    format!("{}{}{size}", parts.join(" "), if parts.is_empty() { "" } else { " " })
}
