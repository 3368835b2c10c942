//! `plan`: the evaluation plan of a standard.

use biaochi::plan::{dot, json, text};

use super::args::{Plan, PlanFormat};
use super::{Exit, Failure, Screen, output, session};

/// Prints the plan.
pub fn run(args: &Plan, screen: &Screen) -> Result<Exit, Failure> {
    let compiled = session::open_rules(&args.spec, args.date.as_deref(), screen)?;
    output::print(&match args.format {
        PlanFormat::Text => text(&compiled.plan),
        PlanFormat::Json => format!("{:#}", json(&compiled.plan)),
        PlanFormat::Dot => dot(&compiled.plan),
    })?;
    Ok(Exit::Done)
}
