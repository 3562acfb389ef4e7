"""The host that a test is aimed at, as the form begins with it. User and password in it stay on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rlocust import _native

from ..user.users import HttpUser

if TYPE_CHECKING:
    from ..env import Environment


class Host:
    """The environment's host, else the one that all user classes have; and what is to be said about it."""

    def __init__(self, environment: Environment) -> None:
        classes = environment.user_classes
        hosts = {user_class.host for user_class in classes}
        self.is_overriding = self.is_missing = False
        self._whole = environment.host or ""
        if self._whole:
            return
        if len(hosts) > 1:  # one that is given is used for all of them
            self.is_overriding = True
            self.is_missing = not all(item.host for item in classes if _is_of_http(item))
            return
        self._whole = next(iter(hosts), None) or ""
        self.is_missing = not self._whole

    @property
    def shown(self) -> str:
        return shown(self._whole) or ""

    def meant_by(self, value: str) -> str:
        """What a form means that was filled in with what it began with."""
        return self._whole if value and value == self.shown else value


def shown(host: str | None) -> str | None:
    return _native.without_user_info(host) if host else host


def _is_of_http(user_class: Any) -> bool:
    from ..contrib.fasthttp import FastHttpUser

    return issubclass(user_class, (HttpUser, FastHttpUser))
