"""The service of locustfiles/protocols/greeter, on grpcio."""

import sys
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc

sys.path.insert(0, str(Path(__file__).parents[3] / "locustfiles" / "protocols" / "greeter"))
import greeter_pb2
import greeter_pb2_grpc


class Greeter(greeter_pb2_grpc.GreeterServicer):
    def Greet(self, request: Any, context: Any) -> Any:
        return greeter_pb2.Greeting(text=f"Hello, {request.name}!")


server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
greeter_pb2_grpc.add_GreeterServicer_to_server(Greeter(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(f"serving 127.0.0.1:{port}", flush=True)
server.wait_for_termination()
