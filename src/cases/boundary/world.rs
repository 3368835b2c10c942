//! Rows in the making: what a case will give.

use crate::data::{Dataset, of_case};
use crate::diagnostic::has_errors;
use crate::plan::{Case, Field, FieldId, FieldType, Given, GivenColumn, GivenRow, Origin, Plan, ReferenceId, Table, TableId};
use crate::value::{Num, format_decimal, num};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in a cell, a number in the field's own unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Number(Num),
    Bool(bool),
    Choice(usize),
    Month(i64),
    Date(i64),
    Text(String),
}

/// A field of the row, or of the one that references lead to.
pub(super) type Key = (Vec<usize>, TableId, usize);

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub table: TableId,
    pub cells: BTreeMap<Key, Cell>,
}

/// What takes the data one step over the threshold.
#[derive(Debug, Clone)]
pub(super) enum Move {
    /// A cell by its least step, up or down as the value goes up.
    Cell { row: usize, key: Key, with: bool },
    /// Other rows altogether.
    Rows { down: Option<Box<World>>, up: Option<Box<World>> },
}

#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub rows: Vec<Row>,
    pub moves: Vec<Move>,
    pub date: Option<String>,
    /// Tables that are given without any row.
    pub empty: BTreeSet<TableId>,
    /// Only what lies to both sides of the threshold can be written, nothing on it.
    pub beside: bool,
}

/// Where a field of the data stands.
pub(super) fn field(plan: &Plan, table: TableId, field: usize) -> Option<&Field> {
    plan.tables.get(table.0).and_then(|t| t.fields.get(field))
}

/// What one unit of the field is in base units.
pub(super) fn factor(of: &Field) -> Num {
    match &of.ty {
        FieldType::Integer(unit) | FieldType::Decimal { unit, .. } => unit.factor.clone(),
        _ => num(1),
    }
}

/// The least step of a field.
pub(super) fn step(of: &Field) -> Num {
    match &of.ty {
        FieldType::Decimal { places, .. } => (0..*places).fold(num(1), |n, _| n / num(10)),
        _ => num(1),
    }
}

/// Whether a number can be written into the field.
pub(super) fn fits(of: &Field, value: &Num) -> bool {
    let whole = value / step(of);
    let in_range = of.range.as_ref().is_none_or(|(low, high)| value >= low && value <= high);
    whole.floor() == whole.ceil() && in_range && (of.signed || *value >= num(0)) && *value < num(1_000_000_000_000)
}

impl World {
    /// A new row.
    pub fn add(&mut self, table: TableId) -> usize {
        self.rows.push(Row { table, cells: BTreeMap::new() });
        self.rows.len() - 1
    }

    /// The rows of a table.
    pub fn of(&self, table: TableId) -> Vec<usize> {
        self.rows.iter().enumerate().filter(|(_, r)| r.table == table).map(|(i, _)| i).collect()
    }

    /// The only row of a table, made where there is none; `None` where there are several.
    pub fn sole(&mut self, table: TableId) -> Option<usize> {
        match self.of(table).as_slice() {
            [] => Some(self.add(table)),
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The place of a row among those of its table, as the data set has them.
    pub fn place(&self, row: usize) -> Option<(TableId, u32)> {
        let table = self.rows.get(row)?.table;
        let before = self.rows.iter().take(row).filter(|r| r.table == table).count();
        Some((table, u32::try_from(before).ok()?))
    }

    /// Writes a cell; `false` where something else stands there or the field cannot hold it.
    pub fn put(&mut self, plan: &Plan, row: usize, key: Key, cell: Cell) -> bool {
        let Some(of) = field(plan, key.1, key.2) else { return false };
        let holds = match (&cell, &of.ty) {
            (Cell::Number(n), FieldType::Integer(_) | FieldType::Decimal { .. }) => fits(of, n),
            (Cell::Bool(_), FieldType::Bool) | (Cell::Month(_), FieldType::Month) | (Cell::Date(_), FieldType::Date) => true,
            (Cell::Choice(at), FieldType::Choice { options, .. }) => *at < options.len(),
            (Cell::Text(_), FieldType::Text) => true,
            _ => false,
        };
        let Some(row) = self.rows.get_mut(row).filter(|_| holds) else { return false };
        match row.cells.get(&key) {
            Some(before) => *before == cell,
            None => {
                row.cells.insert(key, cell);
                true
            }
        }
    }

    /// The same one step over, upwards or downwards.
    pub fn moved(&self, plan: &Plan, up: bool) -> Option<Self> {
        let mut world = self.clone();
        if self.moves.is_empty() {
            return None;
        }
        for change in &self.moves {
            match change {
                Move::Rows { down, up: above } => return if up { above.as_deref().cloned() } else { down.as_deref().cloned() },
                Move::Cell { row, key, with } => {
                    let of = field(plan, key.1, key.2)?;
                    let cell = world.rows.get_mut(*row)?.cells.get_mut(key)?;
                    let ahead = up == *with;
                    let by = |n: i64| if ahead { n + 1 } else { n - 1 };
                    *cell = match cell {
                        Cell::Number(n) if ahead => Cell::Number(&*n + step(of)),
                        Cell::Number(n) => Cell::Number(&*n - step(of)),
                        Cell::Month(n) => Cell::Month(by(*n)),
                        Cell::Date(n) => Cell::Date(neighbour(*n, ahead)),
                        Cell::Choice(at) => Cell::Choice(if ahead { *at + 1 } else { at.checked_sub(1)? }),
                        _ => return None,
                    };
                    let is_option = match (&*cell, &of.ty) {
                        (Cell::Choice(at), FieldType::Choice { options, .. }) => *at < options.len(),
                        (Cell::Number(n), _) => fits(of, n),
                        _ => true,
                    };
                    if !is_option {
                        return None;
                    }
                }
            }
        }
        Some(world)
    }

    /// The rows as a case without expectations.
    pub fn case(&self, plan: &Plan) -> Case {
        let mut given: Vec<Given> = self.empty.iter().map(|t| Given { table: *t, columns: Vec::new(), rows: Vec::new() }).collect();
        let mut tables: Vec<TableId> = Vec::new();
        for row in &self.rows {
            if !tables.contains(&row.table) {
                tables.push(row.table);
            }
        }
        given.extend(tables.into_iter().map(|table| self.given(plan, table)));
        let round = None;
        Case {
            title: String::new(),
            date: self.date.clone(),
            round,
            given,
            expected: Vec::new(),
            origin: Origin::default(),
            file: String::new(),
            line: 0,
        }
    }

    fn given(&self, plan: &Plan, table: TableId) -> Given {
        let rows: Vec<Row> = self.of(table).into_iter().filter_map(|i| self.rows.get(i)).map(|r| self.keyed(plan, r)).collect();
        let mut keys: Vec<Key> = Vec::new();
        for key in rows.iter().flat_map(|r| r.cells.keys()) {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        if keys.is_empty() {
            keys.extend(first_key(plan, table));
        }
        let column = |(path, at, index): &Key| {
            let name = field(plan, *at, *index).map(|f| f.name.clone()).unwrap_or_default();
            let owner = plan.tables.get(at.0).map_or("", |t| t.name.as_str());
            let written = if path.is_empty() { name.clone() } else { format!("{owner}.{name}") };
            GivenColumn { written, path: path.iter().map(|r| ReferenceId(*r)).collect(), table: *at, header: name, line: 0 }
        };
        let line = |(at, row): (usize, &Row)| {
            let text = |key: &Key| match (row.cells.get(key), field(plan, key.1, key.2)) {
                (Some(cell), Some(of)) => shown(cell, of),
                // A row without any other cell still needs its key.
                _ if keys.len() == 1 && row.cells.is_empty() => (at + 1).to_string(),
                _ => String::new(),
            };
            GivenRow { cells: keys.iter().map(text).collect(), line: 0 }
        };
        let rows = rows.iter().enumerate().map(line).collect();
        Given { table, columns: keys.iter().map(column).collect(), rows }
    }

    /// A row with those parts of its key that no number can stand for.
    fn keyed(&self, plan: &Plan, row: &Row) -> Row {
        let mut row = row.clone();
        let Some(table) = plan.tables.get(row.table.0) else { return row };
        for FieldId(at) in &table.key {
            let key = (Vec::new(), row.table, *at);
            let is_choice = matches!(table.fields.get(*at).map(|f| &f.ty), Some(FieldType::Choice { .. }));
            let is_round = plan.judgements.iter().map(|j| (j.table, j.round)).any(|r| r == (row.table, Some(FieldId(*at))))
                || plan.events.iter().map(|e| (e.table, e.round)).any(|r| r == (row.table, Some(FieldId(*at))));
            if is_choice && !is_round {
                let led = self.referred(plan, table, FieldId(*at)).unwrap_or(Cell::Choice(0));
                row.cells.entry(key).or_insert(led);
            }
        }
        row
    }

    /// What stands in the only row that a reference leads to, where the field is part of that reference.
    fn referred(&self, plan: &Plan, table: &Table, of: FieldId) -> Option<Cell> {
        table.references.iter().find_map(|r| {
            let at = r.fields.iter().position(|f| *f == of)?;
            let there = self.of(r.table);
            let [only] = there.as_slice() else { return None };
            let key = plan.tables.get(r.table.0)?.key.get(at)?;
            self.rows.get(*only)?.cells.get(&(Vec::new(), r.table, key.0)).cloned()
        })
    }

    /// The data set that the rows are; `None` where something is wrong with them.
    pub fn data(&self, plan: &Plan) -> Option<Dataset> {
        let (data, found) = of_case(plan, &self.case(plan));
        (!has_errors(&found)).then_some(data)
    }
}

fn first_key(plan: &Plan, table: TableId) -> Option<Key> {
    plan.tables.get(table.0).and_then(|t| t.key.first()).map(|f| (Vec::new(), table, f.0))
}

/// A cell as it is written.
pub(super) fn shown(cell: &Cell, of: &Field) -> String {
    match cell {
        Cell::Number(n) => format_decimal(n, 12),
        Cell::Bool(truth) => if *truth { "是" } else { "否" }.into(),
        Cell::Choice(at) => match &of.ty {
            FieldType::Choice { options, .. } => options.get(*at).cloned().unwrap_or_default(),
            _ => String::new(),
        },
        Cell::Month(n) => format!("{:04}-{:02}", n.div_euclid(12), n.rem_euclid(12) + 1),
        Cell::Date(n) => format!("{:04}-{:02}-{:02}", n / 10_000, n / 100 % 100, n % 100),
        Cell::Text(text) => text.clone(),
    }
}

/// The day after or before, as year × 10000 + month × 100 + day.
pub(super) fn neighbour(day: i64, ahead: bool) -> i64 {
    let (year, month, of_month) = (day / 10_000, day / 100 % 100, day % 100);
    let leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    let last = |month: i64| match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    match (ahead, of_month, month) {
        (true, d, m) if d < last(m) => day + 1,
        (true, _, 12) => (year + 1) * 10_000 + 101,
        (true, _, m) => year * 10_000 + (m + 1) * 100 + 1,
        (false, 1, 1) => (year - 1) * 10_000 + 1231,
        (false, 1, m) => year * 10_000 + (m - 1) * 100 + last(m - 1),
        (false, ..) => day - 1,
    }
}
