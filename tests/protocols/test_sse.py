"""`rlocust.sse`: what its client does, raises and reports, against a server whose every write is one of its own."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.certificates import make_certificates
from tests.kit.programs import ours
from tests.kit.results import of_json
from tests.kit.tools import RLOCUST, run, run_example
from tests.protocols.servers import app, event_streams

LOCUSTFILE = Path(__file__).parent.parent / "compat" / "locustfiles" / "sse_listeners.py"
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


def test_tls_is_that_of_the_http_client(tmp_path: Path) -> None:
    made = make_certificates(tmp_path)
    with app("event_server.py", str(made / "rsa.pem"), str(made / "rsa.key")) as (address, _):
        assert ours("sse_calls.py", f"https://{address}", "tls", str(made / "ca.pem")) == ["over_tls"]


def test_times_are_the_servers_to_a_millisecond_at_a_hundred_users(server: str) -> None:
    """Both read one clock: 3 900 gaps, and when 100 first events came. What a busy machine adds, whose server has to
    wait between reading its clock and writing, does not reach these percentiles. From its request on, the server's
    clock begins later than ours: it has to accept and to read first."""
    found = json.loads(ours("sse_calls.py", server, "truth")[0])
    assert found["gap_95"] < 1 and found["late_95"] < 1 and found["first_50"] < 5, found


def test_a_run_shows_streams_in_tables_of_their_own(server: str, tmp_path: Path) -> None:
    files = ["--csv", tmp_path / "x", "--summary-json", tmp_path / "s.json", "--markdown", tmp_path / "m.md"]
    done = run_example(RLOCUST, "protocols/sse_user.py", server, *map(str, files), time="2s")
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


def test_a_master_shows_the_streams_of_its_workers(server: str, tmp_path: Path) -> None:
    """Two processes work, a third leads: what they measured is added up."""
    path = tmp_path / "s.json"
    words = ["--processes", "2", "--summary-json", path]
    done = run_example(RLOCUST, "protocols/sse_user.py", server, *words, time="3s")
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
        run_example(RLOCUST, "protocols/raw_socket.py", "127.0.0.1:1", "--csv", tmp_path / prefix)
    assert (tmp_path / "x_streams.csv").read_text() == "", "nothing of the earlier run"
    assert not (tmp_path / "y_streams.csv").exists()


def test_the_end_of_a_run_ends_waits_without_a_sample(server: str) -> None:
    load = ["--headless", "-u", "5", "-r", "5", "-t", "1s", "--json"]
    done = run(RLOCUST, "-f", LOCUSTFILE, "-H", server, *load)
    assert done.exit_code in (0, 1) and of_json(done.stdout) == {}, done.stderr
