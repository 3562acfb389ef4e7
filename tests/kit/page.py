"""A client of the web interface, written for Locust's API: it talks to either program alike."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.kit.ports import free_port
from tests.kit.processes import Process, comes_up
from tests.kit.tools import Tool, started
from tests.kit.waiting import DEADLINE, until


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Page:
    """The interface of a program that runs."""

    process: Process
    port: int
    base: str = ""
    is_encrypted: bool = False
    #: What the server has set, as a browser keeps it.
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: str | bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        line = self._connection()
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            line.request(method, self.base + path, body, sent)
            answer = line.getresponse()
            content = answer.read()
        except OSError as error:
            error.add_note(self.process.said)
            raise
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)

    def _connection(self) -> Any:
        import http.client  # not before the `locust` module had its chance to patch `ssl`
        import ssl

        if not self.is_encrypted:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        unverified = ssl._create_unverified_context()
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=DEADLINE, context=unverified)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, fields: Mapping[str, Any] | None = None) -> Answer:
        body = urlencode(dict(fields or {}), doseq=True)
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def post_json(self, path: str, value: Any) -> Answer:
        return self.ask("POST", path, json.dumps(value), {"Content-Type": "application/json"})

    def swarm(self, **fields: Any) -> Any:
        return self.post("/swarm", fields).json()

    def stats(self) -> Any:
        return self.get("/stats/requests").json()

    def template_args(self) -> Any:
        """What the page was told, from between the lines of its HTML."""
        text = self.get("/").text
        found = re.search(r"window\.templateArgs\s*=\s*", text)
        assert found, text[:2000]
        return json.JSONDecoder().raw_decode(text[found.end() :])[0]

    def wait_for(self, state: str, users: int | None = None) -> Any:
        """The statistics, once the test is in this state with so many users."""

        def is_there() -> Any:
            stats = self.stats()
            return stats if stats["state"] == state and users in (None, stats["user_count"]) else None

        return until(f"state {state} with {users} users", is_there, every=0.05)


@contextmanager
def page(
    tool: Tool,
    locustfile: Path,
    *arguments: str,
    base: str = "",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Page]:
    """The program without `--headless`."""
    port = free_port()
    where = ["--web-host", "127.0.0.1", "--web-port", str(port), *(["--web-base-path", base] if base else [])]
    with started(tool, "-f", locustfile, *where, *arguments, cwd=cwd, env=env) as process:
        assert comes_up(process, port), process.said
        yield Page(process, port, base)
