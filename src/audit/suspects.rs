//! The least sets of cells that explain the checks that fail together.

use super::cells::{CellRef, Cells};
use super::checks::{Checks, Place};
use super::hitting::{self, Least};
use super::slips::slips;
use crate::eval::Cell;
use crate::value::{Num, num};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many cells that explain the same are looked at and told.
const TRIED: usize = 200;
const TOLD: usize = 6;
/// How many other sets of the same size are told.
const SETS: usize = 4;

/// Rows that fail and share cells, and the least cells that explain them all.
#[derive(Debug, Clone, Serialize)]
pub struct Suspects {
    /// What fails: the text of the check and the row.
    pub failures: Vec<Failing>,
    /// How many cells must be wrong at the least.
    pub size: usize,
    /// Whether it was proven that fewer do not explain it.
    pub proven: bool,
    /// Each of these is one wrong cell: the likeliest first, and those that explain the same.
    pub slots: Vec<Slot>,
    /// Other sets of the same size: what they have in place of some of the slots.
    pub alternatives: Vec<Vec<Slot>>,
    /// Whether there are more of them.
    pub more: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct Failing {
    pub text: String,
    pub level: &'static str,
    pub word: &'static str,
    pub name: Option<String>,
    pub source: Option<String>,
}

/// One wrong cell: any of these explains the same failures.
#[derive(Debug, Clone, Serialize)]
pub struct Slot {
    /// How many failures it explains.
    pub explains: usize,
    pub cells: Vec<Suspect>,
    /// How many more cells explain the same.
    pub more: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct Suspect {
    #[serde(flatten)]
    pub cell: CellRef,
    /// How many rows that hold rest on this cell too: the more, the less it is to be suspected.
    pub held: usize,
    pub repair: Option<Repair>,
}

/// A number that would make all that the cell explains hold, and nothing else fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repair {
    pub value: String,
    /// The slip of the pen that it would have been, in words.
    pub slip: Option<String>,
}

/// Cells that explain the same failures.
struct Class {
    cells: Vec<Cell>,
    explains: BTreeSet<Place>,
}

/// The suspects of every group of failures that share cells, the most failures first.
pub(super) fn suspects(checks: &Checks<'_>, cells: &Cells<'_>) -> Vec<Suspects> {
    let mut found: Vec<Suspects> = components(checks).into_iter().map(|places| of_component(checks, cells, &places)).collect();
    found.sort_by_key(|s| (std::cmp::Reverse(s.failures.iter().filter(|f| f.level != "note").count()), s.failures.len()));
    found
}

/// Failures that hang together by cells they share.
fn components(checks: &Checks<'_>) -> Vec<Vec<Place>> {
    let places = checks.failing();
    let mut of_cell: BTreeMap<Cell, Vec<Place>> = BTreeMap::new();
    for place in &places {
        checks.support(*place).iter().for_each(|c| of_cell.entry(*c).or_default().push(*place));
    }
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    for first in places {
        if !seen.insert(first) {
            continue;
        }
        let (mut component, mut at) = (vec![first], 0);
        while let Some(place) = component.get(at).copied() {
            at += 1;
            for next in checks.support(place).iter().filter_map(|c| of_cell.get(c)).flatten() {
                if seen.insert(*next) {
                    component.push(*next);
                }
            }
        }
        component.sort_unstable();
        found.push(component);
    }
    found
}

fn of_component(checks: &Checks<'_>, cells: &Cells<'_>, places: &[Place]) -> Suspects {
    let mut explained: BTreeMap<Cell, BTreeSet<Place>> = BTreeMap::new();
    for place in places {
        checks.support(*place).iter().for_each(|c| {
            explained.entry(*c).or_default().insert(*place);
        });
    }
    let mut by_failures: BTreeMap<BTreeSet<Place>, Vec<Cell>> = BTreeMap::new();
    for (cell, explains) in explained {
        by_failures.entry(explains).or_default().push(cell);
    }
    let classes: Vec<Class> = by_failures.into_iter().map(|(explains, cells)| Class { cells, explains }).collect();
    let causes: Vec<BTreeSet<usize>> =
        places.iter().map(|p| classes.iter().enumerate().filter(|(_, c)| c.explains.contains(p)).map(|(i, _)| i).collect()).collect();
    let Least { sets, proven, more } = hitting::least(&causes);
    let mut ranked: BTreeMap<usize, (Rank, Slot)> = BTreeMap::new();
    for class in sets.iter().flatten() {
        if let Some(of) = classes.get(*class) {
            ranked.entry(*class).or_insert_with(|| slot(checks, cells, of));
        }
    }
    let rank = |set: &Vec<usize>| {
        let mut ranks: Vec<Rank> = set.iter().filter_map(|c| ranked.get(c)).map(|(rank, _)| *rank).collect();
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        ranks
    };
    let mut sets = sets;
    sets.sort_by_key(|s| rank(s));
    let slots = |set: &[usize]| set.iter().filter_map(|c| ranked.get(c)).map(|(_, slot)| slot.clone()).collect::<Vec<Slot>>();
    let others = others(&sets);
    Suspects {
        failures: places.iter().filter_map(|p| failing(checks, *p)).collect(),
        size: sets.first().map_or(0, Vec::len),
        proven,
        slots: sets.first().map(|s| slots(s)).unwrap_or_default(),
        alternatives: others.iter().take(SETS).map(|s| slots(s)).collect(),
        more: more || others.len() > SETS,
    }
}

/// What the other sets have that the first has not; only what differs least, since the rest is put together from that.
fn others(sets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let Some((first, rest)) = sets.split_first() else { return Vec::new() };
    let mut found: Vec<Vec<usize>> = Vec::new();
    for set in rest {
        let own: Vec<usize> = set.iter().filter(|c| !first.contains(c)).copied().collect();
        found.push(own);
    }
    let all = found.clone();
    found.retain(|own| !all.iter().any(|less| less.len() < own.len() && less.iter().all(|c| own.contains(c))));
    found
}

fn failing(checks: &Checks<'_>, (index, row): Place) -> Option<Failing> {
    let check = checks.plan().verifications.get(index)?;
    Some(Failing {
        text: check.text.clone(),
        level: check.id(),
        word: check.word(),
        name: checks.context.name_of(check.rows.table, row),
        source: checks.context.source_of(check.rows.table, row).map(|s| s.to_string()),
    })
}

/// The less, the likelier: a slip of the pen explains it, another number does, none was found; then how many rows that hold speak for it.
type Rank = (u8, usize);

fn slot(checks: &Checks<'_>, cells: &Cells<'_>, class: &Class) -> (Rank, Slot) {
    let mut ranked: Vec<(Rank, Cell, Option<Repair>)> = class
        .cells
        .iter()
        .take(TRIED)
        .map(|cell| {
            let repair = repair(checks, cells, *cell, &class.explains);
            let kind = match &repair {
                Some(Repair { slip: Some(_), .. }) => 0,
                Some(_) => 1,
                None => 2,
            };
            ((kind, checks.holding(*cell)), *cell, repair)
        })
        .collect();
    ranked.sort_by_key(|(rank, cell, _)| (*rank, *cell));
    let best = ranked.first().map_or((2, 0), |(rank, ..)| *rank);
    let told: Vec<Suspect> =
        ranked.into_iter().take(TOLD).map(|((_, held), cell, repair)| Suspect { cell: cells.named(cell), held, repair }).collect();
    (best, Slot { explains: class.explains.len(), more: class.cells.len() - told.len(), cells: told })
}

/// A number that mends everything a cell explains: a slip of the pen, or what the comparisons ask for.
fn repair(checks: &Checks<'_>, cells: &Cells<'_>, cell: Cell, places: &BTreeSet<Place>) -> Option<Repair> {
    let number = cells.number(cell)?;
    let bounds = cells.bounds(cell);
    // Any other number makes a row unlike another: that says nothing.
    if places.iter().all(|p| checks.is_likeness(*p)) {
        return None;
    }
    let fits = |grid: i128| {
        let base = number.base(grid);
        checks.mends(cell, &base, places) && checks.keeps(cell, &base)
    };
    let within = |grid: i128| bounds.as_ref().is_none_or(|b| b.peers == 0 || b.low <= grid && grid <= b.high);
    for (grid, slip) in slips(number.grid) {
        if within(grid) && fits(grid) {
            return Some(Repair { value: number.shown(grid), slip: Some(slip.words(number.is_whole())) });
        }
    }
    let asked = places.iter().filter_map(|p| asked(checks, cell, &number.base(number.grid), *p));
    let candidates: BTreeSet<i128> = asked.flat_map(|base| number.around(&base)).filter(|g| *g != number.grid && *g >= 0).collect();
    candidates.into_iter().find(|g| fits(*g)).map(|grid| Repair { value: number.shown(grid), slip: None })
}

/// The number at which a comparison that depends on a cell in a straight line becomes an equality.
fn asked(checks: &Checks<'_>, cell: Cell, now: &Num, place: Place) -> Option<Num> {
    let here = checks.difference(place)?;
    let next = now + num(1);
    let there = checks.context.supposing(cell, next, false, || checks.difference(place))?;
    let slope = there - &here;
    (slope != num(0)).then(|| now - here / slope)
}
