use super::ast::*;
use super::parse;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::{FileId, LayerId, Span};
use crate::value::{num, parse_num};

fn read(text: &str) -> (File, Vec<Diagnostic>) {
    parse(FileId(0), LayerId(0), text)
}

fn clean(text: &str) -> Vec<ItemKind> {
    let (file, found) = read(text);
    assert_eq!(found, Vec::new(), "{text}");
    file.items.into_iter().map(|i| i.kind).collect()
}

fn one(text: &str) -> ItemKind {
    let mut items = clean(text);
    assert_eq!(items.len(), 1, "{text}");
    items.remove(0)
}

fn expr(text: &str) -> Expr {
    match one(&format!("定义 x = {text}")) {
        ItemKind::Definition { body, .. } => body,
        other => panic!("{other:?}"),
    }
}

fn codes(text: &str) -> Vec<(Code, String)> {
    let (_, found) = read(text);
    let at = |d: &Diagnostic| match d.place {
        Place::Spec(span) => text[span.range()].to_owned(),
        _ => String::new(),
    };
    found.iter().map(|d| (d.code, at(d))).collect()
}

/// The tree in brackets, so that precedence can be read off.
fn show(e: &Expr) -> String {
    let path = |p: &[Name]| p.iter().map(|n| n.node.clone()).collect::<Vec<_>>().join(".");
    let all = |v: &[Expr]| v.iter().map(show).collect::<Vec<_>>().join(" ");
    match &e.kind {
        ExprKind::Number { value, unit: None } => value.to_string(),
        ExprKind::Number { value, unit: Some(u) } => {
            let under = if u.under.is_empty() { String::new() } else { format!("/{}", u.under.join("·")) };
            format!("{value}{}{under}", u.over.join("·"))
        }
        ExprKind::Text(t) => format!("“{t}”"),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Date(d) => format!("{}-{}-{}", d.year, d.month, d.day),
        ExprKind::Path(p) => path(p),
        ExprKind::Call { name, scope, arguments } => {
            let scope = scope.as_ref().map_or(String::new(), |s| {
                format!("{}{}：", s.population.node, s.filter.as_ref().map_or(String::new(), |f| format!("|{}", show(f))))
            });
            format!("{}[{scope}{}]", name.node, all(arguments))
        }
        ExprKind::LastYears(n) => format!("last{}", n.node),
        ExprKind::YearsBefore(n) => format!("before{}", n.node),
        ExprKind::Negate(x) => format!("(neg {})", show(x)),
        ExprKind::Not(x) => format!("(not {})", show(x)),
        ExprKind::Binary { op, left, right } => format!("({:?} {} {})", op.node, show(left), show(right)),
        ExprKind::In { value, options, negated } => format!("(in{} {} {})", if *negated { "!" } else { "" }, show(value), all(options)),
        ExprKind::If { condition, then, otherwise } => {
            format!("(if {} {} {})", show(condition), show(then), otherwise.as_ref().map_or("-".into(), |o| show(o)))
        }
    }
}

#[test]
fn precedence_and_forms() {
    for (text, tree) in [
        ("a 或 b 且 非 c = 1 + 2 × -d", "(Or a (And b (Not_ c)))"),
        ("1 - 2 - 3", "(Sub (Sub 1 2) 3)"),
        ("4.2 人", "21/5人"),
        ("10%", "10%"),
        ("５．０ ％", "5%"),
        ("2000 元/人", "2000元/人"),
        ("4.5 ㎡／人", "9/2㎡/人"),
        ("100 人 / 在校生数", "(Div 100人 在校生数)"),
        ("建成年月 < 2018-09", "(Lt 建成年月 2018-9-0)"),
        ("2018-09-01", "2018-9-1"),
        ("2018 - 09", "(Sub 2018 9)"),
        ("x 不属于 {甲、乙}", "(in! x 甲 乙)"),
        ("x in {a, b} and y", "(And (in x a b) y)"),
        ("若 a 则 1 否则 若 b 则 2 否则 3 + 4", "(if a 1 (if b 2 (Add 3 4)))"),
        ("if a then b", "(if a b -)"),
        ("(若 a 则 2500 人 否则 上限) × (120%)", "(Mul (if a 2500人 上限) 120%)"),
        ("合计（小学 其中 学段 = 小学：在校生数）", "合计[小学|(Eq 学段 小学)：在校生数]"),
        ("差异系数(小学：x，p) ≤ 0.50", "(Le 差异系数[小学：x p] 1/2)"),
        ("计数(小学 其中 a)", "计数[小学|a：]"),
        ("计数(小学)", "计数[小学]"),
        ("逐年不减(区县.x，近 3 年)", "逐年不减[区县.x last3]"),
        ("year_value(t: x, before 1 year)", "year_value[t：x before1]"),
        ("基准年() > 2020 年", "(Gt 基准年[] 2020年)"),
        ("保留(a，2) = “甲“乙”丙”", "(Eq 保留[a 2] “甲“乙”丙”)"),
        ("科室且性别 = 是", "(Eq 科室且性别 true)"),
        ("(a + b) × c ＞＝ - 1", "(Ge (Mul (Add a b) c) (neg 1))"),
    ] {
        if tree.contains("Not_") {
            assert_eq!(show(&expr(text)), "(Or a (And b (not (Eq c (Add 1 (Mul 2 (neg d)))))))");
        } else {
            assert_eq!(show(&expr(text)), tree, "{text}");
        }
    }
}

#[test]
fn tables_and_fields() {
    let ItemKind::Table(t) = one(
        "数据表 学段 “各学段”\n 主键 学校代码、学段\n 引用 学段 按 学校代码、学段\n 名称 学校名称\n 字段 学校代码 文本，引用 学校\n 字段 学段 选项 小学、初中，必填，说明 “h”\n 字段 等级 有序选项 I、II、III\n 字段 面积 小数 2 位 平方米/人，可为负，合计，范围 0 至 1，又名 甲、乙\n 字段 人数 整数 人，来源 “s”\n 字段 年月 年月\n 字段 年份 整数 年，\n   年度\n 核验 “t”：a ≥\n  b\n 口径 “n”",
    ) else {
        panic!()
    };
    assert_eq!(t.key.len(), 2);
    assert_eq!(t.references[0].fields.len(), 2);
    assert_eq!(t.display.unwrap().node, "学校名称");
    assert_eq!(t.fields.len(), 7);
    assert_eq!(t.fields[0].reference.as_ref().unwrap().node, "学校");
    assert!(matches!(&t.fields[1].ty, FieldType::Choice { options, ordered: false } if options.len() == 2) && t.fields[1].required);
    assert!(matches!(&t.fields[2].ty, FieldType::Choice { options, ordered: true } if options.len() == 3));
    assert!(matches!(&t.fields[3].ty, FieldType::Decimal { places: Some(2), unit: Some(u) } if u.under == ["人"]));
    assert!(t.fields[3].signed && t.fields[3].additive && t.fields[3].range.is_some() && t.fields[3].aliases.len() == 2);
    assert!(matches!(t.fields[5].ty, FieldType::Month) && t.fields[6].is_year);
    assert_eq!((t.checks.len(), t.notes.len()), (1, 1));
    let ItemKind::Table(t) = one(
        "table T \"x\"\nkey a, b\nfield a text, reference S, required\nfield b choice x, y, year\nfield c decimal 2 places km\nfield d bool\nfield e ordered p、q\nverify \"v\": a = b",
    ) else {
        panic!()
    };
    assert!(matches!(&t.fields[1].ty, FieldType::Choice { options, .. } if options.len() == 2) && t.fields[1].is_year);
}

#[test]
fn declarations() {
    let items = clean(
        "标准 “题” 版本 “2026”\n口径 “n”\n性质 A 必达 “A类指标”\n责任单位：甲、乙\n评估对象 区县 代码 区县代码 名称 区县名称 成员 学校 基准年 申报年份\n轮次 自评、省级评估\n评定来源 评定 条目 条目 轮次 轮次 结论 结论 = 达到 得分 得分 佐证 佐证材料\n否决来源 否决事项 条目 条目 轮次 轮次 存在 存在 说明 说明\n部门 各乡镇（街道） 又作 各（乡镇）街道、各乡（镇）街道 # c\n单位 打 = 12 个\n单位 筐\n总体 小学 = 学段 其中 学段 = 小学\n参数 X = 2000 自 2018-09-01，2500 人 自 2027-01-01\n定义 学段.每百名(数量) = 数量 / 在校生数 × 100 人\n定义 y = 1\n类别 资源配置\n共计 指标 38 项、要点 94 项、\n 类别 6 类、A 27 项、B 满分 100 分\n步骤 3.1 “审核” 自 2026-01-11 至 2026-01-20 原文 “中旬”",
    );
    assert_eq!(items.len(), 16);
    assert!(matches!(&items[0], ItemKind::Standard { version: Some(v), notes, .. } if v.node == "2026" && notes.len() == 1));
    assert!(matches!(&items[1], ItemKind::Nature { departments, .. } if departments.len() == 2));
    assert!(matches!(&items[2], ItemKind::Subject { base_year: Some(_), members: Some(_), .. }));
    assert!(matches!(&items[4], ItemKind::Judgements(j) if j.conclusion.as_ref().unwrap().1.node == "达到" && j.evidence.is_some()));
    assert!(matches!(&items[5], ItemKind::Events(e) if e.exists.node == "存在"));
    assert!(
        matches!(&items[6], ItemKind::Departments { names, aliases, .. } if names[0].node == "各乡镇（街道）" && aliases.len() == 2 && aliases[1].node == "各乡（镇）街道")
    );
    assert!(
        matches!(&items[10], ItemKind::Parameter { values, .. } if values.len() == 2 && values[1].from.as_ref().unwrap().node.year == 2027)
    );
    assert!(matches!(&items[11], ItemKind::Definition { table: Some(_), parameters, .. } if parameters.len() == 1));
    assert!(matches!(&items[14], ItemKind::Totals(t) if t.len() == 5 && t[4].is_full_score && t[0].what.node == "指标"));
    assert!(matches!(&items[15], ItemKind::Step(s) if s.number.node == "3.1" && s.until.is_some() && s.words.is_some()));
    clean(
        "standard \"t\" version \"1\"\nnote \"n\"\nnature A scored \"x\"\nsubject T code c name n members m base_year b\nrounds a, b\njudgements J item i round r conclusion c = yes_met score s evidence e\nevents E item i round r exists x description d\ndepartments a, b aka c\nunit crate = 12 box\npopulation P = T where a > 1\nparameter X = 1 from 2018-09-01\ndefine T.f(a) = a\ncategory C\ntotals indicators 3 items, points 4, categories 2, A 2, B full 10 points\nverdict \"y\" else \"n\" undetermined \"u\"\ncondition \"l\": all_met(A)\nstep 1 \"s\" from 2026-01-01 until 2026-02-01 words \"w\"",
    );
}

#[test]
fn indicators_and_rules() {
    let text = "指标 8 “保障“四”” B（10分）\n 责任单位：区委、区府\n 口径 “k”\n 要点 1 “p” （5分）\n  “l”：每个 小学 其中 a > 1：\n    b ≥ 4.2 人\n  每组 小学 按 学校.城乡、k2 其中 a = 1 仅当 计数(本组) > 1：b\n  得 1分：评定 佐证 “e”\n  互证 “t”：a 且\n # 注\n b\n 要点 2 “q”\n  a ≥ 1\n  责任单位：丙\n否决 1 “v”\n 触发：a\n资格 1 “z”\n 评定\n结论 “达” 否则 “不” 未定 “?”\n 条件 “c”：全部达到(A)";
    let (file, found) = read(text);
    assert_eq!(found, vec![]);
    let ItemKind::Indicator(i) = &file.items[0].kind else { panic!() };
    assert_eq!(i.full.as_ref().unwrap().node, num(10));
    assert_eq!(i.departments[1].node, "区府");
    assert_eq!(&text[i.departments[1].span.range()], "区府");
    assert_eq!(i.title.node, "保障“四”");
    assert_eq!((i.points.len(), i.notes.len()), (2, 1));
    let rules = &i.points[0].body.rules;
    assert!(matches!(&rules[0].kind, RuleKind::Each { filter: Some(_), .. }) && rules[0].label.is_some());
    assert!(matches!(&rules[1].kind, RuleKind::Group { keys, filter: Some(_), having: Some(_), .. } if keys.len() == 2));
    assert!(matches!(&rules[2].kind, RuleKind::Judged { evidence: Some(_) }) && rules[2].score.as_ref().unwrap().node == num(1));
    assert!(matches!(&rules[3].kind, RuleKind::CrossCheck { .. }));
    assert_eq!(i.points[1].body.departments.len(), 1);
    assert!(text[file.items[0].span.range()].starts_with("指标 8") && text[file.items[0].span.range()].ends_with('丙'));
    assert!(matches!(&file.items[1].kind, ItemKind::Veto { body, .. } if matches!(body.rules[0].kind, RuleKind::Trigger(_))));
    assert!(matches!(&file.items[3].kind, ItemKind::Verdict(v) if v.conditions.len() == 1));
    clean(
        "indicator 1 \"t\" A (5 points)\nresponsible: a, b\npoint 1 \"p\" (2.5 points)\neach P where a > 1: b\ngroup P by T.f where a having b: c\nscore 1 points: judged evidence \"e\"\ncross_check \"c\": a\nveto 1 \"v\"\ntrigger: a\nqualification 1 \"q\"\njudged",
    );
    assert_eq!(parse_num("4.2"), Some(num(21) / num(5)));
}

#[test]
fn all_errors_of_a_file_with_their_places() {
    let text = "类别 甲 乙\n指标 1 “文” A\n  要点 1 “p”\n    每个 小学：a ≥ ≥ 1\n    a ≥ 1。\n字段 x 文本\n指际 2 “x” B\n参数 Y = 1 自 2026-13-01\n参数 Z = 1 自 2026-2-1\n类别 好";
    assert_eq!(
        codes(text),
        [
            (Code::UNEXPECTED, "乙".to_owned()),
            (Code::UNEXPECTED, "≥".to_owned()),
            (Code::STRAY_CHARACTER, "。".to_owned()),
            (Code::UNEXPECTED, "字段".to_owned()),
            (Code::UNEXPECTED, "指际".to_owned()),
            (Code::BAD_DATE, "2026-13-01".to_owned()),
            (Code::BAD_DATE, "2026-2-1".to_owned()),
        ]
    );
    let (file, found) = read(text);
    assert!(found[4].help.iter().any(|h| h.contains("“指标”")), "{:?}", found[4]);
    assert!(found.iter().all(|d| !d.message.is_empty()));
    assert!(matches!(file.items.last().unwrap().kind, ItemKind::Category(_)));
}

#[test]
fn open_quotes_brackets_and_glued_words() {
    assert_eq!(codes("类别 甲\n口径 “没有\n类别 乙").first().unwrap(), &(Code::OPEN_STRING, "“".to_owned()));
    let text = "定义 x = (1 +\n  合计(a：b\n指标 1 “t” A\n  要点 1 “p”\n   (a\n";
    assert_eq!(codes(text), [(Code::OPEN_BRACKET, "(".to_owned()), (Code::OPEN_BRACKET, "(".to_owned())]);
    assert_eq!(read(text).0.items.len(), 2);
    assert_eq!(codes("定义 x = 年龄 ≥ 18且科室 = 甲"), [(Code::GLUED_OPERATOR, "且科室".to_owned())]);
    assert_eq!(codes("定义 x = a = 小学且 年龄 > 3"), [(Code::GLUED_OPERATOR, "小学且".to_owned())]);
    assert_eq!(codes("定义 x = 【a】"), [(Code::STRAY_CHARACTER, "【".to_owned())]);
    assert_eq!(codes("定义 x = 1 < a < 3"), [(Code::UNEXPECTED, "<".to_owned())]);
    assert_eq!(codes("定义 x ="), [(Code::UNEXPECTED, String::new())]);
    assert_eq!(codes("定义 x =\n指标 1 “t” A"), [(Code::UNEXPECTED, String::new())]);
}

#[test]
fn limits_hold_on_a_small_stack() {
    let deep = |n: usize| format!("定义 x = {}1{}", "(".repeat(n), ")".repeat(n));
    assert_eq!(codes(&deep(64)), []);
    assert_eq!(codes(&deep(65))[0].0, Code::TOO_DEEP);
    let calls = format!("定义 x = {}1{}", "f(a 其中 ".repeat(64), ")".repeat(64));
    assert_eq!(codes(&calls), []);
    assert_eq!(codes(&format!("{calls} 1")).len(), 1);
    assert_eq!(codes(&format!("定义 x = {}1", "若 a 则 ".repeat(64))), []);
    assert_eq!(codes(&format!("定义 x = {}1", "若 a 则 ".repeat(65)))[0].0, Code::TOO_DEEP);
    assert_eq!(codes(&format!("定义 x = {}1", "-".repeat(65)))[0].0, Code::TOO_DEEP);
    assert_eq!(codes(&format!("定义 x = {}a", "非 ".repeat(65)))[0].0, Code::TOO_DEEP);
    assert_eq!(codes(&format!("定义 x = 1{}", "+1".repeat(200))), []);
    assert_eq!(codes(&format!("定义 x = 1{}", "+1".repeat(1001)))[0].0, Code::TOO_LARGE);
    assert_eq!(codes(&format!("定义 x = 1{}", "+1".repeat(20000)))[0].0, Code::TOO_LARGE);
    assert_eq!(codes(&format!("口径 {}{}", "“".repeat(900), "”".repeat(900)))[0].0, Code::TOO_DEEP);
    assert_eq!(codes(&format!("定义 x = {}", "9".repeat(50)))[0].0, Code::BAD_NUMBER);
    assert_eq!(read(&"x".repeat((4 << 20) + 1)).1[0].code, Code::TOO_LARGE);
}

#[test]
fn garbage_never_panics() {
    let pieces = [
        "指标", " 1 ", "“", "”", "\"", "(", "）", "｛", "\n", "，", "：", "≥", "若", " 则 ", "非 ", "-", "2018-09", "\0", "😀", "#", "甲",
        "每个 ", "要点", "部门 ", "、", "%", "/", "其中 ", "\r\n", "a", "字段 ", "选项 ", "9", "口径 ", "\u{FEFF}", "得 ", "共计 ", "。",
        " 属于 ",
    ];
    let mut seed = 12345u64;
    for _ in 0..300 {
        let mut text = String::new();
        for _ in 0..60 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        for d in read(&text).1 {
            if let Place::Spec(span) = d.place {
                assert!(text.get(span.range()).is_some(), "{text:?} {d:?}");
            }
        }
    }
    assert_eq!(read("\u{FEFF}类别 甲\r\n").1, Vec::<Diagnostic>::new());
    assert_eq!(read("").1, Vec::<Diagnostic>::new());
    assert_eq!(Span::default().range(), 0..0);
}

#[test]
fn no_reserved_word_is_a_name() {
    let lexical = include_str!("../../grammar/lexical.pest");
    let reserved = lexical.split("// Reserved words of expressions.").nth(1).unwrap().split("kw_years").next().unwrap();
    let words: Vec<&str> = reserved.split('"').skip(1).step_by(2).collect();
    assert_eq!(words.len(), 26);
    for word in words {
        assert!(super::parser::Reader::new(FileId(0), 0, word).read(super::parser::Rule::name).is_none(), "{word}");
        let longer = format!("{word}_x");
        assert!(super::parser::Reader::new(FileId(0), 0, &longer).read(super::parser::Rule::name).is_some(), "{longer}");
    }
}

#[test]
fn the_keyword_table_is_read_from_the_grammar() {
    let all = super::keywords();
    for k in ["标准", "standard", "否则", "not_in", "departments_responsible", "仅当"] {
        assert!(all.contains(&k), "{k}");
    }
    assert!(!super::words::leading_keywords().contains(&"版本"));
    assert!(super::words::leading_keywords().contains(&"互证"));
}
