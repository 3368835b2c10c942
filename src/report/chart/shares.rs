//! What each row adds to a spread, as bars: the greatest first, the rest together.

use super::{WIDTH, cut};
use crate::value::{Num, num};
use serde::Serialize;

const LISTED: usize = 10;
const STEP: i64 = 24;
const NAMES: i64 = 220;
const LETTERS: i64 = 16;
const GAP: i64 = 6;
/// What stays free at the right for a bar's text.
const TEXT: i64 = 190;

/// Bars below each other.
#[derive(Debug, Serialize)]
pub struct Shares {
    pub height: i64,
    pub bars: Vec<Bar>,
}

#[derive(Debug, Serialize)]
pub struct Bar {
    pub y: i64,
    pub width: i64,
    /// Where its text begins.
    pub end: i64,
    pub name: String,
    pub text: String,
    /// `above` or `below` the mean; `rest` for all that are not listed.
    pub class: &'static str,
}

/// A row: its name, its share of the whole, whether it lies above the mean, and what to say of it.
pub struct Part {
    pub name: String,
    pub share: Num,
    pub above: bool,
    pub text: String,
}

/// The bars of parts; `rest` says what is to be said of those that are not listed, given their number and share.
pub fn shares(mut parts: Vec<Part>, rest: impl Fn(usize, &Num) -> (String, String)) -> Option<Shares> {
    parts.sort_by(|a, b| b.share.cmp(&a.share));
    let most = parts.first().map(|p| p.share.clone()).filter(|s| *s > num(0))?;
    let listed = if parts.len() <= LISTED + 1 { parts.len() } else { LISTED };
    let others = parts.split_off(listed);
    let mut bars: Vec<Bar> = Vec::new();
    let y = |n: usize| i64::try_from(n).unwrap_or(0) * STEP;
    let long = |share: &Num| i64::try_from((share / &most * num(WIDTH - NAMES - TEXT)).floor()).unwrap_or(0).clamp(1, WIDTH - NAMES - TEXT);
    for part in parts {
        let class = if part.above { "above" } else { "below" };
        let width = long(&part.share);
        bars.push(Bar { y: y(bars.len()), width, end: NAMES + width + GAP, name: cut(&part.name, LETTERS), text: part.text, class });
    }
    if !others.is_empty() {
        let share = others.iter().fold(num(0), |sum, p| sum + &p.share);
        let (name, text) = rest(others.len(), &share);
        let width = long(&share);
        bars.push(Bar { y: y(bars.len()), width, end: NAMES + width + GAP, name, text, class: "rest" });
    }
    Some(Shares { height: y(bars.len()), bars })
}
