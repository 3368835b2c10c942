//! Holds every row against the checks of plausibility.

use super::Engine;
use super::columns::{Belongs, Columns, Identity, Screened};
use super::context::{Context, Frame, Shared};
use super::peers::{Peers, Usual};
use super::truth::{Truth, gaps_of};
use super::value::{Gaps, Value};
use crate::data::Dataset;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::plan::{Checked, Expr, FieldId, GroupKey, Plan, Requirement, Rows, TableId, Verification};
use crate::value::{Num, Real};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::sync::Arc;

/// How many failing rows of one check are told one by one.
const TOLD: usize = 200;

/// Which rows a check is told of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'s> {
    /// The rows of these subjects and those of none; all where none is named.
    pub subjects: &'s [String],
    /// Whether the rows that hold are listed too.
    pub every: bool,
}

/// What became of the rows of one check.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    pub held: usize,
    /// Rows that the check says nothing of.
    pub inapplicable: usize,
    pub failed: Vec<Violation>,
    /// The rows that hold, where they are listed.
    pub holding: Vec<u32>,
    /// What is usual for rows that are held against their peers: those that fail, and those that hold where they are listed.
    pub usual: BTreeMap<u32, Arc<Usual>>,
    /// Rows that could not be checked, and what is missing for it.
    pub unknown: Vec<(u32, Gaps)>,
}

/// A row that fails a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    pub row: u32,
    /// The first row that is alike.
    pub like: Option<u32>,
}

/// Takes note of rows one by one.
struct Register<'c, 'd> {
    context: &'c Context<'d>,
    table: TableId,
    /// The rows of subjects that are asked for.
    wanted: Option<BTreeSet<u32>>,
    every: bool,
    verified: Verified,
}

/// Every row that fails a check at the level of errors.
pub fn verify(plan: &Plan, data: &Dataset) -> Vec<Diagnostic> {
    verify_by(plan, data, Engine::Reference)
}

/// The same, by columns or row by row.
pub fn verify_by(plan: &Plan, data: &Dataset, engine: Engine) -> Vec<Diagnostic> {
    let errors: Vec<&Verification> = plan.verifications.iter().filter(|v| v.level == Severity::Error).collect();
    let shared = verifying(plan, data, engine, &errors);
    let context = Context::sharing(plan, data, None, &shared);
    let mut found = Vec::new();
    for check in errors {
        let verified = context.verified(check, Asked::default());
        let failed = &verified.failed;
        found.extend(failed.iter().take(TOLD).map(|violation| complaint(&context, check, &verified, violation)));
        if failed.len() > TOLD {
            let table = context.table(check.rows.table).map_or("", |t| t.name.as_str());
            let message = format!("数据表“{table}”另有 {} 行不符合“{}”", failed.len() - TOLD, check.text);
            found.push(Diagnostic::at(Code::FAILED_CHECK, Place::None, message));
        }
    }
    found
}

/// What is shared by those that hold data against some checks of plausibility.
pub(super) fn verifying<'d>(plan: &'d Plan, data: &'d Dataset, engine: Engine, checks: &[&Verification]) -> Shared<'d> {
    let mut shared = Shared::default();
    if engine == Engine::Columns && !checks.is_empty() {
        shared.columns = Some(Arc::new(Columns::of_verifications(plan, data, checks, &shared.indexes)));
    }
    shared
}

/// How the rows of all subjects stand in a check of plausibility.
pub fn checked(plan: &Plan, data: &Dataset, check: &Verification) -> Checked {
    let verified = Context::new(plan, data, None).verified(check, Asked::default());
    match (verified.failed.is_empty(), verified.unknown.is_empty()) {
        (false, _) => Checked::Fails,
        (true, false) => Checked::NotCheckable,
        (true, true) => Checked::Holds,
    }
}

fn complaint(context: &Context<'_>, check: &Verification, verified: &Verified, violation: &Violation) -> Diagnostic {
    let (table, row) = (check.rows.table, violation.row);
    let key: Vec<String> = context.key_of(table, row).iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap_or_default())).collect();
    let finding = context.finding(check, violation, verified.usual_of(violation));
    let name = finding.name.clone().filter(|name| !key.iter().any(|k| k.split_once('=').is_some_and(|(_, value)| value == name)));
    let named: Vec<String> = std::iter::once(key.join("，")).chain(name).collect();
    let mut place = context.data.place(table, row, first_cell(check));
    if let Place::Cell { row, .. } = &mut place {
        *row = Some(named.join(" "));
    }
    let said = finding.said().map(|s| format!("：{s}")).unwrap_or_default();
    let found = Diagnostic::at(Code::FAILED_CHECK, place, format!("这一行不符合“{}”{said}", check.text));
    found.help("核对这一行的各项数据，改正后重新运行")
}

/// The first field of the row itself that the check reads: where one begins to look.
fn first_cell(check: &Verification) -> Option<FieldId> {
    fn first(expr: &Expr) -> Option<FieldId> {
        match expr {
            Expr::Field { path, field, .. } if path.is_empty() => Some(*field),
            _ => expr.children().into_iter().find_map(first),
        }
    }
    match &check.requirement {
        Requirement::Holds(judged) => first(&judged.condition),
        Requirement::Near { value, .. } => first(value),
        _ => None,
    }
}

impl Context<'_> {
    /// Holds the rows against a check; what is missing makes a row unknown, never right.
    pub fn verified(&self, check: &Verification, asked: Asked<'_>) -> Verified {
        let table = check.rows.table;
        let mut register = Register { context: self, table, wanted: self.wanted(asked), every: asked.every, verified: Verified::default() };
        let mut members = Vec::new();
        let rows = self.data.table(table).map_or(0, |t| u32::try_from(t.rows).unwrap_or(u32::MAX));
        let screen = self.columns.as_deref().and_then(|c| c.screen(check));
        let membership = self.columns.as_deref().and_then(|c| c.rows(&check.rows));
        let (met, open): (usize, Box<dyn Iterator<Item = u32>>) = match screen.filter(|_| register.is_of_all()) {
            Some(screen) => {
                let (met, open) = screen.settled(0..rows);
                (met, Box::new(open))
            }
            None => (0, Box::new(0..rows)),
        };
        register.verified.held = met;
        for row in open {
            match screen.map_or(Screened::Open, |s| s.of(row)) {
                Screened::Outside => continue,
                Screened::Met(_) => {
                    register.add(row, Truth::True);
                    continue;
                }
                Screened::Open => {}
            }
            let belongs = match membership.map(|m| m.of(row)) {
                Some(Belongs::Yes) => Truth::True,
                Some(Belongs::No) => continue,
                _ => self.belongs(&check.rows, row),
            };
            match belongs {
                Truth::False => {}
                Truth::Unknown(_) => register.add(row, belongs),
                Truth::True | Truth::Vacuous => members.push(row),
            }
        }
        match &check.requirement {
            Requirement::Holds(judged) => {
                for row in members {
                    let truth = self.truth(&judged.condition, self.frame_of(table, row));
                    register.add(row, truth);
                }
            }
            Requirement::Near { keys, least, limit, value, .. } => {
                self.near(&check.rows, members, (keys, *least, limit), value, &mut register)
            }
            Requirement::Distinct(fields) => self.distinct(&check.rows, &members, fields, &mut register),
        }
        let mut verified = register.verified;
        verified.unknown.sort_by_key(|(row, _)| *row);
        verified
    }

    /// The rows of the subjects that are asked for, where not all are.
    fn wanted(&self, asked: Asked<'_>) -> Option<BTreeSet<u32>> {
        if asked.subjects.is_empty() {
            return None;
        }
        let of = &self.plan.subject;
        let rows = self.data.table(of.table).map_or(0, |t| u32::try_from(t.rows).unwrap_or(u32::MAX));
        Some((0..rows).filter(|row| self.shown(of.table, *row, of.code).is_none_or(|code| asked.subjects.contains(&code))).collect())
    }

    /// Where an expression of a row stands.
    pub fn frame_of(&self, table: TableId, row: u32) -> Frame<'_> {
        Frame { subject: self.subject_of(table, row), ..Frame::default() }.at(table, row)
    }

    fn near(
        &self,
        rows: &Rows,
        members: Vec<u32>,
        (keys, least, limit): (&[GroupKey], usize, &Num),
        value: &Expr,
        register: &mut Register<'_, '_>,
    ) {
        let quotients = self.columns.as_deref().and_then(|c| c.quotients(value));
        let unit = quotients.as_ref().map_or_else(|| Num::from(1), |q| q.unit.clone());
        let quotient = |row: u32| quotients.as_ref().and_then(|q| q.of(row));
        for peers in self.peers(rows, members, keys, value, register) {
            if peers.count() < least {
                // Too few do not say what is usual.
                peers.all().for_each(|row| register.add(row, Truth::Unknown(Gaps::new())));
                continue;
            }
            let Some((usual, judged)) = peers.judged((&unit, quotient), limit) else { continue };
            let usual = Arc::new(usual);
            for (row, holds) in judged {
                if register.every || !holds {
                    register.verified.usual.insert(row, Arc::clone(&usual));
                }
                register.add(row, Truth::of(holds));
            }
        }
        register.verified.failed.sort_by_key(|v| v.row);
        register.verified.holding.sort_unstable();
    }

    /// Rows with their values by equal keys; those of which something is missing are noted.
    fn peers(&self, rows: &Rows, members: Vec<u32>, keys: &[GroupKey], value: &Expr, register: &mut Register<'_, '_>) -> Vec<Peers> {
        let (mut groups, mut by_key, mut by_code) = (Vec::<Peers>::new(), BTreeMap::new(), BTreeMap::new());
        let columns = self.columns.as_deref();
        let identity = columns.and_then(|c| c.identity(keys.iter().map(|k| &k.value)));
        let quotients = columns.and_then(|c| c.quotients(value));
        let mut code = Vec::new();
        for row in members {
            let is_coded = identity.as_ref().is_some_and(|i| i.read(row, &mut code));
            let quotient = quotients.as_ref().and_then(|q| q.of(row));
            let known = if is_coded { by_code.get(code.as_slice()).and_then(|at: &usize| groups.get_mut(*at)) } else { None };
            if let (Some(group), Some(_)) = (known, quotient) {
                group.rows.push(row);
                continue;
            }
            let frame = self.frame_of(rows.table, row);
            let shown = keys.iter().map(|k| self.known(&k.value, frame)).collect::<Result<Vec<String>, Gaps>>();
            let key = match shown {
                Ok(key) => key,
                Err(gaps) => {
                    register.add(row, Truth::Unknown(gaps));
                    continue;
                }
            };
            let next = groups.len();
            let mut group = |key| {
                let at = *by_key.entry(key).or_insert(next);
                if is_coded {
                    by_code.insert(code.clone(), at);
                }
                at
            };
            let (at, number) = match (quotient, quotient.is_none().then(|| self.value(value, frame))) {
                (Some(_), _) => (group(key), None),
                (None, Some(Value::Number(Real::Rational(n)))) => (group(key), Some(n)),
                (_, Some(Value::Empty)) => {
                    register.add(row, Truth::Vacuous);
                    continue;
                }
                (_, other) => {
                    register.add(row, Truth::Unknown(other.as_ref().and_then(gaps_of).cloned().unwrap_or_default()));
                    continue;
                }
            };
            if at == next {
                groups.push(Peers::default());
            }
            let Some(group) = groups.get_mut(at) else { continue };
            group.rows.extend(quotient.map(|_| row));
            group.numbers.extend(number.map(|n| (row, n)));
        }
        groups
    }

    /// A value as a text that no other value has.
    fn known(&self, expr: &Expr, frame: Frame<'_>) -> Result<String, Gaps> {
        match self.value(expr, frame) {
            Value::Missing(gaps) => Err(gaps),
            Value::Number(Real::Rational(n)) => Ok(n.to_string()),
            value => Ok(self.show(&value, None)),
        }
    }

    fn distinct(&self, rows: &Rows, members: &[u32], fields: &[Expr], register: &mut Register<'_, '_>) {
        let identity = self.columns.as_deref().and_then(|c| c.identity(fields.iter()));
        if let Some(identity) = identity
            && let Some(likes) = self.likes(rows.table, members, fields, &identity)
        {
            for (row, like) in members.iter().zip(likes) {
                register.like(*row, like);
            }
            return;
        }
        let mut first: BTreeMap<Vec<String>, u32> = BTreeMap::new();
        for row in members {
            let frame = self.frame_of(rows.table, *row);
            let key = fields.iter().map(|f| self.known(f, frame)).collect::<Result<Vec<String>, Gaps>>();
            let like = key.map(|key| match first.get(&key) {
                Some(like) => Some(*like),
                None => {
                    first.insert(key, *row);
                    None
                }
            });
            register.like(*row, like);
        }
    }

    /// Per row the first that is alike, by columns; `None` where a row is known and not clear in them.
    fn likes(&self, table: TableId, members: &[u32], fields: &[Expr], identity: &Identity<'_>) -> Option<Vec<Result<Option<u32>, Gaps>>> {
        let hasher = FixedState::default();
        let (mut code, mut first) = (Vec::new(), HashTable::<(u64, u32)>::with_capacity(members.len()));
        let mut like = |row: u32| {
            if !identity.read(row, &mut code) {
                let frame = self.frame_of(table, row);
                return fields.iter().try_for_each(|f| self.known(f, frame).map(|_| ())).err().map(Err);
            }
            let hash = hasher.hash_one(&code);
            Some(Ok(match first.entry(hash, |(_, other)| identity.is_same(row, *other), |(hash, _)| *hash) {
                Entry::Occupied(found) => Some(found.get().1),
                Entry::Vacant(place) => {
                    place.insert((hash, row));
                    None
                }
            }))
        };
        members.iter().map(|row| like(*row)).collect()
    }
}

impl Verified {
    /// What is usual for a row that fails.
    pub fn usual_of(&self, violation: &Violation) -> Option<&Usual> {
        self.usual.get(&violation.row).map(Arc::as_ref)
    }

    /// How many rows the check is of.
    pub fn rows(&self) -> usize {
        self.held + self.inapplicable + self.failed.len() + self.unknown.len()
    }
}

impl Register<'_, '_> {
    /// Whether rows that hold need only be counted.
    fn is_of_all(&self) -> bool {
        self.wanted.is_none() && !self.every
    }

    fn is_wanted(&self, row: u32) -> bool {
        let of = |wanted: &BTreeSet<u32>| self.context.subject_of(self.table, row).is_none_or(|s| wanted.contains(&s));
        self.wanted.as_ref().is_none_or(of)
    }

    fn add(&mut self, row: u32, truth: Truth) {
        if !self.is_wanted(row) {
            return;
        }
        match truth {
            Truth::True => {
                self.verified.held += 1;
                if self.every {
                    self.verified.holding.push(row);
                }
            }
            Truth::Vacuous => self.verified.inapplicable += 1,
            Truth::False => self.verified.failed.push(Violation { row, like: None }),
            Truth::Unknown(gaps) => self.verified.unknown.push((row, gaps)),
        }
    }

    /// Takes note of a row that is like another, or like none.
    fn like(&mut self, row: u32, like: Result<Option<u32>, Gaps>) {
        match like {
            Ok(None) => self.add(row, Truth::True),
            Ok(like) if self.is_wanted(row) => self.verified.failed.push(Violation { row, like }),
            Ok(_) => {}
            Err(gaps) => self.add(row, Truth::Unknown(gaps)),
        }
    }
}
