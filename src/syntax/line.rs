//! Lines: one logical line becomes an item or a part of one.

use super::ast::{
    CompositeReference, Date, Expectation, Expr, Field, Given, ItemKind, Name, Part, Point, Relief, Row, Rule as AstRule, Text,
    Verification,
};
use super::expression::{expression, names};
use super::parser::{Reader, Rule, name, text};
use super::{case, declaration, item, rule, verification};
use crate::source::Spanned;
use pest::iterators::Pair;

/// What one line says.
pub(super) enum Line {
    Item(Box<ItemKind>),
    Sub(Sub),
}

/// A line that belongs to the item above it.
pub(super) enum Sub {
    Key(Vec<Name>),
    Reference(CompositeReference),
    Display(Name),
    Field(Box<Field>),
    Check(Box<Verification>),
    Note(Text),
    Responsible(Vec<Text>),
    Point(Box<Point>),
    Condition(Option<Text>, Box<Expr>),
    Rule(Box<AstRule>),
    Part(Box<Part>),
    Relief(Box<Relief>),
    Grade(Text, Option<Box<Expr>>),
    OnDate(Spanned<Date>),
    OnRound(Name),
    Given(Given),
    Row(Row),
    Expect(Box<Expectation>),
}

/// The grammar's rule for a line with this leading word.
pub(super) fn rule_for(word: Rule) -> Rule {
    match word {
        Rule::kw_standard => Rule::line_standard,
        Rule::kw_nature => Rule::line_nature,
        Rule::kw_subject => Rule::line_subject,
        Rule::kw_rounds => Rule::line_rounds,
        Rule::kw_judgements => Rule::line_judgements,
        Rule::kw_events => Rule::line_events,
        Rule::kw_departments => Rule::line_departments,
        Rule::kw_unit => Rule::line_unit,
        Rule::kw_table => Rule::line_table,
        Rule::kw_population => Rule::line_population,
        Rule::kw_parameter => Rule::line_parameter,
        Rule::kw_define => Rule::line_define,
        Rule::kw_category => Rule::line_category,
        Rule::kw_indicator => Rule::line_indicator,
        Rule::kw_veto => Rule::line_veto,
        Rule::kw_qualification => Rule::line_qualification,
        Rule::kw_totals => Rule::line_totals,
        Rule::kw_verdict => Rule::line_verdict,
        Rule::kw_step => Rule::line_step,
        Rule::kw_vacant => Rule::line_vacant,
        Rule::kw_amend | Rule::kw_replace | Rule::kw_delete | Rule::kw_add | Rule::kw_supplement => Rule::change,
        Rule::kw_key => Rule::line_key,
        Rule::kw_reference => Rule::line_reference,
        Rule::kw_display => Rule::line_display,
        Rule::kw_field => Rule::line_field,
        Rule::kw_verify => Rule::line_verify,
        Rule::kw_verify_rows => Rule::line_verify_rows,
        Rule::kw_note => Rule::line_note,
        Rule::kw_responsible => Rule::line_responsible,
        Rule::kw_point => Rule::line_point,
        Rule::kw_condition => Rule::line_condition,
        Rule::kw_trigger => Rule::line_trigger,
        Rule::kw_part => Rule::line_part,
        Rule::kw_relief => Rule::line_relief,
        Rule::kw_grade => Rule::line_grade,
        Rule::kw_case => Rule::line_case,
        Rule::kw_given => Rule::line_given,
        Rule::kw_expect => Rule::line_expect,
        Rule::kw_on_date => Rule::line_on_date,
        Rule::kw_on_round => Rule::line_on_round,
        Rule::bar => Rule::line_row,
        _ => Rule::line_rule,
    }
}

/// Whether a line with this leading word opens an item.
pub(super) fn opens_item(line: Rule) -> bool {
    !matches!(
        line,
        Rule::line_key
            | Rule::line_reference
            | Rule::line_display
            | Rule::line_field
            | Rule::line_verify
            | Rule::line_note
            | Rule::line_responsible
            | Rule::line_point
            | Rule::line_condition
            | Rule::line_trigger
            | Rule::line_part
            | Rule::line_relief
            | Rule::line_grade
            | Rule::line_rule
            | Rule::line_on_date
            | Rule::line_on_round
            | Rule::line_given
            | Rule::line_row
            | Rule::line_expect
    )
}

/// Whether a line of this kind says nothing outside a case, or nothing but a remark.
pub(super) fn is_only_of_case(line: Rule) -> bool {
    matches!(line, Rule::line_on_date | Rule::line_given | Rule::line_row | Rule::line_expect | Rule::line_note)
}

/// Builds what a matched line says; `None` where a complaint has been made.
pub(super) fn build(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Line> {
    let sub = match pair.as_rule() {
        Rule::line_key => Sub::Key(names(r, pair)),
        Rule::line_reference => {
            let mut found = names(r, pair).into_iter();
            let table = found.next()?;
            Sub::Reference(CompositeReference { table, fields: found.collect(), span: r.line_span() })
        }
        Rule::line_display => Sub::Display(names(r, pair).into_iter().next()?),
        Rule::line_field => Sub::Field(Box::new(declaration::field(r, pair)?)),
        Rule::line_verify => Sub::Check(Box::new(verification::verification(r, pair)?)),
        Rule::line_note => Sub::Note(labelled(r, pair).0?),
        Rule::line_responsible => Sub::Responsible(item::raw_names(r, pair)),
        Rule::line_point => Sub::Point(Box::new(item::point(r, pair)?)),
        Rule::line_condition => {
            let (label, condition) = labelled(r, pair);
            Sub::Condition(label, Box::new(condition?))
        }
        Rule::line_part => Sub::Part(Box::new(rule::part(r, pair)?)),
        Rule::line_grade => {
            let (label, condition) = labelled(r, pair);
            Sub::Grade(label?, condition.map(Box::new))
        }
        Rule::line_relief => Sub::Relief(Box::new(rule::relief(r, pair)?)),
        Rule::line_on_date => Sub::OnDate(case::on_date(r, pair)?),
        Rule::line_on_round => Sub::OnRound(sole_name(r, pair)?),
        Rule::line_given => Sub::Given(case::given(r, pair)?),
        Rule::line_row => Sub::Row(case::row(r)?),
        Rule::line_expect => Sub::Expect(Box::new(case::expectation(r, pair)?)),
        Rule::line_trigger | Rule::line_rule => Sub::Rule(Box::new(rule::rule(r, pair)?)),
        _ => return item::item(r, pair).map(|kind| Line::Item(Box::new(kind))),
    };
    Some(Line::Sub(sub))
}

/// The text and the expression directly inside a pair.
pub(super) fn labelled(r: &Reader<'_>, pair: Pair<'_, Rule>) -> (Option<Text>, Option<Expr>) {
    let (mut label, mut condition) = (None, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::text => label = Some(text(r, &p)),
            Rule::expression => condition = Some(expression(r, p)),
            _ => {}
        }
    }
    (label, condition)
}

/// The first name directly inside a pair.
pub(super) fn sole_name(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Name> {
    pair.into_inner().find(|p| p.as_rule() == Rule::name).map(|p| name(r, &p))
}
