//! Numbers of which only the ends are known — how many conditions hold, and points by value — and checks that are scored by them.

use super::check::{Columns, EndsRecipe, Made, Reading};
use super::exact::{Exact, Part};
use super::expression::{Quantity, ascii, either};
use super::lower::{Lower, Said};
use super::recipe::Numbers;
use super::scope::Scope;
use crate::plan::{ArithmeticOp, Check, CompareOp, Expr, Function};
use crate::value::{Num, num};

/// The least and the greatest that a number can be.
#[derive(Clone)]
pub(super) struct Ends {
    pub low: Exact,
    pub high: Exact,
    /// SQL: what leaves it open; NULL where nothing does.
    pub gap: Option<String>,
    /// SQL: whether not even the ends are known.
    pub missing: Option<String>,
    /// SQL: whether there is nothing to say.
    pub empty: Option<String>,
}

impl Ends {
    fn of(exact: Exact) -> Self {
        let missing = exact.gap.as_ref().map(|g| format!("({g} IS NOT NULL)"));
        let (gap, empty) = (exact.gap.clone(), exact.empty.clone());
        let known = Exact { gap: None, empty: None, ..exact };
        Self { low: known.clone(), high: known, gap, missing, empty }
    }
}

/// Whether how many conditions hold is part of a number.
pub(super) fn counts_conditions(expr: &Expr) -> bool {
    matches!(expr, Expr::Function { function: Function::Holding, .. }) || expr.children().into_iter().any(counts_conditions)
}

impl Lower<'_> {
    /// How many conditions hold, and how many may.
    fn holding(&mut self, conditions: &[Expr], scope: &mut Scope) -> Said<Ends> {
        let truths: Said<Vec<String>> = conditions.iter().map(|c| self.sure_truth(c, scope)).collect();
        let truths: Vec<String> = truths?.iter().map(|t| scope.step(t)).collect();
        let bound = Num::from(truths.len());
        let mut count = |test: &str| {
            let terms: Vec<String> = truths.iter().map(|t| format!("CASE WHEN {t} {test} THEN 1 ELSE 0 END")).collect();
            let sql = scope.step(&self.speech.hold(&format!("({})", terms.join(" + ")), 4, 0));
            let over = Part { sql, bound: bound.clone(), places: 0, is_sum: false };
            Exact { factor: num(1), over, under: None, gap: None, empty: None, nonnegative: true }
        };
        let (low, high) = (count("IN ('1', 'v')"), count("<> '0'"));
        let gaps: Vec<String> = truths.iter().map(|t| format!("CASE WHEN {t} LIKE '?%' THEN substr({t}, 2) END")).collect();
        // A condition may be open without a gap to tell.
        let open = format!("{} <> {}", low.over.sql, high.over.sql);
        let gap = scope.step(&format!("CASE WHEN {open} THEN concat_ws('', {}, '-;') END", gaps.join(", ")));
        Ok(Ends { low, high, gap: Some(gap), missing: None, empty: None })
    }

    /// How many conditions hold, as a number that is missing where that is open.
    pub fn held(&mut self, conditions: &[Expr], scope: &mut Scope) -> Said<Exact> {
        let ends = self.holding(conditions, scope)?;
        Ok(Exact { gap: ends.gap, ..ends.low })
    }

    /// The ends of a number in which conditions may be counted.
    pub fn ends(&mut self, expr: &Expr, scope: &mut Scope) -> Said<Ends> {
        if !counts_conditions(expr) {
            return match self.number(expr, scope)? {
                Quantity::Exact(exact) => Ok(Ends::of(exact)),
                Quantity::Rough(_) => self.unsayable("由开方值、商的统计得出的得分"),
            };
        }
        match expr {
            Expr::Function { function: Function::Holding, arguments } => self.holding(arguments, scope),
            Expr::Arithmetic { op, left, right } => {
                let (a, b) = (self.ends(left, scope)?, self.ends(right, scope)?);
                let scales = |e: &Exact, expr: &Expr| e.nonnegative && !counts_conditions(expr);
                let (low, high) = match op {
                    ArithmeticOp::Add => ((&a.low, &b.low), (&a.high, &b.high)),
                    ArithmeticOp::Sub => ((&a.low, &b.high), (&a.high, &b.low)),
                    ArithmeticOp::Mul if scales(&b.low, right) || scales(&a.low, left) => ((&a.low, &b.low), (&a.high, &b.high)),
                    ArithmeticOp::Div if scales(&b.low, right) && matches!(right.as_ref(), Expr::Number(_)) => {
                        ((&a.low, &b.low), (&a.high, &b.high))
                    }
                    _ => return self.unsayable("成立个数的这种运算"),
                };
                let low = self.exact(*op, low.0, low.1, right, scope)?;
                let high = self.exact(*op, high.0, high.1, right, scope)?;
                Ok(Ends {
                    low: Exact { gap: None, ..low },
                    high: Exact { gap: None, ..high },
                    gap: self.gaps(scope, [&a.gap, &b.gap]),
                    missing: either(&a.missing, &b.missing),
                    empty: either(&a.empty, &b.empty),
                })
            }
            _ => self.unsayable("成立个数的这种用法"),
        }
    }

    /// Compares two numbers of which only the ends are known: true and false where every case agrees.
    pub fn compare_ends(&mut self, op: CompareOp, left: &Expr, right: &Expr, scope: &mut Scope) -> Said<String> {
        let (a, b) = (self.ends(left, scope)?, self.ends(right, scope)?);
        let mut of = |x: &Exact, sign: &str, y: &Exact| {
            let compared = self.arithmetic.compare(x, sign, y);
            self.fit(compared)
        };
        let sign = ascii(op);
        let (yes, no) = match op {
            CompareOp::Ge | CompareOp::Gt => (of(&a.low, sign, &b.high)?, format!("NOT {}", of(&a.high, sign, &b.low)?)),
            CompareOp::Le | CompareOp::Lt => (of(&a.high, sign, &b.low)?, format!("NOT {}", of(&a.low, sign, &b.high)?)),
            CompareOp::Eq | CompareOp::Ne => {
                let same = [of(&a.low, "=", &b.high)?, of(&a.high, "=", &b.low)?].join(" AND ");
                let apart = format!("({} OR {})", of(&a.low, ">", &b.high)?, of(&a.high, "<", &b.low)?);
                if op == CompareOp::Eq { (same, apart) } else { (apart, same) }
            }
        };
        let gap = self.gaps(scope, [&a.gap, &b.gap]).unwrap_or_else(|| "''".into());
        let missing = either(&a.missing, &b.missing).map_or(String::new(), |m| format!("WHEN {m} THEN concat_ws('', '?', {gap}) "));
        let empty = either(&a.empty, &b.empty).map_or(String::new(), |e| format!("WHEN {e} THEN 'v' "));
        Ok(scope.step(&format!("CASE {missing}{empty}WHEN {yes} THEN '1' WHEN {no} THEN '0' ELSE concat_ws('', '?', {gap}) END")))
    }

    /// A choice whose condition is not decided gives what either side could.
    fn points_ends(&mut self, expr: &Expr, scope: &mut Scope) -> Said<Ends> {
        let Expr::If { condition, then, otherwise: Some(otherwise) } = expr else { return self.ends(expr, scope) };
        let truth = self.sure_truth(condition, scope)?;
        let c = scope.step(&truth);
        let (a, b) = (self.points_ends(then, scope)?, self.points_ends(otherwise, scope)?);
        let low = self.chosen(&c, &a.low, &b.low, "least", scope)?;
        let high = self.chosen(&c, &a.high, &b.high, "greatest", scope)?;
        let text = |g: &Option<String>| g.clone().unwrap_or_else(|| "NULL".into());
        let (x, y) = (text(&a.gap), text(&b.gap));
        let gap = scope.step(&format!(
            "CASE WHEN {c} IN ('1', 'v') THEN {x} WHEN {c} = '0' THEN {y} ELSE concat_ws('', substr({c}, 2), {x}, {y}, '-;') END"
        ));
        let truth = |t: &Option<String>| t.clone().unwrap_or_else(|| "FALSE".into());
        let mut either_of = |of: [&Option<String>; 2], word: &str| {
            let [x, y] = of.map(truth);
            scope.step(&format!("CASE WHEN {c} IN ('1', 'v') THEN {x} WHEN {c} = '0' THEN {y} ELSE {x} {word} {y} END"))
        };
        let missing = either_of([&a.missing, &b.missing], "OR");
        let empty = either_of([&a.empty, &b.empty], "AND");
        Ok(Ends { low, high, gap: Some(gap), missing: Some(missing), empty: Some(empty) })
    }

    /// The one or the other by a truth, the least or greatest of both where it is open.
    fn chosen(&mut self, c: &str, a: &Exact, b: &Exact, both: &str, scope: &mut Scope) -> Said<Exact> {
        let common = self.arithmetic.common(a, b);
        let (left, right, under, factor) = self.fit(common)?;
        let (l, r) = (self.arithmetic.plain(&left), self.arithmetic.plain(&right));
        let sql = format!("CASE WHEN {c} IN ('1', 'v') THEN {l} WHEN {c} = '0' THEN {r} ELSE {both}({l}, {r}) END");
        let over = self.one_of(&left, &right, &sql, scope);
        Ok(Exact { factor, over, under, gap: None, empty: None, nonnegative: a.nonnegative && b.nonnegative })
    }

    /// A check that earns points by a value, held between nothing and its full score.
    pub(super) fn points_check(&mut self, id: &str, heading: String, check: &Check, value: &Expr) -> Said<Made> {
        let full = self.must(check.score.as_ref(), "没有分值的按值得分")?;
        let mut scope = self.subjects()?;
        let ends = self.points_ends(value, &mut scope)?;
        let mut numbers = Numbers::default();
        let missing = ends.missing.clone().unwrap_or_else(|| "FALSE".into());
        let empty = ends.empty.clone().map_or_else(|| "FALSE".into(), |e| format!("({e} AND NOT {missing})"));
        let (missing, empty) = (scope.step(&missing), scope.step(&empty));
        let known = Some(format!("CASE WHEN {missing} THEN '-;' END"));
        let recipe = EndsRecipe {
            low: self.recipe(&Quantity::Exact(Exact { gap: known.clone(), ..ends.low.clone() }), &mut numbers),
            high: self.recipe(&Quantity::Exact(Exact { gap: known, ..ends.high.clone() }), &mut numbers),
            empty: numbers.push(format!("CASE WHEN {empty} THEN '1' ELSE '' END")),
        };
        let (low, high) = (self.earned(&ends.low, full, false, &mut scope)?, self.earned(&ends.high, full, true, &mut scope)?);
        let all = self.points(full)?;
        let verdict = format!(
            "CASE WHEN {missing} THEN 'undetermined' WHEN {empty} OR {} THEN 'met' WHEN NOT {} THEN 'not_met' ELSE 'undetermined' END",
            low.reaches, high.reaches
        );
        let columns = Columns {
            verdict,
            applies: format!("NOT {empty}"),
            gap: ends.gap.unwrap_or_else(|| self.nothing()),
            numbers: numbers.sql(),
            score: Some((
                format!("CASE WHEN {missing} THEN 0 WHEN {empty} THEN {all} ELSE {} END", low.points),
                format!("CASE WHEN {missing} OR {empty} THEN {all} ELSE {} END", high.points),
            )),
            rounded: Some(format!("CASE WHEN NOT {missing} AND NOT {empty} AND ({} OR {}) THEN 1 ELSE 0 END", low.rounded, high.rounded)),
            ..Columns::default()
        };
        let relation = self.keep_check(id, heading, &mut scope, &columns);
        let reading = Reading { ends: Some(recipe), ..Reading::default() };
        Ok(Made { id: id.into(), relation, is_shared: false, rows: None, reading })
    }

    /// Points as a decimal of six places, rounded outward and only where they do not come out even; a full score is reached only by one.
    fn earned(&mut self, of: &Exact, full: &Num, up: bool, scope: &mut Scope) -> Said<Earned> {
        let compared = self.arithmetic.compare(of, ">=", &Exact::constant(full));
        let reaches = self.fit(compared)?;
        let reaches = scope.step(&format!("coalesce({reaches}, FALSE)"));
        let compared = self.arithmetic.compare(of, "<=", &Exact::constant(&num(0)));
        let nothing = self.fit(compared)?;
        let between = scope.step(&format!("CASE WHEN {reaches} OR {nothing} THEN FALSE ELSE TRUE END"));
        let (over, under) = self.whole_ratio(of, 6)?;
        let (o, u) = (scope.step(&over.sql), scope.step(&under.sql));
        let quotient = self.speech.whole_quotient(&format!("({o})"), &format!("({u})"));
        let digits = (full * num(1_000_000)).floor().to_string().len() + 1;
        let quotient = scope.step(&self.speech.hold(&format!("CASE WHEN {between} AND {u} > 0 THEN {quotient} END"), digits, 0));
        let rounded = scope.step(&format!("coalesce({between} AND {quotient} * {u} <> {o}, FALSE)"));
        let micro = self.speech.hold("0.000001", 9, 6);
        let all = self.points(full)?;
        let mut points = format!("{quotient} * {micro}");
        if up {
            points = format!("least(({quotient} + CASE WHEN {rounded} THEN 1 ELSE 0 END) * {micro}, {all} - {micro})");
        }
        let points = self.speech.hold(&points, 9, 6);
        let points = format!("CASE WHEN {reaches} THEN {all} WHEN {between} THEN {points} ELSE 0 END");
        Ok(Earned { points, reaches, rounded })
    }
}

/// SQL of points earned.
struct Earned {
    points: String,
    /// Whether they reach the full score.
    reaches: String,
    /// Whether they were rounded.
    rounded: String,
}
