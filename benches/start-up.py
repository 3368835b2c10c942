#!/usr/bin/env python3
"""How long the small things take, from the start of the process to its end: medians.

    benches/start-up.py [--biaochi PROGRAM] [--runs 41] [--build]

Checks of the standards, a generated county of 60 schools from its files to JSON and HTML, the size of the program; with --build also a
release build from nothing, in a scratch folder. Needs rustc, for the generated county; without --biaochi a release build is made first.
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def seconds(command: list[str], environment=None) -> tuple[float, float]:
    """Wall and CPU seconds of a command that must succeed."""
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)}: ended with {status}")
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--biaochi")
    parser.add_argument("--runs", type=int, default=41)
    parser.add_argument("--build", action="store_true")
    options = parser.parse_args()
    os.chdir(ROOT)
    if not options.biaochi:
        subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], check=True)
    program = str(Path(options.biaochi or "target/release/biaochi").resolve())

    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["rustc", "--edition", "2024", "-O", "benches/nation/generate.rs", "-o", f"{scratch}/generate"], check=True)
        subprocess.run([f"{scratch}/generate", f"{scratch}/县", "--counties", "1", "--schools", "60"], check=True)
        county = [program, "run", "specs/changjiang-2026", "--data", f"{scratch}/县", "--format", "json,html", "--out", f"{scratch}/报告"]
        measured = {
            "检查省标准": ([program, "check", "specs/jiangxi-2018"], 10),
            "检查昌江标准（连同上级标准的用例和“只严不松”的证明）": ([program, "check", "specs/changjiang-2026"], 10),
            "一个县（60所学校）到 JSON 和 HTML": (county, 50),
        }
        print("| | 时间 | CPU | 目标 |\n|---|---|---|---|")
        # In turn, so that a busy moment falls on all of them.
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in measured}
        for number in range(options.runs + 2):
            for name, (command, _) in measured.items():
                took = seconds(command)
                if number > 1:
                    taken[name].append(took)
        for name, (_, most) in measured.items():
            wall, cpu = (statistics.median(column) * 1000 for column in zip(*taken[name]))
            print(f"| {name} | {wall:.1f} 毫秒 | {cpu:.1f} 毫秒 | ≤ {most} 毫秒 |")
        print(f"| 程序的大小 | {os.path.getsize(program) / 1e6:.1f} MB | | ≤ 15 MB |")
        if options.build:
            environment = {**os.environ, "CARGO_TARGET_DIR": f"{scratch}/target"}
            wall, cpu = seconds(["cargo", "build", "--release", "--locked", "--quiet"], environment)
            print(f"| 第一次编译发布版（{os.cpu_count()} 核，依赖已下载） | {wall:.0f} 秒 | {cpu:.0f} 秒 | ≤ 180 秒 |")


main()
