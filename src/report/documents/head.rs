//! What stands at the head of every document, and when what it asks for is due.

use super::super::page::{OverviewRow, Reason, Standard, State};
use super::super::{Words, view};
use crate::eval::{Outcome, SubjectOutcome};
use crate::plan::{Plan, Step};
use serde::Serialize;

/// Whose document it is, by which standard, and how the subject stands.
#[derive(Debug, Serialize)]
pub struct Head {
    /// The document's name.
    pub document: String,
    pub code: String,
    pub name: String,
    /// What its members are called; empty where it has none.
    pub member: String,
    pub standard: Standard,
    pub round: Option<String>,
    pub date: Option<String>,
    /// What a partial run does not rest on; empty for a whole one.
    pub partial: String,
    pub verdict: State,
    pub reasons: Vec<Reason>,
    pub overview: Vec<OverviewRow>,
    /// Until when what is not met is to be mended, by the standard's procedure; empty where it says nothing.
    pub deadline: String,
}

pub fn head(w: &Words, plan: &Plan, outcome: &Outcome, s: &SubjectOutcome, document: &str) -> Head {
    Head {
        document: document.to_string(),
        code: s.code.clone(),
        name: s.name.clone(),
        member: plan.subject.members.and_then(|t| plan.tables.get(t.0)).map_or_else(String::new, |t| t.name.clone()),
        standard: view::standard(outcome),
        round: outcome.round.clone(),
        date: outcome.date.clone(),
        partial: view::partial(w, plan, outcome),
        verdict: view::verdict_state(s, w),
        reasons: view::reasons(w, s),
        overview: view::overview(w, plan, s),
        deadline: deadline(w, &plan.steps, outcome),
    }
}

/// The end of the step that is named after the round, or of the next to end where the day of the run is past it.
fn deadline(w: &Words, steps: &[Step], outcome: &Outcome) -> String {
    let ends = || steps.iter().filter_map(|s| Some((s.until.as_deref()?, s)));
    let of_round = || ends().find(|(_, s)| outcome.round.as_deref().is_some_and(|r| s.title.contains(r)));
    let open = |(until, _): &(&str, &Step)| outcome.date.as_deref().is_none_or(|day| *until >= day);
    let found = of_round().filter(open).or_else(|| ends().filter(open).min_by_key(|(until, _)| *until));
    found.map_or_else(String::new, |(until, s)| w.fill("deadline", &[("until", until), ("step", &s.title)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::StandardRef;

    fn step(title: &str, until: &str) -> Step {
        Step { id: String::new(), title: title.into(), from: None, until: Some(until.into()), words: String::new(), notes: Vec::new() }
    }

    fn due(round: &str, date: Option<&str>) -> String {
        let standard =
            StandardRef { id: String::new(), title: String::new(), version: String::new(), layers: Vec::new(), digest: String::new() };
        let outcome = Outcome {
            verifications: Vec::new(),
            schema: "",
            standard,
            round: Some(round.into()),
            date: date.map(str::to_string),
            inputs: Vec::new(),
            partial: None,
            subjects: Vec::new(),
            groups: Vec::new(),
        };
        let steps = [step("甲初评", "2026-06-30"), step("乙复评", "2026-09-10"), step("丙问卷", "2026-06-20")];
        deadline(&Words::builtin(), &steps, &outcome)
    }

    #[test]
    fn what_is_due_is_due_by_the_step_of_the_round_or_the_next() {
        assert!(due("初评", None).starts_with("2026-06-30"));
        assert!(due("复评", Some("2026-01-01")).starts_with("2026-09-10"));
        assert!(due("初评", Some("2026-07-01")).starts_with("2026-09-10"));
        assert!(due("初评", Some("2026-06-30")).starts_with("2026-06-30"));
        assert_eq!(due("初评", Some("2027-01-01")), "");
    }
}
