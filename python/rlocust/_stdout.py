"""What to do when stdout takes no more: nothing that is written to it fails any longer, and the program goes on."""

from __future__ import annotations

import os
import sys


def silence() -> None:
    """Send stdout to nowhere, with what waits in its buffer: Python flushes once more at exit, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
