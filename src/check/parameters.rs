//! Parameters: which of their dated values holds on the day of the run.

use super::expression::Elaborator;
use super::types::{Context, Type, Typed};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, Expr};
use crate::syntax::ast::{self, Item, ItemKind};
use crate::syntax::print::date as date_text;
use crate::value::{Num, Unit, format_decimal, num};

impl Elaborator<'_, '_> {
    pub(super) fn read_parameters(&mut self, items: &[Item], on: Option<ast::Date>) -> Vec<plan::Parameter> {
        let mut printed = Vec::new();
        for item in items {
            let ItemKind::Parameter { name, values, .. } = &item.kind else { continue };
            let Some((key, symbol)) = self.symbols.parameters.get_key_value(name.node.as_str()) else { continue };
            if symbol.name.span != name.span {
                continue;
            }
            self.same_days(name, values);
            let read: Vec<Typed> = values.iter().map(|v| self.expression(&v.value, &Context::default(), None)).collect();
            let chosen = self.value_on(name, values, on);
            let Some(typed) = chosen.and_then(|i| read.get(i)) else {
                self.parameters.insert(key, Typed::broken(name.span));
                continue;
            };
            let from = chosen.and_then(|i| values.get(i)).and_then(|v| v.from.as_ref()).map(|d| date_text(d.node));
            printed.push(plan::Parameter { name: name.node.clone(), value: show(typed), from });
            self.parameters.insert(key, typed.clone());
        }
        printed
    }

    fn same_days(&mut self, name: &ast::Name, values: &[ast::DatedValue]) {
        for (i, value) in values.iter().enumerate() {
            let day = value.from.as_ref().map(|d| d.node);
            let Some(first) = values.iter().take(i).find(|v| v.from.as_ref().map(|d| d.node) == day) else { continue };
            let when = day.map_or_else(|| "没有写日期的值".to_string(), date_text);
            let error = Diagnostic::error(Code::SAME_DAY, value.value.span, format!("参数“{}”在同一天有两个值：{when}", name.node));
            self.diagnostics.push(error.here("又一个").also(first.value.span, "先有这个").help("每个值写明“自 年-月-日”，日期各不相同"));
        }
    }

    /// The index of the value that holds on a day.
    fn value_on(&mut self, name: &ast::Name, values: &[ast::DatedValue], on: Option<ast::Date>) -> Option<usize> {
        if values.len() == 1 && on.is_none() {
            return Some(0);
        }
        let known: Vec<String> =
            values.iter().map(|v| v.from.as_ref().map_or_else(|| "一直".into(), |d| format!("自 {}", date_text(d.node)))).collect();
        let Some(on) = on else {
            // Fit to be checked by its latest value, but not to be judged by: the run will ask for the day.
            self.undated.push(format!("{}（{}）", name.node, known.join("、")));
            return values.iter().enumerate().max_by_key(|(_, v)| v.from.as_ref().map(|d| d.node)).map(|(i, _)| i);
        };
        let held = values.iter().enumerate().filter(|(_, v)| v.from.as_ref().is_none_or(|d| d.node <= on));
        let found = held.max_by_key(|(_, v)| v.from.as_ref().map(|d| d.node)).map(|(i, _)| i);
        if found.is_none() {
            let message = format!("参数“{}”在 {} 没有值", name.node, date_text(on));
            let error = Diagnostic::error(Code::NO_VALUE_ON_DATE, name.span, message).here("这个参数");
            self.diagnostics.push(error.help(format!("已有的时段：{}", known.join("、"))));
        }
        found
    }
}

/// Year, month and, for a day, the day.
pub(super) fn date_parts(date: ast::Date) -> Vec<Num> {
    let mut parts = vec![num(i64::from(date.year)), num(i64::from(date.month))];
    parts.extend((date.day > 0).then(|| num(i64::from(date.day))));
    parts
}

/// The value of an expression of constants.
pub(super) fn fold(expr: &Expr) -> Option<Num> {
    match expr {
        Expr::Number(n) => Some(n.clone()),
        Expr::Negate(inner) => fold(inner).map(|n| -n),
        Expr::Arithmetic { op, left, right } => {
            let (l, r) = (fold(left)?, fold(right)?);
            match op {
                plan::ArithmeticOp::Add => Some(l + r),
                plan::ArithmeticOp::Sub => Some(l - r),
                plan::ArithmeticOp::Mul => Some(l * r),
                plan::ArithmeticOp::Div => (r != Num::ZERO).then(|| l / r),
            }
        }
        _ => None,
    }
}

fn show(typed: &Typed) -> String {
    match (&typed.ty, fold(&typed.expr)) {
        (Type::Number(unit), Some(value)) => {
            let in_unit = |u: &Unit| format_decimal(&(value / &u.factor), 12);
            format!("{} {}", in_unit(unit), unit.name).trim().to_string()
        }
        _ => String::new(),
    }
}
