//! `run`: evaluates and writes reports.

use std::fs;
use std::mem::ManuallyDrop;
use std::path::Path;

use biaochi::diagnostic::{Code, Diagnostic, Place};
use biaochi::eval::{self, Engine, GroupSubject, SubjectOutcome, Verdict};
use biaochi::plan::Plan;
use biaochi::report::{self, DocumentFormat, File, Format, Options, Since, documents, render, summary, summary_head, summary_of};
use indicatif::ProgressBar;

use super::args::{Require, Run, RunEngine, RunFormat};
use super::session::{Evaluated, Prepared, Request, compile_rules, evaluate, findings, prepare, progress};
use super::{Exit, Failure, Screen, annotate, output};

/// Where the result goes.
enum Target<'a> {
    Summary,
    Stdout,
    Folder(&'a Path),
}

/// How many subjects are told of one by one, and how many files.
const TOLD: usize = 12;

/// Evaluates; whatever is written appears when all of it is there.
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
        engine: match args.engine {
            RunEngine::Columns => Engine::Columns,
            RunEngine::Reference => Engine::Reference,
        },
    };
    if let Some(out) = &args.annotate
        && let Ok(compiled) = compile_rules(request.spec, request.date)
    {
        annotate::write(&compiled.plan, request.data, &findings(&compiled.plan, request.data, request.partial), out)?;
    }
    if let (Target::Folder(folder), false) = (&target, args.report.is_empty()) {
        let evaluated = evaluate(&request, screen)?;
        let files = papers(&evaluated, since.as_ref(), args)?;
        output::write_all(folder, &files)?;
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let text = summary(&evaluated.compiled.plan, &evaluated.outcome);
        output::print(&format!("{}\n\n{}", text.trim_end(), written(folder, &names)))?;
        return Ok(exit(args.require, evaluated.outcome.subjects.iter().map(|s| s.verdict)));
    }
    // The process ends with the run: the system takes all of this back at once.
    let prepared = ManuallyDrop::new(prepare(&request, screen)?);
    publish(&prepared, &target, args)
}

/// Judges and writes subject by subject.
fn publish(prepared: &Prepared, target: &Target<'_>, args: &Run) -> Result<Exit, Failure> {
    let Prepared { compiled, dataset, options } = prepared;
    let formats = match target {
        Target::Summary => Vec::new(),
        Target::Stdout => vec![Format::Json],
        Target::Folder(_) => formats(&args.format),
    };
    let (plan, templates) = (&compiled.plan, Options { templates: args.template.clone() });
    let head = ManuallyDrop::new(eval::heading(plan, dataset, options));
    let subjects = eval::subjects(plan, dataset, options).len();
    let mut desk = Desk {
        stage: if let Target::Folder(folder) = target { Some(output::Stage::open(folder)) } else { None },
        subjects,
        progress: progress(subjects),
        summary: Box::new(|s| summary_of(plan, &head.outcome, s)),
        told: Vec::new(),
        verdicts: Vec::new(),
    };
    let done = report::publish(plan, dataset, options, &head, &formats, &templates, &mut desk);
    desk.progress.finish_and_clear();
    done.map_err(|stop| match stop {
        Stop::Findings(found) => Failure::new(compiled.sources.clone(), found),
        Stop::Writing(finding) => (*finding).into(),
    })?;
    let summary = format!("{}{}", summary_head(plan, &head.outcome), desk.text(plan));
    match (target, desk.stage.take()) {
        (Target::Folder(folder), Some(stage)) => {
            let names: Vec<String> = stage.names().filter_map(|n| n.file_name()).map(|n| n.to_string_lossy().into_owned()).collect();
            stage.settle()?;
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            output::print(&format!("{}\n\n{}", summary.trim_end(), written(folder, &names)))?;
        }
        (Target::Summary, _) => output::print(&summary)?,
        _ => {}
    }
    Ok(exit(args.require, desk.verdicts.iter().copied()))
}

/// Where a run's files go, and what is told of it at the end.
struct Desk<'a> {
    /// Absent where pieces go to the standard output.
    stage: Option<output::Stage>,
    /// How many subjects there are.
    subjects: usize,
    progress: ProgressBar,
    summary: Box<dyn Fn(&SubjectOutcome) -> String + 'a>,
    /// The summaries of the subjects, where they are few.
    told: Vec<String>,
    verdicts: Vec<Verdict>,
}

/// Why a run was not written.
enum Stop {
    Findings(Vec<Diagnostic>),
    Writing(Box<Diagnostic>),
}

impl From<Vec<Diagnostic>> for Stop {
    fn from(found: Vec<Diagnostic>) -> Self {
        Self::Findings(found)
    }
}

impl report::Sink for Desk<'_> {
    type Error = Stop;

    fn file(&mut self, name: &str, text: &str) -> Result<(), Stop> {
        self.stage.as_mut().map_or(Ok(()), |stage| stage.put(name, text.as_bytes())).map_err(|finding| Stop::Writing(Box::new(finding)))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), Stop> {
        match &mut self.stage {
            Some(stage) => stage.append(name, bytes),
            None => output::piece(bytes),
        }
        .map_err(|finding| Stop::Writing(Box::new(finding)))
    }

    fn told(&self) -> usize {
        // Of many only the verdicts are counted.
        if self.subjects <= TOLD { TOLD } else { 0 }
    }

    fn done(&mut self, subject: &GroupSubject, whole: Option<&SubjectOutcome>) {
        self.told.extend(whole.map(|whole| (self.summary)(whole)));
        self.verdicts.push(subject.verdict);
        self.progress.inc(1);
    }
}

impl Desk<'_> {
    /// Every subject where they are few, else how many have each verdict.
    fn text(&self, plan: &Plan) -> String {
        if self.verdicts.len() <= TOLD {
            return self.told.join("\n");
        }
        let count = |verdict| self.verdicts.iter().filter(|v| **v == verdict).count();
        let words = plan
            .verdict
            .as_ref()
            .map_or(["达到", "未达到", "未定"], |v| [&v.met, &v.not_met, &v.undetermined].map(|word| word.as_str()));
        let counts = [count(Verdict::Met), count(Verdict::NotMet), count(Verdict::Undetermined)];
        let list: Vec<String> = words.iter().zip(counts).map(|(word, n)| format!("{word} {n}")).collect();
        format!("共 {} 个评估对象：{}\n", self.verdicts.len(), list.join("，"))
    }
}

/// Which files were written.
fn written(folder: &Path, names: &[&str]) -> String {
    let listed: String = names.iter().take(2 * TOLD).map(|name| format!("  {}\n", folder.join(name).display())).collect();
    let more = names.len().saturating_sub(2 * TOLD);
    let more = if more > 0 { format!("  ……另有 {more} 个\n") } else { String::new() };
    format!("已写出 {} 个文件：\n{listed}{more}", names.len())
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
        RunFormat::Docx | RunFormat::Xlsx => None,
    }
}

/// A format of documents.
fn paper(of: RunFormat) -> Option<DocumentFormat> {
    match of {
        RunFormat::Html => Some(DocumentFormat::Html),
        RunFormat::Md => Some(DocumentFormat::Markdown),
        RunFormat::Json => None,
        RunFormat::Docx => Some(DocumentFormat::Docx),
        RunFormat::Xlsx => Some(DocumentFormat::Xlsx),
    }
}

/// The formats asked for, each once; all where none was.
fn asked(wanted: &[RunFormat]) -> impl Iterator<Item = RunFormat> {
    let every = [RunFormat::Html, RunFormat::Md, RunFormat::Json, RunFormat::Docx, RunFormat::Xlsx];
    every.into_iter().filter(move |f| wanted.is_empty() || wanted.contains(f))
}

/// The formats of reports among those asked for.
pub fn formats(wanted: &[RunFormat]) -> Vec<Format> {
    asked(wanted).filter_map(format).collect()
}

/// The reports of an outcome in these formats.
pub fn files(evaluated: &Evaluated, formats: &[Format], templates: Option<&Path>) -> Result<Vec<(String, String)>, Failure> {
    let options = Options { templates: templates.map(Path::to_path_buf) };
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
    let wanted: Vec<DocumentFormat> = if args.format.is_empty() { Vec::new() } else { asked(&args.format).filter_map(paper).collect() };
    let request = report::Request { names: &args.report, formats: &wanted, since };
    let options = Options { templates: args.template.clone() };
    let written = documents(&evaluated.compiled.plan, &evaluated.outcome, &request, &options);
    let mut written = written.map_err(|found| Failure::new(evaluated.compiled.sources.clone(), found))?;
    if args.format.contains(&RunFormat::Json) {
        let texts = files(evaluated, &[Format::Json], None)?;
        written.extend(texts.into_iter().map(|(name, text)| (name, text.into_bytes())));
    }
    Ok(written)
}

fn exit(require: Option<Require>, verdicts: impl Iterator<Item = Verdict>) -> Exit {
    let verdicts: Vec<Verdict> = verdicts.collect();
    let met = !verdicts.is_empty() && verdicts.iter().all(|v| *v == Verdict::Met);
    match require {
        Some(Require::Met) if !met => Exit::No,
        _ => Exit::Done,
    }
}
