//! The row of the year before.

use super::context::{Context, Frame};
use super::truth::gaps_of;
use super::value::{Gaps, Missing, Reason, Spot, Value};
use crate::plan::{Expr, FieldId, TableId};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Rows by the other parts of their key, and by year.
pub(super) type YearIndex = BTreeMap<Vec<Option<String>>, BTreeMap<i64, u32>>;

impl Context<'_> {
    /// A value in the row of the year before; not applicable in the first year that there is.
    pub(super) fn former_year(&self, table: TableId, value: &Expr, frame: Frame<'_>) -> Value {
        let here = frame.row.filter(|(t, _)| *t == table).map(|(_, row)| row);
        let Some((row, field)) = here.zip(self.table(table).and_then(|t| t.year)) else { return Value::Missing(Gaps::new()) };
        let year = match self.year_of(table, row, field) {
            Ok(year) => year,
            Err(gaps) => return Value::Missing(gaps),
        };
        let index = self.year_index(table, field);
        let Some(years) = index.get(&self.rest_of_key(table, row, field)) else { return Value::Missing(Gaps::new()) };
        if let Some(former) = years.get(&(year - 1)) {
            return self.value(value, frame.at(table, *former));
        }
        if years.range(..year).next().is_none() {
            return Value::Empty;
        }
        let part = |of: &FieldId| {
            let own = self.shown(table, row, *of).unwrap_or_default();
            (self.field_name(table, *of), if *of == field { (year - 1).to_string() } else { own })
        };
        let key = self.table(table).map(|t| t.key.iter().map(part).collect()).unwrap_or_default();
        Value::Missing(vec![Missing { table, spot: Spot::Key(key), field: None, reason: Reason::Row }])
    }

    fn year_of(&self, table: TableId, row: u32, field: FieldId) -> Result<i64, Gaps> {
        let value = self.cell(table, row, field);
        let whole = value.number().and_then(|n| i64::try_from(n.floor().floor()).ok());
        whole.ok_or_else(|| gaps_of(&value).cloned().unwrap_or_default())
    }

    fn rest_of_key(&self, table: TableId, row: u32, year: FieldId) -> Vec<Option<String>> {
        let key = self.table(table).map(|t| t.key.as_slice()).unwrap_or_default();
        key.iter().filter(|f| **f != year).map(|f| self.shown(table, row, *f)).collect()
    }

    fn year_index(&self, table: TableId, field: FieldId) -> Rc<YearIndex> {
        if let Some(index) = self.years.borrow().get(&table) {
            return Rc::clone(index);
        }
        let mut index = YearIndex::new();
        let rows = self.data.table(table).map_or(0, |t| t.rows);
        for row in (0..rows).filter_map(|r| u32::try_from(r).ok()) {
            if let Ok(year) = self.year_of(table, row, field) {
                index.entry(self.rest_of_key(table, row, field)).or_default().entry(year).or_insert(row);
            }
        }
        let index = Rc::new(index);
        self.years.borrow_mut().insert(table, Rc::clone(&index));
        index
    }
}
