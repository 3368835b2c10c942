//! Numbers that may hold square roots: rationals, and sums of roots of rationals, compared without rounding.

use super::number::Num;

/// A rational, or a rational plus rational multiples of square roots.
#[derive(Debug, Clone, PartialEq)]
pub enum Real {
    Rational(Num),
}
