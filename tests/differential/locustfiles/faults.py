# variants: http fast
from _lab import IS_FAST, REFUSED, Client, end_run, say

from locust import events, task

PATHS = [
    "/status/400",
    "/status/404",
    "/status/404/Nothing%20here",
    "/status/418",
    "/status/500",
    "/status/503/Own%20words",
    "/status/599",
    "/status/204",
    "/status/299",
    "/status/300",
    "/status/304",
    "/status/305",
    "/close/early",
    "/reset",
    "/short",
    "/chunked/short",
    "/garbage",
    "/head/cut",
    "/gzip/bad",
    "/redirect/loop",
    "/redirect-to?url=/status/404",
    "/redirect-to?url=/close/early",
    "/redirect-to?url=REFUSED/gone",
    "/coding/odd",
]


@events.request.add_listener
def told(request_type, name, exception, response, response_length, url, **_):
    say("told", request_type, name, url, response_length, type(exception).__name__, repr(exception))
    say("    str", str(exception))


class Visitor(Client):
    def call(self, url, method="GET", client=None, **more):
        try:
            response = (client or self.client).request(method, url, **more)
            say("    gave", response.status_code, repr(response.content))
        except Exception as error:
            say("    raised", repr(error))

    @task
    def faults(self):
        for path in PATHS:
            say(path)
            self.call(path)
        self.call("/close/early", "POST", data="x")
        self.call("/reset", "POST", data="x")
        self.call(REFUSED + "/refused", name="refused")
        self.call("http://no-such-host.invalid/", name="no such host")
        hasty = {"client": Hasty(self.environment).client} if IS_FAST else {"timeout": 1.0}
        self.call("/hang", name="hang", **hasty)
        self.call("/hang/body", name="hang in body", **hasty)
        end_run(self)


class Hasty(Visitor):
    """Gives up on a server that never answers."""

    abstract = True
    network_timeout = 1.0
