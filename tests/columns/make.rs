//! Data for any plan: of every table as many rows as a subject may have, values drawn from the numbers, texts, options and days that the
//! plan's own expressions name, and from other cells times these, so that many rows stand exactly on a threshold.

use biaochi::plan::{CheckKind, Expr, Field, FieldId, FieldType, Plan, Reference, Table, TableId};
use biaochi::value::{Num, format_decimal, num};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that are the same for the same seed (SplitMix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    /// So many times in a thousand.
    fn chance(&mut self, permille: usize) -> bool {
        self.below(1000) < permille
    }

    fn pick<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        let at = self.below(of.len());
        of.get(at)
    }
}

/// What the plan's expressions name.
#[derive(Default)]
struct Named {
    numbers: Vec<Num>,
    texts: Vec<String>,
    months: Vec<i64>,
    dates: Vec<i64>,
}

/// One row: the text of each cell, empty where missing, and the number where it is one, in base units.
type Row = Vec<(String, Option<Num>)>;

pub struct Maker<'p> {
    plan: &'p Plan,
    dice: Dice,
    named: Named,
    /// Items that are judged by a row of a table, by the field that names them.
    items: Vec<String>,
    /// Per table, its rows with the number of their subject.
    made: BTreeMap<TableId, Vec<(usize, Row)>>,
}

const BASE_YEAR: i64 = 2026;

impl<'p> Maker<'p> {
    pub fn new(plan: &'p Plan, dice: Dice) -> Self {
        let mut named = Named::default();
        let mut seen = BTreeSet::new();
        let items = plan.items().flat_map(|i| i.expressions());
        let populations = plan.populations.iter().filter_map(|p| p.filter.as_ref());
        items.chain(populations).for_each(|e| collect(e, &mut named, &mut seen));
        let ids = plan.items().map(|i| i.id.to_string()).collect();
        Self { plan, dice, named, items: ids, made: BTreeMap::new() }
    }

    /// Every table as CSV, but for those that happen to be absent.
    pub fn tables(mut self, subjects: usize) -> BTreeMap<String, String> {
        let mut order: Vec<TableId> = Vec::new();
        while order.len() < self.plan.tables.len() {
            let ready = |id: &TableId| {
                let table = &self.plan.tables[id.0];
                table.references.iter().all(|r| r.table == *id || order.contains(&r.table))
            };
            let next = (0..self.plan.tables.len()).map(TableId).find(|id| !order.contains(id) && ready(id)).unwrap();
            order.push(next);
        }
        for id in &order {
            let rows = self.rows(*id, subjects);
            self.made.insert(*id, rows);
        }
        let subject = self.plan.subject.table;
        let referred: BTreeSet<usize> = self.plan.tables.iter().flat_map(|t| &t.references).map(|r| r.table.0).collect();
        let mut texts = BTreeMap::new();
        for id in order {
            let leaf = !referred.contains(&id.0);
            let absent = if leaf { 60 } else { 15 };
            if id != subject && self.dice.chance(absent) {
                continue;
            }
            let table = &self.plan.tables[id.0];
            texts.insert(table.name.clone(), self.csv(id));
        }
        texts
    }

    fn csv(&self, id: TableId) -> String {
        let table = &self.plan.tables[id.0];
        let header: Vec<&str> = table.fields.iter().map(|f| f.name.as_str()).collect();
        let rows = self.made[&id].iter().map(|(_, row)| row.iter().map(|(text, _)| text.as_str()).collect());
        std::iter::once(header).chain(rows).map(|cells| cells.join(",") + "\n").collect()
    }

    fn rows(&mut self, id: TableId, subjects: usize) -> Vec<(usize, Row)> {
        let table = &self.plan.tables[id.0];
        if id == self.plan.subject.table {
            return (0..subjects).map(|s| (s, self.row(id, &[], &format!("{:06}", 100_000 + s), s))).collect();
        }
        // The reference with the most fields places a row; the others follow from the same fields.
        let outer = table.references.iter().filter(|r| r.table != id).max_by_key(|r| r.fields.len()).cloned();
        let Some(outer) = outer else {
            return (0..8).map(|n| (0, self.row(id, &[], &format!("K{n}"), 0))).collect();
        };
        let parents: Vec<(usize, Row)> = self.made[&outer.table].clone();
        let mut rows = Vec::new();
        let mut used = BTreeSet::new();
        for (subject, parent) in parents {
            let count = self.count(table, &outer);
            let start = rows.len();
            for n in 0..count {
                let fixed = self.fixed(&outer, &parent);
                let Some(row) = self.keyed(id, &fixed, n, start + n, subject) else { continue };
                let key: Vec<String> = table.key.iter().map(|k| row[k.0].0.clone()).collect();
                if !key.iter().any(String::is_empty) && used.insert(key) {
                    rows.push((subject, row));
                }
            }
        }
        rows
    }

    /// How many rows one row of another table has here.
    fn count(&mut self, table: &Table, outer: &Reference) -> usize {
        let is_whole = table.key.iter().all(|k| outer.fields.contains(k));
        if is_whole {
            return usize::from(!self.dice.chance(40));
        }
        let item = self.item_field(table);
        if item.is_some() {
            return if self.dice.chance(30) { 0 } else { self.items.len() };
        }
        match self.dice.below(12) {
            0 => 0,
            1 => 9,
            n => n.min(5),
        }
    }

    fn item_field(&self, table: &Table) -> Option<FieldId> {
        let of = |id: TableId| self.plan.tables.get(id.0).is_some_and(|t| t.name == table.name);
        let judged = self.plan.judgements.as_ref().filter(|j| of(j.table)).map(|j| j.item);
        judged.or_else(|| self.plan.events.as_ref().filter(|e| of(e.table)).map(|e| e.item))
    }

    fn round_field(&self, table: &Table) -> Option<FieldId> {
        let of = |id: TableId| self.plan.tables.get(id.0).is_some_and(|t| t.name == table.name);
        let judged = self.plan.judgements.as_ref().filter(|j| of(j.table)).and_then(|j| j.round);
        judged.or_else(|| self.plan.events.as_ref().filter(|e| of(e.table)).and_then(|e| e.round))
    }

    fn fixed(&self, outer: &Reference, parent: &Row) -> Vec<(FieldId, (String, Option<Num>))> {
        let key = &self.plan.tables[outer.table.0].key;
        outer.fields.iter().zip(key).map(|(f, k)| (*f, parent[k.0].clone())).collect()
    }

    /// A row whose key goes on from what is fixed of it.
    fn keyed(&mut self, id: TableId, fixed: &[(FieldId, (String, Option<Num>))], n: usize, at: usize, subject: usize) -> Option<Row> {
        let table = &self.plan.tables[id.0];
        let (item, round) = (self.item_field(table), self.round_field(table));
        let mut known = fixed.to_vec();
        let mut rest = n;
        for key in &table.key {
            if known.iter().any(|(f, _)| f == key) {
                continue;
            }
            let field = &table.fields[key.0];
            let (text, number) = match &field.ty {
                _ if item == Some(*key) => (self.items.get(n)?.clone(), None),
                _ if round == Some(*key) => (self.plan.rounds.first().cloned().unwrap_or_default(), None),
                FieldType::Choice { options, .. } => {
                    let option = options.get(rest % options.len())?.clone();
                    rest /= options.len();
                    (option, None)
                }
                FieldType::Integer(unit) => {
                    let year = BASE_YEAR - 1 - i64::try_from(rest).unwrap();
                    (year.to_string(), Some(num(year) * &unit.factor))
                }
                _ => (format!("K{at}"), None),
            };
            known.push((*key, (text, number)));
        }
        if item.is_some() && self.dice.chance(40) {
            return None;
        }
        Some(self.row(id, &known, &format!("K{at}"), subject))
    }

    fn row(&mut self, id: TableId, known: &[(FieldId, (String, Option<Num>))], key: &str, subject: usize) -> Row {
        let table = &self.plan.tables[id.0];
        let mut row: Row = vec![(String::new(), None); table.fields.len()];
        for (field, cell) in known {
            row[field.0] = cell.clone();
        }
        for (index, field) in table.fields.iter().enumerate() {
            let at = FieldId(index);
            if known.iter().any(|(f, _)| *f == at) {
                continue;
            }
            let linked = table.references.iter().find(|r| r.fields.contains(&at) && r.fields.len() == 1);
            row[index] = if let Some(most) = self.most(id, at, known) {
                let share = self.dice.pick(&[num(0), num(1) / num(2), num(1), num(1)]).cloned().unwrap_or_default();
                if self.dice.chance(40) { (String::new(), None) } else { (format_decimal(&(most * share), 2), None) }
            } else if table.key.contains(&at) {
                (key.to_string(), None)
            } else if let Some(reference) = linked {
                self.link(reference, subject)
            } else if id == self.plan.subject.table && self.plan.subject.base_year == Some(at) {
                if self.dice.chance(20) { (String::new(), None) } else { (BASE_YEAR.to_string(), Some(num(BASE_YEAR))) }
            } else {
                let cells: Vec<Num> = row.iter().filter_map(|(_, n)| n.clone()).collect();
                self.cell(field, &cells)
            };
        }
        row
    }

    /// The most that a judged score may be; 0 where the item is not scored.
    fn most(&self, id: TableId, field: FieldId, known: &[(FieldId, (String, Option<Num>))]) -> Option<Num> {
        let of = self.plan.judgements.as_ref().filter(|j| j.table == id && j.score == Some(field))?;
        let name = known.iter().find(|(f, _)| *f == of.item).map(|(_, cell)| cell.0.as_str());
        let item = self.plan.items().find(|i| Some(i.id.as_str()) == name);
        let own = item.and_then(|i| i.checks.iter().find(|c| matches!(c.kind, CheckKind::Judgement { .. })).and_then(|c| c.score.clone()));
        Some(own.or_else(|| item.and_then(|i| i.full.clone())).unwrap_or_default())
    }

    /// A reference beside the one that places the row, to a row of the same subject or of none.
    fn link(&mut self, reference: &Reference, subject: usize) -> (String, Option<Num>) {
        let key = self.plan.tables[reference.table.0].key.first().copied();
        let is_whole = self.plan.tables[reference.table.0].subject_path.is_none();
        let rows = self.made.get(&reference.table).into_iter().flatten().filter(|(s, _)| is_whole || *s == subject);
        let rows: Vec<&Row> = rows.map(|(_, row)| row).collect();
        let picked = self.dice.pick(&rows).and_then(|r| key.and_then(|k| r.get(k.0).cloned()));
        picked.unwrap_or_default()
    }

    fn cell(&mut self, field: &Field, others: &[Num]) -> (String, Option<Num>) {
        if !field.required && self.dice.chance(25) {
            return (String::new(), None);
        }
        match &field.ty {
            FieldType::Text => {
                let text = if self.dice.chance(700) { self.dice.pick(&self.named.texts).cloned() } else { None };
                (text.unwrap_or_else(|| format!("名{}", self.dice.below(5))), None)
            }
            FieldType::Bool => (if self.dice.chance(700) { "是" } else { "否" }.into(), None),
            FieldType::Choice { options, .. } => (self.dice.pick(options).cloned().unwrap_or_default(), None),
            FieldType::Month => {
                let month = self.dice.pick(&self.named.months).copied().unwrap_or(2018 * 12) + self.near();
                (format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1), None)
            }
            FieldType::Date => {
                let date = self.dice.pick(&self.named.dates).copied().unwrap_or(20_260_615);
                let day = (date % 100 + self.near()).clamp(1, 28);
                (format!("{:04}-{:02}-{day:02}", date / 10_000, date / 100 % 100), None)
            }
            FieldType::Integer(unit) => self.number(field, 0, &unit.factor, others),
            FieldType::Decimal { places, unit } => self.number(field, usize::from(*places), &unit.factor, others),
        }
    }

    /// Mostly nothing, sometimes one step up or down.
    fn near(&mut self) -> i64 {
        match self.dice.below(8) {
            0 => 1,
            1 => -1,
            _ => 0,
        }
    }

    fn number(&mut self, field: &Field, places: usize, factor: &Num, others: &[Num]) -> (String, Option<Num>) {
        let step = num(1) / num(10i64.pow(u32::try_from(places).unwrap()));
        let mut value = match self.dice.below(20) {
            0 => num(0),
            1 => num(1) * &step,
            2 if self.dice.chance(60) => num(999_999_999_999_999) * &step,
            3..=8 => {
                // Another cell times a number of the plan, which is what a ratio on its threshold is made of.
                let (by, of) = (self.dice.pick(&self.named.numbers).cloned(), self.dice.pick(others).cloned());
                let by = if self.dice.chance(300) { num(1) } else { by.unwrap_or(num(1)) };
                of.unwrap_or(num(60)) * by / factor
            }
            9..=12 => self.dice.pick(&self.named.numbers).cloned().unwrap_or(num(45)) / factor,
            13..=15 => num(i64::try_from(self.dice.below(60)).unwrap()),
            16 => num(i64::try_from(self.dice.below(100_000)).unwrap()) * &step,
            _ => num(i64::try_from(self.dice.below(2_000)).unwrap()),
        };
        value += num(self.near()) * &step;
        if value < num(0) && !field.signed {
            value = -value;
        }
        if let Some((low, high)) = &field.range {
            value = value.max(low.clone()).min(high.clone());
        }
        // A cell has at most 18 digits, those after the point among them.
        if value > num(1_000_000_000_000_000).min(num(100_000_000_000_000_000) * &step) {
            value = num(7);
        }
        // Half of the numbers that do not fit are rounded up, so that products are missed on both sides.
        let whole = Num::from((&value / &step + if self.dice.chance(500) { num(1) / num(2) } else { num(0) }).floor());
        let mut value = whole * &step;
        if let Some((low, high)) = &field.range
            && (value < *low || value > *high)
        {
            value = low.clone();
        }
        (format_decimal(&value, places), Some(value * factor))
    }
}

/// The numbers, texts and days that an expression names.
fn collect(expr: &Expr, named: &mut Named, seen: &mut BTreeSet<String>) {
    let new = |text: String, seen: &mut BTreeSet<String>| seen.insert(text);
    match expr {
        Expr::Number(n) if new(format!("n{n}"), seen) => named.numbers.push(n.clone()),
        Expr::Text(t) if new(format!("t{t}"), seen) => named.texts.push(t.clone()),
        Expr::Month(m) if new(format!("m{m}"), seen) => named.months.push(*m),
        Expr::Date(d) if new(format!("d{d}"), seen) => named.dates.push(*d),
        _ => {}
    }
    expr.parts().into_iter().for_each(|e| collect(e, named, seen));
}
