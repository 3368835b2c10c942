//! Charts as plain numbers: where each mark stands on a canvas that the templates draw as SVG. Exact, in whole units of the canvas.

mod shares;
mod strip;
mod total;

pub use shares::{Part, Shares, shares};
pub use strip::{Mark, Series, Strip, strip};
pub use total::{Total, total};

use crate::value::{Num, format_decimal, num};
use serde::Serialize;

/// The width of every canvas, and what stays free at each side of it.
pub const WIDTH: i64 = 720;
const MARGIN: i64 = 24;
/// The width of a character of Chinese at the size of a chart's letters.
const LETTER: i64 = 13;

/// A place on an axis, with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tick {
    pub x: i64,
    pub label: String,
}

/// Values to places on the canvas, in proportion.
#[derive(Debug, Clone)]
struct Scale {
    low: Num,
    high: Num,
}

impl Scale {
    /// A scale over values that are not all the same.
    fn new(low: Num, high: Num) -> Self {
        if low < high { Self { low, high } } else { Self { high: &low + num(1), low } }
    }

    /// Where a value stands; what lies outside stands at the edge.
    fn at(&self, value: &Num) -> i64 {
        let part = (value - &self.low) / (&self.high - &self.low);
        let place = (part * num(WIDTH - 2 * MARGIN) + num(1) / num(2)).floor();
        MARGIN + i64::try_from(place).unwrap_or(if *value < self.low { 0 } else { WIDTH }).clamp(0, WIDTH - 2 * MARGIN)
    }

    /// Round values inside the scale, some six of them.
    fn ticks(&self, unit_is_share: bool) -> Vec<Tick> {
        let step = round_step(&((&self.high - &self.low) / num(6)));
        let mut value = Num::from((&self.low / &step).ceil()) * &step;
        let mut ticks = Vec::new();
        while value <= self.high && ticks.len() < 12 {
            let label = if unit_is_share { format!("{}%", format_decimal(&(&value * num(100)), 2)) } else { format_decimal(&value, 6) };
            ticks.push(Tick { x: self.at(&value), label });
            value += &step;
        }
        ticks
    }
}

/// The least of 1, 2, 2.5 and 5 times a power of ten that is not below a value above 0.
fn round_step(least: &Num) -> Num {
    let mut power = num(1);
    while power > *least {
        power /= num(10);
    }
    while &power * num(10) <= *least {
        power *= num(10);
    }
    let steps = [num(1), num(2), num(5) / num(2), num(5), num(10)];
    steps.into_iter().map(|s| s * &power).find(|s| s >= least).unwrap_or(power)
}

/// How wide a text is drawn: half as wide where a letter is not of Chinese.
fn width(text: &str) -> i64 {
    text.chars().map(|c| if c.is_ascii() { LETTER * 6 / 10 } else { LETTER }).sum()
}

/// A text cut to so many letters of Chinese.
fn cut(text: &str, letters: i64) -> String {
    if width(text) <= letters * LETTER {
        return text.to_string();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if width(&kept) + width("…") + LETTER > letters * LETTER {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_cover_the_scale() {
        for (least, wanted) in [(num(7), "10"), (num(2), "2"), (num(21) / num(100), "0.25"), (num(3) / num(1000), "0.005"), (num(1), "1")] {
            assert_eq!(format_decimal(&round_step(&least), 6), wanted);
        }
        let ticks = Scale::new(num(0), num(10)).ticks(false);
        assert_eq!(ticks.iter().map(|t| t.label.as_str()).collect::<Vec<_>>(), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!((ticks[0].x, ticks[5].x), (MARGIN, WIDTH - MARGIN));
        assert_eq!(Scale::new(num(0), num(1)).at(&num(7)), WIDTH - MARGIN);
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(cut("一二三四五", 5), "一二三四五");
        assert_eq!(cut("一二三四五六", 5), "一二三四…");
    }
}
