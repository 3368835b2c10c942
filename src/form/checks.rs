//! What a program checks while a cell is filled in: drop-downs, numbers and their ranges, dates.

use super::{Desk, is_judged_in, sheet};
use crate::data::ASIDE;
use crate::plan::{Field, FieldId, FieldType, Table, TableId};
use crate::value::format_decimal;
use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula, Workbook, XlsxError};

/// A list that is written into the check itself may have so many characters.
const INLINE: usize = 255;

/// The lists too long for that, each a column of a hidden sheet.
#[derive(Debug, Default)]
pub(super) struct Lists(Vec<Vec<String>>);

fn lists_name() -> String {
    format!("{ASIDE}选项")
}

impl Lists {
    fn range(&mut self, options: &[String]) -> String {
        let at = self.0.iter().position(|l| l == options).unwrap_or_else(|| {
            self.0.push(options.to_vec());
            self.0.len() - 1
        });
        let column = column_number_to_name(u16::try_from(at).unwrap_or(u16::MAX));
        format!("='{}'!${column}$1:${column}${}", lists_name(), options.len())
    }

    pub fn write(&self, book: &mut Workbook) -> Result<(), XlsxError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let sheet = book.add_worksheet().set_name(lists_name())?.set_hidden(true);
        for (column, list) in self.0.iter().enumerate() {
            for (row, option) in list.iter().enumerate() {
                sheet.write_string(u32::try_from(row).unwrap_or(u32::MAX), u16::try_from(column).unwrap_or(u16::MAX), option)?;
            }
        }
        Ok(())
    }
}

/// The check of a field's cells, of which `at` is the first; `None` where anything may be written.
pub(super) fn of_field(
    desk: &Desk<'_>,
    id: TableId,
    table: &Table,
    (field_id, field): (FieldId, &Field),
    at: &str,
    lists: &mut Lists,
) -> Result<Option<DataValidation>, XlsxError> {
    let name = &field.name;
    if let Some((target, range)) = referred(desk, table, field_id) {
        let check = DataValidation::new().allow_list_formula(Formula::new(range));
        let message = format!("“{name}”要与工作表“{target}”里的一行相同，从列表里选。那一行还没有填的，请先填那一张表");
        return Ok(Some(told(check, "列表里没有", &message)?.set_error_style(DataValidationErrorStyle::Warning)));
    }
    let is_item = super::rows::of_items(desk, id).is_some_and(|(item, _)| item == field_id);
    if is_item {
        let ids: Vec<String> = desk.share.items.iter().filter(|i| is_judged_in(desk.plan, i, id)).map(|i| i.id.to_string()).collect();
        let check = choice(&ids, lists)?;
        return Ok(Some(told(check, "没有这个条目", &format!("“{name}”填标准里的条目编号，从列表里选"))?));
    }
    Ok(Some(match &field.ty {
        FieldType::Text => return Ok(None),
        FieldType::Bool => {
            let check = DataValidation::new().allow_list_strings(&["是", "否"])?;
            told(check, "应填“是”或“否”", &format!("“{name}”只能选“是”或“否”；没有数据就留空"))?
        }
        FieldType::Choice { options, .. } => {
            let listed = options.join("、");
            let listed = if listed.chars().count() > 150 { "列表里的一项".to_owned() } else { listed };
            told(choice(options, lists)?, "列表里没有", &format!("“{name}”应是：{listed}。没有数据就留空"))?
        }
        FieldType::Integer(unit) => number(field, true, &unit.name)?,
        FieldType::Decimal { unit, .. } => number(field, false, &unit.name)?,
        FieldType::Month => {
            let whole = |part: String, low: u32, high: u32| format!("IFERROR(AND(VALUE({part})>={low},VALUE({part})<={high}),FALSE)");
            let (year, month) = (whole(format!("LEFT({at},4)"), 1000, 9999), whole(format!("MID({at},6,2)"), 1, 12));
            let rule = format!("=AND(LEN({at})=7,MID({at},5,1)=\"-\",{year},{month})");
            let message = format!("“{name}”填“年-月”，月份两位，如 2018-09；没有数据就留空");
            told(DataValidation::new().allow_custom(Formula::new(rule)), "应填年月", &message)?
        }
        FieldType::Date => {
            let (first, last) = (ExcelDateTime::from_ymd(1900, 3, 1)?, ExcelDateTime::from_ymd(9999, 12, 31)?);
            let check = DataValidation::new().allow_date(DataValidationRule::Between(first, last));
            told(check, "应填日期", &format!("“{name}”填“年-月-日”，如 2018-09-01；没有数据就留空"))?
        }
    }))
}

/// The score of an item: from nothing to the full.
pub(super) fn score(full: &str) -> Result<DataValidation, XlsxError> {
    let rule = DataValidationRule::Between(Formula::new("0"), Formula::new(full));
    told(
        DataValidation::new().allow_decimal_number_formula(rule),
        "得分超出范围",
        &format!("这一条满分 {full} 分，填 0 至 {full}；没有评就留空"),
    )
}

/// `是`, or nothing.
pub(super) fn nothing() -> Result<DataValidation, XlsxError> {
    let check = DataValidation::new().allow_list_strings(&["是"])?;
    let check = check.set_input_title("本表确无数据？")?;
    check.set_input_message("表里确实一行也没有的，选“是”；有数据的不用管。不选而表是空的，按没有填报算。")
}

fn told(check: DataValidation, title: &str, message: &str) -> Result<DataValidation, XlsxError> {
    let message: String = message.chars().take(225).collect();
    check.set_error_title(title)?.set_error_message(message)
}

fn choice(options: &[String], lists: &mut Lists) -> Result<DataValidation, XlsxError> {
    let length: usize = options.iter().map(|o| o.encode_utf16().count() + 1).sum();
    if length <= INLINE && !options.iter().any(|o| o.contains([',', '"'])) {
        return DataValidation::new().allow_list_strings(options);
    }
    Ok(DataValidation::new().allow_list_formula(Formula::new(lists.range(options))))
}

fn number(field: &Field, is_whole: bool, unit: &str) -> Result<DataValidation, XlsxError> {
    const MOST: &str = "999999999999999";
    let (low, high, within) = match &field.range {
        Some((low, high)) => {
            let (low, high) = (format_decimal(low, 12), format_decimal(high, 12));
            let within = format!("，在 {low} 至 {high} 之间");
            (low, Some(high), within)
        }
        None if field.signed => (format!("-{MOST}"), Some(MOST.to_owned()), String::new()),
        None => ("0".to_owned(), None, "，不小于 0".to_owned()),
    };
    let low = Formula::new(low);
    let rule = match high {
        Some(high) => DataValidationRule::Between(low, Formula::new(high)),
        None => DataValidationRule::GreaterThanOrEqualTo(low),
    };
    let check = DataValidation::new();
    let (check, kind) =
        if is_whole { (check.allow_whole_number_formula(rule), "整数") } else { (check.allow_decimal_number_formula(rule), "数") };
    let unit = if unit.is_empty() { String::new() } else { format!("，单位：{unit}") };
    told(check, &format!("应填{kind}"), &format!("“{}”填{kind}{within}{unit}。没有数据就留空，不要填 0", field.name))
}

/// The sheet and range of the keys that a field leads to by itself.
fn referred<'d>(desk: &'d Desk<'_>, table: &Table, field: FieldId) -> Option<(&'d str, String)> {
    let reference = table.references.iter().find(|r| r.fields.as_slice() == [field])?;
    let target = desk.plan.tables.get(reference.table.0)?;
    let part = desk.share.sheets.iter().find(|p| p.table == reference.table)?;
    let [key] = target.key.as_slice() else { return None };
    let at = sheet::columns(desk, part).iter().position(|c| matches!(c, sheet::Column::Field(f) if f == key))?;
    let column = column_number_to_name(u16::try_from(at).ok()?);
    let first = sheet::header_row(desk) + 2;
    let last = sheet::last_row(desk, reference.table) + 1;
    // As many as are filled in, so that the list does not end in thousands of empty lines.
    let (top, all) = (format!("'{}'!${column}${first}", target.name), format!("'{}'!${column}${first}:${column}${last}", target.name));
    Some((target.name.as_str(), format!("=OFFSET({top},0,0,MAX(1,COUNTA({all})),1)")))
}
