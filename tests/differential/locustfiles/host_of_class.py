# host: none
from _lab import LAB, Client, end_run, say

from locust import events, task


@events.test_start.add_listener
def start(environment, **_):
    say(environment.host, Visitor.host == LAB)


class Visitor(Client):
    host = LAB

    @task
    def work(self):
        self.client.get("/json")
        end_run(self)
