"""Users who wait for messages that never come."""

import sys

from locust import task
from rlocust.websocket import WebSocketUser


class Listener(WebSocketUser):
    def on_start(self):
        self.client.connect("/silent")

    @task
    def listen(self):
        print("listening", file=sys.stderr, flush=True)
        self.client.receive(timeout=600)
