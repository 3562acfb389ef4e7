"""Validation: the file decides what a good answer is, not the status code alone.

With `catch_response=True` and `with`, `response.failure(...)` and `response.success()` overrule the usual verdict.

rlocust demo --port 8000
rlocust -f validation.py --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000
"""

from locust import HttpUser, constant, task


class ValidatingUser(HttpUser):
    wait_time = constant(0.1)

    @task
    def check_answers(self):
        with self.client.get("/text", catch_response=True) as response:
            if "Hello" not in response.text:
                response.failure("no greeting in the text")

        with self.client.get("/delay/50", catch_response=True) as response:
            if response.elapsed.total_seconds() > 0.02:
                response.failure("slower than 20 ms")

        with self.client.get("/status/404", catch_response=True) as response:
            if response.status_code == 404:
                response.success()  # it must not exist

        with self.client.get("/json", catch_response=True) as response:
            if response.ok:
                response.failure("this page should be closed to strangers")
