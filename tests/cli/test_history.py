"""`--history DIR`: a result store for each run, whole or cut off."""

import json
import signal
from pathlib import Path

import pytest

from tests.kit.runs import Goal, run_until
from tests.kit.targets import demo_server
from tests.kit.tools import RLOCUST, run, started
from tests.kit.waiting import until

LOCUSTFILE = """
from locust import HttpUser, constant, task

class Visitor(HttpUser):
    wait_time = constant(0.05)

    @task
    def look(self):
        self.client.get("/")
"""
QUICK = ("--headless", "-u", "2", "-r", "100")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "locustfile.py").write_text(LOCUSTFILE)
    return tmp_path


def stores(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.store"))


def test_each_run_adds_its_store_and_they_compare(folder: Path) -> None:
    with demo_server() as target:
        words = ["-f", "locustfile.py", *QUICK, "-H", target.url]
        options = run_until(RLOCUST, Goal(samples=5), *words, "--history", "deep/runs", cwd=folder)
        assert options.exit_code == 0, options.stderr
        history = {"LOCUST_HISTORY": str(folder / "deep/runs")}
        variable = run_until(RLOCUST, Goal(samples=5), *words, cwd=folder, env=history)
        assert variable.exit_code == 0, variable.stderr
    first, second = stores(folder / "deep" / "runs")
    compared = run(RLOCUST, "compare", first, second, "--format", "json")
    assert compared.exit_code == 0, compared.stderr
    assert json.loads(compared.stdout)["entries"][0]["name"] == "/"
    table = run(RLOCUST, "report", first)
    assert "Aggregated" in table.stdout and table.stderr == ""
    card = json.loads(first.with_suffix(".json").read_text())
    assert card["summary"]["lacks"] is None and card["summary"]["figures"]["requests"] > 0


def test_a_run_that_is_killed_is_kept_up_to_there(folder: Path) -> None:
    with (
        demo_server() as target,
        started(RLOCUST, *QUICK, "-H", target.url, "--history", "runs", cwd=folder) as process,
    ):
        path = until("its store is there", lambda: stores(folder / "runs"))[0]
        until("it has requests", lambda: "Aggregated" in run(RLOCUST, "report", path).stdout)
        process.signal(signal.SIGKILL)
        process.wait()
    said = run(RLOCUST, "report", path)
    assert (said.exit_code, "the run was cut off" in said.stderr) == (0, True)


def test_a_folder_that_cannot_be_had_is_one_line(folder: Path) -> None:
    (folder / "file").write_text("")
    said = run(RLOCUST, *QUICK, "--history", "file", cwd=folder)
    assert (said.exit_code, said.stderr.strip().splitlines()[-1]) == (
        1,
        "cannot write `file`: it is a file: `--history` names a folder",
    )
    said = run(RLOCUST, *QUICK, "--history", "file/deep", cwd=folder)
    assert (said.exit_code, said.stderr.strip().splitlines()[-1]) == (1, "cannot write `file/deep`: Not a directory")
    said = run(RLOCUST, *QUICK, "--history", "/proc/none", cwd=folder)
    assert said.exit_code == 1 and "cannot write `/proc/none`: " in said.stderr and "Traceback" not in said.stderr
