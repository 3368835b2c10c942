//! `template`: the workbook to fill in, whole or one for each department.

use std::fs;
use std::path::Path;

use biaochi::data::{Dataset, LoadOptions, load_with};
use biaochi::diagnostic::{Code, Diagnostic, Place, has_errors};
use biaochi::form::{FormOptions, Shares, form, forms};

use super::args::{By, Template};
use super::session::{Compiled, choose_round, open_rules};
use super::{Exit, Failure, Screen, output};

/// Writes the workbook, or the folder of workbooks.
pub fn run(args: &Template, screen: &Screen) -> Result<Exit, Failure> {
    let compiled = open_rules(&args.spec, args.date.as_deref(), screen)?;
    if args.round.is_some() {
        choose_round(&compiled.plan, args.round.as_deref())?;
    }
    let data = given(&compiled, args, screen)?;
    let spec = args.spec.display().to_string();
    let options = FormOptions { spec: &spec, round: args.round.as_deref(), subjects: &args.subject, data: data.as_ref() };
    if args.by == Some(By::Department) {
        let shares = forms(&compiled.plan, &options)?;
        return folder(&args.out, shares, args.force);
    }
    let (parent, name) = output::workbook(&args.out).map_err(|d| d.help("按责任单位分的，写进文件夹：加 --by 责任单位"))?;
    let files = [(name, form(&compiled.plan, &options)?)];
    keep(parent, &files, args.force)?;
    output::write_all(parent, &files)?;
    let tables = compiled.plan.tables.len();
    output::print(&format!("已写出 {}：填表说明和 {tables} 张表", args.out.display()))?;
    Ok(Exit::Done)
}

/// The data that are there already; that they are not all there is no mistake here.
fn given(compiled: &Compiled, args: &Template, screen: &Screen) -> Result<Option<Dataset>, Failure> {
    if args.with.is_empty() {
        return Ok(None);
    }
    let (data, mut found) = load_with(&compiled.plan, &args.with, &LoadOptions::default());
    found.retain(|d| d.code != Code::NO_DATA || d.place != Place::None || data.inputs.is_empty());
    if has_errors(&found) {
        return Err(Failure::new(compiled.sources.clone(), found));
    }
    screen.show(&found, &compiled.sources);
    Ok(Some(data))
}

fn folder(folder: &Path, shares: Shares, force: bool) -> Result<Exit, Failure> {
    let files: Vec<(String, Vec<u8>)> = shares.files.into_iter().map(|(name, bytes)| (format!("{name}.xlsx"), bytes)).collect();
    keep(folder, &files, force)?;
    output::write_all(folder, &files)?;
    let names: String = files.iter().map(|(name, _)| format!("  {}\n", folder.join(name).display())).collect();
    let mut text = format!("已写出 {} 个工作簿：\n{names}", files.len());
    if !shares.idle.is_empty() {
        text.push_str(&format!("没有要填的，没有写：{}\n", shares.idle.join("、")));
    }
    output::print(&text)?;
    Ok(Exit::Done)
}

/// A workbook that is there already may have been filled in: it is not written over unasked, unless it is the same.
fn keep(folder: &Path, files: &[(String, Vec<u8>)], force: bool) -> Result<(), Failure> {
    if force {
        return Ok(());
    }
    let is_other = |(name, bytes): &&(String, Vec<u8>)| {
        let path = folder.join(name);
        path.is_file() && fs::read(&path).map_or(true, |there| there != *bytes)
    };
    let complain = |(name, _): &(String, Vec<u8>)| {
        let message = format!("已经有“{}”，里面可能填了数据，没有改动它", folder.join(name).display());
        Diagnostic::at(Code::WRITE, Place::None, message).help("换一个文件名；确实不要了的，加 --force 覆盖")
    };
    let found: Vec<Diagnostic> = files.iter().filter(is_other).map(complain).collect();
    if found.is_empty() { Ok(()) } else { Err(Failure::new(biaochi::source::SourceMap::default(), found)) }
}
