"""The HTML report beside a run: made again from a store, compared with a baseline, read by `rlocust compare`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of more than a second, by its waits: `run.store`, `run.json`, `run.html`."""
    here = tmp_path_factory.mktemp("report")
    (here / "locustfile.py").write_text(LOCUSTFILE)
    files = ["--store", "run.store", "--summary-json", "run.json", "--html", "run.html"]
    words = ["-f", "locustfile.py", "--headless", "-u", "3", "-r", "3", *files]
    with demo_server() as target:
        done = run_until(RLOCUST, Goal(samples=150), *words, "-H", target.url, cwd=here)
    assert done.exit_code == 1, done.stderr  # the 404s
    return here


def data_of(path: Path) -> dict[str, Any]:
    found = re.search(r'id="rlocust-data">(.*?)</script>', path.read_text(), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_a_store_makes_the_report_of_its_run_again(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "deep" / "again.html"
    said = run(RLOCUST, "report", folder / "run.store", "--html", again)
    assert (said.exit_code, said.stdout, said.stderr) == (0, "", "")
    theirs, ours = data_of(folder / "run.html"), data_of(again)
    assert ours["endpoints"] == theirs["endpoints"]
    for part in ("histograms", "errors", "settings", "tasks"):
        assert ours[part] == theirs[part], part
    assert ours["tasks"]["total"]["Visitor"]["tasks"]["look"]["ratio"] == 1
    kinds = [mark["kind"] for mark in theirs["state"]["marks"]]
    assert kinds == ["start", "spawned", "stop"]
    for part in ("marks", "machine", "accounting", "started_at", "stopped_at", "verdicts", "versions", "host"):
        assert ours["state"][part] == theirs["state"][part], part
    assert sum(ours["series"]["-1"]["rps"]) > 0 and ours["baseline"] is None


def test_a_summary_makes_the_report_without_what_it_has_not(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "of-summary.html"
    said = run(RLOCUST, "report", folder / "run.json", "--html", page)
    assert (said.exit_code, said.stdout, said.stderr) == (0, "", "")
    theirs, ours = data_of(folder / "run.html"), data_of(page)
    assert "neither curves of single endpoints" in ours["lacks"]
    assert (ours["heatmap"], ours["tasks"], list(ours["series"])) == (None, None, ["-1"])
    rows = {(row["method"], row["name"]): row for row in ours["endpoints"]}
    assert len(rows) == len(theirs["endpoints"])
    for row in theirs["endpoints"]:
        again = rows[row["method"], row["name"]]
        for figure in ("requests", "failures", "fail_ratio", "p50", "p95", "p99", "p999", "size"):
            assert again[figure] == row[figure], figure
        for figure in ("min", "max", "avg", "total_rps"):
            assert again[figure] == pytest.approx(row[figure], rel=1e-6), figure
    for part in ("accounting", "verdicts", "versions", "host", "users"):
        assert ours["state"][part] == theirs["state"][part], part
    assert ours["state"]["stopped_at"] == pytest.approx(theirs["state"]["stopped_at"], abs=1.001)
    assert ours["settings"] == theirs["settings"]
    errors = [(row["method"], row["name"], row["text"], row["count"]) for row in theirs["errors"]]
    assert [(row["method"], row["name"], row["text"], row["count"]) for row in ours["errors"]] == errors
    requests = sum(rps for rps in ours["series"]["-1"]["rps"])
    assert requests > 0


@pytest.mark.parametrize("options", [[], ["--csv", "out"], ["--html", "x.html", "--fail-if", "requests<1"]])
def test_of_a_summary_only_the_page_is_made(folder: Path, tmp_path: Path, options: list[str]) -> None:
    said = run(RLOCUST, "report", folder / "run.json", *options, cwd=tmp_path)
    assert said.exit_code == 1
    assert "is a summary: only `--html FILE` is made of it" in said.stderr
    assert not list(tmp_path.iterdir())


def test_limits_of_the_report_stand_in_it(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "judged.html"
    said = run(RLOCUST, "report", folder / "run.store", "--html", page, "--fail-if", "fail_ratio > 1%")
    assert said.exit_code == 3
    assert [verdict["holds"] for verdict in data_of(page)["state"]["verdicts"]] == [False]


@pytest.mark.parametrize("baseline", ["run.store", "run.json", "run.html"])
def test_a_baseline_of_each_kind_is_in_the_report(folder: Path, tmp_path: Path, baseline: str) -> None:
    page = tmp_path / "compared.html"
    said = run(RLOCUST, "report", folder / "run.store", "--html", page, "--html-baseline", folder / baseline)
    assert (said.exit_code, said.stderr) == (0, "")
    data = data_of(page)
    assert data["baseline"]["name"] == baseline
    figures = ("name", "method", "requests", "failures", "total_rps")
    rows = sorted([row[figure] for figure in figures] for row in data["baseline"]["endpoints"])
    assert rows == sorted([row[figure] for figure in figures] for row in data["endpoints"])
    times = [(row["p50"], row["p95"]) for row in data["baseline"]["endpoints"]]
    assert all(p50 and p95 for p50, p95 in times), times


def test_a_run_takes_a_baseline_and_its_report_may_take_its_place(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "last.html"
    page.write_bytes((folder / "run.html").read_bytes())
    with demo_server() as target:
        options = ["--headless", "-H", target.url, "--html", page, "--html-baseline", page]
        run_until(RLOCUST, Goal(samples=2), "-f", folder / "locustfile.py", *options)
    data = data_of(page)
    assert data["baseline"]["name"] == "last.html"
    assert data["baseline"]["endpoints"] == data_of(folder / "run.html")["endpoints"]


def test_compare_reads_reports_on_either_side(folder: Path) -> None:
    for first, second in (("run.html", "run.store"), ("run.json", "run.html"), ("run.html", "run.html")):
        said = run(RLOCUST, "compare", folder / first, folder / second, "--format", "json")
        assert (said.exit_code, said.stderr) == (0, ""), first
        compared = json.loads(said.stdout)
        assert {entry["name"] for entry in compared["entries"]} == {"/", "/status/404", "Aggregated"}
        for entry in compared["entries"]:
            assert entry["requests"][0] == entry["requests"][1]
            changes = {figure["figure"]: figure["change"] for figure in entry["figures"]}
            assert all(abs(changes[name]) < 0.01 for name in ("p50", "p95", "p99")), (first, changes)


def test_what_is_no_run_is_one_line(folder: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.html"
    foreign.write_text("<html></html>")
    why = f"cannot read `{foreign}`: it is no result store, no summary and no HTML report of rlocust"
    said = run(RLOCUST, "compare", foreign, folder / "run.html")
    assert (said.exit_code, said.stderr.strip()) == (1, f"rlocust compare: {why}")
    page = tmp_path / "out.html"
    said = run(RLOCUST, "report", folder / "run.store", "--html", page, "--html-baseline", foreign)
    assert (said.exit_code, said.stderr.strip(), page.exists()) == (1, f"rlocust report: {why}", False)
    locustfile = folder / "locustfile.py"
    said = run(RLOCUST, "-f", locustfile, "--headless", "--html", page, "--html-baseline", foreign)
    assert (said.exit_code, said.stderr.strip().splitlines()[-1]) == (1, why)
    said = run(RLOCUST, "-f", locustfile, "--headless", "--html-baseline", folder / "run.html")
    assert said.exit_code == 2
    assert "`--html-baseline` is shown in a report: name one with `--html FILE`" in said.stderr
    said = run(RLOCUST, "report", folder / "run.store", "--html-baseline", folder / "run.html")
    assert (said.exit_code, "name one with `--html FILE`" in said.stderr) == (2, True)
