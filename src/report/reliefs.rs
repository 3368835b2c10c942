//! Who is met by a relief only, and what each owes.

use super::Words;
use super::filters::anchor;
use super::{lists, numbers};
use crate::eval::{CheckOutcome, Relieved, SubjectOutcome};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct ReliefRow {
    pub id: String,
    pub anchor: String,
    pub row: String,
    pub relief: String,
    pub value: String,
    pub until: String,
    pub duty: String,
}

/// Every use of a relief, in the standard's order.
pub fn rows(w: &Words, s: &SubjectOutcome) -> Vec<ReliefRow> {
    let points = s.indicators.iter().flat_map(|i| &i.points).chain(&s.qualifications);
    points.flat_map(|p| p.checks.iter().flat_map(|c| &c.reliefs).map(|r| row(w, s, &p.id, r))).collect()
}

fn row(w: &Words, s: &SubjectOutcome, id: &str, used: &Relieved) -> ReliefRow {
    let unit = used.unit.as_deref();
    let bound = used.threshold.as_deref().and_then(|t| numbers::bound(t, None));
    let value = used.value.as_deref().map(|v| numbers::show(v, bound.as_ref(), false, unit, w.get("beyond")));
    let limit = used.threshold.as_deref().map(|t| numbers::show_bound(t, None, unit));
    let named = used.key.is_empty() && used.name.is_none();
    ReliefRow {
        id: id.to_string(),
        anchor: anchor("p", id),
        row: if named { s.name.clone() } else { lists::row_name(&used.key, used.name.as_deref()) },
        relief: used.part.iter().chain([&used.relief]).cloned().collect::<Vec<_>>().join("："),
        value: value.into_iter().chain(limit).collect::<Vec<_>>().join("，"),
        until: used.until.clone().unwrap_or_default(),
        duty: used.duty.clone().unwrap_or_default().to_string(),
    }
}

/// How many rows of a check are met by a relief only, for the line of the whole check.
pub fn count(w: &Words, c: &CheckOutcome) -> String {
    let of_rows = c.rows.is_some() && !c.reliefs.is_empty();
    let count = || w.fill("relief_count", &[("n", &c.reliefs.len().to_string())]);
    if of_rows { count() } else { String::new() }
}
