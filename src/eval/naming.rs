//! Rows and gaps as a person knows them: keys, names, the member they belong to, the file and line.

use super::context::Context;
use super::outcome::{Gap, Source};
use super::value::{Gaps, Missing, Spot};
use crate::plan::{FieldId, TableId};
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

impl Context<'_> {
    /// Gaps as the outcome shows them, each once, in the order they were met.
    pub fn gaps(&self, gaps: Gaps) -> Vec<Gap> {
        let mut seen = BTreeSet::new();
        let mut list = Vec::new();
        for gap in gaps {
            if seen.insert(gap.clone()) {
                list.push(self.gap(&gap));
            }
        }
        list
    }

    fn gap(&self, gap: &Missing) -> Gap {
        let row = match gap.spot {
            Spot::Row(row) => Some(row),
            _ => None,
        };
        let key = match &gap.spot {
            Spot::Table => Map::new(),
            Spot::Row(row) => self.key_of(gap.table, *row),
            Spot::Key(parts) => parts.iter().map(|(k, v)| (k.clone(), Json::String(v.clone()))).collect(),
        };
        Gap {
            table: self.table(gap.table).map(|t| t.name.clone()).unwrap_or_default(),
            key,
            field: gap.field.map(|f| self.field_name(gap.table, f)),
            reason: gap.reason.word(),
            name: row.and_then(|r| self.name_of(gap.table, r)),
            source: row.and_then(|r| self.source_of(gap.table, r)),
            member: row.and_then(|r| self.member_of(gap.table, r)),
        }
    }

    /// The key of a row by field names; the reference to the subject is left out where other parts remain.
    pub fn key_of(&self, table: TableId, row: u32) -> Map<String, Json> {
        let Some(declared) = self.table(table) else { return Map::new() };
        let subject = self.plan.subject.table;
        let to_subject = |field: &FieldId| declared.references.iter().any(|r| r.table == subject && r.fields.contains(field));
        let own: Vec<FieldId> = declared.key.iter().copied().filter(|f| !to_subject(f)).collect();
        let fields = if own.is_empty() { &declared.key } else { &own };
        let part = |field: &FieldId| {
            let value = self.shown(table, row, *field).map_or(Json::Null, Json::String);
            (self.field_name(table, *field), value)
        };
        fields.iter().map(part).collect()
    }

    /// What a person calls a row: the named row it belongs to (not the subject), then its own name, or what its key adds.
    pub fn name_of(&self, table: TableId, row: u32) -> Option<String> {
        let subject = self.plan.subject.table;
        let declared = self.table(table)?;
        let owner = match declared.display {
            Some(_) if table == subject => None,
            _ => self.nearest(table, row, |t| t != table && t != subject && self.table(t).is_some_and(|d| d.display.is_some())),
        };
        let mut parts: Vec<String> = owner.iter().filter_map(|(t, r)| self.shown(*t, *r, self.table(*t)?.display?)).collect();
        match declared.display {
            Some(field) => parts.extend(self.shown(table, row, field)),
            None => {
                let leads = |f: &&FieldId| declared.references.iter().any(|r| r.fields.as_slice() == [**f]);
                parts.extend(declared.key.iter().filter(|f| !leads(f)).filter_map(|f| self.shown(table, row, *f)));
            }
        }
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    pub fn member_of(&self, table: TableId, row: u32) -> Option<String> {
        let members = self.plan.subject.members?;
        let (at, row) = self.nearest(table, row, |t| t == members)?;
        let parts: Vec<String> = self.table(at)?.key.iter().filter_map(|f| self.shown(at, row, *f)).collect();
        Some(parts.join("/"))
    }

    pub fn source_of(&self, table: TableId, row: u32) -> Option<Source> {
        self.source_by(table, row, &self.key_of(table, row))
    }

    /// The same, where the key is at hand.
    pub fn source_by(&self, table: TableId, row: u32, key: &Map<String, Json>) -> Option<Source> {
        let (input, line) = self.data.table(table)?.places.get(row as usize)?;
        let file = self.data.inputs.get(input as usize)?;
        let sheet = file.sheet.as_ref().map(|s| format!("!{s}")).unwrap_or_default();
        let place = format!("{}{sheet}:{line}", file.name);
        let key: Vec<String> = key.iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default())).collect();
        Some(Source { row: format!("{}[{}]", self.table(table)?.name, key.join("，")), place })
    }

    /// The nearest row, this one or one that references lead to, in a table that is wanted.
    fn nearest(&self, table: TableId, row: u32, wanted: impl Fn(TableId) -> bool) -> Option<(TableId, u32)> {
        let mut level = vec![(table, row)];
        let mut seen = BTreeSet::new();
        while !level.is_empty() {
            if let Some(found) = level.iter().find(|(t, _)| wanted(*t)) {
                return Some(*found);
            }
            let mut next = Vec::new();
            // What stands above the subject is the same for all its rows.
            for (t, r) in level.into_iter().filter(|(t, _)| *t != self.plan.subject.table && seen.insert(*t)) {
                let count = self.table(t).map_or(0, |d| d.references.len());
                next.extend((0..count).filter_map(|i| self.follow(t, r, &[crate::plan::ReferenceId(i)]).ok()));
            }
            level = next;
        }
        None
    }
}
