//! The twelve files as they are written, the numbers drawn, and cells left empty.

use std::fmt::{self, Display, Write as _};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// A table: its place among `HEADERS`.
#[derive(Clone, Copy)]
pub enum Table {
    County,
    Year,
    Figures,
    School,
    Stage,
    Class,
    Room,
    Quarter,
    Monitoring,
    Survey,
    Judged,
    Veto,
}

/// Each table's name and header, in `Table`'s order.
const HEADERS: [(&str, &str); 12] = [
    ("区县", "区县代码,区县名称,设区市,申报年份,基本均衡认定年份"),
    (
        "区县年度",
        "区县代码,年份,一般公共预算教育支出,在校学生数,小学生均公用经费基准定额,初中生均公用经费基准定额,省定小学生均公用经费基准定额,\
         省定初中生均公用经费基准定额,特殊教育学校生均公用经费",
    ),
    (
        "区县指标",
        "区县代码,教师平均工资收入,公务员平均工资收入,应完成培训教师数,完成360学时教师数,符合交流条件教师数,交流轮岗教师数,交流轮岗骨干教师数,\
         优质高中招生计划数,优质高中分配名额数,符合条件随迁子女数,公办及购买服务就读随迁子女数,初一入学学生数,三年转入学生数,三年转出学生数,\
         三年死亡学生数,初三毕业学生数,适龄残疾儿童少年数,已入学残疾儿童少年数,公用经费预算总额,教师培训经费,师生总数,建立网络学习空间师生数,\
         教研员数,熟练网络教研教研员数,校长数,信息化领导力培训校长数,教师数,熟练应用数字资源教师数,应建名师网络课堂教师数,已建名师网络课堂教师数",
    ),
    (
        "学校",
        "学校代码,区县代码,学校名称,办学类型,举办者,城乡,寄宿制,中心小学及以上,建成年月,核定公用经费学生数,教室数,交互式多媒体教室数,\
         网络学习空间,名校网络课堂,智慧校园评分,专递课堂,周课时数,信息化授课周课时数",
    ),
    (
        "学段",
        "学校代码,学段,在校生数,班级数,招生数,就近划片入学人数,教职工编制数,专任教师数,持证专任教师数,大专及以上学历教师数,本科及以上学历教师数,\
         县级以上骨干教师数,体育艺术专任教师数,教学及辅助用房面积,体育运动场馆面积,教学仪器设备值,网络多媒体教室数",
    ),
    ("班级", "学校代码,学段,班级名称,学生数"),
    ("专用教室", "学校代码,学段,教室名称,类别,面积"),
    ("居民区", "区县代码,居民区名称,规划人口,配置小学,配置初中"),
    ("质量监测", "区县代码,年份,学段,科目,学业水平等级,校际差异率"),
    ("社会认可度调查", "区县代码,调查对象,有效问卷数,认可问卷数"),
    ("评定", "区县代码,轮次,条目,结论,得分,佐证材料,备注"),
    ("否决事项", "区县代码,轮次,条目,存在,说明"),
];

/// Words for a cell that is not filled in; the first is an empty cell.
const MISSING: [&str; 5] = ["", "", "—", "无数据", "/"];

/// SplitMix64: the same seed draws the same numbers everywhere.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `low..=high`.
    pub fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.within(1, 100) <= chance
    }

    pub fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.within(0, of.len() as u64 - 1) as usize]
    }
}

/// A whole number of hundredths, or of ten-thousandths, as a decimal.
pub struct Decimal(pub u64, pub usize);

impl Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let one = 10_u64.pow(self.1 as u32);
        write!(f, "{}.{:0width$}", self.0 / one, self.0 % one, width = self.1)
    }
}

pub fn yes(truth: bool) -> &'static str {
    if truth { "是" } else { "否" }
}

pub struct Sheets {
    files: Vec<BufWriter<File>>,
    line: String,
    /// One cell in so many is left empty; 0: none.
    pub gaps: u64,
    draw: Random,
}

impl Sheets {
    pub fn create(folder: &Path, seed: u64) -> io::Result<Sheets> {
        std::fs::create_dir_all(folder)?;
        let mut files = Vec::new();
        for (name, header) in HEADERS {
            let mut file = BufWriter::with_capacity(1 << 18, File::create(folder.join(format!("{name}.csv")))?);
            writeln!(file, "{header}")?;
            files.push(file);
        }
        Ok(Sheets { files, line: String::new(), gaps: 0, draw: Random(!seed) })
    }

    /// A row is begun with its keys, which are always there.
    pub fn row(&mut self, keys: &[&str]) -> &mut Sheets {
        self.line.clear();
        self.line.push_str(&keys.join(","));
        self
    }

    pub fn cell(&mut self, value: impl Display) -> &mut Sheets {
        self.line.push(',');
        if self.gaps > 0 && self.draw.within(1, self.gaps) == 1 {
            self.line.push_str(MISSING[self.draw.within(0, MISSING.len() as u64 - 1) as usize]);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(self.line, "{value}");
        }
        self
    }

    pub fn cells<T: Display>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Sheets {
        for value in values {
            self.cell(value);
        }
        self
    }

    pub fn end(&mut self, table: Table) -> io::Result<()> {
        self.line.push('\n');
        self.files[table as usize].write_all(self.line.as_bytes())
    }

    pub fn close(mut self) -> io::Result<()> {
        self.files.iter_mut().try_for_each(BufWriter::flush)
    }
}
