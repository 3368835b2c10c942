//! `run`: evaluates and writes reports.

use std::path::Path;

use biaochi::diagnostic::{Code, Diagnostic, Place};
use biaochi::eval::Verdict;
use biaochi::report::{Format, Options, render, summary};

use super::args::{Require, Run, RunFormat};
use super::session::{Evaluated, Request, evaluate};
use super::{Exit, Failure, Screen, output};

/// Where the result goes.
enum Target<'a> {
    Summary,
    Stdout,
    Folder(&'a Path),
}

/// Evaluates; renders everything before anything is written.
pub fn run(args: &Run, screen: &Screen) -> Result<Exit, Failure> {
    let target = target(args)?;
    let request = Request {
        spec: &args.inputs.spec,
        data: &args.data,
        round: args.inputs.round.as_deref(),
        date: args.inputs.date.as_deref(),
        subjects: &args.subject,
        partial: args.inputs.allow_partial,
        working: false,
    };
    let evaluated = evaluate(&request, screen)?;
    match target {
        Target::Summary => output::print(&summary(&evaluated.compiled.plan, &evaluated.outcome))?,
        Target::Stdout => {
            let files = files(&evaluated, &[Format::Json], args)?;
            let text: String = files.into_iter().map(|(_, text)| text).collect();
            output::print(&text)?;
        }
        Target::Folder(folder) => {
            let files = files(&evaluated, &formats(&args.format), args)?;
            output::write_all(folder, &files)?;
            let names = files.iter().map(|(name, _)| format!("  {}\n", folder.join(name).display()));
            let text = summary(&evaluated.compiled.plan, &evaluated.outcome);
            output::print(&format!("{}\n\n已写出 {} 个文件：\n{}", text.trim_end(), files.len(), names.collect::<String>()))?;
        }
    }
    Ok(exit(args.require, &evaluated))
}

fn target(args: &Run) -> Result<Target<'_>, Diagnostic> {
    match &args.out {
        None => Ok(Target::Summary),
        Some(path) if path.as_os_str() != "-" => Ok(Target::Folder(path)),
        Some(_) if args.format.is_empty() || formats(&args.format) == [Format::Json] => Ok(Target::Stdout),
        Some(_) => Err(Diagnostic::at(Code::BAD_OPTION, Place::None, "“--out -”只能输出 json 一种格式")
            .help("写成 --format json --out -，或用 --out 指定文件夹")),
    }
}

/// The formats asked for, each once; all where none was.
fn formats(wanted: &[RunFormat]) -> Vec<Format> {
    let every = [RunFormat::Html, RunFormat::Md, RunFormat::Json];
    let chosen = every.into_iter().filter(|f| wanted.is_empty() || wanted.contains(f));
    chosen
        .map(|f| match f {
            RunFormat::Html => Format::Html,
            RunFormat::Md => Format::Markdown,
            RunFormat::Json => Format::Json,
        })
        .collect()
}

fn files(evaluated: &Evaluated, formats: &[Format], args: &Run) -> Result<Vec<(String, String)>, Failure> {
    let options = Options { templates: args.template.clone() };
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    for format in formats {
        match render(&evaluated.compiled.plan, &evaluated.outcome, *format, &options) {
            Ok(rendered) => files.extend(rendered),
            Err(found) => findings.extend(found),
        }
    }
    if findings.is_empty() { Ok(files) } else { Err(Failure::new(evaluated.compiled.sources.clone(), findings)) }
}

fn exit(require: Option<Require>, evaluated: &Evaluated) -> Exit {
    let subjects = &evaluated.outcome.subjects;
    let met = !subjects.is_empty() && subjects.iter().all(|s| s.verdict == Verdict::Met);
    match require {
        Some(Require::Met) if !met => Exit::No,
        _ => Exit::Done,
    }
}
