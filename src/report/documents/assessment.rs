//! The report of a subject on itself: what it is, how it stands in each category in the shape of the form, what is wrong, what is to be done.

use super::super::page::Problem;
use super::super::reliefs::{self, ReliefRow};
use super::super::{Words, lists, missing, numbers, view};
use super::findings::findings;
use super::head::Head;
use super::matrix::{self, Matrix, SpreadRow};
use super::rectification::owned;
use super::standing::{self, ItemRow};
use crate::eval::{Fact, FactValue, Outcome, SubjectOutcome};
use crate::plan::{NatureKind, Plan, Total};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Page {
    pub head: Head,
    pub facts: Vec<FactTable>,
    /// The score in words; empty where nothing is scored.
    pub score: String,
    /// The score as a sum.
    pub sum: String,
    pub categories: Vec<Category>,
    pub veto_title: String,
    pub vetoes: Vec<ItemRow>,
    pub qualification_title: String,
    pub qualifications: Vec<ItemRow>,
    pub reliefs: Vec<ReliefRow>,
    pub problems: Vec<Problem>,
    pub gap_count: usize,
    pub measures: Vec<Measure>,
    /// The names of the other documents.
    pub attachments: Vec<String>,
    pub inputs: Vec<lists::InputRow>,
}

/// A table of the data: how many rows, and what they hold in all.
#[derive(Debug, Serialize)]
pub struct FactTable {
    pub table: String,
    /// `30`; empty for a table of one row.
    pub rows: String,
    pub values: Vec<FactEntry>,
}

/// A field of it with its value, total or counts in words.
#[derive(Debug, Serialize)]
pub struct FactEntry {
    pub field: String,
    pub text: String,
}

#[derive(Debug, Serialize)]
pub struct Category {
    /// The number of its first table: Ⅱ, Ⅲ …
    pub number: String,
    pub name: String,
    /// How many indicators in which state, in words.
    pub line: String,
    pub matrices: Vec<Matrix>,
    /// The number of the table of coefficients of variation; empty where there is none.
    pub spread_number: String,
    pub spreads: Vec<SpreadRow>,
    /// The items that the tables above do not tell.
    pub items: Vec<ItemRow>,
}

/// What is to be done about an indicator: the measure itself is written by hand.
#[derive(Debug, Serialize)]
pub struct Measure {
    pub number: usize,
    pub indicator: String,
    pub problem: String,
    pub departments: String,
    pub deadline: String,
}

pub fn page(w: &Words, plan: &Plan, outcome: &Outcome, s: &SubjectOutcome, head: Head, attachments: Vec<String>) -> Page {
    let (_, sum) = view::terms(w, s);
    let vetoes = s.vetoes.iter().map(|v| standing::item(w, plan, s, &view::veto_as_point(v)));
    Page {
        facts: s.facts.iter().map(|f| fact(w, f)).collect(),
        score: if sum.is_empty() { String::new() } else { view::total_text(w, s) },
        sum,
        categories: categories(w, plan, s),
        veto_title: title(w, plan, NatureKind::Veto, "vetoes"),
        qualification_title: title(w, plan, NatureKind::Qualification, "qualifications"),
        vetoes: vetoes.collect(),
        qualifications: s.qualifications.iter().map(|q| standing::item(w, plan, s, q)).collect(),
        reliefs: reliefs::rows(w, s),
        problems: lists::problems(w, plan, s),
        gap_count: missing::missing(w, plan, s).count,
        measures: measures(w, plan, s, &head.deadline),
        attachments,
        inputs: lists::inputs(plan, outcome),
        head,
    }
}

/// The standard's own title for a kind of items.
pub fn title(w: &Words, plan: &Plan, kind: NatureKind, otherwise: &str) -> String {
    let own = plan.natures.iter().find(|n| n.kind == kind && !n.title.is_empty());
    own.map_or_else(|| w.get(otherwise).to_string(), |n| n.title.clone())
}

fn fact(w: &Words, f: &Fact) -> FactTable {
    let mut values: Vec<FactEntry> = Vec::new();
    for v in &f.values {
        match values.last_mut().filter(|e| e.field == v.field && v.option.is_some()) {
            Some(entry) => entry.text = format!("{}、{}", entry.text, fact_text(w, v)),
            None => values.push(FactEntry { field: v.field.clone(), text: fact_text(w, v) }),
        }
    }
    FactTable { table: f.table.clone(), rows: f.rows.map_or_else(String::new, |n| w.fill("fact_rows", &[("n", &n.to_string())])), values }
}

fn fact_text(w: &Words, v: &FactValue) -> String {
    if let Some(option) = &v.option {
        return w.fill("fact_option", &[("option", option), ("n", &v.value)]);
    }
    let empty = v.empty.to_string();
    if v.value.is_empty() {
        return w.fill("fact_all_empty", &[("n", &empty)]);
    }
    let amount = numbers::amount(&v.value, v.unit.as_deref());
    let amount = match v.total {
        Some(Total::Largest) => w.fill("fact_largest", &[("n", &amount)]),
        Some(Total::Smallest) => w.fill("fact_smallest", &[("n", &amount)]),
        Some(Total::Sum) | None => amount,
    };
    if v.empty == 0 { amount } else { amount + &w.fill("fact_empty", &[("n", &empty)]) }
}

fn categories(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Vec<Category> {
    let mut number = 1;
    let mut next = || {
        number += 1;
        roman(number)
    };
    let each = matrix::by_category(s).into_iter().map(|(name, indicators)| {
        let points = || indicators.iter().flat_map(|i| &i.points);
        let by_rows = matrix::has_spread(plan, &indicators);
        let (matrices, told) = if by_rows { matrix::matrices(w, plan, &indicators) } else { (Vec::new(), Vec::new()) };
        let spreads = if by_rows { matrix::spreads(w, plan, points().chain(&s.qualifications)) } else { Vec::new() };
        let items = points().filter(|p| !told.iter().any(|id| p.id == *id)).map(|p| standing::item(w, plan, s, p)).collect();
        let number = next();
        let spread_number = if spreads.is_empty() { String::new() } else { next() };
        Category { number, name: name.to_string(), line: line(w, &indicators), matrices, spread_number, spreads, items }
    });
    each.collect()
}

fn line(w: &Words, indicators: &[&crate::eval::IndicatorOutcome]) -> String {
    let must = indicators.iter().filter_map(|i| i.verdict);
    let scores: Vec<_> = indicators.iter().filter_map(|i| i.score.as_ref()).collect();
    let scored = (!scores.is_empty()).then(|| {
        w.fill("category_scored", &[("n", &scores.len().to_string()), ("score", &view::score_text(w, &view::sum(scores.iter().copied())))])
    });
    let must = (must.clone().count() > 0).then(|| w.fill("category_must", &[("counts", &view::counts_text(w, "counts", must))]));
    must.into_iter().chain(scored).collect::<Vec<_>>().join("；")
}

/// The measures to be taken, one for each indicator, veto or condition with something wrong.
fn measures(w: &Words, plan: &Plan, s: &SubjectOutcome, deadline: &str) -> Vec<Measure> {
    let mut out: Vec<Measure> = Vec::new();
    let mut counts: Vec<(String, usize, usize, String)> = Vec::new();
    for f in findings(w, plan, &owned(plan, s)) {
        let departments = view::departments(plan, &f.id).join("、");
        let (wrong, open) = if f.missing { (0, 1) } else { (1, 0) };
        match counts.iter_mut().find(|(name, ..)| *name == f.indicator) {
            Some((_, a, b, _)) => (*a, *b) = (*a + wrong, *b + open),
            None => counts.push((f.indicator.clone(), wrong, open, departments)),
        }
    }
    for (indicator, wrong, open, departments) in counts {
        let told = |n: usize, key: &str| (n > 0).then(|| w.fill(key, &[("n", &n.to_string())]));
        let problem = told(wrong, "wrong_count").into_iter().chain(told(open, "open_count")).collect::<Vec<_>>().join("，");
        out.push(Measure { number: out.len() + 1, indicator, problem, departments, deadline: deadline.to_string() });
    }
    out
}

/// Ⅰ to Ⅻ; larger numbers in digits.
fn roman(n: usize) -> String {
    let signs = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ";
    n.checked_sub(1).and_then(|at| signs.chars().nth(at)).map_or_else(|| n.to_string(), String::from)
}
