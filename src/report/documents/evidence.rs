//! What the standard asks for by way of evidence, what the judgements name, and what is lacking.

use super::super::view;
use crate::eval::{CheckOutcome, PointOutcome};
use crate::plan::{CheckKind, Plan};

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
