"""locust-plugins under rlocust and under the Locust that it brings: docs/plugins.md."""

import csv
import json
from pathlib import Path

import pytest

from tests.kit.environments import environment_with
from tests.kit.places import LOCUSTFILES
from tests.kit.processes import running
from tests.kit.targets import Target

LOCUST_IS = {"rlocust": "locust is rlocust's", "locust": "locust is its own"}
LOAD = "--headless -u 3 -r 3 -t 60s --stop-timeout 10 -i 20 --check-fail-ratio 0.5".split()


@pytest.mark.nightly
@pytest.mark.timeout(900)  # pip downloads Locust and its plug-ins
def test_plug_ins_do_the_same_under_both(demo: Target, tmp_path: Path) -> None:
    """Iterations, checks, CSV rows, a listener that stops users, JMeter's file: equal counts, equal exit codes."""
    python = environment_with(tmp_path / "venv", "locust-plugins", "locust==2.47.0")
    rows = tmp_path / "rows.csv"
    rows.write_text("name\nAda\nAlan\n")
    results = {}
    for module in ("rlocust", "locust"):
        folder = tmp_path / module
        folder.mkdir()
        command = [str(python), "-m", module, "-f", str(LOCUSTFILES / "plugins.py"), "-H", demo.url, *LOAD]
        written = ["--only-summary", "--json-file", str(folder / "run")]
        variables = {"ROWS": str(rows), "RESULTS": str(folder / "jmeter.csv"), "PYTHONPATH": ""}
        with running([*command, *written], folder, variables) as process:
            code = process.wait(120)
            assert LOCUST_IS[module] in process.stdout, process.said
            assert "Iteration limit reached (20)" in process.stderr
        entries = {each["name"]: each["num_requests"] for each in json.loads((folder / "run.json").read_text())}
        with (folder / "jmeter.csv").open() as file:
            jmeter = list(csv.DictReader(file))
        assert len(jmeter) == sum(entries.values())
        # A failed response is false, which the plug-in takes for none.
        assert {row["responseCode"] for row in jmeter} == {"200", "0"}
        results[module] = code, entries
    assert results["rlocust"] == results["locust"]
    assert results["rlocust"][1]["fails once"] == 1
