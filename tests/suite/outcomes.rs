//! An outcome held against an expected one: verdicts, scores, counts, failing rows and values.

use biaochi::value::{Num, num, parse_num};
use serde_json::Value;
use std::collections::BTreeMap;

/// Points whose failing rows show a value that their rule itself names.
const WITH_ROW_VALUES: [&str; 7] = ["10.2", "12.1", "13.1", "13.2", "20.1", "21.1", "21.2"];

/// Every difference, in words; labels and the order of checks inside a point are free.
pub fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (code, e, a) in paired("", expected, actual, "subjects", "code", &mut found) {
        same(&code, e, a, &["verdict", "must", "score"], &mut found);
        for (id, e, a) in paired(&code, e, a, "vetoes", "id", &mut found) {
            same(&id, e, a, &["verdict"], &mut found);
        }
        for (id, e, a) in paired(&code, e, a, "qualifications", "id", &mut found) {
            point(&id, e, a, &mut found);
        }
        for (id, e, a) in paired(&code, e, a, "indicators", "id", &mut found) {
            same(&id, e, a, &["kind", "verdict", "score"], &mut found);
            for (id, e, a) in paired(&id, e, a, "points", "id", &mut found) {
                point(&id, e, a, &mut found);
            }
        }
    }
    found
}

fn list<'v>(of: &'v Value, key: &str) -> &'v [Value] {
    of[key].as_array().map_or(&[], Vec::as_slice)
}

fn paired<'v>(
    place: &str,
    expected: &'v Value,
    actual: &'v Value,
    key: &str,
    id: &str,
    found: &mut Vec<String>,
) -> Vec<(String, &'v Value, &'v Value)> {
    let (e, a) = (list(expected, key), list(actual, key));
    if e.len() != a.len() {
        found.push(format!("{place} {key}: expected {}, actual {}", e.len(), a.len()));
    }
    let mut pairs = Vec::new();
    for item in e {
        match a.iter().find(|x| x[id] == item[id]) {
            Some(other) => pairs.push((format!("{place} {}", item[id].as_str().unwrap_or("?")), item, other)),
            None => found.push(format!("{place} {} is absent", item[id])),
        }
    }
    pairs
}

/// Compares what is expected; keys that only the actual has are free.
fn same(place: &str, expected: &Value, actual: &Value, keys: &[&str], found: &mut Vec<String>) {
    for key in keys {
        let (e, a) = (&expected[*key], &actual[*key]);
        match e.as_object() {
            Some(parts) => {
                let names: Vec<&str> = parts.keys().map(String::as_str).collect();
                same(&format!("{place}.{key}"), e, a, &names, found);
            }
            None if e.is_null() || e == a => {}
            None => found.push(format!("{place} {key}: expected {e}, actual {a}")),
        }
    }
}

fn point(place: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    same(place, expected, actual, &["verdict", "score"], found);
    if let Some(flagged) = expected["flagged"].as_bool()
        && flagged == list(actual, "flags").is_empty()
    {
        found.push(format!("{place} flags: expected {flagged}, actual {}", actual["flags"]));
    }
    let (e, a) = (list(expected, "checks"), list(actual, "checks"));
    failing_rows(place, e, a, found);
    counted(place, e, a, found);
    single(place, e, a, found);
}

fn failing_rows(place: &str, expected: &[Value], actual: &[Value], found: &mut Vec<String>) {
    let (e, a) = (failures(expected), failures(actual));
    let (keys, other): (Vec<_>, Vec<_>) = (e.keys().collect(), a.keys().collect());
    if keys != other {
        found.push(format!("{place} failing rows: expected {keys:?}, actual {other:?}"));
        return;
    }
    let id = place.rsplit(' ').next().unwrap_or("");
    let resource = id.split_once('.').is_some_and(|(i, p)| i.parse::<u8>().is_ok_and(|i| i <= 7) && p != "3");
    for (key, value) in e.iter().filter(|_| resource || WITH_ROW_VALUES.contains(&id)) {
        let have = a.get(key).cloned().flatten();
        if value.as_ref().is_some_and(|v| have.as_ref().is_none_or(|h| !near(v, h))) {
            found.push(format!("{place} {key}: expected {value:?}, actual {have:?}"));
        }
    }
}

fn failures(checks: &[Value]) -> BTreeMap<String, Option<String>> {
    let mut rows = BTreeMap::new();
    for failure in checks.iter().flat_map(|c| list(c, "failures")) {
        let parts = failure["key"].as_object().into_iter().flatten();
        let parts = parts.map(|(k, v)| (k.rsplit('.').next().unwrap_or(k), v.as_str().unwrap_or_default()));
        let mut key: Vec<String> = parts.filter(|(k, _)| *k != "区县代码").map(|(k, v)| format!("{k}={v}")).collect();
        key.sort();
        rows.insert(key.join(","), failure["value"].as_str().map(str::to_owned));
    }
    rows
}

fn counted(place: &str, expected: &[Value], actual: &[Value], found: &mut Vec<String>) {
    let loose = expected.iter().any(|c| c["loose"] == true);
    let fields: &[&str] =
        if loose { &["verdict", "not_met", "undetermined"] } else { &["verdict", "applicable", "rows", "met", "not_met", "undetermined"] };
    let bag = |checks: &[Value]| {
        let of = checks.iter().filter(|c| !c["rows"].is_null());
        let mut rows: Vec<String> = of.map(|c| fields.iter().map(|f| c[*f].to_string()).collect::<Vec<_>>().join(" ")).collect();
        rows.sort();
        rows
    };
    let (e, a) = (bag(expected), bag(actual));
    if e != a {
        found.push(format!("{place} checks over rows: expected {e:?}, actual {a:?}"));
    }
}

/// Checks of one value: verdicts, and values to 9 places where the expectation is not soft.
fn single(place: &str, expected: &[Value], actual: &[Value], found: &mut Vec<String>) {
    let of = |checks: &[Value]| -> Vec<Value> { checks.iter().filter(|c| c["rows"].is_null()).cloned().collect() };
    let (e, a) = (of(expected), of(actual));
    if e.len() != a.len() {
        found.push(format!("{place}: expected {} single checks, actual {}", e.len(), a.len()));
        return;
    }
    let bag = |checks: &[Value]| {
        let mut rows: Vec<String> = checks.iter().map(|c| format!("{} {}", c["verdict"], c["applicable"])).collect();
        rows.sort();
        rows
    };
    if bag(&e) != bag(&a) {
        found.push(format!("{place} single checks: expected {:?}, actual {:?}", bag(&e), bag(&a)));
    }
    if e.iter().any(|c| c["soft"] == true || c["kind"] == "judged" || c["kind"] == "series") {
        return;
    }
    let values = |checks: &[Value]| {
        let mut values: Vec<Num> = checks.iter().filter_map(|c| parse_num(c["value"].as_str()?)).collect();
        values.sort();
        values
    };
    let (e, a) = (values(&e), values(&a));
    if e.len() != a.len() || e.iter().zip(&a).any(|(x, y)| !close(x, y)) {
        found.push(format!("{place} values: expected {e:?}, actual {a:?}"));
    }
}

fn near(a: &str, b: &str) -> bool {
    parse_num(a).zip(parse_num(b)).is_some_and(|(a, b)| close(&a, &b))
}

fn close(a: &Num, b: &Num) -> bool {
    let bound = num(1) / num(1_000_000_000);
    a - b < bound && b - a < bound
}
