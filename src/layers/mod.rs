//! Manifest → texts: finds the files of a standard.
//!
//! Takes the path of a standard's folder; gives its manifest and the texts of its files in reading order. Knows nothing of what they say.

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::{FileId, LayerId, SourceMap, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The largest spec file that is read.
const FILE_LIMIT: u64 = 4 << 20;

/// `biaochi.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Names the standard in outcomes.
    pub id: String,
    /// How this layer is called in reports.
    #[serde(default)]
    pub name: Option<String>,
    /// The files in reading order; every `.biao` file of the folder by name where not given.
    #[serde(default)]
    pub files: Vec<String>,
    /// The levels of writing rules: `unused-field = "off"`.
    #[serde(default)]
    pub lint: BTreeMap<String, String>,
}

/// A standard's files, read.
#[derive(Debug, Default)]
pub struct Loaded {
    pub sources: SourceMap,
    pub manifest: Option<Manifest>,
    pub files: Vec<FileId>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the manifest at `path` (the folder or the file) and the files it names.
pub fn load(path: &Path) -> Loaded {
    let mut loaded = Loaded::default();
    let manifest_path = if path.is_dir() { path.join("biaochi.toml") } else { path.to_path_buf() };
    let folder = manifest_path.parent().map(Path::to_path_buf).unwrap_or_default();
    let Some(text) = read(&manifest_path, &mut loaded.diagnostics) else { return loaded };
    let file = loaded.sources.add(manifest_path.display().to_string(), text.clone(), LayerId(0));
    let manifest: Manifest = match toml::from_str(&text) {
        Ok(manifest) => manifest,
        Err(error) => {
            let range = error.span().unwrap_or(0..0);
            let span = Span::new(file, range.start, range.end);
            let message = format!("biaochi.toml 写得不对：{}", error.message());
            loaded.diagnostics.push(Diagnostic::error(Code::MANIFEST, span, message).help("至少要有一行 id = \"…\"；files 列出各规则文件"));
            return loaded;
        }
    };
    let names = if manifest.files.is_empty() { spec_files(&folder) } else { manifest.files.clone() };
    if names.is_empty() {
        let span = Span::new(file, 0, 0);
        loaded.diagnostics.push(Diagnostic::error(Code::MANIFEST, span, "这个标准没有规则文件（*.biao）"));
    }
    for name in names {
        let path = folder.join(&name);
        if let Some(text) = read(&path, &mut loaded.diagnostics) {
            loaded.files.push(loaded.sources.add(path.display().to_string(), text, LayerId(0)));
        }
    }
    loaded.manifest = Some(manifest);
    loaded
}

fn spec_files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.filter_map(Result::ok).filter_map(|e| e.file_name().into_string().ok()).filter(|n| n.ends_with(".biao")).collect();
    names.sort();
    names
}

fn read(path: &PathBuf, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let complain = |what: String, help: &str| {
        let place = Place::Cell { file: path.display().to_string(), sheet: None, line: None, cell: None, column: None, row: None };
        Diagnostic::at(Code::UNREADABLE, place, what).help(help)
    };
    match std::fs::metadata(path) {
        Ok(meta) if meta.len() > FILE_LIMIT => {
            diagnostics.push(complain(format!("文件 {} 超过 4 MiB", path.display()), "把标准分成几个文件"));
            return None;
        }
        _ => {}
    }
    match std::fs::read(path) {
        Err(_) => {
            diagnostics.push(complain(format!("找不到或打不开文件 {}", path.display()), "检查路径；标准是一个含有 biaochi.toml 的文件夹"));
            None
        }
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Some(text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text)),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                diagnostics.push(complain(format!("文件 {} 不是 UTF-8 编码（第 {at} 字节起）", path.display()), "用编辑器另存为 UTF-8"));
                None
            }
        },
    }
}
