"""A server of JSON, one user of each kind aimed at it, and a listener that prints their requests."""

import json
import re

from gevent.pywsgi import WSGIServer
from locust.env import Environment

from locust import FastHttpUser, HttpUser

answers = {"/ok": ("200 OK", b'{"a": 1}'), "/missing": ("404 Not Found", b"nope"), "/page": ("200 OK", b"<html>" * 100)}


def application(request, start_response):
    if request["PATH_INFO"] == "/echo":
        seen = [request.get("CONTENT_TYPE"), request.get("HTTP_ACCEPT"), re.sub("[0-9]+", "N", request["QUERY_STRING"])]
        status, body = "200 OK", json.dumps(seen).encode()
    else:
        status, body = answers[request["PATH_INFO"]]
    start_response(status, [("Content-Length", str(len(body)))])
    return [body]


server = WSGIServer(("127.0.0.1", 0), application, log=None)
server.start()


class Requests(HttpUser):
    host = f"http://127.0.0.1:{server.server_port}"


class Fast(FastHttpUser):
    host = f"http://127.0.0.1:{server.server_port}"


def on_request(request_type, name, exception, **kwargs):
    text = re.sub(r"(?<=at )[^ ]* in rest, [^ ]*/", "(rest), ", str(exception))
    print(request_type, re.sub("[0-9]{5,}", "N", name), type(exception).__name__, text[:400])


def users():
    for user_class in (Requests, Fast):
        user = user_class(Environment())
        user.environment.events.request.add_listener(on_request)
        yield user
