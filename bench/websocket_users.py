"""What `bench/web_sockets.py` loads with: users that send a message a second and wait for it to come back, by rlocust's
own client (`Native`) or by websocket-client, as a suite of Locust's has it (`Library`).
"""

import json
import os
import time

from websocket import create_connection

from locust import User, constant_pacing, events, task

try:
    from rlocust.websocket import WebSocketUser
except ModuleNotFoundError:  # under real Locust
    WebSocketUser = User

MESSAGE = json.dumps({"id": 1, "text": "a message of about a hundred bytes, as a chat or a market has it", "n": 100})


@events.spawning_complete.add_listener
def say_so(**_):
    with open(os.environ["BENCH_EVENTS"], "a") as file:
        file.write(json.dumps({"event": "spawning_complete", "t": time.time()}) + "\n")


class Native(WebSocketUser):
    wait_time = constant_pacing(1)

    def on_start(self):
        self.client.connect("/echo")

    @task
    def say(self):
        self.client.request(MESSAGE, name="say")


class Library(User):
    wait_time = constant_pacing(1)

    def on_start(self):
        self.connection = create_connection(f"{self.host}/echo", timeout=30)

    def on_stop(self):
        self.connection.close()

    @task
    def say(self):
        with self.environment.events.request.measure("WS", "say") as report:
            self.connection.send(MESSAGE)
            report["response_length"] = len(self.connection.recv())
