//! What suffices instead of a condition, and who made use of it.

use super::check::{shown, unit_name};
use super::context::{Context, Frame};
use super::outcome::Relieved;
use super::truth::Truth;
use crate::plan::{Expr, Judged, Relief, TableId};
use serde_json::Map;

impl Context<'_> {
    /// The truth of a condition with its reliefs, and the relief that it takes to be true.
    pub(super) fn ruling<'p>(&self, judged: &'p Judged, frame: Frame<'_>) -> (Truth, Option<&'p Relief>) {
        let plain = self.truth(&judged.condition, frame);
        if plain.holds() || judged.reliefs.is_empty() {
            return (plain, None);
        }
        let mut truths = vec![plain];
        for relief in &judged.reliefs {
            let truth = self.granted(relief, Some(&relief.condition), frame);
            if truth.holds() {
                return (truth, Some(relief));
            }
            truths.push(truth);
        }
        (Truth::any(truths), None)
    }

    /// The truth of a condition with its reliefs.
    pub fn ruled(&self, judged: &Judged, frame: Frame<'_>) -> Truth {
        self.ruling(judged, frame).0
    }

    /// Whether a relief is open to what stands here and its condition holds; what does not apply relieves nobody.
    pub(super) fn granted(&self, relief: &Relief, condition: Option<&Expr>, frame: Frame<'_>) -> Truth {
        let parts = relief.filter.iter().chain(condition).map(|part| match self.truth(part, frame) {
            Truth::Vacuous => Truth::False,
            other => other,
        });
        Truth::all(parts)
    }

    /// What there is to say of the use of a relief, but for who made it.
    pub(super) fn use_of(&self, relief: &Relief, judged: &Judged, frame: Frame<'_>) -> Relieved {
        let comparison = relief.comparison.as_ref();
        let of = comparison.or(judged.comparison.as_ref());
        let limit = comparison.and_then(|c| Some((c, shown(&self.value(&c.threshold, frame), &c.unit)?)));
        Relieved {
            key: Map::new(),
            name: None,
            value: of.and_then(|c| shown(&self.value(&c.value, frame), &c.unit)),
            threshold: limit.map(|(c, value)| format!("{} {value}", c.op.sign()).into()),
            unit: of.and_then(|c| unit_name(&c.unit)),
            relief: relief.label.clone(),
            part: None,
            until: relief.until.clone(),
            duty: Some(relief.duty.clone()).filter(|duty| !duty.is_empty()),
            source: None,
            member: None,
        }
    }

    /// Says which row made use of a relief.
    pub(super) fn used_by_row(&self, used: Relieved, table: TableId, row: u32) -> Relieved {
        Relieved {
            key: self.key_of(table, row),
            name: self.name_of(table, row),
            source: self.source_of(table, row),
            member: self.member_of(table, row),
            ..used
        }
    }
}
