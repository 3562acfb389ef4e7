"""Users of OpenAI's interface: `self.client` is OpenAI's own client, whose calls are reported.

The length of an answer is its number of output tokens. The key and, for another server, its address are taken from
`OPENAI_API_KEY` and `OPENAI_BASE_URL`. Called `oai` because `openai` is the library.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from locust.event import EventHook
from locust.user.users import User
from rlocust._extras import hinted

with hinted():
    from openai import DefaultHttpxClient, OpenAI

if "OPENAI_API_KEY" not in os.environ:
    raise Exception("You need to set OPENAI_API_KEY env var to use OpenAIUser")


class OpenAIClient(OpenAI):
    """OpenAI's client; each exchange is a request, named by its path or by `rename_request`."""

    def __init__(self, request_event: EventHook, user: User, *args: Any, **kwargs: Any) -> None:
        self.request_name: str | None = None
        self.user = user

        def begun(request: Any) -> None:
            request.start_time, request.start_perf_counter = time.time(), time.perf_counter()

        def ended(response: Any) -> None:
            response.read()
            took = (time.perf_counter() - response.request.start_perf_counter) * 1000
            request_event.fire(
                request_type=response.request.method,
                name=self.request_name or response.url.path,
                context={},
                response=response,
                exception=_failure(response),
                start_time=response.request.start_time,
                response_time=took,
                response_length=_output_tokens(response),
                url=response.url,
            )

        hooks = {"request": [begun], "response": [ended]}
        # Of the library that this version of OpenAI's client is made with: there are two.
        client = DefaultHttpxClient(event_hooks=hooks, follow_redirects=False)
        super().__init__(*args, **kwargs, http_client=client)

    @contextmanager
    def rename_request(self, name: str) -> Iterator[None]:
        """Calls inside the block are counted under this name."""
        self.request_name = name
        try:
            yield
        finally:
            self.request_name = None


class OpenAIUser(User):
    """Asks by `self.client`, OpenAI's own."""

    abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = OpenAIClient(self.environment.events.request, user=self)


def _failure(response: Any) -> Exception | None:
    try:
        response.raise_for_status()
    except Exception as error:  # its class belongs to the HTTP library, of which there are two
        return error
    return None


def _output_tokens(response: Any) -> int:
    """0 where the answer does not say, as that of a server in trouble, which need not be JSON."""
    try:
        return int(response.json().get("usage", {}).get("output_tokens", 0))
    except (ValueError, AttributeError, TypeError):
        return 0
