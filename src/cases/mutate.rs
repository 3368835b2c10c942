//! Which edits of a standard no case would notice.

use super::edit::{Edit, Sort};
use super::judge::{self, judge};
use super::reach::{Reach, is_point_of};
use super::{Suite, Trial, prepare};
use crate::eval::Verdict;
use crate::plan::{Case, CheckKind, ExpectationKind, Item, ItemRef, Plan};

/// What came of every edit.
#[derive(Debug, Clone, Default)]
pub struct Mutation {
    /// Edits that change what the standard means.
    pub changes: usize,
    /// Those that no case notices, in the order of the files.
    pub survivors: Vec<Edit>,
    /// Edits that do not compile: `check` tells of them, so they are in neither number.
    pub refused: usize,
}

impl Mutation {
    /// How many of a hundred changes are noticed, rounded down.
    pub fn percent(&self) -> usize {
        ((self.changes - self.survivors.len()) * 100).checked_div(self.changes).unwrap_or(100)
    }
}

/// What no case decides.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Rules that no case has both met and not met: item, rule, what is lacking.
    pub rules: Vec<(String, String, &'static str)>,
    pub branches: Vec<Edit>,
    pub thresholds: Vec<Edit>,
}

/// What became of one edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It does not compile.
    Refused,
    /// It means the same.
    Same,
    Noticed,
    Missed,
}

impl Suite {
    /// Makes every edit of the standard's text, one at a time, and runs the cases that it can reach.
    pub fn mutate(&self) -> Mutation {
        self.mutate_one_in(1)
    }

    /// Makes one edit in so many, spread over the whole text, where all of them would take long.
    pub fn mutate_one_in(&self, step: usize) -> Mutation {
        let mut edits = self.written.edits();
        edits.retain(|e| matches!(e.sort, Sort::Slip | Sort::Clause));
        let edits: Vec<Edit> = edits.into_iter().step_by(step.max(1)).collect();
        let fates = self.fates(&edits);
        let count = |wanted: &[Fate]| fates.iter().filter(|f| wanted.contains(f)).count();
        Mutation { changes: count(&[Fate::Noticed, Fate::Missed]), refused: count(&[Fate::Refused]), survivors: missed(edits, &fates) }
    }

    /// Rules never met or never failed, branches that may be taken away, and comparisons that may be turned round.
    pub fn coverage(&self, trials: &[Trial]) -> Coverage {
        let rules = self.plan().map(|plan| self.undecided(plan, trials)).unwrap_or_default();
        let mut edits = self.written.edits();
        edits.retain(|e| e.sort == Sort::Reverse || self.written.is_branch(e));
        let fates = self.fates(&edits);
        let (thresholds, branches) = missed(edits, &fates).into_iter().partition(|e| e.sort == Sort::Reverse);
        Coverage { rules, branches, thresholds }
    }

    /// What becomes of each edit, on all cores.
    fn fates(&self, edits: &[Edit]) -> Vec<Fate> {
        let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = |worker: usize| edits.iter().skip(worker).step_by(workers).map(|e| self.fate(e)).collect::<Vec<_>>();
        let shares: Vec<Vec<Fate>> = std::thread::scope(|scope| {
            let started: Vec<_> = (0..workers).map(|worker| scope.spawn(move || share(worker))).collect();
            started.into_iter().map(|s| s.join().unwrap_or_default()).collect()
        });
        let fate = |at: usize| shares.get(at % workers).and_then(|s| s.get(at / workers)).copied().unwrap_or(Fate::Refused);
        (0..edits.len()).map(fate).collect()
    }

    fn fate(&self, edit: &Edit) -> Fate {
        let mut changed: Vec<(Plan, Option<Reach>)> = Vec::new();
        for (plan, day) in self.plans.iter().zip(&self.days) {
            let Some(edited) = self.written.plan(edit, *day) else { return Fate::Refused };
            let reach = Reach::between(plan, &edited);
            changed.push((edited, reach));
        }
        if changed.iter().all(|(_, reach)| reach.is_none()) {
            return Fate::Same;
        }
        let reached = |place: usize| changed.get(place).and_then(|(plan, reach)| reach.as_ref().map(|r| (plan, r)));
        let each = self.cases.iter().zip(&self.ready).filter_map(|(case, ready)| reached(ready.plan).map(|(p, r)| (case, ready, p, r)));
        let mut each: Vec<_> = each.filter(|(case, _, _, reach)| reach.touches(case)).collect();
        each.sort_by_key(|(case, _, _, reach)| !reach.is_asked_by(case));
        let fails = each.into_iter().any(|(case, ready, plan, reach)| {
            if reach.reading {
                let ready = prepare(plan, case, ready.plan);
                return !judge(plan, case, &ready.data, &ready.findings).passed();
            }
            !judge(plan, case, &ready.data, &ready.findings).passed()
        });
        if fails { Fate::Noticed } else { Fate::Missed }
    }

    fn undecided(&self, plan: &Plan, trials: &[Trial]) -> Vec<(String, String, &'static str)> {
        let mut found = Vec::new();
        for (of, item) in refs(plan) {
            for (at, check) in item.checks.iter().enumerate() {
                if matches!(check.kind, CheckKind::Judgement { .. } | CheckKind::Event) {
                    continue;
                }
                let (mut met, mut not_met) = (false, false);
                for (_, trial) in self.cases().iter().zip(trials).filter(|(c, t)| t.passed() && asks(c, &of)) {
                    let subject = trial.outcome.as_ref().and_then(|o| o.subjects.first());
                    let verdict = subject.and_then(|s| judge::checks(s, &of).get(at)).filter(|c| c.applicable).map(|c| c.verdict);
                    met |= verdict == Some(Verdict::Met);
                    not_met |= verdict == Some(Verdict::NotMet);
                }
                let lacking = match (met, not_met) {
                    (true, true) => continue,
                    (true, false) => "没有不达到的用例",
                    (false, true) => "没有达到的用例",
                    (false, false) => "没有用例",
                };
                found.push((item.id.to_string(), check.rule.to_string(), lacking));
            }
        }
        found
    }
}

fn missed(edits: Vec<Edit>, fates: &[Fate]) -> Vec<Edit> {
    edits.into_iter().zip(fates).filter(|(_, fate)| **fate == Fate::Missed).map(|(edit, _)| edit).collect()
}

fn asks(case: &Case, of: &ItemRef) -> bool {
    case.expected.iter().any(|e| match &e.kind {
        ExpectationKind::Item { of: asked, .. } | ExpectationKind::Value { of: asked, .. } => {
            asked == of || matches!((asked, of), (ItemRef::Indicator(i), ItemRef::Point(p)) if is_point_of(p, i))
        }
        _ => false,
    })
}

pub(super) fn refs(plan: &Plan) -> Vec<(ItemRef, &Item)> {
    let points = plan.indicators.iter().flat_map(|i| &i.points).map(|p| (ItemRef::Point(p.id.to_string()), p));
    let vetoes = plan.vetoes.iter().map(|v| (ItemRef::Veto(v.id.to_string()), v));
    let qualifications = plan.qualifications.iter().map(|q| (ItemRef::Qualification(q.id.to_string()), q));
    points.chain(vetoes).chain(qualifications).collect()
}
