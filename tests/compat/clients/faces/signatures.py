"""Names, signatures, defaults and class relations of both clients."""

import inspect
from http.cookiejar import CookieJar

from kit import fast, http, say
from locust.contrib import fasthttp

from locust import FastHttpUser, HttpUser, clients

import requests  # isort: skip - not before locust, which patches the standard library
from requests.cookies import RequestsCookieJar  # isort: skip


def bare(function):
    signature = inspect.signature(function)
    parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=parameters, return_annotation=signature.empty))


def describe(cls):
    say(cls.__module__, cls.__qualname__, [base.__qualname__ for base in cls.__mro__ if "_" not in base.__module__])
    for name in sorted(dir(cls)):
        if name.startswith("_") and name not in {"__init__", "__enter__", "__exit__", "_build_url", "_report_request"}:
            continue
        value = inspect.getattr_static(cls, name)
        if isinstance(value, (staticmethod, classmethod)):
            say(" ", type(value).__name__, name, bare(value.__func__))
        elif inspect.isfunction(value):
            say(" ", name, bare(value))


for cls in (
    clients.HttpSession,
    clients.ResponseContextManager,
    clients.RestResponseContextManager,
    clients.LocustHttpAdapter,
    fasthttp.FastHttpSession,
    fasthttp.FastHttpUser,
    fasthttp.FastRequest,
    fasthttp.FastResponse,
    fasthttp.ErrorResponse,
    fasthttp.ResponseContextManager,
    fasthttp.RestResponseContextManager,
    fasthttp.LocustUserAgent,
    fasthttp.LocustBadStatusCode,
    HttpUser,
):
    describe(cls)

for module in (clients, fasthttp):
    names = {name for name in vars(module) if not name.startswith("_")}
    say(
        module.__name__,
        sorted(
            names
            & set(
                "HttpSession LocustHttpAdapter absolute_http_url_regexp FAILURE_EXCEPTIONS "
                "insecure_ssl_context_factory FastHttpLocust HTTPClientPool".split()
            )
        ),
    )

client = http()
say([type(client).__mro__[n].__name__ for n in range(3)], isinstance(client, requests.Session))
names = "auth stream verify cert max_redirects trust_env request_name base_url params hooks proxies".split()
say({name: getattr(client, name) for name in names})
say(
    dict(client.headers),
    type(client.headers).__name__,
    isinstance(client.cookies, RequestsCookieJar),
    list(client.cookies),
)
say(list(client.adapters.items()), type(client.user).__name__, type(client.request_event).__name__)
say(clients.HttpSession("http://h", None, None).trust_env)
say(
    isinstance(
        clients.HttpSession(base_url="http://h", request_event=None, user=None, pool_manager=None), requests.Session
    )
)
client = fast()
names = "base_url request_name auth_header".split()
say(
    {name: getattr(client, name) for name in names},
    isinstance(client.cookiejar, CookieJar),
    type(client.client),
    type(client.user).__name__,
)
say({k: v for k, v in vars(FastHttpUser).items() if not k.startswith("_") and not callable(v) and k != "http_version"})
agent = client.client
say(agent.max_redirects, agent.max_retries, dict(agent.default_headers.items()), agent.cookiejar is client.cookiejar)
say(sorted(agent.valid_response_codes), sorted(agent.redirect_response_codes), agent.response_type, agent.request_type)
say(type(agent.clientpool), agent.clientpool.client_args if hasattr(agent.clientpool, "client_args") else "")
