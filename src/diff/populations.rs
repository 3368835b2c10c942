//! Populations: whether they take in more or fewer rows, and what that does to what is judged.

use super::{Detail, Strictness, differs};
use crate::plan::{CheckKind, Expr, Plan, Population, PopulationId, Rows, expression};
use crate::strict;
use std::cmp::Ordering;

/// Where a population's rows come from, and which of them it takes.
pub(super) fn parts(plan: &Plan, population: &Population) -> [(&'static str, String); 2] {
    let table = plan.tables.get(population.table.0).map(|t| t.name.as_str()).unwrap_or_default();
    let source = population.parent.and_then(|p| plan.populations.get(p.0)).map_or(table, |p| p.name.as_str());
    let filter = population.filter.as_ref().map(|f| expression(plan, f)).unwrap_or_default();
    [("取自", source.to_owned()), ("条件", filter)]
}

/// Says of the details of a changed population which way it goes.
pub(super) fn ways(old: &Plan, new: &Plan, name: &str, details: Vec<Detail>) -> Vec<Detail> {
    let (Some(before), Some(after)) = (rows(old, name), rows(new, name)) else { return details };
    let Some(deciding) = details.iter().rposition(|d| matches!(d.what.as_str(), "取自" | "条件")) else { return details };
    let covers = strict::covers((old, &before), (new, &after));
    let each = all_must_pass(old, before.population) && all_must_pass(new, after.population);
    let say = |detail: Detail| match covers {
        Some(Ordering::Equal) => detail,
        Some(Ordering::Greater) if each => detail.strict(Some(Strictness::Tightened)),
        Some(Ordering::Less) if each => detail.strict(Some(Strictness::Loosened)),
        _ => detail.unclear(),
    };
    // More or fewer rows: said once, after what has changed.
    let extent = match covers {
        Some(Ordering::Greater) => differs("包含的行", "原来的行", "原来的行和别的行"),
        Some(Ordering::Less) => differs("包含的行", "原来的行", "其中的一部分"),
        _ => None,
    };
    let mut said = Vec::new();
    for (at, detail) in details.into_iter().enumerate() {
        let decides = at == deciding;
        said.push(if decides { say(detail) } else { detail });
        said.extend(extent.clone().filter(|_| decides));
    }
    said
}

fn rows(plan: &Plan, name: &str) -> Option<Rows> {
    let index = plan.populations.iter().position(|p| p.name == name)?;
    let population = plan.populations.get(index)?;
    Some(Rows { table: population.table, population: Some(PopulationId(index)), filter: None, name: name.to_owned() })
}

/// Whether a population is used, and for nothing but rules that every one of its rows must pass: then more rows ask for more.
fn all_must_pass(plan: &Plan, population: Option<PopulationId>) -> bool {
    let Some(population) = population else { return false };
    let of = |rows: &Rows| descends(plan, rows.population, population);
    let mut used = false;
    for check in plan.items().flat_map(|i| &i.checks) {
        if check.expressions().into_iter().any(|e| mentions(plan, e, population)) {
            return false;
        }
        match &check.kind {
            CheckKind::Each { rows, judged } if of(rows) => {
                if judged.tolerance.is_some() {
                    return false;
                }
                used = true;
            }
            CheckKind::Several { rows, .. } if of(rows) => used = true,
            CheckKind::Group { rows, .. } if of(rows) => return false,
            _ => {}
        }
    }
    let crossed = plan.items().flat_map(|i| &i.cross_checks).any(|c| mentions(plan, &c.condition, population));
    let filtered = plan.populations.iter().filter_map(|p| p.filter.as_ref()).any(|f| mentions(plan, f, population));
    used && !crossed && !filtered
}

/// Whether a population is another or taken from it.
fn descends(plan: &Plan, population: Option<PopulationId>, from: PopulationId) -> bool {
    let mut next = population;
    // A parent stands before what is taken from it.
    while let Some(id) = next {
        if id == from {
            return true;
        }
        next = plan.populations.get(id.0).and_then(|p| p.parent).filter(|p| p.0 < id.0);
    }
    false
}

fn mentions(plan: &Plan, expr: &Expr, population: PopulationId) -> bool {
    let own = matches!(expr, Expr::Aggregate { scope, .. } if descends(plan, scope.rows.population, population));
    own || expr.parts().into_iter().any(|e| mentions(plan, e, population))
}
