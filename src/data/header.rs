//! Header cells → fields, with the unit a header may carry.

use super::aside::is_aside;
use super::complaints::{Complaints, Spot};
use super::layout::Header;
use super::table::cut;
use crate::diagnostic::{Code, did_you_mean, nearest};
use crate::plan::{Field, FieldType, Plan, Table};
use crate::value::{Unit, builtin_units};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Characters by which names and texts are compared at most.
const LONGEST: usize = 1 << 16;

/// The language's units by their name in half-width form.
static BUILTIN: LazyLock<BTreeMap<String, Unit>> = LazyLock::new(|| {
    let table = builtin_units();
    table.names().filter_map(|n| table.get(n).map(|u| (squeeze(n), u.clone()))).collect()
});

/// Units by their name in half-width form; the language's own besides.
pub(super) struct Units(BTreeMap<String, Unit>);

impl Units {
    /// The language's units and those of the plan's fields.
    pub fn of(plan: &Plan) -> Self {
        let mut units = BTreeMap::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let of_fields = plan.tables.iter().flat_map(|t| &t.fields).filter_map(|f| unit_of(&f.ty));
        for unit in of_fields.filter(|u| !u.name.is_empty()) {
            if seen.insert(&unit.name) {
                units.insert(squeeze(&unit.name), unit.clone());
            }
        }
        Self(units)
    }

    /// The unit that a line such as `单位：万元` declares for a whole table.
    pub fn declared_in(&self, text: &str) -> Option<String> {
        let text = squeeze(text);
        let text = text.trim_matches(['(', ')', '[', ']', '。']);
        let (before, unit) = text.rsplit_once("单位:")?;
        // 填报单位 and the like are offices, not measures.
        (before.is_empty() || before.ends_with("计量") || before.ends_with("金额")).then_some(())?;
        self.get(unit).map(|_| unit.to_owned())
    }

    /// The unit of this name, in half-width form.
    pub fn get(&self, name: &str) -> Option<Unit> {
        let known = |name: &str| self.0.get(name).or_else(|| BUILTIN.get(name));
        if let Some(unit) = known(name) {
            return Some(unit.clone());
        }
        let (over, under) = name.split_once('/')?;
        Some(known(over)?.per(known(under)?))
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
pub(super) fn squeeze(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).take(LONGEST).collect()
}

/// One column of a file and the field it fills.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub field: usize,
    /// As written.
    pub header: String,
    /// Multiplies every cell, as numerator and denominator.
    pub factor: (i64, i64),
    /// The unit the cells are written in, where they are numbers.
    pub unit: Option<Unit>,
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

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.0.len()
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

/// Matches a header with the table's fields and complains of all that does not: per column its slot, or `None` where it is not read.
/// A `ragged` header may have empty cells; one of a `share` may lack columns; a `projected` one may have others.
pub(super) fn read(
    header: &Header<'_>,
    table: &Table,
    names: &Names,
    units: &Units,
    (ragged, share, projected): (bool, bool, bool),
    complaints: &mut Complaints,
) -> Vec<Option<Slot>> {
    let mut first: Vec<Option<String>> = table.fields.iter().map(|_| None).collect();
    let mut slots = Vec::with_capacity(header.cells.len());
    for (position, cell) in header.cells.iter().enumerate() {
        let written = cell.trim();
        let spot = || Spot { line: Some(header.line), position: Some(position), column: Some(cut(written)), ..Spot::default() };
        if ragged && written.is_empty() || is_aside(written) {
            slots.push(None);
            continue;
        }
        if header.unclear.contains(&position) {
            unclear(written, complaints, spot());
        }
        let Some((field, unit)) = names.find(written) else {
            if projected {
                let message = format!("表“{}”没有“{}”这一列，没有读", table.name, cut(written));
                complaints.note(Code::UNKNOWN_COLUMN, || (spot(), message, vec!["列名写错了的，改正后重新导出".into()]));
                slots.push(None);
                continue;
            }
            unknown((table, names), position, written, &first, complaints, spot());
            slots.push(None);
            continue;
        };
        let Some(seen) = first.get_mut(field) else { continue };
        if let Some(before) = seen {
            let name = table.fields.get(field).map_or("", |f| f.name.as_str());
            complaints.error(Code::DUPLICATE_COLUMN, || {
                (spot(), format!("列“{}”重复：前面的“{}”已经是“{name}”", cut(written), cut(before)), vec!["只留一列，删去另一列".into()])
            });
            slots.push(None);
            continue;
        }
        *seen = Some(written.to_string());
        slots.push(match factor(table, field, unit.as_deref(), units) {
            Ok((factor, unit)) => Some(Slot { field, header: written.replace(['\n', '\r'], ""), factor, unit }),
            Err((message, help)) => {
                complaints.error(Code::HEADER_UNIT, || (spot(), format!("表头“{written}”：{message}"), help));
                None
            }
        });
    }
    let absent = table.fields.iter().zip(&first).filter(|(field, seen)| seen.is_none() && (field.required || !share));
    missing(table, absent.map(|(field, _)| field), &header.cells, header.line, complaints);
    slots
}

/// The one column of a case that stands under this header.
pub(super) fn slot(written: &str, line: u64, table: &Table, units: &Units, complaints: &mut Complaints) -> Option<Slot> {
    let exact = table.fields.iter().position(|f| f.name == written).map(|at| (at, None));
    let (field, unit) = exact.or_else(|| Names::of(table).find(written))?;
    match factor(table, field, unit.as_deref(), units) {
        Ok((factor, unit)) => Some(Slot { field, header: written.to_string(), factor, unit }),
        Err((message, help)) => {
            let spot = Spot { line: Some(line), column: Some(written.to_string()), ..Spot::default() };
            complaints.error(Code::HEADER_UNIT, || (spot, format!("表头“{written}”：{message}"), help));
            None
        }
    }
}

fn unclear(written: &str, complaints: &mut Complaints, spot: Spot) {
    complaints.error(Code::AMBIGUOUS, || {
        let message = format!("两行表头合起来是一列，下一行“{written}”单独又是另一列，判断不了是哪一列");
        (spot, message, vec!["表头改成一行，每列写全列名".into()])
    });
}

/// The factor to the declared unit, and the unit that the cells are written in.
type Measure = ((i64, i64), Option<Unit>);

fn factor(table: &Table, field: usize, unit: Option<&str>, units: &Units) -> Result<Measure, (String, Vec<String>)> {
    let declared = table.fields.get(field).and_then(|f| unit_of(&f.ty)).cloned();
    let (Some(written), Some(field)) = (unit, table.fields.get(field)) else { return Ok(((1, 1), declared)) };
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
    let ratio = &given.factor / &declared.factor;
    let (over, under) = (i64::try_from(ratio.numerator().clone()), i64::try_from(ratio.denominator().clone()));
    match (over, under) {
        (Ok(over), Ok(under)) => Ok(((over, under), Some(given))),
        _ => Err((format!("单位“{written}”与“{}”相差太大，换算不了", declared.name), mend)),
    }
}

fn unknown(
    (table, names): (&Table, &Names),
    position: usize,
    written: &str,
    first: &[Option<String>],
    complaints: &mut Complaints,
    spot: Spot,
) {
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
        let bare: String = bare.chars().take(100).collect();
        let mut help: Vec<String> = did_you_mean(&nearest(&bare, free)).into_iter().collect();
        if written.contains('，') && written.split('，').all(|part| names.find(part.trim()).is_some()) {
            help = vec!["列与列之间写的是全角逗号“，”，应是半角逗号“,”；或改交 .xlsx".into()];
        }
        help.push("改成规定的列名；表中没有的列请整列删去".into());
        (spot, format!("表“{}”没有“{}”这一列", table.name, cut(written)), help)
    });
}

fn missing<'p>(table: &Table, absent: impl Iterator<Item = &'p Field>, cells: &[Cow<'_, str>], line: u64, complaints: &mut Complaints) {
    for field in absent {
        complaints.error(Code::MISSING_COLUMN, || {
            let spot = Spot { line: Some(line), column: Some(field.name.clone()), ..Spot::default() };
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
