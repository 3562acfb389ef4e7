"""No output holds the user or password of a URL or a proxy, a header or a cookie: a run with a canary in each place
that may hold one, and every byte that it writes looked through (docs/contract/differences.md B, SECURITY.md)."""

import json
import re
from pathlib import Path

import pytest

from tests.compat.statistics.test_telemetry import collector
from tests.kit.places import LOCUSTFILES
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, run, started
from tests.kit.waiting import DEADLINE, until

pytestmark = pytest.mark.faults
CANARY = "kanarien7vogel"
SCRIPT = LOCUSTFILES / "secrets.py"


def holders(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if CANARY.encode() in path.read_bytes()]


def test_no_output_of_a_run_holds_a_user_or_password(demo: Target, tmp_path: Path) -> None:
    """Log, tables, CSV, JSON, summary, store and what is made of it, JUnit, Markdown, metrics, OTLP, process title."""
    out = tmp_path / "out"
    out.mkdir()
    files = {"--csv": "x", "--json-file": "x", "--summary-json": "s.json", "--store": "x.store", "--junit": "x.xml"}
    options = [word for option, name in files.items() for word in (option, out / name)]
    options += ["--markdown", out / "x.md", "--logfile", out / "x.log", "--csv-full-history", "--json"]
    with collector("http") as (received, port):
        env = {
            "CANARY": CANARY,
            "ADDRESS": demo.url.removeprefix("http://"),
            "LOCUST_MONITOR": f"http://{CANARY}:{CANARY}@127.0.0.1:1/metrics",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={CANARY}",
            "RLOCUST_LOG": "trace",
        }
        load = ["--headless", "-u", "3", "-r", "3", "--otel", "--loglevel", "DEBUG", "--metrics-port", "0"]
        with started(RLOCUST, "-f", SCRIPT, *load, *options, env=env) as process:
            until("the log", lambda: (out / "x.log").exists() and "/metrics" in (out / "x.log").read_text())
            address = re.search(r"http://[\d.:]+(?=/metrics)", (out / "x.log").read_text())
            assert address, process.said
            page = Target(address[0])
            until(
                "all of it", lambda: b'"GET",name="/json?rest"' in page.get("/metrics").replace(demo.url.encode(), b"")
            )
            (out / "metrics").write_bytes(page.get("/metrics"))
            (out / "title").write_bytes(Path(f"/proc/{process.pid}/cmdline").read_bytes())
            assert process.stop(patience=2 * DEADLINE) == 1, process.said
            (out / "said").write_text(process.said)
        (out / "otlp").write_text(received.stdout)
    assert "/redirect/2" in (out / "otlp").read_text()
    again = run(RLOCUST, "report", out / "x.store", "--csv", out / "again", "--markdown", out / "again.md")
    assert again.exit_code == 0, again.stderr
    (out / "tables").write_text(run(RLOCUST, "report", out / "x.store").stdout)
    assert len(json.loads((out / "x.json").read_text())) >= 12
    assert len(list(out.iterdir())) >= 19, "every output was written"
    assert holders(out) == []


def test_a_collector_that_cannot_be_reached_is_named_without_its_password(demo: Target, tmp_path: Path) -> None:
    for protocol in "grpc", "http/protobuf":
        env = {
            "CANARY": "x",
            "ADDRESS": demo.url.removeprefix("http://"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{CANARY}:{CANARY}@127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={CANARY}",
        }
        load = ["--headless", "-u", "1", "--otel", "--only-summary", "Own"]
        ended = run_until(RLOCUST, Goal(samples=1), "-f", SCRIPT, *load, env=env)
        assert "did not reach the collector" in ended.stderr, ended.stderr
        assert CANARY not in ended.stderr + ended.stdout
