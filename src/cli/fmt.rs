//! `fmt`: rule files in their one canonical form.

use std::path::{Path, PathBuf};

use biaochi::diagnostic::{Code, Diagnostic, Place, has_errors};
use biaochi::source::SourceMap;
use biaochi::syntax::format;

use super::args::Fmt;
use super::line_diff::line_diff;
use super::{Exit, Failure, Screen, output};

/// A rule file of a standard.
struct RuleFile {
    path: PathBuf,
    text: String,
}

/// Rewrites the files that differ from their form, or lists them.
pub fn run(args: &Fmt, screen: &Screen) -> Result<Exit, Failure> {
    let mut files = Vec::new();
    for spec in &args.specs {
        files.extend(read(spec, screen)?);
    }
    files.dedup_by(|a, b| a.path == b.path);
    let changed: Vec<(RuleFile, String)> = files
        .into_iter()
        .map(|file| {
            let formatted = format(&file.text);
            (file, formatted)
        })
        .filter(|(file, formatted)| file.text != *formatted)
        .collect();
    if args.check {
        for (file, formatted) in &changed {
            output::print(&format!("{} 没有整理：\n{}", file.path.display(), line_diff(&file.text, formatted)))?;
        }
        return Ok(if changed.is_empty() { Exit::Done } else { Exit::No });
    }
    for (file, formatted) in changed {
        let name = file.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = file.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        output::write_all(folder, &[(name, formatted)])?;
        output::print(&format!("已整理 {}", file.path.display()))?;
    }
    Ok(Exit::Done)
}

/// The rule files in a standard's own folder, or the one file named.
fn read(spec: &Path, screen: &Screen) -> Result<Vec<RuleFile>, Failure> {
    if spec.extension().is_some_and(|e| e == "biao") && !spec.is_dir() {
        let text = std::fs::read_to_string(spec).map_err(|_| {
            let place = Place::Cell { file: spec.display().to_string(), sheet: None, line: None, column: None, row: None, cell: None };
            Diagnostic::at(Code::UNREADABLE, place, format!("找不到或读不了文件 {}", spec.display())).help("检查路径；文件要是 UTF-8 编码")
        })?;
        return Ok(vec![RuleFile { path: spec.to_path_buf(), text }]);
    }
    let loaded = biaochi::layers::load(spec);
    if has_errors(&loaded.diagnostics) {
        return Err(Failure::new(loaded.sources, loaded.diagnostics));
    }
    screen.show(&loaded.diagnostics, &loaded.sources);
    let folder = if spec.is_dir() { spec.to_path_buf() } else { spec.parent().map(Path::to_path_buf).unwrap_or_default() };
    Ok(own_files(&loaded.sources, &folder))
}

/// A base that the standard stands on is another standard's to format.
fn own_files(sources: &SourceMap, folder: &Path) -> Vec<RuleFile> {
    let files = sources.files().map(|(_, file)| RuleFile { path: PathBuf::from(&file.name), text: file.text.clone() });
    files.filter(|f| f.path.extension().is_some_and(|e| e == "biao") && f.path.starts_with(folder)).collect()
}
