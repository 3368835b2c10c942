//! Small plans and data made by hand: one subject, a table of rows, a table of years.

use super::context::{Context, Frame};
use super::outcome::Verdict;
use super::truth::Truth;
use super::value::Value;
use super::*;
use crate::data::{Column, TableData};
use crate::plan::*;
use crate::value::{Decimal, Num, Text, Unit, num};

const ROWS: TableId = TableId(1);
const YEARS: TableId = TableId(2);

fn table(name: &str, fields: &[(&str, FieldType)]) -> Table {
    let field = |(name, ty): &(&str, FieldType)| Field {
        name: (*name).into(),
        ty: ty.clone(),
        required: false,
        signed: false,
        additive: false,
        range: None,
        help: String::new(),
        source: String::new(),
        aliases: Vec::new(),
    };
    let subject = name == "S";
    Table {
        name: name.into(),
        title: String::new(),
        fields: fields.iter().map(field).collect(),
        key: if subject { vec![FieldId(0)] } else { vec![FieldId(0), FieldId(1)] },
        references: if subject { Vec::new() } else { vec![Reference { fields: vec![FieldId(0)], table: TableId(0) }] },
        display: None,
        subject_path: Some(if subject { Vec::new() } else { vec![ReferenceId(0)] }),
        one_per_subject: subject,
        year: (name == "Y").then_some(FieldId(1)),
        notes: Vec::new(),
    }
}

fn plan() -> Plan {
    let (text, whole) = (FieldType::Text, FieldType::Integer(Unit::none()));
    Plan {
        standard: Standard {
            id: "t".into(),
            title: String::new(),
            version: String::new(),
            layers: Vec::new(),
            digest: String::new(),
            notes: Vec::new(),
        },
        natures: Vec::new(),
        rounds: Vec::new(),
        tables: vec![
            table("S", &[("code", text.clone()), ("year", whole.clone())]),
            table("R", &[("code", text.clone()), ("id", text.clone()), ("p", whole.clone()), ("x", whole.clone())]),
            table("Y", &[("code", text), ("year", whole.clone()), ("v", whole)]),
        ],
        subject: Subject { table: TableId(0), code: FieldId(0), name: None, members: None, base_year: Some(FieldId(1)), superior: None },
        judgements: None,
        events: None,
        populations: Vec::new(),
        parameters: Vec::new(),
        definitions: Vec::new(),
        undated: Vec::new(),
        departments: Vec::new(),
        categories: Vec::new(),
        indicators: Vec::new(),
        vetoes: Vec::new(),
        qualifications: Vec::new(),
        verdict: None,
        history: crate::plan::History::default(),
        steps: Vec::new(),
        verifications: Vec::new(),
        cases: Vec::new(),
    }
}

fn numbers(values: &[Option<i64>]) -> Column {
    Column::Number(values.iter().map(|v| v.map(|mantissa| Decimal { mantissa, scale: 0 })).collect())
}

fn supplied(columns: Vec<Column>, rows: usize) -> TableData {
    TableData {
        supplied: true,
        rows,
        columns,
        links: vec![(0..rows).map(|_| Some(0)).collect()],
        subjects: (0..rows).map(|_| Some(0)).collect(),
        places: (0..rows).map(|_| (0, 2)).collect(),
        ..TableData::default()
    }
}

fn texts(prefix: &str, rows: usize) -> Column {
    let texts: Vec<String> = (0..rows).map(|i| format!("{prefix}{i}")).collect();
    Column::Text(texts.iter().map(|t| Some(t.as_str())).collect())
}

/// `rows` are (p, x); `years` are (year, v); the base year is 2025.
fn data(rows: &[(Option<i64>, Option<i64>)], years: &[(i64, Option<i64>)]) -> Dataset {
    let (ps, xs): (Vec<_>, Vec<_>) = rows.iter().copied().unzip();
    let (ys, vs): (Vec<_>, Vec<_>) = years.iter().map(|(y, v)| (Some(*y), *v)).unzip();
    let mut subject = supplied(vec![texts("C", 1), numbers(&[Some(2025)])], 1);
    subject.links = Vec::new();
    let n = rows.len();
    Dataset {
        tables: vec![
            subject,
            supplied(vec![texts("C", n), texts("r", n), numbers(&ps), numbers(&xs)], n),
            supplied(vec![texts("C", years.len()), numbers(&ys), numbers(&vs)], years.len()),
        ],
        inputs: Vec::new(),
        partial: false,
        left_out: Vec::new(),
    }
}

fn field(table: TableId, field: usize) -> Expr {
    Expr::Field { table, path: Vec::new(), field: FieldId(field) }
}

fn rows(filter: Option<Expr>) -> Rows {
    Rows { table: ROWS, population: None, filter: filter.map(Box::new), name: "R".into() }
}

fn aggregate(function: Aggregate, arguments: Vec<Expr>) -> Expr {
    Expr::Aggregate { function, scope: Scope { rows: rows(None), extent: Extent::Subject }, arguments }
}

fn compare(op: CompareOp, left: Expr, right: Expr) -> Expr {
    Expr::Compare { op, left: Box::new(left), right: Box::new(right) }
}

fn number(n: i64) -> Expr {
    Expr::Number(num(n))
}

fn value(data: &Dataset, expr: &Expr) -> Value {
    let plan = plan();
    Context::new(&plan, data, None).value(expr, Frame::subject(0))
}

fn item(full: Option<Num>, kinds: Vec<(CheckKind, Option<Num>)>) -> Item {
    let check = |(kind, score)| Check { label: Text::default(), rule: "r".into(), kind, score, origin: Origin::default() };
    Item {
        id: "1.1".into(),
        text: Text::default(),
        full,
        departments: Vec::new(),
        checks: kinds.into_iter().map(check).collect(),
        cross_checks: Vec::new(),
        notes: Vec::new(),
        origin: Origin::default(),
    }
}

fn judge(data: &Dataset, item: &Item) -> PointOutcome {
    let plan = plan();
    Context::new(&plan, data, None).item(item, 0).0
}

fn plain(condition: Expr) -> Judged {
    Judged { condition, comparison: None, reliefs: Vec::new(), tolerance: None, written: Vec::new() }
}

/// x / p ≥ `least`, with the shortfall of x.
fn ratio(least: i64) -> Judged {
    let (p, x) = (field(ROWS, 2), field(ROWS, 3));
    let of = Expr::Arithmetic { op: ArithmeticOp::Div, left: Box::new(x.clone()), right: Box::new(p.clone()) };
    let rest = Expr::Arithmetic { op: ArithmeticOp::Div, left: Box::new(number(1)), right: Box::new(p) };
    let shortfall = Shortfall { numerator: x, rest: Some(rest), step: num(1), unit: Unit::none() };
    Judged {
        condition: compare(CompareOp::Ge, of.clone(), number(least)),
        comparison: Some(Comparison::new(of, CompareOp::Ge, number(least), Unit::none(), Some(shortfall))),
        reliefs: Vec::new(),
        tolerance: None,
        written: Vec::new(),
    }
}

#[test]
fn the_worked_example_of_variation() {
    let pairs = [(45, 279), (37, 137), (89, 935), (76, 160), (55, 402)].map(|(p, x)| (Some(p), Some(x)));
    let cv = aggregate(Aggregate::Variation, vec![field(ROWS, 3), field(ROWS, 2)]);
    let Value::Number(found) = value(&data(&pairs, &[]), &cv) else { panic!("not known") };
    assert_eq!(found.to_decimal(12), "0.515256629884");
    assert_eq!(found.to_decimal(6), "0.515257");
    let zero = data(&[(Some(0), Some(1)), (Some(2), Some(1))], &[]);
    assert!(matches!(value(&zero, &cv), Value::Missing(gaps) if gaps.len() == 1));
}

#[test]
fn statistics_are_strict_and_empty_over_nothing() {
    let sum = aggregate(Aggregate::Sum, vec![field(ROWS, 3)]);
    let holed = data(&[(Some(1), None), (Some(1), Some(4))], &[]);
    assert!(matches!(value(&holed, &sum), Value::Missing(gaps) if gaps.len() == 1));
    let mut none = data(&[], &[]);
    assert!(matches!(value(&none, &sum), Value::Missing(gaps) if gaps.len() == 1), "an unfilled table is missing data");
    assert_eq!(value(&none, &aggregate(Aggregate::Count, Vec::new())), Value::num(num(0)));
    let Expr::Aggregate { mut scope, arguments, function } = sum else { panic!("no aggregate") };
    scope.rows.filter = Some(Box::new(Expr::Bool(true)));
    let sum = Expr::Aggregate { scope, arguments, function };
    assert_eq!(value(&none, &sum), Value::Empty);
    let check = item(None, vec![(CheckKind::Condition(plain(compare(CompareOp::Ge, sum.clone(), number(9)))), None)]);
    let point = judge(&none, &check);
    assert_eq!(point.verdict, Verdict::Met);
    assert!(!point.checks[0].applicable);
    none.tables[1].supplied = false;
    let point = judge(&none, &check);
    assert_eq!((point.verdict, point.checks[0].missing[0].reason), (Verdict::Undetermined, "missing_table"));
}

#[test]
fn rows_are_judged_by_kleene_and_one_failure_decides() {
    let data = data(&[(Some(10), Some(20)), (Some(10), Some(11)), (None, Some(1)), (Some(0), Some(1))], &[]);
    let point = judge(&data, &item(None, vec![(CheckKind::Each { rows: rows(None), judged: ratio(2) }, None)]));
    let check = &point.checks[0];
    assert_eq!(check.verdict, Verdict::NotMet);
    assert_eq!((check.rows, check.met, check.not_met, check.undetermined), (Some(4), Some(1), Some(1), Some(2)));
    assert_eq!(check.threshold.as_deref(), Some("≥ 2"));
    let failure = &check.failures[0];
    assert_eq!((failure.value.as_deref(), failure.shortfall.as_deref()), (Some("1.1"), Some("9")));
    assert_eq!(serde_json::to_string(&failure.key).unwrap(), r#"{"id":"r1"}"#);
    let reasons: Vec<_> = check.missing.iter().map(|g| g.reason).collect();
    assert_eq!(reasons, ["missing_cell", "zero_denominator"]);
}

#[test]
fn an_unknown_member_leaves_the_whole_undetermined() {
    let data = data(&[(None, Some(0)), (Some(9), Some(30))], &[]);
    let large = rows(Some(compare(CompareOp::Ge, field(ROWS, 2), number(5))));
    let judged = plain(compare(CompareOp::Ge, field(ROWS, 3), number(10)));
    let point = judge(&data, &item(None, vec![(CheckKind::Each { rows: large.clone(), judged }, None)]));
    let check = &point.checks[0];
    assert_eq!((check.verdict, check.not_met, check.undetermined), (Verdict::Undetermined, Some(0), Some(1)));
    let scope = Scope { rows: large, extent: Extent::Subject };
    let mean = Expr::Aggregate { function: Aggregate::Mean, scope, arguments: vec![field(ROWS, 3)] };
    assert!(matches!(value(&data, &mean), Value::Missing(_)));
}

#[test]
fn groups_share_the_gap_of_a_row_without_key() {
    let keys = vec![GroupKey { name: "k".into(), value: field(ROWS, 2) }];
    let scope = Scope { rows: rows(None), extent: Extent::Group };
    let sum = Expr::Aggregate { function: Aggregate::Sum, scope, arguments: vec![field(ROWS, 3)] };
    let judged = plain(compare(CompareOp::Ge, sum, number(5)));
    let group = item(None, vec![(CheckKind::Group { rows: rows(None), keys, having: None, judged }, None)]);
    let known = data(&[(Some(7), Some(1)), (Some(3), Some(9)), (Some(7), Some(3))], &[]);
    let point = judge(&known, &group);
    assert_eq!((point.checks[0].rows, point.checks[0].not_met), (Some(2), Some(1)));
    assert_eq!(serde_json::to_string(&point.checks[0].failures[0].key).unwrap(), r#"{"k":"7"}"#);
    let holed = data(&[(Some(7), Some(1)), (None, Some(9))], &[]);
    assert_eq!(judge(&holed, &group).verdict, Verdict::Undetermined);
}

#[test]
fn a_known_fall_decides_a_series() {
    let truth = |years: &[(i64, Option<i64>)]| {
        let (plan, data) = (plan(), data(&[], years));
        let value = Box::new(field(YEARS, 2));
        let rule = Expr::Series { function: Series::NeverFalls, table: YEARS, filter: None, value, years: 3 };
        Context::new(&plan, &data, None).truth(&rule, Frame::subject(0))
    };
    assert_eq!(truth(&[(2024, Some(3)), (2022, Some(1)), (2023, Some(3))]), Truth::True);
    assert_eq!(truth(&[(2022, Some(5)), (2023, Some(3)), (2024, None)]), Truth::False);
    let Truth::Unknown(gaps) = truth(&[(2022, Some(1)), (2023, Some(3))]) else { panic!("decided") };
    assert_eq!(gaps.len(), 1);
}

#[test]
fn a_value_is_strict_about_the_condition_of_its_choice() {
    let data = data(&[(None, Some(2500)), (None, Some(1900)), (None, Some(2100))], &[]);
    let limit = Expr::If {
        condition: Box::new(compare(CompareOp::Lt, field(ROWS, 2), number(1))),
        then: Box::new(number(2400)),
        otherwise: Some(Box::new(number(2000))),
    };
    let judged = plain(compare(CompareOp::Le, field(ROWS, 3), limit));
    let plan = plan();
    let context = Context::new(&plan, &data, None);
    let undecided = |row| matches!(context.truth(&judged.condition, Frame::default().at(ROWS, row)), Truth::Unknown(_));
    assert!((0..3).all(undecided));
}

#[test]
fn scores_with_open_parts_are_intervals() {
    let data = data(&[(None, Some(1))], &[]);
    let sum = |f| compare(CompareOp::Ge, aggregate(Aggregate::Sum, vec![field(ROWS, f)]), number(1));
    let part = |f| (CheckKind::Condition(plain(sum(f))), Some(num(1)));
    let score = judge(&data, &item(Some(num(2)), vec![part(2), part(3)])).score.unwrap();
    assert_eq!((score.min.as_str(), score.max.as_str(), score.full.as_str()), ("1", "2", "2"));
    let whole = item(Some(num(3)), vec![(CheckKind::Condition(plain(sum(3))), None)]);
    assert_eq!(judge(&data, &whole).score.unwrap().min, "3");
}
