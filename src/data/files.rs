//! Paths → the data files to read.

use super::load::Source;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Larger workbooks are refused: read, they would take more than half a gigabyte of memory.
const LARGEST: u64 = 64 * 1024 * 1024;
/// The same of files of one table, which take hardly more memory than they are long.
const LARGEST_TABLE: u64 = 512 * 1024 * 1024;

const READ: [&str; 7] = ["csv", "tsv", "parquet", "xlsx", "xlsm", "xls", "ods"];
/// Of those, the ones that are no workbooks.
const TABLES: [&str; 3] = ["csv", "tsv", "parquet"];
/// Spreadsheets all the same: left in a folder they must not be passed over in silence.
const OTHERS: [&str; 4] = ["et", "xlsb", "numbers", "xltx"];

/// A file to read.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub path: PathBuf,
    /// As shown to the reader.
    pub name: String,
}

/// The files of these folders (and of the folders right inside them), and these files, each folder in order of names.
pub(super) fn find(paths: &[PathBuf]) -> (Vec<Found>, Vec<Diagnostic>) {
    let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
    for path in paths {
        if let Err(diagnostic) = list(path, &mut found, &mut diagnostics) {
            diagnostics.push(*diagnostic);
        }
    }
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for file in &found {
        *count.entry(file.name.clone()).or_default() += 1;
    }
    for file in &mut found {
        // Two files of one name are told apart by their folders.
        if count.get(&file.name).is_some_and(|n| *n > 1) {
            file.name = file.path.display().to_string();
        }
    }
    (found, diagnostics)
}

fn fail(code: Code, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::at(code, Place::None, message).help(help))
}

fn list(path: &Path, found: &mut Vec<Found>, diagnostics: &mut Vec<Diagnostic>) -> Result<(), Box<Diagnostic>> {
    let shown = path.display().to_string();
    let meta = std::fs::metadata(path).map_err(|e| {
        let help = "检查路径是否写对：应是放数据的文件夹，或一个数据文件";
        fail(Code::DATA_UNREADABLE, format!("打不开“{shown}”：{}", reason(&e)), help)
    })?;
    if !meta.is_dir() {
        if !has_extension(path, &READ) {
            let message = format!("“{shown}”不是能读的数据文件");
            return Err(fail(Code::DATA_UNREADABLE, message, "能读 .xlsx、.xls、.ods 和 .csv；其他格式请在表格软件里另存为 .xlsx"));
        }
        found.push(Found { path: path.to_path_buf(), name: file_name(path) });
        return Ok(());
    }
    let before = found.len();
    let root = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let entries = sorted(path)?;
    for entry in entries {
        if is_passed_over(&entry) || is_outside(&entry, &root, diagnostics) {
            continue;
        }
        if !entry.is_dir() {
            take(&entry, file_name(&entry), found, diagnostics);
            continue;
        }
        for inner in sorted(&entry)? {
            if !is_passed_over(&inner) && !inner.is_dir() && !is_outside(&inner, &root, diagnostics) {
                take(&inner, format!("{}/{}", file_name(&entry), file_name(&inner)), found, diagnostics);
            }
        }
    }
    if found.len() == before {
        let message = format!("文件夹“{shown}”里没有数据文件");
        return Err(fail(Code::NO_DATA, message, "把每张表存成“表名.csv”放进去，或放一个每张表一个工作表的 .xlsx"));
    }
    Ok(())
}

fn take(path: &Path, name: String, found: &mut Vec<Found>, diagnostics: &mut Vec<Diagnostic>) {
    if has_extension(path, &READ) {
        found.push(Found { path: path.to_path_buf(), name });
    } else if has_extension(path, &OTHERS) {
        let mut warning = Diagnostic::at(Code::UNKNOWN_FILE, super::load::at(&name, None), format!("文件“{name}”的格式不能读，没有读"));
        warning.severity = Severity::Warning;
        diagnostics.push(warning.help("在表格软件里另存为 .xlsx"));
    }
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let unlisted = |e: std::io::Error| {
        fail(Code::DATA_UNREADABLE, format!("列不出文件夹“{}”：{}", folder.display(), reason(&e)), "检查文件夹的读取权限")
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unlisted)? {
        paths.push(entry.map_err(unlisted)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Hidden files, and the locks that spreadsheet programs leave beside an open file.
fn is_passed_over(path: &Path) -> bool {
    let name = file_name(path);
    name.starts_with('.') || name.starts_with("~$")
}

/// A link that leads out of the folder is told, not followed.
fn is_outside(path: &Path, root: &Path, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_symlink());
    if !is_link || std::fs::canonicalize(path).is_ok_and(|real| real.starts_with(root)) {
        return false;
    }
    let name = file_name(path);
    let found = Diagnostic::at(Code::OUTSIDE, super::load::at(&name, None), format!("“{name}”是指到文件夹之外的链接，没有读"));
    diagnostics.push(found.help("把文件本身放进文件夹，或用 --data 直接指定它"));
    true
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|e| extensions.iter().any(|known| e.eq_ignore_ascii_case(known)))
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "没有这个文件或文件夹".into(),
        std::io::ErrorKind::PermissionDenied => "没有读取权限".into(),
        _ => error.to_string(),
    }
}

impl Source for Found {
    fn name(&self) -> &str {
        &self.name
    }

    fn length(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |meta| meta.len())
    }

    fn bytes(&self) -> Result<Vec<u8>, (Code, String)> {
        bytes(&self.path)
    }

    fn longer_than(&self, bytes: u64) -> Option<impl Read + Send> {
        let meta = std::fs::metadata(&self.path).ok().filter(std::fs::Metadata::is_file)?;
        // What else is wrong with it is told by reading it as a whole.
        File::open(&self.path).ok().filter(|_| (bytes + 1..=LARGEST_TABLE).contains(&meta.len()))
    }
}

/// The bytes of a file that is not too large, or why not.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, (Code, String)> {
    let meta = std::fs::metadata(path).map_err(|e| (Code::DATA_UNREADABLE, reason(&e)))?;
    if !meta.is_file() {
        return Err((Code::DATA_UNREADABLE, "这不是普通文件".into()));
    }
    let largest = if has_extension(path, &TABLES) { LARGEST_TABLE } else { LARGEST };
    if meta.len() > largest {
        let mib = meta.len().div_ceil(1024 * 1024);
        return Err((Code::DATA_TOO_LARGE, format!("文件有 {mib} MiB，超过 {} MiB", largest / (1024 * 1024))));
    }
    std::fs::read(path).map_err(|e| (Code::DATA_UNREADABLE, format!("文件打不开：{}", reason(&e))))
}
