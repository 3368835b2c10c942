//! The plan for people (text), programs (JSON) and drawings (dot).

use super::{
    Aggregate, ArithmeticOp, Check, CheckKind, Expr, Extent, FieldType, Function, Item, Judged, NatureKind, Over, Part, Plan, Requirement,
    Rows, Scope, Series, Tally, Tolerance, Verification,
};
use crate::value::{format_decimal, num};
use serde_json::{Value, json as object};
use std::fmt::Write as _;

/// A rule of the plan that rows or a subject are held against.
#[derive(Debug, Clone, Copy)]
pub enum RuleRef<'p> {
    Check(&'p Check),
    Verification(&'p Verification),
}

/// How a rule is judged, as an id and in words; `None` where a conclusion is only read.
pub type Way<'w> = &'w dyn Fn(RuleRef<'_>) -> Option<(&'static str, &'static str)>;

/// The plan as an indented text.
pub fn text(plan: &Plan) -> String {
    text_by(plan, &|_| None)
}

/// The same, with the way in which each check is judged.
pub fn text_by(plan: &Plan, way: Way<'_>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "标准 {} {} {}", plan.standard.id, plan.standard.title, plan.standard.version);
    for (i, table) in plan.tables.iter().enumerate() {
        let key: Vec<&str> = table.key.iter().filter_map(|k| table.fields.get(k.0)).map(|f| f.name.as_str()).collect();
        let _ = writeln!(
            out,
            "表 t{i} {}（{} 个字段；主键 {}）{}",
            table.name,
            table.fields.len(),
            key.join("、"),
            mark(plan, &format!("数据表 {}", table.name))
        );
    }
    for population in &plan.populations {
        let source = match population.parent {
            Some(parent) => plan.populations.get(parent.0).map_or("", |p| p.name.as_str()),
            None => plan.tables.get(population.table.0).map_or("", |t| t.name.as_str()),
        };
        let filter = population.filter.as_ref().map(|f| format!(" 其中 {}", expression(plan, f))).unwrap_or_default();
        let mark = mark(plan, &format!("总体 {}", population.name));
        let _ = writeln!(out, "总体 {} = {source}{filter}{mark}", population.name);
    }
    for parameter in &plan.parameters {
        let mark = mark(plan, &format!("参数 {}", parameter.name));
        let _ = writeln!(out, "参数 {} = {}{mark}", parameter.name, parameter.value);
    }
    for indicator in &plan.indicators {
        let nature = plan.natures.get(indicator.nature.0).map_or("", |n| n.name.as_str());
        let _ = writeln!(out, "指标 {} {} {nature}{}", indicator.id, indicator.title, mark(plan, &indicator.id));
        indicator.points.iter().for_each(|p| item(plan, p, way, &mut out));
    }
    for other in plan.vetoes.iter().chain(&plan.qualifications) {
        item(plan, other, way, &mut out);
    }
    if let Some(verdict) = &plan.verdict {
        let _ = writeln!(out, "结论 {}{}", verdict.met, mark(plan, "结论"));
        for condition in &verdict.conditions {
            let _ = writeln!(out, "  {}", expression(plan, &condition.condition));
        }
        for grade in &verdict.grades {
            let condition = grade.condition.as_ref().map(|c| format!("：{}", expression(plan, c))).unwrap_or_default();
            let _ = writeln!(out, "  等级 {}{condition}", grade.label);
        }
    }
    for verification in &plan.verifications {
        let _ = writeln!(out, "{}{}", verification_text(plan, verification), way_word(way, RuleRef::Verification(verification)));
    }
    out
}

fn way_word(way: Way<'_>, asked: RuleRef<'_>) -> String {
    way(asked).map(|(_, word)| format!("〔{word}〕")).unwrap_or_default()
}

/// The layers of what a layer above the first wrote or changed.
fn mark(plan: &Plan, id: &str) -> String {
    plan.layers_of(id).map(|layers| format!("（{layers}）")).unwrap_or_default()
}

/// A check of plausibility on one line.
fn verification_text(plan: &Plan, verification: &Verification) -> String {
    let asked = match &verification.requirement {
        Requirement::Holds(judged) => judged_text(plan, judged),
        Requirement::Near { keys, least, limit, value, .. } => {
            let keys: Vec<String> = keys.iter().map(|k| expression(plan, &k.value)).collect();
            let by = if keys.is_empty() { String::new() } else { format!(" 按 {}", keys.join("、")) };
            format!("同类相近{by} 至少 {least} 行 至多 {} 倍：{}", format_decimal(limit, 12), expression(plan, value))
        }
        Requirement::Distinct(fields) => {
            format!("各不相同 {}", fields.iter().map(|f| expression(plan, f)).collect::<Vec<_>>().join("、"))
        }
    };
    format!("核验 {} {} “{}”：{asked}", verification.word(), rows_text(plan, &verification.rows), verification.text)
}

fn item(plan: &Plan, item: &Item, way: Way<'_>, out: &mut String) {
    let full = item.full.as_ref().map(|f| format!("（{}分）", format_decimal(f, 12))).unwrap_or_default();
    let _ = writeln!(out, "  {}{full}{}", item.id, mark(plan, &item.id));
    for check in &item.checks {
        let way = way_word(way, RuleRef::Check(check));
        let _ = writeln!(out, "    {}{way}", check_text(plan, &check.kind));
    }
    for check in &item.cross_checks {
        let _ = writeln!(out, "    互证 {}", expression(plan, &check.condition));
    }
}

fn check_text(plan: &Plan, kind: &CheckKind) -> String {
    let judged = |j: &Judged| judged_text(plan, j);
    match kind {
        CheckKind::Condition(j) => judged(j),
        CheckKind::Trigger(j) => format!("触发 {}", judged(j)),
        CheckKind::Each { rows, judged: j } => format!("每个 {}：{}", rows_text(plan, rows), judged(j)),
        CheckKind::Several { rows, least, parts } => {
            let part = |p: &Part| {
                let floor = p.floor.as_ref().map(|f| format!("，底线 {}", expression(plan, &f.condition))).unwrap_or_default();
                format!("“{}” {}{floor}", p.label, judged(&p.judged))
            };
            let parts: Vec<String> = parts.iter().map(part).collect();
            format!("每个 {}，{} 项中至少 {least} 项：{}", rows_text(plan, rows), parts.len(), parts.join("；"))
        }
        CheckKind::Group { rows, keys, having, judged: j } => {
            let keys: Vec<String> = keys.iter().map(|k| expression(plan, &k.value)).collect();
            let having = having.as_ref().map(|h| format!(" 仅当 {}", expression(plan, h))).unwrap_or_default();
            format!("每组 {} 按 {}{having}：{}", rows_text(plan, rows), keys.join("、"), judged(j))
        }
        CheckKind::Points { value } => format!("得分 {}", expression(plan, value)),
        CheckKind::Judgement { .. } => "评定".into(),
        CheckKind::Event => "否决来源".into(),
    }
}

fn judged_text(plan: &Plan, judged: &Judged) -> String {
    let mut out = match &judged.tolerance {
        Some(Tolerance::Share(share)) => format!("至少 {}% 达到：", format_decimal(&(share * num(100)), 12)),
        Some(Tolerance::Exceptions(count)) => format!("允许 {count} 个例外："),
        None => String::new(),
    };
    out += &expression(plan, &judged.condition);
    for relief in &judged.reliefs {
        let filter = relief.filter.as_ref().map(|f| format!(" 其中 {}", expression(plan, f))).unwrap_or_default();
        let until = relief.until.as_ref().map(|d| format!(" 至 {d}")).unwrap_or_default();
        let _ = write!(out, "，或宽限“{}”{filter}{until}：{}", relief.label, expression(plan, &relief.condition));
    }
    out
}

fn rows_text(plan: &Plan, rows: &Rows) -> String {
    match &rows.filter {
        Some(filter) => format!("{} 其中 {}", rows.name, expression(plan, filter)),
        None => rows.name.clone(),
    }
}

fn scope_text(plan: &Plan, scope: &Scope) -> String {
    match scope.extent {
        Extent::Group => "本组".into(),
        Extent::Related(_) => format!("本行的 {}", rows_text(plan, &scope.rows)),
        Extent::Subject => rows_text(plan, &scope.rows),
    }
}

/// An expression beside a field: an option by its name.
fn option(plan: &Plan, beside: &Expr, expr: &Expr) -> String {
    let named = match (beside, expr) {
        (Expr::Field { table, field, .. } | Expr::SubjectField { table, field }, Expr::Choice(index)) => {
            let field = plan.tables.get(table.0).and_then(|t| t.fields.get(field.0));
            field.and_then(|f| if let FieldType::Choice { options, .. } = &f.ty { options.get(*index).cloned() } else { None })
        }
        _ => None,
    };
    named.unwrap_or_else(|| expression(plan, expr))
}

/// An expression of the plan, numbers in base units.
pub fn expression(plan: &Plan, expr: &Expr) -> String {
    let e = |x: &Expr| expression(plan, x);
    let list = |xs: &[Expr], between: &str| xs.iter().map(&e).collect::<Vec<_>>().join(between);
    match expr {
        Expr::Number(n) => format_decimal(n, 12),
        Expr::Text(t) => format!("“{t}”"),
        Expr::Bool(b) => if *b { "是" } else { "否" }.into(),
        Expr::Month(m) => format!("{:04}-{:02}", m.div_euclid(12), m.rem_euclid(12) + 1),
        Expr::Date(d) => format!("{:04}-{:02}-{:02}", d / 10_000, d / 100 % 100, d % 100),
        Expr::Choice(i) => format!("选项#{i}"),
        Expr::Field { table, field, .. } | Expr::SubjectField { table, field } => {
            let name = plan.tables.get(table.0).and_then(|t| t.fields.get(field.0).map(|f| format!("{}.{}", t.name, f.name)));
            name.unwrap_or_default()
        }
        Expr::Arithmetic { op, left, right } => {
            let sign = match op {
                ArithmeticOp::Add => "+",
                ArithmeticOp::Sub => "−",
                ArithmeticOp::Mul => "×",
                ArithmeticOp::Div => "÷",
            };
            format!("({} {sign} {})", e(left), e(right))
        }
        Expr::Negate(x) => format!("−{}", e(x)),
        Expr::Compare { op, left, right } => format!("{} {} {}", e(left), op.sign(), option(plan, left, right)),
        Expr::And(xs) => format!("({})", list(xs, " 且 ")),
        Expr::Or(xs) => format!("({})", list(xs, " 或 ")),
        Expr::Not(x) => format!("非 {}", e(x)),
        Expr::In { value, options } => {
            let options: Vec<String> = options.iter().map(|o| option(plan, value, o)).collect();
            format!("{} 属于 {{{}}}", e(value), options.join("、"))
        }
        Expr::If { condition, then, otherwise } => {
            let other = otherwise.as_ref().map(|o| format!(" 否则 {}", e(o))).unwrap_or_default();
            format!("(若 {} 则 {}{other})", e(condition), e(then))
        }
        Expr::Aggregate { function, scope, arguments } => {
            let arguments = if arguments.is_empty() { String::new() } else { format!("：{}", list(arguments, "，")) };
            format!("{}({}{arguments})", aggregate_name(*function), scope_text(plan, scope))
        }
        Expr::Series { function, value, years, .. } => {
            let name = if *function == Series::Rises { "逐年提高" } else { "逐年不减" };
            format!("{name}({}，近 {years} 年)", e(value))
        }
        Expr::YearValue { value, back, .. } => format!("年度值({}，前 {back} 年)", e(value)),
        Expr::FormerYear { value, .. } => format!("去年({})", e(value)),
        Expr::Function { function, arguments } => format!("{}({})", function_name(*function), list(arguments, "，")),
        Expr::Tally { tally, over } => {
            let name = match tally {
                Tally::AllMet => "全部达到",
                Tally::TotalScore => "总分",
                Tally::NoneTriggered => "无触发",
                Tally::MetCount => "达到项数",
            };
            let of = match over {
                Over::Nature(nature) => plan.natures.get(nature.0).map_or("", |n| n.name.as_str()),
                Over::Category(index) => plan.categories.get(*index).map_or("", String::as_str),
            };
            format!("{name}({of})")
        }
        Expr::BaseYear => "基准年()".into(),
    }
}

fn aggregate_name(function: Aggregate) -> &'static str {
    match function {
        Aggregate::Count => "计数",
        Aggregate::Sum => "合计",
        Aggregate::Mean => "平均",
        Aggregate::Min => "最小",
        Aggregate::Max => "最大",
        Aggregate::Share => "占比",
        Aggregate::Variation => "差异系数",
        Aggregate::Deviation => "标准差",
        Aggregate::Quantile => "百分位",
        Aggregate::SampleVariation => "样本差异系数",
        Aggregate::Any => "存在",
        Aggregate::All => "全部",
    }
}

fn function_name(function: Function) -> &'static str {
    match function {
        Function::Abs => "绝对值",
        Function::Min => "最小值",
        Function::Max => "最大值",
        Function::Mean => "均值",
        Function::Ceil => "向上取整",
        Function::Floor => "向下取整",
        Function::Round => "保留",
        Function::Holding => "成立个数",
    }
}

fn nature_word(kind: NatureKind) -> &'static str {
    match kind {
        NatureKind::Must => "must",
        NatureKind::Scored => "scored",
        NatureKind::Veto => "veto",
        NatureKind::Qualification => "qualification",
    }
}

/// The plan as JSON: tables, populations, items with their checks in words.
pub fn json(plan: &Plan) -> String {
    json_by(plan, &|_| None)
}

/// The same, with the way in which each check is judged.
pub fn json_by(plan: &Plan, way: Way<'_>) -> String {
    let items = |items: &[Item]| -> Vec<Value> {
        items
            .iter()
            .map(|i| {
                let check = |c: &Check| {
                    let way = way(RuleRef::Check(c)).map(|(id, _)| id);
                    object!({"label": c.label, "rule": c.rule, "plan": check_text(plan, &c.kind), "way": way})
                };
                let checks: Vec<Value> = i.checks.iter().map(check).collect();
                let full = i.full.as_ref().map(|f| format_decimal(f, 12));
                object!({"id": i.id, "full": full, "checks": checks, "layers": plan.layers_of(&i.id)})
            })
            .collect()
    };
    let indicators: Vec<Value> = plan
        .indicators
        .iter()
        .map(|i| {
            let nature = plan.natures.get(i.nature.0);
            object!({
                "id": i.id, "title": i.title, "category": i.category,
                "kind": nature.map(|n| n.name.as_str()), "nature": nature.map(|n| nature_word(n.kind)),
                "points": items(&i.points), "layers": plan.layers_of(&i.id),
            })
        })
        .collect();
    let tables: Vec<Value> = plan
        .tables
        .iter()
        .map(|t| {
            let fields: Vec<&str> = t.fields.iter().map(|f| f.name.as_str()).collect();
            object!({"name": t.name, "fields": fields, "layers": plan.layers_of(&format!("数据表 {}", t.name))})
        })
        .collect();
    let populations: Vec<Value> = plan
        .populations
        .iter()
        .map(|p| {
            let filter = p.filter.as_ref().map(|f| expression(plan, f));
            object!({"name": p.name, "filter": filter, "layers": plan.layers_of(&format!("总体 {}", p.name))})
        })
        .collect();
    let conditions: Vec<String> = plan.verdict.iter().flat_map(|v| &v.conditions).map(|c| expression(plan, &c.condition)).collect();
    let grades: Vec<Value> = plan
        .verdict
        .iter()
        .flat_map(|v| &v.grades)
        .map(|g| object!({"grade": g.label, "condition": g.condition.as_ref().map(|c| expression(plan, c))}))
        .collect();
    let verifications: Vec<Value> = plan
        .verifications
        .iter()
        .map(|v| {
            let way = way(RuleRef::Verification(v)).map(|(id, _)| id);
            object!({
                "text": v.text, "level": v.id(), "rows": v.rows.name, "rule": v.rule, "plan": verification_text(plan, v), "way": way,
            })
        })
        .collect();
    let plan = object!({
        "schema": "biaochi.plan/1", "standard": plan.standard.id, "digest": plan.standard.digest, "layers": plan.standard.layers,
        "tables": tables, "populations": populations, "indicators": indicators,
        "vetoes": items(&plan.vetoes), "qualifications": items(&plan.qualifications), "verdict": conditions, "grades": grades,
        "verifications": verifications,
    });
    format!("{plan:#}\n")
}

/// The plan as a Graphviz drawing: which rows each item is judged over.
pub fn dot(plan: &Plan) -> String {
    let quote = |s: &str| format!("\"{}\"", s.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = String::from("digraph plan {\n  rankdir=LR;\n");
    for table in &plan.tables {
        let _ = writeln!(out, "  {} [shape=box];", quote(&table.name));
        for target in table.references.iter().filter_map(|r| plan.tables.get(r.table.0)) {
            let _ = writeln!(out, "  {} -> {} [style=dashed];", quote(&table.name), quote(&target.name));
        }
    }
    for population in &plan.populations {
        let source = match population.parent {
            Some(parent) => plan.populations.get(parent.0).map_or("", |p| p.name.as_str()),
            None => plan.tables.get(population.table.0).map_or("", |t| t.name.as_str()),
        };
        let _ = writeln!(out, "  {} -> {};", quote(source), quote(&format!("总体 {}", population.name)));
    }
    for item in plan.indicators.iter().flat_map(|i| &i.points).chain(&plan.vetoes).chain(&plan.qualifications) {
        for check in &item.checks {
            if let CheckKind::Each { rows, .. } | CheckKind::Several { rows, .. } | CheckKind::Group { rows, .. } = &check.kind {
                let from = if rows.population.is_some() { format!("总体 {}", rows.name) } else { rows.name.clone() };
                let _ = writeln!(out, "  {} -> {};", quote(&from), quote(&item.id));
            }
        }
    }
    out.push_str("}\n");
    out
}
