//! The commands and their options, as typed on the command line.

use std::path::PathBuf;

use clap::builder::styling::Styles;
use clap::{Args, Parser, Subcommand, ValueEnum};

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// 标尺：把评估标准写成规则文件，检查它，按数据严格评定并出报告。
#[derive(Debug, Parser)]
#[command(
    name = "biaochi", version, styles = Styles::plain(), term_width = 0, disable_help_subcommand = true, disable_help_flag = true, disable_version_flag = true,
    help_template = TEMPLATE, subcommand_help_heading = "命令", subcommand_value_name = "命令", next_help_heading = "选项", override_usage = "biaochi <命令> …",
    after_help = "示例：\n  biaochi check specs/某标准\n  biaochi run specs/某标准 --data 数据 --out 报告\n每个命令的详细用法：biaochi 命令 --help"
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// 诊断信息是否着色：auto 自动（不写即此）、always 总是、never 从不
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "方式",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub color: Color,
    /// 显示帮助
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    pub help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    pub version: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 检查标准：写法、名称、单位、合计，逐条指出错误
    #[command(override_usage = "biaochi check <标准>… [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi check specs/某标准\n  biaochi check specs/甲 specs/乙 --format json\n  biaochi check specs/某标准 --data 填报.xlsx --annotate 核对.xlsx\n--annotate 的工作簿在退出码为 2 时也写：它写的就是哪里要改。")]
    Check(Check),
    /// 按数据评定并出报告
    #[command(
        override_usage = "biaochi run <标准> --data <路径>… [选项]", help_template = TEMPLATE,
        after_help = "示例：\n  biaochi run specs/某标准 --data 数据\n  biaochi run specs/某标准 --data 数据 --out 报告 --format html,md\n  biaochi run specs/某标准 --data 数据 --format json --out -\n  biaochi run specs/某标准 --data 数据 --report 责任清单,整改清单 --out 报告"
    )]
    Run(Run),
    /// 显示标准编译成的评定计划
    #[command(override_usage = "biaochi plan <标准> [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi plan specs/某标准\n  biaochi plan specs/某标准 --format dot")]
    Plan(Plan),
    /// 说明一个条目为何得出这一结论：原文、规则、每个值、每处数据来源
    #[command(
        override_usage = "biaochi explain <标准> --data <路径> <条目> [选项]", help_template = TEMPLATE,
        after_help = "示例：\n  biaochi explain specs/某标准 --data 数据 8.2\n  biaochi explain specs/某标准 --data 数据 1.1 --row S03\n  biaochi explain specs/某标准 --data 数据 否决.1"
    )]
    Explain(Explain),
    /// 由规则文件还原正式的指标表
    #[command(override_usage = "biaochi annex <标准> [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi annex specs/某标准\n  biaochi annex specs/某标准 --format html > 附件.html")]
    Annex(Annex),
    /// 把规则文件整理成统一的写法：缩进、空格、标点、引号；注释和换行照旧
    #[command(override_usage = "biaochi fmt <标准>… [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi fmt specs/某标准\n  biaochi fmt specs/某标准 --check")]
    Fmt(Fmt),
    /// 检查标准的写法：原文与规则是否一致，有没有用不到的声明，日期的先后
    #[command(override_usage = "biaochi lint <标准>… [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi lint specs/某标准\n  biaochi lint specs/某标准 --fix --dry-run")]
    Lint(Lint),
    /// 运行标准里的用例，逐条核对期望
    #[command(override_usage = "biaochi test <标准>… [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi test specs/某标准\n  biaochi test specs/某标准 --format junit > 结果.xml")]
    Test(Test),
    /// 把标准译成 SQL 脚本，由数据库或集群评定
    #[command(override_usage = "biaochi sql <标准> --dialect <引擎> [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi sql specs/某标准 --dialect duckdb > 评定.sql\n  biaochi sql specs/某标准 --dialect duckdb --data 数据 --out 脚本")]
    Sql(Sql),
    /// 把引擎的结果做成报告
    #[command(override_usage = "biaochi report <标准> --dialect <引擎> --results <目录> [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi report specs/某标准 --dialect duckdb --results 结果 --out 报告\n  biaochi report specs/某标准 --dialect duckdb --results 结果 --format json --out -")]
    Report(Report),
    /// 核验数据：不合理的数、最可疑的单元格、改一格就会改变结论的地方
    #[command(override_usage = "biaochi audit <标准> --data <路径>… [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi audit specs/某标准 --data 数据\n  biaochi audit specs/某标准 --data 数据 --format html > 核验.html")]
    Audit(Audit),
    /// 比较两个标准：增删改了什么，阈值收紧还是放宽；给出数据时，谁的结论、得分、要点会变
    #[command(override_usage = "biaochi diff <旧标准> <新标准> [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi diff specs/旧标准 specs/新标准\n  biaochi diff specs/旧标准 specs/新标准 --data 数据 --format html > 对照.html")]
    Diff(Diff),
    /// 写出要填的工作簿：每张表一个工作表，带说明、下拉列表和检查，填好就能评定
    #[command(override_usage = "biaochi template <标准> -o <文件> [选项]", help_template = TEMPLATE, after_help = "示例：\n  biaochi template specs/某标准 -o 填报.xlsx\n  biaochi template specs/某标准 -o 填报 --by 责任单位\n  biaochi template specs/某标准 -o 填报.xlsx --with 已有数据\n已有的工作簿可能填了数据，不加 --force 不覆盖。")]
    Template(Template),
    /// 写出报告和文件所用的模板，改好后用 run --template 代替内置的
    #[command(override_usage = "biaochi template-dir -o <文件夹>", help_template = TEMPLATE, after_help = "示例：\n  biaochi template-dir -o 模板\n  biaochi run specs/某标准 --data 数据 --out 报告 --template 模板")]
    TemplateDir(TemplateDir),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct TemplateDir {
    /// 写到哪个文件夹
    #[arg(short, long, value_name = "文件夹")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Template {
    /// 标准：含 biaochi.toml 的文件夹，或该文件
    #[arg(value_name = "标准", help_heading = "参数")]
    pub spec: PathBuf,
    /// 写成哪个 .xlsx 文件；有 --by 的，写进哪个文件夹
    #[arg(short, long, value_name = "路径")]
    pub out: PathBuf,
    /// 按什么分成几个工作簿：责任单位，各有自己要填的表、列和条目；合起来可以一起评定
    #[arg(long, value_enum, value_name = "方式", hide_possible_values = true)]
    pub by: Option<By>,
    /// 预先填上已有的数据：文件夹，或单个文件；可以给多个
    #[arg(long, num_args = 1.., value_name = "路径")]
    pub with: Vec<PathBuf>,
    /// 只列这一轮要评的条目；不写则各轮都列
    #[arg(long, value_name = "轮次")]
    pub round: Option<String>,
    /// 评估对象的代码，预先填进它自己的表和要评的条目；可以给多个
    #[arg(long, num_args = 1.., value_delimiter = ',', value_name = "代码")]
    pub subject: Vec<String>,
    /// 参数取值的日期，如 2026-06-30
    #[arg(long, value_name = "日期")]
    pub date: Option<String>,
    /// 覆盖已有的文件
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    #[value(name = "责任单位", alias = "department")]
    Department,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    Duckdb,
    Postgres,
    Spark,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Sql {
    /// 标准：含 biaochi.toml 的文件夹，或该文件
    #[arg(value_name = "标准", help_heading = "参数")]
    pub spec: PathBuf,
    /// 引擎：duckdb、postgres、spark
    #[arg(long, value_enum, value_name = "引擎", hide_possible_values = true)]
    pub dialect: Dialect,
    /// 轮次；不写则取标准的第一轮
    #[arg(long, value_name = "轮次")]
    pub round: Option<String>,
    /// 评定日期，如 2026-06-30；决定参数取值，并写入结果
    #[arg(long, value_name = "日期")]
    pub date: Option<String>,
    /// 数据：读好以后写成 CSV，脚本先把它们装进表里；要与 --out 同用
    #[arg(long, num_args = 1.., requires = "out", value_name = "路径")]
    pub data: Vec<PathBuf>,
    /// 脚本写到哪个文件夹：评定.sql 和数据；不写则写到标准输出
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Report {
    /// 标准：含 biaochi.toml 的文件夹，或该文件
    #[arg(value_name = "标准", help_heading = "参数")]
    pub spec: PathBuf,
    /// 引擎：duckdb、postgres、spark
    #[arg(long, value_enum, value_name = "引擎", hide_possible_values = true)]
    pub dialect: Dialect,
    /// 引擎写出结果的文件夹
    #[arg(long, value_name = "目录")]
    pub results: PathBuf,
    /// 引擎评定的那一份数据；给了就连数据来源和核验一起写进结果
    #[arg(long, num_args = 1.., value_name = "路径")]
    pub data: Vec<PathBuf>,
    /// 轮次；与写脚本时相同
    #[arg(long, value_name = "轮次")]
    pub round: Option<String>,
    /// 评定日期；与写脚本时相同
    #[arg(long, value_name = "日期")]
    pub date: Option<String>,
    /// 报告写到哪个文件夹；“-”表示标准输出（配合 --format json）；不写则只显示摘要
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
    /// 报告格式，逗号分隔：html、md、json；不写则全部
    #[arg(long, value_enum, value_delimiter = ',', value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: Vec<RunFormat>,
    /// 报告模板所在的文件夹，其中的模板代替自带的
    #[arg(long, value_name = "目录")]
    pub template: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Audit {
    /// 标准：含 biaochi.toml 的文件夹，或该文件
    #[arg(value_name = "标准", help_heading = "参数")]
    pub spec: PathBuf,
    /// 数据：放 .xlsx、.xls、.ods、.csv 的文件夹，或单个文件；可以给多个
    #[arg(long, required = true, num_args = 1.., value_name = "路径")]
    pub data: Vec<PathBuf>,
    /// 轮次；不写则取标准的第一轮
    #[arg(long, value_name = "轮次")]
    pub round: Option<String>,
    /// 参数取值的日期，如 2026-06-30
    #[arg(long, value_name = "日期")]
    pub date: Option<String>,
    /// 只看这些代码的评估对象；可以给多个
    #[arg(long, num_args = 1.., value_delimiter = ',', value_name = "代码")]
    pub subject: Vec<String>,
    /// 输出格式：text（不写即此）、md、html、json
    #[arg(long, value_enum, default_value = "text", value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: DiffFormat,
    /// 模板文件夹：其中同名文件代替内置模板
    #[arg(long, value_name = "文件夹")]
    pub template: Option<PathBuf>,
    /// 把数据写成一个工作簿，可疑的格子涂色加批注，第一张表列出全部
    #[arg(long, value_name = "文件.xlsx")]
    pub annotate: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Diff {
    /// 旧标准：含 biaochi.toml 的文件夹，或该文件
    #[arg(value_name = "旧标准", help_heading = "参数")]
    pub old: PathBuf,
    /// 新标准
    #[arg(value_name = "新标准", help_heading = "参数")]
    pub new: PathBuf,
    /// 数据：CSV 文件夹，或单个文件；可以给多个
    #[arg(long, num_args = 1.., value_name = "路径")]
    pub data: Vec<PathBuf>,
    /// 旧标准用的数据，两个标准的表不同时才要写；不写则同 --data
    #[arg(long, num_args = 1.., requires = "data", value_name = "路径")]
    pub old_data: Vec<PathBuf>,
    /// 轮次；不写则取各标准的第一轮
    #[arg(long, value_name = "轮次")]
    pub round: Option<String>,
    /// 参数取值的日期，如 2026-06-30
    #[arg(long, value_name = "日期")]
    pub date: Option<String>,
    /// 输出格式：text（不写即此）、md、html、json
    #[arg(long, value_enum, default_value = "text", value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: DiffFormat,
    /// 模板文件夹：其中同名文件代替内置模板
    #[arg(long, value_name = "文件夹")]
    pub template: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    Text,
    Md,
    Html,
    Json,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Lint {
    /// 标准：含 biaochi.toml 的文件夹，或该文件；可以给多个
    #[arg(required = true, value_name = "标准", help_heading = "参数")]
    pub specs: Vec<PathBuf>,
    /// 输出格式：human 给人看（不写即此）、json、sarif
    #[arg(long, value_enum, default_value = "human", value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: CheckFormat,
    /// 改正有把握的发现（全角数字、没有用上的豁免），再列出其余的
    #[arg(long)]
    pub fix: bool,
    /// 与 --fix 同用：只列出要改的行，不写文件
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Fmt {
    /// 标准：含 biaochi.toml 的文件夹，或该文件，或一个 .biao 文件；可以给多个
    #[arg(required = true, value_name = "标准", help_heading = "参数")]
    pub specs: Vec<PathBuf>,
    /// 只检查不改写：列出没有整理过的文件和要改的行，有则退出码为 1
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Check {
    /// 标准：含 biaochi.toml 的文件夹，或该文件；可以给多个
    #[arg(required = true, value_name = "标准", help_heading = "参数")]
    pub specs: Vec<PathBuf>,
    /// 输出格式：human 给人看（不写即此）、json、sarif
    #[arg(long, value_enum, default_value = "human", value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: CheckFormat,
    /// 参数取值的日期，如 2026-06-30
    #[arg(long, value_name = "日期")]
    pub date: Option<String>,
    /// 一并检查数据：放 .xlsx、.xls、.ods、.csv 的文件夹，或单个文件；只检查，不评定
    #[arg(long, num_args = 1.., conflicts_with = "flatten", value_name = "路径")]
    pub data: Vec<PathBuf>,
    /// 与 --data 同用：把数据写成一个工作簿，有问题的格子涂色加批注，第一张表列出全部问题
    #[arg(long, requires = "data", value_name = "文件.xlsx")]
    pub annotate: Option<PathBuf>,
    /// 把各层合成一份完整的标准，写到标准输出
    #[arg(long)]
    pub flatten: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    Human,
    Json,
    Sarif,
}

/// What `run` and `explain` share.
#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Inputs {
    /// 标准：含 biaochi.toml 的文件夹，或该文件
    #[arg(value_name = "标准", help_heading = "参数")]
    pub spec: PathBuf,
    /// 轮次；不写则取标准的第一轮
    #[arg(long, value_name = "轮次")]
    pub round: Option<String>,
    /// 评定日期，如 2026-06-30；决定参数取值，并写入结果
    #[arg(long, value_name = "日期")]
    pub date: Option<String>,
    /// 有错误的表整张不用，其余照常评定；没有用到什么，写在结果最前面
    #[arg(long)]
    pub allow_partial: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Run {
    #[command(flatten)]
    pub inputs: Inputs,
    /// 数据：放 .xlsx、.xls、.ods、.csv 的文件夹，或单个文件；可以给多个
    #[arg(long, required = true, num_args = 1.., value_name = "路径")]
    pub data: Vec<PathBuf>,
    /// 只评定这些代码的评估对象；可以给多个
    #[arg(long, num_args = 1.., value_delimiter = ',', value_name = "代码")]
    pub subject: Vec<String>,
    /// 报告写到哪个文件夹；“-”表示标准输出（配合 --format json）；不写则只显示摘要
    #[arg(long, value_name = "目录")]
    pub out: Option<PathBuf>,
    /// 报告格式，逗号分隔：html、md、json，文件另有 docx、xlsx；不写则全部
    #[arg(long, value_enum, value_delimiter = ',', value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: Vec<RunFormat>,
    /// 要出的文件，逗号分隔，如 责任清单,整改清单；与 --out 同用
    #[arg(long, value_delimiter = ',', requires = "out", value_name = "文件名")]
    pub report: Vec<String>,
    /// 以前的 outcome.json：整改清单列出已销号、未销号和新增的
    #[arg(long, requires = "report", value_name = "结果")]
    pub since: Option<PathBuf>,
    /// 要求的结论；达不到则退出码为 1。只有 met（达到）
    #[arg(long, value_enum, value_name = "结论", hide_possible_values = true, hide_default_value = true)]
    pub require: Option<Require>,
    /// 报告模板所在的文件夹，其中的模板代替自带的
    #[arg(long, value_name = "目录")]
    pub template: Option<PathBuf>,
    /// 把数据写成一个工作簿，有问题的格子涂色加批注，第一张表列出全部问题；退出码为 2 时只写它
    #[arg(long, value_name = "文件.xlsx")]
    pub annotate: Option<PathBuf>,
    /// 怎么判定：columns（不写即此）先按列整批判定，余下的逐行裁定；reference 全部逐行精确判定，用来核对。结果相同
    #[arg(long, value_enum, default_value = "columns", value_name = "方式", hide_possible_values = true, hide_default_value = true)]
    pub engine: RunEngine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunEngine {
    Columns,
    Reference,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum RunFormat {
    Html,
    Md,
    Json,
    Docx,
    Xlsx,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Require {
    Met,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Plan {
    /// 标准：含 biaochi.toml 的文件夹，或该文件
    #[arg(value_name = "标准", help_heading = "参数")]
    pub spec: PathBuf,
    /// 输出格式：text（不写即此）、json、dot
    #[arg(long, value_enum, default_value = "text", value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: PlanFormat,
    /// 参数取值的日期，如 2026-06-30
    #[arg(long, value_name = "日期")]
    pub date: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    Text,
    Json,
    Dot,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Explain {
    #[command(flatten)]
    pub inputs: Inputs,
    // One path a flag here: the item follows the data on the command line.
    /// 数据：放 .xlsx、.xls、.ods、.csv 的文件夹，或单个文件；可以给多个
    #[arg(long, required = true, num_args = 1, value_name = "路径")]
    pub data: Vec<PathBuf>,
    /// 只评定这些代码的评估对象；可以给多个
    #[arg(long, num_args = 1, value_delimiter = ',', value_name = "代码")]
    pub subject: Vec<String>,
    /// 条目编号，如 8、8.2、否决.1、资格.3
    #[arg(value_name = "条目", help_heading = "参数")]
    pub id: String,
    /// 只看主键或名称含有这段文字的行
    #[arg(long, value_name = "行名")]
    pub row: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Annex {
    /// 标准：含 biaochi.toml 的文件夹，或该文件
    #[arg(value_name = "标准", help_heading = "参数")]
    pub spec: PathBuf,
    /// 输出格式：md（不写即此）、html、json
    #[arg(long, value_enum, default_value = "md", value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: AnnexFormat,
    /// 模板文件夹：其中同名文件代替内置模板
    #[arg(long, value_name = "文件夹")]
    pub template: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnnexFormat {
    Md,
    Html,
    Json,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "选项")]
pub struct Test {
    /// 标准：含 biaochi.toml 的文件夹，或该文件；可以给多个
    #[arg(required = true, value_name = "标准", help_heading = "参数")]
    pub specs: Vec<PathBuf>,
    /// 输出格式：text（不写即此）、junit
    #[arg(long, value_enum, default_value = "text", value_name = "格式", hide_possible_values = true, hide_default_value = true)]
    pub format: TestFormat,
    /// 为每个阈值生成正好在界线上和两边各差一步的数据，写成用例打印出来
    #[arg(long, conflicts_with = "mutate")]
    pub boundary: bool,
    /// 与 --boundary 同用：只要一个条目的，如 1、1.1、否决.2、结论
    #[arg(long, value_name = "编号", requires = "boundary")]
    pub item: Option<String>,
    /// 变异检查：把标准的文字逐处改错一点，列出没有用例察觉的改动
    #[arg(long)]
    pub mutate: bool,
    /// 与 --mutate 同用：察觉的改动至少占百分之几，不足则退出码为 1
    #[arg(long, default_value_t = 95, value_parser = clap::value_parser!(u8).range(0..=100), value_name = "百分数", requires = "mutate")]
    pub at_least: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    Text,
    Junit,
}
