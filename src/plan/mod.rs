//! The evaluation plan: fewer kinds than the tree, typed, ordered, plain data.
//!
//! Takes the resolved tree and its types; gives what the evaluator runs. Knows no text of the language.

mod case;
mod paths;
mod print;
mod reads;
mod totals;
mod verification;
mod walk;

pub use case::{Case, Checked, Expectation, ExpectationKind, Given, GivenColumn, GivenRow, ItemRef, VerdictWord, Wanted};
pub use print::{RuleRef, Way, dot, expression, json, json_by, text, text_by};
pub use reads::{Reads, reads};
pub use totals::{Total, Totals, totals};
pub use verification::{Requirement, Verification};

use crate::source::{LayerId, Span};
use crate::value::{Num, Text, Unit};
use std::collections::BTreeMap;

/// Index into [`Plan::tables`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub usize);
/// Index into [`Table::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub usize);
/// Index into [`Plan::populations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PopulationId(pub usize);
/// Index into [`Plan::natures`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NatureId(pub usize);

/// A whole standard, ready to run.
#[derive(Debug, Clone)]
pub struct Plan {
    pub standard: Standard,
    pub natures: Vec<Nature>,
    pub rounds: Vec<String>,
    pub tables: Vec<Table>,
    pub subject: Subject,
    pub judgements: Option<Judgements>,
    pub events: Option<Events>,
    /// In dependency order: a population's parent stands before it.
    pub populations: Vec<Population>,
    pub parameters: Vec<Parameter>,
    /// Those of which the authors say how they read it.
    pub definitions: Vec<Definition>,
    /// Values and reliefs of limited periods, where no day was given: fit to be checked, not to be judged by.
    pub undated: Vec<String>,
    pub departments: Vec<Department>,
    pub categories: Vec<String>,
    pub indicators: Vec<Indicator>,
    pub vetoes: Vec<Item>,
    pub qualifications: Vec<Item>,
    pub verdict: Option<Verdict>,
    pub steps: Vec<Step>,
    /// Checks of plausibility: those of the tables in their order, then those that stand by themselves.
    pub verifications: Vec<Verification>,
    pub cases: Vec<Case>,
    pub history: History,
}

/// Which layers wrote what.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// By the number of an item, or what else is called so (`参数 甲`), where a layer above the first had a hand in it: the layer that
    /// it came with and those that changed it, innermost first.
    pub items: BTreeMap<String, Vec<LayerId>>,
    /// What each layer above the first does, in the order written.
    pub changes: Vec<LayerChange>,
    /// The layers that are declared, and so proven, to ask for no less than their base in anything.
    pub stricter: Vec<LayerId>,
}

/// One line of a layer.
#[derive(Debug, Clone)]
pub struct LayerChange {
    pub layer: LayerId,
    /// `修订`
    pub verb: &'static str,
    /// What kind of thing is changed: `要点`, `数据表`.
    pub kind: String,
    /// Its number or name: `1.2`; empty where there is only one of the kind.
    pub name: String,
    pub span: Span,
}

impl Plan {
    /// The layers of an item by its number, or of what else is called so, `甲 → 乙`; nothing where only the first layer wrote it.
    pub fn layers_of(&self, id: &str) -> Option<String> {
        let layers = self.history.items.get(id).filter(|_| self.standard.layers.len() > 1)?;
        let names: Vec<&str> = layers.iter().filter_map(|l| self.layer_name(*l)).collect();
        Some(names.join(" → "))
    }

    /// What a layer is called.
    pub fn layer_name(&self, layer: LayerId) -> Option<&str> {
        self.standard.layers.get(usize::from(layer.0)).map(String::as_str)
    }

    /// Points, vetoes and qualifications.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.indicators.iter().flat_map(|i| &i.points).chain(&self.vetoes).chain(&self.qualifications)
    }

    /// The point, veto or qualification; `None` for indicators.
    pub fn item(&self, of: &ItemRef) -> Option<&Item> {
        match of {
            ItemRef::Indicator(_) => None,
            ItemRef::Point(id) => self.indicators.iter().flat_map(|i| &i.points).find(|i| i.id == *id),
            ItemRef::Veto(id) => self.vetoes.iter().find(|i| i.id == *id),
            ItemRef::Qualification(id) => self.qualifications.iter().find(|i| i.id == *id),
        }
    }
}

/// What the outcome says of the standard.
#[derive(Debug, Clone)]
pub struct Standard {
    pub id: String,
    pub title: String,
    pub version: String,
    /// From the base outwards.
    pub layers: Vec<String>,
    /// `sha256:…` over the spec's files.
    pub digest: String,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Nature {
    /// The standard's own label (`A`).
    pub name: Text,
    pub kind: NatureKind,
    pub title: String,
    pub departments: Vec<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NatureKind {
    Must,
    Scored,
    Veto,
    Qualification,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: String,
    pub title: String,
    pub fields: Vec<Field>,
    pub key: Vec<FieldId>,
    pub references: Vec<Reference>,
    /// The field shown as a row's name.
    pub display: Option<FieldId>,
    /// References to follow, in turn, to the subject's table; `Some([])` for that table itself, `None` for tables of no subject.
    pub subject_path: Option<Vec<ReferenceId>>,
    /// Whether the key is the reference to the subject alone: at most one row per subject.
    pub one_per_subject: bool,
    pub year: Option<FieldId>,
    pub notes: Vec<String>,
}

/// Index into [`Table::references`] of the table at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReferenceId(pub usize);

/// Fields here that name a row of another table by its key (in the key's order).
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub fields: Vec<FieldId>,
    pub table: TableId,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    pub ty: FieldType,
    /// Part of the key, a reference, or declared `必填`: the column must be there.
    pub required: bool,
    pub signed: bool,
    /// Declared `合计`: a report gives what its rows add up to.
    pub additive: bool,
    /// Inclusive, in the declared unit.
    pub range: Option<(Num, Num)>,
    pub help: String,
    pub source: String,
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FieldType {
    Text,
    Bool,
    /// Year and month.
    Month,
    Date,
    /// A whole number of the unit.
    Integer(Unit),
    /// A decimal of the unit; `places` are those declared (2 where not).
    Decimal {
        places: u8,
        unit: Unit,
    },
    /// Options in ascending order where `ordered`.
    Choice {
        options: Vec<String>,
        ordered: bool,
    },
}

/// What is judged.
#[derive(Debug, Clone)]
pub struct Subject {
    pub table: TableId,
    pub code: FieldId,
    pub name: Option<FieldId>,
    /// The table whose rows reports group findings by (the members).
    pub members: Option<TableId>,
    /// The year of application, in the context of the subject.
    pub base_year: Option<FieldId>,
    /// What the subject belongs to, summed up over its subjects.
    pub superior: Option<FieldId>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Judgements {
    pub table: TableId,
    pub item: FieldId,
    pub round: Option<FieldId>,
    pub conclusion: Option<FieldId>,
    /// The option that counts as met.
    pub met_option: usize,
    /// Whether the options above it count as met too.
    pub or_better: bool,
    pub score: Option<FieldId>,
    pub evidence: Option<FieldId>,
}

#[derive(Debug, Clone)]
pub struct Events {
    pub table: TableId,
    pub item: FieldId,
    pub round: Option<FieldId>,
    pub exists: FieldId,
    pub description: Option<FieldId>,
}

/// A named set of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    pub name: String,
    pub table: TableId,
    pub parent: Option<PopulationId>,
    /// In the context of a row of `table`.
    pub filter: Option<Expr>,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    /// As printed, with unit, at the date of the run.
    pub value: String,
    pub from: Option<String>,
    pub until: Option<String>,
    pub notes: Vec<String>,
    /// All its values, in the order written.
    pub values: Vec<DatedValue>,
    /// Whether more of it asks for more (`true`) or for less of everything judged by it; nothing where that cannot be said.
    pub asks_more: Option<bool>,
}

/// A value of a parameter, and when it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedValue {
    /// As printed, with unit.
    pub text: String,
    /// In base units; nothing where it is no number.
    pub number: Option<Num>,
    pub from: Option<String>,
    pub until: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Definition {
    pub name: String,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Department {
    pub name: String,
    /// Other spellings in the document.
    pub aliases: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Indicator {
    pub id: Text,
    pub title: Text,
    pub category: Text,
    pub nature: NatureId,
    pub full: Option<Num>,
    /// As spelled in the document.
    pub departments: Vec<Text>,
    pub points: Vec<Item>,
    pub notes: Vec<String>,
    pub origin: Origin,
}

/// Where a thing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    pub span: Span,
    pub layer: LayerId,
}

/// A point, a veto or a qualification.
#[derive(Debug, Clone)]
pub struct Item {
    /// `8.2`, `否决.1`, `资格.3`
    pub id: Text,
    pub text: Text,
    pub full: Option<Num>,
    pub departments: Vec<Text>,
    pub checks: Vec<Check>,
    /// Conditions that a full judged score must not contradict.
    pub cross_checks: Vec<CrossCheck>,
    pub notes: Vec<String>,
    pub origin: Origin,
}

#[derive(Debug, Clone)]
pub struct CrossCheck {
    pub text: String,
    pub condition: Expr,
    /// The rule as written in the spec.
    pub rule: String,
}

#[derive(Debug, Clone)]
pub struct Check {
    pub label: Text,
    /// The rule as written in the spec, one line.
    pub rule: Text,
    pub kind: CheckKind,
    /// Points that this check alone is worth.
    pub score: Option<Num>,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CheckKind {
    /// In the context of the subject.
    Condition(Judged),
    /// Every row of a population.
    Each { rows: Rows, judged: Judged },
    /// Every row of a population, by several parts of which so many must be met.
    Several { rows: Rows, least: usize, parts: Vec<Part> },
    /// Every group of rows with equal keys; aggregates inside are over the group.
    Group { rows: Rows, keys: Vec<GroupKey>, having: Option<Expr>, judged: Judged },
    /// A number of points, from nothing to the check's full score.
    Points { value: Expr },
    /// Read from the judgements: the conclusion, or the score where the item has a full score.
    Judgement { evidence: Option<String> },
    /// Read from the events.
    Event,
    /// A veto that data triggers.
    Trigger(Judged),
}

/// One of several things asked of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub label: Text,
    /// As written in the spec, one line.
    pub rule: Text,
    pub judged: Judged,
    /// What even a part that is not met must reach.
    pub floor: Option<Floor>,
}

/// A comparison with a share of what is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Floor {
    pub condition: Expr,
    pub op: CompareOp,
    pub threshold: Expr,
}

impl Floor {
    /// The share of what is asked.
    pub fn share(&self) -> Option<&Num> {
        match &self.threshold {
            Expr::Arithmetic { right, .. } => match &**right {
                Expr::Number(share) => Some(share),
                _ => None,
            },
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct GroupKey {
    pub name: String,
    pub value: Expr,
}

/// Rows of a population or a whole table, filtered further.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    pub table: TableId,
    pub population: Option<PopulationId>,
    pub filter: Option<Box<Expr>>,
    /// As the reader knows it (`大筐`).
    pub name: String,
}

/// A condition with what a report shows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub condition: Expr,
    /// Where the condition is one comparison of a number: the side that varies, the other, and how to show them.
    pub comparison: Option<Comparison>,
    /// What suffices instead, of some rows; those that had ended by the day of the run are left out.
    pub reliefs: Vec<Relief>,
    /// How many rows may fail; `None` where none may.
    pub tolerance: Option<Tolerance>,
    /// The numbers with units that something in the condition is compared with, as they are written.
    pub written: Vec<Written>,
}

/// A number, in base units, and the unit that it is written with.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub number: Num,
    pub unit: Unit,
}

/// What suffices instead of the condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Relief {
    pub label: Text,
    pub until: Option<String>,
    /// What one who makes use of it owes; empty where nothing.
    pub duty: Text,
    pub filter: Option<Expr>,
    pub condition: Expr,
    pub comparison: Option<Comparison>,
    pub floor: Option<Floor>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Tolerance {
    /// At least this share of the rows must be met.
    Share(Num),
    /// At most so many rows may fail.
    Exceptions(usize),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub value: Expr,
    pub op: CompareOp,
    pub threshold: Expr,
    /// Values are exact in base units; divide by its factor for display.
    pub unit: Unit,
    pub shortfall: Option<Shortfall>,
    /// `≥ 4.2`, where it is the same for all.
    pub limit: Option<Text>,
}

impl Comparison {
    /// What is compared and how, and the unit to show it in.
    pub fn new(value: Expr, op: CompareOp, threshold: Expr, unit: Unit, shortfall: Option<Shortfall>) -> Self {
        let limit = match &threshold {
            Expr::Number(number) => Some(Text::kept(&format!("{} {}", op.sign(), unit.shown(number)))),
            _ => None,
        };
        Self { value, op, threshold, unit, shortfall, limit }
    }
}

/// `value = numerator × rest`: the least change of the numerator, in whole `step`s, that would mend the row.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortfall {
    pub numerator: Expr,
    pub rest: Option<Expr>,
    /// In base units.
    pub step: Num,
    pub unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl CompareOp {
    /// The sign of the comparison.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "≠",
            Self::Lt => "<",
            Self::Le => "≤",
            Self::Gt => ">",
            Self::Ge => "≥",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    Add,
    Sub,
    Mul,
    Div,
}

/// Numbers are in base units throughout: a field in 万元 is multiplied when read.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Number(Num),
    Text(String),
    Bool(bool),
    /// Months since year 0 (year × 12 + month − 1).
    Month(i64),
    /// Days, proleptic Gregorian, as year × 10000 + month × 100 + day.
    Date(i64),
    /// An option by its index.
    Choice(usize),
    /// A field of the current row, or of the row reached by references from it; in the subject's context, of the subject's row.
    Field {
        table: TableId,
        path: Vec<ReferenceId>,
        field: FieldId,
    },
    /// A field of the subject's only row in a table of one row per subject.
    SubjectField {
        table: TableId,
        field: FieldId,
    },
    Arithmetic {
        op: ArithmeticOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Negate(Box<Expr>),
    /// Numbers, ordered options, months, dates; `Eq` and `Ne` also texts and truths.
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    /// Equality with one of the options.
    In {
        value: Box<Expr>,
        options: Vec<Expr>,
    },
    /// Truths or numbers; without `otherwise` an implication.
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Option<Box<Expr>>,
    },
    Aggregate {
        function: Aggregate,
        scope: Scope,
        arguments: Vec<Expr>,
    },
    /// Over the rows of a table with a year, for the `years` years before the base year.
    Series {
        function: Series,
        table: TableId,
        filter: Option<Box<Expr>>,
        value: Box<Expr>,
        years: u32,
    },
    /// The value of the row `back` years before the base year.
    YearValue {
        table: TableId,
        filter: Option<Box<Expr>>,
        value: Box<Expr>,
        back: u32,
    },
    /// The value in the row of the year before, of the same key but for the year.
    FormerYear {
        table: TableId,
        value: Box<Expr>,
    },
    /// Plain functions of numbers.
    Function {
        function: Function,
        arguments: Vec<Expr>,
    },
    /// In the verdict: over the items of a nature or a category.
    Tally {
        tally: Tally,
        over: Over,
    },
    /// The base year of the subject (available in every context).
    BaseYear,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    pub rows: Rows,
    pub extent: Extent,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Extent {
    /// All rows of the subject.
    Subject,
    /// The rows whose references lead, by this path, to the current row.
    Related(Vec<ReferenceId>),
    /// The rows of the group at hand.
    Group,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// Number of rows; no argument.
    Count,
    Sum,
    Mean,
    Min,
    Max,
    /// Share of rows for which the truth holds.
    Share,
    /// Weighted coefficient of variation of x/p with weights p; arguments x, p.
    Variation,
    /// Population standard deviation weighted as `Variation`; arguments x, p.
    Deviation,
    /// The value below which a share of the rows lies, between neighbours in proportion; arguments x, share.
    Quantile,
    /// Coefficient of variation with the sample deviation (n − 1), unweighted.
    SampleVariation,
    /// Whether any row / all rows hold.
    Any,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Series {
    /// Each year at least the one before.
    NeverFalls,
    /// Each year more than the one before.
    Rises,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    Abs,
    Min,
    Max,
    Mean,
    Ceil,
    Floor,
    /// `保留(x，n)`: n places, half up.
    Round,
    /// How many of the conditions hold.
    Holding,
}

/// Which items are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Over {
    Nature(NatureId),
    /// Index into [`Plan::categories`].
    Category(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tally {
    /// All items of the nature are met.
    AllMet,
    /// Sum of scores, an interval where parts are undetermined.
    TotalScore,
    /// No item of the nature is triggered.
    NoneTriggered,
    /// How many are met.
    MetCount,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub met: Text,
    pub not_met: Text,
    pub undetermined: Text,
    pub conditions: Vec<VerdictCondition>,
    /// The best first; the last holds where none before it does.
    pub grades: Vec<Grade>,
    /// The total score that the conditions ask for, if one does.
    pub pass: Option<Num>,
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Grade {
    pub label: String,
    pub condition: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct VerdictCondition {
    pub label: Text,
    pub condition: Expr,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub id: String,
    pub title: String,
    pub from: Option<String>,
    pub until: Option<String>,
    pub words: String,
    pub notes: Vec<String>,
}
