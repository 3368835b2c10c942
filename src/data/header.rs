//! Header cells → fields, with the unit a header may carry.

use super::complaints::{Complaints, Spot};
use crate::diagnostic::{Code, did_you_mean, nearest};
use crate::plan::{FieldType, Plan, Table};
use crate::value::{Unit, builtin_units};
use std::borrow::Cow;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Units by their name in half-width form.
pub(super) struct Units(BTreeMap<String, Unit>);

impl Units {
    /// The language's units and those of the plan's fields.
    pub fn of(plan: &Plan) -> Self {
        let table = builtin_units();
        let mut units: BTreeMap<String, Unit> = table.names().filter_map(|n| table.get(n).map(|u| (squeeze(n), u.clone()))).collect();
        for field in plan.tables.iter().flat_map(|t| &t.fields) {
            if let Some(unit) = unit_of(&field.ty).filter(|u| !u.name.is_empty()) {
                units.insert(squeeze(&unit.name), unit.clone());
            }
        }
        Self(units)
    }

    fn get(&self, name: &str) -> Option<Unit> {
        if let Some(unit) = self.0.get(name) {
            return Some(unit.clone());
        }
        let (over, under) = name.split_once('/')?;
        Some(self.0.get(over)?.per(self.0.get(under)?))
    }
}

/// The unit of a number field.
pub(super) fn unit_of(ty: &FieldType) -> Option<&Unit> {
    match ty {
        FieldType::Integer(unit) | FieldType::Decimal { unit, .. } => Some(unit),
        _ => None,
    }
}

/// Half-width, without any space: the form in which names are compared.
fn squeeze(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// One column of a file and the field it fills.
#[derive(Debug)]
pub(super) struct Slot {
    pub field: usize,
    /// As written.
    pub header: String,
    /// Multiplies every cell, as numerator and denominator.
    pub factor: (i64, i64),
}

/// What a header row says.
#[derive(Debug)]
pub(super) struct Header {
    /// One per column of the file; `None` where the column is not read.
    pub slots: Vec<Option<Slot>>,
}

/// The fields of a table by each name a header may give them.
#[derive(Debug)]
pub(super) struct Names(BTreeMap<String, usize>);

impl Names {
    /// A field's name goes before another's alias.
    pub fn of(table: &Table) -> Self {
        let mut names = BTreeMap::new();
        for (at, field) in table.fields.iter().enumerate() {
            names.entry(squeeze(&field.name)).or_insert(at);
        }
        for (at, field) in table.fields.iter().enumerate() {
            for alias in &field.aliases {
                names.entry(squeeze(alias)).or_insert(at);
            }
        }
        Self(names)
    }

    /// The field and, in parentheses, the unit.
    pub fn find(&self, written: &str) -> Option<(usize, Option<String>)> {
        let name = squeeze(written);
        if let Some(found) = self.0.get(&name) {
            return Some((*found, None));
        }
        let (bare, unit) = name.strip_suffix(')')?.rsplit_once('(')?;
        Some((*self.0.get(bare)?, Some(unit.to_string())))
    }
}

/// Matches header cells with the table's fields and complains of all that do not.
pub(super) fn read(cells: &[Cow<'_, str>], line: u64, table: &Table, names: &Names, units: &Units, complaints: &mut Complaints) -> Header {
    let mut first: Vec<Option<String>> = table.fields.iter().map(|_| None).collect();
    let mut slots = Vec::with_capacity(cells.len());
    for (position, cell) in cells.iter().enumerate() {
        let written = cell.trim();
        let spot = || Spot { line: Some(line), column: Some(written.to_string()), row: None };
        let Some((field, unit)) = names.find(written) else {
            unknown(table, position, written, &first, complaints, spot());
            slots.push(None);
            continue;
        };
        let Some(seen) = first.get_mut(field) else { continue };
        if let Some(before) = seen {
            let name = table.fields.get(field).map_or("", |f| f.name.as_str());
            complaints.error(Code::DUPLICATE_COLUMN, || {
                (spot(), format!("列“{written}”重复：前面的“{before}”已经是“{name}”"), vec!["只留一列，删去另一列".into()])
            });
            slots.push(None);
            continue;
        }
        *seen = Some(written.to_string());
        slots.push(match factor(table, field, unit.as_deref(), units) {
            Ok(factor) => Some(Slot { field, header: written.to_string(), factor }),
            Err((message, help)) => {
                complaints.error(Code::HEADER_UNIT, || (spot(), format!("表头“{written}”：{message}"), help));
                None
            }
        });
    }
    missing(table, &first, cells, line, complaints);
    Header { slots }
}

fn factor(table: &Table, field: usize, unit: Option<&str>, units: &Units) -> Result<(i64, i64), (String, Vec<String>)> {
    let (Some(written), Some(field)) = (unit, table.fields.get(field)) else { return Ok((1, 1)) };
    let Some(declared) = unit_of(&field.ty) else {
        return Err((format!("“{}”不是数，不带单位“{written}”", field.name), vec![format!("表头写成“{}”", field.name)]));
    };
    let wanted = if declared.name.is_empty() { "不带单位".to_string() } else { format!("单位应是“{}”", declared.name) };
    let mend = vec![if declared.name.is_empty() {
        format!("表头写成“{}”", field.name)
    } else {
        format!("表头写成“{}（{}）”，数也按这个单位填", field.name, declared.name)
    }];
    let Some(given) = units.get(written) else {
        return Err((format!("没有“{written}”这个单位；{wanted}"), mend));
    };
    if !given.is_compatible(declared) {
        return Err((format!("单位“{written}”与规定不符；{wanted}"), mend));
    }
    let ratio = given.factor / &declared.factor;
    let (over, under) = (i64::try_from(ratio.numerator().clone()), i64::try_from(ratio.denominator().clone()));
    match (over, under) {
        (Ok(over), Ok(under)) => Ok((over, under)),
        _ => Err((format!("单位“{written}”与“{}”相差太大，换算不了", declared.name), mend)),
    }
}

fn unknown(table: &Table, position: usize, written: &str, first: &[Option<String>], complaints: &mut Complaints, spot: Spot) {
    if written.is_empty() {
        complaints.error(Code::UNKNOWN_COLUMN, || {
            (spot, format!("第 {} 列没有列名", position + 1), vec!["写上列名；多余的空列请整列删去".into()])
        });
        return;
    }
    complaints.error(Code::UNKNOWN_COLUMN, || {
        let free = table.fields.iter().zip(first).filter(|(_, seen)| seen.is_none()).map(|(f, _)| f.name.as_str());
        let bare = squeeze(written);
        let bare = bare.split_once('(').map_or(bare.as_str(), |(name, _)| name);
        let mut help: Vec<String> = did_you_mean(&nearest(bare, free)).into_iter().collect();
        help.push("改成规定的列名；表中没有的列请整列删去".into());
        (spot, format!("表“{}”没有“{written}”这一列", table.name), help)
    });
}

fn missing(table: &Table, first: &[Option<String>], cells: &[Cow<'_, str>], line: u64, complaints: &mut Complaints) {
    for (field, _) in table.fields.iter().zip(first).filter(|(_, seen)| seen.is_none()) {
        complaints.error(Code::MISSING_COLUMN, || {
            let spot = Spot { line: Some(line), column: Some(field.name.clone()), row: None };
            let mut help = vec![if field.required {
                format!("补上“{}”这一列并逐行填写", field.name)
            } else {
                format!("补上“{}”这一列，没有数据就留空", field.name)
            }];
            if let [only] = cells
                && only.contains([';', '\t', '；', '，'])
            {
                help.push("各列之间要用半角逗号“,”隔开".into());
            }
            (spot, format!("表“{}”缺少“{}”这一列", table.name, field.name), help)
        });
    }
}
