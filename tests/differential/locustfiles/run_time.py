# run: -u 1 -t 2s
# clock:
import gevent
from _lab import Client, say

from locust import events, task


@events.test_stopping.add_listener
def stopping(**_):
    say("test_stopping")


@events.test_stop.add_listener
def stop(**_):
    say("test_stop")


@events.quitting.add_listener
def quitting(environment, **_):
    say("quitting", environment.runner.state, environment.stats.total.num_requests)


class Visitor(Client):
    @task
    def once(self):
        self.client.get("/json")
        gevent.sleep(60)

    def on_stop(self):
        say("on_stop")
        self.client.post("/echo", name="bye")
