"""`rlocust compare`: docs/compare.md with two runs, one of them against a slower page. Row 26.

The two runs are kept in `runs/`, made by `fixed_times.py`; those of the document itself are a test of chance.
"""

import copy
import json
import os
import re
import shlex
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.kit.places import ROOT
from tests.kit.targets import Target, demo_server
from tests.kit.tools import RLOCUST, Run, run, started

DOC = (ROOT / "docs" / "compare.md").read_text()
RUNS = re.findall(r"^\$ (DELAY_MS=\d+ rlocust .+)$", DOC, re.M)
EXAMPLE = re.compile(r"^\$ rlocust (?P<command>compare .+)\n# exit code (?P<code>\d+): (?P<said>.+)$", re.M)
EXAMPLES = [(found["command"], int(found["code"]), found["said"]) for found in EXAMPLE.finditer(DOC)]


@pytest.fixture(scope="module")
def runs() -> Path:
    return Path(__file__).parent / "runs"


def compare(folder: Path, *words: str) -> Run:
    return run(RLOCUST, "compare", *words, cwd=folder)


@pytest.mark.clock
def test_the_runs_of_the_document_make_its_examples_end_as_it_says(tmp_path: Path) -> None:
    """Both runs at the same time: whatever else the machine does, it does to both."""
    with demo_server() as target, ExitStack() as stack:
        commands = [started(RLOCUST, *words, cwd=tmp_path, env=env) for words, env in calls(target)]
        processes = [stack.enter_context(command) for command in commands]
        codes = [process.wait() for process in processes]
        assert codes == [0, 0], [process.said for process in processes]
    for command, code, said in EXAMPLES:
        ended = compare(tmp_path, *shlex.split(command)[1:])
        assert ended.exit_code == code and said in ended.stdout + ended.stderr, ended.stdout + ended.stderr
    figures = compare(tmp_path, "before.store", "after.store", "--format", "json").stdout
    check_slower_page(json.loads(figures))


def calls(target: Target) -> list[tuple[list[str], dict[str, str]]]:
    commands = [line.replace("$TARGET", target.url).replace("locustfiles/", f"{ROOT}/locustfiles/") for line in RUNS]
    split = [shlex.split(command) for command in commands]
    return [(words[2:], dict([words[0].split("=")])) for words in split]


def test_the_document_has_two_runs_and_examples_of_every_code() -> None:
    assert len(RUNS) == 2
    assert {code for _, code, _ in EXAMPLES} == {0, 1, 2, 3}


@pytest.mark.parametrize(("command", "code", "said"), EXAMPLES, ids=[str(n) for n in range(len(EXAMPLES))])
def test_examples_of_the_document_end_as_it_says(runs: Path, command: str, code: int, said: str) -> None:
    ended = compare(runs, *shlex.split(command)[1:])
    assert ended.exit_code == code, ended.stderr
    assert said in ended.stdout + ended.stderr


def test_the_slower_page_is_found_and_shown_as_json(runs: Path) -> None:
    check_slower_page(json.loads(compare(runs, "before.store", "after.store", "--format", "json").stdout))


def check_slower_page(document: dict[str, Any]) -> None:
    entries = {
        entry["name"]: {figure["figure"]: figure for figure in entry["figures"]} for entry in document["entries"]
    }
    assert set(entries) == {"/json", "slow page", "Aggregated"}
    slow = entries["slow page"]["p50"]
    assert slow["outcome"] == "worse" and 0.3 < slow["change"] < 2 and slow["p"] < 0.01, slow
    assert document["regressions"] is None


def test_a_store_and_a_summary_of_one_run_say_the_same(runs: Path) -> None:
    document = json.loads(compare(runs, "before.store", "before.json", "--format", "json").stdout)
    for entry in document["entries"]:
        assert entry["requests"][0] == entry["requests"][1]
        for figure in entry["figures"]:
            if figure["figure"] in ("p50", "p95", "p99", "errors"):
                assert figure["first"] == pytest.approx(figure["second"], rel=0.001), (entry["name"], figure)


def test_a_run_that_was_kept_is_judged_later(runs: Path, tmp_path: Path) -> None:
    """docs/verdicts.md, "Judged later"."""
    store, report = str(runs / "after.store"), tmp_path / "report.xml"

    def judged(*limits: str) -> Run:
        return run(RLOCUST, "report", store, "--junit", report, *limits)

    crossed = judged("--fail-if", "p50{name='slow page'} > 25ms", "--max-lag", "max=0ms")
    assert crossed.exit_code == 3, crossed.stderr
    assert re.search(r"limit crossed: p50 of slow page is \d+", crossed.stderr), crossed.stderr
    assert "LimitCrossed" in report.read_text()
    held = judged("--fail-if", "p50 > 10s")
    assert (held.exit_code, held.stderr) == (0, "")
    assert "<failure" not in report.read_text() and "p50 ≤ 10s" in report.read_text()
    assert judged("--max-lag", "max=0ms").exit_code == 4


def test_a_damaged_store_is_not_compared_and_a_torn_one_is_named(runs: Path, tmp_path: Path) -> None:
    whole = (runs / "before.store").read_bytes()
    torn, damaged = tmp_path / "torn.store", tmp_path / "damaged.store"
    torn.write_bytes(whole[:-3])
    ended = compare(runs, "before.store", str(torn))
    assert (ended.exit_code, "Aggregated" in ended.stdout) == (0, True)
    assert f"`{torn}` lacks the end of the run: its last record is torn" in ended.stderr
    damaged.write_bytes(whole[: len(whole) // 2] + b"\xff" * 9 + whole[len(whole) // 2 + 9 :])
    ended = compare(runs, "before.store", str(damaged))
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"cannot read `{damaged}`: it is damaged at byte" in ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "before.store", "NAME"],
        ["compare", "NAME", "before.store"],
        ["report", "NAME"],
        ["report", "before.store", "--html", "x.html", "--html-baseline", "NAME"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_what_might_never_end_is_not_read(runs: Path, tmp_path: Path, words: list[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    for kind, path in (("FIFO", str(tmp_path / "pipe")), ("device", "/dev/zero")):
        ended = run(RLOCUST, *[path if word == "NAME" else word for word in words], cwd=runs)
        assert ended.exit_code == 1, ended.stderr
        assert f"cannot read `{path}`: it is a {kind}, not a file: write it to one first" in ended.stderr


def test_a_summary_of_a_later_version_or_with_a_damaged_row_is_not_compared(runs: Path, tmp_path: Path) -> None:
    document = json.loads((runs / "before.json").read_text())
    last = len(document["series"]["rows"])
    damaged = copy.deepcopy(document)
    damaged["series"]["rows"][-1] = [1]
    for changed, line in [
        (document | {"version": 2}, "it is a summary of a later version of rlocust"),
        (damaged, f"its series (row {last} of {last}) is damaged"),
    ]:
        path = tmp_path / "x.json"
        path.write_text(json.dumps(changed))
        ended = compare(runs, "before.store", str(path))
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert ended.stderr == f"rlocust compare: cannot read `{path}`: {line}\n"


def test_a_bound_that_cannot_be_judged_is_not_held(runs: Path, tmp_path: Path) -> None:
    whole = (runs / "before.store").read_bytes()
    cut = tmp_path / "cut.store"
    cut.write_bytes(whole[: len(whole) // 3])
    ended = compare(runs, str(cut), str(cut), "--max-regression", "10%")
    assert ended.exit_code == 4, ended.stdout
    assert "too little data to judge a regression" in ended.stderr
