"""Servers to aim at: the demo server, FastAPI under uvicorn, nginx. Each knows what it received."""

import json
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.kit.nginx import nginx_process
from tests.kit.places import APPS, program
from tests.kit.ports import free_port
from tests.kit.processes import Process, comes_up, running
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until

NODE_EXPORTER = "prometheus-node-exporter"


@dataclass
class Received:
    """Requests whose head came in, by path without the query."""

    total: int = 0
    paths: dict[str, int] = field(default_factory=dict)
    methods: dict[str, int] = field(default_factory=dict)

    def under(self, start: str) -> int:
        """Requests to all paths that begin like this."""
        return sum(count for path, count in self.paths.items() if path.startswith(start))


@dataclass
class Target:
    """A server that shows what it received at `/counters`."""

    url: str
    process: Process | None = None

    def received(self) -> Received:
        counters = json.loads(self.get("/counters"))
        return Received(counters["total"], counters["paths"], counters["methods"])

    def get(self, path: str) -> bytes:
        import http.client  # not before the `locust` module had its chance to patch `ssl`

        line = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            body = answer.read()
        except OSError as error:
            error.add_note(self.state())
            raise
        finally:
            line.close()
        if answer.status >= 400:
            raise AssertionError(f"{path} answered {answer.status}: {body!r}")
        return body

    def state(self) -> str:
        """Of the server's process, for a failing test to show."""
        if self.process is None:
            return "a server that was running already"
        code = self.process.wait() if self.process.has_ended else None
        state = "running" if code is None else f"ended with exit code {code}"
        return f"the server is {state} and said:\n{self.process.said}"


@dataclass
class Nginx(Target):
    """Counts by its access log, which nginx writes before it takes the next request of a connection."""

    log: Path = field(kw_only=True)

    def received(self) -> Received:
        received = Received()
        for line in self.log.read_text().splitlines():
            method, path = line.split(" ", 1)
            received.total += 1
            received.methods[method] = received.methods.get(method, 0) + 1
            received.paths[path] = received.paths.get(path, 0) + 1
        return received


@contextmanager
def demo_server(*arguments: str) -> Iterator[Target]:
    """`rlocust demo` on a free port, or the running one that `RLOCUST_TEST_DEMO` names."""
    if address := os.environ.get("RLOCUST_TEST_DEMO"):
        yield Target(address)
        return
    with running([*RLOCUST.command, "demo", "--port", "0", *arguments]) as process:
        yield Target(_address_printed_by(process), process)


def _address_printed_by(process: Process) -> str:
    """Its line may come in two pieces: the address is whole when something follows it."""
    process.wait_for("http://")
    address = re.compile(r"http://[\w.]+:\d+(?=\s)")
    addresses: list[str] = until("the whole address", lambda: address.findall(process.said))
    return addresses[0]


@contextmanager
def fastapi_app(app: str, folder: Path) -> Iterator[Target]:
    """An app of `tests/compat/apps` under uvicorn, in a folder of its own. The socket is ours, so the port is known."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        port = listener.getsockname()[1]
        command = [sys.executable, str(APPS / "serve.py"), app, str(listener.fileno())]
        with running(command, folder, pass_fds=[listener.fileno()]) as process:
            process.wait_for("startup complete")
            yield Target(f"http://127.0.0.1:{port}", process)


@contextmanager
def nginx(folder: Path) -> Iterator[Nginx]:
    """nginx with `tests/compat/apps/nginx.conf`, one worker, everything it writes in `folder`."""
    log = folder / "access.log"
    template = (APPS / "nginx.conf").read_text()
    with nginx_process(folder, lambda port: template.format(port=port, folder=folder)) as (process, port):
        target = Nginx(f"http://127.0.0.1:{port}", process, log=log)
        target.get("/text")
        until("the first request stands in the log", lambda: log.stat().st_size)
        log.write_text("")
        yield target


@contextmanager
def node_exporter(folder: Path) -> Iterator[Target]:
    """Prometheus' node-exporter, showing this machine's figures."""
    port = free_port()  # it does not say which port it was given
    with running([program(NODE_EXPORTER), f"--web.listen-address=127.0.0.1:{port}"], folder) as process:
        assert comes_up(process, port), f"node-exporter does not start: {process.said}"
        yield Target(f"http://127.0.0.1:{port}", process)
