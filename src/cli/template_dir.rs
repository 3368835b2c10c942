//! `template-dir`: the built-in templates, to be changed and given back with `--template`.

use biaochi::diagnostic::{Code, Diagnostic, Place};
use biaochi::report::templates;

use super::args::TemplateDir;
use super::{Exit, Failure, output};

/// Writes them into a folder; what is there already stays.
pub fn run(args: &TemplateDir) -> Result<Exit, Failure> {
    let files: Vec<(String, &str)> = templates().map(|(name, text)| (name.to_owned(), text)).collect();
    if let Some((name, _)) = files.iter().find(|(name, _)| args.out.join(name).exists()) {
        let message = format!("已经有“{}”，里面可能改过，没有改动它", args.out.join(name).display());
        return Err(Diagnostic::at(Code::WRITE, Place::None, message).help("换一个文件夹").into());
    }
    output::write_all(&args.out, &files)?;
    output::print(&format!(
        "已写出 {} 个文件到 {}：先看其中的 README.md；只留下要改的，用 --template 指定这个文件夹",
        files.len(),
        args.out.display()
    ))?;
    Ok(Exit::Done)
}
