//! A merged standard as one text.

use crate::source::{FileId, SourceMap};
use crate::syntax::ast::{Item, ItemKind, Rule, RuleKind};
use crate::syntax::print;

/// Prints the items of the files as one standard, with their comments; rules stand as they were written, for reports quote them.
pub fn flatten(items: &[Item], files: &[FileId], sources: &SourceMap) -> String {
    let rules = items.iter().flat_map(rules_of).filter(|r| !matches!(r.kind, RuleKind::Several(_)) && r.reliefs.is_empty());
    let mut wanted = rules.map(|r| (print::rule(r), sources.slice(r.span))).peekable();
    let mut out = String::new();
    for line in print::print(items).lines() {
        let said = line.trim_start();
        match wanted.next_if(|(printed, written)| printed == said && !written.is_empty()) {
            Some((_, written)) => {
                let depth = line.len() - said.len();
                out.push_str(line.get(..depth).unwrap_or(""));
                let lines = written.lines().map(|l| l.split('#').next().unwrap_or(l).trim()).filter(|l| !l.is_empty());
                out.push_str(&lines.collect::<Vec<_>>().join(" "));
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    super::remarks::kept(&out, items, files, sources)
}

fn rules_of(item: &Item) -> Vec<&Rule> {
    match &item.kind {
        ItemKind::Indicator(indicator) => indicator.points.iter().flat_map(|p| &p.body.rules).collect(),
        ItemKind::Veto { body, .. } | ItemKind::Qualification { body, .. } => body.rules.iter().collect(),
        _ => Vec::new(),
    }
}
