//! One edit of a standard's text at a time: what in an expression can be written wrongly, and how.

use super::statistic;
use crate::builtins::{self, Aggregate, Function, Kind, Tally};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{BinaryOp, Date, Expr, ExprKind, Scope};
use crate::syntax::print::date as date_text;
use crate::value::{Num, format_decimal, num};

/// What an edit is tried for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// One slip of whoever writes.
    Slip,
    /// A slip that takes a clause away: what no case notices, no case needs.
    Clause,
    /// One arm taken always: never a slip, but it shows whether cases need the other.
    Arm,
    /// A comparison the other way round: it shows whether cases decide it at all.
    Reverse,
}

/// A place of a standard's text, and what stands there instead.
#[derive(Debug, Clone)]
pub struct Edit {
    pub span: Span,
    /// Empty where the words are taken away.
    pub with: String,
    pub(super) sort: Sort,
    /// Index of the item it stands in.
    pub(super) item: usize,
}

/// Collects the edits of one item.
pub(super) struct Finder<'s> {
    pub sources: &'s SourceMap,
    pub item: usize,
    pub found: Vec<Edit>,
}

/// How the number at hand is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// By its last digit; without a unit and up to two by a hundredth at most, since it may be a share.
    Digit,
    /// By its last digit, whatever its size.
    Whole,
    /// By its last digit, and by a tenth where nothing would be left.
    Score,
}

impl Finder<'_> {
    pub fn push(&mut self, span: Span, with: impl Into<String>, sort: Sort) {
        let edit = Edit { span, with: with.into(), sort, item: self.item };
        if self.slice(edit.span) != edit.with {
            self.found.push(edit);
        }
    }

    /// What stands at a place.
    pub fn slice(&self, span: Span) -> &str {
        self.sources.slice(span)
    }

    /// From the first word of the line that a place stands in up to the place.
    pub fn line_of(&self, span: Span) -> Span {
        let before = self.slice(Span { start: 0, end: span.start, ..span });
        let line = before.rsplit('\n').next().unwrap_or("");
        let start = before.len() - line.trim_start().len();
        Span::new(span.file, start, span.range().end)
    }

    /// The words between two places of a file.
    pub fn between(before: Span, after: Span) -> Span {
        Span { start: before.end, end: after.start, ..before }
    }

    /// Takes away all that follows `before` up to the end of `last`.
    pub fn drop_after(&mut self, before: Span, last: Span, sort: Sort) {
        self.push(Span { start: before.end, end: last.end, ..last }, "", sort);
    }

    /// Moves a number up and down by one step.
    pub fn number(&mut self, span: Span, value: &Num, by: Step) {
        let digits = digits(self.slice(span), span);
        let written = self.slice(digits).chars().skip_while(|c| !matches!(c, '.' | '．')).count().saturating_sub(1);
        let places = if by == Step::Digit && *value > num(0) && *value <= num(2) { written.max(2) } else { written };
        let step = |places: usize| (0..places).fold(num(1), |n, _| n / num(10));
        self.push(digits, format_decimal(&(value + step(places)), 12), Sort::Slip);
        let mut less = value - step(places);
        if by == Step::Score && less == num(0) {
            less = value - step(places + 1);
        }
        if less >= num(0) {
            self.push(digits, format_decimal(&less, 12), Sort::Slip);
        }
    }

    /// A count, which moves within its bounds.
    pub fn count(&mut self, span: Span, value: &Num, from: &Num, to: &Num) {
        for moved in [value + num(1), value - num(1)] {
            if moved >= *from && moved <= *to {
                self.push(digits(self.slice(span), span), format_decimal(&moved, 12), Sort::Slip);
            }
        }
    }

    pub fn date(&mut self, span: Span, date: Date) {
        self.push(span, date_text(neighbour(date, true)), Sort::Slip);
        self.push(span, date_text(neighbour(date, false)), Sort::Slip);
    }

    /// A filter after `before`: its clauses one by one, or the whole.
    pub fn filter(&mut self, before: Span, filter: &Expr) {
        if !matches!(&filter.kind, ExprKind::Binary { op, .. } if op.node == BinaryOp::And) {
            self.drop_after(before, filter.span, Sort::Slip);
        }
        self.expression(filter, Step::Digit);
    }

    /// Every edit in an expression; `by` is how a bare number in it moves.
    pub fn expression(&mut self, expr: &Expr, by: Step) {
        match &expr.kind {
            ExprKind::Number { value, unit } => self.number(expr.span, value, if unit.is_some() { Step::Whole } else { by }),
            ExprKind::Date(date) => {
                let inner = bare(self.slice(expr.span), expr.span);
                self.date(inner, *date);
            }
            ExprKind::LastYears(years) | ExprKind::YearsBefore(years) => self.count(years.span, &years.node, &num(1), &num(99)),
            ExprKind::Negate(inner) | ExprKind::Not(inner) => self.expression(inner, by),
            ExprKind::Binary { op, left, right } => match op.node {
                BinaryOp::And | BinaryOp::Or => self.clauses(expr, op.node),
                _ => {
                    if let Some((slip, reverse)) = other_signs(op.node) {
                        self.push(op.span, slip, Sort::Slip);
                        self.push(op.span, reverse, Sort::Reverse);
                    }
                    let by = if is_count(left) || is_count(right) { Step::Whole } else { by };
                    self.expression(left, by);
                    self.expression(right, by);
                }
            },
            ExprKind::In { value, options, .. } => self.membership(value, options),
            ExprKind::If { condition, then, otherwise } => {
                self.expression(condition, Step::Digit);
                for arm in std::iter::once(then).chain(otherwise) {
                    self.expression(arm, by);
                    let taken = self.slice(arm.span);
                    let taken = if is_bracketed(self.slice(expr.span)) { format!("（{taken}）") } else { taken.to_owned() };
                    self.push(expr.span, taken, Sort::Arm);
                }
            }
            ExprKind::Call { name, scope, arguments } => {
                statistic::other(self, name, arguments, expr.span);
                if let Some(Scope { population, filter: Some(filter), .. }) = scope {
                    self.filter(population.span, filter);
                }
                let is_rounding = builtins::find(&name.node).is_some_and(|b| b.kind == Kind::Function(Function::Round));
                for (at, argument) in arguments.iter().enumerate() {
                    self.expression(argument, if is_rounding && at == 1 { Step::Whole } else { by });
                }
            }
            ExprKind::Text(_) | ExprKind::Bool(_) | ExprKind::Path(_) => {}
        }
    }

    /// Takes away each part of `a 且 b 且 c`.
    fn clauses(&mut self, expr: &Expr, op: BinaryOp) {
        let mut parts = Vec::new();
        flatten(expr, op, self.sources, &mut parts);
        for (at, part) in parts.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|i| parts.get(i));
            match (before, parts.get(at + 1)) {
                (Some(before), _) => self.drop_after(before.span, part.span, Sort::Clause),
                (None, Some(next)) => self.push(Span { end: next.span.start, ..part.span }, "", Sort::Clause),
                (None, None) => {}
            }
        }
        for part in parts {
            self.expression(part, Step::Digit);
        }
    }

    /// One option forgotten; of a single option, the opposite.
    fn membership(&mut self, value: &Expr, options: &[Expr]) {
        self.expression(value, Step::Digit);
        if let [only] = options {
            let between = Self::between(value.span, only.span);
            let written = self.slice(between).to_owned();
            let opposite = match written.trim_start() {
                w if w.starts_with("不属于") => written.replacen("不属于", "属于", 1),
                w if w.starts_with("属于") => written.replacen("属于", "不属于", 1),
                w if w.starts_with("not_in") => written.replacen("not_in", "in", 1),
                _ => written.replacen("in", "not_in", 1),
            };
            return self.push(between, opposite, Sort::Slip);
        }
        for (at, option) in options.iter().enumerate() {
            match (at.checked_sub(1).and_then(|i| options.get(i)), options.get(at + 1)) {
                (Some(before), _) => self.drop_after(before.span, option.span, Sort::Slip),
                (None, Some(next)) => self.push(Span { end: next.span.start, ..option.span }, "", Sort::Slip),
                (None, None) => {}
            }
        }
    }
}

/// The parts of a run of one connective, brackets closed.
fn flatten<'e>(expr: &'e Expr, op: BinaryOp, sources: &SourceMap, parts: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Binary { op: found, left, right } if found.node == op => {
            let goes_on = matches!(&left.kind, ExprKind::Binary { op: inner, .. } if inner.node == op);
            if goes_on && !is_bracketed(sources.slice(left.span)) {
                flatten(left, op, sources, parts);
            } else {
                parts.push(left);
            }
            parts.push(right);
        }
        _ => parts.push(expr),
    }
}

/// Whether a place starts with a bracket, which belongs to it.
fn is_bracketed(text: &str) -> bool {
    text.starts_with(['(', '（'])
}

/// The place without the brackets around it.
fn bare(text: &str, span: Span) -> Span {
    let is_around = |c: char| matches!(c, '(' | '（' | ')' | '）') || c.is_whitespace();
    let start = text.len() - text.trim_start_matches(is_around).len();
    let inner = text.trim_matches(is_around).len();
    let at = span.range().start + start;
    Span::new(span.file, at, at + inner)
}

/// The digits that a place starts with, behind its brackets.
fn digits(text: &str, span: Span) -> Span {
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || matches!(c, '.' | '．');
    let start = text.find(is_digit).unwrap_or(0);
    let len = text.get(start..).map_or(0, |t| t.find(|c| !is_digit(c)).unwrap_or(t.len()));
    let at = span.range().start + start;
    Span::new(span.file, at, at + len)
}

/// The comparison that differs on the bound alone, and the one that says the opposite.
fn other_signs(op: BinaryOp) -> Option<(&'static str, &'static str)> {
    Some(match op {
        BinaryOp::Ge => (">", "<"),
        BinaryOp::Gt => ("≥", "≤"),
        BinaryOp::Le => ("<", ">"),
        BinaryOp::Lt => ("≤", "≥"),
        BinaryOp::Eq => ("≠", "≠"),
        BinaryOp::Ne => ("=", "="),
        _ => return None,
    })
}

/// Whether an expression is a number of rows or of conditions: half of one is no change.
fn is_count(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call { name, .. } => builtins::find(&name.node).is_some_and(|b| {
            matches!(
                b.kind,
                Kind::Aggregate(Aggregate::Count) | Kind::Function(Function::Holding) | Kind::Tally(Tally::MetCount) | Kind::BaseYear
            )
        }),
        ExprKind::Binary { left, right, op } => {
            matches!(op.node, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul) && (is_count(left) || is_count(right))
        }
        _ => false,
    }
}

/// The next or the previous day, or month where no day is written.
fn neighbour(date: Date, later: bool) -> Date {
    let Date { year, month, day } = date;
    let next_month = |day| if month == 12 { Date { year: year + 1, month: 1, day } } else { Date { year, month: month + 1, day } };
    let last_month = |day| if month <= 1 { Date { year: year - 1, month: 12, day } } else { Date { year, month: month - 1, day } };
    let exists = |d: Date| Date::parse(&date_text(d)).is_some();
    match (day, later) {
        (0, true) => next_month(0),
        (0, false) => last_month(0),
        (_, true) => Some(Date { day: day + 1, ..date }).filter(|d| exists(*d)).unwrap_or_else(|| next_month(1)),
        (1, false) => (28..=31).rev().map(last_month).find(|d| exists(*d)).unwrap_or(date),
        (_, false) => Date { day: day - 1, ..date },
    }
}
