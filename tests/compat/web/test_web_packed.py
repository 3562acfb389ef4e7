"""Pages of an extended interface as clients that unpack them get them: whole, and under the length of what was sent."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.page import Page, page
from tests.kit.places import LOCUSTFILES, program
from tests.kit.tools import RLOCUST
from tests.kit.waiting import until

FILES = LOCUSTFILES / "web"
LONG = "/own/index"  # a route of the suite's, thousands of bytes


@pytest.fixture(scope="module")
def extended() -> Iterator[Page]:
    """After a test: its figures stand still, only the curves of the report grow."""
    with page(RLOCUST, FILES / "extended.py", "--autostart", "-u", "1") as started:
        until("a row", lambda: len(started.stats()["stats"]) == 2)
        started.post("/stop")
        started.wait_for("stopped", 0)
        yield started


def fetched(interface: Page, path: str, *options: str) -> tuple[str, bytes]:
    """Head and body as curl sees them; it fails where a body is shorter than its head says."""
    url = f"http://127.0.0.1:{interface.port}{path}"
    command = [program("curl"), "--silent", "--show-error", "--include", "--max-time", "30", *options, url]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    return head.decode().lower(), body


def without_curves(body: bytes) -> bytes:
    """Lists of the report have a point more for every second between two answers."""
    return re.sub(rb"\[[^\[\]]*\]", b"[]", body)


@pytest.mark.parametrize("path", ["/", "/stats/report", LONG, "/stats/requests", "/own/static/said.txt"])
def test_a_packed_page_is_the_plain_one(extended: Page, path: str) -> None:
    head, packed = fetched(extended, path, "--compressed")
    plain_head, plain = fetched(extended, path)
    assert head.splitlines()[0] == plain_head.splitlines()[0]
    if len(plain) > 1_000:
        assert "content-encoding: gzip" in head
        assert "content-encoding" not in plain_head
    if path == LONG:
        assert packed.partition(b"nonce")[0] == plain.partition(b"nonce")[0]
    assert abs(len(without_curves(packed)) - len(without_curves(plain))) < 200  # figures of the last seconds


def test_connections_stay_usable_behind_a_packed_page(extended: Page) -> None:
    url = f"http://127.0.0.1:{extended.port}"
    command = [program("curl"), "--silent", "--compressed", "--max-time", "30", "--write-out", "%{num_connects} "]
    paths = [word for path in ("/", LONG, "/addresses") for word in ("--output", "/dev/null", url + path)]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0", "0"]


def test_a_head_request_tells_the_length_of_the_plain_page(extended: Page) -> None:
    head, body = fetched(extended, "/addresses", "--head", "--compressed")
    _, plain = fetched(extended, "/addresses")
    assert f"content-length: {len(plain)}" in head
    assert body == b""


def test_the_log_in_page_is_whole() -> None:
    with page(RLOCUST, FILES / "login.py", "--web-login") as interface:
        head, body = fetched(interface, "/login", "--compressed")
    assert " 200 " in head.splitlines()[0]
    assert b"</html>" in body


def test_a_part_of_a_file_is_not_packed(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(PARTS)
    with page(RLOCUST, tmp_path / "file.py") as interface:
        head, body = fetched(interface, "/long", "--compressed", "--range", "0-4999")
    assert " 206 " in head.splitlines()[0]
    assert "content-encoding" not in head
    assert body == b"x" * 5000


PARTS = """
import io
from flask import request, send_file
from locust import User, events

class Idle(User):
    pass

@events.init.add_listener
def extend(web_ui, **_):
    @web_ui.app.route("/long")
    def long():
        return send_file(io.BytesIO(b"x" * 9000), mimetype="text/plain", conditional=True)
"""
