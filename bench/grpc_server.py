"""nginx as the gRPC server of the measurements: whatever is called, it answers with one message of a hundred bytes and
status 0, and counts. A server of grpcio (`python_greeter`) competes for the cores.
"""

import os
import re
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

from tests.kit.nginx import nginx_process
from tests.kit.places import ROOT
from tests.kit.ports import free_port
from tests.kit.processes import running

CONFIG = ROOT / "bench" / "grpc.conf"
TEXT = b"Hello, world! This is an answer of about a hundred bytes, as services give them to those who call."
#: As protobuf writes it: field 1, a text.
MESSAGE = b"\x0a" + bytes([len(TEXT)]) + TEXT


@dataclass(frozen=True)
class Greeter:
    address: str
    #: How many calls have been answered.
    calls: Callable[[], int]


@contextmanager
def greeter() -> Iterator[Greeter]:
    count_port = free_port()
    asked = 0

    def config(port: int) -> str:
        user = "user root;" if os.geteuid() == 0 else ""
        return CONFIG.read_text().format(user=user, folder=folder, port=port, count_port=count_port)

    def calls() -> int:
        nonlocal asked
        with urllib.request.urlopen(f"http://127.0.0.1:{count_port}/counted") as answer:
            words = answer.read().split()
        asked += 1
        return int(words[9]) - asked

    with tempfile.TemporaryDirectory(prefix="bench-grpc-") as folder:
        (Path(folder) / "answer").write_bytes(b"\x00" + len(MESSAGE).to_bytes(4, "big") + MESSAGE)
        with nginx_process(Path(folder), config) as (_, port):
            yield Greeter(f"127.0.0.1:{port}", calls)


@contextmanager
def python_greeter() -> Iterator[Greeter]:
    """The same by grpcio, in a process of its own."""
    with running([sys.executable, "-m", "bench.grpc_python_server"], ROOT) as server:
        server.wait_for("serving ")
        found = re.search(r"serving (\S+)", server.stdout)
        assert found
        address = found[1]

        def calls() -> int:
            with grpc.insecure_channel(address) as channel:
                return int(channel.unary_unary("/greeter.Greeter/Count")(b""))

        yield Greeter(address, calls)
