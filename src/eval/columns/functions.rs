//! Plain functions of numbers, as steps.

use super::compile::{Compiler, Lowered, Ratio};
use super::program::Op;
use crate::plan::{ArithmeticOp, CompareOp, Expr, Function, TableId};
use crate::value::num;
use dashu_base::Abs;

impl Compiler<'_> {
    /// `None` where one is not a number or the function is not expressed here.
    pub(super) fn function(&mut self, at: TableId, function: Function, arguments: &[Expr]) -> Option<Ratio> {
        if function == Function::Holding {
            let mut sum = self.program.add(at, Op::Constant(0));
            for argument in arguments {
                let truth = self.truth(at, argument);
                let one = self.program.add(at, Op::Indicator(truth));
                sum = self.program.add(at, Op::Add(sum, one));
            }
            return Some(Ratio { factor: num(1), over: sum, under: None });
        }
        let mut numbers = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let Lowered::Number(number) = self.value(at, argument) else { return None };
            numbers.push(number);
        }
        let count = i64::try_from(numbers.len()).ok()?;
        let mut numbers = numbers.into_iter();
        let first = numbers.next()?;
        Some(match function {
            Function::Abs => Ratio { factor: first.factor.clone().abs(), over: self.program.add(at, Op::Abs(first.over)), ..first },
            Function::Min => numbers.try_fold(first, |a, b| self.extreme(at, CompareOp::Le, a, b))?,
            Function::Max => numbers.try_fold(first, |a, b| self.extreme(at, CompareOp::Ge, a, b))?,
            Function::Mean => {
                let sum = numbers.fold(first, |a, b| self.arithmetic(at, ArithmeticOp::Add, a, b));
                Ratio { factor: sum.factor / num(count), ..sum }
            }
            Function::Floor => self.floored(at, &first)?,
            Function::Ceil => {
                let below = self.floored(at, &Ratio { factor: -first.factor, ..first })?;
                Ratio { factor: -below.factor, ..below }
            }
            Function::Round | Function::Holding => return None,
        })
    }

    /// The one of two that stands so to the other.
    fn extreme(&mut self, at: TableId, op: CompareOp, a: Ratio, b: Ratio) -> Option<Ratio> {
        let (a, b) = (Lowered::Number(a), Lowered::Number(b));
        let first = self.compare(at, op, &a, &b);
        match self.choose(at, first, a, b) {
            Lowered::Number(ratio) => Some(ratio),
            _ => None,
        }
    }

    fn floored(&mut self, at: TableId, of: &Ratio) -> Option<Ratio> {
        let p = i64::try_from(of.factor.numerator().clone()).ok()?;
        let q = i64::try_from(of.factor.denominator().clone()).ok()?;
        let (p, q) = (self.program.add(at, Op::Constant(p)), self.program.add(at, Op::Constant(q)));
        let over = self.times(at, of.over, p);
        let under = of.under.map_or(q, |under| self.times(at, under, q));
        Some(Ratio { factor: num(1), over: self.program.add(at, Op::Quotient(over, under)), under: None })
    }
}
