# run: -u 2 -r 2
# sorted: stdout
from _lab import end_run, say
from urllib3 import PoolManager

from locust import HttpUser, task

ended = []


class Visitor(HttpUser):
    pool_manager = PoolManager(maxsize=1, block=True)

    @task
    def share(self):
        for _ in range(5):
            say(self.client.get("/pause/20").text)
        ended.append(1)
        if len(ended) == 2:
            say([len(pool.pool.queue) for pool in [self.pool_manager.connection_from_url(self.host)]])
            end_run(self)
        self.environment.runner.greenlet.join()
