//! The two evaluators give the same outcome: generated data, much of it exactly on the thresholds of a plan, is judged by columns and row by
//! row, for every shipped standard and every standard of the rules.
//!
//! `cargo test` takes some counties; `cargo test --release --test columns -- --ignored` takes 100,000 (`BIAOCHI_SUBJECTS` for another number,
//! `BIAOCHI_SEED` for other ones).

mod make;

use biaochi::data::{Dataset, load};
use biaochi::diagnostic::{Severity, human};
use biaochi::eval::{Engine, Outcome, RunOptions, run, verify_by};
use biaochi::plan::Plan;
use biaochi::{CompileOptions, Compiled, compile, compile_texts};
use make::{Dice, Maker};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How many subjects are made at a time.
const BATCH: usize = 250;
const SEED: u64 = 20_261_125;

fn folders(root: &str, holding: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(root).unwrap().flatten().map(|e| e.path()).filter(|p| p.join(holding).exists()).collect();
    found.sort();
    found
}

fn plan(name: &Path, compiled: Compiled) -> (String, Plan) {
    let Compiled { sources, plan, diagnostics } = compiled;
    assert!(diagnostics.iter().all(|d| d.severity != Severity::Error), "{}\n{}", name.display(), human(&diagnostics, &sources, false));
    (name.display().to_string(), plan.unwrap())
}

/// Every standard there is to judge by.
fn plans() -> Vec<(String, Plan)> {
    let on = CompileOptions { date: Some("2026-12-31".into()) };
    let mut plans: Vec<_> = folders("specs", "biaochi.toml").iter().map(|f| plan(f, compile(f, &on))).collect();
    let tables = fs::read_to_string("tests/rules/tables.biao").unwrap();
    for folder in folders("tests/rules", "spec.biao").into_iter().chain(folders("tests/columns", "spec.biao")) {
        let spec = fs::read_to_string(folder.join("spec.biao")).unwrap();
        let both = [("tables.biao", tables.as_str()), ("spec.biao", spec.as_str())];
        let texts = if spec.starts_with("# 独立") { &both[1..] } else { &both[..] };
        plans.push(plan(&folder, compile_texts("用例", texts, &on)));
    }
    assert!(plans.len() >= 10, "{}", plans.len());
    plans
}

fn read(plan: &Plan, folder: &Path, tables: &BTreeMap<String, String>) -> Dataset {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    for (name, text) in tables {
        fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
    let (data, found) = load(plan, &[folder.to_path_buf()]);
    let errors: Vec<_> = found.iter().filter(|d| d.severity == Severity::Error).take(5).collect();
    assert!(errors.is_empty(), "{}: {errors:#?}", folder.display());
    data
}

/// Judges the same data both ways; gives how many verdicts of checks there were of each kind.
fn hold(name: &str, plan: &Plan, data: &Dataset, seed: u64) -> BTreeMap<String, usize> {
    let options =
        |engine| RunOptions { round: plan.rounds.first().cloned(), working: seed.is_multiple_of(4), engine, ..RunOptions::default() };
    let told = |outcome: &Outcome| (serde_json::to_string(outcome).unwrap(), format!("{:?}", outcome.verifications));
    let (columns, reference) = (run(plan, data, &options(Engine::Columns)), run(plan, data, &options(Engine::Reference)));
    for (a, b) in columns.subjects.iter().zip(&reference.subjects) {
        let texts = [serde_json::to_string_pretty(a).unwrap(), serde_json::to_string_pretty(b).unwrap()];
        if let Some((by_columns, by_row)) = texts[0].lines().zip(texts[1].lines()).find(|(a, b)| a != b) {
            panic!("{name}, seed {seed}, subject {}: columns say {by_columns}, the reference says {by_row}", a.code);
        }
        assert_eq!(format!("{a:?}"), format!("{b:?}"), "{name}, seed {seed}, subject {}", a.code);
    }
    assert!(told(&columns) == told(&reference), "{name}, seed {seed}: the outcomes differ beside the subjects");
    assert_eq!(verify_by(plan, data, Engine::Columns), verify_by(plan, data, Engine::Reference), "{name}, seed {seed}");
    let mut counts = BTreeMap::new();
    let points = reference.subjects.iter().flat_map(|s| s.indicators.iter().flat_map(|i| &i.points).chain(&s.qualifications));
    for check in points.flat_map(|p| &p.checks) {
        *counts.entry(format!("{:?}", check.verdict)).or_default() += 1;
        *counts.entry("rows met".into()).or_default() += check.met.unwrap_or(0);
        *counts.entry("rows not met".into()).or_default() += check.not_met.unwrap_or(0);
        *counts.entry("rows undetermined".into()).or_default() += check.undetermined.unwrap_or(0);
        *counts.entry("reliefs".into()).or_default() += check.reliefs.len();
    }
    counts
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

fn hold_all(subjects: usize) {
    let seed = number("BIAOCHI_SEED", SEED);
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("columns-{subjects}"));
    let plans = plans();
    let mut total: BTreeMap<String, usize> = BTreeMap::new();
    let each = subjects.div_ceil(plans.len());
    for (at, (name, plan)) in plans.iter().enumerate() {
        let mut left = each;
        for batch in 0.. {
            let count = left.min(BATCH);
            if count == 0 {
                break;
            }
            let seed = seed + at as u64 * 1_000_000 + batch;
            let tables = Maker::new(plan, Dice::new(seed)).tables(count);
            let data = read(plan, &scratch.join(at.to_string()), &tables);
            for (kind, count) in hold(name, plan, &data, seed) {
                *total.entry(kind).or_default() += count;
            }
            left -= count;
        }
    }
    println!("{} standards, {each} subjects each: {total:?}", plans.len());
    // What is the same on both sides must also have been looked at.
    for kind in ["Met", "NotMet", "Undetermined", "rows met", "rows not met", "rows undetermined", "reliefs"] {
        assert!(total.get(kind).is_some_and(|count| *count > subjects / 200), "{kind}: {total:?}");
    }
}

#[test]
fn columns_and_reference_agree() {
    hold_all(480);
}

#[test]
#[ignore = "takes minutes: run by name, with --release"]
fn columns_and_reference_agree_on_a_nation() {
    hold_all(usize::try_from(number("BIAOCHI_SUBJECTS", 100_000)).unwrap());
}
