//! The other shipped standards: judged as computed elsewhere in exact fractions, and as published.

use crate::outcomes::differences;
use crate::specs::{outcome_of, plan_of, published};
use biaochi::value::{format_decimal, num, parse_num, round_half_up};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

const BASIC: &str = "specs/basic-2012";

fn expected(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(format!("tests/fixtures/standards/{name}.json")).unwrap()).unwrap()
}

fn outcome(spec: &str, data: &str) -> Value {
    outcome_of(&plan_of(spec), &Path::new(spec).join(data))
}

/// Each subject by name, with its verdict.
fn verdicts(outcome: &Value) -> BTreeMap<&str, &str> {
    let subjects = outcome["subjects"].as_array().unwrap();
    subjects.iter().map(|s| (s["name"].as_str().unwrap(), s["verdict"].as_str().unwrap())).collect()
}

#[test]
fn the_standard_of_2012_judges_its_sample_as_computed_elsewhere() {
    let outcome = outcome(BASIC, "示例数据");
    assert_eq!(differences(&expected("basic-2012"), &outcome), Vec::<String>::new());
    let wanted = [("示例甲县", "met"), ("示例乙县", "not_met"), ("示例丙县", "met"), ("示例丁县", "undetermined")];
    assert_eq!(verdicts(&outcome), BTreeMap::from(wanted));
}

#[test]
fn the_published_rows_of_2012_come_out_as_published() {
    let outcome = outcome(BASIC, "公布数据");
    assert_eq!(differences(&expected("basic-2012-published"), &outcome), Vec::<String>::new());
    let mut rows = 0;
    for row in published("cv-published-2012.csv").iter().filter(|r| r[3] == "cv") {
        let name = format!("{}{}", row[0], row[1]);
        let subject = outcome["subjects"].as_array().unwrap().iter().find(|s| s["name"] == *name).unwrap();
        let indicator = &subject["indicators"][usize::from(row[2] == "初中")];
        let composite = parse_num(indicator["points"][0]["checks"][0]["value"].as_str().unwrap()).unwrap();
        let stated = parse_num(&row[12]).unwrap();
        // One row was cut off rather than rounded: a mean of 0.56275 stands as 0.562.
        let cut = name == "重庆永川区" && row[2] == "小学";
        let stated = if cut { stated + num(1) / num(1000) } else { stated };
        assert_eq!(format_decimal(&round_half_up(&composite, 3), 3), format_decimal(&stated, 3), "{name} {}", row[2]);
        assert_eq!(indicator["verdict"], "met", "{name} {}: published as met", row[2]);
        rows += 1;
    }
    assert_eq!(rows, 23);
    let open: Vec<&str> = verdicts(&outcome).into_iter().filter(|(_, v)| *v != "met").map(|(n, _)| n).collect();
    assert_eq!(open, ["重庆綦江区"], "its lower-secondary row was not found");
}

const NATIONAL: &str = "specs/national-2017";

#[test]
fn the_national_standard_judges_its_sample_as_computed_elsewhere() {
    let outcome = outcome(NATIONAL, "示例数据");
    assert_eq!(differences(&expected("national-2017"), &outcome), Vec::<String>::new());
    let wanted = [("示例甲县", "met"), ("示例乙县", "not_met"), ("示例丙县", "undetermined")];
    assert_eq!(verdicts(&outcome), BTreeMap::from(wanted));
}

/// Each point and school that a relief alone meets.
fn relieved(subject: &Value) -> Vec<String> {
    let list = |v: &Value, key: &str| v[key].as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for point in list(subject, "indicators").iter().flat_map(|i| list(i, "points")) {
        for row in list(&point, "checks").iter().flat_map(|c| list(c, "reliefs")) {
            assert_eq!(row["duty"], "制定达标方案，三年内复查");
            found.push(format!("{} {}", point["id"].as_str().unwrap(), row["key"]["学校代码"].as_str().unwrap()));
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn schools_met_by_a_relief_are_listed_with_their_duty() {
    let (expected, outcome) = (expected("national-2017"), outcome(NATIONAL, "示例数据"));
    let mut all = 0;
    for (want, have) in expected["subjects"].as_array().unwrap().iter().zip(outcome["subjects"].as_array().unwrap()) {
        let found = relieved(have);
        all += found.len();
        assert_eq!(want["relieved"], serde_json::json!(found), "{}", have["name"]);
    }
    assert_eq!(all, 15);
}
