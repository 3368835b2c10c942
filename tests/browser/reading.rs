//! What is told to those who do not see the page, or see it without colours: Chromium's tree of accessibility, and the looks of states.

use crate::chromium::Browser;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Roles that say nothing without a name.
const NAMED: [&str; 18] = [
    "RootWebArea",
    "button",
    "columnheader",
    "combobox",
    "DisclosureTriangle",
    "form",
    "heading",
    "image",
    "link",
    "navigation",
    "option",
    "region",
    "rowheader",
    "searchbox",
    "table",
    "textbox",
    "checkbox",
    "graphics-document",
];

fn text<'n>(node: &'n Value, field: &str) -> &'n str {
    node[field]["value"].as_str().unwrap_or_default().trim()
}

fn property<'n>(node: &'n Value, name: &str) -> &'n Value {
    let found = node["properties"].as_array().and_then(|list| list.iter().find(|p| p["name"] == name));
    found.map_or(&Value::Null, |p| &p["value"]["value"])
}

/// The tree in the order of reading, without what is hidden from it.
fn nodes(browser: &mut Browser) -> Vec<Value> {
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let all = tree["nodes"].as_array().unwrap();
    let by_id: BTreeMap<&str, &Value> = all.iter().map(|n| (n["nodeId"].as_str().unwrap(), n)).collect();
    let (mut waiting, mut read) = (vec![&all[0]], Vec::new());
    while let Some(node) = waiting.pop() {
        let below = node["childIds"].as_array().into_iter().flatten().rev();
        waiting.extend(below.filter_map(|id| by_id.get(id.as_str().unwrap())).copied());
        if node["ignored"] != true {
            read.push(node.clone());
        }
    }
    read
}

/// The page as a screen reader gets it, with everything open: names, headings in order, tables with heads, charts described.
pub fn reads_well(browser: &mut Browser, name: &str, landmarks: &[&str]) {
    assert_eq!(browser.text("document.documentElement.lang"), "zh-CN", "{name}");
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })");
    let nodes = nodes(browser);
    let with = |role: &str| nodes.iter().filter(|n| text(n, "role") == role).collect::<Vec<_>>();
    for landmark in landmarks {
        assert_eq!(with(landmark).len(), 1, "{name}: {landmark}");
    }
    let mut level = 0;
    for heading in with("heading") {
        let own = property(heading, "level").as_u64().unwrap();
        assert!(own <= level + 1 && (own > 1 || level == 0), "{name}: a heading of level {own} after {level}: {}", text(heading, "name"));
        level = own;
    }
    assert!(level > 0, "{name} has headings");
    for node in &nodes {
        let (role, focusable) = (text(node, "role"), property(node, "focusable") == true);
        let needed = NAMED.contains(&role) || focusable;
        assert!(!needed || !text(node, "name").is_empty(), "{name}: a {role} without a name: {node}");
    }
    for image in with("image") {
        let (own, more) = (text(image, "name"), text(image, "description"));
        assert!(!more.is_empty() && !own.contains(more), "{name}: {own} is described, and once: {more}");
    }
    let wrong = browser.text(
        "(() => { const wrong = []; for (const t of document.querySelectorAll('table')) {
            const heads = t.querySelectorAll('th[scope],[role=rowheader]').length, bare = t.querySelectorAll('th:not([scope])').length;
            if (!heads || bare) wrong.push('a table with ' + heads + ' heads and ' + bare + ' without a scope: ' + t.textContent.slice(0, 60));
          }
          for (const f of document.querySelectorAll('figure.chart:not(.total)')) if (!f.querySelector('table')) wrong.push(f.id + ' without its data');
          return wrong.join('; '); })()",
    );
    assert_eq!(wrong, "", "{name}");
    let tables = with("table").len() as u64;
    assert_eq!(
        tables,
        browser.number("[...document.querySelectorAll('table')].filter(t => t.checkVisibility()).length"),
        "{name}: tables stay tables"
    );
}

/// What the filter has left is said aloud.
pub fn says(browser: &mut Browser, wanted: &str) {
    let nodes = nodes(browser);
    let status: Vec<&Value> = nodes.iter().filter(|n| text(n, "role") == "status").collect();
    assert_eq!(status.len(), 1);
    assert_eq!(property(status[0], "live"), "polite");
    let said = |n: &&Value| status[0]["childIds"].as_array().unwrap().contains(&n["nodeId"]);
    assert_eq!(nodes.iter().filter(said).map(|n| text(n, "name")).collect::<String>(), wanted);
}

/// No state is told by its colour alone, and every text stands out from its ground, in light and in dark.
pub fn needs_no_colour(browser: &mut Browser, name: &str) {
    let wrong = browser.text(
        "(() => { const wrong = [], marks = {}, looks = {};
          const put = (kind, map, key, value) => { (map[kind] ||= {})[key] ||= value; if (map[kind][key] !== value) wrong.push(kind + ' ' + key + ' differs'); };
          for (const s of document.querySelectorAll('.s[class*=\" \"]')) {
            const said = /^(\\S) (\\S.*)$/.exec(s.textContent);
            if (!said) wrong.push('no mark and word: ' + s.textContent); else put('mark', marks, s.classList[1], said[1]);
          }
          const edge = e => { const c = getComputedStyle(e); return c.borderLeftStyle + c.borderLeftWidth; };
          for (const a of document.querySelectorAll('[data-tile]')) put('tile', looks, a.className, edge(a));
          for (const r of document.querySelectorAll('.tiles rect')) { const c = getComputedStyle(r); put('bar', looks, r.classList[0], c.fillOpacity + c.strokeDasharray); }
          for (const u of document.querySelectorAll('.chart use')) put('shape', looks, u.classList[0], u.getAttribute('href'));
          for (const map of [marks, looks]) for (const kind in map) {
            const seen = Object.values(map[kind]);
            if (new Set(seen).size !== seen.length) wrong.push(kind + ' looks the same: ' + JSON.stringify(map[kind]));
          }
          return wrong.join('; '); })()",
    );
    assert_eq!(wrong, "", "{name}");
    for scheme in ["light", "dark"] {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.call("Emulation.setEmulatedMedia", media);
        let faint = browser.text(
            "(() => { const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
              const numbers = c => c.match(/[\\d.]+/g).map(Number);
              const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
              const ground = e => { for (; e; e = e.parentElement) { const c = numbers(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
              const faint = new Set();
              for (const e of document.body.querySelectorAll('*')) {
                if (e.closest('svg') && e.tagName !== 'text' || e.tagName === 'SCRIPT' || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
                const style = getComputedStyle(e), a = light(numbers(e.tagName === 'text' ? style.fill : style.color)), b = light(ground(e));
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (ratio < 4.5) faint.add(e.tagName + '.' + (e.className.baseVal ?? e.className) + ' ' + ratio.toFixed(2));
              }
              return [...faint].join('; '); })()",
        );
        assert_eq!(faint, "", "{name}, {scheme}");
    }
    browser.call("Emulation.setEmulatedMedia", json!({"features": []}));
}
