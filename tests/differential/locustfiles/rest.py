# variants: http fast
from _lab import IS_FAST, REFUSED, Client, end_run, say

from locust import events, task


@events.request.add_listener
def told(request_type, name, exception, **_):
    text = repr(exception)
    say("told", request_type, name, text if " at " not in text else text.partition(" at ")[0])


class Visitor(Client):
    network_timeout = 30.0

    def quietly(self, act, *arguments, **more):
        try:
            with self.rest(*arguments, **more) as response:
                act(response)
        except Exception as error:
            say("propagated", repr(error))

    @task
    def rests(self):
        self.quietly(lambda r: say(r.js), "GET", "/json")
        self.quietly(lambda r: say(r.js["missing"]), "GET", "/json", name="missing key")
        self.quietly(lambda r: say(r.js), "GET", "/text/utf8")
        self.quietly(lambda r: say(r.js), "GET", "/json/broken")
        self.quietly(lambda r: say(r.js), "GET", "/status/404")
        self.quietly(lambda r: say(r.js), "DELETE", "/status/204")
        self.quietly(lambda r: say(r.js["type"]), "POST", "/echo", json={"a": 1})
        self.quietly(lambda r: r.failure("mine"), "GET", "/json", name="failure")
        self.quietly(lambda r: r.success(), "GET", "/json/broken", name="success on broken")
        self.quietly(self.assertion, "GET", "/json", name="assertion")
        self.quietly(self.assertion_comma, "GET", "/json", name="assertion with a comma")
        self.quietly(lambda r: say(r.js), "GET", REFUSED + "/x", name="refused")
        if not IS_FAST:
            self.quietly(lambda r: say(r.request.headers["Accept"]), "GET", "/json", headers={"Accept": "text/x"})
        end_run(self)

    def assertion(self, response):
        assert response.js["message"] == "bye"

    def assertion_comma(self, response):
        assert response.js["message"] == "bye", "wrong message,"
