//! In which way each rule is judged, for those who read the plan.

use super::super::enclosure::is_variation;
use super::compile::Compiler;
use super::program::{Op, Step};
use crate::plan::{Aggregate, Check, CheckKind, Expr, Extent, Judged, Plan, Requirement, RuleRef, Verification};
use std::cell::RefCell;

/// Tells the ways of a plan's rules.
pub struct Ways<'a>(RefCell<Compiler<'a>>);

const ROWS: (&str, &str) = ("columns", "整数列");
const PARTLY: (&str, &str) = ("columns, rows", "整数列筛选，余下逐行精确");
const BOUNDS: (&str, &str) = ("bounds", "整数上下界，界内精确");
const SUMS: (&str, &str) = ("sums", "整数列合计");
const QUOTIENTS: (&str, &str) = ("quotients", "整数列的商");
const EXACT: (&str, &str) = ("exact", "逐行精确");

impl<'a> Ways<'a> {
    /// Of a plan, whatever the data.
    pub fn new(plan: &'a Plan) -> Self {
        Self(RefCell::new(Compiler::new(plan, None)))
    }

    /// The way of a rule as an id and in words; `None` where a conclusion is only read.
    pub fn of(&self, asked: RuleRef<'_>) -> Option<(&'static str, &'static str)> {
        match asked {
            RuleRef::Check(check) => self.of_check(check),
            RuleRef::Verification(check) => Some(self.of_verification(check)),
        }
    }

    fn of_verification(&self, Verification { rows, requirement, .. }: &Verification) -> (&'static str, &'static str) {
        let mut compiler = self.0.borrow_mut();
        match requirement {
            Requirement::Holds(judged) => {
                let holds = compiler.truth(rows.table, &judged.condition);
                let screen = compiler.screen(rows, &judged.condition);
                over_rows(&compiler, holds, screen)
            }
            Requirement::Near { keys, value, .. } => {
                let whole = keys.iter().all(|k| compiler.code(rows.table, &k.value).is_some());
                if whole && compiler.quotient(rows.table, value).is_some() { QUOTIENTS } else { EXACT }
            }
            Requirement::Distinct(fields) => {
                if fields.iter().all(|f| compiler.code(rows.table, f).is_some()) {
                    ROWS
                } else {
                    EXACT
                }
            }
        }
    }

    fn of_check(&self, check: &Check) -> Option<(&'static str, &'static str)> {
        let mut compiler = self.0.borrow_mut();
        Some(match &check.kind {
            CheckKind::Each { rows, judged } => {
                let holds = compiler.truth(rows.table, &judged.condition);
                let screen = compiler.screen(rows, &judged.condition);
                over_rows(&compiler, holds, screen)
            }
            CheckKind::Several { rows, least, parts } => match compiler.parts(rows, parts, *least) {
                Some(screen) => over_rows(&compiler, screen, screen),
                None => EXACT,
            },
            CheckKind::Condition(judged) | CheckKind::Trigger(judged) if compiler.condition(judged).is_some() => ROWS,
            CheckKind::Condition(judged) | CheckKind::Trigger(judged) | CheckKind::Group { judged, .. } => {
                of_subject(&mut compiler, judged)
            }
            CheckKind::Points { value } => summed(&mut compiler, value).unwrap_or(EXACT),
            CheckKind::Judgement { .. } | CheckKind::Event => return None,
        })
    }
}

fn over_rows(compiler: &Compiler<'_>, holds: Step, screen: Step) -> (&'static str, &'static str) {
    if compiler.program.is_whole(screen) {
        return ROWS;
    }
    let never = compiler.program.get(holds).is_none_or(|p| p.op == Op::Unclear);
    if never { EXACT } else { PARTLY }
}

fn of_subject(compiler: &mut Compiler<'_>, judged: &Judged) -> (&'static str, &'static str) {
    let way = summed(compiler, &judged.condition).unwrap_or(EXACT);
    let bounded = judged.comparison.as_ref().is_some_and(|c| is_variation(&c.value));
    if bounded && way == SUMS { BOUNDS } else { way }
}

/// Whether every statistic over the rows of a subject or a group is taken from columns; `None` where there is none or one is not.
fn summed(compiler: &mut Compiler<'_>, expr: &Expr) -> Option<(&'static str, &'static str)> {
    let mut found = None;
    if let Expr::Aggregate { function, scope, arguments } = expr
        && matches!(scope.extent, Extent::Subject | Extent::Group)
    {
        let of_quotients = *function == Aggregate::Variation;
        let whole = |a: &Expr| match of_quotients {
            true => compiler.quotient(scope.rows.table, a).is_some(),
            false => compiler.argument(scope.rows.table, a).is_some(),
        };
        let whole = arguments.iter().all(whole);
        return whole.then_some(SUMS);
    }
    for part in expr.children() {
        if holds_statistic(part) {
            found = Some(summed(compiler, part)?);
        }
    }
    found
}

fn holds_statistic(expr: &Expr) -> bool {
    matches!(expr, Expr::Aggregate { .. }) || expr.children().into_iter().any(holds_statistic)
}
