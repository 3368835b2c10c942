//! The summary on a terminal: the verdict, and why, in a screenful.

use super::page::Problem;
use super::{Words, lists, missing, view};
use crate::eval::{Outcome, SubjectOutcome};
use crate::plan::Plan;

/// How many problems, and how many missing tables, are listed before the rest is counted.
const LISTED: usize = 24;
const TABLES: usize = 4;
const WIDTH: usize = 34;

/// What an official wants to know first, of every subject.
pub fn summary(plan: &Plan, outcome: &Outcome) -> String {
    let each = outcome.subjects.iter().map(|s| summary_of(plan, outcome, s));
    summary_head(plan, outcome) + &each.collect::<Vec<_>>().join("\n")
}

/// What a partial run does not rest on; empty for a whole one.
pub fn summary_head(plan: &Plan, outcome: &Outcome) -> String {
    let partial = view::partial(&Words::builtin(), plan, outcome);
    if partial.is_empty() { partial } else { format!("{}\n\n", clean(&partial)) }
}

/// The same of one subject; `outcome` need not hold it.
pub fn summary_of(plan: &Plan, outcome: &Outcome, s: &SubjectOutcome) -> String {
    subject(&Words::builtin(), plan, outcome, s).into_iter().map(|line| line + "\n").collect()
}

fn subject(w: &Words, plan: &Plan, outcome: &Outcome, s: &SubjectOutcome) -> Vec<String> {
    let verdict = view::verdict_state(s, w);
    let round = outcome.round.as_deref().map(|r| format!("　{}：{}", w.get("round"), clean(r)));
    let mut lines = vec![
        format!("{}（{}）　{}", clean(&s.name), clean(&s.code), clean(&outcome.standard.title)),
        format!("{}：{} {}{}", w.get("verdict"), verdict.mark, clean(&verdict.word), round.unwrap_or_default()),
    ];
    for r in &s.reasons {
        let state = view::reason_state(w, r.verdict);
        lines.push(format!("  {} {}　{}", state.mark, clean(&r.label), state.word));
    }
    lines.push(String::new());
    lines.extend(view::overview(w, plan, s).into_iter().map(|row| format!("{}　{}", clean(&row.title), row.text)));
    let found = lists::problems(w, plan, s);
    if !found.is_empty() {
        lines.push(String::new());
        lines.push(format!("{}：", w.get("problems")));
        lines.extend(found.iter().take(LISTED).map(problem));
        if let Some(more) = found.len().checked_sub(LISTED).filter(|n| *n > 0) {
            lines.push(format!("  {}", w.fill("and_more", &[("n", &more.to_string())])));
        }
    }
    let lacking = missing::missing(w, plan, s);
    lines.push(String::new());
    if lacking.count == 0 {
        lines.push(w.get("summary_no_missing").to_string());
    } else {
        let mut tables: Vec<String> = lacking.tables.iter().take(TABLES).map(|t| format!("{} {}", clean(&t.title), t.count)).collect();
        if lacking.tables.len() > TABLES {
            tables.push("……".into());
        }
        let pairs = [("n", lacking.count.to_string()), ("tables", tables.join("，"))];
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
        lines.push(w.fill("summary_missing", &pairs));
    }
    lines.extend(super::quality::sum(w, outcome, &s.code));
    lines
}

fn problem(p: &Problem) -> String {
    let mut title: String = clean(&p.title).chars().take(WIDTH).collect();
    if p.title.chars().count() > WIDTH {
        title.push('…');
    }
    let text = clean(&p.text);
    let tail = if text.is_empty() { p.state.word.clone() } else { text };
    format!("  {} {} {title}：{tail}", p.state.mark, p.id)
}

/// Text from a file must not steer the terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
