"""The plug-in that lets one file be a locustfile and a pytest file: fixtures `session` and `fastsession`, `--host`.

pytest loads it by its entry point wherever rlocust is installed, so it must cost nothing until a fixture is used. Where
Locust's own plug-in is loaded too, ours offers no fixtures: two of one name would be an error under either program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

#: How Locust's own plug-in is registered: by the name of its entry point, or by that of its module.
LOCUSTS_NAMES = ("locust", "pytest_locust.plugin")


def pytest_addoption(parser: pytest.Parser) -> None:
    try:
        parser.addoption("--host", "-H", action="store", default=None, help="Address under test")
    except ValueError as error:
        if "already added" not in str(error):  # by Locust's plug-in, or one for browsers: it means the same there
            raise


def pytest_configure(config: pytest.Config) -> None:
    from rlocust import _pytest_fixtures

    plugins = config.pluginmanager
    if any(plugins.has_plugin(name) for name in LOCUSTS_NAMES):
        return
    plugins.register(_pytest_fixtures.Fixtures(config), "rlocust-fixtures")
