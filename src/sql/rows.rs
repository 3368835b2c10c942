//! What engines say of rows and gaps, in the words of the outcome.

use crate::eval::{Gap, Source};
use crate::plan::{FieldId, Plan, Table, TableId};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// A row as its tag names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub key: Map<String, Json>,
    pub name: Option<String>,
    pub member: Option<String>,
    pub source: Option<Source>,
}

/// Reads a row's tag.
pub(super) fn named(plan: &Plan, table: TableId, tag: &str) -> Named {
    let Some(declared) = plan.tables.get(table.0) else { return Named::default() };
    let mut parts = tag.split('|').map(plain);
    let mut next = || parts.next().filter(|p| !p.is_empty());
    let (_, name, member, place) = (next(), next(), next(), next());
    let key = own_key(plan, declared).into_iter().map(|f| {
        let name = declared.fields.get(f.0).map(|f| f.name.clone()).unwrap_or_default();
        (name, next().map_or(Json::Null, Json::String))
    });
    let key: Map<String, Json> = key.collect();
    let row: Vec<String> = key.iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default())).collect();
    let row = format!("{}[{}]", declared.name, row.join("，"));
    let source = Some(Source { place: place.unwrap_or_else(|| row.clone()), row });
    Named { key, name, member, source }
}

/// The key without the reference to the subject, where other parts remain.
fn own_key(plan: &Plan, table: &Table) -> Vec<FieldId> {
    let subject = plan.subject.table;
    let to_subject = |f: &FieldId| table.references.iter().any(|r| r.table == subject && r.fields.contains(f));
    let own: Vec<FieldId> = table.key.iter().copied().filter(|f| !to_subject(f)).collect();
    if own.is_empty() { table.key.clone() } else { own }
}

/// Reads gaps, each once, in order.
pub(super) fn gaps(plan: &Plan, text: &str) -> Vec<Gap> {
    let mut seen = BTreeSet::new();
    text.split(';').filter(|entry| seen.insert(*entry)).filter_map(|entry| gap(plan, entry)).collect()
}

fn gap(plan: &Plan, entry: &str) -> Option<Gap> {
    let mut parts = entry.splitn(4, '|');
    let (kind, table, field, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let table = TableId(table.parse().ok()?);
    let declared = plan.tables.get(table.0)?;
    let field = field.parse().ok().and_then(|f: usize| declared.fields.get(f)).map(|f| f.name.clone());
    let reason = match kind {
        "C" => "missing_cell",
        "K" => "missing_row",
        "T" => "missing_table",
        "Z" => "zero_denominator",
        _ => return None,
    };
    let of = match kind {
        "C" | "Z" if !rest.is_empty() => named(plan, table, rest),
        "K" => Named {
            key: rest.split('|').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.to_owned(), Json::String(plain(v)))).collect(),
            ..Named::default()
        },
        _ => Named::default(),
    };
    Some(Gap { table: declared.name.clone(), key: of.key, field, reason, name: of.name, source: of.source, member: of.member })
}

/// A text as it was before its marks were written otherwise.
pub(super) fn plain(text: &str) -> String {
    text.replace("~2", ";").replace("~1", "|").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_back() {
        assert_eq!(plain("a~1b~2c~0d~01"), "a|b;c~d~1");
    }
}
