//! `audit`: what is likely to be wrong in data, and on which cells a verdict hangs.

use biaochi::audit::{audit, marks};
use biaochi::eval::Engine;
use biaochi::report::{self, Options};
use biaochi::source::SourceMap;

use super::args::Audit;
use super::diff::format;
use super::session::{Prepared, Request, unverified};
use super::{Exit, Failure, Screen, annotate, output};

/// Audits, and prints what was found; the answer is no where a check fails at the level of errors.
pub fn run(args: &Audit, screen: &Screen) -> Result<Exit, Failure> {
    let request = Request {
        spec: &args.spec,
        data: &args.data,
        round: args.round.as_deref(),
        date: args.date.as_deref(),
        subjects: &args.subject,
        partial: false,
        working: false,
        engine: Engine::default(),
    };
    let Prepared { compiled, dataset, options } = unverified(&request, screen)?;
    let found = audit(&compiled.plan, &dataset, &options);
    let text = report::audit(&compiled.plan, &found, format(args.format), &Options { templates: args.template.clone() });
    let text = text.map_err(|complaints| Failure::new(SourceMap::default(), complaints))?;
    if let Some(out) = &args.annotate {
        annotate::write(&compiled.plan, &args.data, &marks(&found), out)?;
    }
    output::print(&text)?;
    Ok(if found.summary.errors > 0 { Exit::No } else { Exit::Done })
}
