//! Manifest → texts: finds the files of a standard and of the standards below it.

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::{FileId, LayerId, SourceMap, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use toml::Spanned;

/// The largest spec file that is read.
const FILE_LIMIT: u64 = 4 << 20;
/// The longest chain of bases.
const CHAIN_LIMIT: usize = 32;

/// `biaochi.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Names the standard in outcomes.
    pub id: String,
    /// How this layer is called in reports.
    #[serde(default)]
    pub name: Option<String>,
    /// The folder of the standard that this one changes, from here.
    #[serde(default)]
    pub base: Option<Spanned<String>>,
    /// `只严不松`: whether the layer is declared to ask for no less than its base in anything.
    #[serde(default, alias = "只严不松")]
    pub only_stricter: Option<Spanned<bool>>,
    /// The files in reading order; every `.biao` file of the folder by name where not given.
    #[serde(default)]
    pub files: Vec<String>,
    /// The levels of writing rules: `unused-field = "off"`.
    #[serde(default)]
    pub lint: BTreeMap<String, String>,
}

/// One standard of a chain: its manifest and its files in reading order.
#[derive(Debug)]
pub struct Layer {
    pub manifest: Manifest,
    /// Where the manifest's text is.
    pub file: FileId,
    pub files: Vec<FileId>,
}

impl Layer {
    /// The layer's name, or else its id.
    pub fn name(&self) -> &str {
        self.manifest.name.as_deref().unwrap_or(&self.manifest.id)
    }

    /// Where the layer is declared to be only stricter than its base, if it is.
    pub fn only_stricter(&self) -> Option<Span> {
        let at = self.manifest.only_stricter.as_ref().filter(|declared| *declared.get_ref())?.span();
        Some(Span::new(self.file, at.start, at.end))
    }
}

/// A chain of standards, read.
#[derive(Debug, Default)]
pub struct Loaded {
    pub sources: SourceMap,
    /// From the innermost base outwards; empty where one could not be read.
    pub layers: Vec<Layer>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// The files of all layers, innermost first.
    pub fn files(&self) -> Vec<FileId> {
        self.layers.iter().flat_map(|l| l.files.iter().copied()).collect()
    }
}

/// A manifest as found: where, its text, and what it says.
struct Found {
    folder: PathBuf,
    shown: String,
    text: String,
    manifest: Manifest,
}

/// Reads the manifest at `path` (the folder or the file), those of the bases below it, and the files they name.
pub fn load(path: &Path) -> Loaded {
    let mut loaded = Loaded::default();
    let manifest_path = if path.is_dir() { path.join("biaochi.toml") } else { path.to_path_buf() };
    let Some(chain) = chain(manifest_path, &mut loaded) else { return loaded };
    for (index, found) in chain.into_iter().rev().enumerate() {
        let layer = LayerId(u16::try_from(index).unwrap_or(u16::MAX));
        let read = files(found, layer, &mut loaded.sources, &mut loaded.diagnostics);
        loaded.layers.push(read);
    }
    loaded.sources.name_layers(loaded.layers.iter().map(|l| l.name().to_string()).collect());
    loaded
}

/// The manifests from the outermost layer down to the innermost base; `None` where a complaint has been made.
fn chain(mut manifest_path: PathBuf, loaded: &mut Loaded) -> Option<Vec<Found>> {
    let mut chain: Vec<Found> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    loop {
        let text = read(&manifest_path, &mut loaded.diagnostics)?;
        let folder = manifest_path.parent().map(Path::to_path_buf).unwrap_or_default();
        let shown = manifest_path.display().to_string();
        let manifest = parse(&shown, &text, loaded)?;
        seen.push(std::fs::canonicalize(&manifest_path).unwrap_or_else(|_| manifest_path.clone()));
        let base = manifest.base.clone();
        chain.push(Found { folder: folder.clone(), shown: shown.clone(), text: text.clone(), manifest });
        let Some(base) = base else { return Some(chain) };
        let next = plain(&folder.join(base.get_ref()).join("biaochi.toml"));
        let mut complain = |code, message: String, help: String| {
            let file = loaded.sources.add(shown.clone(), text.clone(), LayerId(0));
            let span = Span::new(file, base.span().start, base.span().end);
            loaded.diagnostics.push(Diagnostic::error(code, span, message).here("这里").help(help));
        };
        if !next.is_file() {
            let message = format!("找不到上级标准：{} 不存在", next.display());
            complain(Code::NO_BASE, message, "base 写上级标准的文件夹，从本文件夹算起，如 base = \"../某标准\"".into());
            return None;
        }
        let real = std::fs::canonicalize(&next).unwrap_or_else(|_| next.clone());
        if let Some(at) = seen.iter().position(|s| *s == real) {
            let names = chain.iter().skip(at).map(|f| f.manifest.id.as_str());
            let first = chain.get(at).map_or("", |f| f.manifest.id.as_str());
            let path: Vec<&str> = names.chain(std::iter::once(first)).collect();
            complain(Code::BASE_CYCLE, format!("上级标准绕了一圈又回到自己：{}", path.join(" → ")), "去掉其中一处 base".into());
            return None;
        }
        if chain.len() >= CHAIN_LIMIT {
            complain(Code::BASE_CYCLE, format!("上级标准超过 {CHAIN_LIMIT} 层"), "检查各层的 base".into());
            return None;
        }
        manifest_path = next;
    }
}

fn parse(shown: &str, text: &str, loaded: &mut Loaded) -> Option<Manifest> {
    match toml::from_str(text) {
        Ok(manifest) => Some(manifest),
        Err(error) => {
            let file = loaded.sources.add(shown, text, LayerId(0));
            let range = error.span().unwrap_or(0..0);
            let span = Span::new(file, range.start, range.end);
            let message = format!("biaochi.toml 写得不对：{}", error.message());
            loaded.diagnostics.push(Diagnostic::error(Code::MANIFEST, span, message).help("至少要有一行 id = \"…\"；files 列出各规则文件"));
            None
        }
    }
}

fn files(found: Found, layer: LayerId, sources: &mut SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Layer {
    let file = sources.add(found.shown, found.text, layer);
    let names = if found.manifest.files.is_empty() { spec_files(&found.folder) } else { found.manifest.files.clone() };
    if names.is_empty() {
        let span = Span::new(file, 0, 0);
        diagnostics.push(Diagnostic::error(Code::MANIFEST, span, "这个标准没有规则文件（*.biao）"));
    }
    let mut files = Vec::new();
    for name in names {
        let path = found.folder.join(&name);
        if let Some(text) = read(&path, diagnostics) {
            files.push(sources.add(path.display().to_string(), text, layer));
        }
    }
    Layer { manifest: found.manifest, file, files }
}

/// A path without the `..` that can be taken back.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        let goes_back = part == Component::ParentDir && matches!(out.components().next_back(), Some(Component::Normal(_)));
        if goes_back {
            out.pop();
        } else if part != Component::CurDir {
            out.push(part);
        }
    }
    out
}

fn spec_files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.filter_map(Result::ok).filter_map(|e| e.file_name().into_string().ok()).filter(|n| n.ends_with(".biao")).collect();
    names.sort();
    names
}

fn read(path: &Path, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
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
