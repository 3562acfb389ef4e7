"""More events than the queue has places for; the run ends once some were lost."""

import rlocust._engine_log
from locust import HttpUser, constant, task

rlocust._engine_log.CAPACITY = 4


class Hasty(HttpUser):
    wait_time = constant(0)

    @task
    def ask(self) -> None:
        self.client.get("/")
        log = rlocust._engine_log._current
        assert log is not None
        if log.native.dropped():
            self.environment.runner.quit()
