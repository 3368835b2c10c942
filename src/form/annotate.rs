//! Data files and what is wrong with them → a workbook with each complaint at its cell.

use super::cell::{Cell, put};
use super::look::{Look, height, lines};
use crate::data::{ASIDE, RawCell, RawSheet};
use crate::diagnostic::{Diagnostic, Place, Severity, by_kind};
use rust_xlsxwriter::{Color, Format, Note, Url, Workbook, Worksheet, XlsxError};
use std::collections::{BTreeMap, BTreeSet};

/// A spreadsheet's last row and column.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// Where a complaint is written: the sheet of the new workbook, 0-based row and column.
type Spot = (usize, u32, u16);

/// The sheets as they stand, complained cells coloured and with the complaint beside them, after a first sheet that lists all complaints.
pub fn annotate(sheets: &[RawSheet], found: &[Diagnostic]) -> Result<Vec<u8>, XlsxError> {
    let names = names(sheets);
    let spots: Vec<Option<Spot>> = found.iter().map(|d| spot(sheets, d)).collect();
    let mut marks: BTreeMap<Spot, Vec<&Diagnostic>> = BTreeMap::new();
    for (finding, spot) in found.iter().zip(&spots) {
        if let Some(spot) = spot {
            marks.entry(*spot).or_default().push(finding);
        }
    }
    let look = Look::new();
    let mut book = Workbook::new();
    super::undated(&mut book, "核对结果")?;
    list(&look, found, &spots, &names, book.add_worksheet())?;
    for (at, (raw, name)) in sheets.iter().zip(&names).enumerate() {
        let sheet = book.add_worksheet().set_name(name)?;
        cells(&look, at, raw, &marks, sheet)?;
    }
    book.save_to_buffer()
}

/// A name for each sheet, its table's where that is known, no two alike.
fn names(sheets: &[RawSheet]) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let plain = |text: &str| text.chars().map(|c| if c.is_control() || "[]:*?/\\'".contains(c) { '_' } else { c }).collect::<String>();
    let cut = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    let mut name = |raw: &RawSheet| {
        let file = raw.file.rsplit_once('.').map_or(raw.file.as_str(), |(stem, _)| stem);
        let own = raw.table.as_deref().or(raw.sheet.as_deref()).unwrap_or(file);
        let alone = cut(&plain(own), 31);
        let with_file = cut(&plain(&format!("{own}-{file}")), 31);
        let numbered = (2..).map(|n: usize| {
            let tail = format!("-{n}");
            format!("{}{tail}", cut(&with_file, 31usize.saturating_sub(tail.chars().count())))
        });
        let mut tries = [alone, with_file.clone()].into_iter().chain(numbered);
        let free = tries.find(|name| !name.is_empty() && taken.insert(name.to_lowercase()));
        free.unwrap_or_default()
    };
    sheets.iter().map(&mut name).collect()
}

fn spot(sheets: &[RawSheet], found: &Diagnostic) -> Option<Spot> {
    let Place::Cell { file, sheet, line, cell, .. } = &found.place else { return None };
    let at = sheets.iter().position(|s| s.file == *file && s.sheet == *sheet)?;
    let row = u32::try_from(line.unwrap_or(1)).ok()?.checked_sub(1).filter(|r| *r < ROWS)?;
    let column = cell.as_deref().map_or(Some(0), column_of)?;
    Some((at, row, column))
}

/// The 0-based column of `C12`.
fn column_of(cell: &str) -> Option<u16> {
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.fold(0u32, |sum, b| sum.saturating_mul(26).saturating_add(u32::from(b - b'A') + 1));
    u16::try_from(number.checked_sub(1)?).ok().filter(|c| u32::from(*c) < COLUMNS)
}

fn colour(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::RGB(0xFFC7CE),
        Severity::Warning => Color::RGB(0xFFEB9C),
        Severity::Note => Color::RGB(0xDDEBF7),
    }
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "错误",
        Severity::Warning => "警告",
        Severity::Note => "提示",
    }
}

const HEADER: [(&str, u32); 9] =
    [("序", 6), ("级别", 7), ("位置", 30), ("列", 22), ("哪一行", 36), ("现在是", 20), ("问题", 52), ("怎样改", 46), ("代码", 9)];

fn list(look: &Look, found: &[Diagnostic], spots: &[Option<Spot>], names: &[String], sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(format!("{ASIDE}核对结果"))?;
    for (column, (_, width)) in (0u16..).zip(HEADER) {
        sheet.set_column_width(column, width)?;
    }
    sheet.write_string_with_format(0, 0, "核对结果", &look.title)?;
    let count = |severity| found.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let total = if found.is_empty() {
        "没有发现问题".to_owned()
    } else {
        format!("共 {errors} 处错误、{warnings} 处警告。点“位置”跳到那一格；改好以后可以直接用这个工作簿再运行。")
    };
    sheet.write_string_with_format(1, 0, total, &look.subtitle)?;
    sheet.write_string_with_format(2, 0, by_kind(found), &look.bare)?;
    const TOP: u32 = 4;
    for (column, (name, _)) in (0u16..).zip(HEADER) {
        sheet.write_string_with_format(TOP, column, name, &look.strong)?;
    }
    for (index, (finding, spot)) in found.iter().zip(spots).enumerate() {
        let row = TOP + 1 + u32::try_from(index).unwrap_or(ROWS);
        let (place, column, of) = match &finding.place {
            Place::Cell { file, sheet, line, cell, column, row } => {
                let sheet = sheet.as_ref().map(|s| format!("!{s}")).unwrap_or_default();
                let spot = match (cell, line) {
                    (Some(cell), _) => format!("!{cell}"),
                    (None, Some(line)) => format!(" 第 {line} 行"),
                    (None, None) => String::new(),
                };
                (format!("{file}{sheet}{spot}"), column.clone().unwrap_or_default(), row.clone().unwrap_or_default())
            }
            _ => (String::new(), String::new(), String::new()),
        };
        let help = finding.help.join("；");
        let number = (index + 1).to_string();
        let texts = [
            number.as_str(),
            word(finding.severity),
            &place,
            &column,
            &of,
            finding.found.as_deref().unwrap_or(""),
            &finding.message,
            &help,
            finding.code.0,
        ];
        let tall =
            texts.iter().zip(HEADER).map(|(text, (_, width))| lines(text, usize::try_from(width).unwrap_or(10).saturating_sub(2))).max();
        sheet.set_row_height(row, height(tall.unwrap_or(1)))?;
        for (at, text) in (0u16..).zip(texts) {
            let format = if at == 1 { &look.plain.clone().set_background_color(colour(finding.severity)) } else { &look.plain };
            put(sheet, row, at, &Cell::Text(text.to_owned()), format)?;
        }
        if let Some((to, line, column)) = spot
            && let Some(name) = names.get(*to)
        {
            let cell = rust_xlsxwriter::utility::row_col_to_cell(*line, *column);
            let link = Url::new(format!("internal:'{name}'!{cell}")).set_text(place);
            sheet.write_url_with_format(row, 2, link, &look.link.clone().set_text_wrap())?;
        }
    }
    sheet.set_freeze_panes(TOP + 1, 0)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(TOP, TOP)?;
    if !found.is_empty() {
        let last = TOP + u32::try_from(found.len()).unwrap_or(ROWS);
        sheet.autofilter(TOP, 0, last, 8)?;
    }
    Ok(())
}

fn cells(look: &Look, at: usize, raw: &RawSheet, marks: &BTreeMap<Spot, Vec<&Diagnostic>>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let mut widths: BTreeMap<u16, usize> = BTreeMap::new();
    let mut written: BTreeSet<(u32, u16)> = BTreeSet::new();
    for (line, cells) in &raw.rows {
        let Some(row) = line.checked_sub(1).filter(|r| *r < ROWS) else { continue };
        for (column, raw) in cells {
            let Some(column) = u16::try_from(*column).ok().filter(|c| u32::from(*c) < COLUMNS) else { continue };
            let cell = match raw {
                // A text stays one: a code keeps its zeros.
                RawCell::Text(text) => Cell::Text(text.chars().take(32_767).collect()),
                RawCell::Number(digits) => Cell::Number(digits.clone()),
                RawCell::Percent(digits) => Cell::Percent(digits.clone()),
                RawCell::Day(year, month, day) => Cell::Day(*year, *month, *day),
            };
            if let Cell::Text(text) | Cell::Number(text) = &cell {
                let wide = widths.entry(column).or_insert(9);
                *wide = (*wide).max(super::look::width(text) + 2).min(36);
            }
            let marked = marks.get(&(at, row, column));
            if marked.is_some() {
                written.insert((row, column));
            }
            let base = if matches!(cell, Cell::Text(_)) { look.bare.clone().set_num_format("@") } else { look.bare.clone() };
            put(sheet, row, column, &cell, &marked.map_or(base.clone(), |found| coloured(&base, found)))?;
        }
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    // Codes and the cells of a text file are texts: no green corner on each of them.
    sheet.ignore_error_range(0, 0, ROWS - 1, 255, rust_xlsxwriter::IgnoreError::NumberStoredAsText)?;
    for (column, width) in widths {
        sheet.set_column_width(column, u32::try_from(width).unwrap_or(10))?;
    }
    for ((of, row, column), found) in marks.iter().filter(|((of, ..), _)| *of == at) {
        if !written.contains(&(*row, *column)) {
            sheet.write_blank(*row, *column, &coloured(&look.bare, found))?;
        }
        note(sheet, (*of, *row, *column), found)?;
    }
    Ok(())
}

fn coloured(base: &Format, found: &[&Diagnostic]) -> Format {
    let worst = found.iter().map(|d| d.severity).min().unwrap_or(Severity::Note);
    base.clone().set_background_color(colour(worst))
}

fn note(sheet: &mut Worksheet, (_, row, column): Spot, found: &[&Diagnostic]) -> Result<(), XlsxError> {
    const SHOWN: usize = 6;
    let one = |d: &&Diagnostic| {
        let help = d.help.iter().map(|h| format!("\n→ {h}")).collect::<String>();
        format!("{}：{}{help}", word(d.severity), d.message)
    };
    let mut texts: Vec<String> = found.iter().take(SHOWN).map(one).collect();
    if found.len() > SHOWN {
        texts.push(format!("另有 {} 处", found.len() - SHOWN));
    }
    let text: String = texts.join("\n\n").chars().take(2000).collect();
    let tall = u32::try_from(lines(&text, 40).clamp(2, 20)).unwrap_or(2);
    let note = Note::new(text).set_author("标尺").add_author_prefix(false).set_width(300).set_height(tall * 18 + 10);
    sheet.insert_note(row, column, &note)?;
    Ok(())
}
