"""Users of OpenAI's interface. It has not landed: its class can be imported and derived from; making one says so."""

from __future__ import annotations

from typing import Any

from locust.user.users import User


class OpenAIUser(User):
    """Asks by `self.client`, OpenAI's own."""

    abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("rlocust has no OpenAIUser yet")
