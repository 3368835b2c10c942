//! Rule lines: what stands under a point, a veto or a qualification.

use super::ast::{Expr, Part, Relief, Rule as AstRule, RuleKind, Several, Tolerance};
use super::expression::{date, expression, number, path, sole_expression};
use super::line::{labelled, sole_name};
use super::parser::{Reader, Rule, name, text};
use pest::iterators::Pair;

/// Reads a `line_rule` or a `line_trigger`.
pub(super) fn rule(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<AstRule> {
    let span = r.line_span();
    if pair.as_rule() == Rule::line_trigger {
        let kind = RuleKind::Trigger(sole_expression(r, pair)?);
        return Some(AstRule { kind, label: None, score: None, reliefs: Vec::new(), span });
    }
    let (mut kind, mut label, mut score) = (None, None, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::label => label = labelled(r, p).0,
            Rule::score => score = p.into_inner().find(|p| p.as_rule() == Rule::number).map(|p| number(r, &p)),
            Rule::each => kind = each(r, p),
            Rule::several => kind = several(r, p),
            Rule::group => kind = group(r, p),
            Rule::judged => {
                let evidence = p.into_inner().find(|p| p.as_rule() == Rule::text).map(|p| text(r, &p));
                kind = Some(RuleKind::Judged { evidence });
            }
            Rule::cross_check => {
                let (label, condition) = labelled(r, p);
                kind = Some(RuleKind::CrossCheck { text: label?, condition: condition? });
            }
            Rule::condition => kind = sole_expression(r, p).map(RuleKind::Condition),
            _ => {}
        }
    }
    Some(AstRule { kind: kind?, label, score, reliefs: Vec::new(), span })
}

fn each(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<RuleKind> {
    let population = sole_name(r, pair.clone())?;
    let tolerance = tolerance(r, &pair);
    let (filter, condition) = filtered(r, pair);
    Some(RuleKind::Each { population, filter, tolerance, condition: condition? })
}

fn several(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<RuleKind> {
    let population = sole_name(r, pair.clone())?;
    let (filter, _) = filtered(r, pair.clone());
    let (mut count, mut counts_unmet, mut floor) = (None, false, None);
    for p in pair.into_inner() {
        let rule = p.as_rule();
        let written = p.into_inner().find(|p| p.as_rule() == Rule::number).map(|p| number(r, &p));
        match rule {
            Rule::least_met => count = written,
            Rule::most_unmet => (count, counts_unmet) = (written, true),
            Rule::rest_floor => floor = written,
            _ => {}
        }
    }
    Some(RuleKind::Several(Several { population, filter, count: count?, counts_unmet, floor, parts: Vec::new() }))
}

/// Reads a `line_part`.
pub(super) fn part(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Part> {
    let (label, condition) = labelled(r, pair);
    Some(Part { label: label?, condition: condition?, reliefs: Vec::new(), span: r.line_span() })
}

/// Reads a `line_relief`.
pub(super) fn relief(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Relief> {
    let (filter, condition) = filtered(r, pair.clone());
    let (label, _) = labelled(r, pair.clone());
    let (mut until, mut duty) = (None, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::step_until => until = p.into_inner().find(|p| p.as_rule() == Rule::written_date).map(|p| date(r, &p)),
            Rule::duty => duty = labelled(r, p).0,
            _ => {}
        }
    }
    Some(Relief { label: label?, filter, until, duty, condition: condition?, span: r.line_span() })
}

fn filtered(r: &Reader<'_>, pair: Pair<'_, Rule>) -> (Option<Expr>, Option<Expr>) {
    let (mut filter, mut condition) = (None, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::where_part => filter = sole_expression(r, p),
            Rule::expression => condition = Some(expression(r, p)),
            _ => {}
        }
    }
    (filter, condition)
}

fn group(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<RuleKind> {
    let (mut population, mut keys, mut having) = (None, Vec::new(), None);
    for p in pair.clone().into_inner() {
        match p.as_rule() {
            Rule::name => population = Some(name(r, &p)),
            Rule::path => keys.push(path(r, p)),
            Rule::having => having = sole_expression(r, p),
            _ => {}
        }
    }
    let tolerance = tolerance(r, &pair);
    let (filter, condition) = filtered(r, pair);
    Some(RuleKind::Group { population: population?, filter, keys, having, tolerance, condition: condition? })
}

fn tolerance(r: &Reader<'_>, pair: &Pair<'_, Rule>) -> Option<Tolerance> {
    let found = pair.clone().into_inner().find(|p| p.as_rule() == Rule::tolerance)?;
    let is_share = found.clone().into_inner().any(|p| p.as_rule() == Rule::percent);
    let written = found.into_inner().find(|p| p.as_rule() == Rule::number).map(|p| number(r, &p))?;
    Some(if is_share { Tolerance::Share(written) } else { Tolerance::Exceptions(written) })
}
