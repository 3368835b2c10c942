//! One layer laid over the standard below it.

mod departments;
mod verification;

use super::amend::{Ledger, Patch};
use super::find::{key, name_span, not_there, parts, path, position};
use super::history::{Called, History};
use super::order::{place, place_part};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{LayerId, Span, Spanned};
use crate::syntax::ast::{Change, Extent, Field, Item, ItemKind, Placement, Point, Text, Total, Verb};

/// The innermost standard: it has nothing below it to change.
fn first(items: Vec<Item>, history: &mut History) -> (Vec<Item>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let kept = items.into_iter().filter_map(|item| {
        if let ItemKind::Change(change) = &item.kind {
            let error = Diagnostic::error(Code::NOTHING_BELOW, change.verb.span, "这个标准没有上级标准，没有可改的内容").here("这里");
            diagnostics.push(error.help("在 biaochi.toml 里写 base = \"上级标准的文件夹\"，或去掉这个词，直接写出这一条"));
            return None;
        }
        Some(item)
    });
    let kept: Vec<Item> = kept.collect();
    history.record(kept.first().map_or(LayerId(0), |i| i.layer), &kept, &[]);
    (kept, diagnostics)
}

/// The layers of a chain, innermost first, as one standard; `seen` is shown what stands after each of them.
pub fn chain(
    layers: impl IntoIterator<Item = Vec<Item>>,
    history: &mut History,
    mut seen: impl FnMut(&[Item]),
) -> (Vec<Item>, Vec<Diagnostic>) {
    let mut layers = layers.into_iter();
    let (mut items, mut diagnostics) = first(layers.next().unwrap_or_default(), history);
    seen(&items);
    for layer in layers {
        let (over, found) = merge(items, layer, history);
        items = over;
        seen(&items);
        diagnostics.extend(found);
    }
    (items, diagnostics)
}

/// Lays the items of a layer over those of the standard below it, in the order they are written.
fn merge(base: Vec<Item>, layer: Vec<Item>, history: &mut History) -> (Vec<Item>, Vec<Diagnostic>) {
    let id = layer.first().map_or(LayerId(0), |i| i.layer);
    history.lines(&layer);
    let mut merger = Merger { items: base, ledger: Ledger::default(), gone: Vec::new(), diagnostics: Vec::new() };
    for item in layer {
        let (span, layer) = (item.span, item.layer);
        match item.kind {
            ItemKind::Change(change) => merger.change(*change, span, layer),
            kind => {
                let at = name_span(&Item { kind: kind.clone(), span, layer });
                merger.add(kind, at, span, layer, None);
            }
        }
    }
    let changed: Vec<Called> = merger.ledger.paths().collect();
    history.record(id, &merger.items, &changed);
    (merger.items, merger.diagnostics)
}

struct Merger {
    items: Vec<Item>,
    ledger: Ledger,
    /// What this layer has deleted, and where.
    gone: Vec<(Vec<String>, Span)>,
    diagnostics: Vec<Diagnostic>,
}

impl Merger {
    fn change(&mut self, change: Change, span: Span, layer: LayerId) {
        let at = change.verb.span;
        if let ItemKind::Departments { .. } = change.what {
            return self.departments(change, span, layer);
        }
        if let ItemKind::Verification(_) = change.what {
            return self.verification(change, span, layer);
        }
        match (change.verb.node, change.part) {
            (Verb::Add, Extent::Whole) => {
                let at = name_span(&Item { kind: change.what.clone(), span, layer });
                self.add(change.what, at, span, layer, change.placement.as_ref());
            }
            (Verb::Add, _) => self.add_part(change),
            (Verb::Delete, _) => self.delete(change, at, layer),
            (Verb::Replace, _) => self.replace(change, span, layer),
            (Verb::Amend | Verb::Supplement, _) => self.amend(change),
        }
    }

    /// The index of the item that a change is about; its absence is reported.
    fn find(&mut self, change: &Change) -> Option<usize> {
        let wanted = key(&change.what)?;
        let found = position(&self.items, &wanted);
        if found.is_none() {
            let at = name_span(&Item { kind: change.what.clone(), span: change.verb.span, layer: LayerId(0) });
            self.absent(&[wanted], if at.end > at.start { at } else { change.verb.span });
        }
        found
    }

    fn absent(&mut self, wanted: &[String], at: Span) {
        let Some(last) = wanted.last() else { return };
        if let Some((_, span)) = self.gone.iter().find(|(p, _)| wanted.starts_with(p)) {
            let error = Diagnostic::error(Code::CHANGED_TWICE, at, format!("“{}”在这一层里已经删除", wanted.join(" "))).here("又要改它");
            self.diagnostics.push(error.also(*span, "在这里删除的").help("要换成新的内容，用“替换”"));
            return;
        }
        let known: Vec<(String, Span)> = match wanted {
            [item, _] => position(&self.items, item).and_then(|i| self.items.get(i)).map(parts).unwrap_or_default(),
            _ => {
                let named = self.items.iter().filter_map(|i| Some((key(&i.kind)?, name_span(i))));
                named.chain(self.items.iter().flat_map(verification::in_table)).collect()
            }
        };
        self.diagnostics.push(not_there(last, at, known.iter().map(|(k, s)| (k.as_str(), *s))));
    }

    fn exists(&mut self, called: &str, at: Span, first: Span) {
        let error = Diagnostic::error(Code::ALREADY_THERE, at, format!("“{called}”已经有了，不能再增加")).here("要增加的");
        self.diagnostics.push(error.also(first, "已有的").help("改它的一部分用“修订”，整个换掉用“替换”，新的内容另取名称或编号"));
    }

    fn note(&mut self, path: Vec<String>, at: Span) {
        self.diagnostics.extend(self.ledger.note(path, at));
    }

    fn add(&mut self, kind: ItemKind, at: Span, span: Span, layer: LayerId, placement: Option<&Placement>) {
        if let ItemKind::Departments { names, aliases, .. } = &kind {
            for name in names.iter().chain(aliases) {
                if let Some(first) = self.department(&name.node) {
                    return self.exists(&format!("部门 {}", name.node), name.span, first);
                }
            }
        }
        if let Some(called) = key(&kind) {
            let there = position(&self.items, &called).and_then(|i| self.items.get(i)).map(name_span);
            // Totals may stand in several lines, but each is said once.
            if let Some(first) = there.filter(|_| !matches!(kind, ItemKind::Totals(_))) {
                return self.exists(&called, at, first);
            }
            self.note(vec![called], at);
        }
        match place(&self.items, &kind, placement) {
            Ok(index) => {
                self.items.insert(index.min(self.items.len()), Item { kind, span, layer });
                self.fill_vacancies();
            }
            Err(error) => self.diagnostics.push(error),
        }
    }

    /// A number that is given again is not left out any more.
    fn fill_vacancies(&mut self) {
        let is_given = |number: &str| self.items.iter().any(|i| matches!(&i.kind, ItemKind::Indicator(of) if of.number.node == number));
        let is_filled = |item: &Item| matches!(&item.kind, ItemKind::Vacant { indicator, point: None } if is_given(&indicator.node));
        let filled: Vec<usize> = (0..).zip(&self.items).filter(|(_, item)| is_filled(item)).map(|(at, _)| at).collect();
        for at in filled.into_iter().rev() {
            self.items.remove(at);
        }
    }

    fn add_part(&mut self, change: Change) {
        let Some(index) = self.find(&change) else { return };
        let called = path(&change);
        let Some(item) = self.items.get_mut(index) else { return };
        let placement = change.placement.as_ref();
        let found = match (&mut item.kind, change.what) {
            (ItemKind::Indicator(old), ItemKind::Indicator(new)) => {
                new.points.into_iter().next().map(|point| insert(&mut old.points, point, "要点", placement))
            }
            (ItemKind::Table(old), ItemKind::Table(new)) => {
                new.fields.into_iter().next().map(|field| insert(&mut old.fields, field, "字段", placement))
            }
            _ => None,
        };
        match found {
            Some(Inserted::At(at)) => self.note(called, at),
            Some(Inserted::Exists(at, first)) => self.exists(&called.join(" "), at, first),
            Some(Inserted::Nowhere(error)) => self.diagnostics.push(*error),
            None => {}
        }
    }

    fn delete(&mut self, change: Change, at: Span, layer: LayerId) {
        let Some(index) = self.find(&change) else { return };
        let called = path(&change);
        if let ItemKind::Totals(totals) = &change.what
            && let Some(first) = totals.first()
        {
            let error = Diagnostic::error(Code::BAD_CHANGE, first.span, "合计只能整行删除").here("这里");
            self.diagnostics.push(error.help("写成“删除 共计”，或用“修订 共计 …”改其中的数"));
            return;
        }
        let name = match (&change.what, change.part) {
            (ItemKind::Indicator(new), Extent::Point) => new.points.first().map(|p| p.number.clone()),
            (ItemKind::Table(new), Extent::Field) => new.fields.first().map(|f| f.name.clone()),
            (ItemKind::Indicator(new), _) => Some(new.number.clone()),
            _ => None,
        };
        if change.part == Extent::Whole {
            self.note(called.clone(), at);
            if self.category_in_use(index, at) {
                return;
            }
            let removed = self.items.remove(index);
            if let (ItemKind::Indicator(_), Some(indicator)) = (&removed.kind, name) {
                let span = indicator.span;
                self.items.insert(index, Item { kind: ItemKind::Vacant { indicator, point: None }, span, layer });
            }
            self.gone.push((called, at));
            return;
        }
        let Some(name) = name else { return };
        let mut vacancy = None;
        let removed = match self.items.get_mut(index).map(|i| &mut i.kind) {
            Some(ItemKind::Indicator(old)) => {
                let before = old.points.len();
                old.points.retain(|p| p.number.node != name.node);
                let indicator = Spanned::new(old.number.node.clone(), name.span);
                vacancy = Some(ItemKind::Vacant { indicator, point: Some(name.clone()) });
                old.points.len() < before
            }
            Some(ItemKind::Table(old)) => {
                let before = old.fields.len();
                old.fields.retain(|f| f.name.node != name.node);
                old.fields.len() < before
            }
            _ => false,
        };
        if !removed {
            return self.absent(&called, name.span);
        }
        self.note(called.clone(), at);
        self.gone.push((called, at));
        if let Some(kind) = vacancy {
            self.items.insert(index + 1, Item { kind, span: name.span, layer });
        }
    }

    /// Whether a category still has indicators, which would fall to the one before it.
    fn category_in_use(&mut self, index: usize, at: Span) -> bool {
        if !matches!(self.items.get(index).map(|i| &i.kind), Some(ItemKind::Category(_))) {
            return false;
        }
        let next = self.items.iter().skip(index + 1).take_while(|i| !matches!(i.kind, ItemKind::Category(_)));
        let Some(first) = next.into_iter().find(|i| matches!(i.kind, ItemKind::Indicator(_))).map(name_span) else { return false };
        let error = Diagnostic::error(Code::BAD_CHANGE, at, "这个类别下还有指标，不能删除").here("这里");
        self.diagnostics.push(error.also(first, "其中的第一项").help("先删除其中的各项指标"));
        true
    }

    fn replace(&mut self, change: Change, span: Span, layer: LayerId) {
        let Some(index) = self.find(&change) else { return };
        let called = path(&change);
        let at = change.verb.span;
        let part = change.part;
        let Some(item) = self.items.get_mut(index) else { return };
        let done = match (&mut item.kind, change.what) {
            (ItemKind::Indicator(old), ItemKind::Indicator(new)) if part == Extent::Point => {
                new.points.into_iter().next().is_some_and(|point| swap(&mut old.points, point))
            }
            (ItemKind::Table(old), ItemKind::Table(new)) if part == Extent::Field => {
                new.fields.into_iter().next().is_some_and(|field| swap(&mut old.fields, field))
            }
            (_, new) => {
                let origin = name_span(item);
                *item = Item { kind: new, span, layer };
                keep_name(item, origin);
                true
            }
        };
        if !done {
            return self.absent(&called, at);
        }
        if called.first().is_some_and(|c| c == "共计") {
            let mut seen = false;
            self.items.retain(|i| !matches!(i.kind, ItemKind::Totals(_)) || !std::mem::replace(&mut seen, true));
        }
        self.note(called, at);
    }

    fn amend(&mut self, change: Change) {
        let Some(index) = self.find(&change) else { return };
        let (amends, at) = (change.verb.node == Verb::Amend, change.verb.span);
        let called = path(&change);
        if self.gone.iter().any(|(p, _)| called.starts_with(p)) {
            return self.absent(&called, at);
        }
        if let ItemKind::Totals(totals) = change.what {
            return self.totals(totals, amends);
        }
        // Under a table the whole line of a field is written, with its type.
        let has_type = change.has_type || change.part == Extent::Whole;
        let mut patch =
            Patch { amends, path: called, at, has_type, ledger: &mut self.ledger, diagnostics: &mut self.diagnostics, is_empty: true };
        let Some(item) = self.items.get_mut(index) else { return };
        match patch.item(&mut item.kind, change.what) {
            Ok(()) if patch.is_empty => {
                let error = Diagnostic::error(Code::BAD_CHANGE, at, "没有写出要改的内容").here("这里");
                self.diagnostics.push(error.help("在这一行或下面几行写出改成什么；要去掉它，用“删除”"));
            }
            Ok(()) => {}
            Err(new) if amends && !matches!(new, ItemKind::Category(_) | ItemKind::Case(_)) => {
                let called = patch.path.clone();
                item.kind = new;
                self.note(called, at);
            }
            Err(_) => {
                let error = Diagnostic::error(Code::BAD_CHANGE, at, "这一类内容不能这样改").here("这里");
                self.diagnostics.push(error.help("整条换掉用“替换”；类别改名，请删除后另加"));
            }
        }
    }

    fn totals(&mut self, totals: Vec<Total>, amends: bool) {
        let mut fresh = Vec::new();
        for total in totals {
            let full = if total.is_full_score { " 满分" } else { "" };
            let called = format!("{}{full}", total.what.node);
            let mut standing = self.items.iter_mut().filter_map(|i| match &mut i.kind {
                ItemKind::Totals(totals) => Some(totals),
                _ => None,
            });
            let old =
                standing.find_map(|t| t.iter_mut().find(|t| t.what.node == total.what.node && t.is_full_score == total.is_full_score));
            let at = total.span;
            match old {
                Some(old) if amends => {
                    *old = total;
                    self.note(vec!["共计".into(), called], at);
                }
                Some(old) => {
                    let first = old.span;
                    self.exists(&format!("共计 {called}"), at, first);
                }
                None if amends => {
                    let known: Vec<(String, Span)> = self.items.iter().flat_map(totals_of).collect();
                    self.diagnostics.push(not_there(&format!("共计 {called}"), at, known.iter().map(|(k, s)| (k.as_str(), *s))));
                }
                None => fresh.push(total),
            }
        }
        let last = self.items.iter_mut().rev().find_map(|i| match &mut i.kind {
            ItemKind::Totals(totals) => Some(totals),
            _ => None,
        });
        if let Some(last) = last {
            last.extend(fresh);
        }
    }
}

fn totals_of(item: &Item) -> Vec<(String, Span)> {
    match &item.kind {
        ItemKind::Totals(totals) => totals.iter().map(|t| (format!("共计 {}", t.what.node), t.span)).collect(),
        _ => Vec::new(),
    }
}

/// A part that is called by a number or a name.
trait Named {
    fn name(&self) -> &Text;
    fn rename(&mut self, name: Text);
}

impl Named for Point {
    fn name(&self) -> &Text {
        &self.number
    }

    fn rename(&mut self, name: Text) {
        self.number = name;
    }
}

impl Named for Field {
    fn name(&self) -> &Text {
        &self.name
    }

    fn rename(&mut self, name: Text) {
        self.name = name;
    }
}

enum Inserted {
    At(Span),
    Exists(Span, Span),
    Nowhere(Box<Diagnostic>),
}

fn insert<T: Named>(parts: &mut Vec<T>, new: T, word: &str, placement: Option<&Placement>) -> Inserted {
    let at = new.name().span;
    if let Some(old) = parts.iter().find(|p| p.name().node == new.name().node) {
        return Inserted::Exists(at, old.name().span);
    }
    let names: Vec<(&str, Span)> = parts.iter().map(|p| (p.name().node.as_str(), p.name().span)).collect();
    match place_part(&names, word, placement) {
        Ok(index) => {
            parts.insert(index.min(parts.len()), new);
            Inserted::At(at)
        }
        Err(error) => Inserted::Nowhere(Box::new(error)),
    }
}

/// Puts a part where the one of its name stands; the name keeps its first place, so that its history is known.
fn swap<T: Named>(parts: &mut [T], mut new: T) -> bool {
    let Some(old) = parts.iter_mut().find(|p| p.name().node == new.name().node) else { return false };
    new.rename(old.name().clone());
    *old = new;
    true
}

fn keep_name(item: &mut Item, origin: Span) {
    match &mut item.kind {
        ItemKind::Indicator(indicator) => indicator.number.span = origin,
        ItemKind::Veto { number, .. } | ItemKind::Qualification { number, .. } => number.span = origin,
        _ => {}
    }
}
