//! What data are read at all, and where judgements come from: the layer is to take nothing that its base refuses.

use super::Found;
use super::align::Alignment;
use super::checks::{Doubt, Pair, truth};
use super::logic::{Answer, Logic};
use super::order::asked;
use super::witness::said;
use crate::diagnostic::Severity;
use crate::plan::{Expr, Field, FieldId, FieldType, Plan, Requirement, Table, TableId, Verification};
use crate::value::format_decimal;

pub(super) fn compare(pair: &Pair<'_>, found: &mut Vec<Found>) {
    for (index, base) in pair.base.tables.iter().enumerate() {
        // A table that no rule of the layer reads any more shows where those rules stood.
        let Some(id) = pair.up.table(TableId(index)) else { continue };
        let Some(layer) = pair.layer.tables.get(id.0) else { continue };
        let called = vec![format!("数据表 {}", base.name)];
        if !same_shape(pair, TableId(index), base, layer) {
            found.push(Found::at(
                called.clone(),
                Doubt::open(format!("数据表 {} 的主键、引用或年度改了，同样的数据不再是同样的行", base.name)),
            ));
        }
        for (at, field) in base.fields.iter().enumerate() {
            let Some(other) = pair.up.field(TableId(index), FieldId(at)).and_then(|f| layer.fields.get(f.0)) else { continue };
            let doubts = of_field(field, other);
            found.extend(doubts.map(|d| Found::at(vec![called.concat(), format!("字段 {}", field.name)], d)));
        }
    }
    refusals(pair, found);
    sources(pair, found);
}

/// Data that the base refuses are refused by the layer as well.
fn refusals(pair: &Pair<'_>, found: &mut Vec<Found>) {
    let grave = |v: &&Verification| v.level == Severity::Error;
    let own: Vec<(TableId, Expr)> = pair.layer.verifications.iter().filter(grave).filter_map(|v| rule(&pair.own, v)).collect();
    for base in pair.base.verifications.iter().filter(grave) {
        let Some((table, wanted)) = rule(&pair.up, base) else {
            let kept = pair.layer.verifications.iter().filter(grave).any(|l| {
                let rows = pair.up.rows(&base.rows);
                l.requirement == base.requirement && rows.is_some() && rows == pair.own.rows(&l.rows)
            });
            if !kept {
                let doubt = Doubt::open(format!("核验“{}”删去了，或改得不能比较", base.text));
                found.push(Found::at(called(pair, base), doubt).base(base.origin.span));
            }
            continue;
        };
        let all = Expr::And(own.iter().filter(|(t, _)| *t == table).map(|(_, e)| e.clone()).collect());
        let doubt = match Logic::over(pair.order).search(&all, &wanted) {
            Answer::Proven => continue,
            Answer::Counter(counter) => {
                let example = format!("{}：本层收，上级不收", said(pair.layer, &counter));
                Doubt::looser(format!("核验“{}”删去了或放宽了", base.text)).example(example)
            }
            Answer::Open => Doubt::open(format!("核验“{}”改得不能比较", base.text)),
        };
        found.push(Found::at(called(pair, base), doubt).base(base.origin.span));
    }
}

fn called(pair: &Pair<'_>, of: &Verification) -> Vec<String> {
    vec![format!("数据表 {}", pair.base.tables.get(of.rows.table.0).map_or("", |t| t.name.as_str()))]
}

/// What is asked of each row of a table, where it is a condition.
fn rule(to: &Alignment<'_>, of: &Verification) -> Option<(TableId, Expr)> {
    let Requirement::Holds(judged) = &of.requirement else { return None };
    let rows = to.rows(&of.rows)?;
    Some((rows.table, asked(&rows, &truth(to, judged, of.rows.table)?)))
}

fn same_shape(pair: &Pair<'_>, id: TableId, base: &Table, layer: &Table) -> bool {
    let key: Option<Vec<FieldId>> = base.key.iter().map(|k| pair.up.field(id, *k)).collect();
    let year = base.year.map(|y| pair.up.field(id, y));
    let references = base.references.iter().all(|r| {
        let fields: Option<Vec<FieldId>> = r.fields.iter().map(|f| pair.up.field(id, *f)).collect();
        layer.references.iter().any(|l| Some(&l.fields) == fields.as_ref() && Some(l.table) == pair.up.table(r.table))
    });
    key.as_ref() == Some(&layer.key)
        && year.unwrap_or(layer.year) == layer.year
        && references
        && base.one_per_subject == layer.one_per_subject
}

fn of_field(base: &Field, layer: &Field) -> impl Iterator<Item = Doubt> {
    let mut doubts = Vec::new();
    match (&base.ty, &layer.ty) {
        (FieldType::Choice { options: b, ordered: o }, FieldType::Choice { options: l, ordered: p }) => {
            let more: Vec<&str> = l.iter().filter(|x| !b.contains(x)).map(String::as_str).collect();
            if !more.is_empty() {
                let doubt = Doubt::open(format!("字段 {} 增加了选项{}，按原来的选项写的条件管不到它", base.name, more.join("、")));
                doubts.push(doubt.example(format!("{} 填“{}”：本层收，上级不收", base.name, more.join("、"))));
            }
            let kept: Vec<&String> = b.iter().filter(|x| l.contains(x)).collect();
            let order: Vec<&String> = l.iter().filter(|x| b.contains(x)).collect();
            if o != p || *o && kept != order {
                doubts.push(Doubt::open(format!("字段 {} 的选项换了次序，大小不能比较", base.name)));
            }
        }
        (b, l) if b == l => {}
        _ => doubts.push(Doubt::open(format!("字段 {} 的类型或单位改了，同样的格子不再是同样的值", base.name))),
    }
    if layer.signed && !base.signed {
        doubts.push(Doubt::looser(format!("字段 {} 改为可以为负", base.name)).example(format!("{} 填 -1：本层收，上级不收", base.name)));
    }
    if let Some((low, high)) = &base.range {
        let (l, h) = layer.range.as_ref().map_or((None, None), |(l, h)| (Some(l), Some(h)));
        if l.is_none_or(|l| l < low) || h.is_none_or(|h| h > high) {
            let range = format!("{} 至 {}", format_decimal(low, 12), format_decimal(high, 12));
            let wide = if h.is_none_or(|h| h > high) { high + crate::value::num(1) } else { low - crate::value::num(1) };
            let wide = h.filter(|h| *h > high && **h < wide).cloned().unwrap_or(wide);
            let doubt = Doubt::looser(format!("字段 {} 的范围（{range}）放宽了", base.name));
            doubts.push(doubt.example(format!("{} 填 {}：本层收，上级不收", base.name, format_decimal(&wide, 12))));
        }
    }
    doubts.into_iter()
}

/// Whether judgements and events are read from the same places in the same way.
fn sources(pair: &Pair<'_>, found: &mut Vec<Found>) {
    let name = |plan: &Plan, table: TableId, field: Option<FieldId>| {
        let table = plan.tables.get(table.0);
        field.and_then(|f| table.and_then(|t| t.fields.get(f.0))).map(|f| f.name.clone())
    };
    let table = |plan: &Plan, table: TableId| plan.tables.get(table.0).map(|t| t.name.clone());
    let subject = |plan: &Plan| {
        let s = &plan.subject;
        (table(plan, s.table), name(plan, s.table, Some(s.code)), name(plan, s.table, s.base_year))
    };
    let mut changed = |of: &str| found.push(Found::at(vec![of.to_owned()], Doubt::open(format!("{of}改了，同样的数据不再是同样的评定"))));
    if subject(pair.base) != subject(pair.layer) {
        changed("评估对象");
    }
    let judgements = |plan: &Plan| {
        plan.judgements.as_ref().map(|j| {
            let fields = [Some(j.item), j.round, j.conclusion, j.score].map(|f| name(plan, j.table, f));
            let option = j.conclusion.and_then(|f| plan.tables.get(j.table.0)?.fields.get(f.0)).and_then(|f| match &f.ty {
                FieldType::Choice { options, .. } => options.get(j.met_option).cloned(),
                _ => None,
            });
            (table(plan, j.table), fields, option, j.or_better)
        })
    };
    if pair.base.judgements.is_some() && judgements(pair.base) != judgements(pair.layer) {
        changed("评定来源");
    }
    let events = |plan: &Plan| {
        plan.events.as_ref().map(|e| (table(plan, e.table), [Some(e.item), e.round, Some(e.exists)].map(|f| name(plan, e.table, f))))
    };
    if pair.base.events.is_some() && events(pair.base) != events(pair.layer) {
        changed("否决来源");
    }
    if !pair.base.rounds.iter().all(|r| pair.layer.rounds.contains(r)) || pair.base.rounds.first() != pair.layer.rounds.first() {
        changed("轮次");
    }
}
