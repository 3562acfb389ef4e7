"""WebSocket by rlocust's own user: messages are timed on the I/O threads, whatever the script does meanwhile.

rlocust -f websocket_user.py --headless -u 10 -r 10 -t 10s -H ws://127.0.0.1:8000
"""

import json

from locust import constant, task
from rlocust.websocket import WebSocketUser


class Talker(WebSocketUser):
    wait_time = constant(0.05)

    def on_start(self):
        self.client.connect("/echo", name="connect")

    @task(3)
    def say(self):
        said = json.dumps({"text": "hello"})
        answer = self.client.request(said, match="hello", timeout=5, name="say")
        assert json.loads(answer) == {"text": "hello"}

    @task
    def say_and_listen(self):
        self.client.send("first", name="send")
        self.client.send("second", name="send")
        self.client.expect("first", timeout=5, name="heard first")
        self.client.expect(lambda message: message == "second", timeout=5, name="heard second")
