"""Users who wait for events that never come, after a first one."""

import sys

from locust import task
from rlocust.sse import SseUser


class Listener(SseUser):
    @task
    def listen(self):
        for _ in self.client.get("/stall"):
            print("listening", file=sys.stderr, flush=True)
