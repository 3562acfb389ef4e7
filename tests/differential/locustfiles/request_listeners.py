# Order and errors of request listeners; the run ends with code 2 only if no request failed.
from _lab import Client, end_run, say
from locust.exception import RescheduleTask

from locust import events, task


@events.request.add_listener
def first(name, **_):
    say("first", name)
    if name == "listener error":
        raise ValueError("listener's own error")
    if name == "never recorded":
        raise RescheduleTask()


@events.request.add_listener
def second(name, **_):
    say("second", name)


@events.init.add_listener
def on_init(environment, **_):
    @environment.events.request.add_listener
    def late(name, **_):
        say("late", name, environment.stats.total.num_requests)

    try:
        environment.events.request.remove_listener(print)
    except ValueError as error:
        say("removing a stranger:", type(error).__name__)


class Visitor(Client):
    rounds = 0

    @task
    def calls(self):
        Visitor.rounds += 1
        if Visitor.rounds == 2:
            events.request.remove_listener(first)
            self.client.get("/json", name="first is gone")
            end_run(self)
        self.client.get("/json", name="plain")
        self.client.get("/json", name="listener error")
        self.client.get("/json", name="never recorded")
        say("not reached")
