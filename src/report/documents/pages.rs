//! What begins a page of its own and would run over it is set closer where that keeps it on one page; where it does not, it stays as it is.
//!
//! Heights are in tenths of a point, as the styles of the Word file give them.

use super::layout::{Size, is_wide, lines_of, set, wide};
use super::markdown::{Block, Run, plain};

/// The height of an upright page between its margins, a line of small letters left free; and up to where a page is sure to fit, whatever
/// lines a word processor breaks otherwise than they are counted here.
const PAGE: usize = 6_260;
const SURE: usize = 6_000;
/// A line of the text, and of a remark with the space above it.
const LINE: usize = 280;
const REMARK: usize = 170;
const ABOVE: usize = 30;
/// Columns of a terminal on a line of the text, and of a remark.
const TEXT_ROOM: usize = 54;
const REMARK_ROOM: usize = 82;
/// The two characters by which a paragraph begins.
const INDENT: usize = 4;

/// Blocks, each page of its own set as close as it needs.
pub fn fitted(blocks: Vec<Block>) -> Vec<Block> {
    let mut out = Vec::with_capacity(blocks.len());
    let mut pages = blocks.split(|b| *b == Block::Break);
    // What stands before the first break flows over as many pages as it takes.
    out.extend(pages.next().into_iter().flatten().cloned());
    for page in pages {
        out.push(Block::Break);
        out.extend(closer(page).unwrap_or_else(|| page.to_vec()));
    }
    out
}

/// A page set closer, where it runs over and that mends it: first its tables in smaller letters, then its text as well.
fn closer(page: &[Block]) -> Option<Vec<Block>> {
    let fits = |blocks: &[Block], room: usize| blocks.iter().map(height).sum::<usize>() <= room;
    if fits(page, SURE) || page.iter().any(is_wide) {
        return None;
    }
    let tables: Vec<Block> = page.iter().cloned().map(tiny).collect();
    let texts: Vec<Block> = tables.iter().cloned().map(remark).collect();
    let found = if fits(&tables, SURE) { tables } else { texts };
    Some(found).filter(|blocks| fits(blocks, PAGE) && !blocks.iter().any(is_wide))
}

fn tiny(block: Block) -> Block {
    let Block::Table { columns, header, rows, .. } = block else { return block };
    let align: Vec<&'static str> = columns.iter().map(|c| c.align).collect();
    Block::Table { columns: set(&align, &header, &rows, Size::Tiny), size: Size::Tiny, header, rows }
}

fn remark(block: Block) -> Block {
    match block {
        Block::Paragraph { caption: false, runs, .. } => Block::Note { runs },
        other => other,
    }
}

fn height(block: &Block) -> usize {
    match block {
        Block::Heading { runs, .. } | Block::Paragraph { runs, .. } | Block::Item { runs, .. } => text_lines(runs, TEXT_ROOM) * LINE,
        Block::Note { runs } => text_lines(runs, REMARK_ROOM) * REMARK + ABOVE,
        Block::Table { columns, size, header, rows } => {
            let (line, around) = row_height(*size);
            std::iter::once(header).chain(rows).map(|row| lines_of(columns, *size, row) * line + around).sum()
        }
        Block::Break => 0,
    }
}

/// A line of a table's cell, and the space and the rule around its lines.
const fn row_height(size: Size) -> (usize, usize) {
    match size {
        Size::Plain => (140, 26),
        Size::Small => (110, 18),
        Size::Tiny => (100, 16),
    }
}

fn text_lines(runs: &[Run], room: usize) -> usize {
    (wide(&plain(runs)) + INDENT).div_ceil(room)
}

#[cfg(test)]
mod tests {
    use super::super::markdown::parse;
    use super::*;

    fn page(rows: usize) -> Vec<Block> {
        let row = "| 1.1 | 每百名学生拥有高于规定学历教师数，小学不低于要求的百分之八十五 | 小学 | 5.20 人 | ≥ 3.57 人 | 差 1 人 |\n";
        let head = "| 编号 | 指标 | 记录 | 现状值 | 标准值 | 差距 |\n|---|---|---|---|---|---|\n";
        fitted(parse(&format!("# 题\n\n文\n\n---\n\n## 甲\n\n共 9 项。\n\n{head}{}", row.repeat(rows))))
    }

    fn sizes(blocks: &[Block]) -> (Vec<Size>, usize) {
        let size = |b: &Block| if let Block::Table { size, .. } = b { Some(*size) } else { None };
        (blocks.iter().filter_map(size).collect(), blocks.iter().filter(|b| matches!(b, Block::Note { .. })).count())
    }

    #[test]
    fn a_page_that_runs_over_is_set_closer_only_where_that_mends_it() {
        assert_eq!(sizes(&page(20)), (vec![Size::Small], 0), "it fits as it is");
        let closest = (21..80).map(|rows| sizes(&page(rows))).collect::<Vec<_>>();
        let small = closest.iter().take_while(|s| s.0 == [Size::Small]).count();
        let tiny = closest.iter().skip(small).take_while(|s| **s == (vec![Size::Tiny], 0)).count();
        let remarks = closest.iter().skip(small + tiny).take_while(|s| **s == (vec![Size::Tiny], 1)).count();
        assert!(tiny > 0 && remarks > 0, "{small} {tiny} {remarks}");
        assert!(
            closest.iter().skip(small + tiny + remarks).all(|s| *s == (vec![Size::Small], 0)),
            "what goes over two pages stays legible"
        );
    }
}
