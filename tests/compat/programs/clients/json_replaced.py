"""Replaces the parts of `json` and of the clients that `json=` and `response.json()` go through, one after the other,
and prints for each client what was sent, what was read and whether the replacement was called."""

import json
from unittest import mock

from locust.clients import ResponseContextManager
from locust.contrib import fasthttp
from locust.env import Environment

from locust import FastHttpUser, HttpUser
from tests.compat.programs.clients.json_server import JsonServer

import requests  # isort: skip - not before locust, which patches the standard library

REPLACED = [
    *((json, name) for name in ("dumps", "loads", "JSONEncoder", "_default_encoder", "_default_decoder")),
    *((json.JSONEncoder, name) for name in ("__init__", "encode", "iterencode", "default")),
    *((json.encoder, name) for name in ("c_make_encoder", "encode_basestring_ascii")),
    *((json._default_encoder, name) for name in ("encode", "iterencode", "default")),
    *((json.JSONDecoder, name) for name in ("__init__", "decode", "raw_decode")),
    *((json._default_decoder, name) for name in ("decode", "raw_decode", "scan_once")),
    *((requests.models, name) for name in ("complexjson", "guess_json_utf")),
    (requests.compat, "json"),
    *((requests.Response, name) for name in ("json", "content", "text")),
    *((ResponseContextManager, name) for name in ("json", "content", "text")),
    *((fasthttp, name) for name in ("json", "unshadowed_json", "get_encoding_from_headers")),
    *((fasthttp.FastResponse, name) for name in ("json", "text")),
]
SETTINGS = [
    *((json.JSONEncoder, name, sign) for name, sign in (("item_separator", ";"), ("key_separator", "="))),
    *((json._default_encoder, name, sign) for name, sign in (("item_separator", ";"), ("key_separator", "="))),
    (json._default_encoder, "ensure_ascii", False),
    (json._default_encoder, "sort_keys", True),
    (json._default_encoder, "indent", 1),
]
called = []


class Wrapped:
    """Calls the original and says so, whatever of it is touched."""

    def __init__(self, original):
        self.original = original

    def __call__(self, *arguments, **keywords):
        called.append("called")
        return self.original(*arguments, **keywords)

    def __getattr__(self, name):
        called.append(f"asked for {name}")
        return getattr(self.original, name)


def wrapped(owner, name):
    original = getattr(owner, name)
    if isinstance(original, property):
        return property(Wrapped(original.fget).__call__)
    if not isinstance(owner, type):
        return Wrapped(original)

    def method(*arguments, **keywords):
        called.append("called")
        return original(*arguments, **keywords)

    return method


def show(client, server, value, name):
    server.received = None
    called.clear()
    try:
        response = client.post("/", json=value)
        calls_of_sending = [call for call in called if name != "content"]  # which Locust's clients read, too
        print("  sent", server.received, calls_of_sending)
        called.clear()
        print("  read", response.json(), called)
    except Exception as error:
        print("  raised", type(error).__name__, error, called)


def show_all(clients, server, name=""):
    for client in clients:
        for content_type in ("application/json", None if isinstance(client, requests.Session) else "text/json"):
            server.content_type = content_type
            show(client, server, {"é": [1, 2.5, None], "a": {True: "b"}}, name)
        show(client, server, {"odd": {1}}, name)


server = JsonServer()
server.answer = b'{"a": ["b", 1.5, {"c": null}]}'
clients = [
    type("Caller", (base,), {"abstract": True, "host": server.url})(Environment()).client
    for base in (HttpUser, FastHttpUser)
]
for owner, name in REPLACED:
    print(getattr(owner, "__qualname__", None) or type(owner).__name__, name)
    with mock.patch.object(owner, name, wrapped(owner, name)):
        show_all(clients, server, name)
for owner, name, value in SETTINGS:
    print(type(owner).__name__, name, value)
    with mock.patch.object(owner, name, value):
        show_all(clients, server)
print("as they were")
show_all(clients, server)

response = clients[0].get("/")
for name, value in (("_content", b"[1]"), ("encoding", "utf-16"), ("encoding", "latin-1"), ("_content", b'["\xe9"]')):
    setattr(response, name, value)
    try:
        print(name, value, response.json())
    except Exception as error:
        print(name, value, type(error).__name__, error)
print(response.json(parse_int=str), clients[0].get("/").json(object_pairs_hook=list))
response = clients[1].get("/")
print(response.encoding, response.json(), response.encoding)
response = clients[1].get("/")
response.encoding = "utf-16-be"
try:
    print(response.json())
except Exception as error:
    print(type(error).__name__, error)
