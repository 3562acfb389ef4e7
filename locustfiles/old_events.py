"""A file written for Locust before 2.0: these two events are gone, and it ends with an AttributeError that says so.

Today there is one event for both, `events.request`, with `exception` None or not: see own_client.py.

rlocust -f old_events.py --headless -t 2s
"""

import time

from locust import User, constant, events, task


class OldClient:
    def call(self, name):
        started = time.time()
        events.request_success.fire(
            request_type="old", name=name, response_time=(time.time() - started) * 1000, response_length=0
        )


class OldUser(User):
    wait_time = constant(0.5)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.client = OldClient()

    @task
    def work(self):
        self.client.call("anything")
