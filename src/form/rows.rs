//! What stands in a table's rows from the beginning: the data given, and the items to be judged.

use super::cell::Cell;
use super::{Desk, is_judged_in};
use crate::data::{Column, TableData};
use crate::plan::{FieldId, FieldType, Item, Table, TableId};
use crate::value::format_decimal;

/// A row, and the item it is about where it is to be judged.
pub(super) struct Row<'p> {
    pub item: Option<&'p Item>,
    /// One per field of the table.
    pub cells: Vec<Cell>,
}

/// The rows of a table.
pub(super) fn rows<'a>(desk: &Desk<'a>, id: TableId) -> Vec<Row<'a>> {
    let Some(table) = desk.plan.tables.get(id.0) else { return Vec::new() };
    let data = desk.options.data.and_then(|d| d.table(id));
    let given = data.map(|data| (0..data.rows).map(|row| of_data(table, data, row)).collect::<Vec<_>>()).unwrap_or_default();
    let judged = of_items(desk, id);
    if let Some((item, round)) = judged {
        return merged(desk, id, table, (item, round), given);
    }
    if given.is_empty() && id == desk.plan.subject.table {
        let blank = |code: &String| Row { item: None, cells: with(table, &[(desk.plan.subject.code, code)]) };
        return desk.options.subjects.iter().map(blank).collect();
    }
    given.into_iter().map(|cells| Row { item: None, cells }).collect()
}

/// The fields that name the item and the round, where the table holds judgements or events.
pub(super) fn of_items(desk: &Desk<'_>, id: TableId) -> Option<(FieldId, Option<FieldId>)> {
    let judged = desk.plan.judgements.as_ref().filter(|j| j.table == id).map(|j| (j.item, j.round));
    judged.or_else(|| desk.plan.events.as_ref().filter(|e| e.table == id).map(|e| (e.item, e.round)))
}

/// Every item of every round for every subject, with what is known of it already, then what else the data hold.
fn merged<'a>(
    desk: &Desk<'a>,
    id: TableId,
    table: &Table,
    (item_field, round_field): (FieldId, Option<FieldId>),
    given: Vec<Vec<Cell>>,
) -> Vec<Row<'a>> {
    let items: Vec<&Item> = desk.share.items.iter().copied().filter(|i| is_judged_in(desk.plan, i, id)).collect();
    let code_field =
        table.references.iter().find(|r| r.table == desk.plan.subject.table && r.fields.len() == 1).and_then(|r| r.fields.first().copied());
    let rounds: Vec<Option<&str>> = match (round_field, desk.options.round) {
        (None, _) => vec![None],
        (Some(_), Some(round)) => vec![Some(round)],
        (Some(_), None) => desk.plan.rounds.iter().map(|r| Some(r.as_str())).collect(),
    };
    let codes = codes(desk);
    let mut left: Vec<Option<Vec<Cell>>> = given.into_iter().map(Some).collect();
    let is = |cells: &[Cell], field: Option<FieldId>, wanted: Option<&str>| match (field, wanted) {
        (Some(field), Some(wanted)) => matches!(cells.get(field.0), Some(Cell::Text(text)) if text == wanted),
        _ => true,
    };
    let mut found = Vec::new();
    for code in &codes {
        for round in &rounds {
            for item in &items {
                let same = |cells: &Option<Vec<Cell>>| {
                    cells.as_ref().is_some_and(|c| {
                        is(c, Some(item_field), Some(&item.id)) && is(c, round_field, *round) && is(c, code_field, code.as_deref())
                    })
                };
                let known = left.iter_mut().find(|c| same(c)).and_then(Option::take);
                // A row that nobody has touched is none when it is read: whoever judges adds the code, unless it was asked for.
                let asked = code.as_deref().filter(|_| !desk.options.subjects.is_empty());
                let fresh = || {
                    let values = [(Some(item_field), Some(item.id.as_str())), (round_field, *round), (code_field, asked)];
                    let values: Vec<(FieldId, &str)> = values.into_iter().filter_map(|(f, v)| f.zip(v)).collect();
                    with(table, &values)
                };
                found.push(Row { item: Some(item), cells: known.unwrap_or_else(fresh) });
            }
        }
    }
    // In a share only its own items' rows; the others belong to the other shares.
    if !desk.share.is_part {
        found.extend(left.into_iter().flatten().map(|cells| Row { item: None, cells }));
    }
    found
}

/// The subjects' codes, or one that is still to be filled in.
fn codes(desk: &Desk<'_>) -> Vec<Option<String>> {
    let subject = &desk.plan.subject;
    let mut codes: Vec<Option<String>> = desk.options.subjects.iter().cloned().map(Some).collect();
    if let (true, Some(data), Some(table)) =
        (codes.is_empty(), desk.options.data.and_then(|d| d.table(subject.table)), desk.plan.tables.get(subject.table.0))
    {
        let cells = (0..data.rows).map(|row| value(table, data, subject.code, row));
        codes.extend(cells.filter_map(|c| if let Cell::Text(code) | Cell::Number(code) = c { Some(Some(code)) } else { None }));
    }
    if codes.is_empty() { vec![None] } else { codes }
}

fn with(table: &Table, values: &[(FieldId, impl AsRef<str>)]) -> Vec<Cell> {
    let mut cells = vec![Cell::Blank; table.fields.len()];
    for (field, value) in values {
        if let Some(cell) = cells.get_mut(field.0) {
            *cell = Cell::Text(value.as_ref().to_owned());
        }
    }
    cells
}

fn of_data(table: &Table, data: &TableData, row: usize) -> Vec<Cell> {
    (0..table.fields.len()).map(|field| value(table, data, FieldId(field), row)).collect()
}

fn value(table: &Table, data: &TableData, field: FieldId, row: usize) -> Cell {
    let found = match data.column(field) {
        Column::Absent => None,
        Column::Number(cells) => cells.get(row).map(|n| Cell::Number(format_decimal(&n.to_num(), usize::from(n.scale)))),
        Column::Text(cells) => cells.get(row).map(|t| Cell::Text(t.to_owned())),
        Column::Bool(cells) => cells.get(row).copied().flatten().map(|b| Cell::Text(if b { "是" } else { "否" }.into())),
        Column::Month(cells) => cells.get(row).map(|m| Cell::Text(format!("{:04}-{:02}", m.div_euclid(12), m.rem_euclid(12) + 1))),
        Column::Date(cells) => cells.get(row).map(|d| Cell::Day(d / 10000, d / 100 % 100, d % 100)),
        Column::Choice(cells) => cells.get(row).and_then(|option| {
            let FieldType::Choice { options, .. } = &table.fields.get(field.0)?.ty else { return None };
            options.get(usize::from(option)).map(|o| Cell::Text(o.clone()))
        }),
    };
    found.unwrap_or(Cell::Blank)
}
