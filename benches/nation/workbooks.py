"""A workbook per county, with the formulas a clerk would write for the same items: the first sheet is the result.

    python workbooks.py DATA OUT COUNT

Writes OUT/<code>.xlsx for the first COUNT counties of DATA; formulas have no values yet, the spreadsheet program computes them.
"""
import csv
import sys
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter as letter

MISSING = {"", "-", "—", "/", "无数据"}

# Fields of primary and lower secondary, factor, limits.
ITEMS = [
    ("大专及以上学历教师数", "本科及以上学历教师数", 100, 4.2, 5.3),
    ("县级以上骨干教师数", "县级以上骨干教师数", 100, 1, 1),
    ("体育艺术专任教师数", "体育艺术专任教师数", 100, 0.9, 0.9),
    ("教学及辅助用房面积", "教学及辅助用房面积", 1, 4.5, 5.8),
    ("体育运动场馆面积", "体育运动场馆面积", 1, 7.5, 10.2),
    ("教学仪器设备值", "教学仪器设备值", 10000, 2000, 2500),
    ("网络多媒体教室数", "网络多媒体教室数", 100, 2.3, 2.4),
]


def number(cell: str):
    """A cell as the spreadsheet holds it: empty, a number or text."""
    if cell in MISSING:
        return None
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell


def read(data: Path, name: str, counties: set[str]) -> tuple[list[str], dict[str, list]]:
    """The header, and the rows of each county: a school's code opens with its county's."""
    with open(data / f"{name}.csv", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        found = {code: [] for code in counties}
        for row in rows:
            if row[0][:6] in found:
                found[row[0][:6]].append([row[0], *map(number, row[1:])])
    return header, found


def fill(sheet, header: list[str], rows: list[list], formulas: dict[str, str]) -> None:
    """The data with a column for each formula, in which # stands for the row."""
    sheet.append([*header, *formulas])
    for n, row in enumerate(rows, 2):
        sheet.append([*row, *(form.replace("#", str(n)) for form in formulas.values())])


def county(data: dict[str, tuple], code: str) -> Workbook:
    book = Workbook()
    result = book.active
    result.title = "结论"
    schools, stages, classes = (data[name][1][code] for name in ("学校", "学段", "班级"))
    at = {name: letter(n) for n, name in enumerate(data["学段"][0], 1)}
    kind = "INDEX(学校!D$2:D${0},MATCH(A#,学校!A$2:A${0},0))".format(len(schools) + 1)

    fill(book.create_sheet("学校"), data["学校"][0], schools, {
        "学生数": "=SUMIF(学段!A:A,A#,学段!C:C)",
        "上限": '=IF(OR(D#="九年一贯制学校",D#="十二年一贯制学校"),2500,2000)*IF(I#<"2018-09",1.2,1)',
        "达到": '=IF(D#="特殊教育学校","",S#<=T#)',
    })
    columns = {"办学类型": f"={kind}", "计入": '=AND(R#<>"特殊教育学校",OR(R#<>"教学点",C#>=50))'}
    for n, (primary, junior, factor, *_) in enumerate(ITEMS, 1):
        columns[f"值{n}"] = f'=IF(B#="小学",{at[primary]}#,{at[junior]}#)/C#*{factor}'
    for n, (*_, primary, junior) in enumerate(ITEMS, 1):
        columns[f"达到{n}"] = f'={letter(19 + n)}#>=IF(B#="小学",{primary},{junior})'
    fill(book.create_sheet("学段"), data["学段"][0], stages, columns)
    fill(book.create_sheet("班级"), data["班级"][0], classes, {
        "办学类型": f"={kind}",
        "达到": '=IF(E#="特殊教育学校","",D#<=IF(B#="小学",45,50))',
    })

    last = len(stages) + 1
    result.append(["区县代码", "学段", *(f"fail_{n}" for n in range(1, 8)), *(f"cv_{n}" for n in range(1, 8)), "fail_class", "fail_size"])
    span = lambda column: f"学段!{column}$2:{column}${last}"
    for row, stage in enumerate(["初中", "小学"], 2):
        member = f"({span('B')}=B{row})*({span('S')})*{span('C')}"
        fails, spreads = [], []
        for n in range(1, 8):
            value, ok = letter(19 + n), letter(26 + n)
            fails.append(f"=COUNTIFS({span('B')},B{row},{span('S')},TRUE,{span(ok)},FALSE)")
            mean = f"SUMPRODUCT({member},{span(value)})/SUMPRODUCT({member})"
            spreads.append(f"=SQRT(SUMPRODUCT({member},({span(value)}-{mean})^2)/SUMPRODUCT({member}))/({mean})")
        over = f"=COUNTIFS(班级!B$2:B${len(classes) + 1},B{row},班级!F$2:F${len(classes) + 1},FALSE)"
        result.append([code, stage, *fails, *spreads, over, f"=COUNTIF(学校!U$2:U${len(schools) + 1},FALSE)"])
    return book


def main(folder: Path, out: Path, count: int) -> None:
    with open(folder / "区县.csv", encoding="utf-8", newline="") as file:
        codes = [row["区县代码"] for row in csv.DictReader(file)][:count]
    data = {name: read(folder, name, set(codes)) for name in ("学校", "学段", "班级")}
    out.mkdir(parents=True, exist_ok=True)
    for code in codes:
        county(data, code).save(out / f"{code}.xlsx")


main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
