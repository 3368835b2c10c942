//! The door: folders and files → the data set.

use super::complaints::Complaints;
use super::dataset::{Column, Dataset, InputFile, TableData};
use super::encoding;
use super::header::Units;
use super::table::TableRead;
use super::{items, keys, table};
use crate::diagnostic::{Code, Diagnostic, Place, Severity, did_you_mean, nearest};
use crate::plan::{Plan, TableId};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// Larger files are refused: their cells would not fit in an office computer's memory.
const LARGEST: u64 = 512 * 1024 * 1024;

/// A file to read, its bytes not yet in memory.
pub(super) struct Source<F> {
    /// As shown to the reader.
    pub name: String,
    /// With its folder, to tell two files of one name apart.
    pub path: String,
    pub read: F,
}

/// Reads every CSV file of these folders, and these CSV files, against the plan's tables.
pub fn load(plan: &Plan, paths: &[PathBuf]) -> (Dataset, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        match list(path) {
            Ok(files) => found.extend(files),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    let sources =
        found.into_iter().map(|path| Source { name: file_name(&path), path: path.display().to_string(), read: move || bytes(&path) });
    load_sources(plan, sources, diagnostics)
}

/// Reads sources one after another, so that only one file's bytes are in memory; adds to the `diagnostics` of finding them.
pub(super) fn load_sources<F>(
    plan: &Plan,
    sources: impl Iterator<Item = Source<F>>,
    diagnostics: Vec<Diagnostic>,
) -> (Dataset, Vec<Diagnostic>)
where
    F: FnOnce() -> Result<Vec<u8>, String>,
{
    let units = Units::of(plan);
    let mut session = Session {
        plan,
        units: &units,
        reads: plan.tables.iter().map(|t| absent(t.fields.len())).collect(),
        origins: plan.tables.iter().map(|_| None).collect(),
        inputs: Vec::new(),
        complaints: Vec::new(),
        diagnostics,
    };
    for source in sources {
        session.add(source);
    }
    session.finish()
}

fn absent(fields: usize) -> TableRead {
    let data = TableData { columns: (0..fields).map(|_| Column::Absent).collect(), ..TableData::default() };
    TableRead { data, headers: (0..fields).map(|_| None).collect(), lost: 0 }
}

/// What has been read so far.
struct Session<'p> {
    plan: &'p Plan,
    units: &'p Units,
    reads: Vec<TableRead>,
    /// Per table, the path of the file it was read from.
    origins: Vec<Option<String>>,
    inputs: Vec<InputFile>,
    /// One per input.
    complaints: Vec<Complaints>,
    diagnostics: Vec<Diagnostic>,
}

impl Session<'_> {
    fn add<F: FnOnce() -> Result<Vec<u8>, String>>(&mut self, source: Source<F>) {
        let stem = source.name.rsplit_once('.').map_or(source.name.as_str(), |(stem, _)| stem);
        let stem: String = stem.nfkc().collect::<String>().trim().to_string();
        let plan = self.plan;
        let Some((id, declared)) = plan.tables.iter().enumerate().find(|(_, t)| t.name == stem) else {
            self.unknown_file(&source.name, &stem);
            return;
        };
        let Some(origin) = self.origins.get_mut(id) else { return };
        if let Some(first) = origin {
            let message = format!("表“{}”给了两个文件：{first} 和 {}", declared.name, source.path);
            let found = Diagnostic::at(Code::DATA_UNREADABLE, at(&source.name, None), message);
            self.diagnostics.push(found.help("只给其中一个；要合用的，先并成一个文件"));
            return;
        }
        *origin = Some(source.path);
        let bytes = match (source.read)() {
            Ok(bytes) => bytes,
            Err(message) => {
                let found = Diagnostic::at(Code::DATA_UNREADABLE, at(&source.name, None), message);
                self.diagnostics.push(found.help("检查文件能否打开；太大的，按评估对象分开，分几次运行"));
                return;
            }
        };
        let text = match encoding::decode(&bytes) {
            Ok(text) => text,
            Err(bad) => {
                let found = Diagnostic::at(Code::DATA_UNREADABLE, at(&source.name, Some(bad.line)), bad.message);
                self.diagnostics.push(found.help(bad.help));
                return;
            }
        };
        let mut complaints = Complaints::new(&source.name);
        let input = u32::try_from(self.inputs.len()).unwrap_or(u32::MAX);
        let read = table::read(declared, self.units, input, &text.text, &mut complaints);
        let sha256 = hexadecimal(&Sha256::digest(&bytes));
        self.inputs.push(InputFile { table: TableId(id), name: source.name, encoding: text.encoding, rows: read.data.rows, sha256 });
        self.complaints.push(complaints);
        if let Some(place) = self.reads.get_mut(id) {
            *place = read;
        }
    }

    fn unknown_file(&mut self, name: &str, stem: &str) {
        let known: Vec<&str> = self.plan.tables.iter().map(|t| t.name.as_str()).collect();
        let message = format!("文件“{name}”不对应任何数据表，没有读");
        let mut found = Diagnostic::at(Code::UNKNOWN_FILE, at(name, None), message);
        found.severity = Severity::Warning;
        found.help = did_you_mean(&nearest(stem, known.iter().copied())).into_iter().collect();
        self.diagnostics.push(found.help(format!("文件名应是“表名.csv”；标准的数据表有：{}", known.join("、"))));
    }

    fn finish(mut self) -> (Dataset, Vec<Diagnostic>) {
        keys::join(self.plan, &mut self.reads, &mut self.complaints);
        items::check(self.plan, &self.reads, &mut self.complaints);
        let tables = self.reads.into_iter().map(|r| r.data).collect();
        let data = Dataset { tables, inputs: self.inputs };
        let mut diagnostics = self.diagnostics;
        let told = self.complaints.into_iter().flat_map(Complaints::finish);
        diagnostics.extend(told);
        // Where something is already wrong, an empty table is its consequence.
        if !items::has_subjects(self.plan, &data) && !crate::diagnostic::has_errors(&diagnostics) {
            let name = self.plan.tables.get(self.plan.subject.table.0).map_or("", |t| t.name.as_str());
            let message = format!("没有评估对象的数据：表“{name}”没有给出，或一行也没有");
            let found = Diagnostic::at(Code::NO_DATA, Place::None, message);
            diagnostics.push(found.help(format!("给出“{name}.csv”，每个评估对象写一行")));
        }
        (data, diagnostics)
    }
}

fn at(file: &str, line: Option<u64>) -> Place {
    Place::Cell { file: file.into(), sheet: None, line, cell: None, column: None, row: None }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"))
}

/// The CSV files of a folder by name, or the one file.
fn list(path: &Path) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let shown = path.display().to_string();
    let fail = |message: String, help: &str| Box::new(Diagnostic::at(Code::DATA_UNREADABLE, Place::None, message).help(help));
    let meta = std::fs::metadata(path)
        .map_err(|e| fail(format!("打不开“{shown}”：{}", reason(&e)), "检查路径是否写对：应是放数据的文件夹，或一个 .csv 文件"))?;
    if !meta.is_dir() {
        return if is_csv(path) {
            Ok(vec![path.to_path_buf()])
        } else {
            Err(fail(format!("“{shown}”不是 .csv 文件"), "把每张表另存为“CSV UTF-8（逗号分隔）”"))
        };
    }
    let unlisted = |e: std::io::Error| fail(format!("列不出文件夹“{shown}”：{}", reason(&e)), "检查文件夹的读取权限");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unlisted)? {
        let file = entry.map_err(unlisted)?.path();
        if is_csv(&file) && !file_name(&file).starts_with('.') && !file.is_dir() {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        let found = Diagnostic::at(Code::NO_DATA, Place::None, format!("文件夹“{shown}”里没有 .csv 文件"));
        return Err(Box::new(found.help("把每张表存成“表名.csv”放进去")));
    }
    Ok(files)
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "没有这个文件或文件夹".into(),
        std::io::ErrorKind::PermissionDenied => "没有读取权限".into(),
        _ => error.to_string(),
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(path).map_err(|e| reason(&e))?.len();
    if size > LARGEST {
        return Err(format!("文件有 {} MiB，超过 512 MiB", size.div_ceil(1024 * 1024)));
    }
    std::fs::read(path).map_err(|e| format!("文件打不开：{}", reason(&e)))
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
