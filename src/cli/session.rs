//! The library as the commands use it: compile, load, evaluate, each stopping at errors.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};

use biaochi::CompileOptions;
use biaochi::data::{Column, Dataset, InputFile, LoadOptions, load_with};
use biaochi::diagnostic::{Code, Diagnostic, Place, Severity, did_you_mean, has_errors, nearest};
use biaochi::eval::{self, Engine, Outcome, RunOptions};
use biaochi::plan::Plan;
use biaochi::source::SourceMap;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, Screen};

/// A standard without errors.
#[derive(Debug)]
pub struct Compiled {
    pub plan: Plan,
    pub sources: SourceMap,
    /// Warnings and notes.
    pub diagnostics: Vec<Diagnostic>,
}

/// What to evaluate.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub spec: &'a Path,
    pub data: &'a [PathBuf],
    pub round: Option<&'a str>,
    pub date: Option<&'a str>,
    pub subjects: &'a [String],
    /// Whether tables with errors are left out.
    pub partial: bool,
    /// Whether every row's value is wanted.
    pub working: bool,
    pub engine: Engine,
}

/// A finished evaluation.
#[derive(Debug)]
pub struct Evaluated {
    pub compiled: Compiled,
    pub outcome: Outcome,
}

/// Compiles a standard; gives its findings instead where one is an error.
pub fn compile(path: &Path, date: Option<&str>) -> Result<Compiled, (SourceMap, Vec<Diagnostic>)> {
    compile_by(biaochi::compile, path, date)
}

/// The same without its cases, for what only judges by it.
pub fn compile_rules(path: &Path, date: Option<&str>) -> Result<Compiled, (SourceMap, Vec<Diagnostic>)> {
    compile_by(biaochi::compile_rules, path, date)
}

fn compile_by(
    compile: impl Fn(&Path, &CompileOptions) -> biaochi::Compiled,
    path: &Path,
    date: Option<&str>,
) -> Result<Compiled, (SourceMap, Vec<Diagnostic>)> {
    if let Some(text) = date.filter(|d| !is_date(d)) {
        return Err((SourceMap::default(), vec![bad_date(text)]));
    }
    let biaochi::Compiled { sources, plan, diagnostics } = compile(path, &CompileOptions { date: date.map(str::to_owned) });
    match plan {
        Some(plan) if !has_errors(&diagnostics) => Ok(Compiled { plan, sources, diagnostics }),
        _ => Err((sources, diagnostics)),
    }
}

/// Compiles and shows the warnings on the screen.
pub fn open(path: &Path, date: Option<&str>, screen: &Screen) -> Result<Compiled, Failure> {
    shown(compile(path, date), screen)
}

/// The same without the cases, for what only judges by the standard.
pub fn open_rules(path: &Path, date: Option<&str>, screen: &Screen) -> Result<Compiled, Failure> {
    shown(compile_rules(path, date), screen)
}

fn shown(compiled: Result<Compiled, (SourceMap, Vec<Diagnostic>)>, screen: &Screen) -> Result<Compiled, Failure> {
    let compiled = compiled.map_err(|(sources, diagnostics)| Failure::new(sources, diagnostics))?;
    screen.show(&compiled.diagnostics, &compiled.sources);
    Ok(compiled)
}

/// A standard and the data of a run, ready to be judged.
#[derive(Debug)]
pub struct Prepared {
    pub compiled: Compiled,
    pub dataset: Dataset,
    pub options: RunOptions,
}

/// Compiles, loads and evaluates; data findings below an error are shown on the screen.
pub fn evaluate(request: &Request<'_>, screen: &Screen) -> Result<Evaluated, Failure> {
    let Prepared { compiled, dataset, options } = prepare(request, screen)?;
    let progress = progress(eval::subjects(&compiled.plan, &dataset, &options).len());
    let outcome = eval::run(&compiled.plan, &dataset, &options);
    progress.finish_and_clear();
    Ok(Evaluated { compiled, outcome })
}

/// Compiles and loads; data findings below an error are shown on the screen.
pub fn prepare(request: &Request<'_>, screen: &Screen) -> Result<Prepared, Failure> {
    prepare_by(read, request, screen)
}

/// The same where rows that fail a check are what is looked for.
pub fn unverified(request: &Request<'_>, screen: &Screen) -> Result<Prepared, Failure> {
    prepare_by(|plan, request| load_with(plan, request.data, &LoadOptions::default()), request, screen)
}

fn prepare_by(
    read: impl Fn(&Plan, &Request<'_>) -> (Dataset, Vec<Diagnostic>),
    request: &Request<'_>,
    screen: &Screen,
) -> Result<Prepared, Failure> {
    let compiled = open_rules(request.spec, request.date, screen)?;
    let mut findings = undated(&compiled.plan);
    let round = choose_round(&compiled.plan, request.round).map_err(|d| findings.push(d)).ok().flatten();
    let (dataset, loaded) = read(&compiled.plan, request);
    findings.extend(loaded);
    if !has_errors(&findings) {
        findings.extend(unknown_subjects(&compiled.plan, &dataset, request.subjects));
    }
    if has_errors(&findings) {
        return Err(Failure::new(compiled.sources, findings));
    }
    screen.show(&findings, &compiled.sources);
    let options = RunOptions {
        round,
        date: request.date.map(str::to_owned),
        subjects: request.subjects.to_vec(),
        working: request.working,
        engine: request.engine,
    };
    Ok(Prepared { compiled, dataset, options })
}

/// All that is wrong with data, and what should be known of them.
pub fn findings(plan: &Plan, data: &[PathBuf], partial: bool) -> Vec<Diagnostic> {
    let engine = Engine::default();
    read(plan, &Request { spec: Path::new(""), data, round: None, date: None, subjects: &[], partial, working: false, engine }).1
}

/// Loads and verifies; a table whose rows fail its own checks is as wrong as one that could not be read.
pub fn read(plan: &Plan, request: &Request<'_>) -> (Dataset, Vec<Diagnostic>) {
    let mut options = LoadOptions { partial: request.partial, ..LoadOptions::default() };
    let (dataset, mut findings) = load_with(plan, request.data, &options);
    if has_errors(&findings) {
        return (dataset, findings);
    }
    let failed = eval::verify_by(plan, &dataset, request.engine);
    if !request.partial || !has_errors(&failed) {
        findings.extend(failed);
        return (dataset, findings);
    }
    let is_of = |place: &Place, file: &InputFile| matches!(place, Place::Cell { file: name, sheet, .. } if *name == file.name && *sheet == file.sheet);
    let wrong = failed.iter().filter(|d| d.severity == Severity::Error);
    options.without = wrong.filter_map(|d| dataset.inputs.iter().find(|i| is_of(&d.place, i))).map(|i| i.table).collect();
    let (dataset, mut findings) = load_with(plan, request.data, &options);
    findings.extend(failed.into_iter().map(|d| Diagnostic { severity: Severity::Warning, ..d }));
    (dataset, findings)
}

/// A standard with values of several periods cannot be judged by without a day.
pub fn undated(plan: &Plan) -> Vec<Diagnostic> {
    let complain = |limited: &String| {
        let message = format!("{limited}，要说明按哪一天");
        Diagnostic::at(Code::NO_VALUE_ON_DATE, Place::None, message).help("加上 --date 年-月-日，如 --date 2026-06-30")
    };
    plan.undated.iter().map(complain).collect()
}

/// How far a run has come, on a terminal; nothing elsewhere, and nothing for a single subject.
pub fn progress(subjects: usize) -> ProgressBar {
    if subjects < 2 || !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(subjects).unwrap_or(u64::MAX));
    if let Ok(style) = ProgressStyle::with_template("正在评定 {wide_bar} {pos}/{len} 个，已用 {elapsed}，还需 {eta}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

/// The round as asked for, or the standard's first.
pub fn choose_round(plan: &Plan, wanted: Option<&str>) -> Result<Option<String>, Diagnostic> {
    let Some(wanted) = wanted else { return Ok(plan.rounds.first().cloned()) };
    if plan.rounds.iter().any(|r| r == wanted) {
        return Ok(Some(wanted.to_owned()));
    }
    let finding = Diagnostic::at(Code::UNKNOWN_ROUND, Place::None, format!("标准中没有“{wanted}”这一轮次"));
    let finding = hint(finding, wanted, plan.rounds.iter().map(String::as_str));
    Err(if plan.rounds.is_empty() {
        finding.help("标准没有写轮次，请去掉 --round")
    } else {
        finding.help(format!("标准的轮次有：{}", plan.rounds.join("、")))
    })
}

fn unknown_subjects(plan: &Plan, dataset: &Dataset, wanted: &[String]) -> Vec<Diagnostic> {
    let known = subject_codes(plan, dataset);
    let unknown = wanted.iter().filter(|w| !known.contains(w));
    unknown
        .map(|w| {
            let finding = Diagnostic::at(Code::UNKNOWN_SUBJECT, Place::None, format!("数据中没有代码为“{w}”的评估对象"));
            let finding = hint(finding, w, known.iter().map(String::as_str));
            match known.len() {
                0 => finding,
                n @ 1..=12 => finding.help(format!("数据中的代码（{n} 个）：{}", known.join("、"))),
                n => finding.help(format!("数据中共有 {n} 个评估对象")),
            }
        })
        .collect()
}

fn subject_codes(plan: &Plan, dataset: &Dataset) -> Vec<String> {
    let Some(table) = dataset.table(plan.subject.table) else { return Vec::new() };
    match table.column(plan.subject.code) {
        Column::Text(cells) => cells.iter().flatten().map(str::to_owned).collect(),
        Column::Number(cells) => cells.iter().flatten().map(|n| biaochi::value::format_decimal(&n.to_num(), 12)).collect(),
        _ => Vec::new(),
    }
}

/// Adds the nearest of the known names as a help.
pub fn hint<'a>(finding: Diagnostic, wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    match did_you_mean(&nearest(wanted, known)) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn bad_date(text: &str) -> Diagnostic {
    Diagnostic::at(Code::BAD_OPTION, Place::None, format!("--date 的“{text}”不是日期")).help("写成 年-月-日，如 2026-06-30")
}

/// Whether the text is `YYYY-MM-DD` and that day exists.
fn is_date(text: &str) -> bool {
    biaochi::syntax::ast::Date::parse(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn dates_are_days_that_exist() {
        for good in ["2026-06-30", "2024-02-29", "2000-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "2026-06-31",
            "2026-02-29",
            "1900-02-29",
            "2026-6-3",
            "2026-13-01",
            "2026-00-10",
            "20260630",
            "",
            "2026-06-30-1",
            "２０２６-06-30",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
