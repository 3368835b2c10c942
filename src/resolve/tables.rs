//! Data tables: fields with their types, keys, references, and the way from each table to the subject.

use super::{Symbols, TableSymbol, duplicate, unknown};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, FieldId, FieldType, ReferenceId, TableId};
use crate::syntax::ast::{self, ItemKind};
use crate::value::{Text, Unit, UnitTable};

/// Decimals of a field that declares none.
const DEFAULT_PLACES: u8 = 2;

/// Declares every table, then the references between them, the subject, and each table's way to it.
pub(super) fn tables<'a>(items: &'a [ast::Item], symbols: &mut Symbols<'a>, diagnostics: &mut Vec<Diagnostic>) {
    for item in items {
        let ItemKind::Table(table) = &item.kind else { continue };
        if let Some(first) = symbols.tables.iter().find(|t| t.name() == table.name.node) {
            diagnostics.push(duplicate(Code::DUPLICATE_NAME, "数据表", &table.name.node, first.declaration.name.span, table.name.span));
            continue;
        }
        let symbol = declare(table, &symbols.units, diagnostics);
        symbols.tables.push(symbol);
    }
    for index in 0..symbols.tables.len() {
        let Some(declaration) = symbols.tables.get(index).map(|t| t.declaration) else { continue };
        let references = references(declaration, symbols, diagnostics);
        if let Some(table) = symbols.tables.get_mut(index) {
            table.references = references;
        }
    }
    subject(items, symbols, diagnostics);
    ways_to_subject(symbols);
}

fn declare<'a>(table: &'a ast::Table, units: &UnitTable, diagnostics: &mut Vec<Diagnostic>) -> TableSymbol<'a> {
    let mut fields = Vec::new();
    for (i, field) in table.fields.iter().enumerate() {
        if let Some(first) = table.fields.iter().take(i).find(|f| f.name.node == field.name.node) {
            diagnostics.push(duplicate(Code::DUPLICATE_NAME, "字段", &field.name.node, first.name.span, field.name.span));
        }
        fields.push(field_type(&field.ty, units, diagnostics));
    }
    let mut symbol = TableSymbol {
        declaration: table,
        fields,
        key: Vec::new(),
        references: Vec::new(),
        subject_path: None,
        one_per_subject: false,
        year: table.fields.iter().position(|f| f.is_year).map(FieldId),
    };
    symbol.key = table.key.iter().filter_map(|name| field_of(&symbol, name, diagnostics)).collect();
    if table.key.is_empty() {
        let error = Diagnostic::error(Code::MISSING_DECLARATION, table.name.span, format!("数据表“{}”没有主键", table.name.node));
        diagnostics.push(error.here("这张表").help("加一行“主键 …”，写明哪几个字段合起来唯一确定一行"));
    }
    symbol
}

/// A field of `table` by name, or a complaint with the nearest.
pub(super) fn field_of(table: &TableSymbol<'_>, name: &ast::Name, diagnostics: &mut Vec<Diagnostic>) -> Option<FieldId> {
    let found = table.field(&name.node);
    if found.is_none() {
        let what = format!("数据表“{}”的字段", table.name());
        diagnostics.push(unknown(Code::UNKNOWN_FIELD, &what, &name.node, name.span, table.field_names()));
    }
    found
}

fn field_type(ty: &ast::FieldType, units: &UnitTable, diagnostics: &mut Vec<Diagnostic>) -> FieldType {
    let mut unit_of = |written: &Option<ast::UnitRef>| written.as_ref().map_or_else(Unit::none, |u| unit(u, units, diagnostics));
    match ty {
        ast::FieldType::Text => FieldType::Text,
        ast::FieldType::Bool => FieldType::Bool,
        ast::FieldType::Month => FieldType::Month,
        ast::FieldType::Date => FieldType::Date,
        ast::FieldType::Integer(u) => FieldType::Integer(unit_of(u)),
        ast::FieldType::Decimal { places, unit: u } => FieldType::Decimal { places: places.unwrap_or(DEFAULT_PLACES), unit: unit_of(u) },
        ast::FieldType::Choice { options, ordered } => {
            FieldType::Choice { options: options.iter().map(|o| o.node.clone()).collect(), ordered: *ordered }
        }
    }
}

/// The unit that is written, or plain numbers after a complaint.
pub fn unit(reference: &ast::UnitRef, units: &UnitTable, diagnostics: &mut Vec<Diagnostic>) -> Unit {
    let mut get = |name: &String| match units.get(name) {
        Some(unit) => unit.clone(),
        None => {
            let error = unknown(Code::UNKNOWN_UNIT, "单位", name, reference.span, units.names());
            diagnostics.push(error.help("除号两边留空格才是除法；新的单位用“单位 …”声明"));
            Unit::none()
        }
    };
    let mut result: Option<Unit> = None;
    for name in &reference.over {
        let next = get(name);
        result = Some(result.map_or(next.clone(), |r| r.times(&next)));
    }
    let mut result = result.unwrap_or_default();
    for name in &reference.under {
        result = result.per(&get(name));
    }
    if !reference.under.is_empty() && !result.is_plain() && result.factor == crate::value::num(1) {
        result.name = Text::kept(&format!("{}/{}", reference.over.join("·"), reference.under.join("·")));
    }
    result
}

fn references(table: &ast::Table, symbols: &Symbols<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<plan::Reference> {
    let mut found = Vec::new();
    let Some(own) = symbols.tables.iter().find(|t| std::ptr::eq(t.declaration, table)) else { return found };
    let singles = table.fields.iter().filter_map(|f| f.reference.as_ref().map(|r| (r, vec![&f.name])));
    let composites = table.references.iter().map(|r| (&r.table, r.fields.iter().collect()));
    let all: Vec<(&ast::Name, Vec<&ast::Name>)> = singles.chain(composites).collect();
    for (target, names) in all {
        let Some(id) = symbols.table_named(&target.node) else {
            let known = symbols.tables.iter().map(TableSymbol::name);
            diagnostics.push(unknown(Code::UNKNOWN_TABLE, "数据表", &target.node, target.span, known));
            continue;
        };
        let fields: Vec<FieldId> = names.iter().filter_map(|n| field_of(own, n, diagnostics)).collect();
        let key = symbols.table(id).map_or(0, |t| t.key.len());
        if fields.len() == names.len() && fields.len() != key {
            let message = format!("引用“{}”要用它的全部主键（{key} 个字段），这里有 {} 个", target.node, fields.len());
            diagnostics.push(Diagnostic::error(Code::WRONG_ARGUMENTS, target.span, message).here("引用"));
            continue;
        }
        found.push(plan::Reference { fields, table: id });
    }
    found
}

fn subject<'a>(items: &'a [ast::Item], symbols: &mut Symbols<'a>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first = None;
    for item in items {
        let ItemKind::Subject { table, code, name, members, base_year, superior } = &item.kind else { continue };
        if let Some(earlier) = first {
            diagnostics.push(duplicate(Code::DUPLICATE_NAME, "评估对象", &table.node, earlier, item.span));
            continue;
        }
        first = Some(item.span);
        let known: Vec<&str> = symbols.tables.iter().map(TableSymbol::name).collect();
        let Some(id) = symbols.table_named(&table.node) else {
            diagnostics.push(unknown(Code::UNKNOWN_TABLE, "数据表", &table.node, table.span, known));
            continue;
        };
        let members = members.as_ref().and_then(|m| {
            let found = symbols.table_named(&m.node);
            if found.is_none() {
                diagnostics.push(unknown(Code::UNKNOWN_TABLE, "数据表", &m.node, m.span, known));
            }
            found
        });
        let Some(own) = symbols.table(id) else { continue };
        let mut field = |n: &ast::Name| field_of(own, n, diagnostics);
        let Some(code) = field(code) else { continue };
        let name = name.as_ref().and_then(&mut field);
        let base_year = base_year.as_ref().and_then(&mut field);
        let superior = superior.as_ref().and_then(&mut field);
        symbols.subject = Some(plan::Subject { table: id, code, name, members, base_year, superior });
    }
    if first.is_none() {
        let span = items.first().map(|i| i.span).unwrap_or_default();
        let error = Diagnostic::error(Code::MISSING_DECLARATION, span, "没有声明评估对象");
        diagnostics.push(error.help("加一行“评估对象 表 代码 字段 名称 字段”，写明评的是哪张表的哪一行"));
    }
}

fn ways_to_subject(symbols: &mut Symbols<'_>) {
    let Some(subject) = symbols.subject.as_ref().map(|s| s.table) else { return };
    for index in 0..symbols.tables.len() {
        let path = symbols.path(TableId(index), subject);
        let Some(table) = symbols.tables.get_mut(index) else { continue };
        table.one_per_subject = match path.as_deref() {
            Some([]) => true,
            Some([ReferenceId(only)]) => table.references.get(*only).is_some_and(|r| r.fields == table.key),
            _ => false,
        };
        table.subject_path = path;
    }
}
