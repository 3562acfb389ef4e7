import logging

from locust import task
from tests.compat.programs.helpers import log_to_stdout
from tests.compat.programs.task_loop.base import Base, gone, run


class Numb(Base):
    wait_time = 5

    @task
    def work(self):
        pass


log_to_stdout(logging.WARNING)
run(Numb, gone)
