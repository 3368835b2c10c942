//! The conditions for an application, each with how it stands.

use super::super::page::State;
use super::super::{Words, view};
use super::assessment::title;
use super::head::Head;
use super::standing::{self, ItemRow};
use crate::eval::{SubjectOutcome, Verdict};
use crate::plan::{NatureKind, Plan};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Page {
    pub head: Head,
    /// What the standard calls the conditions.
    pub title: String,
    /// How many in which state, in words.
    pub line: String,
    pub state: State,
    /// What follows, in words.
    pub conclusion: String,
    pub items: Vec<ItemRow>,
}

pub fn page(w: &Words, plan: &Plan, s: &SubjectOutcome, head: Head) -> Page {
    let is = |wanted: Verdict| s.qualifications.iter().any(|q| q.verdict == wanted);
    let (verdict, key) = match (is(Verdict::NotMet), is(Verdict::Undetermined)) {
        (true, _) => (Verdict::NotMet, "qualification_no"),
        (_, true) => (Verdict::Undetermined, "qualification_open"),
        _ => (Verdict::Met, "qualification_yes"),
    };
    Page {
        head,
        title: title(w, plan, NatureKind::Qualification, "qualifications"),
        line: view::counts_text(w, "qualification_is", s.qualifications.iter().map(|q| q.verdict)),
        state: view::plain_state(w, verdict),
        conclusion: w.get(key).to_string(),
        items: s.qualifications.iter().map(|q| standing::item(w, plan, s, q)).collect(),
    }
}
