//! Expressions: names found, types and units held against each other, everything brought to base units.

use super::bounds::is_irrational;
use super::types::{Context, Type, Typed};
use crate::diagnostic::{Code, Diagnostic, did_you_mean, nearest};
use crate::plan::{ArithmeticOp, CompareOp, Expr, FieldId, FieldType, TableId, Written};
use crate::resolve::{Symbols, unit, unknown};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind};
use crate::value::{Num, Unit};
use std::collections::BTreeMap;

/// Reads expressions against symbols, gathering complaints.
#[derive(Debug)]
pub struct Elaborator<'s, 'a> {
    pub symbols: &'s Symbols<'a>,
    /// The values that parameters have on the day of the run.
    pub parameters: BTreeMap<&'a str, Typed>,
    /// Declared ranges, in the fields' own units.
    pub(super) ranges: BTreeMap<(TableId, FieldId), (Num, Num)>,
    /// The sum of full scores by the number of the nature.
    pub(super) full_scores: BTreeMap<usize, Num>,
    /// How often a definition has been read in place.
    pub(super) expansions: usize,
    /// Circles of definitions complained about, their members in order.
    pub(super) circles: Vec<Vec<String>>,
    /// Values and reliefs of limited periods that no day was given for.
    pub(super) undated: Vec<String>,
    /// The categories, once all items are read.
    pub(super) categories: Vec<String>,
    /// The day of the run.
    pub(super) on: Option<ast::Date>,
    /// Numbers with units that something has been compared with since this was last taken.
    pub(super) written: Vec<Written>,
    pub diagnostics: Vec<Diagnostic>,
}

impl<'s, 'a> Elaborator<'s, 'a> {
    /// Starts with no parameters.
    pub fn new(symbols: &'s Symbols<'a>) -> Self {
        Self {
            symbols,
            parameters: BTreeMap::new(),
            ranges: BTreeMap::new(),
            full_scores: BTreeMap::new(),
            undated: Vec::new(),
            on: None,
            written: Vec::new(),
            categories: Vec::new(),
            expansions: 0,
            circles: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Reads a condition.
    pub fn condition(&mut self, expr: &ast::Expr, context: &Context) -> Typed {
        let typed = self.expression(expr, context, None);
        self.expect_truth(typed)
    }

    /// Reads an expression; a bare name may be an option of `expected`.
    pub fn expression(&mut self, expr: &ast::Expr, context: &Context, expected: Option<&Type>) -> Typed {
        let span = expr.span;
        let typed = |expr, ty| Typed { expr, ty, span };
        match &expr.kind {
            ExprKind::Number { value, unit: written } => {
                let of = written.as_ref().map_or_else(Unit::none, |u| unit(u, &self.symbols.units, &mut self.diagnostics));
                typed(Expr::Number(value * &of.factor), Type::Number(of))
            }
            ExprKind::Text(text) => self.text(text, span, expected),
            ExprKind::Bool(truth) => typed(Expr::Bool(*truth), Type::Truth),
            ExprKind::Date(date) => {
                let (y, m, d) = (i64::from(date.year), i64::from(date.month), i64::from(date.day));
                match date.day {
                    0 => typed(Expr::Month(y * 12 + m - 1), Type::Month),
                    _ => typed(Expr::Date(y * 10_000 + m * 100 + d), Type::Date),
                }
            }
            ExprKind::Path(names) => self.path(names, span, context, expected),
            ExprKind::Call { name, scope, arguments } => self.call(name, scope.as_ref(), arguments, span, context),
            ExprKind::LastYears(n) => typed(Expr::Bool(false), Type::LastYears(self.years(n))),
            ExprKind::YearsBefore(n) => typed(Expr::Bool(false), Type::YearsBefore(self.years(n))),
            ExprKind::Negate(inner) => {
                let inner = self.expression(inner, context, None);
                match self.number(&inner) {
                    Some(unit) => typed(Expr::Negate(Box::new(inner.expr)), Type::Number(unit)),
                    None => Typed::broken(span),
                }
            }
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, context);
                typed(Expr::Not(Box::new(inner.expr)), Type::Truth)
            }
            ExprKind::Binary { op, left, right } => self.binary(op, left, right, span, context),
            ExprKind::In { value, options, negated } => self.membership(value, options, *negated, span, context),
            ExprKind::If { condition, then, otherwise } => self.branch(condition, then, otherwise.as_deref(), span, context, expected),
        }
    }

    fn years(&mut self, written: &crate::source::Spanned<crate::value::Num>) -> u32 {
        let whole = crate::value::format_decimal(&written.node, 12).parse::<u32>().ok().filter(|n| (1..=100).contains(n));
        if whole.is_none() {
            let error = Diagnostic::error(Code::WRONG_ARGUMENTS, written.span, "年数要是 1 到 100 的整数");
            self.diagnostics.push(error.here("这里"));
        }
        whole.unwrap_or(1)
    }

    fn text(&mut self, text: &str, span: Span, expected: Option<&Type>) -> Typed {
        if let Some(Type::Choice { table, field }) = expected {
            return self.option(*table, *field, text, span);
        }
        Typed { expr: Expr::Text(text.into()), ty: Type::Text, span }
    }

    fn options_of(&self, table: TableId, field: FieldId) -> &'s [String] {
        match self.symbols.table(table).and_then(|t| t.field_type(field)) {
            Some(FieldType::Choice { options, .. }) => options,
            _ => &[],
        }
    }

    fn option(&mut self, table: TableId, field: FieldId, name: &str, span: Span) -> Typed {
        let options = self.options_of(table, field);
        match options.iter().position(|o| o == name) {
            Some(i) => Typed { expr: Expr::Choice(i), ty: Type::Choice { table, field }, span },
            None => {
                let error = unknown(Code::UNKNOWN_OPTION, "选项", name, span, options.iter().map(String::as_str));
                self.diagnostics.push(error.help(format!("可选：{}", options.join("、"))));
                Typed::broken(span)
            }
        }
    }

    fn path(&mut self, names: &[ast::Name], span: Span, context: &Context, expected: Option<&Type>) -> Typed {
        match names {
            [name] => self.name(name, context, expected),
            [table, field] => self.qualified(table, field, span, context),
            _ => {
                let error = Diagnostic::error(Code::UNKNOWN_NAME, span, "名称最多写两段：表.字段");
                self.diagnostics.push(error.here("这里").help("直接写要取的那张表，中间的引用会自动找到"));
                Typed::broken(span)
            }
        }
    }

    fn name(&mut self, name: &ast::Name, context: &Context, expected: Option<&Type>) -> Typed {
        let (text, span) = (name.node.as_str(), name.span);
        if let Some((_, argument)) = context.arguments.iter().find(|(n, _)| n == text) {
            return Typed { span, ..argument.clone() };
        }
        if let Some(Type::Choice { table, field }) = expected
            && self.options_of(*table, *field).iter().any(|o| o == text)
        {
            return self.option(*table, *field, text, span);
        }
        if let Some(table) = context.row
            && let Some(field) = self.symbols.table(table).and_then(|t| t.field(text))
        {
            return self.field(table, Vec::new(), field, span);
        }
        if let Some(value) = self.parameters.get(text) {
            return Typed { span, ..value.clone() };
        }
        for owner in [context.row, None] {
            if let Some(definition) = self.symbols.definitions.get(&(owner, text)) {
                return self.definition(definition, &[], span, context);
            }
        }
        if let Some(Type::Choice { table, field }) = expected {
            return self.option(*table, *field, text, span);
        }
        self.unknown_name(name, context)
    }

    fn unknown_name(&mut self, name: &ast::Name, context: &Context) -> Typed {
        let fields = context.row.and_then(|t| self.symbols.table(t)).map(|t| t.field_names().collect::<Vec<_>>());
        let parameters = self.symbols.parameters.keys().copied();
        let definitions = self.symbols.definitions.keys().map(|(_, n)| *n);
        let known: Vec<&str> = fields.into_iter().flatten().chain(parameters).chain(definitions).collect();
        let mut error = unknown(Code::UNKNOWN_NAME, "名称", &name.node, name.span, known.iter().copied());
        let holders: Vec<&str> =
            self.symbols.tables.iter().filter(|t| t.field(&name.node).is_some()).map(crate::resolve::TableSymbol::name).collect();
        if let [only] = holders.as_slice() {
            error = error.help(format!("数据表“{only}”有这个字段：写成“{only}.{}”，或放进以它为范围的统计里", name.node));
        }
        self.diagnostics.push(error);
        Typed::broken(name.span)
    }

    fn qualified(&mut self, table: &ast::Name, field: &ast::Name, span: Span, context: &Context) -> Typed {
        let Some(id) = self.symbols.table_named(&table.node) else {
            let known: Vec<&str> = self.symbols.tables.iter().map(crate::resolve::TableSymbol::name).collect();
            self.diagnostics.push(unknown(Code::UNKNOWN_TABLE, "数据表", &table.node, table.span, known));
            return Typed::broken(span);
        };
        let Some(symbol) = self.symbols.table(id) else { return Typed::broken(span) };
        let Some(field_id) = symbol.field(&field.node) else {
            if let Some(definition) = self.symbols.definitions.get(&(Some(id), field.node.as_str()))
                && let Some(path) = context.row.and_then(|row| self.symbols.path(row, id))
            {
                return self.definition_through(definition, (id, &path), span, context);
            }
            let what = format!("数据表“{}”的字段", table.node);
            self.diagnostics.push(unknown(Code::UNKNOWN_FIELD, &what, &field.node, field.span, symbol.field_names()));
            return Typed::broken(span);
        };
        if let Some(path) = context.row.and_then(|row| self.symbols.path(row, id)) {
            return self.field(id, path, field_id, span);
        }
        if symbol.one_per_subject {
            let typed = self.field(id, Vec::new(), field_id, span);
            return Typed { expr: Expr::SubjectField { table: id, field: field_id }, ..typed };
        }
        let message = format!("数据表“{}”在这里有许多行，不知道取哪一行", table.node);
        let help = format!("用统计函数把它变成一个值，如 合计({}：{})", table.node, field.node);
        self.diagnostics.push(Diagnostic::error(Code::UNREACHABLE, span, message).here("这里").help(help));
        Typed::broken(span)
    }

    fn field(&self, table: TableId, path: Vec<crate::plan::ReferenceId>, field: FieldId, span: Span) -> Typed {
        let ty = match self.symbols.table(table).and_then(|t| t.field_type(field)) {
            Some(FieldType::Integer(unit) | FieldType::Decimal { unit, .. }) => Type::Number(unit.clone()),
            Some(FieldType::Bool) => Type::Truth,
            Some(FieldType::Text) => Type::Text,
            Some(FieldType::Month) => Type::Month,
            Some(FieldType::Date) => Type::Date,
            Some(FieldType::Choice { .. }) => Type::Choice { table, field },
            None => Type::Unknown,
        };
        Typed { expr: Expr::Field { table, path, field }, ty, span }
    }

    fn binary(
        &mut self,
        op: &crate::source::Spanned<BinaryOp>,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        context: &Context,
    ) -> Typed {
        match op.node {
            BinaryOp::And | BinaryOp::Or => {
                let (l, r) = (self.condition(left, context), self.condition(right, context));
                let both = vec![l.expr, r.expr];
                let expr = if op.node == BinaryOp::And { Expr::And(both) } else { Expr::Or(both) };
                Typed { expr, ty: Type::Truth, span }
            }
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => self.arithmetic(op.node, left, right, span, context),
            BinaryOp::Eq => self.comparison(CompareOp::Eq, left, right, span, context),
            BinaryOp::Ne => self.comparison(CompareOp::Ne, left, right, span, context),
            BinaryOp::Lt => self.comparison(CompareOp::Lt, left, right, span, context),
            BinaryOp::Le => self.comparison(CompareOp::Le, left, right, span, context),
            BinaryOp::Gt => self.comparison(CompareOp::Gt, left, right, span, context),
            BinaryOp::Ge => self.comparison(CompareOp::Ge, left, right, span, context),
        }
    }

    fn arithmetic(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span, context: &Context) -> Typed {
        let (l, r) = (self.expression(left, context, None), self.expression(right, context, None));
        let (Some(lu), Some(ru)) = (self.number(&l), self.number(&r)) else { return Typed::broken(span) };
        let (op, unit) = match op {
            BinaryOp::Mul => (ArithmeticOp::Mul, lu.times(&ru)),
            BinaryOp::Div => (ArithmeticOp::Div, lu.per(&ru)),
            other => {
                self.same_unit((&l, &lu), (&r, &ru));
                let unit = if l.is_zero() { ru } else { lu };
                (if other == BinaryOp::Add { ArithmeticOp::Add } else { ArithmeticOp::Sub }, unit)
            }
        };
        if op == ArithmeticOp::Div && r.is_zero() {
            self.diagnostics.push(Diagnostic::error(Code::NEVER_HOLDS, r.span, "不能除以 0").here("除数"));
        }
        if op == ArithmeticOp::Div && is_irrational(&r.expr) {
            let error = Diagnostic::error(Code::IRRATIONAL, r.span, "差异系数和标准差要开方，不能作除数").here("除数");
            self.diagnostics.push(error.help("把不等式两边同乘以它，改写成乘法"));
        }
        let expr = Expr::Arithmetic { op, left: Box::new(l.expr), right: Box::new(r.expr) };
        Typed { expr, ty: Type::Number(unit), span }
    }

    fn comparison(&mut self, op: CompareOp, left: &ast::Expr, right: &ast::Expr, span: Span, context: &Context) -> Typed {
        // A bare name is an option only where the other side says of which field: read the side that is not a lone name first.
        let right_first =
            matches!(&left.kind, ExprKind::Path(p) if p.len() == 1) && !matches!(&right.kind, ExprKind::Path(p) if p.len() == 1);
        let (l, r) = if right_first {
            let r = self.expression(right, context, None);
            (self.expression(left, context, Some(&r.ty)), r)
        } else {
            let l = self.expression(left, context, None);
            let r = self.expression(right, context, Some(&l.ty));
            (l, r)
        };
        let before = self.diagnostics.len();
        self.comparable(op, &l, &r);
        if self.diagnostics.len() == before && l.ty != Type::Unknown && r.ty != Type::Unknown {
            self.decided(op, &l, &r, span);
        }
        if let (Expr::Number(number), Some(unit)) = (&r.expr, self.comparison_shown(&l, &r).filter(|u| !u.name.is_empty())) {
            self.written.push(Written { number: number.clone(), unit });
        }
        let expr = Expr::Compare { op, left: Box::new(l.expr), right: Box::new(r.expr) };
        Typed { expr, ty: Type::Truth, span }
    }

    fn comparable(&mut self, op: CompareOp, l: &Typed, r: &Typed) {
        let ordering = !matches!(op, CompareOp::Eq | CompareOp::Ne);
        let complaint = match (&l.ty, &r.ty) {
            (Type::Unknown, _) | (_, Type::Unknown) => return,
            (Type::Number(lu), Type::Number(ru)) => {
                self.same_unit((l, lu), (r, ru));
                return;
            }
            (Type::Month, Type::Month) | (Type::Date, Type::Date) => return,
            (Type::Choice { table, field }, Type::Choice { .. }) if ordering => {
                match self.symbols.table(*table).and_then(|t| t.field_type(*field)) {
                    Some(FieldType::Choice { ordered: false, .. }) => "这些选项没有高低之分，只能用 = 或 ≠".to_string(),
                    _ => return,
                }
            }
            (a, b) if !ordering && std::mem::discriminant(a) == std::mem::discriminant(b) => return,
            (a, b) if std::mem::discriminant(a) == std::mem::discriminant(b) => format!("{}没有大小之分", a.word()),
            (a, b) => format!("{}不能与{}相比", a.word(), b.word()),
        };
        let error = Diagnostic::error(Code::TYPE_MISMATCH, r.span, complaint);
        self.diagnostics.push(error.here(r.ty.word()).also(l.span, l.ty.word()));
    }

    fn membership(&mut self, value: &ast::Expr, options: &[ast::Expr], negated: bool, span: Span, context: &Context) -> Typed {
        let value = self.expression(value, context, None);
        let mut found = Vec::new();
        for option in options {
            let typed = self.expression(option, context, Some(&value.ty));
            self.comparable(CompareOp::Eq, &value, &typed);
            found.push(typed.expr);
        }
        let expr = Expr::In { value: Box::new(value.expr), options: found };
        let expr = if negated { Expr::Not(Box::new(expr)) } else { expr };
        Typed { expr, ty: Type::Truth, span }
    }

    fn branch(
        &mut self,
        condition: &ast::Expr,
        then: &ast::Expr,
        otherwise: Option<&ast::Expr>,
        span: Span,
        context: &Context,
        expected: Option<&Type>,
    ) -> Typed {
        let condition = Box::new(self.condition(condition, context).expr);
        let then = self.expression(then, context, expected);
        let Some(otherwise) = otherwise else {
            let then = self.expect_truth(then);
            let expr = Expr::If { condition, then: Box::new(then.expr), otherwise: None };
            return Typed { expr, ty: Type::Truth, span };
        };
        let other = self.expression(otherwise, context, Some(&then.ty));
        match (&then.ty, &other.ty) {
            (Type::Number(a), Type::Number(b)) => self.same_unit((&then, a), (&other, b)),
            (a, b) if a == b || *a == Type::Unknown || *b == Type::Unknown => {}
            (a, b) => {
                let message = format!("“则”后面是{}，“否则”后面是{}", a.word(), b.word());
                let error = Diagnostic::error(Code::TYPE_MISMATCH, span, message);
                self.diagnostics.push(error.here("两边要一样").also(then.span, "则").also(other.span, "否则"));
            }
        }
        let ty = if then.is_zero() { other.ty.clone() } else { then.ty.clone() };
        let expr = Expr::If { condition, then: Box::new(then.expr), otherwise: Some(Box::new(other.expr)) };
        Typed { expr, ty, span }
    }

    /// The unit of a number, or a complaint.
    pub(super) fn number(&mut self, typed: &Typed) -> Option<Unit> {
        match &typed.ty {
            Type::Number(unit) => Some(unit.clone()),
            Type::Unknown => None,
            other => {
                let message = format!("这里要一个数，写的是{}", other.word());
                self.diagnostics.push(Diagnostic::error(Code::TYPE_MISMATCH, typed.span, message).here("这里"));
                None
            }
        }
    }

    /// The condition itself, or a complaint.
    pub(super) fn expect_truth(&mut self, typed: Typed) -> Typed {
        match typed.ty {
            Type::Truth | Type::Unknown => typed,
            ref other => {
                let message = format!("这里要一个条件，写的是{}", other.word());
                let error = Diagnostic::error(Code::TYPE_MISMATCH, typed.span, message);
                self.diagnostics.push(error.here("这里").help("条件要有比较，如 ≥、≤、="));
                Typed::broken(typed.span)
            }
        }
    }

    fn same_unit(&mut self, (l, lu): (&Typed, &Unit), (r, ru): (&Typed, &Unit)) {
        if lu.is_compatible(ru) || l.is_zero() || r.is_zero() {
            return;
        }
        let word = |u: &Unit| if u.name.is_empty() { "没有单位".to_string() } else { format!("单位是“{}”", u.name) };
        let error = Diagnostic::error(Code::UNIT_MISMATCH, r.span, format!("两边单位不一致：左边{}，右边{}", word(lu), word(ru)));
        let error = error.here(word(ru)).also(l.span, word(lu));
        self.diagnostics.push(error.help("把数改写成同一种量的单位（万元与元、亩与平方米可以混用，人与平方米不可以）"));
    }

    /// Complains of a name that is none of `known`.
    pub(super) fn complain_unknown<'n>(
        &mut self,
        code: Code,
        message: String,
        span: Span,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let near = nearest(name, known);
        let error = Diagnostic::error(code, span, message).here("这里");
        self.diagnostics.push(match did_you_mean(&near) {
            Some(help) => error.help(help),
            None => error,
        });
    }
}
