"""Users whose calls are never answered."""

from locust import task
from rlocust.grpc import GrpcUser


class Sleeper(GrpcUser):
    @task
    def sleep(self):
        self.channel.unary_unary("/test.Service/Sleep")(b"")
