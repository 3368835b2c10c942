//! `sql`: the script that an engine judges by, and where data are given, the files that fill its tables.

use std::path::{Path, PathBuf};

use biaochi::data::Dataset;
use biaochi::diagnostic::{Diagnostic, has_errors};
use biaochi::eval::Engine;
use biaochi::plan::Plan;
use biaochi::sql::{self, Script, ScriptOptions, csv_tables, lower};

use super::args::{self, Dialect};
use super::session::{Compiled, Request, choose_round, open_rules, read, undated};
use super::{Exit, Failure, Screen, output};

/// Writes the script to stdout, or to a folder with the data.
pub fn run(args: &args::Sql, screen: &Screen) -> Result<Exit, Failure> {
    let compiled = open_rules(&args.spec, args.date.as_deref(), screen)?;
    let mut options = options(&compiled, args.round.as_deref(), args.date.as_deref())?;
    let fail = |found: Vec<Diagnostic>| Failure::new(compiled.sources.clone(), found);
    let mut files = Vec::new();
    if !args.data.is_empty() {
        let data = given(&compiled, &args.data, screen)?;
        let tables = csv_tables(&compiled.plan, &data).map_err(fail)?;
        files = tables.files;
        (options.files, options.places) = (Some(tables.of_tables), tables.places);
    }
    let script = script(&compiled.plan, args.dialect, &options).map_err(fail)?;
    let Some(folder) = &args.out else {
        output::print(&script.text)?;
        return Ok(Exit::Done);
    };
    files.push(("评定.sql".to_owned(), script.text));
    output::write_all(folder, &files)?;
    let names: String = files.iter().map(|(name, _)| format!("  {}\n", folder.join(name).display())).collect();
    output::print(&format!("已写出 {} 个文件：\n{names}", files.len()))?;
    Ok(Exit::Done)
}

/// Data that hold no error; what else should be known of them is shown.
pub fn given(compiled: &Compiled, paths: &[PathBuf], screen: &Screen) -> Result<Dataset, Failure> {
    let request = Request {
        spec: Path::new(""),
        data: paths,
        round: None,
        date: None,
        subjects: &[],
        partial: false,
        working: false,
        engine: Engine::default(),
    };
    let (data, found) = read(&compiled.plan, &request);
    if has_errors(&found) {
        return Err(Failure::new(compiled.sources.clone(), found));
    }
    screen.show(&found, &compiled.sources);
    Ok(data)
}

/// The engine of the command line's word.
pub fn engine(dialect: Dialect) -> sql::Dialect {
    match dialect {
        Dialect::Duckdb => sql::Dialect::Duckdb,
        Dialect::Postgres => sql::Dialect::Postgres,
        Dialect::Spark => sql::Dialect::Spark,
    }
}

/// The script for an engine.
pub fn script(plan: &Plan, dialect: Dialect, options: &ScriptOptions) -> Result<Script, Vec<Diagnostic>> {
    lower(plan, engine(dialect), options)
}

/// The round and day of a script, which its results must have been made for.
pub fn options(compiled: &Compiled, round: Option<&str>, date: Option<&str>) -> Result<ScriptOptions, Failure> {
    let undated = undated(&compiled.plan);
    if !undated.is_empty() {
        return Err(Failure::new(compiled.sources.clone(), undated));
    }
    let round = choose_round(&compiled.plan, round)?;
    Ok(ScriptOptions { round, date: date.map(str::to_owned), ..ScriptOptions::default() })
}
