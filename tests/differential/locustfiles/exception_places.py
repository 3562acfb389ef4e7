# run: -u 4 -r 4
# sorted: stdout log failed
import gevent
from _lab import say, until

from locust import User, constant, events, task


@events.user_error.add_listener
def on_user_error(user_instance, exception, tb):
    say("user_error", type(user_instance).__name__, repr(exception))


class Base(User):
    abstract = True
    fixed_count = 1
    done = 0

    def on_stop(self):
        say("on_stop", type(self).__name__)


class FailsInStart(Base):
    def on_start(self):
        raise ValueError("in on_start")

    @task
    def work(self):
        say("never reached")


class FailsInWait(Base):
    def wait_time(self):
        raise ValueError("in wait_time")

    @task
    def work(self):
        say("work", type(self).__name__)


class WaitsANumber(Base):
    wait_time = 1

    @task
    def work(self):
        say("work", type(self).__name__)


class Ends(Base):
    wait_time = constant(0.01)

    @task
    def work(self):
        self.done += 1
        if self.done == 3:
            until(lambda: self.environment.runner.user_count == 1)
            say("left", self.environment.runner.user_count, self.environment.runner.user_classes_count)
            gevent.spawn(self.environment.runner.quit)
            gevent.sleep(60)
