//! How biaochi makes the exact number again that an engine worked with, from what the engine returns.

use super::exact::Exact;
use super::expression::Quantity;
use super::lower::Lower;
use super::rough::Shape;
use crate::eval::{spread, statistic};
use crate::plan::{Aggregate, ArithmeticOp};
use crate::value::{Num, Real, num, parse_num};

/// The columns of numbers that a row returns, as one text.
#[derive(Default)]
pub(super) struct Numbers {
    columns: Vec<String>,
}

/// How to read a number from them.
#[derive(Debug, Clone)]
pub(super) enum Recipe {
    /// What the rule says.
    Constant(Num),
    /// `factor × over/under` from `over/under`.
    Exact {
        at: usize,
        factor: Num,
    },
    /// A coefficient of variation of `x/d/p/q x/d/p/q …`.
    Spread {
        at: usize,
        deviation: bool,
        factors: Box<(Num, Num)>,
    },
    /// A statistic of `x/d x/d …`, each times the factor.
    Listed {
        at: usize,
        function: Aggregate,
        share: Option<Num>,
        factor: Num,
    },
    Arithmetic {
        op: ArithmeticOp,
        sides: Box<(Recipe, Recipe)>,
    },
    Mean(Vec<Recipe>),
    If {
        at: usize,
        sides: Box<(Recipe, Recipe)>,
    },
    /// Another one, where nothing is missing for the whole.
    Known {
        at: usize,
        of: Box<Recipe>,
    },
}

impl Numbers {
    /// Adds a column of text; gives its place.
    pub fn push(&mut self, sql: String) -> usize {
        self.columns.push(sql);
        self.columns.len() - 1
    }

    /// The column at a place.
    pub fn column(&self, at: usize) -> String {
        self.columns.get(at).cloned().unwrap_or_else(|| "NULL".into())
    }

    /// The texts joined by `|`.
    pub fn sql(&self) -> String {
        let list: Vec<String> = self.columns.iter().map(|c| format!("coalesce({c}, '')")).collect();
        if list.is_empty() { "''".into() } else { format!("concat_ws('|', {})", list.join(", ")) }
    }
}

impl Lower<'_> {
    /// Returns a number.
    pub fn recipe(&self, of: &Quantity, numbers: &mut Numbers) -> Recipe {
        match of {
            Quantity::Exact(exact) => self.exact_recipe(exact, numbers),
            Quantity::Rough(rough) => {
                let known = format!("CASE WHEN {} THEN '1' END", known(rough.gap.as_ref(), rough.empty.as_ref()));
                let at = numbers.push(known);
                Recipe::Known { at, of: Box::new(self.shape_recipe(&rough.shape, numbers)) }
            }
        }
    }

    fn exact_recipe(&self, exact: &Exact, numbers: &mut Numbers) -> Recipe {
        if exact.over.is_one() && exact.under.is_none() && exact.gap.is_none() && exact.empty.is_none() {
            return Recipe::Constant(exact.factor.clone());
        }
        let over = self.speech.as_text(&format!("({})", self.arithmetic.plain(&exact.over)));
        let under = exact.under.as_ref().map_or("'1'".into(), |u| self.speech.as_text(&format!("({})", u.sql)));
        let text = format!("concat_ws('/', {over}, {under})");
        let at = numbers.push(format!("CASE WHEN {} THEN {text} END", known(exact.gap.as_ref(), exact.empty.as_ref())));
        Recipe::Exact { at, factor: exact.factor.clone() }
    }

    fn shape_recipe(&self, shape: &Shape, numbers: &mut Numbers) -> Recipe {
        match shape {
            Shape::Exact(exact) => self.exact_recipe(exact, numbers),
            Shape::Spread { pairs, deviation, factors } => {
                Recipe::Spread { at: numbers.push(pairs.clone()), deviation: *deviation, factors: factors.clone() }
            }
            Shape::Listed { list, function, share, factor } => {
                Recipe::Listed { at: numbers.push(list.clone()), function: *function, share: share.clone(), factor: factor.clone() }
            }
            Shape::Arithmetic { op, sides } => {
                let sides = (self.shape_recipe(&sides.0, numbers), self.shape_recipe(&sides.1, numbers));
                Recipe::Arithmetic { op: *op, sides: Box::new(sides) }
            }
            Shape::Mean(parts) => Recipe::Mean(parts.iter().map(|p| self.shape_recipe(p, numbers)).collect()),
            Shape::If { condition, sides } => {
                let at = numbers.push(format!("substr({condition}, 1, 1)"));
                let sides = (self.shape_recipe(&sides.0, numbers), self.shape_recipe(&sides.1, numbers));
                Recipe::If { at, sides: Box::new(sides) }
            }
        }
    }
}

fn known(gap: Option<&String>, empty: Option<&String>) -> String {
    let parts: Vec<String> = gap.map(|g| format!("{g} IS NULL")).into_iter().chain(empty.map(|e| format!("NOT {e}"))).collect();
    if parts.is_empty() { "1 = 1".into() } else { parts.join(" AND ") }
}

impl Recipe {
    /// The number; `None` where it is missing.
    pub fn value(&self, numbers: &[&str]) -> Option<Real> {
        match self {
            Self::Constant(value) => Some(Real::Rational(value.clone())),
            Self::Exact { at, factor } => Some(Real::Rational(fraction(numbers.get(*at)?)? * factor)),
            Self::Spread { at, deviation, factors } => pairs(numbers.get(*at)?, *deviation, factors),
            Self::Listed { at, function, share, factor } => {
                let values: Option<Vec<Num>> =
                    numbers.get(*at)?.split(' ').filter(|v| !v.is_empty()).map(|v| Some(fraction(v)? * factor)).collect();
                statistic(*function, values?, share.as_ref())
            }
            Self::Arithmetic { op, sides } => {
                let (a, b) = (sides.0.value(numbers)?, sides.1.value(numbers)?);
                match op {
                    ArithmeticOp::Add => Some(&a + &b),
                    ArithmeticOp::Sub => Some(&a - &b),
                    ArithmeticOp::Mul => Some(&a * &b),
                    ArithmeticOp::Div => a.checked_div(&b),
                }
            }
            Self::Mean(parts) => {
                let values: Option<Vec<Real>> = parts.iter().map(|p| p.value(numbers)).collect();
                let values = values?;
                let sum = values.iter().fold(Real::Rational(num(0)), |sum, v| &sum + v);
                sum.checked_div(&Real::Rational(Num::from(values.len())))
            }
            Self::If { at, sides } => match *numbers.get(*at)? {
                "1" | "v" => sides.0.value(numbers),
                "0" => sides.1.value(numbers),
                _ => None,
            },
            Self::Known { at, of } => (*numbers.get(*at)? == "1").then(|| of.value(numbers)).flatten(),
        }
    }

    /// The number where it is rational.
    pub fn rational(&self, numbers: &[&str]) -> Option<Num> {
        self.value(numbers)?.rational().cloned()
    }
}

fn fraction(text: &str) -> Option<Num> {
    let (over, under) = text.split_once('/')?;
    let under = parse_num(under).filter(|u| *u != num(0))?;
    Some(parse_num(over)? / under)
}

fn pairs(text: &str, deviation: bool, factors: &(Num, Num)) -> Option<Real> {
    let (mut xs, mut ps, mut terms) = (Vec::new(), Vec::new(), Vec::new());
    for pair in text.split(' ').filter(|p| !p.is_empty()) {
        let mut parts = pair.splitn(3, '/');
        let (over, under, weight) = (parts.next()?, parts.next()?, parts.next()?);
        let x = fraction(&format!("{over}/{under}"))? * &factors.0;
        let p = fraction(weight)? * &factors.1;
        if p == num(0) {
            return None;
        }
        terms.push(&x * &x / &p);
        xs.push(x);
        ps.push(p);
    }
    spread(deviation, xs, ps, terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_made_again_exactly() {
        let ratio = Recipe::Exact { at: 0, factor: num(100) };
        assert_eq!(ratio.rational(&["21/500"]), parse_num("4.2"));
        assert_eq!(ratio.rational(&[""]), None);
        let cv = Recipe::Spread { at: 1, deviation: false, factors: Box::new((num(1), num(1))) };
        assert_eq!(cv.rational(&["", "150/1/1000/1 50.0/1/1000/1 "]), parse_num("0.5"));
    }
}
