//! Functions taken for one another: weighted and unweighted, least and greatest, some and all.

use super::edit::{Finder, Sort};
use crate::builtins::{Aggregate, BUILTINS, Builtin, Function, Kind, Series, find};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Name};

/// The function that is easily written instead.
fn instead(kind: Kind) -> Option<Kind> {
    Some(match kind {
        Kind::Aggregate(Aggregate::Min) => Kind::Aggregate(Aggregate::Max),
        Kind::Aggregate(Aggregate::Max) => Kind::Aggregate(Aggregate::Min),
        Kind::Aggregate(Aggregate::Any) => Kind::Aggregate(Aggregate::All),
        Kind::Aggregate(Aggregate::All) => Kind::Aggregate(Aggregate::Any),
        Kind::Aggregate(Aggregate::Variation) => Kind::Aggregate(Aggregate::PlainVariation),
        Kind::Aggregate(Aggregate::PlainVariation) => Kind::Aggregate(Aggregate::SampleVariation),
        Kind::Aggregate(Aggregate::SampleVariation) => Kind::Aggregate(Aggregate::PlainVariation),
        Kind::Aggregate(Aggregate::Median) => Kind::Aggregate(Aggregate::Mean),
        Kind::Series(Series::NeverFalls) => Kind::Series(Series::Rises),
        Kind::Series(Series::Rises) => Kind::Series(Series::NeverFalls),
        Kind::Function(Function::Min) => Kind::Function(Function::Max),
        Kind::Function(Function::Max) => Kind::Function(Function::Min),
        Kind::Function(Function::Ceil) => Kind::Function(Function::Floor),
        Kind::Function(Function::Floor) => Kind::Function(Function::Ceil),
        _ => return None,
    })
}

/// The same call with the other function, in the language the name is written in.
pub(super) fn other(finder: &mut Finder<'_>, name: &Name, arguments: &[Expr], call: Span) {
    let Some(function) = find(&name.node) else { return };
    let Some(with) = instead(function.kind).and_then(|kind| BUILTINS.iter().find(|b| b.kind == kind)) else { return };
    let with = if function.name == name.node { with.name } else { with.alias };
    match arguments {
        [quantity, weight] if is_weighted(function) => unweighted(finder, name, quantity, weight, with, call),
        _ => finder.push(name.span, with, Sort::Slip),
    }
}

fn is_weighted(function: &Builtin) -> bool {
    function.kind == Kind::Aggregate(Aggregate::Variation)
}

/// `差异系数(范围：甲，乙)` becomes that of `甲 / 乙`, each row counting the same.
fn unweighted(finder: &mut Finder<'_>, name: &Name, quantity: &Expr, weight: &Expr, with: &str, call: Span) {
    let part = |e: &Expr| {
        let text = finder.slice(e.span);
        let is_loose = match &e.kind {
            ExprKind::Binary { op, .. } => !matches!(op.node, BinaryOp::Mul) || e.span == weight.span,
            ExprKind::If { .. } => true,
            _ => false,
        };
        if is_loose && !text.starts_with(['(', '（']) { format!("（{text}）") } else { text.to_owned() }
    };
    let head = finder.slice(Finder::between(name.span, quantity.span)).to_owned();
    let rest = finder.slice(Span { start: weight.span.end, ..call });
    let close = rest.char_indices().find(|(_, c)| matches!(c, ')' | '）')).map_or(0, |(at, c)| at + c.len_utf8());
    let (close, end) = (rest.get(..close).unwrap_or(""), weight.span.range().end + close);
    let text = format!("{with}{head}{} / {}{close}", part(quantity), part(weight));
    finder.push(Span::new(call.file, name.span.range().start, end), text, Sort::Slip);
}
