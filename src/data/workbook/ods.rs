//! .ods: read from its XML, since repeated cells need bounds and hidden rows, merged cells and formulas without a value must be seen.

use super::super::records::CellKind;
use super::Refusal;
use super::archive::unzip;
use super::sheet::{Area, CELL, COLUMNS, ROWS, Sheet, percent, shortest};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;
use std::io::BufReader;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    let mut archive = unzip(bytes)?;
    if let Ok(manifest) = archive.by_name("META-INF/manifest.xml") {
        let text = std::io::read_to_string(manifest).map_err(|_| Refusal::damaged("清单读不出"))?;
        if text.contains("encryption-data") {
            return Err(Refusal::encrypted());
        }
    }
    let part = archive.by_name("content.xml").map_err(|_| Refusal::damaged("没有内容"))?;
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(part));
    let mut state = State::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| Refusal::damaged("里面的文字读不出"))? {
            Event::Start(e) => state.open(&e)?,
            Event::Empty(e) => {
                state.open(&e)?;
                state.close(e.name().as_ref())?;
            }
            Event::End(e) => state.close(e.name().as_ref())?,
            Event::Text(e) => state.text(&e.xml10_content()),
            Event::CData(e) => state.text(&e.xml10_content()),
            Event::GeneralRef(e) => {
                let named = match e.xml10_content().as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                };
                let character = named.or_else(|| e.resolve_char_ref().ok().flatten());
                state.text(&character.map(String::from).unwrap_or_default());
            }
            Event::Eof => return state.finish(),
            _ => {}
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok().flatten()?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}

fn count(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}

/// The text of one row.
const ROW: usize = 8 * 1024 * 1024;

/// A cell while it is being read.
#[derive(Debug, Default)]
struct Open {
    repeated: u32,
    spans: (u32, u32),
    kind: Option<CellKind>,
    /// The value where an attribute gives it.
    value: Option<String>,
    text: String,
    paragraphs: u32,
}

#[derive(Debug, Default)]
struct State {
    sheets: Vec<Sheet>,
    /// Styles that hide a table.
    hiding: BTreeSet<String>,
    style: String,
    row: u32,
    row_repeated: u32,
    row_cells: Vec<(u32, CellKind, String)>,
    row_hidden: bool,
    /// Bytes of the text in the row so far.
    row_text: usize,
    /// A cell's text, or a row's, is longer than any could be.
    overflowed: bool,
    column: u32,
    cell: Option<Open>,
    /// Inside a comment, whose text is not the cell's.
    aside: bool,
    paragraph: bool,
}

impl State {
    fn open(&mut self, e: &BytesStart<'_>) -> Result<(), Refusal> {
        match e.name().as_ref() {
            "style:style" => self.style = attribute(e, "style:name").unwrap_or_default(),
            "style:table-properties" if attribute(e, "table:display").as_deref() == Some("false") => {
                self.hiding.insert(self.style.clone());
            }
            "table:table" => {
                let hidden = attribute(e, "table:style-name").is_some_and(|s| self.hiding.contains(&s));
                let before = self.sheets.last().map_or(0, Sheet::counted);
                self.sheets.push(Sheet::new(&attribute(e, "table:name").unwrap_or_default(), hidden, before));
                self.row = 0;
            }
            "table:table-row" => {
                self.row_repeated = count(e, "table:number-rows-repeated");
                self.row_hidden = attribute(e, "table:visibility").is_some_and(|v| v != "visible");
                self.column = 0;
                self.row_text = 0;
                self.row_cells.clear();
            }
            "table:table-cell" | "table:covered-table-cell" => self.cell = Some(begin(e)),
            "office:annotation" => self.aside = true,
            "text:p" if self.cell.is_some() && !self.aside => {
                self.paragraph = true;
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                }
            }
            "text:s" => self.text(&" ".repeat(count(e, "text:c").min(1000) as usize)),
            "text:tab" => self.text("\t"),
            "text:line-break" => self.text("\n"),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell
            && self.paragraph
            && !self.aside
        {
            if cell.text.len() > CELL {
                self.overflowed = true;
                return;
            }
            cell.text.push_str(text);
        }
    }

    fn close(&mut self, name: &str) -> Result<(), Refusal> {
        match name {
            "text:p" => self.paragraph = false,
            "office:annotation" => self.aside = false,
            "table:table-cell" | "table:covered-table-cell" => self.end_cell()?,
            "table:table-row" => self.end_row()?,
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Refusal> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let kind = cell.kind.unwrap_or(CellKind::Text);
        let text = cell.value.unwrap_or(cell.text);
        let (high, wide) = cell.spans;
        if let Some(sheet) = self.sheets.last_mut().filter(|_| high > 1 || wide > 1) {
            let top = u64::from(self.row) + 1;
            let columns = (self.column as usize, self.column as usize + wide as usize - 1);
            if sheet.merged.len() > ROWS {
                return Err(Refusal::too_large("工作表里合并的单元格多得不正常".into()));
            }
            sheet.merged.push(Area { rows: (top, top + u64::from(high) - 1), columns });
        }
        if !text.is_empty() || kind == CellKind::Uncached {
            for step in 0..cell.repeated {
                let column = self.column.saturating_add(step);
                if column > COLUMNS {
                    return Err(Refusal::too_large(format!("工作表的数据超过 {COLUMNS} 列")));
                }
                self.row_text += text.len();
                if self.row_text > ROW {
                    self.overflowed = true;
                    break;
                }
                self.row_cells.push((column, kind, text.clone()));
            }
        }
        self.column = self.column.saturating_add(cell.repeated);
        if self.overflowed {
            return Err(Refusal::too_large("工作表的一行里文字太多".into()));
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Refusal> {
        let cells = std::mem::take(&mut self.row_cells);
        if let Some(sheet) = self.sheets.last_mut().filter(|_| !cells.is_empty()) {
            for step in 0..self.row_repeated {
                let row = self.row.saturating_add(step);
                for (column, kind, text) in &cells {
                    sheet.push(row, *column, *kind, text)?;
                }
                if self.row_hidden {
                    sheet.hidden_rows.push(u64::from(row) + 1);
                }
            }
        }
        self.row = self.row.saturating_add(self.row_repeated);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Sheet>, Refusal> {
        for sheet in &mut self.sheets {
            sheet.settle();
        }
        Ok(self.sheets)
    }
}

fn begin(e: &BytesStart<'_>) -> Open {
    let spans = (count(e, "table:number-rows-spanned"), count(e, "table:number-columns-spanned"));
    let mut cell = Open { repeated: count(e, "table:number-columns-repeated"), spans, ..Open::default() };
    let number = || attribute(e, "office:value").and_then(|v| v.parse::<f64>().ok());
    match attribute(e, "office:value-type").as_deref() {
        _ if attribute(e, "calcext:value-type").as_deref() == Some("error") => cell.kind = Some(CellKind::Error),
        Some("float" | "currency") => {
            cell.kind = Some(CellKind::Number);
            cell.value = number().map(shortest);
        }
        Some("percentage") => {
            cell.kind = Some(CellKind::Number);
            cell.value = number().map(percent);
        }
        Some("date") => {
            cell.kind = Some(CellKind::Day);
            cell.value = attribute(e, "office:date-value").map(|d| d.strip_suffix("T00:00:00").unwrap_or(&d).replace('T', " "));
        }
        Some("boolean") => {
            cell.kind = Some(CellKind::Bool);
            cell.value = attribute(e, "office:boolean-value").map(|b| b.to_uppercase());
        }
        None if attribute(e, "table:formula").is_some() => cell.kind = Some(CellKind::Uncached),
        _ => {}
    }
    cell
}
