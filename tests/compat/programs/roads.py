"""Which road each form of a call takes, told as JSON: 1 native, 2 prepared by requests, 3 by requests alone.

Usage: `roads.py HOST`. Every call must also be answered with status 200.
"""

import io
import json
import sys
from unittest import mock

import rlocust

rlocust.install()
import locust  # noqa: F401, I001 - first: it patches the standard library

import requests
from locust.clients import HttpSession
from locust.event import EventHook
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from rlocust import _requests_face

HOST = sys.argv[1]


class Watched(HttpSession):
    road = 1

    def _call_prepared(self, *args):
        self.road = 2
        return super()._call_prepared(*args)

    def _call_by_requests(self, *args):
        self.road = 3
        return super()._call_by_requests(*args)


class Header(AuthBase):
    def __call__(self, request):
        request.headers["X-Auth"] = "yes"
        return request


def road_of(call):
    session = Watched(HOST, EventHook(), None)
    session.trust_env = False
    response = call(session)
    assert response.status_code == 200, (response.status_code, response.error)
    return session.road


def with_session(**settings):
    def call(session):
        for name, value in settings.items():
            setattr(session, name, value)
        return session.get("/text")

    return call


def mounted(session):
    session.mount("http://", HTTPAdapter(max_retries=1))
    return session.get("/text")


def renamed_headers(session):
    session.headers["User-Agent"] = "me"
    session.headers.update({"X-One": "1"})
    return session.get("/text")


FORMS = {
    "plain": lambda session: session.get("/text"),
    "params": lambda session: session.get("/text", params={"a": [1, "b"], "c": None}),
    "form": lambda session: session.post("/echo", data={"a": "b"}),
    "bytes": lambda session: session.post("/echo", data=b"abc"),
    "json": lambda session: session.post("/echo", json={"a": [1, 2, None]}),
    "headers": lambda session: session.get("/text", headers={"X-A": "b", "Accept": None}),
    "timeout": lambda session: session.get("/text", timeout=(3, 5.5)),
    "basic auth": lambda session: session.get("/text", auth=("user", "password")),
    "session headers": renamed_headers,
    "session auth": with_session(auth=("user", "password")),
    "session verify": with_session(verify=False),
    "session cookies": lambda session: session.cookies.set("a", "b") and session.get("/text"),
    "files": lambda session: session.post("/echo", files={"file": io.BytesIO(b"abc")}),
    "list of pairs": lambda session: session.post("/echo", data=[("a", "1"), ("a", "2")]),
    "cookies": lambda session: session.get("/text", cookies={"a": "b"}),
    "session params": with_session(params={"a": "b"}),
    "environment": with_session(trust_env=True),
    "stream": lambda session: session.get("/text", stream=True),
    "generator": lambda session: session.post("/echo", data=(piece for piece in [b"a", b"b"])),
    "auth object": lambda session: session.get("/text", auth=Header()),
    "hooks": lambda session: session.get("/text", hooks={"response": lambda response, **_: None}),
    "session hooks": with_session(hooks={"response": [lambda response, **_: None]}),
    "mounted adapter": mounted,
}


def patched(owner, attribute):
    original = getattr(owner, attribute)

    def stand_in(*args, **kwargs):
        return original(*args, **kwargs)

    # A class in the place of a class: `ConnectionCls` is made, not called through.
    replacement = type("Connection", (original,), {}) if isinstance(original, type) else stand_in
    with mock.patch.object(owner, attribute, replacement):
        return road_of(FORMS["plain"])


roads = {name: road_of(form) for name, form in FORMS.items()}
roads |= {f"patched {attribute}": patched(owner, attribute) for owner, attribute, _ in _requests_face.ORIGINALS}
roads["after the patches"] = road_of(FORMS["plain"])
sent = requests.Session().prepare_request(requests.Request("GET", HOST + "/text"))
roads["send of a prepared request"] = type(Watched(HOST, EventHook(), None).send(sent)).__name__
print(json.dumps(roads))
