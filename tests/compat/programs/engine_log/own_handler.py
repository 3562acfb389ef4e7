"""A suite that logs as it likes: the level of one logger of the engine's, and a handler that looks into records."""

import logging
import time

from locust import HttpUser, constant, task


class Asking(HttpUser):
    wait_time = constant(0.05)

    @task
    def ask(self) -> None:
        self.client.get("/")


class Fields(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        fields = sorted(vars(record)["fields"])
        print(record.name, record.levelno, abs(time.time() - record.created) < 30, fields[:2])


logging.getLogger("rlocust.http").addHandler(Fields())
logging.getLogger("rlocust.http.connect").setLevel(logging.DEBUG)
