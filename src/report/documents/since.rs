//! The outcome of an earlier run, read back from its JSON as far as it is needed to tell what has become of each finding.

use super::super::{Words, view};
use super::findings::{Finding, Owned, findings};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::eval::{PointOutcome, VetoOutcome};
use crate::plan::Plan;
use serde::Deserialize;

/// An outcome as far as its items.
#[derive(Debug, Clone, Deserialize)]
pub struct Since {
    schema: String,
    pub(super) standard: Standard,
    pub(super) round: Option<String>,
    pub(super) date: Option<String>,
    subjects: Vec<Subject>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Standard {
    pub digest: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Subject {
    code: String,
    indicators: Vec<Indicator>,
    vetoes: Vec<VetoOutcome>,
    qualifications: Vec<PointOutcome>,
}

#[derive(Debug, Clone, Deserialize)]
struct Indicator {
    title: String,
    points: Vec<PointOutcome>,
}

impl Since {
    /// Reads an outcome; `file` is what it is called in a message.
    pub fn read(file: &str, text: &str) -> Result<Self, Diagnostic> {
        let at = |line: usize| {
            let line = u64::try_from(line).ok().filter(|l| *l > 0);
            Place::Cell { file: file.to_string(), sheet: None, line, cell: None, column: None, row: None }
        };
        let mend = "--since 要用以前 run --format json 写出的 outcome.json";
        let read: Self = serde_json::from_str(text)
            .map_err(|e| Diagnostic::at(Code::OLD_OUTCOME, at(e.line()), "不是一份评定结果，或者不完整").help(mend))?;
        if read.schema == "biaochi.outcome/1" {
            Ok(read)
        } else {
            Err(Diagnostic::at(Code::OLD_OUTCOME, at(0), format!("结果的格式是“{}”，不是“biaochi.outcome/1”", read.schema)).help(mend))
        }
    }

    /// What was found of a subject then; `None` where it was not judged.
    pub(super) fn findings(&self, w: &Words, plan: &Plan, code: &str) -> Option<Vec<Finding>> {
        let subject = self.subjects.iter().find(|s| s.code == code)?;
        let points = subject.indicators.iter().flat_map(|i| i.points.iter().map(|p| (i.title.clone(), p.clone())));
        let owner = |p: PointOutcome| (view::owner_title(plan, &p.id), p);
        let vetoes = subject.vetoes.iter().map(|v| owner(view::veto_as_point(v)));
        let items: Vec<Owned> = points.chain(vetoes).chain(subject.qualifications.iter().cloned().map(owner)).collect();
        Some(findings(w, plan, &items))
    }
}
