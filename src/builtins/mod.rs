//! The language's functions: one ordered table.
//!
//! Takes a name as written; gives the function and what the reader should know of it. Knows no context and no types.

/// What a function does with its scope and arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Aggregate(Aggregate),
    Series(Series),
    YearValue,
    Function(Function),
    YearMean,
    FormerYear,
    Tally(Tally),
    BaseYear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    Count,
    Sum,
    Mean,
    Min,
    Max,
    Share,
    Variation,
    PlainVariation,
    SampleVariation,
    Median,
    Quantile,
    Deviation,
    Any,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    NeverFalls,
    Rises,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Abs,
    Min,
    Max,
    Mean,
    Ceil,
    Floor,
    Round,
    Holding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tally {
    AllMet,
    TotalScore,
    NoneTriggered,
    MetCount,
}

/// One function of the language.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    pub name: &'static str,
    pub alias: &'static str,
    pub kind: Kind,
    /// How it is written.
    pub signature: &'static str,
    /// What it gives, in a sentence.
    pub meaning: &'static str,
}

const fn entry(name: &'static str, alias: &'static str, kind: Kind, signature: &'static str, meaning: &'static str) -> Builtin {
    Builtin { name, alias, kind, signature, meaning }
}

/// Every function, in the order of the reference.
pub const BUILTINS: &[Builtin] = &[
    entry("计数", "count", Kind::Aggregate(Aggregate::Count), "计数(范围)", "范围内的行数"),
    entry("合计", "sum", Kind::Aggregate(Aggregate::Sum), "合计(范围：值)", "各行之和；缺一格即缺数据"),
    entry("平均", "mean", Kind::Aggregate(Aggregate::Mean), "平均(范围：值)", "各行的算术平均"),
    entry("最小", "min", Kind::Aggregate(Aggregate::Min), "最小(范围：值)", "各行中最小的值"),
    entry("最大", "max", Kind::Aggregate(Aggregate::Max), "最大(范围：值)", "各行中最大的值"),
    entry("占比", "share", Kind::Aggregate(Aggregate::Share), "占比(范围：条件)", "满足条件的行所占比例"),
    entry(
        "差异系数",
        "cv",
        Kind::Aggregate(Aggregate::Variation),
        "差异系数(范围：数量，权数)",
        "以权数加权的差异系数（数量除以权数的值）",
    ),
    entry("简单差异系数", "plain_cv", Kind::Aggregate(Aggregate::PlainVariation), "简单差异系数(范围：值)", "不加权的差异系数"),
    entry(
        "样本差异系数",
        "sample_cv",
        Kind::Aggregate(Aggregate::SampleVariation),
        "样本差异系数(范围：值)",
        "不加权，标准差除以 n−1 的差异系数",
    ),
    entry("中位数", "median", Kind::Aggregate(Aggregate::Median), "中位数(范围：值)", "由小到大排在正中的值"),
    entry("百分位", "quantile", Kind::Aggregate(Aggregate::Quantile), "百分位(范围：值，p%)", "由小到大排在 p% 处的值"),
    entry("标准差", "sd", Kind::Aggregate(Aggregate::Deviation), "标准差(范围：数量，权数)", "以权数加权的标准差"),
    entry("存在", "any", Kind::Aggregate(Aggregate::Any), "存在(范围：条件)", "至少一行满足条件"),
    entry("全部", "all", Kind::Aggregate(Aggregate::All), "全部(范围：条件)", "每一行都满足条件"),
    entry("逐年不减", "never_falls", Kind::Series(Series::NeverFalls), "逐年不减(表：值，近 n 年)", "每年不低于上一年"),
    entry("逐年提高", "rises", Kind::Series(Series::Rises), "逐年提高(表：值，近 n 年)", "每年高于上一年"),
    entry("年度值", "year_value", Kind::YearValue, "年度值(表：值，前 n 年)", "基准年前第 n 年的值"),
    entry("年均值", "year_mean", Kind::YearMean, "年均值(表：值，近 n 年)", "基准年前 n 年的算术平均"),
    entry("去年", "last_year", Kind::FormerYear, "去年(值)", "年度表的一行里：上一年那一行的值；最早的一年不适用"),
    entry("均值", "average_of", Kind::Function(Function::Mean), "均值(甲，乙，…)", "几个值的算术平均"),
    entry("最小值", "least", Kind::Function(Function::Min), "最小值(甲，乙，…)", "几个值中最小的"),
    entry("最大值", "greatest", Kind::Function(Function::Max), "最大值(甲，乙，…)", "几个值中最大的"),
    entry("绝对值", "abs", Kind::Function(Function::Abs), "绝对值(甲)", "去掉负号"),
    entry("向上取整", "ceil", Kind::Function(Function::Ceil), "向上取整(甲)", "不小于它的最小整数"),
    entry("向下取整", "floor", Kind::Function(Function::Floor), "向下取整(甲)", "不大于它的最大整数"),
    entry("保留", "round", Kind::Function(Function::Round), "保留(甲，位数)", "四舍五入到若干位小数；只在标准要求时使用"),
    entry("成立个数", "count_true", Kind::Function(Function::Holding), "成立个数(条件，条件，…)", "几个条件中成立的有几个"),
    entry("基准年", "base_year", Kind::BaseYear, "基准年()", "评估对象的基准年"),
    entry("全部达到", "all_met", Kind::Tally(Tally::AllMet), "全部达到(性质)", "该性质的各项全部达到"),
    entry("总分", "total_score", Kind::Tally(Tally::TotalScore), "总分(性质)", "该性质各项得分之和"),
    entry("无触发", "none_triggered", Kind::Tally(Tally::NoneTriggered), "无触发(性质)", "该性质没有一项被触发"),
    entry("达到项数", "met_count", Kind::Tally(Tally::MetCount), "达到项数(性质)", "该性质达到的项数"),
];

/// The function of this name or alias.
pub fn find(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|b| b.name == name || b.alias == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        let mut names: Vec<&str> = BUILTINS.iter().flat_map(|b| [b.name, b.alias]).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(BUILTINS.iter().all(|b| b.signature.starts_with(b.name) && !b.meaning.is_empty()));
    }
}
