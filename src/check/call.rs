//! Calls: statistics over rows, series over years, plain functions, and definitions read in place.

use super::expression::Elaborator;
use super::parameters::fold;
use super::types::{Context, Type, Typed};
use crate::builtins::{self, Kind};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Aggregate, Expr, Extent, Function, Over, Rows, Scope, Series, TableId, Tally};
use crate::resolve::{DefinitionSymbol, TableSymbol};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Unit, num};

/// How deep definitions may call one another.
const DEFINITION_DEPTH: usize = 32;
/// How often definitions may be read in place in one standard: each that uses another twice doubles the work.
const EXPANSIONS: usize = 50_000;

impl Elaborator<'_, '_> {
    pub(super) fn call(
        &mut self,
        name: &ast::Name,
        scope: Option<&ast::Scope>,
        arguments: &[ast::Expr],
        span: Span,
        context: &Context,
    ) -> Typed {
        if let Some(builtin) = builtins::find(&name.node) {
            return match builtin.kind {
                Kind::Aggregate(function) => self.aggregate(builtin, function, scope, arguments, span, context),
                Kind::Series(function) => self.series(builtin, function, scope, arguments, span, context),
                Kind::YearMean => self.year_mean(builtin, scope, arguments, span, context),
                Kind::FormerYear => self.former_year(builtin.signature, arguments, span, context),
                Kind::YearValue => self.year_value(builtin, scope, arguments, span, context),
                Kind::Function(function) => self.function(builtin, function, arguments, span, context),
                Kind::Tally(tally) => self.tally(builtin, tally, arguments, span, context),
                Kind::BaseYear => {
                    let unit = self.symbols.units.get("年").cloned().unwrap_or_default();
                    Typed { expr: Expr::BaseYear, ty: Type::Number(unit), span }
                }
            };
        }
        for owner in [context.row, None] {
            if let Some(definition) = self.symbols.definitions.get(&(owner, name.node.as_str())) {
                let arguments: Vec<Typed> = arguments.iter().map(|a| self.expression(a, context, None)).collect();
                return self.definition(definition, &arguments, span, context);
            }
        }
        let functions = builtins::BUILTINS.iter().flat_map(|b| [b.name, b.alias]);
        let known: Vec<&str> = functions.chain(self.symbols.definitions.keys().map(|(_, n)| *n)).collect();
        let message = format!("没有函数或定义“{}”", name.node);
        self.complain_unknown(Code::UNKNOWN_FUNCTION, message, name.span, &name.node, known);
        Typed::broken(span)
    }

    /// Reads a definition's body where it is used, so that its units follow its arguments.
    pub(super) fn definition(&mut self, definition: &DefinitionSymbol<'_>, arguments: &[Typed], span: Span, context: &Context) -> Typed {
        let name = &definition.name.node;
        if let Some(at) = context.reading.iter().position(|(n, _)| n == name) {
            let path: Vec<&str> = context.reading.iter().skip(at).map(|(n, _)| n.as_str()).chain([name.as_str()]).collect();
            // The same circle is met once from each of its members.
            let mut members: Vec<String> = path.iter().skip(1).map(ToString::to_string).collect();
            members.sort();
            if self.circles.contains(&members) {
                return Typed::broken(span);
            }
            self.circles.push(members);
            let error = Diagnostic::error(Code::CYCLE, definition.name.span, format!("定义绕了一圈又回到自己：{}", path.join(" → ")));
            self.diagnostics.push(error.here("这个定义").also(span, "用在这里"));
            return Typed::broken(span);
        }
        if context.reading.len() >= DEFINITION_DEPTH {
            let error = Diagnostic::error(Code::TOO_DEEP, span, format!("定义套定义超过 {DEFINITION_DEPTH} 层"));
            self.diagnostics.push(error.here("这里"));
            return Typed::broken(span);
        }
        self.expansions += 1;
        if self.expansions >= EXPANSIONS {
            if self.expansions == EXPANSIONS {
                let error = Diagnostic::error(Code::TOO_LARGE, definition.name.span, format!("定义展开超过 {EXPANSIONS} 次"));
                self.diagnostics.push(error.here("这个定义").help("定义一层套一层、每层用几次的，会成倍展开；请减少层数"));
            }
            return Typed::broken(span);
        }
        if arguments.len() != definition.parameters.len() {
            let message = format!("“{name}”要 {} 个参数，这里有 {} 个", definition.parameters.len(), arguments.len());
            let error = Diagnostic::error(Code::WRONG_ARGUMENTS, span, message);
            self.diagnostics.push(error.here("这里").also(definition.name.span, "定义在这里"));
            return Typed::broken(span);
        }
        let mut inner = context.clone();
        inner.arguments = definition.parameters.iter().map(|p| p.node.clone()).zip(arguments.iter().cloned()).collect();
        inner.reading.push((name.clone(), span));
        let typed = self.expression(definition.body, &inner, None);
        Typed { span, ..typed }
    }

    /// The rows that a scope names, further filtered, and their table.
    pub(super) fn rows(&mut self, population: &ast::Name, filter: Option<&ast::Expr>, context: &Context) -> Option<Rows> {
        let (table, id) = match self.symbols.population_named(&population.node) {
            Some(id) => (self.symbols.populations.get(id.0).map(|p| p.table)?, Some(id)),
            None => match self.symbols.table_named(&population.node) {
                Some(table) => (table, None),
                None => {
                    let populations = self.symbols.populations.iter().map(|p| p.name.node.as_str());
                    let known: Vec<&str> = self.symbols.tables.iter().map(TableSymbol::name).chain(populations).collect();
                    let message = format!("没有总体或数据表“{}”", population.node);
                    self.complain_unknown(Code::UNKNOWN_POPULATION, message, population.span, &population.node, known);
                    return None;
                }
            },
        };
        let inner = row_context(table, context);
        let filter = filter.map(|f| Box::new(self.condition(f, &inner).expr));
        Some(Rows { table, population: id, filter, name: population.node.clone() })
    }

    fn scope(&mut self, signature: &str, scope: Option<&ast::Scope>, span: Span, context: &Context) -> Option<Scope> {
        let Some(scope) = scope else {
            let error = Diagnostic::error(Code::WRONG_ARGUMENTS, span, "没有写明统计的范围");
            self.diagnostics.push(error.here("这里").help(format!("写法：{signature}")));
            return None;
        };
        if matches!(scope.population.node.as_str(), "本组" | "group") {
            let Some(group) = &context.group else {
                let error = Diagnostic::error(Code::UNREACHABLE, scope.span, "“本组”只能用在“每组 …”的规则里");
                self.diagnostics.push(error.here("这里"));
                return None;
            };
            let mut rows = Rows { filter: None, ..group.clone() };
            let inner = row_context(rows.table, context);
            rows.filter = scope.filter.as_ref().map(|f| Box::new(self.condition(f, &inner).expr));
            return Some(Scope { rows, extent: Extent::Group });
        }
        let rows = self.rows(&scope.population, scope.filter.as_deref(), context)?;
        let extent = match context.row.filter(|_| context.is_member) {
            Some(row) if row != rows.table => match self.symbols.path(rows.table, row) {
                Some(path) => Extent::Related(path),
                None => {
                    let here = self.symbols.table(row).map_or("", TableSymbol::name);
                    let message = format!("“{}”的行没有引用“{here}”，不知道取哪些行", scope.population.node);
                    let error = Diagnostic::error(Code::UNREACHABLE, scope.span, message);
                    self.diagnostics.push(error.here("这里").help("在数据表里用“引用”写明两张表怎样相连"));
                    return None;
                }
            },
            _ => Extent::Subject,
        };
        Some(Scope { rows, extent })
    }

    pub(super) fn expect_count(&mut self, signature: &str, arguments: &[ast::Expr], count: usize, span: Span) -> bool {
        let fits = arguments.len() == count;
        if !fits {
            let message = format!("这个函数要 {count} 个值，这里有 {} 个", arguments.len());
            let error = Diagnostic::error(Code::WRONG_ARGUMENTS, span, message);
            self.diagnostics.push(error.here("这里").help(format!("写法：{signature}")));
        }
        fits
    }

    fn aggregate(
        &mut self,
        builtin: &builtins::Builtin,
        function: builtins::Aggregate,
        scope: Option<&ast::Scope>,
        arguments: &[ast::Expr],
        span: Span,
        context: &Context,
    ) -> Typed {
        use builtins::Aggregate as B;
        // `计数(范围)`: a lone name is the scope itself.
        let lone = match (function, scope, arguments) {
            (B::Count, None, [ast::Expr { kind: ast::ExprKind::Path(names), span }]) => {
                names.first().map(|name| ast::Scope { population: name.clone(), filter: None, span: *span })
            }
            _ => None,
        };
        let arguments = if lone.is_some() { &[] } else { arguments };
        let Some(scope) = self.scope(builtin.signature, lone.as_ref().or(scope), span, context) else { return Typed::broken(span) };
        let count = match function {
            B::Count => 0,
            B::Variation | B::Deviation | B::Quantile => 2,
            _ => 1,
        };
        if !self.expect_count(builtin.signature, arguments, count, span) {
            return Typed::broken(span);
        }
        let inner = row_context(scope.rows.table, context);
        let takes_truth = matches!(function, B::Share | B::Any | B::All);
        let mut units = Vec::new();
        let mut found = Vec::new();
        for argument in arguments {
            let typed = if takes_truth { self.condition(argument, &inner) } else { self.expression(argument, &inner, None) };
            if !takes_truth {
                let Some(unit) = self.number(&typed) else { return Typed::broken(span) };
                units.push(unit);
            }
            found.push(typed.expr);
        }
        match (function, found.last(), arguments.last()) {
            (B::Median, ..) => found.push(Expr::Number(num(1) / num(2))),
            (B::PlainVariation, ..) => found.push(Expr::Number(num(1))),
            (B::Quantile, Some(share), Some(written)) if !fold(share).is_some_and(|p| p >= num(0) && p <= num(1)) => {
                let error = Diagnostic::error(Code::WRONG_ARGUMENTS, written.span, "百分位要是 0% 到 100% 的一个数").here("这里");
                self.diagnostics.push(error.help(format!("写法：{}", builtin.signature)));
                return Typed::broken(span);
            }
            _ => {}
        }
        let first = units.first().cloned().unwrap_or_default();
        let (function, ty) = match function {
            B::Count => (Aggregate::Count, Type::Number(Unit::none())),
            B::Sum => (Aggregate::Sum, Type::Number(first)),
            B::Mean => (Aggregate::Mean, Type::Number(first)),
            B::Min => (Aggregate::Min, Type::Number(first)),
            B::Max => (Aggregate::Max, Type::Number(first)),
            B::Share => (Aggregate::Share, Type::Number(Unit::none())),
            B::Median | B::Quantile => (Aggregate::Quantile, Type::Number(first)),
            B::SampleVariation => (Aggregate::SampleVariation, Type::Number(Unit::none())),
            B::Variation | B::PlainVariation => (Aggregate::Variation, Type::Number(Unit::none())),
            B::Deviation => (Aggregate::Deviation, Type::Number(units.get(1).map_or(first.clone(), |u| first.per(u)))),
            B::Any => (Aggregate::Any, Type::Truth),
            B::All => (Aggregate::All, Type::Truth),
        };
        Typed { expr: Expr::Aggregate { function, scope, arguments: found }, ty, span }
    }

    /// The rows, the value and the number of years of a function over years, written in a form of its own.
    fn yearly(
        &mut self,
        signature: &str,
        scope: Option<&ast::Scope>,
        arguments: &[ast::Expr],
        span: Span,
        context: &Context,
        (form, years): (&str, fn(&Type) -> Option<u32>),
    ) -> Option<(Rows, Typed, u32)> {
        let Some(scope) = scope else {
            let error = Diagnostic::error(Code::WRONG_ARGUMENTS, span, "没有写明取哪张表");
            self.diagnostics.push(error.here("这里").help(format!("写法：{signature}")));
            return None;
        };
        let rows = self.rows(&scope.population, scope.filter.as_deref(), context)?;
        if self.symbols.table(rows.table).is_some_and(|t| t.year.is_none()) {
            let message = format!("数据表“{}”没有标明年度的字段", scope.population.node);
            let error = Diagnostic::error(Code::MISSING_DECLARATION, scope.span, message);
            self.diagnostics.push(error.here("这里").help("在表示年份的字段后面加“，年度”"));
            return None;
        }
        let [value, window] = arguments else {
            self.expect_count(signature, arguments, 2, span);
            return None;
        };
        let value = self.expression(value, &row_context(rows.table, context), None);
        self.number(&value)?;
        let window = self.expression(window, context, None);
        let Some(years) = years(&window.ty) else {
            let error = Diagnostic::error(Code::WRONG_ARGUMENTS, window.span, format!("这里要写{form}"));
            self.diagnostics.push(error.here("这里").help(format!("写法：{signature}")));
            return None;
        };
        Some((rows, value, years))
    }

    fn series(
        &mut self,
        builtin: &builtins::Builtin,
        function: builtins::Series,
        scope: Option<&ast::Scope>,
        arguments: &[ast::Expr],
        span: Span,
        context: &Context,
    ) -> Typed {
        let form: (_, fn(&Type) -> Option<u32>) =
            ("“近 n 年”，n 不小于 2", |ty: &Type| if let Type::LastYears(years) = ty { (*years >= 2).then_some(*years) } else { None });
        let Some((rows, value, years)) = self.yearly(builtin.signature, scope, arguments, span, context, form) else {
            return Typed::broken(span);
        };
        let function = match function {
            builtins::Series::NeverFalls => Series::NeverFalls,
            builtins::Series::Rises => Series::Rises,
        };
        let expr = Expr::Series { function, table: rows.table, filter: rows.filter, value: Box::new(value.expr), years };
        Typed { expr, ty: Type::Truth, span }
    }

    fn year_value(
        &mut self,
        builtin: &builtins::Builtin,
        scope: Option<&ast::Scope>,
        arguments: &[ast::Expr],
        span: Span,
        context: &Context,
    ) -> Typed {
        let form: (_, fn(&Type) -> Option<u32>) =
            ("“前 n 年”", |ty: &Type| if let Type::YearsBefore(back) = ty { Some(*back) } else { None });
        let Some((rows, value, back)) = self.yearly(builtin.signature, scope, arguments, span, context, form) else {
            return Typed::broken(span);
        };
        let expr = Expr::YearValue { table: rows.table, filter: rows.filter, value: Box::new(value.expr), back };
        Typed { expr, ty: value.ty, span }
    }

    /// The plain mean over years, as the mean of so many yearly values.
    fn year_mean(
        &mut self,
        builtin: &builtins::Builtin,
        scope: Option<&ast::Scope>,
        arguments: &[ast::Expr],
        span: Span,
        context: &Context,
    ) -> Typed {
        let form: (_, fn(&Type) -> Option<u32>) =
            ("“近 n 年”", |ty: &Type| if let Type::LastYears(years) = ty { Some(*years) } else { None });
        let Some((rows, value, years)) = self.yearly(builtin.signature, scope, arguments, span, context, form) else {
            return Typed::broken(span);
        };
        let of = |back| Expr::YearValue { table: rows.table, filter: rows.filter.clone(), value: Box::new(value.expr.clone()), back };
        let expr = Expr::Function { function: Function::Mean, arguments: (1..=years).rev().map(of).collect() };
        Typed { expr, ty: value.ty, span }
    }

    /// How many of several conditions hold.
    fn holding(&mut self, signature: &str, arguments: &[ast::Expr], span: Span, context: &Context) -> Typed {
        if arguments.is_empty() {
            self.expect_count(signature, arguments, 1, span);
            return Typed::broken(span);
        }
        let arguments = arguments.iter().map(|a| self.condition(a, context).expr).collect();
        Typed { expr: Expr::Function { function: Function::Holding, arguments }, ty: Type::Number(Unit::none()), span }
    }

    fn function(
        &mut self,
        builtin: &builtins::Builtin,
        function: builtins::Function,
        arguments: &[ast::Expr],
        span: Span,
        context: &Context,
    ) -> Typed {
        use builtins::Function as B;
        let fits = match function {
            B::Abs | B::Ceil | B::Floor => self.expect_count(builtin.signature, arguments, 1, span),
            B::Round => self.expect_count(builtin.signature, arguments, 2, span),
            B::Holding => return self.holding(builtin.signature, arguments, span, context),
            B::Min | B::Max | B::Mean => !arguments.is_empty() || self.expect_count(builtin.signature, arguments, 1, span),
        };
        let mut found = Vec::new();
        let mut unit = None;
        for argument in arguments.iter().filter(|_| fits) {
            let typed = self.expression(argument, context, None);
            let Some(own) = self.number(&typed) else { return Typed::broken(span) };
            let first: &Unit = unit.get_or_insert(own.clone());
            if function != B::Round && !first.is_compatible(&own) {
                let message = format!("各个值的单位不一致：“{}”和“{}”", first.name, own.name);
                self.diagnostics.push(Diagnostic::error(Code::UNIT_MISMATCH, typed.span, message).here("这里"));
            }
            found.push(typed.expr);
        }
        let function = match function {
            B::Abs => Function::Abs,
            B::Min => Function::Min,
            B::Max => Function::Max,
            B::Mean => Function::Mean,
            B::Ceil => Function::Ceil,
            B::Floor => Function::Floor,
            B::Round | B::Holding => Function::Round,
        };
        match unit {
            Some(unit) => Typed { expr: Expr::Function { function, arguments: found }, ty: Type::Number(unit), span },
            None => Typed::broken(span),
        }
    }

    fn tally(
        &mut self,
        builtin: &builtins::Builtin,
        tally: builtins::Tally,
        arguments: &[ast::Expr],
        span: Span,
        context: &Context,
    ) -> Typed {
        use builtins::Tally as B;
        if !context.in_verdict {
            let error = Diagnostic::error(Code::UNREACHABLE, span, format!("“{}”只能用在“结论”的条件里", builtin.name));
            self.diagnostics.push(error.here("这里"));
            return Typed::broken(span);
        }
        let name = match arguments {
            [ast::Expr { kind: ast::ExprKind::Path(names), .. }] => names.first(),
            _ => None,
        };
        let Some(name) = name else {
            self.expect_count(builtin.signature, &[], 1, span);
            return Typed::broken(span);
        };
        let category = || self.categories.iter().position(|c| *c == name.node).map(Over::Category);
        let Some(over) = self.symbols.nature_named(&name.node).map(Over::Nature).or_else(category) else {
            let natures = self.symbols.natures.iter().map(|n| n.name.as_str());
            let categories = self.categories.clone();
            let known: Vec<&str> = natures.chain(categories.iter().map(String::as_str)).collect();
            let message = format!("没有指标性质或类别“{}”", name.node);
            self.complain_unknown(Code::UNKNOWN_NATURE, message, name.span, &name.node, known);
            return Typed::broken(span);
        };
        let points = self.symbols.units.get("分").cloned().unwrap_or_default();
        let (tally, ty) = match tally {
            B::AllMet => (Tally::AllMet, Type::Truth),
            B::TotalScore => (Tally::TotalScore, Type::Number(points)),
            B::NoneTriggered => (Tally::NoneTriggered, Type::Truth),
            B::MetCount => (Tally::MetCount, Type::Number(Unit::none())),
        };
        Typed { expr: Expr::Tally { tally, over }, ty, span }
    }
}

/// The context of a row of `table`, inside `outer`.
pub(super) fn row_context(table: TableId, outer: &Context) -> Context {
    Context { row: Some(table), is_member: true, group: None, in_verdict: false, ..outer.clone() }
}
