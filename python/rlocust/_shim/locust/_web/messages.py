"""What a browser or a script asks of the web interface, and what it is answered.

Locust answers in Flask's JSON: sorted keys, two spaces, a line feed at the end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

Headers = list[tuple[str, str]]
JSON = "application/json"
TEXT = "text/html; charset=utf-8"
URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Form:
    """Fields in the order in which they first came; a field may have several values."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def items(self) -> list[tuple[str, str]]:
        """Each field with its first value."""
        return [(name, values[0]) for name, values in self._values.items()]

    def get(self, name: str, default: str) -> str:
        return self._values.get(name, [default])[0]

    def all_of(self, name: str) -> list[str]:
        return list(self._values.get(name, []))


@dataclass
class Request:
    """One request; `path` is what the client sent, with the base path, percent-encoded."""

    method: str
    path: str
    query: str = ""
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    client: str = ""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def is_form(self) -> bool:
        kind = self.header("content-type")
        return kind.startswith((URL_ENCODED, MULTIPART))

    @cached_property
    def form(self) -> Form:
        kind = self.header("content-type")
        if kind.startswith(MULTIPART):
            return Form(_parts(kind, self.body))
        if kind.startswith(URL_ENCODED):
            return Form(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True, errors="replace"))
        return Form([])

    @cached_property
    def arguments(self) -> Form:
        return Form(parse_qsl(self.query, keep_blank_values=True, errors="replace"))


def _parts(kind: str, body: bytes) -> list[tuple[str, str]]:
    parsed = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode(errors="replace") + body)
    found = []
    for part in parsed.get_payload() if parsed.is_multipart() else []:
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        if isinstance(name, str) and isinstance(part, Message):
            content = part.get_payload(decode=True)
            found.append((name, content.decode(errors="replace") if isinstance(content, bytes) else ""))
    return found


@dataclass
class Response:
    """One answer."""

    status: int
    headers: Headers
    body: bytes


def json_response(value: Any, status: int = 200) -> Response:
    text = json.dumps(value, indent=2, sort_keys=True, default=str)
    return Response(status, [("Content-Type", JSON)], f"{text}\n".encode())


def text_response(text: str, status: int = 200) -> Response:
    return Response(status, [("Content-Type", TEXT)], text.encode())


def csv_response(text: str, file_name: str) -> Response:
    headers = [("Content-Type", "text/csv"), ("Content-Disposition", f"attachment;filename={file_name}")]
    return Response(200, headers, text.encode())
