//! Thresholds and rows in words.

use super::solve::{At, LOOKS, Solver};
use super::targets::{Atom, Target};
use super::world::{World, field};
use super::{count, number};
use crate::plan::{CompareOp, Expr, FieldType, Plan, Tolerance, expression};
use crate::syntax::print::{aligned, quoted};
use crate::value::{Unit, num};

/// One case as it is written.
pub(super) fn case(plan: &Plan, world: &World, title: &str, expectation: &str) -> String {
    let case = world.case(plan);
    let mut text = format!("用例 {}\n", quoted(title));
    if let Some(date) = &case.date {
        text.push_str(&format!("  日期 {date}\n"));
    }
    for given in &case.given {
        let name = plan.tables.get(given.table.0).map_or("", |t| t.name.as_str());
        text.push_str(&format!("  给定 {name}{}\n", if given.columns.is_empty() { " 无" } else { "" }));
        if given.columns.is_empty() {
            continue;
        }
        let header = given.columns.iter().map(|c| c.written.as_str()).collect();
        let rows = given.rows.iter().map(|r| r.cells.iter().map(String::as_str).collect());
        for line in aligned(&std::iter::once(header).chain(rows).collect::<Vec<_>>()) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text.push_str(&format!("  期望 {expectation}\n\n"));
    text
}

/// A threshold with its number, as the data on it have it.
pub(super) fn threshold(solver: &Solver<'_>, target: &Target<'_>, world: Option<&World>, at: At) -> String {
    let plain = || atom(solver.plan, &target.atom, target.unit);
    let Atom::Number { op, left, right } = &target.atom else { return plain() };
    solver.left.set(LOOKS);
    let bound = solver.known(world.unwrap_or(&World::default()), right, at);
    bound.map_or_else(plain, |bound| compared(*op, &bound, target.unit.or(unit_of(solver.plan, left))))
}

fn compared(op: CompareOp, bound: &crate::value::Num, unit: Option<&Unit>) -> String {
    match unit.filter(|u| !u.is_plain()) {
        Some(unit) => format!("{} {} {}", op.sign(), number(&(bound / &unit.factor)), unit.name),
        None => format!("{} {}", op.sign(), number(bound)),
    }
}

/// The unit of a field, or of a statistic of one.
fn unit_of<'p>(plan: &'p Plan, expr: &Expr) -> Option<&'p Unit> {
    match expr {
        Expr::Field { table, field: f, .. } | Expr::SubjectField { table, field: f } => match &field(plan, *table, f.0)?.ty {
            FieldType::Integer(unit) | FieldType::Decimal { unit, .. } => Some(unit),
            _ => None,
        },
        Expr::Aggregate { arguments, .. } if arguments.len() == 1 => unit_of(plan, arguments.first()?),
        Expr::YearValue { value, .. } => unit_of(plan, value),
        _ => None,
    }
}

/// An expression without what only tells the tables apart, where there is one of them.
pub(super) fn plain(plan: &Plan, expr: &Expr) -> String {
    let shown = expression(plan, expr);
    let shown = shown.strip_prefix('(').and_then(|s| s.strip_suffix(')')).unwrap_or(&shown);
    let named = plan.tables.iter().map(|t| format!("{}.", t.name)).filter(|t| shown.contains(t.as_str()));
    match named.collect::<Vec<_>>().as_slice() {
        [only] => shown.replace(only.as_str(), ""),
        _ => shown.to_owned(),
    }
}

/// A threshold as the standard has it.
pub(super) fn atom(plan: &Plan, atom: &Atom<'_>, unit: Option<&Unit>) -> String {
    match atom {
        Atom::Number { op, right: Expr::Number(bound), left } => compared(*op, bound, unit.or(unit_of(plan, left))),
        Atom::Number { op, left, right } => format!("{} {} {}", expression(plan, left), op.sign(), expression(plan, right)),
        Atom::Point { op, left, right } => match (left, right) {
            (Expr::Field { table, field: f, .. } | Expr::SubjectField { table, field: f }, _) => {
                let of = field(plan, *table, f.0);
                let name = of.map_or("", |of| of.name.as_str());
                let shown = match (right, of.map(|of| &of.ty)) {
                    (Expr::Choice(at), Some(FieldType::Choice { options, .. })) => options.get(*at).cloned().unwrap_or_default(),
                    _ => expression(plan, right),
                };
                format!("{name} {} {shown}", op.sign())
            }
            _ => format!("{} {} {}", expression(plan, left), op.sign(), expression(plan, right)),
        },
        Atom::Series(Expr::Series { value, years, .. }) => format!("{}，近 {years} 年", expression(plan, value)),
        Atom::Series(_) => String::new(),
        Atom::Switch { inner, .. } => match &**inner {
            Atom::Number { op, left, right: Expr::Number(bound) } => {
                let name = match left {
                    Expr::Field { table, field: f, .. } => field(plan, *table, f.0).map_or("", |f| f.name.as_str()),
                    _ => "",
                };
                format!("{name} {}", compared(*op, bound, unit_of(plan, left)))
            }
            other => self::atom(plan, other, None),
        },
        Atom::Tolerance { tolerance: Tolerance::Share(share), .. } => format!("至少 {}% 达到", number(&(share * num(100)))),
        Atom::Tolerance { tolerance: Tolerance::Exceptions(most), .. } => format!("允许 {} 个例外", number(&count(*most))),
        Atom::Least { parts, least } => format!("{} 项中至少 {least} 项", parts.len()),
    }
}
