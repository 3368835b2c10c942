//! How many decimals a form prints of a value, by what the value is: counts whole, coefficients of variation three, other numbers two.

use super::super::view;
use crate::plan::{Aggregate, CheckKind, Expr, FieldType, Function, Plan};

const NUMBER: usize = 2;
/// The decimals of a coefficient of variation.
pub const VARIATION: usize = 3;

/// The decimals of a check's value, or of a part of it.
pub fn places(plan: &Plan, id: &str, index: usize, part: Option<&str>) -> usize {
    use CheckKind::{Condition, Each, Group, Several, Trigger};
    let judged = match view::check_kind(plan, id, index) {
        Some(Each { judged, .. } | Group { judged, .. } | Condition(judged) | Trigger(judged)) => Some(judged),
        Some(Several { parts, .. }) => parts.iter().find(|p| Some(p.label.as_str()) == part).map(|p| &p.judged),
        _ => None,
    };
    judged.and_then(|j| j.comparison.as_ref()).map_or(NUMBER, |c| of(plan, &c.value))
}

fn of(plan: &Plan, expr: &Expr) -> usize {
    let most = |parts: &mut dyn Iterator<Item = &Expr>| parts.map(|p| of(plan, p)).max().unwrap_or(NUMBER);
    match expr {
        Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => of_field(plan, table.0, field.0),
        Expr::Number(n) if n.is_int() => 0,
        Expr::BaseYear => 0,
        Expr::Negate(inner) => of(plan, inner),
        Expr::Arithmetic { op, left, right } if !matches!(op, crate::plan::ArithmeticOp::Div) => most(&mut [&**left, right].into_iter()),
        Expr::If { then, otherwise, .. } => most(&mut [Some(then), otherwise.as_ref()].into_iter().flatten().map(AsRef::as_ref)),
        Expr::Aggregate { function, arguments, .. } => match function {
            Aggregate::Count => 0,
            Aggregate::Sum | Aggregate::Min | Aggregate::Max => most(&mut arguments.iter()),
            Aggregate::Variation | Aggregate::SampleVariation => VARIATION,
            _ => NUMBER,
        },
        Expr::Function { function: Function::Ceil | Function::Floor | Function::Holding, .. } => 0,
        Expr::Function { function: Function::Mean, arguments } => most(&mut arguments.iter()).max(NUMBER),
        Expr::Function { arguments, .. } => most(&mut arguments.iter()),
        Expr::YearValue { value, .. } => of(plan, value),
        _ => NUMBER,
    }
}

fn of_field(plan: &Plan, table: usize, field: usize) -> usize {
    match plan.tables.get(table).and_then(|t| t.fields.get(field)).map(|f| &f.ty) {
        Some(FieldType::Integer(_)) => 0,
        _ => NUMBER,
    }
}
