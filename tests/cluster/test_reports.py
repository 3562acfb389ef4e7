"""What a locustfile's listeners see of the reports between nodes."""

import json
from pathlib import Path

from tests.cluster.nodes import cluster
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until


def test_listeners_can_write_reports_as_json(tmp_path: Path, demo: Target) -> None:
    """docs/contract/distributed.md, `worker_report`: the keys are Locust's, the values plain; the sums stay exact."""
    load = ["-u", "2", "-r", "2", "-H", demo.url, "--stop-timeout", "30", "--json-file", "sums"]
    with cluster(tmp_path, RLOCUST, [RLOCUST], *load, locustfile="reports_as_json.py") as made:
        until("three reports", lambda: made.master.process.stdout.count("REPORTED") >= 3)
        assert made.end()[0] == 0, made.master.process.said
        said = made.master.process.said + made.workers[0].process.said
    reports = [line for line in said.splitlines() if line.startswith("REPORTED")]
    keys = {"errors", "stats", "stats_total", "user_classes_count", "user_count"}
    assert all(set(json.loads(line.removeprefix("REPORTED"))) == keys for line in reports), reports
    assert "Traceback" not in said, said
    rows = json.loads((tmp_path / "sums.json").read_text())
    assert sum(row["num_requests"] for row in rows) == demo.received().total
