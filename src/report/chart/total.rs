//! The total score as a bar against its pass mark.

use super::{MARGIN, Scale, Tick, WIDTH};
use crate::value::{num, parse_num};
use serde::Serialize;

/// A bar from nothing to the full score: what is certain, what is still possible, and the pass mark.
#[derive(Debug, Serialize)]
pub struct Total {
    pub x: i64,
    pub width: i64,
    /// How wide the certain part is, and the open part behind it.
    pub certain: i64,
    pub open: i64,
    pub pass: Option<Tick>,
    /// Which way the mark's text runs from it: `end` near the right edge.
    pub anchor: &'static str,
    pub ticks: Vec<Tick>,
}

/// The bar of a score; `None` where nothing is scored.
pub fn total(min: &str, max: &str, full: &str, pass: Option<(&str, String)>) -> Option<Total> {
    let (min, max, full) = (parse_num(min)?, parse_num(max)?, parse_num(full)?);
    if full <= num(0) {
        return None;
    }
    let scale = Scale::new(num(0), full);
    let pass = pass.and_then(|(value, label)| Some(Tick { x: scale.at(&parse_num(value)?), label }));
    let (low, high) = (scale.at(&min), scale.at(&max));
    Some(Total {
        x: MARGIN,
        width: WIDTH - 2 * MARGIN,
        certain: low - MARGIN,
        open: high - low,
        anchor: if pass.as_ref().is_some_and(|p| p.x > WIDTH / 2) { "end" } else { "start" },
        pass,
        ticks: scale.ticks(false),
    })
}
