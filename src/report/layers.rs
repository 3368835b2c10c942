//! What each layer of a standard changed.

use super::Words;
use crate::plan::{LayerChange, Plan};
use serde::Serialize;

/// A layer above the first, with what it changed, one text for each way and kind: `修订 要点 1.1、2.3`.
#[derive(Debug, Serialize)]
pub struct LayerRow {
    pub name: String,
    pub changes: Vec<String>,
}

/// Every layer above the first, innermost first.
pub fn rows(w: &Words, plan: &Plan) -> Vec<LayerRow> {
    let layers = plan.standard.layers.iter().enumerate().skip(1);
    layers
        .map(|(index, name)| {
            let own = plan.history.changes.iter().filter(|c| usize::from(c.layer.0) == index);
            let stricter = plan.history.stricter.iter().any(|l| usize::from(l.0) == index);
            let name = if stricter { w.fill("layer_stricter", &[("layer", name)]) } else { name.clone() };
            LayerRow { name, changes: grouped(own) }
        })
        .collect()
}

/// The changes of one way and kind together, in the order of the first of them.
fn grouped<'a>(changes: impl Iterator<Item = &'a LayerChange>) -> Vec<String> {
    let mut groups: Vec<((&str, &str), Vec<&str>)> = Vec::new();
    for change in changes {
        let of = (change.verb, change.kind.as_str());
        let at = groups.iter().position(|(key, _)| *key == of).unwrap_or_else(|| {
            groups.push((of, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, names)) = groups.get_mut(at)
            && !names.contains(&change.name.as_str())
        {
            names.push(&change.name);
        }
    }
    let text = |((verb, kind), names): &((&str, &str), Vec<&str>)| format!("{verb} {kind} {}", runs(names)).trim_end().to_owned();
    groups.iter().map(text).collect()
}

/// Names in a row; whole numbers that follow one another as `1～38`.
fn runs(names: &[&str]) -> String {
    let number = |name: &str| name.parse::<u32>().ok();
    let runs = names.chunk_by(|a, b| number(a).and_then(|n| n.checked_add(1)).is_some_and(|next| number(b) == Some(next)));
    let shown = runs.map(|run| match run {
        [first, .., last] if run.len() > 2 => format!("{first}～{last}"),
        _ => run.join("、"),
    });
    shown.collect::<Vec<_>>().join("、")
}
