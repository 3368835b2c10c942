//! The language reference: every example in it is compiled, every word of the language stands in it.

use biaochi::diagnostic::human;
use biaochi::{CompileOptions, Compiled, compile_texts};

fn reference() -> String {
    std::fs::read_to_string("specs/README.md").unwrap()
}

/// The code blocks with exactly this word after the fence, without their indentation in lists.
fn blocks(word: &str) -> Vec<String> {
    let text = reference();
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == format!("```{word}") {
            let block: Vec<&str> = lines.by_ref().take_while(|l| l.trim() != "```").collect();
            found.push(block.join("\n") + "\n");
        }
    }
    found
}

fn options() -> CompileOptions {
    CompileOptions { date: Some("2026-06-30".into()) }
}

#[test]
fn complete_examples_compile() {
    let complete = blocks("biao");
    assert!(!complete.is_empty());
    for text in complete {
        let Compiled { sources, diagnostics, plan } = compile_texts("例", &[("例.biao", &text)], &options());
        assert!(plan.is_some() && diagnostics.is_empty(), "{}", human(&diagnostics, &sources, false));
    }
}

#[test]
fn the_walk_through_compiles_over_the_shipped_standard() {
    let layers = blocks("biao-省");
    assert_eq!(layers.len(), 1);
    let folder = std::env::temp_dir().join(format!("biaochi-walk-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let base = std::fs::canonicalize("specs/jiangxi-2018").unwrap();
    std::fs::write(folder.join("biaochi.toml"), format!("id = \"a\"\nname = \"某省2027\"\nbase = {:?}\n", base.display().to_string()))
        .unwrap();
    std::fs::write(folder.join("a.biao"), &layers[0]).unwrap();
    for (date, value) in [("2026-06-30", "4.2 人"), ("2027-06-30", "4.5 人")] {
        let Compiled { sources, diagnostics, plan } = biaochi::compile(&folder, &CompileOptions { date: Some(date.into()) });
        assert!(diagnostics.is_empty(), "{}", human(&diagnostics, &sources, false));
        let plan = plan.unwrap();
        assert_eq!(plan.parameters.iter().find(|p| p.name == "小学高学历教师标准").unwrap().value, value);
        assert_eq!(plan.layers_of("1.1").unwrap(), "江西 → 某省2027");
    }
    // The cases of the standard below hold but for the two whose rules have changed, and those the layer replaces.
    let suite = crate::cases::suite_of(&folder);
    assert_eq!((suite.cases().len(), crate::cases::failures(&suite)), (177, Vec::new()));
    let found = suite.mutate_one_in(29);
    assert!(found.changes > 10 && found.refused < 3 && found.percent() >= 80, "{found:?}");
    let (rules, _) = layers[0].split_once("# 四").unwrap();
    std::fs::write(folder.join("a.biao"), rules).unwrap();
    let failing = crate::cases::failures(&crate::cases::suite_of(&folder));
    assert_eq!(failing.len(), 2, "{failing:?}");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Compiles a layer over the first complete example.
fn over_the_first(layer: &str) -> Compiled {
    let folder = std::env::temp_dir().join(format!("biaochi-layer-{}-{:p}", std::process::id(), layer.as_ptr()));
    for (name, manifest, text) in [
        ("province", "id = \"province\"\nname = \"某省\"\n", blocks("biao").remove(0).as_str()),
        ("district", "id = \"district\"\nname = \"某区\"\nbase = \"../province\"\n", layer),
    ] {
        std::fs::create_dir_all(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("biaochi.toml"), manifest).unwrap();
        std::fs::write(folder.join(name).join("a.biao"), text).unwrap();
    }
    let compiled = biaochi::compile(&folder.join("district"), &options());
    std::fs::remove_dir_all(&folder).unwrap();
    compiled
}

#[test]
fn layers_of_the_reference_compile() {
    let layers = blocks("biao-层");
    assert!(!layers.is_empty());
    for text in layers {
        let Compiled { sources, diagnostics, plan } = over_the_first(&text);
        assert!(diagnostics.is_empty(), "{}", human(&diagnostics, &sources, false));
        let plan = plan.unwrap();
        assert_eq!(plan.standard.layers, ["某省", "某区"]);
    }
}

/// A fragment with what has to stand above it.
fn placed(fragment: &str) -> String {
    let first = fragment.trim_start();
    let scored = fragment.contains("（2分）") || fragment.contains("（4分）");
    let nature = if scored { "B（5分）" } else { "A" };
    let indicator = format!("类别 例\n指标 1 “例” {nature}\n  责任单位：区教体局\n");
    let declarations = ["单位", "数据表", "核验", "总体", "参数", "定义", "否决", "资格"];
    if declarations.iter().any(|d| first.starts_with(d)) {
        fragment.to_owned()
    } else if first.starts_with("要点") {
        indicator + fragment
    } else {
        format!("{indicator}  要点 1 “例”\n{fragment}")
    }
}

#[test]
fn fragments_are_read_and_checked() {
    let fragments = blocks("biao-片段");
    assert!(fragments.len() >= 8, "{}", fragments.len());
    let prelude = std::fs::read_to_string("tests/fixtures/reference.biao").unwrap();
    // A fragment may say again what stands above it, and need not be whole.
    let free = ["E0309", "E0310", "E0311", "E0403"];
    for fragment in fragments {
        let text = placed(&fragment);
        let Compiled { sources, diagnostics, .. } = compile_texts("例", &[("前.biao", &prelude), ("片段.biao", &text)], &options());
        let left: Vec<_> = diagnostics.into_iter().filter(|d| !free.contains(&d.code.0)).collect();
        assert!(left.is_empty(), "{text}\n{}", human(&left, &sources, false));
    }
}

#[test]
fn a_wrong_fragment_would_be_noticed() {
    let prelude = std::fs::read_to_string("tests/fixtures/reference.biao").unwrap();
    let text = placed("总体 甲 = 学段 其中 教师人数 ≥ 5 人\n");
    let found = compile_texts("例", &[("前.biao", &prelude), ("片段.biao", &text)], &options()).diagnostics;
    assert_eq!(found.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["E0301"]);
}

#[test]
fn every_word_of_the_language_is_explained() {
    let text = reference();
    for builtin in biaochi::builtins::BUILTINS {
        for wanted in [builtin.signature, builtin.alias, builtin.meaning] {
            assert!(text.contains(wanted), "{}: {wanted}", builtin.name);
        }
    }
    let unexplained: Vec<_> = biaochi::syntax::keywords().into_iter().filter(|w| !text.contains(*w)).collect();
    assert!(unexplained.is_empty(), "{unexplained:?}");
    for unit in biaochi::value::builtin_units().names() {
        assert!(text.contains(unit), "{unit}");
    }
}
