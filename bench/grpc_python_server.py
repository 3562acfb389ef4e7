"""`python -m bench.grpc_python_server`: the same answer from a server of grpcio, which counts, too."""

import asyncio
from typing import Any

import grpc.aio

from bench.grpc_server import MESSAGE

counted = 0


async def greet(request: bytes, context: Any) -> bytes:
    global counted
    counted += 1
    return MESSAGE


async def count(request: bytes, context: Any) -> bytes:
    return str(counted).encode()


async def main() -> None:
    server = grpc.aio.server()
    methods = {"Greet": grpc.unary_unary_rpc_method_handler(greet), "Count": grpc.unary_unary_rpc_method_handler(count)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("greeter.Greeter", methods),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"serving 127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(main())
