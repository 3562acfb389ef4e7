"""The two programs under comparison, run alike wherever and whenever it is, and the lab server as a process."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.kit.places import ROOT
from tests.kit.processes import running
from tests.kit.tools import LOCUST, LOCUST_PYTHON, Run, Tool, started

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
DEADLINE = 120.0  # seconds for one run; one that is slower hangs
STEADY = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
#: For locustfiles that import from this package: they lie beside it, and both tools run them in an empty folder.
LAB_ON_PATH = {"PYTHONPATH": str(ROOT)}


def run(tool: Tool, arguments: Sequence[str], extra: Mapping[str, str], deadline: float = DEADLINE) -> Run:
    """Runs a tool to its end in an empty folder. One that is late is no error of the lab but an outcome to compare."""
    with started(tool, *arguments, env=STEADY | dict(extra)) as process:
        try:
            code = process.wait(deadline)
        except AssertionError:
            return Run(-1, process.stdout, process.stderr + f"\nstill running after {deadline:.0f} s")
        return Run(code, process.stdout, process.stderr)


def must_be_real_locust() -> None:
    """Before writing a record: what stands in for Locust must be Locust, or the record would prove nothing."""
    said = run(LOCUST, ["-V"], {}).stdout
    if not said.startswith("locust 2.47.0 from ") or "rlocust" in said:
        raise SystemExit(f"error: `{LOCUST.command[0]}` is not Locust 2.47.0: it says `{said.strip()}`")


def versions(tool: Tool) -> dict[str, str]:
    """Of the libraries whose version shows in what a client sends or says."""
    names = ["requests", "urllib3", "geventhttpclient", "brotli", "gevent"]
    code = f"import importlib.metadata as m, json; print(json.dumps({{n: m.version(n) for n in {names}}}))"
    python = LOCUST_PYTHON if tool is LOCUST else sys.executable
    return json.loads(subprocess.run([python, "-c", code], capture_output=True, check=True, text=True).stdout)


class LabServer:
    """One chapter of the lab server's: what is asked of its port `http` is kept apart from other chapters."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.ports = ports

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def begin(self, name: str) -> LabServer:
        """A new chapter of the same process."""
        return LabServer(self.ports | {"http": self._told(begin=name)})

    def dump(self) -> list[dict[str, Any]]:
        """All chapters."""
        return self._told(dump=True)

    def requests(self) -> list[dict[str, Any]]:
        """What this chapter was asked."""
        return self._told(dump=True, of=self.ports["http"])[0]["requests"]

    def _told(self, **order: Any) -> Any:
        with socket.create_connection(("127.0.0.1", self.ports["control"])) as line, line.makefile("rwb") as file:
            file.write(json.dumps(order).encode() + b"\n")
            file.flush()
            return json.loads(file.readline())


@contextmanager
def lab_server() -> Iterator[LabServer]:
    command = [sys.executable, "-m", f"{__package__}.server"]
    with running(command, ROOT, stdin=subprocess.PIPE) as process:
        process.wait_for("\n")
        yield LabServer(json.loads(process.stdout))
