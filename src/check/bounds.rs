//! What values an expression can have at all, from the ranges that the fields declare.

use super::expression::Elaborator;
use super::types::Typed;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Aggregate, ArithmeticOp, CompareOp, Expr, FieldId, FieldType, Function, Over, TableId, Tally};
use crate::source::Span;
use crate::value::{Num, num};

/// The least and the greatest value, where there is one.
type Bounds = (Option<Num>, Option<Num>);

const ANY: Bounds = (None, None);

impl Elaborator<'_, '_> {
    /// Complains of a comparison that no value, or every value, meets.
    pub(super) fn decided(&mut self, op: CompareOp, left: &Typed, right: &Typed, span: Span) {
        let (l, r) = (self.bounds(&left.expr), self.bounds(&right.expr));
        let below = |a: &Option<Num>, b: &Option<Num>, strict: bool| match (a, b) {
            (Some(a), Some(b)) => {
                if strict {
                    a < b
                } else {
                    a <= b
                }
            }
            _ => false,
        };
        let (always, never) = match op {
            CompareOp::Ge => (below(&r.1, &l.0, false), below(&l.1, &r.0, true)),
            CompareOp::Gt => (below(&r.1, &l.0, true), below(&l.1, &r.0, false)),
            CompareOp::Le => (below(&l.1, &r.0, false), below(&r.1, &l.0, true)),
            CompareOp::Lt => (below(&l.1, &r.0, true), below(&r.1, &l.0, false)),
            CompareOp::Eq | CompareOp::Ne => (false, below(&l.1, &r.0, true) || below(&r.1, &l.0, true)),
        };
        let (code, message) = match (always, never) {
            (true, _) => (Code::ALWAYS_HOLDS, "任何值都满足这个条件，等于没有要求"),
            (_, true) => (Code::NEVER_HOLDS, "没有值能满足这个条件"),
            _ => return,
        };
        let error = Diagnostic::error(code, span, message).here("这个比较");
        self.diagnostics.push(error.help("看看数和单位是否写错（如 % 与小数、万元与元），或方向是否写反"));
    }

    fn bounds(&self, expr: &Expr) -> Bounds {
        match expr {
            Expr::Number(n) => (Some(n.clone()), Some(n.clone())),
            Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => self.field_bounds(*table, *field),
            Expr::Negate(inner) => {
                let (low, high) = self.bounds(inner);
                (high.map(|n| -n), low.map(|n| -n))
            }
            Expr::Arithmetic { op, left, right } => arithmetic(*op, self.bounds(left), self.bounds(right)),
            Expr::Aggregate { function, arguments, .. } => {
                let of = arguments.first().map_or(ANY, |a| self.bounds(a));
                match function {
                    Aggregate::Count | Aggregate::Variation | Aggregate::SampleVariation | Aggregate::Deviation => (Some(num(0)), None),
                    Aggregate::Share => (Some(num(0)), Some(num(1))),
                    Aggregate::Sum => (of.0.filter(|low| *low >= Num::ZERO).map(|_| num(0)), None),
                    Aggregate::Mean | Aggregate::Min | Aggregate::Max | Aggregate::Quantile => of,
                    Aggregate::Any | Aggregate::All => ANY,
                }
            }
            Expr::YearValue { value, .. } | Expr::FormerYear { value, .. } => self.bounds(value),
            Expr::If { then, otherwise: Some(other), .. } => hull(self.bounds(then), self.bounds(other)),
            Expr::Function { function: Function::Min | Function::Max | Function::Mean, arguments } => {
                arguments.iter().map(|a| self.bounds(a)).reduce(hull).unwrap_or(ANY)
            }
            Expr::Function { function: Function::Holding, arguments } => (Some(num(0)), Some(Num::from(arguments.len()))),
            Expr::Tally { tally: Tally::TotalScore, over: Over::Nature(nature) } => {
                (Some(num(0)), self.full_scores.get(&nature.0).cloned())
            }
            _ => ANY,
        }
    }

    fn field_bounds(&self, table: TableId, field: FieldId) -> Bounds {
        let Some(symbol) = self.symbols.table(table) else { return ANY };
        let factor = match symbol.field_type(field) {
            Some(FieldType::Integer(unit) | FieldType::Decimal { unit, .. }) => &unit.factor,
            _ => return ANY,
        };
        if let Some((low, high)) = self.ranges.get(&(table, field)) {
            return (Some(low * factor), Some(high * factor));
        }
        let signed = symbol.declaration.fields.get(field.0).is_some_and(|f| f.signed);
        (if signed { None } else { Some(num(0)) }, None)
    }
}

fn hull(a: Bounds, b: Bounds) -> Bounds {
    let low = a.0.zip(b.0).map(|(x, y)| x.min(y));
    (low, a.1.zip(b.1).map(|(x, y)| x.max(y)))
}

fn arithmetic(op: ArithmeticOp, l: Bounds, r: Bounds) -> Bounds {
    let positive = |b: &Bounds| b.0.as_ref().is_some_and(|low| *low >= Num::ZERO);
    match op {
        ArithmeticOp::Add => (l.0.zip(r.0).map(|(a, b)| a + b), l.1.zip(r.1).map(|(a, b)| a + b)),
        ArithmeticOp::Sub => (l.0.zip(r.1).map(|(a, b)| a - b), l.1.zip(r.0).map(|(a, b)| a - b)),
        ArithmeticOp::Mul if positive(&l) && positive(&r) => (l.0.zip(r.0).map(|(a, b)| a * b), l.1.zip(r.1).map(|(a, b)| a * b)),
        ArithmeticOp::Div if positive(&l) && positive(&r) => {
            let high = l.1.zip(r.0.filter(|low| *low > Num::ZERO)).map(|(a, b)| a / b);
            let low = l.0.zip(r.1.filter(|high| *high > Num::ZERO)).map(|(a, b)| a / b);
            (Some(low.unwrap_or(Num::ZERO)), high)
        }
        _ => ANY,
    }
}

/// Whether an expression may hold a square root, which nothing can be divided by exactly.
pub(super) fn is_irrational(expr: &Expr) -> bool {
    match expr {
        Expr::Aggregate { function, .. } => {
            matches!(function, Aggregate::Variation | Aggregate::SampleVariation | Aggregate::Deviation)
        }
        Expr::Arithmetic { left, right, .. } => is_irrational(left) || is_irrational(right),
        Expr::Negate(x) => is_irrational(x),
        Expr::If { then, otherwise, .. } => is_irrational(then) || otherwise.as_ref().is_some_and(|o| is_irrational(o)),
        Expr::Function { arguments, .. } => arguments.iter().any(is_irrational),
        _ => false,
    }
}
