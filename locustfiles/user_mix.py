"""A mix of users: weights share the users out, fixed counts come first, the command line may choose classes.

rlocust demo --port 8000
rlocust -f user_mix.py --headless -u 9 -r 9 -t 10s -H http://127.0.0.1:8000               1 admin, 6 visitors, 2 writers
rlocust -f user_mix.py TodoUser --headless -u 9 -r 9 -t 10s -H http://127.0.0.1:8000      9 writers
"""

from locust import HttpUser, constant, task


class VisitorUser(HttpUser):
    weight = 3
    wait_time = constant(0.1)

    @task
    def look(self):
        self.client.get("/items", name="visitor looks")


class TodoUser(HttpUser):
    weight = 1
    wait_time = constant(0.1)

    @task
    def write(self):
        self.client.post("/items", json={"title": "water the flowers"}, name="writer writes")


class AdminUser(HttpUser):
    fixed_count = 1
    wait_time = constant(0.5)

    @task
    def clean_up(self):
        self.client.delete("/items", name="admin cleans up")
