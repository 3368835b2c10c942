//! Checks of plausibility: levels, years, peers, rows that are alike, and what a layer does to them.

use biaochi::data::load;
use biaochi::eval::{Outcome, RunOptions, VerificationOutcome, run, verify};
use biaochi::{CompileOptions, compile_texts};

const SPEC: &str = r#"
standard "S" version "1"
nature A must
subject County code code members School
table County
  key code
  field code text
table Year
  key code, year
  field code text, reference County
  field year integer years, year
  field pupils integer people
table School
  key id
  field id text
  field code text, reference County
  field kind choice town, village
  field pupils integer people
  field area decimal 2 places m2
  verify warning "area": area ≥ 1 m2
table Class
  key id, class
  field id text, reference School
  field class text
  field pupils integer people
population Village = School where kind = village
verify warning School "classes": sum(Class: pupils) = pupils
verify notice Year "years": abs(pupils - last_year(pupils)) / last_year(pupils) ≤ 20%
verify notice School "peers": near_peers by kind at_least 5 rows at_most 5 times: area / pupils
verify warning Village where pupils > 0 people "alike": all_distinct pupils, area
verify notice County "county": sum(School: pupils) ≤ 100000 people
category a
indicator 1 "a" A
  point 1 "a"
    each School: pupils ≥ 1 people
verdict "yes" else "no" undetermined "open"
  condition "a": all_met(A)
"#;

/// A folder of a test's own, gone with it.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("biaochi-verification-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn outcome(folder: &std::path::Path) -> Outcome {
    let compiled = compile_texts("s", &[("s.biao", SPEC)], &CompileOptions::default());
    assert_eq!(compiled.diagnostics, []);
    let plan = compiled.plan.unwrap();
    let (data, found) = load(&plan, &[folder.to_path_buf()]);
    assert_eq!(found, []);
    assert_eq!(verify(&plan, &data), [], "a warning stops no run");
    run(&plan, &data, &RunOptions::default())
}

fn of<'o>(outcome: &'o Outcome, text: &str) -> &'o VerificationOutcome {
    outcome.verifications.iter().find(|v| v.text == text).unwrap()
}

/// Rows, held, failed, not checkable, not applicable.
fn counts(v: &VerificationOutcome) -> [usize; 5] {
    [v.rows, v.held, v.failed, v.not_checkable, v.inapplicable]
}

#[test]
fn every_kind_is_held_against_the_rows() {
    let folder = Scratch::new();
    let write = |name: &str, text: &str| std::fs::write(folder.0.join(name), text).unwrap();
    write("County.csv", "code\nQ1\nQ2\n");
    // Q1 has no 2022: the year after it cannot be checked; Q2 begins with 2023.
    write("Year.csv", "code,year,pupils\nQ1,2020,100\nQ1,2021,110\nQ1,2023,100\nQ1,2024,150\nQ2,2023,70\nQ2,2024,\n");
    let mut schools = String::from("id,code,kind,pupils,area\n");
    for (i, area) in [500, 505, 495, 510, 490, 5000].into_iter().enumerate() {
        schools += &format!("T{i},Q1,town,100,{area}\n");
    }
    schools += "V1,Q2,village,60,300\nV2,Q2,village,60,300\nV3,Q2,village,60,\nV4,Q2,village,,280\n";
    write("School.csv", &schools);
    write("Class.csv", "id,class,pupils\nT0,a,60\nT0,b,40\nT1,a,99\nV1,a,\n");
    let outcome = outcome(&folder.0);
    assert_eq!(counts(of(&outcome, "area")), [10, 9, 0, 1, 0]);
    assert_eq!(counts(of(&outcome, "classes")), [10, 1, 1, 8, 0], "a school without classes, or with a gap, cannot be checked");
    assert_eq!(counts(of(&outcome, "years")), [6, 1, 1, 2, 2]);
    assert_eq!(counts(of(&outcome, "peers")), [10, 5, 1, 4, 0], "four villages are too few");
    assert_eq!(counts(of(&outcome, "alike")), [4, 1, 1, 2, 0], "whether the last belongs is not known");
    assert_eq!(counts(of(&outcome, "county")), [2, 1, 0, 1, 0]);
    let finding = &of(&outcome, "classes").findings[0];
    assert_eq!((finding.value.as_deref(), finding.threshold.as_deref()), (Some("99"), Some("= 100")));
    assert_eq!((finding.subject.as_deref(), finding.source.as_ref().unwrap().place.as_str()), (Some("Q1"), "School.csv:3"));
    let peers = of(&outcome, "peers").findings[0].peers.as_ref().unwrap();
    assert_eq!((peers.median.as_str(), peers.count), ("5.025", 6));
    assert!(of(&outcome, "alike").findings[0].said().unwrap().contains("School.csv:8"));
}

#[test]
fn a_subject_alone_is_told_of_its_own_rows() {
    let folder = Scratch::new();
    let write = |name: &str, text: &str| std::fs::write(folder.0.join(name), text).unwrap();
    write("County.csv", "code\nQ1\nQ2\n");
    write("School.csv", "id,code,kind,pupils,area\nA,Q1,town,10,0\nB,Q2,town,10,0\nC,Q2,town,10,9\n");
    let compiled = compile_texts("s", &[("s.biao", SPEC)], &CompileOptions::default());
    let plan = compiled.plan.unwrap();
    let (data, _) = load(&plan, std::slice::from_ref(&folder.0));
    let options = RunOptions { subjects: vec!["Q2".into()], ..RunOptions::default() };
    let outcome = run(&plan, &data, &options);
    assert_eq!(counts(of(&outcome, "area")), [2, 1, 1, 0, 0]);
    assert_eq!(counts(of(&outcome, "classes")), [2, 0, 0, 2, 0], "the table was not given");
}

#[test]
fn a_layer_changes_checks_wherever_they_stand() {
    let folder = Scratch::new();
    let write = |name: &str, text: &str| std::fs::write(folder.0.join(name), text).unwrap();
    for name in ["base", "over"] {
        std::fs::create_dir(folder.0.join(name)).unwrap();
    }
    write("base/biaochi.toml", "id = \"base\"\n");
    write("base/s.biao", SPEC);
    write("over/biaochi.toml", "id = \"over\"\nbase = \"../base\"\n");
    write(
        "over/s.biao",
        "修订 核验 提示 “area”：area ≥ 2 m2\n修订 核验 School 其中 kind = town “classes”\n替换 核验 警告 County “county”：计数(School) ≥ 1\n\
         删除 核验 “years”\n增加 核验 提示 School “new”：pupils ≥ 5 people 在 核验 “county” 之前\n",
    );
    let compiled = biaochi::compile(&folder.0.join("over"), &CompileOptions::default());
    assert_eq!(compiled.diagnostics, []);
    let plan = compiled.plan.unwrap();
    let told: Vec<String> = biaochi::plan::text(&plan).lines().filter(|l| l.starts_with("核验")).map(str::to_owned).collect();
    assert_eq!(
        told,
        [
            "核验 提示 School “area”：School.area ≥ 2",
            "核验 警告 School 其中 School.kind = town “classes”：合计(本行的 Class：Class.pupils) = School.pupils",
            "核验 提示 School “peers”：同类相近 按 School.kind 至少 5 行 至多 5 倍：(School.area ÷ School.pupils)",
            "核验 警告 Village 其中 School.pupils > 0 “alike”：各不相同 School.pupils、School.area",
            "核验 提示 School “new”：School.pupils ≥ 5",
            "核验 警告 County “county”：计数(本行的 School) ≥ 1",
        ]
    );
    let (again, flat) = biaochi::flatten(&folder.0.join("over"), &CompileOptions::default());
    assert_eq!(again.diagnostics, []);
    let flat = flat.unwrap();
    let alone = compile_texts("over", &[("flat.biao", &flat)], &CompileOptions::default());
    assert_eq!(alone.diagnostics, [], "{flat}");
    assert_eq!(biaochi::plan::text(&alone.plan.unwrap()), biaochi::plan::text(&plan));
}

#[test]
fn the_formatter_knows_them() {
    let messy = "核验  警告 学段 其中 学段=小学 \"文\":同类相近 按 学段,学校.城乡 至少 8行 至多 5倍:面积/人数\n核验 提示 学段 “丁”: 各不相同 甲,乙\n";
    let neat = "核验 警告 学段 其中 学段 = 小学 “文”：同类相近 按 学段、学校.城乡 至少 8 行 至多 5 倍：面积 / 人数\n\
                核验 提示 学段 “丁”：各不相同 甲、乙\n";
    assert_eq!(biaochi::syntax::format(messy), neat);
    assert_eq!(biaochi::syntax::format(neat), neat);
}
