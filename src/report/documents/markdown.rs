//! Markdown → the tree that HTML, Word and workbooks are made of: headings, paragraphs, items, tables; all text plain.

use super::layout::{self, Column, Size};
use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde::Serialize;

/// Text in one style; `line` ends the line instead.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Run {
    pub text: String,
    pub strong: bool,
    /// To be filled in by hand.
    pub fill: bool,
    pub line: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    Heading {
        level: u8,
        runs: Vec<Run>,
    },
    /// `caption` where all of it is strong; `keep` where it leads to what follows.
    Paragraph {
        caption: bool,
        keep: bool,
        runs: Vec<Run>,
    },
    /// A remark in smaller letters.
    Note {
        runs: Vec<Run>,
    },
    Item {
        depth: usize,
        mark: String,
        runs: Vec<Run>,
    },
    /// A row of one cell goes over all columns.
    Table {
        columns: Vec<Column>,
        size: Size,
        header: Vec<Vec<Run>>,
        rows: Vec<Vec<Vec<Run>>>,
    },
    /// What follows begins a page.
    Break,
}

/// Numbers headings of the second to the fifth level as official documents do: 一、（一）1.（1）.
pub fn numbered(text: &str) -> String {
    let mut counts = [0usize; 4];
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let hashes = line.chars().take_while(|c| *c == '#').count();
        let rest = line.get(hashes..).and_then(|r| r.strip_prefix(' ')).map(str::trim_start);
        let Some((rest, level)) = rest.zip(hashes.checked_sub(2).filter(|l| *l < counts.len())) else {
            out.push_str(line);
            continue;
        };
        for (at, count) in counts.iter_mut().enumerate() {
            *count = if at == level {
                *count + 1
            } else if at > level {
                0
            } else {
                *count
            };
        }
        let n = counts.get(level).copied().unwrap_or(0);
        let number = match level {
            0 => format!("{}、", chinese(n)),
            1 => format!("（{}）", chinese(n)),
            2 => format!("{n}."),
            _ => format!("（{n}）"),
        };
        out.push_str(&format!("{} {number}{rest}", "#".repeat(hashes)));
    }
    out
}

/// 1 to 99 in words; larger numbers in digits.
fn chinese(n: usize) -> String {
    let digit = |d: usize| "〇一二三四五六七八九".chars().nth(d).map_or_else(String::new, String::from);
    match n {
        1..=9 => digit(n),
        10..=99 => {
            let (tens, ones) = (n / 10, n % 10);
            let tens = if tens == 1 { String::new() } else { digit(tens) };
            format!("{tens}十{}", if ones == 0 { String::new() } else { digit(ones) })
        }
        _ => n.to_string(),
    }
}

/// The plain text of runs.
pub fn plain(runs: &[Run]) -> String {
    runs.iter().map(|r| if r.line { " " } else { r.text.as_str() }).collect()
}

/// The text of the first heading of the first level.
pub fn title(blocks: &[Block]) -> Option<String> {
    blocks.iter().find_map(|b| match b {
        Block::Heading { level: 1, runs } => Some(plain(runs)),
        _ => None,
    })
}

/// Reads Markdown with tables. Tags of HTML are text like any other, but for the break of a line.
pub fn parse(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        reader.take(event);
    }
    let mut blocks = reader.blocks;
    for at in 1..blocks.len() {
        let leads = matches!(blocks.get(at), Some(Block::Table { .. } | Block::Paragraph { caption: true, .. }));
        if let Some(Block::Paragraph { keep, .. }) = blocks.get_mut(at - 1).filter(|_| leads) {
            *keep = true;
        }
    }
    blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    runs: Vec<Run>,
    strong: usize,
    fill: usize,
    quote: usize,
    /// The numbers of the lists at hand; `None` for bullets.
    lists: Vec<Option<u64>>,
    align: Vec<Alignment>,
    header: Vec<Vec<Run>>,
    rows: Vec<Vec<Vec<Run>>>,
    cells: Vec<Vec<Run>>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.text(&text),
            Event::Html(text) | Event::InlineHtml(text) => match text.trim() {
                "<br>" | "<br/>" | "<br />" => self.line(),
                _ => self.text(&text),
            },
            Event::HardBreak => self.line(),
            Event::SoftBreak => {
                // Words of letters need a space between lines, characters do not.
                let spaced = self.runs.last().and_then(|r| r.text.chars().next_back()).is_some_and(|c| c.is_ascii_alphanumeric());
                self.text(if spaced { " " } else { "" });
            }
            Event::Rule => self.blocks.push(Block::Break),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.fill += 1,
            Tag::BlockQuote(_) => self.quote += 1,
            Tag::List(number) => {
                // What an item says before its own list.
                self.item();
                self.lists.push(number);
            }
            Tag::Table(align) => self.align = align,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.fill = self.fill.saturating_sub(1),
            TagEnd::BlockQuote(_) => self.quote = self.quote.saturating_sub(1),
            TagEnd::Heading(level) => {
                let runs = std::mem::take(&mut self.runs);
                self.blocks.push(Block::Heading { level: number(level), runs });
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock if self.lists.is_empty() => {
                let runs = std::mem::take(&mut self.runs);
                if self.quote > 0 && !runs.is_empty() {
                    self.blocks.push(Block::Note { runs });
                } else if !runs.is_empty() {
                    self.blocks.push(Block::Paragraph { caption: runs.iter().all(|r| r.strong), keep: false, runs });
                }
            }
            TagEnd::Item => self.item(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::TableCell => self.cells.push(std::mem::take(&mut self.runs)),
            TagEnd::TableHead => self.header = std::mem::take(&mut self.cells),
            TagEnd::TableRow => {
                let mut cells = std::mem::take(&mut self.cells);
                let titles = cells.first().is_some_and(|c| !c.is_empty() && c.iter().all(|r| r.strong));
                if titles && cells.iter().skip(1).all(Vec::is_empty) {
                    cells.truncate(1);
                }
                self.rows.push(cells);
            }
            TagEnd::Table => {
                let (header, rows) = (std::mem::take(&mut self.header), std::mem::take(&mut self.rows));
                let (columns, size) = layout::columns(&self.align, &header, &rows);
                self.blocks.push(Block::Table { columns, size, header, rows });
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        // What XML cannot hold has been made visible or plain by the template's escape; this is for the template's own text.
        let text: String = text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect();
        let (strong, fill) = (self.strong > 0, self.fill > 0);
        match self.runs.last_mut().filter(|r| !r.line && r.strong == strong && r.fill == fill) {
            Some(run) => run.text.push_str(&text),
            None if text.is_empty() => {}
            None => self.runs.push(Run { text, strong, fill, line: false }),
        }
    }

    fn line(&mut self) {
        self.runs.push(Run { line: true, strong: self.strong > 0, ..Run::default() });
    }

    fn item(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        let depth = self.lists.len();
        let Some(list) = self.lists.last_mut().filter(|_| !runs.is_empty()) else { return };
        let mark = match list {
            Some(n) => {
                *n += 1;
                format!("{}.", *n - 1)
            }
            None => "•".to_string(),
        };
        self.blocks.push(Block::Item { depth, mark, runs });
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_numbered_as_official_documents_do() {
        let text = "# 题\n## 甲\n### 子\n### 丑\n#### 一项\n##### 细\n## 乙\n### 寅\n";
        assert_eq!(numbered(text), "# 题\n## 一、甲\n### （一）子\n### （二）丑\n#### 1.一项\n##### （1）细\n## 二、乙\n### （一）寅\n");
        assert_eq!([chinese(10), chinese(11), chinese(20), chinese(99)], ["十", "十一", "二十", "九十九"]);
    }

    #[test]
    fn markup_of_html_is_text() {
        let blocks = parse("a <script>x</script> **b** *c*\n\n<h1>d</h1>\n\n| x | y |\n|---|--:|\n| 1<br>2 | &lt;b&gt; |\n\n- e\n  1. f\n");
        let texts: Vec<String> = blocks
            .iter()
            .map(|b| match b {
                Block::Heading { runs, .. } | Block::Paragraph { runs, .. } | Block::Note { runs } | Block::Item { runs, .. } => {
                    plain(runs)
                }
                Block::Table { rows, .. } => rows.iter().flatten().map(|c| plain(c)).collect::<Vec<_>>().join("/"),
                Block::Break => "-".into(),
            })
            .collect();
        assert_eq!(texts, ["a <script>x</script> b c", "<h1>d</h1>", "1 2/<b>", "e", "f"]);
        assert!(matches!(&blocks[0], Block::Paragraph { runs, .. } if runs[1].strong && runs[3].fill));
        assert!(matches!(&blocks[4], Block::Item { depth: 2, mark, .. } if mark == "1."));
    }
}
