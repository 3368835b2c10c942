//! The base year and the rows of years, as steps.

use super::compile::{Compiler, Lowered, Ratio};
use super::program::{From, Op};
use crate::plan::{Expr, FieldId, FieldType, TableId};
use crate::value::num;

impl Compiler<'_> {
    /// In the context of the subject.
    pub(super) fn base_year(&mut self) -> Lowered {
        let subject = self.plan.subject.table;
        match self.plan.subject.base_year {
            Some(field) if self.scale(subject, field) == 0 => self.cell(subject, None, subject, field),
            _ => Lowered::Unclear,
        }
    }

    /// A cell of the subject's row of a year.
    pub(super) fn year_value(&mut self, at: TableId, table: TableId, value: &Expr, back: u32) -> Lowered {
        let base = self.base_year();
        let value = self.in_year(self.plan.subject.table, (table, value), &base, i64::from(back));
        self.of_subject(at, value)
    }

    /// Of the row of the year before, where nothing but the subject and the year tells rows apart.
    pub(super) fn former_year(&mut self, at: TableId, value: &Expr) -> Lowered {
        let Some((table, year)) = self.plan.tables.get(at.0).and_then(|t| Some((t, t.year?))) else { return Lowered::Unclear };
        let Some([reference]) = table.subject_path.as_deref() else { return Lowered::Unclear };
        let rest = table.key.iter().filter(|field| **field != year);
        if !table.references.get(reference.0).is_some_and(|r| r.fields.iter().eq(rest)) {
            return Lowered::Unclear;
        }
        let own = self.cell(at, None, at, year);
        self.in_year(at, (at, value), &own, 1)
    }

    /// A cell of the subject's row of a year, so many before the one given.
    fn in_year(&mut self, at: TableId, (table, value): (TableId, &Expr), before: &Lowered, back: i64) -> Lowered {
        let Some(year) = self.plan.tables.get(table.0).and_then(|t| t.year) else { return Lowered::Unclear };
        match (value, before) {
            (Expr::Field { table: of, path, field }, Lowered::Number(Ratio { factor, over, under: None }))
                if *of == table && path.is_empty() && *factor == num(1) && self.is_whole(table, year) =>
            {
                let row = self.program.add(at, Op::Row(From::Year { table, year, before: *over, back }));
                self.cell(at, Some(row), table, *field)
            }
            _ => Lowered::Unclear,
        }
    }

    /// Whether the numbers of a field are whole and stand in the unit that they are reckoned in.
    fn is_whole(&self, table: TableId, field: FieldId) -> bool {
        let ty = self.plan.tables.get(table.0).and_then(|t| t.fields.get(field.0)).map(|f| &f.ty);
        matches!(ty, Some(FieldType::Integer(unit)) if unit.factor == num(1))
    }
}
