"""A tagged user whose tasks say their name; the twelfth wait ends the run."""

# ruff: noqa: RUF012 (`tasks` as a list is how a locustfile is written)
from _lab import end_run, say

from locust import SequentialTaskSet, User, tag, task


class Steps(SequentialTaskSet):
    @tag("read")
    @task
    def look(self):
        say("look")

    @tag("write")
    @task
    def change(self):
        say("change")

    @tag("read", "write")
    @task
    def both(self):
        say("both")

    @task
    def bare(self):
        say("bare")

    @tag("nested")
    @task
    class Deep(SequentialTaskSet):
        @tag("read")
        @task
        def deep_read(self):
            say("deep_read")

        @task
        def deep_bare(self):
            say("deep_bare")

        @task
        def deep_leave(self):
            say("deep_leave")
            self.interrupt()


class Tagged(User):
    tasks = [Steps]
    waits = 0

    def wait_time(self):
        self.waits += 1
        if self.waits == 12:
            say([t.__name__ for t in Steps.tasks], [t.__name__ for t in Steps.Deep.tasks])
            end_run(self)
        return 0
