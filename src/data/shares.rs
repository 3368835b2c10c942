//! Shares of a table: the same rows filled in by several people, some columns each, put together cell by cell.

use super::columns::{Column, Joined};
use super::complaints::{Complaints, Spot};
use super::dataset::TableData;
use super::index::{Index, Key, part, show};
use super::keys::{place_of, row_text};
use super::table::TableRead;
use crate::diagnostic::Code;
use crate::plan::{FieldId, Plan, Table, TableId};

/// Puts the rows of equal keys together where they come from different shares; `shares` says of each input whether it is one.
pub(super) fn join(plan: &Plan, shares: &[bool], reads: &mut [TableRead], complaints: &mut [Complaints]) {
    if !shares.contains(&true) {
        return;
    }
    for (id, (table, read)) in plan.tables.iter().zip(reads).enumerate() {
        let keyed = table.key.iter().all(|k| !matches!(read.data.column(*k), Column::Absent));
        if keyed && !table.key.is_empty() {
            table_of(plan, TableId(id), table, shares, &mut read.data, complaints);
        }
    }
}

fn table_of(plan: &Plan, id: TableId, table: &Table, shares: &[bool], data: &mut TableData, complaints: &mut [Complaints]) {
    let mut index = Index::default();
    let mut pairs = Vec::new();
    let input = |data: &TableData, row: usize| data.places.get(row).map_or(0, |p| p.0 as usize);
    for row in 0..data.rows {
        if shares.get(input(data, row)) != Some(&true) {
            continue;
        }
        let first = index.insert(Key::new(table, data, &table.key), u32::try_from(row).unwrap_or(u32::MAX));
        // Twice in one share is a duplicate, which is told later.
        pairs.extend(first.filter(|f| input(data, *f as usize) != input(data, row)).map(|f| (f as usize, row)));
    }
    let mut keep = vec![true; data.rows];
    for (first, row) in pairs {
        for field in (0..table.fields.len()).map(FieldId) {
            let joined = data.columns.get_mut(field.0).map_or(Joined::Same, |c| c.join(first, row));
            match joined {
                Joined::Same => {}
                Joined::Taken => {
                    let place = place_of(data, row, field);
                    data.moved.extend(place.map(|p| ((u32::try_from(first).unwrap_or(u32::MAX), field.0), p)));
                }
                Joined::Differ => differ(plan, id, field, (first, row), data, complaints),
            }
        }
        if let Some(keep) = keep.get_mut(row) {
            *keep = false;
        }
    }
    data.retain(&keep);
}

fn differ(plan: &Plan, id: TableId, field: FieldId, (first, row): (usize, usize), data: &TableData, complaints: &mut [Complaints]) {
    let Some(table) = plan.tables.get(id.0) else { return };
    let (Some(here), Some(there)) = (place_of(data, row, field), place_of(data, first, field)) else { return };
    let other = complaints.get(there.0 as usize).map(|c| c.cell(field.0, u64::from(there.1))).unwrap_or_default();
    let Some(complaints) = complaints.get_mut(here.0 as usize) else { return };
    let text = |row: usize| part(table, data, field, row).map(show).unwrap_or_default();
    complaints.error(Code::DIFFERING, || {
        let name = table.fields.get(field.0).map_or("", |f| f.name.as_str());
        let message = format!("“{name}”两处填的不一样：这里是“{}”，{other} 是“{}”", text(row), text(first));
        let spot = Spot { line: Some(u64::from(here.1)), field: Some(field.0), row: row_text(table, data, row), ..Spot::default() };
        (spot, message, vec!["两家核对后改成同一个数；不归这一家填的，留空".into()])
    });
}
