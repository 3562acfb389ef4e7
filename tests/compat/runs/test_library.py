"""Programs that drive Locust themselves: as a new user writes them, started in each way that we offer, in pytest and in
a Jupyter kernel. What a single call of the library does is in `test_runner.py` and `tests/compat/statistics`.
"""

import sys
from pathlib import Path

import pytest

from tests.kit.environments import environment_with
from tests.kit.places import PROGRAMS, ROOT
from tests.kit.processes import running
from tests.kit.programs import both, ours
from tests.kit.tools import LOCUST_PYTHON

LIBRARY = PROGRAMS / "library"

ENVIRONMENTS = [
    "[('good', 'CALL')] False [] stopped 0",
    "2.0 2 None",
    "[('bad', 'CALL')] True [('bad', ValueError('no'))] stopped 0",
    "2.0 2 None",
    "True",
    "stopped running 2 [('left', True)]",
    "[('good', 'CALL')] False [] stopped 0",
    "2.0 2 None",
    "[('bad', 'CALL')] True [('bad', ValueError('no'))] stopped 0",
    "2.0 2 None",
    "[('left', True), ('right', True)]",
    "1 True",
    "True True stopped",
    "{'tags': ['one']} [('one', 'CALL')]",
    "{'exclude_tags': ['one']} [('two', 'CALL')]",
]


def test_environments_of_one_process_know_nothing_of_each_other() -> None:
    """docs/contract/library.md §2, §4: one after the other, side by side, again, on a shape, with tags."""
    assert both("library/environments.py") == ENVIRONMENTS


@pytest.mark.parametrize("start", ["import rlocust; rlocust.install()\n", ""], ids=["install", "nothing"])
def test_a_program_runs_by_plain_python(start: str, tmp_path: Path) -> None:
    """ARCHITECTURE.md, "The face": `rlocust.install()`, and the one-file `locust.py` where real Locust is not."""
    program = tmp_path / "program.py"
    program.write_text(start + (LIBRARY / "environments.py").read_text())
    with running([sys.executable, str(program)], env={"PYTHONPATH": f"{ROOT}:{ROOT / 'python'}"}) as process:
        assert process.wait(60) == 0, process.stderr
        assert process.stdout.splitlines() == ENVIRONMENTS


def test_a_program_makes_of_its_figures_what_it_likes() -> None:
    """docs/contract/library.md §5, §6, §8: the loops it spawns, CSV files, its log file, greenlets, an exit code."""
    said = both("library/figures.py")
    assert said[0] == "init True None"
    assert said[-1] == "3 stopped {} {}"


def test_what_loops_serve_stays_theirs() -> None:
    """docs/contract/differences.md, B: patched for gevent while an asyncio loop runs, as in a Jupyter kernel."""
    said = ours("library/inside_a_loop.py")
    assert said == ["socket True, threading False, queue False", "of another thread 3", "running 1", "stopped 3"]


TESTS = (LIBRARY / "pytest_suite.py").read_text()


#: gevent cannot patch a process whose other threads wait in a socket, as the one of `rerunfailures` does.
PLAIN = ["-p", "no:cacheprovider", "-p", "no:warnings", "-p", "no:rerunfailures"]


@pytest.mark.parametrize(
    ("python", "loaded"),
    [
        pytest.param(sys.executable, "rlocust", id="rlocust"),
        pytest.param(str(LOCUST_PYTHON), "site-packages", id="locust", marks=pytest.mark.oracle),
    ],
)
def test_a_suite_of_pytest_drives_environments_by_fixtures(tmp_path: Path, python: str, loaded: str) -> None:
    """docs/contract/library.md §2: a fixture makes an environment for each test; the same under real Locust."""
    (tmp_path / "test_suite.py").write_text(TESTS)
    with running([python, "-m", "pytest", "-q", *PLAIN, "test_suite.py"], tmp_path, {"PYTHONPATH": ""}) as process:
        assert process.wait(60) == 0, process.said
        assert "3 passed" in process.stdout
        assert loaded in process.said


@pytest.mark.nightly
@pytest.mark.timeout(600)  # pip downloads the kernel
def test_cells_of_a_notebook_drive_runs(tmp_path: Path) -> None:
    """docs/contract/differences.md, B: a Jupyter kernel, whose loop already runs; real Locust hangs there."""
    python = environment_with(tmp_path / "venv", "ipykernel", "nbclient")
    command = [str(python), str(LIBRARY / "in_a_notebook.py"), "import rlocust; rlocust.install()"]
    with running(command, tmp_path) as process:
        assert process.wait(120) == 0, process.said
        assert process.stdout.splitlines() == [
            "running 2",
            "stopped True [('mine', 'CALL')]",
            "the kernel's loop goes on: asyncio_",
            "stopped 3",
        ]
