//! The procedure at the day of the report: what is done, due and late, and what contradicts itself.

use super::Words;
use super::page::State;
use super::rounds::Round;
use super::view;
use crate::eval::{Outcome, SubjectOutcome};
use crate::plan::{Item, Plan, Step, TableId};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Debug, Default, Serialize)]
pub struct Procedure {
    /// What the states rest on; empty without a day.
    pub intro: String,
    pub rows: Vec<StepRow>,
    /// Dates that contradict each other, or the data.
    pub contradictions: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct StepRow {
    pub id: String,
    pub title: String,
    pub period: String,
    pub words: String,
    /// Absent without a day.
    pub state: Option<State>,
    /// How long it is to go or over, and what is lacking.
    pub case: String,
}

/// Why a whole table is not there.
const MISSING_TABLE: &str = "missing_table";

/// What the data have of a step: the judging of a round, or a table, that its title names.
struct Evidence<'a> {
    name: &'a str,
    is_round: bool,
    begun: bool,
    /// Judgements, events or cells that are not there.
    lacking: usize,
}

/// The steps, their states at `date`, and what does not fit.
pub fn procedure(w: &Words, plan: &Plan, outcome: &Outcome, s: &SubjectOutcome, rounds: &[Round]) -> Procedure {
    let date = outcome.date.as_deref();
    let today = date.and_then(day);
    let evidence: Vec<Option<Evidence<'_>>> =
        plan.steps.iter().map(|step| evidence(plan, step, (outcome.round.as_deref(), s), rounds)).collect();
    let rows = plan.steps.iter().zip(&evidence).map(|(s, e)| {
        let (state, case) = today.map_or((None, String::new()), |today| standing(w, s, e.as_ref(), today));
        StepRow { id: s.id.clone(), title: s.title.clone(), period: period(w, s), words: s.words.clone(), state, case }
    });
    let rows: Vec<StepRow> = rows.collect();
    let mut contradictions = of_dates(w, &plan.steps);
    if let Some(today) = today {
        contradictions.extend(of_data(w, &plan.steps, &evidence, today));
    }
    let intro = date.filter(|_| !rows.is_empty()).map_or_else(String::new, |d| w.fill("procedure_intro", &[("date", d)]));
    Procedure { intro, rows, contradictions }
}

fn period(w: &Words, s: &Step) -> String {
    match (&s.from, &s.until) {
        (Some(a), Some(b)) if a == b => a.clone(),
        (Some(a), Some(b)) => w.fill("until", &[("from", a), ("until", b)]),
        (Some(a), None) => w.fill("from_on", &[("from", a)]),
        (None, Some(b)) => w.fill("until_on", &[("until", b)]),
        (None, None) => String::new(),
    }
}

/// The round or the table that a step is named after, and how far the data have it.
fn evidence<'a>(plan: &'a Plan, step: &Step, (now, subject): (Option<&str>, &SubjectOutcome), rounds: &[Round]) -> Option<Evidence<'a>> {
    if let Some(round) = plan.rounds.iter().find(|r| step.title.contains(r.as_str())) {
        // Only where the data hold several rounds are they all judged.
        let of_now = (now == Some(round.as_str())).then_some(subject);
        let judged = rounds.iter().find(|(name, _)| name == round).map(|(_, s)| s).or(of_now);
        return Some(Evidence { name: round, is_round: true, begun: judged.is_some(), lacking: judged.map_or(0, |s| lacking(plan, s)) });
    }
    let judged = [plan.judgements.as_ref().map(|j| j.table), plan.events.as_ref().map(|e| e.table)];
    let tables = plan.tables.iter().enumerate().filter(|(at, _)| !judged.contains(&Some(TableId(*at))));
    let (at, table) = tables.filter(|(_, t)| step.title.contains(t.name.as_str())).max_by_key(|(_, t)| t.name.len())?;
    let reads = |item: &Item| crate::plan::reads(plan, item).iter().any(|(of, _)| *of == TableId(at));
    let items = plan.indicators.iter().flat_map(|i| &i.points).chain(&plan.vetoes).chain(&plan.qualifications);
    if !items.into_iter().any(reads) {
        return None;
    }
    let items = super::lists::items(subject);
    let gaps: BTreeSet<(&'static str, String)> = items
        .iter()
        .flat_map(|p| p.checks.iter().flat_map(|c| &c.missing))
        .filter(|g| g.table == table.name)
        .map(|g| (g.reason, format!("{:?}/{:?}", g.key, g.field)))
        .collect();
    let begun = !gaps.iter().any(|(reason, _)| *reason == MISSING_TABLE);
    Some(Evidence { name: &table.name, is_round: false, begun, lacking: gaps.len() })
}

/// How many judgements and events of a round are not there.
fn lacking(plan: &Plan, s: &SubjectOutcome) -> usize {
    let tables = plan.judgements.iter().map(|j| j.table).chain(plan.events.iter().map(|e| e.table));
    let names: Vec<&str> = tables.filter_map(|t| plan.tables.get(t.0)).map(|t| t.name.as_str()).collect();
    let items = super::lists::items(s);
    items.iter().filter(|p| p.checks.iter().flat_map(|c| &c.missing).any(|g| names.contains(&g.table.as_str()))).count()
}

fn standing(w: &Words, s: &Step, e: Option<&Evidence<'_>>, today: i64) -> (Option<State>, String) {
    let (from, until) = (s.from.as_deref().and_then(day), s.until.as_deref().and_then(day));
    let days = |n: i64| n.to_string();
    let lacks = e
        .filter(|e| e.begun && e.lacking > 0)
        .map(|e| w.fill(if e.is_round { "step_lacks" } else { "step_lacks_cells" }, &[("n", &e.lacking.to_string())]))
        .unwrap_or_default();
    let mut case = String::new();
    let state = if let Some(e) = e.filter(|e| e.begun && e.lacking == 0) {
        case = w.fill(if e.is_round { "step_evidence" } else { "step_evidence_table" }, &[("name", e.name)]);
        view::state(w, "ok", "step_done")
    } else if let Some(start) = from.filter(|start| today < *start) {
        case = w.fill("step_starts", &[("n", &days(start - today))]);
        view::state(w, "na", "step_ahead")
    } else if let Some(end) = until.filter(|end| today > *end) {
        case = w.fill("step_over", &[("n", &days(today - end))]);
        match e {
            Some(_) => view::state(w, "no", "step_late"),
            None => view::state(w, "open", "step_past"),
        }
    } else {
        if let Some(end) = until {
            case = w.fill("step_ends", &[("n", &days(end - today))]);
        }
        if from.is_none() && until.is_none() { view::state(w, "na", "step_undated") } else { view::state(w, "part", "step_due") }
    };
    let case = [case, lacks].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("，");
    (Some(state), case)
}

fn earliest(s: &Step) -> Option<&String> {
    s.from.as_ref().or(s.until.as_ref())
}

fn latest(s: &Step) -> Option<&String> {
    s.until.as_ref().or(s.from.as_ref())
}

/// Steps that end before they begin, reach beyond the step they are part of, or are over before an earlier one begins. Dates compare as texts.
fn of_dates(w: &Words, steps: &[Step]) -> Vec<String> {
    let mut found = Vec::new();
    for (index, s) in steps.iter().enumerate() {
        let said = |key: &str, other: &Step| {
            let periods = (period(w, s), period(w, other));
            let pairs = [
                ("id", s.id.as_str()),
                ("title", &s.title),
                ("period", &periods.0),
                ("other", &other.id),
                ("its", &other.title),
                ("then", &periods.1),
            ];
            w.fill(key, &pairs)
        };
        if let (Some(from), Some(until)) = (&s.from, &s.until)
            && from > until
        {
            found.push(said("step_backwards", s));
        }
        let is_part = |of: &&Step| s.id.starts_with(&format!("{}.", of.id));
        if let Some(whole) = steps.iter().filter(is_part).max_by_key(|of| of.id.len()) {
            let early = s.from.as_ref().zip(whole.from.as_ref()).is_some_and(|(a, b)| a < b);
            let late = s.until.as_ref().zip(whole.until.as_ref()).is_some_and(|(a, b)| a > b);
            if early || late {
                found.push(said("step_outside", whole));
            }
        }
        let Some(ends) = latest(s) else { continue };
        let before = steps.iter().take(index).filter(|b| !is_part(b)).filter(|b| earliest(b).is_some_and(|d| d > ends));
        if let Some(other) = before.max_by_key(|b| earliest(b)) {
            found.push(said("step_before", other));
        }
    }
    found
}

/// Rounds that the data have before their step begins, and rounds that are complete while an earlier one is not.
fn of_data(w: &Words, steps: &[Step], evidence: &[Option<Evidence<'_>>], today: i64) -> Vec<String> {
    let mut found = Vec::new();
    let known: Vec<(&Step, &Evidence<'_>)> =
        steps.iter().zip(evidence).filter_map(|(s, e)| Some((s, e.as_ref().filter(|e| e.is_round)?))).collect();
    for (index, (s, e)) in known.iter().enumerate().filter(|(_, (_, e))| e.begun) {
        if let Some(from) = s.from.as_ref().filter(|from| day(from).is_some_and(|d| today < d)) {
            found.push(w.fill("round_early", &[("round", e.name), ("id", &s.id), ("from", from)]));
        }
        if let Some((other, o)) = known.iter().take(index).find(|(_, o)| !o.begun || o.lacking > 0) {
            found.push(w.fill("round_skipped", &[("round", e.name), ("other", o.name), ("id", &other.id)]));
        }
    }
    found
}

/// The day's number, from `YYYY-MM-DD` of the Gregorian calendar.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    // Years begin with March, so that the day that comes and goes is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let between = |a, b| day(b).unwrap() - day(a).unwrap();
        assert_eq!(between("2026-06-30", "2026-07-01"), 1);
        assert_eq!(between("2024-02-28", "2024-03-01"), 2);
        assert_eq!(between("2026-02-28", "2026-03-01"), 1);
        assert_eq!(between("2025-12-31", "2026-12-31"), 365);
        assert_eq!(between("1999-01-01", "2001-01-01"), 731);
        assert_eq!(day("2026-06"), None);
    }

    fn step(id: &str, from: &str, until: &str) -> Step {
        let date = |d: &str| (!d.is_empty()).then(|| d.to_string());
        Step { id: id.into(), title: format!("第{id}步"), from: date(from), until: date(until), words: String::new(), notes: Vec::new() }
    }

    #[test]
    fn steps_that_cannot_follow_each_other_are_found() {
        let w = Words::builtin();
        let steps = [step("1", "", "2026-06-30"), step("2", "2026-09-01", "2026-09-10"), step("3", "", "2026-12-31")];
        assert_eq!(of_dates(&w, &steps), Vec::<String>::new());
        let steps = [step("1", "", "2026-06-30"), step("2", "", "2026-12-31"), step("2.1", "2026-01-11", "2026-01-20")];
        assert_eq!(of_dates(&w, &steps).len(), 1);
        let steps = [step("1", "2026-02-01", "2026-01-01"), step("2", "2026-05-01", "2026-06-01"), step("2.1", "2026-05-11", "2026-07-01")];
        assert_eq!(of_dates(&w, &steps).len(), 2);
    }

    #[test]
    fn states_follow_the_day() {
        let w = Words::builtin();
        let word = |s: &Step, e: Option<&Evidence<'_>>, on: &str| {
            let (state, case) = standing(&w, s, e, day(on).unwrap());
            format!("{} {case}", state.unwrap().word)
        };
        let s = step("1", "2026-06-01", "2026-06-30");
        let judged = |lacking| Evidence { name: "甲", is_round: true, begun: true, lacking };
        let (begun, done) = (judged(3), judged(0));
        assert!(word(&s, None, "2026-05-31").contains('1'));
        assert_ne!(word(&s, Some(&begun), "2026-07-02"), word(&s, None, "2026-07-02"));
        assert_eq!(word(&s, Some(&done), "2026-05-01"), word(&s, Some(&done), "2027-05-01"));
        assert!(word(&s, Some(&begun), "2026-06-30").contains('3'));
    }
}
