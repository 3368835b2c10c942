//! Changes of checks of plausibility: called by their text, whether they stand in a table or by themselves.

use super::Merger;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{LayerId, Span};
use crate::syntax::ast::{Change, Item, ItemKind, Verb, Verification};

/// Where a check stands: the item, and the number among the checks of a table.
#[derive(Clone, Copy)]
struct Standing {
    item: usize,
    check: Option<usize>,
}

/// The checks that stand in a table.
pub(super) fn in_table(item: &Item) -> Vec<(String, Span)> {
    match &item.kind {
        ItemKind::Table(table) => table.checks.iter().map(|c| (format!("核验 {}", c.text.node), c.text.span)).collect(),
        _ => Vec::new(),
    }
}

impl Merger {
    pub(super) fn verification(&mut self, change: Change, span: Span, layer: LayerId) {
        let ItemKind::Verification(new) = change.what else { return };
        let (called, at) = (format!("核验 {}", new.text.node), new.text.span);
        match (change.verb.node, self.standing(&new.text.node)) {
            (Verb::Add, None) => self.add(ItemKind::Verification(new), at, span, layer, change.placement.as_ref()),
            (Verb::Add, Some(old)) => {
                let first = self.text_of(old).unwrap_or(at);
                self.exists(&called, at, first);
            }
            (_, None) => self.absent(&[called], at),
            (Verb::Delete, Some(old)) => {
                self.note(vec![called.clone()], at);
                self.take(old);
                self.gone.push((vec![called], at));
            }
            (Verb::Replace, Some(old)) => {
                self.note(vec![called], at);
                self.put(old, *new, span, layer);
            }
            (Verb::Amend, Some(_)) if new.level.is_none() && new.rows.is_none() && new.requirement.is_none() => {
                let error = Diagnostic::error(Code::BAD_CHANGE, change.verb.span, "没有写出要改的内容").here("这里");
                self.diagnostics.push(error.help("写出新的级别、范围或规则；要去掉它，用“删除”"));
            }
            (Verb::Amend, Some(old)) => {
                self.note(vec![called], at);
                self.amend_verification(old, *new, span, layer);
            }
            (Verb::Supplement, Some(_)) => {
                let error = Diagnostic::error(Code::BAD_CHANGE, change.verb.span, "这一类内容不能这样改").here("这里");
                self.diagnostics.push(error.help("改其中一部分用“修订”，整条换掉用“替换”"));
            }
        }
    }

    fn standing(&self, text: &str) -> Option<Standing> {
        self.items.iter().enumerate().find_map(|(item, i)| match &i.kind {
            ItemKind::Verification(v) if v.text.node == text => Some(Standing { item, check: None }),
            ItemKind::Table(t) => t.checks.iter().position(|c| c.text.node == text).map(|check| Standing { item, check: Some(check) }),
            _ => None,
        })
    }

    fn text_of(&self, of: Standing) -> Option<Span> {
        match (&self.items.get(of.item)?.kind, of.check) {
            (ItemKind::Verification(v), _) => Some(v.text.span),
            (ItemKind::Table(t), Some(check)) => t.checks.get(check).map(|c| c.text.span),
            _ => None,
        }
    }

    /// Takes a check away.
    fn take(&mut self, of: Standing) -> Option<Verification> {
        match (of.check, self.items.get_mut(of.item).map(|i| &mut i.kind)) {
            (Some(check), Some(ItemKind::Table(table))) if check < table.checks.len() => Some(table.checks.remove(check)),
            (None, Some(ItemKind::Verification(_))) => match self.items.remove(of.item).kind {
                ItemKind::Verification(verification) => Some(*verification),
                _ => None,
            },
            _ => None,
        }
    }

    /// Puts a check by itself in the place of one; of a table it goes behind the table.
    fn put(&mut self, old: Standing, new: Verification, span: Span, layer: LayerId) {
        self.take(old);
        let index = old.item + usize::from(old.check.is_some());
        self.items.insert(index.min(self.items.len()), Item { kind: ItemKind::Verification(Box::new(new)), span, layer });
    }

    fn amend_verification(&mut self, old: Standing, new: Verification, span: Span, layer: LayerId) {
        let in_table = old.check.is_some() && new.rows.is_none();
        let lay = |old: Verification| Verification {
            level: new.level.or(old.level),
            filter: if new.rows.is_some() { new.filter } else { old.filter },
            rows: new.rows.or(old.rows),
            requirement: new.requirement.or(old.requirement),
            ..old
        };
        match self.items.get_mut(old.item).map(|i| &mut i.kind) {
            Some(ItemKind::Table(table)) if in_table => {
                if let Some(check) = old.check.and_then(|c| table.checks.get_mut(c)) {
                    *check = lay(check.clone());
                }
            }
            _ => {
                if let Some(standing) = self.take(old) {
                    let index = old.item + usize::from(old.check.is_some());
                    self.items
                        .insert(index.min(self.items.len()), Item { kind: ItemKind::Verification(Box::new(lay(standing))), span, layer });
                }
            }
        }
    }
}
