# run: --reset-stats -u 2 -r 1
from _lab import Client, end_run, say
from gevent.event import Event

from locust import events, task

complete = Event()
asked = Event()


@events.init.add_listener
def on_init(environment, **_):
    @environment.events.spawning_complete.add_listener
    def late(user_count, **_):
        say("complete", environment.stats.total.num_requests)
        complete.set()


class Visitor(Client):
    made = 0
    count = 0

    def __init__(self, environment):
        super().__init__(environment)
        Visitor.made += 1
        if Visitor.made == 2:
            asked.wait()  # the spawning, too

    @task
    def work(self):
        if not complete.is_set():
            self.client.get("/json", name="before")
            asked.set()
            complete.wait()
        self.client.get("/json", name="after")
        Visitor.count += 1
        if Visitor.count == 2:
            end_run(self)
        self.environment.runner.greenlet.join()
