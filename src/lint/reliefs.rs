//! Reliefs that never end.

use super::texts::worded;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Item, Relief, Rule, RuleKind};

/// Looks for a last day of each relief.
pub(super) fn check(items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    let rules = items.iter().flat_map(worded).flat_map(|(_, body)| &body.rules);
    for relief in rules.flat_map(reliefs).filter(|r| r.until.is_none()) {
        let message = format!("宽限“{}”没有写到哪一天为止", relief.label.node);
        let finding = Diagnostic::warning(Code::OPEN_RELIEF, relief.span, message).here("这里");
        diagnostics.push(finding.help("按原文写“至 日期”；原文没有期限的，写明豁免的理由"));
    }
}

fn reliefs(rule: &Rule) -> Vec<&Relief> {
    let parts = if let RuleKind::Several(several) = &rule.kind { several.parts.as_slice() } else { &[] };
    rule.reliefs.iter().chain(parts.iter().flat_map(|p| &p.reliefs)).collect()
}
