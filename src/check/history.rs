//! Which layers had a hand in an item: told by the files that its parts stand in.

use crate::plan::{NatureKind, Plan};
use crate::source::{LayerId, SourceMap, Span};
use crate::syntax::ast::{Body, Item, ItemKind, is_written};

/// Notes for every item that another layer than its own has changed the layers of its parts, innermost first.
pub(super) fn note(items: &[Item], plan: &mut Plan, sources: &SourceMap) {
    let prefix = |kind, default: &str| {
        let nature = plan.natures.iter().find(|n| n.kind == kind);
        nature.map_or_else(|| default.to_string(), |n| n.name.clone())
    };
    let (veto, qualification) = (prefix(NatureKind::Veto, "否决"), prefix(NatureKind::Qualification, "资格"));
    for item in items {
        match &item.kind {
            ItemKind::Indicator(indicator) => {
                let own = [indicator.number.span, indicator.title.span, indicator.nature.span];
                let listed = indicator.departments.iter().chain(&indicator.notes).map(|t| t.span);
                let full = indicator.full.iter().map(|f| f.span);
                insert(plan, indicator.number.node.clone(), own.into_iter().chain(listed).chain(full), sources);
                for point in &indicator.points {
                    let own = [point.number.span, point.text.span];
                    let full = point.full.iter().map(|f| f.span);
                    let id = format!("{}.{}", indicator.number.node, point.number.node);
                    insert(plan, id, own.into_iter().chain(full).chain(parts(&point.body)), sources);
                }
            }
            ItemKind::Veto { number, text, body } => {
                insert(plan, format!("{veto}.{}", number.node), [number.span, text.span].into_iter().chain(parts(body)), sources);
            }
            ItemKind::Qualification { number, text, body } => {
                let own = [number.span, text.span].into_iter();
                insert(plan, format!("{qualification}.{}", number.node), own.chain(parts(body)), sources);
            }
            _ => {}
        }
    }
}

fn parts(body: &Body) -> impl Iterator<Item = Span> {
    let listed = body.departments.iter().chain(&body.notes).map(|t| t.span);
    body.rules.iter().map(|r| r.span).chain(listed)
}

fn insert(plan: &mut Plan, id: String, spans: impl Iterator<Item = Span>, sources: &SourceMap) {
    let mut layers: Vec<LayerId> = spans.filter(|s| is_written(*s)).filter_map(|s| sources.get(s.file)).map(|f| f.layer).collect();
    layers.sort();
    layers.dedup();
    if layers.len() > 1 {
        plan.history.insert(id, layers);
    }
}
