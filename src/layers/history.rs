//! Which layers had a hand in what: told by what each layer changed.

use super::find::{key, name_span, parts, path};
use crate::source::{LayerId, Span};
use crate::syntax::ast::{Item, ItemKind, Verb};
use std::collections::{BTreeMap, BTreeSet};

/// How a thing is called, from the item inwards: `指标 1`, `要点 2`.
pub type Called = Vec<String>;

/// One line of a layer: what it does to what.
#[derive(Debug, Clone)]
pub struct Touch {
    pub layer: LayerId,
    /// `修订`, `增加` …
    pub verb: Verb,
    pub called: Called,
    pub span: Span,
}

/// The layers of everything that has a name, and what each layer above the first does.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Innermost first: the layer that a thing came with, and those that changed it.
    pub layers: BTreeMap<Called, BTreeSet<LayerId>>,
    pub touches: Vec<Touch>,
}

impl History {
    /// Notes what stands after a layer; `changed` are the paths that the layer wrote to.
    pub(super) fn record(&mut self, layer: LayerId, items: &[Item], changed: &[Called]) {
        // What cases show is no rule.
        let names: BTreeSet<Called> = items.iter().filter(|i| !i.is_case()).flat_map(names).map(|(called, _)| called).collect();
        let mut before = std::mem::take(&mut self.layers);
        let mut grown: Vec<Called> = Vec::new();
        let known = names.into_iter().map(|called| {
            let layers = before.remove(&called).unwrap_or_else(|| {
                grown.extend(called.split_last().filter(|(_, of)| !of.is_empty()).map(|(_, of)| of.to_vec()));
                BTreeSet::from([layer])
            });
            (called, layers)
        });
        self.layers = known.collect();
        grown.iter().for_each(|of| self.touch(of, layer));
        for path in changed {
            let Some(of) = (1..=path.len()).rev().filter_map(|n| path.get(..n)).find(|p| self.layers.contains_key(*p)) else { continue };
            self.touch(of, layer);
            if of.len() == path.len() {
                let within = self.layers.iter_mut().filter(|(called, _)| called.starts_with(path));
                within.for_each(|(_, layers)| {
                    layers.insert(layer);
                });
            }
        }
    }

    fn touch(&mut self, called: &[String], layer: LayerId) {
        if let Some(layers) = self.layers.get_mut(called) {
            layers.insert(layer);
        }
    }

    /// Notes the lines of a layer, as they are written.
    pub(super) fn lines(&mut self, items: &[Item]) {
        for item in items {
            let (verb, what, called) = match &item.kind {
                ItemKind::Change(change) => (change.verb.node, &change.what, path(change)),
                kind => (Verb::Add, kind, key(kind).into_iter().collect()),
            };
            // What cases show is no rule.
            if matches!(what, ItemKind::Case(_)) {
                continue;
            }
            let listed: Vec<&str> = departments(what).into_iter().map(|(name, _)| name).collect();
            let called = if listed.is_empty() { called } else { vec![format!("部门 {}", listed.join("、"))] };
            if !called.is_empty() {
                self.touches.push(Touch { layer: item.layer, verb, called, span: item.span });
            }
        }
    }
}

fn departments(kind: &ItemKind) -> Vec<(&str, Span)> {
    match kind {
        ItemKind::Departments { names, .. } => names.iter().map(|n| (n.node.as_str(), n.span)).collect(),
        _ => Vec::new(),
    }
}

/// An item with its parts that have names of their own, each with the place of its name.
pub fn names(item: &Item) -> Vec<(Called, Span)> {
    let mut found: Vec<(Called, Span)> =
        departments(&item.kind).into_iter().map(|(name, span)| (vec![format!("部门 {name}")], span)).collect();
    if let Some(own) = key(&item.kind) {
        found.push((vec![own.clone()], name_span(item)));
        found.extend(parts(item).into_iter().map(|(part, span)| (vec![own.clone(), part], span)));
    }
    found
}
