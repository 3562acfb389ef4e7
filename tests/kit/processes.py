"""Processes of a test: what they say goes to files, lines are awaited, none is left behind.

Files and polling instead of pipes and threads: other tests of the same session load the `locust` module into this
process, after which a thread is a greenlet and a blocking read would block everything.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM, Signals

from tests.kit.ports import takes_connections
from tests.kit.surroundings import surroundings
from tests.kit.waiting import DEADLINE, until


class Process:
    """A running program. `stdout` and `stderr` hold what it has said so far."""

    def __init__(
        self,
        command: Sequence[str],
        said: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        stdin: int = subprocess.DEVNULL,
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
                stdin=stdin,
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

    def signal(self, number: Signals) -> None:
        self._process.send_signal(number)

    def wait(self, deadline: float = DEADLINE) -> int:
        """Its exit code; a program that does not end in time is killed, and the test fails with what it said."""
        try:
            return self._process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.kill()
            late = f"still running after {deadline:.0f} s: {self.command}\n{self.said}"
            raise AssertionError(late) from None

    def stop(self, with_signal: Signals = SIGTERM, patience: float = 20) -> int:
        """Asks it to end, and ends it by force when it does not; its exit code."""
        if not self.has_ended:
            self.signal(with_signal)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return self._process.wait()

    def kill(self) -> None:
        """Ends it, if it has not ended; what it said stays readable when its files are gone."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self._kept = (self.stdout, self.stderr)


@contextmanager
def running(
    command: Sequence[str],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
    stdin: int = subprocess.DEVNULL,
) -> Iterator[Process]:
    with tempfile.TemporaryDirectory() as said:
        process = Process(command, Path(said), cwd, env, pass_fds, stdin)
        try:
            yield process
        finally:
            process.kill()


def comes_up(process: Process, port: int) -> bool:
    """Whether a server takes connections at its port; False when it ended before that."""
    until("it takes connections or ends", lambda: process.has_ended or takes_connections(port))
    return not process.has_ended
