//! Standards in layers: what each layer wrote, and how that is shown.

use biaochi::diagnostic::{Severity, human};
use biaochi::lint::Levels;
use biaochi::plan::Plan;
use biaochi::report::{Options, annex_json, annex_markdown};
use biaochi::{CompileOptions, Compiled, Linted, compile, compile_texts, flatten, lint, lint_texts};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A chain of layers over the base of the bad layers, each `(name, manifest lines, text)`, in a folder that is removed with it.
pub struct Chain(PathBuf);

impl Drop for Chain {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Chain {
    pub fn new(layers: &[(&str, &str, &str)]) -> Self {
        Self::over("tests/diagnostics/layers/base", layers)
    }

    /// The same over another base.
    pub fn over(base: &str, layers: &[(&str, &str, &str)]) -> Self {
        static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("biaochi-chain-{}-{number}", std::process::id()));
        let mut base = std::fs::canonicalize(base).unwrap();
        for (index, (name, manifest, text)) in layers.iter().enumerate() {
            let own = folder.join(index.to_string());
            std::fs::create_dir_all(&own).unwrap();
            let base_line = format!("base = {:?}", base.display().to_string());
            std::fs::write(own.join("biaochi.toml"), format!("id = \"l{index}\"\nname = \"{name}\"\n{base_line}\n{manifest}\n")).unwrap();
            std::fs::write(own.join("a.biao"), text).unwrap();
            base = own;
        }
        Self(folder)
    }

    pub fn at(&self, index: usize) -> PathBuf {
        self.0.join(index.to_string())
    }

    pub fn compile(&self, index: usize) -> Compiled {
        compile(&self.at(index), &CompileOptions::default())
    }

    pub fn plan(&self, index: usize) -> Plan {
        let Compiled { sources, plan, diagnostics } = self.compile(index);
        plan.unwrap_or_else(|| panic!("{}", human(&diagnostics, &sources, false)))
    }
}

const CITY: &str = "修订 参数 校额上限 = 1900 人\n修订 指标 1 要点 1 “每百名学生拥有教师6人以上；”\n  每个 学校：教师数 / 在校生数 × 100 人 ≥ 6 人\n\
                    增加 指标 4 “班额” A\n  要点 1 “校均学生不少于10人。”\n    平均(学校：在校生数) ≥ 10 人\n修订 共计 指标 4 项、要点 5 项、A 4 项\n";
const COUNTY: &str = "补充 指标 1 责任单位：财政局\n修订 指标 4 要点 1 “校均学生不少于20人。”\n  平均(学校：在校生数) ≥ 20 人\n\
                      替换 总体 乡村学校 = 学校 其中 城乡 = 乡村 且 在校生数 ≥ 5 人\n";
const TOWN: &str = "修订 指标 1 要点 1 “每百名学生拥有教师7人以上；”\n  每个 学校：教师数 / 在校生数 × 100 人 ≥ 7 人\n\
                    删除 指标 1 要点 2\n修订 共计 要点 4 项\n修订 否决 1 “有弄虚作假或瞒报行为”\n";

fn four() -> Chain {
    Chain::new(&[("市", "", CITY), ("县", "", COUNTY), ("镇", "", TOWN)])
}

#[test]
fn every_item_knows_the_layers_that_wrote_it() {
    let plan = four().plan(2);
    assert_eq!(plan.standard.layers, ["某省", "市", "县", "镇"]);
    let layers = |id: &str| plan.layers_of(id);
    let wanted = [
        ("1", Some("某省 → 县 → 镇")),
        ("1.1", Some("某省 → 市 → 镇")),
        ("2", None),
        ("2.1", None),
        ("4", Some("市")),
        ("4.1", Some("市 → 县")),
        ("否决.1", Some("某省 → 镇")),
        ("参数 校额上限", Some("某省 → 市")),
        ("总体 乡村学校", Some("某省 → 县")),
        ("共计", Some("某省 → 市 → 镇")),
        ("结论", None),
        ("数据表 学校", None),
    ];
    for (id, wanted) in wanted {
        assert_eq!(layers(id).as_deref(), wanted, "{id}");
    }
    assert!(!plan.history.items.contains_key("1.2"), "what is gone has no history");
}

#[test]
fn the_annex_and_the_plan_show_the_layers_and_what_each_changed() {
    let plan = four().plan(2);
    let annex = annex_markdown(&plan, &Options::default()).unwrap();
    assert!(annex.contains("1.教师配备〔某省 → 县 → 镇〕") && annex.contains("| 2.学校规模 |"), "{annex}");
    assert!(annex.contains("**镇**\n\n- 修订 要点 1.1\n- 删除 要点 1.2\n- 修订 共计\n- 修订 否决 1\n"), "{annex}");
    let data = annex_json(&plan);
    assert_eq!((data["layers"]["4.1"].as_str(), &data["layers"]["2"]), (Some("市 → 县"), &serde_json::Value::Null));
    let text = biaochi::plan::text(&plan);
    assert!(text.contains("指标 4 班额 A（市）\n  4.1（市 → 县）\n") && text.contains("\n  2.1\n"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&biaochi::plan::json(&plan)).unwrap();
    assert_eq!(json["indicators"][0]["points"][0]["layers"], "某省 → 市 → 镇");
}

#[test]
fn a_standard_without_layers_shows_none() {
    let plan = compile(std::path::Path::new("tests/diagnostics/layers/base"), &CompileOptions::default()).plan.unwrap();
    assert!(plan.history.items.is_empty() && plan.history.changes.is_empty());
    assert!(annex_json(&plan).get("layers").is_none());
    assert!(!annex_markdown(&plan, &Options::default()).unwrap().contains("各层的改动"));
}

#[test]
fn findings_name_the_layers_of_their_places() {
    let chain = Chain::new(&[("市", "", CITY), ("县", "", "修订 指标 4 要点 2 “多一条”\n"), ("镇", "", "补充 部门 财政局\n")]);
    let Compiled { sources, diagnostics, .. } = chain.compile(2);
    let text = human(&diagnostics, &sources, false);
    assert!(text.contains("1/a.biao:1:12（县）") && text.contains("0/a.biao:5:6（市）"), "{text}");
    let told = biaochi::diagnostic::json(&diagnostics, &sources);
    assert_eq!((told[0]["layer"].as_str(), told[0]["labels"][0]["layer"].as_str()), (Some("县"), Some("市")));
    let log = biaochi::diagnostic::sarif(&diagnostics, &sources);
    assert_eq!(log["runs"][0]["results"][0]["locations"][0]["logicalLocations"][0]["name"], "县");
}

/// What `lint` says, without places.
fn said(linted: &Linted) -> Vec<(&'static str, Severity, String)> {
    linted.diagnostics.iter().map(|d| (d.code.0, d.severity, d.message.clone())).collect()
}

#[test]
fn a_flattened_standard_keeps_the_comments_and_is_written_as_cleanly() {
    for spec in ["specs/changjiang-2026", "specs/jiangxi-2018", "specs/national-2017", "specs/basic-2012"] {
        let (compiled, text) = flatten(Path::new(spec), &CompileOptions::default());
        let (layered, text) = (compiled.plan.unwrap(), text.unwrap());
        let files = compiled.sources.files().filter(|(_, f)| f.name.ends_with(".biao")).map(|(_, f)| f.text.as_str());
        let exempted: Vec<&str> = files.flat_map(str::lines).map(str::trim).filter(|l| l.starts_with("# 豁免")).collect();
        for comment in &exempted {
            assert!(text.lines().any(|l| l.trim() == *comment), "{spec}: {comment}");
        }
        assert_eq!(biaochi::syntax::format(&text), text, "{spec}");
        let open = Levels::read(&BTreeMap::from([("open-relief".to_owned(), "off".to_owned())])).0;
        let flat = lint_texts(&layered.standard.id, &[("flat.biao", &text)], &CompileOptions::default(), &open);
        assert_eq!(said(&flat), [], "{spec}\n{}", human(&flat.diagnostics, &flat.sources, false));
        let plan = compile_texts(&layered.standard.id, &[("flat.biao", &text)], &CompileOptions::default()).plan.unwrap();
        assert_eq!(plan.cases.len(), layered.cases.len(), "{spec}");
        assert!(spec != "specs/changjiang-2026" || exempted.len() >= 4, "{exempted:?}");
    }
}

#[test]
fn a_comment_stands_where_it_stood() {
    let city = "# 市里的改动\n修订 指标 1 要点 1 “每百名学生拥有教师6人以上；” # 从严\n  # 算法照旧\n  每个 学校：教师数 / 在校生数 × 100 人 ≥ 6 人\n\n\
                # 不再要求\n删除 指标 2\n# 豁免 W0503：为明年预留\n增加 参数 备用 = 1 人\n修订 共计 指标 2 项、要点 3 项、A 2 项\n# 完\n";
    let chain = Chain::new(&[("市", "", city)]);
    let linted = lint(&chain.at(0), &CompileOptions::default());
    let (compiled, text) = flatten(&chain.at(0), &CompileOptions::default());
    let text = text.unwrap_or_else(|| panic!("{}", human(&compiled.diagnostics, &compiled.sources, false)));
    for piece in [
        "# 各个用例共用的上级标准\n标准 “学校评估标准”",
        "  # 市里的改动\n  # 从严\n  要点 1 “每百名学生拥有教师6人以上；”\n    # 算法照旧\n    每个 学校：",
        "# 不再要求\n空号 指标 2\n",
        "# 豁免 W0503：为明年预留\n参数 备用 = 1 人\n",
        "# 完\n",
    ] {
        assert!(text.contains(piece), "{piece}\n{text}");
    }
    let flat = lint_texts("l0", &[("flat.biao", &text)], &CompileOptions::default(), &Levels::default());
    assert_eq!(said(&flat), said(&linted));
}

#[test]
fn the_outermost_layer_that_sets_a_level_counts() {
    let unused = "增加 参数 备用 = 1 人\n";
    let level = |layers: &[(&str, &str, &str)]| {
        let chain = Chain::new(layers);
        let found = said(&lint(&chain.at(layers.len() - 1), &CompileOptions::default()));
        found.into_iter().find(|f| f.0 == "W0503").map(|f| f.1)
    };
    let set = |level: &str| format!("[lint]\nunused-parameter = \"{level}\"");
    let by_code = "[lint]\nW0503 = \"error\"";
    assert_eq!(level(&[("市", "", unused)]), Some(Severity::Warning));
    assert_eq!(
        level(&[("市", &set("note"), unused), ("县", "", "修订 标准 版本 “2”\n")]),
        Some(Severity::Note),
        "what is not set comes from below"
    );
    assert_eq!(level(&[("市", &set("off"), unused), ("县", &set("warning"), "修订 标准 版本 “2”\n")]), Some(Severity::Warning));
    assert_eq!(level(&[("市", by_code, unused), ("县", &set("off"), "修订 标准 版本 “2”\n")]), None, "by name or code alike");
    assert_eq!(level(&[("市", &set("off"), "修订 标准 版本 “2”\n"), ("县", by_code, unused)]), Some(Severity::Error));
    let chain = Chain::new(&[("市", "[lint]\nunused = \"off\"", unused), ("县", "", "修订 标准 版本 “2”\n")]);
    let found = lint(&chain.at(1), &CompileOptions::default());
    assert!(
        human(&found.diagnostics, &found.sources, false).contains("0/biaochi.toml:5:1（市）"),
        "a setting is complained of where it stands"
    );
}

#[test]
fn conflicts_across_layers_show_both_places() {
    let complaint = |layers: &[(&str, &str, &str)], code: &str, places: [&str; 2]| {
        let chain = Chain::new(layers);
        let Compiled { sources, diagnostics, .. } = chain.compile(layers.len() - 1);
        let text = human(&diagnostics, &sources, false);
        assert!(text.contains(code) && places.iter().all(|p| text.contains(p)), "{text}");
    };
    let nothing = ("县", "", "修订 标准 版本 “2”\n");
    complaint(
        &[("市", "", CITY), nothing, ("镇", "", "增加 指标 4 “班额” A\n  要点 1 “同上”\n    计数(学校) ≥ 1\n")],
        "E0206",
        ["2/a.biao:1:7（镇）", "0/a.biao:4:7（市）"],
    );
    complaint(&[("市", "", CITY), nothing, ("镇", "", "修订 指标 5 “没有的”\n")], "E0204", ["2/a.biao:1:7（镇）", "0/a.biao:4:7（市）"]);
    let twice = "修订 指标 4 要点 1 “甲。”\n修订 指标 4 要点 1 “乙。”\n";
    complaint(&[("市", "", CITY), nothing, ("镇", "", twice)], "E0205", ["2/a.biao:2:14（镇）", "先在这里改过"]);
    let gone = ("县", "", "删除 指标 2\n修订 共计 指标 3 项、要点 4 项、A 3 项\n");
    complaint(&[("市", "", CITY), gone, ("镇", "", "修订 指标 2 “学校规模”\n")], "E0204", ["2/a.biao:1:7（镇）", "0/a.biao:4:7（市）"]);
}

#[test]
fn reports_and_explanations_name_the_layers_of_what_was_changed() {
    let chain = four();
    let data = chain.at(0).join("数据");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("区县.csv"), "区县代码\n1\n").unwrap();
    std::fs::write(data.join("学校.csv"), "学校代码,区县代码,城乡,在校生数,教师数\n1,1,乡村,100,7\n").unwrap();
    let biaochi = |spec: &Path, words: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_biaochi"));
        command.arg(words[0]).arg(spec).arg("--data").arg(&data).args(&words[1..]);
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    let report = |spec: &Path, format: &str| {
        let out = chain.at(0).join(format!("报告-{format}"));
        biaochi(spec, &["run", "--out", out.to_str().unwrap(), "--format", format]);
        let written = std::fs::read_dir(&out).unwrap().flatten().map(|e| e.path()).find(|p| p.extension().is_some_and(|e| e == format));
        std::fs::read_to_string(written.unwrap()).unwrap()
    };
    for format in ["html", "md"] {
        let text = report(&chain.at(2), format);
        for wanted in ["出自：某省 → 县 → 镇", "出自：某省 → 市 → 镇", "出自：市 → 县", "各层的改动", "删除 要点 1.2"]
        {
            assert!(text.contains(wanted), "{format}: {wanted}");
        }
        assert_eq!(text.matches("出自：").count(), 5, "only what was changed: 1, 1.1, 4, 4.1 and the veto");
        let plain = report(Path::new("tests/diagnostics/layers/base"), format);
        assert!(!plain.contains("出自：") && !plain.contains("各层的改动"));
    }
    assert!(biaochi(&chain.at(2), &["explain", "1.1"]).contains("（某省 → 市 → 镇）"));
    assert!(biaochi(&chain.at(2), &["explain", "2.1"]).contains("（某省）"));
}

#[test]
fn a_department_takes_the_place_of_another() {
    let departments = |text: &str| -> Vec<(String, Vec<String>)> {
        let chain = Chain::new(&[("区", "", text)]);
        chain.plan(0).departments.into_iter().map(|d| (d.name, d.aliases)).collect()
    };
    let listed = |wanted: &[(&str, &[&str])]| -> Vec<(String, Vec<String>)> {
        wanted.iter().map(|(n, a)| ((*n).to_string(), a.iter().map(ToString::to_string).collect())).collect()
    };
    let renamed = departments("替换 部门 财政金融局 又作 财政局\n");
    assert_eq!(renamed, listed(&[("教育局", &[]), ("各乡镇", &["各乡（镇）"]), ("财政金融局", &["财政局"])]));
    // The other spellings of what it replaces are its own from then on; it may be one that is there already.
    let merged = departments("替换 部门 教育局 又作 财政局、各乡镇\n");
    assert_eq!(merged, listed(&[("教育局", &["财政局", "各乡镇", "各乡（镇）"])]));
}
