"""Users who wait for events that never come."""

from locust import task
from rlocust.sse import SseUser


class Listener(SseUser):
    @task
    def listen(self):
        for _ in self.client.get("/stall"):
            pass
