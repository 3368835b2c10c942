//! The outcome: what the evaluation found, as data. Serialises to the JSON that other programs rely on.

use super::score::Interval;
use super::verification::VerificationOutcome;
use crate::plan::Total;
use crate::value::Text;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The outcome of one run.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    pub schema: &'static str,
    pub standard: StandardRef,
    pub round: Option<String>,
    pub date: Option<String>,
    pub inputs: Vec<Input>,
    /// Present where tables with errors were left out instead of failing the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<Partial>,
    pub subjects: Vec<SubjectOutcome>,
    /// The checks of plausibility that are no errors; absent where the standard has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verifications: Vec<VerificationOutcome>,
    /// What the subjects belong to, where the standard says so: not met as soon as one of them is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupOutcome>,
}

/// Subjects that belong to the same superior.
#[derive(Debug, Clone, Serialize)]
pub struct GroupOutcome {
    /// `null` for the subjects of which it is not filled in.
    pub code: Option<String>,
    pub name: Option<String>,
    pub verdict: Verdict,
    pub verdict_text: Text,
    pub met: usize,
    pub not_met: usize,
    pub undetermined: usize,
    pub subjects: Vec<GroupSubject>,
}

#[derive(Debug, Clone, Serialize)]
pub struct GroupSubject {
    pub code: String,
    pub name: String,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Serialize)]
pub struct StandardRef {
    pub id: String,
    pub title: String,
    pub version: String,
    pub layers: Vec<String>,
    pub digest: String,
}

/// What a partial run does not rest on: tables by name.
#[derive(Debug, Clone, Serialize)]
pub struct Partial {
    /// Given, but not used because of errors in them.
    pub left_out: Vec<String>,
    pub not_given: Vec<String>,
}

/// A file that was read.
#[derive(Debug, Clone, Serialize)]
pub struct Input {
    pub table: String,
    pub file: String,
    pub encoding: String,
    pub rows: usize,
    pub sha256: String,
    /// In a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// Where a row stands. It serialises as the table and the row's key (`表[代码=03，批次=大筐]`), the same however the data came: the inputs
/// tell the table's files, and reports show the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The table and the row's key.
    pub row: String,
    /// `file:line`, or `file!sheet:line`.
    pub place: String,
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.row)
    }
}

/// Read back, it says no more than it wrote.
impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = String::deserialize(deserializer)?;
        Ok(Self { place: row.clone(), row })
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.place)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    NotMet,
    Undetermined,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VetoVerdict {
    Clear,
    Triggered,
    Undetermined,
}

#[derive(Debug, Clone, Serialize)]
pub struct SubjectOutcome {
    pub code: String,
    pub name: String,
    pub verdict: Verdict,
    /// The standard's own word for the verdict.
    pub verdict_text: Text,
    /// The grade, where the standard has grades and it is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<String>,
    /// The grades still possible where data are missing, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grades_possible: Vec<String>,
    pub reasons: Vec<Reason>,
    pub must: Counts,
    pub score: TotalScore,
    pub vetoes: Vec<VetoOutcome>,
    pub qualifications: Vec<PointOutcome>,
    pub indicators: Vec<IndicatorOutcome>,
    /// What it is, in plain figures, where the run was asked for its working; no part of the JSON.
    #[serde(skip)]
    pub facts: Vec<Fact>,
}

/// The rows of a subject in one table.
#[derive(Debug, Clone)]
pub struct Fact {
    /// The table's title.
    pub table: String,
    /// How many rows; `None` where it has but one.
    pub rows: Option<usize>,
    pub values: Vec<FactValue>,
}

/// A field of the only row, how many rows have an option, or what the rows of a field come to.
#[derive(Debug, Clone)]
pub struct FactValue {
    pub field: String,
    pub option: Option<String>,
    /// How the value is made of several rows.
    pub total: Option<Total>,
    pub value: String,
    pub unit: Option<Text>,
    /// How many cells are empty.
    pub empty: usize,
}

/// One condition of the verdict.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    pub label: Text,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Counts {
    pub total: usize,
    pub met: usize,
    pub not_met: usize,
    pub undetermined: usize,
}

/// Decimal strings.
#[derive(Debug, Clone, Serialize)]
pub struct TotalScore {
    pub min: String,
    pub max: String,
    pub full: String,
    pub pass: Option<String>,
}

/// Decimal strings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Score {
    pub min: String,
    pub max: String,
    pub full: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VetoOutcome {
    pub id: Text,
    pub text: Text,
    pub verdict: VetoVerdict,
    pub checks: Vec<CheckOutcome>,
}

#[derive(Debug, Clone, Serialize)]
pub struct IndicatorOutcome {
    pub id: Text,
    pub title: Text,
    pub category: Text,
    /// The standard's own label.
    pub kind: Text,
    /// `must` or `scored`
    pub nature: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    pub departments: Vec<Text>,
    pub points: Vec<PointOutcome>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PointOutcome {
    pub id: Text,
    pub text: Text,
    pub verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    pub flags: Vec<String>,
    pub checks: Vec<CheckOutcome>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckOutcome {
    pub label: Text,
    pub verdict: Verdict,
    pub applicable: bool,
    /// The rule as written.
    pub rule: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// The value of a single check, a decimal string; `null` where missing or over rows.
    pub value: Option<String>,
    /// `≥ 4.2`
    pub threshold: Option<Text>,
    /// Unit of value and threshold, for people.
    pub unit: Option<Text>,
    /// To how many places people print the value; no part of the JSON.
    #[serde(skip)]
    pub places: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_met: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undetermined: Option<usize>,
    /// How the rows stand in each of several parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartCount>,
    /// The rows that are met by a relief only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reliefs: Vec<Relieved>,
    pub failures: Vec<Failure>,
    pub missing: Vec<Gap>,
    /// What the judgements say by way of evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// Where the run was asked for it; no part of the JSON.
    #[serde(skip)]
    pub working: Working,
    /// The score that was read or worked out, where the check gives one; no part of the JSON, which shows it.
    #[serde(skip)]
    pub(crate) judged: Option<Box<Interval>>,
}

impl CheckOutcome {
    /// Whether the score that was read is the full one.
    pub(crate) fn is_full(&self) -> bool {
        self.judged.as_ref().is_some_and(|s| s.min >= s.full)
    }
}

/// How a check came about, row by row.
#[derive(Debug, Clone, Default)]
pub struct Working {
    /// Every row or group that was judged, in the data's order.
    pub rows: Vec<Standing>,
    /// What a weighted coefficient of variation is made of.
    pub spread: Option<Box<Spread>>,
    /// The cells and statistics that a check on the subject itself reads.
    pub operands: Vec<Operand>,
}

/// Something a value is made of: a cell, or a statistic over rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    pub name: String,
    /// The year, where the operand is of one.
    pub year: Option<String>,
    /// Absent where missing.
    pub value: Option<String>,
    pub unit: Option<Text>,
    pub source: Option<Source>,
    /// How many rows a statistic is over.
    pub rows: Option<usize>,
}

/// How one row stands, whether it fails or not.
#[derive(Debug, Clone)]
pub struct Standing {
    pub verdict: Verdict,
    /// Whether it takes a relief to be met.
    pub relieved: bool,
    /// The row and its numbers; no shortfall where it is met.
    pub row: Failure,
    /// Each of several parts, in the order of the check's parts.
    pub parts: Vec<PartStanding>,
}

#[derive(Debug, Clone)]
pub struct PartStanding {
    pub verdict: Verdict,
    /// Whether the floor is reached, where there is one.
    pub floor: Option<Verdict>,
    pub relieved: bool,
    pub part: PartFailure,
}

/// The values that a weighted coefficient of variation is over, in the unit in which the same indicator shows them.
#[derive(Debug, Clone)]
pub struct Spread {
    /// The mean of all, weighted.
    pub mean: String,
    pub unit: Option<Text>,
    pub rows: Vec<SpreadRow>,
}

#[derive(Debug, Clone)]
pub struct SpreadRow {
    pub key: serde_json::Map<String, serde_json::Value>,
    pub name: Option<String>,
    pub member: Option<String>,
    pub value: String,
    pub weight: String,
    /// Its share of the weighted squares of the distances from the mean, 0 to 1.
    pub share: String,
}

/// The rows by one of several parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartCount {
    pub label: Text,
    pub rule: Text,
    /// `≥ 4.2`, where it is the same for every row.
    pub threshold: Option<Text>,
    pub unit: Option<Text>,
    #[serde(skip)]
    pub places: u8,
    pub met: usize,
    pub not_met: usize,
    pub undetermined: usize,
    /// Of those not met, the rows below the floor; `null` where there is none.
    pub below_floor: Option<usize>,
}

/// One of several parts that a failing row does not meet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartFailure {
    pub label: Text,
    pub value: Option<String>,
    pub threshold: Option<Text>,
    pub unit: Option<Text>,
    #[serde(skip)]
    pub places: u8,
    /// `≥ 3.57`: what the row must reach at the least.
    pub floor: Option<Text>,
    pub below_floor: bool,
    pub shortfall: Option<String>,
    pub shortfall_unit: Option<String>,
}

/// A row, a group or the subject itself that is met by a relief only, and what it owes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Relieved {
    pub key: serde_json::Map<String, serde_json::Value>,
    pub name: Option<String>,
    pub value: Option<String>,
    /// What sufficed.
    pub threshold: Option<Text>,
    pub unit: Option<Text>,
    /// The relief, and the part of the rule where it has several.
    pub relief: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Text>,
    pub until: Option<String>,
    pub duty: Option<Text>,
    pub source: Option<Source>,
    pub member: Option<String>,
}

/// A row or group that fails.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Failure {
    /// Field names and values, in the key's order.
    pub key: serde_json::Map<String, serde_json::Value>,
    pub name: Option<String>,
    pub value: Option<String>,
    /// The row's own threshold.
    pub threshold: Option<Text>,
    pub shortfall: Option<String>,
    pub shortfall_unit: Option<String>,
    /// The parts that it does not meet, where the rule has several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartFailure>,
    /// `file:line` of the row; empty for groups.
    pub source: Option<Source>,
    /// The member that the row belongs to: its key, joined by `/`.
    pub member: Option<String>,
}

/// A word of this program's own.
pub type Word = &'static str;

/// A cell that is missing and matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub table: String,
    /// Field names and values; empty where the whole table is missing.
    pub key: serde_json::Map<String, serde_json::Value>,
    pub field: Option<String>,
    /// `missing_cell`, `missing_row`, `missing_table`, `zero_denominator`
    #[serde(deserialize_with = "gap_reason")]
    pub reason: Word,
    pub name: Option<String>,
    pub source: Option<Source>,
    pub member: Option<String>,
}

/// A reason of a gap as this program writes it.
fn gap_reason<'de, D: Deserializer<'de>>(from: D) -> Result<Word, D::Error> {
    let word = String::deserialize(from)?;
    let known = ["missing_cell", "missing_row", "missing_table", "zero_denominator"];
    known.into_iter().find(|k| *k == word).ok_or_else(|| serde::de::Error::custom("reason"))
}
