//! Cases: rows given in the spec, and what is expected of them.

use super::ast::{Date, Name, Text, UnitRef};
use super::expression::{date, number, unit};
use super::item::item_number;
use super::line::{Sub, sole_name};
use super::parser::{Reader, Rule, name, normal, text};
use super::print::{date as date_text, quoted};
use crate::source::{Span, Spanned};
use crate::value::{Num, format_decimal, parse_num};
use pest::iterators::Pair;

/// Rows given, and what the standard has to say of them.
#[derive(Debug, Clone)]
pub struct Case {
    pub title: Text,
    pub date: Option<Spanned<Date>>,
    pub round: Option<Name>,
    pub given: Vec<Given>,
    pub expected: Vec<Expectation>,
    pub notes: Vec<Text>,
}

/// `给定 表` with its rows; `给定 表 无` is a table without rows.
#[derive(Debug, Clone)]
pub struct Given {
    pub table: Name,
    pub is_empty: bool,
    /// The header row first.
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone)]
pub struct Row {
    pub cells: Vec<Text>,
    pub span: Span,
}

/// `期望 …`
#[derive(Debug, Clone)]
pub struct Expectation {
    pub kind: ExpectationKind,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum ExpectationKind {
    Item {
        target: Target,
        wanted: Wanted,
    },
    /// `值 指标 1 要点 3 “label” = 0.515257`, to the places written.
    Value {
        target: Target,
        value: Num,
        places: usize,
        unit: Option<UnitRef>,
    },
    /// The standard's own word.
    Verdict(Text),
    /// A grade by its label.
    Grade(Text),
    /// How the rows stand in a check of plausibility, by its text.
    Verification(Text, Checked),
    /// A code of the data, such as `E0605`.
    BadData(Name),
}

/// How the rows of a check of plausibility stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// None fails, and of none it is unknown.
    Holds,
    /// One fails at least.
    Fails,
    /// None fails, but of one it is unknown.
    NotCheckable,
}

impl Checked {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Holds => "符合",
            Self::Fails => "不符合",
            Self::NotCheckable => "无法核验",
        }
    }
}

/// An item, or one of its rules by the label.
#[derive(Debug, Clone)]
pub struct Target {
    pub kind: TargetKind,
    pub number: Spanned<String>,
    pub label: Option<Text>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum TargetKind {
    Indicator,
    /// The point's number; [`Target::number`] is the indicator's.
    Point(Spanned<String>),
    Veto,
    Qualification,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Met,
    NotMet,
    Undetermined,
    Triggered,
    Clear,
    /// Met, and some row or value only by a relief.
    ByRelief,
    /// Met because there is nothing to judge.
    Inapplicable,
    /// The data contradict a full judged score.
    Flagged,
    Unflagged,
    /// From and to.
    Score(Num, Num),
}

/// A case of which only the title is known.
pub(super) fn new(title: Text) -> Case {
    Case { title, date: None, round: None, given: Vec::new(), expected: Vec::new(), notes: Vec::new() }
}

impl Case {
    /// Adds a line; gives it back where it does not fit.
    pub(super) fn attach(&mut self, sub: Sub) -> Result<(), Sub> {
        match sub {
            Sub::OnDate(date) => self.date = Some(date),
            Sub::OnRound(round) => self.round = Some(round),
            Sub::Given(given) => self.given.push(given),
            Sub::Row(row) => match self.given.last_mut() {
                Some(given) if !given.is_empty && self.expected.is_empty() => given.rows.push(row),
                _ => return Err(Sub::Row(row)),
            },
            Sub::Expect(expectation) => self.expected.push(*expectation),
            Sub::Note(note) => self.notes.push(note),
            other => return Err(other),
        }
        Ok(())
    }
}

/// Reads a `line_on_date`.
pub(super) fn on_date(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Spanned<Date>> {
    pair.into_inner().find(|p| p.as_rule() == Rule::written_date).map(|p| date(r, &p))
}

/// Reads a `line_given`.
pub(super) fn given(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Given> {
    let is_empty = pair.clone().into_inner().any(|p| p.as_rule() == Rule::kw_none);
    Some(Given { table: sole_name(r, pair)?, is_empty, rows: Vec::new() })
}

/// Reads a row, whose cells are trimmed; `None` where it does not end in a bar. What is a cell needs no grammar, which has only to say what
/// is wrong with a row.
pub(super) fn row(r: &Reader<'_>) -> Option<Row> {
    let bars = ['|', '｜'];
    let cells = r.text.strip_prefix(bars).filter(|rest| rest.ends_with(bars))?;
    let mut start = r.offset + r.text.len() - cells.len();
    let cells = cells.split_inclusive(bars).map(|piece| {
        let written = piece.trim_end_matches(bars);
        let at = start + written.len() - written.trim_start().len();
        start += piece.len();
        let trimmed = written.trim();
        Spanned::new(trimmed.to_owned(), Span::new(r.file, at, at + trimmed.len()))
    });
    Some(Row { cells: cells.collect(), span: r.line_span() })
}

/// Reads a `line_expect`.
pub(super) fn expectation(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Expectation> {
    let span = r.line_span();
    let inner = pair.into_inner().find(|p| p.as_rule() != Rule::kw_expect)?;
    let quoted = inner.clone().into_inner().find(|p| p.as_rule() == Rule::text).map(|p| text(r, &p));
    let kind = match inner.as_rule() {
        Rule::expect_error => ExpectationKind::BadData(sole_name(r, inner)?),
        Rule::expect_verdict => ExpectationKind::Verdict(quoted.or_else(|| sole_name(r, inner))?),
        Rule::expect_grade => ExpectationKind::Grade(quoted.or_else(|| sole_name(r, inner))?),
        Rule::expect_verify => {
            let checked = inner.into_inner().find_map(|p| match p.as_rule() {
                Rule::kw_holds => Some(Checked::Holds),
                Rule::kw_fails => Some(Checked::Fails),
                Rule::kw_not_checkable => Some(Checked::NotCheckable),
                _ => None,
            });
            ExpectationKind::Verification(quoted?, checked?)
        }
        Rule::expect_value => value(r, inner)?,
        _ => item(r, inner)?,
    };
    Some(Expectation { kind, span })
}

fn value(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ExpectationKind> {
    let (mut aim, mut value, mut places, mut measure): (_, _, _, Option<UnitRef>) = (None, None, 0, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::target => aim = target(r, p),
            Rule::signed_number => {
                let written = normal(p.as_str());
                places = written.split_once('.').map_or(0, |(_, part)| part.len());
                value = parse_num(&written);
            }
            Rule::unit => measure = Some(unit(r, p)),
            _ => {}
        }
    }
    Some(ExpectationKind::Value { target: aim?, value: value?, places, unit: measure })
}

fn item(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<ExpectationKind> {
    let (mut aim, mut wanted) = (None, None);
    for p in pair.into_inner() {
        match p.as_rule() {
            Rule::target => aim = target(r, p),
            Rule::expected_word => wanted = p.into_inner().next().map(|w| word(w.as_rule())),
            Rule::expected_score => {
                let mut bounds = p.into_inner().filter(|p| p.as_rule() == Rule::number).map(|p| number(r, &p).node);
                let low = bounds.next()?;
                let high = bounds.next().unwrap_or_else(|| low.clone());
                wanted = Some(Wanted::Score(low, high));
            }
            _ => {}
        }
    }
    Some(ExpectationKind::Item { target: aim?, wanted: wanted? })
}

fn word(rule: Rule) -> Wanted {
    match rule {
        Rule::kw_not_met => Wanted::NotMet,
        Rule::kw_undetermined => Wanted::Undetermined,
        Rule::kw_triggered => Wanted::Triggered,
        Rule::kw_clear => Wanted::Clear,
        Rule::kw_by_relief => Wanted::ByRelief,
        Rule::kw_inapplicable => Wanted::Inapplicable,
        Rule::kw_flagged => Wanted::Flagged,
        Rule::kw_unflagged => Wanted::Unflagged,
        _ => Wanted::Met,
    }
}

fn target(r: &Reader<'_>, pair: Pair<'_, Rule>) -> Option<Target> {
    let span = r.span(&pair);
    let number = item_number(r, &pair)?;
    let point = pair.clone().into_inner().filter(|p| p.as_rule() == Rule::item_number).nth(1).map(|p| name(r, &p));
    let label = pair.clone().into_inner().find(|p| p.as_rule() == Rule::text).map(|p| text(r, &p));
    let kind = match (pair.into_inner().next()?.as_rule(), point) {
        (Rule::kw_veto, _) => TargetKind::Veto,
        (Rule::kw_qualification, _) => TargetKind::Qualification,
        (_, Some(point)) => TargetKind::Point(point),
        _ => TargetKind::Indicator,
    };
    Some(Target { kind, number, label, span })
}

/// A case back to text, its tables aligned.
pub(super) fn lines(case: &Case) -> Vec<String> {
    let mut lines = vec![format!("用例 {}", quoted(&case.title.node))];
    lines.extend(case.date.as_ref().map(|d| format!("  日期 {}", date_text(d.node))));
    lines.extend(case.round.as_ref().map(|r| format!("  轮次 {}", r.node)));
    for given in &case.given {
        lines.push(format!("  给定 {}{}", given.table.node, if given.is_empty { " 无" } else { "" }));
        lines.extend(table(&given.rows.iter().map(|r| r.cells.iter().map(|c| c.node.as_str()).collect()).collect::<Vec<_>>()));
    }
    lines.extend(case.expected.iter().map(|e| format!("  期望 {}", expectation_text(&e.kind))));
    lines.extend(case.notes.iter().map(|n| format!("  口径 {}", quoted(&n.node))));
    lines
}

/// The cells of a row as written; `None` for any other line.
pub(super) fn cells(line: &str) -> Option<Vec<&str>> {
    let bars = ['|', '｜'];
    let inner = line.strip_prefix(bars)?.strip_suffix(bars)?;
    Some(inner.split(bars).map(str::trim).collect())
}

/// Rows between bars, each column as wide as its widest cell on a screen.
pub fn table(rows: &[Vec<&str>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let widest: Vec<usize> = (0..columns).map(|i| rows.iter().filter_map(|r| r.get(i)).map(|c| width(c)).max().unwrap_or(0)).collect();
    let line = |row: &Vec<&str>| {
        let cells = row.iter().zip(&widest).map(|(cell, wide)| format!(" {cell}{} |", " ".repeat(wide - width(cell))));
        format!("    |{}", cells.collect::<String>())
    };
    rows.iter().map(line).collect()
}

/// What is expected, as written.
pub fn expectation_text(kind: &ExpectationKind) -> String {
    match kind {
        ExpectationKind::Item { target, wanted } => format!("{}：{}", target_text(target), wanted_text(wanted)),
        ExpectationKind::Value { target, value, places, unit } => {
            let unit = unit.as_ref().map(|u| format!(" {}", unit_text(u))).unwrap_or_default();
            format!("值 {} = {}{unit}", target_text(target), padded(&format_decimal(value, *places), *places))
        }
        ExpectationKind::Verdict(word) => format!("结论：{}", quoted(&word.node)),
        ExpectationKind::Grade(label) => format!("等级：{}", quoted(&label.node)),
        ExpectationKind::Verification(of, checked) => format!("核验 {}：{}", quoted(&of.node), checked.word()),
        ExpectationKind::BadData(code) => format!("数据有误 {}", code.node),
    }
}

/// With the zeros that were written: they say how exact the value is.
fn padded(text: &str, places: usize) -> String {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if places == 0 { whole.to_owned() } else { format!("{whole}.{part:0<places$}") }
}

fn unit_text(unit: &UnitRef) -> String {
    std::iter::once(unit.over.join("·")).chain((!unit.under.is_empty()).then(|| unit.under.join("·"))).collect::<Vec<_>>().join("/")
}

fn target_text(target: &Target) -> String {
    let label = target.label.as_ref().map(|l| format!(" {}", quoted(&l.node))).unwrap_or_default();
    let number = &target.number.node;
    let item = match &target.kind {
        TargetKind::Indicator => format!("指标 {number}"),
        TargetKind::Point(point) => format!("指标 {number} 要点 {}", point.node),
        TargetKind::Veto => format!("否决 {number}"),
        TargetKind::Qualification => format!("资格 {number}"),
    };
    item + &label
}

fn wanted_text(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Met => "达到".into(),
        Wanted::NotMet => "未达到".into(),
        Wanted::Undetermined => "未定".into(),
        Wanted::Triggered => "触发".into(),
        Wanted::Clear => "未触发".into(),
        Wanted::ByRelief => "按宽限达到".into(),
        Wanted::Inapplicable => "不适用".into(),
        Wanted::Flagged => "有提示".into(),
        Wanted::Unflagged => "无提示".into(),
        Wanted::Score(low, high) if low == high => format!("得分 {} 分", format_decimal(low, 12)),
        Wanted::Score(low, high) => format!("得分 {}~{} 分", format_decimal(low, 12), format_decimal(high, 12)),
    }
}
