"""With our nodes on both ends, a master's figures are those of one process that had all the samples itself."""

import json
import re
from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest

from tests.cluster.nodes import LOCUSTFILES, Node, cluster
from tests.compat.statistics.test_telemetry import collector
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, RLOCUST, Tool, run, started
from tests.kit.waiting import until

WORKERS = 2
SAMPLES = 6000  # of `locustfiles/scripted.py`
KEPT = ("name", "method", "requests", "failures", "requests_without_time", "content_bytes", "histogram")


def _figures(path: Path) -> dict[str, dict[str, Any]]:
    """Of every entry and the total: what does not depend on when the samples were made."""
    summary = json.loads(path.read_text())
    rows = [*summary["entries"], {**summary["total"], "name": "total", "method": ""}]
    figures = {}
    for row in rows:
        times = {key: value for key, value in row["response_time_ms"].items() if key != "mean"}
        mean = round(row["response_time_ms"]["mean"], 6)  # a sum of floats, in another order
        figures[row["name"]] = {key: row[key] for key in KEPT} | {"times": times, "mean": mean, "locust": row["locust"]}
    return figures


def _of_a_cluster(folder: Path, worker: Tool) -> dict[str, dict[str, Any]]:
    summary, page = folder / "cluster.json", folder / "cluster.html"
    load = ["-u", str(WORKERS), "-r", str(WORKERS), "--summary-json", str(summary), "--html", str(page)]
    env = {"RIG_OF": str(WORKERS), "RIG_REPORT": "0.3"}
    with cluster(folder, RLOCUST, [worker] * WORKERS, *load, locustfile="scripted.py", env=env) as nodes:
        until("all is reported", lambda: nodes.state().get("requests") == SAMPLES, 60)
        nodes.master.process.signal(SIGTERM)
        assert nodes.master.process.wait(60) == 1, nodes.master.process.said
    return _figures(summary)


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """The figures of one process."""
    summary = tmp_path / "alone.json"
    words = ["-f", LOCUSTFILES / "scripted.py", "--headless", "-u", "1", "--summary-json", summary]
    with started(RLOCUST, *words, env={"RIG_OF": "1"}) as process:
        Node(RLOCUST, process).fact("fired", samples=SAMPLES)
        assert process.stop() == 1, process.stderr
    return _figures(summary)


def test_a_cluster_of_ours_has_the_exact_figures_of_one_process(alone: dict[str, Any], tmp_path: Path) -> None:
    figures = _of_a_cluster(tmp_path, RLOCUST)
    assert figures == alone


def test_workers_of_locust_give_its_rounded_figures(alone: dict[str, Any], tmp_path: Path) -> None:
    """Their reports hold Locust's buckets alone: the columns of Locust are the same, exact times are not known."""
    figures = _of_a_cluster(tmp_path, LOCUST)
    for name, row in alone.items():
        for key in ("requests", "failures", "content_bytes", "locust"):
            assert figures[name][key] == row[key], (name, key)
        assert figures[name]["mean"] == pytest.approx(row["mean"], rel=1e-6)
        assert figures[name]["times"]["rounded"] and "rounded" not in row["times"]
    assert '"rounded":true' in (tmp_path / "cluster.html").read_text()
    compared = run(RLOCUST, "compare", tmp_path / "alone.json", tmp_path / "cluster.json")
    assert compared.stdout.splitlines()[-1].startswith("percentiles of B are rounded to two digits: ")


def test_a_master_pushes_no_times_of_its_workers(demo: Target, tmp_path: Path) -> None:
    """`--otel` is each process's own: of rounded times nothing is pushed that could be taken for exact."""
    with collector("http") as (received, port):
        env = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "RIG_REPORT": "0.5",
        }
        load = ["-u", "2", "-r", "2", "-H", demo.url, "--otel"]
        with cluster(tmp_path, RLOCUST, [LOCUST], *load, env=env) as nodes:
            until("they work", lambda: nodes.state().get("requests", 0) > 5)
            assert nodes.end()[0] == 0, nodes.master.process.said
        until("the users are pushed", lambda: "locust.users.count" in received.stdout)
        assert set(re.findall(r'"name": ?"(locust[.][a-z.]+)"', received.stdout)) == {"locust.users.count"}
