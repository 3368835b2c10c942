#!/usr/bin/env python3
"""The outcome from an engine must be that of `biaochi run`, byte for byte.

    equality.py BIAOCHI ENGINE WORK STANDARD=DATA [STANDARD=DATA ...]

Engines: duckdb (its Python module), postgres (psql, by PGHOST and PGPORT), spark (pyspark, local mode). Every pair of a standard and a
folder of data is judged both ways: `report` with the data beside the results gives every byte of `run`, without them all but `inputs` and
`verifications`. With `+N` before the data (`STANDARD=+40:DATA`) N subjects are made from it, many on a threshold, many with cells and rows
missing; with `!` every `>=` of the script becomes `>`, and the outcome must then differ; with `@` (Spark) the tables are Parquet partitioned
by subject and the script is the one without data, submitted with spark-sql to the cluster that SPARK_MASTER names;
with `?` the data are spoilt once they are written for the engine, in one way after the other, and no report may come of any. Exits 1 where an
outcome differs, a report comes of spoilt data or an engine fails; prints one line for each.
"""
import csv, json, os, random, re, shutil, subprocess, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Columns by which rows are known: copies get their own values here.
IDENTITY = {"区县代码", "学校代码", "片区代码", "站点代码", "街道代码", "街道", "code", "municipality", "school_id"}
# Tables that no other table refers to: rows may go.
LEAVES = {"区县年度", "区县指标", "专用教室", "居民区", "质量监测", "社会认可度调查", "评定", "否决事项", "班级", "片区年度", "分项年度", "摊位"}
# Rates that thresholds stand on, for one unit of the denominator.
RATES = ["0.042", "0.053", "0.01", "0.009", "4.5", "5.8", "7.5", "10.2", "0.2", "0.25", "0.023", "0.024", "0.0357", "3.825", "1", "0.05", "0.15"]
SIZES = ["20", "40", "49", "50", "100", "200", "1000", "2000", "2500"]
# Ways to spoil a table: its file, and what happens to a row. The last is a key twice.
SPOILT = {
    "a key left out": ("站点", {"站点代码": ""}),
    "a reference to nothing": ("站点", {"片区代码": "99"}),
    "a number too wide": ("站点", {"人数": "9" * 40}),
    "no option": ("站点", {"等级": "戊"}),
    "a key twice": ("片区年度", None),
}
DENOMINATORS = re.compile(r"在校生数|students|人数$")


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def is_number(text):
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def at_a_threshold(of, header, row, column):
    """A number that stands on, just under or just over a rate of the row's size."""
    size = next((row[i] for i, name in enumerate(header) if DENOMINATORS.search(name) and is_number(row[i])), "100")
    from fractions import Fraction

    value = Fraction(size) * Fraction(of.choice(RATES)) + of.choice([0, 0, 0, -1, 1]) * Fraction(1, 100 if "." in row[column] else 1)
    value = max(value, Fraction(0))
    return f"{float(value):.2f}" if "." in row[column] else str(int(value))


def changed(of, header, row):
    row = list(row)
    for column, name in enumerate(header):
        # What a row is known by within its subject stays: years, stages, items.
        if name in IDENTITY or re.search(r"年份|学段|^轮次|^条目|名称|科目|调查对象|摊位号|^分项|stage|类别", name):
            continue
        chance = of.random()
        if chance < 0.03:
            row[column] = ""
        elif is_number(row[column]) and chance < 0.25:
            row[column] = of.choice(SIZES) if DENOMINATORS.search(name) else at_a_threshold(of, header, row, column)
    return row


def generate(biaochi, standard, source, count, target, seed):
    """Copies of the subjects of `source`, each with cells changed, blanked and rows left out; rows that data checks refuse stay as they were."""
    of = random.Random(seed)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    made = {}
    for path in sorted(source.glob("*.csv")):
        header, rows = read(path)
        lines = []
        for copy in range(count):
            for row in rows:
                if copy and path.stem in LEAVES and of.random() < 0.02:
                    continue
                kept = [f"{cell}-{copy}" if header[i] in IDENTITY and cell else cell for i, cell in enumerate(row)]
                lines.append((changed(of, header, kept) if copy else kept, kept))
        made[path.name] = (header, lines)
    for _ in range(12):
        for name, (header, lines) in made.items():
            with open(target / name, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(row for row, _ in lines)
        tried = subprocess.run([biaochi, "run", standard, "--data", target, "--format", "json", "--out", "-"], capture_output=True, text=True)
        if tried.returncode == 0:
            return
        wrong, name = set(), None
        for line in tried.stderr.splitlines():
            if found := re.search(r"([^\s/：:]+\.csv)(?::(\d+))?", line):
                name = found[1]
                if found[2]:
                    wrong.add((name, int(found[2])))
            wrong.update((name, int(n)) for n in re.findall(r"第 (\d+) 行", line) if name)
        if not wrong:
            break
        for name, line in wrong:
            if name in made and 0 <= line - 2 < len(made[name][1]):
                row, kept = made[name][1][line - 2]
                made[name][1][line - 2] = (kept, kept)
    sys.exit(f"no data could be made for {standard}:\n{tried.stderr[:2000]}")


def statements(text):
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [s.strip() for s in re.split(r";[ \t]*\n", "\n".join(lines) + "\n") if s.strip()]


class Failed(Exception):
    """An engine or a command failed."""


def duckdb(folder):
    import duckdb as engine

    connection, failed = engine.connect(), []
    here = os.getcwd()
    os.chdir(folder)
    try:
        # As its command line does, it goes on after an error.
        for statement in statements((folder / "评定.sql").read_text()):
            try:
                connection.execute(statement)
            except Exception as error:
                failed.append(f"{error}\n{statement[:3000]}")
    finally:
        os.chdir(here)
    if failed:
        raise Failed(failed[0])


def postgres(folder):
    database = "biaochi_equality"
    for command in (["dropdb", "--if-exists", database], ["createdb", "--encoding=UTF8", "--template=template0", "--locale=C", database]):
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    done = subprocess.run(["psql", "-X", "-q", "-d", database, "-f", "评定.sql"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Failed(done.stderr[:3000])


# For a few rows, compiling queries, splitting stages, re-planning, common table expressions planned apart and a process for the mode of every
# file cost more than they save; none of it changes what is computed. The compiler of Java needs room: thousands of statements are planned.
LOCAL = {
    "spark.driver.memory": "3g",
    "spark.driver.extraJavaOptions": "-Xss64m -XX:+UseSerialGC -XX:ReservedCodeCacheSize=400m -Djdk.lang.Process.launchMechanism=VFORK",
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.log.level": "ERROR",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.files.minPartitionNum": "1",
    "spark.sql.legacy.ctePrecedencePolicy": "LEGACY",
    "spark.sql.lightweightPlanChangeValidation": "false",
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.parquet.compression.codec": "uncompressed",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.ui.retainedExecutions": "10",
    "spark.ui.enabled": "false",
    "spark.ui.retainedJobs": "10",
    "spark.ui.retainedStages": "10",
    "spark.ui.showConsoleProgress": "false",
}
# A step that is written to files, for the next statement to read as a view.
STEP = re.compile(r"INSERT OVERWRITE DIRECTORY '\$\{spark\.biaochi\.folder\}/中间/.*' USING parquet\n")
VIEW = re.compile(r"CREATE OR REPLACE TEMPORARY VIEW (`.*`) USING parquet OPTIONS \(path '\$\{spark\.biaochi\.folder\}/中间/")
STARTING = threading.Lock()


def session(folder):
    """A session of its own, with names and settings of its own, in the one engine."""
    from pyspark.sql import SparkSession

    with STARTING:
        builder = SparkSession.builder.master("local[2]")
        for key, value in LOCAL.items():
            builder = builder.config(key, value)
        own = builder.getOrCreate().newSession()
    own.conf.set("spark.biaochi.folder", str(folder))
    return own


def execute(own, text):
    """Runs a script. The steps that it writes to files are held in memory: for a few rows, writing and finding files is most of the time."""
    engine, step = own._jsparkSession, None
    for statement in statements(text):
        try:
            if found := STEP.match(statement):
                frame = engine.sql(statement[found.end() :])
                step = engine.createDataFrame(frame.collectAsList(), frame.schema())
            elif step:
                step.createOrReplaceTempView(VIEW.match(statement)[1])
                step = None
            else:
                engine.sql(statement)
        except Exception as error:
            raise Failed(f"{str(error)[:3000]}\n{statement[:3000]}")


def spark(folder):
    execute(session(folder), (folder / "评定.sql").read_text())


def cluster(folder):
    """Submits the script as it stands, by the command that the README gives."""
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-sql"
    where = ["--master", os.environ["SPARK_MASTER"], "--conf", f"spark.biaochi.folder={folder}"]
    done = subprocess.run([program, *where, "-f", "评定.sql"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Failed(done.stderr[-3000:])


def as_parquet(source, folder, subject="区县代码", member="学校代码", members="学校"):
    """The tables of a script with data as Parquet, each partitioned by its subject's code."""
    own = session(source)
    parts = re.split(r"(?<=;\n)", (source / "评定.sql").read_text())
    views = "".join(part for part in parts if " USING csv OPTIONS (path " in part or "WHERE FALSE" in part)
    execute(own, views)
    for name in re.findall(r"CREATE OR REPLACE TEMPORARY VIEW `(.*)`", views):
        rows = own.table(f"`{name}`")
        if subject not in rows.columns and member in rows.columns:
            rows = rows.join(own.table(f"`{members}`").select(member, subject), member, "left")
        writer = rows.write.mode("overwrite")
        (writer.partitionBy(subject) if subject in rows.columns else writer).parquet(str(folder / "数据" / name))


def told(biaochi, arguments):
    done = subprocess.run([biaochi, *arguments, "--format", "json", "--out", "-"], capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, arguments))}:\n{done.stderr[:3000]}")
    return done.stdout


def without(text):
    """What a report from results alone can tell: not what files were read, nor warnings and notes on the data."""
    outcome = json.loads(text)
    for key in ("inputs", "verifications"):
        outcome.pop(key, None)
    return outcome


def is_noticed(biaochi, standard, engine, folder, data):
    """Whether a script that was broken on purpose earns a refusal or another outcome."""
    arguments = [biaochi, "report", standard, "--dialect", engine, "--results", folder / "结果", "--format", "json", "--out", "-"]
    done = subprocess.run(arguments, capture_output=True, text=True)
    return done.returncode != 0 or json.loads(done.stdout)["subjects"] != json.loads(told(biaochi, ["run", standard, "--data", data]))["subjects"]


def spoil(path, change):
    """Changes the first row of a file of data, or writes it twice."""
    header, rows = read(path)
    row = [(change or {}).get(name, cell) for name, cell in zip(header, rows[0])]
    if change is None:
        rows.append([str(len(rows)), *row[1:]])
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, row, *rows[1:]])


def refusals(biaochi, engine, run, standard, folder, data):
    """Of which spoilt data a report comes all the same."""
    reports = []
    for name, (table, change) in SPOILT.items():
        own = folder / name
        (own / "结果").mkdir(parents=True)
        subprocess.run([biaochi, "sql", standard, "--dialect", engine, "--out", own, "--data", data], check=True, stdout=subprocess.DEVNULL)
        spoil(own / "数据" / f"{table}.csv", change)
        try:
            run(own)
        except Failed:
            pass
        arguments = [biaochi, "report", standard, "--dialect", engine, "--results", own / "结果", "--format", "json", "--out", "-"]
        done = subprocess.run(arguments, capture_output=True, text=True)
        if done.returncode != 2 or done.stdout:
            reports.append(name)
    return reports


def differences(a, b, at=""):
    if type(a) is not type(b):
        yield at, a, b
    elif isinstance(a, dict):
        if list(a) != list(b):
            yield at, list(a), list(b)
        for key in a:
            if key in b:
                yield from differences(a[key], b[key], f"{at}.{key}")
    elif isinstance(a, list):
        if len(a) != len(b):
            yield at, len(a), len(b)
        for index, (x, y) in enumerate(zip(a, b)):
            yield from differences(x, y, f"{at}[{index}]")
    elif a != b:
        yield at, a, b


def judge(biaochi, engine, work, number, pair):
    """Judges by the engine and by `run`; gives what to print, and whether they agree."""
    run = {"duckdb": duckdb, "postgres": postgres, "spark": spark}[engine]
    standard, data = pair.split("=", 1)
    standard, started = Path(standard).resolve(), time.time()
    broken, partitioned, spoilt = (data.startswith(mark) for mark in "!@?")
    data = data.lstrip("!@?")
    if data.startswith("+"):
        count, source = data[1:].split(":", 1)
        data = work / "generated" / engine / f"{standard.name}-{count}"
        generate(biaochi, standard, Path(source), int(count), data, seed=f"{standard.name}{count}")
    data, folder = Path(data).resolve(), work / engine / f"{number:02}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "结果").mkdir(parents=True)
    if spoilt:
        taken = refusals(biaochi, engine, run, standard, folder, data)
        return f"{engine} {standard.name} spoilt in {len(SPOILT)} ways: {f'A REPORT OF {taken}' if taken else 'refused'} ({time.time() - started:.1f} s)", not taken
    script = [biaochi, "sql", standard, "--dialect", engine, "--out"]
    if partitioned:
        subprocess.run([*script, folder / "装表", "--data", data], check=True, stdout=subprocess.DEVNULL)
        as_parquet(folder / "装表", folder)
        subprocess.run([*script, folder], check=True, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([*script, folder, "--data", data], check=True, stdout=subprocess.DEVNULL)
    if broken:
        text = folder / "评定.sql"
        text.write_text(text.read_text().replace(" >= ", " > "))
    (cluster if partitioned else run)(folder)
    name = f"{engine} {standard.name} {data.name}"
    if broken:
        noticed = is_noticed(biaochi, standard, engine, folder, data)
        return f"{name}: a broken comparison is {'noticed' if noticed else 'NOT NOTICED'}", noticed
    report = ["report", standard, "--dialect", engine, "--results", folder / "结果"]
    ours, theirs = told(biaochi, ["run", standard, "--data", data]), told(biaochi, [*report, "--data", data])
    found = list(differences(json.loads(ours), json.loads(theirs))) + list(differences(without(ours), without(told(biaochi, report))))
    same = ours == theirs and not found
    subjects = json.loads(ours)["subjects"]
    verdicts = {v: sum(s["verdict"] == v for s in subjects) for v in ("met", "not_met", "undetermined")}
    how = " (Parquet by subject, on a cluster)" if partitioned else ""
    lines = [f"{name}{how}: {'same' if same else f'{len(found)} DIFFERENCES'} ({len(subjects)} subjects {verdicts}, {time.time() - started:.1f} s)"]
    for at, a, b in found[:10]:
        lines.append(f"  {at}: run {json.dumps(a, ensure_ascii=False)[:200]} | {engine} {json.dumps(b, ensure_ascii=False)[:200]}")
    return "\n".join(lines), same


def main():
    biaochi, engine, work, *pairs = sys.argv[1:]
    biaochi, work = str(Path(biaochi).resolve()), Path(work).resolve()
    failed = 0

    def one(of):
        try:
            return judge(biaochi, engine, work, *of)
        except Exception as error:  # Whatever fails is told with its pair, and the others go on.
            return f"{engine} {of[1]}: FAILED: {type(error).__name__}: {str(error)[:3000]}", False

    # Spark plans on one thread what it runs on several: two pairs at a time keep two cores busy.
    with ThreadPoolExecutor(2 if engine == "spark" else 1) as pool:
        for text, agreed in pool.map(one, enumerate(pairs)):
            print(text, flush=True)
            failed += not agreed
    sys.exit(1 if failed else 0)


main()
