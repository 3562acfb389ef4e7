from locust.exception import StopUser

from locust import task
from tests.compat.programs.task_loop.base import Base, Set, gone, run

entered = []


class Inner(Set):
    def on_start(self):
        entered.append(1)
        if len(entered) == 1:
            raise ValueError("not ready")
        if len(entered) == 2:
            self.interrupt()
        raise StopUser()

    @task
    def work(self):
        print("never")


class Top(Base):
    tasks = [Inner]


run(Top, gone)
