from locust import User, task


class Busy(User):
    def wait_time(self):
        return 0

    @task
    def spin(self):
        sum(range(200_000))
