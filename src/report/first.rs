//! The first screen: the verdict in words, each nature at a glance, the score against its mark, what holds the subject back most.

use super::chart::{self, Total};
use super::filters::anchor;
use super::page::State;
use super::{Words, headline, lists, numbers, view};
use crate::eval::{CheckOutcome, Failure, IndicatorOutcome, PointOutcome, SubjectOutcome, Verdict};
use crate::plan::{Nature, NatureKind, Plan};
use crate::value::{Num, Text, format_decimal, num, parse_num};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many things are named.
const TOP: usize = 3;
/// The width of a tile's bar.
const BAR: usize = 240;

#[derive(Debug, Serialize)]
pub struct First {
    /// The verdict in a sentence or two.
    pub lead: String,
    pub tiles: Vec<Tile>,
    pub score: Option<ScoreView>,
    /// What holds the subject back most; where nothing does, what lies nearest to its threshold.
    pub top: Vec<Top>,
    pub top_title: String,
    pub top_note: String,
}

/// One nature of items.
#[derive(Debug, Serialize)]
pub struct Tile {
    pub title: String,
    pub href: &'static str,
    pub state: State,
    pub text: String,
    pub bar: Vec<Segment>,
}

/// A part of a tile's bar.
#[derive(Debug, Serialize)]
pub struct Segment {
    pub class: &'static str,
    pub x: usize,
    pub width: usize,
}

#[derive(Debug, Serialize)]
pub struct ScoreView {
    pub text: String,
    pub chart: Total,
}

#[derive(Debug, Serialize)]
pub struct Top {
    pub anchor: String,
    pub id: String,
    pub title: String,
    pub state: State,
    pub text: String,
}

/// Counts of items that are met, not met and open.
#[derive(Default, Clone, Copy)]
struct Count {
    met: usize,
    not_met: usize,
    open: usize,
}

impl Count {
    fn of(verdicts: impl Iterator<Item = Verdict>) -> Self {
        let mut count = Self::default();
        for verdict in verdicts {
            match verdict {
                Verdict::Met => count.met += 1,
                Verdict::NotMet => count.not_met += 1,
                Verdict::Undetermined => count.open += 1,
            }
        }
        count
    }

    fn total(self) -> usize {
        self.met + self.not_met + self.open
    }

    fn verdict(self) -> Verdict {
        match (self.not_met, self.open) {
            (0, 0) => Verdict::Met,
            (0, _) => Verdict::Undetermined,
            _ => Verdict::NotMet,
        }
    }

    fn fill(self, w: &Words, key: &str, title: &str) -> String {
        let (total, met, not_met, open) = (self.total().to_string(), self.met.to_string(), self.not_met.to_string(), self.open.to_string());
        w.fill(key, &[("title", title), ("total", &total), ("met", &met), ("not_met", &not_met), ("open", &open)])
    }

    /// Only what is not as it should be.
    fn wanting(self, w: &Words, failing: &str) -> String {
        let said = [(self.not_met, failing), (self.open, "lead_open_n")].into_iter().filter(|(n, _)| *n > 0);
        said.map(|(n, key)| w.fill(key, &[("n", &n.to_string())])).collect::<Vec<_>>().join("、")
    }

    fn bar(self) -> Vec<Segment> {
        let mut x = 0;
        let mut bar = Vec::new();
        for (class, n) in [("ok", self.met), ("no", self.not_met), ("open", self.open)] {
            let end = (x * self.total() + n * BAR) / self.total().max(1);
            if n > 0 {
                bar.push(Segment { class, x, width: end - x });
                x = end;
            }
        }
        bar
    }
}

/// The first screen of a subject.
pub fn first(w: &Words, plan: &Plan, s: &SubjectOutcome) -> First {
    let mut top = holding_back(w, plan, s);
    let held = !top.is_empty();
    if !held {
        top = nearest(w, plan, s);
    }
    let (title, note) = if held { ("top", "top_note") } else { ("nearest", "nearest_note") };
    let title = format!("{title}_{}", top.len());
    First {
        lead: lead(w, plan, s),
        tiles: plan.natures.iter().map(|n| tile(w, plan, s, n)).collect(),
        score: score(w, s),
        top,
        top_title: w.get(&title).to_string(),
        top_note: w.get(note).to_string(),
    }
}

fn count(s: &SubjectOutcome, n: &Nature) -> Count {
    match n.kind {
        NatureKind::Must => Count::of(s.indicators.iter().filter(|i| i.kind == n.name).filter_map(|i| i.verdict)),
        NatureKind::Scored => Count::of(s.indicators.iter().filter(|i| i.kind == n.name).map(scored)),
        NatureKind::Veto => Count::of(s.vetoes.iter().map(|v| view::veto_as_point(v).verdict)),
        NatureKind::Qualification => Count::of(s.qualifications.iter().map(|q| q.verdict)),
    }
}

/// Whether a scored indicator has its full score.
fn scored(i: &IndicatorOutcome) -> Verdict {
    let Some(score) = &i.score else { return Verdict::Undetermined };
    match (parse_num(&score.min), parse_num(&score.max), parse_num(&score.full)) {
        (Some(min), _, Some(full)) if min >= full => Verdict::Met,
        (_, Some(max), Some(full)) if max < full => Verdict::NotMet,
        _ => Verdict::Undetermined,
    }
}

/// How the total stands to its mark; open where there is none.
fn passing(s: &SubjectOutcome) -> Verdict {
    match s.score.pass.as_ref().map(|pass| numbers::against(&s.score.min, &s.score.max, pass)) {
        Some(Some(relation)) if relation.starts_with('≥') => Verdict::Met,
        Some(Some(_)) => Verdict::NotMet,
        _ => Verdict::Undetermined,
    }
}

fn tile(w: &Words, plan: &Plan, s: &SubjectOutcome, n: &Nature) -> Tile {
    let count = count(s, n);
    let only = plan.natures.iter().filter(|n| n.kind == NatureKind::Scored).count() == 1 && s.score.pass.is_some();
    let (href, state, text) = match n.kind {
        NatureKind::Must => ("#indicators", view::plain_state(w, count.verdict()), count.fill(w, "tile_must", "")),
        NatureKind::Scored => {
            let state = view::reached(w, if only { passing(s) } else { count.verdict() });
            ("#score", state, count.fill(w, "tile_scored", ""))
        }
        NatureKind::Veto => {
            let state = match count.verdict() {
                Verdict::Met => view::veto_state(w, crate::eval::VetoVerdict::Clear),
                Verdict::NotMet => view::veto_state(w, crate::eval::VetoVerdict::Triggered),
                Verdict::Undetermined => view::veto_state(w, crate::eval::VetoVerdict::Undetermined),
            };
            ("#vetoes", state, count.fill(w, "tile_veto", ""))
        }
        NatureKind::Qualification => ("#qualifications", view::plain_state(w, count.verdict()), count.fill(w, "tile_must", "")),
    };
    Tile { title: view::nature_title(plan, &n.name), href, state, text, bar: count.bar() }
}

fn score(w: &Words, s: &SubjectOutcome) -> Option<ScoreView> {
    let of = &s.score;
    let pass = of.pass.as_deref().map(|p| (p, w.fill("pass_mark", &[("pass", p)])));
    let chart = chart::total(&of.min, &of.max, &of.full, pass)?;
    Some(ScoreView { text: view::total_text(w, s), chart })
}

/// Each nature in a clause, then what that makes of the verdict.
fn lead(w: &Words, plan: &Plan, s: &SubjectOutcome) -> String {
    let mut clauses: Vec<String> = Vec::new();
    for n in plan.natures.iter().filter(|n| n.kind != NatureKind::Qualification) {
        let (count, title) = (count(s, n), view::nature_title(plan, &n.name));
        let key = match (n.kind, count.verdict()) {
            _ if count.total() == 0 => continue,
            (NatureKind::Must, Verdict::Met) => "lead_must_met",
            (NatureKind::Veto, Verdict::Met) => "lead_veto_clear",
            (NatureKind::Must, _) => {
                clauses.push(format!("{}{}", count.fill(w, "lead_must", &title), count.wanting(w, "lead_not_met_n")));
                continue;
            }
            (NatureKind::Veto, _) => {
                clauses.push(format!("{title}{}", count.wanting(w, "lead_triggered_n")));
                continue;
            }
            _ => {
                let shown = numbers::interval(&s.score.min, &s.score.max);
                let pass = s.score.pass.as_deref().unwrap_or_default();
                let key = match (s.score.pass.is_some(), passing(s)) {
                    (false, _) => "lead_score",
                    (_, Verdict::Met) => "lead_score_passes",
                    (_, Verdict::NotMet) => "lead_score_fails",
                    (_, Verdict::Undetermined) => "lead_score_open",
                };
                clauses.push(w.fill(key, &[("title", &title), ("score", &shown), ("pass", pass)]));
                continue;
            }
        };
        clauses.push(count.fill(w, key, &title));
    }
    let failing = s.reasons.iter().filter(|r| r.verdict == Verdict::NotMet).count().to_string();
    let open = s.reasons.iter().filter(|r| r.verdict == Verdict::Undetermined).count().to_string();
    let key = match s.verdict {
        Verdict::Met => "lead_met",
        Verdict::NotMet if open == "0" => "lead_not_met",
        Verdict::NotMet => "lead_not_met_open",
        Verdict::Undetermined => "lead_open",
    };
    format!("{}。{}", clauses.join("；"), w.fill(key, &[("failing", &failing), ("open", &open)]))
}

/// How far a check is from its threshold: the distance as a share of the threshold, over rows the mean of all of them with 0 for those that
/// are met. `None` where nothing is measured.
fn gap(c: &CheckOutcome) -> Option<Num> {
    if c.verdict != Verdict::NotMet {
        return None;
    }
    let whole = c.threshold.as_deref();
    let Some(rows) = c.rows else { return distance(c.value.as_deref()?, whole?, None) };
    let of_row = |f: &Failure| {
        let own = f.threshold.as_deref().or(whole);
        let parts = f.parts.iter().filter_map(|p| distance(p.value.as_deref()?, p.threshold.as_deref()?, None));
        if f.parts.is_empty() { distance(f.value.as_deref()?, own?, whole) } else { parts.max() }
    };
    let known: Vec<Num> = c.failures.iter().filter_map(of_row).collect();
    (!known.is_empty() && rows > 0).then(|| known.iter().fold(num(0), |sum, d| sum + d) / Num::from(rows))
}

fn distance(value: &str, threshold: &str, whole: Option<&str>) -> Option<Num> {
    let (value, limit) = (parse_num(value)?, numbers::bound(threshold, whole)?.value);
    let off = if value > limit { &value - &limit } else { &limit - &value };
    let size = if limit < num(0) { -limit } else { limit };
    Some(if size == num(0) { num(1) } else { off / size })
}

fn point_gap(p: &PointOutcome) -> Option<Num> {
    p.checks.iter().filter_map(gap).max()
}

fn top_of(w: &Words, plan: &Plan, p: &PointOutcome, title: &str, state: State) -> Top {
    Top { anchor: anchor("p", &p.id), id: p.id.to_string(), title: title.to_string(), state, text: headline::headline(w, plan, p) }
}

/// Vetoes that are triggered; then in turn the items that must be met and are not, those farthest off first, and the points lost; then the
/// tables whose filling decides the most.
fn holding_back(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Vec<Top> {
    let triggered = s.vetoes.iter().map(|v| (v, view::veto_as_point(v))).filter(|(_, p)| p.verdict == Verdict::NotMet);
    let mut top: Vec<Top> = triggered.map(|(v, p)| top_of(w, plan, &p, &p.text, view::veto_state(w, v.verdict))).collect();
    let mut failing: Vec<(Option<Num>, &IndicatorOutcome, &PointOutcome)> = Vec::new();
    for i in s.indicators.iter().filter(|i| i.score.is_none()) {
        let points = i.points.iter().filter(|p| p.verdict == Verdict::NotMet).map(|p| (point_gap(p), i, p));
        // The first of those that are equally far off.
        failing.extend(points.reduce(|best, next| if next.0 > best.0 { next } else { best }));
    }
    failing.sort_by(|a, b| b.0.cmp(&a.0));
    let mut musts = failing.into_iter().map(|(_, i, p)| top_of(w, plan, p, &i.title, view::point_state(w, p)));
    let mut lost = lost_points(w, s).into_iter();
    loop {
        let next: Vec<Top> = musts.next().into_iter().chain(lost.next()).collect();
        if next.is_empty() || top.len() >= TOP {
            break;
        }
        top.extend(next);
    }
    if top.len() < TOP {
        top.extend(waiting(w, plan, s));
    }
    top.truncate(TOP);
    top
}

/// The score where it stays below its mark, with the items that lost most.
fn lost_points(w: &Words, s: &SubjectOutcome) -> Option<Top> {
    let (max, pass) = (parse_num(&s.score.max)?, parse_num(s.score.pass.as_deref()?)?);
    if max >= pass {
        return None;
    }
    let scored = s.indicators.iter().flat_map(|i| &i.points).filter_map(|p| {
        let score = p.score.as_ref()?;
        let lost = parse_num(&score.full)? - parse_num(&score.max)?;
        (lost > num(0)).then_some((lost, &p.id))
    });
    let mut scored: Vec<(Num, &Text)> = scored.collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0));
    let list: Vec<String> =
        scored.iter().take(TOP).map(|(lost, id)| w.fill("lost_of", &[("id", id), ("lost", &format_decimal(lost, 12))])).collect();
    let key = if s.score.min == s.score.max { "lost_points" } else { "lost_points_at_best" };
    let (short, list) = (format_decimal(&(pass - max), 12), list.join("、"));
    let text = w.fill(key, &[("score", &s.score.max), ("short", &short), ("list", &list)]);
    let state = view::reached(w, Verdict::NotMet);
    Some(Top { anchor: "score".into(), id: String::new(), title: w.get("total_score").to_string(), state, text })
}

/// Tables with missing cells, those first on which most items wait.
fn waiting(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Vec<Top> {
    let mut tables: BTreeMap<&str, (Vec<Text>, Vec<&crate::eval::Gap>)> = BTreeMap::new();
    let items = lists::items(s);
    for p in items.iter().filter(|p| p.verdict == Verdict::Undetermined) {
        for g in p.checks.iter().filter(|c| c.verdict == Verdict::Undetermined).flat_map(|c| &c.missing) {
            let (ids, gaps) = tables.entry(&g.table).or_default();
            if !ids.contains(&p.id) {
                ids.push(p.id.clone());
            }
            if !gaps.contains(&g) {
                gaps.push(g);
            }
        }
    }
    let mut tables: Vec<_> = tables.into_iter().collect();
    tables.sort_by_key(|(_, (ids, _))| std::cmp::Reverse(ids.len()));
    let top = tables.into_iter().map(|(table, (ids, gaps))| {
        let title = lists::table_title(plan, table);
        let (cells, n) = (gaps.len().to_string(), ids.len().to_string());
        let shown =
            if ids.len() > 8 { format!("{}……", ids.iter().take(8).cloned().collect::<Vec<_>>().join("、")) } else { ids.join("、") };
        let text = w.fill("waiting_text", &[("cells", &cells), ("n", &n), ("list", &shown)]);
        let title = w.fill("waiting_title", &[("table", &title)]);
        Top { anchor: "missing".into(), id: String::new(), title, state: view::plain_state(w, Verdict::Undetermined), text }
    });
    top.take(TOP).collect()
}

/// What is met by the least: how far the nearest row, or the value, is on the good side of its threshold.
fn nearest(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Vec<Top> {
    let mut found: Vec<(Num, &IndicatorOutcome, &PointOutcome, String)> = Vec::new();
    for i in s.indicators.iter().filter(|i| i.score.is_none()) {
        let of_point = |p| narrowest(w, p).map(|(margin, text)| (margin, i, p, text));
        found.extend(i.points.iter().filter_map(of_point).min_by(|a, b| a.0.cmp(&b.0)));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let top = found.into_iter().take(TOP).map(|(_, i, p, text)| Top { text, ..top_of(w, plan, p, &i.title, view::point_state(w, p)) });
    top.collect()
}

/// What a point is met by the least, said in words only once it is found.
fn narrowest(w: &Words, p: &PointOutcome) -> Option<(Num, String)> {
    let met = p.checks.iter().filter(|c| c.verdict == Verdict::Met && c.applicable);
    let (margin, c, row) = met.filter_map(|c| margin(c).map(|(margin, row)| (margin, c, row))).min_by(|a, b| a.0.cmp(&b.0))?;
    let (name, value, threshold) = match row {
        Some(row) => (lists::row_name(&row.key, row.name.as_deref()), &row.value, &row.threshold),
        None => (view::own_label(c).unwrap_or_default().to_owned(), &c.value, &c.threshold),
    };
    let (value, threshold) = value.as_deref().zip(threshold.as_deref())?;
    let bound = numbers::bound(threshold, None);
    let value = view::printed(w, value, bound.as_ref(), false, c.unit.as_deref(), c.places);
    let limit = numbers::show_bound(threshold, None, c.unit.as_deref());
    let text = w.fill("nearest_text", &[("name", &name), ("value", &value), ("threshold", &limit)]);
    Some((margin, if row.is_none() { text.trim_start().to_owned() } else { text }))
}

/// How far the value of a check is from its threshold, or the nearest of its rows from theirs.
fn margin(c: &CheckOutcome) -> Option<(Num, Option<&Failure>)> {
    let of = |value: Option<&str>, threshold: Option<&str>| distance(value?, threshold?, None);
    let own = c.rows.is_none().then(|| of(c.value.as_deref(), c.threshold.as_deref())).flatten().map(|margin| (margin, None));
    let rows = c.working.rows.iter().filter(|r| r.verdict == Verdict::Met && r.parts.is_empty()).map(|r| &r.row);
    let rows = rows.filter_map(|row| of(row.value.as_deref(), row.threshold.as_deref()).map(|margin| (margin, Some(row))));
    own.into_iter().chain(rows).min_by(|a, b| a.0.cmp(&b.0))
}
