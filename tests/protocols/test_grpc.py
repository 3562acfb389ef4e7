"""`rlocust.grpc`: what its users do, raise and report, against a real server of grpcio, beside grpcio's own channel."""

from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

import grpc
import pytest

from tests.kit.places import LOCUSTFILES
from tests.kit.programs import ours
from tests.kit.results import of_json
from tests.kit.tools import RLOCUST, started
from tests.kit.waiting import until
from tests.protocols.servers import app

LOCUSTFILE = LOCUSTFILES / "grpc_sleepers.py"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with app("grpc_server.py") as (address, _):
        yield address


def test_calls_do_what_those_of_grpcio_do(server: str) -> None:
    """docs/grpc.md."""
    cases = ours("grpc_calls.py", server)
    assert cases[-1] == "killed" and len(cases) == 16


def test_streams_do_what_those_of_grpcio_do(server: str) -> None:
    """docs/grpc.md."""
    cases = ours("grpc_streams.py", server)
    assert cases[-1] == "the_end_of_the_channel" and len(cases) == 10


def test_tls_is_that_of_the_http_client(certificates: Path) -> None:
    with app("grpc_server.py", str(certificates / "rsa.pem"), str(certificates / "rsa.key")) as (address, _):
        assert ours("grpc_calls.py", address, "tls", str(certificates / "ca.pem")) == ["over_tls"]


def test_a_forked_child_leaves_its_parents_channel_alone(server: str) -> None:
    assert ours("grpc_calls.py", server, "fork") == ["forked"]


def test_the_end_of_a_run_ends_calls_and_the_server_learns_of_it() -> None:
    with app("grpc_server.py") as (address, _), grpc.insecure_channel(address) as channel:
        asleep, cancelled = (channel.unary_unary(f"/test.Service/{name}") for name in ("Asleep", "Cancelled"))
        with started(RLOCUST, "-f", LOCUSTFILE, "-H", address, *"--headless -u 5 -r 5 --json".split()) as process:
            until("five calls at the server", lambda: asleep(b"") == b"5")
            process.signal(SIGTERM)
            assert process.wait() == 0, process.stderr
            assert of_json(process.stdout) == {}
        until("five cancelled calls", lambda: cancelled(b"") == b"5")
