//! `diff`: what differs between two standards, and what that does to data.

use biaochi::diff::{diff, effect};
use biaochi::eval::Engine;
use biaochi::report::{DifferenceFormat, Options, difference};
use biaochi::source::SourceMap;

use super::args::{Diff, DiffFormat};
use super::session::{Request, evaluate, open_rules};
use super::{Exit, Failure, Screen, output};

/// Compares, and prints what differs.
pub fn run(args: &Diff, screen: &Screen) -> Result<Exit, Failure> {
    let date = args.date.as_deref();
    let found = if args.data.is_empty() {
        let (old, new) = (open_rules(&args.old, date, screen)?, open_rules(&args.new, date, screen)?);
        diff(&old.plan, &new.plan, None)
    } else {
        let request = |spec, data| Request {
            spec,
            data,
            round: args.round.as_deref(),
            date,
            subjects: &[],
            partial: false,
            working: false,
            engine: Engine::default(),
        };
        let old_data = if args.old_data.is_empty() { &args.data } else { &args.old_data };
        let old = evaluate(&request(&args.old, old_data), screen)?;
        let new = evaluate(&request(&args.new, &args.data), screen)?;
        let (a, b) = (&old.compiled.plan, &new.compiled.plan);
        diff(a, b, Some(effect((a, &old.outcome), (b, &new.outcome))))
    };
    let text = difference(&found, format(args.format), &Options { templates: args.template.clone() });
    output::print(&text.map_err(|complaints| Failure::new(SourceMap::default(), complaints))?)?;
    Ok(Exit::Done)
}

/// The format as it was asked for.
pub fn format(asked: DiffFormat) -> DifferenceFormat {
    match asked {
        DiffFormat::Text => DifferenceFormat::Text,
        DiffFormat::Md => DifferenceFormat::Markdown,
        DiffFormat::Html => DifferenceFormat::Html,
        DiffFormat::Json => DifferenceFormat::Json,
    }
}
