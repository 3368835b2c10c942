//! The pass mark of the verdict, and rows of judgements.

use super::world::{self, Cell, World, field};
use super::{Aim, At, Maker, Sides, judge, number};
use crate::plan::{CompareOp, Expr, FieldId, Over, Plan, Tally, expression};
use crate::value::{Num, num};

const BY_DATA: &str = "得分不全由评定给出，凑不出正好的总分";

const WHOLE: &str = "要由全部指标的结果凑成";

/// The rows with a score for each of the items.
pub(super) fn judged(plan: &Plan, world: &World, scores: &[(&str, Num)]) -> Option<World> {
    let from = plan.judgements.as_ref()?;
    let mut world = world.clone();
    for (id, score) in scores {
        let row = world.add(from.table);
        let key = |field: FieldId| (Vec::new(), from.table, field.0);
        let put = world.put(plan, row, key(from.item), Cell::Text((*id).to_owned()))
            && world.put(plan, row, key(from.score?), Cell::Number(score.clone()));
        if !put {
            return None;
        }
    }
    Some(world)
}

/// The rows with a conclusion of an item.
pub(super) fn concluded(plan: &Plan, world: &World, id: &str, option: usize) -> Option<World> {
    let from = plan.judgements.as_ref()?;
    let mut world = world.clone();
    let row = world.add(from.table);
    let put = world.put(plan, row, (Vec::new(), from.table, from.item.0), Cell::Text(id.to_owned()))
        && world.put(plan, row, (Vec::new(), from.table, from.conclusion?.0), Cell::Choice(option));
    put.then_some(world)
}

impl Maker<'_> {
    /// Total scores that the verdict asks for; whatever else it asks for, and grades, has no threshold that a case could show.
    pub(super) fn verdict(&mut self) {
        let plan = self.plan();
        let Some(verdict) = &plan.verdict else { return };
        for condition in &verdict.conditions {
            match &condition.condition {
                Expr::Compare { op, left, right } => match (&**left, &**right) {
                    (Expr::Tally { tally: Tally::TotalScore, over: Over::Nature(nature) }, Expr::Number(pass)) => {
                        self.pass(nature.0, *op, pass, &condition.label);
                    }
                    _ => self.made.unmade.push((format!("结论 {}", expression(plan, &condition.condition)), WHOLE)),
                },
                Expr::Tally { .. } => {}
                other => self.made.unmade.push((format!("结论 {}", expression(plan, other)), WHOLE)),
            }
        }
        for grade in &verdict.grades {
            match &grade.condition {
                Some(Expr::Compare { op, left, right }) => match (&**left, &**right) {
                    (Expr::Tally { tally: Tally::TotalScore, over: Over::Nature(nature) }, Expr::Number(cut)) => {
                        self.cut_off(nature.0, *op, cut, &grade.label);
                    }
                    _ => self.made.unmade.push((format!("等级“{}”", grade.label), WHOLE)),
                },
                Some(_) => self.made.unmade.push((format!("等级“{}”", grade.label), WHOLE)),
                None => {}
            }
        }
    }

    /// The most that can still be had is just the pass mark: whatever lies below it is lost already.
    fn pass(&mut self, nature: usize, op: CompareOp, pass: &Num, label: &str) {
        let title = format!("结论 {label} {} {} 分", op.sign(), number(pass));
        let worlds = self.scored(nature, pass, false);
        let said = worlds.clone().map(|w| w.and_then(|w| judge::concluded(self.plan(), w.case(self.plan()))));
        self.scores(&Aim::whole(), &title, ["最多差一步", "最多正好", "最多高一步"], Sides { worlds, said, at: At::Subject });
    }

    /// The score of all that is judged is just the cut-off of a grade.
    fn cut_off(&mut self, nature: usize, op: CompareOp, cut: &Num, label: &str) {
        let title = format!("等级“{label}” {} {} 分", op.sign(), number(cut));
        let worlds = self.scored(nature, cut, true);
        let said = worlds.clone().map(|w| w.and_then(|w| judge::graded(self.plan(), w.case(self.plan()))));
        let aim = Aim { graded: true, ..Aim::whole() };
        self.scores(&aim, &title, ["差一步", "正好", "高一步"], Sides { worlds, said, at: At::Subject });
    }

    fn scores(&mut self, aim: &Aim, title: &str, names: [&str; 3], sides: Sides) {
        let [below, exact, above] = &sides.said;
        let differs = [below, above].into_iter().flatten().any(|s| Some(s) != exact.as_ref());
        if exact.is_none() || !differs {
            self.made.unmade.push((title.to_owned(), BY_DATA));
            return;
        }
        self.put(aim, title, names, sides);
    }

    /// Scores that come to a number, a step less and a step more: of the items that lose some, or of all.
    fn scored(&self, nature: usize, wanted: &Num, all: bool) -> [Option<World>; 3] {
        let plan = self.plan();
        let items: Vec<_> = plan.indicators.iter().filter(|i| i.nature.0 == nature).flat_map(|i| &i.points).collect();
        let full = items.iter().filter_map(|i| i.full.as_ref()).fold(num(0), |a, b| a + b);
        let step = plan.judgements.as_ref().and_then(|j| j.score.and_then(|f| field(plan, j.table, f.0))).map_or(num(1), world::step);
        let judged_items = items.iter().filter(|i| i.checks.iter().any(|c| matches!(c.kind, crate::plan::CheckKind::Judgement { .. })));
        let judged_items: Vec<(&str, Num)> = judged_items.filter_map(|i| i.full.clone().map(|f| (i.id.as_str(), f))).collect();
        let of = |wanted: Num| -> Option<World> {
            let mut rest = &full - wanted;
            let mut scores = Vec::new();
            for (id, most) in &judged_items {
                if rest <= num(0) && !all {
                    break;
                }
                let lost = if rest < *most { rest.clone() } else { most.clone() };
                scores.push((*id, most - &lost));
                rest -= lost;
            }
            (rest == num(0)).then(|| judged(plan, &self.start(), &scores)).flatten()
        };
        [of(wanted - &step), of(wanted.clone()), of(wanted + &step)]
    }
}
