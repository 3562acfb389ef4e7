"""Odd paths: what a scanner would ask reaches the server byte for byte; headers given as None are not sent.

rlocust demo --port 8000
rlocust -f odd_paths.py --headless -u 2 -r 2 -t 10s -H http://127.0.0.1:8000
"""

from locust import HttpUser, constant, task

CLIMB = "%252e%252e%255f" * 3


class Scanner(HttpUser):
    wait_time = constant(0.1)

    @task
    def climb(self):
        self.expect_nothing(f"/c:{CLIMB}boot.ini%23vt/test")
        self.expect_nothing("/c:.....//.....//etc/passwd%23vt/test")

    def expect_nothing(self, path):
        with self.client.get(path, catch_response=True) as response:
            if response.status_code == 404:
                response.success()
            else:
                response.failure(f"found something: {response.status_code}")

    @task
    def hide(self):
        headers = {"User-Agent": None, "Accept": None, "X-Nothing": None, "X-Something": "yes"}
        sent = self.client.get("/echo", headers=headers).json()["headers"]
        names = {name for name, _ in sent}
        assert "X-Something" in names and not names & {"Accept", "X-Nothing"}, names
