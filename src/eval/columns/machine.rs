//! Runs a program over whole tables: pass by pass, chunk by chunk, on as many threads as there are.

use super::super::indexes::{Key, RowIndex, follow, links};
use super::cells::{self, NONE};
use super::program::{From, Kept, Op, Order, Program, Statistic, Step};
use super::results::{Buffer, CHUNK, Chunk, FALSE, NOTHING, Results, TRUE, UNCLEAR};
use crate::data::{Column, Dataset};
use crate::plan::{Plan, TableId};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelExtend, ParallelIterator};
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows whose related rows a processor looks at in one go: the subjects stand in few chunks, and all other rows belong to them.
const PARENTS: usize = 64;

/// Runs programs over one set of data.
pub struct Machine<'a> {
    plan: &'a Plan,
    data: &'a Dataset,
    indexes: BTreeMap<Key, RowIndex>,
    /// By the number of what is kept.
    kept: Vec<Results>,
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
            self.kept.push(Results::default());
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
            let mut buffers: Vec<Buffer> = Vec::new();
            buffers.resize_with(steps.last().map_or(0, |s| s.index() + 1), Buffer::default);
            buffers
        };
        let work = |buffers: &mut Vec<Buffer>, chunk: usize| -> Vec<Chunk> {
            let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(rows);
            for step in &steps {
                let Some(placed) = program.get(*step) else { continue };
                let used = buffers.get_mut(step.index()).map(std::mem::take).unwrap_or_default();
                let made = self.step(table, &placed.op, (used, buffers), range.clone());
                if let Some(place) = buffers.get_mut(step.index()) {
                    *place = made;
                }
            }
            targets.iter().map(|(_, step)| buffers.get(step.index()).map_or(Chunk::Same(NONE), Chunk::of)).collect()
        };
        let chunks = (0..rows.div_ceil(CHUNK)).into_par_iter();
        let made: Vec<Vec<Chunk>> = chunks.map_init(blank, work).collect();
        let is_number = |step: &Step| program.get(*step).is_some_and(|p| p.op.is_number());
        let mut chunks: Vec<Vec<Chunk>> = targets.iter().map(|_| Vec::with_capacity(made.len())).collect();
        for made in made {
            chunks.iter_mut().zip(made).for_each(|(all, one)| all.push(one));
        }
        targets.iter().zip(chunks).map(|((_, step), chunks)| Results::new(is_number(step), chunks)).collect()
    }

    /// Works out a step into a buffer that was used before.
    fn step(&self, table: TableId, op: &Op, (used, buffers): (Buffer, &[Buffer]), range: Range<usize>) -> Buffer {
        let rows = range.len();
        if op.is_number() {
            let mut numbers = used.for_numbers();
            self.numbers(table, op, buffers, range, &mut numbers);
            numbers.resize(rows, NONE);
            Buffer::Numbers(numbers)
        } else {
            let mut truths = used.for_truths();
            self.truths(table, op, buffers, range, &mut truths);
            truths.resize(rows, UNCLEAR);
            Buffer::Truths(truths)
        }
    }

    fn numbers(&self, table: TableId, op: &Op, buffers: &[Buffer], range: Range<usize>, out: &mut Vec<i64>) {
        let of = |step: &Step| buffers.get(step.index()).map_or(&[][..], Buffer::numbers);
        let truths = |step: &Step| buffers.get(step.index()).map_or(&[][..], Buffer::truths);
        match op {
            Op::Constant(n) => out.resize(range.len(), *n),
            Op::Row(from) => self.rows(table, from, range, out),
            Op::Cell { row, table: of_table, field, scale } => {
                let column = self.data.table(*of_table).map_or(&Column::Absent, |t| t.column(*field));
                match row {
                    None => cells::numbers(column, *scale, range.map(Some), out),
                    Some(row) => cells::numbers(column, *scale, of(row).iter().map(|r| usize::try_from(*r).ok()), out),
                }
            }
            Op::OfSubject(kept) => {
                let (Some(data), Some(kept)) = (self.data.table(table), self.kept.get(kept.0)) else { return };
                out.extend(range.map(|row| data.subjects.get(row).and_then(|s| kept.number(s)).unwrap_or(NONE)));
            }
            Op::Add(a, b) => pairs(of(a), of(b), i64::checked_add, out),
            Op::Sub(a, b) => pairs(of(a), of(b), i64::checked_sub, out),
            Op::Mul(a, b) => pairs(of(a), of(b), i64::checked_mul, out),
            Op::Quotient(a, b) => pairs(of(a), of(b), |a, b| if b > 0 { a.checked_div_euclid(b) } else { None }, out),
            Op::Positive(a) => out.extend(of(a).iter().map(|a| if *a > 0 { *a } else { NONE })),
            Op::Abs(a) => out.extend(of(a).iter().map(|a| a.checked_abs().unwrap_or(NONE))),
            Op::Choose(c, a, b) => {
                let choose = |(c, (a, b)): (&u8, (&i64, &i64))| match *c {
                    TRUE => *a,
                    FALSE => *b,
                    _ => NONE,
                };
                out.extend(truths(c).iter().zip(of(a).iter().zip(of(b))).map(choose));
            }
            Op::Indicator(truth) => {
                let indicate = |truth: &u8| match *truth {
                    TRUE => 1,
                    FALSE => 0,
                    _ => NONE,
                };
                out.extend(truths(truth).iter().map(indicate));
            }
            Op::Related { statistic, index, members, argument } => {
                let related = self.related(index, *members, *argument);
                let number = |parent| related.number(self.same_subject(table, index, parent), *statistic).unwrap_or(NONE);
                out.par_extend(range.into_par_iter().with_min_len(PARENTS).map(number));
            }
            Op::Parts { members, met, floors, least } => {
                let met: Vec<&[u8]> = met.iter().map(truths).collect();
                let floors: Vec<&[u8]> = floors.iter().map(truths).collect();
                let of_row = |(at, member): (usize, &u8)| match *member {
                    FALSE => -1,
                    TRUE => by_parts(at, &met, &floors, *least).unwrap_or(NONE),
                    _ => NONE,
                };
                out.extend(truths(members).iter().enumerate().map(of_row));
            }
            _ => {}
        }
    }

    fn truths(&self, table: TableId, op: &Op, buffers: &[Buffer], range: Range<usize>, out: &mut Vec<u8>) {
        let of = |step: &Step| buffers.get(step.index()).map_or(&[][..], Buffer::truths);
        let numbers = |step: &Step| buffers.get(step.index()).map_or(&[][..], Buffer::numbers);
        match op {
            Op::Fixed(truth) => out.resize(range.len(), of_bool(*truth)),
            Op::Compare(order, a, b) => match order {
                Order::Equal => compare(numbers(a), numbers(b), i64::eq, out),
                Order::Less => compare(numbers(a), numbers(b), i64::lt, out),
                Order::AtMost => compare(numbers(a), numbers(b), i64::le, out),
            },
            Op::Holds(a) => out.extend(numbers(a).iter().map(|a| if *a == NONE { UNCLEAR } else { of_bool(*a != 0) })),
            Op::Reads { row, table: of_table, field, text } => {
                let column = self.data.table(*of_table).map_or(&Column::Absent, |t| t.column(*field));
                let read = |row: usize| column.text(row).map_or(UNCLEAR, |t| of_bool(t == text));
                match row {
                    None => out.extend(range.map(read)),
                    Some(row) => out.extend(numbers(row).iter().map(|r| usize::try_from(*r).map_or(UNCLEAR, read))),
                }
            }
            Op::All(parts) => {
                out.resize(range.len(), TRUE);
                // One that is false settles it; true only where both are.
                parts.iter().for_each(|part| combine(out, of(part), |a, b| (a | b) & FALSE | a & b & TRUE));
            }
            Op::Any(parts) => {
                out.resize(range.len(), FALSE);
                parts.iter().for_each(|part| combine(out, of(part), |a, b| (a | b) & TRUE | a & b & FALSE));
            }
            Op::Not(a) => out.extend(of(a).iter().map(|a| not(*a))),
            Op::Branch(c, a, b) => {
                let branch = |(c, (a, b)): (&u8, (&u8, &u8))| match *c {
                    TRUE => *a,
                    FALSE => *b,
                    // Where both say the same it does not matter.
                    _ if a == b => *a,
                    _ => UNCLEAR,
                };
                out.extend(of(c).iter().zip(of(a).iter().zip(of(b))).map(branch));
            }
            Op::Screen(members, holds) => {
                let screen = |(member, holds): (&u8, &u8)| match (*member, *holds) {
                    (FALSE, _) => FALSE,
                    (TRUE, TRUE) => TRUE,
                    _ => UNCLEAR,
                };
                out.extend(of(members).iter().zip(of(holds)).map(screen));
            }
            Op::Related { statistic, index, members, argument } => {
                let related = self.related(index, *members, *argument);
                let truth = |parent| related.truth(self.same_subject(table, index, parent), *statistic);
                out.par_extend(range.into_par_iter().with_min_len(PARENTS).map(truth));
            }
            _ => {}
        }
    }

    /// The numbers of the rows that are led to.
    fn rows(&self, table: TableId, from: &From, range: Range<usize>, out: &mut Vec<i64>) {
        let number = |row: Option<u32>| row.map_or(NONE, i64::from);
        match from {
            From::First(of) => {
                let Some(index) = self.indexes.get(&(*of, None)) else { return };
                out.extend(range.map(|row| number(u32::try_from(row).ok().and_then(|row| index.of(row).first().copied()))));
            }
            From::Path(path) => {
                let Some((links, _)) = links(self.plan, self.data, table, path) else { return };
                let follow = |row: usize| follow(&links, u32::try_from(row).ok()?);
                out.extend(range.map(|row| number(follow(row))));
            }
        }
    }

    fn related(&self, index: &Key, members: Option<Kept>, argument: Option<Kept>) -> Related<'_> {
        let of = |kept: Kept| self.kept.get(kept.0).unwrap_or(&NOTHING);
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

fn pairs(a: &[i64], b: &[i64], of: impl Fn(i64, i64) -> Option<i64>, out: &mut Vec<i64>) {
    out.extend(a.iter().zip(b).map(|(a, b)| if *a == NONE || *b == NONE { NONE } else { of(*a, *b).unwrap_or(NONE) }));
}

fn compare(a: &[i64], b: &[i64], holds: impl Fn(&i64, &i64) -> bool, out: &mut Vec<u8>) {
    out.extend(a.iter().zip(b).map(|(a, b)| if *a == NONE || *b == NONE { UNCLEAR } else { of_bool(holds(a, b)) }));
}

/// Puts truths together with those so far: bit by bit, of the three values that a truth has.
fn combine(whole: &mut [u8], part: &[u8], both: impl Fn(u8, u8) -> u8) {
    whole.iter_mut().zip(part).for_each(|(whole, one)| *whole = both(*whole, *one));
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
