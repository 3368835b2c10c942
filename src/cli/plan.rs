//! `plan`: the evaluation plan of a standard.

use biaochi::eval::Ways;
use biaochi::plan::{dot, json_by, text_by};

use super::args::{Plan, PlanFormat};
use super::{Exit, Failure, Screen, output, session};

/// Prints the plan.
pub fn run(args: &Plan, screen: &Screen) -> Result<Exit, Failure> {
    let compiled = session::open_rules(&args.spec, args.date.as_deref(), screen)?;
    let ways = Ways::new(&compiled.plan);
    output::print(&match args.format {
        PlanFormat::Text => text_by(&compiled.plan, &|asked| ways.of(asked)),
        PlanFormat::Json => format!("{:#}", json_by(&compiled.plan, &|asked| ways.of(asked))),
        PlanFormat::Dot => dot(&compiled.plan),
    })?;
    Ok(Exit::Done)
}
