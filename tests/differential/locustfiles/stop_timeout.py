# run: -u 3 -r 3 --stop-timeout 20
# sorted: stdout
import gevent
from _lab import Client, ask, quit_when, say, until
from gevent.event import Event

from locust import constant, events, task

begun = []
stopping = Event()


@events.init.add_listener
def on_init(environment, **_):
    quit_when(environment, lambda: len(begun) == 3 and ask(seen=["/held/work", 1]))


@events.test_stopping.add_listener
def stops(**_):
    gevent.spawn(end_what_is_in_hand)


def end_what_is_in_hand():
    """Once its users have been asked to stop."""
    until(lambda: all(user._state == "stopping" for user in begun if not isinstance(user, Waiting)))
    stopping.set()
    ask(release="work")


class Base(Client):
    abstract = True
    fixed_count = 1

    def begin(self):
        begun.append(self)
        say("begun", type(self).__name__)

    def on_stop(self):
        say("on_stop", type(self).__name__)


class Working(Base):
    @task
    def work(self):
        self.begin()
        self.client.get("/held/work", name="finished although stopping")
        say("Working: task finished")


class Waiting(Base):
    wait_time = constant(60)

    @task
    def work(self):
        self.begin()


class Sleeping(Base):
    @task
    def work(self):
        self.begin()
        stopping.wait()
        say("Sleeping: woke")
        self.wait()
        say("never reached")
