//! How long a compilation and an evaluation take, over the public API.

mod multiply;

use std::path::{Path, PathBuf};

use biaochi::data::Dataset;
use biaochi::eval::{RunOptions, run};
use biaochi::plan::Plan;
use biaochi::report::{Format, Options, render};
use biaochi::{CompileOptions, compile};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use multiply::{county, province, sample};

fn main() {
    divan::main();
}

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/changjiang-2026")
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
