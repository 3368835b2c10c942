//! The door: folders and files → the data set.

mod text;

use super::columns::Column;
use super::complaints::{Complaints, Spot, origin};
use super::dataset::{Dataset, InputFile, TableData};
use super::files;
use super::header::{Names, Units};
use super::items::Listed;
use super::parts::Part;
use super::records::{Pieces, Rows};
use super::table::{Reader, TableRead};
use super::workbook::{self, Sheet};
use super::{aside, items, keys, misnamed, naming, partial, shares, whose};
use crate::diagnostic::{Code, Diagnostic, Place, Severity, did_you_mean, nearest};
use crate::plan::{Plan, TableId};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Read;
use std::path::PathBuf;
use text::{Text, together};

/// How to load.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Tables with errors are left out and said to be, instead of failing the run.
    pub partial: bool,
    /// Tables to leave out whatever they hold.
    pub without: Vec<TableId>,
}

/// A file to read, its bytes not yet in memory.
pub(super) trait Source {
    /// As shown to the reader.
    fn name(&self) -> &str;
    /// In bytes; none where it can't be told.
    fn length(&self) -> u64;
    /// All bytes, or why not.
    fn bytes(&self) -> Result<Vec<u8>, (Code, String)>;
    /// The bytes one after another, where they are more than so many, though not too many.
    fn longer_than(&self, bytes: u64) -> Option<impl Read + Send>;
}

/// How much is read at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// What one processor reads.
    pub pieces: Pieces,
    /// Bytes of text that are in memory, of a file that is longer.
    pub chunk: u64,
}

/// Reads every data file of these folders, and these files, against the plan's tables.
pub fn load(plan: &Plan, paths: &[PathBuf]) -> (Dataset, Vec<Diagnostic>) {
    load_with(plan, paths, &LoadOptions::default())
}

/// The same under options.
pub fn load_with(plan: &Plan, paths: &[PathBuf], options: &LoadOptions) -> (Dataset, Vec<Diagnostic>) {
    let (found, diagnostics) = files::find(paths);
    load_sources(plan, found.into_iter(), diagnostics, options, SIZES)
}

const SIZES: Sizes = Sizes { pieces: Pieces { size: 1 << 18, swift: true }, chunk: 2 << 20 };

/// Bytes that the cells of all tables may take together: several times those of a whole nation.
const MOST: usize = 1 << 30;

/// Reads sources so that all processors are busy, and yet of no more than one file all bytes are in memory, unless they are few; adds to the
/// `diagnostics` of finding them.
pub(super) fn load_sources<S: Source + Sync>(
    plan: &Plan,
    sources: impl Iterator<Item = S>,
    diagnostics: Vec<Diagnostic>,
    options: &LoadOptions,
    sizes: Sizes,
) -> (Dataset, Vec<Diagnostic>) {
    let units = Units::of(plan);
    let mut session = Session {
        plan,
        units: &units,
        names: plan.tables.iter().map(Names::of).collect(),
        reads: plan.tables.iter().map(|t| TableRead::absent(t.fields.len())).collect(),
        seen: BTreeMap::new(),
        inputs: Vec::new(),
        complaints: Vec::new(),
        shares: Vec::new(),
        listed: plan.tables.iter().enumerate().map(|(id, _)| Listed::of(plan, TableId(id))).collect(),
        unread: options.without.clone(),
        diagnostics,
        sizes,
        room: MOST,
    };
    let sources: Vec<S> = sources.collect();
    let mut rest = sources.as_slice();
    while let Some((now, later)) = rest.split_at_checked(together(rest)).filter(|(now, _)| !now.is_empty()) {
        let ahead: Vec<Option<Text>> = now.par_iter().map(|source| session.ahead(source)).collect();
        now.iter().zip(ahead).for_each(|(source, text)| session.add(source, text));
        rest = later;
    }
    session.finish(options)
}

/// What was read of one file, or sheet.
struct ReadInput {
    input: InputFile,
    read: TableRead,
    /// Whether it holds some columns only.
    share: bool,
    complaints: Complaints,
}

/// What has been read so far.
struct Session<'p> {
    plan: &'p Plan,
    units: &'p Units,
    /// One per table, as are the reads.
    names: Vec<Names>,
    reads: Vec<TableRead>,
    /// Digests, to tell where one file was given twice.
    seen: BTreeMap<(TableId, String), String>,
    inputs: Vec<InputFile>,
    /// One per input, as are the shares: whether it holds some columns only.
    complaints: Vec<Complaints>,
    shares: Vec<bool>,
    /// Per table, the items that a form lists in it.
    listed: Vec<Listed<'p>>,
    /// Tables of which a file could not be read at all.
    unread: Vec<TableId>,
    diagnostics: Vec<Diagnostic>,
    sizes: Sizes,
    /// How many bytes more the tables may take.
    room: usize,
}

impl Session<'_> {
    /// Adds a source, whose text may be read already.
    fn add(&mut self, source: &impl Source, text: Option<Text>) {
        let name = source.name();
        let stem = naming::stem(name);
        let is_text = is_text(name);
        let is_parquet = extension(name) == "parquet";
        let table = match naming::table_of(self.plan, &stem) {
            Ok(table) => table,
            Err(two) => {
                self.two_tables(name, None, &two);
                return;
            }
        };
        if table.is_none() && (is_text || is_parquet) {
            self.unknown(name, None, &stem);
            return;
        }
        if let Some(text) = text.or_else(|| self.text(source, self.room)) {
            return self.settle(name, text);
        }
        let bytes = match source.bytes() {
            Ok(bytes) => bytes,
            Err((code, message)) => {
                let found = Diagnostic::at(code, at(name, None), message);
                self.refuse(table, found.help("检查文件能否打开；太大的，按评估对象分开，分几次运行"));
                return;
            }
        };
        if let (Some(table), true) = (table, is_parquet) {
            self.parquet(name, table, bytes);
        } else if workbook::is_workbook(&bytes) {
            self.workbook(name, table, &bytes);
        } else if let (Some(table), true) = (table, is_text) {
            let text = self.short_text(name, table, &bytes, self.room);
            self.settle(name, text);
        } else {
            let found = Diagnostic::at(Code::DATA_UNREADABLE, at(name, None), "这不是工作簿：扩展名与内容不符，或文件已损坏");
            self.refuse(table, found.help("用表格软件打开核对，另存为 .xlsx；文本文件的扩展名应是 .csv"));
        }
    }

    #[cfg(feature = "parquet")]
    fn parquet(&mut self, name: &str, table: TableId, bytes: Vec<u8>) {
        let bytes = bytes::Bytes::from(bytes);
        let read = || {
            let Some(names) = self.names.get(table.0) else { return Ok(None) };
            let rows = super::parquet::open(bytes.clone(), names)
                .map_err(|refusal| Diagnostic::at(refusal.code, at(name, None), refusal.message).help(refusal.help))?;
            let (encoding, headers, sha256) = ("Parquet", Vec::new(), String::new());
            let input = InputFile { table, name: name.into(), sheet: None, encoding, rows: 0, sha256, headers };
            Ok(self.input(input, Some((rows, nothing_more)), None, Complaints::new(name, None), self.room))
        };
        let (sha256, read) = rayon::join(|| hexadecimal(&Sha256::digest(&bytes)), read);
        self.settle(name, Text { table, sha256, read });
    }

    #[cfg(not(feature = "parquet"))]
    fn parquet(&mut self, name: &str, table: TableId, _: Vec<u8>) {
        let message = "这个 biaochi 编译时没有带上读 Parquet 的功能，文件没有读";
        let found = Diagnostic::at(Code::DATA_UNREADABLE, at(name, None), message);
        self.refuse(Some(table), found.help("用 cargo build --release --features parquet 重新编译；或把这张表导出为 .csv"));
    }

    /// Takes what was read of a file, unless these very bytes were read before.
    fn settle(&mut self, name: &str, Text { table, sha256, read }: Text) {
        match read {
            Err(why) => self.refuse(Some(table), why),
            Ok(Some(mut found)) if self.is_new(table, name, &sha256) => {
                found.input.sha256 = sha256;
                self.take(found);
            }
            Ok(_) => {}
        }
    }

    fn workbook(&mut self, name: &str, table: Option<TableId>, bytes: &[u8]) {
        let sha256 = &hexadecimal(&Sha256::digest(bytes));
        let book = match workbook::open(bytes) {
            Ok(book) => book,
            Err(refusal) => {
                let place = Place::Cell { file: name.into(), sheet: refusal.sheet, line: None, cell: None, column: None, row: None };
                self.refuse(table, Diagnostic::at(refusal.code, place, refusal.message).help(refusal.help));
                return;
            }
        };
        let is_aside = |s: &Sheet| aside::is_aside(&s.name) && !matches!(naming::table_of(self.plan, &naming::fold(&s.name)), Ok(Some(_)));
        let filled: Vec<&Sheet> = book.sheets.iter().filter(|s| !s.is_empty() && !is_aside(s)).collect();
        let alone = filled.len() == 1;
        if filled.is_empty() {
            let found = Diagnostic::at(Code::DATA_UNREADABLE, at(name, None), "工作簿是空的");
            self.refuse(table, found.help("每张表一个工作表，第一行写列名，以下逐行写数据"));
        }
        for sheet in filled {
            let of = match naming::table_of(self.plan, &naming::fold(&sheet.name)) {
                // A lone sheet may be left as `Sheet1`: the file's name then says which table it is.
                Ok(found) => found.or(table.filter(|_| alone)),
                Err(two) => {
                    self.two_tables(name, Some(&sheet.name), &two);
                    continue;
                }
            };
            let Some(of) = of else {
                self.unknown(name, Some(&sheet.name), &naming::fold(&sheet.name));
                continue;
            };
            let shown = origin(name, Some(&sheet.name));
            if alone && !self.is_new(of, &shown, sha256) {
                continue;
            }
            let complaints = Complaints::new(name, Some(&sheet.name));
            let (sheet_name, sha256) = (Some(sheet.name.clone()), sha256.to_owned());
            let input =
                InputFile { table: of, name: name.into(), sheet: sheet_name, encoding: book.format, rows: 0, sha256, headers: Vec::new() };
            if let Some(mut found) = self.input(input, Some((sheet.walk(), nothing_more)), Some(sheet), complaints, self.room) {
                about_sheet(sheet, &mut found.complaints);
                self.take(found);
            }
        }
    }

    /// Reads the next file, or sheet: rows, and what adds those that follow.
    fn input<'a, R: Rows<'a>>(
        &self,
        mut input: InputFile,
        rows: Option<(R, impl FnOnce(&Reader<'_>, &mut Part))>,
        sheet: Option<&Sheet>,
        mut complaints: Complaints,
        room: usize,
    ) -> Option<ReadInput> {
        let TableId(id) = input.table;
        let (table, names, listed) = (self.plan.tables.get(id)?, self.names.get(id)?, self.listed.get(id)?);
        if table.fields.is_empty() {
            return None;
        }
        let mut reader = Reader::new(table, names, self.units, room, sheet);
        let (read, share) = match rows {
            Some((rows, more)) => {
                let read = reader.read(rows, more, listed, &mut complaints);
                reader.merged(sheet.map(|s| s.merged.as_slice()).unwrap_or_default(), &mut complaints);
                read
            }
            None => {
                let mut nothing = TableRead::absent(table.fields.len());
                nothing.data.supplied = true;
                (nothing, false)
            }
        };
        input.rows = read.data.rows;
        input.headers.clone_from(&complaints.headers);
        Some(ReadInput { input, read, share, complaints })
    }

    /// Adds what was read to its table.
    fn take(&mut self, mut found: ReadInput) {
        let table = found.input.table;
        let Some(room) = self.room.checked_sub(found.read.data.size()) else {
            let message = format!("数据太多：全部表读进来要占的内存超过 {} MiB", MOST >> 20);
            let found = Diagnostic::at(Code::DATA_TOO_LARGE, at(&found.input.name, None), message);
            self.refuse(Some(table), found.help("按评估对象分开，分几次运行"));
            return;
        };
        let Some(read) = self.reads.get_mut(table.0) else { return };
        self.room = room;
        found.read.data.places.in_input(u32::try_from(self.inputs.len()).unwrap_or(u32::MAX));
        read.append(found.read);
        self.shares.push(found.share);
        self.inputs.push(found.input);
        self.complaints.push(found.complaints);
    }

    /// Whether these very bytes were not read for this table before.
    fn is_new(&mut self, table: TableId, name: &str, sha256: &str) -> bool {
        let Some(first) = self.seen.insert((table, sha256.to_owned()), name.to_owned()) else { return true };
        let message = format!("这个文件与 {first} 的内容完全相同");
        let found = Diagnostic::at(Code::DATA_UNREADABLE, at(name, None), message);
        self.refuse(Some(table), found.help("只留其中一个"));
        false
    }

    /// Tells why a file was not read; its table, if it is known, then lacks something.
    fn refuse(&mut self, table: Option<TableId>, found: Diagnostic) {
        self.unread.extend(table);
        self.diagnostics.push(found);
    }

    fn unknown(&mut self, file: &str, sheet: Option<&str>, stem: &str) {
        let known: Vec<&str> = self.plan.tables.iter().map(|t| t.name.as_str()).collect();
        let what = sheet.map_or_else(|| format!("文件“{file}”"), |s| format!("工作表“{s}”"));
        let place = Place::Cell { file: file.into(), sheet: sheet.map(str::to_owned), line: None, cell: None, column: None, row: None };
        let mut found = Diagnostic::at(Code::UNKNOWN_FILE, place, format!("{what}不对应任何数据表，没有读"));
        found.severity = Severity::Warning;
        found.help = did_you_mean(&nearest(stem, known.iter().copied())).into_iter().collect();
        let should = if sheet.is_some() {
            "工作表名应是表名，或“表名-说明”"
        } else {
            "文件名应是“表名.csv”，或“表名-说明.csv”"
        };
        self.diagnostics.push(found.help(format!("{should}；标准的数据表有：{}", known.join("、"))));
    }

    fn two_tables(&mut self, file: &str, sheet: Option<&str>, two: &naming::TwoTables) {
        let place = Place::Cell { file: file.into(), sheet: sheet.map(str::to_owned), line: None, cell: None, column: None, row: None };
        let message = format!("名称里有两张表：“{}”和“{}”，判断不了是哪一张", two.0, two.1);
        self.diagnostics.push(Diagnostic::at(Code::AMBIGUOUS, place, message).help("名称写成“表名”或“表名-说明”，说明里不要用表名"));
    }

    fn finish(mut self, options: &LoadOptions) -> (Dataset, Vec<Diagnostic>) {
        self.reads.iter_mut().for_each(|read| read.data.settle());
        let mut left_out = Vec::new();
        if options.partial {
            left_out = partial::broken(&self.inputs, &self.complaints, &self.unread);
            partial::clear(self.plan, &mut self.reads, &left_out);
        }
        shares::join(self.plan, &self.shares, &mut self.reads, &mut self.complaints);
        keys::join(self.plan, &mut self.reads, &mut self.complaints);
        items::check(self.plan, &self.reads, &mut self.complaints);
        if options.partial {
            let now = partial::broken(&self.inputs, &self.complaints, &self.unread);
            if now != left_out {
                left_out = now;
                partial::clear(self.plan, &mut self.reads, &left_out);
                // What was told once is not told again.
                let mut told: Vec<Complaints> = self.complaints.iter().map(|c| Complaints::new(&c.file, c.sheet.as_deref())).collect();
                keys::join(self.plan, &mut self.reads, &mut told);
            }
        }
        whose::tell(self.plan, &self.inputs, &self.reads, &mut self.complaints);
        let tables = self.reads.into_iter().map(|r| r.data).collect();
        let data = Dataset { tables, inputs: self.inputs, partial: options.partial, left_out };
        let mut diagnostics = self.diagnostics;
        misnamed::tell(self.plan, &data.inputs, &mut diagnostics);
        diagnostics.extend(self.complaints.into_iter().flat_map(Complaints::finish));
        if options.partial {
            partial::soften(self.plan, &data, &mut diagnostics);
        }
        // Where something is already wrong, an empty table is its consequence.
        if !items::has_subjects(self.plan, &data) && !crate::diagnostic::has_errors(&diagnostics) {
            let name = self.plan.tables.get(self.plan.subject.table.0).map_or("", |t| t.name.as_str());
            let message = format!("没有评估对象的数据：表“{name}”没有给出，或一行也没有");
            let found = Diagnostic::at(Code::NO_DATA, Place::None, message);
            diagnostics.push(found.help(format!("给出“{name}.csv”，或在工作表“{name}”里填，每个评估对象写一行")));
        }
        (data, diagnostics)
    }
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase()
}

fn is_text(name: &str) -> bool {
    matches!(extension(name).as_str(), "csv" | "tsv")
}

fn nothing_more(_: &Reader<'_>, _: &mut Part) {}

/// Hidden things are read, and said to be.
fn about_sheet(sheet: &Sheet, complaints: &mut Complaints) {
    const LISTED: usize = 10;
    let help = || vec!["不该算的，请删去后重新运行".to_owned()];
    if sheet.hidden {
        complaints.note(Code::HIDDEN, || (Spot::default(), "这个工作表是隐藏的，照样读了".into(), help()));
    }
    let rows = sheet.hidden_and_filled();
    if !rows.is_empty() {
        complaints.note(Code::HIDDEN, || {
            let mut listed: Vec<String> = rows.iter().take(LISTED).map(u64::to_string).collect();
            if rows.len() > LISTED {
                listed.push("……".into());
            }
            let message = format!("有 {} 行是隐藏的（第 {} 行），照样读了", rows.len(), listed.join("、"));
            (Spot { line: rows.first().copied(), ..Spot::default() }, message, help())
        });
    }
}

pub(super) fn at(file: &str, line: Option<u64>) -> Place {
    Place::Cell { file: file.into(), sheet: None, line, cell: None, column: None, row: None }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A table of which nothing was given.
impl TableRead {
    pub fn absent(fields: usize) -> Self {
        let data = TableData { columns: (0..fields).map(|_| Column::Absent).collect(), ..TableData::default() };
        Self { data, lost: 0 }
    }
}
