from locust.exception import RescheduleTask, RescheduleTaskImmediately, StopUser

from locust import task
from tests.compat.programs.task_loop.base import Base, gone, run


class Top(Base):
    rounds = 0

    def wait_time(self):
        print("wait")
        return 0

    @task
    def work(self):
        self.rounds += 1
        print("round", self.rounds)
        if self.rounds == 1:
            raise RescheduleTaskImmediately()
        if self.rounds == 2:
            raise RescheduleTask()
        raise StopUser()


run(Top, gone)
