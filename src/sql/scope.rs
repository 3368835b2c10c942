//! One `SELECT` in the making: what it reads, what it joins, and the steps named on the way.

use super::dialect::Speech;
use crate::plan::TableId;
use std::collections::BTreeMap;

/// What a row of the relation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Subject,
    Row(TableId),
    /// A group of rows of the table.
    Group(TableId),
}

/// A relation with named steps.
pub(super) struct Scope {
    pub kind: Kind,
    /// Quoted.
    base: String,
    /// In a group: the quoted relation of its rows.
    pub rows: String,
    joins: Vec<Join>,
    layers: Vec<Vec<(String, String)>>,
    steps: usize,
    known: BTreeMap<String, String>,
}

struct Join {
    alias: String,
    relation: String,
    on: String,
    columns: Vec<String>,
}

impl Scope {
    pub fn new(kind: Kind, base: String) -> Self {
        Self { kind, base, rows: String::new(), joins: Vec::new(), layers: Vec::new(), steps: 0, known: BTreeMap::new() }
    }

    /// The alias of a joined relation, of which these columns are wanted under the names `alias` + column; `on` says `{j}` for it and
    /// `{b}` for what it is joined to.
    pub fn join(&mut self, relation: &str, on: &str, columns: &[&str]) -> String {
        let found = self.joins.iter_mut().find(|j| j.relation == relation && j.on == on);
        if let Some(join) = found {
            for column in columns {
                if !join.columns.iter().any(|c| c == column) {
                    join.columns.push((*column).into());
                }
            }
            return join.alias.clone();
        }
        let alias = format!("j{}", self.joins.len() + 1);
        let columns = columns.iter().map(|c| (*c).to_owned()).collect();
        self.joins.push(Join { alias: alias.clone(), relation: relation.into(), on: on.into(), columns });
        alias
    }

    /// A name for a step; the same step has the same name.
    pub fn step(&mut self, sql: &str) -> String {
        if is_name(sql) {
            return sql.to_owned();
        }
        if let Some(name) = self.known.get(sql) {
            return name.clone();
        }
        self.steps += 1;
        let name = format!("k{}", self.steps);
        let layer =
            self.layers.iter().enumerate().filter(|(_, steps)| steps.iter().any(|(n, _)| mentions(sql, n))).map(|(i, _)| i + 1).max();
        let layer = layer.unwrap_or(0);
        while self.layers.len() <= layer {
            self.layers.push(Vec::new());
        }
        if let Some(steps) = self.layers.get_mut(layer) {
            steps.push((name.clone(), sql.to_owned()));
        }
        self.known.insert(sql.to_owned(), name.clone());
        name
    }

    /// The whole query.
    pub fn select(&self, speech: &dyn Speech, columns: &[(String, String)], rest: &str) -> String {
        let list = |columns: &[(String, String)]| -> String {
            let lines: Vec<String> = columns.iter().map(|(sql, name)| format!("{sql} AS {}", speech.ident(name))).collect();
            lines.join(",\n  ")
        };
        let mut wanted = vec!["b.*".to_owned()];
        for join in &self.joins {
            wanted.extend(
                join.columns
                    .iter()
                    .map(|c| format!("{}.{} AS {}", join.alias, speech.ident(c), speech.ident(&format!("{}{c}", join.alias)))),
            );
        }
        let joins: String = self
            .joins
            .iter()
            .map(|j| format!("\n  LEFT JOIN {} {} ON {}", j.relation, j.alias, j.on.replace("{j}", &j.alias).replace("{b}", "b")))
            .collect();
        let mut from = format!("{} b", self.base);
        let mut with = String::new();
        if !self.joins.is_empty() || !self.layers.is_empty() {
            with = format!("WITH s0 {} (SELECT {} FROM {from}{joins})", speech.step_as(), wanted.join(", "));
            from = "s0".into();
        }
        for (index, steps) in self.layers.iter().enumerate() {
            let steps: Vec<String> = steps.iter().map(|(name, sql)| format!("{sql} AS {name}")).collect();
            with += &format!(",\ns{} {} (SELECT {from}.*,\n  {}\nFROM {from})", index + 1, speech.step_as(), steps.join(",\n  "));
            from = format!("s{}", index + 1);
        }
        let with = if with.is_empty() { with } else { with + "\n" };
        format!("{with}SELECT\n  {}\nFROM {from}{rest}", list(columns))
    }
}

fn is_name(sql: &str) -> bool {
    sql.strip_prefix('k').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a step's name stands in the text as a word.
fn mentions(sql: &str, name: &str) -> bool {
    let is_part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    sql.match_indices(name).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|i| sql.as_bytes().get(i));
        !is_part(before) && !is_part(sql.as_bytes().get(at + name.len()))
    })
}
