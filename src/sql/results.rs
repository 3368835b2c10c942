//! What an engine handed back → the outcome.

use super::engine::Engine;
use super::script::Script;
use crate::data::{Column, Dataset, InputFile, TableData};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::eval::{Outcome, RunOptions, Score, Verdict, heading, run_elsewhere};
use crate::plan::{FieldId, FieldType, Plan, TableId};
use crate::value::Decimal;
use std::collections::BTreeMap;
use std::path::Path;

/// One row of a result, by column.
pub(super) type Row = BTreeMap<String, String>;

/// What was read from a folder of results.
#[derive(Debug, Default)]
pub struct Results {
    tables: BTreeMap<&'static str, Vec<Row>>,
}

/// The results that a script hands back, and whether they must be there.
const TABLES: [(&str, bool); 8] =
    [("标准", true), ("问题", true), ("对象", true), ("检查", true), ("条目", true), ("结论", true), ("明细", false), ("互证", false)];

/// Reads the CSV files of a folder: `检查.csv`, or a folder of that name with parts.
pub fn read_results(folder: &Path) -> Result<Results, Vec<Diagnostic>> {
    let (mut results, mut found) = (Results::default(), Vec::new());
    for (name, is_needed) in TABLES {
        match read(folder, name) {
            Ok(Some(rows)) => {
                results.tables.insert(name, rows);
            }
            Ok(None) if is_needed => {
                let message = format!("{} 里没有结果“{name}.csv”", folder.display());
                found.push(Diagnostic::at(Code::RESULTS, Place::None, message).help("先让引擎运行 biaochi sql 写出的脚本"));
            }
            Ok(None) => {}
            Err(complaint) => found.push(complaint),
        }
    }
    if found.is_empty() { Ok(results) } else { Err(found) }
}

fn read(folder: &Path, name: &str) -> Result<Option<Vec<Row>>, Diagnostic> {
    let path = folder.join(format!("{name}.csv"));
    let bad = |why: &dyn std::fmt::Display| Diagnostic::at(Code::RESULTS, Place::None, format!("结果 {} 读不了：{why}", path.display()));
    let mut files = vec![path.clone()];
    if path.is_dir() {
        let entries = std::fs::read_dir(&path).map_err(|e| bad(&e))?;
        files = entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "csv")).collect();
        files.sort();
    } else if !path.is_file() {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for file in files {
        let mut reader = csv::ReaderBuilder::new().from_path(&file).map_err(|e| bad(&e))?;
        let header = reader.headers().map_err(|e| bad(&e))?.clone();
        for record in reader.records() {
            let record = record.map_err(|e| bad(&e))?;
            rows.push(header.iter().zip(record.iter()).map(|(h, v)| (h.to_owned(), v.to_owned())).collect());
        }
    }
    Ok(Some(rows))
}

pub(super) fn get<'r>(row: &'r Row, column: &str) -> &'r str {
    row.get(column).map(String::as_str).unwrap_or_default()
}

/// The outcome that the results are of. Refuses results of another standard, of data that are wrong, and results that do not agree with
/// what they rest on. The data themselves, where they are given too, tell what was read and which rows fail the softer checks of
/// plausibility, which the script does not look at; they must be those that the results are of.
pub fn outcome(
    plan: &Plan,
    script: &Script,
    results: &Results,
    options: &RunOptions,
    given: Option<&Dataset>,
) -> Result<Outcome, Vec<Diagnostic>> {
    let mut found = of_this_standard(plan, results, options);
    found.extend(rows_of(results, "问题").iter().take(200).map(|row| {
        let message = format!("数据表“{}”第 {} 行：{}", get(row, "表"), get(row, "行"), get(row, "问题"));
        Diagnostic::at(Code::FAILED_CHECK, Place::None, message)
    }));
    if !found.is_empty() {
        return Err(found);
    }
    let (told, subjects) = subjects(plan, results);
    found.extend(given.and_then(|data| other_data(plan, results, &told, data)));
    let judged = Engine::new(plan, script, results, &subjects);
    found.extend(judged.incomplete(subjects.len()));
    if !found.is_empty() {
        return Err(found);
    }
    let mut outcome = run_elsewhere(plan, given.unwrap_or(&told), options, &judged);
    if let Some(data) = given {
        outcome.verifications = heading(plan, data, options).outcome.verifications;
    }
    let broken = judged.into_broken();
    found.extend(broken.into_iter().take(20).map(|what| Diagnostic::at(Code::RESULTS, Place::None, what)));
    found.extend(disagreements(results, &outcome, &subjects));
    if found.is_empty() { Ok(outcome) } else { Err(found) }
}

pub(super) fn rows_of<'r>(results: &'r Results, name: &str) -> &'r [Row] {
    results.tables.get(name).map(Vec::as_slice).unwrap_or_default()
}

fn of_this_standard(plan: &Plan, results: &Results, options: &RunOptions) -> Vec<Diagnostic> {
    let told: BTreeMap<&str, &str> = rows_of(results, "标准").iter().map(|r| (get(r, "项"), get(r, "值"))).collect();
    let mut found = Vec::new();
    let mut same = |key: &str, wanted: &str, word: &str| {
        let have = told.get(key).copied().unwrap_or_default();
        if have != wanted {
            let message = format!("结果是按另一个{word}算的：结果里是“{have}”，现在是“{wanted}”");
            found.push(Diagnostic::at(Code::RESULTS, Place::None, message).help("用现在的标准、轮次和日期重新写脚本，再运行一次"));
        }
    };
    same("digest", &plan.standard.digest, "标准");
    same("round", options.round.as_deref().unwrap_or_default(), "轮次");
    same("date", options.date.as_deref().unwrap_or_default(), "日期");
    found
}

/// Where data are not those that the results are of.
fn other_data(plan: &Plan, results: &Results, told: &Dataset, data: &Dataset) -> Option<Diagnostic> {
    let here = |message: String| {
        Some(Diagnostic::at(Code::RESULTS, Place::None, message).help("--data 要给引擎评定的那一份数据；不给也能做报告，只是没有核验"))
    };
    let counts = rows_of(results, "标准").iter().filter_map(|r| Some((get(r, "项").strip_prefix("rows ")?, get(r, "值"))));
    let counts: BTreeMap<&str, &str> = counts.collect();
    for (index, table) in plan.tables.iter().enumerate() {
        let rows = data.table(TableId(index)).map_or(0, |t| t.rows).to_string();
        let engine = counts.get(table.name.as_str()).copied().unwrap_or_default();
        if engine != rows {
            return here(format!("结果与数据对不上：数据表“{}”在引擎里有 {engine} 行，在数据里有 {rows} 行", table.name));
        }
    }
    let all = RunOptions::default();
    let codes = |of: &Dataset| crate::eval::subjects(plan, of, &all).into_iter().map(|s| s.code).collect::<Vec<_>>();
    let (theirs, ours) = (codes(told), codes(data));
    let other = theirs.iter().zip(&ours).find(|(a, b)| a != b)?;
    here(format!("结果与数据对不上：引擎评定的“{}”，在数据的同一行是“{}”", other.0, other.1))
}

/// The subjects as data that hold nothing else, and the engine's number of each row.
fn subjects(plan: &Plan, results: &Results) -> (Dataset, Vec<String>) {
    let of = &plan.subject;
    let mut rows: Vec<&Row> = rows_of(results, "对象").iter().collect();
    rows.sort_by_key(|r| (get(r, "行").len(), get(r, "行")));
    let mut data = Dataset { tables: plan.tables.iter().map(|_| TableData::default()).collect(), ..Dataset::default() };
    let told: BTreeMap<&str, &str> = rows_of(results, "标准").iter().map(|r| (get(r, "项"), get(r, "值"))).collect();
    for (index, table) in plan.tables.iter().enumerate() {
        let count = told.get(format!("rows {}", table.name).as_str()).and_then(|c| c.parse().ok()).unwrap_or(0);
        let name = told.get("dialect").copied().unwrap_or_default().to_owned();
        data.inputs.push(InputFile {
            table: TableId(index),
            name,
            sheet: None,
            encoding: "",
            rows: count,
            headers: Vec::new(),
            sha256: String::new(),
        });
    }
    superiors(plan, &rows, &mut data);
    let wanted = [(Some(of.code), "代码"), (of.name, "名称"), (of.superior, "上级")];
    if let (Some(table), Some(declared)) = (data.tables.get_mut(of.table.0), plan.tables.get(of.table.0)) {
        table.supplied = true;
        table.rows = rows.len();
        table.columns = declared.fields.iter().map(|_| Column::Absent).collect();
        for (field, name) in wanted.into_iter().filter_map(|(f, n)| Some((f?, n))) {
            let texts: Vec<&str> = rows.iter().map(|r| get(r, name)).collect();
            if let (Some(column), Some(declared)) = (table.columns.get_mut(field.0), declared.fields.get(field.0)) {
                *column = typed(&declared.ty, &texts);
            }
        }
    }
    (data, rows.iter().map(|r| get(r, "行").to_owned()).collect())
}

type Superior = (TableId, FieldId, Option<FieldId>);

/// The rows that subjects belong to, where the superior is a reference: what they are called.
fn superiors(plan: &Plan, rows: &[&Row], data: &mut Dataset) {
    let Some((reference, (id, key, name))) = superior_of(plan) else { return };
    let named: BTreeMap<&str, &str> =
        rows.iter().map(|r| (get(r, "上级"), get(r, "上级名称"))).filter(|(code, _)| !code.is_empty()).collect();
    if let (Some(table), Some(declared)) = (data.tables.get_mut(id.0), plan.tables.get(id.0)) {
        table.supplied = true;
        table.rows = named.len();
        table.columns = declared.fields.iter().map(|_| Column::Absent).collect();
        for (field, texts) in [(Some(key), named.keys().copied().collect::<Vec<_>>()), (name, named.values().copied().collect())] {
            let Some(field) = field else { continue };
            if let (Some(column), Some(declared)) = (table.columns.get_mut(field.0), declared.fields.get(field.0)) {
                *column = typed(&declared.ty, &texts);
            }
        }
    }
    let at: BTreeMap<&str, u32> = named.keys().copied().zip(0..).collect();
    if let Some(subject) = data.tables.get_mut(plan.subject.table.0) {
        let none = (0..reference).map(|_| std::iter::empty().collect());
        let own = rows.iter().map(|r| at.get(get(r, "上级")).copied()).collect();
        subject.links = none.chain(std::iter::once(own)).collect();
    }
}

/// The reference from the subject to its superior, by its place, and the table that it leads to: its key and what its rows are called by.
pub(super) fn superior_of(plan: &Plan) -> Option<(usize, Superior)> {
    let subject = plan.tables.get(plan.subject.table.0)?;
    let superior = plan.subject.superior?;
    let (index, reference) = subject.references.iter().enumerate().find(|(_, r)| r.fields.as_slice() == [superior])?;
    let table = plan.tables.get(reference.table.0)?;
    Some((index, (reference.table, *table.key.first()?, table.display)))
}

fn typed(ty: &FieldType, texts: &[&str]) -> Column {
    match ty {
        FieldType::Integer(_) | FieldType::Decimal { .. } => Column::Number(texts.iter().map(|t| Decimal::parse(t).ok()).collect()),
        FieldType::Choice { options, .. } => {
            let index = |t: &&str| options.iter().position(|o| o == t).and_then(|i| u16::try_from(i).ok());
            Column::Choice(texts.iter().map(index).collect())
        }
        _ => Column::Text(texts.iter().map(|t| Some(*t).filter(|t| !t.is_empty())).collect()),
    }
}

/// Whether a score lies within the engine's, which was rounded outward.
fn lies_within(row: &Row, score: &Score) -> bool {
    let number = |text: &str| crate::value::parse_num(text);
    let (engine, ours) = ((number(get(row, "低")), number(get(row, "高"))), (number(&score.min), number(&score.max)));
    // What is shown of a score has twelve places.
    let slack = crate::value::num(1) / crate::value::num(1_000_000_000_000);
    matches!((engine, ours), ((Some(a), Some(b)), (Some(low), Some(high))) if a <= &low + &slack && high <= &b + &slack)
}

/// Where the engine's own verdicts of items, and of subjects, are not what biaochi makes of the same checks.
fn disagreements(results: &Results, outcome: &Outcome, subjects: &[String]) -> Vec<Diagnostic> {
    let word = |v: Verdict| match v {
        Verdict::Met => "met",
        Verdict::NotMet => "not_met",
        Verdict::Undetermined => "undetermined",
    };
    let index: BTreeMap<&str, usize> = (0..).zip(subjects).map(|(i, s)| (s.as_str(), i)).collect();
    let mut found = Vec::new();
    let mut differs = |subject: &str, what: &str, engine: &str, ours: &str| {
        if engine != "open" && engine != ours {
            let message = format!("{subject} 的 {what}：引擎算出“{engine}”，由同样的检查应得“{ours}”");
            found.push(Diagnostic::at(Code::RESULTS, Place::None, message).help("结果文件可能改过，或不是同一次运行的"));
        }
    };
    for row in rows_of(results, "结论") {
        if let Some(subject) = index.get(get(row, "对象")).and_then(|i| outcome.subjects.get(*i)) {
            differs(&subject.code, "结论", get(row, "结论"), word(subject.verdict));
            let ours = subject.grade.iter().chain(&subject.grades_possible).map(String::as_str).collect::<Vec<_>>().join("|");
            differs(&subject.code, "等级", get(row, "等级"), &ours);
            let conditions = get(row, "条件").split('|').filter(|c| !c.is_empty());
            for (told, reason) in conditions.zip(&subject.reasons) {
                differs(&subject.code, &reason.label, told, word(reason.verdict));
            }
        }
    }
    for row in rows_of(results, "条目") {
        let Some(subject) = index.get(get(row, "对象")).and_then(|i| outcome.subjects.get(*i)) else { continue };
        let id = get(row, "条目");
        let points = subject.indicators.iter().flat_map(|i| &i.points).chain(&subject.qualifications);
        let ours = points.filter(|p| p.id == id).map(|p| (p.verdict, p.score.as_ref()));
        let indicators = subject.indicators.iter().filter(|i| id.strip_prefix("指标 ") == Some(&i.id));
        let whole = indicators.filter_map(|i| Some((i.verdict?, i.score.as_ref())));
        for (verdict, score) in ours.chain(whole) {
            differs(&subject.code, id, get(row, "结论"), word(verdict));
            if let Some(score) = score.filter(|_| get(row, "结论") != "open") {
                if get(row, "约") == "1" {
                    if !lies_within(row, score) {
                        differs(&subject.code, id, &format!("{} 至 {}", get(row, "低"), get(row, "高")), &score.min);
                    }
                    continue;
                }
                for (told, ours) in [(get(row, "低"), &score.min), (get(row, "高"), &score.max)] {
                    let told = crate::value::parse_num(told).map(|n| crate::value::format_decimal(&n, 12)).unwrap_or_default();
                    differs(&subject.code, id, &told, ours);
                }
            }
        }
    }
    found
}
