# An HttpUser session used in ways that only requests itself can honour.
from unittest import mock

import requests
from _lab import LAB, attempt, end_run, say
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPDigestAuth

from locust import HttpUser, events, task


@events.request.add_listener
def told(request_type, name, exception, response_length, **_):
    say("told", request_type, name, response_length, repr(exception))


class Token(AuthBase):
    def __call__(self, request):
        request.headers["Authorization"] = f"Token for {request.method} {request.path_url}"
        return request


class Noting(HTTPAdapter):
    def send(self, request, **more):
        say("adapter sends", request.method, request.path_url, sorted(more))
        return super().send(request, **more)


class Visitor(HttpUser):
    @task
    def calls(self):
        client = self.client
        say("own auth", client.get("/auth", auth=Token()).text)
        say("digest", client.get("/auth", auth=HTTPDigestAuth("u", "p")).status_code)
        say("hook", client.get("/json", hooks={"response": lambda r, **_: say("hooked", r.status_code)}).status_code)
        client.hooks["response"].append(lambda r, **_: say("session hook", r.url.replace(LAB, "")))
        client.get("/redirect/302/1", name="hooked on the session")
        client.hooks["response"].clear()
        prepared = client.prepare_request(requests.Request("POST", LAB + "/echo", json={"a": 1}))
        say("prepared", client.send(prepared).json())
        client.mount(LAB + "/mounted", Noting())
        say("mounted", client.get("/mounted/here").text, client.get("/elsewhere").text)
        client.get("/status/404", auth=Token(), name="failing with own auth")
        client.get("/close/early", auth=Token(), name="closing with own auth")
        with client.get("/json", auth=Token(), catch_response=True, name="caught with own auth") as response:
            response.failure("no")
        self.patched()
        attempt("unknown argument", lambda: client.get("/json", nonsense=1))
        say("generator", client.post("/echo", data=(p for p in (b"a", b"b"))).json()["body"])
        say("proxies", client.get("/json", proxies={"ftp": "http://127.0.0.1:1"}).status_code)
        end_run(self)

    def patched(self):
        answer = requests.Response()
        answer.status_code, answer._content = 299, b"made up"
        answer.url = LAB + "/patched"
        answer.request = requests.Request("GET", LAB + "/patched").prepare()
        with mock.patch.object(requests.Session, "send", return_value=answer):
            say("patched send", self.client.get("/patched").text)
        with mock.patch.object(HTTPAdapter, "send", return_value=answer):
            say("patched adapter", self.client.get("/patched").status_code)
        say("not patched", self.client.get("/json").status_code)
