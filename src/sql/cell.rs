//! Cells as a scope reads them, and what is missing where they are not there.

use super::lower::{Lower, Said, Unsayable};
use super::scope::{Kind, Scope};
use crate::plan::{Expr, FieldId, ReferenceId, TableId};

/// A cell where it is found.
pub(super) struct Cell {
    pub sql: String,
    pub gap: String,
    pub tag: String,
    pub table: TableId,
    pub field: FieldId,
}

impl Lower<'_> {
    /// Where a field's cell is, as the scope reads it.
    pub fn cell(&mut self, expr: &Expr, scope: &mut Scope) -> Said<Cell> {
        match expr {
            Expr::Field { table, path, field } => self.reached(*table, path, *field, scope),
            Expr::SubjectField { table, field } => self.only_row(*table, *field, scope),
            _ => Err(Unsayable),
        }
    }

    /// Mirrors the evaluator: the current row where the path fits it, else the subject's.
    fn reached(&mut self, table: TableId, path: &[ReferenceId], field: FieldId, scope: &mut Scope) -> Said<Cell> {
        let subject = self.plan.subject.table;
        let start = match scope.kind {
            Kind::Row(at) if (path.is_empty() && at == table) || (!path.is_empty() && self.end_of(at, path) == Some(table)) => at,
            _ => subject,
        };
        let own = scope.kind == Kind::Row(start) || (scope.kind == Kind::Subject && start == subject);
        let prefix = self.prefix(start, path)?;
        let name = &self.field(table, field)?.name;
        let mut wanted = vec![format!("{prefix}{name}"), format!("{prefix}$标")];
        if !path.is_empty() {
            wanted.push(format!("{prefix}$缺"));
        }
        let mut alias = String::new();
        if !own {
            let relation = self.rows_of_table(subject)?;
            let on = format!("{{j}}.{} = {{b}}.{}", self.id("$行"), self.subject_column(scope.kind));
            alias = scope.join(&relation, &on, &wanted.iter().map(String::as_str).collect::<Vec<_>>());
        }
        let columns: Vec<String> = wanted.iter().map(|w| self.id(&format!("{alias}{w}"))).collect();
        let [sql, tag, rest @ ..] = columns.as_slice() else { return Err(Unsayable) };
        let own_gap = self.gap('C', table, Some(field), tag);
        let gap = match rest {
            [broken] => format!("CASE WHEN {sql} IS NULL THEN coalesce({broken}, {own_gap}) END"),
            _ => format!("CASE WHEN {sql} IS NULL THEN {own_gap} END"),
        };
        Ok(Cell { sql: sql.clone(), gap, tag: tag.clone(), table, field })
    }

    /// The cell of the subject's only row in a table.
    fn only_row(&mut self, table: TableId, field: FieldId, scope: &mut Scope) -> Said<Cell> {
        if table == self.plan.subject.table {
            return self.reached(table, &[], field, scope);
        }
        if !self.table(table)?.one_per_subject {
            return self.unsayable("取一张可以有多行的表的一格");
        }
        let relation = self.rows_of_table(table)?;
        let name = &self.field(table, field)?.name;
        let on = format!("{{j}}.{} = {{b}}.{}", self.id("$对象"), self.subject_column(scope.kind));
        let alias = scope.join(&relation, &on, &["$行", "$标", name]);
        let column = |c: &str| self.id(&format!("{alias}{c}"));
        let (sql, tag, row) = (column(name), column("$标"), column("$行"));
        let absent = self.absent_row(table, Some(field), &[], scope)?;
        let gap = format!("CASE WHEN {row} IS NULL THEN {absent} WHEN {sql} IS NULL THEN {} END", self.gap('C', table, Some(field), &tag));
        Ok(Cell { sql, gap, tag, table, field })
    }

    /// The gap of a row that the subject should have: the table, where that was not given.
    pub fn absent_row(&mut self, table: TableId, field: Option<FieldId>, more: &[(String, String)], scope: &mut Scope) -> Said<String> {
        let of = self.plan.subject.table;
        let code = self.plan.subject.code;
        let subject = self.rows_of_table(of)?;
        let declared = self.field(of, code)?;
        let shown = if scope.kind == Kind::Subject {
            self.shown(declared, &self.id(&declared.name))
        } else {
            let on = format!("{{j}}.{} = {{b}}.{}", self.id("$行"), self.subject_column(scope.kind));
            let alias = scope.join(&subject, &on, &[&declared.name]);
            self.shown(declared, &self.id(&format!("{alias}{}", declared.name)))
        };
        let reference = self.table(table)?.references.iter().find(|r| r.table == of);
        let name = match reference.and_then(|r| r.fields.first()) {
            Some(field) => &self.field(table, *field)?.name,
            None => &declared.name,
        };
        let mut parts = vec![self.speech.quoted(&format!("{name}=")), shown];
        for (name, value) in more {
            parts.push(self.speech.quoted(&format!("|{name}=")));
            parts.push(value.clone());
        }
        let given = self.given(scope, table)?;
        Ok(format!("CASE WHEN NOT {given} THEN 'T|{}||;' ELSE {} END", table.0, self.gap('K', table, field, &parts.join(", "))))
    }

    /// What is said of a denominator of 0: its cell where it is one, else the row or the subject.
    pub fn zero(&mut self, expr: &Expr, scope: &mut Scope) -> Said<String> {
        match expr {
            Expr::Field { .. } | Expr::SubjectField { .. } => {
                let cell = self.cell(expr, scope)?;
                Ok(self.gap('Z', cell.table, Some(cell.field), &cell.tag))
            }
            Expr::Aggregate { scope: over, arguments, .. } => {
                let field = arguments.first().and_then(|a| match a {
                    Expr::Field { path, field, .. } if path.is_empty() => Some(*field),
                    _ => None,
                });
                Ok(self.gap('Z', over.rows.table, field, "''"))
            }
            _ => match scope.kind {
                Kind::Row(table) => Ok(self.gap('Z', table, None, &self.id("$标"))),
                Kind::Subject => Ok(self.gap('Z', self.plan.subject.table, None, &self.id("$标"))),
                Kind::Group(_) => {
                    let relation = self.rows_of_table(self.plan.subject.table)?;
                    let on = format!("{{j}}.{} = {{b}}.{}", self.id("$行"), self.id("$对象"));
                    let alias = scope.join(&relation, &on, &["$标"]);
                    Ok(self.gap('Z', self.plan.subject.table, None, &self.id(&format!("{alias}$标"))))
                }
            },
        }
    }
}
