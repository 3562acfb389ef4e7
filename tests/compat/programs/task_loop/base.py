"""Users and task sets that print what is called of them, and a run of one user of a class."""

from locust.env import Environment

from locust import TaskSet, User, constant
from tests.compat.programs.helpers import until


def run(cls, enough, **settings):
    environment = Environment(user_classes=[cls], **settings)

    @environment.events.user_error.add_listener
    def on_error(user_instance, exception, tb):
        print("user_error", type(user_instance).__name__, repr(exception), tb is exception.__traceback__)

    @environment.events.test_stop.add_listener
    def on_test_stop(environment):
        print("test_stop", environment.runner.user_count)

    runner = environment.create_local_runner()
    runner.start(1, 1)
    until(lambda: runner.state == "running" and enough(runner))
    print("users", runner.user_count, [(row["count"], row["msg"], row["nodes"]) for row in runner.exceptions.values()])
    runner.quit()


def gone(runner):
    return runner.user_count == 0


class Base(User):
    abstract = True
    wait_time = constant(0.01)

    def on_stop(self):
        print("User.on_stop", self._state)


class Set(TaskSet):
    def on_start(self):
        print(type(self).__name__, "on_start")

    def on_stop(self):
        print(type(self).__name__, "on_stop")


def nested(work):
    class Inner(Set):
        tasks = [work]

    class Outer(Set):
        tasks = [Inner]

    class Top(Base):
        tasks = [Outer]

    return Top
