"""What programs of tests share: waiting, showing what a call came to, log lines on standard output.

They run under real Locust as well, so this imports nothing of ours.
"""

import logging
from collections.abc import Callable, Iterable

import gevent


def until(condition: Callable[[], object], limit: float = 30) -> None:
    with gevent.Timeout(limit):
        while not condition():
            gevent.sleep(0.002)


def attempt(function: Callable[[], object]) -> None:
    """Prints what the call gives, or what it raises."""
    try:
        print("returned", function())
    except BaseException as error:
        print(f"{type(error).__name__}: {error}")


class Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        print(f"{record.levelname} {record.name}: {record.getMessage().splitlines()[0]}")


def log_to_stdout(level: int = logging.INFO) -> None:
    logging.getLogger().addHandler(Lines())
    logging.getLogger().setLevel(level)
    logging.getLogger("asyncio").setLevel(logging.ERROR)


def names(tasks: Iterable[Callable[..., object]]) -> list[str]:
    return [task.__name__ for task in tasks]
