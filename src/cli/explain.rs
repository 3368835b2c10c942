//! `explain`: why an item got its verdict.

use std::fmt::Write;

use biaochi::diagnostic::{Code, Diagnostic, Place};
use biaochi::eval::{
    CheckOutcome, Engine, Failure as Failing, Gap, Outcome, PointOutcome, Relieved, Score, SubjectOutcome, Verdict, VetoVerdict,
};
use biaochi::plan::{Indicator, Item, Origin, Plan};
use biaochi::report::exact;
use biaochi::source::SourceMap;
use biaochi::value::Text;
use serde_json::{Map, Value};

use super::args::Explain;
use super::session::{Compiled, Request, evaluate, hint};
use super::{Exit, Failure, Screen, output};

/// What an id names.
enum Named<'p> {
    Indicator(&'p Indicator),
    /// A point, with its indicator.
    Point(&'p Indicator, &'p Item),
    Veto(&'p Item),
    Qualification(&'p Item),
}

/// Prints the text, the rules, the values and their sources of one item.
pub fn run(args: &Explain, screen: &Screen) -> Result<Exit, Failure> {
    let request = Request {
        spec: &args.inputs.spec,
        data: &args.data,
        round: args.inputs.round.as_deref(),
        date: args.inputs.date.as_deref(),
        subjects: &args.subject,
        partial: args.inputs.allow_partial,
        working: false,
        engine: Engine::default(),
    };
    let evaluated = evaluate(&request, screen)?;
    let named = find(&evaluated.compiled.plan, args.id.trim())?;
    let mut text = String::new();
    page(&mut text, &named, &evaluated.compiled, &evaluated.outcome, args.row.as_deref());
    output::print(text.trim_end())?;
    Ok(Exit::Done)
}

/// How an item of a case came to its verdict.
pub fn working(compiled: &Compiled, outcome: &Outcome, id: &str) -> String {
    let mut text = String::new();
    if let Ok(named) = find(&compiled.plan, id) {
        heading(&mut text, &named, compiled);
        outcome.subjects.iter().for_each(|s| verdicts(&mut text, &named, s, None));
    }
    text
}

fn find<'p>(plan: &'p Plan, id: &str) -> Result<Named<'p>, Diagnostic> {
    // “指标8”, “要点 8.2”: the word adds nothing to the number.
    let id = ["指标", "要点"].iter().find_map(|word| id.strip_prefix(word)).map_or(id, str::trim);
    let item = |items: &'p [Item]| items.iter().find(|i| i.id == id);
    let indicator = plan.indicators.iter().find(|i| i.id == id).map(Named::Indicator);
    let point = || plan.indicators.iter().find_map(|i| item(&i.points).map(|p| Named::Point(i, p)));
    let veto = || item(&plan.vetoes).map(Named::Veto);
    let qualification = || item(&plan.qualifications).map(Named::Qualification);
    indicator.or_else(point).or_else(veto).or_else(qualification).ok_or_else(|| {
        let points = plan.indicators.iter().flat_map(|i| std::iter::once(i.id.as_str()).chain(i.points.iter().map(|p| p.id.as_str())));
        let others = plan.vetoes.iter().chain(&plan.qualifications).map(|i| i.id.as_str());
        let finding = Diagnostic::at(Code::UNKNOWN_ID, Place::None, format!("标准中没有编号为“{id}”的条目"));
        hint(finding, id, points.chain(others)).help("编号如 8（指标）、8.2（要点）、否决.1、资格.3")
    })
}

fn page(text: &mut String, named: &Named<'_>, compiled: &Compiled, outcome: &Outcome, row: Option<&str>) {
    heading(text, named, compiled);
    for subject in &outcome.subjects {
        let round = outcome.round.as_deref().map(|r| format!("，{r}")).unwrap_or_default();
        line(text, 0, &format!("\n【{} {}{round}】", subject.code, subject.name));
        verdicts(text, named, subject, row);
    }
}

fn heading(text: &mut String, named: &Named<'_>, compiled: &Compiled) {
    match named {
        Named::Indicator(indicator) => indicator_heading(text, indicator, compiled),
        Named::Point(indicator, item) => {
            line(text, 0, &format!("要点 {}（指标 {} {}）", item.id, indicator.id, indicator.title));
            item_heading(text, item, &indicator.departments, compiled);
        }
        Named::Veto(item) | Named::Qualification(item) => {
            line(text, 0, &item.id);
            item_heading(text, item, &[], compiled);
        }
    }
}

fn indicator_heading(text: &mut String, indicator: &Indicator, compiled: &Compiled) {
    let nature = compiled.plan.natures.get(indicator.nature.0).map(|n| n.title.as_str()).unwrap_or_default();
    line(text, 0, &format!("指标 {} {}（{}，{nature}）", indicator.id, indicator.title, indicator.category));
    departments(text, &indicator.departments);
    notes(text, &indicator.notes);
    origin(text, &indicator.id, indicator.origin, &compiled.plan, &compiled.sources);
    for point in &indicator.points {
        line(text, 0, &format!("\n要点 {}", point.id));
        item_heading(text, point, &[], compiled);
    }
}

fn item_heading(text: &mut String, item: &Item, inherited: &[Text], compiled: &Compiled) {
    line(text, 1, &format!("原文：{}", item.text));
    departments(text, if item.departments.is_empty() { inherited } else { &item.departments });
    for check in &item.checks {
        let label = if check.label.is_empty() { String::new() } else { format!("“{}”", check.label) };
        line(text, 1, &format!("规则{label}：{}", check.rule));
    }
    for cross in &item.cross_checks {
        line(text, 1, &format!("互证“{}”：{}", cross.text, cross.rule));
    }
    notes(text, &item.notes);
    origin(text, &item.id, item.origin, &compiled.plan, &compiled.sources);
}

fn departments(text: &mut String, names: &[Text]) {
    if !names.is_empty() {
        line(text, 1, &format!("责任单位：{}", names.join("、")));
    }
}

fn notes(text: &mut String, notes: &[String]) {
    for note in notes {
        line(text, 1, &format!("口径：{note}"));
    }
}

fn origin(text: &mut String, id: &str, origin: Origin, plan: &Plan, sources: &SourceMap) {
    let only = plan.layer_name(origin.layer).filter(|_| plan.standard.layers.len() > 1);
    let layers = plan.layers_of(id).or_else(|| only.map(str::to_owned));
    let layer = layers.map(|l| format!("（{l}）")).unwrap_or_default();
    if let Some(file) = sources.get(origin.span.file) {
        line(text, 1, &format!("写在：{}:{}{layer}", file.name, sources.line_column(origin.span).0));
    }
}

fn verdicts(text: &mut String, named: &Named<'_>, subject: &SubjectOutcome, row: Option<&str>) {
    match named {
        Named::Indicator(wanted) => {
            let Some(indicator) = subject.indicators.iter().find(|i| i.id == wanted.id) else { return };
            if let Some(verdict) = indicator.verdict {
                line(text, 0, &format!("结论：{}", verdict_word(verdict)));
            }
            score(text, 0, indicator.score.as_ref());
            for point in &indicator.points {
                line(text, 0, &format!("要点 {}", point.id));
                point_verdict(text, point, row);
            }
        }
        Named::Point(_, wanted) => {
            let points = subject.indicators.iter().flat_map(|i| &i.points);
            points.filter(|p| p.id == wanted.id).for_each(|p| point_verdict(text, p, row));
        }
        Named::Qualification(wanted) => {
            subject.qualifications.iter().filter(|p| p.id == wanted.id).for_each(|p| point_verdict(text, p, row));
        }
        Named::Veto(wanted) => {
            for veto in subject.vetoes.iter().filter(|v| v.id == wanted.id) {
                line(text, 1, &format!("结论：{}", veto_word(veto.verdict)));
                veto.checks.iter().for_each(|c| check(text, c, row));
            }
        }
    }
}

fn point_verdict(text: &mut String, point: &PointOutcome, row: Option<&str>) {
    line(text, 1, &format!("结论：{}", verdict_word(point.verdict)));
    score(text, 1, point.score.as_ref());
    for flag in &point.flags {
        line(text, 1, &format!("提示：{flag}"));
    }
    point.checks.iter().for_each(|c| check(text, c, row));
}

fn score(text: &mut String, depth: usize, score: Option<&Score>) {
    let Some(Score { min, max, full }) = score else { return };
    let got = if min == max { min.clone() } else { format!("{min} 至 {max}") };
    line(text, depth, &format!("得分：{got}（满分 {full}）"));
}

fn check(text: &mut String, check: &CheckOutcome, row: Option<&str>) {
    let label = if check.label.is_empty() { check.rule.as_str() } else { check.label.as_str() };
    let state = if check.applicable { verdict_word(check.verdict) } else { "不适用" };
    line(text, 1, &format!("{label}：{state}"));
    score(text, 2, check.score.as_ref());
    let unit = check.unit.as_deref().unwrap_or_default();
    if let Some(value) = &check.value {
        line(text, 2, &format!("值：{}", exact(value, unit)));
    }
    if let Some(threshold) = &check.threshold {
        line(text, 2, &format!("要求：{}", exact(threshold, unit)));
    }
    if let Some(rows) = check.rows {
        let part = |n: Option<usize>| n.unwrap_or(0);
        let (met, not_met, open) = (part(check.met), part(check.not_met), part(check.undetermined));
        line(text, 2, &format!("共 {rows} 行：达到 {met}，未达到 {not_met}，未定 {open}"));
    }
    for part in &check.parts {
        let below = part.below_floor.map(|n| format!("，低于底线 {n}")).unwrap_or_default();
        let (met, not_met, open) = (part.met, part.not_met, part.undetermined);
        line(text, 2, &format!("分项“{}”：达到 {met}，未达到 {not_met}{below}，未定 {open}", part.label));
    }
    if let Some(evidence) = &check.evidence {
        line(text, 2, &format!("佐证：{evidence}"));
    }
    let used = check.reliefs.iter().filter(|r| wanted(row, &r.key, r.name.as_deref(), r.member.as_deref()));
    used.for_each(|r| relieved(text, r));
    let failures = check.failures.iter().filter(|f| wanted(row, &f.key, f.name.as_deref(), f.member.as_deref()));
    let gaps = check.missing.iter().filter(|g| wanted(row, &g.key, g.name.as_deref(), g.member.as_deref()));
    let before = text.len();
    failures.for_each(|f| failing(text, f, unit));
    gaps.for_each(|g| gap(text, g));
    if let (Some(row), Some(_), true) = (row, check.rows, text.len() == before) {
        line(text, 2, &format!("含“{row}”的行中没有未达到或缺数据的"));
    }
}

/// Whether a row is among those asked for: a part of its key is the text, or its name contains it.
fn wanted(row: Option<&str>, key: &Map<String, Value>, name: Option<&str>, member: Option<&str>) -> bool {
    let Some(row) = row else { return true };
    let parts: Vec<String> = key.values().map(plain).collect();
    parts.iter().any(|p| p == row) || parts.join("/") == row || member == Some(row) || name.is_some_and(|n| n.contains(row))
}

fn relieved(text: &mut String, used: &Relieved) {
    let unit = used.unit.as_deref().unwrap_or_default();
    let mut parts: Vec<String> = [who(&used.key, used.name.as_deref())].into_iter().filter(|name| !name.is_empty()).collect();
    parts.extend(used.part.iter().map(|part| format!("分项“{part}”")));
    parts.extend(used.value.iter().map(|value| format!("值 {}", exact(value, unit))));
    parts.extend(used.threshold.iter().map(|limit| format!("宽限要求 {}", exact(limit, unit))));
    parts.extend(used.until.iter().map(|day| format!("至 {day}")));
    parts.extend(used.duty.iter().map(|duty| format!("后续：{duty}")));
    parts.extend(used.source.iter().map(|s| format!("见 {s}")));
    line(text, 2, &format!("按宽限“{}”达到：{}", used.relief, parts.join("，")));
}

fn failing(text: &mut String, failure: &Failing, unit: &str) {
    let mut parts = vec![who(&failure.key, failure.name.as_deref())];
    if let Some(value) = &failure.value {
        parts.push(format!("值 {}", exact(value, unit)));
    }
    if let Some(threshold) = &failure.threshold {
        parts.push(format!("要求 {}", exact(threshold, unit)));
    }
    if let Some(shortfall) = &failure.shortfall {
        parts.push(format!("还差 {}", exact(shortfall, failure.shortfall_unit.as_deref().unwrap_or_default())));
    }
    parts.extend(failure.source.iter().map(|s| format!("见 {s}")));
    line(text, 2, &format!("未达到：{}", parts.join("，")));
    for part in &failure.parts {
        let with = |word: &str, value: Option<&str>, unit: Option<&str>| {
            value.map(|v| format!("，{word} {}", exact(v, unit.unwrap_or_default()))).unwrap_or_default()
        };
        let unit = part.unit.as_deref();
        let (value, threshold) = (with("值", part.value.as_deref(), unit), with("要求", part.threshold.as_deref(), unit));
        let shortfall = with("还差", part.shortfall.as_deref(), part.shortfall_unit.as_deref());
        let floor = with("低于底线", part.floor.as_deref().filter(|_| part.below_floor), unit);
        line(text, 3, &format!("分项“{}”{value}{threshold}{shortfall}{floor}", part.label));
    }
}

fn gap(text: &mut String, gap: &Gap) {
    let field = gap.field.as_deref().map(|f| format!("“{f}”")).unwrap_or_default();
    let what = match gap.reason {
        "missing_table" => format!("没有“{}”表", gap.table),
        "missing_row" => format!("“{}”表没有这一行", gap.table),
        "zero_denominator" => format!("“{}”表{field}为零，不能作除数", gap.table),
        _ => format!("“{}”表{field}没有填", gap.table),
    };
    let mut parts = vec![who(&gap.key, gap.name.as_deref()), what];
    parts.retain(|p| !p.is_empty());
    parts.extend(gap.source.iter().map(|s| format!("见 {s}")));
    line(text, 2, &format!("缺数据：{}", parts.join("，")));
}

fn who(key: &Map<String, Value>, name: Option<&str>) -> String {
    let key = key.values().map(plain).collect::<Vec<_>>().join("/");
    match name {
        Some(name) if key.is_empty() => name.to_owned(),
        Some(name) => format!("{name}（{key}）"),
        None => key,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "达到",
        Verdict::NotMet => "未达到",
        Verdict::Undetermined => "未定",
    }
}

fn veto_word(verdict: VetoVerdict) -> &'static str {
    match verdict {
        VetoVerdict::Clear => "未触发",
        VetoVerdict::Triggered => "触发",
        VetoVerdict::Undetermined => "未定",
    }
}

fn line(text: &mut String, depth: usize, content: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{}{content}", "  ".repeat(depth));
}
