//! Expressions of one plan in the terms of another: tables, fields and options by their names, populations written out as filters.

use crate::plan::{Expr, Extent, FieldId, FieldType, Over, Plan, PopulationId, ReferenceId, Rows, Scope, TableId};

/// From one plan to another (or to itself, which only writes the populations out).
#[derive(Clone, Copy)]
pub(super) struct Alignment<'p> {
    from: &'p Plan,
    to: &'p Plan,
}

impl<'p> Alignment<'p> {
    pub fn new(from: &'p Plan, to: &'p Plan) -> Self {
        Self { from, to }
    }

    /// The table of the same name.
    pub fn table(&self, id: TableId) -> Option<TableId> {
        let name = &self.from.tables.get(id.0)?.name;
        self.to.tables.iter().position(|t| t.name == *name).map(TableId)
    }

    /// The field of the same name in the table of the same name.
    pub fn field(&self, table: TableId, field: FieldId) -> Option<FieldId> {
        let name = &self.from.tables.get(table.0)?.fields.get(field.0)?.name;
        let to = self.to.tables.get(self.table(table)?.0)?;
        to.fields.iter().position(|f| f.name == *name).map(FieldId)
    }

    fn path(&self, row: TableId, path: &[ReferenceId]) -> Option<Vec<ReferenceId>> {
        let mut at = row;
        let mut found = Vec::new();
        for id in path {
            let of = self.from.tables.get(at.0)?.references.get(id.0)?;
            let fields: Option<Vec<FieldId>> = of.fields.iter().map(|f| self.field(at, *f)).collect();
            let (fields, target) = (fields?, self.table(of.table)?);
            let here = self.to.tables.get(self.table(at)?.0)?;
            found.push(ReferenceId(here.references.iter().position(|r| r.fields == fields && r.table == target)?));
            at = of.table;
        }
        Some(found)
    }

    /// Rows with the conditions of their population written out.
    pub fn rows(&self, rows: &Rows) -> Option<Rows> {
        let mut conditions = Vec::new();
        let mut next = rows.population;
        for _ in 0..=self.from.populations.len() {
            let Some(population) = next.and_then(|id| self.from.populations.get(id.0)) else { break };
            conditions.extend(population.filter.as_ref());
            next = population.parent;
        }
        conditions.reverse();
        conditions.extend(rows.filter.as_deref());
        let mut all = Vec::new();
        for condition in &conditions {
            match self.expr(condition, rows.table)? {
                Expr::And(parts) => all.extend(parts),
                other => all.push(other),
            }
        }
        // Whether a whole table is meant decides what no row at all means.
        let narrowed = rows.population.is_some() || rows.filter.is_some();
        let filter = (!all.is_empty()).then(|| Box::new(if all.len() > 1 { Expr::And(all.clone()) } else { all.remove(0) }));
        let table = self.table(rows.table)?;
        let name = self.to.tables.get(table.0)?.name.clone();
        Some(Rows { table, population: narrowed.then_some(PopulationId(0)), filter, name })
    }

    fn scope(&self, scope: &Scope) -> Option<Scope> {
        let extent = match &scope.extent {
            Extent::Subject => Extent::Subject,
            Extent::Group => Extent::Group,
            Extent::Related(path) => Extent::Related(self.path(scope.rows.table, path)?),
        };
        Some(Scope { rows: self.rows(&scope.rows)?, extent })
    }

    fn all(&self, list: &[Expr], row: TableId) -> Option<Vec<Expr>> {
        list.iter().map(|e| self.expr(e, row)).collect()
    }

    fn boxed(&self, expr: &Expr, row: TableId) -> Option<Box<Expr>> {
        self.expr(expr, row).map(Box::new)
    }

    fn filter(&self, filter: Option<&Expr>, row: TableId) -> Option<Option<Box<Expr>>> {
        filter.map_or(Some(None), |f| self.boxed(f, row).map(Some))
    }

    /// An expression that stands in a row of `row`; nothing where the other plan lacks what it names.
    pub fn expr(&self, expr: &Expr, row: TableId) -> Option<Expr> {
        Some(match expr {
            Expr::Number(_) | Expr::Text(_) | Expr::Bool(_) | Expr::Month(_) | Expr::Date(_) | Expr::BaseYear => expr.clone(),
            // An option says nothing without its field.
            Expr::Choice(_) => return None,
            Expr::Field { table, path, field } => {
                Expr::Field { table: self.table(*table)?, path: self.path(row, path)?, field: self.field(*table, *field)? }
            }
            Expr::SubjectField { table, field } => Expr::SubjectField { table: self.table(*table)?, field: self.field(*table, *field)? },
            Expr::Arithmetic { op, left, right } => {
                Expr::Arithmetic { op: *op, left: self.boxed(left, row)?, right: self.boxed(right, row)? }
            }
            Expr::Negate(inner) => Expr::Negate(self.boxed(inner, row)?),
            Expr::Compare { op, left, right } => {
                let (l, r) = (self.beside(left, right, row)?, self.beside(right, left, row)?);
                Expr::Compare { op: *op, left: Box::new(l), right: Box::new(r) }
            }
            Expr::And(parts) => Expr::And(self.flat(parts, row, |e| if let Expr::And(inner) = e { Ok(inner) } else { Err(e) })?),
            Expr::Or(parts) => Expr::Or(self.flat(parts, row, |e| if let Expr::Or(inner) = e { Ok(inner) } else { Err(e) })?),
            Expr::Not(inner) => Expr::Not(self.boxed(inner, row)?),
            Expr::In { value, options } => {
                let options: Option<Vec<Expr>> = options.iter().map(|o| self.beside(o, value, row)).collect();
                Expr::In { value: self.boxed(value, row)?, options: options? }
            }
            Expr::If { condition, then, otherwise } => Expr::If {
                condition: self.boxed(condition, row)?,
                then: self.boxed(then, row)?,
                otherwise: self.filter(otherwise.as_deref(), row)?,
            },
            Expr::Aggregate { function, scope, arguments } => {
                Expr::Aggregate { function: *function, arguments: self.all(arguments, scope.rows.table)?, scope: self.scope(scope)? }
            }
            Expr::Series { function, table, filter, value, years } => Expr::Series {
                function: *function,
                table: self.table(*table)?,
                filter: self.filter(filter.as_deref(), *table)?,
                value: self.boxed(value, *table)?,
                years: *years,
            },
            Expr::YearValue { table, filter, value, back } => Expr::YearValue {
                table: self.table(*table)?,
                filter: self.filter(filter.as_deref(), *table)?,
                value: self.boxed(value, *table)?,
                back: *back,
            },
            Expr::FormerYear { table, value } => Expr::FormerYear { table: self.table(*table)?, value: self.boxed(value, *table)? },
            Expr::Function { function, arguments } => Expr::Function { function: *function, arguments: self.all(arguments, row)? },
            Expr::Tally { tally, over } => Expr::Tally { tally: *tally, over: self.over(*over)? },
        })
    }

    /// What is counted, by its name.
    pub fn over(&self, over: Over) -> Option<Over> {
        Some(match over {
            Over::Nature(id) => {
                let name = &self.from.natures.get(id.0)?.name;
                Over::Nature(crate::plan::NatureId(self.to.natures.iter().position(|n| n.name == *name)?))
            }
            Over::Category(index) => {
                let name = self.from.categories.get(index)?;
                Over::Category(self.to.categories.iter().position(|c| c == name)?)
            }
        })
    }

    fn flat(&self, parts: &[Expr], row: TableId, open: impl Fn(Expr) -> Result<Vec<Expr>, Expr>) -> Option<Vec<Expr>> {
        let mut found = Vec::new();
        for part in parts {
            match open(self.expr(part, row)?) {
                Ok(inner) => found.extend(inner),
                Err(other) => found.push(other),
            }
        }
        Some(found)
    }

    /// An expression beside another: an option by its name in the other's field.
    fn beside(&self, expr: &Expr, other: &Expr, row: TableId) -> Option<Expr> {
        let Expr::Choice(index) = expr else { return self.expr(expr, row) };
        let (table, field) = choice_field(other)?;
        let name = options(self.from, table, field)?.get(*index)?;
        let there = options(self.to, self.table(table)?, self.field(table, field)?)?;
        there.iter().position(|o| o == name).map(Expr::Choice)
    }
}

fn options(plan: &Plan, table: TableId, field: FieldId) -> Option<&[String]> {
    match &plan.tables.get(table.0)?.fields.get(field.0)?.ty {
        FieldType::Choice { options, .. } => Some(options),
        _ => None,
    }
}

/// The field whose options an expression has.
fn choice_field(expr: &Expr) -> Option<(TableId, FieldId)> {
    match expr {
        Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => Some((*table, *field)),
        Expr::If { then, otherwise, .. } => choice_field(then).or_else(|| otherwise.as_deref().and_then(choice_field)),
        Expr::Aggregate { arguments, .. } | Expr::Function { arguments, .. } => arguments.iter().find_map(choice_field),
        Expr::YearValue { value, .. } | Expr::FormerYear { value, .. } => choice_field(value),
        _ => None,
    }
}
