//! Texts and departments: what the document says, as far as it can be seen to be mistyped.

use super::{Findings, Fix};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourceMap;
use crate::syntax::ast::{Body, Item, ItemKind, Text};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// The texts of points, vetoes and qualifications, each with its rules.
pub(super) fn worded(item: &Item) -> Vec<(&Text, &Body)> {
    match &item.kind {
        ItemKind::Indicator(indicator) => indicator.points.iter().map(|p| (&p.text, &p.body)).collect(),
        ItemKind::Veto { text, body, .. } | ItemKind::Qualification { text, body, .. } => vec![(text, body)],
        _ => Vec::new(),
    }
}

/// Looks at every text, and at the departments.
pub(super) fn check(items: &[Item], sources: &SourceMap, found: &mut Findings) {
    for (text, body) in items.iter().flat_map(worded) {
        if !text.node.chars().any(char::is_alphanumeric) {
            let what = if body.rules.is_empty() { "这一条没有原文" } else { "规则没有原文" };
            let finding = Diagnostic::warning(Code::NO_TEXT, text.span, what).here("这里是空的");
            found.diagnostics.push(finding.help("照录文件的原文；报告、附录和责任分工表都要用"));
        }
        full_width(text, sources, found);
    }
    departments(items, &mut found.diagnostics);
}

/// Full-width digits and letters: numbers in them are not seen where text and rule are compared.
fn full_width(text: &Text, sources: &SourceMap, found: &mut Findings) {
    let is_wide = |c: char| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％' | '．');
    if !text.node.chars().any(|c| is_wide(c) && c != '．') {
        return;
    }
    let narrow = |t: &str| -> String { t.chars().map(|c| if is_wide(c) { c.nfkc().collect() } else { c.to_string() }).collect() };
    let message = "原文里有全角的数字或字母，与规则比对时认不出";
    let finding = Diagnostic::warning(Code::FULL_WIDTH, text.span, message).here("全角");
    found.diagnostics.push(finding.help(format!("写作“{}”（lint --fix 可以代改）", narrow(&text.node))));
    found.fixes.push(Fix { code: Code::FULL_WIDTH, span: text.span, text: narrow(sources.slice(text.span)) });
}

/// Two departments whose names differ in marks only are likely one.
fn departments(items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, &Text> = BTreeMap::new();
    for item in items {
        let ItemKind::Departments { names, .. } = &item.kind else { continue };
        for name in names {
            let bare: String = name.node.chars().filter(|c| c.is_alphanumeric()).collect();
            let Some(first) = seen.insert(bare, name).filter(|f| f.node != name.node) else { continue };
            let message = format!("部门“{}”与“{}”只差标点，像是同一家", name.node, first.node);
            let finding = Diagnostic::warning(Code::DEPARTMENT_VARIANT, name.span, message).here("这里").also(first.span, "另一种写法");
            diagnostics.push(finding.help(format!("只留一个，另一种写法写在“又作”后面：部门 {} 又作 {}", first.node, name.node)));
        }
    }
}
