//! Parameters: the value on every day, old against new.

use super::items::least;
use super::{Detail, Strictness, differs};
use crate::plan::{DatedValue, Parameter};
use crate::syntax::ast::Date;
use crate::syntax::print::date as date_text;
use std::collections::BTreeSet;

/// All values of a parameter, with the days that they hold from and until.
pub(super) fn text(parameter: &Parameter) -> String {
    let day = |word: &str, day: &Option<String>| day.as_ref().map(|d| format!(" {word} {d}")).unwrap_or_default();
    let values = parameter.values.iter().map(|v| format!("{}{}{}", v.text, day("自", &v.from), day("至", &v.until)));
    values.collect::<Vec<_>>().join("，")
}

/// Each span of days on which a parameter has another value than it had.
pub(super) fn values(old: &Parameter, new: &Parameter) -> Vec<Detail> {
    let starts = starts(old.values.iter().chain(&new.values));
    let mut spans: Vec<Span<'_>> = Vec::new();
    for from in &starts {
        let (before, after) = (on(&old.values, *from), on(&new.values, *from));
        match spans.last_mut() {
            Some(last) if last.old == before && last.new == after => {}
            last => {
                if let Some(last) = last {
                    last.until = *from;
                }
                spans.push(Span { from: *from, until: None, old: before, new: after });
            }
        }
    }
    let asks_more = new.asks_more.filter(|_| old.asks_more == new.asks_more);
    spans.into_iter().filter_map(|span| span.detail(asks_more)).collect()
}

/// Days, from one up to the day before another, on which both have a value of their own.
struct Span<'a> {
    from: Option<Date>,
    until: Option<Date>,
    old: Option<&'a DatedValue>,
    new: Option<&'a DatedValue>,
}

impl Span<'_> {
    fn detail(&self, asks_more: Option<bool>) -> Option<Detail> {
        let text = |v: Option<&DatedValue>| v.map(|v| v.text.clone()).unwrap_or_default();
        let detail = differs(&self.called(), &text(self.old), &text(self.new))?;
        let number = |v: Option<&DatedValue>| v.and_then(|v| v.number.clone());
        let more = least(number(self.old).as_ref(), number(self.new).as_ref());
        Some(match (more, asks_more) {
            (Some(_), Some(true)) => detail.strict(more),
            (Some(_), Some(false)) => detail.strict(more.map(Strictness::reversed)),
            _ => detail.unclear(),
        })
    }

    fn called(&self) -> String {
        let from = self.from.map(|d| format!("{} 起", date_text(d)));
        let until = self.until.map(|d| format!("{} 之前", date_text(d)));
        let days: Vec<String> = from.into_iter().chain(until).collect();
        if days.is_empty() { "取值".to_owned() } else { format!("取值（{}）", days.join("、")) }
    }
}

/// The first days of all spans of days on which nothing changes; nothing stands for the days before the first of them.
fn starts<'a>(values: impl Iterator<Item = &'a DatedValue>) -> BTreeSet<Option<Date>> {
    let mut starts = BTreeSet::from([None]);
    for value in values {
        starts.extend(value.from.as_deref().map(Date::parse));
        starts.extend(value.until.as_deref().and_then(Date::parse).map(|d| Some(d.next())));
    }
    starts
}

/// The value on a day, or before all days.
fn on(values: &[DatedValue], day: Option<Date>) -> Option<&DatedValue> {
    let date = |d: &Option<String>| d.as_deref().and_then(Date::parse);
    let held = values.iter().filter(|v| {
        let begun = v.from.is_none() || date(&v.from) <= day && day.is_some();
        let ended = day.is_some() && v.until.is_some() && date(&v.until) < day;
        begun && !ended
    });
    held.max_by_key(|v| date(&v.from))
}
