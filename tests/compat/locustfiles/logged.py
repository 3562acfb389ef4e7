from locust.contrib.csv_request_logger import CsvRequestLogger

from locust import HttpUser, constant, events, task


@events.init.add_listener
def log(environment, **_):
    CsvRequestLogger("requests.csv").register(environment)


class Visitor(HttpUser):
    wait_time = constant(0.1)

    @task
    def visit(self):
        self.client.get("/status/404")
