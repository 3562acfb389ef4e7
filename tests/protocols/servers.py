"""Servers of other protocols, each on a port of its own and gone at the end; `with postgres() as address`.

PostgreSQL, Redis and mosquitto are Debian's. Kafka is the mock cluster within librdkafka, which speaks Kafka's protocol
over TCP. There is no MongoDB in Debian or on PyPI: `apps/mongo_server.py` speaks the few messages of its protocol that
pymongo's `find` needs. A server whose program or library is not here is `Missing`.
"""

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.kit.places import ROOT
from tests.kit.ports import free_port
from tests.kit.processes import Process, comes_up, running

APPS = Path(__file__).parent / "apps"


class Missing(Exception):
    """What a server needs is not on this machine; the text says what."""


def program(name: str, *folders: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *folders]))
    if found is None:
        raise Missing(f"{name} is not installed")
    return found


def needs(*packages: str) -> None:
    for package in packages:
        if importlib.util.find_spec(package) is None:
            raise Missing(f"the package {package} is not installed")


@contextmanager
def told(
    command: Callable[[int], Sequence[str]], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[int]:
    """A server that is told its port."""
    port = free_port()
    with running(command(port), cwd, env) as process:
        assert comes_up(process, port), f"the server does not start: {process.said}"
        yield port
        process.stop()


@contextmanager
def app(name: str, *arguments: str) -> Iterator[tuple[str, Process]]:
    """A server of ours, which says on its first line where it is."""
    with running([sys.executable, "-u", str(APPS / name), *arguments], ROOT) as process:
        process.wait_for("serving ")
        found = re.search(r"serving (\S+)", process.stdout)
        assert found
        yield found[1], process


@contextmanager
def postgres() -> Iterator[str]:
    folders = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    initdb, server = program("initdb", *folders), program("postgres", *folders)
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        before: list[str] = []
        if os.getuid() == 0:  # which it refuses to run as
            shutil.chown(name, "postgres")
            before = [program("setpriv"), "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        make = [*before, initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync", "--locale=C"]
        with running(make, Path(name)) as making:
            assert making.wait(60) == 0, making.said
        settings = ["-c", f"unix_socket_directories={name}", "-c", "listen_addresses=127.0.0.1", "-F"]
        with told(lambda port: [*before, server, "-D", str(data), "-p", str(port), *settings], Path(name)) as port:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"


@contextmanager
def mosquitto() -> Iterator[str]:
    server = program("mosquitto")
    with told(lambda port: [server, "-p", str(port)]) as port:
        yield f"127.0.0.1:{port}"


@contextmanager
def redis() -> Iterator[str]:
    server = program("redis-server")
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with told(lambda port: [server, "--port", str(port), *options]) as port:
        yield f"redis://127.0.0.1:{port}"


@contextmanager
def mongo() -> Iterator[str]:
    needs("pymongo")
    with app("mongo_server.py") as (address, _):
        yield address


@contextmanager
def kafka() -> Iterator[str]:
    needs("confluent_kafka")
    with app("kafka_broker.py") as (address, _):
        yield address


@contextmanager
def echo() -> Iterator[str]:
    with app("echo_server.py") as (address, _):
        yield address


@contextmanager
def web_sockets() -> Iterator[str]:
    """Answers each message of a WebSocket at /echo, and Socket.IO."""
    needs("wsproto", "websocket", "socketio")
    with app("socket_server.py") as (address, _):
        yield address


@contextmanager
def greeter() -> Iterator[str]:
    """The gRPC service of locustfiles/protocols/greeter."""
    needs("grpc", "google.protobuf")
    with app("greeter_server.py") as (address, _):
        yield address


@contextmanager
def event_streams() -> Iterator[str]:
    """Streams of events; `/chat/COUNT` speaks as OpenAI's chat completions do, `/prices` never tires."""
    with app("event_server.py") as (address, _):
        yield address


@contextmanager
def nothing() -> Iterator[str]:
    """For an example that brings its server."""
    yield ""
