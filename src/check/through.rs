//! A definition of another table, read in a row from which references lead to one of its rows.

use super::call::row_context;
use super::expression::Elaborator;
use super::types::{Context, Typed};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Expr, Extent, ReferenceId, TableId};
use crate::resolve::DefinitionSymbol;
use crate::source::Span;

impl Elaborator<'_, '_> {
    /// Reads a definition of the table `owner` in the row that `path` leads to from the one at hand.
    pub(super) fn definition_through(
        &mut self,
        definition: &DefinitionSymbol<'_>,
        (owner, path): (TableId, &[ReferenceId]),
        span: Span,
        context: &Context,
    ) -> Typed {
        if path.is_empty() {
            return self.definition(definition, &[], span, context);
        }
        // There is one row of what is judged: statistics on it are over all that it has.
        let is_subject = self.symbols.subject.as_ref().is_some_and(|s| s.table == owner);
        let there = Context { is_member: !is_subject, ..row_context(owner, context) };
        let typed = self.definition(definition, &[], span, &there);
        match through(&typed.expr, path) {
            Some(expr) => Typed { expr, ..typed },
            None => {
                let name = &definition.name.node;
                let message = format!("定义“{name}”用到了它那一行以外的行，不能隔着引用来用");
                let error = Diagnostic::error(Code::UNREACHABLE, span, message).here("用在这里").also(definition.name.span, "定义在这里");
                let help = "隔着引用只能用由那一行的字段算出的定义；统计和上年的值，请写进对那张表的规则里，如“每个 那张表：…”";
                self.diagnostics.push(error.help(help));
                Typed::broken(span)
            }
        }
    }
}

/// An expression on a row, on the row that references lead from to it; nothing where it looks at other rows by where it stands.
fn through(expr: &Expr, path: &[ReferenceId]) -> Option<Expr> {
    let on = |e: &Expr| through(e, path);
    let boxed = |e: &Expr| through(e, path).map(Box::new);
    let all = |list: &[Expr]| list.iter().map(on).collect::<Option<Vec<_>>>();
    Some(match expr {
        Expr::Field { table, path: own, field } => {
            Expr::Field { table: *table, path: path.iter().chain(own).copied().collect(), field: *field }
        }
        Expr::Aggregate { scope, .. } if matches!(scope.extent, Extent::Related(_)) => return None,
        Expr::FormerYear { .. } => return None,
        Expr::Arithmetic { op, left, right } => Expr::Arithmetic { op: *op, left: boxed(left)?, right: boxed(right)? },
        Expr::Compare { op, left, right } => Expr::Compare { op: *op, left: boxed(left)?, right: boxed(right)? },
        Expr::Negate(inner) => Expr::Negate(boxed(inner)?),
        Expr::Not(inner) => Expr::Not(boxed(inner)?),
        Expr::And(parts) => Expr::And(all(parts)?),
        Expr::Or(parts) => Expr::Or(all(parts)?),
        Expr::In { value, options } => Expr::In { value: boxed(value)?, options: all(options)? },
        Expr::If { condition, then, otherwise } => Expr::If {
            condition: boxed(condition)?,
            then: boxed(then)?,
            otherwise: otherwise.as_deref().map_or(Some(None), |e| boxed(e).map(Some))?,
        },
        Expr::Function { function, arguments } => Expr::Function { function: *function, arguments: all(arguments)? },
        // What is the same in every row, of the subject or of rows of its own.
        Expr::Number(_)
        | Expr::Text(_)
        | Expr::Bool(_)
        | Expr::Month(_)
        | Expr::Date(_)
        | Expr::Choice(_)
        | Expr::SubjectField { .. }
        | Expr::Aggregate { .. }
        | Expr::Series { .. }
        | Expr::YearValue { .. }
        | Expr::Tally { .. }
        | Expr::BaseYear => expr.clone(),
    })
}
