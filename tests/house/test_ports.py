"""Ports the tests give to servers: nobody else gets them between the giving and the use."""

import errno
import socket

import pytest

from tests.kit.ports import free_port, takes_connections


def test_a_port_is_the_callers_until_its_server_listens() -> None:
    port = free_port()
    with socket.socket() as another, pytest.raises(OSError) as refused:
        another.bind(("127.0.0.1", port))
    assert refused.value.errno == errno.EADDRINUSE
    assert not takes_connections(port)
    with socket.create_server(("", port)):  # sets SO_REUSEADDR, as every server in these tests does
        assert takes_connections(port)


def test_a_second_server_at_a_port_is_refused() -> None:
    port = free_port()
    with socket.create_server(("", port)), pytest.raises(OSError) as refused:
        socket.create_server(("", port))
    assert refused.value.errno == errno.EADDRINUSE
