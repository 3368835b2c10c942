//! Doubtful cells as findings at their places, for those who mend the data.

use super::suspects::{Suspect, Suspects};
use super::{Audit, CellRef};
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use std::collections::BTreeSet;

/// How many checks one cell's finding names.
const NAMED: usize = 3;

/// The cells of the likeliest sets, each with what it would explain and how it would be mended.
pub fn marks(audit: &Audit) -> Vec<Diagnostic> {
    let cells = audit.suspects.iter().flat_map(|group| group.slots.iter().flat_map(|slot| &slot.cells).map(move |cell| (group, cell)));
    cells.map(|(group, cell)| mark(group, cell)).collect()
}

fn mark(group: &Suspects, suspect: &Suspect) -> Diagnostic {
    let texts: BTreeSet<&str> = group.failures.iter().map(|f| f.text.as_str()).collect();
    let named: Vec<String> = texts.iter().take(NAMED).map(|t| format!("“{t}”")).collect();
    let rest = if texts.len() > NAMED { "等" } else { "" };
    let message = format!("这一格可疑：与{}{rest}不符合有关", named.join(""));
    let mut found = Diagnostic::at(Code::FAILED_CHECK, place(&suspect.cell), message);
    let level = |wanted: &str| group.failures.iter().any(|f| f.level == wanted);
    found.severity = match (level("error"), level("warning")) {
        (true, _) => Severity::Error,
        (_, true) => Severity::Warning,
        _ => Severity::Note,
    };
    found.help(match &suspect.repair {
        Some(repair) => {
            let slip = repair.slip.as_ref().map(|s| format!("（{s}）")).unwrap_or_default();
            format!("改为 {} 即都符合{slip}；核对原始资料", repair.value)
        }
        None => "核对原始资料".into(),
    })
}

fn place(cell: &CellRef) -> Place {
    Place::Cell {
        file: cell.file.clone(),
        sheet: cell.sheet.clone(),
        line: cell.line,
        cell: cell.cell.clone(),
        column: cell.column.clone(),
        row: cell.name.clone(),
    }
}
