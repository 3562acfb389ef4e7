"""What `bench/web.py` loads with: so many users that ask for 500 endpoints in turn, 20 times a second each."""

import itertools
import json
import os
import time

from locust import FastHttpUser, constant_pacing, task

ENDPOINTS = 500
turns = itertools.count()
is_first = True


class Shopper(FastHttpUser):
    wait_time = constant_pacing(0.05)

    @task
    def look(self) -> None:
        global is_first
        self.client.get("/bytes/100", name=f"/shop/items/{next(turns) % ENDPOINTS}")
        if is_first:
            is_first = False
            with open(os.environ["BENCH_EVENTS"], "a") as file:
                file.write(json.dumps({"event": "first", "t": time.time()}) + "\n")
