//! Workbooks → sheets of cells: .xlsx and .xls through calamine, .ods read here, all within bounds.
//!
//! A spreadsheet stores numbers as doubles: each becomes the shortest decimal of that double, once, here.

mod archive;
mod biff;
mod ods;
mod sheet;
mod xls;
mod xlsx;

#[cfg(feature = "parquet")]
pub(super) use sheet::shortest;
pub(super) use sheet::{Area, Epoch, Sheet, cell_name};

use crate::diagnostic::Code;
use archive::Kind;

/// A workbook's sheets, all read.
#[derive(Debug)]
pub(super) struct Workbook {
    /// `xlsx`, `xls` or `ods`.
    pub format: &'static str,
    pub sheets: Vec<Sheet>,
}

/// Why a workbook cannot be read.
#[derive(Debug)]
pub(super) struct Refusal {
    pub code: Code,
    pub sheet: Option<String>,
    pub message: String,
    pub help: String,
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, sheet: None, message: message.into(), help: help.into() }
    }

    fn damaged(what: &str) -> Self {
        let help = "重新保存或重新下载这个文件；仍不行，就在表格软件里另存为 .xlsx";
        Self::new(Code::DATA_UNREADABLE, format!("工作簿不完整或已损坏（{what}）"), help)
    }

    fn encrypted() -> Self {
        Self::new(Code::ENCRYPTED, "工作簿加了密码，读不了", "在表格软件里去掉打开密码后另存")
    }

    pub(super) fn too_large(what: String) -> Self {
        Self::new(Code::DATA_TOO_LARGE, what, "删去多余的行、列和工作表后另存；数据确实这么多的，分成几个文件或改交 CSV")
    }

    fn within(mut self, sheet: &str) -> Self {
        self.sheet = Some(sheet.into());
        self
    }
}

/// Whether bytes begin as a workbook does.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(archive::ZIP) || bytes.starts_with(xls::COMPOUND)
}

/// Reads every sheet.
pub(super) fn open(bytes: &[u8]) -> Result<Workbook, Refusal> {
    if bytes.starts_with(xls::COMPOUND) {
        return Ok(Workbook { format: "xls", sheets: xls::read(bytes)? });
    }
    match archive::check(bytes)? {
        Kind::Xlsx => Ok(Workbook { format: "xlsx", sheets: xlsx::read(bytes)? }),
        Kind::Ods => Ok(Workbook { format: "ods", sheets: ods::read(bytes)? }),
    }
}
