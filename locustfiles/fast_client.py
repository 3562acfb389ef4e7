"""The fast client: the same calls, another class. Both imports name the same class.

rlocust demo --port 8000
rlocust -f fast_client.py --headless -u 10 -r 10 -t 10s -H http://127.0.0.1:8000
"""

import locust.contrib.fasthttp
from locust import FastHttpUser, constant, task


class FastUser(FastHttpUser):
    wait_time = constant(0.1)

    @task
    def visit(self):
        self.client.get("/text")
        self.client.post("/items", json={"title": "bread"})
        with self.client.get("/status/404", catch_response=True) as response:
            if response.status_code == 404:
                response.success()


class FastUserToo(locust.contrib.fasthttp.FastHttpUser):
    wait_time = constant(0.1)

    @task
    def visit(self):
        self.client.get("/json")
        self.client.get("/status/500")
