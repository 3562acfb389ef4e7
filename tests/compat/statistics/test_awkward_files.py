"""Files that a run must not write over, and pipes that nobody reads (docs/contract/differences.md B)."""

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.kit.tools import RLOCUST, Run, run, started
from tests.kit.waiting import DEADLINE

pytestmark = pytest.mark.faults

SCRIPT = """
from locust import User, task


class Idle(User):
    @task
    def end(self):
        self.environment.runner.quit()
"""
LOAD = ["--headless", "-u", "1", "--only-summary"]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "lf.py"
    path.write_text(SCRIPT)
    return path


def hard_link(script: Path) -> Path:
    os.link(script, link := script.with_name("linked"))
    return link


def soft_link(script: Path) -> Path:
    (link := script.with_name("pointed")).symlink_to(script)
    return link


@pytest.mark.parametrize("spelt", [lambda path: path, hard_link, soft_link], ids=["itself", "hard", "soft"])
@pytest.mark.parametrize("option", ["--store", "--logfile"])
def test_the_locustfile_is_no_output(script: Path, option: str, spelt: Callable[[Path], Path]) -> None:
    path = spelt(script)
    ended = run(RLOCUST, "-f", script, *LOAD, option, path)
    line = f"{option} names `{path}`, which the run is made of: give it a file of its own"
    assert line in ended.stderr and "Traceback" not in ended.stderr and ended.exit_code == 2, ended.stderr
    assert script.read_text() == SCRIPT


def test_the_configuration_file_is_no_output(script: Path, tmp_path: Path) -> None:
    (configuration := tmp_path / "a.conf").write_text("users = 1\n")
    ended = run(RLOCUST, "-f", script, *LOAD, "--config", configuration, "--summary-json", configuration)
    assert ended.exit_code == 2 and "--summary-json names" in ended.stderr, ended.stderr
    assert configuration.read_text() == "users = 1\n"


#: No Unicode text, and text that the C locale does not have.
NAMES = [(b"\xff", {}), ("ü".encode(), {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})]


@pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse such names")
@pytest.mark.parametrize(("name", "env"), NAMES, ids=["bytes", "C locale"])
def test_names_of_files_may_be_any_bytes(script: Path, tmp_path: Path, name: bytes, env: dict[str, str]) -> None:
    outputs = {
        "--csv": b"%s_stats.csv",
        "--json-file": b"%s.json",
        "--summary-json": b"%s",
        "--junit": b"%s",
        "--markdown": b"%s",
    }
    kinds = {**outputs, "--store": b"%s", "--logfile": b"%s"}

    def written(*words: str, to: bytes, options: dict[str, bytes]) -> tuple[Run, set[bytes]]:
        named = {option: os.fsdecode(to + option.encode() + name) for option in options}
        ended = run(RLOCUST, *words, *(word for pair in named.items() for word in pair), env=env, cwd=tmp_path)
        return ended, {ending % os.fsencode(named[option]) for option, ending in options.items()}

    ended, paths = written("-f", str(script), *LOAD, to=b"run", options=kinds)
    assert ended.exit_code == 0, ended.stderr
    assert paths <= set(os.listdir(os.fsencode(tmp_path)))
    store = os.fsdecode(b"run--store" + name)
    ended, paths = written("report", store, to=b"again", options=outputs)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert paths <= set(os.listdir(os.fsencode(tmp_path)))
    ended = run(RLOCUST, "compare", store, store, env=env, cwd=tmp_path)
    assert ended.exit_code == 1 and "it holds no request" in ended.stderr, ended.stderr


def test_a_pipe_that_nobody_reads_costs_seconds_and_a_line(script: Path, tmp_path: Path) -> None:
    """Every output, at once; those written at the end are found out at the end."""
    at_end = {"--json-file": "x.json", "--junit": "x.xml", "--markdown": "x.md", "--summary-json": "s.json"}
    files = {"--csv": "x_stats.csv", "--store": "x.store", "--logfile": "x.log", **at_end}
    with ExitStack() as stack:
        processes = {}
        for option, name in files.items():
            os.mkfifo(pipe := tmp_path / name)
            value = {"--csv": tmp_path / "x", "--json-file": tmp_path / "x"}.get(option, pipe)
            processes[option] = stack.enter_context(started(RLOCUST, "-f", script, *LOAD, option, value))
        for option, process in processes.items():
            code = process.wait(2 * DEADLINE)
            assert code == (2 if option in at_end else 1), (option, process.said)
            assert "nobody reads this pipe; start its reader first" in process.stderr, (option, process.said)
            assert "Traceback" not in process.stderr, process.stderr
