"""Programs in a terminal: a pty whose session the program leads, and what its screen shows."""

import codecs
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        self._text = codecs.getincrementaldecoder("utf-8")("replace")
        self._shown = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.Stream(self._shown)

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def wait_for(self, text: str) -> None:
        self._read_until(f"{text!r}", lambda: text in self.said)

    def wait_for_screen(self, text: str) -> None:
        """Until a row of the screen holds the text."""
        self._read_until(f"{text!r} on the screen", lambda: any(text in row for row in self.screen))

    def wait_until_read(self) -> None:
        """Until the program has taken the keys pressed, or lets the terminal gather them to a line."""
        self._read_until("a look at the keyboard", lambda: not self._has_unread_keys())

    def _read_until(self, what: str, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > end or not self._read():
                raise AssertionError("\n".join([f"waited in vain for {what}", self.said, "", *self.screen]))

    def _has_unread_keys(self) -> bool:
        count = fcntl.ioctl(self.slave, termios.FIONREAD, struct.pack("i", 0))
        return bool(struct.unpack("i", count)[0])

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
        return [row.rstrip() for row in self._shown.display]

    @property
    def has_all_its_rows(self) -> bool:
        """Whether text scrolls over all of the screen, where its last lines stand."""
        margins = self._shown.margins
        return margins is None or margins == (0, self.rows - 1)

    def _read(self) -> bool:
        """Whether there was something to read or may be later."""
        has_ended = self.process.poll() is not None  # asked first: what it said last is there by then
        if self._has_more(0 if has_ended else 0.05):
            text = self._text.decode(os.read(self.master, 65536))
            self.said += text
            self._stream.feed(text)
            return True
        return not has_ended

    def _has_more(self, seconds: float) -> bool:
        return bool(select.select([self.master], [], [], seconds)[0])


def take_terminal() -> None:
    """In the child: lead a session whose terminal is stdin."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def terminal_of(
    command: Sequence[str], folder: Path, own: Mapping[str, str], size: tuple[int, int] | None = None
) -> Iterator[Terminal]:
    """Starts the program in a terminal of its own, with these variables. `size`, rows and columns, is what the program
    is told where that is not the size of `Terminal.screen`."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *(size or (Terminal.rows, Terminal.columns)), 0, 0))
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
