"""Users are stopped first, the run is ended by a greenlet."""

import gevent

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


@events.spawning_complete.add_listener
def end(user_count, **_):
    gevent.spawn(stop_and_quit)


runners = []


@events.init.add_listener
def know(environment, **_):
    runners.append(environment.runner)


def stop_and_quit():
    runners[0].stop()
    print("stopped", runners[0].user_count, runners[0].state)
    runners[0].quit()


@events.test_stop.add_listener
def said(**_):
    print("test_stop")


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
