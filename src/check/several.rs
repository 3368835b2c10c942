//! Several parts of which so many must be met, and the share that the rest must reach.

use super::call::row_context;
use super::expression::Elaborator;
use super::rules::one_line;
use super::types::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ArithmeticOp, CheckKind, CompareOp, Comparison, Expr, Floor, Part};
use crate::source::{SourceMap, Span, Spanned};
use crate::syntax::ast;
use crate::value::{Num, Text, format_decimal, num};

impl Elaborator<'_, '_> {
    /// Reads `每个 … 至少 n 项达到` with its parts; gives the check and its default label.
    pub(super) fn several(
        &mut self,
        several: &ast::Several,
        span: Span,
        context: &Context,
        sources: &SourceMap,
    ) -> Option<(CheckKind, String)> {
        let rows = self.rows(&several.population, several.filter.as_ref(), context)?;
        let inner = row_context(rows.table, context);
        let share = several.floor.as_ref().and_then(|f| self.share(f));
        let mut parts = Vec::new();
        for part in &several.parts {
            let before = self.diagnostics.len();
            let judged = self.judged(&part.condition, &inner);
            let floor = share.as_ref().and_then(|share| judged.comparison.as_ref().and_then(|c| floor(c, share)));
            if share.is_some() && floor.is_none() && self.diagnostics.len() == before {
                self.no_floor(part.condition.span);
            }
            let judged = self.relieved(judged, &part.reliefs, &inner, share.as_ref());
            let rule = one_line(sources.slice(part.span));
            parts.push(Part { label: Text::kept(&part.label.node), rule: Text::kept(&rule), judged, floor });
        }
        let least = self.least(several, span)?;
        let label = format!("每个{}", rows.name);
        Some((CheckKind::Several { rows, least, parts }, label))
    }

    /// Complains of a part of which no share can be taken.
    pub(super) fn no_floor(&mut self, span: Span) {
        let error = Diagnostic::error(Code::PARTS, span, "写了“其余不低于”，各分项和宽限就要是一个数与要求的比较");
        let help = "写成“数 ≥ 要求”或“数 ≤ 要求”的一个比较；别的条件另写一条“每个 …”";
        self.diagnostics.push(error.here("这个条件").help(help));
    }

    /// How many parts must be met.
    fn least(&mut self, several: &ast::Several, span: Span) -> Option<usize> {
        let total = several.parts.len();
        let written = format_decimal(&several.count.node, 12).parse::<usize>().ok();
        let least = written.and_then(|n| if several.counts_unmet { total.checked_sub(n) } else { Some(n) });
        if total > 0 && least.is_some_and(|n| n >= 1 && n <= total) {
            return least;
        }
        let error = if total == 0 {
            let help = "在下面每行写一个“分项 “名称”：数 ≥ 要求”";
            Diagnostic::error(Code::PARTS, span, "这条规则下面没有分项").here("这里").help(help)
        } else {
            let message = format!("下面有 {total} 个分项，不能要求{}", phrase(several));
            Diagnostic::error(Code::PARTS, several.count.span, message).here("项数").help("看项数是否写错，或是否漏写了分项")
        };
        self.diagnostics.push(error);
        None
    }

    /// The share of a requirement, more than nothing and less than all of it.
    fn share(&mut self, written: &Spanned<Num>) -> Option<Num> {
        let share = &written.node / num(100);
        if share > num(0) && share < num(1) {
            return Some(share);
        }
        let error = Diagnostic::error(Code::PARTS, written.span, "“其余不低于”的比例要大于 0%、小于 100%").here("这里");
        self.diagnostics.push(error);
        None
    }
}

fn phrase(several: &ast::Several) -> String {
    let count = format_decimal(&several.count.node, 12);
    if several.counts_unmet { format!("至多 {count} 项未达到") } else { format!("至少 {count} 项达到") }
}

/// A share of what is asked: of a lower limit that much of it, of an upper limit as much more. The floor itself suffices.
pub(super) fn floor(comparison: &Comparison, share: &Num) -> Option<Floor> {
    let (op, by) = match comparison.op {
        CompareOp::Ge | CompareOp::Gt => (CompareOp::Ge, ArithmeticOp::Mul),
        CompareOp::Le | CompareOp::Lt => (CompareOp::Le, ArithmeticOp::Div),
        CompareOp::Eq | CompareOp::Ne => return None,
    };
    let factor = Box::new(Expr::Number(share.clone()));
    let threshold = Expr::Arithmetic { op: by, left: Box::new(comparison.threshold.clone()), right: factor };
    let condition = Expr::Compare { op, left: Box::new(comparison.value.clone()), right: Box::new(threshold.clone()) };
    Some(Floor { condition, op, threshold })
}
