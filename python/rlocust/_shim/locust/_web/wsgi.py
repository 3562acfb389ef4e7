"""A call of a WSGI application, as PEP 3333 has it, on the thread and in the greenlet that asks."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from .messages import Headers, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("locust.web")


def call(app: Any, request: Request, server: dict[str, Any]) -> Response:
    """The whole answer; what the application raises is logged, and an answer, too."""
    begun: list[Any] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        begun[:] = [int(status.split(" ", 1)[0]), headers]
        return written.append

    try:
        parts = app(environ(request, server), start_response)
        try:
            written.extend(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = begun
    except Exception:
        logger.exception(f"UI got request for {request.method} {request.path}, but it resulted in a 500")
        return Response(500, [("Content-Type", "text/plain")], b"Internal Server Error")
    return Response(status, list(headers), b"".join(written))


def environ(request: Request, server: dict[str, Any]) -> dict[str, Any]:
    """Texts are bytes in Latin-1. `server` has what does not come with the request."""
    values: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "REQUEST_URI": request.path + (f"?{request.query}" if request.query else ""),
        "QUERY_STRING": request.query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.input": BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": _Errors(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **server,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            values[key] = value
        elif key != "CONTENT_LENGTH":
            between = "; " if key == "COOKIE" else ","
            known = values.get(f"HTTP_{key}")
            values[f"HTTP_{key}"] = value if known is None else f"{known}{between}{value}"
    return values


class _Errors:
    """`wsgi.errors`: lines for the log."""

    def write(self, text: str) -> None:
        if text.strip():
            logger.error(text.rstrip())

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass
