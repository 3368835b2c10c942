//! Runs a program over whole tables: pass by pass, chunk by chunk, on as many threads as there are.

use super::super::indexes::{Key, RowIndex};
use super::cells::{self, NONE};
use super::program::{From, Kept, Op, Order, Program, Statistic, Step};
use crate::data::{Cells, Column, Dataset};
use crate::plan::{Plan, TableId};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows that are worked on at a time: the columns of a few hundred steps then fit the cache.
const CHUNK: usize = 1024;

/// A truth in a column.
pub const UNCLEAR: u8 = 0;
pub const TRUE: u8 = 1;
pub const FALSE: u8 = 2;

/// The results of one step, row by row.
#[derive(Debug, Clone, Default)]
pub enum Results {
    /// Not worked out.
    #[default]
    Blank,
    Numbers(Vec<i64>),
    Truths(Vec<u8>),
}

/// Runs programs over one set of data.
pub struct Machine<'a> {
    plan: &'a Plan,
    data: &'a Dataset,
    indexes: BTreeMap<Key, RowIndex>,
    /// By the number of what is kept.
    kept: Vec<Results>,
}

impl Results {
    /// The numbers; none where they are truths.
    pub fn numbers(&self) -> &[i64] {
        if let Self::Numbers(numbers) = self { numbers } else { &[] }
    }

    /// The truths; none where they are numbers.
    pub fn truths(&self) -> &[u8] {
        if let Self::Truths(truths) = self { truths } else { &[] }
    }

    /// The number of a row, where it is clear.
    pub fn number(&self, row: u32) -> Option<i64> {
        self.numbers().get(row as usize).copied().filter(|n| *n != NONE)
    }

    /// The truth of a row.
    pub fn truth(&self, row: u32) -> u8 {
        self.truths().get(row as usize).copied().unwrap_or(UNCLEAR)
    }

    fn blank(is_number: bool, rows: usize) -> Self {
        if is_number { Self::Numbers(Vec::with_capacity(rows)) } else { Self::Truths(Vec::with_capacity(rows)) }
    }

    fn append(&mut self, more: &Self) {
        match (self, more) {
            (Self::Numbers(all), Self::Numbers(more)) => all.extend_from_slice(more),
            (Self::Truths(all), Self::Truths(more)) => all.extend_from_slice(more),
            _ => {}
        }
    }

    /// As many results as there are rows.
    fn filled(self, rows: usize) -> Self {
        match self {
            Self::Numbers(mut numbers) => {
                numbers.resize(rows, NONE);
                Self::Numbers(numbers)
            }
            Self::Truths(mut truths) => {
                truths.resize(rows, UNCLEAR);
                Self::Truths(truths)
            }
            Self::Blank => Self::Blank,
        }
    }
}

impl<'a> Machine<'a> {
    /// With the indexes that the program reads.
    pub fn new(plan: &'a Plan, data: &'a Dataset, indexes: BTreeMap<Key, RowIndex>) -> Self {
        Self { plan, data, indexes, kept: Vec::new() }
    }

    /// The results of all that is kept.
    pub fn run(mut self, program: &Program) -> Vec<Results> {
        let mut passes: BTreeMap<(usize, TableId), Vec<(Kept, Step)>> = BTreeMap::new();
        for (kept, step, placed) in program.kept() {
            passes.entry((placed.pass, placed.table)).or_default().push((kept, step));
            self.kept.push(Results::Blank);
        }
        for ((_, table), targets) in passes {
            let results = self.pass(program, table, &targets);
            for ((kept, _), result) in targets.iter().zip(results) {
                if let Some(place) = self.kept.get_mut(kept.0) {
                    *place = result;
                }
            }
        }
        self.kept
    }

    fn pass(&self, program: &Program, table: TableId, targets: &[(Kept, Step)]) -> Vec<Results> {
        let rows = self.data.table(table).map_or(0, |t| t.rows);
        let steps = program.closure(&targets.iter().map(|(_, step)| *step).collect::<Vec<_>>());
        let blank = || {
            let mut buffers: Vec<Results> = Vec::new();
            buffers.resize_with(steps.last().map_or(0, |s| s.index() + 1), Results::default);
            buffers
        };
        let work = |buffers: &mut Vec<Results>, chunk: usize| -> Vec<Results> {
            let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(rows);
            for step in &steps {
                let Some(placed) = program.get(*step) else { continue };
                let made = self.step(table, &placed.op, buffers, range.clone()).filled(range.len());
                if let Some(place) = buffers.get_mut(step.index()) {
                    *place = made;
                }
            }
            targets.iter().map(|(_, step)| buffers.get(step.index()).cloned().unwrap_or_default()).collect()
        };
        let chunks = (0..rows.div_ceil(CHUNK)).into_par_iter();
        let made: Vec<Vec<Results>> = chunks.map_init(blank, work).collect();
        let is_number = |step: &Step| program.get(*step).is_some_and(|p| p.op.is_number());
        let mut results: Vec<Results> = targets.iter().map(|(_, step)| Results::blank(is_number(step), rows)).collect();
        for made in &made {
            results.iter_mut().zip(made).for_each(|(all, more)| all.append(more));
        }
        results
    }

    fn step(&self, table: TableId, op: &Op, buffers: &[Results], range: Range<usize>) -> Results {
        if op.is_number() {
            Results::Numbers(self.numbers(table, op, buffers, range))
        } else {
            Results::Truths(self.truths(table, op, buffers, range))
        }
    }

    fn numbers(&self, table: TableId, op: &Op, buffers: &[Results], range: Range<usize>) -> Vec<i64> {
        let of = |step: &Step| buffers.get(step.index()).map_or(&[][..], Results::numbers);
        let truths = |step: &Step| buffers.get(step.index()).map_or(&[][..], Results::truths);
        let pairs = |a: &Step, b: &Step, f: fn(i64, i64) -> Option<i64>| -> Vec<i64> {
            of(a).iter().zip(of(b)).map(|(a, b)| if *a == NONE || *b == NONE { NONE } else { f(*a, *b).unwrap_or(NONE) }).collect()
        };
        match op {
            Op::Constant(n) => vec![*n; range.len()],
            Op::Row(from) => self.rows(table, from, range),
            Op::Cell { row, table: of_table, field, scale } => {
                let column = self.data.table(*of_table).map_or(&Column::Absent, |t| t.column(*field));
                match row {
                    None => cells::numbers(column, *scale, range.map(Some)),
                    Some(row) => cells::numbers(column, *scale, of(row).iter().map(|r| usize::try_from(*r).ok())),
                }
            }
            Op::OfSubject(kept) => {
                let (Some(data), Some(kept)) = (self.data.table(table), self.kept.get(kept.0)) else { return Vec::new() };
                range.map(|row| data.subjects.get(row).and_then(|s| kept.number(s)).unwrap_or(NONE)).collect()
            }
            Op::Add(a, b) => pairs(a, b, i64::checked_add),
            Op::Sub(a, b) => pairs(a, b, i64::checked_sub),
            Op::Mul(a, b) => pairs(a, b, i64::checked_mul),
            Op::Quotient(a, b) => pairs(a, b, |a, b| if b > 0 { a.checked_div_euclid(b) } else { None }),
            Op::Positive(a) => of(a).iter().map(|a| if *a > 0 { *a } else { NONE }).collect(),
            Op::Abs(a) => of(a).iter().map(|a| a.checked_abs().unwrap_or(NONE)).collect(),
            Op::Choose(c, a, b) => {
                let choose = |(c, (a, b)): (&u8, (&i64, &i64))| match *c {
                    TRUE => *a,
                    FALSE => *b,
                    _ => NONE,
                };
                truths(c).iter().zip(of(a).iter().zip(of(b))).map(choose).collect()
            }
            Op::Indicator(truth) => {
                let indicate = |truth: &u8| match *truth {
                    TRUE => 1,
                    FALSE => 0,
                    _ => NONE,
                };
                truths(truth).iter().map(indicate).collect()
            }
            Op::Related { statistic, index, members, argument } => {
                let related = self.related(index, *members, *argument);
                range.map(|parent| related.number(self.same_subject(table, index, parent), *statistic).unwrap_or(NONE)).collect()
            }
            Op::Parts { members, met, floors, least } => {
                let met: Vec<&[u8]> = met.iter().map(truths).collect();
                let floors: Vec<&[u8]> = floors.iter().map(truths).collect();
                let of_row = |(at, member): (usize, &u8)| match *member {
                    FALSE => -1,
                    TRUE => by_parts(at, &met, &floors, *least).unwrap_or(NONE),
                    _ => NONE,
                };
                truths(members).iter().enumerate().map(of_row).collect()
            }
            _ => Vec::new(),
        }
    }

    fn truths(&self, table: TableId, op: &Op, buffers: &[Results], range: Range<usize>) -> Vec<u8> {
        let of = |step: &Step| buffers.get(step.index()).map_or(&[][..], Results::truths);
        let numbers = |step: &Step| buffers.get(step.index()).map_or(&[][..], Results::numbers);
        match op {
            Op::Fixed(truth) => vec![of_bool(*truth); range.len()],
            Op::Compare(order, a, b) => {
                let compare = |holds: fn(&i64, &i64) -> bool| {
                    let of_pair = |(a, b): (&i64, &i64)| if *a == NONE || *b == NONE { UNCLEAR } else { of_bool(holds(a, b)) };
                    numbers(a).iter().zip(numbers(b)).map(of_pair).collect()
                };
                match order {
                    Order::Equal => compare(i64::eq),
                    Order::Less => compare(i64::lt),
                    Order::AtMost => compare(i64::le),
                }
            }
            Op::Holds(a) => numbers(a).iter().map(|a| if *a == NONE { UNCLEAR } else { of_bool(*a != 0) }).collect(),
            Op::Reads { row, table: of_table, field, text } => {
                let column = self.data.table(*of_table).map_or(&Column::Absent, |t| t.column(*field));
                let read = |row: usize| column.text(row).map_or(UNCLEAR, |t| of_bool(t == text));
                match row {
                    None => range.map(read).collect(),
                    Some(row) => numbers(row).iter().map(|r| usize::try_from(*r).map_or(UNCLEAR, read)).collect(),
                }
            }
            Op::All(parts) => all_or_any(range.len(), parts.iter().map(of), FALSE, TRUE),
            Op::Any(parts) => all_or_any(range.len(), parts.iter().map(of), TRUE, FALSE),
            Op::Not(a) => of(a).iter().map(|a| not(*a)).collect(),
            Op::Branch(c, a, b) => {
                let branch = |(c, (a, b)): (&u8, (&u8, &u8))| match *c {
                    TRUE => *a,
                    FALSE => *b,
                    // Where both say the same it does not matter.
                    _ if a == b => *a,
                    _ => UNCLEAR,
                };
                of(c).iter().zip(of(a).iter().zip(of(b))).map(branch).collect()
            }
            Op::Screen(members, holds) => {
                let screen = |(member, holds): (&u8, &u8)| match (*member, *holds) {
                    (FALSE, _) => FALSE,
                    (TRUE, TRUE) => TRUE,
                    _ => UNCLEAR,
                };
                of(members).iter().zip(of(holds)).map(screen).collect()
            }
            Op::Related { statistic, index, members, argument } => {
                let related = self.related(index, *members, *argument);
                range.map(|parent| related.truth(self.same_subject(table, index, parent), *statistic)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The numbers of the rows that are led to.
    fn rows(&self, table: TableId, from: &From, range: Range<usize>) -> Vec<i64> {
        let number = |row: Option<u32>| row.map_or(NONE, i64::from);
        match from {
            From::First(of) => {
                let Some(index) = self.indexes.get(&(*of, None)) else { return Vec::new() };
                range.map(|row| number(u32::try_from(row).ok().and_then(|row| index.of(row).first().copied()))).collect()
            }
            From::Path(path) => {
                let mut links: Vec<&Cells<u32>> = Vec::with_capacity(path.len());
                let mut at = table;
                for step in path {
                    let Some(link) = self.data.table(at).and_then(|t| t.links.get(*step)) else { return Vec::new() };
                    let reference = self.plan.tables.get(at.0).and_then(|t| t.references.get(*step));
                    let Some(reference) = reference else { return Vec::new() };
                    links.push(link);
                    at = reference.table;
                }
                let follow = |row: usize| {
                    let start = u32::try_from(row).ok()?;
                    links.iter().try_fold(start, |row, link| link.get(row as usize))
                };
                range.map(|row| number(follow(row))).collect()
            }
        }
    }

    fn related(&self, index: &Key, members: Option<Kept>, argument: Option<Kept>) -> Related<'_> {
        let of = |kept: Kept| self.kept.get(kept.0).unwrap_or(&Results::Blank);
        Related { index: self.indexes.get(index), members: members.map(of), argument: argument.map(of) }
    }

    /// A row whose related rows are of the same subject as it; expressions of rows of another subject could mean something else.
    fn same_subject(&self, table: TableId, index: &Key, parent: usize) -> Option<u32> {
        let row = u32::try_from(parent).ok()?;
        if index.1.is_none() {
            return Some(row);
        }
        let subject = |table: TableId, row: u32| {
            if table == self.plan.subject.table { Some(row) } else { self.data.table(table).and_then(|t| t.subjects.get(row as usize)) }
        };
        let own = subject(table, row);
        let children = self.indexes.get(index)?.of(row);
        children.iter().all(|child| subject(index.0, *child) == own).then_some(row)
    }
}

/// The rows that statistics are over.
struct Related<'r> {
    index: Option<&'r RowIndex>,
    members: Option<&'r Results>,
    argument: Option<&'r Results>,
}

impl Related<'_> {
    /// Rows that belong, those that may among them as unclear.
    fn rows(&self, parent: u32) -> impl Iterator<Item = (u32, u8)> {
        let rows = self.index.map_or(&[][..], |index| index.of(parent));
        let with = |row: &u32| (*row, self.members.map_or(TRUE, |m| m.truth(*row)));
        rows.iter().map(with).filter(|(_, member)| *member != FALSE)
    }

    fn number(&self, parent: Option<u32>, statistic: Statistic) -> Option<i64> {
        let parent = parent?;
        let mut found: Option<i64> = matches!(statistic, Statistic::Count | Statistic::Held).then_some(0);
        for (row, member) in self.rows(parent) {
            if member != TRUE {
                return None;
            }
            let argument = || self.argument.and_then(|a| a.number(row));
            let more = match statistic {
                Statistic::Count => 1,
                Statistic::Held => match self.argument?.truth(row) {
                    TRUE => 1,
                    FALSE => 0,
                    _ => return None,
                },
                _ => argument()?,
            };
            found = Some(match (found, statistic) {
                (None, _) => more,
                (Some(least), Statistic::Least) => least.min(more),
                (Some(greatest), Statistic::Greatest) => greatest.max(more),
                (Some(sum), _) => sum.checked_add(more)?,
            });
        }
        found
    }

    fn truth(&self, parent: Option<u32>, statistic: Statistic) -> u8 {
        let (Some(parent), Some(argument)) = (parent, self.argument) else { return UNCLEAR };
        let any = statistic == Statistic::Any;
        // What decides as soon as one sure row is so.
        let decides = of_bool(any);
        let (mut surely, mut open) = (false, false);
        for (row, member) in self.rows(parent) {
            let holds = argument.truth(row);
            if holds == decides && member == TRUE {
                return decides;
            }
            surely |= member == TRUE;
            open |= holds != not(decides);
        }
        match statistic {
            _ if open => UNCLEAR,
            Statistic::All { of_none: false } if !surely => UNCLEAR,
            _ => not(decides),
        }
    }
}

fn of_bool(truth: bool) -> u8 {
    if truth { TRUE } else { FALSE }
}

fn not(truth: u8) -> u8 {
    match truth {
        TRUE => FALSE,
        FALSE => TRUE,
        other => other,
    }
}

/// One part that decides settles it; where all are the other, so is the whole.
fn all_or_any<'p>(rows: usize, parts: impl Iterator<Item = &'p [u8]>, decides: u8, otherwise: u8) -> Vec<u8> {
    let mut found = vec![otherwise; rows];
    for part in parts {
        for (whole, one) in found.iter_mut().zip(part) {
            *whole = if *whole == decides || *one == decides {
                decides
            } else if *whole == otherwise && *one == otherwise {
                otherwise
            } else {
                UNCLEAR
            };
        }
    }
    found
}

/// Which parts a row meets, where every one is clear, enough are met and every floor is reached.
fn by_parts(at: usize, met: &[&[u8]], floors: &[&[u8]], least: usize) -> Option<i64> {
    let mut bits = 0i64;
    for (bit, part) in met.iter().enumerate() {
        match part.get(at) {
            Some(&TRUE) => bits |= 1 << bit,
            Some(&FALSE) => {}
            _ => return None,
        }
    }
    let enough = usize::try_from(bits.count_ones()).is_ok_and(|met| met >= least);
    (enough && floors.iter().all(|f| f.get(at) == Some(&TRUE))).then_some(bits)
}
