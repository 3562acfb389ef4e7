"""Runs that a signal ends."""

from pathlib import Path
from signal import Signals

from tests.kit.tools import RLOCUST, Run, Tool, started
from tests.kit.waiting import DEADLINE

HEADLESS = ("-f", "file.py", "--headless", "--only-summary")

#: A locustfile whose user says that it works, and waits.
IDLE = """
import time
from locust import HttpUser, LoadTestShape, User, constant, events, task

class Idle(User):
    wait_time = constant(0.1)
    @task
    def work(self):
        print("working\\n", end="", flush=True)  # in one piece, wherever it is broken
"""


def end_by(
    number: Signals,
    folder: Path,
    text: str,
    *options: str,
    tool: Tool = RLOCUST,
    said: str = "working",
    deadline: float = DEADLINE,
) -> Run:
    """Runs the locustfile, sends the signal when it has said that it works, and waits for the end."""
    (folder / "file.py").write_text(text)
    with started(tool, *HEADLESS, *options, cwd=folder) as process:
        process.wait_for(said)
        process.signal(number)
        code = process.wait(deadline)
        return Run(code, process.stdout, process.stderr)
