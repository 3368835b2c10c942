//! The whole standard: tables, populations, items and verdict put together into a plan.

use super::expression::Elaborator;
use super::parameters::fold;
use super::rules::Read;
use super::types::Context;
use super::{call::row_context, cases, lint, sums};
use crate::diagnostic::{Code, Diagnostic};
use crate::layers::History;
use crate::plan::{self, CheckKind, CompareOp, Expr, NatureKind, Origin, Plan, TableId};
use crate::resolve::{Symbols, duplicate, unknown};
use crate::source::{LayerId, SourceMap, Span, Spanned};
use crate::syntax::ast::{self, Item, ItemKind};
use crate::syntax::print::date as date_text;
use crate::value::{Num, Text, format_decimal};
use std::collections::BTreeMap;

/// What is known of a standard from outside its files.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    pub id: String,
    pub layers: Vec<String>,
    pub digest: String,
    /// What each layer did.
    pub history: History,
    /// The layers that are declared to be only stricter.
    pub stricter: Vec<LayerId>,
    /// The day the parameters are taken of.
    pub date: Option<ast::Date>,
}

/// Reads all items into a plan; the plan is only fit to run where no complaint is an error.
pub fn check(items: &[Item], symbols: &Symbols<'_>, identity: Identity, sources: &SourceMap) -> (Plan, Vec<Diagnostic>) {
    let mut elaborator = Elaborator::new(symbols);
    let parameters = elaborator.read_parameters(items, identity.date);
    let history = plan::History { stricter: identity.stricter.clone(), ..super::history::of(&identity.history, symbols) };
    let mut plan = Plan { history, ..empty(symbols, identity, parameters) };
    for item in items {
        if let ItemKind::Standard { title, version, notes } = &item.kind {
            plan.standard.title.clone_from(&title.node);
            plan.standard.version = version.as_ref().map(|v| v.node.clone()).unwrap_or_default();
            plan.standard.notes = texts(notes);
        }
        if let ItemKind::Definition { name, notes, .. } = &item.kind
            && !notes.is_empty()
        {
            plan.definitions.push(plan::Definition { name: name.node.clone(), notes: texts(notes) });
        }
    }
    elaborator.read_tables(&mut plan);
    elaborator.read_populations(&mut plan);
    elaborator.read_definitions();
    elaborator.read_verifications(items, &mut plan, sources);
    elaborator.read_items(items, &mut plan, sources);
    elaborator.read_verdict(items, &mut plan);
    plan.undated = std::mem::take(&mut elaborator.undated);
    let mut diagnostics = std::mem::take(&mut elaborator.diagnostics);
    sums::check(items, &plan, symbols, &mut diagnostics);
    lint::check(items, &mut diagnostics);
    diagnostics.extend(cases::read(items, symbols, &mut plan, sources));
    // A definition is read wherever it is used; one complaint is enough.
    let mut unique: Vec<Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        if !unique.contains(&diagnostic) {
            unique.push(diagnostic);
        }
    }
    (plan, unique)
}

fn empty(symbols: &Symbols<'_>, identity: Identity, parameters: Vec<plan::Parameter>) -> Plan {
    let nowhere = plan::Subject { table: TableId(0), code: plan::FieldId(0), name: None, members: None, base_year: None, superior: None };
    Plan {
        standard: plan::Standard {
            id: identity.id,
            title: String::new(),
            version: String::new(),
            layers: identity.layers,
            digest: identity.digest,
            notes: Vec::new(),
        },
        natures: symbols.natures.clone(),
        rounds: symbols.rounds.clone(),
        tables: Vec::new(),
        subject: symbols.subject.clone().unwrap_or(nowhere),
        judgements: symbols.judgements.clone(),
        events: symbols.events.clone(),
        populations: Vec::new(),
        parameters,
        definitions: Vec::new(),
        undated: Vec::new(),
        departments: symbols.departments.clone(),
        categories: Vec::new(),
        indicators: Vec::new(),
        vetoes: Vec::new(),
        qualifications: Vec::new(),
        verdict: None,
        steps: Vec::new(),
        verifications: Vec::new(),
        cases: Vec::new(),
        history: plan::History::default(),
    }
}

pub(super) fn texts(notes: &[ast::Text]) -> Vec<String> {
    notes.iter().map(|n| n.node.clone()).collect()
}

/// The same, where every outcome repeats them.
pub(super) fn kept(texts: &[ast::Text]) -> Vec<Text> {
    texts.iter().map(|t| Text::kept(&t.node)).collect()
}

impl Elaborator<'_, '_> {
    fn read_tables(&mut self, plan: &mut Plan) {
        for (index, symbol) in self.symbols.tables.iter().enumerate() {
            let declaration = symbol.declaration;
            let mut fields = Vec::new();
            for (i, (field, ty)) in declaration.fields.iter().zip(&symbol.fields).enumerate() {
                let id = plan::FieldId(i);
                let linked = symbol.references.iter().any(|r| r.fields.contains(&id));
                let range = field.range.as_ref().and_then(|(low, high)| self.range(low, high, ty));
                if let Some(range) = &range {
                    self.ranges.insert((TableId(index), id), range.clone());
                }
                if field.additive
                    && (symbol.year == Some(id) || !matches!(ty, plan::FieldType::Integer(_) | plan::FieldType::Decimal { .. }))
                {
                    let error =
                        Diagnostic::error(Code::TYPE_MISMATCH, field.name.span, format!("“{}”加起来没有意义，不能写合计", field.name.node));
                    self.diagnostics.push(error.here("这里").help("合计写在可以相加的数上，如人数、面积；文字、日期、选项和年度不能相加"));
                }
                fields.push(plan::Field {
                    name: field.name.node.clone(),
                    ty: ty.clone(),
                    required: field.required || linked || symbol.key.contains(&id),
                    signed: field.signed,
                    additive: field.additive,
                    range,
                    help: field.help.as_ref().map(|t| t.node.clone()).unwrap_or_default(),
                    source: field.source.as_ref().map(|t| t.node.clone()).unwrap_or_default(),
                    aliases: field.aliases.iter().map(|a| a.node.clone()).collect(),
                });
            }
            let display = declaration.display.as_ref().and_then(|d| {
                let found = symbol.field(&d.node);
                if found.is_none() {
                    self.diagnostics.push(unknown(Code::UNKNOWN_FIELD, "字段", &d.node, d.span, symbol.field_names()));
                }
                found
            });
            plan.tables.push(plan::Table {
                name: declaration.name.node.clone(),
                title: declaration.title.as_ref().map_or_else(|| declaration.name.node.clone(), |t| t.node.clone()),
                fields,
                key: symbol.key.clone(),
                references: symbol.references.clone(),
                display,
                subject_path: symbol.subject_path.clone(),
                one_per_subject: symbol.one_per_subject,
                year: symbol.year,
                notes: texts(&declaration.notes),
            });
        }
    }

    /// Bounds of a field, in its declared unit.
    fn range(&mut self, low: &ast::Expr, high: &ast::Expr, ty: &plan::FieldType) -> Option<(Num, Num)> {
        let factor = match ty {
            plan::FieldType::Integer(unit) | plan::FieldType::Decimal { unit, .. } => unit.factor.clone(),
            _ => {
                let error = Diagnostic::error(Code::TYPE_MISMATCH, low.span.to(high.span), "只有数可以写范围");
                self.diagnostics.push(error.here("这里"));
                return None;
            }
        };
        let mut bound = |e: &ast::Expr| -> Option<Num> {
            let typed = self.expression(e, &Context::default(), None);
            let value = fold(&typed.expr);
            if value.is_none() {
                let error = Diagnostic::error(Code::TYPE_MISMATCH, e.span, "范围的两端要是确定的数");
                self.diagnostics.push(error.here("这里"));
            }
            value.map(|v| v / &factor)
        };
        Some((bound(low)?, bound(high)?))
    }

    fn read_populations(&mut self, plan: &mut Plan) {
        for symbol in &self.symbols.populations {
            let context = row_context(symbol.table, &Context::default());
            let filter = symbol.filter.map(|f| self.condition(f, &context).expr);
            plan.populations.push(plan::Population {
                name: symbol.name.node.clone(),
                table: symbol.table,
                parent: symbol.parent,
                filter,
                notes: texts(symbol.notes),
            });
        }
    }

    /// Reads definitions without arguments once by themselves, so that one never used is still checked.
    fn read_definitions(&mut self) {
        let symbols = self.symbols;
        for definition in symbols.definitions.values().filter(|d| d.parameters.is_empty()) {
            let context = match definition.table {
                Some(table) => row_context(table, &Context::default()),
                None => self.subject_context(),
            };
            self.definition(definition, &[], definition.name.span, &context);
        }
    }

    fn read_items(&mut self, items: &[Item], plan: &mut Plan, sources: &SourceMap) {
        let mut category = String::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for item in items {
            let origin = Origin { span: item.span, layer: item.layer };
            match &item.kind {
                ItemKind::Category(name) => {
                    category.clone_from(&name.node);
                    plan.categories.push(category.clone());
                }
                ItemKind::Indicator(indicator) => {
                    self.numbered("指标", &indicator.number.node, &indicator.number, &mut seen);
                    if let Some(read) = self.indicator(indicator, &category, origin, sources) {
                        plan.indicators.push(read);
                    }
                }
                ItemKind::Veto { number, text, body } => {
                    let id = self.item_id(NatureKind::Veto, number);
                    self.numbered("否决", &id, number, &mut seen);
                    let mut read = self.item(id, text, None, body, origin, sources);
                    if read.checks.is_empty() {
                        self.expect_events(item.span);
                        let kind = CheckKind::Event;
                        read.checks.push(plan::Check { label: Text::kept(&text.node), rule: Text::default(), kind, score: None, origin });
                    }
                    plan.vetoes.push(read);
                }
                ItemKind::Qualification { number, text, body } => {
                    let id = self.item_id(NatureKind::Qualification, number);
                    self.numbered("资格", &id, number, &mut seen);
                    let read = self.item(id, text, None, body, origin, sources);
                    self.expect_rule(&read, body, text.span);
                    plan.qualifications.push(read);
                }
                ItemKind::Step(step) => plan.steps.push(plan::Step {
                    id: step.number.node.clone(),
                    title: step.title.node.clone(),
                    from: step.from.as_ref().map(|d| date_text(d.node)),
                    until: step.until.as_ref().map(|d| date_text(d.node)),
                    words: step.words.as_ref().map(|w| w.node.clone()).unwrap_or_default(),
                    notes: texts(&step.notes),
                }),
                _ => {}
            }
        }
    }

    fn item_id(&self, kind: NatureKind, number: &Spanned<String>) -> String {
        let prefix = self.symbols.natures.iter().find(|n| n.kind == kind).map(|n| n.name.as_str());
        let default = if kind == NatureKind::Veto { "否决" } else { "资格" };
        format!("{}.{}", prefix.unwrap_or(default), number.node)
    }

    fn numbered(&mut self, what: &str, id: &str, number: &Spanned<String>, seen: &mut BTreeMap<String, Span>) {
        if let Some(first) = seen.insert(id.to_string(), number.span) {
            self.diagnostics.push(duplicate(Code::DUPLICATE_NUMBER, &format!("{what}的编号"), &number.node, first, number.span));
        }
    }

    fn expect_events(&mut self, span: Span) {
        if self.symbols.events.is_none() {
            let error = Diagnostic::error(Code::MISSING_DECLARATION, span, "没有写明否决事项从哪张表读取");
            let help = "加一行“否决来源 表 条目 字段 轮次 字段 存在 字段”，或在这一项下写“触发：条件”";
            self.diagnostics.push(error.here("这一项没有规则").help(help));
        }
    }

    fn expect_rule(&mut self, item: &plan::Item, body: &ast::Body, span: Span) {
        let decides = |r: &ast::Rule| !matches!(r.kind, ast::RuleKind::CrossCheck { .. });
        if !body.rules.iter().any(decides) {
            let error = Diagnostic::error(Code::NO_RULE, span, format!("{} 没有规则，无从判断", item.id));
            self.diagnostics.push(error.here("只有原文").help("写出规则；要由人评定的，写“评定 佐证 “…””"));
        }
    }

    fn item(
        &mut self,
        id: String,
        text: &ast::Text,
        full: Option<Num>,
        body: &ast::Body,
        origin: Origin,
        sources: &SourceMap,
    ) -> plan::Item {
        self.departments(&body.departments);
        let Read { checks, cross_checks } = self.rules(&body.rules, full.is_some(), origin, sources);
        plan::Item {
            id: Text::kept(&id),
            text: Text::kept(&text.node),
            full,
            departments: kept(&body.departments),
            checks,
            cross_checks,
            notes: texts(&body.notes),
            origin,
        }
    }

    fn departments(&mut self, names: &[ast::Text]) {
        let symbols = self.symbols;
        let known = || symbols.departments.iter().flat_map(|d| std::iter::once(&d.name).chain(&d.aliases)).map(String::as_str);
        for name in names {
            if known().all(|k| k != name.node) {
                let error = unknown(Code::UNKNOWN_DEPARTMENT, "责任单位", &name.node, name.span, known());
                self.diagnostics.push(error.help("新的单位先写进“部门 …”名录"));
            }
        }
    }

    fn indicator(&mut self, indicator: &ast::Indicator, category: &str, origin: Origin, sources: &SourceMap) -> Option<plan::Indicator> {
        self.departments(&indicator.departments);
        let nature = self.symbols.nature_named(&indicator.nature.node);
        let kind = nature.and_then(|n| self.symbols.natures.get(n.0)).map(|n| n.kind);
        let Some((nature, kind)) = nature.zip(kind) else {
            let known = self.symbols.natures.iter().map(|n| n.name.as_str());
            let name = &indicator.nature;
            self.diagnostics.push(unknown(Code::UNKNOWN_NATURE, "指标性质", &name.node, name.span, known));
            return None;
        };
        let is_scored = kind == NatureKind::Scored;
        self.scores(indicator, is_scored);
        let mut points = Vec::new();
        let mut seen = BTreeMap::new();
        for point in &indicator.points {
            self.numbered("要点", &point.number.node, &point.number, &mut seen);
            let id = format!("{}.{}", indicator.number.node, point.number.node);
            let full = point.full.as_ref().map(|f| f.node.clone());
            let layer = sources.get(point.number.span.file).map_or(origin.layer, |f| f.layer);
            let origin = Origin { span: point.span, layer };
            let read = self.item(id, &point.text, full, &point.body, origin, sources);
            self.expect_rule(&read, &point.body, point.text.span);
            self.sub_scores(point, &read);
            points.push(read);
        }
        Some(plan::Indicator {
            id: Text::kept(&indicator.number.node),
            title: Text::kept(&indicator.title.node),
            category: Text::kept(category),
            nature,
            full: indicator.full.as_ref().map(|f| f.node.clone()),
            departments: kept(&indicator.departments),
            points,
            notes: texts(&indicator.notes),
            origin,
        })
    }

    /// A scored indicator has full scores throughout, and they add up; another has none.
    fn scores(&mut self, indicator: &ast::Indicator, is_scored: bool) {
        let all = std::iter::once((&indicator.full, indicator.title.span));
        for (full, span) in all.chain(indicator.points.iter().map(|p| (&p.full, p.text.span))) {
            let message = match (is_scored, full) {
                (true, None) => "计分的项目没有写分值",
                (false, Some(_)) => "不计分的项目不应写分值",
                _ => continue,
            };
            let error = Diagnostic::error(Code::NEEDS_SCORE, full.as_ref().map_or(span, |f| f.span), message).here("这里");
            self.diagnostics.push(error.help("计分项写成“…（5分）”；必达项不写"));
        }
        let parts: Option<Vec<&Num>> = indicator.points.iter().map(|p| p.full.as_ref().map(|f| &f.node)).collect();
        if let (true, Some(full), Some(parts)) = (is_scored, &indicator.full, parts) {
            let written: Vec<String> = parts.iter().map(|p| format_decimal(p, 12)).collect();
            let sum = parts.into_iter().fold(Num::ZERO, |a, b| a + b);
            if sum != full.node {
                let message = format!(
                    "指标 {} 满分 {} 分，各要点之和是 {} 分",
                    indicator.number.node,
                    format_decimal(&full.node, 12),
                    format_decimal(&sum, 12)
                );
                let error = Diagnostic::error(Code::POINTS_SUM, full.span, message).here("满分");
                let sum = format!("{} = {}", written.join(" + "), format_decimal(&sum, 12));
                self.diagnostics.push(if written.len() > 1 { error.help(sum) } else { error.help("看是否漏了要点") });
            }
        }
    }

    fn sub_scores(&mut self, point: &ast::Point, read: &plan::Item) {
        let parts: Vec<&Num> = read.checks.iter().filter_map(|c| c.score.as_ref()).collect();
        let Some(full) = &point.full else { return };
        let sum = parts.iter().fold(Num::ZERO, |a, b| a + *b);
        if !parts.is_empty() && sum != full.node {
            let message = format!("要点满分 {} 分，各“得”分之和是 {} 分", format_decimal(&full.node, 12), format_decimal(&sum, 12));
            self.diagnostics.push(Diagnostic::error(Code::POINTS_SUM, full.span, message).here("满分"));
        }
    }

    fn read_verdict(&mut self, items: &[Item], plan: &mut Plan) {
        for indicator in &plan.indicators {
            let sum = self.full_scores.entry(indicator.nature.0).or_insert(Num::ZERO);
            *sum = &*sum + indicator.full.as_ref().unwrap_or(&Num::ZERO);
        }
        self.categories.clone_from(&plan.categories);
        let context = Context { in_verdict: true, ..self.subject_context() };
        for item in items {
            let ItemKind::Verdict(verdict) = &item.kind else { continue };
            let conditions: Vec<plan::VerdictCondition> = verdict
                .conditions
                .iter()
                .map(|(label, condition)| {
                    let condition = self.condition(condition, &context).expr;
                    plan::VerdictCondition { label: label.as_ref().map(|l| Text::kept(&l.node)).unwrap_or_default(), condition }
                })
                .collect();
            let pass = conditions.iter().find_map(|c| pass(&c.condition));
            plan.verdict = Some(plan::Verdict {
                met: Text::kept(&verdict.met.node),
                not_met: Text::kept(&verdict.not_met.node),
                undetermined: Text::kept(&verdict.undetermined.node),
                conditions,
                grades: self.grades(&verdict.grades, &context),
                pass,
                notes: texts(&verdict.notes),
            });
        }
        if plan.verdict.is_none() {
            let span = items.first().map(|i| i.span).unwrap_or_default();
            let error = Diagnostic::error(Code::MISSING_DECLARATION, span, "没有写“结论”，不知道怎样算达标");
            self.diagnostics.push(error.help("加一段“结论 “达标” 否则 “不达标” 未定 “暂不能判定””和它的“条件”"));
        }
    }
}

fn pass(condition: &Expr) -> Option<Num> {
    match condition {
        Expr::Compare { op: CompareOp::Ge | CompareOp::Gt, left, right } => match (&**left, &**right) {
            (Expr::Tally { tally: plan::Tally::TotalScore, over: plan::Over::Nature(_) }, Expr::Number(n)) => Some(n.clone()),
            _ => None,
        },
        Expr::And(parts) => parts.iter().find_map(pass),
        _ => None,
    }
}
