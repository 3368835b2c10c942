//! The names of files and sheets → tables.

use crate::plan::{Plan, TableId};
use unicode_normalization::UnicodeNormalization;

/// What parts a table's name from what tells one of its files from another.
const SEPARATORS: [char; 9] = ['-', '_', ' ', '(', '—', '·', '.', '+', '、'];

/// A name that holds those of two tables.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TwoTables(pub String, pub String);

/// The form in which names are compared.
pub(super) fn fold(name: &str) -> String {
    name.nfkc().collect::<String>().trim().to_string()
}

/// A file's name without its folder and extension.
pub(super) fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    fold(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
}

/// The table that a folded name stands for: its own name, or with more before or after it (`表-东片`, `01_表`).
pub(super) fn table_of(plan: &Plan, name: &str) -> Result<Option<TableId>, TwoTables> {
    let tables = || plan.tables.iter().enumerate();
    if let Some((id, _)) = tables().find(|(_, t)| fold(&t.name) == name) {
        return Ok(Some(TableId(id)));
    }
    let with_more = |table: &str| {
        let after = name.strip_prefix(table).is_some_and(|rest| rest.starts_with(SEPARATORS));
        let before = name.strip_suffix(table).is_some_and(|rest| rest.ends_with(SEPARATORS));
        after || before
    };
    let mut found = tables().filter(|(_, t)| with_more(&fold(&t.name)));
    match (found.next(), found.next()) {
        (Some((_, first)), Some((_, second))) => Err(TwoTables(first.name.clone(), second.name.clone())),
        (Some((id, _)), None) => Ok(Some(TableId(id))),
        (None, _) => Ok(None),
    }
}
