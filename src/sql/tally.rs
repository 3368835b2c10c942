//! The verdict and the grade of a subject, from what its items come to.
//!
//! A condition is `met`, `not_met`, `undetermined`, or `open` where biaochi has to settle an item that could decide it.

use super::expression::ascii;
use super::lower::{Lower, Said};
use crate::plan::{ArithmeticOp, CompareOp, Expr, NatureKind, Over, Tally};
use crate::value::{Num, num};
use dashu_base::Signed;
use std::collections::BTreeMap;

/// What is counted of the items, as columns by name.
type Counted = BTreeMap<String, String>;

/// `Σ factor × what is counted + constant`; what is counted twice stands twice, as its ends are held against each other.
#[derive(Default)]
struct Linear {
    terms: Vec<(Num, Tally, Over)>,
    constant: Num,
}

impl Lower<'_> {
    /// The relation of the verdict: what is counted, its conditions in turn, and the verdict and grade that they make.
    pub(super) fn verdict(&mut self, all: &str) -> Said<String> {
        self.span = None;
        let (conditions, grades) = self.plan.verdict.as_ref().map(|v| (v.conditions.as_slice(), v.grades.as_slice())).unwrap_or_default();
        let (mut counted, mut columns, mut names, mut of_grades) = (Counted::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, condition) in conditions.iter().enumerate() {
            let name = self.id(&format!("条件{}", index + 1));
            columns.push(format!("{} AS {name}", self.tallied(&condition.condition, &mut counted)?));
            names.push(name);
        }
        for (index, grade) in grades.iter().enumerate() {
            let name = self.id(&format!("等级{}", index + 1));
            let truth = grade.condition.as_ref().map_or_else(|| Ok("'met'".into()), |c| self.tallied(c, &mut counted))?;
            columns.push(format!("{truth} AS {name}"));
            of_grades.push((name, grade.label.as_str()));
        }
        let counts: String = counted.iter().map(|(name, sql)| format!(",\n  {sql} AS {}", self.id(name))).collect();
        let columns: String = columns.iter().map(|c| format!(",\n  {c}")).collect();
        let list = if names.is_empty() { "'met'".to_owned() } else { names.join(", ") };
        let body = format!(
            "WITH t AS (SELECT {subject}{counts}\nFROM {all}\nGROUP BY {subject}),\nc AS (SELECT t.*{columns}\nFROM t)\n\
             SELECT {subject}, {verdict} AS {verdict_id}, concat_ws('|', {list}) AS {conditions_id}, {grade} AS {grade_id}\nFROM c",
            subject = self.id("对象"),
            verdict = conjunction(&names),
            verdict_id = self.id("结论"),
            conditions_id = self.id("条件"),
            grade = self.possible(&of_grades),
            grade_id = self.id("等级"),
        );
        let rules: Vec<&str> = conditions.iter().map(|c| c.label.as_str()).collect();
        let grades = if grades.is_empty() { String::new() } else { "；等级缺数据时列出可能的各个".to_owned() };
        Ok(self.keep(format!("结论：{}{grades}", rules.join("、")), "结论", body))
    }

    /// The grades that are possible: each that is not ruled out, down to the first that holds.
    fn possible(&self, grades: &[(String, &str)]) -> String {
        if grades.is_empty() {
            return "''".into();
        }
        let list: Vec<&str> = grades.iter().map(|(name, _)| name.as_str()).collect();
        let mut terms = Vec::new();
        for (index, (name, label)) in grades.iter().enumerate() {
            let before: String = list.iter().take(index).map(|n| format!("{n} <> 'met' AND ")).collect();
            terms.push(format!("CASE WHEN {before}{name} <> 'not_met' THEN {} END", self.speech.quoted(label)));
        }
        format!("CASE WHEN 'open' IN ({}) THEN 'open' ELSE concat_ws('|', {}) END", list.join(", "), terms.join(", "))
    }

    /// A condition over the items of a subject.
    fn tallied(&mut self, expr: &Expr, counted: &mut Counted) -> Said<String> {
        match expr {
            Expr::Tally { tally: Tally::AllMet | Tally::NoneTriggered, over } => {
                let mut any = |what: &str, verdicts: &str| self.any_of(*over, what, verdicts, counted);
                let (failed, open, unknown) = (any("未达到", "'not_met'"), any("待判", "'open'"), any("未定", "'undetermined', 'keyless'"));
                Ok(format!("CASE WHEN {failed} THEN 'not_met' WHEN {open} THEN 'open' WHEN {unknown} THEN 'undetermined' ELSE 'met' END"))
            }
            Expr::Bool(b) => Ok(if *b { "'met'" } else { "'not_met'" }.into()),
            Expr::And(parts) | Expr::Or(parts) => {
                let parts: Said<Vec<String>> = parts.iter().map(|p| self.tallied(p, counted)).collect();
                Ok(if matches!(expr, Expr::And(_)) { conjunction(&parts?) } else { disjunction(&parts?) })
            }
            Expr::Not(inner) => {
                let inner = self.tallied(inner, counted)?;
                Ok(format!(
                    "CASE {inner} WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END"
                ))
            }
            Expr::Compare { op, left, right } => {
                let mut linear = Linear::default();
                self.add(left, &num(1), &mut linear)?;
                self.add(right, &num(-1), &mut linear)?;
                self.linear(*op, &linear, counted)
            }
            _ => self.unsayable("结论的这个条件"),
        }
    }

    /// Adds a multiple of an expression.
    fn add(&mut self, expr: &Expr, by: &Num, to: &mut Linear) -> Said<()> {
        match expr {
            Expr::Number(n) => to.constant += n * by,
            Expr::Tally { tally, over } => to.terms.push((by.clone(), *tally, *over)),
            Expr::Negate(inner) => self.add(inner, &-by.clone(), to)?,
            Expr::Arithmetic { op, left, right } => match (op, constant(left), constant(right)) {
                (ArithmeticOp::Add | ArithmeticOp::Sub, ..) => {
                    self.add(left, by, to)?;
                    self.add(right, &if *op == ArithmeticOp::Add { by.clone() } else { -by.clone() }, to)?;
                }
                (ArithmeticOp::Mul, Some(k), _) => self.add(right, &(by * k), to)?,
                (ArithmeticOp::Mul, None, Some(k)) => self.add(left, &(by * k), to)?,
                (ArithmeticOp::Div, _, Some(k)) if k != num(0) => self.add(left, &(by / k), to)?,
                _ => return self.unsayable("结论里项数、总分之间的乘除"),
            },
            _ => return self.unsayable("结论的这个算法"),
        }
        Ok(())
    }

    /// `linear op 0`, both multiplied to whole factors.
    fn linear(&mut self, op: CompareOp, linear: &Linear, counted: &mut Counted) -> Said<String> {
        let factors = linear.terms.iter().map(|t| &t.0).chain(std::iter::once(&linear.constant));
        let common = factors.fold(num(1), |all, f| all * Num::from(f.denominator().clone()));
        let (mut low, mut high, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for (factor, tally, over) in &linear.terms {
            let (whole, _) = (factor * &common).into_parts();
            let digits = whole.to_string().len();
            if digits > 9 {
                return self.unsayable("结论里这样的系数");
            }
            let (least, most) = self.counted_ends(*tally, *over, counted)?;
            let literal = self.speech.whole(&whole.to_string());
            let times = |end: &str| {
                let product = if literal.starts_with('-') { format!("{end} * ({literal})") } else { format!("{end} * {literal}") };
                if factor == &num(1) && common == num(1) { end.to_owned() } else { self.speech.hold(&product, 12 + digits, 6) }
            };
            let (a, b) = if factor.is_negative() { (most, least) } else { (least, most) };
            low.push(times(&a));
            high.push(times(&b));
            open.push(self.any_of(*over, "待判", "'open'", counted));
            if *tally == Tally::TotalScore {
                open.push(self.rounded(*over, counted));
            }
        }
        let of = |terms: Vec<String>| if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") };
        let limit = crate::value::format_decimal(&-(&linear.constant * &common), 12);
        let (low, high, sign) = (of(low), of(high), ascii(op));
        let (yes, no) = match op {
            CompareOp::Ge | CompareOp::Gt => (format!("{low} {sign} {limit}"), format!("NOT ({high} {sign} {limit})")),
            CompareOp::Le | CompareOp::Lt => (format!("{high} {sign} {limit}"), format!("NOT ({low} {sign} {limit})")),
            CompareOp::Eq | CompareOp::Ne => {
                let (same, apart) = (format!("{low} = {limit} AND {high} = {limit}"), format!("({low} > {limit} OR {high} < {limit})"));
                if op == CompareOp::Eq { (same, apart) } else { (apart, same) }
            }
        };
        let open = if open.is_empty() { String::new() } else { format!(" WHEN {} THEN 'open'", open.join(" OR ")) };
        Ok(format!("CASE WHEN {yes} THEN 'met' WHEN {no} THEN 'not_met'{open} ELSE 'undetermined' END"))
    }

    /// Counts once, under a name; gives the column.
    fn column_of(&self, over: Over, what: &str, sql: String, counted: &mut Counted) -> String {
        let name = format!("{}：{what}", self.name_of_over(over));
        let column = self.id(&name);
        counted.insert(name, sql);
        column
    }

    /// Whether an item among these has one of the verdicts.
    fn any_of(&self, over: Over, what: &str, verdicts: &str, counted: &mut Counted) -> String {
        let sql = format!("max(CASE WHEN {} AND {} IN ({verdicts}) THEN 1 ELSE 0 END)", self.among(over), self.id("结论"));
        format!("{} = 1", self.column_of(over, what, sql, counted))
    }

    /// Whether a score among these was rounded.
    fn rounded(&self, over: Over, counted: &mut Counted) -> String {
        let sql = format!("max(CASE WHEN {} THEN {} ELSE 0 END)", self.among(over), self.id("约"));
        format!("{} = 1", self.column_of(over, "得分约过", sql, counted))
    }

    /// The least and the greatest that is counted.
    fn counted_ends(&mut self, tally: Tally, over: Over, counted: &mut Counted) -> Said<(String, String)> {
        let (among, verdict) = (self.among(over), self.id("结论"));
        match tally {
            Tally::TotalScore => {
                let sum =
                    |column: &str| self.speech.hold(&format!("coalesce(sum(CASE WHEN {among} THEN {} END), 0)", self.id(column)), 12, 6);
                let (low, high) = (sum("低"), sum("高"));
                Ok((self.column_of(over, "总分低", low, counted), self.column_of(over, "总分高", high, counted)))
            }
            Tally::MetCount => {
                let count =
                    |verdicts: &str| self.speech.hold(&format!("count(CASE WHEN {among} AND {verdict} IN ({verdicts}) THEN 1 END)"), 12, 0);
                let (sure, possible) = (count("'met'"), count("'met', 'undetermined', 'open', 'keyless'"));
                Ok((self.column_of(over, "达到项数", sure, counted), self.column_of(over, "可能达到项数", possible, counted)))
            }
            Tally::AllMet | Tally::NoneTriggered => self.unsayable("结论的这个算法"),
        }
    }

    fn name_of_over(&self, over: Over) -> &str {
        let plan = self.plan;
        match over {
            Over::Category(index) => plan.categories.get(index).map_or("", |c| c.as_str()),
            Over::Nature(nature) => plan.natures.get(nature.0).map_or("", |n| n.name.as_str()),
        }
    }

    /// SQL: whether a row is of an item of a nature or a category.
    fn among(&self, over: Over) -> String {
        let plan = self.plan;
        let wanted: Vec<String> = match over {
            Over::Category(index) => {
                let name = plan.categories.get(index);
                plan.indicators.iter().filter(|i| name.is_some_and(|name| i.category == *name)).map(|i| format!("指标 {}", i.id)).collect()
            }
            Over::Nature(nature) => match plan.natures.get(nature.0).map(|n| n.kind) {
                Some(NatureKind::Veto) => plan.vetoes.iter().map(|v| v.id.to_string()).collect(),
                Some(NatureKind::Qualification) => plan.qualifications.iter().map(|q| q.id.to_string()).collect(),
                _ => plan.indicators.iter().filter(|i| i.nature == nature).map(|i| format!("指标 {}", i.id)).collect(),
            },
        };
        let list: Vec<String> = wanted.iter().map(|id| self.speech.quoted(id)).collect();
        if list.is_empty() { "1 = 0".into() } else { format!("{} IN ({})", self.id("条目"), list.join(", ")) }
    }
}

/// A number that the rule says.
fn constant(expr: &Expr) -> Option<Num> {
    match expr {
        Expr::Number(n) => Some(n.clone()),
        Expr::Negate(inner) => Some(-constant(inner)?),
        Expr::Arithmetic { op, left, right } => {
            let (a, b) = (constant(left)?, constant(right)?);
            match op {
                ArithmeticOp::Add => Some(a + b),
                ArithmeticOp::Sub => Some(a - b),
                ArithmeticOp::Mul => Some(a * b),
                ArithmeticOp::Div => (b != num(0)).then(|| a / b),
            }
        }
        _ => None,
    }
}

/// Not met as soon as one is not; open where biaochi has to settle one.
fn conjunction(verdicts: &[String]) -> String {
    joined(verdicts, ("'met'", "'not_met'"))
}

/// Met as soon as one is.
fn disjunction(verdicts: &[String]) -> String {
    joined(verdicts, ("'not_met'", "'met'"))
}

fn joined(verdicts: &[String], (neutral, deciding): (&str, &str)) -> String {
    match verdicts {
        [] => neutral.into(),
        [only] => only.clone(),
        _ => {
            let list = verdicts.join(", ");
            format!(
                "CASE WHEN {deciding} IN ({list}) THEN {deciding} WHEN 'open' IN ({list}) THEN 'open' \
                 WHEN 'undetermined' IN ({list}) THEN 'undetermined' ELSE {neutral} END"
            )
        }
    }
}
