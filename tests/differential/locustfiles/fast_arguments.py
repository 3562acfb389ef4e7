# What FastHttpUser does with arguments and attributes of its own.
from _lab import LAB, attempt, end_run, say
from geventhttpclient.client import HTTPClientPool

from locust import FastHttpUser, events, task


@events.request.add_listener
def told(request_type, name, exception, response_length, **_):
    say("told", request_type, name, response_length, repr(exception))


class Visitor(FastHttpUser):
    max_retries = 1
    concurrency = 3
    default_headers = {"X-Default": "yes"}  # noqa: RUF012
    client_pool = HTTPClientPool(concurrency=2, network_timeout=30)

    def echoed(self, method, **more):
        return self.client.request(method, "/echo", **more).json()

    @task
    def calls(self):
        say("timeout", self.echoed("GET", timeout=1)["target"])
        say("several", self.echoed("GET", verify=False, cookies={"a": "b"}, proxies=None)["target"])
        say("post", self.echoed("POST", data={"a": 1}, timeout=1)["body"])
        say("params", self.echoed("GET", params={"q": "å"})["target"])
        say("debug", self.echoed("GET", max_redirects=2)["target"])
        attempt("too many", lambda: self.client.get("/redirect/302/3", max_redirects=1).status_code)
        hasty = Hasty(self.environment).client
        say("retried", hasty.get("/hang", name="hang").status_code)
        say("asked for", self.client.get("/count?path=/hang", name="count").text)
        say("not retried", hasty.post("/hang", name="hang").status_code)
        say("retries", hasty.get("/hang", name="hang", max_retries=2).status_code)
        say("auth", self.client.get("/auth", auth=("u", "pä")).text)
        with self.client.rename_request("renamed"), self.client.get("/json", catch_response=True) as response:
            response.failure("renamed and failed")
        self.client.client.clientpool.close()
        say("after closing the pool", self.client.get("/json").status_code)
        say(self.client.base_url == LAB, self.client.auth_header, self.client.user is self)
        attempt("session headers", lambda: self.client.headers)
        attempt("cookies", lambda: len(self.client.cookiejar))
        end_run(self)


class Hasty(Visitor):
    """Gives up on a server that never answers."""

    abstract = True
    network_timeout = 1.0
    client_pool = HTTPClientPool(concurrency=2, network_timeout=1.0)
