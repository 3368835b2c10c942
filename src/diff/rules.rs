//! The rules of an item: their rows, parts, reliefs and how many may fail, old against new.
//!
//! What is called tightened or loosened is so whatever the data: that more is asked of a row or a part, or that less suffices, can only
//! fail or pass more of them.

use super::items::{Pair, least, pairs, score};
use super::threshold::{Asked, moved, shown};
use super::{Detail, Strictness, differs};
use crate::plan::{Check, CheckKind, Item, ItemRef, Judged, Part, Plan, Relief, Rows, Tolerance, expression};
use crate::strict;
use crate::value::{Num, format_decimal, num};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// An item in its standard.
pub(super) struct Side<'p> {
    pub plan: &'p Plan,
    pub item: &'p Item,
    pub of: ItemRef,
}

/// The label as written; nothing where the compiler took the rule's beginning for one.
fn label(check: &Check) -> &str {
    let bare = |t: &str| t.replace(' ', "");
    let own = bare(&check.rule).contains(&bare(&check.label)) && !check.rule.contains(&format!("“{}”", check.label));
    if own || matches!(check.kind, CheckKind::Points { .. }) && !check.rule.starts_with('“') { "" } else { &check.label }
}

/// What a detail of a check is called, after the check's own label.
pub(super) fn titled(check: &Check, what: &str) -> String {
    let label = label(check);
    if label.is_empty() { what.to_owned() } else { format!("“{label}”{what}") }
}

/// What differs among the rules of an item.
pub(super) fn checks(old: &Side<'_>, new: &Side<'_>, details: &mut Vec<Detail>) {
    let (a, b): (Vec<&Check>, Vec<&Check>) = (old.item.checks.iter().collect(), new.item.checks.iter().collect());
    let unique = |list: &[&Check]| list.iter().map(|c| label(c)).collect::<BTreeSet<_>>().len() == list.len();
    let found = if unique(&a) && unique(&b) && a.len() != b.len() {
        pairs(&a, &b, label, |c| c.rule.as_str())
    } else {
        // By their order, where labels do not tell them apart.
        let most = a.len().max(b.len());
        (0..most).map(|i| (a.get(i).copied(), b.get(i).copied())).collect()
    };
    for pair in found {
        match pair {
            (Some(a), Some(b)) => details.extend(check((old, a), (new, b))),
            (Some(a), None) => details.push(Detail::new(titled(a, "规则"), Some(a.rule.to_string()), None)),
            (None, Some(b)) => details.push(Detail::new(titled(b, "规则"), None, Some(b.rule.to_string()))),
            (None, None) => {}
        }
    }
}

fn check((before, old): (&Side<'_>, &Check), (after, new): (&Side<'_>, &Check)) -> Vec<Detail> {
    let lead = titled(new, "");
    let plans = (before.plan, after.plan);
    let mut found = Vec::new();
    match (&old.kind, &new.kind) {
        (CheckKind::Condition(a), CheckKind::Condition(b)) => judged(plans, (a, b), &lead, &mut found),
        (CheckKind::Trigger(a), CheckKind::Trigger(b)) => {
            let way = |d: Detail| Detail::strict(d.clone(), d.strictness.map(Strictness::reversed));
            found.extend(moved((plans.0, Asked::from(a)), (plans.1, Asked::from(b)), &lead).into_iter().map(way));
        }
        (CheckKind::Each { rows: r, judged: a }, CheckKind::Each { rows: s, judged: b }) => {
            let each = a.tolerance.is_none() && b.tolerance.is_none();
            found.extend(range(plans, (r, s), each, &lead));
            judged(plans, (a, b), &lead, &mut found);
        }
        (CheckKind::Group { rows: r, judged: a, .. }, CheckKind::Group { rows: s, judged: b, .. }) => {
            // Other rows make other groups, of other values.
            found.extend(range(plans, (r, s), false, &lead));
            judged(plans, (a, b), &lead, &mut found);
        }
        (CheckKind::Several { rows: r, least: n, parts: a }, CheckKind::Several { rows: s, least: m, parts: b }) => {
            found.extend(range(plans, (r, s), true, &lead));
            several(plans, (*n, a), (*m, b), &lead, &mut found);
        }
        _ => {}
    }
    let told = matches!(new.kind, CheckKind::Several { .. }) && !found.is_empty();
    if let Some(rule) = reworded((before, old), (after, new), &found).filter(|_| !told) {
        found.insert(0, rule);
    }
    found.extend(differs("标签", label(old), label(new)));
    found.extend(score("单独得分", old.score.as_ref(), new.score.as_ref()));
    found
}

/// The rule's words, old and new, or what they come down to where the words stayed; which way it all goes, where nothing finer says so.
fn reworded((before, old): (&Side<'_>, &Check), (after, new): (&Side<'_>, &Check), finer: &[Detail]) -> Option<Detail> {
    let means = |plan: &Plan, check: &Check| match &check.kind {
        CheckKind::Condition(j) | CheckKind::Trigger(j) | CheckKind::Each { judged: j, .. } | CheckKind::Group { judged: j, .. } => {
            Some(expression(plan, &j.condition))
        }
        CheckKind::Points { value } => Some(expression(plan, value)),
        _ => None,
    };
    let detail = if old.rule == new.rule {
        // The words stayed; a definition or a parameter that they use did not.
        let (a, b) = (means(before.plan, old)?, means(after.plan, new)?);
        if a == b || finer.iter().any(|d| d.what.contains("阈值")) {
            return None;
        }
        Detail::new(titled(new, "展开后的算法"), Some(a), Some(b))
    } else {
        Detail::new(titled(new, "规则"), Some(old.rule.to_string()), Some(new.rule.to_string()))
    };
    if !finer.is_empty() {
        return Some(detail);
    }
    let place = |side: &Side<'_>, check: &Check| side.item.checks.iter().position(|c| std::ptr::eq(c, check));
    let found = strict::asks((before.plan, &before.of, place(before, old)?), (after.plan, &after.of, place(after, new)?));
    Some(match found {
        Some(Ordering::Greater) => detail.strict(Some(Strictness::Tightened)),
        Some(Ordering::Less) => detail.strict(Some(Strictness::Loosened)),
        Some(Ordering::Equal) | None => detail,
    })
}

/// What a condition asks, how many rows may fail it, and what suffices instead.
fn judged(plans: (&Plan, &Plan), (old, new): (&Judged, &Judged), lead: &str, found: &mut Vec<Detail>) {
    found.extend(moved((plans.0, Asked::from(old)), (plans.1, Asked::from(new)), lead));
    found.extend(tolerance(old.tolerance.as_ref(), new.tolerance.as_ref(), lead));
    reliefs(plans, (&old.reliefs, &new.reliefs), lead, found);
}

/// The rows that are judged; `each` says that every one of them must pass.
fn range(plans: (&Plan, &Plan), (old, new): (&Rows, &Rows), each: bool, lead: &str) -> Option<Detail> {
    let text = |plan: &Plan, rows: &Rows| {
        let filter = rows.filter.as_deref().map(|f| format!(" 其中 {}", expression(plan, f))).unwrap_or_default();
        format!("{}{filter}", rows.name)
    };
    let detail = differs(&format!("{lead}范围"), &text(plans.0, old), &text(plans.1, new))?;
    let found = strict::covers((plans.0, old), (plans.1, new)).filter(|_| each);
    Some(match found {
        Some(Ordering::Greater) => detail.strict(Some(Strictness::Tightened)),
        Some(Ordering::Less) => detail.strict(Some(Strictness::Loosened)),
        Some(Ordering::Equal) => detail,
        None => detail.unclear(),
    })
}

fn percent(share: &Num) -> String {
    format!("{}%", format_decimal(&(share * num(100)), 12))
}

fn tolerance(old: Option<&Tolerance>, new: Option<&Tolerance>, lead: &str) -> Option<Detail> {
    let text = |t: Option<&Tolerance>| match t {
        None => "每个都要达到".to_owned(),
        Some(Tolerance::Share(share)) => format!("至少 {} 达到", percent(share)),
        Some(Tolerance::Exceptions(n)) => format!("允许 {n} 个例外"),
    };
    let detail = differs(&format!("{lead}容许"), &text(old), &text(new))?;
    Some(match (old, new) {
        (None, _) => detail.strict(Some(Strictness::Loosened)),
        (_, None) => detail.strict(Some(Strictness::Tightened)),
        (Some(Tolerance::Share(a)), Some(Tolerance::Share(b))) => detail.strict(least(Some(a), Some(b))),
        (Some(Tolerance::Exceptions(a)), Some(Tolerance::Exceptions(b))) => detail.strict(fewer(*a, *b)),
        _ => detail.unclear(),
    })
}

/// Which way it goes where at most so many may fail.
fn fewer(old: usize, new: usize) -> Option<Strictness> {
    least(Some(&Num::from(new)), Some(&Num::from(old)))
}

/// Parts by their names, how many of them are asked for, and the share that the rest must reach.
fn several(plans: (&Plan, &Plan), (n, old): (usize, &[Part]), (m, new): (usize, &[Part]), lead: &str, found: &mut Vec<Detail>) {
    let (a, b): (Vec<&Part>, Vec<&Part>) = (old.iter().collect(), new.iter().collect());
    let pairs: Vec<Pair<'_, Part>> = pairs(&a, &b, |p| p.label.as_str(), |p| p.label.as_str());
    let (mut more, mut gone) = (0, 0);
    let mut parts = Vec::new();
    for pair in pairs {
        match pair {
            (Some(a), Some(b)) => part(plans, (a, b), lead, &mut parts),
            (Some(a), None) => {
                gone += 1;
                parts.push(Detail::new(format!("{lead}分项“{}”", a.label), Some(a.rule.to_string()), None));
            }
            (None, Some(b)) => {
                more += 1;
                parts.push(Detail::new(format!("{lead}分项“{}”", b.label), None, Some(b.rule.to_string())));
            }
            (None, None) => {}
        }
    }
    let share = |list: &[Part]| list.iter().find_map(|p| p.floor.as_ref()).and_then(|f| f.share()).cloned();
    let (floor, floor_now) = (share(old), share(new));
    let text = |n: usize, parts: &[Part]| format!("{} 项中至少 {n} 项达到", parts.len());
    let counted = differs(&format!("{lead}项数"), &text(n, old), &text(m, new));
    if counted.is_none() && more + gone > 0 {
        parts = parts.into_iter().map(|d| if d.old.is_none() || d.new.is_none() { d.unclear() } else { d }).collect();
    }
    if let Some(detail) = counted {
        // Whoever has so many of the new parts has so many of the old ones, or the other way round, whichever parts they are. A floor asks
        // something of every part there is.
        let tightened = m >= n + more && (gone == 0 || floor.is_none());
        let loosened = m + gone <= n && (more == 0 || floor_now.is_none());
        found.push(match (tightened, loosened) {
            (true, false) => detail.strict(Some(Strictness::Tightened)),
            (false, true) => detail.strict(Some(Strictness::Loosened)),
            _ => detail.unclear(),
        });
    }
    let text = |share: Option<&Num>| share.map(percent).unwrap_or_default();
    if let Some(detail) = differs(&format!("{lead}其余不低于"), &text(floor.as_ref()), &text(floor_now.as_ref())) {
        let none = num(0);
        found.push(detail.strict(least(Some(floor.as_ref().unwrap_or(&none)), Some(floor_now.as_ref().unwrap_or(&none)))));
    }
    found.extend(parts);
}

fn part(plans: (&Plan, &Plan), (old, new): (&Part, &Part), lead: &str, found: &mut Vec<Detail>) {
    let lead = format!("{lead}分项“{}”", new.label);
    let mut finer = Vec::new();
    judged(plans, (&old.judged, &new.judged), &lead, &mut finer);
    if old.rule != new.rule && finer.is_empty() {
        found.push(Detail::new(lead, Some(old.rule.to_string()), Some(new.rule.to_string())).unclear());
    }
    found.extend(finer);
}

/// What suffices instead, by its name.
fn reliefs(plans: (&Plan, &Plan), (old, new): (&[Relief], &[Relief]), lead: &str, found: &mut Vec<Detail>) {
    let (a, b): (Vec<&Relief>, Vec<&Relief>) = (old.iter().collect(), new.iter().collect());
    for pair in pairs(&a, &b, |r| r.label.as_str(), |r| r.label.as_str()) {
        let called = |r: &Relief| format!("{lead}宽限“{}”", r.label);
        match pair {
            (Some(a), Some(b)) => relief(plans, (a, b), &called(b), found),
            (Some(a), None) => {
                found.push(Detail::new(called(a), Some(granted(plans.0, a)), None).strict(Some(Strictness::Tightened)));
            }
            (None, Some(b)) => {
                found.push(Detail::new(called(b), None, Some(granted(plans.1, b))).strict(Some(Strictness::Loosened)));
            }
            (None, None) => {}
        }
    }
}

/// A relief in words.
fn granted(plan: &Plan, relief: &Relief) -> String {
    let filter = relief.filter.as_ref().map(|f| format!("其中 {} ", expression(plan, f)));
    let until = relief.until.as_ref().map(|d| format!("至 {d} "));
    let of: String = filter.into_iter().chain(until).collect();
    let condition = shown(plan, &Asked::from(relief));
    if of.is_empty() { condition } else { format!("{}：{condition}", of.trim_end()) }
}

fn relief(plans: (&Plan, &Plan), (old, new): (&Relief, &Relief), called: &str, found: &mut Vec<Detail>) {
    let filter = |plan: &Plan, r: &Relief| r.filter.as_ref().map(|f| expression(plan, f)).unwrap_or_default();
    if let Some(detail) = differs(&format!("{called}其中"), &filter(plans.0, old), &filter(plans.1, new)) {
        found.push(match (&old.filter, &new.filter) {
            (Some(_), None) => detail.strict(Some(Strictness::Loosened)),
            (None, Some(_)) => detail.strict(Some(Strictness::Tightened)),
            _ => detail.unclear(),
        });
    }
    let end = |r: &Relief| r.until.clone().unwrap_or_else(|| "没有止日".to_owned());
    if let Some(detail) = differs(&format!("{called}至"), &end(old), &end(new)) {
        let longer = match (&old.until, &new.until) {
            (Some(a), Some(b)) => b > a,
            (before, _) => before.is_some(),
        };
        found.push(detail.strict(Some(if longer { Strictness::Loosened } else { Strictness::Tightened })));
    }
    let thresholds = moved((plans.0, Asked::from(old)), (plans.1, Asked::from(new)), called);
    let (a, b) = (shown(plans.0, &Asked::from(old)), shown(plans.1, &Asked::from(new)));
    if thresholds.is_empty()
        && let Some(detail) = differs(&format!("{called}条件"), &a, &b)
    {
        found.push(detail.unclear());
    }
    found.extend(thresholds);
    found.extend(differs(&format!("{called}后续"), &old.duty, &new.duty));
}
