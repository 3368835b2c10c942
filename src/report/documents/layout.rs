//! How the tree lies on paper: which way pages are turned, how large letters are, how wide columns are.
//!
//! Widths are counted in columns of a terminal: two for a character, one for a letter of the Latin alphabet.

use super::markdown::{Block, Run, plain};
use pulldown_cmark::Alignment;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Of a thousand.
    pub width: usize,
    /// `left`, `right` or `center`
    pub align: &'static str,
}

/// How large the letters of a table are: 10.5, 9 or 8 points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Size {
    Plain,
    Small,
    Tiny,
}

/// Blocks on pages of one direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    pub landscape: bool,
    pub last: bool,
    pub blocks: Vec<Block>,
}

impl Size {
    /// What a line holds on an upright page: 156 mm at half a letter's height for each column.
    const fn room(self) -> usize {
        match self {
            Self::Plain => 84,
            Self::Small => 98,
            Self::Tiny => 110,
        }
    }

    /// The space on both sides of a cell.
    const fn padding(self) -> usize {
        match self {
            Self::Plain | Self::Small => 2,
            Self::Tiny => 1,
        }
    }
}

/// The widest that is asked for a column before a page is turned for it: longer texts have several lines.
const TEXT: usize = 24;
/// How much may be asked for in all before a page is turned.
const TURN: usize = 105;
/// Up to which width a cell stays on one line, and the longest word that is not broken.
const SHORT: usize = 12;
const WORD: usize = 16;
/// The most that a column gains at a time, and the rows by which widths are found.
const STEP: usize = 10;
const SAMPLE: usize = 300;

/// What a column needs for no word to be broken, and what its texts take to read well.
#[derive(Debug, Clone, Copy)]
struct Need {
    least: usize,
    text: usize,
}

fn need(at: usize, header: &[Vec<Run>], rows: &[Vec<Vec<Run>>]) -> Need {
    // A row of one cell goes over all columns.
    let cells = || rows.iter().filter(|r| r.len() > 1).filter_map(move |r| r.get(at));
    let lines = || cells().flat_map(|c| lines(c));
    let widest = lines().map(|l| wide(&l)).max().unwrap_or(0);
    let word = lines().map(|l| longest_word(&l)).max().unwrap_or(0).min(WORD);
    let title = header.get(at).map_or(0, |h| wide(&plain(h)));
    let least = word.max(title.min(6));
    if widest <= SHORT {
        let least = least.max(widest);
        return Need { least, text: least };
    }
    let filled: Vec<usize> = cells().map(|c| wide(&plain(c))).filter(|w| *w > 0).collect();
    let mean = filled.iter().sum::<usize>() / filled.len().max(1);
    Need { least, text: (mean * 14).isqrt().max(least) }
}

fn lines(runs: &[Run]) -> Vec<String> {
    runs.split(|r| r.line).map(plain).collect()
}

/// Widths and letters by what the cells hold: short cells stay on one line, long texts share what is left so that rows are low.
pub fn columns(align: &[Alignment], header: &[Vec<Run>], rows: &[Vec<Vec<Run>>]) -> (Vec<Column>, Size) {
    let needs: Vec<Need> = (0..align.len()).map(|at| need(at, header, rows)).collect();
    let sum = |of: fn(&Need) -> usize, size: Size| needs.iter().map(of).sum::<usize>() + needs.len() * size.padding();
    let numbers = align.iter().filter(|a| **a == Alignment::Right).count() * 2 >= align.len();
    let size = if align.len() < 6 && sum(|n| n.least, Size::Plain) <= Size::Plain.room() {
        Size::Plain
    } else if numbers && sum(|n| n.text, Size::Small) > Size::Small.room() {
        Size::Tiny
    } else {
        Size::Small
    };
    let align: Vec<&'static str> = align.iter().map(|a| named(*a)).collect();
    (set(&align, header, rows, size), size)
}

const fn named(align: Alignment) -> &'static str {
    match align {
        Alignment::Right => "right",
        Alignment::Center => "center",
        Alignment::None | Alignment::Left => "left",
    }
}

/// The widths of a table's columns in letters of a size.
pub fn set(align: &[&'static str], header: &[Vec<Run>], rows: &[Vec<Vec<Run>>], size: Size) -> Vec<Column> {
    let needs: Vec<Need> = (0..align.len()).map(|at| need(at, header, rows)).collect();
    let numbers = align.iter().filter(|a| **a == "right").count() * 2 >= align.len();
    let room = if turned(&needs, numbers, size) { size.room() * 225 / 156 } else { size.room() };
    let room = room.saturating_sub(needs.len() * size.padding());
    // Where there is room for it, a little more than a word takes: a word processor rounds too.
    let least: usize = needs.iter().map(|n| n.least).sum();
    let slack = usize::from(size == Size::Tiny && least + needs.len() <= room);
    let fitted = fit(needs.iter().map(|n| n.least + slack).collect(), header, rows, room);
    let widths: Vec<usize> = fitted.iter().map(|w| w + size.padding()).collect();
    let all = widths.iter().sum::<usize>().max(1);
    widths.iter().zip(align).map(|(width, align)| Column { width: width * 1000 / all, align }).collect()
}

/// How many lines a row of a table on an upright page has.
pub fn lines_of(columns: &[Column], size: Size, row: &[Vec<Run>]) -> usize {
    let high = |(cell, column): (&Vec<Run>, &Column)| {
        // Rounded up: a column was given what its cells need.
        let width = (column.width * size.room()).div_ceil(1000).saturating_sub(size.padding());
        height(&lines(cell).iter().map(|l| wide(l)).collect::<Vec<_>>(), width)
    };
    if row.len() < columns.len() { 1 } else { row.iter().zip(columns).map(high).max().unwrap_or(1) }
}

/// Gives what is over, step by step, to the column that it saves the most lines in.
fn fit(mut widths: Vec<usize>, header: &[Vec<Run>], rows: &[Vec<Vec<Run>>], room: usize) -> Vec<usize> {
    let measured = |row: &[Vec<Run>]| row.iter().map(|c| lines(c).iter().map(|l| wide(l)).collect()).collect();
    let bodies = rows.iter().filter(|r| r.len() == widths.len()).take(SAMPLE);
    let cells: Vec<Vec<Vec<usize>>> = std::iter::once(header).chain(bodies.map(Vec::as_slice)).map(measured).collect();
    let mut spare = room.saturating_sub(widths.iter().sum());
    loop {
        let heights: Vec<Vec<usize>> = cells.iter().map(|r| r.iter().zip(&widths).map(|(c, w)| height(c, *w)).collect()).collect();
        let saved = |at: usize, width: usize| -> usize {
            let of = |(row, high): (&Vec<Vec<usize>>, &Vec<usize>)| {
                let others = high.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, h)| *h).max().unwrap_or(0);
                let (now, then) = (high.get(at).copied().unwrap_or(0), row.get(at).map_or(0, |c| height(c, width)));
                now.max(others) - then.max(others)
            };
            cells.iter().zip(&heights).map(of).sum()
        };
        let steps = widths.iter().enumerate().flat_map(|(at, width)| (1..=STEP.min(spare)).map(move |step| (at, *width, step)));
        let gains = steps.map(|(at, width, step)| (saved(at, width + step) * 1000 / step, at, step));
        // Of equal gains the first.
        let best = gains.reduce(|best, next| if next.0 > best.0 { next } else { best }).filter(|(gain, ..)| *gain > 0);
        let Some((_, at, step)) = best else { return widths };
        spare -= step;
        if let Some(width) = widths.get_mut(at) {
            *width += step;
        }
    }
}

/// The lines of a cell; a text of several ends some of them early.
fn height(cell: &[usize], width: usize) -> usize {
    cell.iter().map(|line| if *line <= width { 1 } else { line.div_ceil(width.saturating_sub(1).max(1)) }).sum()
}

/// Whether a table needs a page lying on its side: one of numbers where its words would break, one of texts where they would be too narrow.
fn turned(needs: &[Need], numbers: bool, size: Size) -> bool {
    let padding = needs.len() * size.padding();
    let asked = |n: &Need| n.text.min(TEXT).max(n.least);
    if numbers {
        needs.iter().map(|n| n.least).sum::<usize>() + padding > size.room()
    } else {
        needs.iter().map(asked).sum::<usize>() + padding > TURN
    }
}

/// The blocks by the direction of their pages: what stands under a heading of the second or third level stays together, and a document
/// that begins on its side stays so.
pub fn sections(blocks: Vec<Block>) -> Vec<Section> {
    let mut chapters: Vec<Vec<Block>> = vec![Vec::new()];
    for block in blocks {
        if matches!(block, Block::Heading { level: 2 | 3, .. }) {
            chapters.push(Vec::new());
        }
        if let Some(chapter) = chapters.last_mut() {
            chapter.push(block);
        }
    }
    let mut sides: Vec<bool> = chapters.iter().map(|c| c.iter().any(is_wide)).collect();
    // The title, and headings without a text of their own, go with what they lead to.
    let mut next = false;
    for (at, (side, chapter)) in sides.iter_mut().zip(&chapters).enumerate().rev() {
        *side = *side || next && (at == 0 || chapter.iter().all(|b| matches!(b, Block::Heading { .. })));
        next = *side;
    }
    let begins = sides.first().copied().unwrap_or(false);
    let mut out: Vec<Section> = Vec::new();
    for (blocks, landscape) in chapters.into_iter().zip(sides).filter(|(b, _)| !b.is_empty()) {
        let landscape = landscape || begins;
        match out.last_mut().filter(|s| s.landscape == landscape) {
            Some(section) => section.blocks.extend(blocks),
            None => out.push(Section { landscape, last: false, blocks }),
        }
    }
    if let Some(section) = out.last_mut() {
        section.last = true;
    }
    out
}

/// Whether a block needs a page lying on its side.
pub fn is_wide(block: &Block) -> bool {
    let Block::Table { columns, size, header, rows } = block else { return false };
    let needs: Vec<Need> = (0..columns.len()).map(|at| need(at, header, rows)).collect();
    turned(&needs, columns.iter().filter(|c| c.align == "right").count() * 2 >= columns.len(), *size)
}

/// The longest run of characters that a line is not broken within, with the brackets around it.
fn longest_word(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !".%-/（）".contains(c)).map(wide).max().unwrap_or(0)
}

/// The columns of a terminal that a text takes.
pub fn wide(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::super::markdown::parse;
    use super::*;

    fn table(columns: usize, cell: &str, align: &str) -> String {
        let line = |text: &str| format!("|{}\n", format!("{text}|").repeat(columns));
        line(" x ") + &line(align) + &line(cell)
    }

    fn sides(text: &str) -> Vec<bool> {
        sections(parse(text)).iter().map(|s| s.landscape).collect()
    }

    #[test]
    fn a_table_of_long_texts_turns_its_chapter_and_what_follows_a_turned_beginning() {
        let long = table(6, "这一格里的文字很长，长得在竖排的纸上每一格都要写许多行才写得下", "---");
        assert_eq!(sides(&format!("# t\n\n## a\n\n{long}\n## b\n\nc\n")), [true]);
        assert_eq!(sides(&format!("# t\n\n## a\n\nc\n\n## b\n\n{long}\n## d\n\ne\n")), [false, true, false]);
        assert_eq!(sides(&format!("# t\n\n## a\n\n{}", table(6, "短", "---"))), [false]);
    }

    #[test]
    fn a_table_of_numbers_gets_smaller_letters_before_it_turns() {
        let of = |columns| table(columns, "12345.67", "--:");
        assert_eq!(sides(&format!("# t\n\n## a\n\n{}", of(11))), [false]);
        assert_eq!(sides(&format!("# t\n\n## a\n\n{}", of(14))), [true]);
        let size = |text: &str| parse(text).into_iter().find_map(|b| if let Block::Table { size, .. } = b { Some(size) } else { None });
        assert_eq!([size(&of(4)), size(&of(8)), size(&of(11))], [Some(Size::Plain), Some(Size::Small), Some(Size::Tiny)]);
    }

    #[test]
    fn short_cells_stay_on_one_line_and_long_ones_share_the_rest() {
        let text =
            "| 序号 | 文字 | 状态 |\n|--:|---|---|\n| 1 | 很长的一段文字，占去这张表里大部分的宽度，剩下的留给别的格 | △ 未得满分 |\n";
        let Some(Block::Table { columns, size, .. }) = parse(text).into_iter().next() else { panic!() };
        assert_eq!(size, Size::Plain);
        assert!(columns[2].width * size.room() >= 11_000, "{columns:?}");
        assert!(columns[1].width > columns[2].width && columns[2].width > columns[0].width, "{columns:?}");
    }
}
