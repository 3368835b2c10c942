//! One table → its sheet: title, explanation, header, checks, and the rows that are known.

use super::cell::{Cell, put};
use super::checks::{self, Lists};
use super::duties::{Part, owners};
use super::look::{ASIDE as GREY, height, lines, width};
use super::rows::{Row, of_items, rows};
use super::{Desk, is_judged_in};
use crate::data::{ASIDE, NOTHING, SHARE, TEXT};
use crate::plan::{Field, FieldId, FieldType, Item, Table, TableId, reads};
use crate::value::{Unit, format_decimal};
use rust_xlsxwriter::utility::column_number_to_name;
use rust_xlsxwriter::{Format, Note, Worksheet, XlsxError};

/// How many rows may be filled in with drop-downs and checks.
const ROOM: usize = 5000;
/// How many empty rows are ruled, for the printer.
const RULED: usize = 20;

/// Names wider than this break into lines.
const LONG: usize = 16;

/// A column of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Field(FieldId),
    /// What an item says, its full score, who answers for it: there to be read by people.
    Text,
    Full,
    Owners,
}

/// The columns in order; beside the item's number stands what it says.
pub(super) fn columns(desk: &Desk<'_>, part: &Part) -> Vec<Column> {
    let item = of_items(desk, part.table).map(|(item, _)| item);
    let mut found = Vec::new();
    for field in &part.fields {
        found.push(Column::Field(*field));
        if Some(*field) == item {
            found.extend([Column::Text, Column::Full, Column::Owners]);
        }
    }
    found
}

/// The 0-based row of the header.
pub(super) fn header_row(desk: &Desk<'_>) -> u32 {
    if desk.share.is_part { 5 } else { 4 }
}

/// The 0-based last row that is checked.
pub(super) fn last_row(desk: &Desk<'_>, id: TableId) -> u32 {
    let given = desk.options.data.and_then(|d| d.table(id)).map_or(0, |t| t.rows);
    let items = desk.share.items.len() * desk.plan.rounds.len().max(1);
    header_row(desk) + u32::try_from(ROOM + given + items).unwrap_or(u32::MAX / 2)
}

pub(super) fn write(desk: &Desk<'_>, part: &Part, sheet: &mut Worksheet, lists: &mut Lists) -> Result<(), XlsxError> {
    let Some(table) = desk.plan.tables.get(part.table.0) else { return Ok(()) };
    sheet.set_name(&table.name)?;
    let columns = columns(desk, part);
    let rows = rows(desk, part.table);
    let widths: Vec<usize> = columns.iter().map(|c| breadth(desk, table, *c, &rows)).collect();
    head(desk, table, &widths, sheet)?;
    let header = header_row(desk);
    for (at, (column, width)) in columns.iter().zip(&widths).enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        sheet.set_column_width(at, u32::try_from(*width).unwrap_or(u32::MAX))?;
        sheet.set_column_format(at, &typed(&desk.look.bare, table, *column))?;
        sheet.write_string_with_format(header, at, title(table, *column), &header_format(desk, table, *column))?;
        sheet.insert_note(header, at, &note(desk, part, table, *column))?;
        if let Column::Field(id) = column
            && let Some(field) = table.fields.get(id.0)
        {
            let first = format!("{}{}", column_number_to_name(at), header + 2);
            if let Some(check) = checks::of_field(desk, part.table, table, (*id, field), &first, lists)? {
                // The scores of listed items have checks of their own.
                let listed = if Some(*id) == score_of(desk, part.table) { rows.iter().take_while(|r| r.item.is_some()).count() } else { 0 };
                let first = header + 1 + u32::try_from(listed).unwrap_or(0);
                sheet.add_data_validation(first, at, last_row(desk, part.table), at, &check)?;
            }
            if matches!(field.ty, FieldType::Text | FieldType::Month) {
                // Codes are texts: no green corner on each of them.
                sheet.ignore_error_range(
                    header + 1,
                    at,
                    last_row(desk, part.table),
                    at,
                    rust_xlsxwriter::IgnoreError::NumberStoredAsText,
                )?;
            }
        }
    }
    let longest = columns.iter().zip(&widths).map(|(c, w)| lines(&title(table, *c), w.saturating_sub(1))).max().unwrap_or(1);
    sheet.set_row_height(header, height(longest))?;
    body(desk, part.table, table, &columns, &widths, &rows, sheet)?;
    print(&widths, header, table, &columns, sheet)
}

/// The rows above the header.
fn head(desk: &Desk<'_>, table: &Table, widths: &[usize], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let look = &desk.look;
    let name = if table.title.is_empty() { table.name.clone() } else { format!("{}：{}", table.name, table.title) };
    sheet.write_string_with_format(0, 0, name, &look.title)?;
    sheet.set_row_height(0, 24)?;
    let keys: Vec<&str> = table.key.iter().filter_map(|k| table.fields.get(k.0)).map(|f| f.name.as_str()).collect();
    let mut words = table.notes.clone();
    if !keys.is_empty() {
        words.push(format!("“{}”合起来每行不同", keys.join("、")).replace(if keys.len() == 1 { "合起来" } else { "\0" }, ""));
    }
    let words = words.iter().map(|w| w.trim_end_matches('。')).collect::<Vec<_>>().join("；");
    let span = widths.len().min(9);
    let room: usize = widths.iter().take(span).sum();
    if span > 1 {
        sheet.merge_range(1, 0, 1, u16::try_from(span - 1).unwrap_or(0), &words, &look.note)?;
    } else {
        sheet.write_string_with_format(1, 0, &words, &look.note)?;
    }
    sheet.set_row_height(1, height(lines(&words, room)))?;
    let legend = [
        (&look.key_mark, "■ 主键，每行都要填　　"),
        (&look.required_mark, "■ 必须填　　"),
        (&look.mark, "■ 没有数据就留空，不要填 0　　"),
        (&look.note, "鼠标放在表头上看每一列的说明"),
    ];
    sheet.write_rich_string_with_format(2, 0, &legend, &Format::new().set_font_size(10))?;
    if let (true, Some(owner)) = (desk.share.is_part, desk.share.owner.as_deref().or(Some(super::duties::NOBODY))) {
        let words = format!("{SHARE}：{owner}（只有归这一家填的列；同一格几家都填的，要一致）");
        sheet.write_string_with_format(3, 0, words, &look.subtitle)?;
    }
    let row = header_row(desk) - 1;
    sheet.write_string_with_format(row, 0, format!("{NOTHING}："), &look.note.clone().set_align(rust_xlsxwriter::FormatAlign::Right))?;
    let supplied =
        desk.options.data.and_then(|d| d.tables.iter().zip(&desk.plan.tables).find(|(_, t)| t.name == table.name)).map(|(d, _)| d);
    let is_nothing = supplied.is_some_and(|d| d.supplied && d.rows == 0);
    put(sheet, row, 1, &if is_nothing { Cell::Text("是".into()) } else { Cell::Blank }, &look.answer)?;
    sheet.add_data_validation(row, 1, row, 1, &checks::nothing()?)?;
    Ok(())
}

fn title(table: &Table, column: Column) -> String {
    match column {
        Column::Field(id) => table.fields.get(id.0).map_or_else(String::new, |f| match unit(f) {
            // A long name keeps its unit on a line of its own.
            Some(unit) if width(&f.name) + width(unit) > LONG => format!("{}\n（{unit}）", f.name),
            Some(unit) => format!("{}（{unit}）", f.name),
            None => f.name.clone(),
        }),
        Column::Text => TEXT.to_owned(),
        Column::Full => format!("{ASIDE}满分"),
        Column::Owners => format!("{ASIDE}责任单位"),
    }
}

fn unit(field: &Field) -> Option<&str> {
    let (FieldType::Integer(Unit { name, .. }) | FieldType::Decimal { unit: Unit { name, .. }, .. }) = &field.ty else { return None };
    Some(name.as_str()).filter(|n| !n.is_empty())
}

fn is_key(table: &Table, column: Column) -> bool {
    matches!(column, Column::Field(id) if table.key.contains(&id))
}

fn header_format(desk: &Desk<'_>, table: &Table, column: Column) -> Format {
    let look = &desk.look;
    match column {
        Column::Field(id) if table.key.contains(&id) => look.key_header.clone(),
        Column::Field(id) if table.fields.get(id.0).is_some_and(|f| f.required) => look.required_header.clone(),
        Column::Field(_) => look.header.clone(),
        _ => look.aside_header.clone(),
    }
}

/// A format under which what is typed stays what was meant: a code keeps its zeros, a month its form.
fn typed(base: &Format, table: &Table, column: Column) -> Format {
    let Column::Field(id) = column else { return base.clone() };
    match table.fields.get(id.0).map(|f| &f.ty) {
        Some(FieldType::Text) => base.clone().set_num_format("@").set_text_wrap(),
        Some(FieldType::Month) => base.clone().set_num_format("@"),
        Some(FieldType::Date) => base.clone().set_num_format("yyyy-mm-dd"),
        _ => base.clone(),
    }
}

fn cell_format(desk: &Desk<'_>, table: &Table, column: Column) -> Format {
    let format = typed(&desk.look.body, table, column);
    if matches!(column, Column::Field(_)) { format } else { format.set_text_wrap().set_background_color(GREY) }
}

fn breadth(desk: &Desk<'_>, table: &Table, column: Column, rows: &[Row<'_>]) -> usize {
    const SEEN: usize = 200;
    match column {
        Column::Text => 60,
        Column::Full => 8,
        Column::Owners => {
            if desk.plan.departments.is_empty() {
                10
            } else {
                24
            }
        }
        Column::Field(id) => {
            let named = width(&title(table, column));
            let name = if named > LONG { named.div_ceil(2).max(12) + 3 } else { named + 3 };
            let held = rows.iter().take(SEEN).filter_map(|r| r.cells.get(id.0)).map(|c| match c {
                Cell::Text(text) | Cell::Number(text) | Cell::Percent(text) => width(text) + 2,
                Cell::Day(..) => 12,
                Cell::Blank => 0,
            });
            let is_first = table.fields.first().is_some_and(|_| id.0 == 0);
            let least = if is_first { width(NOTHING) + 4 } else { 10 };
            let options = match table.fields.get(id.0).map(|f| &f.ty) {
                Some(FieldType::Choice { options, .. }) => options.iter().map(|o| width(o) + 3).max().unwrap_or(0),
                _ => 0,
            };
            name.max(held.max().unwrap_or(0)).max(options).clamp(least, 34)
        }
    }
}

/// What a column is, in a note on its header.
fn note(desk: &Desk<'_>, part: &Part, table: &Table, column: Column) -> Note {
    let text = match column {
        Column::Field(id) => table.fields.get(id.0).map_or_else(String::new, |f| explanation(desk, part.table, table, (id, f))),
        Column::Text => "条目的原文，供对照，不用填；以“※”开头的列程序不读。".to_owned(),
        Column::Full => "满分，供对照，不用填；没有满分的条目填结论。".to_owned(),
        Column::Owners => "标准里写的责任单位，供对照，不用填。".to_owned(),
    };
    let tall = lines(&text, 40);
    let note = Note::new(text).set_author("标尺").add_author_prefix(false).set_width(300);
    note.set_height(u32::try_from(tall.clamp(2, 20)).unwrap_or(2) * 18 + 10)
}

fn explanation(desk: &Desk<'_>, id: TableId, table: &Table, (field_id, field): (FieldId, &Field)) -> String {
    let mut words = vec![title(table, Column::Field(field_id)).replace('\n', "")];
    let within = field.range.as_ref().map(|(low, high)| format!("，在 {} 至 {} 之间", format_decimal(low, 12), format_decimal(high, 12)));
    let least = within.unwrap_or_else(|| if field.signed { "，可以是负数".into() } else { "，不小于 0".into() });
    let led = table.references.iter().find(|r| r.fields.as_slice() == [field_id]).map(|r| desk.table_name(r.table));
    words.push(match &field.ty {
        _ if led.is_some() => format!("从列表里选，与工作表“{}”里的一行相同。", led.unwrap_or_default()),
        FieldType::Text => "填文字。".to_owned(),
        FieldType::Bool => "选“是”或“否”。".to_owned(),
        FieldType::Month => "填年月，如 2018-09。".to_owned(),
        FieldType::Date => "填日期，如 2018-09-01。".to_owned(),
        FieldType::Integer(_) => format!("填整数{least}。"),
        FieldType::Decimal { places, unit } if unit.name.is_empty() => format!("填比率{least}，如 95% 填 0.95；最多 {places} 位小数。"),
        FieldType::Decimal { places, .. } => format!("填数{least}，一般 {places} 位小数。"),
        FieldType::Choice { options, .. } => format!("从列表里选：{}。", options.join("、")),
    });
    if table.key.contains(&field_id) {
        words.push("主键，每行都要填。".to_owned());
    } else if field.required {
        words.push("必须填。".to_owned());
    } else {
        let number = matches!(field.ty, FieldType::Integer(_) | FieldType::Decimal { .. });
        words.push(if number { "没有数据就留空，不要填 0。" } else { "没有数据就留空。" }.to_owned());
    }
    words.extend(Some(&field.help).filter(|h| !h.is_empty()).map(|h| format!("说明：{h}")));
    words.extend(Some(&field.source).filter(|s| !s.is_empty()).map(|s| format!("来源：{s}")));
    let users: Vec<&Item> =
        desk.plan.items().filter(|i| !is_judged_in(desk.plan, i, id) && reads(desk.plan, i).contains(&(id, field_id))).collect();
    if !users.is_empty() {
        const NAMED: usize = 12;
        let named = users.iter().take(NAMED).map(|i| i.id.as_str()).collect::<Vec<_>>().join("、");
        words.push(format!("用于：{named}{}", if users.len() > NAMED { " 等" } else { "" }));
        let mut names: Vec<&str> = Vec::new();
        for name in users.iter().flat_map(|i| owners(desk.plan, i)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if !names.is_empty() {
            words.push(format!("责任单位：{}", names.join("、")));
        }
    }
    words.join("\n")
}

fn body(
    desk: &Desk<'_>,
    id: TableId,
    table: &Table,
    columns: &[Column],
    widths: &[usize],
    rows: &[Row<'_>],
    sheet: &mut Worksheet,
) -> Result<(), XlsxError> {
    let first = header_row(desk) + 1;
    let formats: Vec<Format> = columns.iter().map(|c| cell_format(desk, table, *c)).collect();
    for index in 0..rows.len() + RULED {
        let at = first + u32::try_from(index).unwrap_or(u32::MAX / 2);
        let row = rows.get(index);
        for (position, (column, format)) in columns.iter().zip(&formats).enumerate() {
            let position = u16::try_from(position).unwrap_or(u16::MAX);
            let cell = row.map_or(Cell::Blank, |r| content(desk, r, *column));
            let idle = row.and_then(|r| r.item).is_some_and(|item| is_idle(desk, id, *column, item));
            let format = if idle { &format.clone().set_background_color(GREY) } else { format };
            put(sheet, at, position, &cell, format)?;
            let full = row.and_then(|r| r.item).and_then(|i| i.full.as_ref());
            if let (Some(full), Some(score)) = (full, score_of(desk, id))
                && *column == Column::Field(score)
            {
                sheet.add_data_validation(at, position, at, position, &checks::score(&format_decimal(full, 12))?)?;
            }
        }
        if let Some(item) = row.and_then(|r| r.item) {
            let owned = owners(desk.plan, item).join("、");
            let tall = columns.iter().zip(widths).map(|(c, w)| match c {
                Column::Text => lines(&item.text, w.saturating_sub(2)),
                Column::Owners => lines(&owned, w.saturating_sub(2)),
                _ => 1,
            });
            sheet.set_row_height(at, height(tall.max().unwrap_or(1)))?;
        }
    }
    Ok(())
}

fn content(desk: &Desk<'_>, row: &Row<'_>, column: Column) -> Cell {
    let text = |text: String| if text.is_empty() { Cell::Blank } else { Cell::Text(text) };
    match column {
        Column::Field(id) => row.cells.get(id.0).cloned().unwrap_or(Cell::Blank),
        Column::Text => row.item.map_or(Cell::Blank, |i| text(i.text.to_string())),
        Column::Full => row.item.and_then(|i| i.full.as_ref()).map_or(Cell::Blank, |f| Cell::Number(format_decimal(f, 12))),
        Column::Owners => row.item.map_or(Cell::Blank, |i| text(owners(desk.plan, i).join("、"))),
    }
}

fn score_of(desk: &Desk<'_>, id: TableId) -> Option<FieldId> {
    desk.plan.judgements.as_ref().filter(|j| j.table == id).and_then(|j| j.score)
}

/// Whether an item has no use for this column: its score, or its conclusion.
fn is_idle(desk: &Desk<'_>, id: TableId, column: Column, item: &Item) -> bool {
    let Some(from) = desk.plan.judgements.as_ref().filter(|j| j.table == id) else { return false };
    let unused = if item.full.is_some() { from.conclusion } else { from.score };
    unused.is_some_and(|f| column == Column::Field(f))
}

/// Frozen header, A4 across, the header on every page.
fn print(widths: &[usize], header: u32, table: &Table, columns: &[Column], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    /// What fits on a page across and can still be read.
    const PAGE: usize = 190;
    let keys = columns.iter().take_while(|c| is_key(table, **c)).count().min(3);
    let held: usize = widths.iter().take(keys).sum();
    let keys = if held > 60 { 1 } else { keys };
    sheet.set_freeze_panes(header + 1, u16::try_from(keys).unwrap_or(0))?;
    sheet.set_landscape().set_paper_size(9).set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    let pages = widths.iter().sum::<usize>().div_ceil(PAGE).max(1);
    sheet.set_print_fit_to_pages(u16::try_from(pages).unwrap_or(1), 0);
    sheet.set_repeat_rows(header, header)?;
    if pages > 1 && keys > 0 {
        sheet.set_repeat_columns(0, u16::try_from(keys - 1).unwrap_or(0))?;
    }
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页");
    Ok(())
}
