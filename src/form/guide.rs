//! The first sheet: who fills in what by when, how, and what to do then.

use super::duties::{NOBODY, owners};
use super::look::{height, lines};
use super::{Desk, is_judged_in};
use crate::data::{ASIDE, GUIDE, NOTHING};
use crate::plan::{Table, TableId, reads};
use rust_xlsxwriter::{Format, Url, Worksheet, XlsxError};

const WIDTHS: [u32; 5] = [5, 22, 44, 34, 40];

/// Writes downwards.
struct Page<'w> {
    sheet: &'w mut Worksheet,
    row: u32,
}

impl Page<'_> {
    fn across(&mut self, text: &str, format: &Format) -> Result<(), XlsxError> {
        let room: u32 = WIDTHS.iter().sum();
        self.sheet.merge_range(self.row, 0, self.row, 4, text, format)?;
        let size = lines(text, usize::try_from(room).unwrap_or(1));
        self.sheet.set_row_height(self.row, height(size) + 3)?;
        self.row += 1;
        Ok(())
    }

    fn row(&mut self, cells: &[&str], format: &Format) -> Result<(), XlsxError> {
        let mut tall = 1;
        for (column, text) in (0u16..).zip(cells) {
            super::cell::put(self.sheet, self.row, column, &super::cell::Cell::Text((*text).to_owned()), format)?;
            let width = WIDTHS.get(usize::from(column)).copied().unwrap_or(10);
            tall = tall.max(lines(text, usize::try_from(width).unwrap_or(10).saturating_sub(2)));
        }
        self.sheet.set_row_height(self.row, height(tall))?;
        self.row += 1;
        Ok(())
    }
}

pub(super) fn write(desk: &Desk<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name(GUIDE)?;
    for (column, width) in (0u16..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_screen_gridlines(false);
    let look = &desk.look;
    let mut page = Page { sheet, row: 0 };
    let standard = &desk.plan.standard;
    page.across(&standard.title, &look.title)?;
    if !standard.version.is_empty() {
        page.across(&standard.version, &look.note)?;
    }
    if desk.share.is_part {
        let owner = desk.share.owner.as_deref().unwrap_or(NOBODY);
        page.across(&format!("这一份由“{owner}”填报：只有它要填的表、列和条目"), &look.subtitle)?;
    }
    page.row += 1;
    how(desk, &mut page)?;
    tables(desk, &mut page)?;
    steps(desk, &mut page)?;
    after(desk, &mut page)?;
    if desk.share.is_part {
        items(desk, &mut page)?;
    }
    Ok(())
}

fn how(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let look = &desk.look;
    page.across("一、怎么填", &look.subtitle)?;
    let mut words = vec![
        "每张表一个工作表，从表头下一行填起，一行一条。表头、表头上方的字和工作表的名称不要改，单元格不要合并。".to_owned(),
        "深蓝色表头是主键，每行都要填，而且不能重复；橙色表头必须填；浅蓝色表头没有数据就留空。".to_owned(),
        "没有数据就留空，不要填 0。0 的意思是“有数据，是零”；空格的意思是“缺数据”，评定时按未定算。".to_owned(),
        "数按表头括号里的单位填，只填数；带下拉箭头的格从列表里选；年月填 2018-09 的样子。".to_owned(),
        "代码（如开头有 0 的）按文字填，各列已经设好格式；从别处粘贴时用“只粘贴数值”。".to_owned(),
        format!("一行也没有的表，在表头上方“{NOTHING}”后面选“是”；空着又不选的，按没有填报算。"),
        format!(
            "每一列的说明、来源和用处，鼠标放在表头上就能看到。名称以“{ASIDE}”开头的列和工作表供人对照，程序不读；自己要记事，加一列这样的列。"
        ),
    ];
    if desk.share.sheets.iter().any(|s| super::rows::of_items(desk, s.table).is_some()) {
        words.push(
            "评定用的表，每个条目一行，编号、原文、满分已经列好：有满分的填得分，没有满分的填结论（灰格不用填）；还没有评的留空。"
                .to_owned(),
        );
    }
    for (number, text) in words.iter().enumerate() {
        page.across(&format!("{}．{text}", number + 1), &look.note)?;
    }
    page.row += 1;
    Ok(())
}

fn tables(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let look = &desk.look;
    page.across("二、填哪些表，谁来填", &look.subtitle)?;
    page.row(&["序", "工作表", "内容", "一行是一个", "责任单位（由要用到它的条目得出）"], &look.strong)?;
    let mut number = 0;
    for part in &desk.share.sheets {
        let Some(table) = desk.plan.tables.get(part.table.0) else { continue };
        number += 1;
        let keys: Vec<&str> = table.key.iter().filter_map(|k| table.fields.get(k.0)).map(|f| f.name.as_str()).collect();
        let row = page.row;
        page.row(&[&number.to_string(), &table.name, &table.title, &keys.join(" × "), &answerable(desk, part.table, table)], &look.plain)?;
        let link = Url::new(format!("internal:'{}'!A1", table.name)).set_text(&table.name);
        page.sheet.write_url_with_format(row, 1, link, &look.link)?;
    }
    page.row += 1;
    Ok(())
}

fn answerable(desk: &Desk<'_>, id: TableId, table: &Table) -> String {
    let uses = |item: &&crate::plan::Item| {
        let read = reads(desk.plan, item);
        is_judged_in(desk.plan, item, id)
            || (0..table.fields.len()).map(crate::plan::FieldId).any(|f| !table.key.contains(&f) && read.contains(&(id, f)))
    };
    let mut names: Vec<&str> = Vec::new();
    for name in desk.plan.items().filter(uses).flat_map(|i| owners(desk.plan, i)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { "标准没有写明".to_owned() } else { names.join("、") }
}

fn steps(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let look = &desk.look;
    if desk.plan.steps.is_empty() && desk.plan.rounds.is_empty() {
        return Ok(());
    }
    page.across("三、什么时候", &look.subtitle)?;
    if !desk.plan.rounds.is_empty() {
        let rounds = desk.options.round.map_or_else(|| desk.plan.rounds.join("、"), str::to_owned);
        page.across(&format!("轮次：{rounds}。每一轮各填各的行；运行时用 --round 指定，不指定算第一轮。"), &look.note)?;
    }
    if desk.plan.steps.is_empty() {
        page.across("标准没有写程序日期。", &look.note)?;
    } else {
        page.row(&["", "步骤", "日期", "原文", "说明"], &look.strong)?;
        for step in &desk.plan.steps {
            let (from, until) = (step.from.as_deref(), step.until.as_deref());
            let days = match (from, until) {
                (Some(from), Some(until)) => format!("{from} 至 {until}"),
                (Some(from), None) => format!("{from} 起"),
                (None, Some(until)) => format!("{until} 前"),
                (None, None) => String::new(),
            };
            page.row(&[&step.id, &step.title, &days, &step.words, &step.notes.join("；")], &look.plain)?;
        }
    }
    page.row += 1;
    Ok(())
}

fn after(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let look = &desk.look;
    page.across("四、填完以后", &look.subtitle)?;
    let (spec, file) = (desk.options.spec, if desk.share.is_part { "放各单位工作簿的文件夹" } else { "填报.xlsx" });
    let round = desk.options.round.map_or_else(String::new, |r| format!(" --round {r}"));
    for (words, command) in [
        ("先检查，有问题的格子在“核对.xlsx”里涂了色：", format!("biaochi check {spec} --data {file} --annotate 核对.xlsx")),
        ("评定，把报告写进“报告”文件夹：", format!("biaochi run {spec} --data {file}{round} --out 报告")),
        ("看一个条目为什么是这个结论：", format!("biaochi explain {spec} --data {file}{round} 条目编号")),
    ] {
        page.across(&format!("{words}{command}"), &look.note)?;
    }
    page.across("填错的格子一次全部列出：哪个文件、哪个工作表、哪一格，现在是什么，应是什么，怎样改。", &look.note)?;
    page.row += 1;
    Ok(())
}

fn items(desk: &Desk<'_>, page: &mut Page<'_>) -> Result<(), XlsxError> {
    let look = &desk.look;
    page.across("五、这一家负责的条目", &look.subtitle)?;
    for item in &desk.share.items {
        let row = page.row;
        page.sheet.merge_range(row, 1, row, 4, &item.text, &look.plain)?;
        page.row(&[&item.id], &look.plain)?;
        page.sheet.set_row_height(row, height(lines(&item.text, 130)))?;
    }
    Ok(())
}
