from _lab import end_run, say

from locust import User, task


class Visitor(User):
    @task
    def work(self):
        end_run(self)

    def on_stop(self):
        say("on_stop")
        raise ValueError("in on_stop")
