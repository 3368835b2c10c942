//! A page for each member: its values against what is asked, what is short and by how much.

use super::super::lists::Heard;
use super::super::page::State;
use super::super::{Words, view};
use super::findings::{Finding, Owned, of_row};
use super::head::Head;
use super::rectification::owned;
use crate::eval::{Standing, SubjectOutcome, Verdict};
use crate::plan::Plan;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, Serialize)]
pub struct Page {
    pub head: Head,
    pub members: Vec<MemberPage>,
}

#[derive(Debug, Serialize)]
pub struct MemberPage {
    pub key: String,
    pub name: String,
    /// How many values in which state, in words.
    pub line: String,
    pub rows: Vec<MemberRow>,
    /// What is short or too much, with its size; the rows that are not met.
    pub short: Vec<MemberRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct MemberRow {
    pub id: String,
    pub indicator: String,
    /// The part of the rule, where it has several.
    pub label: String,
    /// Which of its rows; empty where it has but one.
    pub row: String,
    pub value: String,
    pub threshold: String,
    pub gap: String,
    pub state: State,
    /// Whether it is met by a relief only.
    pub relieved: bool,
}

/// How many rows of a member a check tells one by one; of more only those that are not met.
const TOLD: usize = 3;

/// The rows of a member in one check.
struct Rows<'a> {
    owned: &'a Owned,
    index: usize,
    rows: Vec<&'a Standing>,
}

pub fn page(w: &Words, plan: &Plan, s: &SubjectOutcome, head: Head) -> Page {
    let items = owned(plan, s);
    let mut found: BTreeMap<&str, (Heard, Vec<Rows<'_>>)> = BTreeMap::new();
    for item in &items {
        for (index, check) in item.1.checks.iter().enumerate() {
            for row in &check.working.rows {
                let Some(member) = row.row.member.as_deref() else { continue };
                let (heard, list) = found.entry(member).or_default();
                heard.note(member, &row.row.key, row.row.name.as_deref());
                match list.last_mut().filter(|r| r.owned.1.id == item.1.id && r.index == index) {
                    Some(rows) => rows.rows.push(row),
                    None => list.push(Rows { owned: item, index, rows: vec![row] }),
                }
            }
        }
    }
    let mut members: Vec<MemberPage> = found.into_iter().map(|(key, (heard, list))| member(w, plan, key, &heard.best(), &list)).collect();
    // Those with something to do come first; the sort keeps the order of the keys.
    members.sort_by_key(|m| m.short.is_empty());
    Page { head, members }
}

fn member(w: &Words, plan: &Plan, key: &str, name: &str, list: &[Rows<'_>]) -> MemberPage {
    let rows: Vec<MemberRow> = list.iter().flat_map(|r| told(w, plan, name, r)).collect();
    let verdicts = list.iter().flat_map(|r| r.rows.iter().map(|s| s.verdict));
    MemberPage {
        key: key.to_string(),
        name: if name.is_empty() { key.to_string() } else { name.to_string() },
        line: view::counts_text(w, "member_counts", verdicts),
        short: rows.iter().filter(|r| r.state.class == "no").cloned().collect(),
        rows,
    }
}

fn told(w: &Words, plan: &Plan, name: &str, rows: &Rows<'_>) -> Vec<MemberRow> {
    let (title, point) = rows.owned;
    let each = |standing: &&Standing| of_row(w, plan, (title, point), rows.index, standing);
    if rows.rows.len() <= TOLD {
        return rows.rows.iter().flat_map(each).map(|(verdict, f)| row(w, name, f, verdict)).collect();
    }
    let count = |wanted: Verdict| rows.rows.iter().filter(|s| s.verdict == wanted).count();
    let failing = || rows.rows.iter().filter(|s| s.verdict == Verdict::NotMet);
    let met = if count(Verdict::Undetermined) > 0 { Verdict::Undetermined } else { Verdict::Met };
    let mut out: Vec<MemberRow> = failing().flat_map(each).map(|(verdict, f)| row(w, name, f, verdict)).collect();
    let noun = view::noun(plan, &point.id, rows.index).unwrap_or(w.get("rows_noun"));
    let (all, good, open) = (rows.rows.len().to_string(), count(Verdict::Met).to_string(), count(Verdict::Undetermined).to_string());
    let key = if count(Verdict::Undetermined) > 0 { "rows_met_open" } else { "rows_met" };
    let whole = MemberRow {
        id: point.id.clone(),
        indicator: title.clone(),
        label: String::new(),
        row: String::new(),
        value: w.fill(key, &[("noun", noun), ("rows", &all), ("met", &good), ("open", &open)]),
        threshold: point.checks.get(rows.index).map_or_else(String::new, view::threshold_text),
        gap: String::new(),
        relieved: false,
        state: view::plain_state(w, if out.is_empty() { met } else { Verdict::NotMet }),
    };
    // The whole is told by its failing rows already.
    if out.is_empty() {
        out.push(whole);
    } else {
        out.insert(0, MemberRow { state: view::state_na(w), ..whole });
    }
    out
}

fn row(w: &Words, member: &str, f: Finding, verdict: Verdict) -> MemberRow {
    MemberRow {
        row: own_part(&f.row, member),
        id: f.id,
        indicator: f.indicator,
        label: f.label,
        value: f.value,
        threshold: f.threshold,
        gap: f.gap,
        relieved: f.relieved,
        state: view::plain_state(w, verdict),
    }
}

/// What a row's name says besides the member's own.
fn own_part(row: &str, member: &str) -> String {
    let bare = row.split('（').next().unwrap_or(row);
    bare.strip_prefix(member).filter(|_| !member.is_empty()).unwrap_or(bare).trim().to_string()
}
