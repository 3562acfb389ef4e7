from locust.exception import InterruptTaskSet

from locust import task
from tests.compat.programs.task_loop.base import Base, gone, run


class Top(Base):
    @task
    def work(self):
        raise InterruptTaskSet(reschedule=False)


run(Top, gone)
