//! One expression of a plan, evaluated by itself: for whoever makes data that are to give a value.

use super::context::{Context, Frame};
use super::rows::Member;
use super::truth::Truth;
use super::value::Value;
use crate::data::Dataset;
use crate::plan::{Expr, Plan, TableId};
use crate::value::Real;

/// What an expression is evaluated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vantage {
    /// The first subject.
    Subject,
    Row(TableId, u32),
    /// A group that this row alone makes up.
    Group(TableId, u32),
}

/// The number that an expression is; `None` where it is not known.
pub fn number_at(plan: &Plan, data: &Dataset, expr: &Expr, standing: Vantage) -> Option<Real> {
    within(plan, data, standing, |context, frame| match context.value(expr, frame) {
        Value::Number(number) => Some(number),
        _ => None,
    })
}

/// Whether a condition holds; `None` where it is not known.
pub fn truth_at(plan: &Plan, data: &Dataset, expr: &Expr, standing: Vantage) -> Option<bool> {
    within(plan, data, standing, |context, frame| match context.truth(expr, frame) {
        Truth::True | Truth::Vacuous => Some(true),
        Truth::False => Some(false),
        Truth::Unknown(_) => None,
    })
}

fn within<T>(plan: &Plan, data: &Dataset, standing: Vantage, read: impl Fn(&Context<'_>, Frame<'_>) -> T) -> T {
    let context = Context::new(plan, data, None);
    match standing {
        Vantage::Subject => read(&context, Frame::subject(0)),
        Vantage::Row(table, row) => {
            let of = Frame { subject: context.subject_of(table, row), ..Frame::default() };
            read(&context, of.at(table, row))
        }
        Vantage::Group(table, row) => {
            let members = [Member { row, unknown: None }];
            let of = Frame { subject: context.subject_of(table, row), ..Frame::default() };
            read(&context, of.within(&members))
        }
    }
}
