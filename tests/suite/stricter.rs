//! Layers that declare themselves to be only stricter: what is accepted holds on data, what is refused names values.

use crate::layers::Chain;
use biaochi::data::load;
use biaochi::diagnostic::{Severity, human};
use biaochi::eval::{PointOutcome, RunOptions, SubjectOutcome, Verdict, VetoVerdict, run};
use biaochi::plan::Plan;
use biaochi::{CompileOptions, Compiled, compile, compile_texts};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const BASE: &str = "tests/diagnostics/layers/strict_base";
const DECLARED: &str = "only_stricter = true";

fn over(text: &str, declared: &str) -> (Chain, Compiled) {
    let chain = Chain::over(BASE, &[("某市", declared, text)]);
    let compiled = chain.compile(0);
    (chain, compiled)
}

fn codes(text: &str) -> Vec<&'static str> {
    over(text, DECLARED).1.diagnostics.iter().map(|d| d.code.0).filter(|c| !c.starts_with('W')).collect()
}

/// Layers that ask for no less, in every way that is told apart.
const STRICTER: &[&str] = &[
    "修订 标准 版本 “2”\n补充 否决 1\n  口径 “同上”\n",
    "修订 指标 1 要点 1 “每百名学生拥有教师4.5人以上；”\n  每个 学校：每百名学生(教师数) ≥ 4.5 人\n",
    "修订 指标 1 要点 1 “每百名学生拥有教师超过4.2人；”\n  每个 学校：每百名学生(教师数) > 4.2 人\n",
    "修订 指标 1 要点 2 “乡村学校教师超过2人；”\n  每个 乡村学校：教师数 > 2 人\n",
    "替换 总体 乡村学校 = 学校 其中 城乡 ≠ 城区\n",
    "修订 指标 1 要点 3 “教师数差异系数不大于0.45。”\n  差异系数(学校：教师数，在校生数) ≤ 0.45\n",
    "修订 参数 校额上限 = 1900 人\n",
    "修订 参数 校额上限 = 1900 人 自 2027-01-01\n",
    "修订 参数 生均面积 = 4.6 平方米/人 自 2018-01-01\n修订 参数 生均面积 = 5 平方米/人 自 2026-01-01\n",
    "修订 指标 2 要点 1 “学校规模不超过上限，2018年前建成的可放宽到110%；”\n  每个 学校：在校生数 ≤ 校额上限 × (若 建成年月 < 2018-01 则 110% 否则 100%)\n",
    "修订 指标 2 要点 1 “学校规模不超过上限；”\n  每个 学校：在校生数 ≤ 校额上限\n",
    "修订 指标 2 要点 2 “生均用房面积达到标准；”\n  每个 学校：用房面积 / 在校生数 ≥ 生均面积\n",
    "修订 指标 2 要点 3 “95%以上的学校满意率达到80%。”\n  每个 学校 至少 95% 达到：满意率 ≥ 80%\n",
    "修订 指标 2 要点 3 “学校满意率都达到80%。”\n  每个 学校：满意率 ≥ 80%\n",
    "修订 指标 4 要点 1 “三项中至少达到两项，其余不低于90%。”\n  每个 学校 至少 2 项达到，其余不低于 90%\n    分项 “教师”：每百名学生(教师数) ≥ 5 人\n    分项 “用房”：用房面积 / 在校生数 ≥ 4 平方米/人\n    分项 “满意”：满意率 ≥ 85%\n",
    "修订 指标 4 要点 1 “三项都要达到。”\n  每个 学校：每百名学生(教师数) ≥ 5 人 且 用房面积 / 在校生数 ≥ 4 平方米/人 且 满意率 ≥ 85%\n",
    "修订 指标 6 要点 1 “满意率（10分）。”（10分）\n  得 10分：若 平均(学校：满意率) ≥ 95% 则 10 分 否则 若 平均(学校：满意率) ≥ 80% 则 5 分 否则 0 分\n",
    "修订 否决 2 “存在2500人以上的学校”\n  触发：存在(学校：在校生数 ≥ 2500 人)\n",
    "修订 资格 1 “达标四年以上”\n  区县.达标年数 ≥ 4 年\n",
    "增加 指标 7 “宽敞” A\n  要点 1 “生均3平方米以上。”\n    合计(学校：用房面积) / 合计(学校：在校生数) ≥ 3 平方米/人\n增加 否决 3 “有学校没有教师”\n  触发：存在(学校：教师数 = 0 人)\n修订 共计 指标 7 项、要点 12 项\n",
    // Five points more to be had, and five more to be reached.
    "增加 指标 7 “宽敞” B（5分）\n  要点 1 “生均3平方米以上（5分）。”（5分）\n    合计(学校：用房面积) / 合计(学校：在校生数) ≥ 3 平方米/人\n修订 共计 指标 7 项、要点 12 项、B 满分 25 分\n替换 结论 “达标” 否则 “未达标” 未定 “未定”\n  条件 “A类全部达到”：全部达到(A)\n  条件 “B类21分以上”：总分(B) ≥ 21 分\n  条件 “无一票否决”：无触发(否决)\n",
    "替换 结论 “达标” 否则 “未达标” 未定 “未定”\n  条件 “A类全部达到”：全部达到(A) 且 无触发(否决)\n  条件 “B类超过16分”：总分(B) > 16 分\n",
    "补充 数据表 学校\n  核验 “面积不过大”：用房面积 ≤ 在校生数 × 100 平方米/人\n",
];

/// Layers that ask for less somewhere, or may.
const NOT_STRICTER: &[(&str, &str)] = &[
    ("修订 指标 1 要点 2 “乡村学校教师不少于2人；”\n  每个 乡村学校：教师数 ≥ 2 人\n", "E0209"),
    ("替换 总体 乡村学校 = 学校 其中 城乡 = 乡村 且 寄宿制 = 否\n", "E0209"),
    ("修订 参数 校额上限 = 1900 人\n修订 参数 校额上限 = 2001 人 自 2030-01-01\n", "E0209"),
    (
        "修订 指标 2 要点 1 “学校规模不超过上限，2019年前建成的可放宽到120%；”\n  每个 学校：在校生数 ≤ 校额上限 × (若 建成年月 < 2019-01 则 120% 否则 100%)\n",
        "E0209",
    ),
    ("修订 指标 2 要点 3 “学校满意率达到80%，允许一所例外。”\n  每个 学校 允许 1 个例外：满意率 ≥ 80%\n", "E0209"),
    ("修订 指标 1 要点 2 “学校教师不少于3人，乡村学校满意。”\n  每个 乡村学校：满意率 ≥ 10%\n", "E0209"),
    (
        "增加 指标 7 “宽敞” B（5分）\n  要点 1 “生均3平方米以上（5分）。”（5分）\n    合计(学校：用房面积) / 合计(学校：在校生数) ≥ 3 平方米/人\n修订 共计 指标 7 项、要点 12 项、B 满分 25 分\n",
        "E0209",
    ),
    ("替换 结论 “达标” 否则 “未达标” 未定 “未定”\n  条件 “A类全部达到”：全部达到(A)\n  条件 “B类16分以上”：总分(B) ≥ 16 分\n", "E0210"),
    ("修订 数据表 学校 字段 满意率 小数 4 位，范围 0 至 2\n", "E0209"),
    ("替换 评定来源 评定 条目 条目 结论 结论 = 未达到 得分 得分\n", "E0210"),
    ("修订 指标 3 “平均规模” B（1分）\n修订 指标 3 要点 1 “校均学生不超过1500人（1分）。”（1分）\n修订 共计 B 满分 21 分\n", "E0210"),
];

#[test]
fn what_asks_for_no_less_is_accepted() {
    for text in STRICTER {
        let (_chain, Compiled { sources, diagnostics, .. }) = over(text, DECLARED);
        let errors: Vec<_> = diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{text}\n{}", human(&errors, &sources, false));
    }
}

#[test]
fn what_asks_for_less_is_refused_and_only_where_it_is_declared() {
    for (text, code) in NOT_STRICTER {
        let found = codes(text);
        assert!(found.contains(code), "{text}: {found:?}");
        let (_chain, Compiled { sources, plan, diagnostics }) = over(text, "");
        assert!(plan.is_some(), "{text}\n{}", human(&diagnostics, &sources, false));
    }
    assert_eq!(codes(STRICTER[1]), Vec::<&str>::new());
    // Seven parts are too many to be tried together, and are held one by one.
    let national = |text: &str| Chain::over("specs/national-2017", &[("某省", DECLARED, text)]).compile(0).diagnostics;
    assert_eq!(national("修订 标准 版本 “2”\n"), []);
    let rules = std::fs::read_to_string("specs/national-2017/01-资源配置.biao").unwrap();
    let (_, rest) = rules.split_once("    “小学”：每个 小学 至少 6 项达到").unwrap();
    let primary = format!("  “小学”：每个 小学 至少 6 项达到{}", rest.split_once("    “初中”").unwrap().0);
    let stricter = primary.replace("其余不低于 85%", "其余不低于 90%").replace("学历值 ≥ 4.2 人", "学历值 ≥ 4.5 人");
    let text = "修订 指标 校 要点 1 “每所学校至少有6项指标达到要求，余项不能低于要求的90%；”\n";
    let errors = |found: Vec<biaochi::diagnostic::Diagnostic>| found.into_iter().filter(|d| d.severity == Severity::Error).count();
    assert_eq!(errors(national(&format!("{text}{stricter}"))), 0);
    assert!(!over(NOT_STRICTER[0].0, "\"只严不松\" = true").1.diagnostics.is_empty(), "the key in Chinese");
}

#[test]
fn a_declaration_below_is_held_from_above() {
    let chain = Chain::over(BASE, &[("市", DECLARED, NOT_STRICTER[0].0), ("县", "", "修订 标准 版本 “县”\n")]);
    assert_eq!(chain.compile(1).diagnostics.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["E0209"]);
    let chain = Chain::over(BASE, &[("市", "", NOT_STRICTER[0].0), ("县", DECLARED, "修订 标准 版本 “县”\n")]);
    assert!(chain.compile(1).plan.is_some(), "each layer answers for itself");
}

#[test]
fn the_district_asks_for_no_less_than_its_province() {
    let manifest = std::fs::read_to_string("specs/changjiang-2026/biaochi.toml").unwrap();
    assert!(manifest.lines().any(|l| l == DECLARED));
    assert!(compile(Path::new("specs/changjiang-2026"), &CompileOptions::default()).plan.is_some());
}

/// Numbers without end, the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[usize::try_from(self.next(list.len() as u64)).unwrap()]
    }
}

/// Tables of several subjects, their numbers on the bounds of the rules and near them, a few cells empty.
fn tables(dice: &mut Dice, folder: &Path, gaps: bool) {
    std::fs::create_dir_all(folder).unwrap();
    let mut text: BTreeMap<&str, String> = BTreeMap::from([
        ("区县", "区县代码,达标年数\n".to_owned()),
        ("学校", "学校代码,区县代码,城乡,寄宿制,建成年月,在校生数,教师数,用房面积,满意率\n".to_owned()),
        ("评定", "区县代码,条目,结论,得分\n".to_owned()),
        ("否决事项", "区县代码,条目,存在\n".to_owned()),
    ]);
    let mut add = |table: &str, row: String| text.get_mut(table).unwrap().push_str(&(row + "\n"));
    for subject in 0..12 {
        add("区县", format!("{subject},{}", dice.of(&["2", "3", "4"])));
        add("评定", format!("{subject},5.1,,{}", dice.of(&["2", "5", "6"])));
        add("否决事项", format!("{subject},否决.1,{}", dice.of(&["否", "否", "否", "是"])));
        for school in 0..=dice.next(4) {
            let pupils = dice.of(&["100", "1000", "1500", "1501", "2000", "2001", "2200", "2400", "2500", "3000", "3001"]);
            let base: u64 = pupils.parse().unwrap();
            let teachers = [base * 42 / 1000, base * 45 / 1000, base * 5 / 100, base * 5 / 100 + 1, base * 6 / 100, 2, 3, 1];
            let teachers = teachers[usize::try_from(dice.next(8)).unwrap()];
            let area = [base * 9 / 2, base * 4, base * 46 / 10, base * 5, base * 36 / 10, base * 3][usize::try_from(dice.next(6)).unwrap()];
            let mut cells = [
                dice.of(&["城区", "镇区", "乡村"]).to_owned(),
                dice.of(&["是", "否"]).to_owned(),
                dice.of(&["2017-12", "2018-01", "2018-12", "2020-01"]).to_owned(),
                pupils.to_owned(),
                teachers.to_string(),
                area.to_string(),
                dice.of(&["0.8", "0.7999", "0.85", "0.95", "0.9", "0.765", "1"]).to_owned(),
            ];
            if gaps && dice.next(4) == 0 {
                cells[usize::try_from(dice.next(7)).unwrap()].clear();
            }
            add("学校", format!("{subject}-{school},{subject},{}", cells.join(",")));
        }
    }
    text.iter().for_each(|(name, text)| std::fs::write(folder.join(format!("{name}.csv")), text).unwrap());
}

fn judged(plan: &Plan, data: &Path) -> Option<Vec<SubjectOutcome>> {
    let (dataset, found) = load(plan, &[PathBuf::from(data)]);
    found.iter().all(|d| d.severity != Severity::Error).then(|| run(plan, &dataset, &RunOptions::default()).subjects)
}

/// What passes the layer and fails its base, if anything does.
fn looser(base: &SubjectOutcome, layer: &SubjectOutcome) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |what: &str, layer: Verdict, base: Verdict| {
        if layer == Verdict::Met && base == Verdict::NotMet {
            found.push(what.to_owned());
        }
    };
    note("结论", layer.verdict, base.verdict);
    let points = |s: &SubjectOutcome| -> BTreeMap<String, PointOutcome> {
        let all = s.indicators.iter().flat_map(|i| &i.points).chain(&s.qualifications);
        all.map(|p| (p.id.to_string(), p.clone())).collect()
    };
    let above = points(layer);
    for (id, point) in points(base) {
        note(&id, above[&id].verdict, point.verdict);
    }
    for (one, other) in base.vetoes.iter().zip(&layer.vetoes) {
        let of = |v| {
            if v == VetoVerdict::Clear {
                Verdict::Met
            } else if v == VetoVerdict::Triggered {
                Verdict::NotMet
            } else {
                Verdict::Undetermined
            }
        };
        note(&one.id, of(other.verdict), of(one.verdict));
    }
    found
}

fn plan_on(path: &Path, day: &str) -> Plan {
    let Compiled { sources, plan, diagnostics } = compile(path, &CompileOptions { date: Some(day.to_owned()) });
    plan.unwrap_or_else(|| panic!("{}", human(&diagnostics, &sources, false)))
}

#[test]
fn no_data_pass_an_accepted_layer_and_fail_its_base() {
    let folder = std::env::temp_dir().join(format!("biaochi-stricter-{}", std::process::id()));
    let mut dice = Dice(7);
    let sets: Vec<PathBuf> = (0..6).map(|n| folder.join(n.to_string())).collect();
    sets.iter().enumerate().for_each(|(n, set)| tables(&mut dice, set, n % 3 == 0));
    let (mut met, mut seen) = (0, 0);
    for day in ["2026-06-30", "2029-06-30"] {
        let base = plan_on(Path::new(BASE), day);
        let below: Vec<_> =
            sets.iter().map(|set| judged(&base, set).unwrap_or_else(|| panic!("{:?}", load(&base, std::slice::from_ref(set)).1))).collect();
        met += below.iter().flatten().flat_map(|s| &s.indicators).flat_map(|i| &i.points).filter(|p| p.verdict == Verdict::Met).count();
        for text in STRICTER {
            let (chain, _) = over(text, DECLARED);
            let layer = plan_on(&chain.at(0), day);
            for (set, below) in sets.iter().zip(&below) {
                let Some(above) = judged(&layer, set) else { continue };
                for (one, other) in below.iter().zip(&above) {
                    seen += 1;
                    assert_eq!(looser(one, other), Vec::<String>::new(), "{text}{} {}", set.display(), one.code);
                }
            }
        }
    }
    // The data do reach the bounds, and would show a layer that is looser.
    assert!(met > 400 && seen > 2_500, "{met} {seen}");
    let base = plan_on(Path::new(BASE), "2029-06-30");
    let shown = NOT_STRICTER.iter().filter(|(text, code)| {
        let (chain, _) = over(text, "");
        let layer = plan_on(&chain.at(0), "2029-06-30");
        let found = sets.iter().filter_map(|set| Some((judged(&base, set)?, judged(&layer, set)?)));
        let mut pairs = found.flat_map(|(b, l)| b.into_iter().zip(l).collect::<Vec<_>>());
        *code == "E0209" && pairs.any(|(b, l)| !looser(&b, &l).is_empty())
    });
    assert!(shown.count() >= 2);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A line of a rule with one comparison or number changed, in every way: the sign, and the number behind it up and down.
fn changed_lines(line: &str) -> Vec<String> {
    if line.contains('“') && !line.trim_start().starts_with('“') && !line.contains("分项") && !line.contains("宽限")
        || line.trim_start().starts_with('|')
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, sign) in line.char_indices().filter(|(_, c)| "≥≤><".contains(*c)) {
        let (before, after) = (&line[..at], &line[at + sign.len_utf8()..]);
        let others = match sign {
            '≥' => ['>', '≤'],
            '≤' => ['<', '≥'],
            '>' => ['≥', '<'],
            _ => ['≤', '>'],
        };
        found.extend(others.map(|o| format!("{before}{o}{after}")));
    }
    let starts = line
        .char_indices()
        .filter(|(i, c)| c.is_ascii_digit() && !line[..*i].ends_with(|p: char| p.is_ascii_digit() || p == '.' || p == '-'));
    for (at, _) in starts {
        let rest = &line[at..];
        let len = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if rest[len..].starts_with('-') {
            continue;
        }
        let Some(number) = biaochi::value::parse_num(&rest[..len]) else { continue };
        for factor in [9, 11] {
            let moved = biaochi::value::format_decimal(&(&number * biaochi::value::num(factor) / biaochi::value::num(10)), 3);
            found.push(format!("{}{moved}{}", &line[..at], &rest[len..]));
        }
    }
    for (from, to) in [(" 且 ", " 或 "), (" 或 ", " 且 "), ("每个 ", "每个 "), ("最小(", "最大("), ("平均(", "最小("), ("合计(", "平均(")]
    {
        if from != to && line.contains(from) {
            found.push(line.replacen(from, to, 1));
        }
    }
    found
}

/// A standard with one line changed is held against itself: where it is accepted as no looser, no case may pass it and fail the original.
fn held(spec: &str, every: usize) -> [usize; 3] {
    let Compiled { sources, plan, .. } = compile(Path::new(spec), &CompileOptions { date: Some("2026-06-30".into()) });
    let base = plan.unwrap();
    let files: Vec<(String, String)> =
        sources.files().filter(|(_, f)| f.name.ends_with(".biao")).map(|(_, f)| (f.name.clone(), f.text.clone())).collect();
    let data: Vec<_> = base
        .cases
        .iter()
        .map(|c| biaochi::data::of_case(&base, c))
        .filter(|(_, found)| !biaochi::diagnostic::has_errors(found))
        .map(|(d, _)| d)
        .collect();
    let round = base.rounds.first().cloned();
    let options = RunOptions { round, ..RunOptions::default() };
    let outcomes =
        |plan: &Plan| -> Vec<SubjectOutcome> { data.iter().filter_map(|d| run(plan, d, &options).subjects.into_iter().next()).collect() };
    let mut plain = base.clone();
    plain.cases.clear();
    let below = outcomes(&plain);
    let [mut accepted, mut refused, mut shown] = [0; 3];
    let mut count = 0;
    for (index, (_, text)) in files.iter().enumerate().filter(|(_, (name, _))| !name.contains("用例")) {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            for changed in changed_lines(line) {
                count += 1;
                if count % every != 0 {
                    continue;
                }
                let mut all = lines.clone();
                all[at] = &changed;
                let text = all.join("\n") + "\n";
                let named: Vec<(&str, &str)> = files
                    .iter()
                    .enumerate()
                    .filter(|(_, (name, _))| !name.contains("用例"))
                    .map(|(i, (name, own))| (name.as_str(), if i == index { text.as_str() } else { own.as_str() }))
                    .collect();
                let compiled = compile_texts("x", &named, &CompileOptions { date: Some("2026-06-30".into()) });
                let Some(layer) = compiled.plan else { continue };
                let found = biaochi::strict::compare(&plain, &layer);
                let looser: Vec<String> = below.iter().zip(outcomes(&layer)).flat_map(|(b, l)| looser(b, &l)).collect();
                if found.is_empty() {
                    accepted += 1;
                    assert!(looser.is_empty(), "{line}\n{changed}\n{looser:?}");
                } else {
                    refused += 1;
                    shown += usize::from(!looser.is_empty() || found.iter().any(|f| f.example().is_some_and(|e| e.contains("各评定过"))));
                }
            }
        }
    }
    [accepted, refused, shown]
}

#[test]
fn a_change_that_is_accepted_is_noticed_by_no_case_as_looser() {
    for (spec, every) in [("specs/jiangxi-2018", 61), ("specs/rio-claro", 11)] {
        let [accepted, refused, shown] = held(spec, every);
        assert!(accepted + refused >= 3 && refused >= 1, "{spec}: {accepted} {refused} {shown}");
    }
}
