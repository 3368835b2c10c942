//! How long a compilation and an evaluation take, over the public API.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use biaochi::data::Dataset;
use biaochi::eval::{RunOptions, run};
use biaochi::plan::Plan;
use biaochi::{CompileOptions, compile};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/changjiang-2026")
}

fn sample() -> PathBuf {
    spec().join("示例数据")
}

fn plan() -> Plan {
    compile(&spec(), &CompileOptions::default()).plan.expect("the shipped standard compiles")
}

fn dataset(plan: &Plan, folder: PathBuf) -> Dataset {
    biaochi::data::load(plan, &[folder]).0
}

fn subjects(plan: &Plan, data: &Dataset) -> usize {
    data.table(plan.subject.table).map_or(0, |t| t.rows)
}

fn options(plan: &Plan) -> RunOptions {
    RunOptions { round: plan.rounds.first().cloned(), ..RunOptions::default() }
}

/// The sample county `copies` times over, each under a code of its own; codes are the digits that open the county's code.
fn province(copies: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("province-{copies}"));
    fs::create_dir_all(&folder).expect("a scratch folder");
    let text = fs::read_to_string(sample().join("区县.csv")).expect("the sample county");
    let code = text.lines().nth(1).and_then(|l| l.split(',').next()).expect("a county's row").to_owned();
    for entry in fs::read_dir(sample()).expect("the sample").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "csv") {
            let text = fs::read_to_string(&path).expect("a table");
            fs::write(folder.join(entry.file_name()), multiplied(&text, &code, copies)).expect("a table written");
        }
    }
    folder
}

/// Repeats the rows; a cell that begins with the county's code (its own, a school's) gets the copy's code in its place.
fn multiplied(text: &str, code: &str, copies: usize) -> String {
    let (header, rows) = text.split_once('\n').unwrap_or((text, ""));
    let mut out = format!("{header}\n");
    for copy in 0..copies {
        let own = format!("{:06}", 200_000 + copy);
        for row in rows.lines() {
            let cells: Vec<String> =
                row.split(',').map(|c| c.strip_prefix(code).map_or_else(|| c.to_owned(), |rest| format!("{own}{rest}"))).collect();
            writeln!(out, "{}", cells.join(",")).expect("text");
        }
    }
    out
}

#[divan::bench]
fn compile_the_full_standard() {
    black_box(compile(black_box(&spec()), &CompileOptions::default()));
}

#[divan::bench]
fn load_a_county(bencher: Bencher) {
    let plan = plan();
    bencher.bench(|| dataset(black_box(&plan), sample()));
}

#[divan::bench]
fn run_a_county(bencher: Bencher) {
    let plan = plan();
    let data = dataset(&plan, sample());
    bencher.bench(|| run(black_box(&plan), black_box(&data), &options(&plan)));
}

/// Throughput in counties, over a province generated from the sample.
#[divan::bench(args = [10, 100], sample_count = 5)]
fn run_a_province(bencher: Bencher, counties: usize) {
    let plan = plan();
    let data = dataset(&plan, province(counties));
    assert_eq!(subjects(&plan, &data), counties, "every generated county is read");
    bencher.counter(ItemsCount::new(counties)).bench(|| run(black_box(&plan), black_box(&data), &options(&plan)));
}
