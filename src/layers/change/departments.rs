//! Changes of the list of departments: each stands in a declaration with others, and is changed by its name.

use super::Merger;
use crate::diagnostic::{Code, Diagnostic};
use crate::layers::find::not_there;
use crate::layers::order::place;
use crate::source::{LayerId, Span};
use crate::syntax::ast::{Change, Item, ItemKind, Text, Verb};

impl Merger {
    /// Where a department, or another spelling of one, is written.
    pub(super) fn department(&self, name: &str) -> Option<Span> {
        self.items.iter().find_map(|i| match &i.kind {
            ItemKind::Departments { names, aliases, .. } => names.iter().chain(aliases).find(|n| n.node == name).map(|n| n.span),
            _ => None,
        })
    }

    pub(super) fn departments(&mut self, change: Change, span: Span, layer: LayerId) {
        let (verb, at) = (change.verb.node, change.verb.span);
        let ItemKind::Departments { names, aliases, notes } = change.what else { return };
        match (verb, names.as_slice()) {
            (Verb::Add, _) => self.add(ItemKind::Departments { names, aliases, notes }, at, span, layer, None),
            (Verb::Supplement, [name]) if self.department(&name.node).is_some() => {
                self.spellings(name.clone(), aliases, notes, (span, layer), true)
            }
            (Verb::Supplement, _) => self.add(ItemKind::Departments { names, aliases, notes }, at, span, layer, None),
            (Verb::Amend, [name]) => self.spellings(name.clone(), aliases, notes, (span, layer), false),
            (Verb::Delete, _) => names.iter().for_each(|n| {
                self.take_department(n);
            }),
            (Verb::Replace, [name]) if !aliases.is_empty() => self.succeed(name.clone(), aliases, notes, (span, layer)),
            _ => {
                let error = Diagnostic::error(Code::BAD_CHANGE, at, "部门名录不能这样改").here("这里");
                let mend = "增加、删除可以一次写几家；修订“又作”一次写一家；替换要写明替换谁，如“替换 部门 新名 又作 旧名”";
                self.diagnostics.push(error.help(mend));
            }
        }
    }

    /// Gives a department other spellings, in a declaration of its own.
    fn spellings(&mut self, name: Text, aliases: Vec<Text>, notes: Vec<Text>, (span, layer): (Span, LayerId), keeps: bool) {
        let Some((old, old_notes)) = self.take_department(&name) else { return };
        let aliases = if keeps { old.into_iter().chain(aliases).collect() } else { aliases };
        let notes = if keeps || notes.is_empty() { old_notes.into_iter().chain(notes).collect() } else { notes };
        let kind = ItemKind::Departments { names: vec![name], aliases, notes };
        let index = place(&self.items, &kind, None).unwrap_or(self.items.len());
        self.items.insert(index, Item { kind, span, layer });
    }

    /// Puts a department in the place of others; what was written of them goes on counting as another spelling of it.
    fn succeed(&mut self, name: Text, before: Vec<Text>, notes: Vec<Text>, (span, layer): (Span, LayerId)) {
        let mut aliases = Vec::new();
        for old in before {
            let Some((spellings, _)) = self.take_department(&old) else { continue };
            aliases.push(old);
            aliases.extend(spellings);
        }
        if self.department(&name.node).is_some() {
            // A department takes over the tasks of another.
            self.spellings(name, aliases, notes, (span, layer), true);
        } else {
            self.add(ItemKind::Departments { names: vec![name], aliases, notes }, span, span, layer, None);
        }
    }

    /// Takes a department off the list; gives its other spellings and the notes that stood with it alone.
    fn take_department(&mut self, name: &Text) -> Option<(Vec<Text>, Vec<Text>)> {
        let index = self
            .items
            .iter()
            .position(|i| matches!(&i.kind, ItemKind::Departments { names, .. } if names.iter().any(|n| n.node == name.node)));
        let Some(index) = index else {
            let known: Vec<(String, Span)> = self.items.iter().flat_map(departments_of).collect();
            self.diagnostics.push(not_there(&format!("部门 {}", name.node), name.span, known.iter().map(|(k, s)| (k.as_str(), *s))));
            return None;
        };
        self.note(vec![format!("部门 {}", name.node)], name.span);
        let Some(ItemKind::Departments { names, aliases, notes }) = self.items.get_mut(index).map(|i| &mut i.kind) else { return None };
        let was_last = names.last().is_some_and(|n| n.node == name.node);
        names.retain(|n| n.node != name.node);
        let spellings = if was_last { std::mem::take(aliases) } else { Vec::new() };
        let own_notes = if names.is_empty() { std::mem::take(notes) } else { Vec::new() };
        if names.is_empty() {
            self.items.remove(index);
        }
        Some((spellings, own_notes))
    }
}

fn departments_of(item: &Item) -> Vec<(String, Span)> {
    match &item.kind {
        ItemKind::Departments { names, .. } => names.iter().map(|n| (format!("部门 {}", n.node), n.span)).collect(),
        _ => Vec::new(),
    }
}
