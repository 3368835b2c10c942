//! One case against one plan.

use crate::data::Dataset;
use crate::diagnostic::{Code, Diagnostic, Severity, has_errors};
use crate::eval::{CheckOutcome, Engine, Outcome, PointOutcome, RunOptions, Score, SubjectOutcome, Verdict, VetoVerdict, checked, run};
use crate::plan::{Case, Checked, Expectation, ExpectationKind, ItemRef, Plan, VerdictWord, Wanted};
use crate::value::{Num, format_decimal, num, parse_num, round_half_up};

/// How a case went.
#[derive(Debug)]
pub struct Trial {
    pub mismatches: Vec<Mismatch>,
    /// Of the items that are expected something of; absent where the data are wrong.
    pub outcome: Option<Outcome>,
    /// What was found in the data.
    pub findings: Vec<Diagnostic>,
}

/// An expectation that does not hold.
#[derive(Debug)]
pub struct Mismatch {
    /// Index into the case's expectations.
    pub expectation: usize,
    pub got: String,
    pub of: Option<ItemRef>,
}

impl Trial {
    /// Whether all expectations hold.
    pub fn passed(&self) -> bool {
        self.mismatches.is_empty()
    }
}

/// Judges a case; only the items it asks for are evaluated, all of them where it asks for the verdict.
pub fn judge(plan: &Plan, case: &Case, data: &Dataset, findings: &[Diagnostic]) -> Trial {
    let errors: Vec<&Diagnostic> = findings.iter().filter(|d| d.severity == Severity::Error).collect();
    let outcome = errors.is_empty().then(|| {
        let round = case.round.clone().or_else(|| plan.rounds.first().cloned());
        run(&only(plan, case), data, &RunOptions { round, date: case.date.clone(), engine: Engine::Reference, ..RunOptions::default() })
    });
    let subject = outcome.as_ref().and_then(|o| o.subjects.first());
    let mut mismatches = Vec::new();
    for (expectation, wanted) in case.expected.iter().enumerate() {
        let (got, of) = match (&wanted.kind, subject) {
            (ExpectationKind::BadData(code), _) => (bad_data(code, findings), None),
            (ExpectationKind::Verification(text, wanted), _) if errors.iter().all(|d| d.code == Code::FAILED_CHECK) => {
                (verification(plan, data, text, *wanted), None)
            }
            (_, None) => {
                let told: Vec<String> = errors.iter().map(|d| format!("{} {}", d.code.0, d.message)).collect();
                (Some(format!("数据有误：{}", told.join("；"))), None)
            }
            (ExpectationKind::Verdict(word), Some(subject)) => (verdict(*word, subject), None),
            (ExpectationKind::Grade(label), Some(subject)) => (grade(label, subject), None),
            (ExpectationKind::Verification(..), Some(_)) => (None, None),
            (ExpectationKind::Item { of, check, wanted }, Some(subject)) => (item(subject, of, *check, wanted), Some(of.clone())),
            (ExpectationKind::Value { of, check, value: wanted, places, factor }, Some(subject)) => {
                (value(subject, of, *check, wanted, *places, factor), Some(of.clone()))
            }
        };
        if let Some(got) = got {
            mismatches.push(Mismatch { expectation, got, of });
        }
    }
    Trial { mismatches, outcome, findings: findings.to_vec() }
}

/// What a standard says of the rows of a case about an item: its verdict, its score, or whether the data contradict its judgement;
/// `None` where the rows are wrong.
pub(super) fn said(plan: &Plan, case: Case, (of, check): (&ItemRef, Option<usize>), scored: bool, flagged: bool) -> Option<String> {
    let wanted = if scored { Wanted::Score(num(0), num(0)) } else { Wanted::Met };
    let kind = ExpectationKind::Item { of: of.clone(), check, wanted: wanted.clone() };
    let subject = subject_of(plan, case, kind)?;
    let got = got(&subject, of, check)?;
    Some(match flagged {
        true if got.flags.is_empty() => "无提示".into(),
        true => "有提示".into(),
        false => told(&got, &wanted),
    })
}

/// How the rows of a case stand in a check of plausibility; `None` where they are wrong in another way.
pub(super) fn verified(plan: &Plan, case: &Case, text: &str) -> Option<Checked> {
    let (data, found) = crate::data::of_case(plan, case);
    let check = plan.verifications.iter().find(|v| v.text == text)?;
    (!has_errors(&found)).then(|| checked(plan, &data, check))
}

/// The grade of the rows of a case, where it is decided.
pub(super) fn graded(plan: &Plan, case: Case) -> Option<String> {
    subject_of(plan, case, ExpectationKind::Verdict(VerdictWord::Met))?.grade
}

/// The verdict of the rows of a case.
pub(super) fn concluded(plan: &Plan, case: Case) -> Option<String> {
    subject_of(plan, case, ExpectationKind::Verdict(VerdictWord::Met)).map(|s| s.verdict_text.into())
}

fn subject_of(plan: &Plan, case: Case, kind: ExpectationKind) -> Option<SubjectOutcome> {
    let expected = vec![Expectation { kind, text: String::new(), line: 0 }];
    let case = Case { expected, ..case };
    let ready = super::prepare(plan, &case, 0);
    judge(plan, &case, &ready.data, &ready.findings).outcome?.subjects.into_iter().next()
}

/// The plan with no more items than the case asks for.
fn only(plan: &Plan, case: &Case) -> Plan {
    let asked: Vec<&ItemRef> = case
        .expected
        .iter()
        .filter_map(|e| match &e.kind {
            ExpectationKind::Item { of, .. } | ExpectationKind::Value { of, .. } => Some(of),
            _ => None,
        })
        .collect();
    let mut part = plan.clone();
    if case.expected.iter().any(|e| matches!(e.kind, ExpectationKind::Verdict(_) | ExpectationKind::Grade(_))) {
        return part;
    }
    let whole = |id: &str| asked.iter().any(|of| matches!(of, ItemRef::Indicator(x) if x == id));
    for indicator in &mut part.indicators {
        if !whole(&indicator.id) {
            indicator.points.retain(|p| asked.iter().any(|of| matches!(of, ItemRef::Point(x) if *x == p.id)));
        }
    }
    part.indicators.retain(|i| !i.points.is_empty());
    part.vetoes.retain(|v| asked.iter().any(|of| matches!(of, ItemRef::Veto(x) if *x == v.id)));
    part.qualifications.retain(|q| asked.iter().any(|of| matches!(of, ItemRef::Qualification(x) if *x == q.id)));
    part
}

/// What there is instead, where the code is not among the findings.
fn bad_data(code: &str, findings: &[Diagnostic]) -> Option<String> {
    if findings.iter().any(|d| d.code.0 == code) {
        return None;
    }
    let told: Vec<&str> = findings.iter().map(|d| d.code.0).collect();
    Some(if told.is_empty() { "数据没有错误".into() } else { format!("数据有误 {}", told.join("、")) })
}

fn grade(label: &str, subject: &SubjectOutcome) -> Option<String> {
    let got = subject.grade.clone().unwrap_or_else(|| format!("未定（{}）", subject.grades_possible.join("、")));
    (got != label).then_some(got)
}

fn verification(plan: &Plan, data: &Dataset, text: &str, wanted: Checked) -> Option<String> {
    let got = plan.verifications.iter().find(|v| v.text == text).map(|v| checked(plan, data, v));
    (got != Some(wanted)).then(|| got.map_or("没有这条核验", Checked::word).to_owned())
}

fn verdict(word: VerdictWord, subject: &SubjectOutcome) -> Option<String> {
    let wanted = match word {
        VerdictWord::Met => Verdict::Met,
        VerdictWord::NotMet => Verdict::NotMet,
        VerdictWord::Undetermined => Verdict::Undetermined,
    };
    (subject.verdict != wanted).then(|| subject.verdict_text.to_string())
}

/// The point or qualification of an outcome.
fn point<'o>(subject: &'o SubjectOutcome, of: &ItemRef) -> Option<&'o PointOutcome> {
    match of {
        ItemRef::Point(id) => subject.indicators.iter().flat_map(|i| &i.points).find(|p| p.id == *id),
        ItemRef::Qualification(id) => subject.qualifications.iter().find(|p| p.id == *id),
        _ => None,
    }
}

/// The checks of an item in an outcome.
pub(super) fn checks<'o>(subject: &'o SubjectOutcome, of: &ItemRef) -> &'o [CheckOutcome] {
    if let ItemRef::Veto(id) = of {
        return subject.vetoes.iter().find(|v| v.id == *id).map_or(&[], |v| v.checks.as_slice());
    }
    point(subject, of).map_or(&[], |p| p.checks.as_slice())
}

/// What an expectation of an item can be held against.
#[derive(Default)]
struct Got {
    verdict: Option<Verdict>,
    veto: Option<VetoVerdict>,
    score: Option<Score>,
    applicable: bool,
    /// Something is met by a relief only.
    relieved: bool,
    flags: Vec<String>,
}

fn got(subject: &SubjectOutcome, of: &ItemRef, check: Option<usize>) -> Option<Got> {
    if let Some(check) = check {
        let check = checks(subject, of).get(check)?;
        let (verdict, score, applicable) = (Some(check.verdict), check.score.clone(), check.applicable);
        if matches!(of, ItemRef::Veto(_)) {
            let veto = match check.verdict {
                Verdict::Met => VetoVerdict::Clear,
                Verdict::NotMet => VetoVerdict::Triggered,
                Verdict::Undetermined => VetoVerdict::Undetermined,
            };
            return Some(Got { veto: Some(veto), applicable, ..Got::default() });
        }
        return Some(Got { verdict, score, applicable, relieved: is_relieved(check), ..Got::default() });
    }
    match of {
        ItemRef::Indicator(id) => {
            let found = subject.indicators.iter().find(|i| i.id == *id)?;
            let relieved = found.points.iter().flat_map(|p| &p.checks).any(is_relieved);
            Some(Got { verdict: found.verdict, score: found.score.clone(), applicable: true, relieved, ..Got::default() })
        }
        ItemRef::Veto(id) => {
            let found = subject.vetoes.iter().find(|v| v.id == *id)?;
            Some(Got { veto: Some(found.verdict), applicable: true, ..Got::default() })
        }
        ItemRef::Point(_) | ItemRef::Qualification(_) => {
            let found = point(subject, of)?;
            let applicable = found.checks.iter().any(|c| c.applicable);
            let relieved = found.checks.iter().any(is_relieved);
            let (verdict, score, flags) = (Some(found.verdict), found.score.clone(), found.flags.clone());
            Some(Got { verdict, score, applicable, relieved, flags, veto: None })
        }
    }
}

fn is_relieved(check: &CheckOutcome) -> bool {
    !check.reliefs.is_empty()
}

fn item(subject: &SubjectOutcome, of: &ItemRef, check: Option<usize>, wanted: &Wanted) -> Option<String> {
    let Some(got) = got(subject, of, check) else { return Some("没有结果".into()) };
    let is = |verdict| got.verdict == Some(verdict);
    let holds = match wanted {
        Wanted::Met => is(Verdict::Met),
        Wanted::ByRelief => is(Verdict::Met) && got.relieved,
        Wanted::NotMet => is(Verdict::NotMet),
        Wanted::Undetermined => is(Verdict::Undetermined) || got.veto == Some(VetoVerdict::Undetermined),
        Wanted::Triggered => got.veto == Some(VetoVerdict::Triggered),
        Wanted::Clear => got.veto == Some(VetoVerdict::Clear),
        Wanted::Inapplicable => !got.applicable && is(Verdict::Met),
        Wanted::Flagged => !got.flags.is_empty(),
        Wanted::Unflagged => got.flags.is_empty(),
        Wanted::Score(low, high) => got.score.as_ref().is_some_and(|s| is_number(&s.min, low) && is_number(&s.max, high)),
    };
    (!holds).then(|| told(&got, wanted))
}

fn is_number(text: &str, wanted: &Num) -> bool {
    parse_num(text).is_some_and(|n| n == *wanted)
}

fn told(got: &Got, wanted: &Wanted) -> String {
    match (wanted, &got.score) {
        (Wanted::Score(..), Some(score)) if score.min == score.max => format!("得分 {} 分", score.min),
        (Wanted::Score(..), Some(score)) => format!("得分 {}～{} 分", score.min, score.max),
        (Wanted::ByRelief, _) if got.verdict == Some(Verdict::Met) && got.applicable => "达到，没有靠宽限的".into(),
        (Wanted::Flagged, _) => "无提示".into(),
        (Wanted::Unflagged, _) => format!("有提示（{}）", got.flags.join("；")),
        _ => word(got).into(),
    }
}

fn word(got: &Got) -> &'static str {
    match (got.verdict, got.veto) {
        (Some(Verdict::Met), _) if !got.applicable => "不适用",
        (Some(Verdict::Met), _) => "达到",
        (Some(Verdict::NotMet), _) => "未达到",
        (None, Some(VetoVerdict::Triggered)) => "触发",
        (None, Some(VetoVerdict::Clear)) => "未触发",
        _ => "未定",
    }
}

fn value(subject: &SubjectOutcome, of: &ItemRef, check: usize, wanted: &Num, places: usize, factor: &Num) -> Option<String> {
    let found = checks(subject, of).get(check).and_then(|c| c.value.as_deref()).and_then(parse_num);
    let Some(found) = found else { return Some("没有值".into()) };
    let found = found / factor;
    (round_half_up(&found, places) != *wanted).then(|| format!("值 = {}", format_decimal(&found, places.max(12))))
}
