# run[term]: -u 2 -r 2
# run[int]: -u 2 -r 2
# sorted: stdout
import os
import signal

import gevent
from _lab import quit_when, say

from locust import HttpUser, events, task

begun = []


@events.test_stopping.add_listener
def stopping(environment, **_):
    say("test_stopping", environment.runner.state)


@events.test_stop.add_listener
def stop(environment, **_):
    say("test_stop", environment.runner.state)


@events.quitting.add_listener
def quitting(environment, **_):
    say("quitting", environment.runner.state, environment.runner.user_count)


@events.quit.add_listener
def quit(exit_code, **_):
    say("quit", exit_code)


@events.init.add_listener
def on_init(environment, **_):
    number = signal.SIGTERM if os.environ["LAB_CLIENT"] == "term" else signal.SIGINT
    quit_when(environment, lambda: len(begun) == 2, lambda: os.kill(os.getpid(), number))


class Visitor(HttpUser):
    @task
    def wait_for_the_signal(self):
        self.client.get("/json")
        begun.append(self)
        gevent.sleep(60)

    def on_stop(self):
        say("on_stop")
        self.client.get("/status/500", name="too late to matter")
