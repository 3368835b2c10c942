//! Many subjects: how far each is from passing, how each stands in every indicator, and which indicators are met by the fewest.

use super::super::page::{GroupRow, Reason, Standard, State};
use super::super::{Words, index, numbers, view};
use crate::eval::{IndicatorOutcome, Outcome, SubjectOutcome, Verdict, VetoVerdict};
use crate::plan::Plan;
use crate::value::{Num, format_decimal, num, parse_num};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Page {
    pub document: String,
    pub standard: Standard,
    pub round: Option<String>,
    pub date: Option<String>,
    pub partial: String,
    /// How many subjects in which state, in words.
    pub line: String,
    /// Whether there is a mark that scores are held to.
    pub scored: bool,
    pub rows: Vec<RankRow>,
    pub worst: Vec<WorstRow>,
    pub blocks: Vec<Block>,
    pub groups: Vec<GroupRow>,
}

#[derive(Debug, Serialize)]
pub struct RankRow {
    pub rank: usize,
    pub code: String,
    pub name: String,
    pub verdict: State,
    /// How many items that must be met are not, vetoes among them.
    pub blocking: usize,
    /// Their numbers.
    pub blocking_ids: String,
    pub score: String,
    /// How many points are lacking to the pass mark; empty where none are, or where there is no mark.
    pub short: String,
    pub open: usize,
    pub reasons: Vec<Reason>,
}

#[derive(Debug, Serialize)]
pub struct WorstRow {
    pub id: String,
    pub title: String,
    pub category: String,
    pub not_met: usize,
    pub open: usize,
    /// The names of the subjects that do not meet it.
    pub names: String,
}

/// Some of the indicators, so many as fit a page, against all subjects.
#[derive(Debug, Serialize)]
pub struct Block {
    pub columns: Vec<BlockColumn>,
    pub rows: Vec<BlockRow>,
}

#[derive(Debug, Serialize)]
pub struct BlockColumn {
    pub id: String,
    pub title: String,
}

#[derive(Debug, Serialize)]
pub struct BlockRow {
    pub code: String,
    pub name: String,
    pub states: Vec<State>,
}

/// How many indicators stand side by side.
const ACROSS: usize = 20;

pub fn page(w: &Words, plan: &Plan, outcome: &Outcome, document: &str) -> Page {
    Page {
        document: document.to_string(),
        standard: view::standard(outcome),
        round: outcome.round.clone(),
        date: outcome.date.clone(),
        partial: view::partial(w, plan, outcome),
        line: view::counts_text(w, "ranking_intro", outcome.subjects.iter().map(|s| s.verdict)),
        scored: outcome.subjects.iter().any(|s| s.score.pass.is_some()),
        rows: rows(w, outcome),
        worst: worst(outcome),
        blocks: blocks(w, outcome),
        groups: index::groups(w, outcome),
    }
}

/// From near to far: what stands in the way, how many points are lacking, how much is open.
type Distance = (u8, usize, Num, usize);

fn distance(s: &SubjectOutcome) -> (Distance, Vec<&str>, Option<Num>) {
    let vetoes = s.vetoes.iter().filter(|v| v.verdict == VetoVerdict::Triggered).map(|v| v.id.as_str());
    let musts = s.indicators.iter().filter(|i| i.verdict == Some(Verdict::NotMet)).map(|i| i.id.as_str());
    let blocking: Vec<&str> = vetoes.chain(musts).collect();
    let pass = s.score.pass.as_deref().and_then(parse_num);
    let short = pass.zip(parse_num(&s.score.min)).map(|(pass, min)| pass - min).filter(|short| *short > num(0));
    let open =
        s.vetoes.iter().filter(|v| v.verdict == VetoVerdict::Undetermined).count() + s.indicators.iter().filter(|i| is_open(i)).count();
    let class = match s.verdict {
        Verdict::Met => 0,
        Verdict::Undetermined => 1,
        Verdict::NotMet => 2,
    };
    ((class, blocking.len(), short.clone().unwrap_or_else(|| num(0)), open), blocking, short)
}

fn is_open(i: &IndicatorOutcome) -> bool {
    i.verdict == Some(Verdict::Undetermined) || i.score.as_ref().is_some_and(|s| s.min != s.max)
}

fn rows(w: &Words, outcome: &Outcome) -> Vec<RankRow> {
    let mut ranked: Vec<(Distance, RankRow)> = outcome.subjects.iter().map(|s| row(w, s)).collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.code.cmp(&b.1.code)));
    let mut last: Option<(Distance, usize)> = None;
    let mut out = Vec::with_capacity(ranked.len());
    for (at, (distance, mut row)) in ranked.into_iter().enumerate() {
        row.rank = last.as_ref().filter(|(d, _)| *d == distance).map_or(at + 1, |(_, rank)| *rank);
        last = Some((distance, row.rank));
        out.push(row);
    }
    out
}

fn row(w: &Words, s: &SubjectOutcome) -> (Distance, RankRow) {
    let (distance, blocking, short) = distance(s);
    let row = RankRow {
        rank: 0,
        code: s.code.clone(),
        name: s.name.clone(),
        verdict: view::verdict_state(s, w),
        blocking: blocking.len(),
        blocking_ids: blocking.join("、"),
        score: if s.score.pass.is_some() { numbers::interval(&s.score.min, &s.score.max) } else { String::new() },
        short: short.map_or_else(String::new, |n| format_decimal(&n, 12)),
        open: distance.3,
        reasons: view::reasons(w, s),
    };
    (distance, row)
}

/// The indicators that any subject does not meet, those that the most do not meet first.
fn worst(outcome: &Outcome) -> Vec<WorstRow> {
    let Some(first) = outcome.subjects.first() else { return Vec::new() };
    let of = |(at, i): (usize, &IndicatorOutcome)| {
        let each = || outcome.subjects.iter().filter_map(|s| Some((s, s.indicators.get(at)?)));
        let failing: Vec<&str> = each().filter(|(_, i)| fails(i)).map(|(s, _)| s.name.as_str()).collect();
        WorstRow {
            id: i.id.to_string(),
            title: i.title.to_string(),
            category: i.category.to_string(),
            not_met: failing.len(),
            open: each().filter(|(_, i)| is_open(i)).count(),
            names: failing.join("、"),
        }
    };
    let mut rows: Vec<WorstRow> = first.indicators.iter().enumerate().map(of).filter(|r| r.not_met > 0).collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.not_met));
    rows
}

/// Not met, or certain to lose points.
fn fails(i: &IndicatorOutcome) -> bool {
    let loses = |s: &crate::eval::Score| parse_num(&s.max).zip(parse_num(&s.full)).is_some_and(|(max, full)| max < full);
    i.verdict == Some(Verdict::NotMet) || i.score.as_ref().is_some_and(loses)
}

fn blocks(w: &Words, outcome: &Outcome) -> Vec<Block> {
    let Some(first) = outcome.subjects.first() else { return Vec::new() };
    let starts = (0..first.indicators.len()).step_by(ACROSS);
    let block = |from: usize| Block {
        columns: first
            .indicators
            .iter()
            .skip(from)
            .take(ACROSS)
            .map(|i| BlockColumn { id: i.id.to_string(), title: i.title.to_string() })
            .collect(),
        rows: outcome
            .subjects
            .iter()
            .map(|s| BlockRow {
                code: s.code.clone(),
                name: s.name.clone(),
                states: s.indicators.iter().skip(from).take(ACROSS).map(|i| view::indicator_state(w, i)).collect(),
            })
            .collect(),
    };
    starts.map(block).collect()
}
