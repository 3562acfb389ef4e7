"""Locustfiles of pytest style: docs/contract/python-api.md §9, docs/contract/cli.md §8."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.places import EXAMPLES, LOCUSTFILES, ROOT
from tests.kit.runs import Goal, run_example, run_until
from tests.kit.surroundings import surroundings
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, RLOCUST, Tool, run

EXAMPLE = EXAMPLES / "pytest_style.py"
#: Such users never look whether they are to stop: they would go on until the stop timeout.
AT_ONCE = ("--stop-timeout", "0")
PLUG_IN = ("-p", "rlocust.pytest_plugin")

SILENT = "class NoUser:\n    pass\n"
GROUPED = (LOCUSTFILES / "grouped.py").read_text()
USER = "from locust import User\nclass Quiet(User):\n    pass\n"
FIXTURES = """
import pytest

@pytest.fixture
def greeting():
    print("opened")
    try:
        yield "hello"
    finally:
        print("closed")
"""
FLAKY = (LOCUSTFILES / "flaky.py").read_text()


def files(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)


def pytest_says(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Plain pytest, without the settings of this repository and without what else is installed."""
    env = {**surroundings(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    words = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", folder, *arguments]
    return subprocess.run(
        [str(word) for word in words], cwd=folder, env=env, capture_output=True, text=True, timeout=60
    )


def test_test_functions_are_listed_by_name(tool: Tool, tmp_path: Path) -> None:
    """docs/contract/cli.md §8; functions of one name share one class, in one file or in several."""
    files(tmp_path, one=GROUPED, two="def test_shared(session): pass\ndef test_own(fastsession): pass\n")
    done = run(tool, "-f", "one.py,two.py", "--list", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (0, "Available Users:\n    test_shared\n    test_own\n"), done.stderr


def test_user_classes_go_before_test_functions(tool: Tool, tmp_path: Path) -> None:
    """docs/contract/cli.md §1 step 3: collected only if no file has a user class."""
    files(tmp_path, one=GROUPED, two=USER)
    done = run(tool, "-f", "one.py,two.py", "--list", cwd=tmp_path)
    assert done.stdout == "Available Users:\n    Quiet\n"


def test_a_file_without_either_is_refused(tool: Tool, tmp_path: Path) -> None:
    files(tmp_path, one=SILENT)
    done = run(tool, "-f", "one.py", "--headless", cwd=tmp_path)
    assert done.exit_code == 1 and done.has_logged("/ERROR/locust.main: No User class found!")


def test_test_functions_run_as_users(tool: Tool, demo: Target) -> None:
    """docs/contract/python-api.md §9: one class per function, requests counted as of any user."""
    done = run_example(tool, "pytest_style.py", demo.url, *AT_ONCE, users=2)
    assert done.exit_code == 0, done.stderr
    assert done.report.names == {"GET /text", "GET /json"} and done.report.errors == {}
    assert done.has_logged('All users spawned: {"test_json": 1, "test_text": 1} (2 total users)')
    assert "no tasks left" not in done.stderr


def test_named_functions_run_alone(tool: Tool, demo: Target) -> None:
    done = run_example(tool, "pytest_style.py", demo.url, *AT_ONCE, "test_json", users=2)
    assert done.report.names == {"GET /json"}, done.stderr


def test_functions_that_share_a_name_take_turns(tool: Tool, demo: Target, tmp_path: Path) -> None:
    files(tmp_path, one=GROUPED)
    load = ["--headless", "--only-summary", "-H", demo.url, *AT_ONCE]
    counts = run_until(tool, Goal(samples=10), "-f", tmp_path / "one.py", *load).report.counts
    assert 0 <= counts["GET /text"] - counts["GET /json"] <= 1


def test_errors_of_requests_are_swallowed_and_others_end_the_user(tool: Tool, demo: Target, tmp_path: Path) -> None:
    """docs/contract/python-api.md §9: the second round still runs, the fourth is the last; exit code of a failed
    request."""
    files(tmp_path, one=FLAKY)
    ends = LOCUSTFILES / "ends_without_users.py"
    done = run(tool, "-f", f"one.py,{ends}", "--headless", "--only-summary", "-H", demo.url, cwd=tmp_path)
    assert done.report.counts == {"GET /status/500": 1, "GET /text": 2}
    assert done.exit_code == 1 and "KeyError: 'a mistake'" in done.stderr


def test_fixtures_of_the_file_stay_open_while_the_user_runs(tmp_path: Path) -> None:
    """Beyond Locust, which passes one fixture only, closes it at once and cannot call one without a parameter."""
    call = "\ndef test_it(greeting, session):\n    import os\n    print(greeting, session.base_url, flush=True)\n"
    files(tmp_path, one=FIXTURES + call + "    os._exit(7)\n")
    done = run(RLOCUST, "-f", "one.py", "--headless", "-t", "5", "-H", "http://localhost:1", cwd=tmp_path)
    assert (done.exit_code, done.stdout) == (7, "opened\nhello http://localhost:1\n"), done.stderr


def test_an_unknown_fixture_is_named(tool: Tool, tmp_path: Path) -> None:
    files(tmp_path, one="def test_it(nowhere): pass\n")
    done = run(tool, "-f", "one.py", "--list", cwd=tmp_path)
    assert done.exit_code == 1
    assert "ValueError: Could not find fixture for parameter 'nowhere' in test_it" in done.stderr


# The plug-in


def test_the_same_file_is_a_test(demo: Target, tmp_path: Path) -> None:
    """docs/contract/cli.md §8: under plain pytest each function is called once, and no user is needed."""
    done = pytest_says(tmp_path, *PLUG_IN, EXAMPLE, "-H", demo.url)
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout + done.stderr
    assert demo.received().under("/text") == demo.received().under("/json") == 1


def test_nothing_is_loaded_before_a_fixture_is_used(tmp_path: Path) -> None:
    files(tmp_path, test_quiet="import sys\ndef test_it():\n    assert not {'gevent', 'locust'} & set(sys.modules)\n")
    done = pytest_says(tmp_path, *PLUG_IN)
    assert done.returncode == 0, done.stdout + done.stderr


def test_locusts_own_plug_in_goes_before_ours(tmp_path: Path) -> None:
    """Both installed: each fixture is defined once, by Locust's, or `locust` would refuse the file."""
    (tmp_path / "pytest_locust").mkdir()
    theirs = "import pytest\ndef pytest_addoption(parser):\n    try:\n"
    theirs += "        parser.addoption('--host', '-H')\n    except ValueError:\n        pass\n"
    fixture = "@pytest.fixture\ndef session():\n    return 'theirs'\n"
    (tmp_path / "pytest_locust" / "plugin.py").write_text(theirs + fixture)
    files(tmp_path, test_it="def test_it(session):\n    assert session == 'theirs'\n")
    for order in ([*PLUG_IN, "-p", "pytest_locust.plugin"], ["-p", "pytest_locust.plugin", *PLUG_IN]):
        done = pytest_says(tmp_path, *order, "--fixtures", "-v")
        assert "rlocust" not in done.stdout.replace(str(tmp_path), ""), done.stdout
        assert pytest_says(tmp_path, *order, "-H", "x").returncode == 0


def test_the_plug_in_is_declared() -> None:
    assert 'rlocust = "rlocust.pytest_plugin"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.oracle
def test_real_locust_collects_the_same(tmp_path: Path) -> None:
    files(tmp_path, one=GROUPED, two="def test_own(fastsession): pass\n")
    listed = {str(tool): run(tool, "-f", "two.py,one.py", "--list", cwd=tmp_path).stdout for tool in (RLOCUST, LOCUST)}
    assert listed["rlocust"] == listed["locust"]
