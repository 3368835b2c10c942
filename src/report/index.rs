//! The page that leads to several subjects.

use super::filters::href;
use super::page::{GroupRow, Index, IndexCell, IndexRow, State};
use super::{Words, board, lists, numbers, view};
use crate::eval::{GroupOutcome, Outcome, SubjectOutcome, Verdict};
use crate::plan::{NatureKind, Plan};
use crate::value::{num, parse_num};
use std::collections::{BTreeMap, BTreeSet};

/// The row of a subject, whose report stands in `file`.
pub fn row(w: &Words, plan: &Plan, s: &SubjectOutcome, file: &str) -> IndexRow {
    let texts = view::overview(w, plan, s);
    let met = |verdicts: &mut dyn Iterator<Item = Verdict>| verdicts.filter(|v| *v == Verdict::Met).count().to_string();
    let cells = plan.natures.iter().zip(texts).map(|(n, row)| {
        let key = match n.kind {
            NatureKind::Must => met(&mut s.indicators.iter().filter(|i| i.kind == n.name).filter_map(|i| i.verdict)),
            NatureKind::Scored => s.score.min.clone(),
            NatureKind::Veto => met(&mut s.vetoes.iter().map(|v| view::veto_as_point(v).verdict)),
            NatureKind::Qualification => met(&mut s.qualifications.iter().map(|q| q.verdict)),
        };
        IndexCell { text: if n.kind == NatureKind::Scored { scored(w, s, row.text) } else { row.text }, key }
    });
    let gaps: BTreeSet<String> = lists::items(s)
        .iter()
        .flat_map(|p| &p.checks)
        .flat_map(|c| &c.missing)
        .map(|g| format!("{}/{}/{}", g.table, serde_json::Value::Object(g.key.clone()), g.field.as_deref().unwrap_or_default()))
        .collect();
    IndexRow {
        code: s.code.clone(),
        name: s.name.clone(),
        href: href(file),
        verdict: view::verdict_state(s, w),
        rank: match s.verdict {
            Verdict::Met => 0,
            Verdict::Undetermined => 1,
            Verdict::NotMet => 2,
        },
        cells: cells.collect(),
        missing: gaps.len(),
        group: String::new(),
        reasons: view::reasons(w, s),
    }
}

/// The score against its mark, in few words; as it is said elsewhere where there is no mark.
fn scored(w: &Words, s: &SubjectOutcome, text: String) -> String {
    let Some(pass) = s.score.pass.as_ref().filter(|_| parse_num(&s.score.full).is_some_and(|full| full > num(0))) else { return text };
    let against = numbers::against(&s.score.min, &s.score.max, pass).unwrap_or_else(|| w.fill("score_between", &[("pass", pass)]));
    w.fill("score_short", &[("score", &numbers::interval(&s.score.min, &s.score.max)), ("against", &against)])
}

/// The index over rows that were made one by one; `outcome` need not hold its subjects any more.
pub fn index(w: &Words, plan: &Plan, outcome: &Outcome, mut rows: Vec<IndexRow>) -> Index {
    let mut of: BTreeMap<&str, String> = BTreeMap::new();
    for g in &outcome.groups {
        of.extend(g.subjects.iter().map(|s| (s.code.as_str(), group_name(w, g))));
    }
    for row in &mut rows {
        row.group = of.get(row.code.as_str()).cloned().unwrap_or_default();
    }
    let verdicts = verdicts(w, plan, &rows);
    let counted: Vec<String> = verdicts.iter().map(|v| format!("{} {}", v.label, v.count)).collect();
    let titles = ["code", "name", "verdict"].map(|key| w.get(key).to_string()).into_iter();
    let natures = plan.natures.iter().map(|n| view::nature_title(plan, &n.name));
    Index {
        standard: view::standard(outcome),
        round: outcome.round.clone(),
        date: outcome.date.clone(),
        counts: w.fill("index_counts", &[("n", &rows.len().to_string()), ("list", &counted.join("，"))]),
        columns: titles.chain(natures).chain([w.get("missing").to_string()]).collect(),
        verdicts,
        rows,
        groups: groups(w, outcome),
    }
}

fn group_name(w: &Words, g: &GroupOutcome) -> String {
    g.name.clone().unwrap_or_else(|| w.get("superior_missing").to_string())
}

/// What the subjects belong to.
pub fn groups(w: &Words, outcome: &Outcome) -> Vec<GroupRow> {
    let rows = outcome.groups.iter().map(|g| GroupRow {
        name: group_name(w, g),
        verdict: State { word: g.verdict_text.to_string(), ..view::plain_state(w, g.verdict) },
        counts: view::counts_text(w, "superior_counts", g.subjects.iter().map(|s| s.verdict)),
        failing: g.subjects.iter().filter(|s| s.verdict == Verdict::NotMet).map(|s| s.name.clone()).collect::<Vec<_>>().join("、"),
    });
    rows.collect()
}

/// How many subjects have each verdict, in the standard's own words.
fn verdicts(w: &Words, plan: &Plan, rows: &[IndexRow]) -> Vec<board::Choice> {
    let of = |verdict| {
        let state = view::plain_state(w, verdict);
        let own = plan.verdict.as_ref().map(|v| match verdict {
            Verdict::Met => &v.met,
            Verdict::NotMet => &v.not_met,
            Verdict::Undetermined => &v.undetermined,
        });
        let label = own.filter(|word| !word.is_empty()).map_or(state.word, ToString::to_string);
        board::Choice { value: state.class.to_string(), label, count: rows.iter().filter(|r| r.verdict.class == state.class).count() }
    };
    [Verdict::Met, Verdict::NotMet, Verdict::Undetermined].into_iter().map(of).collect()
}
