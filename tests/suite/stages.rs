//! What the compiler makes of a small standard, word for word.

use crate::golden;
use biaochi::eval::Ways;
use biaochi::{CompileOptions, compile_texts};
use std::path::PathBuf;

#[test]
fn every_plan_reads_as_agreed() {
    let paths = std::fs::read_dir("tests/stages").unwrap().flatten().map(|e| e.path());
    let cases: Vec<PathBuf> = paths.filter(|p| p.extension().is_some_and(|e| e == "biao")).collect();
    assert!(!cases.is_empty());
    for path in cases {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let compiled = compile_texts("样本", &[(name, &text)], &CompileOptions::default());
        assert_eq!(compiled.diagnostics, []);
        let plan = compiled.plan.unwrap();
        golden::compare(&path.with_extension("plan"), &biaochi::plan::text_by(&plan, &|asked| Ways::new(&plan).of(asked)));
        golden::compare(&path.with_extension("dot"), &biaochi::plan::dot(&plan));
    }
}
