//! The shape of a page: plain data for the templates, every text ready to be printed, and only to be escaped.

use super::{board, first, layers, lists, missing, parts, plots, procedure, quality, reliefs, rounds};
use serde::Serialize;

/// A state in three forms, so that none hangs on colour.
#[derive(Debug, Clone, Serialize)]
pub struct State {
    pub class: &'static str,
    pub mark: &'static str,
    pub word: String,
}

#[derive(Debug, Serialize)]
pub struct Page {
    pub standard: Standard,
    /// What a partial run does not rest on; empty for a whole one.
    pub partial: String,
    pub round: Option<String>,
    pub date: Option<String>,
    pub code: String,
    pub name: String,
    pub verdict: State,
    pub reasons: Vec<Reason>,
    pub first: first::First,
    pub board: board::Board,
    pub rounds: Option<rounds::Rounds>,
    pub problems: Vec<Problem>,
    pub overview: Vec<OverviewRow>,
    pub terms: Vec<Term>,
    pub sum: String,
    pub categories: Vec<Category>,
    pub vetoes: Vec<PointView>,
    /// Who answers for vetoes that name nobody of their own.
    pub veto_departments: String,
    pub qualifications: Vec<PointView>,
    pub missing: missing::Missing,
    pub departments: Vec<lists::Department>,
    pub reliefs: Vec<reliefs::ReliefRow>,
    pub members: Option<lists::Members>,
    pub inputs: Vec<lists::InputRow>,
    pub notes: Vec<lists::NoteGroup>,
    pub parameters: Vec<lists::ParameterRow>,
    pub procedure: procedure::Procedure,
    /// What the checks of plausibility say, where there are any.
    pub quality: Option<quality::Quality>,
    /// What each layer above the first changed.
    pub changed_by: Vec<layers::LayerRow>,
}

#[derive(Debug, Serialize)]
pub struct Standard {
    pub title: String,
    pub version: String,
    pub layers: String,
    pub digest: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    pub label: String,
    pub state: State,
}

/// Something that stands between the subject and the verdict, on one line.
#[derive(Debug, Serialize)]
pub struct Problem {
    pub id: String,
    pub anchor: String,
    pub title: String,
    pub state: State,
    pub text: String,
}

#[derive(Debug, Serialize)]
pub struct OverviewRow {
    pub title: String,
    pub text: String,
}

/// One addend of the total score.
#[derive(Debug, Serialize)]
pub struct Term {
    pub id: String,
    pub anchor: String,
    pub title: String,
    pub score: String,
    pub full: String,
    pub state: State,
}

#[derive(Debug, Serialize)]
pub struct Category {
    pub name: String,
    pub indicators: Vec<IndicatorView>,
}

#[derive(Debug, Serialize)]
pub struct IndicatorView {
    pub id: String,
    pub anchor: String,
    pub title: String,
    pub nature: String,
    pub state: State,
    pub score: Option<String>,
    pub departments: String,
    /// The layers that wrote it, where one above the first did.
    pub layers: Option<String>,
    pub points: Vec<PointView>,
    /// Those of all its points.
    pub tags: board::Tags,
}

#[derive(Debug, Serialize)]
pub struct PointView {
    pub id: String,
    pub anchor: String,
    pub text: String,
    pub state: State,
    pub score: Option<String>,
    pub departments: String,
    pub layers: Option<String>,
    pub flags: Vec<String>,
    pub checks: Vec<CheckView>,
    /// On one line: why it is not met, what it waits for, or its value.
    pub headline: String,
    /// Whether its line says all that there is to say on paper.
    pub brief: bool,
    pub tags: board::Tags,
}

#[derive(Debug, Serialize)]
pub struct CheckView {
    pub label: String,
    pub rule: String,
    pub state: State,
    pub value: String,
    pub threshold: String,
    pub score: Option<String>,
    pub evidence: Option<String>,
    pub failures: Vec<FailureView>,
    pub missing: Vec<String>,
    /// Each of several things asked of a row.
    pub parts: Vec<parts::PartView>,
    pub plots: Vec<plots::Plot>,
    pub spread: Option<plots::SpreadView>,
    pub operands: Vec<plots::OperandView>,
    /// How failing rows spread over members that have several.
    pub by_member: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct FailureView {
    pub row: String,
    pub value: String,
    pub threshold: String,
    pub shortfall: String,
    pub source: String,
}

/// A page that leads to the others.
#[derive(Debug, Serialize)]
pub struct Index {
    pub standard: Standard,
    pub round: Option<String>,
    pub date: Option<String>,
    /// How many subjects there are, by verdict.
    pub counts: String,
    pub verdicts: Vec<board::Choice>,
    pub columns: Vec<String>,
    pub rows: Vec<IndexRow>,
    pub groups: Vec<GroupRow>,
}

/// What several subjects belong to.
#[derive(Debug, Serialize)]
pub struct GroupRow {
    pub name: String,
    pub verdict: State,
    pub counts: String,
    /// The subjects that are not met.
    pub failing: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct IndexRow {
    pub code: String,
    pub name: String,
    pub href: String,
    pub verdict: State,
    /// By which verdicts are sorted.
    pub rank: u8,
    /// One for each nature.
    pub cells: Vec<IndexCell>,
    /// How many cells of data are missing.
    pub missing: usize,
    /// What the subject belongs to, where that is known.
    pub group: String,
    pub reasons: Vec<Reason>,
}

/// A cell and what it is sorted by, where that is not its text.
#[derive(Debug, Clone, Serialize)]
pub struct IndexCell {
    pub text: String,
    pub key: String,
}
