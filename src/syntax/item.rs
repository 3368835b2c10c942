//! Items: the standard's own declarations, from its title to its steps.

use super::ast::{Body, EventSource, Indicator, ItemKind, JudgementSource, Name, Nature, Point, Step, Table, Text, Total, Verdict};
use super::expression::{date, names, number};
use super::line::sole_name;
use super::parser::{Reader, Rule, name, text};
use super::{case, declaration};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::value::Num;
use pest::iterators::Pair;

/// Builds the item of a line that opens one.
pub(super) fn item(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    Some(match pair.as_rule() {
        Rule::line_standard | Rule::part_standard => {
            let title = text_after(r, &pair, Rule::kw_standard).unwrap_or_else(|| r.unwritten());
            ItemKind::Standard { title, version: text_after(r, &pair, Rule::kw_version), notes: Vec::new() }
        }
        Rule::line_nature | Rule::part_nature => nature(r, pair)?,
        Rule::line_subject => subject(r, pair)?,
        Rule::line_rounds => ItemKind::Rounds(names(r, pair)),
        Rule::line_judgements => judgements(r, pair)?,
        Rule::line_events => events(r, pair)?,
        Rule::line_departments => {
            let aliases = pair.clone().into_inner().find(|p| p.as_rule() == Rule::aliases);
            let aliases = aliases.map(|p| raw_names(r, p)).unwrap_or_default();
            ItemKind::Departments { names: raw_names(r, pair), aliases, notes: Vec::new() }
        }
        Rule::line_unit => declaration::new_unit(r, pair)?,
        Rule::line_table | Rule::part_table => ItemKind::Table(Table {
            name: sole_name(r, pair.clone())?,
            title: texts(r, pair).into_iter().next(),
            key: Vec::new(),
            references: Vec::new(),
            display: None,
            fields: Vec::new(),
            checks: Vec::new(),
            notes: Vec::new(),
        }),
        Rule::line_population | Rule::part_population => declaration::population(r, pair)?,
        Rule::line_parameter | Rule::part_parameter => declaration::parameter(r, pair)?,
        Rule::line_define | Rule::part_define => declaration::define(r, pair)?,
        Rule::line_category => {
            let quoted = texts(r, pair.clone()).into_iter().next();
            ItemKind::Category(sole_name(r, pair).or(quoted)?)
        }
        Rule::line_indicator | Rule::part_indicator => indicator(r, pair)?,
        Rule::line_veto | Rule::part_veto => {
            ItemKind::Veto { number: item_number(r, &pair)?, text: first_text(r, pair), body: Body::default() }
        }
        Rule::line_qualification | Rule::part_qualification => {
            ItemKind::Qualification { number: item_number(r, &pair)?, text: first_text(r, pair), body: Body::default() }
        }
        Rule::line_totals | Rule::part_totals => {
            let totals = pair.into_inner().filter(|p| p.as_rule() == Rule::total);
            ItemKind::Totals(totals.filter_map(|p| total(r, p)).collect())
        }
        Rule::line_verdict | Rule::part_verdict => {
            let said = |word| text_after(r, &pair, word).unwrap_or_else(|| r.unwritten());
            let (met, not_met, undetermined) = (said(Rule::kw_verdict), said(Rule::kw_else), said(Rule::kw_undetermined));
            ItemKind::Verdict(Verdict { met, not_met, undetermined, conditions: Vec::new(), grades: Vec::new(), notes: Vec::new() })
        }
        Rule::line_step | Rule::part_step => step(r, pair)?,
        Rule::line_vacant => {
            let mut numbers = pair.into_inner().filter(|p| p.as_rule() == Rule::item_number).map(|p| name(r, &p));
            ItemKind::Vacant { indicator: numbers.next()?, point: numbers.next() }
        }
        Rule::line_verify_rows | Rule::part_verify => ItemKind::Verification(Box::new(super::verification::verification(r, pair)?)),
        Rule::line_case => ItemKind::Case(case::new(texts(r, pair).into_iter().next()?)),
        _ => return None,
    })
}

fn texts(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Vec<Text> {
    pair.into_inner().filter(|p| p.as_rule() == Rule::text).map(|p| text(r, &p)).collect()
}

/// The first text of a line, unwritten where a changed declaration leaves it out.
fn first_text(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Text {
    texts(r, pair).into_iter().next().unwrap_or_else(|| r.unwritten())
}

/// The text that follows a word directly.
fn text_after(r: &Reader<'_>, pair: &Pair<'_, Rule>, word: Rule) -> Option<Text> {
    let mut parts = pair.clone().into_inner().skip_while(|p| p.as_rule() != word).skip(1);
    parts.next().filter(|p| p.as_rule() == Rule::text).map(|p| text(r, &p))
}

pub(super) fn item_number(r: &Reader<'_>, pair: &Pair<'_, Rule>) -> Option<Spanned<String>> {
    pair.clone().into_inner().find(|p| p.as_rule() == Rule::item_number).map(|p| name(r, &p))
}

fn full_score(r: &Reader<'_>, pair: &Pair<'_, Rule>) -> Option<Spanned<Num>> {
    let score = pair.clone().into_inner().find(|p| p.as_rule() == Rule::full_score)?;
    score.into_inner().find(|p| p.as_rule() == Rule::number).map(|p| number(r, &p))
}

/// The raw names of a list, trimmed, as written.
pub(super) fn raw_names(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Vec<Text> {
    let Some(list) = pair.into_inner().find(|p| p.as_rule() == Rule::raw_list) else { return Vec::new() };
    let raw = list.into_inner().filter(|p| p.as_rule() == Rule::raw_name);
    raw.map(|p| {
        let span = r.span(&p);
        let start = span.start as usize + p.as_str().len() - p.as_str().trim_start().len();
        let trimmed = p.as_str().trim();
        Spanned::new(trimmed.to_owned(), Span::new(span.file, start, start + trimmed.len()))
    })
    .filter(|t| !t.node.is_empty())
    .collect()
}

fn nature(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    let (mut named, mut kind, mut title) = (None, None, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::name => named = Some(name(r, &p)),
            Rule::text => title = Some(text(r, &p)),
            Rule::nature_kind => {
                let span = r.span(&p);
                let nature = match p.into_inner().next().map(|k| k.as_rule()) {
                    Some(Rule::kw_scored) => Nature::Scored,
                    Some(Rule::kw_veto) => Nature::Veto,
                    Some(Rule::kw_qualification) => Nature::Qualification,
                    _ => Nature::Must,
                };
                kind = Some(Spanned::new(nature, span));
            }
            _ => {}
        }
    }
    let kind = kind.unwrap_or_else(|| Spanned::new(Nature::Must, r.unwritten().span));
    Some(ItemKind::Nature { name: named?, nature: kind, title, departments: Vec::new() })
}

/// The name in the part of this kind; a second such part is reported.
fn part(r: &Reader<'_>, pair: &Pair<'_, Rule>, rule: Rule) -> Option<Name> {
    let mut parts = pair.clone().into_inner().filter(|p| p.as_rule() == rule);
    let first = parts.next()?;
    if let Some(again) = parts.next() {
        let span = r.span(&again);
        let message = format!("{}写了两次", super::words::word(rule));
        r.complain(Diagnostic::error(Code::UNEXPECTED, span, message).help("请删去其中一处"));
    }
    sole_name(r, first)
}

/// As [`part`], and its absence is reported.
fn needed(r: &Reader<'_>, pair: &Pair<'_, Rule>, rule: Rule) -> Option<Name> {
    let found = part(r, pair, rule);
    if found.is_none() {
        let end = r.line_span().end;
        let span = Span { start: end, ..r.line_span() };
        let word = super::words::word(rule);
        let found = Diagnostic::error(Code::UNEXPECTED, span, format!("这一行缺少{word}"));
        r.complain(found.help(format!("请在行末加上{word}和字段名称")));
    }
    found
}

fn subject(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    Some(ItemKind::Subject {
        code: needed(r, &pair, Rule::part_code)?,
        name: part(r, &pair, Rule::part_name),
        members: part(r, &pair, Rule::part_members),
        base_year: part(r, &pair, Rule::part_base_year),
        superior: part(r, &pair, Rule::part_superior),
        table: sole_name(r, pair)?,
    })
}

fn judgements(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    let conclusion = pair.clone().into_inner().find(|p| p.as_rule() == Rule::part_conclusion);
    let or_better = conclusion.iter().any(|p| p.clone().into_inner().any(|p| p.as_rule() == Rule::ge));
    let conclusion = conclusion.and_then(|p| {
        let mut found = names(r, p).into_iter();
        found.next().zip(found.next())
    });
    Some(ItemKind::Judgements(JudgementSource {
        item: needed(r, &pair, Rule::part_item)?,
        round: part(r, &pair, Rule::part_round),
        conclusion,
        or_better,
        score: part(r, &pair, Rule::part_scoring),
        evidence: part(r, &pair, Rule::part_evidence),
        table: sole_name(r, pair)?,
    }))
}

fn events(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    let (item, exists) = (needed(r, &pair, Rule::part_item), needed(r, &pair, Rule::part_exists));
    Some(ItemKind::Events(EventSource {
        item: item?,
        round: part(r, &pair, Rule::part_round),
        exists: exists?,
        description: part(r, &pair, Rule::part_description),
        table: sole_name(r, pair)?,
    }))
}

fn indicator(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    Some(ItemKind::Indicator(Indicator {
        number: item_number(r, &pair)?,
        title: first_text(r, pair.clone()),
        full: full_score(r, &pair),
        nature: sole_name(r, pair).unwrap_or_else(|| r.unwritten()),
        departments: Vec::new(),
        points: Vec::new(),
        notes: Vec::new(),
    }))
}

/// Reads a `line_point`.
pub(super) fn point(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Point> {
    Some(Point {
        number: item_number(r, &pair)?,
        full: full_score(r, &pair),
        text: first_text(r, pair),
        body: Body::default(),
        span: r.line_span(),
    })
}

fn total(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Total> {
    let span = r.span(&pair);
    let (mut what, mut is_full_score, mut count) = (None, false, None);
    for p in pair.into_inner() {
        // The three words are given in one form, whichever alias was written.
        let canonical = |word: &str| Some(Spanned::new(word.to_owned(), r.span(&p)));
        match p.as_rule() {
            Rule::kw_indicators => what = canonical("指标"),
            Rule::kw_point_count => what = canonical("要点"),
            Rule::kw_categories => what = canonical("类别"),
            Rule::name => what = Some(name(r, &p)),
            Rule::kw_full => is_full_score = true,
            Rule::number => count = Some(number(r, &p)),
            _ => {}
        }
    }
    Some(Total { what: what?, is_full_score, count: count?, span })
}

fn step(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ItemKind> {
    let number = item_number(r, &pair)?;
    let title = first_text(r, pair.clone());
    let (mut from, mut until, mut words) = (None, None, None);
    for p in pair.into_inner() {
        let rule = p.as_rule();
        for inner in p.into_inner() {
            match (rule, inner.as_rule()) {
                (Rule::step_from, Rule::written_date) => from = Some(date(r, &inner)),
                (Rule::step_until, Rule::written_date) => until = Some(date(r, &inner)),
                (Rule::step_words, Rule::text) => words = Some(text(r, &inner)),
                _ => {}
            }
        }
    }
    Some(ItemKind::Step(Step { number, title, from, until, words, notes: Vec::new() }))
}
