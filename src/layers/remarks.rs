//! Comments of the layers, put back beside what they stood by.

use crate::source::{FileId, LayerId, SourceMap, Span};
use crate::syntax::ast::{Body, Field, Indicator, Item, ItemKind, Point, Relief, Rule, RuleKind, Verdict, is_written};
use crate::syntax::{comments, parse};

/// Puts each comment of the files above the line that says what it stood beside; those of what is gone are gone with it.
pub(super) fn kept(text: &str, items: &[Item], files: &[FileId], sources: &SourceMap) -> String {
    let (flat, _) = parse(FileId(0), LayerId(0), text);
    // What is printed is read back as the same items, so that places of the one are places of the other.
    let pairs: Vec<(Span, Span)> = items.iter().zip(&flat.items).flat_map(|(old, new)| places(old).into_iter().zip(places(new))).collect();
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut last = Vec::new();
    for (id, file) in files.iter().filter_map(|id| Some((*id, sources.get(*id)?))) {
        for comment in comments(id, &file.text) {
            let Some(beside) = comment.beside else {
                last.push(comment.text);
                continue;
            };
            let touches = |s: &Span| s.file == beside.file && s.start < beside.end && beside.start < s.end;
            let found = pairs.iter().find(|(old, _)| is_written(*old) && touches(old));
            above.extend(found.map(|(_, new)| (new.start as usize, comment.text)));
        }
    }
    let mut out = String::new();
    let mut at = 0;
    for line in text.lines() {
        let end = at + line.len() + 1;
        let depth = line.get(..line.len() - line.trim_start().len()).unwrap_or("");
        for (_, said) in above.iter().filter(|(start, _)| (at..end).contains(start)) {
            out.push_str(format!("{depth}# {said}").trim_end());
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        at = end;
    }
    for said in last {
        out.push_str(&format!("# {said}\n"));
    }
    out
}

/// The places of what an item's lines say, in the order in which they are printed.
fn places(item: &Item) -> Vec<Span> {
    let texts = |list: &[crate::syntax::ast::Text]| list.iter().map(|t| t.span).collect::<Vec<_>>();
    match &item.kind {
        ItemKind::Standard { title, version, notes } => [vec![title.span], version.iter().map(|v| v.span).collect(), texts(notes)].concat(),
        ItemKind::Nature { name, nature, title, departments } => {
            [vec![name.span, nature.span], title.iter().map(|t| t.span).collect(), texts(departments)].concat()
        }
        ItemKind::Departments { names, aliases, notes } => [texts(names), texts(aliases), texts(notes)].concat(),
        ItemKind::Rounds(names) => texts(names),
        ItemKind::Population { name, source, notes, .. } => [vec![name.span, source.span], texts(notes)].concat(),
        ItemKind::Definition { name, body, notes, .. } => [vec![name.span, body.span], texts(notes)].concat(),
        ItemKind::Parameter { name, values, notes } => {
            [vec![name.span], values.iter().map(|v| v.value.span).collect(), texts(notes)].concat()
        }
        ItemKind::Table(table) => {
            let head = [vec![table.name.span], table.title.iter().map(|t| t.span).collect(), texts(&table.key)].concat();
            let references = table.references.iter().map(|r| r.span).collect();
            let checks = table.checks.iter().map(|c| c.text.span).collect();
            [head, references, table.fields.iter().map(field).collect(), checks, texts(&table.notes)].concat()
        }
        ItemKind::Indicator(indicator) => of_indicator(indicator),
        ItemKind::Veto { number, text, body } | ItemKind::Qualification { number, text, body } => {
            [vec![number.span, text.span], of_body(body)].concat()
        }
        ItemKind::Totals(totals) => totals.iter().map(|t| t.span).collect(),
        ItemKind::Verdict(verdict) => of_verdict(verdict),
        ItemKind::Step(step) => {
            [vec![step.number.span, step.title.span], step.words.iter().map(|w| w.span).collect(), texts(&step.notes)].concat()
        }
        ItemKind::Vacant { indicator, point } => std::iter::once(indicator.span).chain(point.iter().map(|p| p.span)).collect(),
        ItemKind::Case(case) => {
            let rows = case.given.iter().flat_map(|g| std::iter::once(g.table.span).chain(g.rows.iter().map(|r| r.span)));
            let expected = case.expected.iter().map(|e| e.span);
            std::iter::once(case.title.span).chain(rows).chain(expected).chain(texts(&case.notes)).collect()
        }
        ItemKind::Verification(verification) => vec![verification.text.span],
        ItemKind::Category(name) | ItemKind::Unit { name, .. } => vec![name.span],
        ItemKind::Subject { .. } | ItemKind::Judgements(_) | ItemKind::Events(_) | ItemKind::Change(_) | ItemKind::Broken => {
            vec![item.span]
        }
    }
}

fn field(field: &Field) -> Span {
    field.name.span
}

fn of_indicator(indicator: &Indicator) -> Vec<Span> {
    let head = [indicator.number.span, indicator.title.span, indicator.nature.span];
    let listed = indicator.departments.iter().chain(&indicator.notes).map(|t| t.span);
    head.into_iter().chain(listed).chain(indicator.points.iter().flat_map(of_point)).collect()
}

fn of_point(point: &Point) -> Vec<Span> {
    [vec![point.number.span, point.text.span], of_body(&point.body)].concat()
}

fn of_body(body: &Body) -> Vec<Span> {
    let listed = body.departments.iter().chain(&body.notes).map(|t| t.span);
    body.rules.iter().flat_map(of_rule).chain(listed).collect()
}

fn of_rule(rule: &Rule) -> Vec<Span> {
    let relief = |r: &Relief| r.label.span;
    let parts: Vec<Span> = match &rule.kind {
        RuleKind::Several(several) => {
            several.parts.iter().flat_map(|p| std::iter::once(p.label.span).chain(p.reliefs.iter().map(relief))).collect()
        }
        _ => Vec::new(),
    };
    // The parts before the rule, whose place covers theirs.
    let own = match &rule.kind {
        RuleKind::Several(several) => several.population.span,
        _ => rule.span,
    };
    let first = rule.reliefs.iter().map(relief).chain(parts);
    first.chain([own]).collect()
}

fn of_verdict(verdict: &Verdict) -> Vec<Span> {
    let conditions = verdict.conditions.iter().map(|(_, c)| c.span);
    let grades = verdict.grades.iter().map(|(label, _)| label.span);
    std::iter::once(verdict.met.span).chain(conditions).chain(grades).chain(verdict.notes.iter().map(|n| n.span)).collect()
}
