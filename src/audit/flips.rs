//! The single cells of which a plausible change would turn the verdict of an item or of a subject.
//!
//! Which cells are tried follows from how near the rows are to what is asked of them; each change found is held against the whole item
//! and the whole subject, and against every check of plausibility.

use super::cells::{CellRef, Cells, Number};
use super::checks::Checks;
use super::slips::{Slip, slips};
use super::targets::{Target, targets};
use crate::eval::{Ballot, Cell, Context, SubjectRow, Verdict};
use crate::plan::{CheckKind, Expr, FieldId, Item, Plan, TableId};
use crate::value::{Num, num};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many cells of one rule are tried.
const CELLS: usize = 48;
/// How many cells may be read for one subject, all trials taken together.
const READS: usize = 4_000_000;
/// How many changes are told of one subject, of those that turn its verdict and of the others.
const TOLD: usize = 30;
/// How many of those that turn the same items are told.
const ALIKE: usize = 4;

/// On which cells the verdicts of a subject hang.
#[derive(Debug, Clone, Serialize)]
pub struct Hanging {
    pub code: String,
    pub name: String,
    pub verdict: Verdict,
    /// Changes that turn the verdict of the subject, the least first.
    pub verdicts: Vec<Flip>,
    /// Changes that turn that of an item only.
    pub items: Vec<Flip>,
    /// How many more of both there are.
    pub more: usize,
    /// Cells tried, those not tried for want of time, and changes that a check of plausibility would betray.
    pub tried: usize,
    pub untried: usize,
    pub betrayed: usize,
}

/// A change of one cell that turns verdicts.
#[derive(Debug, Clone, Serialize)]
pub struct Flip {
    pub cell: CellRef,
    /// The nearest number that does it.
    pub value: String,
    /// How much must change, in hundredths of what stands there; `null` where that is 0.
    pub change: Option<String>,
    /// A slip of the pen that would do it too.
    pub slip: Option<SlipOf>,
    /// How many peers show that such a number is plausible; 0 where half to double was allowed.
    pub peers: usize,
    pub turned: Vec<Turned>,
    /// What the verdict of the subject would be.
    pub verdict: Option<Verdict>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlipOf {
    pub value: String,
    pub words: String,
}

/// An item whose verdict turns.
#[derive(Debug, Clone, Serialize)]
pub struct Turned {
    pub id: String,
    pub text: String,
    pub from: Verdict,
    pub to: Verdict,
}

/// What is known of one subject.
struct Trial<'a> {
    checks: &'a Checks<'a>,
    cells: &'a Cells<'a>,
    subject: u32,
    ballot: Ballot,
    verdict: Verdict,
    /// The items that read a cell.
    readers: BTreeMap<Cell, Vec<&'a Item>>,
    /// Fields on which it depends who belongs to a population; `None` where that cannot be told.
    filters: Option<BTreeSet<(TableId, FieldId)>>,
    spent: usize,
    found: BTreeMap<(Cell, i128), Flip>,
    tried: BTreeSet<Cell>,
    untried: BTreeSet<Cell>,
    betrayed: BTreeSet<(Cell, i128)>,
}

/// Looks for the cells on which the verdicts of a subject hang.
pub(super) fn hanging<'a>(checks: &'a Checks<'a>, cells: &'a Cells<'a>, of: &SubjectRow) -> Hanging {
    let mut trial = Trial::new(checks, cells, of.row);
    for item in checks.plan().items() {
        for check in item.checks.iter().filter(|c| !matches!(c.kind, CheckKind::Judgement { .. } | CheckKind::Event)) {
            for (target, support) in targets(checks.context, item, check, of.row) {
                trial.attempt(&target, &support);
            }
        }
    }
    trial.finish(of)
}

impl<'a> Trial<'a> {
    fn new(checks: &'a Checks<'a>, cells: &'a Cells<'a>, subject: u32) -> Self {
        let (context, plan) = (checks.context, checks.plan());
        let (mut ballot, mut readers) = (Ballot::default(), BTreeMap::<Cell, Vec<&Item>>::new());
        for item in plan.items() {
            let (_, reads) = context.traced(|| ballot.note(context, item, subject));
            reads.into_iter().for_each(|cell| readers.entry(cell).or_default().push(item));
        }
        let verdict = ballot.verdict(context, subject);
        Self {
            checks,
            cells,
            subject,
            ballot,
            verdict,
            readers,
            filters: filters(plan),
            spent: 0,
            found: BTreeMap::new(),
            tried: BTreeSet::new(),
            untried: BTreeSet::new(),
            betrayed: BTreeSet::new(),
        }
    }

    fn context(&self) -> &'a Context<'a> {
        self.checks.context
    }

    /// Tries the cells that a target rests on.
    fn attempt(&mut self, target: &Target<'_>, support: &[Cell]) {
        let numbered = support.iter().filter_map(|c| Some((*c, self.cells.number(*c)?)));
        let (chosen, left) = extremes(numbered.collect());
        self.untried.extend(left);
        let cost = support.len().max(1);
        for (cell, number) in chosen {
            if self.spent >= READS {
                self.untried.insert(cell);
                continue;
            }
            self.tried.insert(cell);
            self.search(target, cell, &number, cost);
        }
    }

    fn search(&mut self, target: &Target<'_>, cell: Cell, number: &Number, cost: usize) {
        let (Some(bounds), Some(now)) = (self.cells.bounds(cell), target.holds(self.context(), self.subject)) else { return };
        let (context, subject, kept) = (self.context(), self.subject, self.is_kept(cell));
        let mut steps = 0;
        let mut turns = |grid: i128| {
            steps += 1;
            let then = context.supposing(cell, number.base(grid), kept, || target.holds(context, subject));
            then == Some(!now)
        };
        let slips: Vec<(i128, Slip)> = slips(number.grid).into_iter().filter(|(g, _)| bounds.low <= *g && *g <= bounds.high).collect();
        let mut ends = vec![bounds.low, bounds.high];
        let slip = slips.into_iter().find(|(grid, _)| turns(*grid));
        ends.extend(slip.map(|(grid, _)| grid));
        let nearest = ends.into_iter().filter_map(|end| nearest(number.grid, end, &mut turns)).min_by_key(|g| (g - number.grid).abs());
        self.spent = self.spent.saturating_add(steps * cost);
        let Some(grid) = nearest else { return };
        let slip = slip.filter(|(meant, _)| self.checks.keeps(cell, &number.base(*meant)));
        self.confirm(cell, number, grid, slip, bounds.peers);
        // The nearest change may be one that a check betrays while the slip is not.
        if let Some((meant, _)) = slip.filter(|_| !self.found.contains_key(&(cell, grid))) {
            self.confirm(cell, number, meant, slip, bounds.peers);
        }
    }

    fn is_kept(&self, cell: Cell) -> bool {
        self.filters.as_ref().is_some_and(|f| !f.contains(&(cell.table, cell.field)))
    }

    /// Holds a change against everything that reads the cell.
    fn confirm(&mut self, cell: Cell, number: &Number, grid: i128, slip: Option<(i128, Slip)>, peers: usize) {
        if self.found.contains_key(&(cell, grid)) || self.betrayed.contains(&(cell, grid)) {
            return;
        }
        let base = number.base(grid);
        let readers = self.readers.get(&cell).cloned().unwrap_or_default();
        let (context, subject) = (self.context(), self.subject);
        let mut ballot = self.ballot.clone();
        let verdict = context.supposing(cell, base.clone(), false, || {
            readers.iter().for_each(|item| {
                ballot.note(context, item, subject);
            });
            ballot.verdict(context, subject)
        });
        let turned = readers.iter().filter_map(|item| {
            let (from, to) = (self.ballot.of(item)?, ballot.of(item)?);
            (from != to).then(|| Turned { id: item.id.to_string(), text: item.text.to_string(), from, to })
        });
        let turned: Vec<Turned> = turned.collect();
        if turned.is_empty() && verdict == self.verdict {
            return;
        }
        if !self.checks.keeps(cell, &base) {
            self.betrayed.insert((cell, grid));
            return;
        }
        let flip = Flip {
            cell: self.cells.named(cell),
            value: number.shown(grid),
            change: hundredths(number.grid, grid),
            slip: slip.map(|(meant, slip)| SlipOf { value: number.shown(meant), words: slip.words(number.is_whole()) }),
            peers,
            turned,
            verdict: (verdict != self.verdict).then_some(verdict),
        };
        self.found.insert((cell, grid), flip);
    }

    fn finish(self, of: &SubjectRow) -> Hanging {
        let numbers = self.found.keys().filter_map(|(cell, grid)| {
            let number = self.cells.number(*cell)?;
            Some(((*cell, *grid), share(number.grid, *grid)))
        });
        let shares: BTreeMap<(Cell, i128), Option<Num>> = numbers.collect();
        let mut order: Vec<(&(Cell, i128), &Flip)> = self.found.iter().collect();
        // Where nothing stands there is nothing to measure by: such cells come last.
        order.sort_by_key(|(place, _)| {
            let share = shares.get(place).cloned().flatten();
            (share.is_none(), share, **place)
        });
        // Where many rows stand alike, the first few speak for them.
        let mut alike: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
        let all = order.len();
        order.retain(|(_, flip)| {
            let seen = alike.entry(flip.turned.iter().map(|t| t.id.as_str()).collect()).or_default();
            *seen += 1;
            *seen <= ALIKE
        });
        let (mut turning, mut others): (Vec<_>, Vec<_>) =
            order.into_iter().map(|(_, flip)| flip.clone()).partition(|f: &Flip| f.verdict.is_some());
        turning.truncate(TOLD);
        others.truncate(TOLD);
        let more = all - turning.len() - others.len();
        Hanging {
            code: of.code.clone(),
            name: of.name.clone(),
            verdict: self.verdict,
            verdicts: turning,
            items: others,
            more,
            tried: self.tried.len(),
            untried: self.untried.difference(&self.tried).count(),
            betrayed: self.betrayed.len(),
        }
    }
}

/// The number nearest to `from` on the way to `end` at which something turns, where it turns at the end.
fn nearest(from: i128, end: i128, turns: &mut impl FnMut(i128) -> bool) -> Option<i128> {
    if from == end || !turns(end) {
        return None;
    }
    let (mut still, mut turned) = (from, end);
    while (turned - still).abs() > 1 {
        let middle = still + (turned - still) / 2;
        if turns(middle) { turned = middle } else { still = middle }
    }
    Some(turned)
}

/// The cells that weigh most: of each field the greatest and the least, in turn.
fn extremes(cells: Vec<(Cell, Number)>) -> (Vec<(Cell, Number)>, Vec<Cell>) {
    if cells.len() <= CELLS {
        return (cells, Vec::new());
    }
    let mut fields: BTreeMap<(TableId, FieldId), Vec<(Cell, Number)>> = BTreeMap::new();
    for (cell, number) in cells {
        fields.entry((cell.table, cell.field)).or_default().push((cell, number));
    }
    let each = CELLS.div_ceil(fields.len());
    let (mut chosen, mut left) = (Vec::new(), Vec::new());
    for mut of_field in fields.into_values() {
        of_field.sort_by_key(|(cell, number)| (number.base(number.grid), *cell));
        let (low, high) = (each / 2, of_field.len().saturating_sub(each - each / 2));
        for (at, (cell, number)) in of_field.into_iter().enumerate() {
            if at < low || at >= high { chosen.push((cell, number)) } else { left.push(cell) }
        }
    }
    (chosen, left)
}

fn share(from: i128, to: i128) -> Option<Num> {
    (from != 0).then(|| Num::from((to - from).abs()) / Num::from(from.abs()))
}

fn hundredths(from: i128, to: i128) -> Option<String> {
    let share = share(from, to)? * num(100);
    let sign = if to < from { "−" } else { "+" };

    let places = if share < num(1) / num(100) { 6 } else { 2 };
    Some(format!("{sign}{}", crate::value::Real::Rational(share).to_decimal(places)))
}

/// The fields that decide who belongs to a population; `None` where one rests on a statistic.
fn filters(plan: &Plan) -> Option<BTreeSet<(TableId, FieldId)>> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Expr> = plan.populations.iter().filter_map(|p| p.filter.as_ref()).collect();
    while let Some(expr) = open.pop() {
        match expr {
            Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => {
                found.insert((*table, *field));
            }
            Expr::Aggregate { .. } | Expr::Series { .. } | Expr::YearValue { .. } => return None,
            _ => {}
        }
        open.extend(expr.children());
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_turn_is_found_by_halves() {
        let mut asked = 0;
        let mut over = |n: i128| {
            asked += 1;
            n >= 137
        };
        assert_eq!(nearest(100, 100_000, &mut over), Some(137));
        assert_eq!(nearest(100, 50, &mut over), None);
        assert!(asked < 24, "{asked}");
        assert_eq!(hundredths(200, 203).as_deref(), Some("+1.5"));
        assert_eq!(hundredths(200, 100).as_deref(), Some("−50"));
        assert_eq!(hundredths(0, 1), None);
    }
}
