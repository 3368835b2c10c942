//! Checks that are read: conclusions and scores that were given, and events; and what the data say against a full score.

use super::check::{Columns, Made, Measured, Reading};
use super::expression::Quantity;
use super::lower::{Lower, Said, headed};
use super::recipe::{Numbers, Recipe};
use super::scope::{Kind, Scope};
use super::tables::ORDER;
use crate::plan::{CheckKind, CompareOp, Expr, FieldId, FieldType, Item, TableId};
use crate::value::Num;

/// Where the row for an item is: its columns in the scope, and what to say where it is not there.
struct ItemRow {
    alias: String,
    row: String,
    tag: String,
    absent: String,
}

/// What the two sides of a cross-check are read from.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made while a script is written, a few at a time")]
pub(super) enum Facts {
    /// Each part with the column of its truth.
    All(Vec<(usize, Facts)>),
    Sides(CompareOp, Recipe, Recipe),
    Untold,
}

/// A cross-check: the column of its truth, and its facts.
pub(super) type Crossed = (usize, Facts);

/// A check that is read, with the name of its item, and its full score.
struct Read {
    id: String,
    item: String,
    full: Option<Num>,
    heading: String,
}

/// Columns of the item that a row is about.
const ITEM: &str = "$条目";
const FULL: &str = "$满分";
const CHECK: &str = "$检查";

impl Lower<'_> {
    /// The checks that are read: scores, conclusions, and events, each in one query of all items.
    pub(super) fn read_checks(&mut self) -> Said<Vec<Made>> {
        let (mut scores, mut conclusions, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for item in self.plan.items() {
            for (index, check) in item.checks.iter().enumerate() {
                let full = check.score.clone().or(item.full.clone());
                let list = match &check.kind {
                    CheckKind::Judgement { .. } if full.is_some() => &mut scores,
                    CheckKind::Judgement { .. } => &mut conclusions,
                    CheckKind::Event => &mut events,
                    _ => continue,
                };
                self.span = Some(check.origin.span);
                let id = format!("{}#{}", item.id, index + 1);
                let words = if check.rule.is_empty() { &item.text } else { &check.rule };
                list.push(Read { heading: headed(item, &format!("第 {} 条：{words}", index + 1)), id, item: item.id.to_string(), full });
            }
        }
        let mut made = Vec::new();
        if !scores.is_empty() {
            made.extend(self.scores(&scores)?);
        }
        if !conclusions.is_empty() {
            made.extend(self.conclusions(&conclusions)?);
        }
        if !events.is_empty() {
            made.extend(self.events(&events)?);
        }
        Ok(made)
    }

    /// Every subject beside every one of these items.
    fn beside(&mut self, what: &str, of: &[Read]) -> Said<Scope> {
        let mut rows = Vec::new();
        for read in of {
            let full = self.full(read.full.as_ref())?;
            rows.push([self.speech.quoted(&read.id), self.speech.quoted(&read.item), full]);
        }
        let list = self.listed(&format!("{what}的条目和满分"), &format!("{what}条目"), [CHECK, ITEM, FULL], &rows);
        let subjects = self.rows_of_table(self.plan.subject.table)?;
        let body = format!("SELECT b.*, l.* FROM {subjects} b CROSS JOIN {list} l");
        let base = self.keep(format!("每个对象的每个{what}条目"), &format!("{what}对象"), body);
        Ok(Scope::new(Kind::Subject, base))
    }

    /// The relation of the checks that were read.
    fn read_made(&mut self, what: &str, of: &[Read], scope: &mut Scope, columns: &Columns, own: &Measured) -> Vec<Made> {
        let mut all = vec![(self.id(ITEM), "条目".to_owned()), (self.id(CHECK), "检查".to_owned())];
        all.extend(self.check_columns(scope, columns));
        let body = scope.select(self.speech, &all, "");
        let headings: Vec<&str> = of.iter().map(|r| r.heading.as_str()).collect();
        let relation = self.keep(format!("{what}，各条都是读来的：\n{}", headings.join("\n")), &format!("检查 {what}"), body);
        let made = |read: &Read| Made {
            id: read.id.clone(),
            relation: relation.clone(),
            is_shared: true,
            rows: None,
            reading: Reading { own: own.clone(), ..Reading::default() },
        };
        of.iter().map(made).collect()
    }

    fn scores(&mut self, list: &[Read]) -> Said<Vec<Made>> {
        let plan = self.plan;
        let of = self.must(plan.judgements.as_ref(), "没有写评定来源的评定")?;
        let field = self.must(of.score, "评定来源没有写的一列")?;
        let mut scope = self.beside("得分", list)?;
        let row = self.item_row((of.table, of.item, of.round), field, &mut scope, &[Some(field), of.evidence])?;
        let declared = self.field(of.table, field)?;
        let cell = self.id(&format!("{}{}", row.alias, declared.name));
        let gap = self.item_gap(&row, of.table, field, &cell);
        let known = format!("CASE WHEN {cell} IS NULL THEN '-;' END");
        let score = self.column((of.table, field), cell.clone(), Some(known));
        let score = self.must(score, "不是数的得分")?;
        let factor = crate::value::format_decimal(&score.factor, 12);
        if score.over.places + factor.split_once('.').map_or(0, |(_, places)| places.len()) > 6 {
            return self.unsayable("六位以上小数的得分");
        }
        let (points, full) = (scope.step(&self.speech.hold(&format!("{cell} * {factor}"), 9, 6)), self.id(FULL));
        let mut numbers = Numbers::default();
        let own = Measured { value: Some(self.recipe(&Quantity::Exact(score), &mut numbers)), ..Measured::default() };
        let columns = Columns {
            verdict: format!("CASE WHEN {cell} IS NULL THEN 'undetermined' WHEN {points} >= {full} THEN 'met' ELSE 'not_met' END"),
            applies: "TRUE".into(),
            gap,
            evidence: self.evidence(&row, of.table, of.evidence)?,
            score: Some((format!("coalesce({points}, 0)"), format!("coalesce({points}, {full})"))),
            numbers: numbers.sql(),
            ..Columns::default()
        };
        Ok(self.read_made("得分", list, &mut scope, &columns, &own))
    }

    fn conclusions(&mut self, list: &[Read]) -> Said<Vec<Made>> {
        let plan = self.plan;
        let of = self.must(plan.judgements.as_ref(), "没有写评定来源的评定")?;
        let field = self.must(of.conclusion, "评定来源没有写的一列")?;
        let mut scope = self.beside("评定", list)?;
        let row = self.item_row((of.table, of.item, of.round), field, &mut scope, &[Some(field), of.evidence])?;
        let declared = self.field(of.table, field)?;
        let cell = self.id(&format!("{}{}", row.alias, declared.name));
        let FieldType::Choice { options, .. } = &declared.ty else { return self.unsayable("这样记的评定") };
        let (rank, sign) = (self.rank(&cell, options), if of.or_better { ">=" } else { "=" });
        let met = of.met_option;
        let columns = Columns {
            verdict: format!("CASE WHEN {cell} IS NULL THEN 'undetermined' WHEN {rank} {sign} {met} THEN 'met' ELSE 'not_met' END"),
            applies: "TRUE".into(),
            gap: self.item_gap(&row, of.table, field, &cell),
            evidence: self.evidence(&row, of.table, of.evidence)?,
            numbers: "''".into(),
            ..Columns::default()
        };
        Ok(self.read_made("评定", list, &mut scope, &columns, &Measured::default()))
    }

    fn events(&mut self, list: &[Read]) -> Said<Vec<Made>> {
        let plan = self.plan;
        let of = self.must(plan.events.as_ref(), "没有写否决来源的否决")?;
        let mut scope = self.beside("否决", list)?;
        let row = self.item_row((of.table, of.item, of.round), of.exists, &mut scope, &[Some(of.exists), of.description])?;
        let declared = self.field(of.table, of.exists)?;
        if declared.ty != FieldType::Bool {
            return self.unsayable("不是“是否”的存在");
        }
        let cell = self.id(&format!("{}{}", row.alias, declared.name));
        let columns = Columns {
            verdict: format!("CASE WHEN {cell} IS NULL THEN 'undetermined' WHEN {cell} THEN 'not_met' ELSE 'met' END"),
            applies: "TRUE".into(),
            gap: self.item_gap(&row, of.table, of.exists, &cell),
            numbers: "''".into(),
            evidence: self.evidence(&row, of.table, of.description)?,
            ..Columns::default()
        };
        Ok(self.read_made("否决", list, &mut scope, &columns, &Measured::default()))
    }

    fn evidence(&self, row: &ItemRow, table: TableId, field: Option<FieldId>) -> Said<Option<String>> {
        let Some(field) = field else { return Ok(None) };
        let declared = self.field(table, field)?;
        let cell = self.id(&format!("{}{}", row.alias, declared.name));
        Ok(Some(if declared.ty == FieldType::Text { cell } else { self.shown(declared, &cell) }))
    }

    fn item_gap(&self, row: &ItemRow, table: TableId, field: FieldId, cell: &str) -> String {
        let own = self.gap('C', table, Some(field), &row.tag);
        format!("CASE WHEN {} IS NULL THEN {} WHEN {cell} IS NULL THEN {own} END", row.row, row.absent)
    }

    /// Joins the subject's row for the item beside it, in this run's round.
    fn item_row(
        &mut self,
        (table, item_field, round_field): (TableId, FieldId, Option<FieldId>),
        field: FieldId,
        scope: &mut Scope,
        wanted: &[Option<FieldId>],
    ) -> Said<ItemRow> {
        let relation = self.rows_of_table(table)?;
        let declared = self.table(table)?;
        let item_name = &self.field(table, item_field)?.name;
        let mut on = format!("{{j}}.{} = {{b}}.{}", self.id("$对象"), self.id(ORDER));
        on += &format!(" AND {{j}}.{} = {{b}}.{}", self.id(item_name), self.id(ITEM));
        let mut more = vec![(item_name.clone(), self.id(ITEM))];
        let mut fixed = vec![item_field];
        if let Some((field, round)) = round_field.zip(self.round) {
            let name = &self.field(table, field)?.name;
            on += &format!(" AND {{j}}.{} = {}", self.id(name), self.speech.quoted(round));
            more.push((name.clone(), self.speech.quoted(round)));
            fixed.push(field);
        }
        let of = self.plan.subject.table;
        let to_subject = |f: &FieldId| declared.references.iter().any(|r| r.table == of && r.fields.as_slice() == [*f]);
        if !declared.key.iter().all(|f| fixed.contains(f) || to_subject(f)) {
            return self.unsayable("一个条目可以有几行的评定");
        }
        let mut names = vec!["$行".to_owned(), "$标".to_owned()];
        for field in wanted.iter().flatten() {
            names.push(self.field(table, *field)?.name.clone());
        }
        let alias = scope.join(&relation, &on, &names.iter().map(String::as_str).collect::<Vec<_>>());
        let absent = self.absent_row(table, Some(field), &more, scope)?;
        Ok(ItemRow { row: self.id(&format!("{alias}$行")), tag: self.id(&format!("{alias}$标")), absent, alias })
    }

    /// The relation of an item's cross-checks, and how they are read.
    pub(super) fn cross(&mut self, item: &Item) -> Said<(String, Vec<Crossed>)> {
        let mut scope = self.subjects()?;
        let mut numbers = Numbers::default();
        let mut crossed = Vec::new();
        self.is_rough = false;
        for check in &item.cross_checks {
            let truth = self.truth(&check.condition, &mut scope)?;
            let at = numbers.push(format!("substr({truth}, 1, 1)"));
            crossed.push((at, self.facts(&check.condition, &mut scope, &mut numbers)?));
        }
        if self.is_rough {
            return self.unsayable("开方值、商的统计的互证");
        }
        let columns = [(self.id(ORDER), "对象".to_owned()), (numbers.sql(), "数".to_owned())];
        let body = scope.select(self.speech, &columns, "");
        let name = format!("互证 {}", item.id);
        let rules: Vec<&str> = item.cross_checks.iter().map(|c| c.rule.as_str()).collect();
        let heading = headed(item, &format!("互证：{}", rules.join("；")));
        Ok((self.keep(heading, &name, body), crossed))
    }

    fn facts(&mut self, expr: &Expr, scope: &mut Scope, numbers: &mut Numbers) -> Said<Facts> {
        match expr {
            Expr::And(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    let truth = self.truth(part, scope)?;
                    let at = numbers.push(format!("substr({truth}, 1, 1)"));
                    all.push((at, self.facts(part, scope, numbers)?));
                }
                Ok(Facts::All(all))
            }
            Expr::Compare { op, left, right } if self.is_number(left) => {
                let left = self.returned(left, scope, numbers)?;
                Ok(Facts::Sides(*op, left, self.returned(right, scope, numbers)?))
            }
            _ => Ok(Facts::Untold),
        }
    }
}
