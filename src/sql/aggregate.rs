//! Statistics over rows: a relation of its own for each, by subject, by row or by group, joined where it is wanted.

use super::exact::{Exact, Part};
use super::expression::Quantity;
use super::lower::{Lower, ROWS, Said, Unsayable};
use super::rough::{Rough, Shape, keeps_order};
use super::scope::{Kind, Scope};
use crate::plan::{Aggregate, Expr, Extent, PopulationId, ReferenceId, Rows, Scope as Over, TableId};
use crate::value::{Num, num};

/// A table with years, which of its rows, and the value in them.
pub(super) type Yearly<'e> = (TableId, Option<&'e Expr>, &'e Expr);

/// A statistic's relation, joined.
pub(super) struct Joined {
    pub alias: String,
    /// What is missing where there is no row; and whether that is nothing to say.
    nothing_gap: Option<String>,
    nothing_empty: bool,
}

impl Lower<'_> {
    /// The relation of the rows of a population or table, filtered further; `$属` holds what is missing for a row to belong for sure.
    pub fn members(&mut self, rows: &Rows) -> Said<String> {
        let base = match rows.population {
            Some(id) => self.population(id)?,
            None => self.rows_of_table(rows.table)?,
        };
        match &rows.filter {
            None => Ok(base),
            Some(filter) => {
                let name = self.numbered("范围");
                let heading = format!("{name}：{} 其中 {}", rows.name, crate::plan::expression(self.plan, filter));
                self.relation(format!("rows {base} {filter:?}"), &name, heading, |lower| lower.filtered(rows.table, &base, filter, &[]))
            }
        }
    }

    fn population(&mut self, id: PopulationId) -> Said<String> {
        let population = self.plan.populations.get(id.0).ok_or(Unsayable)?;
        let base = match population.parent {
            Some(parent) if parent < id => self.population(parent)?,
            _ => self.rows_of_table(population.table)?,
        };
        let Some(filter) = &population.filter else { return Ok(base) };
        let name = format!("总体 {}", population.name);
        let heading = format!("{name}：{}", crate::plan::expression(self.plan, filter));
        self.relation(format!("population {}", id.0), &name, heading, |lower| lower.filtered(population.table, &base, filter, &[]))
    }

    /// The rows that hold a condition, or may; `more` are columns that they have beyond those of their table.
    fn filtered(&mut self, table: TableId, base: &str, filter: &Expr, more: &[&str]) -> Said<String> {
        let mut scope = Scope::new(Kind::Row(table), base.to_owned());
        let before = std::mem::take(&mut self.is_rough);
        let truth = self.truth(filter, &mut scope)?;
        if std::mem::replace(&mut self.is_rough, before) {
            return self.unsayable("以开方值、商的统计划定的范围");
        }
        let truth = scope.step(&truth);
        let own = self.id("$属");
        let mut columns: Vec<(String, String)> =
            self.relation_columns(table)?.into_iter().filter(|c| c != "$属").map(|c| (self.id(&c), c)).collect();
        columns.extend(more.iter().map(|c| (self.id(c), (*c).to_owned())));
        let unknown = format!("nullif(concat_ws('', {own}, CASE WHEN {truth} LIKE '?%' THEN substr({truth}, 2) END), '')");
        columns.push((unknown, "$属".into()));
        Ok(scope.select(self.speech, &columns, &format!("\nWHERE {truth} <> '0'")))
    }

    /// A statistic that is a number.
    pub fn aggregate(&mut self, function: Aggregate, over: &Over, arguments: &[Expr], scope: &mut Scope) -> Said<Quantity> {
        if over.rows.table == self.plan.subject.table && matches!(over.extent, Extent::Subject) {
            return self.unsayable("以评估对象自身为范围的统计");
        }
        match function {
            Aggregate::Variation | Aggregate::Deviation => self.spread(function, over, arguments, scope),
            Aggregate::Count | Aggregate::Sum | Aggregate::Mean | Aggregate::Min | Aggregate::Max => {
                self.plain_aggregate(function, over, arguments, scope)
            }
            Aggregate::Share => self.share(over, arguments, scope).map(Quantity::Exact),
            Aggregate::Quantile => self.quantile(over, arguments, scope),
            Aggregate::SampleVariation => {
                let rows = self.scope_rows(over, scope)?;
                let mut inner = Scope::new(Kind::Row(over.rows.table), rows);
                let value = self.argument(arguments.first().ok_or(Unsayable)?, &mut inner)?;
                self.listed_statistic(function, over, (value, inner), arguments, scope)
            }
            Aggregate::Any | Aggregate::All => Err(Unsayable),
        }
    }

    /// The column that rows are gathered by, and its like where they are wanted.
    pub(super) fn gathered_by(&self, over: &Over, outer: &Scope) -> Said<(String, String)> {
        match &over.extent {
            Extent::Subject => Ok((self.id("$对象"), self.subject_column(outer.kind))),
            Extent::Group => Ok((self.id("$组"), self.id("$组"))),
            Extent::Related(path) => Ok((self.id(&format!("{}$行", self.prefix(over.rows.table, path)?)), self.id("$行"))),
        }
    }

    /// The rows of a scope, as a relation.
    pub(super) fn scope_rows(&mut self, over: &Over, outer: &Scope) -> Said<String> {
        if !matches!(over.extent, Extent::Group) {
            return self.members(&over.rows);
        }
        match &over.rows.filter {
            None => Ok(outer.rows.clone()),
            Some(filter) => {
                let (base, table) = (outer.rows.clone(), over.rows.table);
                let name = self.numbered("范围");
                let heading = format!("{name}：本组 其中 {}", crate::plan::expression(self.plan, filter));
                self.relation(format!("rows {base} {filter:?}"), &name, heading, |lower| lower.filtered(table, &base, filter, &["$组"]))
            }
        }
    }

    /// Makes the relation of a statistic and joins it.
    pub(super) fn joined(
        &mut self,
        what: &str,
        over: &Over,
        (inner, columns): (&Scope, &[(String, String)]),
        is_count: bool,
        outer: &mut Scope,
    ) -> Said<Joined> {
        let (by, at) = self.gathered_by(over, outer)?;
        let mut all = vec![(by.clone(), "k".to_owned())];
        all.extend(columns.iter().cloned());
        let body = inner.select(self.speech, &all, &format!("\nWHERE {by} IS NOT NULL\nGROUP BY {by}"));
        let relation = match self.made.get(&body) {
            Some(known) => known.clone(),
            None => {
                let name = self.numbered("统计");
                let quoted = self.keep(format!("{name}：{what}"), &name, body.clone());
                self.made.insert(body, quoted.clone());
                quoted
            }
        };
        let names: Vec<&str> = all.iter().map(|(_, n)| n.as_str()).collect();
        let alias = outer.join(&relation, &format!("{{j}}.k = {{b}}.{at}"), &names);
        let (nothing_gap, nothing_empty) = self.over_nothing(over, is_count, outer)?;
        Ok(Joined { alias, nothing_gap, nothing_empty })
    }

    /// No row: nothing to say of a subject, but a row that should have related rows lacks them.
    fn over_nothing(&mut self, over: &Over, is_count: bool, outer: &mut Scope) -> Said<(Option<String>, bool)> {
        let tables = self.plan.deciding(&over.rows);
        let absent = self.absent(outer, &tables)?;
        if is_count {
            return Ok((Some(absent), false));
        }
        let lacking = match (&over.extent, outer.kind) {
            (Extent::Related(path), Kind::Row(parent)) => Some(self.related_gap(over.rows.table, path, parent)?),
            (Extent::Subject, _) if over.rows.population.is_none() && over.rows.filter.is_none() => {
                Some(self.absent_row(over.rows.table, None, &[], outer)?)
            }
            _ => None,
        };
        let nothing_empty = lacking.is_none();
        let gap = lacking.map_or(absent.clone(), |lacking| format!("coalesce({absent}, {lacking})"));
        Ok((Some(outer.step(&gap)), nothing_empty))
    }

    fn related_gap(&mut self, table: TableId, path: &[ReferenceId], parent: TableId) -> Said<String> {
        let [before @ .., last] = path else { return Err(Unsayable) };
        let start = self.end_of(table, before).ok_or(Unsayable)?;
        let reference = self.table(start)?.references.get(last.0).ok_or(Unsayable)?;
        let mut parts = Vec::new();
        for (name, field) in reference.fields.iter().zip(&self.table(parent)?.key) {
            let (name, field) = (&self.field(start, *name)?.name, self.field(parent, *field)?);
            let lead = if parts.is_empty() { format!("{name}=") } else { format!("|{name}=") };
            parts.push(self.speech.quoted(&lead));
            parts.push(format!("coalesce({}, '')", self.shown(field, &self.id(&field.name))));
        }
        Ok(self.gap('K', table, None, &parts.join(", ")))
    }

    /// SQL of the gaps of the rows of a group: those that may not belong first, then those of the arguments, row by row.
    pub(super) fn gathered_gaps(&self, gaps: &[Option<String>]) -> String {
        let order = self.id("$行");
        let mut parts = vec![self.speech.joined(&self.id("$属"), &order)];
        let own: Vec<&String> = gaps.iter().flatten().collect();
        match own.as_slice() {
            [] => {}
            [only] => parts.push(self.speech.joined(only, &order)),
            several => {
                let list: Vec<&str> = several.iter().map(|g| g.as_str()).collect();
                parts.push(self.speech.joined(&format!("nullif(concat_ws('', {}), '')", list.join(", ")), &order));
            }
        }
        format!("nullif(concat_ws('', {}), '')", parts.join(", "))
    }

    /// The joined gap: what the rows lack, or what there is to say where there are none.
    pub(super) fn joined_gap(&self, joined: &Joined, outer: &mut Scope) -> (Option<String>, Option<String>) {
        let column = |c: &str| self.id(&format!("{}{c}", joined.alias));
        let none = joined.nothing_gap.clone().unwrap_or_else(|| "NULL".into());
        let gap = outer.step(&format!("CASE WHEN {} IS NULL THEN {none} ELSE {} END", column("k"), column("g")));
        let empty = joined.nothing_empty.then(|| format!("({} IS NULL)", column("k")));
        (Some(gap), empty)
    }

    pub(super) fn argument(&mut self, argument: &Expr, inner: &mut Scope) -> Said<Exact> {
        match self.number(argument, inner)? {
            Quantity::Exact(exact) if exact.empty.is_none() => Ok(exact),
            _ => self.unsayable("对这样的值求统计量"),
        }
    }

    fn plain_aggregate(&mut self, function: Aggregate, over: &Over, arguments: &[Expr], outer: &mut Scope) -> Said<Quantity> {
        let rows = self.scope_rows(over, outer)?;
        let mut inner = Scope::new(Kind::Row(over.rows.table), rows);
        let what = self.worded(function, over, arguments);
        let Some(argument) = arguments.first() else {
            let columns = [("count(*)".to_owned(), "n".to_owned()), (self.gathered_gaps(&[]), "g".to_owned())];
            let joined = self.joined(&what, over, (&inner, &columns), true, outer)?;
            let (gap, _) = self.joined_gap(&joined, outer);
            let count = self.speech.hold(&format!("coalesce({}, 0)", self.id(&format!("{}n", joined.alias))), 7, 0);
            let over = Part { sql: outer.step(&count), bound: num(ROWS), places: 0, is_sum: false };
            return Ok(Quantity::Exact(Exact { factor: num(1), over, under: None, gap, empty: None, nonnegative: true }));
        };
        let value = self.argument(argument, &mut inner)?;
        if value.under.is_some() {
            return self.listed_statistic(function, over, (value, inner), arguments, outer);
        }
        if !keeps_order(&value.factor) {
            return self.unsayable("对乘了负数的值求合计、平均、最大、最小");
        }
        let name = match function {
            Aggregate::Min => "min",
            Aggregate::Max => "max",
            _ => "sum",
        };
        let summed = name == "sum";
        let bound = if summed { &value.over.bound * num(ROWS) } else { value.over.bound.clone() };
        let mut part = Part { sql: String::new(), bound, places: value.over.places, is_sum: false };
        let held = self.speech.hold(&format!("{name}({})", self.arithmetic.plain(&value.over)), part.whole(), part.places);
        if self.speech.digits().is_some_and(|most| part.whole() + part.places > most) {
            return self.unsayable("这样宽的合计");
        }
        let columns = [
            (held, "n".to_owned()),
            ("count(*)".to_owned(), "c".to_owned()),
            (self.gathered_gaps(std::slice::from_ref(&value.gap)), "g".to_owned()),
        ];
        let joined = self.joined(&what, over, (&inner, &columns), false, outer)?;
        let (gap, empty) = self.joined_gap(&joined, outer);
        part.sql = self.id(&format!("{}n", joined.alias));
        let under = (function == Aggregate::Mean).then(|| {
            let count = self.speech.hold(&self.id(&format!("{}c", joined.alias)), 7, 0);
            Part { sql: outer.step(&count), bound: num(ROWS), places: 0, is_sum: false }
        });
        Ok(Quantity::Exact(Exact { factor: value.factor, over: part, under, gap, empty, nonnegative: value.nonnegative }))
    }

    fn share(&mut self, over: &Over, arguments: &[Expr], outer: &mut Scope) -> Said<Exact> {
        let rows = self.scope_rows(over, outer)?;
        let mut inner = Scope::new(Kind::Row(over.rows.table), rows);
        let condition = arguments.first().ok_or(Unsayable)?;
        let truth = self.sure_truth(condition, &mut inner)?;
        let truth = inner.step(&truth);
        let gap = Some(format!("CASE WHEN {truth} LIKE '?%' THEN substr({truth}, 2) END"));
        let held = format!("count(CASE WHEN {truth} IN ('1', 'v') THEN 1 END)");
        let columns = [(held, "n".to_owned()), ("count(*)".to_owned(), "c".to_owned()), (self.gathered_gaps(&[gap]), "g".to_owned())];
        let what = self.worded(Aggregate::Share, over, arguments);
        let joined = self.joined(&what, over, (&inner, &columns), false, outer)?;
        let (gap, empty) = self.joined_gap(&joined, outer);
        let mut count = |column: &str| {
            let held = self.speech.hold(&self.id(&format!("{}{column}", joined.alias)), 7, 0);
            Part { sql: outer.step(&held), bound: num(ROWS), places: 0, is_sum: false }
        };
        let (over, under) = (count("n"), count("c"));
        Ok(Exact { factor: num(1), over, under: Some(under), gap, empty, nonnegative: true })
    }

    fn spread(&mut self, function: Aggregate, over: &Over, arguments: &[Expr], outer: &mut Scope) -> Said<Quantity> {
        let rows = self.scope_rows(over, outer)?;
        let mut inner = Scope::new(Kind::Row(over.rows.table), rows);
        let [x, p] = arguments else { return Err(Unsayable) };
        let (value, weight) = (self.argument(x, &mut inner)?, self.argument(p, &mut inner)?);
        if !value.nonnegative || !weight.nonnegative || !keeps_order(&value.factor) || !keeps_order(&weight.factor) {
            return self.unsayable("可以为负的数的差异系数");
        }
        let zero = self.zero(p, &mut inner)?;
        let pairs = format!("concat_ws('', {}, '/', {}, ' ')", self.over_under(&value), self.over_under(&weight));
        let (xs, ps) = (inner.step(&self.machine(&value)), inner.step(&self.machine(&weight)));
        let order = self.id("$行");
        let none = self.gathered_gaps(&[value.gap.clone(), weight.gap.clone()]);
        let zeros = self.speech.joined(&format!("CASE WHEN {} = 0 THEN {zero} END", self.arithmetic.plain(&weight.over)), &order);
        let deviation = function == Aggregate::Deviation;
        // Where all values are 0 they do not deviate, but have no proportion.
        let nothing = if deviation {
            "NULL".to_owned()
        } else {
            format!("CASE WHEN max({}) = 0 THEN 'Z|{}||;' END", self.arithmetic.plain(&value.over), over.rows.table.0)
        };
        let columns = [
            (self.speech.joined(&pairs, &order), "pairs".to_owned()),
            ("count(*)".to_owned(), "n".to_owned()),
            (format!("sum({xs})"), "x".to_owned()),
            (format!("sum({ps})"), "p".to_owned()),
            (format!("sum(CASE WHEN {ps} > 0 THEN {xs} * {xs} / {ps} END)"), "s".to_owned()),
            (format!("coalesce({none}, {zeros}, {nothing})"), "g".to_owned()),
        ];
        let what = self.worded(function, over, arguments);
        let joined = self.joined(&what, over, (&inner, &columns), false, outer)?;
        let (gap, empty) = self.joined_gap(&joined, outer);
        let column = |c: &str| self.id(&format!("{}{c}", joined.alias));
        let mut bounds = self.spread_bounds(&column, outer);
        if deviation {
            bounds = self.deviation_bounds(bounds, &(&value.factor / &weight.factor), &joined, outer);
        }
        let (low, high) = bounds;
        let factors: (Num, Num) = (value.factor, weight.factor);
        let shape = Shape::Spread { pairs: column("pairs"), deviation, factors: Box::new(factors) };
        Ok(Quantity::Rough(Box::new(Rough { low, high, gap, empty, shape })))
    }

    /// Whether any or all rows hold; a row that decides needs no other.
    pub fn quantified(&mut self, function: Aggregate, over: &Over, arguments: &[Expr], outer: &mut Scope) -> Said<String> {
        let any = function == Aggregate::Any;
        let rows = self.scope_rows(over, outer)?;
        let mut inner = Scope::new(Kind::Row(over.rows.table), rows);
        let condition = arguments.first().ok_or(Unsayable)?;
        let holds = self.truth(condition, &mut inner)?;
        let holds = inner.step(&holds);
        let own = self.id("$属");
        let deciding = if any { "= '0'" } else { "IN ('1', 'v')" };
        let truth = inner.step(&format!("CASE WHEN {own} IS NULL OR {holds} {deciding} THEN {holds} ELSE concat_ws('', '?', {own}) END"));
        let some = |what: &str| format!("max(CASE WHEN {truth} {what} THEN 1 ELSE 0 END) = 1");
        let gaps = self.speech.joined(&format!("CASE WHEN {truth} LIKE '?%' THEN substr({truth}, 2) END"), &self.id("$行"));
        let unknown = format!("WHEN {} THEN concat_ws('', '?', {gaps})", some("LIKE '?%'"));
        let gathered = if any {
            format!("CASE WHEN {} THEN '1' WHEN {} THEN 'v' {unknown} ELSE '0' END", some("= '1'"), some("= 'v'"))
        } else {
            format!("CASE WHEN {} THEN '0' {unknown} WHEN {} THEN '1' ELSE 'v' END", some("= '0'"), some("= '1'"))
        };
        let columns = [(gathered, "t".to_owned())];
        let what = self.worded(function, over, arguments);
        let joined = self.joined(&what, over, (&inner, &columns), true, outer)?;
        let absent = joined.nothing_gap.unwrap_or_else(|| "NULL".into());
        let nothing = match (any, &over.extent) {
            (true, _) => "'0'",
            (false, Extent::Related(_)) => "'1'",
            (false, _) => "'v'",
        };
        let column = self.id(&format!("{}t", joined.alias));
        Ok(outer.step(&format!("coalesce({column}, CASE WHEN {absent} IS NOT NULL THEN concat_ws('', '?', {absent}) ELSE {nothing} END)")))
    }

    pub(super) fn worded(&self, function: Aggregate, over: &Over, arguments: &[Expr]) -> String {
        crate::plan::expression(self.plan, &Expr::Aggregate { function, scope: over.clone(), arguments: arguments.to_vec() })
    }

    /// The value of the row so many years before the base year.
    pub fn year_value(&mut self, (table, filter, value): Yearly<'_>, back: i64, outer: &mut Scope) -> Said<Exact> {
        let declared = self.table(table)?;
        let year = declared.year.ok_or(Unsayable)?;
        if !declared.key.contains(&year) {
            return self.unsayable("年份可以空着的表的年度值");
        }
        let year = &self.field(table, year)?.name;
        let rows = self.rows_of_table(table)?;
        let mut inner = Scope::new(Kind::Row(table), rows);
        let truth = filter.map_or_else(|| Ok("'1'".to_owned()), |f| self.sure_truth(f, &mut inner))?;
        let of = self.argument(value, &mut inner)?;
        let (subject, year_id, order) = (self.id("$对象"), self.id(year), self.id("$行"));
        // The first row of the year that holds; rows that may hold matter where none does.
        let truth = inner.step(&truth);
        let holds = format!("{truth} IN ('1', 'v')");
        let rank = inner
            .step(&format!("row_number() OVER (PARTITION BY {subject}, {year_id} ORDER BY CASE WHEN {holds} THEN 0 ELSE 1 END, {order})"));
        let first = |sql: &str| format!("max(CASE WHEN {rank} = 1 AND {holds} THEN {sql} END)");
        let mut columns = vec![(subject.clone(), "k".to_owned()), (year_id.clone(), "y".to_owned())];
        columns.push((first(&self.arithmetic.plain(&of.over)), "n".to_owned()));
        let gap = of.gap.as_ref().map_or_else(|| self.nothing(), |g| first(g));
        let open = self.speech.joined(&format!("CASE WHEN {truth} LIKE '?%' THEN substr({truth}, 2) END"), &order);
        columns.push((gap, "g".to_owned()));
        columns.push((first("1"), "f".to_owned()));
        columns.push((open, "o".to_owned()));
        if let Some(under) = &of.under {
            columns.push((first(&under.sql), "d".to_owned()));
        }
        let body = inner.select(self.speech, &columns, &format!("\nWHERE {subject} IS NOT NULL\nGROUP BY {subject}, {year_id}"));
        let within = filter.map(|f| format!(" 其中 {}", crate::plan::expression(self.plan, f))).unwrap_or_default();
        let heading = format!("{}{within}", crate::plan::expression(self.plan, value));
        let name = self.numbered("年度");
        let relation = self.relation(body.clone(), &name, format!("{name}：各年的 {heading}"), |_| Ok(body))?;
        let base = self.base_year(outer)?;
        let on = format!("{{j}}.k = {{b}}.{} AND {{j}}.y = {} - {back}", self.subject_column(outer.kind), self.base_column(outer)?);
        let names: Vec<&str> = columns.iter().map(|(_, n)| n.as_str()).collect();
        let alias = outer.join(&relation, &on, &names);
        let shown = self.speech.as_text(&format!("({} - {back})", base.over.sql));
        let absent = self.absent_row(table, None, &[(year.clone(), shown)], outer)?;
        let column = |c: &str| self.id(&format!("{alias}{c}"));
        let base_gap = base.gap.unwrap_or_else(|| "NULL".into());
        let gap = outer.step(&format!(
            "CASE WHEN {base_gap} IS NOT NULL THEN {base_gap} WHEN {} IS NULL THEN coalesce({}, {absent}) ELSE {} END",
            column("f"),
            column("o"),
            column("g")
        ));
        let over = Part { sql: column("n"), is_sum: false, ..of.over };
        let under = of.under.map(|under| Part { sql: column("d"), is_sum: false, ..under });
        Ok(Exact { factor: of.factor, over, under, gap: Some(gap), empty: None, nonnegative: of.nonnegative })
    }

    /// The base year of the subject.
    pub fn base_year(&mut self, scope: &mut Scope) -> Said<Exact> {
        let Some(field) = self.plan.subject.base_year else { return self.unsayable("没有基准年") };
        let cell = self.cell(&Expr::SubjectField { table: self.plan.subject.table, field }, scope)?;
        let gap = scope.step(&cell.gap);
        match self.column((cell.table, cell.field), cell.sql, Some(gap)) {
            Some(exact) if exact.over.places == 0 => Ok(exact),
            _ => self.unsayable("不是整数的基准年"),
        }
    }

    /// The column of the base year as a join's condition reads it.
    fn base_column(&mut self, scope: &mut Scope) -> Said<String> {
        let field = self.plan.subject.base_year.ok_or(Unsayable)?;
        let table = self.plan.subject.table;
        let name = self.id(&self.field(table, field)?.name);
        if scope.kind == Kind::Subject {
            return Ok(format!("{{b}}.{name}"));
        }
        let relation = self.rows_of_table(table)?;
        let on = format!("{{j}}.{} = {{b}}.{}", self.id("$行"), self.subject_column(scope.kind));
        let alias = scope.join(&relation, &on, &[]);
        Ok(format!("{alias}.{name}"))
    }
}
