//! Rows around the thresholds of two rules on which they differ: statistics, shares, rules of several parts and populations.

use super::checks::{At, Pair};
use super::witness::judge;
use crate::cases::around;
use crate::eval::Verdict;
use crate::plan::{Case, Field, FieldType, Given, GivenColumn, GivenRow, Plan, TableId, reads};

/// The most data that are made of some by filling in what they leave open.
const FILLED: usize = 4;

impl Pair<'_> {
    /// Rows that pass the layer's check and fail the base's, in words; only where both have the same tables.
    pub fn differing_rows(&self, base: At<'_>, layer: At<'_>) -> Option<String> {
        if self.base.tables != self.layer.tables {
            return None;
        }
        let shows = |case: &Case| {
            judge(self.layer, case, layer.of, layer.index) == Some(Verdict::Met)
                && judge(self.base, case, base.of, base.index) == Some(Verdict::NotMet)
        };
        let filled = |case: &Case| self.filled(case, base, layer).into_iter().find(|c| shows(c));
        let edge = around(self.layer, layer.of, layer.index, |c| filled(c).is_some());
        let edge = edge.or_else(|| around(self.base, base.of, base.index, |c| filled(c).is_some()))?;
        Some(said(self.layer, &filled(&edge)?))
    }

    /// The data as they are, and with each option of a field that they leave open and a rule reads.
    fn filled(&self, case: &Case, base: At<'_>, layer: At<'_>) -> Vec<Case> {
        let mut all = vec![case.clone()];
        let read = [(self.base, base), (self.layer, layer)].into_iter().filter_map(|(plan, at)| Some(reads(plan, plan.item(at.of)?)));
        for (table, of) in read.flatten() {
            let Some(field) = self.layer.tables.get(table.0).and_then(|t| t.fields.get(of.0)) else { continue };
            let options: Vec<String> = match &field.ty {
                FieldType::Choice { options, .. } => options.clone(),
                FieldType::Bool => vec!["是".into(), "否".into()],
                _ => continue,
            };
            let open = |c: &Case| c.given.iter().any(|g| g.table == table && lacks(g, field));
            let more: Vec<Case> =
                all.iter().filter(|c| open(c)).flat_map(|c| options.iter().map(|o| with_column(c, table, field, o))).collect();
            all.extend(more);
            all.truncate(FILLED);
        }
        all
    }
}

fn lacks(given: &Given, field: &Field) -> bool {
    !given.rows.is_empty() && given.columns.iter().all(|c| !c.path.is_empty() || c.header != field.name)
}

/// The same with one more column, in which every row has the same.
fn with_column(case: &Case, table: TableId, field: &Field, cell: &str) -> Case {
    let mut case = case.clone();
    for given in case.given.iter_mut().filter(|g| g.table == table) {
        let header = field.name.clone();
        given.columns.push(GivenColumn { written: header.clone(), path: Vec::new(), table, header, line: 0 });
        given.rows.iter_mut().for_each(|row| row.cells.push(cell.to_owned()));
    }
    case
}

/// Rows in words, those that are alike once.
fn said(plan: &Plan, case: &Case) -> String {
    let of_table = |given: &Given| {
        let name = plan.tables.get(given.table.0).map_or("", |t| t.name.as_str());
        let mut lines: Vec<(String, usize)> = Vec::new();
        for row in &given.rows {
            let line = row_said(plan, &given.columns, row);
            match lines.iter_mut().find(|(l, _)| *l == line) {
                Some((_, times)) => *times += 1,
                None => lines.push((line, 1)),
            }
        }
        let lines = lines.into_iter().map(|(line, times)| if times > 1 { format!("{line}（{times} 行）") } else { line });
        format!("{name}：{}", lines.collect::<Vec<_>>().join(" / "))
    };
    case.given.iter().map(of_table).collect::<Vec<_>>().join("；")
}

fn row_said(plan: &Plan, columns: &[GivenColumn], row: &GivenRow) -> String {
    let cells = columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty()).map(|(column, cell)| {
        let field = plan.tables.get(column.table.0).and_then(|t| t.fields.iter().find(|f| f.name == column.header));
        let unit = match field.map(|f| &f.ty) {
            Some(FieldType::Integer(unit) | FieldType::Decimal { unit, .. }) if !unit.name.is_empty() => format!(" {}", unit.name),
            _ => String::new(),
        };
        format!("{} {cell}{unit}", column.written)
    });
    cells.collect::<Vec<_>>().join("、")
}
