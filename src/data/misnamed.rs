//! A file that was not read for its name, where the table that it is likely meant for has none.

use super::dataset::InputFile;
use super::naming;
use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::plan::{Plan, TableId};

/// Says of each such file that a whole table is missing because of its name.
pub(super) fn tell(plan: &Plan, inputs: &[InputFile], found: &mut [Diagnostic]) {
    let absent: Vec<&str> = (0..plan.tables.len())
        .filter(|id| inputs.iter().all(|i| i.table != TableId(*id)))
        .filter_map(|id| plan.tables.get(id).map(|t| t.name.as_str()))
        .collect();
    for finding in found.iter_mut().filter(|d| d.code == Code::UNKNOWN_FILE) {
        let Place::Cell { file, sheet, .. } = &finding.place else { continue };
        let stem = sheet.as_deref().map_or_else(|| naming::stem(file), naming::fold);
        if let Some(table) = nearest(&stem, absent.iter().copied()).first() {
            finding.message = format!("{}；表“{table}”因此没有任何数据，用到它的要点都判断不了", finding.message);
            finding.help = std::iter::once(format!("如果是表“{table}”的，把名称改成“{table}”后重新运行"))
                .chain(finding.help.iter().filter(|h| !h.starts_with("是否想写")).cloned())
                .collect();
        }
    }
}
