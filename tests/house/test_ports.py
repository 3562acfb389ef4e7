"""Ports the tests give to servers: nobody else gets them between the giving and the use."""

import socket
import subprocess
import sys

from tests.kit import ports
from tests.kit.places import ROOT

ASKED = 50
OF_ONE = "from tests.kit import ports; ports.outside_the_kernels_range = lambda: [{}]; print(ports.free_port())"


def another_process_gets(port: int) -> bool:
    command = [sys.executable, "-c", OF_ONE.format(port)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout == f"{port}\n" or "LookupError: no port of " in ended.stderr, ended
    return ended.returncode == 0


def test_a_port_is_given_once_and_never_one_the_kernel_gives_to_connections() -> None:
    given = [ports.free_port() for _ in range(ASKED)]
    assert len(set(given)) == ASKED
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        of_the_kernel = {server.getsockname()[1], connection.getsockname()[1]}
    assert of_the_kernel.isdisjoint(ports.outside_the_kernels_range())
    assert set(given) <= set(ports.outside_the_kernels_range())


def test_a_port_belongs_to_the_process_it_was_given_to_while_it_lives() -> None:
    port = ports.free_port()
    assert not another_process_gets(port)
    ports.RESERVED.pop(port).close()  # as when this process ends
    assert another_process_gets(port)


def test_a_port_somebody_listens_at_is_not_given() -> None:
    port = ports.free_port()
    with socket.create_server(("127.0.0.1", port)):
        ports.RESERVED.pop(port).close()
        assert not another_process_gets(port)
