"""WebSocket with websocket-client: the time between a message and the answer to it is what users feel.

rlocust -f websocket_echo.py --headless -u 10 -r 10 -t 10s -H ws://127.0.0.1:8000/echo
                                                                            (pip install websocket-client)
"""

import json
import time

from locust import User, constant, task
from websocket import create_connection


class Talker(User):
    wait_time = constant(0.05)

    def on_start(self):
        with self.environment.events.request.measure("WebSocket", "connect"):
            self.connection = create_connection(self.host)

    def on_stop(self):
        self.connection.close()

    @task
    def say(self):
        said = {"at": time.time()}
        with self.environment.events.request.measure("WebSocket", "say") as report:
            self.connection.send(json.dumps(said))
            answer = self.connection.recv()
            report["response_length"] = len(answer)
            assert json.loads(answer) == said
