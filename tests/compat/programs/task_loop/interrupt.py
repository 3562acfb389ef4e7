import logging

from locust.exception import StopUser

from locust import TaskSet, task
from tests.compat.programs.helpers import log_to_stdout
from tests.compat.programs.task_loop.base import Base, gone, run

log_to_stdout(logging.WARNING)
entered = []


class Inner(TaskSet):
    def on_start(self):
        entered.append(1)

    @task
    def work(self):
        if len(entered) == 3:
            raise StopUser()
        print("interrupt")
        self.interrupt(reschedule=len(entered) == 1)

    def on_stop(self):
        print("Inner on_stop")
        raise ValueError("only logged")


class Top(Base):
    tasks = [Inner]

    def wait_time(self):
        print("wait")
        return 0


run(Top, gone)
