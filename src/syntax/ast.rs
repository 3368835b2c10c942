//! The tree as written: every node carries its place, every item its layer.

pub use super::layered::{Change, Extent, Placement, Relation, Verb, is_written};
use crate::source::{LayerId, Span, Spanned};
use crate::value::Num;

pub use super::case::{Case, Checked, Expectation, ExpectationKind, Given, Row, Target, TargetKind, Wanted};
pub use super::verification::{Level, Requirement, Verification, requirement};

/// A name as written, NFKC-normalised.
pub type Name = Spanned<String>;
/// A quoted text without its quotes.
pub type Text = Spanned<String>;

/// The items of one file, in order.
#[derive(Debug, Clone, Default)]
pub struct File {
    pub items: Vec<Item>,
}

/// A top-level declaration.
#[derive(Debug, Clone)]
pub struct Item {
    pub kind: ItemKind,
    pub span: Span,
    pub layer: LayerId,
}

impl Item {
    /// Whether it is a case, or changes one.
    pub fn is_case(&self) -> bool {
        match &self.kind {
            ItemKind::Change(change) => matches!(change.what, ItemKind::Case(_)),
            kind => matches!(kind, ItemKind::Case(_)),
        }
    }
}

#[derive(Debug, Clone)]
pub enum ItemKind {
    /// `标准 “title” 版本 “v”`
    Standard {
        title: Text,
        version: Option<Text>,
        notes: Vec<Text>,
    },
    /// `性质 A 必达 “A类指标”`, with the departments of the whole nature.
    Nature {
        name: Name,
        nature: Spanned<Nature>,
        title: Option<Text>,
        departments: Vec<Text>,
    },
    /// `评估对象 片区 代码 片区代码 名称 片区名称 成员 站点 基准年 基年`
    Subject {
        table: Name,
        code: Name,
        name: Option<Name>,
        members: Option<Name>,
        base_year: Option<Name>,
        /// `上级 州`: the field that says what the subject belongs to.
        superior: Option<Name>,
    },
    /// `轮次 初评、复评`
    Rounds(Vec<Name>),
    /// `评定来源 评定 条目 条目 轮次 轮次 结论 结论 = 达到 得分 得分 佐证 佐证材料`
    Judgements(JudgementSource),
    /// `否决来源 否决事项 条目 条目 轮次 轮次 存在 存在 说明 说明`
    Events(EventSource),
    /// `部门 甲、乙、丙 又作 丁` : canonical names; the alternative spellings belong to the last one named.
    Departments {
        names: Vec<Text>,
        aliases: Vec<Text>,
        notes: Vec<Text>,
    },
    /// `单位 册` or `单位 打 = 12 个`
    Unit {
        name: Name,
        value: Option<Expr>,
    },
    Table(Table),
    /// `总体 大筐 = 批次 其中 …`
    Population {
        name: Name,
        source: Name,
        filter: Option<Expr>,
        notes: Vec<Text>,
    },
    /// `参数 X = v 自 2018-09-01，w 自 2027-01-01`
    Parameter {
        name: Name,
        values: Vec<DatedValue>,
        notes: Vec<Text>,
    },
    /// `定义 批次.每百件(数量) = …`; without a table the definition belongs to the subject.
    Definition {
        table: Option<Name>,
        name: Name,
        parameters: Vec<Name>,
        body: Expr,
        notes: Vec<Text>,
    },
    /// `类别 质量`
    Category(Name),
    Indicator(Indicator),
    /// `否决 1 “…”`; with rules it is computed (`触发：…`), without it is read from the events.
    Veto {
        number: Spanned<String>,
        text: Text,
        body: Body,
    },
    /// `资格 1 “…”`
    Qualification {
        number: Spanned<String>,
        text: Text,
        body: Body,
    },
    /// `共计 指标 38 项、…`
    Totals(Vec<Total>),
    Verdict(Verdict),
    /// `步骤 3.1 “资格审核” 自 2026-01-11 至 2026-01-20 原文 “…”`
    Step(Step),
    /// `空号 指标 37`: a number that is left out on purpose.
    Vacant {
        indicator: Name,
        point: Option<Name>,
    },
    /// `修订 指标 1 …`: what a layer changes of the standard it stands on; none is left after merging.
    Change(Box<Change>),
    /// `核验 警告 大筐 其中 … “…”：…`: of the rows that it names.
    Verification(Box<Verification>),
    /// `用例 “title”`
    Case(Case),
    /// An item that could not be read; its diagnostic has been made.
    Broken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// 必达: every item must be met.
    Must,
    /// 计分: items score points.
    Scored,
    /// 否决: one triggered item decides.
    Veto,
    /// 资格: reported beside the verdict.
    Qualification,
}

#[derive(Debug, Clone)]
pub struct JudgementSource {
    pub table: Name,
    pub item: Name,
    pub round: Option<Name>,
    /// Field of the yes/no judgement and the option that counts as met.
    pub conclusion: Option<(Name, Name)>,
    /// `结论 等级 ≥ 良好`: options above it count too.
    pub or_better: bool,
    pub score: Option<Name>,
    pub evidence: Option<Name>,
}

#[derive(Debug, Clone)]
pub struct EventSource {
    pub table: Name,
    pub item: Name,
    pub round: Option<Name>,
    pub exists: Name,
    pub description: Option<Name>,
}

#[derive(Debug, Clone)]
pub struct Table {
    pub name: Name,
    pub title: Option<Text>,
    pub key: Vec<Name>,
    /// `引用 批次 按 站点代码、批次`
    pub references: Vec<CompositeReference>,
    /// `名称 站点名称`: the field shown as a row's name.
    pub display: Option<Name>,
    pub fields: Vec<Field>,
    pub checks: Vec<Verification>,
    pub notes: Vec<Text>,
}

#[derive(Debug, Clone)]
pub struct CompositeReference {
    pub table: Name,
    pub fields: Vec<Name>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: Name,
    pub ty: FieldType,
    pub span: Span,
    pub reference: Option<Name>,
    pub required: bool,
    /// `年度`: the field that says which year a row is of.
    pub is_year: bool,
    /// `可为负`
    pub signed: bool,
    /// `合计`: its rows add up to something that a report gives.
    pub additive: bool,
    pub range: Option<(Expr, Expr)>,
    pub help: Option<Text>,
    pub source: Option<Text>,
    pub aliases: Vec<Name>,
}

#[derive(Debug, Clone)]
pub enum FieldType {
    /// `文本`
    Text,
    /// `是否`
    Bool,
    /// `年月` (YYYY-MM)
    Month,
    /// `日期` (YYYY-MM-DD)
    Date,
    /// `整数 人`
    Integer(Option<UnitRef>),
    /// `小数 [2 位] 平方米`
    Decimal { places: Option<u8>, unit: Option<UnitRef> },
    /// `选项 甲、乙` or `有序选项 I、II` (ascending)
    Choice { options: Vec<Name>, ordered: bool },
}

/// `平方米/人`: names of units above and below the stroke.
#[derive(Debug, Clone)]
pub struct UnitRef {
    pub over: Vec<String>,
    pub under: Vec<String>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct DatedValue {
    pub value: Expr,
    /// The first day it holds; `None` holds from ever.
    pub from: Option<Spanned<Date>>,
    /// The last day it holds; `None` holds until another begins.
    pub until: Option<Spanned<Date>>,
}

/// A calendar day; a month stands as its first day with `day` 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

#[derive(Debug, Clone)]
pub struct Indicator {
    pub number: Spanned<String>,
    pub title: Text,
    pub nature: Name,
    pub full: Option<Spanned<Num>>,
    pub departments: Vec<Text>,
    pub points: Vec<Point>,
    pub notes: Vec<Text>,
}

#[derive(Debug, Clone)]
pub struct Point {
    pub number: Spanned<String>,
    pub text: Text,
    pub full: Option<Spanned<Num>>,
    pub body: Body,
    pub span: Span,
}

/// What stands under a point, a veto or a qualification.
#[derive(Debug, Clone, Default)]
pub struct Body {
    pub rules: Vec<Rule>,
    pub departments: Vec<Text>,
    pub notes: Vec<Text>,
}

#[derive(Debug, Clone)]
pub struct Rule {
    pub kind: RuleKind,
    pub label: Option<Text>,
    /// `得 1分：…`
    pub score: Option<Spanned<Num>>,
    /// `宽限 …` on the lines below.
    pub reliefs: Vec<Relief>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum RuleKind {
    /// A condition on the subject.
    Condition(Expr),
    /// `每个 大筐 其中 …：…`
    Each { population: Name, filter: Option<Expr>, tolerance: Option<Tolerance>, condition: Expr },
    /// `每个 大筐 至少 6 项达到，其余不低于 85%`, its parts on the lines below.
    Several(Several),
    /// `每组 大筐 按 站点.地带 其中 … 仅当 …：…`
    Group { population: Name, filter: Option<Expr>, keys: Vec<Expr>, having: Option<Expr>, tolerance: Option<Tolerance>, condition: Expr },
    /// `评定 佐证 “…”`
    Judged { evidence: Option<Text> },
    /// `互证 “…”：…`; flags a full judged score that the data contradicts.
    CrossCheck { text: Text, condition: Expr },
    /// `触发：…`, of a veto.
    Trigger(Expr),
}

/// Of several parts so many must be met by each row, and the rest by a share of what is asked.
#[derive(Debug, Clone)]
pub struct Several {
    pub population: Name,
    pub filter: Option<Expr>,
    pub count: Spanned<Num>,
    /// `至多 n 项未达到` rather than `至少 n 项达到`.
    pub counts_unmet: bool,
    /// `其余不低于 85%`: the number before the sign.
    pub floor: Option<Spanned<Num>>,
    pub parts: Vec<Part>,
}

/// `分项 “…”：…`
#[derive(Debug, Clone)]
pub struct Part {
    pub label: Text,
    pub condition: Expr,
    pub reliefs: Vec<Relief>,
    pub span: Span,
}

/// How many rows may fail.
#[derive(Debug, Clone)]
pub enum Tolerance {
    /// `至少 90% 达到`: the number before the sign.
    Share(Spanned<Num>),
    /// `允许 2 个例外`
    Exceptions(Spanned<Num>),
}

/// `宽限 “…” 其中 … 至 2027-12-31 后续 “…”：…`: what suffices of those that the filter names, up to a day.
#[derive(Debug, Clone)]
pub struct Relief {
    pub label: Text,
    pub filter: Option<Expr>,
    pub until: Option<Spanned<Date>>,
    /// What one who makes use of it owes.
    pub duty: Option<Text>,
    pub condition: Expr,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Total {
    /// `指标`, `要点`, `类别`, or the name of a nature.
    pub what: Name,
    /// `满分`: the sum of full scores; otherwise the number of items.
    pub is_full_score: bool,
    pub count: Spanned<Num>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Verdict {
    pub met: Text,
    pub not_met: Text,
    pub undetermined: Text,
    pub conditions: Vec<(Option<Text>, Expr)>,
    /// `等级 “优秀”：…`, the best first; the last has no condition.
    pub grades: Vec<(Text, Option<Expr>)>,
    pub notes: Vec<Text>,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub number: Spanned<String>,
    pub title: Text,
    pub from: Option<Spanned<Date>>,
    pub until: Option<Spanned<Date>>,
    /// The document's own words for the date.
    pub words: Option<Text>,
    pub notes: Vec<Text>,
}

#[derive(Debug, Clone)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A number as written, with its unit: `10%` is 10 with the unit `%`; the checker applies the unit's factor.
    Number {
        value: Num,
        unit: Option<UnitRef>,
    },
    Text(String),
    Bool(bool),
    Date(Date),
    /// `甲` or `甲.乙`
    Path(Vec<Name>),
    /// `函数(范围 其中 条件：值，值)`
    Call {
        name: Name,
        scope: Option<Scope>,
        arguments: Vec<Expr>,
    },
    /// `近 3 年`
    LastYears(Spanned<Num>),
    /// `前 1 年`
    YearsBefore(Spanned<Num>),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary {
        op: Spanned<BinaryOp>,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `x 属于 {甲、乙}`
    In {
        value: Box<Expr>,
        options: Vec<Expr>,
        negated: bool,
    },
    /// `若 a 则 b 否则 c`; without `否则` an implication.
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Option<Box<Expr>>,
    },
}

/// The rows a statistic is taken over.
#[derive(Debug, Clone)]
pub struct Scope {
    pub population: Name,
    pub filter: Option<Box<Expr>>,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    And,
    Or,
}

impl Date {
    /// Reads `YYYY-MM-DD`; `None` for anything else, and for days the calendar does not have.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return None };
        let read = |part: &str, len: usize| -> Option<u16> {
            let fits = part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
            if fits { part.parse().ok() } else { None }
        };
        let (year, month, day) = (read(year, 4)?, read(month, 2)?, read(day, 2)?);
        let exists = (1..=days_in(year, month)).contains(&day);
        exists.then(|| Some(Self { year: i32::from(year), month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? }))?
    }
}

impl Date {
    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        let in_month = u16::try_from(self.year).map_or(31, |y| days_in(y, u16::from(self.month)));
        if u16::from(self.day) < in_month {
            return Self { day: self.day + 1, ..self };
        }
        if self.month < 12 { Self { month: self.month + 1, day: 1, ..self } } else { Self { year: self.year + 1, month: 1, day: 1 } }
    }
}

/// How many days a month has; 0 for months there are not.
pub(super) fn days_in(year: u16, month: u16) -> u16 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u16::from(leap),
        _ => 0,
    }
}
