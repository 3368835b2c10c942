//! Where an addition goes.

use super::find::{key, not_there, position};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind, Placement, Relation};
use std::mem::discriminant;

/// The index at which a new item is put: at the place it names, or else after the last of its kind.
pub(super) fn place(items: &[Item], kind: &ItemKind, placement: Option<&Placement>) -> Result<usize, Diagnostic> {
    let Some(placement) = placement else { return Ok(after_its_kind(items, kind)) };
    let anchor = &placement.anchor;
    let Some(at) = position(items, &anchor.node) else {
        let known: Vec<(String, Span)> = items.iter().filter_map(|i| Some((key(&i.kind)?, super::find::name_span(i)))).collect();
        return Err(not_there(&anchor.node, anchor.span, known.iter().map(|(k, s)| (k.as_str(), *s))));
    };
    let on_category = matches!(items.get(at).map(|i| &i.kind), Some(ItemKind::Category(_)));
    let same = items.get(at).is_some_and(|i| discriminant(&i.kind) == discriminant(kind));
    match (placement.relation, kind) {
        (Relation::Within, ItemKind::Indicator(_)) if on_category => Ok(end_of_category(items, at)),
        (Relation::After, ItemKind::Category(_)) if on_category => Ok(end_of_category(items, at)),
        (Relation::After, _) if same => Ok(at + 1),
        (Relation::Before, _) if same => Ok(at),
        _ => {
            let error = Diagnostic::error(Code::BAD_CHANGE, anchor.span, "不能放在这个位置").here("这里");
            Err(error.help("写成“在 指标 38 之后”这样的同类位置，或“在 类别 某类 之下”"))
        }
    }
}

/// The index at which a new part is put among those of its kind, each called by a number or a name.
pub(super) fn place_part(names: &[(&str, Span)], word: &str, placement: Option<&Placement>) -> Result<usize, Diagnostic> {
    let Some(placement) = placement else { return Ok(names.len()) };
    let anchor = &placement.anchor;
    let called: Vec<(String, Span)> = names.iter().map(|(n, span)| (format!("{word} {n}"), *span)).collect();
    let Some(at) = called.iter().position(|(n, _)| *n == anchor.node) else {
        return Err(not_there(&anchor.node, anchor.span, called.iter().map(|(k, s)| (k.as_str(), *s))));
    };
    match placement.relation {
        Relation::After => Ok(at + 1),
        Relation::Before => Ok(at),
        Relation::Within => {
            let error = Diagnostic::error(Code::BAD_CHANGE, anchor.span, "不能放在这个位置").here("这里");
            Err(error.help(format!("写成“在 {} 之后”或“在 {} 之前”", anchor.node, anchor.node)))
        }
    }
}

fn after_its_kind(items: &[Item], kind: &ItemKind) -> usize {
    // Categories and indicators take turns: a new one of either comes after all of both.
    let is_listed = |k: &ItemKind| matches!(k, ItemKind::Category(_) | ItemKind::Indicator(_));
    let same = |k: &ItemKind| discriminant(k) == discriminant(kind) || is_listed(k) && is_listed(kind);
    items.iter().rposition(|i| same(&i.kind)).map_or(items.len(), |at| at + 1)
}

fn end_of_category(items: &[Item], at: usize) -> usize {
    let next = items.iter().skip(at + 1).position(|i| matches!(i.kind, ItemKind::Category(_))).map_or(items.len(), |n| at + 1 + n);
    let last = items.iter().take(next).rposition(|i| matches!(i.kind, ItemKind::Category(_) | ItemKind::Indicator(_)));
    last.map_or(at + 1, |l| l + 1)
}
