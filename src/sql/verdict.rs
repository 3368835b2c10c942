//! Items and indicators, from the checks.

use super::check::Made;
use super::lower::{Lower, Said, Unsayable};
use crate::plan::NatureKind;
use crate::value::Num;
use std::collections::BTreeMap;

/// A column of one word for the verdicts of a group: whether any is this.
const FLAGS: [(&str, &str); 3] = [("未达到", "'not_met'"), ("待判", "'open'"), ("未定", "'undetermined', 'keyless'")];

impl Lower<'_> {
    /// The relation of all checks, one under the other.
    pub(super) fn all_checks(&mut self, checks: &BTreeMap<String, Made>) -> Said<String> {
        let columns = ["对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约"];
        let columns = columns.map(|c| self.id(c)).join(", ");
        let mut queries = Vec::new();
        for item in self.plan.items() {
            if item.checks.is_empty() {
                self.span = Some(item.origin.span);
                return self.unsayable("没有检查的条目");
            }
            for index in 1..=item.checks.len() {
                let made = checks.get(&format!("{}#{index}", item.id)).ok_or(Unsayable)?;
                if made.is_shared {
                    let query = format!("SELECT {}, {}, {columns} FROM {}", self.id("条目"), self.id("检查"), made.relation);
                    if !queries.contains(&query) {
                        queries.push(query);
                    }
                    continue;
                }
                let (id, of) = (self.speech.quoted(&made.id), self.speech.quoted(&item.id));
                let named = format!("{of} AS {}, {id} AS {}", self.id("条目"), self.id("检查"));
                queries.push(format!("SELECT {named}, {columns} FROM {}", made.relation));
            }
        }
        Ok(self.keep("各条检查，合在一起".into(), "各检查", queries.join("\nUNION ALL ")))
    }

    /// What belongs to what, and its full score: rows of a name, what it is part of, and a score or nothing.
    pub(super) fn listed(&mut self, heading: &str, name: &str, columns: [&str; 3], rows: &[[String; 3]]) -> String {
        let rows: Vec<String> = rows.iter().map(|r| format!("  ({})", r.join(", "))).collect();
        let columns = columns.map(|c| self.id(c)).join(", ");
        self.keep(heading.into(), name, format!("SELECT * FROM (VALUES\n{}\n) AS t({columns})", rows.join(",\n")))
    }

    /// A full score, or nothing.
    pub(super) fn full(&mut self, full: Option<&Num>) -> Said<String> {
        match full {
            Some(full) => self.points(full),
            None => Ok(self.speech.hold("NULL", 9, 6)),
        }
    }

    /// The relation of all items: the verdict and score of each from its checks. Checks without a score are gates: where one fails there are
    /// no points.
    pub(super) fn all_items(&mut self, checks: &str) -> Said<String> {
        let mut rows = Vec::new();
        for item in self.plan.items() {
            self.span = Some(item.origin.span);
            let part_of = self.plan.indicators.iter().find(|i| i.points.iter().any(|p| p.id == item.id));
            let part_of = part_of.map_or_else(|| self.nothing(), |i| self.speech.quoted(&format!("指标 {}", i.id)));
            rows.push([self.speech.quoted(&item.id), part_of, self.full(item.full.as_ref())?]);
        }
        let columns = ["条目", "指标", "满分"];
        let list = self.listed("条目：属于哪个指标，满分多少（空着的不计分）", "条目表", columns, &rows);
        let [item, of, full, subject, low, high] = ["条目", "指标", "满分", "对象", "低", "高"].map(|c| self.id(c));
        let ungated = format!("{low} IS NULL AND ");
        let flags = [self.flags("", ""), self.flags("门槛", &ungated)].concat();
        let (all, gate) = (self.conjunction_of(""), self.conjunction_of("门槛"));
        let body = format!(
            "WITH g AS (SELECT {subject}, {item}{flags},\n  sum({low}) AS {low}, sum({high}) AS {high}, max({about}) AS {about}\nFROM {checks}\nGROUP BY {subject}, {item}),\n\
             s AS (SELECT t.{item}, t.{of}, t.{full}, g.{subject}, {all} AS {together}, g.{open}, g.{about},\n  \
             CASE WHEN t.{full} IS NULL THEN NULL WHEN {gate} = 'met' THEN coalesce(g.{low}, t.{full}) ELSE 0 END AS {low},\n  \
             CASE WHEN t.{full} IS NULL THEN NULL WHEN {gate} = 'not_met' THEN 0 ELSE coalesce(g.{high}, t.{full}) END AS {high}\n\
             FROM g JOIN {list} t ON t.{item} = g.{item})\n{ended}",
            about = self.id("约"),
            together = self.id("合起来"),
            open = self.id("待判"),
            ended = self.by_points(&format!("{item}, {of}")),
        );
        Ok(self.keep("各条目：由它的检查得出；有满分的，没有分值的检查是门槛，一条未达到就不得分".into(), "各条目", body))
    }

    /// Columns that tell whether a verdict is among those of a group.
    fn flags(&self, prefix: &str, test: &str) -> String {
        let verdict = self.id("结论");
        let flag = |(name, list): &(&str, &str)| {
            format!(",\n  max(CASE WHEN {test}{verdict} IN ({list}) THEN 1 ELSE 0 END) AS {}", self.id(&format!("{prefix}{name}")))
        };
        FLAGS.iter().map(flag).collect()
    }

    /// The conjunction by such columns.
    fn conjunction_of(&self, prefix: &str) -> String {
        let of = |name: &str| self.id(&format!("{prefix}{name}"));
        format!(
            "CASE WHEN {} = 1 THEN 'not_met' WHEN {} = 1 THEN 'open' WHEN {} = 1 THEN 'undetermined' ELSE 'met' END",
            of("未达到"),
            of("待判"),
            of("未定")
        )
    }

    /// The end of such a query: the verdict of each row of `s` by its points where there is a full score, else the one put together.
    fn by_points(&self, named: &str) -> String {
        let [subject, verdict, full, low, high] = ["对象", "结论", "满分", "低", "高"].map(|c| self.id(c));
        let [together, open, about] = ["合起来", "待判", "约"].map(|c| self.id(c));
        format!(
            "SELECT {named}, {subject}, CASE WHEN {full} IS NULL THEN {together} WHEN {low} >= {full} THEN 'met' WHEN {high} < {full} THEN 'not_met' \
             WHEN {open} = 1 OR {about} = 1 THEN 'open' ELSE 'undetermined' END AS {verdict}, {held_low} AS {low}, {held_high} AS {high}, {about}\nFROM s",
            held_low = self.speech.hold(&low, 9, 6),
            held_high = self.speech.hold(&high, 9, 6),
        )
    }

    /// The relation of all indicators, from their items.
    pub(super) fn all_indicators(&mut self, items: &str) -> Said<String> {
        let mut rows = Vec::new();
        for of in &self.plan.indicators {
            let scored = self.plan.natures.get(of.nature.0).is_some_and(|n| n.kind == NatureKind::Scored);
            let sum: Num = of.points.iter().filter_map(|p| p.full.clone()).fold(crate::value::num(0), |a, b| a + b);
            let full = self.full(scored.then(|| of.full.as_ref().unwrap_or(&sum)))?;
            rows.push([self.speech.quoted(&format!("指标 {}", of.id)), self.speech.quoted(&of.title), full]);
        }
        let list = self.listed("指标：满分多少（空着的不计分）", "指标表", ["指标", "名称", "满分"], &rows);
        let [item, of, full, subject, low, high] = ["条目", "指标", "满分", "对象", "低", "高"].map(|c| self.id(c));
        let body = format!(
            "WITH g AS (SELECT {subject}, {of}{flags},\n  sum(coalesce({low}, 0)) AS {low}, sum(coalesce({high}, 0)) AS {high}, max({about}) AS {about}\n\
             FROM {items}\nWHERE {of} IS NOT NULL\nGROUP BY {subject}, {of}),\n\
             s AS (SELECT t.{of}, t.{full}, g.{subject}, {all} AS {together}, g.{open}, g.{about},\n  \
             CASE WHEN t.{full} IS NOT NULL THEN g.{low} END AS {low}, CASE WHEN t.{full} IS NOT NULL THEN g.{high} END AS {high}\n\
             FROM g JOIN {list} t ON t.{of} = g.{of})\n{ended}",
            flags = self.flags("", ""),
            all = self.conjunction_of(""),
            about = self.id("约"),
            together = self.id("合起来"),
            open = self.id("待判"),
            ended = self.by_points(&format!("{of} AS {item}")),
        );
        let indicators = self.keep("各指标：由它的要点得出；计分的，由要点的得分得出".into(), "各指标", body);
        let columns = [&item, &subject, &self.id("结论"), &low, &high, &self.id("约")].map(String::as_str).join(", ");
        let body = format!("SELECT {columns} FROM {items}\nUNION ALL SELECT {columns} FROM {indicators}");
        Ok(self.keep("条目和指标，合在一起".into(), "条目和指标", body))
    }
}
