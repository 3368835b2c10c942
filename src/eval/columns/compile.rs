//! Expressions of the plan to steps over columns.
//!
//! A number is `factor × over ÷ under`: `over` and `under` are whole numbers in columns, `under` above 0, and `factor` is one rational for
//! all rows, so that comparisons multiply crosswise and nothing is divided. What is not expressed here is not clear, and is left to the
//! evaluator row by row. A truth that is clear is what [`Context::truth`](super::super::Context) gives: never `Vacuous`, which comes of
//! statistics over nothing, and those are not clear.

use super::program::{From, Kept, Op, Order, Program, Step};
use crate::data::{Column, Dataset};
use crate::plan::{
    Aggregate, ArithmeticOp, CompareOp, Expr, FieldId, FieldType, Judged, Part, Plan, PopulationId, ReferenceId, Relief, Rows, TableId,
};
use crate::value::{Num, num};
use dashu_base::Gcd;
use dashu_int::{IBig, UBig};

/// Cells with more decimals than this are not clear.
const MOST_DECIMALS: u8 = 8;

/// Compiles against the data that the program is to run over.
pub struct Compiler<'a> {
    pub(super) plan: &'a Plan,
    /// Where there is none, every table counts as given, and cells have the decimals that are declared.
    pub(super) data: Option<&'a Dataset>,
    pub program: Program,
}

/// `factor × over ÷ under`.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    pub factor: Num,
    pub over: Step,
    pub under: Option<Step>,
}

/// Where it is kept whether a condition on subjects holds, and what it measures: a factor, what it is times, and what that is divided by.
#[derive(Debug)]
pub struct Settled {
    pub holds: Kept,
    pub value: Option<(Num, Kept, Option<Kept>)>,
}

/// What a number stands for that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Choice,
    Month,
    Date,
}

/// An expression that gives a value.
pub(super) enum Lowered {
    Number(Ratio),
    Code(Kind, Step),
    Text(String),
    TextCell(Option<Step>, TableId, FieldId),
    Unclear,
}

impl<'a> Compiler<'a> {
    /// Nothing compiled yet.
    pub fn new(plan: &'a Plan, data: Option<&'a Dataset>) -> Self {
        Self { plan, data, program: Program::default() }
    }

    /// The truth of a condition in the context of a row.
    pub fn truth(&mut self, at: TableId, expr: &Expr) -> Step {
        let op = match expr {
            Expr::And(parts) => Op::All(parts.iter().map(|p| self.truth(at, p)).collect()),
            Expr::Or(parts) => Op::Any(parts.iter().map(|p| self.truth(at, p)).collect()),
            Expr::Not(inner) => Op::Not(self.truth(at, inner)),
            Expr::Compare { op, left, right } => {
                let (left, right) = (self.value(at, left), self.value(at, right));
                return self.compare(at, *op, &left, &right);
            }
            Expr::In { value, options } if !options.is_empty() => {
                let value = self.value(at, value);
                let equal = |option: &Expr| {
                    let option = self.value(at, option);
                    self.compare(at, CompareOp::Eq, &value, &option)
                };
                Op::Any(options.iter().map(equal).collect())
            }
            Expr::If { condition, then, otherwise } => {
                let (condition, then) = (self.truth(at, condition), self.truth(at, then));
                let otherwise = match otherwise {
                    Some(otherwise) => self.truth(at, otherwise),
                    None => self.program.add(at, Op::Fixed(true)),
                };
                Op::Branch(condition, then, otherwise)
            }
            Expr::Aggregate { function: function @ (Aggregate::Any | Aggregate::All), scope, arguments } => {
                return self.quantified(at, *function, scope, arguments.first());
            }
            Expr::Bool(truth) => Op::Fixed(*truth),
            Expr::Series { .. } | Expr::Tally { .. } | Expr::In { .. } => Op::Unclear,
            _ => match self.value(at, expr) {
                Lowered::Code(Kind::Bool, step) => Op::Holds(step),
                _ => Op::Unclear,
            },
        };
        self.program.add(at, op)
    }

    /// Whether a row belongs to some rows of its table.
    pub fn members(&mut self, rows: &Rows) -> Step {
        let filters = self.plan.population_filters(rows.population).into_iter().chain(rows.filter.as_deref());
        let parts = filters.map(|f| self.truth(rows.table, f)).collect();
        self.program.add(rows.table, Op::All(parts))
    }

    /// Whether a row belongs to a population.
    pub fn population(&mut self, table: TableId, id: PopulationId) -> Step {
        self.members(&Rows { table, population: Some(id), filter: None, name: String::new() })
    }

    /// How a row stands to a condition that is asked of every one.
    pub fn screen(&mut self, rows: &Rows, condition: &Expr) -> Step {
        let (members, holds) = (self.members(rows), self.truth(rows.table, condition));
        self.program.add(rows.table, Op::Screen(members, holds))
    }

    /// A condition on subjects; `None` where not all of it is expressed.
    pub fn condition(&mut self, judged: &Judged) -> Option<Settled> {
        let at = self.plan.subject.table;
        let holds = self.truth(at, &judged.condition);
        let value = match &judged.comparison {
            _ if !self.program.is_whole(holds) => return None,
            Some(comparison) => Some(self.quotient(at, &comparison.value)?),
            None => None,
        };
        Some(Settled { holds: self.program.keep(holds), value })
    }

    /// How a row stands to several parts; `None` where there are too many.
    pub fn parts(&mut self, rows: &Rows, parts: &[Part], least: usize) -> Option<Step> {
        if parts.len() > 60 {
            return None;
        }
        let at = rows.table;
        let members = self.members(rows);
        let met = parts.iter().map(|p| self.met(at, &p.judged)).collect();
        let floors = parts.iter().filter(|p| p.floor.is_some()).map(|p| self.floor(at, p)).collect();
        Some(self.program.add(at, Op::Parts { members, met, floors, least }))
    }

    /// True where it takes no relief, false where no relief suffices.
    fn met(&mut self, at: TableId, judged: &Judged) -> Step {
        let plain = self.truth(at, &judged.condition);
        let granted: Vec<Step> = judged.reliefs.iter().map(|r| self.granted(at, r, Some(&r.condition))).collect();
        if granted.is_empty() {
            return plain;
        }
        let never = self.program.add(at, Op::Any(granted));
        let not_clear = self.program.add(at, Op::Unclear);
        let refused = self.program.add(at, Op::Fixed(false));
        let without = self.program.add(at, Op::Branch(never, not_clear, refused));
        let held = self.program.add(at, Op::Fixed(true));
        self.program.add(at, Op::Branch(plain, held, without))
    }

    fn floor(&mut self, at: TableId, part: &Part) -> Step {
        let reached = part.floor.as_ref().map(|f| self.truth(at, &f.condition));
        let granted = part.judged.reliefs.iter().map(|r| self.granted(at, r, r.floor.as_ref().map(|f| &f.condition)));
        let ways = granted.collect::<Vec<_>>();
        self.program.add(at, Op::Any(reached.into_iter().chain(ways).collect()))
    }

    fn granted(&mut self, at: TableId, relief: &Relief, condition: Option<&Expr>) -> Step {
        let parts = relief.filter.iter().chain(condition).map(|part| self.truth(at, part)).collect();
        self.program.add(at, Op::All(parts))
    }

    /// An argument of a statistic as a column, where it is a whole number times a factor that is the same for all rows.
    pub fn argument(&mut self, at: TableId, expr: &Expr) -> Option<(Num, Kept)> {
        match self.value(at, expr) {
            Lowered::Number(Ratio { factor, over, under: None }) => Some((factor, self.program.keep(over))),
            _ => None,
        }
    }

    /// Whole numbers that two rows have in common just where the expression is the same in both.
    pub fn code(&mut self, at: TableId, expr: &Expr) -> Option<Kept> {
        match self.value(at, expr) {
            Lowered::Code(_, step) => Some(self.program.keep(step)),
            Lowered::Number(Ratio { factor, over, under: None }) if factor != num(0) => Some(self.program.keep(over)),
            _ => None,
        }
    }

    /// A number as a factor times one column, over another where it is divided.
    pub fn quotient(&mut self, at: TableId, expr: &Expr) -> Option<(Num, Kept, Option<Kept>)> {
        match self.value(at, expr) {
            Lowered::Number(Ratio { factor, over, under }) => {
                Some((factor, self.program.keep(over), under.map(|under| self.program.keep(under))))
            }
            _ => None,
        }
    }

    pub(super) fn value(&mut self, at: TableId, expr: &Expr) -> Lowered {
        let code = |kind, value: Option<i64>, program: &mut Program| match value {
            Some(value) => Lowered::Code(kind, program.add(at, Op::Constant(value))),
            None => Lowered::Unclear,
        };
        match expr {
            Expr::Number(n) => Lowered::Number(self.number(at, n)),
            Expr::Text(text) => Lowered::Text(text.clone()),
            Expr::Bool(truth) => code(Kind::Bool, Some(i64::from(*truth)), &mut self.program),
            Expr::Month(month) => code(Kind::Month, Some(*month), &mut self.program),
            Expr::Date(date) => code(Kind::Date, Some(*date), &mut self.program),
            Expr::Choice(option) => code(Kind::Choice, i64::try_from(*option).ok(), &mut self.program),
            Expr::Field { table, path, field } => self.field(at, *table, path, *field),
            Expr::SubjectField { table, field } => {
                let subject = self.plan.subject.table;
                let row = (*table != subject).then(|| self.program.add(subject, Op::Row(From::First(*table))));
                let cell = self.cell(subject, row, *table, *field);
                self.of_subject(at, cell)
            }
            Expr::BaseYear => {
                let year = self.base_year();
                self.of_subject(at, year)
            }
            Expr::Arithmetic { op, left, right } => match (self.value(at, left), self.value(at, right)) {
                (Lowered::Number(a), Lowered::Number(b)) => Lowered::Number(self.arithmetic(at, *op, a, b)),
                _ => Lowered::Unclear,
            },
            Expr::Negate(inner) => match self.value(at, inner) {
                Lowered::Number(a) => Lowered::Number(Ratio { factor: -a.factor, ..a }),
                _ => Lowered::Unclear,
            },
            Expr::If { condition, then, otherwise: Some(otherwise) } => {
                let condition = self.truth(at, condition);
                let (then, otherwise) = (self.value(at, then), self.value(at, otherwise));
                self.choose(at, condition, then, otherwise)
            }
            Expr::Aggregate { function, scope, arguments } if !matches!(function, Aggregate::Any | Aggregate::All) => {
                self.statistic(at, *function, scope, arguments).map_or(Lowered::Unclear, Lowered::Number)
            }
            Expr::Function { function, arguments } => self.function(at, *function, arguments).map_or(Lowered::Unclear, Lowered::Number),
            Expr::YearValue { table, filter: None, value, back } => self.year_value(at, *table, value, *back),
            Expr::FormerYear { table, value } if at == *table => self.former_year(at, value),
            Expr::YearValue { .. } | Expr::FormerYear { .. } | Expr::Tally { .. } => Lowered::Unclear,
            _ => {
                let truth = self.truth(at, expr);
                Lowered::Code(Kind::Bool, self.program.add(at, Op::Indicator(truth)))
            }
        }
    }

    fn field(&mut self, at: TableId, table: TableId, path: &[ReferenceId], field: FieldId) -> Lowered {
        let subject = self.plan.subject.table;
        let fits = at == table || self.plan.end_of(at, path) == Some(table);
        let start = if fits || table != subject { at } else { subject };
        let Some(end) = self.plan.end_of(start, path) else { return Lowered::Unclear };
        let path: Vec<usize> = path.iter().map(|r| r.0).collect();
        let row = (!path.is_empty()).then(|| self.program.add(start, Op::Row(From::Path(path))));
        let cell = self.cell(start, row, end, field);
        if start == at { cell } else { self.of_subject(at, cell) }
    }

    pub(super) fn cell(&mut self, at: TableId, row: Option<Step>, table: TableId, field: FieldId) -> Lowered {
        let Some(ty) = self.plan.tables.get(table.0).and_then(|t| t.fields.get(field.0)).map(|f| &f.ty) else { return Lowered::Unclear };
        let kind = match ty {
            FieldType::Text => return Lowered::TextCell(row, table, field),
            FieldType::Bool => Some(Kind::Bool),
            FieldType::Month => Some(Kind::Month),
            FieldType::Date => Some(Kind::Date),
            FieldType::Choice { .. } => Some(Kind::Choice),
            FieldType::Integer(_) | FieldType::Decimal { .. } => None,
        };
        let scale = if kind.is_some() { 0 } else { self.scale(table, field) };
        let step = self.program.add(at, Op::Cell { row, table, field, scale });
        match (kind, ty) {
            (Some(kind), _) => Lowered::Code(kind, step),
            (None, FieldType::Integer(unit) | FieldType::Decimal { unit, .. }) => {
                let factor = Num::from_parts(IBig::ONE, UBig::from(10u8).pow(usize::from(scale))) * &unit.factor;
                Lowered::Number(Ratio { factor, over: step, under: None })
            }
            _ => Lowered::Unclear,
        }
    }

    /// How many decimals the cells of a field have at the most.
    pub(super) fn scale(&self, table: TableId, field: FieldId) -> u8 {
        let declared = || match self.plan.tables.get(table.0).and_then(|t| t.fields.get(field.0)).map(|f| &f.ty) {
            Some(FieldType::Decimal { places, .. }) => *places,
            _ => 0,
        };
        let found = |data: &Dataset| super::cells::scale(data.table(table).map_or(&Column::Absent, |t| t.column(field)));
        self.data.map_or_else(declared, found).min(MOST_DECIMALS)
    }

    /// What stands at the subject, at a row of the subject.
    pub(super) fn of_subject(&mut self, at: TableId, value: Lowered) -> Lowered {
        let subject = self.plan.subject.table;
        if at == subject {
            return value;
        }
        match value {
            Lowered::Number(Ratio { factor, over, under }) => {
                let (over, under) = (self.fetched(at, over), under.map(|u| self.fetched(at, u)));
                Lowered::Number(Ratio { factor, over, under })
            }
            Lowered::Code(kind, step) => Lowered::Code(kind, self.fetched(at, step)),
            Lowered::Text(text) => Lowered::Text(text),
            Lowered::TextCell(..) | Lowered::Unclear => Lowered::Unclear,
        }
    }

    pub(super) fn fetched(&mut self, at: TableId, step: Step) -> Step {
        let kept = self.program.keep(step);
        self.program.add(at, Op::OfSubject(kept))
    }

    pub(super) fn compare(&mut self, at: TableId, op: CompareOp, left: &Lowered, right: &Lowered) -> Step {
        let (a, b) = match (left, right) {
            (Lowered::Number(a), Lowered::Number(b)) => {
                let (_, [a, b]) = self.common(at, [a, b]);
                (a, b)
            }
            (Lowered::Code(kind, a), Lowered::Code(other, b)) if kind == other => (*a, *b),
            (Lowered::TextCell(row, table, field), Lowered::Text(text)) | (Lowered::Text(text), Lowered::TextCell(row, table, field))
                if matches!(op, CompareOp::Eq | CompareOp::Ne) =>
            {
                let same = self.program.add(at, Op::Reads { row: *row, table: *table, field: *field, text: text.clone() });
                return if op == CompareOp::Eq { same } else { self.program.add(at, Op::Not(same)) };
            }
            _ => return self.program.add(at, Op::Unclear),
        };
        let (order, a, b) = match op {
            CompareOp::Eq | CompareOp::Ne => (Order::Equal, a, b),
            CompareOp::Lt => (Order::Less, a, b),
            CompareOp::Le => (Order::AtMost, a, b),
            CompareOp::Gt => (Order::Less, b, a),
            CompareOp::Ge => (Order::AtMost, b, a),
        };
        let step = self.within(order, a, b).unwrap_or(Op::Compare(order, a, b));
        let step = self.program.add(at, step);
        if op == CompareOp::Ne { self.program.add(at, Op::Not(step)) } else { step }
    }

    /// A comparison of a cell of the row itself with a number that is the same for all rows: it is read as it is stored.
    fn within(&self, order: Order, a: Step, b: Step) -> Option<Op> {
        let op = |step| self.program.get(step).map(|p| &p.op);
        let (cell, low, high) = match (op(a)?, op(b)?, order) {
            (cell, Op::Constant(n), Order::Equal) | (Op::Constant(n), cell, Order::Equal) => (cell, *n, *n),
            (cell, Op::Constant(n), Order::Less) => (cell, i64::MIN, n.checked_sub(1)?),
            (cell, Op::Constant(n), Order::AtMost) => (cell, i64::MIN, *n),
            (Op::Constant(n), cell, Order::Less) => (cell, n.checked_add(1)?, i64::MAX),
            (Op::Constant(n), cell, Order::AtMost) => (cell, *n, i64::MAX),
            _ => return None,
        };
        let Op::Cell { row: None, table, field, scale } = cell else { return None };
        Some(Op::Within { table: *table, field: *field, scale: *scale, low, high })
    }

    fn number(&mut self, at: TableId, n: &Num) -> Ratio {
        let zero = *n == num(0);
        let over = self.program.add(at, Op::Constant(i64::from(!zero)));
        Ratio { factor: if zero { num(1) } else { n.clone() }, over, under: None }
    }

    pub(super) fn arithmetic(&mut self, at: TableId, op: ArithmeticOp, a: Ratio, b: Ratio) -> Ratio {
        match op {
            ArithmeticOp::Add | ArithmeticOp::Sub => {
                let sum = |over, other| if op == ArithmeticOp::Add { Op::Add(over, other) } else { Op::Sub(over, other) };
                if a.under == b.under {
                    let (factor, [x, y]) = self.common(at, [&Ratio { under: None, ..a.clone() }, &Ratio { under: None, ..b }]);
                    return Ratio { factor, over: self.program.add(at, sum(x, y)), under: a.under };
                }
                let (factor, [x, y]) = self.common(at, [&a, &b]);
                let under = self.product(at, a.under, b.under);
                Ratio { factor, over: self.program.add(at, sum(x, y)), under }
            }
            ArithmeticOp::Mul => {
                let over = self.times(at, a.over, b.over);
                Ratio { factor: a.factor * b.factor, over, under: self.product(at, a.under, b.under) }
            }
            ArithmeticOp::Div => {
                // A divisor of 0 gives nothing, and one below 0 is left to the evaluator.
                let divisor = if self.is_one(b.over) { None } else { Some(self.program.add(at, Op::Positive(b.over))) };
                let over = b.under.map_or(a.over, |under| self.times(at, a.over, under));
                Ratio { factor: a.factor / b.factor, over, under: self.product(at, a.under, divisor) }
            }
        }
    }

    /// Two numbers as whole multiples of one positive factor over the product of what they are over.
    fn common(&mut self, at: TableId, [a, b]: [&Ratio; 2]) -> (Num, [Step; 2]) {
        let of = |n: &Num| (n.numerator().clone().into_parts().1, n.denominator().clone());
        let ((p, q), (r, s)) = (of(&a.factor), of(&b.factor));
        let over = (p * &s).gcd(r * &q);
        let factor = Num::from_parts(IBig::from(over), q * s);
        let mut multiple = |ratio: &Ratio, other: Option<Step>| {
            let times = i64::try_from((&ratio.factor / &factor).floor()).ok();
            let over = match times {
                Some(1) => ratio.over,
                Some(times) => {
                    let times = self.program.add(at, Op::Constant(times));
                    self.times(at, ratio.over, times)
                }
                None => self.program.add(at, Op::Nothing),
            };
            other.map_or(over, |other| self.times(at, over, other))
        };
        let x = multiple(a, b.under);
        let y = multiple(b, a.under);
        (factor, [x, y])
    }

    fn is_one(&self, step: Step) -> bool {
        self.program.get(step).is_some_and(|p| p.op == Op::Constant(1))
    }

    pub(super) fn times(&mut self, at: TableId, a: Step, b: Step) -> Step {
        if self.is_one(a) {
            return b;
        }
        if self.is_one(b) { a } else { self.program.add(at, Op::Mul(a.min(b), a.max(b))) }
    }

    fn product(&mut self, at: TableId, a: Option<Step>, b: Option<Step>) -> Option<Step> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.times(at, a, b)),
            (a, b) => a.or(b),
        }
    }

    pub(super) fn choose(&mut self, at: TableId, condition: Step, then: Lowered, otherwise: Lowered) -> Lowered {
        match (then, otherwise) {
            (Lowered::Number(a), Lowered::Number(b)) => {
                let (plain_a, plain_b) = (Ratio { under: None, ..a.clone() }, Ratio { under: None, ..b.clone() });
                let (factor, [x, y]) = self.common(at, [&plain_a, &plain_b]);
                let over = self.program.add(at, Op::Choose(condition, x, y));
                let one = self.program.add(at, Op::Constant(1));
                let under = match (a.under, b.under) {
                    (a, b) if a == b => a,
                    (a, b) => Some(self.program.add(at, Op::Choose(condition, a.unwrap_or(one), b.unwrap_or(one)))),
                };
                Lowered::Number(Ratio { factor, over, under })
            }
            (Lowered::Code(kind, a), Lowered::Code(other, b)) if kind == other => {
                Lowered::Code(kind, self.program.add(at, Op::Choose(condition, a, b)))
            }
            _ => Lowered::Unclear,
        }
    }
}
