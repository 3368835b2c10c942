//! Runs a program over whole tables: pass by pass, chunk by chunk, on as many threads as there are.

use super::super::indexes::{Key, RowIndex, Rows, links};
use super::cells::{self, NONE};
use super::program::{From, Kept, Op, Order, Placed, Program, Statistic, Step};
use super::results::{Buffer, CHUNK, Chunk, FALSE, NOTHING, Results, TRUE, UNCLEAR};
use crate::data::{Cells, Column, Dataset, Narrow};
use crate::plan::{Plan, TableId};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelExtend, ParallelIterator};
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows whose related rows a processor looks at in one go: the subjects stand in few chunks, and all other rows belong to them.
const PARENTS: usize = 64;

/// Runs programs over one set of data.
pub struct Machine<'a> {
    plan: &'a Plan,
    data: &'a Dataset,
    indexes: BTreeMap<Key, Linked>,
    /// By the number of what is kept.
    kept: Vec<Results<'a>>,
}

/// An index as statistics over the rows of its groups need it.
struct Linked {
    index: RowIndex,
    /// Rows with related rows of another subject than their own, of which expressions could mean something else; in order.
    mixed: Vec<u32>,
}

/// What is kept of a table in one pass.
struct Pass {
    table: TableId,
    rows: usize,
    targets: Vec<(Kept, Step)>,
    /// What the targets rest on, in order.
    steps: Vec<Step>,
}

impl<'a> Machine<'a> {
    /// With the indexes that the program reads.
    pub fn new(plan: &'a Plan, data: &'a Dataset, indexes: BTreeMap<Key, RowIndex>) -> Self {
        let linked = |(key, index): (Key, RowIndex)| {
            let mixed = mixed(plan, data, &key, &index);
            (key, Linked { index, mixed })
        };
        Self { plan, data, indexes: indexes.into_par_iter().map(linked).collect(), kept: Vec::new() }
    }

    /// The results of all that is kept.
    pub fn run(mut self, program: &Program) -> Vec<Results<'a>> {
        let mut passes: BTreeMap<usize, BTreeMap<TableId, Vec<(Kept, Step)>>> = BTreeMap::new();
        for (kept, step, placed) in program.kept() {
            let cells = self.as_stored(placed);
            if cells.is_none() {
                passes.entry(placed.pass).or_default().entry(placed.table).or_default().push((kept, step));
            }
            self.kept.push(cells.map_or(Results::Numbers(Vec::new()), Results::Cells));
        }
        for tables in passes.into_values() {
            let tables: Vec<Pass> = tables.into_iter().map(|(table, targets)| self.pass(program, table, targets)).collect();
            for (kept, results) in self.work(program, &tables) {
                if let Some(place) = self.kept.get_mut(kept.0) {
                    *place = results;
                }
            }
        }
        self.kept
    }

    /// The cells that a step gives as they are stored.
    fn as_stored(&self, placed: &Placed) -> Option<&'a Narrow> {
        match &placed.op {
            Op::Cell { row: None, table, field, scale } if *table == placed.table => {
                cells::stored(self.data.table(*table)?.column(*field), *scale)
            }
            _ => None,
        }
    }

    fn pass(&self, program: &Program, table: TableId, targets: Vec<(Kept, Step)>) -> Pass {
        let rows = self.data.table(table).map_or(0, |t| t.rows);
        let steps = program.closure(&targets.iter().map(|(_, step)| *step).collect::<Vec<_>>());
        Pass { table, rows, targets, steps }
    }

    /// The results of passes that need nothing of one another.
    fn work(&self, program: &Program, passes: &[Pass]) -> Vec<(Kept, Results<'a>)> {
        let chunks: Vec<(&Pass, Range<usize>)> = passes.iter().flat_map(|pass| pass.chunks().map(move |range| (pass, range))).collect();
        let chunk = |buffers: &mut Vec<Buffer>, (pass, range): &(&Pass, Range<usize>)| self.chunk(program, pass, range, buffers);
        let made: Vec<Vec<Chunk>> = chunks.par_iter().map_init(Vec::new, chunk).collect();
        let mut made = made.into_iter();
        let mut results = Vec::new();
        for pass in passes {
            let mut chunks: Vec<Vec<Chunk>> = pass.targets.iter().map(|_| Vec::with_capacity(pass.chunks().len())).collect();
            for made in made.by_ref().take(pass.chunks().len()) {
                chunks.iter_mut().zip(made).for_each(|(all, one)| all.push(one));
            }
            let is_number = |step: &Step| program.get(*step).is_some_and(|p| p.op.is_number());
            results.extend(pass.targets.iter().zip(chunks).map(|((kept, step), chunks)| (*kept, Results::new(is_number(step), chunks))));
        }
        results
    }

    /// What is kept of one chunk of rows.
    fn chunk(&self, program: &Program, pass: &Pass, range: &Range<usize>, buffers: &mut Vec<Buffer>) -> Vec<Chunk> {
        let needed = pass.steps.last().map_or(0, |s| s.index() + 1);
        if buffers.len() < needed {
            buffers.resize_with(needed, Buffer::default);
        }
        for step in &pass.steps {
            let Some(placed) = program.get(*step) else { continue };
            let used = buffers.get_mut(step.index()).map(std::mem::take).unwrap_or_default();
            let made = self.step(pass.table, &placed.op, (used, buffers), range.clone());
            if let Some(place) = buffers.get_mut(step.index()) {
                *place = made;
            }
        }
        pass.targets.iter().map(|(_, step)| buffers.get(step.index()).map_or(Chunk::Same(NONE), Chunk::of)).collect()
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
            self.truths(op, buffers, range, &mut truths);
            truths.resize(rows, UNCLEAR);
            Buffer::Truths(truths)
        }
    }

    fn numbers(&self, table: TableId, op: &Op, buffers: &[Buffer], range: Range<usize>, out: &mut Vec<i64>) {
        let of = |step: &Step| buffers.get(step.index()).map_or(&[][..], Buffer::numbers);
        let truths = |step: &Step| buffers.get(step.index()).map_or(&[][..], Buffer::truths);
        match op {
            Op::Constant(n) => out.resize(range.len(), *n),
            Op::Row(from) => self.rows(table, from, buffers, range, out),
            Op::Cell { row, table: of_table, field, scale } => {
                let column = self.data.table(*of_table).map_or(&Column::Absent, |t| t.column(*field));
                let stored = cells::stored(column, *scale);
                match (row, stored) {
                    (None, Some(stored)) => stored.add_to(out, range, NONE),
                    (None, None) => out.extend(range.map(|row| cells::number(column, *scale, row).unwrap_or(NONE))),
                    (Some(row), Some(stored)) => led(of(row), |row| stored.get(row as usize), out),
                    (Some(row), None) => led(of(row), |row| cells::number(column, *scale, row as usize), out),
                }
            }
            Op::OfSubject(kept) => {
                let (Some(data), Some(kept)) = (self.data.table(table), self.kept.get(kept.0)) else { return };
                data.subjects.stored().add_to(out, range, NONE);
                lead(out, |subject| kept.number(subject));
            }
            Op::Add(a, b) => pairs(of(a), of(b), i64::overflowing_add, out),
            Op::Sub(a, b) => pairs(of(a), of(b), i64::overflowing_sub, out),
            Op::Mul(a, b) => pairs(of(a), of(b), i64::overflowing_mul, out),
            Op::Quotient(a, b) => pairs(of(a), of(b), |a, b| (if b > 0 { a.div_euclid(b) } else { NONE }, false), out),
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
                let Some(related) = self.related(index, *members, *argument) else { return };
                let number = |parent| related.number(parent, *statistic).unwrap_or(NONE);
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

    fn truths(&self, op: &Op, buffers: &[Buffer], range: Range<usize>, out: &mut Vec<u8>) {
        let of = |step: &Step| buffers.get(step.index()).map_or(&[][..], Buffer::truths);
        let numbers = |step: &Step| buffers.get(step.index()).map_or(&[][..], Buffer::numbers);
        match op {
            Op::Fixed(truth) => out.resize(range.len(), of_bool(*truth)),
            Op::Compare(order, a, b) => match order {
                Order::Equal => compare(numbers(a), numbers(b), i64::eq, out),
                Order::Less => compare(numbers(a), numbers(b), i64::lt, out),
                Order::AtMost => compare(numbers(a), numbers(b), i64::le, out),
            },
            Op::Within { table, field, scale, low, high } => {
                let column = self.data.table(*table).map_or(&Column::Absent, |t| t.column(*field));
                let told = |within: Option<bool>| within.map_or(UNCLEAR, of_bool);
                match cells::stored(column, *scale) {
                    Some(stored) => stored.add_whether(out, range, (*low, *high), told),
                    None => {
                        let within = |row| cells::number(column, *scale, row).map(|n| *low <= n && n <= *high);
                        out.extend(range.map(|row| told(within(row))));
                    }
                }
            }
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
                let Some(related) = self.related(index, *members, *argument) else { return };
                let truth = |parent| related.truth(parent, *statistic);
                out.par_extend(range.into_par_iter().with_min_len(PARENTS).map(truth));
            }
            _ => {}
        }
    }

    /// The numbers of the rows that are led to.
    fn rows(&self, table: TableId, from: &From, buffers: &[Buffer], range: Range<usize>, out: &mut Vec<i64>) {
        match from {
            From::First(of) => {
                let Some(Linked { index, .. }) = self.indexes.get(&(*of, None)) else { return };
                let first = |row: usize| u32::try_from(row).ok().and_then(|row| index.of(row).next());
                out.extend(range.map(|row| first(row).map_or(NONE, i64::from)));
            }
            From::Year { table: of, year, before, back } => {
                let (Some(Linked { index, .. }), Some(years)) = (self.indexes.get(&(*of, None)), self.data.table(*of)) else { return };
                let Some(years) = cells::stored(years.column(*year), 0) else { return };
                let subject = |row: usize| match self.data.table(table) {
                    Some(data) if table != self.plan.subject.table => data.subjects.get(row),
                    _ => u32::try_from(row).ok(),
                };
                let of_year = |subject: u32, year: i64| index.of(subject).find(|row| years.get(*row as usize) == Some(year));
                let found = |(row, before): (usize, &i64)| of_year(subject(row)?, before.checked_sub(*back).filter(|_| *before != NONE)?);
                let befores = buffers.get(before.index()).map_or(&[][..], Buffer::numbers);
                out.extend(range.zip(befores).map(|of| found(of).map_or(NONE, i64::from)));
            }
            From::Path(path) => {
                let Some((links, _)) = links(self.plan, self.data, table, path) else { return };
                let Some((first, rest)) = links.split_first() else { return };
                first.stored().add_to(out, range, NONE);
                for link in rest {
                    lead(out, |row| link.stored().get(row as usize));
                }
            }
        }
    }

    fn related(&self, index: &Key, members: Option<Kept>, argument: Option<Kept>) -> Option<Related<'_>> {
        let of = |kept: Kept| self.kept.get(kept.0).unwrap_or(&NOTHING);
        Some(Related { over: self.indexes.get(index)?, members: members.map(of), argument: argument.map(of) })
    }
}

impl Pass {
    /// The rows that are worked on at a time.
    fn chunks(&self) -> impl ExactSizeIterator<Item = Range<usize>> + use<> {
        let rows = self.rows;
        (0..rows.div_ceil(CHUNK)).map(move |chunk| chunk * CHUNK..((chunk + 1) * CHUNK).min(rows))
    }
}

/// The rows of an index whose related rows are not all of the same subject as they are.
fn mixed(plan: &Plan, data: &Dataset, (table, path): &Key, index: &RowIndex) -> Vec<u32> {
    let Some((_, at)) = path.as_ref().and_then(|path| links(plan, data, *table, path)) else { return Vec::new() };
    let subjects = |table: TableId| data.table(table).filter(|_| table != plan.subject.table).map(|t| &t.subjects);
    let (own, of_related) = (subjects(at), subjects(*table));
    let subject = |of: Option<&Cells<u32>>, row: u32| of.map_or(Some(row), |cells| cells.get(row as usize));
    let is_mixed = |row: &u32| index.of(*row).any(|related| subject(of_related, related) != subject(own, *row));
    let rows = data.table(at).map_or(0, |t| u32::try_from(t.rows).unwrap_or(u32::MAX));
    (0..rows).into_par_iter().filter(is_mixed).collect()
}

/// The rows that statistics are over.
struct Related<'r> {
    over: &'r Linked,
    members: Option<&'r Results<'r>>,
    argument: Option<&'r Results<'r>>,
}

impl<'r> Related<'r> {
    /// The rows of a parent's group; `None` where some are of another subject.
    fn group(&self, parent: usize) -> Option<Rows<'r>> {
        let parent = u32::try_from(parent).ok()?;
        let is_mixed = self.over.mixed.binary_search(&parent).is_ok();
        (!is_mixed).then(|| self.over.index.of(parent))
    }

    /// Rows that belong, those that may among them as unclear.
    fn rows(&self, parent: usize) -> Option<impl Iterator<Item = (u32, u8)>> {
        let with = |row: u32| (row, self.members.map_or(TRUE, |m| m.truth(row)));
        self.group(parent).map(|rows| rows.map(with).filter(|(_, member)| *member != FALSE))
    }

    fn number(&self, parent: usize, statistic: Statistic) -> Option<i64> {
        match (statistic, self.members, self.argument) {
            (Statistic::Count, None, _) => return i64::try_from(self.group(parent)?.len()).ok(),
            (Statistic::Sum, None, Some(Results::Cells(cells))) => {
                if let Rows::Together(rows) = self.group(parent)? {
                    let sum = cells.sum(rows.start as usize..rows.end as usize);
                    return sum.filter(|_| !rows.is_empty());
                }
            }
            _ => {}
        }
        let mut found: Option<i64> = matches!(statistic, Statistic::Count | Statistic::Held).then_some(0);
        for (row, member) in self.rows(parent)? {
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

    fn truth(&self, parent: usize, statistic: Statistic) -> u8 {
        let (Some(rows), Some(argument)) = (self.rows(parent), self.argument) else { return UNCLEAR };
        let any = statistic == Statistic::Any;
        // What decides as soon as one sure row is so.
        let decides = of_bool(any);
        let (mut surely, mut open) = (false, false);
        for (row, member) in rows {
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

/// Adds what the rows of these numbers give.
fn led(rows: &[i64], of: impl Fn(u32) -> Option<i64>, out: &mut Vec<i64>) {
    out.extend_from_slice(rows);
    lead(out, of);
}

/// Puts in the place of each row's number what that row gives: neighbours mostly lead to the same one, which is asked once.
fn lead(rows: &mut [i64], of: impl Fn(u32) -> Option<i64>) {
    for same in rows.chunk_by_mut(|a, b| a == b) {
        let row = same.first().and_then(|row| u32::try_from(*row).ok());
        same.fill(row.and_then(&of).unwrap_or(NONE));
    }
}

/// What is made of each two numbers, and whether it is beyond what can be held; without a branch, so that several are done at once.
fn pairs(a: &[i64], b: &[i64], of: impl Fn(i64, i64) -> (i64, bool), out: &mut Vec<i64>) {
    let pair = |(a, b): (&i64, &i64)| {
        let (made, beyond) = of(*a, *b);
        if (*a == NONE) | (*b == NONE) | beyond { NONE } else { made }
    };
    out.extend(a.iter().zip(b).map(pair));
}

fn compare(a: &[i64], b: &[i64], holds: impl Fn(&i64, &i64) -> bool, out: &mut Vec<u8>) {
    let compared = |(a, b): (&i64, &i64)| {
        let truth = of_bool(holds(a, b));
        if (*a == NONE) | (*b == NONE) { UNCLEAR } else { truth }
    };
    out.extend(a.iter().zip(b).map(compared));
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
