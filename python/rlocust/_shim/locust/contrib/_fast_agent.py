"""The user agent of geventhttpclient as Locust sets it up: it carries what the native road cannot.

Part of `locust.contrib.fasthttp`, where suites import it.
"""

from __future__ import annotations

from typing import Any

import gevent.ssl
import geventhttpclient
from geventhttpclient.client import HTTPClientPool
from geventhttpclient.useragent import CompatRequest, UserAgent

from rlocust._clients import python_call

from . import fasthttp  # its names may be replaced, so they are looked up there
from ._fast_responses import FastRequest, FastResponse

# The jar asks requests for these; Locust's agent says every request is secure, so that
# `Secure` cookies also go out over plain http.
CompatRequest.unverifiable = False
CompatRequest.type = "https"

#: The `User-Agent` of calls by either road.
USER_AGENT = "python/gevent-http-client-" + geventhttpclient.__version__


def insecure_ssl_context_factory() -> Any:
    """An SSL context that verifies nothing."""
    return gevent.ssl._create_unverified_context()


class LocustUserAgent(UserAgent):
    """The user agent that carries what the native road cannot."""

    response_type = FastResponse
    request_type = FastRequest
    valid_response_codes = frozenset([*range(200, 209), 226, 301, 302, 303, 304, 307, 308])
    redirect_response_codes = frozenset([301, 302, 303, 307, 308])

    def __init__(self, client_pool: HTTPClientPool | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if client_pool is not None:
            self.clientpool = client_pool

    def _urlopen(self, request: Any) -> Any:
        client = self.clientpool.get_client(request.url_split)
        python_call.begun()
        target = getattr(request.url_split, "quoted_uri", request.url_split.request_uri)
        answer = client.request(request.method, target, body=request.payload, headers=request.headers)
        return self.response_type(answer, request=request, sent_request=answer._sent_request)

    def _verify_status(self, status_code: int, url: Any = None) -> None:
        if status_code not in self.valid_response_codes:
            raise fasthttp.LocustBadStatusCode(url, code=status_code)
