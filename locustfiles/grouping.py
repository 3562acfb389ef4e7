"""Grouping: many addresses, one row in the statistics. Three ways to say the name.

rlocust demo --port 8000
rlocust -f grouping.py --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000
"""

import random

from locust import HttpUser, constant, task


class Reader(HttpUser):
    wait_time = constant(0.1)

    @task
    def by_argument(self):
        self.client.get(f"/echo/blog?id={random.randint(1, 1000)}", name="/echo/blog?id=[id]")

    @task
    def by_attribute(self):
        self.client.request_name = "/echo/news/[page]"
        for page in range(3):
            self.client.get(f"/echo/news/{page}")
        self.client.request_name = None

    @task
    def by_block(self):
        with self.client.rename_request("/echo/shop/[article]"):
            self.client.get(f"/echo/shop/{random.randint(1, 1000)}")
            self.client.post(f"/echo/shop/{random.randint(1, 1000)}", data={"amount": 2})
        self.client.get("/echo/shop")
