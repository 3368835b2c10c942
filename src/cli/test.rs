//! `test`: the cases of each standard.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use biaochi::cases::{Coverage, Edit, Suite, Trial};
use biaochi::diagnostic::{Code, Diagnostic, Place, excerpt};
use biaochi::plan::Case;
use biaochi::source::SourceMap;

use super::args::{Test, TestFormat};
use super::session::{self, Compiled};
use super::{Exit, Failure, Screen, explain, junit, output};

/// A standard with its cases.
struct Opened {
    name: String,
    compiled: Compiled,
    suite: Suite,
}

/// Runs the cases; a failing one is shown with its working.
pub fn run(args: &Test, screen: &Screen) -> Result<Exit, Failure> {
    let mut failed = false;
    let mut suites = Vec::new();
    for spec in &args.specs {
        let opened = open(spec, screen)?;
        if args.boundary {
            boundary(&opened, args.item.as_deref())?;
            continue;
        }
        let trials = opened.suite.run();
        failed |= trials.iter().any(|t| !t.passed());
        if args.mutate {
            failed |= mutate(&opened, &trials, args.at_least)?;
            continue;
        }
        match args.format {
            TestFormat::Text => output::print(text(&opened, &trials).trim_end())?,
            TestFormat::Junit => suites.push(junit::suite(&opened.name, opened.suite.cases(), &trials)),
        }
    }
    if args.format == TestFormat::Junit {
        output::print(&junit::document(&suites))?;
    }
    Ok(if failed { Exit::No } else { Exit::Done })
}

/// Compiles a standard, once more for each day that a case names.
fn open(spec: &Path, screen: &Screen) -> Result<Opened, Failure> {
    let compiled = session::open(spec, None, screen)?;
    let plan = &compiled.plan;
    let days: BTreeSet<&String> = plan.cases.iter().filter_map(|c| c.date.as_ref()).collect();
    let mut dated = BTreeMap::new();
    for day in days {
        let found = session::compile(spec, Some(day)).map_err(|(sources, found)| Failure::new(sources, found))?;
        dated.insert(day.clone(), found.plan);
    }
    // Those of the standards below know nothing of the periods that a layer brings in: they are judged by the latest values.
    let own = plan.standard.layers.len().saturating_sub(1);
    if let Some(case) = plan.cases.iter().find(|c| c.date.is_none() && !plan.undated.is_empty() && usize::from(c.origin.layer.0) >= own) {
        let message = format!("用例“{}”没有日期，而参数{}有几个时段的值", case.title, plan.undated.join("、"));
        let place =
            Place::Cell { file: case.file.clone(), sheet: None, line: u64::try_from(case.line).ok(), column: None, row: None, cell: None };
        return Err(Diagnostic::at(Code::NO_VALUE_ON_DATE, place, message).help("在用例下加一行“日期 年-月-日”").into());
    }
    let suite = Suite::new(compiled.plan.clone(), dated, biaochi::written(spec));
    Ok(Opened { name: spec.display().to_string(), compiled, suite })
}

fn text(opened: &Opened, trials: &[Trial]) -> String {
    let mut text = String::new();
    for (case, trial) in opened.suite.cases().iter().zip(trials).filter(|(_, t)| !t.passed()) {
        failing(&mut text, &opened.compiled, case, trial);
    }
    let failed = trials.iter().filter(|t| !t.passed()).count();
    let _ = writeln!(text, "{}：用例 {} 个，通过 {}，不通过 {failed}", opened.name, trials.len(), trials.len() - failed);
    if failed == 0 && !trials.is_empty() {
        coverage(&mut text, &opened.suite.coverage(trials), opened.suite.written().sources());
    }
    text
}

/// What no case decides.
fn coverage(text: &mut String, found: &Coverage, sources: &SourceMap) {
    if found.rules.is_empty() && found.branches.is_empty() && found.thresholds.is_empty() {
        text.push_str("每条规则、每个分支、每处比较都有用例判定\n");
        return;
    }
    let _ = writeln!(
        text,
        "用例没有判定的：规则 {} 条、分支 {} 处、比较 {} 处",
        found.rules.len(),
        found.branches.len(),
        found.thresholds.len()
    );
    for (id, rule, lacking) in &found.rules {
        let _ = writeln!(text, "  规则 {id}（{lacking}）：{rule}");
    }
    for (kind, list) in [("分支", &found.branches), ("比较", &found.thresholds)] {
        list.iter().for_each(|edit| text.push_str(&shown(&format!("{kind}没有用例判定"), edit, sources)));
    }
}

/// An edit at its place.
fn shown(title: &str, edit: &Edit, sources: &SourceMap) -> String {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (before, after) = (line(sources.slice(edit.span)), line(&edit.with));
    let title = if after.is_empty() { format!("{title}：删去“{before}”") } else { format!("{title}：{before} → {after}") };
    excerpt(&title, edit.span, "", sources)
}

/// Prints the cases of every threshold; what could not be made stands below as comments, so that the whole can be pasted.
fn boundary(opened: &Opened, item: Option<&str>) -> Result<(), Failure> {
    let found = opened.suite.boundary(item);
    let mut text = format!("# {}：阈值 {} 处，用例 {} 个\n\n{}", opened.name, found.thresholds, found.cases, found.text);
    if !found.unmade.is_empty() {
        let _ = writeln!(text, "\n# 没有生成的阈值 {} 处：", found.unmade.len());
    }
    for (what, why) in &found.unmade {
        let _ = writeln!(text, "# {what}：{why}");
    }
    Ok(output::print(text.trim_end())?)
}

/// Shows the changes that no case notices; gives whether they are too many.
fn mutate(opened: &Opened, trials: &[Trial], at_least: u8) -> Result<bool, Failure> {
    let failing = trials.iter().filter(|t| !t.passed()).count();
    if failing > 0 {
        let message = format!("{}：有 {failing} 个用例不通过，请先改好再做变异检查", opened.name);
        output::print(&message)?;
        return Ok(true);
    }
    let found = opened.suite.mutate();
    let mut text = String::new();
    for survivor in &found.survivors {
        text.push_str(&shown("没有察觉", survivor, opened.suite.written().sources()));
    }
    let noticed = found.changes - found.survivors.len();
    let _ = writeln!(text, "{}：逐一改动 {} 处，用例察觉 {noticed} 处，占 {}%", opened.name, found.changes, found.percent());
    if found.refused > 0 {
        let _ = writeln!(text, "另有 {} 处改动在检查时就报错，不计在内", found.refused);
    }
    output::print(text.trim_end())?;
    Ok(found.percent() < usize::from(at_least))
}

/// Given, expected, got, and how that came about.
fn failing(text: &mut String, compiled: &Compiled, case: &Case, trial: &Trial) {
    let _ = writeln!(text, "不通过：用例“{}”（{}:{}）", case.title, case.file, case.line);
    let _ = write!(text, "{}", given(compiled, case));
    let mut shown = Vec::new();
    for mismatch in &trial.mismatches {
        let Some(wanted) = case.expected.get(mismatch.expectation) else { continue };
        let _ = writeln!(text, "  期望 {}（第 {} 行）\n  得到 {}", wanted.text, wanted.line, mismatch.got);
        let Some((of, outcome)) = mismatch.of.as_ref().zip(trial.outcome.as_ref()) else { continue };
        if !shown.contains(&of) {
            shown.push(of);
            let working = explain::working(compiled, outcome, of.id());
            working.lines().for_each(|l| {
                let _ = writeln!(text, "    {l}");
            });
        }
    }
    text.push('\n');
}

/// The rows of a case, as they are written.
pub fn given(compiled: &Compiled, case: &Case) -> String {
    let mut text = String::new();
    for given in &case.given {
        let name = compiled.plan.tables.get(given.table.0).map_or("", |t| t.name.as_str());
        let _ = writeln!(text, "  给定 {name}{}", if given.columns.is_empty() { " 无" } else { "" });
        let header = given.columns.iter().map(|c| c.written.as_str()).collect();
        let rows = given.rows.iter().map(|r| r.cells.iter().map(String::as_str).collect());
        let lines = biaochi::syntax::print::aligned(&std::iter::once(header).chain(rows).collect::<Vec<_>>());
        lines.iter().for_each(|l| {
            let _ = writeln!(text, "{l}");
        });
    }
    text
}
