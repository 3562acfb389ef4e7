"""The two programs under comparison and the lab server, as processes.

`LOCUST` is real Locust in a virtual environment of its own (`LOCUST_PYTHON`, else `.venv-locust`);
`RLOCUST` is this project, run by the interpreter that runs the comparison.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
ROOT = HOME.parent.parent
DEADLINE = 60.0


@dataclass(frozen=True)
class Tool:
    name: str
    command: tuple[str, ...]

    @property
    def is_installed(self) -> bool:
        return Path(self.command[0]).exists()


LOCUST_PYTHON = Path(os.environ.get("LOCUST_PYTHON") or ROOT / ".venv-locust" / "bin" / "python")
LOCUST = Tool("locust", (str(LOCUST_PYTHON.parent / "locust"),))
RLOCUST = Tool("rlocust", (sys.executable, "-m", "rlocust"))


@dataclass
class Ended:
    exit_code: int
    stdout: str
    stderr: str


def run(tool: Tool, arguments: Sequence[str], extra: dict[str, str] | None = None, deadline: float = DEADLINE) -> Ended:
    """Runs a tool to its end in an empty folder, with nothing of the caller's configuration around it."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [*tool.command, *arguments],
                cwd=folder,
                env=surroundings(tool, folder) | (extra or {}),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=deadline,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            return Ended(-1, text(late.stdout), text(late.stderr) + f"\nstill running after {deadline:.0f} s")
    return Ended(done.returncode, text(done.stdout), text(done.stderr))


def surroundings(tool: Tool, folder: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LOCUST", "PYTEST", "COV"))}
    for proxy in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "COLUMNS"):
        kept.pop(proxy, None)
    if tool is LOCUST:
        kept.pop("PYTHONPATH", None)  # it may lead to this project's own module `locust`
    return kept | {"HOME": folder, "PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def text(raw: bytes | str | None) -> str:
    return raw.decode(errors="backslashreplace") if isinstance(raw, bytes) else raw or ""


def must_be_real_locust() -> None:
    """Before writing a record: what stands in for Locust must be Locust, or the record would prove nothing."""
    said = run(LOCUST, ["-V"]).stdout
    if not said.startswith("locust 2.47.0 from ") or "rlocust" in said:
        raise SystemExit(f"error: `{LOCUST.command[0]}` is not Locust 2.47.0: it says `{said.strip()}`")


def versions(tool: Tool) -> dict[str, str]:
    """Of the libraries whose version shows in what a client sends or says."""
    names = ["requests", "urllib3", "geventhttpclient", "brotli", "gevent"]
    code = f"import importlib.metadata as m, json; print(json.dumps({{n: m.version(n) for n in {names}}}))"
    python = LOCUST_PYTHON if tool is LOCUST else sys.executable
    return json.loads(subprocess.run([python, "-c", code], capture_output=True, check=True, text=True).stdout)


class LabServer:
    def __init__(self, ports: dict[str, int]) -> None:
        self.ports = ports

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    def dump(self) -> list[dict[str, Any]]:
        with socket.create_connection(("127.0.0.1", self.ports["control"])) as line, line.makefile("rwb") as file:
            file.write(b'{"dump": true}\n')
            file.flush()
            return json.loads(file.readline())


@contextmanager
def lab_server() -> Iterator[LabServer]:
    command = [sys.executable, str(HERE / "server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        try:
            yield LabServer(json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(10)
