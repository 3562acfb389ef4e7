"""Users that lose the samples of their calls, once each: `ROAD` says who carries a call, `WHAT` how its sample is lost.

With `ROAD=own` they fire the event themselves, and lose nothing that anybody could see.
"""

import os
from typing import Any

import gevent
from gevent.event import Event

from locust import FastHttpUser, HttpUser, User, constant, task

ROAD, WHAT = os.environ["ROAD"], os.environ["WHAT"]
Base: Any = {"agent": FastHttpUser, "own": User}.get(ROAD, HttpUser)
KEYWORDS: dict[str, Any] = {"requests": {"hooks": {"response": lambda response, **_: None}}, "agent": {"stream": True}}
kept: list[Any] = []


class Losing(Base):
    wait_time = constant(1000)

    def call(self, path: str, **keywords: Any) -> Any:
        return self.client.get(path, **KEYWORDS.get(ROAD, {}), **keywords)

    def fire(self) -> None:
        self.environment.events.request.fire(
            request_type="gRPC", name="own", response_time=1, response_length=0, exception=None, context={}
        )

    def measure(self) -> None:
        with self.environment.events.request.measure("gRPC", "own"):
            pass

    def cut(self) -> None:
        """One call that the user is in, and one of a greenlet that nobody ends."""
        gevent.spawn(self.call, "/delay/60000")
        self.call("/delay/60000")

    def unreported(self) -> None:
        kept.append(self.call("/text", catch_response=True))
        self.call("/text", catch_response=True)
        try:
            with self.call("/text", catch_response=True), gevent.Timeout(0.01):
                Event().wait()
        except gevent.Timeout:
            pass
        with self.call("/text", catch_response=True):
            raise ValueError("of the suite's own")

    def unreported_late(self) -> None:
        """Behind more calls than have their place noted in any case."""
        for _ in range(1000):
            with self.call("/text", catch_response=True):
                pass
        self.call("/text", catch_response=True)
        self.call("/text", catch_response=True)

    @task
    def lose(self) -> None:
        getattr(self, WHAT)()
