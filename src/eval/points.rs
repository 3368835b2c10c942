//! Scores that are numbers of points: an interval where cells are missing, held between nothing and the full score.

use super::check::shown;
use super::context::{Context, Frame};
use super::outcome::CheckOutcome;
use super::score::Interval;
use super::truth::{Truth, bounds, gaps_of};
use super::value::{Gaps, Value};
use crate::plan::Expr;
use crate::value::{Num, Real, Unit, num};

/// The least and the greatest number of points, where known, and what would settle them.
struct Points {
    ends: Option<(Num, Num)>,
    gaps: Gaps,
    /// There is nothing to score.
    is_empty: bool,
}

impl Context<'_> {
    /// The points that a check earns.
    pub(super) fn points(&self, value: &Expr, full: Option<&Num>, frame: Frame<'_>, outcome: &mut CheckOutcome) -> Option<Interval> {
        let full = full?;
        let points = self.points_of(value, frame);
        let mut score = Interval::open(full);
        if points.is_empty {
            // What applies to nothing costs nothing, as with conditions.
            outcome.applicable = false;
            score.min = full.clone();
        } else if let Some((low, high)) = points.ends {
            score.min = low.max(num(0)).min(full.clone());
            score.max = high.max(num(0)).min(full.clone());
        }
        outcome.verdict = score.verdict();
        if score.min == score.max && !points.is_empty {
            outcome.value = shown(&Value::num(score.min.clone()), &Unit::none());
        } else if !points.is_empty {
            outcome.missing = self.gaps(points.gaps);
        }
        Some(score)
    }

    /// A choice whose condition is not decided gives what either side could.
    fn points_of(&self, expr: &Expr, frame: Frame<'_>) -> Points {
        if let Expr::If { condition, then, otherwise: Some(otherwise) } = expr {
            return match self.truth(condition, frame) {
                Truth::True | Truth::Vacuous => self.points_of(then, frame),
                Truth::False => self.points_of(otherwise, frame),
                Truth::Unknown(gaps) => self.points_of(then, frame).or(self.points_of(otherwise, frame), gaps),
            };
        }
        let value = self.value(expr, frame);
        let exact = |end: &Real| end.rational().cloned().unwrap_or_else(|| end.rounded(12));
        Points {
            ends: bounds(&value).map(|(low, high)| (exact(low), exact(high))),
            gaps: gaps_of(&value).cloned().unwrap_or_default(),
            is_empty: value == Value::Empty,
        }
    }
}

impl Points {
    fn or(self, other: Self, gaps: Gaps) -> Self {
        let ends = self.ends.zip(other.ends).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
        Self { ends, gaps: gaps.into_iter().chain(self.gaps).chain(other.gaps).collect(), is_empty: self.is_empty && other.is_empty }
    }
}
