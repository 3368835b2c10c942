-- sql-example 译成 SQL 的例子 1
-- 由 biaochi sql --dialect duckdb 写出，轮次 初评；结果交给 biaochi report
-- 结论：met 达到，not_met 未达到，undetermined 未定，open 由 biaochi 判断，keyless 各行都不知道属于哪组
-- 真值：1 成立，0 不成立，v 不适用，? 未定（后面是缺的数据），~ 开方值、商的统计离界限太近，由 biaochi 精确判断
-- 每一条：对象（评估对象的行号）、结论、适用、行数、达到、未达到、未定、缺、宽限（用了第几项，从0数起）、佐证、低和高（得分的两端）、约（得分取了六位小数）
-- 数：分子/分母，用 | 隔开，biaochi 由它们重算精确的值；各行：标（行号|名称|成员|出处|主键）、真值、宽限、数
-- 缺和真值里缺的数据：种类|表|字段|哪一行；种类 C 空格、K 没有这一行、T 没有这张表、Z 分母为零；文字里的 ~ | ; 写作 ~0 ~1 ~2
-- s0、s1…是一层层的中间步骤，k1、k2…是其中的值，j1、j2…是连上的关系；开方值、商的统计算出误差界的两端再比较
-- 比较一律交叉相乘，不做除法：甲 / 乙 × 100 ≥ 4.2 写作 甲 * 500 >= 乙 * 21
-- $行 行号，$出处 来自哪里，$对象 属于哪个对象，$标 这一行的写法，$属 要知道它算不算在内还缺什么；“甲→乙”是引用的甲的乙
-- 数据表的号：0 街道，1 片区，2 片区年度，3 分项年度，4 站点，5 摊位，6 评定，7 否决事项；字段从0数起
-- 有一步出错，以后的都不做
BEGIN TRANSACTION;

-- ════ 一、数据表 ════

-- 数据表 街道 街道
CREATE TABLE IF NOT EXISTS "街道" (
  "$行" BIGINT,
  "$出处" VARCHAR,
  "街道代码" VARCHAR NOT NULL,
  "街道名称" VARCHAR,
  PRIMARY KEY ("街道代码")
);

-- 数据表 片区 片区
CREATE TABLE IF NOT EXISTS "片区" (
  "$行" BIGINT,
  "$出处" VARCHAR,
  "片区代码" VARCHAR NOT NULL,
  "街道" VARCHAR,
  "片区名称" VARCHAR,
  "申报年" DECIMAL(11, 0),
  "户数" DECIMAL(11, 0),
  PRIMARY KEY ("片区代码")
);

-- 数据表 片区年度 片区年度
CREATE TABLE IF NOT EXISTS "片区年度" (
  "$行" BIGINT,
  "$出处" VARCHAR,
  "片区代码" VARCHAR NOT NULL,
  "年份" DECIMAL(11, 0) NOT NULL,
  "经费" DECIMAL(15, 4),
  PRIMARY KEY ("片区代码", "年份")
);

-- 数据表 分项年度 分项年度
CREATE TABLE IF NOT EXISTS "分项年度" (
  "$行" BIGINT,
  "$出处" VARCHAR,
  "片区代码" VARCHAR NOT NULL,
  "年份" DECIMAL(11, 0) NOT NULL,
  "分项" VARCHAR NOT NULL,
  "费用" DECIMAL(13, 2),
  "核定" BOOLEAN,
  PRIMARY KEY ("片区代码", "年份", "分项")
);

-- 数据表 站点 站点
CREATE TABLE IF NOT EXISTS "站点" (
  "$行" BIGINT,
  "$出处" VARCHAR,
  "站点代码" VARCHAR NOT NULL,
  "片区代码" VARCHAR,
  "站点名称" VARCHAR,
  "类别" VARCHAR,
  "等级" VARCHAR,
  "建成" VARCHAR,
  "人数" DECIMAL(11, 0),
  "管理员" DECIMAL(11, 0),
  "面积" DECIMAL(13, 2),
  "有亭" BOOLEAN,
  PRIMARY KEY ("站点代码")
);

-- 数据表 摊位 摊位
CREATE TABLE IF NOT EXISTS "摊位" (
  "$行" BIGINT,
  "$出处" VARCHAR,
  "站点代码" VARCHAR NOT NULL,
  "摊位号" VARCHAR NOT NULL,
  "用途" VARCHAR,
  "占地" DECIMAL(12, 1),
  PRIMARY KEY ("站点代码", "摊位号")
);

-- 数据表 评定 评定
CREATE TABLE IF NOT EXISTS "评定" (
  "$行" BIGINT,
  "$出处" VARCHAR,
  "片区代码" VARCHAR NOT NULL,
  "轮次" VARCHAR NOT NULL,
  "条目" VARCHAR NOT NULL,
  "结论" VARCHAR,
  "得分" DECIMAL(13, 2),
  "材料" VARCHAR,
  PRIMARY KEY ("片区代码", "轮次", "条目")
);

-- 数据表 否决事项 否决事项
CREATE TABLE IF NOT EXISTS "否决事项" (
  "$行" BIGINT,
  "$出处" VARCHAR,
  "片区代码" VARCHAR NOT NULL,
  "轮次" VARCHAR NOT NULL,
  "条目" VARCHAR NOT NULL,
  "存在" BOOLEAN,
  "说明" VARCHAR,
  PRIMARY KEY ("片区代码", "轮次", "条目")
);

-- 交了而没有一行的表，一行写一个表名
CREATE TABLE IF NOT EXISTS "$交表" (
  "表" VARCHAR
);

-- ════ 二、数据检查 ════

-- 交了哪些表：有行的，和登记为交了而没有行的
DROP TABLE IF EXISTS "$已交";
CREATE TEMPORARY TABLE "$已交" AS
SELECT
  (SELECT count(*) FROM "街道") + (SELECT count(*) FROM "$交表" WHERE "表" = '街道') > 0 AS "街道",
  (SELECT count(*) FROM "片区") + (SELECT count(*) FROM "$交表" WHERE "表" = '片区') > 0 AS "片区",
  (SELECT count(*) FROM "片区年度") + (SELECT count(*) FROM "$交表" WHERE "表" = '片区年度') > 0 AS "片区年度",
  (SELECT count(*) FROM "分项年度") + (SELECT count(*) FROM "$交表" WHERE "表" = '分项年度') > 0 AS "分项年度",
  (SELECT count(*) FROM "站点") + (SELECT count(*) FROM "$交表" WHERE "表" = '站点') > 0 AS "站点",
  (SELECT count(*) FROM "摊位") + (SELECT count(*) FROM "$交表" WHERE "表" = '摊位') > 0 AS "摊位",
  (SELECT count(*) FROM "评定") + (SELECT count(*) FROM "$交表" WHERE "表" = '评定') > 0 AS "评定",
  (SELECT count(*) FROM "否决事项") + (SELECT count(*) FROM "$交表" WHERE "表" = '否决事项') > 0 AS "否决事项";

-- 数据表 街道：每行连同它引用的行
DROP TABLE IF EXISTS "街道→";
CREATE TEMPORARY TABLE "街道→" AS
SELECT
  t."$行",
  t."$出处",
  t."街道代码",
  t."街道名称",
  CAST(NULL AS BIGINT) AS "$对象",
  concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."街道名称", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."街道代码", '~', '~0'), '|', '~1'), ';', '~2'), '')) AS "$标",
  CAST(NULL AS VARCHAR) AS "$属"
FROM "街道" t;

-- 数据表 片区：每行连同它引用的行
DROP TABLE IF EXISTS "片区→";
CREATE TEMPORARY TABLE "片区→" AS
SELECT
  t."$行",
  t."$出处",
  t."片区代码",
  t."街道",
  t."片区名称",
  t."申报年",
  t."户数",
  r1."$行" AS "街道→$行",
  r1."街道代码" AS "街道→街道代码",
  r1."街道名称" AS "街道→街道名称",
  r1."$对象" AS "街道→$对象",
  r1."$标" AS "街道→$标",
  CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."街道" IS NULL THEN concat_ws('', 'C|1|1|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."片区名称", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."街道" THEN 'T|0||;' ELSE concat_ws('', 'K|0||', '街道代码=', coalesce(replace(replace(replace(t."街道", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END AS "街道→$缺",
  t."$行" AS "$对象",
  concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."片区名称", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '')) AS "$标",
  CAST(NULL AS VARCHAR) AS "$属",
  z."街道" AS "$交街道",
  z."片区" AS "$交片区",
  z."片区年度" AS "$交片区年度",
  z."分项年度" AS "$交分项年度",
  z."站点" AS "$交站点",
  z."摊位" AS "$交摊位",
  z."评定" AS "$交评定",
  z."否决事项" AS "$交否决事项"
FROM "片区" t
LEFT JOIN "街道→" r1 ON r1."街道代码" = t."街道"
LEFT JOIN "$已交" z ON 1 = 1;

-- 数据表 片区年度：每行连同它引用的行
DROP TABLE IF EXISTS "片区年度→";
CREATE TEMPORARY TABLE "片区年度→" AS
SELECT
  t."$行",
  t."$出处",
  t."片区代码",
  t."年份",
  t."经费",
  r1."$行" AS "片区→$行",
  r1."片区代码" AS "片区→片区代码",
  r1."街道" AS "片区→街道",
  r1."片区名称" AS "片区→片区名称",
  r1."申报年" AS "片区→申报年",
  r1."户数" AS "片区→户数",
  r1."街道→$行" AS "片区→街道→$行",
  r1."街道→街道代码" AS "片区→街道→街道代码",
  r1."街道→街道名称" AS "片区→街道→街道名称",
  r1."街道→$对象" AS "片区→街道→$对象",
  r1."街道→$标" AS "片区→街道→$标",
  coalesce(CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|2|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CAST(t."年份" AS VARCHAR)), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(CAST(t."年份" AS VARCHAR), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END, r1."街道→$缺") AS "片区→街道→$缺",
  r1."$对象" AS "片区→$对象",
  r1."$标" AS "片区→$标",
  CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|2|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CAST(t."年份" AS VARCHAR)), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(CAST(t."年份" AS VARCHAR), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END AS "片区→$缺",
  r1."$对象" AS "$对象",
  concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CAST(t."年份" AS VARCHAR)), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(CAST(t."年份" AS VARCHAR), '')) AS "$标",
  CAST(NULL AS VARCHAR) AS "$属"
FROM "片区年度" t
LEFT JOIN "片区→" r1 ON r1."片区代码" = t."片区代码"
LEFT JOIN "$已交" z ON 1 = 1;

-- 数据表 分项年度：每行连同它引用的行
DROP TABLE IF EXISTS "分项年度→";
CREATE TEMPORARY TABLE "分项年度→" AS
SELECT
  t."$行",
  t."$出处",
  t."片区代码",
  t."年份",
  t."分项",
  t."费用",
  t."核定",
  r1."$行" AS "片区→$行",
  r1."片区代码" AS "片区→片区代码",
  r1."街道" AS "片区→街道",
  r1."片区名称" AS "片区→片区名称",
  r1."申报年" AS "片区→申报年",
  r1."户数" AS "片区→户数",
  r1."街道→$行" AS "片区→街道→$行",
  r1."街道→街道代码" AS "片区→街道→街道代码",
  r1."街道→街道名称" AS "片区→街道→街道名称",
  r1."街道→$对象" AS "片区→街道→$对象",
  r1."街道→$标" AS "片区→街道→$标",
  coalesce(CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|3|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CAST(t."年份" AS VARCHAR), replace(replace(replace(t."分项", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(CAST(t."年份" AS VARCHAR), ''), coalesce(replace(replace(replace(t."分项", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END, r1."街道→$缺") AS "片区→街道→$缺",
  r1."$对象" AS "片区→$对象",
  r1."$标" AS "片区→$标",
  CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|3|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CAST(t."年份" AS VARCHAR), replace(replace(replace(t."分项", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(CAST(t."年份" AS VARCHAR), ''), coalesce(replace(replace(replace(t."分项", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END AS "片区→$缺",
  r1."$对象" AS "$对象",
  concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CAST(t."年份" AS VARCHAR), replace(replace(replace(t."分项", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(CAST(t."年份" AS VARCHAR), ''), coalesce(replace(replace(replace(t."分项", '~', '~0'), '|', '~1'), ';', '~2'), '')) AS "$标",
  CAST(NULL AS VARCHAR) AS "$属"
FROM "分项年度" t
LEFT JOIN "片区→" r1 ON r1."片区代码" = t."片区代码"
LEFT JOIN "$已交" z ON 1 = 1;

-- 数据表 站点：每行连同它引用的行
DROP TABLE IF EXISTS "站点→";
CREATE TEMPORARY TABLE "站点→" AS
SELECT
  t."$行",
  t."$出处",
  t."站点代码",
  t."片区代码",
  t."站点名称",
  t."类别",
  t."等级",
  t."建成",
  t."人数",
  t."管理员",
  t."面积",
  t."有亭",
  r1."$行" AS "片区→$行",
  r1."片区代码" AS "片区→片区代码",
  r1."街道" AS "片区→街道",
  r1."片区名称" AS "片区→片区名称",
  r1."申报年" AS "片区→申报年",
  r1."户数" AS "片区→户数",
  r1."街道→$行" AS "片区→街道→$行",
  r1."街道→街道代码" AS "片区→街道→街道代码",
  r1."街道→街道名称" AS "片区→街道→街道名称",
  r1."街道→$对象" AS "片区→街道→$对象",
  r1."街道→$标" AS "片区→街道→$标",
  coalesce(CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|4|1|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."站点名称", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CASE WHEN t."$行" IS NOT NULL THEN concat_ws('/', replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2')) END, ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END, r1."街道→$缺") AS "片区→街道→$缺",
  r1."$对象" AS "片区→$对象",
  r1."$标" AS "片区→$标",
  CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|4|1|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."站点名称", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CASE WHEN t."$行" IS NOT NULL THEN concat_ws('/', replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2')) END, ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END AS "片区→$缺",
  r1."$对象" AS "$对象",
  concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."站点名称", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CASE WHEN t."$行" IS NOT NULL THEN concat_ws('/', replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2')) END, ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), '')) AS "$标",
  CAST(NULL AS VARCHAR) AS "$属"
FROM "站点" t
LEFT JOIN "片区→" r1 ON r1."片区代码" = t."片区代码"
LEFT JOIN "$已交" z ON 1 = 1;

-- 数据表 摊位：每行连同它引用的行
DROP TABLE IF EXISTS "摊位→";
CREATE TEMPORARY TABLE "摊位→" AS
SELECT
  t."$行",
  t."$出处",
  t."站点代码",
  t."摊位号",
  t."用途",
  t."占地",
  r1."$行" AS "站点→$行",
  r1."站点代码" AS "站点→站点代码",
  r1."片区代码" AS "站点→片区代码",
  r1."站点名称" AS "站点→站点名称",
  r1."类别" AS "站点→类别",
  r1."等级" AS "站点→等级",
  r1."建成" AS "站点→建成",
  r1."人数" AS "站点→人数",
  r1."管理员" AS "站点→管理员",
  r1."面积" AS "站点→面积",
  r1."有亭" AS "站点→有亭",
  r1."片区→$行" AS "站点→片区→$行",
  r1."片区→片区代码" AS "站点→片区→片区代码",
  r1."片区→街道" AS "站点→片区→街道",
  r1."片区→片区名称" AS "站点→片区→片区名称",
  r1."片区→申报年" AS "站点→片区→申报年",
  r1."片区→户数" AS "站点→片区→户数",
  r1."片区→街道→$行" AS "站点→片区→街道→$行",
  r1."片区→街道→街道代码" AS "站点→片区→街道→街道代码",
  r1."片区→街道→街道名称" AS "站点→片区→街道→街道名称",
  r1."片区→街道→$对象" AS "站点→片区→街道→$对象",
  r1."片区→街道→$标" AS "站点→片区→街道→$标",
  coalesce(CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."站点代码" IS NULL THEN concat_ws('', 'C|5|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CASE WHEN r1."$行" IS NOT NULL THEN replace(replace(replace(r1."站点名称", '~', '~0'), '|', '~1'), ';', '~2') END, replace(replace(replace(t."摊位号", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CASE WHEN r1."$行" IS NOT NULL THEN concat_ws('/', replace(replace(replace(r1."站点代码", '~', '~0'), '|', '~1'), ';', '~2')) END, ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."摊位号", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '站点代码=', coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END, r1."片区→街道→$缺") AS "站点→片区→街道→$缺",
  r1."片区→$对象" AS "站点→片区→$对象",
  r1."片区→$标" AS "站点→片区→$标",
  coalesce(CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."站点代码" IS NULL THEN concat_ws('', 'C|5|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CASE WHEN r1."$行" IS NOT NULL THEN replace(replace(replace(r1."站点名称", '~', '~0'), '|', '~1'), ';', '~2') END, replace(replace(replace(t."摊位号", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CASE WHEN r1."$行" IS NOT NULL THEN concat_ws('/', replace(replace(replace(r1."站点代码", '~', '~0'), '|', '~1'), ';', '~2')) END, ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."摊位号", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '站点代码=', coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END, r1."片区→$缺") AS "站点→片区→$缺",
  r1."$对象" AS "站点→$对象",
  r1."$标" AS "站点→$标",
  CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."站点代码" IS NULL THEN concat_ws('', 'C|5|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CASE WHEN r1."$行" IS NOT NULL THEN replace(replace(replace(r1."站点名称", '~', '~0'), '|', '~1'), ';', '~2') END, replace(replace(replace(t."摊位号", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CASE WHEN r1."$行" IS NOT NULL THEN concat_ws('/', replace(replace(replace(r1."站点代码", '~', '~0'), '|', '~1'), ';', '~2')) END, ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."摊位号", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '站点代码=', coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END AS "站点→$缺",
  r1."$对象" AS "$对象",
  concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', CASE WHEN r1."$行" IS NOT NULL THEN replace(replace(replace(r1."站点名称", '~', '~0'), '|', '~1'), ';', '~2') END, replace(replace(replace(t."摊位号", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CASE WHEN r1."$行" IS NOT NULL THEN concat_ws('/', replace(replace(replace(r1."站点代码", '~', '~0'), '|', '~1'), ';', '~2')) END, ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."站点代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."摊位号", '~', '~0'), '|', '~1'), ';', '~2'), '')) AS "$标",
  CAST(NULL AS VARCHAR) AS "$属"
FROM "摊位" t
LEFT JOIN "站点→" r1 ON r1."站点代码" = t."站点代码"
LEFT JOIN "$已交" z ON 1 = 1;

-- 数据表 评定：每行连同它引用的行
DROP TABLE IF EXISTS "评定→";
CREATE TEMPORARY TABLE "评定→" AS
SELECT
  t."$行",
  t."$出处",
  t."片区代码",
  t."轮次",
  t."条目",
  t."结论",
  t."得分",
  t."材料",
  r1."$行" AS "片区→$行",
  r1."片区代码" AS "片区→片区代码",
  r1."街道" AS "片区→街道",
  r1."片区名称" AS "片区→片区名称",
  r1."申报年" AS "片区→申报年",
  r1."户数" AS "片区→户数",
  r1."街道→$行" AS "片区→街道→$行",
  r1."街道→街道代码" AS "片区→街道→街道代码",
  r1."街道→街道名称" AS "片区→街道→街道名称",
  r1."街道→$对象" AS "片区→街道→$对象",
  r1."街道→$标" AS "片区→街道→$标",
  coalesce(CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|6|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END, r1."街道→$缺") AS "片区→街道→$缺",
  r1."$对象" AS "片区→$对象",
  r1."$标" AS "片区→$标",
  CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|6|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END AS "片区→$缺",
  r1."$对象" AS "$对象",
  concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2'), '')) AS "$标",
  CAST(NULL AS VARCHAR) AS "$属"
FROM "评定" t
LEFT JOIN "片区→" r1 ON r1."片区代码" = t."片区代码"
LEFT JOIN "$已交" z ON 1 = 1;

-- 数据表 否决事项：每行连同它引用的行
DROP TABLE IF EXISTS "否决事项→";
CREATE TEMPORARY TABLE "否决事项→" AS
SELECT
  t."$行",
  t."$出处",
  t."片区代码",
  t."轮次",
  t."条目",
  t."存在",
  t."说明",
  r1."$行" AS "片区→$行",
  r1."片区代码" AS "片区→片区代码",
  r1."街道" AS "片区→街道",
  r1."片区名称" AS "片区→片区名称",
  r1."申报年" AS "片区→申报年",
  r1."户数" AS "片区→户数",
  r1."街道→$行" AS "片区→街道→$行",
  r1."街道→街道代码" AS "片区→街道→街道代码",
  r1."街道→街道名称" AS "片区→街道→街道名称",
  r1."街道→$对象" AS "片区→街道→$对象",
  r1."街道→$标" AS "片区→街道→$标",
  coalesce(CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|7|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END, r1."街道→$缺") AS "片区→街道→$缺",
  r1."$对象" AS "片区→$对象",
  r1."$标" AS "片区→$标",
  CASE WHEN r1."$行" IS NOT NULL THEN NULL WHEN t."片区代码" IS NULL THEN concat_ws('', 'C|7|0|', concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2'), '')), ';') WHEN NOT z."片区" THEN 'T|1||;' ELSE concat_ws('', 'K|1||', '片区代码=', coalesce(replace(replace(replace(t."片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';') END AS "片区→$缺",
  r1."$对象" AS "$对象",
  concat_ws('|', CAST(t."$行" AS VARCHAR), coalesce(concat_ws(' ', replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2')), ''), coalesce(CAST(NULL AS VARCHAR), ''), coalesce(replace(replace(replace(t."$出处", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."轮次", '~', '~0'), '|', '~1'), ';', '~2'), ''), coalesce(replace(replace(replace(t."条目", '~', '~0'), '|', '~1'), ';', '~2'), '')) AS "$标",
  CAST(NULL AS VARCHAR) AS "$属"
FROM "否决事项" t
LEFT JOIN "片区→" r1 ON r1."片区代码" = t."片区代码"
LEFT JOIN "$已交" z ON 1 = 1;

-- 数据有误的地方：有一行，就不能用这些结果
DROP TABLE IF EXISTS "问题";
CREATE TEMPORARY TABLE "问题" AS
SELECT '街道' AS "表", '主键重复' AS "问题", CAST(min("$行") AS VARCHAR) AS "行" FROM "街道→" t GROUP BY "街道代码" HAVING count(*) > 1
UNION ALL
SELECT '街道' AS "表", '主键为空' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "街道→" t WHERE "街道代码" IS NULL
UNION ALL
SELECT '片区' AS "表", '主键重复' AS "问题", CAST(min("$行") AS VARCHAR) AS "行" FROM "片区→" t GROUP BY "片区代码" HAVING count(*) > 1
UNION ALL
SELECT '片区' AS "表", '主键为空' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "片区→" t WHERE "片区代码" IS NULL
UNION ALL
SELECT '片区' AS "表", '引用的记录不存在' AS "问题", CAST(t."$行" AS VARCHAR) AS "行" FROM "片区→" t CROSS JOIN "$已交" z WHERE z."街道" AND t."街道→$行" IS NULL AND t."街道" IS NOT NULL
UNION ALL
SELECT '片区年度' AS "表", '主键重复' AS "问题", CAST(min("$行") AS VARCHAR) AS "行" FROM "片区年度→" t GROUP BY "片区代码", "年份" HAVING count(*) > 1
UNION ALL
SELECT '片区年度' AS "表", '主键为空' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "片区年度→" t WHERE "片区代码" IS NULL OR "年份" IS NULL
UNION ALL
SELECT '片区年度' AS "表", '引用的记录不存在' AS "问题", CAST(t."$行" AS VARCHAR) AS "行" FROM "片区年度→" t CROSS JOIN "$已交" z WHERE z."片区" AND t."片区→$行" IS NULL AND t."片区代码" IS NOT NULL
UNION ALL
SELECT '分项年度' AS "表", '主键重复' AS "问题", CAST(min("$行") AS VARCHAR) AS "行" FROM "分项年度→" t GROUP BY "片区代码", "年份", "分项" HAVING count(*) > 1
UNION ALL
SELECT '分项年度' AS "表", '主键为空' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "分项年度→" t WHERE "片区代码" IS NULL OR "年份" IS NULL OR "分项" IS NULL
UNION ALL
SELECT '分项年度' AS "表", '分项不是选项' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "分项年度→" t WHERE "分项" NOT IN ('水', '电')
UNION ALL
SELECT '分项年度' AS "表", '引用的记录不存在' AS "问题", CAST(t."$行" AS VARCHAR) AS "行" FROM "分项年度→" t CROSS JOIN "$已交" z WHERE z."片区" AND t."片区→$行" IS NULL AND t."片区代码" IS NOT NULL
UNION ALL
SELECT '站点' AS "表", '主键重复' AS "问题", CAST(min("$行") AS VARCHAR) AS "行" FROM "站点→" t GROUP BY "站点代码" HAVING count(*) > 1
UNION ALL
SELECT '站点' AS "表", '主键为空' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "站点→" t WHERE "站点代码" IS NULL
UNION ALL
SELECT '站点' AS "表", '类别不是选项' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "站点→" t WHERE "类别" NOT IN ('街区', '园区')
UNION ALL
SELECT '站点' AS "表", '等级不是选项' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "站点→" t WHERE "等级" NOT IN ('丙', '乙', '甲')
UNION ALL
SELECT '站点' AS "表", '引用的记录不存在' AS "问题", CAST(t."$行" AS VARCHAR) AS "行" FROM "站点→" t CROSS JOIN "$已交" z WHERE z."片区" AND t."片区→$行" IS NULL AND t."片区代码" IS NOT NULL
UNION ALL
SELECT * FROM (WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2
FROM s0),
s2 AS (SELECT s1.*,
  nullif(concat_ws('', k1, k2), '') AS k3
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN "管理员" <= "人数" THEN '1' ELSE '0' END AS k4
FROM s2)
SELECT
  '站点' AS "表",
  '不符合“管理员不多于人数”' AS "问题",
  CAST("$行" AS VARCHAR) AS "行"
FROM s3
WHERE "$属" IS NULL AND k4 = '0') q
UNION ALL
SELECT '摊位' AS "表", '主键重复' AS "问题", CAST(min("$行") AS VARCHAR) AS "行" FROM "摊位→" t GROUP BY "站点代码", "摊位号" HAVING count(*) > 1
UNION ALL
SELECT '摊位' AS "表", '主键为空' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "摊位→" t WHERE "站点代码" IS NULL OR "摊位号" IS NULL
UNION ALL
SELECT '摊位' AS "表", '用途不是选项' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "摊位→" t WHERE "用途" NOT IN ('菜', '果')
UNION ALL
SELECT '摊位' AS "表", '引用的记录不存在' AS "问题", CAST(t."$行" AS VARCHAR) AS "行" FROM "摊位→" t CROSS JOIN "$已交" z WHERE z."站点" AND t."站点→$行" IS NULL AND t."站点代码" IS NOT NULL
UNION ALL
SELECT '评定' AS "表", '主键重复' AS "问题", CAST(min("$行") AS VARCHAR) AS "行" FROM "评定→" t GROUP BY "片区代码", "轮次", "条目" HAVING count(*) > 1
UNION ALL
SELECT '评定' AS "表", '主键为空' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "评定→" t WHERE "片区代码" IS NULL OR "轮次" IS NULL OR "条目" IS NULL
UNION ALL
SELECT '评定' AS "表", '轮次不是选项' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "评定→" t WHERE "轮次" NOT IN ('初评', '复评')
UNION ALL
SELECT '评定' AS "表", '结论不是选项' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "评定→" t WHERE "结论" NOT IN ('合格', '不合格')
UNION ALL
SELECT '评定' AS "表", '引用的记录不存在' AS "问题", CAST(t."$行" AS VARCHAR) AS "行" FROM "评定→" t CROSS JOIN "$已交" z WHERE z."片区" AND t."片区→$行" IS NULL AND t."片区代码" IS NOT NULL
UNION ALL
SELECT '否决事项' AS "表", '主键重复' AS "问题", CAST(min("$行") AS VARCHAR) AS "行" FROM "否决事项→" t GROUP BY "片区代码", "轮次", "条目" HAVING count(*) > 1
UNION ALL
SELECT '否决事项' AS "表", '主键为空' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "否决事项→" t WHERE "片区代码" IS NULL OR "轮次" IS NULL OR "条目" IS NULL
UNION ALL
SELECT '否决事项' AS "表", '轮次不是选项' AS "问题", CAST("$行" AS VARCHAR) AS "行" FROM "否决事项→" t WHERE "轮次" NOT IN ('初评', '复评')
UNION ALL
SELECT '否决事项' AS "表", '引用的记录不存在' AS "问题", CAST(t."$行" AS VARCHAR) AS "行" FROM "否决事项→" t CROSS JOIN "$已交" z WHERE z."片区" AND t."片区→$行" IS NULL AND t."片区代码" IS NOT NULL;

-- ════ 三、读来的：得分、评定、否决 ════

-- 得分的条目和满分
DROP TABLE IF EXISTS "得分条目";
CREATE TEMPORARY TABLE "得分条目" AS
SELECT * FROM (VALUES
  ('3.2#1', '3.2', CAST(3 AS DECIMAL(15, 6)))
) AS t("$检查", "$条目", "$满分");

-- 每个对象的每个得分条目
DROP TABLE IF EXISTS "得分对象";
CREATE TEMPORARY TABLE "得分对象" AS
SELECT b.*, l.* FROM "片区→" b CROSS JOIN "得分条目" l;

-- 得分，各条都是读来的：
-- 3.2 “评定（3分）。”
-- 3.2 第 1 条：评定 佐证 “台账”
DROP TABLE IF EXISTS "检查 得分";
CREATE TEMPORARY TABLE "检查 得分" AS
WITH s0 AS (SELECT b.*, j1."$行" AS "j1$行", j1."$标" AS "j1$标", j1."得分" AS "j1得分", j1."材料" AS "j1材料" FROM "得分对象" b
  LEFT JOIN "评定→" j1 ON j1."$对象" = b."$行" AND j1."条目" = b."$条目" AND j1."轮次" = '初评'),
s1 AS (SELECT s0.*,
  CAST("j1得分" * 1 AS DECIMAL(15, 6)) AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1得分" IS NULL THEN 'undetermined' WHEN k1 >= "$满分" THEN 'met' ELSE 'not_met' END AS k2
FROM s1)
SELECT
  "$条目" AS "条目",
  "$检查" AS "检查",
  "$行" AS "对象",
  k2 AS "结论",
  TRUE AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN "j1$行" IS NULL THEN CASE WHEN NOT "$交评定" THEN 'T|6||;' ELSE concat_ws('', 'K|6|4|', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|条目=', "$条目", '|轮次=', '初评', ';') END WHEN "j1得分" IS NULL THEN concat_ws('', 'C|6|4|', "j1$标", ';') END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN CASE WHEN "j1得分" IS NULL THEN '-;' END IS NULL THEN concat_ws('/', CAST(("j1得分") AS VARCHAR), '1') END, '')) AS "数",
  "j1材料" AS "佐证",
  CAST(coalesce(k1, 0) AS DECIMAL(15, 6)) AS "低",
  CAST(coalesce(k1, "$满分") AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s2;

-- 评定的条目和满分
DROP TABLE IF EXISTS "评定条目";
CREATE TEMPORARY TABLE "评定条目" AS
SELECT * FROM (VALUES
  ('资格.1#2', '资格.1', CAST(NULL AS DECIMAL(15, 6)))
) AS t("$检查", "$条目", "$满分");

-- 每个对象的每个评定条目
DROP TABLE IF EXISTS "评定对象";
CREATE TEMPORARY TABLE "评定对象" AS
SELECT b.*, l.* FROM "片区→" b CROSS JOIN "评定条目" l;

-- 评定，各条都是读来的：
-- 资格.1 “等级乙以上的占半数”
-- 资格.1 第 2 条：评定
DROP TABLE IF EXISTS "检查 评定";
CREATE TEMPORARY TABLE "检查 评定" AS
WITH s0 AS (SELECT b.*, j1."$行" AS "j1$行", j1."$标" AS "j1$标", j1."结论" AS "j1结论", j1."材料" AS "j1材料" FROM "评定对象" b
  LEFT JOIN "评定→" j1 ON j1."$对象" = b."$行" AND j1."条目" = b."$条目" AND j1."轮次" = '初评'),
s1 AS (SELECT s0.*,
  CASE WHEN "j1结论" IS NULL THEN 'undetermined' WHEN CASE "j1结论" WHEN '合格' THEN 0 WHEN '不合格' THEN 1 END = 0 THEN 'met' ELSE 'not_met' END AS k1
FROM s0)
SELECT
  "$条目" AS "条目",
  "$检查" AS "检查",
  "$行" AS "对象",
  k1 AS "结论",
  TRUE AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN "j1$行" IS NULL THEN CASE WHEN NOT "$交评定" THEN 'T|6||;' ELSE concat_ws('', 'K|6|3|', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|条目=', "$条目", '|轮次=', '初评', ';') END WHEN "j1结论" IS NULL THEN concat_ws('', 'C|6|3|', "j1$标", ';') END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  "j1材料" AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s1;

-- 否决的条目和满分
DROP TABLE IF EXISTS "否决条目";
CREATE TEMPORARY TABLE "否决条目" AS
SELECT * FROM (VALUES
  ('否决.1#1', '否决.1', CAST(NULL AS DECIMAL(15, 6)))
) AS t("$检查", "$条目", "$满分");

-- 每个对象的每个否决条目
DROP TABLE IF EXISTS "否决对象";
CREATE TEMPORARY TABLE "否决对象" AS
SELECT b.*, l.* FROM "片区→" b CROSS JOIN "否决条目" l;

-- 否决，各条都是读来的：
-- 否决.1 “有事故”
-- 否决.1 第 1 条：有事故
DROP TABLE IF EXISTS "检查 否决";
CREATE TEMPORARY TABLE "检查 否决" AS
WITH s0 AS (SELECT b.*, j1."$行" AS "j1$行", j1."$标" AS "j1$标", j1."存在" AS "j1存在", j1."说明" AS "j1说明" FROM "否决对象" b
  LEFT JOIN "否决事项→" j1 ON j1."$对象" = b."$行" AND j1."条目" = b."$条目" AND j1."轮次" = '初评'),
s1 AS (SELECT s0.*,
  CASE WHEN "j1存在" IS NULL THEN 'undetermined' WHEN "j1存在" THEN 'not_met' ELSE 'met' END AS k1
FROM s0)
SELECT
  "$条目" AS "条目",
  "$检查" AS "检查",
  "$行" AS "对象",
  k1 AS "结论",
  TRUE AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN "j1$行" IS NULL THEN CASE WHEN NOT "$交否决事项" THEN 'T|7||;' ELSE concat_ws('', 'K|7|3|', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|条目=', "$条目", '|轮次=', '初评', ';') END WHEN "j1存在" IS NULL THEN concat_ws('', 'C|7|3|', "j1$标", ';') END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  "j1说明" AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s1;

-- ════ 四、逐条检查：先各行，再每个对象一行；“统计”“年度”“总体”“范围”是它们用到的 ════

-- 总体 大站点：(站点.人数 ≥ 50 或 站点.类别 = 园区)
DROP TABLE IF EXISTS "总体 大站点";
CREATE TEMPORARY TABLE "总体 大站点" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k1,
  CASE WHEN "类别" IS NULL THEN concat_ws('', 'C|4|3|', "$标", ';') END AS k3
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "人数" >= 50 THEN '1' ELSE '0' END AS k2,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN "类别" = '园区' THEN '1' ELSE '0' END AS k4
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN '1' IN (k2, k4) THEN '1' WHEN '~' IN (k2, k4) THEN '~' WHEN 'v' IN (k2, k4) THEN 'v' WHEN k2 LIKE '?%' OR k4 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END, CASE WHEN k4 LIKE '?%' THEN substr(k4, 2) END) ELSE '0' END AS k5
FROM s2)
SELECT
  "$行" AS "$行",
  "$出处" AS "$出处",
  "站点代码" AS "站点代码",
  "片区代码" AS "片区代码",
  "站点名称" AS "站点名称",
  "类别" AS "类别",
  "等级" AS "等级",
  "建成" AS "建成",
  "人数" AS "人数",
  "管理员" AS "管理员",
  "面积" AS "面积",
  "有亭" AS "有亭",
  "片区→$行" AS "片区→$行",
  "片区→片区代码" AS "片区→片区代码",
  "片区→街道" AS "片区→街道",
  "片区→片区名称" AS "片区→片区名称",
  "片区→申报年" AS "片区→申报年",
  "片区→户数" AS "片区→户数",
  "片区→街道→$行" AS "片区→街道→$行",
  "片区→街道→街道代码" AS "片区→街道→街道代码",
  "片区→街道→街道名称" AS "片区→街道→街道名称",
  "片区→街道→$对象" AS "片区→街道→$对象",
  "片区→街道→$标" AS "片区→街道→$标",
  "片区→街道→$缺" AS "片区→街道→$缺",
  "片区→$对象" AS "片区→$对象",
  "片区→$标" AS "片区→$标",
  "片区→$缺" AS "片区→$缺",
  "$对象" AS "$对象",
  "$标" AS "$标",
  nullif(concat_ws('', "$属", CASE WHEN k5 LIKE '?%' THEN substr(k5, 2) END), '') AS "$属"
FROM s3
WHERE k5 <> '0';

-- 1.1 “每百人管理员4.2人以上，2010年前建成的4人以上。”
-- 1.1 第 1 条：每个 大站点：每百人(管理员) ≥ 4.2 人 宽限 “2010年前建成的” 其中 建成 < 2010-01 后续 “三年内补齐”：每百人(管理员) ≥ 4 人（各行）
DROP TABLE IF EXISTS "明细 1.1#1";
CREATE TEMPORARY TABLE "明细 1.1#1" AS
WITH s0 AS (SELECT b.* FROM "总体 大站点" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CASE WHEN "建成" IS NULL THEN concat_ws('', 'C|4|5|', "$标", ';') END AS k6
FROM s0),
s2 AS (SELECT s1.*,
  nullif(concat_ws('', k1, k2), '') AS k3,
  CASE WHEN k6 IS NOT NULL THEN concat_ws('', '?', k6) WHEN "建成" < '2010-01' THEN '1' ELSE '0' END AS k7,
  CASE WHEN k2 IS NOT NULL THEN k2 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k15
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN k3 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k4,
  CASE WHEN k7 = 'v' THEN '0' ELSE k7 END AS k8
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k4 IS NOT NULL THEN concat_ws('', '?', k4) WHEN "管理员" * 500 >= "人数" * 21 THEN '1' ELSE '0' END AS k5,
  CASE WHEN k4 IS NOT NULL THEN concat_ws('', '?', k4) WHEN "管理员" * 25 >= "人数" THEN '1' ELSE '0' END AS k9
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k9 = 'v' THEN '0' ELSE k9 END AS k10
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN '0' IN (k8, k10) THEN '0' WHEN '~' IN (k8, k10) THEN '~' WHEN k8 LIKE '?%' OR k10 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k8 LIKE '?%' THEN substr(k8, 2) END, CASE WHEN k10 LIKE '?%' THEN substr(k10, 2) END) WHEN '1' IN (k8, k10) THEN '1' ELSE 'v' END AS k11
FROM s5),
s7 AS (SELECT s6.*,
  CASE WHEN '1' IN (k5, k11) THEN '1' WHEN '~' IN (k5, k11) THEN '~' WHEN 'v' IN (k5, k11) THEN 'v' WHEN k5 LIKE '?%' OR k11 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k5 LIKE '?%' THEN substr(k5, 2) END, CASE WHEN k11 LIKE '?%' THEN substr(k11, 2) END) ELSE '0' END AS k12,
  CASE WHEN k5 IN ('1', 'v') THEN NULL WHEN k11 = '1' THEN 0 END AS k14
FROM s6),
s8 AS (SELECT s7.*,
  CASE WHEN k5 IN ('1', 'v') THEN k5 ELSE k12 END AS k13
FROM s7),
s9 AS (SELECT s8.*,
  CASE WHEN "$属" IS NOT NULL THEN concat_ws('', '?', "$属") ELSE k13 END AS k16
FROM s8)
SELECT
  "$对象" AS "对象",
  CAST("$行" AS VARCHAR) AS "序",
  "$行" AS "行",
  "$标" AS "标",
  k16 AS "真值",
  CASE WHEN "$属" IS NULL THEN k14 END AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k4 IS NULL THEN concat_ws('/', CAST(("管理员") AS VARCHAR), CAST(("人数") AS VARCHAR)) END, ''), coalesce(CASE WHEN k1 IS NULL THEN concat_ws('/', CAST(("管理员") AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k15 IS NULL THEN concat_ws('/', CAST((1) AS VARCHAR), CAST(("人数") AS VARCHAR)) END, ''), coalesce(CASE WHEN k4 IS NULL THEN concat_ws('/', CAST(("管理员") AS VARCHAR), CAST(("人数") AS VARCHAR)) END, '')) AS "数"
FROM s9;

-- 1.1 “每百人管理员4.2人以上，2010年前建成的4人以上。”
-- 1.1 第 1 条：每个 大站点：每百人(管理员) ≥ 4.2 人 宽限 “2010年前建成的” 其中 建成 < 2010-01 后续 “三年内补齐”：每百人(管理员) ≥ 4 人
DROP TABLE IF EXISTS "检查 1.1#1";
CREATE TEMPORARY TABLE "检查 1.1#1" AS
WITH s0 AS (SELECT b.*, j1."c" AS "j1c", j1."m" AS "j1m", j1."f" AS "j1f", j1."u" AS "j1u", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN (SELECT "对象" AS k, count(*) AS c, count(CASE WHEN "真值" IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN "真值" = '0' THEN 1 END) AS f, count(CASE WHEN "真值" LIKE '?%' THEN 1 END) AS u, string_agg(CASE WHEN "真值" LIKE '?%' THEN substr("真值", 2) END, '' ORDER BY "行") AS g FROM "明细 1.1#1" GROUP BY "对象") j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND k1 IS NOT NULL THEN 'undetermined' WHEN NOT (coalesce("j1f", 0) = 0) THEN 'not_met' WHEN NOT ((coalesce("j1f", 0) + coalesce("j1u", 0)) = 0) THEN 'undetermined' ELSE 'met' END AS k2
FROM s1)
SELECT
  "$行" AS "对象",
  k2 AS "结论",
  NOT (coalesce("j1c", 0) = 0 AND k1 IS NULL) AS "适用",
  CAST(coalesce("j1c", 0) AS BIGINT) AS "行数",
  CAST(coalesce("j1m", 0) AS BIGINT) AS "达到",
  CAST(coalesce("j1f", 0) AS BIGINT) AS "未达到",
  CAST(coalesce("j1u", 0) AS BIGINT) AS "未定",
  CAST(CASE WHEN coalesce("j1c", 0) = 0 THEN k1 WHEN k2 <> 'met' THEN "j1g" END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s2;

-- 统计 1：差异系数(大站点：站点.管理员，站点.人数)
DROP TABLE IF EXISTS "统计 1";
CREATE TEMPORARY TABLE "统计 1" AS
WITH s0 AS (SELECT b.* FROM "总体 大站点" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CAST(("管理员") AS DOUBLE) AS k3,
  CAST(("人数") AS DOUBLE) AS k4
FROM s0)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("管理员" AS VARCHAR), '/', '1', '/', CAST("人数" AS VARCHAR), '/', '1', ' '), '' ORDER BY "$行") AS "pairs",
  count(*) AS "n",
  sum(k3) AS "x",
  sum(k4) AS "p",
  sum(CASE WHEN k4 > 0 THEN k3 * k3 / k4 END) AS "s",
  coalesce(nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(nullif(concat_ws('', k1, k2), ''), '' ORDER BY "$行")), ''), string_agg(CASE WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END, '' ORDER BY "$行"), CASE WHEN max("管理员") = 0 THEN 'Z|4||;' END) AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 1.2 “差异系数小于或等于0.50。”
-- 1.2 第 1 条：差异系数(大站点：管理员，人数) ≤ 0.50
DROP TABLE IF EXISTS "检查 1.2#1";
CREATE TEMPORARY TABLE "检查 1.2#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."pairs" AS "j1pairs", j1."n" AS "j1n", j1."x" AS "j1x", j1."p" AS "j1p", j1."s" AS "j1s", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 1" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CASE WHEN "j1x" > 0 THEN "j1p" * "j1s" / ("j1x" * "j1x") END AS k3,
  CAST(("j1n" + 10) AS DOUBLE) AS k4,
  CASE WHEN CAST((2) AS DOUBLE) <> 0 THEN CAST((1) AS DOUBLE) / CAST((2) AS DOUBLE) END AS k7
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1k" IS NULL THEN k1 ELSE "j1g" END AS k2,
  sqrt(greatest(k3 * (CAST(1 AS DOUBLE) - k4 * CAST(1e-15 AS DOUBLE)) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE))) * CAST(0.999999999999999 AS DOUBLE) AS k5,
  sqrt(greatest(k3 * (CAST(1 AS DOUBLE) + k4 * CAST(1e-15 AS DOUBLE)) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE))) * CAST(1.000000000000001 AS DOUBLE) AS k6
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k2 IS NOT NULL THEN concat_ws('', '?', k2) WHEN ("j1k" IS NULL) THEN 'v' WHEN k6 <= k7 * CAST(0.999999999999999 AS DOUBLE) THEN '1' WHEN k5 > k7 * CAST(1.000000000000001 AS DOUBLE) THEN '0' ELSE '~' END AS k8
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k8 = '1' THEN 'met' WHEN k8 = 'v' THEN 'met' WHEN k8 = '0' THEN 'not_met' WHEN k8 = '~' THEN 'open' ELSE 'undetermined' END AS k9
FROM s3)
SELECT
  "$行" AS "对象",
  k9 AS "结论",
  k8 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k8 LIKE '?%' THEN substr(k8, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k2 IS NULL AND NOT ("j1k" IS NULL) THEN '1' END, ''), coalesce("j1pairs", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s4;

-- 统计 2：差异系数(大站点：站点.面积，站点.人数)
DROP TABLE IF EXISTS "统计 2";
CREATE TEMPORARY TABLE "统计 2" AS
WITH s0 AS (SELECT b.* FROM "总体 大站点" b),
s1 AS (SELECT s0.*,
  CASE WHEN "面积" IS NULL THEN concat_ws('', 'C|4|8|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CAST(("面积") AS DOUBLE) AS k3,
  CAST(("人数") AS DOUBLE) AS k4
FROM s0)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("面积" AS VARCHAR), '/', '1', '/', CAST("人数" AS VARCHAR), '/', '1', ' '), '' ORDER BY "$行") AS "pairs",
  count(*) AS "n",
  sum(k3) AS "x",
  sum(k4) AS "p",
  sum(CASE WHEN k4 > 0 THEN k3 * k3 / k4 END) AS "s",
  coalesce(nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(nullif(concat_ws('', k1, k2), ''), '' ORDER BY "$行")), ''), string_agg(CASE WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END, '' ORDER BY "$行"), CASE WHEN max("面积") = 0 THEN 'Z|4||;' END) AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 1.2 “差异系数小于或等于0.50。”
-- 1.2 第 2 条：均值(差异系数(大站点：管理员，人数)，差异系数(大站点：面积，人数)) ≤ 0.50
DROP TABLE IF EXISTS "检查 1.2#2";
CREATE TEMPORARY TABLE "检查 1.2#2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."pairs" AS "j1pairs", j1."n" AS "j1n", j1."x" AS "j1x", j1."p" AS "j1p", j1."s" AS "j1s", j1."g" AS "j1g", j2."k" AS "j2k", j2."pairs" AS "j2pairs", j2."n" AS "j2n", j2."x" AS "j2x", j2."p" AS "j2p", j2."s" AS "j2s", j2."g" AS "j2g" FROM "片区→" b
  LEFT JOIN "统计 1" j1 ON j1.k = b."$行"
  LEFT JOIN "统计 2" j2 ON j2.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CASE WHEN "j1x" > 0 THEN "j1p" * "j1s" / ("j1x" * "j1x") END AS k3,
  CAST(("j1n" + 10) AS DOUBLE) AS k4,
  CASE WHEN "j2x" > 0 THEN "j2p" * "j2s" / ("j2x" * "j2x") END AS k8,
  CAST(("j2n" + 10) AS DOUBLE) AS k9,
  CASE WHEN CAST((2) AS DOUBLE) <> 0 THEN CAST((1) AS DOUBLE) / CAST((2) AS DOUBLE) END AS k15
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1k" IS NULL THEN k1 ELSE "j1g" END AS k2,
  sqrt(greatest(k3 * (CAST(1 AS DOUBLE) - k4 * CAST(1e-15 AS DOUBLE)) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE))) * CAST(0.999999999999999 AS DOUBLE) AS k5,
  sqrt(greatest(k3 * (CAST(1 AS DOUBLE) + k4 * CAST(1e-15 AS DOUBLE)) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE))) * CAST(1.000000000000001 AS DOUBLE) AS k6,
  CASE WHEN "j2k" IS NULL THEN k1 ELSE "j2g" END AS k7,
  sqrt(greatest(k8 * (CAST(1 AS DOUBLE) - k9 * CAST(1e-15 AS DOUBLE)) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE))) * CAST(0.999999999999999 AS DOUBLE) AS k10,
  sqrt(greatest(k8 * (CAST(1 AS DOUBLE) + k9 * CAST(1e-15 AS DOUBLE)) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE))) * CAST(1.000000000000001 AS DOUBLE) AS k11
FROM s1),
s3 AS (SELECT s2.*,
  nullif(concat_ws('', k2, k7), '') AS k12,
  ((k5) + (k10)) / 2 * CAST((1 - 4e-15) AS DOUBLE) AS k13,
  ((k6) + (k11)) / 2 * CAST((1 + 4e-15) AS DOUBLE) AS k14
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k12 IS NOT NULL THEN concat_ws('', '?', k12) WHEN (("j1k" IS NULL) OR ("j2k" IS NULL)) THEN 'v' WHEN k14 <= k15 * CAST(0.999999999999999 AS DOUBLE) THEN '1' WHEN k13 > k15 * CAST(1.000000000000001 AS DOUBLE) THEN '0' ELSE '~' END AS k16
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k16 = '1' THEN 'met' WHEN k16 = 'v' THEN 'met' WHEN k16 = '0' THEN 'not_met' WHEN k16 = '~' THEN 'open' ELSE 'undetermined' END AS k17
FROM s4)
SELECT
  "$行" AS "对象",
  k17 AS "结论",
  k16 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k16 LIKE '?%' THEN substr(k16, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k12 IS NULL AND NOT (("j1k" IS NULL) OR ("j2k" IS NULL)) THEN '1' END, ''), coalesce("j1pairs", ''), coalesce("j2pairs", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 1.3 “分类别每19人1名管理员。”
-- 1.3 第 1 条：每组 大站点 按 类别 仅当 合计(本组：人数) > 0 人：合计(本组：人数) / 合计(本组：管理员) ≤ 19（分组）
DROP TABLE IF EXISTS "分组 1.3#1";
CREATE TEMPORARY TABLE "分组 1.3#1" AS
SELECT
  "$行" AS "$行",
  "$出处" AS "$出处",
  "站点代码" AS "站点代码",
  "片区代码" AS "片区代码",
  "站点名称" AS "站点名称",
  "类别" AS "类别",
  "等级" AS "等级",
  "建成" AS "建成",
  "人数" AS "人数",
  "管理员" AS "管理员",
  "面积" AS "面积",
  "有亭" AS "有亭",
  "片区→$行" AS "片区→$行",
  "片区→片区代码" AS "片区→片区代码",
  "片区→街道" AS "片区→街道",
  "片区→片区名称" AS "片区→片区名称",
  "片区→申报年" AS "片区→申报年",
  "片区→户数" AS "片区→户数",
  "片区→街道→$行" AS "片区→街道→$行",
  "片区→街道→街道代码" AS "片区→街道→街道代码",
  "片区→街道→街道名称" AS "片区→街道→街道名称",
  "片区→街道→$对象" AS "片区→街道→$对象",
  "片区→街道→$标" AS "片区→街道→$标",
  "片区→街道→$缺" AS "片区→街道→$缺",
  "片区→$对象" AS "片区→$对象",
  "片区→$标" AS "片区→$标",
  "片区→$缺" AS "片区→$缺",
  "$对象" AS "$对象",
  "$标" AS "$标",
  "$属" AS "$属",
  min("$行") OVER (PARTITION BY "$对象", "类别") AS "$组",
  concat_ws('', lpad(CAST(CASE "类别" WHEN '街区' THEN 0 WHEN '园区' THEN 1 END AS VARCHAR), 12, '0')) AS "$序",
  concat_ws('|', replace(replace(replace("类别", '~', '~0'), '|', '~1'), ';', '~2')) AS "$名"
FROM "总体 大站点" b
WHERE "类别" IS NOT NULL;

-- 1.3 “分类别每19人1名管理员。”
-- 1.3 第 1 条：每组 大站点 按 类别 仅当 合计(本组：人数) > 0 人：合计(本组：人数) / 合计(本组：管理员) ≤ 19（分组的字段缺数据的行）
DROP TABLE IF EXISTS "缺组 1.3#1";
CREATE TEMPORARY TABLE "缺组 1.3#1" AS
WITH s0 AS (SELECT b.* FROM "总体 大站点" b),
s1 AS (SELECT s0.*,
  CASE WHEN "类别" IS NULL THEN concat_ws('', 'C|4|3|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$对象" AS "k",
  string_agg(k1, '' ORDER BY "$行") AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 1.3 “分类别每19人1名管理员。”
-- 1.3 第 1 条：每组 大站点 按 类别 仅当 合计(本组：人数) > 0 人：合计(本组：人数) / 合计(本组：管理员) ≤ 19（各组一行）
DROP TABLE IF EXISTS "各组 1.3#1";
CREATE TEMPORARY TABLE "各组 1.3#1" AS
SELECT "$对象", "$组", min("$序") AS "$序", min("$名") AS "$名", string_agg("$属", '' ORDER BY "$行") AS "$属缺" FROM "分组 1.3#1" GROUP BY "$对象", "$组";

-- 统计 3：合计(本组：站点.人数)
DROP TABLE IF EXISTS "统计 3";
CREATE TEMPORARY TABLE "统计 3" AS
WITH s0 AS (SELECT b.* FROM "分组 1.3#1" b),
s1 AS (SELECT s0.*,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$组" AS "k",
  CAST(sum("人数") AS DECIMAL(17, 0)) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s1
WHERE "$组" IS NOT NULL
GROUP BY "$组";

-- 统计 4：合计(本组：站点.管理员)
DROP TABLE IF EXISTS "统计 4";
CREATE TEMPORARY TABLE "统计 4" AS
WITH s0 AS (SELECT b.* FROM "分组 1.3#1" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$组" AS "k",
  CAST(sum("管理员") AS DECIMAL(17, 0)) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s1
WHERE "$组" IS NOT NULL
GROUP BY "$组";

-- 1.3 “分类别每19人1名管理员。”
-- 1.3 第 1 条：每组 大站点 按 类别 仅当 合计(本组：人数) > 0 人：合计(本组：人数) / 合计(本组：管理员) ≤ 19（各组）
DROP TABLE IF EXISTS "明细 1.3#1";
CREATE TEMPORARY TABLE "明细 1.3#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g", j2."站点" AS "j2站点", j2."片区" AS "j2片区", j3."k" AS "j3k", j3."n" AS "j3n", j3."c" AS "j3c", j3."g" AS "j3g", j4."g" AS "j4g" FROM "各组 1.3#1" b
  LEFT JOIN "统计 3" j1 ON j1.k = b."$组"
  LEFT JOIN "$已交" j2 ON 1 = 1
  LEFT JOIN "统计 4" j3 ON j3.k = b."$组"
  LEFT JOIN "缺组 1.3#1" j4 ON j4.k = b."$对象"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "j2站点" THEN 'T|4||;' END, CASE WHEN NOT "j2片区" THEN 'T|1||;' END), '') AS k1,
  nullif(concat_ws('', "$属缺", "j4g"), '') AS k11
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1k" IS NULL THEN k1 ELSE "j1g" END AS k2,
  CASE WHEN "j3k" IS NULL THEN k1 ELSE "j3g" END AS k4
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k2 IS NOT NULL THEN concat_ws('', '?', k2) WHEN ("j1k" IS NULL) THEN 'v' WHEN "j1n" > 0 THEN '1' ELSE '0' END AS k3,
  nullif(concat_ws('', k2, k4), '') AS k5,
  CASE WHEN k4 IS NOT NULL THEN k4 WHEN "j3n" = 0 THEN concat_ws('', 'Z|4|7|', '', ';') END AS k8
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k5 IS NOT NULL THEN k5 WHEN "j3n" = 0 THEN concat_ws('', 'Z|4|7|', '', ';') END AS k6,
  CASE k3 WHEN '1' THEN '0' WHEN '0' THEN '1' ELSE k3 END AS k9
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k6 IS NOT NULL THEN concat_ws('', '?', k6) WHEN (("j1k" IS NULL) OR ("j3k" IS NULL)) THEN 'v' WHEN "j1n" <= CAST("j3n" AS DECIMAL(19, 0)) * 19 THEN '1' ELSE '0' END AS k7
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN '1' IN (k9, k7) THEN '1' WHEN '~' IN (k9, k7) THEN '~' WHEN 'v' IN (k9, k7) THEN 'v' WHEN k9 LIKE '?%' OR k7 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k9 LIKE '?%' THEN substr(k9, 2) END, CASE WHEN k7 LIKE '?%' THEN substr(k7, 2) END) ELSE '0' END AS k10
FROM s5),
s7 AS (SELECT s6.*,
  CASE WHEN k11 IS NOT NULL THEN concat_ws('', '?', k11, CASE WHEN k10 LIKE '?%' THEN substr(k10, 2) END) ELSE k10 END AS k12
FROM s6)
SELECT
  "$对象" AS "对象",
  "$序" AS "序",
  "$序" AS "行",
  "$名" AS "标",
  k12 AS "真值",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k6 IS NULL AND NOT (("j1k" IS NULL) OR ("j3k" IS NULL)) THEN concat_ws('/', CAST(("j1n") AS VARCHAR), CAST(("j3n") AS VARCHAR)) END, ''), coalesce(CASE WHEN k2 IS NULL AND NOT ("j1k" IS NULL) THEN concat_ws('/', CAST(("j1n") AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k8 IS NULL AND NOT ("j3k" IS NULL) THEN concat_ws('/', CAST((1) AS VARCHAR), CAST(("j3n") AS VARCHAR)) END, '')) AS "数"
FROM s7
WHERE NOT (k3 = '0' AND k11 IS NULL);

-- 1.3 “分类别每19人1名管理员。”
-- 1.3 第 1 条：每组 大站点 按 类别 仅当 合计(本组：人数) > 0 人：合计(本组：人数) / 合计(本组：管理员) ≤ 19
DROP TABLE IF EXISTS "检查 1.3#1";
CREATE TEMPORARY TABLE "检查 1.3#1" AS
WITH s0 AS (SELECT b.*, j1."c" AS "j1c", j1."m" AS "j1m", j1."f" AS "j1f", j1."u" AS "j1u", j1."g" AS "j1g", j2."g" AS "j2g" FROM "片区→" b
  LEFT JOIN (SELECT "对象" AS k, count(*) AS c, count(CASE WHEN "真值" IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN "真值" = '0' THEN 1 END) AS f, count(CASE WHEN "真值" LIKE '?%' THEN 1 END) AS u, string_agg(CASE WHEN "真值" LIKE '?%' THEN substr("真值", 2) END, '' ORDER BY "行") AS g FROM "明细 1.3#1" GROUP BY "对象") j1 ON j1.k = b."$行"
  LEFT JOIN "缺组 1.3#1" j2 ON j2.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND k1 IS NOT NULL THEN 'undetermined' WHEN NOT (coalesce("j1f", 0) = 0) THEN 'not_met' WHEN NOT ((coalesce("j1f", 0) + coalesce("j1u", 0)) = 0) THEN 'undetermined' ELSE 'met' END AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND "j2g" IS NOT NULL THEN 'keyless' ELSE k2 END AS k3
FROM s2)
SELECT
  "$行" AS "对象",
  k3 AS "结论",
  (NOT (coalesce("j1c", 0) = 0 AND k1 IS NULL) OR "j2g" IS NOT NULL) AS "适用",
  CAST(coalesce("j1c", 0) AS BIGINT) AS "行数",
  CAST(coalesce("j1m", 0) AS BIGINT) AS "达到",
  CAST(coalesce("j1f", 0) AS BIGINT) AS "未达到",
  CAST(coalesce("j1u", 0) AS BIGINT) AS "未定",
  CAST(CASE WHEN coalesce("j1c", 0) = 0 AND "j2g" IS NOT NULL THEN "j2g" ELSE CASE WHEN coalesce("j1c", 0) = 0 THEN k1 WHEN k2 <> 'met' THEN "j1g" END END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s3;

-- 统计 5：计数(本行的 摊位)
DROP TABLE IF EXISTS "统计 5";
CREATE TEMPORARY TABLE "统计 5" AS
SELECT
  "站点→$行" AS "k",
  count(*) AS "n",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行")), '') AS "g"
FROM "摊位→" b
WHERE "站点→$行" IS NOT NULL
GROUP BY "站点→$行";

-- 2.1 “三项至少达到两项，余项不低于85%。”
-- 2.1 第 1 条：每个 站点 至少 2 项达到，其余不低于 85% 分项 “管理员”：每百人(管理员) ≥ 4.2 人 分项 “面积”：面积 / 人数 ≥ 4.5 平方米/人 分项 “摊位”：人数 / 计数(摊位) ≤ 19 人（各行）
DROP TABLE IF EXISTS "明细 2.1#1";
CREATE TEMPORARY TABLE "明细 2.1#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."g" AS "j1g", j2."摊位" AS "j2摊位", j2."站点" AS "j2站点", j2."片区" AS "j2片区" FROM "站点→" b
  LEFT JOIN "统计 5" j1 ON j1.k = b."$行"
  LEFT JOIN "$已交" j2 ON 1 = 1),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CASE WHEN "面积" IS NULL THEN concat_ws('', 'C|4|8|', "$标", ';') END AS k9,
  nullif(concat_ws('', CASE WHEN NOT "j2摊位" THEN 'T|5||;' END, CASE WHEN NOT "j2站点" THEN 'T|4||;' END, CASE WHEN NOT "j2片区" THEN 'T|1||;' END), '') AS k15,
  CAST(coalesce("j1n", 0) AS DECIMAL(7, 0)) AS k17
FROM s0),
s2 AS (SELECT s1.*,
  nullif(concat_ws('', k1, k2), '') AS k3,
  CASE WHEN k2 IS NOT NULL THEN k2 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k8,
  nullif(concat_ws('', k9, k2), '') AS k10,
  CASE WHEN "j1k" IS NULL THEN k15 ELSE "j1g" END AS k16
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN k3 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k4,
  CASE WHEN k10 IS NOT NULL THEN k10 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k11,
  nullif(concat_ws('', k2, k16), '') AS k18,
  CASE WHEN k16 IS NOT NULL THEN k16 WHEN k17 = 0 THEN concat_ws('', 'Z|5||', '', ';') END AS k23
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k4 IS NOT NULL THEN concat_ws('', '?', k4) WHEN "管理员" * 500 >= "人数" * 21 THEN '1' ELSE '0' END AS k5,
  CASE WHEN k4 IS NOT NULL THEN concat_ws('', '?', k4) WHEN "管理员" * 10000 >= "人数" * 357 THEN '1' ELSE '0' END AS k6,
  CASE WHEN k11 IS NOT NULL THEN concat_ws('', '?', k11) WHEN "面积" * 2 >= "人数" * 9 THEN '1' ELSE '0' END AS k12,
  CASE WHEN k11 IS NOT NULL THEN concat_ws('', '?', k11) WHEN "面积" * 40 >= "人数" * 153 THEN '1' ELSE '0' END AS k13,
  CASE WHEN k18 IS NOT NULL THEN k18 WHEN k17 = 0 THEN concat_ws('', 'Z|5||', '', ';') END AS k19
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k6 IN ('1', 'v') THEN k6 ELSE k6 END AS k7,
  CASE WHEN k13 IN ('1', 'v') THEN k13 ELSE k13 END AS k14,
  CASE WHEN k19 IS NOT NULL THEN concat_ws('', '?', k19) WHEN "人数" <= k17 * 19 THEN '1' ELSE '0' END AS k20,
  CASE WHEN k19 IS NOT NULL THEN concat_ws('', '?', k19) WHEN "人数" * 17 <= k17 * 380 THEN '1' ELSE '0' END AS k21
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k21 IN ('1', 'v') THEN k21 ELSE k21 END AS k22,
  CASE WHEN (CASE WHEN k5 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k12 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k20 IN ('1', 'v') THEN 1 ELSE 0 END) >= 2 THEN CASE WHEN (CASE WHEN k5 = 'v' THEN 1 ELSE 0 END + CASE WHEN k12 = 'v' THEN 1 ELSE 0 END + CASE WHEN k20 = 'v' THEN 1 ELSE 0 END) = 3 THEN 'v' ELSE '1' END WHEN (CASE WHEN k5 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k12 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k20 IN ('1', 'v') THEN 1 ELSE 0 END) + (CASE WHEN k5 LIKE '?%' THEN 1 ELSE 0 END + CASE WHEN k12 LIKE '?%' THEN 1 ELSE 0 END + CASE WHEN k20 LIKE '?%' THEN 1 ELSE 0 END) < 2 THEN '0' ELSE concat_ws('', '?', CASE WHEN k5 LIKE '?%' THEN substr(k5, 2) END, CASE WHEN k12 LIKE '?%' THEN substr(k12, 2) END, CASE WHEN k20 LIKE '?%' THEN substr(k20, 2) END) END AS k24
FROM s5),
s7 AS (SELECT s6.*,
  CASE WHEN '0' IN (k24, k7, k14, k22) THEN '0' WHEN '~' IN (k24, k7, k14, k22) THEN '~' WHEN k24 LIKE '?%' OR k7 LIKE '?%' OR k14 LIKE '?%' OR k22 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k24 LIKE '?%' THEN substr(k24, 2) END, CASE WHEN k7 LIKE '?%' THEN substr(k7, 2) END, CASE WHEN k14 LIKE '?%' THEN substr(k14, 2) END, CASE WHEN k22 LIKE '?%' THEN substr(k22, 2) END) WHEN '1' IN (k24, k7, k14, k22) THEN '1' ELSE 'v' END AS k25,
  CASE WHEN '0' IN (k24, k6, k13, k21) THEN '0' WHEN '~' IN (k24, k6, k13, k21) THEN '~' WHEN k24 LIKE '?%' OR k6 LIKE '?%' OR k13 LIKE '?%' OR k21 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k24 LIKE '?%' THEN substr(k24, 2) END, CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END, CASE WHEN k13 LIKE '?%' THEN substr(k13, 2) END, CASE WHEN k21 LIKE '?%' THEN substr(k21, 2) END) WHEN '1' IN (k24, k6, k13, k21) THEN '1' ELSE 'v' END AS k26
FROM s6),
s8 AS (SELECT s7.*,
  CASE WHEN "$属" IS NOT NULL THEN concat_ws('', '?', "$属") ELSE k25 END AS k27
FROM s7)
SELECT
  "$对象" AS "对象",
  CAST("$行" AS VARCHAR) AS "序",
  "$行" AS "行",
  "$标" AS "标",
  k27 AS "真值",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(substr(k5, 1, 1), ''), coalesce(substr(k7, 1, 1), ''), coalesce('', ''), coalesce(CASE WHEN k4 IS NULL THEN concat_ws('/', CAST(("管理员") AS VARCHAR), CAST(("人数") AS VARCHAR)) END, ''), coalesce(CASE WHEN k1 IS NULL THEN concat_ws('/', CAST(("管理员") AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k8 IS NULL THEN concat_ws('/', CAST((1) AS VARCHAR), CAST(("人数") AS VARCHAR)) END, ''), coalesce(substr(k12, 1, 1), ''), coalesce(substr(k14, 1, 1), ''), coalesce('', ''), coalesce(CASE WHEN k11 IS NULL THEN concat_ws('/', CAST(("面积") AS VARCHAR), CAST(("人数") AS VARCHAR)) END, ''), coalesce(CASE WHEN k9 IS NULL THEN concat_ws('/', CAST(("面积") AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k8 IS NULL THEN concat_ws('/', CAST((1) AS VARCHAR), CAST(("人数") AS VARCHAR)) END, ''), coalesce(substr(k20, 1, 1), ''), coalesce(substr(k22, 1, 1), ''), coalesce('', ''), coalesce(CASE WHEN k19 IS NULL THEN concat_ws('/', CAST(("人数") AS VARCHAR), CAST((k17) AS VARCHAR)) END, ''), coalesce(CASE WHEN k2 IS NULL THEN concat_ws('/', CAST(("人数") AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k23 IS NULL THEN concat_ws('/', CAST((1) AS VARCHAR), CAST((k17) AS VARCHAR)) END, ''), coalesce(substr(k26, 1, 1), '')) AS "数",
  CASE WHEN "$属" IS NULL AND k5 IN ('1', 'v') THEN 1 ELSE 0 END AS "分0",
  CASE WHEN "$属" IS NULL AND k5 = '0' THEN 1 ELSE 0 END AS "分1",
  CASE WHEN "$属" IS NULL AND k5 LIKE '?%' THEN 1 ELSE 0 END AS "分2",
  CASE WHEN "$属" IS NULL AND k7 = '0' THEN 1 ELSE 0 END AS "分3",
  CASE WHEN "$属" IS NULL AND k12 IN ('1', 'v') THEN 1 ELSE 0 END AS "分4",
  CASE WHEN "$属" IS NULL AND k12 = '0' THEN 1 ELSE 0 END AS "分5",
  CASE WHEN "$属" IS NULL AND k12 LIKE '?%' THEN 1 ELSE 0 END AS "分6",
  CASE WHEN "$属" IS NULL AND k14 = '0' THEN 1 ELSE 0 END AS "分7",
  CASE WHEN "$属" IS NULL AND k20 IN ('1', 'v') THEN 1 ELSE 0 END AS "分8",
  CASE WHEN "$属" IS NULL AND k20 = '0' THEN 1 ELSE 0 END AS "分9",
  CASE WHEN "$属" IS NULL AND k20 LIKE '?%' THEN 1 ELSE 0 END AS "分10",
  CASE WHEN "$属" IS NULL AND k22 = '0' THEN 1 ELSE 0 END AS "分11"
FROM s8;

-- 2.1 “三项至少达到两项，余项不低于85%。”
-- 2.1 第 1 条：每个 站点 至少 2 项达到，其余不低于 85% 分项 “管理员”：每百人(管理员) ≥ 4.2 人 分项 “面积”：面积 / 人数 ≥ 4.5 平方米/人 分项 “摊位”：人数 / 计数(摊位) ≤ 19 人
DROP TABLE IF EXISTS "检查 2.1#1";
CREATE TEMPORARY TABLE "检查 2.1#1" AS
WITH s0 AS (SELECT b.*, j1."分0" AS "j1分0", j1."分1" AS "j1分1", j1."分2" AS "j1分2", j1."分3" AS "j1分3", j1."分4" AS "j1分4", j1."分5" AS "j1分5", j1."分6" AS "j1分6", j1."分7" AS "j1分7", j1."分8" AS "j1分8", j1."分9" AS "j1分9", j1."分10" AS "j1分10", j1."分11" AS "j1分11", j1."c" AS "j1c", j1."m" AS "j1m", j1."f" AS "j1f", j1."u" AS "j1u", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN (SELECT "对象" AS k, count(*) AS c, count(CASE WHEN "真值" IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN "真值" = '0' THEN 1 END) AS f, count(CASE WHEN "真值" LIKE '?%' THEN 1 END) AS u, string_agg(CASE WHEN "真值" LIKE '?%' THEN substr("真值", 2) END, '' ORDER BY "行") AS g, sum("分0") AS "分0", sum("分1") AS "分1", sum("分2") AS "分2", sum("分3") AS "分3", sum("分4") AS "分4", sum("分5") AS "分5", sum("分6") AS "分6", sum("分7") AS "分7", sum("分8") AS "分8", sum("分9") AS "分9", sum("分10") AS "分10", sum("分11") AS "分11" FROM "明细 2.1#1" GROUP BY "对象") j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND k1 IS NOT NULL THEN 'undetermined' WHEN NOT (coalesce("j1f", 0) = 0) THEN 'not_met' WHEN NOT ((coalesce("j1f", 0) + coalesce("j1u", 0)) = 0) THEN 'undetermined' ELSE 'met' END AS k2
FROM s1)
SELECT
  "$行" AS "对象",
  k2 AS "结论",
  NOT (coalesce("j1c", 0) = 0 AND k1 IS NULL) AS "适用",
  CAST(coalesce("j1c", 0) AS BIGINT) AS "行数",
  CAST(coalesce("j1m", 0) AS BIGINT) AS "达到",
  CAST(coalesce("j1f", 0) AS BIGINT) AS "未达到",
  CAST(coalesce("j1u", 0) AS BIGINT) AS "未定",
  CAST(CASE WHEN coalesce("j1c", 0) = 0 THEN k1 WHEN k2 <> 'met' THEN "j1g" END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CAST(coalesce("j1分0", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分1", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分2", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分3", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分4", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分5", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分6", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分7", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分8", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分9", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分10", 0) AS VARCHAR), ''), coalesce(CAST(coalesce("j1分11", 0) AS VARCHAR), '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s2;

-- 2.2 “九成以上的站点有亭。”
-- 2.2 第 1 条：每个 站点 至少 90% 达到：有亭 = 是（各行）
DROP TABLE IF EXISTS "明细 2.2#1";
CREATE TEMPORARY TABLE "明细 2.2#1" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "有亭" IS NULL THEN concat_ws('', 'C|4|9|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "有亭" = TRUE THEN '1' ELSE '0' END AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "$属" IS NOT NULL THEN concat_ws('', '?', "$属") ELSE k2 END AS k3
FROM s2)
SELECT
  "$对象" AS "对象",
  CAST("$行" AS VARCHAR) AS "序",
  "$行" AS "行",
  "$标" AS "标",
  k3 AS "真值",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数"
FROM s3;

-- 2.2 “九成以上的站点有亭。”
-- 2.2 第 1 条：每个 站点 至少 90% 达到：有亭 = 是
DROP TABLE IF EXISTS "检查 2.2#1";
CREATE TEMPORARY TABLE "检查 2.2#1" AS
WITH s0 AS (SELECT b.*, j1."c" AS "j1c", j1."m" AS "j1m", j1."f" AS "j1f", j1."u" AS "j1u", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN (SELECT "对象" AS k, count(*) AS c, count(CASE WHEN "真值" IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN "真值" = '0' THEN 1 END) AS f, count(CASE WHEN "真值" LIKE '?%' THEN 1 END) AS u, string_agg(CASE WHEN "真值" LIKE '?%' THEN substr("真值", 2) END, '' ORDER BY "行") AS g FROM "明细 2.2#1" GROUP BY "对象") j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND k1 IS NOT NULL THEN 'undetermined' WHEN NOT ((coalesce("j1c", 0) - (coalesce("j1f", 0))) * 10 >= coalesce("j1c", 0) * 9) THEN 'not_met' WHEN NOT ((coalesce("j1c", 0) - ((coalesce("j1f", 0) + coalesce("j1u", 0)))) * 10 >= coalesce("j1c", 0) * 9) THEN 'undetermined' ELSE 'met' END AS k2
FROM s1)
SELECT
  "$行" AS "对象",
  k2 AS "结论",
  NOT (coalesce("j1c", 0) = 0 AND k1 IS NULL) AS "适用",
  CAST(coalesce("j1c", 0) AS BIGINT) AS "行数",
  CAST(coalesce("j1m", 0) AS BIGINT) AS "达到",
  CAST(coalesce("j1f", 0) AS BIGINT) AS "未达到",
  CAST(coalesce("j1u", 0) AS BIGINT) AS "未定",
  CAST(CASE WHEN coalesce("j1c", 0) = 0 THEN k1 WHEN k2 <> 'met' THEN "j1g" END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s2;

-- 范围 1：摊位 其中 摊位.用途 = 菜
DROP TABLE IF EXISTS "范围 1";
CREATE TEMPORARY TABLE "范围 1" AS
WITH s0 AS (SELECT b.* FROM "摊位→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "用途" IS NULL THEN concat_ws('', 'C|5|2|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "用途" = '菜' THEN '1' ELSE '0' END AS k2
FROM s1)
SELECT
  "$行" AS "$行",
  "$出处" AS "$出处",
  "站点代码" AS "站点代码",
  "摊位号" AS "摊位号",
  "用途" AS "用途",
  "占地" AS "占地",
  "站点→$行" AS "站点→$行",
  "站点→站点代码" AS "站点→站点代码",
  "站点→片区代码" AS "站点→片区代码",
  "站点→站点名称" AS "站点→站点名称",
  "站点→类别" AS "站点→类别",
  "站点→等级" AS "站点→等级",
  "站点→建成" AS "站点→建成",
  "站点→人数" AS "站点→人数",
  "站点→管理员" AS "站点→管理员",
  "站点→面积" AS "站点→面积",
  "站点→有亭" AS "站点→有亭",
  "站点→片区→$行" AS "站点→片区→$行",
  "站点→片区→片区代码" AS "站点→片区→片区代码",
  "站点→片区→街道" AS "站点→片区→街道",
  "站点→片区→片区名称" AS "站点→片区→片区名称",
  "站点→片区→申报年" AS "站点→片区→申报年",
  "站点→片区→户数" AS "站点→片区→户数",
  "站点→片区→街道→$行" AS "站点→片区→街道→$行",
  "站点→片区→街道→街道代码" AS "站点→片区→街道→街道代码",
  "站点→片区→街道→街道名称" AS "站点→片区→街道→街道名称",
  "站点→片区→街道→$对象" AS "站点→片区→街道→$对象",
  "站点→片区→街道→$标" AS "站点→片区→街道→$标",
  "站点→片区→街道→$缺" AS "站点→片区→街道→$缺",
  "站点→片区→$对象" AS "站点→片区→$对象",
  "站点→片区→$标" AS "站点→片区→$标",
  "站点→片区→$缺" AS "站点→片区→$缺",
  "站点→$对象" AS "站点→$对象",
  "站点→$标" AS "站点→$标",
  "站点→$缺" AS "站点→$缺",
  "$对象" AS "$对象",
  "$标" AS "$标",
  nullif(concat_ws('', "$属", CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END), '') AS "$属"
FROM s2
WHERE k2 <> '0';

-- 统计 6：计数(本行的 摊位 其中 摊位.用途 = 菜)
DROP TABLE IF EXISTS "统计 6";
CREATE TEMPORARY TABLE "统计 6" AS
SELECT
  "站点→$行" AS "k",
  count(*) AS "n",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行")), '') AS "g"
FROM "范围 1" b
WHERE "站点→$行" IS NOT NULL
GROUP BY "站点→$行";

-- 2.3 “每12人一个菜摊，最小的摊位5平方米以上。”
-- 2.3 第 1 条：每个 站点：计数(摊位 其中 用途 = 菜) ≥ 向上取整(人数 / 12 人)（各行）
DROP TABLE IF EXISTS "明细 2.3#1";
CREATE TEMPORARY TABLE "明细 2.3#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."g" AS "j1g", j2."摊位" AS "j2摊位", j2."站点" AS "j2站点", j2."片区" AS "j2片区" FROM "站点→" b
  LEFT JOIN "统计 6" j1 ON j1.k = b."$行"
  LEFT JOIN "$已交" j2 ON 1 = 1),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "j2摊位" THEN 'T|5||;' END, CASE WHEN NOT "j2站点" THEN 'T|4||;' END, CASE WHEN NOT "j2片区" THEN 'T|1||;' END), '') AS k1,
  CAST(coalesce("j1n", 0) AS DECIMAL(7, 0)) AS k3,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k4,
  "人数" AS k5,
  12 AS k6
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1k" IS NULL THEN k1 ELSE "j1g" END AS k2,
  CAST(CASE WHEN k6 > 0 THEN (CAST((k5 + k6 - 1) AS HUGEINT) // CAST((k6) AS HUGEINT)) END AS DECIMAL(10, 0)) AS k7
FROM s1),
s3 AS (SELECT s2.*,
  nullif(concat_ws('', k2, k4), '') AS k8
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k8 IS NOT NULL THEN concat_ws('', '?', k8) WHEN k3 >= k7 THEN '1' ELSE '0' END AS k9
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN "$属" IS NOT NULL THEN concat_ws('', '?', "$属") ELSE k9 END AS k10
FROM s4)
SELECT
  "$对象" AS "对象",
  CAST("$行" AS VARCHAR) AS "序",
  "$行" AS "行",
  "$标" AS "标",
  k10 AS "真值",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k2 IS NULL THEN concat_ws('/', CAST((k3) AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k4 IS NULL THEN concat_ws('/', CAST((k7) AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k2 IS NULL THEN concat_ws('/', CAST((k3) AS VARCHAR), '1') END, '')) AS "数"
FROM s5;

-- 2.3 “每12人一个菜摊，最小的摊位5平方米以上。”
-- 2.3 第 1 条：每个 站点：计数(摊位 其中 用途 = 菜) ≥ 向上取整(人数 / 12 人)
DROP TABLE IF EXISTS "检查 2.3#1";
CREATE TEMPORARY TABLE "检查 2.3#1" AS
WITH s0 AS (SELECT b.*, j1."c" AS "j1c", j1."m" AS "j1m", j1."f" AS "j1f", j1."u" AS "j1u", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN (SELECT "对象" AS k, count(*) AS c, count(CASE WHEN "真值" IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN "真值" = '0' THEN 1 END) AS f, count(CASE WHEN "真值" LIKE '?%' THEN 1 END) AS u, string_agg(CASE WHEN "真值" LIKE '?%' THEN substr("真值", 2) END, '' ORDER BY "行") AS g FROM "明细 2.3#1" GROUP BY "对象") j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND k1 IS NOT NULL THEN 'undetermined' WHEN NOT (coalesce("j1f", 0) = 0) THEN 'not_met' WHEN NOT ((coalesce("j1f", 0) + coalesce("j1u", 0)) = 0) THEN 'undetermined' ELSE 'met' END AS k2
FROM s1)
SELECT
  "$行" AS "对象",
  k2 AS "结论",
  NOT (coalesce("j1c", 0) = 0 AND k1 IS NULL) AS "适用",
  CAST(coalesce("j1c", 0) AS BIGINT) AS "行数",
  CAST(coalesce("j1m", 0) AS BIGINT) AS "达到",
  CAST(coalesce("j1f", 0) AS BIGINT) AS "未达到",
  CAST(coalesce("j1u", 0) AS BIGINT) AS "未定",
  CAST(CASE WHEN coalesce("j1c", 0) = 0 THEN k1 WHEN k2 <> 'met' THEN "j1g" END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s2;

-- 统计 7：最小(摊位：摊位.占地)
DROP TABLE IF EXISTS "统计 7";
CREATE TEMPORARY TABLE "统计 7" AS
WITH s0 AS (SELECT b.* FROM "摊位→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "占地" IS NULL THEN concat_ws('', 'C|5|3|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$对象" AS "k",
  CAST(min("占地") AS DECIMAL(12, 1)) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 2.3 “每12人一个菜摊，最小的摊位5平方米以上。”
-- 2.3 第 2 条：最小(摊位：占地) ≥ 5 平方米
DROP TABLE IF EXISTS "检查 2.3#2";
CREATE TEMPORARY TABLE "检查 2.3#2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 7" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交摊位" THEN 'T|5||;' END, CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交摊位" THEN 'T|5||;' ELSE concat_ws('', 'K|5||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN "j1n" >= 5 THEN '1' ELSE '0' END AS k4
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k4 = '1' THEN 'met' WHEN k4 = 'v' THEN 'met' WHEN k4 = '0' THEN 'not_met' WHEN k4 = '~' THEN 'open' ELSE 'undetermined' END AS k5
FROM s4)
SELECT
  "$行" AS "对象",
  k5 AS "结论",
  k4 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k4 LIKE '?%' THEN substr(k4, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k3 IS NULL THEN concat_ws('/', CAST(("j1n") AS VARCHAR), '1') END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 年度 3：各年的 片区年度.经费
DROP TABLE IF EXISTS "年度 3";
CREATE TEMPORARY TABLE "年度 3" AS
WITH s0 AS (SELECT b.* FROM "片区年度→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "经费" IS NULL THEN concat_ws('', 'C|2|2|', "$标", ';') END AS k1,
  '1' AS k2
FROM s0),
s2 AS (SELECT s1.*,
  row_number() OVER (PARTITION BY "$对象", "年份" ORDER BY CASE WHEN k2 IN ('1', 'v') THEN 0 ELSE 1 END, "$行") AS k3
FROM s1)
SELECT
  "$对象" AS "k",
  "年份" AS "y",
  max(CASE WHEN k3 = 1 AND k2 IN ('1', 'v') THEN "经费" END) AS "n",
  max(CASE WHEN k3 = 1 AND k2 IN ('1', 'v') THEN k1 END) AS "g",
  max(CASE WHEN k3 = 1 AND k2 IN ('1', 'v') THEN 1 END) AS "f",
  string_agg(CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END, '' ORDER BY "$行") AS "o"
FROM s2
WHERE "$对象" IS NOT NULL
GROUP BY "$对象", "年份";

-- 3.1 “经费和人均经费逐年不减（3分）。”
-- 3.1 第 1 条：逐年不减(片区年度：经费，近 3 年)
DROP TABLE IF EXISTS "检查 3.1#1";
CREATE TEMPORARY TABLE "检查 3.1#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."y" AS "j1y", j1."n" AS "j1n", j1."g" AS "j1g", j1."f" AS "j1f", j1."o" AS "j1o", j2."k" AS "j2k", j2."y" AS "j2y", j2."n" AS "j2n", j2."g" AS "j2g", j2."f" AS "j2f", j2."o" AS "j2o", j3."k" AS "j3k", j3."y" AS "j3y", j3."n" AS "j3n", j3."g" AS "j3g", j3."f" AS "j3f", j3."o" AS "j3o" FROM "片区→" b
  LEFT JOIN "年度 3" j1 ON j1.k = b."$行" AND j1.y = b."申报年" - 3
  LEFT JOIN "年度 3" j2 ON j2.k = b."$行" AND j2.y = b."申报年" - 2
  LEFT JOIN "年度 3" j3 ON j3.k = b."$行" AND j3.y = b."申报年" - 1),
s1 AS (SELECT s0.*,
  CASE WHEN "申报年" IS NULL THEN concat_ws('', 'C|1|3|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN k1 WHEN "j1f" IS NULL THEN coalesce("j1o", CASE WHEN NOT "$交片区年度" THEN 'T|2||;' ELSE concat_ws('', 'K|2||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|年份=', CAST(("申报年" - 3) AS VARCHAR), ';') END) ELSE "j1g" END AS k2,
  CASE WHEN k1 IS NOT NULL THEN k1 WHEN "j2f" IS NULL THEN coalesce("j2o", CASE WHEN NOT "$交片区年度" THEN 'T|2||;' ELSE concat_ws('', 'K|2||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|年份=', CAST(("申报年" - 2) AS VARCHAR), ';') END) ELSE "j2g" END AS k3,
  CASE WHEN k1 IS NOT NULL THEN k1 WHEN "j3f" IS NULL THEN coalesce("j3o", CASE WHEN NOT "$交片区年度" THEN 'T|2||;' ELSE concat_ws('', 'K|2||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|年份=', CAST(("申报年" - 1) AS VARCHAR), ';') END) ELSE "j3g" END AS k4
FROM s1),
s3 AS (SELECT s2.*,
  nullif(concat_ws('', k3, k2), '') AS k5,
  nullif(concat_ws('', k4, k3), '') AS k7
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k5 IS NOT NULL THEN concat_ws('', '?', k5) WHEN "j2n" >= "j1n" THEN '1' ELSE '0' END AS k6,
  CASE WHEN k7 IS NOT NULL THEN concat_ws('', '?', k7) WHEN "j3n" >= "j2n" THEN '1' ELSE '0' END AS k8
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN '0' IN (k6, k8) THEN '0' WHEN '~' IN (k6, k8) THEN '~' WHEN k6 LIKE '?%' OR k8 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END, CASE WHEN k8 LIKE '?%' THEN substr(k8, 2) END) WHEN '1' IN (k6, k8) THEN '1' ELSE 'v' END AS k9
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) ELSE k9 END AS k10
FROM s5),
s7 AS (SELECT s6.*,
  CASE WHEN k10 = '1' THEN 'met' WHEN k10 = 'v' THEN 'met' WHEN k10 = '0' THEN 'not_met' WHEN k10 = '~' THEN 'open' ELSE 'undetermined' END AS k11
FROM s6)
SELECT
  "$行" AS "对象",
  k11 AS "结论",
  k10 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k10 LIKE '?%' THEN substr(k10, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s7;

-- 3.1 “经费和人均经费逐年不减（3分）。”
-- 3.1 第 2 条：片区.户数 / 年度值(片区年度：经费，前 1 年) ≤ 1 人/元
DROP TABLE IF EXISTS "检查 3.1#2";
CREATE TEMPORARY TABLE "检查 3.1#2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."y" AS "j1y", j1."n" AS "j1n", j1."g" AS "j1g", j1."f" AS "j1f", j1."o" AS "j1o" FROM "片区→" b
  LEFT JOIN "年度 3" j1 ON j1.k = b."$行" AND j1.y = b."申报年" - 1),
s1 AS (SELECT s0.*,
  CASE WHEN "户数" IS NULL THEN concat_ws('', 'C|1|4|', "$标", ';') END AS k1,
  CASE WHEN "申报年" IS NULL THEN concat_ws('', 'C|1|3|', "$标", ';') END AS k2
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k2 IS NOT NULL THEN k2 WHEN "j1f" IS NULL THEN coalesce("j1o", CASE WHEN NOT "$交片区年度" THEN 'T|2||;' ELSE concat_ws('', 'K|2||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|年份=', CAST(("申报年" - 1) AS VARCHAR), ';') END) ELSE "j1g" END AS k3
FROM s1),
s3 AS (SELECT s2.*,
  nullif(concat_ws('', k1, k3), '') AS k4,
  CASE WHEN k3 IS NOT NULL THEN k3 WHEN "j1n" = 0 THEN concat_ws('', 'Z|1||', "$标", ';') END AS k7
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k4 IS NOT NULL THEN k4 WHEN "j1n" = 0 THEN concat_ws('', 'Z|1||', "$标", ';') END AS k5
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k5 IS NOT NULL THEN concat_ws('', '?', k5) WHEN "户数" <= CAST("j1n" AS DECIMAL(19, 4)) * 10000 THEN '1' ELSE '0' END AS k6
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k6 = '1' THEN 'met' WHEN k6 = 'v' THEN 'met' WHEN k6 = '0' THEN 'not_met' WHEN k6 = '~' THEN 'open' ELSE 'undetermined' END AS k8
FROM s5)
SELECT
  "$行" AS "对象",
  k8 AS "结论",
  k6 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k5 IS NULL THEN concat_ws('/', CAST(("户数") AS VARCHAR), CAST(("j1n") AS VARCHAR)) END, ''), coalesce(CASE WHEN k1 IS NULL THEN concat_ws('/', CAST(("户数") AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k7 IS NULL THEN concat_ws('/', CAST((1) AS VARCHAR), CAST(("j1n") AS VARCHAR)) END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s6;

-- 统计 8：占比(站点：站点.有亭 = 是)
DROP TABLE IF EXISTS "统计 8";
CREATE TEMPORARY TABLE "统计 8" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "有亭" IS NULL THEN concat_ws('', 'C|4|9|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "有亭" = TRUE THEN '1' ELSE '0' END AS k2
FROM s1)
SELECT
  "$对象" AS "k",
  count(CASE WHEN k2 IN ('1', 'v') THEN 1 END) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END, '' ORDER BY "$行")), '') AS "g"
FROM s2
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 统计 9：合计(站点：站点.面积)
DROP TABLE IF EXISTS "统计 9";
CREATE TEMPORARY TABLE "统计 9" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "面积" IS NULL THEN concat_ws('', 'C|4|8|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$对象" AS "k",
  CAST(sum("面积") AS DECIMAL(19, 2)) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 3.2 “评定（3分）。”
-- 3.2 互证：互证 “七成以上有亭”：占比(站点：有亭 = 是) ≥ 70% 且 合计(站点：面积) ≥ 100 平方米
DROP TABLE IF EXISTS "互证 3.2";
CREATE TEMPORARY TABLE "互证 3.2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g", j2."k" AS "j2k", j2."n" AS "j2n", j2."c" AS "j2c", j2."g" AS "j2g" FROM "片区→" b
  LEFT JOIN "统计 8" j1 ON j1.k = b."$行"
  LEFT JOIN "统计 9" j2 ON j2.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CAST("j1n" AS DECIMAL(7, 0)) AS k4,
  CAST("j1c" AS DECIMAL(7, 0)) AS k5
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3,
  CASE WHEN "j2k" IS NULL THEN k2 ELSE "j2g" END AS k7
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN k4 * 10 >= k5 * 7 THEN '1' ELSE '0' END AS k6,
  CASE WHEN k7 IS NOT NULL THEN concat_ws('', '?', k7) WHEN "j2n" >= 100 THEN '1' ELSE '0' END AS k8
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN '0' IN (k6, k8) THEN '0' WHEN '~' IN (k6, k8) THEN '~' WHEN k6 LIKE '?%' OR k8 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END, CASE WHEN k8 LIKE '?%' THEN substr(k8, 2) END) WHEN '1' IN (k6, k8) THEN '1' ELSE 'v' END AS k9
FROM s4)
SELECT
  "$行" AS "对象",
  concat_ws('|', coalesce(substr(k9, 1, 1), ''), coalesce(substr(k6, 1, 1), ''), coalesce(CASE WHEN k3 IS NULL THEN concat_ws('/', CAST((k4) AS VARCHAR), CAST((k5) AS VARCHAR)) END, ''), coalesce(substr(k8, 1, 1), ''), coalesce(CASE WHEN k7 IS NULL THEN concat_ws('/', CAST(("j2n") AS VARCHAR), '1') END, '')) AS "数"
FROM s5;

-- 统计 10：百分位(站点：站点.人数，0.5)
DROP TABLE IF EXISTS "统计 10";
CREATE TEMPORARY TABLE "统计 10" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k1,
  CAST(row_number() OVER (PARTITION BY "$对象" ORDER BY "人数", "$行") AS DECIMAL(7, 0)) AS k2,
  CAST(count(*) OVER (PARTITION BY "$对象") AS DECIMAL(7, 0)) AS k3
FROM s0),
s2 AS (SELECT s1.*,
  CAST((k3 - 1) * 1 AS DECIMAL(9, 0)) AS k4
FROM s1),
s3 AS (SELECT s2.*,
  CAST((CAST(k4 AS HUGEINT) // CAST(2 AS HUGEINT)) AS DECIMAL(7, 0)) AS k5
FROM s2),
s4 AS (SELECT s3.*,
  CAST(k4 - k5 * 2 AS DECIMAL(2, 0)) AS k6
FROM s3)
SELECT
  "$对象" AS "k",
  CAST(max(CASE WHEN k2 = k5 + 1 THEN "人数" END) * (2 - max(k6)) + max(CASE WHEN k2 = least(k5 + 2, k3) THEN "人数" END) * max(k6) AS DECIMAL(12, 0)) AS "n",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s4
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.1 “次序。”
-- 4.1 第 1 条：中位数(站点：人数) ≥ 1000 人
DROP TABLE IF EXISTS "检查 4.1#1";
CREATE TEMPORARY TABLE "检查 4.1#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 10" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN "j1n" >= 2000 THEN '1' ELSE '0' END AS k4
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k4 = '1' THEN 'met' WHEN k4 = 'v' THEN 'met' WHEN k4 = '0' THEN 'not_met' WHEN k4 = '~' THEN 'open' ELSE 'undetermined' END AS k5
FROM s4)
SELECT
  "$行" AS "对象",
  k5 AS "结论",
  k4 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k4 LIKE '?%' THEN substr(k4, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k3 IS NULL THEN concat_ws('/', CAST(("j1n") AS VARCHAR), '1') END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 统计 11：百分位(大站点：站点.管理员，0.25)
DROP TABLE IF EXISTS "统计 11";
CREATE TEMPORARY TABLE "统计 11" AS
WITH s0 AS (SELECT b.* FROM "总体 大站点" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CAST(row_number() OVER (PARTITION BY "$对象" ORDER BY "管理员", "$行") AS DECIMAL(7, 0)) AS k2,
  CAST(count(*) OVER (PARTITION BY "$对象") AS DECIMAL(7, 0)) AS k3
FROM s0),
s2 AS (SELECT s1.*,
  CAST((k3 - 1) * 1 AS DECIMAL(9, 0)) AS k4
FROM s1),
s3 AS (SELECT s2.*,
  CAST((CAST(k4 AS HUGEINT) // CAST(4 AS HUGEINT)) AS DECIMAL(7, 0)) AS k5
FROM s2),
s4 AS (SELECT s3.*,
  CAST(k4 - k5 * 4 AS DECIMAL(2, 0)) AS k6
FROM s3)
SELECT
  "$对象" AS "k",
  CAST(max(CASE WHEN k2 = k5 + 1 THEN "管理员" END) * (4 - max(k6)) + max(CASE WHEN k2 = least(k5 + 2, k3) THEN "管理员" END) * max(k6) AS DECIMAL(12, 0)) AS "n",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s4
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.1 “次序。”
-- 4.1 第 2 条：百分位(大站点：管理员，25%) ≥ 75 人
DROP TABLE IF EXISTS "检查 4.1#2";
CREATE TEMPORARY TABLE "检查 4.1#2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 11" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1k" IS NULL THEN k1 ELSE "j1g" END AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k2 IS NOT NULL THEN concat_ws('', '?', k2) WHEN ("j1k" IS NULL) THEN 'v' WHEN "j1n" >= 300 THEN '1' ELSE '0' END AS k3
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k3 = '1' THEN 'met' WHEN k3 = 'v' THEN 'met' WHEN k3 = '0' THEN 'not_met' WHEN k3 = '~' THEN 'open' ELSE 'undetermined' END AS k4
FROM s3)
SELECT
  "$行" AS "对象",
  k4 AS "结论",
  k3 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k3 LIKE '?%' THEN substr(k3, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k2 IS NULL AND NOT ("j1k" IS NULL) THEN concat_ws('/', CAST(("j1n") AS VARCHAR), '1') END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s4;

-- 统计 12：百分位(站点：(站点.管理员 ÷ 站点.人数)，0.25)
DROP TABLE IF EXISTS "统计 12";
CREATE TEMPORARY TABLE "统计 12" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CASE WHEN CAST(("人数") AS DOUBLE) <> 0 THEN CAST(("管理员") AS DOUBLE) / CAST(("人数") AS DOUBLE) END AS k5,
  CAST(count(*) OVER (PARTITION BY "$对象") AS DECIMAL(7, 0)) AS k7
FROM s0),
s2 AS (SELECT s1.*,
  nullif(concat_ws('', k1, k2), '') AS k3,
  CAST(row_number() OVER (PARTITION BY "$对象" ORDER BY k5, "$行") AS DECIMAL(7, 0)) AS k6,
  CAST((k7 - 1) * 1 AS DECIMAL(9, 0)) AS k8
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN k3 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k4,
  CAST((CAST(k8 AS HUGEINT) // CAST(4 AS HUGEINT)) AS DECIMAL(7, 0)) AS k9
FROM s2),
s4 AS (SELECT s3.*,
  CAST(k8 - k9 * 4 AS DECIMAL(2, 0)) AS k10
FROM s3)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("管理员" AS VARCHAR), '/', CAST("人数" AS VARCHAR), ' '), '' ORDER BY "$行") AS "list",
  count(*) AS "n",
  max(CASE WHEN k6 = k9 + 1 THEN k5 END) * (CAST(1 AS DOUBLE) - CAST(max(k10) AS DOUBLE) / CAST(4 AS DOUBLE)) + max(CASE WHEN k6 = least(k9 + 2, k7) THEN k5 END) * CAST(max(k10) AS DOUBLE) / CAST(4 AS DOUBLE) AS "x",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k4, '' ORDER BY "$行")), '') AS "g"
FROM s4
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.1 “次序。”
-- 4.1 第 3 条：百分位(站点：管理员 / 人数，25%) ≥ 0.042
DROP TABLE IF EXISTS "检查 4.1#3";
CREATE TEMPORARY TABLE "检查 4.1#3" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."list" AS "j1list", j1."n" AS "j1n", j1."x" AS "j1x", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 12" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  (CAST("j1n" AS DOUBLE) + CAST(10 AS DOUBLE)) * CAST(1e-15 AS DOUBLE) AS k3,
  CASE WHEN CAST((500) AS DOUBLE) <> 0 THEN CAST((21) AS DOUBLE) / CAST((500) AS DOUBLE) END AS k7
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2,
  "j1x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) - k3) AS k4,
  "j1x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) + k3) AS k5
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k6
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k6 IS NOT NULL THEN concat_ws('', '?', k6) WHEN k4 >= k7 * CAST(1.000000000000001 AS DOUBLE) THEN '1' WHEN k5 < k7 * CAST(0.999999999999999 AS DOUBLE) THEN '0' ELSE '~' END AS k8
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k8 = '1' THEN 'met' WHEN k8 = 'v' THEN 'met' WHEN k8 = '0' THEN 'not_met' WHEN k8 = '~' THEN 'open' ELSE 'undetermined' END AS k9
FROM s4)
SELECT
  "$行" AS "对象",
  k9 AS "结论",
  k8 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k8 LIKE '?%' THEN substr(k8, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k6 IS NULL THEN '1' END, ''), coalesce("j1list", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 统计 13：百分位(站点：(站点.面积 ÷ 站点.人数)，0.5)
DROP TABLE IF EXISTS "统计 13";
CREATE TEMPORARY TABLE "统计 13" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "面积" IS NULL THEN concat_ws('', 'C|4|8|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CASE WHEN CAST(("人数") AS DOUBLE) <> 0 THEN CAST(("面积") AS DOUBLE) / CAST(("人数") AS DOUBLE) END AS k5,
  CAST(count(*) OVER (PARTITION BY "$对象") AS DECIMAL(7, 0)) AS k7
FROM s0),
s2 AS (SELECT s1.*,
  nullif(concat_ws('', k1, k2), '') AS k3,
  CAST(row_number() OVER (PARTITION BY "$对象" ORDER BY k5, "$行") AS DECIMAL(7, 0)) AS k6,
  CAST((k7 - 1) * 1 AS DECIMAL(9, 0)) AS k8
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN k3 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k4,
  CAST((CAST(k8 AS HUGEINT) // CAST(2 AS HUGEINT)) AS DECIMAL(7, 0)) AS k9
FROM s2),
s4 AS (SELECT s3.*,
  CAST(k8 - k9 * 2 AS DECIMAL(2, 0)) AS k10
FROM s3)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("面积" AS VARCHAR), '/', CAST("人数" AS VARCHAR), ' '), '' ORDER BY "$行") AS "list",
  count(*) AS "n",
  max(CASE WHEN k6 = k9 + 1 THEN k5 END) * (CAST(1 AS DOUBLE) - CAST(max(k10) AS DOUBLE) / CAST(2 AS DOUBLE)) + max(CASE WHEN k6 = least(k9 + 2, k7) THEN k5 END) * CAST(max(k10) AS DOUBLE) / CAST(2 AS DOUBLE) AS "x",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k4, '' ORDER BY "$行")), '') AS "g"
FROM s4
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.1 “次序。”
-- 4.1 第 4 条：中位数(站点：面积 / 人数) ≥ 4.5 平方米/人
DROP TABLE IF EXISTS "检查 4.1#4";
CREATE TEMPORARY TABLE "检查 4.1#4" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."list" AS "j1list", j1."n" AS "j1n", j1."x" AS "j1x", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 13" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  (CAST("j1n" AS DOUBLE) + CAST(10 AS DOUBLE)) * CAST(1e-15 AS DOUBLE) AS k3,
  CASE WHEN CAST((2) AS DOUBLE) <> 0 THEN CAST((9) AS DOUBLE) / CAST((2) AS DOUBLE) END AS k7
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2,
  "j1x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) - k3) AS k4,
  "j1x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) + k3) AS k5
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k6
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k6 IS NOT NULL THEN concat_ws('', '?', k6) WHEN k4 >= k7 * CAST(1.000000000000001 AS DOUBLE) THEN '1' WHEN k5 < k7 * CAST(0.999999999999999 AS DOUBLE) THEN '0' ELSE '~' END AS k8
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k8 = '1' THEN 'met' WHEN k8 = 'v' THEN 'met' WHEN k8 = '0' THEN 'not_met' WHEN k8 = '~' THEN 'open' ELSE 'undetermined' END AS k9
FROM s4)
SELECT
  "$行" AS "对象",
  k9 AS "结论",
  k8 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k8 LIKE '?%' THEN substr(k8, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k6 IS NULL THEN '1' END, ''), coalesce("j1list", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 统计 14：最大(站点：(站点.人数 ÷ 站点.管理员))
DROP TABLE IF EXISTS "统计 14";
CREATE TEMPORARY TABLE "统计 14" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k1,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k2,
  CASE WHEN CAST(("管理员") AS DOUBLE) <> 0 THEN CAST(("人数") AS DOUBLE) / CAST(("管理员") AS DOUBLE) END AS k5
FROM s0),
s2 AS (SELECT s1.*,
  nullif(concat_ws('', k1, k2), '') AS k3
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN k3 WHEN "管理员" = 0 THEN concat_ws('', 'Z|4|7|', "$标", ';') END AS k4
FROM s2)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("人数" AS VARCHAR), '/', CAST("管理员" AS VARCHAR), ' '), '' ORDER BY "$行") AS "list",
  count(*) AS "n",
  max(k5) AS "x",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k4, '' ORDER BY "$行")), '') AS "g"
FROM s3
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.1 “次序。”
-- 4.1 第 5 条：最大(站点：人数 / 管理员) ≤ 24
DROP TABLE IF EXISTS "检查 4.1#5";
CREATE TEMPORARY TABLE "检查 4.1#5" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."list" AS "j1list", j1."n" AS "j1n", j1."x" AS "j1x", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 14" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  (CAST("j1n" AS DOUBLE) + CAST(10 AS DOUBLE)) * CAST(1e-15 AS DOUBLE) AS k3,
  CAST((24) AS DOUBLE) AS k7
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2,
  "j1x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) - k3) AS k4,
  "j1x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) + k3) AS k5
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k6
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k6 IS NOT NULL THEN concat_ws('', '?', k6) WHEN k5 <= k7 * CAST(0.999999999999999 AS DOUBLE) THEN '1' WHEN k4 > k7 * CAST(1.000000000000001 AS DOUBLE) THEN '0' ELSE '~' END AS k8
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k8 = '1' THEN 'met' WHEN k8 = 'v' THEN 'met' WHEN k8 = '0' THEN 'not_met' WHEN k8 = '~' THEN 'open' ELSE 'undetermined' END AS k9
FROM s4)
SELECT
  "$行" AS "对象",
  k9 AS "结论",
  k8 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k8 LIKE '?%' THEN substr(k8, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k6 IS NULL THEN '1' END, ''), coalesce("j1list", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 统计 15：最大(本行的 摊位：摊位.占地)
DROP TABLE IF EXISTS "统计 15";
CREATE TEMPORARY TABLE "统计 15" AS
WITH s0 AS (SELECT b.* FROM "摊位→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "占地" IS NULL THEN concat_ws('', 'C|5|3|', "$标", ';') END AS k1
FROM s0)
SELECT
  "站点→$行" AS "k",
  CAST(max("占地") AS DECIMAL(12, 1)) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s1
WHERE "站点→$行" IS NOT NULL
GROUP BY "站点→$行";

-- 统计 16：百分位(本行的 摊位：摊位.占地，0.5)
DROP TABLE IF EXISTS "统计 16";
CREATE TEMPORARY TABLE "统计 16" AS
WITH s0 AS (SELECT b.* FROM "摊位→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "占地" IS NULL THEN concat_ws('', 'C|5|3|', "$标", ';') END AS k1,
  CAST(row_number() OVER (PARTITION BY "站点→$行" ORDER BY "占地", "$行") AS DECIMAL(7, 0)) AS k2,
  CAST(count(*) OVER (PARTITION BY "站点→$行") AS DECIMAL(7, 0)) AS k3
FROM s0),
s2 AS (SELECT s1.*,
  CAST((k3 - 1) * 1 AS DECIMAL(9, 0)) AS k4
FROM s1),
s3 AS (SELECT s2.*,
  CAST((CAST(k4 AS HUGEINT) // CAST(2 AS HUGEINT)) AS DECIMAL(7, 0)) AS k5
FROM s2),
s4 AS (SELECT s3.*,
  CAST(k4 - k5 * 2 AS DECIMAL(2, 0)) AS k6
FROM s3)
SELECT
  "站点→$行" AS "k",
  CAST(max(CASE WHEN k2 = k5 + 1 THEN "占地" END) * (2 - max(k6)) + max(CASE WHEN k2 = least(k5 + 2, k3) THEN "占地" END) * max(k6) AS DECIMAL(13, 1)) AS "n",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s4
WHERE "站点→$行" IS NOT NULL
GROUP BY "站点→$行";

-- 4.1 “次序。”
-- 4.1 第 6 条：每个 站点：最大(摊位：占地) ≥ 中位数(摊位：占地)（各行）
DROP TABLE IF EXISTS "明细 4.1#6";
CREATE TEMPORARY TABLE "明细 4.1#6" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g", j2."摊位" AS "j2摊位", j2."站点" AS "j2站点", j2."片区" AS "j2片区", j3."k" AS "j3k", j3."n" AS "j3n", j3."g" AS "j3g" FROM "站点→" b
  LEFT JOIN "统计 15" j1 ON j1.k = b."$行"
  LEFT JOIN "$已交" j2 ON 1 = 1
  LEFT JOIN "统计 16" j3 ON j3.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "j2摊位" THEN 'T|5||;' END, CASE WHEN NOT "j2站点" THEN 'T|4||;' END, CASE WHEN NOT "j2片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, concat_ws('', 'K|5||', '站点代码=', coalesce(replace(replace(replace("站点代码", '~', '~0'), '|', '~1'), ';', '~2'), ''), ';')) AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3,
  CASE WHEN "j3k" IS NULL THEN k2 ELSE "j3g" END AS k4
FROM s2),
s4 AS (SELECT s3.*,
  nullif(concat_ws('', k3, k4), '') AS k5
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k5 IS NOT NULL THEN concat_ws('', '?', k5) WHEN "j1n" * 2 >= "j3n" THEN '1' ELSE '0' END AS k6
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN "$属" IS NOT NULL THEN concat_ws('', '?', "$属") ELSE k6 END AS k7
FROM s5)
SELECT
  "$对象" AS "对象",
  CAST("$行" AS VARCHAR) AS "序",
  "$行" AS "行",
  "$标" AS "标",
  k7 AS "真值",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k3 IS NULL THEN concat_ws('/', CAST(("j1n") AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k4 IS NULL THEN concat_ws('/', CAST(("j3n") AS VARCHAR), '1') END, '')) AS "数"
FROM s6;

-- 4.1 “次序。”
-- 4.1 第 6 条：每个 站点：最大(摊位：占地) ≥ 中位数(摊位：占地)
DROP TABLE IF EXISTS "检查 4.1#6";
CREATE TEMPORARY TABLE "检查 4.1#6" AS
WITH s0 AS (SELECT b.*, j1."c" AS "j1c", j1."m" AS "j1m", j1."f" AS "j1f", j1."u" AS "j1u", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN (SELECT "对象" AS k, count(*) AS c, count(CASE WHEN "真值" IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN "真值" = '0' THEN 1 END) AS f, count(CASE WHEN "真值" LIKE '?%' THEN 1 END) AS u, string_agg(CASE WHEN "真值" LIKE '?%' THEN substr("真值", 2) END, '' ORDER BY "行") AS g FROM "明细 4.1#6" GROUP BY "对象") j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND k1 IS NOT NULL THEN 'undetermined' WHEN NOT (coalesce("j1f", 0) = 0) THEN 'not_met' WHEN NOT ((coalesce("j1f", 0) + coalesce("j1u", 0)) = 0) THEN 'undetermined' ELSE 'met' END AS k2
FROM s1)
SELECT
  "$行" AS "对象",
  k2 AS "结论",
  NOT (coalesce("j1c", 0) = 0 AND k1 IS NULL) AS "适用",
  CAST(coalesce("j1c", 0) AS BIGINT) AS "行数",
  CAST(coalesce("j1m", 0) AS BIGINT) AS "达到",
  CAST(coalesce("j1f", 0) AS BIGINT) AS "未达到",
  CAST(coalesce("j1u", 0) AS BIGINT) AS "未定",
  CAST(CASE WHEN coalesce("j1c", 0) = 0 THEN k1 WHEN k2 <> 'met' THEN "j1g" END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s2;

-- 统计 17：样本差异系数(大站点：站点.管理员)
DROP TABLE IF EXISTS "统计 17";
CREATE TEMPORARY TABLE "统计 17" AS
WITH s0 AS (SELECT b.* FROM "总体 大站点" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CAST(("管理员") AS DOUBLE) AS k2
FROM s0)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("管理员" AS VARCHAR), '/', '1', ' '), '' ORDER BY "$行") AS "list",
  count(*) AS "n",
  sum(k2) AS "x",
  sum(k2 * k2) AS "s",
  coalesce(nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), ''), CASE WHEN max("管理员") = 0 OR count(*) <= 1 THEN 'Z|4||;' END) AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.2 “离散。”
-- 4.2 第 1 条：样本差异系数(大站点：管理员) ≤ 0.8
DROP TABLE IF EXISTS "检查 4.2#1";
CREATE TEMPORARY TABLE "检查 4.2#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."list" AS "j1list", j1."n" AS "j1n", j1."x" AS "j1x", j1."s" AS "j1s", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 17" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  (CAST("j1n" AS DOUBLE) + CAST(10 AS DOUBLE)) * CAST(1e-15 AS DOUBLE) AS k2,
  CASE WHEN CAST((5) AS DOUBLE) <> 0 THEN CAST((4) AS DOUBLE) / CAST((5) AS DOUBLE) END AS k6
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1x" > 0 AND CAST("j1n" AS DOUBLE) > 1 THEN sqrt(greatest(CAST("j1n" AS DOUBLE) * "j1s" / ("j1x" * "j1x") * (CAST(1 AS DOUBLE) - k2) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE)) * CAST("j1n" AS DOUBLE) / (CAST("j1n" AS DOUBLE) - CAST(1 AS DOUBLE))) * (CAST(1 AS DOUBLE) - k2) END AS k3,
  CASE WHEN "j1x" > 0 AND CAST("j1n" AS DOUBLE) > 1 THEN sqrt(greatest(CAST("j1n" AS DOUBLE) * "j1s" / ("j1x" * "j1x") * (CAST(1 AS DOUBLE) + k2) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE)) * CAST("j1n" AS DOUBLE) / (CAST("j1n" AS DOUBLE) - CAST(1 AS DOUBLE))) * (CAST(1 AS DOUBLE) + k2) END AS k4,
  CASE WHEN "j1k" IS NULL THEN k1 ELSE "j1g" END AS k5
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k5 IS NOT NULL THEN concat_ws('', '?', k5) WHEN ("j1k" IS NULL) THEN 'v' WHEN k4 <= k6 * CAST(0.999999999999999 AS DOUBLE) THEN '1' WHEN k3 > k6 * CAST(1.000000000000001 AS DOUBLE) THEN '0' ELSE '~' END AS k7
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k7 = '1' THEN 'met' WHEN k7 = 'v' THEN 'met' WHEN k7 = '0' THEN 'not_met' WHEN k7 = '~' THEN 'open' ELSE 'undetermined' END AS k8
FROM s3)
SELECT
  "$行" AS "对象",
  k8 AS "结论",
  k7 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k7 LIKE '?%' THEN substr(k7, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k5 IS NULL AND NOT ("j1k" IS NULL) THEN '1' END, ''), coalesce("j1list", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s4;

-- 统计 18：标准差(大站点：站点.管理员，站点.人数)
DROP TABLE IF EXISTS "统计 18";
CREATE TEMPORARY TABLE "统计 18" AS
WITH s0 AS (SELECT b.* FROM "总体 大站点" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CAST(("管理员") AS DOUBLE) AS k3,
  CAST(("人数") AS DOUBLE) AS k4
FROM s0)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("管理员" AS VARCHAR), '/', '1', '/', CAST("人数" AS VARCHAR), '/', '1', ' '), '' ORDER BY "$行") AS "pairs",
  count(*) AS "n",
  sum(k3) AS "x",
  sum(k4) AS "p",
  sum(CASE WHEN k4 > 0 THEN k3 * k3 / k4 END) AS "s",
  coalesce(nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(nullif(concat_ws('', k1, k2), ''), '' ORDER BY "$行")), ''), string_agg(CASE WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END, '' ORDER BY "$行"), NULL) AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.2 “离散。”
-- 4.2 第 2 条：标准差(大站点：管理员，人数) ≤ 0.05
DROP TABLE IF EXISTS "检查 4.2#2";
CREATE TEMPORARY TABLE "检查 4.2#2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."pairs" AS "j1pairs", j1."n" AS "j1n", j1."x" AS "j1x", j1."p" AS "j1p", j1."s" AS "j1s", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 18" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CASE WHEN "j1x" > 0 THEN "j1p" * "j1s" / ("j1x" * "j1x") END AS k3,
  CAST(("j1n" + 10) AS DOUBLE) AS k4,
  (CAST("j1n" AS DOUBLE) + CAST(10 AS DOUBLE)) * CAST(1e-15 AS DOUBLE) AS k7,
  CASE WHEN "j1p" > 0 THEN "j1x" / "j1p" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) END AS k8,
  CASE WHEN CAST((20) AS DOUBLE) <> 0 THEN CAST((1) AS DOUBLE) / CAST((20) AS DOUBLE) END AS k11
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1k" IS NULL THEN k1 ELSE "j1g" END AS k2,
  sqrt(greatest(k3 * (CAST(1 AS DOUBLE) - k4 * CAST(1e-15 AS DOUBLE)) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE))) * CAST(0.999999999999999 AS DOUBLE) AS k5,
  sqrt(greatest(k3 * (CAST(1 AS DOUBLE) + k4 * CAST(1e-15 AS DOUBLE)) - CAST(1 AS DOUBLE), CAST(0 AS DOUBLE))) * CAST(1.000000000000001 AS DOUBLE) AS k6
FROM s1),
s3 AS (SELECT s2.*,
  k5 * k8 * (CAST(1 AS DOUBLE) - k7) AS k9,
  k6 * k8 * (CAST(1 AS DOUBLE) + k7) AS k10
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k2 IS NOT NULL THEN concat_ws('', '?', k2) WHEN ("j1k" IS NULL) THEN 'v' WHEN k10 <= k11 * CAST(0.999999999999999 AS DOUBLE) THEN '1' WHEN k9 > k11 * CAST(1.000000000000001 AS DOUBLE) THEN '0' ELSE '~' END AS k12
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k12 = '1' THEN 'met' WHEN k12 = 'v' THEN 'met' WHEN k12 = '0' THEN 'not_met' WHEN k12 = '~' THEN 'open' ELSE 'undetermined' END AS k13
FROM s4)
SELECT
  "$行" AS "对象",
  k13 AS "结论",
  k12 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k12 LIKE '?%' THEN substr(k12, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k2 IS NULL AND NOT ("j1k" IS NULL) THEN '1' END, ''), coalesce("j1pairs", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 统计 19：平均(站点：(站点.管理员 ÷ 站点.人数))
DROP TABLE IF EXISTS "统计 19";
CREATE TEMPORARY TABLE "统计 19" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CASE WHEN CAST(("人数") AS DOUBLE) <> 0 THEN CAST(("管理员") AS DOUBLE) / CAST(("人数") AS DOUBLE) END AS k5
FROM s0),
s2 AS (SELECT s1.*,
  nullif(concat_ws('', k1, k2), '') AS k3
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN k3 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k4
FROM s2)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("管理员" AS VARCHAR), '/', CAST("人数" AS VARCHAR), ' '), '' ORDER BY "$行") AS "list",
  count(*) AS "n",
  sum(k5) AS "x",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k4, '' ORDER BY "$行")), '') AS "g"
FROM s3
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.2 “离散。”
-- 4.2 第 3 条：平均(站点：管理员 / 人数) ≥ 0.05
DROP TABLE IF EXISTS "检查 4.2#3";
CREATE TEMPORARY TABLE "检查 4.2#3" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."list" AS "j1list", j1."n" AS "j1n", j1."x" AS "j1x", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 19" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  (CAST("j1n" AS DOUBLE) + CAST(10 AS DOUBLE)) * CAST(1e-15 AS DOUBLE) AS k3,
  CASE WHEN CAST((20) AS DOUBLE) <> 0 THEN CAST((1) AS DOUBLE) / CAST((20) AS DOUBLE) END AS k7
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2,
  "j1x" / CAST("j1n" AS DOUBLE) * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) - k3) AS k4,
  "j1x" / CAST("j1n" AS DOUBLE) * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) + k3) AS k5
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k6
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k6 IS NOT NULL THEN concat_ws('', '?', k6) WHEN k4 >= k7 * CAST(1.000000000000001 AS DOUBLE) THEN '1' WHEN k5 < k7 * CAST(0.999999999999999 AS DOUBLE) THEN '0' ELSE '~' END AS k8
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k8 = '1' THEN 'met' WHEN k8 = 'v' THEN 'met' WHEN k8 = '0' THEN 'not_met' WHEN k8 = '~' THEN 'open' ELSE 'undetermined' END AS k9
FROM s4)
SELECT
  "$行" AS "对象",
  k9 AS "结论",
  k8 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k8 LIKE '?%' THEN substr(k8, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k6 IS NULL THEN '1' END, ''), coalesce("j1list", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 统计 20：最小(站点：(站点.管理员 ÷ 站点.人数))
DROP TABLE IF EXISTS "统计 20";
CREATE TEMPORARY TABLE "统计 20" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k2,
  CASE WHEN CAST(("人数") AS DOUBLE) <> 0 THEN CAST(("管理员") AS DOUBLE) / CAST(("人数") AS DOUBLE) END AS k5
FROM s0),
s2 AS (SELECT s1.*,
  nullif(concat_ws('', k1, k2), '') AS k3
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN k3 WHEN "人数" = 0 THEN concat_ws('', 'Z|4|6|', "$标", ';') END AS k4
FROM s2)
SELECT
  "$对象" AS "k",
  string_agg(concat_ws('', CAST("管理员" AS VARCHAR), '/', CAST("人数" AS VARCHAR), ' '), '' ORDER BY "$行") AS "list",
  count(*) AS "n",
  min(k5) AS "x",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k4, '' ORDER BY "$行")), '') AS "g"
FROM s3
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.2 “离散。”
-- 4.2 第 4 条：最小(站点：管理员 / 人数) + 合计(站点：管理员 / 人数) ≥ 0.2
DROP TABLE IF EXISTS "检查 4.2#4";
CREATE TEMPORARY TABLE "检查 4.2#4" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."list" AS "j1list", j1."n" AS "j1n", j1."x" AS "j1x", j1."g" AS "j1g", j2."k" AS "j2k", j2."list" AS "j2list", j2."n" AS "j2n", j2."x" AS "j2x", j2."g" AS "j2g" FROM "片区→" b
  LEFT JOIN "统计 20" j1 ON j1.k = b."$行"
  LEFT JOIN "统计 19" j2 ON j2.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  (CAST("j1n" AS DOUBLE) + CAST(10 AS DOUBLE)) * CAST(1e-15 AS DOUBLE) AS k3,
  (CAST("j2n" AS DOUBLE) + CAST(10 AS DOUBLE)) * CAST(1e-15 AS DOUBLE) AS k7,
  CASE WHEN CAST((5) AS DOUBLE) <> 0 THEN CAST((1) AS DOUBLE) / CAST((5) AS DOUBLE) END AS k14
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2,
  "j1x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) - k3) AS k4,
  "j1x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) + k3) AS k5,
  "j2x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) - k7) AS k8,
  "j2x" * (CAST(1 AS DOUBLE) / CAST(1 AS DOUBLE)) * (CAST(1 AS DOUBLE) + k7) AS k9
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k6,
  CASE WHEN "j2k" IS NULL THEN k2 ELSE "j2g" END AS k10,
  ((k4) + (k8)) * CAST(0.999999999999999 AS DOUBLE) AS k12,
  ((k5) + (k9)) * CAST(1.000000000000001 AS DOUBLE) AS k13
FROM s2),
s4 AS (SELECT s3.*,
  nullif(concat_ws('', k6, k10), '') AS k11
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k11 IS NOT NULL THEN concat_ws('', '?', k11) WHEN k12 >= k14 * CAST(1.000000000000001 AS DOUBLE) THEN '1' WHEN k13 < k14 * CAST(0.999999999999999 AS DOUBLE) THEN '0' ELSE '~' END AS k15
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k15 = '1' THEN 'met' WHEN k15 = 'v' THEN 'met' WHEN k15 = '0' THEN 'not_met' WHEN k15 = '~' THEN 'open' ELSE 'undetermined' END AS k16
FROM s5)
SELECT
  "$行" AS "对象",
  k16 AS "结论",
  k15 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k15 LIKE '?%' THEN substr(k15, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k11 IS NULL THEN '1' END, ''), coalesce("j1list", ''), coalesce("j2list", '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s6;

-- 统计 21：计数(站点)
DROP TABLE IF EXISTS "统计 21";
CREATE TEMPORARY TABLE "统计 21" AS
SELECT
  "$对象" AS "k",
  count(*) AS "n",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行")), '') AS "g"
FROM "站点→" b
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 统计 22：存在(站点：站点.有亭 = 是)
DROP TABLE IF EXISTS "统计 22";
CREATE TEMPORARY TABLE "统计 22" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "有亭" IS NULL THEN concat_ws('', 'C|4|9|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "有亭" = TRUE THEN '1' ELSE '0' END AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "$属" IS NULL OR k2 = '0' THEN k2 ELSE concat_ws('', '?', "$属") END AS k3
FROM s2)
SELECT
  "$对象" AS "k",
  CASE WHEN max(CASE WHEN k3 = '1' THEN 1 ELSE 0 END) = 1 THEN '1' WHEN max(CASE WHEN k3 = 'v' THEN 1 ELSE 0 END) = 1 THEN 'v' WHEN max(CASE WHEN k3 LIKE '?%' THEN 1 ELSE 0 END) = 1 THEN concat_ws('', '?', string_agg(CASE WHEN k3 LIKE '?%' THEN substr(k3, 2) END, '' ORDER BY "$行")) ELSE '0' END AS "t"
FROM s3
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.3 “几项中成立几项。”
-- 4.3 第 1 条：成立个数(计数(站点) ≥ 2，存在(站点：有亭 = 是)，片区.户数 ≥ 1000 人) ≥ 2
DROP TABLE IF EXISTS "检查 4.3#1";
CREATE TEMPORARY TABLE "检查 4.3#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."g" AS "j1g", j2."k" AS "j2k", j2."t" AS "j2t" FROM "片区→" b
  LEFT JOIN "统计 21" j1 ON j1.k = b."$行"
  LEFT JOIN "统计 22" j2 ON j2.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CAST(coalesce("j1n", 0) AS DECIMAL(7, 0)) AS k3,
  CASE WHEN "户数" IS NULL THEN concat_ws('', 'C|1|4|', "$标", ';') END AS k6
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1k" IS NULL THEN k1 ELSE "j1g" END AS k2,
  coalesce("j2t", CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) ELSE '0' END) AS k5,
  CASE WHEN k6 IS NOT NULL THEN concat_ws('', '?', k6) WHEN "户数" >= 1000 THEN '1' ELSE '0' END AS k7
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k2 IS NOT NULL THEN concat_ws('', '?', k2) WHEN k3 >= 2 THEN '1' ELSE '0' END AS k4
FROM s2),
s4 AS (SELECT s3.*,
  CAST((CASE WHEN k4 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k5 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k7 IN ('1', 'v') THEN 1 ELSE 0 END) AS DECIMAL(4, 0)) AS k8,
  CAST((CASE WHEN k4 <> '0' THEN 1 ELSE 0 END + CASE WHEN k5 <> '0' THEN 1 ELSE 0 END + CASE WHEN k7 <> '0' THEN 1 ELSE 0 END) AS DECIMAL(4, 0)) AS k9
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k8 <> k9 THEN concat_ws('', CASE WHEN k4 LIKE '?%' THEN substr(k4, 2) END, CASE WHEN k5 LIKE '?%' THEN substr(k5, 2) END, CASE WHEN k7 LIKE '?%' THEN substr(k7, 2) END, '-;') END AS k10
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k8 >= 2 THEN '1' WHEN NOT k9 >= 2 THEN '0' ELSE concat_ws('', '?', k10) END AS k11
FROM s5),
s7 AS (SELECT s6.*,
  CASE WHEN k11 = '1' THEN 'met' WHEN k11 = 'v' THEN 'met' WHEN k11 = '0' THEN 'not_met' WHEN k11 = '~' THEN 'open' ELSE 'undetermined' END AS k12
FROM s6)
SELECT
  "$行" AS "对象",
  k12 AS "结论",
  k11 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k11 LIKE '?%' THEN substr(k11, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k10 IS NULL THEN concat_ws('/', CAST((k8) AS VARCHAR), '1') END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s7;

-- 统计 23：合计(站点：站点.管理员)
DROP TABLE IF EXISTS "统计 23";
CREATE TEMPORARY TABLE "统计 23" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "管理员" IS NULL THEN concat_ws('', 'C|4|7|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$对象" AS "k",
  CAST(sum("管理员") AS DECIMAL(17, 0)) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.3 “几项中成立几项。”
-- 4.3 第 2 条：成立个数(片区.户数 ≥ 1000 人，合计(站点：管理员) ≥ 42 人) + 1 ≤ 2
DROP TABLE IF EXISTS "检查 4.3#2";
CREATE TEMPORARY TABLE "检查 4.3#2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 23" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  CASE WHEN "户数" IS NULL THEN concat_ws('', 'C|1|4|', "$标", ';') END AS k1,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k3
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "户数" >= 1000 THEN '1' ELSE '0' END AS k2,
  coalesce(k3, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k4
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k4 ELSE "j1g" END AS k5
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k5 IS NOT NULL THEN concat_ws('', '?', k5) WHEN "j1n" >= 42 THEN '1' ELSE '0' END AS k6
FROM s3),
s5 AS (SELECT s4.*,
  CAST((CASE WHEN k2 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k6 IN ('1', 'v') THEN 1 ELSE 0 END) AS DECIMAL(4, 0)) AS k7,
  CAST((CASE WHEN k2 <> '0' THEN 1 ELSE 0 END + CASE WHEN k6 <> '0' THEN 1 ELSE 0 END) AS DECIMAL(4, 0)) AS k8
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k7 <> k8 THEN concat_ws('', CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END, CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END, '-;') END AS k9
FROM s5),
s7 AS (SELECT s6.*,
  CASE WHEN k8 + 1 <= 2 THEN '1' WHEN NOT k7 + 1 <= 2 THEN '0' ELSE concat_ws('', '?', k9) END AS k10
FROM s6),
s8 AS (SELECT s7.*,
  CASE WHEN k10 = '1' THEN 'met' WHEN k10 = 'v' THEN 'met' WHEN k10 = '0' THEN 'not_met' WHEN k10 = '~' THEN 'open' ELSE 'undetermined' END AS k11
FROM s7)
SELECT
  "$行" AS "对象",
  k11 AS "结论",
  k10 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k10 LIKE '?%' THEN substr(k10, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k9 IS NULL THEN concat_ws('/', CAST((k7 + 1) AS VARCHAR), '1') END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s8;

-- 4.3 “几项中成立几项。”
-- 4.3 第 3 条：每个 站点：成立个数(有亭 = 是，等级 ≥ 乙，面积 ≥ 450 平方米) ≥ 2（各行）
DROP TABLE IF EXISTS "明细 4.3#3";
CREATE TEMPORARY TABLE "明细 4.3#3" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "有亭" IS NULL THEN concat_ws('', 'C|4|9|', "$标", ';') END AS k1,
  CASE WHEN "等级" IS NULL THEN concat_ws('', 'C|4|4|', "$标", ';') END AS k3,
  CASE WHEN "面积" IS NULL THEN concat_ws('', 'C|4|8|', "$标", ';') END AS k5
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "有亭" = TRUE THEN '1' ELSE '0' END AS k2,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN CASE "等级" WHEN '丙' THEN 0 WHEN '乙' THEN 1 WHEN '甲' THEN 2 END >= CASE '乙' WHEN '丙' THEN 0 WHEN '乙' THEN 1 WHEN '甲' THEN 2 END THEN '1' ELSE '0' END AS k4,
  CASE WHEN k5 IS NOT NULL THEN concat_ws('', '?', k5) WHEN "面积" >= 450 THEN '1' ELSE '0' END AS k6
FROM s1),
s3 AS (SELECT s2.*,
  CAST((CASE WHEN k2 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k4 IN ('1', 'v') THEN 1 ELSE 0 END + CASE WHEN k6 IN ('1', 'v') THEN 1 ELSE 0 END) AS DECIMAL(4, 0)) AS k7,
  CAST((CASE WHEN k2 <> '0' THEN 1 ELSE 0 END + CASE WHEN k4 <> '0' THEN 1 ELSE 0 END + CASE WHEN k6 <> '0' THEN 1 ELSE 0 END) AS DECIMAL(4, 0)) AS k8
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k7 <> k8 THEN concat_ws('', CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END, CASE WHEN k4 LIKE '?%' THEN substr(k4, 2) END, CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END, '-;') END AS k9
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k7 >= 2 THEN '1' WHEN NOT k8 >= 2 THEN '0' ELSE concat_ws('', '?', k9) END AS k10
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN "$属" IS NOT NULL THEN concat_ws('', '?', "$属") ELSE k10 END AS k11
FROM s5)
SELECT
  "$对象" AS "对象",
  CAST("$行" AS VARCHAR) AS "序",
  "$行" AS "行",
  "$标" AS "标",
  k11 AS "真值",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k9 IS NULL THEN concat_ws('/', CAST((k7) AS VARCHAR), '1') END, '')) AS "数"
FROM s6;

-- 4.3 “几项中成立几项。”
-- 4.3 第 3 条：每个 站点：成立个数(有亭 = 是，等级 ≥ 乙，面积 ≥ 450 平方米) ≥ 2
DROP TABLE IF EXISTS "检查 4.3#3";
CREATE TEMPORARY TABLE "检查 4.3#3" AS
WITH s0 AS (SELECT b.*, j1."c" AS "j1c", j1."m" AS "j1m", j1."f" AS "j1f", j1."u" AS "j1u", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN (SELECT "对象" AS k, count(*) AS c, count(CASE WHEN "真值" IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN "真值" = '0' THEN 1 END) AS f, count(CASE WHEN "真值" LIKE '?%' THEN 1 END) AS u, string_agg(CASE WHEN "真值" LIKE '?%' THEN substr("真值", 2) END, '' ORDER BY "行") AS g FROM "明细 4.3#3" GROUP BY "对象") j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND k1 IS NOT NULL THEN 'undetermined' WHEN NOT (coalesce("j1f", 0) = 0) THEN 'not_met' WHEN NOT ((coalesce("j1f", 0) + coalesce("j1u", 0)) = 0) THEN 'undetermined' ELSE 'met' END AS k2
FROM s1)
SELECT
  "$行" AS "对象",
  k2 AS "结论",
  NOT (coalesce("j1c", 0) = 0 AND k1 IS NULL) AS "适用",
  CAST(coalesce("j1c", 0) AS BIGINT) AS "行数",
  CAST(coalesce("j1m", 0) AS BIGINT) AS "达到",
  CAST(coalesce("j1f", 0) AS BIGINT) AS "未达到",
  CAST(coalesce("j1u", 0) AS BIGINT) AS "未定",
  CAST(CASE WHEN coalesce("j1c", 0) = 0 THEN k1 WHEN k2 <> 'met' THEN "j1g" END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s2;

-- 统计 24：合计(站点：站点.人数)
DROP TABLE IF EXISTS "统计 24";
CREATE TEMPORARY TABLE "统计 24" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$对象" AS "k",
  CAST(sum("人数") AS DECIMAL(17, 0)) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.4 “取数。”
-- 4.4 第 1 条：保留(合计(站点：管理员) / 合计(站点：人数) × 100 人，1) ≥ 9.9 人
DROP TABLE IF EXISTS "检查 4.4#1";
CREATE TEMPORARY TABLE "检查 4.4#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g", j2."k" AS "j2k", j2."n" AS "j2n", j2."c" AS "j2c", j2."g" AS "j2g" FROM "片区→" b
  LEFT JOIN "统计 23" j1 ON j1.k = b."$行"
  LEFT JOIN "统计 24" j2 ON j2.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CAST("j1n" AS DECIMAL(19, 0)) * 1000 AS k7,
  "j2n" AS k8
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2,
  CAST(k7 * 2 + k8 AS DECIMAL(21, 0)) AS k9,
  CAST(k8 * 2 AS DECIMAL(21, 0)) AS k10
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3,
  CASE WHEN "j2k" IS NULL THEN k2 ELSE "j2g" END AS k4,
  CAST(CASE WHEN k10 > 0 THEN (CAST((k9) AS HUGEINT) // CAST((k10) AS HUGEINT)) END AS DECIMAL(21, 0)) AS k11
FROM s2),
s4 AS (SELECT s3.*,
  nullif(concat_ws('', k3, k4), '') AS k5
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k5 IS NOT NULL THEN k5 WHEN "j2n" = 0 THEN concat_ws('', 'Z|4|6|', '', ';') END AS k6
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k6 IS NOT NULL THEN concat_ws('', '?', k6) WHEN k11 >= 99 THEN '1' ELSE '0' END AS k12
FROM s5),
s7 AS (SELECT s6.*,
  CASE WHEN k12 = '1' THEN 'met' WHEN k12 = 'v' THEN 'met' WHEN k12 = '0' THEN 'not_met' WHEN k12 = '~' THEN 'open' ELSE 'undetermined' END AS k13
FROM s6)
SELECT
  "$行" AS "对象",
  k13 AS "结论",
  k12 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k12 LIKE '?%' THEN substr(k12, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k6 IS NULL THEN concat_ws('/', CAST((k11) AS VARCHAR), '1') END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s7;

-- 统计 25：最小(站点：站点.人数)
DROP TABLE IF EXISTS "统计 25";
CREATE TEMPORARY TABLE "统计 25" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$对象" AS "k",
  CAST(min("人数") AS DECIMAL(11, 0)) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(k1, '' ORDER BY "$行")), '') AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.4 “取数。”
-- 4.4 第 2 条：最大值(最小(站点：人数)，100 人) / 最小值(合计(站点：管理员)，500 人) ≥ 0.5
DROP TABLE IF EXISTS "检查 4.4#2";
CREATE TEMPORARY TABLE "检查 4.4#2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g", j2."k" AS "j2k", j2."n" AS "j2n", j2."c" AS "j2c", j2."g" AS "j2g" FROM "片区→" b
  LEFT JOIN "统计 25" j1 ON j1.k = b."$行"
  LEFT JOIN "统计 23" j2 ON j2.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CAST(greatest("j1n", 100) AS DECIMAL(11, 0)) AS k4,
  CAST(least("j2n", 500) AS DECIMAL(17, 0)) AS k6
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3,
  CASE WHEN "j2k" IS NULL THEN k2 ELSE "j2g" END AS k5
FROM s2),
s4 AS (SELECT s3.*,
  nullif(concat_ws('', k3, k5), '') AS k7
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k7 IS NOT NULL THEN k7 WHEN k6 = 0 THEN concat_ws('', 'Z|1||', "$标", ';') END AS k8
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k8 IS NOT NULL THEN concat_ws('', '?', k8) WHEN k4 * 2 >= k6 THEN '1' ELSE '0' END AS k9
FROM s5),
s7 AS (SELECT s6.*,
  CASE WHEN k9 = '1' THEN 'met' WHEN k9 = 'v' THEN 'met' WHEN k9 = '0' THEN 'not_met' WHEN k9 = '~' THEN 'open' ELSE 'undetermined' END AS k10
FROM s6)
SELECT
  "$行" AS "对象",
  k10 AS "结论",
  k9 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k9 LIKE '?%' THEN substr(k9, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k8 IS NULL THEN concat_ws('/', CAST((k4) AS VARCHAR), CAST((k6) AS VARCHAR)) END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s7;

-- 4.4 “取数。”
-- 4.4 第 3 条：绝对值(合计(站点：管理员) − 100 人) ≤ 60 人
DROP TABLE IF EXISTS "检查 4.4#3";
CREATE TEMPORARY TABLE "检查 4.4#3" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 23" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  abs("j1n" - 100) AS k4
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN k4 <= 60 THEN '1' ELSE '0' END AS k5
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k5 = '1' THEN 'met' WHEN k5 = 'v' THEN 'met' WHEN k5 = '0' THEN 'not_met' WHEN k5 = '~' THEN 'open' ELSE 'undetermined' END AS k6
FROM s4)
SELECT
  "$行" AS "对象",
  k6 AS "结论",
  k5 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k5 LIKE '?%' THEN substr(k5, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k3 IS NULL THEN concat_ws('/', CAST((k4) AS VARCHAR), '1') END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- 年度 4：各年的 分项年度.费用 其中 (分项年度.分项 = 水 且 分项年度.核定 = 是)
DROP TABLE IF EXISTS "年度 4";
CREATE TEMPORARY TABLE "年度 4" AS
WITH s0 AS (SELECT b.* FROM "分项年度→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "分项" IS NULL THEN concat_ws('', 'C|3|2|', "$标", ';') END AS k1,
  CASE WHEN "核定" IS NULL THEN concat_ws('', 'C|3|4|', "$标", ';') END AS k3,
  CASE WHEN "费用" IS NULL THEN concat_ws('', 'C|3|3|', "$标", ';') END AS k6
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "分项" = '水' THEN '1' ELSE '0' END AS k2,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN "核定" = TRUE THEN '1' ELSE '0' END AS k4
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN '0' IN (k2, k4) THEN '0' WHEN '~' IN (k2, k4) THEN '~' WHEN k2 LIKE '?%' OR k4 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END, CASE WHEN k4 LIKE '?%' THEN substr(k4, 2) END) WHEN '1' IN (k2, k4) THEN '1' ELSE 'v' END AS k5
FROM s2),
s4 AS (SELECT s3.*,
  row_number() OVER (PARTITION BY "$对象", "年份" ORDER BY CASE WHEN k5 IN ('1', 'v') THEN 0 ELSE 1 END, "$行") AS k7
FROM s3)
SELECT
  "$对象" AS "k",
  "年份" AS "y",
  max(CASE WHEN k7 = 1 AND k5 IN ('1', 'v') THEN "费用" END) AS "n",
  max(CASE WHEN k7 = 1 AND k5 IN ('1', 'v') THEN k6 END) AS "g",
  max(CASE WHEN k7 = 1 AND k5 IN ('1', 'v') THEN 1 END) AS "f",
  string_agg(CASE WHEN k5 LIKE '?%' THEN substr(k5, 2) END, '' ORDER BY "$行") AS "o"
FROM s4
WHERE "$对象" IS NOT NULL
GROUP BY "$对象", "年份";

-- 4.4 “取数。”
-- 4.4 第 4 条：年度值(分项年度 其中 分项 = 水 且 核定 = 是：费用，前 1 年) ≤ 100 元
DROP TABLE IF EXISTS "检查 4.4#4";
CREATE TEMPORARY TABLE "检查 4.4#4" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."y" AS "j1y", j1."n" AS "j1n", j1."g" AS "j1g", j1."f" AS "j1f", j1."o" AS "j1o" FROM "片区→" b
  LEFT JOIN "年度 4" j1 ON j1.k = b."$行" AND j1.y = b."申报年" - 1),
s1 AS (SELECT s0.*,
  CASE WHEN "申报年" IS NULL THEN concat_ws('', 'C|1|3|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN k1 WHEN "j1f" IS NULL THEN coalesce("j1o", CASE WHEN NOT "$交分项年度" THEN 'T|3||;' ELSE concat_ws('', 'K|3||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|年份=', CAST(("申报年" - 1) AS VARCHAR), ';') END) ELSE "j1g" END AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k2 IS NOT NULL THEN concat_ws('', '?', k2) WHEN "j1n" <= 100 THEN '1' ELSE '0' END AS k3
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k3 = '1' THEN 'met' WHEN k3 = 'v' THEN 'met' WHEN k3 = '0' THEN 'not_met' WHEN k3 = '~' THEN 'open' ELSE 'undetermined' END AS k4
FROM s3)
SELECT
  "$行" AS "对象",
  k4 AS "结论",
  k3 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k3 LIKE '?%' THEN substr(k3, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k2 IS NULL THEN concat_ws('/', CAST(("j1n") AS VARCHAR), '1') END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s4;

-- 年度 5：各年的 分项年度.费用 其中 分项年度.分项 = 电
DROP TABLE IF EXISTS "年度 5";
CREATE TEMPORARY TABLE "年度 5" AS
WITH s0 AS (SELECT b.* FROM "分项年度→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "分项" IS NULL THEN concat_ws('', 'C|3|2|', "$标", ';') END AS k1,
  CASE WHEN "费用" IS NULL THEN concat_ws('', 'C|3|3|', "$标", ';') END AS k3
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "分项" = '电' THEN '1' ELSE '0' END AS k2
FROM s1),
s3 AS (SELECT s2.*,
  row_number() OVER (PARTITION BY "$对象", "年份" ORDER BY CASE WHEN k2 IN ('1', 'v') THEN 0 ELSE 1 END, "$行") AS k4
FROM s2)
SELECT
  "$对象" AS "k",
  "年份" AS "y",
  max(CASE WHEN k4 = 1 AND k2 IN ('1', 'v') THEN "费用" END) AS "n",
  max(CASE WHEN k4 = 1 AND k2 IN ('1', 'v') THEN k3 END) AS "g",
  max(CASE WHEN k4 = 1 AND k2 IN ('1', 'v') THEN 1 END) AS "f",
  string_agg(CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END, '' ORDER BY "$行") AS "o"
FROM s3
WHERE "$对象" IS NOT NULL
GROUP BY "$对象", "年份";

-- 4.4 “取数。”
-- 4.4 第 5 条：逐年不减(分项年度 其中 分项 = 电：费用，近 2 年)
DROP TABLE IF EXISTS "检查 4.4#5";
CREATE TEMPORARY TABLE "检查 4.4#5" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."y" AS "j1y", j1."n" AS "j1n", j1."g" AS "j1g", j1."f" AS "j1f", j1."o" AS "j1o", j2."k" AS "j2k", j2."y" AS "j2y", j2."n" AS "j2n", j2."g" AS "j2g", j2."f" AS "j2f", j2."o" AS "j2o" FROM "片区→" b
  LEFT JOIN "年度 5" j1 ON j1.k = b."$行" AND j1.y = b."申报年" - 2
  LEFT JOIN "年度 5" j2 ON j2.k = b."$行" AND j2.y = b."申报年" - 1),
s1 AS (SELECT s0.*,
  CASE WHEN "申报年" IS NULL THEN concat_ws('', 'C|1|3|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN k1 WHEN "j1f" IS NULL THEN coalesce("j1o", CASE WHEN NOT "$交分项年度" THEN 'T|3||;' ELSE concat_ws('', 'K|3||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|年份=', CAST(("申报年" - 2) AS VARCHAR), ';') END) ELSE "j1g" END AS k2,
  CASE WHEN k1 IS NOT NULL THEN k1 WHEN "j2f" IS NULL THEN coalesce("j2o", CASE WHEN NOT "$交分项年度" THEN 'T|3||;' ELSE concat_ws('', 'K|3||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), '|年份=', CAST(("申报年" - 1) AS VARCHAR), ';') END) ELSE "j2g" END AS k3
FROM s1),
s3 AS (SELECT s2.*,
  nullif(concat_ws('', k3, k2), '') AS k4
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k4 IS NOT NULL THEN concat_ws('', '?', k4) WHEN "j2n" >= "j1n" THEN '1' ELSE '0' END AS k5
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) ELSE k5 END AS k6
FROM s4),
s6 AS (SELECT s5.*,
  CASE WHEN k6 = '1' THEN 'met' WHEN k6 = 'v' THEN 'met' WHEN k6 = '0' THEN 'not_met' WHEN k6 = '~' THEN 'open' ELSE 'undetermined' END AS k7
FROM s5)
SELECT
  "$行" AS "对象",
  k7 AS "结论",
  k6 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s6;

-- 4.5 “每组有亭。”
-- 4.5 第 1 条：每组 站点 按 类别：计数(本组 其中 有亭 = 是) ≥ 1（分组）
DROP TABLE IF EXISTS "分组 4.5#1";
CREATE TEMPORARY TABLE "分组 4.5#1" AS
SELECT
  "$行" AS "$行",
  "$出处" AS "$出处",
  "站点代码" AS "站点代码",
  "片区代码" AS "片区代码",
  "站点名称" AS "站点名称",
  "类别" AS "类别",
  "等级" AS "等级",
  "建成" AS "建成",
  "人数" AS "人数",
  "管理员" AS "管理员",
  "面积" AS "面积",
  "有亭" AS "有亭",
  "片区→$行" AS "片区→$行",
  "片区→片区代码" AS "片区→片区代码",
  "片区→街道" AS "片区→街道",
  "片区→片区名称" AS "片区→片区名称",
  "片区→申报年" AS "片区→申报年",
  "片区→户数" AS "片区→户数",
  "片区→街道→$行" AS "片区→街道→$行",
  "片区→街道→街道代码" AS "片区→街道→街道代码",
  "片区→街道→街道名称" AS "片区→街道→街道名称",
  "片区→街道→$对象" AS "片区→街道→$对象",
  "片区→街道→$标" AS "片区→街道→$标",
  "片区→街道→$缺" AS "片区→街道→$缺",
  "片区→$对象" AS "片区→$对象",
  "片区→$标" AS "片区→$标",
  "片区→$缺" AS "片区→$缺",
  "$对象" AS "$对象",
  "$标" AS "$标",
  "$属" AS "$属",
  min("$行") OVER (PARTITION BY "$对象", "类别") AS "$组",
  concat_ws('', lpad(CAST(CASE "类别" WHEN '街区' THEN 0 WHEN '园区' THEN 1 END AS VARCHAR), 12, '0')) AS "$序",
  concat_ws('|', replace(replace(replace("类别", '~', '~0'), '|', '~1'), ';', '~2')) AS "$名"
FROM "站点→" b
WHERE "类别" IS NOT NULL;

-- 4.5 “每组有亭。”
-- 4.5 第 1 条：每组 站点 按 类别：计数(本组 其中 有亭 = 是) ≥ 1（分组的字段缺数据的行）
DROP TABLE IF EXISTS "缺组 4.5#1";
CREATE TEMPORARY TABLE "缺组 4.5#1" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "类别" IS NULL THEN concat_ws('', 'C|4|3|', "$标", ';') END AS k1
FROM s0)
SELECT
  "$对象" AS "k",
  string_agg(k1, '' ORDER BY "$行") AS "g"
FROM s1
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 4.5 “每组有亭。”
-- 4.5 第 1 条：每组 站点 按 类别：计数(本组 其中 有亭 = 是) ≥ 1（各组一行）
DROP TABLE IF EXISTS "各组 4.5#1";
CREATE TEMPORARY TABLE "各组 4.5#1" AS
SELECT "$对象", "$组", min("$序") AS "$序", min("$名") AS "$名", string_agg("$属", '' ORDER BY "$行") AS "$属缺" FROM "分组 4.5#1" GROUP BY "$对象", "$组";

-- 范围 2：本组 其中 站点.有亭 = 是
DROP TABLE IF EXISTS "范围 2";
CREATE TEMPORARY TABLE "范围 2" AS
WITH s0 AS (SELECT b.* FROM "分组 4.5#1" b),
s1 AS (SELECT s0.*,
  CASE WHEN "有亭" IS NULL THEN concat_ws('', 'C|4|9|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "有亭" = TRUE THEN '1' ELSE '0' END AS k2
FROM s1)
SELECT
  "$行" AS "$行",
  "$出处" AS "$出处",
  "站点代码" AS "站点代码",
  "片区代码" AS "片区代码",
  "站点名称" AS "站点名称",
  "类别" AS "类别",
  "等级" AS "等级",
  "建成" AS "建成",
  "人数" AS "人数",
  "管理员" AS "管理员",
  "面积" AS "面积",
  "有亭" AS "有亭",
  "片区→$行" AS "片区→$行",
  "片区→片区代码" AS "片区→片区代码",
  "片区→街道" AS "片区→街道",
  "片区→片区名称" AS "片区→片区名称",
  "片区→申报年" AS "片区→申报年",
  "片区→户数" AS "片区→户数",
  "片区→街道→$行" AS "片区→街道→$行",
  "片区→街道→街道代码" AS "片区→街道→街道代码",
  "片区→街道→街道名称" AS "片区→街道→街道名称",
  "片区→街道→$对象" AS "片区→街道→$对象",
  "片区→街道→$标" AS "片区→街道→$标",
  "片区→街道→$缺" AS "片区→街道→$缺",
  "片区→$对象" AS "片区→$对象",
  "片区→$标" AS "片区→$标",
  "片区→$缺" AS "片区→$缺",
  "$对象" AS "$对象",
  "$标" AS "$标",
  "$组" AS "$组",
  nullif(concat_ws('', "$属", CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END), '') AS "$属"
FROM s2
WHERE k2 <> '0';

-- 统计 26：计数(本组)
DROP TABLE IF EXISTS "统计 26";
CREATE TEMPORARY TABLE "统计 26" AS
SELECT
  "$组" AS "k",
  count(*) AS "n",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行")), '') AS "g"
FROM "范围 2" b
WHERE "$组" IS NOT NULL
GROUP BY "$组";

-- 4.5 “每组有亭。”
-- 4.5 第 1 条：每组 站点 按 类别：计数(本组 其中 有亭 = 是) ≥ 1（各组）
DROP TABLE IF EXISTS "明细 4.5#1";
CREATE TEMPORARY TABLE "明细 4.5#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."g" AS "j1g", j2."站点" AS "j2站点", j2."片区" AS "j2片区", j3."g" AS "j3g" FROM "各组 4.5#1" b
  LEFT JOIN "统计 26" j1 ON j1.k = b."$组"
  LEFT JOIN "$已交" j2 ON 1 = 1
  LEFT JOIN "缺组 4.5#1" j3 ON j3.k = b."$对象"),
s1 AS (SELECT s0.*,
  '1' AS k1,
  nullif(concat_ws('', CASE WHEN NOT "j2站点" THEN 'T|4||;' END, CASE WHEN NOT "j2片区" THEN 'T|1||;' END), '') AS k2,
  CAST(coalesce("j1n", 0) AS DECIMAL(7, 0)) AS k4,
  nullif(concat_ws('', "$属缺", "j3g"), '') AS k8
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3,
  CASE k1 WHEN '1' THEN '0' WHEN '0' THEN '1' ELSE k1 END AS k6
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN k4 >= 1 THEN '1' ELSE '0' END AS k5
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN '1' IN (k6, k5) THEN '1' WHEN '~' IN (k6, k5) THEN '~' WHEN 'v' IN (k6, k5) THEN 'v' WHEN k6 LIKE '?%' OR k5 LIKE '?%' THEN concat_ws('', '?', CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END, CASE WHEN k5 LIKE '?%' THEN substr(k5, 2) END) ELSE '0' END AS k7
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k8 IS NOT NULL THEN concat_ws('', '?', k8, CASE WHEN k7 LIKE '?%' THEN substr(k7, 2) END) ELSE k7 END AS k9
FROM s4)
SELECT
  "$对象" AS "对象",
  "$序" AS "序",
  "$序" AS "行",
  "$名" AS "标",
  k9 AS "真值",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k3 IS NULL THEN concat_ws('/', CAST((k4) AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k3 IS NULL THEN concat_ws('/', CAST((k4) AS VARCHAR), '1') END, '')) AS "数"
FROM s5
WHERE NOT (k1 = '0' AND k8 IS NULL);

-- 4.5 “每组有亭。”
-- 4.5 第 1 条：每组 站点 按 类别：计数(本组 其中 有亭 = 是) ≥ 1
DROP TABLE IF EXISTS "检查 4.5#1";
CREATE TEMPORARY TABLE "检查 4.5#1" AS
WITH s0 AS (SELECT b.*, j1."c" AS "j1c", j1."m" AS "j1m", j1."f" AS "j1f", j1."u" AS "j1u", j1."g" AS "j1g", j2."g" AS "j2g" FROM "片区→" b
  LEFT JOIN (SELECT "对象" AS k, count(*) AS c, count(CASE WHEN "真值" IN ('1', 'v') THEN 1 END) AS m, count(CASE WHEN "真值" = '0' THEN 1 END) AS f, count(CASE WHEN "真值" LIKE '?%' THEN 1 END) AS u, string_agg(CASE WHEN "真值" LIKE '?%' THEN substr("真值", 2) END, '' ORDER BY "行") AS g FROM "明细 4.5#1" GROUP BY "对象") j1 ON j1.k = b."$行"
  LEFT JOIN "缺组 4.5#1" j2 ON j2.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND k1 IS NOT NULL THEN 'undetermined' WHEN NOT (coalesce("j1f", 0) = 0) THEN 'not_met' WHEN NOT ((coalesce("j1f", 0) + coalesce("j1u", 0)) = 0) THEN 'undetermined' ELSE 'met' END AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN coalesce("j1c", 0) = 0 AND "j2g" IS NOT NULL THEN 'keyless' ELSE k2 END AS k3
FROM s2)
SELECT
  "$行" AS "对象",
  k3 AS "结论",
  (NOT (coalesce("j1c", 0) = 0 AND k1 IS NULL) OR "j2g" IS NOT NULL) AS "适用",
  CAST(coalesce("j1c", 0) AS BIGINT) AS "行数",
  CAST(coalesce("j1m", 0) AS BIGINT) AS "达到",
  CAST(coalesce("j1f", 0) AS BIGINT) AS "未达到",
  CAST(coalesce("j1u", 0) AS BIGINT) AS "未定",
  CAST(CASE WHEN coalesce("j1c", 0) = 0 AND "j2g" IS NOT NULL THEN "j2g" ELSE CASE WHEN coalesce("j1c", 0) = 0 THEN k1 WHEN k2 <> 'met' THEN "j1g" END END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s3;

-- 5.1 “按值得分（4分）。”
-- 5.1 第 1 条：“按比例”：得 1分：占比(站点：有亭 = 是) × 1 分
DROP TABLE IF EXISTS "检查 5.1#1";
CREATE TEMPORARY TABLE "检查 5.1#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 8" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CAST("j1n" AS DECIMAL(7, 0)) AS k4,
  CAST("j1c" AS DECIMAL(7, 0)) AS k5,
  FALSE AS k7
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2,
  coalesce(k4 >= k5, FALSE) AS k8,
  k4 * 1000000 AS k10
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3,
  CASE WHEN k8 OR k4 <= k5 * 0 THEN FALSE ELSE TRUE END AS k9
FROM s2),
s4 AS (SELECT s3.*,
  (k3 IS NOT NULL) AS k6,
  CAST(CASE WHEN k9 AND k5 > 0 THEN (CAST((k10) AS HUGEINT) // CAST((k5) AS HUGEINT)) END AS DECIMAL(8, 0)) AS k11
FROM s3),
s5 AS (SELECT s4.*,
  coalesce(k9 AND k11 * k5 <> k10, FALSE) AS k12,
  CASE WHEN k6 THEN 'undetermined' WHEN k7 OR k8 THEN 'met' WHEN NOT k8 THEN 'not_met' ELSE 'undetermined' END AS k13
FROM s4)
SELECT
  "$行" AS "对象",
  k13 AS "结论",
  NOT k7 AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(k3 AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN CASE WHEN k6 THEN '-;' END IS NULL THEN concat_ws('/', CAST((k4) AS VARCHAR), CAST((k5) AS VARCHAR)) END, ''), coalesce(CASE WHEN CASE WHEN k6 THEN '-;' END IS NULL THEN concat_ws('/', CAST((k4) AS VARCHAR), CAST((k5) AS VARCHAR)) END, ''), coalesce(CASE WHEN k7 THEN '1' ELSE '' END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(CASE WHEN k6 THEN 0 WHEN k7 THEN CAST(1 AS DECIMAL(15, 6)) ELSE CASE WHEN k8 THEN CAST(1 AS DECIMAL(15, 6)) WHEN k9 THEN CAST(k11 * CAST(0.000001 AS DECIMAL(15, 6)) AS DECIMAL(15, 6)) ELSE 0 END END AS DECIMAL(15, 6)) AS "低",
  CAST(CASE WHEN k6 OR k7 THEN CAST(1 AS DECIMAL(15, 6)) ELSE CASE WHEN k8 THEN CAST(1 AS DECIMAL(15, 6)) WHEN k9 THEN CAST(least((k11 + CASE WHEN k12 THEN 1 ELSE 0 END) * CAST(0.000001 AS DECIMAL(15, 6)), CAST(1 AS DECIMAL(15, 6)) - CAST(0.000001 AS DECIMAL(15, 6))) AS DECIMAL(15, 6)) ELSE 0 END END AS DECIMAL(15, 6)) AS "高",
  CASE WHEN NOT k6 AND NOT k7 AND (k12 OR k12) THEN 1 ELSE 0 END AS "约"
FROM s5;

-- 5.1 “按值得分（4分）。”
-- 5.1 第 2 条：“分档”：得 1分：若 片区.户数 ≥ 2000 人 则 1 分 否则 若 合计(站点：人数) ≥ 1000 人 则 0.5 分 否则 0 分
DROP TABLE IF EXISTS "检查 5.1#2";
CREATE TEMPORARY TABLE "检查 5.1#2" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 24" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  CASE WHEN "户数" IS NULL THEN concat_ws('', 'C|1|4|', "$标", ';') END AS k1,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k3,
  2 AS k21
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "户数" >= 2000 THEN '1' ELSE '0' END AS k2,
  coalesce(k3, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k4
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k4 ELSE "j1g" END AS k5
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k5 IS NOT NULL THEN concat_ws('', '?', k5) WHEN "j1n" >= 1000 THEN '1' ELSE '0' END AS k6
FROM s3),
s5 AS (SELECT s4.*,
  CAST(CASE WHEN k6 IN ('1', 'v') THEN 1 WHEN k6 = '0' THEN 0 ELSE least(1, 0) END AS DECIMAL(1, 0)) AS k7,
  CAST(CASE WHEN k6 IN ('1', 'v') THEN 1 WHEN k6 = '0' THEN 0 ELSE greatest(1, 0) END AS DECIMAL(1, 0)) AS k8,
  CASE WHEN k6 IN ('1', 'v') THEN NULL WHEN k6 = '0' THEN NULL ELSE concat_ws('', substr(k6, 2), NULL, NULL, '-;') END AS k9,
  CASE WHEN k6 IN ('1', 'v') THEN FALSE WHEN k6 = '0' THEN FALSE ELSE FALSE OR FALSE END AS k10,
  CASE WHEN k6 IN ('1', 'v') THEN FALSE WHEN k6 = '0' THEN FALSE ELSE FALSE AND FALSE END AS k11
FROM s4),
s6 AS (SELECT s5.*,
  CAST(CASE WHEN k2 IN ('1', 'v') THEN 2 WHEN k2 = '0' THEN k7 ELSE least(2, k7) END AS DECIMAL(1, 0)) AS k12,
  CAST(CASE WHEN k2 IN ('1', 'v') THEN 2 WHEN k2 = '0' THEN k8 ELSE greatest(2, k8) END AS DECIMAL(1, 0)) AS k13,
  CASE WHEN k2 IN ('1', 'v') THEN NULL WHEN k2 = '0' THEN k9 ELSE concat_ws('', substr(k2, 2), NULL, k9, '-;') END AS k14,
  CASE WHEN k2 IN ('1', 'v') THEN FALSE WHEN k2 = '0' THEN k10 ELSE FALSE OR k10 END AS k15,
  CASE WHEN k2 IN ('1', 'v') THEN FALSE WHEN k2 = '0' THEN k11 ELSE FALSE AND k11 END AS k16
FROM s5),
s7 AS (SELECT s6.*,
  (k16 AND NOT k15) AS k17,
  coalesce(k12 >= 2, FALSE) AS k18,
  k12 * 1000000 AS k20,
  coalesce(k13 >= 2, FALSE) AS k24,
  k13 * 1000000 AS k26
FROM s6),
s8 AS (SELECT s7.*,
  CASE WHEN k18 OR k12 <= 0 THEN FALSE ELSE TRUE END AS k19,
  CASE WHEN k24 OR k13 <= 0 THEN FALSE ELSE TRUE END AS k25,
  CASE WHEN k15 THEN 'undetermined' WHEN k17 OR k18 THEN 'met' WHEN NOT k24 THEN 'not_met' ELSE 'undetermined' END AS k29
FROM s7),
s9 AS (SELECT s8.*,
  CAST(CASE WHEN k19 AND k21 > 0 THEN (CAST((k20) AS HUGEINT) // CAST((k21) AS HUGEINT)) END AS DECIMAL(8, 0)) AS k22,
  CAST(CASE WHEN k25 AND k21 > 0 THEN (CAST((k26) AS HUGEINT) // CAST((k21) AS HUGEINT)) END AS DECIMAL(8, 0)) AS k27
FROM s8),
s10 AS (SELECT s9.*,
  coalesce(k19 AND k22 * k21 <> k20, FALSE) AS k23,
  coalesce(k25 AND k27 * k21 <> k26, FALSE) AS k28
FROM s9)
SELECT
  "$行" AS "对象",
  k29 AS "结论",
  NOT k17 AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(k14 AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN CASE WHEN k15 THEN '-;' END IS NULL THEN concat_ws('/', CAST((k12) AS VARCHAR), '1') END, ''), coalesce(CASE WHEN CASE WHEN k15 THEN '-;' END IS NULL THEN concat_ws('/', CAST((k13) AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k17 THEN '1' ELSE '' END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(CASE WHEN k15 THEN 0 WHEN k17 THEN CAST(1 AS DECIMAL(15, 6)) ELSE CASE WHEN k18 THEN CAST(1 AS DECIMAL(15, 6)) WHEN k19 THEN CAST(k22 * CAST(0.000001 AS DECIMAL(15, 6)) AS DECIMAL(15, 6)) ELSE 0 END END AS DECIMAL(15, 6)) AS "低",
  CAST(CASE WHEN k15 OR k17 THEN CAST(1 AS DECIMAL(15, 6)) ELSE CASE WHEN k24 THEN CAST(1 AS DECIMAL(15, 6)) WHEN k25 THEN CAST(least((k27 + CASE WHEN k28 THEN 1 ELSE 0 END) * CAST(0.000001 AS DECIMAL(15, 6)), CAST(1 AS DECIMAL(15, 6)) - CAST(0.000001 AS DECIMAL(15, 6))) AS DECIMAL(15, 6)) ELSE 0 END END AS DECIMAL(15, 6)) AS "高",
  CASE WHEN NOT k15 AND NOT k17 AND (k23 OR k28) THEN 1 ELSE 0 END AS "约"
FROM s10;

-- 5.1 “按值得分（4分）。”
-- 5.1 第 3 条：“扣分”：得 2分：2 分 − 最大值(0 人，210 人 − 合计(站点：管理员)) / 1 人 × 0.1 分
DROP TABLE IF EXISTS "检查 5.1#3";
CREATE TEMPORARY TABLE "检查 5.1#3" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 23" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CAST(greatest(0, 210 - "j1n") AS DECIMAL(18, 0)) AS k4,
  FALSE AS k6,
  10 AS k10
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2,
  coalesce(20 - k4 >= 20, FALSE) AS k7,
  CAST((20 - k4) AS DECIMAL(19, 0)) * 1000000 AS k9
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3,
  CASE WHEN k7 OR 20 - k4 <= 0 THEN FALSE ELSE TRUE END AS k8
FROM s2),
s4 AS (SELECT s3.*,
  (k3 IS NOT NULL) AS k5,
  CAST(CASE WHEN k8 AND k10 > 0 THEN (CAST((k9) AS HUGEINT) // CAST((k10) AS HUGEINT)) END AS DECIMAL(8, 0)) AS k11
FROM s3),
s5 AS (SELECT s4.*,
  coalesce(k8 AND k11 * k10 <> k9, FALSE) AS k12,
  CASE WHEN k5 THEN 'undetermined' WHEN k6 OR k7 THEN 'met' WHEN NOT k7 THEN 'not_met' ELSE 'undetermined' END AS k13
FROM s4)
SELECT
  "$行" AS "对象",
  k13 AS "结论",
  NOT k6 AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(k3 AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN CASE WHEN k5 THEN '-;' END IS NULL THEN concat_ws('/', CAST((20 - k4) AS VARCHAR), '1') END, ''), coalesce(CASE WHEN CASE WHEN k5 THEN '-;' END IS NULL THEN concat_ws('/', CAST((20 - k4) AS VARCHAR), '1') END, ''), coalesce(CASE WHEN k6 THEN '1' ELSE '' END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(CASE WHEN k5 THEN 0 WHEN k6 THEN CAST(2 AS DECIMAL(15, 6)) ELSE CASE WHEN k7 THEN CAST(2 AS DECIMAL(15, 6)) WHEN k8 THEN CAST(k11 * CAST(0.000001 AS DECIMAL(15, 6)) AS DECIMAL(15, 6)) ELSE 0 END END AS DECIMAL(15, 6)) AS "低",
  CAST(CASE WHEN k5 OR k6 THEN CAST(2 AS DECIMAL(15, 6)) ELSE CASE WHEN k7 THEN CAST(2 AS DECIMAL(15, 6)) WHEN k8 THEN CAST(least((k11 + CASE WHEN k12 THEN 1 ELSE 0 END) * CAST(0.000001 AS DECIMAL(15, 6)), CAST(2 AS DECIMAL(15, 6)) - CAST(0.000001 AS DECIMAL(15, 6))) AS DECIMAL(15, 6)) ELSE 0 END END AS DECIMAL(15, 6)) AS "高",
  CASE WHEN NOT k5 AND NOT k6 AND (k12 OR k12) THEN 1 ELSE 0 END AS "约"
FROM s5;

-- 统计 27：存在(站点：站点.人数 > 2000)
DROP TABLE IF EXISTS "统计 27";
CREATE TEMPORARY TABLE "统计 27" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "人数" IS NULL THEN concat_ws('', 'C|4|6|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN "人数" > 2000 THEN '1' ELSE '0' END AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "$属" IS NULL OR k2 = '0' THEN k2 ELSE concat_ws('', '?', "$属") END AS k3
FROM s2)
SELECT
  "$对象" AS "k",
  CASE WHEN max(CASE WHEN k3 = '1' THEN 1 ELSE 0 END) = 1 THEN '1' WHEN max(CASE WHEN k3 = 'v' THEN 1 ELSE 0 END) = 1 THEN 'v' WHEN max(CASE WHEN k3 LIKE '?%' THEN 1 ELSE 0 END) = 1 THEN concat_ws('', '?', string_agg(CASE WHEN k3 LIKE '?%' THEN substr(k3, 2) END, '' ORDER BY "$行")) ELSE '0' END AS "t"
FROM s3
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 否决.2 “有站点超过2000人”
-- 否决.2 第 1 条：触发：存在(站点：人数 > 2000 人)
DROP TABLE IF EXISTS "检查 否决.2#1";
CREATE TEMPORARY TABLE "检查 否决.2#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."t" AS "j1t" FROM "片区→" b
  LEFT JOIN "统计 27" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1
FROM s0),
s2 AS (SELECT s1.*,
  coalesce("j1t", CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) ELSE '0' END) AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN k2 = '1' THEN 'not_met' WHEN k2 = 'v' THEN 'met' WHEN k2 = '0' THEN 'met' WHEN k2 = '~' THEN 'open' ELSE 'undetermined' END AS k3
FROM s2)
SELECT
  "$行" AS "对象",
  k3 AS "结论",
  k2 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  '' AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s3;

-- 统计 28：占比(站点：站点.等级 ≥ 乙)
DROP TABLE IF EXISTS "统计 28";
CREATE TEMPORARY TABLE "统计 28" AS
WITH s0 AS (SELECT b.* FROM "站点→" b),
s1 AS (SELECT s0.*,
  CASE WHEN "等级" IS NULL THEN concat_ws('', 'C|4|4|', "$标", ';') END AS k1
FROM s0),
s2 AS (SELECT s1.*,
  CASE WHEN k1 IS NOT NULL THEN concat_ws('', '?', k1) WHEN CASE "等级" WHEN '丙' THEN 0 WHEN '乙' THEN 1 WHEN '甲' THEN 2 END >= CASE '乙' WHEN '丙' THEN 0 WHEN '乙' THEN 1 WHEN '甲' THEN 2 END THEN '1' ELSE '0' END AS k2
FROM s1)
SELECT
  "$对象" AS "k",
  count(CASE WHEN k2 IN ('1', 'v') THEN 1 END) AS "n",
  count(*) AS "c",
  nullif(concat_ws('', string_agg("$属", '' ORDER BY "$行"), string_agg(CASE WHEN k2 LIKE '?%' THEN substr(k2, 2) END, '' ORDER BY "$行")), '') AS "g"
FROM s2
WHERE "$对象" IS NOT NULL
GROUP BY "$对象";

-- 资格.1 “等级乙以上的占半数”
-- 资格.1 第 1 条：占比(站点：等级 ≥ 乙) ≥ 50%
DROP TABLE IF EXISTS "检查 资格.1#1";
CREATE TEMPORARY TABLE "检查 资格.1#1" AS
WITH s0 AS (SELECT b.*, j1."k" AS "j1k", j1."n" AS "j1n", j1."c" AS "j1c", j1."g" AS "j1g" FROM "片区→" b
  LEFT JOIN "统计 28" j1 ON j1.k = b."$行"),
s1 AS (SELECT s0.*,
  nullif(concat_ws('', CASE WHEN NOT "$交站点" THEN 'T|4||;' END, CASE WHEN NOT "$交片区" THEN 'T|1||;' END), '') AS k1,
  CAST("j1n" AS DECIMAL(7, 0)) AS k4,
  CAST("j1c" AS DECIMAL(7, 0)) AS k5
FROM s0),
s2 AS (SELECT s1.*,
  coalesce(k1, CASE WHEN NOT "$交站点" THEN 'T|4||;' ELSE concat_ws('', 'K|4||', '片区代码=', replace(replace(replace("片区代码", '~', '~0'), '|', '~1'), ';', '~2'), ';') END) AS k2
FROM s1),
s3 AS (SELECT s2.*,
  CASE WHEN "j1k" IS NULL THEN k2 ELSE "j1g" END AS k3
FROM s2),
s4 AS (SELECT s3.*,
  CASE WHEN k3 IS NOT NULL THEN concat_ws('', '?', k3) WHEN k4 * 2 >= k5 THEN '1' ELSE '0' END AS k6
FROM s3),
s5 AS (SELECT s4.*,
  CASE WHEN k6 = '1' THEN 'met' WHEN k6 = 'v' THEN 'met' WHEN k6 = '0' THEN 'not_met' WHEN k6 = '~' THEN 'open' ELSE 'undetermined' END AS k7
FROM s4)
SELECT
  "$行" AS "对象",
  k7 AS "结论",
  k6 <> 'v' AS "适用",
  CAST(NULL AS BIGINT) AS "行数",
  CAST(NULL AS BIGINT) AS "达到",
  CAST(NULL AS BIGINT) AS "未达到",
  CAST(NULL AS BIGINT) AS "未定",
  CAST(CASE WHEN k6 LIKE '?%' THEN substr(k6, 2) END AS VARCHAR) AS "缺",
  CAST(NULL AS INTEGER) AS "宽限",
  concat_ws('|', coalesce(CASE WHEN k3 IS NULL THEN concat_ws('/', CAST((k4) AS VARCHAR), CAST((k5) AS VARCHAR)) END, '')) AS "数",
  CAST(NULL AS VARCHAR) AS "佐证",
  CAST(NULL AS DECIMAL(15, 6)) AS "低",
  CAST(NULL AS DECIMAL(15, 6)) AS "高",
  0 AS "约"
FROM s5;

-- ════ 五、条目、指标、结论 ════

-- 各条检查，合在一起
DROP TABLE IF EXISTS "各检查";
CREATE TEMPORARY TABLE "各检查" AS
SELECT '1.1' AS "条目", '1.1#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 1.1#1"
UNION ALL SELECT '1.2' AS "条目", '1.2#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 1.2#1"
UNION ALL SELECT '1.2' AS "条目", '1.2#2' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 1.2#2"
UNION ALL SELECT '1.3' AS "条目", '1.3#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 1.3#1"
UNION ALL SELECT '2.1' AS "条目", '2.1#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 2.1#1"
UNION ALL SELECT '2.2' AS "条目", '2.2#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 2.2#1"
UNION ALL SELECT '2.3' AS "条目", '2.3#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 2.3#1"
UNION ALL SELECT '2.3' AS "条目", '2.3#2' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 2.3#2"
UNION ALL SELECT '3.1' AS "条目", '3.1#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 3.1#1"
UNION ALL SELECT '3.1' AS "条目", '3.1#2' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 3.1#2"
UNION ALL SELECT "条目", "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 得分"
UNION ALL SELECT '4.1' AS "条目", '4.1#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.1#1"
UNION ALL SELECT '4.1' AS "条目", '4.1#2' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.1#2"
UNION ALL SELECT '4.1' AS "条目", '4.1#3' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.1#3"
UNION ALL SELECT '4.1' AS "条目", '4.1#4' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.1#4"
UNION ALL SELECT '4.1' AS "条目", '4.1#5' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.1#5"
UNION ALL SELECT '4.1' AS "条目", '4.1#6' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.1#6"
UNION ALL SELECT '4.2' AS "条目", '4.2#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.2#1"
UNION ALL SELECT '4.2' AS "条目", '4.2#2' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.2#2"
UNION ALL SELECT '4.2' AS "条目", '4.2#3' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.2#3"
UNION ALL SELECT '4.2' AS "条目", '4.2#4' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.2#4"
UNION ALL SELECT '4.3' AS "条目", '4.3#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.3#1"
UNION ALL SELECT '4.3' AS "条目", '4.3#2' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.3#2"
UNION ALL SELECT '4.3' AS "条目", '4.3#3' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.3#3"
UNION ALL SELECT '4.4' AS "条目", '4.4#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.4#1"
UNION ALL SELECT '4.4' AS "条目", '4.4#2' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.4#2"
UNION ALL SELECT '4.4' AS "条目", '4.4#3' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.4#3"
UNION ALL SELECT '4.4' AS "条目", '4.4#4' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.4#4"
UNION ALL SELECT '4.4' AS "条目", '4.4#5' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.4#5"
UNION ALL SELECT '4.5' AS "条目", '4.5#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 4.5#1"
UNION ALL SELECT '5.1' AS "条目", '5.1#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 5.1#1"
UNION ALL SELECT '5.1' AS "条目", '5.1#2' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 5.1#2"
UNION ALL SELECT '5.1' AS "条目", '5.1#3' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 5.1#3"
UNION ALL SELECT "条目", "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 否决"
UNION ALL SELECT '否决.2' AS "条目", '否决.2#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 否决.2#1"
UNION ALL SELECT '资格.1' AS "条目", '资格.1#1' AS "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 资格.1#1"
UNION ALL SELECT "条目", "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证", "低", "高", "约" FROM "检查 评定";

-- 条目：属于哪个指标，满分多少（空着的不计分）
DROP TABLE IF EXISTS "条目表";
CREATE TEMPORARY TABLE "条目表" AS
SELECT * FROM (VALUES
  ('1.1', '指标 1', CAST(NULL AS DECIMAL(15, 6))),
  ('1.2', '指标 1', CAST(NULL AS DECIMAL(15, 6))),
  ('1.3', '指标 1', CAST(NULL AS DECIMAL(15, 6))),
  ('2.1', '指标 2', CAST(NULL AS DECIMAL(15, 6))),
  ('2.2', '指标 2', CAST(NULL AS DECIMAL(15, 6))),
  ('2.3', '指标 2', CAST(NULL AS DECIMAL(15, 6))),
  ('3.1', '指标 3', CAST(3 AS DECIMAL(15, 6))),
  ('3.2', '指标 3', CAST(3 AS DECIMAL(15, 6))),
  ('4.1', '指标 4', CAST(NULL AS DECIMAL(15, 6))),
  ('4.2', '指标 4', CAST(NULL AS DECIMAL(15, 6))),
  ('4.3', '指标 4', CAST(NULL AS DECIMAL(15, 6))),
  ('4.4', '指标 4', CAST(NULL AS DECIMAL(15, 6))),
  ('4.5', '指标 4', CAST(NULL AS DECIMAL(15, 6))),
  ('5.1', '指标 5', CAST(4 AS DECIMAL(15, 6))),
  ('否决.1', CAST(NULL AS VARCHAR), CAST(NULL AS DECIMAL(15, 6))),
  ('否决.2', CAST(NULL AS VARCHAR), CAST(NULL AS DECIMAL(15, 6))),
  ('资格.1', CAST(NULL AS VARCHAR), CAST(NULL AS DECIMAL(15, 6)))
) AS t("条目", "指标", "满分");

-- 各条目：由它的检查得出；有满分的，没有分值的检查是门槛，一条未达到就不得分
DROP TABLE IF EXISTS "各条目";
CREATE TEMPORARY TABLE "各条目" AS
WITH g AS (SELECT "对象", "条目",
  max(CASE WHEN "结论" IN ('not_met') THEN 1 ELSE 0 END) AS "未达到",
  max(CASE WHEN "结论" IN ('open') THEN 1 ELSE 0 END) AS "待判",
  max(CASE WHEN "结论" IN ('undetermined', 'keyless') THEN 1 ELSE 0 END) AS "未定",
  max(CASE WHEN "低" IS NULL AND "结论" IN ('not_met') THEN 1 ELSE 0 END) AS "门槛未达到",
  max(CASE WHEN "低" IS NULL AND "结论" IN ('open') THEN 1 ELSE 0 END) AS "门槛待判",
  max(CASE WHEN "低" IS NULL AND "结论" IN ('undetermined', 'keyless') THEN 1 ELSE 0 END) AS "门槛未定",
  sum("低") AS "低", sum("高") AS "高", max("约") AS "约"
FROM "各检查"
GROUP BY "对象", "条目"),
s AS (SELECT t."条目", t."指标", t."满分", g."对象", CASE WHEN "未达到" = 1 THEN 'not_met' WHEN "待判" = 1 THEN 'open' WHEN "未定" = 1 THEN 'undetermined' ELSE 'met' END AS "合起来", g."待判", g."约",
  CASE WHEN t."满分" IS NULL THEN NULL WHEN CASE WHEN "门槛未达到" = 1 THEN 'not_met' WHEN "门槛待判" = 1 THEN 'open' WHEN "门槛未定" = 1 THEN 'undetermined' ELSE 'met' END = 'met' THEN coalesce(g."低", t."满分") ELSE 0 END AS "低",
  CASE WHEN t."满分" IS NULL THEN NULL WHEN CASE WHEN "门槛未达到" = 1 THEN 'not_met' WHEN "门槛待判" = 1 THEN 'open' WHEN "门槛未定" = 1 THEN 'undetermined' ELSE 'met' END = 'not_met' THEN 0 ELSE coalesce(g."高", t."满分") END AS "高"
FROM g JOIN "条目表" t ON t."条目" = g."条目")
SELECT "条目", "指标", "对象", CASE WHEN "满分" IS NULL THEN "合起来" WHEN "低" >= "满分" THEN 'met' WHEN "高" < "满分" THEN 'not_met' WHEN "待判" = 1 OR "约" = 1 THEN 'open' ELSE 'undetermined' END AS "结论", CAST("低" AS DECIMAL(15, 6)) AS "低", CAST("高" AS DECIMAL(15, 6)) AS "高", "约"
FROM s;

-- 指标：满分多少（空着的不计分）
DROP TABLE IF EXISTS "指标表";
CREATE TEMPORARY TABLE "指标表" AS
SELECT * FROM (VALUES
  ('指标 1', '人员', CAST(NULL AS DECIMAL(15, 6))),
  ('指标 2', '场地', CAST(NULL AS DECIMAL(15, 6))),
  ('指标 3', '经费', CAST(6 AS DECIMAL(15, 6))),
  ('指标 4', '统计', CAST(NULL AS DECIMAL(15, 6))),
  ('指标 5', '按值', CAST(4 AS DECIMAL(15, 6)))
) AS t("指标", "名称", "满分");

-- 各指标：由它的要点得出；计分的，由要点的得分得出
DROP TABLE IF EXISTS "各指标";
CREATE TEMPORARY TABLE "各指标" AS
WITH g AS (SELECT "对象", "指标",
  max(CASE WHEN "结论" IN ('not_met') THEN 1 ELSE 0 END) AS "未达到",
  max(CASE WHEN "结论" IN ('open') THEN 1 ELSE 0 END) AS "待判",
  max(CASE WHEN "结论" IN ('undetermined', 'keyless') THEN 1 ELSE 0 END) AS "未定",
  sum(coalesce("低", 0)) AS "低", sum(coalesce("高", 0)) AS "高", max("约") AS "约"
FROM "各条目"
WHERE "指标" IS NOT NULL
GROUP BY "对象", "指标"),
s AS (SELECT t."指标", t."满分", g."对象", CASE WHEN "未达到" = 1 THEN 'not_met' WHEN "待判" = 1 THEN 'open' WHEN "未定" = 1 THEN 'undetermined' ELSE 'met' END AS "合起来", g."待判", g."约",
  CASE WHEN t."满分" IS NOT NULL THEN g."低" END AS "低", CASE WHEN t."满分" IS NOT NULL THEN g."高" END AS "高"
FROM g JOIN "指标表" t ON t."指标" = g."指标")
SELECT "指标" AS "条目", "对象", CASE WHEN "满分" IS NULL THEN "合起来" WHEN "低" >= "满分" THEN 'met' WHEN "高" < "满分" THEN 'not_met' WHEN "待判" = 1 OR "约" = 1 THEN 'open' ELSE 'undetermined' END AS "结论", CAST("低" AS DECIMAL(15, 6)) AS "低", CAST("高" AS DECIMAL(15, 6)) AS "高", "约"
FROM s;

-- 条目和指标，合在一起
DROP TABLE IF EXISTS "条目和指标";
CREATE TEMPORARY TABLE "条目和指标" AS
SELECT "条目", "对象", "结论", "低", "高", "约" FROM "各条目"
UNION ALL SELECT "条目", "对象", "结论", "低", "高", "约" FROM "各指标";

-- 结论：甲类全部达到、乙类5分以上、无一票否决、总分或项数；等级缺数据时列出可能的各个
DROP TABLE IF EXISTS "结论";
CREATE TEMPORARY TABLE "结论" AS
WITH t AS (SELECT "对象",
  max(CASE WHEN "条目" IN ('指标 3', '指标 5') AND "结论" IN ('open') THEN 1 ELSE 0 END) AS "乙：待判",
  max(CASE WHEN "条目" IN ('指标 3', '指标 5') THEN "约" ELSE 0 END) AS "乙：得分约过",
  CAST(coalesce(sum(CASE WHEN "条目" IN ('指标 3', '指标 5') THEN "低" END), 0) AS DECIMAL(18, 6)) AS "乙：总分低",
  CAST(coalesce(sum(CASE WHEN "条目" IN ('指标 3', '指标 5') THEN "高" END), 0) AS DECIMAL(18, 6)) AS "乙：总分高",
  max(CASE WHEN "条目" IN ('否决.1', '否决.2') AND "结论" IN ('open') THEN 1 ELSE 0 END) AS "否决：待判",
  max(CASE WHEN "条目" IN ('否决.1', '否决.2') AND "结论" IN ('undetermined', 'keyless') THEN 1 ELSE 0 END) AS "否决：未定",
  max(CASE WHEN "条目" IN ('否决.1', '否决.2') AND "结论" IN ('not_met') THEN 1 ELSE 0 END) AS "否决：未达到",
  max(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 3', '指标 4', '指标 5') AND "结论" IN ('open') THEN 1 ELSE 0 END) AS "条件：待判",
  max(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 3', '指标 4', '指标 5') THEN "约" ELSE 0 END) AS "条件：得分约过",
  CAST(coalesce(sum(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 3', '指标 4', '指标 5') THEN "低" END), 0) AS DECIMAL(18, 6)) AS "条件：总分低",
  CAST(coalesce(sum(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 3', '指标 4', '指标 5') THEN "高" END), 0) AS DECIMAL(18, 6)) AS "条件：总分高",
  CAST(count(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 4') AND "结论" IN ('met', 'undetermined', 'open', 'keyless') THEN 1 END) AS DECIMAL(12, 0)) AS "甲：可能达到项数",
  max(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 4') AND "结论" IN ('open') THEN 1 ELSE 0 END) AS "甲：待判",
  max(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 4') AND "结论" IN ('undetermined', 'keyless') THEN 1 ELSE 0 END) AS "甲：未定",
  max(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 4') AND "结论" IN ('not_met') THEN 1 ELSE 0 END) AS "甲：未达到",
  CAST(count(CASE WHEN "条目" IN ('指标 1', '指标 2', '指标 4') AND "结论" IN ('met') THEN 1 END) AS DECIMAL(12, 0)) AS "甲：达到项数"
FROM "条目和指标"
GROUP BY "对象"),
c AS (SELECT t.*,
  CASE WHEN "甲：未达到" = 1 THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' WHEN "甲：未定" = 1 THEN 'undetermined' ELSE 'met' END AS "条件1",
  CASE WHEN "乙：总分低" >= 5 THEN 'met' WHEN NOT ("乙：总分高" >= 5) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END AS "条件2",
  CASE WHEN "否决：未达到" = 1 THEN 'not_met' WHEN "否决：待判" = 1 THEN 'open' WHEN "否决：未定" = 1 THEN 'undetermined' ELSE 'met' END AS "条件3",
  CASE WHEN 'met' IN (CASE WHEN CAST("乙：总分低" * 2 AS DECIMAL(19, 6)) >= 13 THEN 'met' WHEN NOT (CAST("乙：总分高" * 2 AS DECIMAL(19, 6)) >= 13) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN 'not_met' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'not_met' WHEN 'open' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'open' WHEN 'undetermined' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'undetermined' ELSE 'met' END) THEN 'met' WHEN 'open' IN (CASE WHEN CAST("乙：总分低" * 2 AS DECIMAL(19, 6)) >= 13 THEN 'met' WHEN NOT (CAST("乙：总分高" * 2 AS DECIMAL(19, 6)) >= 13) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN 'not_met' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'not_met' WHEN 'open' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'open' WHEN 'undetermined' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'undetermined' ELSE 'met' END) THEN 'open' WHEN 'undetermined' IN (CASE WHEN CAST("乙：总分低" * 2 AS DECIMAL(19, 6)) >= 13 THEN 'met' WHEN NOT (CAST("乙：总分高" * 2 AS DECIMAL(19, 6)) >= 13) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN 'not_met' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'not_met' WHEN 'open' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'open' WHEN 'undetermined' IN (CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END, CASE CASE WHEN "乙：总分高" < 4 THEN 'met' WHEN NOT ("乙：总分低" < 4) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END WHEN 'met' THEN 'not_met' WHEN 'not_met' THEN 'met' WHEN 'open' THEN 'open' ELSE 'undetermined' END) THEN 'undetermined' ELSE 'met' END) THEN 'undetermined' ELSE 'not_met' END AS "条件4",
  CASE WHEN 'not_met' IN (CASE WHEN CAST("乙：总分低" * 20 AS DECIMAL(20, 6)) + CAST("条件：总分低" * 4 AS DECIMAL(19, 6)) >= 180 THEN 'met' WHEN NOT (CAST("乙：总分高" * 20 AS DECIMAL(20, 6)) + CAST("条件：总分高" * 4 AS DECIMAL(19, 6)) >= 180) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 OR "条件：待判" = 1 OR "条件：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN "甲：未达到" = 1 THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' WHEN "甲：未定" = 1 THEN 'undetermined' ELSE 'met' END) THEN 'not_met' WHEN 'open' IN (CASE WHEN CAST("乙：总分低" * 20 AS DECIMAL(20, 6)) + CAST("条件：总分低" * 4 AS DECIMAL(19, 6)) >= 180 THEN 'met' WHEN NOT (CAST("乙：总分高" * 20 AS DECIMAL(20, 6)) + CAST("条件：总分高" * 4 AS DECIMAL(19, 6)) >= 180) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 OR "条件：待判" = 1 OR "条件：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN "甲：未达到" = 1 THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' WHEN "甲：未定" = 1 THEN 'undetermined' ELSE 'met' END) THEN 'open' WHEN 'undetermined' IN (CASE WHEN CAST("乙：总分低" * 20 AS DECIMAL(20, 6)) + CAST("条件：总分低" * 4 AS DECIMAL(19, 6)) >= 180 THEN 'met' WHEN NOT (CAST("乙：总分高" * 20 AS DECIMAL(20, 6)) + CAST("条件：总分高" * 4 AS DECIMAL(19, 6)) >= 180) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 OR "条件：待判" = 1 OR "条件：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN "甲：未达到" = 1 THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' WHEN "甲：未定" = 1 THEN 'undetermined' ELSE 'met' END) THEN 'undetermined' ELSE 'met' END AS "等级1",
  CASE WHEN 'met' IN (CASE WHEN "乙：总分低" >= 6 THEN 'met' WHEN NOT ("乙：总分高" >= 6) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END) THEN 'met' WHEN 'open' IN (CASE WHEN "乙：总分低" >= 6 THEN 'met' WHEN NOT ("乙：总分高" >= 6) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END) THEN 'open' WHEN 'undetermined' IN (CASE WHEN "乙：总分低" >= 6 THEN 'met' WHEN NOT ("乙：总分高" >= 6) THEN 'not_met' WHEN "乙：待判" = 1 OR "乙：得分约过" = 1 THEN 'open' ELSE 'undetermined' END, CASE WHEN "甲：达到项数" >= 3 THEN 'met' WHEN NOT ("甲：可能达到项数" >= 3) THEN 'not_met' WHEN "甲：待判" = 1 THEN 'open' ELSE 'undetermined' END) THEN 'undetermined' ELSE 'not_met' END AS "等级2",
  'met' AS "等级3"
FROM t)
SELECT "对象", CASE WHEN 'not_met' IN ("条件1", "条件2", "条件3", "条件4") THEN 'not_met' WHEN 'open' IN ("条件1", "条件2", "条件3", "条件4") THEN 'open' WHEN 'undetermined' IN ("条件1", "条件2", "条件3", "条件4") THEN 'undetermined' ELSE 'met' END AS "结论", concat_ws('|', "条件1", "条件2", "条件3", "条件4") AS "条件", CASE WHEN 'open' IN ("等级1", "等级2", "等级3") THEN 'open' ELSE concat_ws('|', CASE WHEN "等级1" <> 'not_met' THEN '一等' END, CASE WHEN "等级1" <> 'met' AND "等级2" <> 'not_met' THEN '二等' END, CASE WHEN "等级1" <> 'met' AND "等级2" <> 'met' AND "等级3" <> 'not_met' THEN '三等' END) END AS "等级"
FROM c;

-- ════ 六、交回 ════

-- 交回 标准
COPY (SELECT 'digest' AS "项", 'sha256:e542b5ffff2358338100c3d80afd7c973f720cbe8c942a23629653a4ae707161' AS "值"
UNION ALL SELECT 'dialect' AS "项", 'duckdb' AS "值"
UNION ALL SELECT 'round' AS "项", '初评' AS "值"
UNION ALL SELECT 'rows 街道', CAST(count(*) AS VARCHAR) FROM "街道"
UNION ALL SELECT 'rows 片区', CAST(count(*) AS VARCHAR) FROM "片区"
UNION ALL SELECT 'rows 片区年度', CAST(count(*) AS VARCHAR) FROM "片区年度"
UNION ALL SELECT 'rows 分项年度', CAST(count(*) AS VARCHAR) FROM "分项年度"
UNION ALL SELECT 'rows 站点', CAST(count(*) AS VARCHAR) FROM "站点"
UNION ALL SELECT 'rows 摊位', CAST(count(*) AS VARCHAR) FROM "摊位"
UNION ALL SELECT 'rows 评定', CAST(count(*) AS VARCHAR) FROM "评定"
UNION ALL SELECT 'rows 否决事项', CAST(count(*) AS VARCHAR) FROM "否决事项") TO '结果/标准.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"');

-- 交回 问题
COPY (SELECT * FROM "问题") TO '结果/问题.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"');

-- 交回 对象
COPY (SELECT "$行" AS "行", CAST("片区代码" AS VARCHAR) AS "代码", CAST("片区名称" AS VARCHAR) AS "名称", CAST("街道" AS VARCHAR) AS "上级", CAST("街道→街道名称" AS VARCHAR) AS "上级名称" FROM "片区→") TO '结果/对象.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"');

-- 交回 检查
COPY (SELECT "检查", "对象", "结论", "适用", "行数", "达到", "未达到", "未定", "缺", "宽限", "数", "佐证" FROM "各检查") TO '结果/检查.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"');

-- 交回 条目
COPY (SELECT * FROM "条目和指标") TO '结果/条目.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"');

-- 交回 结论
COPY (SELECT * FROM "结论") TO '结果/结论.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"');

-- 交回 明细
COPY (SELECT '1.1#1' AS "检查", "对象", "序", "标", "真值", "宽限", "数" FROM "明细 1.1#1" WHERE "对象" IS NOT NULL AND ("真值" = '0' OR "宽限" IS NOT NULL)
UNION ALL SELECT '1.3#1' AS "检查", "对象", "序", "标", "真值", "宽限", "数" FROM "明细 1.3#1" WHERE "对象" IS NOT NULL AND ("真值" = '0' OR "宽限" IS NOT NULL)
UNION ALL SELECT '2.1#1' AS "检查", "对象", "序", "标", "真值", "宽限", "数" FROM "明细 2.1#1" WHERE "对象" IS NOT NULL AND ("真值" = '0' OR "宽限" IS NOT NULL)
UNION ALL SELECT '2.2#1' AS "检查", "对象", "序", "标", "真值", "宽限", "数" FROM "明细 2.2#1" WHERE "对象" IS NOT NULL AND ("真值" = '0' OR "宽限" IS NOT NULL)
UNION ALL SELECT '2.3#1' AS "检查", "对象", "序", "标", "真值", "宽限", "数" FROM "明细 2.3#1" WHERE "对象" IS NOT NULL AND ("真值" = '0' OR "宽限" IS NOT NULL)
UNION ALL SELECT '4.1#6' AS "检查", "对象", "序", "标", "真值", "宽限", "数" FROM "明细 4.1#6" WHERE "对象" IS NOT NULL AND ("真值" = '0' OR "宽限" IS NOT NULL)
UNION ALL SELECT '4.3#3' AS "检查", "对象", "序", "标", "真值", "宽限", "数" FROM "明细 4.3#3" WHERE "对象" IS NOT NULL AND ("真值" = '0' OR "宽限" IS NOT NULL)
UNION ALL SELECT '4.5#1' AS "检查", "对象", "序", "标", "真值", "宽限", "数" FROM "明细 4.5#1" WHERE "对象" IS NOT NULL AND ("真值" = '0' OR "宽限" IS NOT NULL)) TO '结果/明细.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"');

-- 交回 互证
COPY (SELECT '3.2' AS "条目", "对象", "数" FROM "互证 3.2") TO '结果/互证.csv' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '"', ESCAPE '"');

COMMIT;
