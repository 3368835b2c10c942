//! What a single value is made of: the cells and statistics that its rule reads.

use super::check::{shown, unit_name};
use super::context::{Context, Frame};
use super::outcome::Operand;
use super::value::Value;
use crate::plan::{Aggregate, Check, CheckKind, Expr, FieldId, FieldType, Item, Series, TableId, expression};
use crate::value::{Unit, num};

impl Context<'_> {
    /// What the value of a check on the subject itself is made of, each thing once; nothing for checks over rows.
    pub(super) fn operands_of(&self, item: &Item, check: &Check, frame: Frame<'_>) -> Vec<Operand> {
        let mut found = Vec::new();
        match &check.kind {
            CheckKind::Condition(judged) | CheckKind::Trigger(judged) => match &judged.comparison {
                Some(c) => [&c.value, &c.threshold].into_iter().for_each(|e| self.operands(e, frame, &mut found)),
                None => self.operands(&judged.condition, frame, &mut found),
            },
            CheckKind::Points { value } => self.operands(value, frame, &mut found),
            CheckKind::Judgement { .. } => found.extend(self.judged_cell(item, check, frame)),
            CheckKind::Event => found.extend(self.event_cell(item, frame)),
            CheckKind::Each { .. } | CheckKind::Several { .. } | CheckKind::Group { .. } => {}
        }
        found
    }

    /// The cells and statistics of an expression in the context of a subject, each once.
    fn operands(&self, expr: &Expr, frame: Frame<'_>, found: &mut Vec<Operand>) {
        let mut add = |operand: Operand| {
            if !found.contains(&operand) {
                found.push(operand);
            }
        };
        match expr {
            Expr::Field { table, path, field } => {
                let start = (self.plan.subject.table, frame.subject.unwrap_or_default());
                if let Ok((end, row)) = self.follow(start.0, start.1, path).map_err(drop) {
                    add(self.cell_operand(end, Some(row), *field));
                } else {
                    add(self.cell_operand(*table, None, *field));
                }
            }
            Expr::SubjectField { table, field } => add(self.cell_operand(*table, self.only_row(*table, frame), *field)),
            Expr::YearValue { table, filter, value, back } => {
                if let Ok(base) = self.base_year(frame.subject) {
                    self.year_operands((*table, filter.as_deref(), value), base - i64::from(*back), frame, found);
                }
            }
            Expr::Series { function: Series::NeverFalls | Series::Rises, table, filter, value, years } => {
                if let Ok(base) = self.base_year(frame.subject) {
                    for year in base - i64::from(*years)..base {
                        self.year_operands((*table, filter.as_deref(), value), year, frame, found);
                    }
                }
            }
            Expr::Aggregate { function, scope, arguments } => {
                let value = match self.value(expr, frame) {
                    Value::Bool(truth) => Some(if truth { "是" } else { "否" }.to_string()),
                    value => shown(&value, &self.unit_of(*function, arguments)),
                };
                let unit = if *function == Aggregate::Share { Some("%".into()) } else { unit_name(&self.unit_of(*function, arguments)) };
                let rows = Some(self.members(&scope.rows, frame).len());
                add(Operand { name: expression(self.plan, expr), year: None, value, unit, source: None, rows });
            }
            _ => expr.children().into_iter().for_each(|part| self.operands(part, frame, found)),
        }
    }

    fn only_row(&self, table: TableId, frame: Frame<'_>) -> Option<u32> {
        if table == self.plan.subject.table { frame.subject } else { self.rows_of(table, frame.subject?).first() }
    }

    fn cell_operand(&self, table: TableId, row: Option<u32>, field: FieldId) -> Operand {
        Operand {
            name: self.field_name(table, field),
            year: None,
            value: row.and_then(|r| self.shown(table, r, field)),
            unit: self.field_type(table, field).and_then(declared).and_then(unit_name),
            source: row.and_then(|r| self.source_of(table, r)),
            rows: None,
        }
    }

    /// The fields that a value of one year is made of, in that year's row.
    fn year_operands(
        &self,
        (table, filter, value): (TableId, Option<&Expr>, &Expr),
        year: i64,
        frame: Frame<'_>,
        found: &mut Vec<Operand>,
    ) {
        let (Some(subject), Some(field)) = (frame.subject, self.table(table).and_then(|t| t.year)) else { return };
        let of_year = |row: &u32| {
            let holds = filter.is_none_or(|f| self.truth(f, frame.at(table, *row)).holds());
            holds && self.cell(table, *row, field) == Value::num(num(year))
        };
        let row = self.rows_of(table, subject).iter().find(of_year);
        let mut fields = Vec::new();
        fields_of(value, table, &mut fields);
        for field in fields {
            let operand = Operand { year: Some(year.to_string()), ..self.cell_operand(table, row, field) };
            if !found.contains(&operand) {
                found.push(operand);
            }
        }
    }

    /// The unit that a statistic is shown in: that of the field it is over.
    fn unit_of(&self, function: Aggregate, arguments: &[Expr]) -> Unit {
        let over = matches!(function, Aggregate::Sum | Aggregate::Mean | Aggregate::Min | Aggregate::Max | Aggregate::Quantile);
        match arguments.first() {
            Some(Expr::Field { table, path, field }) if over => {
                let end = self.end_of(*table, path).unwrap_or(*table);
                self.field_type(end, *field).or_else(|| self.field_type(*table, *field)).and_then(declared).cloned().unwrap_or_default()
            }
            _ => Unit::none(),
        }
    }

    fn judged_cell(&self, item: &Item, check: &Check, frame: Frame<'_>) -> Option<Operand> {
        let (of, subject) = (self.plan.judgements.as_ref()?, frame.subject?);
        let scored = check.score.is_some() || item.full.is_some();
        let row = self.item_row(of.table, of.item, of.round, subject, &item.id)?;
        Some(self.cell_operand(of.table, Some(row), if scored { of.score? } else { of.conclusion? }))
    }

    fn event_cell(&self, item: &Item, frame: Frame<'_>) -> Option<Operand> {
        let (of, subject) = (self.plan.events.as_ref()?, frame.subject?);
        let row = self.item_row(of.table, of.item, of.round, subject, &item.id)?;
        Some(self.cell_operand(of.table, Some(row), of.exists))
    }
}

/// The fields of a table that an expression reads, in order, each once.
fn fields_of(expr: &Expr, table: TableId, found: &mut Vec<FieldId>) {
    match expr {
        Expr::Field { table: of, field, .. } if *of == table && !found.contains(field) => found.push(*field),
        _ => expr.children().into_iter().for_each(|part| fields_of(part, table, found)),
    }
}

fn declared(ty: &FieldType) -> Option<&Unit> {
    match ty {
        FieldType::Integer(unit) | FieldType::Decimal { unit, .. } => Some(unit),
        _ => None,
    }
}
