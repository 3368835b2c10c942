//! How standards are written: the shipped ones cleanly, and each finding can be set, exempted and where certain mended.

use biaochi::diagnostic::{Severity, human};
use biaochi::lint::{Levels, RULES};
use biaochi::{CompileOptions, Compiled, Linted, compile_texts, lint, lint_texts};
use std::collections::BTreeMap;
use std::path::Path;

fn levels(settings: &[(&str, &str)]) -> Levels {
    let settings: BTreeMap<String, String> = settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let (levels, wrong) = Levels::read(&settings);
    assert_eq!(wrong, []);
    levels
}

/// The findings of a text after the shared beginning, but for the beginning's own.
fn found(text: &str, settings: &[(&str, &str)]) -> Vec<(&'static str, Severity)> {
    let prelude = std::fs::read_to_string("tests/diagnostics/prelude.biao").unwrap();
    let files = [("a.biao", prelude.as_str()), ("b.biao", text)];
    let Linted { sources, diagnostics, .. } = lint_texts("x", &files, &CompileOptions::default(), &levels(settings));
    let own = |d: &&biaochi::diagnostic::Diagnostic| human(std::slice::from_ref(*d), &sources, false).contains("b.biao");
    diagnostics.iter().filter(own).map(|d| (d.code.0, d.severity)).collect()
}

#[test]
fn shipped_standards_are_written_cleanly() {
    for entry in std::fs::read_dir("specs").unwrap().flatten().filter(|e| e.path().join("biaochi.toml").exists()) {
        let Linted { sources, diagnostics, fixes } = lint(&entry.path(), &CompileOptions::default());
        assert!(diagnostics.is_empty() && fixes.is_empty(), "{}", human(&diagnostics, &sources, false));
    }
}

#[test]
fn levels_are_set_by_name_or_code() {
    let text = "参数 上限 = 2000 人\n";
    assert_eq!(found(text, &[]), [("W0503", Severity::Warning)]);
    assert_eq!(found(text, &[("unused-parameter", "error")]), [("W0503", Severity::Error)]);
    assert_eq!(found(text, &[("W0503", "note")]), [("W0503", Severity::Note)]);
    assert_eq!(found(text, &[("unused-parameter", "off")]), []);
    let wrong = BTreeMap::from([("unused".to_owned(), "off".to_owned()), ("step-order".to_owned(), "loud".to_owned())]);
    assert_eq!(Levels::read(&wrong).1.len(), 2);
}

#[test]
fn an_exemption_needs_its_reason_and_its_use() {
    let with = |comment: &str| format!("{comment}\n\n参数 上限 = 2000 人\n");
    assert_eq!(found(&with("# 豁免 W0503：理由 留给下一版"), &[]), []);
    assert_eq!(found(&with("# 豁免 unused-parameter、W0501: 留给下一版"), &[]), []);
    assert_eq!(found("参数 上限 = 2000 人  # 豁免 W0503：留给下一版\n", &[]), []);
    let codes = |text: &str| found(text, &[]).into_iter().map(|(c, _)| c).collect::<Vec<_>>();
    assert_eq!(codes(&with("# 豁免 W0503：理由")), ["W0511", "W0503"]);
    assert_eq!(codes(&with("# 豁免：理由 甲")), ["W0511", "W0503"]);
    assert_eq!(codes(&with("# 豁免 W0502：理由 甲")), ["W0512", "W0503"]);
}

#[test]
fn check_heeds_an_exemption_too() {
    let prelude = std::fs::read_to_string("tests/diagnostics/prelude.biao").unwrap();
    let text = std::fs::read_to_string("tests/diagnostics/lint/text_and_rule_differ.biao").unwrap();
    let exempted = text.replace("    每个", "    # 豁免 W0501：理由 原文有误，已报核\n    每个");
    let compile = |text: &str| {
        let Compiled { diagnostics, .. } = compile_texts("x", &[("a.biao", &prelude), ("b.biao", text)], &CompileOptions::default());
        diagnostics.len()
    };
    assert_eq!((compile(&text), compile(&exempted)), (1, 0));
}

#[test]
fn the_reference_has_a_page_for_each_rule() {
    let text = std::fs::read_to_string(Path::new("specs/lint.md")).unwrap();
    for (code, name) in RULES {
        let heading = format!("## {} `{name}`", code.0);
        assert!(text.contains(&heading), "{heading}");
    }
}
