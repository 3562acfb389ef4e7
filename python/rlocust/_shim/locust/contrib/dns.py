"""Users of a name server. It has not landed: its class can be imported and derived from; making one says so."""

from __future__ import annotations

from typing import Any

from locust.user.users import User


class DNSUser(User):
    """Asks by `self.client`, with the functions of dnspython."""

    abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("rlocust has no DNSUser yet")
