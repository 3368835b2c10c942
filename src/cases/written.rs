//! A standard as it is written, to be compiled again with one edit.

use super::edit::{Edit, Finder, Sort};
use super::places;
use crate::check::{Identity, check};
use crate::diagnostic::{Code, Diagnostic, Severity, has_errors};
use crate::layers::chain;
use crate::plan::Plan;
use crate::resolve::resolve;
use crate::source::{FileId, LayerId, SourceMap};
use crate::syntax::ast::{Date, Item, ItemKind};
use crate::syntax::{parse, parse_rules};

/// The texts of a standard with all its layers, and their items; without its cases, which no edit changes.
#[derive(Debug, Default)]
pub struct Written {
    sources: SourceMap,
    items: Vec<Item>,
    identity: Identity,
}

impl Written {
    /// Reads the files, innermost layer first.
    pub fn new(sources: SourceMap, files: &[FileId], identity: Identity) -> Self {
        let mut items = Vec::new();
        for (id, file) in files.iter().filter_map(|id| sources.get(*id).map(|f| (*id, f))) {
            items.extend(parse_rules(id, file.layer, &file.text).0.items);
        }
        Self { sources, items, identity }
    }

    /// The texts, to show an edit in.
    pub fn sources(&self) -> &SourceMap {
        &self.sources
    }

    /// Every edit, in the order of the files.
    pub(super) fn edits(&self) -> Vec<Edit> {
        let mut finder = Finder { sources: &self.sources, item: 0, found: Vec::new() };
        for (index, item) in self.items.iter().enumerate() {
            finder.item = index;
            places::item(&mut finder, &item.kind);
        }
        finder.found
    }

    /// Whether an edit takes a clause away that is no part of a population.
    pub(super) fn is_branch(&self, edit: &Edit) -> bool {
        let is_population = |i: &Item| match &i.kind {
            ItemKind::Population { .. } => true,
            ItemKind::Change(change) => matches!(change.what, ItemKind::Population { .. }),
            _ => false,
        };
        match edit.sort {
            Sort::Arm => true,
            Sort::Clause => !self.items.get(edit.item).is_some_and(is_population),
            Sort::Slip | Sort::Reverse => false,
        }
    }

    /// The plan with the edit made, on a day; `None` where it would not compile. Sums that the document states of itself are let pass:
    /// they would tell of every changed score before any case could.
    pub(super) fn plan(&self, edit: &Edit, date: Option<Date>) -> Option<Plan> {
        let changed = self.edited(edit)?;
        let items = self.items.iter().enumerate().map(|(i, item)| if i == edit.item { changed.clone() } else { item.clone() });
        let mut layers: Vec<(LayerId, Vec<Item>)> = Vec::new();
        for item in items {
            match layers.last_mut() {
                Some((layer, list)) if *layer == item.layer => list.push(item),
                _ => layers.push((item.layer, vec![item])),
            }
        }
        let mut identity = Identity { date, ..self.identity.clone() };
        let (items, found) = chain(layers.into_iter().map(|(_, items)| items), &mut identity.history, |_| {});
        let (symbols, unresolved) = resolve(&items);
        if has_errors(&found) || has_errors(&unresolved) {
            return None;
        }
        let (plan, found) = check(&items, &symbols, identity, &self.sources);
        (!found.iter().any(is_fatal)).then_some(plan)
    }

    /// The item that the edit stands in, read anew; `None` where it cannot be read.
    fn edited(&self, edit: &Edit) -> Option<Item> {
        let item = self.items.get(edit.item)?;
        let text = self.sources.slice(item.span);
        let at = edit.span.range();
        let start = item.span.range().start;
        let (before, after) = (text.get(..at.start.checked_sub(start)?)?, text.get(at.end.checked_sub(start)?..)?);
        let (file, found) = parse(item.span.file, item.layer, &format!("{before}{}{after}", edit.with));
        if has_errors(&found) {
            return None;
        }
        let mut items = file.items.into_iter();
        items.next().filter(|_| items.next().is_none())
    }
}

fn is_fatal(found: &Diagnostic) -> bool {
    found.severity == Severity::Error && !matches!(found.code, Code::POINTS_SUM | Code::TOTAL_MISMATCH)
}
