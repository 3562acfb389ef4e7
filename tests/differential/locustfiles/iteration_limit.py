# How locust-plugins limits iterations: `execute_task` is replaced on the classes when the test starts.
# run: -u 3 -r 3
# sorted: stdout
import gevent
from _lab import say
from locust.exception import StopUser
from locust.user.task import DefaultTaskSet

from locust import SequentialTaskSet, TaskSet, User, constant, events, task

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
    wait_time = constant(0.05)

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
