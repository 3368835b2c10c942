//! Parquet files → rows of cells, of the table's columns only: what else the file holds is not even decoded.
//!
//! Cells are handed on as a text file would hold them, so that they earn the same complaints; lines are counted as if the names stood on
//! the first.

use super::header::Names;
use super::records::{BrokenOff, CellKind, Record, Rows};
use super::workbook::{Epoch, Refusal, shortest};
use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescPtr;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Rows that are decoded at a time.
const BATCH: usize = 4096;
/// More rows are refused: a few bytes may stand for any number of empty ones.
const ROWS: i64 = 100_000_000;

/// A column of the file: its name and, where the table has it, its place among the columns that are stored.
#[derive(Debug)]
struct Field {
    name: String,
    leaf: Option<(usize, ColumnDescPtr)>,
}

/// Walks the rows of a file, or of some of the groups that its rows are stored in.
pub(super) struct Parquet {
    file: Arc<SerializedFileReader<Bytes>>,
    fields: Arc<[Field]>,
    /// Whether the names have been handed on, as the first row.
    headed: bool,
    groups: Range<usize>,
    line: u64,
    /// Rows of the open group that are still to come, and its columns.
    left: u64,
    columns: Vec<Option<Column>>,
}

/// Opens a file for a table whose columns have these names.
pub(super) fn open(bytes: Bytes, names: &Names) -> Result<Parquet, Refusal> {
    let length = bytes.len();
    let file = SerializedFileReader::new(bytes).map_err(|_| damaged())?;
    if !is_within(&file, length) {
        return Err(damaged());
    }
    let meta = file.metadata().file_metadata();
    if meta.num_rows() > ROWS || !(0..file.num_row_groups()).all(|at| rows(&file, at).is_some()) {
        return Err(Refusal::too_large(format!("文件有 {} 行，超过 {ROWS} 行", meta.num_rows())));
    }
    let schema = meta.schema_descr();
    let mut fields = Vec::new();
    for (at, root) in schema.root_schema().get_fields().iter().enumerate() {
        let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == at);
        let leaf = leaf.filter(|_| names.find(root.name()).is_some()).map(|leaf| (leaf, schema.column(leaf)));
        if leaf.as_ref().is_some_and(|(_, column)| !root.is_primitive() || column.max_rep_level() > 0) {
            let help = "导出时每格只放一个数或一段文字";
            return Err(Refusal::new(crate::diagnostic::Code::DATA_UNREADABLE, format!("列“{}”的一格里有几个值", root.name()), help));
        }
        fields.push(Field { name: root.name().to_owned(), leaf });
    }
    let groups = 0..file.num_row_groups();
    Ok(Parquet { file: Arc::new(file), fields: fields.into(), headed: false, groups, line: 1, left: 0, columns: Vec::new() })
}

/// Whether every column of every group lies within the file, which the library takes for granted.
fn is_within(file: &SerializedFileReader<Bytes>, length: usize) -> bool {
    let mut columns = file.metadata().row_groups().iter().flat_map(|group| group.columns());
    columns.all(|column| {
        let starts = [Some(column.data_page_offset()), column.dictionary_page_offset()];
        let start = starts.into_iter().flatten().min().and_then(|start| usize::try_from(start).ok());
        let first = usize::try_from(column.dictionary_page_offset().unwrap_or(column.data_page_offset())).ok();
        let size = usize::try_from(column.compressed_size()).ok();
        let end = first.zip(size).and_then(|(first, size)| first.checked_add(size));
        start.is_some() && end.is_some_and(|end| end <= length)
    })
}

fn damaged() -> Refusal {
    let (message, help) = ("不是完整的 Parquet 文件，或已损坏", "重新导出这个文件；压缩方式用 Snappy，或不压缩");
    Refusal::new(crate::diagnostic::Code::DATA_UNREADABLE, message, help)
}

fn rows(file: &SerializedFileReader<Bytes>, group: usize) -> Option<u64> {
    u64::try_from(file.metadata().row_groups().get(group)?.num_rows()).ok().filter(|rows| i64::try_from(*rows).is_ok_and(|r| r <= ROWS))
}

impl<'a> Rows<'a> for Parquet {
    const PROJECTED: bool = true;

    fn read(&mut self, record: &mut Record<'a>) -> Result<bool, BrokenOff> {
        record.cells.clear();
        record.kinds.clear();
        (record.line, record.more) = (self.line, 0);
        if !self.headed {
            self.headed = true;
            self.line += 1;
            record.cells.extend(self.fields.iter().map(|field| Cow::Owned(field.name.clone())));
            return Ok(true);
        }
        let broken = BrokenOff::Damaged { line: self.line };
        while self.left == 0 {
            let Some(group) = self.groups.next() else { return Ok(false) };
            self.enter(group).map_err(|_| broken)?;
        }
        for column in &mut self.columns {
            let (cell, kind) = match column {
                Some(column) => column.next().ok_or(broken)?,
                None => (String::new(), CellKind::Text),
            };
            record.cells.push(Cow::Owned(cell));
            record.kinds.push(kind);
        }
        self.left -= 1;
        self.line += 1;
        Ok(true)
    }

    fn parts(self) -> Vec<Self> {
        let mut line = self.line + self.left;
        let mut parts = Vec::new();
        for group in self.groups.clone() {
            let (file, fields) = (Arc::clone(&self.file), Arc::clone(&self.fields));
            parts.push(Self { file, fields, headed: true, groups: group..group + 1, line, left: 0, columns: Vec::new() });
            line += rows(&self.file, group).unwrap_or(0);
        }
        parts.insert(0, Self { groups: 0..0, ..self });
        parts
    }
}

impl Parquet {
    fn enter(&mut self, group: usize) -> Result<(), ParquetError> {
        let open = self.file.get_row_group(group)?;
        let column = |field: &Field| {
            let Some((leaf, about)) = &field.leaf else { return Ok(None) };
            let reader = open.get_column_reader(*leaf)?;
            Ok(Some(Column { reader, about: Arc::clone(about), cells: Vec::new().into_iter() }))
        };
        self.columns = self.fields.iter().map(column).collect::<Result<_, ParquetError>>()?;
        self.left = rows(&self.file, group).unwrap_or(0);
        Ok(())
    }
}

/// A cell as text, and what it is stored as.
type Cell = (String, CellKind);

/// One column of one group, and the cells that are decoded already.
struct Column {
    reader: ColumnReader,
    about: ColumnDescPtr,
    cells: std::vec::IntoIter<Cell>,
}

impl Column {
    /// `None` where the column is damaged, or shorter than its group.
    fn next(&mut self) -> Option<Cell> {
        if self.cells.len() == 0 {
            self.cells = self.batch().ok()?.into_iter();
        }
        self.cells.next()
    }

    fn batch(&mut self) -> Result<Vec<Cell>, ParquetError> {
        let about = &*self.about;
        let level = about.max_def_level();
        let scale = usize::try_from(about.type_scale()).unwrap_or(0);
        let is_decimal =
            about.converted_type() == ConvertedType::DECIMAL || matches!(about.logical_type_ref(), Some(LogicalType::Decimal(_)));
        let is_date = about.converted_type() == ConvertedType::DATE || matches!(about.logical_type_ref(), Some(LogicalType::Date));
        let unsigned = matches!(about.logical_type_ref(), Some(LogicalType::Integer(of)) if !of.is_signed);
        let in_day = in_day(about.converted_type(), about.logical_type_ref());
        let whole = |value: i64, bits: i128| match in_day {
            _ if is_date => day(value, 1),
            Some(in_day) => day(value, in_day),
            None if is_decimal => (decimal(i128::from(value), scale), CellKind::Number),
            None if unsigned => (i128::from(value).rem_euclid(bits).to_string(), CellKind::Number),
            None => (value.to_string(), CellKind::Number),
        };
        let bytes = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            _ if is_decimal => big_endian(bytes, scale),
            Ok(text) => (text.to_owned(), CellKind::Text),
            Err(_) => ("（不是文字）".to_owned(), CellKind::Error),
        };
        match &mut self.reader {
            ColumnReader::BoolColumnReader(of) => cells(of, level, |v| (if *v { "是" } else { "否" }.to_owned(), CellKind::Bool)),
            ColumnReader::Int32ColumnReader(of) => cells(of, level, |v| whole(i64::from(*v), 1 << 32)),
            ColumnReader::Int64ColumnReader(of) => cells(of, level, |v| whole(*v, 1 << 64)),
            ColumnReader::Int96ColumnReader(of) => cells(of, level, |v| day(v.to_millis(), 86_400_000)),
            // The shortest decimal of a short number is not that of the long one that it widens to.
            ColumnReader::FloatColumnReader(of) => {
                cells(of, level, |v| (v.to_string().parse().map_or_else(|_| v.to_string(), shortest), CellKind::Number))
            }
            ColumnReader::DoubleColumnReader(of) => cells(of, level, |v| (shortest(*v), CellKind::Number)),
            ColumnReader::ByteArrayColumnReader(of) => cells(of, level, |v| bytes(v.data())),
            ColumnReader::FixedLenByteArrayColumnReader(of) => cells(of, level, |v| bytes(v.data())),
        }
    }
}

fn cells<T: DataType>(reader: &mut ColumnReaderImpl<T>, level: i16, show: impl Fn(&T::T) -> Cell) -> Result<Vec<Cell>, ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    reader.read_records(BATCH, Some(&mut levels), None, &mut values)?;
    if level == 0 {
        return Ok(values.iter().map(show).collect());
    }
    let mut values = values.iter();
    let cell = |at: &i16| if *at == level { values.next().map(&show) } else { Some((String::new(), CellKind::Text)) };
    levels.iter().map(cell).collect::<Option<_>>().ok_or_else(|| ParquetError::General("fewer values than levels".into()))
}

/// How many of the units that a column counts time in are a day; `None` where it does not tell days.
fn in_day(converted: ConvertedType, logical: Option<&LogicalType>) -> Option<i64> {
    match (converted, logical) {
        (_, Some(LogicalType::Timestamp(of))) => Some(match of.unit {
            TimeUnit::MILLIS => 86_400_000,
            TimeUnit::MICROS => 86_400_000_000,
            TimeUnit::NANOS => 86_400_000_000_000,
        }),
        (ConvertedType::TIMESTAMP_MILLIS, _) => Some(86_400_000),
        (ConvertedType::TIMESTAMP_MICROS, _) => Some(86_400_000_000),
        _ => None,
    }
}

/// A day counted from 1970, or a moment of it.
fn day(value: i64, in_day: i64) -> Cell {
    const FROM_1900: i64 = 25_569;
    let rest = value.rem_euclid(in_day);
    match value.div_euclid(in_day).checked_add(FROM_1900).and_then(|days| Epoch::Y1900.date(days)) {
        Some((year, month, day)) if rest == 0 => (format!("{year:04}-{month:02}-{day:02}"), CellKind::Day),
        Some((year, month, day)) => {
            let seconds = i128::from(rest) * 86_400 / i128::from(in_day);
            (format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60), CellKind::Text)
        }
        None => (format!("1970-01-01 后 {} 天", value.div_euclid(in_day)), CellKind::Text),
    }
}

fn decimal(unscaled: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
    let sign = if unscaled < 0 { "-" } else { "" };
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// A decimal stored as the bytes of its digits' number, the highest first.
fn big_endian(bytes: &[u8], scale: usize) -> Cell {
    let sign = if bytes.first().is_some_and(|b| *b >= 0x80) { 0xff } else { 0 };
    let (more, kept) = bytes.split_at_checked(bytes.len().saturating_sub(16)).unwrap_or((&[], bytes));
    if more.iter().any(|b| *b != sign) || bytes.is_empty() {
        return ("（超过 38 位的数）".to_owned(), CellKind::Number);
    }
    let start = if sign == 0 { 0 } else { -1 };
    (decimal(kept.iter().fold(start, |number: i128, byte| number << 8 | i128::from(*byte)), scale), CellKind::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_values_become_the_digits_a_text_file_would_hold() {
        assert_eq!([decimal(1250, 2), decimal(-5, 2), decimal(7, 0), decimal(0, 3)], ["12.50", "-0.05", "7", "0.000"]);
        assert_eq!(big_endian(&[0xff, 0x38], 1).0, "-20.0");
        assert_eq!(big_endian(&[0; 20], 0).0, "0");
        assert_eq!(day(17_775, 1), ("2018-09-01".into(), CellKind::Day));
        assert_eq!(day(17_775 * 86_400_000 + 3_600_000, 86_400_000).0, "2018-09-01 01:00:00");
    }
}
