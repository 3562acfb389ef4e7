# variants: http fast
# How connections are used and lost, as the server counts them.
from _lab import Client, end_run, say

from locust import task


class Visitor(Client):
    def asked(self, path):
        return self.client.get(f"/count?path={path}", name="count").text

    @task
    def lose(self):
        self.client.get("/json")
        say("announced close", self.client.get("/close").text, self.client.get("/json").status_code)
        say(
            "post to a hanging up server",
            self.client.post("/close/early", data="x").status_code,
            self.asked("/close/early"),
        )
        say("post to a resetting server", self.client.post("/reset", data="x").status_code, self.asked("/reset"))
        say("after all that", self.client.get("/json").status_code)
        say("cut body", self.client.post("/short").status_code, self.client.get("/json").status_code)
        say("many", [self.client.get("/json").status_code for _ in range(20)].count(200), self.asked("/json"))
        end_run(self)
