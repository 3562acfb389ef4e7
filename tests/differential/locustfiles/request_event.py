# variants: http fast
from _lab import Client, end_run, say

from locust import events, task

KEYS: list[str] = []


def kind(value):
    return type(value).__name__


@events.request.add_listener
def told(**kwargs):
    say({key: kind(value) for key, value in sorted(kwargs.items())})
    say(kwargs["request_type"], kwargs["name"], kwargs["url"], kwargs["context"], kwargs["response_length"])
    say(
        kwargs["response"].status_code,
        kwargs["response"].url,
        kwargs["start_time"] > 1.7e9,
        kwargs["response_time"] > 0,
    )


class Visitor(Client):
    def context(self):
        return {"user": "one"}

    @task
    def calls(self):
        self.client.get("/json", context={"call": 1})
        self.client.get("/status/404", context={"user": "over"})
        self.client.post("/echo", json={"a": 1}, name="posted")
        self.client.get("/redirect/302/1", params={"q": "å b"})
        self.client.get("/gzip")
        self.client.get("/long", stream=True)
        self.client.head("/long")
        with self.client.get("/json", catch_response=True) as response:
            response.request_meta["response_length"] = 7
            response.request_meta["extra"] = 1
            response.failure("no")
        end_run(self)
