//! What expressions are evaluated in: the plan, the data, and indexes built once.

use super::columns::Columns;
use super::elsewhere::Elsewhere;
use super::enclosure::Enclosure;
use super::indexes::{GroupRows, Grouped, Indexes, Key, RowIndex, follow, links};
use super::probe::{Cell, Probe};
use super::rows::Member;
use super::score::Tallies;
use super::value::{Gaps, Missing, Reason, Spot, Value};
use super::years::YearIndex;
use crate::data::{Column, Dataset};
use crate::plan::{FieldId, FieldType, Plan, PopulationId, ReferenceId, Table, TableId};
use crate::value::Real;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// The rows of a population, shared.
pub type Members = Rc<Vec<Member>>;

/// The plan, the data and what has been worked out so far.
pub struct Context<'a> {
    pub plan: &'a Plan,
    pub data: &'a Dataset,
    pub round: Option<&'a str>,
    /// Whether the working of every check is wanted.
    pub working: bool,
    /// What was judged elsewhere; the checks are not judged here then.
    pub elsewhere: Option<&'a dyn Elsewhere>,
    /// Shared with those that judge the same data; what of them was asked for here is kept at hand below.
    indexes: Arc<Indexes>,
    at_hand: RefCell<BTreeMap<Key, RowIndex>>,
    /// What was worked out for all rows at once, where it was.
    pub(super) columns: Option<Arc<Columns<'a>>>,
    /// Of the subject at hand.
    items: RefCell<BTreeMap<TableId, (u32, Rc<ItemIndex<'a>>)>>,
    pub(super) years: RefCell<BTreeMap<TableId, Rc<YearIndex>>>,
    /// Whether what is read is noted, or a cell is supposed to be another.
    pub(super) probing: std::cell::Cell<bool>,
    pub(super) probe: RefCell<Probe>,
    pub(super) members: RefCell<BTreeMap<(u32, PopulationId), Members>>,
    /// Bounds of coefficients of variation of the subject at hand, where they are known, by their numbers.
    pub(super) variations: RefCell<BTreeMap<(u32, usize), Option<Enclosure>>>,
}

/// The rows for the items of a subject.
pub type ItemIndex<'a> = BTreeMap<Cow<'a, str>, u32>;

/// What those that judge the same data share.
#[derive(Debug, Clone, Default)]
pub struct Shared<'d> {
    pub indexes: Arc<Indexes>,
    /// Where rows are screened before they are judged.
    pub columns: Option<Arc<Columns<'d>>>,
}

/// Where an expression stands.
#[derive(Clone, Copy, Default)]
pub struct Frame<'f> {
    /// Row of the subject's table.
    pub subject: Option<u32>,
    pub row: Option<(TableId, u32)>,
    pub group: Option<&'f [Member]>,
    pub tallies: Option<&'f Tallies>,
}

impl<'f> Frame<'f> {
    /// The context of a subject.
    pub fn subject(subject: u32) -> Self {
        Self { subject: Some(subject), ..Self::default() }
    }

    /// The context of a row, of the same subject.
    #[must_use]
    pub fn at(self, table: TableId, row: u32) -> Self {
        Self { row: Some((table, row)), group: None, ..self }
    }

    /// The context of a group, of the same subject.
    #[must_use]
    pub fn within(self, group: &'f [Member]) -> Self {
        Self { row: None, group: Some(group), ..self }
    }
}

impl<'a> Context<'a> {
    /// A context with nothing worked out yet.
    pub fn new(plan: &'a Plan, data: &'a Dataset, round: Option<&'a str>) -> Self {
        Self::sharing(plan, data, round, &Shared::default())
    }

    /// The same, with what others over the same data have worked out.
    pub fn sharing(plan: &'a Plan, data: &'a Dataset, round: Option<&'a str>, shared: &Shared<'a>) -> Self {
        let Shared { indexes, columns } = shared.clone();
        Self {
            plan,
            data,
            round,
            working: false,
            elsewhere: None,
            indexes,
            at_hand: RefCell::default(),
            columns,
            items: RefCell::default(),
            years: RefCell::default(),
            probing: std::cell::Cell::default(),
            probe: RefCell::default(),
            members: RefCell::default(),
            variations: RefCell::default(),
        }
    }

    /// Lets go of what was kept of the subject before.
    pub fn turn(&self) {
        self.members.borrow_mut().clear();
        self.variations.borrow_mut().clear();
    }

    /// The declaration of a table.
    pub fn table(&self, id: TableId) -> Option<&'a Table> {
        self.plan.tables.get(id.0)
    }

    /// Whether a file was given for the table.
    pub fn supplied(&self, id: TableId) -> bool {
        self.data.table(id).is_some_and(|t| t.supplied)
    }

    /// The row of the subject's table that a row belongs to.
    pub fn subject_of(&self, table: TableId, row: u32) -> Option<u32> {
        if table == self.plan.subject.table {
            return Some(row);
        }
        self.data.table(table)?.subjects.get(row as usize)
    }

    /// All rows of a subject in a table, in the data's order.
    pub fn rows_of(&self, table: TableId, subject: u32) -> GroupRows {
        GroupRows::new(self.index(&(table, None)), subject)
    }

    /// The rows of `table` that lead by `path` to a row of another table.
    pub fn children_of(&self, table: TableId, path: &[ReferenceId], parent: u32) -> GroupRows {
        GroupRows::new(self.index(&(table, Some(path.iter().map(|r| r.0).collect()))), parent)
    }

    /// Rows by the row of another table that they lead to.
    pub(super) fn index(&self, key: &Key) -> RowIndex {
        if let Some(index) = self.at_hand.borrow().get(key) {
            return Arc::clone(index);
        }
        let index = self.indexes.get(key.clone(), || self.build_index(key));
        self.at_hand.borrow_mut().insert(key.clone(), Arc::clone(&index));
        index
    }

    fn build_index(&self, (table, path): &Key) -> Grouped {
        let count = |id| self.data.table(id).map_or(0, |t| t.rows);
        let rows = u32::try_from(count(*table)).unwrap_or(u32::MAX);
        let Some(path) = path else {
            let of = self.plan.subject.table;
            let subjects = self.data.table(*table).map(|t| &t.subjects).filter(|_| *table != of);
            return Grouped::new(count(of), rows, |row| subjects.map_or(Some(row), |cells| cells.get(row as usize)));
        };
        let Some((links, at)) = links(self.plan, self.data, *table, path) else { return Grouped::default() };
        Grouped::new(count(at), rows, |row| follow(&links, row))
    }

    /// The table at the end of a path of references.
    pub fn end_of(&self, table: TableId, path: &[ReferenceId]) -> Option<TableId> {
        self.plan.end_of(table, path)
    }

    /// The row that references lead to, or what is missing on the way.
    pub fn follow(&self, table: TableId, row: u32, path: &[ReferenceId]) -> Result<(TableId, u32), Missing> {
        let mut at = (table, row);
        for step in path {
            let link = self.data.table(at.0).and_then(|t| t.links.get(step.0)?.get(at.1 as usize));
            let Some(reference) = self.table(at.0).and_then(|t| t.references.get(step.0)) else {
                return Err(Missing::table(at.0));
            };
            at = match link {
                Some(next) => (reference.table, next),
                None => return Err(self.broken_link(at, &reference.fields, reference.table)),
            };
        }
        Ok(at)
    }

    fn broken_link(&self, (table, row): (TableId, u32), fields: &[FieldId], target: TableId) -> Missing {
        let empty = fields.iter().find(|f| matches!(self.cell(table, row, **f), Value::Missing(_)));
        if let Some(field) = empty {
            return Missing { table, spot: Spot::Row(row), field: Some(*field), reason: Reason::Cell };
        }
        if !self.supplied(target) {
            return Missing::table(target);
        }
        let names = self.table(target).map(|t| t.key.as_slice()).unwrap_or_default();
        let key = names
            .iter()
            .zip(fields)
            .map(|(name, field)| (self.field_name(target, *name), self.shown(table, row, *field).unwrap_or_default()));
        Missing { table: target, spot: Spot::Key(key.collect()), field: None, reason: Reason::Row }
    }

    /// The value of a cell, numbers in base units.
    pub fn cell(&self, table: TableId, row: u32, field: FieldId) -> Value {
        if self.probing.get()
            && let Some(supposed) = self.probed(Cell { table, row, field })
        {
            return supposed;
        }
        let at = row as usize;
        let value = self.data.table(table).and_then(|t| match t.column(field) {
            Column::Absent => None,
            Column::Number(cells) => cells.get(at).map(|d| self.in_base_units(table, field, d.to_num())),
            Column::Text(cells) => cells.get(at).map(|s| Value::Text(s.to_owned())),
            Column::Bool(cells) => cells.get(at)?.map(Value::Bool),
            Column::Choice(cells) => cells.get(at).map(|c| Value::Choice(i64::from(c))),
            Column::Month(cells) => cells.get(at).map(|m| Value::Month(i64::from(m))),
            Column::Date(cells) => cells.get(at).map(|d| Value::Date(i64::from(d))),
        });
        value.unwrap_or_else(|| {
            if self.supplied(table) {
                Value::Missing(vec![Missing { table, spot: Spot::Row(row), field: Some(field), reason: Reason::Cell }])
            } else {
                Value::Missing(vec![Missing::table(table)])
            }
        })
    }

    fn in_base_units(&self, table: TableId, field: FieldId, value: crate::value::Num) -> Value {
        match self.field_type(table, field) {
            Some(FieldType::Integer(unit) | FieldType::Decimal { unit, .. }) if !unit.factor.is_one() => Value::num(value * &unit.factor),
            _ => Value::num(value),
        }
    }

    /// The type of a field.
    pub fn field_type(&self, table: TableId, field: FieldId) -> Option<&'a FieldType> {
        self.table(table)?.fields.get(field.0).map(|f| &f.ty)
    }

    /// The name of a field.
    pub fn field_name(&self, table: TableId, field: FieldId) -> String {
        self.table(table).and_then(|t| t.fields.get(field.0)).map(|f| f.name.clone()).unwrap_or_default()
    }

    /// A cell as it stood in the file, for people; `None` where missing.
    pub fn shown(&self, table: TableId, row: u32, field: FieldId) -> Option<String> {
        if let Column::Number(cells) = self.data.table(table)?.column(field) {
            let number = cells.get(row as usize)?.to_num();
            return Some(Real::Rational(number).to_decimal(12));
        }
        match self.cell(table, row, field) {
            Value::Missing(_) => None,
            value => Some(self.show(&value, self.field_type(table, field))),
        }
    }

    /// The same, not copied where it stands as a text in the data or the plan.
    fn read(&self, table: TableId, row: u32, field: FieldId) -> Option<Cow<'a, str>> {
        let column = self.data.table(table)?.column(field);
        match (column, self.field_type(table, field)) {
            _ if self.probing.get() => self.shown(table, row, field).map(Cow::Owned),
            (Column::Text(cells), _) => cells.get(row as usize).map(Cow::Borrowed),
            (Column::Choice(cells), Some(FieldType::Choice { options, .. })) => {
                let option = usize::from(cells.get(row as usize)?);
                Some(options.get(option).map_or(Cow::Borrowed(""), |name| Cow::Borrowed(name)))
            }
            _ => self.shown(table, row, field).map(Cow::Owned),
        }
    }

    /// A value for people; options by name where the type is known.
    pub fn show(&self, value: &Value, ty: Option<&FieldType>) -> String {
        match value {
            Value::Number(number) => number.to_decimal(12),
            Value::Text(text) => text.clone(),
            Value::Bool(truth) => (if *truth { "是" } else { "否" }).into(),
            Value::Choice(index) => match ty {
                Some(FieldType::Choice { options, .. }) => {
                    usize::try_from(*index).ok().and_then(|i| options.get(i)).cloned().unwrap_or_default()
                }
                _ => index.to_string(),
            },
            Value::Month(months) => format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1),
            Value::Date(days) => format!("{:04}-{:02}-{:02}", days / 10_000, days / 100 % 100, days % 100),
            Value::Range(..) | Value::Empty | Value::Missing(_) => String::new(),
        }
    }

    /// The row that should be there for a subject: its key as far as it is known.
    pub fn absent_row(&self, table: TableId, subject: u32, more: &[(String, String)]) -> Missing {
        if !self.supplied(table) {
            return Missing::table(table);
        }
        let Some(declared) = self.table(table) else { return Missing::table(table) };
        let of = &self.plan.subject;
        let code = self.shown(of.table, subject, of.code).unwrap_or_default();
        let reference = declared.references.iter().find(|r| r.table == of.table);
        let name = reference.and_then(|r| r.fields.first()).copied();
        let name = name.map_or_else(|| self.field_name(of.table, of.code), |f| self.field_name(table, f));
        let mut key = vec![(name, code)];
        key.extend(more.iter().cloned());
        Missing { table, spot: Spot::Key(key), field: None, reason: Reason::Row }
    }

    /// The subject's row for an item in a table of judgements or events, in this run's round.
    pub fn item_row(&self, table: TableId, item: FieldId, round: Option<FieldId>, subject: u32, id: &str) -> Option<u32> {
        let known = self.items.borrow().get(&table).filter(|(of, _)| *of == subject).map(|(_, index)| Rc::clone(index));
        let index = known.unwrap_or_else(|| {
            let index = Rc::new(self.index_items(table, item, round, subject));
            self.items.borrow_mut().insert(table, (subject, Rc::clone(&index)));
            index
        });
        index.get(id).copied()
    }

    fn index_items(&self, table: TableId, item: FieldId, round: Option<FieldId>, subject: u32) -> ItemIndex<'a> {
        let mut index = ItemIndex::new();
        for row in self.rows_of(table, subject).iter() {
            let Some(id) = self.read(table, row, item) else { continue };
            let in_round = match (self.round, round) {
                (Some(wanted), Some(field)) => self.read(table, row, field).as_deref() == Some(wanted),
                _ => true,
            };
            if in_round {
                index.entry(id).or_insert(row);
            }
        }
        index
    }

    /// The base year of a subject.
    pub fn base_year(&self, subject: Option<u32>) -> Result<i64, Gaps> {
        let of = &self.plan.subject;
        let (Some(field), Some(subject)) = (of.base_year, subject) else { return Err(Gaps::new()) };
        match self.cell(of.table, subject, field) {
            Value::Number(number) => i64::try_from(number.floor().floor()).map_err(|_| Gaps::new()),
            Value::Missing(gaps) => Err(gaps),
            _ => Err(Gaps::new()),
        }
    }
}
