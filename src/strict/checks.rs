//! One check of the base against one of the layer.

use super::align::Alignment;
use super::logic::{Answer, Counter, Logic};
use super::order::{Order, asked, parts};
use super::witness::{said, worlds};
use crate::eval::Value;
use crate::plan::{Aggregate, Check, CheckKind, CompareOp, Expr, Function, ItemRef, Judged, Part, Plan, Relief, Rows, TableId, Tolerance};
use crate::value::{Num, format_decimal, num};
use std::collections::BTreeSet;

/// Why a layer is not, or may not be, at least as strict.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Doubt {
    /// Known to be looser; otherwise only not known to be as strict.
    pub looser: bool,
    pub why: String,
    /// Values that pass the layer and fail the base.
    pub example: Option<String>,
    /// The values are data that both plans judged.
    pub is_judged: bool,
}

impl Doubt {
    pub fn looser(why: impl Into<String>) -> Self {
        Self { looser: true, why: why.into(), example: None, is_judged: false }
    }

    pub fn open(why: impl Into<String>) -> Self {
        Self { looser: false, why: why.into(), example: None, is_judged: false }
    }

    #[must_use]
    pub fn example(self, text: impl Into<String>) -> Self {
        Self { example: Some(text.into()), ..self }
    }

    /// With rows that both plans judged.
    #[must_use]
    fn judged(self, rows: String, of: &ItemRef) -> Self {
        let ends = if matches!(of, ItemRef::Veto(_)) { "本层不触发，上级触发" } else { "本层达到，上级未达到" };
        Self { example: Some(format!("{rows}：{ends}（按两层各评定过）")), is_judged: true, ..self }
    }
}

/// A base and the layer over it.
#[derive(Clone, Copy)]
pub(super) struct Pair<'p> {
    pub base: &'p Plan,
    pub layer: &'p Plan,
    /// The base's expressions in the layer's terms.
    pub up: Alignment<'p>,
    pub own: Alignment<'p>,
    pub order: Order<'p>,
}

/// A check by the number of its item and its place there.
#[derive(Clone, Copy)]
pub(super) struct At<'p> {
    pub of: &'p ItemRef,
    pub index: usize,
    pub check: &'p Check,
}

const OTHER_NAMES: &str = "上级规则用到的表、字段、选项或口径在本层已经没有或改了，两条规则不能比较";

const LOOSER: &str = "比上级宽";

const TOO_MANY: &str = "条件太多，不能逐一比较";

/// The two sides in the layer's terms: what is asked of what.
struct Sides {
    base: Expr,
    layer: Expr,
    rows: Option<TableId>,
}

impl<'p> Pair<'p> {
    pub fn new(base: &'p Plan, layer: &'p Plan) -> Self {
        Self { base, layer, up: Alignment::new(base, layer), own: Alignment::new(layer, layer), order: Order::new(layer) }
    }

    /// Whether what passes the layer's check passes the base's; a doubt that no data were judged for is held against rows around the
    /// thresholds of both.
    pub fn check(&self, base: At<'p>, layer: At<'p>) -> Result<(), Doubt> {
        let doubt = match self.compared(base, layer) {
            Err(doubt) if !doubt.is_judged => doubt,
            result => return result,
        };
        let Some(rows) = self.differing_rows(base, layer) else { return Err(doubt) };
        let why = if doubt.looser { doubt.why } else { LOOSER.to_owned() };
        Err(Doubt::looser(why).judged(rows, base.of))
    }

    fn compared(&self, base: At<'p>, layer: At<'p>) -> Result<(), Doubt> {
        match (&base.check.kind, &layer.check.kind) {
            (CheckKind::Judgement { .. }, CheckKind::Judgement { .. }) | (CheckKind::Event, CheckKind::Event) => Ok(()),
            (CheckKind::Points { value: b }, CheckKind::Points { value: l }) => self.points(b, l),
            (CheckKind::Condition(b), CheckKind::Condition(l)) => {
                let sides = self.sides(b, l, (self.base.subject.table, self.layer.subject.table))?;
                self.entails(&sides, base, layer)
            }
            (CheckKind::Trigger(b), CheckKind::Trigger(l)) => {
                let sides = self.sides(b, l, (self.base.subject.table, self.layer.subject.table))?;
                let not = |e: Expr| Expr::Not(Box::new(e));
                self.entails(&Sides { base: not(sides.base), layer: not(sides.layer), ..sides }, base, layer)
            }
            (CheckKind::Each { .. } | CheckKind::Several { .. }, CheckKind::Each { .. } | CheckKind::Several { .. }) => {
                let sides = (row_rule(&self.up, &base.check.kind), row_rule(&self.own, &layer.check.kind));
                let (Some(b), Some(l)) = sides else { return Err(Doubt::open(OTHER_NAMES)) };
                if b.rows.table != l.rows.table {
                    return Err(Doubt::open("评定的对象换了另一张表，两条规则不能比较"));
                }
                self.tolerance(b.tolerance, l.tolerance, (&b.rows, &l.rows))?;
                let sides = Sides { base: asked(&b.rows, &b.truth), layer: asked(&l.rows, &l.truth), rows: Some(l.rows.table) };
                match self.entails(&sides, base, layer) {
                    Err(doubt) if doubt == Doubt::open(TOO_MANY) => self.part_by_part((&b.rows, &l.rows), base, layer),
                    result => result,
                }
            }
            (CheckKind::Group { rows: r, keys: k, having: h, judged: b }, CheckKind::Group { rows: s, keys: j, having: i, judged: l }) => {
                let sides = self.sides(b, l, (r.table, s.table))?;
                let key = |a: &Alignment<'_>, rows: &Rows, keys: &[crate::plan::GroupKey]| {
                    keys.iter().map(|k| a.expr(&k.value, rows.table)).collect::<Option<Vec<_>>>()
                };
                let (keys, others) = (key(&self.up, r, k), key(&self.own, s, j));
                let having = |a: &Alignment<'_>, rows: &Rows, h: Option<&Expr>| h.map_or(Some(None), |h| a.expr(h, rows.table).map(Some));
                let conditions = (having(&self.up, r, h.as_ref()), having(&self.own, s, i.as_ref()));
                let (Some(one), Some(other)) = conditions else { return Err(Doubt::open(OTHER_NAMES)) };
                let (r, s) = self.both_rows(r, s)?;
                if keys.is_none() || keys != others || !self.order.same(&r, &s) {
                    return Err(Doubt::open("分组的范围或分组的字段变了，各组的值不能比较"));
                }
                if l.tolerance.is_some() && one != other {
                    return Err(Doubt::open("核算的组变了，达到的比例或例外的个数不能比较"));
                }
                self.tolerance(b.tolerance.as_ref(), l.tolerance.as_ref(), (&r, &s))?;
                let only = |having: Option<Expr>, truth: Expr| match having {
                    Some(h) => Expr::If { condition: Box::new(h), then: Box::new(truth), otherwise: None },
                    None => truth,
                };
                self.entails(&Sides { base: only(one, sides.base), layer: only(other, sides.layer), rows: None }, base, layer)
            }
            _ => Err(Doubt::open("规则换了写法，两条规则不能比较")),
        }
    }

    fn both_rows(&self, base: &Rows, layer: &Rows) -> Result<(Rows, Rows), Doubt> {
        match (self.up.rows(base), self.own.rows(layer)) {
            (Some(b), Some(l)) if b.table == l.table => Ok((b, l)),
            (Some(_), Some(_)) => Err(Doubt::open("评定的对象换了另一张表，两条规则不能比较")),
            _ => Err(Doubt::open(OTHER_NAMES)),
        }
    }

    fn sides(&self, base: &Judged, layer: &Judged, tables: (TableId, TableId)) -> Result<Sides, Doubt> {
        match (truth(&self.up, base, tables.0), truth(&self.own, layer, tables.1)) {
            (Some(base), Some(layer)) => Ok(Sides { base, layer, rows: None }),
            _ => Err(Doubt::open(OTHER_NAMES)),
        }
    }

    /// Whether as few rows may fail as the base lets fail.
    fn tolerance(&self, base: Option<&Tolerance>, layer: Option<&Tolerance>, (r, s): (&Rows, &Rows)) -> Result<(), Doubt> {
        let words = |t: Option<&Tolerance>| match t {
            None => "每个都要达到".to_owned(),
            Some(Tolerance::Share(share)) => format!("至少 {}% 达到", format_decimal(&(share * num(100)), 12)),
            Some(Tolerance::Exceptions(n)) => format!("允许 {n} 个例外"),
        };
        let changed = || format!("上级要求{}，本层改为{}", words(base), words(layer));
        match (base, layer) {
            (_, None) => Ok(()),
            (None, Some(Tolerance::Share(share))) => {
                let rows = most(share);
                Err(Doubt::looser(changed()).example(format!("{rows} 个里有 1 个未达到：本层算达到，上级算未达到")))
            }
            (None, Some(Tolerance::Exceptions(n))) => {
                Err(Doubt::looser(changed()).example(format!("有 {n} 个未达到：本层算达到，上级算未达到")))
            }
            (Some(Tolerance::Exceptions(b)), Some(Tolerance::Exceptions(l))) if l <= b => {
                if self.order.within(r, s) {
                    Ok(())
                } else {
                    Err(Doubt::open("评定的范围和例外的个数一起变了，不能比较"))
                }
            }
            (Some(Tolerance::Exceptions(_)), Some(Tolerance::Exceptions(l))) => {
                Err(Doubt::looser(changed()).example(format!("有 {l} 个未达到：本层算达到，上级算未达到")))
            }
            (Some(Tolerance::Share(b)), Some(Tolerance::Share(l))) if l >= b => {
                if self.order.same(r, s) {
                    Ok(())
                } else {
                    Err(Doubt::open("评定的范围变了，达到的比例不能比较"))
                }
            }
            (Some(Tolerance::Share(_)), Some(Tolerance::Share(l))) => {
                let percent = format_decimal(&(l * num(100)), 12);
                Err(Doubt::looser(changed()).example(format!("正好 {percent}% 达到：本层算达到，上级算未达到")))
            }
            _ => Err(Doubt::open(format!("{}，比例和个数不能比较", changed()))),
        }
    }

    /// Several parts where they are too many to be tried together: each of the base's follows from the layer's of the same name, and
    /// as many are asked for.
    fn part_by_part(&self, (r, s): (&Rows, &Rows), base: At<'_>, layer: At<'_>) -> Result<(), Doubt> {
        let (CheckKind::Several { rows, least: n, parts: list }, CheckKind::Several { least: m, parts: others, .. }) =
            (&base.check.kind, &layer.check.kind)
        else {
            return Err(Doubt::open(TOO_MANY));
        };
        // Those of the layer alone may be among the ones that are met.
        let more = others.iter().filter(|o| list.iter().all(|p| p.label != o.label)).count();
        if m.saturating_sub(more) < *n {
            let why = format!("上级 {} 项中要达到 {n} 项，本层 {} 项中达到 {m} 项", list.len(), others.len());
            return Err(if more == 0 {
                Doubt::looser(why.clone()).example(format!("正好达到 {m} 项：本层达到，上级未达到"))
            } else {
                Doubt::open(why)
            });
        }
        if !self.order.within(r, s) {
            return Err(Doubt::open("评定的范围缩小了，或不能证明没有缩小"));
        }
        for part in list {
            let Some(other) = others.iter().find(|o| o.label == part.label) else {
                return Err(Doubt::open(format!("分项“{}”没有了，或改了名称", part.label)));
            };
            let of = |to: &Alignment<'_>, table: TableId, part: &Part| {
                let met = truth(to, &part.judged, table)?;
                Some([met.clone(), at_floor(to, table, part, met)?])
            };
            let (Some(asks), Some(own)) = (of(&self.up, rows.table, part), of(&self.own, s.table, other)) else {
                return Err(Doubt::open(OTHER_NAMES));
            };
            for (b, l) in asks.iter().zip(&own) {
                let sides = Sides { base: asked(r, b), layer: asked(s, l), rows: Some(s.table) };
                self.entails(&sides, base, layer).map_err(|d| Doubt { why: format!("分项“{}”{}", part.label, d.why), ..d })?;
            }
        }
        Ok(())
    }

    fn points(&self, base: &Expr, layer: &Expr) -> Result<(), Doubt> {
        let sides = (self.up.expr(base, self.base.subject.table), self.own.expr(layer, self.layer.subject.table));
        let (Some(b), Some(l)) = sides else { return Err(Doubt::open(OTHER_NAMES)) };
        if self.order.ge(&b, &l) {
            return Ok(());
        }
        // Steps: wherever the layer gives so many points, the base gives as many.
        let at_least =
            |e: &Expr, n: &Num| Expr::Compare { op: CompareOp::Ge, left: Box::new(e.clone()), right: Box::new(Expr::Number(n.clone())) };
        let steps = super::logic::steps(&l);
        if steps.is_empty() || super::logic::steps(&b).is_empty() {
            return Err(Doubt::open("得分的算法变了，不能证明任何数据的得分都不比上级高"));
        }
        for step in steps.iter().filter(|n| **n > Num::ZERO) {
            match Logic::over(self.order).search(&at_least(&l, step), &at_least(&b, step)) {
                Answer::Proven => {}
                Answer::Counter(counter) => {
                    let shown = format_decimal(step, 12);
                    let example = format!("{}：本层得 {shown} 分，上级不到 {shown} 分", said(self.layer, &counter));
                    return Err(Doubt::looser("同样的数据，本层的得分比上级高").example(example));
                }
                Answer::Open => return Err(Doubt::open(TOO_MANY)),
            }
        }
        Ok(())
    }

    fn entails(&self, sides: &Sides, base: At<'_>, layer: At<'_>) -> Result<(), Doubt> {
        if sides.base == sides.layer {
            return Ok(());
        }
        let counter = match Logic::over(self.order).search(&sides.layer, &sides.base) {
            Answer::Proven => return Ok(()),
            Answer::Open => return Err(Doubt::open(TOO_MANY)),
            Answer::Counter(counter) => counter,
        };
        // Rows that a statistic takes have to be such rows.
        let mut filters = Vec::new();
        [&sides.base, &sides.layer].into_iter().for_each(|e| taken(e, &mut filters));
        let narrower = Expr::And(std::iter::once(sides.layer.clone()).chain(filters).collect());
        let ordinary = match Logic::over(self.order).search(&narrower, &sides.base) {
            Answer::Counter(better) => Some(better),
            _ => None,
        };
        let grounded = ordinary.iter().chain([&counter]).filter_map(|c| self.grounded(c)).collect::<Vec<_>>();
        let sides_of = ((self.base, base.of, base.index), (self.layer, layer.of, layer.index));
        for counter in ordinary.iter().chain(&grounded).chain([&counter]) {
            let shown = worlds(self.layer, counter, sides.rows).into_iter().find(|w| w.shows(sides_of.0, sides_of.1));
            if let Some(world) = shown {
                return Err(Doubt::looser(LOOSER).judged(world.text(self.layer, counter), base.of));
            }
        }
        let example = format!("{}：满足本层，不满足上级（由规则推得）", said(self.layer, &counter));
        if is_free(&counter) {
            return Err(Doubt::looser(LOOSER).example(example));
        }
        let doubt = Doubt::open("两条规则不能直接比较，不能证明满足本层的都满足上级");
        Err(if said(self.layer, &counter).is_empty() {
            doubt
        } else {
            doubt.example(example.replace("（由规则推得）", "（没有实际数据验证）"))
        })
    }
}

impl Pair<'_> {
    /// A counter-example in which whether any row, or every row, is such is told by the values of one row.
    fn grounded(&self, counter: &Counter) -> Option<Counter> {
        let mut values = Vec::new();
        let mut asked_of_row = Vec::new();
        for (term, sample) in &counter.values {
            let (Expr::Aggregate { function, scope, arguments }, Value::Bool(holds)) = (term, &sample.value) else {
                values.push((term.clone(), sample.clone()));
                continue;
            };
            let of_row = match function {
                Aggregate::All => asked(&scope.rows, arguments.first()?),
                _ => Expr::And(scope.rows.filter.iter().map(|f| (**f).clone()).chain(arguments.first().cloned()).collect()),
            };
            asked_of_row.push(if *holds { of_row } else { Expr::Not(Box::new(of_row)) });
        }
        if asked_of_row.is_empty() {
            return None;
        }
        match Logic::over(self.order).search(&Expr::And(asked_of_row), &Expr::Bool(false)) {
            Answer::Counter(of_row) => {
                values.extend(of_row.values);
                Some(Counter { values })
            }
            _ => None,
        }
    }
}

/// The most rows of which one may fail at this share.
fn most(share: &Num) -> String {
    format_decimal(&crate::value::ceil_to(&(num(1) / (num(1) - share)), &num(1), false), 0)
}

/// A condition with what suffices instead.
pub(super) fn truth(to: &Alignment<'_>, judged: &Judged, table: TableId) -> Option<Expr> {
    let own = to.expr(&judged.condition, table)?;
    let mut ways = vec![own];
    for relief in &judged.reliefs {
        ways.extend(granted(to, relief, Some(&relief.condition), table)?);
    }
    Some(if ways.len() > 1 { Expr::Or(ways) } else { ways.remove(0) })
}

/// What a relief grants to those that it is for.
fn granted(to: &Alignment<'_>, relief: &Relief, condition: Option<&Expr>, table: TableId) -> Option<Option<Expr>> {
    let Some(condition) = condition else { return Some(None) };
    let condition = solid(to.expr(condition, table)?);
    let filter = relief.filter.as_ref().map_or(Some(None), |f| to.expr(f, table).map(Some))?;
    Some(Some(match filter {
        Some(filter) => Expr::And(vec![solid(filter), condition]),
        None => condition,
    }))
}

/// A condition that does not hold where there is nothing to compare: nothing is granted by that.
fn solid(condition: Expr) -> Expr {
    if !is_over_rows(&condition) {
        return condition;
    }
    let not = Box::new(Expr::Not(Box::new(condition.clone())));
    Expr::If { condition: not, then: Box::new(Expr::Bool(false)), otherwise: Some(Box::new(condition)) }
}

fn is_over_rows(expr: &Expr) -> bool {
    matches!(expr, Expr::Aggregate { .. }) || parts(expr).into_iter().any(is_over_rows)
}

/// What is asked of each row, in the layer's terms.
struct RowRule<'c> {
    rows: Rows,
    truth: Expr,
    tolerance: Option<&'c Tolerance>,
}

fn row_rule<'c>(to: &Alignment<'_>, kind: &'c CheckKind) -> Option<RowRule<'c>> {
    let (rows, truth, tolerance) = match kind {
        CheckKind::Each { rows, judged } => (rows, truth(to, judged, rows.table)?, judged.tolerance.as_ref()),
        CheckKind::Several { rows, least, parts } => (rows, several(to, rows.table, *least, parts)?, None),
        _ => return None,
    };
    Some(RowRule { rows: to.rows(rows)?, truth, tolerance })
}

/// At least so many parts met, and every other at its floor.
fn several(to: &Alignment<'_>, table: TableId, least: usize, list: &[Part]) -> Option<Expr> {
    let met: Option<Vec<Expr>> = list.iter().map(|p| truth(to, &p.judged, table)).collect();
    let met = met?;
    let count = Expr::Function { function: Function::Holding, arguments: met.clone() };
    let enough = Expr::Compare { op: CompareOp::Ge, left: Box::new(count), right: Box::new(Expr::Number(Num::from(least))) };
    let mut all = vec![enough];
    for (part, met) in list.iter().zip(met) {
        if part.floor.is_some() {
            all.push(at_floor(to, table, part, met)?);
        }
    }
    Some(Expr::And(all))
}

/// That a part is met, or reaches its floor.
fn at_floor(to: &Alignment<'_>, table: TableId, part: &Part, met: Expr) -> Option<Expr> {
    let Some(floor) = &part.floor else { return Some(Expr::Bool(true)) };
    let mut ways = vec![met, to.expr(&floor.condition, table)?];
    for relief in &part.judged.reliefs {
        ways.extend(granted(to, relief, relief.floor.as_ref().map(|f| &f.condition), table)?);
    }
    Some(Expr::Or(ways))
}

/// The conditions of the rows that statistics take.
fn taken(expr: &Expr, found: &mut Vec<Expr>) {
    if let Expr::Aggregate { scope, .. } = expr {
        found.extend(scope.rows.filter.as_deref().cloned());
    }
    parts(expr).into_iter().for_each(|p| taken(p, found));
}

/// Whether the values can be had together: nothing that varies is made of what another is made of, and none is more than a number.
fn is_free(counter: &Counter) -> bool {
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    counter.values.iter().all(|(term, sample)| {
        let mut own = BTreeSet::new();
        fields(term, &mut own);
        let apart = own.iter().all(|f| !seen.contains(f));
        seen.extend(own);
        let plain = !matches!(term, Expr::Compare { .. } | Expr::Series { .. } | Expr::Tally { .. } | Expr::BaseYear);
        apart && plain && !matches!(sample.value, Value::Empty)
    })
}

fn fields(expr: &Expr, found: &mut BTreeSet<(usize, usize)>) {
    if let Expr::Field { table, field, .. } | Expr::SubjectField { table, field } = expr {
        found.insert((table.0, field.0));
    }
    parts(expr).into_iter().for_each(|p| fields(p, found));
}
