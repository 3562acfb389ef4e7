"""Processes of a test: output gathered while they run, lines awaited, never left behind."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from support.waiting import DEADLINE, until


class Process:
    """A running program. `stdout` and `stderr` hold what it has said so far."""

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.command = [str(word) for word in command]
        self._process = subprocess.Popen(
            self.command,
            cwd=cwd,
            env=surroundings() | dict(env or {}),
            pass_fds=pass_fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdout and self._process.stderr
        self._said: dict[str, bytearray] = {"stdout": bytearray(), "stderr": bytearray()}
        self._readers = [
            self._reader("stdout", self._process.stdout),
            self._reader("stderr", self._process.stderr),
        ]

    def _reader(self, name: str, stream: IO[bytes]) -> threading.Thread:
        def read() -> None:
            with stream:
                while piece := os.read(stream.fileno(), 65536):
                    self._said[name] += piece

        thread = threading.Thread(target=read, name=f"{name} of {self.command[0]}", daemon=True)
        thread.start()
        return thread

    @property
    def stdout(self) -> str:
        return bytes(self._said["stdout"]).decode(errors="backslashreplace")

    @property
    def stderr(self) -> str:
        return bytes(self._said["stderr"]).decode(errors="backslashreplace")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def wait_for(self, text: str, deadline: float = DEADLINE) -> None:
        """Until the program has said `text`, on either stream."""
        until(
            f"{text!r} from {self.command}, which said:\n{self.stdout}{self.stderr}",
            lambda: text in self.stdout + self.stderr or (self.has_ended and self._gave_up_on(text)),
            deadline,
        )

    def _gave_up_on(self, text: str) -> bool:
        self._join_readers()
        if text in self.stdout + self.stderr:
            return True
        raise AssertionError(f"ended without {text!r}: {self.command}\n{self.stdout}{self.stderr}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, deadline: float = DEADLINE) -> int:
        """Its exit code; a program that does not end in time is killed, and the test fails with what it said."""
        try:
            code = self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(
                f"still running after {deadline:.0f} s: {self.command}\n{self.stdout}{self.stderr}"
            ) from None
        self._join_readers()
        return code

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._join_readers()

    def _join_readers(self) -> None:
        for thread in self._readers:
            thread.join(DEADLINE)


@contextmanager
def running(
    command: Sequence[str],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> Iterator[Process]:
    process = Process(command, cwd, env, pass_fds)
    try:
        yield process
    finally:
        process.kill()


def surroundings() -> dict[str, str]:
    """The environment without what would change a run: other tools' settings, proxies, the terminal's size."""
    proxies = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LOCUST", "PYTEST", "COV")) and name.lower() not in proxies and name != "COLUMNS"
    }
