"""Files of results (docs/contract/outputs.md §6 and §7; docs/contract/stats.md §9) and those of our own."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.compat.rows.stopped import run_until_it
from tests.kit import records
from tests.kit.places import EXAMPLES
from tests.kit.processes import Process
from tests.kit.programs import both, ours
from tests.kit.results import KINDS, Sheet, of_csv, of_json, of_summary
from tests.kit.runs import Goal, run_until, until_goal
from tests.kit.surroundings import surroundings
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, LOCUST_PYTHON, RLOCUST, Run, Tool, run, started
from tests.kit.waiting import until

FILE = EXAMPLES / "output_files.py"


LOAD = ["--headless", "-u", "3", "-r", "3", "--stop-timeout", "30", "--only-summary"]
#: Each row of the example.
GOAL = Goal(samples=12, names={'/search?q="red, green"': 2, "/status/404": 1, "/judged\nin two lines": 1})


def load(tool: Tool, target: Target, *options: str | Path) -> Run:
    return run_until(tool, GOAL, "-f", FILE, "-H", target.url, *LOAD, *options)


def report(*words: str | Path) -> Run:
    return run(RLOCUST, "report", *words)


def in_tables(text: str) -> dict[str, tuple[int, int]]:
    """Requests and failures of the last table by method and name; the example has a name of two lines."""
    table = text[text.rindex("Type     Name ", 0, text.rindex("# fails")) :].split("\n\n")[0]
    table = table.replace("/judged\nin two lines", "/judged in two lines")
    rows = [line.split("|")[0].rsplit(maxsplit=2) for line in table.splitlines() if line[:1].isalpha()]
    return {" ".join(name.split()): (int(count), int(fails.split("(")[0])) for name, count, fails in rows[1:]}


# One run, every output


def test_every_output_of_one_run_says_the_same(demo: Target, tmp_path: Path) -> None:
    """Console, CSV, JSON, summary, store and what `report` makes of it: equal totals, which are the server's; files
    made again from the store are equal to the byte."""
    first, again = tmp_path / "new" / "first", tmp_path / "again"
    store, summary = tmp_path / "run.store", tmp_path / "summary.json"
    ended = load(RLOCUST, demo, "--csv", first, "--json", "--store", store, "--summary-json", summary)
    assert ended.exit_code == 1, ended.stderr
    totals = of_csv(first)
    document = json.loads(summary.read_text())
    assert totals == of_json(ended.stdout) == of_summary(document)
    shown = {f"{method} {name}".replace("\n", " "): counts for (method, name), counts in totals.items()}
    assert in_tables(ended.stderr) == shown == in_tables(report(store).stdout)
    received = demo.received()
    requests = sum(count for count, _ in totals.values())
    assert requests == document["total"]["requests"] == received.total >= 10
    assert document["accounting"]["attempts"]["answered"] == received.total
    assert sum(row[2] for row in document["series"]["rows"]) == requests
    made = report(store, "--csv", again, "--summary-json", tmp_path / "again.json", "--json-file", tmp_path / "entries")
    assert (made.exit_code, made.stdout, made.stderr) == (0, "", "")
    for kind in ("stats", "failures", "exceptions"):
        assert Path(f"{again}_{kind}.csv").read_bytes() == Path(f"{first}_{kind}.csv").read_bytes()
    assert (tmp_path / "entries.json").read_text() == ended.stdout.rstrip("\n")
    assert report(store, "--json").stdout == ended.stdout


def test_files_made_again_follow_the_run_second_by_second(demo: Target, tmp_path: Path) -> None:
    """Written every second, as by default, the history is made again to the byte, and so is the summary."""
    store, first, again = tmp_path / "run.store", tmp_path / "first", tmp_path / "again"
    limit = "rps < 0.001"
    words = ["-f", EXAMPLES / "quickstart.py", "--headless", "-u", "2", "-r", "2", "-H", demo.url, "--csv", first]
    files = ["--store", store, "--summary-json", f"{first}.json", "--markdown", f"{first}.md", "--fail-if", limit]
    # A table comes every two seconds.
    tables = lambda process: process.stderr.count("Type     Name ") >= 2  # noqa: E731
    ended = run_until_it("two tables", tables, RLOCUST, *words, *files)
    assert ended.exit_code == 0, ended.stderr
    made = report(store, "--csv", again, "--summary-json", f"{again}.json", "--markdown", f"{again}.md")
    assert made.exit_code == 0, made.stderr
    for ending in [*(f"_{kind}.csv" for kind in KINDS), ".json"]:
        assert Path(f"{again}{ending}").read_bytes() == Path(f"{first}{ending}").read_bytes(), ending
    # The third line says how long the program ran, with what came before and after the users.
    once, twice = (Path(f"{prefix}.md").read_text().splitlines() for prefix in (first, again))
    assert once[:2] + once[3:] == twice[:2] + twice[3:]
    conclusion = json.loads(Path(f"{first}.json").read_text())["conclusion"]
    assert conclusion["exit_code"] == 0 and conclusion["limits"][0]["limit"] == limit


# CSV


def kind_of(cell: str, title: str) -> str:
    """What a cell is, by its spelling: an int, a float, a time, or the text itself."""
    if title.endswith("Median Response Time"):
        return "number"  # a rounded int, unless it is held at the exact shortest or longest time
    for name, reading in (("int", int), ("float", float)):
        try:
            reading(cell)
        except ValueError:
            continue
        return name
    return "time" if cell[4:5] == "-" and cell.endswith("Z") else cell


def kinds_of(sheet: Sheet) -> list[dict[str, str]]:
    return [{title: kind_of(cell, title) for title, cell in row.items()} for row in sheet.rows]


SHAPES = Path(__file__).with_name("records")
HISTORY = {"short": [], "full": ["--csv-full-history"]}


def shape_of(tool: Tool, demo: Target, folder: Path, options: list[str]) -> dict[str, Any]:
    """Headers, names, order and the kind of every cell but those that a run without traffic in its first seconds leaves
    at 0."""
    paths = {kind: folder / f"x_{kind}.csv" for kind in KINDS}

    def hold_every_name(_: Process) -> bool:
        """Locust writes no file at the end: what the sums hold is not there yet."""
        kinds = ["stats", "failures", *(["stats_history"] if options else [])]
        texts = [paths[kind].read_text() for kind in kinds if paths[kind].exists()]
        return len(texts) == len(kinds) and all("/judged" in text and "/status/404" in text for text in texts)

    words = ["-f", FILE, "-H", demo.url, *LOAD, "--csv", folder / "x", *options]
    ended = run_until_it("every name in the files", hold_every_name, tool, *words)
    assert ended.exit_code == 1, ended.stderr
    sheets = {}
    for kind, path in paths.items():
        sheets[kind] = Sheet.read(path)
        assert path.read_bytes().endswith(b"\r\n")
        assert path.read_bytes().splitlines()[0] == ",".join(sheets[kind].header).encode()
    history = sheets["stats_history"]
    return {
        "headers": {kind: sheet.header for kind, sheet in sheets.items()},
        "stats": kinds_of(sheets["stats"]),
        "failures": [[row["Method"], row["Name"], row["Error"]] for row in sheets["failures"].rows],
        "last row of the history": kinds_of(history)[-1],
        "rows of the history": sorted({(row["Type"], row["Name"]) for row in history.rows[-4:]}),
    }


def in_json(shape: dict[str, Any]) -> Any:
    return json.loads(json.dumps(shape))


@pytest.mark.parametrize("history", HISTORY)
def test_csv_files_have_locusts_shape(demo: Target, tmp_path: Path, history: str) -> None:
    """As in the record of what Locust wrote."""
    record = json.loads((SHAPES / f"csv_{history}.json").read_text())
    assert in_json(shape_of(RLOCUST, demo, tmp_path, HISTORY[history])) == record


@pytest.mark.oracle
@pytest.mark.skipif(not LOCUST_PYTHON.exists(), reason="no real Locust here")
@pytest.mark.parametrize("history", HISTORY)
def test_locusts_csv_files_still_have_the_recorded_shape(demo: Target, tmp_path: Path, history: str) -> None:
    record, shape = SHAPES / f"csv_{history}.json", in_json(shape_of(LOCUST, demo, tmp_path, HISTORY[history]))
    if records.MODE == "record":
        record.write_text(json.dumps(shape, indent=1) + "\n")
    assert shape == json.loads(record.read_text())


def test_constants_set_by_the_locustfile_rule_the_files(demo: Target, tmp_path: Path) -> None:
    """docs/contract/stats.md §1: percentiles, interval and flush interval, also where the engine writes."""
    history = tmp_path / "x_stats_history.csv"

    def has_rows_of_one_second(_: Process) -> bool:
        """A row every 0.2 s, and at once in the file: with the presets, two rows have never the same second."""
        rows = history.read_text().splitlines()[1:] if history.exists() else []
        seconds = [row.split(",")[0] for row in rows]
        return len(seconds) >= 5 and len(set(seconds)) < len(seconds)

    words = ["-f", FILE, "-H", demo.url, *LOAD, "--csv", tmp_path / "x"]
    run_until_it("five rows, two of one second", has_rows_of_one_second, RLOCUST, *words)
    assert Sheet.read(tmp_path / "x_stats.csv").header[-3:] == ["50%", "95%", "99.9%"]


def test_a_writer_of_the_suites_own_is_asked(demo: Target, tmp_path: Path) -> None:
    """Who replaces `StatsCSVFileWriter`, or a method of it, gets it called."""
    script = tmp_path / "own_writer.py"
    script.write_text(
        "from locust import stats\n"
        f"exec(open({str(FILE)!r}).read())\n"
        "class Writer(stats.StatsCSVFileWriter):\n"
        "    def _requests_data_rows(self, csv_writer):\n"
        "        super()._requests_data_rows(csv_writer)\n"
        "        csv_writer.writerow(['mine'])\n"
        "stats.StatsCSVFileWriter = Writer\n"
    )
    words = ["--headless", "-u", "1", "--only-summary", "-H", demo.url, "--csv", tmp_path / "x", "--json"]
    ended = run_until(RLOCUST, Goal(samples=1), "-f", script, *words)
    lines = (tmp_path / "x_stats.csv").read_text().splitlines()
    total = sum(count for count, _ in of_json(ended.stdout).values())
    assert lines[-1] == "mine" and int(lines[-2].split(",")[2]) == total > 0


def test_reset_stats_starts_the_files_anew_too(demo: Target, tmp_path: Path) -> None:
    ended = load(RLOCUST, demo, "--csv", tmp_path / "x", "--reset-stats", "--json")
    assert ended.has_logged("Resetting stats")
    assert of_csv(tmp_path / "x") == {key: counts for key, counts in of_json(ended.stdout).items()}


def test_rows_for_programs_are_locusts() -> None:
    """docs/contract/stats.md §9: the classes as programs use them, with names that need quotes, by a clock both
    share."""
    said = both("outputs/rows.py")
    assert any("never asked" in line for line in said)


def test_a_writer_that_was_killed_writes_no_last_row() -> None:
    assert both("outputs/end_of_history.py", "killed") == ["['100: 0'] ['100: 0']"]


def test_the_last_row_of_a_writers_history_replaces_one_of_the_same_second() -> None:
    """docs/contract/differences.md, CSV files: a last write at the end."""
    assert ours("outputs/end_of_history.py", "writing") == ["['100: 1'] ['100: 0', '101: 1']"]


def test_the_engine_writes_what_the_csv_module_writes() -> None:
    """The same sums, by the engine's writer and by the Python classes: equal bytes."""
    ours("outputs/engine_rows.py")


def test_the_service_thread_never_waits_for_the_interpreter() -> None:
    """While one call in C holds the interpreter, the service thread goes on ticking, writing and answering scrapes."""
    said = ours("outputs/service_thread.py")
    assert said


def test_signals_are_heard_while_the_last_figures_are_written() -> None:
    """The store is a pipe nobody empties but the handler: without it the end would not come within the limit."""
    said = ours("outputs/signals.py")
    assert said[0] == "heard" and "seconds after the end" not in said[-1], "a pipe cannot be synced: that may be said"


# JSON


def test_json_and_tables_and_json_file_all_hold_the_true_figures(demo: Target, tmp_path: Path) -> None:
    """docs/contract/outputs.md §7; Locust empties the entries with the first of them."""
    ended = load(RLOCUST, demo, "--json", "--json-file", tmp_path / "deep" / "f.json")
    assert "Aggregated" not in ended.stderr, "a file takes the place of the tables"
    assert (tmp_path / "deep" / "f.json.json").read_text() == ended.stdout.rstrip("\n")
    assert sum(count for count, _ in of_json(ended.stdout).values()) == demo.received().total
    ended = load(RLOCUST, demo, "--json")
    shown = {f"{method} {name}".replace("\n", " "): counts for (method, name), counts in of_json(ended.stdout).items()}
    assert in_tables(ended.stderr) == shown


# The store


def killed_run(demo: Target, store: Path) -> float:
    """Kills a run that has some records in its store; when that was."""
    words = ["-f", FILE, "--headless", "-u", "3", "-r", "3", "-H", demo.url, "--store", store]
    with started(RLOCUST, *words) as process:
        until("requests in the store", lambda: records_of(store) >= 4 and sum_of(rows_of(store)) > 0)
        process.signal(signal.SIGKILL)
        killed_at = time.time()
        process.wait()
    return killed_at


def test_a_killed_run_can_be_reported(demo: Target, tmp_path: Path) -> None:
    store = tmp_path / "run.store"
    killed_run(demo, store)
    received = demo.received().total
    done = report(store)
    assert done.exit_code == 0
    assert "lacks the end of the run: it has no end: the run was cut off" in done.stderr
    assert 0 < sum_of(rows_of(store)) <= received
    check_reported_as_cut_off(store, tmp_path)


@pytest.mark.clock
def test_a_killed_run_has_stored_what_was_recorded_until_two_seconds_before(demo: Target, tmp_path: Path) -> None:
    store = tmp_path / "run.store"
    killed_at = killed_run(demo, store)
    lost = killed_at - rows_of(store)[-1][0]
    assert lost < 2, f"{lost:.2f} s before the end are not in the store"


def check_reported_as_cut_off(store: Path, folder: Path) -> None:
    """Nobody knows how it would have ended: no report says `passed`, whatever its limits say of what there is."""
    for limit, code, heading, red in [
        (None, 0, "cut off", 0),
        ("requests < 1", 4, "cut off", 0),
        ("requests > 0", 3, "cut off, and a limit was crossed", 1),
    ]:
        limits = ["--fail-if", limit] if limit else []
        done = report(store, "--markdown", folder / "k.md", "--junit", folder / "k.xml", *limits)
        assert done.exit_code == code, done.stderr
        text = (folder / "k.md").read_text()
        assert text.splitlines()[0].endswith(f": {heading}") and "exit code" not in text
        suite = ElementTree.parse(folder / "k.xml").getroot()[0]
        crossed = suite.findall("testcase[@classname='rlocust.limits']/failure")
        assert (suite.get("errors"), len(crossed)) == ("1", red)
        assert suite.findall("testcase[@name='exit code']/error")


RECORD = b"\xf7rl\n"


def records_of(store: Path) -> int:
    """What is in the store of a run by now: a record for each tick, and some at the start."""
    return store.read_bytes().count(RECORD) if store.exists() else 0


def rows_of(store: Path) -> list[list[Any]]:
    target = store.with_suffix(".json")
    made = report(store, "--summary-json", target)
    rows: list[list[Any]] = json.loads(target.read_text())["series"]["rows"] if made.exit_code == 0 else []
    return rows


def sum_of(rows: list[list[Any]]) -> int:
    return sum(row[2] for row in rows)


def test_a_damaged_store_says_where(demo: Target, tmp_path: Path) -> None:
    """A torn end costs the last record; damage before it is an error, with what stands before it."""
    store = tmp_path / "run.store"
    words = ["-f", FILE, "-H", demo.url, *LOAD, "--store", store]
    run_until_it("records in the store", lambda _: records_of(store) >= 4, RLOCUST, *words)
    whole = store.read_bytes()
    store.write_bytes(whole[:-3])
    torn = report(store)
    assert torn.exit_code == 0 and "its last record is torn" in torn.stderr and "Aggregated" in torn.stdout
    middle = whole.index(RECORD, len(whole) // 2)
    store.write_bytes(whole[: middle + 20] + bytes([whole[middle + 20] ^ 1]) + whole[middle + 21 :])
    damaged = report(store)
    assert damaged.exit_code == 1 and f"it is damaged at byte {middle}" in damaged.stderr
    assert "Aggregated" in damaged.stdout


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "No such file or directory"),
        (b"Type,Name\r\n", "it is not a result store of rlocust"),
        (b"rlocust-store\x09", "it is a result store of a later version of rlocust"),
    ],
    ids=["missing", "foreign", "later"],
)
def test_what_is_no_store_is_refused_in_one_line(tmp_path: Path, content: bytes | None, line: str) -> None:
    path = tmp_path / "run.store"
    if content is not None:
        path.write_bytes(content)
    refused = report(path)
    assert refused.exit_code == 1 and refused.stdout == ""
    assert refused.stderr.startswith(f"rlocust report: cannot read `{path}`: {line}")
    assert len(refused.stderr.splitlines()) == 1


# Files that cannot be written


@pytest.mark.parametrize(
    ("option", "file"),
    [
        ("--csv", "{}_stats_history.csv"),
        ("--json-file", "{}.json"),
        ("--store", "{}"),
        ("--summary-json", "{}"),
    ],
)
def test_a_file_that_cannot_be_made_is_refused_before_the_run(tmp_path: Path, option: str, file: str) -> None:
    """One line and Locust's exit code; no user starts."""
    (tmp_path / "taken").write_text("a file, not a folder")
    path = tmp_path / "taken" / "x"
    refused = run(RLOCUST, "-f", FILE, "--headless", "-H", "http://127.0.0.1:9", option, path)
    assert refused.exit_code == 1
    assert f"cannot write `{file.format(path)}`: " in refused.stderr.splitlines()[-1]
    assert "Traceback" not in refused.stderr and "Ramping" not in refused.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full here")
def test_a_full_disk_costs_one_line_each_and_the_clean_exit_code(demo: Target, tmp_path: Path) -> None:
    """The run goes on, what can be written is complete, the exit code is Locust's for a greenlet that died: 2."""
    for name in ("x_stats.csv", "store", "summary"):
        (tmp_path / name).symlink_to("/dev/full")
    files = ["--store", tmp_path / "store", "--summary-json", tmp_path / "summary", "--csv", tmp_path / "x"]
    words = ["-H", demo.url, *LOAD, *files]
    ended = run_until(RLOCUST, Goal(samples=6), "-f", EXAMPLES / "quickstart.py", *words)
    assert ended.exit_code == 2, ended.stderr
    for name in ("x_stats.csv", "store", "summary"):
        lines = [
            line for line in ended.stderr.splitlines() if f"cannot write `{tmp_path / name}`: No space left" in line
        ]
        assert 1 <= len(lines) <= 2, "once while it runs, and that it is not complete"
    total = ended.report.total
    assert total is not None and total.requests == demo.received().total > 0
    assert Sheet.read(tmp_path / "x_stats_history.csv").rows[-1]["Total Request Count"] == str(total.requests)
    tolerated = run_until(RLOCUST, Goal(failures=1), "-f", FILE, *words)
    assert tolerated.exit_code == 1, "failed requests come first"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full here")
def test_a_log_on_a_full_disk_costs_one_line_and_the_clean_exit_code(demo: Target) -> None:
    """Python's `logging` prints a traceback for each line, and under Locust the exit code is 0."""
    words = ["-H", demo.url, *LOAD, "--logfile", "/dev/full"]
    ended = run_until(RLOCUST, Goal(samples=6), "-f", EXAMPLES / "quickstart.py", *words)
    assert ended.exit_code == 2, ended.stderr
    assert ended.stderr.count("cannot write the log `/dev/full`: No space left on device\n") == 1, ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full here")
def test_a_full_disk_is_one_line_under_a_writer_of_the_suites_own_too(demo: Target, tmp_path: Path) -> None:
    """All else is written and shown, as where the engine writes."""
    script, junit = tmp_path / "own_writer.py", tmp_path / "junit.xml"
    script.write_text(
        "from locust import stats\n"
        f"exec(open({str(EXAMPLES / 'quickstart.py')!r}).read())\n"
        "class Writer(stats.StatsCSVFileWriter):\n"
        "    pass\n"
        "stats.StatsCSVFileWriter = Writer\n"
    )
    (tmp_path / "x_stats.csv").symlink_to("/dev/full")
    words = ["--headless", "-u", "1", "--only-summary", "-H", demo.url, "--csv", tmp_path / "x", "--junit", junit]
    ended = run_until(RLOCUST, Goal(samples=1), "-f", script, *words)
    assert ended.exit_code == 2 and "Traceback" not in ended.stderr, ended.stderr
    line_of_it = f"cannot write the CSV files `{tmp_path / 'x'}_*.csv`: No space left on device"
    assert 1 <= sum(line_of_it in line for line in ended.stderr.splitlines()) <= 2, ended.stderr
    assert ended.report.total is not None and ended.report.total.requests > 0
    assert "<testsuites" in junit.read_text()


# Ends out of order


def test_a_closed_stdout_costs_nothing_else(demo: Target, tmp_path: Path) -> None:
    """Whoever reads our output has enough of it: files, lines, events and the exit code are as they would have been."""
    script, junit, markdown = (tmp_path / name for name in ("quits.py", "junit.xml", "run.md"))
    script.write_text(
        "import sys\n"
        "from locust import events\n"
        f"exec(open({str(EXAMPLES / 'quickstart.py')!r}).read())\n"
        "@events.quit.add_listener\n"
        "def quit(exit_code, **_):\n"
        "    print('quit', exit_code, file=sys.stderr)\n"
    )
    words = ["--headless", "-u", "1", "--only-summary", "-H", demo.url, "--fail-if", "requests > 1"]
    files = ["--json", "--junit", junit, "--markdown", markdown]
    arguments, env = until_goal(Goal(samples=2), "-f", script, *words, *files)
    command = [*RLOCUST.command, *arguments]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = subprocess.run(
            command,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            cwd=tmp_path,
            env=surroundings() | env,
        )
    finally:
        os.close(writer)
    assert ended.returncode == 3, ended.stderr
    lines = ended.stderr.splitlines()
    assert "Limit crossed: requests of the run is " in ended.stderr and lines[-1] == "quit 3"
    assert "Traceback" not in ended.stderr and "BrokenPipe" not in ended.stderr
    assert "<testsuites" in junit.read_text() and "a limit was crossed" in markdown.read_text()


QUITTER_USER = """
from locust import HttpUser, constant, task

class Visitor(HttpUser):
    wait_time = constant(0.05)

    @task
    def page(self):
        self.client.get("/")
"""

QUITTERS = {
    "quitting": "@events.quitting.add_listener\ndef leave(**_):\n    sys.exit(5)\n",
    "test_stop": "@events.test_stop.add_listener\ndef leave(**_):\n    sys.exit(5)\n",
    "task": "def leave(user):\n    user.client.get('/')\n    sys.exit(5)\nVisitor.tasks = [leave]\n",
}


def leaving(tool: Tool, demo: Target, folder: Path, place: str, *options: str | Path) -> Run:
    script = folder / "leaves.py"
    script.write_text(f"import sys\nfrom locust import events\n{QUITTER_USER}{QUITTERS[place]}")
    words = ["--headless", "-u", "1", "--only-summary", "-H", demo.url]
    return run_until(tool, Goal(samples=1), "-f", script, *words, *options)


@pytest.mark.oracle
@pytest.mark.skipif(not LOCUST_PYTHON.exists(), reason="no real Locust here")
@pytest.mark.parametrize("place", QUITTERS)
def test_sys_exit_anywhere_is_the_exit_code_of_locust(demo: Target, tmp_path: Path, place: str) -> None:
    assert leaving(LOCUST, demo, tmp_path, place).exit_code == 5


@pytest.mark.parametrize("place", QUITTERS)
def test_sys_exit_anywhere_keeps_the_files(demo: Target, tmp_path: Path, place: str) -> None:
    """The exit code is the suite's, as under Locust; every file has what was known by then, and its end."""
    summary, store, junit, entries = (tmp_path / name for name in ("s.json", "run.store", "junit.xml", "entries"))
    files = ["--csv", tmp_path / "x", "--summary-json", summary, "--store", store, "--junit", junit]
    files += ["--json-file", entries, "--fail-if", "requests > 0"]
    ended = leaving(RLOCUST, demo, tmp_path, place, *files)
    assert ended.exit_code == 5, ended.stderr
    document = json.loads(summary.read_text())
    assert document["conclusion"]["exit_code"] == 5
    assert [each["crossed"] for each in document["conclusion"]["limits"]] == [True], document["conclusion"]
    assert of_csv(tmp_path / "x") == of_summary(document) == of_json(Path(f"{entries}.json").read_text())
    assert document["total"]["requests"] > 0
    assert "requests &gt; 0" in junit.read_text()
    made = report(store, "--summary-json", tmp_path / "again.json")
    assert (made.exit_code, made.stderr) == (0, "")
    assert (tmp_path / "again.json").read_bytes() == summary.read_bytes()
