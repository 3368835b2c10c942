//! Checks of plausibility, and the value of the year before.

use super::bounds::is_irrational;
use super::call::row_context;
use super::expression::Elaborator;
use super::types::{Context, Type, Typed};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::plan::{self, Expr, Origin, Plan, Rows, TableId};
use crate::resolve::duplicate;
use crate::source::{SourceMap, Span, Spanned};
use crate::syntax::ast::{self, Item, ItemKind, Level, Requirement, Verification};
use crate::value::{Num, format_decimal};
use std::collections::BTreeMap;

/// Fewer rows say nothing of what is usual among them.
const LEAST_PEERS: usize = 5;

impl Elaborator<'_, '_> {
    /// The checks of the tables, then those that stand by themselves; no two have the same text.
    pub(super) fn read_verifications(&mut self, items: &[Item], plan: &mut Plan, sources: &SourceMap) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let tables = self.symbols.tables.iter().enumerate();
        let of_tables = tables.flat_map(|(i, t)| t.declaration.checks.iter().map(move |c| (Some(TableId(i)), c)));
        let alone = items.iter().filter_map(|i| if let ItemKind::Verification(v) = &i.kind { Some((None, v.as_ref())) } else { None });
        for (table, written) in of_tables.chain(alone) {
            let text = &written.text;
            if let Some(first) = seen.insert(&text.node, text.span) {
                self.diagnostics.push(duplicate(Code::DUPLICATE_NAME, "核验", &text.node, first, text.span));
                continue;
            }
            let layer = sources.get(text.span.file).map(|f| f.layer).unwrap_or_default();
            let origin = Origin { span: written.span, layer };
            plan.verifications.extend(self.verification(table, written, origin));
        }
    }

    fn verification(&mut self, table: Option<TableId>, written: &Verification, origin: Origin) -> Option<plan::Verification> {
        let rows = match (&written.rows, table) {
            (Some(name), _) => self.rows(name, written.filter.as_ref(), &Context::default())?,
            (None, Some(table)) => {
                let name = self.symbols.table(table).map(|t| t.name().to_string()).unwrap_or_default();
                Rows { table, population: None, filter: None, name }
            }
            (None, None) => return None,
        };
        let asked = written.requirement.as_ref()?;
        let context = row_context(rows.table, &Context::default());
        let requirement = match asked {
            Requirement::Holds(condition) => plan::Requirement::Holds(Box::new(self.judged(condition, &context))),
            Requirement::Near { by, least, limit, value } => self.near(by, (least, limit), value, &context)?,
            Requirement::Distinct(fields) => {
                plan::Requirement::Distinct(fields.iter().map(|f| self.expression(f, &context, None).expr).collect())
            }
        };
        let level = match written.level.as_ref().map(|l| l.node) {
            None | Some(Level::Error) => Severity::Error,
            Some(Level::Warning) => Severity::Warning,
            Some(Level::Note) => Severity::Note,
        };
        Some(plan::Verification { text: written.text.node.clone(), level, rows, requirement, rule: ast::requirement(asked), origin })
    }

    fn near(
        &mut self,
        by: &[ast::Expr],
        (least, limit): (&Spanned<Num>, &Spanned<Num>),
        value: &ast::Expr,
        context: &Context,
    ) -> Option<plan::Requirement> {
        let keys = by.iter().map(|k| self.group_key(k, context)).collect();
        let typed = self.expression(value, context, None);
        let unit = self.number(&typed)?;
        if is_irrational(&typed.expr) {
            let error = Diagnostic::error(Code::IRRATIONAL, typed.span, "差异系数和标准差要开方，不能与同类比较").here("这个值");
            self.diagnostics.push(error.help("比较构成它的那些数"));
        }
        if limit.node <= Num::ZERO {
            let error = Diagnostic::error(Code::WRONG_ARGUMENTS, limit.span, "倍数要大于 0").here("这里");
            self.diagnostics.push(error.help("常用 5 倍：离中位数超过 5 个稳健偏差的才报"));
        }
        let count = format_decimal(&least.node, 12).parse().ok().filter(|n| *n >= LEAST_PEERS);
        if count.is_none() {
            let error = Diagnostic::error(Code::WRONG_ARGUMENTS, least.span, format!("同类的行数要是不小于 {LEAST_PEERS} 的整数"));
            self.diagnostics.push(error.here("这里").help("同类太少，看不出什么是平常的数"));
        }
        Some(plan::Requirement::Near { keys, least: count?, limit: limit.node.clone(), value: Box::new(typed.expr), unit })
    }

    /// `去年(值)`: in a row of a table with a year.
    pub(super) fn former_year(&mut self, signature: &str, arguments: &[ast::Expr], span: Span, context: &Context) -> Typed {
        if !self.expect_count(signature, arguments, 1, span) {
            return Typed::broken(span);
        }
        let row = context.row.filter(|_| context.is_member).and_then(|t| self.symbols.table(t).map(|s| (t, s)));
        let Some((table, symbol)) = row else {
            let error = Diagnostic::error(Code::UNREACHABLE, span, "“去年”只能用在一张表的行里").here("这里");
            self.diagnostics.push(error.help("对评估对象取某一年的值，用 年度值(表：值，前 n 年)"));
            return Typed::broken(span);
        };
        if symbol.year.is_none() {
            let message = format!("数据表“{}”没有标明年度的字段", symbol.name());
            let error = Diagnostic::error(Code::MISSING_DECLARATION, span, message).here("这里要取上一年的行");
            self.diagnostics.push(error.help("在表示年份的字段后面加“，年度”"));
            return Typed::broken(span);
        }
        let Some(value) = arguments.first().map(|a| self.expression(a, context, None)) else { return Typed::broken(span) };
        if value.ty == Type::Unknown {
            return Typed::broken(span);
        }
        Typed { expr: Expr::FormerYear { table, value: Box::new(value.expr) }, ty: value.ty, span }
    }
}
