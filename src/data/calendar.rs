//! Months and days as people write them.

use super::cell::{Fault, half_width};
use super::records::CellKind;

/// The numbers of `2018-09`, `2018/9/1`, `2018年9月1日`; `None` for anything else.
pub(super) fn calendar(cell: &str) -> Option<Vec<i32>> {
    let text = half_width(cell);
    let plain: String = if text.contains('年') {
        let text = text.replacen('年', "-", 1);
        match text.strip_suffix('日') {
            Some(rest) => rest.replacen('月', "-", 1),
            None => text.strip_suffix('月')?.to_string(),
        }
    } else if text.contains('/') {
        text.replace('/', "-")
    } else {
        text.into_owned()
    };
    let parts: Vec<&str> = plain.split('-').collect();
    let right = |(i, part): (usize, &&str)| {
        let length = if i == 0 { part.len() == 4 } else { (1..=2).contains(&part.len()) };
        length && part.bytes().all(|b| b.is_ascii_digit())
    };
    if !parts.iter().enumerate().all(right) {
        return None;
    }
    parts.iter().map(|p| p.parse().ok()).collect()
}

/// Five digits.
pub(super) fn is_serial(cell: &str) -> bool {
    cell.len() == 5 && cell.bytes().all(|b| b.is_ascii_digit()) && !cell.starts_with('0')
}

/// What a date that was made a number looks like where nobody can say from which day it counts.
fn uncounted(expected: &str) -> Fault {
    let mend = "在表格软件里把这一列的格式改成日期，核对后重新保存或导出";
    Fault::new(format!("应是{expected}；这像是表格软件里日期的序号，看不出从哪一天数起"), mend)
}

pub(super) fn month(cell: &str, (parts, kind): (Vec<i32>, CellKind)) -> Result<i32, Fault> {
    match parts.as_slice() {
        // A spreadsheet stores a month as its first day.
        [year, month @ 1..=12, 1] if kind == CellKind::Day => Ok(year * 12 + month - 1),
        [year, month @ 1..=12] => Ok(year * 12 + month - 1),
        [year, month @ 1..=12, _] => Err(Fault::new("应是年月，如 2018-09", format!("只写到月：{year:04}-{month:02}"))),
        _ if is_serial(cell) => Err(uncounted("年月，如 2018-09")),
        _ if kind == CellKind::Number => Err(Fault::new("应是年月，如 2018-09", "它存成了数：按“2018-09”的样子重新填写")),
        _ => Err(Fault::new("应是年月，如 2018-09", "改成“年-月”，没有数据就留空")),
    }
}

pub(super) fn date(cell: &str, (parts, kind): (Vec<i32>, CellKind)) -> Result<i32, Fault> {
    match parts.as_slice() {
        [year, month @ 1..=12, day] if (1..=days(*year, *month)).contains(day) => Ok(year * 10000 + month * 100 + day),
        _ if is_serial(cell) => Err(uncounted("日期，如 2018-09-01")),
        _ if kind == CellKind::Number => Err(Fault::new("应是日期，如 2018-09-01", "把这一格的格式改成日期，核对后重新填写")),
        _ => Err(Fault::new("应是日期，如 2018-09-01", "改成“年-月-日”，没有数据就留空")),
    }
}

pub(super) fn days(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
