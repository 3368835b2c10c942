//! Which of two rules asks for more, and which of two sets of rows has more, where that is certain.

use super::checks::{At, Pair};
use crate::plan::{ItemRef, Plan, Rows};
use std::cmp::Ordering;

/// How a check of the second plan stands to one of the first, each by its item and its place there: `Greater` where whatever passes it
/// passes the first and something passes only the first, `Equal` where they pass the same; nothing where that is not certain.
pub fn asks(first: (&Plan, &ItemRef, usize), second: (&Plan, &ItemRef, usize)) -> Option<Ordering> {
    let follows = |base: (&Plan, &ItemRef, usize), layer: (&Plan, &ItemRef, usize)| {
        let (of_base, of_layer) = (base.0.item(base.1)?.checks.get(base.2)?, layer.0.item(layer.1)?.checks.get(layer.2)?);
        let (base_at, layer_at) = (At { of: base.1, index: base.2, check: of_base }, At { of: layer.1, index: layer.2, check: of_layer });
        Some(Pair::new(base.0, layer.0).check(base_at, layer_at))
    };
    match (follows(first, second)?, follows(second, first)?) {
        (Ok(()), Ok(())) => Some(Ordering::Equal),
        (Ok(()), Err(doubt)) if doubt.looser => Some(Ordering::Greater),
        (Err(doubt), Ok(())) if doubt.looser => Some(Ordering::Less),
        _ => None,
    }
}

/// How rows of the second plan stand to rows of the first: `Greater` where they are among them and not the other way round; nothing where
/// neither is known to be among the other.
pub fn covers(first: (&Plan, &Rows), second: (&Plan, &Rows)) -> Option<Ordering> {
    let pair = Pair::new(first.0, second.0);
    let (before, after) = (pair.up.rows(first.1)?, pair.own.rows(second.1)?);
    match (pair.order.within(&before, &after), pair.order.within(&after, &before)) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Greater),
        (false, true) => Some(Ordering::Less),
        (false, false) => None,
    }
}
