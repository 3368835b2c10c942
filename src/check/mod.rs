//! Ast + Symbols → Plan: reads every expression against the symbols, typed, with units.
//!
//! Takes the items and their symbols; gives typed plan expressions, and every complaint of type, unit and sum.
//! Knows no data and no file.

mod bearing;
mod bounds;
mod call;
mod cases;
mod expression;
mod grades;
mod history;
mod lint;
mod parameters;
mod reliefs;
mod rules;
mod several;
mod standard;
mod sums;
mod through;
mod types;
mod verifications;

pub use expression::Elaborator;
pub use standard::{Identity, check};
pub use types::{Context, Type, Typed};
