//! The whole script: tables, what is wrong with the data, every check, what they add up to, and what is handed back.

use super::check::Made;
use super::dialect::{ColumnDef, ColumnType, Dialect, Source};
use super::judged::Crossed;
use super::lower::{Lower, Said, Text};
use super::results::superior_of;
use super::scope::{Kind, Scope};
use super::tables::ORDER;
use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::{Check, CheckKind, FieldType, Plan, ReferenceId, Requirement, TableId};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What to write a script for.
#[derive(Debug, Clone, Default)]
pub struct ScriptOptions {
    /// The round whose judgements count.
    pub round: Option<String>,
    /// The date of the run.
    pub date: Option<String>,
    /// CSV files to fill the tables from, in the plan's order; tables without one were not given.
    pub files: Option<Vec<Option<String>>>,
    /// Places that data have beyond those that a field declares, by table and field.
    pub places: BTreeMap<(usize, usize), usize>,
}

/// A script, and how its results are read.
pub struct Script {
    pub text: String,
    pub(super) checks: BTreeMap<String, Made>,
    pub(super) crossed: BTreeMap<String, Vec<Crossed>>,
}

/// Writes the script of a standard for an engine; complains of what the engine cannot say.
pub fn lower(plan: &Plan, dialect: Dialect, options: &ScriptOptions) -> Result<Script, Vec<Diagnostic>> {
    let mut lower = Lower::new(plan, dialect.speech(), options.round.as_deref());
    lower.places = options.places.clone();
    let made = lower.everything(dialect, options);
    match made {
        Ok((checks, crossed)) if lower.found.is_empty() => {
            let text = lower.text(dialect, options);
            Ok(Script { text, checks, crossed })
        }
        _ => Err(lower.found),
    }
}

type Everything = (BTreeMap<String, Made>, BTreeMap<String, Vec<Crossed>>);

impl Lower<'_> {
    fn everything(&mut self, dialect: Dialect, options: &ScriptOptions) -> Said<Everything> {
        self.section("一、数据表");
        self.stored(options);
        self.section("二、数据检查");
        self.given_tables();
        for table in self.table_order()? {
            self.rows_of_table(table)?;
        }
        self.problems()?;
        let (mut checks, mut crossed) = (BTreeMap::new(), BTreeMap::new());
        self.section("三、读来的：得分、评定、否决");
        if let Ok(read) = self.read_checks() {
            checks.extend(read.into_iter().map(|made| (made.id.clone(), made)));
        }
        self.section("四、逐条检查：先各行，再每个对象一行；“统计”“年度”“总体”“范围”是它们用到的");
        let mut relations = Vec::new();
        let plan = self.plan;
        for item in plan.items() {
            let is_read = |check: &Check| matches!(check.kind, CheckKind::Judgement { .. } | CheckKind::Event);
            for (index, check) in item.checks.iter().enumerate().filter(|(_, c)| !is_read(c)) {
                // Every complaint is told, not only the first.
                if let Ok(made) = self.check(item, index, check) {
                    checks.insert(made.id.clone(), made);
                }
            }
            if !item.cross_checks.is_empty()
                && let Ok((relation, facts)) = self.cross(item)
            {
                relations.push((item.id.to_string(), relation));
                crossed.insert(item.id.to_string(), facts);
            }
        }
        if !self.found.is_empty() {
            return Ok((checks, crossed));
        }
        self.section("五、条目、指标、结论");
        let every = self.all_checks(&checks)?;
        let items = self.all_items(&every)?;
        let all = self.all_indicators(&items)?;
        let verdict = self.verdict(&all)?;
        self.exports((dialect, options), (&checks, &relations), [&every, &all, &verdict])?;
        Ok((checks, crossed))
    }

    fn stored(&mut self, options: &ScriptOptions) {
        for (index, table) in self.plan.tables.iter().enumerate() {
            let source = match &options.files {
                None => Source::Elsewhere,
                Some(files) => files.get(index).and_then(|f| f.as_deref()).map_or(Source::Nothing, Source::File),
            };
            let columns = self.stored_columns(TableId(index), table);
            let sql = self.speech.stored(&table.name, &columns, source);
            self.say(format!("数据表 {} {}", table.name, table.title), sql);
        }
        let listed = [ColumnDef { name: "表".into(), ty: ColumnType::Text, key: false }];
        let source = if options.files.is_some() { Source::File("数据/交表.csv") } else { Source::Elsewhere };
        let sql = self.speech.stored("$交表", &listed, source);
        self.say("交了而没有一行的表，一行写一个表名".into(), sql);
    }

    /// What is wrong with the data: nothing is judged by such data.
    fn problems(&mut self) -> Said<()> {
        let mut queries = Vec::new();
        for (index, table) in self.plan.tables.iter().enumerate() {
            let id = TableId(index);
            let rows = self.rows_of_table(id)?;
            let of = |what: &str| {
                format!("{} AS {}, {} AS {}", self.speech.quoted(&table.name), self.id("表"), self.speech.quoted(what), self.id("问题"))
            };
            let mut add = |what: &str, of_row: &str, rest: String| {
                queries.push(format!("SELECT {}, {of_row} AS {} FROM {rows} t {rest}", of(what), self.id("行")))
            };
            let key: Vec<String> = table.key.iter().filter_map(|f| table.fields.get(f.0)).map(|f| self.id(&f.name)).collect();
            let order = self.speech.as_text(&self.id(ORDER));
            if !key.is_empty() {
                let first = self.speech.as_text(&format!("min({})", self.id(ORDER)));
                add("主键重复", &first, format!("GROUP BY {} HAVING count(*) > 1", key.join(", ")));
                let empty: Vec<String> = key.iter().map(|k| format!("{k} IS NULL")).collect();
                add("主键为空", &order, format!("WHERE {}", empty.join(" OR ")));
            }
            for field in &table.fields {
                if let FieldType::Choice { options, .. } = &field.ty {
                    let list: Vec<String> = options.iter().map(|o| self.speech.quoted(o)).collect();
                    add(&format!("{}不是选项", field.name), &order, format!("WHERE {} NOT IN ({})", self.id(&field.name), list.join(", ")));
                }
            }
            for (index, reference) in table.references.iter().enumerate() {
                let prefix = self.step_name(table, index)?;
                let there: Vec<String> = reference
                    .fields
                    .iter()
                    .filter_map(|f| table.fields.get(f.0))
                    .map(|f| format!("{} IS NOT NULL", self.id(&f.name)))
                    .collect();
                let target = &self.table(reference.table)?.name;
                let lost = format!(
                    "CROSS JOIN {given} z WHERE z.{target} AND t.{} IS NULL AND {}",
                    self.id(&format!("{prefix}{ORDER}")),
                    there.iter().map(|t| format!("t.{t}")).collect::<Vec<_>>().join(" AND "),
                    given = self.id("$已交"),
                    target = self.id(target),
                );
                add("引用的记录不存在", &self.speech.as_text(&format!("t.{}", self.id(ORDER))), lost);
            }
            queries.extend(self.failed_checks(id)?);
        }
        let body = queries.join("\nUNION ALL\n");
        self.keep("数据有误的地方：有一行，就不能用这些结果".into(), "问题", body);
        Ok(())
    }

    /// Rows that fail a check of plausibility at the level of errors; the other levels change no verdict and are left to `run`.
    fn failed_checks(&mut self, id: TableId) -> Said<Vec<String>> {
        let (plan, name) = (self.plan, self.table(id)?.name.clone());
        let mut queries = Vec::new();
        for check in plan.verifications.iter().filter(|v| v.level == Severity::Error && v.rows.table == id) {
            self.span = Some(check.origin.span);
            let Requirement::Holds(judged) = &check.requirement else { return self.unsayable("级别是错误的这种核验") };
            let rows = self.members(&check.rows)?;
            let mut scope = Scope::new(Kind::Row(id), rows);
            let truth = self.truth(&judged.condition, &mut scope)?;
            let columns = [
                (self.speech.quoted(&name), "表".to_owned()),
                (self.speech.quoted(&format!("不符合“{}”", check.text)), "问题".to_owned()),
                (self.speech.as_text(&self.id(ORDER)), "行".to_owned()),
            ];
            let rest = format!("\nWHERE {} IS NULL AND {truth} = '0'", self.id("$属"));
            queries.push(format!("SELECT * FROM ({}) q", scope.select(self.speech, &columns, &rest)));
        }
        self.span = None;
        Ok(queries)
    }

    fn exports(
        &mut self,
        (dialect, options): (Dialect, &ScriptOptions),
        (checks, crossed): (&BTreeMap<String, Made>, &[(String, String)]),
        [every, items, verdict]: [&str; 3],
    ) -> Said<()> {
        self.section("六、交回");
        let subjects = self.subject_rows()?;
        let named = |id: &str| self.speech.quoted(id);
        let list = |names: &[&str]| names.iter().map(|n| self.id(n)).collect::<Vec<_>>().join(", ");
        let union = |queries: Vec<String>| queries.join("\nUNION ALL ");
        let of_checks = list(&["检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证"]);
        let details = checks.values().filter_map(|m| {
            let columns = list(&["对象", "序", "标", "真值", "宽限", "数"]);
            let wanted = format!("{} IS NOT NULL AND ({} = '0' OR {} IS NOT NULL)", self.id("对象"), self.id("真值"), self.id("宽限"));
            Some(format!("SELECT {} AS {}, {columns} FROM {} WHERE {wanted}", named(&m.id), self.id("检查"), m.rows.as_ref()?))
        });
        let cross = crossed
            .iter()
            .map(|(id, relation)| format!("SELECT {} AS {}, {} FROM {relation}", named(id), self.id("条目"), list(&["对象", "数"])));
        let mut all = vec![
            ("标准", self.about(dialect, options)),
            ("问题", format!("SELECT * FROM {}", self.id("问题"))),
            ("对象", subjects),
            ("检查", format!("SELECT {of_checks} FROM {every}")),
            ("条目", format!("SELECT * FROM {items}")),
            ("结论", format!("SELECT * FROM {verdict}")),
        ];
        let details: Vec<String> = details.collect();
        if !details.is_empty() {
            all.push(("明细", union(details)));
        }
        let cross: Vec<String> = cross.collect();
        if !cross.is_empty() {
            all.push(("互证", union(cross)));
        }
        for (name, query) in all {
            let sql = self.speech.export(&query, &format!("结果/{name}.csv"));
            self.say(format!("交回 {name}"), sql);
        }
        Ok(())
    }

    /// Which standard, engine, round and day the results are of, and how many rows each table had.
    fn about(&self, dialect: Dialect, options: &ScriptOptions) -> String {
        let quoted = |text: &str| self.speech.quoted(text);
        let line =
            |name: &str, value: &str| format!("SELECT {} AS {}, {} AS {}", quoted(name), self.id("项"), quoted(value), self.id("值"));
        let mut lines = vec![line("digest", &self.plan.standard.digest), line("dialect", dialect.name())];
        lines.extend(options.round.as_ref().map(|r| line("round", r)));
        lines.extend(options.date.as_ref().map(|d| line("date", d)));
        for table in &self.plan.tables {
            let count = self.speech.as_text("count(*)");
            lines.push(format!("SELECT {}, {count} FROM {}", quoted(&format!("rows {}", table.name)), self.id(&table.name)));
        }
        lines.join("\nUNION ALL ")
    }

    fn subject_rows(&mut self) -> Said<String> {
        let of = &self.plan.subject;
        let called = match superior_of(self.plan) {
            Some((reference, (table, _, Some(name)))) => {
                let prefix = self.prefix(of.table, &[ReferenceId(reference)])?;
                self.speech.as_text(&self.id(&format!("{prefix}{}", self.field(table, name)?.name)))
            }
            _ => self.nothing(),
        };
        let rows = self.rows_of_table(of.table)?;
        let column = |field: Option<crate::plan::FieldId>, name: &str| -> Said<String> {
            let sql = match field {
                Some(field) => self.speech.as_text(&self.id(&self.field(of.table, field)?.name)),
                None => self.nothing(),
            };
            Ok(format!("{sql} AS {}", self.id(name)))
        };
        let columns = [
            column(Some(of.code), "代码")?,
            column(of.name, "名称")?,
            column(of.superior, "上级")?,
            format!("{called} AS {}", self.id("上级名称")),
        ];
        Ok(format!("SELECT {} AS {}, {} FROM {rows}", self.id(ORDER), self.id("行"), columns.join(", ")))
    }

    fn text(&self, dialect: Dialect, options: &ScriptOptions) -> String {
        let standard = &self.plan.standard;
        let mut text = String::new();
        comment(&mut text, &format!("{} {} {}", standard.id, standard.title, standard.version));
        comment(&mut text, &format!("由 biaochi sql --dialect {} 写出{}；结果交给 biaochi report", dialect.name(), round_words(options)));
        let _ = writeln!(text, "-- 结论：met 达到，not_met 未达到，undetermined 未定，open 由 biaochi 判断，keyless 各行都不知道属于哪组");
        let _ = writeln!(
            text,
            "-- 真值：1 成立，0 不成立，v 不适用，? 未定（后面是缺的数据），~ 开方值、商的统计离界限太近，由 biaochi 精确判断"
        );
        for line in COLUMNS {
            let _ = writeln!(text, "-- {line}");
        }
        let tables: Vec<String> = self.plan.tables.iter().enumerate().map(|(i, t)| format!("{i} {}", t.name)).collect();
        comment(&mut text, &format!("数据表的号：{}；字段从0数起", tables.join("，")));
        let _ = writeln!(text, "{}", self.speech.opening());
        for statement in &self.script {
            comment(&mut text, &statement.heading);
            if matches!(&statement.text, Text::Plain(sql) if sql.is_empty()) {
                text.push('\n');
                continue;
            }
            let sql = match &statement.text {
                Text::Plain(sql) => sql.clone(),
                Text::Relation(name, body) => self.speech.keep(name, body, self.uses(name)),
            };
            let _ = writeln!(text, "{sql}");
        }
        text + self.speech.closing()
    }
}

/// Writes words above a query; whatever ends a line in an engine ends one here.
fn comment(text: &mut String, words: &str) {
    for line in words.split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']).map(str::trim).filter(|line| !line.is_empty()) {
        let _ = writeln!(text, "-- {line}");
    }
}

/// What columns and marks mean, for who reads the script.
const COLUMNS: [&str; 6] = [
    "每一条：对象（评估对象的行号）、结论、适用、行数、达到、未达到、未定、缺、宽限（用了第几项，从0数起）、佐证、低和高（得分的两端）、约（得分取了六位小数）",
    "数：分子/分母，用 | 隔开，biaochi 由它们重算精确的值；各行：标（行号|名称|成员|出处|主键）、真值、宽限、数",
    "缺和真值里缺的数据：种类|表|字段|哪一行；种类 C 空格、K 没有这一行、T 没有这张表、Z 分母为零；文字里的 ~ | ; 写作 ~0 ~1 ~2",
    "s0、s1…是一层层的中间步骤，k1、k2…是其中的值，j1、j2…是连上的关系；开方值、商的统计算出误差界的两端再比较",
    "比较一律交叉相乘，不做除法：甲 / 乙 × 100 ≥ 4.2 写作 甲 * 500 >= 乙 * 21",
    "$行 行号，$出处 来自哪里，$对象 属于哪个对象，$标 这一行的写法，$属 要知道它算不算在内还缺什么；“甲→乙”是引用的甲的乙",
];

fn round_words(options: &ScriptOptions) -> String {
    let round = options.round.as_ref().map(|r| format!("，轮次 {r}")).unwrap_or_default();
    let date = options.date.as_ref().map(|d| format!("，日期 {d}")).unwrap_or_default();
    format!("{round}{date}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_above_a_query_are_never_part_of_it() {
        let mut text = String::new();
        comment(&mut text, "“九成\r以上；”\n\n第 1 条\u{2028}DROP TABLE t;");
        assert_eq!(text, "-- “九成\n-- 以上；”\n-- 第 1 条\n-- DROP TABLE t;\n");
    }
}
