//! Data with their complaints as a workbook, for those who mend them.

use std::fs;
use std::path::{Path, PathBuf};

use biaochi::data::raw;
use biaochi::diagnostic::{Code, Diagnostic, Place};
use biaochi::form::annotate;
use biaochi::plan::Plan;

use super::output;

/// Writes the workbook, and tells so beside the findings.
pub fn write(plan: &Plan, data: &[PathBuf], found: &[Diagnostic], out: &Path) -> Result<(), Diagnostic> {
    let (parent, name) = output::workbook(out)?;
    apart(data, parent, &name)?;
    let sheets = raw(plan, data).ok_or_else(|| {
        Diagnostic::at(Code::DATA_TOO_LARGE, Place::None, "数据太多，不能整个写成带批注的工作簿")
            .help("按文件分几次，每次用 --data 给一部分")
    })?;
    let bytes = annotate(&sheets, found).map_err(|e| {
        Diagnostic::at(Code::WRITE, Place::None, format!("带批注的工作簿写不成：{e}")).help("按文件分几次，每次用 --data 给一部分")
    })?;
    output::write_all(parent, &[(name, bytes)])?;
    output::complain(&format!("已写出带批注的数据：{}\n", out.display()));
    Ok(())
}

/// What is written must not be taken for data the next time, nor stand in the place of any.
fn apart(data: &[PathBuf], parent: &Path, name: &str) -> Result<(), Diagnostic> {
    let Ok(parent) = fs::canonicalize(parent) else { return Ok(()) };
    let target = parent.join(name);
    for path in data.iter().filter_map(|p| fs::canonicalize(p).ok()) {
        if path == target || path.is_dir() && target.starts_with(&path) {
            let message = format!("“{name}”在数据里面，写了就成了数据的一部分");
            return Err(Diagnostic::at(Code::BAD_OPTION, Place::None, message).help("换一个数据文件夹以外的地方"));
        }
    }
    Ok(())
}
