//! Data that pass the layer and fail its base: one row for each table, judged by both.

use super::logic::{Counter, Sample, constant, inside};
use super::order::parts;
use crate::data::of_case;
use crate::diagnostic::has_errors;
use crate::eval::{Engine, RunOptions, Value, Verdict, VetoVerdict, compare, run, verify};
use crate::plan::{
    Aggregate, ArithmeticOp, Case, CompareOp, Expr, Field, FieldId, FieldType, Function, Given, GivenColumn, GivenRow, ItemRef, Origin,
    Plan, TableId,
};
use crate::value::{Num, Unit, ceil_to, format_decimal, num};
use std::collections::{BTreeMap, BTreeSet};

/// One row of each table, by the layer's fields; numbers in base units.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    cells: BTreeMap<(usize, usize), Value>,
    tables: BTreeSet<usize>,
}

/// The numbers that fields take which are free to take any, in their declared units, tried in turn.
const ORDINARY: [i64; 6] = [100, 1000, 10, 1, 10_000, 200];

/// The rows that the values of a counter-example describe, several to be tried.
pub(super) fn worlds(plan: &Plan, counter: &Counter, rows: Option<TableId>) -> Vec<World> {
    ORDINARY.iter().filter_map(|n| world(plan, counter, rows, &num(*n))).collect()
}

fn world(plan: &Plan, counter: &Counter, rows: Option<TableId>, ordinary: &Num) -> Option<World> {
    let mut world = World::default();
    world.tables.extend(rows.map(|t| t.0));
    for (term, sample) in &counter.values {
        touch(term, &mut world.tables);
        if let Expr::Field { table, field, .. } | Expr::SubjectField { table, field } = term {
            world.cells.insert((table.0, field.0), sample.value.clone());
        }
    }
    for (term, sample) in &counter.values {
        let difference = match term {
            Expr::Compare { left, right, .. } => Some(Expr::Arithmetic { op: ArithmeticOp::Sub, left: left.clone(), right: right.clone() }),
            Expr::Field { .. } | Expr::SubjectField { .. } => continue,
            _ => None,
        };
        if matches!(sample.value, Value::Number(_)) {
            solve(plan, &mut world, difference.as_ref().unwrap_or(term), sample, ordinary)?;
        }
    }
    Some(world)
}

/// The tables that an expression reads rows of.
fn touch(expr: &Expr, tables: &mut BTreeSet<usize>) {
    match expr {
        Expr::Field { table, .. } | Expr::SubjectField { table, .. } => tables.insert(table.0),
        Expr::Aggregate { scope, .. } => tables.insert(scope.rows.table.0),
        _ => false,
    };
    parts(expr).into_iter().for_each(|p| touch(p, tables));
}

/// The fields of numbers in an expression, and each once.
fn fields(plan: &Plan, expr: &Expr, found: &mut Vec<(usize, usize)>) {
    if let Expr::Field { table, field, .. } | Expr::SubjectField { table, field } = expr
        && declared(plan, table.0, field.0).and_then(unit).is_some()
        && !found.contains(&(table.0, field.0))
    {
        found.push((table.0, field.0));
    }
    parts(expr).into_iter().for_each(|p| fields(plan, p, found));
}

fn declared(plan: &Plan, table: usize, field: usize) -> Option<&Field> {
    plan.tables.get(table)?.fields.get(field)
}

fn unit(field: &Field) -> Option<(&Unit, u8)> {
    match &field.ty {
        FieldType::Integer(unit) => Some((unit, 0)),
        FieldType::Decimal { places, unit } => Some((unit, *places)),
        _ => None,
    }
}

/// Gives the free fields of a term values for which the term has the value wanted.
fn solve(plan: &Plan, world: &mut World, term: &Expr, wanted: &Sample, ordinary: &Num) -> Option<()> {
    let mut all = Vec::new();
    fields(plan, term, &mut all);
    let free: Vec<(usize, usize)> = all.into_iter().filter(|f| !world.cells.contains_key(f)).collect();
    for (table, field) in &free {
        let (unit, _) = declared(plan, *table, *field).and_then(unit)?;
        world.cells.insert((*table, *field), Value::num(ordinary * &unit.factor));
    }
    if value(term, world).is_some_and(|n| inside(&n, wanted)) {
        return Some(());
    }
    let target = wanted.value.number().and_then(|n| n.rational())?;
    for pivot in &free {
        let of = declared(plan, pivot.0, pivot.1)?;
        let (unit, places) = unit(of)?;
        let step = (0..places).fold(unit.factor.clone(), |n, _| n / num(10));
        let before = world.cells.get(pivot).cloned();
        let mut at = |n: Num| {
            world.cells.insert(*pivot, Value::num(n));
            value(term, world)
        };
        if let (Some(none), Some(one)) = (at(num(0)), at(unit.factor.clone()))
            && one != none
        {
            let exact = (target - &none) / (&one - &none) * &unit.factor;
            let above = ceil_to(&exact, &step, false);
            for n in [above.clone(), &above - &step, &above + &step] {
                let fits = of.range.as_ref().map_or(of.signed || n >= num(0), |(low, high)| {
                    let plain = &n / &unit.factor;
                    plain >= *low && plain <= *high
                });
                if fits && at(n).is_some_and(|n| inside(&n, wanted)) {
                    return Some(());
                }
            }
        }
        before.into_iter().for_each(|b| {
            world.cells.insert(*pivot, b);
        });
    }
    None
}

/// The number that an expression is where every table has one row.
fn value(expr: &Expr, world: &World) -> Option<Num> {
    match expr {
        Expr::Number(n) => Some(n.clone()),
        Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => {
            world.cells.get(&(table.0, field.0)).and_then(Value::number).and_then(|n| n.rational()).cloned()
        }
        Expr::Arithmetic { op, left, right } => {
            let pair = (Value::num(value(left, world)?), Value::num(value(right, world)?));
            super::logic::arithmetic(*op, &pair.0, &pair.1).number().and_then(|n| n.rational()).cloned()
        }
        Expr::Negate(inner) => value(inner, world).map(|n| -n),
        Expr::Aggregate { function, arguments, .. } => match function {
            Aggregate::Count => Some(num(1)),
            Aggregate::Sum | Aggregate::Mean | Aggregate::Min | Aggregate::Max | Aggregate::Quantile => value(arguments.first()?, world),
            _ => None,
        },
        Expr::If { condition, then, otherwise: Some(other) } => value(if holds(condition, world)? { then } else { other }, world),
        Expr::Function { function: Function::Min | Function::Max | Function::Mean, arguments } => {
            // Of several fields the same is asked, so that each has it.
            value(arguments.first()?, world)
        }
        _ => None,
    }
}

/// Whether a condition holds where every table has one row.
fn holds(expr: &Expr, world: &World) -> Option<bool> {
    let side = |e: &Expr| match e {
        Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => world.cells.get(&(table.0, field.0)).cloned(),
        other => constant(other).or_else(|| value(other, world).map(Value::num)),
    };
    let truth = |op, l: &Expr, r: &Expr| Some(compare(op, &side(l)?, &side(r)?).holds());
    match expr {
        Expr::Bool(b) => Some(*b),
        Expr::Compare { op, left, right } => truth(*op, left, right),
        Expr::In { value, options } => options.iter().try_fold(false, |any, o| Some(any | truth(CompareOp::Eq, value, o)?)),
        Expr::And(list) => list.iter().try_fold(true, |all, e| Some(all & holds(e, world)?)),
        Expr::Or(list) => list.iter().try_fold(false, |any, e| Some(any | holds(e, world)?)),
        Expr::Not(inner) => holds(inner, world).map(|b| !b),
        _ => None,
    }
}

impl World {
    /// As rows of a case for a plan, tables and fields found by their names.
    fn case(&self, layer: &Plan, plan: &Plan) -> Case {
        let mut given = Vec::new();
        for (at, table) in self.tables.iter().filter_map(|t| Some((*t, layer.tables.get(*t)?))) {
            let Some(there) = plan.tables.iter().position(|t| t.name == table.name) else { continue };
            let mut cells: Vec<(String, String)> = Vec::new();
            for (index, field) in table.fields.iter().enumerate() {
                let known = plan.tables.get(there).is_some_and(|t| t.fields.iter().any(|f| f.name == field.name));
                let written = match self.cells.get(&(at, index)) {
                    Some(value) => cell(field, value),
                    // A key of options has no value that could be left out.
                    None if table.key.contains(&FieldId(index)) => match &field.ty {
                        FieldType::Choice { options, .. } => options.first().cloned(),
                        _ => None,
                    },
                    None => None,
                };
                cells.extend(written.filter(|_| known).map(|w| (field.name.clone(), w)));
            }
            let column = |(header, _): &(String, String)| GivenColumn {
                written: header.clone(),
                path: Vec::new(),
                table: TableId(there),
                header: header.clone(),
                line: 1,
            };
            let row = GivenRow { cells: cells.iter().map(|(_, w)| w.clone()).collect(), line: 2 };
            given.push(Given { table: TableId(there), columns: cells.iter().map(column).collect(), rows: vec![row] });
        }
        Case {
            title: String::new(),
            date: None,
            round: None,
            given,
            expected: Vec::new(),
            origin: Origin::default(),
            file: String::new(),
            line: 1,
        }
    }

    /// Whether the data pass the layer's check and fail that of its base.
    pub fn shows(&self, base: (&Plan, &ItemRef, usize), layer: (&Plan, &ItemRef, usize)) -> bool {
        let judged = |(plan, of, check): (&Plan, &ItemRef, usize)| judge(plan, &self.case(layer.0, plan), of, check);
        judged(layer) == Some(Verdict::Met) && judged(base) == Some(Verdict::NotMet)
    }

    /// The rows in words, with the values that the rules compute from them.
    pub fn text(&self, plan: &Plan, counter: &Counter) -> String {
        let tables = self.tables.iter().filter_map(|t| Some((*t, plan.tables.get(*t)?)));
        let said = tables.map(|(at, table)| {
            let cells = table.fields.iter().enumerate().filter_map(|(i, f)| {
                let value = self.cells.get(&(at, i))?;
                let unit = unit(f).map(|(u, _)| u.name.as_str()).filter(|u| !u.is_empty()).map(|u| format!(" {u}")).unwrap_or_default();
                Some(format!("{} {}{unit}", f.name, cell(f, value)?))
            });
            let cells: Vec<String> = cells.collect();
            (table.name.clone(), cells.join("、"))
        });
        let said: Vec<String> = said.filter(|(_, cells)| !cells.is_empty()).map(|(name, cells)| format!("{name}：{cells}")).collect();
        let computed = counter.values.iter().filter_map(|(term, _)| match term {
            Expr::Arithmetic { .. } => {
                let shown = crate::plan::expression(plan, term);
                let shown = shown.strip_prefix('(').and_then(|s| s.strip_suffix(')')).unwrap_or(&shown).to_owned();
                Some(format!("{shown} = {}", format_decimal(&value(term, self)?, 12)))
            }
            _ => None,
        });
        let computed: Vec<String> = computed.collect();
        let computed = if computed.is_empty() { String::new() } else { format!("（{}）", computed.join("，")) };
        format!("{}{computed}", said.join("；"))
    }
}

/// A value as it is written into a cell.
fn cell(field: &Field, value: &Value) -> Option<String> {
    Some(match value {
        Value::Number(n) => format_decimal(&(n.rational()? / &unit(field)?.0.factor), 12),
        Value::Text(t) => t.clone(),
        Value::Bool(b) => if *b { "是" } else { "否" }.into(),
        Value::Choice(index) => match &field.ty {
            FieldType::Choice { options, .. } => options.get(usize::try_from(*index).ok()?)?.clone(),
            _ => return None,
        },
        Value::Month(m) => {
            let day = if field.ty == FieldType::Date { "-15" } else { "" };
            format!("{:04}-{:02}{day}", m.div_euclid(12), m.rem_euclid(12) + 1)
        }
        Value::Date(d) => format!("{:04}-{:02}-{:02}", d / 10_000, d / 100 % 100, d % 100),
        Value::Range(..) | Value::Empty | Value::Missing(_) => return None,
    })
}

/// What a plan makes of one check on the rows of a case; nothing where it does not take them.
pub(super) fn judge(plan: &Plan, case: &Case, of: &ItemRef, check: usize) -> Option<Verdict> {
    let mut only = plan.clone();
    only.cases.clear();
    only.undated.clear();
    only.indicators.retain_mut(|i| {
        i.points.retain(|p| p.id == of.id());
        !i.points.is_empty()
    });
    only.vetoes.retain(|v| v.id == of.id());
    only.qualifications.retain(|q| q.id == of.id());
    let (data, found) = of_case(&only, case);
    if has_errors(&found) || has_errors(&verify(&only, &data)) {
        return None;
    }
    let round = plan.rounds.first().cloned();
    let outcome = run(&only, &data, &RunOptions { round, engine: Engine::Reference, ..RunOptions::default() });
    let subject = outcome.subjects.first()?;
    if let Some(veto) = subject.vetoes.first() {
        return Some(match veto.verdict {
            VetoVerdict::Clear => Verdict::Met,
            VetoVerdict::Triggered => Verdict::NotMet,
            VetoVerdict::Undetermined => Verdict::Undetermined,
        });
    }
    let points = subject.indicators.iter().flat_map(|i| &i.points).chain(&subject.qualifications);
    points.into_iter().next()?.checks.get(check).map(|c| c.verdict)
}

/// What the values of a counter-example say, where no rows could be made of them.
pub(super) fn said(plan: &Plan, counter: &Counter) -> String {
    let one = |(term, sample): &(Expr, Sample)| {
        let shown = match (term, &sample.value) {
            (_, Value::Empty) => return None,
            (Expr::Field { table, field, .. } | Expr::SubjectField { table, field }, value) => {
                cell(declared(plan, table.0, field.0)?, value)?
            }
            (Expr::Compare { left, right, .. }, Value::Number(n)) => {
                let op = match n.sign() {
                    std::cmp::Ordering::Less => CompareOp::Lt,
                    std::cmp::Ordering::Equal => CompareOp::Eq,
                    std::cmp::Ordering::Greater => CompareOp::Gt,
                };
                return Some(format!("{} {} {}", crate::plan::expression(plan, left), op.sign(), crate::plan::expression(plan, right)));
            }
            (_, Value::Number(n)) => n.to_decimal(12),
            (_, Value::Bool(b)) => if *b { "成立" } else { "不成立" }.into(),
            _ => return None,
        };
        Some(format!("{} = {shown}", crate::plan::expression(plan, term)))
    };
    counter.values.iter().filter_map(one).collect::<Vec<_>>().join("，")
}
