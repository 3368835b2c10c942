//! Indicators, points, vetoes and qualifications, matched by number and words.

use super::rules::{Side, checks, titled};
use super::{Change, Detail, Kind, Strictness, differs};
use crate::plan::{Indicator, Item, ItemRef, Plan};
use crate::value::{Num, format_decimal};
use std::collections::{BTreeMap, BTreeSet};

/// Old and new, one of them missing where it was added or removed.
pub(super) type Pair<'a, T> = (Option<&'a T>, Option<&'a T>);

/// What differs among the items, in the new standard's order, each removed one after all others of its kind.
pub(super) fn changes(old: &Plan, new: &Plan) -> Vec<Change> {
    let mut changes = Vec::new();
    let of_nature = |plan: &Plan, i: &Indicator| plan.natures.get(i.nature.0).map(|n| n.name.clone()).unwrap_or_default();
    for pair in indicator_pairs(old, new) {
        match pair {
            (Some(a), Some(b)) => {
                let details = [
                    differs("编号", &a.id, &b.id),
                    differs("名称", &a.title, &b.title),
                    differs("类别", &a.category, &b.category),
                    differs("性质", &of_nature(old, a), &of_nature(new, b)),
                    score("满分", a.full.as_ref(), b.full.as_ref()),
                    differs("责任单位", &a.departments.join("、"), &b.departments.join("、")),
                    differs("口径", &a.notes.join("；"), &b.notes.join("；")),
                ];
                changed(&mut changes, "指标", &b.id, &b.title, details.into_iter().flatten().collect());
            }
            (Some(a), None) => changes.push(Change::new(Kind::Removed, "指标", &a.id, &a.title, Vec::new())),
            (None, Some(b)) => changes.push(Change::new(Kind::Added, "指标", &b.id, &b.title, Vec::new())),
            (None, None) => {}
        }
        let (a, b) = (points_of(pair.0), points_of(pair.1));
        item_changes(old, new, "要点", &pairs(&a, &b, place, |i| i.text.as_str()), &mut changes);
    }
    for (section, a, b) in [("否决", &old.vetoes, &new.vetoes), ("资格", &old.qualifications, &new.qualifications)] {
        let (a, b): (Vec<&Item>, Vec<&Item>) = (a.iter().collect(), b.iter().collect());
        item_changes(old, new, section, &pairs(&a, &b, place, |i| i.text.as_str()), &mut changes);
    }
    changes
}

fn points_of(indicator: Option<&Indicator>) -> Vec<&Item> {
    indicator.map(|i| i.points.iter().collect()).unwrap_or_default()
}

/// Each new item's number with the old one's, where there was one.
pub(super) fn numbers(old: &Plan, new: &Plan) -> BTreeMap<String, String> {
    let mut numbers = BTreeMap::new();
    let mut add = |a: &[Item], b: &[Item]| {
        let (a, b): (Vec<&Item>, Vec<&Item>) = (a.iter().collect(), b.iter().collect());
        for (old, new) in pairs(&a, &b, place, |i| i.text.as_str()) {
            if let (Some(old), Some(new)) = (old, new) {
                numbers.insert(new.id.to_string(), old.id.to_string());
            }
        }
    };
    for (a, b) in indicator_pairs(old, new) {
        add(a.map_or(&[], |i| &i.points), b.map_or(&[], |i| &i.points));
    }
    add(&old.vetoes, &new.vetoes);
    add(&old.qualifications, &new.qualifications);
    numbers
}

fn indicator_pairs<'a>(old: &'a Plan, new: &'a Plan) -> Vec<Pair<'a, Indicator>> {
    let (a, b): (Vec<&Indicator>, Vec<&Indicator>) = (old.indicators.iter().collect(), new.indicators.iter().collect());
    pairs(&a, &b, |i| i.id.as_str(), |i| i.title.as_str())
}

/// The number within its indicator: a point that moves with it has not moved.
fn place(item: &Item) -> &str {
    item.id.rsplit_once('.').map_or(item.id.as_str(), |(_, number)| number)
}

/// Whether an old item is a new one.
type Fits<'f, T> = &'f dyn Fn(&T, &T) -> bool;

/// Matches by number and words, then by words, then by number where the words are alike.
pub(super) fn pairs<'a, T>(old: &[&'a T], new: &[&'a T], id: impl Fn(&T) -> &str, words: impl Fn(&T) -> &str) -> Vec<Pair<'a, T>> {
    let mut partner: BTreeMap<usize, usize> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let rules: [Fits<'_, T>; 3] =
        [&|a, b| id(a) == id(b) && words(a) == words(b), &|a, b| words(a) == words(b), &|a, b| id(a) == id(b) && alike(words(a), words(b))];
    for fits in rules {
        for (j, b) in new.iter().enumerate() {
            if partner.contains_key(&j) {
                continue;
            }
            if let Some((i, _)) = old.iter().enumerate().find(|(i, a)| !taken.contains(i) && fits(a, b)) {
                partner.insert(j, i);
                taken.insert(i);
            }
        }
    }
    let found = new.iter().enumerate().map(|(j, b)| (partner.get(&j).and_then(|i| old.get(*i)).copied(), Some(*b)));
    let gone = old.iter().enumerate().filter(|(i, _)| !taken.contains(i)).map(|(_, a)| (Some(*a), None));
    found.chain(gone).collect()
}

/// Whether at least a third of the pairs of letters are shared.
fn alike(a: &str, b: &str) -> bool {
    let grams = |t: &str| {
        let letters: Vec<char> = t.chars().collect();
        letters.windows(2).map(<[char]>::to_vec).collect::<BTreeSet<_>>()
    };
    let (x, y) = (grams(a), grams(b));
    let shared = x.intersection(&y).count();
    3 * 2 * shared >= x.len() + y.len()
}

fn item_changes(old: &Plan, new: &Plan, section: &'static str, found: &[Pair<'_, Item>], changes: &mut Vec<Change>) {
    for pair in found {
        match pair {
            (Some(a), Some(b)) => {
                // Its own number: that of its indicator is said there.
                let number = if place(a) == place(b) { None } else { differs("编号", &a.id, &b.id) };
                let mut details: Vec<Detail> = [
                    number,
                    differs("原文", &a.text, &b.text),
                    score("分值", a.full.as_ref(), b.full.as_ref()),
                    differs("责任单位", &a.departments.join("、"), &b.departments.join("、")),
                ]
                .into_iter()
                .flatten()
                .collect();
                let side = |plan, item| Side { plan, item, of: ItemRef::of(section, item) };
                checks(&side(old, a), &side(new, b), &mut details);
                let cross = |i: &Item| i.cross_checks.iter().map(|c| c.rule.clone()).collect::<Vec<_>>().join("；");
                details.extend(differs("互证", &cross(a), &cross(b)));
                details.extend(differs("口径", &a.notes.join("；"), &b.notes.join("；")));
                changed(changes, section, &b.id, &b.text, details);
            }
            (Some(a), None) => changes.push(Change::new(Kind::Removed, section, &a.id, &a.text, whole(a, true))),
            (None, Some(b)) => changes.push(Change::new(Kind::Added, section, &b.id, &b.text, whole(b, false))),
            (None, None) => {}
        }
    }
}

fn changed(changes: &mut Vec<Change>, section: &'static str, id: &str, title: &str, details: Vec<Detail>) {
    if !details.is_empty() {
        changes.push(Change::new(Kind::Changed, section, id, title, details));
    }
}

/// What an item says that only one standard has.
fn whole(item: &Item, is_old: bool) -> Vec<Detail> {
    let full = item.full.as_ref().map(|f| ("分值".to_owned(), points(f)));
    let rules = item.checks.iter().filter(|c| !c.rule.is_empty()).map(|c| (titled(c, "规则"), c.rule.to_string()));
    let one =
        |(what, text): (String, String)| if is_old { Detail::new(what, Some(text), None) } else { Detail::new(what, None, Some(text)) };
    full.into_iter().chain(rules).map(one).collect()
}

fn points(score: &Num) -> String {
    format!("{}分", format_decimal(score, 12))
}

pub(super) fn score(what: &str, old: Option<&Num>, new: Option<&Num>) -> Option<Detail> {
    differs(what, &old.map(points).unwrap_or_default(), &new.map(points).unwrap_or_default())
}

/// Which way a bound from below moved; nothing where it did not.
pub(super) fn least(old: Option<&Num>, new: Option<&Num>) -> Option<Strictness> {
    let (old, new) = (old?, new?);
    (old != new).then(|| if new > old { Strictness::Tightened } else { Strictness::Loosened })
}
