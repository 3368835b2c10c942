"""Measures biaochi and its peers in turn and writes a table in Markdown.

    python measure.py --work FOLDER --biaochi PROGRAM [--counties 2895] [--rounds 5] [--readme]

FOLDER holds the generator, the Python environment of the peers and the office's profile (run.sh puts them there); data and results are put
beside them; with --readme the table also takes the place of the one in the README. Every program reads and writes files as its user would, start of the process included. Medians of the rounds, taken in turn.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SPEC = HERE.parents[1] / "specs/changjiang-2026"
BOOKS = 10
# Between these the README shows what was measured.
BEGIN, END = "<!-- benches/nation/run.sh --readme -->", "<!-- / -->"


def run(command: list[str], quiet: bool = True) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory in MiB of a command that must succeed."""
    begun = time.perf_counter()
    with open(os.devnull, "w") as nothing:
        child = subprocess.Popen(command, stdout=nothing if quiet else None, stderr=nothing if quiet else None)
        _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)}: ended with {status}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


class Bench:
    def __init__(self, options):
        self.work, self.biaochi, self.counties = Path(options.work).resolve(), str(Path(options.biaochi).resolve()), options.counties
        self.python = str(self.work / "python/bin/python")
        self.sizes = sorted({1, *(n for n in (10, 100, 1000) if n < self.counties), self.counties})
        self.contenders: dict[str, list[str]] = {}

    def prepare(self) -> None:
        """The data of each size, the workbooks, and the commands."""
        for size in self.sizes:
            run([str(self.work / "generate"), str(self.data(size)), "--counties", str(size)])
        run([self.python, str(HERE / "workbooks.py"), str(self.data(max(self.sizes[:2]))), str(self.work / "books"), str(BOOKS)])
        books = [str(path) for path in sorted((self.work / "books").glob("*.xlsx"))]
        full = self.data(self.counties)
        self.contenders = {
            "biaochi": self.judge(self.counties),
            "one core": ["taskset", "-c", "0", *self.judge(self.counties, "one-core")],
            "Polars": [self.python, str(HERE / "with_polars.py"), str(full), str(self.out("polars"))],
            "DuckDB": [self.python, str(HERE / "with_duckdb.py"), str(full), str(self.out("duckdb"))],
            "office 1": self.recalculate(books[:1]),
            "office 10": self.recalculate(books),
            **{f"biaochi {size}": self.judge(size) for size in self.sizes[:-1]},
        }

    def data(self, size: int) -> Path:
        return self.work / f"data-{size}"

    def out(self, name: str) -> Path:
        return self.work / f"out-{name}"

    def judge(self, size: int, name: str = "biaochi") -> list[str]:
        return [self.biaochi, "run", str(SPEC), "--data", str(self.data(size)), "--format", "json", "--out", str(self.out(f"{name}-{size}"))]

    def recalculate(self, books: list[str]) -> list[str]:
        office = ["soffice", f"-env:UserInstallation=file://{self.work}/office", "--headless"]
        return [*office, "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(self.out("office")), *books]

    def measure(self, rounds: int) -> dict[str, tuple[float, ...]]:
        taken = {name: [] for name in self.contenders}
        for number in range(rounds + 1):
            # Every round begins without the results of the one before: nobody is charged with taking them away.
            for results in self.work.glob("out-*"):
                shutil.rmtree(results)
            for name, command in self.contenders.items():
                figures = run(command)
                # The first round fills the file cache and the office's profile.
                if number or not rounds:
                    taken[name].append(figures)
            print(f"round {number} of {rounds}", file=sys.stderr)
        return {name: tuple(map(statistics.median, zip(*figures))) for name, figures in taken.items()}

    def compare(self) -> str:
        outcome = self.out(f"biaochi-{self.counties}") / "outcome.json"
        peers = [f"Polars={self.out('polars')}", f"DuckDB={self.out('duckdb')}", f"LibreOffice={self.out('office')}"]
        found = subprocess.run([sys.executable, str(HERE / "compare.py"), str(outcome), *peers], capture_output=True, text=True)
        if found.returncode:
            sys.exit(f"the peers find something else:\n{found.stdout}{found.stderr}")
        return found.stdout

    def size(self) -> tuple[float, float]:
        """Megabytes of the CSV and of the outcome."""
        files = self.data(self.counties).glob("*.csv")
        outcome = self.out(f"biaochi-{self.counties}") / "outcome.json"
        return sum(f.stat().st_size for f in files) / 1e6, outcome.stat().st_size / 1e6


def seconds(value: float) -> str:
    if value < 0.01:
        return f"{value * 1000:.2f} 毫秒"
    return f"{value * 1000:.0f} 毫秒" if value < 1 else f"{value:.2f} 秒"


def table(bench: Bench, found: dict[str, tuple[float, ...]]) -> str:
    counties, (read, written) = bench.counties, bench.size()
    names = {
        "biaochi": f"标尺，94个要点，精确，写 {written:.0f} MB 的 JSON",
        "one core": "标尺，只用一个核",
        "Polars": "Polars，七项、差异系数、校额、班额，浮点",
        "DuckDB": "DuckDB，同上",
    }
    base = found["biaochi"]
    lines = [
        f"{counties} 个县，CSV 共 {read:.0f} MB，{os.cpu_count()} 核：",
        "",
        "| | 时间 | 标尺的几倍 | CPU | 内存峰值 | 标尺的几倍 |",
        "|---|---|---|---|---|---|",
    ]
    for name, label in names.items():
        wall, cpu, peak = found[name]
        lines.append(f"| {label} | {seconds(wall)} | {wall / base[0]:.2f} | {seconds(cpu)} | {peak:.0f} MB | {peak / base[2]:.2f} |")
    wall, cpu, peak = found["biaochi 1"]
    lines += ["", "一个县：", "", "| | 每县时间 | CPU | 内存峰值 |", "|---|---|---|---|"]
    lines.append(f"| 标尺，全国一起算时 | {seconds(base[0] / counties)} | {seconds(base[1] / counties)} | |")
    lines.append(f"| 标尺，只算一个县 | {seconds(wall)} | {seconds(cpu)} | {peak:.0f} MB |")
    for number in (1, BOOKS):
        wall, cpu, peak = found[f"office {number}"]
        lines.append(f"| LibreOffice 重算，一次 {number} 个县 | {seconds(wall / number)} | {seconds(cpu / number)} | {peak:.0f} MB |")
    lines += ["", "| 县数 | 时间 | 每县 | 内存峰值 |", "|---|---|---|---|"]
    for size in bench.sizes[1:]:
        wall, _, peak = found["biaochi" if size == counties else f"biaochi {size}"]
        lines.append(f"| {size} | {seconds(wall)} | {wall / size * 1000:.2f} 毫秒 | {peak:.0f} MB |")
    return "\n".join(lines)


def targets(bench: Bench, found: dict[str, tuple[float, ...]]) -> str:
    wall, _, peak = found["biaochi"]
    smaller = [found[f"biaochi {size}"][0] / size for size in bench.sizes[1:-1]]
    office = min(found["office 1"][0], found[f"office {BOOKS}"][0] / BOOKS)
    rows = [
        ("时间 ≤ 1.0 × Polars", wall / found["Polars"][0], lambda x: x <= 1.0),
        ("内存峰值 ≤ 0.5 × Polars", peak / found["Polars"][2], lambda x: x <= 0.5),
        ("两核 ≥ 1.8 × 一核", found["one core"][0] / wall, lambda x: x >= 1.8),
        (f"线性：每县时间 ≤ 1.2 × {bench.sizes[-2]} 个县时", wall / bench.counties / (smaller or [wall])[-1], lambda x: x <= 1.2),
        ("每县 ≥ 100 × LibreOffice（取其快的一种）", office / (wall / bench.counties), lambda x: x >= 100),
        ("只算一个县 ≥ 100 × LibreOffice", found["office 1"][0] / found["biaochi 1"][0], lambda x: x >= 100),
    ]
    lines = ["| 目标 | 量得 | |", "|---|---|---|"]
    lines += [f"| {name} | {value:.2f} × | {'达到' if holds(value) else '没有达到'} |" for name, value, holds in rows]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--biaochi", required=True)
    parser.add_argument("--counties", type=int, default=2895)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--readme", action="store_true")
    options = parser.parse_args()
    if options.counties <= BOOKS:
        sys.exit(f"more than {BOOKS} counties are needed")
    bench = Bench(options)
    load = os.getloadavg()[0]
    bench.prepare()
    shutil.rmtree(bench.out("office"), ignore_errors=True)
    found = bench.measure(options.rounds)
    parts = [table(bench, found), targets(bench, found), "\n".join(f"- {line}" for line in bench.compare().splitlines())]
    if load > 0.5:
        parts.insert(0, f"开始时机器上还有别的程序（负载 {load:.1f}）：时间不可信，CPU 和内存可以看。")
    text = "\n\n".join(parts)
    (bench.work / "table.md").write_text(text, encoding="utf-8")
    print(text)
    if options.readme:
        readme = HERE.parents[1] / "README.md"
        before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
        _, after = rest.split(END)
        readme.write_text(f"{before}{BEGIN}\n{text.strip()}\n{END}{after}", encoding="utf-8")


main()
