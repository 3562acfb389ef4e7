from locust import FastHttpUser, HttpUser, task


class Shopper(HttpUser):
    fixed_count = 1

    @task
    def visit(self):
        self.client.get("/text?page=1")
        self.client.get("/json", name="named")
        self.client.get("/status/404")
        self.environment.events.request.fire(
            request_type="own", name="call", response_time=2000, response_length=0, exception=KeyError("x")
        )
        self.stop()


class Fast(FastHttpUser):
    fixed_count = 1

    @task
    def visit(self):
        self.client.get("/text")
        self.stop()
