//! The generated nation of `benches/nation`: data without complaint, on which every point is decided both ways.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use biaochi::eval::{RunOptions, heading, run};
use biaochi::report::{Format, Options, publish, render};
use biaochi::{CompileOptions, compile};
use serde_json::Value;

use crate::reports::Folder;

#[path = "../../benches/nation/generate.rs"]
#[allow(dead_code)]
mod generate;

fn nation(name: &str, counties: usize, schools: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    generate::write(&folder, counties, schools, 2026).expect("a nation written");
    folder
}

#[test]
fn every_point_is_fulfilled_by_some_county_and_failed_by_some() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/changjiang-2026");
    let plan = compile(&spec, &CompileOptions::default()).plan.expect("the shipped standard compiles");
    let (data, complaints) = biaochi::data::load(&plan, &[nation("nation-60", 60, 20)]);
    assert!(complaints.is_empty(), "{complaints:?}");
    let outcome = run(&plan, &data, &RunOptions { round: plan.rounds.first().cloned(), ..RunOptions::default() });
    let written = render(&plan, &outcome, Format::Json, &Options::default()).expect("a report");
    let outcome: Value = serde_json::from_str(&written[0].1).expect("the outcome is JSON");

    let mut verdicts: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let counties = outcome["subjects"].as_array().expect("counties");
    assert_eq!(counties.len(), 60);
    let indicators = counties.iter().flat_map(|c| c["indicators"].as_array().expect("indicators"));
    for point in indicators.flat_map(|i| i["points"].as_array().expect("points")) {
        verdicts.entry(point["id"].as_str().unwrap()).or_default().insert(point["verdict"].as_str().unwrap());
    }
    assert_eq!(verdicts.keys().copied().collect::<BTreeSet<_>>(), generate::POINTS.into_iter().collect());
    let one_sided: Vec<_> = verdicts.iter().filter(|(_, seen)| !(seen.contains("met") && seen.contains("not_met"))).collect();
    assert!(one_sided.is_empty(), "{one_sided:?}");

    // The county of each fifty that stands on the line, and the next, which is one unit over it.
    let coefficient = |county: usize, check: usize| {
        let check = &counties[county]["indicators"][0]["points"][2]["checks"][check];
        (check["value"].as_str().unwrap().to_owned(), check["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(coefficient(48, 0), ("0.5".to_owned(), "met".to_owned()));
    assert_eq!(coefficient(48, 1), ("0.45".to_owned(), "met".to_owned()));
    assert_eq!(coefficient(49, 0).1, "not_met");
    assert!(coefficient(49, 0).0.starts_with("0.50"), "{:?}", coefficient(49, 0));
}

#[test]
fn several_counties_in_pieces_are_the_whole_a_line_for_each() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/changjiang-2026");
    let plan = compile(&spec, &CompileOptions::default()).plan.expect("the shipped standard compiles");
    let (data, _) = biaochi::data::load(&plan, &[nation("nation-4", 4, 6)]);
    let (options, paper) = (RunOptions::default(), Options::default());
    let mut folder = Folder::default();
    publish(&plan, &data, &options, &heading(&plan, &data, &options), &[Format::Json], &paper, &mut folder).expect("a report");
    let whole = &render(&plan, &run(&plan, &data, &options), Format::Json, &paper).expect("a report")[0].1;
    assert_eq!(&folder.0["outcome.json"], whole);
    let counties: Vec<Value> = whole.lines().filter_map(|l| serde_json::from_str(l.trim().trim_end_matches(',')).ok()).collect();
    let counties = counties.iter().filter(|c| c["indicators"].is_array());
    assert_eq!(counties.map(|c| c["code"].as_str().unwrap()).collect::<Vec<_>>(), ["110101", "120101", "130101", "140101"]);
}

#[test]
fn a_larger_nation_begins_with_the_smaller() {
    let (small, large) = (nation("nation-2", 2, 8), nation("nation-3", 3, 8));
    for entry in std::fs::read_dir(&small).expect("the tables").flatten() {
        let read = |folder: &Path| std::fs::read_to_string(folder.join(entry.file_name())).expect("a table");
        let (small, large) = (read(&small), read(&large));
        assert!(small.lines().count() > 2 && large.len() > small.len() && large.starts_with(&small), "{:?}", entry.file_name());
    }
}
