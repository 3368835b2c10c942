//! Expressions: the flat runs of the grammar become trees by precedence.

use super::ast::{BinaryOp, Date, Expr, ExprKind, Name, Scope, UnitRef};
use super::parser::{Reader, Rule, name, normal, text};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};
use crate::value::{Num, num, parse_num};
use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, Op, PrattParser};
use std::sync::LazyLock;

/// The most operators in one run; the tree of a run is as deep as it is long.
const MAX_OPERATORS: usize = 200;

static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::or))
        .op(left(Rule::and))
        .op(Op::prefix(Rule::not))
        .op(left(Rule::eq)
            | left(Rule::ne)
            | left(Rule::lt)
            | left(Rule::le)
            | left(Rule::gt)
            | left(Rule::ge)
            | Op::postfix(Rule::membership))
        .op(left(Rule::add) | left(Rule::sub))
        .op(left(Rule::mul) | left(Rule::div))
        .op(Op::prefix(Rule::negative))
});

/// Reads an `expression` pair.
pub(super) fn expression(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Expr {
    let span = r.span(&pair);
    if !run_is_sound(r, pair.clone().into_inner(), span) {
        return Expr { kind: ExprKind::Bool(false), span };
    }
    PRECEDENCE
        .map_primary(|p| primary(r, p))
        .map_prefix(|op, right| prefix(r, &op, right))
        .map_postfix(|left, op| membership(r, left, op))
        .map_infix(|left, op, right| infix(r, left, &op, right))
        .parse(pair.into_inner())
}

/// Checks what the grammar cannot say: the length of a run, and that comparisons do not chain.
fn run_is_sound(r: &Reader<'_>, run: Pairs<'_, Rule>, span: Span) -> bool {
    let mut operators = 0usize;
    let mut compared = false;
    for p in run {
        match p.as_rule() {
            Rule::or | Rule::and => {
                operators += 1;
                compared = false;
            }
            Rule::eq | Rule::ne | Rule::lt | Rule::le | Rule::gt | Rule::ge | Rule::membership => {
                operators += 1;
                if compared {
                    let found = Diagnostic::error(Code::UNEXPECTED, r.span(&p), "比较不能连写").help("请写作“a ≤ b 且 b ≤ c”");
                    r.complain(found);
                    return false;
                }
                compared = true;
            }
            Rule::add | Rule::sub | Rule::mul | Rule::div => operators += 1,
            _ => {}
        }
    }
    if operators > MAX_OPERATORS {
        let message = format!("这个算式有 {operators} 个运算符，超过 {MAX_OPERATORS} 个");
        let start = Span { end: span.start, ..span };
        r.complain(Diagnostic::error(Code::TOO_LARGE, start, message).help("请用“定义”把其中的部分另取名称"));
        return false;
    }
    true
}

fn prefix(r: &Reader<'_>, op: &Pair<'_, Rule>, right: Expr) -> Expr {
    let span = r.span(op).to(right.span);
    let right = Box::new(right);
    let kind = if op.as_rule() == Rule::not { ExprKind::Not(right) } else { ExprKind::Negate(right) };
    Expr { kind, span }
}

fn infix(r: &Reader<'_>, left: Expr, op: &Pair<'_, Rule>, right: Expr) -> Expr {
    let binary = match op.as_rule() {
        Rule::or => BinaryOp::Or,
        Rule::and => BinaryOp::And,
        Rule::ne => BinaryOp::Ne,
        Rule::lt => BinaryOp::Lt,
        Rule::le => BinaryOp::Le,
        Rule::gt => BinaryOp::Gt,
        Rule::ge => BinaryOp::Ge,
        Rule::add => BinaryOp::Add,
        Rule::sub => BinaryOp::Sub,
        Rule::mul => BinaryOp::Mul,
        Rule::div => BinaryOp::Div,
        _ => BinaryOp::Eq,
    };
    let span = left.span.to(right.span);
    let op = Spanned::new(binary, r.span(op));
    Expr { kind: ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, span }
}

fn membership(r: &Reader<'_>, value: Expr, op: Pair<'_, Rule>) -> Expr {
    let span = value.span.to(r.span(&op));
    let mut negated = false;
    let mut options = Vec::new();
    for p in op.into_inner() {
        match p.as_rule() {
            Rule::kw_not_in => negated = true,
            Rule::expression => options.push(expression(r, p)),
            _ => {}
        }
    }
    Expr { kind: ExprKind::In { value: Box::new(value), options, negated }, span }
}

fn primary(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Expr {
    let span = r.span(&pair);
    let kind = match pair.as_rule() {
        Rule::date => ExprKind::Date(date(r, &pair).node),
        Rule::quantity => quantity(r, pair),
        Rule::boolean => ExprKind::Bool(pair.into_inner().any(|p| p.as_rule() == Rule::kw_yes)),
        Rule::last_years => ExprKind::LastYears(inner_number(r, pair)),
        Rule::years_before => ExprKind::YearsBefore(inner_number(r, pair)),
        Rule::if_then => if_then(r, pair),
        Rule::call => call(r, pair),
        Rule::text => ExprKind::Text(text(r, &pair).node),
        Rule::bracketed => match pair.into_inner().find(|p| p.as_rule() == Rule::expression) {
            // The brackets belong to the place, so that a mend shows them.
            Some(inner) => expression(r, inner).kind,
            None => ExprKind::Bool(false),
        },
        _ => ExprKind::Path(names(r, pair)),
    };
    Expr { kind, span }
}

fn quantity(r: &Reader<'_>, pair: Pair<'_, Rule>) -> ExprKind {
    let mut value = num(0);
    let mut measure = None;
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::number => value = number(r, &p).node,
            Rule::unit => measure = Some(unit(r, p)),
            _ => {}
        }
    }
    ExprKind::Number { value, unit: measure }
}

fn inner_number(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Spanned<Num> {
    let span = r.span(&pair);
    let found = pair.into_inner().find(|p| p.as_rule() == Rule::number);
    found.map_or_else(|| Spanned::new(num(0), span), |p| number(r, &p))
}

fn if_then(r: &Reader<'_>, pair: Pair<'_, Rule>) -> ExprKind {
    let mut parts = pair.into_inner().filter(|p| p.as_rule() == Rule::expression).map(|p| expression(r, p));
    let (Some(condition), Some(then)) = (parts.next(), parts.next()) else { return ExprKind::Bool(false) };
    let otherwise = parts.next().map(Box::new);
    ExprKind::If { condition: Box::new(condition), then: Box::new(then), otherwise }
}

fn call(r: &Reader<'_>, pair: Pair<'_, Rule>) -> ExprKind {
    let mut called = Spanned::new(String::new(), r.span(&pair));
    let mut scope = None;
    let mut arguments = Vec::new();
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::name => called = name(r, &p),
            Rule::filtered_scope | Rule::plain_scope => scope = Some(scope_of(r, p)),
            Rule::arguments => {
                arguments = p.into_inner().filter(|p| p.as_rule() == Rule::expression).map(|p| expression(r, p)).collect();
            }
            _ => {}
        }
    }
    ExprKind::Call { name: called, scope, arguments }
}

fn scope_of(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Scope {
    let span = r.span(&pair);
    let mut population = Spanned::new(String::new(), span);
    let mut filter = None;
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::name => population = name(r, &p),
            Rule::where_part => filter = sole_expression(r, p).map(Box::new),
            _ => {}
        }
    }
    Scope { population, filter, span }
}

/// The first expression directly inside a pair.
pub(super) fn sole_expression(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Expr> {
    pair.into_inner().find(|p| p.as_rule() == Rule::expression).map(|p| expression(r, p))
}

/// All names directly inside a pair.
pub(super) fn names(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Vec<Name> {
    pair.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| name(r, &p)).collect()
}

/// A path as an expression.
pub(super) fn path(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Expr {
    let span = r.span(&pair);
    Expr { kind: ExprKind::Path(names(r, pair)), span }
}

/// A plain number.
pub(super) fn number(r: &Reader<'_>, pair: &Pair<'_, Rule>) -> Spanned<Num> {
    let span = r.span(pair);
    let value = parse_num(&normal(pair.as_str())).unwrap_or_else(|| {
        r.complain(Diagnostic::error(Code::BAD_NUMBER, span, "这个数太长了").help("一个数最多 40 位数字"));
        num(0)
    });
    Spanned::new(value, span)
}

/// A unit, simple or compound.
pub(super) fn unit(r: &Reader<'_>, pair: Pair<'_, Rule>) -> UnitRef {
    let span = r.span(&pair);
    let (mut over, mut under) = (Vec::new(), Vec::new());
    let mut below = false;
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::stroke => below = true,
            Rule::unit_atom if below => under.push(unit_name(p.as_str())),
            Rule::unit_atom => over.push(unit_name(p.as_str())),
            _ => {}
        }
    }
    UnitRef { over, under, span }
}

/// The name of a unit: `㎡` stays what it is, all else is normalised.
pub(super) fn unit_name(text: &str) -> String {
    if text == "㎡" { text.to_owned() } else { normal(text) }
}

/// A day or a month; one that the calendar does not have is reported.
pub(super) fn date(r: &Reader<'_>, pair: &Pair<'_, Rule>) -> Spanned<Date> {
    let span = r.span(pair);
    let written = normal(pair.as_str());
    let parts: Vec<&str> = written.split('-').collect();
    let read = |text: Option<&&str>, len: usize| text.filter(|t| t.len() == len).and_then(|t| t.parse::<u16>().ok());
    let (year, month) = (read(parts.first(), 4), read(parts.get(1), 2));
    let day = if parts.len() > 2 { read(parts.get(2), 2) } else { Some(0) };
    let (Some(year), Some(month), Some(day)) = (year, month, day) else {
        let found = Diagnostic::error(Code::BAD_DATE, span, format!("日期“{written}”写得不对"))
            .help("请写作 2018-09 或 2018-09-01：年四位，月、日各两位");
        r.complain(found);
        return Spanned::new(Date { year: 1, month: 1, day: 0 }, span);
    };
    let last = super::ast::days_in(year, month);
    if last == 0 || day > last || (parts.len() > 2 && day == 0) {
        let help = if last == 0 {
            "月份应在 01 至 12 之间".to_owned()
        } else {
            format!("{year} 年 {month} 月只有 01 至 {last:02} 日")
        };
        r.complain(Diagnostic::error(Code::BAD_DATE, span, format!("没有“{written}”这一天")).help(help));
    }
    let small = |n: u16| u8::try_from(n).unwrap_or(0);
    Spanned::new(Date { year: i32::from(year), month: small(month), day: small(day) }, span)
}
