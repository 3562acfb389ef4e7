"""`rlocust.websocket`: what its client does, raises and reports, against a real server of the protocol."""

from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

import pytest
from websockets.sync.client import connect

from tests.kit.places import LOCUSTFILES
from tests.kit.programs import ours
from tests.kit.proxies import proxy_server
from tests.kit.results import of_json
from tests.kit.tools import RLOCUST, started
from tests.kit.waiting import until
from tests.protocols.servers import app

LOCUSTFILE = LOCUSTFILES / "websocket_listeners.py"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with app("websocket_server.py") as (address, _):
        yield f"ws://{address}"


def test_the_client_does_what_its_page_says(server: str) -> None:
    """docs/websocket.md."""
    cases = ours("websocket_calls.py", server)
    assert cases[-1] == "killed" and len(cases) == 13


def test_tls_is_that_of_the_http_client(certificates: Path) -> None:
    with app("websocket_server.py", str(certificates / "rsa.pem"), str(certificates / "rsa.key")) as (address, _):
        assert ours("websocket_calls.py", f"wss://{address}", "tls", str(certificates / "ca.pem")) == ["over_tls"]


@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_proxies_lead_to_the_server_through_a_tunnel(certificates: Path, scheme: str) -> None:
    """docs/websocket.md. Of a server without TLS, too: what is spoken is not for the proxy."""
    files = [str(certificates / "rsa.pem"), str(certificates / "rsa.key")] if scheme == "wss" else []
    with app("websocket_server.py", *files) as (address, _), proxy_server() as proxy:
        authority = str(certificates / "ca.pem") if files else ""
        assert ours("websocket_calls.py", f"{scheme}://{address}", "proxied", proxy.address, authority) == ["proxied"]
        heard = proxy.heard()
    place = address.replace("127.0.0.1", "localhost")
    asked, login = f"CONNECT {place} HTTP/1.", "Proxy-Authorization: Basic dXNAZXI6cDp3"  # us@er:p:w
    plain, known, methods, socks, *more = heard
    assert plain[1].startswith(asked) and login not in plain[1]
    assert known[1].startswith(asked) and login in known[1]
    assert (methods, socks) == (["methods", "\x00"], ["socks", "localhost"])
    by_environment, by_user, *forbidden = more
    assert by_environment == by_user == plain
    assert ["CONNECT forbidden:81 " in each[1] for each in forbidden] == ([] if files else [True])


def test_the_end_of_a_run_ends_waits_and_closes_connections_in_order() -> None:
    with app("websocket_server.py") as (address, _):
        load = ["-H", f"ws://{address}", *"--headless -u 5 -r 5 --json".split()]
        with started(RLOCUST, "-f", LOCUSTFILE, *load) as process:
            until("five users listen", lambda: process.stderr.count("listening") == 5)
            process.signal(SIGTERM)
            assert process.wait() == 0, process.stderr
            assert of_json(process.stdout) == {("WSConnect", "/silent"): (5, 0)}
        until("five goodbyes", lambda: goodbyes(address) == ["1000"] * 5)


def goodbyes(address: str) -> list[str]:
    with connect(f"ws://{address}/goodbyes") as connection:
        return str(connection.recv()).split()
