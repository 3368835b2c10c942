"""The seven items of resources, their coefficients of variation, the sizes of schools and classes, by Polars in machine numbers.

    python with_polars.py DATA OUT

Writes OUT/stages.csv (one row per county and stage), OUT/schools.csv (one per county) and the rows that fail, in failing-*.csv.
"""
import sys
from pathlib import Path

import polars as pl

MISSING = ["", "-", "—", "/", "无数据"]

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


def table(folder: Path, name: str, **types) -> pl.LazyFrame:
    return pl.scan_csv(folder / f"{name}.csv", null_values=MISSING, schema_overrides=types, infer_schema_length=0).select(
        pl.col(name).cast(type) for name, type in types.items()
    )


def counted(row: pl.Expr, number: int | str) -> list[pl.Expr]:
    """How many rows fail, and how many cannot be decided."""
    return [(~row).sum().alias(f"fail_{number}"), row.is_null().sum().alias(f"open_{number}")]


def main(data: Path, out: Path) -> None:
    schools = table(data, "学校", 学校代码=pl.String, 区县代码=pl.String, 办学类型=pl.String, 建成年月=pl.String)
    fields = {name: pl.Float64 for item in ITEMS for name in item[:2]}
    stages = table(data, "学段", 学校代码=pl.String, 学段=pl.String, 在校生数=pl.Int64, **fields).join(schools, on="学校代码", how="left")
    classes = table(data, "班级", 学校代码=pl.String, 学段=pl.String, 学生数=pl.Int64).join(schools, on="学校代码", how="left")

    kind, pupils, primary = pl.col("办学类型"), pl.col("在校生数"), pl.col("学段") == "小学"
    counts = (kind != "特殊教育学校") & ((kind != "教学点") | (pupils >= 50))

    # A row whose kind is not known may belong or not: it is kept, and is open.
    value = {n: pl.when(primary).then(pl.col(a)).otherwise(pl.col(b)) for n, (a, b, *_) in enumerate(ITEMS, 1)}
    rows = stages.with_columns(member=counts).filter(pl.col("member").fill_null(True)).with_columns(
        *(pl.when(pupils > 0).then(value[n] / pupils * item[2]).alias(f"per_{n}") for n, item in enumerate(ITEMS, 1)),
        *(value[n].alias(f"own_{n}") for n in value),
    ).with_columns(
        (pl.col(f"per_{n}") >= pl.when(primary).then(item[3]).otherwise(item[4])).and_(True).alias(f"ok_{n}") for n, item in enumerate(ITEMS, 1)
    ).with_columns(pl.when(pl.col("member")).then(pl.col(f"ok_{n}")).alias(f"ok_{n}") for n in value)

    def variation(n: int) -> pl.Expr:
        """√(Σ p (X − X̄)² / Σ p) / X̄, where every value is known."""
        own, per = pl.col(f"own_{n}"), pl.col(f"own_{n}") / pupils
        mean = own.sum() / pupils.sum()
        known = own.is_not_null().all() & (pupils > 0).fill_null(False).all() & pl.col("member").fill_null(False).all() & (own.sum() > 0)
        return pl.when(known).then((((per - mean) ** 2 * pupils).sum() / pupils.sum()).sqrt() / mean).alias(f"cv_{n}")

    by_stage = rows.group_by("区县代码", "学段").agg(
        *(e for n in value for e in counted(pl.col(f"ok_{n}"), n)), *(variation(n) for n in value)
    )

    class_row = classes.filter((kind != "特殊教育学校").fill_null(True)).with_columns(
        ok=pl.when(kind.is_not_null()).then(pl.col("学生数") <= pl.when(primary).then(45).otherwise(50))
    )
    by_class = class_row.group_by("区县代码", "学段").agg(counted(pl.col("ok"), "class"))

    whole = stages.group_by("学校代码").agg(pl.when(pupils.is_not_null().all()).then(pupils.sum()).alias("学生数"))
    limit = pl.when(kind.is_in(["九年一贯制学校", "十二年一贯制学校"])).then(2500).otherwise(2000)
    limit = limit * pl.when(pl.col("建成年月") < "2018-09").then(1.2).otherwise(1.0)
    size_row = schools.join(whole, on="学校代码", how="left").filter((kind != "特殊教育学校").fill_null(True)).with_columns(
        ok=pl.when(kind.is_not_null() & pl.col("建成年月").is_not_null()).then(pl.col("学生数") <= limit)
    )
    by_size = size_row.group_by("区县代码").agg(counted(pl.col("ok"), "size"))

    failing = pl.any_horizontal(~pl.col(f"ok_{n}") for n in value)
    results = {
        "stages": by_stage.join(by_class, on=["区县代码", "学段"], how="full", coalesce=True).sort("区县代码", "学段"),
        "schools": by_size.sort("区县代码"),
        "failing-stages": rows.filter(failing).select("学校代码", "学段", *(f"per_{n}" for n in value)),
        "failing-classes": class_row.filter(~pl.col("ok")).select("学校代码", "学段", "学生数"),
        "failing-schools": size_row.filter(~pl.col("ok")).select("学校代码", "学生数"),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in zip(results, pl.collect_all(results.values(), engine="streaming")):
        frame.write_csv(out / f"{name}.csv")


main(Path(sys.argv[1]), Path(sys.argv[2]))
