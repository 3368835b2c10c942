//! The official table, back from the plan.

use super::{Options, Shop, Words, layers, view};
use crate::diagnostic::Diagnostic;
use crate::plan::{Indicator, Item, NatureKind, Plan};
use crate::value::{Num, Text, format_decimal};
use serde::Serialize;
use serde_json::{Value, json};

fn number(full: Option<&Num>) -> Value {
    let Some(full) = full else { return Value::Null };
    serde_json::from_str(&format_decimal(full, 12)).unwrap_or(Value::Null)
}

fn nature_name(plan: &Plan, i: &Indicator) -> String {
    plan.natures.get(i.nature.0).map_or_else(String::new, |n| n.name.to_string())
}

fn veto_departments(plan: &Plan) -> Vec<Text> {
    plan.natures.iter().find(|n| n.kind == NatureKind::Veto).map_or_else(Vec::new, |n| n.departments.clone())
}

/// The annex as data, texts verbatim.
pub fn annex_json(plan: &Plan) -> Value {
    let plain = |items: &[Item]| -> Vec<Value> { items.iter().map(|i| json!({"id": i.id, "text": i.text})).collect() };
    let point = |p: &Item| json!({"id": p.id, "text": p.text, "full": number(p.full.as_ref())});
    let indicators: Vec<Value> = plan
        .indicators
        .iter()
        .map(|i| {
            json!({
                "id": i.id,
                "category": i.category,
                "title": i.title,
                "kind": nature_name(plan, i),
                "full": number(i.full.as_ref()),
                "departments": i.departments,
                "points": i.points.iter().map(point).collect::<Vec<Value>>(),
            })
        })
        .collect();
    let mut annex = json!({
        "indicators": indicators,
        "vetoes": plain(&plan.vetoes),
        "veto_departments": veto_departments(plan),
        "qualifications": plain(&plan.qualifications),
    });
    let items = plan.indicators.iter().map(|i| &i.id).chain(plan.items().map(|i| &i.id));
    let layers: serde_json::Map<String, Value> = items.filter_map(|id| Some((id.to_string(), plan.layers_of(id)?.into()))).collect();
    // Beside the document's own fields, which stay as they are.
    if let (false, Some(map)) = (layers.is_empty(), annex.as_object_mut()) {
        map.insert("layers".into(), layers.into());
    }
    annex
}

#[derive(Debug, Serialize)]
struct Annex {
    title: String,
    version: String,
    rows: Vec<Row>,
    vetoes: Vec<Plain>,
    veto_title: String,
    veto_departments: String,
    qualifications: Vec<Plain>,
    qualification_title: String,
    changed_by: Vec<layers::LayerRow>,
}

/// One indicator; `span` is the number of indicators of its category where it is the first of them, else 0.
#[derive(Debug, Serialize)]
struct Row {
    category: String,
    span: usize,
    id: String,
    title: String,
    nature: String,
    departments: String,
    points: Vec<Plain>,
    layers: Option<String>,
}

#[derive(Debug, Serialize)]
struct Plain {
    id: String,
    text: String,
    /// The layers that wrote it, where one above the first did.
    layers: Option<String>,
}

fn plain(w: &Words, plan: &Plan, i: &Item) -> Plain {
    let worth = i.full.as_ref().map(|f| w.fill("points_worth", &[("full", &format_decimal(f, 12))]));
    // A text that states its own worth needs no second mention.
    let worth = worth.filter(|worth| !i.text.contains(worth.trim_matches(['（', '）'])));
    Plain { id: i.id.to_string(), text: format!("{}{}", i.text, worth.unwrap_or_default()), layers: plan.layers_of(&i.id) }
}

fn annex(w: &Words, plan: &Plan) -> Annex {
    let mut rows: Vec<Row> = Vec::new();
    let mut first = 0;
    for i in &plan.indicators {
        let new = rows.last().is_none_or(|r| r.category != i.category);
        if new {
            first = rows.len();
        }
        let worth = i.full.as_ref().map(|f| w.fill("points_worth", &[("full", &format_decimal(f, 12))]));
        let nature = view::nature_title(plan, &nature_name(plan, i));
        rows.push(Row {
            category: i.category.to_string(),
            span: 0,
            id: i.id.to_string(),
            title: i.title.to_string(),
            nature: format!("{nature}{}", worth.unwrap_or_default()),
            departments: i.departments.join("、"),
            points: i.points.iter().map(|p| plain(w, plan, p)).collect(),
            layers: plan.layers_of(&i.id),
        });
        if let Some(r) = rows.get_mut(first) {
            r.span += 1;
        }
    }
    let title = |kind, key: &str| {
        let nature = plan.natures.iter().find(|n| n.kind == kind).filter(|n| !n.title.is_empty());
        nature.map_or_else(|| w.get(key).to_string(), |n| n.title.clone())
    };
    Annex {
        title: plan.standard.title.clone(),
        version: plan.standard.version.clone(),
        rows,
        vetoes: plan.vetoes.iter().map(|v| plain(w, plan, v)).collect(),
        veto_title: title(NatureKind::Veto, "vetoes"),
        veto_departments: veto_departments(plan).join("、"),
        qualifications: plan.qualifications.iter().map(|v| plain(w, plan, v)).collect(),
        qualification_title: title(NatureKind::Qualification, "qualifications"),
        changed_by: layers::rows(w, plan),
    }
}

fn write(plan: &Plan, options: &Options, template: &str) -> Result<String, Vec<Diagnostic>> {
    let shop = Shop::open(options)?;
    shop.render(template, &annex(&shop.words, plan))
}

/// The annex as one offline page.
pub fn annex_html(plan: &Plan, options: &Options) -> Result<String, Vec<Diagnostic>> {
    write(plan, options, "annex.html")
}

/// The annex as a Markdown table.
pub fn annex_markdown(plan: &Plan, options: &Options) -> Result<String, Vec<Diagnostic>> {
    write(plan, options, "annex.md")
}
