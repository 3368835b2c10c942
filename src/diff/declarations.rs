//! What a standard declares beside its items, each as named parts with their words.

use super::{Change, Detail, Kind, differs, parameters, populations, verdict};
use crate::plan::{Field, FieldType, NatureKind, Plan};
use crate::value::{Unit, format_decimal};
use std::collections::BTreeMap;

/// A declaration: its name and its parts.
struct Entry {
    section: &'static str,
    name: String,
    parts: Vec<(String, String)>,
}

/// What differs among the declarations.
pub(super) fn changes(old: &Plan, new: &Plan) -> Vec<Change> {
    let (before, after) = (entries(old), entries(new));
    let mut changes = Vec::new();
    let same = |a: &Entry, b: &Entry| a.section == b.section && a.name == b.name;
    for entry in &after {
        let Some(other) = before.iter().find(|o| same(o, entry)) else {
            changes.push(Change::new(Kind::Added, entry.section, "", &entry.name, one_sided(entry, false)));
            continue;
        };
        let mut details = parts(other, entry);
        match entry.section {
            "参数" => {
                let named = |p: &'_ Plan| p.parameters.iter().find(|p| p.name == entry.name).cloned();
                details.retain(|d| d.what != "取值");
                let values = named(old).zip(named(new)).map(|(a, b)| parameters::values(&a, &b)).unwrap_or_default();
                details.splice(0..0, values);
            }
            "总体" => details = populations::ways(old, new, &entry.name, details),
            "结论" => details.extend(verdict::asked(old, new)),
            _ => {}
        }
        if !details.is_empty() {
            changes.push(Change::new(Kind::Changed, entry.section, "", &entry.name, details));
        }
    }
    for entry in before.iter().filter(|o| !after.iter().any(|n| same(n, o))) {
        changes.push(Change::new(Kind::Removed, entry.section, "", &entry.name, one_sided(entry, true)));
    }
    changes
}

fn one_sided(entry: &Entry, is_old: bool) -> Vec<Detail> {
    let shown = entry.parts.iter().filter(|(_, text)| !text.is_empty());
    shown
        .map(|(what, text)| {
            let text = Some(text.clone());
            if is_old { Detail::new(what, text, None) } else { Detail::new(what, None, text) }
        })
        .collect()
}

fn parts(old: &Entry, new: &Entry) -> Vec<Detail> {
    let before: BTreeMap<&str, &str> = old.parts.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let mut details: Vec<Detail> =
        new.parts.iter().filter_map(|(what, text)| differs(what, before.get(what.as_str()).copied().unwrap_or(""), text)).collect();
    let gone = old.parts.iter().filter(|(what, _)| !new.parts.iter().any(|(n, _)| n == what));
    details.extend(gone.filter_map(|(what, text)| differs(what, text, "")));
    details
}

fn entry(section: &'static str, name: &str, parts: Vec<(&str, String)>) -> Entry {
    Entry { section, name: name.to_owned(), parts: parts.into_iter().map(|(k, v)| (k.to_owned(), v)).collect() }
}

fn entries(plan: &Plan) -> Vec<Entry> {
    let standard = &plan.standard;
    // Two standards are compared as wholes, whatever they are called.
    let mut found = vec![entry(
        "标准",
        "",
        vec![
            ("名称", standard.title.clone()),
            ("版本", standard.version.clone()),
            ("口径", standard.notes.join("；")),
            ("轮次", plan.rounds.join("、")),
            ("类别", plan.categories.join("、")),
        ],
    )];
    for nature in &plan.natures {
        let kind = match nature.kind {
            NatureKind::Must => "必达",
            NatureKind::Scored => "计分",
            NatureKind::Veto => "否决",
            NatureKind::Qualification => "资格",
        };
        let parts = vec![("种类", kind.to_owned()), ("标题", nature.title.clone()), ("责任单位", nature.departments.join("、"))];
        found.push(entry("性质", &nature.name, parts));
    }
    for department in &plan.departments {
        found.push(entry("部门", &department.name, vec![("又作", department.aliases.join("、"))]));
    }
    found.extend((0..plan.tables.len()).filter_map(|i| table(plan, i)));
    for population in &plan.populations {
        let [source, filter] = populations::parts(plan, population);
        let parts = vec![source, filter, ("口径", population.notes.join("；"))];
        found.push(entry("总体", &population.name, parts));
    }
    for parameter in &plan.parameters {
        let parts = vec![("取值", parameters::text(parameter)), ("口径", parameter.notes.join("；"))];
        found.push(entry("参数", &parameter.name, parts));
    }
    found.extend(plan.verifications.iter().map(|v| {
        let parts = vec![("级别", v.word().to_owned()), ("范围", v.rows.name.clone()), ("规则", v.rule.clone())];
        entry("核验", &v.text, parts)
    }));
    found.extend(plan.verdict.as_ref().map(|v| {
        let words = format!("{}／{}／{}", v.met, v.not_met, v.undetermined);
        entry("结论", "", vec![("叫法", words), ("口径", v.notes.join("；"))])
    }));
    for step in &plan.steps {
        let day = |d: &Option<String>| d.clone().unwrap_or_default();
        let parts = vec![
            ("名称", step.title.clone()),
            ("自", day(&step.from)),
            ("至", day(&step.until)),
            ("原文", step.words.clone()),
            ("口径", step.notes.join("；")),
        ];
        found.push(entry("步骤", &step.id, parts));
    }
    found
}

fn table(plan: &Plan, index: usize) -> Option<Entry> {
    let table = plan.tables.get(index)?;
    let key: Vec<&str> = table.key.iter().filter_map(|k| table.fields.get(k.0)).map(|f| f.name.as_str()).collect();
    let mut parts =
        vec![("标题".to_owned(), table.title.clone()), ("主键".to_owned(), key.join("、")), ("口径".to_owned(), table.notes.join("；"))];
    parts.extend(table.fields.iter().map(|f| (format!("字段 {}", f.name), field(f))));
    Some(Entry { section: "数据表", name: table.name.clone(), parts })
}

fn field(field: &Field) -> String {
    let of_unit = |word: &str, unit: &Unit| format!("{word} {}", unit.name).trim_end().to_owned();
    let mut said = vec![match &field.ty {
        FieldType::Text => "文本".to_owned(),
        FieldType::Bool => "是否".to_owned(),
        FieldType::Month => "年月".to_owned(),
        FieldType::Date => "日期".to_owned(),
        FieldType::Integer(unit) => of_unit("整数", unit),
        FieldType::Decimal { places, unit } => of_unit(&format!("小数 {places} 位"), unit),
        FieldType::Choice { options, ordered } => format!("{} {}", if *ordered { "有序选项" } else { "选项" }, options.join("、")),
    }];
    said.extend(field.required.then(|| "必填".to_owned()));
    said.extend(field.signed.then(|| "可为负".to_owned()));
    said.extend(field.additive.then(|| "合计".to_owned()));
    said.extend(field.range.as_ref().map(|(low, high)| format!("范围 {} 至 {}", format_decimal(low, 12), format_decimal(high, 12))));
    said.extend((!field.aliases.is_empty()).then(|| format!("又名 {}", field.aliases.join("、"))));
    said.join("，")
}
