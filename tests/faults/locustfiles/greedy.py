"""Asks for what has no end, by both clients, and for what is fine."""

from locust import FastHttpUser, HttpUser, constant, task

WITHOUT_END = ("/announced", "/chunked", "/until-close", "/gzip", "/deflate", "/br")


def ask_all(user):
    for path in WITHOUT_END:
        user.client.get(path, name=f"{type(user).__name__}{path}")


class GreedyHttp(HttpUser):
    wait_time = constant(0.1)
    fixed_count = 1

    @task
    def ask(self):
        ask_all(self)


class GreedyFast(FastHttpUser):
    wait_time = constant(0.1)
    fixed_count = 1

    @task
    def ask(self):
        ask_all(self)


class Modest(HttpUser):
    wait_time = constant(0.01)

    @task
    def ask(self):
        assert self.client.get("/fine").text == "fine"
