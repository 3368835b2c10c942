//! Rules: what a point, a veto or a qualification checks, and what a report shows of each check.

use super::call::row_context;
use super::expression::Elaborator;
use super::types::{Context, Type, Typed};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, Aggregate, ArithmeticOp, Check, CheckKind, Expr, FieldType, GroupKey, Judged, Shortfall};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, ExprKind, RuleKind};
use crate::value::{Num, Text, Unit, format_decimal, num};

/// What stands under an item, read.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub checks: Vec<Check>,
    pub cross_checks: Vec<plan::CrossCheck>,
}

impl Elaborator<'_, '_> {
    /// The context of the subject.
    pub(super) fn subject_context(&self) -> Context {
        Context { row: self.symbols.subject.as_ref().map(|s| s.table), ..Context::default() }
    }

    /// Reads the rules under an item; `is_scored` says whether it has a full score.
    pub(super) fn rules(&mut self, rules: &[ast::Rule], is_scored: bool, origin: plan::Origin, sources: &SourceMap) -> Read {
        let mut read = Read::default();
        let context = self.subject_context();
        for rule in rules {
            let written = one_line(sources.slice(rule.span));
            let (kind, default_label) = match &rule.kind {
                RuleKind::CrossCheck { text, condition } => {
                    let condition = self.condition(condition, &context).expr;
                    read.cross_checks.push(plan::CrossCheck { text: text.node.clone(), condition, rule: written });
                    continue;
                }
                RuleKind::Condition(condition) if rule.score.is_some() && self.is_number(condition, &context) => {
                    let full = rule.score.as_ref().map(|s| format_decimal(&s.node, 12)).unwrap_or_default();
                    (self.points(condition, &context), format!("按值得分（满{full}分）"))
                }
                RuleKind::Condition(condition) => {
                    let judged = self.judged(condition, &context);
                    let own = if rule.reliefs.is_empty() && rule.score.is_none() {
                        written.clone()
                    } else {
                        one_line(sources.slice(condition.span))
                    };
                    (CheckKind::Condition(self.relieved(judged, &rule.reliefs, &context, None)), own)
                }
                RuleKind::Trigger(condition) => (CheckKind::Trigger(self.judged(condition, &context)), written.clone()),
                RuleKind::Judged { evidence } => {
                    self.expect_judgements(is_scored, rule.span);
                    (CheckKind::Judgement { evidence: evidence.as_ref().map(|e| e.node.clone()) }, "评定".to_string())
                }
                RuleKind::Each { population, filter, tolerance, condition } => {
                    let Some(rows) = self.rows(population, filter.as_ref(), &context) else { continue };
                    let inner = row_context(rows.table, &context);
                    let judged = self.judged(condition, &inner);
                    let judged = self.relieved(judged, &rule.reliefs, &inner, None);
                    let judged = Judged { tolerance: self.tolerance(tolerance.as_ref()), ..judged };
                    let label = format!("每个{}", rows.name);
                    (CheckKind::Each { rows, judged }, label)
                }
                RuleKind::Several(several) => {
                    let Some((kind, label)) = self.several(several, rule.span, &context, sources) else { continue };
                    (kind, label)
                }
                RuleKind::Group { population, filter, keys, having, tolerance, condition } => {
                    let Some(rows) = self.rows(population, filter.as_ref(), &context) else { continue };
                    let label = format!("每组{}", rows.name);
                    let inner = row_context(rows.table, &context);
                    let keys = keys.iter().map(|k| self.group_key(k, &inner)).collect();
                    let group = Context { group: Some(rows.clone()), ..context.clone() };
                    let having = having.as_ref().map(|h| self.condition(h, &group).expr);
                    let judged = self.judged(condition, &group);
                    let judged = self.relieved(judged, &rule.reliefs, &group, None);
                    let judged = Judged { tolerance: self.tolerance(tolerance.as_ref()), ..judged };
                    (CheckKind::Group { rows, keys, having, judged }, label)
                }
            };
            let label = rule.label.as_ref().map_or(default_label, |l| l.node.clone());
            let score = rule.score.as_ref().map(|s| s.node.clone());
            read.checks.push(Check {
                label: Text::kept(&label),
                rule: Text::kept(&written),
                kind,
                score,
                origin: plan::Origin { span: rule.span, layer: sources.get(rule.span.file).map_or(origin.layer, |f| f.layer) },
            });
        }
        read
    }

    fn expect_judgements(&mut self, is_scored: bool, span: Span) {
        let complaint = match &self.symbols.judgements {
            None => "没有写明评定从哪张表读取",
            Some(j) if is_scored && j.score.is_none() => "评定来源没有写明得分的字段",
            Some(j) if !is_scored && j.conclusion.is_none() => "评定来源没有写明结论的字段",
            Some(_) => return,
        };
        let error = Diagnostic::error(Code::MISSING_DECLARATION, span, complaint).here("这里要用评定");
        self.diagnostics.push(error.help("加一行“评定来源 表 条目 字段 轮次 字段 结论 字段 = 选项 得分 字段”"));
    }

    pub(super) fn group_key(&mut self, key: &ast::Expr, context: &Context) -> GroupKey {
        let name = match &key.kind {
            ExprKind::Path(names) => names.last().map(|n| n.node.clone()),
            _ => None,
        };
        let typed = self.expression(key, context, None);
        GroupKey { name: name.unwrap_or_else(|| "分组".into()), value: typed.expr }
    }

    /// Reads a condition with what a report shows of it.
    pub(super) fn judged(&mut self, condition: &ast::Expr, context: &Context) -> Judged {
        let before = self.diagnostics.len();
        self.written.clear();
        let typed = self.condition(condition, context);
        let written = std::mem::take(&mut self.written);
        if self.diagnostics.len() > before {
            return Judged { condition: typed.expr, comparison: None, reliefs: Vec::new(), tolerance: None, written };
        }
        let comparison = match (&condition.kind, &typed.expr) {
            (ExprKind::Binary { left, right, .. }, Expr::Compare { op, left: value, right: threshold }) => {
                // Read once more for the units alone; the condition was without complaint, so these are too.
                let l = self.expression(left, context, None);
                let r = self.expression(right, context, Some(&l.ty));
                self.diagnostics.truncate(before);
                self.comparison_shown(&l, &r)
                    .map(|unit| plan::Comparison::new((**value).clone(), *op, (**threshold).clone(), unit, self.shortfall(value)))
            }
            _ => None,
        };
        Judged { condition: typed.expr, comparison, reliefs: Vec::new(), tolerance: None, written }
    }

    /// The unit to show a comparison in: the threshold's where it has one.
    pub(super) fn comparison_shown(&self, left: &Typed, right: &Typed) -> Option<Unit> {
        match (&left.ty, &right.ty) {
            (Type::Number(l), Type::Number(r)) => Some(if r.name.is_empty() || right.is_zero() { l.clone() } else { r.clone() }),
            _ => None,
        }
    }

    fn shortfall(&self, value: &Expr) -> Option<Shortfall> {
        let (numerator, rest) = split(value)?;
        let (step, unit) = self.step(&numerator)?;
        Some(Shortfall { numerator, rest, step, unit })
    }

    /// The least change of a quantity, in base units, and its unit.
    fn step(&self, numerator: &Expr) -> Option<(Num, Unit)> {
        match numerator {
            Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => {
                match self.symbols.table(*table)?.field_type(*field)? {
                    FieldType::Integer(unit) => Some((unit.factor.clone(), unit.clone())),
                    FieldType::Decimal { places, unit } => {
                        let tenths = (0..*places).fold(num(1), |n, _| n / num(10));
                        Some((&unit.factor * tenths, unit.clone()))
                    }
                    _ => None,
                }
            }
            Expr::Aggregate { function: Aggregate::Sum, arguments, .. } => self.step(arguments.first()?),
            Expr::Aggregate { function: Aggregate::Count, .. } => Some((num(1), Unit::none())),
            _ => None,
        }
    }
}

/// `value = numerator × rest`, where the numerator is one field, sum or count.
fn split(value: &Expr) -> Option<(Expr, Option<Expr>)> {
    match value {
        Expr::Field { .. } | Expr::SubjectField { .. } => Some((value.clone(), None)),
        Expr::Aggregate { function: Aggregate::Sum | Aggregate::Count, .. } => Some((value.clone(), None)),
        Expr::Arithmetic { op: ArithmeticOp::Mul, left, right } => match split(left) {
            Some((numerator, rest)) => Some((numerator, Some(product(rest, right)))),
            None if matches!(**left, Expr::Number(_)) => {
                let (numerator, rest) = split(right)?;
                Some((numerator, Some(product(rest, left))))
            }
            None => None,
        },
        Expr::Arithmetic { op: ArithmeticOp::Div, left, right } => {
            let (numerator, rest) = split(left)?;
            let rest = Box::new(rest.unwrap_or_else(|| Expr::Number(num(1))));
            Some((numerator, Some(Expr::Arithmetic { op: ArithmeticOp::Div, left: rest, right: right.clone() })))
        }
        _ => None,
    }
}

fn product(rest: Option<Expr>, factor: &Expr) -> Expr {
    match rest {
        None => factor.clone(),
        Some(rest) => Expr::Arithmetic { op: ArithmeticOp::Mul, left: Box::new(rest), right: Box::new(factor.clone()) },
    }
}

/// The text of a rule on one line, comments left out.
pub(super) fn one_line(text: &str) -> String {
    let lines = text.lines().map(|l| l.split('#').next().unwrap_or(l).trim()).filter(|l| !l.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}
