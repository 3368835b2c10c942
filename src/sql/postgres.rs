//! PostgreSQL: `numeric` is exact and as wide as it takes; names have at most 63 bytes.

use super::dialect::{ColumnDef, ColumnType, Source, Speech, double_quoted, plain_table, single_quoted};
use sha2::{Digest, Sha256};

pub(super) struct Postgres;

/// The longest name, in bytes.
const NAME: usize = 63;

impl Speech for Postgres {
    /// A name that is too long ends in a digest of the whole, so that no two become one.
    fn ident(&self, name: &str) -> String {
        if name.len() <= NAME {
            return double_quoted(name);
        }
        let digest: String = Sha256::digest(name.as_bytes()).iter().take(4).map(|b| format!("{b:02x}")).collect();
        let mut kept = String::new();
        for letter in name.chars() {
            if kept.len() + letter.len_utf8() + digest.len() + 1 > NAME {
                break;
            }
            kept.push(letter);
        }
        double_quoted(&format!("{kept}~{digest}"))
    }

    fn quoted(&self, text: &str) -> String {
        single_quoted(text)
    }

    fn type_name(&self, ty: ColumnType) -> String {
        match ty {
            ColumnType::Text => "text".into(),
            ColumnType::Bool => "boolean".into(),
            ColumnType::Date => "date".into(),
            ColumnType::Whole => "bigint".into(),
            ColumnType::Decimal(whole, places) => format!("numeric({}, {places})", whole + places),
        }
    }

    fn as_text(&self, sql: &str) -> String {
        format!("CAST({sql} AS text)")
    }

    fn hold(&self, sql: &str, _: usize, _: usize) -> String {
        format!("CAST({sql} AS numeric)")
    }

    fn digits(&self) -> Option<usize> {
        None
    }

    fn joined(&self, text: &str, order: &str) -> String {
        format!("string_agg({text}, '' ORDER BY {order})")
    }

    fn whole_quotient(&self, over: &str, under: &str) -> String {
        format!("div({over}, {under})")
    }

    fn double(&self, sql: &str) -> String {
        format!("CAST({sql} AS double precision)")
    }

    fn ordered(&self, sql: &str) -> String {
        format!("({sql} COLLATE \"C\")")
    }

    /// Steps put into one another grow beyond measure: each is worked out by itself.
    fn step_as(&self) -> &'static str {
        "AS MATERIALIZED"
    }

    fn opening(&self) -> &'static str {
        "\\set ON_ERROR_STOP on\nSET client_min_messages = warning;\nSET jit = off;\nSET datestyle = 'ISO';\nSET client_encoding = 'UTF8';\n"
    }

    fn stored(&self, name: &str, columns: &[ColumnDef], source: Source<'_>) -> String {
        let table = plain_table(self, name, columns);
        let Source::File(file) = source else { return table };
        let names: Vec<String> = columns.iter().map(|c| self.ident(&c.name)).collect();
        format!("{table}\\copy {} ({}) FROM {} WITH (FORMAT csv, HEADER true)\n", self.ident(name), names.join(", "), self.quoted(file))
    }

    fn export(&self, query: &str, file: &str) -> String {
        format!("\\copy ({}) TO {} WITH (FORMAT csv, HEADER true)\n", query.replace('\n', " "), self.quoted(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_fit_and_stay_apart() {
        let (a, b) = (format!("{}甲", "很长的名称".repeat(6)), format!("{}乙", "很长的名称".repeat(6)));
        assert!(Postgres.ident(&a).len() <= NAME + 2 && Postgres.ident(&a) != Postgres.ident(&b));
        assert_eq!(Postgres.ident("短"), "\"短\"");
    }
}
