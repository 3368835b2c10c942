//! The working of a run says the same as its outcome, row by row.

use biaochi::data::load;
use biaochi::eval::{CheckOutcome, Outcome, RunOptions, Verdict, rounds, run};
use biaochi::plan::{CheckKind, Plan};
use biaochi::value::{Num, num, parse_num};
use biaochi::{CompileOptions, compile};
use std::path::Path;

fn outcome(spec: &str, data: &str) -> (Plan, Outcome) {
    let plan = compile(Path::new(spec), &CompileOptions::default()).plan.unwrap();
    let (dataset, _) = load(&plan, &[Path::new(data).to_path_buf()]);
    let options = RunOptions { round: plan.rounds.first().cloned(), working: true, ..RunOptions::default() };
    let outcome = run(&plan, &dataset, &options);
    (plan, outcome)
}

fn checks(plan: &Plan, outcome: &Outcome) -> Vec<(String, bool, CheckOutcome)> {
    let points = outcome.subjects.iter().flat_map(|s| s.indicators.iter().flat_map(|i| &i.points).chain(&s.qualifications));
    points
        .flat_map(|p| {
            let kinds = &plan.items().find(|i| i.id == p.id).unwrap().checks;
            let by_row = |k: &CheckKind| matches!(k, CheckKind::Each { .. } | CheckKind::Several { .. } | CheckKind::Group { .. });
            p.checks.iter().zip(kinds).map(|(c, k)| (p.id.to_string(), by_row(&k.kind), c.clone())).collect::<Vec<_>>()
        })
        .collect()
}

fn number(text: &str) -> Num {
    parse_num(text).unwrap()
}

fn sum<'a>(texts: impl Iterator<Item = &'a String>) -> Num {
    texts.fold(num(0), |total, text| total + number(text))
}

#[test]
fn every_row_is_there_and_stands_as_counted() {
    let (mut rows, mut parts) = (0, 0);
    for (spec, data) in [
        ("specs/changjiang-2026", "specs/changjiang-2026/示例数据"),
        ("specs/changjiang-2026", "tests/fixtures/samples/sample-missing"),
        ("specs/national-2017", "specs/national-2017/示例数据"),
    ] {
        let (plan, outcome) = outcome(spec, data);
        for (id, _, c) in checks(&plan, &outcome).into_iter().filter(|(_, by_row, _)| *by_row) {
            let count = |wanted| Some(c.working.rows.iter().filter(|r| r.verdict == wanted).count());
            assert_eq!(Some(c.working.rows.len()), c.rows, "{id}");
            assert_eq!(
                (count(Verdict::Met), count(Verdict::NotMet), count(Verdict::Undetermined)),
                (c.met, c.not_met, c.undetermined),
                "{id}"
            );
            let failing: Vec<_> = c.working.rows.iter().filter(|r| r.verdict == Verdict::NotMet).collect();
            for (seen, failure) in failing.iter().zip(&c.failures) {
                assert_eq!(
                    (&seen.row.key, &seen.row.value, &seen.row.shortfall),
                    (&failure.key, &failure.value, &failure.shortfall),
                    "{id}"
                );
            }
            for row in &c.working.rows {
                assert_eq!(row.parts.len(), c.parts.len(), "{id}");
                parts += row.parts.len();
            }
            rows += c.working.rows.len();
        }
    }
    assert!(rows > 500 && parts > 50, "{rows} {parts}");
}

#[test]
fn a_variation_is_told_in_the_unit_of_its_indicator() {
    let (plan, outcome) = outcome("specs/national-2017", "specs/national-2017/示例数据");
    let spreads: Vec<_> = checks(&plan, &outcome).into_iter().filter_map(|(id, _, c)| Some((id, c.value, c.working.spread?))).collect();
    assert!(spreads.len() > 28, "{}", spreads.len());
    for (id, value, spread) in &spreads {
        assert!(spread.unit.is_some(), "{id}");
        let (mean, weights) = (number(&spread.mean), sum(spread.rows.iter().map(|r| &r.weight)));
        let (mut total, mut square) = (num(0), num(0));
        for r in &spread.rows {
            let (v, w) = (number(&r.value), number(&r.weight));
            total += &v * &w;
            square += (&v - &mean) * (&v - &mean) * &w;
        }
        let near = |a: Num, b: Num| (&a - &b) * (&a - &b) < num(1) / num(1_000_000_000);
        assert!(near(total / &weights, mean.clone()), "{id}: the mean is that of the values");
        let variation = number(value.as_ref().unwrap());
        assert!(near(square / weights, &variation * &variation * &mean * &mean), "{id}: the variation is theirs");
        assert!(near(sum(spread.rows.iter().map(|r| &r.share)), num(1)), "{id}: the shares are of one whole");
    }
}

#[test]
fn a_single_value_names_the_cells_it_is_made_of() {
    let (plan, outcome) = outcome("specs/changjiang-2026", "tests/fixtures/samples/sample-good");
    let found = checks(&plan, &outcome);
    let operands = |id: &str| found.iter().filter(|(i, ..)| i == id).map(|(.., c)| c.working.operands.clone()).collect::<Vec<_>>();
    let cells = operands("26.1").remove(0);
    assert_eq!(cells.len(), 5, "{cells:?}");
    assert!(cells.iter().all(|c| c.value.is_some() && c.source.as_ref().is_some_and(|s| s.place == "区县指标.csv:2")), "{cells:?}");
    assert_eq!(operands("8.1").iter().map(Vec::len).collect::<Vec<_>>(), [3, 6], "a value for each year");
    assert_eq!(operands("38.1").remove(0).iter().map(|o| o.rows).collect::<Vec<_>>(), [Some(7), Some(7)]);
    assert_eq!(operands("1.1"), [vec![]]);
    let (data, _) = load(&plan, &[Path::new("tests/fixtures/samples/sample-good").to_path_buf()]);
    assert_eq!(rounds(&plan, &data), ["自评", "市级复核"]);
}
