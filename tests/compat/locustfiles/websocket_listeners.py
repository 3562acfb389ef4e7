"""Users who wait for messages that never come."""

from locust import task
from rlocust.websocket import WebSocketUser


class Listener(WebSocketUser):
    def on_start(self):
        self.client.connect("/silent")

    @task
    def listen(self):
        self.client.receive(timeout=600)
