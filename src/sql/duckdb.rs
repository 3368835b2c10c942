//! DuckDB: decimals of 38 digits whose overflow is an error.

use super::dialect::{ColumnDef, ColumnType, Source, Speech, double_quoted, plain_table, single_quoted};

pub(super) struct Duckdb;

/// Digits of a decimal that DuckDB holds in 64 bits; what is made of two such decimals alone is held so too, or overflows.
const NARROW: usize = 18;

impl Speech for Duckdb {
    fn ident(&self, name: &str) -> String {
        double_quoted(name)
    }

    fn quoted(&self, text: &str) -> String {
        single_quoted(text)
    }

    fn type_name(&self, ty: ColumnType) -> String {
        match ty {
            ColumnType::Text => "VARCHAR".into(),
            ColumnType::Bool => "BOOLEAN".into(),
            ColumnType::Date => "DATE".into(),
            ColumnType::Whole => "BIGINT".into(),
            ColumnType::Decimal(whole, places) => format!("DECIMAL({}, {places})", whole + places),
        }
    }

    fn as_text(&self, sql: &str) -> String {
        format!("CAST({sql} AS VARCHAR)")
    }

    fn hold(&self, sql: &str, whole: usize, places: usize) -> String {
        format!("CAST({sql} AS DECIMAL({}, {places}))", whole + places)
    }

    fn digits(&self) -> Option<usize> {
        Some(38)
    }

    /// The command line goes on after an error: nothing more is done then, so that no results are of data that were not taken in.
    fn opening(&self) -> &'static str {
        "-- 有一步出错，以后的都不做\nBEGIN TRANSACTION;\n"
    }

    fn closing(&self) -> &'static str {
        "COMMIT;\n"
    }

    fn operand(&self, sql: String, (whole, places): (usize, usize), digits: usize) -> String {
        if digits > NARROW && whole + places <= NARROW { self.hold(&sql, NARROW + 1 - places, places) } else { sql }
    }

    fn joined(&self, text: &str, order: &str) -> String {
        format!("string_agg({text}, '' ORDER BY {order})")
    }

    fn whole_quotient(&self, over: &str, under: &str) -> String {
        format!("(CAST({over} AS HUGEINT) // CAST({under} AS HUGEINT))")
    }

    fn double(&self, sql: &str) -> String {
        format!("CAST({sql} AS DOUBLE)")
    }

    fn ordered(&self, sql: &str) -> String {
        sql.into()
    }

    fn stored(&self, name: &str, columns: &[ColumnDef], source: Source<'_>) -> String {
        let table = plain_table(self, name, columns);
        let Source::File(file) = source else { return table };
        let types: Vec<String> =
            columns.iter().map(|c| format!("{}: {}", self.quoted(&c.name), self.quoted(&self.type_name(c.ty)))).collect();
        format!(
            "{table}INSERT INTO {} SELECT * FROM read_csv({}, header = true, delim = ',', quote = '\"', escape = '\"', columns = {{{}}});\n",
            self.ident(name),
            self.quoted(file),
            types.join(", ")
        )
    }

    fn export(&self, query: &str, file: &str) -> String {
        format!("COPY ({query}) TO {} (FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"');\n", self.quoted(file))
    }
}
