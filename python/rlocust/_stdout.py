"""What to do when stdout takes no more, or never did: nothing that is written to it fails, and the program goes on."""

from __future__ import annotations

import os
import sys


def be_there() -> None:
    """Put nowhere in the place of standard streams that were closed when the program began: Python has None there, and
    the first files and sockets that are opened would get their numbers."""
    for number, name, mode in (0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w"):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number, inheritable=True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, closefd=False))


def silence() -> None:
    """Send stdout to nowhere, with what waits in its buffer: Python flushes once more at exit, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
