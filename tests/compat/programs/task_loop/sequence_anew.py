from locust.exception import StopUser

from locust import SequentialTaskSet, task
from tests.compat.programs.task_loop.base import Base, gone, run

entered = []


class Steps(SequentialTaskSet):
    def on_start(self):
        entered.append(self)

    @task
    def one(self):
        print("one")

    @task(2)
    def two(self):
        print("two")
        if len(entered) == 1:
            self.interrupt()

    @task
    def three(self):
        print("three", entered[0] is not entered[1])
        raise StopUser()


class Top(Base):
    tasks = [Steps]


run(Top, gone)
