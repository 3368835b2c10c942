//! Judges the checks of an item for one subject.

use super::columns::Screened;
use super::context::{Context, Frame};
use super::outcome::{CheckOutcome, Failure, Relieved, Verdict, Working};
use super::rows::{Group, Member};
use super::score::Interval;
use super::truth::{Truth, compare};
use super::value::{Gaps, Missing, Reason, Spot, Value};
use crate::plan::{Check, CheckKind, Comparison, Expr, Extent, FieldId, GroupKey, Item, Judged, Rows, TableId, Tolerance};
use crate::value::{Num, Real, Text, Unit};
use serde_json::{Map, Value as Json};

/// Rows by verdict.
#[derive(Default)]
pub(super) struct Tally {
    pub met: usize,
    pub not_met: usize,
    pub failures: Vec<Failure>,
    pub undetermined: usize,
    pub gaps: Gaps,
}

impl Context<'_> {
    /// Judges the checks of an item, or takes what was judged elsewhere.
    pub fn checks(&self, item: &Item, subject: u32) -> Vec<CheckOutcome> {
        let judge = |(index, check): (usize, &Check)| match self.elsewhere {
            Some(elsewhere) => elsewhere.check(item, index, subject),
            None => self.check(item, check, subject),
        };
        item.checks.iter().enumerate().map(judge).collect()
    }

    /// Judges one check.
    pub fn check(&self, item: &Item, check: &Check, subject: u32) -> CheckOutcome {
        let frame = Frame::subject(subject);
        let mut outcome = blank(check, self.places_of(&check.kind));
        match &check.kind {
            CheckKind::Condition(judged) => self.condition(judged, frame, &mut outcome),
            CheckKind::Trigger(judged) => {
                self.condition(judged, frame, &mut outcome);
                outcome.verdict = match outcome.verdict {
                    Verdict::Met if outcome.applicable => Verdict::NotMet,
                    Verdict::NotMet => Verdict::Met,
                    other => other,
                };
            }
            CheckKind::Each { rows, judged } => self.each(rows, judged, frame, &mut outcome),
            CheckKind::Several { rows, least, parts } => self.several(rows, (*least, parts), frame, &mut outcome),
            CheckKind::Group { rows, keys, having, judged } => {
                self.each_group((rows, keys, having.as_ref()), judged, frame, &mut outcome);
            }
            CheckKind::Points { value } => outcome.judged = self.points(value, check.score.as_ref(), frame, &mut outcome).map(Box::new),
            CheckKind::Judgement { .. } => outcome.judged = self.judgement(item, check, subject, &mut outcome).map(Box::new),
            CheckKind::Event => self.event(item, subject, &mut outcome),
        }
        if self.working {
            self.work(item, check, frame, &mut outcome);
        }
        outcome
    }

    fn condition(&self, judged: &Judged, frame: Frame<'_>, outcome: &mut CheckOutcome) {
        let told = self.enclosed(judged, frame).or_else(|| self.settled(judged, frame));
        // Whether a relief suffices is seen one by one.
        if let Some((holds, value)) = told.filter(|(holds, _)| *holds || judged.reliefs.is_empty()) {
            outcome.verdict = verdict(&Truth::of(holds));
            outcome.value = value;
            outcome.threshold = judged.comparison.as_ref().and_then(|c| self.threshold(c, frame));
            outcome.unit = judged.comparison.as_ref().and_then(|c| unit_name(&c.unit));
            return;
        }
        let sides = judged.comparison.as_ref().map(|c| (c, self.value(&c.value, frame), self.value(&c.threshold, frame)));
        let (truth, relief) = match &sides {
            // The comparison is the condition: its sides are worked out once.
            Some((comparison, value, threshold)) if judged.reliefs.is_empty() => (compare(comparison.op, value, threshold), None),
            _ => self.ruling(judged, frame),
        };
        outcome.reliefs.extend(relief.map(|r| self.use_of(r, judged, frame)));
        outcome.verdict = verdict(&truth);
        outcome.applicable = truth != Truth::Vacuous;
        if let Some((comparison, value, threshold)) = &sides {
            outcome.value = shown(value, &comparison.unit);
            outcome.threshold = limit(comparison, threshold);
            outcome.unit = unit_name(&comparison.unit);
        }
        if let Truth::Unknown(gaps) = truth {
            outcome.missing = self.gaps(gaps);
        }
    }

    /// Whether a condition holds, and what it measures, where the columns tell.
    fn settled(&self, judged: &Judged, frame: Frame<'_>) -> Option<(bool, Option<String>)> {
        let (holds, value) = self.columns.as_ref()?.settled(judged, frame.subject?)?;
        let unit = judged.comparison.as_ref().map(|c| &c.unit);
        Some((holds, unit.zip(value).map(|(unit, value)| unit.shown(&value))))
    }

    fn each(&self, rows: &Rows, judged: &Judged, frame: Frame<'_>, outcome: &mut CheckOutcome) {
        let (open, mut tally) = self.screen(rows, judged, frame, |_| {});
        for member in &open {
            if let Some(gaps) = &member.unknown {
                tally.add(Truth::Unknown(gaps.as_ref().clone()));
                continue;
            }
            let at = frame.at(rows.table, member.row);
            let (truth, relief) = self.ruling(judged, at);
            outcome.reliefs.extend(relief.map(|r| self.used_by_row(self.use_of(r, judged, at), rows.table, member.row)));
            if truth.fails() {
                tally.failures.push(self.row_failure(rows.table, member.row, judged, at));
            }
            tally.add(truth);
        }
        self.limits(judged, frame, outcome);
        let count = tally.count();
        self.close(tally, count, rows, judged.tolerance.as_ref(), outcome);
    }

    /// The rows that are to be judged one by one, and the count of those that need not be: of each it is told which parts it meets, where there
    /// are parts.
    pub(super) fn screen<T>(&self, rows: &Rows, asked: &T, frame: Frame<'_>, mut met: impl FnMut(u64)) -> (Vec<Member>, Tally) {
        let mut tally = Tally::default();
        let screen = self.columns.as_deref().and_then(|c| c.screen(asked));
        let (Some(screen), Some(subject)) = (screen, frame.subject) else { return (self.members(rows, frame), tally) };
        let mut open = Vec::new();
        let of_subject = self.rows_of(rows.table, subject);
        if let Some(together) = of_subject.together().filter(|_| screen.is_plain()) {
            let (count, unclear) = screen.settled(together);
            tally.met = count;
            open.extend(unclear.filter_map(|row| self.membership(rows, row, subject)));
            return (open, tally);
        }
        for row in of_subject.iter() {
            match screen.of(row) {
                Screened::Outside => {}
                Screened::Met(parts) => {
                    tally.met += 1;
                    met(parts);
                }
                Screened::Open => open.extend(self.membership(rows, row, subject)),
            }
        }
        (open, tally)
    }

    fn each_group(
        &self,
        (rows, keys, having): (&Rows, &[GroupKey], Option<&Expr>),
        judged: &Judged,
        frame: Frame<'_>,
        outcome: &mut CheckOutcome,
    ) {
        let members = self.members(rows, frame);
        let (groups, keyless) = self.groups(rows.table, &members, keys, frame);
        let (mut tally, mut count) = (Tally::default(), 0usize);
        for group in &groups {
            let at = frame.within(&group.members);
            let wanted = having.map_or(Truth::True, |h| self.truth(h, at));
            if wanted.fails() && keyless.is_empty() && group.members.iter().all(|m| m.unknown.is_none()) {
                continue;
            }
            count += 1;
            let mut open: Gaps = group.members.iter().filter_map(|m| m.unknown.as_ref()).flat_map(|g| g.iter().cloned()).collect();
            open.extend(keyless.iter().cloned());
            let (ruled, relief) = self.ruling(judged, at);
            let mut truth = Truth::any([!wanted, ruled]);
            if !open.is_empty() {
                if let Truth::Unknown(more) = truth {
                    open.extend(more);
                }
                truth = Truth::Unknown(open);
            }
            if let Some(relief) = relief.filter(|_| truth.holds()) {
                outcome.reliefs.push(Relieved { key: self.group_key(rows.table, group, keys), ..self.use_of(relief, judged, at) });
            }
            if truth.fails() {
                tally.failures.push(Failure { key: self.group_key(rows.table, group, keys), ..self.measured(judged, at) });
            }
            tally.add(truth);
        }
        if count == 0 && !keyless.is_empty() {
            outcome.rows = Some(0);
            outcome.verdict = Verdict::Undetermined;
            outcome.missing = self.gaps(keyless);
            return;
        }
        self.limits(judged, frame, outcome);
        self.close(tally, count, rows, judged.tolerance.as_ref(), outcome);
    }

    /// Turns counts into a verdict: what is missing matters only where it could decide.
    pub(super) fn close(&self, tally: Tally, count: usize, rows: &Rows, tolerance: Option<&Tolerance>, outcome: &mut CheckOutcome) {
        let mut gaps = tally.gaps;
        let tolerates = |failing: usize| match tolerance {
            None => failing == 0,
            Some(Tolerance::Exceptions(most)) => failing <= *most,
            Some(Tolerance::Share(share)) => Num::from(count - failing.min(count)) >= share * Num::from(count),
        };
        outcome.verdict = if !tolerates(tally.not_met) {
            Verdict::NotMet
        } else if !tolerates(tally.not_met + tally.undetermined) {
            Verdict::Undetermined
        } else {
            gaps.clear();
            Verdict::Met
        };
        if count == 0 {
            let absent = self.unsupplied(rows);
            if absent.is_empty() {
                outcome.applicable = false;
            } else {
                outcome.verdict = Verdict::Undetermined;
                gaps.extend(absent);
            }
        }
        outcome.rows = Some(count);
        outcome.met = Some(tally.met);
        outcome.not_met = Some(tally.not_met);
        outcome.undetermined = Some(tally.undetermined);
        outcome.failures = tally.failures;
        outcome.missing = self.gaps(gaps);
    }

    /// What is asked of every row alike.
    fn limits(&self, judged: &Judged, frame: Frame<'_>, outcome: &mut CheckOutcome) {
        if let Some(comparison) = &judged.comparison {
            if is_constant(&comparison.threshold) {
                outcome.threshold = self.threshold(comparison, frame);
            }
            outcome.unit = unit_name(&comparison.unit);
        }
    }

    pub(super) fn threshold(&self, comparison: &Comparison, frame: Frame<'_>) -> Option<Text> {
        comparison.limit.clone().or_else(|| limit(comparison, &self.value(&comparison.threshold, frame)))
    }

    fn row_failure(&self, table: TableId, row: u32, judged: &Judged, frame: Frame<'_>) -> Failure {
        let mut failure = self.measured(judged, frame);
        self.name_row(&mut failure, table, row);
        failure
    }

    /// Says which row it is.
    pub(super) fn name_row(&self, failure: &mut Failure, table: TableId, row: u32) {
        failure.key = self.key_of(table, row);
        failure.name = self.name_of(table, row);
        failure.source = self.source_of(table, row);
        failure.member = self.member_of(table, row);
    }

    pub(super) fn group_key(&self, table: TableId, group: &Group, keys: &[GroupKey]) -> Map<String, Json> {
        let part = |(key, value): (&GroupKey, &Value)| {
            let ty = match &key.value {
                Expr::Field { path, field, .. } => self.end_of(table, path).and_then(|t| self.field_type(t, *field)),
                Expr::SubjectField { table, field } => self.field_type(*table, *field),
                _ => None,
            };
            (key.name.clone(), Json::String(self.show(value, ty)))
        };
        keys.iter().zip(&group.keys).map(part).collect()
    }

    pub(super) fn measured(&self, judged: &Judged, frame: Frame<'_>) -> Failure {
        let mut failure = nameless();
        let Some(comparison) = &judged.comparison else { return failure };
        failure.value = shown(&self.value(&comparison.value, frame), &comparison.unit);
        failure.threshold = self.threshold(comparison, frame);
        if let Some((amount, unit)) = self.shortfall(comparison, frame) {
            failure.shortfall = Some(amount);
            failure.shortfall_unit = Some(unit);
        }
        failure
    }

    /// Reads the conclusion, or the score where there is one to give.
    fn judgement(&self, item: &Item, check: &Check, subject: u32, outcome: &mut CheckOutcome) -> Option<Interval> {
        let full = check.score.as_ref().or(item.full.as_ref());
        outcome.verdict = Verdict::Undetermined;
        let Some(of) = &self.plan.judgements else { return full.map(Interval::open) };
        let field = if full.is_some() { of.score } else { of.conclusion };
        let Some(field) = field else { return full.map(Interval::open) };
        let row = self.item_row(of.table, of.item, of.round, subject, &item.id);
        outcome.evidence = row.zip(of.evidence).and_then(|(r, f)| self.shown(of.table, r, f));
        let value = row.map(|r| self.cell(of.table, r, field));
        if !matches!(value, Some(Value::Number(_) | Value::Choice(_) | Value::Bool(_))) {
            outcome.missing = self.gaps(vec![self.absent_item((of.table, of.item, of.round), field, (subject, row), &item.id)]);
        }
        match (value, full) {
            (Some(Value::Number(score)), Some(full)) => {
                let score = score.rounded(12);
                outcome.verdict = if score >= *full { Verdict::Met } else { Verdict::NotMet };
                outcome.value = Some(Real::Rational(score.clone()).to_decimal(12));
                Some(Interval { min: score.clone(), max: score, full: full.clone() })
            }
            (Some(Value::Choice(option)), None) => {
                let met = usize::try_from(option).is_ok_and(|o| o == of.met_option || of.or_better && o > of.met_option);
                outcome.verdict = if met { Verdict::Met } else { Verdict::NotMet };
                None
            }
            (_, full) => full.map(Interval::open),
        }
    }

    fn event(&self, item: &Item, subject: u32, outcome: &mut CheckOutcome) {
        outcome.verdict = Verdict::Undetermined;
        let Some(of) = &self.plan.events else { return };
        let row = self.item_row(of.table, of.item, of.round, subject, &item.id);
        outcome.evidence = row.zip(of.description).and_then(|(r, f)| self.shown(of.table, r, f));
        match row.map(|r| self.cell(of.table, r, of.exists)) {
            Some(Value::Bool(true)) => outcome.verdict = Verdict::NotMet,
            Some(Value::Bool(false)) => outcome.verdict = Verdict::Met,
            _ => {
                let gap = self.absent_item((of.table, of.item, of.round), of.exists, (subject, row), &item.id);
                outcome.missing = self.gaps(vec![gap]);
            }
        }
    }

    fn absent_item(
        &self,
        (table, item, round): (TableId, FieldId, Option<FieldId>),
        field: FieldId,
        (subject, row): (u32, Option<u32>),
        id: &str,
    ) -> Missing {
        let mut more = vec![(self.field_name(table, item), id.to_string())];
        if let (Some(name), Some(round)) = (round, self.round) {
            more.push((self.field_name(table, name), round.to_string()));
        }
        let mut gap = self.absent_row(table, subject, &more);
        if let Some(row) = row.filter(|_| gap.reason == Reason::Row) {
            gap = Missing { table, spot: Spot::Row(row), field: None, reason: Reason::Cell };
        }
        if gap.reason != Reason::Table {
            gap.field = Some(field);
        }
        gap
    }
}

/// `≥ 4.2`
fn limit(comparison: &Comparison, threshold: &Value) -> Option<Text> {
    let shown = || Some(format!("{} {}", comparison.op.sign(), shown(threshold, &comparison.unit)?).into());
    comparison.limit.clone().or_else(shown)
}

/// A failure of which nothing is said yet.
pub(crate) fn nameless() -> Failure {
    Failure {
        key: Map::new(),
        name: None,
        value: None,
        threshold: None,
        shortfall: None,
        shortfall_unit: None,
        parts: Vec::new(),
        source: None,
        member: None,
    }
}

impl Tally {
    pub(super) fn count(&self) -> usize {
        self.met + self.not_met + self.undetermined
    }

    pub(super) fn add(&mut self, truth: Truth) {
        match truth {
            Truth::True | Truth::Vacuous => self.met += 1,
            Truth::False => self.not_met += 1,
            Truth::Unknown(gaps) => {
                self.undetermined += 1;
                self.gaps.extend(gaps);
            }
        }
    }
}

pub(crate) fn blank(check: &Check, places: u8) -> CheckOutcome {
    CheckOutcome {
        label: check.label.clone(),
        verdict: Verdict::Met,
        applicable: true,
        rule: check.rule.clone(),
        score: None,
        value: None,
        threshold: None,
        unit: None,
        places,
        rows: None,
        met: None,
        not_met: None,
        undetermined: None,
        parts: Vec::new(),
        reliefs: Vec::new(),
        failures: Vec::new(),
        missing: Vec::new(),
        evidence: None,
        working: Working::default(),
        judged: None,
    }
}

/// The verdict that a truth is.
pub fn verdict(truth: &Truth) -> Verdict {
    match truth {
        Truth::True | Truth::Vacuous => Verdict::Met,
        Truth::False => Verdict::NotMet,
        Truth::Unknown(_) => Verdict::Undetermined,
    }
}

/// A known number in a unit; ratios stand as ratios, whatever their unit.
pub fn shown(value: &Value, unit: &Unit) -> Option<String> {
    match value.number()? {
        Real::Rational(number) => Some(unit.shown(number)),
        number if unit.is_plain() => Some(number.to_decimal(12)),
        number => Some(number.checked_div(&Real::Rational(unit.factor.clone()))?.to_decimal(12)),
    }
}

pub(crate) fn unit_name(unit: &Unit) -> Option<Text> {
    Some(unit.name.clone()).filter(|name| !name.is_empty())
}

/// Whether an expression is the same for every row of a subject.
pub(crate) fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Field { .. } => false,
        Expr::Aggregate { scope, .. } => matches!(scope.extent, Extent::Subject),
        _ => expr.children().into_iter().all(is_constant),
    }
}
