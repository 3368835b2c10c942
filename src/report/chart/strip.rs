//! All rows of a check on one axis against their threshold: a mark for each, or bars of how many where they are too many for marks.

use super::{LETTER, MARGIN, Scale, Tick, WIDTH, width};
use crate::value::{Num, format_decimal, num};
use serde::Serialize;
use std::collections::BTreeMap;

/// The width of a bin, the height of a mark in its stack, and how high stacks of marks may grow.
const BIN: i64 = 8;
const STEP: i64 = 8;
const STACK: usize = 14;
/// The height of the tallest bar where marks would be too many.
const BARS: i64 = 90;
const LANE: i64 = 17;
const LANES: usize = 8;
const NAMED: usize = 10;
const LETTERS: i64 = 18;
/// Below the axis: the texts of the ticks.
const FOOT: i64 = 22;
/// How many times its threshold a scale reaches at the most.
const REACH: i64 = 4;

/// A row: its value, how it stands, its name and what the mark says when pointed at.
#[derive(Debug, Clone)]
pub struct Mark {
    pub value: Num,
    /// `ok`, `no`, `relieved` or `open`.
    pub class: &'static str,
    pub name: String,
    pub title: String,
}

/// Rows against one limit.
pub struct Series<'b> {
    pub marks: Vec<Mark>,
    pub limit: Num,
    /// Whether values above the limit are the good ones; and whether the limit itself is.
    pub upward: bool,
    pub inclusive: bool,
    pub limit_label: String,
    pub is_share: bool,
    /// What to say of rows beyond the edge: how many, and the farthest.
    pub beyond: &'b dyn Fn(usize, &str) -> String,
}

/// Where everything stands.
#[derive(Debug, Serialize)]
pub struct Strip {
    pub height: i64,
    /// The y of the axis.
    pub axis: i64,
    pub ticks: Vec<Tick>,
    pub limit: Tick,
    /// Which way the limit's text runs from its line.
    pub anchor: &'static str,
    /// Where the side that fails lies.
    pub bad_x: i64,
    pub bad_width: i64,
    pub dots: Vec<Dot>,
    pub bars: Vec<Bar>,
    pub names: Vec<Name>,
    pub beyond: String,
}

#[derive(Debug, Serialize)]
pub struct Dot {
    pub x: i64,
    pub y: i64,
    pub class: &'static str,
    pub title: String,
}

#[derive(Debug, Serialize)]
pub struct Bar {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
    pub class: &'static str,
    pub count: usize,
}

/// The name of a failing row, and the line to its mark.
#[derive(Debug, Serialize)]
pub struct Name {
    pub x: i64,
    pub y: i64,
    pub text: String,
    pub mark_x: i64,
    pub mark_y: i64,
}

/// Draws rows against their limit; `None` where there is none.
pub fn strip(series: &Series<'_>) -> Option<Strip> {
    let scale = scale(series)?;
    let bins = bins(series, &scale);
    let crowded = bins.values().any(|b| b.len() > STACK);
    let tallest = bins.values().map(Vec::len).max().unwrap_or(0);
    let body = if crowded { BARS } else { i64::try_from(tallest).unwrap_or(0) * STEP };
    let limit_x = scale.at(&series.limit);
    let named = lanes(named(series, &bins, limit_x));
    let head = (named.iter().map(|n| n.lane + 1).max().unwrap_or(0) + 1) * LANE + 4;
    let axis = head + body + 6;
    let (mut dots, mut bars) = (Vec::new(), Vec::new());
    for (bin, marks) in &bins {
        let x = limit_x + bin * BIN + BIN / 2;
        if crowded {
            bars.extend(bar(x - BIN / 2, axis, marks, tallest));
        } else {
            let stacked = marks.iter().zip(0i64..);
            dots.extend(stacked.map(|(m, n)| Dot { x, y: axis - STEP / 2 - 2 - n * STEP, class: m.class, title: m.title.clone() }));
        }
    }
    let names = named.into_iter().map(|n| Name {
        x: n.middle,
        y: head - 6 - n.lane * LANE,
        text: n.text,
        mark_x: n.x,
        mark_y: if crowded { axis - 4 } else { axis - STEP - 4 - n.height * STEP },
    });
    let low = series.upward;
    Some(Strip {
        height: axis + FOOT,
        axis,
        ticks: apart(scale.ticks(series.is_share)),
        anchor: if limit_x > WIDTH * 2 / 3 { "end" } else { "start" },
        bad_x: if low { 0 } else { limit_x },
        bad_width: if low { limit_x } else { WIDTH - limit_x },
        limit: Tick { x: limit_x, label: series.limit_label.clone() },
        dots,
        bars,
        names: names.collect(),
        beyond: beyond(series, &scale),
    })
}

/// Ticks whose texts would not run into each other.
fn apart(ticks: Vec<Tick>) -> Vec<Tick> {
    let mut kept: Vec<Tick> = Vec::new();
    for tick in ticks {
        let clear = kept.last().is_none_or(|k| k.x + (width(&k.label) + width(&tick.label)) / 2 + LETTER / 2 < tick.x);
        if clear {
            kept.push(tick);
        }
    }
    kept
}

/// From the least to the greatest value, but not so far that the limit would be lost in a corner.
fn scale(series: &Series<'_>) -> Option<Scale> {
    let values = || series.marks.iter().map(|m| &m.value);
    let (low, high) = (values().min()?.min(&series.limit).clone(), values().max()?.max(&series.limit).clone());
    let reach = if series.limit > num(0) { &series.limit * num(REACH) } else { high.clone() };
    let high = high.min(reach.max(series.limit.clone()));
    let room = (&high - &low) / num(20);
    let low = if low > num(0) && &low - &room < num(0) { num(0) } else { &low - &room };
    Some(Scale::new(low, high + room))
}

/// Rows by bins counted from the limit, which no bin straddles: what fails never stands on the good side.
fn bins<'s>(series: &'s Series<'_>, scale: &Scale) -> BTreeMap<i64, Vec<&'s Mark>> {
    let limit = scale.at(&series.limit);
    let (first, last) = ((MARGIN - limit) / BIN, (WIDTH - MARGIN - limit) / BIN);
    let mut bins: BTreeMap<i64, Vec<&Mark>> = BTreeMap::new();
    for mark in &series.marks {
        let steps = (scale.at(&mark.value) - limit).div_euclid(BIN);
        let above = mark.value > series.limit || mark.value == series.limit && series.upward == series.inclusive;
        let bin = if above { steps.max(0) } else { steps.min(-1) };
        bins.entry(bin.clamp(first.min(-1), last.max(0))).or_default().push(mark);
    }
    for marks in bins.values_mut() {
        marks.sort_by(|a, b| (a.class != "no").cmp(&(b.class != "no")).then_with(|| a.value.cmp(&b.value)));
    }
    bins
}

/// The bars of a bin: those that fail below, the others on them.
fn bar(x: i64, axis: i64, marks: &[&Mark], tallest: usize) -> Vec<Bar> {
    let high = |n: usize| i64::try_from(n * BARS.unsigned_abs() as usize / tallest.max(1)).unwrap_or(0).max(2);
    let mut base = axis;
    let mut bars = Vec::new();
    for class in ["no", "relieved", "ok"] {
        let count = marks.iter().filter(|m| m.class == class).count();
        if count > 0 {
            base -= high(count);
            bars.push(Bar { x: x + 1, y: base, width: BIN - 2, height: high(count), class, count });
        }
    }
    bars
}

struct Named {
    /// Of its mark, and how many marks stand below it.
    x: i64,
    height: i64,
    text: String,
    lane: i64,
    /// Of its text.
    middle: i64,
}

/// The failing rows to be named: those farthest from the limit, in the order of the axis.
fn named(series: &Series<'_>, bins: &BTreeMap<i64, Vec<&Mark>>, limit_x: i64) -> Vec<Named> {
    let mut failing: Vec<(Num, Named)> = Vec::new();
    for (bin, marks) in bins {
        for (mark, height) in marks.iter().zip(0i64..).filter(|(m, _)| m.class == "no") {
            let distance = if mark.value > series.limit { &mark.value - &series.limit } else { &series.limit - &mark.value };
            let x = limit_x + bin * BIN + BIN / 2;
            failing.push((distance, Named { x, height, text: super::cut(&mark.name, LETTERS), lane: 0, middle: x }));
        }
    }
    failing.sort_by(|a, b| b.0.cmp(&a.0));
    failing.truncate(NAMED);
    let mut named: Vec<Named> = failing.into_iter().map(|(_, n)| n).collect();
    named.sort_by_key(|n| (n.x, n.height));
    named
}

/// Puts every name into a lane in which it runs into no other; those that find no room go unnamed here.
fn lanes(named: Vec<Named>) -> Vec<Named> {
    let mut ends = [i64::MIN; LANES];
    let mut kept = Vec::new();
    for mut n in named {
        let half = width(&n.text) / 2 + 3;
        n.middle = n.x.clamp(half, WIDTH - half);
        let free = ends.iter_mut().zip(0i64..).find(|(end, _)| **end <= n.middle - half);
        if let Some((end, lane)) = free {
            *end = n.middle + half;
            n.lane = lane;
            kept.push(n);
        }
    }
    kept
}

/// What lies beyond the edge of the scale, in words; empty where nothing does.
fn beyond(series: &Series<'_>, scale: &Scale) -> String {
    let out: Vec<&Num> = series.marks.iter().map(|m| &m.value).filter(|v| **v > scale.high).collect();
    match out.iter().max() {
        Some(most) => (series.beyond)(out.len(), &format_decimal(most, 2)),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::parse_num;

    fn drawn(values: &[(&str, &'static str)], limit: &str, upward: bool, inclusive: bool) -> Strip {
        let mark = |(value, class): &(&str, &'static str)| Mark {
            value: parse_num(value).unwrap(),
            class,
            name: format!("第{value}馆"),
            title: String::new(),
        };
        let marks = values.iter().map(mark).collect();
        let beyond = |n: usize, most: &str| format!("{n} {most}");
        let limit = parse_num(limit).unwrap();
        strip(&Series { marks, limit, upward, inclusive, limit_label: String::new(), is_share: false, beyond: &beyond }).unwrap()
    }

    #[test]
    fn a_mark_stands_on_its_own_side_however_near() {
        for (upward, inclusive) in [(true, true), (true, false), (false, true), (false, false)] {
            let on = if inclusive { "ok" } else { "no" };
            let (below, above) = if upward { ("no", "ok") } else { ("ok", "no") };
            let s =
                drawn(&[("4.199999999", below), ("4.2", on), ("4.200000001", above), ("0", below), ("9", above)], "4.2", upward, inclusive);
            for dot in &s.dots {
                let bad = dot.x > s.bad_x && dot.x < s.bad_x + s.bad_width;
                assert_eq!(bad, dot.class == "no", "{upward} {inclusive}: {dot:?} {s:?}");
            }
            assert_eq!(s.dots.len(), 5);
        }
    }

    #[test]
    fn what_is_far_out_is_drawn_at_the_edge_and_said() {
        let s = drawn(&[("1", "no"), ("5", "ok"), ("900.5", "ok")], "4", true, true);
        assert_eq!(s.beyond, "1 900.5");
        assert!(s.dots.iter().all(|d| (0..=WIDTH).contains(&d.x)));
        assert_eq!(s.names.iter().map(|n| n.text.as_str()).collect::<Vec<_>>(), ["第1馆"]);
    }

    #[test]
    fn many_rows_become_bars_that_count_all_of_them() {
        let values: Vec<String> = (0..400).map(|n| (30 + n % 25).to_string()).collect();
        let marks: Vec<(&str, &'static str)> =
            values.iter().map(|v| (v.as_str(), if parse_num(v).unwrap() > num(45) { "no" } else { "ok" })).collect();
        let s = drawn(&marks, "45", false, true);
        assert!(s.dots.is_empty());
        assert_eq!(s.bars.iter().map(|b| b.count).sum::<usize>(), 400);
        assert!(s.bars.iter().all(|b| (b.class == "no") == (b.x >= s.bad_x)), "{s:?}");
    }
}
