"""The master tells, the workers answer."""

import gevent
from locust.runners import MasterRunner

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        pass


answers = []


@events.init.add_listener
def register(environment, **_):
    runner = environment.runner
    if isinstance(runner, MasterRunner):
        runner.register_message("answer", lambda environment, msg, **_: answers.append(msg.data))
    else:
        runner.register_message("ask", lambda environment, msg, **_: runner.send_message("answer", msg.data * 2))


@events.spawning_complete.add_listener
def ask(user_count, **_):
    for runner in runners:
        runner.send_message("ask", 21)


runners = []


@events.init.add_listener
def know(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        runners.append(environment.runner)


@events.quitting.add_listener
def say(environment, **_):
    if answers:
        print(set(answers))


@events.init.add_listener
def watch(environment, **_):
    if isinstance(environment.runner, MasterRunner):
        gevent.spawn(end, environment)


def end(environment):
    while not is_over(environment):
        gevent.sleep(0.1)
    environment.runner.quit()


def is_over(environment):
    return answers
