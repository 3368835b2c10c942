//! Checks that are read: conclusions and scores that were given, and events; and what the data say against a full score.

use super::check::{Columns, Made, Measured, Reading};
use super::exact::Exact;
use super::expression::Quantity;
use super::lower::{Lower, Said, Statement};
use super::recipe::{Numbers, Recipe};
use super::scope::Scope;
use super::tables::ORDER;
use crate::plan::{Check, CompareOp, Expr, FieldId, FieldType, Item, TableId};

/// Where the row for an item is: its columns in the scope, and what to say where it is not there.
struct ItemRow {
    alias: String,
    row: String,
    tag: String,
    absent: String,
}

/// What the two sides of a cross-check are read from.
#[derive(Debug, Clone)]
pub(super) enum Facts {
    /// Each part with the column of its truth.
    All(Vec<(usize, Facts)>),
    Sides(CompareOp, Recipe, Recipe),
    Untold,
}

/// A cross-check: the column of its truth, and its facts.
pub(super) type Crossed = (usize, Facts);

impl Lower<'_> {
    pub(super) fn judgement(&mut self, id: &str, heading: String, item: &Item, check: &Check) -> Said<Made> {
        let plan = self.plan;
        let of = self.must(plan.judgements.as_ref(), "没有写评定来源的评定")?;
        let full = check.score.as_ref().or(item.full.as_ref());
        let field = self.must(if full.is_some() { of.score } else { of.conclusion }, "评定来源没有写的一列")?;
        let mut scope = self.subjects()?;
        let row = self.item_row((of.table, of.item, of.round), field, item, &mut scope, &[Some(field), of.evidence])?;
        let declared = self.field(of.table, field)?;
        let cell = self.id(&format!("{}{}", row.alias, declared.name));
        let gap = self.item_gap(&row, of.table, field, &cell);
        let mut numbers = Numbers::default();
        let mut columns =
            Columns { applies: "TRUE".into(), gap, evidence: self.evidence(&row, of.table, of.evidence)?, ..Columns::default() };
        let mut own = Measured::default();
        match (&declared.ty, full) {
            (FieldType::Decimal { .. } | FieldType::Integer(_), Some(full)) => {
                let known = format!("CASE WHEN {cell} IS NULL THEN '-;' END");
                let score: Option<Exact> = self.column((of.table, field), cell.clone(), Some(known));
                let score = self.must(score, "不是数的得分")?;
                let compared = self.arithmetic.compare(&score, ">=", &Exact::constant(full));
                let enough = self.fit(compared)?;
                let full = self.points(full)?;
                let factor = crate::value::format_decimal(&score.factor, 12);
                let points = self.speech.hold(&format!("{cell} * {factor}"), 9, 6);
                columns.verdict = format!("CASE WHEN {cell} IS NULL THEN 'undetermined' WHEN {enough} THEN 'met' ELSE 'not_met' END");
                columns.score = Some((format!("coalesce({points}, 0)"), format!("coalesce({points}, {full})")));
                own.value = Some(self.recipe(&Quantity::Exact(score), &mut numbers));
            }
            (FieldType::Choice { options, .. }, None) => {
                let rank = self.rank(&cell, options);
                let sign = if of.or_better { ">=" } else { "=" };
                columns.verdict = format!(
                    "CASE WHEN {cell} IS NULL THEN 'undetermined' WHEN {rank} {sign} {} THEN 'met' ELSE 'not_met' END",
                    of.met_option
                );
            }
            _ => return self.unsayable("这样记的评定"),
        }
        columns.numbers = numbers.sql();
        let relation = self.keep_check(id, heading, &scope, &columns);
        Ok(Made { id: id.into(), relation, rows: None, reading: Reading { own, ..Reading::default() } })
    }

    pub(super) fn event(&mut self, id: &str, heading: String, item: &Item) -> Said<Made> {
        let plan = self.plan;
        let of = self.must(plan.events.as_ref(), "没有写否决来源的否决")?;
        let mut scope = self.subjects()?;
        let row = self.item_row((of.table, of.item, of.round), of.exists, item, &mut scope, &[Some(of.exists), of.description])?;
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
        let relation = self.keep_check(id, heading, &scope, &columns);
        Ok(Made { id: id.into(), relation, rows: None, reading: Reading::default() })
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

    /// Joins the subject's row for an item in this run's round.
    fn item_row(
        &mut self,
        (table, item_field, round_field): (TableId, FieldId, Option<FieldId>),
        field: FieldId,
        item: &Item,
        scope: &mut Scope,
        wanted: &[Option<FieldId>],
    ) -> Said<ItemRow> {
        let relation = self.rows_of_table(table)?;
        let declared = self.table(table)?;
        let item_name = &self.field(table, item_field)?.name;
        let mut on = format!("{{j}}.{} = {{b}}.{}", self.id("$对象"), self.id(ORDER));
        on += &format!(" AND {{j}}.{} = {}", self.id(item_name), self.speech.quoted(&item.id));
        let mut more = vec![(item_name.clone(), self.speech.quoted(&item.id))];
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
            return self.unsayable("开方值的互证");
        }
        let columns = [(self.id(ORDER), "对象".to_owned()), (numbers.sql(), "数".to_owned())];
        let body = scope.select(self.speech, &columns, "");
        let name = format!("互证 {}", item.id);
        let rules: Vec<&str> = item.cross_checks.iter().map(|c| c.rule.as_str()).collect();
        let heading = format!("{} 互证：{}", item.id, rules.join("；"));
        self.script.push(Statement { heading, sql: self.speech.keep(&name, &body) });
        Ok((self.id(&name), crossed))
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
