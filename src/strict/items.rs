//! Items of the base against those of the layer: rules, points, and what the verdict asks of them.

use super::Found;
use super::align::Alignment;
use super::checks::{At, Doubt, Pair};
use super::logic::{Answer, Logic};
use super::order::of_base;
use crate::plan::{Check, Expr, Indicator, Item, ItemRef, Over, Plan, Tally};
use crate::value::{Num, format_decimal, num};
use std::collections::BTreeMap;

/// How much more the layer may give than the base for the same data, and how many items it counts more.
#[derive(Debug, Default)]
pub(super) struct Gains {
    /// By nature of the layer.
    natures: BTreeMap<usize, Gain>,
    /// By category of the layer.
    categories: BTreeMap<usize, Gain>,
    /// Each item that may give more, by how much.
    raised: Vec<(Vec<String>, Num)>,
}

#[derive(Debug, Default, Clone)]
struct Gain {
    points: Num,
    items: usize,
}

impl Gains {
    fn of(&self, over: Over) -> Gain {
        match over {
            Over::Nature(id) => self.natures.get(&id.0),
            Over::Category(index) => self.categories.get(&index),
        }
        .cloned()
        .unwrap_or_default()
    }

    fn add(&mut self, plan: &Plan, indicator: &Indicator, points: &Num, items: usize) {
        let category = plan.categories.iter().position(|c| *c == indicator.category);
        for gain in
            [self.natures.entry(indicator.nature.0).or_default()].into_iter().chain(category.map(|c| self.categories.entry(c).or_default()))
        {
            gain.points = &gain.points + points;
            gain.items += items;
        }
    }
}

pub(super) fn called_indicator(id: &str) -> Vec<String> {
    vec![format!("指标 {id}")]
}

fn called_point(indicator: &str, point: &Item) -> Vec<String> {
    let number = point.id.strip_prefix(indicator).and_then(|r| r.strip_prefix('.')).unwrap_or(&point.id);
    vec![format!("指标 {indicator}"), format!("要点 {number}")]
}

fn called_other(word: &str, item: &Item) -> Vec<String> {
    vec![format!("{word} {}", item.id.rsplit_once('.').map_or(item.id.as_str(), |(_, n)| n))]
}

/// All doubts on items, and what they may give more.
pub(super) fn compare(pair: &Pair<'_>, found: &mut Vec<Found>) -> Gains {
    let mut gains = Gains::default();
    let nature = |plan: &Plan, i: &Indicator| plan.natures.get(i.nature.0).map(|n| (n.name.clone(), n.kind));
    for b in &pair.base.indicators {
        let called = called_indicator(&b.id);
        let Some(l) = pair.layer.indicators.iter().find(|l| l.id == b.id) else {
            let doubt = Doubt::looser(format!("删去了指标 {} {}", b.id, b.title));
            found.push(
                Found::at(called, doubt.example(format!("指标 {} 未达到、其余都达到：本层达标，上级不达标", b.id))).base(b.origin.span),
            );
            continue;
        };
        if nature(pair.base, b) != nature(pair.layer, l) {
            found.push(Found::at(called.clone(), Doubt::open(format!("指标 {} 的性质改了，不能比较", b.id))).base(b.origin.span));
        }
        if b.category != l.category {
            let conditions = pair.base.verdict.iter().flat_map(|v| v.conditions.iter().map(|c| &c.condition));
            let grades = pair.base.verdict.iter().flat_map(|v| v.grades.iter().filter_map(|g| g.condition.as_ref()));
            let used = conditions.chain(grades).any(uses_categories);
            if used {
                found.push(Found::at(called, Doubt::open(format!("指标 {} 换了类别，而结论或等级按类别计算", b.id))).base(b.origin.span));
            }
        }
        points(pair, b, l, &mut gains, found);
    }
    for l in pair.layer.indicators.iter().filter(|l| pair.base.indicators.iter().all(|b| b.id != l.id)) {
        let full = l.full.clone().unwrap_or_default();
        gains.add(pair.layer, l, &full, 1);
        if full > num(0) {
            gains.raised.push((called_indicator(&l.id), full));
        }
    }
    for (word, base, layer) in
        [("否决", &pair.base.vetoes, &pair.layer.vetoes), ("资格", &pair.base.qualifications, &pair.layer.qualifications)]
    {
        for b in base {
            let called = called_other(word, b);
            match layer.iter().find(|l| l.id == b.id) {
                Some(l) => item(pair, (&called, b), l, found),
                None => {
                    let doubt = Doubt::looser(format!("删去了{word} {}", called.concat().trim_start_matches(word).trim()));
                    let example = if word == "否决" {
                        "这一项存在：上级不达标，本层照样达标"
                    } else {
                        "这一项未达到：上级不具备资格，本层照样具备"
                    };
                    found.push(Found::at(called, doubt.example(example)).base(b.origin.span));
                }
            }
        }
    }
    gains
}

fn uses_categories(expr: &Expr) -> bool {
    matches!(expr, Expr::Tally { over: Over::Category(_), .. }) || super::order::parts(expr).into_iter().any(uses_categories)
}

fn points(pair: &Pair<'_>, b: &Indicator, l: &Indicator, gains: &mut Gains, found: &mut Vec<Found>) {
    for point in &b.points {
        let called = called_point(&b.id, point);
        let Some(other) = l.points.iter().find(|p| p.id == point.id) else {
            let doubt = Doubt::looser(format!("删去了要点 {}", point.id));
            found.push(
                Found::at(called, doubt.example(format!("要点 {} 未达到、其余都达到：本层达到，上级未达到", point.id)))
                    .base(point.origin.span),
            );
            continue;
        };
        item(pair, (&called, point), other, found);
        let (before, after) = (point.full.clone().unwrap_or_default(), other.full.clone().unwrap_or_default());
        let more = gain(point, other);
        if more > num(0) {
            gains.add(pair.layer, l, &more, 0);
            gains.raised.push((called, more));
        } else if after < before {
            let (before, after) = (format_decimal(&before, 12), format_decimal(&after, 12));
            let doubt = Doubt::open(format!("分值由 {before} 分降为 {after} 分，这一项的分量变轻，不能证明只严不松"));
            let example = format!("这一项未达到：上级少 {before} 分，本层只少 {after} 分");
            found.push(Found::at(called, doubt.example(example)).base(point.origin.span));
        }
    }
    for point in l.points.iter().filter(|p| b.points.iter().all(|o| o.id != p.id)) {
        let full = point.full.clone().unwrap_or_default();
        if full > num(0) {
            gains.add(pair.layer, l, &full, 0);
            gains.raised.push((called_point(&l.id, point), full));
        }
    }
}

/// How much more than the base the layer may give for a point, where its rules are as strict.
fn gain(base: &Item, layer: &Item) -> Num {
    let full = |item: &Item| item.full.clone().unwrap_or_default();
    let in_parts = |item: &Item| item.checks.iter().any(|c| c.score.is_some());
    match (in_parts(base), in_parts(layer)) {
        // All or nothing in the layer: everything was met in the base as well.
        (_, false) => (full(layer) - full(base)).max(num(0)),
        (false, true) => full(layer),
        (true, true) => {
            let of = |check: &Check, index: usize| {
                let own = check.score.clone().unwrap_or_default();
                let there = partner(base, layer, index).and_then(|b| b.score.clone()).unwrap_or_default();
                (own - there).max(num(0))
            };
            layer.checks.iter().enumerate().map(|(i, c)| of(c, i)).fold(num(0), |a, b| a + b)
        }
    }
}

/// The check of the base that a check of the layer stands for.
fn partner<'i>(base: &'i Item, layer: &Item, index: usize) -> Option<&'i Check> {
    let own = layer.checks.get(index)?;
    let same_count = base.checks.len() == layer.checks.len();
    base.checks.iter().find(|b| b.label == own.label || b.rule == own.rule).or_else(|| base.checks.get(index).filter(|_| same_count))
}

/// Every rule of the base is to follow from one of the layer.
fn item(pair: &Pair<'_>, (called, base): (&[String], &Item), layer: &Item, found: &mut Vec<Found>) {
    let of = reference(pair.base, base);
    let paired = base.checks.iter().any(|c| c.score.is_some()) && layer.checks.iter().any(|c| c.score.is_some());
    for (index, check) in base.checks.iter().enumerate() {
        let at = At { of: &of, index, check };
        // The one of the same name or words first, for it is the one to be complained of.
        let mut others: Vec<(usize, &Check)> = layer.checks.iter().enumerate().collect();
        others.sort_by_key(|(i, c)| (c.label != check.label && c.rule != check.rule, i.abs_diff(index)));
        if paired {
            others.retain(|(i, _)| partner(base, layer, *i).is_some_and(|b| std::ptr::eq(b, check)));
        }
        let mut first: Option<(Doubt, &Check)> = None;
        let proven = others.iter().any(|(i, other)| match pair.check(at, At { of: &of, index: *i, check: other }) {
            Ok(()) => true,
            Err(doubt) => {
                // A known fault of the nearest rule says most.
                first.get_or_insert((doubt, other));
                false
            }
        });
        if proven {
            continue;
        }
        let found_one = match first {
            Some((doubt, other)) => Found::at(called.to_vec(), doubt).layer(other.origin.span),
            None => {
                let doubt = Doubt::looser(format!("删去了规则“{}”", check.label));
                Found::at(called.to_vec(), doubt.example("这条规则未达到、其余都达到：本层达到，上级未达到"))
            }
        };
        found.push(found_one.base(check.origin.span));
    }
}

fn reference(plan: &Plan, item: &Item) -> ItemRef {
    let id = item.id.clone();
    if plan.vetoes.iter().any(|v| v.id == id) {
        ItemRef::Veto(id.to_string())
    } else if plan.qualifications.iter().any(|q| q.id == id) {
        ItemRef::Qualification(id.to_string())
    } else {
        ItemRef::Point(id.to_string())
    }
}

/// What the verdict asks, given how much more the layer's items may give.
pub(super) fn verdict(pair: &Pair<'_>, gains: &Gains, found: &mut Vec<Found>) {
    let (Some(base), Some(layer)) = (&pair.base.verdict, &pair.layer.verdict) else { return };
    let called = || vec!["结论".to_owned()];
    let table = pair.layer.subject.table;
    let none = Gains::default();
    let mut blamed = false;
    for condition in &base.conditions {
        let own: Vec<Expr> = layer.conditions.iter().filter_map(|c| pair.own.expr(&c.condition, table)).collect();
        let asked = |gains: &Gains| of_verdict(&pair.up, &condition.condition, pair.base.subject.table, gains);
        let follows = |wanted: Option<Expr>| wanted.is_some_and(|w| own.iter().any(|l| is_proven(pair, l, &w)));
        if follows(asked(gains)) {
            continue;
        }
        if follows(asked(&none)) && !gains.raised.is_empty() {
            blamed = true;
            continue;
        }
        let label = &condition.label;
        let doubt = match asked(&none).and_then(|w| own.iter().find_map(|l| counter(pair, l, &w))) {
            Some(example) => Doubt::looser(format!("结论的条件“{label}”比上级宽")).example(example),
            None if own.is_empty() => Doubt::looser(format!("删去了结论的条件“{label}”")),
            None => Doubt::open(format!("结论的条件“{label}”删去了，或改得不能比较")),
        };
        found.push(Found::at(called(), doubt));
    }
    if blamed {
        let total = gains.raised.iter().fold(num(0), |a, (_, n)| a + n);
        let pass = layer.pass.clone().unwrap_or_default();
        for (called, more) in &gains.raised {
            let (more, all) = (format_decimal(more, 12), format_decimal(&total, 12));
            let doubt = Doubt::looser(format!("同样的数据在这一项可以多得 {more} 分，而合格线没有相应提高（各项此消彼长的，也不能证明）"));
            let low = format_decimal(&(&pass - &total), 12);
            let example = format!("各项合计比上级多得 {all} 分：本层 {} 分，达到；上级 {low} 分，未达到", format_decimal(&pass, 12));
            found.push(Found::at(called.clone(), doubt.example(example)));
        }
    }
    grades(pair, gains, found);
}

fn is_proven(pair: &Pair<'_>, layer: &Expr, base: &Expr) -> bool {
    matches!(Logic::over(pair.order).search(layer, base), Answer::Proven)
}

/// A score that is enough for the layer's condition and not for the base's, where both ask for the same score.
fn counter(pair: &Pair<'_>, layer: &Expr, base: &Expr) -> Option<String> {
    let (Expr::Compare { left: l, .. }, Expr::Compare { left: b, .. }) = (layer, base) else { return None };
    if super::order::below(b) != Some(l) {
        return None;
    }
    let Answer::Counter(counter) = Logic::over(pair.order).search(layer, base) else { return None };
    let value = counter.values.iter().find(|(term, _)| term == &**b).and_then(|(_, s)| s.value.number()).map(|n| n.to_decimal(12))?;
    Some(format!("{} = {value}：满足本层，不满足上级", crate::plan::expression(pair.layer, l)))
}

/// A condition of the base's verdict, its tallies told apart from the layer's and moved by what the layer may give more.
fn of_verdict(up: &Alignment<'_>, expr: &Expr, table: crate::plan::TableId, gains: &Gains) -> Option<Expr> {
    fn mark(expr: Expr, gains: &Gains) -> Option<Expr> {
        let gain = |tally: Tally, over: Over| {
            let of = gains.of(over);
            match tally {
                Tally::TotalScore => of.points,
                Tally::MetCount => Num::from(of.items),
                Tally::AllMet | Tally::NoneTriggered => num(0),
            }
        };
        let boxed = |e: Box<Expr>| mark(*e, gains).map(Box::new);
        Some(match expr {
            Expr::Compare { op, left, right } => match (*left, *right) {
                (Expr::Tally { tally, over }, Expr::Number(n)) => {
                    let more = n + gain(tally, over);
                    let left = Box::new(of_base(Expr::Tally { tally, over }));
                    Expr::Compare { op, left, right: Box::new(Expr::Number(more)) }
                }
                (l, r) => Expr::Compare { op, left: boxed(Box::new(l))?, right: boxed(Box::new(r))? },
            },
            Expr::Tally { tally, over } => {
                let plain = gain(tally, over) == num(0);
                return plain.then(|| of_base(Expr::Tally { tally, over }));
            }
            Expr::And(list) => Expr::And(list.into_iter().map(|e| mark(e, gains)).collect::<Option<_>>()?),
            Expr::Or(list) => Expr::Or(list.into_iter().map(|e| mark(e, gains)).collect::<Option<_>>()?),
            Expr::Not(inner) => Expr::Not(boxed(inner)?),
            Expr::Arithmetic { op, left, right } => Expr::Arithmetic { op, left: boxed(left)?, right: boxed(right)? },
            Expr::Function { function, arguments } => {
                Expr::Function { function, arguments: arguments.into_iter().map(|e| mark(e, gains)).collect::<Option<_>>()? }
            }
            other => other,
        })
    }
    mark(up.expr(expr, table)?, gains)
}

/// Whoever gets a grade in the layer gets as good a one in the base.
fn grades(pair: &Pair<'_>, gains: &Gains, found: &mut Vec<Found>) {
    let (Some(base), Some(layer)) = (&pair.base.verdict, &pair.layer.verdict) else { return };
    if base.grades.is_empty() {
        return;
    }
    let labels = |v: &crate::plan::Verdict| v.grades.iter().map(|g| g.label.clone()).collect::<Vec<_>>();
    if labels(base) != labels(layer) {
        return found.push(Found::at(vec!["结论".to_owned()], Doubt::open("等级增减或改名了，不能比较")));
    }
    let table = pair.layer.subject.table;
    for (index, grade) in layer.grades.iter().enumerate() {
        let Some(own) = grade.condition.as_ref() else { continue };
        let own = pair.own.expr(own, table);
        let above = base.grades.iter().take(index + 1).filter_map(|g| g.condition.as_ref());
        let above: Option<Vec<Expr>> = above.map(|c| of_verdict(&pair.up, c, pair.base.subject.table, gains)).collect();
        let proven = own.zip(above).is_some_and(|(own, above)| is_proven(pair, &own, &Expr::Or(above)));
        if !proven {
            let doubt = Doubt::open(format!("不能证明本层评为“{}”的，上级也评为“{}”或更高", grade.label, grade.label));
            found.push(Found::at(vec!["结论".to_owned()], doubt));
        }
    }
}
