"""Stress: another step up every two minutes, until the service gives in or five steps are done.

rlocust demo --port 8000
rlocust -f stress.py --headless -H http://127.0.0.1:8000
"""

from locust import LoadTestShape

from stages import MINUTE, PACE, USERS, Visitor  # noqa: F401 - the user class is found by being here


class Stress(LoadTestShape):
    step_users = 50
    step_minutes = 2
    steps = 5

    def tick(self):
        step = int(self.get_run_time() / MINUTE / self.step_minutes)
        if step >= self.steps or self.has_given_in():
            return None
        return round((step + 1) * self.step_users * USERS), 2 * PACE

    def has_given_in(self):
        total = self.runner.stats.total
        return total.num_requests > 100 and total.fail_ratio > 0.05
