//! Tables from Parquet files: the same outcome and the same complaints as from text; without the feature, word of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SPEC: &str = "specs/changjiang-2026";
const SAMPLE: &str = "specs/changjiang-2026/示例数据";

fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("biaochi-parquet-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_biaochi"));
    command.args(["run", SPEC, "--round", "自评", "--format", "json", "--out", "-", "--data"]).arg(data).output().unwrap()
}

#[cfg(not(feature = "parquet"))]
#[test]
fn without_the_feature_the_file_is_refused_with_word_of_it() {
    let folder = scratch("without");
    for entry in std::fs::read_dir(SAMPLE).unwrap().flatten() {
        std::fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    std::fs::rename(folder.join("班级.csv"), folder.join("班级.parquet")).unwrap();
    let output = run(&folder);
    std::fs::remove_dir_all(&folder).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
    assert!(said.contains("班级.parquet") && said.contains("cargo build --release --features parquet"), "{said}");
}

#[cfg(feature = "parquet")]
mod with_the_feature {
    use super::*;
    use biaochi::plan::{Field, FieldType, Plan};
    use biaochi::{CompileOptions, compile};
    use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Stored};
    use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
    use parquet::schema::types::Type;
    use std::sync::Arc;

    fn plan() -> Plan {
        compile(Path::new(SPEC), &CompileOptions::default()).plan.unwrap()
    }

    /// The header and the rows of a table of the sample.
    fn table(name: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let mut rows = csv::Reader::from_path(Path::new(SAMPLE).join(format!("{name}.csv"))).unwrap();
        let header = rows.headers().unwrap().iter().map(str::to_owned).collect();
        (header, rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect())
    }

    /// How a column is stored: numbers, truths and days as such where all its cells can be.
    fn stored(field: Option<&Field>, cells: &[&str]) -> Stored {
        let all = |fits: fn(&str) -> bool| cells.iter().all(|cell| cell.is_empty() || fits(cell));
        match field.map(|f| &f.ty) {
            Some(FieldType::Integer(_)) if all(|c| c.parse::<i64>().is_ok()) => Stored::INT64,
            Some(FieldType::Decimal { places: 2, .. }) if all(|c| c.parse::<f64>().is_ok()) => Stored::INT32,
            Some(FieldType::Decimal { .. }) if all(|c| c.parse::<f64>().is_ok()) => Stored::DOUBLE,
            Some(FieldType::Bool) if all(|c| matches!(c, "是" | "否")) => Stored::BOOLEAN,
            _ => Stored::BYTE_ARRAY,
        }
    }

    /// An exact number of hundredths; `None` where it is none, or does not fit.
    fn hundredths(cell: &str) -> Option<i32> {
        let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
        (part.len() <= 2).then_some(())?;
        format!("{whole}{part:0<2}").parse().ok()
    }

    fn write(path: &Path, names: &[String], rows: &[Vec<String>], kinds: &[Stored]) {
        let field = |(name, kind): (&String, &Stored)| {
            let builder = Type::primitive_type_builder(name, *kind).with_repetition(Repetition::OPTIONAL);
            let builder = match kind {
                Stored::INT32 => builder.with_converted_type(ConvertedType::DECIMAL).with_precision(9).with_scale(2),
                Stored::BYTE_ARRAY => builder.with_logical_type(Some(LogicalType::String)),
                _ => builder,
            };
            Arc::new(builder.build().unwrap())
        };
        let fields = names.iter().zip(kinds).map(field).collect();
        let schema = Arc::new(Type::group_type_builder("table").with_fields(fields).build().unwrap());
        let properties = Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build());
        let mut file = SerializedFileWriter::new(std::fs::File::create(path).unwrap(), schema, properties).unwrap();
        for rows in rows.chunks(rows.len().div_ceil(3).max(1)) {
            let mut group = file.next_row_group().unwrap();
            let mut at = 0;
            while let Some(column) = group.next_column().unwrap() {
                let cells: Vec<&str> = rows.iter().map(|row| row[at].as_str()).collect();
                fill(column, kinds[at], &cells);
                at += 1;
            }
            group.close().unwrap();
        }
        file.close().unwrap();
    }

    fn fill(mut column: SerializedColumnWriter<'_>, kind: Stored, cells: &[&str]) {
        let levels: Vec<i16> = cells.iter().map(|cell| i16::from(!cell.is_empty())).collect();
        let filled: Vec<&str> = cells.iter().copied().filter(|cell| !cell.is_empty()).collect();
        macro_rules! put {
            ($type:ty, $value:expr) => {{
                let values: Vec<_> = filled.iter().copied().map($value).collect();
                column.typed::<$type>().write_batch(&values, Some(&levels), None).unwrap();
            }};
        }
        match kind {
            Stored::INT64 => put!(Int64Type, |c: &str| c.parse().unwrap()),
            Stored::INT32 => put!(Int32Type, |c: &str| hundredths(c).unwrap()),
            Stored::DOUBLE => put!(DoubleType, |c: &str| c.parse().unwrap()),
            Stored::BOOLEAN => put!(BoolType, |c: &str| c == "是"),
            _ => put!(ByteArrayType, ByteArray::from),
        }
        column.close().unwrap();
    }

    /// The sample as Parquet; `change` is called with each table's name, header and rows.
    fn sample(name: &str, change: impl Fn(&str, &mut Vec<String>, &mut Vec<Vec<String>>)) -> PathBuf {
        let (folder, plan) = (scratch(name), plan());
        for of in &plan.tables {
            let (mut header, mut rows) = table(&of.name);
            change(&of.name, &mut header, &mut rows);
            let kind = |(at, name): (usize, &String)| {
                let cells: Vec<&str> = rows.iter().map(|row| row[at].as_str()).collect();
                let kind = stored(of.fields.iter().find(|f| f.name == *name), &cells);
                let short = cells.iter().all(|cell| cell.is_empty() || hundredths(cell).is_some());
                if kind == Stored::INT32 && !short { Stored::BYTE_ARRAY } else { kind }
            };
            let kinds: Vec<Stored> = header.iter().enumerate().map(kind).collect();
            write(&folder.join(format!("{}.parquet", of.name)), &header, &rows, &kinds);
        }
        folder
    }

    /// Without what names the files.
    fn outcome(output: &Output) -> serde_json::Value {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        let text = String::from_utf8(output.stdout.clone()).unwrap().replace(".parquet", ".csv");
        let mut outcome: serde_json::Value = serde_json::from_str(&text).unwrap();
        outcome.as_object_mut().unwrap().remove("inputs").unwrap();
        outcome
    }

    #[test]
    fn the_outcome_is_that_of_the_same_text() {
        // A column more than the table has is passed over, and said to be.
        let folder = sample("same", |name, header, rows| {
            if name == "学校" {
                header.push("录入人".into());
                rows.iter_mut().for_each(|row| row.push("甲".into()));
            }
        });
        let output = run(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(String::from_utf8_lossy(&output.stderr).contains("录入人"));
        assert_eq!(outcome(&output), outcome(&run(Path::new(SAMPLE))));
    }

    #[test]
    fn a_wrong_cell_earns_the_complaint_it_would_in_text() {
        let wrong = |name: &str, _: &mut Vec<String>, rows: &mut Vec<Vec<String>>| {
            if name == "班级" {
                rows[4][3] = "四十".into();
                rows[7][0] = "没有的学校".into();
                rows[9] = rows[8].clone();
            }
        };
        let folder = sample("wrong", wrong);
        let found = run(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        let beside = scratch("wrong-text");
        for entry in std::fs::read_dir(SAMPLE).unwrap().flatten() {
            std::fs::copy(entry.path(), beside.join(entry.file_name())).unwrap();
        }
        let (mut header, mut rows) = table("班级");
        wrong("班级", &mut header, &mut rows);
        let mut text = csv::Writer::from_path(beside.join("班级.csv")).unwrap();
        text.write_record(&header).unwrap();
        rows.iter().for_each(|row| text.write_record(row).unwrap());
        text.flush().unwrap();
        let expected = run(&beside);
        std::fs::remove_dir_all(&beside).unwrap();
        let said = String::from_utf8(found.stderr).unwrap().replace(".parquet", ".csv");
        assert_eq!((found.status.code(), said), (Some(2), String::from_utf8(expected.stderr).unwrap()));
    }

    #[test]
    fn damaged_files_are_refused() {
        let folder = sample("damaged", |_, _, _| ());
        let path = folder.join("班级.parquet");
        let whole = std::fs::read(&path).unwrap();
        let mut long = whole[..whole.len() - 9].to_vec();
        long.extend(b"\xff\xff\xff\x7fxPAR1");
        let cases: [&[u8]; 4] = [&whole[..whole.len() / 2], b"PAR1", b"", &long];
        for bytes in cases {
            std::fs::write(&path, bytes).unwrap();
            let output = run(&folder);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
            assert!(said.contains("班级.parquet"), "{said}");
        }
        // One byte wrong anywhere must do no harm.
        let plan = plan();
        for at in (0..whole.len()).step_by(whole.len() / 300 + 1) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            std::fs::write(&path, bytes).unwrap();
            biaochi::data::load(&plan, std::slice::from_ref(&path));
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
