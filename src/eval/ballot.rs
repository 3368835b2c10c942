//! From what the items of a subject come to, to its verdict.

use super::check::verdict;
use super::context::{Context, Frame};
use super::outcome::{Reason, Verdict};
use super::score::{Interval, NatureTally, Tallies, all};
use crate::plan::{Indicator, Item, NatureKind, Plan};
use crate::value::Text;
use std::collections::BTreeMap;

/// What an item comes to: its verdict, and its score where it has one.
pub(super) type Part = (Verdict, Option<Interval>);

/// What each item of a subject comes to, by its number; a veto is met where it is not triggered.
#[derive(Debug, Clone, Default)]
pub struct Ballot {
    parts: BTreeMap<Text, Part>,
}

impl Ballot {
    /// Notes what an item comes to; gives its verdict.
    pub fn note(&mut self, context: &Context<'_>, item: &Item, subject: u32) -> Verdict {
        let (outcome, score) = context.item(item, subject);
        let verdict = outcome.verdict;
        self.parts.insert(item.id.clone(), (verdict, score));
        verdict
    }

    /// The verdict of an item.
    pub fn of(&self, item: &Item) -> Option<Verdict> {
        self.parts.get(&item.id).map(|p| p.0)
    }

    /// The verdict of the subject.
    pub fn verdict(&self, context: &Context<'_>, subject: u32) -> Verdict {
        let plan = context.plan;
        let mut tallies = Tallies::none(plan);
        let part = |item: &Item| self.parts.get(&item.id).cloned().unwrap_or((Verdict::Undetermined, None));
        for indicator in &plan.indicators {
            let parts: Vec<Part> = indicator.points.iter().map(part).collect();
            tallies.indicator(plan, indicator, &parts);
        }
        tallies.others(plan, NatureKind::Veto, plan.vetoes.iter().map(|v| part(v).0));
        tallies.others(plan, NatureKind::Qualification, plan.qualifications.iter().map(|q| part(q).0));
        all(context.reasons(&tallies, subject).iter().map(|r| r.verdict))
    }
}

impl Tallies {
    /// Nothing counted yet.
    pub(super) fn none(plan: &Plan) -> Self {
        let empty = NatureTally::default;
        Self { natures: plan.natures.iter().map(|_| empty()).collect(), categories: plan.categories.iter().map(|_| empty()).collect() }
    }

    /// Counts an indicator by its points; gives its verdict, and its score where it is scored.
    pub(super) fn indicator(&mut self, plan: &Plan, of: &Indicator, points: &[Part]) -> Part {
        let scored = plan.natures.get(of.nature.0).is_some_and(|n| n.kind == NatureKind::Scored);
        let mut verdict = all(points.iter().map(|p| p.0));
        let mut score = None;
        if scored {
            let mut sum = Interval::sum(points.iter().filter_map(|p| p.1.as_ref()));
            if let Some(full) = &of.full {
                sum.full = full.clone();
            }
            verdict = sum.verdict();
            score = Some(sum);
        }
        let category = plan.categories.iter().position(|c| *c == of.category);
        let category = category.and_then(|i| self.categories.get_mut(i));
        for tally in self.natures.get_mut(of.nature.0).into_iter().chain(category) {
            tally.verdicts.push(verdict);
            tally.scores.extend(score.clone());
        }
        (verdict, score)
    }

    /// Counts the vetoes or the qualifications.
    pub(super) fn others(&mut self, plan: &Plan, kind: NatureKind, verdicts: impl Iterator<Item = Verdict> + Clone) {
        for (_, tally) in plan.natures.iter().zip(&mut self.natures).filter(|(n, _)| n.kind == kind) {
            tally.verdicts.extend(verdicts.clone());
        }
    }
}

impl Context<'_> {
    /// The conditions of the verdict, by what was counted.
    pub(super) fn reasons(&self, tallies: &Tallies, subject: u32) -> Vec<Reason> {
        let frame = Frame { tallies: Some(tallies), ..Frame::subject(subject) };
        let conditions = self.plan.verdict.iter().flat_map(|v| &v.conditions);
        conditions.map(|c| Reason { label: c.label.clone(), verdict: verdict(&self.truth(&c.condition, frame)) }).collect()
    }
}
