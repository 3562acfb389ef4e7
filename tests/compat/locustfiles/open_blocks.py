import gevent

from locust import HttpUser, constant, task


class Open(HttpUser):
    wait_time = constant(0)

    @task
    def look(self):
        with self.client.get("/", catch_response=True):
            gevent.sleep(0.3)
