# run: -u 3 -r 3 --stop-timeout 20
# sorted: stdout
import gevent
from _lab import Client, say

from locust import constant, task

begun = []


class Base(Client):
    abstract = True
    fixed_count = 1

    def begin(self):
        begun.append(1)
        say("begun", type(self).__name__)
        if len(begun) == 3:
            gevent.spawn_later(0.2, self.environment.runner.quit)

    def on_stop(self):
        say("on_stop", type(self).__name__)


class Working(Base):
    @task
    def work(self):
        self.begin()
        self.client.get("/pause/1200", name="finished although stopping")
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
        gevent.sleep(1)
        say("Sleeping: woke")
        self.wait()
        say("never reached")
