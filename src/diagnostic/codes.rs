//! The one table of codes: what each means to the reader.

/// A code such as `E0301`; `W` codes are warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl Code {
    /// 文件读不了。
    pub const UNREADABLE: Self = Self("E0101");
    /// 此处的写法不对。
    pub const UNEXPECTED: Self = Self("E0102");
    /// 引号没有闭合。
    pub const OPEN_STRING: Self = Self("E0103");
    /// 括号没有闭合。
    pub const OPEN_BRACKET: Self = Self("E0104");
    /// 此处不能有这个字符。
    pub const STRAY_CHARACTER: Self = Self("E0105");
    /// 嵌套太深。
    pub const TOO_DEEP: Self = Self("E0106");
    /// 文件或表达式太大。
    pub const TOO_LARGE: Self = Self("E0107");
    /// 数写得不对。
    pub const BAD_NUMBER: Self = Self("E0108");
    /// 日期写得不对。
    pub const BAD_DATE: Self = Self("E0109");
    /// 运算词前后要有空格。
    pub const GLUED_OPERATOR: Self = Self("E0110");
    /// biaochi.toml 有误。
    pub const MANIFEST: Self = Self("E0201");
    /// 找不到上级标准。
    pub const NO_BASE: Self = Self("E0202");
    /// 上级标准循环。
    pub const BASE_CYCLE: Self = Self("E0203");
    /// 要改的内容在上级标准中没有。
    pub const NOT_THERE: Self = Self("E0204");
    /// 同一层里同一内容改了两次。
    pub const CHANGED_TWICE: Self = Self("E0205");
    /// 要增加的内容已经有了。
    pub const ALREADY_THERE: Self = Self("E0206");
    /// 没有上级标准，不能改动。
    pub const NOTHING_BELOW: Self = Self("E0207");
    /// 这样的改动不成立。
    pub const BAD_CHANGE: Self = Self("E0208");
    /// 声明只严不松的层比上级宽。
    pub const LOOSER: Self = Self("E0209");
    /// 不能证明声明只严不松的层不比上级宽。
    pub const NOT_PROVEN: Self = Self("E0210");
    /// 名称未定义。
    pub const UNKNOWN_NAME: Self = Self("E0301");
    /// 数据表未定义。
    pub const UNKNOWN_TABLE: Self = Self("E0302");
    /// 字段未定义。
    pub const UNKNOWN_FIELD: Self = Self("E0303");
    /// 总体未定义。
    pub const UNKNOWN_POPULATION: Self = Self("E0304");
    /// 责任单位未在部门名录中。
    pub const UNKNOWN_DEPARTMENT: Self = Self("E0305");
    /// 单位未定义。
    pub const UNKNOWN_UNIT: Self = Self("E0306");
    /// 函数未定义。
    pub const UNKNOWN_FUNCTION: Self = Self("E0307");
    /// 指标性质未定义。
    pub const UNKNOWN_NATURE: Self = Self("E0308");
    /// 名称重复定义。
    pub const DUPLICATE_NAME: Self = Self("E0309");
    /// 编号重复。
    pub const DUPLICATE_NUMBER: Self = Self("E0310");
    /// 编号缺失或次序不对。
    pub const MISSING_NUMBER: Self = Self("E0311");
    /// 定义循环引用。
    pub const CYCLE: Self = Self("E0312");
    /// 此处取不到这一列。
    pub const UNREACHABLE: Self = Self("E0313");
    /// 函数的参数不对。
    pub const WRONG_ARGUMENTS: Self = Self("E0314");
    /// 缺少必要的声明。
    pub const MISSING_DECLARATION: Self = Self("E0315");
    /// 选项未定义。
    pub const UNKNOWN_OPTION: Self = Self("E0316");
    /// 单位不一致。
    pub const UNIT_MISMATCH: Self = Self("E0401");
    /// 类型不对。
    pub const TYPE_MISMATCH: Self = Self("E0402");
    /// 要点分值之和与指标满分不符。
    pub const POINTS_SUM: Self = Self("E0403");
    /// 与文件自述的合计不符。
    pub const TOTAL_MISMATCH: Self = Self("E0404");
    /// 没有值能满足这一条件。
    pub const NEVER_HOLDS: Self = Self("E0405");
    /// 任何值都满足这一条件。
    pub const ALWAYS_HOLDS: Self = Self("E0406");
    /// 同一天有两个参数值。
    pub const SAME_DAY: Self = Self("E0407");
    /// 该日期没有参数值。
    pub const NO_VALUE_ON_DATE: Self = Self("E0408");
    /// 计分项缺少分值或必达项不应有分值。
    pub const NEEDS_SCORE: Self = Self("E0409");
    /// 要点没有规则。
    pub const NO_RULE: Self = Self("E0410");
    /// 开方值不能这样参与运算。
    pub const IRRATIONAL: Self = Self("E0411");
    /// 起止日期前后矛盾。
    pub const STEP_ORDER: Self = Self("E0412");
    /// 分项、比例或个数的写法不对。
    pub const PARTS: Self = Self("E0413");
    /// 等级的写法不对。
    pub const GRADES: Self = Self("E0414");
    /// 原文中的数与规则不一致。
    pub const TEXT_NUMBER: Self = Self("W0501");
    /// 原文与规则是否含本数不一致。
    pub const TEXT_BOUND: Self = Self("W0502");
    /// 参数没有用到。
    pub const UNUSED_PARAMETER: Self = Self("W0503");
    /// 定义没有用到。
    pub const UNUSED_DEFINITION: Self = Self("W0504");
    /// 总体没有用到。
    pub const UNUSED_POPULATION: Self = Self("W0505");
    /// 字段没有用到。
    pub const UNUSED_FIELD: Self = Self("W0506");
    /// 规则没有原文。
    pub const NO_TEXT: Self = Self("W0507");
    /// 两个部门只差标点。
    pub const DEPARTMENT_VARIANT: Self = Self("W0508");
    /// 程序步骤的先后与日期不符。
    pub const STEPS_OUT_OF_ORDER: Self = Self("W0509");
    /// 原文里有全角的数字或字母。
    pub const FULL_WIDTH: Self = Self("W0510");
    /// 豁免写得不对。
    pub const BAD_EXEMPTION: Self = Self("W0511");
    /// 豁免没有用上。
    pub const IDLE_EXEMPTION: Self = Self("W0512");
    /// 宽限没有写到哪一天为止。
    pub const OPEN_RELIEF: Self = Self("W0513");
    /// 数据文件读不了。
    pub const DATA_UNREADABLE: Self = Self("E0601");
    /// 不认识的列。
    pub const UNKNOWN_COLUMN: Self = Self("E0602");
    /// 缺少必需的列。
    pub const MISSING_COLUMN: Self = Self("E0603");
    /// 列重复。
    pub const DUPLICATE_COLUMN: Self = Self("E0604");
    /// 单元格的值不对。
    pub const BAD_CELL: Self = Self("E0605");
    /// 表头单位与规定不符。
    pub const HEADER_UNIT: Self = Self("E0606");
    /// 主键重复。
    pub const DUPLICATE_KEY: Self = Self("E0607");
    /// 主键为空。
    pub const MISSING_KEY: Self = Self("E0608");
    /// 引用的记录不存在。
    pub const DANGLING_REFERENCE: Self = Self("E0609");
    /// 该行列数不对。
    pub const ROW_LENGTH: Self = Self("E0610");
    /// 值超出允许范围。
    pub const OUT_OF_RANGE: Self = Self("E0611");
    /// 不符合数据核验。
    pub const FAILED_CHECK: Self = Self("E0612");
    /// 评定的条目不在标准内。
    pub const UNKNOWN_ITEM: Self = Self("W0613");
    /// 得分超过满分。
    pub const SCORE_ABOVE_FULL: Self = Self("E0614");
    /// 文件或工作表不对应任何数据表。
    pub const UNKNOWN_FILE: Self = Self("W0615");
    /// 没有可用的数据。
    pub const NO_DATA: Self = Self("E0616");
    /// 没有这个评估对象。
    pub const UNKNOWN_SUBJECT: Self = Self("E0617");
    /// 有几种读法。
    pub const AMBIGUOUS: Self = Self("E0618");
    /// 代码被表格软件改过。
    pub const CODE_CHANGED: Self = Self("E0619");
    /// 公式没有得出值。
    pub const FORMULA: Self = Self("E0620");
    /// 数据里有合并的单元格。
    pub const MERGED: Self = Self("E0621");
    /// 合计行有误。
    pub const TOTAL_ROW: Self = Self("E0622");
    /// 工作簿加了密码。
    pub const ENCRYPTED: Self = Self("E0623");
    /// 数据文件过大。
    pub const DATA_TOO_LARGE: Self = Self("E0624");
    /// 链接指到文件夹之外。
    pub const OUTSIDE: Self = Self("E0625");
    /// 隐藏的行或工作表也读了。
    pub const HIDDEN: Self = Self("W0626");
    /// 有错误的表没有使用。
    pub const LEFT_OUT: Self = Self("W0627");
    /// 这张表还没有填。
    pub const NOT_FILLED: Self = Self("W0628");
    /// 两处填的不一样。
    pub const DIFFERING: Self = Self("E0629");
    /// 命令行选项不对。
    pub const BAD_OPTION: Self = Self("E0701");
    /// 没有这个轮次。
    pub const UNKNOWN_ROUND: Self = Self("E0702");
    /// 报告模板有误。
    pub const TEMPLATE: Self = Self("E0703");
    /// 文件写不了。
    pub const WRITE: Self = Self("E0704");
    /// 没有这个条目。
    pub const UNKNOWN_ID: Self = Self("E0705");
    /// 以前的结果读不了。
    pub const OLD_OUTCOME: Self = Self("E0708");
    /// 不能译成 SQL。
    pub const NOT_IN_SQL: Self = Self("E0801");
    /// 引擎的结果用不了。
    pub const RESULTS: Self = Self("E0802");
    /// 用例没有期望。
    pub const EMPTY_CASE: Self = Self("E0851");
    /// 期望与标准不合。
    pub const BAD_EXPECTATION: Self = Self("E0852");
}

/// Every code with what it means, in order.
pub const CODES: &[(Code, &str)] = &[
    (Code::UNREADABLE, "文件读不了"),
    (Code::UNEXPECTED, "此处的写法不对"),
    (Code::OPEN_STRING, "引号没有闭合"),
    (Code::OPEN_BRACKET, "括号没有闭合"),
    (Code::STRAY_CHARACTER, "此处不能有这个字符"),
    (Code::TOO_DEEP, "嵌套太深"),
    (Code::TOO_LARGE, "文件或表达式太大"),
    (Code::BAD_NUMBER, "数写得不对"),
    (Code::BAD_DATE, "日期写得不对"),
    (Code::GLUED_OPERATOR, "运算词前后要有空格"),
    (Code::MANIFEST, "biaochi.toml 有误"),
    (Code::NO_BASE, "找不到上级标准"),
    (Code::BASE_CYCLE, "上级标准循环"),
    (Code::NOT_THERE, "要改的内容在上级标准中没有"),
    (Code::CHANGED_TWICE, "同一层里同一内容改了两次"),
    (Code::ALREADY_THERE, "要增加的内容已经有了"),
    (Code::NOTHING_BELOW, "没有上级标准，不能改动"),
    (Code::BAD_CHANGE, "这样的改动不成立"),
    (Code::LOOSER, "声明只严不松的层比上级宽"),
    (Code::NOT_PROVEN, "不能证明声明只严不松的层不比上级宽"),
    (Code::UNKNOWN_NAME, "名称未定义"),
    (Code::UNKNOWN_TABLE, "数据表未定义"),
    (Code::UNKNOWN_FIELD, "字段未定义"),
    (Code::UNKNOWN_POPULATION, "总体未定义"),
    (Code::UNKNOWN_DEPARTMENT, "责任单位未在部门名录中"),
    (Code::UNKNOWN_UNIT, "单位未定义"),
    (Code::UNKNOWN_FUNCTION, "函数未定义"),
    (Code::UNKNOWN_NATURE, "指标性质未定义"),
    (Code::DUPLICATE_NAME, "名称重复定义"),
    (Code::DUPLICATE_NUMBER, "编号重复"),
    (Code::MISSING_NUMBER, "编号缺失或次序不对"),
    (Code::CYCLE, "定义循环引用"),
    (Code::UNREACHABLE, "此处取不到这一列"),
    (Code::WRONG_ARGUMENTS, "函数的参数不对"),
    (Code::MISSING_DECLARATION, "缺少必要的声明"),
    (Code::UNKNOWN_OPTION, "选项未定义"),
    (Code::UNIT_MISMATCH, "单位不一致"),
    (Code::TYPE_MISMATCH, "类型不对"),
    (Code::POINTS_SUM, "要点分值之和与指标满分不符"),
    (Code::TOTAL_MISMATCH, "与文件自述的合计不符"),
    (Code::NEVER_HOLDS, "没有值能满足这一条件"),
    (Code::ALWAYS_HOLDS, "任何值都满足这一条件"),
    (Code::SAME_DAY, "同一天有两个参数值"),
    (Code::NO_VALUE_ON_DATE, "该日期没有参数值"),
    (Code::NEEDS_SCORE, "计分项缺少分值或必达项不应有分值"),
    (Code::NO_RULE, "要点没有规则"),
    (Code::IRRATIONAL, "开方值不能这样参与运算"),
    (Code::STEP_ORDER, "起止日期前后矛盾"),
    (Code::PARTS, "分项、比例或个数的写法不对"),
    (Code::GRADES, "等级的写法不对"),
    (Code::TEXT_NUMBER, "原文中的数与规则不一致"),
    (Code::TEXT_BOUND, "原文与规则是否含本数不一致"),
    (Code::UNUSED_PARAMETER, "参数没有用到"),
    (Code::UNUSED_DEFINITION, "定义没有用到"),
    (Code::UNUSED_POPULATION, "总体没有用到"),
    (Code::UNUSED_FIELD, "字段没有用到"),
    (Code::NO_TEXT, "规则没有原文"),
    (Code::DEPARTMENT_VARIANT, "两个部门只差标点"),
    (Code::STEPS_OUT_OF_ORDER, "程序步骤的先后与日期不符"),
    (Code::FULL_WIDTH, "原文里有全角的数字或字母"),
    (Code::BAD_EXEMPTION, "豁免写得不对"),
    (Code::IDLE_EXEMPTION, "豁免没有用上"),
    (Code::OPEN_RELIEF, "宽限没有写到哪一天为止"),
    (Code::DATA_UNREADABLE, "数据文件读不了"),
    (Code::UNKNOWN_COLUMN, "不认识的列"),
    (Code::MISSING_COLUMN, "缺少必需的列"),
    (Code::DUPLICATE_COLUMN, "列重复"),
    (Code::BAD_CELL, "单元格的值不对"),
    (Code::HEADER_UNIT, "表头单位与规定不符"),
    (Code::DUPLICATE_KEY, "主键重复"),
    (Code::MISSING_KEY, "主键为空"),
    (Code::DANGLING_REFERENCE, "引用的记录不存在"),
    (Code::ROW_LENGTH, "该行列数不对"),
    (Code::OUT_OF_RANGE, "值超出允许范围"),
    (Code::FAILED_CHECK, "不符合数据核验"),
    (Code::UNKNOWN_ITEM, "评定的条目不在标准内"),
    (Code::SCORE_ABOVE_FULL, "得分超过满分"),
    (Code::UNKNOWN_FILE, "文件或工作表不对应任何数据表"),
    (Code::NO_DATA, "没有可用的数据"),
    (Code::UNKNOWN_SUBJECT, "没有这个评估对象"),
    (Code::AMBIGUOUS, "有几种读法"),
    (Code::CODE_CHANGED, "代码被表格软件改过"),
    (Code::FORMULA, "公式没有得出值"),
    (Code::MERGED, "数据里有合并的单元格"),
    (Code::TOTAL_ROW, "合计行有误"),
    (Code::ENCRYPTED, "工作簿加了密码"),
    (Code::DATA_TOO_LARGE, "数据文件过大"),
    (Code::OUTSIDE, "链接指到文件夹之外"),
    (Code::HIDDEN, "隐藏的行或工作表也读了"),
    (Code::LEFT_OUT, "有错误的表没有使用"),
    (Code::NOT_FILLED, "这张表还没有填"),
    (Code::DIFFERING, "两处填的不一样"),
    (Code::BAD_OPTION, "命令行选项不对"),
    (Code::UNKNOWN_ROUND, "没有这个轮次"),
    (Code::TEMPLATE, "报告模板有误"),
    (Code::WRITE, "文件写不了"),
    (Code::UNKNOWN_ID, "没有这个条目"),
    (Code::OLD_OUTCOME, "以前的结果读不了"),
    (Code::NOT_IN_SQL, "不能译成 SQL"),
    (Code::RESULTS, "引擎的结果用不了"),
    (Code::EMPTY_CASE, "用例没有期望"),
    (Code::BAD_EXPECTATION, "期望与标准不合"),
];

/// What a code means.
pub fn describe(code: Code) -> &'static str {
    CODES.iter().find(|(c, _)| *c == code).map_or("", |(_, text)| *text)
}
