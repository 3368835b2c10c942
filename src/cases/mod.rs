//! Cases: what a standard says of rows written beside it, and what those cases leave undecided.
//!
//! Takes plans (one per day that cases ask for) with their cases, and the standard as it is written; gives which expectations
//! hold, what no case decides, and which edits of the text no case would notice. Knows no file and no terminal.

mod boundary;
mod edit;
mod judge;
mod mutate;
mod places;
mod reach;
mod statistic;
mod written;

pub use boundary::Boundary;
pub(crate) use boundary::around;
pub use edit::Edit;
pub use judge::{Mismatch, Trial};
pub use mutate::{Coverage, Mutation};
pub use written::Written;

use crate::data::{Dataset, of_case};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::eval::verify;
use crate::plan::{Case, Plan};
use crate::syntax::ast::Date;
use std::collections::BTreeMap;

/// The cases of a standard, their data read.
#[derive(Debug)]
pub struct Suite {
    cases: Vec<Case>,
    /// The plan without a day first, then one per day; without their cases.
    plans: Vec<Plan>,
    /// The day of each plan.
    days: Vec<Option<Date>>,
    written: Written,
    ready: Vec<Ready>,
}

/// A case with its data.
#[derive(Debug)]
struct Ready {
    /// Index into the plans.
    plan: usize,
    data: Dataset,
    findings: Vec<Diagnostic>,
}

impl Suite {
    /// Reads the data of every case; `dated` has a plan for each day that a case names, `written` is what they are compiled from.
    pub fn new(plan: Plan, dated: BTreeMap<String, Plan>, written: Written) -> Self {
        let days: Vec<String> = dated.keys().cloned().collect();
        let mut plans = vec![plan];
        plans.extend(dated.into_values());
        let place = |case: &Case| case.date.as_ref().and_then(|d| days.iter().position(|x| x == d)).map_or(0, |i| i + 1);
        let cases = plans.first_mut().map(|p| std::mem::take(&mut p.cases)).unwrap_or_default();
        plans.iter_mut().for_each(|p| p.cases.clear());
        let ready = cases.iter().filter_map(|case| plans.get(place(case)).map(|p| prepare(p, case, place(case)))).collect();
        let days = std::iter::once(None).chain(days.iter().map(|d| Date::parse(d))).collect();
        Self { cases, plans, days, written, ready }
    }

    /// The plan without a day.
    pub fn plan(&self) -> Option<&Plan> {
        self.plans.first()
    }

    /// The standard as it is written.
    pub fn written(&self) -> &Written {
        &self.written
    }

    /// The cases in the order they are written.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Judges every case.
    pub fn run(&self) -> Vec<Trial> {
        let each = self.cases().iter().zip(&self.ready);
        each.filter_map(|(case, ready)| self.plans.get(ready.plan).map(|plan| judge::judge(plan, case, &ready.data, &ready.findings)))
            .collect()
    }
}

fn prepare(plan: &Plan, case: &Case, place: usize) -> Ready {
    let (data, mut findings) = of_case(plan, case);
    if !has_errors(&findings) {
        findings.extend(verify(plan, &data));
    }
    Ready { plan: place, data, findings }
}
