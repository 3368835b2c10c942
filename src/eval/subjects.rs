//! Subject by subject, on as many threads as there are, in the data's order; what holds of all of them apart.

use super::columns::Columns;
use super::context::{Context, Shared};
use super::indexes::Indexes;
use super::outcome::{GroupOutcome, GroupSubject, Outcome, StandardRef, SubjectOutcome};
use super::verification::verifications;
use super::{Engine, RunOptions, input, partial, subject};
use crate::data::{Column, Dataset};
use crate::diagnostic::Severity;
use crate::plan::{FieldId, FieldType, Plan, TableId, Verification};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

/// How many subjects a thread hands over at once at the most.
const BATCH: usize = 16;

/// A subject to be judged: its row, its code and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRow {
    pub row: u32,
    pub code: String,
    pub name: String,
}

/// Judges subjects one at a time, in one round; what was worked out for the data as a whole is kept from one to the next.
pub struct Judge<'a> {
    context: Context<'a>,
    /// The same in other rounds, for comparison.
    rounds: Vec<(&'a str, Context<'a>)>,
}

impl<'a> Judge<'a> {
    /// A judge that has seen nothing yet, in the run's round and, for comparison, in others.
    fn new(plan: &'a Plan, data: &'a Dataset, options: &'a RunOptions, rounds: &'a [String], shared: &Shared<'a>) -> Self {
        let in_round = |round| Context::sharing(plan, data, round, shared);
        let mut context = in_round(options.round.as_deref());
        context.working = options.working;
        let rounds = rounds.iter().map(|r| (r.as_str(), in_round(Some(r.as_str())))).collect();
        Self { context, rounds }
    }

    /// The verdict of one subject and all that it rests on.
    pub fn subject(&self, of: &SubjectRow) -> SubjectOutcome {
        self.context.turn();
        subject(&self.context, of)
    }

    /// One subject in each of the rounds to be compared.
    pub fn rounds(&self, of: &SubjectRow) -> Vec<(String, SubjectOutcome)> {
        let judged = self.rounds.iter().map(|(round, context)| {
            context.turn();
            ((*round).to_string(), subject(context, of))
        });
        judged.collect()
    }
}

/// The subjects that a run judges, in the data's order.
pub fn subjects(plan: &Plan, data: &Dataset, options: &RunOptions) -> Vec<SubjectRow> {
    let context = Context::new(plan, data, None);
    let of = &plan.subject;
    let rows = data.table(of.table).map_or(0, |t| u32::try_from(t.rows).unwrap_or(u32::MAX));
    let named = (0..rows).map(|row| {
        let code = context.shown(of.table, row, of.code).unwrap_or_default();
        let name = of.name.and_then(|f| context.shown(of.table, row, f));
        SubjectRow { row, name: name.unwrap_or_else(|| code.clone()), code }
    });
    named.filter(|s| options.subjects.is_empty() || options.subjects.contains(&s.code)).collect()
}

/// What an outcome says before any subject is judged, and what was worked out for it that judging them needs too.
#[derive(Debug)]
pub struct Heading<'d> {
    pub outcome: Outcome,
    shared: Shared<'d>,
}

/// Holds the data as a whole against the checks of plausibility.
pub fn heading<'d>(plan: &'d Plan, data: &'d Dataset, options: &RunOptions) -> Heading<'d> {
    let checks: Vec<&Verification> = plan.verifications.iter().filter(|v| v.level != Severity::Error).collect();
    let indexes = Arc::new(Indexes::default());
    let (mut of_rows, mut shared) = (Shared { indexes, columns: None }, Shared::default());
    if options.engine == Engine::Columns {
        let (of_checks, of_items) = Columns::of_both(plan, data, &checks, &of_rows.indexes);
        of_rows.columns = Some(Arc::new(of_checks));
        shared.columns = Some(Arc::new(of_items));
    }
    shared.indexes = Arc::clone(&of_rows.indexes);
    let verifications = verifications(plan, data, &checks, &options.subjects, &of_rows);
    Heading { outcome: Outcome { verifications, ..title(plan, data, options) }, shared }
}

/// What was judged by and on.
pub fn title(plan: &Plan, data: &Dataset, options: &RunOptions) -> Outcome {
    let standard = &plan.standard;
    Outcome {
        schema: "biaochi.outcome/1",
        standard: StandardRef {
            id: standard.id.clone(),
            title: standard.title.clone(),
            version: standard.version.clone(),
            layers: standard.layers.clone(),
            digest: standard.digest.clone(),
        },
        round: options.round.clone(),
        date: options.date.clone(),
        inputs: data.inputs.iter().map(|file| input(plan, file)).collect(),
        partial: data.partial.then(|| partial(plan, data)),
        verifications: Vec::new(),
        subjects: Vec::new(),
        groups: Vec::new(),
    }
}

/// What the judged subjects belong to; nothing where only a part of them was judged, which says nothing of the whole.
pub fn superiors(plan: &Plan, data: &Dataset, options: &RunOptions, judged: &[(u32, GroupSubject)]) -> Vec<GroupOutcome> {
    if options.subjects.is_empty() { Context::new(plan, data, None).superiors(judged) } else { Vec::new() }
}

/// The rounds of which the data hold a judgement or an event, in the standard's order.
pub fn rounds(plan: &Plan, data: &Dataset) -> Vec<String> {
    let judged = plan.judgements.as_ref().and_then(|of| Some((of.table, of.round?)));
    let events = plan.events.as_ref().and_then(|of| Some((of.table, of.round?)));
    let context = Context::new(plan, data, None);
    let holds = |(table, field): (TableId, FieldId), round: &str| {
        let rows = data.table(table).map_or(0, |t| u32::try_from(t.rows).unwrap_or(u32::MAX));
        let column = data.table(table).map_or(&Column::Absent, |t| t.column(field));
        if let (Column::Choice(cells), Some(FieldType::Choice { options, .. })) = (column, context.field_type(table, field)) {
            let option = options.iter().position(|o| o == round).and_then(|o| u16::try_from(o).ok());
            return option.is_some() && cells.iter().any(|cell| cell == option);
        }
        !matches!(column, Column::Absent) && (0..rows).any(|row| context.shown(table, row, field).as_deref() == Some(round))
    };
    plan.rounds.iter().filter(|r| judged.into_iter().chain(events).any(|of| holds(of, r))).cloned().collect()
}

/// Does `work` for every subject on as many threads as there are, and gives `take` the results one at a time, in the data's order: never more
/// of them are held than the threads are ahead of the slowest. Stops at the first error of `take`.
pub fn for_each<T: Send, E>(
    (plan, data): (&Plan, &Dataset),
    options: &RunOptions,
    heading: &Heading<'_>,
    rounds: &[String],
    work: impl Fn(&Judge<'_>, &SubjectRow) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let subjects = subjects(plan, data, options);
    let judge = || Judge::new(plan, data, options, rounds, &heading.shared);
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get).min(subjects.len());
    if threads < 2 {
        let judge = judge();
        return subjects.iter().try_for_each(|of| take(work(&judge, of)));
    }
    // Threads that hand over a few at a time wake each other less.
    let batch = (subjects.len() / (8 * threads)).clamp(1, BATCH);
    let next = AtomicUsize::new(0);
    let serve = |sender: &mpsc::SyncSender<(usize, Vec<T>)>| {
        let judge = judge();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(some) = subjects.chunks(batch).nth(at) else { return };
            if sender.send((at, some.iter().map(|of| work(&judge, of)).collect())).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(threads);
        for _ in 0..threads {
            let (sender, serve) = (sender.clone(), &serve);
            scope.spawn(move || serve(&sender));
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut turn = 0;
        for (at, made) in receiver {
            waiting.insert(at, made);
            while let Some(made) = waiting.remove(&turn) {
                made.into_iter().try_for_each(&mut take)?;
                turn += 1;
            }
        }
        Ok(())
    })
}
