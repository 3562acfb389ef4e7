"""Generators of load as processes: which programs, pinned to which core, and what they report of themselves.

A generator says what it reached (test started, users spawned) by lines of JSON in the file named by BENCH_EVENTS;
nothing here guesses by sleeping.
"""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Any

from tests.kit.places import ROOT, program
from tests.kit.processes import Process
from tests.kit.waiting import until

OUT = ROOT / "bench" / "out"
RLOCUST = os.environ.get("RLOCUST", str(ROOT / ".venv" / "bin" / "rlocust"))
LOCUST = os.environ.get("LOCUST", str(ROOT / ".venv-locust" / "bin" / "locust"))
TOOLS = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "tools"  # where .ci/oha keeps it
OHA = os.environ.get("OHA") or shutil.which("oha") or str(max(TOOLS.glob("oha-*/bin/oha"), default="oha"))
CORES = sorted(os.sched_getaffinity(0))
GENERATOR_CORE, SERVER_CORE = CORES[0], CORES[-1]
EVERY = 0.05  # seconds between two looks: what looks takes CPU from what is measured


def pinned(core: int | None, command: Sequence[str]) -> list[str]:
    return list(command) if core is None else [program("taskset"), "-c", str(core), *command]


@dataclass
class Generator:
    """A load generator as a process of its own, what it prints in a folder of its own, its events readable."""

    name: str
    command: list[str]
    core: int | None = GENERATOR_CORE
    env: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> "Generator":
        label = self.name.replace(" ", "-").lower()
        self.log = OUT / label
        self.log.mkdir(parents=True, exist_ok=True)
        self._events = OUT / f"{label}.events"
        self._events.unlink(missing_ok=True)
        env = {**self.env, "BENCH_EVENTS": str(self._events), "PYTHONUNBUFFERED": "1"}
        self.process = Process(pinned(self.core, self.command), self.log, OUT, env)
        self.pid = self.process.pid
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.process.kill()

    def events(self) -> list[dict[str, Any]]:
        if not self._events.exists():
            return []
        lines = self._events.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def event(self, name: str, seconds: float = 60) -> dict[str, Any]:
        """Waits for the event; a generator that ended before it is an error with the end of its log."""

        def found() -> dict[str, Any] | None:
            match = [event for event in self.events() if event["event"] == name]
            if not match and self.process.has_ended:
                raise SystemExit(f"{self.name} ended before `{name}`:\n{self.process.said[-2000:]}")
            return match[0] if match else None

        event = until(f"`{name}` of {self.name}", found, seconds, EVERY)
        assert event is not None
        return event

    def stop(self, with_signal: Signals = SIGTERM, patience: float = 20) -> int:
        return self.process.stop(with_signal, patience)


def available(path: str, what: str) -> bool:
    if Path(path).exists() or shutil.which(path):
        return True
    print(f"skipped, not installed: {what}", file=sys.stderr)
    return False
