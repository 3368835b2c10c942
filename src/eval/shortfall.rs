//! The least change of a numerator that would mend a row.

use super::context::{Context, Frame};
use crate::plan::{CompareOp, Comparison, Expr};
use crate::value::{Num, Real, ceil_to, num};

impl Context<'_> {
    /// Amount and unit of what is lacking or too much; `None` where no such change is known.
    pub(super) fn shortfall(&self, comparison: &Comparison, frame: Frame<'_>) -> Option<(String, String)> {
        let of = comparison.shortfall.as_ref()?;
        let known = |expr: &Expr| self.value(expr, frame).number().and_then(Real::rational).cloned();
        let rest = || of.rest.as_ref().map_or(Some(num(1)), known);
        shortfall(comparison, known(&of.numerator)?, known(&comparison.threshold)?, || known(&comparison.value), rest)
    }
}

/// The same from the numbers that a comparison is made of.
pub(crate) fn shortfall(
    comparison: &Comparison,
    numerator: Num,
    threshold: Num,
    value: impl Fn() -> Option<Num>,
    rest: impl Fn() -> Option<Num>,
) -> Option<(String, String)> {
    let of = comparison.shortfall.as_ref()?;
    let rest = if numerator == num(0) { rest()? } else { value()? / &numerator };
    if rest <= num(0) || of.step <= num(0) {
        return None;
    }
    let amount = least_change(comparison.op, &numerator, &(threshold / rest), &of.step)?;
    let shown = if of.unit.is_plain() { amount } else { amount / &of.unit.factor };
    Some((Real::Rational(shown).to_decimal(12), of.unit.name.to_string()))
}

/// How many whole steps `have` must rise to, or fall to, reach `want`; always positive.
fn least_change(op: CompareOp, have: &Num, want: &Num, step: &Num) -> Option<Num> {
    let (distance, strict) = match op {
        CompareOp::Ge => (want - have, false),
        CompareOp::Gt => (want - have, true),
        CompareOp::Le => (have - want, false),
        CompareOp::Lt => (have - want, true),
        CompareOp::Eq | CompareOp::Ne => return None,
    };
    Some(ceil_to(&distance, step, strict)).filter(|amount| *amount > num(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_whole_step_mends_it() {
        let of = |op, have, want| least_change(op, &num(have), &want, &num(1));
        assert_eq!(of(CompareOp::Ge, 9, num(21) / num(2)), Some(num(2)));
        assert_eq!(of(CompareOp::Gt, 9, num(10)), Some(num(2)));
        assert_eq!(of(CompareOp::Le, 50, num(45)), Some(num(5)));
        assert_eq!(of(CompareOp::Lt, 45, num(45)), Some(num(1)));
        assert_eq!(of(CompareOp::Eq, 1, num(2)), None);
    }
}
