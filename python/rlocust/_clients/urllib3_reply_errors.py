"""What `requests` over urllib3 raises where an answer came and was not well formed, or not complete."""

from __future__ import annotations

from http.client import BadStatusLine, HTTPException, IncompleteRead, LineTooLong

import requests
from urllib3 import exceptions as urllib3
from urllib3.response import HTTPResponse, _get_decoder

from .errors import Facts, caused, decoders_error
from .urllib3_connection_errors import aborted


def broken_body(inner: BaseException, cause: BaseException | None = None) -> BaseException:
    return caused(requests.exceptions.ChunkedEncodingError(inner), inner if cause is None else caused(inner, cause))


def connection_broken(cause: BaseException) -> BaseException:
    return broken_body(urllib3.ProtocolError(f"Connection broken: {cause!r}", cause), cause)


def truncated_chunked(facts: Facts) -> BaseException:
    if facts["piece"] is None:
        return broken_body(urllib3.ProtocolError("Response ended prematurely"))
    read, missing = facts["piece"]
    came = facts["partial"]
    return connection_broken(IncompleteRead(came[len(came) - read :].ljust(read), missing))


_LARGEST_LENGTH = (1 << 64) - 1


def short_body(facts: Facts) -> BaseException:
    missing = facts["missing"]
    if facts["read"] + missing == _LARGEST_LENGTH:  # or more: the engine's numbers end there
        missing = int(facts["length"].partition(",")[0]) - facts["read"]
    return connection_broken(urllib3.IncompleteRead(facts["read"], missing))


class _BodyAt:
    """The position in a chunked body, as urllib3's error asks its response for it: always the start."""

    length_remaining = None

    def tell(self) -> int:
        return 0


def bad_chunk(facts: Facts) -> BaseException:
    line = facts["line"].encode("latin-1")
    return connection_broken(urllib3.InvalidChunkLength(_BodyAt(), line))  # type: ignore[arg-type]


def undecodable(facts: Facts) -> BaseException:
    cause = _urllib3s_error(facts)
    text = f"Received response with content-encoding: {facts['encoding']}, but failed to decode it."
    inner = caused(urllib3.DecodeError(text, cause), cause)
    return caused(requests.exceptions.ContentDecodingError(inner), inner)


def _urllib3s_error(facts: Facts) -> Exception:
    """What the decoder in urllib3 says of this body; zlib has many words for what is wrong deep inside."""
    try:
        _get_decoder(facts["encoding"]).decompress(facts["partial"])
    except HTTPResponse.DECODER_ERROR_CLASSES as error:
        return error.with_traceback(None)
    return decoders_error(facts)


def bad_status_line(facts: Facts) -> BaseException:
    error: BaseException = BadStatusLine(facts["line"])
    words = facts["line"].split(None, 2)
    if len(words) == 2:
        words = facts["line"].split(None, 1)  # as http.client splits it then: with its line end
    if len(words) > 1 and words[0].startswith("HTTP/"):
        try:
            int(words[1])
        except ValueError as cause:
            error = caused(error, cause)
    return aborted(error)


def bad_headers(facts: Facts) -> BaseException:
    reason = facts["reason"]
    if reason.startswith("Content-Length"):
        inner = urllib3.InvalidHeader(reason)
        return caused(requests.exceptions.InvalidHeader(inner), inner)
    if reason.startswith("got more than 65536"):
        return aborted(LineTooLong(reason.partition(" when reading ")[2]))
    return aborted(HTTPException(reason))


def http2_error(facts: Facts) -> HTTPException:
    """Locust speaks no HTTP/2, so these words are ours."""
    return HTTPException(f"HTTP/2: {facts['reason']}")


def too_many_encodings(facts: Facts) -> BaseException:
    inner = urllib3.DecodeError(f"Too many content encodings in the chain: {facts['count']} > 5")
    return caused(requests.exceptions.ContentDecodingError(inner), inner)
