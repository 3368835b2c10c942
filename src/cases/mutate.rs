//! Which changes of a rule no case would notice.

use super::change::{self, Change, Owner, Spot};
use super::judge::{self, judge};
use super::{Ready, Suite, Trial, prepare};
use crate::eval::Verdict;
use crate::plan::{Case, CheckKind, ExpectationKind, Item, ItemRef, Plan};
use crate::value::{Num, format_decimal, num};

/// A change that no case notices.
#[derive(Debug, Clone)]
pub struct Survivor {
    /// The item, population, table or verdict.
    pub place: String,
    pub before: String,
    pub after: String,
}

/// What came of changing every rule.
#[derive(Debug, Clone, Default)]
pub struct Mutation {
    pub changes: usize,
    pub survivors: Vec<Survivor>,
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
    pub branches: Vec<Survivor>,
    pub thresholds: Vec<Survivor>,
}

/// A change of the plan that is no expression's.
#[derive(Debug, Clone)]
enum Other {
    /// The full score of an item, or of one of its checks.
    Score { of: ItemRef, check: Option<usize>, by: i64 },
    /// How many parts must be met.
    Least { of: ItemRef, check: usize, up: bool },
}

impl Suite {
    /// Changes thresholds, comparisons, populations and points one at a time, and runs the cases that the change touches.
    pub fn mutate(&self) -> Mutation {
        let Some(plan) = self.plan() else { return Mutation::default() };
        let mut result = Mutation::default();
        let spots = change::spots(plan);
        for (owner, spot) in spots.iter().filter(|(_, s)| !matches!(s.change, Change::Arm(_) | Change::Reverse)) {
            result.changes += 1;
            result.survivors.extend(self.survivor(plan, owner, *spot));
        }
        for other in others(plan) {
            result.changes += 1;
            let (place, before, after) = told(plan, &other);
            let owner = Owner::Item(place.clone());
            if !self.is_noticed(&owner, true, |p| apply(p, &other)) {
                result.survivors.push(Survivor { place: place.id().to_owned(), before, after });
            }
        }
        result
    }

    /// Rules never met or never failed, branches that may be taken away, and comparisons that may be turned round.
    pub fn coverage(&self, trials: &[Trial]) -> Coverage {
        let Some(plan) = self.plan() else { return Coverage::default() };
        let mut found = Coverage { rules: self.undecided(plan, trials), ..Coverage::default() };
        for (owner, spot) in change::spots(plan) {
            match spot.change {
                Change::Arm(_) => found.branches.extend(self.survivor(plan, &owner, spot)),
                Change::Reverse => found.thresholds.extend(self.survivor(plan, &owner, spot)),
                Change::Drop(_) if !matches!(owner, Owner::Population(_)) => found.branches.extend(self.survivor(plan, &owner, spot)),
                _ => {}
            }
        }
        found
    }

    fn survivor(&self, plan: &Plan, owner: &Owner, spot: Spot) -> Option<Survivor> {
        let again = matches!(owner, Owner::Table(_));
        if self.is_noticed(owner, again, |p| change::apply(p, spot)) {
            return None;
        }
        let mut changed = plan.clone();
        change::apply(&mut changed, spot);
        let place = match owner {
            Owner::Population(id) => plan.populations.get(id.0).map(|p| format!("总体 {}", p.name)).unwrap_or_default(),
            Owner::Table(id) => plan.tables.get(id.0).map(|t| format!("数据表 {}", t.name)).unwrap_or_default(),
            Owner::Item(of) => of.id().to_owned(),
            Owner::Verdict => "结论".to_owned(),
        };
        Some(Survivor { place, before: change::shown(plan, spot), after: change::shown(&changed, spot) })
    }

    /// Whether a case that the change touches fails under it; `again` reads the data anew.
    fn is_noticed(&self, owner: &Owner, again: bool, apply: impl Fn(&mut Plan)) -> bool {
        let mut changed: Vec<Option<Plan>> = self.plans.iter().map(|_| None).collect();
        for (case, ready) in self.cases().iter().zip(&self.ready).filter(|(c, r)| self.touches(owner, c, r)) {
            let (Some(slot), Some(plan)) = (changed.get_mut(ready.plan), self.plans.get(ready.plan)) else { continue };
            let plan = slot.get_or_insert_with(|| {
                let mut copy = plan.clone();
                apply(&mut copy);
                copy
            });
            let passes = if again {
                let ready = prepare(plan, case, ready.plan);
                judge(plan, case, &ready.data, &ready.findings).passed()
            } else {
                judge(plan, case, &ready.data, &ready.findings).passed()
            };
            if !passes {
                return true;
            }
        }
        false
    }

    fn touches(&self, owner: &Owner, case: &Case, ready: &Ready) -> bool {
        let plan = self.plans.get(ready.plan);
        let of_item = |of: &ItemRef| match owner {
            Owner::Item(wanted) => of == wanted || matches!((of, wanted), (ItemRef::Indicator(i), ItemRef::Point(p)) if is_point_of(p, i)),
            Owner::Population(id) => plan.is_some_and(|p| items_of(p, of).any(|item| change::populations(p, item).contains(id))),
            Owner::Table(_) | Owner::Verdict => false,
        };
        case.expected.iter().any(|e| match &e.kind {
            ExpectationKind::Item { of, .. } | ExpectationKind::Value { of, .. } => of_item(of) || matches!(owner, Owner::Table(_)),
            ExpectationKind::Verdict(_) => true,
            ExpectationKind::BadData(_) => matches!(owner, Owner::Table(_)) || matches!(owner, Owner::Item(_)),
        })
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
                found.push((item.id.clone(), check.rule.clone(), lacking));
            }
        }
        found
    }
}

fn is_point_of(point: &str, indicator: &str) -> bool {
    point.strip_prefix(indicator).is_some_and(|rest| rest.starts_with('.'))
}

fn items_of<'p>(plan: &'p Plan, of: &'p ItemRef) -> impl Iterator<Item = &'p Item> {
    let points = plan.indicators.iter().filter(move |i| matches!(of, ItemRef::Indicator(id) if i.id == *id)).flat_map(|i| &i.points);
    points.chain(plan.item(of))
}

fn asks(case: &Case, of: &ItemRef) -> bool {
    case.expected.iter().any(|e| match &e.kind {
        ExpectationKind::Item { of: asked, .. } | ExpectationKind::Value { of: asked, .. } => {
            asked == of || matches!((asked, of), (ItemRef::Indicator(i), ItemRef::Point(p)) if is_point_of(p, i))
        }
        _ => false,
    })
}

fn refs(plan: &Plan) -> Vec<(ItemRef, &Item)> {
    let points = plan.indicators.iter().flat_map(|i| &i.points).map(|p| (ItemRef::Point(p.id.clone()), p));
    let vetoes = plan.vetoes.iter().map(|v| (ItemRef::Veto(v.id.clone()), v));
    let qualifications = plan.qualifications.iter().map(|q| (ItemRef::Qualification(q.id.clone()), q));
    points.chain(vetoes).chain(qualifications).collect()
}

fn others(plan: &Plan) -> Vec<Other> {
    let mut found = Vec::new();
    for (of, item) in refs(plan) {
        if item.full.is_some() {
            found.extend([1, -1].map(|by| Other::Score { of: of.clone(), check: None, by }));
        }
        for (check, rule) in item.checks.iter().enumerate() {
            if rule.score.is_some() {
                found.extend([1, -1].map(|by| Other::Score { of: of.clone(), check: Some(check), by }));
            }
            if let CheckKind::Several { least, parts, .. } = &rule.kind {
                let ways = [true, false].into_iter().filter(|up| if *up { *least < parts.len() } else { *least > 0 });
                found.extend(ways.map(|up| Other::Least { of: of.clone(), check, up }));
            }
        }
    }
    found
}

fn item_mut<'p>(plan: &'p mut Plan, of: &ItemRef) -> Option<&'p mut Item> {
    let list = match of {
        ItemRef::Indicator(_) => return None,
        ItemRef::Point(id) => return plan.indicators.iter_mut().flat_map(|i| &mut i.points).find(|p| p.id == *id),
        ItemRef::Veto(_) => &mut plan.vetoes,
        ItemRef::Qualification(_) => &mut plan.qualifications,
    };
    list.iter_mut().find(|i| i.id == of.id())
}

/// A tenth of a point at least, so that no score falls to nothing.
fn moved(score: &Num, by: i64) -> Num {
    let step = if *score > num(1) { num(1) } else { num(1) / num(10) };
    score + num(by) * step
}

fn apply(plan: &mut Plan, other: &Other) {
    match other {
        Other::Score { of, check, by } => {
            let Some(item) = item_mut(plan, of) else { return };
            let score = match check {
                None => item.full.as_mut(),
                Some(check) => item.checks.get_mut(*check).and_then(|c| c.score.as_mut()),
            };
            if let Some(score) = score {
                *score = moved(score, *by);
            }
        }
        Other::Least { of, check, up } => {
            let check = item_mut(plan, of).and_then(|i| i.checks.get_mut(*check));
            if let Some(CheckKind::Several { least, .. }) = check.map(|c| &mut c.kind) {
                *least = if *up { *least + 1 } else { least.saturating_sub(1) };
            }
        }
    }
}

fn told(plan: &Plan, other: &Other) -> (ItemRef, String, String) {
    let points = |n: Option<&Num>| n.map(|n| format_decimal(n, 12)).unwrap_or_default();
    match other {
        Other::Score { of, check, by } => {
            let item = plan.item(of);
            let score = match check {
                None => item.and_then(|i| i.full.as_ref()),
                Some(check) => item.and_then(|i| i.checks.get(*check)).and_then(|c| c.score.as_ref()),
            };
            let word = if check.is_none() { "满分" } else { "得" };
            let after = score.map(|s| moved(s, *by));
            (of.clone(), format!("{word} {} 分", points(score)), format!("{word} {} 分", points(after.as_ref())))
        }
        Other::Least { of, up, .. } => (of.clone(), "至少几项".into(), if *up { "多一项" } else { "少一项" }.into()),
    }
}
