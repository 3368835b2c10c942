//! What the engines say differently.

use super::duckdb::Duckdb;
use super::postgres::Postgres;
use super::spark::Spark;

/// An engine that the plan can run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Duckdb,
    Postgres,
    Spark,
}

impl Dialect {
    /// The word of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Duckdb => "duckdb",
            Self::Postgres => "postgres",
            Self::Spark => "spark",
        }
    }

    /// The engine of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Duckdb, Self::Postgres, Self::Spark].into_iter().find(|d| d.name() == name)
    }

    pub(super) fn speech(self) -> &'static dyn Speech {
        match self {
            Self::Duckdb => &Duckdb,
            Self::Postgres => &Postgres,
            Self::Spark => &Spark,
        }
    }
}

/// A column of a table that data are loaded into, or results read from.
pub(super) struct ColumnDef {
    pub name: String,
    pub ty: ColumnType,
    /// Part of the key.
    pub key: bool,
}

/// What a column holds; a decimal by its digits before and after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnType {
    Text,
    Bool,
    Date,
    Whole,
    Decimal(usize, usize),
}

/// What fills a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source<'f> {
    /// A CSV file with a header.
    File(&'f str),
    /// Nothing: it was not given.
    Nothing,
    /// Whoever runs the script.
    Elsewhere,
}

/// How an engine says what all of them can.
pub(super) trait Speech {
    /// A quoted name.
    fn ident(&self, name: &str) -> String;
    /// A quoted text.
    fn quoted(&self, text: &str) -> String;
    /// A type's name.
    fn type_name(&self, ty: ColumnType) -> String;
    /// The number as text, as it stands.
    fn as_text(&self, sql: &str) -> String;
    /// An exact decimal kept to the width that was proven for it: digits before and after the point.
    fn hold(&self, sql: &str, whole: usize, places: usize) -> String;
    /// How many digits a decimal can have; `None` where there is no limit.
    fn digits(&self) -> Option<usize>;
    /// The texts of a group, one after the other by `order`; NULLs left out, NULL where there is none.
    fn joined(&self, text: &str, order: &str) -> String;
    /// The whole part of a quotient of whole numbers, neither of them negative.
    fn whole_quotient(&self, over: &str, under: &str) -> String;
    /// A machine number.
    fn double(&self, sql: &str) -> String;
    /// A text of digits and signs that compares by its bytes.
    fn ordered(&self, sql: &str) -> String;
    /// The text without zeros, and then a point, at its end.
    fn trimmed(&self, sql: &str) -> String {
        format!("rtrim(rtrim({sql}, '0'), '.')")
    }
    /// What stands between the name of a step and its query.
    fn step_as(&self) -> &'static str {
        "AS"
    }
    /// Says first what the script needs.
    fn opening(&self) -> &'static str {
        ""
    }
    /// Says last what ends what the script began.
    fn closing(&self) -> &'static str {
        ""
    }
    /// A whole number as a decimal of just its digits.
    fn whole(&self, digits: &str) -> String {
        digits.into()
    }
    /// A step of exact arithmetic: held to its width where the engine would otherwise choose one.
    fn step(&self, sql: String, _whole: usize, _places: usize) -> String {
        sql
    }
    /// The first operand, of so many digits before and after the point, of a product or sum of `digits` digits.
    fn operand(&self, sql: String, _own: (usize, usize), _digits: usize) -> String {
        sql
    }
    /// A relation that is worked out once and is gone with the session; the rest of the script reads it so many times.
    fn keep(&self, name: &str, body: &str, _uses: usize) -> String {
        let name = self.ident(name);
        format!("DROP TABLE IF EXISTS {name};\nCREATE TEMPORARY TABLE {name} AS\n{body};\n")
    }
    /// A table of data, and what fills it.
    fn stored(&self, name: &str, columns: &[ColumnDef], source: Source<'_>) -> String;
    /// Writes a query's rows to a CSV file (or folder of files) with a header.
    fn export(&self, query: &str, file: &str) -> String;
}

/// `CREATE TABLE`, as most engines know it.
pub(super) fn plain_table(speech: &dyn Speech, name: &str, columns: &[ColumnDef]) -> String {
    let column = |c: &ColumnDef| {
        let must = if c.key { " NOT NULL" } else { "" };
        format!("  {} {}{must}", speech.ident(&c.name), speech.type_name(c.ty))
    };
    let mut lines: Vec<String> = columns.iter().map(column).collect();
    let key: Vec<String> = columns.iter().filter(|c| c.key).map(|c| speech.ident(&c.name)).collect();
    if !key.is_empty() {
        lines.push(format!("  PRIMARY KEY ({})", key.join(", ")));
    }
    format!("CREATE TABLE IF NOT EXISTS {} (\n{}\n);\n", speech.ident(name), lines.join(",\n"))
}

/// Names in double quotes, as standard SQL has them.
pub(super) fn double_quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Texts in single quotes, as standard SQL has them.
pub(super) fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
