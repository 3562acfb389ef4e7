"""FastHttpUser: geventhttpclient's rules and spelling on the native engine.

Plain calls are prepared, sent and timed by the engine. What only geventhttpclient can carry (files, streams,
proxies, foreign arguments, a shared `client_pool`, an `ssl_context_factory`) runs through a real
`LocustUserAgent` and is *python-timed*. See Locust's page "Increase performance with a faster HTTP client".
"""

from __future__ import annotations

import json as json_module
import logging
import socket
import time
import traceback
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from ssl import SSLError
from typing import Any

import gevent.ssl
import geventhttpclient
from charset_normalizer import detect
from gevent.timeout import Timeout
from geventhttpclient._parser import HTTPParseError
from geventhttpclient.client import HTTPClient, HTTPClientPool
from geventhttpclient.header import Headers
from geventhttpclient.response import HTTPConnectionClosed
from geventhttpclient.useragent import CompatRequest, CompatResponse, ConnectionError, UserAgent
from requests.utils import get_encoding_from_headers

from locust.exception import CatchResponseError, LocustError, ResponseError, StopTest
from locust.user.users import RestMixin, User
from locust.util.deprecation import DeprecatedFastHttpLocustClass as FastHttpLocust  # noqa: F401
from rlocust import _failures, _native
from rlocust._session_names import (
    SessionNames,
    absolute_http_url_regexp,  # noqa: F401 - a name of Locust's module
    taken_credentials,
)

# The jar asks requests for these; Locust's agent says every request is secure, so that
# `Secure` cookies also go out over plain http.
CompatRequest.unverifiable = False
CompatRequest.type = "https"

# What the native road honours of a user agent's settings; with any other the agent carries all calls.
_NATIVE_SETTINGS = frozenset(
    "headers network_timeout connection_timeout max_redirects max_retries concurrency proxy_host proxy_port".split()
)

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

_MISSING_WITH = (
    "Tried to set status on a request that has not yet been made. Make sure you use a with-block, like this:\n\n"
    "with self.client.request(..., catch_response=True) as response:\n    response.{call}"
)
_MISSING_CATCH = (
    "If you want to change the state of the request, you must pass catch_response=True."
    " See http://docs.locust.io/en/stable/writing-a-locustfile.html#validating-responses"
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


def insecure_ssl_context_factory() -> Any:
    """An SSL context that verifies nothing."""
    return gevent.ssl._create_unverified_context()


class FastHttpSession(SessionNames):
    """A user's session in geventhttpclient's manner; reports each call to the statistics.

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
        self._agent_only = bool(client_pool is not None or ssl_context_factory is not None or proxied or unknown)
        if self._agent_only:
            self._agent_arguments = (insecure, client_pool, ssl_context_factory, kwargs)
        elif kwargs or not insecure:
            self._agent_arguments = (insecure, None, None, kwargs)
        self._client = _native.FastClient(
            self,
            _USER_AGENT,
            kwargs.get("headers"),
            float(kwargs.get("network_timeout", 5.0) or 0),
            float(kwargs.get("connection_timeout", 5.0) or 0),
            kwargs.get("max_redirects", 3),
            kwargs.get("max_retries", 3),
            kwargs.get("concurrency", 1),
            not insecure,
        )

    _agent_arguments: tuple[bool, Any, Any, dict[str, Any]] = (True, None, None, {})
    # The user agent as it was made, see `_settings_of_call`.
    _made_state: tuple[Any, ...] = ()
    _made_headers: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name == "cookiejar":
            value: Any = self._client.cookies()
        elif name == "client":
            value = self._make_agent()
        else:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.__dict__[name] = value
        return value

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
    ) -> Any:
        """Sends a request and reports it; answers a `FastResponse`, or with `catch_response` the
        `ResponseContextManager` to be used in a `with` block.

        A failed exchange is reported and answered with `status_code` 0; errors of the suite's own making
        (an invalid URL, an unknown content encoding) are raised and reported nowhere.
        """
        name = name or self.request_name
        is_touched = bool(kwargs) or "client" in self.__dict__
        settings = self._settings_of_call(kwargs) if is_touched else None
        merged = None
        if not stream and not self._agent_only and not (is_touched and settings is None):
            response = self._client.request(
                self,
                method,
                url,
                name,
                data,
                catch_response,
                headers,
                auth,
                json,
                allow_redirects,
                context,
                kwargs.get("params"),
                settings,
            )
            if type(response) is tuple:  # the agent has to make the call anew; `user.context()` has been asked
                (merged,) = response
            elif response is not None:
                return response
        return self._call_by_agent(
            method,
            url,
            name,
            data,
            catch_response,
            stream,
            headers,
            auth,
            json,
            allow_redirects,
            context,
            kwargs,
            merged,
        )

    def _settings_of_call(self, kwargs: dict[str, Any]) -> tuple[Any, int, int, int, int] | None:
        """Default headers (None: as at the start), redirects, retries and the two limits that errors tell of,
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

    def _call_by_agent(
        self,
        method: str,
        url: str,
        name: str | None,
        data: Any,
        catch_response: bool,
        stream: bool,
        headers: dict[str, str] | None,
        auth: Any,
        json: Any,
        allow_redirects: bool,
        context: dict[str, Any],
        kwargs: dict[str, Any],
        merged: Any = None,
    ) -> Any:
        """The whole call by geventhttpclient, timed in Python as Locust does. `merged`: the whole context, if made."""
        _warn_of_mistaken(kwargs)
        built_url = self._build_url(url)
        started_at = time.time()
        if merged is not None:
            context = merged
        elif self.user:
            context = {**self.user.context(), **context}
        headers, data = self._agent_headers(headers, auth, data, json)
        own = self.client.__dict__
        is_own, followed = "redirect_response_codes" in own, self.client.redirect_response_codes
        if not allow_redirects:
            self.client.redirect_response_codes = frozenset()
        started = time.perf_counter()
        response = self._send_request_safe_mode(method, built_url, payload=data, headers=headers, **kwargs)
        if not allow_redirects:
            self.client.redirect_response_codes = followed
            if not is_own:
                own.pop("redirect_response_codes", None)  # the agent is as it was made again, for `_agent_state`
        meta: dict[str, Any] = {
            "request_type": method,
            "name": name or url,
            "context": context,
            "response": response,
            "exception": None,
            "start_time": started_at,
            "url": built_url,
            "response_length": 0,
        }
        try:
            meta["response_length"] = _length(response, stream)
            meta["response_time"] = (time.perf_counter() - started) * 1000
            response.raise_for_status()
        except FAILURE_EXCEPTIONS as error:
            meta.setdefault("response_time", (time.perf_counter() - started) * 1000)
            meta["exception"] = error
        _native.count_python_timed(self)
        if catch_response:
            return ResponseContextManager(response, self.request_event, meta, catch_response)
        self.request_event.fire(**meta)
        return response

    def _agent_headers(self, headers: Any, auth: Any, data: Any, json: Any) -> tuple[dict[str, str], Any]:
        own = dict(headers) if headers else {}

        def lacks(name: str) -> bool:
            return name not in own and name.lower() not in own

        if auth:
            own["Authorization"] = _basic_auth(auth[0], auth[1])
        elif self.auth_header:
            own["Authorization"] = self.auth_header
        if lacks("Accept-Encoding"):
            own["Accept-Encoding"] = "gzip, deflate, br"
        if not data and json is not None:
            data = json_module.dumps(json)
            for name in ("Content-Type", "Accept"):
                if lacks(name):
                    own[name] = "application/json"
        return own, data

    def _send_request_safe_mode(self, method: str, url: str, **kwargs: Any) -> FastResponse:
        try:
            return self.client.urlopen(url, method=method, **kwargs)
        except FAILURE_EXCEPTIONS as error:
            response: FastResponse | None = getattr(error, "response", None)
            if response is not None:
                response.error = error  # type: ignore[attr-defined]
                return response
            described = {key: kwargs.get(key) for key in ("headers", "payload", "params")}
            return ErrorResponse(self.client._make_request(url, method=method, **described), error)

    def delete(self, url: str, **kwargs: Any) -> Any:
        """Sends a DELETE request; see `request`."""
        return self.request("DELETE", url, **kwargs)

    def get(self, url: str, **kwargs: Any) -> Any:
        """Sends a GET request; see `request`."""
        return self.request("GET", url, **kwargs)

    def head(self, url: str, **kwargs: Any) -> Any:
        """Sends a HEAD request, which follows redirects; see `request`."""
        return self.request("HEAD", url, **kwargs)

    def options(self, url: str, **kwargs: Any) -> Any:
        """Sends an OPTIONS request; see `request`."""
        return self.request("OPTIONS", url, **kwargs)

    def patch(self, url: str, data: Any = None, **kwargs: Any) -> Any:
        """Sends a PATCH request; see `request`."""
        return self.request("PATCH", url, data=data, **kwargs)

    def post(self, url: str, data: Any = None, json: Any = None, **kwargs: Any) -> Any:
        """Sends a POST request; see `request`."""
        return self.request("POST", url, data=data, json=json, **kwargs)

    def put(self, url: str, data: Any = None, **kwargs: Any) -> Any:
        """Sends a PUT request; see `request`."""
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


class FastRequest(CompatRequest):
    """The request behind a response: `url`, `method`, `headers`, `body`."""

    payload: Any = None

    @property
    def body(self) -> Any:
        return self.payload


class FastResponse(CompatResponse):
    """What FastHttpSession's methods answer. `content`, `text` and `json()` are decoded on first read."""

    encoding: Any = None
    request: FastRequest | None = None

    def __init__(self, ghc_response: Any, request: FastRequest | None = None, sent_request: str | None = None) -> None:
        super().__init__(ghc_response, request, sent_request)
        self.request = request

    @property
    def text(self) -> str | None:
        """The body as text: by `encoding`, the content type's charset, or a guess. None without a body."""
        content = self.content
        if content is None:
            return None
        if self.encoding is None and self.headers is not None:
            self.encoding = get_encoding_from_headers(self.headers)  # type: ignore[arg-type]
        if not self.encoding:
            self.encoding = detect(content)["encoding"]
        return None if self.encoding is None else str(content, str(self.encoding), errors="replace")

    @property
    def url(self) -> str | None:
        """The URL of the request, after redirects."""
        return None if self.request is None else self.request.url

    def json(self) -> Any:
        """The body parsed as JSON; raises `json.JSONDecodeError`."""
        return json_module.loads(self.text)  # type: ignore[arg-type]

    def raise_for_status(self) -> None:
        """Raises the error of the exchange or of the status, if there is one."""
        if error := getattr(self, "error", None):
            raise error

    def iter_content(self, chunk_size: int = 1024, decode_content: bool = True) -> Iterator[str | bytes]:
        """Yields the body in pieces, as text where a piece is valid UTF-8."""
        if not self._response:
            raise LocustError("Cannot iterate content on a response without _response attribute")
        while True:
            try:
                chunk = self._response.read(chunk_size)
            except (HTTPConnectionClosed, ConnectionError):
                return
            if not chunk:
                return
            if not decode_content:
                yield chunk
                continue
            try:
                yield chunk.decode("utf-8")
            except UnicodeDecodeError:
                yield chunk

    @property
    def status_code(self) -> int:
        """The status; 0 where there was no answer."""
        return self._response.get_code() if self._response is not None else 0

    @property
    def ok(self) -> bool:
        """Whether the status is below 400 (also 0 of a failed exchange)."""
        return self.status_code < 400

    def success(self) -> None:
        raise LocustError(_MISSING_CATCH)

    def failure(self, *_args: Any, **_kwargs: Any) -> None:
        raise LocustError(_MISSING_CATCH)


class ErrorResponse(FastResponse):
    """Stands for the answer that never came; `error` tells why."""

    headers: Any = None
    content: Any = None
    _response: Any = None
    status_code: int = 0
    text: Any = None
    error: BaseException | None = None

    def __init__(self, request: Any, error: BaseException) -> None:
        self.request = request
        self.error = error

    def raise_for_status(self) -> None:
        raise self.error  # type: ignore[misc]


class LocustBadStatusCode(ConnectionError):
    """A status outside the list of successes; its URL is left out of the error rows."""

    def __repr__(self) -> str:
        text = super().__repr__()
        return text.replace(f"{self.url!r}, ", "") if self.kw_text else text


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
        target = getattr(request.url_split, "quoted_uri", request.url_split.request_uri)
        answer = client.request(request.method, target, body=request.payload, headers=request.headers)
        return self.response_type(answer, request=request, sent_request=answer._sent_request)

    def _verify_status(self, status_code: int, url: Any = None) -> None:
        if status_code not in self.valid_response_codes:
            raise LocustBadStatusCode(url, code=status_code)


class ResponseContextManager(FastResponse):
    """A `FastResponse` whose outcome a `with` block decides (`catch_response=True`)."""

    _manual_result: bool | Exception | None = None
    _entered = False

    def __init__(self, response: FastResponse, request_event: Any, request_meta: Any, catch_response: bool) -> None:
        self.__dict__.update(response.__dict__)
        for name in ("_response", "headers", "_cached_content"):
            try:
                setattr(self, name, getattr(response, name))
            except AttributeError:
                pass  # an ErrorResponse has no answer to copy from
        self._request_event = request_event
        self.request_meta = request_meta
        self._catch_response = catch_response

    def __enter__(self) -> Any:
        if not self._catch_response:
            raise LocustError("In order to use a with-block for requests, you must also pass catch_response=True")
        self._entered = True
        return self

    def __exit__(self, exc: Any, value: Any, traceback: Any) -> bool:
        if self._manual_result is not None:
            if self._manual_result is True or isinstance(self._manual_result, Exception):
                self.request_meta["exception"] = None if self._manual_result is True else self._manual_result
                self._report_request()
            return exc is None
        if exc:
            if not isinstance(value, ResponseError):
                return False  # nothing is reported: the suite's own error goes on
            self.request_meta["exception"] = value
            self._report_request()
            return True
        try:
            self.raise_for_status()
        except FAILURE_EXCEPTIONS as error:
            self.request_meta["exception"] = error
        self._report_request()
        return True

    def _report_request(self) -> None:
        self._request_event.fire(**self.request_meta)
        exchange = self.__dict__.get("_exchange")
        if exchange is not None:
            exchange.reported(bool(self.request_meta["exception"]))

    def success(self) -> None:
        """Reports the request as successful, whatever its status. Only inside the `with` block."""
        if not self._entered:
            raise LocustError(_MISSING_WITH.format(call="success()"))
        self._manual_result = True

    def failure(self, exc: Any) -> None:
        """Reports the request as failed with `exc`; what is no exception is wrapped in a `CatchResponseError`."""
        if not self._entered:
            raise LocustError(_MISSING_WITH.format(call="failure(...)"))
        self._manual_result = exc if isinstance(exc, Exception) else CatchResponseError(exc)

    def raise_for_status(self) -> None:
        if not self._manual_result:
            super().raise_for_status()
        elif isinstance(self._manual_result, Exception):
            raise self._manual_result


class RestResponseContextManager(ResponseContextManager):
    """What `self.rest()` yields: the response with its parsed body in `js`."""

    js: dict[str, Any]
    error: Exception
    headers: Headers


_VERSIONS = {10: "HTTP/1.0", 11: "HTTP/1.1", 20: "HTTP/2"}


class _Stream:
    """The transport side of an answer that has been read to its end, but for the given rest."""

    def __init__(self, exchange: Any, hop: int | None = None, rest: bytes = b"") -> None:
        self._exchange = exchange
        self._hop = exchange.answers - 1 if hop is None else hop
        self._rest = rest
        self.version = _VERSIONS.get(exchange.version(self._hop) if exchange.answers else 11)
        self.message_complete = exchange.is_answered or hop is not None
        self._headers_index = _ghc_headers(exchange, self._hop)
        length = self._headers_index.get("content-length")
        self.length = int(length) if isinstance(length, str) and length.strip().isdigit() else None

    def __repr__(self) -> str:
        return f"<HTTPSocketPoolResponse status={self.get_code()} headers={dict(self._headers_index.items())}>"

    def get_code(self) -> int:
        return self._exchange.status(self._hop)

    def read(self, n: int | None = None) -> bytes:
        end = len(self._rest) if n is None else n
        part, self._rest = self._rest[:end], self._rest[end:]
        return part

    def readline(self, sep: bytes = b"\r\n") -> bytes:
        if not self.message_complete:
            raise HTTPConnectionClosed("connection closed.")
        line, found, _ = self._rest.partition(sep)
        return self.read(len(line + found))

    def release(self) -> None:
        pass

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")


def _ghc_headers(exchange: Any, hop: int | None = None) -> Headers:
    headers = Headers()
    for name, value in exchange.headers(exchange.answers - 1 if hop is None else hop):
        headers.add(name, value)
    return headers


def _ghc_request(exchange: Any) -> FastRequest:
    """The request behind an answer, as geventhttpclient's agent holds it: without what the wire adds."""
    hop = exchange.last_hop
    headers = Headers()
    for name, value in exchange.request_headers(hop):
        if name != "Content-Length":
            headers.add(name, value)
    return FastRequest(
        exchange.url(hop), method=exchange.method(hop), headers=headers, payload=exchange.request_body(hop)
    )


def _asked_request(exchange: Any) -> FastRequest:
    """The request behind a call without an answer: as it was asked for, whatever redirects had come."""
    left_out = _headers_of_agent(exchange.session)
    # A plain dict, as under Locust: a type in another spelling does not count.
    headers = {name: value for name, value in exchange.request_headers(0) if left_out.get(name.lower()) != value}
    headers.pop("Content-Length", None)
    payload = exchange.request_body(0)
    if isinstance(payload, bytes):
        headers.setdefault("content-type", "application/octet-stream")
    elif payload and ("content-type" not in headers or "content-length" in headers):
        payload = payload.encode()
        headers.setdefault("content-type", "text/plain; charset=utf-8")
        headers["content-length"] = str(len(payload))
    return FastRequest(exchange.first_url, method=exchange.method(0), headers=headers, payload=payload)  # type: ignore[arg-type]


def _headers_of_agent(session: Any) -> dict[str, str]:
    """What the user agent adds to the headers of each call; names in lower case."""
    agent = session.__dict__.get("client")  # made when it is first asked for
    if agent is None:
        headers = {"User-Agent": _USER_AGENT, **(session._agent_arguments[-1].get("headers") or {})}
    else:
        headers = agent.default_headers
    return {name.lower(): str(value) for name, value in headers.items()}


def _ghc_history(exchange: Any) -> list[FastResponse]:
    # All hops share one request, which each redirect has changed.
    request = _ghc_request(exchange)
    history: list[FastResponse] = []
    for hop in range(exchange.answers - 1):
        body = exchange.body(hop)
        is_encoded = "content-encoding" in _ghc_headers(exchange, hop)
        past = FastResponse(_Stream(exchange, hop, b"" if is_encoded else body), request=request)
        if is_encoded:  # the engine has decoded it already
            past._cached_content = body
        past._elapsed = exchange.elapsed(hop)
        history.append(past)
    return history


class _EngineFields(FastResponse):
    """Fields of an answer of the engine, made when they are first read."""

    def __getattr__(self, name: str) -> Any:
        make = _FIELDS.get(name)
        exchange = self.__dict__.get("_exchange")
        if make is None or exchange is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        value = make(exchange)
        setattr(self, name, value)
        return value

    @property
    def request(self) -> FastRequest:
        return self._request  # type: ignore[return-value]

    @property
    def status_code(self) -> int:
        exchange = self._exchange
        return exchange.status(exchange.answers - 1)

    @property
    def content(self) -> bytes:
        if "_undecodable" in self.__dict__:
            # geventhttpclient decodes what is left of the body: nothing
            raise zlib.error("Error -5 while decompressing data: incomplete or truncated stream")
        return self._cached_content


class _EngineResponse(_EngineFields):
    """A `FastResponse` of the native road, and the with-block object behind it."""

    def _fail(self, facts: dict[str, Any]) -> None:
        _fail(self, facts)

    def _report_exchange(self) -> None:
        meta = _request_meta(self._exchange, self)
        meta["exception"] = self.__dict__.pop("_body_error", None) or getattr(self, "error", None)
        self._exchange.session.request_event.fire(**meta)
        self._exchange.reported(bool(meta["exception"]))


class _EngineContextManager(_EngineFields, ResponseContextManager):
    """A `ResponseContextManager` of the native road."""

    _catch_response = True

    def __getattr__(self, name: str) -> Any:
        if name == "request_meta":
            self.request_meta = meta = _request_meta(self._exchange, _inner_response(self._exchange))
            return meta
        if name in ("_history", "_elapsed", "_sent_request", "history", "elapsed"):
            # slots that Locust does not copy, and properties over them
            name = {"history": "_history", "elapsed": "_elapsed"}.get(name, name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return super().__getattr__(name)

    def _fail(self, facts: dict[str, Any]) -> None:
        _fail(self, facts)

    @property
    def _request_event(self) -> Any:
        return self._exchange.session.request_event


def _fail(response: Any, facts: dict[str, Any]) -> None:
    """Gives a response its error: of the exchange (then there is no answer), of the body, or of the status."""
    exchange = response._exchange
    _set_error(response, facts)
    if not isinstance(response, ResponseContextManager):
        return
    inner = _inner_response(exchange)
    _set_error(inner, facts)
    response.request_meta = _request_meta(exchange, inner)
    response.request_meta["exception"] = response.__dict__.get("_body_error")


def _set_error(response: Any, facts: dict[str, Any]) -> None:
    exchange = response._exchange
    if "kind" not in facts:
        response.error = LocustBadStatusCode(exchange.url(exchange.last_hop), code=exchange.status_code)
        if not isinstance(response, ResponseContextManager):
            response._history = []
        return
    error = _failures.for_geventhttpclient(facts)
    if facts["is_in_body"]:
        coding = _ghc_headers(exchange).get("content-encoding")
        if facts["kind"] == "decode" or coding in ("gzip", "deflate"):
            response._undecodable = True
        response._body_error = error  # told to listeners; the response itself looks healthy, as under Locust
        return
    response.__class__ = _EngineErrorContextManager if isinstance(response, ResponseContextManager) else _EngineError
    response._request = _asked_request(exchange)
    response.error = error


class _NoAnswer(_EngineFields):
    """Fields of a response for which no answer came."""

    headers: Any = None
    content: Any = None
    status_code: int = 0
    text: Any = None
    _response: Any = None

    def __getattr__(self, name: str) -> Any:
        if name in ("history", "elapsed"):  # properties over the slots that were never filled
            raise AttributeError(f"{type(self).__name__!r} object has no attribute '_{name}'")
        if name in ("_history", "_elapsed", "_cached_content", "_sent_request"):
            raise AttributeError(name)
        return super().__getattr__(name)


class _EngineError(_NoAnswer, _EngineResponse, ErrorResponse):
    """An `ErrorResponse` of the native road."""


class _EngineErrorContextManager(_NoAnswer, _EngineContextManager):
    """The with-block object of an exchange without an answer."""


def _request_meta(exchange: Any, response: Any) -> dict[str, Any]:
    return {
        "request_type": exchange.request_type,
        "name": exchange.name,
        "context": exchange.context,
        "response": response,
        "exception": None,
        "start_time": exchange.start_time,
        "url": exchange.first_url,
        "response_length": exchange.response_length,
        "response_time": exchange.response_time,
    }


def _inner_response(exchange: Any) -> FastResponse:
    """The plain response that listeners see beside a with-block object."""
    inner = _EngineResponse.__new__(_EngineResponse)
    inner.__dict__["_exchange"] = exchange
    return inner


# Field of a response -> how it is made from the exchange when it is first read.
_FIELDS: dict[str, Callable[[Any], Any]] = {
    "headers": _ghc_headers,
    "_cached_content": lambda exchange: exchange.partial_content,
    "_response": _Stream,
    "_request": _ghc_request,
    "_sent_request": lambda exchange: None,
    "_elapsed": lambda exchange: exchange.elapsed(exchange.answers - 1),
    "_history": _ghc_history,
}

# To suites the engine's classes are Locust's: by name too.
for _own, _locusts in (
    (_EngineResponse, FastResponse),
    (_EngineContextManager, ResponseContextManager),
    (_EngineError, ErrorResponse),
    (_EngineErrorContextManager, ResponseContextManager),
):
    _own.__name__, _own.__qualname__ = _locusts.__name__, _locusts.__qualname__

_USER_AGENT = "python/gevent-http-client-" + geventhttpclient.__version__
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
_native.configure_fasthttp(FastHttpSession, _EngineResponse, _EngineContextManager, ORIGINALS)
