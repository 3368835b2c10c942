//! Changes back to text: the ordinary lines of what is written, without what is left out.

use super::ast::{Change, Extent, Field, FieldType, Indicator, ItemKind, Point, Relation, is_written};
use super::print::{field, item_lines, names, point_lines, quoted};
use crate::source::{Span, Spanned};

/// The lines of a change, the first of them its head.
pub(super) fn lines(change: &Change) -> Vec<String> {
    let verb = change.verb.node.word();
    let place = change.placement.as_ref().map(|p| {
        let relation = match p.relation {
            Relation::After => "之后",
            Relation::Before => "之前",
            Relation::Within => "之下",
        };
        format!(" 在 {} {relation}", p.anchor.node)
    });
    let mut lines = match (&change.what, change.part) {
        (ItemKind::Indicator(indicator), Extent::Point) => {
            let mut lines = indicator.points.first().map(|p| of_point(p, "")).unwrap_or_default();
            if let Some(head) = lines.first_mut() {
                *head = format!("指标 {} {head}", indicator.number.node);
            }
            lines
        }
        (ItemKind::Table(table), Extent::Field) => {
            let field = table.fields.first().map(|f| of_field(f, change.has_type)).unwrap_or_default();
            vec![format!("数据表 {} {field}", table.name.node)]
        }
        (what, _) => whole(what),
    };
    if let Some(head) = lines.first_mut() {
        *head = format!("{verb} {}{}", head.trim_start(), place.unwrap_or_default());
    }
    lines
}

fn whole(what: &ItemKind) -> Vec<String> {
    if let ItemKind::Indicator(indicator) = what {
        return of_indicator(indicator);
    }
    let mut lines = item_lines(what);
    if let Some((old, new)) = lines.first_mut().zip(head(what)) {
        *old = new;
    }
    lines
}

/// The head of an item of which some part is left out; `None` where the ordinary head is right.
fn head(what: &ItemKind) -> Option<String> {
    let written = |t: &Spanned<String>| if is_written(t.span) { format!(" {}", quoted(&t.node)) } else { String::new() };
    let left_out = |span: Span| !is_written(span);
    Some(match what {
        ItemKind::Standard { title, version, .. } if left_out(title.span) => {
            format!("标准{}", version.as_ref().map(|v| format!(" 版本 {}", quoted(&v.node))).unwrap_or_default())
        }
        ItemKind::Nature { name, nature, title, .. } if left_out(nature.span) => {
            format!("性质 {}{}", name.node, title.as_ref().map(|t| format!(" {}", quoted(&t.node))).unwrap_or_default())
        }
        ItemKind::Population { name, source, .. } if left_out(source.span) => format!("总体 {}", name.node),
        ItemKind::Parameter { name, values, .. } if values.is_empty() => format!("参数 {}", name.node),
        ItemKind::Definition { table, name, body, .. } if left_out(body.span) => {
            let owner = table.as_ref().map(|t| format!("{}.", t.node)).unwrap_or_default();
            format!("定义 {owner}{}", name.node)
        }
        ItemKind::Veto { number, text, .. } if left_out(text.span) => format!("否决 {}", number.node),
        ItemKind::Qualification { number, text, .. } if left_out(text.span) => format!("资格 {}", number.node),
        ItemKind::Totals(totals) if totals.is_empty() => "共计".into(),
        ItemKind::Verdict(v) => {
            let other = |word: &str, t: &Spanned<String>| if left_out(t.span) { String::new() } else { format!(" {word}{}", written(t)) };
            format!("结论{}{}{}", written(&v.met), other("否则", &v.not_met), other("未定", &v.undetermined))
        }
        ItemKind::Step(step) if left_out(step.title.span) => {
            let whole = item_lines(what).into_iter().next()?;
            whole.replacen(" “”", "", 1)
        }
        _ => return None,
    })
}

fn of_indicator(indicator: &Indicator) -> Vec<String> {
    let number = &indicator.number.node;
    let title = if is_written(indicator.title.span) { format!(" {}", quoted(&indicator.title.node)) } else { String::new() };
    let nature = if is_written(indicator.nature.span) { format!(" {}", indicator.nature.node) } else { String::new() };
    let mut lines = vec![format!("指标 {number}{title}{nature}{}", super::print::full(&indicator.full))];
    if !indicator.departments.is_empty() {
        lines.push(format!("  责任单位：{}", names(&indicator.departments)));
    }
    lines.extend(indicator.notes.iter().map(|n| format!("  口径 {}", quoted(&n.node))));
    indicator.points.iter().for_each(|p| lines.extend(of_point(p, "  ")));
    lines
}

fn of_point(point: &Point, depth: &str) -> Vec<String> {
    let mut lines = point_lines(point, depth);
    if let Some(head) = lines.first_mut().filter(|_| !is_written(point.text.span)) {
        *head = head.replacen(" “”", "", 1);
    }
    lines
}

fn of_field(written: &Field, has_type: bool) -> String {
    let line = field(written);
    if has_type || !matches!(written.ty, FieldType::Text) {
        return line;
    }
    let bare = format!("字段 {}", written.name.node);
    let typed = format!("{bare} 文本");
    let rest = line.strip_prefix(&typed).unwrap_or("");
    format!("{bare} {}", rest.trim_start_matches('，')).trim_end().to_string()
}
