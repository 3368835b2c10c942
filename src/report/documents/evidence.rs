//! What the standard asks for by way of evidence, what the judgements name, and what is lacking.

use super::super::page::State;
use super::super::{Words, lists, view};
use super::head::Head;
use crate::eval::{CheckOutcome, Outcome, PointOutcome, SubjectOutcome};
use crate::plan::{CheckKind, Plan};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Page {
    pub head: Head,
    pub items: Vec<EvidenceRow>,
    pub given_count: usize,
    pub lacking_count: usize,
    /// The files of the data.
    pub inputs: Vec<lists::InputRow>,
}

#[derive(Debug, Serialize)]
pub struct EvidenceRow {
    pub id: String,
    pub indicator: String,
    pub text: String,
    /// What the standard asks for; empty where it names nothing.
    pub asked: String,
    /// What the judgements name.
    pub given: String,
    /// Whether anything is named.
    pub full: bool,
    pub state: State,
    pub departments: String,
}

/// What each judged check of an item asks for, with what is named for it.
pub fn asked<'a>(plan: &'a Plan, p: &'a PointOutcome) -> Vec<(&'a str, &'a CheckOutcome)> {
    let of = |(i, c): (usize, &'a CheckOutcome)| match view::check_kind(plan, &p.id, i) {
        Some(CheckKind::Judgement { evidence: Some(asked) }) => Some((asked.as_str(), c)),
        _ => None,
    };
    p.checks.iter().enumerate().filter_map(of).collect()
}

/// What is asked for and not named.
pub fn owed(plan: &Plan, p: &PointOutcome) -> Vec<String> {
    let lacking = asked(plan, p).into_iter().filter(|(_, c)| c.evidence.as_deref().is_none_or(|e| e.trim().is_empty()));
    lacking.map(|(asked, _)| asked.to_string()).collect()
}

/// What the standard asks for, item by item.
pub fn page(w: &Words, plan: &Plan, outcome: &Outcome, s: &SubjectOutcome, head: Head) -> Page {
    let mut items = Vec::new();
    for p in lists::items(s) {
        for (index, c) in p.checks.iter().enumerate() {
            let asked = match view::check_kind(plan, &p.id, index) {
                Some(CheckKind::Judgement { evidence }) => evidence.clone().unwrap_or_default(),
                Some(CheckKind::Event) => w.get("head_event_record").to_string(),
                _ => continue,
            };
            let given = c.evidence.clone().unwrap_or_default();
            items.push(EvidenceRow {
                id: p.id.to_string(),
                indicator: view::owner_title(plan, &p.id),
                text: p.text.to_string(),
                full: !given.trim().is_empty(),
                asked,
                given,
                state: lists::item_state(w, s, &p),
                departments: view::departments(plan, &p.id).join("、"),
            });
        }
    }
    let given_count = items.iter().filter(|i| i.full).count();
    Page { head, given_count, lacking_count: items.len() - given_count, items, inputs: lists::inputs(plan, outcome) }
}
