# Everything a suite reads from a FastHttpUser response.
from _lab import REFUSED, attempt, end_run, say

from locust import FastHttpUser, task

NAMES = "status_code ok text content encoding url status history isclosed".split()
PATHS = (
    "/json /headers /text/utf8 /text/latin1 /text/unsaid /text/untyped /status/204 /status/404 /gzip /chunked".split()
)


class Visitor(FastHttpUser):
    network_timeout = 30.0

    def show(self, label, response):
        say(label, type(response).__name__)
        for name in NAMES:
            attempt(f"  {name}", lambda name=name: self.value(response, name))
        attempt("  headers", lambda: sorted(response.headers.items()))
        attempt("  bool", lambda: bool(response))
        attempt("  len", lambda: len(response))
        attempt("  json", lambda: response.json())
        attempt("  raise_for_status", lambda: response.raise_for_status())
        attempt("  elapsed", lambda: type(response.elapsed).__name__)
        attempt("  error", lambda: response.error)
        request = response.request
        attempt("  request", lambda: (request.method, request.url, sorted(request.headers.items())))
        attempt("  payload", lambda: (request.payload, request.body))

    def value(self, response, name):
        value = getattr(response, name)
        return value() if callable(value) else value

    @task
    def read(self):
        for path in PATHS:
            self.show(path, self.client.get(path))
        self.show("POST", self.client.post("/echo", json={"a": 1}))
        self.show("HEAD", self.client.head("/long"))
        self.show("refused", self.client.get(REFUSED + "/x"))
        self.show("reset", self.client.post("/reset", data={"a": 1}))
        self.show("short", self.client.get("/short"))
        headers = self.client.get("/headers").headers
        say(headers["X-TWICE"], headers.get("none"), headers.getlist("x-twice"), type(headers).__name__)
        attempt("lines", lambda: list(self.client.iter_lines("/text/utf8")))
        attempt("parts", lambda: [len(p) for p in self.client.get("/long", stream=True).iter_content(100)])
        attempt("read", lambda: len(self.client.get("/long", stream=True).read(20)))
        end_run(self)
