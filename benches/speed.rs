//! How long a compilation and an evaluation take, over the public API.

use std::fs;
use std::path::{Path, PathBuf};

use biaochi::data::Dataset;
use biaochi::eval::{RunOptions, run};
use biaochi::plan::Plan;
use biaochi::report::{Format, Options, render};
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

/// The sample's 20 schools `times` over in one county; what belongs to a school has a key that opens with the county's code.
fn county(times: usize) -> PathBuf {
    multiply(&format!("county-{times}"), |row, code| {
        let owned = |c: &str| c.starts_with(code) && c.len() > code.len();
        let copies = if row.split(',').any(owned) { times } else { 1 };
        let copy = |n| row.split(',').map(move |c| if owned(c) { format!("{c}{n}") } else { c.to_owned() });
        (0..copies).map(|n| copy(n).collect::<Vec<_>>().join(",")).collect()
    })
}

/// The sample county `copies` times over, each under a code of its own.
fn province(copies: usize) -> PathBuf {
    multiply(&format!("province-{copies}"), |row, code| {
        let renamed = |n: usize| {
            let own = format!("{:06}", 200_000 + n);
            row.split(',').map(|c| c.strip_prefix(code).map_or_else(|| c.to_owned(), |rest| format!("{own}{rest}"))).collect::<Vec<_>>()
        };
        (0..copies).map(|n| renamed(n).join(",")).collect()
    })
}

/// The sample written again with every row made into several, given the county's code.
fn multiply(name: &str, rows: impl Fn(&str, &str) -> Vec<String>) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a scratch folder");
    let text = fs::read_to_string(sample().join("区县.csv")).expect("the sample county");
    let code = text.lines().nth(1).and_then(|l| l.split(',').next()).expect("a county's row").to_owned();
    for entry in fs::read_dir(sample()).expect("the sample").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "csv") {
            let text = fs::read_to_string(&path).expect("a table");
            let (header, body) = text.split_once('\n').unwrap_or((&text, ""));
            let body: Vec<String> = body.lines().flat_map(|row| rows(row, &code)).collect();
            fs::write(folder.join(entry.file_name()), format!("{header}\n{}\n", body.join("\n"))).expect("a table written");
        }
    }
    folder
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

/// From the text of the standard and the files to JSON and HTML, as a process does it but for writing them.
fn cold(folder: &Path) -> usize {
    let plan = plan();
    let data = dataset(&plan, folder.to_path_buf());
    let outcome = run(&plan, &data, &options(&plan));
    let formats = [Format::Json, Format::Html];
    formats.iter().flat_map(|f| render(&plan, &outcome, *f, &Options::default()).expect("a report")).map(|(_, text)| text.len()).sum()
}

#[divan::bench]
fn a_county_of_60_schools_cold_to_json_and_html(bencher: Bencher) {
    let folder = county(3);
    bencher.bench(|| cold(black_box(&folder)));
}

/// Throughput in counties, over a province generated from the sample.
#[divan::bench(args = [10, 100], sample_count = 5)]
fn run_a_province(bencher: Bencher, counties: usize) {
    let plan = plan();
    let data = dataset(&plan, province(counties));
    assert_eq!(subjects(&plan, &data), counties, "every generated county is read");
    bencher.counter(ItemsCount::new(counties)).bench(|| run(black_box(&plan), black_box(&data), &options(&plan)));
}

#[divan::bench(args = [100], sample_count = 5)]
fn a_province_cold_to_json_and_html(bencher: Bencher, counties: usize) {
    let folder = province(counties);
    bencher.counter(ItemsCount::new(counties)).bench(|| cold(black_box(&folder)));
}
