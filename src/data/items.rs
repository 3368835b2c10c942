//! Judgements and events name items of the standard: do those exist, and is no score above what an item can give?

use super::complaints::Complaints;
use super::dataset::{Column, Dataset};
use super::header::unit_of;
use super::keys::{row_text, spot};
use super::table::{TableRead, cut};
use crate::diagnostic::{Code, did_you_mean, nearest};
use crate::plan::{FieldId, Item, Plan, Table, TableId};
use crate::value::{Num, format_decimal, num};
use std::collections::BTreeMap;

/// Complains of unknown items and of scores above full.
pub(super) fn check(plan: &Plan, reads: &[TableRead], complaints: &mut [Complaints]) {
    let points = plan.indicators.iter().flat_map(|i| &i.points);
    let judged: BTreeMap<&str, &Item> = points.chain(&plan.qualifications).chain(&plan.vetoes).map(|i| (i.id.as_str(), i)).collect();
    if let Some(from) = &plan.judgements {
        table(plan, from.table, from.item, from.score, &judged, reads, complaints);
    }
    if let Some(from) = &plan.events {
        let events = plan.vetoes.iter().map(|i| (i.id.as_str(), i)).collect();
        table(plan, from.table, from.item, None, &events, reads, complaints);
    }
}

fn table(
    plan: &Plan,
    TableId(id): TableId,
    item: FieldId,
    score: Option<FieldId>,
    known: &BTreeMap<&str, &Item>,
    reads: &[TableRead],
    complaints: &mut [Complaints],
) {
    let (Some(table), Some(read)) = (plan.tables.get(id), reads.get(id)) else { return };
    let Column::Text(items) = read.data.column(item) else { return };
    for (row, named) in items.iter().enumerate() {
        let Some(named) = named.as_deref() else { continue };
        let input = read.data.places.get(row).map_or(0, |p| p.0 as usize);
        let Some(complaints) = complaints.get_mut(input) else { continue };
        let Some(found) = known.get(named) else {
            complaints.warning(Code::UNKNOWN_ITEM, || {
                let near = nearest(named, known.keys().copied());
                let mend = did_you_mean(&near).unwrap_or_else(|| "对照标准改正编号，或删去这一行".into());
                let message = format!("标准中没有条目“{}”，这一行不起作用", cut(named));
                (spot(read, Some(&item), row, row_text(table, &read.data, row)), message, vec![mend])
            });
            continue;
        };
        let Some((field, full)) = score.zip(found.full.as_ref()) else { continue };
        let Some(given) = points(table, read, field, row).filter(|given| given > full) else { continue };
        complaints.error(Code::SCORE_ABOVE_FULL, || {
            let (given, full) = (format_decimal(&given, 12), format_decimal(full, 12));
            let message = format!("条目 {} 得分 {given} 分，超过满分 {full} 分", found.id);
            let help = vec![format!("改成 0 至 {full} 之间的分数")];
            (spot(read, Some(&field), row, row_text(table, &read.data, row)), message, help)
        });
    }
}

/// The fields of a table that tell which item, in which round, a row is about.
pub(super) fn given(plan: &Plan, id: TableId) -> Vec<FieldId> {
    let judged = plan.judgements.as_ref().filter(|j| j.table == id).map(|j| (j.item, j.round));
    let events = plan.events.as_ref().filter(|e| e.table == id).map(|e| (e.item, e.round));
    judged.into_iter().chain(events).flat_map(|(item, round)| std::iter::once(item).chain(round)).collect()
}

fn points(table: &Table, read: &TableRead, field: FieldId, row: usize) -> Option<Num> {
    let Column::Number(cells) = read.data.column(field) else { return None };
    let value = cells.get(row).copied().flatten()?.to_num();
    let factor = table.fields.get(field.0).and_then(|f| unit_of(&f.ty)).map_or_else(|| num(1), |u| u.factor.clone());
    Some(value * factor)
}

/// Whether there is anything to judge.
pub(super) fn has_subjects(plan: &Plan, data: &Dataset) -> bool {
    data.table(plan.subject.table).is_some_and(|t| t.rows > 0)
}
