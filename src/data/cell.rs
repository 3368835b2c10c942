//! One cell's text → a typed value, or what is wrong with it.

use super::calendar::{calendar, date, is_serial, month};
use super::columns::{Cells, Column, Numbers, shortest};
use super::header::{Slot, Units, squeeze, unit_of};
use super::plain;
use super::records::CellKind;
use super::texts::Texts;
use super::workbook::Epoch;
use crate::diagnostic::{Code, did_you_mean, nearest};
use crate::plan::{Field, FieldType};
use crate::value::{Decimal, Num, ParseDecimalError, Unit, format_decimal};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// What is wrong with a cell: what was expected there, and mends.
#[derive(Debug)]
pub(super) struct Fault {
    pub code: Code,
    pub expected: String,
    pub help: Vec<String>,
}

impl Fault {
    pub fn new(expected: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: Code::BAD_CELL, expected: expected.into(), help: vec![help.into()] }
    }
}

/// Whether a trimmed cell means that there is no value.
pub(super) fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "-" | "－" | "—" | "——" | "–" | "−" | "/" | "／" | "无数据")
}

/// Reads the cells of one field.
pub(super) struct CellReader<'p> {
    field: &'p Field,
    factor: (i64, i64),
    /// The unit the cells are written in.
    unit: Option<Unit>,
    units: &'p Units,
    /// Whether the cells are keys or lead to other rows: every character counts.
    code: bool,
    /// The options in half-width form.
    options: Vec<String>,
    range: Option<(Bound, Bound)>,
    /// The day from which a workbook counts the days that it stores as numbers.
    epoch: Option<Epoch>,
}

impl<'p> CellReader<'p> {
    /// For the cells of one column.
    pub fn new(field: &'p Field, slot: &Slot, code: bool, units: &'p Units) -> Self {
        let options = match &field.ty {
            FieldType::Choice { options, .. } => options.iter().map(|o| fold(o)).collect(),
            _ => Vec::new(),
        };
        let range = field.range.as_ref().map(|(low, high)| (Bound::new(low), Bound::new(high)));
        Self { field, factor: slot.factor, unit: slot.unit.clone(), units, code, options, range, epoch: None }
    }

    /// For cells of a workbook that counts its days.
    pub fn counting(self, epoch: Option<Epoch>) -> Self {
        Self { epoch, ..self }
    }

    /// An empty column of the field's type.
    pub fn column(&self) -> Column {
        match self.field.ty {
            FieldType::Text => Column::Text(Texts::default()),
            FieldType::Bool => Column::Bool(Vec::new()),
            FieldType::Month => Column::Month(Cells::default()),
            FieldType::Date => Column::Date(Cells::default()),
            FieldType::Integer(_) | FieldType::Decimal { .. } => Column::Number(Numbers::default()),
            FieldType::Choice { .. } => Column::Choice(Cells::default()),
        }
    }

    /// Appends a trimmed cell to the column; a missing or faulty one is appended as `None`.
    pub fn push(&self, column: &mut Column, cell: &str, kind: CellKind) -> Result<(), Fault> {
        if kind == CellKind::Text && self.push_plain(column, cell) {
            return Ok(());
        }
        let missing = is_missing(cell) && kind == CellKind::Text;
        if matches!(kind, CellKind::Error | CellKind::Uncached) || cell.starts_with('#') && is_error(cell) {
            return put_fault(column, formula(cell, kind));
        }
        match column {
            Column::Absent => Ok(()),
            Column::Text(cells) => put(missing, || self.text(cell, kind), |c| cells.push(c)),
            Column::Number(cells) => put(missing, || self.number(cell), |c| cells.push(c)),
            Column::Bool(cells) => put(missing, || truth(cell), |c| cells.push(c)),
            Column::Choice(cells) => put(missing, || self.choice(cell), |c| cells.push(c)),
            Column::Month(cells) => put(missing, || month(cell, self.day(cell, kind)), |c| cells.push(c)),
            Column::Date(cells) => put(missing, || date(cell, self.day(cell, kind)), |c| cells.push(c)),
        }
    }

    /// The same for a cell of plain form in which nothing is wrong; `false` for all others.
    fn push_plain(&self, column: &mut Column, cell: &str) -> bool {
        match column {
            Column::Number(cells) => {
                let Some(number) = plain::number(cell).filter(|n| self.takes(*n)) else { return false };
                cells.push(Some(number));
            }
            Column::Choice(cells) => {
                let FieldType::Choice { options, .. } = &self.field.ty else { return false };
                let at = options.iter().position(|o| o == cell).and_then(|at| u16::try_from(at).ok()).filter(|at| *at != u16::MAX);
                if at.is_none() || is_missing(cell) || cell.starts_with('#') {
                    return false;
                }
                cells.push(at);
            }
            Column::Bool(cells) => match plain::truth(cell) {
                Some(truth) => cells.push(Some(truth)),
                None => return false,
            },
            Column::Month(cells) => match cell.as_bytes().try_into().ok().and_then(plain::month) {
                Some(month) => cells.push(Some(month)),
                None => return false,
            },
            Column::Date(cells) => match cell.as_bytes().try_into().ok().and_then(plain::date) {
                Some(date) => cells.push(Some(date)),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// Whether a number of plain form is one of the field's as it stands.
    #[inline]
    pub fn takes(&self, number: Decimal) -> bool {
        let is_whole = || number.scale == 0 || shortest(number).is_whole();
        self.factor.0 == self.factor.1
            && (!matches!(self.field.ty, FieldType::Integer(_)) || is_whole())
            && (self.range.is_none() || self.check_range(number).is_ok())
    }

    /// Whether a trimmed word of a text file is a text of the field as it stands.
    pub fn keeps(&self, word: &str) -> bool {
        !(is_missing(word) || word.starts_with('#') || self.code && is_exponent(word))
    }

    pub fn field(&self) -> &'p Field {
        self.field
    }

    /// The numbers of a date however it is stored, and whether as a day. A workbook's number of five digits in a column of dates can be
    /// nothing but a counted day; a year, or 20180901, has four or eight.
    fn day(&self, cell: &str, kind: CellKind) -> (Vec<i32>, CellKind) {
        let counted = self.epoch.filter(|_| kind == CellKind::Number && is_serial(cell)).and_then(|e| e.date(cell.parse().ok()?));
        match counted {
            Some((year, month, day)) => (vec![year, month, day], CellKind::Day),
            None => (calendar(cell).unwrap_or_default(), kind),
        }
    }

    /// A text as it stands; a code that a spreadsheet has made into something else is refused.
    fn text<'c>(&self, cell: &'c str, kind: CellKind) -> Result<&'c str, Fault> {
        let lost = match kind {
            CellKind::Number => self.code || cell.bytes().filter(u8::is_ascii_digit).count() > 15,
            CellKind::Day => true,
            _ => self.code && is_exponent(cell),
        };
        if !lost {
            return Ok(cell);
        }
        let expected = match kind {
            CellKind::Day => "表格软件把它当成了日期，原来写的是什么已经看不出",
            CellKind::Number => "表格软件把它当成了数，前面的 0 和小数末尾的 0 可能已经丢失",
            _ => "表格软件把它改成了科学记数法，后面的数字已经丢失",
        };
        let help = vec!["把这一列的格式设为“文本”，再照原样填写".to_owned()];
        Err(Fault { code: Code::CODE_CHANGED, expected: expected.into(), help })
    }

    fn choice(&self, cell: &str) -> Result<u16, Fault> {
        let FieldType::Choice { options, .. } = &self.field.ty else { return Err(Fault::new("", "")) };
        let at = options.iter().position(|o| o == cell).or_else(|| {
            let folded = fold(cell);
            self.options.iter().position(|o| *o == folded)
        });
        at.and_then(|i| u16::try_from(i).ok()).filter(|i| *i != u16::MAX).ok_or_else(|| {
            let near = nearest(cell, options.iter().map(String::as_str));
            let mend = did_you_mean(&near).unwrap_or_else(|| "改成其中一项，没有数据就留空".into());
            Fault::new(format!("应是其中一项：{}", options.join("、")), mend)
        })
    }

    fn number(&self, cell: &str) -> Result<Decimal, Fault> {
        let text = half_width(cell);
        let value = match decimal(&text) {
            Err(ParseDecimalError::Malformed) => return self.with_unit(&text).and_then(|v| self.settle(v)),
            Err(ParseDecimalError::TooLong) => return Err(too_long()),
            Ok(value) => value,
        };
        self.settle(self.convert(value)?)
    }

    /// `12人`, where that is the column's own unit, and `95%` of a plain ratio.
    fn with_unit(&self, text: &str) -> Result<Decimal, Fault> {
        let digits = text.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
        let (number, written) = text.split_at_checked(digits).unwrap_or((text, ""));
        let written = squeeze(written);
        let (Ok(value), Some(unit), false) = (decimal(number.trim()), &self.unit, written.is_empty()) else {
            return Err(self.malformed(text));
        };
        let Some(given) = self.units.get(&written) else { return Err(self.malformed(text)) };
        let same = if unit.is_plain() { squeeze(&unit.name) == written } else { given.is_compatible(unit) && given.factor == unit.factor };
        if same {
            return self.convert(value);
        }
        let ratio = written == "%" && unit_of(&self.field.ty).is_some_and(|u| u.name.is_empty()) && self.factor == (1, 1);
        if ratio && matches!(self.field.ty, FieldType::Decimal { .. }) {
            return scale(value, 1, 100).ok_or_else(too_long);
        }
        Err(self.malformed(text))
    }

    fn settle(&self, value: Decimal) -> Result<Decimal, Fault> {
        if matches!(self.field.ty, FieldType::Integer(_)) && !value.is_whole() {
            return Err(Fault::new(self.wanted(), "核对后改成整数"));
        }
        if value.mantissa < 0 && !self.field.signed {
            let help = vec!["核对后改成不小于 0 的数，没有数据就留空".into()];
            return Err(Fault { code: Code::OUT_OF_RANGE, expected: "不能是负数".into(), help });
        }
        self.check_range(value)?;
        Ok(value)
    }

    fn check_range(&self, value: Decimal) -> Result<(), Fault> {
        let (Some((low, high)), Some((from, to))) = (&self.range, &self.field.range) else { return Ok(()) };
        if low.is_at_most(value) && high.is_at_least(value) {
            return Ok(());
        }
        let unit = unit_of(&self.field.ty).map_or("", |u| u.name.as_str());
        let expected = format!("应在 {} 至 {} {unit}之间", format_decimal(from, 12), format_decimal(to, 12));
        let mut help = vec!["核对数值和单位后改正，没有数据就留空".to_string()];
        if unit.is_empty() && *to == Num::from(1) && value.mantissa > 0 {
            help.push("百分数要写成小数，如 95% 写 0.95；或在表头列名后写上“（%）”".into());
        }
        Err(Fault { code: Code::OUT_OF_RANGE, expected, help })
    }

    /// Multiplies by the header unit's factor, exactly.
    fn convert(&self, value: Decimal) -> Result<Decimal, Fault> {
        let (over, under) = (i128::from(self.factor.0), i128::from(self.factor.1));
        if over == under {
            return Ok(value);
        }
        let unit = unit_of(&self.field.ty).map_or("", |u| u.name.as_str());
        let endless = || {
            let mend = if unit.is_empty() {
                "换算后不带单位填写".into()
            } else {
                format!("自行换算，按“{unit}”填写并改表头")
            };
            Fault::new(format!("从表头单位换算成“{unit}”后应是不超过 18 位的有限小数"), mend)
        };
        scale(value, over, under).ok_or_else(endless)
    }

    fn malformed(&self, text: &str) -> Fault {
        let help = if text.contains(['e', 'E']) && text.starts_with(|c: char| c.is_ascii_digit()) {
            "不读科学记数法，写出全部数字，如 1e3 写 1000".to_string()
        } else if text.ends_with('%') {
            "这一列不是比率；核对后改成不带百分号的数".into()
        } else if text.contains(',') {
            "千位分隔符要每三位一个，如 1,234,567；也可以不写".into()
        } else if text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(char::is_alphabetic) {
            "单元格里只写数，不写别的字；单位与这一列不同的，换算后再填".into()
        } else {
            "改成数，没有数据就留空".into()
        };
        Fault::new(self.wanted(), help)
    }

    /// `应是整数（单位：人）`
    fn wanted(&self) -> String {
        let unit = unit_of(&self.field.ty).map_or("", |u| u.name.as_str());
        let kind = if matches!(self.field.ty, FieldType::Integer(_)) { "整数" } else { "数" };
        let unit = if unit.is_empty() { String::new() } else { format!("（单位：{unit}）") };
        format!("应是{kind}{unit}")
    }
}

/// A number without a unit, with or without thousands separators.
fn decimal(text: &str) -> Result<Decimal, ParseDecimalError> {
    match Decimal::parse(text) {
        Err(ParseDecimalError::Malformed) => ungroup(text).map_or(Err(ParseDecimalError::Malformed), |t| Decimal::parse(&t)),
        read => read,
    }
}

/// `value × over / under`, where that is a decimal of at most 18 digits.
fn scale(value: Decimal, over: i128, under: i128) -> Option<Decimal> {
    let mut mantissa = i128::from(value.mantissa).checked_mul(over)?;
    let mut scale = value.scale;
    while mantissa % under != 0 {
        mantissa = mantissa.checked_mul(10).filter(|_| scale < 36)?;
        scale += 1;
    }
    mantissa /= under;
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let fits = mantissa.unsigned_abs() < 10u128.pow(18) && scale <= 18;
    i64::try_from(mantissa).ok().filter(|_| fits).map(|mantissa| Decimal { mantissa, scale })
}

/// `1.2E+10`
fn is_exponent(cell: &str) -> bool {
    if !cell.as_bytes().contains(&b'+') {
        return false;
    }
    let Some((number, power)) = cell.split_once(['E', 'e']) else { return false };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    power.strip_prefix('+').is_some_and(digits) && digits(number)
}

/// The errors of spreadsheet programs.
fn is_error(cell: &str) -> bool {
    matches!(cell, "#N/A" | "#REF!" | "#VALUE!" | "#DIV/0!" | "#NAME?" | "#NUM!" | "#NULL!" | "#SPILL!" | "#CALC!")
        || cell.bytes().all(|b| b == b'#') && cell.len() > 2
}

fn formula(cell: &str, kind: CellKind) -> Fault {
    if cell.starts_with("##") {
        let help = vec!["把这一列拉宽，再重新导出".into()];
        return Fault { code: Code::FORMULA, expected: "是列太窄时显示的样子，不是值".into(), help };
    }
    let (expected, help) = if kind == CellKind::Uncached {
        ("还没有算出值", "在表格软件里打开，算出结果后保存；或直接填数")
    } else {
        ("公式没有得出值", "改正公式或它引用的单元格；或直接填数")
    };
    Fault { code: Code::FORMULA, expected: expected.into(), help: vec![help.into()] }
}

fn put_fault(column: &mut Column, fault: Fault) -> Result<(), Fault> {
    column.push_missing();
    Err(fault)
}

fn put<T>(missing: bool, read: impl FnOnce() -> Result<T, Fault>, push: impl FnOnce(Option<T>)) -> Result<(), Fault> {
    if missing {
        push(None);
        return Ok(());
    }
    match read() {
        Ok(value) => {
            push(Some(value));
            Ok(())
        }
        Err(fault) => {
            push(None);
            Err(fault)
        }
    }
}

fn too_long() -> Fault {
    Fault::new("应是不超过 18 位有效数字的数", "核对后改成较短的数")
}

/// The form in which words are compared: NFKC, so that Ⅲ is III.
fn fold(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_string()
}

/// Full-width digits and signs made half-width. Not NFKC: that would read 5² as 52.
pub(super) fn half_width(cell: &str) -> Cow<'_, str> {
    if cell.is_ascii() {
        return Cow::Borrowed(cell);
    }
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        '−' => '-',
        other => other,
    };
    Cow::Owned(cell.chars().map(narrow).collect())
}

/// `1,234.5` without its separators; `None` unless each group is right.
fn ungroup(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut joined = format!("{sign}{first}");
    let mut count = 0;
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        joined.push_str(group);
        count += 1;
    }
    if count == 0 || !(1..=3).contains(&first.len()) {
        return None;
    }
    if let Some(part) = part {
        joined.push('.');
        joined.push_str(part);
    }
    Some(joined)
}

fn truth(cell: &str) -> Result<bool, Fault> {
    let text = half_width(cell).to_ascii_lowercase();
    match text.as_str() {
        "是" | "有" | "1" | "true" | "yes" | "√" | "✓" | "✔" => Ok(true),
        "否" | "无" | "0" | "false" | "no" | "×" | "✗" | "✘" => Ok(false),
        _ => Err(Fault::new("应是“是”或“否”（有/无、1/0、true/false、√/× 也可以）", "改成“是”或“否”，没有数据就留空")),
    }
}

/// A bound of a range, compared with cells without big numbers where it is short enough.
struct Bound {
    short: Option<(i64, i64)>,
    exact: Num,
}

impl Bound {
    fn new(value: &Num) -> Self {
        let over = i64::try_from(value.numerator().clone()).ok();
        let under = i64::try_from(value.denominator().clone()).ok();
        Self { short: over.zip(under), exact: value.clone() }
    }

    fn compare(&self, value: Decimal) -> std::cmp::Ordering {
        let Some((over, under)) = self.short else { return self.exact.cmp(&value.to_num()) };
        let bound = i128::from(over) * 10i128.pow(u32::from(value.scale));
        bound.cmp(&(i128::from(value.mantissa) * i128::from(under)))
    }

    fn is_at_most(&self, value: Decimal) -> bool {
        self.compare(value).is_le()
    }

    fn is_at_least(&self, value: Decimal) -> bool {
        self.compare(value).is_ge()
    }
}
