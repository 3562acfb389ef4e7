# variants: http fast
# `User.context` goes with every request; what the call gives wins.
from _lab import Client, end_run, say

from locust import User, events, task


@events.request.add_listener
def on_request(name, context, **_):
    say(name, sorted(context.items()))


class Visitor(Client):
    asked = 0

    def context(self):
        self.asked += 1
        return {"user": "visitor", "asked": self.asked}

    @task
    def work(self):
        self.client.get("/json", name="plain")
        self.client.get("/json", name="own", context={"mine": 1})
        self.client.get("/json", name="both", context={"asked": "none", "mine": 2})
        with self.client.get("/json", name="caught", catch_response=True, context={"mine": 3}) as response:
            response.failure("because")
        self.client.get("/status/404", name="failed", context={})
        say(User.context(self), self.asked)
        end_run(self)
