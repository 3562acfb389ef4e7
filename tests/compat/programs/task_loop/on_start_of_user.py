import logging

from locust.exception import RescheduleTask, StopTest, StopUser

from locust import task
from tests.compat.programs.helpers import log_to_stdout
from tests.compat.programs.task_loop.base import Base, gone, run

log_to_stdout(logging.ERROR)
for error in (KeyError("key"), StopUser("bye"), StopTest("end"), RescheduleTask("again")):

    class Top(Base):
        def on_start(self):
            raise error

        @task
        def work(self):
            print("never")

    run(Top, gone)
