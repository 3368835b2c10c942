//! Numbers with square roots: machine numbers on either side of them, and what biaochi needs to know them exactly.
//!
//! Let u = 2⁻⁵³ be the relative error of one operation. With x/d and p/q rounded (3u each), x²/p has at most 11u, the sum of n such terms,
//! none of them negative, (n + 10)u, the sums of x and of p (n + 2)u each, and P·Σ(x²/p)/X² together less than (4n + 30)u. `(n + 10)·10⁻¹⁵`
//! is more than twice that for every n. A root of a bound is a bound of the root but for one more u, which the factor `1 ± 10⁻¹⁵` covers;
//! the same factor covers each later sum, multiple and quotient.

use super::exact::Exact;
use super::expression::{Quantity, unknown_when};
use super::lower::{Lower, Said};
use super::scope::Scope;
use crate::plan::{Aggregate, ArithmeticOp, CompareOp};
use crate::value::{Num, num};

/// A number that is not negative, between two machine numbers.
#[derive(Debug, Clone)]
pub(super) struct Rough {
    pub low: String,
    pub high: String,
    pub gap: Option<String>,
    pub empty: Option<String>,
    pub shape: Shape,
}

/// How the number is made, for it to be made exactly.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Exact(Exact),
    /// A coefficient of variation of the pairs in this column, or a deviation, times a factor.
    Spread {
        pairs: String,
        deviation: bool,
        factors: Box<(Num, Num)>,
    },
    Arithmetic {
        op: ArithmeticOp,
        sides: Box<(Shape, Shape)>,
    },
    Mean(Vec<Shape>),
    /// A statistic of the values `x/d` in this column, each times a factor.
    Listed {
        list: String,
        function: Aggregate,
        share: Option<Num>,
        factor: Num,
    },
    /// By the truth in this column.
    If {
        condition: String,
        sides: Box<(Shape, Shape)>,
    },
}

/// Down and up by more than an operation's error.
const DOWN: &str = "0.999999999999999";
const UP: &str = "1.000000000000001";

impl Lower<'_> {
    fn down(&self) -> String {
        self.speech.double(DOWN)
    }

    fn up(&self) -> String {
        self.speech.double(UP)
    }

    /// The machine numbers around a number.
    pub fn rough(&mut self, of: &Quantity, scope: &mut Scope) -> Said<Rough> {
        let exact = match of {
            Quantity::Rough(rough) => return Ok(rough.as_ref().clone()),
            Quantity::Exact(exact) => exact,
        };
        if !exact.nonnegative {
            return self.unsayable("开方值、商的统计与可以为负的数一起运算");
        }
        let (p, q) = exact.factor.clone().into_parts();
        let over = self.fit(self.arithmetic.multiple(&exact.over, &p))?;
        let under = match &exact.under {
            Some(under) => Some(self.fit(self.arithmetic.multiple(under, &q.into()))?),
            None => Some(self.fit(self.arithmetic.multiple(&super::exact::Part::one(), &q.into()))?).filter(|u| !u.is_one()),
        };
        let over = self.speech.double(&format!("({})", self.arithmetic.plain(&over)));
        let value = match under {
            Some(under) => {
                let under = self.speech.double(&format!("({})", self.arithmetic.plain(&under)));
                format!("CASE WHEN {under} <> 0 THEN {over} / {under} END")
            }
            None => over,
        };
        let value = scope.step(&value);
        Ok(Rough {
            low: format!("{value} * {}", self.down()),
            high: format!("{value} * {}", self.up()),
            gap: exact.gap.clone(),
            empty: exact.empty.clone(),
            shape: Shape::Exact(exact.clone()),
        })
    }

    /// Decided where the bounds are apart; `~` where they are not.
    pub fn compare_rough(&mut self, op: CompareOp, a: &Rough, b: &Rough, scope: &mut Scope) -> Said<String> {
        self.is_rough = true;
        let gap = self.gaps(scope, [&a.gap, &b.gap]);
        let empty: String = [&a.empty, &b.empty].into_iter().flatten().map(|e| format!("WHEN {e} THEN 'v' ")).collect();
        let (yes, no) = match op {
            CompareOp::Le => (format!("{} <= {}", a.high, b.low), format!("{} > {}", a.low, b.high)),
            CompareOp::Lt => (format!("{} < {}", a.high, b.low), format!("{} >= {}", a.low, b.high)),
            CompareOp::Ge => (format!("{} >= {}", a.low, b.high), format!("{} < {}", a.high, b.low)),
            CompareOp::Gt => (format!("{} > {}", a.low, b.high), format!("{} <= {}", a.high, b.low)),
            CompareOp::Eq | CompareOp::Ne => return self.unsayable("开方值、商的统计是否相等"),
        };
        Ok(scope.step(&format!("CASE {}{empty}WHEN {yes} THEN '1' WHEN {no} THEN '0' ELSE '~' END", unknown_when(gap.as_deref()))))
    }

    pub fn rough_arithmetic(&mut self, op: ArithmeticOp, a: &Quantity, b: &Quantity, scope: &mut Scope) -> Said<Rough> {
        let (x, y) = (self.rough(a, scope)?, self.rough(b, scope)?);
        let sign = match op {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Mul => "*",
            ArithmeticOp::Div | ArithmeticOp::Sub => return self.unsayable("开方值、商的统计的相减和相除"),
        };
        let gap = self.gaps(scope, [&x.gap, &y.gap]);
        let empty = super::expression::either(&x.empty, &y.empty);
        let low = scope.step(&format!("(({}) {sign} ({})) * {}", x.low, y.low, self.down()));
        let high = scope.step(&format!("(({}) {sign} ({})) * {}", x.high, y.high, self.up()));
        Ok(Rough { low, high, gap, empty, shape: Shape::Arithmetic { op, sides: Box::new((x.shape, y.shape)) } })
    }

    pub fn rough_mean(&mut self, values: &[Quantity], scope: &mut Scope) -> Said<Rough> {
        let roughs: Said<Vec<Rough>> = values.iter().map(|v| self.rough(v, scope)).collect();
        let roughs = roughs?;
        let gap = self.gaps(scope, roughs.iter().map(|r| &r.gap));
        let empty = roughs.iter().fold(None, |all, r| super::expression::either(&all, &r.empty));
        // A sum of n has n operations.
        let slack = |sign: &str| self.speech.double(&format!("(1 {sign} {}e-15)", values.len() + 2));
        let sum = |side: &dyn Fn(&Rough) -> String, sign: &str| {
            let terms: Vec<String> = roughs.iter().map(|r| format!("({})", side(r))).collect();
            format!("({}) / {} * {}", terms.join(" + "), values.len(), slack(sign))
        };
        let (low, high) = (sum(&|r| r.low.clone(), "-"), sum(&|r| r.high.clone(), "+"));
        let (low, high) = (scope.step(&low), scope.step(&high));
        Ok(Rough { low, high, gap, empty, shape: Shape::Mean(roughs.into_iter().map(|r| r.shape).collect()) })
    }

    pub fn rough_choice(&mut self, condition: &str, a: &Quantity, b: &Quantity, scope: &mut Scope) -> Said<Rough> {
        let c = scope.step(condition);
        let (x, y) = (self.rough(a, scope)?, self.rough(b, scope)?);
        let gap = self.chosen_gap(&c, (x.gap.as_deref(), y.gap.as_deref()), "FALSE", scope);
        let pick = |l: &str, r: &str| format!("CASE WHEN {c} IN ('1', 'v') THEN {l} ELSE {r} END");
        let empty = match (&x.empty, &y.empty) {
            (None, None) => None,
            (l, r) => Some(scope.step(&pick(l.as_deref().unwrap_or("FALSE"), r.as_deref().unwrap_or("FALSE")))),
        };
        let (low, high) = (scope.step(&pick(&x.low, &y.low)), scope.step(&pick(&x.high, &y.high)));
        Ok(Rough { low, high, gap: Some(gap), empty, shape: Shape::If { condition: c, sides: Box::new((x.shape, y.shape)) } })
    }

    /// The coefficient of variation from the columns of its relation: rows, X, P and S = Σ(x²/p) as machine numbers.
    pub fn spread_bounds(&self, column: &dyn Fn(&str) -> String, scope: &mut Scope) -> (String, String) {
        let (n, x, p, s) = (column("n"), column("x"), column("p"), column("s"));
        let ratio = scope.step(&format!("CASE WHEN {x} > 0 THEN {p} * {s} / ({x} * {x}) END"));
        let slack = scope.step(&self.speech.double(&format!("({n} + 10)")));
        let bound = |sign: &str, factor: String| {
            let zero = self.speech.double("0");
            format!(
                "sqrt(greatest({ratio} * ({one} {sign} {slack} * {tiny}) - {one}, {zero})) * {factor}",
                one = self.speech.double("1"),
                tiny = self.speech.double("1e-15")
            )
        };
        let (low, high) = (bound("-", self.down()), bound("+", self.up()));
        (scope.step(&low), scope.step(&high))
    }
}

/// Whether a factor leaves the order of numbers as it is.
pub(super) fn keeps_order(factor: &Num) -> bool {
    *factor > num(0)
}
