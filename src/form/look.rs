//! Fonts, colours and widths: one set for every sheet.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// The formats of a workbook.
pub(super) struct Look {
    pub title: Format,
    pub subtitle: Format,
    pub note: Format,
    pub plain: Format,
    pub strong: Format,
    pub link: Format,
    pub key_header: Format,
    pub required_header: Format,
    pub header: Format,
    pub aside_header: Format,
    pub answer: Format,
    /// Colours of the legend.
    pub key_mark: Format,
    pub required_mark: Format,
    pub mark: Format,
    pub body: Format,
    pub bare: Format,
}

pub(super) const KEY: Color = Color::RGB(0x1F4E79);
pub(super) const REQUIRED: Color = Color::RGB(0xC55A11);
const OTHER: Color = Color::RGB(0xDDEBF7);
pub(super) const ASIDE: Color = Color::RGB(0xEDEDED);
const LINE: Color = Color::RGB(0xBFBFBF);

impl Look {
    pub fn new() -> Self {
        let base = Format::new().set_font_name("微软雅黑").set_font_size(10).set_align(FormatAlign::VerticalCenter);
        let boxed = base.clone().set_border(FormatBorder::Thin).set_border_color(LINE);
        let head = boxed.clone().set_bold().set_text_wrap().set_align(FormatAlign::Center);
        let white = |ground| head.clone().set_background_color(ground).set_font_color(Color::White);
        let mark = |color| base.clone().set_font_color(color).set_bold();
        Self {
            title: base.clone().set_bold().set_font_size(14),
            subtitle: base.clone().set_bold().set_font_size(11).set_font_color(KEY),
            note: base.clone().set_text_wrap().set_font_color(Color::RGB(0x595959)),
            strong: boxed.clone().set_bold().set_text_wrap().set_background_color(OTHER),
            plain: boxed.clone().set_text_wrap().set_align(FormatAlign::Top),
            link: boxed.clone().set_font_color(Color::RGB(0x0563C1)).set_align(FormatAlign::Top),
            key_header: white(KEY),
            required_header: white(REQUIRED),
            header: head.clone().set_background_color(OTHER),
            aside_header: head.clone().set_background_color(ASIDE).set_font_color(Color::RGB(0x7F7F7F)).set_bold(),
            answer: boxed.clone().set_background_color(Color::RGB(0xFFF2CC)).set_align(FormatAlign::Center),
            key_mark: mark(KEY),
            required_mark: mark(REQUIRED),
            mark: mark(Color::RGB(0x9DC3E6)),
            body: boxed,
            bare: base,
        }
    }
}

/// How wide a text stands: a hanzi is as wide as two digits.
pub(crate) fn width(text: &str) -> usize {
    text.lines().map(|line| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()).max().unwrap_or(0)
}

/// How many lines a text takes in a column.
pub(crate) fn lines(text: &str, column: usize) -> usize {
    text.lines().map(|line| width(line).div_ceil(column.max(1)).max(1)).sum::<usize>().max(1)
}

/// The height of so many lines.
pub(crate) fn height(lines: usize) -> u32 {
    u32::try_from(lines.clamp(1, 25)).unwrap_or(1) * 15 + 3
}
