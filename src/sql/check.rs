//! Checks → relations of their own: one row for each subject, and one for each row or group that was judged.

use super::lower::{Lower, Said, Unsayable, headed};
use super::recipe::{Numbers, Recipe};
use super::scope::{Kind, Scope};
use super::tables::ORDER;
use crate::eval::is_constant;
use crate::plan::{Check, CheckKind, Comparison, Expr, Floor, Item, Judged, Part, Relief, Rows, Tolerance};
use crate::value::Num;

/// How the numbers of a judged condition are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Measured {
    pub value: Option<Recipe>,
    pub threshold: Option<Recipe>,
    pub numerator: Option<Recipe>,
    pub rest: Option<Recipe>,
    /// Value and threshold of each relief.
    pub reliefs: Vec<(Option<Recipe>, Option<Recipe>)>,
}

/// How one of several parts is read.
#[derive(Debug, Clone)]
pub(super) struct PartRecipe {
    /// The truths `met`, `floor`, and which relief was used, as columns.
    pub met: usize,
    pub floor: usize,
    pub relief: usize,
    /// Whether its plain truths would have done, as columns.
    pub measured: Measured,
    pub floor_threshold: Option<Recipe>,
    /// On the check: its threshold where it is the same for all.
    pub limit: Option<Recipe>,
}

/// How points of which the ends are known are read.
#[derive(Debug, Clone)]
pub(super) struct EndsRecipe {
    pub low: Recipe,
    pub high: Recipe,
    /// Whether there is nothing to score, as a column.
    pub empty: usize,
}

/// How the results of a check are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    /// Of the check itself: value and threshold, or what is asked of all rows alike.
    pub own: Measured,
    /// Of each of its rows or groups.
    pub row: Measured,
    pub parts: Vec<PartRecipe>,
    /// Of a check that earns points by a value.
    pub ends: Option<EndsRecipe>,
    /// On a row of several parts: whether it is met without reliefs.
    pub plain: Option<usize>,
}

/// The relations of a check.
pub(super) struct Made {
    pub id: String,
    pub relation: String,
    /// Whether the relation holds other checks too, each by its name.
    pub is_shared: bool,
    pub rows: Option<String>,
    pub reading: Reading,
}

impl Made {
    /// Of a check that asks the same of every row or group; `limit` is what it asks, `row` how the numbers of each are read.
    pub fn of_rows(id: &str, relation: String, rows: String, limit: Option<Recipe>, row: Measured) -> Self {
        let own = Measured { threshold: limit, ..Measured::default() };
        Self { id: id.into(), relation, is_shared: false, rows: Some(rows), reading: Reading { own, row, ..Reading::default() } }
    }
}

/// A truth with its reliefs, as SQL.
pub(super) struct Ruled {
    pub truth: String,
    pub plain: String,
    /// The relief that it takes, by its place; NULL where none.
    pub relief: Option<String>,
}

/// A verdict of counts, as SQL.
pub(super) struct Close<'c> {
    pub rows: &'c Rows,
    pub tolerance: Option<&'c Tolerance>,
    pub counted: String,
}

impl Lower<'_> {
    /// Lowers a check of an item.
    pub fn check(&mut self, item: &Item, index: usize, check: &Check) -> Said<Made> {
        self.span = Some(check.origin.span);
        self.is_rough = false;
        self.own_score = check.score.as_ref().map(|score| self.points(score)).transpose()?;
        let id = format!("{}#{}", item.id, index + 1);
        let heading = headed(item, &format!("第 {} 条：{}", index + 1, check.rule));
        let made = match &check.kind {
            CheckKind::Condition(judged) => self.condition(&id, heading, judged, false),
            CheckKind::Trigger(judged) => self.condition(&id, heading, judged, true),
            CheckKind::Each { rows, judged } => self.each(&id, heading, rows, judged),
            CheckKind::Several { rows, least, parts } => self.several(&id, heading, rows, *least, parts),
            CheckKind::Group { rows, keys, having, judged } => self.group(&id, heading, (rows, keys, having.as_ref()), judged),
            CheckKind::Points { value } => self.points_check(&id, heading, check, value),
            CheckKind::Judgement { .. } | CheckKind::Event => Err(Unsayable),
        }?;
        let plain = matches!(&check.kind, CheckKind::Condition(j) | CheckKind::Trigger(j)
            if j.reliefs.is_empty() && matches!(j.condition, Expr::Compare { .. }) && j.comparison.is_some());
        if self.is_rough && !plain {
            return self.unsayable("开方值、商的统计没有单独与一个数比较");
        }
        Ok(made)
    }

    /// The subjects, as a scope.
    pub fn subjects(&mut self) -> Said<Scope> {
        let relation = self.rows_of_table(self.plan.subject.table)?;
        Ok(Scope::new(Kind::Subject, relation))
    }

    fn condition(&mut self, id: &str, heading: String, judged: &Judged, is_trigger: bool) -> Said<Made> {
        let mut scope = self.subjects()?;
        let ruled = self.ruling(judged, &mut scope)?;
        let mut numbers = Numbers::default();
        let own = self.measured(judged, &mut scope, &mut numbers)?;
        let t = scope.step(&ruled.truth);
        let (yes, no) = if is_trigger { ("not_met", "met") } else { ("met", "not_met") };
        let verdict = format!(
            "CASE WHEN {t} = '1' THEN '{yes}' WHEN {t} = 'v' THEN 'met' WHEN {t} = '0' THEN '{no}' WHEN {t} = '~' THEN 'open' ELSE 'undetermined' END"
        );
        let columns = Columns {
            verdict,
            applies: format!("{t} <> 'v'"),
            gap: format!("CASE WHEN {t} LIKE '?%' THEN substr({t}, 2) END"),
            relief: ruled.relief,
            numbers: numbers.sql(),
            ..Columns::default()
        };
        let relation = self.keep_check(id, heading, &mut scope, &columns);
        Ok(Made { id: id.into(), relation, is_shared: false, rows: None, reading: Reading { own, ..Reading::default() } })
    }

    /// The truth of a condition with its reliefs.
    pub fn ruling(&mut self, judged: &Judged, scope: &mut Scope) -> Said<Ruled> {
        let plain = self.truth(&judged.condition, scope)?;
        let plain = scope.step(&plain);
        if judged.reliefs.is_empty() {
            return Ok(Ruled { truth: plain.clone(), plain, relief: None });
        }
        let granted: Said<Vec<String>> = judged.reliefs.iter().map(|r| self.granted(r, Some(&r.condition), scope)).collect();
        let granted = granted?;
        let mut all = vec![plain.clone()];
        all.extend(granted.iter().cloned());
        let any = self.any(scope, &all);
        let holds = format!("{plain} IN ('1', 'v')");
        let truth = scope.step(&format!("CASE WHEN {holds} THEN {plain} ELSE {any} END"));
        let used: Vec<String> = granted.iter().enumerate().map(|(i, g)| format!("WHEN {g} = '1' THEN {i}")).collect();
        let relief = scope.step(&format!("CASE WHEN {holds} THEN NULL {} END", used.join(" ")));
        Ok(Ruled { truth, plain, relief: Some(relief) })
    }

    /// Whether a relief is open to what stands here and its condition holds; what does not apply relieves nobody.
    fn granted(&mut self, relief: &Relief, condition: Option<&Expr>, scope: &mut Scope) -> Said<String> {
        let mut parts = Vec::new();
        for part in relief.filter.iter().chain(condition) {
            let truth = self.truth(part, scope)?;
            let truth = scope.step(&truth);
            parts.push(scope.step(&format!("CASE WHEN {truth} = 'v' THEN '0' ELSE {truth} END")));
        }
        let all = self.all(scope, &parts);
        Ok(scope.step(&all))
    }

    /// The numbers that a report shows of a condition.
    pub fn measured(&mut self, judged: &Judged, scope: &mut Scope, numbers: &mut Numbers) -> Said<Measured> {
        let mut measured = Measured::default();
        if let Some(comparison) = &judged.comparison {
            measured.value = Some(self.returned(&comparison.value, scope, numbers)?);
            measured.threshold = Some(self.returned(&comparison.threshold, scope, numbers)?);
            if let Some(of) = &comparison.shortfall {
                measured.numerator = Some(self.returned(&of.numerator, scope, numbers)?);
                measured.rest = of.rest.as_ref().map(|rest| self.returned(rest, scope, numbers)).transpose()?;
            }
        }
        for relief in &judged.reliefs {
            let own = relief.comparison.as_ref();
            let mut side = |expr: fn(&Comparison) -> &Expr| own.map(|c| self.returned(expr(c), scope, numbers)).transpose();
            measured.reliefs.push((side(|c| &c.value)?, side(|c| &c.threshold)?));
        }
        Ok(measured)
    }

    pub fn returned(&mut self, expr: &Expr, scope: &mut Scope, numbers: &mut Numbers) -> Said<Recipe> {
        let value = self.number(expr, scope)?;
        Ok(self.recipe(&value, numbers))
    }

    /// What is asked of every row alike, in the context of the subject.
    pub fn limit(&mut self, judged: &Judged, scope: &mut Scope, numbers: &mut Numbers) -> Said<Option<Recipe>> {
        match judged.comparison.as_ref().filter(|c| is_constant(&c.threshold)) {
            Some(comparison) => self.returned(&comparison.threshold, scope, numbers).map(Some),
            None => Ok(None),
        }
    }

    fn each(&mut self, id: &str, heading: String, rows: &Rows, judged: &Judged) -> Said<Made> {
        let members = self.members(rows)?;
        let mut scope = Scope::new(Kind::Row(rows.table), members);
        let ruled = self.ruling(judged, &mut scope)?;
        let mut numbers = Numbers::default();
        let row = self.measured(judged, &mut scope, &mut numbers)?;
        let relation = self.keep_rows(id, &heading, &mut scope, &ruled.truth, ruled.relief.as_deref(), &numbers);
        let mut outer = self.subjects()?;
        let mut numbers = Numbers::default();
        let limit = self.limit(judged, &mut outer, &mut numbers)?;
        let close = Close { rows, tolerance: judged.tolerance.as_ref(), counted: self.counted(&relation, "") };
        let relation_of_check = self.close(id, heading, &close, &mut outer, &numbers)?;
        Ok(Made::of_rows(id, relation_of_check, relation, limit, row))
    }

    /// The relation of the judged rows.
    pub fn keep_rows(
        &mut self,
        id: &str,
        heading: &str,
        scope: &mut Scope,
        truth: &str,
        relief: Option<&str>,
        numbers: &Numbers,
    ) -> String {
        let own = self.id("$属");
        let t = scope.step(truth);
        let truth = scope.step(&format!("CASE WHEN {own} IS NOT NULL THEN concat_ws('', '?', {own}) ELSE {t} END"));
        let none = "CAST(NULL AS INTEGER)".to_owned();
        let relief = relief.map_or(none, |r| format!("CASE WHEN {own} IS NULL THEN {r} END"));
        let order = self.id(ORDER);
        let columns = [
            (self.id("$对象"), "对象".to_owned()),
            (self.speech.as_text(&order), "序".to_owned()),
            (order, "行".to_owned()),
            (self.id("$标"), "标".to_owned()),
            (truth, "真值".to_owned()),
            (relief, "宽限".to_owned()),
            (numbers.sql(), "数".to_owned()),
        ];
        let body = scope.select(self.speech, &columns, "");
        let name = format!("明细 {id}");
        self.keep(format!("{heading}（各行）"), &name, body)
    }

    /// A query that counts judged rows by subject; `more` are further columns.
    pub fn counted(&self, relation: &str, more: &str) -> String {
        let t = self.id("真值");
        let gaps = self.speech.joined(&format!("CASE WHEN {t} LIKE '?%' THEN substr({t}, 2) END"), &self.id("行"));
        format!(
            "(SELECT {subject} AS k, count(*) AS c, count(CASE WHEN {t} IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN {t} = '0' THEN 1 END) AS f, \
             count(CASE WHEN {t} LIKE '?%' THEN 1 END) AS u, {gaps} AS g{more} FROM {relation} GROUP BY {subject})",
            subject = self.id("对象"),
        )
    }

    /// Turns counts into a verdict: what is missing matters only where it could decide.
    pub fn close(&mut self, id: &str, heading: String, close: &Close<'_>, outer: &mut Scope, numbers: &Numbers) -> Said<String> {
        let columns = self.closing(close, outer, numbers)?;
        Ok(self.keep_check(id, heading, outer, &columns))
    }

    pub fn closing(&mut self, close: &Close<'_>, outer: &mut Scope, numbers: &Numbers) -> Said<Columns> {
        let tables = self.plan.deciding(close.rows);
        let absent = self.absent(outer, &tables)?;
        let on = format!("{{j}}.k = {{b}}.{}", self.id(ORDER));
        let alias = outer.join(&close.counted, &on, &["c", "m", "f", "u", "g"]);
        let count = |c: &str| format!("coalesce({}, 0)", self.id(&format!("{alias}{c}")));
        let (c, m, f, u) = (count("c"), count("m"), count("f"), count("u"));
        let tolerates = |failing: &str| match close.tolerance {
            None => format!("{failing} = 0"),
            Some(Tolerance::Exceptions(most)) => format!("{failing} <= {most}"),
            Some(Tolerance::Share(share)) => {
                let (p, q) = share.clone().into_parts();
                format!("({c} - ({failing})) * {q} >= {c} * {p}")
            }
        };
        let (certain, possible) = (tolerates(&f), tolerates(&format!("({f} + {u})")));
        let verdict = outer.step(&format!(
            "CASE WHEN {c} = 0 AND {absent} IS NOT NULL THEN 'undetermined' WHEN NOT ({certain}) THEN 'not_met' WHEN NOT ({possible}) THEN 'undetermined' ELSE 'met' END"
        ));
        let gaps = self.id(&format!("{alias}g"));
        Ok(Columns {
            applies: format!("NOT ({c} = 0 AND {absent} IS NULL)"),
            gap: format!("CASE WHEN {c} = 0 THEN {absent} WHEN {verdict} <> 'met' THEN {gaps} END"),
            verdict,
            counts: Some([c, m, f, u]),
            numbers: numbers.sql(),
            ..Columns::default()
        })
    }

    fn several(&mut self, id: &str, heading: String, rows: &Rows, least: usize, parts: &[Part]) -> Said<Made> {
        let members = self.members(rows)?;
        let mut scope = Scope::new(Kind::Row(rows.table), members);
        let mut numbers = Numbers::default();
        let (mut recipes, mut mets, mut floors, mut plains) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            let ruled = self.ruling(&part.judged, &mut scope)?;
            let (floor, plain_floor) = self.floor(part, &mut scope)?;
            let first = |truth: &str| format!("substr({truth}, 1, 1)");
            let relief = ruled.relief.as_ref().map_or("''".into(), |r| self.speech.as_text(r));
            let columns = (numbers.push(first(&ruled.truth)), numbers.push(first(&floor)), numbers.push(relief));
            let measured = self.measured(&part.judged, &mut scope, &mut numbers)?;
            let threshold = part.floor.as_ref().map(|f: &Floor| self.returned(&f.threshold, &mut scope, &mut numbers)).transpose()?;
            let (met, floor_at, relief) = columns;
            recipes.push(PartRecipe { met, floor: floor_at, relief, measured, floor_threshold: threshold, limit: None });
            plains.push((ruled.plain.clone(), plain_floor));
            mets.push(scope.step(&ruled.truth));
            floors.push(floor);
        }
        let truth = self.of_parts(&mets, &floors, least, &mut scope);
        let (plain_mets, plain_floors): (Vec<String>, Vec<String>) = plains.into_iter().unzip();
        let plain = self.of_parts(&plain_mets, &plain_floors, least, &mut scope);
        let plain = Some(numbers.push(format!("substr({plain}, 1, 1)")));
        let relieved: Vec<String> =
            recipes.iter().zip(parts).filter(|(_, p)| !p.judged.reliefs.is_empty()).map(|(r, _)| numbers.column(r.relief)).collect();
        let relief = (!relieved.is_empty()).then(|| {
            let used: Vec<String> = relieved.iter().map(|r| format!("{r} IS NOT NULL")).collect();
            format!("CASE WHEN {truth} IN ('1', 'v') AND ({}) THEN 0 END", used.join(" OR "))
        });
        let tallies = self.part_tallies(&mets, &floors, &mut scope);
        let relation = self.keep_part_rows(id, &heading, (&mut scope, &truth, relief.as_deref()), &numbers, &tallies);
        let mut outer = self.subjects()?;
        let mut own_numbers = Numbers::default();
        let on = format!("{{j}}.k = {{b}}.{}", self.id(ORDER));
        let sums: String = (0..tallies.len()).map(|i| format!(", sum({q}) AS {q}", q = self.id(&format!("分{i}")))).collect();
        let counted = self.counted(&relation, &sums);
        let names: Vec<String> = (0..tallies.len()).map(|i| format!("分{i}")).collect();
        let alias = outer.join(&counted, &on, &names.iter().map(String::as_str).collect::<Vec<_>>());
        for name in &names {
            own_numbers.push(self.speech.as_text(&format!("coalesce({}, 0)", self.id(&format!("{alias}{name}")))));
        }
        for (part, recipe) in parts.iter().zip(&mut recipes) {
            recipe.limit = self.limit(&part.judged, &mut outer, &mut own_numbers)?;
        }
        let close = Close { rows, tolerance: None, counted };
        let relation_of_check = self.close(id, heading, &close, &mut outer, &own_numbers)?;
        let reading = Reading { parts: recipes, plain, ..Reading::default() };
        Ok(Made { id: id.into(), relation: relation_of_check, is_shared: false, rows: Some(relation), reading })
    }

    /// Whether a part reaches its floor, with its reliefs and without.
    fn floor(&mut self, part: &Part, scope: &mut Scope) -> Said<(String, String)> {
        let Some(floor) = &part.floor else { return Ok(("'1'".into(), "'1'".into())) };
        let plain = self.truth(&floor.condition, scope)?;
        let plain = scope.step(&plain);
        let mut all = vec![plain.clone()];
        for relief in &part.judged.reliefs {
            all.push(self.granted(relief, relief.floor.as_ref().map(|f| &f.condition), scope)?);
        }
        let any = self.any(scope, &all);
        let truth = scope.step(&format!("CASE WHEN {plain} IN ('1', 'v') THEN {plain} ELSE {any} END"));
        Ok((truth, plain))
    }

    /// Whether enough parts are met and none is below its floor.
    fn of_parts(&self, mets: &[String], floors: &[String], least: usize, scope: &mut Scope) -> String {
        let sum = |test: &str| -> String {
            let terms: Vec<String> = mets.iter().map(|m| format!("CASE WHEN {m} {test} THEN 1 ELSE 0 END")).collect();
            format!("({})", terms.join(" + "))
        };
        let (held, open, vacuous) = (sum("IN ('1', 'v')"), sum("LIKE '?%'"), sum("= 'v'"));
        let gaps: Vec<String> = mets.iter().map(|m| format!("CASE WHEN {m} LIKE '?%' THEN substr({m}, 2) END")).collect();
        let enough = scope.step(&format!(
            "CASE WHEN {held} >= {least} THEN CASE WHEN {vacuous} = {} THEN 'v' ELSE '1' END WHEN {held} + {open} < {least} THEN '0' ELSE concat_ws('', '?', {}) END",
            mets.len(),
            gaps.join(", ")
        ));
        let mut all = vec![enough];
        all.extend(floors.iter().cloned());
        let all = self.all(scope, &all);
        scope.step(&all)
    }

    /// For each part: met, not met, undetermined, below the floor, as 1 and 0.
    fn part_tallies(&self, mets: &[String], floors: &[String], scope: &mut Scope) -> Vec<String> {
        let own = self.id("$属");
        let mut tallies = Vec::new();
        for (met, floor) in mets.iter().zip(floors) {
            let floor = scope.step(floor);
            for test in [format!("{met} IN ('1', 'v')"), format!("{met} = '0'"), format!("{met} LIKE '?%'"), format!("{floor} = '0'")] {
                tallies.push(format!("CASE WHEN {own} IS NULL AND {test} THEN 1 ELSE 0 END"));
            }
        }
        tallies
    }

    fn keep_part_rows(
        &mut self,
        id: &str,
        heading: &str,
        (scope, truth, relief): (&mut Scope, &str, Option<&str>),
        numbers: &Numbers,
        tallies: &[String],
    ) -> String {
        let own = self.id("$属");
        let truth = scope.step(&format!("CASE WHEN {own} IS NOT NULL THEN concat_ws('', '?', {own}) ELSE {truth} END"));
        let relief = relief.map_or("CAST(NULL AS INTEGER)".to_owned(), |r| format!("CASE WHEN {own} IS NULL THEN {r} END"));
        let order = self.id(ORDER);
        let mut columns = vec![
            (self.id("$对象"), "对象".to_owned()),
            (self.speech.as_text(&order), "序".to_owned()),
            (order, "行".to_owned()),
            (self.id("$标"), "标".to_owned()),
            (truth, "真值".to_owned()),
            (relief, "宽限".to_owned()),
            (numbers.sql(), "数".to_owned()),
        ];
        columns.extend(tallies.iter().enumerate().map(|(i, sql)| (sql.clone(), format!("分{i}"))));
        let body = scope.select(self.speech, &columns, "");
        let name = format!("明细 {id}");
        self.keep(format!("{heading}（各行）"), &name, body)
    }
}

/// The columns of a check's relation, as SQL.
#[derive(Default)]
pub(super) struct Columns {
    pub verdict: String,
    pub applies: String,
    /// Rows, met, not met, undetermined.
    pub counts: Option<[String; 4]>,
    pub gap: String,
    pub relief: Option<String>,
    pub numbers: String,
    pub evidence: Option<String>,
    /// The score's two ends, where the check reads one.
    pub score: Option<(String, String)>,
    /// 1 where they were rounded outward.
    pub rounded: Option<String>,
}

impl Lower<'_> {
    /// The relation of a check: one row for each subject.
    pub fn keep_check(&mut self, id: &str, heading: String, scope: &mut Scope, of: &Columns) -> String {
        let columns = self.check_columns(scope, of);
        let body = scope.select(self.speech, &columns, "");
        self.keep(heading, &format!("检查 {id}"), body)
    }

    /// The columns of such a relation.
    pub fn check_columns(&self, scope: &mut Scope, of: &Columns) -> Vec<(String, String)> {
        let whole = |sql: &str| format!("CAST({sql} AS BIGINT)");
        let [rows, met, failed, open] = match &of.counts {
            Some(counts) => counts.clone().map(|c| whole(&c)),
            None => [(); 4].map(|()| whole("NULL")),
        };
        let verdict = scope.step(&of.verdict);
        let all_or_nothing = self.own_score.as_ref().map(|own| {
            let low = format!("CASE WHEN {verdict} = 'met' THEN {own} ELSE 0 END");
            (low, format!("CASE WHEN {verdict} = 'not_met' THEN 0 ELSE {own} END"))
        });
        let (low, high) = of.score.clone().or(all_or_nothing).unwrap_or_else(|| ("NULL".into(), "NULL".into()));
        vec![
            (self.id(ORDER), "对象".to_owned()),
            (verdict, "结论".to_owned()),
            (of.applies.clone(), "适用".to_owned()),
            (rows, "行数".to_owned()),
            (met, "达到".to_owned()),
            (failed, "未达到".to_owned()),
            (open, "未定".to_owned()),
            (self.speech.as_text(&of.gap), "缺".to_owned()),
            (of.relief.clone().unwrap_or_else(|| "CAST(NULL AS INTEGER)".into()), "宽限".to_owned()),
            (of.numbers.clone(), "数".to_owned()),
            (of.evidence.clone().unwrap_or_else(|| self.nothing()), "佐证".to_owned()),
            (self.speech.hold(&low, 9, 6), "低".to_owned()),
            (self.speech.hold(&high, 9, 6), "高".to_owned()),
            (of.rounded.clone().unwrap_or_else(|| "0".into()), "约".to_owned()),
        ]
    }

    /// A score written in the rule.
    pub fn points(&mut self, score: &Num) -> Said<String> {
        let text = crate::value::format_decimal(score, 12);
        if text.split_once('.').is_some_and(|(_, places)| places.len() > 6) {
            return self.unsayable("六位以上小数的分值");
        }
        Ok(self.speech.hold(&text, 9, 6))
    }

    /// Refuses what is not as simple as the script takes it.
    pub fn must<T>(&mut self, what: Option<T>, complaint: &str) -> Said<T> {
        match what {
            Some(found) => Ok(found),
            None => self.unsayable(complaint),
        }
    }
}
