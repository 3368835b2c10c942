//! What a partial run leaves out: whole tables, each said to be.

use super::complaints::{Complaints, origin};
use super::dataset::{Dataset, InputFile};
use super::table::TableRead;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::plan::{Plan, TableId};

/// The tables with an error anywhere in them, in the plan's order.
pub(super) fn broken(inputs: &[InputFile], complaints: &[Complaints], unread: &[TableId]) -> Vec<TableId> {
    let wrong = inputs.iter().zip(complaints).filter(|(_, c)| c.has_errors()).map(|(i, _)| i.table);
    let mut found: Vec<TableId> = wrong.chain(unread.iter().copied()).collect();
    found.sort();
    found.dedup();
    found
}

/// Makes tables as if nothing of them had been given.
pub(super) fn clear(plan: &Plan, reads: &mut [TableRead], tables: &[TableId]) {
    for TableId(id) in tables {
        if let (Some(read), Some(table)) = (reads.get_mut(*id), plan.tables.get(*id)) {
            *read = TableRead::absent(table.fields.len());
        }
    }
}

/// The errors inside tables that were left out become warnings, headed by one for each such table; the subjects' own table can't be spared.
pub(super) fn soften(plan: &Plan, data: &Dataset, diagnostics: &mut Vec<Diagnostic>) {
    if data.left_out.contains(&plan.subject.table) {
        return;
    }
    let of_left_out = |place: &Place| {
        let Place::Cell { file, sheet, .. } = place else { return false };
        let shown = origin(file, sheet.as_deref());
        let mut inputs = data.inputs.iter().filter(|i| origin(&i.name, i.sheet.as_deref()) == shown).peekable();
        // A file that could not be opened is no input.
        inputs.peek().is_none() || inputs.any(|i| data.left_out.contains(&i.table))
    };
    for found in diagnostics.iter_mut().filter(|d| d.severity == Severity::Error) {
        if of_left_out(&found.place) {
            found.severity = Severity::Warning;
        }
    }
    let heads = data.left_out.iter().filter_map(|id| plan.tables.get(id.0)).map(|table| {
        let message = format!("表“{}”有错误，整张表没有使用，按没有给出算", table.name);
        let mut found = Diagnostic::at(Code::LEFT_OUT, Place::None, message).help("改好下面指出的错误，再运行一次");
        found.severity = Severity::Warning;
        found
    });
    diagnostics.splice(0..0, heads.collect::<Vec<_>>());
}
