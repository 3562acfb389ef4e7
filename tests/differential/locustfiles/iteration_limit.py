# How locust-plugins limits iterations: `execute_task` is replaced on the classes when the test starts.
# run: -u 3 -r 3
# sorted: stdout
import gevent
from _lab import say, until
from locust.exception import StopUser
from locust.user.task import DefaultTaskSet

from locust import SequentialTaskSet, TaskSet, User, events, task

LIMIT = 12
ended = set()


@events.test_start.add_listener
def limit(environment, **_):
    runner = environment.runner
    runner.iterations_started = 0

    def limited(original):
        def execute_task(self, task):
            if runner.iterations_started == LIMIT:
                ended.add(self.user)
                if len(ended) == 3:
                    say("the last user quits", type(self).__name__)
                    gevent.spawn(runner.quit)
                raise StopUser()
            runner.iterations_started += 1
            original(self, task)

        return execute_task

    TaskSet.execute_task = limited(TaskSet.execute_task)
    DefaultTaskSet.execute_task = limited(DefaultTaskSet.execute_task)


class Visitor(User):
    """None is a task ahead of the others."""

    all = []  # noqa: RUF012
    done = 0

    def on_start(self):
        self.all.append(self)

    def wait_time(self):
        self.done += 1
        until(lambda: len(self.all) == 3 and min(user.done for user in self.all) >= self.done)
        return 0

    @task
    class Room(SequentialTaskSet):
        @task
        def sit(self):
            say("sit")

        @task
        def stand(self):
            say("stand")

    def on_stop(self):
        say("on_stop")
