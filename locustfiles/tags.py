"""Tags: choose which tasks run from the command line.

rlocust demo --port 8000
rlocust -f tags.py --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000 --tags browse
rlocust -f tags.py --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000 --exclude-tags slow buy
"""

from locust import HttpUser, TaskSet, constant, tag, task


class Visitor(HttpUser):
    wait_time = constant(0.05)

    @tag("browse")
    @task
    def list_articles(self):
        self.client.get("/echo/list")

    @tag("browse", "slow")
    @task
    def search(self):
        self.client.get("/delay/20", name="/search")

    @task
    def untagged(self):
        self.client.get("/echo/untagged")

    @tag("buy")
    @task
    class Checkout(TaskSet):
        @task
        def pay(self):
            self.client.post("/echo/pay")
            self.interrupt(reschedule=False)

        @tag("slow")
        @task
        def pay_by_letter(self):
            self.client.post("/delay/20", name="/pay-by-letter")
            self.interrupt(reschedule=False)
