//! Cells as a person finds them, their numbers, and what else could plausibly stand there.

use crate::diagnostic::{Place, cell_place};
use crate::eval::{Cell, Context};
use crate::plan::{FieldId, FieldType, Plan, TableId};
use crate::value::{Num, format_decimal, num};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// So many peers show what numbers there are.
const PEERS: usize = 5;

/// A cell, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellRef {
    pub table: String,
    pub field: String,
    pub name: Option<String>,
    pub key: serde_json::Map<String, serde_json::Value>,
    /// What stands there, with its unit.
    pub value: Option<String>,
    pub unit: String,
    /// `某表.xlsx!某表!C12`, or file, line and column of a text.
    pub place: String,
    pub file: String,
    pub sheet: Option<String>,
    pub line: Option<u64>,
    /// `C12`
    pub cell: Option<String>,
    /// The header as written.
    pub column: Option<String>,
}

/// A number in the least units of its cell: whole numbers, so that what lies between can be searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    pub grid: i128,
    places: usize,
    factor: Num,
}

impl Number {
    /// Another number of the same cell, in base units.
    pub fn base(&self, grid: i128) -> Num {
        self.own(grid) * &self.factor
    }

    /// In the unit of the field.
    fn own(&self, grid: i128) -> Num {
        Num::from(grid) / (0..self.places).fold(num(1), |n, _| n * num(10))
    }

    /// As it is written.
    pub fn shown(&self, grid: i128) -> String {
        format_decimal(&self.own(grid), 12)
    }

    /// The nearest numbers of the cell at or around one in base units, the exact one first.
    pub fn around(&self, base: &Num) -> Vec<i128> {
        let exact = base / &self.factor * (0..self.places).fold(num(1), |n, _| n * num(10));
        let below = i128::try_from(exact.floor()).ok();
        below.map_or_else(Vec::new, |b| if Num::from(b) == exact { vec![b] } else { vec![b, b + 1] })
    }

    pub fn is_whole(&self) -> bool {
        self.places == 0
    }
}

/// Numbers that a cell could hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bounds {
    pub low: i128,
    pub high: i128,
    /// How many peers showed it; none where it is half to double.
    pub peers: usize,
}

/// The cells of a run.
pub(super) struct Cells<'a> {
    context: &'a Context<'a>,
    ranges: RefCell<BTreeMap<(TableId, FieldId), Ranges>>,
}

/// The least and greatest number of a field in each group of peers, and how many there are.
type Ranges = Rc<BTreeMap<Vec<Option<String>>, (i128, i128, usize)>>;

/// Whether a cell may be wrong without leading to another row: no key, no reference, and not what is judged.
pub(super) fn is_movable(plan: &Plan, cell: Cell) -> bool {
    let of_judges = plan.judgements.as_ref().map(|j| j.table).into_iter().chain(plan.events.as_ref().map(|e| e.table));
    if of_judges.into_iter().any(|t| t == cell.table) || plan.subject.base_year == Some(cell.field) && plan.subject.table == cell.table {
        return false;
    }
    let Some(table) = plan.tables.get(cell.table.0) else { return false };
    let leads = table.references.iter().any(|r| r.fields.contains(&cell.field));
    !leads && !table.key.contains(&cell.field) && table.year != Some(cell.field)
}

impl<'a> Cells<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        Self { context, ranges: RefCell::default() }
    }

    /// A cell as a person finds it.
    pub fn named(&self, cell: Cell) -> CellRef {
        let (context, table) = (self.context, cell.table);
        let place = context.data.place(table, cell.row, Some(cell.field));
        let text = cell_place(&place).unwrap_or_default();
        let (file, sheet, line, at, column) = match place {
            Place::Cell { file, sheet, line, cell, column, .. } => (file, sheet, line, cell, column),
            _ => Default::default(),
        };
        let unit = match context.field_type(table, cell.field) {
            Some(FieldType::Integer(unit) | FieldType::Decimal { unit, .. }) => unit.name.to_string(),
            _ => String::new(),
        };
        CellRef {
            table: context.table(table).map(|t| t.name.clone()).unwrap_or_default(),
            field: context.field_name(table, cell.field),
            name: context.name_of(table, cell.row),
            key: context.key_of(table, cell.row),
            value: context.shown(table, cell.row, cell.field),
            unit,
            place: text,
            file,
            sheet,
            line,
            cell: at,
            column,
        }
    }

    /// The number in a cell.
    pub fn number(&self, cell: Cell) -> Option<Number> {
        let (declared, unit) = match self.context.field_type(cell.table, cell.field)? {
            FieldType::Integer(unit) => (0, unit),
            FieldType::Decimal { places, unit } => (usize::from(*places), unit),
            _ => return None,
        };
        let decimal = self.context.data.table(cell.table)?.column(cell.field).number(cell.row as usize)?;
        let places = declared.max(usize::from(decimal.scale));
        let power = 10i128.checked_pow(u32::try_from(places - usize::from(decimal.scale)).ok()?)?;
        Some(Number { grid: i128::from(decimal.mantissa).checked_mul(power)?, places, factor: unit.factor.clone() })
    }

    /// What else could stand in a cell: what its peers show, the rows with the same options in their keys; within the declared range.
    pub fn bounds(&self, cell: Cell) -> Option<Bounds> {
        let number = self.number(cell)?;
        let field = self.context.table(cell.table)?.fields.get(cell.field.0)?;
        let ranges = self.ranges(cell.table, cell.field);
        let seen = ranges.get(&self.kind(cell.table, cell.row)).filter(|(_, _, count)| *count >= PEERS);
        let scale = |at: i128| number.around(&(Num::from(at) / num(1_000_000_000_000) * &number.factor)).first().copied();
        let (mut low, mut high, peers) = match seen {
            Some((low, high, count)) => (scale(*low)?, scale(*high)?, *count),
            None => (number.grid.min(number.grid * 2).min(number.grid / 2), number.grid.max(number.grid * 2), 0),
        };
        if let Some((least, most)) = &field.range {
            let at = |n: &Num| number.around(&(n * &number.factor)).first().copied();
            (low, high) = (low.max(at(least)?), high.min(at(most)?));
        } else if !field.signed {
            low = low.max(0);
        }
        Some(Bounds { low, high, peers })
    }

    /// By the options in a row's key.
    fn kind(&self, table: TableId, row: u32) -> Vec<Option<String>> {
        let key = self.context.table(table).map(|t| t.key.as_slice()).unwrap_or_default();
        let options = key.iter().filter(|f| matches!(self.context.field_type(table, **f), Some(FieldType::Choice { .. })));
        options.map(|f| self.context.shown(table, row, *f)).collect()
    }

    /// In millionths of millionths of the field's unit, so that cells of different precision compare.
    fn ranges(&self, table: TableId, field: FieldId) -> Ranges {
        if let Some(known) = self.ranges.borrow().get(&(table, field)) {
            return Rc::clone(known);
        }
        let mut ranges: BTreeMap<Vec<Option<String>>, (i128, i128, usize)> = BTreeMap::new();
        let rows = self.context.data.table(table).map_or(0, |t| u32::try_from(t.rows).unwrap_or(u32::MAX));
        for row in 0..rows {
            let Some(number) = self.number(Cell { table, row, field }) else { continue };
            let power = u32::try_from(12usize.saturating_sub(number.places)).unwrap_or(0);
            let Some(at) = number.grid.checked_mul(10i128.pow(power)) else { continue };
            let range = ranges.entry(self.kind(table, row)).or_insert((at, at, 0));
            *range = (range.0.min(at), range.1.max(at), range.2 + 1);
        }
        let ranges = Rc::new(ranges);
        self.ranges.borrow_mut().insert((table, field), Rc::clone(&ranges));
        ranges
    }
}
