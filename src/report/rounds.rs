//! Several rounds side by side: where they differ, and by how much.

use super::filters::anchor;
use super::page::State;
use super::{Words, numbers, view};
use crate::eval::{PointOutcome, Score, SubjectOutcome, Verdict};
use crate::plan::{NatureKind, Plan};
use crate::value::{Num, format_decimal, parse_num};
use serde::Serialize;
use std::borrow::Cow;

/// The same subject as each round of the data judges it.
pub type Round = (String, SubjectOutcome);

#[derive(Debug, Serialize)]
pub struct Rounds {
    pub names: Vec<String>,
    pub intro: String,
    /// The verdict and each nature.
    pub overview: Vec<Line>,
    /// The items that are not the same in all rounds.
    pub rows: Vec<Line>,
}

#[derive(Debug, Serialize)]
pub struct Line {
    pub id: String,
    pub anchor: String,
    pub title: String,
    pub cells: Vec<Cell>,
    pub difference: String,
}

/// What a round says; the state where there is one.
#[derive(Debug, Serialize)]
pub struct Cell {
    pub state: Option<State>,
    pub text: String,
}

/// Rounds beside each other; `None` where the data hold fewer than two.
pub fn rounds(w: &Words, plan: &Plan, of: &[Round]) -> Option<Rounds> {
    if of.len() < 2 {
        return None;
    }
    let first = of.first()?;
    let mut rows = Vec::new();
    let points: Vec<Vec<Cow<'_, PointOutcome>>> = of.iter().map(|(_, s)| super::lists::items(s)).collect();
    let total = points.first()?.len();
    for (at, p) in points.first()?.iter().enumerate() {
        let each: Vec<&PointOutcome> = points.iter().filter_map(|list| list.get(at)).map(AsRef::as_ref).collect();
        let same = each.iter().all(|o| o.verdict == p.verdict && ends(o.score.as_ref()) == ends(p.score.as_ref()));
        if !same {
            let veto = first.1.vetoes.iter().any(|v| v.id == p.id);
            rows.push(Line {
                id: p.id.to_string(),
                anchor: anchor("p", &p.id),
                title: view::short_title(plan, p),
                difference: difference(w, &each),
                cells: each.iter().map(|o| cell(w, o, veto)).collect(),
            });
        }
    }
    let names: Vec<String> = of.iter().map(|(name, _)| name.clone()).collect();
    let pairs = [("rounds", names.join("、")), ("n", rows.len().to_string()), ("total", total.to_string())];
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let intro = w.fill(if rows.is_empty() { "rounds_same" } else { "rounds_intro" }, &pairs);
    Some(Rounds { names, intro, overview: overview(w, plan, of), rows })
}

fn ends(score: Option<&Score>) -> Option<(&str, &str)> {
    score.map(|s| (s.min.as_str(), s.max.as_str()))
}

fn cell(w: &Words, p: &PointOutcome, veto: bool) -> Cell {
    let state = match (veto, p.verdict) {
        (true, Verdict::Met) => view::veto_state(w, crate::eval::VetoVerdict::Clear),
        (true, Verdict::NotMet) => view::veto_state(w, crate::eval::VetoVerdict::Triggered),
        _ => view::point_state(w, p),
    };
    match &p.score {
        Some(score) => Cell { state: Some(state), text: w.fill("points_of", &[("score", &numbers::interval(&score.min, &score.max))]) },
        None => Cell { state: Some(state), text: String::new() },
    }
}

/// The steps from round to round where all scores are known; else that the rounds disagree.
fn difference(w: &Words, each: &[&PointOutcome]) -> String {
    let known: Option<Vec<Num>> =
        each.iter().map(|p| p.score.as_ref().filter(|s| s.min == s.max).and_then(|s| parse_num(&s.min))).collect();
    match known {
        Some(scores) => steps(w, &scores),
        None if each.iter().any(|p| p.verdict == Verdict::Undetermined) => w.get("rounds_open").to_string(),
        None => w.get("rounds_differ").to_string(),
    }
}

fn steps(w: &Words, scores: &[Num]) -> String {
    let pairs = scores.iter().zip(scores.iter().skip(1));
    let signed = |a: &Num, b: &Num| {
        let step = format_decimal(&(b - a), 12);
        match step.strip_prefix('-') {
            Some(size) => format!("−{size}"),
            None if step == "0" => "0".to_string(),
            None => format!("+{step}"),
        }
    };
    w.fill("points_of", &[("score", &pairs.map(|(a, b)| signed(a, b)).collect::<Vec<_>>().join("，"))])
}

fn overview(w: &Words, plan: &Plan, of: &[Round]) -> Vec<Line> {
    let line =
        |title: String, cells: Vec<Cell>, difference: String| Line { id: String::new(), anchor: String::new(), title, cells, difference };
    let differ = |same: bool| if same { String::new() } else { w.get("rounds_differ").to_string() };
    let verdicts = of.iter().map(|(_, s)| Cell { state: Some(view::verdict_state(s, w)), text: String::new() }).collect();
    let same = of.iter().all(|(_, s)| of.first().is_some_and(|(_, f)| f.verdict == s.verdict));
    let mut lines = vec![line(w.get("verdict").to_string(), verdicts, differ(same))];
    for (index, n) in plan.natures.iter().enumerate() {
        let texts: Vec<String> =
            of.iter().filter_map(|(_, s)| view::overview(w, plan, s).into_iter().nth(index)).map(|row| row.text).collect();
        let scores: Option<Vec<Num>> =
            of.iter().map(|(_, s)| (s.score.min == s.score.max).then(|| parse_num(&s.score.min)).flatten()).collect();
        let same = texts.iter().all(|t| Some(t) == texts.first());
        let step = match scores.filter(|_| n.kind == NatureKind::Scored && !same) {
            Some(scores) => steps(w, &scores),
            None => differ(same),
        };
        let cells = texts.into_iter().map(|text| Cell { state: None, text }).collect();
        lines.push(line(view::nature_title(plan, &n.name), cells, step));
    }
    lines
}
