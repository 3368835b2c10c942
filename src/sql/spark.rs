//! Spark: decimals of 38 digits. A product or sum that could be wider would lose places, so every step is held to its proven width; ANSI mode
//! makes an overflow an error.
//!
//! A view holds the whole plan of all that it reads, and each query on it is analysed anew: what is read more than once is written to files
//! and read from there, which cuts the plan off. All paths begin at one folder, which the session names.

use super::dialect::{ColumnDef, ColumnType, Source, Speech};

pub(super) struct Spark;

impl Spark {
    /// A path under the session's folder, quoted.
    fn path(&self, path: &str) -> String {
        self.quoted(&format!("${{spark.biaochi.folder}}/{path}"))
    }

    fn view(&self, name: &str, schema: &str, source: &str) -> String {
        format!("CREATE OR REPLACE TEMPORARY VIEW {}{schema} {source};\n", self.ident(name))
    }
}

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

    /// `div` gives a BIGINT, which is too narrow; what comes out even comes out exactly, or overflows.
    fn whole_quotient(&self, over: &str, under: &str) -> String {
        format!("(({over} - {over} % {under}) / {under})")
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
        "-- 所有路径从一个文件夹起：spark-sql --conf spark.biaochi.folder=… -f 评定.sql\n\
         SET spark.sql.ansi.enabled = true;\nSET spark.sql.decimalOperations.allowPrecisionLoss = false;\n\
         -- 一步接一步的条件不要代入展开，否则计划会大得没有边\n\
         SET spark.sql.constraintPropagation.enabled = false;\n\
         SET spark.sql.optimizer.excludedRules = org.apache.spark.sql.catalyst.optimizer.PushDownPredicates;\n"
    }

    fn whole(&self, digits: &str) -> String {
        format!("{digits}BD")
    }

    fn step(&self, sql: String, whole: usize, places: usize) -> String {
        self.hold(&sql, whole, places)
    }

    fn keep(&self, name: &str, body: &str, uses: usize) -> String {
        if uses < 2 {
            return self.view(name, "", &format!("AS\n{body}"));
        }
        let path = self.path(&format!("中间/{name}"));
        let read = self.view(name, "", &format!("USING parquet OPTIONS (path {path})"));
        format!("INSERT OVERWRITE DIRECTORY {path} USING parquet\n{body};\n{read}")
    }

    /// The catalog takes no such names: a view of this session over the files that hold the rows.
    fn stored(&self, name: &str, columns: &[ColumnDef], source: Source<'_>) -> String {
        let types: Vec<String> = columns.iter().map(|c| format!("  {} {}", self.ident(&c.name), self.type_name(c.ty))).collect();
        let schema = format!(" (\n{}\n)", types.join(",\n"));
        match source {
            Source::File(file) => {
                let options = "header 'true', multiLine 'true', quote '\"', escape '\"', mode 'FAILFAST', enforceSchema 'true'";
                self.view(name, &schema, &format!("USING csv OPTIONS (path {}, {options})", self.path(file)))
            }
            Source::Elsewhere => self.view(name, &schema, &format!("USING parquet OPTIONS (path {})", self.path(&format!("数据/{name}")))),
            Source::Nothing => {
                let nothing: Vec<String> =
                    columns.iter().map(|c| format!("  CAST(NULL AS {}) AS {}", self.type_name(c.ty), self.ident(&c.name))).collect();
                self.view(name, "", &format!("AS SELECT\n{}\nWHERE FALSE", nothing.join(",\n")))
            }
        }
    }

    fn export(&self, query: &str, file: &str) -> String {
        let options = "header 'true', quote '\"', escape '\"', emptyValue '', nullValue '', ignoreLeadingWhiteSpace 'false', ignoreTrailingWhiteSpace 'false'";
        format!("INSERT OVERWRITE DIRECTORY {} USING csv OPTIONS ({options})\n{query};\n", self.path(file))
    }
}
