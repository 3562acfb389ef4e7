import gevent
from gevent.event import Event
from locust.env import Environment

from locust import TaskSet, User, constant, task
from tests.compat.programs.helpers import log_to_stdout, until


class Mixed(User):
    wait_time = constant(30)
    number = 0

    def on_start(self):
        Mixed.number += 1
        self.number = Mixed.number

    @task
    class Set(TaskSet):
        @task
        def work(self):
            if self.user.number == 2:
                working.set()
                go_on.wait()
                print("task done", self.user._state)

        def on_stop(self):
            print("Set.on_stop", self.user.number)

    def on_stop(self):
        print("on_stop", self.number, self._state)


working, go_on = Event(), Event()
log_to_stdout()
environment = Environment(user_classes=[Mixed], stop_timeout=30)
environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.user_count))
runner = environment.create_local_runner()
runner.spawn_users({"Mixed": 1})
until(lambda: next(iter(runner.user_greenlets)).args[0]._state == "waiting")
runner.spawn_users({"Mixed": 1})
until(working.is_set)
stop = gevent.spawn(runner.stop)
until(lambda: [greenlet.args[0]._state for greenlet in runner.user_greenlets] == ["stopping"])
go_on.set()
stop.join()
