//! A category's rows in the shape of a form: every row with its value for each indicator, and how many rows meet each.

use super::super::page::State;
use super::super::{Words, lists, numbers, view};
use super::findings::key;
use super::places::places;
use super::standing::{share, single};
use crate::eval::{CheckOutcome, IndicatorOutcome, PartStanding, PointOutcome, Spread, Standing, SubjectOutcome, Verdict};
use crate::plan::{CheckKind, Plan};
use serde::Serialize;
use std::collections::BTreeMap;

/// The rows of one population against several indicators.
#[derive(Debug, Serialize)]
pub struct Matrix {
    /// What the rows are called.
    pub population: String,
    pub columns: Vec<MatrixColumn>,
    pub rows: Vec<MatrixRow>,
    /// How many rows meet as many as they must.
    pub met: usize,
    pub share: String,
    /// How many of the columns a row must meet; `None` where all.
    pub least: Option<usize>,
    /// Whether a column that is not met has a floor to be reached.
    pub floors: bool,
}

#[derive(Debug, Serialize)]
pub struct MatrixColumn {
    /// The item, or empty where the columns are parts of one item.
    pub id: String,
    pub title: String,
    pub unit: String,
    pub threshold: String,
    pub rows: usize,
    pub met: usize,
    pub share: String,
}

#[derive(Debug, Serialize)]
pub struct MatrixRow {
    pub name: String,
    pub cells: Vec<MatrixCell>,
    /// How many columns are met.
    pub met: usize,
    pub missed: String,
    pub below_floor: String,
    pub state: State,
}

#[derive(Debug, Clone, Serialize)]
pub struct MatrixCell {
    /// The value without its unit.
    pub value: String,
    pub state: State,
    /// Whether it takes a relief to be met.
    pub relieved: bool,
}

/// A coefficient of variation with its mean.
#[derive(Debug, Serialize)]
pub struct SpreadRow {
    pub id: String,
    pub indicator: String,
    pub label: String,
    pub mean: String,
    pub value: String,
    pub threshold: String,
    pub state: State,
}

/// A check of an item of a category, with where it stands.
struct Found<'a> {
    indicator: &'a IndicatorOutcome,
    point: &'a PointOutcome,
    index: usize,
    check: &'a CheckOutcome,
}

fn checks<'a>(indicators: &'a [&'a IndicatorOutcome]) -> Vec<Found<'a>> {
    let of = |i: &'a &'a IndicatorOutcome| i.points.iter().map(move |p| (*i, p));
    let points = indicators.iter().flat_map(of);
    points
        .flat_map(|(indicator, point)| point.checks.iter().enumerate().map(move |(index, check)| Found { indicator, point, index, check }))
        .collect()
}

/// The matrices of a category, and the ids of the items that they tell all of.
pub fn matrices(w: &Words, plan: &Plan, indicators: &[&IndicatorOutcome]) -> (Vec<Matrix>, Vec<String>) {
    let all = checks(indicators);
    let kind = |f: &Found<'_>| view::check_kind(plan, &f.point.id, f.index);
    let by_parts: Vec<&Found<'_>> = all.iter().filter(|f| matches!(kind(f), Some(CheckKind::Several { .. }))).collect();
    let mut out: Vec<Matrix> = by_parts.iter().map(|f| of_parts(w, plan, f)).collect();
    let taken: Vec<&str> = by_parts.iter().filter_map(|f| view::noun(plan, &f.point.id, f.index)).collect();
    let mut groups: Vec<(&str, Vec<&Found<'_>>)> = Vec::new();
    for f in all.iter().filter(|f| matches!(kind(f), Some(CheckKind::Each { judged, .. }) if judged.comparison.is_some())) {
        let Some(noun) = view::noun(plan, &f.point.id, f.index).filter(|n| !taken.contains(n)) else { continue };
        match groups.iter_mut().find(|(n, _)| *n == noun) {
            Some((_, list)) => list.push(f),
            None => groups.push((noun, vec![f])),
        }
    }
    let of_several =
        groups.into_iter().filter(|(_, list)| list.iter().any(|f| Some(&f.indicator.id) != list.first().map(|g| &g.indicator.id)));
    let of_several: Vec<(&str, Vec<&Found<'_>>)> = of_several.collect();
    out.extend(of_several.iter().map(|(noun, list)| of_indicators(w, plan, noun, list)));
    let told = |p: &PointOutcome| {
        let in_matrix = |i: usize| {
            by_parts
                .iter()
                .copied()
                .chain(of_several.iter().flat_map(|(_, l)| l.iter().copied()))
                .any(|f| f.point.id == p.id && f.index == i)
        };
        p.checks.iter().enumerate().all(|(i, _)| in_matrix(i) || is_variation(plan, &p.id, i))
    };
    let ids = indicators.iter().flat_map(|i| &i.points).filter(|p| !p.checks.is_empty() && told(p)).map(|p| p.id.to_string()).collect();
    (out, ids)
}

fn of_parts(w: &Words, plan: &Plan, f: &Found<'_>) -> Matrix {
    let c = f.check;
    let rows = c.rows.unwrap_or(0);
    let columns = c.parts.iter().map(|p| MatrixColumn {
        id: String::new(),
        title: p.label.to_string(),
        unit: p.unit.clone().unwrap_or_default().to_string(),
        threshold: p.threshold.as_deref().map_or_else(String::new, |t| numbers::show_bound(t, None, p.unit.as_deref())),
        rows,
        met: p.met,
        share: share(p.met, rows).unwrap_or_default(),
    });
    let row = |r: &Standing| MatrixRow {
        name: lists::row_name(&r.row.key, r.row.name.as_deref()),
        cells: r.parts.iter().map(|p| part_cell(w, plan, f, p)).collect(),
        met: r.parts.iter().filter(|p| p.verdict == Verdict::Met).count(),
        missed: labels(r, |p| p.verdict == Verdict::NotMet),
        below_floor: labels(r, |p| p.floor == Some(Verdict::NotMet)),
        state: view::plain_state(w, r.verdict),
    };
    let met = c.met.unwrap_or(0);
    Matrix {
        population: view::noun(plan, &f.point.id, f.index).unwrap_or_default().to_string(),
        columns: columns.collect(),
        rows: c.working.rows.iter().map(row).collect(),
        met,
        share: share(met, rows).unwrap_or_default(),
        least: match view::check_kind(plan, &f.point.id, f.index) {
            Some(CheckKind::Several { least, parts, .. }) => Some(*least).filter(|least| *least < parts.len()),
            _ => None,
        },
        floors: c.parts.iter().any(|p| p.below_floor.is_some()),
    }
}

fn labels(r: &Standing, wanted: impl Fn(&PartStanding) -> bool) -> String {
    r.parts.iter().filter(|p| wanted(p)).map(|p| p.part.label.as_str()).collect::<Vec<_>>().join("、")
}

fn part_cell(w: &Words, plan: &Plan, f: &Found<'_>, p: &PartStanding) -> MatrixCell {
    let unit = p.part.unit.as_deref();
    let bound = p.part.threshold.as_deref().and_then(|t| numbers::bound(t, None));
    let places = places(plan, &f.point.id, f.index, Some(&p.part.label));
    let failing = p.verdict == Verdict::NotMet || p.relieved;
    let value = p.part.value.as_deref().map(|v| numbers::form_digits(v, bound.as_ref(), failing, unit, places, w.get("beyond")));
    MatrixCell { value: value.unwrap_or_default(), state: view::plain_state(w, p.verdict), relieved: p.relieved }
}

fn of_indicators(w: &Words, plan: &Plan, noun: &str, list: &[&Found<'_>]) -> Matrix {
    let columns: Vec<MatrixColumn> = list
        .iter()
        .map(|f| {
            let (rows, met) = (f.check.rows.unwrap_or(0), f.check.met.unwrap_or(0));
            MatrixColumn {
                id: f.point.id.to_string(),
                title: f.indicator.title.to_string(),
                unit: f.check.unit.clone().unwrap_or_default().to_string(),
                threshold: view::threshold_text(f.check),
                rows,
                met,
                share: share(met, rows).unwrap_or_default(),
            }
        })
        .collect();
    let mut order: Vec<(String, String)> = Vec::new();
    let mut cells: BTreeMap<(String, usize), (MatrixCell, Verdict)> = BTreeMap::new();
    for (at, f) in list.iter().enumerate() {
        for r in &f.check.working.rows {
            let id = key(&r.row.key);
            if !order.iter().any(|(k, _)| *k == id) {
                order.push((id.clone(), lists::row_name(&r.row.key, r.row.name.as_deref())));
            }
            cells.insert((id, at), (row_cell(w, plan, f, r), r.verdict));
        }
    }
    let rows: Vec<MatrixRow> = order
        .into_iter()
        .map(|(id, name)| {
            let of_row: Vec<Option<&(MatrixCell, Verdict)>> = (0..list.len()).map(|at| cells.get(&(id.clone(), at))).collect();
            let count = |wanted| of_row.iter().flatten().filter(|(_, v)| *v == wanted).count();
            let missed =
                list.iter().zip(&of_row).filter(|(_, c)| c.is_some_and(|(_, v)| *v == Verdict::NotMet)).map(|(f, _)| f.point.id.as_str());
            let verdict = if count(Verdict::NotMet) > 0 {
                Verdict::NotMet
            } else if count(Verdict::Undetermined) > 0 {
                Verdict::Undetermined
            } else {
                Verdict::Met
            };
            let blank = || MatrixCell { value: w.get("nothing_due").to_string(), state: view::state_na(w), relieved: false };
            MatrixRow {
                name,
                met: count(Verdict::Met),
                missed: missed.collect::<Vec<_>>().join("、"),
                below_floor: String::new(),
                state: view::plain_state(w, verdict),
                cells: of_row.iter().map(|c| c.map_or_else(blank, |(cell, _)| cell.clone())).collect(),
            }
        })
        .collect();
    let met = rows.iter().filter(|r| r.state.class == "ok").count();
    Matrix {
        population: noun.to_string(),
        columns,
        met,
        share: share(met, rows.len()).unwrap_or_default(),
        rows,
        least: None,
        floors: false,
    }
}

fn row_cell(w: &Words, plan: &Plan, f: &Found<'_>, r: &Standing) -> MatrixCell {
    let whole = f.check.threshold.as_deref();
    let bound = r.row.threshold.as_deref().or(whole).and_then(|t| numbers::bound(t, whole));
    let failing = r.verdict == Verdict::NotMet || r.relieved;
    let (unit, places) = (f.check.unit.as_deref(), places(plan, &f.point.id, f.index, None));
    let value = r.row.value.as_deref().map(|v| numbers::form_digits(v, bound.as_ref(), failing, unit, places, w.get("beyond")));
    MatrixCell { value: value.unwrap_or_default(), state: view::plain_state(w, r.verdict), relieved: r.relieved }
}

/// The coefficients of variation of a category, or of conditions that stand apart.
pub fn spreads<'a>(w: &Words, plan: &Plan, points: impl Iterator<Item = &'a PointOutcome>) -> Vec<SpreadRow> {
    let of = |p: &'a PointOutcome| p.checks.iter().enumerate().filter_map(move |(i, c)| spread(w, plan, p, i, c));
    points.flat_map(of).collect()
}

fn spread(w: &Words, plan: &Plan, p: &PointOutcome, index: usize, c: &CheckOutcome) -> Option<SpreadRow> {
    if !is_variation(plan, &p.id, index) {
        return None;
    }
    let mean = |s: &Spread| numbers::form(&s.mean, None, false, s.unit.as_deref(), 2, "");
    let value = c.value.as_deref().map(|v| single(w, plan, &p.id, index, c, v));
    Some(SpreadRow {
        id: p.id.to_string(),
        indicator: view::owner_title(plan, &p.id),
        label: view::own_label(c).map_or_else(|| p.text.to_string(), str::to_string),
        mean: c.working.spread.as_deref().map(mean).unwrap_or_default(),
        value: value.unwrap_or_else(|| w.fill("waits_for", &[("n", &c.missing.len().to_string())])),
        threshold: view::threshold_text(c),
        state: view::plain_state(w, c.verdict),
    })
}

fn is_variation(plan: &Plan, id: &str, index: usize) -> bool {
    matches!(view::check_kind(plan, id, index), Some(CheckKind::Condition(_))) && places(plan, id, index, None) == super::places::VARIATION
}

/// Whether a category is told by rows: some of its values are coefficients of variation.
pub fn has_spread(plan: &Plan, indicators: &[&IndicatorOutcome]) -> bool {
    indicators.iter().flat_map(|i| &i.points).any(|p| (0..p.checks.len()).any(|i| is_variation(plan, &p.id, i)))
}

/// The indicators of a subject by their category, in the standard's order.
pub fn by_category(s: &SubjectOutcome) -> Vec<(&str, Vec<&IndicatorOutcome>)> {
    let mut out: Vec<(&str, Vec<&IndicatorOutcome>)> = Vec::new();
    for i in &s.indicators {
        match out.last_mut().filter(|(name, _)| i.category == *name) {
            Some((_, list)) => list.push(i),
            None => out.push((&i.category, vec![i])),
        }
    }
    out
}
