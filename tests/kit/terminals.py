"""Programs in a terminal: a pty whose session the program leads, and what its screen shows."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte

from tests.kit.surroundings import surroundings
from tests.kit.waiting import DEADLINE


class Terminal:
    """A program in a terminal: what it says on any stream, and the keys pressed."""

    rows, columns = 24, 100

    def __init__(self, process: subprocess.Popen[bytes], master: int, slave: int) -> None:
        self.process, self.master, self.slave = process, master, slave
        self.said = ""

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + DEADLINE
        while text not in self.said:
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"waited in vain for {text!r}\n{self.said}")

    def wait_for_screen(self, text: str) -> None:
        """Until a row of the screen holds the text."""
        end = time.monotonic() + DEADLINE
        while not any(text in row for row in self.screen):
            if time.monotonic() > end or not self._read():
                raise AssertionError("\n".join([f"waited in vain for {text!r} on the screen", *self.screen]))

    def end(self) -> int:
        """Its exit code, once it has ended by itself; what it says meanwhile is read, or it could not end."""
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            self._read()
            assert time.monotonic() < end, f"still running\n{self.said}"
        while self._has_more(0):
            self._read()
        return self.process.returncode

    @property
    def is_line_by_line(self) -> bool:
        """Whether the terminal has its ordinary settings: it echoes, and hands out whole lines."""
        modes = int(termios.tcgetattr(self.slave)[3])
        return bool(modes & termios.ECHO and modes & termios.ICANON)

    @property
    def screen(self) -> list[str]:
        """What somebody sees, row by row."""
        return [row.rstrip() for row in self._shown().display]

    @property
    def has_all_its_rows(self) -> bool:
        """Whether text scrolls over all of the screen, where its last lines stand."""
        shown = self._shown()
        return shown.margins is None or shown.margins == (0, self.rows - 1)

    def _shown(self) -> pyte.Screen:
        screen = pyte.Screen(self.columns, self.rows)
        pyte.Stream(screen).feed(self.said)
        return screen

    def _read(self) -> bool:
        if self._has_more(0.05):
            self.said += os.read(self.master, 65536).decode(errors="replace")
            return True
        return self.process.poll() is None

    def _has_more(self, seconds: float) -> bool:
        return bool(select.select([self.master], [], [], seconds)[0])


def take_terminal() -> None:
    """In the child: lead a session whose terminal is stdin."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def terminal_of(command: Sequence[str], folder: Path, own: Mapping[str, str]) -> Iterator[Terminal]:
    """Starts the program in a terminal of its own, with these variables."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", Terminal.rows, Terminal.columns, 0, 0))
    variables = surroundings() | {"HOME": str(folder)} | dict(own)
    process = subprocess.Popen(
        command, cwd=folder, env=variables, stdin=slave, stdout=slave, stderr=slave, preexec_fn=take_terminal
    )
    try:
        yield Terminal(process, master, slave)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)
