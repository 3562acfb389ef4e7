# run: -u 2 -r 2
# sorted: stdout
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import gevent
from _lab import Client, say

from locust import task

ended = []


class Visitor(Client):
    @task
    def sleep(self):
        start = time.perf_counter()
        time.sleep(0.3)
        gevent.sleep(0)
        thread = threading.Thread(target=lambda: self.client.get("/json", name="from a thread"))
        thread.start()
        thread.join()
        with ThreadPoolExecutor(2) as pool:
            say(list(pool.map(lambda n: self.client.get(f"/{n}", name="from a pool").status_code, range(3))))
        local = threading.local()
        local.value = 1
        say("slept", 0.29 < time.perf_counter() - start, type(gevent.getcurrent()).__name__)
        ended.append(1)
        if len(ended) == 2:
            gevent.spawn(self.environment.runner.quit)
        time.sleep(60)
