//! Truth with an unknown: Kleene's tables, and comparison of values.

use super::value::{Gaps, Value};
use crate::plan::CompareOp;
use crate::value::Real;
use std::cmp::Ordering;
use std::ops::Not;

/// What a condition gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    True,
    /// True because there is nothing it applies to.
    Vacuous,
    False,
    /// Not decided; the missing cells that could decide it.
    Unknown(Gaps),
}

impl Truth {
    /// `True` or `False`.
    pub fn of(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }

    /// Known to hold, if only vacuously.
    pub fn holds(&self) -> bool {
        matches!(self, Self::True | Self::Vacuous)
    }

    /// Known not to hold.
    pub fn fails(&self) -> bool {
        *self == Self::False
    }

    /// The conjunction: false as soon as one is.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let (mut unknown, mut gaps, mut vacuous, mut seen) = (false, Gaps::new(), true, false);
        for part in parts {
            seen = true;
            vacuous &= part == Self::Vacuous;
            match part {
                Self::False => return Self::False,
                Self::Unknown(more) => {
                    unknown = true;
                    gaps.extend(more);
                }
                Self::True | Self::Vacuous => {}
            }
        }
        if unknown {
            Self::Unknown(gaps)
        } else if seen && vacuous {
            Self::Vacuous
        } else {
            Self::True
        }
    }

    /// The disjunction: true as soon as one is.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let (mut unknown, mut gaps, mut vacuous) = (false, Gaps::new(), false);
        for part in parts {
            match part {
                Self::True => return Self::True,
                Self::Vacuous => vacuous = true,
                Self::Unknown(more) => {
                    unknown = true;
                    gaps.extend(more);
                }
                Self::False => {}
            }
        }
        if vacuous {
            Self::Vacuous
        } else if unknown {
            Self::Unknown(gaps)
        } else {
            Self::False
        }
    }
}

impl Not for Truth {
    type Output = Self;

    /// The negation; what does not apply goes on not applying.
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            other => other,
        }
    }
}

pub(super) fn ordered(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::Ne => order != Ordering::Equal,
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::Le => order != Ordering::Greater,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::Ge => order != Ordering::Less,
    }
}

/// Compares two values; values of different kinds are never equal and never ordered.
pub fn compare(op: CompareOp, left: &Value, right: &Value) -> Truth {
    let gaps: Gaps = [left, right].into_iter().filter_map(gaps_of).flatten().cloned().collect();
    if matches!(left, Value::Missing(_)) || matches!(right, Value::Missing(_)) {
        return Truth::Unknown(gaps);
    }
    let order = match (left, right) {
        (Value::Empty, _) | (_, Value::Empty) => return Truth::Vacuous,
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Choice(a), Value::Choice(b)) | (Value::Month(a), Value::Month(b)) | (Value::Date(a), Value::Date(b)) => a.cmp(b),
        // A day against a month: by the month that the day is in.
        (Value::Date(a), Value::Month(b)) => month_of(*a).cmp(b),
        (Value::Month(a), Value::Date(b)) => a.cmp(&month_of(*b)),
        _ => {
            let (Some(a), Some(b)) = (bounds(left), bounds(right)) else {
                return Truth::of(op == CompareOp::Ne);
            };
            return compare_bounds(op, a, b, gaps);
        }
    };
    Truth::of(ordered(op, order))
}

fn month_of(date: i64) -> i64 {
    (date / 10_000) * 12 + (date / 100) % 100 - 1
}

fn compare_bounds(op: CompareOp, a: (&Real, &Real), b: (&Real, &Real), gaps: Gaps) -> Truth {
    if a.0 == a.1 && b.0 == b.1 {
        return Truth::of(ordered(op, a.0.cmp(b.0)));
    }
    let (least, most) = (a.0.cmp(b.1), a.1.cmp(b.0));
    let decided = match op {
        CompareOp::Lt | CompareOp::Le => both(ordered(op, most), ordered(op, least)),
        CompareOp::Gt | CompareOp::Ge => both(ordered(op, least), ordered(op, most)),
        CompareOp::Eq | CompareOp::Ne => {
            let apart = least == Ordering::Greater || most == Ordering::Less;
            apart.then_some(op == CompareOp::Ne)
        }
    };
    decided.map_or(Truth::Unknown(gaps), Truth::of)
}

/// The worst case true: true; the best case false: false.
fn both(worst: bool, best: bool) -> Option<bool> {
    if worst {
        Some(true)
    } else if best {
        None
    } else {
        Some(false)
    }
}

/// The least and greatest that a number can be.
pub fn bounds(value: &Value) -> Option<(&Real, &Real)> {
    match value {
        Value::Number(a) => Some((a, a)),
        Value::Range(a, b, _) => Some((a, b)),
        _ => None,
    }
}

/// The gaps that a value carries.
pub fn gaps_of(value: &Value) -> Option<&Gaps> {
    match value {
        Value::Missing(gaps) | Value::Range(_, _, gaps) => Some(gaps),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::num;

    #[test]
    fn kleene_drops_gaps_that_do_not_matter() {
        let unknown = || Truth::Unknown(Gaps::new());
        assert_eq!(Truth::all([unknown(), Truth::False]), Truth::False);
        assert_eq!(Truth::any([unknown(), Truth::True]), Truth::True);
        assert_eq!(Truth::all([unknown(), Truth::True]), unknown());
        assert_eq!(Truth::any([unknown(), Truth::False]), unknown());
        assert_eq!(Truth::all([Truth::Vacuous, Truth::Vacuous]), Truth::Vacuous);
        assert_eq!(Truth::all([Truth::Vacuous, Truth::True]), Truth::True);
        assert_eq!(!Truth::Vacuous, Truth::Vacuous);
    }

    #[test]
    fn ranges_decide_where_every_case_agrees() {
        let range = Value::Range(num(2000).into(), num(2400).into(), Gaps::new());
        let of = |n| compare(CompareOp::Le, &Value::num(num(n)), &range);
        assert_eq!(of(2000), Truth::True);
        assert_eq!(of(2401), Truth::False);
        assert_eq!(of(2001), Truth::Unknown(Gaps::new()));
    }
}
