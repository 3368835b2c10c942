//! The command line: arguments in, files and text out, one exit code.
//!
//! Takes what was typed; gives results on stdout, findings on stderr, reports in a folder. Knows only the library's public functions.

mod annex;
mod annotate;
mod args;
mod audit;
mod check;
mod diff;
mod explain;
mod fmt;
mod junit;
mod line_diff;
mod lint;
mod output;
mod plan;
mod report;
mod run;
mod session;
mod sql;
mod template;
mod template_dir;
mod test;
mod usage;

use std::io::{IsTerminal, stderr};
use std::process::ExitCode;

use biaochi::diagnostic::{Diagnostic, human};
use biaochi::source::SourceMap;
use clap::Parser;

use args::{Cli, Color, Command};

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Done,
    /// The work was done and the answer is no.
    No,
}

/// Why a command could not do its work: what to show, with the texts it points into.
#[derive(Debug)]
struct Failure {
    sources: SourceMap,
    diagnostics: Vec<Diagnostic>,
}

impl Failure {
    fn new(sources: SourceMap, diagnostics: Vec<Diagnostic>) -> Self {
        Self { sources, diagnostics }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::new(SourceMap::default(), vec![diagnostic])
    }
}

/// Runs what the command line asks for and gives the exit code: 0 done, 1 done with answer no, 2 unusable input.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error),
    };
    let screen = Screen { color: colored(cli.color) };
    let result = match &cli.command {
        Command::Check(args) => check::run(args, &screen),
        Command::Run(args) => run::run(args, &screen),
        Command::Plan(args) => plan::run(args, &screen),
        Command::Explain(args) => explain::run(args, &screen),
        Command::Annex(args) => annex::run(args, &screen),
        Command::Fmt(args) => fmt::run(args, &screen),
        Command::Lint(args) => lint::run(args, &screen),
        Command::Test(args) => test::run(args, &screen),
        Command::Sql(args) => sql::run(args, &screen),
        Command::Report(args) => report::run(args, &screen),
        Command::Audit(args) => audit::run(args, &screen),
        Command::Diff(args) => diff::run(args, &screen),
        Command::Template(args) => template::run(args, &screen),
        Command::TemplateDir(args) => template_dir::run(args),
    };
    match result {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::No) => ExitCode::from(1),
        Err(failure) => {
            screen.show(&failure.diagnostics, &failure.sources);
            ExitCode::from(2)
        }
    }
}

/// Where findings go.
#[derive(Debug, Clone, Copy)]
struct Screen {
    color: bool,
}

impl Screen {
    /// Prints findings to stderr; nothing where there are none.
    fn show(self, diagnostics: &[Diagnostic], sources: &SourceMap) {
        if !diagnostics.is_empty() {
            output::complain(&human(diagnostics, sources, self.color));
        }
    }
}

fn colored(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    }
}
