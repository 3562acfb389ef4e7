# ruff: noqa: RUF012 (`tasks` as a list is how a locustfile is written)
from _lab import Client, end_run, say

from locust import SequentialTaskSet, events, task


class OwnError(Exception):
    def __str__(self):
        return "words of its own"


@events.user_error.add_listener
def on_user_error(user_instance, exception, tb):
    say("user_error", type(user_instance).__name__, repr(exception), tb is not None)


def helper(depth):
    if depth:
        helper(depth - 1)
    raise OwnError()


class Steps(SequentialTaskSet):
    @task
    def name_error(self):
        undefined  # noqa: B018, F821

    @task
    def deep(self):
        helper(2)

    @task
    def chained(self):
        try:
            {}["key"]
        except KeyError as error:
            raise ValueError("from a key") from error

    @task
    def in_handling(self):
        try:
            1 / 0  # noqa: B018
        except ZeroDivisionError:
            raise RuntimeError("while handling")  # noqa: B904

    @task
    def unicode_and_lines(self):
        raise Exception("two\nlines ☂")

    @task
    def twice_the_same(self):
        raise Exception("same")

    @task
    def assertion(self):
        assert self.client.get("/json").status_code == 201, "expected 201"

    @task
    def from_the_client(self):
        self.client.get("/status/404").raise_for_status()

    @task
    def group(self):
        raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])

    @task
    def on_after_it_all(self):
        self.client.get("/json")
        runner = self.user.environment.runner
        for one in runner.exceptions.values():
            say(one["count"], one["msg"], sorted(one["nodes"]), one["traceback"].count(__file__))
        end_run(self.user)


class Visitor(Client):
    tasks = [Steps]
