//! Parameters: which of their dated values holds on the day of the run.

use super::bearing;
use super::expression::Elaborator;
use super::standard::texts;
use super::types::{Context, Type, Typed};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, Expr};
use crate::source::Spanned;
use crate::syntax::ast::{self, Item, ItemKind};
use crate::syntax::print::date as date_text;
use crate::value::{Num, Unit, format_decimal, num};

impl Elaborator<'_, '_> {
    pub(super) fn read_parameters(&mut self, items: &[Item], on: Option<ast::Date>) -> Vec<plan::Parameter> {
        let mut printed = Vec::new();
        self.on = on;
        for item in items {
            let ItemKind::Parameter { name, values, notes } = &item.kind else { continue };
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
            let of = chosen.and_then(|i| values.get(i));
            let day = |d: Option<&Spanned<ast::Date>>| d.map(|d| date_text(d.node));
            let (from, until) = (day(of.and_then(|v| v.from.as_ref())), day(of.and_then(|v| v.until.as_ref())));
            let dated = values.iter().zip(&read).map(|(v, typed)| plan::DatedValue {
                text: show(typed),
                number: fold(&typed.expr),
                from: day(v.from.as_ref()),
                until: day(v.until.as_ref()),
            });
            printed.push(plan::Parameter {
                name: name.node.clone(),
                value: show(typed),
                from,
                until,
                notes: texts(notes),
                values: dated.collect(),
                asks_more: bearing::of(&name.node, items),
            });
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
        for value in values {
            let Some(until) = &value.until else { continue };
            if let Some(from) = value.from.as_ref().filter(|d| d.node > until.node) {
                let error = Diagnostic::error(Code::STEP_ORDER, until.span, format!("参数“{}”的止日早于起日", name.node));
                self.diagnostics.push(error.here("止日").also(from.span, "起日").help("看哪一个日期写错了"));
            }
            // A value that says its last day is not cut short by another; one that does not is.
            let begins_inside = |v: &&ast::DatedValue| {
                v.from.as_ref().is_some_and(|d| d.node <= until.node && value.from.as_ref().is_none_or(|from| from.node < d.node))
            };
            if let Some(other) = values.iter().find(begins_inside) {
                let day = other.from.as_ref().map(|d| date_text(d.node)).unwrap_or_default();
                let error = Diagnostic::error(Code::SAME_DAY, other.value.span, format!("参数“{}”在同一天有两个值：{day}", name.node));
                let help = "把前一个值的止日改到后一个值起用的前一天，或删去前一个值的“至”";
                self.diagnostics.push(error.here("后一个值已经起用").also(value.value.span, "前一个值还没有到止日").help(help));
            }
        }
    }

    /// The index of the value that holds on a day.
    fn value_on(&mut self, name: &ast::Name, values: &[ast::DatedValue], on: Option<ast::Date>) -> Option<usize> {
        if on.is_none()
            && let [only] = values
            && only.until.is_none()
        {
            return Some(0);
        }
        let known: Vec<String> = values.iter().map(period).collect();
        let Some(on) = on else {
            // Fit to be checked by its latest value, but not to be judged by: the run will ask for the day.
            self.undated.push(format!("参数{}（{}）的值按日期而定", name.node, known.join("、")));
            return values.iter().enumerate().max_by_key(|(_, v)| v.from.as_ref().map(|d| d.node)).map(|(i, _)| i);
        };
        let held = values.iter().enumerate().filter(|(_, v)| holds_on(v, on));
        let found = held.max_by_key(|(_, v)| v.from.as_ref().map(|d| d.node)).map(|(i, _)| i);
        if found.is_none() {
            let message = format!("参数“{}”在 {} 没有值", name.node, date_text(on));
            let error = Diagnostic::error(Code::NO_VALUE_ON_DATE, name.span, message).here("这个参数");
            self.diagnostics.push(error.help(format!("已有的时段：{}", known.join("、"))));
        }
        found
    }
}

fn holds_on(value: &ast::DatedValue, on: ast::Date) -> bool {
    value.from.as_ref().is_none_or(|d| d.node <= on) && value.until.as_ref().is_none_or(|d| on <= d.node)
}

fn period(value: &ast::DatedValue) -> String {
    let from = value.from.as_ref().map(|d| format!("自 {}", date_text(d.node)));
    let until = value.until.as_ref().map(|d| format!("至 {}", date_text(d.node)));
    match (from, until) {
        (None, None) => "一直".into(),
        (from, until) => from.into_iter().chain(until).collect::<Vec<_>>().join(" "),
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
