"""HttpSession: what is set on the session, its methods, netrc and environment, pickling and copying."""

import copy
import os
import pickle

from kit import URL, attempt, fast, http, say
from locust.clients import HttpSession, LocustHttpAdapter
from locust.event import EventHook

import requests  # isort: skip - not before locust, which patches the standard library
from requests.adapters import BaseAdapter, HTTPAdapter  # isort: skip
from requests.auth import HTTPBasicAuth, HTTPDigestAuth  # isort: skip
from requests.cookies import RequestsCookieJar, create_cookie  # isort: skip


def show(what, response):
    request = response.request
    cookie = request.headers.get("Cookie") if request is not None else None
    extra = {k: v for k, v in request.headers.items() if k.startswith(("X-", "Auth"))} if request is not None else None
    say(what, response.status_code, repr(response.error) if response.error else "", response.url, cookie, extra)
    return response


def settings():
    for name, value in {
        "headers": {"X-S": "1"},
        "auth": ("u", "p"),
        "params": {"k": "v"},
        "verify": False,
        "cert": None,
        "stream": True,
        "max_redirects": 1,
        "trust_env": True,
        "hooks": {"response": []},
        "proxies": {},
        "cookies": {"a": "b"},
        "base_url": URL + "/redirect-to",
        "request_name": "grouped",
    }.items():
        client = http()
        setattr(client, name, value)
        try:
            show(f"{name}={value!r}", client.get("/auth"))
            show("  redirects", client.get("/redirect/302/2"))
        except Exception as error:
            say(name, "raised", f"{type(error).__name__}: {error}")
    client = http()
    client.auth = HTTPDigestAuth("us", "pass")
    show("digest", client.get("/digest"))
    show("digest again", client.get("/digest"))
    client = http()
    client.auth = HTTPBasicAuth("us", "pass")
    show("basic", client.get("/auth"))
    show("basic, off for a call", client.get("/auth", auth=None))
    client.headers.update({"X-One": "1", "Authorization": "mine"})
    client.headers["x-one"] = "2"
    del client.headers["Accept"]
    show("header edits", client.get("/auth"))
    client.params.update({"z": [1, 2]})
    show("params edits", client.get("/auth?q=1", params={"y": 1, "z": None}))
    client.hooks["response"].append(lambda response, **_: response.headers.update({"X-Hook": "was here"}))
    say("hook", client.get("/echo").headers.get("X-Hook"))


def cookies():
    client = http()
    client.cookies["plain"] = "1"
    client.cookies.set("pathed", "2", path="/auth")
    client.cookies.set("far", "3", domain="example.com")
    client.cookies.set_cookie(create_cookie("old", "4", expires=1))
    show("set", client.get("/auth"))
    for cookie in client.cookies:
        cookie.value = cookie.value + "!"
    show("edited in place", client.get("/auth"))
    show("elsewhere", client.get("/echo"))
    client.get(
        "/cookie/set?c=seen%3D1;+Path=/&c=deep%3D2;+Path=/auth&c=dom%3D3;+Domain=localhost&c=gone%3D4;+Max-Age=0"
    )
    say(sorted((c.name, c.value, c.domain, c.path, c.expires, c.discard) for c in client.cookies))
    show("received", client.get("/auth"))
    for cookie in client.cookies:
        if cookie.name == "seen":
            cookie.expires = 1
    show("expired in place", client.get("/echo"))
    show("expired in place, again", client.get("/echo"))
    say(client.cookies.get("deep"), "deep" in client.cookies, client.cookies.get_dict(), len(client.cookies))
    say(client.cookies.list_domains(), client.cookies.list_paths(), client.cookies.multiple_domains())
    attempt("missing", lambda: client.cookies["missing"])
    client.cookies.clear_session_cookies()
    show("after clear_session_cookies", client.get("/auth"))
    client.cookies = RequestsCookieJar()
    client.cookies.set("new", "jar")
    show("another jar", client.get("/auth"))
    client.cookies.update({"more": "1"})
    response = client.get("/cookie/set?c=x%3D1")
    say(response.cookies.get_dict(), client.cookies.get_dict(), type(response.cookies).__name__)
    other = http()
    other.cookies.update(client.cookies)
    third = http()
    third.cookies = other.cookies
    show("shared jar", third.get("/cookie/set?c=shared%3D1"))
    show("shared jar", other.get("/auth"))
    third.cookies = None
    attempt("no jar", third.get, "/auth")
    show("jar of another session", other.get("/auth"))
    agent = fast()
    agent.get("/cookie/set?c=a%3D1;+Path=/&c=b%3D2;+Path=/auth")
    for cookie in agent.cookiejar:
        cookie.value = "edited " + cookie.value
    say("fast, edited in place", agent.get("/auth").request.headers.get("Cookie"), agent.get("/cookie/show").text)
    agent.cookiejar.clear()
    say("fast, cleared", agent.get("/cookie/show").text)


def methods():
    client = http()
    client.get("/echo", name="")  # real Locust cannot prepare a request before its first call
    request = requests.Request(
        "PUT", URL + "/echo", data={"a": 1}, headers={"X-R": "1"}, params={"p": 1}, cookies={"c": "d"}
    )
    prepared = client.prepare_request(request)
    say(prepared.method, prepared.url, dict(prepared.headers), prepared.body, hasattr(prepared, "_explicit_name"))
    answer = client.send(prepared)
    say(type(answer), answer.status_code, answer.text, answer.history)
    answer = client.send(client.prepare_request(requests.Request("GET", URL + "/redirect/302/1")), allow_redirects=True)
    say(type(answer), answer.status_code, [type(past).__name__ for past in answer.history])
    say(client.merge_environment_settings(URL, {}, None, None, None))
    say(type(client.get_adapter(URL)), type(client.get_adapter("https://x")))
    attempt("no adapter", client.get_adapter, "ftp://x")
    say(client.get_redirect_target(client.get("/redirect/302/1", allow_redirects=False)))
    with client as same:
        say(same is client, same.get("/echo").status_code)
    say(client.get("/echo").status_code)
    client.close()
    say("closed", client.get("/echo").status_code)
    client.mount(URL + "/special", Canned())
    say(client.get("/special/one").text, client.get("/echo").status_code, list(client.adapters))
    client.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=2, max_retries=1))
    say(client.get("/echo").status_code)
    client.mount("http://", LocustHttpAdapter(None))
    say(client.get("/echo").status_code)
    with client.rename_request("renamed"):
        client.get("/echo")
        with client.rename_request("inner"):
            client.get("/echo")
        client.get("/echo")
    say(client.request_name, client.get("/echo", name="explicit").status_code)
    client.request_name = "attribute"
    client.get("/echo")
    client.get("/echo", name="")
    say(client.explicit_name)
    attempt("unknown attribute", lambda: client.nonsense)
    client.own = "kept"
    say(client.own)


class Canned(BaseAdapter):
    def send(self, request, **kwargs):
        response = requests.Response()
        response.status_code, response._content, response.url = 200, b"canned " + request.path_url.encode(), request.url
        response.request = request
        say(sorted(kwargs))
        return response

    def close(self):
        pass


def surroundings():
    netrc = os.path.abspath("netrc")
    with open(netrc, "w") as file:
        file.write("machine 127.0.0.1 login from password netrc\n")
    os.environ["NETRC"] = netrc
    client = HttpSession(URL, EventHook(), None)
    show("netrc", client.get("/auth"))
    show("netrc beaten by auth", client.get("/auth", auth=("u", "p")))
    show("netrc, not trusted", http().get("/auth"))
    os.environ["http_proxy"] = "http://127.0.0.1:1"
    os.environ["no_proxy"] = "127.0.0.1"
    show("no_proxy", client.get("/echo"))
    del os.environ["no_proxy"]
    say("proxy from the environment", client.get("/echo").status_code, http().get("/echo").status_code)
    show("proxies argument", client.get("/echo", proxies={"http": URL}))
    client.trust_env = False
    client.proxies = {"http": URL}
    show("session proxies", client.get("/echo"))
    show("session proxies, none for the call", client.get("/echo", proxies={}))
    del os.environ["http_proxy"], os.environ["NETRC"]
    os.environ["REQUESTS_CA_BUNDLE"] = "/does/not/exist"
    client = HttpSession(URL, EventHook(), None)
    show("bundle from the environment, plain http", client.get("/echo"))
    del os.environ["REQUESTS_CA_BUNDLE"]


def bare():
    """Sessions that suites make themselves, without a user."""
    hook = EventHook()
    hook.add_listener(lambda **seen: say("  told:", seen["request_type"], seen["name"], seen["context"]))
    client = HttpSession(URL, hook, None)
    client.get("/echo", context={"a": 1})
    default = client.request.__defaults__ or client.request.__func__.__defaults__
    client.get("/echo")
    say(default)
    for host in ("http://us:p%40s@" + URL[7:], "http://us@" + URL[7:], None, "", URL + "/"):
        try:
            client = HttpSession(host, EventHook(), None)
            say(client.base_url, client.auth and (client.auth.username, client.auth.password))
            show("host", client.get("/auth"))
        except Exception as error:
            say(host, "raised", f"{type(error).__name__}: {error}")
    attempt("positional", HttpSession, URL, EventHook(), None, "more")
    attempt("keyword", HttpSession, URL, EventHook(), None, more=1)


def copies():
    response = http(listens=False).get("/redirect/302/1")
    response = requests.Session.get(requests.Session(), URL + "/redirect/302/1")
    again = pickle.loads(pickle.dumps(response))
    say(type(again), again.status_code, again.text, again.url, [past.status_code for past in again.history])
    response = HttpSession(URL, None, None)
    response.request_event = EventHook()
    answer = response.get("/redirect/302/1")
    again = attempt("pickled", lambda: pickle.loads(pickle.dumps(answer)))
    if again is not None:
        say(again.status_code, again.text, again.url, again.headers, [past.status_code for past in again.history])
        say(again.elapsed == answer.elapsed, again.request.url, again.encoding, again.reason, again.raw, again.cookies)
    twin = copy.copy(answer)
    say(type(twin), twin.text, twin.status_code)
    again = attempt("session", lambda: pickle.loads(pickle.dumps(requests.Session())))
    client = HttpSession(URL, None, None)
    client.headers["X-S"] = "1"
    client.cookies.set("a", "b")
    again = attempt("pickled session", lambda: type(pickle.loads(pickle.dumps(client))).__name__)
    twin = copy.copy(client)
    say(type(twin), dict(twin.headers) == dict(client.headers), twin.cookies.get_dict())


for part in (settings, cookies, methods, surroundings, bare, copies):
    say("---", part.__name__)
    part()
