"""What `bench/grpc_calls.py` loads with: users who call a generated stub, by rlocust's own channel (`Native`) or by
grpcio with an interceptor that times each call, as the example of Locust's documentation does (`Library`).
"""

import json
import os
import sys
import time
from pathlib import Path

import grpc
import grpc.experimental.gevent as grpc_gevent

from locust import User, constant_pacing, events, task

try:
    from rlocust.grpc import GrpcUser
except ModuleNotFoundError:  # under real Locust
    GrpcUser = User

sys.path.insert(0, str(Path(__file__).parent.parent / "locustfiles" / "protocols" / "greeter"))
import greeter_pb2
import greeter_pb2_grpc

PACE = float(os.environ["BENCH_PACE"])
NAME = "a name in a message of about a hundred bytes, as programs send them to services that they depend on"


@events.spawning_complete.add_listener
def say_so(**_):
    with open(os.environ["BENCH_EVENTS"], "a") as file:
        file.write(json.dumps({"event": "spawning_complete", "t": time.time()}) + "\n")


class Native(GrpcUser):
    wait_time = constant_pacing(PACE)
    stub_class = greeter_pb2_grpc.GreeterStub

    @task
    def greet(self):
        assert self.stub.Greet(greeter_pb2.Name(name=NAME), timeout=10).text


class Timed(grpc.UnaryUnaryClientInterceptor):
    def __init__(self, environment):
        self.environment = environment

    def intercept_unary_unary(self, continuation, details, request):
        started, length = time.perf_counter(), 0
        answer = continuation(details, request)
        fault = answer.exception()
        if fault is None:
            length = answer.result().ByteSize()
        self.environment.events.request.fire(
            request_type="grpc",
            name=details.method,
            response_time=(time.perf_counter() - started) * 1000,
            response_length=length,
            response=answer,
            context=None,
            exception=fault,
        )
        return answer


class Library(User):
    wait_time = constant_pacing(PACE)

    def __init__(self, environment):
        super().__init__(environment)
        grpc_gevent.init_gevent()
        channel = grpc.insecure_channel(self.host)
        self.stub = greeter_pb2_grpc.GreeterStub(grpc.intercept_channel(channel, Timed(environment)))

    @task
    def greet(self):
        assert self.stub.Greet(greeter_pb2.Name(name=NAME), timeout=10).text
