//! What lowering carries along: the plan, the engine's words, the relations made so far, and what could not be said.

use super::dialect::{ColumnType, Speech};
use super::exact::{Arithmetic, Exact, Part, TooWide};
use super::scope::{Kind, Scope};
use super::tables::GIVEN;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::plan::{Field, FieldId, FieldType, Item, Plan, ReferenceId, Table, TableId};
use crate::source::Span;
use crate::value::{Num, num};
use dashu_int::UBig;
use std::collections::BTreeMap;

/// Digits before the point of a field that declares no range.
pub(super) const WHOLE: usize = 11;
/// The most rows of one subject in a table.
pub(super) const ROWS: i64 = 1_000_000;

/// A construct that the engine cannot say; it was complained of where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unsayable;

pub(super) type Said<T> = Result<T, Unsayable>;

/// A statement of the script.
pub(super) struct Statement {
    pub heading: String,
    pub text: Text,
}

pub(super) enum Text {
    Plain(String),
    /// A relation's name and the query that it is.
    Relation(String, String),
}

/// What stands above the queries of an item: its sentence in the document, and what they compute of it.
pub(super) fn headed(item: &Item, what: &str) -> String {
    let sentence = if item.text.is_empty() { String::new() } else { format!("{} “{}”\n", item.id, item.text) };
    format!("{sentence}{} {what}", item.id)
}

pub(super) struct Lower<'p> {
    pub plan: &'p Plan,
    pub speech: &'static dyn Speech,
    pub arithmetic: Arithmetic,
    pub round: Option<&'p str>,
    /// What is being lowered, for complaints.
    pub span: Option<Span>,
    pub found: Vec<Diagnostic>,
    /// Whether machine numbers were compared since this was last taken.
    pub is_rough: bool,
    /// SQL: what the check being lowered earns where it is met.
    pub own_score: Option<String>,
    /// Places of fields whose data have more than declared.
    pub places: BTreeMap<(usize, usize), usize>,
    pub script: Vec<Statement>,
    /// Relations by what they hold, so that each is made once.
    pub made: BTreeMap<String, String>,
}

impl<'p> Lower<'p> {
    pub fn new(plan: &'p Plan, speech: &'static dyn Speech, round: Option<&'p str>) -> Self {
        let arithmetic = Arithmetic { speech };
        Self {
            plan,
            speech,
            arithmetic,
            round,
            span: None,
            found: Vec::new(),
            is_rough: false,
            own_score: None,
            places: BTreeMap::new(),
            script: Vec::new(),
            made: BTreeMap::new(),
        }
    }

    pub fn id(&self, name: &str) -> String {
        self.speech.ident(name)
    }

    pub fn table(&self, id: TableId) -> Said<&'p Table> {
        self.plan.tables.get(id.0).ok_or(Unsayable)
    }

    pub fn field(&self, table: TableId, field: FieldId) -> Said<&'p Field> {
        self.table(table)?.fields.get(field.0).ok_or(Unsayable)
    }

    /// Complains that something cannot be said in this engine.
    pub fn unsayable<T>(&mut self, what: &str) -> Said<T> {
        let place = self.span.map_or(Place::None, Place::Spec);
        let message = format!("{what}，不能译成 SQL");
        let complaint = Diagnostic::at(Code::NOT_IN_SQL, place, message).here("在这一条").help("这个标准请用 biaochi run 评定");
        if !self.found.contains(&complaint) {
            self.found.push(complaint);
        }
        Err(Unsayable)
    }

    /// The same of a number that is too wide.
    pub fn fit<T>(&mut self, made: Result<T, TooWide>) -> Said<T> {
        made.or_else(|TooWide { digits }| {
            let most = self.speech.digits().unwrap_or_default();
            self.unsayable(&format!("比较要用 {digits} 位的数，超过这个引擎的 {most} 位"))
        })
    }

    /// Makes a relation once, and names it.
    pub fn relation(&mut self, key: String, name: &str, heading: String, body: impl FnOnce(&mut Self) -> Said<String>) -> Said<String> {
        if let Some(known) = self.made.get(&key) {
            return Ok(known.clone());
        }
        let body = body(self)?;
        let quoted = self.keep(heading, name, body);
        self.made.insert(key, quoted.clone());
        Ok(quoted)
    }

    /// Adds a relation to the script; gives its quoted name.
    pub fn keep(&mut self, heading: String, name: &str, body: String) -> String {
        self.script.push(Statement { heading, text: Text::Relation(name.into(), body) });
        self.id(name)
    }

    /// Adds a statement to the script.
    pub fn say(&mut self, heading: String, sql: String) {
        self.script.push(Statement { heading, text: Text::Plain(sql) });
    }

    /// Begins a part of the script.
    pub fn section(&mut self, name: &str) {
        self.say(format!("════ {name} ════"), String::new());
    }

    /// How often the rest of the script reads a relation; a query put together of many needs each worked out before it.
    pub fn uses(&self, name: &str) -> usize {
        let quoted = self.id(name);
        let texts = self.script.iter().map(|s| match &s.text {
            Text::Plain(sql) => sql,
            Text::Relation(_, body) => body,
        });
        texts.map(|t| t.matches(&quoted).count() * if t.contains("\nUNION ALL ") { 2 } else { 1 }).sum()
    }

    /// A name for the next relation of a kind.
    pub fn numbered(&self, kind: &str) -> String {
        let count = self.made.values().filter(|n| n.contains(kind)).count();
        format!("{kind} {}", count + 1)
    }

    /// The words before a column reached by references: `甲→乙→`.
    pub fn prefix(&self, table: TableId, path: &[ReferenceId]) -> Said<String> {
        let (mut at, mut prefix) = (table, String::new());
        for step in path {
            let declared = self.table(at)?;
            let reference = declared.references.get(step.0).ok_or(Unsayable)?;
            prefix += &self.step_name(declared, step.0)?;
            at = reference.table;
        }
        Ok(prefix)
    }

    /// The words of one reference; numbered where another leads to the same table.
    pub fn step_name(&self, table: &Table, index: usize) -> Said<String> {
        let target = table.references.get(index).ok_or(Unsayable)?.table;
        let earlier = table.references.iter().take(index).filter(|r| r.table == target).count();
        let name = &self.table(target)?.name;
        Ok(if earlier == 0 { format!("{name}→") } else { format!("{name}{}→", earlier + 1) })
    }

    pub fn end_of(&self, table: TableId, path: &[ReferenceId]) -> Option<TableId> {
        self.plan.end_of(table, path)
    }

    /// The column type of a field in the engine.
    pub fn column_type(&self, table: TableId, id: FieldId, field: &Field) -> ColumnType {
        match &field.ty {
            FieldType::Text | FieldType::Choice { .. } | FieldType::Month => ColumnType::Text,
            FieldType::Bool => ColumnType::Bool,
            FieldType::Date => ColumnType::Date,
            FieldType::Integer(_) => ColumnType::Decimal(WHOLE, 0),
            FieldType::Decimal { places, .. } => ColumnType::Decimal(WHOLE, self.places_of(table, id, *places)),
        }
    }

    fn places_of(&self, table: TableId, field: FieldId, declared: u8) -> usize {
        self.places.get(&(table.0, field.0)).copied().unwrap_or_default().max(usize::from(declared))
    }

    /// A number's column as an exact number in base units.
    pub fn column(&self, (table, id): (TableId, FieldId), sql: String, gap: Option<String>) -> Option<Exact> {
        let field = self.field(table, id).ok()?;
        let (places, unit) = match &field.ty {
            FieldType::Integer(unit) => (0, unit),
            FieldType::Decimal { places, unit } => (self.places_of(table, id, *places), unit),
            _ => return None,
        };
        let bound = Num::from(UBig::from(10u8).pow(WHOLE));
        let over = Part { sql, bound: bound - num(1) / num(1_000_000_000), places, is_sum: false };
        Some(Exact { factor: unit.factor.clone(), over, under: None, gap, empty: None, nonnegative: !field.signed })
    }

    /// The column with the subject's row number.
    pub fn subject_column(&self, kind: Kind) -> String {
        self.id(if kind == Kind::Subject { "$行" } else { "$对象" })
    }

    /// SQL: whether the table was given.
    pub fn given(&mut self, scope: &mut Scope, table: TableId) -> Said<String> {
        let name = &self.table(table)?.name;
        if scope.kind == Kind::Subject {
            return Ok(self.id(&format!("{GIVEN}{name}")));
        }
        let given = self.id("$已交");
        let alias = scope.join(&given, "1 = 1", &[name]);
        Ok(self.id(&format!("{alias}{name}")))
    }

    /// Both gaps, one after the other; named where there is something to name.
    pub fn gaps<'g>(&self, scope: &mut Scope, gaps: impl IntoIterator<Item = &'g Option<String>>) -> Option<String> {
        let mut known: Vec<&String> = gaps.into_iter().flatten().collect();
        // The same cell twice is shown once.
        let mut seen = std::collections::BTreeSet::new();
        known.retain(|g| seen.insert(*g));
        match known.as_slice() {
            [] => None,
            [only] => Some(scope.step(only)),
            several => {
                let list: Vec<String> = several.iter().map(|g| scope.step(g)).collect();
                Some(scope.step(&format!("nullif(concat_ws('', {}), '')", list.join(", "))))
            }
        }
    }

    /// A gap of kind, table and field; the rest is SQL.
    pub fn gap(&self, kind: char, table: TableId, field: Option<FieldId>, rest: &str) -> String {
        let field = field.map(|f| f.0.to_string()).unwrap_or_default();
        format!("concat_ws('', '{kind}|{}|{field}|', {rest}, ';')", table.0)
    }

    /// A table that was not given, or NULL.
    pub fn absent(&mut self, scope: &mut Scope, tables: &[TableId]) -> Said<String> {
        let mut parts = Vec::new();
        let mut seen = Vec::new();
        for table in tables {
            if !seen.contains(table) {
                seen.push(*table);
                let given = self.given(scope, *table)?;
                parts.push(format!("CASE WHEN NOT {given} THEN 'T|{}||;' END", table.0));
            }
        }
        Ok(scope.step(&format!("nullif(concat_ws('', {}), '')", parts.join(", "))))
    }

    /// A text that stands in a gap or a row's tag without being taken for its marks.
    pub fn escaped(&self, sql: &str) -> String {
        format!("replace(replace(replace({sql}, '~', '~0'), '|', '~1'), ';', '~2')")
    }

    /// A cell as people read it, for a tag.
    pub fn shown(&self, field: &Field, sql: &str) -> String {
        match &field.ty {
            FieldType::Integer(_) => self.speech.as_text(sql),
            FieldType::Decimal { .. } => self.speech.trimmed(&self.speech.as_text(sql)),
            FieldType::Bool => format!("CASE WHEN {sql} THEN '是' WHEN NOT {sql} THEN '否' END"),
            FieldType::Text | FieldType::Choice { .. } => self.escaped(sql),
            FieldType::Month | FieldType::Date => sql.into(),
        }
    }
}
