from locust.exception import StopUser
from locust.user.task import DefaultTaskSet

from locust import TaskSet, task
from tests.compat.programs.task_loop.base import Base, gone, run


class Inner(TaskSet):
    @task
    def work(self):
        print("work")
        self.interrupt()


class Top(Base):
    tasks = [Inner]


def limited(original):
    def execute_task(self, task):
        print("before", type(self).__name__)
        executed.append(1)
        if len(executed) > 4:
            raise StopUser()
        original(self, task)

    return execute_task


executed = []


class Patched(Top):
    @task
    def patch(self):
        TaskSet.execute_task = limited(TaskSet.execute_task)
        DefaultTaskSet.execute_task = limited(DefaultTaskSet.execute_task)
        TaskSet.wait_time = lambda self: print("wait") or 0
        TaskSet._sleep = lambda self, seconds: print("sleep", seconds)
        DefaultTaskSet.get_next_task = lambda self: Inner


Patched.tasks = [Patched.patch]
run(Patched, gone)
