"""Limits, bounds on the lag, exit codes, reports: docs/verdicts.md as it stands, and docs/exit-codes.md. Row 27."""

import json
import re
import shlex
import sys
from pathlib import Path
from signal import SIGINT
from xml.etree import ElementTree

import pytest

from tests.kit.places import ROOT
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Run, run, started

DOC = ROOT / "docs" / "verdicts.md"
EXAMPLE = re.compile(r"^\$ (?P<command>.+)\n# exit code (?P<code>\d+)(?:: (?P<said>.+))?$", re.M)
EXAMPLES = [(found["command"], int(found["code"]), found["said"]) for found in EXAMPLE.finditer(DOC.read_text())]
LIMITS = ROOT / "locustfiles" / "limits.py"


#: Enough for every limit of the examples to find what it is about.
BOTH_NAMES = Goal(names={"/json": 2, "slow page": 1})


def example(command: str, target: Target, folder: Path) -> Run:
    """The command as it stands, but that a run of two seconds lasts until both requests were made."""
    words = shlex.split(command.replace("$TARGET", target.url).replace("locustfiles/", f"{ROOT}/locustfiles/"))
    at = words.index("rlocust")
    variables = dict(word.split("=", 1) for word in words[:at])
    words = ["10m" if word == "2s" else word for word in words[at + 1 :]]
    goal = Goal(names={"/json": 50, "slow page": 10}) if "10m" in words else Goal(samples=sys.maxsize, deadline=60)
    return run_until(RLOCUST, goal, *words, cwd=folder, env=variables)


def short_run(target: Target, *options: str | Path, cwd: Path | None = None, **env: str) -> Run:
    words = ["--headless", "-u", "3", "-r", "3", "-H", target.url, "--only-summary"]
    return run_until(RLOCUST, BOTH_NAMES, "-f", LIMITS, *words, *options, cwd=cwd, env=env)


def by_time(command: str, code: int) -> bool:
    """Whether the example holds only where responses or ticks come in time."""
    has_to_be_fast = code == 0 and "p95" in command
    return has_to_be_fast or "abort after" in command


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        pytest.param(*each, id=str(number), marks=[pytest.mark.clock] if by_time(*each[:2]) else [])
        for number, each in enumerate(EXAMPLES)
    ],
)
def test_examples_of_the_document_end_as_it_says(
    demo: Target, tmp_path: Path, command: str, code: int, said: str | None
) -> None:
    ended = example(command, demo, tmp_path)
    assert ended.exit_code == code, ended.stderr
    assert (said or "") in ended.stderr, ended.stderr
    if "--junit" in command:
        check_junit(tmp_path / "report.xml", red={"rps ≥ 5000", "exit code"})
        assert "a limit was crossed" in (tmp_path / "summary.md").read_text()


def test_the_document_has_examples_of_every_code() -> None:
    assert {code for _, code, _ in EXAMPLES} == {0, 1, 2, 3, 4}


def test_the_caret_points_at_the_mistake(demo: Target) -> None:
    ended = short_run(demo, "--fail-if", "p95{name='é'} => 1")
    assert ended.exit_code == 2
    assert ended.stderr == (
        "rlocust: error: argument --fail-if: expected one of >= <= == != > < instead of `=>` at column 15 of "
        "`p95{name='é'} => 1`\n  p95{name='é'} => 1\n                ^\n"
    )


def test_limits_of_files_and_the_environment_are_obeyed(demo: Target, tmp_path: Path) -> None:
    (tmp_path / "locust.conf").write_text('fail-if = ["requests < 1", "rps > 100000"]\nmax-lag = max=1m\n')
    held = short_run(demo, cwd=tmp_path)
    assert held.exit_code == 0
    for requirement in ("requests ≥ 1", "rps ≤ 100000", "max ≤ 1m"):
        assert held.has_logged(f"({requirement})"), held.stderr
    crossed = short_run(demo, cwd=tmp_path, LOCUST_FAIL_IF="requests > 1; rps < 1")
    assert crossed.exit_code == 3
    assert crossed.has_logged("Limit crossed: requests of the run is") and not crossed.has_logged("100000")


SETS_CODE = """
from locust import events
from limits import Visitor

@events.quitting.add_listener
def decide(environment, **_):
    environment.process_exit_code = 7
"""


def test_the_suite_has_the_last_word(demo: Target, tmp_path: Path) -> None:
    """docs/exit-codes.md: `process_exit_code`, then 3, then 4, then Locust's order."""
    (tmp_path / "limits.py").write_text(LIMITS.read_text())
    (tmp_path / "decides.py").write_text(SETS_CODE)
    words = ["--headless", "-u", "2", "-r", "2", "-H", demo.url, "--fail-if", "requests > 0"]
    ended = run_until(RLOCUST, Goal(samples=1), "-f", tmp_path / "decides.py", *words)
    assert ended.exit_code == 7 and ended.has_logged("Limit crossed: requests of the run is")


def test_files_say_the_code_that_the_process_ends_with(demo: Target, tmp_path: Path) -> None:
    """256 becomes 0, as under Locust; a crossed limit is red and reported all the same."""
    (tmp_path / "limits.py").write_text(LIMITS.read_text())
    (tmp_path / "decides.py").write_text(SETS_CODE.replace("= 7", "= 256"))
    words = ["--headless", "-u", "2", "-r", "2", "-H", demo.url, "--fail-if", "requests > 0"]
    files = ["--junit", "j.xml", "--markdown", "m.md", "--summary-json", "s.json"]
    ended = run_until(RLOCUST, Goal(samples=1), "-f", tmp_path / "decides.py", *words, *files, cwd=tmp_path)
    assert ended.exit_code == 0, ended.stderr
    check_junit(tmp_path / "j.xml", red={"requests ≤ 0"})
    first, _, second, *_ = (tmp_path / "m.md").read_text().splitlines()
    assert first.endswith("a limit was crossed") and second.endswith("exit code 0")
    assert json.loads((tmp_path / "s.json").read_text())["conclusion"]["exit_code"] == 0


def test_a_crossed_limit_comes_before_lag_and_failures(demo: Target) -> None:
    ended = short_run(demo, "--fail-if", "fail_ratio > 0", "--max-lag", "max=0ms", DELAY_MS="none")
    assert ended.exit_code == 3, ended.stderr
    late = short_run(demo, "--max-lag", "max=0ms", DELAY_MS="none")
    assert late.exit_code == 4, late.stderr


def test_a_report_nobody_can_write_is_refused_before_the_run(demo: Target, tmp_path: Path) -> None:
    ended = short_run(demo, "--junit", tmp_path)
    assert (ended.exit_code, ended.stderr.splitlines()[-1]) == (1, f"cannot write `{tmp_path}`: Is a directory")
    assert demo.received().total == 0


SHARED = [
    (["--store", "same.x", "--summary-json", "./same.x"], "--store and --summary-json both name `./same.x`"),
    (["--json-file", "a", "--junit", "a.json"], "--json-file and --junit both name `a.json`"),
    (["--csv", "c", "--markdown", "c_stats.csv"], "--csv and --markdown both name `c_stats.csv`"),
]


@pytest.mark.parametrize(("options", "line"), SHARED, ids=["store", "json", "csv"])
def test_two_outputs_of_one_name_are_refused_before_the_run(
    demo: Target, tmp_path: Path, options: list[str], line: str
) -> None:
    ended = short_run(demo, *options, cwd=tmp_path)
    assert ended.exit_code == 2 and "Traceback" not in ended.stderr
    assert ended.stderr.splitlines()[-1] == f"rlocust: error: {line}: give each a file of its own"
    assert demo.received().total == 0 and not list(tmp_path.iterdir())


MANY_NAMES = """
from locust import HttpUser, constant, task

class Visitor(HttpUser):
    wait_time = constant(0.05)

    @task
    def visit(self):
        for number in range(4):
            self.client.get("/text", name=f"/n{number}")
"""


def test_the_cap_of_names_is_reported_once_and_limits_do_not_call_folded_names_unasked(
    demo: Target, tmp_path: Path
) -> None:
    (tmp_path / "many.py").write_text(MANY_NAMES)
    words = ["-f", str(tmp_path / "many.py"), "--headless", "-u", "1", "-H", demo.url, "--max-names", "2"]
    ended = run_until(RLOCUST, Goal(samples=8), *words, "--fail-if", "p95{name=/n3} > 10s")
    assert ended.exit_code == 3
    assert ended.has_logged("Limit not judged: /n3 has no row of its own: it may be among the names over --max-names")
    warnings = [line for line in ended.stderr.splitlines() if "as many names as --max-names allows" in line]
    assert len(warnings) == 1 and "/WARNING/" in warnings[0]
    words[-1] = "5"
    assert "--max-names" not in run_until(RLOCUST, Goal(samples=8), *words).stderr


def test_the_junit_report_is_red_where_the_exit_code_is(demo: Target, tmp_path: Path) -> None:
    report = tmp_path / "made" / "report.xml"
    green = short_run(demo, "--junit", report, "--fail-if", "requests < 1", "--max-lag", "max=1m")
    assert green.exit_code == 0
    check_junit(report, red=set())
    names = [case.get("name") for case in ElementTree.parse(report).iter("testcase")]
    assert names == ["requests ≥ 1", "max ≤ 1m", "GET /json", "GET slow page", "exit code"]
    assert short_run(demo, "--junit", report, DELAY_MS="none").exit_code == 1
    check_junit(report, red={"GET slow page", "exit code"})


def test_no_report_and_no_line_says_a_password(demo: Target, tmp_path: Path) -> None:
    where = demo.url.removeprefix("http://")
    files = ["--junit", "j.xml", "--markdown", "m.md", "--store", "s.store", "--summary-json", "s.json"]
    files += ["--csv", "c", "--csv-full-history", "--json-file", "l"]
    secrets = ["-H", f"http://user:hush1@hush2@{where}", "--monitor", f"http://user:hush3@hush4@{where}/json"]
    words = ["-f", LIMITS, "--headless", "-u", "3", "-r", "3", "--only-summary", *files, *secrets]
    with started(RLOCUST, *words, cwd=tmp_path) as ended:
        ended.wait_for(f"cannot monitor the target: the page `http://{where}/json`")
        ended.signal(SIGINT)
        assert ended.wait() == 0, ended.stderr
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    assert {"j.xml", "m.md", "s.store", "s.json", "c_stats.csv", "l.json"} <= set(written)
    written |= {"stdout": ended.stdout.encode(), "stderr": ended.stderr.encode()}
    assert not {name: content for name, content in written.items() if b"hush" in content}
    for name in ("j.xml", "s.json", "s.store"):
        assert f"http://{where}".encode() in written[name]
    from_url = run(RLOCUST, "-f", f"http://user:hush5@hush6@{where}/status/404")
    assert from_url.exit_code == 1 and "Failed to get locustfile from" in from_url.stderr
    assert "hush" not in from_url.stderr


#: Elements with the attributes they may and must have and the elements they may hold, as far as both the schema of
#: Jenkins' xUnit plug-in (junit-10) and that of Ant's tasks allow them.
SCHEMA: dict[str, tuple[set[str], set[str], list[str]]] = {
    "testsuites": (set(), set(), ["testsuite"]),
    "testsuite": (
        {"skipped"},
        {"name", "tests", "failures", "errors", "time", "timestamp", "hostname", "id", "package"},
        ["properties", "testcase"],
    ),
    "properties": (set(), set(), ["property"]),
    "property": (set(), {"name", "value"}, []),
    "testcase": (set(), {"name", "classname", "time"}, ["failure", "system-out"]),
    "failure": (set(), {"message", "type"}, []),
    "system-out": (set(), set(), []),
}


def check_junit(path: Path, red: set[str]) -> None:
    root = ElementTree.parse(path).getroot()
    assert root.tag == "testsuites" and len(root) == 1
    check_element(root)
    suite = root[0]
    cases = suite.findall("testcase")
    assert [suite.get("tests"), suite.get("failures"), suite.get("errors")] == [str(len(cases)), str(len(red)), "0"]
    assert {case.get("name") for case in cases if case.find("failure") is not None} == red
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.get("timestamp") or "")
    assert re.fullmatch(r"\d+\.\d{3}", suite.get("time") or "")


def check_element(element: ElementTree.Element) -> None:
    may, must, children = SCHEMA[element.tag]
    assert must <= set(element.attrib) <= may | must, element.attrib
    order = [children.index(child.tag) for child in element]
    assert order == sorted(order)
    for child in element:
        check_element(child)
