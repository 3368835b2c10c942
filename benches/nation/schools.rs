//! A county's schools: their kinds, classes and what they own, and the rows of them.

use std::io;

use super::County;
use super::sheets::{Decimal, Random, Sheets, Table, yes};

/// What the seven items of resources ask for, per thousand pupils, in the unit the field is stored in: teachers of the schooling, backbone
/// teachers, teachers of sports and arts, hundredths of ㎡ of rooms, hundredths of ㎡ of grounds, yuan of equipment, networked rooms.
const ASKED: [[u64; 7]; 2] = [[42, 10, 9, 450_000, 750_000, 2_000_000, 23], [53, 10, 9, 580_000, 1_020_000, 2_500_000, 24]];

pub struct Stage {
    /// 0: primary, 1: lower secondary.
    pub level: usize,
    pub classes: Vec<u64>,
    /// In the order of `ASKED`.
    pub owned: [u64; 7],
}

impl Stage {
    pub fn pupils(&self) -> u64 {
        self.classes.iter().sum()
    }

    pub fn name(&self) -> &'static str {
        ["小学", "初中"][self.level]
    }

    /// The least that fulfils an item.
    fn asked(&self, item: usize) -> u64 {
        (self.pupils() * ASKED[self.level][item]).div_ceil(1000)
    }
}

pub struct School {
    pub code: String,
    pub kind: &'static str,
    /// 城区, 镇区, 乡村
    pub place: &'static str,
    pub public: bool,
    pub boarding: bool,
    /// Year and month.
    pub built: (u64, u64),
    pub stages: Vec<Stage>,
}

impl School {
    pub fn pupils(&self) -> u64 {
        self.stages.iter().map(Stage::pupils).sum()
    }

    fn special(&self) -> bool {
        self.kind == "特殊教育学校"
    }

    /// Does a stage of it count in the items of resources?
    fn counts(&self) -> bool {
        !self.special() && (self.kind != "教学点" || self.pupils() >= 50)
    }
}

/// `pupils` over classes of at most `most`, as evenly as can be.
fn spread(pupils: u64, most: u64) -> Vec<u64> {
    let classes = pupils.div_ceil(most).max(1);
    (0..classes).map(|n| pupils / classes + u64::from(n < pupils % classes)).collect()
}

/// The kind of the n-th school: one school for special education, and of every 69 others 13 teaching points, 35 primary schools, 9 lower
/// secondary, 7 of nine years, one of twelve, 4 secondary.
fn kind(n: usize) -> &'static str {
    match n {
        0 => "特殊教育学校",
        // 40 has no factor in common with 69: every kind comes early.
        n => match n * 40 % 69 {
            0..13 => "教学点",
            13..48 => "小学",
            48..57 => "初级中学",
            57..64 => "九年一贯制学校",
            64 => "十二年一贯制学校",
            _ => "完全中学",
        },
    }
}

/// Classes of a stage: so many in each grade, each of `sizes` pupils.
fn classes(draw: &mut Random, grades: u64, tracks: u64, sizes: (u64, u64)) -> Vec<u64> {
    let middle = draw.within(sizes.0, sizes.1);
    (0..grades * tracks).map(|_| (middle + draw.within(0, 4)).saturating_sub(2).clamp(sizes.0, sizes.1)).collect()
}

fn shape(draw: &mut Random, kind: &str, rural: bool) -> Vec<Stage> {
    let mut of = |level: usize, tracks: (u64, u64), sizes: (u64, u64)| {
        let tracks = draw.within(tracks.0, tracks.1);
        Stage { level, classes: classes(draw, if level == 0 { 6 } else { 3 }, tracks, sizes), owned: [0; 7] }
    };
    match kind {
        "特殊教育学校" => vec![of(0, (1, 1), (4, 9)), of(1, (1, 1), (5, 10))],
        "教学点" => vec![of(0, (1, 1), (3, 15))],
        "小学" if rural => vec![of(0, (1, 2), (10, 40))],
        "小学" => vec![of(0, (3, 6), (34, 45))],
        "九年一贯制学校" => vec![of(0, (1, 4), (25, 45)), of(1, (2, 5), (35, 50))],
        "十二年一贯制学校" => vec![of(0, (2, 4), (35, 45)), of(1, (4, 6), (40, 50))],
        "完全中学" => vec![of(1, (6, 10), (42, 50))],
        _ => vec![of(1, (5, 13), (36, 50))],
    }
}

pub fn found(county: &mut County, count: usize) -> Vec<School> {
    let mut schools = Vec::new();
    for n in 0..count {
        let kind = kind(n);
        let draw = &mut county.draw;
        let place = match kind {
            "教学点" => draw.pick(&["乡村", "乡村", "乡村", "镇区"]),
            "小学" => draw.pick(&["城区", "城区", "镇区", "乡村", "乡村"]),
            "九年一贯制学校" => draw.pick(&["镇区", "乡村"]),
            "初级中学" => draw.pick(&["城区", "城区", "镇区", "镇区", "乡村"]),
            _ => draw.pick(&["城区", "镇区"]),
        };
        let public = kind == "教学点" || kind == "特殊教育学校" || !draw.percent(6);
        let boarding = draw.percent(if kind == "小学" || kind == "教学点" { 3 } else { 30 });
        let built = (draw.within(1955, 2024), draw.within(1, 12));
        let mut stages = shape(draw, kind, place == "乡村");
        // Some have a round number of pupils, at which a value can stand on the line.
        for stage in stages.iter_mut().filter(|s| s.classes.len() > 11) {
            if draw.percent(8) {
                let pupils = (stage.pupils() / 500).max(1) * 500;
                stage.classes = spread(pupils, [45, 50][stage.level]);
            }
        }
        schools.push(School { code: format!("{}{:04}", county.code, n + 1), kind, place, public, boarding, built, stages });
    }
    crowd(county, &mut schools);
    equip(county, &mut schools);
    if county.on_the_line {
        draw_on_the_line(county, &mut schools, 0);
        draw_on_the_line(county, &mut schools, 1);
    }
    schools
}

/// Schools and classes that are too large, and now and then one that is just as large as it may be.
fn crowd(county: &mut County, schools: &mut [School]) {
    let (too_large, full) = (county.fails("12.1"), county.draw.percent(10));
    if (too_large || full)
        && let Some(school) = schools.iter_mut().find(|s| s.kind == "小学" && s.place != "乡村")
    {
        school.built = if county.draw.percent(50) { (2018, 9) } else { (2018, 8) };
        let limit = if school.built.1 == 9 { 2000 } else { 2400 };
        school.stages[0].classes = spread(limit + u64::from(too_large), 45);
    }
    for (level, point, most) in [(0, "13.1", 45), (1, "13.2", 50)] {
        if county.fails(point) {
            let ordinary = schools.iter_mut().filter(|s| !s.special() && s.kind != "教学点");
            let mut stages: Vec<&mut Stage> = ordinary.flat_map(|s| &mut s.stages).filter(|s| s.level == level).collect();
            for _ in 0..county.draw.within(1, 3) {
                let chosen = county.draw.within(0, stages.len().max(1) as u64 - 1) as usize;
                if let Some(class) = stages.get_mut(chosen).and_then(|s| s.classes.last_mut()) {
                    *class = most + county.draw.within(1, 6);
                }
            }
        }
    }
}

/// What each stage owns: enough, with some schools exactly on the line; where the county fails an item, too little in a few of them, and
/// where it fails the item's spread, far too much in every sixth.
fn equip(county: &mut County, schools: &mut [School]) {
    for school in schools.iter_mut() {
        let small = !school.counts();
        for stage in &mut school.stages {
            let exact = stage.pupils() % 125 == 0 && county.draw.percent(60);
            for item in 0..7 {
                let asked = stage.asked(item);
                let factor = if small { county.draw.within(0, 150) } else { county.draw.within(102, 165) };
                stage.owned[item] = if exact { asked } else { (asked * factor).div_ceil(100) };
            }
        }
    }
    for item in 0..7 {
        for level in 0..2 {
            let below = county.fails(&format!("{}.{}", item + 1, level + 1));
            let uneven = county.fails(&format!("{}.3", item + 1));
            let counted = schools.iter_mut().filter(|s| s.counts());
            let mut rows: Vec<&mut Stage> = counted.flat_map(|s| &mut s.stages).filter(|s| s.level == level).collect();
            if uneven {
                rows.iter_mut().step_by(6).for_each(|s| s.owned[item] *= 5);
            }
            let last = rows.len().max(1) as u64 - 1;
            for _ in 0..if below { county.draw.within(1, 4) } else { 0 } {
                if let Some(stage) = rows.get_mut(county.draw.within(0, last) as usize) {
                    let asked = stage.asked(item);
                    stage.owned[item] = (asked * county.draw.within(60, 100) / 100).min(asked.saturating_sub(1));
                }
            }
        }
    }
}

/// Makes the coefficient of variation of all seven items exactly the limit: pairs of schools of as many pupils, whose values are the mean ×
/// (1 ± 0.50), or × (1 ± 0.45) in lower secondary; of an odd number the last has as many pupils as the two before it together.
/// In a county that fails 1.3 one school has one unit more than that.
fn draw_on_the_line(county: &mut County, schools: &mut [School], level: usize) {
    let counted = schools.iter_mut().filter(|s| s.counts());
    let mut rows: Vec<&mut Stage> = counted.flat_map(|s| &mut s.stages).filter(|s| s.level == level).collect();
    let count = rows.len();
    if count < 2 {
        return;
    }
    // Per hundred pupils of primary; per thousand of lower secondary: whole numbers of every unit.
    let unit = [[3, 1, 1, 60_000, 90_000, 250_000, 2], [5, 1, 1, 60_000, 110_000, 260_000, 3]][level];
    let (low, high) = [(2, 6), (11, 29)][level];
    let mut pupils = 0;
    for (n, stage) in rows.iter_mut().enumerate() {
        let (odd, from_last) = (count % 2 == 1, count - 1 - n);
        if !(odd && from_last <= 1) && n % 2 == 0 {
            pupils = if level == 0 { county.draw.within(2, 9) * 100 } else { 1000 };
        }
        let double = odd && from_last == 0;
        let more = if odd && from_last <= 2 { from_last > 0 } else { n % 2 == 0 };
        let size = pupils * if double { 2 } else { 1 };
        stage.classes = spread(size, [45, 50][level]);
        stage.owned = unit.map(|u| size / 100 * u * if more { high } else { low } / [1, 10][level]);
    }
    if county.fails("1.3") {
        rows[0].owned.iter_mut().for_each(|v| *v += 1);
    }
}

pub fn write(county: &mut County, sheets: &mut Sheets, schools: &[School]) -> io::Result<()> {
    let mut met = Vec::new();
    for (n, school) in schools.iter().enumerate() {
        write_school(county, sheets, school, n)?;
        for stage in &school.stages {
            write_stage(county, sheets, school, stage, &mut met)?;
            write_classes(sheets, school, stage)?;
            write_rooms(county, sheets, school, stage, &mut met)?;
        }
    }
    Ok(())
}

fn write_school(county: &mut County, sheets: &mut Sheets, school: &School, n: usize) -> io::Result<()> {
    let pupils = school.pupils();
    let point = school.kind == "教学点";
    let village = school.kind == "小学" && school.place == "乡村";
    let central = !point && (school.place != "乡村" || school.kind != "小学");
    let short = (point && county.fails("14.2")) || (village && county.fails("14.1"));
    let funded = if short && pupils < 100 { pupils.max(1) } else { pupils.max(100) };
    let rooms = school.stages.iter().map(|s| s.classes.len() as u64).sum::<u64>() + county.draw.within(0, 4);
    let modern = rooms - u64::from(county.plain_rooms && county.draw.percent(30));
    let score = match (county.fails("36.5"), central) {
        (true, true) => county.draw.within(4000, 6000),
        (true, false) => county.draw.within(3500, 5000),
        (false, true) => county.draw.within(6000, 9800),
        (false, false) => county.draw.within(5000, 9000),
    };
    let hours = rooms * 30;
    let used = hours * if county.fails("37.3") { county.draw.within(50, 68) } else { county.draw.within(70, 96) };
    let name = format!("{}第{}{}", county.name_of(school.place, n), n + 1, if point { "教学点" } else { "学校" });
    sheets.row(&[&school.code, &county.code, &name]);
    sheets
        .cell(school.kind)
        .cell(if school.public { "公办" } else { "民办" })
        .cell(school.place)
        .cell(yes(school.boarding))
        .cell(yes(central));
    sheets.cell(format_args!("{}-{:02}", school.built.0, school.built.1)).cell(funded).cell(rooms).cell(modern);
    sheets.cell(yes(!(county.fails("36.2") && n % 9 == 1))).cell(yes(n % 6 == 1)).cell(Decimal(score, 2));
    sheets.cell(yes(point && (!county.fails("37.2") && !county.draw.percent(20))));
    sheets.cell(hours).cell(Decimal(used, 2)).end(Table::School)
}

fn write_stage(county: &mut County, sheets: &mut Sheets, school: &School, stage: &Stage, met: &mut Vec<&str>) -> io::Result<()> {
    let [schooled, backbone, arts, rooms, grounds, equipment, networked] = stage.owned;
    let (pupils, primary, special) = (stage.pupils(), stage.level == 0, school.special());
    let teachers = (pupils * county.draw.within(55, 70)).div_ceil(1000).max(schooled).max(backbone).max(arts).max(1);
    let (junior_college, bachelor) = if primary { (schooled, schooled * 6 / 10) } else { (teachers, schooled) };
    // Pupils to a post: 19 and 13.5.
    let posts = if primary { pupils.div_ceil(19) } else { (pupils * 2).div_ceil(27) };
    let posts = if county.fails("10.2") { posts * 8 / 10 } else { posts + if county.draw.percent(50) { 0 } else { posts / 20 } };
    let uncertified = !special && county.fails("20.1") && (!met.contains(&"20.1") || county.draw.percent(3));
    if uncertified {
        met.push("20.1");
    }
    let entered = pupils / if primary { 6 } else { 3 };
    let near = match (primary, county.fails(if primary { "21.1" } else { "21.2" })) {
        (true, false) => entered,
        (false, false) => (entered * county.draw.within(95, 100)).div_ceil(100),
        (true, true) => entered.saturating_sub(1),
        (false, true) => entered * county.draw.within(80, 94) / 100,
    };
    sheets.row(&[&school.code, stage.name()]);
    sheets.cells([pupils, stage.classes.len() as u64, entered, near, posts, teachers, teachers - u64::from(uncertified)]);
    sheets.cells([junior_college, bachelor, backbone, arts]).cells([rooms, grounds].map(|n| Decimal(n, 2)));
    sheets.cell(Decimal(equipment, 4)).cell(networked).end(Table::Stage)
}

fn write_classes(sheets: &mut Sheets, school: &School, stage: &Stage) -> io::Result<()> {
    const GRADES: [&[&str]; 2] = [&["一", "二", "三", "四", "五", "六"], &["七", "八", "九"]];
    let grades = GRADES[stage.level];
    let (mut grade, mut number) = (0, 0);
    for (n, size) in stage.classes.iter().enumerate() {
        let now = n * grades.len() / stage.classes.len();
        number = if now == grade { number + 1 } else { 1 };
        grade = now;
        let name = format!("{}年级{number}班", grades[grade]);
        sheets.row(&[&school.code, stage.name(), &name]).cell(size).end(Table::Class)?;
    }
    Ok(())
}

fn write_rooms(county: &mut County, sheets: &mut Sheets, school: &School, stage: &Stage, met: &mut Vec<&str>) -> io::Result<()> {
    let point = ["11.1", "11.2"][stage.level];
    let counts = school.counts();
    for (subject, least) in [("音乐", 9600), ("美术", 9000)] {
        let fails = counts && county.fails(point) && (!met.contains(&point) || county.draw.percent(2));
        if fails {
            met.push(point);
        }
        let asked = if counts { stage.classes.len().div_ceil(12) as u64 } else { county.draw.within(0, 1) };
        let absent = fails && county.draw.percent(50);
        let rooms = asked + u64::from(counts && county.draw.percent(35)) - u64::from(absent && asked > 0);
        for n in 1..=rooms {
            let small = (fails && n == 1) || !counts;
            let area = if small { county.draw.within(4800, least - 1) } else { least + county.draw.within(0, 3600) / 100 * 100 };
            let name = format!("{subject}教室{n}");
            sheets.row(&[&school.code, stage.name(), &name]).cell(subject).cell(Decimal(area, 2)).end(Table::Room)?;
        }
    }
    Ok(())
}
