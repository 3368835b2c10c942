//! Checks as an engine judged them, in the words of the outcome: every number is made again exactly from what the engine worked with.

use super::check::{Made, Measured, PartRecipe};
use super::judged::Facts;
use super::recipe::Recipe;
use super::results::{Results, Row, get, rows_of};
use super::rows::{Named, gaps, named, plain};
use super::script::Script;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::eval::{
    CheckOutcome, Elsewhere, Failure, Interval, PartCount, PartFailure, Relieved, Value, Verdict, blank, compare, fact, flag, nameless,
    places, places_of, shortfall, shown, unit_name,
};
use crate::plan::{Check, CheckKind, Comparison, Item, Judged, Part, Plan, TableId};
use crate::value::{Num, Real, Text, Unit, num};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The checks as the engine judged them.
pub(super) struct Engine<'a> {
    plan: &'a Plan,
    script: &'a Script,
    checks: BTreeMap<(&'a str, u32), &'a Row>,
    details: BTreeMap<(&'a str, u32), Vec<&'a Row>>,
    crossed: BTreeMap<(&'a str, u32), &'a Row>,
    /// Results that cannot be read.
    broken: std::cell::RefCell<Vec<String>>,
}

impl<'a> Engine<'a> {
    pub fn new(plan: &'a Plan, script: &'a Script, results: &'a Results, subjects: &[String]) -> Self {
        let index: BTreeMap<&str, u32> = (0..).zip(subjects).map(|(i, s)| (s.as_str(), i)).collect();
        let keyed = |row: &'a Row, name: &str| Some(((get(row, name), *index.get(get(row, "对象"))?), row));
        let mut details: BTreeMap<(&str, u32), Vec<&Row>> = BTreeMap::new();
        for (key, row) in rows_of(results, "明细").iter().filter_map(|r| keyed(r, "检查")) {
            details.entry(key).or_default().push(row);
        }
        for rows in details.values_mut() {
            rows.sort_by_key(|r| (get(r, "序").len(), get(r, "序")));
        }
        Self {
            plan,
            script,
            checks: rows_of(results, "检查").iter().filter_map(|r| keyed(r, "检查")).collect(),
            details,
            crossed: rows_of(results, "互证").iter().filter_map(|r| keyed(r, "条目")).collect(),
            broken: std::cell::RefCell::default(),
        }
    }

    /// What of the results cannot be read.
    pub fn into_broken(self) -> Vec<String> {
        self.broken.into_inner()
    }

    /// Every check of every subject must have been handed back.
    pub fn incomplete(&self, subjects: usize) -> Option<Diagnostic> {
        let wanted = self.script.checks.len() * subjects;
        let known = self.checks.keys().filter(|(id, _)| self.script.checks.contains_key(*id)).count();
        let message = || format!("结果不全：应有 {wanted} 条检查，只有 {known} 条");
        (known != wanted).then(|| Diagnostic::at(Code::RESULTS, Place::None, message()))
    }

    fn details<'s>(&'s self, id: &'s str, subject: u32) -> &'s [&'s Row] {
        self.details.get(&(id, subject)).map(Vec::as_slice).unwrap_or_default()
    }

    fn fill(&self, item: &Item, check: &Check, made: &Made, (row, subject): (&Row, u32)) -> CheckOutcome {
        let mut outcome = blank(check, places_of(self.plan, &check.kind));
        let numbers: Vec<&str> = get(row, "数").split('|').collect();
        outcome.verdict = self.verdict(get(row, "结论"));
        outcome.applicable = is_true(get(row, "适用"));
        outcome.missing = gaps(self.plan, get(row, "缺"));
        let details = self.details(&made.id, subject);
        match &check.kind {
            CheckKind::Condition(of) | CheckKind::Trigger(of) => {
                let is_trigger = matches!(check.kind, CheckKind::Trigger(_));
                self.condition(of, is_trigger, made, (row, &numbers), &mut outcome);
            }
            CheckKind::Each { rows, judged: of } => {
                self.counts(row, &mut outcome);
                limits(of, made, &numbers, &mut outcome);
                for detail in details {
                    self.judged_row(of, made, named(self.plan, rows.table, get(detail, "标")), detail, &mut outcome);
                }
            }
            CheckKind::Group { keys, judged: of, .. } => {
                if get(row, "结论") == "keyless" {
                    outcome.rows = Some(0);
                } else {
                    self.counts(row, &mut outcome);
                    limits(of, made, &numbers, &mut outcome);
                    for detail in details {
                        let values = get(detail, "标").split('|').map(|v| Json::String(plain(v)));
                        let key: Map<String, Json> = keys.iter().map(|k| k.name.clone()).zip(values).collect();
                        self.judged_row(of, made, Named { key, ..Named::default() }, detail, &mut outcome);
                    }
                }
            }
            CheckKind::Several { rows, least, parts } => {
                self.counts(row, &mut outcome);
                self.parts((parts, *least), (made, rows.table), &numbers, details, &mut outcome);
            }
            CheckKind::Judgement { .. } => {
                outcome.evidence = there(get(row, "佐证"));
                if let Some(full) = check.score.as_ref().or(item.full.as_ref()) {
                    let score = made.reading.own.value.as_ref().and_then(|r| r.rational(&numbers));
                    outcome.value = score.as_ref().map(|s| Real::Rational(s.clone()).to_decimal(12));
                    outcome.judged = Some(Box::new(match score {
                        Some(score) => Interval { min: score.clone(), max: score, full: full.clone() },
                        None => Interval::open(full),
                    }));
                }
            }
            CheckKind::Event => outcome.evidence = there(get(row, "佐证")),
            CheckKind::Points { .. } => outcome.judged = earned(check, made, &numbers, &mut outcome).map(Box::new),
        }
        outcome
    }

    fn verdict(&self, word: &str) -> Verdict {
        match word {
            "met" => Verdict::Met,
            "not_met" => Verdict::NotMet,
            "undetermined" | "open" | "keyless" => Verdict::Undetermined,
            other => {
                self.broken.borrow_mut().push(format!("结果里的结论“{other}”读不懂"));
                Verdict::Undetermined
            }
        }
    }

    fn count(&self, row: &Row, column: &str) -> Option<usize> {
        let count = get(row, column).parse().ok();
        if count.is_none() {
            self.broken.borrow_mut().push(format!("结果里“{column}”的“{}”不是行数", get(row, column)));
        }
        count
    }

    fn counts(&self, row: &Row, outcome: &mut CheckOutcome) {
        outcome.rows = self.count(row, "行数");
        outcome.met = self.count(row, "达到");
        outcome.not_met = self.count(row, "未达到");
        outcome.undetermined = self.count(row, "未定");
    }

    fn condition(&self, of: &Judged, is_trigger: bool, made: &Made, (row, numbers): (&Row, &[&str]), outcome: &mut CheckOutcome) {
        let own = &made.reading.own;
        if let Some(comparison) = &of.comparison {
            let (value, threshold) = (value_of(own.value.as_ref(), numbers), value_of(own.threshold.as_ref(), numbers));
            if get(row, "结论") == "open" {
                // Too near for machine numbers: settled here, exactly.
                match (&value, &threshold) {
                    (Some(value), Some(threshold)) => {
                        let truth = compare(comparison.op, &Value::Number(value.clone()), &Value::Number(threshold.clone()));
                        outcome.verdict = if truth.holds() != is_trigger { Verdict::Met } else { Verdict::NotMet };
                    }
                    _ => self.broken.borrow_mut().push(format!("{}：要由 biaochi 判断的值没有交回", made.id)),
                }
            }
            outcome.value = value.and_then(|v| shown(&Value::Number(v), &comparison.unit));
            outcome.threshold = threshold.and_then(|t| limit(comparison, &t));
            outcome.unit = unit_name(&comparison.unit);
        }
        if let Ok(relief) = get(row, "宽限").parse::<usize>() {
            outcome.reliefs.extend(used(of, own, relief, numbers));
        }
    }

    /// A row or group that fails, or that is met by a relief.
    fn judged_row(&self, of: &Judged, made: &Made, named: Named, detail: &Row, outcome: &mut CheckOutcome) {
        let numbers: Vec<&str> = get(detail, "数").split('|').collect();
        if get(detail, "真值") == "0" {
            let mut failure = measured(of.comparison.as_ref(), &made.reading.row, &numbers);
            failure.name(named);
            outcome.failures.push(failure);
        } else if let Ok(relief) = get(detail, "宽限").parse::<usize>() {
            outcome.reliefs.extend(used(of, &made.reading.row, relief, &numbers).map(|u| by(u, named)));
        }
    }

    fn parts(
        &self,
        (parts, least): (&[Part], usize),
        (made, table): (&Made, TableId),
        numbers: &[&str],
        details: &[&Row],
        outcome: &mut CheckOutcome,
    ) {
        let recipes = &made.reading.parts;
        for (index, (part, recipe)) in parts.iter().zip(recipes).enumerate() {
            let count = |offset: usize| numbers.get(index * 4 + offset).and_then(|n| n.parse().ok()).unwrap_or_default();
            let comparison = part.judged.comparison.as_ref();
            let threshold = comparison.zip(value_of(recipe.limit.as_ref(), numbers));
            outcome.parts.push(PartCount {
                label: part.label.clone(),
                rule: part.rule.clone(),
                threshold: threshold.and_then(|(c, t)| limit(c, &t)),
                unit: comparison.and_then(|c| unit_name(&c.unit)),
                places: places(self.plan, comparison),
                met: count(0),
                not_met: count(1),
                undetermined: count(2),
                below_floor: part.floor.as_ref().map(|_| count(3)),
            });
        }
        for detail in details {
            let numbers: Vec<&str> = get(detail, "数").split('|').collect();
            let who = named(self.plan, table, get(detail, "标"));
            if get(detail, "真值") == "0" {
                let mut failure = parts_failure(self.plan, (parts, recipes), least, &numbers);
                failure.name(who);
                outcome.failures.push(failure);
                continue;
            }
            let plain = made.reading.plain.and_then(|at| numbers.get(at)).copied().unwrap_or_default();
            if matches!(plain, "1" | "v") {
                continue;
            }
            for (part, recipe) in parts.iter().zip(recipes) {
                let relief = numbers.get(recipe.relief).and_then(|r| r.parse().ok());
                let used = relief.and_then(|r| used(&part.judged, &recipe.measured, r, &numbers));
                outcome.reliefs.extend(used.map(|u| Relieved { part: Some(part.label.clone()), ..by(u, who.clone()) }));
            }
        }
        outcome.threshold = Some(format!("≥ {least}").into());
        outcome.unit = Some("项".into());
    }
}

impl Elsewhere for Engine<'_> {
    fn check(&self, item: &Item, index: usize, subject: u32) -> CheckOutcome {
        let id = format!("{}#{}", item.id, index + 1);
        let made = self.script.checks.get(&id);
        match (item.checks.get(index), made, self.checks.get(&(id.as_str(), subject))) {
            (Some(check), Some(made), Some(row)) => self.fill(item, check, made, (row, subject)),
            (check, _, _) => {
                self.broken.borrow_mut().push(format!("结果里没有检查“{id}”"));
                let nothing =
                    Check { label: Text::default(), rule: Text::default(), kind: CheckKind::Event, score: None, origin: item.origin };
                blank(check.unwrap_or(&nothing), 0)
            }
        }
    }

    fn flags(&self, item: &Item, checks: &[CheckOutcome], subject: u32) -> Vec<String> {
        let row = self.crossed.get(&(item.id.as_str(), subject));
        let (Some(crossed), Some(row), true) = (self.script.crossed.get(item.id.as_str()), row, checks.iter().any(CheckOutcome::is_full))
        else {
            return Vec::new();
        };
        let numbers: Vec<&str> = get(row, "数").split('|').collect();
        let contradicted = item.cross_checks.iter().zip(crossed).filter(|(_, (at, _))| numbers.get(*at) == Some(&"0"));
        contradicted.map(|(check, (_, facts))| flag(check, told(facts, &numbers))).collect()
    }
}

fn told(facts: &Facts, numbers: &[&str]) -> Option<String> {
    match facts {
        Facts::All(parts) => parts.iter().find(|(at, _)| numbers.get(*at) == Some(&"0")).and_then(|(_, facts)| told(facts, numbers)),
        Facts::Sides(op, left, right) => {
            let side = |recipe: &Recipe| shown(&Value::Number(recipe.value(numbers)?), &Unit::none());
            Some(fact(*op, &side(left)?, &side(right)?))
        }
        Facts::Untold => None,
    }
}

/// Points by value, held between nothing and the full score.
fn earned(check: &Check, made: &Made, numbers: &[&str], outcome: &mut CheckOutcome) -> Option<Interval> {
    let (full, ends) = (check.score.as_ref()?, made.reading.ends.as_ref()?);
    let is = |at: usize| numbers.get(at) == Some(&"1");
    let mut score = Interval::open(full);
    let held = |n: Num| n.max(num(0)).min(full.clone());
    if is(ends.empty) {
        score.min = full.clone();
    } else if let (Some(low), Some(high)) = (ends.low.rational(numbers), ends.high.rational(numbers)) {
        (score.min, score.max) = (held(low), held(high));
    }
    outcome.verdict = score.verdict();
    if score.min == score.max {
        outcome.missing = Vec::new();
        if !is(ends.empty) {
            outcome.value = shown(&Value::num(score.min.clone()), &Unit::none());
        }
    }
    Some(score)
}

fn is_true(text: &str) -> bool {
    matches!(text, "true" | "t" | "True" | "TRUE")
}

fn there(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|t| !t.is_empty())
}

fn value_of(recipe: Option<&Recipe>, numbers: &[&str]) -> Option<Real> {
    recipe.and_then(|r| r.value(numbers))
}

fn limit(comparison: &Comparison, threshold: &Real) -> Option<Text> {
    Some(format!("{} {}", comparison.op.sign(), shown(&Value::Number(threshold.clone()), &comparison.unit)?).into())
}

fn limits(of: &Judged, made: &Made, numbers: &[&str], outcome: &mut CheckOutcome) {
    if let Some(comparison) = &of.comparison {
        outcome.threshold = value_of(made.reading.own.threshold.as_ref(), numbers).and_then(|t| limit(comparison, &t));
        outcome.unit = unit_name(&comparison.unit);
    }
}

impl Failure {
    fn name(&mut self, named: Named) {
        self.key = named.key;
        self.name = named.name;
        self.source = named.source;
        self.member = named.member;
    }
}

fn by(used: Relieved, named: Named) -> Relieved {
    Relieved { key: named.key, name: named.name, source: named.source, member: named.member, ..used }
}

fn measured(comparison: Option<&Comparison>, read: &Measured, numbers: &[&str]) -> Failure {
    let mut failure = nameless();
    let Some(comparison) = comparison else { return failure };
    failure.value = value_of(read.value.as_ref(), numbers).and_then(|v| shown(&Value::Number(v), &comparison.unit));
    failure.threshold = value_of(read.threshold.as_ref(), numbers).and_then(|t| limit(comparison, &t));
    if let Some((amount, unit)) = lacking(comparison, read, numbers) {
        failure.shortfall = Some(amount);
        failure.shortfall_unit = Some(unit);
    }
    failure
}

fn lacking(comparison: &Comparison, read: &Measured, numbers: &[&str]) -> Option<(String, String)> {
    let rational = |recipe: &Option<Recipe>| recipe.as_ref().and_then(|r| r.rational(numbers));
    let rest = || if read.rest.is_some() { rational(&read.rest) } else { Some(num(1)) };
    shortfall(comparison, rational(&read.numerator)?, rational(&read.threshold)?, || rational(&read.value), rest)
}

fn used(of: &Judged, read: &Measured, index: usize, numbers: &[&str]) -> Option<Relieved> {
    let relief = of.reliefs.get(index)?;
    let (value, threshold) = read.reliefs.get(index)?;
    let own = relief.comparison.as_ref();
    let shown_by = own.or(of.comparison.as_ref());
    let value = if own.is_some() { value.as_ref() } else { read.value.as_ref() };
    Some(Relieved {
        key: Map::new(),
        name: None,
        value: shown_by.zip(value_of(value, numbers)).and_then(|(c, v)| shown(&Value::Number(v), &c.unit)),
        threshold: own.zip(value_of(threshold.as_ref(), numbers)).and_then(|(c, t)| limit(c, &t)),
        unit: shown_by.and_then(|c| unit_name(&c.unit)),
        relief: relief.label.clone(),
        part: None,
        until: relief.until.clone(),
        duty: Some(relief.duty.clone()).filter(|duty| !duty.is_empty()),
        source: None,
        member: None,
    })
}

fn parts_failure(plan: &Plan, (parts, recipes): (&[Part], &[PartRecipe]), least: usize, numbers: &[&str]) -> Failure {
    let at = |place: usize| numbers.get(place).copied().unwrap_or_default();
    let met = recipes.iter().filter(|r| matches!(at(r.met), "1" | "v")).count();
    let open = recipes.iter().any(|r| at(r.met) == "?");
    let mut missed = Vec::new();
    for (part, recipe) in parts.iter().zip(recipes).filter(|(_, r)| at(r.met) == "0" || at(r.floor) == "0") {
        let comparison = part.judged.comparison.as_ref();
        let read = measured(comparison, &recipe.measured, numbers);
        let floor = part.floor.as_ref().zip(comparison).zip(value_of(recipe.floor_threshold.as_ref(), numbers));
        missed.push(PartFailure {
            label: part.label.clone(),
            value: read.value,
            threshold: read.threshold,
            unit: comparison.and_then(|c| unit_name(&c.unit)),
            places: places(plan, comparison),
            floor: floor.and_then(|((f, c), t)| Some(format!("{} {}", f.op.sign(), shown(&Value::Number(t), &c.unit)?).into())),
            below_floor: at(recipe.floor) == "0",
            shortfall: read.shortfall,
            shortfall_unit: read.shortfall_unit,
        });
    }
    Failure { value: (!open).then(|| met.to_string()), threshold: Some(format!("≥ {least}").into()), parts: missed, ..nameless() }
}
