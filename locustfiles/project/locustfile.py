"""A project: the locustfile imports its own packages, from its own folder, wherever it is started.

rlocust demo --port 8000
cd project && rlocust --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000
rlocust -f project/locustfile.py --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000
"""

from locust import constant, task

from common.auth import LoggedInUser
from configs.base import PAGES, WAIT


class Member(LoggedInUser):
    wait_time = constant(WAIT)

    @task
    def read(self):
        for page in PAGES:
            self.client.get(page)

    @task
    def look_at_profile(self):
        self.client.get("/me", headers=self.authorization)
