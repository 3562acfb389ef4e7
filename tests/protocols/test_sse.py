"""`rlocust.sse`: what its client does, raises and reports, against a server whose every write is one of its own."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest

from rlocust import results
from tests.kit.places import EXAMPLES, LOCUSTFILES
from tests.kit.programs import ours
from tests.kit.proxies import proxy_server
from tests.kit.results import of_json
from tests.kit.runs import Goal, run_example
from tests.kit.tools import RLOCUST, Run, run, started
from tests.kit.waiting import until
from tests.protocols.servers import app, event_streams

LOCUSTFILE = LOCUSTFILES / "sse_listeners.py"
EXAMPLE = "protocols/sse_user.py"
#: A few streams of each kind.
SHORT = Goal(names={"chat": 3, "prices": 1})
#: What a stream of tokens has; one without tokens has the first three.
FIGURES = ["first_byte", "first_event", "gap", "first_token", "token_time", "token_rate"]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with event_streams() as address:
        yield f"http://{address}"


def test_the_client_does_what_its_page_says(server: str) -> None:
    """docs/sse.md."""
    cases = ours("sse_calls.py", server)
    assert cases[-1] == "killed" and len(cases) == 15


def test_tls_is_that_of_the_http_client(certificates: Path) -> None:
    with app("event_server.py", str(certificates / "rsa.pem"), str(certificates / "rsa.key")) as (address, _):
        assert ours("sse_calls.py", f"https://{address}", "tls", str(certificates / "ca.pem")) == ["over_tls"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxies_get_whole_urls_and_lead_to_servers_with_tls(certificates: Path, scheme: str) -> None:
    """docs/sse.md: as of `requests`."""
    files = [str(certificates / "rsa.pem"), str(certificates / "rsa.key")] if scheme == "https" else []
    with app("event_server.py", *files) as (address, _), proxy_server() as proxy:
        authority = str(certificates / "ca.pem") if files else ""
        assert ours("sse_calls.py", f"{scheme}://{address}", "proxied", proxy.address, authority) == ["proxied"]
        heard = proxy.heard()
    place = address.replace("127.0.0.1", "localhost")
    asked = f"CONNECT {place} HTTP/1." if files else f"GET http://{place}/clock/1/1?feed HTTP/1.1"
    login = "Proxy-Authorization: Basic dXNAZXI6cDp3"  # us@er:p:w
    plain, known, methods, socks, *more = heard
    assert plain[1].startswith(asked) and login not in plain[1]
    assert known[1].startswith(asked) and login in known[1]
    assert (methods, socks) == (["methods", "\x00"], ["socks", "localhost"])
    by_environment, by_user, *failed = more
    assert by_environment == by_user == plain
    assert [what for what, _ in failed] == ([] if files else ["http", "methods", "credentials"])


@pytest.mark.clock
def test_times_are_the_servers_to_a_millisecond_at_a_hundred_users(server: str) -> None:
    """Both read one clock: 3 900 gaps, and when 100 first events came. What a busy machine adds, whose server has to
    wait between reading its clock and writing, does not reach these percentiles. From its request on, the server's
    clock begins later than ours: it has to accept and to read first."""
    found = json.loads(ours("sse_calls.py", server, "truth")[0])
    assert found["gap_95"] < 1 and found["late_95"] < 1 and found["first_50"] < 5, found


def test_a_run_shows_streams_in_tables_of_their_own(server: str, tmp_path: Path) -> None:
    files = ["--csv", tmp_path / "x", "--summary-json", tmp_path / "s.json", "--markdown", tmp_path / "m.md"]
    done = run_example(RLOCUST, EXAMPLE, server, *files, goal=SHORT)
    assert done.exit_code == 0, done.stderr
    table = done.stderr[done.stderr.index("Streamed answers") :]
    assert "first token (ms)" in table and "tokens/s" in table
    with (tmp_path / "x_streams.csv").open() as file:
        rows = list(csv.DictReader(file))
    chat = [row["Figure"] for row in rows if row["Name"] == "chat"]
    assert chat == FIGURES and rows[-1]["Name"] == "prices" and rows[-1]["Figure"] == "gap"
    summary = json.loads((tmp_path / "s.json").read_text())
    assert [row["name"] for row in summary["streams"]] == ["chat", "prices"]
    answered = {row["name"]: row["requests"] for row in summary["entries"]}
    streams = summary["streams"][0]
    assert answered["chat"] <= streams["streams"] and streams["figures"]["token_rate_per_s"]["p50"] > 0
    assert "| POST chat | tokens/s |" in (tmp_path / "m.md").read_text()


@pytest.fixture(scope="module")
def kept(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: `a.store` with `a.json`, `b.store`."""
    folder = tmp_path_factory.mktemp("streams")
    for name in "ab":
        files = ["--store", f"{folder}/{name}.store", "--summary-json", f"{folder}/{name}.json"]
        done = run_example(RLOCUST, EXAMPLE, server, *files, goal=SHORT)
        assert done.exit_code == 0, done.stderr
    return folder


@pytest.mark.parametrize(
    ("limit", "code", "said"),
    [
        ("first_token.p95{name=chat} > 600s; token_rate.p5 < 0.01/s; tokens < 40", 0, "Streamed answers"),
        ("gap.median{name=chat,method=POST} > 1us", 3, "limit crossed: gap.p50 of POST chat is "),
        ("first_token.p95{name=prices} > 5s", 3, "no first_token of prices was recorded, so there is nothing to judge"),
        ("first_byte.max{name=/typo} > 5s", 3, "no stream of /typo began, so there is nothing to judge"),
        ("first_token > 5s", 2, "or of streams, as first_token.p95, "),
    ],
)
def test_limits_judge_figures_of_streams(kept: Path, limit: str, code: int, said: str) -> None:
    """docs/verdicts.md."""
    done = run(RLOCUST, "report", kept / "a.store", "--fail-if", limit)
    assert done.exit_code == code and said in done.stdout + done.stderr, done.stderr


def test_a_run_is_stopped_for_a_figure_of_streams(server: str) -> None:
    load = [*"--headless -u 5 -r 5 --only-summary --fail-if".split(), "first_event.max > 0ms abort after 1s"]
    done = run(RLOCUST, "-f", EXAMPLES / EXAMPLE, "-H", server, *load)
    assert done.exit_code == 3 and "Limit crossed: first_event.max of the run is " in done.stderr, done.stderr


def test_two_runs_are_compared_by_figures_of_streams(kept: Path) -> None:
    """docs/compare.md. Of a few streams nothing can be tested, and a gate does not open on nothing."""

    def compared(first: str, second: str, *words: str) -> Run:
        return run(RLOCUST, "compare", first, second, *words, cwd=kept)

    document = json.loads(compared("a.store", "b.store", "--format", "json").stdout)
    figures = {entry["name"]: {each["figure"]: each for each in entry["figures"]} for entry in document["entries"]}
    chat, prices = figures["chat"], figures["prices"]
    wanted = {f"{figure}.p50" for figure in FIGURES}
    assert wanted <= set(chat) and {"token_rate.p5", "gap.p99"} <= set(chat) and "first_token.p50" not in prices
    assert (chat["gap.p50"]["unit"], chat["token_rate.p5"]["unit"]) == ("ms", "1/s")
    assert chat["gap.p50"]["lack"].startswith(("A lasts ", "A has ")), "a slow machine takes long, but counts no more"
    table = compared("a.json", "a.store").stdout
    assert table.count("token_rate.p1") == 1 and "A is a summary of this entry" in table
    assert compared("a.store", "b.store", "--max-regression", "gap.p95=50%").exit_code == 4
    refused = compared("a.store", "b.store", "--max-regression", "gap=50%")
    assert refused.exit_code == 2 and "gap.p50, gap.p95, gap.p99" in refused.stderr


def gaps_of(stream: dict[str, Any]) -> dict[str, float]:
    return {name: value for name, value in stream["figures"]["gap_ms"].items() if name not in ("count", "histogram")}


@pytest.mark.parametrize("file", ["a.store", "a.json"])
def test_results_have_the_figures_of_streams(kept: Path, tmp_path: Path, file: str) -> None:
    """docs/results.md."""
    loaded, summary = results.load(kept / file), json.loads((kept / "a.json").read_text())
    chat, of_summary = loaded.stream("chat"), summary["streams"][0]
    assert (chat.method, chat.streams, chat.tokens) == ("POST", of_summary["streams"], of_summary["tokens"])
    assert list(chat.figures) == FIGURES and list(loaded.stream("prices", "GET").figures) == FIGURES[:3]
    rate = chat.figures["token_rate"]
    assert (rate.unit, rate.values["p95"]) == ("tokens/s", of_summary["figures"]["token_rate_per_s"]["p95"])
    assert rate.histogram.count == rate.count == of_summary["figures"]["token_rate_per_s"]["count"]
    assert (chat.figures["gap"].unit, chat.figures["gap"].values) == ("ms", gaps_of(of_summary))
    with pytest.raises(KeyError, match="0 streams are called 'GET chat'"):
        loaded.stream("chat", "GET")

    for _ in range(2):
        results.to_sqlite(loaded, tmp_path / "runs.db")
    with closing(sqlite3.connect(tmp_path / "runs.db")) as connection:
        counts = connection.execute("SELECT name, streams, events, tokens FROM streams ORDER BY name").fetchall()
        figures = connection.execute("SELECT name, figure, unit, count, p95 FROM stream_figures").fetchall()
    assert counts == [(each.name, each.streams, each.events, each.tokens) for each in loaded.streams]
    wanted = [(each.name, each.figure, each.unit, each.count, each.values["p95"]) for each in loaded.stream_figures]
    assert figures == wanted and len(wanted) == 9


def test_a_run_without_streams_has_none_in_its_results(kept: Path, tmp_path: Path) -> None:
    """Those of versions that knew no streams, too."""
    document = json.loads((kept / "a.json").read_text())
    del document["streams"]
    (tmp_path / "old.json").write_text(json.dumps(document))
    loaded = results.load(tmp_path / "old.json")
    assert (loaded.streams, loaded.stream_figures) == ((), ())
    results.to_sqlite(loaded, tmp_path / "runs.db")
    with closing(sqlite3.connect(tmp_path / "runs.db")) as connection:
        rows = [connection.execute(f"SELECT name FROM {table}").fetchall() for table in ("streams", "stream_figures")]
    assert rows == [[], []]


def test_a_master_shows_the_streams_of_its_workers(server: str, tmp_path: Path) -> None:
    """Two processes work, a third leads: what they measured is added up."""
    path = tmp_path / "s.json"
    words = ["--processes", "2", "--summary-json", path]
    done = run_example(RLOCUST, EXAMPLE, server, *words, goal=SHORT)
    assert done.exit_code == 0, done.stderr
    summary = json.loads(path.read_text())
    answered = {row["name"]: row["requests"] for row in summary["entries"]}
    chat, prices = summary["streams"]
    assert (chat["streams"], prices["streams"]) == (answered["chat"], answered["prices"])
    assert chat["figures"]["token_rate_per_s"]["count"] == answered["chat"]
    assert chat["tokens"] == 40 * answered["chat"]


def test_a_run_without_streams_has_no_file_of_them(tmp_path: Path) -> None:
    (tmp_path / "x_streams.csv").write_text("of an earlier run")
    for prefix in ("x", "y"):
        refused = ["--csv", tmp_path / prefix]
        run_example(RLOCUST, "protocols/raw_socket.py", "127.0.0.1:1", *refused, users=1, goal=Goal(failures=1))
    assert (tmp_path / "x_streams.csv").read_text() == "", "nothing of the earlier run"
    assert not (tmp_path / "y_streams.csv").exists()


def test_the_end_of_a_run_ends_waits_without_a_sample(server: str) -> None:
    with started(RLOCUST, "-f", LOCUSTFILE, "-H", server, *"--headless -u 5 -r 5 --json".split()) as process:
        until("five users listen", lambda: process.stderr.count("listening") == 5)
        process.signal(SIGTERM)
        assert process.wait() in (0, 1) and of_json(process.stdout) == {}, process.stderr
