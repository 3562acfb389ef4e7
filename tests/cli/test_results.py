"""`rlocust.results` and `rlocust report FILE --sqlite`: the same figures as the summary's, as objects and as tables."""

import base64
import json
import os
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rlocust import results
from tests.kit.places import ROOT
from tests.kit.runs import Goal, run_until
from tests.kit.targets import demo_server
from tests.kit.tools import RLOCUST, run

LOCUSTFILE = """
from locust import HttpUser, constant, task

class Visitor(HttpUser):
    wait_time = constant(0.05)

    @task
    def look(self):
        self.client.get("/")
        self.client.get("/status/404")
"""


CLASS = """
class {name}(HttpUser):
    wait_time = constant(0.05)
    host = {host!r}

    @task
    def look(self):
        self.client.get("/")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of more than a second, by its waits: `run.store`, `run.json`."""
    here = tmp_path_factory.mktemp("results")
    (here / "locustfile.py").write_text(LOCUSTFILE)
    words = [
        "-f",
        "locustfile.py",
        "--headless",
        "-u",
        "3",
        "-r",
        "3",
        "--store",
        "run.store",
        "--summary-json",
        "run.json",
    ]
    with demo_server() as target:
        done = run_until(RLOCUST, Goal(samples=150), *words, "-H", target.url, cwd=here)
    assert done.exit_code == 1, done.stderr  # the 404s
    return here


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "runs.db"


def asked(database: Path, question: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(question).fetchall()


@pytest.fixture(params=["run.store", "run.json"])
def loaded(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[results.Run, dict[str, Any]]]:
    yield results.load(folder / request.param), json.loads((folder / "run.json").read_text())


def test_a_run_has_the_figures_of_its_summary(loaded: tuple[results.Run, dict[str, Any]]) -> None:
    run, summary = loaded
    assert run.document == summary
    assert (run.exit_code, run.state) == (1, summary["run"]["state"])
    assert run.started_at.tzinfo is not None
    assert run.duration_s == pytest.approx(
        (run.ended_at - run.started_at).total_seconds(), abs=1
    )  # times are whole seconds
    assert [(each.method, each.name, each.requests) for each in run.entries] == [
        (each["method"], each["name"], each["requests"]) for each in summary["entries"]
    ]
    assert run.total.requests == sum(entry.requests for entry in run.entries)
    assert run.entry("/status/404").fail_ratio == 1.0
    assert [error.occurrences for error in run.errors] == [run.entry("/status/404", "GET").failures]
    assert sum(second["requests"] for second in run.series) == run.total.requests
    assert run.lag["wake"].count > 0
    with pytest.raises(KeyError, match="0 entries are called 'POST /'"):
        run.entry("/", "POST")


def test_histograms_hold_each_response_time(loaded: tuple[results.Run, dict[str, Any]]) -> None:
    run, _ = loaded
    for entry in (*run.entries, run.total):
        times = entry.histogram
        assert times.count == entry.requests and list(times.values_us) == sorted(set(times.values_us))
        for name, percent in (("p50", 50), ("p95", 95), ("p99.9", 99.9)):
            told = entry.response_time_ms[name]
            found = times.percentile_us(percent)
            # The summary shows none above the greatest time itself; a bucket is named by the greatest that it may hold.
            assert told is not None and found is not None and told * 1000 == pytest.approx(found, rel=0.001)
    together = run.entries[0].histogram + run.entries[1].histogram
    assert together == run.total.histogram


@pytest.mark.parametrize("values", [[1], [2047, 2048, 2049, 4095, 4096], [1_000_000, 59_999_999], [3] * 70_000])
def test_histograms_of_anybody_are_read(values: list[int]) -> None:
    hdrh = pytest.importorskip("hdrh.histogram", reason="`pip install hdrhistogram` compares with that library")
    theirs = hdrh.HdrHistogram(1, 3_600_000_000, 3)
    for value in values:
        theirs.record_value(value)
    read = results.Histogram.from_base64(theirs.encode().decode())
    wanted = {item.value_iterated_to: item.count_added_in_this_iter_step for item in theirs.get_recorded_iterator()}
    assert dict(zip(read.values_us, read.counts, strict=True)) == wanted


def test_tables_become_frames_where_their_libraries_are(folder: Path) -> None:
    run = results.load(folder / "run.store")
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    frame = run.entries.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and list(frame["requests"]) == [each.requests for each in run.entries]
    table = run.series.to_arrow()
    assert isinstance(table, pyarrow.Table) and table.num_rows == len(run.series)


def test_a_database_takes_several_runs_and_each_once(folder: Path, database: Path) -> None:
    for _ in range(2):
        done = run(RLOCUST, "report", folder / "run.store", "--sqlite", database)
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    loaded = results.load(folder / "run.store")
    assert asked(database, "SELECT run, exit_code, host FROM runs") == [(1, 1, loaded.facts["host"])]
    other = json.loads((folder / "run.json").read_text())
    other["run"]["started_at"] = "2020-01-01T00:00:00.000Z"
    (database.parent / "other.json").write_text(json.dumps(other))
    assert results.to_sqlite(results.load(database.parent / "other.json"), database) == 2

    entries = asked(database, "SELECT name, requests, p95_ms FROM entries WHERE run = 1 ORDER BY rowid")
    total = loaded.total
    assert entries == [(each.name, each.requests, each.response_time_ms["p95"]) for each in (*loaded.entries, total)]
    assert asked(database, "SELECT run, sum(requests) FROM series GROUP BY run") == [
        (1, total.requests),
        (2, total.requests),
    ]
    buckets = "SELECT sum(json_extract(value, '$[1]')) FROM entries, json_each(histogram) WHERE run = 1 AND name = '/'"
    assert asked(database, buckets) == [(loaded.entry("/").requests,)]
    assert asked(database, "SELECT sum(occurrences) FROM errors WHERE run = 1") == [(total.failures,)]


def queries_of_the_docs() -> list[str]:
    text = (ROOT / "docs" / "results.md").read_text()
    return [query for query in text.partition("```sql\n")[2].partition("```")[0].split(";") if query.strip()]


@pytest.mark.parametrize("query", queries_of_the_docs())
def test_the_queries_of_the_docs_hold_for_a_plain_run(folder: Path, database: Path, query: str) -> None:
    """Without a streamed answer `stream_figures` was no table."""
    results.to_sqlite(results.load(folder / "run.store"), database)
    asked(database, query)


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"text, and no database" * 10, "is no SQLite database"), (None, "is another program's database")],
)
def test_other_files_are_left_alone(folder: Path, database: Path, content: bytes | None, line: str) -> None:
    if content is None:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("CREATE TABLE runs (theirs)")
    else:
        database.write_bytes(content)
    before = database.read_bytes()
    done = run(RLOCUST, "report", folder / "run.store", "--sqlite", database)
    assert done.exit_code == 1 and line in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert database.read_bytes() == before


def test_a_database_is_no_other_output(folder: Path) -> None:
    done = run(RLOCUST, "report", "run.store", "--sqlite", "x", "--junit", "x", cwd=folder)
    assert done.exit_code == 2 and "--junit and --sqlite both name `x`" in done.stderr


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    for name, text in (("a.json", "{}"), ("b.json", "[1]"), ("c.txt", "nothing")):
        (tmp_path / name).write_text(text)
        with pytest.raises(ValueError, match="neither a result store nor a summary"):
            results.load(tmp_path / name)
    (tmp_path / "d.store").write_bytes(b"rlocust-store\x01garbage")
    with pytest.raises(ValueError, match="cannot read"):
        results.load(tmp_path / "d.store")
    with pytest.raises(ValueError, match="no histogram"):
        results.Histogram.from_base64("AAAA")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 1_000_000, id="nested"),
        pytest.param('{"schema": "rlocust-summary", "version": 1}', id="no run"),
        pytest.param('{"schema": "rlocust-summary"}', id="no version"),
        pytest.param('{"schema": "rlocust-summary", "version": "new"}', id="no number"),
    ],
)
def test_a_damaged_summary_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "spoilt.json").write_text(text)
    with pytest.raises(ValueError, match=r"spoilt\.json` is (a damaged summary|neither a result store nor a summary)"):
        results.load(tmp_path / "spoilt.json")


@pytest.mark.parametrize("key", ["run", "series", "total", "entries", "errors", "lag", "facts", "conclusion"])
def test_a_summary_with_anything_else_in_a_place_is_named(folder: Path, tmp_path: Path, key: str) -> None:
    whole = json.loads((folder / "run.json").read_text())
    for value in (7, [7], {"7": 7}):
        (tmp_path / "spoilt.json").write_text(json.dumps(whole | {key: value}))
        try:
            results.load(tmp_path / "spoilt.json")
        except ValueError as error:
            assert "spoilt.json` is a damaged summary" in str(error)
        else:
            assert key in ("facts", "conclusion"), value  # which may have any content


def test_a_histogram_that_would_fill_the_memory_is_refused() -> None:
    header = struct.pack(">iiiiqqd", 0x1C849303, 9, 0, 3, 1, 3_600_000_000, 1.0)
    far_away = b"\xff" * 8 + b"\x7f"  # so many empty buckets, then one with a count
    for counts in (far_away + b"\x02", b"\0" * (9 << 20)):
        packed = zlib.compress(header.replace(b"\0\0\0\x09", struct.pack(">i", len(counts)), 1) + counts)
        text = base64.b64encode(struct.pack(">ii", 0x1C849304, len(packed)) + packed).decode()
        with pytest.raises(ValueError, match="no histogram"):
            _ = results.Histogram.from_base64(text).counts


@pytest.mark.parametrize("kind", ["FIFO", "device"])
def test_what_might_never_end_is_not_read(tmp_path: Path, kind: str) -> None:
    os.mkfifo(tmp_path / "FIFO")
    path = {"FIFO": tmp_path / "FIFO", "device": Path("/dev/zero")}[kind]
    with pytest.raises(ValueError, match=f"is a {kind}, not a file"):
        results.load(path)


def test_a_histogram_is_decoded_when_it_is_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To decode those of 100 000 endpoints takes a minute and more."""
    from rlocust.results import _histogram

    decoded: list[bytes] = []
    real = _histogram._decoded
    monkeypatch.setattr(_histogram, "_decoded", lambda packed: (decoded.append(packed), real(packed))[1])
    run = results.load(folder / "run.json")
    assert decoded == []
    assert run.total.histogram.count == run.total.requests and run.total.histogram.counts
    assert len(decoded) == 1


@pytest.mark.parametrize(("hosts", "known"), [(("A", "A"), "A"), (("A", "B"), None)], ids=["one", "two"])
def test_the_host_that_all_classes_set_is_that_of_the_run(
    hosts: tuple[str, str], known: str | None, tmp_path: Path
) -> None:
    """As in Locust's report."""
    with demo_server() as target:
        urls = {"A": target.url, "B": target.url.replace("127.0.0.1", "localhost")}
        names = zip(("First", "Second"), hosts, strict=True)
        classes = [LOCUSTFILE.split("\n\n", 1)[0]]
        classes += [CLASS.format(name=name, host=urls[host]) for name, host in names]
        (tmp_path / "locustfile.py").write_text("\n".join(classes))
        words = ["-f", "locustfile.py", "--headless", "-u", "2", "--summary-json", "run.json", "--html", "run.html"]
        done = run_until(RLOCUST, Goal(samples=4), *words, cwd=tmp_path)
    assert done.exit_code == 0, done.stderr
    expected = known and urls[known]
    assert results.load(tmp_path / "run.json").facts["host"] == expected
    assert (urls["A"] in (tmp_path / "run.html").read_text()) == (known is not None)
