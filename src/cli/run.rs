//! `run`: evaluates and writes reports.

use std::fs;
use std::path::Path;

use biaochi::diagnostic::{Code, Diagnostic, Place};
use biaochi::eval::Verdict;
use biaochi::report::{self, DocumentFormat, File, Format, Options, Since, documents, render, summary};

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
    let since = args.since.as_deref().map(earlier).transpose()?;
    let request = Request {
        spec: &args.inputs.spec,
        data: &args.data,
        round: args.inputs.round.as_deref(),
        date: args.inputs.date.as_deref(),
        subjects: &args.subject,
        partial: args.inputs.allow_partial,
        working: !args.report.is_empty(),
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
            let files = if args.report.is_empty() {
                let texts = files(&evaluated, &formats(&args.format), args)?;
                texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
            } else {
                papers(&evaluated, since.as_ref(), args)?
            };
            output::write_all(folder, &files)?;
            let names = files.iter().map(|(name, _)| format!("  {}\n", folder.join(name).display()));
            let text = summary(&evaluated.compiled.plan, &evaluated.outcome);
            output::print(&format!("{}\n\n已写出 {} 个文件：\n{}", text.trim_end(), files.len(), names.collect::<String>()))?;
        }
    }
    Ok(exit(args.require, &evaluated))
}

fn target(args: &Run) -> Result<Target<'_>, Diagnostic> {
    let wrong = |what: &str, mend: &str| Err(Diagnostic::at(Code::BAD_OPTION, Place::None, what).help(mend));
    let only_json = args.format.is_empty() || args.format.iter().all(|f| *f == RunFormat::Json);
    match &args.out {
        None => Ok(Target::Summary),
        Some(path) if path.as_os_str() != "-" => match args.format.iter().find(|f| paper(**f).is_some() && format(**f).is_none()) {
            Some(_) if args.report.is_empty() => wrong("docx 和 xlsx 只用于文件", "加上 --report 文件名，如 --report 整改清单"),
            _ => Ok(Target::Folder(path)),
        },
        Some(_) if !args.report.is_empty() => wrong("--report 的文件不能写到标准输出", "用 --out 指定文件夹"),
        Some(_) if only_json => Ok(Target::Stdout),
        Some(_) => wrong("“--out -”只能输出 json 一种格式", "写成 --format json --out -，或用 --out 指定文件夹"),
    }
}

/// The outcome of an earlier run.
fn earlier(path: &Path) -> Result<Since, Diagnostic> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|_| {
        let place = Place::Cell { file: name.clone(), sheet: None, line: None, cell: None, column: None, row: None };
        Diagnostic::at(Code::OLD_OUTCOME, place, "读不了这个文件")
            .help("检查路径是否正确；要的是以前 run --format json 写出的 outcome.json")
    })?;
    Since::read(&name, &text)
}

/// A format of reports.
fn format(of: RunFormat) -> Option<Format> {
    match of {
        RunFormat::Html => Some(Format::Html),
        RunFormat::Md => Some(Format::Markdown),
        RunFormat::Json => Some(Format::Json),
        RunFormat::Docx => None,
    }
}

/// A format of documents.
fn paper(of: RunFormat) -> Option<DocumentFormat> {
    match of {
        RunFormat::Html => Some(DocumentFormat::Html),
        RunFormat::Md => Some(DocumentFormat::Markdown),
        RunFormat::Json => None,
        RunFormat::Docx => Some(DocumentFormat::Docx),
    }
}

/// The formats asked for, each once; all where none was.
fn asked(wanted: &[RunFormat]) -> impl Iterator<Item = RunFormat> {
    let every = [RunFormat::Html, RunFormat::Md, RunFormat::Json, RunFormat::Docx];
    every.into_iter().filter(move |f| wanted.is_empty() || wanted.contains(f))
}

fn formats(wanted: &[RunFormat]) -> Vec<Format> {
    asked(wanted).filter_map(format).collect()
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

/// The documents of `--report`, with the outcome where JSON was asked for.
fn papers(evaluated: &Evaluated, since: Option<&Since>, args: &Run) -> Result<Vec<File>, Failure> {
    let wanted: Vec<DocumentFormat> = asked(&args.format).filter_map(paper).collect();
    let request = report::Request { names: &args.report, formats: &wanted, since };
    let options = Options { templates: args.template.clone() };
    let written = documents(&evaluated.compiled.plan, &evaluated.outcome, &request, &options);
    let mut written = written.map_err(|found| Failure::new(evaluated.compiled.sources.clone(), found))?;
    if args.format.contains(&RunFormat::Json) {
        let texts = files(evaluated, &[Format::Json], args)?;
        written.extend(texts.into_iter().map(|(name, text)| (name, text.into_bytes())));
    }
    Ok(written)
}

fn exit(require: Option<Require>, evaluated: &Evaluated) -> Exit {
    let subjects = &evaluated.outcome.subjects;
    let met = !subjects.is_empty() && subjects.iter().all(|s| s.verdict == Verdict::Met);
    match require {
        Some(Require::Met) if !met => Exit::No,
        _ => Exit::Done,
    }
}
