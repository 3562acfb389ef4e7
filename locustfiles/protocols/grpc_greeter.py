"""gRPC with generated stubs: an interceptor times every call, so users call the stub as any program does.

`grpc.experimental.gevent` makes grpcio yield to the other users. A server for it starts inside the test.

rlocust -f grpc_greeter.py --headless -u 10 -r 10 -t 10s        (pip install grpcio protobuf)
"""

import sys
import time
from concurrent import futures
from pathlib import Path

import gevent
import grpc
import grpc.experimental.gevent as grpc_gevent
from locust import User, constant, events, task

sys.path.insert(0, str(Path(__file__).parent / "greeter"))
import greeter_pb2
import greeter_pb2_grpc

grpc_gevent.init_gevent()


class Greeter(greeter_pb2_grpc.GreeterServicer):
    def Greet(self, request, context):
        if not request.name:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "who?")
        return greeter_pb2.Greeting(text=f"Hello, {request.name}!")


@events.init.add_listener
def serve(environment, **_):
    def run(server):
        server.start()
        server.wait_for_termination()

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    greeter_pb2_grpc.add_GreeterServicer_to_server(Greeter(), server)
    environment.greeter = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    gevent.spawn(run, server)


class Timed(grpc.UnaryUnaryClientInterceptor):
    """Reports every call under the path of its method."""

    def __init__(self, request_event):
        self._request_event = request_event

    def intercept_unary_unary(self, continuation, details, request):
        sent, clock = time.time(), time.perf_counter()
        answer = continuation(details, request)
        failure = answer.exception()  # waits for the answer
        self._request_event.fire(
            request_type="grpc",
            name=details.method,
            start_time=sent,
            response_time=(time.perf_counter() - clock) * 1000,
            response_length=0 if failure else answer.result().ByteSize(),
            response=None if failure else answer.result(),
            context={},
            exception=failure,
        )
        return answer


class GrpcUser(User):
    """A base for users of a service: derive from it and name the stub."""

    abstract = True
    stub_class = None

    def __init__(self, environment):
        super().__init__(environment)
        self._channel = grpc.insecure_channel(environment.host or environment.greeter)
        self.stub = self.stub_class(grpc.intercept_channel(self._channel, Timed(environment.events.request)))

    def on_stop(self):
        self._channel.close()


class Visitor(GrpcUser):
    stub_class = greeter_pb2_grpc.GreeterStub
    wait_time = constant(0.05)

    @task
    def greet(self):
        assert self.stub.Greet(greeter_pb2.Name(name="world")).text == "Hello, world!"
