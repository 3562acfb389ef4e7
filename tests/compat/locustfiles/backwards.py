from locust import HttpUser, constant, stats, task

stats.sort_stats = lambda rows: [rows[key] for key in sorted(rows, reverse=True)]
stats.get_readable_percentiles = lambda percentiles: [f"p{each}" for each in percentiles]


class Visitor(HttpUser):
    wait_time = constant(0.1)

    @task
    def ask(self):
        self.client.get("/text", name="a")
        self.client.get("/text", name="b")
