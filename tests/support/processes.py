"""Processes of a test: what they say goes to files, lines are awaited, none is left behind.

Files and polling instead of pipes and threads: other tests of the same session load the `locust` module into this
process, after which a thread is a greenlet and a blocking read would block everything.
"""

import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.surroundings import surroundings
from support.waiting import DEADLINE, until


class Process:
    """A running program. `stdout` and `stderr` hold what it has said so far."""

    def __init__(
        self,
        command: Sequence[str],
        said: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.command = [str(word) for word in command]
        self._kept: tuple[str, str] | None = None
        self._stdout, self._stderr = said / "stdout", said / "stderr"
        with self._stdout.open("wb") as stdout, self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                self.command,
                cwd=cwd,
                env=surroundings() | dict(env or {}),
                pass_fds=pass_fds,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )

    @property
    def stdout(self) -> str:
        return self._kept[0] if self._kept else self._stdout.read_text(errors="backslashreplace")

    @property
    def stderr(self) -> str:
        return self._kept[1] if self._kept else self._stderr.read_text(errors="backslashreplace")

    @property
    def said(self) -> str:
        return self.stdout + self.stderr

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def wait_for(self, text: str, deadline: float = DEADLINE) -> None:
        """Until the program has said `text`, on either stream."""

        def is_settled() -> bool:
            ended = self.has_ended  # asked first: what it said last is in the file by then
            return text in self.said or ended

        until(f"{text!r} from {self.command}", is_settled, deadline)
        if text not in self.said:
            raise AssertionError(f"ended without {text!r}: {self.command}\n{self.said}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, deadline: float = DEADLINE) -> int:
        """Its exit code; a program that does not end in time is killed, and the test fails with what it said."""
        try:
            return self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            late = f"still running after {deadline:.0f} s: {self.command}\n{self.said}"
            raise AssertionError(late) from None

    def kill(self) -> None:
        """Ends it, if it has not ended; what it said stays readable when its files are gone."""
        self._process.kill()
        self._process.wait()
        self._kept = (self.stdout, self.stderr)


@contextmanager
def running(
    command: Sequence[str],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> Iterator[Process]:
    with tempfile.TemporaryDirectory() as said:
        process = Process(command, Path(said), cwd, env, pass_fds)
        try:
            yield process
        finally:
            process.kill()
