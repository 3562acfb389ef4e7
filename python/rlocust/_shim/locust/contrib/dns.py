"""Users of a name server: `self.client` has the functions of `dns.query`, timed and reported.

`self.client.udp(dns.message.make_query("example.com", "A"), "192.0.2.1")`. An answer without an answer section fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from locust.exception import LocustError
from locust.user.users import User
from rlocust._extras import hinted

if TYPE_CHECKING:
    from locust.env import Environment
    from locust.event import EventHook

with hinted():
    import dns.query
    from dns.exception import DNSException
    from dns.message import Message


class DNSClient:
    """Asks with the functions of `dns.query`, each of which also takes `name=`, the name of its row."""

    def __init__(self, request_event: EventHook) -> None:
        self.request_event = request_event

    def __getattr__(self, function_name: str) -> Callable[..., Message]:
        function = getattr(dns.query, function_name)

        def ask(message: Message, *args: Any, name: str | None = None, **kwargs: Any) -> Any:
            answer: Any = None
            failure: Exception | None = None
            sent, clock = time.time(), time.perf_counter()
            try:
                answer = function(message, *args, **kwargs)
            except DNSException as error:
                failure = error
            else:
                if not answer.answer:
                    failure = LocustError("No answer in DNS response")
            self.request_event.fire(
                request_type="DNS",
                name=name or function_name,
                start_time=sent,
                response_time=(time.perf_counter() - clock) * 1000,
                response_length=0,
                response=answer,
                context={},
                exception=failure,
            )
            return answer

        return ask


class DNSUser(User):
    """Asks by `self.client`, with the functions of dnspython."""

    abstract = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client = DNSClient(environment.events.request)
