//! Ast → Symbols: what is declared, under which name, and how the tables hang together.
//!
//! Takes the items of all files; gives tables of names with typed ids, and every name that is missing or declared twice.
//! Knows no expression: those are read against the symbols by the next room.

mod declarations;
mod tables;

pub use tables::unit;

use crate::diagnostic::{Code, Diagnostic, did_you_mean, nearest};
use crate::plan::{self, FieldId, PopulationId, ReferenceId, TableId};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::UnitTable;
use std::collections::BTreeMap;

/// A table with its fields typed.
#[derive(Debug)]
pub struct TableSymbol<'a> {
    pub declaration: &'a ast::Table,
    pub fields: Vec<plan::FieldType>,
    pub key: Vec<FieldId>,
    pub references: Vec<plan::Reference>,
    pub subject_path: Option<Vec<ReferenceId>>,
    pub one_per_subject: bool,
    pub year: Option<FieldId>,
}

impl TableSymbol<'_> {
    /// The table's name.
    pub fn name(&self) -> &str {
        &self.declaration.name.node
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.declaration.fields.iter().position(|f| f.name.node == name).map(FieldId)
    }

    /// The type of a field.
    pub fn field_type(&self, id: FieldId) -> Option<&plan::FieldType> {
        self.fields.get(id.0)
    }

    /// The names of the fields.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.declaration.fields.iter().map(|f| f.name.node.as_str())
    }
}

/// A population with the table its rows are of.
#[derive(Debug)]
pub struct PopulationSymbol<'a> {
    pub name: &'a ast::Name,
    pub table: TableId,
    pub parent: Option<PopulationId>,
    pub filter: Option<&'a ast::Expr>,
    pub notes: &'a [ast::Text],
}

/// `参数`
#[derive(Debug)]
pub struct ParameterSymbol<'a> {
    pub name: &'a ast::Name,
    pub values: &'a [ast::DatedValue],
}

/// `定义`
#[derive(Debug)]
pub struct DefinitionSymbol<'a> {
    pub name: &'a ast::Name,
    pub table: Option<TableId>,
    pub parameters: &'a [ast::Name],
    pub body: &'a ast::Expr,
}

/// Everything that has a name.
#[derive(Debug)]
pub struct Symbols<'a> {
    pub units: UnitTable,
    pub tables: Vec<TableSymbol<'a>>,
    pub subject: Option<plan::Subject>,
    pub natures: Vec<plan::Nature>,
    pub rounds: Vec<String>,
    pub departments: Vec<plan::Department>,
    pub judgements: Option<plan::Judgements>,
    pub events: Option<plan::Events>,
    /// A parent stands before its children.
    pub populations: Vec<PopulationSymbol<'a>>,
    pub parameters: BTreeMap<&'a str, ParameterSymbol<'a>>,
    pub definitions: BTreeMap<(Option<TableId>, &'a str), DefinitionSymbol<'a>>,
}

impl<'a> Symbols<'a> {
    /// The table of this name.
    pub fn table_named(&self, name: &str) -> Option<TableId> {
        self.tables.iter().position(|t| t.name() == name).map(TableId)
    }

    /// A table by its id.
    pub fn table(&self, id: TableId) -> Option<&TableSymbol<'a>> {
        self.tables.get(id.0)
    }

    /// The population of this name.
    pub fn population_named(&self, name: &str) -> Option<PopulationId> {
        self.populations.iter().position(|p| p.name.node == name).map(PopulationId)
    }

    /// The nature of this name.
    pub fn nature_named(&self, name: &str) -> Option<plan::NatureId> {
        self.natures.iter().position(|n| n.name == name).map(plan::NatureId)
    }

    /// The shortest chain of references from one table to another; empty for the table itself.
    pub fn path(&self, from: TableId, to: TableId) -> Option<Vec<ReferenceId>> {
        let mut seen = vec![from];
        let mut front = vec![(from, Vec::new())];
        while !front.is_empty() {
            if let Some((_, path)) = front.iter().find(|(at, _)| *at == to) {
                return Some(path.clone());
            }
            let mut next = Vec::new();
            for (at, path) in front {
                for (i, reference) in self.table(at).map_or(&[][..], |t| &t.references).iter().enumerate() {
                    if !seen.contains(&reference.table) {
                        seen.push(reference.table);
                        let mut longer: Vec<ReferenceId> = path.clone();
                        longer.push(ReferenceId(i));
                        next.push((reference.table, longer));
                    }
                }
            }
            front = next;
        }
        None
    }
}

/// Reads all declarations; the symbols are usable even where there are complaints.
pub fn resolve(items: &[ast::Item]) -> (Symbols<'_>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut symbols = Symbols {
        units: crate::value::builtin_units(),
        tables: Vec::new(),
        subject: None,
        natures: Vec::new(),
        rounds: Vec::new(),
        departments: Vec::new(),
        judgements: None,
        events: None,
        populations: Vec::new(),
        parameters: BTreeMap::new(),
        definitions: BTreeMap::new(),
    };
    declarations::units(items, &mut symbols, &mut diagnostics);
    tables::tables(items, &mut symbols, &mut diagnostics);
    declarations::simple(items, &mut symbols, &mut diagnostics);
    declarations::populations(items, &mut symbols, &mut diagnostics);
    declarations::values(items, &mut symbols, &mut diagnostics);
    declarations::sources(items, &mut symbols, &mut diagnostics);
    (symbols, diagnostics)
}

/// An error for a name that is not known, with the nearest that are.
pub fn unknown<'n>(code: Code, what: &str, name: &str, span: Span, known: impl IntoIterator<Item = &'n str>) -> Diagnostic {
    let near = nearest(name, known);
    let error = Diagnostic::error(code, span, format!("{what}“{name}”没有定义")).here("这里");
    match did_you_mean(&near) {
        Some(help) => error.help(help),
        None => error,
    }
}

/// An error for a name that was declared before.
pub fn duplicate(code: Code, what: &str, name: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(code, second, format!("{what}“{name}”重复"))
        .here("又出现在这里")
        .also(first, "先出现在这里")
        .help("删去其中一处，或改用别的名称")
}
