"""Quick start: one user class, one task, two requests.

rlocust demo --port 8000        (a server to try it on, in another terminal)
rlocust -f quickstart.py --headless -u 10 -r 10 -t 10s -H http://127.0.0.1:8000
"""

from locust import HttpUser, between, task


class QuickstartUser(HttpUser):
    wait_time = between(0.1, 0.5)

    @task
    def visit(self):
        self.client.get("/text")
        self.client.get("/json")
