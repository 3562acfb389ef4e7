"""Runs a small program under rlocust and, where real Locust is at hand, under Locust too.

`both` returns what the program printed and insists that both tools make it print the same; `ours` is for
the few places where rlocust differs on purpose. Locust's interpreter is `LOCUST_PYTHON`, by default the
one of `.venv-locust`; without it the comparison is left out, and the test still checks what it expects.
"""

import difflib
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from tests.kit.tools import LOCUST, RLOCUST, program_command

LIMIT = 60  # seconds for one program

PRELUDE = """\
import gevent, logging, random, sys, time
from locust import *
from locust.env import Environment
from locust.event import EventHook, Events
from locust.exception import *

def until(condition, limit=20):
    with gevent.Timeout(limit):
        while not condition():
            gevent.sleep(0.002)

def attempt(function):
    try:
        print("returned", function())
    except BaseException as error:
        print(f"{type(error).__name__}: {error}")

class Lines(logging.Handler):
    def emit(self, record):
        print(f"{record.levelname} {record.name}: {record.getMessage().splitlines()[0]}")

def log_to_stdout(level=logging.INFO):
    logging.getLogger().addHandler(Lines())
    logging.getLogger().setLevel(level)
    logging.getLogger("asyncio").setLevel(logging.ERROR)

def names(tasks):
    return [task.__name__ for task in tasks]

"""


def both(program: str, *arguments: str) -> list[str]:
    """The lines printed under rlocust, which are those printed under Locust."""
    with tempfile.TemporaryDirectory() as folder:
        script = write(folder, program)
        theirs = start_theirs(script, arguments)
        printed = finish(start_ours(script, arguments))
        if theirs is not None:
            insist_on_equal(finish(theirs), printed)
    return printed


def ours(program: str, *arguments: str) -> list[str]:
    """The lines printed under rlocust alone."""
    with tempfile.TemporaryDirectory() as folder:
        return finish(start_ours(write(folder, program), arguments))


def insist_on_equal(theirs: list[str], printed: list[str]) -> None:
    differences = difflib.unified_diff(theirs, printed, "Locust", "rlocust", lineterm="", n=1)
    assert theirs == printed, "\n" + "\n".join(differences)


def write(folder: str, program: str) -> str:
    script = Path(folder) / "program.py"
    script.write_text(PRELUDE + textwrap.dedent(program))
    return str(script)


def start_ours(script: str, arguments: tuple[str, ...]) -> subprocess.Popen[str]:
    return start(program_command(RLOCUST, Path(script), *arguments))


def start_theirs(script: str, arguments: tuple[str, ...]) -> subprocess.Popen[str] | None:
    if not LOCUST.is_installed:
        print(f"not compared with Locust: `{LOCUST.command[0]}` does not exist")
        return None
    # A PYTHONPATH that leads to our sources would make its `import locust` find our own.
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return start(program_command(LOCUST, Path(script), *arguments), clean)


def start(command: list[str], environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def finish(process: subprocess.Popen[str]) -> list[str]:
    try:
        printed, talk = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        printed, talk = process.communicate()
        raise AssertionError(f"the program did not end, so far it said:\n{printed}{talk}") from None
    print(talk, file=sys.stderr)
    return printed.splitlines()
