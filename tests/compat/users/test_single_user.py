"""`run_single_user` with real clients, and programs that are run as such: docs/contract/python-api.md §9,
docs/contract/library.md §6, ARCHITECTURE.md, "The face"."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.kit.places import LOCUSTFILES
from tests.kit.programs import both
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, LOCUST_PYTHON, RLOCUST, Run, Tool, run

PROGRAM = (LOCUSTFILES / "single.py").read_text()
ALL = dict(include_length=True, include_time=True, include_context=True)


def program(tool: Tool, folder: Path, *arguments: str) -> Run:
    (folder / "solo.py").write_text(PROGRAM)
    command = (str(LOCUST_PYTHON),) if tool is LOCUST else (*tool.command, "run")
    return run(Tool(tool.name, command), "solo.py", *arguments, cwd=folder)


@pytest.mark.parametrize(
    ("words", "user_class", "arguments"),
    [
        ({}, "H", ["--mine=z"]),
        (ALL, "H", []),
        ({**ALL, "include_payload": True, "loglevel": "INFO"}, "F", []),
        ({"loglevel": None}, "F", ["--loglevel", "ERROR"]),
    ],
)
def test_a_single_user_says_what_it_says_under_locust(
    demo: Target, words: dict[str, object], user_class: str, arguments: list[str]
) -> None:
    said = both("users/single/with_clients.py", repr(words), user_class, "-H", demo.url, *arguments)
    assert "after" in said and not any(line.startswith("event test_stop") for line in said)


def test_options_of_the_program_are_read_strictly(tool: Tool, tmp_path: Path) -> None:
    """docs/contract/python-api.md §9: the full parser reads `sys.argv`."""
    done = program(tool, tmp_path, "{}", "H", "--zzzz")
    assert done.exit_code == 2 and done.stderr.splitlines()[-1] == "solo.py: error: unrecognized arguments: --zzzz"


def test_a_user_without_a_host_says_so(tool: Tool, tmp_path: Path) -> None:
    done = program(tool, tmp_path, "{}", "H")
    assert done.exit_code == 1
    assert "StopTest: You must specify the base host." in done.stderr


def test_a_program_that_fails_shows_its_own_traceback_only(tmp_path: Path) -> None:
    """ARCHITECTURE.md, "The face": `rlocust run`; CONTRIBUTING.md, "Errors and words"."""
    (tmp_path / "fails.py").write_text("import locust\ndef f():\n    raise KeyError('mine')\nf()\n")
    done = run(RLOCUST, "run", "fails.py", cwd=tmp_path)
    plain = run(Tool("python", (sys.executable,)), "fails.py", cwd=tmp_path)
    assert (done.exit_code, done.stderr) == (1, plain.stderr)


def test_a_program_is_the_main_module_to_its_end(tmp_path: Path) -> None:
    """What is pickled by name, looked up by threads at exit, or asked for by `inspect`, finds it."""
    text = """
import atexit, inspect, os, pickle, sys
import locust
class Mine: pass
assert type(pickle.loads(pickle.dumps(Mine()))) is Mine
assert inspect.getsource(Mine) == "class Mine: pass\\n" and os.path.isabs(__file__) and __package__ is None
atexit.register(lambda: print(sys.modules["__main__"].Mine is Mine, sys.argv))
"""
    (tmp_path / "main.py").write_text(text)
    assert run(RLOCUST, "run", "main.py", "-x", cwd=tmp_path).stdout == "True ['main.py', '-x']\n"
