//! Changes: the word that leads one is taken off, and what follows is read as the ordinary declaration, whole or in parts.

use super::ast::{Change, Extent, Indicator, ItemKind, Name, Placement, Relation, Table, Text, Verb};
use super::layout::is_word;
use super::line::{self, Line, Sub, sole_name};
use super::parser::{Reader, Rule, name, text};
use super::{declaration, item};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use pest::iterators::Pair;

/// What a line with a change says: the change, and a line under it that stands behind it.
pub(super) struct Read {
    pub change: Change,
    pub under: Option<Sub>,
}

/// The pieces of a line with a change, each with where it stands in the line and the rule it is read by; `None` where one cannot be read.
pub(super) fn pieces(r: &Reader<'_>) -> Option<Vec<(usize, usize, Rule)>> {
    let head = r.read(Rule::change)?;
    let end = head.as_span().end();
    let (verb, _) = verb_and_owner(r, head)?;
    let skip = |at: usize| r.text.get(at..).map_or(at, |rest| at + rest.len() - rest.trim_start().len());
    let start = skip(end);
    let (until, place) = placement(r, start, verb.node)?;
    let body = Reader::new(r.file, r.offset + start, r.text.get(start..until)?.trim_end());
    let word = body.lead()?;
    let in_parts = matches!(verb.node, Verb::Amend | Verb::Supplement | Verb::Delete);
    let rule = Some(word).filter(|_| in_parts).and_then(part_rule).filter(|r| *r != Rule::part_settings);
    let rule = rule.unwrap_or_else(|| line::rule_for(word));
    let length = body.read(rule)?.as_span().end();
    let mut pieces = vec![(0, end, Rule::change), (start, start + length, rule)];
    let under = skip(start + length);
    if under < until {
        let tail = Reader::new(r.file, r.offset + under, r.text.get(under..until)?);
        pieces.push((under, until, line::rule_for(tail.lead().unwrap_or(Rule::line_rule))));
    }
    pieces.extend(place.map(|_| (until, r.text.len(), Rule::placement)));
    Some(pieces)
}

struct Owner {
    part: Extent,
    name: Name,
}

/// Reads a line that one of the words of change leads; `None` where a complaint has been made.
pub(super) fn read(r: &Reader<'_>) -> Option<Read> {
    let head = r.read(Rule::change)?;
    let end = head.as_span().end();
    let (verb, owner) = verb_and_owner(r, head)?;
    let rest = r.text.get(end..).unwrap_or("");
    let start = end + rest.len() - rest.trim_start().len();
    let (until, placement) = placement(r, start, verb.node)?;
    let body = Reader::new(r.file, r.offset + start, r.text.get(start..until).unwrap_or("").trim_end());
    let found = declaration_of(&body, verb.node, owner.as_ref());
    let failed = !body.is_clean();
    body.into_diagnostics().into_iter().for_each(|d| r.complain(d));
    let (what, has_type, under) = found.filter(|_| !failed)?;
    let part = owner.as_ref().map_or(Extent::Whole, |o| o.part);
    let what = match owner {
        None => what,
        Some(owner) => owned(owner, what),
    };
    let What::Item(what) = what else { return None };
    Some(Read { change: Change { verb, what: *what, part, has_type, placement }, under })
}

fn verb_and_owner(r: &Reader<'_>, head: Pair<'_, Rule>) -> Option<(Spanned<Verb>, Option<Owner>)> {
    let (mut verb, mut owner) = (None, None);
    for p in head.into_inner() {
        let span = r.span(&p);
        let Some(inner) = p.into_inner().next() else { continue };
        match inner.as_rule() {
            Rule::kw_amend => verb = Some(Spanned::new(Verb::Amend, span)),
            Rule::kw_replace => verb = Some(Spanned::new(Verb::Replace, span)),
            Rule::kw_delete => verb = Some(Spanned::new(Verb::Delete, span)),
            Rule::kw_add => verb = Some(Spanned::new(Verb::Add, span)),
            Rule::kw_supplement => verb = Some(Spanned::new(Verb::Supplement, span)),
            Rule::owner_indicator => {
                let number = inner.into_inner().find(|p| p.as_rule() == Rule::item_number).map(|p| name(r, &p));
                owner = number.map(|name| Owner { part: Extent::Point, name });
            }
            Rule::owner_table => owner = sole_name(r, inner).map(|name| Owner { part: Extent::Field, name }),
            _ => {}
        }
    }
    Some((verb?, owner))
}

/// Where the declaration ends, and the place named behind it.
fn placement(r: &Reader<'_>, start: usize, verb: Verb) -> Option<(usize, Option<Placement>)> {
    let whole = r.text.len();
    let Some(at) = last_word(r.text, &["在", "at"]).filter(|at| *at > start && verb == Verb::Add) else { return Some((whole, None)) };
    let reader = Reader::new(r.file, r.offset + at, r.text.get(at..).unwrap_or(""));
    let read = reader.read(Rule::placement);
    let Some(pair) = read else {
        reader.into_diagnostics().into_iter().for_each(|d| r.complain(d));
        return None;
    };
    let (mut anchor, mut relation) = (None, Relation::After);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::anchor => anchor = anchor_of(&reader, p),
            Rule::relation => {
                relation = match p.into_inner().next().map(|k| k.as_rule()) {
                    Some(Rule::kw_ahead) => Relation::Before,
                    Some(Rule::kw_within) => Relation::Within,
                    _ => Relation::After,
                };
            }
            _ => {}
        }
    }
    Some((at, Some(Placement { anchor: anchor?, relation })))
}

fn anchor_of(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Text> {
    let span = r.span(&pair);
    let (mut word, mut named) = ("", None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::anchor_word => {
                word = match p.into_inner().next().map(|k| k.as_rule()) {
                    Some(Rule::kw_category) => "类别",
                    Some(Rule::kw_point) => "要点",
                    Some(Rule::kw_veto) => "否决",
                    Some(Rule::kw_qualification) => "资格",
                    Some(Rule::kw_step) => "步骤",
                    Some(Rule::kw_table) => "数据表",
                    Some(Rule::kw_field) => "字段",
                    Some(Rule::kw_population) => "总体",
                    Some(Rule::kw_parameter) => "参数",
                    Some(Rule::kw_define) => "定义",
                    Some(Rule::kw_nature) => "性质",
                    Some(Rule::kw_verify) => "核验",
                    _ => "指标",
                };
            }
            Rule::item_number => named = Some(name(r, &p).node),
            Rule::text => named = Some(text(r, &p).node),
            _ => {}
        }
    }
    Some(Spanned::new(format!("{word} {}", named?), span))
}

/// Where the last of these words stands that is neither inside quotes nor part of a longer word.
fn last_word(line: &str, words: &[&str]) -> Option<usize> {
    let (mut found, mut depth, mut plain) = (None, 0u32, false);
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '“' if !plain => depth += 1,
            '”' if !plain => depth = depth.saturating_sub(1),
            '"' if depth == 0 => plain = !plain,
            _ if depth == 0 && !plain && !is_word(before) => {
                let rest = line.get(at..).unwrap_or("");
                let is_one = |w: &&&str| rest.strip_prefix(**w).is_some_and(|r| r.chars().next().is_some_and(char::is_whitespace));
                if words.iter().any(|w| is_one(&w)) {
                    found = Some(at);
                }
            }
            _ => {}
        }
        before = c;
    }
    found
}

enum What {
    Item(Box<ItemKind>),
    Sub(Sub),
}

type Declared = (What, bool, Option<Sub>);

fn declaration_of(r: &Reader<'_>, verb: Verb, owner: Option<&Owner>) -> Option<Declared> {
    let Some(word) = r.lead() else {
        let found = Diagnostic::error(Code::UNEXPECTED, r.line_span(), "没有写明改的是什么");
        r.complain(found.help("后面接一条声明，如“修订 参数 …”“删除 指标 37”“补充 指标 1”"));
        return None;
    };
    let in_parts = matches!(verb, Verb::Amend | Verb::Supplement | Verb::Delete);
    let rule = Some(word).filter(|_| in_parts).and_then(part_rule).unwrap_or_else(|| line::rule_for(word));
    let is_part = matches!(rule, Rule::part_point | Rule::part_field | Rule::line_point | Rule::line_field);
    let opens = line::opens_item(rule) && !matches!(rule, Rule::change | Rule::line_vacant);
    if is_part != owner.is_some() || !(is_part || opens) {
        let found = Diagnostic::error(Code::UNEXPECTED, r.line_span(), "不能这样改动");
        r.complain(found.help("要点写作“修订 指标 1 要点 2 …”，字段写作“修订 数据表 某表 字段 某列 …”"));
        return None;
    }
    if verb == Verb::Delete && rule == Rule::part_settings {
        let found = Diagnostic::error(Code::UNEXPECTED, r.line_span(), "这一条不能删除");
        r.complain(found.help("用“替换”写成新的内容"));
        return None;
    }
    let pair = r.read(if rule == Rule::part_settings { line::rule_for(word) } else { rule })?;
    let end = pair.as_span().end();
    let has_type = pair.clone().into_inner().any(|p| p.as_rule() == Rule::field_type);
    let what = match rule {
        Rule::part_point | Rule::line_point => What::Sub(Sub::Point(Box::new(item::point(r, pair)?))),
        Rule::part_field | Rule::line_field => What::Sub(Sub::Field(Box::new(declaration::field(r, pair)?))),
        _ => What::Item(Box::new(item::item(r, pair)?)),
    };
    let rest = r.text.get(end..).unwrap_or("");
    let start = end + rest.len() - rest.trim_start().len();
    Some((what, has_type, if rest.trim().is_empty() { None } else { Some(under(r, start)?) }))
}

/// The line that stands behind a bare declaration.
fn under(r: &Reader<'_>, start: usize) -> Option<Sub> {
    let reader = Reader::new(r.file, r.offset + start, r.text.get(start..).unwrap_or(""));
    let rule = line::rule_for(reader.lead().unwrap_or(Rule::line_rule));
    let built = reader.read(rule).and_then(|pair| line::build(&reader, pair));
    reader.into_diagnostics().into_iter().for_each(|d| r.complain(d));
    match built? {
        Line::Sub(sub) => Some(sub),
        Line::Item(_) => None,
    }
}

fn part_rule(word: Rule) -> Option<Rule> {
    Some(match word {
        Rule::kw_standard => Rule::part_standard,
        Rule::kw_nature => Rule::part_nature,
        Rule::kw_subject | Rule::kw_rounds | Rule::kw_judgements | Rule::kw_events => Rule::part_settings,
        Rule::kw_table => Rule::part_table,
        Rule::kw_field => Rule::part_field,
        Rule::kw_population => Rule::part_population,
        Rule::kw_parameter => Rule::part_parameter,
        Rule::kw_define => Rule::part_define,
        Rule::kw_indicator => Rule::part_indicator,
        Rule::kw_point => Rule::part_point,
        Rule::kw_veto => Rule::part_veto,
        Rule::kw_qualification => Rule::part_qualification,
        Rule::kw_totals => Rule::part_totals,
        Rule::kw_verdict => Rule::part_verdict,
        Rule::kw_step => Rule::part_step,
        Rule::kw_verify | Rule::kw_verify_rows => Rule::part_verify,
        _ => return None,
    })
}

/// The indicator or table that holds nothing but the point or field.
fn owned(owner: Owner, what: What) -> What {
    let unwritten = |at: &Name| Spanned::new(String::new(), crate::source::Span { start: at.span.end, ..at.span });
    match what {
        What::Sub(Sub::Point(point)) => What::Item(Box::new(ItemKind::Indicator(Indicator {
            title: unwritten(&owner.name),
            nature: unwritten(&owner.name),
            number: owner.name,
            full: None,
            departments: Vec::new(),
            points: vec![*point],
            notes: Vec::new(),
        }))),
        What::Sub(Sub::Field(field)) => What::Item(Box::new(ItemKind::Table(Table {
            name: owner.name,
            title: None,
            key: Vec::new(),
            references: Vec::new(),
            display: None,
            fields: vec![*field],
            checks: Vec::new(),
            notes: Vec::new(),
        }))),
        other => other,
    }
}
