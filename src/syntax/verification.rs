//! Checks of plausibility: their tree, how a line becomes one, and how one is printed.

use super::ast::{Expr, Name, Text};
use super::expression::{expression, number, path, sole_expression};
use super::parser::{Reader, Rule, name, text};
use super::print::{self, decimal, quoted};
use crate::source::{Span, Spanned};
use crate::value::Num;
use pest::iterators::Pair;

/// `核验 警告 大筐 其中 … “…”：…`; under a table without the rows. Of a change any part may be left out.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Where none is written, an error.
    pub level: Option<Spanned<Level>>,
    /// A table or a population.
    pub rows: Option<Name>,
    pub filter: Option<Expr>,
    pub text: Text,
    pub requirement: Option<Requirement>,
    pub span: Span,
}

/// How grave it is when a check fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Error,
    Warning,
    Note,
}

/// What is asked of every row.
#[derive(Debug, Clone)]
pub enum Requirement {
    Holds(Expr),
    /// `同类相近 按 地带 至少 8 行 至多 5 倍：值`
    Near {
        by: Vec<Expr>,
        least: Spanned<Num>,
        limit: Spanned<Num>,
        value: Expr,
    },
    /// `各不相同 甲、乙`: no two rows are alike in all of these.
    Distinct(Vec<Expr>),
}

impl Requirement {
    /// Its expressions.
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            Self::Holds(condition) => vec![condition],
            Self::Near { by, value, .. } => by.iter().chain([value]).collect(),
            Self::Distinct(fields) => fields.iter().collect(),
        }
    }
}

/// Reads a `line_verify`, a `line_verify_rows` or a `part_verify`.
pub(super) fn verification(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Verification> {
    let (mut level, mut rows, mut filter, mut said, mut requirement) = (None, None, None, None, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::level => level = Some(Spanned::new(level_of(&p), r.span(&p))),
            Rule::name => rows = Some(name(r, &p)),
            Rule::where_part => filter = sole_expression(r, p),
            Rule::text => said = Some(text(r, &p)),
            Rule::near => requirement = near(r, p),
            Rule::distinct => requirement = Some(Requirement::Distinct(paths(r, p))),
            Rule::expression => requirement = Some(Requirement::Holds(expression(r, p))),
            _ => {}
        }
    }
    Some(Verification { level, rows, filter, text: said?, requirement, span: r.line_span() })
}

fn level_of(pair: &Pair<'_, Rule>) -> Level {
    match pair.clone().into_inner().next().map(|k| k.as_rule()) {
        Some(Rule::kw_warning) => Level::Warning,
        Some(Rule::kw_notice) => Level::Note,
        _ => Level::Error,
    }
}

fn near(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Requirement> {
    let (mut by, mut least, mut limit, mut value) = (Vec::new(), None, None, None);
    let written = |p: Pair<'_, Rule>| p.into_inner().find(|p| p.as_rule() == Rule::number).map(|p| number(r, &p));
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::near_by => by = paths(r, p),
            Rule::near_least => least = written(p),
            Rule::near_limit => limit = written(p),
            Rule::expression => value = Some(expression(r, p)),
            _ => {}
        }
    }
    Some(Requirement::Near { by, least: least?, limit: limit?, value: value? })
}

fn paths(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Vec<Expr> {
    pair.into_inner().filter(|p| p.as_rule() == Rule::path).map(|p| path(r, p)).collect()
}

impl Level {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "错误",
            Self::Warning => "警告",
            Self::Note => "提示",
        }
    }
}

/// The line of a check.
pub(super) fn line(verification: &Verification) -> String {
    let level = verification.level.as_ref().map(|l| format!(" {}", l.node.word())).unwrap_or_default();
    let rows = verification.rows.as_ref().map(|n| format!(" {}", n.node)).unwrap_or_default();
    let filter = verification.filter.as_ref().map(|f| format!(" 其中 {}", print::expression(f))).unwrap_or_default();
    let requirement = verification.requirement.as_ref().map(|r| format!("：{}", requirement(r))).unwrap_or_default();
    format!("核验{level}{rows}{filter} {}{requirement}", quoted(&verification.text.node))
}

/// What is asked, as it is written.
pub fn requirement(of: &Requirement) -> String {
    let list = |of: &[Expr]| of.iter().map(print::expression).collect::<Vec<_>>().join("、");
    match of {
        Requirement::Holds(condition) => print::expression(condition),
        Requirement::Near { by, least, limit, value } => {
            let by = if by.is_empty() { String::new() } else { format!(" 按 {}", list(by)) };
            format!("同类相近{by} 至少 {} 行 至多 {} 倍：{}", decimal(&least.node), decimal(&limit.node), print::expression(value))
        }
        Requirement::Distinct(fields) => format!("各不相同 {}", list(fields)),
    }
}
