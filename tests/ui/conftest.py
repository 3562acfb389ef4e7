"""A browser for the tests of the page, and the server of a made-up run (webui/dev) behind it.

They run in a session of their own (`make test-ui`, `make ui-test`): Playwright and gevent do not mix.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.kit.page import page
from tests.kit.places import ROOT
from tests.kit.processes import running
from tests.kit.targets import demo_server
from tests.kit.tools import RLOCUST
from tests.kit.waiting import DEADLINE, until
from tests.ui.watched import Look, Watched

DIST = ROOT / "webui" / "dist"

expect.set_options(timeout=1000 * DEADLINE)

Server = Callable[..., str]
Open = Callable[..., Watched]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    if not (DIST / "index.html").exists():
        pytest.skip("the page is not built: make ui")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Server]:
    """Starts a server of a made-up run with these options; each kind once for the session."""
    if shutil.which("node") is None:
        pytest.skip("no node on this machine")
    known: dict[tuple[str, ...], str] = {}
    with ExitStack() as stack:

        def address(*options: str, is_own: bool = False) -> str:
            if is_own or options not in known:
                mock = stack.enter_context(running(["node", str(ROOT / "webui/dev/mock.mjs"), "--port", "0", *options]))
                where = until("the made-up run says where", lambda: re.findall(r"http://\S+", mock.stdout))[0]
                if is_own:
                    return where
                known[options] = where
            return known[options]

        yield address


@contextmanager
def real_run(*options: str) -> Iterator[str]:
    """The page of a real run against the demo server."""
    suite = ROOT / "tests/ui/locustfiles/shop.py"
    with demo_server() as server, page(RLOCUST, suite, "-H", server.url, *options) as served:
        yield f"http://127.0.0.1:{served.port}"


@pytest.fixture(params=["made up", "real"])
def waiting(request: pytest.FixtureRequest, serve: Server) -> Iterator[str]:
    """A page whose test has not been started."""
    if request.param == "made up":
        yield serve("--idle", is_own=True)
        return
    with real_run() as address:
        yield address


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Opens an address and, at the end of the test, fails for everything that the browser complained about."""
    opened: list[Watched] = []

    def visit(address: str, look: Look | None = None) -> Watched:
        watched = Watched(browser, look or Look())
        opened.append(watched)
        watched.page.goto(address)
        return watched

    yield visit
    for watched in opened:
        watched.page.context.close()
    complaints = [complaint for watched in opened for complaint in watched.complaints]
    assert not complaints
