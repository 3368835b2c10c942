"""Do the peers find what biaochi finds?

    python compare.py OUTCOME.json PEER=FOLDER…

Holds each peer's verdicts, failing rows and coefficients of variation against biaochi's outcome. Where they differ because a value stands
exactly on its limit, which machine numbers cannot hold, the row or coefficient is counted; any other difference ends with 1.
A folder of a spreadsheet program's results holds one CSV per county, of which only the counties in it are compared.
"""
import csv
import json
import sys
from pathlib import Path

LIMITS = {"小学": [4.2, 1, 0.9, 4.5, 7.5, 2000, 2.3], "初中": [5.3, 1, 0.9, 5.8, 10.2, 2500, 2.4]}
STAGES = ["小学", "初中"]
SPREAD = {"小学": 0.50, "初中": 0.45}
TOLERANCE = 1e-9


def subjects(path: Path):
    """One subject after the other; the file of a nation is read once, never decoded whole."""
    text = path.read_text(encoding="utf-8")
    decoder = json.JSONDecoder()
    at = text.index("[", text.index('\n  "subjects": [')) + 1
    while True:
        while text[at] in ", \n":
            at += 1
        if text[at] == "]":
            return
        subject, at = decoder.raw_decode(text, at)
        yield subject


def judged(subject: dict) -> dict:
    """What biaochi found: verdicts by item and stage, coefficients, and the keys of failing rows with their exact values."""
    points = {p["id"]: p for i in subject["indicators"] for p in i["points"]}
    found = {"verdict": {}, "spread": {}, "failing": {}}
    for level, stage in enumerate(STAGES):
        for n in range(1, 8):
            check = points[f"{n}.{level + 1}"]["checks"][0]
            found["verdict"][stage, n] = check["verdict"]
            for row in check["failures"]:
                found["failing"][row["key"]["学校代码"], stage, n] = row["value"]
            check = points[f"{n}.3"]["checks"][level]
            found["spread"][stage, n] = (check["verdict"], check["value"])
        found["verdict"][stage, "class"] = points[f"13.{level + 1}"]["checks"][0]["verdict"]
    found["verdict"]["", "size"] = points["12.1"]["checks"][0]["verdict"]
    return found


def verdict(row: dict, name: str) -> str:
    """Of rows that must all fulfil: one that fails decides, then one that is open."""
    if int(row.get(f"fail_{name}") or 0):
        return "not_met"
    return "undetermined" if int(row.get(f"open_{name}") or 0) else "met"


def read(path: Path) -> list[dict]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Peer:
    def __init__(self, folder: Path):
        self.stages, self.schools, self.failing = {}, {}, None
        if (folder / "stages.csv").exists():
            self.schools = {row["区县代码"]: row for row in read(folder / "schools.csv")}
            tables = [folder / "stages.csv"]
            self.failing = {}
            for row in read(folder / "failing-stages.csv"):
                for n, limit in enumerate(LIMITS[row["学段"]], 1):
                    value = row[f"per_{n}"]
                    if value and float(value) < limit:
                        self.failing.setdefault(row["学校代码"][:6], {})[row["学校代码"], row["学段"], n] = float(value)
        else:
            tables = sorted(folder.glob("*.csv"))
        for row in (row for table in tables for row in read(table)):
            self.stages[row["区县代码"], row["学段"]] = row
            if "fail_size" in row:
                self.schools[row["区县代码"]] = row
        self.compared = self.furthest = 0
        self.wrong, self.on_the_line = [], {"verdicts": 0, "rows": 0, "spreads": 0}

    def compare(self, code: str, found: dict) -> None:
        if code not in self.schools:
            return
        # A spreadsheet's formulas say nothing of what is missing: there only whole counties are compared.
        whole = self.failing is not None or "undetermined" not in [*found["verdict"].values(), *(v for v, _ in found["spread"].values())]
        if not whole:
            return
        astray = self.rows(code, found)
        for (stage, name), expected in found["verdict"].items():
            row = self.schools[code] if name == "size" else self.stages.get((code, stage), {})
            self.compared += 1
            if verdict(row, name) != expected:
                if (stage, name) in astray or (self.failing is None and expected == "met"):
                    self.on_the_line["verdicts"] += 1
                else:
                    self.wrong.append(f"{code} {stage} {name}: {verdict(row, name)}, not {expected}")
        for (stage, n), (expected, value) in found["spread"].items():
            spread = self.stages.get((code, stage), {}).get(f"cv_{n}") or None
            self.compared += 1
            if spread is None or value is None:
                if spread is not None or expected != "undetermined":
                    self.wrong.append(f"{code} {stage} {n}: spread {spread}, not {expected} {value}")
                continue
            self.furthest = max(self.furthest, abs(float(spread) - float(value)))
            if (float(spread) <= SPREAD[stage]) != (expected == "met"):
                if abs(float(spread) - SPREAD[stage]) < TOLERANCE:
                    self.on_the_line["spreads"] += 1
                else:
                    self.wrong.append(f"{code} {stage} {n}: spread {spread}, not {expected} {value}")

    def rows(self, code: str, found: dict) -> set:
        """The failing rows against biaochi's: those that differ must stand on the limit."""
        astray = set()
        mine = (self.failing or {}).get(code, {})
        for key in (mine.keys() ^ found["failing"].keys()) if self.failing is not None else ():
            value, limit = float(mine.get(key) or found["failing"][key]), LIMITS[key[1]][key[2] - 1]
            astray.add(key[1:])
            if abs(value - limit) < TOLERANCE * limit:
                self.on_the_line["rows"] += 1
            else:
                self.wrong.append(f"{key}: {mine.get(key)}, not {found['failing'].get(key)}")
        return astray


def main(outcome: Path, folders: list[str]) -> int:
    peers = {name: Peer(Path(folder)) for name, _, folder in (f.partition("=") for f in folders)}
    for subject in subjects(outcome):
        found = judged(subject)
        for peer in peers.values():
            peer.compare(subject["code"], found)
    for name, peer in peers.items():
        line = peer.on_the_line
        print(
            f"{name}：比对 {peer.compared} 个结论，差异系数相差不到 {TOLERANCE:.0e}；正好压线而被浮点数判错的有 {line['rows']} 行、"
            f"{line['verdicts']} 个结论、{line['spreads']} 个差异系数；其他不同 {len(peer.wrong)} 处"
        )
        print("\n".join(f"  {w}" for w in peer.wrong[:20]), end="\n" if peer.wrong else "")
    bad = any(p.wrong or not p.compared or p.furthest > TOLERANCE for p in peers.values())
    return 1 if bad else 0


sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
