"""Named pipes among the files of a run: to open one waits for its reader, which may never come."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Iterator

#: Seconds for readers that a shell starts beside us.
PATIENCE = 5.0
_LOOK_AGAIN = 0.01


@contextlib.contextmanager
def with_reader(path: str | os.PathLike[str]) -> Iterator[None]:
    """While the block runs, opening this pipe for writing waits for nobody; `OSError` where nobody reads it."""
    end = _held_open(path)
    try:
        yield
    finally:
        if end is not None:
            os.close(end)


def _held_open(path: str | os.PathLike[str]) -> int | None:
    """An end of the pipe, so that its reader sees no end before ours; None for any other file."""
    try:
        is_pipe = stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return None
    until = time.monotonic() + PATIENCE
    while is_pipe:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() >= until:
                raise OSError(errno.ENXIO, "nobody reads this pipe; start its reader first") from None
        time.sleep(_LOOK_AGAIN)
    return None
