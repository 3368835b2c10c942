//! Which rows a check or a statistic is over: populations, filters, related rows, groups.

use super::columns::{Belongs, Membership};
use super::context::{Context, Frame};
use super::truth::Truth;
use super::value::{Gaps, Missing, Value};
use crate::plan::{Expr, Extent, GroupKey, Population, PopulationId, Rows, Scope, TableId};
use std::rc::Rc;

/// A row of a population; with gaps where it is not known to be one.
#[derive(Debug, Clone)]
pub struct Member {
    pub row: u32,
    pub unknown: Option<Rc<Gaps>>,
}

/// Rows with equal keys.
#[derive(Debug, Clone)]
pub struct Group {
    pub keys: Vec<Value>,
    pub members: Vec<Member>,
}

impl Context<'_> {
    /// The rows of a subject that belong to `rows`, and those that may.
    pub fn members(&self, rows: &Rows, frame: Frame<'_>) -> Vec<Member> {
        let Some(subject) = frame.subject else { return Vec::new() };
        let of = Frame::subject(subject);
        if let Some(membership) = self.columns.as_ref().and_then(|c| c.rows(rows)) {
            return self.screened(membership, rows, subject);
        }
        let base = match rows.population {
            Some(id) => self.population(id, subject),
            None => Rc::new(known(self.rows_of(rows.table, subject).iter())),
        };
        match &rows.filter {
            Some(filter) => self.filtered(rows.table, &base, filter, of),
            None => base.as_ref().clone(),
        }
    }

    /// The rows of a subject, of which most are known to belong or not to.
    fn screened(&self, membership: Membership<'_>, rows: &Rows, subject: u32) -> Vec<Member> {
        let of = |row: u32| match membership.of(row) {
            Belongs::Yes => Some(Member { row, unknown: None }),
            Belongs::No => None,
            Belongs::Open => self.membership(rows, row, subject),
        };
        self.rows_of(rows.table, subject).iter().filter_map(of).collect()
    }

    /// A row of a subject as one of `rows`, where it is or may be one.
    pub(super) fn membership(&self, rows: &Rows, row: u32, subject: u32) -> Option<Member> {
        let filters = self.plan.population_filters(rows.population).into_iter().chain(rows.filter.as_deref());
        let at = Frame::subject(subject).at(rows.table, row);
        filters.into_iter().try_fold(Member { row, unknown: None }, |member, filter| self.kept(member, filter, at))
    }

    /// Whether a row belongs to `rows`.
    pub fn belongs(&self, rows: &Rows, row: u32) -> Truth {
        let frame = Frame { subject: self.subject_of(rows.table, row), ..Frame::default() };
        let filters = self.plan.population_filters(rows.population).into_iter().chain(rows.filter.as_deref());
        Truth::all(filters.map(|f| self.truth(f, frame.at(rows.table, row))))
    }

    /// The rows of a scope, as seen from where the expression stands.
    pub fn scope(&self, scope: &Scope, frame: Frame<'_>) -> Vec<Member> {
        let rows = &scope.rows;
        let base = match &scope.extent {
            Extent::Subject => return self.members(rows, frame),
            Extent::Group => frame.group.map(<[Member]>::to_vec).unwrap_or_default(),
            Extent::Related(path) => {
                let parent = match frame.row {
                    Some((_, row)) => Some(row),
                    None => frame.subject,
                };
                let children = parent.map(|p| self.children_of(rows.table, path, p)).unwrap_or_default();
                let mut base = known(children.iter());
                for filter in self.plan.population_filters(rows.population) {
                    base = self.filtered(rows.table, &base, filter, frame);
                }
                base
            }
        };
        match &rows.filter {
            Some(filter) => self.filtered(rows.table, &base, filter, frame),
            None => base,
        }
    }

    fn population(&self, id: PopulationId, subject: u32) -> Rc<Vec<Member>> {
        if let Some(members) = self.members.borrow().get(&(subject, id)) {
            return Rc::clone(members);
        }
        let screened = self.columns.as_ref().and_then(|c| c.population(id));
        let members = match (self.plan.populations.get(id.0), screened) {
            (Some(Population { table, .. }), Some(membership)) => {
                let rows = Rows { table: *table, population: Some(id), filter: None, name: String::new() };
                Rc::new(self.screened(membership, &rows, subject))
            }
            (Some(population), None) => {
                let base = match population.parent {
                    // Parents stand before their children, so this ends.
                    Some(parent) if parent < id => self.population(parent, subject),
                    _ => Rc::new(known(self.rows_of(population.table, subject).iter())),
                };
                match &population.filter {
                    Some(filter) => Rc::new(self.filtered(population.table, &base, filter, Frame::subject(subject))),
                    None => base,
                }
            }
            (None, _) => Rc::default(),
        };
        self.members.borrow_mut().insert((subject, id), Rc::clone(&members));
        members
    }

    fn filtered(&self, table: TableId, base: &[Member], filter: &Expr, frame: Frame<'_>) -> Vec<Member> {
        base.iter().filter_map(|member| self.kept(member.clone(), filter, frame.at(table, member.row))).collect()
    }

    /// A row that a filter does not leave out.
    fn kept(&self, member: Member, filter: &Expr, at: Frame<'_>) -> Option<Member> {
        let unknown = match (self.truth(filter, at), member.unknown) {
            (Truth::False, _) => return None,
            (Truth::Unknown(gaps), Some(before)) => Some(Rc::new(before.iter().cloned().chain(gaps).collect())),
            (Truth::Unknown(gaps), None) => Some(Rc::new(gaps)),
            (_, before) => before,
        };
        Some(Member { row: member.row, unknown })
    }

    /// The tables that decide whether there are rows and that were not given.
    pub fn unsupplied(&self, rows: &Rows) -> Gaps {
        self.plan.deciding(rows).into_iter().filter(|table| !self.supplied(*table)).map(Missing::table).collect()
    }

    /// Rows by equal keys: options in their order, other values by first appearance; and the gaps of rows whose key is missing.
    pub fn groups(&self, table: TableId, members: &[Member], keys: &[GroupKey], frame: Frame<'_>) -> (Vec<Group>, Gaps) {
        let (mut groups, mut gaps): (Vec<Group>, Gaps) = (Vec::new(), Gaps::new());
        // Kept from row to row: most belong to a group that is there.
        let mut values: Vec<Value> = Vec::with_capacity(keys.len());
        for member in members {
            let at = frame.at(table, member.row);
            values.clear();
            values.extend(keys.iter().map(|k| self.value(&k.value, at)));
            let missing: Gaps = values.iter().filter_map(super::truth::gaps_of).flatten().cloned().collect();
            if !missing.is_empty() {
                gaps.extend(missing);
                continue;
            }
            match groups.iter_mut().find(|g| g.keys == values) {
                Some(group) => group.members.push(member.clone()),
                None => groups.push(Group { keys: std::mem::take(&mut values), members: vec![member.clone()] }),
            }
        }
        let mut firsts: Vec<Vec<Value>> = vec![Vec::new(); keys.len()];
        let mut ranked: Vec<(Vec<usize>, Group)> = Vec::new();
        for group in groups {
            let ranks = group.keys.iter().zip(&mut firsts).map(|(value, seen)| rank(value, seen)).collect();
            ranked.push((ranks, group));
        }
        ranked.sort_by(|a, b| a.0.cmp(&b.0));
        (ranked.into_iter().map(|(_, group)| group).collect(), gaps)
    }
}

fn rank(value: &Value, seen: &mut Vec<Value>) -> usize {
    if let Value::Choice(index) = value {
        return usize::try_from(*index).unwrap_or(usize::MAX);
    }
    seen.iter().position(|s| s == value).unwrap_or_else(|| {
        seen.push(value.clone());
        seen.len() - 1
    })
}

fn known(rows: impl Iterator<Item = u32>) -> Vec<Member> {
    rows.map(|row| Member { row, unknown: None }).collect()
}
