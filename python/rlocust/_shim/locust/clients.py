"""HttpUser's client: a `requests.Session` whose plain calls run on the native engine.

A call takes the highest road that can carry it:

1. native: prepared, sent and timed by the engine (one native call);
2. prepared by `requests`, sent and timed by the engine (`files=`, auth objects, `cookies=`, environment settings …);
3. `requests` alone, where only it can honour the call (mounted adapters, hooks, `stream=True`, proxies over TLS or
   SOCKS4, a shared `pool_manager`, patched internals). Such a sample is *python-timed* and counted as such.

The session's parts (headers, cookies, adapters …) are built when somebody touches them. See Locust's
page "API", class HttpSession; the observable rules are Locust 2.47's.
"""

from __future__ import annotations

import atexit
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

import requests
from requests import Response
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.cookies import cookiejar_from_dict
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, RequestException
from requests.hooks import default_hooks
from requests.utils import DEFAULT_CA_BUNDLE_PATH, default_headers, extract_zipped_paths
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError
from urllib3.util import create_urllib3_context

from locust import _tracebacks
from locust.exception import CatchResponseError, LocustError, ResponseError
from rlocust import _native
from rlocust._clients import (
    addresses,
    json_parts,
    python_call,
    reasons,
    requests_call,
    requests_reply,
    retention,
    warm_up,
)
from rlocust._clients.rewindable_files import readable_twice
from rlocust._clients.session_names import (
    Part,
    SessionNames,
    absolute_http_url_regexp,  # noqa: F401 - a name of Locust's module
    taken_credentials,
)

_WITH_BLOCK_MISSING = (
    "Tried to set status on a request that has not yet been made. Make sure you use a with-block, like this:\n\n"
    "with self.client.request(..., catch_response=True) as response:\n    response.{call}"
)
_CATCH_RESPONSE_MISSING = (
    "If you want to change the state of the request using .success() or .failure(), you must pass catch_response=True."
    " See http://docs.locust.io/en/stable/writing-a-locustfile.html#validating-responses"
)

# Exceptions that only wrap what went wrong; error rows show what they wrap.
_WRAPPERS = (requests.exceptions.ConnectionError, ProtocolError, MaxRetryError, NewConnectionError)

_enter_block, _leave_block = _native.enter_block, _native.leave_block


class HttpSession(requests.Session, SessionNames):
    """A user's HTTP session: keeps cookies and connections, and reports each call to the statistics.

    Methods take a path, which is appended to `base_url`, or an absolute URL. Besides the arguments of
    `requests` they take `name` (the row in the statistics), `catch_response` (decide the outcome in a
    `with` block) and `context` (a dict handed to request listeners).
    """

    # What `requests.Session.__init__` would set. Scalars live here until somebody assigns them;
    # the containers are made on first touch.
    auth: Any = None
    stream: bool = False
    verify: Any = True
    cert: Any = None
    max_redirects: int = requests.models.DEFAULT_REDIRECT_LIMIT
    trust_env: bool = True
    headers: Any = Part(lambda session: default_headers())
    proxies: Any = Part(lambda session: {})
    hooks: Any = Part(lambda session: default_hooks())
    params: Any = Part(lambda session: {})
    adapters: Any = Part(lambda session: _make_adapters(session))
    cookies: Any = Part(lambda session: cookiejar_from_dict({}, cookiejar=session._client.cookies()))

    explicit_name: str | None = None

    def __init__(
        self, base_url: Any, request_event: Any, user: Any, *args: Any, pool_manager: Any = None, **kwargs: Any
    ) -> None:
        if args or kwargs:
            super().__init__(*args, **kwargs)  # requests takes none; a class of the suite's own in between may
        self.base_url = base_url
        self.request_event = request_event
        self.user = user
        if pool_manager is not None:
            self._pool_manager = pool_manager
        if base_url is not None and "@" in base_url:
            if credentials := taken_credentials(base_url):
                self.base_url, user_name, password = credentials
                self.auth = HTTPBasicAuth(user_name, password)
        self._client = _native.HttpClient(self)

    _pool_manager: Any = None
    #: Under `--otel`: gives the keywords of a call the header that ties it to its span.
    _add_trace: ClassVar[Callable[[dict[str, Any]], None] | None] = None

    def request(
        self,
        method: str,
        url: str,
        name: str | None = None,
        catch_response: bool = False,
        context: dict[str, Any] = {},  # noqa: B006 - Locust's signature; without a user the dict itself is handed on
        *,
        data: Any = None,
        json: Any = None,
        **kwargs: Any,
    ) -> ResponseContextManager:
        """Sends a request and reports it. Arguments as of `requests.Session.request`, and `name`,
        `catch_response`, `context` (see the class).

        Raises `MissingSchema`, `InvalidSchema` and `InvalidURL`; every other failure of the exchange
        is reported and found in the response (`status_code` 0, `error`).
        """
        if HttpSession._add_trace is not None:
            HttpSession._add_trace(kwargs)
        try:
            return self._client.request(self, method, url, name, catch_response, context, data, json, kwargs)
        except (MissingSchema, InvalidSchema) as error:
            _tracebacks.say_scheme(self.base_url, str(error))
            raise
        except InvalidURL:
            _tracebacks.say_slash(self.base_url, url)
            raise

    def get(self, url: str, *, data: Any = None, json: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a GET request; see `request`."""
        # To hand on no keywords as keywords costs a plain call one instruction in thirteen.
        if not kwargs:
            return self.request("GET", url, data=data, json=json)
        return self.request("GET", url, data=data, json=json, **kwargs)

    def options(self, url: str, *, data: Any = None, json: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends an OPTIONS request; see `request`."""
        if not kwargs:
            return self.request("OPTIONS", url, data=data, json=json)
        return self.request("OPTIONS", url, data=data, json=json, **kwargs)

    def head(self, url: str, *, data: Any = None, json: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a HEAD request, which by default follows no redirects; see `request`."""
        kwargs.setdefault("allow_redirects", False)
        return self.request("HEAD", url, data=data, json=json, **kwargs)

    def post(self, url: str, data: Any = None, json: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a POST request; see `request`."""
        if not kwargs:
            return self.request("POST", url, data=data, json=json)
        return self.request("POST", url, data=data, json=json, **kwargs)

    def put(self, url: str, data: Any = None, *, json: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a PUT request; see `request`."""
        if not kwargs:
            return self.request("PUT", url, data=data, json=json)
        return self.request("PUT", url, data=data, json=json, **kwargs)

    def patch(self, url: str, data: Any = None, *, json: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a PATCH request; see `request`."""
        if not kwargs:
            return self.request("PATCH", url, data=data, json=json)
        return self.request("PATCH", url, data=data, json=json, **kwargs)

    def delete(self, url: str, *, data: Any = None, json: Any = None, **kwargs: Any) -> ResponseContextManager:
        """Sends a DELETE request; see `request`."""
        if not kwargs:
            return self.request("DELETE", url, data=data, json=json)
        return self.request("DELETE", url, data=data, json=json, **kwargs)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Prepares as `requests` does; the explicit name of the call is left on the result for tracing."""
        prepared = super().prepare_request(request)
        if self.explicit_name:
            prepared._explicit_name = self.explicit_name  # type: ignore[attr-defined]
        return prepared

    def get_adapter(self, url: Any) -> Any:
        """The adapter for this URL, as of `requests`."""
        adapter = super().get_adapter(url)
        python_call.begun()
        return adapter

    def close(self) -> None:
        """Closes the idle connections of both roads."""
        self._client.close_idle()
        if "adapters" in self.__dict__:
            super().close()

    # -- roads 2 and 3; the native client calls these where its own road ends --

    def _call_prepared(
        self, method: str, url: str, name: Any, catch_response: bool, context: Any, data: Any, json: Any, kwargs: Any
    ) -> ResponseContextManager:
        """Road 2: `requests` prepares, the engine sends and times; road 3 where even that cannot be."""
        self.explicit_name = name = name or self.request_name
        complete_url = self._build_url(url)
        if not self._client.leaves_to_requests(complete_url):
            if "files" in kwargs:
                kwargs["files"] = readable_twice(kwargs["files"])
            prepared = requests_call.prepare(self, method, complete_url, data, json, kwargs)
            if prepared is not None:
                response = self._client.send_prepared(self, method, url, name, catch_response, context, prepared)
                if response is not None:
                    return response
        return self._call_by_requests(method, url, name, catch_response, context, data, json, kwargs)

    def _call_by_requests(
        self, method: str, url: str, name: Any, catch_response: bool, context: Any, data: Any, json: Any, kwargs: Any
    ) -> ResponseContextManager:
        """Road 3: the whole call by `requests`, timed in Python as Locust does."""
        self.explicit_name = name = name or self.request_name
        complete_url = self._build_url(url)
        addresses.warn_of_strangers(self, complete_url)
        with python_call.PythonCall(self, requests_call.sees_attempts(self)) as call:
            self._set_up_once(kwargs)
            start_time = time.time()
            started = time.perf_counter()
            response = self._send_request_safe_mode(method, complete_url, data=data, json=json, **kwargs)
            elapsed_ms = (time.perf_counter() - started) * 1000
            call.is_answered_by(response)
            first = ((response.history and response.history[0]) or response).request
            if first is not None:
                complete_url = str(first.url)
            if not name:
                name = str(url) if first is None else first.path_url
            if self.user:
                context = {**self.user.context(), **context}
            if kwargs.get("stream", False):
                length = int(response.headers.get("content-length") or 0)
            else:
                length = len(response.content or b"")
        meta = {
            "request_type": method,
            "response_time": elapsed_ms,
            "name": name,
            "context": context,
            "response": response,
            "exception": None,
            "start_time": start_time,
            "url": complete_url,
            "response_length": length,
        }
        reasons.note_requests(self, _AS_MADE, complete_url, data, kwargs)
        wrapped = ResponseContextManager.wrap_response(
            response, request_event=self.request_event, request_meta=meta, catch_response=catch_response
        )
        wrapped._call = call.account
        if not catch_response:
            wrapped.__exit__(None, None, None)
        return wrapped

    def _set_up_once(self, kwargs: dict[str, Any]) -> None:
        """Makes, before the clock starts, what later calls of the process will find made."""
        warm_up.resolver()
        is_own = any(isinstance(adapter, LocustHttpAdapter) for adapter in self.adapters.values())
        if is_own and kwargs.get("verify", self.verify) in (None, True):
            cert = _key_of(kwargs.get("cert") or self.cert)
            warm_up.beside(("SSL context", cert), lambda: _preloaded_ssl_context(cert))

    def _send_request_safe_mode(self, method: str, url: str, **kwargs: Any) -> Response:
        try:
            return super().request(method, url, **kwargs)
        except (MissingSchema, InvalidSchema, InvalidURL):
            raise
        except (RequestException, MemoryError) as error:
            return ResponseContextManager(error)


class LocustHttpAdapter(HTTPAdapter):
    """The adapter of road 3. With a `pool_manager` all its users share that pool's connections."""

    __slots__ = ("_as_made",)  # past the attributes that it reports

    #: The native client of the session whose own adapter this is.
    _client: Any = None

    def __init__(self, pool_manager: Any, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = pool_manager
        super().__init__(*args, **kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self.poolmanager is None:
            super().init_poolmanager(*args, **kwargs)

    def send(
        self,
        request: Any,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Any:
        """As of `requests`; the account counts it."""
        send = super().send
        # By name, as `requests` does: a suite may have put a function `(self, request, **kwargs)` in its place.
        return python_call.attempted(
            lambda: send(request, stream=stream, timeout=timeout, verify=verify, cert=cert, proxies=proxies)
        )

    def proxy_manager_for(self, proxy: Any, **proxy_kwargs: Any) -> Any:
        """As of `requests`; the ways to proxies heed `--resolve` and `--source-address` as well."""
        is_new = proxy not in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        if is_new and self._client is not None:
            addresses.apply(manager, self._client)
            if hasattr(self, "_as_made"):
                self._as_made[0]["proxy_manager"][proxy] = manager
        return manager

    def _share_with(self, client: Any) -> None:
        """Makes the engine's connections follow those of this adapter: who clears its pool clears both."""
        manager = self.poolmanager
        addresses.apply(manager, client)
        pools = manager.pools

        def clear() -> None:
            pools.clear()
            client.close_idle()

        manager.clear = clear  # type: ignore[method-assign]
        self._note_as_made()

    def _note_as_made(self) -> None:
        """Notes all that a suite may change in it: while nothing is, the native roads know what it asks for."""
        manager = self.poolmanager
        self._as_made = (
            {**self.__dict__, "proxy_manager": {}},
            {**manager.__dict__, "connection_pool_kw": dict(manager.connection_pool_kw)},
            self.max_retries.total,
        )

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Sets what a connection verifies. Certificates of `verify is True` are in the shared context already."""
        is_verified = url.lower().startswith("https") and bool(verify)
        super().cert_verify(conn, url, verify if is_verified else False, cert)
        if is_verified and verify is True:
            conn.ca_certs = conn.ca_cert_dir = None

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """As of `requests`, with shared SSL contexts for `verify is True`: loading certificates is slow.

        A client certificate is loaded into its context for good, so that each has a context of its own.
        """
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(request, verify, cert)
        if verify is True:
            pool_kwargs["ssl_context"] = _preloaded_ssl_context(_key_of(cert))
        return host_params, pool_kwargs


def _key_of(cert: Any) -> str | tuple[str, ...] | None:
    return cert if cert is None or isinstance(cert, str) else tuple(cert)


@lru_cache(maxsize=64)
def _preloaded_ssl_context(cert: str | tuple[str, ...] | None = None) -> Any:
    """The context for calls that show this client certificate."""
    context = create_urllib3_context()
    context.load_verify_locations(extract_zipped_paths(DEFAULT_CA_BUNDLE_PATH))
    return context


def _make_adapters(session: HttpSession) -> OrderedDict[str, HTTPAdapter]:
    # requests keeps the longest prefix first
    adapters = OrderedDict((prefix, LocustHttpAdapter(session._pool_manager)) for prefix in ("https://", "http://"))
    for adapter in adapters.values():
        adapter._client = session._client
        if session._pool_manager is None:
            adapter._share_with(session._client)
    return OrderedDict(adapters)


class ResponseContextManager(Response):
    """A `requests.Response` that can also be the target of a `with` block (`catch_response=True`).

    A response of the native roads holds one exchange (`_exchange`); each field is made from it when
    it is read for the first time.
    """

    error: BaseException | None = None
    request_meta: dict[str, Any]
    _request_event: Any
    _catch_response: bool
    _manual_result: bool | Exception | None = None
    _entered = False
    #: The account of a call on road 3.
    _call: Any = None

    def __init__(self, error: RequestException | MemoryError) -> None:
        """Stands for a request that failed on road 3; responses of the other roads are never constructed."""
        super().__init__()
        self.error = error
        self.status_code = 0
        self._catch_response = True
        self.request = getattr(error, "request", None)  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        if name == "request_meta" and (kept := retention.meta_again(self)) is not None:
            return kept
        make = requests_reply.FIELDS.get(name)
        exchange = self.__dict__.get("_exchange")
        if make is None or exchange is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        value = self.__dict__[name] = make(self, exchange)
        return value

    @classmethod
    def wrap_response(
        cls, response: Response, request_event: Any, request_meta: dict[str, Any], catch_response: bool
    ) -> ResponseContextManager:
        """Turns a `requests.Response` into this class, in place."""
        response.__class__ = ResponseContextManager
        assert isinstance(response, ResponseContextManager)
        response._entered = False
        response._manual_result = None
        response._request_event = request_event
        response._catch_response = catch_response
        response.request_meta = request_meta
        retention.let_go(response)
        return response

    # Native while all is as usual; else `_enter` and `_leave` are called.

    def __enter__(self) -> ResponseContextManager:
        return _enter_block(self)

    def __exit__(self, exc: Any, value: Any, traceback: Any) -> bool:
        return _leave_block(self, exc, value, traceback)

    def _enter(self) -> ResponseContextManager:
        self._entered = True
        if not self._catch_response:
            raise LocustError("In order to use a with-block for requests, you must also pass catch_response=True")
        return self

    def _leave(self, exc: Any, value: Any, traceback: Any) -> bool:
        if self._manual_result is not None:
            if self._manual_result is True:
                self.request_meta["exception"] = None
            elif isinstance(self._manual_result, Exception):
                self.request_meta["exception"] = self._manual_result
            self._report_request()
            return exc is None
        if exc:
            if not isinstance(value, ResponseError):
                self._call = None  # unreported from now on, not when a cycle of references is found
                retention.let_go(self, value)
                return False  # nothing is reported: the suite's own error goes on
            self.request_meta["exception"] = value
            self._report_request()
            return True
        self._report_default_outcome()
        return True

    def _report_default_outcome(self) -> None:
        # HTTPError's text holds the URL; with the stats name there, failures group by name.
        url = self.url
        self.url = self.request_meta["name"]
        failure = None
        try:
            self.raise_for_status()
        except (RequestException, MemoryError) as error:
            self.request_meta["exception"] = failure = _innermost(error)
        self._report_request()
        retention.forget_frames(failure)
        self.url = url

    def _report_request(self, exc: Any = None) -> None:
        retention.report(self)

    def success(self) -> None:
        """Reports the request as successful, whatever its status. Only inside the `with` block."""
        if not self._entered:
            raise LocustError(_WITH_BLOCK_MISSING.format(call="success()"))
        self._manual_result = True

    def failure(self, exc: Any) -> None:
        """Reports the request as failed with `exc`; what is no exception is wrapped in a `CatchResponseError`."""
        if not self._entered:
            raise LocustError(_WITH_BLOCK_MISSING.format(call="failure(...)"))
        self._manual_result = exc if isinstance(exc, Exception) else CatchResponseError(exc)

    def json(self, **kwargs: Any) -> Any:
        """The body parsed as JSON, with arguments of `json.loads`; raises `requests.exceptions.JSONDecodeError`."""
        value = NotImplemented if kwargs else _native.parsed_by_requests(self)
        return super().json(**kwargs) if value is NotImplemented else value

    def raise_for_status(self) -> None:
        """Raises the manual failure, the connection error or, from status 400 on, `HTTPError`."""
        __tracebackhide__ = True
        if not self._manual_result:
            if self.error:
                raise self.error
            Response.raise_for_status(self)
        elif isinstance(self._manual_result, Exception):
            raise self._manual_result


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, _WRAPPERS) and error.__context__:
        error = error.__context__
    return error


class RestResponseContextManager(ResponseContextManager):
    """What `self.rest()` yields: the response with its parsed body in `js`."""

    js: dict[str, Any]


def _catch_response_missing(self: Response, *_args: Any, **_kwargs: Any) -> None:
    raise LocustError(_CATCH_RESPONSE_MISSING)


# A plain `requests.Response` says so to authors who forgot `catch_response=True`.
Response.success = Response.failure = _catch_response_missing  # type: ignore[attr-defined]

# Importing the package makes this the thread of the users, before any other thread can call a client.
_native.bind_script_thread()
# Registered this early it comes last of all: what a suite does at the end may still wait for its own threads.
atexit.register(_native.end_foreign_calls)
#: What the native roads bypass: owners and attributes.
ORIGINALS = requests_call.ORIGINALS + [
    (HttpSession, attribute) for attribute in ("prepare_request", "_build_url", "_send_request_safe_mode")
]
_AS_MADE = reasons.originals(ORIGINALS)
_native.configure_requests(
    HttpSession, ResponseContextManager, LocustHttpAdapter, list(default_headers().items()), ORIGINALS
)
#: What has a say in the outcome of a call, or is called on the way to its report.
_OF_OUTCOME = [(Response, "raise_for_status")] + [
    (ResponseContextManager, attribute)
    for attribute in ("__exit__", "_leave", "raise_for_status", "_report_default_outcome", "_report_request")
]
_native.configure_with_block(ResponseContextManager, _OF_OUTCOME, requests_reply.HARMLESS)
json_parts.of_requests(
    [
        *((requests.models, attribute) for attribute in ("complexjson", "guess_json_utf")),
        (Response, "json"),
        *((ResponseContextManager, attribute) for attribute in ("content", "text")),
    ]
)
