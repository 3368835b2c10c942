"""The seven items of resources, their coefficients of variation, the sizes of schools and classes, by DuckDB in machine numbers.

    python with_duckdb.py DATA OUT

Writes OUT/stages.csv (one row per county and stage), OUT/schools.csv (one per county) and the rows that fail, in failing-*.csv.
"""
import sys
from pathlib import Path

import duckdb

# Field of primary, field of lower secondary, factor, limit of primary, limit of lower secondary.
ITEMS = [
    ("大专及以上学历教师数", "本科及以上学历教师数", 100, 4.2, 5.3),
    ("县级以上骨干教师数", "县级以上骨干教师数", 100, 1, 1),
    ("体育艺术专任教师数", "体育艺术专任教师数", 100, 0.9, 0.9),
    ("教学及辅助用房面积", "教学及辅助用房面积", 1, 4.5, 5.8),
    ("体育运动场馆面积", "体育运动场馆面积", 1, 7.5, 10.2),
    ("教学仪器设备值", "教学仪器设备值", 10000, 2000, 2500),
    ("网络多媒体教室数", "网络多媒体教室数", 100, 2.3, 2.4),
]

OWNED = """CASE WHEN 学段 = '小学' THEN "{a}" ELSE "{b}" END AS own_{n}"""


def each(form: str) -> str:
    """The form once for each item, with n, its fields a and b, factor f and limits p and s."""
    return ",\n  ".join(form.format(n=n, a=a, b=b, f=f, p=p, s=s) for n, (a, b, f, p, s) in enumerate(ITEMS, 1))


def main(data: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    db = duckdb.connect()

    def table(name: str, numbers: dict[str, str], texts: list[str]) -> str:
        # Every cell is read as text but the numbers that are used.
        header = open(data / f"{name}.csv", encoding="utf-8").readline().rstrip("\n").split(",")
        columns = ", ".join(f"'{field}': '{numbers.get(field, 'VARCHAR')}'" for field in header)
        used = ", ".join(f'"{field}"' for field in [*texts, *numbers])
        source = f"read_csv('{data}/{name}.csv', header = true, auto_detect = false, delim = ',', quote = '\"', columns = {{{columns}}}, "
        return f"(SELECT {used} FROM {source} nullstr = ['', '-', '—', '/', '无数据']))"

    own = {field: "DOUBLE" for item in ITEMS for field in item[:2]}
    db.execute(f"""
CREATE TABLE school AS FROM {table("学校", {}, ["学校代码", "区县代码", "办学类型", "建成年月"])};
CREATE TABLE stage AS
  SELECT * FROM {table("学段", {"在校生数": "BIGINT", **own}, ["学校代码", "学段"])} LEFT JOIN school USING (学校代码);

-- A row whose kind is not known may belong or not: it is kept, and is open.
CREATE TABLE rows AS
WITH members AS (
  SELECT *, 办学类型 <> '特殊教育学校' AND (办学类型 <> '教学点' OR 在校生数 >= 50) AS member FROM stage
), owned AS (
  SELECT 学校代码, 区县代码, 学段, 在校生数, member,
  {each(OWNED)}
  FROM members WHERE coalesce(member, true)
), values AS (
  SELECT *,
  {each('CASE WHEN 在校生数 > 0 THEN own_{n} / 在校生数 * {f} END AS per_{n}')}
  FROM owned
)
SELECT *,
  {each("CASE WHEN member THEN per_{n} >= CASE WHEN 学段 = '小学' THEN {p}::DOUBLE ELSE {s}::DOUBLE END END AS ok_{n}")}
FROM values;

CREATE TABLE classes AS
SELECT 区县代码, 学校代码, 学段, 学生数,
  CASE WHEN 办学类型 IS NOT NULL THEN 学生数 <= CASE WHEN 学段 = '小学' THEN 45 ELSE 50 END END AS ok
FROM {table("班级", {"学生数": "BIGINT"}, ["学校代码", "学段"])} LEFT JOIN school USING (学校代码)
WHERE coalesce(办学类型 <> '特殊教育学校', true);

CREATE TABLE sizes AS
WITH whole AS (SELECT 学校代码, CASE WHEN count(*) = count(在校生数) THEN sum(在校生数) END AS 学生数 FROM stage GROUP BY 学校代码)
SELECT 学校代码, 区县代码, 学生数,
  CASE WHEN 办学类型 IS NOT NULL AND 建成年月 IS NOT NULL THEN 学生数 <=
    CASE WHEN 办学类型 IN ('九年一贯制学校', '十二年一贯制学校') THEN 2500 ELSE 2000 END *
    CASE WHEN 建成年月 < '2018-09' THEN 1.2::DOUBLE ELSE 1 END END AS ok
FROM school LEFT JOIN whole USING (学校代码) WHERE coalesce(办学类型 <> '特殊教育学校', true);
""")
    written = {
        "stages": f"""
WITH means AS (
  SELECT 区县代码, 学段, sum(在校生数) AS pupils,
  bool_and(coalesce(member AND 在校生数 > 0, false)) AS whole,
  {each("CASE WHEN count(*) = count(own_{n}) THEN sum(own_{n}) END / sum(在校生数) AS mean_{n}")},
  {each("count(*) FILTER (NOT ok_{n}) AS fail_{n}, count(*) FILTER (ok_{n} IS NULL) AS open_{n}")}
  FROM rows GROUP BY ALL
), spread AS (
  SELECT 区县代码, 学段,
  {each("sum(在校生数 * (own_{n} / 在校生数 - mean_{n}) ** 2) AS spread_{n}")}
  FROM rows JOIN means USING (区县代码, 学段) GROUP BY ALL
), counted AS (
  SELECT 区县代码, 学段, count(*) FILTER (NOT ok) AS fail_class, count(*) FILTER (ok IS NULL) AS open_class FROM classes GROUP BY ALL
)
SELECT 区县代码, 学段,
  {each("fail_{n}, open_{n}")},
  {each("CASE WHEN whole AND mean_{n} > 0 THEN sqrt(spread_{n} / pupils) / mean_{n} END AS cv_{n}")},
  fail_class, open_class
FROM means JOIN spread USING (区县代码, 学段) FULL JOIN counted USING (区县代码, 学段) ORDER BY ALL""",
        "schools": """
SELECT 区县代码, count(*) FILTER (NOT ok) AS fail_size, count(*) FILTER (ok IS NULL) AS open_size FROM sizes GROUP BY ALL ORDER BY ALL""",
        "failing-stages": f"""
SELECT 学校代码, 学段,
  {each("per_{n}")}
FROM rows WHERE NOT ({" AND ".join(f"coalesce(ok_{n}, true)" for n in range(1, 8))})""",
        "failing-classes": "SELECT 学校代码, 学段, 学生数 FROM classes WHERE NOT ok",
        "failing-schools": "SELECT 学校代码, 学生数 FROM sizes WHERE NOT ok",
    }
    for name, query in written.items():
        db.execute(f"COPY ({query}) TO '{out}/{name}.csv' (HEADER)")


main(Path(sys.argv[1]), Path(sys.argv[2]))
