"""A collector of OTLP, made of OpenTelemetry's own messages: what arrives is printed, one JSON text a line.

`collector.py grpc` serves the gRPC services, `collector.py http` the paths of OTLP over HTTP; the first line says the
port.
"""

import json
import sys
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces

MESSAGES = {"/v1/traces": traces.ExportTraceServiceRequest, "/v1/metrics": metrics.ExportMetricsServiceRequest}
SERVICES = {
    "opentelemetry.proto.collector.trace.v1.TraceService": (traces, "ExportTraceService"),
    "opentelemetry.proto.collector.metrics.v1.MetricsService": (metrics, "ExportMetricsService"),
}


def show(message: Any) -> None:
    print(json.dumps(MessageToDict(message)), flush=True)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        message = MESSAGES[self.path]()
        message.ParseFromString(self.rfile.read(int(self.headers["content-length"])))
        show(message)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def serve_http() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"port {server.server_port} ", flush=True)
    server.serve_forever()


def serve_grpc() -> None:
    import grpc

    def handler(module: Any, name: str) -> Any:
        def export(request: Any, _: Any) -> Any:
            show(request)
            return getattr(module, f"{name}Response")()

        return grpc.unary_unary_rpc_method_handler(
            export,
            request_deserializer=getattr(module, f"{name}Request").FromString,
            response_serializer=lambda answer: answer.SerializeToString(),
        )

    server = grpc.server(futures.ThreadPoolExecutor(2))
    for service, (module, name) in SERVICES.items():
        methods = {"Export": handler(module, name)}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, methods),))
    print(f"port {server.add_insecure_port('127.0.0.1:0')} ", flush=True)
    server.start()
    server.wait_for_termination()


{"http": serve_http, "grpc": serve_grpc}[sys.argv[1]]()
