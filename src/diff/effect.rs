//! What a change of rules does to the same data: whose verdict, score and points change.

use super::items::numbers;
use crate::eval::{CheckOutcome, Outcome, PointOutcome, Score, SubjectOutcome, Verdict, VetoOutcome, VetoVerdict};
use crate::plan::Plan;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The effect on all subjects; those on whom nothing changes are only counted.
#[derive(Debug, Clone, Serialize)]
pub struct Effect {
    pub subjects: usize,
    pub verdicts_changed: usize,
    pub scores_changed: usize,
    pub members_changed: usize,
    /// How many subjects went from one verdict to another.
    pub moves: Vec<Move>,
    pub changed: Vec<SubjectEffect>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Move {
    pub old: String,
    pub new: String,
    pub count: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct SubjectEffect {
    pub code: String,
    pub name: String,
    pub old_verdict: String,
    pub new_verdict: String,
    /// The total score, an interval where parts are undetermined.
    pub old_score: String,
    pub new_score: String,
    pub items: Vec<ItemEffect>,
    pub members: Vec<MemberEffect>,
}

/// A point, veto or qualification that comes out differently.
#[derive(Debug, Clone, Serialize)]
pub struct ItemEffect {
    pub id: String,
    pub text: String,
    pub old: String,
    pub new: String,
}

/// A member whose rows fail other items than before.
#[derive(Debug, Clone, Serialize)]
pub struct MemberEffect {
    pub key: String,
    pub name: String,
    /// Items that it failed neither before, by the new standard's numbers.
    pub failing: Vec<String>,
    pub mended: Vec<String>,
}

/// How one item came out, and which members fail it.
#[derive(Default)]
struct Came {
    text: String,
    out: String,
    members: BTreeMap<String, String>,
}

/// Compares what two standards make of the same data.
pub fn effect(old: (&Plan, &Outcome), new: (&Plan, &Outcome)) -> Effect {
    let numbers = numbers(old.0, new.0);
    let before: BTreeMap<&str, &SubjectOutcome> = old.1.subjects.iter().map(|s| (s.code.as_str(), s)).collect();
    let mut moves: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut effect =
        Effect { subjects: 0, verdicts_changed: 0, scores_changed: 0, members_changed: 0, moves: Vec::new(), changed: Vec::new() };
    for subject in &new.1.subjects {
        let Some(other) = before.get(subject.code.as_str()) else { continue };
        effect.subjects += 1;
        let found = of_subject(other, subject, &numbers);
        let verdict = found.old_verdict != found.new_verdict;
        let score = found.old_score != found.new_score;
        effect.verdicts_changed += usize::from(verdict);
        effect.scores_changed += usize::from(score);
        effect.members_changed += found.members.len();
        if verdict {
            *moves.entry((found.old_verdict.clone(), found.new_verdict.clone())).or_default() += 1;
        }
        if verdict || score || !found.items.is_empty() || !found.members.is_empty() {
            effect.changed.push(found);
        }
    }
    effect.moves = moves.into_iter().map(|((old, new), count)| Move { old, new, count }).collect();
    effect
}

fn of_subject(old: &SubjectOutcome, new: &SubjectOutcome, numbers: &BTreeMap<String, String>) -> SubjectEffect {
    let (before, after) = (items(old), items(new));
    let mut changed = Vec::new();
    let mut members: BTreeMap<String, MemberEffect> = BTreeMap::new();
    let none = Came::default();
    for (id, now) in &after {
        let then = numbers.get(id).and_then(|o| before.get(o));
        let was = then.map_or("—", |t| t.out.as_str());
        if was != now.out {
            changed.push(ItemEffect { id: id.clone(), text: now.text.clone(), old: was.to_owned(), new: now.out.clone() });
        }
        let then = then.unwrap_or(&none);
        let keys: BTreeSet<&String> = then.members.keys().chain(now.members.keys()).collect();
        for key in keys {
            let (failed, fails) = (then.members.get(key), now.members.get(key));
            if failed.is_some() == fails.is_some() {
                continue;
            }
            let name = fails.or(failed).cloned().unwrap_or_default();
            let entry = members.entry(key.clone()).or_insert_with(|| MemberEffect {
                key: key.clone(),
                name,
                failing: Vec::new(),
                mended: Vec::new(),
            });
            let list = if fails.is_some() { &mut entry.failing } else { &mut entry.mended };
            list.push(id.clone());
        }
    }
    let kept: BTreeSet<&String> = numbers.values().collect();
    for (id, gone) in before.iter().filter(|(id, _)| !kept.contains(id)) {
        changed.push(ItemEffect { id: id.clone(), text: gone.text.clone(), old: gone.out.clone(), new: "—".to_owned() });
    }
    SubjectEffect {
        code: new.code.clone(),
        name: new.name.clone(),
        old_verdict: old.verdict_text.to_string(),
        new_verdict: new.verdict_text.to_string(),
        old_score: interval(&old.score.min, &old.score.max),
        new_score: interval(&new.score.min, &new.score.max),
        items: changed,
        members: members.into_values().collect(),
    }
}

fn interval(min: &str, max: &str) -> String {
    if min == max { min.to_owned() } else { format!("{min}～{max}") }
}

fn items(subject: &SubjectOutcome) -> BTreeMap<String, Came> {
    let points = subject.indicators.iter().flat_map(|i| &i.points).chain(&subject.qualifications);
    let points = points.map(|p| (p.id.to_string(), of_point(p)));
    points.chain(subject.vetoes.iter().map(|v| (v.id.to_string(), of_veto(v)))).collect()
}

fn of_point(point: &PointOutcome) -> Came {
    let verdict = match point.verdict {
        Verdict::Met => "达到",
        Verdict::NotMet => "未达到",
        Verdict::Undetermined => "未定",
    };
    let score = |s: &Score| format!("{}／{}分", interval(&s.min, &s.max), s.full);
    let out = point.score.as_ref().map_or_else(|| verdict.to_owned(), score);
    Came { text: point.text.to_string(), out, members: failing(&point.checks) }
}

fn of_veto(veto: &VetoOutcome) -> Came {
    let out = match veto.verdict {
        VetoVerdict::Clear => "未触发",
        VetoVerdict::Triggered => "触发",
        VetoVerdict::Undetermined => "未定",
    };
    Came { text: veto.text.to_string(), out: out.to_owned(), members: failing(&veto.checks) }
}

/// The members with a failing row, each with what the row is called.
fn failing(checks: &[CheckOutcome]) -> BTreeMap<String, String> {
    let failures = checks.iter().flat_map(|c| &c.failures);
    failures.filter_map(|f| f.member.clone().map(|m| (m, f.name.clone().unwrap_or_default()))).collect()
}
