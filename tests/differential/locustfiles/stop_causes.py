# Each way in which a run ends: which events are told in which order and state, what is logged, the exit code.
# run: -u 1
# run[time]: -t 2s
# clock: time
# run[quit_by_task]:
# run[quit_by_greenlet]:
# run[quit_by_request]:
# run[quit_by_user_error]:
# run[stop_by_greenlet]:
# run[stop_test_in_constructor]:
# run[stop_test_in_task]:
# run[interrupt_in_task]:
# run[interrupt_key]:
# run[terminated]:
# run[terminated_with_timeout]: --stop-timeout 5
# run[exit_by_listener]:
# run[exit_by_on_start]:
# run[users_end]:
# run[fails]: --exit-code-on-error 7
import os
import signal
import sys

from _lab import end_at_rest, say
from _told import listen
from locust.exception import StopTest, StopUser

from locust import User, constant, events, task

CAUSE = os.environ["LAB_CLIENT"]
listen("request")


def on_event(name):
    def cause(environment=None, **_):
        if CAUSE == f"quit_by_{name}":
            Visitor.runner.quit()

    getattr(events, name).add_listener(cause)


@events.init.add_listener
def on_init(environment, **_):
    runner = Visitor.runner = environment.runner
    ways = {
        "quit_by_greenlet": [runner.quit],
        "exit_by_listener": [runner.quit],
        "stop_by_greenlet": [runner.stop, runner.quit],
        "stop_test_in_task": [runner.quit],
        "users_end": [runner.quit],
        "fails": [runner.quit],
        "interrupt_key": [lambda: send(signal.SIGINT)],
        "terminated": [lambda: send(signal.SIGTERM)],
        "terminated_with_timeout": [lambda: send(signal.SIGTERM)],
    }
    if CAUSE in ways:
        end_at_rest(environment, *ways[CAUSE])


def send(number):
    os.kill(os.getpid(), number)


for name in ("request", "user_error"):
    on_event(name)


@events.quitting.add_listener
def exit_by_listener(environment, **_):
    if CAUSE == "exit_by_listener":
        environment.process_exit_code = 9


class Visitor(User):
    wait_time = constant(60)

    def __init__(self, environment):
        super().__init__(environment)
        if CAUSE == "stop_test_in_constructor":
            raise StopTest("no more")

    def on_start(self):
        if CAUSE == "exit_by_on_start":
            sys.exit(5)

    @task
    def work(self):
        runner = self.environment.runner
        if CAUSE == "quit_by_task":
            runner.quit()
            say("not reached")
        elif CAUSE == "quit_by_request":
            self.environment.events.request.fire(
                request_type="own", name="a", response_time=1, response_length=0, exception=None, context={}
            )
        elif CAUSE == "stop_test_in_task":
            raise StopTest("only this user")
        elif CAUSE == "interrupt_in_task":
            raise KeyboardInterrupt()
        elif CAUSE == "users_end":
            raise StopUser()
        elif CAUSE in ("fails", "quit_by_user_error"):
            raise ValueError("failed")

    def on_stop(self):
        say("on_stop", self.environment.runner.state)
