//! To how many places people print what a rule measures.

use super::context::Context;
use crate::data::Dataset;
use crate::plan::{Aggregate, CheckKind, Comparison, Expr, FieldType, Function, Plan};
use crate::value::{Num, num};

/// Of coefficients of variation, and of everything that is neither whole nor such a coefficient.
const VARIATION: u8 = 3;
const MEASURED: u8 = 2;

/// To how many places people print the value of a check that was judged elsewhere.
pub(crate) fn places_of(plan: &Plan, of: &CheckKind) -> u8 {
    Context::new(plan, &Dataset::default(), None).places_of(of)
}

/// The same of a comparison.
pub(crate) fn places(plan: &Plan, comparison: Option<&Comparison>) -> u8 {
    Context::new(plan, &Dataset::default(), None).places(comparison)
}

impl Context<'_> {
    /// Those of what a check measures; how many of several parts are met is whole.
    pub(super) fn places_of(&self, kind: &CheckKind) -> u8 {
        match kind {
            CheckKind::Condition(judged)
            | CheckKind::Trigger(judged)
            | CheckKind::Each { judged, .. }
            | CheckKind::Group { judged, .. } => self.places(judged.comparison.as_ref()),
            CheckKind::Several { .. } => 0,
            CheckKind::Points { .. } | CheckKind::Judgement { .. } | CheckKind::Event => MEASURED,
        }
    }

    /// Whole numbers stand whole, coefficients of variation to three places, all else to two.
    pub(super) fn places(&self, comparison: Option<&Comparison>) -> u8 {
        match comparison {
            Some(c) if is_variation(&c.value) => VARIATION,
            Some(c) if c.unit.factor == num(1) && self.is_whole(&c.value) => 0,
            _ => MEASURED,
        }
    }

    /// Whether an expression can only give whole numbers.
    fn is_whole(&self, expr: &Expr) -> bool {
        let all = |parts: &[Expr]| !parts.is_empty() && parts.iter().all(|p| self.is_whole(p));
        match expr {
            Expr::Number(n) => Num::from(n.floor()) == *n,
            Expr::Field { table, path, field } => {
                let end = self.end_of(*table, path).unwrap_or(*table);
                matches!(self.field_type(end, *field).or_else(|| self.field_type(*table, *field)), Some(FieldType::Integer(_)))
            }
            Expr::SubjectField { table, field } => matches!(self.field_type(*table, *field), Some(FieldType::Integer(_))),
            Expr::Arithmetic { op, left, right } => {
                !matches!(op, crate::plan::ArithmeticOp::Div) && self.is_whole(left) && self.is_whole(right)
            }
            Expr::Negate(inner) => self.is_whole(inner),
            Expr::If { then, otherwise: Some(otherwise), .. } => self.is_whole(then) && self.is_whole(otherwise),
            Expr::Aggregate { function: Aggregate::Count, .. } | Expr::BaseYear => true,
            Expr::Aggregate { function: Aggregate::Sum | Aggregate::Min | Aggregate::Max, arguments, .. } => all(arguments),
            Expr::YearValue { value, .. } => self.is_whole(value),
            Expr::Function { function: Function::Ceil | Function::Floor | Function::Holding, .. } => true,
            Expr::Function { function: Function::Abs | Function::Min | Function::Max, arguments } => all(arguments),
            _ => false,
        }
    }
}

/// A coefficient of variation, or a mean of such.
fn is_variation(expr: &Expr) -> bool {
    match expr {
        Expr::Aggregate { function: Aggregate::Variation | Aggregate::SampleVariation, .. } => true,
        Expr::Function { function: Function::Mean, arguments } => arguments.iter().all(is_variation),
        _ => false,
    }
}
