//! Spark: decimals of 38 digits. A product or sum that could be wider loses places without a word, so every step is held to its proven width.
//! The command line does not offer it yet: the shipped standards have not been compared on it.

use super::dialect::{ColumnDef, ColumnType, Speech};

pub(super) struct Spark;

impl Speech for Spark {
    fn ident(&self, name: &str) -> String {
        format!("`{}`", name.replace('`', "``"))
    }

    fn quoted(&self, text: &str) -> String {
        format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
    }

    fn type_name(&self, ty: ColumnType) -> String {
        match ty {
            ColumnType::Text => "STRING".into(),
            ColumnType::Bool => "BOOLEAN".into(),
            ColumnType::Date => "DATE".into(),
            ColumnType::Whole => "BIGINT".into(),
            ColumnType::Decimal(whole, places) => format!("DECIMAL({}, {places})", whole + places),
        }
    }

    fn as_text(&self, sql: &str) -> String {
        format!("CAST({sql} AS STRING)")
    }

    fn hold(&self, sql: &str, whole: usize, places: usize) -> String {
        format!("CAST({sql} AS DECIMAL({}, {places}))", whole + places)
    }

    /// A product is one digit wider than its factors together.
    fn digits(&self) -> Option<usize> {
        Some(37)
    }

    fn joined(&self, text: &str, order: &str) -> String {
        format!(
            "nullif(array_join(transform(array_sort(collect_list(CASE WHEN {text} IS NOT NULL THEN struct({order} AS o, {text} AS t) END)), e -> e.t), ''), '')"
        )
    }

    fn whole_quotient(&self, over: &str, under: &str) -> String {
        format!("({over} div {under})")
    }

    fn double(&self, sql: &str) -> String {
        format!("CAST({sql} AS DOUBLE)")
    }

    fn ordered(&self, sql: &str) -> String {
        sql.into()
    }

    fn trimmed(&self, sql: &str) -> String {
        format!("trim(TRAILING '.' FROM trim(TRAILING '0' FROM {sql}))")
    }

    fn opening(&self) -> &'static str {
        "SET spark.sql.ansi.enabled = true;\n"
    }

    fn whole(&self, digits: &str) -> String {
        format!("{digits}BD")
    }

    fn step(&self, sql: String, whole: usize, places: usize) -> String {
        self.hold(&sql, whole, places)
    }

    fn keep(&self, name: &str, body: &str) -> String {
        let name = self.ident(name);
        format!("DROP VIEW IF EXISTS {name};\nCACHE TABLE {name} AS\n{body};\n")
    }

    /// The catalog takes no such names: a view of this session over the files that hold the rows.
    fn stored(&self, name: &str, columns: &[ColumnDef], file: Option<&str>) -> String {
        let types: Vec<String> = columns.iter().map(|c| format!("  {} {}", self.ident(&c.name), self.type_name(c.ty))).collect();
        let source = match file {
            Some(file) => format!(
                "USING csv OPTIONS (path {}, header 'true', multiLine 'true', quote '\"', escape '\"', mode 'FAILFAST', enforceSchema 'true')",
                self.quoted(file)
            ),
            None => format!("USING parquet OPTIONS (path {})", self.quoted(&format!("数据/{name}"))),
        };
        format!("CREATE OR REPLACE TEMPORARY VIEW {} (\n{}\n) {source};\n", self.ident(name), types.join(",\n"))
    }

    fn export(&self, query: &str, file: &str) -> String {
        format!(
            "INSERT OVERWRITE DIRECTORY {} USING csv OPTIONS (header 'true', quote '\"', escape '\"', emptyValue '', nullValue '', ignoreLeadingWhiteSpace 'false', ignoreTrailingWhiteSpace 'false')\n{query};\n",
            self.quoted(file)
        )
    }
}
