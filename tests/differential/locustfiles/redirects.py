# variants: http fast
from _lab import Client, attempt, end_run, say

from locust import task


class Visitor(Client):
    def follow(self, method, url, **more):
        response = self.client.request(method, url, **more)
        say(method, url, "→", response.status_code, response.url, response.request.method, response.request.url)
        say("    headers sent", dict(response.request.headers))
        for hop in response.history:
            attempt("    hop", lambda hop=hop: (hop.status_code, hop.headers["Location"]))
            attempt("    hop url", lambda hop=hop: hop.url)
        attempt("    target", lambda: response.headers.get("Location"))

    @task
    def chains(self):
        self.follow("GET", "/redirect/301/1")
        self.follow("GET", "/redirect/302/3")
        self.follow("POST", "/redirect/302/1", data={"a": 1})
        self.follow("POST", "/redirect/303/1", json={"a": 1})
        self.follow("PUT", "/redirect/307/2", data="text")
        self.follow("DELETE", "/redirect/308/1")
        self.follow("HEAD", "/redirect/302/1")
        self.follow("GET", "/redirect/302/1", allow_redirects=False)
        self.follow("GET", "/redirect-to?url=/landed%23part")
        self.follow("GET", "/redirect-to?url=sub/../other?x=1")
        self.follow("GET", "/redirect-to?url=OTHER/landed", auth=("u", "p"))
        end_run(self)
