//! The other ways round: what is missing, and who has what to do.

use super::Words;
use super::filters::anchor;
use super::headline;
use super::numbers;
use super::page::{Problem, State};
use super::view;
use crate::eval::{CheckOutcome, Gap, Outcome, PointOutcome, SubjectOutcome, Verdict};
use crate::plan::{Plan, Table};
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Serialize)]
pub struct Department {
    pub name: String,
    pub line: String,
    pub open: bool,
    /// What is not met, open, or short of its full score.
    pub rows: Vec<DepartmentRow>,
    /// The rest, by what it belongs to.
    pub done: Vec<Done>,
    pub done_count: String,
}

/// Items that are as they should be, under the title of what they belong to.
#[derive(Debug, Serialize)]
pub struct Done {
    pub title: String,
    pub ids: Vec<DoneItem>,
}

#[derive(Debug, Serialize)]
pub struct DoneItem {
    pub id: String,
    pub anchor: String,
}

#[derive(Debug, Serialize)]
pub struct DepartmentRow {
    pub id: String,
    pub anchor: String,
    pub text: String,
    pub state: State,
    pub value: String,
}

#[derive(Debug, Serialize)]
pub struct Members {
    pub title: String,
    pub heading: String,
    pub intro: String,
    pub rows: Vec<Member>,
}

#[derive(Debug, Serialize)]
pub struct Member {
    pub key: String,
    pub name: String,
    pub items: Vec<MemberItem>,
}

#[derive(Debug, Serialize)]
pub struct MemberItem {
    pub id: String,
    pub anchor: String,
    pub label: String,
    pub row: String,
    pub state: State,
    pub case: String,
    pub shortfall: String,
}

#[derive(Debug, Serialize)]
pub struct InputRow {
    pub table: String,
    pub file: String,
    pub rows: usize,
    pub sha256: String,
}

#[derive(Debug, Serialize)]
pub struct NoteGroup {
    pub title: String,
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct ParameterRow {
    pub name: String,
    pub value: String,
    pub from: String,
}

/// A row by its name, and what of its key the name does not say.
pub fn row_name(key: &Map<String, Value>, name: Option<&str>) -> String {
    let said = |v: &String| name.is_some_and(|n| n.contains(v.as_str()));
    let values: Vec<String> = key.values().map(plain).filter(|v| !said(v)).collect();
    match (name.filter(|n| !n.is_empty()), values.is_empty()) {
        (Some(name), true) => name.to_string(),
        (Some(name), false) => format!("{name}（{}）", values.join("，")),
        (None, _) => values.join("，"),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn table<'a>(plan: &'a Plan, name: &str) -> Option<&'a Table> {
    plan.tables.iter().find(|t| t.name == name)
}

pub fn table_title(plan: &Plan, name: &str) -> String {
    let title = table(plan, name).map(|t| t.title.as_str()).filter(|t| !t.is_empty());
    title.unwrap_or(name).to_string()
}

pub fn reason(w: &Words, reason: &str) -> String {
    let key = format!("reason_{reason}");
    let known = w.0.contains_key(&key);
    w.get(if known { &key } else { "reason_other" }).to_string()
}

/// A gap on one line.
pub fn gap_text(w: &Words, plan: &Plan, g: &Gap) -> String {
    let field = g.field.clone().unwrap_or_else(|| w.get("whole_table").to_string());
    let case = w.fill("case_missing", &[("field", &field), ("reason", &reason(w, g.reason))]);
    let parts = [table_title(plan, &g.table), row_name(&g.key, g.name.as_deref()), case];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("　")
}

/// A gap in a few words: whose, and which field.
pub fn gap_short(w: &Words, g: &Gap) -> String {
    let Some(field) = &g.field else { return w.fill("gap_table", &[("table", &g.table)]) };
    let whose = g.name.as_deref().filter(|n| !n.is_empty()).unwrap_or(&g.table);
    w.fill("gap_cell", &[("row", whose), ("field", field)])
}

/// Every judged item of the subject, in the standard's order, vetoes and qualifications last.
pub fn items(s: &SubjectOutcome) -> Vec<Cow<'_, PointOutcome>> {
    let points = s.indicators.iter().flat_map(|i| &i.points).map(Cow::Borrowed);
    let vetoes = s.vetoes.iter().map(|v| Cow::Owned(view::veto_as_point(v)));
    points.chain(vetoes).chain(s.qualifications.iter().map(Cow::Borrowed)).collect()
}

/// The name of a department under one of its spellings.
pub fn canonical<'a>(plan: &'a Plan, spelled: &'a str) -> &'a str {
    plan.departments.iter().find(|d| d.name == spelled || d.aliases.iter().any(|a| a == spelled)).map_or(spelled, |d| &d.name)
}

fn problem(w: &Words, plan: &Plan, p: &PointOutcome, title: &str, state: State) -> Problem {
    Problem { id: p.id.to_string(), anchor: anchor("p", &p.id), title: title.to_string(), state, text: headline::headline(w, plan, p) }
}

/// What stands between the subject and a good verdict: failures first, then what is open, then lost scores.
pub fn problems(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Vec<Problem> {
    let mut out = Vec::new();
    for wanted in [Verdict::NotMet, Verdict::Undetermined] {
        for (v, p) in s.vetoes.iter().map(|v| (v, view::veto_as_point(v))).filter(|(_, p)| p.verdict == wanted) {
            out.push(problem(w, plan, &p, &p.text, view::veto_state(w, v.verdict)));
        }
        for i in s.indicators.iter().filter(|i| i.score.is_none()) {
            for p in i.points.iter().filter(|p| p.verdict == wanted) {
                out.push(problem(w, plan, p, &i.title, view::point_state(w, p)));
            }
        }
    }
    let passes = |pass: &String| numbers::against(&s.score.min, &s.score.max, pass).is_some_and(|r| r.starts_with('≥'));
    if s.score.pass.as_ref().is_some_and(|pass| !passes(pass)) {
        for i in s.indicators.iter().filter(|i| i.score.is_some()) {
            for p in i.points.iter().filter(|p| p.verdict != Verdict::Met) {
                out.push(problem(w, plan, p, &i.title, view::point_state(w, p)));
            }
        }
    }
    out
}

/// Each department's items, in the standard's order; spellings of one department are joined.
pub fn by_department<'s>(plan: &Plan, s: &'s SubjectOutcome) -> Vec<(String, Vec<Cow<'s, PointOutcome>>)> {
    let mut order: Vec<String> = plan.departments.iter().map(|d| d.name.clone()).collect();
    let mut found: BTreeMap<String, Vec<Cow<'_, PointOutcome>>> = BTreeMap::new();
    for p in items(s) {
        let mut seen = BTreeSet::new();
        for spelled in view::departments(plan, &p.id) {
            let name = canonical(plan, spelled).to_string();
            if !order.contains(&name) {
                order.push(name.clone());
            }
            if seen.insert(name.clone()) {
                found.entry(name).or_default().push(p.clone());
            }
        }
    }
    order.into_iter().filter_map(|name| found.remove(&name).map(|points| (name, points))).collect()
}

/// The same as pages show them.
pub fn departments(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Vec<Department> {
    by_department(plan, s).into_iter().map(|(name, points)| department(w, plan, s, name, &points)).collect()
}

/// The state of an item, be it a veto or not.
pub fn item_state(w: &Words, s: &SubjectOutcome, p: &PointOutcome) -> State {
    let veto = s.vetoes.iter().find(|v| v.id == p.id);
    veto.map_or_else(|| view::point_state(w, p), |v| view::veto_state(w, v.verdict))
}

/// How many of a department's items are in which state.
pub fn department_line(w: &Words, points: &[Cow<'_, PointOutcome>]) -> String {
    let count = |v: Verdict| points.iter().filter(|p| p.verdict == v).count().to_string();
    let short = |scored: bool| points.iter().filter(|p| p.verdict == Verdict::NotMet && p.score.is_some() == scored).count().to_string();
    let pairs = [
        ("n", points.len().to_string()),
        ("met", count(Verdict::Met)),
        ("not_met", short(false)),
        ("part", short(true)),
        ("open", count(Verdict::Undetermined)),
    ];
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
    w.fill("department_line", &pairs)
}

fn department(w: &Words, plan: &Plan, s: &SubjectOutcome, name: String, points: &[Cow<'_, PointOutcome>]) -> Department {
    let rows = points.iter().filter(|p| p.verdict != Verdict::Met).map(|p| DepartmentRow {
        id: p.id.to_string(),
        anchor: anchor("p", &p.id),
        text: view::short_title(plan, p),
        state: item_state(w, s, p),
        value: headline::headline(w, plan, p),
    });
    let rows: Vec<DepartmentRow> = rows.collect();
    Department {
        name,
        line: department_line(w, points),
        open: !rows.is_empty(),
        rows,
        done: done(plan, points),
        done_count: points.iter().filter(|p| p.verdict == Verdict::Met).count().to_string(),
    }
}

fn done(plan: &Plan, points: &[Cow<'_, PointOutcome>]) -> Vec<Done> {
    let mut out: Vec<Done> = Vec::new();
    for p in points.iter().filter(|p| p.verdict == Verdict::Met) {
        let title = view::owner_title(plan, &p.id);
        let id = DoneItem { id: p.id.to_string(), anchor: anchor("p", &p.id) };
        match out.last_mut().filter(|d| d.title == title) {
            Some(group) => group.ids.push(id),
            None => out.push(Done { title, ids: vec![id] }),
        }
    }
    out
}

/// Names heard of a member: those of its own row weigh more than any number of others.
#[derive(Default)]
pub struct Heard(BTreeMap<String, usize>);

impl Heard {
    /// Takes a name that a row goes by.
    pub fn note(&mut self, member: &str, key: &Map<String, Value>, name: Option<&str>) {
        let Some(name) = name.filter(|n| !n.is_empty()) else { return };
        let own = key.values().map(plain).collect::<Vec<_>>().join("/") == member;
        *self.0.entry(name.to_string()).or_insert(0) += if own { 1_000_000 } else { 1 };
    }

    /// The name heard most.
    pub fn best(&self) -> String {
        let top = self.0.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        top.map_or_else(String::new, |(name, _)| name.clone())
    }
}

/// What members are called, by their keys: of those that a finding names, or a row that was judged.
pub fn member_names(s: &SubjectOutcome) -> BTreeMap<String, String> {
    let mut heard: BTreeMap<String, Heard> = BTreeMap::new();
    for c in items(s).iter().flat_map(|p| &p.checks) {
        let failures = c.failures.iter().map(|f| (&f.member, &f.key, &f.name));
        let judged = c.working.rows.iter().map(|r| (&r.row.member, &r.row.key, &r.row.name));
        let gaps = c.missing.iter().map(|g| (&g.member, &g.key, &g.name));
        for (member, key, name) in failures.chain(judged).chain(gaps) {
            if let Some(member) = member {
                heard.entry(member.clone()).or_default().note(member, key, name.as_deref());
            }
        }
    }
    heard.into_iter().map(|(member, heard)| (member, heard.best())).collect()
}

/// Each member's open items, members in the order of their keys; `None` where the standard has no members.
pub fn members(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Option<Members> {
    let title = plan.tables.get(plan.subject.members?.0).map(|t| table_title(plan, &t.name))?;
    let mut found: BTreeMap<String, (Heard, Vec<MemberItem>)> = BTreeMap::new();
    for p in items(s) {
        for c in &p.checks {
            for f in &c.failures {
                let Some(member) = &f.member else { continue };
                let shown = view::failure(w, c, f);
                let state = view::plain_state(w, Verdict::NotMet);
                let case = [shown.value, shown.threshold].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
                let case = MemberItem { shortfall: shown.shortfall, ..item(&p, c, shown.row, state, case.join("，")) };
                let (heard, items) = found.entry(member.clone()).or_default();
                heard.note(member, &f.key, f.name.as_deref());
                items.push(case);
            }
            for g in &c.missing {
                let Some(member) = &g.member else { continue };
                let field = g.field.as_deref().unwrap_or(w.get("whole_table"));
                let case = w.fill("case_missing", &[("field", field), ("reason", &reason(w, g.reason))]);
                let state = view::plain_state(w, Verdict::Undetermined);
                let row = format!("{}　{}", table_title(plan, &g.table), row_name(&g.key, g.name.as_deref()));
                let (heard, items) = found.entry(member.clone()).or_default();
                heard.note(member, &g.key, g.name.as_deref());
                items.push(item(&p, c, row, state, case));
            }
        }
    }
    let rows: Vec<Member> = found.into_iter().map(|(key, (heard, items))| Member { key, name: heard.best(), items }).collect();
    Some(Members {
        heading: w.fill("members", &[("title", &title)]),
        intro: if rows.is_empty() {
            w.fill("members_none", &[("title", &title)])
        } else {
            w.fill("members_intro", &[("n", &rows.len().to_string())])
        },
        title,
        rows,
    })
}

fn item(p: &PointOutcome, c: &CheckOutcome, row: String, state: State, case: String) -> MemberItem {
    let label = if c.label.is_empty() { p.text.clone() } else { c.label.clone() };
    MemberItem { id: p.id.to_string(), anchor: anchor("p", &p.id), label: label.to_string(), row, state, case, shortfall: String::new() }
}

/// The files that were read.
pub fn inputs(plan: &Plan, outcome: &Outcome) -> Vec<InputRow> {
    let row = |i: &crate::eval::Input| InputRow {
        table: table_title(plan, &i.table),
        // UTF-8 goes without saying.
        file: if i.encoding == "UTF-8" { i.file.clone() } else { format!("{}（{}）", i.file, i.encoding) },
        rows: i.rows,
        sha256: i.sha256.trim_start_matches("sha256:").to_string(),
    };
    outcome.inputs.iter().map(row).collect()
}

/// All that the standard's authors say of how they read it.
pub fn notes(w: &Words, plan: &Plan) -> Vec<NoteGroup> {
    let mut out = Vec::new();
    let mut add = |title: String, notes: &[String]| {
        if !notes.is_empty() {
            out.push(NoteGroup { title, notes: notes.to_vec() });
        }
    };
    add(w.get("notes_standard").to_string(), &plan.standard.notes);
    for t in &plan.tables {
        add(format!("{} {}", w.get("notes_table"), table_title(plan, &t.name)), &t.notes);
    }
    for p in &plan.populations {
        add(format!("{} {}", w.get("notes_population"), p.name), &p.notes);
    }
    for p in &plan.parameters {
        add(format!("{} {}", w.get("parameter"), p.name), &p.notes);
    }
    for d in &plan.definitions {
        add(format!("{} {}", w.get("notes_definition"), d.name), &d.notes);
    }
    for i in &plan.indicators {
        add(format!("{} {}", i.id, i.title), &i.notes);
        for p in &i.points {
            add(format!("{} {}", p.id, p.text), &p.notes);
        }
    }
    for i in plan.vetoes.iter().chain(&plan.qualifications) {
        add(format!("{} {}", i.id, i.text), &i.notes);
    }
    if let Some(v) = &plan.verdict {
        add(w.get("notes_verdict").to_string(), &v.notes);
    }
    for s in &plan.steps {
        add(format!("{} {} {}", w.get("step"), s.id, s.title), &s.notes);
    }
    out
}

/// The parameters at the date of the run.
pub fn parameters(plan: &Plan) -> Vec<ParameterRow> {
    let row = |p: &crate::plan::Parameter| ParameterRow {
        name: p.name.clone(),
        value: p.value.clone(),
        from: [p.from.clone(), p.until.as_ref().map(|d| format!("至 {d}"))].into_iter().flatten().collect::<Vec<_>>().join(" "),
    };
    plan.parameters.iter().map(row).collect()
}
