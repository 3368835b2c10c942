//! Checks over groups of rows with equal keys.

use super::cell::Cell;
use super::check::{Close, Made, Measured};
use super::lower::{Lower, Said};
use super::recipe::Numbers;
use super::scope::{Kind, Scope};
use super::tables::ORDER;
use crate::plan::{Expr, FieldType, GroupKey, Judged, Rows};

impl Lower<'_> {
    pub(super) fn group(
        &mut self,
        id: &str,
        heading: String,
        (rows, keys, having): (&Rows, &[GroupKey], Option<&Expr>),
        judged: &Judged,
    ) -> Said<Made> {
        let grouped = self.grouped_rows(id, &heading, rows, keys)?;
        let keyless = self.keyless(id, &heading, rows, keys)?;
        let groups = self.groups(id, &heading, &grouped);
        let mut scope = Scope::new(Kind::Group(rows.table), groups);
        scope.rows = grouped;
        let wanted = having.map_or(Ok("'1'".to_owned()), |h| self.truth(h, &mut scope))?;
        let wanted = scope.step(&wanted);
        let ruled = self.ruling(judged, &mut scope)?;
        let mut numbers = Numbers::default();
        let row = self.measured(judged, &mut scope, &mut numbers)?;
        let alias = scope.join(&keyless, &format!("{{j}}.k = {{b}}.{}", self.id("$对象")), &["g"]);
        let lost = self.id(&format!("{alias}g"));
        let unwanted = scope.step(&format!("CASE {wanted} WHEN '1' THEN '0' WHEN '0' THEN '1' ELSE {wanted} END"));
        let either = self.any(&mut scope, &[unwanted, ruled.truth.clone()]);
        let either = scope.step(&either);
        let open = scope.step(&format!("nullif(concat_ws('', {}, {lost}), '')", self.id("$属缺")));
        let truth = scope.step(&format!(
            "CASE WHEN {open} IS NOT NULL THEN concat_ws('', '?', {open}, CASE WHEN {either} LIKE '?%' THEN substr({either}, 2) END) ELSE {either} END"
        ));
        let none = "CAST(NULL AS INTEGER)".to_owned();
        let relief = ruled.relief.map_or(none, |r| format!("CASE WHEN {truth} IN ('1', 'v') THEN {r} END"));
        let columns = [
            (self.id("$对象"), "对象".to_owned()),
            (self.id("$序"), "序".to_owned()),
            (self.id("$序"), "行".to_owned()),
            (self.id("$名"), "标".to_owned()),
            (truth, "真值".to_owned()),
            (relief, "宽限".to_owned()),
            (numbers.sql(), "数".to_owned()),
        ];
        let body = scope.select(self.speech, &columns, &format!("\nWHERE NOT ({wanted} = '0' AND {open} IS NULL)"));
        let name = format!("明细 {id}");
        let relation = self.keep(format!("{heading}（各组）"), &name, body);
        let close = Close { rows, tolerance: judged.tolerance.as_ref(), counted: self.counted(&relation, "") };
        self.closed(id, heading, (&close, relation, &keyless), judged, row)
    }

    fn closed(
        &mut self,
        id: &str,
        heading: String,
        (close, relation, keyless): (&Close<'_>, String, &str),
        judged: &Judged,
        row: Measured,
    ) -> Said<Made> {
        let mut outer = self.subjects()?;
        let mut numbers = Numbers::default();
        let threshold = self.limit(judged, &mut outer, &mut numbers)?;
        let mut columns = self.closing(close, &mut outer, &numbers)?;
        let alias = outer.join(keyless, &format!("{{j}}.k = {{b}}.{}", self.id(ORDER)), &["g"]);
        let lost = self.id(&format!("{alias}g"));
        let counted = columns.counts.as_ref().and_then(|c| c.first().cloned()).unwrap_or_default();
        // Rows of which no group is known are no groups; nothing else is to be said then.
        columns.verdict = format!("CASE WHEN {counted} = 0 AND {lost} IS NOT NULL THEN 'keyless' ELSE {} END", columns.verdict);
        columns.gap = format!("CASE WHEN {counted} = 0 AND {lost} IS NOT NULL THEN {lost} ELSE {} END", columns.gap);
        columns.applies = format!("({} OR {lost} IS NOT NULL)", columns.applies);
        let relation_of_check = self.keep_check(id, heading, &mut outer, &columns);
        Ok(Made::of_rows(id, relation_of_check, relation, threshold, row))
    }

    fn keys(&mut self, keys: &[GroupKey], scope: &mut Scope) -> Said<Vec<Cell>> {
        let mut cells = Vec::new();
        for key in keys {
            match &key.value {
                Expr::Field { .. } | Expr::SubjectField { .. } => cells.push(self.cell(&key.value, scope)?),
                _ => return self.unsayable("按算出的值分组"),
            }
        }
        Ok(cells)
    }

    /// The rows whose keys are all there, with the number of their group: that of its first row.
    fn grouped_rows(&mut self, id: &str, heading: &str, rows: &Rows, keys: &[GroupKey]) -> Said<String> {
        let members = self.members(rows)?;
        let mut scope = Scope::new(Kind::Row(rows.table), members);
        let cells = self.keys(keys, &mut scope)?;
        let (subject, order) = (self.id("$对象"), self.id(ORDER));
        let mut columns: Vec<(String, String)> = self.relation_columns(rows.table)?.into_iter().map(|c| (self.id(&c), c)).collect();
        let (mut ranks, mut names, mut there) = (Vec::new(), Vec::new(), Vec::new());
        for cell in &cells {
            let field = self.field(cell.table, cell.field)?;
            let first = format!("min({order}) OVER (PARTITION BY {subject}, {})", cell.sql);
            let rank = match &field.ty {
                FieldType::Choice { options, .. } => self.rank(&cell.sql, options),
                _ => first,
            };
            ranks.push(format!("lpad({}, 12, '0')", self.speech.as_text(&rank)));
            names.push(self.shown(field, &cell.sql));
            there.push(format!("{} IS NOT NULL", cell.sql));
        }
        let by: Vec<&str> = cells.iter().map(|c| c.sql.as_str()).collect();
        columns.push((format!("min({order}) OVER (PARTITION BY {subject}, {})", by.join(", ")), "$组".into()));
        columns.push((format!("concat_ws('', {})", ranks.join(", ")), "$序".into()));
        columns.push((format!("concat_ws('|', {})", names.join(", ")), "$名".into()));
        let body = scope.select(self.speech, &columns, &format!("\nWHERE {}", there.join(" AND ")));
        let name = format!("分组 {id}");
        Ok(self.keep(format!("{heading}（分组）"), &name, body))
    }

    /// What is missing of rows whose group is not known, by subject.
    fn keyless(&mut self, id: &str, heading: &str, rows: &Rows, keys: &[GroupKey]) -> Said<String> {
        let members = self.members(rows)?;
        let mut scope = Scope::new(Kind::Row(rows.table), members);
        let cells = self.keys(keys, &mut scope)?;
        let gaps: Vec<Option<String>> = cells.into_iter().map(|c| Some(c.gap)).collect();
        let gap = self.gaps(&mut scope, &gaps).unwrap_or_else(|| self.nothing());
        let subject = self.id("$对象");
        let columns = [(subject.clone(), "k".to_owned()), (self.speech.joined(&gap, &self.id(ORDER)), "g".to_owned())];
        let body = scope.select(self.speech, &columns, &format!("\nWHERE {subject} IS NOT NULL\nGROUP BY {subject}"));
        let name = format!("缺组 {id}");
        Ok(self.keep(format!("{heading}（分组的字段缺数据的行）"), &name, body))
    }

    fn groups(&mut self, id: &str, heading: &str, grouped: &str) -> String {
        let names = ["$对象", "$组", "$序", "$名", "$属"].map(|n| self.id(n));
        let [subject, group, order, shown, own] = names;
        let lacking = self.speech.joined(&own, &self.id(ORDER));
        let body = format!(
            "SELECT {subject}, {group}, min({order}) AS {order}, min({shown}) AS {shown}, {lacking} AS {} FROM {grouped} GROUP BY {subject}, {group}",
            self.id("$属缺")
        );
        let name = format!("各组 {id}");
        self.keep(format!("{heading}（各组一行）"), &name, body)
    }
}
