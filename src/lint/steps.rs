//! Dates of the procedure: a later step that is over before an earlier one begins.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Date, Item, ItemKind, Step};

/// Compares each step with those before it, its own headings left out.
pub(super) fn check(items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    let steps: Vec<&Step> = items.iter().filter_map(|i| if let ItemKind::Step(step) = &i.kind { Some(step) } else { None }).collect();
    for (index, step) in steps.iter().enumerate() {
        let Some((ends, end_span)) = latest(step) else { continue };
        let before = steps.iter().take(index).filter(|e| !step.number.node.starts_with(&format!("{}.", e.number.node)));
        let begun = before.filter_map(|e| earliest(e).map(|(date, span)| (date, span, &e.number.node)));
        let Some((_, span, number)) = begun.filter(|(date, _, _)| *date > ends).max_by_key(|(date, _, _)| *date) else { continue };
        let message = format!("步骤 {} 在步骤 {number} 开始之前就结束了", step.number.node);
        let finding = Diagnostic::warning(Code::STEPS_OUT_OF_ORDER, end_span, message).here("结束").also(span, "前面的步骤");
        diagnostics.push(finding.help("核对原文的日期；原文如此的，写明口径并加豁免"));
    }
}

fn latest(step: &Step) -> Option<(Date, Span)> {
    step.until.as_ref().or(step.from.as_ref()).map(|d| (d.node, d.span))
}

fn earliest(step: &Step) -> Option<(Date, Span)> {
    step.from.as_ref().or(step.until.as_ref()).map(|d| (d.node, d.span))
}
