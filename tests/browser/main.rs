//! Real reports in a real browser: no error, nothing asked of the net, filters that filter, charts with all their rows, nothing wider than the
//! screen, pages that print. Needs Chromium, so it is run by name: `cargo test --test browser`.

mod chromium;
#[path = "../../benches/nation/generate.rs"]
#[allow(dead_code, reason = "the benches use the rest")]
mod generate;
#[path = "../../benches/multiply.rs"]
#[allow(dead_code, reason = "the benches use the rest")]
mod multiply;
mod reading;

use chromium::Browser;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SPEC: &str = "specs/changjiang-2026";
/// A telephone, a sheet of A4 at 96 dots an inch, a screen.
const WIDTHS: [u32; 3] = [390, 794, 1280];

/// The folder of the reports over some data, made once.
fn reports(name: &str, spec: &str, data: &Path, more: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pages-{name}"));
    let _ = fs::remove_dir_all(&folder);
    let mut run = Command::new(env!("CARGO_BIN_EXE_biaochi"));
    run.args(["run", spec, "--data"]).arg(data).args(["--format", "html", "--date", "2026-07-05", "--out"]).arg(&folder).args(more);
    let output = run.output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    folder
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/samples").join(name)
}

/// The first report of a folder.
fn first(folder: &Path) -> PathBuf {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.into_iter().find(|p| p.file_name().is_some_and(|n| n != "index.html")).unwrap()
}

fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Nothing went wrong, and nothing but the file itself was asked for.
fn quiet(browser: &mut Browser, name: &str) {
    browser.value("1");
    assert_eq!(browser.complaints, Vec::<String>::new(), "{name}");
    let strange: Vec<&String> = browser.requests.iter().filter(|r| !r.starts_with("\"file://") && !r.starts_with("\"about:")).collect();
    assert!(strange.is_empty(), "{name}: {strange:?}");
}

/// At no width is the page wider than the screen, with everything folded and with everything open.
fn fits(browser: &mut Browser, file: &Path, name: &str) {
    for width in WIDTHS {
        browser.visit(file, "", width);
        browser.picture(&pictures().join(format!("{name}-{width}.png")));
        for _ in 0..2 {
            let wide = browser.number("document.documentElement.scrollWidth");
            assert!(wide <= u64::from(width), "{name}: {wide} wide on {width}");
            browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        }
    }
}

/// Every chart draws as many marks as its table has values, names what it shows and points nowhere outside.
fn charts_are_whole(browser: &mut Browser, name: &str) -> u64 {
    let wrong = browser.text(
        "(() => { const wrong = []; for (const f of document.querySelectorAll('figure.chart:not(.total)')) {
            const svg = f.querySelector('svg'), rows = [...f.querySelectorAll('tbody tr')];
            if (!rows.length) { wrong.push(f.id + ' has no rows'); continue; }
            if (!svg) { if ([...rows].some(r => r.lastElementChild.textContent !== '0.0%')) wrong.push(f.id + ' has no chart'); continue; }
            if (!svg.querySelector('title').textContent || !svg.querySelector('desc').textContent) wrong.push(f.id + ' is not described');
            if (/NaN|undefined/.test(svg.outerHTML)) wrong.push(f.id + ' has a mark nowhere');
            if (f.id.startsWith('v-')) { if (svg.querySelectorAll('rect').length < Math.min(rows.length, 11)) wrong.push(f.id + ' lacks bars'); continue; }
            const known = rows.filter(r => r.cells[1].textContent && (r.cells.length < 4 || r.cells[2].textContent)).length;
            const bars = [...svg.querySelectorAll('rect:not(.bad)')].reduce((n, b) => n + Number(b.textContent), 0);
            const marks = svg.querySelectorAll('use').length + bars;
            if (marks !== known) wrong.push(f.id + ': ' + marks + ' marks, ' + known + ' values');
            for (const u of svg.querySelectorAll('use')) if (u.x.baseVal.value < 0 || u.x.baseVal.value > 720 || u.y.baseVal.value < 0) wrong.push(f.id + ' draws outside');
            const line = svg.querySelector('path.limit').getAttribute('d').match(/^M(\\d+)/)[1], bad = svg.querySelector('.bad');
            for (const u of svg.querySelectorAll('use.no')) {
              const x = u.x.baseVal.value, low = Number(bad.getAttribute('x')), high = low + Number(bad.getAttribute('width'));
              if (x < low || x > high) wrong.push(f.id + ' shows a failing row on the good side of ' + line);
            }
          } return wrong.join('; '); })()",
    );
    assert_eq!(wrong, "", "{name}");
    browser.number("document.querySelectorAll('figure.chart').length")
}

/// The report prints on numbered pages with a running head, none of them blank.
fn prints(browser: &mut Browser, file: &Path, name: &str, most: usize) {
    browser.visit(file, "", 1280);
    let pages = browser.printed(&pictures().join(format!("{name}.pdf")));
    assert!((4..=most).contains(&pages.len()), "{name}: {} pages", pages.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("{} / {}", index + 1, pages.len())), "{name}: page {} has no number:\n{page}", index + 1);
        let letters = page.chars().filter(|c| !c.is_whitespace()).count();
        assert!(letters > 90, "{name}: page {} is blank:\n{page}", index + 1);
    }
    assert_eq!(browser.number("document.querySelectorAll('form:not([hidden])').length"), 1, "the filter is for the screen");
}

#[test]
fn reports_are_sound_at_every_width_and_on_paper() {
    let mut browser = Browser::open("sound");
    let cases = [
        ("good", SPEC, sample("sample-good"), 34),
        ("failing", SPEC, sample("sample-mixed"), 40),
        ("missing", SPEC, sample("sample-missing"), 45),
        ("national", "specs/national-2017", "specs/national-2017/示例数据".into(), 40),
    ];
    for (name, spec, data, most) in cases {
        let file = first(&reports(name, spec, &data, &[]));
        fits(&mut browser, &file, name);
        let charts = charts_are_whole(&mut browser, name);
        assert!(charts > 30, "{name}: {charts} charts");
        prints(&mut browser, &file, name, most);
        quiet(&mut browser, name);
    }
}

#[test]
fn a_county_of_a_hundred_schools_stays_small_and_whole() {
    let file = first(&reports("hundred", SPEC, &multiply::county(5), &[]));
    let size = fs::metadata(&file).unwrap().len();
    assert!(size <= 2_000_000, "{size} bytes");
    let mut browser = Browser::open("hundred");
    fits(&mut browser, &file, "hundred");
    charts_are_whole(&mut browser, "hundred");
    prints(&mut browser, &file, "hundred", 60);
    quiet(&mut browser, "hundred");
}

const SHOWN: &str = "document.querySelectorAll('[data-s]:not([hidden])').length";

#[test]
fn the_board_filters_by_mouse_keys_and_address() {
    let file = first(&reports("board", SPEC, &sample("sample-mixed"), &[]));
    let mut browser = Browser::open("board");
    browser.visit(&file, "", 1280);
    let all = browser.number(SHOWN);
    assert_eq!(all, browser.number("document.querySelectorAll('[data-s]').length"));
    let said = "document.querySelector('form.filter output').textContent";
    assert_eq!(browser.text(said), format!("共 {all} 个条目"));
    // Each list, by the keyboard: the first choice shows as many items as it says.
    for name in ["state", "category", "department", "member"] {
        browser.value(&format!("document.querySelector('[name={name}]').focus()"));
        browser.key("ArrowDown", 40);
        let label = browser.text(&format!("document.querySelector('[name={name}]').selectedOptions[0].textContent"));
        let promised: u64 = label.rsplit_once('（').unwrap().1.trim_end_matches('）').parse().unwrap();
        let shown = browser.number(SHOWN);
        assert_eq!(shown, promised, "{label}");
        assert!(shown < all, "{label}");
        assert_eq!(browser.text(said), format!("{all} 个条目中的 {shown} 个"));
        assert!(browser.text("location.hash").contains(&format!("{name}=")), "the address keeps the filter");
        assert!(browser.number("document.querySelectorAll('[data-tile]').length") > 0);
        let tiles = "[...document.querySelectorAll('[data-tile]:not([hidden])')].every(t => !document.getElementById(decodeURIComponent(t.hash.slice(1))).hidden)";
        assert_eq!(browser.value(tiles), true, "tiles and items show the same");
        browser.click("form.filter [type=reset]");
        browser.value("new Promise(done => setTimeout(done, 20))");
        assert_eq!(browser.number(SHOWN), all, "cleared after {label}");
    }
    // The address alone brings a filter back, and words narrow it down.
    let hash = "#state=no&words=%E8%90%A5";
    browser.visit(&file, "#state=no", 1280);
    let failing = browser.number(SHOWN);
    assert!(failing > 0 && failing < all);
    assert_eq!(browser.number("document.querySelectorAll('[data-s=no]:not([hidden])').length"), failing);
    browser.visit(&file, hash, 1280);
    assert!(browser.number(SHOWN) < failing);
    browser.value("document.querySelector('[name=words]').focus()");
    browser.write("不存在的词");
    assert_eq!(browser.number(SHOWN), 0);
    assert_eq!(browser.number("document.querySelectorAll('[data-group]:not([hidden])').length"), 0);
    quiet(&mut browser, "board");
}

#[test]
fn a_point_opens_to_all_that_it_rests_on() {
    let file = first(&reports("point", SPEC, &sample("sample-mixed"), &[]));
    let mut browser = Browser::open("point");
    // By an address, also where a filter hides it.
    browser.visit(&file, "#state=ok", 1280);
    browser.value("document.querySelector('.top a').click()");
    browser.value("new Promise(done => setTimeout(done, 20))");
    let target = "document.getElementById(decodeURIComponent(location.hash.slice(1)))";
    assert_eq!(browser.value(&format!("{target}.open && !{target}.hidden")), true);
    // By the keyboard.
    browser.visit(&file, "", 1280);
    browser.value("document.querySelector('#p-1\\\\.1 > summary').focus()");
    browser.key("Enter", 13);
    browser.value("new Promise(done => setTimeout(done, 20))");
    let text = browser.text("document.querySelector('#p-1\\\\.1').innerText");
    for wanted in ["所有小学每百名学生拥有大专及以上学历教师4.2人以上", "≥ 4.2 人", "数据表"] {
        assert!(text.contains(wanted), "{wanted}:\n{text}");
    }
    let spread = browser.text("document.querySelector('#p-1\\\\.3').textContent");
    assert!(spread.contains("平均") && spread.contains("对差异的贡献"), "{spread}");
    let cells = browser.text("document.querySelector('#p-26\\\\.1 .working').textContent");
    assert!(cells.contains("区县指标.csv:"), "{cells}");
    quiet(&mut browser, "point");
}

#[test]
fn the_index_finds_and_sorts() {
    let folder = reports("index", SPEC, &sample("sample-mixed"), &[]);
    let mut browser = Browser::open("index");
    for width in WIDTHS {
        browser.visit(&folder.join("index.html"), "", width);
        let wide = browser.number("document.documentElement.scrollWidth");
        assert!(wide <= u64::from(width), "index: {wide} wide on {width}");
        browser.picture(&pictures().join(format!("index-{width}.png")));
    }
    let rows = "[...document.querySelectorAll('table.sortable tbody tr:not([hidden])')]";
    assert_eq!(browser.number(&format!("{rows}.length")), 6);
    let scores = format!("{rows}.map(r => Number(r.cells[4].dataset.k))");
    browser.click("th:nth-child(5) button");
    let up: Vec<f64> = serde_json::from_value(browser.value(&scores)).unwrap();
    assert!(up.is_sorted() && up.first() < up.last(), "{up:?}");
    browser.click("th:nth-child(5) button");
    let down: Vec<f64> = serde_json::from_value(browser.value(&scores)).unwrap();
    assert!(down.iter().rev().is_sorted(), "{down:?}");
    assert_eq!(browser.text("document.querySelector('th:nth-child(5)').getAttribute('aria-sort')"), "descending");
    let hash = browser.text("location.hash");
    let name = browser.text(&format!("{rows}[0].cells[1].textContent"));
    browser.value("document.querySelector('[name=words]').focus()");
    browser.write(&name);
    assert_eq!(browser.number(&format!("{rows}.length")), 1);
    browser.visit(&folder.join("index.html"), &hash, 1280);
    assert_eq!(browser.text(&format!("{rows}[0].cells[1].textContent")), name, "the address keeps the order");
    // Every link leads to a report.
    let links: Vec<String> =
        serde_json::from_value(browser.value(&format!("{rows}.map(r => decodeURIComponent(r.querySelector('a').getAttribute('href')))")))
            .unwrap();
    assert!(links.iter().all(|l| folder.join(l).is_file()), "{links:?}");
    quiet(&mut browser, "index");
}

#[test]
fn the_index_of_many_is_searched_by_keyboard() {
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nation-of-the-index");
    generate::write(&data, 40, 4, 2026).unwrap();
    let folder = reports("many", SPEC, &data, &[]);
    let mut browser = Browser::open("many");
    browser.visit(&folder.join("index.html"), "", 1280);
    let rows = "[...document.querySelectorAll('table.sortable tbody tr')]";
    let shown = format!("{rows}.filter(r => r.checkVisibility()).length");
    assert_eq!(browser.number(&shown), 40);
    let focus = "document.activeElement.name || document.activeElement.textContent";
    let tab = |browser: &mut Browser, to: &str| {
        for _ in 0..6 {
            browser.key("Tab", 9);
            if browser.text(focus) == to {
                return;
            }
        }
        panic!("{to} is not reached by the keyboard");
    };
    tab(&mut browser, "words");
    // Both of a code and a name, part of one, part of the other.
    for words in ["11 县", "1101", "区"] {
        browser.value("document.activeElement.select()");
        browser.write(words);
        let found = format!("{rows}.filter(r => {words:?}.split(' ').every(w => r.textContent.includes(w))).length");
        let count = browser.number(&found);
        assert!(count > 0 && count < 40, "{words}: {count}");
        assert_eq!(browser.number(&shown), count, "{words}");
        reading::says(&mut browser, &format!("40 个中的 {count} 个"));
    }
    let of_words = browser.number(&shown);
    tab(&mut browser, "state");
    browser.key("ArrowDown", 40);
    assert!(browser.number(&shown) < of_words);
    let hash = browser.text("location.hash");
    assert!(hash.contains("words=") && hash.contains("state=ok"), "{hash}");
    tab(&mut browser, "清除筛选");
    browser.key("Enter", 13);
    browser.value("new Promise(done => setTimeout(done, 20))");
    assert_eq!(browser.number(&shown), 40);
    tab(&mut browser, "B类指标");
    browser.key("Enter", 13);
    let scores = browser.value(&format!("{rows}.map(r => Number(r.cells[4].dataset.k))"));
    assert!(serde_json::from_value::<Vec<f64>>(scores).unwrap().is_sorted());
    assert_eq!(browser.text("document.activeElement.closest('th').getAttribute('aria-sort')"), "ascending");
    quiet(&mut browser, "many");
}

#[test]
fn no_cell_becomes_more_than_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let page = fs::read_to_string(folder.join("hostile/report.html")).unwrap();
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"));
    let mut browser = Browser::open("hostile");
    let file = folder.join("hostile/report.html");
    fits(&mut browser, &file, "hostile");
    assert_eq!(browser.number("document.querySelectorAll('iframe,img,object,embed,link').length"), 0);
    assert_eq!(browser.number("document.querySelectorAll('script').length"), 1);
    assert_eq!(browser.number("document.querySelectorAll('style').length"), 1);
    assert_eq!(browser.number("[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on') || a.name === 'style')).length"), 0);
    assert_eq!(browser.number("document.querySelectorAll('a:not([href^=\"#\"])').length"), 0);
    let text = browser.text("document.body.textContent");
    for name in [
        "<svg onload=alert(1)><title>",
        "</style></script><script>alert(2)</script>",
        "=HYPERLINK(\"http://x\",\"点\")",
        "\u{202e}反写\u{202c}\u{2066}甲",
        "{{ page.name }}{% raw %}",
        "\"；}body{display:none}",
    ] {
        assert!(text.contains(name), "{name} stands as it is");
    }
    assert_eq!(browser.text("getComputedStyle(document.body).display"), "block");
    charts_are_whole(&mut browser, "hostile");
    quiet(&mut browser, "hostile");
}

#[test]
fn the_page_follows_the_light_of_the_room() {
    let file = first(&reports("dark", SPEC, &sample("sample-good"), &[]));
    let mut browser = Browser::open("dark");
    let mut papers = Vec::new();
    for scheme in ["light", "dark"] {
        let media = serde_json::json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.call("Emulation.setEmulatedMedia", media);
        browser.visit(&file, "#p-1.1", 1280);
        papers.push(browser.text("getComputedStyle(document.body).backgroundColor"));
        browser.picture(&pictures().join(format!("{scheme}.png")));
    }
    assert_ne!(papers[0], papers[1]);
    quiet(&mut browser, "dark");
}

const PAGE: [&str; 3] = ["banner", "main", "contentinfo"];

#[test]
fn reports_are_told_without_sight_and_without_colour() {
    let mut browser = Browser::open("reading");
    let national = PathBuf::from("specs/national-2017/示例数据");
    let cases = [
        ("read-good", SPEC, sample("sample-good")),
        ("read-failing", SPEC, sample("sample-mixed")),
        ("read-missing", SPEC, sample("sample-missing")),
        ("read-national", "specs/national-2017", national),
    ];
    for (name, spec, data) in cases {
        let folder = reports(name, spec, &data, &[]);
        let file = first(&folder);
        browser.visit(&file, "", 1280);
        reading::needs_no_colour(&mut browser, name);
        // On a telephone too, where rows become blocks.
        for width in if name == "read-failing" { &WIDTHS[..] } else { &WIDTHS[2..] } {
            browser.visit(&file, "", *width);
            reading::reads_well(&mut browser, name, &PAGE);
        }
        let index = folder.join("index.html");
        if index.is_file() {
            browser.visit(&index, "", 1280);
            reading::reads_well(&mut browser, name, &PAGE);
            reading::needs_no_colour(&mut browser, name);
        }
    }
    // A filter says what it has left.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages-read-failing");
    browser.visit(&first(&folder), "#state=no", 1280);
    let (all, shown) = (browser.number("document.querySelectorAll('[data-s]').length"), browser.number(SHOWN));
    reading::says(&mut browser, &format!("{all} 个条目中的 {shown} 个"));
    browser.visit(&folder.join("index.html"), "#state=ok", 1280);
    reading::says(&mut browser, "6 个中的 2 个");
    quiet(&mut browser, "reading");
}

#[test]
fn documents_are_told_without_sight_and_without_colour() {
    let names = "自评报告,责任清单,整改清单,一校一案,佐证材料目录,资格审核,汇总";
    let mut browser = Browser::open("documents");
    for (name, spec, data) in
        [("read-county", SPEC, sample("sample-mixed")), ("read-nation", "specs/national-2017", "specs/national-2017/示例数据".into())]
    {
        let folder = reports(name, spec, &data, &["--report", names]);
        let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        // Those of the first county and of all together.
        let code = files[0].file_name().unwrap().to_string_lossy().split('-').next().unwrap().to_owned();
        files.retain(|f| f.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&code) || n.to_string_lossy().starts_with("汇总")));
        assert_eq!(files.len(), 7, "{files:?}");
        for file in files {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            browser.visit(&file, "", 1280);
            reading::reads_well(&mut browser, &name, &["main"]);
            reading::needs_no_colour(&mut browser, &name);
            if code.starts_with("99") && name.ends_with("一校一案") {
                // Long pages are set closer, so that each school has one.
                let schools = browser.number("document.querySelectorAll('h2').length");
                let pages = browser.printed(&pictures().join("members.pdf")).len() as u64;
                assert_eq!(pages, schools + 1, "{name}");
            }
        }
    }
    quiet(&mut browser, "documents");
}
