"""Acceptance limits: the program decides whether the service is good enough, by its exit code.

rlocust demo --port 8000
rlocust -f acceptance.py --headless -u 10 -r 10 -t 10s -H http://127.0.0.1:8000
"""

import os

from locust import HttpUser, constant, events, task

SLOWEST = float(os.environ.get("LIMIT_P95_MS", "500"))
FAILED = float(os.environ.get("LIMIT_ERRORS", "0.001"))
RATE = float(os.environ.get("LIMIT_RATE", "50"))


@events.quitting.add_listener
def decide(environment, **_):
    total = environment.stats.total
    slowest = total.get_response_time_percentile(0.95)
    reasons = []
    if slowest > SLOWEST:
        reasons.append(f"p95 is {slowest} ms, over {SLOWEST:g} ms")
    if total.fail_ratio > FAILED:
        reasons.append(f"{total.fail_ratio:.1%} of the requests failed, over {FAILED:.1%}")
    if total.total_rps < RATE:
        reasons.append(f"{total.total_rps:.1f} requests/s, under {RATE:g}")
    for reason in reasons:
        print(f"not accepted: {reason}")
    environment.process_exit_code = 1 if reasons else 0


class Visitor(HttpUser):
    wait_time = constant(0.02)

    @task(9)
    def quick(self):
        self.client.get("/json")

    @task
    def slow(self):
        self.client.get(os.environ.get("SLOW_PAGE", "/delay/50"), name="slow page")
