//! Plan → the workbook to fill in; data and what is wrong with them → the workbook to mend.
//!
//! Takes a plan, and data where some are there already; gives .xlsx files as bytes that the room `data` reads back. Knows no outcome:
//! who owes what follows from whom the standard names and from what its rules read.

mod annotate;
mod cell;
mod checks;
mod duties;
mod guide;
mod look;
mod rows;
mod sheet;

pub use annotate::annotate;
pub(crate) use cell::{Cell, put};
pub(crate) use look::{height, lines as lines_in, width};

use crate::data::Dataset;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::plan::{Item, Plan, TableId};
use duties::Share;
use look::Look;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// What to write into a workbook besides the empty tables.
#[derive(Debug, Clone, Copy, Default)]
pub struct FormOptions<'a> {
    /// The standard, as it is named on the command line.
    pub spec: &'a str,
    /// The one round to be judged; all where not given.
    pub round: Option<&'a str>,
    /// The codes of the subjects; those of the data where none is given.
    pub subjects: &'a [String],
    pub data: Option<&'a Dataset>,
}

/// Workbooks by department.
#[derive(Debug)]
pub struct Shares {
    /// Each file's name without its extension, and its bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Departments of the standard that owe nothing.
    pub idle: Vec<String>,
}

/// The one workbook with every table.
pub fn form(plan: &Plan, options: &FormOptions<'_>) -> Result<Vec<u8>, Diagnostic> {
    write(plan, &duties::whole(plan), options)
}

/// A workbook for each department with the columns and judged items that it owes, and one for what nobody is named for.
pub fn forms(plan: &Plan, options: &FormOptions<'_>) -> Result<Shares, Diagnostic> {
    let (shares, idle) = duties::shares(plan);
    if shares.iter().all(|s| s.owner.is_none()) {
        let found = Diagnostic::at(Code::BAD_OPTION, Place::None, "标准没有写责任单位，不能按责任单位分");
        return Err(found.help("去掉 --by，或在标准里写上责任单位"));
    }
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for share in &shares {
        let plain = file_name(share.owner.as_deref().unwrap_or(duties::NOBODY));
        // Two departments may differ by a character that no file's name can hold.
        let (mut name, mut number) = (plain.clone(), 2);
        while files.iter().any(|(taken, _)| taken.to_lowercase() == name.to_lowercase()) {
            name = format!("{plain}-{number}");
            number += 1;
        }
        files.push((name, write(plan, share, options)?));
    }
    Ok(Shares { files, idle })
}

/// A name that no file system refuses.
fn file_name(name: &str) -> String {
    name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|.".contains(c) { '_' } else { c }).collect()
}

/// Where a form is being written.
struct Desk<'a> {
    plan: &'a Plan,
    options: &'a FormOptions<'a>,
    share: &'a Share<'a>,
    look: Look,
}

impl Desk<'_> {
    fn table_name(&self, id: TableId) -> &str {
        self.plan.tables.get(id.0).map_or("", |t| t.name.as_str())
    }
}

fn write(plan: &Plan, share: &Share<'_>, options: &FormOptions<'_>) -> Result<Vec<u8>, Diagnostic> {
    let too_long = plan.tables.iter().find(|t| t.name.chars().count() > 31);
    if let Some(table) = too_long {
        let message = format!("表名“{}”超过 31 个字，不能作工作表的名称", table.name);
        return Err(Diagnostic::at(Code::WRITE, Place::None, message).help("把表名改短"));
    }
    let desk = Desk { plan, options, share, look: Look::new() };
    sheets(&desk).map_err(|e| {
        let found = Diagnostic::at(Code::WRITE, Place::None, format!("工作簿写不成：{e}"));
        found.help("多半是数据太多或一格太长（工作簿一格最多 32767 个字、一表最多 1048576 行）；分开写几次")
    })
}

fn sheets(desk: &Desk<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    undated(&mut book, &desk.plan.standard.title)?;
    guide::write(desk, book.add_worksheet())?;
    let mut lists = checks::Lists::default();
    for part in &desk.share.sheets {
        sheet::write(desk, part, book.add_worksheet(), &mut lists)?;
    }
    lists.write(&mut book)?;
    book.save_to_buffer()
}

/// The same input gives the same bytes: no clock.
fn undated(book: &mut Workbook, title: &str) -> Result<(), XlsxError> {
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    Ok(())
}

/// Whether an item is judged from this table.
fn is_judged_in(plan: &Plan, item: &Item, table: TableId) -> bool {
    use crate::plan::CheckKind;
    let judged = plan.judgements.as_ref().is_some_and(|j| j.table == table);
    let event = plan.events.as_ref().is_some_and(|e| e.table == table);
    item.checks.iter().any(|c| match c.kind {
        CheckKind::Judgement { .. } => judged,
        CheckKind::Event => event,
        _ => false,
    })
}
