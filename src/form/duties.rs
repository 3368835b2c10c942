//! Who owes which columns and which judged items: those that the rules of the items read for which a department is named.

use crate::plan::{FieldId, Item, Plan, Reads, TableId, reads};
use crate::value::Text;
use std::collections::BTreeSet;

/// The workbook of what nobody is named for.
pub(super) const NOBODY: &str = "未列责任单位";

/// One workbook's content.
#[derive(Debug)]
pub(super) struct Share<'p> {
    /// `None` for the whole, or for what nobody is named for.
    pub owner: Option<String>,
    pub is_part: bool,
    pub items: Vec<&'p Item>,
    pub sheets: Vec<Part>,
}

/// A table's columns.
#[derive(Debug)]
pub(super) struct Part {
    pub table: TableId,
    pub fields: Vec<FieldId>,
}

/// Everything.
pub(super) fn whole(plan: &Plan) -> Share<'_> {
    let part =
        |(id, table): (usize, &crate::plan::Table)| Part { table: TableId(id), fields: (0..table.fields.len()).map(FieldId).collect() };
    let sheets = plan.tables.iter().enumerate().map(part).collect();
    Share { owner: None, is_part: false, items: plan.items().collect(), sheets }
}

/// The departments that answer for an item, each by its first spelling.
pub(super) fn owners<'p>(plan: &'p Plan, item: &Item) -> Vec<&'p str> {
    let known = |spelled: &'p Text| {
        let found = plan.departments.iter().find(|d| d.name == *spelled || d.aliases.iter().any(|a| *spelled == *a));
        found.map_or(spelled.as_str(), |d| d.name.as_str())
    };
    let mut names: Vec<&str> = Vec::new();
    for name in plan.responsible(&item.id).iter().map(known) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A share for each department that owes something, one for what is nobody's, and the departments that owe nothing.
pub(super) fn shares(plan: &Plan) -> (Vec<Share<'_>>, Vec<String>) {
    let mut names: Vec<&str> = plan.departments.iter().map(|d| d.name.as_str()).collect();
    let mut read = Reads::new();
    for item in plan.items() {
        names.extend(owners(plan, item).into_iter().filter(|n| !names.contains(n)).collect::<Vec<_>>());
        read.extend(reads(plan, item));
    }
    let (mut found, mut idle) = (Vec::new(), Vec::new());
    for name in names {
        let share = share(plan, Some(name), &read);
        if share.items.is_empty() {
            idle.push(name.to_owned());
        } else {
            found.push(share);
        }
    }
    let mut rest = share(plan, None, &read);
    let taken: BTreeSet<TableId> = found.iter().chain([&rest]).flat_map(|s| s.sheets.iter().map(|p| p.table)).collect();
    rest.sheets.extend(whole(plan).sheets.into_iter().filter(|p| !taken.contains(&p.table)));
    rest.sheets.sort_by_key(|p| p.table);
    if !rest.items.is_empty() || !rest.sheets.is_empty() {
        found.push(rest);
    }
    (found, idle)
}

/// `read`: what any item reads. What none reads belongs to whoever has the table.
fn share<'p>(plan: &'p Plan, name: Option<&str>, read: &Reads) -> Share<'p> {
    let is_own = |item: &&Item| match name {
        Some(name) => owners(plan, item).contains(&name),
        None => owners(plan, item).is_empty(),
    };
    let items: Vec<&Item> = plan.items().filter(is_own).collect();
    let own: Reads = items.iter().flat_map(|i| reads(plan, i)).collect();
    let mut sheets = Vec::new();
    for (id, table) in plan.tables.iter().enumerate() {
        let id = TableId(id);
        let is_subject = id == plan.subject.table && !items.is_empty();
        if !is_subject && !own.iter().any(|(t, _)| *t == id) {
            continue;
        }
        let leads =
            |f: FieldId| table.key.contains(&f) || table.display == Some(f) || table.references.iter().any(|r| r.fields.contains(&f));
        let wanted = |f: &FieldId| leads(*f) || own.contains(&(id, *f)) || !read.contains(&(id, *f));
        sheets.push(Part { table: id, fields: (0..table.fields.len()).map(FieldId).filter(wanted).collect() });
    }
    Share { owner: name.map(str::to_owned), is_part: true, items, sheets }
}
