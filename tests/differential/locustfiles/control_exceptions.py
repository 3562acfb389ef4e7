# run: -u 5 -r 5
# sorted: stdout log failed
import gevent
from _lab import say, until
from locust.exception import (
    InterruptTaskSet,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)

from locust import TaskSet, User, constant, task


class Base(User):
    abstract = True
    fixed_count = 1
    rounds = 0

    def wait_time(self):
        say(type(self).__name__, "waits")
        return 0.05

    def on_stop(self):
        say(type(self).__name__, "on_stop")


class Stops(Base):
    @task
    class Nest(TaskSet):
        def on_stop(self):
            say("Nest on_stop")

        @task
        def work(self):
            raise StopUser()


class StopsTheTest(Base):
    @task
    def work(self):
        raise StopTest("only this user ends")


class Reschedules(Base):
    has_come_through = False

    @task
    def work(self):
        self.rounds += 1
        say("Reschedules", self.rounds)
        if self.rounds == 1:
            raise RescheduleTask()
        if self.rounds == 2:
            raise RescheduleTaskImmediately()
        if self.rounds == 3:
            Reschedules.has_come_through = True
            gevent.sleep(60)


class Interrupts(Base):
    @task
    def work(self):
        raise InterruptTaskSet()


class Watches(Base):
    wait_time = constant(0)

    @task
    def watch(self):
        until(lambda: self.environment.runner.user_count == 2 and Reschedules.has_come_through)
        say(sorted(self.environment.runner.user_classes_count.items()))
        gevent.spawn(self.environment.runner.quit)
        gevent.sleep(60)
