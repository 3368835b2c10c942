//! The tree back to text, in the one canonical form: Chinese keywords, full-width marks, two spaces a level.

use super::ast::*;
pub use super::case::{expectation_text, table as aligned};
use crate::source::Spanned;
use crate::value::{Num, format_decimal};

/// Prints items, a blank line between those that have lines of their own.
pub fn print(items: &[Item]) -> String {
    let mut out = String::new();
    let mut was_long = false;
    for item in items {
        let lines = item_lines(&item.kind);
        let is_long = lines.len() > 1;
        if !out.is_empty() && (is_long || was_long) {
            out.push('\n');
        }
        for line in lines {
            out.push_str(&line);
            out.push('\n');
        }
        was_long = is_long;
    }
    out
}

/// A text in its quotes.
pub fn quoted(text: &str) -> String {
    let mut depth = 0i32;
    let nests = text.chars().all(|c| {
        depth += i32::from(c == '“') - i32::from(c == '”');
        depth >= 0
    });
    if nests && depth == 0 { format!("“{text}”") } else { format!("\"{text}\"") }
}

pub(super) fn names(list: &[Spanned<String>]) -> String {
    list.iter().map(|n| n.node.as_str()).collect::<Vec<_>>().join("、")
}

pub(super) fn decimal(n: &Num) -> String {
    format_decimal(n, 40)
}

pub(super) fn full(score: &Option<Spanned<Num>>) -> String {
    score.as_ref().map(|s| format!("（{}分）", decimal(&s.node))).unwrap_or_default()
}

fn optional(word: &str, name: Option<&Name>) -> String {
    name.map(|n| format!(" {word} {}", n.node)).unwrap_or_default()
}

/// `2026-06-30`, or `2026-06` for a month.
pub fn date(date: Date) -> String {
    let day = if date.day == 0 { String::new() } else { format!("-{:02}", date.day) };
    format!("{:04}-{:02}{day}", date.year, date.month)
}

fn with_notes(head: String, notes: &[Text]) -> Vec<String> {
    std::iter::once(head).chain(notes.iter().map(|n| format!("  口径 {}", quoted(&n.node)))).collect()
}

fn responsible(departments: &[Text]) -> Option<String> {
    (!departments.is_empty()).then(|| format!("责任单位：{}", names(departments)))
}

/// The lines of an item, the first of them its head.
pub fn item_lines(kind: &ItemKind) -> Vec<String> {
    match kind {
        ItemKind::Table(table) => table_lines(table),
        ItemKind::Population { name, source, filter, notes } => {
            with_notes(format!("总体 {} = {}{}", name.node, source.node, filtered(filter.as_ref())), notes)
        }
        ItemKind::Parameter { name, values, notes } => {
            let values: Vec<String> = values.iter().map(dated).collect();
            with_notes(format!("参数 {} = {}", name.node, values.join("，")), notes)
        }
        ItemKind::Definition { table, name, parameters, body, notes } => {
            let owner = table.as_ref().map(|t| format!("{}.", t.node)).unwrap_or_default();
            let parameters = if parameters.is_empty() { String::new() } else { format!("({})", joined(parameters)) };
            with_notes(format!("定义 {owner}{}{parameters} = {}", name.node, expression(body)), notes)
        }
        ItemKind::Category(name) => vec![format!("类别 {}", if is_name(&name.node) { name.node.clone() } else { quoted(&name.node) })],
        ItemKind::Indicator(indicator) => indicator_lines(indicator),
        ItemKind::Veto { number, text, body } => with_body(format!("否决 {} {}", number.node, quoted(&text.node)), body, "  "),
        ItemKind::Qualification { number, text, body } => with_body(format!("资格 {} {}", number.node, quoted(&text.node)), body, "  "),
        ItemKind::Totals(totals) => {
            let one = |t: &Total| {
                let (full, unit) = if t.is_full_score { (" 满分", "分") } else { ("", "项") };
                format!("{}{full} {} {unit}", t.what.node, decimal(&t.count.node))
            };
            vec![format!("共计 {}", totals.iter().map(one).collect::<Vec<_>>().join("、"))]
        }
        ItemKind::Verdict(v) => {
            let head = format!("结论 {} 否则 {} 未定 {}", quoted(&v.met.node), quoted(&v.not_met.node), quoted(&v.undetermined.node));
            let mut lines = vec![head];
            for (label, condition) in &v.conditions {
                let label = label.as_ref().map(|l| format!(" {}", quoted(&l.node))).unwrap_or_default();
                lines.push(format!("  条件{label}：{}", expression(condition)));
            }
            for (label, condition) in &v.grades {
                let condition = condition.as_ref().map(|c| format!("：{}", expression(c))).unwrap_or_default();
                lines.push(format!("  等级 {}{condition}", quoted(&label.node)));
            }
            lines.extend(v.notes.iter().map(|n| format!("  口径 {}", quoted(&n.node))));
            lines
        }
        ItemKind::Vacant { indicator, point } => {
            let point = point.as_ref().map(|p| format!(" 要点 {}", p.node)).unwrap_or_default();
            vec![format!("空号 指标 {}{point}", indicator.node)]
        }
        ItemKind::Change(change) => super::print_change::lines(change),
        ItemKind::Step(step) => {
            let from = step.from.as_ref().map(|d| format!(" 自 {}", date(d.node))).unwrap_or_default();
            let until = step.until.as_ref().map(|d| format!(" 至 {}", date(d.node))).unwrap_or_default();
            let words = step.words.as_ref().map(|w| format!(" 原文 {}", quoted(&w.node))).unwrap_or_default();
            with_notes(format!("步骤 {} {}{from}{until}{words}", step.number.node, quoted(&step.title.node)), &step.notes)
        }
        ItemKind::Verification(verification) => vec![super::verification::line(verification)],
        ItemKind::Case(case) => super::case::lines(case),
        other => setting_lines(other),
    }
}

/// What a standard says of itself before its tables and items.
fn setting_lines(kind: &ItemKind) -> Vec<String> {
    match kind {
        ItemKind::Standard { title, version, notes } => {
            let version = version.as_ref().map(|v| format!(" 版本 {}", quoted(&v.node))).unwrap_or_default();
            with_notes(format!("标准 {}{version}", quoted(&title.node)), notes)
        }
        ItemKind::Nature { name, nature, title, departments } => {
            let word = match nature.node {
                Nature::Must => "必达",
                Nature::Scored => "计分",
                Nature::Veto => "否决",
                Nature::Qualification => "资格",
            };
            let title = title.as_ref().map(|t| format!(" {}", quoted(&t.node))).unwrap_or_default();
            let head = format!("性质 {} {word}{title}", name.node);
            std::iter::once(head).chain(responsible(departments).map(|r| format!("  {r}"))).collect()
        }
        ItemKind::Subject { table, code, name, members, base_year, superior } => vec![format!(
            "评估对象 {} 代码 {}{}{}{}{}",
            table.node,
            code.node,
            optional("名称", name.as_ref()),
            optional("成员", members.as_ref()),
            optional("基准年", base_year.as_ref()),
            optional("上级", superior.as_ref())
        )],
        ItemKind::Rounds(list) => vec![format!("轮次 {}", names(list))],
        ItemKind::Judgements(s) => vec![judgements(s)],
        ItemKind::Events(s) => vec![format!(
            "否决来源 {} 条目 {}{} 存在 {}{}",
            s.table.node,
            s.item.node,
            optional("轮次", s.round.as_ref()),
            s.exists.node,
            optional("说明", s.description.as_ref())
        )],
        ItemKind::Departments { names: list, aliases, notes } => {
            let aka = if aliases.is_empty() { String::new() } else { format!(" 又作 {}", names(aliases)) };
            with_notes(format!("部门 {}{aka}", names(list)), notes)
        }
        ItemKind::Unit { name, value } => {
            let value = value.as_ref().map(|v| format!(" = {}", expression(v))).unwrap_or_default();
            vec![format!("单位 {}{value}", name.node)]
        }
        _ => Vec::new(),
    }
}

fn judgements(s: &JudgementSource) -> String {
    let sign = if s.or_better { "≥" } else { "=" };
    let conclusion = s.conclusion.as_ref().map(|(f, o)| format!(" 结论 {} {sign} {}", f.node, o.node)).unwrap_or_default();
    format!(
        "评定来源 {} 条目 {}{}{conclusion}{}{}",
        s.table.node,
        s.item.node,
        optional("轮次", s.round.as_ref()),
        optional("得分", s.score.as_ref()),
        optional("佐证", s.evidence.as_ref())
    )
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '·') && !text.starts_with(char::is_numeric)
}

fn joined(list: &[Name]) -> String {
    list.iter().map(|n| n.node.as_str()).collect::<Vec<_>>().join("，")
}

fn filtered(filter: Option<&Expr>) -> String {
    filter.map(|f| format!(" 其中 {}", expression(f))).unwrap_or_default()
}

fn dated(value: &DatedValue) -> String {
    let from = value.from.as_ref().map(|d| format!(" 自 {}", date(d.node))).unwrap_or_default();
    format!("{}{from}", expression(&value.value))
}

fn table_lines(table: &Table) -> Vec<String> {
    let title = table.title.as_ref().map(|t| format!(" {}", quoted(&t.node))).unwrap_or_default();
    let mut lines = vec![format!("数据表 {}{title}", table.name.node)];
    if !table.key.is_empty() {
        lines.push(format!("  主键 {}", names(&table.key)));
    }
    lines.extend(table.references.iter().map(|r| format!("  引用 {} 按 {}", r.table.node, names(&r.fields))));
    lines.extend(table.display.iter().map(|d| format!("  名称 {}", d.node)));
    lines.extend(table.fields.iter().map(|f| format!("  {}", field(f))));
    lines.extend(table.checks.iter().map(|c| format!("  {}", super::verification::line(c))));
    lines.extend(table.notes.iter().map(|n| format!("  口径 {}", quoted(&n.node))));
    lines
}

pub(super) fn field(field: &Field) -> String {
    let unit_of = |u: &Option<UnitRef>| u.as_ref().map(|u| format!(" {}", unit(u))).unwrap_or_default();
    let ty = match &field.ty {
        FieldType::Text => "文本".to_string(),
        FieldType::Bool => "是否".into(),
        FieldType::Month => "年月".into(),
        FieldType::Date => "日期".into(),
        FieldType::Integer(u) => format!("整数{}", unit_of(u)),
        FieldType::Decimal { places, unit } => {
            let places = places.map(|p| format!(" {p} 位")).unwrap_or_default();
            format!("小数{places}{}", unit_of(unit))
        }
        FieldType::Choice { options, ordered } => format!("{} {}", if *ordered { "有序选项" } else { "选项" }, names(options)),
    };
    let mut parts = vec![format!("字段 {} {ty}", field.name.node)];
    parts.extend(field.reference.iter().map(|r| format!("引用 {}", r.node)));
    parts.extend(field.required.then(|| "必填".to_string()));
    parts.extend(field.is_year.then(|| "年度".to_string()));
    parts.extend(field.signed.then(|| "可为负".to_string()));
    parts.extend(field.additive.then(|| "合计".to_string()));
    parts.extend(field.range.iter().map(|(low, high)| format!("范围 {} 至 {}", expression(low), expression(high))));
    parts.extend(field.help.iter().map(|t| format!("说明 {}", quoted(&t.node))));
    parts.extend(field.source.iter().map(|t| format!("来源 {}", quoted(&t.node))));
    parts.extend((!field.aliases.is_empty()).then(|| format!("又名 {}", names(&field.aliases))));
    parts.join("，")
}

fn indicator_lines(indicator: &Indicator) -> Vec<String> {
    let (number, title) = (&indicator.number.node, quoted(&indicator.title.node));
    let mut lines = vec![format!("指标 {number} {title} {}{}", indicator.nature.node, full(&indicator.full))];
    lines.extend(responsible(&indicator.departments).map(|r| format!("  {r}")));
    lines.extend(indicator.notes.iter().map(|n| format!("  口径 {}", quoted(&n.node))));
    for point in &indicator.points {
        lines.push(String::new());
        lines.extend(point_lines(point, "  "));
    }
    lines
}

/// The lines of a point at a depth.
pub fn point_lines(point: &Point, depth: &str) -> Vec<String> {
    let head = format!("{depth}要点 {} {}{}", point.number.node, quoted(&point.text.node), full(&point.full));
    with_body(head, &point.body, &format!("{depth}  "))
}

fn with_body(head: String, body: &Body, depth: &str) -> Vec<String> {
    let mut lines = vec![head];
    lines.extend(responsible(&body.departments).map(|r| format!("{depth}{r}")));
    for r in &body.rules {
        lines.push(format!("{depth}{}", rule(r)));
        lines.extend(parts(r).into_iter().map(|p| format!("{depth}  {p}")));
    }
    lines.extend(body.notes.iter().map(|n| format!("{depth}口径 {}", quoted(&n.node))));
    lines
}

/// The lines under a rule.
pub fn parts(rule: &Rule) -> Vec<String> {
    let mut lines: Vec<String> = rule.reliefs.iter().map(relief).collect();
    if let RuleKind::Several(several) = &rule.kind {
        for part in &several.parts {
            lines.push(format!("分项 {}：{}", quoted(&part.label.node), expression(&part.condition)));
            lines.extend(part.reliefs.iter().map(|r| format!("  {}", relief(r))));
        }
    }
    lines
}

fn relief(relief: &Relief) -> String {
    let until = relief.until.as_ref().map(|d| format!(" 至 {}", date(d.node))).unwrap_or_default();
    let duty = relief.duty.as_ref().map(|d| format!(" 后续 {}", quoted(&d.node))).unwrap_or_default();
    format!("宽限 {}{}{until}{duty}：{}", quoted(&relief.label.node), filtered(relief.filter.as_ref()), expression(&relief.condition))
}

fn tolerated(tolerance: Option<&Tolerance>) -> String {
    match tolerance {
        Some(Tolerance::Share(share)) => format!(" 至少 {}% 达到", decimal(&share.node)),
        Some(Tolerance::Exceptions(count)) => format!(" 允许 {} 个例外", decimal(&count.node)),
        None => String::new(),
    }
}

/// A rule on one line, without the lines under it.
pub fn rule(rule: &Rule) -> String {
    let label = rule.label.as_ref().map(|l| format!("{}：", quoted(&l.node))).unwrap_or_default();
    let score = rule.score.as_ref().map(|s| format!("得 {}分：", decimal(&s.node))).unwrap_or_default();
    let said = match &rule.kind {
        RuleKind::Condition(condition) => expression(condition),
        RuleKind::Trigger(condition) => format!("触发：{}", expression(condition)),
        RuleKind::Each { population, filter, tolerance, condition } => {
            let (filter, tolerance) = (filtered(filter.as_ref()), tolerated(tolerance.as_ref()));
            format!("每个 {}{filter}{tolerance}：{}", population.node, expression(condition))
        }
        RuleKind::Several(s) => {
            let bar = if s.counts_unmet { ("至多", "未达到") } else { ("至少", "达到") };
            let floor = s.floor.as_ref().map(|f| format!("，其余不低于 {}%", decimal(&f.node))).unwrap_or_default();
            let filter = filtered(s.filter.as_ref());
            format!("每个 {}{filter} {} {} 项{}{floor}", s.population.node, bar.0, decimal(&s.count.node), bar.1)
        }
        RuleKind::Group { population, filter, keys, having, tolerance, condition } => {
            let keys: Vec<String> = keys.iter().map(expression).collect();
            let having = having.as_ref().map(|h| format!(" 仅当 {}", expression(h))).unwrap_or_default();
            let filter = filtered(filter.as_ref());
            format!(
                "每组 {} 按 {}{filter}{having}{}：{}",
                population.node,
                keys.join("、"),
                tolerated(tolerance.as_ref()),
                expression(condition)
            )
        }
        RuleKind::Judged { evidence } => {
            let evidence = evidence.as_ref().map(|e| format!(" 佐证 {}", quoted(&e.node))).unwrap_or_default();
            format!("评定{evidence}")
        }
        RuleKind::CrossCheck { text, condition } => format!("互证 {}：{}", quoted(&text.node), expression(condition)),
    };
    format!("{label}{score}{said}")
}

fn unit(unit: &UnitRef) -> String {
    let over = unit.over.join("·");
    if unit.under.is_empty() { over } else { format!("{over}/{}", unit.under.join("·")) }
}

/// How tightly an expression binds: the higher, the tighter.
fn strength(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::If { .. } => 0,
        ExprKind::Binary { op, .. } => match op.node {
            BinaryOp::Or => 1,
            BinaryOp::And => 2,
            BinaryOp::Add | BinaryOp::Sub => 5,
            BinaryOp::Mul | BinaryOp::Div => 6,
            _ => 4,
        },
        ExprKind::Not(_) => 3,
        ExprKind::In { .. } => 4,
        ExprKind::Negate(_) => 7,
        _ => 8,
    }
}

fn bracketed(expr: &Expr, least: u8) -> String {
    let text = expression(expr);
    if strength(&expr.kind) < least { format!("({text})") } else { text }
}

/// An expression with no more brackets than it needs.
pub fn expression(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Number { value, unit: None } => decimal(value),
        ExprKind::Number { value, unit: Some(u) } => {
            let unit = unit(u);
            let gap = if matches!(unit.as_str(), "%" | "‰") { "" } else { " " };
            format!("{}{gap}{unit}", decimal(value))
        }
        ExprKind::Text(text) => quoted(text),
        ExprKind::Bool(truth) => if *truth { "是" } else { "否" }.into(),
        ExprKind::Date(d) => date(*d),
        ExprKind::Path(path) => path.iter().map(|n| n.node.as_str()).collect::<Vec<_>>().join("."),
        ExprKind::Call { name, scope, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(expression).collect();
            let arguments = arguments.join("，");
            match scope {
                None => format!("{}({arguments})", name.node),
                Some(s) => {
                    let scope = format!("{}{}", s.population.node, filtered(s.filter.as_deref()));
                    let colon = if arguments.is_empty() { "" } else { "：" };
                    format!("{}({scope}{colon}{arguments})", name.node)
                }
            }
        }
        ExprKind::LastYears(n) => format!("近 {} 年", decimal(&n.node)),
        ExprKind::YearsBefore(n) => format!("前 {} 年", decimal(&n.node)),
        ExprKind::Negate(inner) => format!("−{}", bracketed(inner, 8)),
        ExprKind::Not(inner) => format!("非 {}", bracketed(inner, 3)),
        ExprKind::Binary { op, left, right } => {
            let own = strength(&expr.kind);
            // A comparison does not chain, and a right operand of equal strength was bracketed.
            let left = bracketed(left, if own == 4 { 5 } else { own });
            format!("{left} {} {}", sign(op.node), bracketed(right, own + 1))
        }
        ExprKind::In { value, options, negated } => {
            let options: Vec<String> = options.iter().map(expression).collect();
            let word = if *negated { "不属于" } else { "属于" };
            format!("{} {word} {{{}}}", bracketed(value, 5), options.join("、"))
        }
        ExprKind::If { condition, then, otherwise } => {
            let other = otherwise.as_ref().map(|o| format!(" 否则 {}", bracketed(o, 1))).unwrap_or_default();
            format!("若 {} 则 {}{other}", bracketed(condition, 1), bracketed(then, 1))
        }
    }
}

/// The sign of an operator.
pub fn sign(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "−",
        BinaryOp::Mul => "×",
        BinaryOp::Div => "/",
        BinaryOp::Eq => "=",
        BinaryOp::Ne => "≠",
        BinaryOp::Lt => "<",
        BinaryOp::Le => "≤",
        BinaryOp::Gt => ">",
        BinaryOp::Ge => "≥",
        BinaryOp::And => "且",
        BinaryOp::Or => "或",
    }
}
