"""A proxy in a process of its own, which shows what it was asked: tests/compat/apps/proxy_server.py."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.kit.places import APPS
from tests.kit.processes import Process, running
from tests.kit.waiting import until


@dataclass
class Proxy:
    address: str
    process: Process

    def heard(self) -> list[Any]:
        return [json.loads(line) for line in self.process.stdout.splitlines()[1:]]


@contextmanager
def proxy_server() -> Iterator[Proxy]:
    with running([sys.executable, str(APPS / "proxy_server.py")]) as process:
        until("the proxy says its port", lambda: "\n" in process.stdout)
        yield Proxy(f"127.0.0.1:{process.stdout.splitlines()[0]}", process)
