//! What an audit found, as pages.

use super::difference::{DifferenceFormat, json, plain};
use super::{Options, Shop, Words};
use crate::audit::{Audit, CellRef, Checked, Flip, Hanging, Slot, Suspects};
use crate::diagnostic::Diagnostic;
use crate::eval::Verdict;
use crate::plan::Plan;
use serde::Serialize;

/// How many failing rows of one check are told on a page.
const ROWS: usize = 50;

#[derive(Serialize)]
struct Page<'a> {
    of: &'a Audit,
    sum: String,
    checks: Vec<Check<'a>>,
    groups: Vec<Group>,
    hanging: Vec<Hangs<'a>>,
}

#[derive(Serialize)]
struct Check<'a> {
    of: &'a Checked,
    rows: Vec<Row>,
    more: Option<String>,
}

#[derive(Serialize)]
struct Row {
    place: String,
    name: String,
    said: String,
    cells: Vec<String>,
}

#[derive(Serialize)]
struct Group {
    title: String,
    size: String,
    failures: Vec<String>,
    slots: Vec<Explained>,
    alternatives: Vec<Vec<Explained>>,
    more: bool,
}

#[derive(Serialize)]
struct Explained {
    head: String,
    cells: Vec<Doubtful>,
    more: Option<String>,
}

#[derive(Serialize)]
struct Doubtful {
    place: String,
    what: String,
    value: String,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Hangs<'a> {
    of: &'a Hanging,
    verdict: &'a str,
    turning: Vec<Change>,
    items: Vec<Change>,
    tried: String,
    more: Option<String>,
}

#[derive(Serialize)]
struct Change {
    place: String,
    what: String,
    now: String,
    then: String,
    change: String,
    effects: Vec<String>,
    could: Option<String>,
}

/// Renders an audit.
pub fn audit(plan: &Plan, of: &Audit, format: DifferenceFormat, options: &Options) -> Result<String, Vec<Diagnostic>> {
    let template = match format {
        DifferenceFormat::Text => "audit.txt",
        DifferenceFormat::Markdown => "audit.md",
        DifferenceFormat::Html => "audit.html",
        DifferenceFormat::Json => return json(of),
    };
    let shop = Shop::open(options)?;
    let page = page(&shop.words, plan, of);
    Ok(plain(shop.render(template, &page)?, format))
}

fn page<'a>(words: &Words, plan: &'a Plan, of: &'a Audit) -> Page<'a> {
    let sum = &of.summary;
    let counted =
        [("checks", sum.checks), ("errors", sum.errors), ("warnings", sum.warnings), ("notes", sum.notes), ("unknown", sum.not_checkable)];
    let counted: Vec<(&str, String)> = counted.into_iter().map(|(name, count)| (name, count.to_string())).collect();
    let counted: Vec<(&str, &str)> = counted.iter().map(|(name, count)| (*name, count.as_str())).collect();
    Page {
        of,
        sum: words.fill("audit_sum", &counted),
        checks: of.checks.iter().map(|c| check(words, c)).collect(),
        groups: of.suspects.iter().enumerate().map(|(i, s)| group(words, i, s)).collect(),
        hanging: of.hanging.iter().map(|h| hangs(words, plan, h)).collect(),
    }
}

fn more(words: &Words, key: &str, count: usize) -> Option<String> {
    (count > 0).then(|| words.fill(key, &[("n", &count.to_string())]))
}

fn check<'a>(words: &Words, of: &'a Checked) -> Check<'a> {
    let row = |f: &crate::audit::Finding| {
        let mut cells: Vec<String> = f.cells.iter().map(|c| format!("{} {}", at(c), standing(c))).collect();
        cells.extend(more(words, "audit_more", f.more));
        Row {
            place: f.row.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            name: f.row.name.clone().unwrap_or_default(),
            said: f.said.clone().unwrap_or_default(),
            cells,
        }
    };
    Check {
        of,
        rows: of.findings.iter().take(ROWS).map(row).collect(),
        more: more(words, "audit_more", of.findings.len().saturating_sub(ROWS)),
    }
}

/// The place without the row, which stands beside it.
fn at(cell: &CellRef) -> String {
    cell.place.clone()
}

fn what(cell: &CellRef) -> String {
    match &cell.name {
        Some(name) => format!("{name} {}", cell.field),
        None => format!("{} {}", cell.table, cell.field),
    }
}

fn with_unit(value: &str, unit: &str) -> String {
    if unit.is_empty() { value.to_owned() } else { format!("{value} {unit}") }
}

fn standing(cell: &CellRef) -> String {
    with_unit(cell.value.as_deref().unwrap_or("—"), &cell.unit)
}

fn group(words: &Words, index: usize, of: &Suspects) -> Group {
    let key = if of.proven { "audit_least" } else { "audit_least_unproven" };
    let failing = |f: &crate::audit::Failing| {
        let name = f.name.as_ref().map(|n| format!(" {n}")).unwrap_or_default();
        format!("{}：{}{name}（{}）", f.word, f.text, f.source.as_deref().unwrap_or("—"))
    };
    Group {
        title: words.fill("audit_group", &[("n", &(index + 1).to_string())]),
        size: words.fill(key, &[("size", &of.size.to_string())]),
        failures: of.failures.iter().map(failing).collect(),
        slots: of.slots.iter().map(|s| explained(words, s)).collect(),
        alternatives: of.alternatives.iter().map(|set| set.iter().map(|s| explained(words, s)).collect()).collect(),
        more: of.more,
    }
}

fn explained(words: &Words, slot: &Slot) -> Explained {
    let mut head = words.fill("audit_explains", &[("n", &slot.explains.to_string())]);
    if slot.cells.len() + slot.more > 1 {
        head = format!("{head}，{}", words.get("audit_any"));
    }
    let doubtful = |suspect: &crate::audit::Suspect| {
        let repair = suspect.repair.as_ref().map(|r| {
            let value = with_unit(&r.value, &suspect.cell.unit);
            match &r.slip {
                Some(slip) => words.fill("audit_slip", &[("value", &value), ("slip", slip)]),
                None => words.fill("audit_repair", &[("value", &value)]),
            }
        });
        Doubtful {
            place: at(&suspect.cell),
            what: what(&suspect.cell),
            value: standing(&suspect.cell),
            notes: repair.into_iter().chain(more(words, "audit_held_by", suspect.held)).collect(),
        }
    };
    Explained { head, cells: slot.cells.iter().map(doubtful).collect(), more: more(words, "audit_more", slot.more) }
}

fn hangs<'a>(words: &Words, plan: &'a Plan, of: &'a Hanging) -> Hangs<'a> {
    let counts = [("tried", of.tried), ("untried", of.untried), ("betrayed", of.betrayed)];
    let counts: Vec<(&str, String)> = counts.into_iter().map(|(name, count)| (name, count.to_string())).collect();
    let counts: Vec<(&str, &str)> = counts.iter().map(|(name, count)| (*name, count.as_str())).collect();
    Hangs {
        of,
        verdict: of_subject(plan, of.verdict),
        turning: of.verdicts.iter().map(|f| change(words, plan, f)).collect(),
        items: of.items.iter().map(|f| change(words, plan, f)).collect(),
        tried: words.fill("audit_tried", &counts),
        more: more(words, "audit_more_flips", of.more),
    }
}

/// The standard's own word for a verdict.
fn of_subject(plan: &Plan, verdict: Verdict) -> &str {
    plan.verdict.as_ref().map_or("", |v| match verdict {
        Verdict::Met => v.met.as_str(),
        Verdict::NotMet => v.not_met.as_str(),
        Verdict::Undetermined => v.undetermined.as_str(),
    })
}

fn change(words: &Words, plan: &Plan, of: &Flip) -> Change {
    let state = |verdict: Verdict| match verdict {
        Verdict::Met => words.get("state_met"),
        Verdict::NotMet => words.get("state_not_met"),
        Verdict::Undetermined => words.get("state_open"),
    };
    let verdict = of.verdict.map(|v| format!("{}：{}", words.get("audit_verdict"), of_subject(plan, v)));
    let turned = of.turned.iter().map(|t| format!("{} {} → {}", t.id, state(t.from), state(t.to)));
    Change {
        place: at(&of.cell),
        what: what(&of.cell),
        now: standing(&of.cell),
        then: with_unit(&of.value, &of.cell.unit),
        change: of.change.as_ref().map(|c| format!("{c}%")).unwrap_or_default(),
        effects: verdict.into_iter().chain(turned).collect(),
        could: of.slip.as_ref().map(|s| words.fill("audit_could", &[("value", &with_unit(&s.value, &of.cell.unit)), ("words", &s.words)])),
    }
}
