//! Whose row a complaint is about: the name of what its references lead to, told beside its key.

use super::complaints::Complaints;
use super::dataset::{InputFile, TableData};
use super::table::{TableRead, cut};
use crate::plan::{Plan, TableId};
use std::collections::BTreeSet;

/// Adds the names, once rows are linked.
pub(super) fn tell(plan: &Plan, inputs: &[InputFile], reads: &[TableRead], complaints: &mut [Complaints]) {
    for (index, (input, complaints)) in inputs.iter().zip(complaints).enumerate() {
        let Some(read) = reads.get(input.table.0) else { continue };
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        complaints.name_rows(|line| {
            let place = (index, u32::try_from(line).ok()?);
            owner(plan, reads, input.table, read.data.places.row_at(place)?)
        });
    }
}

/// The name of the nearest named row that references lead to; that of the subject only where there is no other and the row has no name.
fn owner(plan: &Plan, reads: &[TableRead], table: TableId, row: u32) -> Option<String> {
    let (mut level, mut seen, mut subject) = (vec![(table, row)], BTreeSet::from([table]), None);
    while !level.is_empty() {
        let mut next = Vec::new();
        for (from, row) in level {
            let (Some(declared), Some(read)) = (plan.tables.get(from.0), reads.get(from.0)) else { continue };
            for (reference, links) in declared.references.iter().zip(&read.data.links) {
                let Some(to) = links.get(row as usize).filter(|_| seen.insert(reference.table)) else { continue };
                let name = name(plan, reads, reference.table, to);
                match name {
                    Some(name) if reference.table != plan.subject.table => return Some(name),
                    Some(name) => subject = Some(name),
                    None => next.push((reference.table, to)),
                }
            }
        }
        level = next;
    }
    let is_named = plan.tables.get(table.0).is_some_and(|t| t.display.is_some());
    subject.filter(|_| !is_named)
}

fn name(plan: &Plan, reads: &[TableRead], table: TableId, row: u32) -> Option<String> {
    let display = plan.tables.get(table.0)?.display?;
    let data: &TableData = &reads.get(table.0)?.data;
    data.column(display).text(row as usize).map(cut)
}
