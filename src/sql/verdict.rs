//! Points, indicators and the verdict, from the checks.

use super::check::Made;
use super::expression::ascii;
use super::lower::{Lower, Said, Statement, Unsayable};
use super::tables::ORDER;
use crate::plan::{CheckKind, Expr, Indicator, Item, NatureKind, Over, Tally};
use crate::value::Num;
use std::collections::BTreeMap;

/// The relation of an item or an indicator.
pub(super) struct Judged {
    pub id: String,
    pub relation: String,
}

impl Lower<'_> {
    /// The relation of an item: its verdict and score from its checks.
    pub(super) fn item(&mut self, item: &Item, checks: &BTreeMap<String, Made>) -> Said<Judged> {
        self.span = Some(item.origin.span);
        let subject = self.rows_of_table(self.plan.subject.table)?;
        let (mut joins, mut verdicts, mut gates, mut lows, mut highs) = (String::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, check) in item.checks.iter().enumerate() {
            let made = checks.get(&format!("{}#{}", item.id, index + 1)).ok_or(Unsayable)?;
            let alias = format!("c{}", index + 1);
            joins += &format!("\nJOIN {} {alias} ON {alias}.{} = b.{}", made.relation, self.id("对象"), self.id(ORDER));
            let verdict = format!("{alias}.{}", self.id("结论"));
            let read = matches!(check.kind, CheckKind::Judgement { .. }) && check.score.as_ref().or(item.full.as_ref()).is_some();
            match &check.score {
                _ if read => {
                    lows.push(format!("{alias}.{}", self.id("低")));
                    highs.push(format!("{alias}.{}", self.id("高")));
                }
                Some(own) => {
                    let own = self.points(own)?;
                    lows.push(format!("CASE WHEN {verdict} = 'met' THEN {own} ELSE 0 END"));
                    highs.push(format!("CASE WHEN {verdict} = 'not_met' THEN 0 ELSE {own} END"));
                }
                None => gates.push(verdict.clone()),
            }
            verdicts.push(verdict);
        }
        let open = format!("'open' IN ({})", verdicts.join(", "));
        let columns = match &item.full {
            None => [conjunction(&verdicts), self.no_points(), self.no_points()],
            Some(full) => {
                let full = self.points(full)?;
                let gate = conjunction(&gates);
                let (low, high) =
                    if lows.is_empty() { ("NULL".to_owned(), "NULL".to_owned()) } else { (lows.join(" + "), highs.join(" + ")) };
                let (low, high) = if lows.is_empty() {
                    (
                        format!("CASE WHEN {gate} = 'met' THEN {full} ELSE 0 END"),
                        format!("CASE WHEN {gate} = 'not_met' THEN 0 ELSE {full} END"),
                    )
                } else {
                    (
                        format!("CASE WHEN {gate} = 'met' THEN {low} ELSE 0 END"),
                        format!("CASE WHEN {gate} = 'not_met' THEN 0 ELSE {high} END"),
                    )
                };
                let verdict = format!(
                    "CASE WHEN {low} >= {full} THEN 'met' WHEN {high} < {full} THEN 'not_met' WHEN {open} THEN 'open' ELSE 'undetermined' END"
                );
                [verdict, self.speech.hold(&low, 9, 6), self.speech.hold(&high, 9, 6)]
            }
        };
        let body = self.judged_body(&columns, &format!("{subject} b{joins}"));
        Ok(self.keep_judged(&item.id, format!("{} {}", item.id, item.text), &body))
    }

    fn no_points(&self) -> String {
        self.speech.hold("NULL", 9, 6)
    }

    fn judged_body(&self, [verdict, low, high]: &[String; 3], from: &str) -> String {
        format!(
            "SELECT b.{} AS {}, {verdict} AS {}, {low} AS {}, {high} AS {}\nFROM {from}",
            self.id(ORDER),
            self.id("对象"),
            self.id("结论"),
            self.id("低"),
            self.id("高"),
        )
    }

    fn keep_judged(&mut self, id: &str, heading: String, body: &str) -> Judged {
        let name = format!("条目 {id}");
        self.script.push(Statement { heading, sql: self.speech.keep(&name, body) });
        Judged { id: id.into(), relation: self.id(&name) }
    }

    /// The relation of an indicator, from those of its points.
    pub(super) fn indicator(&mut self, of: &Indicator, items: &BTreeMap<String, Judged>) -> Said<Judged> {
        let subject = self.rows_of_table(self.plan.subject.table)?;
        let scored = self.plan.natures.get(of.nature.0).is_some_and(|n| n.kind == NatureKind::Scored);
        let (mut joins, mut verdicts, mut lows, mut highs) = (String::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, point) in of.points.iter().enumerate() {
            let alias = format!("p{}", index + 1);
            let item = items.get(&point.id).ok_or(Unsayable)?;
            joins += &format!("\nJOIN {} {alias} ON {alias}.{} = b.{}", item.relation, self.id("对象"), self.id(ORDER));
            verdicts.push(format!("{alias}.{}", self.id("结论")));
            lows.push(format!("coalesce({alias}.{}, 0)", self.id("低")));
            highs.push(format!("coalesce({alias}.{}, 0)", self.id("高")));
        }
        let columns = if scored {
            let sum: Num = of.points.iter().filter_map(|p| p.full.clone()).fold(crate::value::num(0), |a, b| a + b);
            let full = self.points(of.full.as_ref().unwrap_or(&sum))?;
            let (low, high) = (lows.join(" + "), highs.join(" + "));
            let open = format!("'open' IN ({})", verdicts.join(", "));
            let verdict = format!(
                "CASE WHEN {low} >= {full} THEN 'met' WHEN {high} < {full} THEN 'not_met' WHEN {open} THEN 'open' ELSE 'undetermined' END"
            );
            [verdict, self.speech.hold(&low, 9, 6), self.speech.hold(&high, 9, 6)]
        } else {
            [conjunction(&verdicts), self.no_points(), self.no_points()]
        };
        let body = self.judged_body(&columns, &format!("{subject} b{joins}"));
        Ok(self.keep_judged(&format!("指标 {}", of.id), format!("指标 {} {}", of.id, of.title), &body))
    }

    /// The relation of all items and indicators, one under the other.
    pub(super) fn all_items(&mut self, judged: &BTreeMap<String, Judged>) -> String {
        let columns = ["对象", "结论", "低", "高"].map(|c| self.id(c)).join(", ");
        let of = |j: &Judged| format!("SELECT {} AS {}, {columns} FROM {}", self.speech.quoted(&j.id), self.id("条目"), j.relation);
        let queries: Vec<String> = judged.values().map(of).collect();
        let sql = self.speech.keep("各条目", &queries.join("\nUNION ALL "));
        self.script.push(Statement { heading: "各条目和指标，合在一起".into(), sql });
        self.id("各条目")
    }

    /// The relation of the verdict: its conditions in turn, and the verdict that they make.
    pub(super) fn verdict(&mut self, all: &str) -> Said<String> {
        self.span = None;
        let conditions = self.plan.verdict.as_ref().map(|v| v.conditions.as_slice()).unwrap_or_default();
        let truths: Said<Vec<String>> = conditions.iter().map(|c| self.tallied(&c.condition)).collect();
        let columns: Vec<String> =
            truths?.iter().enumerate().map(|(i, t)| format!(",\n  {t} AS {}", self.id(&format!("条件{}", i + 1)))).collect();
        let names: Vec<String> = (1..=columns.len()).map(|i| self.id(&format!("条件{i}"))).collect();
        let list = if names.is_empty() { "'met'".to_owned() } else { names.join(", ") };
        let body = format!(
            "SELECT {subject}, {verdict} AS {verdict_id}, concat_ws('|', {list}) AS {conditions_id} FROM (\nSELECT {subject}{more}\nFROM {all}\nGROUP BY {subject}) b",
            subject = self.id("对象"),
            verdict = conjunction(&names),
            verdict_id = self.id("结论"),
            conditions_id = self.id("条件"),
            more = columns.concat(),
        );
        let rules: Vec<&str> = conditions.iter().map(|c| c.label.as_str()).collect();
        let heading = format!("结论：{}", rules.join("、"));
        self.script.push(Statement { heading, sql: self.speech.keep("结论", &body) });
        Ok(self.id("结论"))
    }

    /// A condition of the verdict, over the items of a subject.
    fn tallied(&mut self, expr: &Expr) -> Said<String> {
        match expr {
            Expr::Tally { tally: Tally::AllMet | Tally::NoneTriggered, over } => {
                let over = self.among(*over);
                let any = |verdicts: &str| self.some(&over, verdicts);
                Ok(format!(
                    "CASE WHEN {} THEN 'not_met' WHEN {} THEN 'open' WHEN {} THEN 'undetermined' ELSE 'met' END",
                    any("'not_met'"),
                    any("'open'"),
                    any("'undetermined', 'keyless'")
                ))
            }
            Expr::And(parts) => {
                let parts: Said<Vec<String>> = parts.iter().map(|p| self.tallied(p)).collect();
                Ok(conjunction(&parts?))
            }
            Expr::Compare { op, left, right } => match (left.as_ref(), right.as_ref()) {
                (Expr::Tally { tally, over }, Expr::Number(limit)) => {
                    let over = self.among(*over);
                    let (low, high) = self.ends(*tally, &over)?;
                    let (limit, sign, open) = (self.points(limit)?, ascii(*op), self.some(&over, "'open'"));
                    let (sure, possible) = match sign {
                        ">=" | ">" => (&low, &high),
                        "<=" | "<" => (&high, &low),
                        _ => return self.unsayable("结论里的相等"),
                    };
                    Ok(format!(
                        "CASE WHEN {sure} {sign} {limit} THEN 'met' WHEN NOT ({possible} {sign} {limit}) THEN 'not_met' WHEN {open} THEN 'open' ELSE 'undetermined' END"
                    ))
                }
                _ => self.unsayable("结论的这个条件"),
            },
            _ => self.unsayable("结论的这个条件"),
        }
    }

    /// Whether an item among these has one of the verdicts.
    fn some(&self, among: &str, verdicts: &str) -> String {
        format!("max(CASE WHEN {among} AND {} IN ({verdicts}) THEN 1 ELSE 0 END) = 1", self.id("结论"))
    }

    fn ends(&self, tally: Tally, among: &str) -> Said<(String, String)> {
        let verdict = self.id("结论");
        match tally {
            Tally::TotalScore => {
                let sum = |column: &str| format!("sum(CASE WHEN {among} THEN {} END)", self.id(column));
                Ok((format!("coalesce({}, 0)", sum("低")), format!("coalesce({}, 0)", sum("高"))))
            }
            Tally::MetCount => {
                let count = |verdicts: &str| format!("count(CASE WHEN {among} AND {verdict} IN ({verdicts}) THEN 1 END)");
                Ok((count("'met'"), count("'met', 'undetermined', 'open', 'keyless'")))
            }
            Tally::AllMet | Tally::NoneTriggered => Err(Unsayable),
        }
    }

    /// SQL: whether a row is of an item of a nature or a category.
    fn among(&self, over: Over) -> String {
        let plan = self.plan;
        let wanted: Vec<String> = match over {
            Over::Category(index) => {
                let name = plan.categories.get(index);
                plan.indicators.iter().filter(|i| Some(&i.category) == name).map(|i| format!("指标 {}", i.id)).collect()
            }
            Over::Nature(nature) => match plan.natures.get(nature.0).map(|n| n.kind) {
                Some(NatureKind::Veto) => plan.vetoes.iter().map(|v| v.id.clone()).collect(),
                Some(NatureKind::Qualification) => plan.qualifications.iter().map(|q| q.id.clone()).collect(),
                _ => plan.indicators.iter().filter(|i| i.nature == nature).map(|i| format!("指标 {}", i.id)).collect(),
            },
        };
        let list: Vec<String> = wanted.iter().map(|id| self.speech.quoted(id)).collect();
        if list.is_empty() { "1 = 0".into() } else { format!("{} IN ({})", self.id("条目"), list.join(", ")) }
    }
}

/// Not met as soon as one is not; open where biaochi has to settle one.
fn conjunction(verdicts: &[String]) -> String {
    if verdicts.is_empty() {
        return "'met'".into();
    }
    let list = verdicts.join(", ");
    format!(
        "CASE WHEN 'not_met' IN ({list}) THEN 'not_met' WHEN 'open' IN ({list}) THEN 'open' WHEN 'undetermined' IN ({list}) OR 'keyless' IN ({list}) THEN 'undetermined' ELSE 'met' END"
    )
}
