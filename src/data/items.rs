//! Judgements and events name items of the standard: do those exist, and is no score above what an item can give?

use super::columns::Column;
use super::complaints::Complaints;
use super::dataset::Dataset;
use super::header::{squeeze, unit_of};
use super::keys::{row_text, spot};
use super::table::{TableRead, cut};
use crate::diagnostic::{Code, did_you_mean, nearest};
use crate::plan::{FieldId, Item, Plan, TableId};
use crate::value::{Decimal, Num, format_decimal, num};
use std::collections::BTreeMap;

/// Complains of unknown items and of scores above full.
pub(super) fn check(plan: &Plan, reads: &[TableRead], complaints: &mut [Complaints]) {
    let points = plan.indicators.iter().flat_map(|i| &i.points);
    let judged: BTreeMap<&str, &Item> = points.chain(&plan.qualifications).chain(&plan.vetoes).map(|i| (i.id.as_str(), i)).collect();
    if let Some(from) = &plan.judgements {
        table(plan, from.table, from.item, from.score, &judged, reads, complaints);
    }
    if let Some(from) = &plan.events {
        let events = plan.vetoes.iter().map(|i| (i.id.as_str(), i)).collect();
        table(plan, from.table, from.item, None, &events, reads, complaints);
    }
}

fn table(
    plan: &Plan,
    TableId(id): TableId,
    item: FieldId,
    score: Option<FieldId>,
    known: &BTreeMap<&str, &Item>,
    reads: &[TableRead],
    complaints: &mut [Complaints],
) {
    let (Some(table), Some(read)) = (plan.tables.get(id), reads.get(id)) else { return };
    let Column::Text(items) = read.data.column(item) else { return };
    let factor = score.and_then(|f| table.fields.get(f.0)).and_then(|f| unit_of(&f.ty)).map_or_else(|| num(1), |u| u.factor.clone());
    // Every number of a text is looked up once.
    let mut by_number: BTreeMap<u32, Option<(&Item, Option<Limit>)>> = BTreeMap::new();
    for (row, number) in items.codes().iter().enumerate() {
        let Some(number) = number else { continue };
        let look_up = || known.get(items.word(number)?).map(|item| (*item, item.full.as_ref().map(|full| Limit::new(full, &factor))));
        let found = &*by_number.entry(number).or_insert_with(look_up);
        let is_fine = |(_, limit): &(&Item, Option<Limit>)| {
            let given = score.zip(limit.as_ref()).and_then(|(field, limit)| Some((read.data.column(field).number(row)?, limit)));
            given.is_none_or(|(given, limit)| !limit.is_below(given))
        };
        if found.as_ref().is_some_and(is_fine) {
            continue;
        }
        let named = items.word(number).unwrap_or_default();
        let input = read.data.places.get(row).map_or(0, |p| p.0 as usize);
        let Some(complaints) = complaints.get_mut(input) else { continue };
        let Some((found, _)) = found else {
            complaints.warning(Code::UNKNOWN_ITEM, || {
                let near = nearest(named, known.keys().copied());
                let mend = did_you_mean(&near).unwrap_or_else(|| "对照标准改正编号，或删去这一行".into());
                let message = format!("标准中没有条目“{}”，这一行不起作用", cut(named));
                (spot(read, Some(&item), row, row_text(table, &read.data, row)), message, vec![mend])
            });
            continue;
        };
        let Some((field, full)) = score.zip(found.full.as_ref()) else { continue };
        let Some(given) = read.data.column(field).number(row).map(|given| given.to_num() * &factor) else { continue };
        complaints.error(Code::SCORE_ABOVE_FULL, || {
            let (given, full) = (format_decimal(&given, 12), format_decimal(full, 12));
            let message = format!("条目 {} 得分 {given} 分，超过满分 {full} 分", found.id);
            let help = vec![format!("改成 0 至 {full} 之间的分数")];
            (spot(read, Some(&field), row, row_text(table, &read.data, row)), message, help)
        });
    }
}

/// The items that a form lists in a table of judgements or events; none in other tables.
#[derive(Debug, Default)]
pub(super) struct Listed<'p> {
    item: Option<FieldId>,
    round: Option<FieldId>,
    texts: BTreeMap<&'p str, &'p str>,
}

impl<'p> Listed<'p> {
    pub fn of(plan: &'p Plan, id: TableId) -> Self {
        let judged = plan.judgements.as_ref().filter(|j| j.table == id).map(|j| (j.item, j.round));
        let events = plan.events.as_ref().filter(|e| e.table == id).map(|e| (e.item, e.round));
        let Some((item, round)) = judged.or(events) else { return Self::default() };
        Self { item: Some(item), round, texts: plan.items().map(|i| (i.id.as_str(), i.text.as_str())).collect() }
    }

    /// Whether a form fills in this field beforehand: it tells which item, in which round, a row is about.
    pub fn is_given(&self, field: usize) -> bool {
        [self.item, self.round].into_iter().flatten().any(|f| f.0 == field)
    }

    /// The field that names the item.
    pub fn item(&self) -> Option<usize> {
        self.item.map(|f| f.0)
    }

    /// What is wrong with a text beside an item's number: whether it is certain, the message and the mend.
    pub fn beside(&self, id: &str, text: &str) -> Option<(bool, String, &'static str)> {
        self.texts.get(id).filter(|own| squeeze(own) != squeeze(text))?;
        let other = self.texts.iter().find(|(_, t)| squeeze(t) == squeeze(text)).map(|(id, _)| *id);
        Some(match other {
            Some(other) => {
                let message = format!("这一行的条目是 {id}，旁边的原文却是条目 {other} 的：行错位了，填的是哪一条看不出");
                (true, message, "多半是只给几列排了序：撤销排序，或按原文把条目改对")
            }
            None => (false, format!("条目 {id} 旁边的原文与标准不同"), "标准可能改过：核对后，用 template 重新写一份工作簿"),
        })
    }
}

/// A full score in the unit of a column, as a quotient where it fits.
struct Limit {
    score: Num,
    quotient: Option<(i128, i128)>,
}

impl Limit {
    /// `factor` base units are one of the column's.
    fn new(full: &Num, factor: &Num) -> Self {
        let score = full / factor;
        let parts = i128::try_from(score.numerator()).ok().zip(i128::try_from(score.denominator()).ok());
        Self { score, quotient: parts }
    }

    fn is_below(&self, given: Decimal) -> bool {
        let crosswise = |(over, under): (i128, i128)| {
            let scale = 10i128.checked_pow(u32::from(given.scale))?;
            Some(i128::from(given.mantissa).checked_mul(under)? > over.checked_mul(scale)?)
        };
        self.quotient.and_then(crosswise).unwrap_or_else(|| given.to_num() > self.score)
    }
}

/// Whether there is anything to judge.
pub(super) fn has_subjects(plan: &Plan, data: &Dataset) -> bool {
    data.table(plan.subject.table).is_some_and(|t| t.rows > 0)
}
