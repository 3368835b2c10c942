//! How an item stands, in a form's numbers: each of its checks in a few words, with what is asked.

use super::super::page::State;
use super::super::{Words, headline, lists, numbers, view};
use super::places::places;
use crate::eval::{CheckOutcome, PointOutcome, SubjectOutcome, Verdict};
use crate::plan::{CheckKind, Plan};
use crate::value::{num, parse_num};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct ItemRow {
    pub id: String,
    /// What it belongs to.
    pub indicator: String,
    pub text: String,
    pub state: State,
    pub score: Option<String>,
    /// Every check's value or counts; several apart by `；`.
    pub value: String,
    pub threshold: String,
}

pub fn item(w: &Words, plan: &Plan, s: &SubjectOutcome, p: &PointOutcome) -> ItemRow {
    let mut values: Vec<String> = Vec::new();
    let mut limits: Vec<String> = Vec::new();
    for (index, c) in p.checks.iter().enumerate() {
        let label = view::own_label(c).filter(|_| p.checks.len() > 1).map_or_else(String::new, |l| format!("{l} "));
        let value = check(w, plan, p, index, c);
        if !value.is_empty() {
            values.push(format!("{label}{value}"));
        }
        let limit = view::threshold_text(c);
        if !limit.is_empty() && !limits.contains(&limit) {
            limits.push(limit);
        }
    }
    values.dedup();
    ItemRow {
        id: p.id.to_string(),
        indicator: view::owner_title(plan, &p.id),
        text: p.text.to_string(),
        state: lists::item_state(w, s, p),
        score: p.score.as_ref().map(|s| view::score_text(w, s)),
        value: values.join("；"),
        threshold: limits.join("；"),
    }
}

/// One check: its value, how many rows meet it, what was judged, or what it waits for.
pub fn check(w: &Words, plan: &Plan, p: &PointOutcome, index: usize, c: &CheckOutcome) -> String {
    if !c.applicable {
        return w.get("not_applicable_short").to_string();
    }
    if let (Some(rows), Some(met)) = (c.rows, c.met) {
        let noun = view::noun(plan, &p.id, index).unwrap_or(w.get("rows_noun"));
        let open = c.undetermined.unwrap_or(0);
        let key = if open > 0 { "rows_met_open" } else { "rows_met" };
        let pairs = [("noun", noun), ("rows", &rows.to_string()), ("met", &met.to_string()), ("open", &open.to_string())];
        let share = share(met, rows).map_or_else(String::new, |share| w.fill("of_share", &[("share", &share)]));
        return w.fill(key, &pairs) + &share;
    }
    if let Some(value) = c.value.as_deref().filter(|_| c.threshold.is_some()) {
        return single(w, plan, &p.id, index, c, value);
    }
    let kind = view::check_kind(plan, &p.id, index);
    match (c.verdict, kind) {
        (Verdict::Undetermined, _) => w.fill("waits_for", &[("n", &c.missing.len().to_string())]),
        (_, Some(CheckKind::Event)) => headline::event(w, c),
        // The score is told beside.
        (_, Some(CheckKind::Judgement { .. })) if p.score.is_some() => String::new(),
        (Verdict::Met, Some(CheckKind::Judgement { .. })) => w.get("judged_met").to_string(),
        (Verdict::NotMet, Some(CheckKind::Judgement { .. })) => w.get("head_judged").to_string(),
        (Verdict::Met, _) => w.get("reason_met").to_string(),
        (Verdict::NotMet, _) => w.get("not_so").to_string(),
    }
}

/// A single value as the form prints it.
pub fn single(w: &Words, plan: &Plan, id: &str, index: usize, c: &CheckOutcome, value: &str) -> String {
    let bound = c.threshold.as_deref().and_then(|t| numbers::bound(t, None));
    let failing = c.verdict == Verdict::NotMet || !c.reliefs.is_empty();
    numbers::form(value, bound.as_ref(), failing, c.unit.as_deref(), places(plan, id, index, None), w.get("beyond"))
}

/// A share in per cent; one that is not whole is never shown as 100%.
pub fn share(part: usize, whole: usize) -> Option<String> {
    let whole_num = parse_num(&whole.to_string()).filter(|n| *n > num(0))?;
    let ratio = parse_num(&part.to_string())? / whole_num;
    let all = numbers::bound("≥ 1", None)?;
    let digits = crate::value::format_decimal(&ratio, 12);
    Some(numbers::form(&digits, Some(&all), part < whole, Some("%"), 1, ""))
}
