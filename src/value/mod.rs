//! Exact numbers, units, three-valued truth, intervals.
//!
//! Takes and gives plain values. Knows no text of a spec, no span and no row.

mod decimal;
mod number;
mod real;
mod text;
mod unit;

pub use decimal::{Decimal, ParseDecimalError};
pub use number::{Num, ceil_to, format_decimal, num, parse_num, round_half_up};
pub use real::{Real, Roots};
pub use text::Text;
pub use unit::{Unit, UnitTable, builtin_units};
