//! `check`: every finding of every standard named.

use std::mem::ManuallyDrop;

use biaochi::diagnostic::{Diagnostic, has_errors, json, sarif};
use biaochi::plan::Plan;
use biaochi::source::SourceMap;
use serde_json::Value;

use super::args::{Check, CheckFormat};
use super::{Exit, Failure, Screen, annotate, output, session};

/// Checks each standard, so that the errors of all are seen in one run.
pub fn run(args: &Check, screen: &Screen) -> Result<Exit, Failure> {
    if args.flatten {
        return flatten(args, screen);
    }
    let mut checked: Vec<(SourceMap, Vec<Diagnostic>)> = Vec::new();
    for spec in &args.specs {
        let (sources, diagnostics, plan) = match session::compile(spec, args.date.as_deref()) {
            // The process ends with the check: the system takes a plan back at once.
            Ok(compiled) => (compiled.sources, compiled.diagnostics, Some(ManuallyDrop::new(compiled.plan))),
            Err((sources, diagnostics)) => (sources, diagnostics, None),
        };
        if args.format == CheckFormat::Human {
            screen.show(&diagnostics, &sources);
            if !has_errors(&diagnostics) {
                output::print(&format!("{}：检查通过", spec.display()))?;
            }
        }
        checked.push((sources, diagnostics));
        if let Some(plan) = plan.filter(|_| !args.data.is_empty()) {
            checked.push((SourceMap::default(), data(args, &plan, screen)?));
        }
    }
    print_machine(args.format, &checked)?;
    if checked.iter().any(|(_, d)| has_errors(d)) {
        // Shown already, each with its own texts.
        return Err(Failure::new(SourceMap::default(), Vec::new()));
    }
    Ok(Exit::Done)
}

/// What is wrong with the data.
fn data(args: &Check, plan: &Plan, screen: &Screen) -> Result<Vec<Diagnostic>, Diagnostic> {
    let found = session::findings(plan, &args.data, false);
    if args.format == CheckFormat::Human {
        screen.show(&found, &SourceMap::default());
        if !has_errors(&found) {
            output::print("数据：检查通过")?;
        }
    }
    if let Some(out) = &args.annotate {
        annotate::write(plan, &args.data, &found, out)?;
    }
    Ok(found)
}

/// Prints the findings of several standards for programs; nothing where people are to read them.
pub fn print_machine(format: CheckFormat, checked: &[(SourceMap, Vec<Diagnostic>)]) -> Result<(), Diagnostic> {
    match format {
        CheckFormat::Human => Ok(()),
        CheckFormat::Json => {
            let all = checked.iter().filter_map(|(s, d)| match json(d, s) {
                Value::Array(items) => Some(items),
                _ => None,
            });
            output::print(&pretty(&all.flatten().collect()))
        }
        CheckFormat::Sarif => output::print(&pretty(&one_log(checked.iter().map(|(s, d)| sarif(d, s))))),
    }
}

/// Prints each standard with all its layers as one.
fn flatten(args: &Check, screen: &Screen) -> Result<Exit, Failure> {
    let options = biaochi::CompileOptions { date: args.date.clone() };
    for spec in &args.specs {
        let (compiled, text) = biaochi::flatten(spec, &options);
        let Some(text) = text else { return Err(Failure::new(compiled.sources, compiled.diagnostics)) };
        screen.show(&compiled.diagnostics, &compiled.sources);
        output::print(&text)?;
    }
    Ok(Exit::Done)
}

/// One log with a run for each standard.
fn one_log(logs: impl Iterator<Item = Value>) -> Value {
    let mut logs = logs;
    let mut first = logs.next().unwrap_or_default();
    for mut log in logs {
        let more = log.get_mut("runs").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
        if let Some(runs) = first.get_mut("runs").and_then(Value::as_array_mut) {
            runs.extend(more);
        }
    }
    first
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}
