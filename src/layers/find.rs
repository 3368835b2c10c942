//! What an item is called, and where it stands.

use crate::diagnostic::{Code, Diagnostic, did_you_mean, nearest};
use crate::source::Span;
use crate::syntax::ast::{Change, Extent, Item, ItemKind};

/// How an item is called, `指标 38`; `None` for what is not called by a name.
pub(super) fn key(kind: &ItemKind) -> Option<String> {
    pieces(kind).map(|pieces| pieces.concat())
}

/// What an item is called, in the pieces that make it up.
fn pieces(kind: &ItemKind) -> Option<[&str; 5]> {
    let alone = |word| [word, "", "", "", ""];
    let named = |word, name| [word, " ", name, "", ""];
    Some(match kind {
        ItemKind::Standard { .. } => alone("标准"),
        ItemKind::Nature { name, .. } => named("性质", &name.node),
        ItemKind::Subject { .. } => alone("评估对象"),
        ItemKind::Rounds(_) => alone("轮次"),
        ItemKind::Judgements(_) => alone("评定来源"),
        ItemKind::Events(_) => alone("否决来源"),
        ItemKind::Unit { name, .. } => named("单位", &name.node),
        ItemKind::Table(table) => named("数据表", &table.name.node),
        ItemKind::Population { name, .. } => named("总体", &name.node),
        ItemKind::Parameter { name, .. } => named("参数", &name.node),
        ItemKind::Definition { table: Some(table), name, .. } => ["定义", " ", &table.node, ".", &name.node],
        ItemKind::Definition { name, .. } => named("定义", &name.node),
        ItemKind::Category(name) => named("类别", &name.node),
        ItemKind::Indicator(indicator) => named("指标", &indicator.number.node),
        ItemKind::Veto { number, .. } => named("否决", &number.node),
        ItemKind::Qualification { number, .. } => named("资格", &number.node),
        ItemKind::Totals(_) => alone("共计"),
        ItemKind::Verdict(_) => alone("结论"),
        ItemKind::Step(step) => named("步骤", &step.number.node),
        ItemKind::Case(case) => named("用例", &case.title.node),
        ItemKind::Verification(verification) => named("核验", &verification.text.node),
        _ => return None,
    })
}

/// Whether an item is called so, without its key being put together.
fn is_called(kind: &ItemKind, wanted: &str) -> bool {
    pieces(kind).and_then(|pieces| pieces.iter().try_fold(wanted, |rest, piece| rest.strip_prefix(piece))) == Some("")
}

/// What a change is about, from the item inwards: `指标 1`, `要点 2`.
pub(super) fn path(change: &Change) -> Vec<String> {
    let mut path: Vec<String> = key(&change.what).into_iter().collect();
    match (&change.what, change.part) {
        (ItemKind::Indicator(indicator), Extent::Point) => path.extend(indicator.points.first().map(|p| format!("要点 {}", p.number.node))),
        (ItemKind::Table(table), Extent::Field) => path.extend(table.fields.first().map(|f| format!("字段 {}", f.name.node))),
        _ => {}
    }
    path
}

/// Where the name of an item stands; the whole item where it has none.
pub(super) fn name_span(item: &Item) -> Span {
    match &item.kind {
        ItemKind::Nature { name, .. }
        | ItemKind::Unit { name, .. }
        | ItemKind::Population { name, .. }
        | ItemKind::Parameter { name, .. }
        | ItemKind::Definition { name, .. }
        | ItemKind::Category(name) => name.span,
        ItemKind::Standard { title, .. } => title.span,
        ItemKind::Table(table) => table.name.span,
        ItemKind::Indicator(indicator) => indicator.number.span,
        ItemKind::Veto { number, .. } | ItemKind::Qualification { number, .. } => number.span,
        ItemKind::Step(step) => step.number.span,
        ItemKind::Case(case) => case.title.span,
        ItemKind::Verification(verification) => verification.text.span,
        ItemKind::Verdict(verdict) => verdict.met.span,
        _ => item.span,
    }
}

/// What stands in an item as a part with a name: the points of an indicator, the fields of a table.
pub(super) fn parts(item: &Item) -> Vec<(String, Span)> {
    match &item.kind {
        ItemKind::Indicator(i) => i.points.iter().map(|p| (format!("要点 {}", p.number.node), p.number.span)).collect(),
        ItemKind::Table(t) => t.fields.iter().map(|f| (format!("字段 {}", f.name.node), f.name.span)).collect(),
        _ => Vec::new(),
    }
}

/// The index of the item that is called so.
pub(super) fn position(items: &[Item], wanted: &str) -> Option<usize> {
    items.iter().position(|i| is_called(&i.kind, wanted))
}

/// The complaint about something that is not there: with the nearest that is, among those of its kind.
pub(super) fn not_there<'a>(wanted: &str, at: Span, known: impl IntoIterator<Item = (&'a str, Span)>) -> Diagnostic {
    let (word, name) = wanted.split_once(' ').unwrap_or((wanted, wanted));
    let same_kind = |known: &'a str| known.split_once(' ').filter(|(w, _)| *w == word).map(|(_, n)| n);
    let known: Vec<(&str, Span)> = known.into_iter().filter_map(|(k, span)| same_kind(k).map(|n| (n, span))).collect();
    let found = nearest(name, known.iter().map(|(n, _)| *n));
    let error = Diagnostic::error(Code::NOT_THERE, at, format!("上级标准中没有“{wanted}”")).here("要改的内容");
    let shown = found.first().and_then(|n| known.iter().find(|(k, _)| k == n));
    let error = match shown {
        Some((name, span)) => error.also(*span, format!("有的是“{word} {name}”")),
        // The last of its kind shows where such things are written.
        None => match known.last() {
            Some((name, span)) => error.also(*span, format!("这一类写在这里，最后一个是“{word} {name}”")),
            None => error,
        },
    };
    match did_you_mean(&found) {
        Some(help) => error.help(help),
        None => error.help("核对名称或编号；新的内容用“增加”"),
    }
}
