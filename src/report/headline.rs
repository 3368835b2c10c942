//! Outcome of a point → one line: why it is not met, or what it waits for.

use super::{Words, lists, numbers, view};
use crate::eval::{CheckOutcome, Gap, PointOutcome, Verdict};
use crate::plan::{CheckKind, Plan};

/// How many failing rows, and how many missing cells, a headline names.
const EXAMPLES: usize = 2;

/// Why a point is not met, or what it waits for, on one line; its value where it is met.
pub fn headline(w: &Words, plan: &Plan, p: &PointOutcome) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(score) = &p.score {
        let shown = numbers::interval(&score.min, &score.max);
        parts.push(w.fill("head_score", &[("score", &shown), ("full", &score.full)]));
    }
    for (i, c) in p.checks.iter().enumerate().filter(|(_, c)| c.missing.is_empty() || c.verdict != Verdict::Undetermined) {
        let matters = c.verdict != Verdict::Met || p.checks.len() == 1 && c.rows.is_none() && c.value.is_some();
        // A judged score says no more than the score itself.
        let judged = matches!(view::check_kind(plan, &p.id, i), None | Some(CheckKind::Judgement { .. }));
        let repeats = p.score.is_some() && judged && c.threshold.is_none() && c.rows.is_none();
        if matters && !repeats {
            let text = check_headline(w, plan, p, i, c);
            if !parts.contains(&text) {
                parts.push(text);
            }
        }
    }
    parts.extend(missing(w, p));
    parts.join("；")
}

fn check_headline(w: &Words, plan: &Plan, p: &PointOutcome, index: usize, c: &CheckOutcome) -> String {
    if c.verdict == Verdict::Undetermined {
        return w.fill("head_bare_open", &[("label", &c.label)]);
    }
    if let Some(rows) = c.rows {
        let noun = view::noun(plan, &p.id, index).unwrap_or(w.get("rows_noun"));
        let failed = c.not_met.unwrap_or(c.failures.len()).to_string();
        let counted = w.fill("head_each", &[("noun", noun), ("rows", &rows.to_string()), ("not_met", &failed)]);
        return format!("{counted}{}", examples(w, c));
    }
    let label = view::own_label(c).map_or_else(String::new, |label| format!("{label} "));
    match view::value_text(w, c) {
        Some(value) if c.threshold.is_some() => {
            let text = w.fill("head_value", &[("value", &value), ("threshold", &view::threshold_text(c))]);
            format!("{label}{text}")
        }
        Some(value) => format!("{label}{value}"),
        None => valueless(w, view::check_kind(plan, &p.id, index), c),
    }
}

fn valueless(w: &Words, kind: Option<&CheckKind>, c: &CheckOutcome) -> String {
    match kind {
        Some(CheckKind::Event) => event(w, c),
        Some(CheckKind::Judgement { .. }) => w.get("head_judged").to_string(),
        _ if c.label.is_empty() => w.get("state_not_met").to_string(),
        _ => w.fill("head_bare", &[("label", &c.label)]),
    }
}

/// What was found of an event, and what was said of it.
pub fn event(w: &Words, c: &CheckOutcome) -> String {
    let found = match c.verdict {
        Verdict::Met => w.get("head_no_event"),
        Verdict::NotMet => w.get("head_event"),
        Verdict::Undetermined => return String::new(),
    };
    match c.evidence.as_deref().filter(|t| !t.is_empty()) {
        Some(told) => w.fill("head_told", &[("found", found), ("told", told)]),
        None => found.to_string(),
    }
}

fn examples(w: &Words, c: &CheckOutcome) -> String {
    let named = c.failures.iter().take(EXAMPLES).map(|f| {
        let shown = view::failure(w, c, f);
        let size = if shown.shortfall.is_empty() { String::new() } else { format!("，{}", shown.shortfall) };
        format!("{} {}{size}", f.name.clone().filter(|n| !n.is_empty()).unwrap_or(shown.row), shown.value).replace(" ，", "，")
    });
    let named: Vec<String> = named.map(|t| t.trim().to_string()).collect();
    listed(w, &named, c.failures.len())
}

fn listed(w: &Words, named: &[String], all: usize) -> String {
    if named.is_empty() {
        return String::new();
    }
    let key = if all > named.len() { "examples_more" } else { "examples" };
    w.fill(key, &[("list", &named.join("；"))])
}

/// What all open checks of a point wait for, each cell once.
fn missing(w: &Words, p: &PointOutcome) -> Option<String> {
    let mut gaps: Vec<&Gap> = Vec::new();
    for g in p.checks.iter().filter(|c| c.verdict == Verdict::Undetermined).flat_map(|c| &c.missing) {
        if !gaps.contains(&g) {
            gaps.push(g);
        }
    }
    if gaps.is_empty() {
        return None;
    }
    let named: Vec<String> = gaps.iter().take(EXAMPLES).map(|g| lists::gap_short(w, g)).collect();
    Some(format!("{}{}", w.fill("head_missing", &[("n", &gaps.len().to_string())]), listed(w, &named, gaps.len())))
}
