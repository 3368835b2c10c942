//! Statistics over the rows that belong to a row, or to its subject, as steps.

use super::super::indexes::Key;
use super::compile::{Compiler, Lowered, Ratio};
use super::program::{Kept, Op, Statistic, Step};
use crate::data::Dataset;
use crate::plan::{Aggregate, Expr, Extent, Rows, Scope, TableId};
use crate::value::num;

/// The rows that a statistic is over.
struct Over {
    /// The table at whose rows the statistic stands.
    at: TableId,
    index: Key,
    members: Option<Kept>,
    /// Whether rows of another subject could be among them is looked at row by row; whether there may be none at all is known here.
    is_given: bool,
}

impl Compiler<'_> {
    /// A statistic that is a number, in the context of a row.
    pub(super) fn statistic(&mut self, at: TableId, function: Aggregate, scope: &Scope, arguments: &[Expr]) -> Option<Ratio> {
        let over = self.over(at, scope)?;
        let first = arguments.first();
        let ratio = match function {
            // Of no rows there are 0, where the tables are there.
            Aggregate::Count if over.is_given => self.counted(&over, Statistic::Count, None),
            Aggregate::Sum => self.summed(&over, Statistic::Sum, scope, first?)?,
            Aggregate::Min | Aggregate::Max => {
                let statistic = if function == Aggregate::Min { Statistic::Least } else { Statistic::Greatest };
                // A factor below 0 would turn the order.
                self.summed(&over, statistic, scope, first?).filter(|r| r.factor > num(0))?
            }
            Aggregate::Mean => {
                let sum = self.summed(&over, Statistic::Sum, scope, first?)?;
                self.per_row(&over, sum)
            }
            Aggregate::Share => {
                let truth = self.truth(scope.rows.table, first?);
                let truth = self.program.keep(truth);
                let held = self.counted(&over, Statistic::Held, Some(truth));
                self.per_row(&over, held)
            }
            _ => return None,
        };
        if over.at == at {
            return Some(ratio);
        }
        let under = ratio.under.map(|u| self.fetched(at, u));
        Some(Ratio { over: self.fetched(at, ratio.over), under, ..ratio })
    }

    /// Whether any or all rows hold, in the context of a row.
    pub(super) fn quantified(&mut self, at: TableId, function: Aggregate, scope: &Scope, argument: Option<&Expr>) -> Step {
        let over = self.over(at, scope).filter(|over| over.is_given && over.at == at);
        let (Some(over), Some(argument)) = (over, argument) else { return self.program.add(at, Op::Unclear) };
        let truth = self.truth(scope.rows.table, argument);
        let argument = Some(self.program.keep(truth));
        let of_none = matches!(scope.extent, Extent::Related(_));
        let statistic = if function == Aggregate::Any { Statistic::Any } else { Statistic::All { of_none } };
        self.program.add(at, Op::Related { statistic, index: over.index, members: over.members, argument })
    }

    fn over(&mut self, at: TableId, scope: &Scope) -> Option<Over> {
        let rows = &scope.rows;
        let subject = self.plan.subject.table;
        let (at, index) = match &scope.extent {
            Extent::Related(path) if self.plan.end_of(rows.table, path) == Some(at) => {
                (at, (rows.table, Some(path.iter().map(|r| r.0).collect())))
            }
            Extent::Subject => (subject, (rows.table, None)),
            Extent::Related(_) | Extent::Group => return None,
        };
        let filtered = rows.filter.is_some() || !self.plan.population_filters(rows.population).is_empty();
        let members = filtered.then(|| {
            let step = self.members(rows);
            self.program.keep(step)
        });
        Some(Over { at, index, members, is_given: self.is_given(rows) })
    }

    fn is_given(&self, rows: &Rows) -> bool {
        let is_supplied = |data: &Dataset, table: TableId| data.table(table).is_some_and(|t| t.supplied);
        self.data.is_none_or(|data| self.plan.deciding(rows).into_iter().all(|table| is_supplied(data, table)))
    }

    fn counted(&mut self, over: &Over, statistic: Statistic, argument: Option<Kept>) -> Ratio {
        let op = Op::Related { statistic, index: over.index.clone(), members: over.members, argument };
        Ratio { factor: num(1), over: self.program.add(over.at, op), under: None }
    }

    fn summed(&mut self, over: &Over, statistic: Statistic, scope: &Scope, argument: &Expr) -> Option<Ratio> {
        let Lowered::Number(Ratio { factor, over: step, under: None }) = self.value(scope.rows.table, argument) else { return None };
        let argument = Some(self.program.keep(step));
        Some(Ratio { factor, ..self.counted(over, statistic, argument) })
    }

    fn per_row(&mut self, over: &Over, of: Ratio) -> Ratio {
        let count = self.counted(over, Statistic::Count, None);
        let count = self.program.add(over.at, Op::Positive(count.over));
        Ratio { under: Some(count), ..of }
    }
}
