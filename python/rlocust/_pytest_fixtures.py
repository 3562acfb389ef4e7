"""The fixtures of `pytest_plugin`: sessions as `HttpUser` and `FastHttpUser` have them.

Under `rlocust` the user itself calls them, with itself as the only argument, and requests are reported as of that user.
Under pytest there is no user: the address is that of `--host` and requests are reported to nobody.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from locust.clients import HttpSession
    from locust.contrib.fasthttp import FastHttpSession
    from locust.user.users import User


class NoOpEvent:
    """Stands for the request event where nobody listens."""

    def fire(self, **_: Any) -> None:
        pass


class Fixtures:
    """Registered as a plug-in of one pytest configuration, so that `--host` is that configuration's."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config

    @pytest.fixture
    def session(self, user: User | None = None) -> Iterator[HttpSession]:
        """A session of Requests that takes paths below the host."""
        make_ready()
        from locust.clients import HttpSession

        with HttpSession(**self._words_for_session(user)) as session:
            yield session

    @pytest.fixture
    def fastsession(self, user: User | None = None) -> Iterator[FastHttpSession]:
        """The same with the faster client."""
        make_ready()
        from locust.contrib.fasthttp import FastHttpSession

        yield FastHttpSession(**self._words_for_session(user))

    def _words_for_session(self, user: User | None) -> dict[str, Any]:
        if user is None:
            return {"base_url": self.config.getoption("--host"), "request_event": NoOpEvent(), "user": None}
        return {"base_url": user.host, "request_event": user.environment.events.request, "user": user}


def make_ready() -> None:
    """Not before a fixture is used: importing `locust` patches the standard library for gevent."""
    if "locust" not in sys.modules:
        from rlocust import _install

        _install.install()
