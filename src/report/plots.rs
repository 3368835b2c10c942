//! The working of a check as charts and their tables: every row against the threshold, what each adds to a spread, the cells of a value.

use super::chart::{self, Mark, Shares, Strip};
use super::filters::anchor;
use super::numbers::{self, Bound};
use super::{Words, lists, view};
use crate::eval::{CheckOutcome, Failure, Operand, Spread, Verdict};
use crate::value::{Num, format_decimal, num, parse_num};
use serde::Serialize;

/// All rows of a check against their threshold.
#[derive(Debug, Serialize)]
pub struct Plot {
    pub id: String,
    pub title: String,
    /// The chart in words.
    pub description: String,
    pub strip: Strip,
    pub rows: Vec<PlotRow>,
    /// Whether rows have thresholds of their own, and stand as shares of them.
    pub own: bool,
    pub noun: String,
}

#[derive(Debug, Serialize)]
pub struct PlotRow {
    pub name: String,
    pub value: String,
    /// Its own; empty where all have the same.
    pub threshold: String,
    pub mark: &'static str,
    pub word: String,
}

/// A spread: its mean, and what each row adds to it.
#[derive(Debug, Serialize)]
pub struct SpreadView {
    pub id: String,
    pub title: String,
    pub description: String,
    pub mean: String,
    pub shares: Option<Shares>,
    pub rows: Vec<SpreadLine>,
}

#[derive(Debug, Serialize)]
pub struct SpreadLine {
    pub name: String,
    pub weight: String,
    pub value: String,
    pub share: String,
}

/// A cell or statistic that a value is made of.
#[derive(Debug, Serialize)]
pub struct OperandView {
    pub name: String,
    pub value: String,
    pub source: String,
}

/// To how many places means and the values beside them are printed.
const MEANS: u8 = 2;

/// One row of one quantity.
struct Line<'a> {
    name: String,
    verdict: Verdict,
    relieved: bool,
    value: Option<Num>,
    /// The value as it is printed; empty where it is not known.
    shown: String,
    threshold: Option<&'a str>,
    /// The row's own threshold, taken apart.
    bound: Option<Bound>,
}

/// What is common to the rows of one quantity.
struct Quantity<'a> {
    label: &'a str,
    threshold: Option<&'a str>,
    bound: Option<Bound>,
    unit: Option<&'a str>,
    places: u8,
}

impl<'a> Quantity<'a> {
    fn new(label: &'a str, threshold: Option<&'a str>, unit: Option<&'a str>, places: u8) -> Self {
        Self { label, threshold, bound: threshold.and_then(|t| numbers::bound(t, None)), unit, places }
    }

    fn line<'r>(
        &self,
        w: &Words,
        row: &Failure,
        (verdict, relieved): (Verdict, bool),
        value: Option<&str>,
        threshold: Option<&'r str>,
    ) -> Line<'r> {
        let bound = match threshold {
            // Most rows have that of all.
            Some(own) if self.threshold == Some(own) => self.bound.clone(),
            Some(own) => numbers::bound(own, None),
            None => None,
        };
        let limit = if threshold.is_some() { &bound } else { &self.bound };
        let failing = verdict == Verdict::NotMet || relieved;
        let shown = value.map_or_else(String::new, |v| view::printed(w, v, limit.as_ref(), failing, self.unit, self.places));
        Line { name: name(row), verdict, relieved, value: value.and_then(parse_num), shown, threshold, bound }
    }
}

/// The charts of a check over rows: one, or one for each of its parts.
pub fn plots(w: &Words, c: &CheckOutcome, id: &str, noun: &str) -> Vec<Plot> {
    if c.parts.is_empty() {
        let label = view::own_label(c).unwrap_or(&c.rule);
        let of = Quantity::new(label, c.threshold.as_deref(), c.unit.as_deref(), c.places);
        let rows = c.working.rows.iter();
        let lines = rows.map(|s| of.line(w, &s.row, (s.verdict, s.relieved), s.row.value.as_deref(), s.row.threshold.as_deref()));
        let lines: Vec<Line<'_>> = lines.collect();
        return plot(w, &of, &lines, anchor("c", id), noun).into_iter().collect();
    }
    let parts = c.parts.iter().enumerate().filter_map(|(index, part)| {
        let of = Quantity::new(&part.label, part.threshold.as_deref(), part.unit.as_deref(), part.places);
        let rows = c.working.rows.iter().filter_map(|s| Some((s, s.parts.get(index)?)));
        let lines = rows.map(|(s, p)| of.line(w, &s.row, (p.verdict, p.relieved), p.part.value.as_deref(), p.part.threshold.as_deref()));
        let lines: Vec<Line<'_>> = lines.collect();
        plot(w, &of, &lines, anchor("c", &format!("{id}-{}", index + 1)), noun)
    });
    parts.collect()
}

/// What a row is called for short.
fn name(row: &Failure) -> String {
    row.name.clone().filter(|n| !n.is_empty()).unwrap_or_else(|| lists::row_name(&row.key, None))
}

fn plot(w: &Words, of: &Quantity<'_>, lines: &[Line<'_>], id: String, noun: &str) -> Option<Plot> {
    let own = of.bound.is_none();
    let sign = of.bound.as_ref().or_else(|| lines.iter().find_map(|l| l.bound.as_ref()))?.op;
    let (upward, inclusive) = match sign {
        "≥" => (true, true),
        ">" => (true, false),
        "≤" => (false, true),
        "<" => (false, false),
        _ => return None,
    };
    let limit = of.bound.as_ref().map_or_else(|| num(1), |b| b.value.clone());
    let marks: Vec<Mark> = lines.iter().filter_map(|l| mark(own, l)).collect();
    let label = match of.threshold {
        Some(t) => w.fill("limit_label", &[("threshold", &numbers::show_bound(t, None, of.unit))]),
        None => w.get("limit_own").to_string(),
    };
    let is_share = own || of.unit == Some("%");
    let beyond = |n: usize, most: &str| w.fill("chart_beyond", &[("n", &n.to_string()), ("most", most)]);
    let strip = chart::strip(&chart::Series { marks, limit, upward, inclusive, limit_label: label, is_share, beyond: &beyond })?;
    Some(Plot {
        description: described(w, lines, noun, &strip),
        id,
        title: of.label.to_string(),
        strip,
        rows: lines.iter().map(|l| line(w, of, own, l)).collect(),
        own,
        noun: noun.to_string(),
    })
}

fn class(l: &Line<'_>) -> &'static str {
    match l.verdict {
        Verdict::Met if l.relieved => "relieved",
        Verdict::Met => "ok",
        Verdict::NotMet => "no",
        Verdict::Undetermined => "open",
    }
}

/// The mark of a row; none where its value, or its own threshold, is not known.
fn mark(own: bool, l: &Line<'_>) -> Option<Mark> {
    let value = l.value.as_ref()?;
    let value = if own {
        let limit = &l.bound.as_ref()?.value;
        if *limit <= num(0) {
            return None;
        }
        value / limit
    } else {
        value.clone()
    };
    let text = format!("{} {}", l.name, l.shown);
    Some(Mark { value, class: class(l), title: text.clone(), name: text })
}

fn line(w: &Words, of: &Quantity<'_>, own: bool, l: &Line<'_>) -> PlotRow {
    let state = view::plain_state(w, l.verdict);
    let threshold = l.threshold.filter(|_| own).map(|t| numbers::show_bound(t, None, of.unit));
    PlotRow {
        name: l.name.clone(),
        value: l.shown.clone(),
        threshold: threshold.unwrap_or_default(),
        mark: state.mark,
        word: if l.relieved { w.get("state_relieved").to_string() } else { state.word },
    }
}

/// A chart in words: how many rows there are, how they stand, from where to where they reach.
fn described(w: &Words, lines: &[Line<'_>], noun: &str, strip: &Strip) -> String {
    let failing = lines.iter().filter(|l| l.verdict == Verdict::NotMet).count();
    let count = |v: Verdict| lines.iter().filter(|l| l.verdict == v).count().to_string();
    let mut known: Vec<(&Num, &Line<'_>)> = lines.iter().filter_map(|l| Some((l.value.as_ref()?, l))).collect();
    known.sort_by(|a, b| a.0.cmp(b.0));
    let end = |at: Option<&(&Num, &Line<'_>)>| at.map_or_else(String::new, |(_, l)| format!("{}（{}）", l.shown, l.name));
    let pairs = [
        ("noun", noun.to_string()),
        ("rows", lines.len().to_string()),
        ("met", count(Verdict::Met)),
        ("not_met", count(Verdict::NotMet)),
        ("open", count(Verdict::Undetermined)),
        ("least", end(known.first())),
        ("most", end(known.last())),
    ];
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let named = strip.names.len();
    let unnamed = if named < failing { w.fill("chart_unnamed", &[("n", &named.to_string())]) } else { String::new() };
    w.fill("chart_described", &pairs) + &strip.beyond + &unnamed
}

/// A spread with its mean, rows by what they add to it.
pub fn spread(w: &Words, c: &CheckOutcome, s: &Spread, id: &str) -> SpreadView {
    let unit = s.unit.as_deref();
    let shown = |value: &str| view::printed(w, value, None, false, unit, MEANS);
    let percent = |share: &str| numbers::form(share, None, false, Some("%"), 1, "");
    let mean = parse_num(&s.mean).unwrap_or_else(|| num(0));
    let called = |r: &crate::eval::SpreadRow| r.name.clone().filter(|n| !n.is_empty()).unwrap_or_else(|| lists::row_name(&r.key, None));
    let parts = s.rows.iter().filter_map(|r| {
        let above = parse_num(&r.value)? >= mean;
        let side = w.get(if above { "above_mean" } else { "below_mean" });
        let text = format!("{}　{}，{side}", percent(&r.share), shown(&r.value));
        Some(chart::Part { name: called(r), share: parse_num(&r.share)?, above, text })
    });
    let rest = |n: usize, share: &Num| (w.fill("rest_of", &[("n", &n.to_string())]), percent(&format_decimal(share, 12)));
    let value = view::value_text(w, c).unwrap_or_default();
    let pairs = [("mean", shown(&s.mean)), ("value", value), ("threshold", view::threshold_text(c)), ("n", s.rows.len().to_string())];
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let rows = s.rows.iter().map(|r| SpreadLine {
        name: called(r),
        weight: numbers::amount(&r.weight, None),
        value: shown(&r.value),
        share: percent(&r.share),
    });
    SpreadView {
        id: anchor("v", id),
        title: view::own_label(c).unwrap_or(&c.rule).to_string(),
        description: w.fill("spread_described", &pairs),
        mean: shown(&s.mean),
        shares: chart::shares(parts.collect(), rest),
        rows: rows.collect(),
    }
}

/// The cells and statistics of a value.
pub fn operands(w: &Words, c: &CheckOutcome) -> Vec<OperandView> {
    let of = |o: &Operand| OperandView {
        name: o.year.as_ref().map_or_else(|| o.name.clone(), |year| w.fill("operand_year", &[("year", year), ("name", &o.name)])),
        value: o.value.as_deref().map_or_else(|| w.get("operand_missing").to_string(), |v| numbers::amount(v, o.unit.as_deref())),
        source: match (&o.source, o.rows) {
            (Some(source), _) => source.to_string(),
            (None, Some(rows)) => w.fill("operand_rows", &[("n", &rows.to_string())]),
            (None, None) => String::new(),
        },
    };
    c.working.operands.iter().map(of).collect()
}

/// How failing rows spread over the members, where some have several: `甲 3、乙 1`.
pub fn by_member(w: &Words, c: &CheckOutcome, names: &std::collections::BTreeMap<String, String>) -> String {
    let mut counts: Vec<(&String, usize)> = Vec::new();
    for member in c.failures.iter().filter_map(|f| f.member.as_ref()) {
        match counts.iter_mut().find(|(m, _)| *m == member) {
            Some((_, n)) => *n += 1,
            None => counts.push((member, 1)),
        }
    }
    if counts.iter().all(|(_, n)| *n < 2) {
        return String::new();
    }
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let list: Vec<String> = counts.iter().map(|(m, n)| format!("{} {n}", names.get(*m).unwrap_or(m))).collect();
    w.fill("by_member", &[("n", &counts.len().to_string()), ("list", &list.join("、"))])
}
