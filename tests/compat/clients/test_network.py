"""TLS, proxies, HTTP/2 and addresses of HttpUser and FastHttpUser, against servers of OpenSSL's and nginx's.

What Locust's calls come to is recorded in `tests/differential/records/network`; `RLOCUST_ORACLE` (`tests.kit.records`)
has Locust make them, or records them anew.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.compat.rows.stopped import run_until_it
from tests.kit import records
from tests.kit.certificates import make_certificates
from tests.kit.nginx import nginx_process
from tests.kit.places import APPS, PROGRAMS, TESTS
from tests.kit.ports import free_port, takes_connections
from tests.kit.processes import Process, running
from tests.kit.proxies import Proxy, proxy_server
from tests.kit.runs import Goal, run_example, run_until
from tests.kit.surroundings import surroundings
from tests.kit.targets import Target
from tests.kit.tools import LOCUST_PYTHON, RLOCUST, Tool, run
from tests.kit.waiting import until

CALLS = str(PROGRAMS / "network_calls.py")
KINDS = ["usual", "p521", "tls11", "rsakex", "dhe", "wants_client", "wants_client_late"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def tls(folder: Path) -> Iterator[dict[str, str]]:
    """The address of a server for each kind of TLS; counters at zero."""
    with running([sys.executable, str(APPS / "tls_server.py"), str(folder), *KINDS]) as process:
        ports = json.loads(_first_line(process))
        yield {kind: f"https://localhost:{port}" for kind, port in ports.items()}


def _first_line(process: Process) -> str:
    until("the server says its ports", lambda: "\n" in process.stdout)
    return process.stdout.splitlines()[0]


def calls_of(python: str | Path, calls: list[dict[str, Any]], *more: str) -> list[Any]:
    command = [str(python), CALLS, json.dumps(calls), *more]
    variables = surroundings() | ({} if more else {"PYTHONPATH": ""})
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def ours(calls: list[dict[str, Any]]) -> tuple[list[Any], dict[str, int]]:
    """What each call came to, and the accounting."""
    *outcomes, accounting = calls_of(sys.executable, calls, "--ours")
    return outcomes, accounting


RECORDS = TESTS / "differential" / "records" / "network"


@dataclass
class Theirs:
    """What comes of a test's calls under Locust, as recorded or live."""

    test: str
    #: What differs from run to run, and the word for it.
    masks: dict[str, str]

    def masked(self, value: Any) -> Any:
        text = json.dumps(value)
        for found in sorted(self.masks, key=len, reverse=True):
            text = text.replace(found, self.masks[found])
        return json.loads(text)

    def of(self, measure: Callable[[], Any]) -> Any:
        file = RECORDS / f"{self.test.removeprefix('test_')}.json"
        if not records.is_live():
            record = json.loads(file.read_text())
            if record["python"] == records.PYTHON:
                return record["outcomes"]
        if not LOCUST_PYTHON.exists():
            pytest.skip("no real Locust here: set LOCUST_PYTHON or run `make setup`")
        live = self.masked(measure())
        if records.MODE == "record":
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps({"python": records.PYTHON, "outcomes": live}, indent=1) + "\n")
        return live

    def outcomes(self, calls: list[dict[str, Any]]) -> list[Any]:
        return self.of(lambda: [_without_counts(outcome) for outcome in calls_of(LOCUST_PYTHON, calls)])

    def insist_on(self, calls: list[dict[str, Any]], results: list[Any]) -> None:
        """After our calls, as both ask the same servers."""
        for call, our, their in zip(calls, results, self.outcomes(calls), strict=True):
            assert self.masked(_without_counts(our)) == their, call


WITH_LOCUST = [
    pytest.mark.oracle,
    pytest.mark.skipif(not LOCUST_PYTHON.exists(), reason="no real Locust here: set LOCUST_PYTHON or run `make setup`"),
]


@pytest.fixture
def theirs(request: pytest.FixtureRequest, tls: dict[str, str], folder: Path, tmp_path: Path) -> Theirs:
    masks = {url.rpartition(":")[2]: f"PORT of {kind}" for kind, url in tls.items()}
    masks |= {os.fspath(folder): "CERTIFICATES", os.fspath(tmp_path): "FOLDER"}
    return Theirs(request.node.name, masks)


def by_locust(calls: list[dict[str, Any]]) -> list[Any]:
    return calls_of(LOCUST_PYTHON, calls)


def with_locust(test: Any) -> Any:
    for mark in WITH_LOCUST:
        test = mark(test)
    return test


def seen(outcome: Any) -> dict[str, Any]:
    """What a TLS server said in its answer."""
    status, text, _ = outcome[0]
    assert status == 200, outcome
    answer: dict[str, Any] = json.loads(text)
    return answer


# TLS


def test_servers_of_all_kinds_are_served_as_by_locust(tls: dict[str, str], folder: Path, theirs: Theirs) -> None:
    """docs/contract/http-client.md §3; rustls serves some of these, OpenSSL the others."""
    ca = str(folder / "ca.pem")
    calls: list[dict[str, Any]] = []
    for kind, url in tls.items():
        if kind == "wants_client_late":
            continue  # Locust meets either the refusal or the end of the connection, whichever is sooner
        calls += [
            {"client": f"H {kind}", "url": url + "/a"},
            {"client": f"H {kind}", "url": url + "/b", "verify": ca},
            {"client": f"H {kind}", "url": url + "/c", "verify": False},
            {"client": f"F {kind}", "url": url + "/d"},
            {"client": f"F strict {kind}", "url": url + "/e", "insecure": False},
        ]
    results, accounting = ours(calls)
    theirs.insist_on(calls, results)
    # All but those to the usual server, and two at which rustls itself has refused the certificate.
    assert accounting["python_timed"] == len(calls) - 5 - 2


def _without_counts(outcome: Any) -> Any:
    (status, text, version), rows = outcome
    if status == 200 and '"handshakes"' in text:
        answer = json.loads(text)
        text = [answer["tls"], answer["client"]]
    return [[status, text, version], rows]


def test_a_host_for_openssl_is_found_out_once_and_no_sample_is_lost(tls: dict[str, str], folder: Path) -> None:
    ca = str(folder / "ca.pem")
    calls = [{"client": "H", "url": tls["p521"] + "/", "verify": ca} for _ in range(3)]
    calls += [{"client": "F", "url": tls["p521"] + "/"} for _ in range(3)]
    results, accounting = ours(calls)
    assert [seen(outcome)["refused"] for outcome in results] == [1, 1, 1, 2, 2, 2]
    assert all(rows == [[rows[0][0], "None"]] for _, rows in results)
    assert accounting["python_timed"] == 6
    assert accounting["failed_before_send"] == accounting["failed"] == 0


def test_what_a_host_for_openssl_gets_is_what_locust_sends(tls: dict[str, str], theirs: Theirs) -> None:
    """Files are read again from where they stood; `user.context()` is asked once for a call, also on the way there."""
    program = str(PROGRAMS / "openssl_calls.py")

    def lines_of(python: str | Path, *more: str) -> list[Any]:
        variables = surroundings() | ({} if more else {"PYTHONPATH": ""})
        command = [str(python), program, tls["p521"], *more]
        done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    results = lines_of(sys.executable, "--ours")
    assert [line[1] for line in results[:4]] == [[{"asked": asked, "own": 1}] for asked in (1, 2, 1, 2)]
    assert {line[1] for line in results[4:]} == {200} and len(results) == 4 + 14
    assert results[4:11] == results[11:]  # whether the host was known or not
    assert theirs.masked(results) == theirs.of(lambda: lines_of(LOCUST_PYTHON))


def test_a_redirect_to_a_host_for_openssl_arrives_there(tls: dict[str, str]) -> None:
    port = tls["p521"].rpartition(":")[2]
    calls = [{"client": name, "url": f"{tls['usual']}/to/{port}", "verify": False} for name in "HH"]
    calls += [{"client": "F", "url": f"{tls['usual']}/to/{port}"}]
    results, accounting = ours(calls)
    assert [seen(outcome)["refused"] for outcome in results] == [1, 1, 2]
    assert accounting["python_timed"] == 3
    assert accounting["failed"] == accounting["failed_before_send"] == 0


def test_a_client_certificate_is_shown_per_call_and_per_session(
    tls: dict[str, str], folder: Path, theirs: Theirs
) -> None:
    """Row 29, docs/contract/http-client.md §1: `cert` is a file or a pair."""
    url, ca = tls["wants_client"], str(folder / "ca.pem")
    pair = [str(folder / "client.pem"), str(folder / "client.key")]
    calls: list[dict[str, Any]] = [
        {"client": "H", "url": url + "/pair", "verify": ca, "cert": pair},
        {"client": "H", "url": url + "/file", "verify": ca, "cert": pair[0]},
        {"client": "H other", "url": url + "/stranger's key", "verify": ca, "cert": [pair[0], str(folder / "rsa.key")]},
        {"client": "H", "url": url + "/missing", "verify": ca, "cert": str(folder / "none.pem")},
        {"client": "H", "url": url + "/no key", "verify": ca, "cert": [pair[0], str(folder / "none.key")]},
        {"client": "H", "url": url + "/no authority", "verify": str(folder / "none.pem")},
    ]
    results, accounting = ours(calls)
    assert [seen(outcome)["client"] for outcome in results[:2]] == [["client"], ["client"]]
    theirs.insist_on(calls, results)
    assert accounting["python_timed"] <= 1


def test_names_of_certificate_files_need_not_be_text(
    tls: dict[str, str], folder: Path, tmp_path: Path, theirs: Theirs
) -> None:
    def odd(name: str) -> str:
        path = os.fsdecode(os.fsencode(tmp_path) + b"/\xe9 " + name.encode())
        shutil.copy(folder / name, path)
        return path

    pair = [odd("client.pem"), odd("client.key")]
    calls = [
        {"client": "H", "url": tls["wants_client"] + "/", "verify": odd("ca.pem"), "cert": cert}
        for cert in (pair, pair[0])
    ]
    results, accounting = ours(calls)
    assert [seen(outcome)["client"] for outcome in results] == [["client"], ["client"]]
    theirs.insist_on(calls, results)
    assert accounting["python_timed"] == 0


def test_a_missing_client_certificate_is_reported_as_by_locust(tls: dict[str, str], folder: Path) -> None:
    """TLS 1.3 refuses it after the handshake, in the place of an answer: the row shows OpenSSL's error itself."""
    ca = str(folder / "ca.pem")
    calls: list[dict[str, Any]] = [
        {"client": f"H {kind}", "url": tls[kind] + "/none", "verify": ca}
        for kind in ("wants_client", "wants_client_late")
    ]
    results, _ = ours(calls)
    early, late = (rows[0][1] for _, rows in results)
    assert early.startswith("SSLError(SSLError(1, '[SSL: "), early
    assert late.startswith("SSLError(1, '[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED]"), late


def test_a_client_certificate_is_not_shown_by_other_users(tls: dict[str, str], folder: Path) -> None:
    """Under Locust every later call of the process with `verify=True` shows it."""
    url, pair = tls["wants_client"] + "/", [str(folder / "client.pem"), str(folder / "client.key")]
    results, accounting = ours(
        [
            {"client": "H", "url": url, "stream": True, "cert": pair, "bundle": str(folder / "ca.pem")},
            {"client": "H another", "url": url, "stream": True},
        ]
    )
    assert seen(results[0])["client"] == ["client"]
    assert results[1][0][0] == 0
    assert accounting["python_timed"] == 2


def test_the_example_with_client_certificates_runs(tool: Tool, tls: dict[str, str], folder: Path) -> None:
    """Row 29, docs/contract/usage.md: a certificate for the session, and one for a call."""
    environment = {"CERTIFICATES": str(folder)}
    ended = run_example(tool, "client_certificates.py", tls["wants_client"], users=4, env=environment)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    assert set(ended.report.counts) == {"GET /session", "GET /call"}


def test_a_user_resumes_its_own_tls_sessions_and_nobody_elses(tls: dict[str, str], folder: Path) -> None:
    """Locust never resumes; a browser does. docs/decisions/0008-http-2-on-h2-and-tls-by-two.md."""
    results, _ = ours(calls_that_close(tls, folder))
    assert [seen(outcome)["resumed"] for outcome in results] == [0, 1, 2, 2]


@with_locust
def test_locust_resumes_no_tls_session(tls: dict[str, str], folder: Path) -> None:
    assert {seen(outcome)["resumed"] for outcome in by_locust(calls_that_close(tls, folder))} == {0}


def calls_that_close(tls: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    """Three of one user and one of another; each needs a connection of its own."""
    rest = {"url": tls["usual"] + "/close", "verify": str(folder / "ca.pem")}
    return [{"client": name, **rest} for name in ("H", "H", "H", "H another")]


def test_a_folder_of_authorities_and_the_environments_bundle_are_honoured(
    tls: dict[str, str], folder: Path, theirs: Theirs
) -> None:
    hashed = folder / "hashed"
    hashed.mkdir(exist_ok=True)
    name = subprocess.check_output(["openssl", "x509", "-hash", "-noout", "-in", folder / "ca.pem"], text=True).strip()
    plain = folder / "plain"
    plain.mkdir(exist_ok=True)
    for place in (hashed / f"{name}.0", plain / "ca.pem"):
        place.write_text((folder / "ca.pem").read_text())
    url = tls["usual"]
    variable = {"REQUESTS_CA_BUNDLE": str(folder / "ca.pem")}
    calls: list[dict[str, Any]] = [
        {"client": "H", "url": url + "/a", "verify": str(hashed)},
        {"client": "H", "url": url + "/b", "verify": str(plain)},
        {"client": "S", "url": url + "/c", "environment": variable},
        {"client": "H", "url": url + "/d"},
        {"client": "H leaf", "url": url + "/e", "verify": str(folder / "rsa.pem")},
    ]
    results, _ = ours(calls)
    leaf = 200 if sys.version_info >= (3, 13) else 0  # Python's default since then: chains may end anywhere
    assert [outcome[0][0] for outcome in results] == [200, 0, 200, 0, leaf]
    theirs.insist_on(calls, results)


# Proxies


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with proxy_server() as server:
        yield server


def test_proxies_get_the_bytes_that_locust_sends(proxy: Proxy, tls: dict[str, str], theirs: Theirs) -> None:
    plain, known = f"http://{proxy.address}", f"http://us%40er:p%3Aw@{proxy.address}"
    secure = {"url": tls["usual"] + "/", "verify": False}
    calls: list[dict[str, Any]] = [
        {"client": "H", "url": "http://Some.example:80/a?b=c", "proxies": {"http": plain}},
        {"client": "H", "url": "http://some.example/loop", "proxies": {"http": known}, "data": "x=y"},
        {"client": "H", "proxies": {"https": plain}, **secure},
        {"client": "H 2", "proxies": {"https": known}, **secure},
        {"client": "H", "url": "http://other.example/", "proxies": {"all": proxy.address}},
        {"client": "H", "url": "http://other.example/", "proxies": {"http": None, "all://other.example": plain}},
        {"client": "S", "url": "http://some.example/", "environment": {"HTTP_PROXY": plain}},
        {"client": "S", "url": "http://some.example/", "environment": {"ALL_PROXY": plain}},
        {"client": "H", "url": "https://forbidden/", "proxies": {"https": plain}},
        {"client": "H", "url": "http://some.example/", "proxies": {"http": "http://127.0.0.1:1"}},
        {"client": "H", "url": "http://some.example/", "proxies": {"http": "strange://127.0.0.1:1"}},
        {"client": "H", "url": "http://some.example/", "proxies": {"http": "http://"}},
        {"client": "F", "url": "http://some.example/a", "proxy_host": "127.0.0.1", "proxy_port": 0},
        {"client": "F", **{key: value for key, value in secure.items() if key == "url"}},
    ]
    calls[-2]["proxy_port"] = int(proxy.address.rpartition(":")[2])
    results, accounting = ours(calls)
    sent = proxy.heard()
    theirs.masks[proxy.address] = "PROXY"

    def by_proxy_under_locust() -> list[Any]:
        outcomes = [_without_counts(outcome) for outcome in by_locust(calls)]
        return [outcomes, proxy.heard()[heard_of_us:]]

    heard_of_us = len(sent)
    expected, heard_of_locust = theirs.of(by_proxy_under_locust)
    for call, our, their in zip(calls, results, expected, strict=True):
        assert theirs.masked(_without_counts(our)) == their, call
    # A proxy that refuses is asked a second time, by requests, which has the words for it.
    again = [asked for asked in sent if "CONNECT forbidden:443" in asked[1]]
    assert len(again) == 2
    sent.remove(again[0])
    assert theirs.masked(sent) == heard_of_locust
    # The refused ones, those that requests refuses to begin with, and geventhttpclient's.
    assert accounting["python_timed"] == 2 + 2


def test_a_host_in_no_proxy_is_reached_straight(proxy: Proxy, demo: Target) -> None:
    variables = {"HTTP_PROXY": f"http://{proxy.address}", "NO_PROXY": "127.0.0.1"}
    results, _ = ours(
        [
            {"client": "S", "url": demo.url + "/text", "environment": variables},
            {"client": "H", "url": demo.url + "/text", "environment": {"HTTP_PROXY": variables["HTTP_PROXY"]}},
        ]
    )
    assert [outcome[0][0] for outcome in results] == [200, 200]
    assert proxy.heard() == []


def test_socks5_needs_no_other_library(proxy: Proxy, demo: Target) -> None:
    """Real Locust refuses these without PySocks."""
    port = demo.url.rpartition(":")[2]
    url = f"http://localhost:{port}/text"
    results, accounting = ours(
        [
            {"client": "H", "url": url, "proxies": {"http": f"socks5://{proxy.address}"}},
            {"client": "H", "url": url, "proxies": {"http": f"socks5h://user:word@{proxy.address}"}},
            {"client": "H", "url": url, "proxies": {"http": "socks5://127.0.0.1:1"}},
            {"client": "H", "url": url, "proxies": {"http": f"socks5h://stranger:word@{proxy.address}"}},
            {"client": "H", "url": "http://forbidden/text", "proxies": {"http": f"socks5h://{proxy.address}"}},
        ]
    )
    assert [outcome[0][0] for outcome in results] == [200, 200, 0, 0, 0]
    # What requests says with PySocks, whose own exceptions have no words in rows.
    assert [outcome[1] for outcome in results[2:]] == [
        [["/text", "ConnectionRefusedError(111, 'Connection refused')"]],
        [["/text", "OSError('SOCKS5 authentication failed')"]],
        [["/text", "OSError('_: Connection not allowed by ruleset')"]],
    ]
    assert proxy.heard() == [
        ["methods", "\x00"],
        ["socks", "127.0.0.1"],
        ["methods", "\x00\x02"],
        ["credentials", "user:word"],
        ["socks", "localhost"],
        ["methods", "\x00\x02"],
        ["credentials", "stranger:word"],
        ["methods", "\x00"],
        ["socks", "forbidden"],
    ]
    assert accounting["python_timed"] == 0


# HTTP/2


@pytest.fixture
def web(folder: Path) -> Iterator[tuple[str, str]]:
    """nginx at two addresses: one speaks HTTP/2 as well, one does not."""
    old = 0

    def config(both: int) -> str:
        nonlocal old
        old = free_port()
        return (APPS / "nginx_http2.conf").read_text().format(folder=folder, both=both, old=old)

    with nginx_process(folder, config) as (_, both):
        until("nginx listens at both ports", lambda: takes_connections(old))
        yield f"https://localhost:{both}", f"https://localhost:{old}"


def test_a_user_class_chooses_its_http_version(web: tuple[str, str], folder: Path) -> None:
    both, old = web
    ca = str(folder / "ca.pem")
    calls: list[dict[str, Any]] = []
    for version in ("1.1", "2", "auto"):
        name = f"H {version}"
        calls += [
            {"client": name, "version": version, "url": both + "/from", "verify": ca},
            {"client": name, "url": both + "/text", "verify": ca},
            {"client": name, "url": both + "/nowhere", "verify": ca},
            {"client": name, "url": old + "/text", "verify": ca},
            {"client": f"F {version}", "version": version, "url": both + "/from"},
        ]
    results, accounting = ours(calls)
    outcomes = [results[start : start + 5] for start in (0, 5, 10)]
    for protocol, number, (first, second, missing, one, fast) in zip(
        ("HTTP/1.1", "HTTP/2.0", "HTTP/2.0"), (11, 20, 20), outcomes, strict=True
    ):
        (status, text, version), rows = first
        assert (status, version, rows) == (200, number, [["/from", "None"]])
        spoken, connection, cookie = text.split()
        assert (spoken, cookie) == (protocol, "a=b")
        assert second[0][1].split()[1] == connection  # the same one
        assert missing[1] == [["/nowhere", "HTTPError('404 Client Error: Not Found for url: /nowhere')"]]
        assert fast[0][1].split()[0] == protocol
        if one is outcomes[1][3]:
            assert "NO_APPLICATION_PROTOCOL" in one[1][0][1]
        else:
            assert one[0][2] == 11
    assert accounting["python_timed"] == 0


def test_a_version_that_nobody_speaks_is_refused_in_one_line(tmp_path: Path, demo: Target) -> None:
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(
        "from locust import HttpUser, task\n\n\nclass Visitor(HttpUser):\n    http_version = '3'\n\n"
        "    @task\n    def visit(self):\n        self.client.get('/text')\n"
    )
    ended = run(RLOCUST, "-f", locustfile, "--headless", "-H", demo.url)
    assert ended.exit_code == 1
    assert ended.has_logged('`http_version` of Visitor is \'3\': it can be "1.1", "2" or "auto"')


# Addresses


@dataclass
class Peers:
    host: str
    port: int
    addresses: list[str]


@pytest.fixture(params=["127.0.0.1", "::1"])
def peers(request: pytest.FixtureRequest) -> Iterator[Peers]:
    """A server that notes the addresses its clients come from and the hosts they ask for."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    try:
        listener = socket.create_server((request.param, 0), family=family)
    except OSError:
        pytest.skip(f"no {request.param} here")
    known = Peers(request.param, listener.getsockname()[1], [])

    def serve() -> None:
        while True:
            try:
                client, address = listener.accept()
            except OSError:
                return
            with client:
                host = client.recv(4096).split(b"Host: ")[1].split(b"\r\n")[0].decode()
                known.addresses.append(f"{address[0]} {host}")
                client.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    yield known
    listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`, which would go on with whatever gets the number next
    serving.join()
    listener.close()


VISITORS = """
from locust import HttpUser, FastHttpUser, task

class Visitor(HttpUser):
    fixed_count = 2

    @task
    def visit(self):
        self.client.get("/")

    @task
    def stream(self):
        self.client.get("/", stream=True)

class Fast(FastHttpUser):
    fixed_count = 2

    @task
    def visit(self):
        self.client.get("/")
"""


def test_hosts_go_where_resolve_says_and_users_come_from_addresses_in_turn(tmp_path: Path, peers: Peers) -> None:
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(VISITORS)
    sources = ["::1"] if ":" in peers.host else ["127.0.0.2", "127.0.0.3"]
    load = ["--headless", "-u", "4", "-r", "4", "--stop-timeout", "30", "--only-summary", "--dns-ttl", "0"]
    options = [word for source in sources for word in ("--source-address", source)]
    places = [f"nowhere.example:1:{peers.host}", f"shop.example:{peers.port}:{peers.host}"]
    variables = {"LOCUST_RESOLVE": f"[{', '.join(places)}]", "LOCUST_IO_THREADS": "2"}
    host = f"http://shop.example:{peers.port}"
    goal = Goal(samples=40)  # each user has called by then, in each of its ways
    ended = run_until(RLOCUST, goal, "-f", locustfile, *load, *options, "-H", host, env=variables)
    assert (ended.exit_code, ended.report.errors) == (0, {}), ended.stderr
    assert set(peers.addresses) == {f"{source} shop.example:{peers.port}" for source in sources}


BY_REQUESTS = """
from locust import HttpUser, task
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager

class Proxied(HttpUser):
    @task
    def visit(self):
        self.client.get("http://there.example/", stream=True, proxies={"http": self.host})

class Mounted(HttpUser):
    @task
    def visit(self):
        self.client.mount("http://", HTTPAdapter())
        self.client.get("/")

class Managed(HttpUser):
    pool_manager = PoolManager()

    @task
    def visit(self):
        self.client.get("/")
"""


def test_what_requests_carries_goes_where_resolve_says_or_says_that_it_does_not(tmp_path: Path, peers: Peers) -> None:
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(BY_REQUESTS)
    source = "::1" if ":" in peers.host else "127.0.0.2"
    options = ["--source-address", source, "--resolve", f"shop.example:{peers.port}:{peers.host}"]
    load = ["--headless", "-u", "3", "-r", "3", "--stop-timeout", "30", "-H", f"http://shop.example:{peers.port}"]
    warnings = [f"connections of {stranger}" for stranger in ("a mounted adapter", "a `pool_manager`")]

    def has_happened(process: Process) -> bool:
        return bool(peers.addresses) and all(warning in process.stderr for warning in warnings)

    words = ["-f", locustfile, *load, *options]
    ended = run_until_it("a call by the proxy and both warnings", has_happened, RLOCUST, *words)
    assert set(peers.addresses) == {f"{source} there.example"}
    for stranger in ("a mounted adapter", "a `pool_manager`"):
        warning = f"--resolve and --source-address: not heeded by connections of {stranger}"
        assert ended.stderr.count(warning) == 1, ended.stderr


def test_an_address_of_ipv6_stands_in_brackets(peers: Peers) -> None:
    check_brackets(peers, lambda calls: ours(calls)[0])


@with_locust
def test_under_locust_an_address_of_ipv6_stands_in_brackets(peers: Peers) -> None:
    check_brackets(peers, by_locust)


def check_brackets(peers: Peers, call: Callable[[list[dict[str, Any]]], list[Any]]) -> None:
    host = f"[{peers.host}]" if ":" in peers.host else peers.host
    calls = [{"client": name, "url": f"http://{host}:{peers.port}/"} for name in "HF"]
    assert [outcome[0][0] for outcome in call(calls)] == [200] * 2
    assert [address.split()[1] for address in peers.addresses] == [f"{host}:{peers.port}"] * 2


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--resolve", "shop", "--resolve: `shop` is not host:port:address"),
        ("--resolve", "shop:80:there", "--resolve: `there` in `shop:80:there` is not an IP address"),
        ("--source-address", "here", "--source-address: `here` is not an IP address"),
        ("--source-address", "192.0.2.1", "--source-address: `192.0.2.1` is not an address of this machine"),
        ("--dns-ttl", "soon", "--dns-ttl"),
        (
            "--io-threads",
            "0",
            "--io-threads: `0` leaves nobody to send and receive while the script computes; leave the option out for "
            "one thread for every two cores",
        ),
        ("--io-threads", "100000", "--io-threads: `100000` is more than the 1024 that are allowed"),
    ],
)
def test_network_options_that_mean_nothing_are_refused(tmp_path: Path, option: str, value: str, sentence: str) -> None:
    locustfile = tmp_path / "locustfile.py"
    locustfile.write_text(VISITORS)
    ended = run(RLOCUST, "-f", locustfile, "--headless", "-H", "http://x", option, value)
    assert ended.exit_code == 2
    assert sentence in ended.stderr.splitlines()[0]


def test_io_threads_that_the_machine_does_not_grant_cost_one_line(tmp_path: Path) -> None:
    """A thread needs descriptors of its own, whatever the limit on them is raised to."""
    (tmp_path / "locustfile.py").write_text(VISITORS)
    limited = Tool("rlocust", ("sh", "-c", 'ulimit -n 64; exec "$@"', "sh", *RLOCUST.command))
    ended = run(limited, "--headless", "-H", "http://x", "--io-threads", "200", cwd=tmp_path)
    talk = [line for line in ended.stderr.splitlines() if "INFO" not in line and "WARNING" not in line]
    assert ended.exit_code == 2
    assert talk == [
        "rlocust: error: cannot start 200 I/O threads: Too many open files (os error 24)",
        "hint: leave --io-threads out for one for every two cores",
    ]
