# variants: http fast
import gevent
from _lab import Client, end_run, say

from locust import task


class Visitor(Client):
    @task
    def around(self):
        try:
            with gevent.Timeout(1):
                response = self.client.get("/hang", name="default timeout")
                say("gave", response.status_code)
        except gevent.Timeout as timeout:
            say("timeout", str(timeout))
        with gevent.Timeout(1, False):
            self.client.get("/hang", name="silent timeout")
        say("after the silent one")
        try:
            with gevent.Timeout(1, ValueError("own error")):
                self.client.get("/hang", name="timeout with an own error")
        except ValueError as error:
            say("own", error)
        with gevent.Timeout(30):
            say(self.client.get("/json", name="in time").status_code)
        self.client.get("/json", name="after all")
        end_run(self)
