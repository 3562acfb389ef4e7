from locust.exception import StopUser

from locust import TaskSet, task
from tests.compat.programs.task_loop.base import Base, gone, run


def plain(taskset):
    print("plain", type(taskset).__name__)


class Inner(TaskSet):
    @task
    def work(self):
        self.schedule_task(plain)
        self.schedule_task(self.bound)
        self.schedule_task(self.urgent, first=True)
        print("scheduled", len(self._task_queue), self.parent is self.user)

    def bound(self):
        print("bound")
        raise StopUser()

    def urgent(self):
        print("urgent")


class Top(Base):
    tasks = [Inner]


run(Top, gone)
