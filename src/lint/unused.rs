//! Names that are declared and never used.
//!
//! A use is looked for in the printed declarations, outside quotes: whatever the language can say, it prints.

use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Item, ItemKind, Name, Table};
use crate::syntax::print;
use std::collections::BTreeSet;

/// Names used by themselves, and names used as `表.字段`.
#[derive(Default)]
struct Uses {
    plain: BTreeSet<String>,
    qualified: BTreeSet<(String, String)>,
}

/// Looks for a use of each parameter, definition, population and field.
pub(super) fn check(items: &[Item], diagnostics: &mut Vec<Diagnostic>) {
    let uses: Vec<Uses> = items.iter().map(uses_of).collect();
    let tables: BTreeSet<&str> =
        items.iter().filter_map(|i| if let ItemKind::Table(t) = &i.kind { Some(t.name.node.as_str()) } else { None }).collect();
    for (index, item) in items.iter().enumerate() {
        let elsewhere = || uses.iter().enumerate().filter(move |(i, _)| *i != index).map(|(_, u)| u);
        let used = |name: &Name| {
            elsewhere().any(|u| u.plain.contains(&name.node) || u.qualified.iter().any(|(a, b)| *a == name.node || *b == name.node))
        };
        let (code, what, name) = match &item.kind {
            ItemKind::Parameter { name, .. } => (Code::UNUSED_PARAMETER, "参数", name),
            ItemKind::Definition { name, .. } => (Code::UNUSED_DEFINITION, "定义", name),
            ItemKind::Population { name, .. } => (Code::UNUSED_POPULATION, "总体", name),
            ItemKind::Table(table) => {
                fields(table, &tables, &uses, diagnostics);
                continue;
            }
            _ => continue,
        };
        if !used(name) {
            let finding = Diagnostic::warning(code, name.span, format!("{what}“{}”没有用到", name.node)).here("这里");
            diagnostics.push(finding.help("不用的请删去；漏用的补到规则里"));
        }
    }
}

fn fields(table: &Table, tables: &BTreeSet<&str>, uses: &[Uses], diagnostics: &mut Vec<Diagnostic>) {
    let own = &table.name.node;
    for field in table.fields.iter().filter(|f| f.reference.is_none() && !f.is_year && !f.additive) {
        let name = &field.name.node;
        // What stands before the dot may also be a definition's owner or a group; only another table's name excludes this one.
        let by_path = |u: &Uses| u.qualified.iter().any(|(t, f)| f == name && (t == own || !tables.contains(t.as_str())));
        if !uses.iter().any(|u| u.plain.contains(name) || by_path(u)) {
            let finding = Diagnostic::warning(Code::UNUSED_FIELD, field.name.span, format!("字段“{own}.{name}”没有用到")).here("这里");
            diagnostics.push(finding.help("评定用不到的请不要让人填；只供查阅的，在上一行写明豁免的理由"));
        }
    }
}

/// The names that an item uses; those a table declares as fields are not used by that.
fn uses_of(item: &Item) -> Uses {
    let mut uses = Uses::default();
    for line in print::item_lines(&item.kind) {
        let line = outside_quotes(&line);
        let said = line.trim_start();
        if !(matches!(item.kind, ItemKind::Table(_)) && (said.starts_with("字段 ") || said.starts_with("数据表 "))) {
            words(said, &mut uses);
        }
    }
    uses
}

fn words(line: &str, uses: &mut Uses) {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '·' | '.');
    for word in line.split(|c: char| !is_name(c)).filter(|w| !w.is_empty()) {
        match word.split_once('.') {
            Some((owner, name)) => {
                uses.qualified.insert((owner.to_owned(), name.to_owned()));
            }
            None => {
                uses.plain.insert(word.to_owned());
            }
        }
    }
}

fn outside_quotes(line: &str) -> String {
    let (mut depth, mut straight) = (0usize, false);
    let keep = |c: char| {
        match c {
            '“' => depth += 1,
            '”' => depth = depth.saturating_sub(1),
            '"' => straight = !straight,
            _ if depth == 0 && !straight => return c,
            _ => {}
        }
        ' '
    };
    line.chars().map(keep).collect()
}
