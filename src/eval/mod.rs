//! Takes a plan and the data that was read against it.
//! Gives the outcome: every verdict, value, failing row and gap, worked out exactly, with no rounding before display.
//! Knows no file format, no text of the language and no template.

mod aggregate;
mod ballot;
mod check;
mod columns;
mod context;
mod elsewhere;
mod enclosure;
mod expression;
mod facts;
mod groups;
mod indexes;
mod naming;
mod operands;
mod outcome;
mod peers;
mod places;
mod points;
mod probe;
mod reliefs;
mod rows;
mod score;
mod several;
mod shortfall;
mod subjects;
#[cfg(test)]
mod tests;
mod truth;
mod value;
mod vantage;
mod verification;
mod verify;
mod working;
mod years;

pub(crate) use aggregate::{spread, statistic};
pub(crate) use ballot::Ballot;
pub(crate) use check::{blank, is_constant, nameless, shown, unit_name};
pub use columns::Ways;
pub(crate) use context::{Context, Frame};
pub(crate) use elsewhere::Elsewhere;
pub use outcome::*;
pub use peers::Usual;
pub(crate) use places::{places, places_of};
pub(crate) use probe::Cell;
pub(crate) use rows::{Group, Member};
pub(crate) use score::{Interval, fact, flag};
pub(crate) use shortfall::shortfall;
pub use subjects::{Heading, Judge, SubjectRow, for_each, heading, rounds, subjects, superiors, title};
pub use truth::{Truth, compare};
pub use value::{Gaps, Value};
pub use vantage::{Vantage, number_at, truth_at};
pub use verification::{PeersOutcome, VerificationFinding, VerificationOutcome};
pub use verify::{Asked, Verified, Violation, checked, verify, verify_by};

use crate::data::Dataset;
use crate::plan::{Indicator, NatureKind, Plan, TableId};
use crate::value::format_decimal;
use ballot::Part;
use score::{NatureTally, Tallies};

/// What to run on.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The round whose judgements count.
    pub round: Option<String>,
    /// The date of the run, shown in the outcome.
    pub date: Option<String>,
    /// Codes of the subjects to judge; empty for all.
    pub subjects: Vec<String>,
    /// Whether every row's value is wanted, not only of those that fail.
    pub working: bool,
    pub engine: Engine,
}

/// What the rows are judged by; the outcome is the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Engine {
    /// All rows at once by columns, and those that they leave open one by one.
    #[default]
    Columns,
    /// Every row by itself, in exact fractions.
    Reference,
}

/// Judges every subject.
pub fn run(plan: &Plan, data: &Dataset, options: &RunOptions) -> Outcome {
    let heading = heading(plan, data, options);
    let (mut subjects, mut rows) = (Vec::new(), Vec::new());
    let work = |judge: &Judge<'_>, of: &SubjectRow| (of.row, judge.subject(of));
    let done: Result<(), std::convert::Infallible> = for_each((plan, data), options, &heading, &[], work, |(row, subject)| {
        rows.push((row, GroupSubject { code: subject.code.clone(), name: subject.name.clone(), verdict: subject.verdict }));
        subjects.push(subject);
        Ok(())
    });
    match done {
        Ok(()) => Outcome { subjects, groups: superiors(plan, data, options, &rows), ..heading.outcome },
        Err(never) => match never {},
    }
}

/// Judges every subject by checks that were judged elsewhere; `data` needs no more than the subjects.
pub(crate) fn run_elsewhere(plan: &Plan, data: &Dataset, options: &RunOptions, elsewhere: &dyn Elsewhere) -> Outcome {
    let mut context = Context::new(plan, data, options.round.as_deref());
    context.elsewhere = Some(elsewhere);
    // Checks of plausibility change no verdict and are not among what was judged.
    let mut outcome = title(plan, data, options);
    outcome.subjects = subjects(plan, data, options).iter().map(|of| subject(&context, of)).collect();
    let named = |s: &SubjectOutcome| GroupSubject { code: s.code.clone(), name: s.name.clone(), verdict: s.verdict };
    let rows: Vec<(u32, GroupSubject)> = (0..).zip(outcome.subjects.iter().map(named)).collect();
    outcome.groups = superiors(plan, data, options, &rows);
    outcome
}

fn partial(plan: &Plan, data: &Dataset) -> Partial {
    let left_out = data.left_out.iter().filter_map(|id| plan.tables.get(id.0)).map(|t| t.name.clone()).collect();
    let given = |id: usize| data.left_out.contains(&TableId(id)) || data.tables.get(id).is_some_and(|t| t.supplied);
    let absent = plan.tables.iter().enumerate().filter(|(id, _)| !given(*id));
    Partial { left_out, not_given: absent.map(|(_, t)| t.name.clone()).collect() }
}

fn input(plan: &Plan, file: &crate::data::InputFile) -> Input {
    Input {
        table: plan.tables.get(file.table.0).map(|t| t.name.clone()).unwrap_or_default(),
        file: file.name.clone(),
        encoding: file.encoding.to_string(),
        rows: file.rows,
        sha256: file.sha256.clone(),
        sheet: file.sheet.clone(),
    }
}

fn subject(context: &Context<'_>, of: &SubjectRow) -> SubjectOutcome {
    let (plan, row) = (context.plan, of.row);
    let mut tallies = Tallies::none(plan);
    let indicators: Vec<IndicatorOutcome> = plan.indicators.iter().map(|i| indicator(context, i, row, &mut tallies)).collect();
    let vetoes: Vec<VetoOutcome> = plan.vetoes.iter().map(|v| context.veto(v, row)).collect();
    let qualifications: Vec<PointOutcome> = plan.qualifications.iter().map(|q| context.item(q, row).0).collect();
    tallies.others(plan, NatureKind::Veto, vetoes.iter().map(|v| of_veto(v.verdict)));
    tallies.others(plan, NatureKind::Qualification, qualifications.iter().map(|q| q.verdict));
    let frame = Frame { tallies: Some(&tallies), ..Frame::subject(row) };
    let reasons = context.reasons(&tallies, row);
    let verdict = score::all(reasons.iter().map(|r| r.verdict));
    let verdict_text = plan.verdict.as_ref().map(|v| match verdict {
        Verdict::Met => v.met.clone(),
        Verdict::NotMet => v.not_met.clone(),
        Verdict::Undetermined => v.undetermined.clone(),
    });
    let grades = plan.verdict.as_ref().map_or_else(Vec::new, |v| context.grades(&v.grades, frame));
    SubjectOutcome {
        name: of.name.clone(),
        code: of.code.clone(),
        verdict,
        verdict_text: verdict_text.unwrap_or_default(),
        grade: if let [only] = grades.as_slice() { Some(only.clone()) } else { None },
        grades_possible: if grades.len() > 1 { grades } else { Vec::new() },
        reasons,
        must: must_counts(plan, &tallies),
        score: total(plan, &tallies),
        vetoes,
        qualifications,
        indicators,
        facts: if context.working { context.figures(row) } else { Vec::new() },
    }
}

fn of_veto(verdict: VetoVerdict) -> Verdict {
    match verdict {
        VetoVerdict::Clear => Verdict::Met,
        VetoVerdict::Triggered => Verdict::NotMet,
        VetoVerdict::Undetermined => Verdict::Undetermined,
    }
}

fn indicator(context: &Context<'_>, of: &Indicator, row: u32, tallies: &mut Tallies) -> IndicatorOutcome {
    let (mut points, mut parts) = (Vec::with_capacity(of.points.len()), Vec::<Part>::with_capacity(of.points.len()));
    for (point, score) in of.points.iter().map(|p| context.item(p, row)) {
        parts.push((point.verdict, score));
        points.push(point);
    }
    let nature = context.plan.natures.get(of.nature.0);
    let scored = nature.is_some_and(|n| n.kind == NatureKind::Scored);
    let (verdict, score) = tallies.indicator(context.plan, of, &parts);
    IndicatorOutcome {
        id: of.id.clone(),
        title: of.title.clone(),
        category: of.category.clone(),
        kind: nature.map(|n| n.name.clone()).unwrap_or_default(),
        nature: if scored { "scored" } else { "must" },
        verdict: (!scored).then_some(verdict),
        score: score.as_ref().map(Interval::shown),
        departments: of.departments.clone(),
        points,
    }
}

fn of_kind<'t>(plan: &'t Plan, tallies: &'t Tallies, kind: NatureKind) -> impl Iterator<Item = &'t NatureTally> {
    plan.natures.iter().zip(&tallies.natures).filter(move |(n, _)| n.kind == kind).map(|(_, t)| t)
}

fn must_counts(plan: &Plan, tallies: &Tallies) -> Counts {
    let mut counts = Counts::default();
    for verdict in of_kind(plan, tallies, NatureKind::Must).flat_map(|t| &t.verdicts) {
        counts.total += 1;
        match verdict {
            Verdict::Met => counts.met += 1,
            Verdict::NotMet => counts.not_met += 1,
            Verdict::Undetermined => counts.undetermined += 1,
        }
    }
    counts
}

fn total(plan: &Plan, tallies: &Tallies) -> TotalScore {
    let sum = Interval::sum(of_kind(plan, tallies, NatureKind::Scored).flat_map(|t| &t.scores)).shown();
    let pass = plan.verdict.as_ref().and_then(|v| v.pass.as_ref()).map(|p| format_decimal(p, 12));
    TotalScore { min: sum.min, max: sum.max, full: sum.full, pass }
}
