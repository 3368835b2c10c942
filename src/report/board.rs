//! By what the board of items can be narrowed down: state, category, department, member.

use super::Words;
use super::page::{IndicatorView, Page, PointView};
use super::{lists, view};
use crate::eval::{PointOutcome, SubjectOutcome};
use crate::plan::{NatureKind, Plan};
use serde::Serialize;
use std::collections::BTreeMap;

/// What can be chosen; the places in these lists are what the items' tags say.
#[derive(Debug, Default, Serialize)]
pub struct Board {
    pub states: Vec<Choice>,
    pub categories: Vec<Choice>,
    pub departments: Vec<Choice>,
    pub members: Vec<Choice>,
    pub member_title: String,
    /// Of all items.
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Stands in the address.
    pub value: String,
    pub label: String,
    pub count: usize,
}

/// What an item answers to, as places in the lists of the board.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tags {
    pub state: &'static str,
    pub category: usize,
    pub departments: String,
    pub members: String,
}

/// Makes lists of choices as items come by.
#[derive(Default)]
pub struct Tagger {
    categories: Vec<Choice>,
    departments: Vec<Choice>,
    members: Vec<Choice>,
    states: BTreeMap<&'static str, (String, usize)>,
    total: usize,
}

/// The states in the order in which they matter.
const STATES: [&str; 5] = ["no", "open", "part", "ok", "na"];

fn place(list: &mut Vec<Choice>, value: &str, label: &str) -> usize {
    let at = list.iter().position(|c| c.value == value).unwrap_or_else(|| {
        list.push(Choice { value: value.into(), label: label.into(), count: 0 });
        list.len() - 1
    });
    if let Some(choice) = list.get_mut(at) {
        choice.count += 1;
    }
    at
}

fn joined(places: &[usize]) -> String {
    places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

impl Tagger {
    /// Departments and members in the order of the plan and of their keys.
    pub fn new(plan: &Plan, names: &BTreeMap<String, String>) -> Self {
        let blank = |value: &String, label: &String| Choice { value: value.clone(), label: label.clone(), count: 0 };
        Self {
            departments: plan.departments.iter().map(|d| blank(&d.name, &d.name)).collect(),
            members: names.iter().map(|(key, name)| blank(key, name)).collect(),
            ..Self::default()
        }
    }

    /// The tags of an item under a category.
    pub fn tag(&mut self, plan: &Plan, p: &PointOutcome, shown: &mut PointView, category: &str) {
        self.total += 1;
        let state = self.states.entry(shown.state.class).or_insert_with(|| (shown.state.word.clone(), 0));
        state.1 += 1;
        let mut departments: Vec<usize> = Vec::new();
        for spelled in view::departments(plan, &p.id) {
            let name = lists::canonical(plan, spelled);
            if departments.iter().all(|d| self.departments.get(*d).is_none_or(|c| c.value != name)) {
                departments.push(place(&mut self.departments, name, name));
            }
        }
        let mut members: Vec<&String> = Vec::new();
        for c in &p.checks {
            let of_check = c.failures.iter().map(|f| &f.member).chain(c.missing.iter().map(|g| &g.member));
            for member in of_check.flatten() {
                if !members.contains(&member) {
                    members.push(member);
                }
            }
        }
        let members: Vec<usize> = members.into_iter().map(|m| place(&mut self.members, m, m)).collect();
        shown.tags = Tags {
            state: shown.state.class,
            category: place(&mut self.categories, category, category),
            departments: joined(&departments),
            members: joined(&members),
        };
    }

    /// The lists; those whom nothing concerns keep their place but are not offered by the templates.
    pub fn board(self, member_title: String) -> Board {
        let states = STATES.iter().filter_map(|class| {
            let (label, count) = self.states.get(class)?;
            Some(Choice { value: (*class).to_string(), label: label.clone(), count: *count })
        });
        Board {
            states: states.collect(),
            categories: self.categories,
            departments: self.departments,
            members: self.members,
            member_title,
            total: self.total,
        }
    }
}

/// The tags of an indicator: those of all its points.
pub fn union(points: &[PointView]) -> Tags {
    let all = |of: fn(&Tags) -> &String| {
        let mut places: Vec<usize> = points.iter().flat_map(|p| of(&p.tags).split(' ').filter_map(|n| n.parse().ok())).collect();
        places.sort_unstable();
        places.dedup();
        joined(&places)
    };
    Tags {
        state: "",
        category: points.first().map_or(0, |p| p.tags.category),
        departments: all(|t| &t.departments),
        members: all(|t| &t.members),
    }
}

/// Tags every item of a page, and gives it its board.
pub fn fit(w: &Words, plan: &Plan, s: &SubjectOutcome, page: &mut Page, names: &BTreeMap<String, String>) {
    let mut tagger = Tagger::new(plan, names);
    let points: BTreeMap<&str, &PointOutcome> =
        s.indicators.iter().flat_map(|i| &i.points).chain(&s.qualifications).map(|p| (p.id.as_str(), p)).collect();
    for category in &mut page.categories {
        let name = category.name.clone();
        for i in &mut category.indicators {
            tag_indicator(plan, &points, &mut tagger, i, &name);
        }
    }
    let title = |kind, key: &str| {
        let found = plan.natures.iter().find(|n| n.kind == kind).map(|n| view::nature_title(plan, &n.name));
        found.unwrap_or_else(|| w.get(key).to_string())
    };
    for (v, shown) in s.vetoes.iter().zip(&mut page.vetoes) {
        tagger.tag(plan, &view::veto_as_point(v), shown, &title(NatureKind::Veto, "vetoes"));
    }
    for (q, shown) in s.qualifications.iter().zip(&mut page.qualifications) {
        tagger.tag(plan, q, shown, &title(NatureKind::Qualification, "qualifications"));
    }
    let members = plan.subject.members.and_then(|id| plan.tables.get(id.0)).map(|t| t.name.clone());
    page.board = tagger.board(members.unwrap_or_default());
}

fn tag_indicator(plan: &Plan, points: &BTreeMap<&str, &PointOutcome>, tagger: &mut Tagger, i: &mut IndicatorView, category: &str) {
    for shown in &mut i.points {
        if let Some(p) = points.get(shown.id.as_str()) {
            tagger.tag(plan, p, shown, category);
        }
    }
    i.tags = union(&i.points);
}
