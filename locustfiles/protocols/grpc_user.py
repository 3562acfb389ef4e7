"""gRPC by rlocust's own user: generated stubs as they are, timed on the I/O threads whatever the script does.

rlocust -f grpc_user.py --headless -u 10 -r 10 -t 10s -H localhost:50051        (pip install "rlocust[grpc]")
"""

import sys
from pathlib import Path

import grpc
from locust import constant, task
from rlocust.grpc import GrpcUser

sys.path.insert(0, str(Path(__file__).parent / "greeter"))
import greeter_pb2
import greeter_pb2_grpc


class Visitor(GrpcUser):
    stub_class = greeter_pb2_grpc.GreeterStub
    wait_time = constant(0.05)

    @task(3)
    def greet(self):
        greeting = self.stub.Greet(greeter_pb2.Name(name="world"), timeout=5)
        assert greeting.text == "Hello, world!"

    @task
    def greet_with_metadata(self):
        greeting, call = self.stub.Greet.with_call(greeter_pb2.Name(name="you"), metadata=(("x-trace", "1"),))
        assert call.code() is grpc.StatusCode.OK and greeting.text == "Hello, you!"
