//! `report`: the outcome of what an engine handed back.

use biaochi::diagnostic::{Code, Diagnostic, Place};
use biaochi::eval::RunOptions;
use biaochi::report::{Format, summary};
use biaochi::sql::{outcome, read_results};

use super::args::{Report, RunFormat};
use super::run::{files, formats};
use super::session::{Evaluated, open_rules};
use super::sql::{given, options, script};
use super::{Exit, Failure, Screen, output};

/// Reads the results and renders everything before anything is written.
pub fn run(args: &Report, screen: &Screen) -> Result<Exit, Failure> {
    let to_stdout = args.out.as_ref().is_some_and(|o| o.as_os_str() == "-");
    if to_stdout && args.format.iter().any(|f| *f != RunFormat::Json) {
        let complaint = Diagnostic::at(Code::BAD_OPTION, Place::None, "“--out -”只能输出 json 一种格式");
        return Err(complaint.help("写成 --format json --out -，或用 --out 指定文件夹").into());
    }
    let compiled = open_rules(&args.spec, args.date.as_deref(), screen)?;
    let of = options(&compiled, args.round.as_deref(), args.date.as_deref())?;
    let run = RunOptions { round: of.round.clone(), date: of.date.clone(), ..RunOptions::default() };
    let data = if args.data.is_empty() { None } else { Some(given(&compiled, &args.data, screen)?) };
    let made = script(&compiled.plan, args.dialect, &of)
        .and_then(|script| outcome(&compiled.plan, &script, &read_results(&args.results)?, &run, data.as_ref()))
        .map_err(|found| Failure::new(compiled.sources.clone(), found))?;
    let evaluated = Evaluated { compiled, outcome: made };
    let text = summary(&evaluated.compiled.plan, &evaluated.outcome);
    match &args.out {
        None => output::print(&text)?,
        Some(_) if to_stdout => {
            let texts = files(&evaluated, &[Format::Json], None)?;
            output::print(&texts.into_iter().map(|(_, text)| text).collect::<String>())?;
        }
        Some(folder) => {
            let files = files(&evaluated, &formats(&args.format), args.template.as_deref())?;
            output::write_all(folder, &files)?;
            let names: String = files.iter().map(|(name, _)| format!("  {}\n", folder.join(name).display())).collect();
            output::print(&format!("{}\n\n已写出 {} 个文件：\n{names}", text.trim_end(), files.len()))?;
        }
    }
    Ok(Exit::Done)
}
