//! Outcome → page: turns states, values and totals into words.

use super::filters::anchor;
use super::numbers::{self, Bound};
use super::page::{Category, CheckView, FailureView, IndicatorView, OverviewRow, Page, PointView, Reason, Standard, State, Term};
use super::{Words, board, first, headline, layers, lists, missing, parts, plots, procedure, reliefs, rounds};
use crate::eval::{
    CheckOutcome, Failure, IndicatorOutcome, Outcome, PointOutcome, Score, SubjectOutcome, Verdict, VetoOutcome, VetoVerdict,
};
use crate::plan::{CheckKind, Item, NatureKind, Plan};
use crate::value::{Text, format_decimal, num, parse_num};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What members are called, by their keys.
pub type Names = BTreeMap<String, String>;

/// A state by its class and word.
pub fn state(w: &Words, class: &'static str, key: &str) -> State {
    let mark = match class {
        "ok" => "✓",
        "no" => "✗",
        "na" => "－",
        "part" => "△",
        _ => "？",
    };
    State { class, mark, word: w.get(key).to_string() }
}

/// The state of a thing that is met or not.
pub fn plain_state(w: &Words, verdict: Verdict) -> State {
    match verdict {
        Verdict::Met => state(w, "ok", "state_met"),
        Verdict::NotMet => state(w, "no", "state_not_met"),
        Verdict::Undetermined => state(w, "open", "state_open"),
    }
}

/// The state of a mark that is reached or not.
pub fn reached(w: &Words, verdict: Verdict) -> State {
    match verdict {
        Verdict::Met => state(w, "ok", "state_reached"),
        Verdict::NotMet => state(w, "no", "state_below"),
        Verdict::Undetermined => state(w, "open", "state_open"),
    }
}

/// A value as the form has it, and never so that a failing one looks passing.
pub fn printed(w: &Words, value: &str, bound: Option<&Bound>, failing: bool, unit: Option<&str>, places: u8) -> String {
    numbers::form(value, bound, failing, unit, usize::from(places), w.get("beyond"))
}

/// The state of what does not apply.
pub fn state_na(w: &Words) -> State {
    state(w, "na", "state_na")
}

/// The state of a condition of the verdict.
pub fn reason_state(w: &Words, verdict: Verdict) -> State {
    match verdict {
        Verdict::Met => state(w, "ok", "reason_met"),
        Verdict::NotMet => state(w, "no", "reason_not_met"),
        Verdict::Undetermined => state(w, "open", "state_open"),
    }
}

fn score_state(w: &Words, score: &Score) -> State {
    if score.min == score.full {
        state(w, "ok", "state_full")
    } else if parse_num(&score.max).is_some_and(|max| max <= num(0)) {
        state(w, "no", "state_none")
    } else if lower(&score.max, &score.full) {
        state(w, "part", "state_part")
    } else {
        state(w, "open", "state_open")
    }
}

fn lower(a: &str, b: &str) -> bool {
    parse_num(a).zip(parse_num(b)).is_some_and(|(a, b)| a < b)
}

/// The state of a veto.
pub fn veto_state(w: &Words, verdict: VetoVerdict) -> State {
    match verdict {
        VetoVerdict::Clear => state(w, "ok", "state_clear"),
        VetoVerdict::Triggered => state(w, "no", "state_triggered"),
        VetoVerdict::Undetermined => state(w, "open", "state_open"),
    }
}

/// The state of an indicator, by its verdict or its score.
pub fn indicator_state(w: &Words, i: &IndicatorOutcome) -> State {
    match (&i.verdict, &i.score) {
        (Some(v), _) => plain_state(w, *v),
        (None, Some(s)) => score_state(w, s),
        (None, None) => plain_state(w, Verdict::Undetermined),
    }
}

/// The state of a point; one that is met over no rows at all says so.
pub fn point_state(w: &Words, p: &PointOutcome) -> State {
    let applies = p.checks.is_empty() || p.checks.iter().any(|c| c.applicable);
    match &p.score {
        Some(s) => score_state(w, s),
        None if !applies && p.verdict == Verdict::Met => state(w, "na", "state_na"),
        None => plain_state(w, p.verdict),
    }
}

/// A veto in the shape of a point, so that lists need not tell them apart.
pub fn veto_as_point(v: &VetoOutcome) -> PointOutcome {
    let verdict = match v.verdict {
        VetoVerdict::Clear => Verdict::Met,
        VetoVerdict::Triggered => Verdict::NotMet,
        VetoVerdict::Undetermined => Verdict::Undetermined,
    };
    PointOutcome { id: v.id.clone(), text: v.text.clone(), verdict, score: None, flags: Vec::new(), checks: v.checks.clone() }
}

/// The state of the subject, in the standard's own word.
pub fn verdict_state(s: &SubjectOutcome, w: &Words) -> State {
    let word = if s.verdict_text.is_empty() { None } else { Some(s.verdict_text.to_string()) };
    let plain = plain_state(w, s.verdict);
    let possible = s.grade.iter().chain(&s.grades_possible).cloned().collect::<Vec<_>>().join("、");
    let key = if s.grade.is_some() { "grade_of" } else { "grade_open" };
    let grade = if possible.is_empty() { String::new() } else { w.fill(key, &[("grade", &possible)]) };
    State { word: word.unwrap_or(plain.word) + &grade, ..plain }
}

/// `9.5 分（满分 10 分）`
pub fn score_text(w: &Words, s: &Score) -> String {
    w.fill("score_of", &[("score", &numbers::interval(&s.min, &s.max)), ("full", &s.full)])
}

/// The point, veto or qualification of this id.
pub fn item<'a>(plan: &'a Plan, id: &str) -> Option<&'a Item> {
    let points = plan.indicators.iter().flat_map(|i| &i.points);
    points.chain(&plan.vetoes).chain(&plan.qualifications).find(|i| i.id == id)
}

/// Who answers for an item: its own departments, else those of what it belongs to.
pub fn departments<'a>(plan: &'a Plan, id: &str) -> &'a [Text] {
    plan.responsible(id)
}

/// What an item belongs to: its indicator's title, else its nature's.
pub fn owner_title(plan: &Plan, id: &str) -> String {
    if let Some(i) = plan.indicators.iter().find(|i| i.points.iter().any(|p| p.id == id)) {
        return i.title.to_string();
    }
    let kind = if plan.vetoes.iter().any(|v| v.id == id) { NatureKind::Veto } else { NatureKind::Qualification };
    plan.natures.iter().find(|n| n.kind == kind).map_or_else(String::new, |n| nature_title(plan, &n.name))
}

/// An item in few words: the title of its indicator, or its own text where it has none.
pub fn short_title(plan: &Plan, p: &PointOutcome) -> String {
    let owner = plan.indicators.iter().find(|i| i.points.iter().any(|own| own.id == p.id));
    owner.map_or_else(|| p.text.clone(), |i| i.title.clone()).to_string()
}

/// The kind of a check of an item.
pub fn check_kind<'a>(plan: &'a Plan, id: &str, index: usize) -> Option<&'a CheckKind> {
    item(plan, id)?.checks.get(index).map(|c| &c.kind)
}

/// The rule behind the label that its author gave it, if any.
pub fn unlabelled(c: &CheckOutcome) -> Option<&str> {
    let rest = c.rule.trim_start().strip_prefix(['“', '"'])?.strip_prefix(c.label.as_str())?;
    rest.strip_prefix(['”', '"'])?.trim_start().strip_prefix(['：', ':']).map(str::trim_start)
}

/// The label that the author gave a check; one made from the rule says nothing new beside the rule.
pub fn own_label(c: &CheckOutcome) -> Option<&str> {
    unlabelled(c).map(|_| c.label.as_str())
}

/// What the rows of a check are called.
pub fn noun<'a>(plan: &'a Plan, id: &str, index: usize) -> Option<&'a str> {
    use CheckKind::{Each, Group, Several};
    match check_kind(plan, id, index)? {
        Each { rows, .. } | Several { rows, .. } | Group { rows, .. } => Some(&rows.name),
        _ => None,
    }
}

fn check_bound(c: &CheckOutcome) -> Option<Bound> {
    numbers::bound(c.threshold.as_deref()?, None)
}

/// The value of a single check beside its threshold.
pub fn value_text(w: &Words, c: &CheckOutcome) -> Option<String> {
    if c.threshold.is_none() {
        return c.value.as_deref().map(|v| numbers::amount(v, c.unit.as_deref()));
    }
    // What is met by a relief only fails the rule's own threshold.
    let failing = c.verdict == Verdict::NotMet || !c.reliefs.is_empty();
    c.value.as_deref().map(|v| printed(w, v, check_bound(c).as_ref(), failing, c.unit.as_deref(), c.places))
}

/// The threshold of a check, for people.
pub fn threshold_text(c: &CheckOutcome) -> String {
    c.threshold.as_deref().map_or_else(String::new, |t| numbers::show_bound(t, None, c.unit.as_deref()))
}

/// A failing row, for people.
pub fn failure(w: &Words, c: &CheckOutcome, f: &Failure) -> FailureView {
    let whole = c.threshold.as_deref();
    let unit = c.unit.as_deref();
    let own = f.threshold.as_deref().or(whole);
    // A row may meet enough parts and yet fall below the floor of another.
    let bound = own.filter(|_| f.parts.is_empty()).and_then(|t| numbers::bound(t, whole));
    let value = f.value.as_deref().map(|v| printed(w, v, bound.as_ref(), true, unit, c.places));
    let over = bound.as_ref().is_some_and(|b| matches!(b.op, "≤" | "<"));
    let shortfall = f.shortfall.as_deref().map(|s| {
        let size = numbers::amount(s.trim_start_matches('-'), f.shortfall_unit.as_deref());
        w.fill(if over { "over_by" } else { "short_by" }, &[("amount", &size)])
    });
    let shortfall = shortfall.unwrap_or_else(|| parts::lacking(w, f));
    FailureView {
        row: lists::row_name(&f.key, f.name.as_deref()),
        value: value.unwrap_or_default(),
        threshold: own.map_or_else(String::new, |t| numbers::show_bound(t, whole, unit)),
        shortfall,
        source: f.source.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

fn check(w: &Words, plan: &Plan, (id, index): (&str, usize), c: &CheckOutcome, names: &Names) -> CheckView {
    let count = |n: Option<usize>| n.unwrap_or(0).to_string();
    let value = if !c.applicable {
        w.get("not_applicable").to_string()
    } else if c.rows.is_some() {
        let noun = noun(plan, id, index).unwrap_or(w.get("rows_noun"));
        let pairs = [
            ("noun", noun),
            ("rows", &count(c.rows)),
            ("met", &count(c.met)),
            ("not_met", &count(c.not_met)),
            ("open", &count(c.undetermined)),
        ];
        w.fill("rows_of", &pairs) + &reliefs::count(w, c)
    } else {
        value_text(w, c).unwrap_or_default()
    };
    let shown = match &c.score {
        Some(score) if c.applicable => score_state(w, score),
        None if !c.applicable && c.verdict == Verdict::Met => state(w, "na", "state_na"),
        _ => plain_state(w, c.verdict),
    };
    let place = format!("{id}-{}", index + 1);
    CheckView {
        label: if c.rule.is_empty() { &c.label } else { own_label(c).unwrap_or_default() }.to_string(),
        rule: parts::head(unlabelled(c).unwrap_or(&c.rule), c).to_string(),
        state: shown,
        value,
        threshold: threshold_text(c),
        score: c.score.as_ref().map(|s| score_text(w, s)),
        evidence: c.evidence.clone(),
        failures: c.failures.iter().map(|f| failure(w, c, f)).collect(),
        missing: c.missing.iter().map(|g| lists::gap_text(w, plan, g)).collect(),
        parts: parts::views(c),
        plots: plots::plots(w, c, &place, noun(plan, id, index).unwrap_or(w.get("rows_noun"))),
        spread: c.working.spread.as_ref().map(|s| plots::spread(w, c, s, &place)),
        operands: if c.working.spread.is_some() { Vec::new() } else { plots::operands(w, c) },
        by_member: plots::by_member(w, c, names),
    }
}

fn point(w: &Words, plan: &Plan, p: &PointOutcome, shown: State, names: &Names) -> PointView {
    PointView {
        id: p.id.to_string(),
        anchor: anchor("p", &p.id),
        text: p.text.to_string(),
        state: shown,
        score: p.score.as_ref().map(|s| score_text(w, s)),
        departments: departments(plan, &p.id).join("、"),
        layers: plan.layers_of(&p.id),
        flags: p.flags.clone(),
        checks: p.checks.iter().enumerate().map(|(i, c)| check(w, plan, (&p.id, i), c, names)).collect(),
        headline: headline::headline(w, plan, p),
        tags: board::Tags::default(),
        brief: p.checks.iter().all(|c| c.rows.is_none() && c.working.spread.is_none() && c.failures.is_empty()) && p.checks.len() < 2,
    }
}

fn veto_point(w: &Words, plan: &Plan, v: &VetoOutcome, names: &Names) -> PointView {
    let mut shown = point(w, plan, &veto_as_point(v), veto_state(w, v.verdict), names);
    if item(plan, &v.id).is_none_or(|i| i.departments.is_empty()) {
        shown.departments.clear();
    }
    // A check of a veto that holds is an event that did not happen.
    for (i, (c, from)) in shown.checks.iter_mut().zip(&v.checks).enumerate() {
        if from.applicable {
            c.state = shown.state.clone();
        }
        if matches!(check_kind(plan, &v.id, i), Some(CheckKind::Event)) {
            (c.value, c.evidence) = (headline::event(w, from), None);
        }
    }
    shown
}

fn indicator(w: &Words, plan: &Plan, i: &IndicatorOutcome, names: &Names) -> IndicatorView {
    IndicatorView {
        id: i.id.to_string(),
        anchor: anchor("i", &i.id),
        title: i.title.to_string(),
        nature: nature_title(plan, &i.kind),
        state: indicator_state(w, i),
        score: i.score.as_ref().map(|s| score_text(w, s)),
        departments: i.departments.join("、"),
        layers: plan.layers_of(&i.id),
        points: i.points.iter().map(|p| indicator_point(w, plan, p, names)).collect(),
        tags: board::Tags::default(),
    }
}

/// A point below its indicator, whose departments it names only where they are its own.
fn indicator_point(w: &Words, plan: &Plan, p: &PointOutcome, names: &Names) -> PointView {
    let mut shown = point(w, plan, p, point_state(w, p), names);
    if item(plan, &p.id).is_none_or(|i| i.departments.is_empty()) {
        shown.departments.clear();
    }
    shown
}

/// The title of a nature, or its label where it has none.
pub fn nature_title(plan: &Plan, name: &str) -> String {
    let found = plan.natures.iter().find(|n| n.name == name).filter(|n| !n.title.is_empty());
    found.map_or(name, |n| &n.title).to_string()
}

/// What the standard is, for a page's head.
pub fn standard(outcome: &Outcome) -> Standard {
    Standard {
        title: outcome.standard.title.clone(),
        version: outcome.standard.version.clone(),
        layers: outcome.standard.layers.join(" → "),
        digest: outcome.standard.digest.clone(),
    }
}

fn categories(w: &Words, plan: &Plan, s: &SubjectOutcome, names: &Names) -> Vec<Category> {
    // Most of a page is in them; a page that is made alone has the other cores for it.
    let shown: Vec<IndicatorView> = s.indicators.par_iter().map(|i| indicator(w, plan, i, names)).collect();
    let mut out: Vec<Category> = Vec::new();
    for (i, shown) in s.indicators.iter().zip(shown) {
        match out.last_mut().filter(|c| c.name == i.category) {
            Some(category) => category.indicators.push(shown),
            None => out.push(Category { name: i.category.to_string(), indicators: vec![shown] }),
        }
    }
    out
}

/// Counts in words.
pub fn counts_text(w: &Words, key: &str, verdicts: impl Iterator<Item = Verdict>) -> String {
    let mut n = [0usize; 3];
    for v in verdicts {
        let [met, not_met, open] = &mut n;
        match v {
            Verdict::Met => *met += 1,
            Verdict::NotMet => *not_met += 1,
            Verdict::Undetermined => *open += 1,
        }
    }
    let [met, not_met, open] = n.map(|n| n.to_string());
    let total = n.iter().sum::<usize>().to_string();
    w.fill(key, &[("total", &total), ("met", &met), ("not_met", &not_met), ("open", &open)])
}

/// The total score against the pass mark, in words.
pub fn total_text(w: &Words, s: &SubjectOutcome) -> String {
    let t = &s.score;
    if parse_num(&t.full).is_none_or(|full| full <= num(0)) {
        return w.get("score_nothing").to_string();
    }
    let score = numbers::interval(&t.min, &t.max);
    let Some(pass) = &t.pass else { return w.fill("score_line_bare", &[("score", &score), ("full", &t.full)]) };
    let key = match numbers::against(&t.min, &t.max, pass) {
        Some(relation) if relation.starts_with('≥') => "score_passes",
        Some(_) => "score_fails",
        None => "score_open",
    };
    w.fill("score_line", &[("score", &score), ("full", &t.full), ("pass", pass), ("state", w.get(key))])
}

/// One line for each nature: how many items, in which state.
pub fn overview(w: &Words, plan: &Plan, s: &SubjectOutcome) -> Vec<OverviewRow> {
    let rows = plan.natures.iter().map(|n| {
        let of_nature = || s.indicators.iter().filter(|i| i.kind == n.name);
        let text = match n.kind {
            NatureKind::Must => counts_text(w, "counts", of_nature().filter_map(|i| i.verdict)),
            NatureKind::Scored if plan.natures.iter().filter(|n| n.kind == NatureKind::Scored).count() == 1 => total_text(w, s),
            NatureKind::Scored => score_text(w, &sum(of_nature().filter_map(|i| i.score.as_ref()))),
            NatureKind::Veto => counts_text(w, "veto_counts", s.vetoes.iter().map(|v| veto_as_point(v).verdict)),
            NatureKind::Qualification => counts_text(w, "counts", s.qualifications.iter().map(|q| q.verdict)),
        };
        OverviewRow { title: nature_title(plan, &n.name), text }
    });
    rows.collect()
}

/// Scores added up.
pub fn sum<'a>(scores: impl Iterator<Item = &'a Score>) -> Score {
    let mut total = [num(0), num(0), num(0)];
    for s in scores {
        for (to, from) in total.iter_mut().zip([&s.min, &s.max, &s.full]) {
            *to += parse_num(from).unwrap_or_else(|| num(0));
        }
    }
    let [min, max, full] = total.map(|t| format_decimal(&t, 12));
    Score { min, max, full }
}

/// The addends of the total score, and their sum as one line.
pub fn terms(w: &Words, s: &SubjectOutcome) -> (Vec<Term>, String) {
    let terms: Vec<Term> = s
        .indicators
        .iter()
        .filter_map(|i| i.score.as_ref().map(|score| (i, score)))
        .map(|(i, score)| Term {
            id: i.id.to_string(),
            anchor: anchor("i", &i.id),
            title: i.title.to_string(),
            score: numbers::interval(&score.min, &score.max),
            full: score.full.clone(),
            state: score_state(w, score),
        })
        .collect();
    if terms.is_empty() {
        return (terms, String::new());
    }
    let addends: Vec<String> =
        terms.iter().map(|t| if t.score.contains('～') { format!("({})", t.score) } else { t.score.clone() }).collect();
    let t = &s.score;
    let end =
        t.pass.as_ref().map(|pass| numbers::against(&t.min, &t.max, pass).unwrap_or_else(|| w.fill("score_between", &[("pass", pass)])));
    let total = numbers::interval(&t.min, &t.max);
    let sum = format!("{} = {total} {}", addends.join(" + "), end.unwrap_or_default());
    (terms, sum.trim_end().to_string())
}

/// The conditions of the verdict.
pub fn reasons(w: &Words, s: &SubjectOutcome) -> Vec<Reason> {
    s.reasons.iter().map(|r| Reason { label: r.label.to_string(), state: reason_state(w, r.verdict) }).collect()
}

/// What a partial run does not rest on, in a line; empty for a whole run.
pub fn partial(w: &Words, plan: &Plan, outcome: &Outcome) -> String {
    let Some(partial) = &outcome.partial else { return String::new() };
    let line = |word: &str, tables: &[String]| {
        let titles: Vec<String> = tables.iter().map(|t| lists::table_title(plan, t)).collect();
        (!titles.is_empty()).then(|| w.fill(word, &[("tables", &titles.join("、"))]))
    };
    let parts = [line("partial_left_out", &partial.left_out), line("partial_not_given", &partial.not_given)];
    let said: Vec<String> = parts.into_iter().flatten().collect();
    let text = if said.is_empty() { w.get("partial_all").to_string() } else { said.join("；") };
    format!("{}：{text}", w.get("partial"))
}

/// The whole page of one subject, with the rounds that the data hold of it.
pub fn page(w: &Words, plan: &Plan, outcome: &Outcome, s: &SubjectOutcome, rounds: &[rounds::Round]) -> Page {
    let (terms, sum) = terms(w, s);
    let names = lists::member_names(s);
    let mut page = Page {
        standard: standard(outcome),
        partial: partial(w, plan, outcome),
        round: outcome.round.clone(),
        date: outcome.date.clone(),
        code: s.code.clone(),
        name: s.name.clone(),
        verdict: verdict_state(s, w),
        reasons: reasons(w, s),
        first: first::first(w, plan, s),
        board: board::Board::default(),
        rounds: rounds::rounds(w, plan, rounds),
        problems: lists::problems(w, plan, s),
        overview: overview(w, plan, s),
        terms,
        sum,
        categories: categories(w, plan, s, &names),
        vetoes: s.vetoes.iter().map(|v| veto_point(w, plan, v, &names)).collect(),
        veto_departments: s.vetoes.first().map_or_else(String::new, |v| departments(plan, &v.id).join("、")),
        qualifications: s.qualifications.iter().map(|q| point(w, plan, q, point_state(w, q), &names)).collect(),
        missing: missing::missing(w, plan, s),
        departments: lists::departments(w, plan, s),
        reliefs: reliefs::rows(w, s),
        members: lists::members(w, plan, s),
        inputs: lists::inputs(plan, outcome),
        notes: lists::notes(w, plan),
        parameters: lists::parameters(plan),
        changed_by: layers::rows(w, plan),
        quality: super::quality::quality(w, outcome, &s.code),
        procedure: procedure::procedure(w, plan, outcome, s, rounds),
    };
    board::fit(w, plan, s, &mut page, &names);
    page
}
