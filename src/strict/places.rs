//! Where a doubt is shown: what the layer wrote, and what the base says.

use super::Found;
use crate::diagnostic::{Code, Diagnostic};
use crate::layers::{Called, History, names};
use crate::source::{LayerId, SourceMap, Span};
use crate::syntax::ast::Item;
use std::collections::BTreeMap;

/// The texts of a layer and its base.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    pub sources: &'a SourceMap,
    pub base: &'a [Item],
    /// The layer's own lines.
    pub history: &'a History,
    pub layer: LayerId,
    /// Where the layer declares itself to be only stricter.
    pub declared: Span,
    /// What the layer and its base are called.
    pub names: (&'a str, &'a str),
}

/// What is found, told with both places; `day` is the first of the days that it was found on.
pub(super) fn report(found: &Found, places: &Places<'_>, day: Option<&str>) -> Diagnostic {
    let known: BTreeMap<Called, Span> = places.base.iter().flat_map(names).collect();
    let (layer, base) = places.names;
    let base_span = found.base.or_else(|| known.get(&found.called).copied()).or_else(|| known.get(found.called.get(..1)?).copied());
    let span = first_line(places.sources, own_span(found, places, &known).unwrap_or(places.declared));
    let on = day.map(|d| format!("（自 {d} 起）")).unwrap_or_default();
    let (code, claim) = if found.doubt.looser {
        (Code::LOOSER, format!("“{layer}”声明只严不松，但“{}”比“{base}”宽", found.called()))
    } else {
        (Code::NOT_PROVEN, format!("“{layer}”声明只严不松，但不能证明“{}”不比“{base}”宽", found.called()))
    };
    let why = if found.doubt.why == "比上级宽" { String::new() } else { format!("：{}", found.doubt.why) };
    let mut diagnostic = Diagnostic::error(code, span, format!("{claim}{on}{why}")).here("本层");
    if let Some(span) = base_span.map(|s| first_line(places.sources, s)).filter(|s| *s != span) {
        diagnostic = diagnostic.also(span, "上级");
    }
    if let Some(example) = &found.doubt.example {
        diagnostic = diagnostic.help(format!("例如 {example}"));
    }
    let help = if found.doubt.looser {
        "改得不低于上级；有意放宽的，删去 biaochi.toml 里的 only_stricter"
    } else {
        "改成能逐条比较的写法；做不到的，删去 biaochi.toml 里的 only_stricter"
    };
    diagnostic.help(help)
}

/// The line of the layer that makes the difference: the rule itself, or the change of the item, or of what its rule uses.
fn own_span(found: &Found, places: &Places<'_>, known: &BTreeMap<Called, Span>) -> Option<Span> {
    let in_layer = |s: &Span| places.sources.get(s.file).is_some_and(|f| f.layer == places.layer);
    if let Some(span) = found.layer.filter(in_layer) {
        return Some(span);
    }
    let touches: Vec<_> = places.history.touches.iter().filter(|t| t.layer == places.layer).collect();
    let of = |called: &[String]| touches.iter().find(|t| t.called == called).map(|t| t.span);
    let own = (1..=found.called.len()).rev().filter_map(|n| found.called.get(..n)).find_map(of);
    let within = || touches.iter().find(|t| t.called.starts_with(&found.called)).map(|t| t.span);
    own.or_else(within).or_else(|| {
        // What the rule uses, and what that uses.
        let mut said = vec![found.base.map_or("", |s| places.sources.slice(s)).to_owned()];
        let mut seen: Vec<&Called> = Vec::new();
        let mut next = 0;
        while let Some(text) = said.get(next).cloned() {
            next += 1;
            for (called, span) in known {
                let name = called.concat();
                let Some((_, name)) = name.split_once(' ').filter(|(w, _)| ["参数", "总体", "定义"].contains(w)) else { continue };
                let name = name.rsplit('.').next().unwrap_or(name);
                if text.contains(name) && !seen.contains(&called) {
                    seen.push(called);
                    said.push(whole(places, *span));
                }
            }
        }
        touches.iter().find(|t| seen.iter().any(|s| t.called.starts_with(s))).map(|t| t.span)
    })
}

/// The text of the item that a name stands in.
fn whole(places: &Places<'_>, name: Span) -> String {
    let holds = |i: &&Item| i.span.file == name.file && i.span.start <= name.start && name.end <= i.span.end;
    places.base.iter().find(holds).map_or("", |i| places.sources.slice(i.span)).to_owned()
}

fn first_line(sources: &SourceMap, span: Span) -> Span {
    let text = sources.slice(span);
    let line = text.lines().next().unwrap_or("").trim_end();
    Span::new(span.file, span.start as usize, span.start as usize + line.len())
}
