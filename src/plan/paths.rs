//! Where references lead, and which tables decide whether there are rows.

use super::{Expr, Plan, PopulationId, ReferenceId, Rows, TableId};

impl Plan {
    /// The table at the end of a path of references.
    pub fn end_of(&self, table: TableId, path: &[ReferenceId]) -> Option<TableId> {
        path.iter().try_fold(table, |at, step| Some(self.tables.get(at.0)?.references.get(step.0)?.table))
    }

    /// The filters of a population and its parents, outermost first.
    pub fn population_filters(&self, id: Option<PopulationId>) -> Vec<&Expr> {
        let mut filters = Vec::new();
        let mut at = id;
        while let Some(population) = at.and_then(|id| self.populations.get(id.0)) {
            filters.extend(population.filter.as_ref());
            at = population.parent.filter(|parent| Some(*parent) < at);
        }
        filters.reverse();
        filters
    }

    /// The tables without which it is not known whether there are rows, each once: their own, those on the way to the subject, and those
    /// that their filters read.
    pub fn deciding(&self, rows: &Rows) -> Vec<TableId> {
        let mut tables = vec![rows.table];
        let steps = self.tables.get(rows.table.0).and_then(|t| t.subject_path.as_deref()).unwrap_or_default();
        self.tables_on(rows.table, steps, &mut tables);
        for filter in self.population_filters(rows.population).into_iter().chain(rows.filter.as_deref()) {
            self.tables_in(rows.table, filter, &mut tables);
        }
        let mut seen = Vec::new();
        tables
            .into_iter()
            .filter(|t| {
                !seen.contains(t) && {
                    seen.push(*t);
                    true
                }
            })
            .collect()
    }

    fn tables_on(&self, table: TableId, path: &[ReferenceId], found: &mut Vec<TableId>) {
        for end in 1..=path.len() {
            found.extend(path.get(..end).and_then(|part| self.end_of(table, part)));
        }
    }

    fn tables_in(&self, table: TableId, expr: &Expr, found: &mut Vec<TableId>) {
        match expr {
            Expr::Field { path, .. } => self.tables_on(table, path, found),
            Expr::SubjectField { table: other, .. } => found.push(*other),
            Expr::Aggregate { scope, .. } => found.push(scope.rows.table),
            Expr::Series { table: other, .. } | Expr::YearValue { table: other, .. } => found.push(*other),
            _ => {}
        }
        if !matches!(expr, Expr::Aggregate { .. } | Expr::Series { .. } | Expr::YearValue { .. }) {
            for part in expr.children() {
                self.tables_in(table, part, found);
            }
        }
    }
}
