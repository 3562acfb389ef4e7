"""Limits on the command line: the same file is a load test and an acceptance test.

rlocust demo --port 8000
rlocust -f limits.py --headless -u 10 -r 10 -t 10s -H http://127.0.0.1:8000 \\
    --fail-if "p95{name='slow page'} > 100ms" --fail-if "fail_ratio > 0.1%" --fail-if "rps < 50"
"""

import os

from locust import HttpUser, constant, task

DELAY = os.environ.get("DELAY_MS", "50")


class Visitor(HttpUser):
    wait_time = constant(0.02)

    @task(4)
    def quick(self):
        self.client.get("/json")

    @task
    def slow(self):
        self.client.get(f"/delay/{DELAY}", name="slow page")
