//! Tables as the checks read them: every row with what its references lead to, its subject, and how people call it.

use super::dialect::{ColumnDef, ColumnType};
use super::lower::{Lower, Said, Unsayable};
use crate::plan::{FieldId, FieldType, ReferenceId, Table, TableId};

/// Columns that every stored table has beside its fields.
pub(super) const ORDER: &str = "$行";
pub(super) const ORIGIN: &str = "$出处";
/// Before a table's name: whether it was given, on each subject.
pub(super) const GIVEN: &str = "$交";

impl Lower<'_> {
    /// The columns of a stored table, the row's number and origin first.
    pub fn stored_columns(&self, id: TableId, table: &Table) -> Vec<ColumnDef> {
        let own = |name: &str, ty| ColumnDef { name: name.into(), ty, key: false };
        let mut columns = vec![own(ORDER, ColumnType::Whole), own(ORIGIN, ColumnType::Text)];
        for (index, field) in table.fields.iter().enumerate() {
            columns.push(ColumnDef {
                name: field.name.clone(),
                ty: self.column_type(id, FieldId(index), field),
                key: table.key.contains(&FieldId(index)),
            });
        }
        columns
    }

    /// The tables in the order in which they can be made: a referenced one before those that refer to it.
    pub fn table_order(&mut self) -> Said<Vec<TableId>> {
        let count = self.plan.tables.len();
        let mut order: Vec<TableId> = Vec::new();
        while order.len() < count {
            let ready = (0..count).map(TableId).find(|id| {
                let references = self.plan.tables.get(id.0).map(|t| t.references.as_slice()).unwrap_or_default();
                !order.contains(id) && references.iter().all(|r| order.contains(&r.table))
            });
            match ready {
                Some(id) => order.push(id),
                None => return self.unsayable("数据表互相引用"),
            }
        }
        Ok(order)
    }

    /// The columns of the relation of a table, as [`Lower::rows_of_table`] makes it.
    pub fn relation_columns(&self, id: TableId) -> Said<Vec<String>> {
        let table = self.table(id)?;
        let mut columns = vec![ORDER.to_owned(), ORIGIN.to_owned()];
        columns.extend(table.fields.iter().map(|f| f.name.clone()));
        for (index, reference) in table.references.iter().enumerate() {
            let prefix = self.step_name(table, index)?;
            columns.extend(self.carried(reference.table)?.iter().map(|c| format!("{prefix}{c}")));
        }
        columns.extend(["$对象".to_owned(), "$标".to_owned(), "$属".to_owned()]);
        if id == self.plan.subject.table {
            columns.extend(self.plan.tables.iter().map(|t| format!("{GIVEN}{}", t.name)));
        }
        Ok(columns)
    }

    /// What a reference to a table brings along.
    fn carried(&self, id: TableId) -> Said<Vec<String>> {
        let mut columns = self.relation_columns(id)?;
        columns.retain(|c| c != ORIGIN && c != "$属" && !(id == self.plan.subject.table && c.starts_with(GIVEN)));
        columns.push("$缺".into());
        Ok(columns)
    }

    /// The relation of a table's rows.
    pub fn rows_of_table(&mut self, id: TableId) -> Said<String> {
        let name = format!("{}→", self.table(id)?.name);
        let heading = format!("数据表 {}：每行连同它引用的行", self.table(id)?.name);
        self.relation(format!("table {}", id.0), &name, heading, |lower| lower.table_body(id))
    }

    fn table_body(&mut self, id: TableId) -> Said<String> {
        let table = self.table(id)?;
        let mut columns: Vec<String> = Vec::new();
        let mut joins = String::new();
        for name in [ORDER, ORIGIN] {
            columns.push(format!("t.{}", self.id(name)));
        }
        for field in &table.fields {
            let column = format!("t.{}", self.id(&field.name));
            let column =
                if field.ty == FieldType::Date { format!("{} AS {}", self.speech.as_text(&column), self.id(&field.name)) } else { column };
            columns.push(column);
        }
        for (index, reference) in table.references.iter().enumerate() {
            let target = self.rows_of_table(reference.table)?;
            let key = &self.table(reference.table)?.key;
            let alias = format!("r{}", index + 1);
            let on: Said<Vec<String>> = reference
                .fields
                .iter()
                .zip(key)
                .map(|(own, other)| {
                    let (own, other) = (&self.field(id, *own)?.name, &self.field(reference.table, *other)?.name);
                    Ok(format!("{alias}.{} = t.{}", self.id(other), self.id(own)))
                })
                .collect();
            joins += &format!("\nLEFT JOIN {target} {alias} ON {}", on?.join(" AND "));
            columns.extend(self.reference_columns(id, index)?);
        }
        let is_subject = id == self.plan.subject.table;
        if is_subject || !table.references.is_empty() {
            joins += &format!("\nLEFT JOIN {} z ON 1 = 1", self.id("$已交"));
        }
        columns.push(format!("{} AS {}", self.subject_of(table, id)?, self.id("$对象")));
        columns.push(format!("{} AS {}", self.tag(id)?, self.id("$标")));
        columns.push(format!("{} AS {}", self.nothing(), self.id("$属")));
        if is_subject {
            columns
                .extend(self.plan.tables.iter().map(|t| format!("z.{} AS {}", self.id(&t.name), self.id(&format!("{GIVEN}{}", t.name)))));
        }
        Ok(format!("SELECT\n  {}\nFROM {} t{joins}", columns.join(",\n  "), self.id(&table.name)))
    }

    /// NULL, as text.
    pub fn nothing(&self) -> String {
        self.speech.as_text("NULL")
    }

    fn reference_columns(&mut self, id: TableId, index: usize) -> Said<Vec<String>> {
        let table = self.table(id)?;
        let reference = table.references.get(index).ok_or(Unsayable)?;
        let (prefix, alias) = (self.step_name(table, index)?, format!("r{}", index + 1));
        let broken = self.broken(id, index, &alias)?;
        let carried = self.carried(reference.table)?;
        let column = |name: &String| {
            let named = self.id(&format!("{prefix}{name}"));
            let own = format!("{alias}.{}", self.id(name));
            if name == "$缺" {
                format!("{broken} AS {named}")
            } else if name.ends_with("→$缺") {
                format!("coalesce({broken}, {own}) AS {named}")
            } else {
                format!("{own} AS {named}")
            }
        };
        Ok(carried.iter().map(column).collect())
    }

    /// What is missing where a reference leads nowhere.
    fn broken(&mut self, id: TableId, index: usize, alias: &str) -> Said<String> {
        let table = self.table(id)?;
        let reference = table.references.get(index).ok_or(Unsayable)?;
        let target = self.table(reference.table)?;
        let mut cases = format!("CASE WHEN {alias}.{} IS NOT NULL THEN NULL", self.id(ORDER));
        let tag = self.tag(id)?;
        for field in &reference.fields {
            let name = &self.field(id, *field)?.name;
            cases += &format!(" WHEN t.{} IS NULL THEN {}", self.id(name), self.gap('C', id, Some(*field), &tag));
        }
        let mut key = Vec::new();
        for (own, other) in reference.fields.iter().zip(&target.key) {
            let (own, other) = (self.field(id, *own)?, self.field(reference.table, *other)?);
            key.push(self.speech.quoted(&format!("{}=", other.name)));
            key.push(format!("coalesce({}, '')", self.shown(own, &format!("t.{}", self.id(&own.name)))));
            key.push("'|'".into());
        }
        key.pop();
        cases += &format!(" WHEN NOT z.{} THEN 'T|{}||;'", self.id(&target.name), reference.table.0);
        Ok(format!("{cases} ELSE {} END", self.gap('K', reference.table, None, &key.join(", "))))
    }

    fn subject_of(&self, table: &Table, id: TableId) -> Said<String> {
        if id == self.plan.subject.table {
            return Ok(format!("t.{}", self.id(ORDER)));
        }
        match table.subject_path.as_deref() {
            Some([first, ..]) => Ok(format!("r{}.{}", first.0 + 1, self.id("$对象"))),
            _ => Ok("CAST(NULL AS BIGINT)".into()),
        }
    }

    /// A row's number, name, member, origin and key, as results name it.
    fn tag(&mut self, id: TableId) -> Said<String> {
        let table = self.table(id)?;
        let subject = self.plan.subject.table;
        let mut parts = vec![self.speech.as_text(&format!("t.{}", self.id(ORDER)))];
        parts.push(format!("coalesce({}, '')", self.name_of(id)?));
        parts.push(match self.plan.subject.members {
            Some(members) => format!("coalesce({}, '')", self.member_of(id, members)?),
            None => "''".into(),
        });
        parts.push(format!("coalesce({}, '')", self.escaped(&format!("t.{}", self.id(ORIGIN)))));
        let to_subject = |f: &FieldId| table.references.iter().any(|r| r.table == subject && r.fields.contains(f));
        let own: Vec<FieldId> = table.key.iter().copied().filter(|f| !to_subject(f)).collect();
        for field in if own.is_empty() { &table.key } else { &own } {
            let field = self.field(id, *field)?;
            parts.push(format!("coalesce({}, '')", self.shown(field, &format!("t.{}", self.id(&field.name)))));
        }
        Ok(format!("concat_ws('|', {})", parts.join(", ")))
    }

    /// SQL: the shown cell of a row that references lead to; of this row where there are none.
    fn shown_at(&self, id: TableId, path: &[ReferenceId], field: FieldId) -> Said<String> {
        let end = self.end_of(id, path).ok_or(Unsayable)?;
        let declared = self.field(end, field)?;
        Ok(self.shown(declared, &self.at(id, path, &declared.name)?))
    }

    /// The column of a row that references lead to, as the body of a table's relation reads it.
    fn at(&self, id: TableId, path: &[ReferenceId], name: &str) -> Said<String> {
        match path {
            [] => Ok(format!("t.{}", self.id(name))),
            [first, rest @ ..] => {
                let next = self.table(id)?.references.get(first.0).ok_or(Unsayable)?.table;
                let column = format!("{}{name}", self.prefix(next, rest)?);
                Ok(format!("r{}.{}", first.0 + 1, self.id(&column)))
            }
        }
    }

    /// The first of the rows, nearest first, that is there.
    fn first_there(&self, id: TableId, of: &[(Vec<ReferenceId>, String)]) -> Said<String> {
        let mut cases = String::new();
        for (path, sql) in of {
            cases += &format!(" WHEN {} IS NOT NULL THEN {sql}", self.at(id, path, ORDER)?);
        }
        Ok(if cases.is_empty() { self.nothing() } else { format!("CASE{cases} END") })
    }

    fn name_of(&self, id: TableId) -> Said<String> {
        let table = self.table(id)?;
        let subject = self.plan.subject.table;
        let mut parts = Vec::new();
        if !(table.display.is_some() && id == subject) {
            let mut owners = Vec::new();
            for (path, end) in self.nearest(id) {
                if let Some(display) = self.table(end)?.display.filter(|_| end != id && end != subject) {
                    let shown = self.shown_at(id, &path, display)?;
                    owners.push((path, shown));
                }
            }
            if !owners.is_empty() {
                parts.push(self.first_there(id, &owners)?);
            }
        }
        match table.display {
            Some(field) => parts.push(self.shown_at(id, &[], field)?),
            None => {
                let leads = |f: &FieldId| table.references.iter().any(|r| r.fields.as_slice() == [*f]);
                for field in table.key.iter().filter(|f| !leads(f)) {
                    parts.push(self.shown_at(id, &[], *field)?);
                }
            }
        }
        Ok(if parts.is_empty() { self.nothing() } else { format!("concat_ws(' ', {})", parts.join(", ")) })
    }

    fn member_of(&self, id: TableId, members: TableId) -> Said<String> {
        let mut found = Vec::new();
        for (path, _) in self.nearest(id).into_iter().filter(|(_, end)| *end == members) {
            let key: Said<Vec<String>> = self.table(members)?.key.iter().map(|f| self.shown_at(id, &path, *f)).collect();
            let joined = format!("concat_ws('/', {})", key?.join(", "));
            found.push((path, joined));
        }
        self.first_there(id, &found)
    }

    /// The rows that references lead to, this one first, the nearest before the others; nothing above the subject.
    fn nearest(&self, id: TableId) -> Vec<(Vec<ReferenceId>, TableId)> {
        let (mut found, mut level, mut seen) = (Vec::new(), vec![(Vec::new(), id)], Vec::new());
        while !level.is_empty() {
            found.extend(level.iter().cloned());
            let mut next = Vec::new();
            for (path, at) in level {
                if at == self.plan.subject.table || seen.contains(&at) {
                    continue;
                }
                seen.push(at);
                let references = self.plan.tables.get(at.0).map(|t| t.references.as_slice()).unwrap_or_default();
                next.extend(references.iter().enumerate().map(|(i, r)| ([path.as_slice(), &[ReferenceId(i)]].concat(), r.table)));
            }
            level = next;
        }
        found
    }

    /// Which tables were given: those with rows, and those that are listed as given without any.
    pub fn given_tables(&mut self) {
        let listed = self.id("$交表");
        let of = |name: &str| {
            let quoted = self.speech.quoted(name);
            let rows = format!("(SELECT count(*) FROM {})", self.id(name));
            format!("{rows} + (SELECT count(*) FROM {listed} WHERE {} = {quoted}) > 0 AS {}", self.id("表"), self.id(name))
        };
        let columns: Vec<String> = self.plan.tables.iter().map(|t| of(&t.name)).collect();
        let body = format!("SELECT\n  {}", columns.join(",\n  "));
        self.keep("交了哪些表：有行的，和登记为交了而没有行的".into(), "$已交", body);
    }
}
