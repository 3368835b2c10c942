//! A county's own tables: years, figures, residential quarters, monitoring, survey, what was judged.

use std::io;

use super::County;
use super::POINTS;
use super::schools::{School, Stage};
use super::sheets::{Decimal, Sheets, Table, yes};

/// The year in which every county applies.
const YEAR: u64 = 2026;

const ROUNDS: [&str; 3] = ["自评", "市级复核", "省级评估"];

/// Points that experts score, with the full score in quarters.
const SCORED: [(&str, u64); 31] = [
    ("8.2", 20),
    ("9.1", 12),
    ("9.3", 12),
    ("23.1", 12),
    ("23.2", 8),
    ("23.3", 12),
    ("28.1", 12),
    ("28.2", 12),
    ("28.3", 12),
    ("30.1", 8),
    ("30.2", 12),
    ("31.1", 8),
    ("31.2", 8),
    ("31.3", 8),
    ("31.4", 8),
    ("31.5", 8),
    ("33.1", 8),
    ("33.2", 8),
    ("33.3", 8),
    ("33.4", 8),
    ("33.5", 8),
    ("34.1", 20),
    ("34.2", 20),
    ("35.1", 8),
    ("35.2", 8),
    ("35.3", 6),
    ("35.4", 8),
    ("35.5", 6),
    ("36.1", 12),
    ("36.4", 8),
    ("37.1", 12),
];

/// Points and conditions that experts find fulfilled or not.
const FOUND: [&str; 14] =
    ["10.1", "10.4", "16.1", "16.3", "18.1", "18.2", "22.1", "25.1", "25.2", "25.3", "29.2", "32.2", "资格.3", "资格.5"];

pub fn write(county: &mut County, sheets: &mut Sheets, schools: &[School]) -> io::Result<()> {
    let pupils: u64 = schools.iter().map(School::pupils).sum();
    let recognised = if county.draw.percent(5) { 2024 } else { county.draw.within(2013, 2023) };
    let city = format!("{}州市", county.name.chars().next().unwrap_or('枫'));
    let (code, name) = (county.code.clone(), county.name.clone());
    sheets.row(&[&code, &name, &city]).cell(YEAR).cell(recognised).end(Table::County)?;
    years(county, sheets, &code, pupils)?;
    figures(county, sheets, &code, schools, pupils)?;
    quarters(county, sheets, &code)?;
    monitoring(county, sheets, &code)?;
    survey(county, sheets, &code)?;
    judged(county, sheets, &code)
}

fn years(county: &mut County, sheets: &mut Sheets, code: &str, pupils: u64) -> io::Result<()> {
    // Ten-thousandths of ten thousand yuan: yuan.
    let mut spent = pupils * county.draw.within(13_000, 18_000);
    let mut enrolled = pupils + pupils / 50;
    let (mut primary, mut junior, mut special) = (county.draw.within(66_000, 74_000), county.draw.within(86_000, 95_000), 620_000);
    for year in YEAR - 5..YEAR {
        let last = year + 1 == YEAR;
        if last && county.fails("8.1") {
            spent -= spent / 100;
        } else if !county.draw.percent(10) {
            spent += spent * county.draw.within(1, 6) / 100;
        }
        enrolled -= enrolled * county.draw.within(0, 8) / 1000;
        if !(last && county.fails("10.3")) {
            primary += county.draw.within(1, 4000);
            junior += county.draw.within(1, 4000);
        }
        if !(last && county.fails("15.1")) {
            special += county.draw.within(1, 20_000);
        }
        sheets.row(&[code, &year.to_string()]).cell(Decimal(spent, 4)).cell(enrolled);
        let set = [primary.min(65_000 + (year - 2020) * 1000), junior.min(85_000 + (year - 2020) * 1000)];
        sheets.cells([primary, junior].into_iter().chain(set).chain([special]).map(|n| Decimal(n, 2))).end(Table::Year)?;
    }
    Ok(())
}

/// `per` of a thousand of the whole, rounded up; a county on the line has exactly the share that is asked.
fn share(whole: u64, per: u64) -> u64 {
    (whole * per).div_ceil(1000).min(whole)
}

fn figures(county: &mut County, sheets: &mut Sheets, code: &str, schools: &[School], pupils: u64) -> io::Result<()> {
    let stages = || schools.iter().flat_map(|s| &s.stages);
    let teachers = (pupils / 16).max(20);
    // A share of at least `asked` in a thousand, or less where the point fails.
    let mut part = |whole: u64, asked: u64, point: &str| {
        if county.fails(point) {
            share(whole, asked).saturating_sub(1 + county.draw.within(0, whole / 20))
        } else if county.draw.percent(20) {
            share(whole, asked)
        } else {
            share(whole, county.draw.within(asked, asked.midpoint(1000)))
        }
    };
    let eligible = teachers * 6 / 10 + 1;
    let moved = part(eligible, 100, "19.1").max(5);
    let places = 400 + pupils / 100;
    let migrants = 200 + pupils / 60;
    let entered: u64 = stages().filter(|s| s.level == 1).map(Stage::pupils).sum::<u64>() / 3 + 100;
    let disabled = 40 + pupils / 2000;
    let members = pupils + teachers;
    let researchers = 20 + pupils / 4000;
    // Ten-thousandths of ten thousand yuan.
    let budget = pupils * 1200;
    let filled = [
        teachers,
        part(teachers, 1000, "17.1"),
        eligible,
        moved,
        part(moved, 200, "19.2"),
        places,
        part(places, 500, "22.1"),
        migrants,
        part(migrants, 850, "24.1"),
        entered,
        entered / 50,
        entered / 60,
        entered / 1000,
    ];
    let kept = part(entered - entered / 1000, 950, "26.1") + entered / 50 - entered / 60;
    let enrolled = part(disabled, 950, "27.1");
    let training = part(budget, 50, "29.1");
    let online = part(members, 900, "36.2");
    let fluent = part(researchers, 1000, "36.3");
    let pay = county.draw.within(7_500_000, 14_000_000);
    let officials = if county.fails("16.2") { pay + county.draw.within(1, 200_000) } else { pay - county.draw.within(0, 300_000) / 2 };
    let heads = schools.len() as u64;
    let masters = 10 + teachers / 50;
    let untrained = u64::from(county.plain_rooms);
    sheets.row(&[code]).cells([pay, officials].map(|n| Decimal(n, 2))).cells(filled).cells([kept, disabled, enrolled]);
    sheets.cells([budget, training].map(|n| Decimal(n, 4))).cells([members, online, researchers, fluent]);
    sheets.cells([heads, heads - untrained, teachers, teachers - untrained, masters, masters - untrained]).end(Table::Figures)
}

fn quarters(county: &mut County, sheets: &mut Sheets, code: &str) -> io::Result<()> {
    for n in 1..=4 {
        let people = match n {
            1 => 10_000,
            2 => 30_000,
            _ => county.draw.within(4_000, 45_000),
        };
        let fails = county.fails("9.2") && n < 3;
        let (primary, junior) = (people >= 10_000 && !fails, people >= 30_000 && !fails);
        let name = format!("{}新城{n}期", county.name_of("城区", n as usize));
        sheets.row(&[code, &name]).cell(people).cell(yes(primary)).cell(yes(junior)).end(Table::Quarter)?;
    }
    Ok(())
}

fn monitoring(county: &mut County, sheets: &mut Sheets, code: &str) -> io::Result<()> {
    for year in [YEAR - 4, YEAR - 3, YEAR - 2, YEAR - 1, YEAR] {
        for (stage, subject) in [("小学", "语文"), ("小学", "数学"), ("初中", "数学"), ("初中", "科学")] {
            let counted = (YEAR - 3..YEAR).contains(&year);
            let fails = !counted || (county.fails("32.1") && county.draw.percent(40)) || (county.fails("32.1") && year == YEAR - 1);
            let (level, spread) = match (fails, county.draw.percent(50)) {
                (true, true) => ("II", county.draw.within(200, 1499)),
                (true, false) => ("III", county.draw.within(1500, 2500)),
                (false, true) => ("III", county.draw.within(200, 1499)),
                (false, false) => ("IV", 1499),
            };
            sheets.row(&[code, &year.to_string(), stage, subject]).cell(level).cell(Decimal(spread, 4)).end(Table::Monitoring)?;
        }
    }
    Ok(())
}

fn survey(county: &mut County, sheets: &mut Sheets, code: &str) -> io::Result<()> {
    let fails = county.fails("38.1");
    for (group, asked) in
        [("学生", 400), ("家长", 1000), ("教师", 200), ("校长", 40), ("人大代表", 20), ("政协委员", 20), ("其他群众", 320)]
    {
        // In some counties it is exactly 85 % of every group.
        let agreed = asked * if fails { county.draw.within(60, 84) } else { county.draw.within(85, 99) } / 100;
        sheets.row(&[code, group]).cell(asked).cell(agreed).end(Table::Survey)?;
    }
    Ok(())
}

fn judged(county: &mut County, sheets: &mut Sheets, code: &str) -> io::Result<()> {
    for round in ROUNDS {
        for (point, full) in SCORED {
            let lost = match county.fails(point) {
                true => county.draw.within(2, full / 2),
                false if county.draw.percent(15) => county.draw.within(1, 2),
                false => 0,
            };
            sheets.row(&[code, round, point]).cell("达到").cell(Decimal((full - lost) * 25, 2));
            sheets.cells(["", ""]).end(Table::Judged)?;
        }
        for item in FOUND {
            let fails = if POINTS.contains(&item) { county.fails(item) } else { county.draw.percent(3) };
            sheets.row(&[code, round, item]).cell(if fails { "未达到" } else { "达到" }).cells(["", "", ""]).end(Table::Judged)?;
        }
        for n in 1..=7 {
            let happened = county.draw.percent(1) && !county.on_the_line;
            sheets.row(&[code, round, &format!("否决.{n}")]).cell(yes(happened)).cell("").end(Table::Veto)?;
        }
    }
    Ok(())
}
