//! `annex`: the official table, back from the spec.

use biaochi::report::{Options, annex_html, annex_json, annex_markdown};

use super::args::{Annex, AnnexFormat};
use super::{Exit, Failure, Screen, output, session};

/// Prints the table.
pub fn run(args: &Annex, screen: &Screen) -> Result<Exit, Failure> {
    let compiled = session::open_rules(&args.spec, None, screen)?;
    let options = Options { templates: args.template.clone() };
    let text = match args.format {
        AnnexFormat::Md => annex_markdown(&compiled.plan, &options),
        AnnexFormat::Html => annex_html(&compiled.plan, &options),
        AnnexFormat::Json => Ok(format!("{:#}\n", annex_json(&compiled.plan))),
    };
    output::print(&text.map_err(|found| Failure::new(compiled.sources, found))?)?;
    Ok(Exit::Done)
}
