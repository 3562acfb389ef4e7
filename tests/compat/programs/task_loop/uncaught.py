from locust import task
from tests.compat.programs.task_loop.base import Base, gone, run


class Top(Base):
    @task
    def work(self):
        raise ValueError("broken")


run(Top, gone, catch_exceptions=False)
