//! Findings of one kind in one place of the data, and of one name in a standard, told together and counted.

use super::{Code, Diagnostic, Label, Place, Severity, describe};
use crate::source::Span;
use std::collections::BTreeMap;

/// How many of a group are told one by one.
const SHOWN: usize = 12;

/// Severity, code, file, sheet, and what is said of a cell's column or of a row.
type Kind<'d> = (Severity, Code, &'d str, Option<&'d str>, Option<[Option<&'d str>; 2]>);

/// What findings must share to be told together; `None` for those that stand alone.
fn kind(found: &Diagnostic) -> Option<Kind<'_>> {
    let Place::Cell { file, sheet, column, row, .. } = &found.place else { return None };
    // A note says the same of every sheet.
    let sheet = sheet.as_deref().filter(|_| found.severity != Severity::Note);
    let said = match (found.expected.as_deref(), row) {
        (Some(expected), _) => Some([Some(expected), column.as_deref()]),
        (None, Some(_)) => Some([Some(found.message.as_str()), None]),
        // Of the header, or the sheet as a whole.
        (None, None) => None,
    };
    Some((found.severity, found.code, file, sheet, said))
}

/// Names that are not there: what is wrong with one is wrong wherever it is used.
const NAMES: [Code; 7] = [
    Code::UNKNOWN_NAME,
    Code::UNKNOWN_TABLE,
    Code::UNKNOWN_FIELD,
    Code::UNKNOWN_POPULATION,
    Code::UNKNOWN_DEPARTMENT,
    Code::UNKNOWN_UNIT,
    Code::UNKNOWN_FUNCTION,
];

/// What a finding says, without its place: how grave, which code, the message and the mends.
type Said<'f> = (Severity, Code, &'f str, &'f [String]);

/// The findings, those that say the same of one name made one finding with all its places.
pub(super) fn of_one_name(found: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = Vec::new();
    // What is said → where it is told, and every place that it is said of.
    let mut uses: BTreeMap<Said<'_>, (usize, Vec<Span>)> = BTreeMap::new();
    for finding in found {
        let Place::Spec(span) = &finding.place else {
            told.push(finding.clone());
            continue;
        };
        if !NAMES.contains(&finding.code) || !finding.labels.is_empty() {
            told.push(finding.clone());
            continue;
        }
        let (_, others) = uses.entry((finding.severity, finding.code, &finding.message, &finding.help)).or_insert_with(|| {
            told.push(finding.clone());
            (told.len() - 1, Vec::new())
        });
        others.push(*span);
    }
    for (at, places) in uses.into_values().filter(|(_, places)| places.len() > 1) {
        let Some(finding) = told.get_mut(at) else { continue };
        finding.message = format!("{}（{} 处）", finding.message, places.len());
        let others = places.iter().skip(1);
        finding.labels = others.clone().take(SHOWN).map(|span| Label { span: *span, text: "还有这里".to_owned() }).collect();
        let more = others.count().saturating_sub(SHOWN);
        finding.help.extend((more > 0).then(|| format!("另有 {more} 处没有列出")));
    }
    told
}

/// The findings in groups, each where its first one stands.
pub(super) fn groups(found: &[Diagnostic]) -> Vec<Vec<&Diagnostic>> {
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    let mut places: BTreeMap<Kind<'_>, usize> = BTreeMap::new();
    for finding in found {
        let Some(kind) = kind(finding) else {
            groups.push(vec![finding]);
            continue;
        };
        let at = *places.entry(kind).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// One finding that stands for several, and a line for each of them.
pub(super) fn together(group: &[&Diagnostic]) -> Option<(Diagnostic, Vec<String>)> {
    let first = *group.first()?;
    let Place::Cell { file, sheet, column, .. } = &first.place else { return None };
    let all = |same: &dyn Fn(&Place) -> bool| group.iter().all(|d| same(&d.place));
    let sheet = sheet.clone().filter(|s| all(&|p| matches!(p, Place::Cell { sheet: Some(other), .. } if other == s)));
    let column = column.clone().filter(|c| all(&|p| matches!(p, Place::Cell { column: Some(other), .. } if other == c)));
    let is_same = group.iter().all(|d| d.message == first.message);
    let message = match (&first.expected, &column) {
        (Some(expected), Some(column)) => format!("“{column}”有 {} 处填得不对：{expected}", group.len()),
        _ if is_same => format!("{}（{} 处）", first.message, group.len()),
        _ => format!("{}（{} 处）", describe(first.code), group.len()),
    };
    let common: Vec<&String> = first.help.iter().filter(|h| group.iter().all(|d| d.help.contains(h))).collect();
    let mut lines: Vec<String> = group.iter().take(SHOWN).map(|d| line(d, sheet.is_some(), is_same, &common)).collect();
    if group.len() > SHOWN {
        lines.push(format!("另有 {} 处", group.len() - SHOWN));
    }
    let place = Place::Cell { file: file.clone(), sheet, line: None, cell: None, column, row: None };
    let mut stands = Diagnostic::at(first.code, place, message);
    stands.severity = first.severity;
    stands.help = common.into_iter().cloned().collect();
    Some((stands, lines))
}

/// Where one of them stands, what stands there, and its own mend.
fn line(found: &Diagnostic, sheet_known: bool, is_same: bool, common: &[&String]) -> String {
    let Place::Cell { sheet, line, cell, row, .. } = &found.place else { return found.message.clone() };
    let at = match (sheet, cell, line) {
        (Some(_), Some(cell), _) => cell.clone(),
        (_, _, Some(line)) => format!("第 {line} 行"),
        _ => String::new(),
    };
    let mut parts: Vec<String> = sheet.iter().filter(|_| !sheet_known).cloned().collect();
    parts.extend(Some(at).filter(|a| !a.is_empty()));
    parts.extend(row.as_ref().map(|r| format!("[{r}]")));
    let what = match (&found.expected, found.found.as_deref()) {
        (Some(_), Some("")) => "空".to_owned(),
        (Some(_), Some(text)) => format!("“{text}”"),
        _ if is_same => String::new(),
        _ => found.message.clone(),
    };
    let own: Vec<&str> = found.help.iter().filter(|h| !common.contains(h)).map(String::as_str).collect();
    let own = if own.is_empty() { String::new() } else { format!("（{}）", own.join("；")) };
    let what = if what.is_empty() { what } else { format!("：{what}") };
    format!("{}{what}{own}", parts.join(" "))
}

/// How many of each kind: `按种类：主键重复 3 处，……`; nothing where there is one kind only.
pub fn by_kind(found: &[Diagnostic]) -> String {
    let mut counts: BTreeMap<(Severity, Code), usize> = BTreeMap::new();
    for finding in found.iter().filter(|d| matches!(d.place, Place::Cell { .. }) && d.severity != Severity::Note) {
        *counts.entry((finding.severity, finding.code)).or_default() += 1;
    }
    if counts.len() < 2 {
        return String::new();
    }
    let one = |((_, code), n): (&(Severity, Code), &usize)| format!("{} {n} 处", describe(*code));
    format!("按种类：{}", counts.iter().map(one).collect::<Vec<_>>().join("，"))
}
