//! A page for each member: its values against what is asked, what is short and by how much.

use super::super::lists::Heard;
use super::super::page::State;
use super::super::{Words, numbers, view};
use super::findings::{Finding, Owned, of_row};
use super::head::Head;
use super::places::places;
use super::rectification::owned;
use crate::eval::{CheckOutcome, Standing, SubjectOutcome, Verdict};
use crate::plan::Plan;
use crate::value::{Num, parse_num};
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
    pub met: usize,
    pub not_met: usize,
    pub open: usize,
    /// The numbers of the items with values that are not met.
    pub short_ids: String,
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
    /// Whether it tells of several rows together; those that are not met follow one by one.
    pub whole: bool,
}

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
    let verdicts = || list.iter().flat_map(|r| r.rows.iter().map(|s| s.verdict));
    let count = |wanted: Verdict| verdicts().filter(|v| *v == wanted).count();
    let short: Vec<MemberRow> = rows.iter().filter(|r| r.state.class == "no" && !r.whole).cloned().collect();
    let mut ids: Vec<&str> = short.iter().map(|r| r.id.as_str()).collect();
    ids.dedup();
    MemberPage {
        key: key.to_string(),
        name: if name.is_empty() { key.to_string() } else { name.to_string() },
        line: view::counts_text(w, "member_counts", verdicts()),
        met: count(Verdict::Met),
        not_met: count(Verdict::NotMet),
        open: count(Verdict::Undetermined),
        short_ids: ids.join("、"),
        short,
        rows,
    }
}

/// A row as it is; of several of one check what they have in common, and one by one those that are not met.
fn told(w: &Words, plan: &Plan, name: &str, rows: &Rows<'_>) -> Vec<MemberRow> {
    let (title, point) = rows.owned;
    let each = |standing: &&Standing| of_row(w, plan, (title, point), rows.index, standing);
    let [_, _, ..] = rows.rows.as_slice() else {
        return rows.rows.iter().flat_map(each).map(|(verdict, f)| row(w, name, f, verdict)).collect();
    };
    let count = |wanted: Verdict| rows.rows.iter().filter(|s| s.verdict == wanted).count();
    let verdict = match (count(Verdict::NotMet), count(Verdict::Undetermined)) {
        (0, 0) => Verdict::Met,
        (0, _) => Verdict::Undetermined,
        _ => Verdict::NotMet,
    };
    let noun = view::noun(plan, &point.id, rows.index).unwrap_or(w.get("rows_noun"));
    let (all, good, open) = (rows.rows.len().to_string(), count(Verdict::Met).to_string(), count(Verdict::Undetermined).to_string());
    let key = match verdict {
        Verdict::Met => "rows_all_met",
        _ if open == "0" => "rows_met",
        _ => "rows_met_open",
    };
    let counts = w.fill(key, &[("noun", noun), ("rows", &all), ("met", &good), ("open", &open)]);
    let check = point.checks.get(rows.index);
    let range = check.map_or_else(String::new, |c| range(w, plan, rows, c));
    let whole = MemberRow {
        id: point.id.to_string(),
        indicator: title.clone(),
        label: check.and_then(view::own_label).unwrap_or_default().to_string(),
        row: String::new(),
        value: if range.is_empty() { counts } else { w.fill("rows_range", &[("range", &range), ("counts", &counts)]) },
        threshold: check.map_or_else(String::new, view::threshold_text),
        gap: String::new(),
        relieved: false,
        whole: true,
        state: view::plain_state(w, verdict),
    };
    let failing = rows.rows.iter().filter(|s| s.verdict == Verdict::NotMet).flat_map(each);
    std::iter::once(whole).chain(failing.map(|(verdict, f)| row(w, name, f, verdict))).collect()
}

/// From the least to the largest value; empty where rows have parts or thresholds of their own, or no values.
fn range(w: &Words, plan: &Plan, rows: &Rows<'_>, c: &CheckOutcome) -> String {
    let Some(bound) = c.threshold.as_deref().and_then(|t| numbers::bound(t, None)) else { return String::new() };
    let places = places(plan, &rows.owned.1.id, rows.index, None);
    let known = rows.rows.iter().filter(|s| s.parts.is_empty());
    let mut known: Vec<(Num, &str, bool)> =
        known.filter_map(|s| Some((parse_num(s.row.value.as_deref()?)?, s.row.value.as_deref()?, is_failing(s)))).collect();
    known.sort_by(|a, b| a.0.cmp(&b.0));
    let (Some(least), Some(most)) = (known.first(), known.last()) else { return String::new() };
    let unit = c.unit.as_deref();
    let whole = |end: &(Num, &str, bool)| numbers::form(end.1, Some(&bound), end.2, unit, places, w.get("beyond"));
    let bare = |end: &(Num, &str, bool)| numbers::form_digits(end.1, Some(&bound), end.2, unit, places, w.get("beyond"));
    if least.0 == most.0 { whole(least) } else { numbers::interval(&bare(least), &whole(most)) }
}

fn is_failing(s: &Standing) -> bool {
    s.verdict == Verdict::NotMet || s.relieved
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
        whole: false,
        state: view::plain_state(w, verdict),
    }
}

/// What a row's name says besides the member's own.
fn own_part(row: &str, member: &str) -> String {
    let bare = row.split('（').next().unwrap_or(row);
    bare.strip_prefix(member).filter(|_| !member.is_empty()).unwrap_or(bare).trim().to_string()
}
