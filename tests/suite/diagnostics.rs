//! Every bad spec and bad file has its complaint beside it, word for word.

use crate::golden;
use biaochi::data::load;
use biaochi::diagnostic::{Diagnostic, Place, Severity, human, json, sarif};
use biaochi::eval::verify;
use biaochi::lint::Levels;
use biaochi::source::SourceMap;
use biaochi::sql::{Dialect, ScriptOptions, lower};
use biaochi::{CompileOptions, Compiled, Linted, compile, compile_texts, lint_texts};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ROOT: &str = "tests/diagnostics";
/// The first line of a spec that stands without the shared beginning.
const ALONE: &str = "# 独立";

fn sorted(folder: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(Path::new(ROOT).join(folder)).into_iter().flatten().flatten().map(|e| e.path()).collect();
    found.sort();
    found
}

fn compiled(path: &Path) -> Compiled {
    let text = std::fs::read_to_string(path).unwrap();
    let prelude = std::fs::read_to_string(format!("{ROOT}/prelude.biao")).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let files = [("prelude.biao", prelude.as_str()), (name, text.as_str())];
    let files = if text.starts_with(ALONE) { &files[1..] } else { &files[..] };
    compile_texts("用例", files, &CompileOptions::default())
}

/// What `lint` says of a spec's own lines.
fn linted(path: &Path) -> (SourceMap, Vec<Diagnostic>) {
    let text = std::fs::read_to_string(path).unwrap();
    let prelude = std::fs::read_to_string(format!("{ROOT}/prelude.biao")).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let files = [("prelude.biao", prelude.as_str()), (name, text.as_str())];
    let Linted { sources, mut diagnostics, .. } = lint_texts("用例", &files, &CompileOptions::default(), &Levels::default());
    diagnostics.retain(|d| !matches!(&d.place, Place::Spec(span) if sources.get(span.file).is_some_and(|f| f.name == "prelude.biao")));
    (sources, diagnostics)
}

fn codes(found: &[Diagnostic]) -> BTreeSet<&'static str> {
    found.iter().map(|d| d.code.0).collect()
}

#[test]
fn the_shared_beginning_is_right() {
    let text = std::fs::read_to_string(format!("{ROOT}/prelude.biao")).unwrap();
    let compiled = compile_texts("用例", &[("prelude.biao", &text)], &CompileOptions::default());
    assert_eq!(compiled.diagnostics, []);
}

#[test]
fn every_bad_spec_earns_its_complaint() {
    let mut cases = 0;
    for folder in ["syntax", "resolve", "check", "lint"] {
        for path in sorted(folder).into_iter().filter(|p| p.extension().is_some_and(|e| e == "biao")) {
            cases += 1;
            let (sources, diagnostics) = if folder == "lint" {
                linted(&path)
            } else {
                let Compiled { sources, diagnostics, .. } = compiled(&path);
                (sources, diagnostics)
            };
            assert!(!diagnostics.is_empty(), "{} earns no complaint", path.display());
            let several = path.file_stem().is_some_and(|s| s.to_str().unwrap().starts_with("several"));
            let codes = codes(&diagnostics);
            assert!(several || codes.len() == 1, "{}: {codes:?}\n{}", path.display(), human(&diagnostics, &sources, false));
            golden::compare(&path.with_extension("stderr"), &human(&diagnostics, &sources, false));
        }
    }
    assert!(cases >= 50, "{cases}");
}

#[test]
fn every_bad_layer_earns_its_complaint() {
    for base in ["base", "strict_base"] {
        assert_eq!(compile(&Path::new(ROOT).join("layers").join(base), &CompileOptions::default()).diagnostics, []);
    }
    let mut cases = 0;
    for case in sorted("layers").into_iter().filter(|p| !p.to_str().unwrap().ends_with("base")) {
        cases += 1;
        let Compiled { sources, diagnostics, .. } = compile(&case, &CompileOptions::default());
        let codes = codes(&diagnostics);
        assert!(codes.len() == 1, "{}: {codes:?}\n{}", case.display(), human(&diagnostics, &sources, false));
        golden::compare(&case.join("expected.stderr"), &human(&diagnostics, &sources, false));
    }
    assert!(cases >= 25, "{cases}");
}

/// Standards that are right, and that an engine cannot judge by.
#[test]
fn what_sql_cannot_say_is_told() {
    let mut cases = 0;
    for path in sorted("sql").into_iter().filter(|p| p.extension().is_some_and(|e| e == "biao")) {
        cases += 1;
        let Compiled { sources, plan, diagnostics } = compiled(&path);
        assert_eq!(diagnostics, [], "{}", path.display());
        let Err(found) = lower(&plan.unwrap(), Dialect::Duckdb, &ScriptOptions::default()) else {
            panic!("{} earns no complaint", path.display())
        };
        assert!(found.iter().all(|d| matches!(d.place, Place::Spec(_))), "{found:?}");
        golden::compare(&path.with_extension("stderr"), &human(&found, &sources, false));
    }
    assert!(cases >= 2, "{cases}");
}

#[test]
fn every_bad_file_earns_its_complaint() {
    let mut cases = 0;
    for case in sorted("data") {
        cases += 1;
        let spec = if case.join("spec.biao").exists() { case.join("spec.biao") } else { Path::new(ROOT).join("data.biao") };
        let text = std::fs::read_to_string(&spec).unwrap();
        let plan = compile_texts("用例", &[("data.biao", &text)], &CompileOptions::default()).plan.unwrap();
        let (dataset, mut found) = load(&plan, &[case.join("data")]);
        if found.iter().all(|d| d.severity != Severity::Error) {
            found.extend(verify(&plan, &dataset));
        }
        assert!(!found.is_empty(), "{} earns no complaint", case.display());
        golden::compare(&case.join("expected.stderr"), &human(&found, &SourceMap::default(), false));
    }
    assert!(cases >= 20, "{cases}");
}

#[test]
fn programs_are_told_the_same() {
    let Compiled { sources, diagnostics, .. } = compiled(&Path::new(ROOT).join("check/unit_mismatch.biao"));
    let told = json(&diagnostics, &sources);
    let first = &told[0];
    assert_eq!((first["code"].as_str(), first["severity"].as_str()), (Some("E0401"), Some("error")));
    assert_eq!((first["file"].as_str(), first["line"].as_u64(), first["column"].as_u64()), (Some("unit_mismatch.biao"), Some(5), Some(25)));
    let log = sarif(&diagnostics, &sources);
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "E0401");
}
