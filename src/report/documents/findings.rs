//! Outcome → what stands in the way, one line for each row, value or gap.

use super::super::numbers::{self, Bound};
use super::super::{Words, headline, lists, view};
use super::places::places;
use crate::eval::{CheckOutcome, Failure, Gap, PartFailure, PartStanding, PointOutcome, Score, Standing, Verdict};
use crate::plan::{CheckKind, Plan};
use serde_json::{Map, Value};

/// Something that is not as the standard asks, or not known to be.
#[derive(Debug, Clone)]
pub struct Finding {
    pub id: String,
    /// What the item belongs to.
    pub indicator: String,
    pub text: String,
    /// What of the item, where it asks for several things.
    pub label: String,
    /// The row; empty where the subject as a whole is meant.
    pub row: String,
    pub value: String,
    pub threshold: String,
    pub gap: String,
    pub source: String,
    pub missing: bool,
    /// Whether it is met by a relief only.
    pub relieved: bool,
    /// What it is the same by, from one run to another.
    pub identity: Identity,
}

/// An item, the check of it, the row, and the part of the rule or the empty cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    pub item: String,
    pub check: String,
    pub row: String,
    pub detail: String,
}

/// An item with what it belongs to.
pub type Owned = (String, PointOutcome);

/// Everything that stands in the way, in the standard's order: failures of an item before its gaps.
pub fn findings(w: &Words, plan: &Plan, items: &[Owned]) -> Vec<Finding> {
    items.iter().flat_map(|(indicator, p)| Writer { w, plan, indicator, point: p }.all()).collect()
}

/// A row as a finding, whether it fails or not; each of its parts where it has several.
pub fn of_row(w: &Words, plan: &Plan, (indicator, point): (&str, &PointOutcome), index: usize, row: &Standing) -> Vec<(Verdict, Finding)> {
    let Some(c) = point.checks.get(index) else { return Vec::new() };
    let writer = Writer { w, plan, indicator, point };
    let told = |verdict: Verdict, relieved: bool, found: Finding| {
        let met = verdict == Verdict::Met;
        let gap = if met { String::new() } else { found.gap };
        (verdict, Finding { gap, relieved: met && relieved, ..found })
    };
    if row.parts.is_empty() {
        let found = writer.row(index, c, &row.row, row.verdict == Verdict::NotMet || row.relieved);
        return vec![told(row.verdict, row.relieved, found)];
    }
    let part = |p: &PartStanding| {
        let found = writer.part(index, c, &row.row, &p.part, p.verdict == Verdict::NotMet || p.relieved);
        told(p.verdict, p.relieved, found)
    };
    row.parts.iter().map(part).collect()
}

struct Writer<'a> {
    w: &'a Words,
    plan: &'a Plan,
    indicator: &'a str,
    point: &'a PointOutcome,
}

impl Writer<'_> {
    fn all(&self) -> Vec<Finding> {
        if self.point.verdict == Verdict::Met {
            return Vec::new();
        }
        let checks = || self.point.checks.iter().enumerate();
        let mut out: Vec<Finding> = checks().filter(|(_, c)| c.verdict == Verdict::NotMet).flat_map(|(i, c)| self.failed(i, c)).collect();
        let judged = self.point.score.as_ref().filter(|_| self.point.verdict == Verdict::NotMet && out.is_empty());
        out.extend(judged.map(|score| self.lost(score)));
        let mut seen: Vec<&Gap> = Vec::new();
        for (_, c) in checks().filter(|(_, c)| c.verdict == Verdict::Undetermined) {
            for gap in &c.missing {
                if !seen.contains(&gap) {
                    seen.push(gap);
                    out.push(self.missing(c, gap));
                }
            }
        }
        if out.is_empty() {
            out.push(self.blank(Identity { check: String::new(), ..self.identity("", "", "") }));
        }
        out
    }

    fn identity(&self, check: &str, row: &str, detail: &str) -> Identity {
        Identity { item: self.point.id.to_string(), check: check.into(), row: row.into(), detail: detail.into() }
    }

    fn blank(&self, identity: Identity) -> Finding {
        Finding {
            id: self.point.id.to_string(),
            indicator: self.indicator.to_string(),
            text: self.point.text.to_string(),
            label: String::new(),
            row: String::new(),
            value: String::new(),
            threshold: String::new(),
            gap: String::new(),
            source: String::new(),
            missing: false,
            relieved: false,
            identity,
        }
    }

    fn failed(&self, index: usize, c: &CheckOutcome) -> Vec<Finding> {
        if c.failures.is_empty() {
            return vec![self.single(index, c)];
        }
        let rows = c.failures.iter().flat_map(|f| {
            if f.parts.is_empty() {
                vec![self.row(index, c, f, true)]
            } else {
                f.parts.iter().map(|p| self.part(index, c, f, p, true)).collect()
            }
        });
        rows.collect()
    }

    fn label(&self, c: &CheckOutcome) -> String {
        view::own_label(c).filter(|label| !self.point.text.contains(label)).unwrap_or_default().to_string()
    }

    /// One value, conclusion or event.
    fn single(&self, index: usize, c: &CheckOutcome) -> Finding {
        let (w, kind) = (self.w, view::check_kind(self.plan, &self.point.id, index));
        let mut found = Finding { label: self.label(c), ..self.blank(self.identity(&c.label, "", "")) };
        let bound = c.threshold.as_deref().and_then(|t| numbers::bound(t, None));
        match (&c.value, &self.point.score) {
            (Some(value), _) if c.threshold.is_some() => {
                let places = places(self.plan, &self.point.id, index, None);
                found.value = numbers::form(value, bound.as_ref(), true, c.unit.as_deref(), places, w.get("beyond"));
                found.threshold = view::threshold_text(c);
                found.gap = bound.map_or_else(String::new, |b| far(w, value, &b, c.unit.as_deref(), places));
            }
            (_, Some(score)) => return Finding { label: found.label, ..self.lost(c.score.as_ref().unwrap_or(score)) },
            _ => match kind {
                Some(CheckKind::Event) => {
                    found.value = headline::event(w, c);
                    found.threshold = w.get("must_not_be").to_string();
                }
                Some(CheckKind::Judgement { .. }) => {
                    found.value = w.get("head_judged").to_string();
                    found.threshold = w.get("state_met").to_string();
                }
                _ => {
                    found.value = w.get("not_so").to_string();
                    found.threshold = view::unlabelled(c).unwrap_or(&c.rule).to_string();
                }
            },
        }
        found
    }

    /// Points that were not given.
    fn lost(&self, score: &Score) -> Finding {
        let w = self.w;
        let bound = numbers::bound(&format!("≥ {}", score.full), None);
        Finding {
            value: w.fill("got_points", &[("n", &numbers::interval(&score.min, &score.max))]),
            threshold: w.fill("full_points", &[("n", &score.full)]),
            gap: bound.map_or_else(String::new, |b| far(w, &score.max, &b, Some(w.get("points_unit")), 2)),
            ..self.blank(self.identity("", "", ""))
        }
    }

    fn row(&self, index: usize, c: &CheckOutcome, f: &Failure, failing: bool) -> Finding {
        let (w, unit) = (self.w, c.unit.as_deref());
        let shown = view::failure(w, c, f);
        let bound = f.threshold.as_deref().or(c.threshold.as_deref()).and_then(|t| numbers::bound(t, c.threshold.as_deref()));
        let places = places(self.plan, &self.point.id, index, None);
        let value = f.value.as_deref().map(|v| numbers::form(v, bound.as_ref(), failing, unit, places, w.get("beyond")));
        let gap = if !failing {
            String::new()
        } else if shown.shortfall.is_empty() {
            f.value.as_deref().zip(bound.as_ref()).map_or_else(String::new, |(v, b)| far(w, v, b, unit, places))
        } else {
            shown.shortfall
        };
        Finding {
            label: self.label(c),
            value: value.unwrap_or_else(|| if failing { w.get("not_so").to_string() } else { String::new() }),
            threshold: if shown.threshold.is_empty() { view::unlabelled(c).unwrap_or(&c.rule).to_string() } else { shown.threshold },
            row: lists::row_name(&f.key, f.name.as_deref()),
            gap,
            source: shown.source,
            ..self.blank(self.identity(&c.label, &key(&f.key), ""))
        }
    }

    fn part(&self, index: usize, c: &CheckOutcome, f: &Failure, p: &PartFailure, failing: bool) -> Finding {
        let (w, unit) = (self.w, p.unit.as_deref());
        let bound = p.threshold.as_deref().and_then(|t| numbers::bound(t, None));
        let places = places(self.plan, &self.point.id, index, Some(&p.label));
        let threshold = p.threshold.as_deref().map_or_else(String::new, |t| numbers::show_bound(t, None, unit));
        let floor =
            p.floor.as_deref().filter(|_| p.below_floor).map(|t| w.fill("part_floor", &[("floor", &numbers::show_bound(t, None, unit))]));
        let gap = match (&p.shortfall, &p.value, &bound) {
            _ if !failing => String::new(),
            (Some(size), _, Some(b)) => sized(w, is_cap(b), &numbers::amount(size, p.shortfall_unit.as_deref())),
            (None, Some(value), Some(b)) => far(w, value, b, unit, places),
            _ => String::new(),
        };
        Finding {
            label: p.label.to_string(),
            row: lists::row_name(&f.key, f.name.as_deref()),
            value: p
                .value
                .as_deref()
                .map_or_else(String::new, |v| numbers::form(v, bound.as_ref(), failing, unit, places, w.get("beyond"))),
            threshold: format!("{threshold}{}", floor.unwrap_or_default()),
            gap,
            source: f.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            ..self.blank(self.identity(&c.label, &key(&f.key), &p.label))
        }
    }

    fn missing(&self, c: &CheckOutcome, g: &Gap) -> Finding {
        let field = g.field.clone().unwrap_or_else(|| self.w.get("whole_table").to_string());
        let table = lists::table_title(self.plan, &g.table);
        Finding {
            label: self.label(c),
            row: lists::row_name(&g.key, g.name.as_deref()),
            value: lists::reason(self.w, g.reason),
            threshold: format!("{table}：{field}"),
            source: g.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            missing: true,
            ..self.blank(self.identity(&g.table, &key(&g.key), g.field.as_deref().unwrap_or_default()))
        }
    }
}

/// The parts of a key, joined.
pub fn key(key: &Map<String, Value>) -> String {
    key.values().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_string)).collect::<Vec<_>>().join("/")
}

fn is_cap(bound: &Bound) -> bool {
    matches!(bound.op, "≤" | "<")
}

fn sized(w: &Words, over: bool, size: &str) -> String {
    w.fill(if over { "over_by" } else { "short_by" }, &[("amount", size)])
}

/// How much is lacking or too much; nothing where it cannot be told in a number.
fn far(w: &Words, value: &str, bound: &Bound, unit: Option<&str>, places: usize) -> String {
    numbers::distance(value, bound, unit, places).map_or_else(String::new, |(_, size)| sized(w, is_cap(bound), &size))
}
