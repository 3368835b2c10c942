//! Declarations of data: fields, populations, parameters, definitions, units.

use super::ast::{DatedValue, Expr, ExprKind, Field, FieldType, ItemKind};
use super::expression::{date, expression, names, number, sole_expression, unit, unit_name};
use super::line::{labelled, sole_name};
use super::parser::{Reader, Rule, name};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use pest::iterators::Pair;

/// Reads a `line_field`.
pub(super) fn field(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Field> {
    let mut field = Field {
        name: sole_name(r, pair.clone())?,
        ty: FieldType::Text,
        span: r.line_span(),
        reference: None,
        required: false,
        is_year: false,
        signed: false,
        additive: false,
        range: None,
        help: None,
        source: None,
        aliases: Vec::new(),
    };
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::field_type => {
                if let Some(inner) = p.into_inner().next() {
                    field.ty = field_type(r, inner);
                }
            }
            Rule::field_option => {
                if let Some(inner) = p.into_inner().next() {
                    option(r, &mut field, inner);
                }
            }
            _ => {}
        }
    }
    Some(field)
}

fn field_type(r: &Reader<'_>, pair: Pair<'_, Rule>) -> FieldType {
    match pair.as_rule() {
        Rule::type_month => FieldType::Month,
        Rule::type_date => FieldType::Date,
        Rule::type_bool => FieldType::Bool,
        Rule::type_choice => FieldType::Choice { options: names(r, pair), ordered: false },
        Rule::type_ordered => FieldType::Choice { options: names(r, pair), ordered: true },
        Rule::type_integer => FieldType::Integer(pair.into_inner().find(|p| p.as_rule() == Rule::unit).map(|p| unit(r, p))),
        Rule::type_decimal => {
            let (mut places, mut measure) = (None, None);
            for p in pair.into_inner() {
                match p.as_rule() {
                    Rule::number => places = decimal_places(r, &p),
                    Rule::unit => measure = Some(unit(r, p)),
                    _ => {}
                }
            }
            FieldType::Decimal { places, unit: measure }
        }
        _ => FieldType::Text,
    }
}

fn decimal_places(r: &Reader<'_>, pair: &Pair<'_, Rule>) -> Option<u8> {
    let written = number(r, pair);
    let places = (0..=12u8).find(|n| written.node == crate::value::num(i64::from(*n)));
    if places.is_none() {
        r.complain(Diagnostic::error(Code::BAD_NUMBER, written.span, "小数位数应为 0 至 12 的整数").help("例如“小数 2 位”"));
    }
    places
}

fn option(r: &Reader<'_>, field: &mut Field, pair: Pair<'_, Rule>) {
    match pair.as_rule() {
        Rule::option_reference => field.reference = sole_name(r, pair),
        Rule::option_required => field.required = true,
        Rule::option_year => field.is_year = true,
        Rule::option_signed => field.signed = true,
        Rule::option_additive => field.additive = true,
        Rule::option_range => {
            let mut bounds = pair.into_inner().filter(|p| p.as_rule() == Rule::expression).map(|p| expression(r, p));
            field.range = bounds.next().zip(bounds.next());
        }
        Rule::option_help => field.help = labelled(r, pair).0,
        Rule::option_source => field.source = labelled(r, pair).0,
        Rule::option_aka => field.aliases.extend(names(r, pair)),
        _ => {}
    }
}

/// Reads a `line_population`.
pub(super) fn population(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    let mut found = names(r, pair.clone()).into_iter();
    let (name, source) = (found.next()?, found.next().unwrap_or_else(|| r.unwritten()));
    let filter = pair.into_inner().find(|p| p.as_rule() == Rule::where_part).and_then(|p| sole_expression(r, p));
    Some(ItemKind::Population { name, source, filter, notes: Vec::new() })
}

/// Reads a `line_parameter`.
pub(super) fn parameter(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    let name = sole_name(r, pair.clone())?;
    let mut values = Vec::new();
    for p in pair.into_inner().filter(|p| p.as_rule() == Rule::dated_value) {
        let day = |rule| {
            let part = p.clone().into_inner().find(|p| p.as_rule() == rule)?;
            part.into_inner().find(|p| p.as_rule() == Rule::written_date).map(|p| date(r, &p))
        };
        let (from, until) = (day(Rule::step_from), day(Rule::step_until));
        values.push(DatedValue { value: sole_expression(r, p)?, from, until });
    }
    Some(ItemKind::Parameter { name, values, notes: Vec::new() })
}

/// Reads a `line_define`.
pub(super) fn define(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    let (mut target, mut parameters, mut body) = (Vec::new(), Vec::new(), None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::define_target => target = names(r, p),
            Rule::parameters => parameters = names(r, p),
            Rule::expression => body = Some(expression(r, p)),
            _ => {}
        }
    }
    let name = target.pop()?;
    let body = body.unwrap_or_else(|| Expr { kind: ExprKind::Bool(true), span: r.unwritten().span });
    Some(ItemKind::Definition { table: target.pop(), name, parameters, body, notes: Vec::new() })
}

/// Reads a `line_unit`.
pub(super) fn new_unit(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    let (mut named, mut value) = (None, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::unit_atom => named = Some(Spanned::new(unit_name(p.as_str()), r.span(&p))),
            Rule::name => named = Some(name(r, &p)),
            Rule::expression => value = Some(expression(r, p)),
            _ => {}
        }
    }
    Some(ItemKind::Unit { name: named?, value })
}
