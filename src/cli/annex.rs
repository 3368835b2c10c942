//! `annex`: the official table, back from the spec.

use biaochi::report::{annex_html, annex_json, annex_markdown};

use super::args::{Annex, AnnexFormat};
use super::{Exit, Failure, Screen, output, session};

/// Prints the table.
pub fn run(args: &Annex, screen: &Screen) -> Result<Exit, Failure> {
    let compiled = session::open(&args.spec, None, screen)?;
    output::print(&match args.format {
        AnnexFormat::Md => annex_markdown(&compiled.plan),
        AnnexFormat::Html => annex_html(&compiled.plan),
        AnnexFormat::Json => annex_json(&compiled.plan),
    })?;
    Ok(Exit::Done)
}
