//! Everything declared outside tables: units, natures, rounds, departments, populations, parameters, definitions, sources.

use super::tables::field_of;
use super::{DefinitionSymbol, ParameterSymbol, PopulationSymbol, Symbols, TableSymbol, duplicate, unknown};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, FieldId, FieldType, PopulationId, TableId};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, ItemKind};
use crate::value::{Text, Unit};
use std::collections::BTreeMap;

/// `单位 …`, in order: a unit may be told in terms of earlier ones.
pub(super) fn units(items: &[ast::Item], symbols: &mut Symbols<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    for item in items {
        let ItemKind::Unit { name, value } = &item.kind else { continue };
        if let Some(earlier) = first.insert(&name.node, name.span) {
            diagnostics.push(duplicate(Code::DUPLICATE_NAME, "单位", &name.node, earlier, name.span));
            continue;
        }
        let unit = match value.as_ref().map(|v| (&v.kind, v.span)) {
            None => Unit::base(&name.node),
            Some((ExprKind::Number { value, unit }, _)) => {
                let of = unit.as_ref().map_or_else(Unit::none, |u| super::tables::unit(u, &symbols.units, diagnostics));
                of.scaled(&name.node, value)
            }
            Some((_, span)) => {
                let error = Diagnostic::error(Code::TYPE_MISMATCH, span, "单位只能写成“几个某单位”，如 12 个");
                diagnostics.push(error.here("这里"));
                continue;
            }
        };
        symbols.units.define(unit);
    }
}

/// Natures, rounds and departments.
pub(super) fn simple(items: &[ast::Item], symbols: &mut Symbols<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut natures: BTreeMap<&str, Span> = BTreeMap::new();
    let mut bodies: BTreeMap<&str, Span> = BTreeMap::new();
    for item in items {
        match &item.kind {
            ItemKind::Nature { name, nature, title, departments } => {
                if let Some(first) = natures.insert(&name.node, name.span) {
                    diagnostics.push(duplicate(Code::DUPLICATE_NAME, "性质", &name.node, first, name.span));
                    continue;
                }
                symbols.natures.push(plan::Nature {
                    name: Text::kept(&name.node),
                    kind: match nature.node {
                        ast::Nature::Must => plan::NatureKind::Must,
                        ast::Nature::Scored => plan::NatureKind::Scored,
                        ast::Nature::Veto => plan::NatureKind::Veto,
                        ast::Nature::Qualification => plan::NatureKind::Qualification,
                    },
                    title: title.as_ref().map_or_else(|| name.node.clone(), |t| t.node.clone()),
                    departments: departments.iter().map(|d| Text::kept(&d.node)).collect(),
                });
            }
            ItemKind::Rounds(names) => symbols.rounds.extend(names.iter().map(|n| n.node.clone())),
            ItemKind::Departments { names, aliases, .. } => {
                for name in names.iter().chain(aliases) {
                    if let Some(first) = bodies.insert(&name.node, name.span) {
                        diagnostics.push(duplicate(Code::DUPLICATE_NAME, "部门", &name.node, first, name.span));
                    }
                }
                let last = names.len().saturating_sub(1);
                symbols.departments.extend(names.iter().enumerate().map(|(i, n)| plan::Department {
                    name: n.node.clone(),
                    aliases: if i == last { aliases.iter().map(|a| a.node.clone()).collect() } else { Vec::new() },
                }));
            }
            _ => {}
        }
    }
}

/// Populations, each after the one it is drawn from; cycles are shown as a path.
pub(super) fn populations<'a>(items: &'a [ast::Item], symbols: &mut Symbols<'a>, diagnostics: &mut Vec<Diagnostic>) {
    let mut waiting: Vec<(&ast::Name, &ast::Name, Option<&ast::Expr>, &[ast::Text])> = Vec::new();
    for item in items {
        let ItemKind::Population { name, source, filter, notes } = &item.kind else { continue };
        if let Some((first, ..)) = waiting.iter().find(|(n, ..)| n.node == name.node) {
            diagnostics.push(duplicate(Code::DUPLICATE_NAME, "总体", &name.node, first.span, name.span));
        } else if let Some(table) = symbols.tables.iter().find(|t| t.name() == name.node) {
            let first = table.declaration.name.span;
            diagnostics.push(duplicate(Code::DUPLICATE_NAME, "总体与数据表同名，名称", &name.node, first, name.span));
        } else {
            waiting.push((name, source, filter.as_ref(), notes));
        }
    }
    loop {
        let before = waiting.len();
        waiting.retain(|(name, source, filter, notes)| {
            let parent = symbols.population_named(&source.node);
            let table = match parent {
                Some(PopulationId(i)) => symbols.populations.get(i).map(|p| p.table),
                None => symbols.table_named(&source.node),
            };
            let Some(table) = table else { return true };
            symbols.populations.push(PopulationSymbol { name, table, parent, filter: *filter, notes });
            false
        });
        if waiting.len() == before {
            break;
        }
    }
    let mut told: Vec<&str> = Vec::new();
    for (name, source, ..) in &waiting {
        let next = |n: &str| waiting.iter().find(|(w, ..)| w.node == n).map(|(w, s, ..)| (w.node.as_str(), s.node.as_str()));
        if next(&source.node).is_none() {
            let populations = symbols.populations.iter().map(|p| p.name.node.as_str());
            let known: Vec<&str> = symbols.tables.iter().map(TableSymbol::name).chain(populations).collect();
            diagnostics.push(unknown(Code::UNKNOWN_POPULATION, "总体或数据表", &source.node, source.span, known));
            continue;
        }
        let mut path = vec![name.node.as_str()];
        while let Some((_, source)) = path.last().and_then(|n| next(n)) {
            let closes = path.contains(&source);
            path.push(source);
            if closes {
                break;
            }
        }
        // What merely leads into a circle, or was met on it before, is not told again.
        if path.last() == path.first() && path.iter().all(|n| !told.contains(n)) {
            let message = format!("总体绕了一圈又回到自己：{}", path.join(" → "));
            diagnostics.push(Diagnostic::error(Code::CYCLE, name.span, message).here("这个总体").also(source.span, "取自这里"));
            told.extend(path);
        }
    }
}

/// Parameters and definitions.
pub(super) fn values<'a>(items: &'a [ast::Item], symbols: &mut Symbols<'a>, diagnostics: &mut Vec<Diagnostic>) {
    for item in items {
        match &item.kind {
            ItemKind::Parameter { name, values, .. } => {
                if let Some(first) = symbols.parameters.get(name.node.as_str()) {
                    diagnostics.push(duplicate(Code::DUPLICATE_NAME, "参数", &name.node, first.name.span, name.span));
                    continue;
                }
                symbols.parameters.insert(&name.node, ParameterSymbol { name, values });
            }
            ItemKind::Definition { table, name, parameters, body, .. } => {
                let owner = match table {
                    None => None,
                    Some(t) => match symbols.table_named(&t.node) {
                        Some(id) => Some(id),
                        None => {
                            let known = symbols.tables.iter().map(TableSymbol::name);
                            diagnostics.push(unknown(Code::UNKNOWN_TABLE, "数据表", &t.node, t.span, known));
                            continue;
                        }
                    },
                };
                if let Some(first) = symbols.definitions.get(&(owner, name.node.as_str())) {
                    diagnostics.push(duplicate(Code::DUPLICATE_NAME, "定义", &name.node, first.name.span, name.span));
                    continue;
                }
                let symbol = DefinitionSymbol { name, table: owner, parameters, body };
                symbols.definitions.insert((owner, &name.node), symbol);
            }
            _ => {}
        }
    }
}

/// Where judgements and events are read from.
pub(super) fn sources(items: &[ast::Item], symbols: &mut Symbols<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for item in items {
        match &item.kind {
            ItemKind::Judgements(source) => {
                let found = judgements(source, symbols, diagnostics);
                symbols.judgements = found.or(symbols.judgements.take());
            }
            ItemKind::Events(source) => {
                let Some(table) = table_of(&source.table, symbols, diagnostics) else { continue };
                let Some(own) = symbols.table(table) else { continue };
                let mut field = |n: &ast::Name| field_of(own, n, diagnostics);
                let (Some(item), Some(exists)) = (field(&source.item), field(&source.exists)) else { continue };
                let round = source.round.as_ref().and_then(&mut field);
                let description = source.description.as_ref().and_then(&mut field);
                symbols.events = Some(plan::Events { table, item, round, exists, description });
            }
            _ => {}
        }
    }
}

fn table_of(name: &ast::Name, symbols: &Symbols<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<TableId> {
    let found = symbols.table_named(&name.node);
    if found.is_none() {
        let known = symbols.tables.iter().map(TableSymbol::name);
        diagnostics.push(unknown(Code::UNKNOWN_TABLE, "数据表", &name.node, name.span, known));
    }
    found
}

fn judgements(source: &ast::JudgementSource, symbols: &Symbols<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<plan::Judgements> {
    let table = table_of(&source.table, symbols, diagnostics)?;
    let own = symbols.table(table)?;
    let item = field_of(own, &source.item, diagnostics)?;
    let mut field = |n: &Option<ast::Name>| n.as_ref().and_then(|n| field_of(own, n, diagnostics));
    let (round, score, evidence) = (field(&source.round), field(&source.score), field(&source.evidence));
    let (conclusion, met_option) = match &source.conclusion {
        None => (None, 0),
        Some((name, option)) => {
            let id = field_of(own, name, diagnostics)?;
            if source.or_better && !matches!(own.field_type(id), Some(FieldType::Choice { ordered: true, .. })) {
                let message = format!("字段“{}”的选项没有高低之分，不能用 ≥", name.node);
                let error = Diagnostic::error(Code::TYPE_MISMATCH, name.span, message).here("这个字段");
                diagnostics.push(error.help("把字段改为“有序选项”，由低到高排列；或改用 ="));
            }
            (Some(id), option_of(own, id, option, diagnostics)?)
        }
    };
    let or_better = source.or_better;
    Some(plan::Judgements { table, item, round, conclusion, met_option, or_better, score, evidence })
}

fn option_of(table: &TableSymbol<'_>, field: FieldId, option: &ast::Name, diagnostics: &mut Vec<Diagnostic>) -> Option<usize> {
    let options = match table.field_type(field) {
        Some(FieldType::Choice { options, .. }) => options.as_slice(),
        _ => &[],
    };
    let found = options.iter().position(|o| *o == option.node);
    if found.is_none() {
        diagnostics.push(unknown(Code::UNKNOWN_OPTION, "选项", &option.node, option.span, options.iter().map(String::as_str)));
    }
    found
}
