# Everything a suite reads from an HttpUser response.
import pickle

import requests
from _lab import REFUSED, attempt, end_run, say
from locust.clients import ResponseContextManager

from locust import HttpUser, task

NAMES = (
    "status_code reason ok text content encoding apparent_encoding url is_redirect is_permanent_redirect "
    "links next history headers cookies"
).split()
PATHS = (
    "/json /headers /text/utf8 /text/latin1 /text/unsaid /text/untyped /status/204 /status/404 /gzip /chunked".split()
)


class Visitor(HttpUser):
    def show(self, label, response):
        say(label, type(response).__name__)
        for name in NAMES:
            attempt(f"  {name}", lambda name=name: getattr(response, name))
        attempt("  bool", lambda: bool(response))
        attempt("  repr", lambda: response)
        attempt("  json", response.json)
        attempt("  raise_for_status", response.raise_for_status)
        attempt("  elapsed", lambda: type(response.elapsed).__name__)
        attempt("  error", lambda: response.error)
        request = response.request
        attempt(
            "  request", lambda: (request.method, request.url, request.path_url, request.body, dict(request.headers))
        )
        attempt("  iter_content", lambda: [len(part) for part in response.iter_content(100)])
        attempt("  iter_lines", lambda: len(list(response.iter_lines())))

    @task
    def read(self):
        for path in PATHS:
            self.show(path, self.client.get(path))
        self.show("HEAD", self.client.head("/long"))
        self.show("refused", self.client.get(REFUSED + "/x"))
        self.show("reset", self.client.post("/reset", data={"a": 1}))
        self.classes()
        end_run(self)

    def classes(self):
        response = self.client.get("/json")
        say(isinstance(response, requests.Response), isinstance(response, ResponseContextManager))
        say(isinstance(self.client, requests.Session), type(self.client).__mro__[:2])
        say(sorted(response.request_meta))
        copy = pickle.loads(pickle.dumps(self.client.send(self.client.prepare_request(self.request()))))
        say(copy.status_code, copy.text, type(copy))
        say(response.headers["CONTENT-TYPE"], response.headers.get("none"), type(response.headers))
        streamed = self.client.get("/long", stream=True)
        say("stream", len(streamed.raw.read(50)), len(streamed.content))
        say("headers twice", self.client.get("/headers").headers["X-Twice"])
        try:
            self.client.get("/status/404").raise_for_status()
        except requests.HTTPError as error:
            say(repr(error), error.response.status_code, error.request.url)

    def request(self):
        return requests.Request("GET", self.client.base_url + "/json")
