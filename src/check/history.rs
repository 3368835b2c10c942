//! Which layers had a hand in an item, under the numbers that the plan gives to items.

use crate::layers::{self, Called};
use crate::plan::{History, LayerChange, NatureKind};
use crate::resolve::Symbols;
use crate::source::LayerId;

/// The history of everything that a layer above the first wrote or changed.
pub(super) fn of(read: &layers::History, symbols: &Symbols<'_>) -> History {
    let touched = |layers: &[LayerId]| layers.len() > 1 || layers.iter().any(|l| l.0 > 0);
    let items = read.layers.iter().map(|(called, layers)| (id(called, symbols), layers.iter().copied().collect::<Vec<_>>()));
    let change = |t: &layers::Touch| {
        let (kind, name) = named(&t.called);
        LayerChange { layer: t.layer, verb: t.verb.word(), kind, name, span: t.span }
    };
    History {
        items: items.filter(|(_, layers)| touched(layers)).collect(),
        changes: read.touches.iter().map(change).collect(),
        stricter: Vec::new(),
    }
}

/// `指标 1`, `要点 2` → `1.2`; what has no number keeps its name.
fn id(called: &Called, symbols: &Symbols<'_>) -> String {
    let prefix =
        |kind, default: &str| symbols.natures.iter().find(|n| n.kind == kind).map_or_else(|| default.into(), |n| n.name.to_string());
    let words: Vec<(&str, &str)> = called.iter().filter_map(|c| c.split_once(' ')).collect();
    match words.as_slice() {
        [("指标", number)] => (*number).to_string(),
        [("指标", number), ("要点", point)] => format!("{number}.{point}"),
        [("否决", number)] => format!("{}.{number}", prefix(NatureKind::Veto, "否决")),
        [("资格", number)] => format!("{}.{number}", prefix(NatureKind::Qualification, "资格")),
        _ => called.join(" "),
    }
}

/// `指标 1`, `要点 2` → `要点`, `1.2`.
fn named(called: &Called) -> (String, String) {
    let words: Vec<(&str, &str)> = called.iter().map(|c| c.split_once(' ').unwrap_or((c, ""))).collect();
    let kind = words.last().map_or("", |(kind, _)| kind);
    (kind.to_string(), words.iter().map(|(_, name)| *name).collect::<Vec<_>>().join("."))
}
