//! Plan + Dataset → Outcome: evaluates expressions, judgements and scores, exactly.
//!
//! Takes a plan and the data; gives the outcome. Knows no file format and no template.

mod outcome;

pub use outcome::*;

use crate::data::Dataset;
use crate::plan::Plan;

/// What to evaluate.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    pub round: Option<String>,
    pub date: Option<String>,
    /// Codes of the subjects; all where empty.
    pub subjects: Vec<String>,
}

/// Evaluates the plan over the data.
pub fn run(plan: &Plan, _data: &Dataset, options: &RunOptions) -> Outcome {
    let standard = StandardRef {
        id: plan.standard.id.clone(),
        title: plan.standard.title.clone(),
        version: plan.standard.version.clone(),
        layers: plan.standard.layers.clone(),
        digest: plan.standard.digest.clone(),
    };
    Outcome {
        schema: "biaochi.outcome/1",
        standard,
        round: options.round.clone(),
        date: options.date.clone(),
        inputs: vec![],
        subjects: vec![],
    }
}
