"""What the exceptions of both clients share. The engine reports a failed exchange as facts (`http::HttpError`)."""

from __future__ import annotations

import os
import zlib
from typing import Any

Facts = dict[str, Any]


def os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))  # picks ConnectionRefusedError, TimeoutError … by the number


def caused(error: BaseException, cause: BaseException) -> BaseException:
    """`error` as if raised while `cause` was handled."""
    error.__context__ = cause
    return error


def decoders_error(facts: Facts) -> Exception:
    if facts["failed"] == "br":
        import brotli

        return brotli.error(facts["detail"])
    return zlib.error(facts["detail"])
