"""FastHttpUser: geventhttpclient's rules and spelling on the native engine.

Plain calls are prepared, sent and timed by the engine. What only geventhttpclient can carry (files, streams,
proxies, foreign arguments, a shared `client_pool`, an `ssl_context_factory`) runs through a real
`LocustUserAgent` and is *python-timed*. See Locust's page "Increase performance with a faster HTTP client".
"""

from __future__ import annotations

import contextlib
import json as unshadowed_json
import logging
import socket
import sys
import time
import traceback
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from ssl import SSLError
from typing import Any

import gevent.ssl
from charset_normalizer import detect  # noqa: F401 - this and others below are names of Locust's module
from gevent.timeout import Timeout
from geventhttpclient._parser import HTTPParseError
from geventhttpclient.client import HTTPClient, HTTPClientPool
from geventhttpclient.header import Headers  # noqa: F401 (suites import these from here)
from geventhttpclient.response import HTTPConnectionClosed
from geventhttpclient.useragent import CompatRequest, CompatResponse, ConnectionError, UserAgent  # noqa: F401
from requests.utils import get_encoding_from_headers  # noqa: F401

from locust import _tracebacks
from locust.exception import CatchResponseError, LocustError, ResponseError, StopTest  # noqa: F401
from locust.user.users import RestMixin, User
from locust.util.deprecation import DeprecatedFastHttpLocustClass as FastHttpLocust  # noqa: F401
from rlocust import _native
from rlocust._clients import json_parts, python_call, reasons, retention, warm_up
from rlocust._clients.fasthttp_reply import EngineContextManager, EngineResponse
from rlocust._clients.session_names import (
    Part,
    SessionNames,
    absolute_http_url_regexp,  # noqa: F401 - a name of Locust's module
    taken_credentials,
)
from rlocust._modules import adopt

from ._fast_agent import USER_AGENT, LocustUserAgent, insecure_ssl_context_factory
from ._fast_responses import (
    ErrorResponse,
    FastRequest,  # noqa: F401 - a name of Locust's module
    FastResponse,
    LocustBadStatusCode,  # noqa: F401
    ResponseContextManager,
    RestResponseContextManager,  # noqa: F401
)

json = unshadowed_json  # a name of Locust's module; its responses parse by it

# What the native road honours of a user agent's settings; with any other the agent carries all calls.
_NATIVE_SETTINGS = frozenset(
    "headers network_timeout connection_timeout max_redirects max_retries concurrency proxy_host proxy_port".split()
)

_fast_call = _native.fast_call

# Arguments of a call, beyond those of its signature, that the native road honours.
_NATIVE_ARGUMENTS = frozenset(("params", "max_redirects", "max_retries"))

# What a request may raise to become a failure in the statistics; anything else is the suite's error.
FAILURE_EXCEPTIONS = (
    ConnectionError,
    ConnectionRefusedError,
    ConnectionResetError,
    socket.error,
    SSLError,
    Timeout,
    HTTPConnectionClosed,
    HTTPParseError,
    zlib.error,
)

# Arguments of requests that authors pass out of habit: here they become query or form fields.
_MISTAKEN = {
    "timeout": "set `network_timeout` and `connection_timeout` on the user class",
    "verify": "set `insecure` on the user class",
    "cookies": "use `client.cookiejar`",
    "proxies": "set `proxy_host` and `proxy_port` on the user class",
    "cert": "set `ssl_context_factory` on the user class",
    "hooks": "use the `request` event",
}
_warned: set[str] = set()
logger = logging.getLogger(__name__)


def _basic_auth(username: str | bytes, password: str | bytes) -> str:
    user = username.encode("latin1") if isinstance(username, str) else username
    secret = password.encode("latin1") if isinstance(password, str) else password
    return "Basic " + b64encode(b":".join((user, secret))).decode("ascii")


class FastHttpSession(SessionNames):
    """A user's session by geventhttpclient's rules; reports each call to the statistics.

    `network_timeout` and `connection_timeout` are in seconds, per socket operation. Any argument of a call
    that is not in a method's signature becomes a query parameter (for POST: a form field), as under Locust.
    """

    auth_header: str | None = None

    def __init__(
        self,
        base_url: str | None,
        request_event: Any,
        user: Any,
        insecure: bool = True,
        client_pool: HTTPClientPool | None = None,
        ssl_context_factory: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.base_url = base_url
        self.request_event = request_event
        self.user = user
        if base_url and "@" in base_url:
            if credentials := taken_credentials(base_url):
                self.base_url, user_name, password = credentials
                self.auth_header = _basic_auth(user_name, password)
        proxied = kwargs.get("proxy_host") is not None
        unknown = kwargs.keys() - _NATIVE_SETTINGS
        needs_agent = bool(client_pool is not None or ssl_context_factory is not None or proxied or unknown)
        self._needs_agent = needs_agent
        if needs_agent:
            self._agent_arguments = (insecure, client_pool, ssl_context_factory, kwargs)
        elif kwargs or not insecure:
            self._agent_arguments = (insecure, None, None, kwargs)
        self._client = _native.FastClient(
            self,
            user_agent=USER_AGENT,
            default_headers=kwargs.get("headers"),
            network_timeout=float(kwargs.get("network_timeout", 5.0) or 0),
            connection_timeout=float(kwargs.get("connection_timeout", 5.0) or 0),
            max_redirects=kwargs.get("max_redirects", 3),
            max_retries=kwargs.get("max_retries", 3),
            concurrency=kwargs.get("concurrency", 1),
            verifies=not insecure,
            needs_agent=needs_agent,
        )

    _agent_arguments: tuple[bool, Any, Any, dict[str, Any]] = (True, None, None, {})
    # The user agent as it was made, see `_settings_of_call`.
    _made_state: tuple[Any, ...] = ()
    _made_headers: dict[str, Any]

    cookiejar: Any = Part(lambda session: session._client.cookies())
    client: Any = Part(lambda session: session._make_agent())

    def _make_agent(self) -> LocustUserAgent:
        insecure, client_pool, ssl_context_factory, kwargs = self._agent_arguments
        if ssl_context_factory is None:
            ssl_context_factory = insecure_ssl_context_factory if insecure else gevent.ssl.create_default_context
        agent = LocustUserAgent(
            cookiejar=self.cookiejar,
            ssl_context_factory=ssl_context_factory,
            insecure=insecure,
            client_pool=client_pool,
            **kwargs,
        )
        if client_pool is None:
            close_pool = agent.clientpool.close

            def close() -> None:
                close_pool()
                self._client.close_idle()

            agent.clientpool.close = close  # type: ignore[method-assign]
        self._made_state = self._agent_state(agent)
        self._made_headers = dict(agent.default_headers.items())
        return agent

    def request(
        self,
        method: str,
        url: str,
        name: str | None = None,
        data: str | bytes | dict[str, Any] | None = None,
        catch_response: bool = False,
        stream: bool = False,
        headers: dict[str, str] | None = None,
        auth: tuple[str | bytes, str | bytes] | None = None,
        json: Any = None,
        allow_redirects: bool = True,
        context: dict[str, Any] = {},  # noqa: B006 - Locust's signature
        **kwargs: Any,
    ) -> ResponseContextManager:
        """Sends a request and reports it; answers a `FastResponse`, or with `catch_response` the
        `ResponseContextManager` to be used in a `with` block.

        A failed exchange is reported and answered with `status_code` 0; errors of the suite's own making
        (an invalid URL, an unknown content encoding) are raised and reported nowhere.
        """
        call = _fast_call(
            method,
            url,
            name or self.request_name,
            data,
            catch_response,
            stream,
            headers,
            auth,
            json,
            allow_redirects,
            context,
            kwargs,
        )
        try:
            answer = self._client.request(self, call)
            return self._call_by_agent(answer) if type(answer) is _native.FastCall else answer
        except ValueError:  # of a URL that cannot be read
            _tracebacks.say_slash(self.base_url, url)
            raise

    def _settings_of_call(self, kwargs: dict[str, Any]) -> tuple[Any, int, int, int, int] | None:
        """Default headers (None: as at the start), redirects, retries and the two limits that errors name,
        where the call or a touched user agent may set them otherwise; None where only the agent can carry the call."""
        agent = self.__dict__.get("client")
        if not kwargs.keys() <= _NATIVE_ARGUMENTS:
            return None
        if agent is None:
            _, _, _, made = self._agent_arguments
            headers, limits = None, (made.get("max_redirects", 3), made.get("max_retries", 3))
        elif self._agent_state(agent) == self._made_state:
            headers = dict(agent.default_headers.items())
            headers = None if headers == self._made_headers else headers
            limits = (agent.max_redirects, agent.max_retries)
        else:
            return None
        own = tuple(
            limit if kwargs.get(name) is None else kwargs[name]
            for name, limit in zip(("max_redirects", "max_retries"), limits, strict=True)
        )
        if not all(type(limit) is int and limit >= 0 for limit in own + limits):
            return None
        return (headers, *own, *limits)

    def _agent_state(self, agent: Any) -> tuple[Any, ...]:
        """What of a user agent the engine knows in one shape only."""
        own = agent.__dict__
        return type(agent), frozenset(own), own.get("retry_delay"), id(agent.cookiejar), id(agent.clientpool)

    def _call_by_agent(self, call: _native.FastCall) -> Any:
        """The whole call by geventhttpclient, timed in Python as Locust does."""
        _warn_of_mistaken(call.others)
        built_url = self._build_url(call.url)
        started_at = time.time()
        context = call.context
        if self.user and not call.has_user_context:
            context = {**self.user.context(), **context}
        headers, data = self._agent_headers(call)
        own = self.client.__dict__
        is_own, followed = "redirect_response_codes" in own, self.client.redirect_response_codes
        if not call.allow_redirects:
            self.client.redirect_response_codes = frozenset()
        warm_up.resolver()
        with python_call.PythonCall(self) as under_way:
            started = time.perf_counter()
            response = self._send_request_safe_mode(
                call.method, built_url, payload=data, headers=headers, **call.others
            )
            if not call.allow_redirects:
                self.client.redirect_response_codes = followed
                if not is_own:
                    own.pop("redirect_response_codes", None)  # the agent is as it was made again, for `_agent_state`
            meta: dict[str, Any] = {
                "request_type": call.method,
                "name": call.name or _native.name_of_url(call.url),
                "context": context,
                "response": response,
                "exception": None,
                "start_time": started_at,
                "url": built_url,
                "response_length": 0,
            }
            try:
                meta["response_length"] = _length(response, call.stream)
                meta["response_time"] = (time.perf_counter() - started) * 1000
                response.raise_for_status()
            except (*FAILURE_EXCEPTIONS, MemoryError) as error:
                meta.setdefault("response_time", (time.perf_counter() - started) * 1000)
                meta["exception"] = error
                _tracebacks.say_scheme(self.base_url, repr(built_url))
        with contextlib.suppress(AttributeError):  # a `response_type` of the suite's own may have no place for it
            response._call = under_way.account
        reasons.note_agent(self, _AS_MADE, call, _NATIVE_ARGUMENTS)
        if call.catch_response:
            return ResponseContextManager(response, self.request_event, meta, call.catch_response)
        with python_call.reporting(response, under_way.account):
            self.request_event.fire(**meta)
        under_way.account.reported(bool(meta["exception"]))
        retention.forget_frames(meta["exception"])
        return response

    def _agent_headers(self, call: _native.FastCall) -> tuple[dict[str, str], Any]:
        own = dict(call.headers) if call.headers else {}
        data = call.data

        def lacks(name: str) -> bool:
            return name not in own and name.lower() not in own

        if call.auth:
            own["Authorization"] = _basic_auth(call.auth[0], call.auth[1])
        elif self.auth_header:
            own["Authorization"] = self.auth_header
        if lacks("Accept-Encoding"):
            own["Accept-Encoding"] = "gzip, deflate, br"
        if not data and call.json is not None:
            data = unshadowed_json.dumps(call.json)
            for name in ("Content-Type", "Accept"):
                if lacks(name):
                    own[name] = "application/json"
        return own, data

    def _send_request_safe_mode(self, method: str, url: str, **kwargs: Any) -> FastResponse:
        try:
            return self.client.urlopen(url, method=method, **kwargs)
        except (*FAILURE_EXCEPTIONS, MemoryError) as error:
            response: FastResponse | None = getattr(error, "response", None)
            if response is not None:
                response.error = error  # type: ignore[attr-defined]
                return response
            described = {key: kwargs.get(key) for key in ("headers", "payload", "params")}
            return ErrorResponse(self.client._make_request(url, method=method, **described), error)

    def delete(self, url: str, **kwargs: Any) -> ResponseContextManager:
        """Sends a DELETE request; see `request`."""
        if not kwargs:
            return self.request("DELETE", url)
        return self.request("DELETE", url, **kwargs)

    def get(self, url: str, **kwargs: Any) -> ResponseContextManager:
        """Sends a GET request; see `request`."""
        # See `HttpSession.get`.
        if not kwargs:
            return self.request("GET", url)
        return self.request("GET", url, **kwargs)

    def head(self, url: str, **kwargs: Any) -> ResponseContextManager:
        """Sends a HEAD request, which follows redirects; see `request`."""
        if not kwargs:
            return self.request("HEAD", url)
        return self.request("HEAD", url, **kwargs)

    def options(self, url: str, **kwargs: Any) -> ResponseContextManager:
        """Sends an OPTIONS request; see `request`."""
        if not kwargs:
            return self.request("OPTIONS", url)
        return self.request("OPTIONS", url, **kwargs)

    def patch(self, url: str, data: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a PATCH request; see `request`."""
        if not kwargs:
            return self.request("PATCH", url, data=data)
        return self.request("PATCH", url, data=data, **kwargs)

    def post(self, url: str, data: Any = None, json: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a POST request; see `request`."""
        if not kwargs:
            return self.request("POST", url, data=data, json=json)
        return self.request("POST", url, data=data, json=json, **kwargs)

    def put(self, url: str, data: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a PUT request; see `request`."""
        if not kwargs:
            return self.request("PUT", url, data=data)
        return self.request("PUT", url, data=data, **kwargs)

    def iter_lines(self, url: str, method: str = "GET", **kwargs: Any) -> Iterator[str]:
        """Streams the answer and yields its lines as text, the last one also without its line end."""
        response = self.request(method, url, stream=True, **kwargs)
        response.raise_for_status()
        rest = ""
        for chunk in response.iter_content(chunk_size=1024, decode_content=True):
            rest += chunk.decode("utf-8", errors="replace") if isinstance(chunk, bytes) else chunk
            *lines, rest = rest.split("\n")
            yield from lines
        if rest:
            yield rest


def _length(response: FastResponse, stream: bool) -> int:
    if not stream:
        return len(response.content) if response.content else 0
    if response.headers and "content-length" in response.headers:
        return int(response.headers["content-length"])  # type: ignore[arg-type]
    return 0


def _warn_of_mistaken(kwargs: dict[str, Any]) -> None:
    for argument in kwargs.keys() & _MISTAKEN.keys() - _warned:
        _warned.add(argument)
        caller = next((f for f in reversed(traceback.extract_stack()[:-3]) if "fasthttp.py" not in f.filename), None)
        place = f" at {caller.filename}:{caller.lineno}" if caller else ""
        logger.warning(
            f"`{argument}=`{place} is sent to the server as a field by FastHttpUser, as under Locust; "
            f"hint: {_MISTAKEN[argument]}"
        )


class FastHttpUser(User, RestMixin["RestResponseContextManager"]):
    """A user with a `client` of class `FastHttpSession`. The attributes are read when a user is created."""

    network_timeout: float = 60.0
    """Seconds without a byte of the answer after which a request fails."""
    connection_timeout: float = 60.0
    """Seconds after which connecting fails."""
    max_redirects: int = 30
    """Redirects followed for one request."""
    max_retries: int = 0
    """Further attempts of idempotent requests after a time limit was hit."""
    insecure: bool = True
    """True: the server's certificate is not verified."""
    default_headers: dict[str, str] | None = None
    """Headers sent with every request."""
    concurrency: int = 10
    """Requests that one user may have under way at a time; without effect on a given `client_pool`."""
    proxy_host: str | None = None
    """Host of an HTTP proxy."""
    proxy_port: int | None = None
    """Port of the proxy."""
    client_pool: HTTPClientPool | None = None
    """A pool of connections shared by all users of the class."""
    ssl_context_factory: Callable[..., Any] | None = None
    """Makes the SSL context in place of the default one."""
    http_version: str = "1.1"
    """`"1.1"` as under Locust; `"2"` for HTTP/2, `"auto"` for what the server prefers over TLS."""

    abstract = True

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        if self.host is None:
            raise StopTest(
                "You must specify the base host. Either in the host attribute in the User class, "
                "or on the command line using the --host option."
            )
        self.client = FastHttpSession(
            base_url=self.host,
            request_event=self.environment.events.request,
            network_timeout=self.network_timeout,
            connection_timeout=self.connection_timeout,
            max_redirects=self.max_redirects,
            max_retries=self.max_retries,
            insecure=self.insecure,
            concurrency=self.concurrency,
            user=self,
            client_pool=self.client_pool,
            ssl_context_factory=self.ssl_context_factory,
            headers=self.default_headers,
            proxy_host=self.proxy_host,
            proxy_port=self.proxy_port,
        )


adopt(globals(), f"{__package__}._fast")

#: What the native road bypasses: owners and attributes.
ORIGINALS = [
    (FastHttpSession, "_build_url"),
    (FastHttpSession, "_send_request_safe_mode"),
    (UserAgent, "urlopen"),
    (HTTPClient, "request"),
    (LocustUserAgent, "_urlopen"),
    (LocustUserAgent, "_verify_status"),
    (LocustUserAgent, "valid_response_codes"),
    (LocustUserAgent, "redirect_response_codes"),
    (LocustUserAgent, "response_type"),
    (LocustUserAgent, "request_type"),
    (socket, "create_connection"),
    (socket, "getaddrinfo"),
]
_AS_MADE = reasons.originals(ORIGINALS)
_native.configure_fasthttp(
    FastHttpSession, EngineResponse, EngineContextManager, LocustUserAgent.valid_response_codes, ORIGINALS
)
#: What has a say in the outcome of a call, or is called on the way to its report.
_OF_OUTCOME = [(EngineContextManager, attribute) for attribute in ("_leave", "raise_for_status", "_report_request")]
_native.configure_with_block(EngineContextManager, _OF_OUTCOME, ["_exchange", "_entered", "encoding"], EngineResponse)
_this = sys.modules[__name__]
json_parts.of_agent(
    [(_this, "unshadowed_json")],
    [
        *((_this, attribute) for attribute in ("json", "get_encoding_from_headers")),
        *((owner, "json") for owner in (FastResponse, ResponseContextManager)),
        *((owner, attribute) for owner in (EngineResponse, EngineContextManager) for attribute in ("content", "text")),
    ],
)
