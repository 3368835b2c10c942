//! Assembly: lines become items; a line that is part of an item joins the latest one.

use super::ast::{Body, Extent, File, Item, ItemKind, Relief, Rule, RuleKind, Text, Verb};
use super::line::{Line, Sub};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{LayerId, Span};

/// The items of a file while its lines come in.
pub(super) struct Assembly {
    layer: LayerId,
    file: File,
    /// The latest point could not be read: what stands under it is not to be blamed.
    point_is_broken: bool,
    /// The latest line could not be read: parts, reliefs and rows that find nothing to stand under are not to be blamed.
    line_is_broken: bool,
}

impl Assembly {
    /// An assembly without items.
    pub fn new(layer: LayerId) -> Self {
        Self { layer, file: File::default(), point_is_broken: false, line_is_broken: false }
    }

    /// What has been assembled.
    pub fn finish(self) -> File {
        self.file
    }

    /// Adds an item.
    pub fn open(&mut self, kind: ItemKind, span: Span) {
        self.point_is_broken = false;
        self.line_is_broken = false;
        self.file.items.push(Item { kind, span, layer: self.layer });
    }

    /// Notes a line that could not be read and that opens nothing.
    pub fn skip(&mut self, span: Span, is_point: bool) {
        self.line_is_broken = true;
        if is_point {
            self.point_is_broken = true;
        }
        if let Some(item) = self.file.items.last_mut() {
            item.span = item.span.to(span);
        } else {
            // So that the lines after it are not blamed for standing alone.
            self.open(ItemKind::Broken, span);
            self.line_is_broken = true;
        }
    }

    /// Whether what stands here belongs to a case.
    pub fn is_in_case(&self) -> bool {
        self.file.items.last().is_some_and(Item::is_case)
    }

    /// `轮次 甲` right under a case's title says its round; elsewhere it declares the standard's rounds.
    fn is_round_of_case(&self, kind: &ItemKind) -> bool {
        let latest = match self.file.items.last().map(|i| &i.kind) {
            Some(ItemKind::Change(change)) => Some(&change.what),
            other => other,
        };
        let under = matches!(latest, Some(ItemKind::Case(c)) if c.given.is_empty() && c.expected.is_empty());
        under && matches!(kind, ItemKind::Rounds(names) if names.len() == 1)
    }

    fn take_round(&mut self, kind: ItemKind, span: Span) -> Option<Diagnostic> {
        let ItemKind::Rounds(names) = kind else { return None };
        let item = self.file.items.last_mut()?;
        item.span = item.span.to(span);
        let case = match &mut item.kind {
            ItemKind::Change(change) => &mut change.what,
            kind => kind,
        };
        if let ItemKind::Case(case) = case {
            case.round = names.into_iter().next();
        }
        None
    }

    /// Adds a line; one that does not fit where it stands is reported.
    pub fn add(&mut self, line: Line, span: Span, lead: Span) -> Option<Diagnostic> {
        let sub = match line {
            Line::Item(kind) if self.is_round_of_case(&kind) => return self.take_round(*kind, span),
            Line::Item(kind) => {
                self.open(*kind, span);
                return None;
            }
            Line::Sub(sub) => sub,
        };
        if matches!(sub, Sub::Point(_)) {
            self.point_is_broken = false;
        }
        let Some(item) = self.file.items.last_mut() else { return Some(misplaced(&sub, lead)) };
        if matches!(item.kind, ItemKind::Broken) || self.point_is_broken {
            item.span = item.span.to(span);
            return None;
        }
        let hangs = matches!(sub, Sub::Part(_) | Sub::Relief(_) | Sub::Row(_));
        match attach(&mut item.kind, sub, span) {
            Ok(()) => {
                item.span = item.span.to(span);
                self.line_is_broken &= hangs;
                None
            }
            Err(_) if hangs && self.line_is_broken => None,
            Err(sub) => Some(misplaced(&sub, lead)),
        }
    }
}

fn attach(kind: &mut ItemKind, sub: Sub, span: Span) -> Result<(), Sub> {
    match kind {
        ItemKind::Standard { notes, .. }
        | ItemKind::Departments { notes, .. }
        | ItemKind::Population { notes, .. }
        | ItemKind::Parameter { notes, .. }
        | ItemKind::Definition { notes, .. } => note(notes, sub),
        ItemKind::Step(step) => note(&mut step.notes, sub),
        ItemKind::Nature { departments, .. } => match sub {
            Sub::Responsible(names) => {
                departments.extend(names);
                Ok(())
            }
            other => Err(other),
        },
        ItemKind::Table(table) => {
            match sub {
                Sub::Key(names) => table.key.extend(names),
                Sub::Reference(reference) => table.references.push(reference),
                Sub::Display(name) => table.display = Some(name),
                Sub::Field(field) => table.fields.push(*field),
                Sub::Check(check) => table.checks.push(*check),
                other => return note(&mut table.notes, other),
            }
            Ok(())
        }
        ItemKind::Indicator(indicator) => match (sub, indicator.points.last_mut()) {
            (Sub::Point(point), _) => {
                indicator.points.push(*point);
                Ok(())
            }
            (sub, Some(point)) => {
                point.span = point.span.to(span);
                attach_body(&mut point.body, sub, false)
            }
            (Sub::Responsible(names), None) => {
                indicator.departments.extend(names);
                Ok(())
            }
            (sub, None) => note(&mut indicator.notes, sub),
        },
        ItemKind::Veto { body, .. } => attach_body(body, sub, true),
        ItemKind::Qualification { body, .. } => attach_body(body, sub, false),
        ItemKind::Verdict(verdict) => match sub {
            Sub::Condition(label, condition) => {
                verdict.conditions.push((label, *condition));
                Ok(())
            }
            Sub::Grade(label, condition) => {
                verdict.grades.push((label, condition.map(|c| *c)));
                Ok(())
            }
            other => note(&mut verdict.notes, other),
        },
        ItemKind::Change(change) if change.part != Extent::Field && change.verb.node != Verb::Delete => attach(&mut change.what, sub, span),
        ItemKind::Case(case) => case.attach(sub),
        ItemKind::Broken => Ok(()),
        _ => Err(sub),
    }
}

fn note(notes: &mut Vec<Text>, sub: Sub) -> Result<(), Sub> {
    match sub {
        Sub::Note(text) => {
            notes.push(text);
            Ok(())
        }
        other => Err(other),
    }
}

fn attach_body(body: &mut Body, sub: Sub, is_veto: bool) -> Result<(), Sub> {
    let latest = body.rules.last_mut();
    match sub {
        Sub::Part(part) => match latest {
            Some(rule) if matches!(rule.kind, RuleKind::Several(_)) => {
                rule.span = rule.span.to(part.span);
                if let RuleKind::Several(several) = &mut rule.kind {
                    several.parts.push(*part);
                }
            }
            _ => return Err(Sub::Part(part)),
        },
        Sub::Relief(relief) => match latest.and_then(|rule| relievable(rule, relief.span)) {
            Some(reliefs) => reliefs.push(*relief),
            None => return Err(Sub::Relief(relief)),
        },
        Sub::Rule(rule) if is_veto == matches!(rule.kind, RuleKind::Trigger(_)) => body.rules.push(*rule),
        Sub::Responsible(names) => body.departments.extend(names),
        other => return note(&mut body.notes, other),
    }
    Ok(())
}

/// Where the reliefs of a rule are kept: with its latest part where it has parts.
fn relievable(rule: &mut Rule, span: Span) -> Option<&mut Vec<Relief>> {
    let whole = rule.span.to(span);
    let reliefs = match &mut rule.kind {
        RuleKind::Condition(_) | RuleKind::Each { .. } | RuleKind::Group { .. } => &mut rule.reliefs,
        RuleKind::Several(several) => &mut several.parts.last_mut()?.reliefs,
        RuleKind::Judged { .. } | RuleKind::CrossCheck { .. } | RuleKind::Trigger(_) => return None,
    };
    rule.span = whole;
    Some(reliefs)
}

/// The complaint about a line that cannot stand where it stands.
fn misplaced(sub: &Sub, lead: Span) -> Diagnostic {
    let (what, hosts) = match sub {
        Sub::Key(_) => ("主键", "数据表"),
        Sub::Reference(_) => ("引用", "数据表"),
        Sub::Display(_) => ("名称", "数据表"),
        Sub::Field(_) => ("字段", "数据表"),
        Sub::Check(_) => ("核验", "数据表"),
        Sub::Note(_) => ("口径", "标准、部门、数据表、总体、参数、定义、指标、要点、否决、资格、结论、步骤或用例"),
        Sub::Responsible(_) => ("责任单位", "性质、指标、要点、否决或资格"),
        Sub::Point(_) => ("要点", "指标"),
        Sub::Condition(..) => ("条件", "结论"),
        Sub::Grade(..) => ("等级", "结论"),
        Sub::Relief(_) => ("宽限", "条件、“每个 …”“每组 …”的规则或“分项”"),
        Sub::Part(_) => ("分项", "“每个 … 至少 几 项达到”的规则"),
        Sub::OnDate(_) => ("日期", "用例"),
        Sub::OnRound(_) => ("轮次", "用例"),
        Sub::Given(_) => ("给定", "用例"),
        Sub::Row(_) => ("|", "用例的“给定 表”"),
        Sub::Expect(_) => ("期望", "用例"),
        Sub::Rule(rule) => match rule.kind {
            RuleKind::Trigger(_) => ("触发", "否决"),
            _ => ("规则", "要点或资格（否决之下请写“触发：…”）"),
        },
    };
    Diagnostic::error(Code::UNEXPECTED, lead, format!("“{what}”不能写在这里"))
        .here("上面没有可以接这一行的声明")
        .help(format!("“{what}”只能写在{hosts}之下"))
}
