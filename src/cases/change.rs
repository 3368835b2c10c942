//! One change of a plan at a time: where a rule can be changed, and how.

use crate::diagnostic::Severity;
use crate::plan::{Aggregate, CheckKind, CompareOp, Expr, Item, ItemRef, Plan, PopulationId, Requirement, Rows, TableId, expression};
use crate::value::{Num, format_decimal, num};

/// What a changed expression belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    Population(PopulationId),
    /// A check of a table's rows.
    Table(TableId),
    Item(ItemRef),
    Verdict,
}

/// How one node is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// `≥` ↔ `>`, `≤` ↔ `<`, `=` ↔ `≠`.
    Comparison,
    Up,
    Down,
    /// One part of a conjunction or alternative, by its index.
    Drop(usize),
    /// A whole filter.
    NoFilter,
    Not,
    /// One arm taken always: 0 for `则`, 1 for `否则`.
    Arm(usize),
    /// The comparison the other way round.
    Reverse,
}

/// A change and its place: the expression by its number, the node by its number in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub root: usize,
    pub node: usize,
    pub change: Change,
}

/// An expression of the plan that rules are made of.
struct Root<'p> {
    owner: Owner,
    is_filter: bool,
    expr: &'p mut Expr,
}

/// Every expression that decides something, in the plan's order.
fn roots(plan: &mut Plan) -> Vec<Root<'_>> {
    let mut found = Vec::new();
    for (i, population) in plan.populations.iter_mut().enumerate() {
        let owner = Owner::Population(PopulationId(i));
        found.extend(population.filter.as_mut().map(|expr| Root { owner, is_filter: true, expr }));
    }
    // A case can expect an error of the data, and nothing of warnings and notes.
    for verification in plan.verifications.iter_mut().filter(|v| v.level == Severity::Error) {
        let owner = Owner::Table(verification.rows.table);
        found.extend(verification.rows.filter.as_mut().map(|f| Root { owner: owner.clone(), is_filter: true, expr: f }));
        if let Requirement::Holds(judged) = &mut verification.requirement {
            found.push(Root { owner, is_filter: false, expr: &mut judged.condition });
        }
    }
    for point in plan.indicators.iter_mut().flat_map(|i| &mut i.points) {
        let of = ItemRef::Point(point.id.clone());
        item_roots(point, &of, &mut found);
    }
    for veto in &mut plan.vetoes {
        let of = ItemRef::Veto(veto.id.clone());
        item_roots(veto, &of, &mut found);
    }
    for item in &mut plan.qualifications {
        let of = ItemRef::Qualification(item.id.clone());
        item_roots(item, &of, &mut found);
    }
    for condition in plan.verdict.iter_mut().flat_map(|v| &mut v.conditions) {
        found.push(Root { owner: Owner::Verdict, is_filter: false, expr: &mut condition.condition });
    }
    found
}

fn item_roots<'p>(item: &'p mut Item, of: &ItemRef, found: &mut Vec<Root<'p>>) {
    let mut add = |expr: &'p mut Expr, is_filter| found.push(Root { owner: Owner::Item(of.clone()), is_filter, expr });
    for check in &mut item.checks {
        match &mut check.kind {
            CheckKind::Condition(judged) | CheckKind::Trigger(judged) => add(&mut judged.condition, false),
            CheckKind::Each { rows, judged } => {
                rows.filter.iter_mut().for_each(|f| add(f, true));
                add(&mut judged.condition, false);
            }
            CheckKind::Several { rows, parts, .. } => {
                rows.filter.iter_mut().for_each(|f| add(f, true));
                for part in parts {
                    add(&mut part.judged.condition, false);
                    part.floor.iter_mut().for_each(|f| add(&mut f.condition, false));
                }
            }
            CheckKind::Group { rows, having, judged, .. } => {
                rows.filter.iter_mut().for_each(|f| add(f, true));
                having.iter_mut().for_each(|h| add(h, true));
                add(&mut judged.condition, false);
            }
            CheckKind::Points { value } => add(value, false),
            CheckKind::Judgement { .. } | CheckKind::Event => {}
        }
    }
    item.cross_checks.iter_mut().for_each(|c| add(&mut c.condition, false));
}

/// The direct parts of an expression, filters among them marked.
fn parts(expr: &mut Expr) -> Vec<(bool, &mut Expr)> {
    let plain = |e| (false, e);
    match expr {
        Expr::Arithmetic { left, right, .. } | Expr::Compare { left, right, .. } => vec![(false, &mut **left), (false, &mut **right)],
        Expr::Negate(inner) | Expr::Not(inner) => vec![(false, &mut **inner)],
        Expr::And(list) | Expr::Or(list) => list.iter_mut().map(plain).collect(),
        Expr::In { value, .. } => vec![(false, &mut **value)],
        Expr::If { condition, then, otherwise } => {
            let mut all = vec![(false, &mut **condition), (false, &mut **then)];
            all.extend(otherwise.iter_mut().map(|o| (false, &mut **o)));
            all
        }
        Expr::Aggregate { scope, arguments, .. } => {
            let filter = scope.rows.filter.iter_mut().map(|f| (true, &mut **f));
            filter.chain(arguments.iter_mut().map(plain)).collect()
        }
        Expr::Function { arguments, .. } => arguments.iter_mut().map(plain).collect(),
        Expr::FormerYear { value, .. } => vec![(false, &mut **value)],
        Expr::Series { filter, value, .. } | Expr::YearValue { filter, value, .. } => {
            let filter = filter.iter_mut().map(|f| (true, &mut **f));
            filter.chain(std::iter::once((false, &mut **value))).collect()
        }
        _ => Vec::new(),
    }
}

/// What of an expression's surroundings matters to its changes.
#[derive(Clone, Copy, Default)]
struct Around {
    is_filter: bool,
    /// Beside a number of rows: half a row is no change.
    counts: bool,
}

/// Visits every node before its parts, numbered; stops where `visit` says so.
fn walk(expr: &mut Expr, around: Around, next: &mut usize, visit: &mut impl FnMut(usize, Around, &mut Expr) -> bool) -> bool {
    let at = *next;
    *next += 1;
    if visit(at, around, expr) {
        return true;
    }
    let counts = match expr {
        Expr::Compare { left, right, .. } | Expr::Arithmetic { left, right, .. } => around.counts || is_count(left) || is_count(right),
        _ => false,
    };
    parts(expr).into_iter().any(|(is_filter, part)| walk(part, Around { is_filter, counts }, next, visit))
}

fn is_count(expr: &Expr) -> bool {
    match expr {
        Expr::Aggregate { function: Aggregate::Count, .. } => true,
        Expr::Arithmetic { left, right, .. } => is_count(left) || is_count(right),
        _ => false,
    }
}

/// Every place of a plan and what can be changed there.
pub(super) fn spots(plan: &Plan) -> Vec<(Owner, Spot)> {
    let mut plan = plan.clone();
    let mut found = Vec::new();
    for (root, Root { owner, is_filter, expr }) in roots(&mut plan).into_iter().enumerate() {
        let mut next = 0;
        walk(expr, Around { is_filter, counts: false }, &mut next, &mut |node, around, expr| {
            found.extend(changes(expr, around).into_iter().map(|change| (owner.clone(), Spot { root, node, change })));
            false
        });
    }
    found
}

fn changes(expr: &Expr, around: Around) -> Vec<Change> {
    let mut found = match expr {
        Expr::Compare { .. } => vec![Change::Comparison, Change::Reverse],
        Expr::Number(_) | Expr::Month(_) | Expr::Date(_) => vec![Change::Up, Change::Down],
        Expr::Series { years, .. } if *years > 2 => vec![Change::Up, Change::Down],
        Expr::Series { .. } | Expr::YearValue { back: 1, .. } => vec![Change::Up],
        Expr::YearValue { .. } => vec![Change::Up, Change::Down],
        Expr::And(list) | Expr::Or(list) => (0..list.len()).map(Change::Drop).collect(),
        Expr::In { .. } => vec![Change::Not],
        Expr::If { otherwise: Some(_), .. } => vec![Change::Arm(0), Change::Arm(1)],
        Expr::If { .. } => vec![Change::Arm(0)],
        _ => Vec::new(),
    };
    if around.is_filter && !matches!(expr, Expr::And(_)) {
        found.push(Change::NoFilter);
    }
    found
}

/// Changes a plan at one place.
pub(super) fn apply(plan: &mut Plan, spot: Spot) {
    let Some(root) = roots(plan).into_iter().nth(spot.root) else { return };
    let mut next = 0;
    walk(root.expr, Around { is_filter: root.is_filter, counts: false }, &mut next, &mut |node, around, expr| {
        if node == spot.node {
            change(expr, spot.change, around.counts);
        }
        node == spot.node
    });
}

fn change(expr: &mut Expr, change: Change, counts: bool) {
    match (change, &mut *expr) {
        (Change::Comparison, Expr::Compare { op, .. }) => *op = other(*op),
        (Change::Reverse, Expr::Compare { op, .. }) => *op = reversed(*op),
        (Change::Up, Expr::Number(n)) => *n = n.clone() + step(n, counts),
        (Change::Down, Expr::Number(n)) => *n = n.clone() - step(n, counts),
        (Change::Up, Expr::Month(n) | Expr::Date(n)) => *n += 1,
        (Change::Down, Expr::Month(n) | Expr::Date(n)) => *n -= 1,
        (Change::Up, Expr::Series { years: n, .. } | Expr::YearValue { back: n, .. }) => *n += 1,
        (Change::Down, Expr::Series { years: n, .. } | Expr::YearValue { back: n, .. }) => *n = n.saturating_sub(1),
        (Change::Drop(at), Expr::And(list) | Expr::Or(list)) if at < list.len() => {
            list.remove(at);
        }
        (Change::NoFilter, expr) => *expr = Expr::Bool(true),
        (Change::Not, expr) => *expr = Expr::Not(Box::new(expr.clone())),
        (Change::Arm(arm), Expr::If { then, otherwise, .. }) => {
            let taken = if arm == 0 { Some(&*then) } else { otherwise.as_ref() };
            if let Some(taken) = taken.map(|t| (**t).clone()) {
                *expr = taken;
            }
        }
        _ => {}
    }
}

/// One step of a number as written: its last digit, of ratios a hundredth at most.
pub(super) fn step(n: &Num, counts: bool) -> Num {
    let text = format_decimal(n, 12);
    let places = text.split_once('.').map_or(0, |(_, part)| part.len());
    let ratio = !counts && *n <= num(2) && *n > num(0);
    let places = if ratio { places.max(2) } else { places };
    (0..places).fold(num(1), |n, _| n / num(10))
}

fn other(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Ne,
        CompareOp::Ne => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Le,
        CompareOp::Le => CompareOp::Lt,
        CompareOp::Gt => CompareOp::Ge,
        CompareOp::Ge => CompareOp::Gt,
    }
}

fn reversed(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Ne,
        CompareOp::Ne => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Ge,
        CompareOp::Le => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Le,
        CompareOp::Ge => CompareOp::Lt,
    }
}

/// The expression that a place belongs to, as text.
pub(super) fn shown(plan: &Plan, spot: Spot) -> String {
    let mut copy = plan.clone();
    let text = roots(&mut copy).into_iter().nth(spot.root).map(|root| expression(plan, root.expr));
    text.unwrap_or_default()
}

/// The populations that rows are of, with those they are taken from.
fn above(plan: &Plan, rows: &Rows, found: &mut Vec<PopulationId>) {
    let mut next = rows.population;
    while let Some(id) = next.filter(|id| !found.contains(id)) {
        found.push(id);
        next = plan.populations.get(id.0).and_then(|p| p.parent);
    }
}

/// Every population that an item's rules use.
pub(super) fn populations(plan: &Plan, item: &Item) -> Vec<PopulationId> {
    let mut found = Vec::new();
    for check in &item.checks {
        if let CheckKind::Each { rows, .. } | CheckKind::Several { rows, .. } | CheckKind::Group { rows, .. } = &check.kind {
            above(plan, rows, &mut found);
        }
    }
    let mut copy = item.clone();
    let mut exprs = Vec::new();
    item_roots(&mut copy, &ItemRef::Point(String::new()), &mut exprs);
    for root in exprs {
        walk(root.expr, Around::default(), &mut 0, &mut |_, _, expr| {
            if let Expr::Aggregate { scope, .. } = expr {
                above(plan, &scope.rows, &mut found);
            }
            false
        });
    }
    found
}
