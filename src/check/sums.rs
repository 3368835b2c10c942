//! The document's own sums: how many items it says it has, and what they are worth.

use crate::diagnostic::{Code, Diagnostic, did_you_mean, nearest};
use crate::plan::{NatureId, NatureKind, Plan};
use crate::resolve::Symbols;
use crate::source::Spanned;
use crate::syntax::ast::{Item, ItemKind, Total};
use crate::value::{Num, format_decimal, num};

/// Holds the items to `共计`, their numbers to an unbroken row, and the steps to the calendar.
pub(super) fn check(items: &[Item], plan: &Plan, symbols: &Symbols<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for item in items {
        if let ItemKind::Totals(totals) = &item.kind {
            totals.iter().for_each(|t| total(t, plan, symbols, diagnostics));
        }
    }
    unbroken(items, diagnostics);
    steps(items, diagnostics);
}

fn total(total: &Total, plan: &Plan, symbols: &Symbols<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let name = total.what.node.as_str();
    let is_score = total.is_full_score;
    let found = match name {
        "指标" | "indicators" => Some(count(plan.indicators.len())),
        "要点" | "points" => Some(count(plan.indicators.iter().map(|i| i.points.len()).sum())),
        "类别" | "categories" => Some(count(plan.categories.len())),
        _ => symbols.nature_named(name).map(|id| of_nature(id, plan, is_score)),
    };
    let Some(found) = found else {
        let known = symbols.natures.iter().map(|n| n.name.as_str()).chain(["指标", "要点", "类别"]);
        let error = Diagnostic::error(Code::UNKNOWN_NATURE, total.what.span, format!("不知道“{name}”指什么")).here("这里");
        diagnostics.push(match did_you_mean(&nearest(name, known)) {
            Some(help) => error.help(help),
            None => error,
        });
        return;
    };
    if found != total.count.node {
        let unit = if is_score { "分" } else { "项" };
        let (said, is) = (format_decimal(&total.count.node, 12), format_decimal(&found, 12));
        let message = format!("文件说“{name}”共 {said} {unit}，实际是 {is} {unit}");
        let error = Diagnostic::error(Code::TOTAL_MISMATCH, total.span, message).here("文件自述的合计");
        diagnostics.push(error.help("对照原文，看是漏了、多了，还是合计写错了"));
    }
}

fn count(n: usize) -> Num {
    num(i64::try_from(n).unwrap_or(i64::MAX))
}

fn of_nature(id: NatureId, plan: &Plan, is_score: bool) -> Num {
    let of = plan.indicators.iter().filter(|i| i.nature == id);
    match plan.natures.get(id.0).map(|n| n.kind) {
        _ if is_score => of.filter_map(|i| i.full.clone()).fold(Num::ZERO, |a, b| a + b),
        Some(NatureKind::Veto) => count(plan.vetoes.len()),
        Some(NatureKind::Qualification) => count(plan.qualifications.len()),
        _ => count(of.count()),
    }
}

fn unbroken(items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    let mut expected = 1u64;
    let is_vacant = |wanted: u64, point: Option<u64>| {
        items.iter().any(|i| match &i.kind {
            ItemKind::Vacant { indicator, point: left_out } => {
                let number = |n: &Spanned<String>| n.node.parse::<u64>().ok();
                number(indicator) == Some(wanted) && left_out.as_ref().and_then(number) == point
            }
            _ => false,
        })
    };
    for item in items {
        let ItemKind::Indicator(indicator) = &item.kind else { continue };
        let Ok(number) = indicator.number.node.parse::<u64>() else { continue };
        let own = number;
        while expected < number && is_vacant(expected, None) {
            expected += 1;
        }
        if number > expected {
            let message = format!("指标编号从 {} 跳到了 {number}，缺第 {expected} 项", expected.saturating_sub(1));
            let error = Diagnostic::error(Code::MISSING_NUMBER, indicator.number.span, message).here("这里");
            diagnostics.push(error.help("补上缺的指标，或改正编号；有意空着的号写“空号 指标 …”"));
        }
        expected = expected.max(number.saturating_add(1));
        let mut next = 1u64;
        for point in &indicator.points {
            let Ok(number) = point.number.node.parse::<u64>() else { continue };
            while next < number && is_vacant(own, Some(next)) {
                next += 1;
            }
            if number > next {
                let message = format!("指标 {} 的要点从 {} 跳到了 {number}", indicator.number.node, next.saturating_sub(1));
                diagnostics.push(Diagnostic::error(Code::MISSING_NUMBER, point.number.span, message).here("这里"));
            }
            next = next.max(number.saturating_add(1));
        }
    }
}

fn steps(items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    for item in items {
        let ItemKind::Step(step) = &item.kind else { continue };
        if let (Some(from), Some(until)) = (&step.from, &step.until)
            && from.node > until.node
        {
            let error = Diagnostic::error(Code::STEP_ORDER, from.span, format!("步骤 {} 的开始晚于结束", step.number.node));
            diagnostics.push(error.here("开始").also(until.span, "结束"));
        }
    }
}
