//! What a subject is, in plain figures: the fields of its own rows, and counts and totals of the rows of its members.

use super::context::Context;
use super::outcome::{Fact, FactValue};
use crate::data::Column;
use crate::plan::{FieldId, FieldType, Table, TableId, Total, Totals, totals};
use crate::value::{Num, Unit, format_decimal};

/// The units of years, which are names and no amounts.
const YEARS: [&str; 2] = ["年", "years"];

impl Context<'_> {
    /// The subject's tables in the plan's order, those of judgements and of years left out.
    pub(super) fn figures(&self, subject: u32) -> Vec<Fact> {
        let judged = [self.plan.judgements.as_ref().map(|j| j.table), self.plan.events.as_ref().map(|e| e.table)];
        let totals = totals(self.plan);
        let tables = self.plan.tables.iter().enumerate().map(|(n, t)| (TableId(n), t));
        let plain = tables.filter(|(id, t)| self.supplied(*id) && t.year.is_none() && !judged.contains(&Some(*id)));
        plain.filter_map(|(id, table)| self.fact(id, table, subject, &totals)).collect()
    }

    fn fact(&self, id: TableId, table: &Table, subject: u32, totals: &Totals) -> Option<Fact> {
        let rows = if id == self.plan.subject.table { vec![subject] } else { self.rows_of(id, subject).iter().collect() };
        let own = id == self.plan.subject.table || table.one_per_subject;
        if rows.is_empty() || table.subject_path.is_none() {
            return None;
        }
        let mut values = Vec::new();
        for (at, field) in table.fields.iter().enumerate().filter(|(at, _)| !names_a_row(table, FieldId(*at))) {
            let at = FieldId(at);
            match &field.ty {
                _ if own => values.extend(rows.first().and_then(|row| self.own(id, *row, at))),
                FieldType::Choice { options, .. } => values.extend(self.by_option((id, at), &field.name, options, &rows)),
                FieldType::Integer(unit) | FieldType::Decimal { unit, .. } => {
                    let total = totals.get(&(id, at)).copied();
                    values.extend(total.and_then(|total| self.total_of((id, at), &field.name, unit, &rows, total)));
                }
                _ => {}
            }
        }
        let title = if table.title.is_empty() { &table.name } else { &table.title };
        (!own || !values.is_empty()).then(|| Fact { table: title.clone(), rows: (!own).then_some(rows.len()), values })
    }

    fn own(&self, table: TableId, row: u32, field: FieldId) -> Option<FactValue> {
        let (FieldType::Integer(unit) | FieldType::Decimal { unit, .. }) = self.field_type(table, field)? else {
            let value = self.shown(table, row, field)?;
            return Some(FactValue { field: self.field_name(table, field), option: None, total: None, value, unit: None, empty: 0 });
        };
        let value = self.shown(table, row, field)?;
        // A year is a name, not an amount.
        let unit = Some(unit.name.clone()).filter(|u| !u.is_empty() && !YEARS.contains(&u.as_str()));
        Some(FactValue { field: self.field_name(table, field), option: None, total: None, value, unit, empty: 0 })
    }

    fn by_option(&self, (table, field): (TableId, FieldId), name: &str, options: &[String], rows: &[u32]) -> Vec<FactValue> {
        let cells: Vec<Option<String>> = rows.iter().map(|r| self.shown(table, *r, field)).collect();
        let empty = cells.iter().filter(|c| c.is_none()).count();
        let count = |option: &String| cells.iter().flatten().filter(|c| *c == option).count();
        let counted = options.iter().map(|o| (o, count(o))).filter(|(_, n)| *n > 0);
        let value = |(option, n): (&String, usize)| FactValue {
            field: name.to_string(),
            option: Some(option.clone()),
            total: None,
            value: n.to_string(),
            unit: None,
            empty,
        };
        counted.map(value).collect()
    }

    /// What the rows come to, in the field's own unit; with how many cells are lacking; empty where all are.
    fn total_of(&self, (table, field): (TableId, FieldId), name: &str, unit: &Unit, rows: &[u32], total: Total) -> Option<FactValue> {
        let Column::Number(cells) = self.data.table(table)?.column(field) else { return None };
        let known: Vec<Num> = rows.iter().filter_map(|r| Some(cells.get(*r as usize)?.to_num())).collect();
        let empty = rows.len() - known.len();
        let value = match total {
            Total::Sum => known.into_iter().reduce(|sum, cell| sum + cell),
            Total::Largest => known.into_iter().max(),
            Total::Smallest => known.into_iter().min(),
        };
        let unit = Some(unit.name.clone()).filter(|u| !u.is_empty());
        Some(FactValue {
            field: name.to_string(),
            option: None,
            total: Some(total),
            value: value.map_or_else(String::new, |v| format_decimal(&v, 12)),
            unit,
            empty,
        })
    }
}

fn names_a_row(table: &Table, field: FieldId) -> bool {
    table.key.contains(&field) && table.key.len() == 1
        || table.references.iter().any(|r| r.fields.contains(&field))
        || table.display == Some(field)
}
