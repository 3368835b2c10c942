//! The tree → a workbook: every table a sheet of its own, named after the heading that it stands under.

use super::markdown::{Block, Run, plain};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::form::{Cell, height, lines_in, put, width};
use crate::report::filters;
use crate::value::parse_num;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// The most characters of a sheet's name.
const NAME: usize = 31;
/// The least and the most columns that a column takes, a letter of the Latin alphabet each; longer texts have several lines.
const NARROW: usize = 6;
const BROAD: usize = 26;

/// The whole file; `title` names a document without any heading over its tables.
pub fn file(title: &str, blocks: &[Block]) -> Result<Vec<u8>, Vec<Diagnostic>> {
    write(title, blocks).map_err(|e| vec![Diagnostic::at(Code::WRITE, Place::None, format!("文件写不成 xlsx：{e}"))])
}

/// A table under the heading it stands under.
struct Titled<'a> {
    name: String,
    align: Vec<&'static str>,
    header: &'a [Vec<Run>],
    rows: &'a [Vec<Vec<Run>>],
}

fn write(title: &str, blocks: &[Block]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // No clock: the same outcome gives the same bytes.
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let tables = tables(title, blocks);
    let names = filters::distinct(tables.iter().map(|t| t.name.clone()));
    for (table, name) in tables.iter().zip(names) {
        sheet(book.add_worksheet(), &name, table)?;
    }
    if tables.is_empty() {
        book.add_worksheet().write_string(0, 0, title)?;
    }
    book.save_to_buffer()
}

fn tables<'a>(title: &str, blocks: &'a [Block]) -> Vec<Titled<'a>> {
    let mut name = sheet_name(title);
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Heading { level, runs } if *level > 1 => name = sheet_name(&plain(runs)),
            Block::Table { columns, header, rows, .. } => {
                found.push(Titled { name: name.clone(), align: columns.iter().map(|c| c.align).collect(), header, rows });
            }
            _ => {}
        }
    }
    found
}

/// A heading without its number, as a sheet may be called.
fn sheet_name(text: &str) -> String {
    let bare = text.split_once('、').filter(|(n, _)| n.chars().count() <= 3).map_or(text, |(_, rest)| rest);
    let hostile = |c: char| c.is_control() || "[]:*?/\\'".contains(c);
    let name: String = bare.chars().map(|c| if hostile(c) { '_' } else { c }).take(NAME - 3).collect();
    if name.trim().is_empty() { "_".into() } else { name }
}

fn sheet(sheet: &mut Worksheet, name: &str, table: &Titled<'_>) -> Result<(), XlsxError> {
    sheet.set_name(name)?.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?;
    let cell = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
    let head = cell.clone().set_bold().set_background_color(Color::RGB(0xED_ED_ED)).set_align(FormatAlign::Center);
    let middle = cell.clone().set_align(FormatAlign::Center);
    let columns: Vec<u16> = (0..).take(table.header.len()).collect();
    let mut widths = Vec::new();
    for ((at, header), column) in table.header.iter().enumerate().zip(&columns) {
        put(sheet, 0, *column, &Cell::Text(plain(header)), &head)?;
        let longest = table.rows.iter().filter_map(|r| r.get(at)).map(|c| width(&plain(c))).max().unwrap_or(0);
        let broad = longest.max(width(&plain(header)) + 2).clamp(NARROW, BROAD);
        sheet.set_column_width(*column, u32::try_from(broad).unwrap_or_default())?;
        widths.push(broad);
    }
    for (row, cells) in (1u32..).zip(table.rows) {
        // Not every program finds the height of a row with broken lines by itself; a character is a little more than two letters wide.
        let high = cells.iter().zip(&widths).map(|(c, broad)| lines_in(&lines(c), broad * 10 / 11)).max().unwrap_or(1);
        if high > 1 {
            sheet.set_row_height(row, height(high))?;
        }
        for ((cell_runs, column), align) in cells.iter().zip(&columns).zip(&table.align) {
            let text = lines(cell_runs);
            // A column set to the right holds numbers.
            let number = *align == "right" && parse_num(&text).is_some();
            put(
                sheet,
                row,
                *column,
                &if number { Cell::Number(text) } else { Cell::Text(text) },
                if *align == "center" { &middle } else { &cell },
            )?;
        }
    }
    let last = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    if let Some(end) = columns.last().filter(|_| last > 0) {
        sheet.autofilter(0, 0, last, *end)?;
    }
    Ok(())
}

fn lines(runs: &[Run]) -> String {
    runs.iter().map(|r| if r.line { "\n" } else { r.text.as_str() }).collect()
}
