//! A small standard and its outcome, made by hand.

use super::*;
use crate::eval::*;
use crate::plan::{
    Department, Field, FieldId, FieldType, Indicator, Item, Nature, NatureId, NatureKind, Origin, Standard, Step, Subject, Table, TableId,
};
use crate::value::{Num, Text, parse_num};
use serde_json::{Map, Value as Json, json};

fn nature(name: &str, kind: NatureKind, title: &str) -> Nature {
    Nature { name: Text::kept(name), kind, title: title.into(), departments: vec!["丙局".into()] }
}

fn item(id: &str, text: &str, full: Option<&str>) -> Item {
    Item {
        id: Text::kept(id),
        text: Text::kept(text),
        full: full.and_then(parse_num),
        departments: Vec::new(),
        checks: Vec::new(),
        cross_checks: Vec::new(),
        notes: vec![format!("{id} 的口径")],
        origin: Origin::default(),
    }
}

fn indicator(id: &str, title: &str, nature: usize, full: Option<Num>, points: Vec<Item>) -> Indicator {
    Indicator {
        id: Text::kept(id),
        title: Text::kept(title),
        category: "资源".into(),
        nature: NatureId(nature),
        full,
        departments: vec!["甲局".into(), "各乙所".into()],
        points,
        notes: Vec::new(),
        origin: Origin::default(),
    }
}

fn table(name: &str) -> Table {
    let field = Field {
        name: "编号".into(),
        ty: FieldType::Text,
        required: true,
        signed: false,
        additive: false,
        range: None,
        help: String::new(),
        source: String::new(),
        aliases: Vec::new(),
    };
    Table {
        name: name.into(),
        title: format!("{name}情况"),
        fields: vec![field],
        key: vec![FieldId(0)],
        references: Vec::new(),
        display: None,
        subject_path: Some(Vec::new()),
        one_per_subject: false,
        year: None,
        notes: vec!["表的口径".into()],
    }
}

fn plan() -> Plan {
    let department = |name: &str, alias: &str| Department { name: name.into(), aliases: vec![alias.into()] };
    Plan {
        standard: Standard {
            id: "s".into(),
            title: "某某评估标准".into(),
            version: "2026".into(),
            layers: vec!["国家".into(), "本省".into()],
            digest: "sha256:00ff".into(),
            notes: Vec::new(),
        },
        natures: vec![
            nature("A", NatureKind::Must, "甲类项"),
            nature("B", NatureKind::Scored, "乙类项"),
            nature("否决", NatureKind::Veto, "一票否决项"),
            nature("资格", NatureKind::Qualification, "资格项"),
        ],
        rounds: vec!["自评".into()],
        tables: vec![table("园"), table("馆")],
        subject: Subject { table: TableId(0), code: FieldId(0), name: None, members: Some(TableId(1)), base_year: None, superior: None },
        judgements: None,
        events: None,
        populations: Vec::new(),
        parameters: Vec::new(),
        definitions: Vec::new(),
        undated: Vec::new(),
        departments: vec![department("甲局", "甲"), department("乙所", "各乙所"), department("丙局", "丙")],
        categories: vec!["资源".into()],
        indicators: vec![
            indicator("1", "每馆藏书", 0, None, vec![item("1.1", "每馆藏书4.2册以上。", None)]),
            indicator("2", "服务", 1, parse_num("6.5"), vec![item("2.1", "服务到位。", Some("5")), item("2.2", "服务及时。", Some("1.5"))]),
        ],
        vetoes: vec![item("否决.1", "弄虚作假。", None)],
        qualifications: vec![item("资格.1", "满三年。", None)],
        verdict: None,
        verifications: Vec::new(),
        cases: Vec::new(),
        history: crate::plan::History::default(),
        steps: vec![Step {
            id: "3.1".into(),
            title: "审核".into(),
            from: Some("2026-01-11".into()),
            until: Some("2026-01-20".into()),
            words: "2026年1月中旬".into(),
            notes: Vec::new(),
        }],
    }
}

fn key(code: &str) -> Map<String, Json> {
    Map::from_iter([("编号".to_string(), Json::from(code))])
}

fn check(verdict: Verdict) -> CheckOutcome {
    CheckOutcome {
        label: Text::default(),
        verdict,
        applicable: true,
        rule: "评定".into(),
        score: None,
        value: None,
        threshold: None,
        unit: None,
        places: 2,
        rows: None,
        met: None,
        not_met: None,
        undetermined: None,
        parts: Vec::new(),
        reliefs: Vec::new(),
        failures: Vec::new(),
        missing: Vec::new(),
        evidence: None,
        working: Working::default(),
        judged: None,
    }
}

fn rows(failing: usize) -> CheckOutcome {
    let failure = |n: usize| Failure {
        key: key(&format!("G{n:02}")),
        name: Some(format!("<script>alert({n})</script>|馆")),
        value: Some("4.199".into()),
        threshold: None,
        shortfall: Some("2".into()),
        shortfall_unit: Some("册".into()),
        parts: Vec::new(),
        source: Some(Source { row: format!("馆[{n}]"), place: format!("馆.csv:{}", n + 2) }),
        member: Some(format!("G{n:02}")),
    };
    let gap = Gap {
        table: "馆".into(),
        key: key("G99"),
        field: Some("藏书".into()),
        reason: "missing_cell",
        name: Some("缺书馆".into()),
        source: Some(Source { row: "馆[100]".into(), place: "馆.csv:101".into() }),
        member: Some("G99".into()),
    };
    CheckOutcome {
        label: "藏书".into(),
        rule: "每个 馆：藏书 ≥ 4.2".into(),
        threshold: Some("≥ 4.2".into()),
        rows: Some(100),
        met: Some(99 - failing),
        not_met: Some(failing),
        undetermined: Some(1),
        failures: (0..failing).map(failure).collect(),
        missing: vec![gap],
        ..check(Verdict::NotMet)
    }
}

fn point(id: &str, text: &str, verdict: Verdict, score: Option<Score>, checks: Vec<CheckOutcome>) -> PointOutcome {
    PointOutcome { id: Text::kept(id), text: Text::kept(text), verdict, score, flags: Vec::new(), checks }
}

fn score(min: &str, max: &str, full: &str) -> Score {
    Score { min: min.into(), max: max.into(), full: full.into() }
}

fn subject(code: &str, name: &str) -> SubjectOutcome {
    let share = CheckOutcome {
        rule: "占比 ≥ 95%".into(),
        value: Some("0.949999".into()),
        threshold: Some("≥ 0.95".into()),
        unit: Some("%".into()),
        ..check(Verdict::NotMet)
    };
    let of = |id: &str, title: &str, kind: &str, verdict, score, points| IndicatorOutcome {
        id: Text::kept(id),
        title: Text::kept(title),
        category: "资源".into(),
        kind: Text::kept(kind),
        nature: if kind == "A" { "must" } else { "scored" },
        verdict,
        score,
        departments: vec!["甲局".into(), "各乙所".into()],
        points,
    };
    let scored = vec![
        point("2.1", "服务到位。", Verdict::NotMet, Some(score("0", "0", "5")), vec![share]),
        point("2.2", "服务及时。", Verdict::Undetermined, Some(score("0", "1.5", "1.5")), vec![check(Verdict::Undetermined)]),
    ];
    SubjectOutcome {
        code: code.into(),
        name: name.into(),
        verdict: Verdict::NotMet,
        verdict_text: "未通过".into(),
        grade: None,
        grades_possible: Vec::new(),
        reasons: vec![Reason { label: "甲类全部达到".into(), verdict: Verdict::NotMet }],
        must: Counts { total: 1, met: 0, not_met: 1, undetermined: 0 },
        score: TotalScore { min: "0".into(), max: "1.5".into(), full: "6.5".into(), pass: Some("6".into()) },
        vetoes: vec![VetoOutcome {
            id: "否决.1".into(),
            text: "弄虚作假。".into(),
            verdict: VetoVerdict::Clear,
            checks: vec![check(Verdict::Met)],
        }],
        qualifications: vec![point("资格.1", "满三年。", Verdict::Met, None, vec![check(Verdict::Met)])],
        indicators: vec![
            of(
                "1",
                "每馆藏书",
                "A",
                Some(Verdict::NotMet),
                None,
                vec![point("1.1", "每馆藏书4.2册以上。", Verdict::NotMet, None, vec![rows(25)])],
            ),
            of("2", "服务", "B", None, Some(score("0", "1.5", "6.5")), scored),
        ],
        facts: Vec::new(),
    }
}

fn outcome(subjects: usize) -> Outcome {
    let all = [("01/02", "甲<b>园</b>"), ("03", "乙园")];
    Outcome {
        verifications: Vec::new(),
        schema: "biaochi.outcome/1",
        standard: StandardRef {
            id: "s".into(),
            title: "某某评估标准".into(),
            version: "2026".into(),
            layers: vec!["国家".into(), "本省".into()],
            digest: "sha256:00ff".into(),
        },
        round: Some("自评".into()),
        date: None,
        inputs: vec![Input {
            table: "馆".into(),
            file: "馆.csv".into(),
            encoding: "UTF-8".into(),
            rows: 100,
            sha256: "ab12".into(),
            sheet: None,
        }],
        partial: None,
        subjects: all.iter().take(subjects).map(|(code, name)| subject(code, name)).collect(),
        groups: Vec::new(),
    }
}

fn html(subjects: usize) -> Vec<(String, String)> {
    render(&plan(), &outcome(subjects), Format::Html, &Options::default()).unwrap()
}

#[test]
fn cells_never_become_markup() {
    let files = html(1);
    let (name, text) = files.first().unwrap();
    assert_eq!(name, "01_02-甲_b_园__b.html");
    assert_eq!(text.matches("<script").count(), 1, "the page's own");
    assert!(!text.contains("<b>园"));
    assert!(!text.contains("http://") && !text.contains("https://") && !text.contains("url("));
    let files = render(&plan(), &outcome(1), Format::Markdown, &Options::default()).unwrap();
    let text = &files.first().unwrap().1;
    assert!(!text.contains("<script") && text.contains("&lt;script&gt;alert(0)&lt;/script&gt;\\|馆"));
}

#[test]
fn nothing_is_dropped_and_failures_look_like_failures() {
    let text = html(1).remove(0).1;
    for n in 0..25 {
        assert!(text.contains(&format!("馆.csv:{}<", n + 2)), "row {n}");
    }
    for wanted in ["4.199", "差 2 册", "94.9999%", "≥ 95%", "缺书馆（G99）", "单元格未填", "未通过", "ab12", "1.1 的口径"]
    {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(text.contains("(0～1.5) = 0～1.5 &lt; 6"));
    assert!(text.contains("2026-01-11 至 2026-01-20"));
}

#[test]
fn several_subjects_have_an_index() {
    let names: Vec<String> = html(2).into_iter().map(|(n, _)| n).collect();
    assert_eq!(names.len(), 3);
    assert_eq!(names.first().unwrap(), "index.html");
    assert!(html(2).remove(0).1.contains("href=\"03-%E4%B9%99%E5%9B%AD.html\""));
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    assert_eq!(html(2), html(2));
    for (_, text) in render(&plan(), &outcome(2), Format::Json, &Options::default()).unwrap() {
        assert!(text.ends_with("}\n"));
    }
}

#[test]
fn the_annex_is_the_plan_verbatim() {
    let annex = annex_json(&plan());
    assert_eq!(
        annex["indicators"][1],
        json!({
            "id": "2", "category": "资源", "title": "服务", "kind": "B", "full": 6.5,
            "departments": ["甲局", "各乙所"],
            "points": [{"id": "2.1", "text": "服务到位。", "full": 5}, {"id": "2.2", "text": "服务及时。", "full": 1.5}],
        })
    );
    assert_eq!(annex["indicators"][0]["full"], Json::Null);
    assert_eq!(annex["veto_departments"], json!(["丙局"]));
    assert_eq!(annex["qualifications"], json!([{"id": "资格.1", "text": "满三年。"}]));
    assert!(annex_html(&plan(), &Options::default()).unwrap().contains("rowspan=\"2\""));
    assert!(annex_markdown(&plan(), &Options::default()).unwrap().contains("2.1 服务到位。（5分）<br>2.2"));
}

#[test]
fn the_summary_fits_a_screen() {
    let text = summary(&plan(), &outcome(1));
    assert!(text.lines().count() <= 40, "{text}");
    for wanted in ["✗ 未通过", "甲类项　共 1 项", "1.1 每馆藏书：记录 100 个中 25 个未达到", "缺少的数据：1 处"]
    {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

#[test]
fn a_broken_template_says_where() {
    let dir = std::env::temp_dir().join(format!("biaochi-report-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    for bad in ["a\n{% if %}", "a\n{{ page.nothing }}"] {
        std::fs::write(dir.join("subject.html"), bad).unwrap();
        let options = Options { templates: Some(dir.clone()) };
        let found = render(&plan(), &outcome(1), Format::Html, &options).unwrap_err();
        let first = found.first().unwrap();
        assert_eq!(first.code, Code::TEMPLATE);
        assert!(matches!(&first.place, Place::Cell { file, line: Some(2), .. } if file.ends_with("subject.html")));
    }
    std::fs::write(dir.join("subject.html"), "{{ t.index }}").unwrap();
    std::fs::write(dir.join("locale.json"), "{\"index\": \"自定\"}").unwrap();
    let files = render(&plan(), &outcome(1), Format::Html, &Options { templates: Some(dir.clone()) }).unwrap();
    assert_eq!(files.first().unwrap().1, "自定\n");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn the_first_screen_names_what_weighs_most() {
    let text = html(1).remove(0).1;
    let place = |wanted: &str| text.find(wanted).unwrap_or_else(|| panic!("{wanted}"));
    let (must, lost) = (place(">1.1 每馆藏书</a>"), place(">总分</a>"));
    assert!(must < lost, "what must be met stands before points lost");
    assert!(text.contains("最多得 1.5 分，离合格线还差 4.5 分；失分最多的是 2.1 失 5 分"));
    assert!(text.contains("甲类项 1 项中未达到 1 项；乙类项得 0～1.5 分，低于合格线 6 分；一票否决项没有触发。"));
    // A veto stands before all; a subject that is met has what lies nearest instead.
    let mut triggered = outcome(1);
    triggered.subjects[0].vetoes[0].verdict = VetoVerdict::Triggered;
    let text = render(&plan(), &triggered, Format::Html, &Options::default()).unwrap().remove(0).1;
    assert!(text.find(">否决.1 弄虚作假。</a>").unwrap() < text.find(">1.1 每馆藏书</a>").unwrap());
}
