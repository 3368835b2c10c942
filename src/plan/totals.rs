//! Of which fields a total says something: those that the standard's own rules add up, or take the largest or the smallest of.

use super::{Aggregate, ArithmeticOp, Expr, FieldId, Plan, TableId};
use std::collections::BTreeMap;

/// What the rows of a field come to; where rules do several things with it, the first of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Total {
    Sum,
    Largest,
    Smallest,
}

/// Fields by what their rows come to.
pub type Totals = BTreeMap<(TableId, FieldId), Total>;

/// The fields that the standard declares additive, and those that its rules take totals of. Of any other field a total may say nothing: it
/// may be the largest of something already, or one count that stands in several rows.
pub fn totals(plan: &Plan) -> Totals {
    let tables = plan.tables.iter().enumerate().map(|(n, t)| (TableId(n), t));
    let fields = tables.flat_map(|(id, t)| t.fields.iter().enumerate().map(move |(at, f)| ((id, FieldId(at)), f)));
    let mut found: Totals = fields.filter(|(_, f)| f.additive).map(|(place, _)| (place, Total::Sum)).collect();
    let items = plan.indicators.iter().flat_map(|i| &i.points).chain(&plan.vetoes).chain(&plan.qualifications);
    items.flat_map(|item| item.expressions()).for_each(|e| visit(e, &mut found));
    plan.populations.iter().filter_map(|p| p.filter.as_ref()).for_each(|e| visit(e, &mut found));
    found
}

fn visit(expr: &Expr, found: &mut Totals) {
    if let Expr::Aggregate { function, scope, arguments } = expr {
        let total = match function {
            Aggregate::Sum | Aggregate::Variation | Aggregate::Deviation => Some(Total::Sum),
            Aggregate::Max => Some(Total::Largest),
            Aggregate::Min => Some(Total::Smallest),
            _ => None,
        };
        if let Some(total) = total {
            let mut fields = Vec::new();
            arguments.iter().for_each(|a| summands(a, &mut fields));
            for field in fields.into_iter().filter(|(table, _)| *table == scope.rows.table) {
                found.entry(field).and_modify(|known| *known = total.min(*known)).or_insert(total);
            }
        }
    }
    expr.parts().into_iter().for_each(|part| visit(part, found));
}

/// The fields of a row that go into a total as they are, or in a fixed measure.
fn summands(expr: &Expr, found: &mut Vec<(TableId, FieldId)>) {
    match expr {
        Expr::Field { table, path, field } if path.is_empty() => found.push((*table, *field)),
        Expr::Negate(inner) => summands(inner, found),
        Expr::Arithmetic { op: ArithmeticOp::Add | ArithmeticOp::Sub, left, right } => {
            summands(left, found);
            summands(right, found);
        }
        Expr::Arithmetic { op, left, right } => match (op, &**left, &**right) {
            (ArithmeticOp::Mul, Expr::Number(_), of) | (_, of, Expr::Number(_)) => summands(of, found),
            _ => {}
        },
        Expr::If { then, otherwise, .. } => {
            summands(then, found);
            otherwise.iter().for_each(|e| summands(e, found));
        }
        _ => {}
    }
}
