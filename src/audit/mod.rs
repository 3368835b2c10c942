//! Looks for what is likely to be wrong in data: checks that fail, the cells that explain them, and the cells on which a verdict hangs.
//!
//! Takes a plan and the data that was read against it; gives the findings of every check of plausibility, the least sets of cells that
//! explain those that fail, and the single cells of which a plausible change would turn a verdict. Knows no file format and no template.

mod cells;
mod checks;
mod flips;
mod hitting;
mod marks;
mod slips;
mod suspects;
mod targets;

pub use cells::CellRef;
pub use flips::{Flip, Hanging, SlipOf, Turned};
pub use marks::marks;
pub use suspects::{Failing, Repair, Slot, Suspect, Suspects};

use crate::data::Dataset;
use crate::diagnostic::Severity;
use crate::eval::{Context, Input, RunOptions, StandardRef, VerificationFinding, subjects, title};
use crate::plan::Plan;
use cells::Cells;
use checks::Checks;
use serde::Serialize;

/// How many cells of one finding are told.
const CELLS: usize = 8;
/// How many rows that could not be checked are told of one check.
const GAPS: usize = 20;

/// What an audit found.
#[derive(Debug, Clone, Serialize)]
pub struct Audit {
    pub schema: &'static str,
    pub standard: StandardRef,
    pub round: Option<String>,
    pub date: Option<String>,
    pub inputs: Vec<Input>,
    pub summary: Summary,
    /// Every check, the gravest first, in the standard's order within a level.
    pub checks: Vec<Checked>,
    pub suspects: Vec<Suspects>,
    /// Per subject, the cells on which its verdicts hang.
    pub hanging: Vec<Hanging>,
}

/// How many rows fail, by level, and how many could not be checked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    pub checks: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
    pub not_checkable: usize,
}

/// One check of plausibility.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    pub text: String,
    /// `error`, `warning` or `note`
    pub level: &'static str,
    /// The level as it is written.
    pub word: &'static str,
    /// The table or population whose rows are checked.
    pub over: String,
    pub rule: String,
    pub rows: usize,
    pub held: usize,
    pub failed: usize,
    pub not_checkable: usize,
    pub inapplicable: usize,
    pub findings: Vec<Finding>,
    /// The first of the rows that could not be checked.
    pub gaps: Vec<Gap>,
}

/// A row that fails a check, and the cells that it was checked by.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    #[serde(flatten)]
    pub row: VerificationFinding,
    /// What stands there and what was to be expected.
    pub said: Option<String>,
    pub cells: Vec<CellRef>,
    /// How many more cells there are.
    pub more: usize,
}

/// A row that could not be checked.
#[derive(Debug, Clone, Serialize)]
pub struct Gap {
    pub name: Option<String>,
    pub source: Option<String>,
    /// What is missing for it.
    pub missing: String,
}

/// Audits the data, of the subjects in the options where some are named.
pub fn audit(plan: &Plan, data: &Dataset, options: &RunOptions) -> Audit {
    let context = Context::new(plan, data, options.round.as_deref());
    let cells = Cells::new(&context);
    let checks = Checks::new(&context, &options.subjects);
    let mut told: Vec<Checked> = plan.verifications.iter().enumerate().map(|(i, _)| checked(&checks, &cells, i)).collect();
    told.sort_by_key(|c| match c.level {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    });
    let heading = title(plan, data, options);
    Audit {
        schema: "biaochi.audit/1",
        standard: heading.standard,
        round: heading.round,
        date: heading.date,
        inputs: heading.inputs,
        summary: summary(&checks),
        checks: told,
        suspects: suspects::suspects(&checks, &cells),
        hanging: subjects(plan, data, options).iter().map(|of| flips::hanging(&checks, &cells, of)).collect(),
    }
}

fn summary(checks: &Checks<'_>) -> Summary {
    let mut summary = Summary { checks: checks.plan().verifications.len(), ..Summary::default() };
    for (check, verified) in checks.plan().verifications.iter().zip(&checks.verified) {
        let failed = verified.failed.len();
        match check.level {
            Severity::Error => summary.errors += failed,
            Severity::Warning => summary.warnings += failed,
            Severity::Note => summary.notes += failed,
        }
        summary.not_checkable += verified.unknown.len();
    }
    summary
}

fn checked(checks: &Checks<'_>, cells: &Cells<'_>, index: usize) -> Checked {
    let (context, nothing) = (checks.context, Default::default());
    let verified = checks.verified.get(index).unwrap_or(&nothing);
    let Some(check) = checks.plan().verifications.get(index) else { return Checked::default() };
    let outcome = context.verification(check, verified);
    let findings = outcome.findings.into_iter().zip(&verified.failed);
    let findings = findings.map(|(row, violation)| {
        let support = checks.support((index, violation.row));
        let shown: Vec<CellRef> = support.iter().take(CELLS).map(|c| cells.named(*c)).collect();
        Finding { said: row.said(), more: support.len() - shown.len(), cells: shown, row }
    });
    let gaps = verified.unknown.iter().take(GAPS).map(|(row, gaps)| Gap {
        name: context.name_of(check.rows.table, *row),
        source: context.source_of(check.rows.table, *row).map(|s| s.to_string()),
        missing: missing(context, gaps),
    });
    Checked {
        text: outcome.text,
        level: outcome.level,
        word: check.word(),
        over: outcome.over,
        rule: outcome.rule,
        rows: outcome.rows,
        held: outcome.held,
        failed: outcome.failed,
        not_checkable: outcome.not_checkable,
        inapplicable: outcome.inapplicable,
        findings: findings.collect(),
        gaps: gaps.collect(),
    }
}

impl Default for Checked {
    fn default() -> Self {
        Self {
            text: String::new(),
            level: "note",
            word: "",
            over: String::new(),
            rule: String::new(),
            rows: 0,
            held: 0,
            failed: 0,
            not_checkable: 0,
            inapplicable: 0,
            findings: Vec::new(),
            gaps: Vec::new(),
        }
    }
}

/// What is missing, in words.
fn missing(context: &Context<'_>, gaps: &crate::eval::Gaps) -> String {
    let gaps = context.gaps(gaps.clone());
    let Some(first) = gaps.first() else { return "同类太少".into() };
    let field = first.field.as_ref().map(|f| format!(".{f}")).unwrap_or_default();
    let what = match first.reason {
        "missing_table" => format!("没有交“{}”", first.table),
        "missing_row" => format!("“{}”缺一行", first.table),
        "zero_denominator" => format!("{}{field} 为0，不能作除数", first.table),
        _ => format!("{}{field} 没有填", first.table),
    };
    if gaps.len() > 1 { format!("{what}，等 {} 处", gaps.len()) } else { what }
}
