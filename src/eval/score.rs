//! Scores as intervals, verdicts of items and indicators, and what the final verdict counts.

use super::check::shown;
use super::context::{Context, Frame};
use super::outcome::{CheckOutcome, PointOutcome, Score, Verdict, VetoOutcome, VetoVerdict};
use super::truth::Truth;
use super::value::{Gaps, Value};
use crate::plan::{CheckKind, CompareOp, CrossCheck, Expr, Item, Over, Tally};
use crate::value::{Num, Unit, format_decimal, num};

/// A score of which parts may be undetermined.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    pub min: Num,
    pub max: Num,
    pub full: Num,
}

impl Interval {
    /// Nothing of it is known.
    pub fn open(full: &Num) -> Self {
        Self { min: num(0), max: full.clone(), full: full.clone() }
    }

    /// All or nothing, by a verdict.
    pub fn by(verdict: Verdict, full: &Num) -> Self {
        let mut score = Self::open(full);
        match verdict {
            Verdict::Met => score.min = full.clone(),
            Verdict::NotMet => score.max = num(0),
            Verdict::Undetermined => {}
        }
        score
    }

    /// The sum of parts.
    pub fn sum<'s>(parts: impl IntoIterator<Item = &'s Self>) -> Self {
        let mut total = Self { min: num(0), max: num(0), full: num(0) };
        for part in parts {
            total.min += &part.min;
            total.max += &part.max;
            total.full += &part.full;
        }
        total
    }

    /// Nothing where another condition fails; perhaps nothing where one is open.
    fn gated(mut self, gate: Verdict) -> Self {
        match gate {
            Verdict::Met => {}
            Verdict::NotMet => (self.min, self.max) = (num(0), num(0)),
            Verdict::Undetermined => self.min = num(0),
        }
        self
    }

    /// Met with the full score, not met where it is out of reach.
    pub fn verdict(&self) -> Verdict {
        if self.min >= self.full {
            Verdict::Met
        } else if self.max < self.full {
            Verdict::NotMet
        } else {
            Verdict::Undetermined
        }
    }

    /// As the outcome shows it.
    pub fn shown(&self) -> Score {
        Score { min: format_decimal(&self.min, 12), max: format_decimal(&self.max, 12), full: format_decimal(&self.full, 12) }
    }
}

/// The conjunction of verdicts.
pub fn all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let mut result = Verdict::Met;
    for verdict in verdicts {
        match verdict {
            Verdict::NotMet => return Verdict::NotMet,
            Verdict::Undetermined => result = Verdict::Undetermined,
            Verdict::Met => {}
        }
    }
    result
}

/// What the verdict's functions count, by nature.
#[derive(Debug, Default)]
pub struct Tallies {
    pub natures: Vec<NatureTally>,
    pub categories: Vec<NatureTally>,
}

/// The results of one nature or category.
#[derive(Debug, Default, Clone)]
pub struct NatureTally {
    pub verdicts: Vec<Verdict>,
    pub scores: Vec<Interval>,
}

impl Tallies {
    fn of(&self, over: Over) -> Option<&NatureTally> {
        match over {
            Over::Nature(nature) => self.natures.get(nature.0),
            Over::Category(index) => self.categories.get(index),
        }
    }

    /// A truth over the items of a nature or a category.
    pub fn truth(&self, tally: Tally, over: Over) -> Truth {
        let verdicts = self.of(over).map(|n| n.verdicts.clone()).unwrap_or_default();
        match tally {
            Tally::AllMet | Tally::NoneTriggered => match all(verdicts) {
                Verdict::Met => Truth::True,
                Verdict::NotMet => Truth::False,
                Verdict::Undetermined => Truth::Unknown(Gaps::new()),
            },
            Tally::TotalScore | Tally::MetCount => Truth::Unknown(Gaps::new()),
        }
    }

    /// A number over the items of a nature or a category.
    pub fn value(&self, tally: Tally, over: Over) -> Value {
        let Some(of) = self.of(over) else { return Value::Missing(Gaps::new()) };
        let (low, high) = match tally {
            Tally::TotalScore => {
                let total = Interval::sum(&of.scores);
                (total.min, total.max)
            }
            Tally::MetCount => {
                let count = |v| of.verdicts.iter().filter(|x| **x == v).count();
                let met = count(Verdict::Met);
                (Num::from(met), Num::from(met + count(Verdict::Undetermined)))
            }
            Tally::AllMet | Tally::NoneTriggered => {
                return match self.truth(tally, over) {
                    Truth::True | Truth::Vacuous => Value::Bool(true),
                    Truth::False => Value::Bool(false),
                    Truth::Unknown(gaps) => Value::Missing(gaps),
                };
            }
        };
        if low == high { Value::num(low) } else { Value::Range(low.into(), high.into(), Gaps::new()) }
    }
}

impl Context<'_> {
    /// Judges a point or a qualification.
    pub fn item(&self, item: &Item, subject: u32) -> (PointOutcome, Option<Interval>) {
        let mut checks = self.checks(item, subject);
        let score = item.full.as_ref().map(|full| score_of(item, full, &mut checks));
        let verdict = match &score {
            Some(score) => score.verdict(),
            None => all(checks.iter().map(|c| c.verdict)),
        };
        let flags = match self.elsewhere {
            Some(elsewhere) => elsewhere.flags(item, &checks, subject),
            None => self.flags(item, &checks, subject),
        };
        let outcome = PointOutcome {
            id: item.id.clone(),
            text: item.text.clone(),
            verdict,
            score: score.as_ref().map(Interval::shown),
            flags,
            checks,
        };
        (outcome, score)
    }

    /// Judges a veto.
    pub fn veto(&self, item: &Item, subject: u32) -> VetoOutcome {
        let checks = self.checks(item, subject);
        let verdict = match all(checks.iter().map(|c| c.verdict)) {
            Verdict::Met => VetoVerdict::Clear,
            Verdict::NotMet => VetoVerdict::Triggered,
            Verdict::Undetermined => VetoVerdict::Undetermined,
        };
        VetoOutcome { id: item.id.clone(), text: item.text.clone(), verdict, checks }
    }

    /// What the data say against a full judged score.
    fn flags(&self, item: &Item, checks: &[CheckOutcome], subject: u32) -> Vec<String> {
        if !checks.iter().any(CheckOutcome::is_full) {
            return Vec::new();
        }
        let frame = Frame::subject(subject);
        let contradicted = item.cross_checks.iter().filter(|c| self.truth(&c.condition, frame).fails());
        contradicted.map(|c| flag(c, self.facts(&c.condition, frame))).collect()
    }

    /// The two sides of the first comparison that fails.
    fn facts(&self, expr: &Expr, frame: Frame<'_>) -> Option<String> {
        match expr {
            Expr::And(parts) => parts.iter().find(|p| self.truth(p, frame).fails()).and_then(|p| self.facts(p, frame)),
            Expr::Compare { op, left, right } => {
                let side = |e| shown(&self.value(e, frame), &Unit::none());
                Some(fact(*op, &side(left)?, &side(right)?))
            }
            _ => None,
        }
    }
}

/// What is said of data that contradict a full judged score.
pub(crate) fn flag(check: &CrossCheck, facts: Option<String>) -> String {
    let facts = facts.map(|f| format!("（{f}）")).unwrap_or_default();
    format!("评定为满分，但数据与“{}”不符：{}{facts}", check.text, check.rule)
}

/// The two sides of a comparison that fails.
pub(crate) fn fact(op: CompareOp, left: &str, right: &str) -> String {
    format!("实际 {left}，应 {} {right}", op.sign())
}

/// The score of an item: its sub-scores, or what was judged, or all or nothing; other conditions gate it.
fn score_of(item: &Item, full: &Num, checks: &mut [CheckOutcome]) -> Interval {
    let mut parts = Vec::new();
    let mut gate = Verdict::Met;
    for (check, outcome) in item.checks.iter().zip(checks) {
        let judged = matches!(check.kind, CheckKind::Judgement { .. } | CheckKind::Points { .. });
        let part = match (&check.score, &outcome.judged) {
            (_, Some(score)) if judged => score.as_ref().clone(),
            (Some(own), _) => Interval::by(outcome.verdict, own),
            (None, _) => {
                gate = all([gate, outcome.verdict]);
                continue;
            }
        };
        outcome.score = Some(part.shown());
        parts.push(part);
    }
    if parts.is_empty() {
        return Interval::by(gate, full);
    }
    let mut total = Interval::sum(&parts).gated(gate);
    total.full = full.clone();
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::NatureId;

    #[test]
    fn intervals_add_and_gate() {
        let (met, open) = (Interval::by(Verdict::Met, &num(1)), Interval::open(&num(2)));
        let sum = Interval::sum([&met, &open]);
        assert_eq!((&sum.min, &sum.max, &sum.full), (&num(1), &num(3), &num(3)));
        assert_eq!(sum.verdict(), Verdict::Undetermined);
        assert_eq!(sum.clone().gated(Verdict::NotMet).verdict(), Verdict::NotMet);
        assert_eq!(sum.gated(Verdict::Undetermined).min, num(0));
        assert_eq!(met.verdict(), Verdict::Met);
    }

    #[test]
    fn tallies_give_ranges() {
        let scores = vec![Interval::open(&num(2)), Interval::by(Verdict::Met, &num(5))];
        let verdicts = vec![Verdict::Met, Verdict::Undetermined];
        let tallies = Tallies { natures: vec![NatureTally { verdicts, scores }], categories: Vec::new() };
        let range = Value::Range(num(5).into(), num(7).into(), Gaps::new());
        assert_eq!(tallies.value(Tally::TotalScore, Over::Nature(NatureId(0))), range);
        assert_eq!(tallies.truth(Tally::AllMet, Over::Nature(NatureId(0))), Truth::Unknown(Gaps::new()));
    }
}
