//! Thresholds that no verdict of one item shows by itself. No data are made for them: they are listed, so that whoever writes cases
//! knows of them.

use super::targets::{Atom, Step, of_condition};
use super::{Aim, Maker, text};
use crate::plan::{Check, CheckKind, Expr, Function, ItemRef, Judged, Part, Requirement, Verification, expression};

const ROWS: &str = "界线只决定哪些行算在内，要自己写用例";
const PEERS: &str = "界线由许多同类的行定，要自己写用例";
const DAYS: &str = "界线是一个日子，要按前一天和当天各写一个用例";
const CLAMPED: &str = "得分在这里封顶或保底，要自己写用例";

impl<'p> Maker<'p> {
    /// Those of named populations, of checks of plausibility, and the days that values begin and end on.
    pub(super) fn elsewhere(&mut self) {
        let plan = self.plan();
        self.populations();
        for verification in &plan.verifications {
            let name = format!("核验“{}”", verification.text);
            match &verification.requirement {
                Requirement::Holds(judged) => self.verification(&name, verification, judged),
                Requirement::Near { .. } => self.made.unmade.push((name, PEERS)),
                Requirement::Distinct(_) => {}
            }
        }
        for parameter in &plan.parameters {
            let days = [("自", &parameter.from), ("至", &parameter.until)];
            for (word, day) in days.into_iter().filter_map(|(word, day)| Some((word, day.as_ref()?))) {
                self.made.unmade.push((format!("参数 {} {word} {day}", parameter.name), DAYS));
            }
        }
    }

    /// What a row is to be like to be plausible.
    fn verification(&mut self, name: &str, verification: &'p Verification, judged: &'p Judged) {
        let aim = Aim { verification: Some(verification.text.clone()), ..Aim::whole() };
        for mut target in of_condition(&judged.condition) {
            target.steps.insert(0, Step::Enter(&verification.rows, None));
            let sides = self.sides(self.start(), &aim, &target, false);
            self.write(&aim, name, &target, sides);
        }
    }

    /// Those beside the condition of a check: of the rows that a statistic is over, of a score's ends, of a relief's last day.
    pub(super) fn beside(&mut self, of: &ItemRef, at: usize, check: &'p Check) {
        let id = of.id().to_owned();
        self.of_statistics(of, at, check);
        for expr in check.expressions() {
            self.within(&id, expr);
        }
        for relief in judged(check).into_iter().flat_map(|j| &j.reliefs) {
            if let Some(day) = &relief.until {
                self.made.unmade.push((format!("{id} 宽限“{}”至 {day}", relief.label), DAYS));
            }
        }
        if let CheckKind::Points { value } = &check.kind
            && has_end(value)
        {
            self.made.unmade.push((format!("{id} {}", check.rule), CLAMPED));
        }
    }

    fn within(&mut self, name: &str, expr: &'p Expr) {
        let filter = match expr {
            Expr::Series { filter, .. } | Expr::YearValue { filter, .. } => filter.as_deref(),
            _ => None,
        };
        if let Some(filter) = filter {
            self.list(name, filter, ROWS);
        }
        expr.parts().into_iter().for_each(|part| self.within(name, part));
    }

    fn list(&mut self, name: &str, condition: &'p Expr, why: &'static str) {
        for target in of_condition(condition) {
            // The rest say themselves what they compare.
            let value = match &target.atom {
                Atom::Number { left, right: Expr::Number(_), .. } => format!("{} ", expression(self.plan(), left)),
                _ => String::new(),
            };
            let told = (format!("{name} {value}{}", text::atom(self.plan(), &target.atom, target.unit)), why);
            if !self.made.unmade.contains(&told) {
                self.made.unmade.push(told);
            }
        }
    }
}

fn judged(check: &Check) -> Vec<&Judged> {
    match &check.kind {
        CheckKind::Condition(judged) | CheckKind::Trigger(judged) => vec![judged],
        CheckKind::Each { judged, .. } | CheckKind::Group { judged, .. } => vec![judged],
        CheckKind::Several { parts, .. } => parts.iter().map(|Part { judged, .. }| judged).collect(),
        CheckKind::Points { .. } | CheckKind::Judgement { .. } | CheckKind::Event => Vec::new(),
    }
}

/// Whether a number is kept from going on by the lesser or the greater of two.
fn has_end(value: &Expr) -> bool {
    matches!(value, Expr::Function { function: Function::Min | Function::Max, .. }) || value.parts().into_iter().any(has_end)
}
