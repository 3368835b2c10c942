//! Scores that are numbers of points, and the grades of a verdict.

use super::expression::Elaborator;
use super::types::{Context, Type};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{CheckKind, Grade};
use crate::syntax::ast;

impl Elaborator<'_, '_> {
    /// Whether an expression is a number; its complaints are left to who reads it.
    pub(super) fn is_number(&mut self, expr: &ast::Expr, context: &Context) -> bool {
        let before = self.diagnostics.len();
        let typed = self.expression(expr, context, None);
        self.diagnostics.truncate(before);
        matches!(typed.ty, Type::Number(_))
    }

    /// Reads a number of points.
    pub(super) fn points(&mut self, expr: &ast::Expr, context: &Context) -> CheckKind {
        let typed = self.expression(expr, context, None);
        let points = self.symbols.units.get("分").cloned().unwrap_or_default();
        if let Type::Number(unit) = &typed.ty
            && !unit.is_compatible(&points)
            && !typed.is_zero()
        {
            let name = if unit.name.is_empty() { "没有单位".to_string() } else { format!("单位是“{}”", unit.name) };
            let error = Diagnostic::error(Code::UNIT_MISMATCH, expr.span, format!("“得”后面的值要以分为单位，这个值{name}"));
            self.diagnostics.push(error.here("这个值").help("乘以每一份的分值，如 占比(…) × 3 分"));
        }
        CheckKind::Points { value: typed.expr }
    }

    /// Reads the grades: each but the last has a condition.
    pub(super) fn grades(&mut self, grades: &[(ast::Text, Option<ast::Expr>)], context: &Context) -> Vec<Grade> {
        let last = grades.len().saturating_sub(1);
        let mut read = Vec::new();
        for (i, (label, condition)) in grades.iter().enumerate() {
            let message = match (condition, i == last) {
                (None, false) => Some("只有最后一个等级可以不写条件"),
                (Some(_), true) => Some("最后一个等级不写条件：前面的都不成立的归它"),
                _ => None,
            };
            if let Some(message) = message {
                let error = Diagnostic::error(Code::GRADES, label.span, message).here("这个等级");
                self.diagnostics.push(error.help("等级由高到低写，如 等级 “优秀”：总分(B) ≥ 85 分，最后一行 等级 “不合格”"));
            }
            let condition = condition.as_ref().map(|c| self.condition(c, context).expr);
            read.push(Grade { label: label.node.clone(), condition });
        }
        read
    }
}
