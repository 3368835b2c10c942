//! Expressions → SQL: numbers as exact fractions with what is missing for them, truths as texts.
//!
//! A truth is `1`, `0`, `v` (true because there is nothing it applies to), `?` and the gaps, or `~` where machine numbers could not decide.

use super::aggregate::Yearly;
use super::exact::{Exact, Part};
use super::lower::{Lower, Said, Unsayable};
use super::points::counts_conditions;
use super::rough::Rough;
use super::scope::Scope;
use crate::plan::{Aggregate, ArithmeticOp, CompareOp, Expr, FieldType, Series};
use crate::value::num;

/// A number.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "made while a script is written, a few at a time")]
pub(super) enum Quantity {
    Exact(Exact),
    /// With square roots: between two machine numbers.
    Rough(Box<Rough>),
}

/// A value that is not a number.
pub(super) struct Atom {
    pub sql: String,
    pub gap: Option<String>,
    pub ty: FieldType,
}

impl Lower<'_> {
    /// The truth of a condition.
    pub fn truth(&mut self, expr: &Expr, scope: &mut Scope) -> Said<String> {
        match expr {
            Expr::Bool(b) => Ok(if *b { "'1'" } else { "'0'" }.into()),
            Expr::And(parts) => {
                let parts = self.truths(parts, scope)?;
                Ok(self.all(scope, &parts))
            }
            Expr::Or(parts) => {
                let parts = self.truths(parts, scope)?;
                Ok(self.any(scope, &parts))
            }
            Expr::Not(inner) => {
                let inner = self.truth(inner, scope)?;
                Ok(scope.step(&format!("CASE {inner} WHEN '1' THEN '0' WHEN '0' THEN '1' ELSE {inner} END")))
            }
            Expr::Compare { op, left, right } => self.comparison(*op, left, right, scope),
            Expr::In { value, options } => self.membership(value, options, scope),
            Expr::If { condition, then, otherwise } => {
                let condition = self.truth(condition, scope)?;
                let then = self.truth(then, scope)?;
                let other = otherwise.as_ref().map_or(Ok("'1'".to_owned()), |o| self.truth(o, scope))?;
                Ok(branch(scope, &condition, &then, &other))
            }
            Expr::Aggregate { function: function @ (Aggregate::Any | Aggregate::All), scope: over, arguments } => {
                self.quantified(*function, over, arguments, scope)
            }
            Expr::Series { function, table, filter, value, years } => {
                self.series(*function, (*table, filter.as_deref(), value), *years, scope)
            }
            Expr::Field { .. } | Expr::SubjectField { .. } => {
                let atom = self.atom(expr, None, scope)?;
                if atom.ty != FieldType::Bool {
                    return self.unsayable("把这个字段当作条件");
                }
                let gap = unknown_when(atom.gap.as_deref());
                Ok(scope.step(&format!("CASE {gap}WHEN {} THEN '1' ELSE '0' END", atom.sql)))
            }
            _ => self.unsayable("这样的条件"),
        }
    }

    /// The truth of a condition inside a number: one that biaochi would have to settle cannot stand there.
    pub fn sure_truth(&mut self, expr: &Expr, scope: &mut Scope) -> Said<String> {
        let before = std::mem::take(&mut self.is_rough);
        let truth = self.truth(expr, scope)?;
        if std::mem::replace(&mut self.is_rough, before) {
            return self.unsayable("由开方值、商的统计的比较再算出的数");
        }
        Ok(truth)
    }

    fn truths(&mut self, parts: &[Expr], scope: &mut Scope) -> Said<Vec<String>> {
        parts.iter().map(|p| self.truth(p, scope)).collect()
    }

    /// The conjunction.
    pub fn all(&self, scope: &mut Scope, parts: &[String]) -> String {
        let parts: Vec<String> = parts.iter().map(|p| scope.step(p)).collect();
        match parts.as_slice() {
            [] => "'1'".into(),
            [only] => only.clone(),
            _ => scope.step(&format!(
                "CASE WHEN '0' IN ({list}) THEN '0' WHEN '~' IN ({list}) THEN '~' {unknown}WHEN '1' IN ({list}) THEN '1' ELSE 'v' END",
                list = parts.join(", "),
                unknown = any_unknown(&parts)
            )),
        }
    }

    /// The disjunction.
    pub fn any(&self, scope: &mut Scope, parts: &[String]) -> String {
        let parts: Vec<String> = parts.iter().map(|p| scope.step(p)).filter(|p| p != "'0'").collect();
        match parts.as_slice() {
            [] => "'0'".into(),
            [only] => only.clone(),
            _ => scope.step(&format!(
                "CASE WHEN '1' IN ({list}) THEN '1' WHEN '~' IN ({list}) THEN '~' WHEN 'v' IN ({list}) THEN 'v' {unknown}ELSE '0' END",
                list = parts.join(", "),
                unknown = any_unknown(&parts)
            )),
        }
    }

    fn comparison(&mut self, op: CompareOp, left: &Expr, right: &Expr, scope: &mut Scope) -> Said<String> {
        if counts_conditions(left) || counts_conditions(right) {
            return self.compare_ends(op, left, right, scope);
        }
        if self.is_number(left) {
            let (a, b) = (self.number(left, scope)?, self.number(right, scope)?);
            return self.compare_numbers(op, &a, &b, scope);
        }
        let beside = self.type_of(left).or_else(|| self.type_of(right));
        let (a, b) = (self.atom(left, beside.as_ref(), scope)?, self.atom(right, beside.as_ref(), scope)?);
        let gap = self.gaps(scope, [&a.gap, &b.gap]);
        let holds = self.compare_atoms(op, &a, &b)?;
        Ok(scope.step(&format!("CASE {}WHEN {holds} THEN '1' ELSE '0' END", unknown_when(gap.as_deref()))))
    }

    /// Compares two numbers.
    pub fn compare_numbers(&mut self, op: CompareOp, a: &Quantity, b: &Quantity, scope: &mut Scope) -> Said<String> {
        let (Quantity::Exact(a), Quantity::Exact(b)) = (a, b) else {
            let (a, b) = (self.rough(a, scope)?, self.rough(b, scope)?);
            return self.compare_rough(op, &a, &b, scope);
        };
        let compared = self.arithmetic.compare(a, ascii(op), b);
        let holds = self.fit(compared)?;
        let gap = self.gaps(scope, [&a.gap, &b.gap]);
        let empty = vacuous_when([&a.empty, &b.empty]);
        Ok(scope.step(&format!("CASE {}{empty}WHEN {holds} THEN '1' ELSE '0' END", unknown_when(gap.as_deref()))))
    }

    fn compare_atoms(&mut self, op: CompareOp, a: &Atom, b: &Atom) -> Said<String> {
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let plain = |sign: &str| format!("{} {sign} {}", a.sql, b.sql);
        match (&a.ty, &b.ty) {
            (FieldType::Choice { .. }, FieldType::Choice { .. }) if equality => Ok(plain(ascii(op))),
            (FieldType::Choice { options, .. }, FieldType::Choice { .. }) => {
                Ok(format!("{} {} {}", self.rank(&a.sql, options), ascii(op), self.rank(&b.sql, options)))
            }
            (FieldType::Text, FieldType::Text) | (FieldType::Bool, FieldType::Bool) if equality => Ok(plain(ascii(op))),
            (FieldType::Month | FieldType::Date, FieldType::Month | FieldType::Date) => {
                let month = a.ty == FieldType::Month || b.ty == FieldType::Month;
                let side = |atom: &Atom| {
                    let cut = month && atom.ty == FieldType::Date;
                    self.speech.ordered(&if cut { format!("substr({}, 1, 7)", atom.sql) } else { atom.sql.clone() })
                };
                Ok(format!("{} {} {}", side(a), ascii(op), side(b)))
            }
            _ => self.unsayable("这两种值的比较"),
        }
    }

    /// The place of an option among all.
    pub fn rank(&self, sql: &str, options: &[String]) -> String {
        let cases: Vec<String> = options.iter().enumerate().map(|(i, o)| format!("WHEN {} THEN {i}", self.speech.quoted(o))).collect();
        format!("CASE {sql} {} END", cases.join(" "))
    }

    fn membership(&mut self, value: &Expr, options: &[Expr], scope: &mut Scope) -> Said<String> {
        if self.is_number(value) {
            let equal = |option: &Expr| Expr::Compare { op: CompareOp::Eq, left: Box::new(value.clone()), right: Box::new(option.clone()) };
            let equal: Vec<Expr> = options.iter().map(equal).collect();
            let equal = self.truths(&equal, scope)?;
            return Ok(self.any(scope, &equal));
        }
        let beside = self.type_of(value);
        let atom = self.atom(value, beside.as_ref(), scope)?;
        let mut holds = Vec::new();
        for option in options {
            let option = self.atom(option, beside.as_ref(), scope)?;
            if option.gap.is_some() {
                return self.unsayable("“属于”的选项里用到字段");
            }
            holds.push(self.compare_atoms(CompareOp::Eq, &atom, &option)?);
        }
        Ok(scope.step(&format!("CASE {}WHEN {} THEN '1' ELSE '0' END", unknown_when(atom.gap.as_deref()), holds.join(" OR "))))
    }

    /// The type of a field, where the expression is one.
    fn type_of(&self, expr: &Expr) -> Option<FieldType> {
        match expr {
            Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => self.field(*table, *field).ok().map(|f| f.ty.clone()),
            _ => None,
        }
    }

    pub fn is_number(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Number(_)
            | Expr::Arithmetic { .. }
            | Expr::Negate(_)
            | Expr::YearValue { .. }
            | Expr::Function { .. }
            | Expr::BaseYear => true,
            Expr::Aggregate { function, .. } => !matches!(function, Aggregate::Any | Aggregate::All),
            Expr::If { then, .. } => self.is_number(then),
            Expr::Field { .. } | Expr::SubjectField { .. } => {
                matches!(self.type_of(expr), Some(FieldType::Integer(_) | FieldType::Decimal { .. }))
            }
            _ => false,
        }
    }

    fn atom(&mut self, expr: &Expr, beside: Option<&FieldType>, scope: &mut Scope) -> Said<Atom> {
        let literal = |sql: String, ty: FieldType| Ok(Atom { sql, gap: None, ty });
        match expr {
            Expr::Text(text) => literal(self.speech.quoted(text), FieldType::Text),
            Expr::Bool(b) => literal(if *b { "TRUE" } else { "FALSE" }.into(), FieldType::Bool),
            Expr::Month(m) => literal(format!("'{:04}-{:02}'", m.div_euclid(12), m.rem_euclid(12) + 1), FieldType::Month),
            Expr::Date(d) => literal(format!("'{:04}-{:02}-{:02}'", d / 10_000, d / 100 % 100, d % 100), FieldType::Date),
            Expr::Choice(index) => match beside {
                Some(ty @ FieldType::Choice { options, .. }) => {
                    let option = options.get(*index).ok_or(Unsayable)?;
                    literal(self.speech.quoted(option), ty.clone())
                }
                _ => self.unsayable("这里的选项"),
            },
            Expr::Field { .. } | Expr::SubjectField { .. } => {
                let cell = self.cell(expr, scope)?;
                let ty = self.field(cell.table, cell.field)?.ty.clone();
                let gap = scope.step(&cell.gap);
                Ok(Atom { sql: cell.sql, gap: Some(gap), ty })
            }
            _ => self.unsayable("这样的值"),
        }
    }

    /// The value of a number.
    pub fn number(&mut self, expr: &Expr, scope: &mut Scope) -> Said<Quantity> {
        match expr {
            Expr::Number(n) => Ok(Quantity::Exact(Exact::constant(n))),
            Expr::Field { .. } | Expr::SubjectField { .. } => {
                let cell = self.cell(expr, scope)?;
                let gap = scope.step(&cell.gap);
                match self.column((cell.table, cell.field), cell.sql, Some(gap)) {
                    Some(exact) => Ok(Quantity::Exact(exact)),
                    None => self.unsayable("把这个字段当作数"),
                }
            }
            Expr::Arithmetic { op, left, right } => {
                let (a, b) = (self.number(left, scope)?, self.number(right, scope)?);
                match (&a, &b) {
                    (Quantity::Exact(a), Quantity::Exact(b)) => self.exact(*op, a, b, right, scope).map(Quantity::Exact),
                    _ => self.rough_arithmetic(*op, &a, &b, scope).map(|r| Quantity::Rough(Box::new(r))),
                }
            }
            Expr::Negate(inner) => match self.number(inner, scope)? {
                Quantity::Exact(e) => Ok(Quantity::Exact(Exact { factor: -e.factor, nonnegative: false, ..e })),
                Quantity::Rough(_) => self.unsayable("开方值、商的统计的相反数"),
            },
            Expr::If { condition, then, otherwise: Some(otherwise) } => {
                let condition = self.sure_truth(condition, scope)?;
                let (a, b) = (self.number(then, scope)?, self.number(otherwise, scope)?);
                match (&a, &b) {
                    (Quantity::Exact(a), Quantity::Exact(b)) => self.choose(&condition, a, b, scope).map(Quantity::Exact),
                    _ => self.rough_choice(&condition, &a, &b, scope).map(|r| Quantity::Rough(Box::new(r))),
                }
            }
            Expr::Aggregate { function, scope: over, arguments } => self.aggregate(*function, over, arguments, scope),
            Expr::YearValue { table, filter, value, back } => {
                self.year_value((*table, filter.as_deref(), value), i64::from(*back), scope).map(Quantity::Exact)
            }
            Expr::BaseYear => self.base_year(scope).map(Quantity::Exact),
            Expr::Function { function, arguments } => self.function(*function, arguments, scope),
            _ => self.unsayable("这样的算法"),
        }
    }

    pub(super) fn exact(&mut self, op: ArithmeticOp, a: &Exact, b: &Exact, right: &Expr, scope: &mut Scope) -> Said<Exact> {
        let gap = self.gaps(scope, [&a.gap, &b.gap]);
        let empty = either(&a.empty, &b.empty);
        let nonnegative = a.nonnegative && b.nonnegative && op != ArithmeticOp::Sub;
        let arithmetic = self.arithmetic;
        match op {
            ArithmeticOp::Mul => {
                let over = self.fit(arithmetic.times(&a.over, &b.over))?;
                let one = Part::one();
                let under = match (&a.under, &b.under) {
                    (None, None) => None,
                    (u, v) => Some(self.fit(arithmetic.times(u.as_ref().unwrap_or(&one), v.as_ref().unwrap_or(&one)))?),
                };
                Ok(Exact { factor: &a.factor * &b.factor, over, under, gap, empty, nonnegative })
            }
            ArithmeticOp::Add | ArithmeticOp::Sub => {
                let (left, rest, under, factor) = self.fit(arithmetic.common(a, b))?;
                let over = self.fit(arithmetic.plus(&left, if op == ArithmeticOp::Add { '+' } else { '-' }, &rest))?;
                Ok(Exact { factor, over, under, gap, empty, nonnegative })
            }
            ArithmeticOp::Div if counts_conditions(right) => self.unsayable("除以成立个数"),
            ArithmeticOp::Div => self.quotient((a, b), (gap, empty, nonnegative), right, scope),
        }
    }

    /// `a / b`: b's denominator goes up, its numerator down; where that is 0, it is what is missing.
    fn quotient(
        &mut self,
        (a, b): (&Exact, &Exact),
        (gap, empty, nonnegative): (Option<String>, Option<String>, bool),
        right: &Expr,
        scope: &mut Scope,
    ) -> Said<Exact> {
        let one = Part::one();
        let arithmetic = self.arithmetic;
        let mut over = self.fit(arithmetic.times(&a.over, b.under.as_ref().unwrap_or(&one)))?;
        if b.factor == num(0) {
            return self.unsayable("除以 0");
        }
        let mut divisor = b.over.clone();
        let mut gap = gap;
        if !divisor.is_one() {
            let zero = self.zero(right, scope)?;
            let missing = gap.clone().map_or(String::new(), |g| format!("WHEN {g} IS NOT NULL THEN {g} "));
            gap = Some(scope.step(&format!("CASE {missing}WHEN {} = 0 THEN {zero} END", divisor.sql)));
            if !b.nonnegative {
                let signed = divisor.sql.clone();
                over = Part {
                    sql: format!("(CASE WHEN {signed} < 0 THEN -({}) ELSE {} END)", arithmetic.plain(&over), arithmetic.plain(&over)),
                    is_sum: false,
                    ..over
                };
                divisor = Part { sql: format!("abs({signed})"), is_sum: false, ..divisor };
            }
        }
        let factor = &a.factor / &b.factor;
        let under = self.fit(arithmetic.times(a.under.as_ref().unwrap_or(&one), &divisor))?;
        Ok(Exact { factor, over, under: Some(under).filter(|u| !u.is_one()), gap, empty, nonnegative })
    }

    /// A choice between two numbers; strict: which branch holds is a cell of it.
    fn choose(&mut self, condition: &str, a: &Exact, b: &Exact, scope: &mut Scope) -> Said<Exact> {
        let c = scope.step(condition);
        let (left, right, under, factor) = self.fit(self.arithmetic.common(a, b))?;
        let (l, r) = (self.arithmetic.plain(&left), self.arithmetic.plain(&right));
        let over = self.one_of(&left, &right, &format!("CASE WHEN {c} IN ('1', 'v') THEN {l} ELSE {r} END"), scope);
        let gap = self.chosen_gap(&c, (a.gap.as_deref(), b.gap.as_deref()), &format!("{l} = {r}"), scope);
        let empty = match (&a.empty, &b.empty) {
            (None, None) => None,
            (x, y) => {
                let side = |e: &Option<String>| e.clone().unwrap_or_else(|| "FALSE".into());
                Some(scope.step(&format!("CASE WHEN {c} IN ('1', 'v') THEN {} ELSE {} END", side(x), side(y))))
            }
        };
        Ok(Exact { factor, over, under, gap: Some(gap), empty, nonnegative: a.nonnegative && b.nonnegative })
    }

    /// The gap of a choice: of the branch that holds; of the condition and both where that is not known and they differ.
    pub fn chosen_gap(&self, c: &str, (a, b): (Option<&str>, Option<&str>), same: &str, scope: &mut Scope) -> String {
        let side = |g: Option<&str>| g.unwrap_or("NULL").to_owned();
        let (a, b) = (side(a), side(b));
        scope.step(&format!(
            "CASE WHEN {c} IN ('1', 'v') THEN {a} WHEN {c} = '0' THEN {b} WHEN {a} IS NULL AND {b} IS NULL AND {same} THEN NULL \
             ELSE concat_ws('', substr({c}, 2), {a}, {b}, '-;') END"
        ))
    }

    fn series(&mut self, function: Series, of: Yearly<'_>, years: u32, scope: &mut Scope) -> Said<String> {
        let values: Said<Vec<Exact>> = (1..=i64::from(years)).rev().map(|back| self.year_value(of, back, scope)).collect();
        let values = values?;
        let op = if function == Series::Rises { CompareOp::Gt } else { CompareOp::Ge };
        if let [only] = values.as_slice() {
            let gap = unknown_when(only.gap.as_deref());
            return Ok(scope.step(&format!("CASE {gap}ELSE '1' END")));
        }
        let mut truths = Vec::new();
        for (before, after) in values.iter().zip(values.iter().skip(1)) {
            truths.push(self.compare_numbers(op, &Quantity::Exact(after.clone()), &Quantity::Exact(before.clone()), scope)?);
        }
        let base = self.base_year(scope)?;
        let all = self.all(scope, &truths);
        // Without a base year there is nothing to compare, and one gap to tell.
        Ok(scope.step(&format!("CASE {}ELSE {all} END", unknown_when(base.gap.as_deref()))))
    }
}

/// `WHEN … THEN unknown`, or nothing.
pub(super) fn unknown_when(gap: Option<&str>) -> String {
    gap.map_or(String::new(), |g| format!("WHEN {g} IS NOT NULL THEN concat_ws('', '?', {g}) "))
}

fn vacuous_when(empty: [&Option<String>; 2]) -> String {
    empty.into_iter().flatten().map(|e| format!("WHEN {e} THEN 'v' ")).collect()
}

pub(super) fn either(a: &Option<String>, b: &Option<String>) -> Option<String> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => Some(format!("({a} OR {b})")),
        (Some(a), _) | (None, Some(a)) => Some(a.clone()),
        (None, None) => None,
    }
}

fn any_unknown(parts: &[String]) -> String {
    let is: Vec<String> = parts.iter().map(|p| format!("{p} LIKE '?%'")).collect();
    let gaps: Vec<String> = parts.iter().map(|p| format!("CASE WHEN {p} LIKE '?%' THEN substr({p}, 2) END")).collect();
    format!("WHEN {} THEN concat_ws('', '?', {}) ", is.join(" OR "), gaps.join(", "))
}

fn branch(scope: &mut Scope, condition: &str, then: &str, other: &str) -> String {
    let (c, a, b) = (scope.step(condition), scope.step(then), scope.step(other));
    let part = |p: &str| format!("CASE WHEN {p} LIKE '?%' THEN substr({p}, 2) END");
    scope.step(&format!(
        "CASE WHEN {c} IN ('1', 'v') THEN {a} WHEN {c} = '0' THEN {b} WHEN '~' IN ({c}, {a}, {b}) THEN '~' \
         WHEN {a} IN ('1', 'v') AND {b} IN ('1', 'v') THEN '1' WHEN {a} = '0' AND {b} = '0' THEN '0' \
         ELSE concat_ws('', '?', substr({c}, 2), {}, {}) END",
        part(&a),
        part(&b)
    ))
}

pub(super) fn ascii(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "=",
        CompareOp::Ne => "<>",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
}
